//! Security group references between VPCs of one transit gateway (SG-19). Knows nothing of how
//! groups are scanned.

use std::net::IpAddr;

use hopscope_forward::Where;
use hopscope_net::Packet;

use super::{Attachment, SPEC, State};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::transit_gateway;
use crate::matching;
use crate::network::{Eni, Group, Network, Owner, Peer, Vpc};

/// Whether a rule of `own` on an interface may name `peer`, a group of another VPC, for a packet
/// from that address: the transit gateway and both attachments carry group identities. Interface
/// endpoints never see them.
pub(crate) fn shared_reference(
    network: &Network,
    eni: Ix<Eni>,
    own: Ix<Group>,
    peer: Ix<Group>,
    address: IpAddr,
) -> bool {
    let endpoint = matches!(network.enis[eni].part, Some(Part::InterfaceEndpoint(_)));
    match pair(network, own, peer).filter(|_| !endpoint) {
        Some((here, there)) => {
            carries(network, peer, there, address)
                && missing(network, here, there).is_some_and(|at| at.is_none())
        }
        None => false,
    }
}

/// The component that does not carry the group identity which an inbound rule of the interface
/// asks for: the transit gateway, or one of the two attachments.
pub(crate) fn refused_reference(network: &Network, eni: Ix<Eni>, packet: &Packet) -> Option<Where> {
    network.enis[eni].groups.iter().find_map(|own| {
        network.groups[*own].inbound.iter().find_map(|rule| {
            let body = rule.body.as_ref()?;
            let Peer::Group(peer) = body.peer else { return None };
            let (here, there) = pair(network, *own, peer)?;
            let fits = matching::protocol_and_ports(body, packet).is_none()
                && carries(network, peer, there, packet.source);
            if fits { missing(network, here, there)? } else { None }
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

/// What is switched off between two VPCs of one transit gateway: `None` where they share none,
/// `Some(None)` where nothing is.
#[allow(clippy::option_option, reason = "no transit gateway, and nothing in the way, are two answers")]
fn missing(network: &Network, here: Ix<Vpc>, there: Ix<Vpc>) -> Option<Option<Where>> {
    let mut found = None;
    for (_, tgw) in network.fabric.tgws.iter() {
        let (Some(near), Some(far)) = (tgw.by_vpc.get(&here), tgw.by_vpc.get(&there)) else { continue };
        let ends: [&Attachment; 2] = [&network.fabric.attachments[*far], &network.fabric.attachments[*near]];
        if ends.iter().any(|end| end.state != State::Available) {
            continue;
        }
        let off = ends.iter().find(|end| !end.referencing);
        let at = if !tgw.referencing {
            Some(Where::new(transit_gateway::SPEC.kind, &tgw.id))
        } else {
            off.map(|end| Where::new(SPEC.kind, &end.id).of(&tgw.id))
        };
        if at.is_none() {
            return Some(None);
        }
        found.get_or_insert(at);
    }
    found
}
