//! Properties of the engine on the drawings of the scenarios and starters after careless changes:
//! no panic, the same answer twice, an end in bounded hops, a reason that names something drawn,
//! `unknown` only where something is not modelled, and no meaning in ids.
//!
//! `HOPSCOPE_SEED` chooses where to start, `HOPSCOPE_RUNS` how many drawings to change.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use hopscope_aws::{Document, FieldKind, Flow, Id, Network, trace};
use hopscope_forward::{Decision, Hop, LegKind, MAX_FORWARDING_HOPS, Trace, Verdict};
use hopscope_testkit::generate::{Random, any_flow, mutated};
use hopscope_testkit::scenario::{Suite, directory};
use serde_json::Value;

/// Kinds at which a trace may be unknown.
const UNMODELLED: [&str; 7] = [
    "unmodelled",
    "application-load-balancer",
    "network-load-balancer",
    "global-accelerator",
    "cloudfront-distribution",
    "api-gateway",
    "customer-gateway",
];

/// Ends that nobody draws.
const PLATFORM: [&str; 12] = [
    "internet",
    "aws-shield",
    "resolver",
    "instance-metadata",
    "time-sync",
    "task-metadata",
    "windows-activation",
    "vpc-router",
    "public-resolver",
    "root-name-server",
    "tld-name-server",
    "aws-name-server",
];

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Drawings to start from, with a flow that means something in each.
fn corpus() -> Vec<(Document, Flow)> {
    let mut found = Suite::load(&directory()).unwrap().drawings();
    let starters = Path::new(env!("CARGO_MANIFEST_DIR")).join("../editor/starters");
    let mut files: Vec<_> = std::fs::read_dir(starters).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    // Their pictures stand beside them.
    for file in files.into_iter().filter(|file| file.extension().is_some_and(|ext| ext == "json")) {
        let document = Document::from_json(&std::fs::read(file).unwrap()).unwrap();
        for flow in document.flows.clone() {
            // Starters are few and rich: each counts several times.
            (0..4).for_each(|_| found.push((document.clone(), (*flow).clone())));
        }
    }
    found
}

fn told(document: &Document, flow: &Flow) -> (String, Option<Trace>) {
    let network = Network::build(document);
    let diagnostics = format!("{:?}", network.diagnostics());
    match trace(&network, flow) {
        Ok(trace) => (format!("{diagnostics} {}", serde_json::to_string(&trace).unwrap()), Some(trace)),
        Err(error) => (format!("{diagnostics} {error}"), None),
    }
}

/// What is wrong with an answer.
fn faults(document: &Document, trace: &Trace) -> Vec<String> {
    let mut found = Vec::new();
    let legs = || LegKind::ALL.into_iter().map(|kind| trace.leg(kind));
    let hops = || legs().flat_map(|leg| &leg.hops);
    for leg in [&trace.forward, &trace.back, &trace.attempt] {
        if leg.hops.len() > MAX_FORWARDING_HOPS * 8 {
            found.push(format!("{} hops", leg.hops.len()));
        }
    }
    // A resolution takes so many messages and no more.
    if trace.lookup.hops.len() > 128 * MAX_FORWARDING_HOPS * 8 {
        found.push(format!("{} hops to look a name up", trace.lookup.hops.len()));
    }
    let drawn = |id: &str| {
        document.nodes.contains_key(id)
            || PLATFORM.contains(&id)
            || id
                .split_once('/')
                .is_some_and(|(owner, _)| document.nodes.contains_key(owner) || PLATFORM.contains(&owner))
    };
    for hop in hops() {
        if !drawn(&hop.id) || !drawn(&hop.place) {
            found.push(format!("a hop {} at {} {}", hop.stage, hop.id, hop.place));
        }
        if hop.rules.is_empty() && hop.reason.is_some() {
            let spec = hop.reason.as_ref().map(|reason| reason.spec);
            if let Some(spec) =
                spec.filter(|spec| spec.rules.is_empty() && spec.code != "UNSUPPORTED_COMPONENT")
            {
                found.push(format!("the refusal {} at {} cites no rule", spec.code, hop.stage));
            }
        }
    }
    for blocker in &trace.blockers {
        if !drawn(&blocker.reason.at.id) {
            found.push(format!("{} at {}", blocker.reason.spec.code, blocker.reason.at.id));
        }
    }
    if trace.verdict != Verdict::Allowed && trace.reason.is_none() {
        found.push(format!("{:?} without a reason", trace.verdict));
    }
    if trace.verdict == Verdict::Unknown {
        // Balancers and edge services open no flows of their own, balancers know no functions; behind a
        // router without a site nothing is drawn.
        let unmodelled = |hop: &Hop| UNMODELLED.contains(&hop.kind);
        if !hops().any(unmodelled) || !hops().any(|hop| hop.decision == Decision::Unknown) {
            found.push("unknown, but everything is modelled".to_owned());
        }
    }
    if trace.verdict == Verdict::Allowed
        && let Some(hop) =
            trace.forward.hops.iter().chain(&trace.back.hops).find(|hop| hop.decision == Decision::Denied)
    {
        found.push(format!("allowed, though {} {} denies", hop.stage, hop.id));
    }
    found
}

