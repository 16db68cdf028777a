//! A security group: allow rules, stateful, on interfaces (SG-01 to SG-23).

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, LegKind, Outcome, Reason, ReasonSpec, Role, RuleMiss, RuleScan,
    Severity, StateEvent, Visit, Where,
};
use hopscope_net::{Packet, Protocol};

use crate::arena::Ix;
use crate::balancer;
use crate::catalog::Part;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::transit_gateway_attachment::Crossing;
use crate::components::{
    network_firewall, network_interface, network_load_balancer, route_table, transit_gateway_attachment,
    vpc_peering_connection,
};
use crate::matching;
use crate::network::{self, Eni, Group, Network, Owner, Peer, Target};
use crate::pipeline::At;

record! {
    /// Configuration of a security group. Its parent is the VPC.
    pub struct Config {
        /// Rules for packets arriving at the interface.
        pub inbound: Vec<Rule>,
        /// Rules for packets leaving the interface. A new group allows everything (SG-02).
        pub outbound: Vec<Rule> = [Rule::everything()],
    }
}

record! {
    /// One allow rule. Cells are text, so that half-typed rules can be kept.
    pub struct Rule {
        /// `all`, `tcp`, `udp`, `icmp`, `icmpv6` or a protocol number.
        pub protocol: String,
        /// Port or range for TCP and UDP, type or `type/code` for ICMP, `all` otherwise.
        pub ports: String,
        /// Source (inbound) or destination (outbound): a CIDR block, a prefix list id or a
        /// security group id.
        pub peer: String,
        /// The author's note.
        pub description: String,
    }
}

impl Rule {
    /// All traffic to or from every IPv4 address.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            protocol: "all".into(),
            ports: "all".into(),
            peer: "0.0.0.0/0".into(),
            description: String::new(),
        }
    }
}

/// What a security group says about itself.
pub static SPEC: Spec = Spec {
    kind: "security-group",
    name: "Security group",
    aws_type: Some("AWS::EC2::SecurityGroup"),
    id_prefix: "sg",
    summary: "A stateful list of allow rules around network interfaces.",
    parents: &["vpc"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "inbound",
            "Inbound rules",
            FieldKind::SecurityGroupRules,
            "Replies of allowed flows pass without a rule",
        ),
        Field::new("outbound", "Outbound rules", FieldKind::SecurityGroupRules, ""),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
};

