//! A firewall between a site's hosts and its routers: ordered rules, stateful or not.

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::components::network_acl::Rule;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a firewall. Its parent is the site.
    pub struct Config {
        /// Keeps track of flows.
        pub stateful: bool = true,
        /// Rules for packets entering the site, by number; all allowed while empty.
        pub inbound: Vec<Rule>,
        /// Rules for packets leaving the site, by number; all allowed while empty.
        pub outbound: Vec<Rule>,
        /// Out of service.
        pub failed: bool,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "on-premises-firewall",
    name: "On-premises firewall",
    aws_type: None,
    id_prefix: "firewall",
    summary: "Filters what enters and leaves an on-premises site.",
    parents: &["on-premises"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("stateful", "Stateful", FieldKind::Flag, "Replies of known flows pass"),
        Field::new(
            "inbound",
            "Inbound rules",
            FieldKind::NetworkAclRules,
            "Everything is allowed while there are none",
        ),
        Field::new(
            "outbound",
            "Outbound rules",
            FieldKind::NetworkAclRules,
            "Everything is allowed while there are none",
        ),
        Field::new("failed", "Failed", FieldKind::Flag, ""),
    ],
    failure: Some(Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/your-cgw.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct SiteFirewall {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<SiteFirewall>),
}

impl Component for SiteFirewall {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
