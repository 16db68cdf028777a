//! Table fields: new rows, changed cells, moved and deleted rows. Rows are JSON values, so that
//! one set of functions serves routes, rules, entries and lists.

use hopscope_aws::component::Rows;
use hopscope_aws::{Config, Document, FieldKind, Id, Node};
use serde_json::{Map, Value, json};

use crate::address;
use crate::command::Draft;

pub use crate::paste::{LineProblem, Pasted, parse};

/// What one row of a field is called ("route", "inbound rule").
#[must_use]
pub fn row_noun(kind: FieldKind, key: &str) -> String {
    match kind {
        FieldKind::Routes => "route".to_owned(),
        FieldKind::SecurityGroupRules | FieldKind::NetworkAclRules => format!("{key} rule"),
        FieldKind::PrefixListEntries => "entry".to_owned(),
        FieldKind::PrivateAddresses | FieldKind::AddressList => "address".to_owned(),
        FieldKind::PortForwards => "port forward".to_owned(),
        FieldKind::Cidr4List | FieldKind::Cidr6List => "block".to_owned(),
        FieldKind::Rows(rows) => rows.noun.to_owned(),
        FieldKind::RefList(kind) => crate::names::noun(kind),
        _ => "row".to_owned(),
    }
}

/// Columns of a table field in the order they are shown; empty where rows are plain texts.
#[must_use]
pub fn columns(kind: FieldKind) -> &'static [&'static str] {
    match kind {
        FieldKind::Routes => &["destination", "target"],
        FieldKind::SecurityGroupRules => &["protocol", "ports", "peer", "description"],
        FieldKind::NetworkAclRules => &["number", "action", "protocol", "ports", "cidr"],
        FieldKind::PrefixListEntries => &["cidr", "description"],
        FieldKind::PrivateAddresses => &["address", "public_ip"],
        FieldKind::PortForwards => &["port", "to", "to_port"],
        _ => &[],
    }
}

/// Whether a field holds rows.
#[must_use]
pub fn is_table(kind: FieldKind) -> bool {
    let list = matches!(
        kind,
        FieldKind::Cidr4List
            | FieldKind::Cidr6List
            | FieldKind::AddressList
            | FieldKind::TextList
            | FieldKind::RefList(_)
            | FieldKind::Rows(_)
    );
    list || !columns(kind).is_empty()
}

/// The kind of a table field.
pub(crate) fn table_field(node: &Node, key: &str) -> Result<FieldKind, String> {
    let field = node.config.spec().fields.iter().find(|field| field.key == key);
    match field.map(|field| field.kind) {
        Some(kind) if is_table(kind) => Ok(kind),
        _ => Err(format!("{} has no table \"{key}\".", crate::place::capital(&crate::names::title(node)))),
    }
}

pub(crate) fn rows_of(node: &Node, key: &str) -> Vec<Value> {
    match node.field(key) {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    }
}

fn find<'a>(draft: &'a Draft, id: &Id) -> Result<&'a Node, String> {
    draft.document().node(id).map(|node| &**node).ok_or_else(|| format!("There is no component \"{id}\"."))
}

fn store(draft: &mut Draft, id: &Id, key: &str, rows: Vec<Value>) -> Result<(), String> {
    let node = find(draft, id)?.with_field(key, Value::Array(rows))?;
    draft.put(node);
    Ok(())
}

fn no_row(noun: &str, row: usize) -> String {
    format!("There is no {noun} {}.", row.saturating_add(1))
}

/// The next free ACL rule number: the next hundred after the highest, as AWS advises.
#[must_use]
pub fn next_number(rows: &[Value]) -> u64 {
    let numbers: Vec<u64> = rows.iter().filter_map(|row| row.get("number")?.as_u64()).collect();
    let highest = numbers.iter().copied().max().unwrap_or(0);
    let next = (highest / 100 + 1) * 100;
    if next <= 32_766 {
        return next;
    }
    (1..=32_766).find(|n| !numbers.contains(n)).unwrap_or(32_766)
}

