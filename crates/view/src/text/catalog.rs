//! Title, sentence and hint of every code of `docs/rules.md` section 29 that can occur.

/// The words of one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Stable code.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// A sentence with `{facts}`; parts in `[brackets]` are left out where a fact is missing.
    pub sentence: &'static str,
    /// What to do.
    pub hint: Option<&'static str>,
}

static ENTRIES: &[Entry] = &[];

/// Every entry, in order of code.
#[must_use]
pub fn entries() -> &'static [Entry] {
    ENTRIES
}

pub(super) fn entry(code: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.code == code)
}
