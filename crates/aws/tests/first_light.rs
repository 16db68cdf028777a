//! The smallest network with every kind of door, traced end to end.

use hopscope_aws::{Document, Flow, Network, trace};
use hopscope_forward::{Trace, Verdict};

fn document() -> Document {
    let json = serde_json::json!({
        "hopscope": 1, "name": "first light",
        "nodes": [
            {"id": "r", "kind": "region"},
            {"id": "az-a", "kind": "availability-zone", "parent": "r"},
            {"id": "vpc", "kind": "vpc", "parent": "r", "cidrs": ["10.0.0.0/16"], "ipv6_cidrs": ["2001:db8:a:a00::/56"]},
            {"id": "igw", "kind": "internet-gateway", "parent": "vpc"},
            {"id": "eigw", "kind": "egress-only-internet-gateway", "parent": "vpc"},
            {"id": "rt-pub", "kind": "route-table", "parent": "vpc", "routes": [
                {"destination": "0.0.0.0/0", "target": "igw"}, {"destination": "::/0", "target": "igw"}]},
            {"id": "rt-prv", "kind": "route-table", "parent": "vpc", "routes": [
                {"destination": "0.0.0.0/0", "target": "nat"}, {"destination": "::/0", "target": "eigw"}]},
            {"id": "pub", "kind": "subnet", "parent": "vpc", "zone": "az-a", "cidr": "10.0.0.0/24",
             "ipv6_cidr": "2001:db8:a:a00::/64", "route_table": "rt-pub"},
            {"id": "prv", "kind": "subnet", "parent": "vpc", "zone": "az-a", "cidr": "10.0.1.0/24",
             "ipv6_cidr": "2001:db8:a:a01::/64", "route_table": "rt-prv"},
            {"id": "nat", "kind": "nat-gateway", "parent": "pub", "private_ip": "10.0.0.5"},
            {"id": "eip-nat", "kind": "elastic-ip", "parent": "r", "address": "203.0.113.5", "target": "nat"},
            {"id": "sg", "kind": "security-group", "parent": "vpc",
             "inbound": [{"protocol": "tcp", "ports": "443", "peer": "0.0.0.0/0"}, {"protocol": "tcp", "ports": "443", "peer": "::/0"}],
             "outbound": [{"protocol": "all", "ports": "all", "peer": "0.0.0.0/0"}, {"protocol": "all", "ports": "all", "peer": "::/0"}]},
            {"id": "web", "kind": "instance", "parent": "pub"},
            {"id": "eni-web", "kind": "network-interface", "parent": "web", "private_ips": [{"address": "10.0.0.10"}],
             "ipv6": ["2001:db8:a:a00::10"], "security_groups": ["sg"]},
            {"id": "eip-web", "kind": "elastic-ip", "parent": "r", "address": "203.0.113.10", "target": "eni-web"},
            {"id": "app", "kind": "instance", "parent": "prv"},
            {"id": "eni-app", "kind": "network-interface", "parent": "app", "private_ips": [{"address": "10.0.1.10"}],
             "ipv6": ["2001:db8:a:a01::10"], "security_groups": ["sg"]},
            {"id": "srv", "kind": "internet-host", "addresses": ["198.51.100.80", "2001:db8:ffff::80"]}
        ]
    });
    Document::from_value(json).unwrap()
}

fn ask(from: &str, to: &str, family: &str) -> Trace {
    let network = Network::build(&document());
    let flow = Flow { from: from.into(), to: to.into(), family: Some(family.into()), ..Flow::default() };
    trace(&network, &flow).unwrap()
}

fn stages(trace: &Trace) -> Vec<String> {
    trace.forward.hops.iter().map(|hop| format!("{} {}", hop.stage, hop.id)).collect()
}

#[test]
fn a_private_host_reaches_the_internet_through_nat_and_igw() {
    let trace = ask("app", "srv", "ipv4");
    assert_eq!(trace.verdict, Verdict::Allowed, "{trace:#?}");
    assert_eq!(
        stages(&trace),
        [
            "send app",
            "source-check eni-app",
            "security-group-out sg",
            "network-acl-out vpc/default-acl",
            "route-table rt-prv",
            "network-acl-in vpc/default-acl",
            "nat-gateway nat",
            "network-acl-out vpc/default-acl",
            "route-table rt-pub",
            "internet-gateway igw",
            "deliver srv",
        ]
    );
    assert_eq!(trace.back.hops.last().map(|hop| hop.stage), Some("deliver"));
}

#[test]
fn nobody_outside_opens_anything_through_an_egress_only_gateway() {
    assert_eq!(ask("app", "srv", "ipv6").verdict, Verdict::Allowed);
    let trace = ask("srv", "app", "ipv6");
    assert_eq!(trace.verdict, Verdict::Denied);
    assert_eq!(trace.reason.map(|reason| reason.spec.code), Some("X_EIGW_UNSOLICITED_INBOUND"));
}

#[test]
fn the_internet_reaches_an_elastic_ip_and_only_that() {
    assert_eq!(ask("srv", "web", "ipv4").verdict, Verdict::Allowed);
    let trace = ask("internet", "203.0.113.99", "ipv4");
    assert_eq!(trace.reason.map(|reason| reason.spec.code), Some("IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"));
}

#[test]
fn no_field_is_hidden_by_what_every_node_has() {
    for spec in hopscope_aws::CATALOG {
        for own in ["id", "kind", "name", "parent"] {
            assert!(spec.fields.iter().all(|field| field.key != own), "{}: {own}", spec.kind);
        }
    }
}
