//! The top bar: document, lens, undo, search, menu.

use hopscope_editor::{Intent, session::title};
use hopscope_view::text::{cards, editing, export, settings, share, ui_shell as words};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::settings::drawn;
use crate::browser;
use crate::canvas::laid;
use crate::icons::icon;
use crate::intake::Files;
use crate::state::{Dialog, Lens, Saved, SceneCtx, SessionCtx, UiAction, UiCtx};

/// The top bar.
pub fn top_bar(ui: &UiCtx, session: &SessionCtx) -> Html {
    let edit = |intent: fn() -> Intent| {
        let dispatch = session.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.emit(intent()))
    };
    let history = session.session.history();
    let (undo, redo) = (words::undo_of(history.undo_label()), words::redo_of(history.redo_label()));
    let search = {
        let dispatch = ui.dispatch.clone();
        move |_| dispatch.emit(UiAction::Dialog(Some(Dialog::Commands)))
    };
    let to_share = {
        let dispatch = ui.dispatch.clone();
        move |_| dispatch.emit(UiAction::Dialog(Some(Dialog::Share)))
    };
    let inspector = {
        let (dispatch, on) = (ui.dispatch.clone(), ui.ui.inspector);
        move |_| dispatch.emit(UiAction::Inspector(!on))
    };
    html! {
        <header class="topbar">
            <div class="topbar-start">
                <a class="icon-button" href="#/" aria-label={words::HOME} title={words::HOME}>{ icon("home", 20) }</a>
                <Name session={session.clone()} />
                if session.session.is_read_only() {
                    <span class="save-state" data-saved="shared">{ share::SHARED }</span>
                } else {
                    { saved_word(ui.ui.saved) }
                }
            </div>
            { lens_switch(ui) }
            <div class="topbar-end">
                <button type="button" class="icon-button" aria-label={undo.clone()} title={undo}
                    aria-disabled={(!session.session.can_undo()).to_string()} onclick={edit(|| Intent::Undo)}>
                    { icon("undo", 20) }
                </button>
                <button type="button" class="icon-button" aria-label={redo.clone()} title={redo}
                    aria-disabled={(!session.session.can_redo()).to_string()} onclick={edit(|| Intent::Redo)}>
                    { icon("redo", 20) }
                </button>
                <button type="button" class="button quiet search-button" aria-label={words::SEARCH} title={words::SEARCH}
                    onclick={search}>
                    { icon("search", 18) }
                    <kbd class="drawn" data-key={drawn(&ui.ui.keymap.shown("Ctrl K"))}></kbd>
                </button>
                <button type="button" class="button quiet share-button" aria-label={share::SHARE} title={share::SHARE}
                    aria-haspopup="dialog" onclick={to_share}>
                    { icon("share", 18) }<span class="share-word">{ share::SHARE }</span>
                </button>
                <button type="button" class="icon-button" aria-label={words::SHOW_INSPECTOR} title={words::SHOW_INSPECTOR}
                    aria-pressed={ui.ui.inspector.to_string()} onclick={inspector}>{ icon("inspector", 20) }</button>
                <Menu />
            </div>
        </header>
    }
}

/// Build or Flow: a segmented switch of two.
pub fn lens_switch(ui: &UiCtx) -> Html {
    let lens = |lens: Lens, name: &'static str| {
        let target = ui.clone();
        let on = ui.ui.lens == lens;
        html! {
            <button type="button" class="lens" aria-pressed={on.to_string()} onclick={move |_| target.lens(lens)}>
                { name }
            </button>
        }
    };
    html! {
        <div class="lens-switch" role="group" aria-label={words::LENS}>
            { lens(Lens::Build, words::LENS_BUILD) }
            { lens(Lens::Flow, words::LENS_FLOW) }
        </div>
    }
}

/// The state of saving, as a word.
fn saved_word(saved: Saved) -> Html {
    let (word, class) = match saved {
        Saved::Yes => (words::SAVED, "saved"),
        Saved::Soon => (words::SAVING, "saving"),
        Saved::No => (words::NOT_SAVED, "not-saved"),
    };
    html! { <span class={classes!("save-state", class)} data-saved={class}>{ word }</span> }
}

