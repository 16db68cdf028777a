//! What a person prefers, kept on this device. Whatever stands in storage, reading it gives something
//! usable; where storage is refused, a choice lasts as long as the page.

use std::rc::Rc;

use hopscope_editor::keymap::Keymap;
use hopscope_view::text::ui_shell::SHORTCUT_SHEET;

use crate::browser;

/// Whether things move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// As the system prefers.
    System,
    /// Always.
    On,
    /// Never.
    Off,
}

/// How close lines stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Density {
    /// Close.
    Compact,
    /// Less close.
    Comfortable,
}

/// A preference that style sheets see: an attribute of the page, which `start.js` sets from storage
/// before the first paint.
pub fn shown(name: &str) -> Option<String> {
    let root = browser::page()?.document_element()?;
    root.get_attribute(&format!("data-{name}"))
}

/// Changes such a preference; none is the default.
pub fn show(name: &str, word: Option<&str>) {
    browser::set_setting(name, word);
    if let Some(root) = browser::page().and_then(|page| page.document_element()) {
        let attribute = format!("data-{name}");
        // A legal attribute of an existing element.
        let _ = match word {
            Some(word) => root.set_attribute(&attribute, word),
            None => root.remove_attribute(&attribute),
        };
    }
}

/// Whether things move.
#[must_use]
pub fn motion() -> Motion {
    match shown("motion").as_deref() {
        Some("on") => Motion::On,
        Some("off") => Motion::Off,
        _ => Motion::System,
    }
}

/// Chooses whether things move.
pub fn set_motion(motion: Motion) {
    show(
        "motion",
        match motion {
            Motion::System => None,
            Motion::On => Some("on"),
            Motion::Off => Some("off"),
        },
    );
}

/// Whether things stand still: chosen here, else as the system prefers.
#[must_use]
pub fn still() -> bool {
    match motion() {
        Motion::System => browser::reduced_motion(),
        Motion::On => false,
        Motion::Off => true,
    }
}

/// How close lines stand.
#[must_use]
pub fn density() -> Density {
    match shown("density").as_deref() {
        Some("comfortable") => Density::Comfortable,
        _ => Density::Compact,
    }
}

/// Chooses how close lines stand.
pub fn set_density(density: Density) {
    show("density", (density == Density::Comfortable).then_some("comfortable"));
}

/// Whether single letters act.
#[must_use]
pub fn single_keys() -> bool {
    browser::setting("single-keys").as_deref() != Some("off")
}

/// Chooses whether single letters act.
pub fn set_single_keys(on: bool) {
    browser::set_setting("single-keys", (!on).then_some("off"));
}

/// The keys of actions.
#[must_use]
pub fn keymap() -> Rc<Keymap> {
    Rc::new(Keymap::read(SHORTCUT_SHEET, &browser::setting("keys").unwrap_or_default()))
}

/// Remembers the keys of actions.
pub fn set_keymap(keymap: &Keymap) {
    browser::set_setting("keys", keymap.write().as_deref());
}
