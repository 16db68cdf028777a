//! Requests at a node: TLS, rules, a target, and the answer back (LB-11 to LB-16).

use hopscope_forward::{
    Candidate, Decision, Entry, Evidence, Hop, HttpRequest, Id, LegKind, Outcome, Reason, Role, StateEvent,
    Visit, Where, flow_hash,
};
use hopscope_net::prefix::Family;
use hopscope_net::{Packet, Protocol};

use super::rules::{self, Action, Condition, Decided};
use super::{Alb, FIXED_RESPONSE, HTTP_ERROR, Listening, MAX_FORWARDED_FOR, SPEC};
use crate::arena::Ix;
use crate::balancer;
use crate::components::network_load_balancer::NO_LISTENER;
use crate::components::target_group::{self, TargetGroup};
use crate::components::{interface_endpoint, nat_gateway, network_interface, route_table, web_acl};
use crate::network::{Eni, Network};
use crate::pipeline::At;
use crate::{http, tls};

fn hop(alb: &Alb, stage: &'static str, packet: &Packet) -> Hop {
    Hop::new(SPEC.kind, &alb.id, stage, Decision::Forwarded, packet)
}

/// A request at one of its interfaces, past the security group.
pub(super) fn request(network: &Network, ix: Ix<Alb>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    let alb = &network.fabric.albs[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &alb.id);
    if visit.leg == LegKind::Return {
        let missing = Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
        let reason = Reason::new(&nat_gateway::STATE_MISSING, at()).fact("flow", &packet);
        visit.deny(hop(alb, "listener", &packet).with(missing), reason);
        return Outcome::Stopped;
    }
    if network.zone_failed(network.enis[eni].subnet) {
        let reason = Reason::new(&network_interface::BAD_STATE, at())
            .fact("interface", &network.enis[eni].id)
            .fact("failed", "zone");
        visit.deny(hop(alb, "listener", &packet).by(&["LB-06"]), reason);
    }
    let takes = |listener: &&Listening| {
        packet.protocol == Protocol::TCP && packet.destination_port() == Some(listener.port)
    };
    let Some(listener) = alb.listeners.iter().find(takes) else {
        let reason = Reason::new(&NO_LISTENER, at()).fact("packet", &packet);
        visit.deny(hop(alb, "listener", &packet).by(&["LB-02", "LB-10"]), reason);
        return Outcome::Stopped;
    };
    if idle_too_long(alb, &network.enis[eni].id, &packet, visit) {
        return Outcome::Stopped;
    }
    if let Some(refused) = malformed(listener, visit.state.http.as_ref()) {
        let reason = Reason::new(&HTTP_ERROR, at()).fact("answer", refused.0).fact("why", refused.1);
        visit.deny(hop(alb, "listener", &packet).by(&["LB-16"]), reason);
        return Outcome::Stopped;
    }
    if listener.secure {
        let end = tls::Terminator {
            kind: SPEC.kind,
            id: &alb.id,
            field: "listeners",
            certificates: &listener.certificates,
            region: network.vpcs[alb.vpc].region,
        };
        tls::terminate(network, &end, visit);
    }
    if !web_acl::judge(network, (SPEC.kind, &alb.id), visit) {
        return Outcome::Stopped;
    }
    match rule(alb, listener, visit) {
        Some(groups) => to_target(network, ix, eni, listener, &groups, visit),
        None => answered(network, ix, eni, visit),
    }
}

/// LB-16: a connection that was silent for too long is closed; a later packet finds none.
fn idle_too_long(alb: &Alb, owner: &Id, packet: &Packet, visit: &mut Visit<'_>) -> bool {
    let Some(position) = visit.state.position(owner, Role::Endpoint, true, &packet.key()) else {
        return false;
    };
    let Some(entry) = visit.state.entries.get(position) else { return false };
    if visit.state.now.saturating_sub(entry.last_seen) < alb.idle {
        return false;
    }
    visit.state.entries.remove(position);
    let gone = Evidence::State { event: StateEvent::Expired, flow: packet.key(), idle_limit: Some(alb.idle) };
    let reason = Reason::new(&nat_gateway::STATE_MISSING, Where::new(SPEC.kind, &alb.id))
        .fact("flow", packet)
        .fact("limit", alb.idle)
        .fact("answer", "TCP RST");
    visit.deny(hop(alb, "listener", packet).with(gone).by(&["LB-16"]), reason);
    true
}

