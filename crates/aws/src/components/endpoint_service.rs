//! An endpoint service: a load balancer offered to other VPCs by PrivateLink (IFE-12 to IFE-15).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of an endpoint service. Its parent is the provider's VPC.
    pub struct Config {
        /// The load balancer in front of the service.
        pub load_balancer: Option<Id>,
        /// Requests wait until they are accepted (IFE-12).
        pub acceptance_required: bool = true,
        /// Zones it is offered in (IFE-14).
        pub zones: Vec<Id>,
        /// Other Regions it is offered to (IFE-15).
        pub regions: Vec<Id>,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "endpoint-service",
    name: "Endpoint service",
    aws_type: Some("AWS::EC2::VPCEndpointService"),
    id_prefix: "vpce-svc",
    summary: "Offers a load balancer to other VPCs by PrivateLink.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "load_balancer",
            "Load balancer",
            FieldKind::Ref(&["network-load-balancer", "gateway-load-balancer"]),
            "",
        ),
        Field::new("acceptance_required", "Acceptance required", FieldKind::Flag, ""),
        Field::new(
            "zones",
            "Availability Zones",
            FieldKind::RefList("availability-zone"),
            "Those of the load balancer if empty",
        ),
        Field::new("regions", "Supported Regions", FieldKind::RefList("region"), "Beside its own"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct EndpointService {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<EndpointService>),
}

impl Component for EndpointService {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
