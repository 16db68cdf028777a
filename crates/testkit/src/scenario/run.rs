//! Running one block: changes, packets, and whether what happened is what was written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hopscope_aws::{Document, Flow, Network, QueryError, distribution, trace, trace_from};
use hopscope_forward::{Answer, Evidence, Hop, Leg, LegKind, Reason, Severity, State, Trace, Verdict};

use super::cost::Costs;
use super::ground;
use super::measure::{self, Way};
use super::pattern::HopPattern;
use super::statement::{ExpectedAnswer, ExpectedDrawing, ExpectedVerdict, Share, Statement, What};
use super::{Case, Place, ladder};

/// Stages that are bookkeeping of a hop rather than hops of their own; an `exactly` path may
/// leave them out.
pub(super) const BOOKKEEPING: &[&str] =
    &["send", "source-check", "destination-check", "internet", "gateway-route-table", "deliver"];

/// Questions of a distribution that are traced packet by packet as well.
const SAMPLED: u64 = 25;

/// One line that did not come true.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The line.
    pub place: Place,
    /// The line as written.
    pub expected: String,
    /// What happened instead.
    pub actual: String,
    /// The trace it is about.
    pub ladder: Option<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "    {}", self.place)?;
        writeln!(f, "    expected  {}", self.expected)?;
        writeln!(f, "    actual    {}", self.actual)?;
        for line in self.ladder.iter().flat_map(|ladder| ladder.lines()) {
            writeln!(f, "      {line}")?;
        }
        Ok(())
    }
}

/// What running a block gave.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Lines that did not come true; none means it passed.
    pub failures: Vec<Failure>,
    /// Reason codes that the block names and the engine raised.
    pub codes: BTreeSet<String>,
    /// Packets sent.
    pub packets: usize,
}

struct Runner {
    document: Document,
    network: Option<Network>,
    flow: Option<Flow>,
    trace: Option<Result<Trace, String>>,
    /// The way of the latest flow, and of the one before it.
    ways: (Option<Way>, Option<Way>),
    costs: Costs,
    outcome: Outcome,
}

/// Runs a block on a copy of its laboratory.
pub(super) fn run(lab: &Document, case: &Case) -> Outcome {
    let mut runner = Runner {
        document: lab.clone(),
        network: None,
        flow: None,
        trace: None,
        ways: (None, None),
        costs: Costs::default(),
        outcome: Outcome::default(),
    };
    for statement in &case.statements {
        if let Err((actual, show)) = runner.step(statement) {
            let ladder = match &runner.trace {
                Some(Ok(trace)) if show => Some(ladder(trace)),
                _ => None,
            };
            runner.outcome.failures.push(Failure {
                place: statement.place.clone(),
                expected: statement.text.clone(),
                actual,
                ladder,
            });
        }
    }
    runner.outcome
}

/// The flows of a block, each with the drawing it is sent into.
pub(super) fn drawings(lab: &Document, case: &Case) -> Vec<(Document, Flow)> {
    let mut document = lab.clone();
    let mut found = Vec::new();
    for statement in &case.statements {
        match &statement.what {
            What::Change(change) if change.apply(&mut document).is_err() => break,
            What::Flow(flow) => found.push((document.clone(), (**flow).clone())),
            _ => {}
        }
    }
    found
}

/// What went wrong, and whether the ladder helps to see it.
type Step = Result<(), (String, bool)>;

impl Runner {
    fn network(&mut self) -> &Network {
        self.network.get_or_insert_with(|| Network::build(&self.document))
    }

    fn send(&mut self, flow: Flow, state: Option<State>) {
        let network = self.network();
        let found: Result<Trace, QueryError> = match state {
            Some(state) => trace_from(network, &flow, state),
            None => trace(network, &flow),
        };
        self.ways = (found.as_ref().ok().map(|trace| Way::of(&self.document, trace)), self.ways.0);
        self.trace = Some(found.map_err(|error| error.to_string()));
        self.flow = Some(flow);
        self.outcome.packets += 1;
    }

