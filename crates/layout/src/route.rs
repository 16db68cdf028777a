//! Shortest orthogonal ways through the gutters between obstacles: A* on the lines that run
//! along them. Integer costs and ordered ties make the answer the same everywhere.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::{Point, Rect};

/// Lines keep this far from cards.
const CLEAR: f32 = 8.0;
/// A corner costs as much as this many units of way.
const BEND: u32 = 40;
/// Ways are given up after this many steps; documents that need more are not for looking at.
const BUDGET: usize = 120_000;
/// Grids larger than this are not searched, for the same reason.
const LARGEST: usize = 400_000;

/// A side of a rectangle, and the way out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Up,
    Right,
    Down,
    Left,
}

impl Side {
    const ALL: [Self; 4] = [Self::Up, Self::Right, Self::Down, Self::Left];

    fn step(self) -> (i32, i32) {
        match self {
            Self::Up => (0, -1),
            Self::Right => (1, 0),
            Self::Down => (0, 1),
            Self::Left => (-1, 0),
        }
    }

    fn back(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Right => Self::Left,
            Self::Down => Self::Up,
            Self::Left => Self::Right,
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Up => 0,
            Self::Right => 1,
            Self::Down => 2,
            Self::Left => 3,
        }
    }

    fn out(self, at: Point) -> Point {
        let (dx, dy) = self.step();
        Point::new(at.x + dx as f32 * CLEAR, at.y + dy as f32 * CLEAR)
    }
}

/// Where a line may touch a rectangle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dock {
    pub at: Point,
    pub side: Side,
}

/// The middles of the sides, and on long sides also the spot that faces `toward`.
pub(crate) fn docks(rect: &Rect, toward: Point, long: bool) -> Vec<Dock> {
    let center = rect.center();
    let mut docks = vec![
        Dock { at: Point::new(center.x, rect.y), side: Side::Up },
        Dock { at: Point::new(rect.right(), center.y), side: Side::Right },
        Dock { at: Point::new(center.x, rect.bottom()), side: Side::Down },
        Dock { at: Point::new(rect.x, center.y), side: Side::Left },
    ];
    if long {
        let inset = 16.0;
        if rect.x + inset < toward.x && toward.x < rect.right() - inset {
            docks.push(Dock { at: Point::new(toward.x, rect.y), side: Side::Up });
            docks.push(Dock { at: Point::new(toward.x, rect.bottom()), side: Side::Down });
        }
        if rect.y + inset < toward.y && toward.y < rect.bottom() - inset {
            docks.push(Dock { at: Point::new(rect.x, toward.y), side: Side::Left });
            docks.push(Dock { at: Point::new(rect.right(), toward.y), side: Side::Right });
        }
    }
    docks
}

/// A gateway on the edge of its VPC is reached from above and below only: beside it runs the edge.
pub(crate) fn gate_docks(rect: &Rect) -> Vec<Dock> {
    let center = rect.center();
    let mut docks = vec![Dock { at: Point::new(center.x, rect.y), side: Side::Up }];
    for shift in [0.0, -32.0, 32.0] {
        docks.push(Dock { at: Point::new(center.x + shift, rect.bottom()), side: Side::Down });
    }
    docks
}

/// What lies between two ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    /// Never crossed.
    pub walls: Vec<Rect>,
    /// Crossed only when the way round is long (titles).
    pub rough: Vec<Rect>,
    /// Lines of others, not to be covered.
    pub lines: Vec<(Point, Point)>,
}

struct Grid {
    xs: Vec<f32>,
    ys: Vec<f32>,
    blocked: Vec<bool>,
}