#[derive(Properties, PartialEq)]
struct NameProps {
    session: SessionCtx,
}

/// The document's name, edited in place.
#[component]
fn Name(props: &NameProps) -> Html {
    let session = &props.session;
    let name = session.session.document().name.clone();
    let before = use_mut_ref(|| None::<String>);
    let onfocus = {
        let (before, name) = (before.clone(), name.clone());
        Callback::from(move |_: FocusEvent| *before.borrow_mut() = Some(name.clone()))
    };
    let oninput = {
        let dispatch = session.dispatch.clone();
        Callback::from(move |event: InputEvent| {
            let name = event.target_unchecked_into::<HtmlInputElement>().value();
            dispatch.emit(Intent::RenameDocument { name, coalesce: true });
        })
    };
    let onblur = {
        let dispatch = session.dispatch.clone();
        Callback::from(move |_: FocusEvent| dispatch.emit(Intent::EndGesture))
    };
    let onkeydown = {
        let dispatch = session.dispatch.clone();
        Callback::from(move |event: KeyboardEvent| {
            let key = event.key();
            if key == "Escape"
                && let Some(name) = before.borrow_mut().take()
            {
                dispatch.emit(Intent::RenameDocument { name, coalesce: true });
            }
            if matches!(key.as_str(), "Enter" | "Escape") {
                event.prevent_default();
                event.stop_propagation();
                // Leaving a field cannot fail.
                let _ = event.target_unchecked_into::<HtmlInputElement>().blur();
            }
        })
    };
    let shown = if name.is_empty() { title(session.session.document()).to_owned() } else { name.clone() };
    // The heading names the page; the field changes it. Its width follows the text.
    html! {
        <div class="document-name">
            <h1 class="visually-hidden">{ shown.clone() }</h1>
            <span class="document-name-ghost" aria-hidden="true">{ shown }</span>
            <input class="document-name-field" type="text" aria-label={words::DOCUMENT_NAME} placeholder={words::UNTITLED}
                autocomplete="off" spellcheck="false" maxlength="120" value={name} readonly={session.session.is_read_only()} {onfocus} {oninput} {onblur} {onkeydown} />
        </div>
    }
}

/// One entry of the menu.
struct Entry {
    icon: &'static str,
    label: &'static str,
    keys: &'static str,
    checked: Option<bool>,
    rule: bool,
    act: Callback<()>,
}

