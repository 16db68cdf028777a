//! A Site-to-Site VPN connection: two IPsec tunnels from one customer gateway to one gateway of AWS (VPN-01 to VPN-24).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::bgp::Announcement;
use crate::bgp::{ADVERTISEMENTS, Advertisement};
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a VPN connection. Its parent is the Region of its AWS side. Pre-shared keys are never kept.
    pub struct Config {
        /// The customer's end.
        pub customer_gateway: Option<Id>,
        /// AWS's end.
        pub gateway: Option<Id>,
        /// `bgp` (dynamic) or `static` (VPN-03).
        pub routing: String = "bgp",
        /// Remote prefixes typed on the connection.
        pub static_routes: Vec<String>,
        /// What the site announces by BGP; its networks if empty.
        pub announces: Vec<Advertisement>,
        /// The two tunnels (VPN-01).
        pub tunnels: Vec<Tunnel> = default_tunnels(),
        /// The tunnel that the site prefers (VPN-11).
        pub site_tunnel: String,
        /// The site's local preference for what it learns here (DX-21).
        pub local_preference: u32 = 100u32,
        /// Accelerated through Global Accelerator (VPN-20).
        pub acceleration: bool,
        /// VPN-17.
        pub inside_ip_version: String = "ipv4",
        /// VPN-18.
        pub local_cidr: String = "0.0.0.0/0",
        /// VPN-18.
        pub remote_cidr: String = "0.0.0.0/0",
        /// VPN-14.
        pub bandwidth: String = "standard",
        /// A public virtual interface, or a transit one for a private IP VPN (VPN-21).
        pub transport: Option<Id>,
    }
}

record! {
    /// One IPsec tunnel.
    pub struct Tunnel {
        /// A label, `1` or `2`.
        pub name: String,
        /// AWS's outside address.
        pub outside_ip: String,
        /// A /30 of 169.254.0.0/16 (VPN-19).
        pub inside_cidr: String,
        /// `down` while IKE or BGP is.
        pub state: String = "up",
        /// AWS is about to replace its end: the other tunnel is announced with a lower MED (VPN-12).
        pub maintenance: bool,
    }
}

/// The two tunnels of a new connection.
fn default_tunnels() -> Vec<Tunnel> {
    ["1", "2"].map(|name| Tunnel { name: name.to_owned(), ..Tunnel::default() }).into()
}

/// Columns of [`Tunnel`].
pub static TUNNELS: Rows = Rows {
    noun: "tunnel",
    columns: &[
        Field::new("name", "Name", FieldKind::Text, ""),
        Field::new("outside_ip", "Outside address", FieldKind::Address, ""),
        Field::new("inside_cidr", "Inside CIDR", FieldKind::Text, ""),
        Field::new("state", "State", FieldKind::Choice(&["up", "down"]), ""),
        Field::new("maintenance", "Maintenance", FieldKind::Flag, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "vpn-connection",
    name: "Site-to-Site VPN connection",
    aws_type: Some("AWS::EC2::VPNConnection"),
    id_prefix: "vpn",
    summary: "Two encrypted tunnels between a customer gateway and a virtual private or transit gateway.",
    parents: &["region"],
    shape: Shape::Link,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("customer_gateway", "Customer gateway", FieldKind::Ref(&["customer-gateway"]), ""),
        Field::new("gateway", "Gateway", FieldKind::Ref(&["virtual-private-gateway", "transit-gateway"]), ""),
        Field::new("routing", "Routing", FieldKind::Choice(&["bgp", "static"]), ""),
        Field::new(
            "static_routes",
            "Static routes",
            FieldKind::Cidr4List,
            "Networks of the site (static routing)",
        ),
        Field::new(
            "announces",
            "Announced by the site",
            FieldKind::Rows(&ADVERTISEMENTS),
            "The site's networks if empty",
        ),
        Field::new("tunnels", "Tunnels", FieldKind::Rows(&TUNNELS), "Always two"),
        Field::new(
            "site_tunnel",
            "The site sends on",
            FieldKind::Text,
            "Name of a tunnel; the first that is up if empty",
        ),
        Field::new(
            "local_preference",
            "Local preference at the site",
            FieldKind::Number,
            "Higher is preferred by the site's router",
        ),
        Field::new("acceleration", "Acceleration", FieldKind::Flag, "Transit gateways only"),
        Field::new(
            "inside_ip_version",
            "Inside IP version",
            FieldKind::Choice(&["ipv4", "ipv6"]),
            "IPv6 on transit gateways only",
        ),
        Field::new(
            "local_cidr",
            "Local IPv4 network CIDR",
            FieldKind::Cidr4,
            "The customer's side of the selectors",
        ),
        Field::new(
            "remote_cidr",
            "Remote IPv4 network CIDR",
            FieldKind::Cidr4,
            "AWS's side of the selectors",
        ),
        Field::new(
            "bandwidth",
            "Tunnel bandwidth",
            FieldKind::Choice(&["standard", "large"]),
            "1.25 or 5 Gbps",
        ),
        Field::new(
            "transport",
            "Carried over",
            FieldKind::Ref(&["virtual-interface"]),
            "The internet if empty",
        ),
    ],
    failure: Some(Failure { field: "tunnels/state", down: "down", up: "up" }),
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/VPC_VPN.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Vpn {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<Vpn>),
}

impl Component for Vpn {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}

/// What AWS has over it now: its static routes, or what BGP taught.
pub(crate) fn learned(_: &Network, _: Ix<Vpn>) -> Vec<(hopscope_forward::RouteOrigin, Announcement)> {
    Vec::new()
}

/// What AWS tells the site over it.
pub(crate) fn announced(_: &Network, _: Ix<Vpn>) -> Vec<hopscope_net::IpNet> {
    Vec::new()
}

/// Whether a tunnel of it is up.
pub(crate) fn is_up(_: &Network, _: Ix<Vpn>) -> bool {
    false
}

/// AWS's side hands a packet to a tunnel.
pub(crate) fn to_site(_: &Network, _: Ix<Vpn>, _: &mut Visit<'_>) -> Outcome<At> {
    Outcome::Stopped
}

/// The customer gateway hands a packet to a tunnel.
pub(crate) fn from_site(_: &Network, _: Ix<Vpn>, _: &mut Visit<'_>) -> Outcome<At> {
    Outcome::Stopped
}
