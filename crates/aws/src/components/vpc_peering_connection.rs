//! A VPC peering connection: joins exactly two VPCs, both ways, and nothing behind them (PCX-01 to PCX-12).

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, Leg, Outcome, Reason, ReasonSpec, Role, Severity, Visit, Where,
};
use hopscope_net::prefix::{self, Family};
use hopscope_net::{IpNet, Packet};

use crate::arena::Ix;
use crate::catalog::Part;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::components::{nat_gateway, network_load_balancer, route_table};
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Owner, Route, Subnet, Target, Thing, Vpc};
use crate::pipeline::At;
use crate::validate::{Check, codes};

record! {
    /// Configuration of a peering connection. Its parent is the Region of the requester.
    pub struct Config {
        /// The VPC that asked.
        pub requester: Option<Id>,
        /// The VPC that was asked.
        pub accepter: Option<Id>,
        /// AWS's state; packets pass only while `active` (PCX-08).
        pub state: String = "active",
        /// Whose instances' names the other side resolves to private addresses (PCX-10): nobody's
        /// while empty, the `requester`'s, the `accepter`'s, or `both`.
        pub dns_resolution: String,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "vpc-peering-connection",
    name: "VPC peering connection",
    aws_type: Some("AWS::EC2::VPCPeeringConnection"),
    id_prefix: "pcx",
    summary: "Joins two VPCs, and only those two: nothing behind either is reached through it.",
    parents: &["region"],
    shape: Shape::Link,
    route_target: (true, true),
    endpoint: false,
    fields: &[
        Field::new("requester", "Requester VPC", FieldKind::Ref(&["vpc"]), ""),
        Field::new("accepter", "Accepter VPC", FieldKind::Ref(&["vpc"]), ""),
        Field::new(
            "state",
            "State",
            FieldKind::Choice(&["active", "pending-acceptance", "expired", "rejected", "failed", "deleted"]),
            "A request must be accepted within seven days",
        ),
        Field::new(
            "dns_resolution",
            "DNS resolution",
            FieldKind::Choice(&["", "requester", "accepter", "both"]),
            "Whose names the other side resolves to private addresses",
        ),
    ],
    failure: Some(Failure { field: "state", down: "failed", up: "active" }),
    docs: "https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html",
};

/// The page of the VPC Peering guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html";

packet_reason!(
    PAGE,
    /// An address belongs to neither of the two VPCs (PCX-02, PCX-04, PCX-05).
    REQUIRES_VPC_CIDR, "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", Some("PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"),
    &["PCX-02", "PCX-04", "PCX-05"]
);

/// A reply was routed to another peer that has the same block (RT-32).
pub static OVERLAPPING_RETURN: ReasonSpec = ReasonSpec {
    code: "I_OVERLAPPING_RETURN",
    aws_code: None,
    severity: Severity::Warning,
    rules: &["RT-32"],
    docs: PAGE,
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&REQUIRES_VPC_CIDR, &OVERLAPPING_RETURN];

/// Active peerings for each VPC (PCX-12).
const PEERINGS_PER_VPC: usize = 50;

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Peering {
    pub id: Id,
    /// Requester and accepter, where both are drawn.
    sides: Option<(Ix<Vpc>, Ix<Vpc>)>,
    /// AWS would make it, and its state is `active`.
    active: bool,
    /// The requester's names are private to the accepter, and the other way round (PCX-10).
    dns_resolution: (bool, bool),
}

/// Where a packet can be at it: it has no stage of its own, it hands over at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Peering {
    /// Whether the resolver of `asking` tells private addresses of the other VPC, `owner` (PCX-10).
    pub fn resolves(&self, asking: Ix<Vpc>, owner: Ix<Vpc>) -> bool {
        let (requester, accepter) = self.dns_resolution;
        self.active
            && self.sides.is_some_and(|(a, b)| {
                ((a, b) == (owner, asking) && requester) || ((b, a) == (owner, asking) && accepter)
            })
    }

    /// The other VPC.
    fn far(&self, near: Ix<Vpc>) -> Option<Ix<Vpc>> {
        match self.sides? {
            (a, b) if a == near => Some(b),
            (a, b) if b == near => Some(a),
            _ => None,
        }
    }
}

