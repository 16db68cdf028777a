//! Lines that are components themselves: peering, attachments, VPN connections and virtual
//! interfaces stand as a small card on the way between the two things they join.

use hopscope_aws::{Config, Document, Id, Node, Shape};

use crate::model::{Layout, Placed, Role};
use crate::wires::route_path;
use crate::{Point, Rect};

/// Width of the card on a line.
pub(crate) const PILL_W: f32 = 116.0;
/// Height of the card on a line.
pub(crate) const PILL_H: f32 = 28.0;
/// More lines than this are placed without looking for a way.
const MOST: usize = 200;

/// The two things a line joins, the one it belongs to last; fewer where it is half drawn.
pub(crate) fn ends(document: &Document, node: &Node) -> Vec<Id> {
    let found: [Option<&Id>; 2] = match &node.config {
        Config::VpcPeeringConnection(peering) => [peering.requester.as_ref(), peering.accepter.as_ref()],
        Config::TransitGatewayAttachment(attachment) => [attachment.resource.as_ref(), node.parent.as_ref()],
        Config::VpnConnection(vpn) => [vpn.customer_gateway.as_ref(), vpn.gateway.as_ref()],
        Config::VirtualInterface(vif) => [node.parent.as_ref(), vif.gateway.as_ref()],
        _ => [None, None],
    };
    let drawn = |id: &&Id| {
        document.node(id).is_some_and(|end| {
            !matches!(end.config.spec().shape, Shape::Band | Shape::Table) && end.id != node.id
        })
    };
    found.into_iter().flatten().filter(drawn).cloned().collect()
}

/// Whether a component stands on a line instead of in a container.
pub(crate) fn on_line(document: &Document, node: &Node) -> bool {
    node.config.spec().shape == Shape::Link && ends(document, node).len() == 2
}

/// Whether anything stands on a line between two others.
pub(crate) fn any_on_line(document: &Document) -> bool {
    document.nodes.values().any(|node| on_line(document, node))
}

/// Whether anything of the document joins networks: then there is more room between them.
pub(crate) fn any(document: &Document) -> bool {
    let joins = |node: &Node| node.config.spec().shape == Shape::Link || node.kind() == "transit-gateway";
    document.nodes.values().any(|node| joins(node))
}

/// Places every line's card, those first that others end at.
pub(crate) fn place(document: &Document, layout: &mut Layout) {
    let mut waiting: Vec<(&Node, Id, Id)> = document
        .nodes
        .values()
        .filter(|node| on_line(document, node))
        .filter_map(|node| match <[Id; 2]>::try_from(ends(document, node)) {
            Ok([a, b]) => Some((&**node, a, b)),
            Err(_) => None,
        })
        .collect();
    // Three rounds: an attachment may end at a VPN connection, and a Connect attachment at that.
    for _ in 0..3 {
        let (ready, later): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|(_, a, b)| layout.items.contains_key(a) && layout.items.contains_key(b));
        for (node, a, b) in ready {
            // Not in a site, location or VPC that holds one of the two only.
            let own = |id: &Id, other: &Id| -> Vec<Rect> {
                let inner = layout.around(id).filter(|held| {
                    let kind = document.node(held).map(|node| node.kind());
                    kind != Some("region") && !layout.around(other).any(|around| around == *held)
                });
                inner.filter_map(|held| layout.rect(held)).collect()
            };
            let shut = [own(&a, &b), own(&b, &a)].concat();
            let looked = layout.items.len() < MOST * 8;
            let rect = looked.then(|| spot(layout, node, &a, &b, &shut)).flatten();
            let rect = rect.or_else(|| looked.then(|| spot(layout, node, &a, &b, &[])).flatten());
            put(layout, node, rect);
        }
        waiting = later;
    }
    for (node, ..) in waiting {
        put(layout, node, None);
    }
}

