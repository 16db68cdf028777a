//! Keys of the component that has the keyboard on the map.

use std::rc::Rc;
use std::sync::Arc;

use hopscope_aws::{Flow, Id, Shape};
use hopscope_editor::Intent;
use hopscope_editor::keymap::Chord;
use hopscope_view::Atlas;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::gesture::{GRID, neighbour, origin, resized};
use super::hit::{Hit, is_end};
use super::pointer::frame;
use super::{ViewCtx, go_to};
use crate::keys::{Press, Way, meant};
use crate::state::{Dialog, InPlace, SessionCtx, Tool, UiAction, UiCtx};

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
        let (chord, key, single) = meant(&self.ui.ui.keymap, press, false, self.ui.ui.single_keys)?;
        let single = single && !chord.shift;
        Some((chord, key, single))
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
            ("Enter" | "Insert", _) => self.ui.dispatch.emit(UiAction::Dialog(Some(Dialog::AddInside(None)))),
            ("n", _) if single => self.ui.dispatch.emit(UiAction::Dialog(Some(Dialog::AddInside(None)))),
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
        let ask = |action: UiAction| self.ui.dispatch.emit(action);
        match key.as_str() {
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
                let Some(now) = frame(&self.scene, id).filter(|_| self.scene.container(id).is_some()) else {
                    return true;
                };
                let frame = resized(now, "se", ux * GRID, uy * GRID);
                self.session.dispatch.emit(Intent::Resize { id: id.clone(), frame, coalesce: true });
            } else {
                let selection = self.session.session.selection();
                let moving = if selection.contains(id) { selection.to_vec() } else { vec![id.clone()] };
                let origins = moving.iter().filter_map(|id| origin(&self.scene, id)).collect();
                self.session.dispatch.emit(Intent::Nudge { origins, dx: ux * GRID, dy: uy * GRID });
            }
            return true;
        }
        if event.shift_key() {
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
        if let Some(next) = next {
            self.go(&next);
        }
        true
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
            Tool::Select | Tool::Hand if key == " " => {
                self.session.dispatch.emit(Intent::Select { ids: vec![id.clone()] });
            }
            Tool::Select | Tool::Hand => ask(UiAction::Dialog(Some(Dialog::AddInside(Some(id.clone()))))),
        }
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
