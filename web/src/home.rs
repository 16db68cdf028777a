//! The start page: go on, start, import; documents of this browser below. A program of its own that
//! knows no engine: what it opens, the workbench reads.

use gloo::timers::callback::Timeout;
use hopscope_editor::autosave::{Slot, Stored};
use hopscope_editor::{SHELVES, Starter};
use hopscope_view::text::{settings, ui, ui_shell as words};
use js_sys::Array;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::browser;
use crate::chrome::banner::banner;
use crate::chrome::settings::Settings;
use crate::chrome::theme::{self, Theme};
use crate::icons::icon;
use crate::intake::{Files, Intake};
use crate::release::{self, use_newer_release};
use crate::route::{Route, use_route};
use crate::state::{Banner, BannerAct};
use crate::storage::{self, Entry};

/// Under this name the files that were taken here are handed to the workbench.
pub const TAKEN: &str = "hopscopeTaken";
/// Under this name the workbench leaves a sentence that the start page says.
pub const REMARK: &str = "hopscopeRemark";

/// The program; draws nothing while a document is open.
#[component]
pub fn Start() -> Html {
    let on_taken = use_callback((), |taken: Array, ()| {
        browser::hand_over(TAKEN, &taken);
        browser::go("/open");
    });
    match use_route() {
        Route::Home => html! { <Intake {on_taken}><Home /></Intake> },
        _ => html! {},
    }
}