impl Component for Peering {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let vpc = |id: &Option<Id>| match build.thing(id.as_ref()?) {
            Some(Thing::Vpc(ix)) => Some(ix),
            _ => None,
        };
        let sides = vpc(&config.requester).zip(vpc(&config.accepter));
        let network = &build.network;
        // PCX-03: what AWS would refuse to make carries nothing.
        let possible = sides.is_some_and(|(a, b)| shared_block(&network.vpcs[a], &network.vpcs[b]).is_none());
        let both = config.dns_resolution == "both";
        let dns_resolution =
            (both || config.dns_resolution == "requester", both || config.dns_resolution == "accepter");
        let active = possible && config.state == "active";
        Some(Self { id: node.id.clone(), sides, active, dns_resolution })
    }

    fn link(build: &mut Build<'_>) {
        let peerings = build.network.fabric.peerings.iter();
        let drawn: Vec<_> = peerings.filter_map(|(ix, it)| Some((ix, it.active, pair(it.sides?)))).collect();
        for (ix, active, pair) in drawn {
            let others = build.network.peered.entry(pair).or_default();
            // PCX-07: nor does the second of a pair.
            let peerings = &mut build.network.fabric.peerings;
            if active
                && others.iter().any(|other| peerings[*other].active)
                && let Some(it) = peerings.get_mut(ix)
            {
                it.active = false;
            }
            others.push(ix);
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    /// PCX-08: a route to it works only while it is active.
    fn usable(network: &Network, ix: Ix<Self>, vpc: Ix<Vpc>) -> bool {
        let peering = &network.fabric.peerings[ix];
        peering.active && peering.far(vpc).is_some()
    }

    /// Across to the other VPC, and no farther (PCX-02, PCX-04, PCX-05).
    fn enter(network: &Network, ix: Ix<Self>, from: Ix<Subnet>, visit: &mut Visit<'_>) -> Outcome<At> {
        let peering = &network.fabric.peerings[ix];
        let near = network.subnets[from].vpc;
        let Some(far) = peering.far(near) else { return Outcome::Stopped };
        let packet = visit.packet.clone();
        let check = |check, passed, value: String| Evidence::Check { check, passed, value: Some(value) };
        // LB-24: a Network Load Balancer of this VPC may send under its client's address.
        let from_near = network.vpcs[near].contains(packet.source)
            || network_load_balancer::passed_on(network, visit).is_some();
        let to_far = network.vpcs[far].contains(packet.destination);
        let hop = Hop::new(SPEC.kind, &peering.id, STAGE, Decision::Forwarded, &packet)
            .with(check("source-in-vpc", from_near, packet.source.to_string()))
            .with(check("destination-in-peer", to_far, packet.destination.to_string()));
        if !from_near || !to_far {
            let stranger = if to_far { packet.source } else { packet.destination };
            let third = third_place(network, stranger);
            let mut reason = Reason::new(&REQUIRES_VPC_CIDR, Where::new(SPEC.kind, &peering.id))
                .fact("near", &network.vpcs[near].id)
                .fact("far", &network.vpcs[far].id)
                .fact("address", stranger)
                .fact("side", if to_far { "source" } else { "destination" });
            let mut hop = hop;
            if let Some(third) = &third {
                reason = reason.fact("third", third);
                hop = hop.with(check("no-transit", false, third.to_string()));
            }
            let beyond = if to_far { None } else { beyond(network, (ix, far), &packet) };
            if let Some(route) = beyond {
                reason = reason.fact("through", &route.target_text);
            }
            visit.deny(hop.by(&["PCX-02", "PCX-04", "PCX-05"]), reason);
            return match beyond.map(|route| route.target) {
                // NAT-10: what the neighbour's NAT gateway would say is worth knowing too.
                Some(Target::Nat(nat)) => nat_gateway::enter(network, nat, None, visit),
                _ if to_far => route_table::deliver_local(network, far, None, visit),
                _ => Outcome::Stopped,
            };
        }
        let mtu = mtu(network, near, far);
        if packet.size > mtu {
            let reason = Reason::new(&nat_gateway::MTU, Where::new(SPEC.kind, &peering.id))
                .fact("size", packet.size)
                .fact("mtu", mtu);
            visit.deny(hop.by(&["PCX-12"]), reason);
        } else {
            visit.record(hop.by(&["PCX-01", "PCX-11"]));
        }
        if let Some(Owner::Nat(_)) = network.private.get(&(near, packet.source)) {
            remember(&peering.id, &packet, visit);
        }
        route_table::deliver_local(network, far, None, visit)
    }

    fn check(check: &mut Check<'_>) {
        for (_, peering) in check.network.fabric.peerings.iter() {
            if live(check, peering) {
                overlap(check, peering);
            }
        }
        duplicates(check);
        quota(check);
    }
}

/// The name of its hops.
const STAGE: &str = "vpc-peering";

/// The first block of one VPC that overlaps a block of the other, with that one (PCX-03, ADDR-07).
fn shared_block(a: &Vpc, b: &Vpc) -> Option<(IpNet, IpNet)> {
    blocks(a).find_map(|own| blocks(b).find(|other| prefix::overlap(&own, other)).map(|other| (own, other)))
}

fn blocks(vpc: &Vpc) -> impl Iterator<Item = IpNet> + '_ {
    vpc.v4.iter().map(|net| IpNet::V4(*net)).chain(vpc.v6.iter().map(|net| IpNet::V6(*net)))
}

