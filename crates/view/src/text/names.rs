//! Accessible names and tooltips of what is drawn.

use hopscope_aws::{Config, Document, Node, spec};

use super::{plural, ui};
use crate::scene::Badge;

/// The picture's title.
#[must_use]
pub fn scene_title(name: &str) -> String {
    if name.trim().is_empty() { ui::UNTITLED.to_owned() } else { name.to_owned() }
}

/// One sentence on what a document holds.
#[must_use]
pub fn scene_description(document: &Document) -> String {
    let count = |kind: &str| document.nodes.values().filter(|node| node.kind() == kind).count() as u64;
    let parts: Vec<String> = [
        ("vpc", "VPC"),
        ("subnet", "subnet"),
        ("instance", "instance"),
        ("internet-gateway", "internet gateway"),
        ("nat-gateway", "NAT gateway"),
        ("egress-only-internet-gateway", "egress-only internet gateway"),
        ("vpc-peering-connection", "peering connection"),
        ("transit-gateway", "transit gateway"),
        ("on-premises", "on-premises site"),
        ("vpn-connection", "VPN connection"),
        ("virtual-interface", "virtual interface"),
    ]
    .into_iter()
    .map(|(kind, noun)| (count(kind), noun))
    .filter(|(count, _)| *count > 0)
    .map(|(count, noun)| plural(count, noun))
    .collect();
    if parts.is_empty() {
        return ui::EMPTY_SCENE.to_owned();
    }
    format!("Network map: {}.", parts.join(", "))
}

/// What a screen reader says of a container.
#[must_use]
pub fn container_name(node: &Node, tag: &str, blocks: &[&str], children: usize) -> String {
    let mut parts = vec![node.label().to_owned()];
    let what = node.config.spec().name;
    let what = if is_proper(what) { what.to_owned() } else { what.to_lowercase() };
    let what = if matches!(node.config, Config::Vpc(_)) { "VPC".to_owned() } else { what };
    parts.push(if tag.is_empty() { what } else { format!("{tag} {what}") });
    parts.extend(blocks.iter().map(|block| (*block).to_owned()));
    parts.push(plural(children as u64, "component") + " inside");
    parts.join(", ")
}

/// How many components a folded container holds, as written on it.
#[must_use]
pub fn fold_count(cards: usize) -> String {
    format!("{cards} inside")
}

/// What a screen reader says of a container seen from afar.
#[must_use]
pub fn fold_name(name: &str, cards: usize, problems: usize) -> String {
    let inside = plural(cards as u64, "card") + " not shown at this zoom";
    match problems {
        0 => format!("{name}, {inside}"),
        some => format!("{name}, {inside}, {} inside", plural(some as u64, "problem")),
    }
}

/// What a screen reader says of a card.
#[must_use]
pub fn card_name(node: &Node, addresses: &[String]) -> String {
    let mut parts = vec![node.label().to_owned()];
    let what = match &node.config {
        Config::Unmodelled(thing) if !thing.what.is_empty() => {
            format!("{}, not modelled yet", thing.what)
        }
        config => config.spec().name.to_owned(),
    };
    if parts.first() != Some(&what) {
        parts.push(what);
    }
    parts.extend(addresses.iter().cloned());
    parts.join(", ")
}

/// A name with what the badges tell.
#[must_use]
pub fn with_badges(name: String, badges: &[Badge]) -> String {
    badges.iter().fold(name, |name, badge| format!("{name}, {}", badge.sentence.trim_end_matches('.')))
}

/// What a state other than the usual one means.
#[must_use]
pub fn state_sentence(state: &str) -> String {
    format!("Out of service: {state}.")
}

/// How many of several are out of service (`1 of 2 down`).
#[must_use]
pub fn rows_down(down: usize, all: usize) -> String {
    format!("{down} of {all} down")
}

/// A zone that is out of service, on the map.
#[must_use]
pub fn failed_zone(title: &str) -> String {
    format!("✕ {title}")
}

