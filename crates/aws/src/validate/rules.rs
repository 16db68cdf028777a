//! Security group and network ACL rules: unreadable cells, references, shadowed rules, and ACLs
//! without a way back (SG-16 to SG-22, NACL-02 to NACL-10, PL-03).

use std::collections::BTreeMap;

use hopscope_forward::Id;
use hopscope_net::prefix::Family;
use hopscope_net::{IpNet, PortRange, Protocol};

use super::{Check, codes};
use crate::arena::Ix;
use crate::catalog::Config;
use crate::cells;
use crate::components::{network_acl, security_group, vpc_peering_connection};
use crate::diagnostic::Diagnostic;
use crate::network::{Peer, Rule, RuleBody, RulePorts, Thing, Vpc};

pub(super) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        match &node.config {
            Config::SecurityGroup(config) => {
                group_rules(check, &node.id, "inbound", &config.inbound);
                group_rules(check, &node.id, "outbound", &config.outbound);
            }
            Config::NetworkAcl(config) => {
                acl_rules(check, &node.id, "inbound", &config.inbound);
                acl_rules(check, &node.id, "outbound", &config.outbound);
                way_back(check, &node.id);
            }
            _ => {}
        }
    }
}

fn cells_readable(check: &mut Check<'_>, id: &Id, path: &str, protocol: &str, ports: &str) {
    if cells::protocol(protocol).is_none() {
        let wanted = "all, tcp, udp, icmp, icmpv6 or a protocol number";
        check.report(
            Diagnostic::new(&codes::UNREADABLE, id)
                .field(format!("{path}/protocol"))
                .fact("text", protocol)
                .fact("wanted", wanted),
        );
    } else if !cells::ports_readable(protocol, ports) {
        let wanted = match cells::protocol(protocol) {
            Some(Some(protocol)) if protocol.is_icmp() => "an ICMP type, type/code, or all",
            _ => "a port (443), a range (1024-65535) or all",
        };
        check.report(
            Diagnostic::new(&codes::UNREADABLE, id)
                .field(format!("{path}/ports"))
                .fact("text", ports)
                .fact("wanted", wanted),
        );
    }
}

fn group_rules(check: &mut Check<'_>, id: &Id, list: &str, rules: &[security_group::Rule]) {
    for (n, rule) in rules.iter().enumerate() {
        let path = format!("{list}/{n}");
        cells_readable(check, id, &path, &rule.protocol, &rule.ports);
        peer(check, id, &format!("{path}/peer"), rule.peer.trim());
        if let Some(first) = rules.iter().take(n).position(|other| {
            other.protocol == rule.protocol
                && other.ports == rule.ports
                && other.peer.trim() == rule.peer.trim()
        }) {
            check.report(
                Diagnostic::new(&codes::RULE_SHADOWED, id)
                    .field(path)
                    .fact("rule", n + 1)
                    .fact("by", first + 1),
            );
        }
    }
}

fn peer(check: &mut Check<'_>, id: &Id, path: &str, text: &str) {
    if cells::cidr(text).is_some() {
        return;
    }
    match check.kind_of(text) {
        Some("prefix-list") => {}
        Some("security-group") => {
            // SG-18: no reference across Regions; other VPCs of the Region need a peering.
            let region = |id: &str| check.document.enclosing(id, "region").map(|node| node.id.clone());
            let vpc = |id: &str| check.document.enclosing(id, "vpc").map(|node| node.id.clone());
            let same_region = region(id) == region(text);
            if same_region && (vpc(id) == vpc(text) || connected(check, id, text)) {
                return;
            }
            // SG-22: a reference over a peering that does not work any more stays, and is flagged.
            if same_region
                && let (Some(a), Some(b)) = (vpc_around(check, id), vpc_around(check, text))
                && vpc_peering_connection::was_joined(check.network, a, b)
            {
                check.report(
                    Diagnostic::new(&codes::SG_RULE_STALE, id)
                        .field(path)
                        .with(&Id::from(text))
                        .fact("group", text),
                );
                return;
            }
            let why = if same_region {
                "it belongs to a VPC that is not connected to this one"
            } else {
                "it belongs to another Region"
            };
            check.report(
                Diagnostic::new(&codes::SG_REF_SCOPE, id)
                    .field(path)
                    .with(&Id::from(text))
                    .fact("group", text)
                    .fact("why", why),
            );
        }
        // SG-22: what looks like a group that was there once.
        None if text.starts_with("sg-") => {
            check.report(Diagnostic::new(&codes::SG_RULE_STALE, id).field(path).fact("group", text));
        }
        _ => {
            let wanted = "a CIDR block, a prefix list id or a security group id";
            check.report(
                Diagnostic::new(&codes::UNREADABLE, id).field(path).fact("text", text).fact("wanted", wanted),
            );
        }
    }
}

