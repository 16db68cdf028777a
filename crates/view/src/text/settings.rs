//! Words of the settings: keys, appearance, language, data on this device.

/// The dialog, and what opens it.
pub const SETTINGS: &str = "Settings";

// ---- appearance ----

/// Section: theme, motion, density.
pub const APPEARANCE: &str = "Appearance";
/// Whether things move.
pub const MOTION: &str = "Motion";
/// As the system prefers.
pub const SYSTEM: &str = "System";
/// Always.
pub const ON: &str = "On";
/// Never.
pub const OFF: &str = "Off";
/// What motion is.
pub const MOTION_HINT: &str =
    "Off: packets step from hop to hop instead of travelling, and panels do not slide.";
/// How close lines stand.
pub const DENSITY: &str = "Density";
/// Close.
pub const COMPACT: &str = "Compact";
/// Less close.
pub const COMFORTABLE: &str = "Comfortable";

// ---- language ----

/// Section: language.
pub const LANGUAGE: &str = "Language";
/// The language there is.
pub const ENGLISH: &str = "English";
/// Why there is no other.
pub const LANGUAGE_HINT: &str =
    "Hopscope speaks English only, so far. All its words stand in one catalogue, ready for a translation.";

// ---- keys ----

/// Section: keys.
pub const KEYS: &str = "Keyboard shortcuts";
/// Column: what a key does.
pub const KEY_ACTION: &str = "Action";
/// Column: the key.
pub const KEY: &str = "Key";
/// What single keys are.
pub const SINGLE_KEYS_HINT: &str = "Off: letters and other single characters do nothing until you type them into a field. Keys with Ctrl, Alt or a function key still act.";
/// From the sheet of shortcuts to this list.
pub const CHANGE_KEYS: &str = "Change keys…";
/// Change the key of an action.
#[must_use]
pub fn change_key(title: &str, keys: &str) -> String {
    format!("Change the key of {title}, now {keys}")
}
/// Waiting for a key.
pub const PRESS_KEY: &str = "Press a key…";
/// What to do while waiting.
#[must_use]
pub fn press_key_for(title: &str) -> String {
    format!("Press the new key for {title}. Esc keeps the old one.")
}
/// Done.
#[must_use]
pub fn key_changed(title: &str, key: &str) -> String {
    format!("{title} is now {key}.")
}
/// Give an action its default key back.
#[must_use]
pub fn restore_key(title: &str) -> String {
    format!("Default key for {title}")
}
/// Done.
#[must_use]
pub fn key_restored(title: &str, key: &str) -> String {
    format!("{title} is {key} again.")
}
/// Give all keys back.
pub const RESTORE_KEYS: &str = "Reset all shortcuts";
/// Done.
pub const KEYS_RESTORED: &str = "All shortcuts are as they were at first.";
/// A key that cannot be given.
pub const KEY_NEEDED: &str = "That key is needed for moving about. Choose a letter, another character, or one of F1 to F12; Ctrl, Alt and Shift may go with it.";
/// A key the browser keeps.
pub const KEY_OF_BROWSER: &str = "The browser keeps that key for itself. Choose another one.";
/// A digit, or a second key of another action.
pub const KEY_FIXED: &str =
    "That key belongs to an action that keeps it. Choose a letter, or the same key with Ctrl or Alt.";
/// Another action has the key.
#[must_use]
pub fn conflict(key: &str, title: &str) -> String {
    format!("{key} is the key of \"{title}\". Give that one another key first, or choose a different key.")
}
/// An action that is no more.
pub const NO_SUCH_ACTION: &str = "There is no such action.";

// ---- data ----

/// Section: what is kept on this device.
pub const DATA: &str = "Data on this device";
/// What it is.
pub const DATA_HINT: &str =
    "Documents and settings are kept by this browser, on this device. Nothing is sent anywhere.";
/// How many documents.
#[must_use]
pub fn documents(count: usize) -> String {
    match count {
        0 => "No documents".to_owned(),
        1 => "1 document".to_owned(),
        n => format!("{n} documents"),
    }
}
/// How much room they take of what there is, both in bytes.
#[must_use]
pub fn room(used: f64, of: f64) -> String {
    format!("{} used of {}", bytes(used), bytes(of))
}
/// An amount of storage.
#[must_use]
pub fn bytes(count: f64) -> String {
    let (kb, mb, gb) = (1e3, 1e6, 1e9);
    if count >= gb {
        format!("{:.1} GB", count / gb)
    } else if count >= mb {
        format!("{:.1} MB", count / mb)
    } else {
        format!("{:.0} kB", (count / kb).ceil())
    }
}
/// The browser will not clear it by itself.
pub const PERSISTENT: &str = "The browser keeps this data until you erase it.";
/// The browser may clear it.
pub const NOT_PERSISTENT: &str =
    "The browser may clear this data when the device runs out of room. Export what matters.";
