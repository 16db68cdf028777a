//! An interface endpoint: network interfaces in a VPC that stand for a service (IFE-01 to IFE-18).

mod check;
pub(super) mod interfaces;
mod names;

use std::net::IpAddr;

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, Role, Severity, StateEvent, Visit,
    Where, flow_hash,
};
use hopscope_net::prefix::Family;
use hopscope_net::{FlowKey, Packet, Protocol};

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::components::aws_service::{self, AwsService, Door};
use crate::components::endpoint_service::{self, EndpointService};
use crate::components::{gateway_endpoint, nat_gateway, network_interface};
use crate::document::Node;
use crate::fabric::{Component, Published};
use crate::lower::Build;
use crate::network::{Eni, Network, Thing, Vpc};
use crate::pipeline::At;
use crate::policy::{POLICY, Statement};
use crate::validate::Check;

pub(super) use interfaces::draw;

record! {
    /// Configuration of an interface endpoint. Its parent is the VPC. Its interfaces are implied: `<id>/<subnet>`.
    pub struct Config {
        /// The service it leads to.
        pub service: Option<Id>,
        /// One interface in each chosen subnet (IFE-01).
        pub interfaces: Vec<Interface>,
        /// On its interfaces (IFE-02).
        pub security_groups: Vec<Id>,
        /// IFE-03.
        pub private_dns: bool = true,
        /// IFE-11.
        pub private_dns_inbound_only: bool,
        /// Endpoint policy (IFE-09).
        pub policy: Vec<Statement>,
        /// AWS's state (IFE-12).
        pub state: String = "available",
    }
}

record! {
    /// One interface of an endpoint or load balancer.
    pub struct Interface {
        /// Its subnet.
        pub subnet: Option<Id>,
        /// Its private IPv4 address.
        pub address: String,
        /// Its IPv6 address.
        pub ipv6: String,
        /// Its public IPv4 address, for internet-facing load balancers.
        pub public_ip: String,
    }
}

/// Columns of [`Interface`].
pub static INTERFACES: Rows = Rows {
    noun: "interface",
    columns: &[
        Field::new("subnet", "Subnet", FieldKind::Ref(&["subnet"]), ""),
        Field::new("address", "IPv4 address", FieldKind::Address, ""),
        Field::new("ipv6", "IPv6 address", FieldKind::Address, ""),
        Field::new("public_ip", "Public address", FieldKind::Address, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "interface-endpoint",
    name: "Interface endpoint",
    aws_type: Some("AWS::EC2::VPCEndpoint"),
    id_prefix: "vpce",
    summary: "Network interfaces in your VPC that lead to a service by PrivateLink.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new("service", "Service", FieldKind::Ref(&["aws-service", "endpoint-service"]), ""),
        Field::new(
            "interfaces",
            "Network interfaces",
            FieldKind::Rows(&INTERFACES),
            "At most one subnet in each zone",
        ),
        Field::new("security_groups", "Security groups", FieldKind::RefList("security-group"), ""),
        Field::new(
            "private_dns",
            "Private DNS names",
            FieldKind::Flag,
            "The service's usual name leads here, inside this VPC",
        ),
        Field::new(
            "private_dns_inbound_only",
            "Private DNS for inbound Resolver endpoint only",
            FieldKind::Flag,
            "S3: needs a gateway endpoint",
        ),
        Field::new("policy", "Policy", FieldKind::Rows(&POLICY), "Everything is allowed while empty"),
        Field::new(
            "state",
            "State",
            FieldKind::Choice(&["available", "pending-acceptance", "rejected", "failed"]),
            "",
        ),
    ],
    failure: Some(Failure { field: "state", down: "failed", up: "available" }),
    docs: "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
};

/// The page of the PrivateLink guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html";

packet_reason!(
    PAGE,
    /// An endpoint starts no connections in its VPC (IFE-07).
    INTRA_VPC, "VPCE_INTRA_VPC_TRAFFIC", Some("VPCE_INTRA_VPC_TRAFFIC"), &["IFE-07"]
);

/// The service is not offered in the zone of an interface (IFE-14).
pub static NOT_INSTALLED: ReasonSpec = ReasonSpec {
    code: "VPCE_SERVICE_NOT_INSTALLED_IN_AZ",
    aws_code: Some("VPCE_SERVICE_NOT_INSTALLED_IN_AZ"),
    severity: Severity::Error,
    rules: &["IFE-14"],
    docs: PAGE,
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&INTRA_VPC, &NOT_INSTALLED];

/// Idle seconds after which a TCP flow through an endpoint is gone (IFE-16, from general knowledge).
pub const TCP_IDLE_LIMIT: u64 = 350;
/// The same for UDP (from general knowledge: the limit of the load balancers behind endpoints).
pub const UDP_IDLE_LIMIT: u64 = 120;

/// What an endpoint leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// A service of AWS.
    Aws(Ix<AwsService>),
    /// Somebody's load balancer.
    Shared(Ix<EndpointService>),
}

