//! The whole network as a tree in reading order: the second view, and what a screen reader reads.

use std::collections::BTreeSet;

use hopscope_aws::{Config, Document, Id, Node};

use crate::names::{is_public, noun, title};
use crate::tree::family;

/// One line of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The component.
    pub id: Id,
    /// Its kind.
    pub kind: &'static str,
    /// Its name, or its id.
    pub label: String,
    /// Addresses, zone, counts ("10.0.16.0/20, us-east-1a, public").
    pub detail: String,
    /// Depth, from 1 (`aria-level`).
    pub level: usize,
    /// Position among its siblings, from 1 (`aria-posinset`).
    pub position: usize,
    /// Number of siblings, itself included (`aria-setsize`).
    pub siblings: usize,
    /// Whether it has rows below it.
    pub has_children: bool,
    /// Everything a screen reader says ("private-a, subnet, 10.0.16.0/20, 2 of 6 in VPC main").
    pub spoken: String,
}

/// Reading order of kinds inside one container: what packets meet first comes first, tables last.
fn rank(kind: &str) -> usize {
    const ORDER: [&str; 17] = [
        "internet",
        "internet-host",
        "region",
        "availability-zone",
        "vpc",
        "internet-gateway",
        "egress-only-internet-gateway",
        "subnet",
        "nat-gateway",
        "instance",
        "network-interface",
        "unmodelled",
        "route-table",
        "network-acl",
        "security-group",
        "prefix-list",
        "elastic-ip",
    ];
    ORDER.iter().position(|known| *known == kind).unwrap_or(ORDER.len())
}

/// The whole network, one row for each component, containers before what they hold. Components
/// whose parents form a circle come last, at the top level.
#[must_use]
pub fn outline(document: &Document) -> Vec<Row> {
    let mut family = family(document);
    for siblings in family.values_mut() {
        arrange(document, siblings);
    }
    let mut rows = Vec::with_capacity(document.nodes.len());
    let mut seen: BTreeSet<&Id> = BTreeSet::new();
    let top: Vec<&Id> = family.get(&None).cloned().unwrap_or_default();
    let beside = top.len() + document.notes.len();
    let mut todo: Vec<(&Id, usize, usize, usize)> = Vec::new();
    todo.extend(top.iter().enumerate().rev().map(|(n, id)| (*id, 1, n + 1, beside)));
    while let Some((id, level, position, siblings)) = todo.pop() {
        let Some(node) = document.node(id) else { continue };
        if !seen.insert(&node.id) {
            continue;
        }
        let children = family.get(&Some(id.as_str())).map_or(&[][..], Vec::as_slice);
        rows.push(row(document, node, level, position, siblings, !children.is_empty()));
        let below = children.iter().enumerate().rev().map(|(n, id)| (*id, level + 1, n + 1, children.len()));
        todo.extend(below);
    }
    for node in document.nodes.values().filter(|node| !seen.contains(&node.id)) {
        rows.push(row(document, node, 1, 1, 1, false));
    }
    rows.extend(crate::notes::rows(document, top.len(), beside));
    rows
}

fn row(
    document: &Document,
    node: &Node,
    level: usize,
    position: usize,
    siblings: usize,
    has_children: bool,
) -> Row {
    Row {
        id: node.id.clone(),
        kind: node.kind(),
        label: node.label().to_owned(),
        detail: detail(document, node),
        level,
        position,
        siblings,
        has_children,
        spoken: spoken(document, node, position, siblings),
    }
}

