//! A Gateway Load Balancer: hands packets to appliances by GENEVE and takes them back unchanged (GWLB-06 to GWLB-13).

use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, LegKind, Outcome, Reason, ReasonSpec, Role, StateEvent, Visit, Where,
    flow_hash,
};
use hopscope_net::{FlowKey, Packet, Protocol, Transport};

use crate::arena::Ix;
use crate::catalog;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::gateway_load_balancer_endpoint::{self, GwlbEndpoint};
use crate::components::{instance, nat_gateway, network_acl, security_group};
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Eni, Instance, InstanceRole, Network, Subnet, Thing, Zone};
use crate::pipeline::At;
use crate::validate::{Check, codes};

record! {
    /// Configuration of a Gateway Load Balancer. Its parent is the VPC of its appliances.
    pub struct Config {
        /// Its subnets.
        pub subnets: Vec<Id>,
        /// Appliances behind it.
        pub targets: Vec<Id>,
        /// Appliances that fail their health check (GWLB-11).
        pub unhealthy: Vec<Id>,
        /// GWLB-10.
        pub cross_zone: bool,
        /// GWLB-08.
        pub stickiness: String = "5-tuple",
        /// GWLB-11.
        pub target_failover: String = "no-rebalance",
        /// GWLB-12.
        pub tcp_idle_timeout: u32 = 350u32,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "gateway-load-balancer",
    name: "Gateway Load Balancer",
    aws_type: Some("AWS::ElasticLoadBalancingV2::LoadBalancer"),
    id_prefix: "gwlb",
    summary: "Spreads flows over firewall appliances, unchanged, both ways alike.",
    parents: &["vpc"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("subnets", "Subnets", FieldKind::RefList("subnet"), "One for each zone"),
        Field::new("targets", "Appliances", FieldKind::RefList("instance"), ""),
        Field::new("unhealthy", "Unhealthy appliances", FieldKind::RefList("instance"), ""),
        Field::new("cross_zone", "Cross-zone load balancing", FieldKind::Flag, ""),
        Field::new(
            "stickiness",
            "Flow stickiness",
            FieldKind::Choice(&["5-tuple", "3-tuple", "2-tuple"]),
            "",
        ),
        Field::new(
            "target_failover",
            "Target failover",
            FieldKind::Choice(&["no-rebalance", "rebalance"]),
            "Existing flows of an unhealthy appliance",
        ),
        Field::new("tcp_idle_timeout", "TCP idle timeout", FieldKind::Number, "Seconds, 60 to 6000"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html",
};

/// The page of the Gateway Load Balancer guide behind these reasons.
const PAGE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/gateway-load-balancers.html";

packet_reason!(
    PAGE,
    /// No appliance in the zone, and no balancing across zones (GWLB-10).
    NO_TARGETS_IN_AZ, "ELBV2_NO_TARGETS_IN_AZ", Some("ELBV2_NO_TARGETS_IN_AZ"), &["GWLB-10"]
);
packet_reason!(
    PAGE,
    /// The appliance that the flow goes to cannot serve it (GWLB-11).
    NO_HEALTHY_TARGET, "X_LB_NO_HEALTHY_TARGET", None, &["GWLB-11"]
);
packet_reason!(
    PAGE,
    /// What stands behind it does not take GENEVE (GWLB-06, LIM-37).
    PROTOCOL, "GWLB_PROTOCOL_RESTRICTION", Some("GWLB_PROTOCOL_RESTRICTION"), &["GWLB-06"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&NO_TARGETS_IN_AZ, &NO_HEALTHY_TARGET, &PROTOCOL];

/// Largest packet it takes, bytes (GWLB-13).
pub const INSIDE_MTU: u32 = 8500;
/// Bytes that GENEVE adds (GWLB-13).
pub const GENEVE_BYTES: u32 = 68;
/// The UDP port of GENEVE (GWLB-06).
pub const GENEVE_PORT: u16 = 6081;

/// Rules that an appliance's hop behind a Gateway Load Balancer cites.
const BEHIND: &[&str] = &["GWLB-03", "GWLB-06", "GWLB-07"];

/// Which fields of a packet make a flow (GWLB-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stickiness {
    Five,
    Three,
    Two,
}

impl Stickiness {
    /// The flow as this balancer tells flows apart.
    fn key(self, mut key: FlowKey) -> FlowKey {
        if self != Self::Five {
            (key.source_port, key.destination_port) = (0, 0);
        }
        if self == Self::Two {
            key.protocol = Protocol(0);
        }
        key
    }
}

/// An appliance behind it.
#[derive(Debug)]
struct Appliance {
    instance: Ix<Instance>,
    eni: Ix<Eni>,
    /// GENEVE comes to this address.
    address: Ipv4Addr,
    marked_unhealthy: bool,
}

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Gwlb {
    pub id: Id,
    subnets: Vec<Ix<Subnet>>,
    appliances: Vec<Appliance>,
    cross_zone: bool,
    stickiness: Stickiness,
    rebalance: bool,
    tcp_idle: u64,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it, from an endpoint: an appliance is chosen.
    At(Ix<Gwlb>, Ix<GwlbEndpoint>),
    /// At the appliance, inside GENEVE.
    Appliance(Ix<Gwlb>, Ix<GwlbEndpoint>, Ix<Eni>),
    /// Back from the appliance.
    Back(Ix<Gwlb>, Ix<GwlbEndpoint>),
}

impl Component for Gwlb {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        // Its nodes and appliances stand in its own VPC.
        let own = build.vpc_around(&node.id);
        let at_home = |subnet: Ix<Subnet>| Some(build.network.subnets[subnet].vpc) == own;
        let appliance = |id: &Id| {
            let Some(Thing::Instance(instance)) = build.thing(id) else { return None };
            let eni = build.network.instances[instance].enis.first().copied()?;
            let interface = &build.network.enis[eni];
            let address = interface.v4.first().filter(|_| at_home(interface.subnet))?.private;
            Some(Appliance { instance, eni, address, marked_unhealthy: config.unhealthy.contains(id) })
        };
        let subnet = |id: &Id| match build.thing(id) {
            Some(Thing::Subnet(ix)) if at_home(ix) => Some(ix),
            _ => None,
        };
        let stickiness = match config.stickiness.as_str() {
            "3-tuple" => Stickiness::Three,
            "2-tuple" => Stickiness::Two,
            _ => Stickiness::Five,
        };
        Some(Self {
            id: node.id.clone(),
            subnets: config.subnets.iter().filter_map(subnet).collect(),
            appliances: config.targets.iter().filter_map(appliance).collect(),
            cross_zone: config.cross_zone,
            stickiness,
            rebalance: config.target_failover == "rebalance",
            // GWLB-12: 60 to 6,000 s, and only where flows are told apart by 5-tuple.
            tcp_idle: match stickiness {
                Stickiness::Five => u64::from(config.tcp_idle_timeout).clamp(60, 6000),
                Stickiness::Three | Stickiness::Two => TCP_IDLE,
            },
        })
    }

    fn check(check: &mut Check<'_>) {
        for node in check.nodes() {
            let catalog::Config::GatewayLoadBalancer(config) = &node.config else { continue };
            let vpc = |id: &str| check.document.enclosing(id, "vpc").map(|vpc| &vpc.id);
            let mut strangers = Vec::new();
            for (field, label, ids) in
                [("subnets", "Subnets", &config.subnets), ("targets", "Appliances", &config.targets)]
            {
                let stray = |id: &Id| check.kind_of(id).is_some() && vpc(id) != vpc(&node.id);
                strangers.extend(
                    ids.iter().enumerate().filter(|(_, id)| stray(id)).map(|(n, id)| (field, label, n, id)),
                );
            }
            for (field, label, n, id) in strangers {
                check.report(
                    Diagnostic::new(&codes::REFERENCE, &node.id)
                        .field(format!("{field}/{n}"))
                        .fact("field", label)
                        .fact("reference", id)
                        .fact("found", "another VPC's"),
                );
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        match stage {
            Stage::At(ix, endpoint) => choose(network, ix, endpoint, visit),
            Stage::Appliance(ix, endpoint, eni) => appliance(network, ix, endpoint, eni, visit),
            Stage::Back(ix, endpoint) => {
                let gwlb = &network.fabric.gwlbs[ix];
                let hop = Hop::new(
                    SPEC.kind,
                    &gwlb.id,
                    "gateway-load-balancer",
                    Decision::Forwarded,
                    &visit.packet.clone(),
                );
                visit.record(hop.by(&["GWLB-03"]));
                Outcome::Next(gateway_load_balancer_endpoint::Stage::Out(endpoint).into())
            }
        }
    }
}

/// Default seconds after which an idle TCP flow is forgotten (GWLB-12).
pub(crate) const TCP_IDLE: u64 = 350;
/// The same for everything else (GWLB-12).
pub(crate) const OTHER_IDLE: u64 = 120;

/// A flow and its reply have one key, so that both directions agree (GWLB-08).
fn symmetric(key: &FlowKey) -> FlowKey {
    key.clone().min(key.reverse())
}

/// The engine's only choice among equals: by the flow, never by names (PIPE-12).
fn hash(key: &FlowKey) -> u64 {
    flow_hash(&symmetric(key), "")
}

impl Gwlb {
    fn idle_limit(&self, protocol: Protocol) -> u64 {
        if protocol == Protocol::TCP { self.tcp_idle } else { OTHER_IDLE }
    }

    /// Whether the balancer is enabled in a zone; one without subnets counts as everywhere.
    fn enabled(&self, network: &Network, zone: Option<Ix<Zone>>) -> bool {
        self.subnets.is_empty() || self.subnets.iter().any(|subnet| network.subnets[*subnet].zone == zone)
    }

    /// GWLB-10: appliances of the endpoint's zone only, unless balancing goes across zones.
    fn serves(&self, network: &Network, appliance: &Appliance, zone: Option<Ix<Zone>>) -> bool {
        let home = network.subnets[network.enis[appliance.eni].subnet].zone;
        self.enabled(network, home) && (self.cross_zone || home == zone)
    }

    /// The subnet whose node speaks to an appliance: that of the endpoint's zone, else the first.
    fn node(&self, network: &Network, endpoint: &GwlbEndpoint, eni: Ix<Eni>) -> Ix<Subnet> {
        let zone = network.subnets[endpoint.subnet].zone;
        let own = self.subnets.iter().find(|subnet| network.subnets[**subnet].zone == zone);
        own.or(self.subnets.first()).copied().unwrap_or(network.enis[eni].subnet)
    }

    /// The outer packet: always IPv4, UDP 6081 (GWLB-06, GWLB-07).
    fn outer(&self, network: &Network, endpoint: &GwlbEndpoint, to: &Appliance, inner: &Packet) -> Packet {
        let node = self.node(network, endpoint, to.eni);
        let spread = hash(&self.stickiness.key(inner.key())) % 16_384;
        Packet {
            source: IpAddr::V4(node_address(network, node)),
            destination: IpAddr::V4(to.address),
            protocol: Protocol::UDP,
            transport: Transport::Ports {
                source: u16::try_from(49_152 + spread).unwrap_or(49_152),
                destination: GENEVE_PORT,
            },
            size: inner.size.saturating_add(GENEVE_BYTES),
            dont_fragment: true,
            fragment: false,
        }
    }
}

/// A node's own address is not drawn: the highest one of its subnet that nobody else has stands
/// for it, below the one that a NAT gateway without an address takes.
fn node_address(network: &Network, subnet: Ix<Subnet>) -> Ipv4Addr {
    let subnet = &network.subnets[subnet];
    let Some(net) = subnet.v4 else { return Ipv4Addr::UNSPECIFIED };
    let last = u32::from(net.broadcast());
    let free = (2..64).filter_map(|n| last.checked_sub(n)).map(Ipv4Addr::from).find(|address| {
        net.contains(address) && !network.private.contains_key(&(subnet.vpc, IpAddr::V4(*address)))
    });
    free.unwrap_or(net.network())
}

/// GWLB-11: marked, stopped and those of a failed zone fail their health checks.
fn healthy(network: &Network, appliance: &Appliance) -> bool {
    !appliance.marked_unhealthy && network.alive(appliance.eni)
}

/// What the balancer remembers of a packet's flow.
struct Memory {
    event: StateEvent,
    /// Address of the appliance it went to.
    appliance: Option<IpAddr>,
}

/// Looks the flow up and refreshes it. Flows of different endpoints are never one: consumers may
/// use the same addresses.
fn recall(owner: &Id, key: &FlowKey, limit: u64, visit: &mut Visit<'_>) -> Memory {
    let back = key.reverse();
    let now = visit.state.now;
    let position = visit.state.entries.iter().position(|entry| {
        entry.owner == *owner && entry.role == Role::Appliance && (entry.flow == *key || entry.flow == back)
    });
    let Some(position) = position else {
        let event = if visit.leg == LegKind::Return { StateEvent::Missing } else { StateEvent::Created };
        return Memory { event, appliance: None };
    };
    if let Some(entry) = visit.state.entries.get_mut(position)
        && now.saturating_sub(entry.last_seen) < limit
    {
        entry.last_seen = now;
        entry.replied |= entry.flow == back;
        return Memory { event: StateEvent::Used, appliance: Some(entry.translated.destination) };
    }
    visit.state.entries.remove(position);
    Memory { event: StateEvent::Expired, appliance: None }
}

/// At the balancer: the flow's appliance, or one for a new flow.
fn choose(
    network: &Network,
    ix: Ix<Gwlb>,
    endpoint_ix: Ix<GwlbEndpoint>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let gwlb = &network.fabric.gwlbs[ix];
    let endpoint = &network.fabric.gwlb_endpoints[endpoint_ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &gwlb.id).of(&endpoint.id);
    let mut hop = Hop::new(SPEC.kind, &gwlb.id, "gateway-load-balancer", Decision::Forwarded, &packet);
    let too_big = packet.size > INSIDE_MTU;
    if too_big {
        // GWLB-13: neither fragmented nor answered.
        let reason = Reason::new(&nat_gateway::MTU, at()).fact("size", packet.size).fact("mtu", INSIDE_MTU);
        visit.deny(hop.clone().by(&["GWLB-13"]), reason);
    }
    let zone = network.subnets[endpoint.subnet].zone;
    let key = gwlb.stickiness.key(packet.key());
    let limit = gwlb.idle_limit(packet.protocol);
    let memory = recall(&endpoint.id, &key, limit, visit);
    let state = Evidence::State { event: memory.event, flow: packet.key(), idle_limit: Some(limit) };
    hop = hop.with(state);

    let mut pool: Vec<&Appliance> = Vec::new();
    let mut considered = Vec::new();
    for appliance in &gwlb.appliances {
        let name = network.instances[appliance.instance].id.to_string();
        let check = |check, passed| Evidence::Check { check, passed, value: Some(name.clone()) };
        if gwlb.serves(network, appliance, zone) {
            considered.push(check("target-healthy", healthy(network, appliance)));
            pool.push(appliance);
        } else {
            considered.push(check("target-zone", false));
        }
    }
    let well: Vec<&Appliance> = pool.iter().copied().filter(|target| healthy(network, target)).collect();
    let among = if well.is_empty() { &pool } else { &well };
    let count = u64::try_from(among.len()).unwrap_or(u64::MAX).max(1);
    let fresh = usize::try_from(hash(&key) % count).ok().and_then(|n| among.get(n)).copied();
    // GWLB-11: a known flow stays where it is, also with an unhealthy appliance, unless it is
    // rebalanced.
    let stuck = memory.appliance.and_then(|known| {
        gwlb.appliances
            .iter()
            .find(|target| IpAddr::V4(target.address) == known)
            .filter(|target| healthy(network, target) || !gwlb.rebalance)
    });

    let lost = match memory.event {
        StateEvent::Missing => true,
        // GWLB-12: the middle of a TCP connection opens nothing; of other protocols nobody can
        // tell the middle from a beginning.
        StateEvent::Expired => visit.leg == LegKind::Return || packet.protocol == Protocol::TCP,
        StateEvent::Created | StateEvent::Used | StateEvent::Untracked => false,
    };
    if lost {
        let rules: &'static [&'static str] =
            if memory.event == StateEvent::Expired { &["GWLB-12"] } else { &["GWLB-09"] };
        let reason = Reason::new(&nat_gateway::STATE_MISSING, at()).fact("flow", &packet);
        visit.deny(hop.clone().by(rules), reason);
    }
    let Some(chosen) = stuck.or(fresh) else {
        let zone = zone.map_or_else(|| "no zone".to_owned(), |zone| network.zones[zone].id.to_string());
        let reason = Reason::new(&NO_TARGETS_IN_AZ, at()).fact("zone", zone);
        hop.evidence.extend(considered);
        visit.deny(hop.by(&["GWLB-10"]), reason);
        remember(&endpoint.id, key.clone(), key, memory.event, visit);
        return Outcome::Stopped;
    };
    let outer = gwlb.outer(network, endpoint, chosen, &packet);
    let name = &network.instances[chosen.instance].id;
    hop = hop.with(Evidence::Check { check: "target", passed: true, value: Some(name.to_string()) });
    if !healthy(network, chosen) {
        hop.evidence.extend(considered);
        let reason = Reason::new(&NO_HEALTHY_TARGET, at()).fact("target", name);
        visit.deny(hop.by(&["GWLB-11"]), reason);
    } else if !lost && !too_big {
        hop = hop.with(Evidence::Check { check: "geneve", passed: true, value: Some(header(&outer)) });
        hop.evidence.extend(considered);
        visit.record(hop.by(&["GWLB-03", "GWLB-07", "GWLB-08"]));
    }
    remember(&endpoint.id, key, outer.key(), memory.event, visit);
    Outcome::Next(Stage::Appliance(ix, endpoint_ix, chosen.eni).into())
}

/// An outer packet in one line, with its size.
fn header(outer: &Packet) -> String {
    format!("{outer}, {} bytes", outer.size)
}

/// Remembers which appliance a flow went to.
fn remember(owner: &Id, flow: FlowKey, outer: FlowKey, event: StateEvent, visit: &mut Visit<'_>) {
    if event == StateEvent::Used {
        let back = flow.reverse();
        let known = visit.state.entries.iter_mut().find(|entry| {
            entry.owner == *owner
                && entry.role == Role::Appliance
                && (entry.flow == flow || entry.flow == back)
        });
        if let Some(entry) = known {
            entry.translated = outer;
        }
        return;
    }
    visit.remember(Entry::new(owner, Role::Appliance, flow).translated_to(outer));
}

/// There and back inside GENEVE: what filters the outer packet, and the appliance's own decision
/// on the inner one.
fn appliance(
    network: &Network,
    ix: Ix<Gwlb>,
    endpoint_ix: Ix<GwlbEndpoint>,
    eni: Ix<Eni>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let gwlb = &network.fabric.gwlbs[ix];
    let endpoint = &network.fabric.gwlb_endpoints[endpoint_ix];
    let Some(target) = gwlb.appliances.iter().find(|target| target.eni == eni) else {
        return Outcome::Stopped;
    };
    let inner = visit.packet.clone();
    let outer = gwlb.outer(network, endpoint, target, &inner);
    let node = gwlb.node(network, endpoint, eni);
    let home = network.enis[eni].subnet;
    // PIPE-03: ACLs stand between the node's subnet and the appliance's, if these are two.
    visit.packet = outer.clone();
    if node != home {
        network_acl::judge(network, node, false, visit);
        network_acl::judge(network, home, true, visit);
    }
    security_group::judge(network, eni, true, visit);
    visit.packet = inner.clone();

    let instance = &network.instances[target.instance];
    let hop =
        Hop::new(instance::SPEC.kind, &instance.id, "appliance", Decision::Forwarded, &inner).by(BEHIND);
    let at = Where::new(instance::SPEC.kind, &instance.id);
    match instance.role {
        InstanceRole::Router => visit.record(hop),
        InstanceRole::Firewall => instance::inspect(&network.enis[eni].id, hop, at, visit),
        // GWLB-06: only what was made for it takes GENEVE and hands the packet back unchanged.
        InstanceRole::Host | InstanceRole::Nat => {
            let reason = Reason::new(&PROTOCOL, at).fact("appliance", &instance.id);
            visit.deny(hop, reason);
        }
    }
    // The appliance answers from its address to the node's, again to port 6081. Its group knows
    // the flow, so only ACLs can be in the way.
    if node != home {
        visit.packet = Packet { source: outer.destination, destination: outer.source, ..outer };
        network_acl::judge(network, home, false, visit);
        network_acl::judge(network, node, true, visit);
        visit.packet = inner;
    }
    Outcome::Next(Stage::Back(ix, endpoint_ix).into())
}

/// Whether a hop is an appliance behind a Gateway Load Balancer: it inspects, whatever its role.
pub(crate) fn is_appliance(hop: &Hop) -> bool {
    hop.stage == "appliance" && hop.rules == BEHIND
}
