//! Everything else: kept as inert boxes, so that nothing disappears.

use hopscope_aws::components::unmodelled;
use hopscope_aws::{Config, Id, Node};
use serde_json::{Map, Value};

use super::Build;
use crate::error::ImportError;
use crate::get::{Obj, clip};
use crate::raw;
use crate::read::Item;
use crate::{Note, Unmodelled};

/// What the prefix of an id that routes lead to stands for.
const PREFIXES: &[(&str, &str)] = &[
    ("tgw-", "Transit gateway"),
    ("vgw-", "Virtual private gateway"),
    ("pcx-", "VPC peering connection"),
    ("vpce-", "VPC endpoint"),
    ("cagw-", "Carrier gateway"),
    ("lgw-", "Local gateway"),
    ("nat-", "NAT gateway"),
    ("igw-", "Internet gateway"),
    ("eigw-", "Egress-only internet gateway"),
    ("eni-", "Network interface"),
    ("i-", "Instance"),
    ("arn:aws:networkmanager", "Cloud WAN core network"),
];

/// Targets that are reached through the VPC they are attached to rather than inside it.
const OUTSIDE: &[&str] = &["tgw-", "pcx-", "arn:"];

impl<'a> Build<'a> {
    /// Inert boxes, stand-ins for route targets, catalogues.
    pub(super) fn rest(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        for inert in &items.inert {
            self.inert(&inert.item, &inert.what, inert.ids, None)?;
        }
        self.route_targets()?;
        for (what, count, file) in &items.catalogues {
            let path = items.files.get(*file).cloned().unwrap_or_default();
            self.notes.push(Note { text: format!("Left out of the drawing: {what} ({count})."), path });
        }
        Ok(())
    }

    /// Keeps a thing as an inert box.
    pub(super) fn inert(
        &mut self,
        item: &'a Item,
        what: &str,
        ids: &[&str],
        parent: Option<Id>,
    ) -> Result<(), ImportError> {
        self.bounded()?;
        let obj = self.items.object(item);
        let parent = match parent.or_else(|| self.home(&obj)) {
            Some(parent) => parent,
            None => self.region_of(item)?,
        };
        let found = own_id(&obj, what, ids);
        match found {
            Some(id) => {
                if self.merge(&id, &obj) {
                    return Ok(());
                }
                let id = self.free_id(&id);
                self.inert_object(&obj, what, id, Some(parent));
            }
            None => {
                let prefix: String =
                    what.to_lowercase().chars().map(|c| if c == ' ' { '-' } else { c }).collect();
                let id = self.free_id(&prefix);
                self.inert_object(&obj, what, id, Some(parent));
            }
        }
        Ok(())
    }

    pub(super) fn inert_object(&mut self, obj: &Obj<'a>, what: &str, id: Id, parent: Option<Id>) {
        let (raw, left) = raw::bounded(obj.map);
        if left.shortened {
            self.join("Things too large to be kept whole; their raw description is shortened", id.as_str());
        }
        if left.secret {
            self.join("Things that may hold passwords or keys, which are left out", id.as_str());
        }
        let name = self.name(obj, &id).unwrap_or_default();
        let parent = parent.or_else(|| self.home(obj)).unwrap_or_else(|| self.region(None));
        let config =
            Config::Unmodelled(unmodelled::Config { what: what.to_owned(), raw: Value::Object(raw) });
        self.unmodelled.push(Unmodelled { what: what.to_owned(), id: id.clone(), path: obj.file.to_owned() });
        self.document.put(Node { id, name, parent: Some(parent), config });
    }

    /// Several commands describe one thing: what the later ones add is kept with it.
    fn merge(&mut self, id: &str, obj: &Obj<'a>) -> bool {
        let Some(node) = self.document.nodes.get(id).cloned() else { return false };
        let Config::Unmodelled(config) = &node.config else { return false };
        let Value::Object(have) = &config.raw else { return false };
        let (mut more, _) = raw::bounded(obj.map);
        let differs =
            more.iter().any(|(key, value)| have.get(key).is_some_and(|old| old != value && key != "State"));
        let added: Map<String, Value> = {
            let keys: Vec<String> = more.keys().filter(|key| !have.contains_key(*key)).cloned().collect();
            keys.into_iter().filter_map(|key| more.shift_remove(&key).map(|value| (key, value))).collect()
        };
        if added.is_empty() {
            if differs {
                let text = format!("{id} is described twice and differently; the first description is kept.");
                self.note(obj.file, text);
            } else {
                self.repeated += 1;
            }
            return true;
        }
        let mut raw = have.clone();
        raw.extend(added);
        let (raw, _) = raw::bounded(&raw);
        let mut merged = (*node).clone();
        merged.config =
            Config::Unmodelled(unmodelled::Config { what: config.what.clone(), raw: Value::Object(raw) });
        self.document.put(merged);
        true
    }

