//! Fields of a component as form fields: labels, values, choices, what is wrong with a cell.

mod check;

use hopscope_aws::{Config, Document, FieldKind, Network, Node};
use serde_json::Value;

use crate::text::{self, ui};

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
    /// A component of one of these kinds.
    Ref(&'static [&'static str]),
    /// Texts, separated by commas.
    List,
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
    pub columns: Vec<Column>,
    /// What is wrong: (path inside the field, sentence). An empty path is the whole field.
    pub problems: Vec<(String, String)>,
}

/// The form of a component: its fields with values, choices and what is wrong with each.
#[must_use]
pub fn fields(document: &Document, network: &Network, node: &Node) -> Vec<FormField> {
    let values = node.config.fields();
    node.config
        .spec()
        .fields
        .iter()
        .map(|field| {
            let value = values.get(field.key).cloned().unwrap_or(Value::Null);
            let mut problems = check::field(document, field.kind, &value);
            for diagnostic in network.diagnostics() {
                if diagnostic.nodes.first() != Some(&node.id) {
                    continue;
                }
                let path = diagnostic.field.as_deref().unwrap_or_default();
                let inside = path.strip_prefix(field.key).map(|rest| rest.trim_start_matches(['/', '.']));
                let own = path == field.key
                    || path.get(field.key.len()..).is_some_and(|rest| rest.starts_with(['/', '.']));
                if let (Some(inside), true) = (inside, own) {
                    problems.push((inside.to_owned(), text::diagnostic_sentence(diagnostic)));
                }
            }
            FormField {
                key: field.key,
                label: field.label,
                help: field.help,
                kind: field.kind,
                choices: choices(document, node, field.kind),
                columns: columns(field.kind),
                problems,
                value,
            }
        })
        .collect()
}

/// The columns of a field that holds rows; empty for others.
#[must_use]
pub fn columns(kind: FieldKind) -> Vec<Column> {
    let fixed = match kind {
        FieldKind::Rows(rows) => {
            return rows
                .columns
                .iter()
                .map(|field| column(field.key, field.label, cell_of(field.kind)))
                .collect();
        }
        FieldKind::PrivateAddresses => PRIVATE_ADDRESSES,
        FieldKind::SecurityGroupRules => SECURITY_GROUP_RULES,
        FieldKind::NetworkAclRules => NETWORK_ACL_RULES,
        FieldKind::Routes => ROUTES,
        FieldKind::PrefixListEntries => ENTRIES,
        FieldKind::PortForwards => PORT_FORWARDS,
        FieldKind::Text
        | FieldKind::Number
        | FieldKind::Flag
        | FieldKind::Choice(_)
        | FieldKind::Cidr4
        | FieldKind::Cidr6
        | FieldKind::Cidr4List
        | FieldKind::Cidr6List
        | FieldKind::Address
        | FieldKind::AddressList
        | FieldKind::Ref(_)
        | FieldKind::TextList
        | FieldKind::RefList(_) => &[],
    };
    fixed.to_vec()
}

/// What a column of a row holds, from what its field holds.
fn cell_of(kind: FieldKind) -> Cell {
    match kind {
        FieldKind::Number => Cell::Number,
        FieldKind::Flag => Cell::Flag,
        FieldKind::Choice(words) => Cell::Choice(words),
        FieldKind::Address => Cell::Address,
        FieldKind::Ref(kinds) => Cell::Ref(kinds),
        FieldKind::Cidr4List | FieldKind::Cidr6List | FieldKind::RefList(_) | FieldKind::TextList => {
            Cell::List
        }
        _ => Cell::Text,
    }
}

const fn column(key: &'static str, label: &'static str, cell: Cell) -> Column {
    Column { key, label, cell }
}

static PRIVATE_ADDRESSES: &[Column] =
    &[column("address", ui::COL_PRIVATE, Cell::Address), column("public_ip", ui::COL_PUBLIC, Cell::Address)];
static SECURITY_GROUP_RULES: &[Column] = &[
    column("protocol", ui::COL_PROTOCOL, Cell::Protocol),
    column("ports", ui::COL_PORTS, Cell::Ports),
    column("peer", ui::COL_PEER, Cell::Peer),
    column("description", ui::COL_NOTE, Cell::Text),
];
static NETWORK_ACL_RULES: &[Column] = &[
    column("number", ui::COL_RULE_NUMBER, Cell::Number),
    column("action", ui::COL_ACTION, Cell::Choice(&["allow", "deny"])),
    column("protocol", ui::COL_PROTOCOL, Cell::Protocol),
    column("ports", ui::COL_PORTS, Cell::Ports),
    column("cidr", ui::COL_BLOCK, Cell::Cidr),
];
static ROUTES: &[Column] = &[
    column("destination", ui::COL_DESTINATION, Cell::Destination),
    column("target", ui::COL_TARGET, Cell::Target),
    column("propagated", ui::COL_PROPAGATED, Cell::Flag),
];
static ENTRIES: &[Column] =
    &[column("cidr", ui::COL_BLOCK, Cell::Cidr), column("description", ui::COL_NOTE, Cell::Text)];
