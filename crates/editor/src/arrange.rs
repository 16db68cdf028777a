//! Aligning and distributing what is selected: new places for rectangles as they are laid out.
//! Knows nothing of how they came to be where they are.

use std::collections::HashSet;

use hopscope_aws::{Document, Frame, Id, Shape};

use crate::tree;

/// Space kept between things that have too little room to be distributed.
const GAP: f32 = 16.0;

/// A way to arrange several things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// Left edges in a line.
    Left,
    /// Centres below one another.
    Center,
    /// Right edges in a line.
    Right,
    /// Top edges in a line.
    Top,
    /// Middles beside one another.
    Middle,
    /// Bottom edges in a line.
    Bottom,
    /// The same space between each, from left to right.
    Horizontally,
    /// The same space between each, from top to bottom.
    Vertically,
}

impl Arrangement {
    /// Every way, in the order of a tool bar.
    pub const ALL: [Self; 8] = [
        Self::Left,
        Self::Center,
        Self::Right,
        Self::Top,
        Self::Middle,
        Self::Bottom,
        Self::Horizontally,
        Self::Vertically,
    ];

    /// Whether things are spread rather than put in a line.
    #[must_use]
    pub fn is_distribution(self) -> bool {
        matches!(self, Self::Horizontally | Self::Vertically)
    }

    /// The fewest things this has a meaning for.
    #[must_use]
    pub fn fewest(self) -> usize {
        if self.is_distribution() { 3 } else { 2 }
    }

    /// Whether things move sideways, not up and down.
    fn sideways(self) -> bool {
        matches!(self, Self::Left | Self::Center | Self::Right | Self::Horizontally)
    }

    fn label(self, what: &str) -> String {
        match self {
            Self::Left => format!("Align {what} left"),
            Self::Center => format!("Align the centres of {what}"),
            Self::Right => format!("Align {what} right"),
            Self::Top => format!("Align {what} at the top"),
            Self::Middle => format!("Align the middles of {what}"),
            Self::Bottom => format!("Align {what} at the bottom"),
            Self::Horizontally => format!("Distribute {what} horizontally"),
            Self::Vertically => format!("Distribute {what} vertically"),
        }
    }
}

/// Something selected as it is laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct Laid {
    /// The component.
    pub id: Id,
    /// What it is drawn in.
    pub within: Option<Id>,
    /// Its rectangle, relative to what it is drawn in.
    pub frame: Frame,
}

/// A component and where its top-left corner goes.
pub type Corner = (Id, f32, f32);

/// Everything of the kinds that are selected.
#[must_use]
pub fn same_kind(document: &Document, selection: &[Id]) -> Vec<Id> {
    let kinds: HashSet<&str> =
        selection.iter().filter_map(|id| document.node(id)).map(|node| node.kind()).collect();
    let same = document.nodes.values().filter(|node| kinds.contains(&node.kind()));
    let chosen = || selection.iter().filter_map(|id| document.notes.get(id));
    let notes = document.notes.values().filter(|note| chosen().any(|other| other.kind == note.kind));
    same.map(|node| node.id.clone()).chain(notes.map(|note| note.id.clone())).collect()
}

/// What of a selection can be arranged: no lines, no ports of a card, nothing whose container is
/// selected too.
#[must_use]
pub fn movable<'a>(document: &Document, laid: &'a [Laid]) -> Vec<&'a Laid> {
    let all: HashSet<&Id> = laid.iter().map(|one| &one.id).collect();
    let contained = |id: &Id| {
        let mut up = document.node(id).and_then(|node| node.parent.clone());
        for _ in 0..16 {
            let Some(parent) = up else { return false };
            if all.contains(&parent) {
                return true;
            }
            up = document.node(&parent).and_then(|node| node.parent.clone());
        }
        false
    };
    let stands = |one: &&Laid| {
        let shape = document.node(&one.id).map(|node| node.config.spec().shape);
        let port =
            one.within.as_ref().and_then(|id| document.node(id)).is_some_and(|n| n.kind() == "instance");
        !matches!(shape, None | Some(Shape::Link)) && !port && !contained(&one.id)
    };
    laid.iter().filter(stands).collect()
}

