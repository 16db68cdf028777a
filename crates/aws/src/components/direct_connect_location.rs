//! A Direct Connect location: a colocation where customer routers meet AWS devices (DX-25).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Region, Thing};
use crate::pipeline::At;

record! {
    /// Configuration of a location. It has no parent.
    pub struct Config {
        /// The associated Region (DX-20).
        pub region: Option<Id>,
        /// The location is out of service (DX-25).
        pub failed: bool,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "direct-connect-location",
    name: "Direct Connect location",
    aws_type: None,
    id_prefix: "dxloc",
    summary: "A colocation where your router meets AWS's.",
    parents: &[],
    shape: Shape::Container,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "region",
            "Home Region",
            FieldKind::Ref(&["region"]),
            "Preferred for that Region's traffic",
        ),
        Field::new("failed", "Failed", FieldKind::Flag, "Take the whole location out of service"),
    ],
    failure: Some(Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/Welcome.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct DxLocation {
    pub id: Id,
    /// Its home Region (DX-20).
    pub region: Option<Ix<Region>>,
    /// DX-25.
    pub failed: bool,
}

/// Where a packet can be at it: nowhere, its connections carry packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for DxLocation {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let region = match config.region.as_ref().and_then(|id| build.thing(id)) {
            Some(Thing::Region(ix)) => Some(ix),
            _ => None,
        };
        Some(Self { id: node.id.clone(), region, failed: config.failed })
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }
}
