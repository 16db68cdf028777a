//! The sequences of the study notes: made by models, compared with how the notes draw them, and
//! broken. `tests/sequences` holds the diagrams, adopted in our own words, and the networks.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it is wrong")]

mod common;

use common::sequences::{about, document, file, flow_sequence, notes, outcome, setup};
use hopscope_aws::{Document, Flow, Network};
use hopscope_forward::{Decision, Evidence, Hop, Id, Leg, Reason, State, Trace, Verdict, Where};
use hopscope_net::{Packet, Protocol, Transport};
use hopscope_view::sequence::{
    GroupKind, Kind, MOST_MESSAGES, Message, Sequence, compare, mermaid, plantuml, read, svg,
};
use hopscope_view::svg::Theme;
use hopscope_view::{Story, text};
use serde_json::json;

use Kind::{Matching as Same, Missing, OtherParties as Others, Refused};

// ---- Site-to-Site VPN ----

#[test]
fn site_to_site_vpn_is_as_in_the_notes() {
    let pasted = notes("site-to-site-vpn.puml");
    assert_eq!(pasted.messages.len(), 12);
    let model = setup(&document("site-to-site-vpn.json"), "vpn");
    let mut expected = [Same; 12];
    // The answer to a keep-alive goes back to the customer gateway.
    expected[11] = Others;
    assert_eq!(outcome(&pasted, &model), expected);
    let last = compare(&pasted, &model);
    assert!(about(&last, 11).sentence.contains("goes back to the customer gateway"), "{last:?}");
    assert!(model.messages.iter().all(|it| it.refusal.is_none() && !it.counterfactual));
    let kinds: Vec<GroupKind> = model.groups.iter().map(|it| it.kind).collect();
    assert!(kinds.contains(&GroupKind::Alternative) && kinds.contains(&GroupKind::Loop));
}

#[test]
fn with_tunnel_1_down_its_set_up_fails_and_traffic_takes_tunnel_2() {
    let pasted = notes("site-to-site-vpn.puml");
    let model = setup(&document("site-to-site-vpn-tunnel-1-down.json"), "vpn");
    let expected = [Same, Same, Refused, Refused, Refused, Refused, Same, Same, Same, Same, Same, Others];
    assert_eq!(outcome(&pasted, &model), expected);
    let data = model.messages.iter().find(|it| it.text.starts_with("Data")).unwrap();
    assert_eq!((data.text.as_str(), data.counterfactual), ("Data inside tunnel 2 (ESP)", false));
    // It has happened, so it is no alternative.
    assert!(model.groups.iter().all(|it| it.kind != GroupKind::Alternative));
    assert!(about(&compare(&pasted, &model), 2).sentence.contains("tunnel 1 is down"));
}

#[test]
fn without_router_or_tunnels_nothing_follows() {
    let mut failed = document("site-to-site-vpn.json");
    failed.put(failed.node("cgw").unwrap().with_field("failed", json!(true)).unwrap());
    let mut down = document("site-to-site-vpn.json");
    let tunnels = json!([{"name": "1", "state": "down"}, {"name": "2", "state": "down"}]);
    down.put(down.node("vpn").unwrap().with_field("tunnels", tunnels).unwrap());
    for (document, cause) in [(failed, "Office router is out of service"), (down, "No tunnel of")] {
        let model = setup(&document, "vpn");
        assert!(model.summary.contains("No tunnel of VPN connection vpn is up"), "{}", model.summary);
        let session = model.messages.iter().find(|it| it.text.starts_with("BGP OPEN")).unwrap();
        assert!(session.refusal.as_ref().unwrap().contains(cause), "{session:?}");
        assert!(model.messages.iter().filter(|it| it.text.starts_with("Data")).all(|it| it.counterfactual));
        let set_up = model.messages.iter().filter(|it| it.text.starts_with("Request")).collect::<Vec<_>>();
        assert!(set_up[0].refusal.is_none() && set_up[2].refusal.is_some(), "the question still travels");
    }
}

