//! A packet crosses a tunnel: which one, and does it fit (VPN-08 to VPN-18)? Knows nothing of who
//! announced what.

use std::net::IpAddr;

use hopscope_forward::{Decision, Evidence, Hop, Outcome, Reason, Visit, Where, flow_hash};
use hopscope_net::{IpNet, Packet};

use super::{MTU, SELECTOR, SPEC, Vpn, down_reason, name, site_tunnel, usable_tunnels};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::{
    customer_gateway, nat_gateway, network_interface, route_table, transit_gateway_attachment,
    virtual_private_gateway,
};
use crate::network::Network;
use crate::pipeline::At;

/// The tunnel that AWS sends on, and whether a hash chose it among equals: flows over BGP and a
/// transit gateway with ECMP share all tunnels (TGW-26), else it is the first that is up and not
/// about to be replaced (VPN-09, VPN-12).
fn aws_tunnel(network: &Network, ix: Ix<Vpn>, packet: &Packet) -> Option<(usize, bool)> {
    let vpn = &network.fabric.vpns[ix];
    let usable = usable_tunnels(network, ix);
    let maintained = |n: &usize| vpn.tunnels.get(*n).is_some_and(|tunnel| tunnel.maintenance);
    let mut steady: Vec<usize> = usable.iter().copied().filter(|n| !maintained(n)).collect();
    if steady.is_empty() {
        steady = usable;
    }
    if vpn.ecmp && steady.len() > 1 {
        let count = u64::try_from(steady.len()).unwrap_or(1);
        let chosen = usize::try_from(flow_hash(&packet.key(), &vpn.id) % count).unwrap_or(0);
        return steady.get(chosen).map(|n| (*n, true));
    }
    steady.first().map(|n| (*n, false))
}

/// Which way a packet crosses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    ToSite,
    FromSite,
}

/// AWS's side hands a packet to a tunnel.
pub(crate) fn to_site(network: &Network, ix: Ix<Vpn>, visit: &mut Visit<'_>) -> Outcome<At> {
    let vpn = &network.fabric.vpns[ix];
    let chosen = aws_tunnel(network, ix, &visit.packet);
    if let Some((tunnel, true)) = chosen {
        let others = vpn.tunnels.iter().enumerate().filter(|(n, it)| *n != tunnel && it.up);
        let others: Vec<&str> = others.map(|(_, it)| it.name.as_str()).collect();
        visit.hint(
            Reason::new(&route_table::NONDETERMINISTIC, Where::new(SPEC.kind, &vpn.id))
                .fact("destination", visit.packet.destination)
                .fact("target", format!("tunnel {}", name(vpn, tunnel)))
                .fact("others", others.join(", ")),
        );
    }
    let tunnel = chosen.map(|(tunnel, _)| tunnel);
    if !cross(network, ix, tunnel, Way::ToSite, visit) {
        return Outcome::Stopped;
    }
    let Some(cgw) = vpn.cgw else { return Outcome::Stopped };
    Outcome::Next(customer_gateway::Stage::In(cgw, Some((Part::VpnConnection(ix), tunnel))).into())
}

/// The customer gateway hands a packet to a tunnel.
pub(crate) fn from_site(network: &Network, ix: Ix<Vpn>, visit: &mut Visit<'_>) -> Outcome<At> {
    let vpn = &network.fabric.vpns[ix];
    if !cross(network, ix, site_tunnel(network, ix), Way::FromSite, visit) {
        return Outcome::Stopped;
    }
    match vpn.gateway {
        Some(Part::VirtualPrivateGateway(vgw)) => virtual_private_gateway::arrive(network, vgw, visit),
        Some(Part::TransitGateway(_)) => {
            match transit_gateway_attachment::of_resource(network, Part::VpnConnection(ix)) {
                Some(attachment) => transit_gateway_attachment::arrive(network, attachment, visit),
                None => {
                    let hop = hop(vpn, &visit.packet);
                    let reason = Reason::new(&network_interface::BAD_STATE, Where::new(SPEC.kind, &vpn.id))
                        .fact("interface", &vpn.id)
                        .fact("failed", "transit gateway attachment");
                    visit.deny(hop, reason);
                    Outcome::Stopped
                }
            }
        }
        _ => Outcome::Stopped,
    }
}

