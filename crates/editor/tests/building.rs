//! Building by hand, as a person does it: the ten clicks of the issue and what they must give.

use hopscope_aws::{Config, Document, Flow, Id};
use hopscope_editor::{Effect, Intent, Session};
use hopscope_forward::{Severity, Verdict};

fn ids(session: &Session, kind: &str) -> Vec<Id> {
    session.document().nodes.values().filter(|n| n.kind() == kind).map(|n| n.id.clone()).collect()
}

fn by_name(session: &Session, name: &str) -> Id {
    let found = session.document().nodes.values().find(|n| n.name == name);
    found.unwrap_or_else(|| panic!("nothing is called {name}")).id.clone()
}

fn place(session: &mut Session, kind: &str, parent: Option<&Id>) -> Vec<Effect> {
    session.update(Intent::Place { kind: kind.into(), parent: parent.cloned(), zone: None, at: None })
}

fn chip(session: &mut Session, node: &Id, key: &str) {
    assert!(
        session.chips().iter().any(|chip| chip.key == key && &chip.node == node),
        "no chip {key}: {:?}",
        session.chips()
    );
    let effects = session.update(Intent::Chip { node: node.clone(), chip: key.into() });
    assert!(effects.contains(&Effect::Save), "{effects:?}");
}

fn verdict(session: &mut Session, from: &str, to: &str, port: u16) -> Verdict {
    let flow = Flow { from: from.into(), to: to.into(), port: Some(port), ..Flow::default() };
    let effects = session.update(Intent::AddFlow { flow });
    let id = effects
        .iter()
        .find_map(|e| if let Effect::ShowFlow(id) = e { Some(id.clone()) } else { None })
        .unwrap();
    let trace = session.traces()[&id].as_ref().unwrap();
    let verdict = trace.verdict;
    session.update(Intent::Undo);
    verdict
}

