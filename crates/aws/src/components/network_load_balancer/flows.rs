//! Flows at a node: from a client to a target and back (LB-20 to LB-28).

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, LegKind, Outcome, Reason, Role, StateEvent, Visit, Where, flow_hash,
};
use hopscope_net::prefix::Family;
use hopscope_net::{FlowKey, Packet, Protocol};

use super::{LOOPBACK, Listening, NO_LISTENER, Nlb, SPEC};
use crate::arena::Ix;
use crate::balancer;
use crate::components::target_group::{self, Member, TargetGroup, TargetType};
use crate::components::{interface_endpoint, nat_gateway, network_interface, route_table};
use crate::network::{Eni, Network};
use crate::pipeline::At;
use crate::tls;

/// The name of its hops.
pub(super) const STAGE: &str = "network-load-balancer";

pub(super) fn hop(nlb: &Nlb, packet: &Packet) -> Hop {
    Hop::new(SPEC.kind, &nlb.id, STAGE, Decision::Forwarded, packet)
}

fn at(nlb: &Nlb) -> Where {
    Where::new(SPEC.kind, &nlb.id)
}

/// A request at one of its interfaces, past the security group.
pub(super) fn request(network: &Network, ix: Ix<Nlb>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    let nlb = &network.fabric.nlbs[ix];
    let packet = visit.packet.clone();
    if visit.leg == LegKind::Return {
        let missing = Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
        let reason = Reason::new(&nat_gateway::STATE_MISSING, at(nlb)).fact("flow", &packet);
        visit.deny(hop(nlb, &packet).with(missing), reason);
        return Outcome::Stopped;
    }
    if network.zone_failed(network.enis[eni].subnet) {
        let reason = Reason::new(&network_interface::BAD_STATE, at(nlb))
            .fact("interface", &network.enis[eni].id)
            .fact("failed", "zone");
        visit.deny(hop(nlb, &packet).by(&["IFE-17"]), reason);
    }
    let Some(listener) = nlb.listeners.iter().find(|listener| listener.takes(&packet)) else {
        let reason = Reason::new(&NO_LISTENER, at(nlb)).fact("packet", &packet);
        visit.deny(hop(nlb, &packet).by(&["IFE-12", "LB-20"]), reason);
        return Outcome::Stopped;
    };
    if let Some(limit) = silent_too_long(listener, &network.enis[eni].id, &packet, visit) {
        let gone =
            Evidence::State { event: StateEvent::Expired, flow: packet.key(), idle_limit: Some(limit) };
        let reason = Reason::new(&nat_gateway::STATE_MISSING, at(nlb))
            .fact("flow", &packet)
            .fact("limit", limit)
            .fact("answer", "TCP RST");
        visit.deny(hop(nlb, &packet).with(gone).by(&["LB-28", "PIPE-09"]), reason);
        return Outcome::Stopped;
    }
    if listener.tls && visit.state.http.as_ref().is_none_or(|http| http.secure) {
        let end = tls::Terminator {
            kind: SPEC.kind,
            id: &nlb.id,
            field: "listeners",
            certificates: &listener.certificates,
            region: network.vpcs[nlb.vpc].region,
        };
        tls::terminate(network, &end, visit);
    }
    forward(network, ix, eni, listener, visit)
}

/// LB-28: the limit that a TCP flow has been silent for; a UDP flow simply starts anew.
fn silent_too_long(listener: &Listening, owner: &Id, packet: &Packet, visit: &mut Visit<'_>) -> Option<u64> {
    let position = visit.state.position(owner, Role::Endpoint, true, &packet.key())?;
    let limit = listener.idle_limit(packet.protocol);
    let idle = visit.state.now.saturating_sub(visit.state.entries.get(position)?.last_seen);
    if idle < limit {
        return None;
    }
    visit.state.entries.remove(position);
    (packet.protocol == Protocol::TCP).then_some(limit)
}

/// LB-23: whether the target sees the client's address. Never across address families, and never
/// for traffic by PrivateLink.
fn preserves(group: &TargetGroup, packet: &Packet, by_endpoint: bool) -> bool {
    if by_endpoint || packet.family() != group.family {
        return false;
    }
    let datagrams = matches!(group.protocol.as_str(), "udp" | "tcp_udp" | "quic" | "tcp_quic");
    match group.kind {
        _ if datagrams => group.preserve != Some(false) || group.rows.1 == "targets",
        TargetType::Instance => group.preserve.unwrap_or(true),
        TargetType::Balancer => true,
        TargetType::Address | TargetType::Function => group.preserve.unwrap_or(false),
    }
}

