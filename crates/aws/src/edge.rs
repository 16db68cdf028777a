//! Points of presence: which one takes a client, how far Regions are from there, and the end of TLS
//! that edge services share. What they do with requests is the components' business.

use std::collections::BTreeMap;

use hopscope_forward::{
    Candidate, Decision, Entry, Evidence, Hop, Id, LegKind, Outcome, Reason, Role, Visit, Where,
};
use hopscope_names::geo::{Continent, Place};
use hopscope_net::FlowKey;

use crate::arena::Ix;
use crate::balancer;
use crate::catalog::Part;
use crate::components::edge_location::{self, EdgeLocation};
use crate::http;
use crate::medium::Medium;
use crate::network::{Eni, Network, Region};
use crate::pipeline::At;
use crate::tls::{self, Terminator};

/// Where the client of a request is: by its address, else by the component that sends, where no
/// proxy stands in between.
fn client(network: &Network, visit: &Visit<'_>) -> Option<&'static Place> {
    let by_address = network.place_of_address(visit.packet.source);
    let sender = || {
        let proxied = visit.hops().iter().any(|hop| hop.stage == "origin-fetch");
        visit.hops().first().filter(|_| !proxied).and_then(|hop| network.place_of(&hop.id))
    };
    by_address.or_else(sender).map(|located| located.place)
}

/// The country of the client (ISO 3166), where it is known.
pub(crate) fn client_country(network: &Network, visit: &Visit<'_>) -> Option<String> {
    client(network, visit).map(|place| place.country.code.to_owned())
}

/// Where the client is, for the caption of a choice (`client in Lisbon`).
pub(crate) fn client_place(network: &Network, visit: &Visit<'_>) -> Option<String> {
    client(network, visit).map(|place| format!("client in {}", place.name))
}

/// Regions from the nearest to the client to the farthest; those of unknown distance come last and
/// keep their order.
pub(crate) fn by_distance(network: &Network, regions: &mut [(usize, Option<Ix<Region>>)], visit: &Visit<'_>) {
    let client = client(network, visit);
    let distance = |region: Option<Ix<Region>>| {
        let place = &network.regions[region?].aws?.place;
        Some(client?.at.km_to(place.at))
    };
    regions.sort_by_key(|(row, region)| (distance(*region).unwrap_or(u32::MAX), *row));
}

/// A point of presence as a packet meets it: a drawn one, or one implied by an edge service.
struct Pop {
    id: Id,
    /// What stands for it on the map: itself, or the service that implies it.
    place: Id,
    evidence: Vec<Evidence>,
}

/// Which parts of the world serve a client; the others do not.
pub(crate) type Serves = fn(Continent) -> bool;

/// The point of presence of `owner` (an edge service) that is nearest to the client: of the drawn
/// ones that work and serve, else an implied one, called after the nearest city that is served.
fn nearest(network: &Network, owner: &Id, serves: Serves, visit: &Visit<'_>) -> Pop {
    let drawn = &network.fabric.edge_locations;
    let client = client(network, visit);
    let distance = |edge: &EdgeLocation| match (client, edge.place) {
        (Some(client), Some(place)) => client.at.km_to(place.at),
        _ => u32::MAX,
    };
    let fits =
        |edge: &EdgeLocation| edge.available && edge.place.is_none_or(|place| serves(place.continent()));
    // Of equally near ones the first.
    let chosen = drawn.iter().filter(|(_, edge)| fits(edge)).min_by_key(|(_, edge)| distance(edge));
    let Some((chosen, _)) = chosen else { return implied(owner, client, serves) };
    let candidate = |(ix, edge): (Ix<EdgeLocation>, &EdgeLocation)| Candidate {
        of: edge.id.clone(),
        index: None,
        label: edge.id.to_string(),
        value: match (edge.place, distance(edge)) {
            (Some(place), u32::MAX) => place.name.to_owned(),
            (Some(place), km) => format!("{}, {km} km", place.name),
            (None, _) => edge.text.clone(),
        },
        lost: match (ix == chosen, edge.available, fits(edge)) {
            (true, _, _) => None,
            (false, false, _) => Some("unhealthy"),
            (false, true, false) => Some("price-class"),
            (false, true, true) => Some("farther"),
        },
    };
    let choice = Evidence::Choice {
        of: "edge-locations",
        field: "",
        by: client_place(network, visit).unwrap_or_default(),
        candidates: drawn.iter().map(candidate).collect(),
    };
    let evidence = if drawn.len() > 1 { vec![choice] } else { Vec::new() };
    Pop { id: drawn[chosen].id.clone(), place: drawn[chosen].id.clone(), evidence }
}

/// The point of presence in the city nearest to a client.
fn implied(owner: &Id, client: Option<&Place>, serves: Serves) -> Pop {
    let nearest = client.and_then(|client| {
        let cities = Place::all().filter(|place| serves(place.continent()));
        cities.min_by_key(|place| client.at.metres_to(place.at))
    });
    let id = match nearest {
        Some(place) => {
            let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
            let city: String = place.name.chars().map(plain).collect();
            Id::from(format!("{owner}/edge-{city}"))
        }
        None => Id::from(format!("{owner}/edge")),
    };
    let value = nearest.map(|place| place.name.to_owned());
    let evidence = value.map(|city| Evidence::Check { check: "edge-city", passed: true, value: Some(city) });
    Pop { id, place: owner.clone(), evidence: evidence.into_iter().collect() }
}

/// Everywhere.
pub(crate) fn everywhere(_: Continent) -> bool {
    true
}

/// The packet of a client enters AWS at the point of presence of an edge service. Records the hop
/// and remembers which one it was, for the way back. Gives its id and its place on the map.
pub(crate) fn enter(
    network: &Network,
    owner: &Id,
    serves: Serves,
    rules: &'static [&'static str],
    visit: &mut Visit<'_>,
) -> (Id, Id) {
    let pop = nearest(network, owner, serves, visit);
    let packet = visit.packet.clone();
    let hop = Hop::new(edge_location::SPEC.kind, &pop.id, "edge-location", Decision::Forwarded, &packet)
        .at(&pop.place)
        .with(Medium::towards(network, packet.source).evidence())
        .by(rules);
    visit.record(pop.evidence.into_iter().fold(hop, Hop::with));
    visit.keep(Entry::new(&pop.id, Role::Endpoint, packet.key()).inbound(true));
    (pop.id, pop.place)
}

