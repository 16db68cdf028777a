//! Chips: what is offered, and what each does.

use hopscope_aws::{Document, Id};

use crate::place::Chip;

/// The likely next acts for a component, most likely first.
#[must_use]
pub fn chips(_document: &Document, _id: &Id) -> Vec<Chip> {
    Vec::new()
}