/// Fields in which a word is no id, even where it is spelt like one: domain names, directions, types.
fn is_text(kind: &str, key: &str) -> bool {
    let named = matches!(kind, "hosted-zone" | "dns-server") && ["name", "values"].contains(&key);
    // Names that stand for rows of the same component are no ids either.
    let own = ["name", "direction", "target_type", "origin", "provider", "router", "virtual_node"];
    named || own.contains(&key)
}

/// The same drawing with every id changed.
fn renamed(document: &Document, flow: &Flow) -> (Document, Flow) {
    let nodes = document.nodes.values();
    let names: BTreeMap<String, String> =
        // A service often has the id by which endpoints know it, a Region that of its code.
        nodes.filter(|node| !matches!(node.kind(), "aws-service" | "region")).map(|node| (node.id.to_string(), format!("it-{}", node.id))).collect();
    let new = |text: &str| match text.split_once('/') {
        Some((owner, rest)) if names.contains_key(owner) => Some(format!("it-{owner}/{rest}")),
        _ => names.get(text).cloned(),
    };
    fn swap(kind: &str, value: &mut Value, new: &dyn Fn(&str) -> Option<String>) {
        match value {
            Value::String(text) => {
                let words = text.split_inclusive([',', ' ', ';', '=']).map(|word| {
                    let bare = word.trim_end_matches([',', ' ', ';', '=']);
                    let rest = word.get(bare.len()..).unwrap_or_default();
                    format!("{}{rest}", new(bare).unwrap_or_else(|| bare.to_owned()))
                });
                *text = words.collect();
            }
            Value::Array(rows) => rows.iter_mut().for_each(|row| swap(kind, row, new)),
            Value::Object(fields) => {
                let fields = fields.iter_mut().filter(|(key, _)| !is_text(kind, key));
                fields.for_each(|(_, field)| swap(kind, field, new));
            }
            _ => {}
        }
    }
    let mut other = Document::default();
    for node in document.nodes.values() {
        let mut copy = (**node).clone();
        copy.id = Id::from(new(&node.id).unwrap_or(node.id.to_string()));
        copy.parent = node.parent.as_deref().map(|parent| Id::from(new(parent).unwrap_or(parent.to_owned())));
        for (key, mut value) in node.config.fields().as_object().cloned().unwrap_or_default() {
            // One of a few words may happen to be an id as well (`alb`).
            let field = node.config.spec().fields.iter().find(|field| field.key == key);
            if !is_text(node.kind(), &key)
                && !field.is_some_and(|field| matches!(field.kind, FieldKind::Choice(_)))
            {
                swap(node.kind(), &mut value, &new);
            }
            copy = copy.with_field(&key, value).unwrap();
        }
        other.nodes.insert(copy.id.clone(), Arc::new(copy));
    }
    let mut flow = flow.clone();
    flow.from = new(flow.from.trim()).unwrap_or(flow.from);
    flow.to = new(flow.to.trim()).unwrap_or_else(|| addressed(flow.to.trim(), &new));
    (other, flow)
}

