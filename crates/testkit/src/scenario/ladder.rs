//! A trace as text, for failure reports.

use std::fmt::Write;

use hopscope_forward::{Decision, Evidence, Hop, Leg, Reason, Trace};

/// Every hop of all legs, one line each, with what was rewritten, chosen and refused.
#[must_use]
pub fn ladder(trace: &Trace) -> String {
    let mut out = String::new();
    let reason = trace.reason.as_ref().map(|reason| format!(" {}", place(reason))).unwrap_or_default();
    let _ = writeln!(out, "verdict {}{reason}", trace.verdict.word());
    for (name, before) in [("lookup", &trace.lookup), ("attempt", &trace.attempt)] {
        if !before.is_empty() {
            leg(&mut out, name, before);
        }
    }
    leg(&mut out, "forward", &trace.forward);
    leg(&mut out, "return", &trace.back);
    for blocker in trace.blockers.iter().filter(|blocker| blocker.counterfactual) {
        let _ = writeln!(out, "would also block ({:?}): {}", blocker.leg, place(&blocker.reason));
    }
    for hint in &trace.hints {
        let _ = writeln!(out, "hint {}", place(&hint.reason));
    }
    out
}

fn place(reason: &Reason) -> String {
    let at = &reason.at;
    let owner = at.owner.as_ref().map(|owner| format!(" of {owner}")).unwrap_or_default();
    let direction = at.direction.map(|direction| format!(" {direction}")).unwrap_or_default();
    let rule = reason.rule.as_ref().map(|rule| format!(" by {rule}")).unwrap_or_default();
    format!("{} @{} {}{owner}{direction}{rule}", reason.spec.code, at.kind, at.id)
}

fn leg(out: &mut String, name: &str, leg: &Leg) {
    let what_if = if leg.counterfactual { ", what would happen" } else { "" };
    let _ = writeln!(out, "{name} ({}{what_if})", leg.verdict.word());
    for hop in &leg.hops {
        line(out, hop);
    }
}

fn line(out: &mut String, hop: &Hop) {
    let mark = match hop.decision {
        Decision::Denied => "✘",
        Decision::Unknown => "?",
        _ if hop.counterfactual => "┊",
        _ => "│",
    };
    let place = if hop.place == hop.id { String::new() } else { format!(" at {}", hop.place) };
    let _ = write!(out, "  {mark} {:<20} {}{place}  {}", hop.stage, hop.id, hop.packet);
    for evidence in &hop.evidence {
        match evidence {
            Evidence::Routes { candidates, .. } => {
                for route in candidates.iter().filter(|route| route.lost.is_none()) {
                    let dead = if route.blackhole { " (blackhole)" } else { "" };
                    let _ = write!(out, "  [{} -> {}{dead}]", route.destination, route.target);
                }
            }
            Evidence::State { event, .. } => {
                let _ = write!(out, "  [state {event:?}]");
            }
            Evidence::Rules { scanned, .. } => {
                for rule in scanned.iter().filter(|rule| rule.missed.is_none()) {
                    let _ = write!(out, "  [{}: {}]", rule.label, rule.rule);
                }
            }
            Evidence::Check { check, passed, .. } => {
                let _ = write!(out, "  [{check} {}]", if *passed { "passed" } else { "failed" });
            }
            Evidence::Message { from, to, text, .. } => {
                let _ = write!(out, "  [{from} -> {to}: {text}]");
            }
            Evidence::Records { section, records } => {
                let _ = write!(out, "  [{section}: {}]", records.join("; "));
            }
            Evidence::Choice { of, candidates, .. } => {
                for chosen in candidates.iter().filter(|candidate| candidate.lost.is_none()) {
                    let _ = write!(out, "  [{of}: {}]", chosen.label);
                }
            }
        }
    }
    for change in &hop.changes {
        let _ = write!(out, "  [{} {} → {}]", change.field, change.old, change.new);
    }
    if let Some(reason) = &hop.reason {
        let _ = write!(out, "  {}", reason.spec.code);
    }
    out.push('\n');
}