/// The point of presence of `owner` by which the client of a flow entered, and its place on the map.
pub(crate) fn entered(network: &Network, owner: &Id, flow: &FlowKey, visit: &Visit<'_>) -> Option<(Id, Id)> {
    let drawn = |id: &Id| network.fabric.edge_locations.iter().any(|(_, edge)| edge.id == *id);
    let implied = |id: &Id| id.strip_prefix(owner.as_str()).is_some_and(|rest| rest.starts_with("/edge"));
    // The newest: a client may have entered elsewhere before.
    let mut entries = visit.state.entries.iter().rev();
    let entry = entries.find(|entry| {
        entry.role == Role::Endpoint && entry.flow == *flow && (drawn(&entry.owner) || implied(&entry.owner))
    })?;
    let id = entry.owner.clone();
    let place = if drawn(&id) { id.clone() } else { owner.clone() };
    Some((id, place))
}

/// A reply leaves AWS by the point of presence that the client entered by.
pub(crate) fn leave(
    network: &Network,
    owner: &Id,
    rules: &'static [&'static str],
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let packet = visit.packet.clone();
    if let Some((id, place)) = entered(network, owner, &packet.key().reverse(), visit) {
        let hop = Hop::new(edge_location::SPEC.kind, &id, "edge-location", Decision::Forwarded, &packet)
            .at(&place)
            .with(Medium::towards(network, packet.destination).evidence())
            .by(rules);
        visit.record(hop);
    }
    Outcome::Next(At::Internet)
}

/// The end of TLS at a service that has a certificate of AWS for the name AWS gave it (`own` is that
/// certificate's name), and one of its author's for other names (EDGE-11). `named` says that the
/// request is for the name AWS gave it. Says whether the client goes on.
pub(crate) fn handshake(
    network: &Network,
    end: &Terminator<'_>,
    (own, named): (&str, bool),
    place: &Id,
    visit: &mut Visit<'_>,
) -> bool {
    if !named && !end.certificates.is_empty() {
        return tls::terminate(network, end, visit);
    }
    let host = http::host(&http::request(visit));
    let shown = if host.is_empty() { own.to_owned() } else { host.clone() };
    let hop = Hop::new(end.kind, end.id, "tls", Decision::Allowed, &visit.packet)
        .at(place)
        .with(Evidence::Check { check: "certificate-covers", passed: named, value: Some(shown) })
        .by(&["EDGE-11", "EDGE-26"]);
    if named {
        visit.record(hop);
    } else {
        let reason = Reason::new(&tls::NAME_MISMATCH, Where::new(end.kind, end.id).of(place))
            .fact("name", host)
            .fact("certificate", "AWS's own certificate")
            .fact("covers", own);
        visit.deny(hop, reason);
    }
    named
}

/// Whether this leg carries requests of a client, and not answers to one.
pub(crate) fn asks(visit: &Visit<'_>) -> bool {
    visit.leg != LegKind::Return
}

/// Whether an interface serves: its instance runs, or what owns it has its zone and, as a load balancer,
/// a healthy target.
pub(crate) fn serving(network: &Network, eni: Ix<Eni>) -> bool {
    let interface = &network.enis[eni];
    if interface.instance.is_some() {
        return network.alive(eni);
    }
    !network.zone_failed(interface.subnet) && balancer::has_target(network, eni)
}

/// The interfaces of every component that has some, found once for all that lead to one.
pub(crate) fn doors(network: &Network) -> BTreeMap<Part, Vec<Ix<Eni>>> {
    let mut doors: BTreeMap<Part, Vec<Ix<Eni>>> = BTreeMap::new();
    for (ix, eni) in network.enis.iter() {
        if let Some(part) = eni.part {
            doors.entry(part).or_default().push(ix);
        }
    }
    doors
}

/// Digits that stand for those AWS draws for a name; they depend on the id alone (FNV-1a).
pub(crate) fn digits(id: &Id) -> String {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
