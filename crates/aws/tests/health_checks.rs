//! What health checks say of their endpoints (R53-20 to R53-24).

use hopscope_aws::Network;
use hopscope_aws::document::Document;
use serde_json::{Value, json};

/// A public web server, its private neighbour, and the checks given.
fn network(changes: &[Value]) -> Network {
    let open = json!([{"protocol": "tcp", "ports": "80", "peer": "0.0.0.0/0"},
        {"protocol": "tcp", "ports": "80", "peer": "::/0"}]);
    let all = json!([{"protocol": "all", "ports": "all", "peer": "0.0.0.0/0"},
        {"protocol": "all", "ports": "all", "peer": "::/0"}]);
    let mut nodes = vec![
        json!({"id": "r", "kind": "region", "name": "us-east-1"}),
        json!({"id": "az", "kind": "availability-zone", "parent": "r"}),
        json!({"id": "vpc", "kind": "vpc", "parent": "r", "cidrs": ["10.0.0.0/16"],
            "ipv6_cidrs": ["2001:db8:a:a00::/56"]}),
        json!({"id": "igw", "kind": "internet-gateway", "parent": "vpc"}),
        json!({"id": "rt", "kind": "route-table", "parent": "vpc", "main": true, "routes": [
            {"destination": "0.0.0.0/0", "target": "igw"}, {"destination": "::/0", "target": "igw"}]}),
        json!({"id": "sub", "kind": "subnet", "parent": "vpc", "zone": "az", "cidr": "10.0.0.0/24",
            "ipv6_cidr": "2001:db8:a:a00::/64", "route_table": "rt"}),
        json!({"id": "sg", "kind": "security-group", "parent": "vpc", "inbound": open, "outbound": all}),
        json!({"id": "web", "kind": "instance", "parent": "sub"}),
        json!({"id": "eni", "kind": "network-interface", "parent": "web", "security_groups": ["sg"],
            "private_ips": [{"address": "10.0.0.10", "public_ip": "203.0.113.10"}]}),
        json!({"id": "six", "kind": "instance", "parent": "sub"}),
        json!({"id": "eni-six", "kind": "network-interface", "parent": "six", "security_groups": ["sg"],
            "ipv6": ["2001:db8:a:a00::6"]}),
        json!({"id": "db", "kind": "instance", "parent": "sub"}),
        json!({"id": "eni-db", "kind": "network-interface", "parent": "db", "security_groups": ["sg"],
            "private_ips": [{"address": "10.0.0.20"}]}),
    ];
    for change in changes {
        let id = change.get("id").cloned();
        match nodes.iter_mut().find(|node| node.get("id").cloned() == id) {
            Some(Value::Object(node)) => node.extend(change.as_object().cloned().unwrap_or_default()),
            _ => nodes.push(change.clone()),
        }
    }
    let text = json!({"hopscope": 1, "name": "checks", "nodes": nodes}).to_string();
    Network::build(&Document::from_json(text.as_bytes()).expect("it is a document"))
}

fn check(fields: Value) -> Value {
    let mut node = json!({"id": "hc", "kind": "health-check"});
    if let (Some(node), Value::Object(fields)) = (node.as_object_mut(), fields) {
        node.extend(fields);
    }
    node
}

fn healthy(changes: &[Value]) -> Option<bool> {
    network(changes).health("hc").map(|health| health.healthy)
}

fn found(changes: &[Value]) -> Vec<String> {
    let network = network(changes);
    let of_checks = network.diagnostics().iter().filter(|found| found.nodes[0].starts_with("hc"));
    of_checks
        .map(|found| format!("{} {}", found.spec.code, found.field.clone().unwrap_or_default()))
        .collect()
}

#[test]
fn an_endpoint_is_healthy_while_checkers_reach_it() {
    for target in ["web", "eni", "203.0.113.10", "six", "2001:db8:a:a00::6", "[2001:db8:a:a00::6]"] {
        let hc = check(json!({"target": target}));
        assert_eq!(healthy(std::slice::from_ref(&hc)), Some(true), "{target}");
        assert_eq!(found(std::slice::from_ref(&hc)), Vec::<String>::new(), "{target}");
        let closed = json!({"id": "sg", "inbound": []});
        assert_eq!(healthy(&[hc, closed]), Some(false), "{target}");
    }
    let hc = check(json!({"target": "web"}));
    for (what, change) in [
        ("stopped", json!({"id": "web", "state": "stopped"})),
        ("its zone failed", json!({"id": "az", "failed": true})),
        ("no way in", json!({"id": "rt", "routes": []})),
        ("marked", check(json!({"target": "web", "unhealthy": true}))),
        ("another port", check(json!({"target": "web", "port": 8080}))),
        ("HTTPS is not let in", check(json!({"target": "web", "monitors": "https"}))),
    ] {
        assert_eq!(healthy(&[hc.clone(), change]), Some(false), "{what}");
    }
    assert_eq!(healthy(&[check(json!({"target": "web", "monitors": "tcp", "port": 80}))]), Some(true));
}

