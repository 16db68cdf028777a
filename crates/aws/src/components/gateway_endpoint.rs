//! A gateway endpoint: a way from route tables of one VPC to S3 or DynamoDB (GWE-01 to GWE-15).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, LegKind, Outcome, Reason, ReasonSpec, Role, RouteOrigin, StateEvent,
    Visit, Where,
};
use hopscope_net::prefix::Family;
use hopscope_net::{IpNet, Packet, Protocol, Transport};

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::cells;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::components::aws_service::{self, AwsService, Door};
use crate::components::{internet_gateway, nat_gateway};
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Owner, Route, Subnet, Table, Target, Thing, Vpc};
use crate::pipeline::At;
use crate::policy::{self, Answer, Asked, POLICY, Statement};
use crate::validate::{Check, codes};

record! {
    /// Configuration of a gateway endpoint. Its parent is the VPC.
    pub struct Config {
        /// The service it leads to (GWE-01).
        pub service: Option<Id>,
        /// Tables that get its route (GWE-02).
        pub route_tables: Vec<Id>,
        /// Endpoint policy; allows everything while empty (GWE-10).
        pub policy: Vec<Statement>,
        /// GWE-13.
        pub ip_address_type: String = "ipv4",
        /// AWS's state.
        pub state: String = "available",
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "gateway-endpoint",
    name: "Gateway endpoint",
    aws_type: Some("AWS::EC2::VPCEndpoint"),
    id_prefix: "vpce",
    summary: "A private way to S3 or DynamoDB, by routes to the service's prefix list.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "service",
            "Service",
            FieldKind::Ref(&["aws-service"]),
            "S3 or DynamoDB of the same Region",
        ),
        Field::new(
            "route_tables",
            "Route tables",
            FieldKind::RefList("route-table"),
            "Each gets a route to the service's prefix list",
        ),
        Field::new("policy", "Policy", FieldKind::Rows(&POLICY), "Everything is allowed while empty"),
        Field::new(
            "ip_address_type",
            "IP address type",
            FieldKind::Choice(&["ipv4", "ipv6", "dualstack"]),
            "IPv6 for DynamoDB only",
        ),
        Field::new("state", "State", FieldKind::Choice(&["available", "failed", "deleted"]), ""),
    ],
    failure: Some(Failure { field: "state", down: "failed", up: "available" }),
    docs: "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html",
};

/// The page of the PrivateLink guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html";

packet_reason!(
    PAGE,
    /// TCP and ICMP echo only (GWE-09).
    PROTOCOL, "VPCE_GATEWAY_PROTOCOL_RESTRICTION", Some("VPCE_GATEWAY_PROTOCOL_RESTRICTION"), &["GWE-09"]
);
packet_reason!(
    PAGE,
    /// The endpoint's policy does not allow the request (GWE-10, IFE-09).
    ENDPOINT_POLICY, "X_ENDPOINT_POLICY_DENIED", None, &["GWE-10", "IFE-09"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&PROTOCOL, &ENDPOINT_POLICY];

/// Gateway endpoints for each Region (GWE-14).
pub const PER_REGION: usize = 20;
/// Gateway endpoints for each VPC, however far the quota is raised (GWE-14).
pub const PER_VPC: usize = 255;

/// It, resolved.
#[derive(Debug)]
pub(crate) struct GatewayEndpoint {
    pub id: Id,
    pub vpc: Ix<Vpc>,
    /// The service, if AWS would accept the pair.
    pub service: Option<Ix<AwsService>>,
    /// The tables it was given, in its VPC.
    pub tables: Vec<Ix<Table>>,
    available: bool,
    deleted: bool,
    families: &'static [Family],
    policy: Vec<Statement>,
}

impl GatewayEndpoint {
    /// The prefix list of its service, where one is drawn.
    pub fn list<'a>(&self, network: &'a Network) -> Option<&'a Id> {
        network.fabric.services[self.service?].prefix_list.as_ref()
    }

    /// Whether it leads to DynamoDB (SG-11).
    pub fn is_dynamodb(&self, network: &Network) -> bool {
        self.service.is_some_and(|service| network.fabric.services[service].service == "dynamodb")
    }
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// A reply of the service on its way into the VPC.
    Reply(Ix<GatewayEndpoint>),
}

/// GWE-01.
fn has_gateway_endpoints(service: &str) -> bool {
    matches!(service, "s3" | "dynamodb")
}

/// The families of its route (GWE-13): S3 knows IPv4 only.
fn families(service: &str, ip_address_type: &str) -> &'static [Family] {
    match (service, ip_address_type) {
        ("dynamodb", "ipv6") => &[Family::V6],
        ("dynamodb", "dualstack") => &[Family::V4, Family::V6],
        _ => &[Family::V4],
    }
}

