//! A host at an on-premises site.

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a host. Its parent is the site.
    pub struct Config {
        /// Its addresses, IPv4 or IPv6.
        pub addresses: Vec<String>,
        /// Out of service.
        pub failed: bool,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "on-premises-host",
    name: "On-premises host",
    aws_type: None,
    id_prefix: "onprem",
    summary: "A server or laptop in an on-premises network.",
    parents: &["on-premises"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new("addresses", "Addresses", FieldKind::AddressList, ""),
        Field::new("failed", "Failed", FieldKind::Flag, ""),
    ],
    failure: Some(Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/how_it_works.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct SiteHost {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<SiteHost>),
}

impl Component for SiteHost {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
