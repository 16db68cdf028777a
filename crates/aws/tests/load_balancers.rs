//! Load balancers: who gets which share, what their names answer, and that checks stay bounded.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hopscope_aws::{Document, Flow, NAME_TTL, Network, trace};
use hopscope_forward::{Evidence, Verdict};
use hopscope_net::prefix::Family;
use serde_json::{Value, json};

/// A VPC with two targets in zone a and eight in zone b behind a Network Load Balancer.
fn ten_targets(cross_zone: bool, more: &[Value]) -> Document {
    let mut nodes = vec![
        json!({"id": "R1", "kind": "region"}),
        json!({"id": "zone-a", "kind": "availability-zone", "parent": "R1"}),
        json!({"id": "zone-b", "kind": "availability-zone", "parent": "R1"}),
        json!({"id": "vpc", "kind": "vpc", "parent": "R1", "cidrs": ["10.0.0.0/16"]}),
        json!({"id": "sg", "kind": "security-group", "parent": "vpc",
            "inbound": [{"protocol": "all", "ports": "all", "peer": "0.0.0.0/0"}]}),
        json!({"id": "a", "kind": "subnet", "parent": "vpc", "zone": "zone-a", "cidr": "10.0.0.0/24"}),
        json!({"id": "b", "kind": "subnet", "parent": "vpc", "zone": "zone-b", "cidr": "10.0.1.0/24"}),
    ];
    let mut host = |id: String, subnet: &str, address: String| {
        nodes.push(json!({"id": id, "kind": "instance", "parent": subnet}));
        nodes.push(json!({"id": format!("eni-{id}"), "kind": "network-interface", "parent": id,
            "private_ips": [{"address": address}], "security_groups": ["sg"]}));
        id
    };
    let mut targets = Vec::new();
    for n in 0..2 {
        targets.push(json!({"target": host(format!("a{n}"), "a", format!("10.0.0.{}", 10 + n))}));
    }
    for n in 0..8 {
        targets.push(json!({"target": host(format!("b{n}"), "b", format!("10.0.1.{}", 10 + n))}));
    }
    host("client".to_owned(), "a", "10.0.0.99".to_owned());
    nodes.push(json!({"id": "tg", "kind": "target-group", "parent": "vpc", "protocol": "tcp", "port": 443,
        "targets": targets}));
    nodes.push(json!({"id": "nlb", "kind": "network-load-balancer", "parent": "vpc",
        "cross_zone": cross_zone,
        "interfaces": [{"subnet": "a", "address": "10.0.0.40"}, {"subnet": "b", "address": "10.0.1.40"}],
        "listeners": [{"protocol": "tcp", "port": 443, "target_group": "tg"}]}));
    nodes.extend(more.iter().cloned());
    let text = json!({"hopscope": 1, "nodes": nodes}).to_string();
    Document::from_json(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

/// How many of 4,000 flows each target gets, half of them at each node.
fn shares(document: &Document) -> BTreeMap<String, f64> {
    let network = Network::build(document);
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    for node in ["10.0.0.40", "10.0.1.40"] {
        for port in 0..2_000u16 {
            let flow = Flow {
                from: "client".to_owned(),
                to: node.to_owned(),
                port: Some(443),
                source_port: Some(20_000 + port),
                ..Flow::default()
            };
            let trace = trace(&network, &flow).unwrap();
            assert_eq!(trace.verdict, Verdict::Allowed);
            let chosen = trace.forward.hops.iter().flat_map(|hop| &hop.evidence).find_map(|it| match it {
                Evidence::Choice { of: "targets", candidates, .. } => {
                    candidates.iter().find(|candidate| candidate.lost.is_none())
                }
                _ => None,
            });
            *counts.entry(chosen.unwrap().label.clone()).or_default() += 1.0 / 4_000.0;
        }
    }
    counts
}

#[test]
fn targets_share_alike_across_zones_and_by_zone_without() {
    // LB-04: 10 % each with balancing across zones; 25 % and 6.25 % without.
    let on = shares(&ten_targets(true, &[]));
    assert_eq!(on.len(), 10);
    assert!(on.values().all(|share| (share - 0.1).abs() < 0.02), "{on:?}");
    let off = shares(&ten_targets(false, &[]));
    for (target, share) in &off {
        let wanted = if target.starts_with('a') { 0.25 } else { 0.0625 };
        assert!((share - wanted).abs() < 0.02, "{target} {share}");
    }
}

fn addresses(network: &Network, id: &str) -> Vec<String> {
    network.load_balancer_addresses(id, Family::V4).iter().map(IpAddr::to_string).collect()
}

#[test]
fn a_name_leaves_out_zones_without_healthy_targets_unless_all_are() {
    let document = ten_targets(false, &[]);
    let set = |document: &Document, ids: &[&str], state: &str| {
        let mut document = document.clone();
        for id in ids {
            let node = document.node(id).unwrap().with_field("state", state.into()).unwrap();
            document.put(node);
        }
        document
    };
    let network = Network::build(&document);
    assert_eq!(addresses(&network, "nlb"), ["10.0.0.40", "10.0.1.40"]);
    assert_eq!(network.load_balancer_name("nlb").as_deref(), Some("nlb.elb.r1.amazonaws.com"));
    assert_eq!(network.load_balancer_name("vpc"), None);
    assert_eq!(NAME_TTL, 60);
    // LB-06: zone a has no healthy target any more.
    let half = set(&document, &["a0", "a1"], "stopped");
    assert_eq!(addresses(&Network::build(&half), "nlb"), ["10.0.1.40"]);
    // LB-21: with every target gone both addresses are there again, unchanged.
    let all: Vec<String> = (0..8).map(|n| format!("b{n}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).chain(["a0", "a1"]).collect();
    assert_eq!(
        addresses(&Network::build(&set(&document, &all, "stopped")), "nlb"),
        ["10.0.0.40", "10.0.1.40"]
    );
}

#[test]
fn the_name_of_a_growing_load_balancer_answers_with_more_addresses() {
    // LB-15: asked again once the old answer is 60 seconds old, it has the new node.
    let alb = |rows: Value| {
        json!({"id": "alb", "kind": "application-load-balancer", "parent": "vpc", "scheme": "internal",
            "interfaces": rows, "security_groups": ["sg"],
            "listeners": [{"protocol": "http", "port": 80, "target_groups": ["tg"]}]})
    };
    let one = json!([{"subnet": "a", "address": "10.0.0.41"}]);
    let two = json!([{"subnet": "a", "address": "10.0.0.41"}, {"subnet": "b", "address": "10.0.1.41"}]);
    let network = Network::build(&ten_targets(true, &[alb(one)]));
    assert_eq!(addresses(&network, "alb"), ["10.0.0.41"]);
    let network = Network::build(&ten_targets(true, &[alb(two)]));
    assert_eq!(addresses(&network, "alb"), ["10.0.0.41", "10.0.1.41"]);
}

#[test]
fn load_balancers_behind_each_other_in_a_circle_end() {
    // Two load balancers with each other's address as target: checks end at the first one they
    // reach, and the packet is noticed going round.
    let ring = |id: &str, own: &str, other: &str| {
        [
            json!({"id": format!("tg-{id}"), "kind": "target-group", "parent": "vpc", "protocol": "http",
                "port": 80, "target_type": "ip", "targets": [{"address": other}]}),
            json!({"id": id, "kind": "application-load-balancer", "parent": "vpc", "scheme": "internal",
                "interfaces": [{"subnet": "a", "address": own}], "security_groups": ["sg"],
                "listeners": [{"protocol": "http", "port": 80, "target_groups": [format!("tg-{id}")]}]}),
        ]
    };
    let mut more = ring("one", "10.0.0.50", "10.0.0.51").to_vec();
    more.extend(ring("two", "10.0.0.51", "10.0.0.50"));
    let network = Network::build(&ten_targets(true, &more));
    let flow = Flow { from: "client".to_owned(), to: "one".to_owned(), port: Some(80), ..Flow::default() };
    let trace = trace(&network, &flow).unwrap();
    assert_ne!(trace.verdict, Verdict::Allowed);
    assert!(trace.forward.hops.len() < 2_000);
}

#[test]
fn many_targets_are_checked_once_for_each_node() {
    // A group of a thousand addresses and ten thousand flows' worth of choices: the checks are made
    // once, so that the second trace costs what its own packet costs.
    let targets: Vec<Value> =
        (0..1_200).map(|n| json!({"address": format!("10.0.1.{}", n % 250 + 1), "port": 1 + n})).collect();
    let more = [
        json!({"id": "many", "kind": "target-group", "parent": "vpc", "protocol": "tcp", "port": 443,
            "target_type": "ip", "targets": targets}),
        json!({"id": "wide", "kind": "network-load-balancer", "parent": "vpc",
            "interfaces": [{"subnet": "a", "address": "10.0.0.60"}],
            "cross_zone": true,
            "listeners": [{"protocol": "tcp", "port": 443, "target_group": "many"}]}),
    ];
    let network = Network::build(&ten_targets(true, &more));
    let flow = Flow { from: "client".to_owned(), to: "wide".to_owned(), port: Some(443), ..Flow::default() };
    let first = trace(&network, &flow).unwrap();
    let second = trace(&network, &flow).unwrap();
    assert_eq!(first, second);
    let candidates = first.forward.hops.iter().flat_map(|hop| &hop.evidence).find_map(|it| match it {
        Evidence::Choice { candidates, .. } => Some(candidates.len()),
        _ => None,
    });
    assert_eq!(candidates, Some(1_000), "as many as AWS registers");
}