    fn step(&mut self, statement: &Statement) -> Step {
        match &statement.what {
            What::Change(change) => {
                self.network = None;
                change.apply(&mut self.document).map_err(|problem| (problem, false))
            }
            What::Flow(flow) => {
                self.send((**flow).clone(), None);
                Ok(())
            }
            What::Next(after) => {
                let (Some(flow), Some(Ok(trace))) = (self.flow.clone(), &self.trace) else {
                    return Err(("the flow before it was not traced".to_owned(), false));
                };
                let mut state = trace.state.clone();
                state.now += after;
                self.send(Flow { idle: None, reply_after: None, ..flow }, Some(state));
                Ok(())
            }
            What::Drawing(expected) => self.drawing(expected),
            What::Cost(line) => self.costs.step(line, &self.document).map_err(|actual| (actual, false)),
            other => {
                let trace = match self.trace.take() {
                    Some(Ok(trace)) => trace,
                    Some(Err(error)) => {
                        let failed = Err((format!("the flow could not be traced: {error}"), false));
                        self.trace = Some(Err(error));
                        return failed;
                    }
                    None => return Err(("no packet was sent".to_owned(), false)),
                };
                let result = self.about(other, &trace);
                self.trace = Some(Ok(trace));
                result.map_err(|actual| (actual, true))
            }
        }
    }

    fn saw(&mut self, code: &str) {
        self.outcome.codes.insert(code.to_owned());
    }

    fn drawing(&mut self, expected: &ExpectedDrawing) -> Step {
        let network = self.network();
        let all = |wanted: Option<bool>| {
            network
                .diagnostics()
                .iter()
                .filter(|d| wanted.is_none_or(|error| (d.spec.severity == Severity::Error) == error))
                .map(|d| {
                    format!(
                        "{} @{}",
                        d.spec.code,
                        d.nodes.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(" @")
                    )
                })
                .collect::<Vec<_>>()
        };
        let said = |list: Vec<String>| if list.is_empty() { "nothing".to_owned() } else { list.join(", ") };
        let seen = match expected {
            ExpectedDrawing::Ok => {
                let errors = all(Some(true));
                if !errors.is_empty() {
                    return Err((said(errors), false));
                }
                None
            }
            ExpectedDrawing::Absent(code) => {
                if network.diagnostics().iter().any(|d| d.spec.code == code) {
                    return Err((said(all(None)), false));
                }
                None
            }
            ExpectedDrawing::Code { error, code, at } => {
                let found = network.diagnostics().iter().any(|d| {
                    d.spec.code == code
                        && (d.spec.severity == Severity::Error) == *error
                        && at.as_ref().is_none_or(|at| d.nodes.iter().any(|node| node.as_str() == at))
                });
                if !found {
                    return Err((format!("the drawing says {}", said(all(None))), false));
                }
                Some(code.clone())
            }
        };
        seen.iter().for_each(|code| self.saw(code));
        Ok(())
    }

