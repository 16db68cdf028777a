//! Keys that a person gave to other actions than they have by default. An action is known by its
//! default key, so nothing here knows what actions do; the shortcut sheet says what they are called.

use std::collections::BTreeMap;
use std::fmt;

/// A shortcut sheet: sections with their headings, of keys and what they do.
pub type Sheet = &'static [(&'static str, &'static [(&'static str, &'static str)])];

/// Longest stored text that is read, in bytes: a keymap has a few dozen short lines.
const MAX_BYTES: usize = 16 * 1024;

/// A key with its modifiers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    /// Control, or Command on Apple keyboards.
    pub command: bool,
    /// Alt.
    pub alt: bool,
    /// Shift; never set for a character that Shift itself makes, such as `?`.
    pub shift: bool,
    /// Lower-case letter, other character, or the name the browser gives the key (`F2`).
    pub key: String,
}

impl Chord {
    /// What a key event says: `KeyboardEvent.key` and its modifiers.
    #[must_use]
    pub fn pressed(key: &str, command: bool, alt: bool, shift: bool) -> Self {
        let mut chars = key.chars();
        let character = chars.next().filter(|_| chars.next().is_none());
        // Shift has made the character already, unless it is a letter or an Apple keyboard's Command.
        let letter = character.is_none_or(char::is_alphabetic);
        Self { command, alt, shift: shift && letter, key: key.to_lowercase() }
    }

    /// Reads `Ctrl Shift Z`, as the shortcut sheet writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut chord = Self::default();
        let mut parts = text.split(' ').peekable();
        while let Some(part) = parts.next() {
            match part {
                "Ctrl" => chord.command = true,
                "Alt" => chord.alt = true,
                "Shift" => chord.shift = true,
                key if parts.peek().is_none() && Self::is_key(key) => chord.key = key.to_lowercase(),
                _ => return None,
            }
        }
        // Shift with a digit is another character on every other keyboard.
        let digit = chord.key.chars().all(|c| c.is_ascii_digit());
        (!(chord.key.is_empty() || chord.shift && digit)).then_some(chord)
    }

    /// A key that may be given away: a character, or one of F1 to F12.
    fn is_key(key: &str) -> bool {
        let mut chars = key.chars();
        match (chars.next(), chars.as_str()) {
            (Some(c), "") => !c.is_whitespace() && !c.is_control(),
            (Some('F' | 'f'), number) => number.parse::<u8>().is_ok_and(|number| (1..=12).contains(&number)),
            _ => false,
        }
    }

    /// Whether it is a character alone, which acts only while single keys do (WCAG 2.1.4).
    #[must_use]
    pub fn is_single(&self) -> bool {
        !self.command && !self.alt && self.key.chars().count() == 1
    }

    /// The key as the browser names it in an event.
    #[must_use]
    pub fn event_key(&self) -> String {
        let letter = self.key.chars().count() == 1 && !self.shift;
        if letter { self.key.clone() } else { self.key.to_uppercase() }
    }

    /// Whether an action may be given this key.
    ///
    /// # Errors
    /// Why not.
    pub fn usable(&self) -> Result<(), Refusal> {
        if !Self::is_key(&self.key) {
            return Err(Refusal::Needed);
        }
        // What browsers keep for themselves, or what every page must leave to them.
        let kept = ["t", "w", "n", "r", "l", "q", "p", "c", "x", "v", "f", "0", "+", "-", "="];
        if (self.command && kept.contains(&self.key.as_str()))
            || ["f5", "f6", "f11", "f12"].contains(&self.key.as_str())
        {
            return Err(Refusal::Browser);
        }
        // Digits open groups of components; the others are second keys of zooming and fitting.
        let fixed = |c: char| c.is_ascii_digit() || ['!', '@', '"', '=', '_'].contains(&c);
        if self.is_single() && self.key.chars().all(fixed) {
            return Err(Refusal::Fixed);
        }
        Ok(())
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (on, name) in [(self.command, "Ctrl "), (self.alt, "Alt "), (self.shift, "Shift ")] {
            if on {
                f.write_str(name)?;
            }
        }
        f.write_str(&self.key.to_uppercase())
    }
}

