//! The two gates of a Client VPN endpoint, its routes and its authorization rules, for a packet out
//! of a user's tunnel (CVPN-05, CVPN-06, CVPN-13, CVPN-14).

use std::cmp::Reverse;
use std::net::IpAddr;

use hopscope_forward::{
    Decision, Evidence, Hop, LegKind, Outcome, Reason, RouteCandidate, RouteLoss, RouteOrigin, RuleMiss,
    RuleScan, Visit, Where,
};
use hopscope_net::Packet;

use super::{
    Aim, ClientVpn, Landing, NO_AUTHORIZATION, NO_ROUTE, SPEC, Stage, Way, attachment, out_of_service,
};
use crate::arena::Ix;
use crate::components::vpn_client::VpnClient;
use crate::components::{network_interface, route_table, transit_gateway_attachment};
use crate::network::Network;
use crate::pipeline::At;

/// Out of a user's tunnel: is there a route, and may this user go there?
pub(super) fn from_client(
    network: &Network,
    ix: Ix<ClientVpn>,
    client_ix: Ix<VpnClient>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let endpoint = &network.fabric.cvpns[ix];
    let client = &network.fabric.vpn_clients[client_ix];
    let packet = visit.packet.clone();
    let hop = Hop::new(SPEC.kind, &endpoint.id, "client-vpn-endpoint", Decision::Routed, &packet);
    let native = attachment(network, ix);
    let landing = endpoint.landing(network, client.subnet);
    let eni = landing.map(|landing| &network.enis[landing.eni]);
    let down = eni.is_some_and(|eni| network.zone_failed(eni.subnet));
    if endpoint.failed || down || (landing.is_none() && native.is_none()) {
        visit.deny(hop.by(&["CVPN-03"]), out_of_service(network, endpoint, eni));
        return Outcome::Stopped;
    }
    if !endpoint.carries(packet.destination) {
        let reason = Reason::new(&network_interface::FAMILY_MISMATCH, Where::new(SPEC.kind, &endpoint.id))
            .fact("interface", &endpoint.id)
            .fact("family", packet.family().name());
        visit.deny(hop.by(&["CVPN-17"]), reason);
        return Outcome::Stopped;
    }
    let (evidence, way) = lookup(endpoint, landing, native.is_some(), &packet);
    differs(network, endpoint, landing, &packet, visit);
    let hop = hop.with(evidence);
    let Some(way) = way else {
        let reason = unrouted(network, endpoint, client, landing, packet.destination);
        visit.deny(hop.by(&["CVPN-05", "CVPN-13"]), reason);
        authorize(network, endpoint, client_ix, &packet, visit);
        return Outcome::Stopped;
    };
    visit.record(hop.by(&["CVPN-05"]));
    // An answer belongs to a flow that passed the gates the other way.
    if visit.leg == LegKind::Forward {
        authorize(network, endpoint, client_ix, &packet, visit);
    }
    match (way.aim, landing, native) {
        (Aim::Clients, _, _) => Outcome::Routed(Stage::ToClient(ix).into()),
        // CVPN-16: as the client itself, without translation.
        (_, _, Some(native)) => transit_gateway_attachment::arrive(network, native, visit),
        (_, Some(landing), None) => Outcome::Routed(Stage::Leave(ix, landing.eni).into()),
        (_, None, None) => Outcome::Stopped,
    }
}

/// Whether a route can be used by a client that landed there (CVPN-13).
fn open_to(way: &Way, landing: Option<Landing>, native: bool) -> bool {
    match way.aim {
        Aim::Clients => true,
        Aim::Subnet(subnet) => native || landing.is_some_and(|landing| landing.subnet == subnet),
        Aim::Elsewhere => native,
    }
}

fn lookup<'a>(
    endpoint: &'a ClientVpn,
    landing: Option<Landing>,
    native: bool,
    packet: &Packet,
) -> (Evidence, Option<&'a Way>) {
    let mut ways: Vec<&Way> = endpoint.routes.iter().filter(|way| open_to(way, landing, native)).collect();
    let covers = |way: &Way| way.destination.contains(&packet.destination);
    // Written routes before the VPC's own at the same length.
    ways.sort_by_key(|way| {
        (!covers(way), Reverse(way.destination.prefix_len()), way.index.is_none(), way.index)
    });
    let winner = ways.first().copied().filter(|way| covers(way));
    let candidates = ways
        .iter()
        .enumerate()
        .filter(|(_, way)| way.destination.addr().is_ipv4() == packet.destination.is_ipv4())
        .map(|(n, way)| {
            let lost = match winner {
                Some(_) if n == 0 => None,
                Some(best) if covers(way) => {
                    let by = best.destination.prefix_len().saturating_sub(way.destination.prefix_len());
                    Some(if by > 0 { RouteLoss::ShorterPrefix { by } } else { RouteLoss::LowerOrigin })
                }
                _ => Some(RouteLoss::NoMatch),
            };
            RouteCandidate {
                destination: way.destination.to_string(),
                target: way.text.clone(),
                origin: if way.index.is_none() { RouteOrigin::Local } else { RouteOrigin::Static },
                prefix_list: None,
                index: way.index,
                blackhole: false,
                attributes: None,
                lost,
            }
        })
        .collect();
    let destination = packet.destination;
    (Evidence::Routes { table: endpoint.id.clone(), destination, candidates }, winner)
}