/// The start page.
#[component]
fn Home() -> Html {
    let library = use_state(|| None::<Vec<Entry>>);
    let message = use_state(|| None::<Banner>);
    let removed = use_state(|| None::<(Entry, String)>);
    let theme = use_state(theme::current);
    let setting = use_state(|| false);
    let files = use_context::<Files>();
    let refresh = {
        let (library, message) = (library.setter(), message.setter());
        use_callback((), move |(): (), ()| {
            let (library, message) = (library.clone(), message.clone());
            spawn_local(async move {
                match storage::list().await {
                    Ok(entries) => library.set(Some(entries)),
                    Err(_) => {
                        library.set(Some(Vec::new()));
                        message.set(Some(Banner {
                            text: words::STORAGE_REFUSED.into(),
                            act: None,
                            calm: false,
                            details: Vec::new(),
                        }));
                    }
                }
            });
        })
    };
    {
        let refresh = refresh.clone();
        let message = message.setter();
        use_effect_with((), move |()| {
            if let Some(remark) = browser::take_over(REMARK).as_string() {
                message.set(Some(Banner { text: remark.into(), act: None, calm: true, details: Vec::new() }));
            }
            refresh.emit(());
            // A document that was just left is being written at this moment.
            let again = Timeout::new(600, move || refresh.emit(()));
            move || drop(again)
        });
    }
    let delete = {
        let (refresh, removed) = (refresh.clone(), removed.setter());
        Callback::from(move |entry: Entry| {
            let (refresh, removed) = (refresh.clone(), removed.clone());
            spawn_local(async move {
                if let Some(text) = newest(&entry.id).await {
                    removed.set(Some((entry.clone(), text)));
                }
                // What could not be removed is still listed afterwards.
                let _ = storage::delete(&entry.id).await;
                refresh.emit(());
            });
        })
    };
    let duplicate = {
        Callback::from(move |entry: Entry| {
            spawn_local(async move {
                let Some(text) = newest(&entry.id).await else { return };
                let Ok(mut document) = serde_json::from_str::<Value>(&text) else { return };
                let name = words::copy_of(&entry.name);
                document["name"] = name.clone().into();
                let copy = Entry { id: browser::new_id(), name, saved: browser::now(), ..entry };
                if store(&copy, document.to_string()).await {
                    browser::go(&format!("/d/{}", copy.id));
                }
            });
        })
    };
    let blank = |_: MouseEvent| browser::go("/new");
    let choose = |folder: bool| {
        let files = files.clone();
        Callback::from(move |_: MouseEvent| files.iter().for_each(|files| files.choose(folder)))
    };
    let newer = use_newer_release();
    {
        let message = message.setter();
        use_effect_with(newer, move |&newer| {
            if newer {
                let text = settings::NEW_VERSION.into();
                message.set(Some(Banner {
                    text,
                    act: Some(BannerAct::UseNewVersion),
                    calm: true,
                    details: Vec::new(),
                }));
            }
        });
    }
    let onact = {
        let message = message.setter();
        Callback::from(move |act: BannerAct| {
            let message = message.clone();
            if act != BannerAct::UseNewVersion {
                return;
            }
            spawn_local(async move {
                if let Some(others @ 1..) = release::take().await {
                    let act = Some(BannerAct::UseNewVersion);
                    let text = settings::other_tabs(others).into();
                    message.set(Some(Banner { text, act, calm: true, details: Vec::new() }));
                }
            });
        })
    };
    let onclose = {
        let message = message.setter();
        Callback::from(move |()| message.set(None))
    };
    let open_settings = {
        let open = setting.setter();
        move |_: MouseEvent| open.set(true)
    };
    let close_settings = {
        let (open, theme) = (setting.setter(), theme.setter());
        Callback::from(move |()| {
            open.set(false);
            theme.set(theme::current());
        })
    };
    let latest = library.as_ref().and_then(|entries| entries.first().cloned());
    html! {
        <div class="home">
            <header class="home-head">
                <div class="home-title">
                    <h1>{ ui::NAME }</h1>
                    <p>{ words::TAGLINE }</p>
                </div>
                <div class="home-tools">
                    { theme_switch(&theme) }
                    <button type="button" class="icon-button" aria-label={settings::SETTINGS} title={settings::SETTINGS}
                        onclick={open_settings}>{ icon("settings", 20) }</button>
                </div>
            </header>
            <main>
                if let Some(entry) = latest {
                    <section class="home-section" aria-labelledby="home-continue">
                        <h2 id="home-continue">{ words::CONTINUE }</h2>
                        <a class="continue" href={format!("#/d/{}", entry.id)}>
                            { icon("vpc", 24) }
                            <span class="continue-name">{ entry.shown_name() }</span>
                            <span class="continue-detail">{ words::size(entry.nodes, entry.flows) }</span>
                        </a>
                    </section>
                }
                <section class="home-section" aria-labelledby="home-begin">
                    <h2 id="home-begin">{ words::BEGIN }</h2>
                    <div class="begin">
                        <button type="button" class="begin-blank" onclick={blank}>
                            { icon("plus", 24) }
                            <span class="tile-title">{ words::BLANK }</span>
                            <span class="tile-summary">{ words::BLANK_SUMMARY }</span>
                        </button>
                        <div class="import">
                            <h3 class="tile-title">{ words::IMPORT }</h3>
                            <p>{ words::IMPORT_SUMMARY }</p>
                            <div class="import-acts">
                                <button type="button" class="button" onclick={choose(false)}>
                                    { icon("open", 18) }{ words::CHOOSE_FILES }
                                </button>
                                <button type="button" class="button" onclick={choose(true)}>
                                    { icon("import", 18) }{ words::CHOOSE_FOLDER }
                                </button>
                            </div>
                        </div>
                    </div>
                </section>
                <section class="home-section" aria-labelledby="home-start">
                    <h2 id="home-start">{ words::STARTERS }</h2>
                    { for SHELVES.iter().map(|shelf| html! {
                        <>
                            <h3>{ shelf.title }</h3>
                            <ul class="tiles">
                                { for shelf.starters.iter().map(|starter| html! {
                                    <Tile key={starter.slug} starter={*starter} />
                                }) }
                            </ul>
                        </>
                    }) }
                </section>
                <section class="home-section" aria-labelledby="home-library">
                    <h2 id="home-library">{ words::LIBRARY }</h2>
                    <div role="status">
                        if let Some((entry, text)) = &*removed {
                            <p class="removed">
                                { words::deleted(&entry.shown_name()) }
                                <button type="button" class="button" onclick={
                                    let (entry, text) = (entry.clone(), text.clone());
                                    let (removed, refresh) = (removed.setter(), refresh.clone());
                                    move |_| {
                                        let (entry, text) = (entry.clone(), text.clone());
                                        let (removed, refresh) = (removed.clone(), refresh.clone());
                                        spawn_local(async move {
                                            if store(&entry, text).await {
                                                removed.set(None);
                                            }
                                            refresh.emit(());
                                        });
                                    }
                                }>{ words::RESTORE }</button>
                            </p>
                        }
                    </div>
                    { match &*library {
                        None => html! {},
                        Some(entries) if entries.is_empty() => html! { <p class="hint">{ words::LIBRARY_EMPTY }</p> },
                        Some(entries) => html! {
                            <ul class="networks">
                                { for entries.iter().map(|entry| row(entry, &duplicate, &delete)) }
                            </ul>
                        },
                    } }
                </section>
            </main>
            <footer class="home-foot"><p>{ words::PRIVACY }</p></footer>
            if *setting {
                <Settings onclose={close_settings} />
            }
            { banner((*message).as_ref(), onact, onclose) }
        </div>
    }
}

