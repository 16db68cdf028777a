//! A NAT gateway: many private sources behind one address, replies only (NAT-01 to NAT-18),
//! and NAT64 (V6-07).

use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, LegKind, Outcome, Reason, ReasonSpec, Role, State, StateEvent, Visit,
    Where, flow_hash,
};
use hopscope_net::{FlowKey, Packet, Protocol, Transport, prefix};

use crate::arena::Ix;
use crate::balancer;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::{internet_gateway, network_interface, route_table, transit_gateway_attachment};
use crate::network::{Nat, NatScope, Network, Subnet};
use crate::pipeline::At;

record! {
    /// Configuration of a NAT gateway. Its parent is its subnet; the VPC for a regional one.
    pub struct Config {
        /// `public` or `private` (NAT-02).
        pub connectivity: String = "public",
        /// `zonal`, `regional` (zones served automatically) or `regional-manual` (NAT-14).
        pub availability: String = "zonal",
        /// Its private IPv4 address.
        pub private_ip: Option<String>,
        /// Zones that a regional gateway in manual mode has addresses in.
        pub zones: Vec<Id>,
        /// `available`, `failed` or `deleted`.
        pub state: String = "available",
        /// Simulated number of open connections to the flow's destination (NAT-07).
        pub open_connections: Option<u32>,
        /// Security groups drawn onto it, which AWS refuses (PIPE-08); kept so that it can be said.
        pub security_groups: Vec<Id>,
    }
}

/// What a NAT gateway says about itself.
pub static SPEC: Spec = Spec {
    kind: "nat-gateway",
    name: "NAT gateway",
    aws_type: Some("AWS::EC2::NatGateway"),
    id_prefix: "nat",
    summary: "Lets private IPv4 hosts open connections outwards behind one address.",
    parents: &["subnet", "vpc"],
    shape: Shape::Card,
    route_target: (true, true),
    endpoint: false,
    fields: &[
        Field::new("connectivity", "Connectivity type", FieldKind::Choice(&["public", "private"]), ""),
        Field::new(
            "availability",
            "Availability mode",
            FieldKind::Choice(&["zonal", "regional", "regional-manual"]),
            "",
        ),
        Field::new("private_ip", "Private IPv4 address", FieldKind::Address, ""),
        Field::new(
            "zones",
            "Zones with addresses",
            FieldKind::RefList("availability-zone"),
            "Regional manual mode only",
        ),
        Field::new("state", "State", FieldKind::Choice(&["available", "failed", "deleted"]), ""),
        Field::new(
            "open_connections",
            "Open connections to one destination",
            FieldKind::Number,
            "At 55,000 the ports are used up",
        ),
    ],
    failure: Some(crate::component::Failure { field: "state", down: "failed", up: "available" }),
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
};

/// The page of the VPC User Guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html";

packet_reason!(
    PAGE,
    /// TCP, UDP and ICMP only (NAT-05).
    PROTOCOL, "PROTOCOL_RESTRICTION", Some("PROTOCOL_RESTRICTION"), &["NAT-05"]
);
packet_reason!(
    PAGE,
    /// Nothing was opened from inside (NAT-06).
    UNSOLICITED, "X_NAT_UNSOLICITED_INBOUND", None, &["NAT-06"]
);
packet_reason!(
    PAGE,
    /// 55,000 connections to one destination are open (NAT-07).
    PORTS_EXHAUSTED, "X_NAT_PORTS_EXHAUSTED", None, &["NAT-07"]
);
packet_reason!(
    PAGE,
    /// The binding was idle for 350 s and is gone (NAT-08).
    IDLE_TIMEOUT, "X_NAT_IDLE_TIMEOUT", None, &["NAT-08"]
);
packet_reason!(
    PAGE,
    /// A stateful hop saw a packet of a flow it does not know (IGW-09).
    STATE_MISSING, "X_STATE_MISSING", None, &["IGW-09"]
);
packet_reason!(
    PAGE,
    /// Fragments of TCP and ICMP are not passed (NAT-16).
    FRAGMENT, "X_FRAGMENT_DROPPED", None, &["NAT-16"]
);
packet_reason!(
    PAGE,
    /// The packet is larger than the hop takes (NAT-16).
    MTU, "X_MTU_DROP", None, &["NAT-16"]
);
packet_reason!(
    PAGE,
    /// A regional gateway without an address in the caller's zone (NAT-14).
    REGIONAL_ZONE, "REGIONAL_NGW_ROUTE_AZ_RESTRICTION", Some("REGIONAL_NGW_ROUTE_AZ_RESTRICTION"), &["NAT-14"]
);
packet_reason!(
    PAGE,
    /// The caller came over a peering, or from a site through a virtual private gateway (NAT-10).
    SOURCE_IN_VPC, "NGW_REQUIRES_SOURCE_IN_VPC", Some("NGW_REQUIRES_SOURCE_IN_VPC"), &["NAT-10"]
);