impl Component for GatewayEndpoint {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let vpc = build.vpc_around(&node.id)?;
        let tables = config.route_tables.iter().filter_map(|id| match build.thing(id) {
            Some(Thing::Table(table)) if build.network.tables[table].vpc == vpc => Some(table),
            _ => None,
        });
        Some(Self {
            id: node.id.clone(),
            vpc,
            service: None,
            tables: tables.collect(),
            available: config.state == "available",
            deleted: config.state == "deleted",
            families: &[],
            policy: config.policy.clone(),
        })
    }

    fn link(build: &mut Build<'_>) {
        let document = build.document;
        for node in document.nodes.values() {
            let catalog::Config::GatewayEndpoint(config) = &node.config else { continue };
            let Some(Thing::Part(Part::GatewayEndpoint(ix))) = build.thing(&node.id) else { continue };
            let Some(service) = aws_service::named(build, config.service.as_ref()) else { continue };
            let network = &mut build.network;
            let vpc = network.fabric.gateway_endpoints[ix].vpc;
            let it = &network.fabric.services[service];
            // GWE-06: same Region only.
            if !has_gateway_endpoints(&it.service) || it.region != network.vpcs[vpc].region {
                continue;
            }
            let families = families(&it.service, &config.ip_address_type);
            if let Some(endpoint) = network.fabric.gateway_endpoints.get_mut(ix) {
                endpoint.service = Some(service);
                endpoint.families = families;
            }
        }
    }

    /// GWE-02: the route from the service's prefix list to the endpoint, in each chosen table.
    fn settle(build: &mut Build<'_>) {
        let mut written: Vec<(Ix<Table>, Route)> = Vec::new();
        // GWE-03: per table one endpoint for each service; the first one drawn has it.
        let mut taken: BTreeSet<(Ix<Table>, Ix<AwsService>)> = BTreeSet::new();
        for (ix, endpoint) in build.network.fabric.gateway_endpoints.iter() {
            let Some(service) = endpoint.service.filter(|_| !endpoint.deleted) else { continue };
            let (list, blocks) = destinations(build, service);
            for table in &endpoint.tables {
                if !taken.insert((*table, service)) {
                    continue;
                }
                let ours = blocks.iter().filter(|block| endpoint.families.contains(&Family::of_net(block)));
                written.extend(ours.map(|destination| {
                    let route = Route {
                        destination: *destination,
                        target: if endpoint.available { Target::Part(ix.into()) } else { Target::Blackhole },
                        target_text: endpoint.id.to_string(),
                        origin: RouteOrigin::PrefixList,
                        list: list.clone(),
                        index: None,
                    };
                    (*table, route)
                }));
            }
        }
        for (table, route) in written {
            if let Some(table) = build.network.tables.get_mut(table) {
                table.routes.push(route);
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        let Stage::Reply(ix) = stage;
        let endpoint = &network.fabric.gateway_endpoints[ix];
        visit.record(hop(endpoint, &visit.packet).by(&["GWE-04", "GWE-08"]));
        // NACL-18: straight to the subnet's ACL; no route table is asked on the way in.
        Outcome::Next(At::RouteLocal(endpoint.vpc))
    }

    fn usable(network: &Network, ix: Ix<Self>, vpc: Ix<Vpc>) -> bool {
        let endpoint = &network.fabric.gateway_endpoints[ix];
        endpoint.vpc == vpc && endpoint.available && endpoint.service.is_some()
    }

    fn enter(network: &Network, ix: Ix<Self>, _: Ix<Subnet>, visit: &mut Visit<'_>) -> Outcome<At> {
        let endpoint = &network.fabric.gateway_endpoints[ix];
        let Some(service) = endpoint.service else { return Outcome::Stopped };
        let packet = visit.packet.clone();
        let at = || Where::new(SPEC.kind, &endpoint.id);
        if !network.vpcs[endpoint.vpc].contains(packet.source) {
            // GWE-07: for callers of its own VPC only, whoever routed the packet here.
            let reason = Reason::new(&internet_gateway::SPOOFED, at()).fact("source", packet.source);
            visit.deny(hop(endpoint, &packet).by(&["GWE-07", "ADDR-27"]), reason);
        } else if !carries(&packet) {
            let reason = Reason::new(&PROTOCOL, at()).fact("protocol", packet.protocol);
            visit.deny(hop(endpoint, &packet).by(&["GWE-09"]), reason);
        } else if let Some(opened) = opened_otherwise(network, endpoint, visit) {
            let evidence =
                Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
            let reason = Reason::new(&nat_gateway::STATE_MISSING, at())
                .fact("flow", &packet)
                .fact("opened", opened)
                .fact("answer", "TCP RST");
            visit.deny(hop(endpoint, &packet).with(evidence).by(&["GWE-15"]), reason);
        } else {
            judge(hop(endpoint, &packet), &endpoint.id, &endpoint.policy, &["GWE-05", "GWE-10"], visit);
        }
        remember(&endpoint.id, &packet, visit);
        Outcome::Routed(aws_service::Stage::Arrive(service, Door::Gateway(ix)).into())
    }

    fn check(check: &mut Check<'_>) {
        check_all(check);
    }
}

fn hop(endpoint: &GatewayEndpoint, packet: &Packet) -> Hop {
    Hop::new(SPEC.kind, &endpoint.id, "gateway-endpoint", Decision::Forwarded, packet)
}

/// The service's prefix list with its blocks; its addresses one by one while no list is drawn.
fn destinations(build: &Build<'_>, service: Ix<AwsService>) -> (Option<Id>, Vec<IpNet>) {
    let service = &build.network.fabric.services[service];
    let list = service.prefix_list.as_ref().and_then(|id| Some((id, build.prefix_list(id)?)));
    match list {
        Some((id, entries)) => (Some(id.clone()), entries.into_iter().map(|(_, net)| net).collect()),
        None => (None, service.addresses.iter().copied().map(IpNet::from).collect()),
    }
}

/// Whether a row of a table, as written, is the route that the endpoint writes there itself: imports
/// contain it (GWE-02), at times without saying which list is the service's.
pub(crate) fn writes(network: &Network, ix: Ix<GatewayEndpoint>, table: &str, destination: &str) -> bool {
    let endpoint = &network.fabric.gateway_endpoints[ix];
    let fits = match endpoint.list(network) {
        Some(list) => list.as_str() == destination,
        None => cells::cidr(destination).is_none(),
    };
    fits && endpoint.tables.iter().any(|own| network.tables[*own].id.as_str() == table)
}

/// GWE-09. An echo reply is the answer to an echo request from the service's side, which there is
/// none of.
fn carries(packet: &Packet) -> bool {
    packet.protocol == Protocol::TCP
        || (packet.protocol.is_icmp() && matches!(packet.transport, Transport::Icmp { kind: 8 | 128, .. }))
}

/// Records the hop of an endpoint and what its policy says to the request (GWE-10, IFE-09).
/// Without a request there is only a packet, which no policy judges.
pub(super) fn judge(
    hop: Hop,
    id: &Id,
    policy: &[Statement],
    cites: &'static [&'static str],
    visit: &mut Visit<'_>,
) {
    let hop = hop.by(cites);
    let request = visit.state.request.clone().filter(|_| visit.leg == LegKind::Forward);
    let Some(request) = request.filter(|_| !policy.is_empty()) else {
        visit.record(hop);
        return;
    };
    let answer = policy::judge(policy, &Asked { request: &request, source_ip: None, endpoint: Some(id) });
    let allowed = answer == Answer::Allowed;
    let mut hop = hop.with(Evidence::Check {
        check: "endpoint-policy",
        passed: allowed,
        value: Some(policy::asked_for(&request)),
    });
    if allowed {
        visit.record(hop);
    } else {
        let at = Where::new(hop.kind, id);
        hop.changes.clear();
        visit.deny(hop, policy::refusal(&ENDPOINT_POLICY, at, &request, answer));
    }
}

