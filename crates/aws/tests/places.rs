//! Where components and addresses are on earth.

use hopscope_aws::Network;
use hopscope_aws::document::Document;

fn network() -> Network {
    let document = r#"{"hopscope": 1, "name": "places", "nodes": [
        {"id": "r-us", "kind": "region", "name": "us-east-1"},
        {"id": "eu-west-1", "kind": "region", "name": ""},
        {"id": "r-sp", "kind": "region", "name": "Our third", "place": "SA-EAST-1"},
        {"id": "r-no", "kind": "region", "name": "somewhere"},
        {"id": "vpc-us", "kind": "vpc", "parent": "r-us", "cidrs": ["10.0.0.0/16"]},
        {"id": "sub", "kind": "subnet", "parent": "vpc-us", "cidr": "10.0.1.0/24"},
        {"id": "i", "kind": "instance", "parent": "sub"},
        {"id": "eni", "kind": "network-interface", "parent": "i", "private_ips": [{"address": "10.0.1.10"}]},
        {"id": "eip", "kind": "elastic-ip", "parent": "r-us", "address": "203.0.113.10", "target": "i"},
        {"id": "vpc-sp", "kind": "vpc", "parent": "r-sp", "cidrs": ["10.1.0.0/16"]},
        {"id": "vpc-no", "kind": "vpc", "parent": "r-no", "cidrs": ["10.2.0.0/16"]},
        {"id": "s3", "kind": "aws-service", "parent": "eu-west-1", "addresses": ["192.0.2.1"]},
        {"id": "lisbon", "kind": "internet-host", "addresses": ["198.51.100.50"], "place": "lisbon"},
        {"id": "nowhere", "kind": "internet-host", "addresses": ["198.51.100.51"]},
        {"id": "atlantis", "kind": "internet-host", "addresses": ["198.51.100.52"], "place": "Atlantis"},
        {"id": "site", "kind": "on-premises", "networks": ["172.16.0.0/16"], "place": "Ottawa"},
        {"id": "server", "kind": "on-premises-host", "parent": "site", "addresses": ["172.16.0.9"]},
        {"id": "laptop", "kind": "vpn-client", "home_address": "198.51.100.70", "place": "Cape Town"}
    ]}"#;
    Network::build(&Document::from_json(document.as_bytes()).expect("it is a document"))
}

#[test]
fn components_are_where_their_author_put_them() {
    let network = network();
    for (id, place, region) in [
        ("r-us", "Ashburn", "us-east-1"),
        ("eu-west-1", "Dublin", "eu-west-1"),
        ("r-sp", "São Paulo", "sa-east-1"),
        ("vpc-sp", "São Paulo", "sa-east-1"),
        ("sub", "Ashburn", "us-east-1"),
        ("i", "Ashburn", "us-east-1"),
        ("eni", "Ashburn", "us-east-1"),
        ("s3", "Dublin", "eu-west-1"),
        ("lisbon", "Lisbon", ""),
        ("site", "Ottawa", ""),
        ("server", "Ottawa", ""),
        ("laptop", "Cape Town", ""),
    ] {
        let found = network.place_of(id).unwrap_or_else(|| panic!("{id} is nowhere"));
        assert_eq!(found.place.name, place, "{id}");
        assert_eq!(found.region.map_or("", |region| region.code), region, "{id}");
    }
    for id in ["nowhere", "atlantis", "r-no", "vpc-no", "eip", "no such id"] {
        assert_eq!(network.place_of(id), None, "{id}");
    }
}

#[test]
fn addresses_are_where_their_owners_are() {
    let network = network();
    for (address, place) in [
        ("198.51.100.50", "Lisbon"),
        ("198.51.100.70", "Cape Town"),
        ("203.0.113.10", "Ashburn"),
        ("10.0.1.10", "Ashburn"),
        ("192.0.2.1", "Dublin"),
        ("172.16.0.9", "Ottawa"),
        ("172.16.77.7", "Ottawa"),
        ("198.51.100.51", ""),
        ("203.0.113.99", ""),
        ("2001:db8::1", ""),
    ] {
        let found = network.place_of_address(address.parse().unwrap());
        assert_eq!(found.map_or("", |at| at.place.name), place, "{address}");
    }
}

#[test]
fn latency_and_distance_go_both_ways() {
    let network = network();
    assert_eq!(network.latency("lisbon", "s3"), network.latency("eu-west-1", "lisbon"));
    assert!(network.latency("lisbon", "s3") < network.latency("lisbon", "i"));
    assert_eq!(network.distance("lisbon", "eu-west-1"), Some(1_642));
    assert_eq!(network.distance("lisbon", "nowhere"), None);
    assert_eq!(network.latency("lisbon", "r-no"), None);
}

#[test]
fn a_place_that_no_map_has_is_told() {
    let network = network();
    let told: Vec<&str> = network
        .diagnostics()
        .iter()
        .filter(|found| found.field.as_deref() == Some("place"))
        .filter_map(|found| found.nodes.first().map(|id| id.as_str()))
        .collect();
    assert_eq!(told, ["atlantis"]);
}