/// Reasons a NAT gateway raises.
pub static REASONS: &[&ReasonSpec] = &[
    &SOURCE_IN_VPC,
    &PROTOCOL,
    &UNSOLICITED,
    &PORTS_EXHAUSTED,
    &IDLE_TIMEOUT,
    &STATE_MISSING,
    &FRAGMENT,
    &MTU,
    &REGIONAL_ZONE,
];

/// What it carries, for people (NAT-05).
const CARRIES: &str = "only TCP, UDP and ICMP over IPv4";

/// Idle seconds after which a binding is gone (NAT-08).
pub const IDLE_LIMIT: u64 = 350;
/// Connections to one destination for each address (NAT-07).
pub const CONNECTIONS_PER_ADDRESS: u32 = 55_000;
/// Largest packet inside (NAT-16), bytes.
pub const INSIDE_MTU: u32 = 8500;

/// From a subnet's router to the gateway: through its subnet's ACL if it has another subnet.
pub(crate) fn enter(
    network: &Network,
    ix: Ix<Nat>,
    from: Option<Ix<Subnet>>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let nat = &network.nats[ix];
    if let NatScope::RegionalManual(zones) = &nat.scope {
        let zone = from.and_then(|subnet| network.subnets[subnet].zone);
        if !zone.is_some_and(|zone| zones.contains(&zone)) {
            let hop = Hop::new(SPEC.kind, &nat.id, "nat-gateway", Decision::Denied, &visit.packet.clone())
                .by(&["NAT-14"]);
            let reason = Reason::new(&REGIONAL_ZONE, Where::new(SPEC.kind, &nat.id)).fact(
                "zone",
                zone.map_or_else(|| "no zone".to_owned(), |zone| network.zones[zone].id.to_string()),
            );
            visit.deny(hop, reason);
        }
    }
    match nat.scope {
        // A gateway that is out of service is said so first: nothing reaches its subnet's ACL.
        NatScope::Zonal(subnet) if from != Some(subnet) && up(network, nat) => {
            Outcome::Routed(At::AclInToNat(subnet, ix))
        }
        NatScope::Zonal(_) | NatScope::Regional | NatScope::RegionalManual(_) => Outcome::Routed(At::Nat(ix)),
    }
}

/// Available, and its zone is up (NAT-13).
pub(crate) fn up(network: &Network, nat: &Nat) -> bool {
    let zone_up = match nat.scope {
        NatScope::Zonal(subnet) => !network.zone_failed(subnet),
        NatScope::Regional | NatScope::RegionalManual(_) => true,
    };
    nat.available && zone_up
}

/// At the gateway, from either side.
pub(crate) fn forward(network: &Network, ix: Ix<Nat>, visit: &mut Visit<'_>) -> Outcome<At> {
    let nat = &network.nats[ix];
    let packet = visit.packet.clone();
    let at = Where::new(SPEC.kind, &nat.id);
    let hop = Hop::new(SPEC.kind, &nat.id, "nat-gateway", Decision::Forwarded, &packet);
    if !up(network, nat) {
        let what = if nat.available { "zone" } else { "gateway" };
        visit.deny(
            hop.clone().by(&["NAT-13"]),
            Reason::new(&network_interface::BAD_STATE, at).fact("interface", &nat.id).fact("failed", what),
        );
    }
    let Some(own) = nat.private else {
        return Outcome::Stopped;
    };
    if packet.destination == IpAddr::V4(own) {
        return from_outside(network, ix, visit);
    }
    if is_own_packet(&packet, own) {
        // The walk finds the loop.
        visit.record(hop.by(&["NAT-11"]));
        return leave(network, ix);
    }
    from_inside(network, ix, own, visit)
}