/// Why an action cannot have a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is no character and no function key: it moves the focus, or types nothing by itself.
    Needed,
    /// Browsers keep it for themselves.
    Browser,
    /// It belongs to actions whose keys cannot be changed.
    Fixed,
    /// There is no such action.
    NoAction,
    /// Another action has it.
    Taken {
        /// The key.
        key: Chord,
        /// What the other action does.
        by: &'static str,
    },
}

/// An action of the shortcut sheet whose key can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Heading of its section.
    pub section: &'static str,
    /// What it does.
    pub title: &'static str,
    /// Its keys by default, the usual one first. They also name the action.
    pub keys: Vec<Chord>,
}

/// The keys of all actions: those of the sheet, and what a person changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    rows: Vec<Row>,
    /// The new key of an action, by its first default key. Empty for most people.
    changed: BTreeMap<Chord, Chord>,
}

impl Keymap {
    /// The keys of a sheet, unchanged. What is no plain key, such as `Arrows` or `Shift 1`, is left
    /// out: it stays with its action.
    #[must_use]
    pub fn new(sheet: Sheet) -> Self {
        let row = |section: &'static str, keys: &str, title: &'static str| {
            let keys: Vec<Chord> = keys.split(" or ").filter_map(Chord::parse).collect();
            (!keys.is_empty()).then_some(Row { section, title, keys })
        };
        let lines = sheet.iter().flat_map(|(section, lines)| lines.iter().map(|line| (*section, *line)));
        let rows = lines.filter_map(|(section, (keys, title))| row(section, keys, title)).collect();
        Self { rows, changed: BTreeMap::new() }
    }

    /// Reads what [`Keymap::write`] wrote. What is not understood, or would make a key mean two
    /// things, is left out.
    #[must_use]
    pub fn read(sheet: Sheet, text: &str) -> Self {
        let mut keymap = Self::new(sheet);
        if text.len() > MAX_BYTES {
            return keymap;
        }
        let lines: BTreeMap<String, serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
        for (of, to) in lines {
            if let (Some(of), Some(to)) = (Chord::parse(&of), to.as_str().and_then(Chord::parse)) {
                // A refused line is as if it had not been there.
                let _ = keymap.change(&of, to);
            }
        }
        keymap
    }

    /// Every action whose key can be changed, in the order of the sheet.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// As JSON; none where everything is as by default.
    #[must_use]
    pub fn write(&self) -> Option<String> {
        let lines: BTreeMap<String, String> =
            self.changed.iter().map(|(of, to)| (of.to_string(), to.to_string())).collect();
        (!lines.is_empty()).then(|| serde_json::to_string(&lines).ok()).flatten()
    }

