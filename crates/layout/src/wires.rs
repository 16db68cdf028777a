//! The lines worth drawing, and ways for packets.

use std::collections::{BTreeSet, HashMap};

use hopscope_aws::{Config, Document, Id, Node, Shape};

use crate::arrangement::Moved;
use crate::links;
use crate::model::{Layout, Role};
use crate::route::{Dock, Field, docks, find, gate_docks, straight};
use crate::{Point, Rect, Routing};

/// Documents beyond this size are looked at from afar: only as many lines are drawn.
const MOST: usize = 1_000;

/// More gateways than this have no line to the internet.
const SHEAF: usize = 24;

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
    let wiring = Wiring::of(document, layout, MOST);
    let mut drawn: Vec<(usize, Wire)> = Vec::new();
    for group in 0..wiring.groups.len() {
        drawn.extend(wiring.ways(layout, group));
    }
    drawn.sort_by_key(|(position, _)| *position);
    drawn.into_iter().map(|(_, wire)| wire).collect()
}

/// The lines of a document in groups that find their ways without looking at each other, so that
/// the ways of a group are found when it is looked at, and again when something moves near it.
#[derive(Clone, Debug, Default)]
pub struct Wiring {
    groups: Vec<Group>,
}

/// Lines that start in the same container: they keep clear of each other.
#[derive(Clone, Debug)]
struct Group {
    /// That container; none at the top level.
    scope: Option<Id>,
    /// Position among all lines, and the line without its way.
    wanted: Vec<(usize, Wire)>,
    /// Containers that they run through, and what they start and end at, by position.
    open: BTreeSet<usize>,
    ends: BTreeSet<usize>,
}

impl Wiring {
    /// The lines of a document, not more than `most`.
    #[must_use]
    pub fn of(document: &Document, layout: &Layout, most: usize) -> Self {
        let mut wanted = attachments(document);
        wanted.extend(joins(document));
        wanted.extend(routes(document));
        let mut scopes: HashMap<Option<Id>, usize> = HashMap::new();
        let mut groups: Vec<Group> = Vec::new();
        for (position, wire) in wanted.into_iter().take(most).enumerate() {
            let scope = layout.items.get(&wire.from).and_then(|item| item.parent.clone());
            let index = *scopes.entry(scope.clone()).or_insert_with(|| {
                groups.push(Group {
                    scope,
                    wanted: Vec::new(),
                    open: BTreeSet::new(),
                    ends: BTreeSet::new(),
                });
                groups.len() - 1
            });
            let Some(group) = groups.get_mut(index) else { continue };
            for end in [&wire.from, &wire.to] {
                group.ends.extend(layout.items.get_index_of(end));
                group.open.extend(layout.around(end).filter_map(|id| layout.items.get_index_of(id)));
            }
            group.wanted.push((position, wire));
        }
        Self { groups }
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groups.iter().map(|group| group.wanted.len()).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// How many groups they are in.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// The container that a group's lines start in; none at the top level.
    #[must_use]
    pub fn scope(&self, group: usize) -> Option<&Id> {
        self.groups.get(group).and_then(|group| group.scope.as_ref())
    }

    /// The containers that a group's lines run through.
    pub fn open<'a>(&'a self, layout: &'a Layout, group: usize) -> impl Iterator<Item = &'a Id> + use<'a> {
        let open = self.groups.get(group).into_iter().flat_map(|group| &group.open);
        open.filter_map(|position| layout.items.get_index(*position)).map(|(id, _)| id)
    }

    /// Whether the ways of a group may be others after a move.
    #[must_use]
    pub fn is_stale(&self, group: usize, moved: &Moved) -> bool {
        let Some(group) = self.groups.get(group) else { return true };
        moved.top
            || group.open.iter().any(|position| moved.has_inside(*position) || moved.has(*position))
            || group.ends.iter().any(|position| moved.has(*position))
    }

    /// A group's lines with their ways, each with its position among all lines. Lines without room
    /// for a way are left out.
    #[must_use]
    pub fn ways(&self, layout: &Layout, group: usize) -> Vec<(usize, Wire)> {
        let Some(group) = self.groups.get(group) else { return Vec::new() };
        let mut others: Vec<(&Id, Point, Point)> = Vec::new();
        let mut drawn = Vec::new();
        for (position, wire) in &group.wanted {
            let apart = others.iter().filter(|(to, ..)| **to != wire.to).map(|(_, a, b)| (*a, *b)).collect();
            let points = way(layout, &wire.from, &wire.to, apart);
            if points.len() < 2 {
                continue;
            }
            if others.len() < 120 {
                others.extend(segments(&points).map(|(a, b)| (&wire.to, a, b)));
            }
            drawn.push((*position, Wire { points, ..wire.clone() }));
        }
        drawn
    }
}

/// An orthogonal way from one placed component to another that runs through no other card and
/// through no box that contains neither. It starts and ends on their edges. `internet` is placed
/// even without a component. Empty when either is not placed, one point when both are one.
#[must_use]
pub fn route_path(layout: &Layout, from: &Id, to: &Id) -> Vec<Point> {
    way(layout, from, to, Vec::new())
}

fn segments(points: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    points.iter().zip(points.iter().skip(1)).map(|(a, b)| (*a, *b))
}

fn way(layout: &Layout, from: &Id, to: &Id, lines: Vec<(Point, Point)>) -> Vec<Point> {
    let (Some(start), Some(end)) = (layout.place(from), layout.place(to)) else { return Vec::new() };
    let (from_card, to_card) = (card(layout, from), card(layout, to));
    if from_card == to_card {
        return vec![start.center()];
    }
    let mut field = field(layout, &from_card, &to_card);
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
fn field(layout: &Layout, from: &Id, to: &Id) -> Field {
    let mut open: Vec<&Id> = Vec::new();
    for end in [from, to] {
        for id in layout.around(end) {
            if !open.contains(&id) {
                open.push(id);
            }
        }
    }
    let mut field = Field::default();
    let mut see = |id: Option<&Id>| {
        for (id, item) in layout.children(id.map(Id::as_str)) {
            if open.contains(&id) {
                field.rough.extend((item.header.w > 0.0).then_some(item.header));
                continue;
            }
            field.walls.push(item.rect);
            // A gateway sticks out of its VPC, so it stands in the way outside of it as well.
            if item.role == Role::Box {
                let gates = layout.children(Some(id)).filter(|(_, inner)| inner.role == Role::Edge);
                field.walls.extend(gates.map(|(_, gate)| gate.rect));
            }
        }
    };
    see(None);
    // Between networks, lines run through several boxes: never along an edge of one.
    let mut edges = Vec::new();
    if layout.inside().joined {
        for Rect { x, y, w, h } in open.iter().filter_map(|id| layout.rect(id)) {
            let [a, b, c, d] =
                [(x, y), (x + w, y), (x + w, y + h), (x, y + h)].map(|(x, y)| Point::new(x, y));
            edges.extend([(a, b), (b, c), (d, c), (a, d)]);
        }
    }
    open.iter().for_each(|id| see(Some(id)));
    field.lines = edges;
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
    let gateways =
        of(|config| matches!(config, Config::InternetGateway(_) | Config::EgressOnlyInternetGateway(_)));
    // A sheaf of lines to one place tells nothing: everybody knows where gateways lead.
    if gateways.len() > SHEAF {
        return wires;
    }
    for node in gateways.into_iter().filter_map(|id| document.node(id)) {
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
