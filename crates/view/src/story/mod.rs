//! A trace as a story: ordered steps with words, evidence rows and packet fields.

mod paths;
mod tell;

use hopscope_aws::{Document, Flow, Id};
pub use paths::{Passed, both_ways};

use hopscope_forward::{Decision, LegKind, Trace, Verdict};

use crate::ground::Crossing;

/// A header field as a packet card shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketField {
    /// Name of the field.
    pub name: String,
    /// Value as the packet met the stage.
    pub before: String,
    /// Value afterwards, where the stage rewrote it.
    pub after: Option<String>,
}

/// One row of an evidence table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRow {
    /// Cells, as many as the table has columns.
    pub cells: Vec<String>,
    /// It decided.
    pub decided: bool,
    /// The component it stands in and its position there as authored, to light it up.
    pub source: Option<(Id, Option<usize>)>,
}

/// What a decision was based on, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidenceView {
    /// A table: routes or rules that were considered.
    Table {
        /// What it shows.
        caption: String,
        /// Column headings.
        columns: Vec<&'static str>,
        /// Rows, in the order they were considered.
        rows: Vec<EvidenceRow>,
    },
    /// A sentence: a check or a tracked entry.
    Line {
        /// Whether the check passed; none where nothing was checked.
        passed: Option<bool>,
        /// The sentence.
        text: String,
    },
}

/// A refusal in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonView {
    /// Stable code.
    pub code: &'static str,
    /// AWS's code.
    pub aws_code: Option<&'static str>,
    /// A few words.
    pub title: &'static str,
    /// What happened.
    pub sentence: String,
    /// What to do.
    pub hint: Option<&'static str>,
    /// The component that decided.
    pub at: Id,
    /// Its kind slug.
    pub kind: &'static str,
    /// The rule or route that decided.
    pub rule: Option<String>,
    /// Rule ids of `docs/rules.md`.
    pub rules: Vec<&'static str>,
    /// The page behind it.
    pub docs: &'static str,
}

/// One step: a stage at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Position in [`Story::steps`].
    pub index: usize,
    /// Leg.
    pub leg: LegKind,
    /// Index into that leg's hops.
    pub hop: usize,
    /// The component that decided.
    pub id: Id,
    /// Its kind slug, also the name of its icon.
    pub kind: &'static str,
    /// Its name.
    pub element: String,
    /// Where the packet is on the map.
    pub place: Id,
    /// Name of the stage.
    pub stage: &'static str,
    /// The stage and its element in words (`Network ACL acl-1, inbound`).
    pub title: String,
    /// What the stage did.
    pub decision: Decision,
    /// The same in a word (`allowed`).
    pub word: &'static str,
    /// Why, in one line.
    pub line: String,
    /// The rule or route that decided, as its component labels it.
    pub rule: Option<String>,
    /// What it was based on, and what the packet crossed on the way.
    pub evidence: Vec<EvidenceView>,
    /// What the packet crossed on the way to it, or by way of it.
    pub crossed: Vec<Crossing>,
    /// Microseconds that it and the way to it typically take, not measured.
    pub latency: u32,
    /// Header fields.
    pub packet: Vec<PacketField>,
    /// The refusal.
    pub reason: Option<ReasonView>,
    /// Rule ids of `docs/rules.md` that decided.
    pub rules: Vec<&'static str>,
    /// It only would have happened.
    pub counterfactual: bool,
}

/// A further refusal: "would also block".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Index of its step, where it has one.
    pub step: Option<usize>,
    /// Leg.
    pub leg: LegKind,
    /// Why.
    pub reason: ReasonView,
    /// Found past an earlier refusal.
    pub counterfactual: bool,
}

/// What a lookup came to, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerView {
    /// What was asked (`www.example.com A`).
    pub question: String,
    /// `ANSWER`, `NODATA`, `NXDOMAIN`, `SERVFAIL`, `REFUSED` or `TIMEOUT`.
    pub outcome: &'static str,
    /// The same in a sentence.
    pub sentence: String,
    /// Records in presentation format.
    pub records: Vec<String>,
    /// The resolver says that it validated them.
    pub authenticated: bool,
}

/// A whole story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Who sends what to whom (`web-a → db-b TCP 3306`).
    pub title: String,
    /// Steps of all legs, in the order in which they happen.
    pub steps: Vec<Step>,
    /// What the name's lookup came to, where one was looked up.
    pub answer: Option<AnswerView>,
    /// Verdict of the flow.
    pub verdict: Verdict,
    /// The verdict in a word.
    pub word: &'static str,
    /// The reason that decided, unless allowed.
    pub reason: Option<ReasonView>,
    /// Index of the step that decided, unless allowed.
    pub decided_at: Option<usize>,
    /// The verdict line that is also what a screen reader hears.
    pub summary: String,
    /// Every refusal, the first one first.
    pub refusals: Vec<Refusal>,
    /// Things worth telling that change no verdict.
    pub hints: Vec<ReasonView>,
}

impl Story {
    /// Tells a trace.
    #[must_use]
    pub fn tell(document: &Document, trace: &Trace, flow: &Flow) -> Self {
        tell::Teller::new(document).story(trace, flow)
    }

    /// Whether a leg has no place in this story: nothing was looked up, one attempt was enough, or
    /// only a name was asked for.
    #[must_use]
    pub fn skips(&self, leg: LegKind) -> bool {
        match leg {
            LegKind::Lookup | LegKind::Attempt => self.leg(leg).is_empty(),
            LegKind::Forward | LegKind::Return => {
                self.answer.is_some()
                    && self.leg(LegKind::Forward).is_empty()
                    && self.leg(LegKind::Return).is_empty()
            }
        }
    }

    /// The steps of one leg.
    #[must_use]
    pub fn leg(&self, leg: LegKind) -> &[Step] {
        let first = self.steps.partition_point(|step| step.leg < leg);
        let after = self.steps.partition_point(|step| step.leg <= leg);
        self.steps.get(first..after).unwrap_or_default()
    }
}