#[test]
fn two_checkers_of_eight_are_enough() {
    // The blocks that AWS publishes for Ireland and Tokyo, then Ireland's alone: 25 and 12.5 per cent.
    let from = |blocks: &[&str]| {
        let rules: Vec<Value> =
            blocks.iter().map(|peer| json!({"protocol": "tcp", "ports": "80", "peer": peer})).collect();
        json!({"id": "sg", "inbound": rules})
    };
    let hc = check(json!({"target": "web"}));
    assert_eq!(healthy(&[hc.clone(), from(&["54.228.16.0/26", "54.248.220.0/26"])]), Some(true));
    let changes = [hc, from(&["54.228.16.0/26"])];
    let network = network(&changes);
    let health = network.health("hc").unwrap();
    assert!(!health.healthy);
    assert_eq!(health.found, "1 of 8 checkers reach web at port 80");
    assert_eq!(health.detection, Some(90));
    let reason = health.reason.as_ref().unwrap();
    assert_eq!((reason.spec.code, &*reason.at.id), ("ENI_SG_RULES_MISMATCH", "sg"));
}

#[test]
fn the_time_until_a_change_is_noticed_is_told() {
    for (interval, threshold, seconds) in [(30, 3, 90), (10, 1, 10), (10, 10, 100)] {
        let hc = check(json!({"target": "web", "interval": interval, "failure_threshold": threshold}));
        let network = network(&[hc]);
        let health = network.health("hc").unwrap();
        assert_eq!(health.detection, Some(seconds));
        let told = format!("{:?}", health.evidence(&"hc".into()));
        assert!(told.contains(&format!("a change is noticed after {seconds} s")), "{told}");
    }
}

#[test]
fn a_private_address_cannot_be_checked() {
    for target in
        ["10.0.3.10", "100.64.0.1", "169.254.169.254", "127.0.0.1", "fd00::1", "224.0.0.1", "db", "eni-db"]
    {
        let hc = check(json!({"target": target}));
        assert_eq!(found(std::slice::from_ref(&hc)), ["V_HC_PRIVATE target"], "{target}");
        assert_ne!(healthy(&[hc]), Some(true), "{target}");
    }
    // An alarm may be about a private component.
    let alarm = check(json!({"target": "db", "monitors": "cloudwatch-alarm"}));
    assert_eq!(found(std::slice::from_ref(&alarm)), Vec::<String>::new());
    assert_eq!(healthy(std::slice::from_ref(&alarm)), Some(true));
    assert_eq!(healthy(&[alarm.clone(), json!({"id": "db", "state": "stopped"})]), Some(false));
    assert_eq!(healthy(&[alarm, json!({"id": "az", "failed": true})]), Some(false));
    let eni = check(json!({"target": "eni-db", "monitors": "cloudwatch-alarm"}));
    assert_eq!(healthy(&[eni, json!({"id": "db", "state": "stopped"})]), Some(false));
}

#[test]
fn a_name_that_leads_nowhere_is_unhealthy() {
    assert_eq!(healthy(&[check(json!({"target": "nobody.example"}))]), Some(false));
}

#[test]
fn calculated_checks_count_their_children() {
    let up = json!({"id": "hc-up", "kind": "health-check", "target": "web"});
    let down = json!({"id": "hc-down", "kind": "health-check", "target": "web", "unhealthy": true,
        "interval": 10});
    let unknown = json!({"id": "hc-unknown", "kind": "health-check", "target": "nobody"});
    let sum = |children: &[&str], wanted: u32| {
        let sum = check(json!({"monitors": "calculated", "children": children, "healthy_children": wanted}));
        healthy(&[up.clone(), down.clone(), unknown.clone(), sum])
    };
    assert_eq!(sum(&["hc-up", "hc-down"], 1), Some(true));
    assert_eq!(sum(&["hc-up", "hc-down"], 2), Some(false));
    assert_eq!(sum(&["hc-up", "hc-unknown"], 2), Some(true));
    assert_eq!(sum(&["hc-down"], 0), Some(true));
    assert_eq!(sum(&["hc-up"], 2), Some(false));
    // One above another, and a circle.
    let over = json!({"id": "hc-over", "kind": "health-check", "monitors": "calculated", "children": ["hc"]});
    let sum = check(json!({"monitors": "calculated", "children": ["hc-down"]}));
    let network = network(&[over, sum, down]);
    assert_eq!(
        network.health("hc-over").map(|health| (health.healthy, health.detection)),
        Some((false, Some(30)))
    );
    let round = check(json!({"monitors": "calculated", "children": ["hc"]}));
    assert_eq!(healthy(&[round]), None);
}

#[test]
fn half_drawn_checks_say_nothing_but_what_is_missing() {
    for (fields, told) in [
        (json!({}), vec!["V_UNREADABLE target"]),
        (json!({"target": "two words"}), vec!["V_UNREADABLE target"]),
        (json!({"target": "nobody"}), vec!["V_UNREADABLE target"]),
        (json!({"target": "nobody.example"}), vec![]),
        (json!({"monitors": "tcp", "target": "web"}), vec!["V_UNREADABLE port"]),
        (json!({"monitors": "calculated"}), vec!["V_UNREADABLE children"]),
        (json!({"monitors": "cloudwatch-alarm", "target": "10.0.0.1"}), vec!["V_UNREADABLE target"]),
        (json!({"monitors": "ping", "target": "web"}), vec!["V_UNREADABLE monitors"]),
    ] {
        let hc = check(fields);
        assert_eq!(found(std::slice::from_ref(&hc)), told, "{hc}");
        assert_ne!(healthy(std::slice::from_ref(&hc)), Some(true), "{hc}");
    }
    let odd = check(json!({"target": "web", "interval": 20, "failure_threshold": 11, "port": 0}));
    assert_eq!(
        found(&[odd]),
        ["V_UNREADABLE port", "V_UNREADABLE interval", "V_UNREADABLE failure_threshold"]
    );
}
