//! Notes as shapes: where their lines of text stand, and what points to what.

use hopscope_aws::{Document, Id, Note, NoteKind};
use hopscope_layout::{Layout, Point, Rect, num};

use super::labels::{hidden, wide};
use crate::text::notes as words;

/// Usual width of a sheet.
const SHEET: f32 = 200.0;
/// Usual size of a frame.
const AREA: (f32, f32) = (240.0, 160.0);
/// Usual reach of an arrow.
const REACH: f32 = 120.0;
/// Smallest and largest width.
const WIDTHS: (f32, f32) = (48.0, 4_000.0);
/// Height of a line of text.
const LINE: f32 = 16.0;
/// Room round the text.
const ROOM: f32 = 10.0;
/// Estimated width of one character: 12 px, rather too wide than clipped.
const EACH: f32 = 6.9;
/// Most lines that are drawn.
const LINES: usize = 120;

/// A note as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct NoteShape {
    /// The note.
    pub id: Id,
    /// What it looks like.
    pub kind: NoteKind,
    /// Where; of an arrow, what it spans.
    pub rect: Rect,
    /// Its place as the document has it, relative to what it is about.
    pub at: (f32, f32),
    /// Its size as it is drawn; of an arrow, how far it goes.
    pub size: (f32, f32),
    /// The line of a callout or an arrow, as an SVG path; empty without.
    pub line: String,
    /// The mark at the end of that line, as an SVG path; empty without.
    pub tip: String,
    /// Lines of text, each with the left end of its baseline.
    pub lines: Vec<(Point, String)>,
    /// What a screen reader says.
    pub name: String,
}

/// Shapes of all notes.
pub(super) fn shapes(document: &Document, layout: &Layout) -> Vec<NoteShape> {
    document.notes.values().map(|note| shape(document, layout, note)).collect()
}

/// A picture's bounds with room for its notes and the margin that everything else has.
pub(super) fn round(bounds: Rect, notes: &[NoteShape]) -> Rect {
    notes.iter().fold(bounds, |bounds, note| bounds.union(&note.rect.grown(24.0)))
}

fn shape(document: &Document, layout: &Layout, note: &Note) -> NoteShape {
    let about = note.about.as_ref().and_then(|id| layout.rect(id));
    let home = about.map_or(Point::new(0.0, 0.0), |rect| Point::new(rect.x, rect.y));
    let at = Point::new(home.x + note.x, home.y + note.y);
    let name = words::name(document, note);
    let mut out = NoteShape {
        id: note.id.clone(),
        kind: note.kind,
        rect: Rect::default(),
        at: (note.x, note.y),
        size: (0.0, 0.0),
        line: String::new(),
        tip: String::new(),
        lines: Vec::new(),
        name,
    };
    let width = |usual: f32| if note.w > 0.0 { note.w.clamp(WIDTHS.0, WIDTHS.1) } else { usual };
    match note.kind {
        NoteKind::Text | NoteKind::Callout => {
            let w = width(SHEET);
            let text = wrap(&note.text, w - 2.0 * ROOM - 4.0);
            let h = (lines_high(text.len().max(1)) + 2.0 * ROOM - 2.0).max(note.h.min(WIDTHS.1));
            out.rect = Rect::new(at.x, at.y, w, h);
            out.lines = stacked(text, at.x + ROOM + 4.0, at.y + ROOM + 11.0);
            if let (NoteKind::Callout, Some(target)) = (note.kind, about) {
                let (from, to) = joined(&out.rect, &target);
                if (from.x - to.x).hypot(from.y - to.y) > 1.0 {
                    out.line = path(from, to);
                    let (x, y) = (num(to.x), num(to.y));
                    out.tip = format!("M{x} {y}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z");
                }
            }
        }
        NoteKind::Area => {
            let h = if note.h > 0.0 { note.h.clamp(WIDTHS.0, WIDTHS.1) } else { AREA.1 };
            out.rect = Rect::new(at.x, at.y, width(AREA.0), h);
            let text = wrap(&note.text, out.rect.w - 2.0 * ROOM);
            out.lines = stacked(text, at.x + ROOM, at.y + ROOM + 10.0);
        }
        NoteKind::Arrow => {
            let (dx, dy) = if note.w == 0.0 && note.h == 0.0 { (REACH, 0.0) } else { (note.w, note.h) };
            let to = Point::new(at.x + dx, at.y + dy);
            out.rect = Rect::new(at.x.min(to.x), at.y.min(to.y), dx.abs(), dy.abs()).grown(6.0);
            out.size = (dx, dy);
            out.line = path(at, to);
            out.tip = head(at, to);
            let text = wrap(&note.text, SHEET);
            // Above the middle, or beside it where the arrow is steep.
            let middle = Point::new((at.x + to.x) / 2.0, (at.y + to.y) / 2.0);
            let steep = dy.abs() > dx.abs();
            let (x, y) = if steep {
                (middle.x + ROOM, middle.y + 4.0 - lines_high(text.len()) / 2.0 + LINE / 2.0)
            } else {
                (at.x.min(to.x), at.y.min(to.y) - 8.0 - lines_high(text.len().saturating_sub(1)))
            };
            out.lines = stacked(text, x, y);
        }
    }
    if note.kind != NoteKind::Arrow {
        out.size = (out.rect.w, out.rect.h);
    }
    out
}

