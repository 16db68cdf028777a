//! How packets pass a virtual interface, from the site and to it (DX-06 to DX-08, DX-11, DX-24).
//! Knows nothing of which interface is chosen.

use std::net::IpAddr;

use hopscope_forward::{Decision, Evidence, Hint, Hop, Leg, Outcome, Reason, Visit, Where};
use hopscope_net::Packet;

use super::{
    Door, NOT_END_TO_END, SOURCE_NOT_ADVERTISED, SPEC, UNENCRYPTED, Use, Vif, announced, choose, down,
    is_public, is_up, noticed_after, too_many,
};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::{
    customer_gateway, direct_connect_connection, direct_connect_gateway, nat_gateway, route_table,
    virtual_private_gateway,
};
use crate::fabric::Outside;
use crate::network::{Network, Thing};
use crate::pipeline::At;

/// AWS's side hands a packet to it.
pub(crate) fn to_site(network: &Network, ix: Ix<Vif>, visit: &mut Visit<'_>) -> Outcome<At> {
    if !pass(network, ix, Vec::new(), visit) {
        return Outcome::Stopped;
    }
    match network.fabric.vifs[ix].router {
        Some(router) => customer_gateway::receive(network, router, ix.into(), visit),
        None => Outcome::Stopped,
    }
}

/// The customer gateway hands a packet to it.
pub(crate) fn from_site(network: &Network, ix: Ix<Vif>, visit: &mut Visit<'_>) -> Outcome<At> {
    let vif = &network.fabric.vifs[ix];
    if vif.purpose == Use::Public && is_up(network, ix) {
        return from_site_public(network, ix, visit);
    }
    if !pass(network, ix, Vec::new(), visit) {
        return Outcome::Stopped;
    }
    match vif.door {
        Some(Door::Vgw(vgw)) => virtual_private_gateway::arrive(network, vgw, visit),
        Some(Door::Dxgw(dxgw)) => Outcome::Routed(direct_connect_gateway::Stage::FromSite(dxgw, ix).into()),
        None => Outcome::Stopped,
    }
}

/// DX-11: announced sources only, towards AWS's public addresses only.
fn from_site_public(network: &Network, ix: Ix<Vif>, visit: &mut Visit<'_>) -> Outcome<At> {
    let vif = &network.fabric.vifs[ix];
    let packet = visit.packet.clone();
    let announced_source = vif.heard.iter().any(|heard| heard.announcement.prefix.contains(&packet.source));
    let source = Evidence::Check {
        check: "dx-source-announced",
        passed: announced_source,
        value: Some(packet.source.to_string()),
    };
    if !announced_source {
        let reason =
            Reason::new(&SOURCE_NOT_ADVERTISED, Where::new(SPEC.kind, &vif.id)).fact("source", packet.source);
        visit.deny(hop(network, ix, &packet).with(source).by(&["DX-11"]), reason);
        return Outcome::Stopped;
    }
    if !announced(network, ix).iter().any(|net| net.contains(&packet.destination)) {
        let reason = Reason::new(&route_table::NO_ROUTE, Where::new(SPEC.kind, &vif.id))
            .fact("table", &vif.id)
            .fact("destination", packet.destination);
        visit.deny(hop(network, ix, &packet).with(source).by(&["DX-11"]), reason);
        return Outcome::Stopped;
    }
    if pass(network, ix, vec![source], visit) { Outcome::Next(At::Internet) } else { Outcome::Stopped }
}

/// A packet from a public address of AWS to one that a site announces over a public interface:
/// it goes there and not over the internet (DX-11).
pub(crate) fn public_way(network: &Network, visit: &mut Visit<'_>) -> Option<Outcome<At>> {
    let packet = &visit.packet;
    let from_aws = match (packet.source, network.ends.get(&packet.source)) {
        (_, Some((Part::AwsService(_), Outside::Internet))) => true,
        (IpAddr::V4(source), _) => network.public.contains_key(&source),
        (source, _) => is_public(source) && network.vpcs.iter().any(|(_, vpc)| vpc.contains(source)),
    };
    if !from_aws {
        return None;
    }
    let public = network.fabric.vifs.iter().filter(|(_, vif)| vif.purpose == Use::Public);
    let public: Vec<Ix<Vif>> = public.map(|(ix, _)| ix).collect();
    let choice = choose(network, &public, None, packet);
    let ix = choice.winner?;
    let evidence = choice.evidence(&network.fabric.vifs[ix].id, packet);
    if !pass(network, ix, evidence, visit) {
        return Some(Outcome::Stopped);
    }
    let router = network.fabric.vifs[ix].router?;
    Some(customer_gateway::receive(network, router, ix.into(), visit))
}

