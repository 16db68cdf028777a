//! Keys that act wherever the keyboard is.

use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use hopscope_aws::Id;
use hopscope_editor::Intent;
use hopscope_view::text::editing as words;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, KeyboardEvent};
use yew::prelude::*;

use crate::browser;
use crate::canvas::{ViewCtx, container_at, laid};
use crate::chrome::rail::GROUPS;
use crate::keys::{Ask, Press, ask_by};
use crate::state::{Dialog, Drawer, Finding, Lens, PlayAction, SceneCtx, SessionCtx, Tool, UiAction, UiCtx};

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

/// Whether the map has the keyboard, or nothing has.
fn on_map(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|on| {
        on.tag_name().eq_ignore_ascii_case("body") || on.closest("#map").ok().flatten().is_some()
    })
}

fn pressed(context: &Context, event: &KeyboardEvent) {
    if event.default_prevented() || event.is_composing() {
        return;
    }
    let mut key = event.key();
    // With Alt some keyboards write other letters than those on the keys.
    if event.alt_key()
        && let Some(letter) = event.code().strip_prefix("Key")
    {
        key = letter.to_lowercase();
    }
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
    // Once there is nothing on the map to back out of, the selection goes.
    if ask == Ask::Back && context.ui.ui.is_at_rest() && on_map(event) {
        context.session.dispatch.emit(Intent::Select { ids: Vec::new() });
    }
    if perform(context, ask) {
        event.prevent_default();
    }
}

/// The VPC that is selected or holds what is; the only one where nothing is.
fn vpc_of(context: &Context) -> Option<Id> {
    let document = context.session.session.document();
    let is_vpc = |id: &&Id| document.node(id).is_some_and(|node| node.kind() == "vpc");
    let selected = context.session.session.selection().last();
    if let Some(id) = selected {
        let around = || document.enclosing(id, "vpc").map(|vpc| vpc.id.clone());
        return selected.filter(is_vpc).cloned().or_else(around);
    }
    let mut all = document.nodes.keys().filter(is_vpc);
    all.next().cloned().filter(|_| all.next().is_none())
}

/// Does what was asked. Whether something was done.
pub fn perform(context: &Context, ask: Ask) -> bool {
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
        Ask::Note => {
            ui(UiAction::Tool(Tool::Note(hopscope_aws::NoteKind::default())));
            // A component that has the keyboard keeps it: Enter places there.
            let on_map = browser::focused().and_then(|on| on.closest("#map").ok().flatten());
            if on_map.is_none() {
                browser::focus_soon("#map");
            }
        }
        Ask::Group(index) => {
            let Some(group) = GROUPS.get(index) else { return false };
            let drawer = Drawer::Palette(Some(group.group));
            ui(UiAction::Drawer((state.drawer != Some(drawer)).then_some(drawer)));
            browser::focus_soon(".drawer input");
        }
        Ask::Find if context.session.session.document().nodes.is_empty() => {
            return perform(context, Ask::Add);
        }
        Ask::Find => {
            if state.find.is_none() {
                ui(UiAction::Find(Some(Finding { rings: Rc::new([]), at: Rc::new([]) })));
            }
            browser::focus_soon(".find-bar input");
        }
        Ask::Marquee => ui(UiAction::Tool(Tool::Marquee)),
        Ask::Arrange(how) => {
            let laid = laid(&context.scene.0, context.session.session.selection());
            if laid.len() < 2 {
                return false;
            }
            edit(Intent::Arrange { how, laid });
        }
        Ask::Tidy => {
            let moved: Vec<_> = context.session.session.document().frames.keys().cloned().collect();
            edit(Intent::Straighten { laid: laid(&context.scene.0, &moved) });
        }
        Ask::TidyAll => edit(Intent::Tidy { id: None }),
        Ask::SameKind => {
            let ids = hopscope_editor::arrange::same_kind(
                context.session.session.document(),
                context.session.session.selection(),
            );
            let ids = ids.into_iter().filter(|id| context.scene.0.rect(id).is_some()).collect();
            edit(Intent::Select { ids });
        }
        Ask::Space => match vpc_of(context) {
            Some(vpc) => ui(UiAction::Dialog(Some(Dialog::Space(vpc, String::new())))),
            None => ui(UiAction::Say(words::SPACE_SELECT.into())),
        },
        Ask::Split => edit(Intent::Split { id: None }),
        Ask::Join => edit(Intent::Join { id: None }),
        Ask::Delete => edit(Intent::Delete { ids: Vec::new() }),
        Ask::Add => {
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
        Ask::Text => {
            let open = state.drawer != Some(Drawer::Text);
            ui(UiAction::Drawer(open.then_some(Drawer::Text)));
            if open {
                browser::focus_soon(".text-field");
            }
        }
        Ask::Fit => view.fit_all(),
        Ask::FitSelection => {
            let rect = context
                .session
                .session
                .selection()
                .iter()
                .filter_map(|id| context.scene.0.rect(id))
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
        Ask::All => edit(Intent::Select { ids: context.scene.0.ids().cloned().collect() }),
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
    // Where something is selected it goes there; else where the pointer is.
    let under = || context.view.0.under().and_then(|at| container_at(&context.scene.0, at, &[]));
    let parent = if context.session.session.selection().is_empty() { under() } else { None };
    context.session.dispatch.emit(Intent::Paste { text, parent });
}
