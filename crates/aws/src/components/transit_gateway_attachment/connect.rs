//! Connect attachments: GRE tunnels to an appliance, with BGP inside (TGW-27).

use hopscope_forward::{Decision, Evidence, Hop, Outcome, Reason, Visit, Where};
use hopscope_net::IpNet;

use super::{Attached, Attachment, BAD_STATE, SPEC, State};
use crate::arena::Ix;
use crate::catalog::{Config, Part};
use crate::cells;
use crate::components::customer_gateway::Cgw;
use crate::components::{customer_gateway, transit_gateway_route_table};
use crate::lower::Build;
use crate::network::{Instance, Network};
use crate::pipeline::At;

/// The stage of a packet in a GRE tunnel.
const STAGE: &str = "connect-peer";

/// The other end of a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PeerEnd {
    /// An appliance in the VPC that carries the tunnels.
    Instance(Ix<Instance>),
    /// A router of a site, over Direct Connect.
    Router(Ix<Cgw>),
}

/// One Connect peer.
#[derive(Debug)]
pub(crate) struct Peer {
    pub name: String,
    pub end: Option<PeerEnd>,
    pub inside: String,
    pub asn: u32,
    pub announces: Vec<IpNet>,
    /// Whether its BGP sessions are up; until the network is settled, whether they are let be.
    pub up: bool,
}

/// Finds out which peers' BGP sessions are up.
pub(crate) fn settle(build: &mut Build<'_>) {
    let all: Vec<_> = build
        .network
        .fabric
        .attachments
        .iter()
        .filter(|(_, it)| !it.peers.is_empty())
        .map(|(ix, it)| (ix, it.peers.iter().map(|peer| established(build, ix, peer)).collect::<Vec<_>>()))
        .collect();
    for (ix, up) in all {
        if let Some(it) = build.network.fabric.attachments.get_mut(ix) {
            it.peers.iter_mut().zip(up).for_each(|(peer, up)| peer.up = up);
        }
    }
}

/// Whether a peer's BGP sessions are up: tunnel and transport work, and the appliance's subnet has a
/// route to the transit gateway's own block.
fn established(build: &Build<'_>, ix: Ix<Attachment>, peer: &Peer) -> bool {
    let network = &build.network;
    let attachment = &network.fabric.attachments[ix];
    let Attached::Connect(transport) = attachment.to else { return false };
    let carrier = &network.fabric.attachments[transport];
    let Some(tgw) = attachment.tgw.filter(|_| peer.up && attachment.state == State::Available) else {
        return false;
    };
    let tgw = &network.fabric.tgws[tgw];
    let carried =
        carrier.state == State::Available && carrier.tgw == attachment.tgw && !tgw.blocks.is_empty();
    match peer.end {
        Some(PeerEnd::Instance(instance)) if carried => {
            let it = &network.instances[instance];
            let home = it.enis.first().map(|eni| &network.subnets[network.enis[*eni].subnet]);
            let Some(home) = home.filter(|home| it.running && carrier.to == Attached::Vpc(home.vpc)) else {
                return false;
            };
            // VPC tables are filled after this: the drawing says what is in them.
            let Some(node) = build.document.nodes.get(&network.tables[home.table].id) else { return false };
            let Config::RouteTable(config) = &node.config else { return false };
            config.routes.iter().any(|route| {
                route.target.trim() == tgw.id.as_str()
                    && cells::cidr(&route.destination)
                        .is_some_and(|net| tgw.blocks.iter().any(|block| net.contains(block)))
            })
        }
        Some(PeerEnd::Router(_)) => carried && matches!(carrier.to, Attached::Dxgw(_)),
        _ => false,
    }
}

/// Into the tunnel: the appliance gets the packet as it was. That its ACLs and groups see GRE only
/// is left out: they are taken to admit it.
pub(super) fn to_appliance(
    network: &Network,
    ix: Ix<Attachment>,
    peer: Option<usize>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let attachment = &network.fabric.attachments[ix];
    let hop = Hop::new(SPEC.kind, &attachment.id, STAGE, Decision::Forwarded, &visit.packet.clone())
        .by(&["TGW-27"]);
    let Some(peer) = attachment.peers.get(peer.unwrap_or(0)).filter(|peer| peer.up) else {
        let at = Where::new(SPEC.kind, &attachment.id);
        visit.deny(hop, Reason::new(&BAD_STATE, at));
        return Outcome::Stopped;
    };
    visit.record(hop.with(gre(peer)));
    match peer.end {
        Some(PeerEnd::Instance(instance)) => {
            let Some(eni) = network.instances[instance].enis.first().copied() else {
                return Outcome::Stopped;
            };
            let own = network.enis[eni].owns(visit.packet.destination);
            Outcome::Routed(if own { At::DestinationCheck(eni) } else { At::Appliance(eni) })
        }
        Some(PeerEnd::Router(router)) => {
            customer_gateway::receive(network, router, Part::TransitGatewayAttachment(ix), visit)
        }
        None => Outcome::Stopped,
    }
}

fn gre(peer: &Peer) -> Evidence {
    let value = if peer.inside.is_empty() { peer.name.clone() } else { peer.inside.clone() };
    Evidence::Check { check: "gre-tunnel", passed: true, value: Some(value) }
}

/// An appliance sends into its tunnel what BGP taught it about the transit gateway.
pub(crate) fn from_appliance(
    network: &Network,
    instance: Ix<Instance>,
    visit: &mut Visit<'_>,
) -> Option<Outcome<At>> {
    let destination = visit.packet.destination;
    let (_, tgw) = network.fabric.tgws.iter().find(|(_, tgw)| tgw.by_appliance.contains_key(&instance))?;
    let (ix, n) = tgw.by_appliance.get(&instance).copied()?;
    let attachment = &network.fabric.attachments[ix];
    let Attached::Connect(transport) = attachment.to else { return None };
    let Attached::Vpc(home) = network.fabric.attachments[transport].to else { return None };
    let table = attachment.table?;
    let taught = transit_gateway_route_table::reaches(network, table, ix, destination);
    let peer = attachment.peers.get(n).filter(|peer| peer.up)?;
    if !taught || network.vpcs[home].contains(destination) {
        return None;
    }
    let hop = Hop::new(SPEC.kind, &attachment.id, STAGE, Decision::Forwarded, &visit.packet)
        .with(gre(peer))
        .by(&["TGW-27"]);
    visit.record(hop);
    Some(super::arrive(network, ix, visit))
}
