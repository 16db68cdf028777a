//! A standard accelerator of AWS Global Accelerator: anycast addresses that take clients at the
//! nearest point of presence and carry them over AWS's network to an endpoint (EDGE-01 to EDGE-07).

mod check;
mod choice;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, Role, StateEvent, Visit, Where,
};
use hopscope_net::prefix::Family;
use hopscope_net::{FlowKey, Packet, PortRange, Protocol};

use crate::arena::Ix;
use crate::block_public_access::{self, Door};
use crate::catalog::{self, Part};
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::interface_endpoint::{self, Interface, interfaces};
use crate::components::{internet_gateway, nat_gateway, network_acl, network_interface, route_table};
use crate::document::Node;
use crate::edge;
use crate::fabric::{Audience, Component, Outside, Published};
use crate::lower::Build;
use crate::medium::Medium;
use crate::network::{Eni, Network, Owner, Region, Subnet, Thing, Vpc};
use crate::pipeline::At;
use crate::validate::Check;

record! {
    /// Configuration of an accelerator. It has no parent. Where it keeps client addresses it has
    /// an interface in the endpoint's subnet: `<id>/<subnet>`.
    pub struct Config {
        /// Its static addresses: two IPv4, and two IPv6 if dual-stack (EDGE-01).
        pub addresses: Vec<String>,
        /// `ipv4` or `dual-stack` (EDGE-07).
        pub ip_address_type: String = "ipv4",
        /// What it listens on.
        pub listeners: Vec<Listener>,
        /// One for each Region that has endpoints; a Region without a row takes all its traffic.
        pub endpoint_groups: Vec<Group>,
        /// Where traffic ends.
        pub endpoints: Vec<Endpoint>,
        /// It takes traffic.
        pub enabled: bool = true,
    }
}

record! {
    /// One listener.
    pub struct Listener {
        /// `tcp` or `udp` (EDGE-02).
        pub protocol: String = "tcp",
        /// A port or a range.
        pub ports: String = "443",
        /// `none`, or `source_ip`: a client keeps its endpoint.
        pub client_affinity: String = "none",
    }
}

record! {
    /// One endpoint group.
    pub struct Group {
        /// Its Region.
        pub region: Option<Id>,
        /// Share of the traffic that it takes, percent (EDGE-05).
        pub traffic_dial: u32 = 100u32,
        /// What its health checks find: that of the components where empty.
        pub health: String,
    }
}

record! {
    /// One endpoint.
    pub struct Endpoint {
        /// A load balancer, an instance or an Elastic IP address.
        pub component: Option<Id>,
        /// Its share within its group, 0 to 255 (EDGE-05).
        pub weight: u32 = 128u32,
        /// The endpoint sees the client's address (EDGE-03).
        pub client_ip_preservation: bool = true,
        /// What its health checks find: that of the component where empty.
        pub health: String,
    }
}

/// Columns of [`Listener`].
pub static LISTENERS: Rows = Rows {
    noun: "listener",
    columns: &[
        Field::new("protocol", "Protocol", FieldKind::Choice(&["tcp", "udp"]), ""),
        Field::new("ports", "Ports", FieldKind::Text, "443, 80-81"),
        Field::new("client_affinity", "Client affinity", FieldKind::Choice(&["none", "source_ip"]), ""),
    ],
};

/// Columns of [`Group`].
pub static GROUPS: Rows = Rows {
    noun: "endpoint group",
    columns: &[
        Field::new("region", "Region", FieldKind::Ref(&["region"]), ""),
        Field::new("traffic_dial", "Traffic dial", FieldKind::Number, "Percent"),
        Field::new("health", "Health", FieldKind::Choice(&["", "healthy", "unhealthy"]), ""),
    ],
};

