//! From documents to shapes.

use std::collections::BTreeMap;
use std::sync::Arc;

use hopscope_aws::{Config, Diagnostic, Document, Id, Network, Node};
use hopscope_forward::Severity;
use hopscope_layout::{
    CORNER, Layout, Placed, Point, Rect, Role, Routing, Tier, Wire, WireKind, rounded_path, wires,
};

use super::labels::{BOLD_12, MONO_11, SANS_12, fit, fit_list};
use super::{Badge, BadgeKind, BandShape, BoxRole, BoxShape, CardRole, CardShape, Scene, WireShape};
use crate::text;

struct Builder<'a> {
    document: &'a Document,
    layout: &'a Layout,
    routing: Routing<'a>,
    /// Elastic IP addresses by what they are associated with.
    elastic: BTreeMap<&'a str, Vec<(&'a str, Option<&'a str>)>>,
    /// Problems by the component they are about.
    problems: BTreeMap<&'a str, Vec<&'a Diagnostic>>,
    interfaces: BTreeMap<&'a str, Vec<&'a Arc<Node>>>,
    /// How many components each component contains.
    children: BTreeMap<&'a str, usize>,
}

pub(super) fn scene(document: &Document, network: &Network, layout: &Layout) -> Scene {
    let mut builder = Builder {
        document,
        layout,
        routing: Routing::of(document),
        elastic: BTreeMap::new(),
        problems: BTreeMap::new(),
        interfaces: BTreeMap::new(),
        children: BTreeMap::new(),
    };
    for node in document.nodes.values() {
        if let Some(parent) = node.parent.as_deref() {
            *builder.children.entry(parent).or_default() += 1;
        }
        match (&node.config, node.parent.as_deref()) {
            (Config::ElasticIp(address), _) => {
                if let Some(target) = &address.target {
                    let entry = (address.address.as_str(), address.private_ip.as_deref());
                    builder.elastic.entry(target).or_default().push(entry);
                }
            }
            (Config::NetworkInterface(_), Some(parent)) => {
                builder.interfaces.entry(parent).or_default().push(node);
            }
            _ => {}
        }
    }
    for diagnostic in network.diagnostics() {
        if let Some(node) = diagnostic.nodes.first() {
            builder.problems.entry(node).or_default().push(diagnostic);
        }
    }
    builder.scene()
}

