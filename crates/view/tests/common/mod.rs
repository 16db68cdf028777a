//! The network everybody draws, for the tests of stories, pictures and playback.

#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part; fixtures are right")]

pub mod sequences;

use hopscope_aws::components::{network_acl, route_table, security_group};
use hopscope_aws::{Config, Document, Flow, Network, Node};
use hopscope_layout::layout;
use hopscope_view::{Scene, Story};
use serde_json::{Value, json};

pub fn node(id: &str, kind: &str, parent: Option<&str>, fields: Value) -> Node {
    let mut node = Node {
        id: id.into(),
        name: String::new(),
        parent: parent.map(Into::into),
        config: Config::default_of(kind).unwrap(),
    };
    for (key, value) in fields.as_object().unwrap() {
        node = node.with_field(key, value.clone()).unwrap();
    }
    node
}

/// Two zones, public and private subnets, NAT gateways, a web and a database server.
pub fn classic() -> Document {
    let mut document = Document { name: "Two zones".to_owned(), ..Document::default() };
    let vpc = Some("vpc-1");
    let route = |to: &str| json!([{"destination": "0.0.0.0/0", "target": to}]);
    let subnet =
        |zone: &str, cidr: &str, table: &str| json!({"zone": zone, "cidr": cidr, "route_table": table});
    let interface =
        |ip: &str, group: &str| json!({"private_ips": [{"address": ip}], "security_groups": [group]});
    for node in [
        node("region-1", "region", None, json!({})),
        node("az-a", "availability-zone", Some("region-1"), json!({})),
        node("az-b", "availability-zone", Some("region-1"), json!({})),
        node("vpc-1", "vpc", Some("region-1"), json!({"cidrs": ["10.0.0.0/16"]})),
        node("igw-1", "internet-gateway", vpc, json!({})),
        node("rtb-main", "route-table", vpc, json!({"main": true})),
        node("rtb-pub", "route-table", vpc, json!({"routes": route("igw-1")})),
        node("rtb-a", "route-table", vpc, json!({"routes": route("nat-a")})),
        node("rtb-b", "route-table", vpc, json!({"routes": route("nat-b")})),
        node(
            "sg-web",
            "security-group",
            vpc,
            json!({"inbound": [{"protocol": "tcp", "ports": "443", "peer": "0.0.0.0/0"}]}),
        ),
        node(
            "sg-db",
            "security-group",
            vpc,
            json!({"inbound": [{"protocol": "tcp", "ports": "3306", "peer": "sg-web"}]}),
        ),
        node("pub-a", "subnet", vpc, subnet("az-a", "10.0.0.0/24", "rtb-pub")),
        node("pub-b", "subnet", vpc, subnet("az-b", "10.0.1.0/24", "rtb-pub")),
        node("prv-a", "subnet", vpc, subnet("az-a", "10.0.10.0/24", "rtb-a")),
        node("prv-b", "subnet", vpc, subnet("az-b", "10.0.11.0/24", "rtb-b")),
        node("iso-a", "subnet", vpc, json!({"zone": "az-a", "cidr": "10.0.20.0/24"})),
        node("nat-a", "nat-gateway", Some("pub-a"), json!({"private_ip": "10.0.0.5"})),
        node("nat-b", "nat-gateway", Some("pub-b"), json!({"private_ip": "10.0.1.5"})),
        node("eip-a", "elastic-ip", Some("region-1"), json!({"address": "203.0.113.5", "target": "nat-a"})),
        node("eip-b", "elastic-ip", Some("region-1"), json!({"address": "203.0.113.6", "target": "nat-b"})),
        node(
            "eip-w",
            "elastic-ip",
            Some("region-1"),
            json!({"address": "203.0.113.10", "target": "eni-web"}),
        ),
        node("web-a", "instance", Some("pub-a"), json!({})),
        node("eni-web", "network-interface", Some("web-a"), interface("10.0.0.10", "sg-web")),
        node("db-b", "instance", Some("prv-b"), json!({})),
        node("eni-db", "network-interface", Some("db-b"), interface("10.0.11.10", "sg-db")),
    ] {
        document.put(node);
    }
    document
}

/// The same, with a network ACL that keeps 3306 out of the database subnet.
pub fn refusing() -> Document {
    let mut document = classic();
    let rule = |number: u32, action: &str, ports: &str| network_acl::Rule {
        number,
        action: action.into(),
        protocol: if ports == "all" { "all" } else { "tcp" }.into(),
        ports: ports.into(),
        cidr: "0.0.0.0/0".into(),
    };
    let mut acl = node("acl-1", "network-acl", Some("vpc-1"), json!({}));
    acl.config = Config::NetworkAcl(network_acl::Config {
        default: false,
        inbound: vec![rule(100, "deny", "3306"), rule(200, "allow", "all")],
        outbound: vec![rule(100, "allow", "all")],
    });
    document.put(acl);
    let subnet = document.node("prv-b").unwrap().with_field("network_acl", json!("acl-1")).unwrap();
    document.put(subnet);
    document
}

pub fn flow(from: &str, to: &str, port: u16) -> Flow {
    Flow { id: "f".into(), from: from.into(), to: to.into(), port: Some(port), ..Flow::default() }
}

pub fn scene(document: &Document) -> Scene {
    Scene::build(document, &Network::build(document), &layout(document))
}

pub fn story(document: &Document, flow: &Flow) -> Story {
    let trace = hopscope_aws::trace(&Network::build(document), flow).unwrap();
    Story::tell(document, &trace, flow)
}

/// Types that fixtures may want to spell out.
pub type Rule = security_group::Rule;
/// The same.
pub type Route = route_table::Route;
