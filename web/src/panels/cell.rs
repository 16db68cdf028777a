//! One input for one value: text, number, flag, choice or reference. Cells of tables and fields
//! of forms are made of it.

use hopscope_view::form::{Cell, Choice};
use hopscope_view::text::ui_panels as words;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::state::use_read_only;

/// A change of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What stands in the cell now.
    pub text: String,
    /// It is still being typed: joins the previous change in the history.
    pub typing: bool,
}

/// Properties of [`CellInput`].
#[derive(Properties, PartialEq)]
pub struct CellProps {
    /// DOM id.
    pub id: AttrValue,
    /// What it holds.
    pub cell: Cell,
    /// Its text in the document.
    pub value: AttrValue,
    /// Accessible name; none where a label element names it.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// What may be chosen; suggestions for free text.
    #[prop_or_default]
    pub choices: Vec<Choice>,
    /// Only the choices are possible.
    #[prop_or_default]
    pub closed: bool,
    /// Ids of the sentences that describe it.
    #[prop_or_default]
    pub described_by: Option<AttrValue>,
    /// Something is wrong with it.
    #[prop_or_default]
    pub invalid: bool,
    /// Takes effect when it is left, not with every key.
    #[prop_or_default]
    pub late: bool,
    /// It changed.
    pub on_edit: Callback<Edit>,
}

/// An input. Typed text is kept as a draft while it cannot be stored yet (half a number) or takes
/// effect late.
#[component]
pub fn CellInput(props: &CellProps) -> Html {
    let draft = use_state(|| None::<String>);
    let read_only = use_read_only();
    {
        let draft = draft.clone();
        use_effect_with((props.value.clone(), props.id.clone()), move |_| {
            if draft.is_some() {
                draft.set(None);
            }
        });
    }
    match props.cell {
        Cell::Flag => flag(props, read_only),
        Cell::Choice(options) => {
            let choices = options
                .iter()
                .map(|word| Choice { value: (*word).to_owned(), label: (*word).to_owned() })
                .collect::<Vec<_>>();
            select(props, &choices, read_only)
        }
        _ if props.closed => select(props, &props.choices, read_only),
        _ => typed(props, &draft, read_only),
    }
}

fn flag(props: &CellProps, read_only: bool) -> Html {
    let on_edit = props.on_edit.clone();
    let onchange = Callback::from(move |event: Event| {
        if let Some(input) = target::<HtmlInputElement>(&event) {
            on_edit.emit(Edit { text: input.checked().to_string(), typing: false });
        }
    });
    html! {
        <input type="checkbox" class="cell-flag" id={props.id.clone()} checked={props.value == "true"}
            aria-label={props.label.clone()} aria-describedby={props.described_by.clone()} disabled={read_only}
            aria-invalid={props.invalid.then_some("true")} {onchange} />
    }
}

fn select(props: &CellProps, choices: &[Choice], read_only: bool) -> Html {
    let on_edit = props.on_edit.clone();
    let onchange = Callback::from(move |event: Event| {
        if let Some(select) = target::<HtmlSelectElement>(&event) {
            on_edit.emit(Edit { text: select.value(), typing: false });
        }
    });
    let current = props.value.as_str();
    let known = choices.iter().any(|choice| choice.value == current);
    html! {
        <select class="cell-select" id={props.id.clone()} aria-label={props.label.clone()}
            aria-describedby={props.described_by.clone()} disabled={read_only}
            aria-invalid={props.invalid.then_some("true")} {onchange}>
            if !known {
                <option value={current.to_owned()} selected=true>
                    { if current.is_empty() { words::NONE.to_owned() } else { words::missing(current) } }
                </option>
            }
            { for choices.iter().map(|choice| html! {
                <option value={choice.value.clone()} selected={choice.value == current}>
                    { choice.label.clone() }
                </option>
            }) }
        </select>
    }
}

/// Text as typed.
fn typed(props: &CellProps, draft: &UseStateHandle<Option<String>>, read_only: bool) -> Html {
    let shown = (**draft).clone().unwrap_or_else(|| props.value.to_string());
    let storable = |cell: Cell, text: &str| super::rows::cell_value(cell, text).is_some();
    let oninput = {
        let (draft, on_edit) = (draft.clone(), props.on_edit.clone());
        let (cell, late) = (props.cell, props.late);
        Callback::from(move |event: InputEvent| {
            let Some(input) = target::<HtmlInputElement>(&event) else { return };
            let text = input.value();
            if late || !storable(cell, &text) {
                draft.set(Some(text));
            } else {
                draft.set(None);
                on_edit.emit(Edit { text, typing: true });
            }
        })
    };
    let onchange = {
        let (draft, on_edit) = (draft.clone(), props.on_edit.clone());
        let (cell, value) = (props.cell, props.value.clone());
        Callback::from(move |event: Event| {
            let Some(input) = target::<HtmlInputElement>(&event) else { return };
            let text = input.value();
            draft.set(None);
            if text != value.as_str() && storable(cell, &text) {
                on_edit.emit(Edit { text, typing: false });
            }
        })
    };
    let numeric = matches!(props.cell, Cell::Number);
    let list = (!props.choices.is_empty()).then(|| format!("{}-list", props.id));
    html! {
        <>
            <input type="text" class="cell-text" id={props.id.clone()} value={shown.clone()} title={shown}
                aria-label={props.label.clone()} aria-describedby={props.described_by.clone()}
                aria-invalid={(props.invalid || draft.is_some() && !props.late).then_some("true")}
                list={list.clone()} readonly={read_only} inputmode={numeric.then_some("numeric")}
                spellcheck="false" autocomplete="off" autocapitalize="off" {oninput} {onchange} />
            if let Some(list) = list {
                <datalist id={list}>
                    { for props.choices.iter().map(|choice| html! {
                        <option value={choice.value.clone()}>
                            { if choice.label == choice.value { String::new() } else { choice.label.clone() } }
                        </option>
                    }) }
                </datalist>
            }
        </>
    }
}

/// The element an event happened on.
#[must_use]
pub fn target<T: JsCast>(event: &Event) -> Option<T> {
    event.target().and_then(|target| target.dyn_into().ok())
}