/// LB-16: requests that are refused before any rule is asked, with the answer and why.
fn malformed(listener: &Listening, http: Option<&HttpRequest>) -> Option<(&'static str, &'static str)> {
    let http = http?;
    let token = |text: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        !text.is_empty() && text.chars().all(allowed)
    };
    if http.secure != listener.secure {
        let why =
            if http.secure { "the listener speaks HTTP without TLS" } else { "the listener speaks HTTPS" };
        return Some(("HTTP 400", why));
    }
    if !token(&http.method) || !http.headers.iter().all(|(name, _)| token(name)) {
        return Some(("HTTP 400", "its method or a header name has characters that HTTP does not allow"));
    }
    let forwarded = http.headers.iter().filter(|(name, _)| name == "x-forwarded-for");
    let addresses: usize = forwarded.map(|(_, value)| value.split(',').count()).sum();
    (addresses > MAX_FORWARDED_FOR).then_some(("HTTP 463", "X-Forwarded-For names more than 30 addresses"))
}

/// The target groups that the rules lead to, as the hop `listener-rule`; none where the load
/// balancer answers by itself.
fn rule(alb: &Alb, listener: &Listening, visit: &mut Visit<'_>) -> Option<Vec<(Ix<TargetGroup>, u32)>> {
    let packet = visit.packet.clone();
    let http = visit.state.http.clone();
    let asked = Condition { http: http.as_ref(), source: packet.source };
    let Decided { rule, evidence } = rules::decide(&alb.id, &listener.rules, &asked)?;
    let hop = hop(alb, "listener-rule", &packet).with(evidence).by(&["LB-13"]);
    let at = || Where::new(SPEC.kind, &alb.id);
    let answers =
        |answer: String| Reason::new(&FIXED_RESPONSE, at()).rule(rule.label.clone()).fact("answer", answer);
    if let Some((status, why)) = rule.unauthenticated(http.as_ref()) {
        let spec = if status == 401 { &HTTP_ERROR } else { &FIXED_RESPONSE };
        let reason = Reason::new(spec, at())
            .rule(rule.label.clone())
            .fact("answer", format!("HTTP {status}"))
            .fact("why", why);
        visit.deny(hop.by(&["LB-13", "LB-16"]), reason);
        return None;
    }
    match &rule.action {
        Action::Forward(groups) => {
            visit.record(hop);
            Some(groups.clone())
        }
        Action::Redirect { status, location } => {
            let location = rules::fill(location, http.as_ref(), listener.port);
            visit.deny(hop, answers(format!("HTTP {status}")).fact("location", location));
            None
        }
        Action::Fixed(status @ 200..=299) => {
            let answer =
                Evidence::Check { check: "fixed-response", passed: true, value: Some(status.to_string()) };
            visit.record(Hop { decision: Decision::Delivered, ..hop.with(answer) });
            None
        }
        Action::Fixed(status) => {
            visit.deny(hop, answers(format!("HTTP {status}")));
            None
        }
    }
}

/// The load balancer answers by itself: the request ends here, and the answer leaves by the
/// interface that it came to.
fn answered(network: &Network, ix: Ix<Alb>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    if visit.counterfactual() || !network.enis[eni].owns(visit.packet.destination) {
        return Outcome::Stopped;
    }
    Outcome::Arrived(At::ArrivedPart(ix.into()))
}