#[allow(clippy::cast_precision_loss, reason = "a bounded number of lines")]
fn lines_high(lines: usize) -> f32 {
    lines as f32 * LINE
}

fn stacked(lines: Vec<String>, x: f32, y: f32) -> Vec<(Point, String)> {
    lines.into_iter().enumerate().map(|(n, line)| (Point::new(x, y + lines_high(n)), line)).collect()
}

fn path(from: Point, to: Point) -> String {
    format!("M{} {}L{} {}", num(from.x), num(from.y), num(to.x), num(to.y))
}

/// The head of an arrow: two strokes back from its end.
fn head(from: Point, to: Point) -> String {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy).max(0.001);
    let (ux, uy) = (dx / length * 9.0, dy / length * 9.0);
    let side = |turn: f32| (num(to.x - ux - uy * turn), num(to.y - uy + ux * turn));
    let ((ax, ay), (bx, by)) = (side(0.55), side(-0.55));
    format!("M{ax} {ay}L{} {}L{bx} {by}", num(to.x), num(to.y))
}

/// The shortest way between the borders of two rectangles, or from the inner one outwards.
fn joined(note: &Rect, target: &Rect) -> (Point, Point) {
    let to = border(target, note.center());
    (border(note, to), to)
}

/// The point of a border that is nearest to a point.
fn border(rect: &Rect, point: Point) -> Point {
    let inside = Point::new(point.x.clamp(rect.x, rect.right()), point.y.clamp(rect.y, rect.bottom()));
    if inside != point {
        return inside;
    }
    let edges = [
        (point.x - rect.x, Point::new(rect.x, point.y)),
        (rect.right() - point.x, Point::new(rect.right(), point.y)),
        (point.y - rect.y, Point::new(point.x, rect.y)),
        (rect.bottom() - point.y, Point::new(point.x, rect.bottom())),
    ];
    let nearest = edges.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
    nearest.map_or(point, |(_, point)| point)
}

/// Lines of plain text that fit a width: broken between words, and inside those that are too long.
fn wrap(text: &str, width: f32) -> Vec<String> {
    let room = width.max(EACH * 4.0);
    let measure = |text: &str| text.chars().map(|c| wide(c, EACH)).sum::<f32>();
    let mut out = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let clean: String =
            paragraph.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| !hidden(*c)).collect();
        for word in clean.split(' ') {
            let joined = if line.is_empty() { measure(word) } else { measure(&line) + EACH + measure(word) };
            if joined <= room {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
                continue;
            }
            if !line.is_empty() {
                out.push(std::mem::take(&mut line));
            }
            let mut used = 0.0;
            for c in word.chars() {
                if used + wide(c, EACH) > room && !line.is_empty() {
                    out.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                used += wide(c, EACH);
                line.push(c);
            }
        }
        out.push(line);
        if out.len() > LINES {
            out.truncate(LINES);
            if let Some(last) = out.last_mut() {
                last.push('…');
            }
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_between_words_and_keeps_its_lines() {
        assert_eq!(wrap("one two three\n\nfour", 60.0), ["one two", "three", "", "four"]);
        assert_eq!(wrap("abcdefghijkl", 35.0), ["abcde", "fghij", "kl"]);
        assert!(wrap("", 100.0).is_empty());
        assert_eq!(wrap("a\u{202e}b", 100.0), ["ab"]);
    }

    #[test]
    fn a_line_goes_from_border_to_border() {
        let (a, b) = (Rect::new(0.0, 0.0, 10.0, 10.0), Rect::new(30.0, 0.0, 10.0, 10.0));
        assert_eq!(joined(&a, &b), (Point::new(10.0, 5.0), Point::new(30.0, 5.0)));
        let outer = Rect::new(-100.0, -50.0, 300.0, 300.0);
        assert_eq!(joined(&a, &outer).1, Point::new(5.0, -50.0), "out of what it stands in");
    }
}
