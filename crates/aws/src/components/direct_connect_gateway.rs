//! A Direct Connect gateway: joins virtual interfaces with VPCs and transit gateways of any Region (DX-14 to DX-19).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::bgp::Announcement;
use crate::catalog::Part;
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a Direct Connect gateway. It is global: it has no parent.
    pub struct Config {
        /// Its autonomous system number.
        pub asn: String = "64512",
        /// Gateways behind it and what is announced of them.
        pub associations: Vec<Association>,
    }
}

record! {
    /// One gateway behind a Direct Connect gateway.
    pub struct Association {
        /// A virtual private gateway or a transit gateway.
        pub gateway: Option<Id>,
        /// A filter for a virtual private gateway (DX-16; its VPC's blocks if empty), a source for a transit gateway (DX-17).
        pub allowed_prefixes: Vec<String>,
    }
}

/// Columns of [`Association`].
pub static ASSOCIATIONS: Rows = Rows {
    noun: "association",
    columns: &[
        Field::new("gateway", "Gateway", FieldKind::Ref(&["virtual-private-gateway", "transit-gateway"]), ""),
        Field::new("allowed_prefixes", "Allowed prefixes", FieldKind::Cidr4List, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "direct-connect-gateway",
    name: "Direct Connect gateway",
    aws_type: Some("AWS::DirectConnect::DirectConnectGateway"),
    id_prefix: "dxgw",
    summary: "Joins virtual interfaces with virtual private gateways or transit gateways, in any Region.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("asn", "Amazon side ASN", FieldKind::Text, ""),
        Field::new(
            "associations",
            "Gateway associations",
            FieldKind::Rows(&ASSOCIATIONS),
            "Virtual private gateways or transit gateways, never both",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-gateways-intro.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Dxgw {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<Dxgw>),
}

impl Component for Dxgw {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}

/// What all its virtual interfaces teach an associated gateway.
pub(crate) fn learned(_: &Network, _: Ix<Dxgw>, _: Part) -> Vec<Announcement> {
    Vec::new()
}

/// A packet from an associated gateway towards a site.
pub(crate) fn to_site(_: &Network, _: Ix<Dxgw>, _: Part, _: &mut Visit<'_>) -> Outcome<At> {
    Outcome::Stopped
}
