//! Tabs after the ARIA pattern: one tab stop, arrows between tabs, Home and End.

use web_sys::HtmlElement;
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

/// Properties of [`Tabs`].
#[derive(Properties, PartialEq)]
pub struct TabsProps {
    /// Start of DOM ids.
    pub id: AttrValue,
    /// Name of the list of tabs.
    pub label: AttrValue,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// Key of the current one.
    pub current: AttrValue,
    /// Another one was chosen.
    pub on_choose: Callback<AttrValue>,
    /// Content of the current tab.
    pub children: Html,
}

/// A list of tabs with the current panel below.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    let list = use_node_ref();
    let chosen = props.tabs.iter().position(|tab| tab.key == props.current).unwrap_or(0);
    let onkeydown = {
        let keys: Vec<AttrValue> = props.tabs.iter().map(|tab| tab.key.clone()).collect();
        let on_choose = props.on_choose.clone();
        let list = list.clone();
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
            focus_child(&list, next);
        })
    };
    let panel = format!("{}-panel", props.id);
    let current_id = props.tabs.get(chosen).map(|tab| format!("{}-tab-{}", props.id, tab.key));
    html! {
        <>
            <div ref={list} class="tabs" role="tablist" aria-label={props.label.clone()} {onkeydown}>
                { for props.tabs.iter().enumerate().map(|(index, tab)| {
                    let on_choose = props.on_choose.clone();
                    let key = tab.key.clone();
                    let selected = index == chosen;
                    html! {
                        <button key={tab.key.to_string()} type="button" role="tab" class="tab"
                            id={format!("{}-tab-{}", props.id, tab.key)}
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
                { props.children.clone() }
            </div>
        </>
    }
}

fn focus_child(list: &NodeRef, index: usize) {
    let child = list
        .cast::<web_sys::Element>()
        .and_then(|list| list.children().item(u32::try_from(index).unwrap_or(0)))
        .and_then(|child| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(child).ok());
    if let Some(child) = child {
        // Focus can only be refused for elements that are gone.
        let _ = child.focus();
    }
}
