//! The loop: one leg of a flow through a [`World`], with hop budget, loop detection and
//! continuation past denials. Knows nothing of what the places are.

use std::collections::BTreeSet;

use hopscope_net::Packet;

use crate::{Decision, Entry, Hint, Hop, Leg, LegKind, Reason, ReasonSpec, Severity, State, Verdict, Where};

/// Forwarding decisions after which a path is given up (PIPE-11; Network Manager
/// `RouteAnalysisCompletion`).
pub const MAX_FORWARDING_HOPS: usize = 64;

/// The same routing decision was met twice with the same header (PIPE-11).
pub static CYCLIC_PATH: ReasonSpec = ReasonSpec {
    code: "CYCLIC_PATH_DETECTED",
    aws_code: Some("CYCLIC_PATH_DETECTED"),
    severity: Severity::Deny,
    rules: &["PIPE-11"],
    docs: "https://docs.aws.amazon.com/networkmanager/latest/APIReference/API_RouteAnalysisCompletion.html",
};

/// More than [`MAX_FORWARDING_HOPS`] forwarding decisions (PIPE-11).
pub static MAX_HOPS: ReasonSpec = ReasonSpec {
    code: "MAX_HOPS_EXCEEDED",
    aws_code: Some("MAX_HOPS_EXCEEDED"),
    severity: Severity::Deny,
    rules: &["PIPE-11"],
    docs: "https://docs.aws.amazon.com/networkmanager/latest/APIReference/API_RouteAnalysisCompletion.html",
};

/// A network that packets can walk through.
pub trait World {
    /// A stage at a place. Ordered so that revisits are found.
    type At: Clone + Ord;

    /// Runs one stage: records hops on `visit` and says where the packet goes next.
    fn visit(&self, at: &Self::At, visit: &mut Visit<'_>) -> Outcome<Self::At>;
}

/// Where a packet goes after a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<A> {
    /// On to another stage.
    Next(A),
    /// On to another stage after a routing decision: counted and checked for loops.
    Routed(A),
    /// The packet ended where it was meant to end.
    Arrived(A),
    /// The packet ended, and nothing can be said of what would come next.
    Stopped,
}

impl<A> Outcome<A> {
    /// The same outcome with places of another type.
    pub fn map<B>(self, f: impl FnOnce(A) -> B) -> Outcome<B> {
        match self {
            Self::Next(at) => Outcome::Next(f(at)),
            Self::Routed(at) => Outcome::Routed(f(at)),
            Self::Arrived(at) => Outcome::Arrived(f(at)),
            Self::Stopped => Outcome::Stopped,
        }
    }
}

impl<A> Walked<A> {
    /// The same result with places of another type.
    pub fn map<B>(self, f: impl FnOnce(A) -> B) -> Walked<B> {
        Walked { leg: self.leg, arrived: self.arrived.map(f), packet: self.packet, hints: self.hints }
    }
}

/// What a stage sees and may change.
pub struct Visit<'a> {
    /// The packet as it stands now; a stage that rewrites it assigns here after recording.
    pub packet: Packet,
    /// Connection state.
    pub state: &'a mut State,
    /// Which way this leg runs.
    pub leg: LegKind,
    /// Hops recorded so far.
    hops: Vec<Hop>,
    hints: Vec<Hint>,
    verdict: Verdict,
    counterfactual: bool,
}

