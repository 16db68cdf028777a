//! Copy, paste and duplicate: components as a small document of their own, re-addressed where
//! they land.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hopscope_aws::{Config, Document, FieldKind, Id, Node, spec};
use serde_json::Value;

use crate::build;
use crate::command::Draft;
use crate::names;
use crate::place::{may_contain, placement};
use crate::tree::{clear_references, readdress, subtree, summary};

/// Member of the copied text that names the document it came from.
const FROM: &str = "copied_from";
/// Member of the copied text with what the copy refers to without holding it: ids and names.
const AROUND: &str = "around";

/// Components with everything inside them as text, and what that is in words. `origin` is the name
/// by which the document is known here.
///
/// # Errors
/// A sentence when there is nothing to copy.
pub fn copy(document: &Document, origin: &str, ids: &[Id]) -> Result<(String, String), String> {
    let fragment = fragment(document, ids);
    if fragment.nodes.is_empty() && fragment.notes.is_empty() {
        return Err("Nothing is selected.".to_owned());
    }
    let mut roots: Vec<Id> = roots(&fragment).cloned().collect();
    if roots.is_empty() {
        roots.extend(fragment.notes.keys().cloned());
    }
    let mut value = fragment.to_value();
    if let Value::Object(top) = &mut value {
        let around = around(document, &fragment);
        let around = around.into_iter().map(|(id, name)| (id.to_string(), Value::from(name))).collect();
        top.insert(FROM.to_owned(), origin.into());
        top.insert(AROUND.to_owned(), Value::Object(around));
    }
    let text = serde_json::to_string_pretty(&value).map_err(|error| error.to_string())?;
    Ok((text, summary(&fragment, &roots)))
}

/// What a fragment refers to without holding it: ids and names.
fn around(document: &Document, fragment: &Document) -> BTreeMap<Id, String> {
    fn walk(value: &Value, seen: &mut dyn FnMut(&str)) {
        match value {
            Value::String(text) => seen(text),
            Value::Array(items) => items.iter().for_each(|item| walk(item, seen)),
            Value::Object(members) => members.values().for_each(|member| walk(member, seen)),
            _ => {}
        }
    }
    let mut out = BTreeMap::new();
    for about in fragment.notes.values().filter_map(|note| note.about.as_ref()) {
        if let Some(other) = document.node(about).filter(|_| !fragment.nodes.contains_key(about)) {
            out.insert(other.id.clone(), other.label().to_owned());
        }
    }
    for node in fragment.nodes.values() {
        walk(&node.config.fields(), &mut |text| {
            if let Some(other) = document.node(text).filter(|_| !fragment.nodes.contains_key(text)) {
                out.insert(other.id.clone(), other.label().to_owned());
            }
        });
    }
    out
}

fn fragment(document: &Document, ids: &[Id]) -> Document {
    let inside = subtree(document, ids);
    let nodes = inside.iter().filter_map(|id| document.nodes.get_key_value(id));
    let nodes = nodes.map(|(id, node)| (id.clone(), node.clone())).collect();
    let notes = crate::notes::of(document, &inside, ids);
    Document { name: document.name.clone(), nodes, notes, ..Document::default() }
}

/// Components of a fragment whose parent is not part of it.
fn roots(fragment: &Document) -> impl Iterator<Item = &Id> {
    fragment
        .nodes
        .values()
        .filter(|node| !node.parent.as_ref().is_some_and(|parent| fragment.nodes.contains_key(parent)))
        .map(|node| &node.id)
}

/// What pasting did.
pub(crate) struct Pasted {
    /// What to call it.
    pub label: String,
    /// The new top components.
    pub made: Vec<Id>,
    /// Names of what copies referred to in another document.
    pub left: Vec<String>,
}

/// One sentence about references that were not taken along.
pub(crate) fn remark(left: &[String]) -> Option<String> {
    const SHOWN: usize = 4;
    if left.is_empty() {
        return None;
    }
    let names = left.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = if left.len() > SHOWN { format!(" and {} more", left.len() - SHOWN) } else { String::new() };
    Some(format!("What was not copied along is not referred to any more: {names}{more}."))
}

/// Inserts a copied text. What came from another document loses what it referred to there.
pub(crate) fn paste(
    draft: &mut Draft,
    origin: &str,
    text: &str,
    parent: Option<&Id>,
) -> Result<Pasted, String> {
    let mut fragment = Document::from_json(text.as_bytes())
        .map_err(|error| format!("The clipboard holds no components. {error}"))?;
    // It was read once and is small enough.
    let told: Value = serde_json::from_str(text).unwrap_or_default();
    let foreign = told.get(FROM).and_then(Value::as_str).is_some_and(|from| from != origin);
    let mut left: BTreeMap<Id, String> = BTreeMap::new();
    if let Some(Value::Object(around)) = told.get(AROUND).filter(|_| foreign) {
        let name = |(id, name): (&String, &Value)| {
            let short: String = name.as_str().unwrap_or(id).chars().take(60).collect();
            (Id::from(id.as_str()), short)
        };
        left = around.iter().map(name).filter(|(id, _)| !fragment.nodes.contains_key(id)).collect();
    }
    if !left.is_empty() {
        let gone = left.keys().cloned().collect();
        for node in fragment.nodes.values_mut() {
            *node = Arc::new(without(node, &gone));
        }
        for note in fragment.notes.values_mut() {
            if note.about.as_ref().is_some_and(|about| gone.contains(about)) {
                *note = Arc::new(crate::notes::alone(note));
            }
        }
    }
    let (what, made) = insert(draft, &fragment, |draft, node| home(draft, node, parent))?;
    let mut left: Vec<String> = left.into_values().collect();
    left.dedup();
    Ok(Pasted { label: format!("Paste {what}"), made, left })
}