    /// Whether everything is as by default.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.changed.is_empty()
    }

    /// The keys of an action now.
    #[must_use]
    pub fn keys(&self, row: &Row) -> Vec<Chord> {
        let changed = row.keys.first().and_then(|first| self.changed.get(first));
        changed.map_or_else(|| row.keys.clone(), |to| vec![to.clone()])
    }

    /// Whether an action has another key than by default.
    #[must_use]
    pub fn is_changed(&self, row: &Row) -> bool {
        row.keys.first().is_some_and(|first| self.changed.contains_key(first))
    }

    /// Gives an action, known by its first default key, another key.
    ///
    /// # Errors
    /// The key is not usable, or another action has it.
    pub fn change(&mut self, of: &Chord, to: Chord) -> Result<(), Refusal> {
        to.usable()?;
        let Some(row) = self.rows.iter().find(|row| row.keys.first() == Some(of)) else {
            return Err(Refusal::NoAction);
        };
        self.free(row, &to)?;
        if *of == to {
            self.changed.remove(of);
        } else {
            self.changed.insert(of.clone(), to);
        }
        Ok(())
    }

    /// Gives an action its default keys back, unless another action has one of them now.
    ///
    /// # Errors
    /// That other action.
    pub fn restore(&mut self, row: &Row) -> Result<(), Refusal> {
        row.keys.iter().try_for_each(|key| self.free(row, key))?;
        if let Some(first) = row.keys.first() {
            self.changed.remove(first);
        }
        Ok(())
    }

    /// Gives all actions their default keys back.
    pub fn restore_all(&mut self) {
        self.changed.clear();
    }

    /// Whether no action but this one has a key.
    fn free(&self, row: &Row, key: &Chord) -> Result<(), Refusal> {
        let taken = self.rows.iter().find(|other| *other != row && self.keys(other).contains(key));
        taken.map_or(Ok(()), |other| Err(Refusal::Taken { key: key.clone(), by: other.title }))
    }

    /// The default key of the action that a pressed key means now: the key itself for everything that
    /// was not changed, none for a key that was taken away from its action.
    #[must_use]
    pub fn meant(&self, pressed: &Chord) -> Option<Chord> {
        if self.changed.is_empty() {
            return Some(pressed.clone());
        }
        if let Some((of, _)) = self.changed.iter().find(|(_, to)| *to == pressed) {
            return Some(of.clone());
        }
        let taken = self.rows.iter().any(|row| self.is_changed(row) && row.keys.contains(pressed));
        (!taken).then(|| pressed.clone())
    }

    /// Keys as the sheet writes them by default, as they are now.
    #[must_use]
    pub fn shown(&self, keys: &str) -> String {
        let first = keys.split(" or ").find_map(Chord::parse);
        let Some(to) = first.and_then(|first| self.changed.get(&first)) else { return keys.to_owned() };
        // The other keys went with the first, but for what stays with its action.
        let mut now = to.to_string();
        for kept in keys.split(" or ").filter(|one| Chord::parse(one).is_none()) {
            now.push_str(" or ");
            now.push_str(kept);
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: Sheet = &[
        ("Tools", &[("V", "Select"), ("H", "Pan"), ("L", "Connect"), ("1 – 9", "Groups"), ("Esc", "Back")]),
        ("View", &[("F or Shift 1", "Fit"), ("Shift 2", "Fit the selection")]),
        (
            "Anywhere",
            &[
                ("Ctrl K", "Commands"),
                ("Ctrl Shift Z or Ctrl Y", "Redo"),
                ("Ctrl ,", "Settings"),
                ("?", "Sheet"),
            ],
        ),
    ];

    fn chord(text: &str) -> Chord {
        Chord::parse(text).expect("a chord")
    }

    fn row(keymap: &Keymap, title: &str) -> Row {
        keymap.rows().iter().find(|row| row.title == title).cloned().expect("a row")
    }

    #[test]
    fn chords_are_read_and_written() {
        for text in ["V", "Ctrl K", "Ctrl Shift Z", "Alt F2", "?", "/", "Ctrl ,"] {
            assert_eq!(chord(text).to_string(), text);
        }
        for text in ["", "Ctrl", "Arrows", "1 – 9", "Shift 1", "Enter", "Ctrl Ctrl", "K Ctrl", "F13", "\u{7}"]
        {
            assert_eq!(Chord::parse(text), None, "{text:?}");
        }
        assert_eq!(Chord::pressed("Z", true, false, true), chord("Ctrl Shift Z"));
        assert_eq!(Chord::pressed("?", false, false, true), chord("?"));
        assert_eq!(Chord::pressed("F2", false, false, true).to_string(), "Shift F2");
    }

    #[test]
    fn an_action_moves_with_its_key_and_back() {
        let mut keymap = Keymap::new(SHEET);
        assert_eq!(keymap.meant(&chord("V")), Some(chord("V")));
        assert_eq!(keymap.change(&chord("V"), chord("Ctrl J")), Ok(()));
        assert_eq!(keymap.meant(&chord("Ctrl J")), Some(chord("V")));
        assert_eq!(keymap.meant(&chord("V")), None);
        assert_eq!(keymap.meant(&chord("H")), Some(chord("H")));
        assert_eq!(keymap.shown("V"), "Ctrl J");
        assert_eq!(keymap.restore(&row(&keymap, "Select")), Ok(()));
        assert!(keymap.is_default());
    }

    #[test]
    fn the_other_keys_of_an_action_go_with_the_first() {
        let mut keymap = Keymap::new(SHEET);
        assert_eq!(keymap.change(&chord("Ctrl Shift Z"), chord("Ctrl B")), Ok(()));
        assert_eq!(keymap.meant(&chord("Ctrl Y")), None);
        assert_eq!(keymap.shown("Ctrl Shift Z or Ctrl Y"), "Ctrl B");
        assert_eq!(keymap.shown("F or Shift 1"), "F or Shift 1");
        assert!(matches!(keymap.change(&chord("V"), chord("F")), Err(Refusal::Taken { by: "Fit", .. })));
        assert_eq!(keymap.change(&chord("F"), chord("Alt F")), Ok(()));
        assert_eq!(keymap.shown("F or Shift 1"), "Alt F or Shift 1");
        assert_eq!(keymap.shown("Arrows"), "Arrows");
    }

    #[test]
    fn a_conflict_is_named_and_changes_nothing() {
        let mut keymap = Keymap::new(SHEET);
        let taken = Refusal::Taken { key: chord("Ctrl K"), by: "Commands" };
        assert_eq!(keymap.change(&chord("V"), chord("Ctrl K")), Err(taken));
        assert!(keymap.is_default());
        // A key that its own action gave up is free; then the way back is closed.
        assert_eq!(keymap.change(&chord("V"), chord("J")), Ok(()));
        assert_eq!(keymap.change(&chord("H"), chord("V")), Ok(()));
        assert_eq!(
            keymap.restore(&row(&keymap, "Select")),
            Err(Refusal::Taken { key: chord("V"), by: "Pan" })
        );
        assert_eq!(keymap.meant(&chord("V")), Some(chord("H")));
        keymap.restore_all();
        assert!(keymap.is_default());
    }

    #[test]
    fn keys_of_the_browser_and_keys_that_are_none_are_refused() {
        let mut keymap = Keymap::new(SHEET);
        for key in ["Ctrl W", "Ctrl T", "F5", "Ctrl C", "5", "="] {
            assert!(keymap.change(&chord("V"), chord(key)).is_err(), "{key}");
        }
        for key in ["Tab", "Enter", "Escape", "ArrowLeft", " ", "Shift", "Dead"] {
            assert_eq!(
                keymap.change(&chord("V"), Chord::pressed(key, true, false, false)),
                Err(Refusal::Needed),
                "{key}"
            );
        }
        assert_eq!(keymap.change(&chord("Q"), chord("J")), Err(Refusal::NoAction));
    }

    #[test]
    fn garbage_reads_as_the_default_and_what_is_good_is_kept() {
        let read = |text: &str| Keymap::read(SHEET, text);
        for text in ["", "null", "[1]", "{\"V\":3}", "{\"V\":\"Ctrl\"}", "{\"Q Q\":\"J\"}", "\u{0}"] {
            assert!(read(text).is_default(), "{text:?}");
        }
        assert!(read(&"x".repeat(MAX_BYTES + 1)).is_default());
        let keymap = read(r#"{"V":"J","H":"Ctrl W","L":"J","F":4}"#);
        assert_eq!(keymap.write().as_deref(), Some(r#"{"L":"J"}"#));
        assert_eq!(read(&keymap.write().unwrap_or_default()), keymap);
    }
}
