//! What can be taken out of service by hand, what is out of service now, and how both change.
//! Knows nothing of what that does to packets.

use hopscope_aws::component::Failure;
use hopscope_aws::{Document, Id, Node};
use serde_json::Value;

use crate::command::Draft;
use crate::names::title;
use crate::place::capital;
use crate::rows;

/// One switch between "in service" and "failed".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// The component.
    pub node: Id,
    /// The row that fails by itself (a tunnel); none for the whole component.
    pub row: Option<usize>,
    /// What fails ("NAT gateway nat-a", "tunnel 2 of Site-to-Site VPN connection vpn").
    pub what: String,
    /// The row alone ("Tunnel 2"); empty for the whole component.
    pub part: String,
    /// It is out of service now.
    pub failed: bool,
}

/// The value a failure writes: flags are flags in the document.
fn value(word: &str) -> Value {
    match word {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        word => Value::from(word),
    }
}

fn is_down(failure: &Failure, now: &Value) -> bool {
    *now == value(failure.down)
}

/// The switches of a component: none, one, or one for each row that can fail.
#[must_use]
pub fn switches(node: &Node) -> Vec<Switch> {
    let Some(failure) = node.config.spec().failure else { return Vec::new() };
    let switch = |row, what, part, failed| Switch { node: node.id.clone(), row, what, part, failed };
    let Some((field, column)) = failure.field.split_once('/') else {
        return vec![switch(None, title(node), String::new(), is_down(&failure, &node.field(failure.field)))];
    };
    let noun = field.trim_end_matches('s');
    rows::rows_of(node, field)
        .iter()
        .enumerate()
        .map(|(row, cells)| {
            let name = cells.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
            let name = name.map_or_else(|| (row + 1).to_string(), str::to_owned);
            let failed = cells.get(column).is_some_and(|now| is_down(&failure, now));
            let part = format!("{noun} {name}");
            switch(Some(row), format!("{part} of {}", title(node)), capital(&part), failed)
        })
        .collect()
}

/// Everything that is failed now, in the document's order.
#[must_use]
pub fn failed(document: &Document) -> Vec<Switch> {
    document.nodes.values().flat_map(|node| switches(node)).filter(|switch| switch.failed).collect()
}

/// Takes a component, or one of its rows, out of service or puts it back; returns the label.
/// Without a row everything of the component that can fail follows.
pub(crate) fn set(draft: &mut Draft, id: &Id, row: Option<usize>, down: bool) -> Result<String, String> {
    let document = draft.document();
    let node = document.node(id).ok_or_else(|| format!("There is no component \"{id}\"."))?.clone();
    let Some(failure) = node.config.spec().failure else {
        return Err(format!("{} does not fail by itself.", capital(&title(&node))));
    };
    let word = value(if down { failure.down } else { failure.up });
    let mut what = title(&node);
    let next = match failure.field.split_once('/') {
        None => node.with_field(failure.field, word)?,
        Some((field, column)) => {
            let mut all = rows::rows_of(&node, field);
            if let Some(switch) = row.and_then(|row| switches(&node).get(row).cloned()) {
                what = switch.what;
            }
            for (n, cells) in all.iter_mut().enumerate() {
                if let (true, Value::Object(cells)) = (row.is_none_or(|row| row == n), cells) {
                    cells.insert(column.to_owned(), word.clone());
                }
            }
            node.with_field(field, Value::Array(all))?
        }
    };
    draft.put(next);
    Ok(format!("{} {what}", if down { "Fail" } else { "Restore" }))
}

/// Puts everything back into service; returns the label.
pub(crate) fn restore_all(draft: &mut Draft) -> Result<String, String> {
    let all = failed(draft.document());
    if all.is_empty() {
        return Err("Nothing is failed.".to_owned());
    }
    for switch in &all {
        set(draft, &switch.node, switch.row, false)?;
    }
    Ok(match all.as_slice() {
        [one] => format!("Restore {}", one.what),
        many => format!("Restore {} failed things", many.len()),
    })
}
