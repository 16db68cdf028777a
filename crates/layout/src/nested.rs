//! Boxes in boxes, by AWS conventions: zones are columns, tiers are rows, gateways stand on the
//! top edge of their VPC, the internet stands above the Regions. The same document always gives
//! the same layout.

use hopscope_aws::Document;

use crate::flow::{Cell, flow};
use crate::grid::zone_grid;
use crate::links;
use crate::model::{Layout, Placed, Role};
use crate::tree::{Item, Tree};
use crate::{Point, Rect, world};

/// Width of a card.
pub const CARD_W: f32 = 128.0;
/// Height of a card.
pub const CARD_H: f32 = 64.0;
/// Height of an interface's row in the card of its instance.
pub const PORT_H: f32 = 24.0;
/// Space between a container's edge and what it contains.
pub const PAD: f32 = 16.0;
/// Space between cards.
pub const CARD_GAP: f32 = 16.0;
/// Space between containers: room for lines and their labels.
pub const BOX_GAP: f32 = 40.0;
/// Space between networks that lines with a card of their own join.
pub(crate) const LINK_GAP: f32 = 144.0;
/// Space round the whole picture.
pub const MARGIN: f32 = 32.0;

/// Places every drawn component of a document.
#[must_use]
pub fn layout(document: &Document) -> Layout {
    let mut layout = absolute(&sized(document));
    links::place(document, &mut layout);
    layout
}

/// Everything with its size and its place in what contains it.
pub(crate) fn sized(document: &Document) -> Tree {
    let mut tree = Tree::of(document);
    // Inner containers first: a container's size follows from what it contains.
    for index in tree.inner_first() {
        arrange(&mut tree, index);
    }
    world::top(&mut tree);
    tree
}

/// Places what stands in one container, which gets its size by that.
pub(crate) fn arrange(tree: &mut Tree, index: usize) {
    match tree.items.get(index).map(|item| item.kind) {
        Some("instance") => instance(tree, index),
        Some("vpc") => vpc(tree, index),
        Some(_) => container(tree, index),
        None => {}
    }
}

/// An instance: one interface takes the whole card, several become rows in it.
fn instance(tree: &mut Tree, index: usize) {
    let ports = tree.children(index);
    if ports.len() < 2 {
        for port in ports {
            tree.place(port, Point::default(), (CARD_W, CARD_H));
        }
        tree.size(index, (CARD_W, CARD_H));
        return;
    }
    let mut y = CARD_H;
    for port in ports {
        tree.place(port, Point::new(8.0, y), (CARD_W - 16.0, PORT_H));
        y += PORT_H + 4.0;
    }
    tree.size(index, (CARD_W, y + 4.0));
}

/// Any container but a VPC: containers in shelves, then cards in rows.
fn container(tree: &mut Tree, index: usize) {
    let Some(item) = tree.items.get(index).cloned() else { return };
    if item.role != Role::Box {
        return;
    }
    let (boxes, cards): (Vec<usize>, Vec<usize>) = tree
        .children(index)
        .into_iter()
        .partition(|child| tree.items.get(*child).is_some_and(|child| child.role == Role::Box));
    let top = item.header;
    let pinned = pin(tree, index, top);
    let joined = tree.linked && item.kind == "region";
    // Services stand above the VPCs, where endpoints lead.
    let (services, rest): (Vec<usize>, Vec<usize>) = cards
        .into_iter()
        .partition(|card| tree.items.get(*card).is_some_and(|item| item.kind == "aws-service"));
    let mut cards = rest;
    let above = if services.is_empty() { 0.0 } else { CARD_H + BOX_GAP };
    let start = Point::new(PAD + 4.0, top + 4.0 + above);
    let mut bottom = if joined && boxes.len() <= 4 {
        run(tree, &boxes, start, &pinned, FAR, LINK_GAP)
    } else {
        shelves(tree, &boxes, start, &pinned, if joined { LINK_GAP } else { BOX_GAP })
    };
    if !services.is_empty() {
        let used = services.len() as f32 * (CARD_W + CARD_GAP) - CARD_GAP;
        let right = tree.extent(&boxes).map_or(0.0, |extent| extent.right());
        let start = Point::new((right - used).max(item.title_width + PAD), top + 4.0);
        rows(tree, &services, start, &pinned, used + 1.0);
    }
    if bottom > start.y && !cards.is_empty() {
        bottom += if joined { BOX_GAP * 2.0 } else { BOX_GAP };
    }
    let mut start = Point::new(PAD, bottom.max(top));
    // Routers of a site stand at the side that faces AWS, transit gateways under the middle.
    let rank = |kind: &str| match kind {
        "on-premises-host" | "direct-connect-connection" => 0,
        "on-premises-firewall" => 1,
        "customer-gateway" => 3,
        _ => 2,
    };
    cards.sort_by_key(|card| tree.items.get(*card).map_or(2, |item| rank(item.kind)));
    let width = row_width(cards.len());
    if joined && let Some(extent) = tree.extent(&boxes) {
        let used = (width - CARD_GAP).min(cards.len() as f32 * (CARD_W + CARD_GAP) - CARD_GAP);
        start.x = (extent.x + (extent.w - used) / 2.0).max(PAD).round();
    }
    rows(tree, &cards, start, &pinned, width);
    close(tree, index, item.least);
    // Lines between VPCs that do not stand side by side run below them.
    if joined
        && boxes.len() > 2
        && cards.is_empty()
        && let Some(size) = tree.items.get(index).map(|item| item.size)
    {
        tree.size(index, (size.0, size.1 + BOX_GAP * 1.5));
    }
}

