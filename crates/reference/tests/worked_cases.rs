//! The examples and worked cases of `docs/rules.md`, asked of the naive model: it must be right
//! by the text before it may judge the engine.

use hopscope_aws::{Document, Flow, Node};
use hopscope_reference::{Verdict, answer};
use serde_json::{Value, json};

fn lab() -> Document {
    Document::from_json(include_bytes!("lab-0.json")).unwrap()
}

fn set(document: &mut Document, id: &str, key: &str, value: Value) {
    let node = document.node(id).unwrap().with_field(key, value).unwrap();
    document.put(node);
}

fn add(document: &mut Document, node: Value) {
    let added = Document::from_value(json!({ "hopscope": 1, "nodes": [node] })).unwrap();
    for node in added.nodes.values() {
        document.put(Node::clone(node));
    }
}

fn flow(text: &str) -> Flow {
    // `app tcp 443 srv`, optionally `key=value` behind.
    let mut words = text.split_whitespace();
    let mut next = || words.next().unwrap_or_default().to_owned();
    let mut flow = Flow { from: next(), protocol: next(), ..Flow::default() };
    flow.port = next().parse().ok();
    flow.to = next();
    flow.source_port = Some(51_000);
    for extra in words {
        let (key, value) = extra.split_once('=').unwrap();
        match key {
            "family" => flow.family = Some(value.to_owned()),
            "spoof" => flow.spoofed_source = Some(value.to_owned()),
            "wait" => flow.reply_after = value.parse().ok(),
            "idle" => flow.idle = value.parse().ok(),
            "fragment" => flow.fragment = true,
            _ => panic!("{key}"),
        }
    }
    flow
}

/// `allow`, or `CODE kind owner-or-id leg`.
fn told(document: &Document, text: &str) -> String {
    let answer = answer(document, &flow(text)).unwrap();
    if answer.verdict == Verdict::Allowed {
        return "allow".to_owned();
    }
    let at = answer.at.unwrap();
    let who = at.owner.unwrap_or(at.id);
    let leg = if answer.leg == Some(hopscope_reference::LegKind::Forward) { "fwd" } else { "ret" };
    format!("{} {} {who} {leg}", answer.code.unwrap_or("-"), at.kind)
}

fn routes(list: &[(&str, &str)]) -> Value {
    list.iter().map(|(destination, target)| json!({ "destination": destination, "target": target })).collect()
}

fn acl(list: &[(u32, &str, &str, &str, &str)]) -> Value {
    list.iter()
        .map(|(number, action, protocol, ports, cidr)| {
            json!({ "number": number, "action": action, "protocol": protocol, "ports": ports, "cidr": cidr })
        })
        .collect()
}

fn sg(list: &[(&str, &str, &str)]) -> Value {
    list.iter()
        .map(|(protocol, ports, peer)| json!({ "protocol": protocol, "ports": ports, "peer": peer }))
        .collect()
}

const ANY: (u32, &str, &str, &str, &str) = (100, "allow", "all", "all", "0.0.0.0/0");

/// Gives an interface the group `sg-one` with these rules only.
fn guard(
    document: &mut Document,
    interface: &str,
    inbound: &[(&str, &str, &str)],
    outbound: &[(&str, &str, &str)],
) {
    set(document, "sg-one", "inbound", sg(inbound));
    set(document, "sg-one", "outbound", sg(outbound));
    set(document, interface, "security_groups", json!(["sg-one"]));
}

type Rules<'a> = &'a [(u32, &'a str, &'a str, &'a str, &'a str)];

fn fence(document: &mut Document, subnet: &str, inbound: Rules<'_>, outbound: Rules<'_>) {
    set(document, "acl-one", "inbound", acl(inbound));
    set(document, "acl-one", "outbound", acl(outbound));
    set(document, subnet, "network_acl", json!("acl-one"));
}

fn case(id: &str, change: impl FnOnce(&mut Document), question: &str, expected: &str) {
    let mut document = lab();
    change(&mut document);
    assert_eq!(told(&document, question), expected, "{id}");
}

