//! A managed prefix list: blocks under one id for rules and routes (PL-01 to PL-06).

use serde::{Deserialize, Serialize};

use crate::component::{Field, FieldKind, Shape, Spec};

/// Configuration of a prefix list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {
    /// Blocks, all of one family.
    pub entries: Vec<Entry>,
    /// Declared maximum size; what it counts as where it is referenced (PL-01).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_entries: Option<u32>,
    /// Owned by AWS: not editable, counts as its published weight (PL-02).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub aws_managed: bool,
}

/// One block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Entry {
    /// The block.
    pub cidr: String,
    /// The author's note.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// What a prefix list says about itself.
pub static SPEC: Spec = Spec {
    kind: "prefix-list",
    name: "Prefix list",
    aws_type: Some("AWS::EC2::PrefixList"),
    id_prefix: "pl",
    summary: "A named set of CIDR blocks for security group rules and routes.",
    parents: &["region"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("entries", "Entries", FieldKind::PrefixListEntries, "All of one address family"),
        Field::new(
            "max_entries",
            "Max entries",
            FieldKind::Number,
            "Counts in full where the list is referenced",
        ),
    ],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&hopscope_forward::ReasonSpec] = &[];
