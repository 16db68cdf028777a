//! Mouse, pen and touch on the map.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use gloo::timers::callback::Timeout;
use hopscope_aws::{Flow, Id, NoteKind, Shape};
use hopscope_editor::Intent;
use hopscope_layout::{Point, Rect};
use hopscope_view::Atlas;
use web_sys::Element;
use yew::prelude::*;

use super::gesture::{Drag, Gesture, Landing, SLOP, origin, resized, snap};
use super::hit::{Hit, is_end};
use super::{Shown, Sketch, ViewCtx, menu, notes};
use crate::state::{Dialog, Drawer, End, InPlace, SceneCtx, SessionCtx, Tool, UiAction, UiCtx};

/// How long a finger rests before the menu opens, milliseconds.
const REST: u32 = 500;

/// Pointers that are down, and what they do.
#[derive(Debug, Default)]
pub struct Pointer {
    gesture: Gesture,
    down: Vec<(i32, f64, f64)>,
    /// A finger that rests opens the menu.
    rest: Option<Timeout>,
    /// It has: what follows is no click.
    rested: Rc<Cell<bool>>,
}

/// What the pointer can reach.
#[derive(Clone)]
pub struct Hands {
    /// The workbench.
    pub ui: UiCtx,
    /// The document.
    pub session: SessionCtx,
    /// The map.
    pub scene: Rc<Atlas>,
    /// The view.
    pub view: ViewCtx,
    /// What of the map is in the document.
    pub shown: Shown,
    /// The chosen flow.
    pub flow: Option<Arc<Flow>>,
    /// What is drawn on top.
    pub sketch: UseStateSetter<Sketch>,
    /// The same as it is now.
    pub sketched: Sketch,
}

