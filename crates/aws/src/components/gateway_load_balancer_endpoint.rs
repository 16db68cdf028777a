//! A Gateway Load Balancer endpoint: a route target that sends packets through appliances and takes them back (GWLB-01 to GWLB-05, GWLB-14).

use hopscope_forward::{Decision, Hop, Id, Outcome, Reason, ReasonSpec, Severity, Visit, Where};

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::components::gateway_load_balancer::{self, Gwlb};
use crate::components::{network_interface, route_table};
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Subnet, Thing, Vpc};
use crate::pipeline::At;
use crate::validate::{Check, codes};

record! {
    /// Configuration of a Gateway Load Balancer endpoint. Its parent is the subnet.
    pub struct Config {
        /// The endpoint service, or the load balancer directly.
        pub service: Option<Id>,
        /// Drawn onto it, which AWS refuses (GWLB-02); kept so that it can be said.
        pub security_groups: Vec<Id>,
        /// AWS's state.
        pub state: String = "available",
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "gateway-load-balancer-endpoint",
    name: "Gateway Load Balancer endpoint",
    aws_type: Some("AWS::EC2::VPCEndpoint"),
    id_prefix: "vpce",
    summary: "A route target that sends packets through the appliances of a Gateway Load Balancer.",
    parents: &["subnet"],
    shape: Shape::Card,
    route_target: (true, true),
    endpoint: false,
    fields: &[
        Field::new("service", "Service", FieldKind::Ref(&["endpoint-service", "gateway-load-balancer"]), ""),
        Field::new(
            "security_groups",
            "Security groups",
            FieldKind::RefList("security-group"),
            "AWS has none here",
        ),
        Field::new(
            "state",
            "State",
            FieldKind::Choice(&["available", "pending-acceptance", "rejected", "failed"]),
            "",
        ),
    ],
    failure: Some(Failure { field: "state", down: "failed", up: "available" }),
    docs: "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html",
};

/// Behind a transit gateway, the endpoint's subnet has no way back to it (GWLB-15).
pub static NO_ROUTE_TO_TRANSIT_GATEWAY: ReasonSpec = ReasonSpec {
    code: "RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY",
    aws_code: Some("RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY"),
    severity: Severity::Warning,
    rules: &["GWLB-15"],
    docs: "https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-appliance-scenario.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&NO_ROUTE_TO_TRANSIT_GATEWAY];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct GwlbEndpoint {
    pub id: Id,
    /// Its subnet, whose table packets meet after inspection.
    pub subnet: Ix<Subnet>,
    balancer: Option<Ix<Gwlb>>,
    service: Option<Id>,
    state: String,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it, on the way to the appliances.
    At(Ix<GwlbEndpoint>),
    /// Back from the appliances.
    Out(Ix<GwlbEndpoint>),
}

impl Component for GwlbEndpoint {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let Some(Thing::Subnet(subnet)) = node.parent.as_ref().and_then(|parent| build.thing(parent)) else {
            return None;
        };
        Some(Self {
            id: node.id.clone(),
            subnet,
            balancer: None,
            service: config.service.clone(),
            state: config.state.clone(),
        })
    }