/// DX-08: virtual interfaces that a flow crosses outside every tunnel though it needs encryption from
/// end to end, which MACsec is not.
pub(crate) fn not_end_to_end(network: &Network, legs: [&Leg; 2]) -> Vec<Hint> {
    let mut found: Vec<Hint> = Vec::new();
    let crossed = |hop: &&Hop| hop.kind == SPEC.kind && hop.reason.is_none() && !hop.counterfactual;
    for hop in legs.iter().flat_map(|leg| &leg.hops).filter(crossed) {
        let Some(Thing::Part(Part::VirtualInterface(ix))) = network.index.get(&hop.id) else { continue };
        let carrier = network.fabric.vifs[*ix].carrier;
        let protection = if carrier.is_some_and(|carrier| carrier.macsec(network)) {
            "MACsec, which encrypts from router to port and no further"
        } else {
            "nothing that encrypts"
        };
        let reason = Reason::new(&NOT_END_TO_END, Where::new(SPEC.kind, &hop.id));
        let hint = Hint { reason: reason.fact("protection", protection) };
        if !found.contains(&hint) {
            found.push(hint);
        }
    }
    found
}

/// The hop at it, where it stands, with what a reader wants to know of the link.
fn hop(network: &Network, ix: Ix<Vif>, packet: &Packet) -> Hop {
    let vif = &network.fabric.vifs[ix];
    let check = |check, passed, value: String| Evidence::Check { check, passed, value: Some(value) };
    let hop = Hop::new(SPEC.kind, &vif.id, "virtual-interface", Decision::Forwarded, packet).by(&["DX-03"]);
    let Some(carrier) = vif.carrier else { return hop };
    let id = carrier.id(network);
    let mut hop = hop.at(id).with(check("dx-vlan", true, format!("{} of {id}", vif.vlan)));
    if let Some(location) = carrier.location(network) {
        hop = hop.with(check("dx-location", true, location.id.to_string()));
    }
    // DX-06: said of the hop between router and port; it changes no path.
    if carrier.macsec(network) {
        hop = hop.with(check("dx-macsec", true, id.to_string()));
    }
    hop.with(detection(network, ix))
}

fn detection(network: &Network, ix: Ix<Vif>) -> Evidence {
    let value = Some(noticed_after(network, ix).to_string());
    Evidence::Check { check: "dx-detection", passed: true, value }
}

/// Records the hop through it. `false` where it is down and the packet ends.
pub(crate) fn pass(network: &Network, ix: Ix<Vif>, evidence: Vec<Evidence>, visit: &mut Visit<'_>) -> bool {
    let vif = &network.fabric.vifs[ix];
    let packet = visit.packet.clone();
    if let Some(link) = vif.carrier.and_then(|carrier| carrier.without_session(network)) {
        let at = Where::new(direct_connect_connection::SPEC.kind, &link.id);
        visit.hint(Reason::new(&direct_connect_connection::MACSEC_SESSION, at));
    }
    if let Some(reason) = down(network, ix) {
        let mut hop = match reason.at.kind {
            kind if kind == SPEC.kind => hop(network, ix, &packet),
            kind => {
                let hop = Hop::new(kind, &reason.at.id, kind, Decision::Denied, &packet);
                let links = vif.carrier.and_then(|carrier| carrier.links(network));
                let hop = hop.with(detection(network, ix));
                links.into_iter().fold(hop, Hop::with)
            }
        };
        if let Some(count) = too_many(vif) {
            let value = Some(count.to_string());
            hop = hop.with(Evidence::Check { check: "dx-prefix-limit", passed: false, value });
        }
        visit.deny(hop.by(&["DX-04", "DX-25"]), reason);
        return false;
    }
    let mut hop = hop(network, ix, &packet);
    hop.evidence.extend(evidence);
    if packet.dont_fragment && packet.size > vif.mtu {
        let reason = Reason::new(&nat_gateway::MTU, Where::new(SPEC.kind, &vif.id))
            .fact("mtu", vif.mtu)
            .fact("size", packet.size);
        visit.deny(hop.by(&["DX-24"]), reason);
        return true;
    }
    // DX-06: the receiver drops it before anybody reads the packet.
    if let Some((link, fault)) = vif.carrier.and_then(|carrier| carrier.dropped(network)) {
        let at = Where::new(direct_connect_connection::SPEC.kind, &link.id);
        let reason = Reason::new(&direct_connect_connection::FRAME_DROPPED, at).fact("why", fault.tell());
        visit.deny(hop.by(&["DX-06"]), reason);
        return false;
    }
    visit.record(hop);
    // DX-08: MACsec, or a VPN on top, would encrypt.
    let encrypted = vif.carrier.is_some_and(|carrier| carrier.macsec(network));
    if vif.purpose != Use::Public && !encrypted {
        visit.hint(Reason::new(&UNENCRYPTED, Where::new(SPEC.kind, &vif.id)));
    }
    true
}
