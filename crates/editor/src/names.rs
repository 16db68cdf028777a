//! Names people would choose, and words for kinds.

use hopscope_aws::{Config, Document, Id, Node, spec};

/// A kind in the middle of a sentence ("subnet", "NAT gateway").
#[must_use]
pub fn noun(kind: &str) -> String {
    let Some(spec) = spec(kind) else { return kind.to_owned() };
    let mut chars = spec.name.chars();
    let (first, second) = (chars.next(), chars.next());
    // AWS writes these with capitals; everything else is an ordinary word.
    let keep = matches!(kind, "region" | "availability-zone" | "elastic-ip" | "unmodelled")
        || second.is_some_and(char::is_uppercase)
        || [
            "Site-",
            "Direct",
            "Client",
            "Application Load",
            "Gateway Load",
            "Network Load",
            "Network Firewall",
        ]
        .iter()
        .any(|start| spec.name.starts_with(start));
    match first {
        Some(first) if !keep => first.to_lowercase().chain(spec.name.chars().skip(1)).collect(),
        _ => spec.name.to_owned(),
    }
}

/// The same with an article ("a subnet", "an instance").
#[must_use]
pub fn a(kind: &str) -> String {
    let noun = noun(kind);
    let vowel = noun.chars().next().is_some_and(|c| "aeiouAEIO".contains(c));
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// Kind and name ("subnet private-a").
#[must_use]
pub fn title(node: &Node) -> String {
    format!("{} {}", noun(node.kind()), node.label())
}

/// `wanted`, or `wanted-2`, `wanted-3`, … where a component of that kind has the name already.
#[must_use]
pub fn unique(document: &Document, kind: &str, scope: Option<&Id>, wanted: &str) -> String {
    let used = |name: &str| {
        document.nodes.values().any(|node| {
            node.kind() == kind && node.name == name && scope.is_none_or(|s| within(document, node, s))
        })
    };
    if !used(wanted) {
        return wanted.to_owned();
    }
    let mut n = 2usize;
    loop {
        let name = format!("{wanted}-{n}");
        if !used(&name) {
            return name;
        }
        n += 1;
    }
}

fn within(document: &Document, node: &Node, scope: &Id) -> bool {
    let mut parent = node.parent.clone();
    for _ in 0..16 {
        match parent {
            Some(id) if &id == scope => return true,
            Some(id) => parent = document.node(&id).and_then(|node| node.parent.clone()),
            None => return false,
        }
    }
    false
}

/// The letter of a zone (`a` of us-east-1a); empty where there is none.
#[must_use]
pub fn zone_letter(document: &Document, zone: Option<&Id>) -> String {
    zone.and_then(|id| document.node(id))
        .and_then(|node| node.label().chars().last())
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase().to_string())
        .unwrap_or_default()
}

/// `base-a` in zone a, `base` where the zone has no letter.
#[must_use]
pub fn zoned(base: &str, letter: &str) -> String {
    if letter.is_empty() { base.to_owned() } else { format!("{base}-{letter}") }
}

/// The route table a subnet uses: its own, else the VPC's main one, if that is drawn.
#[must_use]
pub fn table_of(document: &Document, subnet: &str) -> Option<Id> {
    let node = document.node(subnet)?;
    let Config::Subnet(config) = &node.config else { return None };
    match &config.route_table {
        Some(table) => Some(table.clone()),
        None => main_table(document, node.parent.as_deref()?),
    }
}

/// The VPC's main route table, if it is drawn.
#[must_use]
pub fn main_table(document: &Document, vpc: &str) -> Option<Id> {
    document
        .children(Some(vpc))
        .find(|node| matches!(&node.config, Config::RouteTable(table) if table.main))
        .map(|node| node.id.clone())
}

/// Whether a table sends everything of a family to a component of that kind.
#[must_use]
pub fn defaults_to(document: &Document, table: &str, destination: &str, kind: &str) -> bool {
    let Some(Config::RouteTable(config)) = document.node(table).map(|node| &node.config) else {
        return false;
    };
    config.routes.iter().any(|route| {
        route.destination.trim() == destination
            && document.node(route.target.trim()).is_some_and(|target| target.kind() == kind)
    })
}

/// Whether hosts in the subnet can be reached from the internet as far as routes decide it, or
/// its author set it up so: a default route to an internet gateway, or public addresses given out.
#[must_use]
pub fn is_public(document: &Document, subnet: &str) -> bool {
    let marked = matches!(document.node(subnet).map(|n| &n.config), Some(Config::Subnet(c)) if c.auto_assign_public_ipv4);
    marked
        || table_of(document, subnet).is_some_and(|table| {
            ["0.0.0.0/0", "::/0"].iter().any(|all| defaults_to(document, &table, all, "internet-gateway"))
        })
}