/// New top-left corners, and what to call the change.
///
/// # Errors
/// A sentence when there is too little to arrange, when it stands in several containers, or when
/// things would come to lie on one another.
pub fn arrange(
    document: &Document,
    how: Arrangement,
    laid: &[Laid],
) -> Result<(String, Vec<Corner>), String> {
    let mut things = movable(document, laid);
    // A gateway stands on the top edge of its VPC.
    let on_edge = |one: &Laid| {
        let shape = document.node(&one.id).map(|node| node.config.spec().shape);
        let home = one.within.as_ref().and_then(|id| document.node(id));
        shape == Some(Shape::Edge) && home.is_some_and(|home| home.kind() == "vpc")
    };
    if !how.sideways() {
        let before = things.len();
        things.retain(|one| !on_edge(one));
        if things.len() < how.fewest() && before >= how.fewest() {
            return Err("Gateways stay on the top edge of their VPC; they move sideways only.".to_owned());
        }
    }
    if things.len() < how.fewest() {
        return Err(match how.fewest() {
            2 => "Select two or more things to align them.".to_owned(),
            _ => "Select three or more things to distribute them.".to_owned(),
        });
    }
    let home = things.first().and_then(|one| one.within.as_ref());
    if things.iter().any(|one| one.within.as_ref() != home) {
        return Err("These stand in several containers. Select things in one of them.".to_owned());
    }
    let frames: Vec<Frame> = things.iter().map(|one| one.frame).collect();
    let places = placed(how, &frames);
    if let Some((a, b)) = collision(&frames, &places) {
        let name = |index: usize| {
            let node = things.get(index).and_then(|one| document.node(&one.id));
            node.map_or_else(String::new, |node| node.label().to_owned())
        };
        return Err(format!(
            "{} and {} would lie on one another. Align them the other way, or distribute them first.",
            name(a),
            name(b)
        ));
    }
    let ids: Vec<Id> = things.iter().map(|one| one.id.clone()).collect();
    let moves = ids.iter().cloned().zip(places).map(|(id, (x, y))| (id, x, y)).collect();
    Ok((how.label(&tree::summary(document, &ids)), moves))
}

/// The grid that things moved by hand stand on.
const GRID: f32 = 8.0;

/// Tidies what was moved by hand without moving it far: onto the grid, and apart where things lie
/// on one another. `laid` is everything that was moved by hand.
#[must_use]
pub fn straighten(document: &Document, laid: &[Laid]) -> Vec<Corner> {
    let mut order: Vec<&Laid> = laid.iter().filter(|one| document.frames.contains_key(&one.id)).collect();
    order.sort_by(|a, b| a.frame.y.total_cmp(&b.frame.y).then(a.frame.x.total_cmp(&b.frame.x)));
    let mut done: Vec<(&Option<Id>, Frame)> = Vec::new();
    let mut out = Vec::new();
    for one in order {
        let snap = |value: f32| (value / GRID).round() * GRID;
        let mut at = Frame { x: snap(one.frame.x), y: snap(one.frame.y), ..one.frame };
        // Each round passes at least one of those that stand already.
        for _ in 0..done.len() {
            let hit = done.iter().find(|(within, other)| {
                **within == one.within
                    && at.x < other.x + other.w
                    && other.x < at.x + at.w
                    && at.y < other.y + other.h
                    && other.y < at.y + at.h
            });
            let Some((_, other)) = hit else { break };
            let (right, down) = (other.x + other.w + GAP - at.x, other.y + other.h + GAP - at.y);
            if right < down {
                at.x = ((at.x + right) / GRID).ceil() * GRID;
            } else {
                at.y = ((at.y + down) / GRID).ceil() * GRID;
            }
        }
        done.push((&one.within, at));
        if (at.x, at.y) != (one.frame.x, one.frame.y) {
            out.push((one.id.clone(), at.x, at.y));
        }
    }
    out
}

/// Where rectangles go.
fn placed(how: Arrangement, frames: &[Frame]) -> Vec<(f32, f32)> {
    let least = |of: fn(&Frame) -> f32| frames.iter().map(of).fold(f32::INFINITY, f32::min);
    let most = |of: fn(&Frame) -> f32| frames.iter().map(of).fold(f32::NEG_INFINITY, f32::max);
    let (left, right) = (least(|f| f.x), most(|f| f.x + f.w));
    let (top, bottom) = (least(|f| f.y), most(|f| f.y + f.h));
    match how {
        Arrangement::Left => frames.iter().map(|f| (left, f.y)).collect(),
        Arrangement::Center => frames.iter().map(|f| (((left + right - f.w) / 2.0).round(), f.y)).collect(),
        Arrangement::Right => frames.iter().map(|f| (right - f.w, f.y)).collect(),
        Arrangement::Top => frames.iter().map(|f| (f.x, top)).collect(),
        Arrangement::Middle => frames.iter().map(|f| (f.x, ((top + bottom - f.h) / 2.0).round())).collect(),
        Arrangement::Bottom => frames.iter().map(|f| (f.x, bottom - f.h)).collect(),
        Arrangement::Horizontally => {
            let spans: Vec<(f32, f32)> = frames.iter().map(|f| (f.x, f.w)).collect();
            spread(&spans).into_iter().zip(frames).map(|(x, f)| (x, f.y)).collect()
        }
        Arrangement::Vertically => {
            let spans: Vec<(f32, f32)> = frames.iter().map(|f| (f.y, f.h)).collect();
            spread(&spans).into_iter().zip(frames).map(|(y, f)| (f.x, y)).collect()
        }
    }
}

