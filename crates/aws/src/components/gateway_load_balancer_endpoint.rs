//! A Gateway Load Balancer endpoint: a route target that sends packets through appliances and takes them back (GWLB-01 to GWLB-05, GWLB-14).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

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

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct GwlbEndpoint {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<GwlbEndpoint>),
}

impl Component for GwlbEndpoint {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
