//! An internet gateway: one-to-one, stateless translation between public and private IPv4;
//! IPv6 unchanged (IGW-01 to IGW-12).

use serde::{Deserialize, Serialize};

use crate::component::{Shape, Spec};

/// Configuration of an internet gateway. Its parent is the VPC it is attached to; a Region
/// while detached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {}

/// What an internet gateway says about itself.
pub static SPEC: Spec = Spec {
    kind: "internet-gateway",
    name: "Internet gateway",
    aws_type: Some("AWS::EC2::InternetGateway"),
    id_prefix: "igw",
    summary: "Connects a VPC to the internet, both ways, for addresses that are public.",
    parents: &["vpc", "region"],
    shape: Shape::Edge,
    route_target: (true, true),
    endpoint: false,
    fields: &[],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
};