/// CVPN-13: a user lands on any associated subnet, so it is chance where they differ.
fn differs(
    network: &Network,
    endpoint: &ClientVpn,
    landing: Option<Landing>,
    packet: &Packet,
    visit: &mut Visit<'_>,
) {
    let has = |landing: Landing| {
        let mut ways = endpoint.routes.iter().filter(|way| open_to(way, Some(landing), false));
        ways.any(|way| way.destination.contains(&packet.destination))
    };
    let Some(landing) = landing else { return };
    if endpoint.landings.iter().all(|other| has(*other) == has(landing)) {
        return;
    }
    visit.hint(
        Reason::new(&route_table::NONDETERMINISTIC, Where::new(SPEC.kind, &endpoint.id))
            .fact("address", packet.destination)
            .fact("target", &network.subnets[landing.subnet].id),
    );
}

/// CVPN-06: the longest destination that covers the address decides, over the rules of all groups;
/// the user must be in a group named at that length.
fn authorize(
    network: &Network,
    endpoint: &ClientVpn,
    client: Ix<VpnClient>,
    packet: &Packet,
    visit: &mut Visit<'_>,
) {
    let client = &network.fabric.vpn_clients[client];
    let scanned = scan(endpoint, client, packet.destination);
    let granted = scanned.iter().any(|rule| rule.missed.is_none());
    let hop = Hop::new(SPEC.kind, &endpoint.id, "client-vpn-authorization", Decision::Allowed, packet)
        .with(Evidence::Rules { direction: "in", scanned })
        .by(&["CVPN-05", "CVPN-06"]);
    if granted {
        visit.record(hop);
        return;
    }
    visit.deny(hop, unauthorized(endpoint, client, packet.destination));
}

/// Every authorization rule, and why it does not let this user go there.
fn scan(endpoint: &ClientVpn, client: &VpnClient, destination: IpAddr) -> Vec<RuleScan> {
    let covering = |net: &hopscope_net::IpNet| net.contains(&destination);
    let longest = endpoint
        .rules
        .iter()
        .filter_map(|rule| rule.destination.filter(covering))
        .map(|net| net.prefix_len())
        .max();
    let member = |group: &str| group.is_empty() || client.groups.iter().any(|own| own == group);
    endpoint
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| {
            let missed = match rule.destination {
                None => Some(RuleMiss::Invalid),
                Some(net) if net.addr().is_ipv4() != destination.is_ipv4() => Some(RuleMiss::Family),
                Some(net) if !covering(&net) => Some(RuleMiss::Address),
                Some(net) if Some(net.prefix_len()) != longest => Some(RuleMiss::LessSpecific),
                Some(_) if !member(&rule.group) => Some(RuleMiss::NotMember),
                Some(_) => None,
            };
            RuleScan {
                list: endpoint.id.clone(),
                index: Some(index),
                label: (index + 1).to_string(),
                rule: rule.text.clone(),
                missed,
            }
        })
        .collect()
}

/// The authorization rule that lets a user go there (CVPN-06).
pub(crate) fn granting(endpoint: &ClientVpn, client: &VpnClient, destination: IpAddr) -> Option<String> {
    scan(endpoint, client, destination).into_iter().find(|rule| rule.missed.is_none()).map(|rule| rule.rule)
}

/// That no authorization rule lets a user go there, naming the one that decides for others.
pub(crate) fn unauthorized(endpoint: &ClientVpn, client: &VpnClient, destination: IpAddr) -> Reason {
    let scanned = scan(endpoint, client, destination);
    let decided = scanned.into_iter().find(|rule| rule.missed == Some(RuleMiss::NotMember));
    let reason = Reason::new(&NO_AUTHORIZATION, Where::new(SPEC.kind, &endpoint.id).of(&client.id))
        .fact("endpoint", &endpoint.id)
        .fact("client", &client.id)
        .fact("destination", destination);
    match decided {
        Some(RuleScan { rule, .. }) => reason.rule(rule.clone()).fact("rule", rule),
        None => reason,
    }
}

/// That no route of the endpoint leads there (CVPN-05, CVPN-13).
pub(crate) fn unrouted(
    network: &Network,
    endpoint: &ClientVpn,
    client: &VpnClient,
    landing: Option<Landing>,
    destination: IpAddr,
) -> Reason {
    let reason = Reason::new(&NO_ROUTE, Where::new(SPEC.kind, &endpoint.id).of(&client.id))
        .fact("endpoint", &endpoint.id)
        .fact("destination", destination);
    match landing {
        Some(landing) => reason.fact("subnet", &network.subnets[landing.subnet].id),
        None => reason,
    }
}

/// The destination of the route that a client's packet takes (CVPN-05).
pub(crate) fn way_of(
    endpoint: &ClientVpn,
    landing: Option<Landing>,
    native: bool,
    destination: IpAddr,
) -> Option<hopscope_net::IpNet> {
    let ways = endpoint.routes.iter().filter(|way| open_to(way, landing, native));
    ways.map(|way| way.destination)
        .filter(|net| net.contains(&destination))
        .max_by_key(|net| net.prefix_len())
}