impl Grid {
    fn new(field: &Field, ends: impl Iterator<Item = Point>) -> Option<Self> {
        let (mut xs, mut ys) = (Vec::new(), Vec::new());
        for wall in &field.walls {
            xs.extend([wall.x - CLEAR, wall.center().x, wall.right() + CLEAR]);
            ys.extend([wall.y - CLEAR, wall.center().y, wall.bottom() + CLEAR]);
        }
        for (a, b) in &field.lines {
            // Lanes beside a line that is already there.
            if a.x == b.x {
                xs.extend([a.x - CLEAR, a.x + CLEAR]);
            } else {
                ys.extend([a.y - CLEAR, a.y + CLEAR]);
            }
        }
        for end in ends {
            xs.push(end.x);
            ys.push(end.y);
        }
        for line in [&mut xs, &mut ys] {
            line.sort_unstable_by(f32::total_cmp);
            line.dedup();
        }
        if xs.len().saturating_mul(ys.len()) > LARGEST {
            return None;
        }
        let mut blocked = vec![false; xs.len() * ys.len()];
        for wall in &field.walls {
            let thick = wall.grown(CLEAR - 1.0);
            let from_x = xs.partition_point(|x| *x <= thick.x);
            let to_x = xs.partition_point(|x| *x < thick.right());
            let from_y = ys.partition_point(|y| *y <= thick.y);
            let to_y = ys.partition_point(|y| *y < thick.bottom());
            for y in from_y..to_y {
                if let Some(row) = blocked.get_mut(y * xs.len() + from_x..y * xs.len() + to_x.max(from_x)) {
                    row.fill(true);
                }
            }
        }
        Some(Self { xs, ys, blocked })
    }

    fn find(&self, at: Point) -> Option<usize> {
        let x = self.xs.binary_search_by(|x| x.total_cmp(&at.x)).ok()?;
        let y = self.ys.binary_search_by(|y| y.total_cmp(&at.y)).ok()?;
        Some(y * self.xs.len() + x)
    }

    fn point(&self, cell: usize) -> Point {
        let x = self.xs.get(cell % self.xs.len()).copied().unwrap_or_default();
        Point::new(x, self.ys.get(cell / self.xs.len()).copied().unwrap_or_default())
    }

    fn open(&self, cell: usize) -> bool {
        self.blocked.get(cell) == Some(&false)
    }

    fn neighbour(&self, cell: usize, side: Side) -> Option<usize> {
        let (x, y) = (cell % self.xs.len(), cell / self.xs.len());
        let next = match side {
            Side::Up => y.checked_sub(1).map(|y| (x, y)),
            Side::Right => (x + 1 < self.xs.len()).then_some((x + 1, y)),
            Side::Down => (y + 1 < self.ys.len()).then_some((x, y + 1)),
            Side::Left => x.checked_sub(1).map(|x| (x, y)),
        };
        next.map(|(x, y)| y * self.xs.len() + x).filter(|cell| self.open(*cell))
    }
}

/// A straight line between two docks that face each other, where nothing stands in between: no
/// way is cheaper, and most lines are like that.
fn direct(field: &Field, from: &[Dock], to: &[Dock]) -> Option<Vec<Point>> {
    let pairs = from.iter().flat_map(|a| to.iter().map(move |b| (a, b)));
    let faces = |a: &Dock, b: &Dock| {
        let (dx, dy) = (b.at.x - a.at.x, b.at.y - a.at.y);
        let ahead = match a.side {
            Side::Up => dx == 0.0 && dy < 0.0,
            Side::Down => dx == 0.0 && dy > 0.0,
            Side::Left => dy == 0.0 && dx < 0.0,
            Side::Right => dy == 0.0 && dx > 0.0,
        };
        ahead && a.side == b.side.back()
    };
    let clear = |a: Point, b: Point| {
        !field.walls.iter().any(|wall| wall.grown(CLEAR - 1.0).crossed_by(a, b) && !touches(wall, a, b))
            && !field.rough.iter().any(|rect| rect.crossed_by(a, b))
            && !field.lines.iter().any(|(c, d)| covers(a, b, *c, *d))
    };
    pairs
        .filter(|(a, b)| faces(a, b) && clear(a.at, b.at))
        .map(|(a, b)| vec![a.at, b.at])
        .min_by(|one, two| length(one).total_cmp(&length(two)))
}

/// Whether one end of a segment is on the edge of a rectangle that it does not enter.
fn touches(rect: &Rect, a: Point, b: Point) -> bool {
    (rect.contains(a) || rect.contains(b)) && !rect.crossed_by(a, b)
}

fn length(points: &[Point]) -> f32 {
    points.iter().zip(points.iter().skip(1)).map(|(a, b)| a.distance(*b)).sum()
}