/// Starts of spans (start, length) with the same space between each: the outermost two stay where
/// they are, unless there is too little room between them.
fn spread(spans: &[(f32, f32)]) -> Vec<f32> {
    let mut order: Vec<usize> = (0..spans.len()).collect();
    let middle = |index: &usize| spans.get(*index).map_or(0.0, |(start, length)| start + length / 2.0);
    order.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    let start = spans.iter().map(|span| span.0).fold(f32::INFINITY, f32::min);
    let end = spans.iter().map(|span| span.0 + span.1).fold(f32::NEG_INFINITY, f32::max);
    let used: f32 = spans.iter().map(|span| span.1).sum();
    let between = spans.len().saturating_sub(1).max(1) as f32;
    let room = (end - start - used) / between;
    let gap = if room < 0.0 { GAP } else { room };
    let mut out = vec![0.0; spans.len()];
    let mut at = start;
    for index in order {
        if let (Some(slot), Some((_, length))) = (out.get_mut(index), spans.get(index)) {
            *slot = at.round();
            at += length + gap;
        }
    }
    out
}

/// Two rectangles that overlap at their new places and did not before.
fn collision(frames: &[Frame], places: &[(f32, f32)]) -> Option<(usize, usize)> {
    let meet = |a: (f32, f32), b: (f32, f32), fa: &Frame, fb: &Frame| {
        a.0 < b.0 + fb.w && b.0 < a.0 + fa.w && a.1 < b.1 + fb.h && b.1 < a.1 + fa.h
    };
    for (i, (fa, a)) in frames.iter().zip(places).enumerate() {
        for (j, (fb, b)) in frames.iter().zip(places).enumerate().skip(i + 1) {
            if meet(*a, *b, fa, fb) && !meet((fa.x, fa.y), (fb.x, fb.y), fa, fb) {
                return Some((i, j));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(x: f32, y: f32) -> Frame {
        Frame { x, y, w: 100.0, h: 40.0 }
    }

    #[test]
    fn each_way_moves_along_its_own_axis_only() {
        let frames = [frame(0.0, 0.0), frame(150.0, 90.0), frame(40.0, 200.0)];
        for how in Arrangement::ALL {
            for (before, (x, y)) in frames.iter().zip(placed(how, &frames)) {
                if how.sideways() {
                    assert_eq!(y, before.y, "{how:?}");
                } else {
                    assert_eq!(x, before.x, "{how:?}");
                }
            }
        }
        let xs = |how| placed(how, &frames).into_iter().map(|at| at.0).collect::<Vec<_>>();
        assert_eq!(xs(Arrangement::Left), [0.0, 0.0, 0.0]);
        assert_eq!(xs(Arrangement::Center), [75.0, 75.0, 75.0]);
        assert_eq!(xs(Arrangement::Right), [150.0, 150.0, 150.0]);
    }

    #[test]
    fn distributing_keeps_both_ends_and_evens_out_the_space() {
        assert_eq!(spread(&[(0.0, 100.0), (500.0, 100.0), (110.0, 100.0)]), [0.0, 500.0, 250.0]);
        // Too little room: they follow one another.
        assert_eq!(spread(&[(0.0, 100.0), (50.0, 100.0), (60.0, 100.0)]), [0.0, 116.0, 232.0]);
    }

    #[test]
    fn tidying_keeps_what_stands_well_and_parts_what_lies_on_another() {
        let mut document = Document::default();
        let mut laid = Vec::new();
        for (id, x, y) in [("a", 16.0, 48.0), ("b", 20.0, 60.0), ("c", 400.0, 48.0)] {
            let frame = frame(x, y);
            document.frames.insert(id.into(), frame);
            laid.push(Laid { id: id.into(), within: None, frame });
        }
        let moves = straighten(&document, &laid);
        assert_eq!(moves, [(Id::from("b"), 24.0, 104.0)]);
        // In different containers nothing is in the way; off the grid it still moves onto it.
        laid[1].within = Some("x".into());
        assert_eq!(straighten(&document, &laid), [(Id::from("b"), 24.0, 64.0)]);
    }

    #[test]
    fn what_would_be_covered_is_told() {
        let frames = [frame(0.0, 0.0), frame(150.0, 10.0)];
        assert_eq!(collision(&frames, &placed(Arrangement::Left, &frames)), Some((0, 1)));
        assert_eq!(collision(&frames, &placed(Arrangement::Top, &frames)), None);
        // What lay on one another before is no news.
        let frames = [frame(0.0, 0.0), frame(50.0, 10.0)];
        assert_eq!(collision(&frames, &placed(Arrangement::Left, &frames)), None);
    }
}
