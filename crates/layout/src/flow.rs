//! Things side by side in rows, round what was placed by hand.

use crate::{Point, Rect};

/// The space one thing needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cell {
    pub w: f32,
    pub h: f32,
    /// How far it sticks out above its own top edge.
    pub overhang: f32,
}

/// Beyond this many hand-placed neighbours nothing is fitted between them: it goes below.
const CROWD: usize = 400;

/// Places cells in rows from `start`, at most `width` wide where more than one stands in a row.
/// No cell overlaps another or anything pinned. Returns the top-left corners and the bottom.
pub(crate) fn flow(cells: &[Cell], start: Point, width: f32, gap: f32, pinned: &[Rect]) -> (Vec<Point>, f32) {
    let mut start = start;
    let mut pinned = pinned;
    if pinned.len() > CROWD {
        start.y = pinned.iter().map(|rect| rect.bottom() + gap).fold(start.y, f32::max);
        pinned = &[];
    }
    let mut places: Vec<Point> = Vec::with_capacity(cells.len());
    let mut bottom = start.y;
    let mut rest = cells;
    let mut y = start.y;
    while !rest.is_empty() {
        let (taken, row, next) = one_row(rest, Point::new(start.x, y), start.x + width, gap, pinned);
        if taken == 0 {
            y = next;
            continue;
        }
        for (at, cell) in row.iter().zip(rest) {
            bottom = bottom.max(at.y + cell.h);
        }
        places.extend(row);
        rest = rest.get(taken..).unwrap_or_default();
        y = next;
    }
    (places, bottom)
}

/// Fills one row. Returns how many cells it took, their places, and the top of the next row.
fn one_row(cells: &[Cell], at: Point, limit: f32, gap: f32, pinned: &[Rect]) -> (usize, Vec<Point>, f32) {
    // Cells of a row share a top edge, below whatever sticks out of the tallest.
    let mut fit = 0;
    let mut x = at.x;
    for cell in cells {
        if fit > 0 && x + cell.w > limit {
            break;
        }
        x += cell.w + gap;
        fit += 1;
    }
    let row = cells.get(..fit.max(1)).unwrap_or(cells);
    let overhang = row.iter().map(|cell| cell.overhang).fold(0.0, f32::max);
    let top = at.y + overhang;
    let mut places = Vec::with_capacity(row.len());
    let mut x = at.x;
    let mut height: f32 = 0.0;
    let mut lowest = f32::INFINITY;
    for cell in row {
        // Step right past pinned neighbours; each step leaves at least one behind.
        for _ in 0..=pinned.len() {
            let want = Rect::new(x, top - cell.overhang, cell.w, cell.h + cell.overhang);
            let Some(hit) = pinned.iter().find(|rect| rect.grown(gap - 0.5).overlaps(&want)) else { break };
            lowest = lowest.min(hit.bottom());
            x = hit.right() + gap;
        }
        if x > at.x && x + cell.w > limit {
            break;
        }
        places.push(Point::new(x, top));
        x += cell.w + gap;
        height = height.max(cell.h);
    }
    if places.is_empty() {
        // Pinned neighbours leave no room here: begin again below the first of them.
        return (0, places, lowest.max(at.y) + gap);
    }
    (places.len(), places, top + height + gap)
}
