//! What is told over VPN connections and virtual interfaces, step by step.

use hopscope_aws::advertisements::{Exchange, Path, What};
use hopscope_aws::{Document, Network, advertisements};
use hopscope_forward::RouteLoss;
use serde_json::{Value, json};

/// A VPC with a virtual private gateway, a site, and a VPN connection between them.
fn nodes() -> Vec<Value> {
    let Value::Array(nodes) = json!([
        {"id": "r", "kind": "region"},
        {"id": "vpc", "kind": "vpc", "parent": "r", "cidrs": ["10.0.0.0/16"]},
        {"id": "vgw", "kind": "virtual-private-gateway", "parent": "vpc", "asn": "64512"},
        {"id": "rt", "kind": "route-table", "parent": "vpc", "main": true, "propagating_gateways": ["vgw"]},
        {"id": "site", "kind": "on-premises", "networks": ["192.168.0.0/16"]},
        {"id": "cgw", "kind": "customer-gateway", "parent": "site", "ip": "198.51.100.1", "asn": "65001"},
        {"id": "vpn", "kind": "vpn-connection", "parent": "r", "customer_gateway": "cgw", "gateway": "vgw",
         "tunnels": [
            {"name": "1", "outside_ip": "203.0.113.1", "inside_cidr": "169.254.10.0/30"},
            {"name": "2", "outside_ip": "203.0.113.2", "inside_cidr": "169.254.11.0/30"}]}
    ]) else {
        return Vec::new();
    };
    nodes
}

/// A private virtual interface to the same gateway.
fn direct_connect() -> Vec<Value> {
    let Value::Array(nodes) = json!([
        {"id": "loc", "kind": "direct-connect-location", "region": "r"},
        {"id": "dx", "kind": "direct-connect-connection", "parent": "loc"},
        {"id": "vif", "kind": "virtual-interface", "parent": "dx", "gateway": "vgw", "customer_gateway": "cgw"}
    ]) else {
        return Vec::new();
    };
    nodes
}

fn told(nodes: Vec<Value>) -> Vec<Exchange> {
    let json = json!({"hopscope": 1, "name": "told", "nodes": nodes});
    advertisements(&Network::build(&Document::from_value(json).unwrap()))
}

fn what(exchange: &Exchange, number: u8) -> &What {
    &exchange.steps.iter().find(|step| step.number == number).unwrap().what
}

fn set(nodes: &mut [Value], id: &str, key: &str, value: Value) {
    nodes.iter_mut().find(|node| node["id"] == id).unwrap()[key] = value;
}