fn pair((a, b): (Ix<Vpc>, Ix<Vpc>)) -> (Ix<Vpc>, Ix<Vpc>) {
    (a.min(b), a.max(b))
}

/// Peerings drawn between two VPCs.
fn between(network: &Network, a: Ix<Vpc>, b: Ix<Vpc>) -> impl Iterator<Item = &Peering> {
    network.peered.get(&pair((a, b))).into_iter().flatten().map(|ix| &network.fabric.peerings[*ix])
}

/// Largest packet it carries, bytes (PCX-12).
fn mtu(network: &Network, a: Ix<Vpc>, b: Ix<Vpc>) -> u32 {
    if network.vpcs[a].region == network.vpcs[b].region { 9001 } else { 8500 }
}

/// Whether an active peering joins two VPCs of one Region, so that the groups of one can be named
/// in the other (SG-17, SG-18).
pub(crate) fn shares_groups(network: &Network, a: Ix<Vpc>, b: Ix<Vpc>) -> bool {
    network.vpcs[a].region == network.vpcs[b].region && between(network, a, b).any(|peering| peering.active)
}

/// Whether a peering between two VPCs is drawn that does not work: what it allowed is stale (SG-22).
pub(crate) fn was_joined(network: &Network, a: Ix<Vpc>, b: Ix<Vpc>) -> bool {
    between(network, a, b).any(|peering| !peering.active)
}

/// Where an address is that belongs to neither VPC: what the drawing says of it.
fn third_place(network: &Network, address: IpAddr) -> Option<Id> {
    if let Some((_, vpc)) = network.vpcs.iter().find(|(_, vpc)| vpc.contains(address)) {
        return Some(vpc.id.clone());
    }
    if let Some((part, _)) = network.ends.get(&address) {
        return Some(part.id(network).clone());
    }
    network
        .hosts
        .iter()
        .find(|(_, host)| host.address(Family::of(address)) == Some(address))
        .map(|(_, host)| host.id.clone())
}

/// What in the other VPC would have carried the packet on: the narrowest route of its subnets'
/// tables, a NAT gateway before anything else as good.
fn beyond<'a>(
    network: &'a Network,
    (peering, far): (Ix<Peering>, Ix<Vpc>),
    packet: &Packet,
) -> Option<&'a Route> {
    network
        .subnets
        .iter()
        .filter(|(_, subnet)| subnet.vpc == far)
        .filter_map(|(_, subnet)| route_table::winning(network, subnet.table, packet.destination))
        .filter(|route| !matches!(route.target, Target::Local | Target::Blackhole))
        .filter(|route| route.target != Target::Part(peering.into()))
        .min_by_key(|route| {
            (Reverse(route.destination.prefix_len()), !matches!(route.target, Target::Nat(_)))
        })
}

/// Notes that a NAT gateway's flow crossed here (NAT-12).
fn remember(owner: &Id, packet: &Packet, visit: &mut Visit<'_>) {
    visit.keep(Entry::new(owner, Role::Nat, packet.key()));
}

/// NAT-12, "return to sender": a reply to a NAT gateway's flow goes back over the peering that it
/// came by, whatever the table of the answering subnet says.
pub(crate) fn return_to_sender(
    network: &Network,
    from: Ix<Subnet>,
    visit: &mut Visit<'_>,
) -> Option<Outcome<At>> {
    // Most networks translate nothing on the way.
    if !visit.state.entries.iter().any(|entry| entry.role == Role::Nat) {
        return None;
    }
    let near = network.subnets[from].vpc;
    let packet = visit.packet.clone();
    let (ix, peering) = network.fabric.peerings.iter().find(|(_, peering)| {
        peering.active
            && peering.far(near).is_some()
            && visit.state.position(&peering.id, Role::Nat, true, &packet.key()).is_some()
    })?;
    let far = peering.far(near)?;
    // The ordinary way shows more.
    let table = network.subnets[from].table;
    if route_table::winner(network, table, packet.destination) == Some(Target::Part(ix.into())) {
        return None;
    }
    let evidence = Evidence::Check {
        check: "return-to-sender",
        passed: true,
        value: Some(network.subnets[from].id.to_string()),
    };
    visit.record(
        Hop::new(SPEC.kind, &peering.id, STAGE, Decision::Forwarded, &packet).with(evidence).by(&["NAT-12"]),
    );
    Some(route_table::deliver_local(network, far, None, visit))
}

