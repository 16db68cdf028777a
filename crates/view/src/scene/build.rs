//! From documents to shapes.

use std::collections::HashMap;
use std::sync::Arc;

use hopscope_aws::{Config, Diagnostic, Document, Id, Network, Node};
use hopscope_forward::Severity;
use hopscope_layout::{
    CORNER, Layout, Placed, Point, Rect, Role, Routing, Tier, Wire, WireKind, Wiring, rounded_path,
};

use super::labels::{BOLD_12, MONO_11, SANS_12, fit, fit_list};
use super::{Badge, BadgeKind, BandShape, BoxRole, BoxShape, CardRole, CardShape, Scene, Shape, WireShape};
use crate::text;

/// Up to so many lines, labels keep clear of every line; beyond, of those that start in the same
/// container.
pub(super) const FEW: usize = 64;
/// Pictures with more lines than this are looked at from afar: only as many are drawn at once.
const MOST: usize = 1_000;
/// Labels stand no farther from their line than this.
pub(super) const LABEL: f32 = 72.0;

/// What shapes need to know besides their own component: found once for a document and its network.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    tiers: HashMap<Id, Tier>,
    /// Elastic IP addresses by what they are associated with.
    elastic: HashMap<Id, Vec<(String, Option<String>)>>,
    /// Problems by the component they are about, as positions in the network's list.
    problems: HashMap<Id, Vec<usize>>,
    interfaces: HashMap<Id, Vec<Arc<Node>>>,
    /// How many components each component contains.
    children: HashMap<Id, usize>,
    /// The internet at large is drawn: a gateway leads there, and no component stands for it.
    outside: bool,
}

impl Index {
    pub(super) fn of(document: &Document, network: &Network) -> Self {
        let routing = Routing::of(document);
        let mut index = Self::default();
        let (mut gateways, mut internet) = (false, false);
        for node in document.nodes.values() {
            if let Some(parent) = &node.parent {
                *index.children.entry(parent.clone()).or_default() += 1;
            }
            match (&node.config, &node.parent) {
                (Config::ElasticIp(address), _) => {
                    if let Some(target) = &address.target {
                        let entry = (address.address.clone(), address.private_ip.clone());
                        index.elastic.entry(target.clone()).or_default().push(entry);
                    }
                }
                (Config::NetworkInterface(_), Some(parent)) => {
                    index.interfaces.entry(parent.clone()).or_default().push(Arc::clone(node));
                }
                (Config::Subnet(_), _) => {
                    index.tiers.insert(node.id.clone(), routing.tier(&node.id));
                }
                (Config::InternetGateway(_) | Config::EgressOnlyInternetGateway(_), _) => gateways = true,
                (Config::Internet(_) | Config::InternetHost(_), _) => internet = true,
                _ => {}
            }
        }
        index.outside = gateways && !internet;
        for (position, diagnostic) in network.diagnostics().iter().enumerate() {
            if let Some(node) = diagnostic.nodes.first() {
                index.problems.entry(node.clone()).or_default().push(position);
            }
        }
        index
    }

    /// How many problems a component has itself.
    pub(super) fn problems(&self, id: &str) -> usize {
        self.problems.get(id).map_or(0, Vec::len)
    }
}

/// Makes shapes of components at the places of a layout.
pub(super) struct Builder<'a> {
    pub document: &'a Document,
    pub network: &'a Network,
    pub layout: &'a Layout,
    pub index: &'a Index,
}

pub(super) fn scene(document: &Document, network: &Network, layout: &Layout) -> Scene {
    let index = Index::of(document, network);
    Builder { document, network, layout, index: &index }.scene()
}

