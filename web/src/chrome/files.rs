//! Files from outside: dropped on the page or chosen, saved documents and AWS CLI output.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use futures_channel::oneshot;
use gloo::events::{EventListener, EventListenerOptions};
use hopscope_aws::Document;
use hopscope_aws::document::{MAX_BYTES, read_json};
use hopscope_view::text::ui_shell as words;
use js_sys::Uint8Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DragEvent, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry,
    HtmlInputElement,
};
use yew::prelude::*;

use super::banner::banner;
use crate::importer::{MAX_FILES, MAX_TOTAL_BYTES, import};
use crate::state::{Banner, BannerAct};
use crate::{browser, storage};

/// Asks for files.
#[derive(Clone, PartialEq)]
pub struct Files {
    files: NodeRef,
    folder: NodeRef,
}

impl Files {
    /// Opens the browser's dialog for files, or for a folder.
    pub fn choose(&self, folder: bool) {
        let input = if folder { &self.folder } else { &self.files };
        if let Some(input) = input.cast::<HtmlInputElement>() {
            // The same file may be chosen again.
            input.set_value("");
            input.click();
        }
    }
}

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
    let (document, remark) = match own(&contents) {
        Some(document) => (document?, None),
        None => {
            let text = words::importing(contents.len()).into();
            show(Banner { text, act: None, calm: true, details: Vec::new() });
            let (document, remark) = imported(contents).await?;
            (document, Some(remark))
        }
    };
    let id = browser::new_id();
    if let Some(remark) = remark {
        REMARKS.with(|remarks| remarks.borrow_mut().insert(id.clone(), remark));
    }
    storage::hold(&id, Rc::new(document));
    browser::go(&format!("/d/{id}"));
    Ok(())
}

/// The document of a single file that was saved here; none if these are other files.
fn own(contents: &[(String, Uint8Array)]) -> Option<Result<Document, Banner>> {
    let [(_, bytes)] = contents else { return None };
    if bytes.length() as usize > MAX_BYTES {
        return None;
    }
    let value = read_json(&bytes.to_vec(), MAX_BYTES).ok()?;
    value.get("hopscope")?;
    Some(Document::from_value(value).map_err(|error| problem(error.to_string())))
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

fn listed(list: &FileList) -> Vec<Chosen> {
    let files = (0..list.length()).filter_map(|index| list.item(index));
    files
        .map(|file| {
            // Set for files of a folder, empty otherwise.
            let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into()).ok();
            let path = path.and_then(|path| path.as_string()).filter(|path| !path.is_empty());
            Chosen { path: path.unwrap_or_else(|| file.name()), file }
        })
        .collect()
}

/// Everything that was dropped, folders included.
fn dropped(event: &DragEvent) -> (Vec<FileSystemEntry>, Vec<Chosen>) {
    let Some(data) = event.data_transfer() else { return (Vec::new(), Vec::new()) };
    let items = data.items();
    let entries: Vec<FileSystemEntry> = (0..items.length())
        .filter_map(|index| items.get(index))
        .filter_map(|item| item.webkit_get_as_entry().ok().flatten())
        .collect();
    let files = data.files().map(|list| listed(&list)).unwrap_or_default();
    (entries, if items.length() > 0 { Vec::new() } else { files })
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

/// Every file below some entries.
async fn walk(entries: Vec<FileSystemEntry>) -> Vec<Chosen> {
    let mut out = Vec::new();
    let mut open = entries;
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
                let portion = called(read).await.and_then(|value| value.dyn_into::<js_sys::Array>().ok());
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
    /// The page.
    pub children: Html,
}

/// The page with a way in for files: dropping anywhere, or the browser's dialogs.
#[component]
pub fn WithFiles(props: &WithFilesProps) -> Html {
    let files = use_node_ref();
    let folder = use_node_ref();
    let message = use_state(|| None::<Banner>);
    let over = use_state(|| false);
    let take = {
        let message = message.setter();
        use_callback((), move |chosen: Rc<RefCell<Vec<Chosen>>>, ()| {
            let message = message.clone();
            message.set(None);
            spawn_local(async move {
                let chosen = chosen.take();
                let show = |notice| message.set(Some(notice));
                message.set(open(chosen, show).await.err());
            });
        })
    };
    {
        let (over, take) = (over.setter(), take.clone());
        use_effect_with((), move |()| {
            let options = EventListenerOptions::enable_prevent_default();
            let carries_files = |event: &Event| {
                event
                    .dyn_ref::<DragEvent>()
                    .and_then(DragEvent::data_transfer)
                    .is_some_and(|data| data.types().iter().any(|kind| kind == "Files"))
            };
            let mut listeners = Vec::new();
            if let Some(window) = browser::window() {
                let shown = over.clone();
                listeners.push(EventListener::new_with_options(&window, "dragover", options, move |event| {
                    if carries_files(event) {
                        event.prevent_default();
                        shown.set(true);
                    }
                }));
                let shown = over.clone();
                listeners.push(EventListener::new(&window, "dragleave", move |event| {
                    // Leaving the window, not merely one of its parts.
                    if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
                        shown.set(false);
                    }
                }));
                listeners.push(EventListener::new_with_options(&window, "drop", options, move |event| {
                    over.set(false);
                    let Some(event) = event.dyn_ref::<DragEvent>().filter(|event| carries_files(event))
                    else {
                        return;
                    };
                    event.prevent_default();
                    let (entries, plain) = dropped(event);
                    let take = take.clone();
                    spawn_local(async move {
                        let mut chosen = walk(entries).await;
                        chosen.extend(plain);
                        take.emit(Rc::new(RefCell::new(chosen)));
                    });
                }));
            }
            move || drop(listeners)
        });
    }
    {
        // Not an attribute every typed interface knows.
        let folder = folder.clone();
        use_effect_with((), move |()| {
            if let Some(input) = folder.cast::<HtmlInputElement>() {
                // A legal attribute.
                let _ = input.set_attribute("webkitdirectory", "");
            }
        });
    }
    let onchange = {
        let take = take.clone();
        Callback::from(move |event: Event| {
            let list = event.target_unchecked_into::<HtmlInputElement>().files();
            let chosen = list.map(|list| listed(&list)).unwrap_or_default();
            if !chosen.is_empty() {
                take.emit(Rc::new(RefCell::new(chosen)));
            }
        })
    };
    let context = Files { files: files.clone(), folder: folder.clone() };
    let onact = {
        let context = context.clone();
        Callback::from(move |_: BannerAct| context.choose(false))
    };
    let onclose = {
        let message = message.setter();
        Callback::from(move |()| message.set(None))
    };
    html! {
        <ContextProvider<Files> context={context}>
            { props.children.clone() }
            { banner((*message).as_ref(), onact, onclose) }
            <input ref={files} class="file-input" type="file" multiple={true} accept=".json,application/json" tabindex="-1"
                aria-hidden="true" data-files="files" onchange={onchange.clone()} />
            <input ref={folder} class="file-input" type="file" multiple={true} tabindex="-1" aria-hidden="true"
                data-files="folder" {onchange} />
            if *over {
                <div class="drop-zone" aria-hidden="true"><p>{ words::DROP }</p></div>
            }
        </ContextProvider<Files>>
    }
}
