//! A transit gateway route table: who searches it, who is found in it, and static routes (TGW-01 to TGW-13).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a transit gateway route table. Its parent is the transit gateway, which has an implied default table until one is drawn.
    pub struct Config {
        /// The default table for association and propagation.
        pub default: bool,
        /// Attachments whose packets are looked up here (TGW-01).
        pub associations: Vec<Id>,
        /// Attachments whose networks are found here (TGW-03).
        pub propagations: Vec<Id>,
        /// Static routes.
        pub routes: Vec<StaticRoute>,
    }
}

record! {
    /// One static route.
    pub struct StaticRoute {
        /// A CIDR block or a prefix list id.
        pub destination: String,
        /// Id of an attachment, or of the VPN connection behind it, or `blackhole` (TGW-07).
        pub target: String,
    }
}

/// Columns of [`StaticRoute`].
pub static ROUTES: Rows = Rows {
    noun: "static route",
    columns: &[
        Field::new("destination", "Destination", FieldKind::Text, ""),
        Field::new(
            "target",
            "Attachment",
            FieldKind::Ref(&["transit-gateway-attachment", "vpn-connection", "blackhole"]),
            "",
        ),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "transit-gateway-route-table",
    name: "Transit gateway route table",
    aws_type: Some("AWS::EC2::TransitGatewayRouteTable"),
    id_prefix: "tgw-rtb",
    summary: "Decides where packets from its associated attachments go; knows the attachments that propagate into it.",
    parents: &["transit-gateway"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("default", "Default route table", FieldKind::Flag, "For attachments that no table names"),
        Field::new(
            "associations",
            "Associations",
            FieldKind::RefList("transit-gateway-attachment"),
            "Whose packets are looked up here",
        ),
        Field::new(
            "propagations",
            "Propagations",
            FieldKind::RefList("transit-gateway-attachment"),
            "Whose networks are found here",
        ),
        Field::new(
            "routes",
            "Static routes",
            FieldKind::Rows(&ROUTES),
            "Target: an attachment, or blackhole",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/tgw/tgw-route-tables.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct TgwTable {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<TgwTable>),
}

impl Component for TgwTable {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