/// RT-32: the request came over one peering and the answer left over another whose VPC has the
/// same block.
pub(crate) fn overlapping_return(network: &Network, forward: &Leg, back: &Leg) -> Option<Reason> {
    let crossed = |leg: &Leg| {
        leg.hops.iter().filter(|hop| hop.stage == STAGE).find_map(|hop| match network.index.get(&hop.id) {
            Some(Thing::Part(Part::VpcPeeringConnection(ix))) => Some(*ix),
            _ => None,
        })
    };
    let (there, here) = (crossed(forward)?, crossed(back)?);
    let (asked, answered) = (&network.fabric.peerings[there], &network.fabric.peerings[here]);
    if there == here {
        return None;
    }
    let ((a, b), (c, d)) = (asked.sides?, answered.sides?);
    let (shared, block) = [(b, d), (b, c), (a, d), (a, c)]
        .into_iter()
        .filter(|(asker, other)| asker != other)
        .find_map(|(asker, other)| {
            shared_block(&network.vpcs[asker], &network.vpcs[other]).map(|(block, _)| (other, block))
        })?;
    Some(
        Reason::new(&OVERLAPPING_RETURN, Where::new(SPEC.kind, &answered.id))
            .fact("asked", &asked.id)
            .fact("block", block)
            .fact("vpc", &network.vpcs[shared].id),
    )
}

/// PCX-03, ADDR-07: one diagnostic at the peering, for the first pair of blocks.
fn overlap(check: &mut Check<'_>, peering: &Peering) {
    let Some((a, b)) = peering.sides else { return };
    let (a, b) = (&check.network.vpcs[a], &check.network.vpcs[b]);
    let Some((own, other)) = shared_block(a, b) else { return };
    check.report(
        Diagnostic::new(&codes::CIDR_OVERLAP_PEER, &peering.id)
            .with(&a.id)
            .with(&b.id)
            .fact("block", own)
            .fact("vpc", &a.id)
            .fact("overlapped", other)
            .fact("peer", &b.id),
    );
}

/// Whether AWS has it, or is asked for it: what was refused or is over breaks no rule.
fn live(check: &Check<'_>, peering: &Peering) -> bool {
    match check.document.nodes.get(&peering.id).map(|node| &node.config) {
        Some(crate::catalog::Config::VpcPeeringConnection(config)) => {
            matches!(config.state.as_str(), "active" | "pending-acceptance")
        }
        _ => false,
    }
}

/// PCX-07: the second of a pair is the one that AWS refuses.
fn duplicates(check: &mut Check<'_>) {
    let network = check.network;
    let mut first_of: BTreeMap<_, &Peering> = BTreeMap::new();
    for (_, peering) in network.fabric.peerings.iter() {
        let Some((a, b)) = peering.sides.filter(|_| live(check, peering)) else { continue };
        let first = *first_of.entry(pair((a, b))).or_insert(peering);
        if std::ptr::eq(first, peering) {
            continue;
        }
        check.report(
            Diagnostic::new(&codes::PCX_DUPLICATE, &peering.id)
                .with(&first.id)
                .fact("first", &first.id)
                .fact("requester", &network.vpcs[a].id)
                .fact("accepter", &network.vpcs[b].id),
        );
    }
}

/// PCX-12: active peerings of one VPC.
fn quota(check: &mut Check<'_>) {
    let network = check.network;
    let mut counts: BTreeMap<Ix<Vpc>, usize> = BTreeMap::new();
    for (_, peering) in network.fabric.peerings.iter().filter(|(_, peering)| peering.active) {
        for vpc in peering.sides.map(|(a, b)| [a, b]).into_iter().flatten() {
            *counts.entry(vpc).or_insert(0) += 1;
        }
    }
    for (ix, count) in counts {
        let vpc = &network.vpcs[ix];
        if count > PEERINGS_PER_VPC {
            check.report(
                Diagnostic::new(&codes::QUOTA, &vpc.id)
                    .fact("what", "active peering connections for each VPC")
                    .fact("limit", PEERINGS_PER_VPC)
                    .fact("found", count),
            );
        }
    }
}
