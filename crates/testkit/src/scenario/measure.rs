//! How long the way out is, or the lookup of a question, in hops and in typical time, beside the flow
//! before it: `hops:` and `latency:`.

use hopscope_aws::Document;
use hopscope_forward::Trace;
use hopscope_view::{ground, latency};

use super::run::{BOOKKEEPING, real_hops};

/// What a line asks of the way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// `hops: at least N more than before`, bookkeeping not counted.
    MoreHops(usize),
    /// `latency: more than before`.
    Slower,
    /// `latency: more than N ms`.
    Above(u32),
    /// `latency: at most N ms`.
    AtMost(u32),
}

/// The way out of one flow; of a question, which sends nothing after it, its lookup.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    hops: usize,
    micros: u32,
}

impl Way {
    pub fn of(document: &Document, trace: &Trace) -> Self {
        let leg = if trace.forward.hops.is_empty() { &trace.lookup } else { &trace.forward };
        let hops = real_hops(leg);
        let hops = hops.iter().filter(|hop| !BOOKKEEPING.contains(&hop.stage)).count();
        let crossings = ground::crossings(document, leg);
        Self { hops, micros: latency::of_leg(leg, &crossings) }
    }
}

/// `at least N more than before`
pub(super) fn hops(text: &str) -> Result<Measure, String> {
    let number = text.strip_prefix("at least ").and_then(|rest| rest.strip_suffix(" more than before"));
    match number.and_then(|number| number.trim().parse().ok()) {
        Some(more) => Ok(Measure::MoreHops(more)),
        None => Err(format!("expected \"hops: at least N more than before\", found \"{text}\"")),
    }
}

/// `more than before`, `more than N ms`, `at most N ms`
pub(super) fn latency(text: &str) -> Result<Measure, String> {
    let form = "latency: more than before\", \"latency: more than N ms\" or \"latency: at most N ms";
    let wrong = || format!("expected \"{form}\", found \"{text}\"");
    let number = |rest: &str| -> Option<u32> { rest.strip_suffix(" ms")?.trim().parse().ok() };
    match (text.strip_prefix("more than "), text.strip_prefix("at most ")) {
        (Some("before"), _) => Ok(Measure::Slower),
        (Some(rest), _) => number(rest).map(Measure::Above).ok_or_else(wrong),
        (_, Some(rest)) => number(rest).map(Measure::AtMost).ok_or_else(wrong),
        (None, None) => Err(wrong()),
    }
}

/// Whether a way is as long as a line says.
pub(super) fn check(measure: Measure, before: Option<Way>, now: Way) -> Result<(), String> {
    let before = |what: &dyn Fn(Way) -> bool| match before {
        Some(before) if what(before) => Ok(()),
        Some(before) => Err(format!(
            "it takes {} hops and {} \u{b5}s, before {} hops and {} \u{b5}s",
            now.hops, now.micros, before.hops, before.micros
        )),
        None => Err("no flow was sent before this one".to_owned()),
    };
    let fits = |holds: bool| if holds { Ok(()) } else { Err(format!("it takes {} \u{b5}s", now.micros)) };
    match measure {
        Measure::MoreHops(more) => before(&|before| now.hops >= before.hops.saturating_add(more)),
        Measure::Slower => before(&|before| now.micros > before.micros),
        Measure::Above(ms) => fits(now.micros > ms.saturating_mul(1_000)),
        Measure::AtMost(ms) => fits(now.micros <= ms.saturating_mul(1_000)),
    }
}
