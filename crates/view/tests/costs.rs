//! The cost model: what is counted, what a changed rate or quantity does, and that no input breaks
//! it. Which component is charged for what is in `tests/scenarios/prc.md`.

mod common;

use std::collections::BTreeMap;

use common::{classic, node};
use hopscope_aws::{CATALOG, Document};
use hopscope_view::catalogue::{Catalogue, Unit};
use hopscope_view::cost::{CostSheet, Line, MONTH, Usage, costs};
use hopscope_view::text::cards;
use serde_json::json;

fn catalogue() -> Catalogue {
    Catalogue::read(include_str!("../catalogue/catalogue.json")).unwrap_or_else(|error| panic!("{error}"))
}

fn sheet(document: &Document, usage: &Usage) -> CostSheet {
    costs(document, &catalogue(), usage)
}

fn line<'a>(sheet: &'a CostSheet, key: &str) -> &'a Line {
    sheet.lines.iter().find(|line| line.key == key).unwrap_or_else(|| panic!("no line {key}: {sheet:#?}"))
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-6
}

#[test]
fn an_empty_drawing_costs_nothing() {
    let sheet = sheet(&Document::default(), &Usage::default());
    assert!(sheet.lines.is_empty() && sheet.free.is_empty() && sheet.beyond.is_empty());
    assert_eq!((sheet.total, sheet.unpriced), (0.0, 0));
}

#[test]
fn hours_count_things_and_totals_add_up() {
    let sheet = sheet(&classic(), &Usage::default());
    let nat = line(&sheet, "nat-a/PRC-03/hour");
    assert_eq!((nat.count, nat.quantity, nat.unit, nat.assumed), (1, MONTH, Unit::Hour, false));
    assert!(nat.amount.is_some_and(|amount| close(amount, 730.0 * 0.045)));
    let sum: f64 = sheet.lines.iter().filter_map(|line| line.amount).sum();
    assert!(close(sheet.total, sum) && sheet.total > 0.0);
    assert!(line(&sheet, "nat-a/PRC-03/gb").assumed, "nobody said how much passes");
    assert!(sheet.beyond.iter().any(|beyond| beyond.kind == "instance"));
}

#[test]
fn rates_quantities_and_hours_can_be_changed() {
    let usage = Usage {
        hours: 10.0,
        rates: BTreeMap::from([("PRC-03/hour".to_owned(), 2.0)]),
        amounts: BTreeMap::from([("nat-a/PRC-03/gb".to_owned(), 7.0)]),
        ..Usage::default()
    };
    let sheet = sheet(&classic(), &usage);
    for nat in ["nat-a", "nat-b"] {
        let hours = line(&sheet, &format!("{nat}/PRC-03/hour"));
        assert_eq!((hours.quantity, hours.rate, hours.changed), (10.0, Some(2.0), true));
        assert_eq!(hours.amount, Some(20.0));
    }
    let said = line(&sheet, "nat-a/PRC-03/gb");
    assert_eq!((said.quantity, said.assumed, said.changed), (7.0, false, false));
    assert!(line(&sheet, "nat-b/PRC-03/gb").assumed, "a quantity is said of one component");
}

#[test]
fn a_port_has_the_rate_of_its_speed() {
    let rate = |speed: &str| {
        let mut document = Document::default();
        document.put(node("place", "direct-connect-location", None, json!({})));
        document.put(node("port", "direct-connect-connection", Some("place"), json!({"port_speed": speed})));
        line(&sheet(&document, &Usage::default()), "port/PRC-07/port").rate
    };
    assert_eq!([rate("1Gbps"), rate("100Gbps")], [Some(0.3), Some(22.5)]);
    assert_eq!(rate("half"), Some(0.3), "an unknown speed has the rate of the card");
}