#[test]
fn one_tunnel_leaves_nothing_to_fail_over_to() {
    let mut document = document("site-to-site-vpn.json");
    let tunnels = json!([{"name": "1", "outside_ip": "203.0.113.101"}]);
    document.put(document.node("vpn").unwrap().with_field("tunnels", tunnels).unwrap());
    let model = setup(&document, "vpn");
    let switch = model.messages.iter().rfind(|it| it.text.starts_with("Switch")).unwrap();
    assert!(switch.refusal.is_some());
    // What is drawn works all the same.
    let data = model.messages.iter().find(|it| it.text.starts_with("Data")).unwrap();
    assert!(!data.counterfactual && data.refusal.is_none());
}

#[test]
fn static_routing_types_what_bgp_would_tell() {
    let mut document = document("site-to-site-vpn.json");
    let vpn = document.node("vpn").unwrap().with_field("routing", json!("static")).unwrap();
    document.put(vpn.with_field("static_routes", json!(["192.168.1.0/24"])).unwrap());
    let cgw = document.node("cgw").unwrap();
    let routes = json!([{"destination": "10.0.0.0/16", "target": "vpn"}]);
    document.put(cgw.with_field("routes", routes).unwrap());
    let model = setup(&document, "vpn");
    let texts: Vec<&str> = model.messages.iter().map(|it| it.text.as_str()).collect();
    assert!(texts.iter().all(|it| !it.contains("BGP")), "{texts:?}");
    assert!(texts.contains(&"Type the site's static routes: 192.168.1.0/24"));
    assert!(texts.contains(&"Write routes towards AWS by hand: 10.0.0.0/16"));
    let tables = model.messages.iter().find(|it| it.text.contains("route tables")).unwrap();
    assert_eq!(tables.notes, ["rt: 192.168.1.0/24"]);
}

#[test]
fn without_propagation_no_table_takes_the_routes() {
    let mut document = document("site-to-site-vpn.json");
    document.put(document.node("rt").unwrap().with_field("propagating_gateways", json!([])).unwrap());
    let model = setup(&document, "vpn");
    assert!(model.messages.iter().any(|it| it.text == "No route table takes the site's routes"));
}

/// Each of these messages is there, in this order: `Router -> Gateway: text`, and after ` | ` a word
/// of the notes beside it.
fn in_order(model: &Sequence, expected: &[&str]) {
    let told: Vec<(String, String)> = model
        .messages
        .iter()
        .map(|it| {
            let ends = format!("{} -> {}", model.label(it.from), model.label(it.to));
            (format!("{ends}: {}", it.text), it.notes.join("; "))
        })
        .collect();
    let mut from = 0;
    for line in expected {
        let (message, note) = line.split_once(" | ").unwrap_or((line, ""));
        let fits = |(text, notes): &(String, String)| text.starts_with(message) && notes.contains(note);
        let at = told[from..].iter().position(fits);
        let at = at.unwrap_or_else(|| panic!("\"{line}\" is not in its place in {told:#?}"));
        from += at + 1;
    }
}

#[test]
fn a_tunnel_is_asked_for_by_the_router_and_comes_up_before_bgp_speaks() {
    let model = setup(&document("site-to-site-vpn.json"), "vpn");
    in_order(
        &model,
        &[
            "You -> vgw: Create customer gateway Office router at 198.51.100.1 | ASN 65010",
            "Office router -> Internet provider: Request tunnel 1 to 203.0.113.101: IKE phase 1, UDP 500",
            "Internet provider -> AWS public side: Request tunnel 1 to 203.0.113.101",
            "AWS public side -> vgw: Request tunnel 1 to 203.0.113.101",
            "vgw -> AWS public side: Acknowledgement",
            "AWS public side -> Internet provider: Acknowledgement",
            "Internet provider -> Office router: Acknowledgement",
            "Office router -> vgw: IKE phase 2 of tunnel 1: keys for IPsec | packets travel in ESP",
            "vgw -> Office router: Keys agreed: tunnel 1 is up",
            "Office router -> vgw: IKE phases 1 and 2 of tunnel 2 to 203.0.113.102",
            "vgw -> Office router: Acknowledged: tunnel 2 is up",
            "Office router -> vgw: BGP OPEN, ASN 65010 at 169.254.10.2",
            "vgw -> Office router: BGP OPEN, ASN 64512 at 169.254.10.1",
            "Office router -> vgw: BGP UPDATE: announces 192.168.1.0/24",
            "vgw -> VPC1: The site's routes appear in route tables | rt: 192.168.1.0/24",
            "vgw -> Office router: BGP UPDATE: announces 10.0.0.0/16",
            "Office router -> Office router: Learned routes of AWS: 10.0.0.0/16 | Next hop 169.254.10.1",
            "Office router -> Office router: Tunnel 1 does not answer for 30 seconds: it counts as down",
            "Office router -> Internet provider: Switch traffic to tunnel 2 to 203.0.113.102",
            "Internet provider -> AWS public side: Switch traffic to tunnel 2 to 203.0.113.102",
            "AWS public side -> vgw: Switch traffic to tunnel 2 to 203.0.113.102",
            "Office router -> vgw: Data inside tunnel 1 (ESP)",
            "Office router -> vgw: Keep-alive: are you there, tunnel 1?",
            "vgw -> Office router: Keep-alive acknowledged, tunnel 1",
        ],
    );
}

