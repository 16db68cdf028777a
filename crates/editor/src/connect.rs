//! Connecting two things: what would be created, and why not where it is illegal.

use hopscope_aws::{Document, Id};

/// What a line from one component to another would create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offers {
    /// One sentence ("Route subnet private-a to NAT gateway nat-a").
    pub title: String,
    /// What can be ticked.
    pub items: Vec<Item>,
}

/// One thing that would be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What to send in `accept` of [`crate::Intent::Connect`].
    pub key: String,
    /// What it does ("Add 0.0.0.0/0 → nat-a to rtb-private-a").
    pub text: String,
    /// Ticked to begin with.
    pub ticked: bool,
}

/// What connecting the two would create.
///
/// # Errors
/// The reason why they cannot be connected, as a sentence.
pub fn offers(_document: &Document, _from: &Id, _to: &Id) -> Result<Offers, String> {
    Err("These two cannot be connected.".to_owned())
}
