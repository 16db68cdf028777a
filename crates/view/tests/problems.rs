//! Diagnostics of real drawings in words: every fact a sentence asks for is there.

#![allow(clippy::unwrap_used, reason = "a test may stop where it is wrong")]

mod common;

use common::{classic, node, scene};
use hopscope_aws::Network;
use hopscope_view::scene::BadgeKind;
use hopscope_view::text;
use serde_json::json;

#[test]
fn sentences_find_their_facts() {
    let mut document = classic();
    let vpc = Some("vpc-1");
    for odd in [
        node("clash", "subnet", vpc, json!({"cidr": "10.0.0.0/25"})),
        node("away", "subnet", vpc, json!({"cidr": "192.168.0.0/24"})),
        node("small", "subnet", vpc, json!({"cidr": "10.0.50.0/30"})),
        node("bits", "subnet", vpc, json!({"cidr": "10.0.60.7/24"})),
        node("text", "subnet", vpc, json!({"cidr": "ten"})),
        node("igw-2", "internet-gateway", vpc, json!({})),
        node(
            "rtb-x",
            "route-table",
            vpc,
            json!({"routes": [
                {"destination": "0.0.0.0/0", "target": "igw-1"},
                {"destination": "0.0.0.0/0", "target": "nat-a"},
                {"destination": "10.9.0.0/16", "target": "gone"},
                {"destination": "169.254.169.254/32", "target": "igw-1"},
                {"destination": "::/0", "target": "nat-a"},
            ]}),
        ),
        node("rtb-y", "route-table", vpc, json!({"main": true})),
        node(
            "acl-x",
            "network-acl",
            vpc,
            json!({"inbound": [
                {"number": 1, "action": "allow", "protocol": "all", "ports": "all", "cidr": "0.0.0.0/0"},
                {"number": 2, "action": "deny", "protocol": "tcp", "ports": "22", "cidr": "10.0.0.0/8"},
                {"number": 2, "action": "perhaps", "protocol": "tcp", "ports": "22", "cidr": "sg-web"},
            ]}),
        ),
        node("i-x", "instance", Some("pub-a"), json!({})),
        node(
            "eni-x",
            "network-interface",
            Some("i-x"),
            json!({"private_ips": [{"address": "10.0.0.3"}, {"address": "10.7.0.1"}]}),
        ),
        node(
            "eni-y",
            "network-interface",
            Some("i-x"),
            json!({"private_ips": [{"address": "10.0.0.10"}], "security_groups": ["sg-gone"]}),
        ),
        node("lost", "subnet", Some("nowhere"), json!({})),
    ] {
        document.put(odd);
    }
    let network = Network::build(&document);
    let mut codes: Vec<&str> = network.diagnostics().iter().map(|found| found.spec.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert!(codes.len() >= 14, "{codes:?}");
    for found in network.diagnostics() {
        let sentence = text::diagnostic_sentence(found);
        assert!(!sentence.contains(['{', '}']), "{sentence}");
        // A missing fact reads "it": no sentence begins with it, or names a thing by it.
        for gap in ["it of ", " of it ", " of it.", "to it.", "to it:", ": it.", "by it.", "at it "] {
            assert!(
                !format!(" {sentence}").contains(gap),
                "{}: {sentence} {:?}",
                found.spec.code,
                found.facts
            );
        }
        assert!(!sentence.starts_with("it "), "{}: {sentence} {:?}", found.spec.code, found.facts);
        assert_ne!(text::reason_title(found.spec.code), found.spec.code);
    }
    let scene = scene(&document);
    let clash = scene.container("clash").unwrap();
    assert!(clash.badges.iter().any(|badge| badge.kind == BadgeKind::Error), "{:?}", clash.badges);
    assert!(clash.name.contains(clash.badges.first().unwrap().sentence.trim_end_matches('.')));
    let sentences: Vec<String> = network.diagnostics().iter().map(text::diagnostic_sentence).collect();
    for wanted in [
        "10.0.0.0/25 is not free for clash: subnet pub-a.",
        "Wanted here: an IPv4 block such as 10.0.0.0/16, not \"ten\".",
        "The route to ::/0 carries nothing: vpc-1 has no IPv6 block.",
        "10.0.0.3 is reserved by AWS (future use): the first four and the last of each subnet are.",
    ] {
        assert!(sentences.iter().any(|sentence| sentence == wanted), "{wanted} not in {sentences:#?}");
    }
}