static PORT_FORWARDS: &[Column] = &[
    column("port", ui::COL_PORT, Cell::Number),
    column("to", ui::COL_FORWARD_TO, Cell::Address),
    column("to_port", ui::COL_TO_PORT, Cell::Number),
];

/// What is wrong with a cell as typed; none if it is fine. Empty text is judged too.
#[must_use]
pub fn check_cell(document: &Document, cell: Cell, text: &str) -> Option<String> {
    check::cell(document, cell, text)
}

/// Choices for a cell of a row (targets, peers, prefix lists) to be offered while typing.
#[must_use]
pub fn suggestions(document: &Document, node: &Node, cell: Cell) -> Vec<Choice> {
    let fixed = |words: &[&str]| words.iter().map(|word| choice(word, word)).collect::<Vec<_>>();
    match cell {
        Cell::Protocol => fixed(&["all", "tcp", "udp", "icmp", "icmpv6"]),
        Cell::Ports => fixed(&["all", "22", "80", "443", "3306", "5432", "1024-65535"]),
        Cell::Choice(words) => fixed(words),
        Cell::Cidr => anywhere(),
        Cell::Destination => {
            let mut all = anywhere();
            all.extend(near(document, node, &|other| matches!(other.config, Config::PrefixList(_))));
            all
        }
        Cell::Peer => {
            let mut all = anywhere();
            all.extend(near(document, node, &|other| {
                matches!(other.config, Config::SecurityGroup(_) | Config::PrefixList(_))
            }));
            all
        }
        Cell::Target => {
            let mut all = near(document, node, &|other| {
                let (v4, v6) = other.config.spec().route_target;
                v4 || v6
            });
            all.push(choice(ui::LOCAL, ui::LOCAL));
            all
        }
        Cell::Ref(kinds) => kinds
            .iter()
            .filter(|kind| hopscope_aws::spec(kind).is_none())
            .map(|word| choice(word, word))
            .chain(near(document, node, &|other| kinds.contains(&other.kind())))
            .collect(),
        Cell::Text | Cell::Number | Cell::Flag | Cell::Address | Cell::List => Vec::new(),
    }
}

fn anywhere() -> Vec<Choice> {
    vec![choice("0.0.0.0/0", ui::ANY_IPV4), choice("::/0", ui::ANY_IPV6)]
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned() }
}

/// Components in the same VPC, and prefix lists, which belong to the Region.
fn near(document: &Document, node: &Node, wanted: &dyn Fn(&Node) -> bool) -> Vec<Choice> {
    // The subnets of an attachment are those of the VPC it attaches.
    let attached = match &node.config {
        Config::TransitGatewayAttachment(attachment) => attachment.resource.as_deref(),
        _ => None,
    };
    let attached = attached.and_then(|id| document.enclosing(id, "vpc"));
    let vpc = document.enclosing(&node.id, "vpc").or(attached).map(|vpc| &vpc.id);
    document
        .nodes
        .values()
        .filter(|other| other.id != node.id && wanted(other))
        .filter(|other| {
            let theirs = document.enclosing(&other.id, "vpc").map(|vpc| &vpc.id);
            // PrivateLink crosses VPCs; so does an attachment's choice of what it attaches.
            let crosses = matches!(other.kind(), "vpc" | "endpoint-service" | "gateway-load-balancer");
            vpc.is_none() || theirs.is_none() || theirs == vpc || crosses
        })
        .map(|other| choice(&other.id, &called(other)))
        .collect()
}

/// A component as lists show it: name, id and kind.
fn called(node: &Node) -> String {
    let kind = node.config.spec().name;
    if node.name.is_empty() {
        format!("{} ({kind})", node.id)
    } else {
        format!("{} ({kind}, {})", node.name, node.id)
    }
}

fn choices(document: &Document, node: &Node, kind: FieldKind) -> Vec<Choice> {
    match kind {
        FieldKind::Choice(words) => words.iter().map(|word| choice(word, word)).collect(),
        FieldKind::Ref(kinds) => {
            let mut all = vec![choice("", ui::NONE)];
            all.extend(near(document, node, &|other| kinds.contains(&other.kind())));
            all
        }
        FieldKind::RefList(kind) => near(document, node, &|other| other.kind() == kind),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
