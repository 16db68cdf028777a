//! The palette: what can be placed, with one line on what it does.

use hopscope_editor::place;
use hopscope_view::text::ui_shell as words;
use yew::prelude::*;

use super::choices::fits;
use super::rail::GROUPS;
use crate::icons::icon;
use crate::state::{Group, Tool, UiAction, UiCtx};

/// Properties of [`Palette`].
#[derive(Properties, PartialEq)]
pub struct PaletteProps {
    /// Only this group.
    pub group: Option<Group>,
}

/// Kinds of the palette that fit what was typed.
fn kinds(group: Option<Group>, typed: &str) -> Vec<&'static hopscope_aws::Spec> {
    let known: Vec<_> = place::tools().collect();
    let of = |kind: &str| known.iter().copied().find(|spec| spec.kind == kind);
    let groups = GROUPS
        .iter()
        .filter(|spec| typed.is_empty() && group == Some(spec.group) || group.is_none() || !typed.is_empty());
    groups
        .flat_map(|spec| spec.kinds.iter().filter_map(|kind| of(kind)))
        .filter(|spec| fits(typed, &format!("{} {}", spec.name, spec.summary)).is_some())
        .collect()
}

/// The palette.
#[component]
pub fn Palette(props: &PaletteProps) -> Html {
    let typed = use_state(String::new);
    let Some(ui) = use_context::<UiCtx>() else { return html! {} };
    let shown = kinds(props.group, typed.trim());
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<web_sys::HtmlInputElement>().value());
        })
    };
    let onkeydown = {
        let (dispatch, first) = (ui.dispatch.clone(), shown.first().map(|spec| spec.kind));
        Callback::from(move |event: KeyboardEvent| match (event.key().as_str(), first) {
            ("Enter", Some(kind)) => {
                event.prevent_default();
                dispatch.emit(UiAction::Tool(Tool::Place(kind)));
                crate::browser::focus_soon(".map [tabindex=\"0\"], #map");
            }
            ("Escape", _) => {
                event.prevent_default();
                dispatch.emit(UiAction::Drawer(None));
                crate::browser::focus_soon(".map [tabindex=\"0\"], #map");
            }
            _ => {}
        })
    };
    html! {
        <div class="palette">
            <input class="field palette-search" type="search" aria-label={words::PALETTE_SEARCH}
                placeholder={words::PALETTE_SEARCH} autocomplete="off" spellcheck="false" value={(*typed).clone()}
                {oninput} {onkeydown} />
            <ul class="palette-list">
                { for shown.iter().map(|spec| {
                    let dispatch = ui.dispatch.clone();
                    let kind = spec.kind;
                    let on = ui.ui.tool == Tool::Place(kind);
                    let onclick = move |_| {
                        dispatch.emit(UiAction::Tool(Tool::Place(kind)));
                    };
                    html! {
                        <li key={spec.kind}>
                            <button type="button" class="palette-item" aria-pressed={on.to_string()} data-place={spec.kind} {onclick}>
                                { icon(spec.kind, 24) }
                                <span class="palette-name">{ spec.name }</span>
                                <span class="palette-summary">{ spec.summary }</span>
                            </button>
                        </li>
                    }
                }) }
            </ul>
            if shown.is_empty() {
                <p class="nothing" role="status">{ words::NOTHING_FOUND }</p>
            }
        </div>
    }
}
