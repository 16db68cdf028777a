//! A Route 53 Resolver endpoint: network interfaces at which a VPC's resolver is asked from outside
//! (inbound), or from which it asks other servers (outbound) (DNS-13, DNS-14, LIM-30).

mod check;

use std::net::IpAddr;

use hopscope_forward::{Decision, Hop, Id, Outcome, Reason, ReasonSpec, Visit, Where};
use hopscope_net::prefix::Family;

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::components::interface_endpoint::interfaces;
use crate::components::interface_endpoint::{INTERFACES, Interface, draw};
use crate::components::network_interface;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Eni, Network, Thing, Vpc};
use crate::pipeline::At;
use crate::validate::Check;

record! {
    /// Configuration of a Resolver endpoint. Its parent is the VPC. Its interfaces are implied:
    /// `<id>/<subnet>`.
    pub struct Config {
        /// `inbound` or `outbound`.
        pub direction: String = "inbound",
        /// Its interfaces: two at least, in two zones for safety (DNS-13, LIM-30).
        pub interfaces: Vec<Interface>,
        /// On its interfaces.
        pub security_groups: Vec<Id>,
        /// Out of service.
        pub failed: bool,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "resolver-endpoint",
    name: "Resolver endpoint",
    aws_type: Some("AWS::Route53Resolver::ResolverEndpoint"),
    id_prefix: "rslvr",
    summary: "Interfaces at which other networks ask a VPC's resolver, or from which it asks them.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new("direction", "Direction", FieldKind::Choice(&["inbound", "outbound"]), ""),
        Field::new("interfaces", "IP addresses", FieldKind::Rows(&INTERFACES), "Two at least, in two zones"),
        Field::new(
            "security_groups",
            "Security groups",
            FieldKind::RefList("security-group"),
            "Port 53, UDP and TCP",
        ),
        Field::new("failed", "Failed", FieldKind::Flag, ""),
    ],
    failure: Some(Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-DSN-queries-to-vpc.html",
};

/// Reasons it raises: those of an interface.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct ResolverEndpoint {
    pub id: Id,
    pub vpc: Ix<Vpc>,
    pub inbound: bool,
    pub enis: Vec<Ix<Eni>>,
    pub failed: bool,
}

/// Where a packet can be at it: only its interfaces receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for ResolverEndpoint {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            vpc: build.vpc_around(&node.id)?,
            inbound: config.direction != "outbound",
            enis: Vec::new(),
            failed: config.failed,
        })
    }

    fn link(build: &mut Build<'_>) {
        let document = build.document;
        for node in document.nodes.values() {
            let catalog::Config::ResolverEndpoint(config) = &node.config else { continue };
            let Some(Thing::Part(Part::ResolverEndpoint(ix))) = build.thing(&node.id) else { continue };
            let vpc = build.network.fabric.resolver_endpoints[ix].vpc;
            let owner = interfaces::Owner { id: &node.id, part: ix.into(), vpc, public: false, open: false };
            let enis = draw(build, &owner, &config.interfaces, &config.security_groups);
            if let Some(endpoint) = build.network.fabric.resolver_endpoints.get_mut(ix) {
                endpoint.enis = enis;
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    /// A question at an inbound endpoint, or an answer to an outbound one; [`crate::names`] goes on.
    fn receive(network: &Network, ix: Ix<Self>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
        let endpoint = &network.fabric.resolver_endpoints[ix];
        let hop = Hop::new(SPEC.kind, &endpoint.id, "deliver", Decision::Delivered, &visit.packet.clone())
            .by(&["DNS-13", "DNS-14"]);
        match out_of_service(network, ix, eni) {
            Some(reason) => visit.deny(hop, reason),
            None => visit.record(hop),
        }
        Outcome::Arrived(At::ArrivedPart(ix.into()))
    }

    fn address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        interfaces::address(network, &network.fabric.resolver_endpoints[ix].enis, family)
    }

    /// From the interface that has the packet's source address.
    fn send(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let endpoint = &network.fabric.resolver_endpoints[ix];
        let packet = visit.packet.clone();
        let own = endpoint.enis.iter().copied().find(|eni| network.enis[*eni].owns(packet.source));
        let hop = Hop::new(SPEC.kind, &endpoint.id, "send", Decision::Sent, &packet).by(&["DNS-14"]);
        let Some(eni) = own.or_else(|| endpoint.enis.first().copied()) else {
            let reason = Reason::new(&network_interface::BAD_STATE, Where::new(SPEC.kind, &endpoint.id))
                .fact("interface", &endpoint.id)
                .fact("why", "it has no interface");
            visit.deny(hop, reason);
            return Outcome::Stopped;
        };
        match out_of_service(network, ix, eni) {
            Some(reason) => visit.deny(hop, reason),
            None => visit.record(hop),
        }
        Outcome::Next(At::SecurityGroupOut(eni))
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

fn out_of_service(network: &Network, ix: Ix<ResolverEndpoint>, eni: Ix<Eni>) -> Option<Reason> {
    let endpoint = &network.fabric.resolver_endpoints[ix];
    let reason = |what: &str| {
        Reason::new(&network_interface::BAD_STATE, Where::new(SPEC.kind, &endpoint.id))
            .fact("interface", &network.enis[eni].id)
            .fact("failed", what)
    };
    if endpoint.failed {
        return Some(reason("endpoint"));
    }
    network.zone_failed(network.enis[eni].subnet).then(|| reason("zone"))
}