/// GWE-15: a TCP connection that was opened before the endpoint was, with another source address.
/// The service does not know it under this one and resets it. Says who else remembers it.
fn opened_otherwise(network: &Network, endpoint: &GatewayEndpoint, visit: &Visit<'_>) -> Option<Id> {
    if visit.packet.protocol != Protocol::TCP {
        return None;
    }
    let inside = visit.packet.key();
    let own = visit.state.position(&endpoint.id, Role::Endpoint, true, &inside);
    if own.is_some() {
        return None;
    }
    let mut outside = inside.clone();
    outside.source = public_of(network, endpoint.vpc, inside.source).unwrap_or(inside.source);
    let other = visit.state.entries.iter().find(|entry| {
        let same = (entry.role == Role::Nat && entry.flow == inside)
            || (entry.role == Role::Endpoint && entry.flow == outside);
        same && entry.replied
    });
    other.map(|entry| entry.owner.clone())
}

fn public_of(network: &Network, vpc: Ix<Vpc>, private: IpAddr) -> Option<IpAddr> {
    match network.private.get(&(vpc, private))? {
        Owner::Eni(eni) => network.enis[*eni]
            .v4
            .iter()
            .find(|pair| IpAddr::V4(pair.private) == private)
            .and_then(|pair| pair.public)
            .map(IpAddr::V4),
        Owner::Nat(nat) => network.nats[*nat].public.map(IpAddr::V4),
    }
}

