//! A point of presence: where edge services (CloudFront, Global Accelerator) take clients onto
//! AWS's network (EDGE-01, EDGE-10). Which one a client reaches is `crate::edge`'s business.

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};
use hopscope_names::geo::Place;

use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;
use crate::places::Located;

record! {
    /// Configuration of a point of presence. It has no parent.
    pub struct Config {
        /// The city it is in (`Lisbon`).
        pub place: String,
        /// `available` or `failed`: the next nearest one takes over.
        pub state: String = "available",
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "edge-location",
    name: "Edge location",
    aws_type: None,
    id_prefix: "edge",
    summary: "A point of presence where edge services take clients onto AWS's network.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("place", "City", FieldKind::Text, "Lisbon, Frankfurt …"),
        Field::new("state", "State", FieldKind::Choice(&["available", "failed"]), ""),
    ],
    failure: Some(Failure { field: "state", down: "failed", up: "available" }),
    docs: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowCloudFrontWorks.html",
};

/// Reasons it raises: none.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct EdgeLocation {
    pub id: Id,
    /// The city, where it is known.
    pub place: Option<&'static Place>,
    /// As written.
    pub text: String,
    pub available: bool,
}

/// Where a packet can be at it: edge services record it as a hop of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for EdgeLocation {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            place: Place::find(&config.place),
            text: config.place.trim().to_owned(),
            available: config.state != "failed",
        })
    }

    fn link(build: &mut Build<'_>) {
        let found: Vec<(Id, Located)> = build
            .network
            .fabric
            .edge_locations
            .iter()
            .filter_map(|(_, edge)| Some((edge.id.clone(), Located { place: edge.place?, region: None })))
            .collect();
        build.network.located.extend(found);
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }
}
