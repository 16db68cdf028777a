//! History as labelled snapshots: nodes are shared, so a step costs little, and undo cannot go
//! wrong.

use std::rc::Rc;

use hopscope_aws::{Document, Id};

/// Most steps that are kept.
pub const MAX_STEPS: usize = 1_000;

#[derive(Clone, Debug)]
struct Entry {
    label: Rc<str>,
    document: Rc<Document>,
    selection: Rc<Vec<Id>>,
    coalesce: Option<Rc<str>>,
}

/// The states a document went through. Entry 0 is the oldest that is kept.
#[derive(Clone, Debug)]
pub struct History {
    entries: Vec<Entry>,
    position: usize,
}

impl History {
    /// Starts with one state.
    #[must_use]
    pub fn new(document: Rc<Document>, label: &str) -> Self {
        let entry = Entry { label: label.into(), document, selection: Rc::default(), coalesce: None };
        Self { entries: vec![entry], position: 0 }
    }

    /// Records the state after a change. What had been undone is forgotten. Whether it went into
    /// the entry of the change before.
    pub fn record(
        &mut self,
        label: &str,
        document: Rc<Document>,
        selection: Rc<Vec<Id>>,
        coalesce: Option<&str>,
    ) -> bool {
        let mut merged = false;
        self.entries.truncate(self.position + 1);
        let entry = Entry { label: label.into(), document, selection, coalesce: coalesce.map(Rc::from) };
        match self.entries.last_mut() {
            // The first entry is where the document started: nothing merges into it.
            Some(top) if self.position > 0 && coalesce.is_some() && top.coalesce.as_deref() == coalesce => {
                *top = entry;
                merged = true;
            }
            _ => self.entries.push(entry),
        }
        if self.entries.len() > MAX_STEPS + 1 {
            self.entries.drain(..self.entries.len() - MAX_STEPS - 1);
        }
        self.position = self.entries.len().saturating_sub(1);
        merged
    }

    /// Ends a gesture: the next change gets its own entry.
    pub fn seal(&mut self) {
        if let Some(entry) = self.entries.get_mut(self.position) {
            entry.coalesce = None;
        }
    }

    /// Goes to an entry; the document and selection there, if it exists.
    pub fn go(&mut self, position: usize) -> Option<(Rc<Document>, Rc<Vec<Id>>)> {
        self.seal();
        let entry = self.entries.get(position)?;
        let state = (Rc::clone(&entry.document), Rc::clone(&entry.selection));
        self.position = position;
        self.seal();
        Some(state)
    }

    /// Where the document is now, an index into [`History::labels`].
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// What happened at each entry, oldest first.
    pub fn labels(&self) -> impl ExactSizeIterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.label)
    }

    /// Label of the step that undo would take back.
    #[must_use]
    pub fn undo_label(&self) -> Option<&str> {
        if self.position == 0 { None } else { self.entries.get(self.position).map(|entry| &*entry.label) }
    }

    /// Label of the step that redo would take again.
    #[must_use]
    pub fn redo_label(&self) -> Option<&str> {
        self.entries.get(self.position + 1).map(|entry| &*entry.label)
    }
}