/// It, resolved.
#[derive(Debug)]
pub(crate) struct InterfaceEndpoint {
    pub id: Id,
    pub vpc: Ix<Vpc>,
    pub enis: Vec<Ix<Eni>>,
    /// Where it leads, if AWS would accept the pair.
    pub service: Option<Service>,
    pub state: String,
    policy: Vec<Statement>,
    /// IFE-03.
    private_dns: bool,
    /// IFE-11.
    inbound_only: bool,
}

impl InterfaceEndpoint {
    /// The usual names of its service lead to it inside its VPC (IFE-03).
    pub fn names_privately(&self, network: &Network) -> bool {
        self.state == "available" && self.private_dns && network.vpcs[self.vpc].dns.private_names()
    }
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// A reply of the service, about to leave by that interface.
    Reply(Ix<InterfaceEndpoint>, Ix<Eni>),
}

impl Component for InterfaceEndpoint {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            vpc: build.vpc_around(&node.id)?,
            enis: Vec::new(),
            service: None,
            state: config.state.clone(),
            policy: config.policy.clone(),
            private_dns: config.private_dns,
            inbound_only: config.private_dns_inbound_only,
        })
    }

    fn link(build: &mut Build<'_>) {
        let document = build.document;
        for node in document.nodes.values() {
            let catalog::Config::InterfaceEndpoint(config) = &node.config else { continue };
            let Some(Thing::Part(Part::InterfaceEndpoint(ix))) = build.thing(&node.id) else { continue };
            let vpc = build.network.fabric.interface_endpoints[ix].vpc;
            let owner = interfaces::Owner { id: &node.id, part: ix.into(), vpc, public: false, open: false };
            let enis = draw(build, &owner, &config.interfaces, &config.security_groups);
            let service = leads_to(build, vpc, config.service.as_ref());
            if let Some(endpoint) = build.network.fabric.interface_endpoints.get_mut(ix) {
                endpoint.enis = enis;
                endpoint.service = service;
            }
        }
    }

    fn names(network: &Network, ix: Ix<Self>) -> Vec<Published> {
        names::of(network, ix)
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        let Stage::Reply(ix, eni) = stage;
        reply(network, ix, eni, visit)
    }

    fn receive(network: &Network, ix: Ix<Self>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
        request(network, ix, eni, visit)
    }

    /// The address of an interface whose zone is up, else of the first (IFE-17).
    fn address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        interfaces::address(network, &network.fabric.interface_endpoints[ix].enis, family)
    }

    /// IFE-07: the service opens no connections through it.
    fn send(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let endpoint = &network.fabric.interface_endpoints[ix];
        let hop = Hop::new(SPEC.kind, &endpoint.id, "send", Decision::Denied, &visit.packet);
        let reason = Reason::new(&INTRA_VPC, Where::new(SPEC.kind, &endpoint.id))
            .fact("destination", visit.packet.destination);
        visit.deny(hop.by(&["IFE-07"]), reason);
        Outcome::Stopped
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

/// Where an endpoint of that VPC leads (IFE-10, IFE-12, IFE-15). None where AWS refuses the pair.
fn leads_to(build: &Build<'_>, vpc: Ix<Vpc>, service: Option<&Id>) -> Option<Service> {
    let network = &build.network;
    let region = network.vpcs[vpc].region;
    match build.thing(service?)? {
        Thing::Part(Part::AwsService(ix)) => {
            let it = &network.fabric.services[ix];
            (it.region == region || crosses_regions(&it.service)).then_some(Service::Aws(ix))
        }
        Thing::Part(Part::EndpointService(ix)) => {
            network.fabric.endpoint_services[ix].offered_in(network, region).then_some(Service::Shared(ix))
        }
        _ => None,
    }
}

/// IFE-15: services of AWS that take endpoints of other Regions (which ones, from general
/// knowledge).
fn crosses_regions(service: &str) -> bool {
    matches!(service, "s3" | "ecr" | "iam" | "route53")
}

fn hop(endpoint: &InterfaceEndpoint, packet: &Packet) -> Hop {
    Hop::new(SPEC.kind, &endpoint.id, "interface-endpoint", Decision::Forwarded, packet)
}

/// A request, past the interface's security group.
fn request(network: &Network, ix: Ix<InterfaceEndpoint>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    let endpoint = &network.fabric.interface_endpoints[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &endpoint.id);
    let zone_down = network.zone_failed(network.enis[eni].subnet);
    if endpoint.state != "available" || zone_down || endpoint.service.is_none() {
        // IFE-12, IFE-17.
        let reason =
            Reason::new(&network_interface::BAD_STATE, at()).fact("interface", &network.enis[eni].id);
        let reason = match (endpoint.state.as_str(), zone_down) {
            ("available", true) => reason.fact("failed", "zone"),
            ("available", false) => reason.fact("why", "it leads to no service"),
            (state, _) => reason.fact("why", format!("its state is {state}")),
        };
        visit.deny(hop(endpoint, &packet).by(&["IFE-12", "IFE-17"]), reason);
    } else if !packet.protocol.has_ports() {
        let reason = Reason::new(&nat_gateway::PROTOCOL, at())
            .fact("protocol", packet.protocol)
            .fact("carries", "only TCP and UDP");
        visit.deny(hop(endpoint, &packet).by(&["IFE-08"]), reason);
    } else if let Some(limit) = silent_too_long(&network.enis[eni].id, &packet, visit) {
        let gone =
            Evidence::State { event: StateEvent::Expired, flow: packet.key(), idle_limit: Some(limit) };
        let reason = Reason::new(&nat_gateway::STATE_MISSING, at())
            .fact("flow", &packet)
            .fact("limit", limit)
            .fact("answer", "TCP RST");
        visit.deny(hop(endpoint, &packet).with(gone).by(&["IFE-16"]), reason);
        return Outcome::Stopped;
    } else {
        let hop = hop(endpoint, &packet).with(tracked(&network.enis[eni].id, &packet, visit));
        let hop = match endpoint.service {
            Some(Service::Aws(service)) => hop.rewriting(&to_service(network, eni, service, visit).1),
            Some(Service::Shared(_)) | None => hop,
        };
        gateway_endpoint::judge(hop, &endpoint.id, &endpoint.policy, &["IFE-05", "IFE-09"], visit);
    }
    match endpoint.service {
        Some(Service::Aws(service)) => {
            let (far, after) = to_service(network, eni, service, visit);
            remember(&network.enis[eni].id, &packet.key(), far, visit);
            visit.packet = after;
            Outcome::Routed(aws_service::Stage::Arrive(service, Door::Interface(ix)).into())
        }
        Some(Service::Shared(service)) => {
            Outcome::Routed(endpoint_service::Stage::FromEndpoint(service, eni).into())
        }
        None => Outcome::Stopped,
    }
}

/// The request as the service sees it: from the endpoint's own address.
fn to_service(
    network: &Network,
    eni: Ix<Eni>,
    service: Ix<AwsService>,
    visit: &Visit<'_>,
) -> (FlowKey, Packet) {
    let packet = &visit.packet;
    let family = packet.family();
    let interface = &network.enis[eni];
    let destination = network.fabric.services[service].address_of(family).unwrap_or(packet.destination);
    let own = interface.address(family).unwrap_or(packet.destination);
    let far = far_side(&interface.id, packet, own, destination, None, visit);
    let after = rewritten(packet, &far);
    (far, after)
}

/// What an interface remembers of the flow before this packet (IFE-16).
pub(super) fn tracked(owner: &Id, packet: &Packet, visit: &Visit<'_>) -> Evidence {
    let known = visit.state.position(owner, Role::Endpoint, true, &packet.key()).is_some();
    let limit = if packet.protocol == Protocol::TCP { TCP_IDLE_LIMIT } else { UDP_IDLE_LIMIT };
    Evidence::State {
        event: if known { StateEvent::Used } else { StateEvent::Created },
        flow: packet.key(),
        idle_limit: Some(limit),
    }
}

/// A flow as the far side of an interface sees it: with `own` as source, and a source port that no
/// other flow of the interface uses there. A flow that is known keeps what it has.
pub(super) fn far_side(
    owner: &Id,
    packet: &Packet,
    own: IpAddr,
    destination: IpAddr,
    port: Option<u16>,
    visit: &Visit<'_>,
) -> FlowKey {
    let key = packet.key();
    let entries = &visit.state.entries;
    if let Some(position) = visit.state.position(owner, Role::Endpoint, true, &key)
        && let Some(entry) = entries.get(position)
    {
        return entry.translated.clone();
    }
    let first = key.source_port;
    let salt = flow_hash(&key, owner) % 64_512;
    let mut far = FlowKey { source: own, destination, ..key };
    far.destination_port = port.unwrap_or(far.destination_port);
    let taken = |far: &FlowKey| {
        entries
            .iter()
            .any(|entry| entry.owner == *owner && entry.role == Role::Endpoint && entry.translated == *far)
    };
    far.source_port = first;
    for step in 0..64_512u64 {
        if !taken(&far) || !packet.protocol.has_ports() {
            break;
        }
        far.source_port = u16::try_from(1024 + (salt + step) % 64_512).unwrap_or(first);
    }
    far
}

/// The packet as the far side of an interface sees it.
pub(super) fn rewritten(packet: &Packet, far: &FlowKey) -> Packet {
    packet
        .clone()
        .with_source(far.source, far.source_port)
        .with_destination(far.destination, far.destination_port)
}

/// Remembers a flow by both its sides; a known one is refreshed.
pub(super) fn remember(owner: &Id, near: &FlowKey, far: FlowKey, visit: &mut Visit<'_>) {
    visit.keep(Entry::new(owner, Role::Endpoint, near.clone()).translated_to(far).inbound(true));
}

/// IFE-16: flows are always tracked, and forgotten after a silence; the limit that was passed.
fn silent_too_long(owner: &Id, packet: &Packet, visit: &mut Visit<'_>) -> Option<u64> {
    let position = visit.state.position(owner, Role::Endpoint, true, &packet.key())?;
    let limit = if packet.protocol == Protocol::TCP { TCP_IDLE_LIMIT } else { UDP_IDLE_LIMIT };
    let idle = visit.state.now.saturating_sub(visit.state.entries.get(position)?.last_seen);
    // A silent UDP flow simply starts anew.
    let gone = idle >= limit;
    if gone {
        visit.state.entries.remove(position);
    }
    (gone && packet.protocol == Protocol::TCP).then_some(limit)
}

/// The interface endpoint through which the request of this reply came.
pub(super) fn way_back(network: &Network, visit: &Visit<'_>) -> Option<At> {
    let key = visit.packet.key();
    network.fabric.interface_endpoints.iter().find_map(|(ix, endpoint)| {
        let known = |eni: &&Ix<Eni>| {
            visit.state.position(&network.enis[**eni].id, Role::Endpoint, false, &key).is_some()
        };
        endpoint.enis.iter().find(known).map(|eni| Stage::Reply(ix, *eni).into())
    })
}

/// A reply of the service: back to the caller, by the interface it asked.
fn reply(network: &Network, ix: Ix<InterfaceEndpoint>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    let endpoint = &network.fabric.interface_endpoints[ix];
    let packet = visit.packet.clone();
    let owner = &network.enis[eni].id;
    let Some(entry) = visit.state.refresh(owner, Role::Endpoint, false, &packet.key()) else {
        return Outcome::Stopped;
    };
    let after = rewritten(&packet, &entry.flow.reverse());
    let limit = if packet.protocol == Protocol::TCP { TCP_IDLE_LIMIT } else { UDP_IDLE_LIMIT };
    let used = Evidence::State { event: StateEvent::Used, flow: entry.flow.clone(), idle_limit: Some(limit) };
    visit.record(hop(endpoint, &packet).with(used).rewriting(&after).by(&["IFE-05", "IFE-16"]));
    visit.packet = after;
    Outcome::Next(At::SecurityGroupOut(eni))
}
