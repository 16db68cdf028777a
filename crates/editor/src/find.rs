//! Finding on the map: every place that fits, by name, address, block, port, protocol or rule text,
//! in groups. [`crate::search`] gives one best place for each component; this gives them all.

use std::net::IpAddr;

use hopscope_aws::{Config, Document, FieldKind, Id, Node, Shape, cells};
use hopscope_net::{IpNet, PortRange, Protocol};
use serde_json::Value;

use crate::search::score;
use crate::{flows, names, outline};

/// What kind of place was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// A component by its name, id or kind.
    Components,
    /// A block or an address of a component.
    Addresses,
    /// A route.
    Routes,
    /// A rule of a group, an access control list or a firewall.
    Rules,
    /// Any other setting or row.
    Settings,
    /// A flow.
    Flows,
}

impl Group {
    /// Heading over what was found.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Components => "Components",
            Self::Addresses => "Addresses and blocks",
            Self::Routes => "Routes",
            Self::Rules => "Rules",
            Self::Settings => "Settings",
            Self::Flows => "Flows",
        }
    }
}

/// A place that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What kind of place.
    pub group: Group,
    /// The component; none for a flow.
    pub node: Option<Id>,
    /// The flow; none for a component.
    pub flow: Option<String>,
    /// Its name.
    pub label: String,
    /// What fits ("0.0.0.0/0 → nat-a").
    pub detail: String,
    /// The field or row that fits (`routes/2`).
    pub field: Option<String>,
    /// Higher is better; only places of one group are compared.
    pub score: u32,
}

/// Places that score no more than this fit everything else as well: default routes, rules for all
/// traffic.
pub const WEAK: u32 = 10;

/// Most places that are told.
pub const MOST: usize = 200;

/// What was typed, understood once.
struct Query {
    text: String,
    address: Option<IpAddr>,
    block: Option<IpNet>,
    port: Option<u16>,
    /// `Some(None)` is every protocol.
    protocol: Option<Option<Protocol>>,
}

impl Query {
    fn of(typed: &str) -> Self {
        let text = typed.trim().to_lowercase();
        let number = |text: &str| text.trim().trim_start_matches(':').parse::<u16>().ok();
        // "tcp 443", "tcp/443" and "tcp:443" ask for a rule; "port 443" and ":443" for a port.
        let pair = text.split_once([' ', '/', ':']).and_then(|(first, second)| {
            let port = number(second)?;
            match first.trim() {
                "" | "port" => Some((None, port)),
                word => Some((Some(cells::protocol(word).filter(|_| !word.is_empty())?), port)),
            }
        });
        let address = text.parse().ok();
        let block = if text.contains('/') { cells::cidr(&text) } else { None };
        let (protocol, port) = match pair.filter(|_| block.is_none()) {
            Some((protocol, port)) => (protocol, Some(port)),
            None => (None, number(&text)),
        };
        Self { address, block, port, protocol, text }
    }

    /// Whether only rules can answer.
    fn is_traffic(&self) -> bool {
        self.protocol.is_some() && self.port.is_some()
    }
}

/// Every place that fits, by group, the best first in each, at most [`MOST`].
#[must_use]
pub fn find(document: &Document, typed: &str) -> Vec<Found> {
    let query = Query::of(typed);
    if query.text.is_empty() {
        return Vec::new();
    }
    let mut out = Vec::new();
    for node in document.nodes.values() {
        component(document, node, &query, &mut out);
        fields(document, node, &query, &mut out);
    }
    for flow in &document.flows {
        let label = flows::describe(document, flow);
        let port = query.port.is_some() && flow.port == query.port;
        let score = score(&query.text, &label).or(score(&query.text, &flow.id)).or(port.then_some(40));
        out.extend(score.map(|score| Found {
            group: Group::Flows,
            node: None,
            flow: Some(flow.id.clone()),
            label,
            detail: String::new(),
            field: None,
            score,
        }));
    }
    out.sort_by_key(|found| (found.group, std::cmp::Reverse(found.score)));
    out.truncate(MOST);
    out
}

