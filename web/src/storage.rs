//! Documents in IndexedDB as text: two slots for each, and an index of what is there. Knows nothing
//! of what stands in them: both programs of the page use it, and one has no engine.
//!
//! A small typed layer over the browser's interface: every request is awaited, every refusal is
//! a [`Failure`], nothing panics.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use hopscope_editor::autosave::{Failure, Slot, Stored};
use hopscope_view::text::ui_shell as words;
use serde::{Deserialize, Serialize};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbRequest, IdbTransaction};

const DATABASE: &str = "hopscope";
const SLOTS: &str = "slots";
const INDEX: &str = "index";

/// A line of the library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Id in addresses.
    pub id: String,
    /// Title; may be empty.
    pub name: String,
    /// When it was last saved, milliseconds since 1970.
    pub saved: f64,
    /// Components.
    pub nodes: usize,
    /// Flows.
    pub flows: usize,
    /// Revision of the newest version, which [`save`] writes with it. Older releases wrote none.
    #[serde(default)]
    pub revision: u64,
}

impl Entry {
    /// The title, or what stands for none.
    #[must_use]
    pub fn shown_name(&self) -> String {
        if self.name.trim().is_empty() { words::UNTITLED.to_owned() } else { self.name.clone() }
    }
}

fn failure(error: &JsValue) -> Failure {
    let name = error.dyn_ref::<web_sys::DomException>().map(web_sys::DomException::name).unwrap_or_default();
    match name.as_str() {
        "QuotaExceededError" => Failure::Quota,
        "SecurityError" | "InvalidStateError" | "NotAllowedError" | "InvalidAccessError" => Failure::Refused,
        _ => Failure::Other,
    }
}

/// What a browser event calls.
type Handler = Closure<dyn FnMut()>;

/// Two event handlers, of success and of failure, and what tells which of them was called.
fn outcome() -> (Handler, Handler, oneshot::Receiver<bool>) {
    let (ok, wait) = oneshot::channel::<bool>();
    let sender = Rc::new(RefCell::new(Some(ok)));
    let answer = |good: bool| {
        let sender = sender.clone();
        Handler::new(move || {
            if let Some(sender) = sender.borrow_mut().take() {
                // Nobody waits any more when the page has gone elsewhere.
                let _ = sender.send(good);
            }
        })
    };
    (answer(true), answer(false), wait)
}

/// Waits for a request.
async fn done(request: &IdbRequest) -> Result<JsValue, Failure> {
    let (good, bad, wait) = outcome();
    request.set_onsuccess(Some(good.as_ref().unchecked_ref()));
    request.set_onerror(Some(bad.as_ref().unchecked_ref()));
    let fine = wait.await.unwrap_or(false);
    request.set_onsuccess(None);
    request.set_onerror(None);
    if fine {
        request.result().map_err(|error| failure(&error))
    } else {
        let error = request.error().ok().flatten().map(JsValue::from).unwrap_or_default();
        Err(failure(&error))
    }
}

async fn open() -> Result<IdbDatabase, Failure> {
    let factory =
        web_sys::window().and_then(|window| window.indexed_db().ok().flatten()).ok_or(Failure::Refused)?;
    let request = factory.open_with_u32(DATABASE, 1).map_err(|error| failure(&error))?;
    let upgrade = {
        let request = request.clone();
        Handler::new(move || {
            let database = request.result().ok().and_then(|made| made.dyn_into::<IdbDatabase>().ok());
            if let Some(database) = database {
                for store in [SLOTS, INDEX] {
                    // Fails where the store exists already, which is as good.
                    drop(database.create_object_store(store));
                }
            }
        })
    };
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    // Another tab may hold an older version open: better to say so than to wait for ever.
    let opened = done(&request).await;
    request.set_onupgradeneeded(None);
    opened?.dyn_into::<IdbDatabase>().map_err(|_| Failure::Other)
}

