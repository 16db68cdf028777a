//! AWS Network Firewall: stateless rules, then stateful ones, at endpoints in each zone (NFW-01 to NFW-03).

mod policy;

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, LegKind, Outcome, Reason, ReasonSpec, Role, Severity, StateEvent,
    Visit, Where,
};
use hopscope_net::{Packet, Protocol};
use policy::{Action, Cells, Rule, action, readable, rule, scan};

use crate::arena::Ix;
use crate::catalog;
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::{gateway_load_balancer, nat_gateway};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;
use crate::validate::Check;

record! {
    /// Configuration of a firewall with its policy. Its parent is the VPC.
    pub struct Config {
        /// Stateless rules, tried by priority (NFW-02).
        pub stateless_rules: Vec<StatelessRule>,
        /// For packets that no stateless rule matches.
        pub stateless_default: String = "forward",
        /// Stateful rules in order (NFW-02).
        pub stateful_rules: Vec<StatefulRule>,
        /// For flows that no stateful rule matches.
        pub stateful_default: String = "pass",
        /// Names of a domain list rule; judged where a request names a host.
        pub domains: Vec<String>,
        /// Whether the list denies, or allows nothing else.
        pub domain_action: String = "deny",
    }
}

record! {
    /// One stateless rule.
    pub struct StatelessRule {
        /// Lowest first.
        pub priority: u32 = 1u32,
        /// What happens.
        pub action: String = "forward",
        /// `all`, a name or a number.
        pub protocol: String = "all",
        /// A CIDR block or `any`.
        pub source: String = "0.0.0.0/0",
        /// A port, a range or `all`.
        pub source_ports: String = "all",
        /// A CIDR block or `any`.
        pub destination: String = "0.0.0.0/0",
        /// A port, a range or `all`.
        pub ports: String = "all",
    }
}

record! {
    /// One stateful rule.
    pub struct StatefulRule {
        /// What happens.
        pub action: String = "pass",
        /// `all`, a name or a number.
        pub protocol: String = "all",
        /// A CIDR block or `any`.
        pub source: String = "any",
        /// A port, a range or `all`.
        pub source_ports: String = "all",
        /// A CIDR block or `any`.
        pub destination: String = "any",
        /// A port, a range or `all`.
        pub ports: String = "all",
        /// Further rule options, shown as not simulated.
        pub options: String,
    }
}

/// Columns of [`StatelessRule`].
pub static STATELESS: Rows = Rows {
    noun: "stateless rule",
    columns: &[
        Field::new("priority", "Priority", FieldKind::Number, ""),
        Field::new("action", "Action", FieldKind::Choice(&["pass", "drop", "forward"]), ""),
        Field::new("protocol", "Protocol", FieldKind::Text, ""),
        Field::new("source", "Source", FieldKind::Text, ""),
        Field::new("source_ports", "Source ports", FieldKind::Text, ""),
        Field::new("destination", "Destination", FieldKind::Text, ""),
        Field::new("ports", "Destination ports", FieldKind::Text, ""),
    ],
};

