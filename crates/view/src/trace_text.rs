//! A story as text: a ladder for terminals, a table for Markdown.

use crate::Story;

/// A ladder in plain text, one line for each step, evidence and refusals below.
#[must_use]
pub fn ladder(story: &Story) -> String {
    story.summary.clone()
}

/// The steps as a Markdown table.
#[must_use]
pub fn markdown(story: &Story) -> String {
    story.summary.clone()
}
