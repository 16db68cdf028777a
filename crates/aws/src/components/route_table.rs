//! A route table: the VPC's own blocks (`local`), routes written by hand and propagated ones
//! (RT-01 to RT-32).

use std::cmp::Ordering;
use std::net::IpAddr;

use hopscope_forward::{
    Decision, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, RouteCandidate, RouteLoss, RouteOrigin,
    Severity, Visit, Where,
};
use hopscope_net::prefix;

use crate::arena::Ix;
use crate::catalog::Part;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::virtual_private_gateway::Vgw;
use crate::components::{
    direct_connect_gateway, global_accelerator, internet_gateway, nat_gateway, network_interface,
    virtual_interface, vpc_peering_connection, vpn_connection,
};
use crate::network::{self, InternetGateway, NatScope, Network, Owner, Subnet, Table, Target, Vpc};
use crate::pipeline::At;
use crate::platform::Service;

record! {
    /// Configuration of a route table. Its parent is the VPC. Local routes are implied (RT-06).
    pub struct Config {
        /// The VPC's main table (RT-01).
        pub main: bool,
        /// Routes in the author's order, which decides nothing.
        pub routes: Vec<Route>,
        /// The gateway this table is edge-associated with, which makes it a gateway route table (RT-25).
        pub gateway: Option<Id>,
        /// Virtual private gateways whose routes are propagated into it (RT-21, RT-22).
        pub propagating_gateways: Vec<Id>,
    }
}

record! {
    /// One route. Cells are text, so that half-typed routes can be kept.
    pub struct Route {
        /// A CIDR block or a prefix list id.
        pub destination: String,
        /// Id of the target, or `local`. A target that does not exist makes the route a blackhole (RT-16).
        pub target: String,
        /// Learned from a gateway rather than written by hand.
        pub propagated: bool,
        /// Imported in state `blackhole`.
        pub blackhole: bool,
    }
}