fn hop(vpn: &Vpn, packet: &Packet) -> Hop {
    Hop::new(SPEC.kind, &vpn.id, "vpn-tunnel", Decision::Forwarded, packet)
}

/// Through a tunnel: is one up, do family, selectors and size fit? Whether the packet goes on,
/// also counterfactually.
fn cross(network: &Network, ix: Ix<Vpn>, tunnel: Option<usize>, way: Way, visit: &mut Visit<'_>) -> bool {
    let vpn = &network.fabric.vpns[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &vpn.id);
    let mut hop = hop(vpn, &packet);
    for (n, end) in vpn.tunnels.iter().enumerate() {
        // VPN-08, VPN-24: health first; a silent peer is noticed after half a minute.
        let up = end.up && tunnel.is_some();
        let check = match (Some(n) == tunnel, up) {
            (true, _) => "vpn-tunnel",
            (false, true) => "vpn-tunnel-standby",
            (false, false) => "vpn-tunnel-down",
        };
        let passed = up;
        hop = hop.with(Evidence::Check { check, passed, value: Some(name(vpn, n)) });
    }
    let Some(tunnel) = tunnel else {
        let reason = down_reason(network, ix);
        visit.deny(hop.by(&["VPN-08", "VPN-10", "VPN-23"]), reason);
        return false;
    };
    let told = |check, value: String| Evidence::Check { check, passed: true, value: Some(value) };
    hop = hop.with(told("vpn-bandwidth", vpn.bandwidth.to_owned())).with(match vpn.transport {
        Some(part) => told("vpn-transport", part.id(network).to_string()),
        None if vpn.accelerated => told("vpn-accelerated", name(vpn, tunnel)),
        None => told("vpn-transport", "internet".to_owned()),
    });
    if packet.destination.is_ipv6() != vpn.ipv6 {
        let reason = Reason::new(&network_interface::FAMILY_MISMATCH, at())
            .fact("interface", &vpn.id)
            .fact("family", packet.family().name());
        visit.deny(hop.by(&["VPN-17", "V6-14"]), reason);
        return false;
    }
    let (site, aws) = match way {
        Way::ToSite => (packet.destination, packet.source),
        Way::FromSite => (packet.source, packet.destination),
    };
    let inside = |net: &Option<IpNet>, address: IpAddr| net.is_none_or(|net| net.contains(&address));
    let (local, remote) = &vpn.selectors;
    if !inside(local, site) || !inside(remote, aws) {
        let text = |net: &Option<IpNet>| net.map_or_else(|| "0.0.0.0/0".to_owned(), |net| net.to_string());
        let reason = Reason::new(&SELECTOR, at())
            .fact("local", text(local))
            .fact("remote", text(remote))
            .fact("source", packet.source)
            .fact("destination", packet.destination);
        visit.deny(hop.by(&["VPN-18"]), reason);
        return true;
    }
    // VPN-15: no jumbo frames, and nothing tells the sender.
    if packet.size > MTU && packet.dont_fragment {
        let reason = Reason::new(&nat_gateway::MTU, at())
            .fact("protocol", packet.protocol)
            .fact("size", packet.size)
            .fact("mtu", MTU);
        visit.deny(hop.by(&["VPN-15"]), reason);
        return true;
    }
    let moved = vpn.tunnels.iter().any(|end| !end.up);
    visit.record(hop.by(match (way, moved) {
        (Way::ToSite, true) => &["VPN-09", "VPN-08", "VPN-10", "VPN-24"],
        (Way::ToSite, false) => &["VPN-09", "VPN-12", "VPN-14"],
        (Way::FromSite, true) => &["VPN-11", "VPN-08", "VPN-10", "VPN-24"],
        (Way::FromSite, false) => &["VPN-11", "VPN-12", "VPN-14"],
    }));
    true
}
