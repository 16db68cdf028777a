//! Files from outside, read: saved documents and AWS CLI output.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use futures_channel::oneshot;
use hopscope_aws::Document;
use hopscope_aws::document::{MAX_BYTES, read_json};
use hopscope_editor::autosave::{self, Slot, Stored};
use hopscope_editor::bundle::{self, Kept, Refusal};
use hopscope_editor::picture::{self, MAX_PICTURE, Source};
use hopscope_view::text::{export, settings, ui_shell as words};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};
use yew::prelude::*;

use super::banner::banner;
use crate::documents::{self, Found};
use crate::home::REMARK;
use crate::importer::{MAX_FILES, MAX_TOTAL_BYTES, import};
use crate::intake::{Files, Intake};
use crate::state::{Banner, BannerAct};
use crate::{browser, storage};

thread_local! {
    /// What is to be said about a document once it is open.
    static REMARKS: RefCell<HashMap<String, Banner>> = RefCell::default();
}

/// What is to be said about a document that was just opened.
#[must_use]
pub fn take_remark(id: &str) -> Option<Banner> {
    REMARKS.with(|remarks| remarks.borrow_mut().remove(id))
}

/// A file with its path.
struct Chosen {
    path: String,
    file: File,
}

fn problem(text: impl Into<AttrValue>) -> Banner {
    Banner { text: text.into(), act: Some(BannerAct::ChooseFile), calm: false, details: Vec::new() }
}

/// Reads what was chosen and opens it as a document of its own; nothing that is open changes.
/// `show` is for the notice of an import that goes on.
async fn open(chosen: Vec<Chosen>, show: impl Fn(Banner)) -> Result<(), Banner> {
    let single = chosen.len() == 1;
    let chosen: Vec<Chosen> =
        chosen.into_iter().filter(|one| single || one.path.to_ascii_lowercase().ends_with(".json")).collect();
    if chosen.is_empty() || chosen.len() > MAX_FILES {
        return Err(problem(words::NO_FILES));
    }
    let megabyte = 1024.0 * 1024.0;
    let total: f64 = chosen.iter().map(|one| one.file.size()).sum();
    #[allow(clippy::cast_precision_loss, reason = "a limit far below the precision of a float")]
    if total > MAX_TOTAL_BYTES as f64 {
        let name = chosen.first().map(|one| one.path.clone()).unwrap_or_default();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "megabytes")]
        let found = (total / megabyte).ceil() as usize;
        return Err(problem(words::too_large(&name, found, MAX_TOTAL_BYTES / 1024 / 1024)));
    }
    let mut contents: Vec<(String, Uint8Array)> = Vec::with_capacity(chosen.len());
    for one in &chosen {
        let buffer = JsFuture::from(one.file.array_buffer()).await;
        let Ok(buffer) = buffer else { return Err(problem(words::unreadable(&one.path))) };
        contents.push((one.path.clone(), Uint8Array::new(&buffer)));
    }
    if let Some(documents) = bundle_of(&contents) {
        let remark = store_all(documents.map_err(|refusal| problem(told(refusal)))?).await?;
        browser::hand_over(REMARK, &remark.into());
        // Back leads to the document that was open, and past an address that only asked for this.
        if browser::fragment().starts_with("/d/") {
            browser::go("/");
        } else {
            browser::go_instead("/");
        }
        return Ok(());
    }
    let (document, remark) = match own(&contents) {
        Some(document) => (document?, None),
        None => {
            let text = words::importing(contents.len()).into();
            show(Banner { text, act: None, calm: true, details: Vec::new() });
            let (document, remark) = imported(contents).await?;
            (document, Some(remark))
        }
    };
    let id = documents::open_new(document);
    if let Some(remark) = remark {
        REMARKS.with(|remarks| remarks.borrow_mut().insert(id, remark));
    }
    Ok(())
}

