//! A route table: the VPC's own blocks (`local`), routes written by hand and propagated ones
//! (RT-01 to RT-32).

use hopscope_forward::Id;
use serde::{Deserialize, Serialize};

use crate::component::{Field, FieldKind, Shape, Spec};

/// Configuration of a route table. Its parent is the VPC. Local routes are implied (RT-06).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {
    /// The VPC's main table (RT-01).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub main: bool,
    /// Routes in the author's order, which decides nothing.
    pub routes: Vec<Route>,
    /// The gateway this table is edge-associated with, which makes it a gateway route table (RT-25).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Id>,
}

/// One route. Cells are text, so that half-typed routes can be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Route {
    /// A CIDR block or a prefix list id.
    pub destination: String,
    /// Id of the target, or `local`. A target that does not exist makes the route a blackhole (RT-16).
    pub target: String,
    /// Learned from a gateway rather than written by hand.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub propagated: bool,
    /// Imported in state `blackhole`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub blackhole: bool,
}

/// What a route table says about itself.
pub static SPEC: Spec = Spec {
    kind: "route-table",
    name: "Route table",
    aws_type: Some("AWS::EC2::RouteTable"),
    id_prefix: "rtb",
    summary: "Decides where packets leaving its subnets go next: longest prefix first.",
    parents: &["vpc"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("routes", "Routes", FieldKind::Routes, "The VPC's own blocks are always local"),
        Field::new("main", "Main route table", FieldKind::Flag, "Used by subnets without an association"),
        Field::new(
            "gateway",
            "Edge association",
            FieldKind::Ref(&["internet-gateway"]),
            "Makes it a gateway route table",
        ),
    ],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
};