/// IGW-09: the reply of a flow that did not come in through this gateway dies here, rather than
/// leave as a flow of its own. That the packet is lost on this leg is from general knowledge.
fn is_reply_of_unknown_flow(leg: LegKind) -> bool {
    leg == LegKind::Return
}

/// NAT-11: the gateway's own packet comes back to it where its subnet's table points at the
/// gateway, so a host of that subnet cannot use it (from general knowledge).
fn is_own_packet(packet: &Packet, own: Ipv4Addr) -> bool {
    packet.source == IpAddr::V4(own)
}

/// Which IPv6 destinations outside the VPC may lead to a NAT gateway: the NAT64 prefix only
/// (RT-19, NAT-15; that AWS refuses others is from general knowledge).
pub(crate) fn takes_ipv6_route(destination: &hopscope_net::Ipv6Net) -> bool {
    *destination == prefix::NAT64
}

fn supported(packet: &Packet) -> bool {
    packet.protocol.has_ports() || packet.protocol.is_icmp()
}

fn from_inside(network: &Network, ix: Ix<Nat>, own: Ipv4Addr, visit: &mut Visit<'_>) -> Outcome<At> {
    let nat = &network.nats[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &nat.id);
    let hop = Hop::new(SPEC.kind, &nat.id, "nat-gateway", Decision::Forwarded, &packet);
    // ADDR-27: like every gateway it drops what does not belong where it came from (NAT-10).
    // NAT-10: who comes over a transit gateway may use it.
    if !network.vpcs[nat.vpc].contains(packet.source) && !transit_gateway_attachment::crossed(visit) {
        let doors = ["vpc-peering-connection", "virtual-private-gateway"];
        if balancer::since(visit.hops()).iter().any(|hop| doors.contains(&hop.kind)) {
            let reason = Reason::new(&SOURCE_IN_VPC, at())
                .fact("source", packet.source)
                .fact("vpc", &network.vpcs[nat.vpc].id);
            visit.deny(hop.by(&["NAT-10"]), reason);
            return Outcome::Stopped;
        }
        let reason = Reason::new(&internet_gateway::SPOOFED, at()).fact("source", packet.source);
        visit.deny(hop.by(&["ADDR-27", "NAT-10"]), reason);
        return Outcome::Stopped;
    }
    let refusal: Option<(&'static ReasonSpec, &'static [&'static str])> = if !supported(&packet) {
        Some((&PROTOCOL, &["NAT-05"]))
    } else if packet.fragment && packet.protocol != Protocol::UDP {
        Some((&FRAGMENT, &["NAT-16"]))
    } else if packet.size > INSIDE_MTU {
        Some((&MTU, &["NAT-16"]))
    } else {
        None
    };
    if let Some((spec, rules)) = refusal {
        let reason = Reason::new(spec, at())
            .fact("protocol", packet.protocol)
            .fact("carries", CARRIES)
            .fact("size", packet.size)
            .fact("mtu", INSIDE_MTU);
        visit.deny(hop.by(rules), reason);
        return Outcome::Stopped;
    }
    // NAT64 turns the packet into IPv4 first (V6-07); other IPv6 never gets here.
    let Some(inside) = to_ipv4(&packet) else {
        visit.deny(
            hop.by(&["NAT-15"]),
            Reason::new(&PROTOCOL, at()).fact("protocol", "IPv6").fact("carries", CARRIES),
        );
        return Outcome::Stopped;
    };
    let known = visit.state.position(&nat.id, Role::Nat, false, &packet.key());
    let now = visit.state.now;
    let mut event = StateEvent::Created;
    let mut translated = None;
    if let Some(position) = known
        && let Some(entry) = visit.state.entries.get_mut(position)
    {
        if now.saturating_sub(entry.last_seen) < IDLE_LIMIT {
            entry.last_seen = now;
            event = StateEvent::Used;
            translated = Some(entry.translated.clone());
        } else {
            visit.state.entries.remove(position);
            event = StateEvent::Expired;
        }
    }
    let state = |event| Evidence::State { event, flow: packet.key(), idle_limit: Some(IDLE_LIMIT) };
    if translated.is_none() {
        if event == StateEvent::Expired && packet.protocol == Protocol::TCP {
            // NAT-08: a later packet of the old connection is answered with a reset.
            visit.deny(
                hop.with(state(event)).by(&["NAT-08"]),
                Reason::new(&IDLE_TIMEOUT, at()).fact("limit", IDLE_LIMIT).fact("answer", "TCP RST"),
            );
            return Outcome::Stopped;
        }
        if is_reply_of_unknown_flow(visit.leg) {
            visit.deny(
                hop.with(state(StateEvent::Missing)).by(&["IGW-09"]),
                Reason::new(&STATE_MISSING, at()).fact("flow", &packet),
            );
            return Outcome::Stopped;
        }
        if nat.open_connections >= CONNECTIONS_PER_ADDRESS.saturating_mul(nat.addresses) {
            let reason = Reason::new(&PORTS_EXHAUSTED, at())
                .fact("connections", nat.open_connections)
                .fact("destination", inside.destination);
            visit.deny(hop.by(&["NAT-07"]), reason);
            return Outcome::Stopped;
        }
    }
    let translated = translated.unwrap_or_else(|| bind(&nat.id, own, &inside, visit.state));
    let after = inside.with_source(IpAddr::V4(own), translated.source_port);
    let cites: &'static [&'static str] =
        if packet.source.is_ipv6() { &["V6-07", "NAT-03"] } else { &["NAT-03"] };
    visit.record(hop.with(state(event)).rewriting(&after).by(cites));
    if event != StateEvent::Used {
        visit.remember(Entry::new(&nat.id, Role::Nat, packet.key()).translated_to(translated));
    }
    visit.packet = after;
    leave(network, ix)
}

