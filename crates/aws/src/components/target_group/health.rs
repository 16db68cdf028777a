//! Health checks: a packet from each node to each target and its answer, walked as any other
//! (LB-06, LB-07). A check ends where it arrives, so it never makes another one.

use std::net::IpAddr;

use hopscope_forward::{Decision, Entry, Hop, LegKind, Outcome, Role, State, Verdict, Visit, Walked, walk};
use hopscope_net::prefix::Family;
use hopscope_net::{Packet, Protocol, Transport};

use super::{Member, TargetGroup};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::network::{Eni, Network};
use crate::pipeline::{At, Pipeline};

/// The node's port of a check: any of those that nodes use (LB-09).
const FROM_PORT: u16 = 33_000;

/// Bytes of a check: a bare TCP SYN.
const SIZE: u32 = 60;

/// Whether a node finds each member healthy.
pub(super) fn of_all(network: &Network, group: &TargetGroup, members: &[Member], node: Ix<Eni>) -> Vec<bool> {
    members.iter().map(|member| of(network, group, member, node)).collect()
}

fn of(network: &Network, group: &TargetGroup, member: &Member, node: Ix<Eni>) -> bool {
    if let Some(marked) = member.marked {
        return marked;
    }
    // A function is there when it is called.
    let Some(address) = member.address else { return true };
    let dead = member.eni.is_some_and(|eni| {
        let of_a_balancer = network.enis[eni].part.is_some();
        if of_a_balancer { network.zone_failed(network.enis[eni].subnet) } else { !up(network, eni) }
    });
    if dead || network.zone_failed(network.enis[node].subnet) {
        return false;
    }
    let Some(own) = network.enis[node].address(Family::of(address)) else { return false };
    let port = group.check_port.unwrap_or(member.port);
    answers(network, node, member.eni, (own, address, port))
}

/// An instance that runs, or an interface of AWS's own.
fn up(network: &Network, eni: Ix<Eni>) -> bool {
    network.alive(eni) || network.serves(eni)
}

/// Sends the check, and the answer back.
fn answers(
    network: &Network,
    node: Ix<Eni>,
    target: Option<Ix<Eni>>,
    (own, to, port): (IpAddr, IpAddr, u16),
) -> bool {
    let packet = Packet {
        source: own,
        destination: to,
        protocol: Protocol::TCP,
        transport: Transport::Ports { source: FROM_PORT, destination: port },
        size: SIZE,
        dont_fragment: true,
        fragment: false,
    };
    let mut state = State::default();
    state.remember(Entry::new(&network.enis[node].id, Role::HealthCheck, packet.key()), false);
    let world = Pipeline(network);
    let mut go = |at, packet, leg| walk(&world, at, packet, &mut state, leg, false);
    let there: Walked<At> = go(At::SecurityGroupOut(node), packet, LegKind::Forward);
    if !passed(there.leg.verdict) {
        return false;
    }
    let back = match there.arrived {
        Some(At::Arrived(eni)) => At::SourceCheck(eni),
        Some(At::ArrivedPart(part)) => match target {
            Some(eni) => At::SecurityGroupOut(eni),
            None => At::Send(part),
        },
        Some(At::ArrivedHost(host)) => At::HostSend(host),
        // Something unmodelled took it: nothing speaks against its health.
        _ => return there.leg.verdict == Verdict::Unknown,
    };
    passed(go(back, there.packet.reply(), LegKind::Return).leg.verdict)
}

/// Not refused on the way; what is not modelled is no refusal.
fn passed(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Allowed | Verdict::Unknown)
}

/// Whether the packet at a node belongs to a health check, its own or another's, and what becomes
/// of it: it ends here, so that no check ever makes another one.
pub(crate) fn received(
    network: &Network,
    part: Part,
    eni: Ix<Eni>,
    visit: &mut Visit<'_>,
) -> Option<Outcome<At>> {
    visit.state.entries.iter().find(|entry| entry.role == Role::HealthCheck)?;
    let hop = Hop::new(part.kind(), part.id(network), "deliver", Decision::Delivered, &visit.packet)
        .at(&network.enis[eni].id)
        .by(&["LB-07"]);
    visit.record(hop);
    Some(Outcome::Arrived(At::ArrivedPart(part)))
}

/// Sends what a node answers to a check that reached it from outside its VPC.
pub(crate) fn answers_check(network: &Network, enis: &[Ix<Eni>], visit: &Visit<'_>) -> Option<At> {
    let source = visit.packet.source;
    (visit.leg == LegKind::Return)
        .then(|| {
            enis.iter().find(|eni| network.enis[**eni].owns(source)).map(|eni| At::SecurityGroupOut(*eni))
        })
        .flatten()
}
