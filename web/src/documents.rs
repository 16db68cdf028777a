//! Documents as they come and go: out of storage, out of a starter's file, or held in this tab only.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use hopscope_aws::Document;
use hopscope_editor::autosave::{Failure, Slot};
use hopscope_editor::link::Place;
use hopscope_view::text::ui_shell as words;

use crate::browser;
use crate::route::Route;
use crate::storage::{self, Entry};

/// The line of a document in the library.
#[must_use]
pub fn entry(id: &str, document: &Document, saved: f64) -> Entry {
    let nodes = document.nodes.len();
    let name = document.name.clone();
    Entry { id: id.to_owned(), name, saved, nodes, flows: document.flows.len(), revision: 0 }
}

/// What is stored of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The newest whole version.
    Whole {
        /// Where it stood.
        slot: Slot,
        /// Its revision.
        revision: u64,
        /// The document.
        document: Box<Document>,
    },
    /// Something is there, but it cannot be read.
    Broken,
    /// Nothing is there.
    Nothing,
}

/// Reads the newest version of a document that is whole and readable.
pub async fn load(id: &str) -> Result<Found, Failure> {
    let Some(versions) = storage::versions(id).await? else { return Ok(Found::Nothing) };
    let readable = versions.into_iter().find_map(|version| {
        let document = Box::new(Document::from_json(version.stored.text.as_bytes()).ok()?);
        Some(Found::Whole { slot: version.slot, revision: version.stored.revision, document })
    });
    Ok(readable.unwrap_or(Found::Broken))
}

thread_local! {
    /// Documents that are not in storage: just made, or refused by it.
    static HELD: RefCell<HashMap<String, Rc<Document>>> = RefCell::default();
}

/// Keeps a document in this tab only, until it is stored.
pub fn hold(id: &str, document: Rc<Document>) {
    HELD.with(|held| held.borrow_mut().insert(id.to_owned(), document));
}

/// Takes a document that is kept in this tab only.
pub fn take_held(id: &str) -> Option<Rc<Document>> {
    HELD.with(|held| held.borrow_mut().remove(id))
}

/// The fragment that leads to a stored document, and to a place in it.
#[must_use]
pub fn address(id: &str, place: &Place) -> String {
    let place = place.write();
    let sign = if place.is_empty() { "" } else { "&" };
    format!("/d/{id}{sign}{place}")
}

/// Opens a new document under an id of its own. Back leads to the document that was open, and past an
/// address that only asked for this one.
pub fn open_new(document: Document) -> String {
    open_new_at(document, &Place::default())
}

/// The same, showing a place in it.
pub fn open_new_at(document: Document, place: &Place) -> String {
    let id = browser::new_id();
    hold(&id, Rc::new(document));
    let address = address(&id, place);
    if matches!(Route::of(&browser::fragment()), Route::Document(..) | Route::Shared(_)) {
        browser::go(&address);
    } else {
        browser::go_instead(&address);
    }
    id
}

/// The document of a starter, from beside the page.
pub async fn starter(slug: &str) -> Result<Document, String> {
    let text = browser::fetch_text(&format!("starters/{slug}.hopscope.json"))
        .await
        .ok_or_else(|| words::starter_missing(slug))?;
    Document::from_json(text.as_bytes()).map_err(|error| error.to_string())
}
