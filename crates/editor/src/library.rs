//! The list of documents on this device.

use hopscope_aws::Document;
use serde::{Deserialize, Serialize};

/// A file name for a document of that name.
#[must_use]
pub fn file_name(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().take(80) {
        match c {
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ if out.is_empty() || out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    let stem = out.trim_end_matches('-');
    format!("{}.hopscope.json", if stem.is_empty() { "network" } else { stem })
}

/// One document of the library.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "snake_case")]
pub struct Entry {
    /// Stable id, part of the address of the page.
    pub id: String,
    /// Title.
    pub name: String,
    /// Last change, milliseconds since 1970.
    pub updated: u64,
    /// Number of components.
    pub nodes: usize,
    /// Number of flows.
    pub flows: usize,
    /// Put away: not listed with the others.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

/// All documents on this device. Every operation returns what changed and leaves the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Library {
    /// Entries in the order they were made.
    pub entries: Vec<Entry>,
    /// Number of the next id; ids are never used twice, so that old links do not lead elsewhere.
    pub next: u64,
}

impl Library {
    /// Reads a stored list. What cannot be read is an empty list: the documents themselves are
    /// stored apart and can be found again with [`Library::restore`].
    #[must_use]
    pub fn from_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// The list as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The entry with that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Entries in use, the latest change first.
    #[must_use]
    pub fn listed(&self) -> Vec<&Entry> {
        self.sorted(false)
    }

    /// Entries put away, the latest change first.
    #[must_use]
    pub fn archive(&self) -> Vec<&Entry> {
        self.sorted(true)
    }

    fn sorted(&self, archived: bool) -> Vec<&Entry> {
        let mut out: Vec<&Entry> = self.entries.iter().filter(|entry| entry.archived == archived).collect();
        out.sort_by_key(|entry| std::cmp::Reverse(entry.updated));
        out
    }

    /// Adds a document and returns its new id.
    pub fn add(&mut self, document: &Document, now: u64) -> String {
        loop {
            self.next = self.next.saturating_add(1);
            let id = format!("d{}", self.next);
            if self.get(&id).is_none() || self.next == u64::MAX {
                self.save(&id, document, now);
                return id;
            }
        }
    }

    /// Records that a document was saved; adds it where it is not listed.
    pub fn save(&mut self, id: &str, document: &Document, now: u64) {
        let fresh = Entry {
            id: id.to_owned(),
            name: crate::session::title(document).to_owned(),
            updated: now,
            nodes: document.nodes.len(),
            flows: document.flows.len(),
            archived: false,
        };
        match self.entries.iter_mut().find(|entry| entry.id == id) {
            Some(entry) => *entry = Entry { archived: entry.archived, ..fresh },
            None => self.entries.push(fresh),
        }
    }

    /// Lists a document that is in storage but missing here.
    pub fn restore(&mut self, id: &str, document: &Document, now: u64) {
        if self.get(id).is_none() {
            self.save(id, document, now);
        }
        if let Some(n) = id.strip_prefix('d').and_then(|n| n.parse::<u64>().ok()) {
            self.next = self.next.max(n);
        }
    }

    /// Adds a copy of a document: its new id, and the copy with a name of its own.
    pub fn duplicate(&mut self, document: &Document, now: u64) -> (String, Document) {
        let base = format!("{} copy", crate::session::title(document));
        let taken = |name: &str| self.entries.iter().any(|entry| entry.name == name);
        let name = if taken(&base) {
            (2..).map(|n: u64| format!("{base} {n}")).find(|name| !taken(name)).unwrap_or(base)
        } else {
            base
        };
        let copy = Document { name, ..document.clone() };
        (self.add(&copy, now), copy)
    }

    /// Puts a document away, or takes it back.
    pub fn set_archived(&mut self, id: &str, archived: bool) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            entry.archived = archived;
        }
    }

    /// Removes a document for good; its entry, so that the page can offer to undo it.
    pub fn remove(&mut self, id: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.id == id)?;
        Some(self.entries.remove(at))
    }
}