/// Columns of [`StatefulRule`].
pub static STATEFUL: Rows = Rows {
    noun: "stateful rule",
    columns: &[
        Field::new("action", "Action", FieldKind::Choice(&["pass", "drop", "reject", "alert"]), ""),
        Field::new("protocol", "Protocol", FieldKind::Text, ""),
        Field::new("source", "Source", FieldKind::Text, ""),
        Field::new("source_ports", "Source ports", FieldKind::Text, ""),
        Field::new("destination", "Destination", FieldKind::Text, ""),
        Field::new("ports", "Destination ports", FieldKind::Text, ""),
        Field::new("options", "Other options", FieldKind::Text, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "network-firewall",
    name: "Network Firewall",
    aws_type: Some("AWS::NetworkFirewall::Firewall"),
    id_prefix: "firewall",
    summary: "AWS's managed firewall: stateless rules, then stateful ones.",
    parents: &["vpc"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "stateless_rules",
            "Stateless rules",
            FieldKind::Rows(&STATELESS),
            "By priority, before the stateful ones",
        ),
        Field::new(
            "stateless_default",
            "Stateless default action",
            FieldKind::Choice(&["forward", "pass", "drop"]),
            "",
        ),
        Field::new("stateful_rules", "Stateful rules", FieldKind::Rows(&STATEFUL), "In strict order"),
        Field::new("stateful_default", "Stateful default action", FieldKind::Choice(&["pass", "drop"]), ""),
        Field::new("domains", "Domain list", FieldKind::TextList, ""),
        Field::new("domain_action", "Domain list action", FieldKind::Choice(&["deny", "allow"]), ""),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/network-firewall/latest/developerguide/what-is-aws-network-firewall.html",
};

/// The page of the Network Firewall guide behind these reasons.
const PAGE: &str =
    "https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-policy-processing.html";

packet_reason!(
    PAGE,
    /// A rule, or the policy's default, drops the packet (NFW-01).
    RULES, "FIREWALL_RULES_RESTRICTION", Some("FIREWALL_RULES_RESTRICTION"), &["NFW-01", "NFW-02"]
);

/// A rule has options that are not simulated (NFW-02).
pub static UNSUPPORTED_OPTIONS: ReasonSpec = ReasonSpec {
    code: "FIREWALL_UNSUPPORTED_RULE_OPTIONS",
    aws_code: Some("FIREWALL_UNSUPPORTED_RULE_OPTIONS"),
    severity: Severity::Warning,
    rules: &["NFW-02"],
    docs: PAGE,
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&RULES, &UNSUPPORTED_OPTIONS];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Firewall {
    pub id: Id,
    stateless: Vec<Rule>,
    stateless_default: Action,
    stateful: Vec<Rule>,
    stateful_default: Action,
    /// The domain list in one line, if there is one.
    domains: Option<String>,
}

/// Where a packet can be at it. Packets meet it at its endpoints and attachments only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for Firewall {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let mut stateless: Vec<(u32, Rule)> = config
            .stateless_rules
            .iter()
            .enumerate()
            .map(|(n, row)| (row.priority, rule(n, row.priority.to_string(), &Cells::stateless(row), "")))
            .collect();
        // NFW-02: the lowest priority first; equal ones keep the author's order.
        stateless.sort_by_key(|(priority, _)| *priority);
        let stateful = config
            .stateful_rules
            .iter()
            .enumerate()
            .map(|(n, row)| rule(n, (n + 1).to_string(), &Cells::stateful(row), &row.options));
        Some(Self {
            id: node.id.clone(),
            stateless: stateless.into_iter().map(|(_, rule)| rule).collect(),
            stateless_default: action(&config.stateless_default).unwrap_or(Action::Forward),
            stateful: stateful.collect(),
            stateful_default: action(&config.stateful_default).unwrap_or(Action::Pass),
            domains: (!config.domains.is_empty())
                .then(|| format!("{} {}", config.domain_action, config.domains.join(", "))),
        })
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn check(check: &mut Check<'_>) {
        for node in check.nodes() {
            let catalog::Config::NetworkFirewall(config) = &node.config else { continue };
            for (n, row) in config.stateless_rules.iter().enumerate() {
                readable(check, &node.id, &format!("stateless_rules/{n}"), &Cells::stateless(row));
            }
            for (n, row) in config.stateful_rules.iter().enumerate() {
                readable(check, &node.id, &format!("stateful_rules/{n}"), &Cells::stateful(row));
            }
        }
    }
}

/// Judges the packet by the firewall's policy and records it; whether it passes. `owner` keeps the
/// state: the endpoint, since each zone remembers its own flows (NFW-03), or an attachment.
pub(crate) fn inspect(network: &Network, ix: Ix<Firewall>, owner: &Id, visit: &mut Visit<'_>) -> bool {
    let firewall = &network.fabric.firewalls[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &firewall.id).of(owner);
    let hop = |stage| Hop::new(SPEC.kind, &firewall.id, stage, Decision::Allowed, &packet);
    let stateless = scan(&firewall.id, &firewall.stateless, firewall.stateless_default, &packet);
    let refuse =
        |hop: Hop, rules: &'static [&'static str], label: String, text: String, visit: &mut Visit<'_>| {
            let reason = Reason::new(&RULES, at())
                .rule(label)
                .fact("firewall", &firewall.id)
                .fact("rule", text)
                .fact("packet", &packet);
            visit.deny(hop.by(rules), reason);
            if visit.leg == LegKind::Forward {
                // So that the reply is shown as it would be had the request passed.
                remember(owner, &packet, visit);
            }
            false
        };
    let first = hop("network-firewall-stateless")
        .with(Evidence::Rules { direction: "stateless", scanned: stateless.scanned });
    match stateless.action {
        Action::Pass => {
            visit.record(first.by(&["NFW-02"]));
            return true;
        }
        Action::Drop | Action::Reject => {
            return refuse(first, &["NFW-01", "NFW-02"], stateless.label, stateless.text, visit);
        }
        // Without stateless rules there is nothing to tell of them.
        Action::Forward | Action::Alert if firewall.stateless.is_empty() => {}
        Action::Forward | Action::Alert => visit.record(first.by(&["NFW-02"])),
    }
    let hop = hop("network-firewall-stateful");
    let (event, limit) = recall(owner, &packet, visit);
    let hop = hop.with(Evidence::State { event, flow: packet.key(), idle_limit: Some(limit) });
    match event {
        StateEvent::Used => {
            visit.record(hop.by(&["NFW-03"]));
            return true;
        }
        StateEvent::Missing => {
            visit.deny(
                hop.by(&["NFW-03"]),
                Reason::new(&nat_gateway::STATE_MISSING, at()).fact("flow", &packet),
            );
            return false;
        }
        StateEvent::Expired if visit.leg == LegKind::Return || packet.protocol == Protocol::TCP => {
            visit.deny(
                hop.by(&["NFW-03", "GWLB-12"]),
                Reason::new(&nat_gateway::STATE_MISSING, at()).fact("flow", &packet),
            );
            remember(owner, &packet, visit);
            return false;
        }
        StateEvent::Created | StateEvent::Expired | StateEvent::Untracked => {}
    }
    let stateful = scan(&firewall.id, &firewall.stateful, firewall.stateful_default, &packet);
    for (label, text) in &stateful.unsupported {
        visit.hint(
            Reason::new(&UNSUPPORTED_OPTIONS, at())
                .rule(label.clone())
                .fact("firewall", &firewall.id)
                .fact("rule", text),
        );
    }
    let mut hop = hop.with(Evidence::Rules { direction: "stateful", scanned: stateful.scanned });
    for alert in stateful.alerts {
        hop = hop.with(Evidence::Check { check: "firewall-alert", passed: true, value: Some(alert) });
    }
    if let Some(domains) = firewall.domains.as_ref().filter(|_| packet.protocol == Protocol::TCP) {
        // A domain list looks into HTTP and TLS, which packets here do not carry.
        let value = Some(domains.clone());
        hop = hop.with(Evidence::Check { check: "firewall-domain-list", passed: true, value });
    }
    match stateful.action {
        Action::Drop | Action::Reject => {
            refuse(hop, &["NFW-01", "NFW-02"], stateful.label, stateful.text, visit)
        }
        Action::Pass | Action::Alert | Action::Forward => {
            visit.record(hop.by(&["NFW-02", "NFW-03"]));
            remember(owner, &packet, visit);
            true
        }
    }
}

