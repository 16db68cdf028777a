//! What is wrong with a cell as typed. Only its own text is judged; what depends on the rest of
//! the drawing is a diagnostic.

use std::net::IpAddr;

use hopscope_aws::{Document, FieldKind};
use hopscope_net::{IpNet, PortRange, Protocol};
use serde_json::Value;

use super::{Cell, columns};
use crate::text::ui;

/// Problems of a whole field: (path inside it, sentence).
pub(super) fn field(document: &Document, kind: FieldKind, value: &Value) -> Vec<(String, String)> {
    let text = value.as_str().unwrap_or_default();
    let whole =
        |problem: Option<String>| problem.map(|problem| (String::new(), problem)).into_iter().collect();
    let blank = text.trim().is_empty();
    match kind {
        FieldKind::Cidr4 if !blank => whole(block(text, Some(true))),
        FieldKind::Cidr6 if !blank => whole(block(text, Some(false))),
        FieldKind::Address if !blank => whole(address(text)),
        FieldKind::Ref(kinds) if !blank => whole(reference(document, kinds, text)),
        FieldKind::Cidr4List => items(value, &|text| block(text, Some(true))),
        FieldKind::Cidr6List => items(value, &|text| block(text, Some(false))),
        FieldKind::AddressList => items(value, &address),
        FieldKind::RefList(kind) => items(value, &|text| reference(document, &[kind], text)),
        _ => rows(document, kind, value),
    }
}

fn items(value: &Value, check: &dyn Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let found = items.iter().enumerate().filter_map(|(n, item)| {
        check(item.as_str().unwrap_or_default()).map(|problem| (n.to_string(), problem))
    });
    found.collect()
}

fn rows(document: &Document, kind: FieldKind, value: &Value) -> Vec<(String, String)> {
    let rows = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut problems = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        for column in columns(kind) {
            let text = match row.get(column.key) {
                Some(Value::String(text)) => text.clone(),
                // Cells that may be left out are judged only when they are there.
                Some(Value::Null) | None => continue,
                Some(other) => other.to_string(),
            };
            if let Some(problem) = cell(document, column.cell, &text) {
                problems.push((format!("{n}/{}", column.key), problem));
            }
        }
    }
    problems
}

pub(super) fn cell(document: &Document, cell: Cell, text: &str) -> Option<String> {
    let text = text.trim();
    let names = |kinds: &[&str]| document.node(text).is_some_and(|node| kinds.contains(&node.kind()));
    match cell {
        Cell::Text | Cell::Flag | Cell::List => None,
        Cell::Ref(_) if text.is_empty() => None,
        Cell::Ref(kinds) if kinds.contains(&text) => None,
        Cell::Ref(kinds) => reference(document, kinds, text),
        Cell::Number => text.parse::<u32>().err().map(|_| ui::P_NUMBER.to_owned()),
        Cell::Choice(words) => {
            (!words.contains(&text)).then(|| format!("{} {}.", ui::P_CHOICE, words.join(", ")))
        }
        Cell::Protocol => {
            let all = text.is_empty() || text.eq_ignore_ascii_case("all") || text == "-1";
            if all { None } else { text.parse::<Protocol>().err().map(|_| ui::P_PROTOCOL.to_owned()) }
        }
        Cell::Ports => ports(text),
        Cell::Cidr => block(text, None),
        Cell::Address => {
            if text.is_empty() {
                None
            } else {
                address(text)
            }
        }
        Cell::Peer if names(&["security-group", "prefix-list"]) => None,
        Cell::Peer => block(text, None).map(|_| ui::P_PEER.to_owned()),
        Cell::Destination if names(&["prefix-list"]) => None,
        Cell::Destination => block(text, None),
        Cell::Target => target(document, text),
    }
}

fn target(document: &Document, text: &str) -> Option<String> {
    if text == ui::LOCAL {
        return None;
    }
    match document.node(text).map(|node| node.config.spec().route_target) {
        Some((false, false)) => Some(ui::P_NOT_TARGET.to_owned()),
        Some(_) => None,
        None if text.is_empty() => Some(ui::P_TARGET.to_owned()),
        None => Some(format!("{text} {}", ui::P_GONE)),
    }
}

fn ports(text: &str) -> Option<String> {
    let icmp = |part: &str| part.trim().parse::<u8>().is_ok();
    let pair = text.split_once('/').is_some_and(|(kind, code)| icmp(kind) && icmp(code));
    if pair || text.parse::<PortRange>().is_ok() { None } else { Some(ui::P_PORTS.to_owned()) }
}

/// `family` is true for IPv4, false for IPv6, none for either.
fn block(text: &str, family: Option<bool>) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return Some(ui::P_EMPTY_BLOCK.to_owned());
    }
    let Ok(net) = text.parse::<IpNet>() else {
        let bare = text.parse::<IpAddr>().is_ok();
        return Some(if bare {
            format!("{} {text}/{}.", ui::P_NO_LENGTH, if text.contains(':') { 128 } else { 32 })
        } else {
            ui::P_BLOCK.to_owned()
        });
    };
    match (family, net) {
        (Some(true), IpNet::V6(_)) => Some(ui::P_WANTS_V4.to_owned()),
        (Some(false), IpNet::V4(_)) => Some(ui::P_WANTS_V6.to_owned()),
        _ => None,
    }
}

fn address(text: &str) -> Option<String> {
    text.trim().parse::<IpAddr>().err().map(|_| ui::P_ADDRESS.to_owned())
}

fn reference(document: &Document, kinds: &[&str], text: &str) -> Option<String> {
    match document.node(text.trim()) {
        Some(node) if kinds.contains(&node.kind()) => None,
        Some(node) => Some(format!("{} {}.", ui::P_WRONG_KIND, node.config.spec().name)),
        None => Some(format!("{text} {}", ui::P_GONE)),
    }
}