/// The group of a flow, by weight, and whether that is a choice at all.
fn weigh(
    network: &Network,
    groups: &[(Ix<TargetGroup>, u32)],
    draw: u64,
) -> (Option<Ix<TargetGroup>>, Option<Evidence>) {
    let total: u64 = groups.iter().map(|(_, weight)| u64::from(*weight)).sum();
    let mut left = draw.checked_rem(total).unwrap_or(0);
    let mut chosen = None;
    for (n, (_, weight)) in groups.iter().enumerate() {
        let weight = u64::from(*weight);
        if left < weight {
            chosen = Some(n);
            break;
        }
        left -= weight;
    }
    let group = chosen.and_then(|n| groups.get(n)).map(|(group, _)| *group);
    if groups.len() < 2 {
        return (group, None);
    }
    let candidate = |(n, (group, weight)): (usize, &(Ix<TargetGroup>, u32))| Candidate {
        of: network.fabric.target_groups[*group].id.clone(),
        index: None,
        label: network.fabric.target_groups[*group].id.to_string(),
        value: format!("weight {weight} of {total}"),
        lost: match (chosen == Some(n), *weight) {
            (true, _) => None,
            (false, 0) => Some("weight-zero"),
            (false, _) => Some("not-drawn"),
        },
    };
    let candidates = groups.iter().enumerate().map(candidate).collect();
    (group, Some(Evidence::Choice { of: "target-groups", field: "", by: String::new(), candidates }))
}

/// LB-12: a connection of its own to a target, from the node's private address.
fn to_target(
    network: &Network,
    ix: Ix<Alb>,
    eni: Ix<Eni>,
    listener: &Listening,
    groups: &[(Ix<TargetGroup>, u32)],
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let alb = &network.fabric.albs[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &alb.id);
    let owner = &network.enis[eni].id;
    let draw = flow_hash(&packet.key(), &visit.state.seed.to_string());
    let (group, weights) = weigh(network, groups, draw);
    let mut hop = hop(alb, "targets", &packet).at(&alb.id);
    hop.evidence.extend(weights);
    let Some(group) = group.map(|group| &network.fabric.target_groups[group]) else {
        let reason = Reason::new(&target_group::NO_TARGETS, at())
            .fact("port", listener.port)
            .fact("answer", "HTTP 503");
        visit.deny(hop.by(&["LB-16"]), reason);
        return Outcome::Stopped;
    };
    let asked = target_group::Asked {
        node: eni,
        nodes: &alb.enis,
        // LB-04: only a target group can switch it off.
        cross_zone: true,
        others: &alb.groups,
        hash: draw.rotate_right(17),
        by: String::new(),
    };
    let chosen = match target_group::choose(network, group, &asked) {
        Ok(chosen) => chosen,
        Err(none) => {
            let reason = Reason::new(none.spec, at())
                .fact("port", listener.port)
                .fact("zone", zone_name(network, eni))
                .fact("answer", "HTTP 503");
            visit.deny(hop.with(none.evidence).by(&["LB-03", "LB-05", "LB-16"]), reason);
            return Outcome::Stopped;
        }
    };
    let hop = hop.with(chosen.evidence);
    if let Some(spec) = chosen.fail_open {
        visit.hint(Reason::new(spec, at()).fact("group", &group.id));
    }
    let member = chosen.member;
    let Some(to) = member.address else {
        // A function: what it answers is not modelled.
        let reason = Reason::new(&route_table::UNSUPPORTED, at()).fact("component", &member.label);
        visit.unknown(hop.by(&["LB-14"]), reason);
        return Outcome::Stopped;
    };
    let family = Family::of(to);
    let Some(own) = network.enis[eni].address(family) else {
        let reason = Reason::new(&network_interface::FAMILY_MISMATCH, at())
            .fact("interface", owner)
            .fact("family", family.name());
        visit.deny(hop.by(&["LB-08"]), reason);
        return Outcome::Stopped;
    };
    if chosen.equals > 1 {
        visit.hint(
            Reason::new(&route_table::NONDETERMINISTIC, at())
                .fact("destination", packet.destination)
                .fact("target", &member.label),
        );
    }
    let far = balancer::towards(owner, &packet, own, (to, member.port), draw, visit);
    let after = interface_endpoint::rewritten(&packet, &far);
    let known = visit.state.position(owner, Role::Endpoint, true, &packet.key()).is_some();
    let event = if known { StateEvent::Used } else { StateEvent::Created };
    let mut hop =
        hop.with(Evidence::State { event, flow: packet.key(), idle_limit: Some(alb.idle) }).rewriting(&after);
    hop.evidence.extend(forwarded(alb, listener, &member.label, visit));
    visit.record(hop.by(&["LB-09", "LB-12"]));
    visit.keep(Entry::new(owner, Role::Endpoint, packet.key()).translated_to(far).inbound(true));
    // What stands behind reads the request as this load balancer sends it.
    if let Some(http) = visit.state.http.as_mut() {
        http.secure = group.protocol == "https";
        let for_whom = match http::header(http, "x-forwarded-for") {
            Some(before) => format!("{before}, {}", packet.source),
            None => packet.source.to_string(),
        };
        http.headers.retain(|(name, _)| name != "x-forwarded-for");
        http.headers.push(("x-forwarded-for".to_owned(), for_whom));
    }
    visit.packet = after;
    Outcome::Routed(At::SecurityGroupOut(eni))
}

