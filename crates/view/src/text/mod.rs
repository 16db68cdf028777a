//! Every word people read, in one place: titles, sentences and hints by reason code, names of
//! stages and decisions, and the strings of the page.

mod catalog;
pub mod ui;
pub mod ui_panels;
pub mod ui_shell;

use hopscope_aws::Diagnostic;
use hopscope_forward::{Decision, Reason, RouteLoss, RuleMiss, StateEvent, Verdict};

pub use catalog::{Entry, entries};

/// A few words for a code; the code itself where it is not in the catalogue.
#[must_use]
pub fn reason_title(code: &str) -> &str {
    catalog::entry(code).map_or(code, |entry| entry.title)
}

/// What happened, with the facts of the case.
#[must_use]
pub fn reason_sentence(reason: &Reason) -> String {
    reason_title(reason.spec.code).to_owned()
}

/// What to do about a code, where something can be done.
#[must_use]
pub fn hint(code: &str) -> Option<&'static str> {
    catalog::entry(code).and_then(|entry| entry.hint)
}

/// What is wrong with a drawing, with the facts of the case.
#[must_use]
pub fn diagnostic_sentence(diagnostic: &Diagnostic) -> String {
    reason_title(diagnostic.spec.code).to_owned()
}

/// A yes-or-no check in words.
#[must_use]
pub fn check_sentence(check: &str, _passed: bool, _value: Option<&str>) -> String {
    check.to_owned()
}

/// The name of a pipeline stage.
#[must_use]
pub fn stage_title(stage: &str) -> &str {
    stage
}

/// What a stage did, in a word.
#[must_use]
pub fn decision_word(decision: Decision) -> &'static str {
    match decision {
        Decision::Sent => "sent",
        Decision::Allowed => "allowed",
        Decision::Denied => "denied",
        Decision::Routed => "routed",
        Decision::Forwarded => "forwarded",
        Decision::Rewritten => "rewritten",
        Decision::Delivered => "delivered",
        Decision::Unknown => "unknown",
    }
}

/// A verdict as a heading (`Allowed`).
#[must_use]
pub fn verdict_title(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "Allowed",
        Verdict::Denied => "Denied",
        Verdict::Loop => "Loop",
        Verdict::Unknown => "Unknown",
    }
}

/// Why a rule did not match.
#[must_use]
pub fn rule_miss(miss: RuleMiss) -> &'static str {
    match miss {
        RuleMiss::Protocol => "another protocol",
        RuleMiss::Port => "another port",
        RuleMiss::Address => "another address",
        RuleMiss::Family => "the other IP version",
        RuleMiss::Group => "the other end does not carry this group",
        RuleMiss::GroupErased => "a hop in between hid the sender's group",
        RuleMiss::Invalid => "not a valid rule",
    }
}

/// Why a route did not win.
#[must_use]
pub fn route_loss(loss: RouteLoss) -> String {
    match loss {
        RouteLoss::ShorterPrefix { by: 1 } => "1 bit shorter than the winner".to_owned(),
        RouteLoss::ShorterPrefix { by } => format!("{by} bits shorter than the winner"),
        RouteLoss::LowerOrigin => "same length, but a weaker kind of route".to_owned(),
        RouteLoss::LocalWins => "propagated routes never override local".to_owned(),
        RouteLoss::Tie => "a tie, broken by id".to_owned(),
        RouteLoss::NoMatch => "does not cover the address".to_owned(),
    }
}

/// What happened to a tracked entry.
#[must_use]
pub fn state_event(event: StateEvent) -> &'static str {
    match event {
        StateEvent::Created => "New entry: replies of this flow are remembered",
        StateEvent::Used => "Part of a flow that is remembered: no rule needed",
        StateEvent::Untracked => "Passes without being remembered: open both ways",
        StateEvent::Missing => "No remembered flow fits this packet",
        StateEvent::Expired => "The remembered flow had been silent too long",
    }
}