    /// The subnet or VPC that a thing says it is in.
    fn home(&self, obj: &Obj<'a>) -> Option<Id> {
        let text = |value: Option<&'a Value>| value.and_then(Value::as_str);
        let subnet = text(obj.map.get("SubnetId"));
        if let Some(subnet) = subnet.filter(|id| self.has(id, "subnet")) {
            return Some(Id::from(subnet));
        }
        let inside = |key: &str, inner: &str| text(obj.map.get(key).and_then(|value| value.get(inner)));
        let attached = obj.map.get("VpcAttachments").and_then(Value::as_array).and_then(|list| {
            list.iter()
                .find(|a| a.get("State").and_then(Value::as_str) != Some("detached"))?
                .get("VpcId")?
                .as_str()
        });
        [
            text(obj.map.get("VpcId")),
            text(obj.map.get("VPCId")),
            text(obj.map.get("ResourceId")),
            inside("VPCOptions", "VPCId"),
            inside("DBSubnetGroup", "VpcId"),
            inside("VpcConfig", "VpcId"),
            attached,
        ]
        .into_iter()
        .flatten()
        .find(|id| self.has(id, "vpc"))
        .map(Id::from)
    }

    /// Routes that are up lead somewhere, even if the dump does not describe it.
    fn route_targets(&mut self) -> Result<(), ImportError> {
        let mut missing: Vec<(String, Id)> = Vec::new();
        for node in self.document.nodes.values() {
            let Config::RouteTable(table) = &node.config else { continue };
            let Some(vpc) = &node.parent else { continue };
            for route in &table.routes {
                let known =
                    route.target == "local" || self.document.nodes.contains_key(route.target.as_str());
                if !known && !route.blackhole && !route.target.is_empty() && route.target.len() <= 255 {
                    missing.push((route.target.clone(), vpc.clone()));
                }
            }
        }
        for (target, vpc) in missing {
            if self.document.nodes.contains_key(target.as_str()) {
                continue;
            }
            let what = PREFIXES.iter().find(|(prefix, _)| target.starts_with(prefix));
            let what = what.map_or("Route target", |(_, what)| what).to_owned();
            let outside = OUTSIDE.iter().any(|prefix| target.starts_with(prefix));
            let region = self.document.enclosing(&vpc, "region").map(|node| node.id.clone());
            let parent = if outside { region } else { Some(vpc) };
            let id = Id::from(target);
            self.join("Route targets that are not described in the dump", id.as_str());
            self.unmodelled.push(Unmodelled { what: what.clone(), id: id.clone(), path: String::new() });
            let config = Config::Unmodelled(unmodelled::Config { what, raw: Value::Null });
            self.document.put(Node { id, name: String::new(), parent, config });
        }
        Ok(())
    }
}

/// The id of a thing: one of the members that should hold it, else the member most like one.
fn own_id(obj: &Obj<'_>, what: &str, ids: &[&str]) -> Option<String> {
    let text = |key: &str| obj.map.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let known = ids.iter().find_map(|key| text(key));
    let stem: String = what.split(' ').collect::<String>().to_lowercase();
    let guess = || {
        let suffixes = ["id", "identifier", "arn", "name"];
        let of_stem = suffixes.iter().find_map(|suffix| {
            let wanted = format!("{stem}{suffix}");
            obj.map.keys().find(|key| key.to_lowercase() == wanted).and_then(|key| text(key))
        });
        let plain = ["Id", "Identifier", "Arn", "ARN", "Name", "id", "name"];
        of_stem.or_else(|| plain.iter().find_map(|key| text(key)))
    };
    let id = if ids.is_empty() { known.or_else(guess) } else { known };
    id.map(|id| if id.chars().count() > 255 { clip(id) } else { id.to_owned() })
}
