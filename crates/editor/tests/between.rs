//! Networks joined by hand: peering, transit gateways, VPN, Direct Connect, endpoints, failures.

use hopscope_aws::{Config, Document, Id};
use hopscope_editor::{Effect, Intent, Session, connect, failure, place};
use serde_json::{Value, json};

fn put(session: &mut Session, kind: &str, parent: Option<&Id>) -> Id {
    let before: Vec<Id> = session.document().nodes.keys().cloned().collect();
    let intent = Intent::Place { kind: kind.into(), parent: parent.cloned(), zone: None, at: None };
    let effects = session.update(intent);
    let made = session.document().nodes.values().filter(|node| !before.contains(&node.id));
    let made = made.filter(|node| node.kind() == kind).map(|node| node.id.clone()).next_back();
    made.unwrap_or_else(|| panic!("no {kind} was made: {effects:?}"))
}

fn join(session: &mut Session, from: &Id, to: &Id) -> Vec<Effect> {
    session.update(Intent::Connect { from: from.clone(), to: to.clone(), accept: None })
}

fn of(session: &Session, kind: &str) -> Vec<Id> {
    session.document().nodes.values().filter(|n| n.kind() == kind).map(|n| n.id.clone()).collect()
}

fn field(session: &Session, id: &Id, key: &str) -> Value {
    session.document().node(id).unwrap().field(key)
}

fn refused(session: &Session, from: &Id, to: &Id) -> String {
    connect::offers(session.document(), from, to).unwrap_err()
}

/// A Region with three VPCs of two private subnets each.
fn three_vpcs() -> (Session, Vec<Id>) {
    let mut session = Session::new(Document::default());
    put(&mut session, "vpc", None);
    let region = of(&session, "region").remove(0);
    put(&mut session, "vpc", Some(&region));
    put(&mut session, "vpc", Some(&region));
    let vpcs = of(&session, "vpc");
    for vpc in &vpcs {
        put(&mut session, "subnet", Some(vpc));
        put(&mut session, "subnet", Some(vpc));
    }
    (session, vpcs)
}

#[test]
fn every_kind_can_be_placed_on_the_empty_canvas() {
    for spec in place::tools() {
        let mut session = Session::new(Document::default());
        let id = put(&mut session, spec.kind, None);
        assert!(session.can_undo(), "{}", spec.kind);
        assert!(!session.document().node(&id).unwrap().name.is_empty(), "{}", spec.kind);
        session.update(Intent::Undo);
        assert!(session.document().nodes.is_empty(), "{}", spec.kind);
    }
}

#[test]
fn a_line_between_vpcs_is_a_peering_and_a_second_one_is_refused() {
    let (mut session, vpcs) = three_vpcs();
    join(&mut session, &vpcs[0], &vpcs[1]);
    let peering = of(&session, "vpc-peering-connection").remove(0);
    assert_eq!(field(&session, &peering, "requester"), vpcs[0].as_str());
    assert_eq!(field(&session, &peering, "accepter"), vpcs[1].as_str());
    assert_eq!(field(&session, &peering, "state"), "active");
    assert!(refused(&session, &vpcs[1], &vpcs[0]).contains("peered already"));
    // The route leads to the blocks of the other side.
    let subnet = of(&session, "subnet").remove(0);
    let offers = connect::offers(session.document(), &subnet, &peering).unwrap();
    assert_eq!(offers.items.len(), 1, "{offers:?}");
    assert!(offers.items[0].text.contains("10.1.0.0/16"), "{offers:?}");
    // Deleting a VPC takes its peering with it.
    session.update(Intent::Delete { ids: vec![vpcs[1].clone()] });
    assert!(of(&session, "vpc-peering-connection").is_empty());
}

#[test]
fn blocks_that_overlap_are_not_peered() {
    let (mut session, vpcs) = three_vpcs();
    let value = json!(["10.0.0.0/16"]);
    let (id, key) = (vpcs[1].clone(), "cidrs".to_owned());
    session.update(Intent::SetField { id, key, value, coalesce: false });
    assert!(refused(&session, &vpcs[0], &vpcs[1]).contains("overlap"));
}

