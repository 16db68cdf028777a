//! Every word people read, in one place: titles, sentences and hints by reason code, names of
//! stages and decisions, and the strings of the page.

mod balancing;
pub mod bgp;
pub mod calculator;
pub mod cards;
mod catalog;
mod direct_connect;
mod dns;
mod drawings;
mod edge;
pub mod editing;
mod endpoints;
pub mod export;
pub mod ground;
mod hybrid;
mod inspection;
mod lookup;
mod names;
pub mod notes;
pub mod overview;
mod peering;
mod requests;
mod route53;
pub mod sequences;
pub mod settings;
pub mod share;
mod template;
pub mod text_view;
mod transit;
pub mod ui;
pub mod ui_panels;
pub mod ui_shell;

use hopscope_aws::{Diagnostic, Id};
use hopscope_forward::{
    Decision, LegKind, Reason, ReasonSpec, RouteLoss, RouteOrigin, RuleMiss, StateEvent, Verdict,
};
use hopscope_net::FlowKey;

pub use catalog::{Entry, entries};
pub use edge::undrawn_edge;
pub use names::*;
pub use requests::*;

/// A few words for a code; the code itself where it is not in the catalogue.
#[must_use]
pub fn reason_title(code: &str) -> &str {
    catalog::find(code).map_or(code, |entry| entry.title)
}

/// A few words for a declared reason.
#[must_use]
pub fn title_of(spec: &'static ReasonSpec) -> &'static str {
    catalog::find(spec.code).map_or(spec.code, |entry| entry.title)
}

/// What happened, with the facts of the case. Components are called by their ids.
#[must_use]
pub fn reason_sentence(reason: &Reason) -> String {
    reason_sentence_with(reason, &|id| id.to_owned())
}

/// What happened, with the facts of the case; `name` says what a component is called.
#[must_use]
pub fn reason_sentence_with(reason: &Reason, name: &dyn Fn(&str) -> String) -> String {
    let at = reason.at.id.clone();
    let implied = |key: &str| match key {
        "at" => Some(name(&at)),
        "owner" => reason.at.owner.as_ref().map(|owner| name(owner)),
        "direction" => reason.at.direction.map(|way| direction(way).to_owned()),
        "number" => reason.rule.clone(),
        _ => None,
    };
    let words = catalog::find_at(reason.spec.code, reason.at.kind);
    sentence(words, reason.spec, &reason.facts, name, &implied)
}

/// What to do about a code, where something can be done.
#[must_use]
pub fn hint(code: &str) -> Option<&'static str> {
    catalog::find(code).and_then(|entry| entry.hint)
}

/// What is wrong with a drawing, with the facts of the case. Components are called by their ids.
#[must_use]
pub fn diagnostic_sentence(diagnostic: &Diagnostic) -> String {
    diagnostic_sentence_with(diagnostic, &|id| id.to_owned())
}

/// What is wrong with a drawing; `name` says what a component is called.
#[must_use]
pub fn diagnostic_sentence_with(diagnostic: &Diagnostic, name: &dyn Fn(&str) -> String) -> String {
    let node = |n: usize| diagnostic.nodes.get(n).map(|id: &Id| name(id));
    let implied = |key: &str| match key {
        "at" => node(0),
        "other" => node(1),
        _ => None,
    };
    let words = catalog::find(diagnostic.spec.code).map(|entry| entry.sentence);
    sentence(words, diagnostic.spec, &diagnostic.facts, name, &implied)
}

