//! AWS Network Firewall: stateless rules, then stateful ones, at endpoints in each zone (NFW-01 to NFW-03).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a firewall with its policy. Its parent is the VPC.
    pub struct Config {
        /// Stateless rules, tried by priority (NFW-02).
        pub stateless_rules: Vec<StatelessRule>,
        /// For packets that no stateless rule matches.
        pub stateless_default: String = "forward",
        /// Stateful rules in order (NFW-02).
        pub stateful_rules: Vec<StatefulRule>,
        /// For flows that no stateful rule matches.
        pub stateful_default: String = "pass",
        /// Names of a domain list rule; judged where a request names a host.
        pub domains: Vec<String>,
        /// Whether the list denies, or allows nothing else.
        pub domain_action: String = "deny",
    }
}

record! {
    /// One stateless rule.
    pub struct StatelessRule {
        /// Lowest first.
        pub priority: u32 = 1u32,
        /// What happens.
        pub action: String = "forward",
        /// `all`, a name or a number.
        pub protocol: String = "all",
        /// A CIDR block or `any`.
        pub source: String = "0.0.0.0/0",
        /// A port, a range or `all`.
        pub source_ports: String = "all",
        /// A CIDR block or `any`.
        pub destination: String = "0.0.0.0/0",
        /// A port, a range or `all`.
        pub ports: String = "all",
    }
}

record! {
    /// One stateful rule.
    pub struct StatefulRule {
        /// What happens.
        pub action: String = "pass",
        /// `all`, a name or a number.
        pub protocol: String = "all",
        /// A CIDR block or `any`.
        pub source: String = "any",
        /// A port, a range or `all`.
        pub source_ports: String = "all",
        /// A CIDR block or `any`.
        pub destination: String = "any",
        /// A port, a range or `all`.
        pub ports: String = "all",
        /// Further rule options, shown as not simulated.
        pub options: String,
    }
}

/// Columns of [`StatelessRule`].
pub static STATELESS: Rows = Rows {
    noun: "stateless rule",
    columns: &[
        Field::new("priority", "Priority", FieldKind::Number, ""),
        Field::new("action", "Action", FieldKind::Choice(&["pass", "drop", "forward"]), ""),
        Field::new("protocol", "Protocol", FieldKind::Text, ""),
        Field::new("source", "Source", FieldKind::Text, ""),
        Field::new("source_ports", "Source ports", FieldKind::Text, ""),
        Field::new("destination", "Destination", FieldKind::Text, ""),
        Field::new("ports", "Destination ports", FieldKind::Text, ""),
    ],
};

/// Columns of [`StatefulRule`].
pub static STATEFUL: Rows = Rows {
    noun: "stateful rule",
    columns: &[
        Field::new("action", "Action", FieldKind::Choice(&["pass", "drop", "reject", "alert"]), ""),
        Field::new("protocol", "Protocol", FieldKind::Text, ""),
        Field::new("source", "Source", FieldKind::Text, ""),
        Field::new("source_ports", "Source ports", FieldKind::Text, ""),
        Field::new("destination", "Destination", FieldKind::Text, ""),
        Field::new("ports", "Destination ports", FieldKind::Text, ""),
        Field::new("options", "Other options", FieldKind::Text, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "network-firewall",
    name: "Network Firewall",
    aws_type: Some("AWS::NetworkFirewall::Firewall"),
    id_prefix: "firewall",
    summary: "AWS's managed firewall: stateless rules, then stateful ones.",
    parents: &["vpc"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "stateless_rules",
            "Stateless rules",
            FieldKind::Rows(&STATELESS),
            "By priority, before the stateful ones",
        ),
        Field::new(
            "stateless_default",
            "Stateless default action",
            FieldKind::Choice(&["forward", "pass", "drop"]),
            "",
        ),
        Field::new("stateful_rules", "Stateful rules", FieldKind::Rows(&STATEFUL), "In strict order"),
        Field::new("stateful_default", "Stateful default action", FieldKind::Choice(&["pass", "drop"]), ""),
        Field::new("domains", "Domain list", FieldKind::TextList, ""),
        Field::new("domain_action", "Domain list action", FieldKind::Choice(&["deny", "allow"]), ""),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/network-firewall/latest/developerguide/what-is-aws-network-firewall.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Firewall {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<Firewall>),
}

impl Component for Firewall {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
