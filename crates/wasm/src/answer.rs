//! What crosses the boundary, without JavaScript in it.

use hopscope_aws::{Document, Flow, LoadError, Network, QueryError};
use hopscope_interop::ImportError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Stable word: `document`, `flow`, `end`, `address`, `protocol` or `files`.
    pub code: &'static str,
    /// One sentence: what, where, what to do.
    pub message: String,
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self { code: "document", message: error.to_string() }
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        let code = match error {
            QueryError::UnknownEnd { .. } | QueryError::NotAnEnd { .. } => "end",
            QueryError::NoAddress { .. } | QueryError::Source(_) => "address",
            QueryError::Protocol(_) => "protocol",
        };
        Self { code, message: error.to_string() }
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        Self { code: "files", message: error.to_string() }
    }
}

impl Failure {
    /// The files were not given as files.
    pub fn files(problem: &dyn std::fmt::Display) -> Self {
        let message = format!("The files are not a list of objects with path and text: {problem}.");
        Self { code: "files", message }
    }
}

/// One file to import.
#[derive(Debug, Deserialize)]
pub struct File {
    /// Its path; tells the Region where the content does not.
    path: String,
    /// Its content.
    text: String,
}

/// A document made of files, and what to know about it.
#[derive(Debug, Serialize)]
pub struct Imported {
    document: Value,
    unmodelled: Vec<Unmodelled>,
    notes: Vec<Note>,
}

/// One thing that is kept but not simulated.
#[derive(Debug, Serialize)]
struct Unmodelled {
    what: String,
    id: String,
    path: String,
}

/// One remark.
#[derive(Debug, Serialize)]
struct Note {
    text: String,
    path: String,
}

/// Makes a document of files.
pub fn import(files: &[File]) -> Result<Imported, Failure> {
    let files: Vec<_> = files.iter().map(|file| (file.path.clone(), file.text.as_bytes())).collect();
    let import = hopscope_interop::import(&files)?;
    let unmodelled = import
        .unmodelled
        .into_iter()
        .map(|thing| Unmodelled { what: thing.what, id: thing.id.to_string(), path: thing.path })
        .collect();
    let notes = import.notes.into_iter().map(|note| Note { text: note.text, path: note.path }).collect();
    Ok(Imported { document: import.document.to_value(), unmodelled, notes })
}

/// Reads a flow from JSON text.
pub fn read_flow(text: &str) -> Result<Flow, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure { code: "flow", message: format!("This is not a flow: {error}.") })
}

/// One line of the table of expectations.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The flow.
    pub id: String,
    /// The verdict its author expects.
    pub expected: Option<String>,
    /// The verdict it gets; nothing when it cannot be traced.
    pub verdict: Option<&'static str>,
    /// The reason code, unless allowed.
    pub code: Option<&'static str>,
    /// Whether what happens is what is expected; nothing without an expectation.
    pub met: Option<bool>,
}

/// Traces every flow of the document.
pub fn check(document: &Document, network: &Network) -> Vec<Checked> {
    let one = |flow: &Flow| {
        let trace = hopscope_aws::trace(network, flow).ok();
        let verdict = trace.as_ref().map(|trace| trace.verdict.word());
        let code = trace.as_ref().and_then(|trace| trace.reason.as_ref()).map(|reason| reason.spec.code);
        let met = flow.expect.as_ref().map(|expect| {
            verdict == Some(expect.verdict.as_str())
                && expect.code.as_deref().is_none_or(|wanted| code == Some(wanted))
        });
        let expected = flow.expect.as_ref().map(|expect| expect.verdict.clone());
        Checked { id: flow.id.clone(), expected, verdict, code, met }
    };
    document.flows.iter().map(|flow| one(flow)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_have_stable_codes() {
        let document = Document::from_json(b"[]").map_err(Failure::from);
        assert_eq!(document.err().map(|failure| failure.code), Some("document"));
        assert_eq!(read_flow("{").err().map(|failure| failure.code), Some("flow"));
        let end = QueryError::UnknownEnd { field: "from", text: "nobody".to_owned() };
        assert_eq!(Failure::from(end).code, "end");
    }

    #[test]
    fn an_untraceable_flow_does_not_meet_its_expectation() {
        let text = r#"{ "hopscope": 1, "flows": [
            { "id": "a", "from": "nobody", "to": "10.0.0.1", "expect": { "verdict": "allowed" } },
            { "id": "b", "from": "nobody", "to": "10.0.0.1" } ] }"#;
        let document = Document::from_json(text.as_bytes()).expect("a document");
        let checked = check(&document, &Network::build(&document));
        assert_eq!(checked[0].met, Some(false));
        assert_eq!(checked[1].met, None);
    }
}
