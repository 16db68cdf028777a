//! Fields of a component as form fields: labels, values, choices, what is wrong with a cell.

use hopscope_aws::{Document, FieldKind, Network, Node};
use serde_json::Value;

/// One thing to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Value in the document; empty for "none".
    pub value: String,
    /// What people read.
    pub label: String,
}

/// A column of a field that holds rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name in the row's JSON.
    pub key: &'static str,
    /// Heading.
    pub label: &'static str,
    /// What its cells hold.
    pub cell: Cell,
}

/// What a cell of a row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Free text.
    Text,
    /// A whole number.
    Number,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// On or off.
    Flag,
    /// A protocol by name or number.
    Protocol,
    /// A port, a range, or an ICMP type; `all`.
    Ports,
    /// A CIDR block.
    Cidr,
    /// A CIDR block, a prefix list or a security group.
    Peer,
    /// A CIDR block or a prefix list.
    Destination,
    /// A route target.
    Target,
    /// An IP address.
    Address,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// Name in the document.
    pub key: &'static str,
    /// Label.
    pub label: &'static str,
    /// One line of help, or empty.
    pub help: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Its value.
    pub value: Value,
    /// What may be chosen, for references and choices.
    pub choices: Vec<Choice>,
    /// Columns, for fields that hold rows.
    pub columns: &'static [Column],
    /// What is wrong: (path inside the field, sentence). An empty path is the whole field.
    pub problems: Vec<(String, String)>,
}

/// The form of a component.
#[must_use]
pub fn fields(_document: &Document, _network: &Network, _node: &Node) -> Vec<FormField> {
    Vec::new()
}

/// The columns of a field that holds rows; empty for others.
#[must_use]
pub fn columns(_kind: FieldKind) -> &'static [Column] {
    &[]
}

/// What is wrong with a cell as typed; none if it is fine. Empty text is judged too.
#[must_use]
pub fn check_cell(_document: &Document, _cell: Cell, _text: &str) -> Option<String> {
    None
}

/// Choices for a cell of a row (targets, peers, prefix lists) to be offered while typing.
#[must_use]
pub fn suggestions(_document: &Document, _node: &Node, _cell: Cell) -> Vec<Choice> {
    Vec::new()
}
