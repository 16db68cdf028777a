//! Security group references between VPCs of one transit gateway (SG-19). Knows nothing of how
//! groups are scanned.

use std::net::IpAddr;

use hopscope_forward::{Id, Visit, Where};
use hopscope_net::Packet;

use super::{Attached, SPEC, STAGE};
use crate::arena::Ix;
use crate::balancer;
use crate::catalog::Part;
use crate::components::transit_gateway::TransitGateway;
use crate::components::{route_table, transit_gateway, transit_gateway_route_table};
use crate::matching;
use crate::network::{Eni, Group, Network, Owner, Peer, Target, Thing, Vpc};

/// That a transit gateway lies between an interface and the other end.
#[derive(Debug)]
pub(crate) struct Crossing {
    /// The last one crossed, with the attachments that the packet came by and left by; nothing
    /// for a packet that is still to leave.
    last: Option<(Ix<TransitGateway>, Id, Id)>,
}

/// The transit gateway that a packet has crossed on its way to an interface, or will cross as far
/// as the table of the interface's subnet tells.
pub(crate) fn crossing(
    network: &Network,
    eni: Ix<Eni>,
    inbound: bool,
    visit: &Visit<'_>,
) -> Option<Crossing> {
    if !inbound {
        let table = network.subnets[network.enis[eni].subnet].table;
        let way = route_table::winner(network, table, visit.packet.destination);
        let leads_there = matches!(way, Some(Target::Part(Part::TransitGateway(_))));
        return leads_there.then_some(Crossing { last: None });
    }
    let hops = balancer::since(visit.hops());
    let kind = transit_gateway_route_table::SPEC.kind;
    let (before, after) = hops.split_at(hops.iter().rposition(|hop| hop.kind == kind)?);
    let gateway = after.first().and_then(|table| network.index.get(&table.place));
    let by = before.iter().rev().find(|hop| hop.stage == STAGE);
    let out = after.iter().find(|hop| hop.stage == STAGE);
    let last = match (gateway, by, out) {
        (Some(Thing::Part(Part::TransitGateway(tgw))), Some(by), Some(out)) => {
            Some((*tgw, by.id.clone(), out.id.clone()))
        }
        _ => None,
    };
    Some(Crossing { last })
}

/// Whether an inbound rule of `own` on an interface may name `peer`, a group of another VPC, for a
/// packet from that address: the transit gateway that it crossed and both attachments carry group
/// identities. Interface endpoints never see them. With `erased`, whether something on the way is
/// all that is against it.
pub(crate) fn shared_reference(
    network: &Network,
    eni: Ix<Eni>,
    (own, peer): (Ix<Group>, Ix<Group>),
    address: IpAddr,
    crossing: &Crossing,
    erased: bool,
) -> bool {
    let Some((here, there)) = pair(network, own, peer) else { return false };
    let endpoint = matches!(network.enis[eni].part, Some(Part::InterfaceEndpoint(_)));
    let Some(way) = way(network, here, there, crossing) else { return false };
    let carried = !endpoint && carries(network, peer, there, address);
    carried && if erased { !way.peered } else { way.direct && way.off.is_none() }
}

/// The component that does not carry the group identity which an inbound rule of the interface
/// asks for: the transit gateway that was crossed, or one of the two attachments.
pub(crate) fn refused_reference(
    network: &Network,
    eni: Ix<Eni>,
    packet: &Packet,
    crossing: &Crossing,
) -> Option<Where> {
    network.enis[eni].groups.iter().find_map(|own| {
        network.groups[*own].inbound.iter().find_map(|rule| {
            let body = rule.body.as_ref()?;
            let Peer::Group(peer) = body.peer else { return None };
            let (here, there) = pair(network, *own, peer)?;
            let fits = matching::protocol_and_ports(body, packet).is_none()
                && carries(network, peer, there, packet.source);
            if !fits {
                return None;
            }
            way(network, here, there, crossing).filter(|way| way.direct)?.off
        })
    })
}

/// The VPCs of two groups, if they are two.
fn pair(network: &Network, own: Ix<Group>, peer: Ix<Group>) -> Option<(Ix<Vpc>, Ix<Vpc>)> {
    let (here, there) = (network.groups[own].vpc?, network.groups[peer].vpc?);
    (here != there).then_some((here, there))
}

fn carries(network: &Network, peer: Ix<Group>, vpc: Ix<Vpc>, address: IpAddr) -> bool {
    matches!(
        network.private.get(&(vpc, address)),
        Some(Owner::Eni(eni)) if network.enis[*eni].groups.contains(&peer)
    )
}

/// Over one transit gateway from one VPC to another.
struct Way {
    /// The packet came out of the other VPC right here.
    direct: bool,
    /// It came over a peering of transit gateways, which no group identity ever crosses.
    peered: bool,
    /// What does not carry group identities.
    off: Option<Where>,
}

/// SG-19: both VPCs are attached to the transit gateway that was crossed last, and the packet left
/// it into this VPC. One that they share besides does not count.
fn way(network: &Network, here: Ix<Vpc>, there: Ix<Vpc>, crossing: &Crossing) -> Option<Way> {
    let (tgw, by, out) = crossing.last.as_ref()?;
    let tgw = &network.fabric.tgws[*tgw];
    let near = &network.fabric.attachments[*tgw.by_vpc.get(&here)?];
    let far = &network.fabric.attachments[*tgw.by_vpc.get(&there)?];
    if near.id != *out {
        return None;
    }
    let off = if tgw.referencing {
        let off = [far, near].into_iter().find(|end| !end.referencing);
        off.map(|end| Where::new(SPEC.kind, &end.id).of(&tgw.id))
    } else {
        Some(Where::new(transit_gateway::SPEC.kind, &tgw.id))
    };
    let came_by = network.index.get(by);
    let peered = matches!(came_by, Some(Thing::Part(Part::TransitGatewayAttachment(by)))
        if matches!(network.fabric.attachments[*by].to, Attached::Peer(_)));
    Some(Way { direct: far.id == *by, peered, off })
}
