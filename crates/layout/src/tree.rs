//! Which component is drawn in which: legal parents are kept, everything else stands at the top
//! level. Depth is bounded, so that no document can exhaust the stack.

use std::collections::HashMap;

use hopscope_aws::{Config, Document, Frame, Id, Node, Shape};

use crate::links;
use crate::model::{Band, Role};
use crate::nested::{CARD_H, CARD_W, PAD, PORT_H};
use crate::roles::{Routing, Tier};
use crate::{Point, Rect};

/// Containers may be nested this deep; what is deeper stands at the top level.
const DEEPEST: usize = 8;

/// A drawn component with its place relative to its parent.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub id: Id,
    pub kind: &'static str,
    pub role: Role,
    pub frame: Option<Frame>,
    pub at: Point,
    pub size: (f32, f32),
    /// The size it has by itself; what contains it may give it more.
    pub natural: (f32, f32),
    /// What a subnet is by its route table, and its zone.
    pub place: (Tier, Option<Id>),
    /// The zones near a VPC, and whether no subnet is in them.
    pub zones: Vec<(Id, bool)>,
    /// How far cards on its top edge stick out above it.
    pub overhang: f32,
    /// Height of the strip that holds its title.
    pub header: f32,
    /// Estimated width of its title.
    pub title_width: f32,
    /// Smallest size.
    pub least: (f32, f32),
    /// Zone columns of a VPC, relative to it.
    pub bands: Vec<Band>,
    depth: usize,
}

impl Item {
    fn of(node: &Node, document: &Document, routing: &Routing<'_>) -> Option<Self> {
        let spec = node.config.spec();
        let role = match spec.shape {
            Shape::Container => Role::Box,
            // With both ends it stands on the line between them.
            Shape::Link if links::on_line(document, node) => return None,
            Shape::Link => Role::Pill,
            Shape::Card => Role::Card,
            Shape::Edge => Role::Edge,
            Shape::Band | Shape::Table => return None,
        };
        let (header, title_width, least) = title(node, role);
        let size = match role {
            Role::Box => least,
            Role::Pill => (links::PILL_W, links::PILL_H),
            _ => (CARD_W, CARD_H),
        };
        let (mut place, mut zones) = ((Tier::Isolated, None), Vec::new());
        match &node.config {
            Config::Subnet(_) => place = (routing.tier(&node.id), routing.zone(&node.id).cloned()),
            Config::Vpc(_) => {
                zones = routing.zones_near(&node.id).map(|(zone, idle)| (zone.clone(), idle)).collect();
            }
            _ => {}
        }
        Some(Self {
            id: node.id.clone(),
            kind: spec.kind,
            role,
            frame: frame_of(document, &node.id),
            at: Point::default(),
            size,
            natural: size,
            place,
            zones,
            overhang: 0.0,
            header,
            title_width,
            least,
            bands: Vec::new(),
            depth: 0,
        })
    }

    /// Interfaces are rows of their instance; a gateway stands on the edge of a VPC only.
    fn belong(&mut self, parent: Option<&str>) {
        match (self.role, parent) {
            (Role::Card, Some("instance")) => {
                self.role = Role::Port;
                self.natural = (CARD_W - 16.0, PORT_H);
                self.size = self.natural;
                self.frame = None;
            }
            (Role::Edge, parent) if parent != Some("vpc") => self.role = Role::Card,
            _ => {}
        }
    }

    /// Its size, at least what its frame asks for; cards do not change size.
    pub fn framed(&self) -> (f32, f32) {
        match (self.role, self.frame) {
            (Role::Box, Some(frame)) => (self.size.0.max(frame.w), self.size.1.max(frame.h)),
            _ => self.size,
        }
    }

    /// The rectangle it needs, relative to its parent, what sticks out included.
    pub fn footprint(&self) -> Rect {
        Rect::new(self.at.x, self.at.y - self.overhang, self.size.0, self.size.1 + self.overhang)
    }
}

