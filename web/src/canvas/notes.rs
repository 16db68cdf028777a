//! Notes on the map: how they look, where a click puts one, the choice of kinds, the field of their text.

use hopscope_aws::{Id, Note, NoteKind};
use hopscope_editor::Intent;
use hopscope_layout::{Point, num};
use hopscope_view::scene::NoteShape;
use hopscope_view::text::notes as words;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::gesture::snap;
use crate::browser;
use crate::state::{SceneCtx, SessionCtx, Tool, UiAction, UiCtx};

/// How far a callout stands from the card it is about.
const ASIDE: f32 = 24.0;
/// How far a frame stands round a card: at the sides, and above for its heading.
const ROUND: (f32, f32) = (16.0, 32.0);
/// Length of an arrow.
const REACH: f32 = 120.0;

/// Properties of [`NoteNode`].
#[derive(Properties, PartialEq)]
pub struct NoteProps {
    /// The note.
    pub shape: NoteShape,
    /// It is selected.
    pub selected: bool,
    /// It has the one tab stop of the map.
    pub cursor: bool,
}

/// A note: drawn again only when it changes.
#[component]
pub fn NoteNode(props: &NoteProps) -> Html {
    let NoteProps { shape, selected, cursor } = props;
    let at = &shape.rect;
    let kind = match shape.kind {
        NoteKind::Text => "note-text",
        NoteKind::Callout => "note-callout",
        NoteKind::Area => "note-area",
        NoteKind::Arrow => "note-arrow",
    };
    let rect = |class: &'static str, grown: f32, radius: &'static str| {
        let at = at.grown(grown);
        html! { <rect class={class} x={num(at.x)} y={num(at.y)} width={num(at.w)} height={num(at.h)} rx={radius} /> }
    };
    html! {
        <g class={classes!("node", "note", kind, selected.then_some("selected"))} role="group"
            data-id={shape.id.to_string()} data-kind="note" tabindex={if *cursor { "0" } else { "-1" }}
            aria-label={shape.name.clone()} aria-roledescription={words::ROLE} aria-current={selected.then_some("true")}>
            if !shape.line.is_empty() {
                // Wider than it looks, so that it can be hit.
                <path class="note-grip" d={shape.line.clone()} />
                <path class="note-line" d={shape.line.clone()} />
            }
            if shape.kind == NoteKind::Area {
                { rect("note-grip", 0.0, "10") }
                { rect("shape", 0.0, "10") }
            } else if shape.kind != NoteKind::Arrow {
                { rect("shape", 0.0, "3") }
                <rect class="note-edge" x={num(at.x)} y={num(at.y)} width="3" height={num(at.h)} rx="1.5" />
            }
            if !shape.tip.is_empty() {
                <path class="note-tip" d={shape.tip.clone()} />
            }
            { rect("ring ring-paper", 1.75, "5") }
            { rect("ring ring-ink", 3.75, "7") }
            { for shape.lines.iter().map(|(point, line)| html! {
                <text x={num(point.x)} y={num(point.y)}>{ line.clone() }</text>
            }) }
        </g>
    }
}

/// Handles of a selected note: the far end of an arrow, the side of a sheet, side and corner of a frame.
pub fn handles(shape: &NoteShape) -> Html {
    let id = shape.id.to_string();
    let at = shape.rect;
    let places: Vec<(&'static str, f32, f32)> = match shape.kind {
        NoteKind::Text | NoteKind::Callout => vec![("e", at.right(), at.y + at.h / 2.0)],
        NoteKind::Area => vec![
            ("e", at.right(), at.y + at.h / 2.0),
            ("s", at.x + at.w / 2.0, at.bottom()),
            ("se", at.right(), at.bottom()),
        ],
        NoteKind::Arrow => {
            let (dx, dy) = shape.size;
            let (inner_x, inner_y) = (at.x + 6.0, at.y + 6.0);
            vec![("se", inner_x + dx.max(0.0), inner_y + dy.max(0.0))]
        }
    };
    html! {
        <g class="handles" aria-hidden="true">
            { for places.into_iter().map(|(edge, x, y)| html! {
                <rect class={classes!("handle", edge)} data-handle={edge} data-for={id.clone()}
                    x={num(x - 5.0)} y={num(y - 5.0)} width="10" height="10" rx="2" />
            }) }
        </g>
    }
}

