//! Keys and what they ask for: a table without a browser.

use hopscope_editor::arrange::Arrangement;
use hopscope_editor::keymap::{Chord, Keymap};

/// A pressed key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Press<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// Control, or Command on Apple keyboards.
    pub command: bool,
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
}

/// A direction on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

impl Way {
    /// The direction of an arrow key.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" => Self::Left,
            "ArrowRight" => Self::Right,
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            _ => return None,
        })
    }

    /// One unit in that direction, right and down being positive.
    #[must_use]
    pub fn unit(self) -> (f32, f32) {
        match self {
            Self::Left => (-1.0, 0.0),
            Self::Right => (1.0, 0.0),
            Self::Up => (0.0, -1.0),
            Self::Down => (0.0, 1.0),
        }
    }
}

/// What a key asks of the workbench, wherever the keyboard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Command palette.
    Commands,
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// Save as a file.
    Save,
    /// Shortcut sheet.
    Shortcuts,
    /// Settings.
    Settings,
    /// Back out one level.
    Back,
    /// Select tool.
    Select,
    /// Pan tool.
    Hand,
    /// Connect tool.
    Connect,
    /// A group of the palette, from 0.
    Group(usize),
    /// Find a component to add.
    Add,
    /// Find on the map.
    Find,
    /// Note tool.
    Note,
    /// The tool that selects by a rectangle.
    Marquee,
    /// Align or distribute what is selected.
    Arrange(Arrangement),
    /// Tidy, and keep what was moved by hand.
    Tidy,
    /// Tidy everything.
    TidyAll,
    /// Select all of the kinds that are selected.
    SameKind,
    /// Show the address space of the selected VPC.
    Space,
    /// Split the selected subnet.
    Split,
    /// Join the selected subnet with its other half.
    Join,
    /// Delete what is selected.
    Delete,
    /// Outline.
    Outline,
    /// The document as text.
    Text,
    /// Fit everything.
    Fit,
    /// Fit the selection.
    FitSelection,
    /// Zoom in.
    ZoomIn,
    /// Zoom out.
    ZoomOut,
    /// Build lens.
    Build,
    /// Flow lens.
    Flow,
    /// Inspector.
    Inspector,
    /// Dock.
    Dock,
    /// Play or pause.
    Toggle,
    /// Step forward or back.
    Step(i32),
    /// Slower or faster.
    Speed(bool),
    /// Select everything.
    All,
    /// Duplicate.
    Duplicate,
    /// Fail or restore what is selected.
    Fail,
    /// Copy.
    Copy,
    /// Cut.
    Cut,
}

impl Ask {
    /// What an entry of a menu asks.
    #[must_use]
    pub fn named(key: &str) -> Option<Self> {
        Some(match key {
            "align-left" => Self::Arrange(Arrangement::Left),
            "align-center" => Self::Arrange(Arrangement::Center),
            "align-right" => Self::Arrange(Arrangement::Right),
            "align-top" => Self::Arrange(Arrangement::Top),
            "align-middle" => Self::Arrange(Arrangement::Middle),
            "align-bottom" => Self::Arrange(Arrangement::Bottom),
            "distribute-horizontally" => Self::Arrange(Arrangement::Horizontally),
            "distribute-vertically" => Self::Arrange(Arrangement::Vertically),
            "tidy" => Self::Tidy,
            "tidy-all" => Self::TidyAll,
            "same-kind" => Self::SameKind,
            "address-space" => Self::Space,
            "split" => Self::Split,
            "join" => Self::Join,
            "all" => Self::All,
            "marquee" => Self::Marquee,
            "find" => Self::Find,
            "cut" => Self::Cut,
            "copy" => Self::Copy,
            "duplicate" => Self::Duplicate,
            "delete" => Self::Delete,
            "fail" => Self::Fail,
            "zoom" => Self::FitSelection,
            "fit" => Self::Fit,
            _ => return None,
        })
    }
}

/// A press after what a person changed: the default keys of what it means now, and whether characters
/// act. None for a key that was taken away from its action.
#[must_use]
pub fn meant(keymap: &Keymap, press: Press<'_>, typing: bool, single: bool) -> Option<(Chord, String, bool)> {
    let pressed = Chord::pressed(press.key, press.command, press.alt, press.shift);
    let as_it_is = |pressed: Chord| (pressed, press.key.to_owned(), single);
    // Characters that are typed, or that do nothing by themselves, mean no action.
    if pressed.is_single() && (typing || !single) {
        return Some(as_it_is(pressed));
    }
    let meant = keymap.meant(&pressed)?;
    if meant == pressed {
        return Some(as_it_is(pressed));
    }
    let key = meant.event_key();
    // A key that is no character acts even while characters do not.
    Some((meant, key, true))
}