    fn link(build: &mut Build<'_>) {
        let found: Vec<_> = build
            .network
            .fabric
            .gwlb_endpoints
            .iter()
            .map(|(ix, endpoint)| (ix, balancer(build, endpoint.service.as_ref())))
            .collect();
        for (ix, balancer) in found {
            if let Some(endpoint) = build.network.fabric.gwlb_endpoints.get_mut(ix) {
                endpoint.balancer = balancer;
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        match stage {
            Stage::At(ix) => take(network, ix, visit),
            Stage::Out(ix) => give_back(network, ix, visit),
        }
    }

    fn usable(network: &Network, ix: Ix<Self>, vpc: Ix<Vpc>) -> bool {
        network.subnets[network.fabric.gwlb_endpoints[ix].subnet].vpc == vpc
    }

    fn is_middlebox() -> bool {
        true
    }

    fn enter(network: &Network, ix: Ix<Self>, _: Ix<Subnet>, visit: &mut Visit<'_>) -> Outcome<At> {
        Self::enter_from_edge(network, ix, visit)
    }

    fn enter_from_edge(network: &Network, ix: Ix<Self>, _: &mut Visit<'_>) -> Outcome<At> {
        let endpoint = &network.fabric.gwlb_endpoints[ix];
        // As at a NAT gateway, what is out of service is said before its subnet's ACL.
        if endpoint.failure(network).is_some() {
            return Outcome::Routed(Stage::At(ix).into());
        }
        // NACL-17: also from a host of the same subnet.
        let stage = catalog::Stage::GatewayLoadBalancerEndpoint(Stage::At(ix));
        Outcome::Routed(At::AclInTo(endpoint.subnet, stage))
    }

    fn check(check: &mut Check<'_>) {
        for node in check.nodes() {
            let catalog::Config::GatewayLoadBalancerEndpoint(config) = &node.config else { continue };
            // GWLB-02.
            if !config.security_groups.is_empty() {
                check.report(
                    Diagnostic::new(&codes::SG_NOT_SUPPORTED, &node.id)
                        .field("security_groups")
                        .fact("component", SPEC.name),
                );
            }
        }
    }
}

/// The balancer behind a service, or the one named directly.
fn balancer(build: &Build<'_>, service: Option<&Id>) -> Option<Ix<Gwlb>> {
    let service = service?;
    let named = match &build.document.nodes.get(service)?.config {
        catalog::Config::EndpointService(config) => config.load_balancer.as_ref()?,
        _ => service,
    };
    match build.thing(named) {
        Some(Thing::Part(Part::GatewayLoadBalancer(ix))) => Some(ix),
        _ => None,
    }
}

impl GwlbEndpoint {
    /// What keeps it from working.
    fn failure(&self, network: &Network) -> Option<&str> {
        if self.state != "available" {
            Some(&self.state)
        } else if network.zone_failed(self.subnet) {
            Some("zone")
        } else if self.balancer.is_none() {
            Some("service")
        } else {
            None
        }
    }
}

/// From a route to the balancer behind the endpoint (GWLB-03).
fn take(network: &Network, ix: Ix<GwlbEndpoint>, visit: &mut Visit<'_>) -> Outcome<At> {
    let endpoint = &network.fabric.gwlb_endpoints[ix];
    let packet = visit.packet.clone();
    let hop =
        Hop::new(SPEC.kind, &endpoint.id, "gateway-load-balancer-endpoint", Decision::Forwarded, &packet);
    match endpoint.failure(network) {
        None => visit.record(hop.by(&["GWLB-01", "GWLB-03"])),
        Some(what) => {
            let reason = Reason::new(&network_interface::BAD_STATE, Where::new(SPEC.kind, &endpoint.id))
                .fact("state", what);
            let reason = if what == "zone" { reason.fact("failed", what) } else { reason };
            visit.deny(hop.by(&["IFE-12"]), reason);
        }
    }
    match endpoint.balancer {
        Some(balancer) => Outcome::Next(gateway_load_balancer::Stage::At(balancer, ix).into()),
        None => Outcome::Stopped,
    }
}

/// After inspection: out of the endpoint's own subnet, by that subnet's table (GWLB-03, RT-23).
fn give_back(network: &Network, ix: Ix<GwlbEndpoint>, visit: &mut Visit<'_>) -> Outcome<At> {
    let endpoint = &network.fabric.gwlb_endpoints[ix];
    let packet = visit.packet.clone();
    let hop =
        Hop::new(SPEC.kind, &endpoint.id, "gateway-load-balancer-endpoint", Decision::Forwarded, &packet);
    visit.record(hop.by(&["GWLB-03", "RT-23"]));
    hint_way_back(network, endpoint.subnet, visit);
    Outcome::Next(At::AclOut(endpoint.subnet))
}

/// GWLB-15: what came by a transit gateway is inspected, and its subnet knows no way on.
pub(crate) fn hint_way_back(network: &Network, subnet: Ix<Subnet>, visit: &mut Visit<'_>) {
    let subnet = &network.subnets[subnet];
    let by_transit = visit.hops().iter().any(|hop| hop.kind.starts_with("transit-gateway"));
    if by_transit && route_table::winner(network, subnet.table, visit.packet.destination).is_none() {
        let table = &network.tables[subnet.table].id;
        visit.hint(
            Reason::new(
                &NO_ROUTE_TO_TRANSIT_GATEWAY,
                Where::new(route_table::SPEC.kind, table).of(&subnet.id),
            )
            .fact("table", table)
            .fact("subnet", &subnet.id),
        );
    }
}