/// No group on the interface has a rule in that direction (SG-04).
pub static NO_RULES: ReasonSpec = ReasonSpec {
    code: "SG_HAS_NO_RULES",
    aws_code: Some("SG_HAS_NO_RULES"),
    severity: Severity::Deny,
    rules: &["SG-02", "SG-04"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
};

/// Rules exist in that direction, none matches (SG-04).
pub static RULES_MISMATCH: ReasonSpec = ReasonSpec {
    code: "ENI_SG_RULES_MISMATCH",
    aws_code: Some("ENI_SG_RULES_MISMATCH"),
    severity: Severity::Deny,
    rules: &["SG-01", "SG-04", "SG-05"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
};

/// A hop in between erased the group identity that a rule asks for (SG-20).
pub static NOT_PRESERVED: ReasonSpec = ReasonSpec {
    code: "SG_REFERENCES_NOT_PRESERVED",
    aws_code: Some("SG_REFERENCES_NOT_PRESERVED"),
    severity: Severity::Deny,
    rules: &["SG-20"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
};

/// The instance's connection-tracking table is full (SG-15).
pub static CONNTRACK_EXHAUSTED: ReasonSpec = ReasonSpec {
    code: "X_CONNTRACK_EXHAUSTED",
    aws_code: None,
    severity: Severity::Deny,
    rules: &["SG-15"],
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html",
};

/// Reasons a security group raises.
pub static REASONS: &[&ReasonSpec] = &[&NO_RULES, &RULES_MISMATCH, &NOT_PRESERVED, &CONNTRACK_EXHAUSTED];

/// Services such as transit gateways, and load balancers without groups, have interfaces that no
/// group filters.
fn unfiltered(network: &Network, eni: Ix<Eni>) -> bool {
    let interface = &network.enis[eni];
    interface.service && interface.groups.is_empty()
}

/// Leaving the interface (PIPE-01).
pub(crate) fn outbound(network: &Network, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    if !unfiltered(network, eni) {
        judge(network, eni, false, visit);
    }
    Outcome::Next(At::LeaveInterface(eni))
}

/// Arriving at the interface (PIPE-02).
pub(crate) fn inbound(network: &Network, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    if !unfiltered(network, eni) {
        judge(network, eni, true, visit);
    }
    Outcome::Next(At::DestinationCheck(eni))
}

/// Seconds an idle tracked flow is remembered (SG-13, SG-14).
pub(crate) fn idle_limit(protocol: Protocol, replied: bool) -> u64 {
    match (protocol, replied) {
        (Protocol::TCP, _) => 432_000,
        (Protocol::UDP, false) => 30,
        (Protocol::UDP, true) => 180,
        _ => other_idle_limit(),
    }
}

/// Flows without ports: 600 s (SG-13). That it holds for ICMP too is from general knowledge.
fn other_idle_limit() -> u64 {
    600
}

/// What the interface's groups decide in one direction.
pub(crate) fn judge(network: &Network, eni: Ix<Eni>, inbound: bool, visit: &mut Visit<'_>) {
    let interface = &network.enis[eni];
    let packet = visit.packet.clone();
    let (stage, direction) =
        if inbound { ("security-group-in", "in") } else { ("security-group-out", "out") };
    let first = interface.groups.first().map_or(&interface.id, |ix| &network.groups[*ix].id);
    let kind = if interface.groups.is_empty() { network_interface::SPEC.kind } else { SPEC.kind };
    let place = network_interface::place(network, eni);
    let hop = |id: &Id, kind: &'static str| Hop::new(kind, id, stage, Decision::Allowed, &packet).at(place);

    let tracked = continue_flow(interface, inbound, &packet, visit);
    if let Some(Tracked::Alive { event, limit }) = tracked {
        let evidence = Evidence::State { event, flow: packet.key(), idle_limit: Some(limit) };
        visit.record(hop(first, kind).with(evidence).by(&["SG-09", "SG-12"]));
        return;
    }
    let erases = |hop: &Hop| hop.stage == "appliance" || hop.kind == network_firewall::SPEC.kind;
    let erased = balancer::since(visit.hops()).iter().any(erases);
    let crossing = transit_gateway_attachment::crossing(network, eni, inbound, visit);
    let passed_on =
        network_load_balancer::passed_on(network, visit).filter(|_| inbound && crossing.is_none());
    let identity = Identity { erased, passed_on };
    let scan = scan(network, eni, inbound, identity, crossing.as_ref(), &packet);
    let evidence = Evidence::Rules { direction, scanned: scan.scanned };
    let at = |kind: &'static str, id: &Id| Where::new(kind, id).of(&interface.id).toward(direction);
    let Some((group, rule)) = scan.matched else {
        let (spec, rules): (_, &'static [&'static str]) = match (scan.empty, scan.erased) {
            (true, _) => (&NO_RULES, &["SG-04"]),
            (false, true) => (&NOT_PRESERVED, &["SG-20"]),
            (false, false) => (&RULES_MISMATCH, &["SG-04", "SG-05"]),
        };
        let mut hop = hop(first, kind).with(evidence).by(rules);
        if let Some(Tracked::Expired { limit }) = tracked {
            let expired =
                Evidence::State { event: StateEvent::Expired, flow: packet.key(), idle_limit: Some(limit) };
            hop = hop.with(expired);
        }
        // SG-19: a rule would match if the way here carried the sender's group.
        let refused = crossing.as_ref().filter(|_| inbound && !erased).and_then(|crossing| {
            transit_gateway_attachment::refused_reference(network, eni, &packet, crossing)
        });
        let (spec, at) = match refused {
            Some(off) => (&transit_gateway_attachment::NO_REFERENCING, off),
            None => (spec, at(kind, first)),
        };
        let reason = Reason::new(spec, at)
            .fact("group", first)
            .fact("interface", &interface.id)
            .fact("direction", direction)
            .fact("packet", &packet);
        visit.deny(hop, reason);
        remember(interface, inbound, &packet, visit);
        return;
    };
    // SG-10: a reply that no entry knows belongs to a flow that went untracked the other way; it
    // is admitted by rule and starts nothing new.
    let own = if inbound { packet.destination } else { packet.source };
    let untracked_reply = visit.leg == LegKind::Return && tracked.is_none() && interface.owns(own);
    let track = !untracked_reply && tracks(network, eni, inbound, scan.only_open, visit);
    let id = &network.groups[group].id;
    let cites: &'static [&'static str] = if track { &["SG-03", "SG-09"] } else { &["SG-03", "SG-10"] };
    let hop = hop(id, SPEC.kind).with(evidence).by(cites);
    if !track {
        let untracked =
            Evidence::State { event: StateEvent::Untracked, flow: packet.key(), idle_limit: None };
        visit.record(hop.with(untracked));
        return;
    }
    // SG-15: only new flows are dropped, and a reply is none (SG-09).
    let new = visit.leg == LegKind::Forward;
    if new && interface.instance.is_some_and(|instance| network.instances[instance].conntrack_full) {
        let reason = Reason::new(
            &CONNTRACK_EXHAUSTED,
            Where::new(network_interface::SPEC.kind, &interface.id).of(place),
        )
        .fact("interface", &interface.id)
        .fact("rule", rule);
        visit.deny(hop, reason);
    } else {
        let created = Evidence::State {
            event: StateEvent::Created,
            flow: packet.key(),
            idle_limit: Some(idle_limit(packet.protocol, false)),
        };
        visit.record(hop.with(created));
    }
    remember(interface, inbound, &packet, visit);
}

/// Whether a newly admitted flow is tracked (SG-10, SG-11).
fn tracks(network: &Network, eni: Ix<Eni>, inbound: bool, open: bool, visit: &Visit<'_>) -> bool {
    !open || must_track(network, eni, inbound, visit) || !opposite_open(network, eni, inbound, &visit.packet)
}

enum Tracked {
    Alive { event: StateEvent, limit: u64 },
    Expired { limit: u64 },
}

/// The entry this packet continues, refreshed; an expired one is removed (SG-14).
fn continue_flow(interface: &Eni, inbound: bool, packet: &Packet, visit: &mut Visit<'_>) -> Option<Tracked> {
    let position = visit.state.position(&interface.id, Role::SecurityGroup, inbound, &packet.key())?;
    let now = visit.state.now;
    let entry = visit.state.entries.get_mut(position)?;
    let limit = idle_limit(packet.protocol, entry.replied);
    if now.saturating_sub(entry.last_seen) >= limit {
        visit.state.entries.remove(position);
        return Some(Tracked::Expired { limit });
    }
    entry.last_seen = now;
    entry.replied |= entry.inbound != inbound;
    Some(Tracked::Alive { event: StateEvent::Used, limit: idle_limit(packet.protocol, entry.replied) })
}

fn remember(interface: &Eni, inbound: bool, packet: &Packet, visit: &mut Visit<'_>) {
    visit.remember(Entry::new(&interface.id, Role::SecurityGroup, packet.key()).inbound(inbound));
}

/// Marks a flow as seen by an interface whose hops were never reached, so that the reply can be
/// shown as it would be had the request arrived.
pub(crate) fn assume_admitted(
    network: &Network,
    eni: Ix<Eni>,
    packet: &Packet,
    state: &mut hopscope_forward::State,
) {
    state.remember(Entry::new(&network.enis[eni].id, Role::SecurityGroup, packet.key()).inbound(true), true);
}

/// What became of the sender's group identity on the way.
#[derive(Clone, Copy)]
struct Identity<'a> {
    /// A middlebox erased it (SG-20).
    erased: bool,
    /// A Network Load Balancer that keeps client addresses put its own groups in its place (SG-21).
    passed_on: Option<&'a [Ix<Group>]>,
}

