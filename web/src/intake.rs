//! The way in for files: dropped anywhere on the page, or chosen in the browser's dialogs. Gives on
//! what came as it came; reads nothing.

use gloo::events::{EventListener, EventListenerOptions};
use hopscope_view::text::ui_shell as words;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DragEvent, FileList, HtmlInputElement};
use yew::prelude::*;

use crate::browser;

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

fn listed(list: &FileList) -> Array {
    (0..list.length()).filter_map(|index| list.item(index)).collect()
}

/// Everything that was dropped, folders included: entries of a file system, or plain files.
fn dropped(event: &DragEvent) -> Array {
    let Some(data) = event.data_transfer() else { return Array::new() };
    let items = data.items();
    if items.length() == 0 {
        return data.files().map(|list| listed(&list)).unwrap_or_default();
    }
    (0..items.length())
        .filter_map(|index| items.get(index))
        .filter_map(|item| match item.webkit_get_as_entry().ok().flatten() {
            Some(entry) => Some(JsValue::from(entry)),
            // Not from a file system: dragged out of another page.
            None => item.get_as_file().ok().flatten().map(JsValue::from),
        })
        .collect()
}

/// Properties of [`Intake`].
#[derive(Properties, PartialEq)]
pub struct IntakeProps {
    /// What came: files, and entries of a file system, in one list.
    pub on_taken: Callback<Array>,
    /// The page; finds [`Files`] in its context.
    pub children: Html,
}

/// The page with a way in for files.
#[component]
pub fn Intake(props: &IntakeProps) -> Html {
    let files = use_node_ref();
    let folder = use_node_ref();
    let over = use_state(|| false);
    {
        let (over, on_taken) = (over.setter(), props.on_taken.clone());
        use_effect_with(props.on_taken.clone(), move |_| {
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
                    let dropping = event.dyn_ref::<DragEvent>().filter(|event| carries_files(event));
                    if let Some(event) = dropping {
                        event.prevent_default();
                        on_taken.emit(dropped(event));
                    }
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
        let on_taken = props.on_taken.clone();
        Callback::from(move |event: Event| {
            let list = event.target_unchecked_into::<HtmlInputElement>().files();
            let chosen = list.map(|list| listed(&list)).unwrap_or_default();
            if chosen.length() > 0 {
                on_taken.emit(chosen);
            }
        })
    };
    let context = Files { files: files.clone(), folder: folder.clone() };
    html! {
        <ContextProvider<Files> context={context}>
            { props.children.clone() }
            <input ref={files} class="file-input" type="file" multiple={true} accept=".json,application/json,.svg,image/svg+xml,.png,image/png" tabindex="-1"
                aria-hidden="true" data-files="files" onchange={onchange.clone()} />
            <input ref={folder} class="file-input" type="file" multiple={true} tabindex="-1" aria-hidden="true"
                data-files="folder" {onchange} />
            if *over {
                <div class="drop-zone" aria-hidden="true"><p>{ words::DROP }</p></div>
            }
        </ContextProvider<Files>>
    }
}
