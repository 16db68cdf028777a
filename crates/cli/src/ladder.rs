//! A trace as a ladder for a terminal.

use hopscope_aws::{Document, Flow};
use hopscope_forward::{Decision, Evidence, Hop, Leg, LegKind, Reason, StateEvent, Trace, Verdict};

use crate::out::{Out, Tone, safe};

/// Rules of a scan that are shown around the one that decided.
const SHOWN: usize = 4;

/// The ladder, line by line.
pub fn lines(document: &Document, flow: &Flow, trace: &Trace, out: &Out) -> Vec<String> {
    let mut lines = vec![
        out.tint(Tone::Strong, &safe(&format!("{} → {}", flow.from, flow.to))),
        out.tint(tone(trace.verdict), &verdict_line(trace)),
        String::new(),
    ];
    leg(document, &trace.forward, LegKind::Forward, out, &mut lines);
    lines.push(String::new());
    leg(document, &trace.back, LegKind::Return, out, &mut lines);
    let more: Vec<_> = trace.blockers.iter().skip(1).collect();
    if !more.is_empty() {
        lines.push(String::new());
        lines.push(out.tint(Tone::Strong, "Would also block"));
        for blocker in more {
            let way = if blocker.leg == LegKind::Return { "return: " } else { "" };
            lines.push(format!("  {way}{}", reason(&blocker.reason)));
        }
    }
    for hint in &trace.hints {
        lines.push(format!("hint: {}", reason(&hint.reason)));
    }
    lines
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Allowed => Tone::Good,
        Verdict::Denied | Verdict::Loop => Tone::Bad,
        Verdict::Unknown => Tone::Warn,
    }
}

fn verdict_line(trace: &Trace) -> String {
    let word = trace.verdict.word().to_uppercase();
    match &trace.reason {
        Some(found) => format!("{word}: {}", reason(found)),
        None => word,
    }
}

fn reason(reason: &Reason) -> String {
    let mut text = format!("{} at {} {}", reason.spec.code, reason.at.kind, reason.at.id);
    if let Some(owner) = &reason.at.owner {
        text.push_str(&format!(" of {owner}"));
    }
    if let Some(direction) = reason.at.direction {
        text.push_str(&format!(" ({direction})"));
    }
    if let Some(rule) = &reason.rule {
        text.push_str(&format!(", {rule}"));
    }
    for (name, value) in &reason.facts {
        text.push_str(&format!(", {name} {value}"));
    }
    if let Some(aws) = reason.spec.aws_code.filter(|aws| *aws != reason.spec.code) {
        text.push_str(&format!(" [AWS: {aws}]"));
    }
    safe(&text)
}

fn leg(document: &Document, leg: &Leg, kind: LegKind, out: &Out, lines: &mut Vec<String>) {
    let name = if kind == LegKind::Forward { "Forward" } else { "Return" };
    let would = if leg.counterfactual { " (what would happen)" } else { "" };
    let head = format!("{name}{would}: {}", leg.verdict.word());
    lines.push(out.tint(Tone::Strong, &head));
    let width = leg.hops.iter().map(|hop| hop.stage.len()).max().unwrap_or_default();
    for (n, hop) in leg.hops.iter().enumerate() {
        let (mark, tone) = mark(hop);
        let label = document.node(&hop.id).map(|node| node.name.as_str()).filter(|name| !name.is_empty());
        let label = label.map(|name| format!(" ({name})")).unwrap_or_default();
        let place = if hop.place == hop.id { String::new() } else { format!(" at {}", hop.place) };
        let would = if hop.counterfactual { " …would" } else { "" };
        let line = format!(
            "{:>3} {mark} {:width$}  {}",
            n + 1,
            hop.stage,
            safe(&format!("{}{label}{place}{would}", hop.id))
        );
        lines.push(out.tint(if hop.counterfactual { Tone::Dim } else { tone }, &line));
        let pad = " ".repeat(width + 8);
        for change in &hop.changes {
            lines.push(format!("{pad}{} {} → {}", change.field, change.old, change.new));
        }
        for evidence in &hop.evidence {
            for text in evidence_lines(evidence) {
                lines.push(out.tint(Tone::Dim, &format!("{pad}{}", safe(&text))));
            }
        }
        if let Some(why) = &hop.reason {
            lines.push(out.tint(tone, &format!("{pad}{}", reason(why))));
        }
    }
}

fn mark(hop: &Hop) -> (&'static str, Tone) {
    match hop.decision {
        Decision::Denied => ("✗", Tone::Bad),
        Decision::Unknown => ("?", Tone::Warn),
        Decision::Allowed | Decision::Delivered => ("✓", Tone::Good),
        Decision::Rewritten => ("~", Tone::Plain),
        Decision::Sent | Decision::Routed | Decision::Forwarded => ("→", Tone::Plain),
    }
}

fn evidence_lines(evidence: &Evidence) -> Vec<String> {
    match evidence {
        Evidence::Routes { table, destination, candidates } => {
            let mut lines = vec![format!("{table} looks up {destination}")];
            for route in candidates.iter().take(SHOWN) {
                let state = if route.blackhole { " (blackhole)" } else { "" };
                let lost = if route.lost.is_some() { "  lost" } else { "✓ won " };
                lines.push(format!("  {lost} {} → {}{state}", route.destination, route.target));
            }
            lines
        }
        Evidence::Rules { direction, scanned } => {
            let decided = scanned.iter().rposition(|rule| rule.missed.is_none());
            let mut lines = Vec::new();
            let missed = scanned.iter().filter(|rule| rule.missed.is_some()).count();
            match decided.and_then(|n| scanned.get(n)) {
                Some(rule) => lines.push(format!("{direction}: {} {}: {}", rule.list, rule.label, rule.rule)),
                None => lines.push(format!("{direction}: none of {missed} rules matches")),
            }
            if decided.is_none() {
                for rule in scanned.iter().take(SHOWN) {
                    lines.push(format!("  {} {}: {}", rule.list, rule.label, rule.rule));
                }
            }
            lines
        }
        Evidence::State { event, .. } => vec![
            match event {
                StateEvent::Created => "connection entry made",
                StateEvent::Used => "admitted by a connection entry",
                StateEvent::Untracked => "admitted without a connection entry",
                StateEvent::Missing => "no connection entry fits",
                StateEvent::Expired => "the connection entry has expired",
            }
            .to_owned(),
        ],
        Evidence::Check { check, passed, value } => {
            let value = value.as_deref().map(|value| format!(" ({value})")).unwrap_or_default();
            vec![format!("{check}: {}{value}", if *passed { "yes" } else { "no" })]
        }
    }
}
