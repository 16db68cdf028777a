//! An EC2 instance: the host behind one or more network interfaces, and what it does with
//! packets that are not its own (router, NAT instance; PIPE-07, NAT-19, NAT-20).

use serde::{Deserialize, Serialize};

use crate::component::{Field, FieldKind, Shape, Spec};

/// Configuration of an instance. Its parent is the subnet of its primary interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {
    /// `running` or `stopped`.
    pub state: String,
    /// Instance type (`t3.micro`); bounds the number of interfaces (LIM-56).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// What it does with packets for others: `host` (nothing), `router`, `firewall` (a router that
    /// keeps state) or `nat` (a NAT instance).
    pub role: String,
    /// Ports a NAT instance forwards inwards (NAT-20).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub port_forwards: Vec<PortForward>,
    /// Its connection-tracking table is full (SG-15).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub conntrack_full: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state: "running".to_owned(),
            instance_type: None,
            role: "host".to_owned(),
            port_forwards: Vec::new(),
            conntrack_full: false,
        }
    }
}

/// One inward port forward of a NAT instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct PortForward {
    /// Port on the NAT instance.
    pub port: u16,
    /// Address it forwards to.
    pub to: String,
    /// Port it forwards to.
    pub to_port: u16,
}

/// What an instance says about itself.
pub static SPEC: Spec = Spec {
    kind: "instance",
    name: "Instance",
    aws_type: Some("AWS::EC2::Instance"),
    id_prefix: "i",
    summary: "A virtual server; its network interfaces carry its addresses and security groups.",
    parents: &["subnet"],
    shape: Shape::Card,
    route_target: (true, true),
    endpoint: true,
    fields: &[
        Field::new("state", "State", FieldKind::Choice(&["running", "stopped"]), ""),
        Field::new(
            "instance_type",
            "Instance type",
            FieldKind::Text,
            "Bounds the number of network interfaces",
        ),
        Field::new(
            "role",
            "Role",
            FieldKind::Choice(&["host", "router", "firewall", "nat"]),
            "What it does with packets that are not its own",
        ),
        Field::new("port_forwards", "Port forwards", FieldKind::PortForwards, "NAT instances only"),
        Field::new(
            "conntrack_full",
            "Connection tracking full",
            FieldKind::Flag,
            "New tracked flows are dropped",
        ),
    ],
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
};
