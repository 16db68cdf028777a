//! An AWS Region: the container of VPCs and Availability Zones. Decides no packet itself.

use serde::{Deserialize, Serialize};

use crate::component::{Shape, Spec};

/// Configuration of a Region. Its name is the Region code (`us-east-1`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {}

/// What a Region says about itself.
pub static SPEC: Spec = Spec {
    kind: "region",
    name: "Region",
    aws_type: None,
    id_prefix: "region",
    summary: "A separate geographic area that holds VPCs and Availability Zones.",
    parents: &[],
    shape: Shape::Container,
    route_target: (false, false),
    endpoint: false,
    fields: &[],
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&hopscope_forward::ReasonSpec] = &[];