/// The request as the target reads it: only here is the client's address to be found (LB-12).
fn forwarded(alb: &Alb, listener: &Listening, target: &str, visit: &Visit<'_>) -> Option<Evidence> {
    let http = visit.state.http.as_ref()?;
    let client = visit.packet.source;
    let for_whom = match http::header(http, "x-forwarded-for") {
        Some(before) => format!("{before}, {client}"),
        None => client.to_string(),
    };
    let query = if http.query.is_empty() { String::new() } else { format!("?{}", http.query) };
    let scheme = if listener.secure { "https" } else { "http" };
    Some(Evidence::Message {
        protocol: "HTTP",
        from: alb.id.clone(),
        to: Id::from(target),
        response: false,
        text: format!(
            "{} {}{query}; Host: {}; X-Forwarded-For: {for_whom}; X-Forwarded-Proto: {scheme}; X-Forwarded-Port: {}",
            http.method,
            http.path,
            http::host_as_sent(http),
            listener.port
        ),
    })
}

fn zone_name(network: &Network, eni: Ix<Eni>) -> String {
    let zone = network.subnets[network.enis[eni].subnet].zone;
    zone.map_or_else(|| "no zone".to_owned(), |zone| network.zones[zone].id.to_string())
}

/// A target's reply, back to the client; one that comes too late is not waited for (LB-16).
pub(super) fn from_target(
    network: &Network,
    ix: Ix<Alb>,
    eni: Ix<Eni>,
    position: usize,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let alb = &network.fabric.albs[ix];
    let packet = visit.packet.clone();
    let now = visit.state.now;
    let Some(entry) = visit.state.entries.get_mut(position) else { return Outcome::Stopped };
    let waited = now.saturating_sub(entry.last_seen);
    entry.last_seen = now;
    entry.replied = true;
    let flow = entry.flow.clone();
    let after = interface_endpoint::rewritten(&packet, &flow.reverse());
    let used = Evidence::State { event: StateEvent::Used, flow, idle_limit: Some(alb.idle) };
    let hop = hop(alb, "targets", &packet).with(used).rewriting(&after);
    if waited >= alb.idle {
        let reason = Reason::new(&HTTP_ERROR, Where::new(SPEC.kind, &alb.id))
            .fact("answer", "HTTP 504")
            .fact("why", format!("the target did not answer within {} seconds", alb.idle));
        visit.deny(hop.by(&["LB-16"]), reason);
    } else {
        visit.record(hop.by(&["LB-12"]));
    }
    visit.packet = after;
    Outcome::Next(At::SecurityGroupOut(eni))
}