/// What a key asks, after what a person changed. As [`ask`] otherwise.
#[must_use]
pub fn ask_by(keymap: &Keymap, press: Press<'_>, typing: bool, single: bool) -> Option<Ask> {
    let (chord, key, single) = meant(keymap, press, typing, single)?;
    // Shift is only left out of a chord where it made the character.
    let shift = chord.shift || (press.shift && key == press.key);
    ask(Press { key: &key, command: chord.command, shift, alt: chord.alt }, typing, single)
}

/// What a key asks. `typing`: it goes into a text field. `single`: single letters act.
#[must_use]
pub fn ask(press: Press<'_>, typing: bool, single: bool) -> Option<Ask> {
    let Press { key, command, shift, alt } = press;
    if command && !alt {
        let letter = key.to_ascii_lowercase();
        return match (letter.as_str(), shift) {
            ("k", false) => Some(Ask::Commands),
            ("s", false) => Some(Ask::Save),
            (",", _) => Some(Ask::Settings),
            ("z", false) if !typing => Some(Ask::Undo),
            ("z", true) | ("y", false) if !typing => Some(Ask::Redo),
            ("a", false) if !typing => Some(Ask::All),
            ("a", true) if !typing => Some(Ask::SameKind),
            ("f", false) => Some(Ask::Find),
            ("d", false) if !typing => Some(Ask::Duplicate),
            ("c", false) if !typing => Some(Ask::Copy),
            ("x", false) if !typing => Some(Ask::Cut),
            _ => None,
        };
    }
    if key == "Escape" {
        return Some(Ask::Back);
    }
    if alt && shift && !typing && !command {
        return arrangement(key).map(Ask::Arrange);
    }
    if typing || alt || command {
        return None;
    }
    match (key, shift) {
        ("ArrowLeft", true) => return Some(Ask::Step(-1)),
        ("ArrowRight", true) => return Some(Ask::Step(1)),
        _ => {}
    }
    if !single {
        return None;
    }
    Some(match key {
        "?" => Ask::Shortcuts,
        "/" => Ask::Find,
        "!" => Ask::Fit,
        "@" | "\"" => Ask::FitSelection,
        "T" => Ask::Tidy,
        "+" | "=" => Ask::ZoomIn,
        "-" | "_" => Ask::ZoomOut,
        "," => Ask::Speed(false),
        "." => Ask::Speed(true),
        "1" => Ask::Group(0),
        "2" => Ask::Group(1),
        "3" => Ask::Group(2),
        "4" => Ask::Group(3),
        "5" => Ask::Group(4),
        "6" => Ask::Group(5),
        "7" => Ask::Group(6),
        "8" => Ask::Group(7),
        "9" => Ask::Group(8),
        "0" => Ask::Group(9),
        _ if shift => return None,
        "v" => Ask::Select,
        "s" => Ask::Marquee,
        "a" => Ask::Add,
        "h" => Ask::Hand,
        "l" => Ask::Connect,
        "m" => Ask::Note,
        "o" => Ask::Outline,
        "t" => Ask::Text,
        "f" => Ask::Fit,
        "b" => Ask::Build,
        "g" => Ask::Flow,
        "i" => Ask::Inspector,
        "d" => Ask::Dock,
        "x" => Ask::Fail,
        "p" => Ask::Toggle,
        _ => return None,
    })
}

