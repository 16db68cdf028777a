//! Mutated and generated input is refused or imported, never a panic; and whatever is imported
//! can be saved, read again, lowered and traced. Inputs that once failed are kept in `corpus/`.

mod common;

use std::path::Path;

use hopscope_aws::{Document, Flow, Network};
use hopscope_interop::import;
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Imports, and holds the result to its promises.
fn exercise(files: &[(String, &[u8])]) {
    match import(files) {
        Err(error) => {
            let text = error.to_string();
            assert!(text.ends_with('.') && text.len() < 2_000, "{text}");
        }
        Ok(import) => {
            let again = Document::from_json(import.document.to_json().as_bytes());
            assert_eq!(again.as_ref(), Ok(&import.document));
            for thing in &import.unmodelled {
                assert!(import.document.node(&thing.id).is_some(), "{} is listed but absent", thing.id);
            }
            let network = Network::build(&import.document);
            let ends: Vec<&str> = import
                .document
                .nodes
                .values()
                .filter(|node| node.config.spec().endpoint)
                .map(|node| node.id.as_str())
                .take(4)
                .collect();
            for from in &ends {
                for to in &ends {
                    let flow = Flow { from: (*from).into(), to: (*to).into(), ..Flow::default() };
                    let _ = hopscope_aws::trace(&network, &flow);
                }
            }
        }
    }
}

/// Every place in a value, as a path of member positions.
fn places(value: &Value, at: &mut Vec<usize>, out: &mut Vec<Vec<usize>>) {
    out.push(at.clone());
    let inner: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(map) => map.values().collect(),
        _ => Vec::new(),
    };
    for (n, item) in inner.into_iter().enumerate() {
        at.push(n);
        places(item, at, out);
        at.pop();
    }
}

fn at_place<'v>(value: &'v mut Value, place: &[usize]) -> Option<&'v mut Value> {
    place.iter().try_fold(value, |value, n| match value {
        Value::Array(items) => items.get_mut(*n),
        Value::Object(map) => map.values_mut().nth(*n),
        _ => None,
    })
}

fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof![
            Just("vpc-0a1".to_owned()),
            Just("subnet-pub".to_owned()),
            Just("eu-west-1".to_owned()),
            Just("eu-west-1a".to_owned()),
            Just("internet".to_owned()),
            Just("region".to_owned()),
            Just("i-web".to_owned()),
            Just("local".to_owned()),
            Just("10.0.0.0/33".to_owned()),
            Just("nat-1".to_owned()),
            Just("running".to_owned()),
            Just("é☃-1".to_owned()),
            ".{0,20}",
        ]
        .prop_map(Value::from),
        Just(Value::Array(vec![])),
        Just(Value::Object(Map::new())),
    ]
}

/// JSON made of the words that the reader knows.
fn generated() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "Vpcs",
        "Subnets",
        "RouteTables",
        "NetworkAcls",
        "SecurityGroups",
        "NetworkInterfaces",
        "Instances",
        "Reservations",
        "InternetGateways",
        "NatGateways",
        "NatGatewayAddresses",
        "Addresses",
        "PrefixLists",
        "Entries",
        "Cidrs",
        "Tags",
        "Key",
        "Value",
        "Name",
        "VpcId",
        "SubnetId",
        "InstanceId",
        "InstanceType",
        "NetworkInterfaceId",
        "RouteTableId",
        "GroupId",
        "IpPermissions",
        "IpRanges",
        "CidrIp",
        "NatGatewayId",
        "Routes",
        "GatewayId",
        "DestinationCidrBlock",
        "CidrBlock",
        "PublicIp",
        "Domain",
        "PrivateIpAddress",
        "AllocationId",
        "InternetGatewayId",
        "Attachments",
        "Attachment",
        "State",
        "PrefixListId",
        "us-west-2",
        "111122223333",
        "TransitGateways",
        "TransitGatewayId",
        "Strange",
        "AvailabilityZone",
        "Groups",
    ]);
    junk().prop_recursive(6, 120, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((words.clone(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), name in "[a-z/.-]{0,20}") {
        exercise(&[(name, &bytes)]);
    }

    #[test]
    fn any_json(value in generated(), more in generated()) {
        let (a, b) = (value.to_string(), more.to_string());
        exercise(&[("eu-west-1/a.json".into(), a.as_bytes()), ("b.json".into(), b.as_bytes())]);
    }

    #[test]
    fn mutated_account(choices in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), junk(), 0u8..4), 1..6), hybrid: bool) {
        let mut files = common::fixture(if hybrid { "hybrid" } else { "small" });
        for (which, place, value, how) in choices {
            let file = which.get_mut(&mut files);
            let Ok(mut json) = serde_json::from_slice::<Value>(&file.1) else { continue };
            let mut all = Vec::new();
            places(&json, &mut Vec::new(), &mut all);
            let place = place.get(&all).clone();
            if let Some(slot) = at_place(&mut json, &place) {
                match (how, &mut *slot) {
                    (0, Value::Array(items)) => { items.pop(); }
                    (1, Value::Array(items)) => { let copy = items.first().cloned(); items.extend(copy); }
                    (2, Value::Object(map)) => { let key = map.keys().next().cloned(); if let Some(key) = key { map.remove(&key); } }
                    (_, slot) => *slot = value,
                }
            }
            file.1 = json.to_string().into_bytes();
        }
        exercise(&common::borrowed(&files));
    }

    #[test]
    fn cut_anywhere(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), flip in any::<u8>()) {
        let mut files = common::fixture("small");
        let file = which.get_mut(&mut files);
        let at = at.index(file.1.len());
        if flip % 2 == 0 { file.1.truncate(at); } else if let Some(byte) = file.1.get_mut(at) { *byte ^= flip; }
        exercise(&common::borrowed(&files));
    }
}

#[test]
fn corpus() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "json") {
            let bytes = std::fs::read(&path).unwrap();
            exercise(&[(path.display().to_string(), &bytes)]);
            count += 1;
        }
    }
    assert!(count >= 4, "the corpus is kept: {count}");
}