#[test]
fn internet_groups_and_acls() {
    let all = ("all", "all", "0.0.0.0/0");
    case("W-01", |_| (), "cli tcp 443 203.0.113.10", "allow");
    case("W-02", |_| (), "web tcp 443 srv", "allow");
    let egress = "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS internet-gateway igw-a fwd";
    case("W-03", |_| (), "peer tcp 443 srv", egress);
    let ingress = "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS internet-gateway igw-a fwd";
    case("W-04", |_| (), "cli tcp 443 203.0.113.99", ingress);
    let eip = |d: &mut Document| {
        add(
            d,
            json!({ "id": "e77", "kind": "elastic-ip", "parent": "r1", "address": "203.0.113.77", "target": "eni-app" }),
        );
    };
    case("W-05", eip, "cli tcp 443 203.0.113.77", "X_STATE_MISSING nat-gateway nat-a ret");
    let isolate = |d: &mut Document| set(d, "rt-prv-a", "routes", json!([]));
    let both = |d: &mut Document| {
        eip(d);
        isolate(d);
    };
    case("W-06", both, "cli tcp 443 203.0.113.77", "NO_ROUTE_TO_DESTINATION route-table prv-a ret");
    case("W-07", isolate, "app tcp 443 srv", "NO_ROUTE_TO_DESTINATION route-table prv-a fwd");
    case(
        "W-08",
        |d| guard(d, "eni-web", &[], &[all]),
        "cli tcp 443 203.0.113.10",
        "SG_HAS_NO_RULES security-group eni-web fwd",
    );
    let only443 = |d: &mut Document| guard(d, "eni-web", &[("tcp", "443", "0.0.0.0/0")], &[]);
    case("W-09", only443, "cli tcp 22 203.0.113.10", "ENI_SG_RULES_MISMATCH security-group eni-web fwd");
    case("SG-09", only443, "cli tcp 443 203.0.113.10", "allow");
    let no22 = |d: &mut Document| fence(d, "pub-a", &[(90, "deny", "tcp", "22", "0.0.0.0/0"), ANY], &[ANY]);
    case("W-10", no22, "cli tcp 22 203.0.113.10", "SUBNET_ACL_RESTRICTION network-acl pub-a fwd");
    let inonly = |d: &mut Document| fence(d, "pub-a", &[(100, "allow", "tcp", "443", "0.0.0.0/0")], &[]);
    case("W-11", inonly, "cli tcp 443 203.0.113.10", "SUBNET_ACL_RESTRICTION network-acl pub-a ret");
    let inside = |d: &mut Document| fence(d, "pub-a", &[(100, "allow", "all", "all", "10.0.0.0/16")], &[ANY]);
    case("W-12", inside, "app tcp 443 srv", "SUBNET_ACL_RESTRICTION network-acl pub-a ret");
    case("W-13", |d| fence(d, "pub-a", &[], &[]), "web tcp 22 10.0.0.11", "allow");
    case(
        "W-14",
        |d| guard(d, "eni-db", &[("tcp", "5432", "sg-app")], &[all]),
        "app tcp 5432 10.0.3.10",
        "allow",
    );
    let byapp = |d: &mut Document| guard(d, "eni-web", &[("tcp", "443", "sg-app")], &[all]);
    case("W-15", byapp, "app tcp 443 203.0.113.10", "ENI_SG_RULES_MISMATCH security-group eni-web fwd");
    case("IGW-10", |_| (), "app tcp 443 203.0.113.10", "allow");
    let closed = |d: &mut Document| {
        fence(d, "prv-a", &[], &[]);
        guard(d, "eni-app", &[], &[]);
    };
    case("W-18", closed, "app udp 53 10.0.0.2", "allow");
    case("W-19", closed, "app tcp 80 169.254.169.254", "allow");
    case("ADDR-12", |_| (), "app udp 53 10.0.3.2", "NO_POSSIBLE_DESTINATION vpc vpc-a fwd");
    let tcponly = |d: &mut Document| fence(d, "prv-a", &[(100, "allow", "tcp", "all", "0.0.0.0/0")], &[ANY]);
    case("W-20", tcponly, "app icmp - srv", "SUBNET_ACL_RESTRICTION network-acl prv-a ret");
    let mute = |d: &mut Document| guard(d, "eni-app", &[], &[("udp", "all", "0.0.0.0/0")]);
    case("SG-14", mute, "app udp 99 10.0.3.10 wait=31", "SG_HAS_NO_RULES security-group eni-app ret");
    case("SG-14", mute, "app udp 99 10.0.3.10 wait=29", "allow");
    case(
        "ADDR-26",
        |_| (),
        "web tcp 80 10.0.3.10 spoof=10.0.0.99",
        "ENI_SOURCE_DEST_CHECK_RESTRICTION network-interface eni-web fwd",
    );
    case(
        "ADDR-27",
        |_| (),
        "fw tcp 80 srv spoof=8.8.8.8",
        "GATEWAY_REJECTS_SPOOFED_TRAFFIC internet-gateway igw-a fwd",
    );
    case("ADDR-13", |_| (), "app udp 99 10.0.1.255", "NO_POSSIBLE_DESTINATION vpc vpc-a fwd");
    case(
        "IGW-06",
        |_| (),
        "web tcp 80 192.168.1.10",
        "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS internet-gateway igw-a fwd",
    );
}

