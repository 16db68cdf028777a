//! Finding on the map: a field, the places that fit in groups, and rings round them.

use hopscope_aws::Id;
use hopscope_editor::Intent;
use hopscope_editor::find::{Found, MOST, WEAK, find, shown_at};
use hopscope_layout::num;
use hopscope_view::text::editing as words;
use yew::prelude::*;

use super::{ViewCtx, go_to};
use crate::browser;
use crate::chrome::choices::{Choice, Choices};
use crate::icons::icon;
use crate::panels::aim_at;
use crate::state::{Finding, Lens, PlayAction, PlayCtx, SceneCtx, SessionCtx, UiAction, UiCtx};

/// Properties of [`FindBar`].
#[derive(Properties, PartialEq)]
pub struct FindBarProps {
    /// The workbench.
    pub ui: UiCtx,
    /// The document.
    pub session: SessionCtx,
    /// The map.
    pub scene: SceneCtx,
    /// The view.
    pub view: ViewCtx,
}

fn choices(session: &SessionCtx, typed: &str) -> Vec<Choice> {
    let document = session.session.document();
    let as_choice = |(index, found): (usize, Found)| {
        let icon = found.node.as_ref().and_then(|id| document.node(id)).map_or("play", |node| node.kind());
        Choice {
            key: index.to_string(),
            icon,
            label: found.label,
            detail: found.detail,
            keys: "",
            group: found.group.title(),
        }
    };
    find(document, typed).into_iter().enumerate().map(as_choice).collect()
}

/// Where a place shows on the map.
fn drawn(session: &SessionCtx, scene: &SceneCtx, found: &Found) -> Vec<Id> {
    let shown = found.node.as_ref().map(|id| shown_at(session.session.document(), id)).unwrap_or_default();
    shown.into_iter().filter(|id| scene.0.layout.rect(id).is_some()).collect()
}

/// The field with its places. The map stays in reach: nothing is covered but its corner.
#[component]
pub fn FindBar(props: &FindBarProps) -> Html {
    let FindBarProps { ui, session, scene, view } = props;
    let play = use_context::<PlayCtx>();
    let typed = use_state(|| browser::kept("find"));
    let revision = session.session.revision();
    let found = use_memo(((*typed).clone(), revision), |(typed, _)| find(session.session.document(), typed));
    {
        // Every place is ringed; what was ringed goes with the field.
        let (session, scene, dispatch) = (session.clone(), scene.clone(), ui.dispatch.clone());
        use_effect_with((found.clone(), scene.clone()), move |(found, _)| {
            let mut rings: Vec<Id> = Vec::new();
            // What fits everything would ring everything.
            let telling = found.iter().filter(|found| found.score > WEAK);
            for id in telling.flat_map(|found| drawn(&session, &scene, found)) {
                if !rings.contains(&id) {
                    rings.push(id);
                }
            }
            dispatch.emit(UiAction::Find(Some(Finding { rings: rings.into(), at: Vec::new().into() })));
        });
    }
    let find_choices = {
        let session = session.clone();
        use_callback(revision, move |typed: String, _| choices(&session, &typed))
    };
    let ontyped = {
        let typed = typed.clone();
        Callback::from(move |text: String| {
            browser::keep("find", &text);
            typed.set(text);
        })
    };
    let oncurrent = {
        let (session, scene, view, dispatch) =
            (session.clone(), scene.clone(), view.clone(), ui.dispatch.clone());
        let (found, finding) = (found.clone(), ui.ui.find.clone());
        Callback::from(move |index: usize| {
            let at = found.get(index).map(|found| drawn(&session, &scene, found)).unwrap_or_default();
            let rects = at.iter().filter_map(|id| scene.0.layout.rect(id));
            if let Some(rect) = rects.reduce(|a, b| a.union(&b)) {
                view.0.reveal(rect);
            }
            if let Some(finding) = &finding {
                dispatch.emit(UiAction::Find(Some(Finding { at: at.into(), ..finding.clone() })));
            }
        })
    };
    let close = {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| {
            dispatch.emit(UiAction::Find(None));
            browser::focus_soon(".map [tabindex=\"0\"]");
        })
    };
    let onchoose = {
        let (ui, session, scene, view, found) =
            (ui.clone(), session.clone(), scene.clone(), view.clone(), found.clone());
        Callback::from(move |key: String| {
            let Some(found) = key.parse::<usize>().ok().and_then(|index| found.get(index)) else { return };
            ui.dispatch.emit(UiAction::Find(None));
            go(&ui, &session, &scene, &view, play.as_ref(), found);
        })
    };
    let onkeydown = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                close.emit(());
            }
            // Letters are the field's.
            if !(event.ctrl_key() || event.meta_key()) || event.key() == "f" {
                event.stop_propagation();
            }
            if event.key() == "f" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
            }
        })
    };
    let onclick = move |_: MouseEvent| close.emit(());
    let count = (!typed.trim().is_empty()).then(|| words::places(found.len(), MOST));
    html! {
        <div class="find-bar" role="search" aria-label={words::FIND} {onkeydown}>
            <Choices id="find" label={words::FIND} placeholder={words::FIND_PLACEHOLDER} find={find_choices} {onchoose}
                text={(*typed).clone()} {ontyped} {oncurrent} silent=true />
            <p class="find-count">
                <span role="status">{ count }</span>
                <span class="hint">{ words::FIND_HELP }</span>
            </p>
            <button type="button" class="icon-button find-close" aria-label={hopscope_view::text::ui_shell::CLOSE}
                title={hopscope_view::text::ui_shell::CLOSE} {onclick}>{ icon("close", 18) }</button>
        </div>
    }
}

/// Goes to a place: the component as large as it fits, the row in the inspector, the flow in the dock.
fn go(
    ui: &UiCtx,
    session: &SessionCtx,
    scene: &SceneCtx,
    view: &ViewCtx,
    play: Option<&PlayCtx>,
    found: &Found,
) {
    if let (Some(flow), Some(play)) = (&found.flow, play) {
        ui.dispatch.emit(UiAction::Setup(None));
        ui.lens(Lens::Flow);
        play.dispatch.emit(PlayAction::Choose(Some(flow.clone().into())));
        return;
    }
    let Some(id) = &found.node else { return };
    let rects = drawn(session, scene, found).into_iter().filter_map(|id| scene.0.layout.rect(&id));
    if let Some(rect) = rects.reduce(|a, b| a.union(&b)) {
        view.0.fit(rect.grown(96.0));
    }
    let table = scene.0.layout.rect(id).is_none();
    if let Some(field) = &found.field {
        aim_at(id, field);
    }
    if found.field.is_some() || table {
        session.dispatch.emit(Intent::Select { ids: vec![id.clone()] });
        ui.dispatch.emit(UiAction::Inspector(true));
    } else {
        go_to(ui, session, &scene.0, &view.0, id);
    }
}

/// Rings round what was found.
pub fn rings(finding: Option<&Finding>, scene: &SceneCtx) -> Html {
    let Some(finding) = finding else { return html! {} };
    let ring = |id: &Id, class: &'static str| {
        let rect = scene.0.layout.rect(id)?.grown(5.0);
        Some(html! {
            <rect {class} data-found={id.to_string()} x={num(rect.x)} y={num(rect.y)} width={num(rect.w)}
                height={num(rect.h)} rx="11" />
        })
    };
    html! {
        <g class="found-layer" aria-hidden="true">
            { for finding.rings.iter().filter_map(|id| ring(id, "found")) }
            { for finding.at.iter().filter_map(|id| ring(id, "found found-at")) }
        </g>
    }
}