/// The overflow menu, after the ARIA pattern of menu buttons.
#[component]
pub fn Menu() -> Html {
    let open = use_state(|| false);
    let menu = use_node_ref();
    let button = use_node_ref();
    let (Some(ui), Some(session)) = (use_context::<UiCtx>(), use_context::<SessionCtx>()) else {
        return html! {};
    };
    let files = use_context::<Files>();
    let intent = |make: fn() -> Intent| {
        let dispatch = session.dispatch.clone();
        Callback::from(move |()| dispatch.emit(make()))
    };
    let dialog = |dialog: Dialog| {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| dispatch.emit(UiAction::Dialog(Some(dialog.clone()))))
    };
    let choose = |folder: bool| {
        let files = files.clone();
        Callback::from(move |()| files.iter().for_each(|files| files.choose(folder)))
    };
    let tidy = {
        let (session, scene) = (session.clone(), use_context::<SceneCtx>());
        Callback::from(move |()| {
            let moved: Vec<_> = session.session.document().frames.keys().cloned().collect();
            let laid = scene.as_ref().map(|scene| laid(&scene.0, &moved)).unwrap_or_default();
            session.dispatch.emit(Intent::Straighten { laid });
        })
    };
    let plain = |icon, label, keys, act| Entry { icon, label, keys, checked: None, rule: false, act };
    let mut entries = vec![
        plain("open", words::OPEN_FILE, "", choose(false)),
        plain("import", words::CHOOSE_FOLDER, "", choose(true)),
        plain("save", words::SAVE_FILE, "Ctrl S", intent(|| Intent::Download)),
        plain("export", export::EXPORT, "", dialog(Dialog::Export)),
        plain("print", export::PRINT, "", dialog(Dialog::Print)),
        plain("history", words::HISTORY, "", dialog(Dialog::History)),
        plain("tables", cards::CATALOGUE, "", dialog(Dialog::Catalogue)),
        plain("costs", cards::COSTS, "", dialog(Dialog::Costs)),
        plain("tidy", editing::TIDY, "Shift T", tidy),
        plain("tidy", editing::TIDY_ALL, "", intent(|| Intent::Tidy { id: None })),
    ];
    let mut settings = plain("settings", settings::SETTINGS, "Ctrl ,", dialog(Dialog::Settings));
    settings.rule = true;
    entries.push(settings);
    entries.push(plain("keyboard", words::SHORTCUTS, "?", dialog(Dialog::Shortcuts)));
    {
        let menu = menu.clone();
        use_effect_with(*open, move |&open| {
            if open {
                focus_item(&menu, 0);
            }
        });
    }
    let count = entries.len();
    let onkeydown = {
        let (open, menu, button) = (open.clone(), menu.clone(), button.clone());
        Callback::from(move |event: KeyboardEvent| {
            if !*open {
                return;
            }
            let at = focused_item(&menu).unwrap_or(0);
            let last = count.saturating_sub(1);
            match event.key().as_str() {
                "ArrowDown" => focus_item(&menu, if at == last { 0 } else { at + 1 }),
                "ArrowUp" => focus_item(&menu, at.checked_sub(1).unwrap_or(last)),
                "Home" => focus_item(&menu, 0),
                "End" => focus_item(&menu, last),
                "Escape" => {
                    open.set(false);
                    if let Some(button) = button.cast::<web_sys::Element>() {
                        browser::focus_element(&button);
                    }
                }
                "Tab" => {
                    open.set(false);
                    return;
                }
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let onfocusout = {
        let (open, menu, button) = (open.clone(), menu.clone(), button.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event
                .related_target()
                .and_then(|to| wasm_bindgen::JsCast::dyn_into::<web_sys::Node>(to).ok());
            let inside = |node: &NodeRef| node.get().is_some_and(|node| node.contains(to.as_ref()));
            if !inside(&menu) && !inside(&button) {
                open.set(false);
            }
        })
    };
    let toggle = {
        let open = open.clone();
        move |_| open.set(!*open)
    };
    html! {
        <div class="menu-place" {onkeydown} {onfocusout}>
            <button ref={button.clone()} type="button" class="icon-button" aria-label={words::MENU} title={words::MENU}
                aria-haspopup="menu" aria-expanded={open.to_string()} onclick={toggle}>{ icon("more", 20) }</button>
            if *open {
                <div ref={menu} class="menu" role="menu" aria-label={words::MENU}>
                    { for entries.into_iter().map(|entry| {
                        let (open, act, button) = (open.clone(), entry.act.clone(), button.clone());
                        let onclick = move |_| {
                            open.set(false);
                            if let Some(button) = button.cast::<web_sys::Element>() {
                                browser::focus_element(&button);
                            }
                            act.emit(());
                        };
                        html! {
                            <>
                                if entry.rule { <div class="menu-rule" role="separator"></div> }
                                <button type="button" class="menu-item" tabindex="-1"
                                    role={if entry.checked.is_some() { "menuitemradio" } else { "menuitem" }}
                                    aria-checked={entry.checked.map(|on| on.to_string())} {onclick}>
                                    { icon(if entry.checked == Some(true) { "check" } else { entry.icon }, 18) }
                                    <span>{ entry.label }</span>
                                    if !entry.keys.is_empty() { <kbd class="drawn" data-key={drawn(&ui.ui.keymap.shown(entry.keys))}></kbd> }
                                </button>
                            </>
                        }
                    }) }
                </div>
            }
        </div>
    }
}

fn items(menu: &NodeRef) -> Vec<web_sys::Element> {
    let list = menu.cast::<web_sys::Element>().and_then(|menu| menu.query_selector_all("button").ok());
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|index| wasm_bindgen::JsCast::dyn_into(list.item(index)?).ok()).collect()
}

fn focus_item(menu: &NodeRef, index: usize) {
    if let Some(item) = items(menu).get(index) {
        browser::focus_element(item);
    }
}

fn focused_item(menu: &NodeRef) -> Option<usize> {
    let focused = browser::focused()?;
    items(menu).iter().position(|item| *item == focused)
}
