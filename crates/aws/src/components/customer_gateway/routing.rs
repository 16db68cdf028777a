//! What a site's routers choose for packets that leave it: their own routes, what AWS announces,
//! and which of both wins (VPN-11, VPN-13, DX-21, HYB-06). Knows nothing of what comes in.

use std::cmp::Ordering;
use std::net::IpAddr;

use hopscope_forward::{
    Entry, Evidence, Outcome, Reason, Role, RouteCandidate, RouteLoss, RouteOrigin, StateEvent, Visit, Where,
};
use hopscope_net::{IpNet, prefix};

use super::{Cgw, PRIVATE_SOURCE, SPEC, Symmetry, Target, hop, linked, out_of_service};
use crate::arena::Ix;
use crate::bgp::{self, Announcement};
use crate::catalog::Part;
use crate::components::on_premises::{self, Site};
use crate::components::{
    direct_connect_gateway, nat_gateway, route_table, virtual_interface, vpn_connection,
};
use crate::network::{EffectiveRoute, Network};
use crate::pipeline::At;

/// One route of one of the site's routers.
struct Candidate {
    cgw: Ix<Cgw>,
    destination: IpNet,
    target: Target,
    text: String,
    index: Option<usize>,
    origin: RouteOrigin,
    local_preference: u32,
    path: usize,
    med: u32,
    attributes: Option<String>,
    /// Its router and link work.
    up: bool,
}

/// The routers of a site.
fn routers_of(network: &Network, site: Ix<Site>) -> impl Iterator<Item = (Ix<Cgw>, &Cgw)> {
    network.fabric.sites[site].routers.iter().map(|ix| (*ix, &network.fabric.cgws[*ix]))
}

/// Everything the routers of a site know.
fn candidates(network: &Network, site: Ix<Site>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (ix, cgw) in routers_of(network, site) {
        for route in &cgw.routes {
            let up = match route.target {
                Target::Link(part) => link_up(network, part),
                Target::Internet | Target::Blackhole => true,
            };
            found.push(Candidate {
                cgw: ix,
                destination: route.destination,
                target: route.target,
                text: route.text.clone(),
                index: Some(route.index),
                origin: RouteOrigin::Static,
                local_preference: 0,
                path: 0,
                med: 0,
                attributes: None,
                up: up && !cgw.failed,
            });
        }
        for link in &cgw.links {
            let (prefixes, origin, med) = match link.part {
                Part::VpnConnection(vpn) => {
                    let tunnel = vpn_connection::site_tunnel(network, vpn).unwrap_or(0);
                    let med = vpn_connection::med(&network.fabric.vpns[vpn], tunnel);
                    (vpn_connection::announced(network, vpn), RouteOrigin::Vpn, med)
                }
                Part::VirtualInterface(vif) => {
                    let told = virtual_interface::announced(network, vif).into_iter();
                    let told = told.map(|prefix| (prefix, vec![link.asn])).collect();
                    (told, RouteOrigin::DirectConnect, 0)
                }
                _ => continue,
            };
            for (destination, path) in prefixes {
                let heard = Announcement {
                    prefix: destination,
                    as_path: path,
                    med: (med > 0).then_some(med),
                    preference: bgp::DEFAULT_PREFERENCE,
                };
                found.push(Candidate {
                    cgw: ix,
                    destination,
                    target: Target::Link(link.part),
                    text: link.part.id(network).to_string(),
                    index: None,
                    origin,
                    local_preference: link.local_preference,
                    path: heard.as_path.len(),
                    med,
                    attributes: Some(format!(
                        "local preference {}, {}",
                        link.local_preference,
                        heard.attributes()
                    )),
                    up: link_up(network, link.part) && !cgw.failed,
                });
            }
        }
    }
    found
}

/// Whether a router of the site has a route to an address with more than so many bits.
pub(crate) fn knows_narrower(network: &Network, site: Ix<Site>, address: IpAddr, length: u8) -> bool {
    candidates(network, site).iter().any(|candidate| {
        candidate.up
            && candidate.destination.prefix_len() > length
            && candidate.destination.contains(&address)
    })
}

fn link_up(network: &Network, part: Part) -> bool {
    match part {
        Part::VpnConnection(vpn) => vpn_connection::is_up(network, vpn),
        Part::VirtualInterface(vif) => virtual_interface::is_up(network, vif),
        _ => false,
    }
}

/// Static over BGP, whatever BGP it is.
fn by_hand(candidate: &Candidate) -> bool {
    candidate.origin == RouteOrigin::Static
}

