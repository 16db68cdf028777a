//! Which endpoint of an accelerator takes a client: the nearest Region whose dial and health allow
//! it, then one endpoint by weight (EDGE-05).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hopscope_forward::{Candidate, Evidence, Visit, flow_hash};
use hopscope_net::FlowKey;

use super::{Accelerator, Leads, To};
use crate::arena::Ix;
use crate::edge;
use crate::network::{Eni, Network, Region};

/// The groups and endpoints considered, and why there is none to take.
type Nothing = (Vec<Evidence>, &'static str);

/// The endpoints of one Region.
struct Place<'a> {
    region: Option<Ix<Region>>,
    /// Row of the group, where one is written.
    row: Option<usize>,
    dial: u64,
    endpoints: Vec<&'a Leads>,
}

/// Chooses an endpoint for the packet of the visit. A flow that is known keeps what it has.
pub(super) fn choose<'a>(
    network: &Network,
    accelerator: &'a Accelerator,
    sticky: bool,
    known: Option<&FlowKey>,
    visit: &Visit<'_>,
) -> Result<(&'a Leads, Vec<Evidence>), Nothing> {
    if let Some(endpoint) =
        known.and_then(|far| accelerator.endpoints.iter().find(|it| is_at(network, it, far)))
    {
        return Ok((endpoint, Vec::new()));
    }
    let places = places(network, accelerator, visit);
    let well = accelerator.endpoints.iter().filter(|endpoint| healthy(network, accelerator, endpoint));
    let well: BTreeSet<usize> = well.map(|endpoint| endpoint.index).collect();
    // All count as healthy where none is.
    let fit = |endpoint: &Leads| well.is_empty() || well.contains(&endpoint.index);
    let key = visit.packet.key();
    let roll = |salt: &str| flow_hash(&identity(&key, sticky), &format!("{salt}{}", visit.state.seed));
    let usable =
        |place: &Place<'_>| place.dial > 0 && place.endpoints.iter().any(|it| fit(it) && it.weight > 0);
    let within = |place: &Place<'_>| roll("dial") % 100 < place.dial;
    let chosen = places.iter().position(|place| usable(place) && within(place));
    // What every dial turned away goes to the nearest Region that takes anything.
    let chosen = chosen.or_else(|| places.iter().position(usable));
    let candidates = places.iter().enumerate().map(|(n, place)| Candidate {
        of: accelerator.id.clone(),
        index: place.row,
        label: region_name(network, place.region),
        value: format!("traffic dial {}", place.dial),
        lost: match chosen {
            Some(chosen) if chosen == n => None,
            _ if place.dial == 0 => Some("dial-zero"),
            _ if !place.endpoints.iter().any(|endpoint| fit(endpoint)) => Some("unhealthy"),
            _ if !usable(place) => Some("weight-zero"),
            Some(chosen) if n > chosen => Some("farther"),
            _ => Some("not-drawn"),
        },
    });
    let by = edge::client_place(network, visit).unwrap_or_default();
    let groups = Evidence::Choice {
        of: "endpoint-groups",
        field: "endpoint_groups",
        by,
        candidates: candidates.collect(),
    };
    let Some(place) = chosen.and_then(|chosen| places.get(chosen)) else {
        return Err((vec![groups], "no endpoint group takes traffic"));
    };
    let total: u64 = place.endpoints.iter().filter(|it| fit(it)).map(|it| u64::from(it.weight)).sum();
    let mut left = roll("weight") % total.max(1);
    let mut winner: Option<&Leads> = None;
    for endpoint in place.endpoints.iter().copied().filter(|it| fit(it) && it.weight > 0) {
        let weight = u64::from(endpoint.weight);
        if left < weight {
            winner = Some(endpoint);
            break;
        }
        left -= weight;
    }
    let candidates = place.endpoints.iter().map(|endpoint| Candidate {
        of: accelerator.id.clone(),
        index: Some(endpoint.index),
        label: endpoint.id.to_string(),
        value: format!("weight {}", endpoint.weight),
        lost: match winner {
            Some(winner) if winner.index == endpoint.index => None,
            _ if !fit(endpoint) => Some("unhealthy"),
            _ if endpoint.weight == 0 => Some("weight-zero"),
            _ => Some("not-drawn"),
        },
    });
    let by = if sticky { "source address".to_owned() } else { String::new() };
    let endpoints =
        Evidence::Choice { of: "endpoints", field: "endpoints", by, candidates: candidates.collect() };
    let evidence = vec![groups, endpoints];
    match winner {
        Some(winner) => Ok((winner, evidence)),
        None => Err((evidence, "no endpoint takes traffic")),
    }
}

