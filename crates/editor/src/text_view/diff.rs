//! What must change in one document so that it becomes another, as a labelled command. What is the
//! same in both stays shared.

use std::sync::Arc;

use hopscope_aws::{Document, Id};

use crate::command::{Change, Command};
use crate::names::title;

/// The command that makes `new` of `old`; `None` where they are the same to the last byte.
#[must_use]
pub fn diff(old: &Document, new: &Document) -> Option<Command> {
    let mut changes = Vec::new();
    let mut told = Told::default();
    for (id, node) in old.nodes.iter().filter(|(id, _)| !new.nodes.contains_key(*id)) {
        changes.push(Change::Remove(id.clone()));
        told.component(id, &format!("Delete {}", title(node)));
    }
    for (id, node) in new.nodes.iter() {
        match old.nodes.get(id) {
            Some(before) if Arc::ptr_eq(before, node) || before == node => continue,
            Some(_) => told.component(id, &format!("Change {}", title(node))),
            None => told.component(id, &format!("Add {}", title(node))),
        }
        changes.push(Change::Put(Arc::clone(node)));
    }
    for id in old.notes.keys().filter(|id| !new.notes.contains_key(*id)) {
        changes.push(Change::RemoveNote(id.clone()));
        told.component(id, "Delete note");
    }
    for (id, note) in &new.notes {
        match old.notes.get(id) {
            Some(before) if before == note => continue,
            Some(_) => told.component(id, &format!("Change {}", crate::notes::title(note))),
            None => told.component(id, &format!("Add {}", crate::notes::title(note))),
        }
        changes.push(Change::PutNote(Arc::clone(note)));
    }
    for flow in old.flows.iter().filter(|flow| !new.flows.iter().any(|other| other.id == flow.id)) {
        changes.push(Change::RemoveFlow(flow.id.clone()));
        told.flow(&flow.id, &format!("Delete flow {}", crate::flows::describe(old, flow)));
    }
    for flow in &new.flows {
        match old.flows.iter().find(|other| other.id == flow.id) {
            Some(before) if before == flow => continue,
            Some(_) => told.flow(&flow.id, &format!("Change flow {}", crate::flows::describe(new, flow))),
            None => told.flow(&flow.id, &format!("Add flow {}", crate::flows::describe(new, flow))),
        }
        changes.push(Change::PutFlow(Arc::clone(flow)));
    }
    for id in old.frames.keys().filter(|id| !new.frames.contains_key(*id)) {
        changes.push(Change::Frame(id.clone(), None));
        told.moved(new, id);
    }
    for (id, frame) in new.frames.iter().filter(|(id, frame)| old.frames.get(*id) != Some(frame)) {
        changes.push(Change::Frame(id.clone(), Some(*frame)));
        told.moved(new, id);
    }
    if old.name != new.name {
        changes.push(Change::Name(new.name.clone()));
        told.whole("name", "Rename the document");
    }
    if old.description != new.description {
        changes.push(Change::Describe(new.description.clone()));
        told.whole("description", "Describe the network");
    }
    let mut reached = old.clone();
    for change in &changes {
        change.apply(&mut reached);
    }
    if !same_order(&reached, new) {
        changes.push(Change::Order {
            nodes: new.nodes.keys().cloned().collect(),
            flows: new.flows.iter().map(|flow| flow.id.clone()).collect(),
            frames: new.frames.keys().cloned().collect(),
            notes: new.notes.keys().cloned().collect(),
        });
        told.order();
    }
    if changes.is_empty() {
        return None;
    }
    let (label, key) = told.words();
    Some(Command { label, coalesce: Some(key), changes, select: None })
}

fn same_order(a: &Document, b: &Document) -> bool {
    a.nodes.keys().eq(b.nodes.keys())
        && a.frames.keys().eq(b.frames.keys())
        && a.notes.keys().eq(b.notes.keys())
        && a.flows.iter().map(|flow| &flow.id).eq(b.flows.iter().map(|flow| &flow.id))
}

/// What a change is about, for the history.
#[derive(Default)]
struct Told {
    /// Keys of what is concerned, and words for each.
    about: Vec<(String, String)>,
}

impl Told {
    fn component(&mut self, id: &Id, words: &str) {
        self.about.push((format!("node:{id}"), words.to_owned()));
    }

    fn flow(&mut self, id: &str, words: &str) {
        self.about.push((format!("flow:{id}"), words.to_owned()));
    }

    /// A frame alone is a move; with its component it belongs to that.
    fn moved(&mut self, document: &Document, id: &Id) {
        let key = format!("node:{id}");
        if !self.about.iter().any(|(known, _)| *known == key) {
            let what = document.node(id).map_or_else(|| id.to_string(), |node| title(node));
            self.about.push((key, format!("Move {what}")));
        }
    }

    fn whole(&mut self, key: &str, words: &str) {
        self.about.push((key.to_owned(), words.to_owned()));
    }

    /// Order alone has a name of its own.
    fn order(&mut self) {
        if self.about.is_empty() {
            self.whole("order", "Change the order of the document");
        }
    }

    /// The label, and what consecutive changes must share to be one step.
    fn words(&self) -> (String, String) {
        match self.about.as_slice() {
            [] => ("Change the text".to_owned(), "text".to_owned()),
            [(key, words)] => (format!("{words}, as text"), format!("text:{key}")),
            many => (format!("Change {} things, as text", many.len()), "text:several".to_owned()),
        }
    }
}
