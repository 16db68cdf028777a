//! Pan and zoom: one transform on one group, changed without rendering anything again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use hopscope_layout::{Point, Rect};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::NodeRef;

/// Smallest and largest zoom.
pub const ZOOM: (f64, f64) = (0.1, 4.0);
/// Below this zoom the grid is not drawn.
const GRID_FROM: f64 = 0.6;
/// Distance of the grid's dots: every second step of what things snap to.
const GRID: f64 = 16.0;
/// Room left round what is fitted.
const ROOM: f64 = 28.0;

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
    /// Where the pointer is over the canvas, in pixels of the window.
    pub pointer: Cell<Option<(f64, f64)>>,
    /// The space bar is down: a drag moves the map.
    pub space: Cell<bool>,
    /// The canvas.
    pub root: NodeRef,
    /// The group that is transformed.
    pub group: NodeRef,
    /// Holds HTML that floats over the map, each child with `data-x` and `data-y`.
    pub floats: NodeRef,
    /// Shows the zoom in per cent.
    pub label: NodeRef,
}

impl Default for View {
    fn default() -> Self {
        Self {
            x: Cell::new(0.0),
            y: Cell::new(0.0),
            k: Cell::new(1.0),
            fitted: Cell::new(false),
            bounds: RefCell::default(),
            pointer: Cell::new(None),
            space: Cell::new(false),
            root: NodeRef::default(),
            group: NodeRef::default(),
            floats: NodeRef::default(),
            label: NodeRef::default(),
        }
    }
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
    fn root(&self) -> Option<HtmlElement> {
        self.root.cast::<HtmlElement>()
    }

    fn size(&self) -> (f64, f64) {
        self.root()
            .map_or((0.0, 0.0), |root| (f64::from(root.client_width()), f64::from(root.client_height())))
    }

    /// The point of the world under a point of the window.
    #[must_use]
    pub fn world(&self, client_x: f64, client_y: f64) -> Point {
        let (left, top) = self.origin();
        let k = self.k.get();
        Point::new(narrow((client_x - left - self.x.get()) / k), narrow((client_y - top - self.y.get()) / k))
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
        self.apply();
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
        if self.fitted.get() {
            self.fit_all();
        } else {
            self.apply();
        }
    }

    /// Brings the page in line: group, grid, label, floating parts.
    pub fn apply(&self) {
        let (x, y, k) = (self.x.get(), self.y.get(), self.k.get());
        if let Some(group) = self.group.cast::<Element>() {
            // Setting a legal attribute cannot fail.
            let _ = group.set_attribute("transform", &format!("translate({x:.2} {y:.2}) scale({k:.4})"));
        }
        if let Some(root) = self.root() {
            let style = root.style();
            let grid = GRID * k;
            let set = |name: &str, value: &str| {
                // Legal properties with legal values.
                let _ = style.set_property(name, value);
            };
            set("--grid", &format!("{grid:.3}px"));
            set("--grid-x", &format!("{:.3}px", x.rem_euclid(grid)));
            set("--grid-y", &format!("{:.3}px", y.rem_euclid(grid)));
            set("--grid-ink", if k < GRID_FROM { "transparent" } else { "var(--dot)" });
        }
        if let Some(label) = self.label.cast::<Element>() {
            label.set_text_content(Some(&format!("{:.0} %", k * 100.0)));
        }
        self.place_floats();
    }

    /// Puts floating parts beside what they belong to, inside the canvas.
    fn place_floats(&self) {
        let Some(floats) = self.floats.cast::<Element>() else { return };
        let (w, h) = self.size();
        let children = floats.children();
        for index in 0..children.length() {
            let Some(float) = children.item(index).and_then(|child| child.dyn_into::<HtmlElement>().ok())
            else {
                continue;
            };
            let number = |name: &str| float.get_attribute(name).and_then(|text| text.parse::<f32>().ok());
            let (Some(x), Some(y)) = (number("data-x"), number("data-y")) else { continue };
            let (sx, sy) = self.screen(Point::new(x, y));
            let (fw, fh) = (f64::from(float.offset_width()), f64::from(float.offset_height()));
            let px = sx.clamp(8.0, (w - fw - 8.0).max(8.0));
            let py = sy.clamp(8.0, (h - fh - 8.0).max(8.0));
            let style = float.style();
            // Legal properties with legal values.
            let _ = style.set_property("transform", &format!("translate({px:.1}px, {py:.1}px)"));
            let _ = style.set_property("--zoom", &format!("{:.4}", self.k.get()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_go_to_the_screen_and_back() {
        let view = View::default();
        view.x.set(40.0);
        view.y.set(-10.0);
        view.k.set(2.0);
        let (x, y) = view.screen(Point::new(7.0, 9.0));
        assert_eq!((x, y), (54.0, 8.0));
        assert_eq!(view.k.get(), 2.0);
    }
}