/// What a choice depends on: the client alone, or the whole flow.
fn identity(key: &FlowKey, sticky: bool) -> FlowKey {
    if sticky { FlowKey { source_port: 0, destination_port: 0, ..key.clone() } } else { key.clone() }
}

fn is_at(network: &Network, endpoint: &Leads, far: &FlowKey) -> bool {
    match &endpoint.to {
        To::Public(address) => far.destination == *address,
        To::Interfaces(enis) => enis.iter().any(|eni| network.enis[*eni].owns(far.destination)),
    }
}

/// The Regions of the endpoints, the nearest to the client first.
fn places<'a>(network: &Network, accelerator: &'a Accelerator, visit: &Visit<'_>) -> Vec<Place<'a>> {
    let mut regions: Vec<(usize, Option<Ix<Region>>)> = Vec::new();
    let mut within: BTreeMap<Option<Ix<Region>>, Vec<&Leads>> = BTreeMap::new();
    for endpoint in &accelerator.endpoints {
        let there = within.entry(endpoint.region).or_default();
        if there.is_empty() {
            regions.push((regions.len(), endpoint.region));
        }
        there.push(endpoint);
    }
    edge::by_distance(network, &mut regions, visit);
    let mut place = |region: Option<Ix<Region>>| {
        let endpoints = within.remove(&region).unwrap_or_default();
        let row = endpoints.first().and_then(|endpoint| endpoint.group);
        let dial =
            row.and_then(|row| accelerator.groups.get(row)).map_or(100, |group| group.traffic_dial.min(100));
        Place { region, row, dial: u64::from(dial), endpoints }
    };
    regions.into_iter().map(|(_, region)| place(region)).collect()
}

fn region_name(network: &Network, region: Option<Ix<Region>>) -> String {
    region.map_or_else(|| "no Region".to_owned(), |region| network.regions[region].id.to_string())
}

/// What health checks find: what is written of the endpoint or its group, else what the component
/// says.
pub(super) fn healthy(network: &Network, accelerator: &Accelerator, endpoint: &Leads) -> bool {
    let group = endpoint.group.and_then(|row| accelerator.groups.get(row));
    let written = match group.map(|group| group.health.as_str()) {
        Some("unhealthy") => Some(false),
        _ => endpoint.healthy,
    };
    let group = group.is_some_and(|group| group.health == "healthy").then_some(true);
    written.or(group).unwrap_or_else(|| alive(network, endpoint))
}

/// The instance runs, or the balancer has a zone that is up. Nobody checks a bare address that
/// nothing drawn has.
fn alive(network: &Network, endpoint: &Leads) -> bool {
    match &endpoint.to {
        To::Interfaces(enis) => enis.iter().any(|eni| edge::serving(network, *eni)),
        To::Public(address) => owner(network, *address).is_none_or(|eni| edge::serving(network, eni)),
    }
}

/// The interface that has a public address.
pub(super) fn owner(network: &Network, address: IpAddr) -> Option<Ix<Eni>> {
    let has = |eni: &Eni| eni.v4.iter().any(|pair| pair.public.map(IpAddr::V4) == Some(address));
    network.enis.iter().find(|(_, eni)| has(eni)).map(|(ix, _)| ix)
}
