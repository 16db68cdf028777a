//! The outline: the whole network as a tree, the second view and the one for screen readers.

use std::collections::BTreeSet;

use gloo::timers::callback::Timeout;
use hopscope_aws::Id;
use hopscope_editor::Intent;
use hopscope_editor::outline::{Row, outline};
use hopscope_view::text::ui_shell as words;
use yew::prelude::*;

use crate::browser;
use crate::canvas::ViewCtx;
use crate::icons::icon;
use crate::state::{Dialog, InPlace, SceneCtx, SessionCtx, UiAction, UiCtx};

/// Time within which letters belong to one word, milliseconds.
const WORD: u32 = 700;

/// Rows that are not inside a collapsed one.
fn visible(rows: Vec<Row>, closed: &BTreeSet<Id>) -> Vec<Row> {
    let mut hidden_below: Option<usize> = None;
    rows.into_iter()
        .filter(|row| {
            if hidden_below.is_some_and(|level| row.level > level) {
                return false;
            }
            hidden_below = (row.has_children && closed.contains(&row.id)).then_some(row.level);
            true
        })
        .collect()
}

/// The outline.
#[component]
pub fn Outline() -> Html {
    let closed = use_state(BTreeSet::<Id>::new);
    let word = use_mut_ref(String::new);
    let forget = use_mut_ref(|| None::<Timeout>);
    let session = use_context::<SessionCtx>();
    let ui = use_context::<UiCtx>();
    let scene = use_context::<SceneCtx>();
    let view = use_context::<ViewCtx>();
    let (Some(session), Some(ui), Some(SceneCtx(scene)), Some(view)) = (session, ui, scene, view) else {
        return html! {};
    };
    let rows = visible(outline(session.session.document()), &closed);
    let selection = session.session.selection().clone();
    let at = selection.last().and_then(|id| rows.iter().position(|row| &row.id == id)).unwrap_or(0);
    let choose = {
        let (session, view, scene) = (session.clone(), view.clone(), scene.clone());
        move |id: &Id| {
            session.dispatch.emit(Intent::Select { ids: vec![id.clone()] });
            if let Some(rect) = scene.rect(id) {
                view.0.reveal(rect);
            }
            let selector =
                format!(".outline [data-row=\"{}\"]", id.replace('\\', "\\\\").replace('"', "\\\""));
            browser::focus_soon(selector);
        }
    };
    let onkeydown = {
        let (rows, closed, choose, ui, session) =
            (rows.clone(), closed.clone(), choose.clone(), ui.clone(), session.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(row) = rows.get(at) else { return };
            let go = |index: usize| {
                if let Some(row) = rows.get(index) {
                    choose(&row.id);
                }
            };
            let toggle = |open: bool| {
                let mut next = (*closed).clone();
                if open {
                    next.remove(&row.id)
                } else {
                    next.insert(row.id.clone())
                };
                closed.set(next);
            };
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let open = row.has_children && !closed.contains(&row.id);
            match event.key().as_str() {
                "ArrowDown" => go(at + 1),
                "ArrowUp" => go(at.saturating_sub(1)),
                "Home" => go(0),
                "End" => go(rows.len().saturating_sub(1)),
                "ArrowRight" if event.shift_key() => return,
                "ArrowLeft" if event.shift_key() => return,
                "ArrowRight" if row.has_children && !open => toggle(true),
                "ArrowRight" if open => go(at + 1),
                "ArrowRight" => {}
                "ArrowLeft" if open => toggle(false),
                "ArrowLeft" => {
                    let parent = rows
                        .get(..at)
                        .and_then(|above| above.iter().rposition(|other| other.level < row.level));
                    if let Some(parent) = parent {
                        go(parent);
                    }
                }
                "Enter" => ui.dispatch.emit(UiAction::Inspector(true)),
                "Insert" => ui.dispatch.emit(UiAction::Dialog(Some(Dialog::AddInside(Some(row.id.clone()))))),
                "F2" => ui.dispatch.emit(UiAction::InPlace(Some(InPlace::of(&scene, &row.id)))),
                "Delete" => session.dispatch.emit(Intent::Delete { ids: vec![row.id.clone()] }),
                "Escape" => {
                    ui.dispatch.emit(UiAction::Drawer(None));
                    browser::focus_soon(".map [tabindex=\"0\"], #map");
                }
                // Type-ahead: letters jump to the next row that starts with them.
                letter if letter.chars().count() == 1 && letter != " " => {
                    let mut typed = word.borrow_mut();
                    typed.push_str(&letter.to_lowercase());
                    let after = rows
                        .iter()
                        .enumerate()
                        .cycle()
                        .skip(at + usize::from(typed.chars().count() == 1))
                        .take(rows.len());
                    let found = after
                        .into_iter()
                        .find(|(_, row)| row.label.to_lowercase().starts_with(typed.as_str()));
                    if let Some((index, _)) = found {
                        go(index);
                    }
                    let word = word.clone();
                    *forget.borrow_mut() = Some(Timeout::new(WORD, move || word.borrow_mut().clear()));
                }
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    if rows.is_empty() {
        return html! { <p class="nothing">{ words::EMPTY_TITLE }</p> };
    }
    html! {
        <ul class="outline" role="tree" aria-label={words::OUTLINE} aria-multiselectable="false" {onkeydown}>
            { for rows.iter().enumerate().map(|(index, row)| {
                let choose = choose.clone();
                let id = row.id.clone();
                let selected = selection.contains(&row.id);
                let open = row.has_children && !closed.contains(&row.id);
                let toggle = {
                    let (closed, id) = (closed.clone(), row.id.clone());
                    Callback::from(move |event: MouseEvent| {
                        event.stop_propagation();
                        let mut next = (*closed).clone();
                        if !next.remove(&id) {
                            next.insert(id.clone());
                        }
                        closed.set(next);
                    })
                };
                html! {
                    <li key={row.id.to_string()} class={classes!("outline-row", selected.then_some("selected"))} role="treeitem"
                        data-row={row.id.to_string()} aria-level={row.level.to_string()} aria-posinset={row.position.to_string()}
                        aria-setsize={row.siblings.to_string()} aria-selected={selected.to_string()}
                        aria-expanded={row.has_children.then(|| open.to_string())}
                        tabindex={if index == at { "0" } else { "-1" }} style={format!("--level: {}", row.level)}
                        onclick={move |_| choose(&id)}>
                        <span class={classes!("twist", open.then_some("open"))} aria-hidden="true" onclick={toggle}>
                            if row.has_children { { icon("chevron-right", 14) } }
                        </span>
                        { icon(row.kind, 16) }
                        <span class="outline-label">{ row.label.clone() }</span>
                        <span class="outline-detail">
                            <span class="visually-hidden">{ hopscope_editor::names::noun(row.kind) }{ " " }</span>
                            { row.detail.clone() }
                        </span>
                    </li>
                }
            }) }
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, level: usize, has_children: bool) -> Row {
        Row {
            id: id.into(),
            kind: "vpc",
            label: id.to_owned(),
            detail: String::new(),
            level,
            position: 1,
            siblings: 1,
            has_children,
            spoken: String::new(),
        }
    }

    #[test]
    fn a_collapsed_row_hides_everything_below_it() {
        let rows = vec![row("a", 1, true), row("b", 2, true), row("c", 3, false), row("d", 1, false)];
        let shown = |closed: &[&str]| -> Vec<String> {
            let closed = closed.iter().map(|id| Id::from(*id)).collect();
            visible(rows.clone(), &closed).iter().map(|row| row.id.to_string()).collect()
        };
        assert_eq!(shown(&[]), ["a", "b", "c", "d"]);
        assert_eq!(shown(&["b"]), ["a", "b", "d"]);
        assert_eq!(shown(&["a"]), ["a", "d"]);
    }
}