/// The document of a single file that was saved here, or of a picture that was; none if these are other files.
fn own(contents: &[(String, Uint8Array)]) -> Option<Result<Document, Banner>> {
    let [(_, bytes)] = contents else { return None };
    // A large picture may carry a small document.
    let may_be_picture = picture::may_be_picture(&bytes.subarray(0, 4096).to_vec());
    if bytes.length() as usize > if may_be_picture { MAX_PICTURE } else { MAX_BYTES } {
        return None;
    }
    let bytes = bytes.to_vec();
    match picture::read(&bytes) {
        Some(Source::Text(text)) => {
            return Some(Document::from_json(text.as_bytes()).map_err(|error| problem(error.to_string())));
        }
        Some(Source::None) => return Some(Err(problem(export::NO_SOURCE))),
        None => {}
    }
    let value = read_json(&bytes, MAX_BYTES).ok()?;
    value.get("hopscope")?;
    Some(Document::from_value(value).map_err(|error| problem(error.to_string())))
}

/// The documents of a single file that holds all those of a browser; none if these are other files.
fn bundle_of(contents: &[(String, Uint8Array)]) -> Option<Result<(Vec<Kept>, usize), Refusal>> {
    let [(_, bytes)] = contents else { return None };
    bundle::read(&bytes.to_vec())
}

fn told(refusal: Refusal) -> String {
    match refusal {
        Refusal::Version => settings::BUNDLE_VERSION.to_owned(),
        Refusal::Empty => settings::BUNDLE_EMPTY.to_owned(),
        Refusal::TooMany(found) => settings::bundle_too_many(found, bundle::MAX_DOCUMENTS),
    }
}

/// Stores documents beside those that are here: what is here already is left alone, and another
/// document of the same id is kept besides. Says how it went.
async fn store_all((documents, lost): (Vec<Kept>, usize)) -> Result<String, Banner> {
    let refused = |failure| problem(autosave::sentence(failure));
    let (mut new, mut known) = (0, 0);
    for Kept { id, saved, document } in documents {
        let id = match documents::load(&id).await.map_err(refused)? {
            Found::Nothing => id,
            Found::Whole { document: here, .. } if *here == document => {
                known += 1;
                continue;
            }
            Found::Whole { .. } | Found::Broken => browser::new_id(),
        };
        let entry = documents::entry(&id, &document, saved);
        let stored = Stored::new(1, document.to_json());
        storage::save(entry, Slot::A, &stored).await.map_err(refused)?;
        new += 1;
    }
    Ok(settings::imported(new, known, lost))
}

/// A document out of what the AWS CLI printed, and what to say about it.
async fn imported(contents: Vec<(String, Uint8Array)>) -> Result<(Document, Banner), Banner> {
    let first = contents.first().map(|(path, _)| path.clone()).unwrap_or_default();
    let alone = contents.len() == 1;
    let imported = import(contents).await.map_err(problem)?;
    let mut document = imported.document;
    if document.name.is_empty() {
        // The folder's name, or a lone file's, says what it is; one of many files does not.
        let name = match first.split_once('/') {
            Some((folder, _)) => folder,
            None if alone => first.trim_end_matches(".json"),
            None => words::IMPORTED_NAME,
        };
        name.clone_into(&mut document.name);
    }
    let count = words::imported(document.nodes.len());
    let text =
        if imported.unmodelled.is_empty() { count } else { format!("{count} {}", words::IMPORT_NOTES) };
    let details = imported.unmodelled.into_iter().chain(imported.notes).map(AttrValue::from).collect();
    Ok((document, Banner { text: text.into(), act: None, calm: true, details }))
}

/// Waits for one call of a pair of callbacks.
async fn called(start: impl FnOnce(&js_sys::Function, &js_sys::Function)) -> Option<JsValue> {
    let (sender, receiver) = oneshot::channel::<Option<JsValue>>();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let answer = |good: bool| {
        let sender = Rc::clone(&sender);
        Closure::<dyn FnMut(JsValue)>::new(move |value: JsValue| {
            if let Some(sender) = sender.borrow_mut().take() {
                // Nobody waits any more when the page has gone elsewhere.
                let _ = sender.send(good.then_some(value));
            }
        })
    };
    let (good, bad) = (answer(true), answer(false));
    start(good.as_ref().unchecked_ref(), bad.as_ref().unchecked_ref());
    receiver.await.ok().flatten()
}

