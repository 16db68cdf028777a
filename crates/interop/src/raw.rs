//! Keeps what is not understood as it came, within bounds and without its secrets.

use serde_json::{Map, Number, Value};

/// Nesting that is kept; a document must stay readable with it inside.
const MAX_DEPTH: usize = 24;
/// Longest text that is kept whole, in characters.
const MAX_TEXT: usize = 2_000;
/// Values that are kept of one thing.
const MAX_VALUES: usize = 2_000;
/// Characters that are kept of one thing.
const MAX_CHARS: usize = 32_000;

/// Members that hold passwords and keys, in lower case.
const SECRETS: &[&str] = &[
    "customergatewayconfiguration",
    "customerrouterconfig",
    "presharedkey",
    "masteruserpassword",
    "password",
    "authkey",
    "userdata",
    "authtoken",
    "secretstring",
    "environment",
];

/// What a device configuration calls its keys, in lower case; text with one of them is kept nowhere.
const SECRET_WORDS: &[&str] = &["pre_shared_key", "pre-shared-key", "bgp_auth_key"];

/// What stands for a secret.
const LEFT_OUT: &str = "(left out: may hold secrets)";

/// What was left out of a copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Something was shortened.
    pub shortened: bool,
    /// A secret was taken out.
    pub secret: bool,
}

struct Budget {
    values: usize,
    chars: usize,
    left: Left,
}

/// A bounded copy without secrets, and what was left out.
pub fn bounded(map: &Map<String, Value>) -> (Map<String, Value>, Left) {
    let mut budget = Budget { values: MAX_VALUES, chars: MAX_CHARS, left: Left::default() };
    let copy = copy_map(map, 0, &mut budget);
    (copy, budget.left)
}

fn copy_map(map: &Map<String, Value>, depth: usize, budget: &mut Budget) -> Map<String, Value> {
    let mut out = Map::new();
    for (key, value) in map {
        if budget.values == 0 || budget.chars == 0 {
            budget.left.shortened = true;
            break;
        }
        if SECRETS.contains(&key.to_ascii_lowercase().as_str()) && !value.is_null() {
            budget.left.secret = true;
            out.insert(key.clone(), LEFT_OUT.into());
            continue;
        }
        let key = text(key, budget);
        out.insert(key, copy(value, depth + 1, budget));
    }
    out
}

fn copy(value: &Value, depth: usize, budget: &mut Budget) -> Value {
    budget.values = budget.values.saturating_sub(1);
    match value {
        Value::Array(_) | Value::Object(_) if depth >= MAX_DEPTH => {
            budget.left.shortened = true;
            Value::Null
        }
        Value::Object(map) => Value::Object(copy_map(map, depth, budget)),
        Value::Array(items) => {
            let mut out = Vec::new();
            for item in items {
                if budget.values == 0 || budget.chars == 0 {
                    budget.left.shortened = true;
                    break;
                }
                out.push(copy(item, depth + 1, budget));
            }
            Value::Array(out)
        }
        // Before it is shortened: the word may be in the part that goes, the key in the one that stays.
        Value::String(t) if secret(t) => {
            budget.left.secret = true;
            LEFT_OUT.into()
        }
        Value::String(t) => Value::String(text(t, budget)),
        Value::Number(n) => number(n),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

fn secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| text.contains(word))
}

fn text(text: &str, budget: &mut Budget) -> String {
    let limit = MAX_TEXT.min(budget.chars);
    let mut out: String = text.chars().take(limit).collect();
    budget.chars = budget.chars.saturating_sub(out.chars().count().max(1));
    if out.len() < text.len() {
        budget.left.shortened = true;
        out.push('…');
    }
    out
}

/// Fractions become text when they would not be read back as the same number.
fn number(n: &Number) -> Value {
    let text = n.to_string();
    match serde_json::from_str::<Value>(&text) {
        Ok(Value::Number(again)) if again == *n => Value::Number(n.clone()),
        _ => Value::String(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bounds_and_secrets() {
        let Value::Object(map) = json!({
            "A": "x".repeat(5_000),
            "Options": {"TunnelOptions": [{"PreSharedKey": "hush", "Phase1": 1.5}]},
            "customerRouterConfig": "<bgp>hush</bgp>",
            "Text": [format!("hush{}<Pre_Shared_Key>", " ".repeat(3_000)), "<bgp_auth_key>hush</bgp_auth_key>"],
        }) else {
            unreachable!()
        };
        let (copy, left) = bounded(&map);
        assert_eq!(left, Left { shortened: true, secret: true });
        let out = Value::Object(copy).to_string();
        assert!(!out.contains("hush") && out.contains("1.5"), "{out}");
        assert!(out.len() < 3_000);
    }

    #[test]
    fn depth_is_bounded() {
        let mut value = json!({});
        for _ in 0..120 {
            value = json!({ "a": value });
        }
        let Value::Object(map) = value else { unreachable!() };
        let (copy, left) = bounded(&map);
        assert!(left.shortened);
        assert!(Value::Object(copy).to_string().matches('{').count() <= 24);
    }
}