fn spoken(document: &Document, node: &Node, position: usize, siblings: usize) -> String {
    let place = match node.parent.as_deref().and_then(|id| document.node(id)) {
        Some(parent) => format!("{position} of {siblings} in {}", title(parent)),
        None => format!("{position} of {siblings}"),
    };
    let parts = [node.label().to_owned(), noun(node.kind()), detail(document, node), place];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Siblings in the order of their kinds.
fn arrange(document: &Document, siblings: &mut [&Id]) {
    siblings.sort_by_key(|id| document.node(id).map_or(usize::MAX, |node| rank(node.kind())));
}

/// What a screen reader says about one component.
#[must_use]
pub fn describe(document: &Document, id: &Id) -> String {
    let Some(node) = document.node(id) else {
        return document.notes.get(id).map_or_else(String::new, |note| crate::notes::spoken(document, note));
    };
    let mut siblings: Vec<&Id> = document.children(node.parent.as_deref()).map(|node| &node.id).collect();
    arrange(document, &mut siblings);
    let position = siblings.iter().position(|other| *other == id).map_or(1, |n| n + 1);
    spoken(document, node, position, siblings.len().max(1))
}

/// Kind and addresses ("instance, 10.0.0.10").
pub(crate) fn detail_with_kind(document: &Document, node: &Node) -> String {
    let detail = detail(document, node);
    if detail.is_empty() { noun(node.kind()) } else { format!("{}, {detail}", noun(node.kind())) }
}

fn count(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// The facts that tell a component from its like.
#[must_use]
pub fn detail(document: &Document, node: &Node) -> String {
    let name = |id: &Id| document.node(id).map_or_else(|| id.to_string(), |node| node.label().to_owned());
    let mut parts: Vec<String> = Vec::new();
    match &node.config {
        Config::Vpc(vpc) => parts.extend(vpc.cidrs.iter().chain(&vpc.ipv6_cidrs).cloned()),
        Config::Subnet(subnet) => {
            parts.extend(subnet.cidr.iter().chain(&subnet.ipv6_cidr).cloned());
            parts.extend(subnet.zone.as_ref().map(name));
            parts.push(if is_public(document, &node.id) { "public" } else { "private" }.to_owned());
        }
        Config::NetworkInterface(eni) => parts.extend(interface(eni)),
        Config::Instance(instance) => {
            for child in document.children(Some(&node.id)) {
                if let Config::NetworkInterface(eni) = &child.config {
                    parts.extend(interface(eni));
                }
            }
            parts.extend((instance.role != "host").then(|| instance.role.clone()));
            parts.extend((instance.state != "running").then(|| instance.state.clone()));
        }
        Config::NatGateway(nat) => {
            parts.extend(nat.private_ip.clone());
            parts.extend((nat.connectivity != "public").then(|| nat.connectivity.clone()));
            parts.extend((nat.state != "available").then(|| nat.state.clone()));
        }
        Config::ElasticIp(eip) => {
            parts.extend((!eip.address.is_empty()).then(|| eip.address.clone()));
            parts.push(
                eip.target.as_ref().map_or("not associated".to_owned(), |id| format!("for {}", name(id))),
            );
        }
        Config::RouteTable(table) => {
            parts.extend(table.main.then(|| "main".to_owned()));
            parts.push(count(table.routes.len(), "route"));
            parts.extend(table.gateway.as_ref().map(|id| format!("edge association with {}", name(id))));
        }
        Config::NetworkAcl(acl) => parts.push(count(acl.inbound.len() + acl.outbound.len(), "rule")),
        Config::SecurityGroup(group) => parts.push(count(group.inbound.len() + group.outbound.len(), "rule")),
        Config::PrefixList(list) => {
            parts.push(if list.entries.len() == 1 {
                "1 entry".into()
            } else {
                format!("{} entries", list.entries.len())
            });
        }
        Config::InternetHost(host) => parts.extend(host.addresses.iter().cloned()),
        Config::Unmodelled(thing) => parts.extend((!thing.what.is_empty()).then(|| thing.what.clone())),
        Config::AvailabilityZone(zone) => parts.extend(zone.failed.then(|| "failed".to_owned())),
        _ => {}
    }
    parts.join(", ")
}

fn interface(eni: &hopscope_aws::components::network_interface::Config) -> Vec<String> {
    let mut out = Vec::new();
    for row in &eni.private_ips {
        out.push(row.address.clone());
        out.extend(row.public_ip.iter().map(|ip| format!("public {ip}")));
    }
    out.extend(eni.ipv6.iter().cloned());
    out
}
