//! A link aggregation group: connections used as one by LACP (DX-05).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::catalog::{Config as Drawn, Part};
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::direct_connect_connection::{self, DxConnection, location_of};
use crate::components::direct_connect_location::DxLocation;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Thing};
use crate::pipeline::At;
use crate::validate::{Check, codes};

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

/// Most links of a group, and of one with ports of 100 Gbps and more (DX-05).
const LINKS: (usize, usize) = (4, 2);

/// It, resolved.
#[derive(Debug)]
pub(crate) struct DxLag {
    pub id: Id,
    pub location: Option<Ix<DxLocation>>,
    /// With fewer working links the whole group is down.
    pub minimum: u32,
    pub links: Vec<Ix<DxConnection>>,
}

/// Where a packet can be at it: only where it is down (DX-05).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for DxLag {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone(), location: None, minimum: config.minimum_links, links: Vec::new() })
    }

    fn link(build: &mut Build<'_>) {
        for node in build.nodes() {
            let Drawn::DirectConnectLag(_) = &node.config else { continue };
            let location = location_of(build, node);
            if let Some(Thing::Part(Part::DirectConnectLag(ix))) = build.thing(&node.id)
                && let Some(lag) = build.network.fabric.dx_lags.get_mut(ix)
            {
                lag.location = location;
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    /// DX-05: links of one speed, dedicated, four at most (two from 100 Gbps).
    fn check(check: &mut Check<'_>) {
        let network = check.network;
        for (_, lag) in network.fabric.dx_lags.iter() {
            let members: Vec<_> = lag.links.iter().map(|ix| &network.fabric.dx_connections[*ix]).collect();
            let Some(first) = members.first() else { continue };
            for other in &members {
                let mixed = (other.speed != first.speed).then_some("one speed for all links of a group");
                let hosted = other.hosted.then_some("a dedicated connection");
                if let Some(wanted) = hosted.or(mixed) {
                    check.report(
                        Diagnostic::new(&codes::DX_SPEED, &other.id)
                            .with(&lag.id)
                            .field("lag")
                            .fact("speed", &other.speed_text)
                            .fact("wanted", wanted),
                    );
                }
            }
            let limit = if first.speed.is_some_and(|mbps| mbps >= 100_000) { LINKS.1 } else { LINKS.0 };
            if members.len() > limit {
                check.report(
                    Diagnostic::new(&codes::QUOTA, &lag.id)
                        .fact("found", members.len())
                        .fact("what", "connections")
                        .fact("limit", limit),
                );
            }
        }
    }
}

/// Why the group carries nothing; `None` while enough of its links work (DX-05).
pub(crate) fn fault(network: &Network, ix: Ix<DxLag>) -> Option<&'static str> {
    let lag = &network.fabric.dx_lags[ix];
    if lag.location.is_some_and(|location| network.fabric.dx_locations[location].failed) {
        return Some("location");
    }
    let (working, needed) = links(network, ix);
    (working < needed).then_some("group")
}

/// How many of its links work, and how many must.
pub(crate) fn links(network: &Network, ix: Ix<DxLag>) -> (usize, usize) {
    let lag = &network.fabric.dx_lags[ix];
    let works = |link: &&Ix<DxConnection>| direct_connect_connection::own_fault(network, **link).is_none();
    let needed = usize::try_from(lag.minimum).unwrap_or(usize::MAX);
    (lag.links.iter().filter(works).count(), needed.max(1))
}