fn sentence(
    words: Option<&str>,
    spec: &ReasonSpec,
    facts: &[(&'static str, String)],
    name: &dyn Fn(&str) -> String,
    implied: &dyn Fn(&str) -> Option<String>,
) -> String {
    let fact = |key: &str| match facts.iter().find(|(name, _)| *name == key) {
        Some((_, value)) if key == "direction" => Some(direction(value).to_owned()),
        Some((_, value)) => Some(name(value)),
        None => implied(key),
    };
    match words {
        Some(words) => template::fill(words, &fact),
        // A code that is not in the catalogue still says what it knows.
        None => {
            let facts: Vec<String> = facts.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            let at = implied("at").map(|at| format!(" ({at})")).unwrap_or_default();
            format!("{}{at}{}{}", spec.code, if facts.is_empty() { "" } else { ": " }, facts.join(", "))
        }
    }
}

fn direction(text: &str) -> &str {
    match text {
        "in" => ui::INBOUND,
        "out" => ui::OUTBOUND,
        other => other,
    }
}

/// Codes, stages and checks of one family of components.
type Family = (&'static [Entry], fn(&str) -> Option<&'static str>, fn(&str, bool, &str) -> Option<String>);

static FAMILIES: &[Family] = &[
    (peering::ENTRIES, peering::stage, peering::check),
    (transit::ENTRIES, transit::stage, transit::check),
    (hybrid::ENTRIES, hybrid::stage, hybrid::check),
    (direct_connect::ENTRIES, direct_connect::stage, direct_connect::check),
    (endpoints::ENTRIES, endpoints::stage, endpoints::check),
    (balancing::ENTRIES, balancing::stage, balancing::check),
    (inspection::ENTRIES, inspection::stage, inspection::check),
    (edge::ENTRIES, edge::stage, edge::check),
    (dns::ENTRIES, dns::stage, dns::check),
    (lookup::ENTRIES, lookup::stage, lookup::check),
    (route53::ENTRIES, route53::stage, route53::check),
];

/// The codes of every family.
fn family_entries() -> impl Iterator<Item = &'static Entry> {
    FAMILIES.iter().flat_map(|family| family.0)
}

fn family<T>(ask: impl Fn(&Family) -> Option<T>) -> Option<T> {
    FAMILIES.iter().find_map(ask)
}

/// A yes-or-no check in words.
#[must_use]
pub fn check_sentence(check: &str, passed: bool, value: Option<&str>) -> String {
    let value = value.unwrap_or("the address");
    match (check, passed) {
        ("source-owned", true) => format!("{value} is the interface's own address."),
        ("source-owned", false) => format!("{value} is not the interface's own address."),
        ("destination-owned", true) => format!("{value} is an address of this interface."),
        ("destination-owned", false) => format!("{value} is not an address of this interface."),
        ("source-dest-check", true) => "The source/destination check is on.".to_owned(),
        ("source-dest-check", false) => {
            "The source/destination check is off: packets of others pass.".to_owned()
        }
        ("public-address", true) => format!("{value} has a public address that belongs to it."),
        ("public-address", false) => format!("{value} has no public address that belongs to it."),
        ("socket", true) => format!("A socket listens at {value}."),
        ("socket", false) => format!("Nothing listens at {value}."),
        ("mapped-source", _) => format!("The socket is an IPv6 one: it sees the client as {value}."),
        ("path-mtu", true) => {
            format!("The packet is sent again at {value} bytes: that is what the internet takes.")
        }
        ("path-mtu", false) => format!("The way takes {value} bytes at most."),
        _ => family(|f| (f.2)(check, passed, value)).unwrap_or_else(|| {
            let word = if passed { "yes" } else { "no" };
            format!("{check}: {word} ({value}).")
        }),
    }
}

/// The name of a pipeline stage.
#[must_use]
pub fn stage_title(stage: &str) -> &str {
    match stage {
        "send" => "Sends",
        "source-check" => "Source check",
        "security-group-out" => "Security group, outbound",
        "platform-service" => "VPC platform service",
        "network-acl-out" => "Network ACL, outbound",
        "route-table" => "Route table",
        "internet-gateway" => "Internet gateway",
        "egress-only-internet-gateway" => "Egress-only internet gateway",
        "nat-gateway" => "NAT gateway",
        "internet" => "Internet",
        "gateway-route-table" => "Gateway route table",
        "network-acl-in" => "Network ACL, inbound",
        "security-group-in" => "Security group, inbound",
        "destination-check" => "Destination check",
        "appliance" => "Appliance",
        "deliver" => "Delivery",
        "loop-detection" => "Loop",
        "unmodelled" => "Not modelled",
        other => family(|f| (f.1)(other)).unwrap_or(other),
    }
}

/// What a stage did, in a word.
#[must_use]
pub fn decision_word(decision: Decision) -> &'static str {
    match decision {
        Decision::Sent => "sent",
        Decision::Allowed => "allowed",
        Decision::Denied => "denied",
        Decision::Routed => "routed",
        Decision::Forwarded => "forwarded",
        Decision::Rewritten => "rewritten",
        Decision::Delivered => "delivered",
        Decision::Unknown => "unknown",
    }
}

/// A verdict as a heading (`Allowed`).
#[must_use]
pub fn verdict_title(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "Allowed",
        Verdict::Denied => "Denied",
        Verdict::Loop => "Loop",
        Verdict::Unknown => "Unknown",
    }
}

/// A leg as a heading.
#[must_use]
pub fn leg_title(leg: LegKind) -> &'static str {
    match leg {
        LegKind::Lookup => "Name lookup",
        LegKind::Attempt => "First attempt",
        LegKind::Forward => "Forward",
        LegKind::Return => "Return",
    }
}

