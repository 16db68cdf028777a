//! A customer gateway: the site's router, end of VPN tunnels and virtual interfaces (VPN-11, VPN-23, DX-21, HYB-06).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::catalog::Part;
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a customer gateway device. Its parent is the site it serves.
    pub struct Config {
        /// Its outside address.
        pub ip: String,
        /// Its autonomous system number.
        pub asn: String = "65000",
        /// Routes written by hand at the site.
        pub routes: Vec<StaticRoute>,
        /// Source NAT towards the internet and public virtual interfaces (DX-11).
        pub nat_address: String,
        /// VPN-11, HYB-06.
        pub strict_symmetric: bool,
        /// VPN-23.
        pub failed: bool,
    }
}

record! {
    /// One route of the site's router.
    pub struct StaticRoute {
        /// A CIDR block.
        pub destination: String,
        /// Id of a VPN connection or virtual interface, `internet` or `blackhole`.
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
            "Target",
            FieldKind::Ref(&["vpn-connection", "virtual-interface", "internet", "blackhole"]),
            "",
        ),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "customer-gateway",
    name: "Customer gateway",
    aws_type: Some("AWS::EC2::CustomerGateway"),
    id_prefix: "cgw",
    summary: "The site's router: the customer's end of VPN connections and Direct Connect.",
    parents: &["on-premises", "region"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("ip", "Outside address", FieldKind::Address, "Public, unless the VPN is private"),
        Field::new("asn", "BGP ASN", FieldKind::Text, ""),
        Field::new("routes", "Static routes", FieldKind::Rows(&ROUTES), "Beside what BGP teaches it"),
        Field::new(
            "nat_address",
            "Public address of the site",
            FieldKind::Address,
            "Hides the site behind it towards public networks",
        ),
        Field::new(
            "strict_symmetric",
            "Strict symmetry",
            FieldKind::Flag,
            "Drops replies that come by another link than the request",
        ),
        Field::new("failed", "Failed", FieldKind::Flag, "All its tunnels and virtual interfaces go down"),
    ],
    failure: Some(Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/your-cgw.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Cgw {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<Cgw>),
}

impl Component for Cgw {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}

/// A packet comes in over that VPN connection or virtual interface.
pub(crate) fn receive(_: &Network, _: Ix<Cgw>, _: Part, _: &mut Visit<'_>) -> Outcome<At> {
    Outcome::Stopped
}
