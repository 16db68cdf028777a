//! Any moment of a story as a pure function of time.

mod plan;
mod way;

use hopscope_aws::Id;
use hopscope_forward::LegKind;
use hopscope_layout::{Layout, Point};

use self::way::Way;
use crate::Story;

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
    /// The ways covered so far, by leg.
    pub paths: Vec<(LegKind, Vec<Point>)>,
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
    /// When the verdict is known: players stop here unless asked to go on past a refusal.
    pub verdict_at: f64,
    /// Length in milliseconds at 1×.
    pub total: f64,
    stops: Vec<Stop>,
    /// By [`LegKind::ALL`].
    ways: [Way; 4],
}

/// What happens at one step.
#[derive(Clone, Debug, PartialEq)]
struct Stop {
    leg: LegKind,
    /// Distance along the leg's way, before and after the packet moved.
    from: f32,
    to: f32,
    /// When the packet sets out, arrives, and the decision is complete.
    start: f64,
    arrive: f64,
    done: f64,
    gate: Option<(Id, bool)>,
    /// What the packet looks like on the way here, and once the decision is complete.
    before: PacketShape,
    after: PacketShape,
    active: Vec<Id>,
    counterfactual: bool,
}

impl Timeline {
    /// Plans a story on its map.
    #[must_use]
    pub fn new(story: &Story, layout: &Layout) -> Self {
        plan::plan(story, layout)
    }

    /// The moment at `ms` milliseconds; before the beginning and after the end the nearest one.
    #[must_use]
    pub fn frame_at(&self, ms: f64) -> Frame {
        let ms = if ms.is_nan() { 0.0 } else { ms.clamp(0.0, self.total) };
        // A boundary belongs to the step that just ended, so that jumping to a step shows it done.
        let after = self.stops.partition_point(|stop| stop.start < ms);
        let step = after.saturating_sub(1);
        let Some(stop) = self.stops.get(step) else { return Frame::default() };
        let done = ms >= stop.done;
        let along = stop.from
            + (stop.to - stop.from) * eased(ms - stop.start, stop.arrive - stop.start, stop.denies());
        let way = self.way(stop.leg);
        let position = way.at(along);
        let progress = if stop.done > stop.arrive {
            (((ms - stop.arrive) / (stop.done - stop.arrive)).clamp(0.0, 1.0)) as f32
        } else {
            1.0
        };
        let gate = stop.gate.as_ref().filter(|_| ms >= stop.arrive).map(|(id, open)| Gate {
            id: id.clone(),
            at: position,
            open: *open,
            progress,
        });
        let begun = LegKind::ALL.into_iter().filter(|leg| *leg <= stop.leg && !self.path(*leg).is_empty());
        let paths = begun
            .map(|leg| {
                let far = if leg == stop.leg { along } else { self.reached(leg) };
                (leg, self.way(leg).prefix(far))
            })
            .collect();
        Frame {
            step,
            leg: stop.leg,
            position,
            shape: if done { stop.after } else { stop.before },
            gate,
            active: stop.active.clone(),
            paths,
            counterfactual: stop.counterfactual,
            finished: ms >= self.total,
        }
    }

    /// The moment at which a step's decision is complete: where "step" buttons jump to.
    #[must_use]
    pub fn time_of(&self, step: usize) -> f64 {
        self.ticks.get(step).map_or(self.total, |tick| tick.at)
    }

    /// The whole way of a leg, for the faint line under the packet.
    #[must_use]
    pub fn path(&self, leg: LegKind) -> &[Point] {
        &self.way(leg).points
    }

    fn way(&self, leg: LegKind) -> &Way {
        let [lookup, attempt, forward, back] = &self.ways;
        match leg {
            LegKind::Lookup => lookup,
            LegKind::Attempt => attempt,
            LegKind::Forward => forward,
            LegKind::Return => back,
        }
    }

    /// How far the packet came on a leg.
    fn reached(&self, leg: LegKind) -> f32 {
        let stops = self.stops.iter().filter(|stop| stop.leg == leg);
        stops.map(|stop| stop.to).fold(0.0, f32::max)
    }
}

impl Stop {
    fn denies(&self) -> bool {
        matches!(self.gate, Some((_, false)))
    }
}

impl Default for Frame {
    fn default() -> Self {
        Self {
            step: 0,
            leg: LegKind::Forward,
            position: Point::default(),
            shape: PacketShape::Travelling,
            gate: None,
            active: Vec::new(),
            paths: Vec::new(),
            counterfactual: false,
            finished: true,
        }
    }
}

/// Share of the way covered after `t` of `total` milliseconds: even speed with short ramps, a
/// longer one at the end before a refusal.
fn eased(t: f64, total: f64, denies: bool) -> f32 {
    if total <= 0.0 || t >= total {
        return 1.0;
    }
    let start = 60.0f64.min(total / 3.0);
    let end = if denies { 120.0 } else { 60.0f64 }.min(total / 3.0);
    let speed = 1.0 / (total - (start + end) / 2.0);
    let share = if t < start {
        speed * t * t / (2.0 * start)
    } else if t <= total - end {
        speed * (t - start / 2.0)
    } else {
        1.0 - speed * (total - t) * (total - t) / (2.0 * end)
    };
    share.clamp(0.0, 1.0) as f32
}
