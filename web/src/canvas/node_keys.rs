//! Keys of the component that has the keyboard on the map.

use std::rc::Rc;
use std::sync::Arc;

use hopscope_aws::{Flow, Id, NoteKind, Shape};
use hopscope_editor::Intent;
use hopscope_editor::keymap::Chord;
use hopscope_layout::Point;
use hopscope_view::Atlas;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::gesture::{GRID, neighbour, origin};
use super::hit::{Hit, is_end};
use super::pointer::{frame, resize_of};
use super::{ViewCtx, go_to, notes};
use crate::keys::{Press, Way, meant};
use crate::state::{Dialog, InPlace, Lens, SceneCtx, SessionCtx, Tool, UiAction, UiCtx};

/// What keys can reach.
#[derive(Clone)]
pub struct Keys {
    /// The workbench.
    pub ui: UiCtx,
    /// The document.
    pub session: SessionCtx,
    /// The map.
    pub scene: Rc<Atlas>,
    /// The view.
    pub view: ViewCtx,
    /// The chosen flow.
    pub flow: Option<Arc<Flow>>,
    /// Components in reading order.
    pub order: super::Order,
}

impl Keys {
    /// A key was pressed on the map.
    pub fn pressed(&self, event: &KeyboardEvent) {
        let chosen = || self.meant(event).is_some_and(|(chord, key, _)| chord.shift && key == "F10");
        let menu = event.key() == "ContextMenu" || chosen();
        let on = Hit::of(event.target());
        if menu && (on.id.is_some() || is_ground(event)) {
            super::menu::of_focused(&self.ui, &self.session, on.id.as_ref());
            event.prevent_default();
            event.stop_propagation();
            return;
        }
        if event.key() == " " && (on.id.is_some() || is_ground(event)) {
            self.view.0.space.set(true);
        }
        let acted = match Hit::of(event.target()).id {
            Some(id) => self.act(event, &id),
            None => is_ground(event) && self.act_on_ground(event),
        };
        if acted {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    /// What a key means, and whether characters act.
    fn meant(&self, event: &KeyboardEvent) -> Option<(Chord, String, bool)> {
        let key = event.key();
        let command = event.ctrl_key() || event.meta_key();
        let press = Press { key: &key, command, shift: event.shift_key(), alt: event.alt_key() };
        meant(&self.ui.ui.keymap, press, false, self.ui.ui.single_keys)
    }

    /// Places what the tool is for, and keeps the tool for cards only, as a click does.
    fn place(&self, kind: &str, parent: Option<Id>) {
        self.session.dispatch.emit(Intent::Place { kind: kind.to_owned(), parent, zone: None, at: None });
        if hopscope_aws::spec(kind).is_none_or(|spec| spec.shape != Shape::Card) {
            self.ui.dispatch.emit(UiAction::Tool(Tool::Select));
        }
    }

    /// The map itself has the keyboard, as it does while nothing is drawn yet.
    fn act_on_ground(&self, event: &KeyboardEvent) -> bool {
        let Some((chord, key, single)) = self.meant(event) else { return false };
        if chord.command || chord.alt {
            return false;
        }
        match (key.as_str(), &self.ui.ui.tool) {
            ("Enter" | " ", Tool::Place(kind)) => self.place(kind, None),
            ("Enter" | " ", Tool::Note(kind)) => self.note(*kind, None, self.view.0.middle()),
            ("Enter" | "Insert", _) => self.ui.dispatch.emit(UiAction::Dialog(Some(Dialog::AddInside(None)))),
            ("n", _) if single && !chord.shift => {
                self.ui.dispatch.emit(UiAction::Dialog(Some(Dialog::AddInside(None))))
            }
            _ => return false,
        }
        true
    }

    fn act(&self, event: &KeyboardEvent, id: &Id) -> bool {
        let Some((chord, key, single)) = self.meant(event) else { return false };
        if let Some(way) = Way::of(&key) {
            return self.arrow(event, id, way, chord.command);
        }
        if chord.command || chord.alt {
            return false;
        }
        let (single, shifted) = (single && !chord.shift, single && chord.shift);
        let ask = |action: UiAction| self.ui.dispatch.emit(action);
        let note = self.scene.note(id).is_some();
        match key.as_str() {
            // Nothing stands inside a note, and nothing is connected to one.
            "Enter" | "F2" if note => ask(UiAction::InPlace(Some(InPlace::Note(id.clone())))),
            "Insert" | "n" | "c" | "m" | "M" if note => return false,
            "Home" | "End" => {
                let to = if key == "Home" { self.order.all().first() } else { self.order.all().last() };
                if let Some(to) = to {
                    self.go(to);
                }
            }
            "Enter" | " " => self.enter(id, &key),
            "Insert" => ask(UiAction::Dialog(Some(Dialog::AddInside(Some(id.clone()))))),
            "n" if single => ask(UiAction::Dialog(Some(Dialog::AddInside(Some(id.clone()))))),
            "c" if single => ask(UiAction::Dialog(Some(Dialog::ConnectTo(id.clone())))),
            "m" | "M" if shifted => ask(UiAction::Dialog(Some(Dialog::MoveTo(id.clone())))),
            "F2" => ask(UiAction::InPlace(Some(InPlace::Name(id.clone())))),
            "Delete" | "Backspace" => self.delete(id),
            _ => return false,
        }
        true
    }

    fn go(&self, id: &Id) {
        go_to(&self.ui, &self.session, &self.scene, &self.view.0, id);
    }

    fn arrow(&self, event: &KeyboardEvent, id: &Id, way: Way, command: bool) -> bool {
        let (ux, uy) = way.unit();
        if event.alt_key() {
            if event.shift_key() {
                // Several are aligned, wherever the keyboard is.
                if self.session.session.selection().len() > 1 {
                    return false;
                }
                let sized = self.scene.container(id).is_some() || self.scene.note(id).is_some();
                let Some(now) = frame(&self.scene, id).filter(|_| sized) else {
                    return true;
                };
                let frame = resize_of(&self.scene, id, now, "se", (ux * GRID, uy * GRID));
                self.session.dispatch.emit(Intent::Resize { id: id.clone(), frame, coalesce: true });
            } else {
                let selection = self.session.session.selection();
                let moving = if selection.contains(id) { selection.to_vec() } else { vec![id.clone()] };
                let origins = moving.iter().filter_map(|id| origin(&self.scene, id)).collect();
                self.session.dispatch.emit(Intent::Nudge { origins, dx: ux * GRID, dy: uy * GRID });
            }
            return true;
        }
        if event.shift_key() && self.ui.ui.lens == Lens::Flow {
            // Stepping through a flow.
            return false;
        }
        let next = if command {
            neighbour(&self.scene, id, way)
        } else {
            let order = self.order.all();
            let at = order.iter().position(|other| other == id).unwrap_or(0);
            let forward = matches!(way, Way::Right | Way::Down);
            let to = if forward { Some(at + 1) } else { at.checked_sub(1) };
            to.and_then(|to| order.get(to)).cloned()
        };
        match next {
            Some(next) if event.shift_key() => self.extend(id, &next),
            Some(next) => self.go(&next),
            None => {}
        }
        true
    }

    /// Goes on and keeps what is selected; going back over it lets go of it again.
    fn extend(&self, from: &Id, to: &Id) {
        let now = self.session.session.selection();
        let mut ids: Vec<Id> = if now.contains(from) { now.to_vec() } else { vec![from.clone()] };
        if ids.contains(to) {
            ids.retain(|id| id != from);
        } else {
            ids.push(to.clone());
        }
        self.session.dispatch.emit(Intent::Select { ids });
        self.ui.dispatch.emit(UiAction::Cursor(Some(to.clone())));
        if let Some(rect) = self.scene.rect(to) {
            self.view.0.reveal(rect);
            crate::browser::focus_soon(crate::browser::node_selector(to));
        }
    }

    /// Does what the tool is for; without a tool, Enter adds inside and Space selects.
    fn enter(&self, id: &Id, key: &str) {
        let ask = |action: UiAction| self.ui.dispatch.emit(action);
        if let Some(end) = self.ui.ui.pick {
            if is_end(self.session.session.document(), id) {
                ask(UiAction::Pick(None));
                self.session.set_end(self.flow.as_deref(), end, id.to_string());
            }
            return;
        }
        match &self.ui.ui.tool {
            Tool::Place(kind) => self.place(kind, Some(id.clone())),
            Tool::Connect(None) => ask(UiAction::Tool(Tool::Connect(Some(id.clone())))),
            Tool::Connect(Some(from)) if from != id => {
                ask(UiAction::Dialog(Some(Dialog::Offer(from.clone(), id.clone()))));
            }
            Tool::Connect(Some(_)) => {}
            Tool::Note(kind) => {
                let rect = self.scene.rect(id).unwrap_or_default();
                self.note(*kind, Some(id), Point::new(rect.x + GRID, rect.bottom() + GRID));
            }
            Tool::Select | Tool::Hand | Tool::Marquee if key == " " => {
                self.session.dispatch.emit(Intent::Select { ids: vec![id.clone()] });
            }
            Tool::Select | Tool::Hand | Tool::Marquee => {
                ask(UiAction::Dialog(Some(Dialog::AddInside(Some(id.clone())))));
            }
        }
    }

    fn note(&self, kind: NoteKind, on: Option<&Id>, at: Point) {
        let scene = SceneCtx(Rc::clone(&self.scene));
        notes::place(&self.ui, &self.session, &scene, kind, on, at);
    }

    fn delete(&self, id: &Id) {
        let selection = self.session.session.selection();
        let ids = if selection.contains(id) { Vec::new() } else { vec![id.clone()] };
        // The keyboard goes to what contained it rather than nowhere.
        let parent = self.scene.layout.items.get(id).and_then(|item| item.parent.clone());
        self.session.dispatch.emit(Intent::Delete { ids });
        match parent {
            Some(parent) => {
                self.ui.dispatch.emit(UiAction::Cursor(Some(parent.clone())));
                crate::browser::focus_soon(crate::browser::node_selector(&parent));
            }
            None => crate::browser::focus_soon("#map"),
        }
    }
}

/// Whether a key was pressed on the map itself, not on a button or a field that stands on it.
fn is_ground(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|on| on.id() == "map")
}