#[test]
fn a_vpc_is_attached_with_one_subnet_for_each_zone() {
    let (mut session, vpcs) = three_vpcs();
    let region = of(&session, "region").remove(0);
    let tgw = put(&mut session, "transit-gateway", Some(&region));
    assert_eq!(of(&session, "transit-gateway-route-table").len(), 1);
    join(&mut session, &tgw, &vpcs[0]);
    join(&mut session, &vpcs[1], &tgw);
    let attachments = of(&session, "transit-gateway-attachment");
    assert_eq!(attachments.len(), 2);
    assert_eq!(field(&session, &attachments[0], "subnets").as_array().unwrap().len(), 2);
    assert!(refused(&session, &vpcs[1], &tgw).contains("attached"));
    // A subnet of the third VPC brings the attachment along with its routes.
    let subnet =
        session.document().children(Some(&vpcs[2])).find(|n| n.kind() == "subnet").unwrap().id.clone();
    let offers = connect::offers(session.document(), &subnet, &tgw).unwrap();
    let keys: Vec<(&str, bool)> = offers.items.iter().map(|item| (item.key.as_str(), item.ticked)).collect();
    assert_eq!(keys, [("attach", true), ("10.0.0.0/16", true), ("10.1.0.0/16", true), ("0.0.0.0/0", false)]);
}

#[test]
fn a_router_makes_vpn_connections_and_direct_connect_ends_at_its_gateway() {
    let (mut session, vpcs) = three_vpcs();
    let region = of(&session, "region").remove(0);
    let tgw = put(&mut session, "transit-gateway", Some(&region));
    let vgw = put(&mut session, "virtual-private-gateway", Some(&vpcs[0]));
    let router = put(&mut session, "customer-gateway", None);
    assert_eq!(of(&session, "on-premises").len(), 1);
    join(&mut session, &router, &vgw);
    join(&mut session, &router, &tgw);
    assert_eq!(of(&session, "vpn-connection").len(), 2);
    let attachment = of(&session, "transit-gateway-attachment").remove(0);
    assert_eq!(field(&session, &attachment, "resource"), of(&session, "vpn-connection")[1].as_str());
    let dxgw = put(&mut session, "direct-connect-gateway", None);
    let port = put(&mut session, "direct-connect-connection", None);
    join(&mut session, &dxgw, &tgw);
    join(&mut session, &port, &dxgw);
    let vif = of(&session, "virtual-interface").remove(0);
    assert_eq!(field(&session, &vif, "interface_type"), "transit");
    assert_eq!(field(&session, &vif, "customer_gateway"), router.as_str());
    assert!(refused(&session, &vif, &tgw).contains("never at a transit gateway"));
    assert!(refused(&session, &dxgw, &vgw).contains("never to both"));
    assert!(refused(&session, &router, &vpcs[0]).contains("virtual private gateway"));
}

#[test]
fn failing_is_one_step_and_all_of_it_can_be_restored() {
    let (mut session, vpcs) = three_vpcs();
    let vgw = put(&mut session, "virtual-private-gateway", Some(&vpcs[0]));
    let router = put(&mut session, "customer-gateway", None);
    join(&mut session, &router, &vgw);
    let vpn = of(&session, "vpn-connection").remove(0);
    let zone = of(&session, "availability-zone").remove(0);
    let effects = session.update(Intent::Fail { id: Some(vpn.clone()), row: Some(1), down: Some(true) });
    let said = Effect::Announce("Fail tunnel 2 of Site-to-Site VPN connection vpn".into());
    assert!(effects.contains(&said), "{effects:?}");
    session.update(Intent::Fail { id: Some(zone.clone()), row: None, down: None });
    let down: Vec<Id> = failure::failed(session.document()).into_iter().map(|switch| switch.node).collect();
    assert_eq!(down.len(), 2);
    assert!(down.contains(&vpn) && down.contains(&zone));
    session.update(Intent::RestoreAll);
    assert!(failure::failed(session.document()).is_empty());
    session.update(Intent::Undo);
    assert_eq!(failure::failed(session.document()).len(), 2);
}