/// The router's order: longest prefix, static, local preference, AS_PATH, MED, then Direct
/// Connect, then names. `Less` is better.
fn order(a: &Candidate, b: &Candidate) -> Ordering {
    b.up.cmp(&a.up)
        .then_with(|| b.destination.prefix_len().cmp(&a.destination.prefix_len()))
        .then_with(|| by_hand(b).cmp(&by_hand(a)))
        .then_with(|| b.local_preference.cmp(&a.local_preference))
        .then_with(|| a.path.cmp(&b.path))
        .then_with(|| a.med.cmp(&b.med))
        .then_with(|| a.origin.cmp(&b.origin))
        .then_with(|| a.text.cmp(&b.text))
        .then_with(|| a.index.cmp(&b.index))
}

fn loss(winner: &Candidate, loser: &Candidate) -> RouteLoss {
    let by = winner.destination.prefix_len().saturating_sub(loser.destination.prefix_len());
    if !loser.up {
        RouteLoss::Withdrawn
    } else if by > 0 {
        RouteLoss::ShorterPrefix { by }
    } else if by_hand(winner) != by_hand(loser) {
        RouteLoss::LowerOrigin
    } else if winner.local_preference != loser.local_preference {
        RouteLoss::LowerPreference
    } else if winner.path != loser.path {
        RouteLoss::LongerAsPath
    } else if winner.med != loser.med {
        RouteLoss::HigherMed
    } else {
        RouteLoss::Tie
    }
}

/// A route that a site's routers weigh for a prefix.
pub(crate) struct Choice {
    pub destination: IpNet,
    /// The link it leads to, unless it leads elsewhere.
    pub link: Option<Part>,
    pub up: bool,
    /// Why it is not the one that counts.
    pub lost: Option<RouteLoss>,
}

/// Routes of a site that cover a whole prefix, the best first.
pub(crate) fn choices(network: &Network, site: Ix<Site>, prefix: &IpNet) -> Vec<Choice> {
    let mut all = candidates(network, site);
    all.retain(|candidate| candidate.destination.contains(prefix));
    all.sort_by(order);
    let Some(winner) = all.first() else { return Vec::new() };
    let choice = |(n, candidate): (usize, &Candidate)| Choice {
        destination: candidate.destination,
        link: match candidate.target {
            Target::Link(part) => Some(part),
            Target::Internet | Target::Blackhole => None,
        },
        up: candidate.up,
        lost: (n > 0).then(|| loss(winner, candidate)),
    };
    all.iter().enumerate().map(choice).collect()
}

/// A packet leaves the site: the best route of any of its routers decides.
pub(super) fn leave(network: &Network, site: Ix<Site>, visit: &mut Visit<'_>) -> Outcome<At> {
    let packet = visit.packet.clone();
    let mut all = candidates(network, site);
    all.sort_by(order);
    let covers = |candidate: &&Candidate| candidate.destination.contains(&packet.destination);
    // Where every route was withdrawn, the link that is down says why nothing passes.
    let winner = all.iter().find(covers);
    let routers = || routers_of(network, site);
    let first = routers().find(|(_, cgw)| !cgw.failed).or_else(|| routers().next()).map(|(ix, _)| ix);
    let Some(ix) = winner.map(|winner| winner.cgw).or(first) else {
        return on_premises::no_router(network, site, visit);
    };
    let cgw = &network.fabric.cgws[ix];
    let told = |candidate: &Candidate, lost| RouteCandidate::from(row(candidate, lost));
    let mut rows: Vec<RouteCandidate> = all
        .iter()
        .filter(covers)
        .map(|route| {
            let won = winner.is_some_and(|winner| std::ptr::eq(winner, route));
            told(route, winner.filter(|_| !won).map(|winner| loss(winner, route)))
        })
        .collect();
    let family = |net: &IpNet| matches!(net, IpNet::V4(_)) == packet.destination.is_ipv4();
    let missed = all.iter().filter(|route| family(&route.destination) && !covers(route));
    rows.extend(missed.map(|route| told(route, Some(RouteLoss::NoMatch))));
    let hop = hop(cgw, &packet).with(Evidence::Routes {
        table: cgw.id.clone(),
        destination: packet.destination,
        candidates: rows,
    });
    let at = || Where::new(SPEC.kind, &cgw.id);
    if cgw.failed {
        visit.deny(hop.by(&["VPN-23"]), out_of_service(cgw));
        return Outcome::Stopped;
    }
    let dead = |spec, rule: &str| {
        Reason::new(spec, at())
            .fact("table", &cgw.id)
            .fact("subnet", &network.fabric.sites[site].id)
            .fact("destination", packet.destination)
            .fact("route", rule)
    };
    match winner.map(|winner| (winner, winner.target)) {
        None => {
            visit.deny(hop.by(&["VPN-13"]), dead(&route_table::NO_ROUTE, ""));
            // DX-18: AWS may be keeping it from the site.
            for (router, _) in routers() {
                direct_connect_gateway::hint_withheld(network, router, visit);
            }
            Outcome::Stopped
        }
        Some((winner, Target::Blackhole)) => {
            let rule = winner.destination.to_string();
            visit.deny(hop, dead(&route_table::BAD_STATE_ROUTE, &rule).rule(rule.clone()));
            Outcome::Stopped
        }
        Some((_, Target::Internet)) => {
            if !hide(cgw, hop, true, visit) {
                return Outcome::Stopped;
            }
            Outcome::Next(At::Internet)
        }
        Some((_, Target::Link(part))) => {
            let tunnel = match part {
                Part::VpnConnection(vpn) => vpn_connection::site_tunnel(network, vpn),
                _ => None,
            };
            let mut hop = hop.by(&["VPN-11", "VPN-13", "DX-21"]);
            match linked(network, ix, Some((part, tunnel)), false, visit) {
                Symmetry::Passed(None) => {}
                Symmetry::Passed(Some(evidence)) => hop = hop.with(evidence),
                Symmetry::Broken(evidence) => {
                    let reason = Reason::new(&nat_gateway::STATE_MISSING, at()).fact("flow", &packet);
                    visit.deny(hop.with(evidence).by(&["VPN-11", "HYB-06"]), reason);
                    return Outcome::Stopped;
                }
            }
            let public = cgw.links.iter().any(|link| link.part == part && link.public);
            if public {
                hide(cgw, hop, false, visit);
            } else {
                visit.record(hop);
            }
            match part {
                Part::VpnConnection(vpn) => vpn_connection::from_site(network, vpn, visit),
                Part::VirtualInterface(vif) => virtual_interface::from_site(network, vif, visit),
                _ => Outcome::Stopped,
            }
        }
    }
}