    fn about(&mut self, what: &What, trace: &Trace) -> Result<(), String> {
        match what {
            What::Verdict(expected) => self.verdict(expected, trace),
            What::Path { leg, exactly, hops } => {
                let real = real_hops(trace.leg(*leg));
                if let (true, Some(hop)) = (hops.is_empty(), real.first()) {
                    return Err(format!("something is sent: {} {}", hop.stage, hop.id));
                }
                if *exactly {
                    exact(&self.document, hops, &real)
                } else {
                    in_order(&self.document, hops, &real)
                }
            }
            What::Answer(expected) => answered(expected, trace),
            What::Ttl(wanted) => {
                let ttl = answer(trace)?.records.first().and_then(|record| field(record, 1));
                let right = ttl.is_some_and(|ttl| ttl == wanted.to_string());
                if right { Ok(()) } else { Err(format!("it is kept {} seconds", ttl.unwrap_or("no"))) }
            }
            What::Authenticated(wanted) => {
                let found = answer(trace)?.authenticated;
                let said = if found { "AD is set" } else { "AD is not set" };
                if found == *wanted { Ok(()) } else { Err(said.to_owned()) }
            }
            What::Distribution { count, shares } => self.distribution(*count, shares),
            What::Never(pattern) => {
                let met = LegKind::ALL.iter().flat_map(|leg| &trace.leg(*leg).hops);
                match met.into_iter().find(|hop| pattern.fits(&self.document, hop)) {
                    Some(hop) => Err(format!("it met {} {}", hop.stage, hop.id)),
                    None => Ok(()),
                }
            }
            What::Crosses { leg, grounds } => ground::check(&self.document, grounds, trace.leg(*leg)),
            What::NeverCrosses(grounds) => grounds.iter().try_for_each(|pattern| {
                LEGS.iter().try_for_each(|leg| ground::absent(&self.document, pattern, trace.leg(*leg)))
            }),
            What::Measure(measure) => match self.ways {
                (Some(now), before) => measure::check(*measure, before, now),
                (None, _) => Err("no packet was sent".to_owned()),
            },
            What::Packet { leg, packet } => match real_hops(trace.leg(*leg)).last() {
                Some(hop) if packet.fits(&hop.packet) => Ok(()),
                Some(hop) => Err(format!("it arrives as {}", hop.packet)),
                None => Err("nothing arrives".to_owned()),
            },
            What::Also { code, at } => {
                let found = trace.blockers.iter().any(|blocker| {
                    blocker.counterfactual
                        && blocker.reason.spec.code == code
                        && at.as_ref().is_none_or(|at| at.is_where(&self.document, &blocker.reason.at))
                });
                if !found {
                    return Err("that would not also block".to_owned());
                }
                self.saw(code);
                Ok(())
            }
            What::Hint { code, at, present } => {
                let fits = |reason: &Reason| {
                    reason.spec.code == code
                        && at.as_ref().is_none_or(|at| at.is_where(&self.document, &reason.at))
                };
                if trace.hints.iter().any(|hint| fits(&hint.reason)) != *present {
                    let hints = trace.hints.iter().map(|hint| &hint.reason);
                    let hints: Vec<String> =
                        hints.map(|reason| format!("{} @{}", reason.spec.code, reason.at.id)).collect();
                    return Err(format!("hints: {}", hints.join(", ")));
                }
                if *present {
                    self.saw(code);
                }
                Ok(())
            }
            What::Loses(route) => {
                let mut hops = LegKind::ALL.iter().flat_map(|leg| real_hops(trace.leg(*leg)));
                if hops.any(|hop| route.lost(&self.document, hop)) {
                    Ok(())
                } else {
                    Err("no lookup of that table says so".to_owned())
                }
            }
            What::Rule(label) => match trace.reason.as_ref().and_then(|reason| reason.rule.as_ref()) {
                Some(rule) if rule.contains(label) => Ok(()),
                other => Err(format!("the deciding rule is {other:?}")),
            },
            What::Fact { name, value } => {
                let reasons = trace.reason.iter().chain(trace.hints.iter().map(|hint| &hint.reason));
                let facts: Vec<_> = reasons.flat_map(|reason| &reason.facts).collect();
                if facts.iter().any(|(key, found)| key == name && found == value) {
                    Ok(())
                } else {
                    Err(format!("facts: {facts:?}"))
                }
            }
            What::Chooses { hop, of, label } => self.choice(trace, hop, of, label),
            What::Shows { hop, check, value } => self.shown(trace, hop, check, value),
            What::Says { hop, text, present } => self.said(trace, hop, text, *present),
            What::Change(_) | What::Flow(_) | What::Next(_) | What::Drawing(_) | What::Cost(_) => Ok(()),
        }
    }

    /// Whether the answers of the flow's question are spread so: as the engine counts them, and over
    /// the first seeds also as packets find them.
    fn distribution(&mut self, count: u64, wanted: &[Share]) -> Result<(), String> {
        let flow = self.flow.clone().ok_or("no question was asked")?;
        let network = self.network();
        let counted = |count| {
            distribution(network, &flow, count).map(|it| it.shares).map_err(|error| error.to_string())
        };
        let mut sampled: BTreeMap<String, u64> = BTreeMap::new();
        let first = flow.seed.unwrap_or(0);
        for seed in first..first + SAMPLED {
            let flow = Flow { seed: Some(seed), ..flow.clone() };
            let trace = trace(network, &flow).map_err(|error| error.to_string())?;
            *sampled.entry(first_answer(&trace)?).or_default() += 1;
        }
        let quick: BTreeMap<String, u64> = counted(SAMPLED)?.into_iter().collect();
        if quick != sampled {
            return Err(format!("{SAMPLED} traces give {sampled:?}, the count says {quick:?}"));
        }
        let shares = counted(count)?;
        let all: u64 = shares.iter().map(|(_, times)| times).sum();
        let per_cent = |times: u64| times as f64 * 100.0 / all.max(1) as f64;
        let found = |share: &Share| shares.iter().find(|(answer, _)| *answer == share.answer);
        let near = |share: &Share| {
            let is = found(share).map_or(0.0, |(_, times)| per_cent(*times));
            (is - share.wanted).abs() <= share.tolerance
        };
        let others = shares.iter().any(|(answer, _)| wanted.iter().all(|share| share.answer != *answer));
        if all == count && !others && wanted.iter().all(near) {
            return Ok(());
        }
        let said: Vec<String> =
            shares.iter().map(|(answer, times)| format!("{answer} {:.1}%", per_cent(*times))).collect();
        Err(format!("{all} questions: {}", said.join(", ")))
    }

