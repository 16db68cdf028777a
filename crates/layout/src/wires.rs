//! The lines worth drawing, and ways for packets.

use std::collections::{BTreeMap, BTreeSet};

use hopscope_aws::{Config, Document, Id, Node, Shape};

use crate::links;
use crate::model::{Layout, Placed, Role};
use crate::route::{Dock, Field, docks, find, gate_docks, straight};
use crate::{Point, Rect, Routing};

/// Documents beyond this size are looked at from afar: only as many lines are drawn.
const MOST: usize = 1_000;

/// What a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WireKind {
    /// A gateway and the internet it leads to.
    Attachment,
    /// A subnet's (or, with a gateway route table, a gateway's) route to a target.
    Route,
}

/// A line of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Wire {
    /// Where it starts.
    pub from: Id,
    /// Where it ends; `internet` also where no component stands for it.
    pub to: Id,
    /// What it means.
    pub kind: WireKind,
    /// The component that makes it (the route table of a route).
    pub by: Option<Id>,
    /// What is written on it (`0.0.0.0/0`).
    pub label: String,
    /// Corner points.
    pub points: Vec<Point>,
}

/// The lines worth drawing: gateways to the internet, and routes of the table that serves each
/// subnet.
#[must_use]
pub fn wires(document: &Document, layout: &Layout) -> Vec<Wire> {
    let mut wanted = attachments(document);
    wanted.extend(joins(document));
    wanted.extend(routes(document));
    let mut drawn: Vec<Wire> = Vec::new();
    let map = Map::of(layout);
    // Lines of one VPC keep clear of each other unless they lead to the same place.
    let mut lines: BTreeMap<Option<Id>, Vec<(Id, Point, Point)>> = BTreeMap::new();
    for mut wire in wanted.into_iter().take(MOST) {
        let scope = layout.items.get(&wire.from).and_then(|item| item.parent.clone());
        let others = lines.entry(scope).or_default();
        let apart: Vec<(Point, Point)> =
            others.iter().filter(|(to, ..)| *to != wire.to).map(|(_, a, b)| (*a, *b)).collect();
        wire.points = way(&map, &wire.from, &wire.to, apart);
        if wire.points.len() < 2 {
            continue;
        }
        if others.len() < 120 {
            let to = wire.to.clone();
            others.extend(segments(&wire.points).map(|(a, b)| (to.clone(), a, b)));
        }
        drawn.push(wire);
    }
    drawn
}

/// An orthogonal way from one placed component to another that runs through no other card and
/// through no box that contains neither. It starts and ends on their edges. `internet` is placed
/// even without a component. Empty when either is not placed, one point when both are one.
#[must_use]
pub fn route_path(layout: &Layout, from: &Id, to: &Id) -> Vec<Point> {
    way(&Map::of(layout), from, to, Vec::new())
}

/// A layout with what stands in what, and what every line sees: the top level.
struct Map<'a> {
    layout: &'a Layout,
    inside: BTreeMap<&'a str, Vec<(&'a Id, &'a Placed)>>,
    top: Vec<(&'a Id, &'a Placed)>,
    /// Networks are joined: lines run through several boxes.
    joined: bool,
}

impl<'a> Map<'a> {
    fn of(layout: &'a Layout) -> Self {
        let mut map = Self { layout, inside: BTreeMap::new(), top: Vec::new(), joined: false };
        for (id, item) in &layout.items {
            map.joined |= item.role == Role::Pill;
            match &item.parent {
                Some(parent) => map.inside.entry(parent).or_default().push((id, item)),
                None => map.top.push((id, item)),
            }
        }
        map
    }

    fn inside(&self, id: &str) -> &[(&'a Id, &'a Placed)] {
        self.inside.get(id).map(Vec::as_slice).unwrap_or_default()
    }
}

fn segments(points: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    points.iter().zip(points.iter().skip(1)).map(|(a, b)| (*a, *b))
}