#[test]
fn nat() {
    case("W-21", |_| (), "app tcp 443 srv", "allow");
    case("W-22", |_| (), "cli tcp 443 203.0.113.5", "X_NAT_UNSOLICITED_INBOUND nat-gateway nat-a fwd");
    let local = |d: &mut Document| set(d, "rt-pub", "routes", json!([]));
    case("W-23", local, "app tcp 443 srv", "NO_ROUTE_TO_DESTINATION route-table pub-a fwd");
    let deleted = |d: &mut Document| set(d, "nat-a", "state", json!("deleted"));
    case("W-24", deleted, "app tcp 443 srv", "BAD_STATE_ROUTE route-table prv-a fwd");
    let fail = |d: &mut Document| set(d, "az-a", "failed", json!(true));
    case("W-25", fail, "db tcp 443 srv", "allow");
    let shared = |d: &mut Document| {
        fail(d);
        set(d, "rt-prv-b", "routes", routes(&[("0.0.0.0/0", "nat-a")]));
    };
    case("W-26", shared, "db tcp 443 srv", "BAD_STATE nat-gateway nat-a fwd");
    let private = |d: &mut Document| {
        set(d, "nat-a", "connectivity", json!("private"));
        d.nodes.shift_remove("eip-nat-a");
    };
    case(
        "W-27",
        private,
        "app tcp 443 srv",
        "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS internet-gateway igw-a fwd",
    );
    case("W-33", |_| (), "app esp - srv", "PROTOCOL_RESTRICTION nat-gateway nat-a fwd");
    case("W-34", |_| (), "app tcp 443 srv idle=351", "X_NAT_IDLE_TIMEOUT nat-gateway nat-a fwd");
    case("NAT-16", |_| (), "app tcp 443 srv fragment=1", "X_FRAGMENT_DROPPED nat-gateway nat-a fwd");
    case("NAT-16", |_| (), "app udp 443 srv fragment=1", "allow");
    let full = |d: &mut Document| set(d, "nat-a", "open_connections", json!(55_000));
    case("NAT-07", full, "app tcp 443 srv", "X_NAT_PORTS_EXHAUSTED nat-gateway nat-a fwd");
    let manual = |d: &mut Document| {
        add(
            d,
            json!({ "id": "nat-r", "kind": "nat-gateway", "parent": "vpc-a", "availability": "regional-manual", "zones": ["az-a"] }),
        );
        add(
            d,
            json!({ "id": "eip-r", "kind": "elastic-ip", "parent": "r1", "address": "203.0.113.9", "target": "nat-r" }),
        );
        set(d, "rt-prv-b", "routes", routes(&[("0.0.0.0/0", "nat-r")]));
        set(d, "rt-prv-a", "routes", routes(&[("0.0.0.0/0", "nat-r")]));
    };
    case("NAT-14", manual, "db tcp 443 srv", "REGIONAL_NGW_ROUTE_AZ_RESTRICTION nat-gateway nat-r fwd");
    case("NAT-14", manual, "app tcp 443 srv", "allow");
    let instance = |d: &mut Document| {
        set(d, "fw", "role", json!("nat"));
        set(d, "rt-prv-a", "routes", routes(&[("0.0.0.0/0", "eni-fw")]));
        add(
            d,
            json!({ "id": "e7", "kind": "elastic-ip", "parent": "r1", "address": "203.0.113.7", "target": "fw" }),
        );
    };
    case("NAT-19", instance, "app tcp 443 srv", "allow");
    let checked = |d: &mut Document| {
        instance(d);
        set(d, "eni-fw", "source_dest_check", json!(true));
    };
    case(
        "W-35",
        checked,
        "app tcp 443 srv",
        "ENI_SOURCE_DEST_CHECK_RESTRICTION network-interface eni-fw fwd",
    );
    let stopped = |d: &mut Document| {
        instance(d);
        set(d, "fw", "state", json!("stopped"));
    };
    case("NAT-21", stopped, "app tcp 443 srv", "BAD_STATE_ROUTE route-table prv-a fwd");
}

