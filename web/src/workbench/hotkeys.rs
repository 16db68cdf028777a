//! Keys that act wherever the keyboard is.

use gloo::events::{EventListener, EventListenerOptions};
use hopscope_editor::Intent;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, KeyboardEvent};
use yew::prelude::*;

use crate::browser;
use crate::canvas::ViewCtx;
use crate::chrome::rail::GROUPS;
use crate::keys::{Ask, Press, ask_by};
use crate::state::{Dialog, Drawer, Lens, PlayAction, SceneCtx, SessionCtx, Tool, UiAction, UiCtx};

/// What hotkeys can reach.
#[derive(Clone, PartialEq)]
pub struct Context {
    /// The document.
    pub session: SessionCtx,
    /// The workbench.
    pub ui: UiCtx,
    /// The player.
    pub play: Callback<PlayAction>,
    /// Its speed.
    pub speed: f64,
    /// The view.
    pub view: ViewCtx,
    /// The map.
    pub scene: SceneCtx,
}

/// Listens while the workbench is shown.
#[hook]
pub fn use_hotkeys(context: Context) {
    let latest = use_mut_ref(|| context.clone());
    latest.replace(context);
    use_effect_with((), move |()| {
        let mut listeners = Vec::new();
        if let Some(page) = browser::page() {
            let keys = latest.clone();
            let options = EventListenerOptions::enable_prevent_default();
            listeners.push(EventListener::new_with_options(&page, "keydown", options, move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                    pressed(&keys.borrow(), event);
                }
            }));
            listeners.push(EventListener::new_with_options(&page, "paste", options, move |event| {
                if let Some(event) = event.dyn_ref::<ClipboardEvent>() {
                    pasted(&latest.borrow(), event);
                }
            }));
        }
        move || drop(listeners)
    });
}

fn target_is_text(event: &Event) -> bool {
    event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|e| browser::is_text(&e))
}

fn pressed(context: &Context, event: &KeyboardEvent) {
    if event.default_prevented() || event.is_composing() {
        return;
    }
    let key = event.key();
    let press = Press {
        key: &key,
        command: event.ctrl_key() || event.meta_key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
    };
    let typing = target_is_text(event);
    let Some(ask) = ask_by(&context.ui.ui.keymap, press, typing, context.ui.ui.single_keys) else { return };
    // A dialog has the page to itself; it closes with Escape on its own.
    if context.ui.ui.dialog.is_some() && ask != Ask::Commands {
        return;
    }
    // Text that is selected on the page is what Control C means.
    let selected_text = || {
        browser::window()
            .and_then(|window| window.get_selection().ok().flatten())
            .is_some_and(|selection| !selection.is_collapsed())
    };
    if matches!(ask, Ask::Copy | Ask::Cut) && selected_text() {
        return;
    }
    if perform(context, ask) {
        event.prevent_default();
    }
}

/// Whether something was done.
fn perform(context: &Context, ask: Ask) -> bool {
    let ui = |action: UiAction| context.ui.dispatch.emit(action);
    let edit = |intent: Intent| context.session.dispatch.emit(intent);
    let state = &context.ui.ui;
    let view = &context.view.0;
    match ask {
        Ask::Commands => ui(UiAction::Dialog(match state.dialog {
            Some(Dialog::Commands) => None,
            _ => Some(Dialog::Commands),
        })),
        Ask::Undo => edit(Intent::Undo),
        Ask::Redo => edit(Intent::Redo),
        Ask::Save => edit(Intent::Download),
        Ask::Shortcuts => ui(UiAction::Dialog(Some(Dialog::Shortcuts))),
        Ask::Settings => ui(UiAction::Dialog(Some(Dialog::Settings))),
        Ask::Back => {
            ui(UiAction::Back);
            return false;
        }
        Ask::Select => ui(UiAction::Tool(Tool::Select)),
        Ask::Hand => ui(UiAction::Tool(Tool::Hand)),
        Ask::Connect => {
            let from = match context.session.session.selection().as_slice() {
                [id] => Some(id.clone()),
                _ => None,
            };
            ui(UiAction::Tool(Tool::Connect(from)));
        }
        Ask::Group(index) => {
            let Some(group) = GROUPS.get(index) else { return false };
            let drawer = Drawer::Palette(Some(group.group));
            ui(UiAction::Drawer((state.drawer != Some(drawer)).then_some(drawer)));
            browser::focus_soon(".drawer input");
        }
        Ask::Find => {
            ui(UiAction::Drawer(Some(Drawer::Palette(None))));
            browser::focus_soon(".drawer input");
        }
        Ask::Outline => {
            let open = state.drawer != Some(Drawer::Outline);
            ui(UiAction::Drawer(open.then_some(Drawer::Outline)));
            if open {
                browser::focus_soon(".drawer [role=treeitem][tabindex=\"0\"]");
            }
        }
        Ask::Fit => view.fit_all(),
        Ask::FitSelection => {
            let rect = context
                .session
                .session
                .selection()
                .iter()
                .filter_map(|id| context.scene.0.layout.rect(id))
                .reduce(|a, b| a.union(&b));
            if let Some(rect) = rect {
                view.fit(rect);
            }
        }
        Ask::ZoomIn => view.zoom(1.25),
        Ask::ZoomOut => view.zoom(0.8),
        Ask::Build => context.ui.lens(Lens::Build),
        Ask::Flow => context.ui.lens(Lens::Flow),
        Ask::Inspector => ui(UiAction::Inspector(!state.inspector)),
        Ask::Dock => ui(UiAction::Dock(!state.dock)),
        Ask::Toggle => {
            if state.lens != Lens::Flow {
                context.ui.lens(Lens::Flow);
            }
            context.play.emit(PlayAction::Toggle);
        }
        Ask::Step(by) => context.play.emit(PlayAction::Step(by)),
        Ask::Speed(faster) => {
            let speed = if faster { context.speed * 2.0 } else { context.speed / 2.0 };
            context.play.emit(PlayAction::Speed(speed));
        }
        Ask::All => edit(Intent::Select { ids: context.scene.0.layout.items.keys().cloned().collect() }),
        Ask::Duplicate => edit(Intent::Duplicate { ids: Vec::new() }),
        Ask::Fail => edit(Intent::Fail { id: None, row: None, down: None }),
        Ask::Copy => edit(Intent::Copy { ids: Vec::new() }),
        Ask::Cut => edit(Intent::Cut { ids: Vec::new() }),
    }
    true
}

fn pasted(context: &Context, event: &ClipboardEvent) {
    if event.default_prevented() || target_is_text(event) || context.ui.ui.dialog.is_some() {
        return;
    }
    let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
    if text.trim().is_empty() {
        return;
    }
    event.prevent_default();
    context.session.dispatch.emit(Intent::Paste { text, parent: None });
}