/// What a route table says about itself.
pub static SPEC: Spec = Spec {
    kind: "route-table",
    name: "Route table",
    aws_type: Some("AWS::EC2::RouteTable"),
    id_prefix: "rtb",
    summary: "Decides where packets leaving its subnets go next: longest prefix first.",
    parents: &["vpc"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("routes", "Routes", FieldKind::Routes, "The VPC's own blocks are always local"),
        Field::new("main", "Main route table", FieldKind::Flag, "Used by subnets without an association"),
        Field::new(
            "gateway",
            "Edge association",
            FieldKind::Ref(&["internet-gateway", "virtual-private-gateway"]),
            "Makes it a gateway route table",
        ),
        Field::new(
            "propagating_gateways",
            "Route propagation",
            FieldKind::RefList("virtual-private-gateway"),
            "Gateways whose routes appear here by themselves",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
};

/// No route covers the destination (RT-15).
pub static NO_ROUTE: ReasonSpec = ReasonSpec {
    code: "NO_ROUTE_TO_DESTINATION",
    aws_code: Some("NO_ROUTE_TO_DESTINATION"),
    severity: Severity::Deny,
    rules: &["RT-15"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html",
};

/// The winning route's target is unusable (RT-16).
pub static BAD_STATE_ROUTE: ReasonSpec = ReasonSpec {
    code: "BAD_STATE_ROUTE",
    aws_code: Some("BAD_STATE_ROUTE"),
    severity: Severity::Deny,
    rules: &["RT-16"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html",
};

/// A subnet whose inbound traffic is redirected may not answer straight to the gateway (RT-28).
pub static REDIRECTION: ReasonSpec = ReasonSpec {
    code: "INGRESS_RTB_TRAFFIC_REDIRECTION",
    aws_code: Some("INGRESS_RTB_TRAFFIC_REDIRECTION"),
    severity: Severity::Deny,
    rules: &["RT-28"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html",
};

/// A middlebox behind an internet gateway's route table has no public address (RT-27).
pub static NO_PUBLIC_IP: ReasonSpec = ReasonSpec {
    code: "INGRESS_RTB_NO_PUBLIC_IP",
    aws_code: Some("INGRESS_RTB_NO_PUBLIC_IP"),
    severity: Severity::Deny,
    rules: &["RT-27"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html",
};

/// The winning route leads into something that is imported but not modelled.
pub static UNSUPPORTED: ReasonSpec = ReasonSpec {
    code: "UNSUPPORTED_COMPONENT",
    aws_code: Some("UNSUPPORTED_COMPONENT"),
    severity: Severity::Deny,
    rules: &[],
    docs: "https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html",
};

/// AWS would choose between equals at random; the engine chooses by id (PIPE-12, PL-06).
pub static NONDETERMINISTIC: ReasonSpec = ReasonSpec {
    code: "I_NONDETERMINISTIC",
    aws_code: None,
    severity: Severity::Warning,
    rules: &["PIPE-12", "PL-06"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html",
};

/// A VPC's resolver is asked from outside the VPC (PCX-09, TGW-28).
pub static RESOLVER_OUTSIDE: ReasonSpec = ReasonSpec {
    code: "X_RESOLVER_OUTSIDE_VPC",
    aws_code: None,
    severity: Severity::Deny,
    rules: &["PCX-09", "TGW-28"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html",
};

/// Reasons a route table raises.
pub static REASONS: &[&ReasonSpec] = &[
    &NO_ROUTE,
    &BAD_STATE_ROUTE,
    &REDIRECTION,
    &NO_PUBLIC_IP,
    &UNSUPPORTED,
    &NONDETERMINISTIC,
    &RESOLVER_OUTSIDE,
];

/// The order of preference among routes that cover an address (RT-09, RT-12, RT-13, PL-05,
/// PL-06): `Less` is better.
fn preference(a: &network::Route, b: &network::Route) -> Ordering {
    let local_over_propagated = |x: &network::Route, y: &network::Route| {
        x.origin == RouteOrigin::Local && y.origin == RouteOrigin::Propagated
    };
    if local_over_propagated(a, b) {
        return Ordering::Less;
    }
    if local_over_propagated(b, a) {
        return Ordering::Greater;
    }
    let length = b.destination.prefix_len().cmp(&a.destination.prefix_len());
    length
        .then_with(|| a.origin.cmp(&b.origin))
        .then_with(|| a.list.cmp(&b.list))
        .then_with(|| a.index.cmp(&b.index))
}

fn loss(winner: &network::Route, loser: &network::Route) -> RouteLoss {
    if winner.origin == RouteOrigin::Local && loser.origin == RouteOrigin::Propagated {
        return RouteLoss::LocalWins;
    }
    let by = winner.destination.prefix_len().saturating_sub(loser.destination.prefix_len());
    if by > 0 {
        RouteLoss::ShorterPrefix { by }
    } else if winner.origin != loser.origin {
        RouteLoss::LowerOrigin
    } else {
        RouteLoss::Tie
    }
}

/// The routes that cover an address, best first; the first is the winner. Local routes, longest
/// prefixes and origins are compared pairwise, so the order is found by repeated selection: a
/// propagated route inside a local block must not beat the local one through a third.
fn covering(network: &Network, table: Ix<Table>, address: IpAddr) -> Vec<&network::Route> {
    let table = &network.tables[table];
    // RT-18: no route carries packets to link-local services.
    if reserved(address) {
        return Vec::new();
    }
    let mut routes: Vec<_> =
        table.routes.iter().filter(|route| route.destination.contains(&address) && competes(route)).collect();
    // Also where the local target was replaced (RT-07): the block is still the VPC's own.
    let local = network.vpcs[table.vpc].contains(address);
    routes.sort_by(|a, b| {
        // Where a local route covers the address, propagated ones are out of the race (RT-09).
        let out = |route: &network::Route| local && route.origin == RouteOrigin::Propagated;
        out(a).cmp(&out(b)).then_with(|| preference(a, b))
    });
    routes
}

/// RT-16: a route whose target is unusable competes like any other, and drops what it wins; there
/// is no falling back to a shorter prefix (from general knowledge).
fn competes(_: &network::Route) -> bool {
    true
}

fn reserved(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => prefix::RESERVED_ROUTE_V4.contains(&a),
        IpAddr::V6(a) => prefix::RESERVED_ROUTE_V6.contains(&a),
    }
}

/// Where a table sends an address, without evidence.
pub(crate) fn winner(network: &Network, table: Ix<Table>, address: IpAddr) -> Option<Target> {
    covering(network, table, address).first().map(|route| route.target)
}

/// The route that wins an address in a table, without evidence.
pub(crate) fn winning(network: &Network, table: Ix<Table>, address: IpAddr) -> Option<&network::Route> {
    covering(network, table, address).first().copied()
}

struct Lookup {
    target: Option<Target>,
    rule: String,
    target_text: String,
    evidence: Evidence,
    tie: bool,
}

fn lookup(network: &Network, ix: Ix<Table>, address: IpAddr) -> Lookup {
    let table = &network.tables[ix];
    let covering = covering(network, ix, address);
    let winner = covering.first().copied();
    let candidate = |route: &network::Route, lost: Option<RouteLoss>| RouteCandidate {
        destination: route.destination.to_string(),
        target: route.target_text.clone(),
        origin: route.origin,
        prefix_list: route.list.clone(),
        index: route.index,
        blackhole: route.target == Target::Blackhole,
        attributes: None,
        lost,
    };
    let mut candidates: Vec<_> = covering
        .iter()
        .enumerate()
        .map(|(n, route)| candidate(route, winner.filter(|_| n > 0).map(|winner| loss(winner, route))))
        .collect();
    let tie = candidates.iter().any(|candidate| {
        candidate.lost == Some(RouteLoss::Tie) && candidate.target != winner.map_or("", |w| &w.target_text)
    });
    let covers = |route: &network::Route| covering.iter().any(|other| std::ptr::eq(*other, route));
    candidates.extend(
        table
            .routes
            .iter()
            // RT-11: the other family's routes are another table.
            .filter(|route| route.destination.addr().is_ipv4() == address.is_ipv4() && !covers(route))
            .map(|route| candidate(route, Some(RouteLoss::NoMatch))),
    );
    let gone = table.withdrawn.iter().filter(|route| route.destination.contains(&address));
    candidates.extend(gone.map(|route| RouteCandidate {
        destination: route.destination.to_string(),
        target: route.gateway.to_string(),
        origin: RouteOrigin::Propagated,
        prefix_list: None,
        index: None,
        blackhole: false,
        attributes: None,
        lost: Some(RouteLoss::Withdrawn),
    }));
    Lookup {
        target: winner.map(|route| route.target),
        rule: winner.map(|route| route.destination.to_string()).unwrap_or_default(),
        target_text: winner.map(|route| route.target_text.clone()).unwrap_or_default(),
        evidence: Evidence::Routes { table: table.id.clone(), destination: address, candidates },
        tie,
    }
}

/// The router, with the table of the subnet the packet leaves (RT-12, RT-24).
pub(crate) fn route(network: &Network, ix: Ix<Subnet>, visit: &mut Visit<'_>) -> Outcome<At> {
    if let Some(outcome) = vpc_peering_connection::return_to_sender(network, ix, visit) {
        return outcome;
    }
    if let Some(outcome) = global_accelerator::returns(network, ix, visit) {
        return outcome;
    }
    let subnet = &network.subnets[ix];
    let table = &network.tables[subnet.table];
    let packet = visit.packet.clone();
    let found = lookup(network, subnet.table, packet.destination);
    let at = Where::new(SPEC.kind, &table.id).of(&subnet.id);
    let hop = Hop::new(SPEC.kind, &table.id, "route-table", Decision::Routed, &packet)
        .at(&subnet.id)
        .with(found.evidence)
        .by(&["RT-12", "RT-13"]);
    if found.tie {
        visit.hint(
            Reason::new(&NONDETERMINISTIC, at.clone())
                .rule(found.rule.clone())
                .fact("destination", &found.rule)
                .fact("target", &found.target_text),
        );
    }
    if let Some(down) = withdrawn(network, subnet.table, packet.destination) {
        visit.hint(down);
    }
    let refuse = |spec: &'static ReasonSpec, at: Where| {
        Reason::new(spec, at)
            .rule(found.rule.clone())
            .fact("table", &table.id)
            .fact("subnet", &subnet.id)
            .fact("destination", packet.destination)
            .fact("route", &found.rule)
            .fact("target", &found.target_text)
    };
    match found.target {
        None => {
            let mut reason = refuse(&NO_ROUTE, at);
            reason.rule = None;
            visit.deny(hop.by(&["RT-15"]), reason);
            Outcome::Stopped
        }
        Some(Target::Blackhole) => {
            visit.deny(hop.by(&["RT-16"]), refuse(&BAD_STATE_ROUTE, at));
            Outcome::Stopped
        }
        Some(Target::Inert(inert)) => {
            visit.record(hop);
            let thing = &network.inert[inert].id;
            let hop = Hop::new("unmodelled", thing, "unmodelled", Decision::Unknown, &packet);
            let reason = Reason::new(&UNSUPPORTED, Where::new("unmodelled", thing)).fact("component", thing);
            visit.unknown(hop, reason);
            Outcome::Stopped
        }
        Some(Target::Local) => {
            visit.record(hop.by(&["RT-06", "RT-12"]));
            deliver_local(network, subnet.vpc, Some(ix), visit)
        }
        Some(Target::Internet(igw)) => {
            // RT-28: what the gateway route table redirects must come back the same way.
            if subnet.contains(packet.source) && internet_gateway::redirects(network, igw, packet.source) {
                visit.deny(hop.by(&["RT-28"]), refuse(&REDIRECTION, at));
            } else {
                visit.record(hop);
            }
            Outcome::Routed(At::IgwOut(igw))
        }
        Some(Target::EgressOnly(eigw)) => {
            visit.record(hop);
            Outcome::Routed(At::EigwOut(eigw))
        }
        Some(Target::Nat(nat)) => {
            visit.record(hop);
            nat_gateway::enter(network, nat, Some(ix), visit)
        }
        Some(Target::Interface(eni)) => {
            visit.record(hop);
            Outcome::Routed(towards_interface(network, Some(ix), eni))
        }
        Some(Target::Part(part)) => {
            visit.record(hop);
            part.enter(network, ix, visit)
        }
    }
}

/// VPN-10, DX-25: the connection that is down, where its propagated route would have carried the packet.
fn withdrawn(network: &Network, ix: Ix<Table>, address: IpAddr) -> Option<Reason> {
    let table = &network.tables[ix];
    if network.vpcs[table.vpc].contains(address) {
        return None;
    }
    let length = covering(network, ix, address).first().map(|route| route.destination.prefix_len());
    let gone = table
        .withdrawn
        .iter()
        .filter(|route| route.destination.contains(&address))
        .find(|route| length.is_none_or(|length| route.destination.prefix_len() > length))?;
    match gone.cause {
        Part::VirtualInterface(vif) => return virtual_interface::down(network, vif),
        Part::DirectConnectGateway(dxgw) => return direct_connect_gateway::down(network, dxgw, address),
        _ => {}
    }
    let at = Where::new(gone.cause.kind(), gone.cause.id(network));
    Some(match gone.cause {
        Part::VpnConnection(_) => {
            Reason::new(&vpn_connection::BAD_STATE_VPN, at).fact("connection", gone.cause.id(network))
        }
        _ => Reason::new(&network_interface::BAD_STATE, at).fact("interface", gone.cause.id(network)),
    })
}

/// The first stage at an interface's subnet for a packet that comes from `from`: no ACL inside
/// one subnet (PIPE-03).
fn towards_interface(network: &Network, from: Option<Ix<Subnet>>, eni: Ix<network::Eni>) -> At {
    let subnet = network.enis[eni].subnet;
    if from == Some(subnet) { At::SecurityGroupIn(eni) } else { At::AclInToEni(subnet, eni) }
}

/// Delivery by a local route: to whoever owns the address (ADDR-14).
pub(crate) fn deliver_local(
    network: &Network,
    vpc: Ix<Vpc>,
    from: Option<Ix<Subnet>>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let destination = visit.packet.destination;
    match network.private.get(&(vpc, destination)) {
        Some(Owner::Eni(eni)) => Outcome::Routed(towards_interface(network, from, *eni)),
        Some(Owner::Nat(nat)) => match &network.nats[*nat].scope {
            NatScope::Zonal(subnet)
                if from != Some(*subnet) && nat_gateway::up(network, &network.nats[*nat]) =>
            {
                Outcome::Routed(At::AclInToNat(*subnet, *nat))
            }
            NatScope::Zonal(_) | NatScope::Regional | NatScope::RegionalManual(_) => {
                Outcome::Routed(At::Nat(*nat))
            }
        },
        // PCX-09, TGW-28: the resolver serves its own VPC only.
        None if network.vpcs[vpc].resolver() == Some(destination)
            && !network.vpcs[vpc].contains(visit.packet.source) =>
        {
            let resolver = Id::from(Service::Resolver.id());
            let kind = Service::Resolver.id();
            let hop = Hop::new(kind, &resolver, "platform-service", Decision::Denied, &visit.packet)
                .by(&["PCX-09", "TGW-28"]);
            let reason = Reason::new(&RESOLVER_OUTSIDE, Where::new(kind, &resolver))
                .fact("source", visit.packet.source)
                .fact("vpc", &network.vpcs[vpc].id);
            visit.deny(hop, reason);
            Outcome::Stopped
        }
        None => {
            let vpc = &network.vpcs[vpc];
            let hop = Hop::new("vpc", &vpc.id, "deliver", Decision::Denied, &visit.packet).by(&["ADDR-14"]);
            let reason = Reason::new(&network_interface::NO_POSSIBLE_DESTINATION, Where::new("vpc", &vpc.id))
                .fact("address", destination)
                .fact("vpc", &vpc.id);
            visit.deny(hop, reason);
            Outcome::Stopped
        }
    }
}

/// Behind an internet gateway: its gateway route table if one is associated, else local (RT-23,
/// RT-26).
pub(crate) fn edge(network: &Network, ix: Ix<InternetGateway>, visit: &mut Visit<'_>) -> Outcome<At> {
    let igw = &network.igws[ix];
    behind(network, Door { id: &igw.id, vpc: igw.vpc, table: igw.edge, public: true }, visit)
}

/// The same behind a virtual private gateway (RT-23, RT-25).
pub(crate) fn behind_vgw(network: &Network, ix: Ix<Vgw>, vpc: Ix<Vpc>, visit: &mut Visit<'_>) -> Outcome<At> {
    let vgw = &network.fabric.vgws[ix];
    behind(network, Door { id: &vgw.id, vpc, table: vgw.edge, public: false }, visit)
}

/// A gateway that packets came in by.
struct Door<'a> {
    id: &'a Id,
    vpc: Ix<Vpc>,
    table: Option<Ix<Table>>,
    /// Middleboxes behind it need a public address (RT-27).
    public: bool,
}

fn behind(network: &Network, door: Door<'_>, visit: &mut Visit<'_>) -> Outcome<At> {
    let Some(table_ix) = door.table else {
        return deliver_local(network, door.vpc, None, visit);
    };
    let table = &network.tables[table_ix];
    let packet = visit.packet.clone();
    let found = lookup(network, table_ix, packet.destination);
    let hop = Hop::new(SPEC.kind, &table.id, "gateway-route-table", Decision::Routed, &packet)
        .at(door.id)
        .with(found.evidence)
        .by(&["RT-25", "RT-26"]);
    let at = Where::new(SPEC.kind, &table.id).of(door.id);
    match found.target {
        Some(Target::Interface(eni)) => {
            let interface = &network.enis[eni];
            let public = interface.v4.iter().any(|pair| pair.public.is_some());
            if public || !door.public || packet.destination.is_ipv6() {
                visit.record(hop);
            } else {
                let at = Where::new(internet_gateway::SPEC.kind, door.id);
                visit.deny(
                    hop.by(&["RT-27"]),
                    Reason::new(&NO_PUBLIC_IP, at).rule(found.rule).fact("interface", &interface.id),
                );
            }
            Outcome::Routed(towards_interface(network, None, eni))
        }
        Some(Target::Blackhole) => {
            visit.deny(
                hop.by(&["RT-16"]),
                Reason::new(&BAD_STATE_ROUTE, at).rule(found.rule).fact("table", &table.id),
            );
            Outcome::Stopped
        }
        Some(Target::Inert(inert)) => {
            visit.record(hop);
            let thing = &network.inert[inert].id;
            let hop = Hop::new("unmodelled", thing, "unmodelled", Decision::Unknown, &packet);
            visit.unknown(
                hop,
                Reason::new(&UNSUPPORTED, Where::new("unmodelled", thing)).fact("component", thing),
            );
            Outcome::Stopped
        }
        Some(Target::Part(part)) => {
            visit.record(hop);
            part.enter_from_edge(network, visit)
        }
        Some(Target::Local | Target::Internet(_) | Target::EgressOnly(_) | Target::Nat(_)) | None => {
            visit.record(hop);
            deliver_local(network, door.vpc, None, visit)
        }
    }
}