fn no_errors(session: &Session) {
    let errors: Vec<_> =
        session.network().diagnostics().iter().filter(|d| d.spec.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn ten_clicks() -> Session {
    let mut session = Session::new(Document::default());
    place(&mut session, "vpc", None); // clicks 1 and 2: tool, canvas
    let vpc = by_name(&session, "main");
    for key in ["two-zones", "igw", "nat"] {
        chip(&mut session, &vpc, key); // clicks 3 to 5
    }
    for subnet in ids(&session, "subnet") {
        place(&mut session, "instance", Some(&subnet)); // clicks 6 (tool) and 7 to 10
    }
    session
}

#[test]
fn ten_clicks_build_the_classic_vpc() {
    let session = ten_clicks();
    let document = session.document();
    for (kind, count) in [
        ("region", 1),
        ("availability-zone", 2),
        ("vpc", 1),
        ("subnet", 4),
        ("internet-gateway", 1),
        ("nat-gateway", 2),
        ("elastic-ip", 2),
        ("instance", 4),
        ("network-interface", 4),
        ("security-group", 1),
        ("network-acl", 1),
        ("route-table", 4),
    ] {
        assert_eq!(ids(&session, kind).len(), count, "{kind}");
    }
    let names: Vec<&str> =
        document.nodes.values().filter(|n| n.kind() == "subnet").map(|n| n.name.as_str()).collect();
    assert_eq!(names, ["public-a", "public-b", "private-a", "private-b"]);
    let cidrs: Vec<_> = document
        .nodes
        .values()
        .filter_map(|n| if let Config::Subnet(s) = &n.config { s.cidr.clone() } else { None })
        .collect();
    assert_eq!(cidrs, ["10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/20", "10.0.48.0/20"]);
    no_errors(&session);
}

#[test]
fn the_classic_vpc_works() {
    let mut session = ten_clicks();
    let (web, app, other) =
        (by_name(&session, "web-a"), by_name(&session, "app-a"), by_name(&session, "web-b"));
    assert_eq!(verdict(&mut session, &web, "internet", 443), Verdict::Allowed);
    assert_eq!(verdict(&mut session, &app, "internet", 443), Verdict::Allowed);
    assert_eq!(verdict(&mut session, &web, &app, 5432), Verdict::Allowed);
    assert_eq!(verdict(&mut session, &app, &other, 443), Verdict::Allowed);
    assert_eq!(
        verdict(&mut session, "internet", &web, 443),
        Verdict::Denied,
        "the default group admits itself only"
    );
    assert_eq!(verdict(&mut session, "internet", &app, 443), Verdict::Denied);
    session.update(Intent::Select { ids: vec![web.clone()] });
    chip(&mut session, &web, "https");
    assert_eq!(verdict(&mut session, "internet", &web, 443), Verdict::Allowed);
    assert_eq!(verdict(&mut session, "internet", &web, 22), Verdict::Denied);
}

#[test]
fn ipv6_added_afterwards_works_both_ways_out() {
    let mut session = ten_clicks();
    let vpc = by_name(&session, "main");
    session.update(Intent::Select { ids: vec![vpc.clone()] });
    chip(&mut session, &vpc, "ipv6");
    chip(&mut session, &vpc, "eigw");
    no_errors(&session);
    let (web, app) = (by_name(&session, "web-a"), by_name(&session, "app-a"));
    for from in [web, app] {
        let flow = Flow {
            from: from.to_string(),
            to: "internet".into(),
            family: Some("ipv6".into()),
            ..Flow::default()
        };
        session.update(Intent::AddFlow { flow });
        let trace = session.traces().values().last().unwrap().as_ref().unwrap();
        assert_eq!(trace.verdict, Verdict::Allowed, "{from}: {:?}", trace.reason);
    }
}

#[test]
fn chips_in_another_order_give_the_same_network() {
    let mut session = Session::new(Document::default());
    place(&mut session, "vpc", None);
    let vpc = by_name(&session, "main");
    for key in ["igw", "ipv6", "two-zones", "nat", "eigw"] {
        chip(&mut session, &vpc, key);
    }
    for subnet in ids(&session, "subnet") {
        place(&mut session, "instance", Some(&subnet));
    }
    no_errors(&session);
    let app = by_name(&session, "app-b");
    assert_eq!(verdict(&mut session, &app, "internet", 443), Verdict::Allowed);
}

#[test]
fn an_instance_on_the_empty_canvas_brings_its_parents_in_one_step() {
    let mut session = Session::new(Document::default());
    place(&mut session, "instance", None);
    for kind in ["region", "vpc", "subnet", "instance", "network-interface", "security-group"] {
        assert_eq!(ids(&session, kind).len(), 1, "{kind}");
    }
    assert_eq!(session.history().labels().collect::<Vec<_>>(), ["Open", "Add instance app-a"]);
    session.update(Intent::Undo);
    assert!(session.document().nodes.is_empty());
}

#[test]
fn illegal_places_say_why() {
    let mut session = ten_clicks();
    let subnet = by_name(&session, "private-a");
    let before = session.document().clone();
    for (kind, clue) in
        [("vpc", "goes into a Region"), ("internet-host", "outside every AWS network"), ("region", "")]
    {
        let effects = place(&mut session, kind, Some(&subnet));
        match effects.as_slice() {
            [Effect::Alert(said)] => assert!(said.contains(clue), "{said}"),
            other => panic!("{kind}: {other:?}"),
        }
    }
    let vpc = by_name(&session, "main");
    let effects = place(&mut session, "instance", Some(&vpc));
    assert!(
        matches!(&effects[..], [Effect::Alert(said)] if said.contains("Click in the subnet")),
        "{effects:?}"
    );
    assert_eq!(&before, session.document());
}

#[test]
fn a_click_on_a_card_means_the_box_around_it() {
    let mut session = ten_clicks();
    let web = by_name(&session, "web-a");
    place(&mut session, "instance", Some(&web));
    let made = session.selection()[0].clone();
    assert_eq!(session.document().node(&made).unwrap().parent, Some(by_name(&session, "public-a")));
    assert_eq!(session.document().node(&made).unwrap().name, "web-a-2");
}

#[test]
fn moving_an_instance_gives_it_addresses_of_the_new_subnet() {
    let mut session = ten_clicks();
    let (web, private) = (by_name(&session, "web-a"), by_name(&session, "private-b"));
    session.update(Intent::SetParent { id: web.clone(), parent: Some(private), at: None });
    let eni = session.document().children(Some(&web)).next().unwrap();
    let Config::NetworkInterface(eni) = &eni.config else { panic!() };
    assert_eq!(eni.private_ips[0].address, "10.0.48.11");
    assert_eq!(eni.private_ips[0].public_ip, None, "a private subnet gives out no public address");
    no_errors(&session);
    let vpc = by_name(&session, "main");
    let effects = session.update(Intent::SetParent {
        id: vpc.clone(),
        parent: Some(by_name(&session, "public-a")),
        at: None,
    });
    assert!(matches!(&effects[..], [Effect::Alert(_)]), "{effects:?}");
}

#[test]
fn a_deleted_nat_gateway_leaves_a_blackhole_as_in_aws() {
    let mut session = ten_clicks();
    let (nat, app) = (by_name(&session, "nat-a"), by_name(&session, "app-a"));
    session.update(Intent::Delete { ids: vec![nat.clone()] });
    let table = by_name(&session, "rtb-private-a");
    let Config::RouteTable(table) = &session.document().node(&table).unwrap().config else { panic!() };
    assert_eq!(table.routes[0].target, nat.as_str());
    assert_eq!(verdict(&mut session, &app, "internet", 443), Verdict::Denied);
    session.update(Intent::Undo);
    assert_eq!(verdict(&mut session, &app, "internet", 443), Verdict::Allowed);
}

#[test]
fn what_aws_keeps_is_deleted_only_with_its_owner() {
    let mut session = ten_clicks();
    for name in ["rtb-main", "default", "web-a-eth0"] {
        let id = by_name(&session, name);
        let effects = session.update(Intent::Delete { ids: vec![id] });
        assert!(matches!(&effects[..], [Effect::Alert(_)]), "{name}: {effects:?}");
    }
    let vpc = by_name(&session, "main");
    session.update(Intent::Delete { ids: vec![vpc] });
    assert!(ids(&session, "security-group").is_empty());
    assert!(ids(&session, "instance").is_empty());
}

#[test]
fn a_duplicated_subnet_is_readdressed() {
    let mut session = ten_clicks();
    let subnet = by_name(&session, "public-a");
    session.update(Intent::Duplicate { ids: vec![subnet.clone()] });
    no_errors(&session);
    let copy = session.selection()[0].clone();
    let Config::Subnet(config) = &session.document().node(&copy).unwrap().config else { panic!() };
    assert_eq!(config.cidr.as_deref(), Some("10.0.64.0/20"));
    assert!(config.route_table.is_some());
    let inside: Vec<_> = session.document().children(Some(&copy)).map(|n| n.kind()).collect();
    assert_eq!(inside, ["nat-gateway", "instance"]);
    assert_eq!(ids(&session, "elastic-ip").len(), 3, "the copied NAT gateway has an address of its own");
    let mut addresses: Vec<String> = Vec::new();
    for node in session.document().nodes.values() {
        if let Config::NetworkInterface(eni) = &node.config {
            addresses.extend(eni.private_ips.iter().map(|row| row.address.clone()));
        }
    }
    let count = addresses.len();
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), count);
}