/// A port in 1024-65535 that no other flow to the same destination uses (NAT-03), chosen by the
/// flow's hash so that the same flow always gets the same port.
pub(crate) fn bind(owner: &Id, own: Ipv4Addr, packet: &Packet, state: &State) -> FlowKey {
    let key = packet.key();
    let span = 64_512u64;
    let first = flow_hash(&key, owner) % span;
    let mut translated = FlowKey { source: IpAddr::V4(own), ..key };
    if !packet.protocol.has_ports() {
        return translated;
    }
    for step in 0..span {
        let port = 1024 + (first + step) % span;
        translated.source_port = u16::try_from(port).unwrap_or(1024);
        let taken = state.entries.iter().any(|entry| entry.owner == *owner && entry.translated == translated);
        if !taken {
            break;
        }
    }
    translated
}

/// The IPv4 form of a packet: itself, or the NAT64 translation (V6-07, RFC 7915 for ICMP).
fn to_ipv4(packet: &Packet) -> Option<Packet> {
    if packet.destination.is_ipv4() {
        return Some(packet.clone());
    }
    let destination = IpAddr::V4(prefix::nat64_embedded(packet.destination)?);
    let (protocol, transport) = match (packet.protocol, packet.transport) {
        (Protocol::ICMPV6, Transport::Icmp { kind, code, identifier }) => {
            let kind = match kind {
                128 => 8,
                129 => 0,
                other => other,
            };
            (Protocol::ICMP, Transport::Icmp { kind, code, identifier })
        }
        (protocol, transport) => (protocol, transport),
    };
    Some(Packet { destination, protocol, transport, ..packet.clone() })
}

