//! Any moment of a story as a pure function of time.

use hopscope_aws::Id;
use hopscope_forward::LegKind;
use hopscope_layout::Point;

use crate::{Scene, Story};

/// What the packet looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PacketShape {
    /// On its way: a disc with an arrow.
    Travelling,
    /// Just rewritten: the disc has a notch until the next stop.
    Rewritten,
    /// Arrived: a disc with a tick.
    Delivered,
    /// Refused: an octagon with a bar.
    Denied,
    /// Nothing is known of what comes next: a dashed disc.
    Unknown,
}

impl PacketShape {
    /// A class name for style sheets.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Travelling => "travelling",
            Self::Rewritten => "rewritten",
            Self::Delivered => "delivered",
            Self::Denied => "denied",
            Self::Unknown => "unknown",
        }
    }
}

/// A gate at a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// Component that decides.
    pub id: Id,
    /// Where it stands.
    pub at: Point,
    /// It opens; otherwise it shuts.
    pub open: bool,
    /// 0 at the beginning of the movement, 1 when done.
    pub progress: f32,
}

/// The glyph of a tick on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Glyph {
    /// Start or arrival.
    End,
    /// A decision that let it pass (▲).
    Decision,
    /// A rewrite (◇).
    Rewrite,
    /// A refusal (■).
    Drop,
}

/// One mark of the timeline: a step and its moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Step of the story.
    pub step: usize,
    /// When the step's decision is complete, in milliseconds at 1×.
    pub at: f64,
    /// When the packet sets out for it.
    pub from: f64,
    /// Glyph.
    pub glyph: Glyph,
    /// Leg.
    pub leg: LegKind,
    /// It only would have happened.
    pub counterfactual: bool,
}

/// A moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The step that is under way or just decided.
    pub step: usize,
    /// Its leg.
    pub leg: LegKind,
    /// The middle of the packet.
    pub position: Point,
    /// What the packet looks like.
    pub shape: PacketShape,
    /// The gate that is moving or has just moved.
    pub gate: Option<Gate>,
    /// Components to light up.
    pub active: Vec<Id>,
    /// The way covered so far on the forward leg.
    pub forward_path: Vec<Point>,
    /// The way covered so far on the return leg.
    pub return_path: Vec<Point>,
    /// From here on it only would have happened.
    pub counterfactual: bool,
    /// The story is over.
    pub finished: bool,
}

/// A story on its map, ready to be played.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// One tick for each step.
    pub ticks: Vec<Tick>,
    /// Length in milliseconds at 1×.
    pub total: f64,
}

impl Timeline {
    /// Plans a story on its map.
    #[must_use]
    pub fn new(_story: &Story, _scene: &Scene) -> Self {
        Self { ticks: Vec::new(), total: 0.0 }
    }

    /// The moment at `ms` milliseconds; before the beginning and after the end the nearest one.
    #[must_use]
    pub fn frame_at(&self, _ms: f64) -> Frame {
        Frame {
            step: 0,
            leg: LegKind::Forward,
            position: Point::default(),
            shape: PacketShape::Travelling,
            gate: None,
            active: Vec::new(),
            forward_path: Vec::new(),
            return_path: Vec::new(),
            counterfactual: false,
            finished: true,
        }
    }

    /// The moment at which a step's decision is complete: where "step" buttons jump to.
    #[must_use]
    pub fn time_of(&self, step: usize) -> f64 {
        self.ticks.get(step).map_or(self.total, |tick| tick.at)
    }

    /// The whole way of a leg, for the faint line under the packet.
    #[must_use]
    pub fn path(&self, _leg: LegKind) -> &[Point] {
        &[]
    }
}