/// What an appliance does.
#[must_use]
pub fn appliance_sentence(role: &str) -> String {
    match role {
        "router" => "Forwards packets of others.".to_owned(),
        "firewall" => "Filters packets of others and keeps track of flows.".to_owned(),
        "nat" => "Translates packets of others to its own address.".to_owned(),
        other => format!("Takes packets of others: {other}."),
    }
}

/// A public address, for a tooltip.
#[must_use]
pub fn public_sentence(address: &str, elastic: bool) -> String {
    if elastic { format!("Elastic IP address {address}.") } else { format!("Public IPv4 address {address}.") }
}

/// What a screen reader says of a gateway's line to the internet.
#[must_use]
pub fn attachment_name(from: &str, to: &str) -> String {
    format!("{from} leads to {to}")
}

/// What a screen reader says of a route's line.
#[must_use]
pub fn route_name(from: &str, destination: &str, to: &str) -> String {
    format!("{from} sends {destination} to {to}")
}

/// AWS's name of a kind, or the slug as words (`instance-metadata` → `Instance metadata`).
#[must_use]
pub fn kind_name(kind: &str) -> String {
    match (spec(kind), kind) {
        (Some(spec), _) => spec.name.to_owned(),
        (None, "resolver") => "VPC resolver".to_owned(),
        (None, "vpc-router") => "VPC router".to_owned(),
        (None, "tld-name-server") => "TLD name server".to_owned(),
        (None, "aws-name-server") => "AWS name server".to_owned(),
        (None, kind) => {
            let words = kind.replace('-', " ");
            let mut letters = words.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
        }
    }
}

/// Whether AWS writes a name with a capital also inside a sentence.
#[must_use]
fn is_proper(name: &str) -> bool {
    const PROPER: [&str; 6] =
        ["Site-to-Site", "Direct Connect", "Client VPN", "Gateway Load", "Network Load", "Network Firewall"];
    PROPER.iter().any(|start| name.starts_with(start))
}

/// A kind in the middle of a sentence (`network ACL`, `NAT gateway`).
#[must_use]
pub fn kind_in_sentence(kind: &str) -> String {
    let name = kind_name(kind);
    let acronym =
        name.split(' ').next().is_some_and(|word| word.chars().filter(|c| c.is_uppercase()).count() > 1);
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if !acronym && !is_proper(&name) => {
            first.to_lowercase().collect::<String>() + letters.as_str()
        }
        _ => name,
    }
}

/// What a component is called that the document does not hold: AWS makes it by itself.
#[must_use]
pub fn implied_name(kind: &str, owner: &str) -> String {
    match kind {
        "network-acl" => format!("default of {owner}"),
        "route-table" => format!("main table of {owner}"),
        "internet" => ui::INTERNET.to_owned(),
        _ => kind_name(kind),
    }
}

/// What a server is called that takes part in a lookup without being drawn: the root's servers, a
/// VPC's resolver (`resolver/VPC-A`), a provider's (`public-resolver/laptop`). None of other ids.
#[must_use]
pub fn undrawn_server(id: &str, called: &dyn Fn(&str) -> String) -> Option<String> {
    let (kind, owner) = id.split_once('/').unwrap_or((id, ""));
    if !matches!(
        kind,
        "resolver" | "public-resolver" | "root-name-server" | "tld-name-server" | "aws-name-server"
    ) {
        return None;
    }
    // The resolver for who asks through an inbound endpoint is the VPC's own.
    let owner = owner.strip_suffix("/inbound").unwrap_or(owner);
    let name = kind_name(kind);
    Some(if owner.is_empty() { name } else { format!("{name} of {}", called(owner)) })
}

