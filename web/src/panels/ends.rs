//! What a flow may start and end at. Pure.

use hopscope_aws::{Document, Node};
use hopscope_view::form::Choice;
use hopscope_view::text::ui_panels as words;
use serde_json::Value;

/// Everything packets can start and end at, instances first, then hosts and the internet.
#[must_use]
pub fn choices(document: &Document) -> Vec<Choice> {
    let mut out = Vec::new();
    let of = |kind: &'static str| document.nodes.values().filter(move |node| node.kind() == kind);
    for instance in of("instance") {
        let inside =
            document.children(Some(instance.id.as_str())).filter(|child| child.kind() == "network-interface");
        let interfaces: Vec<_> = inside.collect();
        let addresses = interfaces.first().map(|interface| addresses(interface)).unwrap_or_default();
        out.push(choice(instance, &addresses));
        if interfaces.len() > 1 {
            out.extend(interfaces.iter().map(|interface| choice(interface, &self::addresses(interface))));
        }
    }
    for interface in of("network-interface") {
        let owned = interface
            .parent
            .as_deref()
            .and_then(|id| document.node(id))
            .is_some_and(|owner| owner.kind() == "instance");
        if !owned {
            out.push(choice(interface, &addresses(interface)));
        }
    }
    for host in of("internet-host") {
        out.push(choice(host, &addresses(host)));
    }
    let drawn =
        of("internet").map(|node| Choice { value: node.id.to_string(), label: node.label().to_owned() });
    out.extend(drawn);
    if !out.iter().any(|choice| choice.value == "internet") {
        out.push(Choice { value: "internet".to_owned(), label: words::THE_INTERNET.to_owned() });
    }
    out
}

fn choice(node: &Node, addresses: &[String]) -> Choice {
    let mut label = node.label().to_owned();
    for address in addresses.iter().take(1) {
        label.push_str(" · ");
        label.push_str(address);
    }
    Choice { value: node.id.to_string(), label }
}

/// The first address of each family.
fn addresses(node: &Node) -> Vec<String> {
    let first = |value: Value, key: &str| {
        let row = value.as_array().and_then(|rows| rows.first()).cloned()?;
        let text = super::rows::cell_text(&row, key);
        (!text.is_empty()).then_some(text)
    };
    let found = [
        first(node.field("private_ips"), "address"),
        first(node.field("ipv6"), ""),
        first(node.field("addresses"), ""),
    ];
    found.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_offered_with_its_addresses_and_the_internet_comes_last() {
        let json = r#"{"hopscope":1,"nodes":[
            {"id":"v","kind":"vpc","cidrs":["10.0.0.0/16"]},
            {"id":"s","kind":"subnet","parent":"v","cidr":"10.0.0.0/24"},
            {"id":"i","kind":"instance","name":"web-a","parent":"s"},
            {"id":"e","kind":"network-interface","parent":"i","private_ips":[{"address":"10.0.0.10"}]}]}"#;
        let document = Document::from_json(json.as_bytes()).expect("a valid document");
        let all = choices(&document);
        assert_eq!(all.first().map(|c| c.label.as_str()), Some("web-a · 10.0.0.10"));
        assert_eq!(all.last().map(|c| c.value.as_str()), Some("internet"));
        assert_eq!(all.len(), 2, "the interface of a single-homed instance is not offered apart");
    }
}