/// Columns of [`Endpoint`].
pub static ENDPOINTS: Rows = Rows {
    noun: "endpoint",
    columns: &[
        Field::new(
            "component",
            "Endpoint",
            FieldKind::Ref(&["application-load-balancer", "network-load-balancer", "instance", "elastic-ip"]),
            "",
        ),
        Field::new("weight", "Weight", FieldKind::Number, "0 to 255"),
        Field::new("client_ip_preservation", "Preserve client IP addresses", FieldKind::Flag, ""),
        Field::new("health", "Health", FieldKind::Choice(&["", "healthy", "unhealthy"]), ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "global-accelerator",
    name: "Global Accelerator",
    aws_type: Some("AWS::GlobalAccelerator::Accelerator"),
    id_prefix: "ga",
    summary: "Static anycast addresses that lead to the nearest healthy Region over AWS's network.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new(
            "addresses",
            "Static addresses",
            FieldKind::AddressList,
            "Two IPv4, two IPv6 if dual-stack",
        ),
        Field::new("ip_address_type", "IP address type", FieldKind::Choice(&["ipv4", "dual-stack"]), ""),
        Field::new("listeners", "Listeners", FieldKind::Rows(&LISTENERS), ""),
        Field::new("endpoint_groups", "Endpoint groups", FieldKind::Rows(&GROUPS), "One for each Region"),
        Field::new("endpoints", "Endpoints", FieldKind::Rows(&ENDPOINTS), ""),
        Field::new("enabled", "Enabled", FieldKind::Flag, ""),
    ],
    failure: Some(crate::component::Failure { field: "enabled", down: "false", up: "true" }),
    docs: "https://docs.aws.amazon.com/global-accelerator/latest/dg/what-is-global-accelerator.html",
};

/// The page of the Global Accelerator guide on endpoints.
const PAGE: &str = "https://docs.aws.amazon.com/global-accelerator/latest/dg/about-endpoints.html";

packet_reason!(
    PAGE,
    /// An edge service listens on no such port.
    NO_LISTENER, "X_EDGE_NO_LISTENER", None, &["EDGE-02", "EDGE-10", "EDGE-30"]
);
packet_reason!(
    PAGE,
    /// The endpoint's VPC has no internet gateway (EDGE-04).
    NEEDS_IGW, "X_GA_NEEDS_IGW", None, &["EDGE-04"]
);
drawing_reason!(
    /// A list judges by rules that a client through an accelerator never meets (NACL-20).
    ACL_UNASKED, "I_GA_NACL", Warning, &["NACL-20"], PAGE
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&NO_LISTENER, &NEEDS_IGW, &ACL_UNASKED];

/// Idle seconds after which a flow is forgotten (EDGE-06).
pub const TCP_IDLE_LIMIT: u64 = 340;
/// The same for UDP.
pub const UDP_IDLE_LIMIT: u64 = 30;

/// Seconds that the addresses of its name may be kept; they never change.
const NAME_TTL: u32 = 300;

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Accelerator {
    pub id: Id,
    addresses: Vec<IpAddr>,
    enabled: bool,
    listeners: Vec<Listening>,
    groups: Vec<Group>,
    endpoints: Vec<Leads>,
    /// Its interfaces in the subnets of endpoints that see the client's address.
    enis: Vec<Ix<Eni>>,
}

/// A listener, resolved.
#[derive(Debug)]
struct Listening {
    protocol: Protocol,
    ports: PortRange,
    sticky: bool,
}

/// An endpoint, resolved.
#[derive(Debug)]
struct Leads {
    id: Id,
    index: usize,
    weight: u32,
    preserves: bool,
    /// Ports at which a Network Load Balancer ends TLS: those keep no client address (EDGE-03).
    tls_ports: Vec<u16>,
    healthy: Option<bool>,
    vpc: Option<Ix<Vpc>>,
    region: Option<Ix<Region>>,
    /// Row of its endpoint group.
    group: Option<usize>,
    to: To,
}

/// What an endpoint is.
#[derive(Debug)]
enum To {
    /// Interfaces of an instance or load balancer.
    Interfaces(Vec<Ix<Eni>>),
    /// A public address.
    Public(IpAddr),
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At its interface in a subnet, on the way to that interface of an endpoint.
    Towards(Ix<Accelerator>, Ix<Eni>),
    /// A reply that an endpoint sent.
    Reply(Ix<Accelerator>),
}