async fn get(store: &str, key: &str) -> Result<JsValue, Failure> {
    let database = open().await?;
    let read = async {
        let transaction = database.transaction_with_str(store).map_err(|error| failure(&error))?;
        let store = transaction.object_store(store).map_err(|error| failure(&error))?;
        let request = store.get(&JsValue::from_str(key)).map_err(|error| failure(&error))?;
        done(&request).await
    };
    let value = read.await;
    database.close();
    value
}

/// One change of the database.
enum Write<'a> {
    Put(&'a str, String, String),
    Delete(&'a str, String),
    Clear(&'a str),
}

/// Performs changes in one transaction and waits until they are durable.
async fn write(changes: Vec<Write<'_>>) -> Result<(), Failure> {
    let database = open().await?;
    let result = commit(&database, None, changes).await;
    database.close();
    result
}

/// A transaction that is complete when what it changed is on the disk itself. That option has no typed
/// interface; browsers that do not know it leave it out.
fn begin(database: &IdbDatabase, stores: &js_sys::Array) -> Result<IdbTransaction, JsValue> {
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"durability".into(), &"strict".into())?;
    let transaction: js_sys::Function = js_sys::Reflect::get(database, &"transaction".into())?.dyn_into()?;
    transaction.call3(database, stores, &"readwrite".into(), &options)?.dyn_into()
}

/// With `newer_than`, changes nothing where that document's revision is not below that one: no other
/// transaction comes between the look and the change.
async fn commit(
    database: &IdbDatabase,
    newer_than: Option<(&str, u64)>,
    changes: Vec<Write<'_>>,
) -> Result<(), Failure> {
    let stores = js_sys::Array::of2(&SLOTS.into(), &INDEX.into());
    let transaction = begin(database, &stores).map_err(|error| failure(&error))?;
    if let Some((id, ours)) = newer_than {
        let theirs = revision(&transaction, id).await?;
        if theirs >= ours {
            return Err(Failure::Newer(theirs));
        }
    }
    for change in changes {
        let asked = match change {
            Write::Put(store, key, text) => transaction
                .object_store(store)
                .and_then(|store| store.put_with_key(&JsValue::from_str(&text), &JsValue::from_str(&key))),
            Write::Delete(store, key) => {
                transaction.object_store(store).and_then(|store| store.delete(&JsValue::from_str(&key)))
            }
            Write::Clear(store) => transaction.object_store(store).and_then(|store| store.clear()),
        };
        asked.map_err(|error| failure(&error))?;
    }
    let (good, bad, wait) = outcome();
    transaction.set_oncomplete(Some(good.as_ref().unchecked_ref()));
    transaction.set_onabort(Some(bad.as_ref().unchecked_ref()));
    let fine = wait.await.unwrap_or(false);
    transaction.set_oncomplete(None);
    transaction.set_onabort(None);
    if fine {
        Ok(())
    } else {
        let error = transaction.error().map(JsValue::from).unwrap_or_default();
        Err(failure(&error))
    }
}

fn slot_key(id: &str, slot: Slot) -> String {
    match slot {
        Slot::A => format!("{id}/a"),
        Slot::B => format!("{id}/b"),
    }
}

/// Stores a document in a slot, and its line in the index, together or not at all; and not at all
/// where another tab has stored a revision that is not older.
pub async fn save(entry: Entry, slot: Slot, stored: &Stored) -> Result<(), Failure> {
    let entry = Entry { revision: stored.revision, ..entry };
    let text = serde_json::to_string(stored).map_err(|_| Failure::Other)?;
    let line = serde_json::to_string(&entry).map_err(|_| Failure::Other)?;
    let key = slot_key(&entry.id, slot);
    let changes = vec![Write::Put(SLOTS, key, text), Write::Put(INDEX, entry.id.clone(), line)];
    let database = open().await?;
    let result = commit(&database, Some((&entry.id, stored.revision)), changes).await;
    database.close();
    result
}

/// The revision of a document in the index, inside a transaction.
async fn revision(transaction: &IdbTransaction, id: &str) -> Result<u64, Failure> {
    let store = transaction.object_store(INDEX).map_err(|error| failure(&error))?;
    let request = store.get(&JsValue::from_str(id)).map_err(|error| failure(&error))?;
    let line = done(&request).await?.as_string();
    Ok(line.and_then(|line| serde_json::from_str::<Entry>(&line).ok()).map_or(0, |entry| entry.revision))
}

/// A version of a document that is in storage, as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Where it stands.
    pub slot: Slot,
    /// What stands there.
    pub stored: Stored,
}

