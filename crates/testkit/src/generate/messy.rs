//! Drawings nobody could build: junk in cells, references to nothing, containers inside
//! themselves.

use hopscope_aws::Document;
use serde_json::{Value, json};

use super::random::Random;

const JUNK: [&str; 28] = [
    "",
    " ",
    "local",
    "all",
    "-1",
    "0",
    "10.0.0.0/33",
    "10.0.0.0/0",
    "0.0.0.0/0",
    "::/0",
    "::/129",
    "255.255.255.255/32",
    "255.255.255.255",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
    "64:ff9b::/96",
    "10.0.0.1",
    "65536",
    "9-8",
    "0-65535",
    "8/256",
    "999999999999999999999",
    "vpc-0",
    "internet:",
    "internet:::",
    "ää\u{0}\u{202e}",
    "169.254.169.254/32",
    "\"';--",
];

/// The same document with several things broken; `None` if it can no longer be read.
pub(super) fn spoil(random: &mut Random, document: &Document) -> Option<Document> {
    let mut value = document.to_value();
    let ids: Vec<String> = document.nodes.keys().map(ToString::to_string).collect();
    for _ in 0..1 + random.below(12) {
        let list = if random.chance(80) { "nodes" } else { "flows" };
        let Some(items) = value.get_mut(list).and_then(Value::as_array_mut) else { continue };
        let at = random.below(items.len());
        if random.chance(8) && !items.is_empty() {
            items.remove(at);
            continue;
        }
        let Some(item) = items.get_mut(at).and_then(Value::as_object_mut) else { continue };
        if list == "nodes" && random.chance(12) {
            let parent = random.pick(&ids).cloned().unwrap_or_default();
            item.insert("parent".to_owned(), json!(parent));
            continue;
        }
        for (key, cell) in item.iter_mut() {
            if key != "id" && key != "kind" && key != "parent" {
                scribble(random, cell, &ids);
            }
        }
    }
    Document::from_value(value).ok()
}

/// Replaces some texts and numbers by others of the same JSON type, and repeats some rows.
fn scribble(random: &mut Random, cell: &mut Value, ids: &[String]) {
    match cell {
        Value::String(text) if random.chance(35) => {
            *text = match random.pick(ids).filter(|_| random.chance(40)) {
                Some(id) => id.clone(),
                None => random.word(&JUNK).to_owned(),
            };
        }
        Value::Bool(flag) if random.chance(30) => *flag = !*flag,
        Value::Number(number) if random.chance(30) => {
            *number = (*random.pick(&[0u16, 1, 443, 32_767, 65_535]).unwrap_or(&0)).into();
        }
        Value::Array(rows) => {
            if random.chance(15)
                && let Some(row) = random.pick(rows).cloned()
            {
                rows.push(row);
            }
            if random.chance(5) {
                rows.clear();
            }
            for row in rows {
                scribble(random, row, ids);
            }
        }
        Value::Object(fields) => {
            for (_, field) in fields.iter_mut() {
                scribble(random, field, ids);
            }
        }
        _ => {}
    }
}