fn way(map: &Map<'_>, from: &Id, to: &Id, lines: Vec<(Point, Point)>) -> Vec<Point> {
    let layout = map.layout;
    let (Some(start), Some(end)) = (layout.place(from), layout.place(to)) else { return Vec::new() };
    let (from_card, to_card) = (card(layout, from), card(layout, to));
    if from_card == to_card {
        return vec![start.center()];
    }
    let mut field = field(map, &from_card, &to_card);
    field.lines.extend(lines);
    let (out, into) = (
        ends(layout, from, &from_card, start, end.center(), to),
        ends(layout, to, &to_card, end, start.center(), from),
    );
    if let Some(points) = find(&field, &out, &into) {
        return points;
    }
    // Boxes dropped on each other by hand leave no gutters: keep clear of cards at least.
    field.lines.clear();
    field.walls = cards(layout, &from_card, &to_card);
    if let Some(points) = find(&field, &out, &into) {
        return points;
    }
    let (a, b) = (start.center(), end.center());
    straight(vec![a, Point::new(b.x, a.y), b])
}

/// The card that an interface is drawn in; the component itself otherwise.
fn card(layout: &Layout, id: &Id) -> Id {
    match layout.items.get(id) {
        Some(item) if item.role == Role::Port => item.parent.clone().unwrap_or_else(|| id.clone()),
        _ => id.clone(),
    }
}

fn ends(layout: &Layout, id: &Id, card: &Id, rect: Rect, toward: Point, other: &Id) -> Vec<Dock> {
    if let Some(gate) = layout.items.get(id).filter(|item| item.role == Role::Edge) {
        let mut docks = gate_docks(&rect);
        // What stands outside of the VPC is reached at the side that faces it.
        if !is_inside(layout, other, gate.parent.as_ref()) {
            docks.truncate(1);
        }
        return docks;
    }
    if card == id {
        let long = layout.items.get(id).is_some_and(|item| item.role == Role::Box);
        return docks(&rect, toward, long);
    }
    // A row of a card is reached from the sides of the card.
    let Some(card) = layout.rect(card) else { return Vec::new() };
    if card == rect {
        return docks(&rect, toward, false);
    }
    let row = Rect::new(card.x, rect.y, card.w, rect.h);
    docks(&row, toward, false).into_iter().filter(|dock| dock.at.y == row.center().y).collect()
}

/// Whether a component stands in that container, at any depth.
fn is_inside(layout: &Layout, id: &Id, container: Option<&Id>) -> bool {
    let mut at = layout.items.get(id).and_then(|item| item.parent.as_ref());
    while let Some(here) = at {
        if Some(here) == container {
            return true;
        }
        at = layout.items.get(here).and_then(|item| item.parent.as_ref());
    }
    false
}

/// Everything round the ways between two components: what contains neither is a wall.
fn field(map: &Map<'_>, from: &Id, to: &Id) -> Field {
    let layout = map.layout;
    let mut open: Vec<&Id> = Vec::new();
    for end in [from, to] {
        let mut at = layout.items.get(end).and_then(|item| item.parent.as_ref());
        while let Some(id) = at.filter(|id| !open.contains(id)) {
            open.push(id);
            at = layout.items.get(id).and_then(|item| item.parent.as_ref());
        }
    }
    let mut field = Field::default();
    let mut see = |items: &[(&Id, &Placed)]| {
        for (id, item) in items {
            if open.contains(id) {
                field.rough.extend((item.header.w > 0.0).then_some(item.header));
                continue;
            }
            field.walls.push(item.rect);
            // A gateway sticks out of its VPC, so it stands in the way outside of it as well.
            let gates = map.inside(id).iter().filter(|(_, inner)| inner.role == Role::Edge);
            field.walls.extend(gates.map(|(_, gate)| gate.rect));
        }
    };
    see(&map.top);
    // Between networks, lines run through several boxes: never along an edge of one.
    if map.joined {
        for Rect { x, y, w, h } in open.iter().filter_map(|id| layout.rect(id)) {
            let [a, b, c, d] =
                [(x, y), (x + w, y), (x + w, y + h), (x, y + h)].map(|(x, y)| Point::new(x, y));
            field.lines.extend([(a, b), (b, c), (d, c), (a, d)]);
        }
    }
    open.iter().for_each(|id| see(map.inside(id)));
    for band in &layout.bands {
        if open.contains(&&band.vpc) {
            field.rough.push(Rect::new(band.rect.x, band.rect.y, band.rect.w.min(120.0), 24.0));
        }
    }
    field
}

fn cards(layout: &Layout, from: &Id, to: &Id) -> Vec<Rect> {
    let inside = |id: &Id| id == from || id == to;
    layout
        .items
        .iter()
        .filter(|(id, item)| match item.role {
            Role::Card | Role::Edge | Role::Pill => true,
            Role::Box => inside(id),
            Role::Port => false,
        })
        .map(|(_, item)| item.rect)
        .collect()
}

