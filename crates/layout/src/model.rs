//! The result of a layout: one rectangle for each drawn component, zone bands, bounds.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use hopscope_aws::Id;
use indexmap::IndexMap;

use crate::{Point, Rect};

/// The id under which the internet at large is placed when no component stands for it.
pub const INTERNET: &str = "internet";

/// What a placed component is to the lines between components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A container: lines may run through its gutters.
    Box,
    /// A card: lines never run through it.
    Card,
    /// A card on the edge of its VPC (internet gateway): lines never run through it.
    Edge,
    /// An interface inside the card of its instance; an instance with one interface has its
    /// whole rectangle.
    Port,
    /// A small card on a line between two others (peering, VPN connection, attachment).
    Pill,
}

/// One component as placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Absolute rectangle.
    pub rect: Rect,
    /// What it is to lines.
    pub role: Role,
    /// The component it is drawn in; none at the top level (also for orphans).
    pub parent: Option<Id>,
    /// Containers around it; 0 at the top level.
    pub depth: usize,
    /// The strip that holds a container's title; empty for others.
    pub header: Rect,
}

/// An Availability Zone's column in one VPC.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The VPC.
    pub vpc: Id,
    /// The zone; none for the column of subnets without a known zone.
    pub zone: Option<Id>,
    /// Absolute rectangle.
    pub rect: Rect,
}

/// What stands in what, by position in [`Layout::items`].
#[derive(Clone, Debug, Default)]
pub struct Inside {
    children: HashMap<Id, Vec<usize>>,
    top: Vec<usize>,
    /// Something stands on a line between two others.
    pub(crate) joined: bool,
}

/// Where everything stands.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Everything drawn, containers before what they contain.
    pub items: IndexMap<Id, Placed>,
    /// Zone columns.
    pub bands: Vec<Band>,
    /// The rectangle round everything, margin included.
    pub bounds: Rect,
    /// Where the internet at large stands when no component stands for it.
    pub outside: Rect,
    /// What stands in what, found out when it is asked for.
    pub(crate) inside: OnceLock<Arc<Inside>>,
}

impl PartialEq for Layout {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
            && self.bands == other.bands
            && self.bounds == other.bounds
            && self.outside == other.outside
    }
}

impl Layout {
    pub(crate) fn inside(&self) -> &Inside {
        self.inside.get_or_init(|| {
            let mut inside = Inside::default();
            for (position, (_, item)) in self.items.iter().enumerate() {
                inside.joined |= item.role == Role::Pill;
                match &item.parent {
                    Some(parent) => inside.children.entry(parent.clone()).or_default().push(position),
                    None => inside.top.push(position),
                }
            }
            Arc::new(inside)
        })
    }

    /// What is drawn directly in a component, or at the top level.
    pub fn children<'a>(&'a self, id: Option<&str>) -> impl Iterator<Item = (&'a Id, &'a Placed)> + use<'a> {
        let inside = self.inside();
        let found = match id {
            Some(id) => inside.children.get(id).map(Vec::as_slice).unwrap_or_default(),
            None => inside.top.as_slice(),
        };
        found.iter().filter_map(|position| self.items.get_index(*position))
    }

    /// The containers around a component, from the inside out.
    pub fn around<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a Id> + use<'a> {
        let above = |id: &str| self.items.get(id).and_then(|item| item.parent.as_ref());
        std::iter::successors(above(id), move |here| above(here)).take(16)
    }

    /// The absolute rectangle of a drawn component.
    #[must_use]
    pub fn rect(&self, id: &str) -> Option<Rect> {
        self.items.get(id).map(|item| item.rect)
    }

    /// The absolute rectangle of a drawn component, or of the internet at large.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<Rect> {
        self.rect(id).or_else(|| (id == INTERNET).then_some(self.outside))
    }

    /// The innermost drawn component at a point.
    #[must_use]
    pub fn at(&self, point: Point) -> Option<&Id> {
        self.items.iter().rev().find(|(_, item)| item.rect.contains(point)).map(|(id, _)| id)
    }
}