/// A VPC: a column for each zone, a row for each tier, gateways on the top edge, the rest below.
fn vpc(tree: &mut Tree, index: usize) {
    let Some(item) = tree.items.get(index).cloned() else { return };
    let children = tree.children(index);
    let of = |wanted: fn(&Item) -> bool| -> Vec<usize> {
        children.iter().copied().filter(|child| tree.items.get(*child).is_some_and(wanted)).collect()
    };
    let subnets = of(|child| child.kind == "subnet");
    let edges = of(|child| child.role == Role::Edge);
    let boxes = of(|child| child.role == Role::Box && child.kind != "subnet");
    let cards = of(|child| matches!(child.role, Role::Card | Role::Pill));
    let pinned = pin(tree, index, item.header);
    let (bands, mut bottom) = zone_grid(tree, index, &subnets, &pinned);
    let width = bands.iter().map(|band| band.rect.right()).fold(0.0, f32::max);
    if !boxes.is_empty() {
        bottom = shelves(tree, &boxes, Point::new(PAD, bottom), &pinned, BOX_GAP) + BOX_GAP;
    }
    rows(tree, &cards, Point::new(PAD, bottom), &pinned, (width - PAD).max(row_width(3)));
    if let Some(vpc) = tree.items.get_mut(index) {
        vpc.bands = bands;
    }
    let mut least = item.least;
    let run = edges.len() as f32 * (CARD_W + CARD_GAP);
    if !edges.is_empty() {
        least.0 = least.0.max(item.title_width + run + PAD);
    }
    close(tree, index, least);
    gateways(tree, index, &edges, item.title_width);
}

/// Puts gateways on the top edge of their VPC: right of the title, in the middle where there is
/// room, beside those that were placed by hand.
fn gateways(tree: &mut Tree, vpc: usize, edges: &[usize], title: f32) {
    let Some(mut size) = tree.items.get(vpc).map(|vpc| vpc.size) else { return };
    let asked = |tree: &Tree, edge: usize| {
        let frame = tree.items.get(edge)?.frame?;
        Some(frame.x.clamp(PAD, (size.0 - CARD_W - PAD).max(PAD)))
    };
    let taken: Vec<f32> = edges.iter().filter_map(|edge| asked(tree, *edge)).collect();
    let run = edges.len() as f32 * (CARD_W + CARD_GAP) - CARD_GAP;
    let mut x = ((size.0 - run) / 2.0).round().max(title);
    let mut right: f32 = 0.0;
    for edge in edges {
        let at = asked(tree, *edge).unwrap_or_else(|| {
            for _ in 0..taken.len() {
                let hit = taken.iter().find(|other| (x - **other).abs() < CARD_W + CARD_GAP);
                let Some(hit) = hit else { break };
                x = hit + CARD_W + CARD_GAP;
            }
            let at = x;
            x += CARD_W + CARD_GAP;
            at
        });
        tree.place(*edge, Point::new(at, -CARD_H / 2.0), (CARD_W, CARD_H));
        right = right.max(at + CARD_W);
    }
    size.0 = size.0.max(right + PAD);
    tree.size(vpc, size);
    if let Some(item) = tree.items.get_mut(vpc) {
        item.overhang = if edges.is_empty() { 0.0 } else { CARD_H / 2.0 };
    }
}

/// Puts hand-placed children where they belong and returns their rectangles.
fn pin(tree: &mut Tree, parent: usize, header: f32) -> Vec<Rect> {
    let mut pinned = Vec::new();
    for child in tree.children(parent) {
        let Some(item) = tree.items.get(child) else { continue };
        let (Some(frame), false) = (item.frame, item.role == Role::Edge) else { continue };
        let size = item.framed();
        let at = Point::new(frame.x.clamp(PAD, FAR), (frame.y - item.overhang).max(header) + item.overhang);
        tree.place(child, Point::new(at.x, at.y.min(FAR)), size);
        pinned.extend(tree.items.get(child).map(Item::footprint));
    }
    pinned
}

/// Nothing stands farther away than this, whatever a document says.
pub(crate) const FAR: f32 = 100_000.0;