fn remember(id: &Id, packet: &Packet, visit: &mut Visit<'_>) {
    visit.keep(Entry::new(id, Role::Endpoint, packet.key()).inbound(true));
}

/// The gateway endpoint through which the request of this reply came.
pub(super) fn way_back(network: &Network, visit: &Visit<'_>) -> Option<At> {
    let key = visit.packet.key();
    network
        .fabric
        .gateway_endpoints
        .iter()
        .find(|(_, endpoint)| visit.state.position(&endpoint.id, Role::Endpoint, false, &key).is_some())
        .map(|(ix, _)| Stage::Reply(ix).into())
}

fn check_all(check: &mut Check<'_>) {
    let network = check.network;
    let mut tables: BTreeMap<(Id, Ix<AwsService>), Id> = BTreeMap::new();
    let mut counts: BTreeMap<(&'static str, Option<Id>), usize> = BTreeMap::new();
    for node in check.nodes() {
        let catalog::Config::GatewayEndpoint(config) = &node.config else { continue };
        if config.state != "deleted" {
            quotas(check, &node.id, &mut counts);
        }
        let Some(Thing::Part(Part::GatewayEndpoint(ix))) = network.index.get(&node.id) else { continue };
        let endpoint = &network.fabric.gateway_endpoints[*ix];
        if let Some(why) = unfit(check, config, endpoint) {
            check.report(
                Diagnostic::new(&codes::GWE_SERVICE, &node.id)
                    .field("service")
                    .fact("service", config.service.as_deref().unwrap_or("nothing"))
                    .fact("why", why),
            );
        }
        for (n, table) in config.route_tables.iter().enumerate() {
            let path = format!("route_tables/{n}");
            let foreign = match network.index.get(table) {
                Some(Thing::Table(table)) => network.tables[*table].vpc != endpoint.vpc,
                _ => false,
            };
            if foreign {
                let reason = Diagnostic::new(&codes::REFERENCE, &node.id).field(path);
                check.report(
                    reason
                        .fact("field", "Route tables")
                        .fact("reference", table)
                        .fact("found", "a table of another VPC"),
                );
                continue;
            }
            let Some(service) = endpoint.service.filter(|_| config.state != "deleted") else { continue };
            match tables.get(&(table.clone(), service)) {
                Some(other) if *other != node.id => {
                    let other = other.clone();
                    check.report(
                        Diagnostic::new(&codes::GWE_DUPLICATE, &node.id)
                            .field(path)
                            .with(&other)
                            .with(table)
                            .fact("table", table)
                            .fact("service", &network.fabric.services[service].id),
                    );
                }
                Some(_) => {}
                None => {
                    tables.insert((table.clone(), service), node.id.clone());
                }
            }
        }
    }
}

/// Why AWS would not make an endpoint for that service (GWE-01, GWE-06, GWE-13).
fn unfit(check: &Check<'_>, config: &Config, endpoint: &GatewayEndpoint) -> Option<&'static str> {
    let network = check.network;
    let Some(Thing::Part(Part::AwsService(service))) = network.index.get(config.service.as_deref()?) else {
        return None;
    };
    let service = &network.fabric.services[*service];
    if !has_gateway_endpoints(&service.service) {
        Some("gateway endpoints exist for S3 and DynamoDB only")
    } else if service.region != network.vpcs[endpoint.vpc].region {
        Some("it is in another Region")
    } else if service.service == "s3" && config.ip_address_type != "ipv4" {
        Some("gateway endpoints to S3 carry IPv4 only")
    } else {
        None
    }
}

/// GWE-14. The one that crosses the line is named.
fn quotas(check: &mut Check<'_>, id: &Id, counts: &mut BTreeMap<(&'static str, Option<Id>), usize>) {
    for (kind, what, limit) in [
        ("region", "gateway endpoints for each Region", PER_REGION),
        ("vpc", "gateway endpoints for each VPC", PER_VPC),
    ] {
        let owner = check.document.enclosing(id, kind).map(|node| node.id.clone());
        let count = counts.entry((kind, owner)).or_insert(0);
        *count += 1;
        let found = *count;
        if found == limit + 1 {
            check.report(
                Diagnostic::new(&codes::QUOTA, id)
                    .fact("what", what)
                    .fact("limit", limit)
                    .fact("found", found),
            );
        }
    }
}
