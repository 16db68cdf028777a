//! The context menu of the map: performs what its entries promise.

use hopscope_aws::Id;
use hopscope_editor::Intent;
use hopscope_view::text::editing as words;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::menu_entries::{entries, looks};
use super::popup_menu::PopupMenu;
use crate::browser;
use crate::canvas::{ViewCtx, go_to};
use crate::keys::Ask;
use crate::panels::aim_at;
use crate::state::{
    Banner, Dialog, End, InPlace, MenuAt, MenuTarget, PlayCtx, SceneCtx, SessionCtx, UiAction, UiCtx,
};
use crate::workbench::hotkeys::{Context, perform};

/// Properties of [`ContextMenu`].
#[derive(Properties, PartialEq)]
pub struct ContextMenuProps {
    /// What it is for, and where.
    pub at: MenuAt,
}

/// The menu.
#[component]
pub fn ContextMenu(props: &ContextMenuProps) -> Html {
    let ui = use_context::<UiCtx>();
    let session = use_context::<SessionCtx>();
    let scene = use_context::<SceneCtx>();
    let view = use_context::<ViewCtx>();
    let play = use_context::<PlayCtx>();
    let (Some(ui), Some(session), Some(SceneCtx(scene)), Some(view), Some(play)) =
        (ui, session, scene, view, play)
    else {
        return html! {};
    };
    let MenuAt { target, x, y } = props.at.clone();
    let (label, mut entries) = entries(session.session.document(), session.session.selection(), &target);
    // Nothing is changed in what is only looked at.
    if session.session.is_read_only() {
        entries.retain(|entry| looks(entry.key));
    }
    let onclose = {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| dispatch.emit(UiAction::Dialog(None)))
    };
    let onchoose = {
        let context = Context {
            session: session.clone(),
            ui: ui.clone(),
            play: play.dispatch.clone(),
            speed: play.speed,
            view: view.clone(),
            scene: SceneCtx(scene.clone()),
        };
        Callback::from(move |key: &'static str| choose(&context, &target, key))
    };
    html! { <PopupMenu key={format!("{x}/{y}")} {label} at={(x, y)} {entries} {onchoose} {onclose} /> }
}

fn choose(context: &Context, target: &MenuTarget, key: &'static str) {
    let ask = |action: UiAction| context.ui.dispatch.emit(action);
    let edit = |intent: Intent| context.session.dispatch.emit(intent);
    let select = |id: &Id| go_to(&context.ui, &context.session, &context.scene.0, &context.view.0, id);
    if let Some(wanted) = Ask::named(key) {
        perform(context, wanted);
        return;
    }
    match (key, target) {
        ("add", _) => ask(UiAction::Dialog(Some(Dialog::AddInside(None)))),
        ("paste", target) => {
            let parent = match target {
                MenuTarget::Node(id) => Some(id.clone()),
                _ => None,
            };
            paste(context, parent);
        }
        (_, MenuTarget::Node(id)) => of_node(context, key, id),
        ("go-by", MenuTarget::Wire { by: Some(by), .. }) => {
            select(by);
            ask(UiAction::Inspector(true));
        }
        ("delete-by", MenuTarget::Wire { by: Some(by), .. }) => {
            edit(Intent::Delete { ids: vec![by.clone()] })
        }
        ("route", MenuTarget::Wire { by: Some(by), row: Some(row), .. }) => {
            aim_at(by, &format!("routes/{row}"));
            edit(Intent::Select { ids: vec![by.clone()] });
            ask(UiAction::Inspector(true));
        }
        ("delete-route", MenuTarget::Wire { by: Some(by), row: Some(row), .. }) => {
            edit(Intent::DeleteRow { id: by.clone(), key: "routes".to_owned(), row: *row });
        }
        _ => {}
    }
}

fn of_node(context: &Context, key: &str, id: &Id) {
    let ask = |action: UiAction| context.ui.dispatch.emit(action);
    let edit = |intent: Intent| context.session.dispatch.emit(intent);
    let drawn = context.scene.0.layout.rect(id).is_some();
    match key {
        "rename" if drawn => ask(UiAction::InPlace(Some(InPlace::Name(id.clone())))),
        "rename" => {
            ask(UiAction::Inspector(true));
            browser::focus_soon(".inspector-name");
        }
        "write" => ask(UiAction::InPlace(Some(InPlace::Note(id.clone())))),
        "block" => ask(UiAction::InPlace(Some(InPlace::Cidr(id.clone())))),
        "inside" => ask(UiAction::Dialog(Some(Dialog::AddInside(Some(id.clone()))))),
        "connect" => ask(UiAction::Dialog(Some(Dialog::ConnectTo(id.clone())))),
        "move" => ask(UiAction::Dialog(Some(Dialog::MoveTo(id.clone())))),
        "space" => ask(UiAction::Dialog(Some(Dialog::Space(id.clone(), String::new())))),
        "send-from" | "send-to" => {
            let end = if key == "send-from" { End::From } else { End::To };
            context.session.set_end(None, end, id.to_string());
        }
        "tidy-inside" => edit(Intent::Tidy { id: Some(id.clone()) }),
        "inspect" => ask(UiAction::Inspector(true)),
        _ => {}
    }
}

/// Pastes what the clipboard holds, if the browser lets the page read it.
fn paste(context: &Context, parent: Option<Id>) {
    let context = context.clone();
    spawn_local(async move {
        match browser::pasted().await {
            Some(text) => context.session.dispatch.emit(Intent::Paste { text, parent }),
            None => context.ui.dispatch.emit(UiAction::Banner(Some(Banner {
                text: words::PASTE_BY_KEYS.into(),
                act: None,
                calm: true,
                details: Vec::new(),
            }))),
        }
    });
}
