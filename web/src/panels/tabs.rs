//! Tabs after the ARIA pattern: one tab stop, arrows between tabs, Home and End.

use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// One tab.
#[derive(Clone, PartialEq)]
pub struct Tab {
    /// Stable key, part of DOM ids.
    pub key: AttrValue,
    /// Label.
    pub label: AttrValue,
    /// A number behind the label, hidden when none.
    pub count: Option<usize>,
}

impl Tab {
    /// A tab without a count.
    #[must_use]
    pub fn new(key: &'static str, label: &'static str) -> Self {
        Self { key: key.into(), label: label.into(), count: None }
    }
}

/// A list of tabs with the content of the current one below. `id` begins the DOM ids, `label` names
/// the list.
pub fn tabs(
    id: &str,
    label: &'static str,
    tabs: &[Tab],
    current: &AttrValue,
    on_choose: &Callback<AttrValue>,
    content: Html,
) -> Html {
    let chosen = tabs.iter().position(|tab| tab.key == *current).unwrap_or(0);
    let onkeydown = {
        let keys: Vec<AttrValue> = tabs.iter().map(|tab| tab.key.clone()).collect();
        let on_choose = on_choose.clone();
        Callback::from(move |event: KeyboardEvent| {
            let last = keys.len().saturating_sub(1);
            let next = match event.key().as_str() {
                "ArrowRight" => {
                    if chosen == last {
                        0
                    } else {
                        chosen + 1
                    }
                }
                "ArrowLeft" => chosen.checked_sub(1).unwrap_or(last),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some(key) = keys.get(next) {
                on_choose.emit(key.clone());
            }
            focus_tab(&event, next);
        })
    };
    let panel = format!("{}-panel", id);
    let current_id = tabs.get(chosen).map(|tab| format!("{}-tab-{}", id, tab.key));
    html! {
        <>
            <div class="tabs" role="tablist" aria-label={label} {onkeydown}>
                { for tabs.iter().enumerate().map(|(index, tab)| {
                    let on_choose = on_choose.clone();
                    let key = tab.key.clone();
                    let selected = index == chosen;
                    html! {
                        <button key={tab.key.to_string()} type="button" role="tab" class="tab"
                            id={format!("{}-tab-{}", id, tab.key)}
                            aria-selected={selected.to_string()}
                            aria-controls={selected.then(|| panel.clone())}
                            tabindex={if selected { "0" } else { "-1" }}
                            onclick={move |_| on_choose.emit(key.clone())}>
                            { tab.label.clone() }
                            if let Some(count) = tab.count {
                                <span class="tab-count">{ count }</span>
                            }
                        </button>
                    }
                }) }
            </div>
            <div class="tab-panel" role="tabpanel" tabindex="0" id={panel} aria-labelledby={current_id}>
                { content }
            </div>
        </>
    }
}

/// Moves the keyboard to another tab of the list in which a key was pressed.
fn focus_tab(event: &KeyboardEvent, index: usize) {
    let tab = super::cell::target::<Element>(event)
        .and_then(|tab| tab.closest("[role=tablist]").ok().flatten())
        .and_then(|list| list.children().item(u32::try_from(index).unwrap_or(0)))
        .and_then(|tab| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(tab).ok());
    if let Some(tab) = tab {
        // Focus can only be refused for elements that are gone.
        let _ = tab.focus();
    }
}