impl Builder<'_> {
    fn scene(&self) -> Scene {
        let mut scene = Scene {
            bounds: self.layout.bounds,
            layout: self.layout.clone(),
            title: text::scene_title(&self.document.name),
            ..Scene::default()
        };
        for (id, placed) in &self.layout.items {
            let Some(node) = self.document.node(id) else { continue };
            match placed.role {
                Role::Box => scene.boxes.push(self.container(node, placed)),
                // An instance with one interface is one card.
                Role::Port
                    if self.layout.rect(id) == placed.parent.as_ref().and_then(|p| self.layout.rect(p)) => {}
                Role::Card | Role::Edge | Role::Port | Role::Pill => {
                    scene.cards.push(self.card(node, placed))
                }
            }
        }
        scene.boxes.sort_by_key(|shape| shape.depth);
        scene.bands = self.layout.bands.iter().map(|band| self.band(band)).collect();
        let gateway =
            |card: &CardShape| matches!(card.kind, "internet-gateway" | "egress-only-internet-gateway");
        if scene.cards.iter().any(gateway)
            && !scene.cards.iter().any(|card| matches!(card.kind, "internet" | "internet-host"))
        {
            scene.outside = Some(self.outside());
        }
        let drawn = wires(self.document, self.layout);
        let mut taken: Vec<Rect> = scene
            .cards
            .iter()
            .map(|card| card.rect)
            .chain(self.layout.items.values().filter(|item| item.role == Role::Box).map(|item| item.header))
            .chain(scene.boxes.iter().flat_map(edges))
            .chain(scene.bands.iter().map(|band| Rect::new(band.rect.x, band.rect.y, band.rect.w, 24.0)))
            .chain(scene.outside.iter().map(|card| card.rect))
            .collect();
        for wire in &drawn {
            scene.wires.push(self.wire(wire, &drawn, &mut taken));
        }
        scene.description = text::scene_description(self.document);
        scene.notes = super::notes::shapes(self.document, self.layout);
        for note in &scene.notes {
            // With the margin that everything else has.
            scene.bounds = scene.bounds.union(&note.rect.grown(24.0));
        }
        scene
    }

    fn container(&self, node: &Node, placed: &Placed) -> BoxShape {
        let (role, tag, blocks): (BoxRole, &'static str, Vec<&str>) = match &node.config {
            Config::Region(_) => (BoxRole::Region, "", Vec::new()),
            Config::Vpc(vpc) => {
                (BoxRole::Vpc, "", vpc.cidrs.iter().chain(&vpc.ipv6_cidrs).map(String::as_str).collect())
            }
            Config::Subnet(subnet) => {
                let tier = self.routing.tier(&node.id);
                let role = match tier {
                    Tier::Public => BoxRole::PublicSubnet,
                    Tier::Private => BoxRole::PrivateSubnet,
                    Tier::Isolated => BoxRole::IsolatedSubnet,
                };
                (role, tier.word(), subnet.cidr.iter().chain(&subnet.ipv6_cidr).map(String::as_str).collect())
            }
            Config::OnPremises(site) => {
                let networks = site.networks.iter().chain(&site.ipv6_networks).map(String::as_str);
                (BoxRole::Other, "", networks.collect())
            }
            _ => (BoxRole::Other, "", Vec::new()),
        };
        let rect = placed.rect;
        let blocks: Vec<&str> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
        let room = match role {
            BoxRole::PublicSubnet | BoxRole::PrivateSubnet | BoxRole::IsolatedSubnet => rect.w - 40.0 - 64.0,
            BoxRole::Vpc => (placed.header.w - 36.0).max(80.0) * 0.55,
            BoxRole::Region | BoxRole::Other => rect.w - 56.0,
        };
        let label = fit(node.label(), room, BOLD_12);
        let subroom = match role {
            BoxRole::Vpc => placed.header.w - 40.0 - label.chars().count() as f32 * BOLD_12,
            _ => rect.w - 20.0,
        };
        let badges = self.badges(node);
        let name = text::container_name(
            node,
            tag,
            &blocks,
            self.children.get(node.id.as_str()).copied().unwrap_or(0),
        );
        BoxShape {
            id: node.id.clone(),
            kind: node.kind(),
            role,
            rect,
            parent: placed.parent.clone(),
            depth: placed.depth,
            title: node.label().to_owned(),
            label,
            subtitle: blocks.join(" · "),
            sublabel: fit_list(&blocks, subroom, MONO_11),
            tag,
            name: text::with_badges(name, &badges),
            badges,
        }
    }

    fn card(&self, node: &Arc<Node>, placed: &Placed) -> CardShape {
        let role = match (&node.config, placed.role) {
            (_, Role::Port) => CardRole::Port,
            (_, Role::Pill) => CardRole::Link,
            (Config::Instance(_) | Config::NetworkInterface(_) | Config::OnPremisesHost(_), _) => {
                CardRole::Compute
            }
            (
                Config::Internet(_) | Config::InternetHost(_) | Config::VpnClient(_) | Config::AwsService(_),
                _,
            ) => CardRole::Internet,
            (Config::Unmodelled(_), _) => CardRole::Unmodelled,
            _ => CardRole::Gateway,
        };
        let addresses = self.addresses(node);
        let subtitle = match &node.config {
            _ if !addresses.is_empty() => addresses.join(" · "),
            Config::Unmodelled(thing) if !thing.what.is_empty() => thing.what.clone(),
            _ => node.config.spec().name.to_owned(),
        };
        let badges = self.badges(node);
        let parts: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let subroom = placed.rect.w - 12.0;
        let sublabel = if parts.is_empty() {
            fit(&subtitle, subroom, SANS_12 * 0.92)
        } else {
            fit_list(&parts, subroom, MONO_11)
        };
        let label = if role == CardRole::Port {
            // The row of an interface shows its address; its name has what room is left.
            let left = subroom - sublabel.chars().count() as f32 * MONO_11 - 8.0;
            if left < 28.0 { String::new() } else { fit(node.label(), left, SANS_12) }
        } else if role == CardRole::Link {
            fit(node.label(), placed.rect.w - 34.0, SANS_12)
        } else {
            fit(node.label(), placed.rect.w - 12.0, BOLD_12)
        };
        let name = text::card_name(node, &addresses);
        CardShape {
            id: node.id.clone(),
            kind: node.kind(),
            role,
            rect: placed.rect,
            parent: placed.parent.clone(),
            title: node.label().to_owned(),
            label,
            subtitle,
            sublabel,
            failed: badges.iter().any(|badge| badge.kind == BadgeKind::Failed),
            name: text::with_badges(name, &badges),
            badges,
        }
    }

    fn outside(&self) -> CardShape {
        CardShape {
            id: Id::from(hopscope_layout::INTERNET),
            kind: "internet",
            role: CardRole::Internet,
            rect: self.layout.outside,
            parent: None,
            title: text::ui::INTERNET.to_owned(),
            label: text::ui::INTERNET.to_owned(),
            subtitle: text::ui::INTERNET_AT_LARGE.to_owned(),
            sublabel: text::ui::INTERNET_AT_LARGE.to_owned(),
            failed: false,
            badges: Vec::new(),
            name: text::ui::INTERNET.to_owned(),
        }
    }

    /// The addresses a card shows: those of its interfaces, a gateway's own, a host's.
    fn addresses(&self, node: &Node) -> Vec<String> {
        let mut found: Vec<String> = match &node.config {
            Config::NetworkInterface(interface) => interface_addresses(interface),
            Config::Instance(_) => self
                .interfaces
                .get(node.id.as_str())
                .into_iter()
                .flatten()
                .filter_map(|node| match &node.config {
                    Config::NetworkInterface(interface) => Some(interface_addresses(interface)),
                    _ => None,
                })
                .flatten()
                .collect(),
            Config::NatGateway(nat) => nat.private_ip.iter().cloned().collect(),
            Config::InternetHost(host) => host.addresses.clone(),
            Config::OnPremisesHost(host) => host.addresses.clone(),
            Config::CustomerGateway(router) => vec![router.ip.clone()],
            Config::VpnClient(client) => vec![client.address.clone(), client.ipv6.clone()],
            Config::AwsService(service) => service.addresses.clone(),
            Config::InterfaceEndpoint(endpoint) => rows_addresses(&endpoint.interfaces),
            Config::GlobalAccelerator(accelerator) => accelerator.addresses.clone(),
            Config::CloudfrontDistribution(distribution) => distribution.addresses.clone(),
            Config::ApiGateway(api) => api.addresses.clone(),
            Config::EdgeLocation(edge) => vec![edge.place.clone()],
            Config::ApplicationLoadBalancer(balancer) => rows_addresses(&balancer.interfaces),
            Config::NetworkLoadBalancer(balancer) => rows_addresses(&balancer.interfaces),
            _ => Vec::new(),
        };
        found.retain(|address| !address.is_empty());
        found
    }

    fn badges(&self, node: &Node) -> Vec<Badge> {
        let mut badges = Vec::new();
        let mut push = |kind, text: &str, sentence: String| {
            badges.push(Badge { kind, text: text.to_owned(), sentence });
        };
        let broken = match &node.config {
            Config::Instance(instance) if instance.state != "running" => Some(instance.state.as_str()),
            Config::NatGateway(nat) if nat.state != "available" => Some(nat.state.as_str()),
            Config::AvailabilityZone(zone) if zone.failed => Some("failed"),
            Config::Subnet(_)
            | Config::NatGateway(_)
            | Config::Instance(_)
            | Config::GatewayLoadBalancerEndpoint(_)
            | Config::NetworkFirewallEndpoint(_)
                if self.zone_failed(node) =>
            {
                Some(text::ui::ZONE_FAILED)
            }
            _ => None,
        };
        let broken = broken.map(str::to_owned).or_else(|| out_of_service(node));
        if let Some(state) = broken {
            push(BadgeKind::Failed, &state, text::state_sentence(&state));
        }
        if let Config::Instance(instance) = &node.config
            && instance.role != "host"
        {
            push(BadgeKind::Appliance, &instance.role, text::appliance_sentence(&instance.role));
        }
        for (address, elastic) in self.public(node) {
            let (kind, word) = if elastic {
                (BadgeKind::ElasticAddress, text::ui::ELASTIC)
            } else {
                (BadgeKind::PublicAddress, text::ui::PUBLIC_IP)
            };
            push(kind, word, text::public_sentence(&address, elastic));
        }
        let problems = self.problems.get(node.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        for (severity, kind) in [(Severity::Error, BadgeKind::Error), (Severity::Warning, BadgeKind::Warning)]
        {
            let mut found = problems.iter().filter(|problem| problem.spec.severity == severity);
            let Some(first) = found.next() else { continue };
            let count = 1 + found.count();
            push(kind, &count.to_string(), text::diagnostic_sentence(first));
        }
        badges
    }

    /// Public IPv4 addresses of a card, elastic ones marked.
    fn public(&self, node: &Node) -> Vec<(String, bool)> {
        let mut own: Vec<(String, bool)> = Vec::new();
        let mut add = |id: &str, config: &Config| {
            let elastic = self.elastic.get(id).map(Vec::as_slice).unwrap_or_default();
            own.extend(elastic.iter().map(|(address, _)| ((*address).to_owned(), true)));
            if let Config::NetworkInterface(interface) = config {
                let primary = interface.private_ips.first().map(|ip| ip.address.as_str());
                for ip in &interface.private_ips {
                    // An Elastic IP address takes the place of an assigned one (ADDR-23).
                    let replaced =
                        elastic.iter().any(|(_, private)| private.or(primary) == Some(ip.address.as_str()));
                    if let Some(public) =
                        ip.public_ip.as_ref().filter(|public| !public.is_empty() && !replaced)
                    {
                        own.push((public.clone(), false));
                    }
                }
            }
        };
        add(&node.id, &node.config);
        if matches!(node.config, Config::Instance(_)) {
            for interface in self.interfaces.get(node.id.as_str()).into_iter().flatten() {
                add(&interface.id, &interface.config);
            }
        }
        own.dedup();
        own
    }

    fn zone_failed(&self, node: &Node) -> bool {
        let subnet = self.document.enclosing(&node.id, "subnet");
        let Some(Config::Subnet(subnet)) = subnet.map(|subnet| &subnet.config) else { return false };
        let zone = subnet.zone.as_deref().and_then(|zone| self.document.node(zone));
        matches!(zone.map(|zone| &zone.config), Some(Config::AvailabilityZone(zone)) if zone.failed)
    }

    fn band(&self, band: &hopscope_layout::Band) -> BandShape {
        let zone = band.zone.as_deref().and_then(|zone| self.document.node(zone));
        let failed =
            matches!(zone.map(|zone| &zone.config), Some(Config::AvailabilityZone(zone)) if zone.failed);
        let title = zone.map_or(text::ui::NO_ZONE, |zone| zone.label());
        BandShape {
            vpc: band.vpc.clone(),
            zone: band.zone.clone(),
            rect: band.rect,
            // A cross for those who do not see the colour.
            title: match failed {
                true => text::failed_zone(&fit(title, band.rect.w - 24.0 - 2.0 * SANS_12, SANS_12)),
                false => fit(title, band.rect.w - 24.0, SANS_12),
            },
            failed,
        }
    }

    fn wire(&self, wire: &Wire, others: &[Wire], taken: &mut Vec<Rect>) -> WireShape {
        let label = fit(&wire.label, 132.0, MONO_11);
        let place =
            label_place(&wire.points, label.chars().count() as f32 * MONO_11 + 10.0, taken, &|rect| {
                crossed(rect, wire, others)
            });
        let called = |id: &Id| self.document.node(id).map_or(id.as_str(), |node| node.label()).to_owned();
        let name = match wire.kind {
            WireKind::Attachment => text::attachment_name(&called(&wire.from), &called(&wire.to)),
            WireKind::Route => text::route_name(&called(&wire.from), &wire.label, &called(&wire.to)),
        };
        let label_at = place.map_or_else(Point::default, |rect| rect.center());
        taken.extend(place);
        WireShape {
            path: rounded_path(&wire.points, CORNER),
            label: if place.is_some() { label } else { String::new() },
            label_at,
            from: wire.from.clone(),
            to: wire.to.clone(),
            kind: wire.kind,
            by: wire.by.clone(),
            points: wire.points.clone(),
            name,
        }
    }
}