#[test]
fn the_highest_dimension_decides_capacity_units() {
    let inputs = |pairs: &[(&str, f64)]| {
        let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
        let usage = Usage {
            beside: BTreeMap::from([("application-load-balancer".to_owned(), 1)]),
            inputs: BTreeMap::from([("application-load-balancer/PRC-13/lcu".to_owned(), pairs)]),
            ..Usage::default()
        };
        let sheet = sheet(&Document::default(), &usage);
        let line = line(&sheet, "application-load-balancer/PRC-13/lcu");
        (line.quantity / MONTH, line.measured_by.clone().unwrap_or_default())
    };
    let busy = inputs(&[("gb-per-hour", 10.0), ("new-connections", 25.0)]);
    assert_eq!(busy, (10.0, "GB per hour".to_owned()));
    let chatty = inputs(&[("gb-per-hour", 0.5), ("new-connections", 100.0)]);
    assert_eq!(chatty, (4.0, "new connections per second".to_owned()));
    assert_eq!(inputs(&[]), (0.0, String::new()));
}

#[test]
fn the_first_of_a_month_can_be_free() {
    let usage = Usage {
        beside: BTreeMap::from([("cloudfront-distribution".to_owned(), 1)]),
        amounts: BTreeMap::from([("cloudfront-distribution/PRC-21/invalidation".to_owned(), 1500.0)]),
        ..Usage::default()
    };
    let sheet = sheet(&Document::default(), &usage);
    let paths = line(&sheet, "cloudfront-distribution/PRC-21/invalidation");
    assert_eq!((paths.quantity, paths.billed()), (1500.0, 500.0));
    assert!(paths.amount.is_some_and(|amount| close(amount, 2.5)));
    assert_eq!(cards::quantity(paths, sheet.hours), "1,500 in all, of which 1,000 are free");
}

#[test]
fn queries_cost_more_by_latency_and_most_by_place() {
    let catalogue = catalogue();
    let rate = |key: &str| catalogue.charge(&format!("PRC-22/{key}")).and_then(|charge| charge.rate);
    assert!(rate("queries") < rate("queries-latency"));
    assert!(rate("queries-latency") < rate("queries-geo"));
    assert!(rate("queries").is_some());
    assert!(catalogue.charge("PRC-07/out").and_then(|charge| charge.rate) < Some(0.09), "C-DX-08");
    assert_eq!(catalogue.charge("PRC-28/out").and_then(|charge| charge.rate), Some(0.09));
}

#[test]
fn no_input_breaks_the_sum() {
    let wild = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 1e300];
    for number in wild {
        let all: BTreeMap<String, f64> = ["nat-a/PRC-03/gb", "PRC-03/hour", "web-acl/PRC-17/rule"]
            .map(|key| (key.to_owned(), number))
            .into();
        let usage = Usage {
            hours: number,
            rates: all.clone(),
            amounts: all.clone(),
            inputs: BTreeMap::from([("network-load-balancer/PRC-14/nlcu".to_owned(), all)]),
            beside: BTreeMap::from([
                ("web-acl".to_owned(), u32::MAX),
                ("network-load-balancer".to_owned(), 1),
                ("nothing".to_owned(), 1),
            ]),
        };
        let sheet = sheet(&classic(), &usage);
        assert!(sheet.total.is_finite() && sheet.total >= 0.0, "{number}: {}", sheet.total);
    }
}

#[test]
fn every_component_alone_is_counted_without_harm() {
    for spec in CATALOG {
        let mut document = Document::default();
        document.put(node("it", spec.kind, None, json!({})));
        let sheet = sheet(&document, &Usage::default());
        assert!(sheet.total.is_finite(), "{}", spec.kind);
        for line in &sheet.lines {
            assert!(!cards::rate(line, &sheet.currency).is_empty());
            assert!(line.key.starts_with("it/PRC-"), "{}", line.key);
        }
    }
}

#[test]
fn words_say_the_model() {
    let usage = Usage { beside: BTreeMap::from([("resolver-endpoint".to_owned(), 1)]), ..Usage::default() };
    let sheet = sheet(&Document::default(), &usage);
    let addresses = line(&sheet, "resolver-endpoint/PRC-12/hour");
    assert_eq!(cards::quantity(addresses, sheet.hours), "1,460 hours (2 × 730)");
    assert_eq!(cards::rate(addresses, "USD"), "0.125 USD per hour, for each address");
    let queries = line(&sheet, "resolver-endpoint/PRC-12/queries");
    assert_eq!(cards::rate(queries, "USD"), "0.4 USD per million queries");
    assert_eq!(cards::free("The gateway"), "The gateway: free");
}
