//! Pan and zoom. While the view moves, the picture moves as a whole, as the compositor does it;
//! when it rests, one transform on one group is set and the picture is painted sharp. Says which
//! part of a large drawing is to be in the document; knows nothing of what is drawn.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo::timers::callback::Timeout;
use hopscope_layout::{Point, Rect};
use hopscope_view::scene::Detail;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, SvgElement};
use yew::{Callback, NodeRef};

/// Smallest and largest zoom.
pub const ZOOM: (f64, f64) = (0.02, 4.0);
/// Below this zoom the grid is not drawn.
const GRID_FROM: f64 = 0.6;
/// Distance of the grid's dots: every second step of what things snap to.
const GRID: f64 = 16.0;
/// Room left round what is fitted.
const ROOM: f64 = 28.0;
/// The view rests after so many milliseconds without a move.
const REST: u32 = 160;

/// What is in the document: part of the drawing, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    /// The part; none is everything.
    pub window: Option<Rect>,
    /// How much.
    pub detail: Detail,
}

impl Shown {
    /// Everything: what small drawings always show.
    pub const WHOLE: Self = Self { window: None, detail: Detail::Cards };
    /// Nothing yet: the view does not know where it is.
    pub const NOTHING: Self = Self { window: Some(Rect::new(0.0, 0.0, 0.0, 0.0)), detail: Detail::Cards };
}

/// Zoom and shift: a point of the world times `k` plus `(x, y)` is on the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Camera {
    x: f64,
    y: f64,
    k: f64,
}

/// The part of the world that is shown.
#[derive(Debug)]
pub struct View {
    x: Cell<f64>,
    y: Cell<f64>,
    k: Cell<f64>,
    /// Everything is shown, and nobody has moved since.
    fitted: Cell<bool>,
    /// Everything there is, to be fitted.
    bounds: RefCell<Rect>,
    /// How many components are drawn.
    count: Cell<usize>,
    /// Size of the canvas, read when it changes.
    size: Cell<(f64, f64)>,
    /// What the group's transform says; while the view moves, the picture is moved from there.
    painted: Cell<Camera>,
    /// Moves so far, and the timer that waits for them to end.
    moves: Cell<u32>,
    rest: RefCell<Option<Timeout>>,
    shown: Cell<Shown>,
    /// The zoom at which that was asked for.
    shown_at: Cell<f64>,
    watcher: RefCell<Option<Callback<Shown>>>,
    me: Weak<View>,
    /// Where the pointer is over the canvas, in pixels of the window.
    pub pointer: Cell<Option<(f64, f64)>>,
    /// The space bar is down: a drag moves the map.
    pub space: Cell<bool>,
    /// The canvas.
    pub root: NodeRef,
    /// The picture.
    pub map: NodeRef,
    /// The group that is transformed.
    pub group: NodeRef,
    /// The dots.
    pub grid: NodeRef,
    /// Holds HTML that floats over the map, each child with `data-x` and `data-y`.
    pub floats: NodeRef,
    /// Shows the zoom in per cent.
    pub label: NodeRef,
    /// The overview in its corner.
    pub overview: NodeRef,
    /// What is shown, in the overview: a unit square that is transformed.
    pub frame: NodeRef,
}

/// The view as a context: there is one for each workbench.
#[derive(Clone)]
pub struct ViewCtx(pub Rc<View>);

