//! A virtual interface: one VLAN with BGP on a Direct Connect connection (DX-03, DX-09 to DX-13, DX-20 to DX-24).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::bgp::Announcement;
use crate::bgp::{ADVERTISEMENTS, Advertisement};
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a virtual interface. Its parent is the connection or LAG.
    pub struct Config {
        /// `private`, `public` or `transit` (DX-09 to DX-11).
        pub interface_type: String = "private",
        /// DX-03.
        pub vlan: u32 = 101u32,
        /// AWS's end; none for a public one. A transit gateway is refused (DX-09).
        pub gateway: Option<Id>,
        /// The site's router.
        pub customer_gateway: Option<Id>,
        /// DX-24.
        pub mtu: u32 = 1500u32,
        /// What the site announces by BGP; its networks if empty.
        pub announces: Vec<Advertisement>,
        /// The site's local preference for what it learns here (DX-21).
        pub local_preference: u32 = 100u32,
        /// State of the BGP session.
        pub bgp: String = "up",
        /// BFD is on at the router (DX-07).
        pub bfd: bool = true,
        /// DX-19.
        pub sitelink: bool,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "virtual-interface",
    name: "Virtual interface",
    aws_type: Some("AWS::DirectConnect::VirtualInterface"),
    id_prefix: "dxvif",
    summary: "One VLAN with BGP on a Direct Connect connection: private, public or transit.",
    parents: &["direct-connect-connection", "direct-connect-lag"],
    shape: Shape::Link,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("interface_type", "Type", FieldKind::Choice(&["private", "public", "transit"]), ""),
        Field::new("vlan", "VLAN", FieldKind::Number, "1 to 4094, unique on the connection"),
        Field::new(
            "gateway",
            "Gateway",
            FieldKind::Ref(&["virtual-private-gateway", "direct-connect-gateway", "transit-gateway"]),
            "Private: virtual private or Direct Connect gateway. Transit: Direct Connect gateway",
        ),
        Field::new("customer_gateway", "Router", FieldKind::Ref(&["customer-gateway"]), ""),
        Field::new("mtu", "MTU", FieldKind::Number, "Private 1500 or 9001, transit 1500 or 8500"),
        Field::new(
            "announces",
            "Announced by the site",
            FieldKind::Rows(&ADVERTISEMENTS),
            "The site's networks if empty",
        ),
        Field::new(
            "local_preference",
            "Local preference at the site",
            FieldKind::Number,
            "Higher is preferred by the site's router",
        ),
        Field::new("bgp", "BGP", FieldKind::Choice(&["up", "down"]), ""),
        Field::new("bfd", "BFD", FieldKind::Flag, "About 1 s to notice a failure, instead of 90 s"),
        Field::new("sitelink", "SiteLink", FieldKind::Flag, "Sites reach each other without a Region"),
    ],
    failure: Some(Failure { field: "bgp", down: "down", up: "up" }),
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/WorkingWithVirtualInterfaces.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Vif {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<Vif>),
}

impl Component for Vif {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}

/// What AWS hears over it now; nothing while it is down.
pub(crate) fn learned(_: &Network, _: Ix<Vif>) -> Vec<Announcement> {
    Vec::new()
}

/// What AWS tells the site over it.
pub(crate) fn announced(_: &Network, _: Ix<Vif>) -> Vec<hopscope_net::IpNet> {
    Vec::new()
}

/// Whether port, location and BGP session are up.
pub(crate) fn is_up(_: &Network, _: Ix<Vif>) -> bool {
    false
}

/// AWS's side hands a packet to it.
pub(crate) fn to_site(_: &Network, _: Ix<Vif>, _: &mut Visit<'_>) -> Outcome<At> {
    Outcome::Stopped
}

/// The customer gateway hands a packet to it.
pub(crate) fn from_site(_: &Network, _: Ix<Vif>, _: &mut Visit<'_>) -> Outcome<At> {
    Outcome::Stopped
}
