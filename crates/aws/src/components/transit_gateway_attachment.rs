//! A transit gateway attachment: a VPC, VPN connection, Direct Connect gateway, peer, Connect or firewall joined to a transit gateway (TGW-14 to TGW-30).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::catalog::Part;
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::components::transit_gateway::TransitGateway;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::network::Vpc;
use crate::pipeline::At;

record! {
    /// Configuration of an attachment. Its parent is the transit gateway; a peering attachment is drawn once, on the requester's.
    pub struct Config {
        /// What is attached; its kind is the attachment's type. Another attachment makes this one of type Connect, carried by it.
        pub resource: Option<Id>,
        /// One attachment subnet for each zone (TGW-15).
        pub subnets: Vec<Id>,
        /// TGW-20.
        pub appliance_mode: bool,
        /// SG-19.
        pub security_group_referencing: bool = true,
        /// GRE tunnels of a Connect attachment (TGW-27).
        pub connect_peers: Vec<ConnectPeer>,
        /// AWS's state; packets pass only while `available`.
        pub state: String = "available",
    }
}

record! {
    /// One GRE tunnel to an appliance.
    pub struct ConnectPeer {
        /// A label.
        pub name: String,
        /// The instance or router at the other end.
        pub peer: Option<Id>,
        /// A /29 of 169.254.0.0/16.
        pub inside_cidr: String,
        /// Its autonomous system number.
        pub asn: String,
        /// Prefixes it announces by BGP.
        pub announces: Vec<String>,
        /// `down` while its BGP sessions are.
        pub state: String = "up",
    }
}

/// Columns of [`ConnectPeer`].
pub static CONNECT_PEERS: Rows = Rows {
    noun: "Connect peer",
    columns: &[
        Field::new("name", "Name", FieldKind::Text, ""),
        Field::new("peer", "Appliance", FieldKind::Ref(&["instance", "customer-gateway"]), ""),
        Field::new("inside_cidr", "Inside CIDR", FieldKind::Text, ""),
        Field::new("asn", "Peer ASN", FieldKind::Text, ""),
        Field::new("announces", "Announces", FieldKind::Cidr4List, ""),
        Field::new("state", "State", FieldKind::Choice(&["up", "down"]), ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "transit-gateway-attachment",
    name: "Transit gateway attachment",
    aws_type: Some("AWS::EC2::TransitGatewayAttachment"),
    id_prefix: "tgw-attach",
    summary: "Joins a VPC, a VPN connection, a Direct Connect gateway or another transit gateway to a transit gateway.",
    parents: &["transit-gateway"],
    shape: Shape::Link,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "resource",
            "Attached resource",
            FieldKind::Ref(&[
                "vpc",
                "vpn-connection",
                "direct-connect-gateway",
                "transit-gateway",
                "transit-gateway-attachment",
                "client-vpn-endpoint",
                "network-firewall",
            ]),
            "For Connect: the attachment that carries it",
        ),
        Field::new("subnets", "Subnets", FieldKind::RefList("subnet"), "One for each zone (VPC attachments)"),
        Field::new(
            "appliance_mode",
            "Appliance mode",
            FieldKind::Flag,
            "Keeps both directions of a flow in one zone",
        ),
        Field::new(
            "security_group_referencing",
            "Security group referencing",
            FieldKind::Flag,
            "Counts only if the transit gateway allows it",
        ),
        Field::new(
            "connect_peers",
            "Connect peers",
            FieldKind::Rows(&CONNECT_PEERS),
            "GRE tunnels with BGP (Connect attachments)",
        ),
        Field::new(
            "state",
            "State",
            FieldKind::Choice(&["available", "pending-acceptance", "rejected", "failed", "deleted"]),
            "",
        ),
    ],
    failure: Some(Failure { field: "state", down: "failed", up: "available" }),
    docs: "https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Attachment {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<Attachment>),
}

impl Component for Attachment {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}

/// A packet reaches the transit gateway by this attachment.
pub(crate) fn arrive(_: &Network, _: Ix<Attachment>, _: &mut Visit<'_>) -> Outcome<At> {
    Outcome::Stopped
}

/// The attachment of a VPN connection, Direct Connect gateway or other resource.
pub(crate) fn of_resource(_: &Network, _: Part) -> Option<Ix<Attachment>> {
    None
}

/// The attachment of a VPC to a transit gateway.
pub(crate) fn of_vpc(_: &Network, _: Ix<TransitGateway>, _: Ix<Vpc>) -> Option<Ix<Attachment>> {
    None
}

/// What the transit gateway announces over it: the routes of the table it is associated with (VPN-13).
pub(crate) fn announced(_: &Network, _: Ix<Attachment>) -> Vec<hopscope_net::IpNet> {
    Vec::new()
}