fn vpc_around(check: &Check<'_>, id: &str) -> Option<Ix<Vpc>> {
    let vpc = check.document.enclosing(id, "vpc")?;
    match check.network.index.get(&vpc.id) {
        Some(Thing::Vpc(ix)) => Some(*ix),
        _ => None,
    }
}

/// Whether the VPC of one group may name a group of another's: over a peering (SG-17) or a transit
/// gateway (SG-19).
fn connected(check: &Check<'_>, id: &str, text: &str) -> bool {
    let (Some(a), Some(b)) = (vpc_around(check, id), vpc_around(check, text)) else { return false };
    vpc_peering_connection::shares_groups(check.network, a, b)
        || super::transit::share_gateway(check.network, a, b)
}

fn acl_rules(check: &mut Check<'_>, id: &Id, list: &str, rules: &[network_acl::Rule]) {
    let mut numbers: BTreeMap<u32, usize> = BTreeMap::new();
    for (n, rule) in rules.iter().enumerate() {
        let path = format!("{list}/{n}");
        cells_readable(check, id, &path, &rule.protocol, &rule.ports);
        if !matches!(rule.action.as_str(), "allow" | "deny") {
            check.report(
                Diagnostic::new(&codes::UNREADABLE, id)
                    .field(format!("{path}/action"))
                    .fact("text", &rule.action)
                    .fact("wanted", "allow or deny"),
            );
        }
        let twice = numbers.insert(rule.number, n).is_some();
        if twice || !(1..=32_766).contains(&rule.number) {
            let why = if twice { "it is used twice" } else { "rule numbers go from 1 to 32766" };
            check.report(
                Diagnostic::new(&codes::ACL_RULE_NUMBER, id)
                    .field(format!("{path}/number"))
                    .fact("number", rule.number)
                    .fact("why", why),
            );
        }
        acl_peer(check, id, &format!("{path}/cidr"), rule.cidr.trim());
    }
    shadowed(check, id, list);
}

/// NACL-10 and PL-03: blocks only.
fn acl_peer(check: &mut Check<'_>, id: &Id, path: &str, text: &str) {
    if cells::cidr(text).is_some() {
        return;
    }
    let diagnostic = match check.kind_of(text) {
        Some("prefix-list") => Diagnostic::new(&codes::PREFIX_LIST_NOT_SUPPORTED, id)
            .fact("why", "a network ACL rule takes a CIDR block, not a prefix list"),
        Some("security-group") => Diagnostic::new(&codes::SG_REF_SCOPE, id)
            .fact("group", text)
            .fact("why", "a network ACL rule takes a CIDR block, not a security group"),
        _ => Diagnostic::new(&codes::UNREADABLE, id).fact("text", text).fact("wanted", "a CIDR block"),
    };
    check.report(diagnostic.field(path));
}

fn resolved<'a>(check: &Check<'a>, id: &Id, inbound: bool) -> &'a [Rule] {
    match check.network.index.get(id) {
        Some(Thing::Acl(acl)) => {
            let acl = &check.network.acls[*acl];
            if inbound { &acl.inbound } else { &acl.outbound }
        }
        _ => &[],
    }
}