fn component(document: &Document, node: &Node, query: &Query, out: &mut Vec<Found>) {
    let scores = [
        score(&query.text, &node.name).filter(|_| !node.name.is_empty()),
        score(&query.text, &node.id).map(|score| score.saturating_sub(1)),
        score(&query.text, node.config.spec().name).map(|score| score / 2),
    ];
    let Some(score) = scores.into_iter().flatten().max() else { return };
    out.push(Found {
        group: Group::Components,
        node: Some(node.id.clone()),
        flow: None,
        label: node.label().to_owned(),
        detail: outline::detail_with_kind(document, node),
        field: None,
        score,
    });
}

fn fields(document: &Document, node: &Node, query: &Query, out: &mut Vec<Found>) {
    // What was imported and is not understood is not looked through.
    if matches!(node.config, Config::Unmodelled(_)) {
        return;
    }
    let mut add = |group: Group, path: String, value: &Value, score: u32| {
        let kind = names::noun(node.kind());
        out.push(Found {
            group,
            node: Some(node.id.clone()),
            flow: None,
            label: node.label().to_owned(),
            detail: format!("{kind}, {}", words(document, value)),
            field: Some(path),
            score,
        });
    };
    for field in node.config.spec().fields {
        let group = match field.kind {
            FieldKind::Routes => Group::Routes,
            FieldKind::SecurityGroupRules | FieldKind::NetworkAclRules => Group::Rules,
            FieldKind::Rows(_) if field.key.contains("route") => Group::Routes,
            FieldKind::Rows(_) if field.key.contains("rule") => Group::Rules,
            FieldKind::Cidr4
            | FieldKind::Cidr6
            | FieldKind::Cidr4List
            | FieldKind::Cidr6List
            | FieldKind::Address
            | FieldKind::AddressList
            | FieldKind::PrivateAddresses
            | FieldKind::PrefixListEntries => Group::Addresses,
            // What a component refers to is found where it stands.
            FieldKind::Ref(_) | FieldKind::RefList(_) | FieldKind::Flag => continue,
            FieldKind::Text
            | FieldKind::Number
            | FieldKind::Choice(_)
            | FieldKind::TextList
            | FieldKind::Rows(_)
            | FieldKind::PortForwards => Group::Settings,
        };
        match node.field(field.key) {
            Value::Array(rows) => {
                for (index, row) in rows.iter().enumerate() {
                    if let Some(score) = in_row(document, row, query) {
                        add(group, format!("{}/{index}", field.key), row, score);
                    }
                }
            }
            value => {
                if let Some(score) = in_cell(&value, query).filter(|_| !query.is_traffic()) {
                    let address = value.as_str().is_some_and(|text| cells::cidr(text).is_some());
                    let group = if address { Group::Addresses } else { group };
                    add(group, field.key.to_owned(), &value, score);
                }
            }
        }
    }
}

/// How well a row fits: by its cells, or by its words together.
fn in_row(document: &Document, row: &Value, query: &Query) -> Option<u32> {
    let Value::Object(cells) = row else {
        return if query.is_traffic() { None } else { in_cell(row, query) };
    };
    let text = |key: &str| cells.get(key).and_then(Value::as_str);
    if let (Some(ports), Some(port)) = (text("ports"), query.port) {
        let protocol = text("protocol").unwrap_or("all");
        let own = cells::protocol(protocol).flatten();
        let fits = query.protocol.flatten().is_none_or(|wanted| own.is_none_or(|own| own == wanted));
        // Protocols without ports, and "all", let every port pass.
        let carries = own.is_none_or(|own| own == Protocol::TCP || own == Protocol::UDP);
        let everything = own.is_none() || ports.trim().is_empty() || ports.trim().eq_ignore_ascii_case("all");
        if fits && carries {
            let range: Option<PortRange> = ports.parse().ok();
            match range.filter(|range| !everything && *range != PortRange::ALL) {
                Some(range) if range.first == port && range.last == port => return Some(90),
                Some(range) if range.contains(port) => return Some(70),
                None if everything || range.is_some() => return Some(WEAK),
                _ => {}
            }
        }
    }
    if query.is_traffic() {
        return None;
    }
    let by_cell = cells.values().filter_map(|cell| in_cell(cell, query)).max();
    by_cell.or_else(|| {
        let plain = query.address.is_none() && query.block.is_none();
        score(&query.text, &words(document, row)).filter(|_| plain).map(|score| score.saturating_sub(10))
    })
}

