//! A menu that opens where the pointer or the keyboard is, after the ARIA pattern of menus. Knows
//! nothing of what its entries do.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::settings::drawn;
use crate::browser;
use crate::icons::icon;
use crate::state::UiCtx;

/// Time within which letters belong to one word, milliseconds.
const WORD: u32 = 700;

/// One entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What is given back.
    pub key: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// Words.
    pub label: String,
    /// The shortcut that does the same.
    pub keys: &'static str,
    /// Why it cannot be done now.
    pub refused: Option<String>,
    /// A line stands above it.
    pub rule: bool,
}

impl Entry {
    /// An entry that can be chosen.
    #[must_use]
    pub fn new(key: &'static str, icon: &'static str, label: impl Into<String>, keys: &'static str) -> Self {
        Self { key, icon, label: label.into(), keys, refused: None, rule: false }
    }

    /// With a line above it.
    #[must_use]
    pub fn ruled(self) -> Self {
        Self { rule: true, ..self }
    }

    /// Not to be chosen, for a reason.
    #[must_use]
    pub fn unless<T>(self, why: Result<T, String>) -> Self {
        Self { refused: why.err(), ..self }
    }
}

/// Properties of [`PopupMenu`].
#[derive(Properties, PartialEq)]
pub struct PopupMenuProps {
    /// Accessible name.
    pub label: AttrValue,
    /// Where it opens, in pixels of the window.
    pub at: (i32, i32),
    /// Entries in order.
    pub entries: Vec<Entry>,
    /// Chosen; the menu is closed already.
    pub onchoose: Callback<&'static str>,
    /// Closed, whether by choice or not.
    pub onclose: Callback<()>,
}

/// The menu. Arrows walk, letters jump, Enter chooses, Escape and Tab close; the keyboard returns
/// to where it was.
#[component]
pub fn PopupMenu(props: &PopupMenuProps) -> Html {
    let menu = use_node_ref();
    let word = use_mut_ref(String::new);
    let forget = use_mut_ref(|| None::<Timeout>);
    let before = use_memo((), |()| browser::focused());
    {
        let (menu, at) = (menu.clone(), props.at);
        use_effect_with(at, move |&(x, y)| {
            if let Some(menu) = menu.cast::<HtmlElement>() {
                place(&menu, x, y);
            }
            focus_item(&menu, 0);
        });
    }
    let close = {
        let (onclose, before) = (props.onclose.clone(), before.clone());
        Callback::from(move |()| {
            onclose.emit(());
            if let Some(before) = before.as_ref() {
                browser::focus_element(before);
            }
        })
    };
    let choose = {
        let (close, onchoose, entries) = (close.clone(), props.onchoose.clone(), props.entries.clone());
        Callback::from(move |index: usize| {
            let Some(entry) = entries.get(index).filter(|entry| entry.refused.is_none()) else { return };
            close.emit(());
            onchoose.emit(entry.key);
        })
    };
    let count = props.entries.len();
    let onkeydown = {
        let (menu, close, entries) = (menu.clone(), close.clone(), props.entries.clone());
        Callback::from(move |event: KeyboardEvent| {
            let at = focused_item(&menu).unwrap_or(0);
            let last = count.saturating_sub(1);
            match event.key().as_str() {
                "ArrowDown" => focus_item(&menu, if at >= last { 0 } else { at + 1 }),
                "ArrowUp" => focus_item(&menu, at.checked_sub(1).unwrap_or(last)),
                "Home" => focus_item(&menu, 0),
                "End" => focus_item(&menu, last),
                "Escape" | "Tab" => close.emit(()),
                // The entry is a button: the browser presses it.
                "Enter" | " " => {
                    event.stop_propagation();
                    return;
                }
                letter if letter.chars().count() == 1 && !event.ctrl_key() && !event.meta_key() => {
                    let mut typed = word.borrow_mut();
                    typed.push_str(&letter.to_lowercase());
                    let fits = |index: &usize| {
                        entries
                            .get(*index)
                            .is_some_and(|e| e.label.to_lowercase().starts_with(typed.as_str()))
                    };
                    let from = if typed.chars().count() == 1 { at + 1 } else { at };
                    let order = (from..count).chain(0..from.min(count));
                    if let Some(index) = order.into_iter().find(fits) {
                        focus_item(&menu, index);
                    }
                    let word = word.clone();
                    *forget.borrow_mut() = Some(Timeout::new(WORD, move || word.borrow_mut().clear()));
                }
                _ => {}
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    // Keys as they are now; menus stand in the workbench only.
    let keymap = use_context::<UiCtx>().map(|ui| Rc::clone(&ui.ui.keymap));
    let keys =
        |text: &str| drawn(&keymap.as_ref().map_or_else(|| text.to_owned(), |keymap| keymap.shown(text)));
    let outside = {
        let close = close.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            close.emit(());
        })
    };
    let pressed = {
        let close = close.clone();
        Callback::from(move |_: PointerEvent| close.emit(()))
    };
    html! {
        <>
            <div class="menu-ground" onpointerdown={pressed} oncontextmenu={outside}></div>
            <div ref={menu} class="menu popup-menu" role="menu" aria-label={props.label.clone()} {onkeydown}
                oncontextmenu={|event: MouseEvent| event.prevent_default()}>
                { for props.entries.iter().enumerate().map(|(index, entry)| {
                    let choose = choose.clone();
                    html! {
                        <>
                            if entry.rule { <div class="menu-rule" role="separator"></div> }
                            <button type="button" class="menu-item" role="menuitem" tabindex="-1" data-act={entry.key}
                                aria-disabled={entry.refused.is_some().then_some("true")} title={entry.refused.clone()}
                                onclick={move |_| choose.emit(index)}>
                                { icon(entry.icon, 18) }
                                <span>
                                    { entry.label.clone() }
                                    if let Some(why) = &entry.refused { <small class="menu-why">{ why.clone() }</small> }
                                </span>
                                if !entry.keys.is_empty() { <kbd class="drawn" data-key={keys(entry.keys)}></kbd> }
                            </button>
                        </>
                    }
                }) }
            </div>
        </>
    }
}

/// Puts the menu at a point, moved so that all of it is in the window.
fn place(menu: &HtmlElement, x: i32, y: i32) {
    let size = browser::window_size();
    let (w, h) = (f64::from(menu.offset_width()), f64::from(menu.offset_height()));
    let left = f64::from(x).min(size.0 - w - 8.0).max(8.0);
    let top = f64::from(y).min(size.1 - h - 8.0).max(8.0);
    // Legal properties with legal values.
    let _ = menu.style().set_property("left", &format!("{left:.0}px"));
    let _ = menu.style().set_property("top", &format!("{top:.0}px"));
}

fn items(menu: &NodeRef) -> Vec<Element> {
    let list = menu.cast::<Element>().and_then(|menu| menu.query_selector_all("button").ok());
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|index| wasm_bindgen::JsCast::dyn_into(list.item(index)?).ok()).collect()
}

fn focus_item(menu: &NodeRef, index: usize) {
    if let Some(item) = items(menu).get(index) {
        browser::focus_element(item);
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        item.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn focused_item(menu: &NodeRef) -> Option<usize> {
    let focused = browser::focused()?;
    items(menu).iter().position(|item| *item == focused)
}
