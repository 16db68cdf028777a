//! A managed prefix list: blocks under one id for rules and routes (PL-01 to PL-06).

use crate::component::{Field, FieldKind, Shape, Spec};

record! {
    /// Configuration of a prefix list.
    pub struct Config {
        /// Blocks, all of one family.
        pub entries: Vec<Entry>,
        /// Declared maximum size; what it counts as where it is referenced (PL-01).
        pub max_entries: Option<u32>,
        /// Owned by AWS: not editable, counts as its published weight (PL-02).
        pub aws_managed: bool,
    }
}

record! {
    /// One block.
    pub struct Entry {
        /// The block.
        pub cidr: String,
        /// The author's note.
        pub description: String,
    }
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
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&hopscope_forward::ReasonSpec] = &[];
