//! The engine against the naive model, on networks made at random.
//!
//! `HOPSCOPE_SEED` and `HOPSCOPE_NETWORKS` choose where to start and how many to try;
//! `HOPSCOPE_KEEP_GOING=1` lists the disagreements by kind instead of stopping at the first.

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use common::{View, engine, model};
use hopscope_aws::{Document, Flow, Network};
use hopscope_forward::Verdict;
use hopscope_testkit::generate;
use serde_json::Value;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What differs, in words; `None` if both agree.
fn difference(engine: Option<&View>, model: Option<&View>) -> Option<String> {
    let (engine, model) = match (engine, model) {
        (None, None) => return None,
        (Some(engine), Some(model)) => (engine, model),
        (engine, _) => {
            return Some(format!(
                "{} refuses the question",
                if engine.is_none() { "the engine" } else { "the model" }
            ));
        }
    };
    if (engine.verdict, model.verdict) == (Verdict::Loop, Verdict::Loop) && engine.leg == model.leg {
        // Where a circle is noticed, and whether its header changes, depends on chosen ports.
        return None;
    }
    let code = |view: &View| view.code.clone().unwrap_or_else(|| view.verdict.word().to_owned());
    if (engine.verdict, &engine.code, engine.leg) != (model.verdict, &model.code, model.leg) {
        return Some(format!("{} {:?} / {} {:?}", code(engine), engine.leg, code(model), model.leg));
    }
    let kind = |view: &View| view.at.as_ref().map(|at| at.0.clone()).unwrap_or_default();
    if engine.at != model.at {
        return Some(format!("{}: place {} / {}", code(engine), kind(engine), kind(model)));
    }
    if engine.code.as_deref() == Some("X_ADDRESS_FAMILY_MISMATCH") {
        return None; // Nothing was sent.
    }
    if engine.request != model.request || engine.reply != model.reply {
        return Some(format!("{}: addresses", code(engine)));
    }
    if engine.forward != model.forward || engine.back != model.back {
        return Some(format!("{}: path", code(engine)));
    }
    None
}

/// The engine must give one of the answers that are right.
fn disagreement(engine: Option<&View>, model: &[View]) -> Option<String> {
    let first = difference(engine, model.first())?;
    let agreed = model.iter().skip(1).any(|view| difference(engine, Some(view)).is_none());
    (!agreed).then_some(first)
}

fn compare(document: &Document, flow: &Flow) -> Option<String> {
    let engine = engine(&Network::build(document), flow);
    disagreement(engine.as_ref(), &model(document, flow))
}

/// Fields with rows that may not matter.
const SHRUNK: [&str; 24] = [
    "routes",
    "inbound",
    "outbound",
    "private_ips",
    "ipv6",
    "security_groups",
    "entries",
    "associations",
    "propagations",
    "subnets",
    "static_routes",
    "announces",
    "tunnels",
    "propagating_gateways",
    "allowed_prefixes",
    "ipv6_cidrs",
    "interfaces",
    "listeners",
    "targets",
    "rules",
    "target_groups",
    "stateless_rules",
    "stateful_rules",
    "authorization_rules",
];

/// Drops nodes, rows and other flows for as long as the same disagreement stays.
fn shrink(document: &Document, flow: &Flow, what: &str) -> Document {
    let mut small = document.clone();
    small.flows = vec![Arc::new(flow.clone())];
    let still = |candidate: &Document| compare(candidate, flow).as_deref() == Some(what);
    loop {
        let before = small.to_json().len();
        for id in small.nodes.keys().cloned().collect::<Vec<_>>() {
            // A subnet without its zone is another story.
            if small.node(&id).is_some_and(|node| node.kind() == "availability-zone") {
                continue;
            }
            let mut candidate = small.clone();
            candidate.nodes.shift_remove(&id);
            if still(&candidate) {
                small = candidate;
            }
        }
        for id in small.nodes.keys().cloned().collect::<Vec<_>>() {
            for key in SHRUNK {
                let mut at = 0;
                while let Some(Value::Array(mut rows)) = small.node(&id).map(|node| node.field(key)) {
                    if at >= rows.len() {
                        break;
                    }
                    rows.remove(at);
                    let mut candidate = small.clone();
                    if let Some(node) =
                        small.node(&id).and_then(|node| node.with_field(key, Value::Array(rows)).ok())
                    {
                        candidate.put(node);
                    }
                    if still(&candidate) {
                        small = candidate;
                    } else {
                        at += 1;
                    }
                }
            }
        }
        if small.to_json().len() == before {
            return small;
        }
    }
}

