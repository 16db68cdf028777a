//! Finding: what was typed, and every place that must and must not be told.

use hopscope_editor::find::{Found, Group, MOST, find, shown_at};
use hopscope_editor::starters;
use proptest::prelude::*;

fn document() -> hopscope_aws::Document {
    starters()[2].document().unwrap()
}

fn of(group: Group, found: &[Found]) -> Vec<String> {
    let told = found.iter().filter(|one| one.group == group);
    told.map(|one| format!("{} | {} | {}", one.label, one.detail, one.field.as_deref().unwrap_or("")))
        .collect()
}

#[test]
fn a_name_an_id_and_a_kind_find_components() {
    let document = document();
    assert!(of(Group::Components, &find(&document, "web-a"))[0].starts_with("web-a"));
    assert!(of(Group::Components, &find(&document, "NAT gateway")).len() >= 2);
    assert!(find(&document, "").is_empty());
    assert!(find(&document, "no such thing").is_empty());
}

#[test]
fn an_address_finds_what_has_it_and_what_covers_it() {
    let document = document();
    let interface = document.nodes.values().find(|n| n.kind() == "network-interface").unwrap();
    let address = interface.field("private_ips")[0]["address"].as_str().unwrap().to_owned();
    let found = find(&document, &address);
    let addresses = of(Group::Addresses, &found);
    assert!(addresses[0].contains(&address), "the address itself comes first: {addresses:?}");
    let mut kinds: Vec<&str> = found
        .iter()
        .filter(|one| one.group == Group::Addresses)
        .filter_map(|one| document.node(one.node.as_ref()?).map(|node| node.kind()))
        .collect();
    kinds.dedup();
    assert!(kinds.contains(&"subnet") && kinds.contains(&"vpc"), "{kinds:?}");
    // Default routes contain every address.
    assert!(!of(Group::Routes, &found).is_empty());
}

#[test]
fn a_port_finds_the_rules_that_match_it() {
    let document = document();
    let rules = |typed: &str| of(Group::Rules, &find(&document, typed));
    let https = rules("443");
    assert!(https.iter().any(|rule| rule.contains("443")), "{https:?}");
    assert_eq!(rules("tcp 443"), https.iter().filter(|r| !r.contains("udp")).cloned().collect::<Vec<_>>());
    assert_eq!(rules("port 443"), https);
    assert_eq!(rules(":443"), https);
    let udp = rules("udp/443");
    assert!(udp.iter().all(|rule| !rule.contains("tcp")), "{udp:?}");
    // A number is no piece of an address.
    assert!(find(&document, "443").iter().all(|one| one.group != Group::Addresses));
}

#[test]
fn a_block_finds_itself_and_what_lies_in_it() {
    let document = document();
    let found = of(Group::Addresses, &find(&document, "10.0.0.0/16"));
    assert!(found[0].contains("10.0.0.0/16"), "{found:?}");
    assert!(found.len() > 4, "its subnets too: {found:?}");
}

#[test]
fn tables_show_where_they_are_used() {
    let document = document();
    let table = document
        .nodes
        .values()
        .find(|node| node.kind() == "route-table" && node.name.contains("public"))
        .unwrap();
    let shown = shown_at(&document, &table.id);
    assert!(!shown.is_empty());
    assert!(shown.iter().all(|id| document.node(id).unwrap().kind() == "subnet"), "{shown:?}");
    let vpc = document.nodes.values().find(|node| node.kind() == "vpc").unwrap();
    assert_eq!(shown_at(&document, &vpc.id), vec![vpc.id.clone()]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_typed_groups_stay_together(typed in "\\PC{0,24}", from in 0usize..12) {
        let document = starters()[from % starters().len()].document().unwrap();
        let found = find(&document, &typed);
        prop_assert!(found.len() <= MOST);
        prop_assert!(found.is_sorted_by_key(|one| one.group));
        for one in found {
            prop_assert!(one.node.is_some() != one.flow.is_some());
            prop_assert!(one.node.is_none_or(|id| document.node(&id).is_some()));
        }
    }
}