/// The cheapest way from one of `from` to one of `to`, corners only; none where there is none.
pub(crate) fn find(field: &Field, from: &[Dock], to: &[Dock]) -> Option<Vec<Point>> {
    if let Some(points) = direct(field, from, to) {
        return Some(points);
    }
    let grid = Grid::new(field, from.iter().chain(to).map(|dock| dock.side.out(dock.at)))?;
    let goals: Vec<(usize, Dock)> = to
        .iter()
        .filter_map(|dock| Some((grid.find(dock.side.out(dock.at))?, *dock)))
        .filter(|(cell, _)| grid.open(*cell))
        .collect();
    if goals.is_empty() {
        return None;
    }
    let ahead = |at: Point| {
        goals.iter().map(|(_, goal)| at.distance(goal.side.out(goal.at)) as u32).min().unwrap_or(0)
    };
    let states = grid.blocked.len() * 4;
    let mut best = vec![u32::MAX; states];
    let mut came = vec![u32::MAX; states];
    let mut heap = BinaryHeap::new();
    let mut starts: Vec<(usize, Dock)> = Vec::new();
    for dock in from {
        let Some(cell) = grid.find(dock.side.out(dock.at)).filter(|cell| grid.open(*cell)) else { continue };
        let state = cell * 4 + dock.side.index();
        if let Some(slot) = best.get_mut(state).filter(|cost| **cost > 0) {
            *slot = 0;
            starts.push((state, *dock));
            heap.push(Reverse((ahead(grid.point(cell)), 0u32, state)));
        }
    }
    let mut budget = BUDGET;
    let mut end: Option<(usize, Dock)> = None;
    while let Some(Reverse((_, cost, state))) = heap.pop() {
        if best.get(state) != Some(&cost) {
            continue;
        }
        let (cell, Some(side)) = (state / 4, Side::ALL.get(state % 4).copied()) else { continue };
        if let Some((_, goal)) = goals.iter().find(|(at, goal)| *at == cell && goal.side.back() == side) {
            end = Some((state, *goal));
            break;
        }
        budget -= 1;
        if budget == 0 {
            return None;
        }
        let here = grid.point(cell);
        for next_side in Side::ALL {
            if next_side == side.back() {
                continue;
            }
            // Turning is a state of its own, so that a way can end with a turn into its goal.
            let (next, more) = if next_side == side {
                let Some(next) = grid.neighbour(cell, side) else { continue };
                (next, way(field, here, grid.point(next)))
            } else {
                (cell, BEND)
            };
            let total = cost.saturating_add(more);
            let next_state = next * 4 + next_side.index();
            if let Some(slot) = best.get_mut(next_state).filter(|known| **known > total) {
                *slot = total;
                if let Some(slot) = came.get_mut(next_state) {
                    *slot = u32::try_from(state).unwrap_or(u32::MAX);
                }
                heap.push(Reverse((total.saturating_add(ahead(grid.point(next))), total, next_state)));
            }
        }
    }
    let (mut state, goal) = end?;
    let mut points = vec![goal.at, grid.point(state / 4)];
    while let Some(before) = came.get(state).copied().filter(|before| *before != u32::MAX) {
        state = before as usize;
        points.push(grid.point(state / 4));
    }
    let start = starts.iter().find(|(at, _)| *at == state).map(|(_, dock)| dock.at);
    points.extend(start);
    points.reverse();
    Some(straight(points))
}

/// What a step along one grid line costs.
fn way(field: &Field, a: Point, b: Point) -> u32 {
    let length = a.distance(b);
    let mut factor = 1.0;
    if field.rough.iter().any(|rect| rect.crossed_by(a, b)) {
        factor += 8.0;
    }
    if field.lines.iter().any(|(c, d)| covers(a, b, *c, *d)) {
        factor += 3.0;
    }
    (length * factor) as u32
}

/// Whether two axis-parallel segments share more than a point.
fn covers(a: Point, b: Point, c: Point, d: Point) -> bool {
    let along = |a: f32, b: f32, c: f32, d: f32| a.min(b) < c.max(d) && c.min(d) < a.max(b);
    let upright = a.x == b.x && c.x == d.x && (a.x - c.x).abs() < 4.0 && along(a.y, b.y, c.y, d.y);
    upright || a.y == b.y && c.y == d.y && (a.y - c.y).abs() < 4.0 && along(a.x, b.x, c.x, d.x)
}

/// Without repeated points and points in the middle of a straight run.
pub(crate) fn straight(points: Vec<Point>) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        if out.last() == Some(&point) {
            continue;
        }
        if let [.., before, last] = out.as_slice() {
            let (upright, level) =
                (before.x == last.x && last.x == point.x, before.y == last.y && last.y == point.y);
            if upright || level {
                out.pop();
            }
        }
        out.push(point);
    }
    out
}