#[test]
fn rows_of_declared_tables_are_added_typed_and_pasted() {
    let (mut session, vpcs) = three_vpcs();
    let region = of(&session, "region").remove(0);
    let tgw = put(&mut session, "transit-gateway", Some(&region));
    join(&mut session, &vpcs[0], &tgw);
    let table = of(&session, "transit-gateway-route-table").remove(0);
    let attachment = of(&session, "transit-gateway-attachment").remove(0);
    let key = "routes".to_owned();
    session.update(Intent::AddRow { id: table.clone(), key: key.clone(), row: None, at: None });
    assert_eq!(field(&session, &table, "routes")[0]["target"], attachment.as_str());
    let text = "10.9.0.0/16\tblackhole\n10.8.0.0/16\tatt-main".to_owned();
    session.update(Intent::PasteRows { id: table.clone(), key, text });
    let rows = field(&session, &table, "routes");
    assert_eq!(rows[1]["target"], "blackhole");
    assert_eq!(rows[2]["target"], attachment.as_str());
    let nlb = put(&mut session, "network-load-balancer", Some(&vpcs[0]));
    assert_eq!(field(&session, &nlb, "interfaces").as_array().unwrap().len(), 2);
    let set = |column: &str, value: &str| Intent::SetRow {
        id: nlb.clone(),
        key: "listeners".into(),
        row: 0,
        column: column.into(),
        value: value.into(),
        coalesce: false,
    };
    session.update(set("port", "8443"));
    session.update(set("targets", "i-1, i-2"));
    let listener = field(&session, &nlb, "listeners")[0].clone();
    assert_eq!((&listener["port"], &listener["targets"]), (&json!(8443), &json!(["i-1", "i-2"])));
}

#[test]
fn endpoints_come_with_addresses_and_lead_to_services() {
    let (mut session, vpcs) = three_vpcs();
    let region = of(&session, "region").remove(0);
    let service = put(&mut session, "aws-service", Some(&region));
    let gateway = put(&mut session, "gateway-endpoint", Some(&vpcs[0]));
    assert_eq!(field(&session, &gateway, "service"), service.as_str());
    let endpoint = put(&mut session, "interface-endpoint", Some(&vpcs[1]));
    let subnet =
        session.document().children(Some(&vpcs[1])).find(|n| n.kind() == "subnet").unwrap().id.clone();
    assert_eq!(field(&session, &endpoint, "interfaces")[0]["subnet"], subnet.as_str());
    let other = put(&mut session, "network-firewall-endpoint", Some(&subnet));
    let Some(Config::NetworkFirewallEndpoint(config)) =
        session.document().node(&other).map(|n| n.config.clone())
    else {
        panic!("no firewall endpoint");
    };
    assert!(config.firewall.is_some());
    join(&mut session, &subnet, &other);
}

#[test]
fn a_duplicated_vpc_takes_its_endpoints_along_with_addresses_of_its_own() {
    let (mut session, vpcs) = three_vpcs();
    put(&mut session, "interface-endpoint", Some(&vpcs[0]));
    session.update(Intent::Duplicate { ids: vec![vpcs[0].clone()] });
    let copy = of(&session, "interface-endpoint").remove(1);
    let rows = field(&session, &copy, "interfaces");
    let vpc = session.document().enclosing(&copy, "vpc").unwrap().id.clone();
    assert!(!vpcs.contains(&vpc));
    for row in rows.as_array().unwrap() {
        let subnet = session.document().node(row["subnet"].as_str().unwrap()).unwrap();
        assert_eq!(subnet.parent.as_ref(), Some(&vpc), "{rows}");
        let Config::Subnet(config) = &subnet.config else { panic!("{rows}") };
        let block = hopscope_aws::cells::cidr(config.cidr.as_deref().unwrap()).unwrap();
        let address: std::net::IpAddr = row["address"].as_str().unwrap().parse().unwrap();
        assert!(block.contains(&address), "{rows}");
    }
}