#[test]
fn a_vpc_copied_into_another_document_arrives_whole() {
    let mut session = ten_clicks();
    let vpc = by_name(&session, "main");
    let effects = session.update(Intent::Copy { ids: vec![vpc] });
    let text = effects
        .iter()
        .find_map(|e| if let Effect::Copy(text) = e { Some(text.clone()) } else { None })
        .unwrap();
    let mut other = Session::new(Document::default());
    // The Region it needs is made in the same step.
    other.update(Intent::Paste { text: text.clone(), parent: None });
    assert_eq!(ids(&other, "region").len(), 1);
    assert_eq!(other.history().labels().len(), 2);
    no_errors(&other);
    let app = by_name(&other, "app-a");
    assert_eq!(verdict(&mut other, &app, "internet", 443), Verdict::Allowed);
    // A second time it must not overlap the first.
    other.update(Intent::Paste { text, parent: None });
    no_errors(&other);
    let vpcs: Vec<_> = ids(&other, "vpc")
        .iter()
        .map(|id| hopscope_editor::outline::detail(other.document(), other.document().node(id).unwrap()))
        .collect();
    assert_eq!(vpcs, ["10.0.0.0/16", "10.1.0.0/16"]);
}

#[test]
fn lines_offer_routes_and_refuse_nonsense() {
    let mut session = ten_clicks();
    let document = session.document().clone();
    let offers = |a: &str, b: &str| {
        hopscope_editor::connect::offers(&document, &by_name(&session, a), &by_name(&session, b))
    };
    let offer = offers("private-a", "nat-b").unwrap();
    assert_eq!(offer.title, "Route subnet private-a to NAT gateway nat-b");
    assert_eq!(offer.items[0].text, "Replace 0.0.0.0/0 → nat-a by nat-b in rtb-private-a");
    assert!(offers("public-a", "nat-a").unwrap_err().contains("circle"));
    assert!(offers("public-a", "igw").unwrap_err().contains("already"));
    assert!(offers("main", "main").unwrap_err().contains("itself"));
    let (subnet, nat) = (by_name(&session, "private-a"), by_name(&session, "nat-b"));
    session.update(Intent::Connect { from: subnet, to: nat.clone(), accept: None });
    let table = by_name(&session, "rtb-private-a");
    let Config::RouteTable(table) = &session.document().node(&table).unwrap().config else { panic!() };
    assert_eq!((table.routes.len(), table.routes[0].target.as_str()), (1, nat.as_str()));
    // Nothing ticked: nothing made.
    let before = session.document().clone();
    let (subnet, nat) = (by_name(&session, "private-b"), by_name(&session, "nat-a"));
    session.update(Intent::Connect { from: subnet, to: nat, accept: Some(Vec::new()) });
    assert_eq!(&before, session.document());
}
