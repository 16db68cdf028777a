//! What the pointer is doing, from press to release.

use hopscope_aws::{Document, Id};
use hopscope_editor::{Intent, place};
use hopscope_layout::{Point, Rect};
use hopscope_view::Atlas;

use super::hit::{container_at, zone_at};

/// Pixels the pointer may wander during a click.
pub const SLOP: f64 = 4.0;
/// The grid things snap to.
pub const GRID: f32 = 8.0;
/// Room between a container's edge and what is moved in it.
const ROOM: f32 = 8.0;
/// The strip at the top of a container that stays free.
const HEADER: f32 = 32.0;

/// What the pointer is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Gesture {
    /// Nothing.
    #[default]
    Rest,
    /// Moving the view.
    Pan {
        /// Where the pointer was last.
        last: (f64, f64),
        /// It moved far enough not to be a click.
        moved: bool,
        /// What a mere click means.
        click: bool,
    },
    /// Pressed on a component; a click until it moves.
    Press {
        /// The component.
        id: Id,
        /// Where.
        at: (f64, f64),
        /// Add to the selection.
        more: bool,
    },
    /// Moving components.
    Drag(Drag),
    /// Resizing a box.
    Resize {
        /// The box.
        id: Id,
        /// Which edge.
        edge: String,
        /// Where the pointer started, in the world.
        from: Point,
        /// The frame at the start, relative to the parent.
        frame: hopscope_aws::Frame,
    },
    /// Drawing a connection from a port.
    Line {
        /// Where it starts.
        from: Id,
    },
    /// Drawing a rectangle of selection.
    Marquee {
        /// The first corner, in the world.
        from: Point,
    },
    /// Two fingers.
    Pinch {
        /// Their distance last.
        distance: f64,
        /// Their middle last.
        middle: (f64, f64),
    },
}

/// Components being moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Drag {
    /// The component that was pressed.
    pub id: Id,
    /// Everything that moves: id and place relative to its parent at the start.
    pub origins: Vec<(Id, f32, f32)>,
    /// Where the pointer started, in the world.
    pub from: Point,
    /// The pressed component's place at the start.
    pub rect: Rect,
    /// What contained it, and where that was.
    pub home: Option<(Id, Rect)>,
    /// Where it would land if released now.
    pub landing: Landing,
}

/// Where something dragged would land.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Landing {
    /// Where it is: its place was changed on the way.
    #[default]
    Here,
    /// Outside what contains it, which will grow.
    Beyond(Vec<(Id, f32, f32)>),
    /// In another container.
    Inside(Id),
    /// In another zone of its VPC.
    Zone(Id),
}

impl Drag {
    /// Starts moving the selection if the pressed component belongs to it, else that alone.
    #[must_use]
    pub fn start(scene: &Atlas, selection: &[Id], id: &Id, from: Point) -> Option<Self> {
        let moving: Vec<Id> = if selection.contains(id) { selection.to_vec() } else { vec![id.clone()] };
        let origins = moving.iter().filter_map(|id| origin(scene, id)).collect();
        let rect = scene.rect(id)?;
        let parent = scene.layout.items.get(id).and_then(|item| item.parent.clone());
        let home = parent.and_then(|parent| Some((parent.clone(), scene.layout.rect(&parent)?)));
        Some(Self { id: id.clone(), origins, from, rect, home, landing: Landing::Here })
    }

    /// The pointer moved: what to ask of the session, if anything.
    pub fn move_to(&mut self, document: &Document, scene: &Atlas, to: Point) -> Option<Intent> {
        self.landing = self.landing_at(document, scene, to);
        if self.landing != Landing::Here {
            return None;
        }
        let (mut dx, mut dy) = (to.x - self.from.x, to.y - self.from.y);
        if let Some((_, home)) = &self.home {
            if !home.contains(to) {
                // The container grows round it on release, not under the pointer.
                self.landing = Landing::Beyond(self.moved(dx, dy));
                return None;
            }
            let (x, y) = (self.rect.x - home.x, self.rect.y - home.y);
            dx = within(x + dx, ROOM, home.w - self.rect.w - ROOM) - x;
            dy = within(y + dy, HEADER, home.h - self.rect.h - ROOM) - y;
        }
        Some(Intent::Move { moves: self.moved(dx, dy), coalesce: true })
    }

