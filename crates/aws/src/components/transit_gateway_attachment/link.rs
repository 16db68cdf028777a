//! Attachments found out: what each is attached to, those that are only implied, and the indexes
//! of transit gateways. Knows nothing of tables.

use std::collections::BTreeSet;

use hopscope_forward::Id;
use hopscope_net::IpNet;

use super::connect::{Peer, PeerEnd};
use super::{Attached, Attachment, Config, State};
use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::cells;
use crate::components::transit_gateway::TransitGateway;
use crate::lower::Build;
use crate::network::{Network, Thing};

fn attached(build: &Build<'_>, id: &Id) -> Attached {
    match build.thing(id) {
        Some(Thing::Vpc(vpc)) => Attached::Vpc(vpc),
        Some(Thing::Part(part)) => match part {
            Part::VpnConnection(ix) => Attached::Vpn(ix),
            Part::DirectConnectGateway(ix) => Attached::Dxgw(ix),
            Part::TransitGateway(ix) => Attached::Peer(ix),
            Part::TransitGatewayAttachment(ix) => Attached::Connect(ix),
            Part::ClientVpnEndpoint(ix) => Attached::ClientVpn(ix),
            Part::NetworkFirewall(ix) => Attached::Firewall(ix),
            _ => Attached::Nothing,
        },
        _ => Attached::Nothing,
    }
}

fn gateway(build: &Build<'_>, id: Option<&Id>) -> Option<Ix<TransitGateway>> {
    match build.thing(id?) {
        Some(Thing::Part(Part::TransitGateway(ix))) => Some(ix),
        _ => None,
    }
}

/// What every drawn attachment names.
pub(super) fn drawn(build: &mut Build<'_>) {
    for node in build.nodes() {
        let catalog::Config::TransitGatewayAttachment(config) = &node.config else { continue };
        let Some(Thing::Part(Part::TransitGatewayAttachment(ix))) = build.thing(&node.id) else { continue };
        let tgw = gateway(build, node.parent.as_ref());
        let to = config.resource.as_ref().map_or(Attached::Nothing, |id| attached(build, id));
        // A gateway is no peer of itself, and an attachment does not carry itself.
        let to = match to {
            Attached::Peer(other) if tgw == Some(other) => Attached::Nothing,
            Attached::Connect(other) if other == ix => Attached::Nothing,
            to => to,
        };
        let subnets = subnets(build, config, to);
        let peers = config.connect_peers.iter().map(|row| peer(build, row)).collect();
        if let Some(it) = build.network.fabric.attachments.get_mut(ix) {
            (it.tgw, it.to, it.subnets, it.peers) = (tgw, to, subnets, peers);
        }
    }
}

/// TGW-15: one in each zone, of the attached VPC, with IPv4; what AWS would refuse is left out.
fn subnets(build: &Build<'_>, config: &Config, to: Attached) -> Vec<Ix<crate::network::Subnet>> {
    let Attached::Vpc(vpc) = to else { return Vec::new() };
    let mut zones = BTreeSet::new();
    let mut found = Vec::new();
    for id in &config.subnets {
        let Some(Thing::Subnet(ix)) = build.thing(id) else { continue };
        let subnet = &build.network.subnets[ix];
        if subnet.vpc == vpc && subnet.v4.is_some() && zones.insert(subnet.zone) {
            found.push(ix);
        }
    }
    found
}

fn peer(build: &Build<'_>, row: &super::ConnectPeer) -> Peer {
    let end = match row.peer.as_ref().and_then(|id| build.thing(id)) {
        Some(Thing::Instance(ix)) => Some(PeerEnd::Instance(ix)),
        Some(Thing::Part(Part::CustomerGateway(ix))) => Some(PeerEnd::Router(ix)),
        _ => None,
    };
    Peer {
        name: row.name.trim().to_owned(),
        end,
        inside: row.inside_cidr.trim().to_owned(),
        asn: crate::bgp::asn(&row.asn),
        announces: row.announces.iter().filter_map(|text| cells::cidr(text)).collect(),
        up: row.state != "down",
    }
}