#[test]
fn load_balancers_come_with_nodes_a_group_and_targets_are_added_by_lines() {
    let (mut session, vpcs) = three_vpcs();
    let subnet =
        session.document().children(Some(&vpcs[0])).find(|n| n.kind() == "subnet").unwrap().id.clone();
    let one = put(&mut session, "instance", Some(&subnet));
    let two = put(&mut session, "instance", Some(&subnet));
    for (kind, protocol) in [("application-load-balancer", "http"), ("network-load-balancer", "tcp")] {
        let balancer = put(&mut session, kind, Some(&vpcs[0]));
        assert_eq!(field(&session, &balancer, "interfaces").as_array().unwrap().len(), 2, "{kind}");
        assert_eq!(field(&session, &balancer, "security_groups").as_array().unwrap().len(), 1, "{kind}");
        join(&mut session, &balancer, &one);
        join(&mut session, &balancer, &two);
        let group = of(&session, "target-group").pop().unwrap();
        assert_eq!(field(&session, &group, "protocol"), protocol);
        let targets = field(&session, &group, "targets");
        assert_eq!(targets[0]["target"], one.as_str(), "{kind}");
        assert_eq!(targets[1]["target"], two.as_str(), "{kind}");
        join(&mut session, &balancer, &one);
        assert_eq!(field(&session, &group, "targets").as_array().unwrap().len(), 2, "{kind}");
        let wrong = hopscope_aws::Network::build(session.document());
        let codes: Vec<&str> = wrong.diagnostics().iter().map(|d| d.spec.code).collect();
        assert!(codes.iter().all(|code| !code.starts_with("V_")), "{codes:?}");
    }
}

#[test]
fn a_line_from_a_balancer_without_a_group_makes_one() {
    let (mut session, vpcs) = three_vpcs();
    let subnet =
        session.document().children(Some(&vpcs[0])).find(|n| n.kind() == "subnet").unwrap().id.clone();
    let host = put(&mut session, "instance", Some(&subnet));
    let alb = put(&mut session, "application-load-balancer", Some(&vpcs[0]));
    let rows = json!([{"port": 8080, "protocol": "http"}]);
    let set = Intent::SetField { id: alb.clone(), key: "listeners".into(), value: rows, coalesce: false };
    session.update(set);
    join(&mut session, &alb, &host);
    let group = field(&session, &alb, "listeners")[0]["target_groups"][0].clone();
    let group = Id::from(group.as_str().unwrap());
    assert_eq!(field(&session, &group, "targets")[0]["target"], host.as_str());
    assert_eq!(field(&session, &alb, "listeners")[0]["port"], 8080);
    // Listeners of older drawings keep their own instances.
    let nlb = put(&mut session, "network-load-balancer", Some(&vpcs[0]));
    let rows = json!([{"protocol": "tcp", "port": 443, "targets": ["i-old"], "target_port": 443}]);
    let set = Intent::SetField { id: nlb.clone(), key: "listeners".into(), value: rows, coalesce: false };
    session.update(set);
    join(&mut session, &nlb, &host);
    assert_eq!(field(&session, &nlb, "listeners")[0]["targets"], json!(["i-old", host.as_str()]));
}

#[test]
fn a_balancer_faces_the_internet_where_two_zones_have_public_subnets() {
    let mut session = Session::new(Document::default());
    let vpc = put(&mut session, "vpc", None);
    put(&mut session, "internet-gateway", Some(&vpc));
    let table = put(&mut session, "route-table", Some(&vpc));
    let gateway = of(&session, "internet-gateway").remove(0);
    let routes = json!([{"destination": "0.0.0.0/0", "target": gateway.as_str()}]);
    session.update(Intent::SetField {
        id: table.clone(),
        key: "routes".into(),
        value: routes,
        coalesce: false,
    });
    for _ in 0..2 {
        let subnet = put(&mut session, "subnet", Some(&vpc));
        let value = table.as_str().into();
        session.update(Intent::SetField { id: subnet, key: "route_table".into(), value, coalesce: false });
    }
    let alb = put(&mut session, "application-load-balancer", Some(&vpc));
    assert_eq!(field(&session, &alb, "scheme"), "internet-facing");
    let rows = field(&session, &alb, "interfaces");
    let public: Vec<&str> =
        rows.as_array().unwrap().iter().map(|row| row["public_ip"].as_str().unwrap()).collect();
    assert_eq!(public.len(), 2);
    assert_ne!(public[0], public[1]);
}