/// A sensible new row for a table field.
#[must_use]
pub fn new_row(document: &Document, node: &Node, kind: FieldKind, key: &str) -> Value {
    let rows = rows_of(node, key);
    let text = |found: Option<String>| Value::String(found.unwrap_or_default());
    match kind {
        FieldKind::Routes => {
            let has = |all: &str| {
                rows.iter().any(|row| row.get("destination").and_then(Value::as_str) == Some(all))
            };
            json!({"destination": if has("0.0.0.0/0") { "" } else { "0.0.0.0/0" }, "target": ""})
        }
        FieldKind::SecurityGroupRules => json!({"protocol": "tcp", "ports": "443", "peer": "0.0.0.0/0"}),
        FieldKind::NetworkAclRules => json!({
            "number": next_number(&rows), "action": "allow", "protocol": "tcp", "ports": "443", "cidr": "0.0.0.0/0"
        }),
        FieldKind::PrefixListEntries => json!({"cidr": ""}),
        FieldKind::PrivateAddresses => {
            let subnet = address::subnet_of(document, &node.id);
            json!({"address": text(subnet.and_then(|subnet| address::host_ipv4(document, &subnet)))})
        }
        FieldKind::PortForwards => json!({"port": 8080, "to": "", "to_port": 80}),
        FieldKind::Cidr4List => text(address::vpc_cidr(document)),
        FieldKind::Cidr6List => text(address::vpc_ipv6(document)),
        FieldKind::AddressList => match &node.config {
            Config::NetworkInterface(_) => {
                let subnet = address::subnet_of(document, &node.id);
                text(subnet.and_then(|subnet| address::host_ipv6(document, &subnet)))
            }
            _ => text(address::internet_host(document).into_iter().next()),
        },
        FieldKind::RefList(kind) => {
            let vpc = document.enclosing(&node.id, "vpc").map(|vpc| vpc.id.clone());
            let fresh = document.nodes.values().find(|other| {
                let here = vpc.is_none() || other.parent == vpc || kind == "availability-zone";
                other.kind() == kind && here && !rows.iter().any(|row| row.as_str() == Some(&other.id))
            });
            text(fresh.map(|node| node.id.to_string()))
        }
        FieldKind::Rows(table) => table_row(document, node, table, &rows),
        FieldKind::TextList => text(None),
        _ => Value::Null,
    }
}

/// A row with what can be known: the only thing that fits, the next subnet with a free address.
/// Cells that are left out have the defaults of their row.
fn table_row(document: &Document, node: &Node, table: &Rows, rows: &[Value]) -> Value {
    let mut cells = Map::new();
    let vpc = document.enclosing(&node.id, "vpc").map(|vpc| vpc.id.clone());
    let used =
        |key: &str, id: &Id| rows.iter().any(|row| row.get(key).is_some_and(|cell| *cell == id.as_str()));
    let has = |key: &str| table.columns.iter().any(|column| column.key == key);
    for column in table.columns {
        let FieldKind::Ref(kinds) = column.kind else { continue };
        let mut fits = document.nodes.values().filter(|other| {
            kinds.contains(&other.kind())
                && !used(column.key, &other.id)
                && (other.kind() != "subnet" || vpc.is_none() || other.parent == vpc)
        });
        let Some(first) = fits.next() else { continue };
        if column.key == "subnet" || fits.next().is_none() {
            cells.insert(column.key.to_owned(), first.id.as_str().into());
        }
        if column.key == "subnet" && has("address") {
            let free = address::host_ipv4(document, &first.id).unwrap_or_default();
            cells.insert("address".to_owned(), free.into());
        }
    }
    if has("priority") {
        let highest = rows.iter().filter_map(|row| row.get("priority")?.as_u64()).max().unwrap_or(0);
        cells.insert("priority".to_owned(), (highest + 1).into());
    }
    if has("name") {
        cells.insert("name".to_owned(), (rows.len() + 1).to_string().into());
    }
    Value::Object(cells)
}

/// What a text typed or pasted into a column becomes; the column is of a table that a component
/// declares by itself.
pub(crate) fn table_cell(kind: FieldKind, text: &str) -> Result<Value, String> {
    let text = text.trim();
    Ok(match kind {
        FieldKind::Number if text.is_empty() => Value::Null,
        FieldKind::Number => match text.parse::<u32>() {
            Ok(number) => number.into(),
            Err(_) => return Err(format!("\"{text}\" is not a number.")),
        },
        FieldKind::Flag => matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on").into(),
        FieldKind::Cidr4List | FieldKind::Cidr6List | FieldKind::RefList(_) | FieldKind::TextList => {
            text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty()).map(Value::from).collect()
        }
        FieldKind::Ref(_) if text.is_empty() => Value::Null,
        _ => text.into(),
    })
}

/// Adds a row; returns the label.
pub(crate) fn add(
    draft: &mut Draft,
    id: &Id,
    key: &str,
    row: Option<Value>,
    at: Option<usize>,
) -> Result<String, String> {
    let node = find(draft, id)?;
    let kind = table_field(node, key)?;
    let noun = row_noun(kind, key);
    let label = format!("Add {noun} to {}", node.label());
    let row = row.unwrap_or_else(|| new_row(draft.document(), node, kind, key));
    if matches!(kind, FieldKind::RefList(_)) && row.as_str().is_none_or(str::is_empty) {
        return Err(format!("There is no further {noun} to add."));
    }
    let mut rows = rows_of(node, key);
    let at = at.unwrap_or(rows.len()).min(rows.len());
    rows.insert(at, row);
    store(draft, id, key, rows)?;
    Ok(label)
}

