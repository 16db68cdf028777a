//! The starter networks: complete documents with flows and expectations.

use hopscope_aws::{Document, LoadError};

/// A network to start from.
#[derive(Clone, Copy, Debug)]
pub struct Starter {
    /// Stable name for links (`egress-only`).
    pub slug: &'static str,
    /// Title.
    pub title: &'static str,
    /// One sentence on what it shows.
    pub summary: &'static str,
    /// The document as JSON.
    pub json: &'static str,
}

impl Starter {
    /// The document.
    ///
    /// # Errors
    /// Never for the starters of this build; a test says so.
    pub fn document(&self) -> Result<Document, LoadError> {
        Document::from_json(self.json.as_bytes())
    }
}

/// The starters, in the order they are shown.
#[must_use]
pub fn starters() -> &'static [Starter] {
    &[]
}
