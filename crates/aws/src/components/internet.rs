//! The internet at large: carries packets between public addresses, and stands for any host.

use serde::{Deserialize, Serialize};

use crate::component::{Shape, Spec};

/// Configuration of the internet at large.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {}

/// What the internet says about itself.
pub static SPEC: Spec = Spec {
    kind: "internet",
    name: "Internet",
    aws_type: None,
    id_prefix: "internet",
    summary: "Everything outside; stands for any public host.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: true,
    fields: &[],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html",
};