/// The container of something pasted; what it needs around it is made.
fn home(draft: &mut Draft, node: &Node, parent: Option<&Id>) -> Result<Option<Id>, String> {
    let document = draft.document();
    let own = node.parent.as_ref().filter(|home| may_contain(document, node.kind(), Some(home)).is_ok());
    if spec(node.kind()).is_some_and(|spec| spec.parents.is_empty()) {
        return Ok(None);
    }
    let wanted = match parent {
        Some(parent) => placement(document, node.kind(), Some(parent)),
        // Without a target it goes where it came from, if that is here too.
        None => match own {
            Some(home) => return Ok(Some(home.clone())),
            None => placement(document, node.kind(), None),
        },
    };
    match wanted {
        Ok(found) if found.missing.is_empty() => Ok(found.parent),
        // A thing pasted onto itself goes beside itself.
        _ if own.is_some() => Ok(own.cloned()),
        Ok(found) => {
            let mut parent = found.parent;
            for missing in &found.missing {
                parent = Some(build::make(draft, missing, parent.as_ref(), None)?);
            }
            Ok(parent)
        }
        Err(problem) => Err(problem),
    }
}

/// A component without its references to what is not here: fields and rows that name it.
fn without(node: &Node, gone: &BTreeSet<Id>) -> Node {
    let mut out = clear_references(node, gone);
    let dead = |row: &Value, keys: &[&str]| {
        keys.iter().any(|key| row.get(*key).and_then(Value::as_str).is_some_and(|id| gone.contains(id)))
    };
    for field in node.config.spec().fields {
        let keys: &[&str] = match field.kind {
            FieldKind::Routes => &["target", "destination"],
            FieldKind::SecurityGroupRules => &["peer"],
            FieldKind::Rows(_) if field.key == "routes" => &["target", "destination", "attachment"],
            _ => continue,
        };
        let Value::Array(rows) = out.field(field.key) else { continue };
        let kept: Value = rows.into_iter().filter(|row| !dead(row, keys)).collect();
        if let Ok(cleared) = out.with_field(field.key, kept) {
            out = cleared;
        }
    }
    out
}

/// Duplicates components beside themselves.
pub(crate) fn duplicate(draft: &mut Draft, ids: &[Id]) -> Result<(String, Vec<Id>), String> {
    let fragment = fragment(draft.document(), ids);
    insert(draft, &fragment, |_, node| Ok(node.parent.clone()))
        .map(|(what, ids)| (format!("Duplicate {what}"), ids))
}

fn insert(
    draft: &mut Draft,
    fragment: &Document,
    home: impl Fn(&mut Draft, &Node) -> Result<Option<Id>, String>,
) -> Result<(String, Vec<Id>), String> {
    let tops: Vec<Id> = roots(fragment).cloned().collect();
    if tops.is_empty() && fragment.notes.is_empty() {
        return Err("Nothing is selected.".to_owned());
    }
    let mut new_ids: BTreeMap<Id, Id> = BTreeMap::new();
    // Names are handed out one by one, so that two of a kind do not get the same. Containers come
    // first: what is inside must find them.
    for id in subtree(fragment, &tops) {
        let Some(node) = fragment.node(&id) else { continue };
        let inside = node.parent.as_ref().and_then(|parent| new_ids.get(parent)).cloned();
        let parent = match inside {
            Some(inside) => Some(inside),
            None => {
                let parent = home(draft, node)?;
                if let Some(what) = one_only(draft.document(), node, parent.as_ref()) {
                    return Err(format!("{what} Copy {} with its VPC instead.", node.label()));
                }
                parent
            }
        };
        let id = draft.document().fresh_id(node.config.spec().id_prefix);
        let scope = parent.clone().filter(|_| !matches!(node.kind(), "instance"));
        let name = if node.name.is_empty() || node.kind() == "region" {
            node.name.clone()
        } else {
            names::unique(draft.document(), node.kind(), scope.as_ref(), &node.name)
        };
        draft.put(Node { id: id.clone(), name, parent, config: node.config.clone() });
        new_ids.insert(node.id.clone(), id);
    }
    for new in new_ids.values() {
        rename_references(draft, new, &new_ids);
    }
    let mut made: Vec<Id> = tops.iter().filter_map(|id| new_ids.get(id)).cloned().collect();
    let notes = crate::notes::insert(draft, fragment, &new_ids);
    if made.is_empty() {
        made = notes;
        return Ok((summary(draft.document(), &made), made));
    }
    for id in &made {
        readdress(draft, id)?;
    }
    for id in new_ids.values() {
        renew_public(draft, id)?;
    }
    Ok((summary(draft.document(), &made), made))
}

