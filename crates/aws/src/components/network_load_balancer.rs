//! A Network Load Balancer as the front of a PrivateLink service: listeners, targets, zones (IFE-13, LB-20 to LB-30).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::interface_endpoint::{INTERFACES, Interface};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a Network Load Balancer. Its parent is the VPC. Its interfaces are implied: `<id>/<subnet>`.
    pub struct Config {
        /// Its addresses, one subnet in each zone.
        pub interfaces: Vec<Interface>,
        /// `internal` or `internet-facing`.
        pub scheme: String = "internal",
        /// On its interfaces.
        pub security_groups: Vec<Id>,
        /// What it listens on and where that goes.
        pub listeners: Vec<Listener>,
        /// Targets see the client's address (IFE-13).
        pub preserve_client_ip: bool,
        /// Targets in other zones are used too.
        pub cross_zone: bool,
    }
}

record! {
    /// One listener with its targets.
    pub struct Listener {
        /// Its protocol.
        pub protocol: String = "tcp",
        /// Its port.
        pub port: u32 = 443u32,
        /// Instances behind it.
        pub targets: Vec<Id>,
        /// The targets' port.
        pub target_port: u32 = 443u32,
    }
}

/// Columns of [`Listener`].
pub static LISTENERS: Rows = Rows {
    noun: "listener",
    columns: &[
        Field::new("protocol", "Protocol", FieldKind::Choice(&["tcp", "udp", "tls", "tcp_udp"]), ""),
        Field::new("port", "Port", FieldKind::Number, ""),
        Field::new("targets", "Targets", FieldKind::RefList("instance"), ""),
        Field::new("target_port", "Target port", FieldKind::Number, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "network-load-balancer",
    name: "Network Load Balancer",
    aws_type: Some("AWS::ElasticLoadBalancingV2::LoadBalancer"),
    id_prefix: "nlb",
    summary: "Spreads TCP and UDP flows over targets.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new(
            "interfaces",
            "Network interfaces",
            FieldKind::Rows(&INTERFACES),
            "One subnet in each zone",
        ),
        Field::new("scheme", "Scheme", FieldKind::Choice(&["internal", "internet-facing"]), ""),
        Field::new("security_groups", "Security groups", FieldKind::RefList("security-group"), "Optional"),
        Field::new("listeners", "Listeners", FieldKind::Rows(&LISTENERS), ""),
        Field::new(
            "preserve_client_ip",
            "Preserve client IP addresses",
            FieldKind::Flag,
            "Never for PrivateLink callers",
        ),
        Field::new("cross_zone", "Cross-zone load balancing", FieldKind::Flag, ""),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Nlb {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<Nlb>),
}

impl Component for Nlb {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
