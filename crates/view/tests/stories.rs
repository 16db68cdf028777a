//! Stories of real traces: words, order, evidence; and the texts made of them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it is wrong")]

mod common;

use common::{classic, flow, refusing, story};
use hopscope_aws::{Document, Network};
use hopscope_forward::{Decision, LegKind, Verdict};
use hopscope_view::story::EvidenceView;
use hopscope_view::{Story, trace_text};
use serde_json::json;

#[test]
fn a_denial_names_the_rule_and_the_step() {
    let story = story(&refusing(), &flow("web-a", "db-b", 3306));
    assert_eq!(
        story.summary,
        "web-a → db-b TCP 3306: denied at network ACL acl-1 inbound rule 100, step 6 of 8."
    );
    let step = &story.steps[story.decided_at.unwrap()];
    assert_eq!((step.decision, step.rule.as_deref(), &*step.place), (Decision::Denied, Some("100"), "prv-b"));
    let EvidenceView::Table { rows, columns, .. } = &step.evidence[0] else { panic!("no rules shown") };
    assert_eq!(rows.len(), 1, "the first match decides");
    assert_eq!(rows[0].cells.len(), columns.len());
    assert_eq!(rows[0].source, Some(("acl-1".into(), Some(0))));
    let after: Vec<bool> = story.steps.iter().map(|step| step.counterfactual).collect();
    assert!(!after[5] && after[6..].iter().all(|would| *would));
}

#[test]
fn an_allowed_flow_tells_rewrites_there_and_back() {
    let story = story(&refusing(), &flow("db-b", "internet", 443));
    assert_eq!(story.verdict, Verdict::Allowed);
    assert_eq!(story.summary, "db-b → Internet TCP 443: allowed, there and back in 20 steps.");
    let nat = story.leg(LegKind::Forward).iter().find(|step| step.kind == "nat-gateway").unwrap();
    assert!(nat.line.starts_with("source address 10.0.11.10 → 10.0.1.5, source port 50000 → "));
    let source = nat.packet.iter().find(|field| field.name == "source address").unwrap();
    assert_eq!((source.before.as_str(), source.after.as_deref()), ("10.0.11.10", Some("10.0.1.5")));
    let size = nat.packet.iter().find(|field| field.name == "size").unwrap();
    assert_eq!(size.after, None);
    let reply = story.leg(LegKind::Return);
    let admitted = reply.iter().find(|step| step.stage == "security-group-in").unwrap();
    assert_eq!(admitted.line, "Part of a remembered flow: no rule is asked.");
    assert!(reply.iter().all(|step| step.leg == LegKind::Return));
}

#[test]
fn routes_show_winner_and_losers() {
    let story = story(&classic(), &flow("web-a", "db-b", 3306));
    let route = story.steps.iter().find(|step| step.stage == "route-table").unwrap();
    assert_eq!(route.line, "10.0.0.0/16 leads to local, before 1 wider route.");
    let EvidenceView::Table { rows, .. } = &route.evidence[0] else { panic!("no routes shown") };
    let outcomes: Vec<&str> = rows.iter().map(|row| row.cells[3].as_str()).collect();
    assert_eq!(outcomes, ["chosen", "16 bits shorter than the winner"]);
}

#[test]
fn every_blocker_is_told() {
    let mut document = refusing();
    let group = document.node("sg-db").unwrap().with_field("inbound", json!([])).unwrap();
    document.put(group);
    let story = story(&document, &flow("web-a", "db-b", 3306));
    let told: Vec<(&str, bool)> =
        story.refusals.iter().map(|refusal| (refusal.reason.code, refusal.counterfactual)).collect();
    assert_eq!(told, [("SUBNET_ACL_RESTRICTION", false), ("SG_HAS_NO_RULES", true)]);
    let steps: Vec<usize> = story.refusals.iter().filter_map(|refusal| refusal.step).collect();
    assert!(steps.iter().all(|step| story.steps[*step].reason.is_some()), "{steps:?}");
}