/// The browser stores nothing.
pub const NO_STORAGE: &str =
    "This browser does not let the page store anything. Settings last until the tab is closed.";
/// All documents as one file.
pub const EXPORT_ALL: &str = "Export all documents";
/// Documents out of such a file.
pub const IMPORT_ALL: &str = "Import documents";
/// Erase everything.
pub const ERASE_ALL: &str = "Erase everything…";
/// What was exported.
#[must_use]
pub fn exported(count: usize, lost: usize) -> String {
    let whole = format!("Exported {}.", documents(count).to_lowercase());
    if lost == 0 {
        whole
    } else {
        format!("{whole} {} could not be read and are not in the file.", documents(lost))
    }
}
/// What was imported: new ones, ones that were here already, broken ones.
#[must_use]
pub fn imported(new: usize, known: usize, lost: usize) -> String {
    let mut out = format!("Imported {}.", documents(new).to_lowercase());
    match known {
        0 => {}
        1 => out.push_str(" 1 was here already."),
        n => out.push_str(&format!(" {n} were here already.")),
    }
    match lost {
        0 => {}
        1 => out.push_str(" 1 could not be read and was left out."),
        n => out.push_str(&format!(" {n} could not be read and were left out.")),
    }
    out
}
/// A file of another version.
pub const BUNDLE_VERSION: &str =
    "This file of documents was written by a newer Hopscope. Reload the page to get the newest version.";
/// A file without documents.
pub const BUNDLE_EMPTY: &str =
    "This file says that it holds documents of Hopscope, but there are none in it.";
/// Too many at once.
#[must_use]
pub fn bundle_too_many(found: usize, limit: usize) -> String {
    format!("This file holds {found} documents; at most {limit} are read at once.")
}
/// Heading of the confirming step.
pub const ERASE_TITLE: &str = "Erase everything on this device?";
/// What goes.
#[must_use]
pub fn erase_what(count: usize) -> String {
    match count {
        0 => "This removes your settings from this browser. It cannot be undone.".to_owned(),
        1 => "This removes 1 document and your settings from this browser. It cannot be undone.".to_owned(),
        n => format!("This removes {n} documents and your settings from this browser. It cannot be undone."),
    }
}
/// Label of the list of what goes.
pub const ERASE_LIST: &str = "What is erased";
/// Do it.
pub const ERASE: &str = "Erase everything";
/// Do not.
pub const KEEP: &str = "Keep everything";
/// It did not work.
pub const ERASE_FAILED: &str = "The browser did not let the page erase everything. Clear the data of this site in the browser's settings.";
/// Documents could not be read.
pub const READ_FAILED: &str = "The browser did not let the page read its documents.";

// ---- releases ----

/// A newer release is on this device.
pub const NEW_VERSION: &str = "A new version of Hopscope is ready.";
/// Use it.
pub const USE_NEW_VERSION: &str = "Use it now";
/// Other pages are open, which must stay as they are.
#[must_use]
pub fn other_tabs(count: u32) -> String {
    if count == 1 {
        "A new version of Hopscope is ready. It begins when the other tab with Hopscope is closed.".to_owned()
    } else {
        format!(
            "A new version of Hopscope is ready. It begins when the {count} other tabs with Hopscope are closed."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_to_what_can_be_read() {
        assert_eq!(bytes(0.0), "0 kB");
        assert_eq!(bytes(1.0), "1 kB");
        assert_eq!(bytes(2_345_678.0), "2.3 MB");
        assert_eq!(room(12_000.0, 3.2e9), "12 kB used of 3.2 GB");
    }

    #[test]
    fn an_import_tells_what_was_left_out() {
        assert_eq!(imported(2, 0, 0), "Imported 2 documents.");
        assert_eq!(
            imported(0, 1, 2),
            "Imported no documents. 1 was here already. 2 could not be read and were left out."
        );
    }
}
