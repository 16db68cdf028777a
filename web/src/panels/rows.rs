//! Rows of a table field as values: change a cell, add, delete, move, order. Pure.

use hopscope_view::form::{Cell, Column};
use serde_json::{Map, Value};

/// The rows of a field; anything that is not a list is empty.
#[must_use]
pub fn rows_of(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// The text of one cell. A list of plain values has one column with an empty key.
#[must_use]
pub fn cell_text(row: &Value, key: &str) -> String {
    let value = if key.is_empty() { Some(row) } else { row.get(key) };
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(flag)) => flag.to_string(),
        _ => String::new(),
    }
}

/// What a typed text becomes in the document; none while it is not a number where one is needed.
#[must_use]
pub fn cell_value(cell: Cell, text: &str) -> Option<Value> {
    match cell {
        Cell::Number => match text.trim() {
            "" => Some(Value::from(0)),
            digits => digits.parse::<u32>().ok().map(Value::from),
        },
        Cell::Flag => Some(Value::Bool(text == "true")),
        _ => Some(Value::String(text.to_owned())),
    }
}

/// The rows with one cell replaced.
#[must_use]
pub fn with_cell(mut rows: Vec<Value>, row: usize, key: &str, value: Value) -> Vec<Value> {
    if let Some(slot) = rows.get_mut(row) {
        if key.is_empty() {
            *slot = value;
        } else if let Value::Object(members) = slot {
            members.insert(key.to_owned(), value);
        }
    }
    rows
}

/// The order in which rows are shown, as positions in the authored list: rules of an ACL in the
/// order they are tried, everything else as authored.
#[must_use]
pub fn display_order(rows: &[Value], numbered: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    if numbered {
        order.sort_by_key(|&index| rows.get(index).map_or(u64::MAX, number));
    }
    order
}

/// The rows with the one at display position `at` moved by one place. Numbered rows exchange
/// their numbers, so that the list keeps its numbers and the order changes.
#[must_use]
pub fn moved(mut rows: Vec<Value>, at: usize, down: bool, numbered: bool) -> Vec<Value> {
    let order = display_order(&rows, numbered);
    let other = if down { at.checked_add(1) } else { at.checked_sub(1) };
    let (Some(&a), Some(&b)) = (order.get(at), other.and_then(|other| order.get(other))) else {
        return rows;
    };
    if numbered {
        let (na, nb) = (cell(&rows, a, "number"), cell(&rows, b, "number"));
        rows = with_cell(rows, a, "number", nb);
        rows = with_cell(rows, b, "number", na);
        return sorted(rows);
    }
    rows.swap(a, b);
    rows
}

/// Numbered rows in the order of their numbers.
#[must_use]
pub fn sorted(rows: Vec<Value>) -> Vec<Value> {
    let mut rows = rows;
    rows.sort_by_key(number);
    rows
}

/// The rows without the one at an authored position.
#[must_use]
pub fn without(mut rows: Vec<Value>, row: usize) -> Vec<Value> {
    if row < rows.len() {
        rows.remove(row);
    }
    rows
}

/// A new row for a field, with what AWS would start from.
#[must_use]
pub fn fresh(field: &str, columns: &[Column], rows: &[Value], numbered: bool) -> Value {
    if columns.iter().all(|column| column.key.is_empty()) {
        return Value::String(String::new());
    }
    let mut row = Map::new();
    for column in columns {
        let value = match (column.key, column.cell) {
            ("number", _) => Value::from(next_number(rows)),
            ("action", _) => Value::from("allow"),
            ("protocol", _) => Value::from("tcp"),
            ("ports", _) => Value::from("443"),
            ("peer" | "cidr", _) if field == "inbound" || field == "outbound" => Value::from("0.0.0.0/0"),
            (_, Cell::Choice(words)) => Value::from(words.first().copied().unwrap_or_default()),
            (_, Cell::Number) => Value::from(0),
            (_, Cell::Flag) => Value::Bool(false),
            _ => Value::from(""),
        };
        row.insert(column.key.to_owned(), value);
    }
    if !numbered {
        // Optional members that are empty stay out of the document.
        row.retain(|key, value| !(matches!(key.as_str(), "description" | "public_ip") && value == ""));
    }
    Value::Object(row)
}

/// The next round number after the highest rule: 100, 110, 120, …
#[must_use]
pub fn next_number(rows: &[Value]) -> u64 {
    let highest = rows.iter().map(number).filter(|&number| number < 32_000).max();
    highest.map_or(100, |highest| (highest / 10 + 1) * 10)
}

fn number(row: &Value) -> u64 {
    row.get("number").and_then(Value::as_u64).unwrap_or(u64::MAX)
}

fn cell(rows: &[Value], row: usize, key: &str) -> Value {
    rows.get(row).and_then(|row| row.get(key)).cloned().unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn acl() -> Vec<Value> {
        vec![json!({"number": 200, "cidr": "b"}), json!({"number": 100, "cidr": "a"})]
    }

    #[test]
    fn rules_of_an_acl_are_shown_as_they_are_tried() {
        assert_eq!(display_order(&acl(), true), vec![1, 0]);
        assert_eq!(display_order(&acl(), false), vec![0, 1]);
    }

    #[test]
    fn moving_a_numbered_rule_keeps_the_numbers() {
        let rows = moved(acl(), 0, true, true);
        let shown: Vec<_> = rows.iter().map(|row| (number(row), cell_text(row, "cidr"))).collect();
        assert_eq!(shown, vec![(100, "b".to_owned()), (200, "a".to_owned())]);
    }

    #[test]
    fn moving_beyond_an_end_changes_nothing() {
        assert_eq!(moved(acl(), 1, true, true), acl());
        assert_eq!(moved(acl(), 0, false, false), acl());
        assert_eq!(moved(Vec::new(), 0, true, false), Vec::<Value>::new());
    }

    #[test]
    fn plain_lists_have_one_column_without_a_key() {
        let rows = with_cell(vec![json!("10.0.0.0/16")], 0, "", json!("10.1.0.0/16"));
        assert_eq!(rows.first().map(|row| cell_text(row, "")), Some("10.1.0.0/16".to_owned()));
    }

    #[test]
    fn numbers_go_up_in_tens() {
        assert_eq!(next_number(&[]), 100);
        assert_eq!(next_number(&acl()), 210);
        assert_eq!(cell_value(Cell::Number, "12a"), None);
        assert_eq!(cell_value(Cell::Number, ""), Some(json!(0)));
    }
}
