//! A Network Load Balancer as the front of a PrivateLink service: listeners, targets, zones
//! (IFE-12, IFE-13). Client address preservation and health checks are not modelled.

use std::net::IpAddr;

use hopscope_forward::{
    Decision, Evidence, Hop, Id, LegKind, Outcome, Reason, ReasonSpec, Role, StateEvent, Visit, Where,
    flow_hash,
};
use hopscope_net::prefix::Family;
use hopscope_net::{Packet, Protocol};

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::interface_endpoint::{self, INTERFACES, Interface, interfaces};
use crate::components::{gateway_load_balancer, nat_gateway, network_interface, route_table};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Eni, Instance, Network, Thing, Vpc};
use crate::pipeline::At;

record! {
    /// Configuration of a Network Load Balancer. Its parent is the VPC. Its interfaces are implied: `<id>/<subnet>`.
    pub struct Config {
        /// Its addresses, one subnet in each zone.
        pub interfaces: Vec<Interface>,
        /// `internal` or `internet-facing`.
        pub scheme: String = "internal",
        /// On its interfaces.
        pub security_groups: Vec<Id>,
        /// What it listens on and where that goes.
        pub listeners: Vec<Listener>,
        /// Targets see the client's address (IFE-13).
        pub preserve_client_ip: bool,
        /// Targets in other zones are used too.
        pub cross_zone: bool,
    }
}

record! {
    /// One listener with its targets.
    pub struct Listener {
        /// Its protocol.
        pub protocol: String = "tcp",
        /// Its port.
        pub port: u32 = 443u32,
        /// Instances behind it.
        pub targets: Vec<Id>,
        /// The targets' port.
        pub target_port: u32 = 443u32,
    }
}

/// Columns of [`Listener`].
pub static LISTENERS: Rows = Rows {
    noun: "listener",
    columns: &[
        Field::new("protocol", "Protocol", FieldKind::Choice(&["tcp", "udp", "tls", "tcp_udp"]), ""),
        Field::new("port", "Port", FieldKind::Number, ""),
        Field::new("targets", "Targets", FieldKind::RefList("instance"), ""),
        Field::new("target_port", "Target port", FieldKind::Number, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "network-load-balancer",
    name: "Network Load Balancer",
    aws_type: Some("AWS::ElasticLoadBalancingV2::LoadBalancer"),
    id_prefix: "nlb",
    summary: "Spreads TCP and UDP flows over targets.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new(
            "interfaces",
            "Network interfaces",
            FieldKind::Rows(&INTERFACES),
            "One subnet in each zone",
        ),
        Field::new("scheme", "Scheme", FieldKind::Choice(&["internal", "internet-facing"]), ""),
        Field::new("security_groups", "Security groups", FieldKind::RefList("security-group"), "Optional"),
        Field::new("listeners", "Listeners", FieldKind::Rows(&LISTENERS), ""),
        Field::new(
            "preserve_client_ip",
            "Preserve client IP addresses",
            FieldKind::Flag,
            "Never for PrivateLink callers",
        ),
        Field::new("cross_zone", "Cross-zone load balancing", FieldKind::Flag, ""),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html",
};

/// The page of the Network Load Balancer guide behind these reasons.
const PAGE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html";

packet_reason!(
    PAGE,
    /// No listener takes the packet.
    NO_LISTENER, "ELBV2_LISTENERS_MISMATCH", Some("ELBV2_LISTENERS_MISMATCH"), &["IFE-12"]
);
packet_reason!(
    PAGE,
    /// The listener has no targets.
    NO_TARGETS, "ELBV2_LISTENER_HAS_NO_TG", Some("ELBV2_LISTENER_HAS_NO_TG"), &["IFE-12"]
);
/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&NO_LISTENER, &NO_TARGETS];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Nlb {
    pub id: Id,
    pub vpc: Ix<Vpc>,
    pub enis: Vec<Ix<Eni>>,
    /// Not reachable over the internet.
    pub internal: bool,
    listeners: Vec<Listening>,
    preserves: bool,
    cross_zone: bool,
}

/// A listener, resolved.
#[derive(Debug)]
struct Listening {
    tcp: bool,
    udp: bool,
    port: u16,
    targets: Vec<Ix<Instance>>,
    target_port: u16,
}