#[test]
fn the_nine_steps_of_a_dynamic_vpn() {
    let all = told(nodes());
    assert_eq!(all.len(), 1);
    let vpn = &all[0];
    assert_eq!((&*vpn.link, &*vpn.router, &*vpn.gateway), ("vpn", "cgw", "vgw"));
    assert!(vpn.up);
    assert_eq!(vpn.steps.iter().map(|step| step.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert!(vpn.steps.iter().all(|step| step.stopped_by.is_none()));

    let What::LinkUp { tunnels } = what(vpn, 1) else { panic!() };
    assert_eq!(
        tunnels.iter().map(|tunnel| (&*tunnel.name, tunnel.up)).collect::<Vec<_>>(),
        [("1", true), ("2", true)]
    );
    let What::Session { site_asn, aws_asn, addresses } = what(vpn, 2) else { panic!() };
    assert_eq!((*site_asn, *aws_asn), (65001, 64512));
    assert_eq!(
        (addresses[1].aws.to_string(), addresses[1].site.to_string()),
        ("169.254.11.1".to_owned(), "169.254.11.2".to_owned())
    );
    let What::SiteAnnounces { prefixes } = what(vpn, 3) else { panic!() };
    assert_eq!(
        (prefixes[0].prefix.to_string(), &prefixes[0].as_path),
        ("192.168.0.0/16".into(), &vec![65001])
    );
    let What::GatewaySelects { prefixes } = what(vpn, 4) else { panic!() };
    assert_eq!((prefixes[0].by.as_deref(), prefixes[0].lost), (Some("vpn"), None));
    let What::Installs { tables } = what(vpn, 5) else { panic!() };
    assert_eq!((&*tables[0].table, tables[0].prefixes.len()), ("rt", 1));
    let What::AwsAnnounces { prefixes } = what(vpn, 6) else { panic!() };
    assert_eq!((prefixes[0].prefix.to_string(), &prefixes[0].as_path), ("10.0.0.0/16".into(), &vec![64512]));
    let What::SiteInstalls { prefixes } = what(vpn, 8) else { panic!() };
    assert_eq!(prefixes.len(), 1);
    let What::Traffic { to_site, from_site } = what(vpn, 9) else { panic!() };
    // There is nothing else that could take over.
    for Path { now, then, .. } in to_site.iter().chain(from_site) {
        assert_eq!((now.as_deref(), then.as_deref()), (Some("vpn"), None));
    }
}

#[test]
fn a_failed_router_stops_every_step_and_withdraws() {
    let mut nodes = nodes();
    set(&mut nodes, "cgw", "failed", json!(true));
    let vpn = &told(nodes)[0];
    assert!(!vpn.up);
    assert!(vpn.steps.iter().all(|step| step.stopped_by.as_deref() == Some("cgw")));
    let What::GatewaySelects { prefixes } = what(vpn, 4) else { panic!() };
    assert_eq!((prefixes[0].by.as_deref(), prefixes[0].lost), (None, Some(RouteLoss::Withdrawn)));
    let What::Installs { tables } = what(vpn, 5) else { panic!() };
    assert_eq!((&*tables[0].table, tables[0].prefixes.len()), ("rt", 0));
}

#[test]
fn one_tunnel_suffices() {
    let mut nodes = nodes();
    set(&mut nodes, "vpn", "tunnels", json!([{"name": "1", "state": "down"}, {"name": "2"}]));
    let vpn = &told(nodes)[0];
    assert!(vpn.up);
    let What::LinkUp { tunnels } = what(vpn, 1) else { panic!() };
    assert_eq!((tunnels[0].up, tunnels[1].up), (false, true));
    assert!(vpn.steps.iter().all(|step| step.stopped_by.is_none()));
}

#[test]
fn direct_connect_wins_and_the_vpn_takes_over() {
    let mut nodes = nodes();
    nodes.extend(direct_connect());
    let all = told(nodes.clone());
    let (vpn, vif) = (&all[0], &all[1]);
    assert_eq!((vif.kind, &*vif.link), ("virtual-interface", "vif"));
    let What::GatewaySelects { prefixes } = what(vif, 4) else { panic!() };
    assert_eq!((prefixes[0].by.as_deref(), prefixes[0].lost), (Some("vif"), None));
    let What::GatewaySelects { prefixes } = what(vpn, 4) else { panic!() };
    assert_eq!((prefixes[0].by.as_deref(), prefixes[0].lost), (Some("vif"), Some(RouteLoss::LowerOrigin)));
    let What::Traffic { to_site, from_site } = what(vif, 9) else { panic!() };
    for path in to_site.iter().chain(from_site) {
        assert_eq!((path.now.as_deref(), path.then.as_deref()), (Some("vif"), Some("vpn")));
    }

    set(&mut nodes, "vif", "bgp", json!("down"));
    let all = told(nodes);
    let (vpn, vif) = (&all[0], &all[1]);
    assert_eq!(vif.steps[1].stopped_by.as_deref(), Some("vif"));
    let What::GatewaySelects { prefixes } = what(vpn, 4) else { panic!() };
    assert_eq!((prefixes[0].by.as_deref(), prefixes[0].lost), (Some("vpn"), None));
}

#[test]
fn a_static_connection_tells_nothing() {
    let mut nodes = nodes();
    set(&mut nodes, "vpn", "routing", json!("static"));
    assert_eq!(told(nodes), Vec::new());
}

#[test]
fn a_transit_gateway_installs_into_its_tables() {
    let mut nodes = nodes();
    nodes.push(json!({"id": "tgw", "kind": "transit-gateway", "parent": "r", "asn": "64600"}));
    nodes.push(json!({"id": "rtb", "kind": "transit-gateway-route-table", "parent": "tgw", "default": true}));
    nodes.push(json!({"id": "att", "kind": "transit-gateway-attachment", "parent": "tgw", "resource": "vpn",
        "subnets": []}));
    set(&mut nodes, "vpn", "gateway", json!("tgw"));
    let vpn = &told(nodes)[0];
    let What::Session { aws_asn, .. } = what(vpn, 2) else { panic!() };
    assert_eq!(*aws_asn, 64600);
    let What::Installs { tables } = what(vpn, 5) else { panic!() };
    assert_eq!(tables.iter().map(|it| (&*it.table, it.prefixes.len())).collect::<Vec<_>>(), [("rtb", 1)]);
    let What::GatewaySelects { prefixes } = what(vpn, 4) else { panic!() };
    assert_eq!((prefixes[0].by.as_deref(), prefixes[0].lost), (Some("vpn"), None));
}

/// DX-20: the same virtual interface is named as the trace takes, location by location.
#[test]
fn interfaces_of_a_direct_connect_gateway_are_ranked_for_the_region_behind_it() {
    let mut nodes = nodes();
    nodes.retain(|node| node["id"] != "vpn");
    nodes.extend(direct_connect());
    set(&mut nodes, "vif", "gateway", json!("dxgw"));
    set(&mut nodes, "loc", "region", json!("far"));
    let Value::Array(more) = json!([
        {"id": "far", "kind": "region"},
        {"id": "dxgw", "kind": "direct-connect-gateway", "asn": "64520",
         "associations": [{"gateway": "vgw", "allowed_prefixes": ["10.0.0.0/16"]}]},
        {"id": "near-loc", "kind": "direct-connect-location", "region": "r"},
        {"id": "near-dx", "kind": "direct-connect-connection", "parent": "near-loc"},
        {"id": "vif-near", "kind": "virtual-interface", "parent": "near-dx", "gateway": "dxgw",
         "customer_gateway": "cgw"}
    ]) else {
        panic!()
    };
    nodes.extend(more);
    let weighed = |nodes: &[Value], link: &str| {
        let all = told(nodes.to_vec());
        let exchange = all.iter().find(|it| &*it.link == link).unwrap();
        let What::GatewaySelects { prefixes } = what(exchange, 4) else { panic!() };
        (prefixes[0].by.as_deref().map(str::to_owned), prefixes[0].lost)
    };
    assert_eq!(weighed(&nodes, "vif-near"), (Some("vif-near".into()), None));
    assert_eq!(weighed(&nodes, "vif"), (Some("vif-near".into()), Some(RouteLoss::LowerPreference)));

    // A community comes before the Region, and is told as the level it asks for.
    set(&mut nodes, "vif", "announces", json!([{"prefix": "192.168.0.0/16", "communities": "7224:7300"}]));
    assert_eq!(weighed(&nodes, "vif"), (Some("vif".into()), None));
    assert_eq!(weighed(&nodes, "vif-near"), (Some("vif".into()), Some(RouteLoss::LowerPreference)));
    let all = told(nodes);
    let vif = all.iter().find(|it| &*it.link == "vif").unwrap();
    let What::SiteAnnounces { prefixes } = what(vif, 3) else { panic!() };
    assert_eq!(prefixes[0].local_preference, 3);
}