/// The title of a step: its stage and the component that decides.
#[must_use]
pub fn step_title(stage: &str, kind: &str, element: &str, place: &str) -> String {
    match stage {
        "send" => format!("{element} sends"),
        "deliver" if kind == "vpc" => format!("Delivery in {element}"),
        "deliver" => format!("Arrival at {element}"),
        "source-check" => format!("Source check at {place}"),
        "destination-check" => format!("Destination check at {place}"),
        "network-acl-in" => format!("Network ACL {element}, inbound at {place}"),
        "network-acl-out" => format!("Network ACL {element}, outbound at {place}"),
        "security-group-in" => format!("Security group {element}, inbound at {place}"),
        "security-group-out" => format!("Security group {element}, outbound at {place}"),
        "route-table" => format!("Route table {element} of {place}"),
        "gateway-route-table" => format!("Gateway route table {element} of {place}"),
        "platform-service" => element.to_owned(),
        "internet" => ui::INTERNET.to_owned(),
        "appliance" => format!("Appliance {element}"),
        "loop-detection" => format!("Loop at {element}"),
        "unmodelled" => format!("{element}, not modelled yet"),
        stage => format!("{} {element}", super::stage_title(stage)),
    }
}

/// The rule or route that decided, as part of a sentence.
#[must_use]
pub fn rule_in_sentence(kind: &str, rule: &str) -> String {
    if kind == "route-table" { format!("route {rule}") } else { format!("rule {rule}") }
}

/// The protocol and port of a flow (`TCP 3306`, `ICMP`, `protocol 50`).
#[must_use]
pub fn protocol_and_port(protocol: &str, port: Option<u16>) -> String {
    let protocol = protocol.trim();
    let name = if protocol.parse::<u8>().is_ok() {
        format!("protocol {protocol}")
    } else {
        protocol.to_uppercase().replace("ICMPV6", "ICMPv6")
    };
    match port {
        Some(port) if matches!(name.as_str(), "TCP" | "UDP") => format!("{name} {port}"),
        _ => name,
    }
}

/// The verdict line of an allowed flow.
#[must_use]
pub fn allowed_line(title: &str, steps: usize) -> String {
    format!("{title}: allowed, there and back in {}.", plural(steps as u64, "step"))
}

/// The verdict line of any other flow.
#[must_use]
pub fn refused_line(title: &str, word: &str, back: bool, at: &str, step: usize, steps: usize) -> String {
    let way = if back { " on the way back" } else { "" };
    format!("{title}: {word}{way} at {at}, step {step} of {steps}.")
}

/// The verdict line of a flow whose end nobody knows.
#[must_use]
pub fn bare_line(title: &str, word: &str) -> String {
    format!("{title}: {word}.")
}

/// Caption of a table of routes.
#[must_use]
pub fn routes_caption(table: &str, destination: &str) -> String {
    format!("Routes of {table} for {destination}")
}

/// Caption of a table of rules.
#[must_use]
pub fn rules_caption(direction: &str) -> String {
    let way = match direction {
        "in" => "Inbound",
        "stateless" => "Stateless",
        "stateful" => "Stateful",
        _ => "Outbound",
    };
    format!("{way} rules, in the order they are tried")
}

/// A route that won, in one line.
#[must_use]
pub fn route_line(destination: &str, target: &str, losers: usize) -> String {
    let over = match losers {
        0 => String::new(),
        n => format!(", before {}", plural(n as u64, "wider route")),
    };
    format!("{destination} leads to {target}{over}.")
}

/// A rule that decided, in one line.
#[must_use]
pub fn rule_line(label: &str, rule: &str) -> String {
    format!("Rule {label}: {}.", rule.replace("all all ", "all traffic "))
}

/// A rewrite, in one line.
#[must_use]
pub fn change_line(changes: &[hopscope_net::FieldChange]) -> String {
    let parts: Vec<String> =
        changes.iter().map(|change| format!("{} {} → {}", change.field, change.old, change.new)).collect();
    parts.join(", ") + "."
}

/// Passed on without a change.
pub const UNCHANGED: &str = "Passed on unchanged.";
/// Arrived.
pub const ARRIVED: &str = "The packet arrives.";
