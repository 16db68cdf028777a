//! A link aggregation group: connections used as one by LACP (DX-05).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a LAG. Its parent is the location; connections name it.
    pub struct Config {
        /// DX-05.
        pub minimum_links: u32 = 1u32,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "direct-connect-lag",
    name: "Link aggregation group",
    aws_type: Some("AWS::DirectConnect::Lag"),
    id_prefix: "dxlag",
    summary: "Several connections used as one.",
    parents: &["direct-connect-location"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[Field::new(
        "minimum_links",
        "Minimum links",
        FieldKind::Number,
        "With fewer, the whole group is down",
    )],
    failure: None,
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/lags.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct DxLag {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<DxLag>),
}

impl Component for DxLag {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