// ---- Client VPN ----

#[test]
fn client_vpn_login_is_as_in_the_notes_but_for_acm_and_dns() {
    let pasted = notes("client-vpn.puml");
    let model = setup(&document("client-vpn.json"), "laptop");
    assert_eq!(outcome(&pasted, &model), [Same, Others, Missing, Same, Others, Same]);
    let told = compare(&pasted, &model);
    for (message, words) in [(1, "SD-34"), (2, "SD-34"), (4, "the client asks them itself")] {
        assert!(about(&told, message).sentence.contains(words), "{}", about(&told, message).sentence);
    }
    assert!(model.participants.iter().all(|it| !it.label.contains("ACM")));
}

#[test]
fn a_wrong_certificate_ends_the_handshake() {
    let pasted = notes("client-vpn.puml");
    let model = setup(&document("client-vpn-wrong-certificate.json"), "laptop");
    assert_eq!(outcome(&pasted, &model), [Same, Others, Missing, Refused, Others, Refused]);
    let refused = model.messages.iter().find(|it| it.refusal.is_some()).unwrap();
    assert_eq!(refused.text, "Check the client certificate against the CA of the endpoint");
    assert_eq!(model.summary, "laptop does not authenticate to endpoint, so it has no tunnel.");
}

#[test]
fn other_ways_to_log_in_ask_others() {
    let asked = |authentication: &str, who: &str| {
        let mut document = document("client-vpn.json");
        let endpoint = document.node("endpoint").unwrap();
        document.put(endpoint.with_field("authentication", json!(authentication)).unwrap());
        let model = setup(&document, "laptop");
        (
            model.participants.iter().any(|it| it.label == who),
            model.messages.iter().any(|it| it.text == "TLS: certificate of the client"),
        )
    };
    assert_eq!(asked("certificate", "Active Directory"), (false, true));
    assert_eq!(asked("active-directory", "Active Directory"), (true, false));
    assert_eq!(asked("certificate+active-directory", "Active Directory"), (true, true));
    assert_eq!(asked("saml", "Identity provider"), (true, false));
    assert_eq!(asked("certificate+saml", "Identity provider"), (true, true));
}

#[test]
fn an_endpoint_without_certificate_rule_or_subnet_stops_where_it_lacks_it() {
    let stopped = |key: &str, value: serde_json::Value| {
        let mut document = document("client-vpn.json");
        document.put(document.node("endpoint").unwrap().with_field(key, value).unwrap());
        let model = setup(&document, "endpoint");
        let at = model.messages.iter().position(|it| it.refusal.is_some()).unwrap();
        assert!(model.messages[at + 1..].iter().all(|it| it.counterfactual));
        model.messages[at].text.clone()
    };
    assert!(stopped("server_certificate", json!("")).starts_with("TLS: certificate of the endpoint"));
    assert_eq!(stopped("authorization_rules", json!([])), "No authorization rule");
    assert_eq!(stopped("associations", json!([])), "TLS ClientHello, UDP 443");
    assert_eq!(stopped("failed", json!(true)), "TLS ClientHello, UDP 443");
}

