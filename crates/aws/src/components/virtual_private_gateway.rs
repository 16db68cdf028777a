//! A virtual private gateway: the AWS side of VPN connections and private virtual interfaces of one VPC (VPN-02 to VPN-22, HYB-01).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a virtual private gateway. Its parent is the VPC it is attached to; a Region while detached.
    pub struct Config {
        /// Its autonomous system number.
        pub asn: String = "64512",
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "virtual-private-gateway",
    name: "Virtual private gateway",
    aws_type: Some("AWS::EC2::VPNGateway"),
    id_prefix: "vgw",
    summary: "The VPC's door to VPN connections and Direct Connect.",
    parents: &["vpc", "region"],
    shape: Shape::Edge,
    route_target: (true, true),
    endpoint: false,
    fields: &[Field::new("asn", "Amazon side ASN", FieldKind::Text, "")],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/how_it_works.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Vgw {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<Vgw>),
}

impl Component for Vgw {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}

/// Prefixes for VPC tables, each once (RT-14).
pub(crate) fn propagated(_: &Network, _: Ix<Vgw>) -> Vec<hopscope_net::IpNet> {
    Vec::new()
}

/// What it announces to sites: its VPC's blocks (VPN-13).
pub(crate) fn announced(_: &Network, _: Ix<Vgw>) -> Vec<hopscope_net::IpNet> {
    Vec::new()
}

/// A packet from a site, or from a Direct Connect gateway.
pub(crate) fn arrive(_: &Network, _: Ix<Vgw>, _: &mut Visit<'_>) -> Outcome<At> {
    Outcome::Stopped
}
