//! The top level of a picture: Regions in the middle, on-premises sites to the left, AWS's edge
//! above, and the internet with its hosts and names above that.

use crate::model::Role;
use crate::nested::{BOX_GAP, CARD_GAP, CARD_H, CARD_W, FAR, LINK_GAP, row_width, rows, shelves};
use crate::tree::{Item, Tree};
use crate::{Point, Rect};

/// What stands above the Regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ring {
    /// AWS's edge, next to the Regions.
    Edge,
    /// The internet and its hosts.
    World,
    /// People on their way in.
    Client,
    /// Zones of names and what watches over them.
    Names,
}

fn above(kind: &str) -> Option<Ring> {
    match kind {
        "cloudfront-distribution" | "edge-location" | "global-accelerator" | "shield-protection" => {
            Some(Ring::Edge)
        }
        "internet" | "internet-host" => Some(Ring::World),
        "vpn-client" => Some(Ring::Client),
        "health-check" | "hosted-zone" => Some(Ring::Names),
        _ => None,
    }
}

/// Size of a block of so many cards, eight in a row at most.
fn block(cards: usize) -> (f32, f32) {
    let per_row = cards.clamp(1, 8);
    let lines = cards.div_ceil(per_row).max(1) as f32;
    (per_row as f32 * (CARD_W + CARD_GAP) - CARD_GAP, lines * (CARD_H + CARD_GAP) - CARD_GAP)
}

/// The top level: Regions and orphans in shelves, the internet and its hosts above them.
pub fn top(tree: &mut Tree) {
    let roots = tree.roots.clone();
    let out = |item: &Item| above(item.kind).is_some();
    let (beside, roots): (Vec<usize>, Vec<usize>) = roots
        .iter()
        .copied()
        .partition(|root| tree.items.get(*root).is_some_and(|item| side(item.kind).is_some()));
    let (outside, inside): (Vec<usize>, Vec<usize>) =
        roots.iter().copied().partition(|root| tree.items.get(*root).is_some_and(out));
    let (boxes, cards): (Vec<usize>, Vec<usize>) = inside
        .iter()
        .copied()
        .partition(|root| tree.items.get(*root).is_some_and(|item| item.role == Role::Box));
    let pinned = pin_roots(tree);
    let gap = if tree.linked { LINK_GAP } else { BOX_GAP };
    let mut bottom = shelves(tree, &boxes, Point::default(), &pinned, gap);
    if bottom > 0.0 {
        bottom += BOX_GAP;
    }
    rows(tree, &cards, Point::new(0.0, bottom), &pinned, row_width(cards.len().min(36)));
    let world = tree.extent(&inside).unwrap_or_default();
    // Above the first gateway, so that its line to the internet is straight.
    let middle = gateway(tree).unwrap_or(world.x + world.w / 2.0);
    let of = |tree: &Tree, ring: Ring| -> Vec<usize> {
        let is = |root: &&usize| tree.items.get(**root).is_some_and(|item| above(item.kind) == Some(ring));
        outside.iter().filter(is).copied().collect()
    };
    let edge = of(tree, Ring::Edge);
    let ceiling = match edge.len() {
        0 => world.y,
        count => {
            let (width, height) = block(count);
            let start = Point::new((middle - width / 2.0).max(world.x).round(), world.y - BOX_GAP - height);
            rows(tree, &edge, start, &pinned, width + 1.0);
            start.y
        }
    };
    // Clients stand beside the internet, and names beside them; it keeps the first place also where
    // nothing stands for it.
    let mut outside = of(tree, Ring::World);
    let lone = outside.is_empty();
    outside.extend(of(tree, Ring::Client));
    outside.extend(of(tree, Ring::Names));
    let (width, height) = block(outside.len().max(1));
    let shift = if lone && !outside.is_empty() { CARD_W * 1.5 + CARD_GAP } else { 0.0 };
    let start = Point::new(
        (middle + shift - if shift > 0.0 { CARD_W } else { width / 2.0 }).max(world.x + shift).round(),
        ceiling - BOX_GAP - height,
    );
    let pinned: Vec<Rect> = roots
        .iter()
        .filter_map(|root| tree.items.get(*root))
        .filter(|item| item.frame.is_some() || !out(item))
        .map(Item::footprint)
        .collect();
    rows(tree, &outside, start, &pinned, width + 1.0);
    tree.outside =
        Rect::new((middle - CARD_W / 2.0).max(world.x).round(), ceiling - BOX_GAP - CARD_H, CARD_W, CARD_H);
    tree.lone = lone;
    sides(tree, &beside, &world);
}

/// Which column left of the Regions something at the top level stands in, from the inside out.
fn side(kind: &str) -> Option<usize> {
    ["direct-connect-gateway", "direct-connect-location", "on-premises"]
        .iter()
        .position(|known| *known == kind)
}

/// Direct Connect gateways, then locations, then sites: columns to the left of the Regions, with
/// room for the lines between them.
fn sides(tree: &mut Tree, beside: &[usize], world: &Rect) {
    let mut edge = world.x - LINK_GAP;
    for column in 0..3 {
        let of = |tree: &Tree, index: &usize| {
            tree.items
                .get(*index)
                .filter(|item| side(item.kind) == Some(column) && item.frame.is_none())
                .map(|i| i.size)
        };
        let found: Vec<(usize, (f32, f32))> =
            beside.iter().filter_map(|index| Some((*index, of(tree, index)?))).collect();
        if found.is_empty() {
            continue;
        }
        let width = found.iter().map(|(_, size)| size.0).fold(0.0, f32::max);
        let height = found.iter().map(|(_, size)| size.1 + BOX_GAP * 1.5).sum::<f32>() - BOX_GAP * 1.5;
        let mut y = (world.y + ((world.h - height) / 2.0).max(0.0)).round();
        for (index, size) in found {
            tree.place(index, Point::new(edge - width, y), size);
            y += size.1 + BOX_GAP * 1.5;
        }
        edge -= width + LINK_GAP;
    }
}

/// The middle of the first gateway on the edge of a VPC.
fn gateway(tree: &Tree) -> Option<f32> {
    let mut stack: Vec<(usize, f32)> = tree.roots.iter().rev().map(|root| (*root, 0.0)).collect();
    while let Some((index, x)) = stack.pop() {
        let item = tree.items.get(index)?;
        let x = x + item.at.x;
        if item.role == Role::Edge {
            return Some(x + item.size.0 / 2.0);
        }
        stack.extend(tree.children(index).into_iter().rev().map(|child| (child, x)));
    }
    None
}

fn pin_roots(tree: &mut Tree) -> Vec<Rect> {
    let mut pinned = Vec::new();
    for root in tree.roots.clone() {
        let Some(item) = tree.items.get(root) else { continue };
        let Some(frame) = item.frame else { continue };
        let size = item.framed();
        tree.place(root, Point::new(frame.x.clamp(-FAR, FAR), frame.y.clamp(-FAR, FAR)), size);
        pinned.extend(tree.items.get(root).map(Item::footprint));
    }
    pinned
}