/// Whether a line that leads elsewhere runs through a label.
fn crossed(rect: &Rect, wire: &Wire, others: &[Wire]) -> bool {
    // Looked at from afar, labels are not read.
    others.len() < 300
        && others.iter().filter(|other| other.to != wire.to).any(|other| {
            let ends = other.points.iter().zip(other.points.iter().skip(1));
            ends.into_iter().any(|(a, b)| rect.crossed_by(*a, *b))
        })
}

/// The edges of a box, and the strip of a subnet's title: labels stay clear of them.
fn edges(shape: &BoxShape) -> Vec<Rect> {
    let Rect { x, y, w, h } = shape.rect;
    let mut edges = vec![
        Rect::new(x - 1.0, y - 1.0, w + 2.0, 2.0),
        Rect::new(x - 1.0, y + h - 1.0, w + 2.0, 2.0),
        Rect::new(x - 1.0, y, 2.0, h),
        Rect::new(x + w - 1.0, y, 2.0, h),
    ];
    if !shape.tag.is_empty() {
        edges.push(Rect::new(x, y, w, 48.0));
    }
    edges
}

/// A free spot for a label: in the middle of a segment that is long enough, longest first.
fn label_place(
    points: &[Point],
    width: f32,
    taken: &[Rect],
    crossed: &dyn Fn(&Rect) -> bool,
) -> Option<Rect> {
    if width <= 10.0 {
        return None;
    }
    let mut segments: Vec<(Point, Point)> =
        points.iter().zip(points.iter().skip(1)).map(|(a, b)| (*a, *b)).collect();
    segments.sort_by(|(a, b), (c, d)| c.distance(*d).total_cmp(&a.distance(*b)));
    let height = 16.0;
    segments.into_iter().find_map(|(a, b)| {
        let level = a.y == b.y;
        let least = if level { width + 12.0 } else { height + 8.0 };
        if a.distance(b) < least {
            return None;
        }
        [0.5, 0.25, 0.75].into_iter().find_map(|share| {
            let (x, y) = (a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
            let rect = Rect::new((x - width / 2.0).round(), (y - height / 2.0).round(), width, height);
            (!taken.iter().any(|other| other.overlaps(&rect)) && !crossed(&rect)).then_some(rect)
        })
    })
}

/// How something is out of service, by what it declares about its own failure.
fn out_of_service(node: &Node) -> Option<String> {
    let failure =
        node.config.spec().failure.filter(|_| !matches!(node.kind(), "instance" | "nat-gateway"))?;
    if let Some((field, column)) = failure.field.split_once('/') {
        let rows = node.field(field);
        let rows = rows.as_array()?;
        let down = rows.iter().filter(|row| row.get(column).is_some_and(|now| *now == failure.down)).count();
        return (down > 0).then(|| text::rows_down(down, rows.len()));
    }
    match node.field(failure.field) {
        serde_json::Value::Bool(now) if now.to_string() == failure.down => {
            Some(if now { "failed" } else { "disabled" }.to_owned())
        }
        serde_json::Value::String(state) if state != failure.up && !state.is_empty() => Some(state),
        _ => None,
    }
}

fn rows_addresses(rows: &[hopscope_aws::components::interface_endpoint::Interface]) -> Vec<String> {
    rows.iter().flat_map(|row| [row.address.clone(), row.ipv6.clone()]).collect()
}

fn interface_addresses(interface: &hopscope_aws::components::network_interface::Config) -> Vec<String> {
    interface.private_ips.iter().map(|ip| ip.address.clone()).chain(interface.ipv6.iter().cloned()).collect()
}