impl PartialEq for ViewCtx {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Widens a coordinate of the world.
fn wide(value: f32) -> f64 {
    f64::from(value)
}

/// Narrows a coordinate of the screen.
fn narrow(value: f64) -> f32 {
    // Coordinates of a drawing: far below the limits of either type.
    #[allow(clippy::cast_possible_truncation, reason = "coordinates of a drawing")]
    let value = value as f32;
    value
}

impl View {
    /// A view at actual size.
    #[must_use]
    pub fn new() -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            x: Cell::new(0.0),
            y: Cell::new(0.0),
            k: Cell::new(1.0),
            fitted: Cell::new(false),
            bounds: RefCell::default(),
            count: Cell::new(0),
            size: Cell::new((0.0, 0.0)),
            painted: Cell::new(Camera { x: 0.0, y: 0.0, k: 1.0 }),
            moves: Cell::new(0),
            rest: RefCell::default(),
            shown: Cell::new(Shown::NOTHING),
            shown_at: Cell::new(1.0),
            watcher: RefCell::default(),
            me: me.clone(),
            pointer: Cell::new(None),
            space: Cell::new(false),
            root: NodeRef::default(),
            map: NodeRef::default(),
            group: NodeRef::default(),
            grid: NodeRef::default(),
            floats: NodeRef::default(),
            label: NodeRef::default(),
            overview: NodeRef::default(),
            frame: NodeRef::default(),
        })
    }

    fn root(&self) -> Option<HtmlElement> {
        self.root.cast::<HtmlElement>()
    }

    fn size(&self) -> (f64, f64) {
        if self.size.get() == (0.0, 0.0) {
            let root = self.root();
            self.size.set(root.map_or((0.0, 0.0), |root| {
                (f64::from(root.client_width()), f64::from(root.client_height()))
            }));
        }
        self.size.get()
    }

    /// Who is told which part of the drawing is to be in the document.
    pub fn watch(&self, watcher: Option<Callback<Shown>>) {
        if let Some(watcher) = &watcher {
            watcher.emit(self.shown.get());
        }
        self.watcher.replace(watcher);
    }

    /// So many components are drawn now.
    pub fn set_count(&self, count: usize) {
        self.count.set(count);
    }

    /// The point of the world under a point of the window.
    #[must_use]
    pub fn world(&self, client_x: f64, client_y: f64) -> Point {
        let (left, top) = self.origin();
        let k = self.k.get();
        Point::new(narrow((client_x - left - self.x.get()) / k), narrow((client_y - top - self.y.get()) / k))
    }

    /// The point of the world in the middle of the map.
    #[must_use]
    pub fn middle(&self) -> Point {
        let ((left, top), (w, h)) = (self.origin(), self.size());
        self.world(left + w / 2.0, top + h / 2.0)
    }

    fn origin(&self) -> (f64, f64) {
        self.root().map_or((0.0, 0.0), |root| {
            let rect = root.get_bounding_client_rect();
            (rect.left(), rect.top())
        })
    }

    /// The point of the world under the pointer, while that is over the canvas.
    #[must_use]
    pub fn under(&self) -> Option<Point> {
        self.pointer.get().map(|(x, y)| self.world(x, y))
    }

    /// How large a pixel of the world is on the screen.
    #[must_use]
    pub fn scale(&self) -> f64 {
        self.k.get()
    }

    /// Everything there is has changed.
    pub fn set_bounds(&self, bounds: Rect) {
        self.bounds.replace(bounds);
    }

    /// Moves by pixels.
    pub fn pan(&self, dx: f64, dy: f64) {
        self.fitted.set(false);
        self.x.set(self.x.get() + dx);
        self.y.set(self.y.get() + dy);
        self.moved();
        self.apply();
    }

    /// Moves by a part of what is shown: to the right and down.
    pub fn pan_by(&self, right: f64, down: f64) {
        let (w, h) = self.size();
        self.pan(-right * w, -down * h);
    }

    /// Shows a point of the world in the middle.
    pub fn center(&self, point: Point) {
        let ((w, h), (x, y)) = (self.size(), self.screen(point));
        self.pan(w / 2.0 - x, h / 2.0 - y);
    }

    /// Whether a point of the world is shown.
    #[must_use]
    pub fn frames(&self, point: Point) -> bool {
        let ((w, h), (x, y)) = (self.size(), self.screen(point));
        (0.0..=w).contains(&x) && (0.0..=h).contains(&y)
    }

    /// Zooms about the middle.
    pub fn zoom(&self, factor: f64) {
        let (w, h) = self.size();
        let (left, top) = self.origin();
        self.zoom_at(factor, left + w / 2.0, top + h / 2.0);
    }

    /// Zooms to actual size.
    pub fn reset(&self) {
        self.zoom(1.0 / self.k.get());
    }

    /// Zooms about a point of the window.
    pub fn zoom_at(&self, factor: f64, client_x: f64, client_y: f64) {
        if !factor.is_finite() || factor <= 0.0 {
            return;
        }
        self.fitted.set(false);
        let (left, top) = self.origin();
        let (px, py) = (client_x - left, client_y - top);
        let before = self.k.get();
        let k = (before * factor).clamp(ZOOM.0, ZOOM.1);
        self.x.set(px - (px - self.x.get()) * k / before);
        self.y.set(py - (py - self.y.get()) * k / before);
        self.k.set(k);
        self.moved();
        self.apply();
    }

    /// Shows everything.
    pub fn fit_all(&self) {
        let bounds = *self.bounds.borrow();
        self.fit(bounds);
        self.fitted.set(true);
    }

    /// Shows a rectangle, not larger than actual size and a little.
    pub fn fit(&self, rect: Rect) {
        self.fitted.set(false);
        let (w, h) = self.size();
        if rect.w <= 0.0 || rect.h <= 0.0 || w <= 0.0 || h <= 0.0 {
            self.apply();
            return;
        }
        // The zoom bar stands at the bottom.
        let below = 24.0;
        let k = ((w - 2.0 * ROOM) / wide(rect.w)).min((h - 2.0 * ROOM - below) / wide(rect.h));
        let k = k.clamp(ZOOM.0, 1.0);
        self.k.set(k);
        self.x.set((w - wide(rect.w) * k) / 2.0 - wide(rect.x) * k);
        self.y.set((h - below - wide(rect.h) * k) / 2.0 - wide(rect.y) * k);
        self.settle();
        self.apply();
    }

    /// Whether a rectangle of the world is shown entirely.
    #[must_use]
    pub fn shows(&self, rect: Rect) -> bool {
        let (w, h) = self.size();
        let (x, y) = self.screen(Point::new(rect.x, rect.y));
        let k = self.k.get();
        x >= 0.0 && y >= 0.0 && x + wide(rect.w) * k <= w && y + wide(rect.h) * k <= h
    }

    /// Moves as little as possible to show a rectangle.
    pub fn reveal(&self, rect: Rect) {
        let (w, h) = self.size();
        let k = self.k.get();
        let (x, y) = self.screen(Point::new(rect.x, rect.y));
        let nudge = |start: f64, length: f64, room: f64| {
            let (low, high) = (ROOM, room - ROOM - length);
            if high < low || start < low {
                low - start
            } else if start > high {
                high - start
            } else {
                0.0
            }
        };
        let (dx, dy) = (nudge(x, wide(rect.w) * k, w), nudge(y, wide(rect.h) * k, h));
        if dx != 0.0 || dy != 0.0 {
            self.pan(dx, dy);
        }
    }

    /// Where a point of the world is on the canvas.
    fn screen(&self, point: Point) -> (f64, f64) {
        let k = self.k.get();
        (wide(point.x) * k + self.x.get(), wide(point.y) * k + self.y.get())
    }

    /// The canvas has another size: what was fitted stays fitted, the rest stays where it is.
    pub fn resized(&self) {
        self.size.set((0.0, 0.0));
        if self.fitted.get() {
            self.fit_all();
        } else {
            self.apply();
        }
    }

    /// The view moves: it is painted anew when it rests.
    fn moved(&self) {
        self.moves.set(self.moves.get().wrapping_add(1));
        if self.rest.borrow().is_none() {
            if let Some(root) = self.root() {
                // Setting a legal class cannot fail.
                let _ = root.class_list().add_1("moving");
            }
            self.wait();
        }
    }

    fn wait(&self) {
        let (me, before) = (self.me.clone(), self.moves.get());
        let timer = Timeout::new(REST, move || {
            let Some(view) = me.upgrade() else { return };
            if view.moves.get() == before {
                view.settle();
                view.apply();
            } else {
                view.wait();
            }
        });
        self.rest.replace(Some(timer));
    }

    /// The view rests.
    fn settle(&self) {
        if self.rest.take().is_some()
            && let Some(root) = self.root()
        {
            // Removing a legal class cannot fail.
            let _ = root.class_list().remove_1("moving");
        }
    }

    /// Brings the page in line: picture, grid, label, floating parts.
    pub fn apply(&self) {
        let now = Camera { x: self.x.get(), y: self.y.get(), k: self.k.get() };
        let map = self.map.cast::<SvgElement>();
        if self.rest.borrow().is_some() {
            let painted = self.painted.get();
            let scale = now.k / painted.k;
            let (dx, dy) = (now.x - painted.x * scale, now.y - painted.y * scale);
            if let Some(map) = map {
                let matrix = format!("matrix({scale:.5},0,0,{scale:.5},{dx:.2},{dy:.2})");
                // A legal property with a legal value.
                let _ = map.style().set_property("transform", &matrix);
            }
        } else if let (Some(map), Some(group)) = (map, self.group.cast::<Element>()) {
            // Legal properties and attributes with legal values.
            let _ = map.style().remove_property("transform");
            let transform = format!("translate({:.2} {:.2}) scale({:.4})", now.x, now.y, now.k);
            if group.get_attribute("transform").as_deref() != Some(&transform) {
                let _ = group.set_attribute("transform", &transform);
            }
            self.painted.set(now);
        }
        if let Some(grid) = self.grid.cast::<HtmlElement>() {
            let step = GRID * now.k;
            let style = grid.style();
            let (gx, gy) = (now.x.rem_euclid(step), now.y.rem_euclid(step));
            // Legal properties with legal values. The layer begins 64 pixels before the map.
            let shift = |at: f64| at + (64.0_f64).rem_euclid(step) - step;
            let _ =
                style.set_property("transform", &format!("translate({:.2}px,{:.2}px)", shift(gx), shift(gy)));
            let _ = style.set_property("background-size", &format!("{step:.3}px {step:.3}px"));
            let _ = style.set_property("visibility", if now.k < GRID_FROM { "hidden" } else { "visible" });
        }
        if let Some(label) = self.label.cast::<Element>() {
            let text = format!("{:.0} %", now.k * 100.0);
            if label.text_content().as_deref() != Some(&text) {
                label.set_text_content(Some(&text));
            }
        }
        self.place_floats();
        self.place_frame();
        self.tell();
    }

    /// The overview shows what is shown, or nothing while that is everything.
    fn place_frame(&self) {
        let Some(overview) = self.overview.cast::<Element>() else { return };
        let all = self.shows(*self.bounds.borrow());
        if overview.has_attribute("data-all") != all {
            // Legal attributes with legal values, here and below.
            let _ = overview.toggle_attribute_with_force("data-all", all);
        }
        if let Some(frame) = self.frame.cast::<Element>().filter(|_| !all) {
            let ((w, h), (x, y, k)) = (self.size(), (self.x.get(), self.y.get(), self.k.get()));
            let (left, top, w, h) = (-x / k, -y / k, w / k, h / k);
            let _ = frame
                .set_attribute("transform", &format!("translate({left:.1} {top:.1}) scale({w:.1} {h:.1})"));
        }
    }

    /// Says which part of a large drawing is to be in the document, where it is not there yet.
    fn tell(&self) {
        let (w, h) = self.size();
        let k = self.k.get();
        let detail = Detail::at(narrow(k), self.count.get());
        let part =
            Rect::new(narrow(-self.x.get() / k), narrow(-self.y.get() / k), narrow(w / k), narrow(h / k));
        let Shown { window, detail: before } = self.shown.get();
        let far_less = |window: &Rect| window.w > part.w * 4.0 || window.h > part.h * 4.0;
        let there = window.is_some_and(|window| window.encloses(&part));
        // While the view moves, what is there will do until it is far too large or too small.
        let scale = k / self.shown_at.get();
        let will_do = self.rest.borrow().is_some() && (0.25..=8.0).contains(&scale);
        let fits = before == detail && window.is_some_and(|window| !far_less(&window));
        if there && (fits || will_do) || part.w <= 0.0 {
            return;
        }
        // Half a screen more on every side, so that small moves need nothing new.
        let window = Rect::new(part.x - part.w / 2.0, part.y - part.h / 2.0, part.w * 2.0, part.h * 2.0);
        self.shown.set(Shown { window: Some(window), detail });
        self.shown_at.set(k);
        let watcher = self.watcher.borrow().clone();
        if let Some(watcher) = watcher {
            watcher.emit(self.shown.get());
        }
    }

    /// Puts floating parts beside what they belong to, inside the canvas.
    fn place_floats(&self) {
        let Some(floats) = self.floats.cast::<Element>() else { return };
        let children = floats.children();
        if children.length() == 0 {
            return;
        }
        let (w, h) = self.size();
        for index in 0..children.length() {
            let Some(float) = children.item(index).and_then(|child| child.dyn_into::<HtmlElement>().ok())
            else {
                continue;
            };
            let number = |name: &str| float.get_attribute(name).and_then(|text| text.parse::<f32>().ok());
            let (Some(x), Some(y)) = (number("data-x"), number("data-y")) else { continue };
            let (sx, sy) = self.screen(Point::new(x, y));
            // Clamped to the canvas by its own size, which needs no looking at.
            let clamp = |at: f64, room: f64| {
                format!("clamp(8px, {at:.1}px, max(8px, calc({:.0}px - 100%)))", room - 8.0)
            };
            let style = float.style();
            // Legal properties with legal values.
            let _ =
                style.set_property("transform", &format!("translate({}, {})", clamp(sx, w), clamp(sy, h)));
            let _ = style.set_property("--zoom", &format!("{:.4}", self.k.get()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_go_to_the_screen_and_back() {
        let view = View::new();
        view.x.set(40.0);
        view.y.set(-10.0);
        view.k.set(2.0);
        let (x, y) = view.screen(Point::new(7.0, 9.0));
        assert_eq!((x, y), (54.0, 8.0));
        assert_eq!(view.k.get(), 2.0);
    }
}