/// A URL whose host is an id, or a name of AWS that begins with one.
fn addressed(text: &str, new: &dyn Fn(&str) -> Option<String>) -> String {
    let Some((scheme, rest)) = text.split_once("//") else { return text.to_owned() };
    let whole = rest.split(['/', ':', '?']).next().unwrap_or_default();
    let host = whole.split('.').next().unwrap_or_default();
    let aws = ["amazonaws.com", "cloudfront.net", "awsglobalaccelerator.com"];
    if host != whole && !aws.iter().any(|domain| whole.ends_with(domain)) {
        return text.to_owned();
    }
    match new(host) {
        Some(host_now) => format!("{scheme}//{host_now}{}", rest.get(host.len()..).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Whether names that AWS derives from ids are meant: they change with the ids.
fn names_derived(document: &Document, flow: &Flow) -> bool {
    let derived = |text: &str| text.contains("amazonaws.com") || text.contains(".internal");
    let records = document.nodes.values().filter(|node| {
        matches!(node.kind(), "hosted-zone" | "dns-server" | "resolver-rule" | "dns-firewall-rule-group")
    });
    derived(&flow.to) || records.into_iter().any(|node| derived(&node.config.fields().to_string()))
}

/// What is wrong, and whether the flow could be traced at all.
fn check(document: &Document, flow: &Flow) -> (Vec<String>, bool) {
    let Ok((first, trace)) = catch_unwind(AssertUnwindSafe(|| told(document, flow))) else {
        return (vec!["it panics".to_owned()], false);
    };
    let mut found = trace.as_ref().map(|trace| faults(document, trace)).unwrap_or_default();
    if told(document, flow).0 != first {
        found.push("two answers for one question".to_owned());
    }
    let (other, asked) = renamed(document, flow);
    let (_, again) = told(&other, &asked);
    let code = |trace: &Option<Trace>| {
        trace.as_ref().map(|trace| (trace.verdict, trace.reason.as_ref().map(|reason| reason.spec.code)))
    };
    // Choices that AWS does not promise are made by a hash of ids, and are told as such (PIPE-12).
    let chance = |trace: &Option<Trace>| {
        let hints = trace.iter().flat_map(|trace| &trace.hints);
        hints.into_iter().any(|hint| hint.reason.spec.code == "I_NONDETERMINISTIC")
    };
    let settled = !chance(&trace) && !chance(&again) && !names_derived(document, flow);
    if settled && code(&trace) != code(&again) {
        found.push(format!("{:?} becomes {:?} under other ids", code(&trace), code(&again)));
    }
    (found, trace.is_some())
}

#[test]
fn careless_changes() {
    let corpus = corpus();
    let (first, runs) = (number("HOPSCOPE_SEED", 1), number("HOPSCOPE_RUNS", 120));
    let mut complaints = BTreeMap::<String, (u64, Vec<u64>)>::new();
    let mut alone = String::new();
    let (mut drawings, mut traced) = (0u64, 0u64);
    for seed in first..first + runs {
        let mut random = Random::new(seed);
        let Some((document, flow)) = random.pick(&corpus) else { continue };
        let Some(document) = mutated(&mut random, document) else { continue };
        let other = any_flow(&mut random, &document);
        drawings += 1;
        for flow in [flow, &other] {
            let (found, ended) = check(&document, flow);
            traced += u64::from(ended);
            for complaint in found {
                let entry = complaints.entry(complaint).or_default();
                entry.0 += 1;
                entry.1.push(seed);
            }
        }
        if runs == 1 {
            alone = document.to_json();
            for flow in [flow, &other] {
                alone.push_str(&format!("\n{flow:?}\n"));
                for (document, flow) in [(document.clone(), flow.clone()), renamed(&document, flow)] {
                    if let Ok(trace) = trace(&Network::build(&document), &flow) {
                        alone.push_str(&hopscope_testkit::scenario::ladder(&trace));
                    }
                }
            }
        }
    }
    let told = complaints.iter().map(|(complaint, (count, seeds))| {
        format!("{count:5} {complaint}: {:?}\n", &seeds[..seeds.len().min(5)])
    });
    let told: String = told.collect();
    assert!(told.is_empty(), "{told}{alone}");
    // Changes may make a drawing that cannot be read, or a flow without ends; most must not.
    let tried = format!("{runs} runs: {drawings} drawings, {traced} flows traced");
    assert!(runs < 20 || (drawings * 4 > runs * 3 && traced > runs), "hardly anything was tried: {tried}");
}