/// Why a second one of a kind cannot stand in that VPC.
fn one_only(document: &Document, node: &Node, parent: Option<&Id>) -> Option<&'static str> {
    let edge = matches!(node.kind(), "internet-gateway" | "egress-only-internet-gateway");
    let in_vpc = parent.and_then(|id| document.node(id)).is_some_and(|parent| parent.kind() == "vpc");
    let has = document.children(parent.map(|id| &**id)).any(|other| other.kind() == node.kind());
    match node.kind() {
        "internet" => document
            .nodes
            .values()
            .any(|other| other.kind() == "internet")
            .then_some("One internet is enough."),
        _ => (edge && in_vpc && has).then_some("A VPC has one such gateway at most."),
    }
}

/// References between copied things follow the copies.
pub(crate) fn rename_references(draft: &mut Draft, id: &Id, new_ids: &BTreeMap<Id, Id>) {
    fn walk(value: &mut Value, new_ids: &BTreeMap<Id, Id>) {
        match value {
            Value::String(text) => {
                if let Some(new) = new_ids.get(text.as_str()) {
                    *text = new.to_string();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, new_ids)),
            Value::Object(members) => members.values_mut().for_each(|member| walk(member, new_ids)),
            _ => {}
        }
    }
    let Some(node) = draft.document().node(id).cloned() else { return };
    // What was imported stays as it came.
    if matches!(node.config, Config::Unmodelled(_)) {
        return;
    }
    let Value::Object(fields) = node.config.fields() else { return };
    let mut renamed = (*node).clone();
    for (key, mut value) in fields {
        walk(&mut value, new_ids);
        if let Ok(next) = renamed.with_field(&key, value) {
            renamed = next;
        }
    }
    draft.put(renamed);
}

/// Public addresses belong to one owner: copies get their own. A copied main table or default
/// ACL in a VPC that has one is an ordinary one.
fn renew_public(draft: &mut Draft, id: &Id) -> Result<(), String> {
    let Some(node) = draft.document().node(id).cloned() else { return Ok(()) };
    match &node.config {
        Config::NatGateway(nat) if nat.connectivity == "public" && nat.availability == "zonal" => {
            let served =
                draft.document().nodes.values().any(
                    |other| matches!(&other.config, Config::ElasticIp(e) if e.target.as_ref() == Some(id)),
                );
            let region = draft.document().enclosing(id, "region").map(|node| node.id.clone());
            if let Some(region) = region.filter(|_| !served) {
                build::eip(draft, &region, Some(id))?;
            }
        }
        Config::ElasticIp(eip) => {
            let others = || {
                draft.document().nodes.values().filter(|other| &other.id != id).filter_map(|other| {
                    match &other.config {
                        Config::ElasticIp(eip) => Some(eip),
                        _ => None,
                    }
                })
            };
            let mut copy = eip.clone();
            if others().any(|other| other.address == eip.address) {
                copy.address = crate::address::elastic_ip(draft.document()).unwrap_or_default();
            }
            // Its target has the original already, or is not here at all.
            let taken = others().any(|other| other.target == eip.target);
            if taken || eip.target.as_ref().is_some_and(|target| draft.document().node(target).is_none()) {
                copy.target = None;
                copy.private_ip = None;
            }
            draft.put(Node { config: Config::ElasticIp(copy), ..(*node).clone() });
        }
        Config::InternetHost(_) => {
            let addresses = crate::address::internet_host(draft.document());
            build::change(draft, id, |config| {
                if let Config::InternetHost(host) = config {
                    host.addresses = addresses;
                }
            });
        }
        Config::RouteTable(table) if table.main => {
            let others = draft.document().children(node.parent.as_deref());
            let second = others
                .filter(|other| &other.id != id)
                .any(|other| matches!(&other.config, Config::RouteTable(t) if t.main));
            if second {
                build::change(draft, id, |config| {
                    if let Config::RouteTable(table) = config {
                        table.main = false;
                    }
                });
            }
        }
        Config::NetworkAcl(acl) if acl.default => {
            let others = draft.document().children(node.parent.as_deref());
            let second = others
                .filter(|other| &other.id != id)
                .any(|other| matches!(&other.config, Config::NetworkAcl(a) if a.default));
            if second {
                build::change(draft, id, |config| {
                    if let Config::NetworkAcl(acl) = config {
                        acl.default = false;
                    }
                });
            }
        }
        _ => {}
    }
    Ok(())
}
