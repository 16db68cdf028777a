//! A drawing of any size, shape by shape: made when they are looked at, kept until they change.
//! Shows the same as [`super::Scene`], which makes everything at once; knows nothing of pointers.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use hopscope_aws::{Document, Id, Network};
use hopscope_layout::{Arrangement, Layout, Moved, Placed, Rect, Role, Wire, Wiring};

use super::build::{Builder, FEW, Index, LABEL};
use super::fold::{Detail, FoldShape};
use super::labels::{BOLD_12, MONO_11, fit};
use super::{BandShape, BoxShape, CardShape, NoteShape, Shape, WireShape};
use crate::text;

/// Beyond so many moved components, all lines are drawn anew without looking which might stay.
const MANY: usize = 200;
/// Gateways stand on the edge of their VPC: this far outside, they are still part of it.
const OVERHANG: f32 = 64.0;

/// A drawn component, kept.
#[derive(Clone, Debug)]
enum Kept {
    Box(Rc<BoxShape>),
    Card(Rc<CardShape>),
    /// It is drawn as part of another.
    Nothing,
}

/// What is inside of a component at any depth.
#[derive(Clone, Copy, Debug, Default)]
struct Inside {
    cards: usize,
    problems: usize,
}

/// Shapes that are kept from one state of the document to the next.
#[derive(Debug, Default)]
struct Shelf {
    shapes: BTreeMap<Id, Kept>,
    folds: HashMap<Id, (Detail, Rc<FoldShape>)>,
    /// The lines of a group with their positions among all.
    ways: HashMap<usize, Vec<(usize, Wire)>>,
    /// The same as shapes; group 0 is everything where lines are few.
    wires: HashMap<usize, Rc<Vec<Rc<WireShape>>>>,
}

/// A document as drawn.
pub struct Atlas {
    /// Where everything stands.
    pub layout: Rc<Layout>,
    /// The rectangle to show, margin included.
    pub bounds: Rect,
    /// Zone columns.
    pub bands: Rc<Vec<BandShape>>,
    /// What the author remarks.
    pub notes: Rc<Vec<NoteShape>>,
    /// Stands for the internet at large when the document has no component for it; not selectable.
    pub outside: Option<CardShape>,
    /// The document's name or a made-up one: the picture's accessible name.
    pub title: String,
    /// One sentence on what is drawn.
    pub description: Rc<str>,
    document: Rc<Document>,
    network: Rc<Network>,
    index: Rc<Index>,
    wiring: Rc<Wiring>,
    inside: OnceCell<Rc<HashMap<Id, Inside>>>,
    /// What the next state of the document begins with; taken by it.
    arrangement: RefCell<Option<Arrangement>>,
    shelf: RefCell<Shelf>,
}

/// The shapes of a part of a drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visible {
    /// Containers, outer ones first.
    pub boxes: Vec<Rc<BoxShape>>,
    /// Zone columns.
    pub bands: Vec<BandShape>,
    /// Containers seen from afar.
    pub folds: Vec<Rc<FoldShape>>,
    /// Lines.
    pub wires: Vec<Rc<WireShape>>,
    /// Cards; the card of an instance before its ports.
    pub cards: Vec<Rc<CardShape>>,
}

impl Atlas {
    /// Draws a document.
    #[must_use]
    pub fn of(document: Rc<Document>, network: Rc<Network>) -> Self {
        let (arrangement, layout) = Arrangement::of(&document);
        let index = Index::of(&document, &network);
        let wiring = Wiring::of(&document, &layout, usize::MAX);
        let description = text::scene_description(&document).into();
        let mut atlas = Self {
            bounds: layout.bounds,
            layout: Rc::new(layout),
            bands: Rc::default(),
            notes: Rc::default(),
            outside: None,
            title: text::scene_title(&document.name),
            description,
            document,
            network,
            index: Rc::new(index),
            wiring: Rc::new(wiring),
            inside: OnceCell::new(),
            arrangement: RefCell::new(Some(arrangement)),
            shelf: RefCell::default(),
        };
        atlas.settle();
        atlas.remark();
        atlas
    }