fn row(entry: &Entry, duplicate: &Callback<Entry>, delete: &Callback<Entry>) -> Html {
    let name = entry.shown_name();
    let act = |callback: &Callback<Entry>| {
        let (callback, entry) = (callback.clone(), entry.clone());
        Callback::from(move |_: MouseEvent| callback.emit(entry.clone()))
    };
    let date = js_sys::Date::new(&entry.saved.into());
    let saved = String::from(date.to_locale_string("default", &js_sys::Object::new()));
    let (copy, remove) = (words::act_on(words::DUPLICATE, &name), words::act_on(words::DELETE, &name));
    html! {
        <li key={entry.id.clone()} class="networks-row">
            <a href={format!("#/d/{}", entry.id)}>{ name }</a>
            <span class="networks-detail">{ words::size(entry.nodes, entry.flows) }</span>
            <span class="networks-detail">{ saved }</span>
            <button type="button" class="icon-button" aria-label={copy.clone()} title={copy} onclick={act(duplicate)}>
                { icon("duplicate", 18) }
            </button>
            <button type="button" class="icon-button" aria-label={remove.clone()} title={remove} onclick={act(delete)}>
                { icon("trash", 18) }
            </button>
        </li>
    }
}

/// The newest whole version of a stored document, as text.
async fn newest(id: &str) -> Option<String> {
    let versions = storage::versions(id).await.ok()??;
    versions.into_iter().next().map(|version| version.stored.text)
}

/// Stores a document as a new one; false where storage refuses.
async fn store(entry: &Entry, text: String) -> bool {
    storage::save(entry.clone(), Slot::A, &Stored::new(1, text)).await.is_ok()
}

#[derive(Properties, PartialEq)]
struct TileProps {
    starter: Starter,
}

/// A starter with its picture, which stands beside its document.
#[component]
fn Tile(props: &TileProps) -> Html {
    let starter = props.starter;
    let picture = use_state(|| None::<AttrValue>);
    {
        let picture = picture.setter();
        use_effect_with((), move |()| {
            spawn_local(async move {
                // Without it the tile has no picture, and opens all the same.
                let found = browser::fetch_text(&format!("starters/{}.svg", starter.slug)).await;
                picture.set(found.map(AttrValue::from));
            });
        });
    }
    let onclick = move |_: MouseEvent| browser::go(&format!("/s/{}", starter.slug));
    html! {
        <li>
            <button type="button" class="tile" data-starter={starter.slug} {onclick}>
                <span class="tile-picture" aria-hidden="true">
                    if let Some(picture) = &*picture {
                        // A file of this site, in the colours of the page.
                        { Html::from_html_unchecked(picture.clone()) }
                    }
                </span>
                <span class="tile-title">{ starter.title }</span>
                <span class="tile-summary">{ starter.summary }</span>
            </button>
        </li>
    }
}

/// Light, dark, system: a segmented switch of three.
fn theme_switch(now: &UseStateHandle<Theme>) -> Html {
    let choice = |label: &'static str, theme: Theme| {
        let state = now.clone();
        html! {
            <button type="button" class="lens" aria-pressed={(**now == theme).to_string()} onclick={move |_| {
                theme::choose(theme);
                state.set(theme);
            }}>{ label }</button>
        }
    };
    html! {
        <div class="lens-switch" role="group" aria-label={words::THEME}>
            { choice(words::LIGHT, Theme::Light) }
            { choice(words::DARK, Theme::Dark) }
            { choice(words::SYSTEM, Theme::System) }
        </div>
    }
}
