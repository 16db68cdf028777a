//! A NAT gateway: many private sources behind one address, replies only (NAT-01 to NAT-18),
//! and NAT64 (V6-07).

use hopscope_forward::Id;
use serde::{Deserialize, Serialize};

use crate::component::{Field, FieldKind, Shape, Spec};

/// Configuration of a NAT gateway. Its parent is its subnet; the VPC for a regional one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {
    /// `public` or `private` (NAT-02).
    pub connectivity: String,
    /// `zonal`, `regional` (zones served automatically) or `regional-manual` (NAT-14).
    pub availability: String,
    /// Its private IPv4 address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_ip: Option<String>,
    /// Zones that a regional gateway in manual mode has addresses in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<Id>,
    /// `available`, `failed` or `deleted`.
    pub state: String,
    /// Simulated number of open connections to the flow's destination (NAT-07).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_connections: Option<u32>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            connectivity: "public".to_owned(),
            availability: "zonal".to_owned(),
            private_ip: None,
            zones: Vec::new(),
            state: "available".to_owned(),
            open_connections: None,
        }
    }
}

/// What a NAT gateway says about itself.
pub static SPEC: Spec = Spec {
    kind: "nat-gateway",
    name: "NAT gateway",
    aws_type: Some("AWS::EC2::NatGateway"),
    id_prefix: "nat",
    summary: "Lets private IPv4 hosts open connections outwards behind one address.",
    parents: &["subnet", "vpc"],
    shape: Shape::Card,
    route_target: (true, true),
    endpoint: false,
    fields: &[
        Field::new("connectivity", "Connectivity type", FieldKind::Choice(&["public", "private"]), ""),
        Field::new(
            "availability",
            "Availability mode",
            FieldKind::Choice(&["zonal", "regional", "regional-manual"]),
            "",
        ),
        Field::new("private_ip", "Private IPv4 address", FieldKind::Address, ""),
        Field::new(
            "zones",
            "Zones with addresses",
            FieldKind::RefList("availability-zone"),
            "Regional manual mode only",
        ),
        Field::new("state", "State", FieldKind::Choice(&["available", "failed", "deleted"]), ""),
        Field::new(
            "open_connections",
            "Open connections to one destination",
            FieldKind::Number,
            "At 55,000 the ports are used up",
        ),
    ],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
};
