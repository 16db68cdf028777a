//! Opening the context menu of what is under the pointer, or of what has the keyboard.

use std::collections::HashSet;
use std::rc::Rc;

use hopscope_aws::{Config, Id, Shape};
use hopscope_editor::Intent;
use hopscope_layout::Point;
use hopscope_view::scene::WireShape;
use hopscope_view::text::editing as words;
use yew::prelude::*;

use super::hit::Hit;
use super::pointer::{Hands, at_point};
use crate::browser;
use crate::state::{Dialog, MenuAt, MenuTarget, SessionCtx, Tool, UiAction, UiCtx};

/// How far from a line a click still means it, in pixels of the screen.
const NEAR: f64 = 7.0;

/// The browser asks for a context menu: the right button, a resting finger, or a key.
pub fn asked(hands: &Hands, event: &MouseEvent) {
    let hit = Hit::of(event.target());
    if hit.floating {
        return;
    }
    event.prevent_default();
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    // While a pointer is captured the target is the map itself.
    let hit = if hit.id.is_some() { hit } else { at_point(event.client_x(), event.client_y()) };
    open(hands, &hit, at);
}

/// Opens the menu of what was hit.
pub fn open(hands: &Hands, hit: &Hit, at: (f64, f64)) {
    if !matches!(hands.ui.ui.tool, Tool::Select | Tool::Hand | Tool::Marquee) || hands.ui.ui.pick.is_some() {
        // A tool in the hand is laid down first.
        hands.ui.dispatch.emit(UiAction::Back);
        return;
    }
    let document = hands.session.session.document();
    let container =
        |id: &Id| document.node(id).is_some_and(|node| node.config.spec().shape == Shape::Container);
    let wide = hit.id.as_ref().is_none_or(container);
    let point = hands.view.0.world(at.0, at.1);
    let line = if wide { line_at(hands, point, NEAR / hands.view.0.scale()) } else { None };
    let target = match (line, &hit.id) {
        (Some(line), _) => wire(&hands.session, &line),
        (None, Some(id)) => node(&hands.session, id),
        (None, None) => MenuTarget::Ground,
    };
    show(&hands.ui, target, at);
}

/// Opens the menu of a component that has the keyboard.
pub fn of_focused(ui: &UiCtx, session: &SessionCtx, id: Option<&Id>) {
    let rect = browser::focused().map(|element| element.get_bounding_client_rect());
    let at = rect.map_or((80.0, 80.0), |rect| {
        // Inside of it, and in the window even where it is larger than that.
        (
            rect.left().max(0.0) + (rect.width() / 2.0).min(48.0),
            rect.top().max(0.0) + (rect.height() / 2.0).min(32.0),
        )
    });
    let target = id.map_or(MenuTarget::Ground, |id| node(session, id));
    show(ui, target, at);
}

fn show(ui: &UiCtx, target: MenuTarget, at: (f64, f64)) {
    #[allow(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    let (x, y) = (at.0 as i32, at.1 as i32);
    ui.dispatch.emit(UiAction::Dialog(Some(Dialog::Menu(MenuAt { target, x, y }))));
}

/// A component, or all that is selected if it belongs to that.
fn node(session: &SessionCtx, id: &Id) -> MenuTarget {
    let selection = session.session.selection();
    if selection.len() > 1 && selection.contains(id) {
        return MenuTarget::Selection;
    }
    session.dispatch.emit(Intent::Select { ids: vec![id.clone()] });
    MenuTarget::Node(id.clone())
}

/// A line with the row of the table it is drawn for.
fn wire(session: &SessionCtx, line: &WireShape) -> MenuTarget {
    let table = line.by.as_ref().and_then(|by| session.session.document().node(by));
    let row = table.and_then(|table| match &table.config {
        Config::RouteTable(table) => {
            let leads = |target: &str| target.trim() == line.to.as_str();
            let said = table.routes.iter().position(|r| leads(&r.target) && r.destination == line.label);
            said.or_else(|| table.routes.iter().position(|route| leads(&route.target)))
        }
        _ => None,
    });
    let label = if line.name.is_empty() { words::MENU_GROUND.to_owned() } else { line.name.clone() };
    MenuTarget::Wire { by: line.by.clone(), label, row }
}

/// The line that runs nearest to a point, if it is near: of those that are shown.
fn line_at(hands: &Hands, point: Point, near: f64) -> Option<Rc<WireShape>> {
    let shown = hands.scene.visible(hands.shown.window, hands.shown.detail, &HashSet::new());
    let mut best: Option<(f64, &Rc<WireShape>)> = None;
    for line in shown.wires.iter().filter(|line| line.by.is_some()) {
        for (a, b) in line.points.iter().zip(line.points.iter().skip(1)) {
            let away = distance(point, *a, *b);
            if away <= near && best.is_none_or(|(known, _)| away < known) {
                best = Some((away, line));
            }
        }
    }
    best.map(|(_, line)| Rc::clone(line))
}

/// From a point to an axis-parallel segment.
fn distance(point: Point, a: Point, b: Point) -> f64 {
    let beyond = |value: f32, one: f32, other: f32| {
        let (low, high) = (one.min(other), one.max(other));
        f64::from((low - value).max(value - high).max(0.0))
    };
    beyond(point.x, a.x, b.x).hypot(beyond(point.y, a.y, b.y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_near_beside_itself_and_beyond_its_ends() {
        let (a, b) = (Point::new(0.0, 0.0), Point::new(100.0, 0.0));
        assert_eq!(distance(Point::new(50.0, 6.0), b, a), 6.0);
        assert_eq!(distance(Point::new(103.0, 4.0), a, b), 5.0);
        assert_eq!(distance(Point::new(20.0, 0.0), a, b), 0.0);
    }
}
