//! Drawings that somebody changed without care: references that name a neighbour of the wrong
//! kind, values of another row, rows and components gone, parents moved. Knows fields only by
//! what the catalogue says of them, so every kind of component is covered.

use std::collections::BTreeMap;

use hopscope_aws::{Document, Field, FieldKind, Flow};
use serde_json::{Value, json};

use super::random::Random;

const BLOCKS: [&str; 16] = [
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.0.1.0/24",
    "10.1.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "64:ff9b::/96",
    "2001:db8::/32",
    "2001:db8:1::/48",
    "fd00::/8",
    "10.0.0.0/33",
    "203.0.113.9/32",
    "",
];

/// What a document offers as plausible values.
struct Pool {
    ids: Vec<String>,
    by_kind: BTreeMap<&'static str, Vec<String>>,
    /// Values by the key they are written under.
    values: BTreeMap<String, Vec<Value>>,
}

impl Pool {
    fn of(document: &Document) -> Self {
        let mut pool = Self { ids: Vec::new(), by_kind: BTreeMap::new(), values: BTreeMap::new() };
        for node in document.nodes.values() {
            pool.ids.push(node.id.to_string());
            pool.by_kind.entry(node.kind()).or_default().push(node.id.to_string());
            pool.gather("", &node.config.fields());
        }
        pool
    }

    fn gather(&mut self, key: &str, value: &Value) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(key, value)| self.gather(key, value)),
            Value::Array(rows) => rows.iter().for_each(|row| self.gather(key, row)),
            _ => {}
        }
        if !key.is_empty() {
            self.values.entry(key.to_owned()).or_default().push(value.clone());
        }
    }

    fn id(&self, random: &mut Random, kinds: &[&str]) -> String {
        if random.chance(15) {
            return random.pick(&self.ids).cloned().unwrap_or_default();
        }
        if random.chance(6) {
            return "nobody".to_owned();
        }
        let fitting: Vec<&String> =
            kinds.iter().filter_map(|kind| self.by_kind.get(kind)).flatten().collect();
        random.pick(&fitting).map(|id| (*id).clone()).unwrap_or_default()
    }
}

/// The document after a few careless changes; `None` if it can no longer be read.
pub(super) fn change(random: &mut Random, document: &Document) -> Option<Document> {
    let pool = Pool::of(document);
    let mut changed = document.clone();
    for _ in 0..1 + random.below(6) {
        let Some(id) = random.pick(&pool.ids) else { continue };
        let Some(node) = changed.nodes.get(id.as_str()).cloned() else { continue };
        match random.below(20) {
            0 => {
                changed.nodes.shift_remove(id.as_str());
            }
            1 => {
                let mut node = (*node).clone();
                node.parent = Some(pool.id(random, node.config.spec().parents).as_str().into());
                changed.put(node);
            }
            2 => {
                let last = changed.nodes.len().saturating_sub(1);
                changed.nodes.move_index(random.below(last + 1), random.below(last + 1));
            }
            _ => {
                let Some(field) = random.pick(node.config.spec().fields) else { continue };
                let mut value = node.field(field.key);
                alter(random, &pool, field, &mut value);
                if let Ok(node) = node.with_field(field.key, value) {
                    changed.put(node);
                }
            }
        }
    }
    Document::from_value(changed.to_value()).ok()
}

/// Another value for a field, or for one cell of one of its rows.
fn alter(random: &mut Random, pool: &Pool, field: &Field, value: &mut Value) {
    if random.chance(8) {
        *value = Value::Null;
        return;
    }
    match field.kind {
        FieldKind::Rows(table) => {
            let Some(rows) = value.as_array_mut() else { return };
            match random.below(6) {
                0 if !rows.is_empty() => {
                    rows.remove(random.below(rows.len()));
                }
                1 => {
                    let donor = pool.values.get(field.key).and_then(|all| random.pick(all)).cloned();
                    rows.extend(donor.and_then(|donor| match donor {
                        Value::Array(mut rows) => rows.pop(),
                        _ => None,
                    }));
                }
                _ => {
                    let at = random.below(rows.len());
                    let (Some(column), Some(row)) =
                        (random.pick(table.columns), rows.get_mut(at).and_then(Value::as_object_mut))
                    else {
                        return;
                    };
                    alter(random, pool, column, row.entry(column.key).or_insert(Value::Null));
                }
            }
        }
        FieldKind::Ref(kinds) => *value = json!(pool.id(random, kinds)),
        FieldKind::RefList(kind) => {
            let Some(list) = value.as_array_mut() else { return };
            if random.chance(40) && !list.is_empty() {
                list.remove(random.below(list.len()));
            } else {
                list.push(json!(pool.id(random, &[kind])));
            }
        }
        FieldKind::Choice(words) => *value = json!(random.word(words)),
        FieldKind::Flag => *value = json!(random.chance(50)),
        FieldKind::Number => {
            *value = json!(random.pick(&[0u32, 1, 2, 64_512, 65_001, 65_535, 4_294_967_295]))
        }
        FieldKind::Cidr4 | FieldKind::Cidr6 | FieldKind::Address if random.chance(30) => {
            *value = json!(random.word(&BLOCKS));
        }
        FieldKind::Routes => {
            let Some(rows) = value.as_array_mut() else { return };
            let target = random.pick(&pool.ids).cloned().unwrap_or_default();
            let at = random.below(rows.len());
            match rows.get_mut(at).and_then(Value::as_object_mut) {
                Some(row) if random.chance(50) => {
                    row.insert("target".to_owned(), json!(target));
                }
                _ => rows.push(json!({ "destination": random.word(&BLOCKS), "target": target })),
            }
        }
        _ => {
            // Whatever another component has there, or one cell of it elsewhere.
            if let Some(other) = pool.values.get(field.key).and_then(|all| random.pick(all))
                && (other.is_array() == value.is_array() || value.is_null())
            {
                *value = other.clone();
            }
            if let Some(list) = value.as_array_mut()
                && random.chance(50)
            {
                match list.first() {
                    Some(Value::String(_)) => list.push(json!(random.word(&BLOCKS))),
                    Some(_) => {
                        list.remove(random.below(list.len()));
                    }
                    None => {}
                }
            }
        }
    }
}

/// A flow between two things of the document that can be ends, or an address of it.
pub(super) fn flow(random: &mut Random, document: &Document) -> Flow {
    let ends: Vec<&str> = document
        .nodes
        .values()
        .filter(|node| node.config.spec().endpoint)
        .map(|node| node.id.as_str())
        .collect();
    let mut end = || match random.below(12) {
        0 => "internet".to_owned(),
        1 => random
            .word(&["10.0.1.10", "10.1.0.10", "192.168.0.10", "203.0.113.9", "2001:db8::1", "8.8.8.8"])
            .to_owned(),
        _ => random.pick(&ends).map(|id| (*id).to_owned()).unwrap_or_default(),
    };
    let (from, to) = (end(), end());
    Flow {
        id: "random".to_owned(),
        from,
        to,
        protocol: random.word(&["tcp", "tcp", "udp", "icmp", "47"]).to_owned(),
        port: Some(*random.pick(&[443, 22, 53, 80, 8080]).unwrap_or(&443)),
        family: random.pick(&[None, None, Some("ipv6"), Some("ipv4")]).copied().flatten().map(str::to_owned),
        size: random.pick(&[None, None, None, Some(1_400), Some(8_900)]).copied().flatten(),
        ..Flow::default()
    }
}