/// A rule that an earlier one covers whole decides nothing.
fn shadowed(check: &mut Check<'_>, id: &Id, list: &str) {
    let rules = resolved(check, id, list == "inbound");
    for (n, rule) in rules.iter().enumerate() {
        let Some(body) = &rule.body else { continue };
        let by =
            rules.iter().take(n).find(|earlier| earlier.body.as_ref().is_some_and(|wide| covers(wide, body)));
        if let Some(by) = by {
            check.report(
                Diagnostic::new(&codes::RULE_SHADOWED, id)
                    .field(format!("{list}/{}", rule.index))
                    .fact("rule", &rule.label)
                    .fact("by", &by.label),
            );
        }
    }
}

/// Whether every packet that `narrow` matches is matched by `wide`.
fn covers(wide: &RuleBody, narrow: &RuleBody) -> bool {
    let protocol = wide.protocol.is_none() || wide.protocol == narrow.protocol;
    let ports = match (wide.ports, narrow.ports) {
        (RulePorts::All, _) => true,
        (RulePorts::Range(wide), RulePorts::Range(narrow)) => wide.covers(narrow),
        (RulePorts::Icmp { kind: None, code: None }, RulePorts::Icmp { .. }) => true,
        (a, b) => a == b,
    };
    let peer = match (&wide.peer, &narrow.peer) {
        (Peer::Net(wide), Peer::Net(narrow)) => wide.contains(narrow),
        _ => false,
    };
    protocol && ports && peer
}

/// NACL-04 and NACL-05: requests that one list lets in or out need ephemeral ports in the other.
/// An ACL that is closed altogether, or that nothing uses, is left alone.
fn way_back(check: &mut Check<'_>, id: &Id) {
    let Some(Thing::Acl(acl)) = check.network.index.get(id) else { return };
    // Who uses it is in its VPC; the implied default list has no node and is not looked at.
    let vpc = match check.document.enclosing(id, "vpc").and_then(|vpc| check.network.index.get(&vpc.id)) {
        Some(Thing::Vpc(vpc)) => *vpc,
        _ => return,
    };
    let mut subnets = check.network.vpcs[vpc].subnets.iter();
    if !subnets.any(|subnet| check.network.subnets[*subnet].acl == *acl) {
        return;
    }
    for (requests, replies, field) in [(true, "outbound", "outbound"), (false, "inbound", "inbound")] {
        for family in [Family::V4, Family::V6] {
            let lets_requests =
                resolved(check, id, requests).iter().any(|rule| rule.allow && serves_requests(rule, family));
            let lets_replies = admits_ephemeral(resolved(check, id, !requests), family);
            if lets_requests && !lets_replies {
                check.report(
                    Diagnostic::new(&codes::ACL_NO_EPHEMERAL, id)
                        .field(field)
                        .fact("direction", replies)
                        .fact("family", family.name()),
                );
            }
        }
    }
}

fn of_family(body: &RuleBody, family: Family) -> bool {
    matches!(&body.peer, Peer::Net(net) if Family::of_net(net) == family)
}

/// An allow rule for well-known TCP ports: what a client asks for.
fn serves_requests(rule: &Rule, family: Family) -> bool {
    rule.body.as_ref().is_some_and(|body| {
        let ports = match body.ports {
            RulePorts::All => true,
            RulePorts::Range(range) => range.first < 1024,
            RulePorts::Icmp { .. } => false,
        };
        of_family(body, family) && body.protocol.is_none_or(|protocol| protocol == Protocol::TCP) && ports
    })
}

/// Whether some allow rule admits the ephemeral ports that every client kind shares.
fn admits_ephemeral(rules: &[Rule], family: Family) -> bool {
    const SHARED: PortRange = PortRange { first: 49_152, last: 60_999 };
    rules.iter().filter(|rule| rule.allow).filter_map(|rule| rule.body.as_ref()).any(|body| {
        let ports = match body.ports {
            RulePorts::All => true,
            RulePorts::Range(range) => range.covers(SHARED),
            RulePorts::Icmp { .. } => false,
        };
        of_family(body, family) && body.protocol.is_none_or(|protocol| protocol == Protocol::TCP) && ports
    })
}

/// Whether a text names a block of a family; used by quotas.
pub(super) fn family_of_peer(text: &str) -> Option<Family> {
    cells::cidr(text).map(|net: IpNet| Family::of_net(&net))
}