fn client(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

fn far(a: (f64, f64), b: (f64, f64)) -> bool {
    (a.0 - b.0).hypot(a.1 - b.1) > SLOP
}

impl Hands {
    fn draw(&self, sketch: Sketch) {
        if sketch != self.sketched {
            self.sketch.set(sketch);
        }
    }

    fn world(&self, at: (f64, f64)) -> Point {
        self.view.0.world(at.0, at.1)
    }

    fn edit(&self, intent: Intent) {
        self.session.dispatch.emit(intent);
    }

    fn ask(&self, action: UiAction) {
        self.ui.dispatch.emit(action);
    }

    /// A click: what the tool does with what was hit.
    fn click(&self, hit: &Hit, more: bool, at: (f64, f64)) {
        let document = self.session.session.document();
        if let Some(end) = self.ui.ui.pick {
            let Some(value) = hit
                .id
                .clone()
                .filter(|id| is_end(document, id))
                .map(|id| id.to_string())
                .or_else(|| hit.outside.then(|| "internet".to_owned()))
            else {
                return;
            };
            self.pick(end, value);
            return;
        }
        match &self.ui.ui.tool {
            Tool::Place(kind) => self.place(kind, hit),
            Tool::Connect(None) => {
                if let Some(id) = &hit.id {
                    self.ask(UiAction::Tool(Tool::Connect(Some(id.clone()))));
                }
            }
            Tool::Connect(Some(from)) => {
                if let Some(to) = hit.id.as_ref().filter(|to| *to != from) {
                    self.ask(UiAction::Dialog(Some(Dialog::Offer(from.clone(), to.clone()))));
                }
            }
            Tool::Note(kind) => {
                let scene = SceneCtx(Rc::clone(&self.scene));
                notes::place(&self.ui, &self.session, &scene, *kind, hit.id.as_ref(), self.world(at));
            }
            Tool::Select | Tool::Hand | Tool::Marquee => self.select(hit.id.clone(), more),
        }
    }

    fn place(&self, kind: &'static str, hit: &Hit) {
        let document = self.session.session.document();
        if let Err(reason) = hopscope_editor::place::placement(document, kind, hit.id.as_ref()) {
            self.ask(UiAction::Say(reason.into()));
            return;
        }
        // Without a place the layout keeps everything apart; it can be moved afterwards.
        self.edit(Intent::Place {
            kind: kind.to_owned(),
            parent: hit.id.clone(),
            zone: hit.zone.clone(),
            at: None,
        });
        // Cards are often placed several times in a row; boxes and tables want their next act.
        let again = hopscope_aws::spec(kind).is_some_and(|spec| spec.shape == Shape::Card);
        if !again {
            self.ask(UiAction::Tool(Tool::Select));
        }
    }

    /// Sets an end of the chosen flow.
    fn pick(&self, end: End, value: String) {
        self.ask(UiAction::Pick(None));
        self.session.set_end(self.flow.as_deref(), end, value);
    }

    fn select(&self, id: Option<Id>, more: bool) {
        let now = self.session.session.selection();
        let ids = match id {
            None if more => return,
            None => Vec::new(),
            Some(id) if more && now.contains(&id) => {
                now.iter().filter(|other| **other != id).cloned().collect()
            }
            Some(id) if more => now.iter().cloned().chain([id]).collect(),
            Some(id) => vec![id],
        };
        self.edit(Intent::Select { ids });
    }
}

impl Pointer {
    /// Pressed.
    pub fn down(&mut self, hands: &Hands, event: &PointerEvent) {
        let hit = Hit::of(event.target());
        if hit.floating {
            return;
        }
        let at = client(event);
        self.down.retain(|(id, ..)| *id != event.pointer_id());
        self.down.push((event.pointer_id(), at.0, at.1));
        self.rest = None;
        self.rested.set(false);
        if event.pointer_type() == "touch" && self.down.len() == 1 {
            let (hands, hit, rested) = (hands.clone(), hit.clone(), Rc::clone(&self.rested));
            self.rest = Some(Timeout::new(REST, move || {
                rested.set(true);
                menu::open(&hands, &hit, at);
            }));
        }
        if let [(_, ax, ay), (_, bx, by)] = self.down.as_slice() {
            self.gesture = Gesture::Pinch {
                distance: (ax - bx).hypot(ay - by).max(1.0),
                middle: ((ax + bx) / 2.0, (ay + by) / 2.0),
            };
            return;
        }
        if !matches!(event.button(), 0 | 1) {
            return;
        }
        let on_button = event
            .target()
            .and_then(|target| wasm_bindgen::JsCast::dyn_into::<Element>(target).ok())
            .is_some_and(|target| target.closest("button, a, input, textarea").ok().flatten().is_some());
        if on_button {
            return;
        }
        if hands.ui.ui.in_place.is_some() {
            hands.ask(UiAction::InPlace(None));
        }
        let more = event.shift_key() || event.ctrl_key() || event.meta_key();
        let touch = event.pointer_type() == "touch";
        let choosing = hands.ui.ui.pick.is_some()
            || matches!(hands.ui.ui.tool, Tool::Place(_) | Tool::Connect(_) | Tool::Note(_));
        let hand = hands.ui.ui.tool == Tool::Hand && hands.ui.ui.pick.is_none();
        self.gesture = if event.button() == 1 || hand || hands.view.0.space.get() {
            Gesture::Pan { last: at, moved: false, click: event.button() == 0 }
        } else if choosing {
            Gesture::Pan { last: at, moved: false, click: true }
        } else if let Some((id, edge)) = hit.handle {
            match frame(&hands.scene, &id) {
                Some(frame) => Gesture::Resize { id, edge, from: hands.world(at), frame },
                None => Gesture::Rest,
            }
        } else if let Some(from) = hit.port {
            Gesture::Line { from }
        } else if let Some(id) = hit.id.filter(|id| hit.zone.is_none() || hands.scene.container(id).is_none())
        {
            // A finger moves the map unless what it touches is selected already.
            if hands.ui.ui.tool == Tool::Marquee {
                Gesture::Marquee { from: hands.world(at) }
            } else if touch && !hands.session.session.selection().contains(&id) {
                Gesture::Pan { last: at, moved: false, click: true }
            } else {
                Gesture::Press { id, at, more }
            }
        } else if event.shift_key() || hands.ui.ui.tool == Tool::Marquee {
            Gesture::Marquee { from: hands.world(at) }
        } else {
            Gesture::Pan { last: at, moved: false, click: true }
        };
        if self.gesture != Gesture::Rest
            && let Some(root) = hands.view.0.root.cast::<Element>()
        {
            // Refused only for pointers that are gone.
            let _ = root.set_pointer_capture(event.pointer_id());
        }
    }

    /// Moved.
    pub fn moved(&mut self, hands: &Hands, event: &PointerEvent) {
        let at = client(event);
        let id = event.pointer_id();
        hands.view.0.pointer.set(Some(at));
        if self.rested.get() {
            return;
        }
        if self.down.iter().any(|(known, x, y)| *known == id && far((*x, *y), at)) {
            self.rest = None;
        }
        if let Some(down) = self.down.iter_mut().find(|(known, ..)| *known == id) {
            (down.1, down.2) = at;
        }
        let document = hands.session.session.document();
        match &mut self.gesture {
            Gesture::Rest => {
                let choosy = hands.ui.ui.pick.is_some()
                    || matches!(hands.ui.ui.tool, Tool::Place(_) | Tool::Connect(_));
                let over = if choosy { Hit::of(event.target()).id } else { None };
                hands.draw(Sketch { over, ..Sketch::default() });
            }
            Gesture::Pan { last, moved, .. } => {
                if *moved || far(*last, at) {
                    if !*moved {
                        hands.draw(Sketch { panning: true, ..Sketch::default() });
                    }
                    *moved = true;
                    hands.view.0.pan(at.0 - last.0, at.1 - last.1);
                    *last = at;
                }
            }
            Gesture::Pinch { distance, middle } => {
                if let [(_, ax, ay), (_, bx, by)] = self.down.as_slice() {
                    let now = (ax - bx).hypot(ay - by).max(1.0);
                    let here = ((ax + bx) / 2.0, (ay + by) / 2.0);
                    hands.view.0.pan(here.0 - middle.0, here.1 - middle.1);
                    hands.view.0.zoom_at(now / *distance, here.0, here.1);
                    (*distance, *middle) = (now, here);
                }
            }
            Gesture::Press { id, at: start, .. } => {
                if far(*start, at) {
                    let from = hands.world(*start);
                    let selection = hands.session.session.selection();
                    let id = id.clone();
                    if !selection.contains(&id) {
                        hands.edit(Intent::Select { ids: vec![id.clone()] });
                    }
                    self.gesture = match Drag::start(&hands.scene, selection, &id, from) {
                        Some(drag) => Gesture::Drag(drag),
                        None => Gesture::Rest,
                    };
                }
            }
            Gesture::Drag(drag) => {
                let to = hands.world(at);
                if let Some(intent) = drag.move_to(document, &hands.scene, to) {
                    hands.edit(intent);
                    hands.draw(Sketch::default());
                } else {
                    let ghost = drag.rect.moved(to.x - drag.from.x, to.y - drag.from.y);
                    let target = match &drag.landing {
                        Landing::Inside(id) => Some(id.clone()),
                        Landing::Zone(_) | Landing::Beyond(_) | Landing::Here => None,
                    };
                    hands.draw(Sketch { ghost: Some(ghost), target, ..Sketch::default() });
                }
            }
            Gesture::Resize { id, edge, from, frame } => {
                let to = hands.world(at);
                let frame = resize_of(&hands.scene, id, *frame, edge, (to.x - from.x, to.y - from.y));
                hands.edit(Intent::Resize { id: id.clone(), frame, coalesce: true });
            }
            Gesture::Line { from } => {
                let Some(rect) = hands.scene.layout.rect(from) else { return };
                let start = Point::new(rect.right(), rect.center().y);
                let over = under(event).id.filter(|id| id != from);
                let fits = over.filter(|to| hopscope_editor::connect::offers(document, from, to).is_ok());
                hands.draw(Sketch {
                    line: Some((start, hands.world(at))),
                    target: fits,
                    ..Sketch::default()
                });
            }
            Gesture::Marquee { from } => {
                let marquee = Some(corners(*from, hands.world(at)));
                hands.draw(Sketch { marquee, ..Sketch::default() });
            }
        }
    }

    /// Released.
    pub fn up(&mut self, hands: &Hands, event: &PointerEvent) {
        self.down.retain(|(id, ..)| *id != event.pointer_id());
        let at = client(event);
        self.rest = None;
        if self.rested.replace(false) {
            self.gesture = Gesture::Rest;
        }
        match std::mem::take(&mut self.gesture) {
            Gesture::Pan { moved: false, click: true, .. } => {
                hands.click(&under(event), event.shift_key(), at);
            }
            Gesture::Press { id, more: false, .. }
                if hands.ui.ui.tool == Tool::Select && under(event).space.is_some() =>
            {
                let block = under(event).space.unwrap_or_default();
                hands.edit(Intent::Select { ids: vec![id.clone()] });
                hands.ask(UiAction::Dialog(Some(Dialog::Space(id, block))));
            }
            Gesture::Press { id, more, .. } => {
                hands.click(&Hit { id: Some(id.clone()), ..Hit::default() }, more, at);
                // At once: what a double click opens takes the keyboard afterwards.
                crate::browser::focus(&crate::browser::node_selector(&id));
            }
            Gesture::Drag(drag) => drag.end().into_iter().for_each(|intent| hands.edit(intent)),
            Gesture::Resize { .. } => hands.edit(Intent::EndGesture),
            Gesture::Line { from } => {
                if let Some(to) = under(event).id.filter(|to| *to != from) {
                    hands.ask(UiAction::Dialog(Some(Dialog::Offer(from, to))));
                }
            }
            Gesture::Marquee { from } => {
                let area = corners(from, hands.world(at));
                if area.w + area.h < 2.0 {
                    hands.click(&under(event), event.shift_key(), at);
                } else {
                    let inside = |id: &&Id| hands.scene.rect(id).is_some_and(|rect| area.encloses(&rect));
                    hands.edit(Intent::Select { ids: hands.scene.ids().filter(inside).cloned().collect() });
                }
                if hands.ui.ui.tool == Tool::Marquee {
                    hands.ask(UiAction::Tool(Tool::Select));
                }
            }
            Gesture::Rest | Gesture::Pan { .. } | Gesture::Pinch { .. } => {}
        }
        hands.draw(Sketch::default());
    }

    /// The browser took the pointer away.
    pub fn cancelled(&mut self, hands: &Hands, event: &PointerEvent) {
        self.down.retain(|(id, ..)| *id != event.pointer_id());
        self.rest = None;
        if matches!(self.gesture, Gesture::Drag(_) | Gesture::Resize { .. }) {
            hands.edit(Intent::EndGesture);
        }
        self.gesture = Gesture::Rest;
        hands.draw(Sketch::default());
    }

    /// The pointer left the map.
    pub fn left(&mut self, hands: &Hands, _event: &PointerEvent) {
        hands.view.0.pointer.set(None);
        if self.gesture == Gesture::Rest {
            hands.draw(Sketch::default());
        }
    }
}

/// What really lies under a captured pointer.
fn under(event: &PointerEvent) -> Hit {
    at_point(event.client_x(), event.client_y())
}

pub fn at_point(x: i32, y: i32) -> Hit {
    #[allow(clippy::cast_precision_loss, reason = "pixels of a screen")]
    let (x, y) = (x as f32, y as f32);
    let element = crate::browser::page().and_then(|page| page.element_from_point(x, y));
    Hit::of(element.map(Into::into))
}

fn corners(a: Point, b: Point) -> Rect {
    Rect::new(a.x.min(b.x), a.y.min(b.y), (a.x - b.x).abs(), (a.y - b.y).abs())
}

/// The frame of a box as it is laid out.
pub fn frame(scene: &Atlas, id: &Id) -> Option<hopscope_aws::Frame> {
    let (w, h) = match scene.note(id) {
        Some(note) => note.size,
        None => scene.layout.rect(id).map(|rect| (rect.w, rect.h))?,
    };
    let (_, x, y) = origin(scene, id)?;
    Some(hopscope_aws::Frame { x, y, w, h })
}

/// A frame whose edge was moved; the end of an arrow goes anywhere.
pub fn resize_of(
    scene: &Atlas,
    id: &Id,
    frame: hopscope_aws::Frame,
    edge: &str,
    (dx, dy): (f32, f32),
) -> hopscope_aws::Frame {
    match scene.note(id).map(|note| note.kind) {
        Some(NoteKind::Arrow) => {
            hopscope_aws::Frame { w: snap(frame.w + dx), h: snap(frame.h + dy), ..frame }
        }
        // The height of a sheet follows its text.
        Some(NoteKind::Text | NoteKind::Callout) => {
            hopscope_aws::Frame { h: 0.0, ..resized(frame, "e", dx, 0.0) }
        }
        Some(NoteKind::Area) | None => resized(frame, edge, dx, dy),
    }
}

/// A double click edits what is written there; on a table's owner it opens the inspector.
pub fn double(hands: &Hands, event: &MouseEvent) {
    // The pointer was captured: the event's target is the map itself.
    let hit = at_point(event.client_x(), event.client_y());
    let Some(id) = hit.id.filter(|_| hit.zone.is_none() && hands.ui.ui.tool == Tool::Select) else { return };
    let what = match hit.edit.as_deref() {
        Some("cidr") => InPlace::Cidr(id),
        Some(_) => InPlace::Name(id),
        None if hands.scene.note(&id).is_some() => InPlace::Note(id),
        None => {
            hands.ask(UiAction::Inspector(true));
            return;
        }
    };
    if hands.ui.ui.drawer == Some(Drawer::Outline) {
        hands.ask(UiAction::Cursor(None));
    }
    hands.ask(UiAction::InPlace(Some(what)));
}