#[test]
fn without_dns_servers_nobody_is_asked() {
    let mut document = document("client-vpn.json");
    document.put(document.node("endpoint").unwrap().with_field("dns_servers", json!([])).unwrap());
    let model = setup(&document, "laptop");
    assert!(model.messages.iter().all(|it| !it.text.contains("DNS")));
    let pasted = notes("client-vpn.puml");
    assert_eq!(outcome(&pasted, &model)[4], Missing);
}

// ---- Direct Connect ----

#[test]
fn direct_connect_is_as_in_the_notes() {
    let pasted = notes("direct-connect.puml");
    let model = setup(&document("direct-connect.json"), "dx");
    assert_eq!(outcome(&pasted, &model), [Same; 10]);
    assert!(model.messages.iter().all(|it| it.refusal.is_none() && !it.counterfactual));
}

#[test]
fn another_tag_at_the_router_reaches_no_interface() {
    let pasted = notes("direct-connect.puml");
    let document = document("direct-connect-vlan-mismatch.json");
    let model = setup(&document, "dx");
    let expected = [Same, Same, Same, Same, Refused, Same, Same, Refused, Same, Same];
    assert_eq!(outcome(&pasted, &model), expected);
    let told = compare(&pasted, &model);
    assert!(about(&told, 1).sentence.contains("VLAN 104"), "{}", about(&told, 1).sentence);
    assert!(about(&told, 4).sentence.contains("waits for tag 101, the router sends 104"));
    // Only the private interface is broken; alone it does not come up.
    assert!(model.summary.contains("comes up"), "{}", model.summary);
    assert!(setup(&document, "vif-private").summary.contains("the VLAN is down"));
    assert!(setup(&document, "vif-public").summary.contains("comes up"));
}

#[test]
fn a_port_is_ordered_before_anything_is_patched_and_each_side_announces_its_own() {
    let document = document("direct-connect.json");
    in_order(
        &setup(&document, "dx"),
        &[
            "You -> AWS port: Order a port of 10Gbps at ",
            "AWS port -> You: LOA-CFA",
            "You -> Staff at the location: Patch the cross-connect",
            "Office router -> AWS port: Physical fibre link comes up, 10Gbps",
            "Office router -> AWS port: Frames tagged VLAN 101 (802.1Q)",
            "Office router -> AWS port: Frames tagged VLAN 102 (802.1Q)",
            "Office router -> AWS port: Frames tagged VLAN 103 (802.1Q)",
            "AWS port -> Private VIF: VLAN 101 maps to the private virtual interface",
            "AWS port -> Public VIF: VLAN 102 maps to the public virtual interface",
            "AWS port -> Transit VIF: VLAN 103 maps to the transit virtual interface",
        ],
    );
    in_order(
        &setup(&document, "vif-public"),
        &[
            "Office router -> Public VIF: BGP UPDATE: announces 198.51.100.1/32",
            "Public VIF -> Office router: BGP UPDATE: announces 203.0.113.130/32",
        ],
    );
    let mut requested = document.clone();
    requested.put(requested.node("dx").unwrap().with_field("state", json!("requested")).unwrap());
    let model = setup(&requested, "dx");
    let refused = model.messages.iter().position(|it| it.refusal.is_some()).unwrap();
    assert!(model.messages[refused - 1].text.starts_with("Order a port"), "{:?}", model.messages);
    assert!(model.messages[refused + 1..].iter().all(|it| it.counterfactual));
}

#[test]
fn a_bgp_session_needs_the_same_key_at_both_ends() {
    let mut document = document("direct-connect.json");
    assert!(setup(&document, "vif-private").summary.contains("comes up"));
    let vif = document.node("vif-private").unwrap();
    document.put(vif.with_field("bgp_keys_differ", json!(true)).unwrap());
    let model = setup(&document, "vif-private");
    let refused = model.messages.iter().find(|it| it.refusal.is_some()).unwrap();
    assert!(refused.text.starts_with("BGP OPEN"), "{refused:?}");
    assert!(refused.refusal.as_ref().unwrap().contains("the MD5 keys of AWS and of the router differ"));
}