fn report(seed: u64, document: &Document, flow: &Flow, what: &str) -> String {
    let small = shrink(document, flow, what);
    let compact = small.nodes.values().fold(String::new(), |mut text, node| {
        let mut fields = node.config.fields();
        if let Some(fields) = fields.as_object_mut() {
            fields.retain(|_, value| *value != Value::Null && *value != Value::Array(Vec::new()));
        }
        let _ = writeln!(text, "  {} {} in {:?} {fields}", node.kind(), node.id, node.parent);
        text
    });
    let flow_text = serde_json::to_string(flow).unwrap_or_default();
    let engine = engine(&Network::build(&small), flow);
    let model = model(&small, flow);
    format!("seed {seed}: {what}\n{compact}flow {flow_text}\nengine {engine:#?}\nmodel {model:#?}\n")
}

/// What a range of seeds showed.
#[derive(Default)]
struct Tally {
    flows: u64,
    refused: u64,
    outcomes: BTreeMap<String, u64>,
    /// How many components of each kind were drawn.
    kinds: BTreeMap<&'static str, u64>,
    /// By kind: how many, and the first one shrunk to what it needs.
    disagreements: BTreeMap<String, (u64, String)>,
}

impl Tally {
    fn try_network(&mut self, seed: u64, document: &Document, stop: bool) {
        for node in document.nodes.values() {
            *self.kinds.entry(node.kind()).or_default() += 1;
        }
        let network = Network::build(document);
        for flow in &document.flows {
            self.flows += 1;
            let (engine, model) = (engine(&network, flow), model(document, flow));
            match &engine {
                Some(view) => {
                    let code = view.code.clone().unwrap_or_default();
                    *self.outcomes.entry(format!("{} {code}", view.verdict.word())).or_default() += 1;
                }
                None => self.refused += 1,
            }
            if let Some(what) = disagreement(engine.as_ref(), &model) {
                let report = || (0, report(seed, document, flow, &what));
                assert!(!stop, "{}", report().1);
                self.disagreements.entry(what.clone()).or_insert_with(report).0 += 1;
            }
        }
    }

    fn add(&mut self, other: Self) {
        self.flows += other.flows;
        self.refused += other.refused;
        for (name, count) in other.outcomes {
            *self.outcomes.entry(name).or_default() += count;
        }
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
        for (what, (count, example)) in other.disagreements {
            self.disagreements.entry(what).or_insert((0, example)).0 += count;
        }
    }
}

/// Both sides on a range of networks; what they showed.
fn try_all(name: &str, draw: fn(u64) -> Document) -> (u64, Tally) {
    let seed = setting("HOPSCOPE_SEED", 1);
    let networks = setting("HOPSCOPE_NETWORKS", 10_000);
    let stop = setting("HOPSCOPE_KEEP_GOING", 0) == 0;
    let lanes = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let lane = |first| {
            let mut tally = Tally::default();
            let step = usize::try_from(lanes).unwrap();
            (seed + first..seed + networks)
                .step_by(step)
                .for_each(|seed| tally.try_network(seed, &draw(seed), stop));
            tally
        };
        let running: Vec<_> = (0..lanes).map(|first| scope.spawn(move || lane(first))).collect();
        for lane in running {
            match lane.join() {
                Ok(part) => tally.add(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    let Tally { flows, refused, outcomes, kinds, disagreements } = &tally;
    let mut text =
        format!("{name}: seed {seed}, {networks} networks, {flows} flows, {refused} refused as questions\n");
    for (outcome, count) in outcomes {
        let _ = writeln!(text, "{count:>8}  {outcome}");
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let _ = writeln!(text, "{name}: {}", kinds.join(", "));
    for (what, (count, example)) in disagreements {
        let _ = write!(text, "== {count} x {what}\n{example}\n");
    }
    for (what, (count, _)) in disagreements {
        let _ = writeln!(text, "{count:>6} x {what}");
    }
    print(&text);
    (networks, tally)
}

/// Both sides agree on all networks of a generator, and those show so many different outcomes.
fn agree(name: &str, draw: fn(u64) -> Document, least: usize) {
    let (networks, Tally { flows, outcomes, disagreements, .. }) = try_all(name, draw);
    assert!(disagreements.is_empty());
    // A generator that only makes refusals would prove little.
    let allowed = outcomes.get("allowed ").copied().unwrap_or(0);
    assert!(networks < 1000 || allowed * 4 >= flows, "{allowed} of {flows} flows allowed");
    assert!(networks < 1000 || outcomes.len() >= least, "only {} different outcomes", outcomes.len());
}

#[test]
fn engine_and_model_agree() {
    agree("differential", generate::network, 25);
}

#[test]
fn engine_and_model_agree_on_several_vpcs() {
    agree("several VPCs", generate::wide, 40);
}

/// Past the test harness, which keeps what a passing test prints to itself: the seed and the counts
/// are what a person looks for in the log.
fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