    fn moved(&self, dx: f32, dy: f32) -> Vec<(Id, f32, f32)> {
        self.origins.iter().map(|(id, x, y)| (id.clone(), snap(x + dx), snap(y + dy))).collect()
    }

    fn landing_at(&self, document: &Document, scene: &Atlas, to: Point) -> Landing {
        let Some(node) = document.node(&self.id) else { return Landing::Here };
        let moving: Vec<Id> = self.origins.iter().map(|(id, ..)| id.clone()).collect();
        let at_home = self.home.as_ref().is_none_or(|(_, rect)| rect.contains(to));
        if node.kind() == "subnet" && at_home {
            let now = node.field("zone").as_str().map(Id::from);
            return match zone_at(scene, to) {
                Some(zone) if Some(&zone) != now.as_ref() => Landing::Zone(zone),
                _ => Landing::Here,
            };
        }
        if at_home && self.home.is_some() {
            return Landing::Here;
        }
        match container_at(scene, to, &moving) {
            Some(target)
                if node.parent.as_ref() != Some(&target)
                    && place::may_contain(document, node.kind(), Some(&target)).is_ok() =>
            {
                Landing::Inside(target)
            }
            _ => Landing::Here,
        }
    }

    /// What to ask of the session on release.
    #[must_use]
    pub fn end(self) -> Vec<Intent> {
        let ids = self.origins.into_iter().map(|(id, ..)| id);
        let mut intents: Vec<Intent> = match self.landing {
            Landing::Here => Vec::new(),
            Landing::Beyond(moves) => vec![Intent::Move { moves, coalesce: true }],
            Landing::Inside(parent) => {
                ids.map(|id| Intent::SetParent { id, parent: Some(parent.clone()), at: None }).collect()
            }
            Landing::Zone(zone) => ids.map(|id| Intent::SetZone { id, zone: Some(zone.clone()) }).collect(),
        };
        intents.push(Intent::EndGesture);
        intents
    }
}

/// Where a component stands relative to its parent.
#[must_use]
pub fn origin(scene: &Atlas, id: &Id) -> Option<(Id, f32, f32)> {
    if let Some(note) = scene.note(id) {
        return Some((id.clone(), note.at.0, note.at.1));
    }
    let item = scene.layout.items.get(id)?;
    let parent = item.parent.as_ref().and_then(|parent| scene.layout.rect(parent)).unwrap_or_default();
    Some((id.clone(), item.rect.x - parent.x, item.rect.y - parent.y))
}

/// Drawn components as they are laid out, each relative to what it is drawn in.
#[must_use]
pub fn laid(scene: &Atlas, ids: &[Id]) -> Vec<hopscope_editor::arrange::Laid> {
    let one = |id: &Id| {
        let item = scene.layout.items.get(id)?;
        let (id, x, y) = origin(scene, id)?;
        let frame = hopscope_aws::Frame { x, y, w: item.rect.w, h: item.rect.h };
        Some(hopscope_editor::arrange::Laid { id, within: item.parent.clone(), frame })
    };
    ids.iter().filter_map(one).collect()
}

/// A value between two limits, the lower one winning.
fn within(value: f32, low: f32, high: f32) -> f32 {
    value.min(high).max(low)
}

/// To the grid.
#[must_use]
pub fn snap(value: f32) -> f32 {
    (value / GRID).round() * GRID
}