#[test]
fn a_taken_vlan_is_refused() {
    let mut document = document("direct-connect.json");
    document.put(document.node("vif-public").unwrap().with_field("vlan", json!(101)).unwrap());
    let model = setup(&document, "dx");
    let refused: Vec<&Message> = model.messages.iter().filter(|it| it.refusal.is_some()).collect();
    assert_eq!(refused.len(), 1);
    assert!(refused[0].refusal.as_ref().unwrap().contains("vif-private has it already"), "{refused:?}");
}

#[test]
fn provisioning_stops_where_it_stands() {
    let stopped = |id: &str, key: &str, value: serde_json::Value| {
        let mut document = document("direct-connect.json");
        document.put(document.node(id).unwrap().with_field(key, value).unwrap());
        let model = setup(&document, "vif-private");
        let at = model.messages.iter().find(|it| it.refusal.is_some()).unwrap();
        at.text.split(':').next().unwrap().to_owned()
    };
    assert_eq!(stopped("dx", "state", json!("requested")), "LOA-CFA");
    assert_eq!(stopped("dx", "state", json!("pending")), "Patch the cross-connect, with the LOA-CFA");
    assert_eq!(stopped("dx", "cross_connect", json!(false)), "Patch the cross-connect, with the LOA-CFA");
    assert_eq!(stopped("dx", "state", json!("down")), "Physical fibre link comes up, 10Gbps");
    assert_eq!(stopped("dx", "auto_negotiation", json!(true)), "Physical fibre link comes up, 10Gbps");
    assert_eq!(stopped("location", "failed", json!(true)), "Physical fibre link comes up, 10Gbps");
    assert!(stopped("cgw", "failed", json!(true)).starts_with("Frames tagged VLAN 101"));
    assert_eq!(stopped("vif-private", "bgp", json!("down")), "BGP OPEN, ASN 65010");
}

#[test]
fn half_drawn_things_still_have_a_sequence() {
    for (kind, parent) in [
        ("vpn-connection", Some("region-1")),
        ("client-vpn-endpoint", Some("vpc-1")),
        ("direct-connect-connection", None),
        ("direct-connect-lag", None),
        ("virtual-interface", None),
    ] {
        let mut document = common::classic();
        document.put(common::node("x", kind, parent, json!({})));
        let model = setup(&document, "x");
        assert!(!model.messages.is_empty(), "{kind}");
        assert!(!model.summary.is_empty(), "{kind}");
        for text in [plantuml(&model), mermaid(&model), svg(&model, Theme::Auto)] {
            assert!(!text.is_empty());
        }
    }
    let document = common::classic();
    assert!(Sequence::of_component(&document, &Network::build(&document), "web-a").is_none());
    assert!(Sequence::of_component(&document, &Network::build(&document), "nobody").is_none());
}

// ---- flows ----

#[test]
fn a_flow_folds_tables_into_notes_and_covers_every_step() {
    let document = common::refusing();
    for flow in [common::flow("db-b", "internet", 443), common::flow("web-a", "db-b", 3306)] {
        let story = common::story(&document, &flow);
        let model = flow_sequence(&document, &flow);
        assert!(model.messages.len() * 2 < story.steps.len() + 2, "{} messages", model.messages.len());
        let steps: Vec<usize> = model.messages.iter().filter_map(|it| it.step).collect();
        assert!(steps.windows(2).all(|pair| pair[0] <= pair[1]), "{steps:?}");
        for step in 0..story.steps.len() {
            let message = model.at_step(step).unwrap();
            assert!(model.messages[message].step.unwrap() >= step || step > *steps.last().unwrap());
        }
        assert!(
            model.participants.iter().all(|it| !matches!(it.kind, "subnet" | "route-table" | "network-acl"))
        );
    }
}

#[test]
fn a_refused_flow_shows_where_and_what_would_follow() {
    let document = common::refusing();
    let model = flow_sequence(&document, &common::flow("web-a", "db-b", 3306));
    let refused = model.messages.iter().position(|it| it.refusal.is_some()).unwrap();
    assert!(model.messages[refused].refusal.as_ref().unwrap().contains("acl-1"));
    assert!(!model.messages[refused].counterfactual);
    assert!(model.messages[refused + 1..].iter().all(|it| it.counterfactual));
    assert!(model.sentence(refused).contains("Refused: "));
}