    /// The drawing after a change. Where only places changed, everything else is kept.
    #[must_use]
    pub fn after(&self, document: Rc<Document>, network: Rc<Network>) -> Self {
        let same = document.nodes.shared_with(&self.document.nodes) && Rc::ptr_eq(&network, &self.network);
        let Some(mut arrangement) = self.arrangement.take().filter(|_| same) else {
            return Self::of(document, network);
        };
        let moved_ids = differing(&self.document, &document);
        let (layout, moved) = arrangement.moved(&document, &self.layout, &moved_ids);
        let mut shelf = self.shelf.take();
        shelf.shift(&self.layout, &layout, &moved);
        let mut wiring = Rc::clone(&self.wiring);
        if moved.lines {
            // A card on a line may stand in another container now, and its lines start there.
            wiring = Rc::new(Wiring::of(&document, &layout, usize::MAX));
            (shelf.ways, shelf.wires) = Default::default();
        }
        let mut atlas = Self {
            bounds: layout.bounds,
            layout: Rc::new(layout),
            bands: Rc::clone(&self.bands),
            notes: Rc::default(),
            outside: self.outside.clone(),
            title: text::scene_title(&document.name),
            description: Rc::clone(&self.description),
            document,
            network,
            index: Rc::clone(&self.index),
            wiring,
            inside: self.inside.clone(),
            arrangement: RefCell::new(Some(arrangement)),
            shelf: RefCell::default(),
        };
        atlas.reroute(&mut shelf, &self.layout, &moved);
        atlas.shelf.replace(shelf);
        if atlas.layout.bands != self.layout.bands || atlas.layout.outside != self.layout.outside {
            atlas.settle();
        }
        atlas.remark();
        atlas
    }

