//! Application and Network Load Balancers in drawings: what a new one comes with, and what a line
//! from one to an instance means.

use hopscope_aws::{Config, Document, Id, Node};
use serde_json::{Map, Value, json};

use crate::address;
use crate::build::{group, rule};
use crate::command::Draft;
use crate::equip::{bare, interfaces, public_subnets_by_zone, set, subnets_by_zone};
use crate::join::{Join, Step};
use crate::names::title;
use crate::place::capital;
use crate::rows;

/// Nodes, a security group, a target group and a listener for a new load balancer. An Application
/// Load Balancer faces the internet where the VPC has public subnets in two zones (LB-01, LB-10).
pub(crate) fn equip(draft: &mut Draft, kind: &str, id: &Id, vpc: &Id) {
    let document = draft.document();
    let application = kind == "application-load-balancer";
    let public: Vec<Id> = public_subnets_by_zone(document, vpc);
    let faces = application && public.len() > 1;
    let subnets = if faces { public } else { subnets_by_zone(document, vpc) };
    let rows = interfaces(document, &subnets);
    let blocks = match document.node(vpc).map(|node| &node.config) {
        Some(Config::Vpc(config)) => config.cidrs.clone(),
        _ => Vec::new(),
    };
    let dual =
        rows.iter().any(|row| row.get("ipv6").and_then(Value::as_str).is_some_and(|ip| !ip.is_empty()));
    set(draft, id, "interfaces", rows.into());
    if faces {
        publish(draft, id);
    }
    let (protocol, port) = if application { ("http", 80u32) } else { ("tcp", 443) };
    let from = if faces { vec!["0.0.0.0/0".to_owned()] } else { blocks };
    let inbound = from.iter().map(|block| rule("tcp", &port.to_string(), block)).collect();
    let name = if application { "sg-alb" } else { "sg-nlb" };
    let own = group(draft, vpc, name, inbound);
    set(draft, id, "security_groups", json!([own.as_str()]));
    if application {
        set(draft, id, "scheme", if faces { "internet-facing" } else { "internal" }.into());
    }
    if dual {
        set(draft, id, "ip_address_type", "dualstack".into());
    }
    let fields = [("protocol", protocol.into()), ("port", port.into())];
    let Some(made) = bare(draft, "target-group", Some(vpc), &fields) else { return };
    let listener = if application {
        json!({"protocol": protocol, "port": port, "target_groups": [made.as_str()]})
    } else {
        json!({"protocol": protocol, "port": port, "target_group": made.as_str()})
    };
    set(draft, id, "listeners", json!([listener]));
}

/// Gives each node a public address of its own.
pub(crate) fn publish(draft: &mut Draft, id: &Id) {
    let Some(node) = draft.document().node(id) else { return };
    let mut all = rows::rows_of(node, "interfaces");
    for at in 0..all.len() {
        let free = address::public_ip(draft.document());
        if let (Some(Value::Object(row)), Some(free)) = (all.get_mut(at), free) {
            row.insert("public_ip".to_owned(), free.into());
        }
        set(draft, id, "interfaces", all.clone().into());
    }
}

/// The group that the first listener forwards to.
fn first_group<'a>(document: &'a Document, balancer: &Node) -> Option<&'a Node> {
    let id = match &balancer.config {
        Config::ApplicationLoadBalancer(alb) => alb.listeners.first()?.target_groups.first()?,
        Config::NetworkLoadBalancer(nlb) => nlb.listeners.first()?.target_group.as_ref()?,
        _ => return None,
    };
    document.node(id).map(|node| &**node).filter(|node| node.kind() == "target-group")
}

/// What a line to an instance means: one more target.
pub(crate) fn target(document: &Document, from: &Node, to: &Node) -> Result<Join, String> {
    let text = format!("Send what {} receives to {}", title(from), title(to));
    let target = json!({"target": to.id.as_str()});
    if let Some(group) = first_group(document, from) {
        return registered(group, to).map(|steps| (text, steps));
    }
    let mut listeners = rows::rows_of(from, "listeners");
    let application = from.kind() == "application-load-balancer";
    if listeners.is_empty() {
        listeners.push(if application {
            json!({"protocol": "http", "port": 80})
        } else {
            json!({"protocol": "tcp", "port": 443})
        });
    }
    let Some(Value::Object(first)) = listeners.first_mut() else {
        return Err(format!("The listener of {} cannot be read.", from.label()));
    };
    // Listeners of older drawings have instances of their own: one more of these.
    if first.get("targets").and_then(Value::as_array).is_some_and(|targets| !targets.is_empty()) {
        add_instance(first, to);
        return Ok((
            text,
            vec![Step::Set { id: from.id.clone(), key: "listeners", value: listeners.into() }],
        ));
    }
    if application {
        first.insert("target_groups".to_owned(), json!(["$"]));
    } else {
        first.insert("target_group".to_owned(), "$".into());
    }
    let (protocol, port) = if application { ("http", 80u32) } else { ("tcp", 443) };
    let fields =
        vec![("protocol", protocol.into()), ("port", port.into()), ("targets", Value::from(vec![target]))];
    let parent = document.enclosing(&from.id, "vpc").map(|vpc| vpc.id.clone());
    Ok((
        text,
        vec![
            Step::New { kind: "target-group", parent, fields },
            Step::Set { id: from.id.clone(), key: "listeners", value: listeners.into() },
        ],
    ))
}

fn add_instance(listener: &mut Map<String, Value>, to: &Node) {
    let mut targets = listener.get("targets").and_then(Value::as_array).cloned().unwrap_or_default();
    let id = Value::from(to.id.as_str());
    if !targets.contains(&id) {
        targets.push(id);
    }
    listener.insert("targets".to_owned(), targets.into());
}

/// One more row of a target group.
pub(crate) fn registered(group: &Node, to: &Node) -> Result<Vec<Step>, String> {
    let rows = rows::rows_of(group, "targets");
    if rows.iter().any(|row| row.get("target").is_some_and(|target| *target == to.id.as_str())) {
        return Err(format!("{} has {} already.", capital(&title(group)), to.label()));
    }
    let row = json!({"target": to.id.as_str()});
    Ok(vec![Step::Push { id: group.id.clone(), key: "targets", row }])
}
