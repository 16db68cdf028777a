//! The palette: what can be placed, with one line on what it does.

use hopscope_editor::place;
use hopscope_view::text::{cards, ui_shell as words};
use yew::prelude::*;

use super::choices::fits;
use super::rail::{GROUPS, GroupSpec};
use crate::icons::icon;
use crate::panels::card::CardOf;
use crate::state::{Group, Tool, UiAction, UiCtx};

/// Properties of [`Palette`].
#[derive(Properties, PartialEq)]
pub struct PaletteProps {
    /// Only this group.
    pub group: Option<Group>,
}

/// Kinds of a group that fit what was typed.
fn kinds(group: &GroupSpec, typed: &str) -> Vec<&'static hopscope_aws::Spec> {
    let of = |kind: &&str| place::tools().find(|spec| spec.kind == *kind);
    let fit = |spec: &&hopscope_aws::Spec| fits(typed, &format!("{} {}", spec.name, spec.summary)).is_some();
    group.kinds.iter().filter_map(of).filter(fit).collect()
}

/// The palette.
#[component]
pub fn Palette(props: &PaletteProps) -> Html {
    let typed = use_state(String::new);
    let about = use_state(|| false);
    let Some(ui) = use_context::<UiCtx>() else { return html! {} };
    let word = typed.trim();
    let only = props.group.filter(|_| word.is_empty());
    let shown: Vec<(&GroupSpec, Vec<&hopscope_aws::Spec>)> = GROUPS
        .iter()
        .filter(|spec| only.is_none_or(|only| only == spec.group))
        .map(|spec| (spec, kinds(spec, word)))
        .filter(|(_, kinds)| !kinds.is_empty())
        .collect();
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<web_sys::HtmlInputElement>().value());
        })
    };
    let onkeydown = {
        let (dispatch, first) =
            (ui.dispatch.clone(), shown.first().and_then(|(_, kinds)| kinds.first()).map(|spec| spec.kind));
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
    let item = |spec: &&'static hopscope_aws::Spec| {
        let (dispatch, kind) = (ui.dispatch.clone(), spec.kind);
        let on = ui.ui.tool == Tool::Place(kind);
        let onclick = move |_| dispatch.emit(UiAction::Tool(Tool::Place(kind)));
        html! {
            <li key={kind}>
                <button type="button" class="palette-item" aria-pressed={on.to_string()} data-place={kind} {onclick}>
                    { icon(kind, 24) }
                    <span class="palette-name">{ spec.name }</span>
                    <span class="palette-summary">{ spec.summary }</span>
                </button>
            </li>
        }
    };
    let list = |kinds: &[&'static hopscope_aws::Spec]| {
        html! { <ul class="palette-list">{ for kinds.iter().map(item) }</ul> }
    };
    html! {
        <div class="palette">
            <input class="field palette-search" type="search" aria-label={words::PALETTE_SEARCH}
                placeholder={words::PALETTE_SEARCH} autocomplete="off" spellcheck="false" value={(*typed).clone()}
                {oninput} {onkeydown} />
            if only.is_some() {
                { for shown.iter().map(|(_, kinds)| list(kinds)) }
            } else {
                // What is used most stands open; a search opens everything it finds.
                { for shown.iter().map(|(spec, kinds)| html! {
                    <details key={spec.name} class="palette-group" open={!word.is_empty() || spec.key == "1"}>
                        <summary>{ spec.name }</summary>
                        { list(kinds) }
                    </details>
                }) }
            }
            if let Tool::Place(kind) = ui.ui.tool {
                <section class="palette-about">
                    <button type="button" class="small-button" aria-expanded={about.to_string()} onclick={
                        let about = about.clone();
                        move |_: MouseEvent| about.set(!*about)
                    }>{ cards::about(hopscope_aws::spec(kind).map_or(kind, |spec| spec.name)) }</button>
                    if *about {
                        <CardOf slug={kind} />
                    }
                </section>
            }
            if shown.is_empty() {
                <p class="nothing" role="status">{ words::NOTHING_FOUND }</p>
            }
        </div>
    }
}