fn attachments(document: &Document) -> Vec<Wire> {
    let of = |wanted: fn(&Config) -> bool| -> Vec<&Id> {
        document.nodes.values().filter(|node| wanted(&node.config)).map(|node| &node.id).collect()
    };
    let ground = Id::from(crate::model::INTERNET);
    let mut outside = of(|config| matches!(config, Config::Internet(_)));
    outside.truncate(1);
    if outside.is_empty() {
        outside = of(|config| matches!(config, Config::InternetHost(_)));
        outside.truncate(4);
    }
    if outside.is_empty() {
        outside.push(&ground);
    }
    let mut wires = Vec::new();
    for node in document.nodes.values() {
        if !matches!(node.config, Config::InternetGateway(_) | Config::EgressOnlyInternetGateway(_)) {
            continue;
        }
        let vpc = node.parent.as_deref().and_then(|parent| document.node(parent));
        if !vpc.is_some_and(|vpc| matches!(vpc.config, Config::Vpc(_))) {
            continue;
        }
        wires.extend(outside.iter().map(|outside| Wire {
            from: node.id.clone(),
            to: (*outside).clone(),
            kind: WireKind::Attachment,
            by: None,
            label: String::new(),
            points: Vec::new(),
        }));
    }
    wires
}

fn routes(document: &Document) -> Vec<Wire> {
    let routing = Routing::of(document);
    let mut wires: Vec<Wire> = Vec::new();
    for node in document.nodes.values() {
        let (from, table) = match &node.config {
            Config::Subnet(_) => (node.id.clone(), routing.table(&node.id)),
            Config::RouteTable(table) => match &table.gateway {
                Some(gateway) => (gateway.clone(), Some(node)),
                None => continue,
            },
            _ => continue,
        };
        let Some(table) = table else { continue };
        let Config::RouteTable(config) = &table.config else { continue };
        let first = wires.len();
        for route in &config.routes {
            let Some(target) = document.node(&route.target) else { continue };
            // The way to a transit gateway leads over the attachment of this VPC (TGW-14).
            let attached = || attachment_of(document, &from, target);
            let target = attached().and_then(|id| document.node(&id)).unwrap_or(target);
            let known = wires.iter_mut().skip(first).find(|wire| wire.to == target.id);
            if let Some(wire) = known {
                if !route.destination.is_empty() {
                    wire.label.push_str(", ");
                    wire.label.push_str(&route.destination);
                }
                continue;
            }
            wires.push(Wire {
                from: from.clone(),
                to: target.id.clone(),
                kind: WireKind::Route,
                by: Some(table.id.clone()),
                label: route.destination.clone(),
                points: Vec::new(),
            });
        }
    }
    wires
}

/// The attachment by which the VPC of a subnet reaches a transit gateway.
fn attachment_of(document: &Document, from: &Id, tgw: &Node) -> Option<Id> {
    if tgw.kind() != "transit-gateway" {
        return None;
    }
    let vpc = document.enclosing(from, "vpc")?;
    let of = |node: &&std::sync::Arc<Node>| matches!(&node.config, Config::TransitGatewayAttachment(a) if a.resource.as_ref() == Some(&vpc.id));
    document.children(Some(&tgw.id)).find(of).map(|node| node.id.clone())
}

