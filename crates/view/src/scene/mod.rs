//! A document and its layout as plain shapes with roles and accessible names.

mod atlas;
mod build;
mod fold;
mod labels;

pub use atlas::{Atlas, Visible};
pub use fold::{Detail, FoldShape};

use hopscope_aws::{Document, Id, Network};
use hopscope_layout::{Layout, Point, Rect, WireKind};

/// What a box stands for; a theme has a colour for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoxRole {
    /// A Region.
    Region,
    /// A VPC.
    Vpc,
    /// A subnet whose table leads to an internet gateway (RT-04).
    PublicSubnet,
    /// A subnet with other routes than local.
    PrivateSubnet,
    /// A subnet with local routes only.
    IsolatedSubnet,
    /// Anything else that contains.
    Other,
}

impl BoxRole {
    /// A class name for style sheets.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Vpc => "vpc",
            Self::PublicSubnet => "subnet-public",
            Self::PrivateSubnet => "subnet-private",
            Self::IsolatedSubnet => "subnet-isolated",
            Self::Other => "other",
        }
    }
}

/// What a card stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardRole {
    /// An instance or a detached interface.
    Compute,
    /// One of several interfaces in the card of its instance; drawn smaller.
    Port,
    /// A gateway.
    Gateway,
    /// A small card on a line between networks.
    Link,
    /// A host on the internet, or the internet at large.
    Internet,
    /// Something imported that is not simulated.
    Unmodelled,
}

impl CardRole {
    /// A class name for style sheets.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Port => "port",
            Self::Gateway => "gateway",
            Self::Link => "link",
            Self::Internet => "internet",
            Self::Unmodelled => "unmodelled",
        }
    }
}

/// What a badge tells. Badges are drawn along the top right edge of their shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BadgeKind {
    /// An auto-assigned public IPv4 address.
    PublicAddress,
    /// An Elastic IP address.
    ElasticAddress,
    /// Out of service.
    Failed,
    /// Routes, filters or translates for others.
    Appliance,
    /// A drawing error.
    Error,
    /// A drawing warning.
    Warning,
}

impl BadgeKind {
    /// A class name for style sheets.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::PublicAddress => "public-address",
            Self::ElasticAddress => "elastic-address",
            Self::Failed => "failed",
            Self::Appliance => "appliance",
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A small mark on a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// What it tells.
    pub kind: BadgeKind,
    /// The word or number on it.
    pub text: String,
    /// The whole sentence, for a tooltip.
    pub sentence: String,
}

/// A container.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxShape {
    /// Component.
    pub id: Id,
    /// Its kind slug, also the name of its icon.
    pub kind: &'static str,
    /// What it stands for.
    pub role: BoxRole,
    /// Where.
    pub rect: Rect,
    /// Component it is drawn in.
    pub parent: Option<Id>,
    /// Containers around it.
    pub depth: usize,
    /// Name.
    pub title: String,
    /// The name as it fits.
    pub label: String,
    /// Blocks.
    pub subtitle: String,
    /// The blocks as they fit.
    pub sublabel: String,
    /// `public`, `private`, `isolated` on subnets, else empty.
    pub tag: &'static str,
    /// Marks.
    pub badges: Vec<Badge>,
    /// What a screen reader says.
    pub name: String,
}

/// A card.
#[derive(Clone, Debug, PartialEq)]
pub struct CardShape {
    /// Component.
    pub id: Id,
    /// Its kind slug, also the name of its icon.
    pub kind: &'static str,
    /// What it stands for.
    pub role: CardRole,
    /// Where.
    pub rect: Rect,
    /// Component it is drawn in.
    pub parent: Option<Id>,
    /// Name.
    pub title: String,
    /// The name as it fits.
    pub label: String,
    /// Address, or what it is.
    pub subtitle: String,
    /// The same as it fits.
    pub sublabel: String,
    /// Out of service.
    pub failed: bool,
    /// Marks.
    pub badges: Vec<Badge>,
    /// What a screen reader says.
    pub name: String,
}

/// A drawn component.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A container.
    Box(BoxShape),
    /// A card.
    Card(CardShape),
}

/// A zone's column in a VPC.
#[derive(Clone, Debug, PartialEq)]
pub struct BandShape {
    /// The VPC.
    pub vpc: Id,
    /// The zone, unless the column holds subnets without one.
    pub zone: Option<Id>,
    /// Where.
    pub rect: Rect,
    /// The zone's name.
    pub title: String,
    /// Out of service.
    pub failed: bool,
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub struct WireShape {
    /// Start.
    pub from: Id,
    /// End.
    pub to: Id,
    /// Meaning.
    pub kind: WireKind,
    /// The route table of a route.
    pub by: Option<Id>,
    /// Corner points.
    pub points: Vec<Point>,
    /// The SVG path with rounded corners.
    pub path: String,
    /// What is written on it; empty where there is no room.
    pub label: String,
    /// The middle of the label.
    pub label_at: Point,
    /// What a screen reader says.
    pub name: String,
}

/// Everything to be drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// The rectangle to show, margin included.
    pub bounds: Rect,
    /// Containers, outer ones first.
    pub boxes: Vec<BoxShape>,
    /// Zone columns, to be drawn after the boxes of VPCs and before subnets.
    pub bands: Vec<BandShape>,
    /// Lines.
    pub wires: Vec<WireShape>,
    /// Cards; the card of an instance before its ports.
    pub cards: Vec<CardShape>,
    /// Stands for the internet at large when the document has no component for it; not selectable.
    pub outside: Option<CardShape>,
    /// The document's name or a made-up one: the picture's accessible name.
    pub title: String,
    /// One sentence on what is drawn.
    pub description: String,
    /// The geometry behind it.
    pub layout: Layout,
}

impl Scene {
    /// Shapes of a document at the places of a layout.
    #[must_use]
    pub fn build(document: &Document, network: &Network, layout: &Layout) -> Self {
        build::scene(document, network, layout)
    }

    /// The card of that component.
    #[must_use]
    pub fn card(&self, id: &str) -> Option<&CardShape> {
        self.cards.iter().find(|card| &*card.id == id)
    }

    /// The box of that component.
    #[must_use]
    pub fn container(&self, id: &str) -> Option<&BoxShape> {
        self.boxes.iter().find(|shape| &*shape.id == id)
    }
}
