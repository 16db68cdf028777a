//! Points of presence: which one takes a client, and how far Regions are from there. What runs at
//! them is the components' business.

use hopscope_forward::{Candidate, Decision, Entry, Evidence, Hop, Id, LegKind, Outcome, Role, Visit};
use hopscope_net::FlowKey;

use crate::arena::Ix;
use crate::components::edge_location;
use crate::medium::Medium;
use crate::network::{Eni, Network, Region};
use crate::pipeline::At;

/// Where a client or a Region is, as far as edge services know it.
pub(crate) fn client_country(network: &Network, visit: &Visit<'_>) -> Option<String> {
    let _ = (network, visit);
    None
}

/// A point of presence as a packet meets it: a drawn one, or one implied by an edge service.
struct Pop {
    id: Id,
    /// What stands for it on the map: itself, or the service that implies it.
    place: Id,
    choice: Option<Evidence>,
}

/// The point of presence of `owner` (an edge service) that is nearest to the sender: of the drawn
/// ones that work, else an implied one, `<owner>/edge`.
fn nearest(network: &Network, owner: &Id) -> Pop {
    let drawn = &network.fabric.edge_locations;
    let chosen = drawn.iter().find(|(_, edge)| edge.available).map(|(ix, _)| ix);
    let Some(chosen) = chosen else {
        return Pop { id: Id::from(format!("{owner}/edge")), place: owner.clone(), choice: None };
    };
    let candidate = |(ix, edge): (Ix<edge_location::EdgeLocation>, &edge_location::EdgeLocation)| Candidate {
        of: edge.id.clone(),
        index: None,
        label: edge.id.to_string(),
        value: edge.place.clone(),
        lost: match (ix == chosen, edge.available) {
            (true, _) => None,
            (false, true) => Some("farther"),
            (false, false) => Some("unhealthy"),
        },
    };
    let choice = (drawn.len() > 1).then(|| Evidence::Choice {
        of: "edge-locations",
        field: "",
        by: String::new(),
        candidates: drawn.iter().map(candidate).collect(),
    });
    Pop { id: drawn[chosen].id.clone(), place: drawn[chosen].id.clone(), choice }
}

/// The packet of a client enters AWS at the point of presence of an edge service. Records the hop
/// and remembers which one it was, for the way back. Gives its id and its place on the map.
pub(crate) fn enter(
    network: &Network,
    owner: &Id,
    rules: &'static [&'static str],
    visit: &mut Visit<'_>,
) -> (Id, Id) {
    let pop = nearest(network, owner);
    let packet = visit.packet.clone();
    let hop = Hop::new(edge_location::SPEC.kind, &pop.id, "edge-location", Decision::Forwarded, &packet)
        .at(&pop.place)
        .with(Medium::Internet.evidence())
        .by(rules);
    visit.record(match pop.choice {
        Some(choice) => hop.with(choice),
        None => hop,
    });
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
            .with(Medium::Internet.evidence())
            .by(rules);
        visit.record(hop);
    }
    Outcome::Next(At::Internet)
}

/// Regions from the nearest to the sender to the farthest; those of unknown distance keep their
/// order.
pub(crate) fn by_distance(network: &Network, regions: &mut [(usize, Option<Ix<Region>>)], visit: &Visit<'_>) {
    let _ = (network, visit);
    regions.sort_by_key(|(row, _)| *row);
}

/// Whether this leg carries requests of a client, and not answers to one.
pub(crate) fn asks(visit: &Visit<'_>) -> bool {
    visit.leg != LegKind::Return
}

/// Where the sender of this leg is, for the caption of a choice (`client in Lisbon`).
pub(crate) fn sender_place(network: &Network, visit: &Visit<'_>) -> Option<String> {
    let _ = (network, visit);
    None
}

/// Whether an interface serves: its instance runs, or what owns it has its zone.
pub(crate) fn serving(network: &Network, eni: Ix<Eni>) -> bool {
    let interface = &network.enis[eni];
    if interface.instance.is_some() { network.alive(eni) } else { !network.zone_failed(interface.subnet) }
}