impl Component for Accelerator {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let listener = |listener: &Listener| {
            Some(Listening {
                protocol: if listener.protocol == "udp" { Protocol::UDP } else { Protocol::TCP },
                ports: listener.ports.trim().parse().ok()?,
                sticky: listener.client_affinity == "source_ip",
            })
        };
        let dual = config.ip_address_type == "dual-stack";
        let addresses = config.addresses.iter().filter_map(|text| text.trim().parse::<IpAddr>().ok());
        Some(Self {
            id: node.id.clone(),
            addresses: addresses.filter(|address| dual || address.is_ipv4()).collect(),
            enabled: config.enabled,
            listeners: config.listeners.iter().filter_map(listener).collect(),
            groups: config.endpoint_groups.clone(),
            endpoints: Vec::new(),
            enis: Vec::new(),
        })
    }

    fn link(build: &mut Build<'_>) {
        let document = build.document;
        let doors = edge::doors(&build.network);
        for node in document.nodes.values() {
            let catalog::Config::GlobalAccelerator(config) = &node.config else { continue };
            let Some(Thing::Part(Part::GlobalAccelerator(ix))) = build.thing(&node.id) else { continue };
            let groups = groups(&config.endpoint_groups);
            // A component is an endpoint once.
            let mut known: BTreeSet<&Id> = BTreeSet::new();
            let rows = config.endpoints.iter().enumerate();
            let rows = rows.filter(|(_, row)| row.component.as_ref().is_some_and(|id| known.insert(id)));
            let endpoints: Vec<Leads> =
                rows.filter_map(|(index, row)| leads(build, index, row, &doors, &groups)).collect();
            let enis = draw(build, ix, &node.id, &endpoints);
            if let Some(accelerator) = build.network.fabric.accelerators.get_mut(ix) {
                accelerator.endpoints = endpoints;
                accelerator.enis = enis;
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        match stage {
            Stage::Towards(ix, eni) => towards(network, ix, eni, visit),
            Stage::Reply(ix) => reply(network, ix, visit),
        }
    }

    fn addresses(&self) -> Vec<(IpAddr, Outside)> {
        self.addresses.iter().map(|address| (*address, Outside::Internet)).collect()
    }

    fn address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        let mut all = network.fabric.accelerators[ix].addresses.iter().copied();
        all.find(|address| Family::of(*address) == family)
    }

    /// `<digits>.awsglobalaccelerator.com`, with the static addresses; the digits stand for those AWS
    /// draws and depend on the id alone.
    fn names(network: &Network, ix: Ix<Self>) -> Vec<Published> {
        let accelerator = &network.fabric.accelerators[ix];
        let name = format!("a{}.awsglobalaccelerator.com", edge::digits(&accelerator.id));
        vec![Published {
            name,
            addresses: accelerator.addresses.clone(),
            ttl: NAME_TTL,
            to: Audience::Everybody,
            healthy: accelerator
                .endpoints
                .iter()
                .any(|endpoint| choice::healthy(network, accelerator, endpoint)),
        }]
    }

    /// It forwards and opens nothing by itself.
    fn send(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let accelerator = &network.fabric.accelerators[ix];
        let hop = Hop::new(SPEC.kind, &accelerator.id, "send", Decision::Unknown, &visit.packet);
        let at = Where::new(SPEC.kind, &accelerator.id);
        visit.unknown(hop, Reason::new(&route_table::UNSUPPORTED, at).fact("component", &accelerator.id));
        Outcome::Stopped
    }

    fn receive_from_internet(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        // What an endpoint behind a public address sends back comes here too.
        let key = visit.packet.key();
        let id = &network.fabric.accelerators[ix].id;
        if visit.state.position(id, Role::Endpoint, false, &key).is_some() {
            return reply(network, ix, visit);
        }
        edge::enter(network, id, edge::everywhere, &["EDGE-01"], visit);
        request(network, ix, visit)
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

/// The interfaces or the address behind a row.
fn leads(
    build: &Build<'_>,
    index: usize,
    row: &Endpoint,
    doors: &BTreeMap<Part, Vec<Ix<Eni>>>,
    groups: &BTreeMap<Id, usize>,
) -> Option<Leads> {
    let id = row.component.as_ref()?;
    let network = &build.network;
    let to = match build.document.nodes.get(id).map(|node| &node.config) {
        Some(catalog::Config::ElasticIp(config)) => To::Public(config.address.trim().parse().ok()?),
        Some(catalog::Config::Instance(_)) => match build.thing(id)? {
            Thing::Instance(instance) => {
                To::Interfaces(network.instances[instance].enis.first().copied().into_iter().collect())
            }
            _ => return None,
        },
        Some(config) if check::BALANCERS.contains(&config.spec().kind) => {
            let Thing::Part(part) = build.thing(id)? else { return None };
            To::Interfaces(doors.get(&part).cloned().unwrap_or_default())
        }
        _ => return None,
    };
    let vpc = match &to {
        To::Interfaces(enis) => Some(network.vpc_of_eni(*enis.first()?)),
        To::Public(address) => choice::owner(network, *address).map(|eni| network.vpc_of_eni(eni)),
    };
    // EDGE-03: never for Elastic IP addresses, nor for Network Load Balancers without groups.
    let preserves = row.client_ip_preservation
        && match &to {
            To::Public(_) => false,
            To::Interfaces(enis) => enis.iter().all(|eni| {
                let eni = &network.enis[*eni];
                eni.part.is_none() || !eni.groups.is_empty()
            }),
        };
    let tls_ports = match build.document.nodes.get(id).map(|node| &node.config) {
        Some(catalog::Config::NetworkLoadBalancer(config)) => {
            let tls = config.listeners.iter().filter(|row| row.protocol.eq_ignore_ascii_case("tls"));
            tls.filter_map(|row| u16::try_from(row.port).ok()).collect()
        }
        _ => Vec::new(),
    };
    let region = vpc.and_then(|vpc| network.vpcs[vpc].region);
    Some(Leads {
        tls_ports,
        id: id.clone(),
        index,
        weight: row.weight.min(255),
        preserves,
        healthy: match row.health.as_str() {
            "healthy" => Some(true),
            "unhealthy" => Some(false),
            _ => None,
        },
        vpc,
        group: region.and_then(|region| groups.get(&network.regions[region].id).copied()),
        region,
        to,
    })
}

/// The rows of endpoint groups by their Regions; the first counts.
fn groups(rows: &[Group]) -> BTreeMap<Id, usize> {
    let mut found = BTreeMap::new();
    for (n, row) in rows.iter().enumerate() {
        if let Some(region) = &row.region {
            found.entry(region.clone()).or_insert(n);
        }
    }
    found
}

/// One interface in each subnet of an endpoint that is reached by a private address (EDGE-04).
fn draw(build: &mut Build<'_>, ix: Ix<Accelerator>, id: &Id, endpoints: &[Leads]) -> Vec<Ix<Eni>> {
    let mut drawn = Vec::new();
    for endpoint in endpoints {
        let (To::Interfaces(enis), Some(vpc)) = (&endpoint.to, endpoint.vpc) else { continue };
        let row = |eni: &Ix<Eni>| {
            let subnet = build.network.enis[*eni].subnet;
            Interface { subnet: Some(build.network.subnets[subnet].id.clone()), ..Interface::default() }
        };
        let rows: Vec<Interface> = enis.iter().map(row).collect();
        let owner = interfaces::Owner { id, part: ix.into(), vpc, public: false, open: true };
        drawn.extend(interface_endpoint::draw(build, &owner, &rows, &[]));
    }
    drawn
}

impl Leads {
    /// The endpoint sees the client's address (EDGE-03).
    fn preserves(&self, packet: &Packet) -> bool {
        self.preserves && packet.destination_port().is_none_or(|port| !self.tls_ports.contains(&port))
    }
}

impl Accelerator {
    /// Its interface in a subnet.
    fn eni_in(&self, network: &Network, subnet: Ix<Subnet>) -> Option<Ix<Eni>> {
        self.enis.iter().copied().find(|eni| network.enis[*eni].subnet == subnet)
    }
}

fn idle_limit(protocol: Protocol) -> u64 {
    if protocol == Protocol::TCP { TCP_IDLE_LIMIT } else { UDP_IDLE_LIMIT }
}

/// What is wrong with a packet before any endpoint is chosen.
fn refused(accelerator: &Accelerator, packet: &Packet) -> Option<(Reason, &'static [&'static str])> {
    let at = || Where::new(SPEC.kind, &accelerator.id);
    if !packet.protocol.has_ports() {
        let reason = Reason::new(&nat_gateway::PROTOCOL, at());
        return Some((
            reason.fact("protocol", packet.protocol).fact("carries", "only TCP and UDP"),
            &["EDGE-02"],
        ));
    }
    if packet.fragment && packet.protocol == Protocol::TCP {
        let reason = Reason::new(&nat_gateway::FRAGMENT, at()).fact("protocol", packet.protocol);
        return Some((reason, &["EDGE-06"]));
    }
    if !accelerator.enabled {
        let reason = Reason::new(&network_interface::BAD_STATE, at());
        return Some((reason.fact("why", "the accelerator is disabled"), &["EDGE-01"]));
    }
    None
}

/// A client's packet, at the point of presence.
fn request(network: &Network, ix: Ix<Accelerator>, visit: &mut Visit<'_>) -> Outcome<At> {
    let accelerator = &network.fabric.accelerators[ix];
    let packet = visit.packet.clone();
    let key = packet.key();
    let at = || Where::new(SPEC.kind, &accelerator.id);
    let hop = Hop::new(SPEC.kind, &accelerator.id, "global-accelerator", Decision::Forwarded, &packet);
    if let Some((reason, rules)) = refused(accelerator, &packet) {
        visit.deny(hop.by(rules), reason);
        return Outcome::Stopped;
    }
    let takes = |listener: &&Listening| {
        listener.protocol == packet.protocol
            && packet.destination_port().is_some_and(|port| listener.ports.contains(port))
    };
    let Some(listener) = accelerator.listeners.iter().find(takes) else {
        let reason = Reason::new(&NO_LISTENER, at()).fact("packet", &packet);
        visit.deny(hop.by(&["EDGE-02"]), reason);
        return Outcome::Stopped;
    };
    let limit = idle_limit(packet.protocol);
    let known = visit.state.position(&accelerator.id, Role::Endpoint, true, &key);
    if let Some(entry) = known.and_then(|position| visit.state.entries.get(position))
        && visit.state.now.saturating_sub(entry.last_seen) >= limit
    {
        let gone = Evidence::State { event: StateEvent::Expired, flow: key.clone(), idle_limit: Some(limit) };
        known.map(|position| visit.state.entries.remove(position));
        if packet.protocol == Protocol::TCP {
            let reason = Reason::new(&nat_gateway::STATE_MISSING, at()).fact("flow", &packet);
            visit.deny(hop.with(gone).by(&["EDGE-06"]), reason.fact("limit", limit));
            return Outcome::Stopped;
        }
    }
    let known = visit.state.position(&accelerator.id, Role::Endpoint, true, &key);
    let far =
        known.and_then(|position| visit.state.entries.get(position)).map(|entry| entry.translated.clone());
    let event = if far.is_some() { StateEvent::Used } else { StateEvent::Created };
    let (endpoint, hop) = match choice::choose(network, accelerator, listener.sticky, far.as_ref(), visit) {
        Ok((endpoint, evidence)) => (endpoint, evidence.into_iter().fold(hop, Hop::with)),
        Err((evidence, why)) => {
            let hop = evidence.into_iter().fold(hop, Hop::with);
            let reason = Reason::new(&network_interface::BAD_STATE, at()).fact("why", why);
            visit.deny(hop.by(&["EDGE-05"]), reason);
            return Outcome::Stopped;
        }
    };
    let entrance = entrance(network, endpoint, far.as_ref(), &packet);
    let Some((eni, destination)) = entrance else {
        let reason = Reason::new(&network_interface::FAMILY_MISMATCH, at())
            .fact("interface", &endpoint.id)
            .fact("family", packet.family().name());
        visit.deny(hop.by(&["EDGE-07"]), reason);
        return Outcome::Stopped;
    };
    let far = far.unwrap_or_else(|| {
        if endpoint.preserves(&packet) {
            FlowKey { destination, ..key.clone() }
        } else {
            interface_endpoint::far_side(
                &accelerator.id,
                &packet,
                packet.destination,
                destination,
                None,
                visit,
            )
        }
    });
    let after = interface_endpoint::rewritten(&packet, &far);
    let hop = hop
        .with(Evidence::State { event, flow: key.clone(), idle_limit: Some(limit) })
        .with(Medium::Backbone.evidence())
        .rewriting(&after)
        .by(&["EDGE-01", "EDGE-03", "EDGE-05"]);
    let igw = endpoint.vpc.and_then(|vpc| network.vpcs[vpc].igw);
    if let (None, Some(vpc)) = (igw, endpoint.vpc) {
        let reason =
            Reason::new(&NEEDS_IGW, at()).fact("endpoint", &endpoint.id).fact("vpc", &network.vpcs[vpc].id);
        visit.deny(hop.by(&["EDGE-04"]), reason);
    } else {
        visit.record(hop);
    }
    visit.keep(Entry::new(&accelerator.id, Role::Endpoint, key).translated_to(far).inbound(true));
    visit.packet = after;
    let Some(eni) = eni else { return Outcome::Next(At::Internet) };
    // BPA-03: it stops what enters a VPC through an accelerator as if it came by the gateway.
    if let (Some(igw), Some(vpc)) = (igw, endpoint.vpc) {
        let gateway = (internet_gateway::SPEC.kind, &network.igws[igw].id);
        block_public_access::judge(network, (vpc, Door::Internet), Some(destination), false, gateway, visit);
    }
    Outcome::Routed(Stage::Towards(ix, eni).into())
}

/// The interface that takes the packet at an endpoint, none behind a public address, and the address
/// there: the one it had before, else one in a zone that is up.
fn entrance(
    network: &Network,
    endpoint: &Leads,
    far: Option<&FlowKey>,
    packet: &Packet,
) -> Option<(Option<Ix<Eni>>, IpAddr)> {
    let family = packet.family();
    match &endpoint.to {
        To::Public(address) => (Family::of(*address) == family).then_some((None, *address)),
        To::Interfaces(enis) => {
            let known =
                enis.iter().find(|eni| far.is_some_and(|far| network.enis[**eni].owns(far.destination)));
            let up = || enis.iter().find(|eni| !network.zone_failed(network.enis[**eni].subnet));
            let eni = *known.or_else(up).or(enis.first())?;
            Some((Some(eni), network.enis[eni].address(family)?))
        }
    }
}

/// The packet leaves the accelerator's interface and meets the endpoint's, in the same subnet: no
/// list of the subnet is asked (NACL-20).
fn towards(network: &Network, ix: Ix<Accelerator>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    let accelerator = &network.fabric.accelerators[ix];
    let subnet = network.enis[eni].subnet;
    let packet = visit.packet.clone();
    if let Some(own) = accelerator.eni_in(network, subnet) {
        let own = &network.enis[own].id;
        let hop = Hop::new(
            network_interface::SPEC.kind,
            own,
            "accelerator-interface",
            Decision::Forwarded,
            &packet,
        )
        .at(&network.subnets[subnet].id)
        .by(&["EDGE-04", "NACL-20"]);
        visit.record(hop);
    }
    if !network_acl::scan(network, subnet, true, &packet).1 {
        let at = Where::new(SPEC.kind, &accelerator.id);
        let subnet = &network.subnets[subnet].id;
        visit.hint(Reason::new(&ACL_UNASKED, at).fact("subnet", subnet).fact("packet", &packet));
    }
    Outcome::Next(At::SecurityGroupIn(eni))
}

/// What an endpoint sends to a client that came by an accelerator goes back to its interface,
/// whatever the route table says (EDGE-04). Asked before the table is.
pub(crate) fn returns(network: &Network, from: Ix<Subnet>, visit: &mut Visit<'_>) -> Option<Outcome<At>> {
    let key = visit.packet.key();
    let mut all = network.fabric.accelerators.iter();
    let knows = |id: &Id| visit.state.position(id, Role::Endpoint, false, &key).is_some();
    let (ix, accelerator) = all.find(|(_, accelerator)| knows(&accelerator.id))?;
    let own = accelerator.eni_in(network, from)?;
    // An endpoint behind a public address answers by the internet gateway.
    let owner = network.private.get(&(network.subnets[from].vpc, key.source));
    let leads_here = |endpoint: &Leads| match (&endpoint.to, owner) {
        (To::Interfaces(enis), Some(Owner::Eni(eni))) => enis.contains(eni),
        _ => false,
    };
    if !accelerator.endpoints.iter().any(leads_here) {
        return None;
    }
    let (kind, id) = (network_interface::SPEC.kind, &network.enis[own].id);
    let packet = visit.packet.clone();
    let hop = Hop::new(kind, id, "accelerator-interface", Decision::Forwarded, &packet);
    visit.record(hop.at(&network.subnets[from].id).by(&["EDGE-04"]));
    Some(Outcome::Next(Stage::Reply(ix).into()))
}

/// A reply on its way to the client: from the static address, over AWS's network, out at the point of
/// presence.
fn reply(network: &Network, ix: Ix<Accelerator>, visit: &mut Visit<'_>) -> Outcome<At> {
    let accelerator = &network.fabric.accelerators[ix];
    let packet = visit.packet.clone();
    let Some(entry) = visit.state.refresh(&accelerator.id, Role::Endpoint, false, &packet.key()) else {
        return Outcome::Stopped;
    };
    let flow = entry.flow.clone();
    let after = interface_endpoint::rewritten(&packet, &flow.reverse());
    let limit = Some(idle_limit(packet.protocol));
    let hop = Hop::new(SPEC.kind, &accelerator.id, "global-accelerator", Decision::Forwarded, &packet)
        .with(Evidence::State { event: StateEvent::Used, flow, idle_limit: limit })
        .with(Medium::Backbone.evidence())
        .rewriting(&after)
        .by(&["EDGE-01", "EDGE-03"]);
    visit.record(hop);
    visit.packet = after;
    edge::leave(network, &accelerator.id, &["EDGE-01"], visit)
}
