//! The whole network as a tree in reading order: the second view, and what a screen reader reads.

use hopscope_aws::{Document, Id};

/// One line of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The component.
    pub id: Id,
    /// Its kind.
    pub kind: &'static str,
    /// Its name, or its id.
    pub label: String,
    /// Addresses, zone, counts ("10.0.16.0/20, us-east-1a, public").
    pub detail: String,
    /// Depth, from 1 (`aria-level`).
    pub level: usize,
    /// Position among its siblings, from 1 (`aria-posinset`).
    pub position: usize,
    /// Number of siblings, itself included (`aria-setsize`).
    pub siblings: usize,
    /// Whether it has rows below it.
    pub has_children: bool,
    /// Everything a screen reader says ("private-a, subnet, 10.0.16.0/20, 2 of 6 in VPC main").
    pub spoken: String,
}

/// The whole network, one row for each component, containers before what they hold.
#[must_use]
pub fn outline(_document: &Document) -> Vec<Row> {
    Vec::new()
}

/// What a screen reader says about one component.
#[must_use]
pub fn describe(document: &Document, id: &Id) -> String {
    document.node(id).map_or_else(String::new, |node| crate::names::title(node))
}
