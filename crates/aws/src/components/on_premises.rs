//! An on-premises site: networks of the customer with their hosts, firewall and router (VPN-23).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a site. It has no parent.
    pub struct Config {
        /// Its IPv4 networks.
        pub networks: Vec<String>,
        /// Its IPv6 networks.
        pub ipv6_networks: Vec<String>,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "on-premises",
    name: "On-premises site",
    aws_type: None,
    id_prefix: "site",
    summary: "A data centre or office with networks of its own.",
    parents: &[],
    shape: Shape::Container,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("networks", "IPv4 networks", FieldKind::Cidr4List, ""),
        Field::new("ipv6_networks", "IPv6 networks", FieldKind::Cidr6List, ""),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/how_it_works.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Site {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<Site>),
}

impl Component for Site {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
