//! The record of one flow: hops, legs, blockers, verdict.

use hopscope_net::{FieldChange, Packet};
use serde::{Serialize, Serializer};

use crate::{Evidence, Id, Reason, State};

/// The answer for a flow or a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Request and, for a flow, reply are delivered.
    Allowed,
    /// Something refuses it.
    Denied,
    /// The packet returned to a routing decision it had already met (PIPE-11).
    Loop,
    /// The path enters something that is not modelled.
    Unknown,
}

impl Verdict {
    /// The lower-case word of the command line and of documents.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Loop => "loop",
            Self::Unknown => "unknown",
        }
    }
}

/// What a stage did with the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The packet starts here.
    Sent,
    /// A filter or check let it pass.
    Allowed,
    /// A filter, check or gateway refused it.
    Denied,
    /// A route was chosen.
    Routed,
    /// Passed on unchanged.
    Forwarded,
    /// Header fields were rewritten.
    Rewritten,
    /// The packet ends here, where it was meant to.
    Delivered,
    /// Not modelled.
    Unknown,
}

/// Which part of a story a leg is, in the order in which they happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegKind {
    /// The name's resolution, before any packet of the flow itself.
    Lookup,
    /// An earlier address of the name that was tried and failed (V6-02).
    Attempt,
    /// From the initiator.
    Forward,
    /// From the responder.
    Return,
}

impl LegKind {
    /// Every kind, in the order in which they happen.
    pub const ALL: [Self; 4] = [Self::Lookup, Self::Attempt, Self::Forward, Self::Return];
}

/// One stage at one place: complete, so that a hop alone can be explained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// Id of the component that decided (`acl-1`).
    pub id: Id,
    /// Its kind slug (`network-acl`).
    pub kind: &'static str,
    /// Where the packet is on the map (`subnet-a`); equal to `id` for gateways and hosts.
    pub place: Id,
    /// Name of the stage in the pipeline (`network-acl-in`).
    pub stage: &'static str,
    /// What the stage did.
    pub decision: Decision,
    /// The packet as it met the stage.
    pub packet: Packet,
    /// Header fields the stage rewrote.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    /// What the decision was based on.
    pub evidence: Vec<Evidence>,
    /// Why, where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Rule ids of the semantics reference that decided.
    #[serde(serialize_with = "rules")]
    pub rules: &'static [&'static str],
    /// The packet had already been refused earlier: this is what would have happened.
    pub counterfactual: bool,
}

fn rules<S: Serializer>(rules: &&'static [&'static str], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rules.iter())
}

impl Hop {
    /// A hop with nothing but its place and packet filled in.
    #[must_use]
    pub fn new(
        kind: &'static str,
        id: &Id,
        stage: &'static str,
        decision: Decision,
        packet: &Packet,
    ) -> Self {
        Self {
            id: id.clone(),
            kind,
            place: id.clone(),
            stage,
            decision,
            packet: packet.clone(),
            changes: Vec::new(),
            evidence: Vec::new(),
            reason: None,
            rules: &[],
            counterfactual: false,
        }
    }

    /// The same, at another place on the map.
    #[must_use]
    pub fn at(mut self, place: &Id) -> Self {
        self.place = place.clone();
        self
    }

    /// The same with evidence added.
    #[must_use]
    pub fn with(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// The same, citing rules.
    #[must_use]
    pub fn by(mut self, rules: &'static [&'static str]) -> Self {
        self.rules = rules;
        self
    }

    /// The same, recording what `after` rewrote.
    #[must_use]
    pub fn rewriting(mut self, after: &Packet) -> Self {
        self.changes = self.packet.changes(after);
        if !self.changes.is_empty() {
            self.decision = Decision::Rewritten;
        }
        self
    }
}

/// One direction of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leg {
    /// Verdict of this leg alone; what came after a denial does not count.
    pub verdict: Verdict,
    /// Whether the whole leg is "what would happen", because the other leg failed.
    pub counterfactual: bool,
    /// Stages in order.
    pub hops: Vec<Hop>,
}

impl Leg {
    /// A leg of a story that has none.
    #[must_use]
    pub fn none() -> Self {
        Self { verdict: Verdict::Allowed, counterfactual: false, hops: Vec::new() }
    }

    /// Nothing happened on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hops.is_empty()
    }
}

/// What a question about a name came to (DNS-21).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// What was asked (`www.example.com A`).
    pub question: String,
    /// `ANSWER`, `NODATA`, `NXDOMAIN`, `SERVFAIL`, `REFUSED` or `TIMEOUT`.
    pub outcome: &'static str,
    /// Records in presentation format (RFC 1035, section 5.1), aliases first.
    pub records: Vec<String>,
    /// The resolver says that it validated them (the AD bit, RFC 4035).
    pub authenticated: bool,
}

/// One refusal of a trace, first ones first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocker {
    /// Leg it happened on.
    pub leg: LegKind,
    /// Index into that leg's hops.
    pub hop: usize,
    /// Why.
    pub reason: Reason,
    /// Found while continuing past an earlier blocker ("would also block", PIPE-10).
    pub counterfactual: bool,
}

/// Something worth telling about a trace that changes no verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// Why.
    #[serde(flatten)]
    pub reason: Reason,
}

/// The whole answer for one flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// Verdict of the flow: both legs must pass (PIPE-05).
    pub verdict: Verdict,
    /// The reason that decided, unless allowed.
    pub reason: Option<Reason>,
    /// Every refusal, including those found counterfactually.
    pub blockers: Vec<Blocker>,
    /// Things worth telling.
    pub hints: Vec<Hint>,
    /// How the name was resolved; empty where an address was given.
    #[serde(skip_serializing_if = "Leg::is_empty")]
    pub lookup: Leg,
    /// The forward leg to an address that was tried first; empty where the first one served.
    #[serde(skip_serializing_if = "Leg::is_empty")]
    pub attempt: Leg,
    /// What the lookup came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// From the initiator.
    pub forward: Leg,
    /// From the responder.
    #[serde(rename = "return")]
    pub back: Leg,
    /// What stateful hops remember afterwards; pass it in again for the next packet.
    #[serde(skip)]
    pub state: State,
}

impl Trace {
    /// The leg of that kind.
    #[must_use]
    pub fn leg(&self, kind: LegKind) -> &Leg {
        match kind {
            LegKind::Lookup => &self.lookup,
            LegKind::Attempt => &self.attempt,
            LegKind::Forward => &self.forward,
            LegKind::Return => &self.back,
        }
    }
}