/// The frame of a box whose edge was moved.
#[must_use]
pub fn resized(frame: hopscope_aws::Frame, edge: &str, dx: f32, dy: f32) -> hopscope_aws::Frame {
    let mut out = frame;
    if edge.contains('e') {
        out.w = snap(frame.w + dx).max(GRID * 8.0);
    }
    if edge.contains('s') {
        out.h = snap(frame.h + dy).max(GRID * 6.0);
    }
    out
}

/// The next component in a direction: near, and rather straight ahead.
#[must_use]
pub fn neighbour(scene: &Atlas, from: &Id, way: crate::keys::Way) -> Option<Id> {
    let here = scene.rect(from)?;
    let (ux, uy) = way.unit();
    let mut best: Option<(f32, &Id)> = None;
    let drawn = scene
        .layout
        .items
        .iter()
        .filter(|(id, _)| scene.draws(id))
        .map(|(id, item)| (id, item.rect))
        .chain(scene.notes.iter().map(|shape| (&shape.id, shape.rect)));
    for (id, rect) in drawn.filter(|(id, _)| *id != from) {
        // Into what contains it and out again is the way of plain arrows.
        if rect.encloses(&here) || here.encloses(&rect) {
            continue;
        }
        let (a, b) = (here.center(), rect.center());
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let (ahead, aside) = (dx * ux + dy * uy, (dx * uy).abs() + (dy * ux).abs());
        if ahead <= 1.0 {
            continue;
        }
        let score = ahead + 2.0 * aside;
        if best.is_none_or(|(known, _)| score < known) {
            best = Some((score, id));
        }
    }
    best.map(|(_, id)| id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hopscope_aws::{Config, Node};

    fn document() -> Document {
        let mut document = Document::default();
        let mut put = |id: &str, kind: &str, parent: Option<&str>| {
            let config = Config::default_of(kind).expect("a kind");
            document.put(Node { id: id.into(), name: String::new(), parent: parent.map(Id::from), config });
        };
        put("r", "region", None);
        put("v", "vpc", Some("r"));
        put("a", "subnet", Some("v"));
        put("b", "subnet", Some("v"));
        put("i", "instance", Some("a"));
        document
    }

    fn scene(document: &Document) -> Atlas {
        let network = hopscope_aws::Network::build(document);
        Atlas::of(document.clone().into(), network.into())
    }

    #[test]
    fn a_drag_at_home_moves_and_elsewhere_changes_the_parent() {
        let document = document();
        let scene = scene(&document);
        let id = Id::from("i");
        let start = scene.layout.rect("i").expect("drawn").center();
        let mut drag = Drag::start(&scene, &[], &id, start).expect("drawn");
        let home = scene.layout.rect("a").expect("drawn");
        let near = Point::new(home.x + 4.0, home.y + 4.0);
        assert!(matches!(drag.move_to(&document, &scene, near), Some(Intent::Move { coalesce: true, .. })));
        let other = scene.layout.rect("b").expect("drawn").center();
        assert_eq!(drag.move_to(&document, &scene, other), None);
        assert_eq!(drag.landing, Landing::Inside("b".into()));
        assert!(matches!(drag.end().first(), Some(Intent::SetParent { .. })));
    }

    #[test]
    fn a_box_keeps_a_size_one_can_grab() {
        let frame = hopscope_aws::Frame { x: 0.0, y: 0.0, w: 200.0, h: 100.0 };
        let small = resized(frame, "se", -500.0, -500.0);
        assert_eq!((small.w, small.h), (64.0, 48.0));
        assert_eq!(resized(frame, "s", 50.0, 12.0), hopscope_aws::Frame { h: 112.0, ..frame });
    }

    #[test]
    fn the_neighbour_is_the_nearest_in_that_direction() {
        let document = document();
        let scene = scene(&document);
        let (a, b) = (scene.layout.rect("a").expect("a"), scene.layout.rect("b").expect("b"));
        let way = if b.x > a.x + 1.0 { crate::keys::Way::Right } else { crate::keys::Way::Down };
        assert!(neighbour(&scene, &"a".into(), way).is_some_and(|id| &*id == "b"));
    }
}
