//! Rules of a Network Firewall: read from text cells, and scanned for a packet. Knows neither state
//! nor where the firewall stands (NFW-02).

use hopscope_forward::{Id, RuleMiss, RuleScan};
use hopscope_net::{IpNet, Packet, PortRange, Protocol};

use super::{StatefulRule, StatelessRule};
use crate::cells;
use crate::diagnostic::Diagnostic;
use crate::matching;
use crate::network::{Peer, RuleBody, RulePorts};
use crate::validate::{Check, codes};

/// What a rule or default does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Pass,
    Drop,
    Reject,
    /// Logs, and the next rule is asked.
    Alert,
    /// On to the stateful rules.
    Forward,
}

/// Reads an action cell.
pub(super) fn action(text: &str) -> Option<Action> {
    Some(match text.trim() {
        "pass" => Action::Pass,
        "drop" => Action::Drop,
        "reject" => Action::Reject,
        "alert" => Action::Alert,
        "forward" => Action::Forward,
        _ => return None,
    })
}

/// One side of a rule: blocks (`None`: any) and ports.
#[derive(Debug)]
struct Side {
    nets: Option<Vec<IpNet>>,
    ports: RulePorts,
}

/// The resolved part of a rule.
#[derive(Debug)]
struct Body {
    action: Action,
    protocol: Option<Protocol>,
    source: Side,
    destination: Side,
}

/// One rule, of either kind.
#[derive(Debug)]
pub(super) struct Rule {
    index: usize,
    label: String,
    text: String,
    options: bool,
    /// `None` where a cell cannot be read: it never matches.
    body: Option<Body>,
}

/// The cells that both kinds of rules share.
pub(super) struct Cells<'a> {
    action: &'a str,
    protocol: &'a str,
    source: &'a str,
    source_ports: &'a str,
    destination: &'a str,
    ports: &'a str,
}

/// Rows of both kinds call them the same.
macro_rules! cells_of {
    ($row:expr) => {
        Self {
            action: &$row.action,
            protocol: &$row.protocol,
            source: &$row.source,
            source_ports: &$row.source_ports,
            destination: &$row.destination,
            ports: &$row.ports,
        }
    };
}

impl<'a> Cells<'a> {
    /// Those of a stateless rule.
    pub(super) fn stateless(row: &'a StatelessRule) -> Self {
        cells_of!(row)
    }

    /// Those of a stateful rule.
    pub(super) fn stateful(row: &'a StatefulRule) -> Self {
        cells_of!(row)
    }

    fn body(&self) -> Option<Body> {
        let protocol = cells::protocol(self.protocol)?;
        Some(Body {
            action: action(self.action)?,
            protocol,
            source: Side { nets: nets(self.source)?, ports: ports(protocol, self.source_ports)? },
            destination: Side { nets: nets(self.destination)?, ports: ports(protocol, self.ports)? },
        })
    }
}

/// `any`, a block, or several with commas between them, also in brackets.
fn nets(text: &str) -> Option<Option<Vec<IpNet>>> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']').trim();
    if text.is_empty() || text.eq_ignore_ascii_case("any") || text.eq_ignore_ascii_case("all") {
        return Some(None);
    }
    text.split(',').map(cells::cidr).collect::<Option<Vec<_>>>().map(Some)
}

/// A ports cell; where every protocol is meant, ports bind those that have ports.
fn ports(protocol: Option<Protocol>, text: &str) -> Option<RulePorts> {
    let text = text.trim();
    if text.is_empty() || text.eq_ignore_ascii_case("any") || text.eq_ignore_ascii_case("all") || text == "*"
    {
        return Some(RulePorts::All);
    }
    match protocol {
        None => text.parse::<PortRange>().ok().map(RulePorts::Range),
        protocol => cells::ports(protocol, text),
    }
}

/// Options that say nothing about packets.
const REMARKS: &[&str] = &["msg", "sid", "gid", "rev", "metadata", "classtype", "priority", "reference"];

/// One rule from its cells; options that limit it are noted and not simulated.
pub(super) fn rule(index: usize, label: String, cells: &Cells<'_>, options: &str) -> Rule {
    let limits = options
        .split(';')
        .map(|option| option.split(':').next().unwrap_or_default().trim())
        .any(|keyword| !keyword.is_empty() && !REMARKS.contains(&keyword));
    let Cells { action, protocol, source, source_ports, destination, ports } = cells;
    let mut text = format!("{action} {protocol} {source} {source_ports} -> {destination} {ports}");
    if !options.trim().is_empty() {
        text = format!("{text} ({})", options.trim());
    }
    Rule { index, label, text, options: limits, body: cells.body() }
}

