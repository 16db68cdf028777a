//! Finding things by name, id, address, block, port or rule.

use std::net::IpAddr;

use hopscope_aws::{Document, Id, Node, cells};
use hopscope_net::{IpNet, PortRange};
use serde_json::Value;

use crate::names::noun;
use crate::outline;

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The component or note; `None` for a flow.
    pub node: Option<Id>,
    /// The flow; `None` for a component.
    pub flow: Option<String>,
    /// Its name.
    pub label: String,
    /// Kind and what matched ("route table, 0.0.0.0/0 → nat-1").
    pub detail: String,
    /// Field that matched (`routes/2`), if it was one.
    pub field: Option<String>,
    /// Higher is better.
    pub score: u32,
}

/// How well a text matches what was typed: whole, at its start, at the start of a word, inside,
/// or by its words in any order.
pub(crate) fn score(wanted: &str, text: &str) -> Option<u32> {
    let text = text.to_lowercase();
    if wanted.is_empty() {
        return Some(0);
    }
    let at = text.find(wanted);
    match at {
        Some(0) if text.len() == wanted.len() => Some(100),
        Some(0) => Some(80),
        Some(at) if text.get(..at).is_some_and(|before| !before.ends_with(char::is_alphanumeric)) => Some(60),
        Some(_) => Some(40),
        None => {
            let words = wanted.split_whitespace();
            (wanted.contains(char::is_whitespace) && words.clone().all(|word| text.contains(word)))
                .then_some(30)
        }
    }
}

/// What was typed, understood once.
struct Query {
    text: String,
    address: Option<IpAddr>,
    block: Option<IpNet>,
    port: Option<u16>,
}

/// What matches, best first, at most `limit`. An address also finds the blocks that contain it,
/// and a port the rules whose range covers it.
#[must_use]
pub fn search(document: &Document, text: &str, limit: usize) -> Vec<Hit> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Vec::new();
    }
    let query = Query {
        address: text.parse().ok(),
        block: if text.contains('/') { cells::cidr(&text) } else { None },
        port: text.strip_prefix(':').unwrap_or(&text).parse().ok(),
        text,
    };
    let mut hits: Vec<Hit> = document.nodes.values().filter_map(|node| hit(document, node, &query)).collect();
    for note in document.notes.values() {
        hits.extend(score(&query.text, &note.text).map(|score| Hit {
            node: Some(note.id.clone()),
            flow: None,
            label: crate::notes::short(note),
            detail: crate::notes::noun(note.kind).to_owned(),
            field: None,
            score,
        }));
    }
    for flow in &document.flows {
        let label = crate::flows::describe(document, flow);
        let port = query.port.is_some() && flow.port == query.port;
        let found = score(&query.text, &label).or(score(&query.text, &flow.id)).or(port.then_some(40));
        hits.extend(found.map(|score| Hit {
            node: None,
            flow: Some(flow.id.clone()),
            label,
            detail: "flow".to_owned(),
            field: None,
            score,
        }));
    }
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.score));
    hits.truncate(limit);
    hits
}

fn hit(document: &Document, node: &Node, query: &Query) -> Option<Hit> {
    let named = [
        score(&query.text, &node.name).filter(|_| !node.name.is_empty()),
        score(&query.text, &node.id).map(|score| score.saturating_sub(1)),
        score(&query.text, node.config.spec().name).map(|score| score / 2),
    ];
    let by_name = named.into_iter().flatten().max();
    let by_field = in_fields(document, node, query);
    let (score, field, detail) = match (by_name, by_field) {
        (Some(name), Some((field, ..))) if name >= field => {
            (name, None, outline::detail_with_kind(document, node))
        }
        (_, Some((score, path, words))) => (score, Some(path), format!("{}, {words}", noun(node.kind()))),
        (Some(name), None) => (name, None, outline::detail_with_kind(document, node)),
        (None, None) => return None,
    };
    Some(Hit {
        node: Some(node.id.clone()),
        flow: None,
        label: node.label().to_owned(),
        detail,
        field,
        score,
    })
}

/// The best matching field or row: score, path, its words.
fn in_fields(document: &Document, node: &Node, query: &Query) -> Option<(u32, String, String)> {
    let Value::Object(fields) = node.config.fields() else { return None };
    let mut best: Option<(u32, String, String)> = None;
    let mut consider = |path: String, value: &Value| {
        if let Some(score) = in_value(value, query)
            && best.as_ref().is_none_or(|(known, ..)| score > *known)
        {
            best = Some((score, path, words(document, value)));
        }
    };
    // The raw input of imported things is not what people look for.
    for (key, value) in fields.iter().filter(|(key, _)| *key != "raw") {
        match value {
            Value::Array(rows) => {
                for (index, row) in rows.iter().enumerate() {
                    consider(format!("{key}/{index}"), row);
                }
            }
            other => consider(key.clone(), other),
        }
    }
    best
}

fn in_value(value: &Value, query: &Query) -> Option<u32> {
    match value {
        Value::String(text) => in_text(text, query),
        Value::Number(number) => {
            (number.as_u64() == query.port.map(u64::from) && query.port.is_some()).then_some(40)
        }
        Value::Array(items) => items.iter().filter_map(|item| in_value(item, query)).max(),
        Value::Object(cells) => cells
            .iter()
            .filter_map(|(key, cell)| match cell {
                Value::String(text) if key == "ports" => {
                    in_ports(text, query).or_else(|| in_text(text, query))
                }
                other => in_value(other, query),
            })
            .max(),
        _ => None,
    }
}

fn in_ports(text: &str, query: &Query) -> Option<u32> {
    let port = query.port?;
    let range: PortRange = text.parse().ok()?;
    // A rule for all ports is about no port in particular.
    (range != PortRange::ALL && range.contains(port)).then_some(if range.first == range.last {
        50
    } else {
        35
    })
}

fn in_text(text: &str, query: &Query) -> Option<u32> {
    if let Some(address) = query.address {
        if text.parse() == Ok(address) {
            return Some(90);
        }
        // Default routes contain everything and would bury the answer.
        return cells::cidr(text)
            .filter(|net| net.prefix_len() > 0 && net.contains(&address))
            .map(|net| 20 + u32::from(net.prefix_len()) * 40 / u32::from(net.max_prefix_len()));
    }
    if query.block.is_some() && cells::cidr(text) == query.block {
        return Some(90);
    }
    score(&query.text, text).map(|score| score.saturating_sub(5))
}

fn words(document: &Document, value: &Value) -> String {
    let one = |value: &Value| match value {
        Value::String(text) => crate::flows::end_name(document, text),
        Value::Bool(_) | Value::Null => String::new(),
        other => other.to_string(),
    };
    match value {
        Value::Object(cells) => {
            let joiner = if cells.contains_key("target") { " → " } else { " " };
            let parts: Vec<String> = cells.values().map(one).filter(|part| !part.is_empty()).collect();
            parts.join(joiner)
        }
        other => one(other),
    }
}