/// Every file among what came, and below its folders.
async fn walk(taken: Array) -> Vec<Chosen> {
    let mut out = Vec::new();
    let mut open: Vec<FileSystemEntry> = Vec::new();
    for one in taken.iter() {
        match one.dyn_into::<File>() {
            Ok(file) => {
                // Set for files of a folder, empty otherwise.
                let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into()).ok();
                let path = path.and_then(|path| path.as_string()).filter(|path| !path.is_empty());
                out.push(Chosen { path: path.unwrap_or_else(|| file.name()), file });
            }
            Err(entry) => open.extend(entry.dyn_into::<FileSystemEntry>().ok()),
        }
    }
    while let Some(entry) = open.pop() {
        if out.len() > MAX_FILES {
            break;
        }
        let path = entry.full_path().trim_start_matches('/').to_owned();
        if let Some(file) = entry.dyn_ref::<FileSystemFileEntry>() {
            let found = called(|good, bad| file.file_with_callback_and_callback(good, bad)).await;
            if let Some(Ok(file)) = found.map(JsCast::dyn_into::<File>) {
                out.push(Chosen { path, file });
            }
        } else if let Some(folder) = entry.dyn_ref::<FileSystemDirectoryEntry>() {
            let reader = folder.create_reader();
            // A reader gives its entries in portions, the last one empty.
            loop {
                let read = |good: &js_sys::Function, bad: &js_sys::Function| {
                    // A refusal calls the second function.
                    drop(reader.read_entries_with_callback_and_callback(good, bad));
                };
                let portion = called(read).await.and_then(|value| value.dyn_into::<Array>().ok());
                let Some(portion) = portion.filter(|portion| portion.length() > 0) else { break };
                open.extend(portion.iter().filter_map(|entry| entry.dyn_into::<FileSystemEntry>().ok()));
            }
        }
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

/// Properties of [`WithFiles`].
#[derive(Properties, PartialEq)]
pub struct WithFilesProps {
    /// What the start page took, to be read now.
    #[prop_or_default]
    pub taken: Option<Array>,
    /// The page.
    pub children: Html,
}

/// The page with a way in for files: dropping anywhere, or the browser's dialogs.
#[component]
pub fn WithFiles(props: &WithFilesProps) -> Html {
    let message = use_state(|| None::<Banner>);
    let on_taken = {
        let message = message.setter();
        use_callback((), move |taken: Array, ()| {
            let message = message.clone();
            message.set(None);
            spawn_local(async move {
                let show = |notice| message.set(Some(notice));
                message.set(open(walk(taken).await, show).await.err());
            });
        })
    };
    {
        let on_taken = on_taken.clone();
        use_effect_with(props.taken.clone(), move |taken| {
            taken.iter().for_each(|taken| on_taken.emit(taken.clone()))
        });
    }
    let onclose = {
        let message = message.setter();
        Callback::from(move |()| message.set(None))
    };
    html! {
        <Intake {on_taken}>
            { props.children.clone() }
            <Message message={(*message).clone()} {onclose} />
        </Intake>
    }
}

/// Properties of [`Message`].
#[derive(Properties, PartialEq)]
struct MessageProps {
    message: Option<Banner>,
    onclose: Callback<()>,
}

/// What became of files, with the way to choose others.
#[component]
fn Message(props: &MessageProps) -> Html {
    let files = use_context::<Files>();
    let onact = Callback::from(move |_: BannerAct| files.iter().for_each(|files| files.choose(false)));
    banner(props.message.as_ref(), onact, props.onclose.clone())
}