impl Visit<'_> {
    /// Records a stage that let the packet pass.
    pub fn record(&mut self, mut hop: Hop) {
        hop.counterfactual = self.counterfactual;
        self.hops.push(hop);
    }

    /// Records a stage that refuses the packet. What follows is counterfactual.
    pub fn deny(&mut self, hop: Hop, reason: Reason) {
        self.end(hop, reason, Verdict::Denied, Decision::Denied);
    }

    /// Records a place that is not modelled. What follows is counterfactual.
    pub fn unknown(&mut self, hop: Hop, reason: Reason) {
        self.end(hop, reason, Verdict::Unknown, Decision::Unknown);
    }

    fn end(&mut self, mut hop: Hop, reason: Reason, verdict: Verdict, decision: Decision) {
        hop.decision = decision;
        hop.reason = Some(reason);
        self.record(hop);
        if !self.counterfactual {
            self.verdict = verdict;
            self.counterfactual = true;
        }
    }

    /// Adds something worth telling, once.
    pub fn hint(&mut self, reason: Reason) {
        if !self.hints.iter().any(|hint| hint.reason == reason) {
            self.hints.push(Hint { reason });
        }
    }

    /// Remembers a flow. Entries made past a denial do not outlive the trace.
    pub fn remember(&mut self, entry: Entry) {
        self.state.remember(entry, self.counterfactual);
    }

    /// Remembers a flow, or notes that a known one goes on.
    pub fn keep(&mut self, entry: Entry) {
        if self.state.refresh(&entry.owner, entry.role, entry.inbound, &entry.flow).is_none() {
            self.remember(entry);
        }
    }

    /// Whether the packet has already been refused and this is only "what would happen".
    #[must_use]
    pub fn counterfactual(&self) -> bool {
        self.counterfactual
    }

    /// The hops recorded so far on this leg.
    #[must_use]
    pub fn hops(&self) -> &[Hop] {
        &self.hops
    }
}

/// The result of one leg.
#[derive(Debug)]
pub struct Walked<A> {
    /// Its hops and verdict.
    pub leg: Leg,
    /// The stage at which the packet ended where it was meant to, also counterfactually.
    pub arrived: Option<A>,
    /// The packet as it stood at the end.
    pub packet: Packet,
    /// Hints raised on the way.
    pub hints: Vec<Hint>,
}

/// Walks one leg from `start`. `counterfactual` marks a leg that only shows what would happen.
pub fn walk<W: World>(
    world: &W,
    start: W::At,
    packet: Packet,
    state: &mut State,
    leg: LegKind,
    counterfactual: bool,
) -> Walked<W::At> {
    let mut visit = Visit {
        packet,
        state,
        leg,
        hops: Vec::with_capacity(24),
        hints: Vec::new(),
        verdict: Verdict::Allowed,
        counterfactual,
    };
    let mut seen: BTreeSet<(W::At, Packet)> = BTreeSet::new();
    let mut at = start;
    let mut arrived = None;
    // Stages per forwarding decision are bounded; the factor only guards against a faulty world.
    for _ in 0..MAX_FORWARDING_HOPS * 8 {
        let (next, routed) = match world.visit(&at, &mut visit) {
            Outcome::Next(next) => (next, false),
            Outcome::Routed(next) => (next, true),
            Outcome::Arrived(end) => {
                arrived = Some(end);
                break;
            }
            Outcome::Stopped => break,
        };
        if routed {
            let ended = if !seen.insert((at, visit.packet.clone())) {
                Some((&CYCLIC_PATH, Verdict::Loop))
            } else if seen.len() > MAX_FORWARDING_HOPS {
                Some((&MAX_HOPS, Verdict::Loop))
            } else {
                None
            };
            if let Some((spec, verdict)) = ended {
                let last = visit.hops.last().cloned();
                if let Some(mut hop) = last {
                    let at = Where {
                        kind: hop.kind,
                        id: hop.id.clone(),
                        owner: Some(hop.place.clone()),
                        direction: None,
                    };
                    hop.stage = "loop-detection";
                    hop.evidence = Vec::new();
                    hop.changes = Vec::new();
                    hop.rules = spec.rules;
                    visit.end(hop, Reason::new(spec, at), verdict, Decision::Denied);
                }
                break;
            }
        }
        at = next;
    }
    // A leg that neither arrived nor was refused ran out of budget: say so rather than allow it.
    let verdict =
        if arrived.is_none() && visit.verdict == Verdict::Allowed { Verdict::Unknown } else { visit.verdict };
    Walked {
        leg: Leg { verdict, counterfactual, hops: visit.hops },
        arrived,
        packet: visit.packet,
        hints: visit.hints,
    }
}
