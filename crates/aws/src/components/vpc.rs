//! A VPC: its address blocks (ADDR-01 to ADDR-09, ADDR-15) and the local routes they create (RT-06).

use serde::{Deserialize, Serialize};

use crate::component::{Field, FieldKind, Shape, Spec};

/// Configuration of a VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {
    /// IPv4 blocks; the first is the primary one. Text, so that half-typed blocks can be kept.
    pub cidrs: Vec<String>,
    /// IPv6 blocks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ipv6_cidrs: Vec<String>,
}

/// What a VPC says about itself.
pub static SPEC: Spec = Spec {
    kind: "vpc",
    name: "VPC",
    aws_type: Some("AWS::EC2::VPC"),
    id_prefix: "vpc",
    summary: "A private network of your own, with address blocks that subnets divide.",
    parents: &["region"],
    shape: Shape::Container,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "cidrs",
            "IPv4 CIDR blocks",
            FieldKind::Cidr4List,
            "The first is the primary block, /16 to /28",
        ),
        Field::new(
            "ipv6_cidrs",
            "IPv6 CIDR blocks",
            FieldKind::Cidr6List,
            "An Amazon-provided block is a /56",
        ),
    ],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&hopscope_forward::ReasonSpec] = &[];
