//! A Direct Connect connection: a port at a location and the fibre to it (DX-01 to DX-08).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a connection. Its parent is the location.
    pub struct Config {
        /// `dedicated` or `hosted` (DX-01).
        pub connection_type: String = "dedicated",
        /// Bandwidth (DX-01).
        pub port_speed: String = "1Gbps",
        /// AWS's state; nothing passes unless `available` (DX-04).
        pub state: String = "available",
        /// The LOA-CFA was used: the fibre is there (DX-04).
        pub cross_connect: bool = true,
        /// DX-02.
        pub auto_negotiation: bool,
        /// DX-06.
        pub macsec: bool,
        /// DX-05.
        pub lag: Option<Id>,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "direct-connect-connection",
    name: "Direct Connect connection",
    aws_type: Some("AWS::DirectConnect::Connection"),
    id_prefix: "dxcon",
    summary: "A physical port at a Direct Connect location.",
    parents: &["direct-connect-location"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("connection_type", "Type", FieldKind::Choice(&["dedicated", "hosted"]), ""),
        Field::new(
            "port_speed",
            "Port speed",
            FieldKind::Choice(&[
                "50Mbps", "100Mbps", "200Mbps", "300Mbps", "400Mbps", "500Mbps", "1Gbps", "2Gbps", "5Gbps",
                "10Gbps", "25Gbps", "100Gbps", "400Gbps",
            ]),
            "",
        ),
        Field::new(
            "state",
            "State",
            FieldKind::Choice(&["requested", "pending", "available", "down", "deleted"]),
            "requested, then pending (LOA-CFA issued), then available",
        ),
        Field::new(
            "cross_connect",
            "Cross-connect",
            FieldKind::Flag,
            "The fibre that the LOA-CFA authorises",
        ),
        Field::new("auto_negotiation", "Auto-negotiation", FieldKind::Flag, "Must be off above 1 Gbps"),
        Field::new("macsec", "MACsec", FieldKind::Flag, "Encrypts between your router and AWS's port"),
        Field::new("lag", "Link aggregation group", FieldKind::Ref(&["direct-connect-lag"]), ""),
    ],
    failure: Some(Failure { field: "state", down: "down", up: "available" }),
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/WorkingWithConnections.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct DxConnection {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<DxConnection>),
}

impl Component for DxConnection {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
