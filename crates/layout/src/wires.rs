//! Orthogonal ways between components that run through no card.

use hopscope_aws::{Document, Id};

use crate::{Layout, Point};

/// What a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WireKind {
    /// A gateway attached to its VPC, towards the internet.
    Attachment,
    /// A subnet's route to a target, by its effective route table.
    Route,
    /// An Elastic IP address and what it is associated with.
    ElasticIp,
}

/// A line of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Wire {
    /// Where it starts.
    pub from: Id,
    /// Where it ends.
    pub to: Id,
    /// What it means.
    pub kind: WireKind,
    /// The component that makes it (the route table of a route).
    pub by: Option<Id>,
    /// What is written on it (`0.0.0.0/0`).
    pub label: String,
    /// Corner points.
    pub points: Vec<Point>,
}

/// The lines worth drawing.
#[must_use]
pub fn wires(_document: &Document, _layout: &Layout) -> Vec<Wire> {
    Vec::new()
}

/// An orthogonal way from one placed component to another that runs through no other card.
/// Empty when either is not placed.
#[must_use]
pub fn route_path(layout: &Layout, from: &Id, to: &Id) -> Vec<Point> {
    match (layout.rect(from), layout.rect(to)) {
        (Some(a), Some(b)) => {
            let (a, b) = (a.center(), b.center());
            vec![a, Point::new(b.x, a.y), b]
        }
        _ => Vec::new(),
    }
}