    /// Whether a message or a record at a hop has that text, or none has.
    fn said(&self, trace: &Trace, pattern: &HopPattern, text: &str, present: bool) -> Result<(), String> {
        let mut said: Vec<&str> = Vec::new();
        for hop in LegKind::ALL.iter().flat_map(|leg| real_hops(trace.leg(*leg))) {
            for evidence in hop.evidence.iter().filter(|_| pattern.same_component(&self.document, hop)) {
                match evidence {
                    Evidence::Message { text, .. } => said.push(text),
                    Evidence::Records { records, .. } => said.extend(records.iter().map(String::as_str)),
                    _ => {}
                }
            }
        }
        if said.iter().any(|line| line.contains(text)) == present {
            Ok(())
        } else {
            Err(format!("it says {said:#?}"))
        }
    }

    /// Whether a hop chose what is called so.
    fn choice(&self, trace: &Trace, pattern: &HopPattern, of: &str, label: &str) -> Result<(), String> {
        let mut chosen: Vec<&str> = Vec::new();
        for hop in LegKind::ALL.iter().flat_map(|leg| real_hops(trace.leg(*leg))) {
            for evidence in hop.evidence.iter().filter(|_| pattern.same_component(&self.document, hop)) {
                let Evidence::Choice { of: what, candidates, .. } = evidence else { continue };
                let won = candidates.iter().filter(|candidate| *what == of && candidate.lost.is_none());
                chosen.extend(won.map(|candidate| candidate.label.as_str()));
            }
        }
        if chosen.contains(&label) { Ok(()) } else { Err(format!("it chose {chosen:?}")) }
    }

    /// Whether a hop carries a check of that value, or a message of that protocol that says so.
    fn shown(&self, trace: &Trace, pattern: &HopPattern, check: &str, value: &str) -> Result<(), String> {
        let mut seen: Vec<&str> = Vec::new();
        for hop in LegKind::ALL.iter().flat_map(|leg| real_hops(trace.leg(*leg))) {
            for evidence in hop.evidence.iter().filter(|_| pattern.same_component(&self.document, hop)) {
                match evidence {
                    Evidence::Check { check: name, value: Some(value), .. } if *name == check => {
                        seen.push(value);
                    }
                    Evidence::Message { protocol, text, .. } if *protocol == check => seen.push(text),
                    _ => {}
                }
            }
        }
        if seen.contains(&value) { Ok(()) } else { Err(format!("{check}: {seen:?}")) }
    }

    fn verdict(&mut self, expected: &ExpectedVerdict, trace: &Trace) -> Result<(), String> {
        let first = trace.blockers.iter().find(|blocker| !blocker.counterfactual);
        let actual = || {
            let reason = trace.reason.as_ref();
            let code = reason.map(|reason| reason.spec.code).unwrap_or_default();
            let at = reason.map(|reason| {
                let owner = reason.at.owner.as_ref().map(|owner| format!(" of {owner}")).unwrap_or_default();
                format!(
                    "@{} {}{owner} {}",
                    reason.at.kind,
                    reason.at.id,
                    reason.at.direction.unwrap_or_default()
                )
            });
            let leg = first.map(|blocker| match blocker.leg {
                LegKind::Lookup => "while the name is looked up",
                LegKind::Attempt | LegKind::Forward => "fwd",
                LegKind::Return => "ret",
            });
            format!("{} {code} {} {}", trace.verdict.word(), at.unwrap_or_default(), leg.unwrap_or_default())
        };
        let code = trace.reason.as_ref().map(|reason| reason.spec.code);
        // What dies while its name is looked up is told without a way.
        let wanted_leg = match (expected.verdict, expected.leg) {
            (Verdict::Allowed, leg) => leg,
            (_, leg) => leg.or(Some(LegKind::Lookup)),
        };
        let sound = trace.verdict == expected.verdict
            && code == expected.code.as_deref()
            && wanted_leg.is_none_or(|leg| first.is_some_and(|blocker| blocker.leg == leg))
            && expected.at.as_ref().is_none_or(|at| {
                trace.reason.as_ref().is_some_and(|reason| at.is_where(&self.document, &reason.at))
            });
        if !sound {
            return Err(actual());
        }
        if expected.verdict == Verdict::Allowed {
            for leg in LEGS {
                if trace.leg(leg).verdict != Verdict::Allowed {
                    return Err(format!("allowed, but the {leg:?} leg is {}", trace.leg(leg).verdict.word()));
                }
            }
        }
        expected.code.iter().for_each(|code| self.saw(code));
        Ok(())
    }
}