#[test]
fn ipv6() {
    let v6 = "2001:db8:a:a00::10";
    case("W-36", |_| (), &format!("cli tcp 443 {v6}"), "allow");
    case("W-37", |_| (), "app tcp 443 2001:db8:ffff::80", "allow");
    case(
        "W-38",
        |_| (),
        "cli tcp 443 2001:db8:a:a01::10",
        "X_EIGW_UNSOLICITED_INBOUND egress-only-internet-gateway eigw-a fwd",
    );
    let v4only = |d: &mut Document| set(d, "rt-pub", "routes", routes(&[("0.0.0.0/0", "igw-a")]));
    case("W-39", v4only, "web tcp 443 srv family=ipv6", "NO_ROUTE_TO_DESTINATION route-table pub-a fwd");
    let open4 = |d: &mut Document| guard(d, "eni-web", &[("tcp", "443", "0.0.0.0/0")], &[]);
    case("W-40", open4, &format!("cli tcp 443 {v6}"), "ENI_SG_RULES_MISMATCH security-group eni-web fwd");
    case("W-41", |_| (), "six tcp 443 64:ff9b::c633:6450", "allow");
    let bare = |d: &mut Document| set(d, "rt-v6", "routes", routes(&[("::/0", "eigw-a")]));
    case(
        "W-42",
        bare,
        "six tcp 443 64:ff9b::c633:6450",
        "X_NAT64_PREFIX_UNROUTED egress-only-internet-gateway eigw-a fwd",
    );
    case(
        "W-43",
        |_| (),
        "six tcp 443 198.51.100.80",
        "X_ADDRESS_FAMILY_MISMATCH network-interface eni-six fwd",
    );
    case("W-44", |_| (), "six tcp 5432 64:ff9b::a00:30a", "allow");
    let private = |d: &mut Document| {
        set(d, "vpc-a", "ipv6_cidrs", json!(["2001:db8:a:a00::/56", "fd80::/56"]));
        set(d, "pub-a", "ipv6_cidr", json!("fd80::/64"));
        set(d, "eni-web", "ipv6", json!(["fd80::10"]));
    };
    case("W-46", private, "web tcp 443 srv family=ipv6", "X_PRIVATE_IPV6_AT_EDGE internet-gateway igw-a fwd");
}

#[test]
fn routes_and_middleboxes() {
    let dead = |d: &mut Document| {
        set(d, "rt-prv-a", "routes", routes(&[("10.1.0.0/16", "pcx-gone"), ("0.0.0.0/0", "nat-a")]))
    };
    case("RT-16", dead, "app tcp 80 10.1.1.10", "BAD_STATE_ROUTE route-table prv-a fwd");
    let detach = |d: &mut Document| {
        let mut node = Node::clone(d.node("igw-a").unwrap());
        node.parent = Some("r1".into());
        d.put(node);
    };
    case("IGW-11", detach, "web tcp 443 srv", "BAD_STATE_ROUTE route-table pub-a fwd");
    let east_west = |d: &mut Document| {
        set(d, "rt-prv-a", "routes", routes(&[("10.0.3.0/24", "eni-fw")]));
        set(d, "rt-prv-b", "routes", routes(&[("10.0.1.0/24", "eni-fw")]));
    };
    case("RT-08", east_west, "app tcp 80 10.0.3.10", "allow");
    let firewall = |d: &mut Document| {
        set(d, "fw", "role", json!("firewall"));
        set(d, "rt-prv-a", "routes", routes(&[("10.0.3.0/24", "eni-fw")]));
    };
    case("RT-30", firewall, "app tcp 80 10.0.3.10", "allow");
    let group = |d: &mut Document| {
        east_west(d);
        guard(d, "eni-db", &[("all", "all", "sg-app")], &[]);
    };
    case("SG-20", group, "app tcp 80 10.0.3.10", "SG_REFERENCES_NOT_PRESERVED security-group eni-db fwd");
    let edge = |d: &mut Document| {
        add(
            d,
            json!({ "id": "edge", "kind": "route-table", "parent": "vpc-a", "gateway": "igw-a",
            "routes": [{ "destination": "10.0.0.0/24", "target": "eni-fw" }] }),
        );
        add(
            d,
            json!({ "id": "rt-fw", "kind": "route-table", "parent": "vpc-a",
            "routes": [{ "destination": "0.0.0.0/0", "target": "igw-a" }] }),
        );
        set(d, "fw-a", "route_table", json!("rt-fw"));
    };
    case("RT-27", edge, "cli tcp 443 203.0.113.10", "INGRESS_RTB_NO_PUBLIC_IP internet-gateway igw-a fwd");
    let public = |d: &mut Document| {
        edge(d);
        add(
            d,
            json!({ "id": "e7", "kind": "elastic-ip", "parent": "r1", "address": "203.0.113.7", "target": "fw" }),
        );
    };
    case(
        "RT-28",
        public,
        "cli tcp 443 203.0.113.10",
        "INGRESS_RTB_TRAFFIC_REDIRECTION route-table pub-a ret",
    );
    let symmetric = |d: &mut Document| {
        public(d);
        set(d, "rt-pub", "routes", routes(&[("0.0.0.0/0", "eni-fw")]));
    };
    case("RT-26", symmetric, "cli tcp 443 203.0.113.10", "allow");
    let list = |d: &mut Document| {
        add(
            d,
            json!({ "id": "pl-1", "kind": "prefix-list", "parent": "r1", "entries": [{ "cidr": "0.0.0.0/0" }] }),
        );
        set(
            d,
            "rt-prv-a",
            "routes",
            json!([
            { "destination": "pl-1", "target": "nat-a" },
            { "destination": "0.0.0.0/0", "target": "gone", "propagated": true } ]),
        );
    };
    case("PL-05", list, "app tcp 443 srv", "allow");
}