/// Puts a note where the tool was used: on the ground, or on a component.
pub fn place(ui: &UiCtx, session: &SessionCtx, scene: &SceneCtx, kind: NoteKind, on: Option<&Id>, at: Point) {
    let scene = &scene.0;
    let card = on
        .and_then(|id| Some((id.clone(), scene.layout.rect(id)?)))
        .filter(|(id, _)| scene.card(id).is_some());
    let home = on.and_then(|id| Some((id.clone(), scene.layout.rect(id)?)));
    let here = (snap(at.x), snap(at.y));
    let (about, at, size) = match (kind, card, home) {
        (NoteKind::Callout, Some((id, rect)), _) => (Some(id), (rect.w + ASIDE, -rect.h), None),
        (NoteKind::Callout, None, Some((id, rect))) => {
            (Some(id), (snap(at.x - rect.x), snap(at.y - rect.y)), None)
        }
        (NoteKind::Area, Some((id, rect)), _) => {
            let size = (rect.w + 2.0 * ROUND.0, rect.h + ROUND.0 + ROUND.1);
            (Some(id), (-ROUND.0, -ROUND.1), Some(size))
        }
        (NoteKind::Arrow, Some((id, rect)), _) => {
            (Some(id), (-REACH - 4.0, rect.h / 2.0), Some((REACH, 0.0)))
        }
        _ => (None, here, None),
    };
    if kind == NoteKind::Callout && about.is_none() {
        ui.dispatch.emit(UiAction::Say(words::waiting(kind).into()));
        return;
    }
    ui.dispatch.emit(UiAction::Tool(Tool::Select));
    session.dispatch.emit(Intent::PlaceNote { kind, about, at: Some(at), size });
}

/// Which kind the tool places.
pub fn kinds(ui: &UiCtx, chosen: NoteKind) -> Html {
    html! {
        <div class="note-kinds" role="group" aria-label={words::KINDS}>
            { for words::ALL.iter().map(|(kind, name)| {
                let (dispatch, kind) = (ui.dispatch.clone(), *kind);
                html! {
                    <button type="button" class="lens" aria-pressed={(kind == chosen).to_string()}
                        onclick={move |_| dispatch.emit(UiAction::Tool(Tool::Note(kind)))}>{ *name }</button>
                }
            }) }
        </div>
    }
}

/// Properties of [`NoteEditor`].
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The note.
    pub id: Id,
    /// The workbench.
    pub ui: UiCtx,
    /// The document.
    pub session: SessionCtx,
    /// The map.
    pub scene: SceneCtx,
}

/// The text of a note, written where it stands. What stays empty is not kept.
#[component]
pub fn NoteEditor(props: &EditorProps) -> Html {
    let EditorProps { id, ui, session, scene: SceneCtx(scene) } = props;
    let note = session.session.document().notes.get(id).cloned();
    let before = use_memo((), |()| note.as_ref().map(|note| note.text.clone()).unwrap_or_default());
    let field = use_node_ref();
    {
        let field = field.clone();
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                browser::focus_element(&field);
                field.select();
            }
        });
    }
    let (Some(note), Some(shape)) = (note, scene.note(id)) else { return html! {} };
    let write = {
        let (session, note) = (session.clone(), note.clone());
        move |text: String| {
            let note = Note { text, ..(*note).clone() };
            session.dispatch.emit(Intent::SetNote { note, coalesce: true });
        }
    };
    let oninput = {
        let write = write.clone();
        Callback::from(move |event: InputEvent| {
            write(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let done = {
        let (ui, session, id, empty) = (ui.clone(), session.clone(), id.clone(), note.text.trim().is_empty());
        let sheet = matches!(note.kind, NoteKind::Text | NoteKind::Callout);
        move |focus: bool, empty_now: Option<bool>| {
            session.dispatch.emit(Intent::EndGesture);
            ui.dispatch.emit(UiAction::InPlace(None));
            if sheet && empty_now.unwrap_or(empty) {
                session.dispatch.emit(Intent::Delete { ids: vec![id.clone()] });
                browser::focus_soon("#map");
            } else if focus {
                browser::focus_soon(browser::node_selector(&id));
            }
        }
    };
    let onkeydown = {
        let (done, before) = (done.clone(), before.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "Escape" => {
                    write((*before).clone());
                    done(true, Some(before.trim().is_empty()));
                }
                "Enter" if event.ctrl_key() || event.meta_key() => done(true, None),
                _ => {
                    event.stop_propagation();
                    return;
                }
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let onblur = Callback::from(move |_: FocusEvent| done(false, None));
    let at = shape.rect;
    let arrow = shape.kind == NoteKind::Arrow;
    let (w, h) = if arrow { (180.0, 56.0) } else { (at.w, at.h.min(320.0)) };
    html! {
        <textarea ref={field} class="in-place note-field" data-x={num(at.x)} data-y={num(at.y)}
            style={format!("--width: {w}px; --height: {h}px")} aria-label={words::TEXT} aria-description={words::FIELD_HELP}
            placeholder={words::PLACEHOLDER} maxlength={hopscope_aws::note::MAX_NOTE.to_string()}
            value={note.text.clone()} {oninput} {onkeydown} {onblur} />
    }
}