/// The flow's entry at this endpoint, refreshed (NFW-03). It expires as at a Gateway Load
/// Balancer, which carries these endpoints.
fn recall(owner: &Id, packet: &Packet, visit: &mut Visit<'_>) -> (StateEvent, u64) {
    let limit = if packet.protocol == Protocol::TCP {
        gateway_load_balancer::TCP_IDLE
    } else {
        gateway_load_balancer::OTHER_IDLE
    };
    let (key, now) = (packet.key(), visit.state.now);
    let back = key.reverse();
    let position = visit.state.entries.iter().position(|entry| {
        entry.owner == *owner && entry.role == Role::Appliance && (entry.flow == key || entry.flow == back)
    });
    let Some(position) = position else {
        let event = if visit.leg == LegKind::Return { StateEvent::Missing } else { StateEvent::Created };
        return (event, limit);
    };
    if let Some(entry) = visit.state.entries.get_mut(position)
        && now.saturating_sub(entry.last_seen) < limit
    {
        entry.last_seen = now;
        entry.replied |= entry.flow == back;
        return (StateEvent::Used, limit);
    }
    visit.state.entries.remove(position);
    (StateEvent::Expired, limit)
}

fn remember(owner: &Id, packet: &Packet, visit: &mut Visit<'_>) {
    visit.remember(Entry::new(owner, Role::Appliance, packet.key()));
}