/// Where a packet can be at it: only its interfaces receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for Nlb {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let target = |id: &Id| match build.thing(id) {
            Some(Thing::Instance(ix)) => Some(ix),
            _ => None,
        };
        let listener = |listener: &Listener| {
            Some(Listening {
                tcp: matches!(listener.protocol.as_str(), "tcp" | "tls" | "tcp_udp"),
                udp: matches!(listener.protocol.as_str(), "udp" | "tcp_udp"),
                port: u16::try_from(listener.port).ok()?,
                targets: listener.targets.iter().filter_map(target).collect(),
                target_port: u16::try_from(listener.target_port).ok()?,
            })
        };
        Some(Self {
            id: node.id.clone(),
            vpc: build.vpc_around(&node.id)?,
            enis: Vec::new(),
            internal: config.scheme != "internet-facing",
            listeners: config.listeners.iter().filter_map(listener).collect(),
            preserves: config.preserve_client_ip,
            cross_zone: config.cross_zone,
        })
    }

    fn link(build: &mut Build<'_>) {
        let document = build.document;
        for node in document.nodes.values() {
            let catalog::Config::NetworkLoadBalancer(config) = &node.config else { continue };
            let Some(Thing::Part(Part::NetworkLoadBalancer(ix))) = build.thing(&node.id) else { continue };
            let nlb = &build.network.fabric.nlbs[ix];
            let (vpc, public) = (nlb.vpc, !nlb.internal);
            let owner = interfaces::Owner { id: &node.id, part: ix.into(), vpc, public, open: true };
            let enis = interface_endpoint::draw(build, &owner, &config.interfaces, &config.security_groups);
            if let Some(nlb) = build.network.fabric.nlbs.get_mut(ix) {
                nlb.enis = enis;
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn receive(network: &Network, ix: Ix<Self>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
        let owner = &network.enis[eni].id;
        let key = visit.packet.key();
        match visit.state.position(owner, Role::Endpoint, false, &key) {
            Some(position) => from_target(network, ix, eni, position, visit),
            None => request(network, ix, eni, visit),
        }
    }

    fn address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        interfaces::address(network, &network.fabric.nlbs[ix].enis, family)
    }

    /// It forwards and opens nothing by itself; health checks are not modelled.
    fn send(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let nlb = &network.fabric.nlbs[ix];
        let hop = Hop::new(SPEC.kind, &nlb.id, "send", Decision::Unknown, &visit.packet);
        let reason =
            Reason::new(&route_table::UNSUPPORTED, Where::new(SPEC.kind, &nlb.id)).fact("component", &nlb.id);
        visit.unknown(hop, reason);
        Outcome::Stopped
    }
}

fn hop(nlb: &Nlb, packet: &Packet) -> Hop {
    Hop::new(SPEC.kind, &nlb.id, "network-load-balancer", Decision::Forwarded, packet)
}

/// A request at one of its interfaces, past the security group.
fn request(network: &Network, ix: Ix<Nlb>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    let nlb = &network.fabric.nlbs[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &nlb.id);
    if visit.leg == LegKind::Return {
        let missing = Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
        let reason = Reason::new(&nat_gateway::STATE_MISSING, at()).fact("flow", &packet);
        visit.deny(hop(nlb, &packet).with(missing), reason);
        return Outcome::Stopped;
    }
    if network.zone_failed(network.enis[eni].subnet) {
        let reason = Reason::new(&network_interface::BAD_STATE, at())
            .fact("interface", &network.enis[eni].id)
            .fact("failed", "zone");
        visit.deny(hop(nlb, &packet).by(&["IFE-17"]), reason);
    }
    let by_endpoint = visit.hops().iter().any(|hop| hop.stage == "endpoint-service");
    if nlb.preserves && !by_endpoint {
        let reason = Reason::new(&route_table::UNSUPPORTED, at()).fact("component", &nlb.id);
        visit.unknown(hop(nlb, &packet), reason);
        return Outcome::Stopped;
    }
    let takes = |listener: &&Listening| {
        packet.destination_port() == Some(listener.port)
            && ((listener.tcp && packet.protocol == Protocol::TCP)
                || (listener.udp && packet.protocol == Protocol::UDP))
    };
    let Some(listener) = nlb.listeners.iter().find(takes) else {
        let reason = Reason::new(&NO_LISTENER, at()).fact("packet", &packet);
        visit.deny(hop(nlb, &packet).by(&["IFE-12"]), reason);
        return Outcome::Stopped;
    };
    let target = match choose(network, nlb, eni, listener, &packet, visit) {
        Ok(target) => target,
        Err(spec) => {
            let zone = network.subnets[network.enis[eni].subnet].zone;
            let zone = zone.map_or_else(|| "no zone".to_owned(), |zone| network.zones[zone].id.to_string());
            let reason = Reason::new(spec, at()).fact("port", listener.port).fact("zone", zone);
            visit.deny(hop(nlb, &packet).by(&["IFE-12", "IFE-14"]), reason);
            return Outcome::Stopped;
        }
    };
    let family = packet.family();
    let addresses = (network.enis[eni].address(family), network.enis[target].address(family));
    let (Some(own), Some(to)) = addresses else {
        let reason = Reason::new(&network_interface::FAMILY_MISMATCH, at())
            .fact("interface", &network.enis[target].id)
            .fact("family", family.name());
        visit.deny(hop(nlb, &packet).by(&["V6-11"]), reason);
        return Outcome::Stopped;
    };
    // IFE-13: the target sees the balancer's address.
    let owner = &network.enis[eni].id;
    let far = interface_endpoint::far_side(owner, &packet, own, to, Some(listener.target_port), visit);
    let after = interface_endpoint::rewritten(&packet, &far);
    let tracked = interface_endpoint::tracked(owner, &packet, visit);
    visit.record(hop(nlb, &packet).with(tracked).rewriting(&after).by(&["IFE-13"]));
    interface_endpoint::remember(owner, &packet.key(), far, visit);
    visit.packet = after;
    Outcome::Routed(At::SecurityGroupOut(eni))
}

/// The target of a flow: by the flow's hash among those that run (PIPE-12); among all where none
/// runs, as a balancer that knows nothing better.
fn choose(
    network: &Network,
    nlb: &Nlb,
    eni: Ix<Eni>,
    listener: &Listening,
    packet: &Packet,
    visit: &mut Visit<'_>,
) -> Result<Ix<Eni>, &'static ReasonSpec> {
    let zone = |eni: Ix<Eni>| network.subnets[network.enis[eni].subnet].zone;
    let known: Vec<Ix<Eni>> = listener
        .targets
        .iter()
        .filter_map(|target| network.instances[*target].enis.first().copied())
        .filter(|target| network.vpc_of_eni(*target) == nlb.vpc)
        .collect();
    if known.is_empty() {
        return Err(&NO_TARGETS);
    }
    let near: Vec<Ix<Eni>> =
        known.into_iter().filter(|target| nlb.cross_zone || zone(*target) == zone(eni)).collect();
    let alive: Vec<Ix<Eni>> = near.iter().copied().filter(|target| network.alive(*target)).collect();
    let among = if alive.is_empty() { near } else { alive };
    let count = u64::try_from(among.len()).unwrap_or(1).max(1);
    let pick = usize::try_from(flow_hash(&packet.key(), &nlb.id) % count).unwrap_or(0);
    let target = among.get(pick).copied().ok_or(&gateway_load_balancer::NO_TARGETS_IN_AZ)?;
    if among.len() > 1 {
        let at = Where::new(SPEC.kind, &nlb.id);
        visit.hint(
            Reason::new(&route_table::NONDETERMINISTIC, at)
                .fact("destination", packet.destination)
                .fact("target", network_interface::place(network, target)),
        );
    }
    Ok(target)
}

/// A target's reply: back to the caller, or into the endpoint the caller came by.
fn from_target(
    network: &Network,
    ix: Ix<Nlb>,
    eni: Ix<Eni>,
    position: usize,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let nlb = &network.fabric.nlbs[ix];
    let packet = visit.packet.clone();
    let now = visit.state.now;
    let Some(entry) = visit.state.entries.get_mut(position) else { return Outcome::Stopped };
    entry.last_seen = now;
    entry.replied = true;
    let flow = entry.flow.clone();
    let after = interface_endpoint::rewritten(&packet, &flow.reverse());
    let used = Evidence::State {
        event: StateEvent::Used,
        flow,
        idle_limit: Some(interface_endpoint::TCP_IDLE_LIMIT),
    };
    visit.record(hop(nlb, &packet).with(used).rewriting(&after).by(&["IFE-13"]));
    visit.packet = after;
    match interface_endpoint::way_back(network, visit) {
        Some(endpoint) => Outcome::Next(endpoint),
        None => Outcome::Next(At::SecurityGroupOut(eni)),
    }
}