fn in_cell(value: &Value, query: &Query) -> Option<u32> {
    match value {
        Value::String(text) => in_text(text, query),
        Value::Number(number) => {
            (query.port.is_some() && number.as_u64() == query.port.map(u64::from)).then_some(60)
        }
        Value::Array(items) => items.iter().filter_map(|item| in_cell(item, query)).max(),
        Value::Object(cells) => cells.values().filter_map(|cell| in_cell(cell, query)).max(),
        Value::Null | Value::Bool(_) => None,
    }
}

fn in_text(text: &str, query: &Query) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    if let Some(address) = query.address {
        if text.trim().parse() == Ok(address) {
            return Some(100);
        }
        // The narrower the block, the better; what contains everything comes last.
        return cells::cidr(text)
            .filter(|net| net.contains(&address))
            .map(|net| 5 + u32::from(net.prefix_len()) * 90 / u32::from(net.max_prefix_len()));
    }
    if let Some(block) = query.block {
        let net = cells::cidr(text)?;
        if net == block {
            return Some(100);
        }
        // What lies inside of it, then what it lies in.
        if block.contains(&net) && block.prefix_len() > 0 {
            return Some(60);
        }
        return (net.contains(&block) && net.prefix_len() > 0).then_some(40);
    }
    // A bare number is a port, not a part of an address.
    if query.port.is_some() && text.trim() != query.text {
        return None;
    }
    score(&query.text, text)
}

/// A row or a value in words, with names instead of ids.
fn words(document: &Document, value: &Value) -> String {
    match value {
        Value::String(text) => flows::end_name(document, text),
        Value::Bool(_) | Value::Null => String::new(),
        Value::Array(items) => join(document, items.iter(), ", "),
        Value::Object(cells) => {
            join(document, cells.values(), if cells.contains_key("target") { " → " } else { " " })
        }
        Value::Number(number) => number.to_string(),
    }
}

fn join<'a>(document: &Document, values: impl Iterator<Item = &'a Value>, with: &str) -> String {
    let parts: Vec<String> = values.map(|value| words(document, value)).filter(|w| !w.is_empty()).collect();
    parts.join(with)
}

/// Where a component shows on the map: itself, or for a table or a filter, what uses it.
#[must_use]
pub fn shown_at(document: &Document, id: &Id) -> Vec<Id> {
    let Some(node) = document.node(id) else { return Vec::new() };
    if !matches!(node.config.spec().shape, Shape::Table | Shape::Band) {
        return vec![id.clone()];
    }
    let refers = |other: &Node| {
        other.config.spec().fields.iter().any(|field| match (field.kind, other.field(field.key)) {
            (FieldKind::Ref(_), Value::String(text)) => text == id.as_str(),
            (FieldKind::RefList(_), Value::Array(all)) => {
                all.iter().any(|one| one.as_str() == Some(id.as_str()))
            }
            _ => false,
        })
    };
    let mut out: Vec<Id> =
        document.nodes.values().filter(|other| refers(other)).map(|other| other.id.clone()).collect();
    // A main table or a default list counts for the VPC as a whole.
    if out.is_empty() {
        out.extend(node.parent.clone());
    }
    out
}