#[test]
fn the_message_of_every_flow_of_the_files_is_found_again() {
    for name in ["site-to-site-vpn.json", "client-vpn.json", "direct-connect.json"] {
        let document = document(name);
        let model = flow_sequence(&document, &document.flows[0]);
        assert!(model.messages.iter().all(|it| it.refusal.is_none()), "{name}");
        let pasted = read(&plantuml(&model)).unwrap();
        assert!(outcome(&pasted, &model).iter().all(|kind| *kind == Same), "{name}");
    }
}

#[test]
fn flows_of_starters_are_told_whole() {
    let starters = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../editor/starters");
    let mut files: Vec<_> = std::fs::read_dir(starters).unwrap().map(|entry| entry.unwrap().path()).collect();
    // Their pictures stand beside them.
    files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    let mut told = 0;
    for file in files {
        let document = Document::from_json(&std::fs::read(&file).unwrap()).unwrap();
        let network = Network::build(&document);
        for flow in &document.flows {
            let Ok(trace) = hopscope_aws::trace(&network, flow) else { continue };
            let story = Story::tell(&document, &trace, flow);
            let model = Sequence::of_story(&document, &story, &trace);
            let name = format!("{} {}", file.display(), story.title);
            // Every step is found at a message, and what decided stands at the message that covers it.
            assert!((0..story.steps.len()).all(|step| model.at_step(step).is_some()), "{name}");
            let steps: Vec<usize> = model.messages.iter().filter_map(|it| it.step).collect();
            assert!(steps.windows(2).all(|pair| pair[0] <= pair[1]), "{name}: {steps:?}");
            let refused = model.messages.iter().position(|it| it.refusal.is_some());
            assert_eq!(refused.is_some(), story.refusals.iter().any(|it| it.step.is_some()), "{name}");
            if let (Some(refused), Some(decided)) = (refused, story.decided_at) {
                assert!(model.messages[refused].step.unwrap() >= decided, "{name}");
                assert!(!model.messages[refused].counterfactual, "{name}");
            }
            let pasted = read(&plantuml(&model)).unwrap();
            assert_eq!(pasted.messages.iter().filter(|it| !it.note).count(), model.messages.len(), "{name}");
            told += 1;
        }
    }
    assert!(told > 20, "{told}");
}

// ---- names ----

/// One hop of a lookup at somebody, with a message or a check.
fn hop(at: &str, evidence: Vec<Evidence>) -> Hop {
    let packet = Packet {
        source: "198.51.100.7".parse().unwrap(),
        destination: "198.51.100.53".parse().unwrap(),
        protocol: Protocol::UDP,
        transport: Transport::Ports { source: 50_000, destination: 53 },
        size: 80,
        dont_fragment: false,
        fragment: false,
    };
    let mut hop = Hop::new("name-server", &Id::from(at), "dns", Decision::Forwarded, &packet);
    hop.evidence = evidence;
    hop
}

fn says(from: &str, to: &str, response: bool, text: &str) -> Evidence {
    Evidence::Message { protocol: "DNS", from: from.into(), to: to.into(), response, text: text.into() }
}

fn looked_up(hops: Vec<Hop>) -> Sequence {
    let trace = Trace {
        verdict: Verdict::Allowed,
        reason: None,
        blockers: Vec::new(),
        hints: Vec::new(),
        lookup: Leg { verdict: Verdict::Allowed, counterfactual: false, hops },
        attempt: Leg::none(),
        answer: None,
        forward: Leg::none(),
        back: Leg::none(),
        state: State::default(),
    };
    let document = Document::default();
    let flow = Flow { id: "f".into(), from: "user".into(), to: "www.example.com".into(), ..Flow::default() };
    Sequence::of_story(&document, &Story::tell(&document, &trace, &flow), &trace)
}

const WWW: &str = "www.example.com A?";

/// The sequence of a flow of a network.
fn flow_of(name: &str, flow: &str) -> Sequence {
    let document = document(name);
    let flow = document.flows.iter().find(|it| it.id == flow).unwrap().clone();
    flow_sequence(&document, &flow)
}

