//! Commands: labelled lists of small changes, applied by one function. The only way a document
//! changes.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use hopscope_aws::{Document, Flow, Frame, Id, Node, Note};

/// One small change of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Add or replace a component.
    Put(Arc<Node>),
    /// Remove a component alone.
    Remove(Id),
    /// Set or clear the place and size chosen by hand.
    Frame(Id, Option<Frame>),
    /// Add or replace a note.
    PutNote(Arc<Note>),
    /// Remove a note.
    RemoveNote(Id),
    /// Add or replace a flow.
    PutFlow(Arc<Flow>),
    /// Remove a flow.
    RemoveFlow(String),
    /// Rename the document.
    Name(String),
    /// Say what the document shows.
    Describe(String),
    /// Put everything into this order; what is not named comes last, as it stands.
    Order {
        /// Components.
        nodes: Vec<Id>,
        /// Flows.
        flows: Vec<String>,
        /// Frames.
        frames: Vec<Id>,
        /// Notes.
        notes: Vec<Id>,
    },
    /// Replace everything.
    Everything(Rc<Document>),
}

/// Positions by name, and one behind all of them for whatever is not named.
fn ranks<'a>(names: impl Iterator<Item = &'a str>) -> impl Fn(&str) -> usize {
    let ranks: BTreeMap<&str, usize> = names.enumerate().map(|(at, name)| (name, at)).collect();
    move |name| ranks.get(name).copied().unwrap_or(usize::MAX)
}

impl Change {
    pub(crate) fn apply(&self, document: &mut Document) {
        match self {
            Self::Put(node) => {
                document.nodes.insert(node.id.clone(), Arc::clone(node));
            }
            Self::Remove(id) => {
                document.nodes.shift_remove(id.as_str());
            }
            Self::Frame(id, Some(frame)) => {
                document.frames.insert(id.clone(), *frame);
            }
            Self::Frame(id, None) => {
                document.frames.shift_remove(id.as_str());
            }
            Self::PutNote(note) => {
                document.notes.insert(note.id.clone(), Arc::clone(note));
            }
            Self::RemoveNote(id) => {
                document.notes.shift_remove(id.as_str());
            }
            Self::PutFlow(flow) => match document.flows.iter_mut().find(|other| other.id == flow.id) {
                Some(slot) => *slot = Arc::clone(flow),
                None => document.flows.push(Arc::clone(flow)),
            },
            Self::RemoveFlow(id) => document.flows.retain(|flow| &flow.id != id),
            Self::Name(name) => document.name.clone_from(name),
            Self::Describe(text) => document.description.clone_from(text),
            Self::Order { nodes, flows, frames, notes } => {
                // Sorting is stable: what is not named keeps its order.
                let rank = ranks(nodes.iter().map(Id::as_str));
                document.nodes.sort_by_cached_key(|id, _| rank(id));
                let rank = ranks(flows.iter().map(String::as_str));
                document.flows.sort_by_cached_key(|flow| rank(&flow.id));
                let rank = ranks(frames.iter().map(Id::as_str));
                document.frames.sort_by_cached_key(|id, _| rank(id));
                let rank = ranks(notes.iter().map(Id::as_str));
                document.notes.sort_by_cached_key(|id, _| rank(id));
            }
            Self::Everything(other) => *document = (**other).clone(),
        }
    }
}

/// A change with a name, as it stands in the history.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// What happened, in words ("Add subnet private-a").
    pub label: String,
    /// Consecutive commands with the same key share one history entry.
    pub coalesce: Option<String>,
    /// What changes, in order.
    pub changes: Vec<Change>,
    /// The selection afterwards; `None` leaves it.
    pub select: Option<Vec<Id>>,
}

impl Command {
    /// The document after the command. Components that do not change are shared.
    #[must_use]
    pub fn apply(&self, document: &Rc<Document>) -> Rc<Document> {
        let mut next = (**document).clone();
        for change in &self.changes {
            change.apply(&mut next);
        }
        Rc::new(next)
    }
}

/// A document being changed, with the changes so far. Planning code reads and writes it; the
/// result is a [`Command`].
#[derive(Clone, Debug)]
pub struct Draft {
    document: Document,
    changes: Vec<Change>,
}

impl Draft {
    /// Starts from a document.
    #[must_use]
    pub fn new(document: &Document) -> Self {
        Self { document: document.clone(), changes: Vec::new() }
    }

    /// The document with the changes so far.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    fn push(&mut self, change: Change) {
        change.apply(&mut self.document);
        self.changes.push(change);
    }

    /// Adds or replaces a component; nothing happens where it is the same already.
    pub fn put(&mut self, node: Node) {
        if self.document.nodes.get(&node.id).is_some_and(|old| **old == node) {
            return;
        }
        self.push(Change::Put(Arc::new(node)));
    }

    /// Removes a component alone.
    pub fn remove(&mut self, id: &Id) {
        if self.document.nodes.contains_key(id) {
            self.push(Change::Remove(id.clone()));
        }
        self.frame(id, None);
    }

    /// Sets or clears a frame. Numbers that a file could not hold are ignored.
    pub fn frame(&mut self, id: &Id, frame: Option<Frame>) {
        let sane = |f: &Frame| [f.x, f.y, f.w, f.h].iter().all(|v| v.is_finite() && v.abs() < 1e6);
        if self.document.frames.get(id) != frame.as_ref() && frame.as_ref().is_none_or(sane) {
            self.push(Change::Frame(id.clone(), frame));
        }
    }

    /// Adds or replaces a note, within its bounds.
    pub fn put_note(&mut self, note: Note) {
        let note = note.bounded();
        if self.document.notes.get(&note.id).is_some_and(|old| **old == note) {
            return;
        }
        self.push(Change::PutNote(Arc::new(note)));
    }

    /// Removes a note.
    pub fn remove_note(&mut self, id: &Id) {
        if self.document.notes.contains_key(id) {
            self.push(Change::RemoveNote(id.clone()));
        }
    }

    /// Adds or replaces a flow.
    pub fn put_flow(&mut self, flow: Flow) {
        if !self.document.flows.iter().any(|old| **old == flow) {
            self.push(Change::PutFlow(Arc::new(flow)));
        }
    }

    /// Removes a flow.
    pub fn remove_flow(&mut self, id: &str) {
        if self.document.flows.iter().any(|flow| flow.id == id) {
            self.push(Change::RemoveFlow(id.to_owned()));
        }
    }

    /// Renames the document.
    pub fn name(&mut self, name: &str) {
        if self.document.name != name {
            self.push(Change::Name(name.to_owned()));
        }
    }

    /// Says what the document shows.
    pub fn describe(&mut self, text: &str) {
        if self.document.description != text {
            self.push(Change::Describe(text.to_owned()));
        }
    }

    /// Replaces everything.
    pub fn everything(&mut self, document: Document) {
        if self.document != document {
            self.push(Change::Everything(Rc::new(document)));
        }
    }

    /// The command made of the changes so far.
    #[must_use]
    pub fn command(self, label: impl Into<String>) -> Command {
        Command { label: label.into(), coalesce: None, changes: self.changes, select: None }
    }
}

impl Command {
    /// The same, sharing a history entry with its predecessor of the same key.
    #[must_use]
    pub fn coalescing(mut self, key: Option<String>) -> Self {
        self.coalesce = key;
        self
    }

    /// The same, selecting something afterwards.
    #[must_use]
    pub fn selecting(mut self, ids: Vec<Id>) -> Self {
        self.select = Some(ids);
        self
    }
}