/// Lines between what belongs together without a route: links and their ends, endpoints and
/// their services, clients and their endpoint.
fn joins(document: &Document) -> Vec<Wire> {
    let mut wires: Vec<Wire> = Vec::new();
    let drawn = |id: &Id| {
        document.node(id).is_some_and(|node| !matches!(node.config.spec().shape, Shape::Band | Shape::Table))
    };
    let mut join = |from: &Id, to: Option<&Id>| {
        let Some(to) = to.filter(|to| drawn(to) && *to != from) else { return };
        wires.push(Wire {
            from: from.clone(),
            to: to.clone(),
            kind: WireKind::Attachment,
            by: None,
            label: String::new(),
            points: Vec::new(),
        });
    };
    for node in document.nodes.values() {
        let id = &node.id;
        match &node.config {
            Config::VpnConnection(vpn) => {
                join(id, vpn.customer_gateway.as_ref());
                // Where a transit gateway ends it, the attachment leads there.
                let attached = |other: &Node| matches!(&other.config, Config::TransitGatewayAttachment(a) if a.resource.as_ref() == Some(id));
                if !document.children(vpn.gateway.as_deref()).any(|other| attached(other)) {
                    join(id, vpn.gateway.as_ref());
                }
                join(id, vpn.transport.as_ref());
            }
            Config::VirtualInterface(vif) => {
                join(id, node.parent.as_ref());
                join(id, vif.gateway.as_ref());
                if let Some(port) = &node.parent {
                    join(port, vif.customer_gateway.as_ref());
                }
            }
            Config::VpcPeeringConnection(_) | Config::TransitGatewayAttachment(_) => {
                links::ends(document, node).iter().for_each(|end| join(id, Some(end)));
            }
            Config::DirectConnectGateway(gateway) => {
                for row in &gateway.associations {
                    let target = row.gateway.as_deref().and_then(|id| document.node(id));
                    let attached = |other: &Node| matches!(&other.config, Config::TransitGatewayAttachment(a) if a.resource.as_ref() == Some(id));
                    if !target.is_some_and(|target| {
                        document.children(Some(&target.id)).any(|other| attached(other))
                    }) {
                        join(id, row.gateway.as_ref());
                    }
                }
            }
            Config::DirectConnectConnection(connection) => join(id, connection.lag.as_ref()),
            Config::GatewayEndpoint(endpoint) => join(id, endpoint.service.as_ref()),
            Config::InterfaceEndpoint(endpoint) => join(id, endpoint.service.as_ref()),
            Config::GatewayLoadBalancerEndpoint(endpoint) => join(id, endpoint.service.as_ref()),
            Config::NetworkFirewallEndpoint(endpoint) => join(id, endpoint.firewall.as_ref()),
            Config::EndpointService(service) => join(id, service.load_balancer.as_ref()),
            Config::GlobalAccelerator(accelerator) => {
                accelerator.endpoints.iter().for_each(|row| join(id, row.component.as_ref()));
            }
            Config::CloudfrontDistribution(distribution) => {
                distribution.origins.iter().for_each(|row| join(id, row.component.as_ref()));
                join(id, distribution.web_acl.as_ref());
            }
            Config::ApiGateway(api) => {
                api.routes.iter().for_each(|row| join(id, row.component.as_ref()));
                join(id, api.web_acl.as_ref());
            }
            Config::WebAcl(acl) => acl.resources.iter().for_each(|row| join(id, row.resource.as_ref())),
            Config::ShieldProtection(shield) => {
                shield.resources.iter().for_each(|row| join(id, row.resource.as_ref()));
            }
            Config::AppMesh(mesh) => {
                mesh.virtual_nodes.iter().for_each(|row| join(id, row.instance.as_ref()));
            }
            Config::NetworkLoadBalancer(balancer) => {
                for row in &balancer.listeners {
                    match &row.target_group {
                        Some(group) => targets(document, group).for_each(|target| join(id, Some(target))),
                        None => row.targets.iter().for_each(|target| join(id, Some(target))),
                    }
                }
            }
            Config::ApplicationLoadBalancer(balancer) => {
                let of_listeners = balancer.listeners.iter().flat_map(|row| &row.target_groups);
                let of_rules = balancer.rules.iter().flat_map(|row| &row.target_groups);
                let groups: BTreeSet<&Id> = of_listeners.chain(of_rules).collect();
                for target in groups.into_iter().flat_map(|group| targets(document, group)) {
                    join(id, Some(target));
                }
            }
            Config::GatewayLoadBalancer(balancer) => {
                balancer.targets.iter().for_each(|target| join(id, Some(target)));
            }
            Config::VpnClient(client) => join(id, client.endpoint.as_ref()),
            _ => {}
        }
    }
    let mut seen: BTreeSet<(Id, Id)> = BTreeSet::new();
    wires.retain(|wire| seen.insert((wire.from.clone(), wire.to.clone())));
    wires
}

/// What a target group forwards to, where that is drawn.
fn targets<'a>(document: &'a Document, group: &Id) -> impl Iterator<Item = &'a Id> + use<'a> {
    let rows = match document.node(group).map(|node| &node.config) {
        Some(Config::TargetGroup(group)) => group.targets.as_slice(),
        _ => &[],
    };
    rows.iter().filter_map(|row| row.target.as_ref())
}