fn from_outside(network: &Network, ix: Ix<Nat>, visit: &mut Visit<'_>) -> Outcome<At> {
    let nat = &network.nats[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &nat.id);
    let hop = Hop::new(SPEC.kind, &nat.id, "nat-gateway", Decision::Forwarded, &packet);
    let now = visit.state.now;
    let position = visit
        .state
        .position(&nat.id, Role::Nat, true, &packet.key())
        // NAT-06: a ping from outside is not the answer to one from inside.
        .filter(|_| !is_echo_request(&packet));
    let Some(entry) = position.and_then(|position| visit.state.entries.get_mut(position)) else {
        let missing = Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
        visit.deny(
            hop.with(missing).by(&["NAT-06"]),
            Reason::new(&UNSOLICITED, at()).fact("source", packet.source),
        );
        return Outcome::Stopped;
    };
    let flow = entry.flow.clone();
    let expired = now.saturating_sub(entry.last_seen) >= IDLE_LIMIT;
    if !expired {
        entry.last_seen = now;
        entry.replied = true;
    }
    let after = untranslate(&packet, &flow);
    if expired {
        let gone = Evidence::State { event: StateEvent::Expired, flow, idle_limit: Some(IDLE_LIMIT) };
        visit
            .deny(hop.with(gone).by(&["NAT-08"]), Reason::new(&IDLE_TIMEOUT, at()).fact("limit", IDLE_LIMIT));
    } else {
        let used = Evidence::State { event: StateEvent::Used, flow, idle_limit: Some(IDLE_LIMIT) };
        let cites: &'static [&'static str] =
            if after.destination.is_ipv6() { &["V6-07"] } else { &["NAT-03"] };
        visit.record(hop.with(used).rewriting(&after).by(cites));
    }
    visit.packet = after;
    leave(network, ix)
}

/// An echo request, which answers nothing although its key looks the same from both ends (PIPE-14).
pub(crate) fn is_echo_request(packet: &Packet) -> bool {
    matches!(packet.transport, Transport::Icmp { kind: 8 | 128, .. })
}

/// A reply as the flow's initiator expects it.
fn untranslate(packet: &Packet, flow: &FlowKey) -> Packet {
    let mut after = packet.clone().with_destination(flow.source, flow.source_port);
    if flow.source.is_ipv6() {
        after.source = flow.destination;
        if let Transport::Icmp { kind, code, identifier } = after.transport {
            let kind = match kind {
                8 => 128,
                0 => 129,
                other => other,
            };
            after.protocol = Protocol::ICMPV6;
            after.transport = Transport::Icmp { kind, code, identifier };
        }
    }
    after
}

/// Out of the gateway: its subnet's ACL and table; a regional gateway has a table of its own
/// with a route to the internet gateway (NAT-14).
fn leave(network: &Network, ix: Ix<Nat>) -> Outcome<At> {
    let nat = &network.nats[ix];
    match nat.scope {
        NatScope::Zonal(subnet) => Outcome::Routed(At::NatLeaves(subnet)),
        NatScope::Regional | NatScope::RegionalManual(_) => Outcome::Routed(At::RegionalNatLeaves(ix)),
    }
}

/// A zonal gateway hands to a neighbour in its own subnet directly (PIPE-03), else leaves
/// through the subnet's ACL.
pub(crate) fn leave_subnet(network: &Network, ix: Ix<Subnet>, visit: &Visit<'_>) -> Outcome<At> {
    let subnet = &network.subnets[ix];
    match network.private.get(&(subnet.vpc, visit.packet.destination)) {
        Some(crate::network::Owner::Eni(eni)) if network.enis[*eni].subnet == ix => {
            Outcome::Next(At::SecurityGroupIn(*eni))
        }
        _ => Outcome::Next(At::AclOut(ix)),
    }
}

/// A regional gateway: inside the VPC by local routes, everything else to the internet gateway.
pub(crate) fn leave_regional(network: &Network, ix: Ix<Nat>, visit: &mut Visit<'_>) -> Outcome<At> {
    let nat = &network.nats[ix];
    let vpc = &network.vpcs[nat.vpc];
    if vpc.contains(visit.packet.destination) {
        return Outcome::Next(At::RouteLocal(nat.vpc));
    }
    match vpc.igw {
        Some(igw) => Outcome::Next(At::IgwOut(igw)),
        None => {
            let hop = Hop::new(SPEC.kind, &nat.id, "route-table", Decision::Denied, &visit.packet.clone())
                .by(&["NAT-14", "RT-15"]);
            let reason = Reason::new(&route_table::NO_ROUTE, Where::new(SPEC.kind, &nat.id))
                .fact("table", &nat.id)
                .fact("subnet", &nat.id)
                .fact("destination", visit.packet.destination);
            visit.deny(hop, reason);
            Outcome::Stopped
        }
    }
}
