//! What crosses the boundary, without JavaScript in it.

use hopscope_aws::{Document, Flow, LoadError, Network, QueryError};
use serde::Serialize;

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
            QueryError::Url(_) => "url",
            QueryError::Protocol(_) => "protocol",
        };
        Self { code, message: error.to_string() }
    }
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