/// Why a rule did not match.
#[must_use]
pub fn rule_miss(miss: RuleMiss) -> &'static str {
    match miss {
        RuleMiss::Protocol => "another protocol",
        RuleMiss::Port => "another port",
        RuleMiss::Address => "another address",
        RuleMiss::Family => "the other IP version",
        RuleMiss::Group => "the other end does not carry this group",
        RuleMiss::GroupErased => "a hop in between hides the sender's group",
        RuleMiss::LessSpecific => "a rule for fewer addresses decides",
        RuleMiss::NotMember => "the user is not in this group",
        RuleMiss::Invalid => "not a valid rule",
    }
}

/// Why a route did not win.
#[must_use]
pub fn route_loss(loss: RouteLoss) -> String {
    match loss {
        RouteLoss::ShorterPrefix { by: 1 } => "1 bit shorter than the winner".to_owned(),
        RouteLoss::ShorterPrefix { by } => format!("{by} bits shorter than the winner"),
        RouteLoss::LowerOrigin => "same length, but a weaker kind of route".to_owned(),
        RouteLoss::LocalWins => "propagated routes never override local".to_owned(),
        RouteLoss::LowerPreference => "lower local preference".to_owned(),
        RouteLoss::LongerAsPath => "longer AS_PATH".to_owned(),
        RouteLoss::HigherMed => "higher MED".to_owned(),
        RouteLoss::EqualCost => "as good; this flow was hashed onto another".to_owned(),
        RouteLoss::Withdrawn => "withdrawn: its link is down".to_owned(),
        RouteLoss::Tie => "a tie, broken by id".to_owned(),
        RouteLoss::NoMatch => "does not cover the address".to_owned(),
    }
}

/// Where a route came from.
#[must_use]
pub fn route_origin(origin: RouteOrigin) -> &'static str {
    match origin {
        RouteOrigin::Local => "local",
        RouteOrigin::Static => "static",
        RouteOrigin::PrefixList => "prefix list",
        RouteOrigin::Propagated => "propagated",
        RouteOrigin::Vpc => "propagated by VPC",
        RouteOrigin::DirectConnect => "Direct Connect (BGP)",
        RouteOrigin::Connect => "Connect (BGP)",
        RouteOrigin::PrivateVpn => "private IP VPN (BGP)",
        RouteOrigin::VpnStatic => "VPN (static)",
        RouteOrigin::Vpn => "VPN (BGP)",
        RouteOrigin::ClientVpn => "Client VPN",
    }
}

/// Where a route came from, with what routes of its kind are compared by.
#[must_use]
pub fn route_kind(origin: RouteOrigin, attributes: Option<&str>) -> String {
    let origin = route_origin(origin);
    attributes.map_or_else(|| origin.to_owned(), |attributes| format!("{origin}: {attributes}"))
}

/// What happened to a tracked entry.
#[must_use]
pub fn state_event(event: StateEvent) -> &'static str {
    match event {
        StateEvent::Created => "New entry: replies of this flow are remembered",
        StateEvent::Used => "Part of a remembered flow: no rule is asked",
        StateEvent::Untracked => "Passes without being remembered: open both ways",
        StateEvent::Missing => "No remembered flow fits this packet",
        StateEvent::Expired => "The remembered flow had been silent too long",
    }
}

/// A tracked entry in one line.
#[must_use]
pub fn state_line(event: StateEvent, flow: &FlowKey, idle_limit: Option<u64>) -> String {
    let host = |address: std::net::IpAddr, port: u16| match address {
        _ if port == 0 => address.to_string(),
        std::net::IpAddr::V4(a) => format!("{a}:{port}"),
        std::net::IpAddr::V6(a) => format!("[{a}]:{port}"),
    };
    let limit = match (event, idle_limit) {
        (StateEvent::Missing | StateEvent::Untracked, _) | (_, None) => String::new(),
        (StateEvent::Expired, Some(limit)) => format!(", limit {}", duration(limit)),
        (_, Some(limit)) => format!(", kept for {} of silence", duration(limit)),
    };
    format!(
        "{}: {} {} → {}{limit}.",
        state_event(event),
        flow.protocol,
        host(flow.source, flow.source_port),
        host(flow.destination, flow.destination_port)
    )
}

/// A number of seconds as people say it.
#[must_use]
pub fn duration(seconds: u64) -> String {
    match seconds {
        s if s >= 86_400 && s % 86_400 == 0 => plural(s / 86_400, "day"),
        s if s >= 3_600 && s % 3_600 == 0 => plural(s / 3_600, "hour"),
        s => plural(s, "second"),
    }
}

/// `1 hop`, `2 hops`.
#[must_use]
pub fn plural(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests;
