//! Finding things by name, id, address, block, port or rule.

use hopscope_aws::{Document, Id};

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The component; `None` for a flow.
    pub node: Option<Id>,
    /// The flow; `None` for a component.
    pub flow: Option<String>,
    /// Its name.
    pub label: String,
    /// Kind and what matched ("route table, 0.0.0.0/0 → nat-1").
    pub detail: String,
    /// Field that matched (`routes/2`), if it was one.
    pub field: Option<String>,
    /// Higher is better.
    pub score: u32,
}

/// What matches, best first, at most `limit`.
#[must_use]
pub fn search(_document: &Document, _text: &str, _limit: usize) -> Vec<Hit> {
    Vec::new()
}
