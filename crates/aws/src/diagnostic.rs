//! Problems found while lowering a document: the same descriptors as packet reasons, plus where.

use hopscope_forward::{Id, ReasonSpec};
use serde::Serialize;
use serde::ser::SerializeStruct;

/// One problem of a drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The declared reason (`V_CIDR_OVERLAP`, `I_NAT_SINGLE_ZONE`).
    pub spec: &'static ReasonSpec,
    /// The component it is about; further ones that take part follow.
    pub nodes: Vec<Id>,
    /// Path of the field in the first component (`routes/2/destination`).
    pub field: Option<String>,
    /// Named values for the sentence.
    pub facts: Vec<(&'static str, String)>,
}

impl Diagnostic {
    /// A problem of one component.
    #[must_use]
    pub fn new(spec: &'static ReasonSpec, node: &Id) -> Self {
        Self { spec, nodes: vec![node.clone()], field: None, facts: Vec::new() }
    }

    /// The same, in one field.
    #[must_use]
    pub fn field(mut self, path: impl Into<String>) -> Self {
        self.field = Some(path.into());
        self
    }

    /// The same, with another component that takes part.
    #[must_use]
    pub fn with(mut self, node: &Id) -> Self {
        self.nodes.push(node.clone());
        self
    }

    /// The same with one more named fact.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let facts: std::collections::BTreeMap<_, _> = self.facts.iter().map(|(k, v)| (*k, v)).collect();
        let mut out = serializer.serialize_struct("Diagnostic", 6)?;
        out.serialize_field("code", self.spec.code)?;
        out.serialize_field("severity", &self.spec.severity)?;
        out.serialize_field("nodes", &self.nodes)?;
        out.serialize_field("field", &self.field)?;
        out.serialize_field("rules", self.spec.rules)?;
        out.serialize_field("facts", &facts)?;
        out.end()
    }
}
