//! Mends do what they say, on the starters that need one.

use std::rc::Rc;

use hopscope_aws::{Document, Network};
use hopscope_editor::mend::mends;
use hopscope_editor::{Session, starters};
use hopscope_forward::Verdict;

fn starter(slug: &str) -> Document {
    starters().into_iter().find(|starter| starter.slug == slug).unwrap().document().unwrap()
}

fn labels(document: &Document, flow: &str) -> Vec<String> {
    let network = Network::build(document);
    let flow = document.flows.iter().find(|other| other.id == flow).unwrap();
    mends(document, &network, flow).into_iter().map(|mend| mend.label).collect()
}

#[test]
fn the_lost_return_path_of_one_table_is_mended_by_one_click() {
    let document = starter("tgw-single-table");
    let unmet = |document: &Document| -> Vec<String> {
        let rows = Session::new(document.clone()).expectations();
        rows.into_iter().filter(|row| !row.met).map(|row| row.flow).collect()
    };
    assert_eq!(unmet(&document), ["1-onprem", "2-onprem"], "the notes expect these to work");
    let network = Network::build(&document);
    let found = mends(&document, &network, &document.flows[0]);
    let first = found.first().unwrap();
    assert_eq!(first.label, "Give VPN a route table of its own that knows the VPCs");
    assert_eq!(first.verdict, Verdict::Allowed);
    let after = first.command.apply(&Rc::new(document));
    assert!(unmet(&after).is_empty(), "and VPC1 and VPC2 stay apart");
}

#[test]
fn one_deleted_route_flips_one_expectation_and_can_be_mended() {
    let mut document = starter("tgw-segmentation");
    let before = Session::new(document.clone()).expectations();
    assert!(before.iter().all(|row| row.met));
    let table = document.node("rtb-2").unwrap().with_field("routes", serde_json::json!([])).unwrap();
    document.put(table);
    let after = Session::new(document.clone()).expectations();
    let flipped: Vec<&str> = after.iter().filter(|row| !row.met).map(|row| row.flow.as_str()).collect();
    assert_eq!(flipped, ["2-onprem"]);
    assert_eq!(labels(&document, "2-onprem"), ["Route 192.168.0.0/16 in rtb-2 to hub"]);
}

#[test]
fn what_would_not_help_is_not_offered() {
    let document = starter("peering-triangle");
    assert!(labels(&document, "b-c").is_empty(), "no route joins B and C");
    assert!(labels(&document, "a-b").is_empty(), "nothing is refused");
    let mended = labels(&document, "c-db");
    assert_eq!(mended, ["Allow tcp 5432 from 10.2.1.10/32 in sg-db"]);
}

#[test]
fn answers_take_the_way_of_the_requests() {
    let document = starter("inspection");
    assert_eq!(labels(&document, "shop"), ["Route 0.0.0.0/0 in rtb-shop to gwlbe"]);
}
