//! What belongs to a component without being part of it: the tables that serve it, the
//! components that use it, the containers around it. Pure.

use hopscope_aws::{Document, Id, Network, Node};
use serde_json::Value;

/// Shared tables that decide about a component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Related {
    /// The subnet it stands in, or is.
    pub subnet: Option<Id>,
    /// The route table of that subnet; its id may be an implied one.
    pub table: Option<Id>,
    /// The network ACL of that subnet; its id may be an implied one.
    pub acl: Option<Id>,
    /// Interfaces, the component itself included.
    pub interfaces: Vec<Id>,
    /// Security groups of those interfaces.
    pub groups: Vec<Id>,
    /// Tables that stand directly inside (VPC, Region).
    pub owned: Vec<Id>,
}

/// Kinds without a shape of their own on the map.
fn is_table(node: &Node) -> bool {
    node.config.spec().shape == hopscope_aws::Shape::Table
}

/// Collects what belongs to a component.
#[must_use]
pub fn related(document: &Document, network: &Network, node: &Node) -> Related {
    let mut out = Related::default();
    match node.kind() {
        "instance" | "network-interface" | "nat-gateway" | "subnet" => {
            let chosen =
                node.field("subnet").as_str().filter(|subnet| document.node(subnet).is_some()).map(Id::from);
            out.subnet =
                chosen.or_else(|| document.enclosing(&node.id, "subnet").map(|subnet| subnet.id.clone()));
        }
        "vpc" | "region" | "transit-gateway" => {
            let inside = document.children(Some(node.id.as_str()));
            out.owned = inside.filter(|child| is_table(child)).map(|child| child.id.clone()).collect();
        }
        _ => {}
    }
    if let Some(subnet) = &out.subnet {
        out.table = network.route_table_of(subnet).cloned();
        out.acl = network.network_acl_of(subnet).cloned();
    }
    match node.kind() {
        "network-interface" => out.interfaces.push(node.id.clone()),
        "instance" => {
            let inside = document.children(Some(node.id.as_str()));
            out.interfaces = inside
                .filter(|child| child.kind() == "network-interface")
                .map(|child| child.id.clone())
                .collect();
        }
        _ => {}
    }
    for interface in &out.interfaces {
        let groups = document.node(interface).map_or(Value::Null, |node| node.field("security_groups"));
        for group in groups.as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !out.groups.iter().any(|other| other.as_str() == group) {
                out.groups.push(Id::from(group));
            }
        }
    }
    out
}

/// Components that use a shared table, group or list.
#[must_use]
pub fn users(document: &Document, network: &Network, node: &Node) -> Vec<Id> {
    let id = node.id.as_str();
    let subnets = || document.nodes.values().filter(|other| other.kind() == "subnet");
    match node.kind() {
        "route-table" => {
            let served = subnets().filter(|subnet| {
                network.route_table_of(&subnet.id).is_some_and(|table| table.as_str() == id)
            });
            served.map(|subnet| subnet.id.clone()).collect()
        }
        "network-acl" => {
            let served = subnets()
                .filter(|subnet| network.network_acl_of(&subnet.id).is_some_and(|acl| acl.as_str() == id));
            served.map(|subnet| subnet.id.clone()).collect()
        }
        "security-group" | "prefix-list" => {
            let names =
                |other: &&std::sync::Arc<Node>| other.id != node.id && mentions(&other.config.fields(), id);
            document.nodes.values().filter(names).map(|other| other.id.clone()).collect()
        }
        _ => Vec::new(),
    }
}

fn mentions(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => text == id,
        Value::Array(items) => items.iter().any(|item| mentions(item, id)),
        Value::Object(members) => members.values().any(|member| mentions(member, id)),
        _ => false,
    }
}

/// The containers around a component, outermost first; a subnet's zone stands before it.
#[must_use]
pub fn breadcrumb(document: &Document, node: &Node) -> Vec<Id> {
    let mut trail = Vec::new();
    let zone =
        |node: &Node| node.field("zone").as_str().filter(|zone| document.node(zone).is_some()).map(Id::from);
    trail.extend(zone(node));
    let mut parent = node.parent.clone();
    while let Some(id) = parent {
        if trail.contains(&id) || trail.len() > 16 {
            break;
        }
        let Some(container) = document.node(&id) else { break };
        trail.push(id);
        trail.extend(zone(container));
        parent = container.parent.clone();
    }
    trail.reverse();
    trail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        let json = r#"{"hopscope":1,"nodes":[
            {"id":"r","kind":"region"},{"id":"az","kind":"availability-zone","parent":"r"},
            {"id":"v","kind":"vpc","parent":"r","cidrs":["10.0.0.0/16"]},
            {"id":"rt","kind":"route-table","parent":"v","main":true},
            {"id":"sg","kind":"security-group","parent":"v"},
            {"id":"s","kind":"subnet","parent":"v","zone":"az","cidr":"10.0.0.0/24"},
            {"id":"i","kind":"instance","parent":"s"},
            {"id":"e","kind":"network-interface","parent":"i","security_groups":["sg"],
             "private_ips":[{"address":"10.0.0.10"}]}]}"#;
        Document::from_json(json.as_bytes()).expect("a valid document")
    }

    #[test]
    fn an_instance_knows_the_tables_of_its_subnet_and_its_groups() {
        let document = document();
        let network = Network::build(&document);
        let node = document.node("i").expect("the instance");
        let found = related(&document, &network, node);
        assert_eq!(found.subnet, Some(Id::from("s")));
        assert_eq!(found.table, Some(Id::from("rt")));
        assert_eq!(found.groups, vec![Id::from("sg")]);
        assert_eq!(found.interfaces, vec![Id::from("e")]);
    }

    #[test]
    fn a_table_knows_its_users() {
        let document = document();
        let network = Network::build(&document);
        let used = |id: &str| users(&document, &network, document.node(id).expect("a node"));
        assert_eq!(used("rt"), vec![Id::from("s")]);
        assert_eq!(used("sg"), vec![Id::from("e")]);
    }

    #[test]
    fn the_breadcrumb_names_the_zone_before_the_subnet() {
        let document = document();
        let trail = breadcrumb(&document, document.node("i").expect("the instance"));
        let ids: Vec<&str> = trail.iter().map(|id| id.as_str()).collect();
        assert_eq!(ids, ["r", "v", "az", "s"]);
    }

    #[test]
    fn a_parent_cycle_ends() {
        let json = r#"{"hopscope":1,"nodes":[{"id":"a","kind":"subnet","parent":"b"},{"id":"b","kind":"subnet","parent":"a"}]}"#;
        let document = Document::from_json(json.as_bytes()).expect("a valid document");
        assert!(breadcrumb(&document, document.node("a").expect("a node")).len() <= 2);
    }
}
