//! An egress-only internet gateway: IPv6 out, replies back, nothing unsolicited in (EIGW-01 to EIGW-10).

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, Role, Severity, StateEvent, Visit, Where,
};
use hopscope_net::prefix;

use crate::arena::Ix;
use crate::block_public_access::{self, Door};
use crate::component::{Shape, Spec};
use crate::components::{gateway_load_balancer_endpoint, internet_gateway, route_table};
use crate::network::{EgressOnly, Network};
use crate::pipeline::At;

record! {
    /// Configuration of an egress-only internet gateway. Its parent is its VPC.
    pub struct Config {
        /// Security groups drawn onto it, which AWS refuses (PIPE-08); kept so that it can be said.
        pub security_groups: Vec<Id>,
    }
}

/// What an egress-only internet gateway says about itself.
pub static SPEC: Spec = Spec {
    kind: "egress-only-internet-gateway",
    name: "Egress-only internet gateway",
    aws_type: Some("AWS::EC2::EgressOnlyInternetGateway"),
    id_prefix: "eigw",
    summary: "Lets IPv6 out to the internet and replies back in, but nothing new in.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, true),
    endpoint: false,
    fields: &[],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html",
};

/// Only replies are admitted (EIGW-03).
pub static UNSOLICITED: ReasonSpec = ReasonSpec {
    code: "X_EIGW_UNSOLICITED_INBOUND",
    aws_code: None,
    severity: Severity::Deny,
    rules: &["EIGW-02", "EIGW-03"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html",
};

packet_reason!(
    "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html",
    /// IPv6 that has been through a Gateway Load Balancer endpoint (EIGW-08).
    AFTER_GWLB, "X_EIGW_AFTER_GWLB", None, &["EIGW-08"]
);

/// Reasons an egress-only internet gateway raises.
pub static REASONS: &[&ReasonSpec] = &[&UNSOLICITED, &AFTER_GWLB];

/// EIGW-09: sources inside its own VPC only (from general knowledge).
fn serves(vpc: &crate::network::Vpc, source: std::net::IpAddr) -> bool {
    vpc.contains(source)
}

/// EIGW-06: a door of its own, straight to the internet, with or without an internet gateway
/// (from general knowledge).
fn door() -> At {
    At::Internet
}

/// Out, remembering the flow (EIGW-02), addresses unchanged (EIGW-04).
pub(crate) fn outbound(network: &Network, ix: Ix<EgressOnly>, visit: &mut Visit<'_>) -> Outcome<At> {
    let eigw = &network.eigws[ix];
    let packet = visit.packet.clone();
    let hop = Hop::new(SPEC.kind, &eigw.id, "egress-only-internet-gateway", Decision::Forwarded, &packet);
    let gate = (eigw.vpc, Door::EgressOnly);
    block_public_access::judge(network, gate, Some(packet.source), true, (SPEC.kind, &eigw.id), visit);
    let own = serves(&network.vpcs[eigw.vpc], packet.source);
    if let Some(spec) = internet_gateway::refuse_ipv6(&packet, own) {
        let reason = Reason::new(spec, Where::new(SPEC.kind, &eigw.id))
            .fact("source", packet.source)
            .fact("destination", packet.destination);
        visit.deny(hop.by(spec.rules), reason);
        return Outcome::Stopped;
    }
    let endpoint = visit.hops().iter().find(|hop| hop.kind == gateway_load_balancer_endpoint::SPEC.kind);
    if let Some(endpoint) = endpoint.map(|hop| hop.id.clone()) {
        let reason = Reason::new(&AFTER_GWLB, Where::new(SPEC.kind, &eigw.id)).fact("endpoint", endpoint);
        visit.deny(hop.by(&["EIGW-08"]), reason);
        return Outcome::Next(door());
    }
    let known = visit.state.position(&eigw.id, Role::EgressOnly, false, &packet.key());
    let event = if known.is_some() { StateEvent::Used } else { StateEvent::Created };
    visit.record(
        hop.with(Evidence::State { event, flow: packet.key(), idle_limit: None }).by(&["EIGW-02", "EIGW-04"]),
    );
    if known.is_none() {
        visit.remember(Entry::new(&eigw.id, Role::EgressOnly, packet.key()));
    }
    Outcome::Next(door())
}

/// In: replies only (EIGW-03).
pub(crate) fn inbound(network: &Network, ix: Ix<EgressOnly>, visit: &mut Visit<'_>) -> Outcome<At> {
    let eigw = &network.eigws[ix];
    let packet = visit.packet.clone();
    let hop = Hop::new(SPEC.kind, &eigw.id, "egress-only-internet-gateway", Decision::Forwarded, &packet);
    let gate = (eigw.vpc, Door::EgressOnly);
    block_public_access::judge(network, gate, Some(packet.destination), false, (SPEC.kind, &eigw.id), visit);
    // ADDR-21, as at an internet gateway: private IPv6 does not cross the edge inwards either.
    if prefix::is_ula(packet.source) || prefix::is_ula(packet.destination) {
        let reason = Reason::new(&internet_gateway::PRIVATE_IPV6, Where::new(SPEC.kind, &eigw.id))
            .fact("source", packet.source)
            .fact("destination", packet.destination);
        visit.deny(hop.by(&["ADDR-21"]), reason);
        return Outcome::Stopped;
    }
    match visit.state.position(&eigw.id, Role::EgressOnly, true, &packet.key()) {
        Some(_) => {
            let used =
                Evidence::State { event: StateEvent::Used, flow: packet.key().reverse(), idle_limit: None };
            visit.record(hop.with(used).by(&["EIGW-02"]));
        }
        None => {
            let missing =
                Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
            let reason = Reason::new(&UNSOLICITED, Where::new(SPEC.kind, &eigw.id))
                .fact("source", packet.source)
                .fact("destination", packet.destination);
            visit.deny(hop.with(missing).by(&["EIGW-03"]), reason);
        }
    }
    route_table::deliver_local(network, eigw.vpc, None, visit)
}