#[test]
fn dns_resolution_is_as_in_the_notes_but_for_the_connection() {
    let pasted = notes("dns-resolution.puml");
    let model = flow_of("dns-resolution.json", "visit");
    assert_eq!(outcome(&pasted, &model), [Same, Same, Same, Same, Same, Same, Same, Same, Missing]);
    let told = compare(&pasted, &model);
    assert!(about(&told, 5).sentence.contains("A and MX are two questions"));
    assert!(about(&told, 8).sentence.contains("SD-38"));
    let referral = model.messages.iter().find(|it| it.text.contains("referral to com")).unwrap();
    assert!(referral.notes[0].starts_with("Authority section: com "), "{referral:?}");
    // The connection goes to the answered address, in a leg of its own.
    let web = model.participants.iter().position(|it| it.label == "Web server").unwrap();
    let connection = model.messages.iter().find(|it| it.to == web).unwrap();
    assert!(connection.text.contains("203.0.113.10:443"), "{connection:?}");
    let steps: Vec<usize> = model.messages.iter().filter_map(|it| it.step).collect();
    assert_eq!(steps.len(), model.messages.len());
    assert!(steps.windows(2).all(|pair| pair[0] < pair[1]), "{steps:?}");
}

#[test]
fn a_registrar_with_other_servers_ends_the_resolution() {
    let pasted = notes("dns-resolution.puml");
    // The parent delegates to servers that do not host the zone (DNS-20).
    let model = flow_of("dns-resolution-other-servers.json", "ask");
    let kinds = outcome(&pasted, &model);
    assert_eq!(kinds[..5], [Same, Same, Same, Same, Same]);
    // Somebody else is asked, and answers nothing.
    assert_eq!((kinds[5], kinds[6], kinds[8]), (Others, Missing, Missing), "{kinds:?}");
    let told = compare(&pasted, &model);
    assert!(about(&told, 7).sentence.contains("SERVFAIL"), "{}", about(&told, 7).sentence);
    assert!(model.messages.iter().any(|it| it.refusal.is_some()));
    assert!(model.messages.iter().all(|it| !it.notes.iter().any(|note| note.contains("203.0.113.10"))));
}

#[test]
fn dnssec_validation_is_as_in_the_notes_but_for_the_order() {
    let pasted = notes("dnssec.puml");
    let model = flow_of("dnssec.json", "ask");
    assert_eq!(
        outcome(&pasted, &model),
        [Same, Same, Same, Same, Same, Kind::Reordered, Kind::Reordered, Same]
    );
    let told = compare(&pasted, &model);
    for note in [5, 8] {
        assert_eq!(about(&told, note).kind, Same, "notes on lifelines count where the model says the same");
    }
    assert!(about(&told, 1).sentence.contains("SD-39"));
    assert!(about(&told, 6).sentence.contains("every link holds"));
    // The chain that the notes leave out begins at the root.
    let extra: Vec<&str> =
        told.iter().filter(|it| it.kind == Kind::Extra).map(|it| it.sentence.as_str()).collect();
    assert!(extra.iter().any(|it| it.contains("“. DNSKEY?")), "{extra:?}");
    for plain in [2, 9] {
        assert!(about(&told, plain).sentence.ends_with("is as in the model."), "{told:?}");
    }
}

#[test]
fn without_ds_nothing_is_validated() {
    let pasted = notes("dnssec.puml");
    // A delegation without DS is insecure, not wrong (DSEC-04).
    let model = flow_of("dnssec-ds-missing.json", "ask");
    assert_eq!(outcome(&pasted, &model), [Same, Same, Same, Missing, Missing, Same, Same, Same]);
    let told = compare(&pasted, &model);
    for other in [2, 9] {
        let sentence = &about(&told, other).sentence;
        assert!(
            sentence.contains("in other words"),
            "no DS, and an answer that is not validated: {sentence}"
        );
    }
}

#[test]
fn the_ds_of_another_key_is_refused() {
    let pasted = notes("dnssec.puml");
    let model = flow_of("dnssec-ds-of-another-key.json", "ask");
    let refused = model.messages.iter().find(|it| it.refusal.is_some()).unwrap();
    assert_eq!(refused.from, refused.to, "the resolver finds it by itself");
    let told = compare(&pasted, &model);
    assert!(told.iter().any(|it| it.sentence.contains("is the hash of none of the keys")), "{told:?}");
    assert!(about(&told, 9).sentence.contains("SERVFAIL"), "{}", about(&told, 9).sentence);
    assert!(model.messages.last().unwrap().text.contains("SERVFAIL"), "{:?}", model.messages.last());
}