const LEGS: [LegKind; 2] = [LegKind::Forward, LegKind::Return];

fn answer(trace: &Trace) -> Result<&Answer, String> {
    trace.answer.as_ref().ok_or_else(|| "no name was looked up".to_owned())
}

/// A word of a record in presentation format; the last holds the rest.
fn field(record: &str, n: usize) -> Option<&str> {
    record.splitn(4, ' ').nth(n)
}

/// The data of the first record of the asked type, or the outcome where there is none.
fn first_answer(trace: &Trace) -> Result<String, String> {
    let answer = answer(trace)?;
    let asked = answer.question.rsplit(' ').next();
    let mut of_type = answer.records.iter().filter(|record| field(record, 2) == asked);
    Ok(of_type.find_map(|record| field(record, 3)).unwrap_or(answer.outcome).to_owned())
}

/// Whether a lookup came to what was expected: a response, with that data of the asked type.
fn answered(expected: &ExpectedAnswer, trace: &Trace) -> Result<(), String> {
    let answer = answer(trace)?;
    let (data, exactly) = match expected {
        ExpectedAnswer::Without(outcome) if answer.outcome == outcome => return Ok(()),
        ExpectedAnswer::Without(_) => {
            return Err(format!("{} {}", answer.outcome, answer.records.join("; ")));
        }
        ExpectedAnswer::Data { data, exactly } => (data, *exactly),
    };
    let asked = answer.question.rsplit(' ').next();
    let of_type = answer.records.iter().filter(|record| field(record, 2) == asked);
    let mut found: Vec<&str> = of_type.filter_map(|record| field(record, 3)).collect();
    let mut wanted: Vec<&str> = data.iter().map(String::as_str).collect();
    if !exactly {
        found.sort_unstable();
        wanted.sort_unstable();
    }
    if answer.outcome == "ANSWER" && found == wanted {
        Ok(())
    } else {
        Err(format!("{} {}", answer.outcome, answer.records.join("; ")))
    }
}

/// The hops that really happened.
pub(super) fn real_hops(leg: &Leg) -> Vec<&Hop> {
    if leg.counterfactual { Vec::new() } else { leg.hops.iter().filter(|hop| !hop.counterfactual).collect() }
}

/// Every pattern in this order, anything in between.
fn in_order(document: &Document, patterns: &[HopPattern], hops: &[&Hop]) -> Result<(), String> {
    let mut rest = hops.iter();
    for pattern in patterns {
        if !rest.any(|hop| pattern.fits(document, hop)) {
            return Err(format!("\"{}\" does not come at its place in this path", pattern.text));
        }
    }
    Ok(())
}

