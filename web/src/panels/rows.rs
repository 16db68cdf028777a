//! Rows of a table field as texts: what a cell shows, what typed text becomes, the order. Pure.

use hopscope_view::form::Cell;
use serde_json::Value;

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
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
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
        // The editor splits a list; while it ends in a comma it is still being typed.
        Cell::List if text.trim_end().ends_with(',') => None,
        _ => Some(Value::String(text.to_owned())),
    }
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

/// Whether pasted text is several cells rather than one value.
#[must_use]
pub fn is_table(text: &str, columns: usize) -> bool {
    let text = text.trim();
    text.contains(['\t', '\n']) || columns > 1 && text.contains(',')
}

fn number(row: &Value) -> u64 {
    row.get("number").and_then(Value::as_u64).unwrap_or(u64::MAX)
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
    fn plain_lists_have_one_column_without_a_key() {
        assert_eq!(cell_text(&json!("10.0.0.0/16"), ""), "10.0.0.0/16");
        assert_eq!(cell_text(&json!({"port": 80}), "port"), "80");
        assert_eq!(cell_text(&json!({}), "port"), "");
    }

    #[test]
    fn half_numbers_are_not_stored() {
        assert_eq!(cell_value(Cell::Number, "12a"), None);
        assert_eq!(cell_value(Cell::Number, ""), Some(json!(0)));
        assert_eq!(cell_value(Cell::Cidr, "10."), Some(json!("10.")));
    }

    #[test]
    fn one_value_is_pasted_as_one_value() {
        assert!(!is_table("10.0.0.0/16\n", 3));
        assert!(is_table("0.0.0.0/0\tigw-1", 2));
        assert!(is_table("tcp,443,0.0.0.0/0", 3));
        assert!(!is_table("a,b", 1));
    }
}
