//! An egress-only internet gateway: IPv6 out, replies back, nothing unsolicited in (EIGW-01 to EIGW-10).

use serde::{Deserialize, Serialize};

use crate::component::{Shape, Spec};

/// Configuration of an egress-only internet gateway. Its parent is its VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {}

/// What an egress-only internet gateway says about itself.
pub static SPEC: Spec = Spec {
    kind: "egress-only-internet-gateway",
    name: "Egress-only internet gateway",
    aws_type: Some("AWS::EC2::EgressOnlyInternetGateway"),
    id_prefix: "eigw",
    summary: "Lets IPv6 out to the internet and replies back in, but nothing new in.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, true),
    endpoint: false,
    fields: &[],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html",
};
