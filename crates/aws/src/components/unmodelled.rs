//! Something imported that the engine does not model: kept as it came, and a packet that would
//! enter it gets "unknown".

use serde_json::Value;

use crate::component::{Field, FieldKind, Shape, Spec};

record! {
    /// Configuration of an unmodelled thing.
    pub struct Config {
        /// What it is, in AWS's words (`Transit gateway`).
        pub what: String,
        /// The input as it came.
        pub raw: Value,
    }
}

/// What an unmodelled thing says about itself.
pub static SPEC: Spec = Spec {
    kind: "unmodelled",
    name: "Not modelled yet",
    aws_type: None,
    id_prefix: "unmodelled",
    summary: "Imported, but not simulated yet: packets that reach it get the verdict unknown.",
    parents: &["region", "vpc", "subnet"],
    shape: Shape::Card,
    route_target: (true, true),
    endpoint: false,
    fields: &[Field::new("what", "What it is", FieldKind::Text, "")],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&hopscope_forward::ReasonSpec] = &[];