impl Builder<'_> {
    fn scene(&self) -> Scene {
        let mut scene = Scene {
            bounds: self.layout.bounds,
            layout: self.layout.clone(),
            title: text::scene_title(&self.document.name),
            ..Scene::default()
        };
        for id in self.layout.items.keys() {
            match self.shape(id) {
                Some(Shape::Box(shape)) => scene.boxes.push(shape),
                Some(Shape::Card(shape)) => scene.cards.push(shape),
                None => {}
            }
        }
        scene.boxes.sort_by_key(|shape| shape.depth);
        scene.bands = self.bands();
        scene.outside = self.outside();
        let wiring = Wiring::of(self.document, self.layout, MOST);
        let group = |group| wiring.ways(self.layout, group);
        if wiring.len() <= FEW {
            scene.wires = self.every_wire((0..wiring.groups()).flat_map(group));
        } else {
            let shapes = |index: usize| {
                let ways = group(index);
                let positions: Vec<usize> = ways.iter().map(|(position, _)| *position).collect();
                positions.into_iter().zip(self.group_wires(&wiring, index, ways))
            };
            let mut all: Vec<(usize, WireShape)> = (0..wiring.groups()).flat_map(shapes).collect();
            all.sort_by_key(|(position, _)| *position);
            scene.wires = all.into_iter().map(|(_, wire)| wire).collect();
        }
        scene.description = text::scene_description(self.document);
        scene.notes = super::notes::shapes(self.document, self.layout);
        scene.bounds = super::notes::round(scene.bounds, &scene.notes);
        scene
    }

    /// The shape of a drawn component; none for an instance's only interface, which is its card.
    pub fn shape(&self, id: &Id) -> Option<Shape> {
        let (node, placed) = (self.document.node(id)?, self.layout.items.get(id)?);
        Some(match placed.role {
            Role::Box => Shape::Box(self.container(node, placed)),
            Role::Port
                if self.layout.rect(id) == placed.parent.as_ref().and_then(|p| self.layout.rect(p)) =>
            {
                return None;
            }
            Role::Card | Role::Edge | Role::Port | Role::Pill => Shape::Card(self.card(node, placed)),
        })
    }

    /// Zone columns.
    pub fn bands(&self) -> Vec<BandShape> {
        self.layout.bands.iter().map(|band| self.band(band)).collect()
    }

    /// What labels stay clear of: everything, or what stands directly in some containers.
    pub fn clear<'b>(&'b self, within: Option<&'b [Id]>) -> impl Iterator<Item = Rect> + use<'b> {
        let all = within.is_none().then(|| self.layout.items.iter());
        let inside = within.into_iter().flatten().flat_map(|id| {
            let own = self.layout.items.get_key_value(id);
            own.into_iter().chain(self.layout.children(Some(id)))
        });
        let items = all.into_iter().flatten().chain(inside);
        let rects = items.flat_map(|(id, item)| match item.role {
            Role::Box => edges(item, self.index.tiers.contains_key(id)),
            Role::Card | Role::Edge | Role::Port | Role::Pill => vec![item.rect],
        });
        let bands =
            self.layout.bands.iter().filter(move |band| within.is_none_or(|ids| ids.contains(&band.vpc)));
        let bands = bands.map(|band| Rect::new(band.rect.x, band.rect.y, band.rect.w, 24.0));
        let rects = rects.filter(|rect| rect.w > 0.0);
        rects.chain(bands).chain(self.index.outside.then_some(self.layout.outside))
    }

    /// Lines with their labels, clear of everything.
    pub fn every_wire(&self, ways: impl Iterator<Item = (usize, Wire)>) -> Vec<WireShape> {
        let mut ways: Vec<(usize, Wire)> = ways.collect();
        ways.sort_by_key(|(position, _)| *position);
        let drawn: Vec<Wire> = ways.into_iter().map(|(_, wire)| wire).collect();
        self.wires(&drawn, self.clear(None).collect())
    }

    /// Lines of a group with their labels, clear of each other and of what they run between.
    pub fn group_wires(&self, wiring: &Wiring, group: usize, ways: Vec<(usize, Wire)>) -> Vec<WireShape> {
        let open: Vec<Id> = wiring.open(self.layout, group).cloned().collect();
        let drawn: Vec<Wire> = ways.into_iter().map(|(_, wire)| wire).collect();
        let corners = drawn.iter().flat_map(|wire| &wire.points).map(|at| Rect::new(at.x, at.y, 0.0, 0.0));
        let area = corners.reduce(|all, next| all.union(&next)).unwrap_or_default().grown(LABEL);
        self.wires(&drawn, self.clear(Some(&open)).filter(|rect| rect.overlaps(&area)).collect())
    }

    fn wires(&self, drawn: &[Wire], mut taken: Vec<Rect>) -> Vec<WireShape> {
        drawn.iter().map(|wire| self.wire(wire, drawn, &mut taken)).collect()
    }

    fn container(&self, node: &Node, placed: &Placed) -> BoxShape {
        let (role, tag, blocks): (BoxRole, &'static str, Vec<&str>) = match &node.config {
            Config::Region(_) => (BoxRole::Region, "", Vec::new()),
            Config::Vpc(vpc) => {
                (BoxRole::Vpc, "", vpc.cidrs.iter().chain(&vpc.ipv6_cidrs).map(String::as_str).collect())
            }
            Config::Subnet(subnet) => {
                let tier = self.index.tiers.get(&node.id).copied().unwrap_or(Tier::Isolated);
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
        let name =
            text::container_name(node, tag, &blocks, self.index.children.get(&node.id).copied().unwrap_or(0));
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

    /// The internet at large, where it is drawn.
    pub fn outside(&self) -> Option<CardShape> {
        self.index.outside.then(|| CardShape {
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
        })
    }

    /// The addresses a card shows: those of its interfaces, a gateway's own, a host's.
    fn addresses(&self, node: &Node) -> Vec<String> {
        let mut found: Vec<String> = match &node.config {
            Config::NetworkInterface(interface) => interface_addresses(interface),
            Config::Instance(_) => self
                .index
                .interfaces
                .get(&node.id)
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
        let positions = self.index.problems.get(&node.id).map(Vec::as_slice).unwrap_or_default();
        let problems: Vec<&Diagnostic> =
            positions.iter().filter_map(|position| self.network.diagnostics().get(*position)).collect();
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
            let elastic = self.index.elastic.get(id).map(Vec::as_slice).unwrap_or_default();
            own.extend(elastic.iter().map(|(address, _)| (address.clone(), true)));
            if let Config::NetworkInterface(interface) = config {
                let primary = interface.private_ips.first().map(|ip| ip.address.as_str());
                for ip in &interface.private_ips {
                    // An Elastic IP address takes the place of an assigned one (ADDR-23).
                    let replaced = elastic
                        .iter()
                        .any(|(_, private)| private.as_deref().or(primary) == Some(ip.address.as_str()));
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
            for interface in self.index.interfaces.get(&node.id).into_iter().flatten() {
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
    others.iter().filter(|other| other.to != wire.to).any(|other| {
        let ends = other.points.iter().zip(other.points.iter().skip(1));
        ends.into_iter().any(|(a, b)| rect.crossed_by(*a, *b))
    })
}

/// The edges and the title of a box, which takes the whole strip in a subnet: labels stay clear.
fn edges(item: &Placed, subnet: bool) -> Vec<Rect> {
    let Rect { x, y, w, h } = item.rect;
    vec![
        Rect::new(x - 1.0, y - 1.0, w + 2.0, 2.0),
        Rect::new(x - 1.0, y + h - 1.0, w + 2.0, 2.0),
        Rect::new(x - 1.0, y, 2.0, h),
        Rect::new(x + w - 1.0, y, 2.0, h),
        item.header,
        if subnet { Rect::new(x, y, w, 48.0) } else { Rect::default() },
    ]
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