    fn builder(&self) -> Builder<'_> {
        Builder { document: &self.document, network: &self.network, layout: &self.layout, index: &self.index }
    }

    /// Zone columns and the internet, which stand where the layout says.
    fn settle(&mut self) {
        let (bands, outside) = (self.builder().bands(), self.builder().outside());
        self.bands = Rc::new(bands);
        self.outside = outside;
    }

    /// Notes, which stand beside what they are about; the picture has room for them.
    fn remark(&mut self) {
        let notes = super::notes::shapes(&self.document, &self.layout);
        self.bounds = super::notes::round(self.bounds, &notes);
        self.notes = Rc::new(notes);
    }

    /// The note with that id.
    #[must_use]
    pub fn note(&self, id: &str) -> Option<&NoteShape> {
        self.notes.iter().find(|note| &*note.id == id)
    }

    /// Where a component or a note stands.
    #[must_use]
    pub fn rect(&self, id: &str) -> Option<Rect> {
        self.layout.rect(id).or_else(|| self.note(id).map(|note| note.rect))
    }

    /// Everything that can be selected.
    pub fn ids(&self) -> impl Iterator<Item = &Id> {
        self.layout.items.keys().chain(self.notes.iter().map(|note| &note.id))
    }

    /// Forgets lines that may run elsewhere now, and labels that may stand elsewhere.
    fn reroute(&self, shelf: &mut Shelf, before: &Layout, moved: &Moved) {
        let groups = self.wiring.groups();
        let stale: HashSet<usize> = (0..groups).filter(|group| self.wiring.is_stale(*group, moved)).collect();
        shelf.ways.retain(|group, _| !stale.contains(group));
        if moved.count() > MANY {
            shelf.wires.clear();
            return;
        }
        let place = |position: usize| {
            let id = self.layout.items.get_index(position).map(|(id, _)| id);
            let places = id.map(|id| [before.rect(id), self.layout.rect(id)]);
            places.into_iter().flatten().flatten().map(|rect| rect.grown(8.0))
        };
        let places: Vec<Rect> = moved.positions().flat_map(place).collect();
        let near = |wires: &[Rc<WireShape>]| {
            wires.iter().any(|wire| places.iter().any(|place| place.overlaps(&reach(wire))))
        };
        if self.wiring.len() <= FEW {
            if !stale.is_empty() || shelf.wires.get(&0).is_some_and(|wires| near(wires)) {
                shelf.wires.clear();
            }
            return;
        }
        shelf.wires.retain(|group, wires| !stale.contains(group) && !near(wires));
    }

    fn kept(&self, id: &Id) -> Kept {
        if let Some(kept) = self.shelf.borrow().shapes.get(id) {
            return kept.clone();
        }
        let kept = match self.builder().shape(id) {
            Some(Shape::Box(shape)) => Kept::Box(Rc::new(shape)),
            Some(Shape::Card(shape)) => Kept::Card(Rc::new(shape)),
            None => Kept::Nothing,
        };
        self.shelf.borrow_mut().shapes.insert(id.clone(), kept.clone());
        kept
    }

    /// The box of a container.
    #[must_use]
    pub fn container(&self, id: &Id) -> Option<Rc<BoxShape>> {
        match self.kept(id) {
            Kept::Box(shape) => Some(shape),
            Kept::Card(_) | Kept::Nothing => None,
        }
    }

    /// The card of a component.
    #[must_use]
    pub fn card(&self, id: &Id) -> Option<Rc<CardShape>> {
        match self.kept(id) {
            Kept::Card(shape) => Some(shape),
            Kept::Box(_) | Kept::Nothing => None,
        }
    }

    /// Whether a component has a shape of its own.
    #[must_use]
    pub fn draws(&self, id: &Id) -> bool {
        match self.layout.items.get(id) {
            Some(Placed { role: Role::Port, rect, parent, .. }) => {
                Some(*rect) != parent.as_ref().and_then(|parent| self.layout.rect(parent))
            }
            Some(_) => true,
            None => false,
        }
    }

    /// How many components are drawn.
    #[must_use]
    pub fn len(&self) -> usize {
        self.layout.items.len()
    }

    /// Whether nothing is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.layout.items.is_empty()
    }

    /// What is shown of a part of the drawing. `open` stands for itself wherever it is: what is
    /// selected, what a packet passes.
    #[must_use]
    pub fn visible(&self, window: Option<Rect>, detail: Detail, open: &HashSet<Id>) -> Visible {
        let mut out = Visible::default();
        let mut shown: HashSet<&Id> = HashSet::new();
        let mut stack: Vec<(&Id, &Placed, bool)> =
            self.layout.children(None).map(|(id, item)| (id, item, false)).collect();
        stack.reverse();
        let seen = |rect: &Rect| window.is_none_or(|window| window.overlaps(&rect.grown(OVERHANG)));
        while let Some((id, item, folded)) = stack.pop() {
            if folded && !open.contains(id) || !seen(&item.rect) && !open.contains(id) {
                // What is folded may hold what is to be shown all the same.
                if open.is_empty() || !self.holds(id, open) {
                    continue;
                }
                self.push_children(&mut stack, id, folded);
                continue;
            }
            match self.kept(id) {
                Kept::Card(shape) => out.cards.push(shape),
                Kept::Nothing => {}
                Kept::Box(shape) => {
                    let boxes = self.layout.children(Some(id)).any(|(_, item)| item.role == Role::Box);
                    if !folded && detail.folds(boxes, shape.role) {
                        out.folds.push(self.fold(&shape, detail));
                        if self.holds(id, open) {
                            self.push_children(&mut stack, id, true);
                        }
                        continue;
                    }
                    shown.insert(id);
                    out.boxes.push(shape);
                }
            }
            self.push_children(&mut stack, id, folded);
        }
        out.boxes.sort_by_key(|shape| shape.depth);
        out.bands =
            self.bands.iter().filter(|band| shown.contains(&band.vpc) && seen(&band.rect)).cloned().collect();
        self.lines(&shown, &seen, &mut out);
        out
    }

    fn push_children<'a>(&'a self, stack: &mut Vec<(&'a Id, &'a Placed, bool)>, id: &Id, folded: bool) {
        let first = stack.len();
        stack.extend(self.layout.children(Some(id)).map(|(id, item)| (id, item, folded)));
        if let Some(new) = stack.get_mut(first..) {
            new.reverse();
        }
    }

    /// Whether something to be shown stands inside, at any depth.
    fn holds(&self, id: &Id, open: &HashSet<Id>) -> bool {
        open.iter().any(|inner| self.layout.around(inner).any(|around| around == id))
    }

    /// Lines that start in what is open.
    fn lines(&self, shown: &HashSet<&Id>, seen: &dyn Fn(&Rect) -> bool, out: &mut Visible) {
        let open = |wire: &WireShape| {
            let parent = self.layout.items.get(&wire.from).and_then(|item| item.parent.as_ref());
            parent.is_none_or(|parent| shown.contains(parent))
        };
        let groups = if self.wiring.len() <= FEW { 1 } else { self.wiring.groups() };
        for group in 0..groups {
            let far = groups > 1 && self.wiring.scope(group).is_some_and(|scope| !shown.contains(scope));
            if !far {
                let wires = self.wires(group);
                out.wires.extend(wires.iter().filter(|wire| open(wire) && seen(&reach(wire))).cloned());
            }
        }
    }

    fn ways(&self, group: usize) -> Vec<(usize, Wire)> {
        if let Some(ways) = self.shelf.borrow().ways.get(&group) {
            return ways.clone();
        }
        let ways = self.wiring.ways(&self.layout, group);
        self.shelf.borrow_mut().ways.insert(group, ways.clone());
        ways
    }

    /// The lines of a group; group 0 is everything where lines are few.
    fn wires(&self, group: usize) -> Rc<Vec<Rc<WireShape>>> {
        if let Some(wires) = self.shelf.borrow().wires.get(&group) {
            return Rc::clone(wires);
        }
        let shapes = if self.wiring.len() <= FEW {
            self.builder().every_wire((0..self.wiring.groups()).flat_map(|group| self.ways(group)))
        } else {
            self.builder().group_wires(&self.wiring, group, self.ways(group))
        };
        let shapes = Rc::new(shapes.into_iter().map(Rc::new).collect::<Vec<_>>());
        self.shelf.borrow_mut().wires.insert(group, Rc::clone(&shapes));
        shapes
    }

    fn fold(&self, shape: &BoxShape, detail: Detail) -> Rc<FoldShape> {
        if let Some((of, fold)) = self.shelf.borrow().folds.get(&shape.id)
            && *of == detail
        {
            return Rc::clone(fold);
        }
        let inside = self.inside().get(&shape.id).copied().unwrap_or_default();
        let scale = detail.text();
        let problems = if inside.problems > 0 { inside.problems.to_string() } else { String::new() };
        let room = shape.rect.w / scale - 16.0 - if problems.is_empty() { 0.0 } else { 30.0 };
        let lines = shape.rect.h / scale;
        let count = text::fold_count(inside.cards);
        let short = inside.cards.to_string();
        let count = if count.chars().count() as f32 * MONO_11 <= room { count } else { short };
        let fold = Rc::new(FoldShape {
            id: shape.id.clone(),
            kind: shape.kind,
            role: shape.role,
            rect: shape.rect,
            text: scale,
            label: if room >= 24.0 && lines >= 20.0 {
                fit(&shape.title, room, BOLD_12)
            } else {
                String::new()
            },
            count: if inside.cards > 0
                && lines >= 38.0
                && count.chars().count() as f32 * MONO_11 <= room + 8.0
            {
                count
            } else {
                String::new()
            },
            problems: (!problems.is_empty() && room >= 0.0).then_some(problems),
            name: text::fold_name(&shape.name, inside.cards, inside.problems),
        });
        self.shelf.borrow_mut().folds.insert(shape.id.clone(), (detail, Rc::clone(&fold)));
        fold
    }

    fn inside(&self) -> &HashMap<Id, Inside> {
        self.inside.get_or_init(|| {
            let mut inside: HashMap<Id, Inside> = HashMap::new();
            // Containers stand before what they contain, so sums go upwards from the end.
            for (id, item) in self.layout.items.iter().rev() {
                let mut own = inside.get(id).copied().unwrap_or_default();
                own.cards += usize::from(matches!(item.role, Role::Card | Role::Edge | Role::Pill));
                own.problems += self.index.problems(id);
                if let Some(parent) = &item.parent {
                    let sum = inside.entry(parent.clone()).or_default();
                    sum.cards += own.cards;
                    sum.problems += own.problems;
                }
            }
            Rc::new(inside)
        })
    }
}

