//! A gateway endpoint: a way from route tables of one VPC to S3 or DynamoDB (GWE-01 to GWE-15).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;
use crate::policy::{POLICY, Statement};

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

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct GatewayEndpoint {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<GatewayEndpoint>),
}

impl Component for GatewayEndpoint {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