/// Containers in shelves, roughly as wide as the picture is tall.
pub(crate) fn shelves(tree: &mut Tree, boxes: &[usize], start: Point, pinned: &[Rect], gap: f32) -> f32 {
    let area: f32 = boxes
        .iter()
        .filter_map(|index| tree.items.get(*index))
        .map(|item| (item.size.0 + gap) * (item.size.1 + gap))
        .sum();
    run(tree, boxes, start, pinned, (area * 1.8).sqrt(), gap)
}

/// Cards in rows.
pub(crate) fn rows(tree: &mut Tree, cards: &[usize], start: Point, pinned: &[Rect], width: f32) -> f32 {
    run(tree, cards, start, pinned, width, CARD_GAP)
}

fn run(tree: &mut Tree, items: &[usize], start: Point, pinned: &[Rect], width: f32, gap: f32) -> f32 {
    let automatic: Vec<usize> = items
        .iter()
        .copied()
        .filter(|index| tree.items.get(*index).is_some_and(|item| item.frame.is_none()))
        .collect();
    let cells: Vec<Cell> = automatic
        .iter()
        .filter_map(|index| tree.items.get(*index))
        .map(|item| Cell { w: item.size.0, h: item.size.1, overhang: item.overhang })
        .collect();
    let (places, bottom) = flow(&cells, start, width, gap, pinned);
    for (index, (at, cell)) in automatic.into_iter().zip(places.into_iter().zip(cells)) {
        tree.place(index, at, (cell.w, cell.h));
    }
    bottom
}

pub(crate) fn row_width(cards: usize) -> f32 {
    let columns = (cards as f32).sqrt().ceil().max(if cards == 3 { 3.0 } else { 1.0 });
    columns * (CARD_W + CARD_GAP)
}

/// Gives a container the size its children, its title and its frame ask for.
fn close(tree: &mut Tree, index: usize, least: (f32, f32)) {
    let children: Vec<usize> = tree
        .children(index)
        .into_iter()
        .filter(|child| tree.items.get(*child).is_some_and(|item| item.role != Role::Edge))
        .collect();
    let mut size = least;
    if let Some(extent) = tree.extent(&children) {
        size = (size.0.max(extent.right() + PAD), size.1.max(extent.bottom() + PAD));
    }
    let bands: Vec<Rect> = tree
        .items
        .get(index)
        .map(|item| item.bands.iter().map(|band| band.rect).collect())
        .unwrap_or_default();
    for band in bands {
        size = (size.0.max(band.right() + PAD), size.1.max(band.bottom() + PAD));
    }
    if let Some(frame) = tree.items.get(index).and_then(|item| item.frame) {
        size = (size.0.max(frame.w.clamp(0.0, FAR)), size.1.max(frame.h.clamp(0.0, FAR)));
    }
    tree.size(index, size);
}

/// The strip that holds a container's title.
pub(crate) fn header(item: &Item, rect: &Rect) -> Rect {
    match item.role {
        Role::Box => Rect::new(rect.x, rect.y, item.title_width.min(rect.w), item.header.min(rect.h)),
        _ => Rect::default(),
    }
}

/// Turns relative places into absolute rectangles.
pub(crate) fn absolute(tree: &Tree) -> Layout {
    let mut layout = Layout { outside: tree.outside, ..Layout::default() };
    let mut stack: Vec<(usize, Point, usize, Option<hopscope_aws::Id>)> =
        tree.roots.iter().rev().map(|root| (*root, Point::default(), 0, None)).collect();
    while let Some((index, origin, depth, parent)) = stack.pop() {
        let Some(item) = tree.items.get(index) else { continue };
        let rect = Rect::new(origin.x + item.at.x, origin.y + item.at.y, item.size.0, item.size.1);
        let header = header(item, &rect);
        layout.items.insert(item.id.clone(), Placed { rect, role: item.role, parent, depth, header });
        let inner = Point::new(rect.x, rect.y);
        for child in tree.children(index).into_iter().rev() {
            stack.push((child, inner, depth + 1, Some(item.id.clone())));
        }
    }
    finish(tree, &mut layout);
    layout
}

/// Zone columns and bounds of a layout whose rectangles are known.
pub(crate) fn finish(tree: &Tree, layout: &mut Layout) {
    let mut world: Option<Rect> = None;
    let mut gateways = false;
    layout.bands.clear();
    for (id, placed) in &layout.items {
        let rect = placed.rect;
        world = Some(world.map_or(rect, |world| world.union(&rect)));
        gateways |= placed.role == Role::Edge;
        if placed.role != Role::Box {
            continue;
        }
        for band in tree.find(id).and_then(|index| tree.items.get(index)).iter().flat_map(|item| &item.bands)
        {
            let rect = band.rect.moved(rect.x, rect.y);
            layout.bands.push(crate::Band { vpc: id.clone(), zone: band.zone.clone(), rect });
        }
    }
    let mut bounds = world.unwrap_or(Rect::new(0.0, 0.0, 640.0, 360.0));
    if tree.lone && gateways {
        bounds = bounds.union(&tree.outside);
    }
    layout.bounds = bounds.grown(MARGIN);
    layout.outside = tree.outside;
}
