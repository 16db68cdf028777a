//! A Network Firewall endpoint: the firewall's door in one subnet, used as a route target (NFW-01, NFW-03).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
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

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
