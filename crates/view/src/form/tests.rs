use hopscope_aws::Network;
use serde_json::json;

use super::*;

fn node(id: &str, kind: &str, parent: Option<&str>) -> Node {
    Node {
        id: id.into(),
        name: String::new(),
        parent: parent.map(Into::into),
        config: Config::default_of(kind).unwrap(),
    }
}

fn document() -> Document {
    let mut document = Document::default();
    for node in [
        node("vpc-1", "vpc", None),
        node("vpc-2", "vpc", None),
        node("igw-1", "internet-gateway", Some("vpc-1")),
        node("igw-2", "internet-gateway", Some("vpc-2")),
        node("sg-1", "security-group", Some("vpc-1")),
        node("rtb-1", "route-table", Some("vpc-1")),
        node("subnet-1", "subnet", Some("vpc-1")),
    ] {
        document.put(node);
    }
    document
}

#[test]
fn cells_say_what_they_want() {
    let document = document();
    let fine = [
        (Cell::Cidr, "10.0.0.0/16"),
        (Cell::Cidr, "::/0"),
        (Cell::Ports, "443"),
        (Cell::Ports, "1024-65535"),
        (Cell::Ports, "8/0"),
        (Cell::Protocol, "all"),
        (Cell::Protocol, "50"),
        (Cell::Peer, "sg-1"),
        (Cell::Target, "igw-1"),
        (Cell::Target, "local"),
        (Cell::Number, "100"),
    ];
    for (cell, text) in fine {
        assert_eq!(check_cell(&document, cell, text), None, "{cell:?} {text}");
    }
    let wrong = [
        (Cell::Cidr, "10.0.0.0"),
        (Cell::Cidr, ""),
        (Cell::Cidr, "10.0.0.0/33"),
        (Cell::Ports, "9-8"),
        (Cell::Protocol, "tpc"),
        (Cell::Peer, "sg-9"),
        (Cell::Target, "nat-9"),
        (Cell::Target, "sg-1"),
        (Cell::Number, "-1"),
        (Cell::Choice(&["allow", "deny"]), "perhaps"),
    ];
    for (cell, text) in wrong {
        assert!(check_cell(&document, cell, text).is_some_and(|text| text.ends_with('.')), "{cell:?} {text}");
    }
    assert!(check_cell(&document, Cell::Cidr, "10.0.0.1").unwrap().contains("10.0.0.1/32"));
}

#[test]
fn forms_have_values_choices_and_problems() {
    let mut document = document();
    let table = document.node("rtb-1").unwrap();
    let routes = json!([{"destination": "0.0.0.0/0", "target": "igw-9"}]);
    let table = table.with_field("routes", routes).unwrap();
    document.put(table.clone());
    let fields = fields(&document, &Network::build(&document), &table);
    let routes = fields.iter().find(|field| field.key == "routes").unwrap();
    assert_eq!(routes.columns.len(), 3);
    assert!(routes.problems.iter().any(|(path, _)| path == "0/target"), "{:?}", routes.problems);
    let gateway = fields.iter().find(|field| field.key == "gateway").unwrap();
    let values: Vec<&str> = gateway.choices.iter().map(|choice| choice.value.as_str()).collect();
    assert_eq!(values, ["", "igw-1"], "only gateways of the same VPC");
}

#[test]
fn every_kind_of_component_has_a_form() {
    let document = document();
    let network = Network::build(&document);
    for spec in hopscope_aws::CATALOG {
        let node = node("x-1", spec.kind, None);
        assert_eq!(fields(&document, &network, &node).len(), spec.fields.len(), "{}", spec.kind);
    }
}

#[test]
fn suggestions_stay_in_the_vpc() {
    let document = document();
    let table = document.node("rtb-1").unwrap();
    let targets: Vec<String> =
        suggestions(&document, table, Cell::Target).into_iter().map(|choice| choice.value).collect();
    assert_eq!(targets, ["igw-1", "local"]);
}
