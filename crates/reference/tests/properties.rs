//! Properties that hold whatever the rules say, on networks made at random.
//!
//! `HOPSCOPE_SEED` chooses where to start.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use hopscope_aws::{Document, Flow, Network, trace};
use hopscope_forward::Verdict;
use hopscope_net::{FlowKey, Packet, Protocol, Transport};
use hopscope_reference::MOST_ANSWERS;
use hopscope_testkit::generate::{self, Random};
use serde_json::{Value, json};

fn seeds(count: u64) -> impl Iterator<Item = u64> {
    let first = std::env::var("HOPSCOPE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1u64);
    let property = std::thread::current().name().unwrap_or("a property").to_owned();
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ =
        writeln!(std::io::stdout().lock(), "property: {property}, seeds {first} to {}", first + count - 1);
    first..first + count
}

/// Everything a trace says, as text.
fn told(network: &Network, flow: &Flow) -> String {
    match trace(network, flow) {
        Ok(trace) => serde_json::to_string(&trace).unwrap(),
        Err(error) => error.to_string(),
    }
}

fn all_told(document: &Document) -> Vec<String> {
    let network = Network::build(document);
    document.flows.iter().map(|flow| told(&network, flow)).collect()
}

fn verdicts(document: &Document) -> Vec<Option<Verdict>> {
    let network = Network::build(document);
    document.flows.iter().map(|flow| trace(&network, flow).ok().map(|trace| trace.verdict)).collect()
}

#[test]
fn traces_are_deterministic() {
    for seed in seeds(100) {
        for draw in [generate::network, generate::wide] {
            let document = draw(seed);
            assert_eq!(document, draw(seed), "seed {seed}");
            assert_eq!(all_told(&document), all_told(&document), "seed {seed}");
        }
    }
}

#[test]
fn a_document_survives_json() {
    for seed in seeds(200) {
        for draw in [generate::network, generate::wide] {
            let document = draw(seed);
            let again = Document::from_json(document.to_json().as_bytes()).unwrap();
            assert_eq!(document, again, "seed {seed}");
            assert_eq!(all_told(&document), all_told(&again), "seed {seed}");
        }
    }
}

/// Groups only allow (SG-01): one rule more never refuses what passed.
#[test]
fn another_allow_rule_never_denies() {
    let (mut opened, mut kept) = (0, 0);
    for seed in seeds(300) {
        let document = generate::network(seed);
        let mut random = Random::new(seed);
        let mut wider = document.clone();
        for id in document.nodes.keys() {
            let node = document.node(id).unwrap();
            if node.kind() != "security-group" {
                continue;
            }
            let key = if random.chance(50) { "inbound" } else { "outbound" };
            let Value::Array(mut rules) = node.field(key) else { continue };
            let peer = if random.chance(50) { "0.0.0.0/0" } else { "::/0" };
            rules.insert(0, json!({ "protocol": "all", "ports": "all", "peer": peer }));
            wider.put(node.with_field(key, Value::Array(rules)).unwrap());
        }
        for ((flow, before), after) in document.flows.iter().zip(verdicts(&document)).zip(verdicts(&wider)) {
            if before == Some(Verdict::Allowed) {
                assert_eq!(after, before, "seed {seed}, flow {flow:?}");
                kept += 1;
            } else if after == Some(Verdict::Allowed) {
                opened += 1;
            }
        }
    }
    assert!(opened > 10 && kept > 100, "{opened} opened, {kept} kept: the property was hardly tried");
}

/// Gives every node another id in the whole text. Ids are whole JSON strings, and their order
/// among themselves stays, because equal prefix lists are chosen by id (PL-06).
fn rename(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = names.get(text) {
                *text = name.clone();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        Value::Object(fields) => fields.values_mut().for_each(|field| rename(field, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What two traces share when ids do not count: verdict, code, addresses and kinds hop by hop.
fn shape(document: &Document) -> Vec<String> {
    let network = Network::build(document);
    let of = |flow: &Arc<Flow>| match trace(&network, flow) {
        Err(_) => "refused".to_owned(),
        Ok(trace) => {
            let hops = trace.forward.hops.iter().chain(&trace.back.hops).map(|hop| {
                let code = hop.reason.as_ref().map(|reason| reason.spec.code);
                // Ports chosen by a translation come from a hash that includes the owner's id.
                let ends = (hop.packet.source, hop.packet.destination);
                format!("{} {} {:?} {ends:?} {code:?}", hop.kind, hop.stage, hop.decision)
            });
            format!("{:?} {}", trace.verdict, hops.collect::<Vec<_>>().join("; "))
        }
    };
    document.flows.iter().map(of).collect()
}

#[test]
fn ids_are_only_names() {
    for seed in seeds(300) {
        let document = generate::network(seed);
        // "internet" is a word of flows, "local" one of routes.
        let names: BTreeMap<String, String> = document
            .nodes
            .keys()
            .filter(|id| id.as_str() != "internet")
            .map(|id| (id.to_string(), format!("x-{id}-y")))
            .collect();
        let mut value = document.to_value();
        if let Some(nodes) = value.get_mut("nodes").and_then(Value::as_array_mut) {
            for node in nodes {
                let kind = node.get("kind").cloned().unwrap_or_default();
                rename(node, &names);
                if let Some(fields) = node.as_object_mut() {
                    fields.insert("kind".to_owned(), kind);
                }
            }
        }
        if let Some(flows) = value.get_mut("flows") {
            rename(flows, &names);
        }
        let renamed = Document::from_value(value).unwrap();
        assert_ne!(renamed, document);
        assert_eq!(shape(&document), shape(&renamed), "seed {seed}");
    }
}

/// Only the order of an ACL's numbers counts (NACL-02), neither the numbers nor where rules stand.
#[test]
fn renumbering_an_acl_in_order_changes_nothing() {
    let mut changed = 0;
    for seed in seeds(150) {
        let document = generate::network(seed);
        let mut random = Random::new(seed);
        let mut other = document.clone();
        for node in document.nodes.values().filter(|node| node.kind() == "network-acl") {
            let mut node = (**node).clone();
            for key in ["inbound", "outbound"] {
                let Value::Array(mut rules) = node.field(key) else { continue };
                let number = |rule: &Value| rule.get("number").and_then(Value::as_u64).unwrap_or(0);
                rules.sort_by_key(number);
                let mut next = 0;
                for rule in &mut rules {
                    next += 1 + random.below(900);
                    rule["number"] = json!(next);
                }
                for at in (1..rules.len()).rev() {
                    let with = random.below(at + 1);
                    rules.swap(at, with);
                }
                changed += usize::from(rules.len() > 1);
                node = node.with_field(key, Value::Array(rules)).unwrap();
            }
            other.put(node);
        }
        assert_eq!(shape(&document), shape(&other), "seed {seed}");
    }
    assert!(changed > 60, "only {changed} lists were renumbered");
}

/// The order in which components stand in a document decides nothing, but for what the rules give
/// to the first: gateways for addresses that nobody owns (W-04) and an instance's first interface.
#[test]
fn the_order_of_components_is_irrelevant() {
    for seed in seeds(150) {
        let document = generate::network(seed);
        let mut random = Random::new(seed);
        let mut nodes: Vec<_> = document.nodes.values().cloned().collect();
        for at in (1..nodes.len()).rev() {
            let with = random.below(at + 1);
            nodes.swap(at, with);
        }
        let rank = |kind: &str| match kind {
            "internet-gateway" => 1,
            "network-interface" => 2,
            _ => 0,
        };
        // Those two kinds keep their own order, and everything else is free around them.
        let kept = |kind: u8| document.nodes.values().filter(move |node| rank(node.kind()) == kind).cloned();
        let (mut gateways, mut interfaces) = (kept(1), kept(2));
        let mut shuffled = document.clone();
        shuffled.nodes.clear();
        for node in nodes {
            let next = match rank(node.kind()) {
                1 => gateways.next(),
                2 => interfaces.next(),
                _ => Some(node),
            };
            shuffled.nodes.extend(next.map(|node| (node.id.clone(), node)));
        }
        assert_eq!(shuffled.nodes.len(), document.nodes.len());
        assert_eq!(shape(&document), shape(&shuffled), "seed {seed}");
    }
}

/// The order of rules in a security group and of groups on an interface means nothing (SG-03).
#[test]
fn the_order_of_group_rules_is_irrelevant() {
    for seed in seeds(150) {
        let document = generate::network(seed);
        let mut other = document.clone();
        for node in document.nodes.values() {
            let mut node = (**node).clone();
            let keys: &[&str] = match node.kind() {
                "security-group" => &["inbound", "outbound"],
                _ => &[],
            };
            for key in keys {
                if let Value::Array(mut rules) = node.field(key) {
                    rules.reverse();
                    node = node.with_field(key, Value::Array(rules)).unwrap();
                }
            }
            other.put(node);
        }
        assert_eq!(shape(&document), shape(&other), "seed {seed}");
    }
}

#[test]
fn a_flow_key_reversed_twice_is_itself() {
    let mut random = Random::new(7);
    for _ in 0..2000 {
        let six = random.chance(50);
        let mut address = || {
            let bits = u128::from(random.bits()) << 64 | u128::from(random.bits());
            if six {
                std::net::IpAddr::from(bits.to_be_bytes())
            } else {
                std::net::IpAddr::from(u32::try_from(bits >> 96).unwrap().to_be_bytes())
            }
        };
        let (source, destination) = (address(), address());
        let mut port = || u16::try_from(random.below(65_536)).unwrap();
        let (one, two) = (port(), port());
        let protocol = Protocol(u8::try_from(random.below(256)).unwrap());
        let transport = if protocol.has_ports() {
            Transport::Ports { source: one, destination: two }
        } else if protocol.is_icmp() {
            Transport::Icmp { kind: if six { 128 } else { 8 }, code: 0, identifier: one }
        } else {
            Transport::Opaque
        };
        let packet = Packet {
            source,
            destination,
            protocol,
            transport,
            size: 60,
            dont_fragment: true,
            fragment: false,
        };
        let key: FlowKey = packet.key();
        assert_eq!(key.reverse().reverse(), key);
        assert_eq!(packet.reply().key(), key.reverse());
        assert_eq!(packet.reply().reply(), packet);
    }
}

/// Whatever is drawn, nothing panics, and every trace can be written down.
#[test]
fn messy_drawings_never_panic() {
    type Draw = fn(u64) -> Option<Document>;
    let generators = [("messy", generate::messy as Draw, 800), ("messy_wide", generate::messy_wide, 400)];
    for (name, draw, count) in generators {
        let mut read = 0;
        for seed in seeds(count) {
            let Some(document) = draw(seed) else { continue };
            read += 1;
            let network = Network::build(&document);
            for flow in &document.flows {
                let _ = told(&network, flow);
                let _ = hopscope_reference::answer(&document, flow);
            }
            for diagnostic in network.diagnostics() {
                let _ = format!("{diagnostic:?}");
            }
            let again = Document::from_json(document.to_json().as_bytes()).unwrap();
            assert_eq!(document, again, "{name} seed {seed}");
        }
        assert!(read * 10 >= count * 9, "only {read} of {count} documents of {name} could be read at all");
    }
}

/// The second model alone: it answers the same twice, and its choices are bounded.
#[test]
fn the_model_is_deterministic() {
    let mut outcomes: BTreeMap<String, u64> = BTreeMap::new();
    let mut most = 0;
    for seed in seeds(300) {
        let document = generate::wide(seed);
        assert_eq!(document, generate::wide(seed), "seed {seed}");
        for flow in &document.flows {
            let answers = hopscope_reference::answers(&document, flow);
            assert_eq!(answers, hopscope_reference::answers(&document, flow), "seed {seed}");
            most = most.max(answers.len());
            for answer in answers.iter().take(1) {
                let code = answer.code.unwrap_or_default();
                *outcomes.entry(format!("{} {code}", answer.verdict.word())).or_default() += 1;
            }
        }
    }
    assert!(outcomes.len() > 25, "{outcomes:?}");
    assert!((2..MOST_ANSWERS).contains(&most), "{most} answers to one question");
}
