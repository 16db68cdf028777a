//! AWS Shield: what absorbs floods at the edge of AWS's network (EDGE-24). Standard is always there;
//! a protection of Shield Advanced can be drawn. Neither ever refuses a single well-formed flow.

use hopscope_forward::{Decision, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, Visit, Where};

use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::document::Node;
use crate::edge;
use crate::fabric::{Component, Outside};
use crate::lower::Build;
use crate::network::{Network, Owner};
use crate::pipeline::At;

record! {
    /// Configuration of a protection of Shield Advanced. It has no parent.
    pub struct Config {
        /// What it protects.
        pub resources: Vec<Protected>,
    }
}

record! {
    /// One protected resource.
    pub struct Protected {
        /// The resource.
        pub resource: Option<Id>,
    }
}

/// Columns of [`Protected`].
pub static RESOURCES: Rows = Rows {
    noun: "resource",
    columns: &[Field::new(
        "resource",
        "Resource",
        FieldKind::Ref(&[
            "application-load-balancer",
            "cloudfront-distribution",
            "global-accelerator",
            "network-load-balancer",
            "elastic-ip",
        ]),
        "",
    )],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "shield-protection",
    name: "Shield Advanced protection",
    aws_type: Some("AWS::Shield::Protection"),
    id_prefix: "shield",
    summary: "Paid protection against floods; Shield Standard is always on and free.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[Field::new("resources", "Protected resources", FieldKind::Rows(&RESOURCES), "")],
    failure: None,
    docs: "https://docs.aws.amazon.com/waf/latest/developerguide/ddos-overview.html",
};

packet_reason!(
    "https://docs.aws.amazon.com/waf/latest/developerguide/ddos-overview.html",
    /// The flow is one of a flood, which Shield absorbs (EDGE-24).
    ABSORBED, "X_SHIELD_ABSORBED", None, &["EDGE-24"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&ABSORBED];

/// Requests or connections in five minutes from which on a flow counts as part of a flood. AWS
/// publishes no number; this one is far above what a client does.
pub const FLOOD: u64 = 1_000_000;

/// Id of Shield Standard in traces, which nobody draws.
pub const STANDARD: &str = "aws-shield";

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Protection {
    pub id: Id,
    resources: Vec<Id>,
}

/// Where a packet can be at it: it acts where packets enter AWS's network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for Protection {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let resources = config.resources.iter().filter_map(|row| row.resource.clone()).collect();
        Some(Self { id: node.id.clone(), resources })
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }
}

/// Refuses a packet of a flood towards AWS, before any gateway sees it. The walk goes on to show
/// what it would have met.
pub(crate) fn absorb(network: &Network, internet: &Id, visit: &mut Visit<'_>) {
    if visit.state.rate < FLOOD || !edge::asks(visit) || visit.counterfactual() {
        return;
    }
    let Some(target) = target(network, visit) else { return };
    let mut drawn = network.fabric.protections.iter();
    let advanced = drawn.find(|(_, protection)| protection.resources.contains(&target));
    let id = advanced.map_or_else(|| Id::from(STANDARD), |(_, protection)| protection.id.clone());
    let rate = visit.state.rate.to_string();
    let packet = visit.packet.clone();
    let hop = Hop::new(SPEC.kind, &id, "shield", Decision::Denied, &packet)
        .at(internet)
        .with(Evidence::Check { check: "flood", passed: false, value: Some(rate.clone()) })
        .by(&["EDGE-24"]);
    let reason =
        Reason::new(&ABSORBED, Where::new(SPEC.kind, &id)).fact("rate", rate).fact("target", &target);
    visit.deny(hop, reason);
}

/// What of AWS a packet from the internet is for.
fn target(network: &Network, visit: &Visit<'_>) -> Option<Id> {
    let destination = visit.packet.destination;
    if let Some((part, Outside::Internet)) = network.ends.get(&destination) {
        let own = ["global-accelerator", "cloudfront-distribution", "api-gateway", "aws-service"];
        return own.contains(&part.kind()).then(|| part.id(network).clone());
    }
    let std::net::IpAddr::V4(address) = destination else { return None };
    match network.public.get(&address)?.0 {
        Owner::Eni(eni) => {
            let eni = &network.enis[eni];
            let instance = eni.instance.map(|instance| &network.instances[instance].id);
            Some(eni.part.map_or_else(|| instance.unwrap_or(&eni.id), |part| part.id(network)).clone())
        }
        Owner::Nat(nat) => Some(network.nats[nat].id.clone()),
    }
}