#[test]
fn a_denial_on_the_way_back_says_so() {
    let mut document = refusing();
    let acl = document.node("acl-1").unwrap();
    let acl = acl.with_field(
        "inbound",
        json!([{"number": 1, "action": "allow", "protocol": "all", "ports": "all", "cidr": "0.0.0.0/0"}]),
    );
    let acl = acl.unwrap().with_field("outbound", json!([])).unwrap();
    document.put(acl);
    let story = story(&document, &flow("web-a", "db-b", 3306));
    assert!(
        story.summary.contains("denied on the way back at network ACL acl-1 outbound rule *"),
        "{}",
        story.summary
    );
    assert!(story.steps[story.decided_at.unwrap()].leg == LegKind::Return);
}

#[test]
fn names_are_preferred_to_ids() {
    let mut document = refusing();
    let named = hopscope_aws::Node { name: "Orders DB".into(), ..(**document.node("db-b").unwrap()).clone() };
    document.put(named);
    let story = story(&document, &flow("web-a", "db-b", 3306));
    assert!(story.title.starts_with("web-a → Orders DB TCP 3306"));
    assert!(story.steps.iter().any(|step| step.title == "Arrival at Orders DB"));
}

#[test]
fn the_ladder_reads_without_colour() {
    let text = trace_text::ladder(&story(&refusing(), &flow("web-a", "db-b", 3306)));
    assert!(text.starts_with("web-a → db-b TCP 3306: denied"));
    assert!(text.contains("✗   6. Network ACL acl-1, inbound at prv-b"), "{text}");
    assert!(text.contains("Return (what would happen)"), "{text}");
    assert!(text.contains("  SUBNET_ACL_RESTRICTION  [NACL-02"), "{text}");
}

#[test]
fn markdown_cells_stay_in_their_cells() {
    let mut document = refusing();
    let hostile = hopscope_aws::Node {
        name: "a|b\n<script>`x`\u{1b}[31m".into(),
        ..(**document.node("db-b").unwrap()).clone()
    };
    document.put(hostile);
    let story = story(&document, &flow("web-a", "db-b", 3306));
    let table = trace_text::markdown(&story);
    assert!(!table.contains("<script>") && !table.contains('\u{1b}'), "{table}");
    let rows = table.lines().filter(|line| line.starts_with('|'));
    assert_eq!(rows.count(), story.steps.len() + 2);
    assert!(!trace_text::ladder(&story).contains('\u{1b}'));
}

#[test]
fn an_empty_document_has_a_story_of_its_trace() {
    let mut document = Document::default();
    document.put(common::node("h", "internet-host", None, json!({"addresses": ["198.51.100.7"]})));
    let flow = flow("h", "internet", 443);
    let trace = hopscope_aws::trace(&Network::build(&document), &flow).unwrap();
    // The trace is told with a document that no longer holds what it speaks of.
    let story = Story::tell(&Document::default(), &trace, &flow);
    assert!(story.summary.starts_with("h → Internet TCP 443: "));
}

#[test]
fn both_ways_are_told_where_something_saw_only_one() {
    // IGW-09: the request comes in past the NAT gateway, the reply leaves through it.
    let text = include_str!("../../editor/starters/public-private.hopscope.json");
    let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
    let address = json!({"id": "eip-x", "kind": "elastic-ip", "parent": "us-east-1",
        "address": "203.0.113.77", "target": "app-a-eth0"});
    value["nodes"].as_array_mut().unwrap().push(address);
    let document = Document::from_value(value).unwrap();
    let story = story(&document, &flow("client", "app-a", 8080));
    let legs = hopscope_view::story::both_ways(&story).unwrap();
    let alone =
        |leg: usize| legs[leg].iter().filter(|p| p.alone).map(|p| p.element.as_str()).collect::<Vec<_>>();
    assert_eq!((alone(0), alone(1)), (vec![], vec!["nat-a"]), "{legs:#?}");
    let straight = common::story(&document, &flow("web-a", "app-b", 8080));
    assert_eq!(hopscope_view::story::both_ways(&straight), None);
}
