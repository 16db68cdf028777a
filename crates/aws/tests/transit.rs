//! Tables of transit gateways as people see them, and at the size of the quotas.

use hopscope_aws::{Document, Flow, Network, trace};
use hopscope_forward::{RouteLoss, RouteOrigin, Verdict};
use serde_json::{Value, json};

fn network(nodes: Vec<Value>) -> Network {
    let json = json!({ "hopscope": 1, "name": "transit", "nodes": nodes });
    Network::build(&Document::from_value(json).unwrap())
}

/// A Region, a zone, a transit gateway with one table, and `count` attached VPCs with a host each.
fn hub(count: u32) -> Vec<Value> {
    let mut nodes = vec![
        json!({"id": "r", "kind": "region"}),
        json!({"id": "az", "kind": "availability-zone", "parent": "r"}),
        json!({"id": "tgw", "kind": "transit-gateway", "parent": "r"}),
    ];
    for n in 0..count {
        let block = format!("10.{}.{}", n / 256, n % 256);
        nodes.extend([
            json!({"id": format!("vpc-{n}"), "kind": "vpc", "parent": "r", "cidrs": [format!("{block}.0/24")]}),
            json!({"id": format!("rt-{n}"), "kind": "route-table", "parent": format!("vpc-{n}"), "main": true,
                   "routes": [{"destination": "10.0.0.0/8", "target": "tgw"}]}),
            json!({"id": format!("sn-{n}"), "kind": "subnet", "parent": format!("vpc-{n}"), "zone": "az",
                   "cidr": format!("{block}.0/25")}),
            json!({"id": format!("sg-{n}"), "kind": "security-group", "parent": format!("vpc-{n}"),
                   "inbound": [{"protocol": "all", "ports": "all", "peer": "0.0.0.0/0"}]}),
            json!({"id": format!("i-{n}"), "kind": "instance", "parent": format!("sn-{n}")}),
            json!({"id": format!("eni-{n}"), "kind": "network-interface", "parent": format!("i-{n}"),
                   "private_ips": [{"address": format!("{block}.10")}], "security_groups": [format!("sg-{n}")]}),
            json!({"id": format!("att-{n}"), "kind": "transit-gateway-attachment", "parent": "tgw",
                   "resource": format!("vpc-{n}"), "subnets": [format!("sn-{n}")]}),
        ]);
    }
    nodes
}

#[test]
fn a_table_shows_winners_and_who_waits_behind_them() {
    let mut nodes = hub(2);
    nodes.extend([
        json!({"id": "site", "kind": "on-premises", "networks": ["192.168.0.0/16"]}),
        json!({"id": "cgw", "kind": "customer-gateway", "parent": "site", "ip": "198.51.100.1", "asn": "65001"}),
        json!({"id": "vpn", "kind": "vpn-connection", "parent": "r", "customer_gateway": "cgw", "gateway": "tgw"}),
        json!({"id": "vpn-2", "kind": "vpn-connection", "parent": "r", "customer_gateway": "cgw", "gateway": "tgw",
               "announces": [{"prefix": "192.168.0.0/16", "as_path": "65001 65001"}]}),
        json!({"id": "main", "kind": "transit-gateway-route-table", "parent": "tgw", "default": true, "routes": [
            {"destination": "10.0.1.0/24", "target": "blackhole"}]}),
    ]);
    let rows = network(nodes).effective_routes("main");
    let row = |destination: &str, n: usize| {
        rows.iter().filter(|row| row.destination.to_string() == destination).nth(n).unwrap().clone()
    };
    let won = row("10.0.1.0/24", 0);
    assert!(won.blackhole && won.lost.is_none() && won.origin == RouteOrigin::Static);
    let hidden = row("10.0.1.0/24", 1);
    assert_eq!((hidden.target.as_str(), hidden.lost), ("att-1", Some(RouteLoss::LowerOrigin)));
    let learned = row("192.168.0.0/16", 0);
    assert_eq!((learned.target.as_str(), learned.attributes.as_deref()), ("vpn", Some("AS_PATH 65001")));
    let longer = row("192.168.0.0/16", 1);
    assert_eq!((longer.target.as_str(), longer.lost), ("vpn-2", Some(RouteLoss::LongerAsPath)));
}

#[test]
fn the_implied_table_has_a_name() {
    let network = network(hub(3));
    assert_eq!(network.effective_routes("tgw/default-route-table").len(), 3);
    assert!(network.effective_routes("tgw/other").is_empty());
}

#[test]
fn a_thousand_attachments_are_no_trouble() {
    let network = network(hub(1_000));
    assert!(
        network.diagnostics().iter().all(|found| found.spec.severity != hopscope_forward::Severity::Error)
    );
    assert_eq!(network.effective_routes("tgw/default-route-table").len(), 1_000);
    let flow = Flow { from: "i-7".into(), to: "i-999".into(), ..Flow::default() };
    let trace = trace(&network, &flow).unwrap();
    assert_eq!(trace.verdict, Verdict::Allowed);
    // Near misses are cut short: a hop is not as long as its table.
    assert!(trace.forward.hops.iter().flat_map(|hop| &hop.evidence).all(|evidence| match evidence {
        hopscope_forward::Evidence::Routes { candidates, .. } => candidates.len() < 64,
        _ => true,
    }));
}