struct Scan {
    scanned: Vec<RuleScan>,
    matched: Option<(Ix<Group>, String)>,
    /// Every matching rule is open to everyone.
    only_open: bool,
    /// No group has a rule in that direction.
    empty: bool,
    /// A rule would have matched, had its group's identity survived.
    erased: bool,
}

/// Several groups are a union: one match suffices (SG-03), and the first one in the drawing is
/// named. A rule open to everyone decides about tracking only if no narrower rule admits the
/// packet, wherever either stands: the order of rules means nothing.
fn scan(
    network: &Network,
    eni: Ix<Eni>,
    inbound: bool,
    identity: Identity<'_>,
    crossing: Option<&Crossing>,
    packet: &Packet,
) -> Scan {
    let identity_erased = identity.erased;
    let peer_address = if inbound { packet.source } else { packet.destination };
    let mut scan = Scan { scanned: Vec::new(), matched: None, only_open: true, empty: true, erased: false };
    for group in &network.enis[eni].groups {
        let list = &network.groups[*group];
        for rule in if inbound { &list.inbound } else { &list.outbound } {
            scan.empty = false;
            let missed = match &rule.body {
                None => Some(RuleMiss::Invalid),
                Some(body) => matching::protocol_and_ports(body, packet).or_else(|| match &body.peer {
                    Peer::Net(net) => matching::block(net, peer_address),
                    Peer::List(nets) => matching::blocks(nets, peer_address),
                    Peer::Group(peer) if identity.passed_on.is_some() => {
                        let own = identity.passed_on.is_some_and(|groups| groups.contains(peer));
                        let near = shares(network, (*group, *peer), true);
                        match (own && near, identity_erased) {
                            (true, false) => None,
                            (true, true) => Some(RuleMiss::GroupErased),
                            (false, _) => Some(RuleMiss::Group),
                        }
                    }
                    Peer::Group(peer) => {
                        let groups = (*group, *peer);
                        let shared = crossing.filter(|_| inbound).is_some_and(|crossing| {
                            transit_gateway_attachment::shared_reference(
                                network,
                                eni,
                                groups,
                                peer_address,
                                crossing,
                                identity_erased,
                            )
                        });
                        if shared {
                            identity_erased.then_some(RuleMiss::GroupErased)
                        } else {
                            let peered = crossing.is_none();
                            group_miss(network, groups, peer_address, peered, identity_erased)
                        }
                    }
                }),
            };
            scan.erased |= missed == Some(RuleMiss::GroupErased);
            scan.scanned.push(RuleScan {
                list: list.id.clone(),
                index: Some(rule.index),
                label: rule.label.clone(),
                rule: rule.text.clone(),
                missed,
            });
            if missed.is_none() {
                let open = rule
                    .body
                    .as_ref()
                    .is_some_and(|body| matching::is_everything(&body.peer, packet.family()));
                scan.only_open &= open;
                if scan.matched.is_none() {
                    scan.matched = Some((*group, rule.label.clone()));
                }
            }
        }
    }
    scan
}