#[test]
fn the_resolver_inbound_and_outbound_is_as_in_the_notes() {
    let model = flow_of("resolver-endpoints.json", "inbound");
    assert_eq!(outcome(&notes("resolver-inbound.puml"), &model), [Same; 4]);
    assert!(model.messages.iter().all(|it| it.refusal.is_none()));
    let model = flow_of("resolver-endpoints.json", "outbound");
    assert_eq!(outcome(&notes("resolver-outbound.puml"), &model), [Same; 5]);
    // The notes leave out that the resource asks first.
    assert_eq!(
        (model.label(model.messages[0].from), &*model.messages[0].text),
        ("app", "host.corp.local A? (RD)")
    );
    let answers =
        model.messages.iter().filter(|it| it.notes.iter().any(|note| note.contains("192.168.1.80")));
    assert_eq!(answers.count(), 4, "at every stage of the way back, and at who asked");
}

#[test]
fn without_rules_and_forwarders_both_sides_stay_alone() {
    let model = flow_of("resolver-endpoints-without-rules.json", "inbound");
    let kinds = outcome(&notes("resolver-inbound.puml"), &model);
    assert_eq!(kinds[1..], [Missing; 3]);
    assert!(model.participants.iter().all(|it| it.kind != "resolver-endpoint"));
    let model = flow_of("resolver-endpoints-without-rules.json", "outbound");
    let kinds = outcome(&notes("resolver-outbound.puml"), &model);
    assert_eq!((kinds[2], kinds[3]), (Missing, Missing), "{kinds:?}");
    assert!(model.messages.last().unwrap().text.contains("NXDOMAIN"));
}

#[test]
fn a_closed_endpoint_stops_the_question_on_its_way() {
    let mut document = document("resolver-endpoints.json");
    document.put(document.node("sg").unwrap().with_field("inbound", json!([])).unwrap());
    let flow = document.flows[0].clone();
    let model = flow_sequence(&document, &flow);
    let refused = model.messages.iter().find(|it| it.refusal.is_some()).unwrap();
    assert!(refused.text.starts_with("db.aws.local A?"), "{refused:?}");
    assert_eq!(outcome(&notes("resolver-inbound.puml"), &model)[0], Refused);
}

/// A lookup by hand, as far as the servers of a top-level zone.
fn begun() -> Vec<Hop> {
    vec![
        hop("user", vec![says("User", "Resolver", false, WWW)]),
        hop("Resolver", vec![says("Resolver", "Root", false, WWW)]),
        hop("Root", vec![says("Root", "Resolver", true, "referral to com")]),
        hop("Resolver", vec![says("Resolver", "TLD com", false, WWW)]),
    ]
}

#[test]
fn a_refusal_of_a_lookup_stands_at_its_message() {
    let spec = hopscope_aws::catalog::reasons().into_iter().find(|it| it.code == "BAD_STATE").unwrap();
    let mut hops = begun();
    hops[3].decision = Decision::Denied;
    hops[3].reason = Some(Reason::new(spec, Where::new("name-server", &Id::from("TLD com"))));
    let model = looked_up(hops);
    assert!(model.messages[3].refusal.as_ref().unwrap().contains("TLD com is out of service"));
}

#[test]
fn long_stories_are_cut() {
    let hops = (0..MOST_MESSAGES + 50).map(|n| hop("user", vec![says("User", "Resolver", n % 2 == 1, WWW)]));
    let model = looked_up(hops.collect());
    assert_eq!(model.messages.len(), MOST_MESSAGES);
    let mut long = read(&file("dns-resolution.puml")).unwrap();
    long.messages = std::iter::repeat_n(long.messages[0].clone(), 300).collect();
    assert_eq!(compare(&long, &model).len(), MOST_MESSAGES);
    assert!(text::sequences::tally(300, 0, 700).contains("700 more"));
}