/// Towards public networks the site hides behind the router's public address (DX-11). Whether
/// the packet can go on.
fn hide(cgw: &Cgw, hop: hopscope_forward::Hop, needed: bool, visit: &mut Visit<'_>) -> bool {
    let packet = visit.packet.clone();
    let IpAddr::V4(_) = packet.source else {
        visit.record(hop);
        return true;
    };
    if !prefix::is_rfc1918(packet.source) && !prefix::is_rfc6598(packet.source) {
        visit.record(hop);
        return true;
    }
    let Some(own) = cgw.nat else {
        if needed {
            let reason =
                Reason::new(&PRIVATE_SOURCE, Where::new(SPEC.kind, &cgw.id)).fact("source", packet.source);
            visit.deny(hop.by(&["VPN-23"]), reason);
        } else {
            visit.record(hop);
        }
        return !needed;
    };
    let known = visit.state.refresh(&cgw.id, Role::Nat, false, &packet.key());
    let known = known.map(|entry| entry.translated.clone());
    let event = if known.is_some() { StateEvent::Used } else { StateEvent::Created };
    let translated = known.unwrap_or_else(|| nat_gateway::bind(&cgw.id, own, &packet, visit.state));
    let after = packet.clone().with_source(IpAddr::V4(own), translated.source_port);
    let evidence = Evidence::State { event, flow: packet.key(), idle_limit: None };
    visit.record(hop.with(evidence).rewriting(&after).by(&["DX-11", "VPN-23"]));
    if event == StateEvent::Created {
        visit.remember(Entry::new(&cgw.id, Role::Nat, packet.key()).translated_to(translated));
    }
    visit.packet = after;
    true
}

/// One route as a row of its router's table.
fn row(candidate: &Candidate, lost: Option<RouteLoss>) -> EffectiveRoute {
    EffectiveRoute {
        destination: candidate.destination,
        target: candidate.text.clone(),
        origin: candidate.origin,
        prefix_list: None,
        index: candidate.index,
        blackhole: candidate.target == Target::Blackhole,
        attributes: candidate.attributes.clone(),
        lost,
    }
}

/// What the routers of its site know, for people: routes of this router, best first, with what
/// beats each at the same prefix.
pub(crate) fn effective(network: &Network, ix: Ix<Cgw>) -> Vec<EffectiveRoute> {
    let Some(site) = network.fabric.cgws[ix].site else { return Vec::new() };
    let mut all = candidates(network, site);
    all.sort_by(order);
    let best = |route: &Candidate| all.iter().find(|other| other.destination == route.destination);
    let lost = |route: &Candidate| match best(route).filter(|best| !std::ptr::eq(*best, route)) {
        Some(best) => Some(loss(best, route)),
        None => (!route.up).then_some(RouteLoss::Withdrawn),
    };
    all.iter().filter(|route| route.cgw == ix).map(|route| row(route, lost(route))).collect()
}