/// A peer group matches the private addresses of interfaces that carry it, in the same VPC
/// (SG-16) or in one that is peered (SG-17), unless the packet goes by a transit gateway (SG-19); a
/// hop that is an appliance or a firewall erases the identity (SG-20).
fn group_miss(
    network: &Network,
    (own, peer): (Ix<Group>, Ix<Group>),
    address: std::net::IpAddr,
    peered: bool,
    erased: bool,
) -> Option<RuleMiss> {
    if !shares(network, (own, peer), peered) {
        return Some(RuleMiss::Group);
    }
    let there = network.groups[peer].vpc;
    let owner = there.and_then(|there| network.private.get(&(there, address)));
    let carried = matches!(owner, Some(Owner::Eni(eni)) if network.enis[*eni].groups.contains(&peer));
    match (carried, erased) {
        (true, false) => None,
        (true, true) => Some(RuleMiss::GroupErased),
        (false, _) => Some(RuleMiss::Group),
    }
}

/// Whether a rule of one group can name another: in the same VPC, or by a peering in the Region
/// (SG-16, SG-17).
fn shares(network: &Network, (own, peer): (Ix<Group>, Ix<Group>), peered: bool) -> bool {
    match (network.groups[own].vpc, network.groups[peer].vpc) {
        (Some(a), Some(b)) => a == b || peered && vpc_peering_connection::shares_groups(network, a, b),
        (a, b) => a == b,
    }
}