/// Where a person put something, if that makes sense.
pub(crate) fn frame_of(document: &Document, id: &Id) -> Option<Frame> {
    let frame = document.frames.get(id).copied();
    frame.filter(|f| [f.x, f.y, f.w, f.h].iter().all(|v| v.is_finite()))
}

/// Height of the title strip, its estimated width, smallest size.
fn title(node: &Node, role: Role) -> (f32, f32, (f32, f32)) {
    let name = width(node.label(), 7.9);
    match (&node.config, role) {
        (Config::Vpc(vpc), _) => {
            let blocks: f32 =
                vpc.cidrs.iter().chain(&vpc.ipv6_cidrs).map(|cidr| width(cidr, 7.3) + 14.0).sum();
            let title = (36.0 + name + blocks).clamp(120.0, 420.0).ceil();
            (48.0, title, (title.max(320.0), 200.0))
        }
        (Config::Subnet(subnet), _) => {
            let block = |cidr: &Option<String>| cidr.as_deref().map_or(0.0, |cidr| width(cidr, 6.8) + 14.0);
            let first = 40.0 + name + 64.0;
            let second = 20.0 + block(&subnet.cidr) + block(&subnet.ipv6_cidr);
            let title = first.max(second).clamp(176.0, 320.0).ceil();
            (56.0, title, (title, 56.0 + CARD_H + PAD))
        }
        (Config::OnPremises(_), _) => (56.0, (40.0 + name).clamp(160.0, 320.0).ceil(), (200.0, 120.0)),
        (Config::Region(_), _) => (40.0, (40.0 + name).clamp(80.0, 320.0).ceil(), (360.0, 240.0)),
        (_, Role::Box) => (40.0, (40.0 + name).clamp(80.0, 320.0).ceil(), (200.0, 120.0)),
        _ => (0.0, 0.0, (CARD_W, CARD_H)),
    }
}

fn width(text: &str, each: f32) -> f32 {
    text.chars().take(64).map(|c| if c > '\u{2e80}' { each * 1.9 } else { each }).sum()
}

/// The components to draw.
pub(crate) struct Tree {
    pub items: Vec<Item>,
    /// Items drawn in no other, in the document's order.
    pub roots: Vec<usize>,
    children: Vec<Vec<usize>>,
    /// What each item is drawn in.
    parents: Vec<Option<usize>>,
    index: HashMap<Id, usize>,
    /// Where the internet at large stands.
    pub outside: Rect,
    /// No component stands for the internet.
    pub lone: bool,
    /// Lines between networks need room for their cards.
    pub linked: bool,
    /// Something stands on a line between two others.
    pub pills: bool,
}

impl Tree {
    pub fn of(document: &Document) -> Self {
        let routing = Routing::of(document);
        let mut items = Vec::new();
        let mut index: HashMap<Id, usize> = HashMap::new();
        for node in document.nodes.values() {
            if let Some(item) = Item::of(node, document, &routing) {
                index.insert(node.id.clone(), items.len());
                items.push(item);
            }
        }
        let parents: Vec<Option<usize>> =
            items.iter().map(|item| drawn_parent(document, &index, item)).collect();
        let mut tree = Self {
            children: vec![Vec::new(); items.len()],
            parents: vec![None; items.len()],
            index,
            items,
            roots: Vec::new(),
            outside: Rect::default(),
            lone: true,
            linked: links::any(document),
            pills: links::any_on_line(document),
        };
        let cut = tree.depths(&parents);
        for (child, parent) in parents.iter().enumerate() {
            match parent {
                Some(parent) if !cut.get(child).copied().unwrap_or(true) => {
                    if let Some(siblings) = tree.children.get_mut(*parent) {
                        siblings.push(child);
                    }
                    if let Some(slot) = tree.parents.get_mut(child) {
                        *slot = Some(*parent);
                    }
                    let parent = tree.items.get(*parent).map(|parent| parent.kind);
                    if let Some(item) = tree.items.get_mut(child) {
                        item.belong(parent);
                    }
                }
                _ => {
                    tree.roots.push(child);
                    if let Some(item) = tree.items.get_mut(child) {
                        item.belong(None);
                    }
                }
            }
        }
        tree
    }