/// The versions of a document that were written completely, the newest first; none where nothing is
/// stored under the id.
pub async fn versions(id: &str) -> Result<Option<Vec<Version>>, Failure> {
    let mut versions = Vec::new();
    let mut any = false;
    for slot in [Slot::A, Slot::B] {
        if let Some(text) = get(SLOTS, &slot_key(id, slot)).await?.as_string() {
            any = true;
            versions
                .extend(serde_json::from_str::<Stored>(&text).ok().map(|stored| Version { slot, stored }));
        }
    }
    versions.retain(|version| version.stored.is_whole());
    versions.sort_by_key(|version| std::cmp::Reverse(version.stored.revision));
    Ok(any.then_some(versions))
}

/// Every document that is stored, the latest first.
pub async fn list() -> Result<Vec<Entry>, Failure> {
    let database = open().await?;
    let read = async {
        let transaction = database.transaction_with_str(INDEX).map_err(|error| failure(&error))?;
        let store = transaction.object_store(INDEX).map_err(|error| failure(&error))?;
        let request = store.get_all().map_err(|error| failure(&error))?;
        done(&request).await
    };
    let value = read.await;
    database.close();
    let rows: js_sys::Array = value?.dyn_into().map_err(|_| Failure::Other)?;
    let mut entries: Vec<Entry> =
        rows.iter().filter_map(|row| serde_json::from_str(&row.as_string()?).ok()).collect();
    entries.sort_by(|a, b| b.saved.total_cmp(&a.saved).then_with(|| a.id.cmp(&b.id)));
    Ok(entries)
}

/// Removes every document.
pub async fn erase() -> Result<(), Failure> {
    write(vec![Write::Clear(SLOTS), Write::Clear(INDEX)]).await
}

fn manager() -> Option<web_sys::StorageManager> {
    let manager = web_sys::window()?.navigator().storage();
    // Absent where the page is not served securely.
    manager.is_object().then_some(manager)
}

/// Bytes that this site has stored, and how many it may store; none where the browser does not tell.
pub async fn room() -> Option<(f64, f64)> {
    let estimate = JsFuture::from(manager()?.estimate().ok()?).await.ok()?;
    let number = |name: &str| js_sys::Reflect::get(&estimate, &name.into()).ok()?.as_f64();
    Some((number("usage")?, number("quota")?))
}

/// Whether the browser keeps what is stored until the person removes it.
pub async fn is_persistent() -> bool {
    let Some(Ok(answer)) = manager().map(|manager| manager.persisted()) else { return false };
    JsFuture::from(answer).await.is_ok_and(|answer| answer.is_truthy())
}

/// Asks the browser to keep what is stored. Some browsers ask the person.
pub fn ask_to_keep() {
    if let Some(manager) = manager() {
        // Whatever the answer, everything works; the settings show it.
        drop(manager.persist());
    }
}

/// Removes a document.
pub async fn delete(id: &str) -> Result<(), Failure> {
    let slots = [Slot::A, Slot::B].map(|slot| Write::Delete(SLOTS, slot_key(id, slot)));
    let index = Write::Delete(INDEX, id.to_owned());
    write(slots.into_iter().chain([index]).collect()).await
}
