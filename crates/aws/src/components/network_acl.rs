//! A network ACL: numbered allow and deny rules at the subnet's edge, stateless (NACL-01 to NACL-21).

use serde::{Deserialize, Serialize};

use crate::component::{Field, FieldKind, Shape, Spec};

/// Configuration of a network ACL. Its parent is the VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {
    /// The VPC's default ACL, used by subnets without a choice (NACL-01).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
    /// Rules for packets entering the subnet.
    pub inbound: Vec<Rule>,
    /// Rules for packets leaving the subnet.
    pub outbound: Vec<Rule>,
}

/// One numbered rule. The implied `*` rule that denies the rest is not written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Rule {
    /// 1 to 32766, tried from low to high (NACL-02).
    pub number: u32,
    /// `allow` or `deny`.
    pub action: String,
    /// `all`, `tcp`, `udp`, `icmp`, `icmpv6` or a protocol number.
    pub protocol: String,
    /// Port or range for TCP and UDP, type or `type/code` for ICMP, `all` otherwise.
    pub ports: String,
    /// Source (inbound) or destination (outbound) block.
    pub cidr: String,
}

impl Config {
    /// AWS's default ACL: everything allowed both ways (NACL-03); rule 101 for IPv6.
    #[must_use]
    pub fn allow_all(ipv6: bool) -> Self {
        let rule = |number: u32, cidr: &str| Rule {
            number,
            action: "allow".into(),
            protocol: "all".into(),
            ports: "all".into(),
            cidr: cidr.into(),
        };
        let mut rules = vec![rule(100, "0.0.0.0/0")];
        if ipv6 {
            rules.push(rule(101, "::/0"));
        }
        Self { default: true, inbound: rules.clone(), outbound: rules }
    }
}

/// What a network ACL says about itself.
pub static SPEC: Spec = Spec {
    kind: "network-acl",
    name: "Network ACL",
    aws_type: Some("AWS::EC2::NetworkAcl"),
    id_prefix: "acl",
    summary: "A stateless, ordered list of allow and deny rules around subnets.",
    parents: &["vpc"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "inbound",
            "Inbound rules",
            FieldKind::NetworkAclRules,
            "Tried from the lowest number up; the first match decides",
        ),
        Field::new("outbound", "Outbound rules", FieldKind::NetworkAclRules, "Replies are judged here too"),
        Field::new("default", "Default network ACL", FieldKind::Flag, "Used by subnets without a choice"),
    ],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
};