    /// Finds depths; returns which items lose their parent (cycles, too deep).
    fn depths(&mut self, parents: &[Option<usize>]) -> Vec<bool> {
        const UNKNOWN: usize = usize::MAX;
        let mut depth = vec![UNKNOWN; parents.len()];
        let mut cut = vec![false; parents.len()];
        for start in 0..parents.len() {
            let mut path = Vec::new();
            let mut at = Some(start);
            // Up to something known, to the top, or round a cycle.
            while let Some(here) = at {
                if depth.get(here).is_none_or(|known| *known != UNKNOWN) || path.contains(&here) {
                    break;
                }
                path.push(here);
                if path.len() > 64 {
                    break;
                }
                at = parents.get(here).copied().flatten();
            }
            while let Some(here) = path.pop() {
                let above =
                    parents.get(here).copied().flatten().and_then(|parent| depth.get(parent)).copied();
                let mine = match above {
                    Some(above) if above != UNKNOWN && above < DEEPEST => above + 1,
                    _ => {
                        if let Some(cut) = cut.get_mut(here) {
                            *cut = true;
                        }
                        0
                    }
                };
                if let Some(slot) = depth.get_mut(here) {
                    *slot = mine;
                }
            }
        }
        for (item, depth) in self.items.iter_mut().zip(depth) {
            item.depth = depth;
        }
        cut
    }

    /// Every item that may contain others, inner ones first.
    pub fn inner_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(self.items.get(*index).map_or(0, |item| item.depth)));
        order
    }

    /// The item of a component.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// What an item is drawn in.
    pub fn parent(&self, index: usize) -> Option<usize> {
        self.parents.get(index).copied().flatten()
    }

    /// Containers around an item.
    pub fn depth(&self, index: usize) -> usize {
        self.items.get(index).map_or(0, |item| item.depth)
    }

    /// Gives what stands in a container its own size again, before it is laid out anew.
    pub fn relax(&mut self, index: usize) {
        for child in self.children(index) {
            if let Some(item) = self.items.get_mut(child) {
                item.size = item.natural;
            }
        }
    }

    pub fn children(&self, index: usize) -> Vec<usize> {
        self.children.get(index).cloned().unwrap_or_default()
    }

    pub fn place(&mut self, index: usize, at: Point, size: (f32, f32)) {
        if let Some(item) = self.items.get_mut(index) {
            item.at = at;
            item.size = size;
        }
    }

    pub fn size(&mut self, index: usize, size: (f32, f32)) {
        if let Some(item) = self.items.get_mut(index) {
            item.size = size;
            item.natural = size;
        }
    }

    /// The rectangle round placed items, relative to their parent.
    pub fn extent(&self, items: &[usize]) -> Option<Rect> {
        items
            .iter()
            .filter_map(|index| self.items.get(*index))
            .map(Item::footprint)
            .reduce(|all, next| all.union(&next))
    }
}

/// The item a component is drawn in: its nearest drawn container, or its instance.
fn drawn_parent(document: &Document, index: &HashMap<Id, usize>, item: &Item) -> Option<usize> {
    if matches!(item.kind, "internet" | "internet-host" | "region") {
        return None;
    }
    let mut at = document.node(&item.id)?.parent.as_deref()?;
    for _ in 0..DEEPEST {
        let node = document.node(at)?;
        let fits = match node.config.spec().shape {
            Shape::Container => true,
            Shape::Card => node.kind() == "instance" && item.kind == "network-interface",
            Shape::Edge | Shape::Band | Shape::Table | Shape::Link => false,
        };
        if fits {
            return index.get(at).copied();
        }
        at = node.parent.as_deref()?;
    }
    None
}
