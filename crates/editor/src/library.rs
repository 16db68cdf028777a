//! The list of documents on this device.

/// A file name for a document of that name.
#[must_use]
pub fn file_name(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().take(80) {
        match c {
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ if out.is_empty() || out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    let stem = out.trim_end_matches('-');
    format!("{}.hopscope.json", if stem.is_empty() { "network" } else { stem })
}
