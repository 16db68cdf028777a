//! An interface endpoint: network interfaces in a VPC that stand for a service (IFE-01 to IFE-18).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;
use crate::policy::{POLICY, Statement};

record! {
    /// Configuration of an interface endpoint. Its parent is the VPC. Its interfaces are implied: `<id>/<subnet>`.
    pub struct Config {
        /// The service it leads to.
        pub service: Option<Id>,
        /// One interface in each chosen subnet (IFE-01).
        pub interfaces: Vec<Interface>,
        /// On its interfaces (IFE-02).
        pub security_groups: Vec<Id>,
        /// IFE-03.
        pub private_dns: bool = true,
        /// IFE-11.
        pub private_dns_inbound_only: bool,
        /// Endpoint policy (IFE-09).
        pub policy: Vec<Statement>,
        /// AWS's state (IFE-12).
        pub state: String = "available",
    }
}

record! {
    /// One interface of an endpoint or load balancer.
    pub struct Interface {
        /// Its subnet.
        pub subnet: Option<Id>,
        /// Its private IPv4 address.
        pub address: String,
        /// Its IPv6 address.
        pub ipv6: String,
        /// Its public IPv4 address, for internet-facing load balancers.
        pub public_ip: String,
    }
}

/// Columns of [`Interface`].
pub static INTERFACES: Rows = Rows {
    noun: "interface",
    columns: &[
        Field::new("subnet", "Subnet", FieldKind::Ref(&["subnet"]), ""),
        Field::new("address", "IPv4 address", FieldKind::Address, ""),
        Field::new("ipv6", "IPv6 address", FieldKind::Address, ""),
        Field::new("public_ip", "Public address", FieldKind::Address, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "interface-endpoint",
    name: "Interface endpoint",
    aws_type: Some("AWS::EC2::VPCEndpoint"),
    id_prefix: "vpce",
    summary: "Network interfaces in your VPC that lead to a service by PrivateLink.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new("service", "Service", FieldKind::Ref(&["aws-service", "endpoint-service"]), ""),
        Field::new(
            "interfaces",
            "Network interfaces",
            FieldKind::Rows(&INTERFACES),
            "At most one subnet in each zone",
        ),
        Field::new("security_groups", "Security groups", FieldKind::RefList("security-group"), ""),
        Field::new(
            "private_dns",
            "Private DNS names",
            FieldKind::Flag,
            "The service's usual name leads here, inside this VPC",
        ),
        Field::new(
            "private_dns_inbound_only",
            "Private DNS for inbound Resolver endpoint only",
            FieldKind::Flag,
            "S3: needs a gateway endpoint",
        ),
        Field::new("policy", "Policy", FieldKind::Rows(&POLICY), "Everything is allowed while empty"),
        Field::new(
            "state",
            "State",
            FieldKind::Choice(&["available", "pending-acceptance", "rejected", "failed"]),
            "",
        ),
    ],
    failure: Some(Failure { field: "state", down: "failed", up: "available" }),
    docs: "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct InterfaceEndpoint {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<InterfaceEndpoint>),
}

impl Component for InterfaceEndpoint {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