/// SG-10: only TCP and UDP can go untracked. SG-11: flows through a NAT gateway, an egress-only
/// gateway, an endpoint or a load balancer are always tracked.
fn must_track(network: &Network, eni: Ix<Eni>, inbound: bool, visit: &Visit<'_>) -> bool {
    if !visit.packet.protocol.has_ports() {
        return true;
    }
    let stages =
        ["nat-gateway", "egress-only-internet-gateway", "interface-endpoint", "network-load-balancer"];
    if at_endpoint(network, eni, &visit.packet) || visit.hops().iter().any(|hop| stages.contains(&hop.stage))
    {
        return true;
    }
    let subnet = &network.subnets[network.enis[eni].subnet];
    let leaves = !inbound && !subnet.contains(visit.packet.destination);
    leaves
        && match route_table::winner(network, subnet.table, visit.packet.destination) {
            Some(Target::Nat(_) | Target::EgressOnly(_)) => true,
            Some(Target::Part(Part::GatewayEndpoint(endpoint))) => {
                network.fabric.gateway_endpoints[endpoint].is_dynamodb(network)
            }
            _ => false,
        }
}

/// SG-11: one end of the packet is an interface endpoint or a load balancer; a flow to one in
/// another VPC is known by an address that this VPC does not have.
fn at_endpoint(network: &Network, eni: Ix<Eni>, packet: &Packet) -> bool {
    if matches!(network.enis[eni].part, Some(Part::InterfaceEndpoint(_) | Part::NetworkLoadBalancer(_))) {
        return true;
    }
    let fabric = &network.fabric;
    let endpoints = fabric.interface_endpoints.iter().flat_map(|(_, endpoint)| &endpoint.enis);
    let mut all = endpoints.chain(fabric.nlbs.iter().flat_map(|(_, nlb)| &nlb.enis));
    let vpc = network.vpc_of_eni(eni);
    let near = |address| network.vpcs[vpc].contains(address);
    all.any(|other| {
        let home = network.vpc_of_eni(*other) == vpc;
        [packet.source, packet.destination]
            .into_iter()
            .any(|address| network.enis[*other].owns(address) && (home || !near(address)))
    })
}

/// SG-10: the opposite direction allows all ports to everywhere.
fn opposite_open(network: &Network, eni: Ix<Eni>, inbound: bool, packet: &Packet) -> bool {
    network.enis[eni].groups.iter().any(|group| {
        let list = &network.groups[*group];
        let rules: &[network::Rule] = if inbound { &list.outbound } else { &list.inbound };
        rules
            .iter()
            .filter_map(|rule| rule.body.as_ref())
            .any(|body| matching::is_wide_open(body, packet.protocol, packet.family()))
    })
}