/// The arrangement that Alt and Shift with a key ask for.
fn arrangement(key: &str) -> Option<Arrangement> {
    Some(match key {
        "ArrowLeft" => Arrangement::Left,
        "ArrowRight" => Arrangement::Right,
        "ArrowUp" => Arrangement::Top,
        "ArrowDown" => Arrangement::Bottom,
        "c" | "C" => Arrangement::Center,
        "m" | "M" => Arrangement::Middle,
        "h" | "H" => Arrangement::Horizontally,
        "v" | "V" => Arrangement::Vertically,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use hopscope_view::text::ui_shell::SHORTCUT_SHEET;

    use super::*;

    fn plain(key: &str) -> Press<'_> {
        Press { key, ..Press::default() }
    }

    #[test]
    fn letters_do_not_act_while_typing_or_when_switched_off() {
        assert_eq!(ask(plain("v"), false, true), Some(Ask::Select));
        assert_eq!(ask(plain("v"), true, true), None);
        assert_eq!(ask(plain("v"), false, false), None);
        assert_eq!(ask(plain("Escape"), true, false), Some(Ask::Back));
    }

    #[test]
    fn undo_in_a_text_field_is_the_fields_own() {
        let press = Press { key: "z", command: true, ..Press::default() };
        assert_eq!(ask(press, true, true), None);
        assert_eq!(ask(press, false, false), Some(Ask::Undo));
        assert_eq!(ask(Press { shift: true, key: "Z", ..press }, false, true), Some(Ask::Redo));
    }

    /// What the sheet says and what keys do are the same, in both directions.
    #[test]
    fn every_line_of_the_sheet_acts_and_every_key_is_on_the_sheet() {
        let keymap = Keymap::new(SHORTCUT_SHEET);
        // These act on the component that has the keyboard on the map.
        let on_the_map =
            ["Add inside, by a letter", "Connect to", "Rename", "Move to another container", "Context menu"];
        for row in keymap.rows().iter().filter(|row| !on_the_map.contains(&row.title)) {
            for chord in &row.keys {
                let key = chord.event_key();
                let press = Press { key: &key, command: chord.command, shift: chord.shift, alt: chord.alt };
                assert!(ask(press, false, true).is_some(), "{chord}: {}", row.title);
            }
        }
        let written: String = SHORTCUT_SHEET
            .iter()
            .flat_map(|(_, rows)| rows.iter())
            .map(|(keys, _)| format!(" {keys} "))
            .collect();
        let characters =
            (33u8..127).map(char::from).filter(|c| !c.is_ascii_uppercase() && !c.is_ascii_digit());
        for key in characters {
            // The same key with Shift, or another way to write it.
            if ["!", "@", "\"", "=", "_", "-"].contains(&key.to_string().as_str()) {
                continue;
            }
            let name = key.to_ascii_uppercase();
            if ask(plain(&key.to_string()), false, true).is_some() {
                assert!(
                    written.contains(&format!(" {name} ")) || written.contains(&format!("{name} ")),
                    "{key}"
                );
            }
        }
    }

    #[test]
    fn a_changed_key_acts_as_its_action_did() {
        let mut keymap = Keymap::new(SHORTCUT_SHEET);
        let chord = |text: &str| Chord::parse(text).expect("a chord");
        assert_eq!(keymap.change(&chord("V"), chord("Ctrl J")), Ok(()));
        assert_eq!(keymap.change(&chord("Ctrl K"), chord("J")), Ok(()));
        let held = |key| Press { key, command: true, ..Press::default() };
        assert_eq!(ask_by(&keymap, held("j"), false, false), Some(Ask::Select));
        assert_eq!(ask_by(&keymap, plain("v"), false, true), None);
        assert_eq!(ask_by(&keymap, plain("j"), false, true), Some(Ask::Commands));
        // Typed, or switched off, it is a character.
        assert_eq!(ask_by(&keymap, plain("j"), true, true), None);
        assert_eq!(ask_by(&keymap, plain("j"), false, false), None);
        assert_eq!(ask_by(&keymap, held("k"), false, true), None);
        assert_eq!(ask_by(&keymap, plain("h"), false, true), Some(Ask::Hand));
    }

    #[test]
    fn every_shortcut_of_the_table_of_actions_is_answered() {
        // These belong to what has the keyboard: the map, the dock.
        let elsewhere = [
            "edit.add",
            "edit.paste",
            "edit.delete",
            "edit.rename",
            "edit.nudge",
            "edit.extend",
            "edit.move",
        ];
        let elsewhere =
            [&elsewhere[..], &["tool.connect-to", "edit.menu", "edit.resize", "map.walk", "map.jump"]]
                .concat();
        let dock = ["flow.toggle-dock", "flow.back-dock", "flow.forward-dock", "flow.first", "flow.last"];
        for action in hopscope_editor::actions::ACTIONS {
            if elsewhere.contains(&action.key) || dock.contains(&action.key) {
                continue;
            }
            for shortcut in action.shortcuts {
                let mut press = Press::default();
                let mut rest = *shortcut;
                while let Some((part, after)) =
                    rest.split_once('+').filter(|(part, after)| !part.is_empty() && !after.is_empty())
                {
                    match part {
                        "Mod" => press.command = true,
                        "Shift" => press.shift = true,
                        "Alt" => press.alt = true,
                        other => panic!("{other} of {shortcut}"),
                    }
                    rest = after;
                }
                let upper = if press.shift { rest.to_owned() } else { rest.to_lowercase() };
                let key = match (rest, press.shift) {
                    (named, _) if named.chars().count() > 1 => named,
                    // What Shift with a digit writes on most keyboards.
                    ("1", true) => "!",
                    ("2", true) => "@",
                    _ => &upper,
                };
                assert!(ask(Press { key, ..press }, false, true).is_some(), "{shortcut} of {}", action.key);
            }
        }
    }

    #[test]
    fn arranging_has_keys_and_names() {
        let press = Press { key: "ArrowLeft", alt: true, shift: true, ..Press::default() };
        assert_eq!(ask(press, false, false), Some(Ask::Arrange(Arrangement::Left)));
        assert_eq!(ask(press, true, false), None);
        for (key, ..) in crate::chrome::menu_entries::ARRANGEMENTS {
            assert!(matches!(Ask::named(key), Some(Ask::Arrange(_))), "{key}");
        }
    }

    #[test]
    fn commands_of_the_browser_are_left_alone() {
        for key in ["t", "w", "n", "l", "p", "r"] {
            assert_eq!(ask(Press { key, command: true, ..Press::default() }, false, true), None, "{key}");
        }
    }
}