/// What a line and its label cover, with room for a label in any of its places.
fn reach(wire: &WireShape) -> Rect {
    let corners = wire.points.iter().map(|point| Rect::new(point.x, point.y, 0.0, 0.0));
    corners.reduce(|all, next| all.union(&next)).unwrap_or_default().grown(LABEL)
}

/// Components whose frame is another in one of two documents.
fn differing(before: &Document, after: &Document) -> Vec<Id> {
    let changed = after.frames.iter().filter(|(id, frame)| before.frames.get(*id) != Some(*frame));
    let gone = before.frames.keys().filter(|id| !after.frames.contains_key(*id));
    changed.map(|(id, _)| id).chain(gone).cloned().collect()
}

impl Shelf {
    /// Puts what moved where it stands now; what changed its size is made anew.
    fn shift(&mut self, before: &Layout, after: &Layout, moved: &Moved) {
        let mut gone = Vec::new();
        for (id, kept) in &mut self.shapes {
            let Some((position, _, new)) = after.items.get_full(id) else { continue };
            if !moved.has(position) {
                continue;
            }
            let old = before.items.get(id);
            let same = old.is_some_and(|old| {
                old.rect.w == new.rect.w && old.rect.h == new.rect.h && old.parent == new.parent
            });
            match kept {
                _ if !same => gone.push(id.clone()),
                Kept::Box(shape) => Rc::make_mut(shape).rect = new.rect,
                Kept::Card(shape) => Rc::make_mut(shape).rect = new.rect,
                Kept::Nothing => {}
            }
        }
        for id in gone {
            self.shapes.remove(&id);
        }
        self.folds.retain(|id, _| after.items.get_index_of(id).is_some_and(|position| !moved.has(position)));
    }
}
