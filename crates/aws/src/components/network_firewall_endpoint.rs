//! A Network Firewall endpoint: the firewall's door in one subnet, used as a route target (NFW-01, NFW-03).

use hopscope_forward::{Decision, Hop, Id, Outcome, Reason, ReasonSpec, Visit, Where};

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::components::network_firewall::{self, Firewall};
use crate::components::{gateway_load_balancer_endpoint, network_interface};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Subnet, Thing, Vpc};
use crate::pipeline::At;

record! {
    /// Configuration of a firewall endpoint. Its parent is the subnet.
    pub struct Config {
        /// The firewall it belongs to.
        pub firewall: Option<Id>,
        /// Out of service.
        pub failed: bool,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "network-firewall-endpoint",
    name: "Network Firewall endpoint",
    aws_type: None,
    id_prefix: "vpce",
    summary: "A Network Firewall's door in one zone; used as a route target.",
    parents: &["subnet"],
    shape: Shape::Card,
    route_target: (true, true),
    endpoint: false,
    fields: &[
        Field::new("firewall", "Firewall", FieldKind::Ref(&["network-firewall"]), ""),
        Field::new("failed", "Failed", FieldKind::Flag, ""),
    ],
    failure: Some(Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-components.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct FirewallEndpoint {
    pub id: Id,
    /// Its subnet, whose table packets meet after inspection.
    pub subnet: Ix<Subnet>,
    firewall: Option<Ix<Firewall>>,
    named: Option<Id>,
    failed: bool,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<FirewallEndpoint>),
}

impl Component for FirewallEndpoint {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let Some(Thing::Subnet(subnet)) = node.parent.as_ref().and_then(|parent| build.thing(parent)) else {
            return None;
        };
        let named = config.firewall.clone();
        Some(Self { id: node.id.clone(), subnet, firewall: None, named, failed: config.failed })
    }

    fn link(build: &mut Build<'_>) {
        let endpoints = build.network.fabric.firewall_endpoints.iter();
        let found: Vec<_> = endpoints
            .filter_map(|(ix, endpoint)| match build.thing(endpoint.named.as_ref()?) {
                Some(Thing::Part(Part::NetworkFirewall(firewall))) => Some((ix, firewall)),
                _ => None,
            })
            .collect();
        for (ix, firewall) in found {
            if let Some(endpoint) = build.network.fabric.firewall_endpoints.get_mut(ix) {
                endpoint.firewall = Some(firewall);
            }
        }
    }

    fn visit(network: &Network, Stage::At(ix): Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        let endpoint = &network.fabric.firewall_endpoints[ix];
        let packet = visit.packet.clone();
        let hop =
            Hop::new(SPEC.kind, &endpoint.id, "network-firewall-endpoint", Decision::Forwarded, &packet);
        match endpoint.failure(network) {
            None => visit.record(hop.by(&["NFW-01"])),
            Some(what) => {
                let at = Where::new(SPEC.kind, &endpoint.id);
                visit.deny(
                    hop.by(&["NFW-01"]),
                    Reason::new(&network_interface::BAD_STATE, at).fact("failed", what),
                );
            }
        }
        let Some(firewall) = endpoint.firewall else {
            return Outcome::Stopped;
        };
        network_firewall::inspect(network, firewall, &endpoint.id, visit);
        // RT-23: on by the table of the endpoint's own subnet.
        gateway_load_balancer_endpoint::hint_way_back(network, endpoint.subnet, visit);
        Outcome::Next(At::AclOut(endpoint.subnet))
    }

    fn usable(network: &Network, ix: Ix<Self>, vpc: Ix<Vpc>) -> bool {
        network.subnets[network.fabric.firewall_endpoints[ix].subnet].vpc == vpc
    }

    fn is_middlebox() -> bool {
        true
    }

    fn enter(network: &Network, ix: Ix<Self>, _: Ix<Subnet>, visit: &mut Visit<'_>) -> Outcome<At> {
        Self::enter_from_edge(network, ix, visit)
    }

    fn enter_from_edge(network: &Network, ix: Ix<Self>, _: &mut Visit<'_>) -> Outcome<At> {
        let endpoint = &network.fabric.firewall_endpoints[ix];
        if endpoint.failure(network).is_some() {
            return Outcome::Routed(Stage::At(ix).into());
        }
        let stage = catalog::Stage::NetworkFirewallEndpoint(Stage::At(ix));
        Outcome::Routed(At::AclInTo(endpoint.subnet, stage))
    }
}

impl FirewallEndpoint {
    /// What keeps it from working.
    fn failure(&self, network: &Network) -> Option<&'static str> {
        if self.failed {
            Some("endpoint")
        } else if network.zone_failed(self.subnet) {
            Some("zone")
        } else if self.firewall.is_none() {
            Some("firewall")
        } else {
            None
        }
    }
}
