//! A security group: allow rules, stateful, on interfaces (SG-01 to SG-23).

use serde::{Deserialize, Serialize};

use crate::component::{Field, FieldKind, Shape, Spec};

/// Configuration of a security group. Its parent is the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {
    /// Rules for packets arriving at the interface.
    pub inbound: Vec<Rule>,
    /// Rules for packets leaving the interface. A new group allows everything (SG-02).
    pub outbound: Vec<Rule>,
}

impl Default for Config {
    fn default() -> Self {
        Self { inbound: Vec::new(), outbound: vec![Rule::everything()] }
    }
}

/// One allow rule. Cells are text, so that half-typed rules can be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Rule {
    /// `all`, `tcp`, `udp`, `icmp`, `icmpv6` or a protocol number.
    pub protocol: String,
    /// Port or range for TCP and UDP, type or `type/code` for ICMP, `all` otherwise.
    pub ports: String,
    /// Source (inbound) or destination (outbound): a CIDR block, a prefix list id or a
    /// security group id.
    pub peer: String,
    /// The author's note.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl Rule {
    /// All traffic to or from every IPv4 address.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            protocol: "all".into(),
            ports: "all".into(),
            peer: "0.0.0.0/0".into(),
            description: String::new(),
        }
    }
}

/// What a security group says about itself.
pub static SPEC: Spec = Spec {
    kind: "security-group",
    name: "Security group",
    aws_type: Some("AWS::EC2::SecurityGroup"),
    id_prefix: "sg",
    summary: "A stateful list of allow rules around network interfaces.",
    parents: &["vpc"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "inbound",
            "Inbound rules",
            FieldKind::SecurityGroupRules,
            "Replies of allowed flows pass without a rule",
        ),
        Field::new("outbound", "Outbound rules", FieldKind::SecurityGroupRules, ""),
    ],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
};