fn put(layout: &mut Layout, node: &Node, rect: Option<Rect>) {
    let corner = Point::new(layout.bounds.x + 40.0, layout.bounds.bottom());
    let rect = rect
        .or_else(|| free_near(layout, corner, &[]))
        .unwrap_or(Rect::new(corner.x, corner.y, PILL_W, PILL_H));
    let around = layout.items.iter().filter(|(_, item)| item.role == Role::Box && item.rect.encloses(&rect));
    let parent = around.max_by_key(|(_, item)| item.depth);
    let depth = parent.map_or(0, |(_, item)| item.depth + 1);
    let parent = parent.map(|(id, _)| id.clone());
    layout.bounds = layout.bounds.union(&rect.grown(crate::nested::MARGIN));
    let placed = Placed { rect, role: Role::Pill, parent, depth, header: Rect::default() };
    layout.items.insert(node.id.clone(), placed);
    layout.inside.take();
}

fn around(center: Point) -> Rect {
    Rect::new((center.x - PILL_W / 2.0).round(), (center.y - PILL_H / 2.0).round(), PILL_W, PILL_H)
}

/// Whether a card fits there: clear of other cards and titles, of the edges of boxes, and not in
/// what is shut.
fn is_free(layout: &Layout, rect: &Rect, shut: &[Rect]) -> bool {
    let near = rect.grown(9.0);
    !shut.iter().any(|shut| shut.overlaps(rect))
        && layout.items.values().all(|item| match item.role {
            Role::Box => {
                let apart = !item.rect.overlaps(&near);
                apart || item.rect.encloses(&near) && !item.header.overlaps(rect)
            }
            _ => !item.rect.overlaps(&near),
        })
}

/// On the way between the two: in the middle of the longest straight part; for attachments close
/// to what is attached, so that the lines to one gateway can share the rest.
fn spot(layout: &Layout, node: &Node, a: &Id, b: &Id, shut: &[Rect]) -> Option<Rect> {
    let points = route_path(layout, a, b);
    let mut parts: Vec<(Point, Point)> =
        points.iter().zip(points.iter().skip(1)).map(|(a, b)| (*a, *b)).collect();
    let near_first = matches!(node.config, Config::TransitGatewayAttachment(_));
    if !near_first {
        parts.sort_by(|(a, b), (c, d)| c.distance(*d).total_cmp(&a.distance(*b)));
    }
    let room = |(a, b): &(Point, Point)| a.distance(*b) - if a.y == b.y { PILL_W } else { PILL_H };
    let along = |(a, b): &(Point, Point), share: f32| {
        around(Point::new(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share))
    };
    let shares = if near_first { [0.3, 0.5, 0.2, 0.7, 0.85] } else { [0.5, 0.35, 0.65, 0.2, 0.8] };
    parts
        .iter()
        .filter(|part| room(part) >= 16.0)
        .find_map(|part| {
            shares.iter().map(|share| along(part, *share)).find(|rect| is_free(layout, rect, shut))
        })
        .or_else(|| {
            let (a, b) = parts.first()?;
            free_near(layout, Point::new((a.x + b.x) / 2.0, (a.y + b.y) / 2.0), shut)
        })
}

/// The free spot nearest to a point, on rings around it.
fn free_near(layout: &Layout, at: Point, shut: &[Rect]) -> Option<Rect> {
    (0..24i16).find_map(|ring| {
        let mut spots = Vec::new();
        for dx in -ring..=ring {
            for dy in -ring..=ring {
                if dx.abs() == ring || dy.abs() == ring {
                    spots.push((dx.abs() + dy.abs(), f32::from(dx) * 24.0, f32::from(dy) * 20.0));
                }
            }
        }
        spots.sort_by_key(|(far, ..)| *far);
        spots
            .into_iter()
            .map(|(_, dx, dy)| around(Point::new(at.x + dx, at.y + dy)))
            .find(|rect| is_free(layout, rect, shut))
    })
}