/// Every pattern in this order and nothing else, but for bookkeeping stages and further stages
/// of the component just met.
fn exact(document: &Document, patterns: &[HopPattern], hops: &[&Hop]) -> Result<(), String> {
    let mut waiting = patterns.iter().peekable();
    let mut current: Option<&HopPattern> = None;
    for hop in hops {
        if let Some(next) = waiting.next_if(|next| next.fits(document, hop)) {
            current = Some(next);
            continue;
        }
        let same = current.is_some_and(|current| current.same_component(document, hop))
            && hop.kind != "network-acl"
            && hop.kind != "route-table";
        if !same && !BOOKKEEPING.contains(&hop.stage) {
            return Err(format!("the path also meets {} {} at {}", hop.stage, hop.id, hop.place));
        }
    }
    match waiting.next() {
        Some(missing) => Err(format!("\"{}\" does not come at its place in this path", missing.text)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{Suite, directory};

    /// The failures of one block on Lab-0, as the sentences after `actual`.
    fn failures(body: &str) -> Vec<String> {
        let lab = std::fs::read_to_string(directory().join("lab-0.md")).unwrap();
        let files = BTreeMap::from([
            ("lab-0.md".to_owned(), lab),
            ("x.md".to_owned(), format!("## RT-01 t\n```scenario\n{body}\n```\n")),
        ]);
        let suite = Suite::read(&files).unwrap_or_else(|problems| panic!("{problems:?}"));
        suite.run(&suite.scenarios[0].cases[0]).failures.into_iter().map(|failure| failure.actual).collect()
    }

    #[test]
    fn every_kind_of_expectation_can_fail() {
        let flow = "flow: app -> srv tcp 443\nexpect: ALLOW\n";
        for wrong in [
            "forward: nat-b",
            "forward: nat-a › rt(prv-a)",
            "forward: nat-a ✘",
            "forward: nat-a state",
            "forward: nat-a [src 10.0.0.6]",
            "forward: nat-a {src 10.0.1.11}",
            "forward: rt(prv-a: 0.0.0.0/0 -> nat-b)",
            "forward: rt(prv-a: local)",
            "forward exactly: app › nat-a › srv",
            "forward: nothing",
            "return: sg(app) untracked",
            "never: nat-a",
            "arrives: src 10.0.1.10",
            "replies: dst 10.0.0.5",
            "crosses: internet › backbone",
            "crosses: internet (ipsec)",
            "return crosses: fibre",
            "crosses: nothing",
            "never crosses: edge",
            "latency: more than 900 ms",
            "latency: at most 1 ms",
            "latency: more than before",
            "hops: at least 1 more than before",
            "also: NO_ROUTE_TO_DESTINATION",
            "hint: I_NONDETERMINISTIC",
            "rule: 100",
            "fact: limit 350",
            "loses: rt(prv-a: 0.0.0.0/0 -> nat-a) by no match",
            "chooses: nat-a targets app",
            "shows: igw-A public-address 10.0.0.6",
            "says: igw-A hello",
            "hint: X_DNSSEC_ALTERED @igw-A",
            "expect: REJECT V_QUOTA",
            "expect: WARN I_OVERLAP",
            "cost: nat-a PRC-03 hour 2",
            "cost: nat-a PRC-06 hour",
            "cost: nat-a free",
            "no cost: nat-a PRC-03",
            "usage: nat-a PRC-03 furlong 1",
            "beside: nothing",
        ] {
            assert_eq!(failures(&format!("{flow}{wrong}")).len(), 1, "{wrong}");
        }
        for wrong in ["DENY NO_ROUTE_TO_DESTINATION @rt(prv-a) fwd", "LOOP CYCLIC_PATH_DETECTED fwd"] {
            assert_eq!(failures(&format!("flow: app -> srv tcp 443\nexpect: {wrong}")).len(), 1, "{wrong}");
        }
    }

    #[test]
    fn a_denial_is_compared_in_code_component_and_leg() {
        let closed = "change: sg sg-web in: none\nflow: cli -> web tcp 443\nexpect: ";
        let right = failures(&format!("{closed}DENY SG_HAS_NO_RULES @sg(web) fwd"));
        assert!(right.is_empty(), "{right:?}");
        for wrong in [
            "ALLOW",
            "DENY ENI_SG_RULES_MISMATCH @sg(web) fwd",
            "DENY SG_HAS_NO_RULES @sg(app) fwd",
            "DENY SG_HAS_NO_RULES @nacl(pub-a,in) fwd",
            "DENY SG_HAS_NO_RULES @sg(web) ret",
            "UNKNOWN SG_HAS_NO_RULES @sg(web) fwd",
        ] {
            let found = failures(&format!("{closed}{wrong}"));
            assert_eq!(found.len(), 1, "{wrong}");
            assert!(found[0].contains("SG_HAS_NO_RULES"), "{found:?}");
        }
    }

    #[test]
    fn what_cannot_be_done_is_a_failure_not_a_crash() {
        assert!(failures("flow: nobody -> web tcp 443\nexpect: ALLOW")[0].contains("could not be traced"));
        assert!(failures("change: delete nobody\nexpect: OK")[0].contains("nothing drawn"));
        assert!(failures("change: add vpc VPC-A in R1\nexpect: OK")[0].contains("drawn already"));
    }

    #[test]
    fn the_next_packet_meets_what_the_first_left_behind() {
        let story =
            "flow: app -> srv tcp 443\nexpect: ALLOW\nforward: nat-a new\nnext: packet\nexpect: ALLOW\n";
        assert!(failures(&format!("{story}forward: nat-a state")).is_empty());
        assert_eq!(failures(&format!("{story}forward: nat-a new")).len(), 1);
    }
}
