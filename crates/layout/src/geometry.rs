//! Points and rectangles in canvas units; the y axis points down.

use serde::Serialize;

/// A point of the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl Point {
    /// A point.
    #[must_use]
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Length of an axis-parallel way to another point.
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).abs() + (self.y - other.y).abs()
    }
}

/// An axis-parallel rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

impl Rect {
    /// A rectangle by its top-left corner and size.
    #[must_use]
    pub const fn new(x: f32, y: f32, w: f32, h: f32) -> Self {
        Self { x, y, w, h }
    }

    /// Right edge.
    #[must_use]
    pub fn right(&self) -> f32 {
        self.x + self.w
    }

    /// Bottom edge.
    #[must_use]
    pub fn bottom(&self) -> f32 {
        self.y + self.h
    }

    /// The middle.
    #[must_use]
    pub fn center(&self) -> Point {
        Point::new(self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    /// Whether a point lies inside or on the edge.
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        self.x <= point.x && point.x <= self.right() && self.y <= point.y && point.y <= self.bottom()
    }

    /// Whether another rectangle lies entirely inside or on the edge.
    #[must_use]
    pub fn encloses(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }

    /// Whether the two share more than an edge.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Grown by `by` on every side.
    #[must_use]
    pub fn grown(&self, by: f32) -> Self {
        Self::new(self.x - by, self.y - by, self.w + 2.0 * by, self.h + 2.0 * by)
    }

    /// Moved.
    #[must_use]
    pub fn moved(&self, dx: f32, dy: f32) -> Self {
        Self::new(self.x + dx, self.y + dy, self.w, self.h)
    }

    /// The smallest rectangle round both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self::new(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }

    /// Whether an axis-parallel segment runs through the inside.
    #[must_use]
    pub fn crossed_by(&self, a: Point, b: Point) -> bool {
        self.x < a.x.max(b.x)
            && a.x.min(b.x) < self.right()
            && self.y < a.y.max(b.y)
            && a.y.min(b.y) < self.bottom()
    }
}

/// An SVG path through the points, corners rounded with `radius`.
#[must_use]
pub fn rounded_path(points: &[Point], radius: f32) -> String {
    let mut out = String::new();
    let Some(first) = points.first() else { return out };
    out.push_str(&format!("M{} {}", num(first.x), num(first.y)));
    for (index, here) in points.iter().enumerate().skip(1) {
        let (Some(before), next) = (points.get(index - 1), points.get(index + 1)) else { continue };
        let Some(next) = next else {
            out.push_str(&format!(" L{} {}", num(here.x), num(here.y)));
            continue;
        };
        let room = (before.distance(*here) / 2.0).min(here.distance(*next) / 2.0);
        let r = radius.min(room);
        let toward = |other: &Point| {
            let length = here.distance(*other).max(f32::EPSILON);
            Point::new(here.x + (other.x - here.x) / length * r, here.y + (other.y - here.y) / length * r)
        };
        let (enter, leave) = (toward(before), toward(next));
        out.push_str(&format!(
            " L{} {} Q{} {} {} {}",
            num(enter.x),
            num(enter.y),
            num(here.x),
            num(here.y),
            num(leave.x),
            num(leave.y)
        ));
    }
    out
}

/// A coordinate with at most two decimals and no negative zero: the same text everywhere.
#[must_use]
pub fn num(value: f32) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let rounded = (value * 100.0).round() / 100.0 + 0.0;
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}
