//! A VPC peering connection: joins exactly two VPCs, both ways, and nothing behind them (PCX-01 to PCX-12).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a peering connection. Its parent is the Region of the requester.
    pub struct Config {
        /// The VPC that asked.
        pub requester: Option<Id>,
        /// The VPC that was asked.
        pub accepter: Option<Id>,
        /// AWS's state; packets pass only while `active` (PCX-08).
        pub state: String = "active",
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "vpc-peering-connection",
    name: "VPC peering connection",
    aws_type: Some("AWS::EC2::VPCPeeringConnection"),
    id_prefix: "pcx",
    summary: "Joins two VPCs, and only those two: nothing behind either is reached through it.",
    parents: &["region"],
    shape: Shape::Link,
    route_target: (true, true),
    endpoint: false,
    fields: &[
        Field::new("requester", "Requester VPC", FieldKind::Ref(&["vpc"]), ""),
        Field::new("accepter", "Accepter VPC", FieldKind::Ref(&["vpc"]), ""),
        Field::new(
            "state",
            "State",
            FieldKind::Choice(&["active", "pending-acceptance", "expired", "rejected", "failed", "deleted"]),
            "A request must be accepted within seven days",
        ),
    ],
    failure: Some(Failure { field: "state", down: "failed", up: "active" }),
    docs: "https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Peering {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<Peering>),
}

impl Component for Peering {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
