//! A transit gateway: a regional router with route tables of its own (TGW-01 to TGW-37).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a transit gateway. Its parent is the Region.
    pub struct Config {
        /// Its autonomous system number.
        pub asn: String = "64512",
        /// Its own blocks (TGW-27, VPN-21).
        pub cidr_blocks: Vec<String>,
        /// Attachments in no table's associations are associated with the default table (TGW-04).
        pub default_association: bool = true,
        /// Attachments in no table's propagations propagate into the default table (TGW-04).
        pub default_propagation: bool = true,
        /// Equal-cost paths over VPN tunnels (TGW-26).
        pub vpn_ecmp: bool = true,
        /// Security group references across its VPC attachments (SG-19).
        pub security_group_referencing: bool,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "transit-gateway",
    name: "Transit gateway",
    aws_type: Some("AWS::EC2::TransitGateway"),
    id_prefix: "tgw",
    summary: "A regional router between VPCs, VPN connections, Direct Connect and other transit gateways.",
    parents: &["region"],
    shape: Shape::Card,
    route_target: (true, true),
    endpoint: false,
    fields: &[
        Field::new("asn", "Amazon side ASN", FieldKind::Text, ""),
        Field::new(
            "cidr_blocks",
            "CIDR blocks",
            FieldKind::Cidr4List,
            "For Connect peers, private IP VPN and Client VPN",
        ),
        Field::new(
            "default_association",
            "Default association",
            FieldKind::Flag,
            "Attachments that no table names use the default table",
        ),
        Field::new(
            "default_propagation",
            "Default propagation",
            FieldKind::Flag,
            "Attachments that no table names propagate into the default table",
        ),
        Field::new("vpn_ecmp", "VPN ECMP", FieldKind::Flag, "Spread flows over equal BGP tunnels"),
        Field::new(
            "security_group_referencing",
            "Security group referencing",
            FieldKind::Flag,
            "Rules may name groups of other attached VPCs",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct TransitGateway {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<TransitGateway>),
}

impl Component for TransitGateway {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