/// Changes a cell; returns the label. A text is taken as a number where the column holds numbers.
pub(crate) fn set(
    draft: &mut Draft,
    id: &Id,
    key: &str,
    row: usize,
    column: &str,
    value: Value,
) -> Result<String, String> {
    let node = find(draft, id)?;
    let kind = table_field(node, key)?;
    let noun = row_noun(kind, key);
    let label = format!("Change {noun} {} of {}", row.saturating_add(1), node.label());
    let mut rows = rows_of(node, key);
    let slot = rows.get_mut(row).ok_or_else(|| no_row(&noun, row))?;
    match slot {
        Value::Object(cells) => {
            let number = matches!(column, "number" | "port" | "to_port");
            let declared = match kind {
                FieldKind::Rows(rows) => rows.columns.iter().find(|known| known.key == column),
                _ => None,
            };
            let value = match value {
                Value::String(text) if declared.is_some() => {
                    // Free text is kept as typed.
                    let kind = declared.map_or(FieldKind::Text, |column| column.kind);
                    if kind == FieldKind::Text { text.into() } else { table_cell(kind, &text)? }
                }
                Value::String(text) if number => match text.trim().parse::<u32>() {
                    Ok(n) => n.into(),
                    Err(_) => return Err(format!("\"{}\" is not a number.", text.trim())),
                },
                other => other,
            };
            // Cells that are absent by default vanish when they are emptied.
            let optional = matches!(column, "public_ip");
            if value.is_null() || optional && value.as_str() == Some("") {
                cells.remove(column);
            } else {
                cells.insert(column.to_owned(), value);
            }
        }
        plain => *plain = if value.is_null() { Value::String(String::new()) } else { value },
    }
    store(draft, id, key, rows)?;
    Ok(label)
}

/// Moves a row; returns the label. ACL rules that are moved swap numbers on the way, because
/// their order is their number.
pub(crate) fn shift(draft: &mut Draft, id: &Id, key: &str, from: usize, to: usize) -> Result<String, String> {
    let node = find(draft, id)?;
    let kind = table_field(node, key)?;
    let noun = row_noun(kind, key);
    let label = format!("Move {noun} {} of {}", from.saturating_add(1), node.label());
    let mut rows = rows_of(node, key);
    if from >= rows.len() {
        return Err(no_row(&noun, from));
    }
    let numbers: Vec<Option<Value>> = rows.iter().map(|row| row.get("number").cloned()).collect();
    let row = rows.remove(from);
    let to = to.min(rows.len());
    rows.insert(to, row);
    if kind == FieldKind::NetworkAclRules {
        for (row, number) in rows.iter_mut().zip(numbers) {
            if let (Value::Object(cells), Some(number)) = (row, number) {
                cells.insert("number".to_owned(), number);
            }
        }
    }
    store(draft, id, key, rows)?;
    Ok(label)
}

/// Deletes a row; returns the label.
pub(crate) fn delete(draft: &mut Draft, id: &Id, key: &str, row: usize) -> Result<String, String> {
    let node = find(draft, id)?;
    let kind = table_field(node, key)?;
    let noun = row_noun(kind, key);
    let label = format!("Delete {noun} {} of {}", row.saturating_add(1), node.label());
    let mut rows = rows_of(node, key);
    if row >= rows.len() {
        return Err(no_row(&noun, row));
    }
    rows.remove(row);
    store(draft, id, key, rows)?;
    Ok(label)
}

/// Appends pasted rows; returns the label and the lines that could not be read.
pub(crate) fn paste(
    draft: &mut Draft,
    id: &Id,
    key: &str,
    text: &str,
) -> Result<(String, Vec<LineProblem>), String> {
    let node = find(draft, id)?;
    let kind = table_field(node, key)?;
    let noun = row_noun(kind, key);
    let name = node.label().to_owned();
    let mut rows = rows_of(node, key);
    let pasted = parse(draft.document(), id, key, text)?;
    let count = pasted.rows.len();
    if count == 0 {
        let why = pasted.problems.first().map_or_else(
            || "The pasted text is empty.".to_owned(),
            |first| format!("Line {}: {}", first.line, first.problem),
        );
        return Err(format!("No {noun} was added. {why}"));
    }
    for mut row in pasted.rows {
        // Two rules of one number would fight: the pasted one moves to the end.
        if let Value::Object(cells) = &mut row
            && kind == FieldKind::NetworkAclRules
        {
            renumber(cells, &rows);
        }
        rows.push(row);
    }
    store(draft, id, key, rows)?;
    let noun = if count == 1 { noun } else { plural(&noun) };
    Ok((format!("Paste {count} {noun} into {name}"), pasted.problems))
}

fn plural(noun: &str) -> String {
    match noun {
        "entry" => "entries".to_owned(),
        "address" => "addresses".to_owned(),
        other => format!("{other}s"),
    }
}

fn renumber(cells: &mut Map<String, Value>, rows: &[Value]) {
    let number = cells.get("number").and_then(Value::as_u64);
    let taken = |n: u64| rows.iter().any(|row| row.get("number").and_then(Value::as_u64) == Some(n));
    if number.is_none_or(|n| n == 0 || taken(n)) {
        cells.insert("number".to_owned(), next_number(rows).into());
    }
}