/// To a target: one that the flow has already, or one chosen by its hash (LB-28, PIPE-12).
fn forward(
    network: &Network,
    ix: Ix<Nlb>,
    eni: Ix<Eni>,
    listener: &Listening,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let nlb = &network.fabric.nlbs[ix];
    let packet = visit.packet.clone();
    let owner = &network.enis[eni].id;
    let no_group = || Reason::new(&target_group::NO_TARGETS, at(nlb)).fact("port", listener.port);
    let group = listener.group6.filter(|_| packet.source.is_ipv6()).or(listener.group);
    let Some(group) = group.map(|group| &network.fabric.target_groups[group]) else {
        visit.deny(hop(nlb, &packet).by(&["LB-06"]), no_group());
        return Outcome::Stopped;
    };
    let known = visit.state.position(owner, Role::Endpoint, true, &packet.key());
    let stuck =
        known.and_then(|position| visit.state.entries.get(position)).map(|entry| entry.translated.clone());
    let asked = target_group::Asked {
        node: eni,
        nodes: &nlb.enis,
        cross_zone: nlb.cross_zone,
        others: &nlb.groups,
        hash: flow_hash(&packet.key(), ""),
        by: "the flow's hash".to_owned(),
    };
    let chosen = match target_group::choose(network, group, &asked) {
        Ok(chosen) => chosen,
        Err(none) => {
            let zone = network.subnets[network.enis[eni].subnet].zone;
            let zone = zone.map_or_else(|| "no zone".to_owned(), |zone| network.zones[zone].id.to_string());
            let reason = Reason::new(none.spec, at(nlb)).fact("port", listener.port).fact("zone", zone);
            visit.deny(hop(nlb, &packet).with(none.evidence).by(&["LB-03", "LB-05", "LB-06"]), reason);
            return Outcome::Stopped;
        }
    };
    // LB-06: the flows of a target that turned unhealthy are reset, unless all are unhealthy.
    let members = group.members(network);
    let health = group.health(network, eni);
    let of_flow = |member: &Member, far: &FlowKey| {
        member.address == Some(far.destination) && member.port == far.destination_port
    };
    let own_target =
        stuck.as_ref().and_then(|far| members.iter().zip(health).find(|(member, _)| of_flow(member, far)));
    let turned = own_target.is_none_or(|(_, healthy)| !healthy) && chosen.fail_open.is_none();
    if stuck.is_some() && turned {
        if let Some(position) = known {
            visit.state.entries.remove(position);
        }
        if packet.protocol == Protocol::TCP {
            let gone = Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
            let reason = Reason::new(&nat_gateway::STATE_MISSING, at(nlb))
                .fact("flow", &packet)
                .fact("answer", "TCP RST");
            visit.deny(hop(nlb, &packet).with(chosen.evidence).with(gone).by(&["LB-06"]), reason);
            return Outcome::Stopped;
        }
    }
    let member = own_target.filter(|_| !turned).map_or(chosen.member, |(member, _)| member);
    if let Some(spec) = chosen.fail_open {
        visit.hint(Reason::new(spec, at(nlb)).fact("group", &group.id));
    }
    let hop = hop(nlb, &packet).with(chosen.evidence);
    let Some(to) = member.address else {
        visit.deny(hop.by(&["LB-29"]), no_group());
        return Outcome::Stopped;
    };
    let by_endpoint = visit.hops().iter().any(|hop| hop.stage == "endpoint-service");
    let preserved = preserves(group, &packet, by_endpoint);
    let own = network.enis[eni].address(Family::of(to));
    let Some(own) = own else {
        let reason = Reason::new(&network_interface::FAMILY_MISMATCH, at(nlb))
            .fact("interface", owner)
            .fact("family", Family::of(to).name());
        visit.deny(hop.by(&["V6-11", "LB-08"]), reason);
        return Outcome::Stopped;
    };
    if preserved && to == packet.source {
        // LB-26: the target would get a packet from itself.
        let reason = Reason::new(&LOOPBACK, at(nlb)).fact("target", &member.label);
        visit.deny(hop.by(&["LB-26"]), reason);
        return Outcome::Stopped;
    }
    if chosen.equals > 1 {
        visit.hint(
            Reason::new(&route_table::NONDETERMINISTIC, at(nlb))
                .fact("destination", packet.destination)
                .fact("target", &member.label),
        );
    }
    let far = if preserved {
        FlowKey { destination: to, destination_port: member.port, ..packet.key() }
    } else {
        balancer::towards(owner, &packet, own, (to, member.port), asked.hash, visit)
    };
    let after = interface_endpoint::rewritten(&packet, &far);
    let event = if stuck.is_some() { StateEvent::Used } else { StateEvent::Created };
    let limit = listener.idle_limit(packet.protocol);
    let tracked = Evidence::State { event, flow: packet.key(), idle_limit: Some(limit) };
    let client = Evidence::Check {
        check: "client-address-preserved",
        passed: preserved,
        value: Some(packet.source.to_string()),
    };
    let cites: &'static [&'static str] = if by_endpoint { &["IFE-13", "LB-23"] } else { &["LB-23", "LB-28"] };
    visit.record(hop.with(tracked).with(client).rewriting(&after).by(cites));
    visit.keep(Entry::new(owner, Role::Endpoint, packet.key()).translated_to(far).inbound(true));
    if let (true, Some(http)) = (listener.tls, visit.state.http.as_mut()) {
        http.secure = group.protocol == "tls";
    }
    visit.packet = after;
    Outcome::Routed(At::SecurityGroupOut(eni))
}

/// A target's reply: back to the caller, or into the endpoint the caller came by.
pub(super) fn from_target(
    network: &Network,
    ix: Ix<Nlb>,
    eni: Ix<Eni>,
    position: usize,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let nlb = &network.fabric.nlbs[ix];
    let packet = visit.packet.clone();
    let now = visit.state.now;
    let Some(entry) = visit.state.entries.get_mut(position) else { return Outcome::Stopped };
    entry.last_seen = now;
    entry.replied = true;
    let flow = entry.flow.clone();
    let after = interface_endpoint::rewritten(&packet, &flow.reverse());
    let takes = |listener: &&Listening| {
        listener.port == flow.destination_port
            && if flow.protocol == Protocol::TCP { listener.tcp } else { listener.udp }
    };
    let limit = nlb.listeners.iter().find(takes).map(|listener| listener.idle_limit(flow.protocol));
    let used = Evidence::State { event: StateEvent::Used, flow, idle_limit: limit };
    visit.record(hop(nlb, &packet).with(used).rewriting(&after).by(&["IFE-13", "LB-28"]));
    visit.packet = after;
    match interface_endpoint::way_back(network, visit) {
        Some(endpoint) => Outcome::Next(endpoint),
        None => Outcome::Next(At::SecurityGroupOut(eni)),
    }
}