/// Reports cells that cannot be read.
pub(super) fn readable(check: &mut Check<'_>, id: &Id, path: &str, cells: &Cells<'_>) {
    let protocol = cells::protocol(cells.protocol);
    let address = "any, a CIDR block, or several with commas between them";
    let range = "a port, a range or all";
    let known = protocol.unwrap_or(None);
    let columns = [
        ("action", cells.action, action(cells.action).is_some(), "an action of the list"),
        ("protocol", cells.protocol, protocol.is_some(), "all, a protocol name or a number"),
        ("source", cells.source, nets(cells.source).is_some(), address),
        ("source_ports", cells.source_ports, ports(known, cells.source_ports).is_some(), range),
        ("destination", cells.destination, nets(cells.destination).is_some(), address),
        ("ports", cells.ports, ports(known, cells.ports).is_some(), range),
    ];
    for (column, text, good, wanted) in columns {
        if !good {
            check.report(
                Diagnostic::new(&codes::UNREADABLE, id)
                    .field(format!("{path}/{column}"))
                    .fact("text", text)
                    .fact("wanted", wanted),
            );
        }
    }
}

/// Why a rule does not match, if it does not.
fn miss(body: &Body, packet: &Packet) -> Option<RuleMiss> {
    // The peer of this shape is not asked: a rule here has two.
    let shape = |ports| RuleBody { protocol: body.protocol, ports, peer: Peer::List(Vec::new()) };
    let block = |side: &Side, address| side.nets.as_ref().and_then(|nets| matching::blocks(nets, address));
    matching::protocol_and_ports(&shape(body.destination.ports), packet)
        .or_else(|| match body.source.ports {
            RulePorts::Icmp { .. } => None,
            // What the reply has as its destination port.
            ports => matching::protocol_and_ports(&shape(ports), &packet.reply()),
        })
        .or_else(|| block(&body.source, packet.source))
        .or_else(|| block(&body.destination, packet.destination))
}

/// What a list of rules says of a packet, and everything that was looked at.
pub(super) struct Verdict {
    pub action: Action,
    pub label: String,
    pub text: String,
    pub scanned: Vec<RuleScan>,
    pub alerts: Vec<String>,
    /// Rules whose addresses and ports match, but whose options are not simulated.
    pub unsupported: Vec<(String, String)>,
}

/// The first match decides, else the default (NFW-02).
pub(super) fn scan(list: &Id, rules: &[Rule], default: Action, packet: &Packet) -> Verdict {
    let mut scanned = Vec::with_capacity(rules.len() + 1);
    let mut alerts = Vec::new();
    let mut unsupported = Vec::new();
    for rule in rules {
        let mut missed = match &rule.body {
            None => Some(RuleMiss::Invalid),
            Some(body) => miss(body, packet),
        };
        if missed.is_none() && rule.options {
            unsupported.push((rule.label.clone(), rule.text.clone()));
            missed = Some(RuleMiss::Invalid);
        }
        let matched = rule.body.as_ref().filter(|_| missed.is_none()).map(|body| body.action);
        if matched == Some(Action::Alert) {
            alerts.push(rule.text.clone());
            continue;
        }
        scanned.push(RuleScan {
            list: list.clone(),
            index: Some(rule.index),
            label: rule.label.clone(),
            rule: rule.text.clone(),
            missed,
        });
        if let Some(action) = matched {
            let (label, text) = (rule.label.clone(), rule.text.clone());
            return Verdict { action, label, text, scanned, alerts, unsupported };
        }
    }
    let word = match default {
        Action::Drop | Action::Reject => "drop",
        Action::Forward => "forward",
        Action::Pass | Action::Alert => "pass",
    };
    scanned.push(RuleScan {
        list: list.clone(),
        index: None,
        label: "default".to_owned(),
        rule: format!("{word} all"),
        missed: None,
    });
    let (label, text) = ("default".to_owned(), format!("{word} all"));
    Verdict { action: default, label, text, scanned, alerts, unsupported }
}