/// VPN connections and Direct Connect gateways that name a transit gateway without a drawn
/// attachment have one of their own id.
pub(super) fn implied(build: &mut Build<'_>) {
    let mut known = BTreeSet::new();
    for (_, it) in build.network.fabric.attachments.iter() {
        if let (Some(tgw), Some(part)) = (it.tgw, part_of(it.to)) {
            known.insert((tgw, part));
        }
    }
    let mut found = Vec::new();
    for node in build.nodes() {
        let gateways: Vec<&Id> = match &node.config {
            catalog::Config::VpnConnection(config) => config.gateway.iter().collect(),
            catalog::Config::DirectConnectGateway(config) => {
                config.associations.iter().filter_map(|row| row.gateway.as_ref()).collect()
            }
            _ => continue,
        };
        let Some(Thing::Part(part)) = build.thing(&node.id) else { continue };
        for id in gateways {
            let Some(tgw) = gateway(build, Some(id)) else { continue };
            if known.insert((tgw, part)) {
                let to = attached(build, &node.id);
                found.push(Attachment { tgw: Some(tgw), to, implied: true, ..Attachment::new(&node.id) });
            }
        }
    }
    for it in found {
        build.network.fabric.attachments.push(it);
    }
}

fn part_of(to: Attached) -> Option<Part> {
    match to {
        Attached::Vpn(ix) => Some(ix.into()),
        Attached::Dxgw(ix) => Some(ix.into()),
        Attached::ClientVpn(ix) => Some(ix.into()),
        Attached::Firewall(ix) => Some(ix.into()),
        Attached::Peer(ix) => Some(ix.into()),
        Attached::Vpc(_) | Attached::Connect(_) | Attached::Nothing => None,
    }
}

/// The indexes of transit gateways; the first attachment of a resource counts (TGW-15).
pub(super) fn register(build: &mut Build<'_>) {
    let network = &mut build.network;
    let all: Vec<_> =
        network.fabric.attachments.iter().map(|(ix, it)| (ix, it.tgw, it.to, it.state)).collect();
    for (ix, tgw, to, state) in all {
        let Some(tgw) = tgw else { continue };
        if state == State::Gone && !matches!(to, Attached::Vpc(_)) {
            continue;
        }
        if let Attached::Vpc(vpc) = to {
            let taken = network.fabric.tgws[tgw].by_vpc.get(&vpc).copied();
            let better = taken.is_none_or(|old| network.fabric.attachments[old].state != State::Available);
            if better && let Some(it) = network.fabric.tgws.get_mut(tgw) {
                it.by_vpc.insert(vpc, ix);
            }
        }
        if let (Some(part), Some(it)) = (part_of(to), network.fabric.tgws.get_mut(tgw)) {
            it.by_part.entry(part).or_insert(ix);
        }
        appliances(network, tgw, ix);
    }
    overlaps(network);
}

fn appliances(network: &mut Network, tgw: Ix<TransitGateway>, ix: Ix<Attachment>) {
    let ends: Vec<_> = network.fabric.attachments[ix].peers.iter().map(|peer| peer.end).collect();
    for (n, end) in ends.into_iter().enumerate() {
        if let (Some(PeerEnd::Instance(instance)), Some(it)) = (end, network.fabric.tgws.get_mut(tgw)) {
            it.by_appliance.entry(instance).or_insert((ix, n));
        }
    }
}

/// TGW-25: in the order of drawing, a VPC whose blocks are known already propagates nothing.
fn overlaps(network: &mut Network) {
    let all: Vec<_> = network
        .fabric
        .attachments
        .iter()
        .filter_map(|(ix, it)| match (it.tgw, it.to, it.state) {
            (Some(tgw), Attached::Vpc(vpc), State::Available) => Some((ix, tgw, vpc)),
            _ => None,
        })
        .collect();
    for (ix, tgw, vpc) in all {
        let it = &network.vpcs[vpc];
        let blocks: Vec<IpNet> =
            it.v4.iter().map(|net| IpNet::V4(*net)).chain(it.v6.iter().map(|net| IpNet::V6(*net))).collect();
        let Some(gateway) = network.fabric.tgws.get_mut(tgw) else { continue };
        let known = blocks.iter().any(|block| gateway.networks.overlaps(block));
        if !known {
            blocks.into_iter().for_each(|block| gateway.networks.insert(block, vpc));
        }
        if let Some(it) = network.fabric.attachments.get_mut(ix) {
            it.overlaps = known;
        }
    }
}
