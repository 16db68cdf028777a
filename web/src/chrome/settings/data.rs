//! What is kept on this device: how much, out as one file, in again, and erased.

use hopscope_editor::bundle;
use hopscope_view::text::settings as words;
use hopscope_view::text::ui_shell;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::intake::Files;
use crate::storage::{self, Entry};
use crate::{browser, icons::icon};

/// Properties of [`Data`].
#[derive(Properties, PartialEq)]
pub struct DataProps {
    /// Closes the settings.
    pub onclose: Callback<()>,
}

/// What is there.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    entries: Vec<Entry>,
    room: Option<(f64, f64)>,
    persistent: bool,
}

/// The section.
#[component]
pub fn Data(props: &DataProps) -> Html {
    let files = use_context::<Files>();
    // Looked up when the dialog opens; the error is that nothing is stored at all.
    let kept = use_state(|| None::<Result<Kept, ()>>);
    let erasing = use_state(|| false);
    let said = use_state(|| (AttrValue::from(""), false));
    {
        let kept = kept.setter();
        use_effect_with((), move |()| {
            spawn_local(async move {
                let entries = storage::list().await;
                let (room, persistent) = (storage::room().await, storage::is_persistent().await);
                kept.set(Some(entries.map(|entries| Kept { entries, room, persistent }).map_err(|_| ())));
            });
        });
    }
    let export = {
        let said = said.setter();
        Callback::from(move |_: MouseEvent| {
            let said = said.clone();
            spawn_local(async move { said.set(export().await) });
        })
    };
    let import = {
        let onclose = props.onclose.clone();
        Callback::from(move |_: MouseEvent| {
            files.iter().for_each(|files| files.choose(false));
            onclose.emit(());
        })
    };
    let group = use_node_ref();
    {
        let group = group.clone();
        use_effect_with(*erasing, move |_| {
            if let Some(group) = group.cast::<web_sys::Element>() {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::End);
                group.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
    let ask = {
        let erasing = erasing.setter();
        Callback::from(move |_: MouseEvent| {
            erasing.set(true);
            // The harmless answer has the keyboard.
            browser::focus_soon(".erase .keep");
        })
    };
    let keep = {
        let erasing = erasing.setter();
        Callback::from(move |_: MouseEvent| {
            erasing.set(false);
            browser::focus_soon(".settings .erase-ask");
        })
    };
    let erase = {
        let said = said.setter();
        Callback::from(move |_: MouseEvent| {
            let said = said.clone();
            spawn_local(async move {
                match storage::erase().await {
                    Ok(()) => {
                        browser::forget_settings();
                        browser::start_again();
                    }
                    Err(_) => said.set((words::ERASE_FAILED.into(), true)),
                }
            });
        })
    };
    let told = match &*kept {
        None => html! { <p class="setting">{ ui_shell::LOADING }</p> },
        Some(Err(())) => html! { <p class="setting">{ words::NO_STORAGE }</p> },
        Some(Ok(kept)) => {
            let room = kept.room.map(|(used, of)| format!(", {}", words::room(used, of))).unwrap_or_default();
            html! {
                <>
                    <p class="setting">{ words::documents(kept.entries.len()) }{ room }</p>
                    <p class="hint">{ words::DATA_HINT }{ " " }
                        { if kept.persistent { words::PERSISTENT } else { words::NOT_PERSISTENT } }</p>
                </>
            }
        }
    };
    let entries: Vec<Entry> = match &*kept {
        Some(Ok(kept)) => kept.entries.clone(),
        _ => Vec::new(),
    };
    let (text, problem) = (*said).clone();
    html! {
        <>
            { told }
            <div class="data-acts">
                <button type="button" class="button" disabled={entries.is_empty()} onclick={export}>{ icon("save", 18) }{ words::EXPORT_ALL }</button>
                <button type="button" class="button" onclick={import}>{ icon("open", 18) }{ words::IMPORT_ALL }</button>
                <button type="button" class="button erase-ask" aria-expanded={erasing.to_string()} onclick={ask}>
                    { icon("trash", 18) }{ words::ERASE_ALL }
                </button>
            </div>
            if *erasing {
                <div ref={group} class="erase" role="group" aria-labelledby="erase-title" aria-describedby="erase-what">
                    <h4 id="erase-title">{ words::ERASE_TITLE }</h4>
                    <p id="erase-what">{ words::erase_what(entries.len()) }</p>
                    if !entries.is_empty() {
                        <ul tabindex="0" aria-label={words::ERASE_LIST}>
                            { for entries.iter().map(|entry| html! { <li key={entry.id.clone()}>{ entry.shown_name() }</li> }) }
                        </ul>
                    }
                    <div class="data-acts">
                        <button type="button" class="button keep" onclick={keep}>{ words::KEEP }</button>
                        <button type="button" class="button danger" onclick={erase}>{ words::ERASE }</button>
                    </div>
                </div>
            }
            <div class="settings-said">
                <p role="status">{ (!problem).then(|| text.clone()) }</p>
                <p role="alert">{ problem.then(|| text.clone()) }</p>
            </div>
        </>
    }
}

/// Offers all documents as one file; says how it went.
async fn export() -> (AttrValue, bool) {
    let Ok(entries) = storage::list().await else { return (words::READ_FAILED.into(), true) };
    let mut whole = Vec::new();
    let mut lost = 0;
    for entry in entries {
        let newest = storage::versions(&entry.id).await.ok().flatten().and_then(|all| all.into_iter().next());
        match newest {
            Some(version) => whole.push((entry, version.stored.text)),
            None => lost += 1,
        }
    }
    let documents = whole.iter().map(|(entry, text)| (entry.id.as_str(), entry.saved, text.as_str()));
    let (file, broken) = bundle::write(documents);
    browser::download(bundle::FILE_NAME, &file);
    (words::exported(whole.len() - broken, lost + broken).into(), false)
}
