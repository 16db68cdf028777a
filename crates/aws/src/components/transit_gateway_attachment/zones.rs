//! Into a VPC: which zone's interface, which ACL, and what is worth telling (TGW-16 to TGW-23,
//! NACL-15, NACL-16).

use std::net::IpAddr;

use hopscope_forward::{Decision, Entry, Evidence, Hop, Id, Outcome, Reason, Role, Visit, Where, flow_hash};

use super::{APPLIANCE_MODE, Attached, Attachment, NO_ZONE, SPEC, STAGE, ZONE_CROSSED};
use crate::arena::Ix;
use crate::components::route_table;
use crate::components::transit_gateway::TransitGateway;
use crate::network::{InstanceRole, Network, Owner, Subnet, Target, Vpc, Zone};
use crate::pipeline::At;

/// By the attachment's interface in one zone, past that subnet's outbound ACL to its own table
/// (RT-23, TGW-18).
pub(super) fn enter(
    network: &Network,
    ix: Ix<Attachment>,
    zone: Option<Ix<Zone>>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let attachment = &network.fabric.attachments[ix];
    let Attached::Vpc(vpc) = attachment.to else { return Outcome::Stopped };
    let hop = Hop::new(SPEC.kind, &attachment.id, STAGE, Decision::Forwarded, &visit.packet);
    let doors: Vec<Ix<Subnet>> =
        attachment.subnets.iter().copied().filter(|door| !network.zone_failed(*door)).collect();
    let choice = if attachment.appliance {
        kept(network, attachment, &doors, zone, visit)
    } else {
        nearest(network, attachment, &doors, zone, visit)
    };
    let Some(Choice { door, random }) = choice else {
        let at = Where::new(SPEC.kind, &attachment.id);
        visit.deny(hop.by(&["TGW-17"]), Reason::new(&NO_ZONE, at).fact("vpc", &network.vpcs[vpc].id));
        return Outcome::Stopped;
    };
    let name = |zone: Option<Ix<Zone>>| {
        zone.map_or_else(|| "no zone".to_owned(), |zone| network.zones[zone].id.to_string())
    };
    let entered = network.subnets[door].zone;
    let check = if attachment.appliance { "kept-zone" } else { "entry-zone" };
    let hop = hop.with(Evidence::Check { check, passed: true, value: Some(name(entered)) });
    visit.record(if attachment.appliance { hop.by(&["TGW-20", "TGW-22"]) } else { hop.by(&["TGW-17"]) });
    let at = || Where::new(SPEC.kind, &attachment.id);
    if random {
        let others = doors.iter().filter(|other| **other != door);
        let others: Vec<String> = others.map(|other| name(network.subnets[*other].zone)).collect();
        let hint = Reason::new(&route_table::NONDETERMINISTIC, at())
            .fact("destination", &network.vpcs[vpc].id)
            .fact("target", name(entered))
            .fact("others", others.join(", "));
        visit.hint(hint);
    }
    crossing(network, attachment, vpc, door, zone, visit);
    advise(network, attachment, &doors, door, visit);
    // NACL-16: towards an interface in the attachment's own subnet no list is asked.
    if neighbour(network, vpc, door, visit.packet.destination) {
        return Outcome::Next(At::Route(door));
    }
    Outcome::Next(At::AclOut(door))
}

struct Choice {
    door: Ix<Subnet>,
    /// AWS might have chosen another (PIPE-12).
    random: bool,
}

fn in_zone(network: &Network, doors: &[Ix<Subnet>], zone: Option<Ix<Zone>>) -> Option<Ix<Subnet>> {
    doors.iter().copied().find(|door| network.subnets[*door].zone == zone)
}

/// One of several by the flow's hash, the same for both directions of a flow. The upper half of
/// the hash, so that this choice and others of the same flow do not go together.
fn hashed(attachment: &Attachment, doors: &[Ix<Subnet>], visit: &Visit<'_>) -> Option<Choice> {
    let key = visit.packet.key();
    let back = key.reverse();
    let hash = flow_hash(if back < key { &back } else { &key }, &attachment.id) >> 32;
    let count = u64::try_from(doors.len()).unwrap_or(1).max(1);
    let door = doors.get(usize::try_from(hash % count).unwrap_or(0)).copied()?;
    Some(Choice { door, random: doors.len() > 1 })
}

/// TGW-17: the zone in which the packet entered the transit gateway, else any.
fn nearest(
    network: &Network,
    attachment: &Attachment,
    doors: &[Ix<Subnet>],
    zone: Option<Ix<Zone>>,
    visit: &Visit<'_>,
) -> Option<Choice> {
    match zone.and_then(|zone| in_zone(network, doors, Some(zone))) {
        Some(door) => Some(Choice { door, random: false }),
        None => hashed(attachment, doors, visit),
    }
}

/// TGW-20: the interface that a flow uses is kept for its life, in both directions. TGW-22: the
/// first packet's is that of both ends' zone, or of the only end with one, else a hash.
fn kept(
    network: &Network,
    attachment: &Attachment,
    doors: &[Ix<Subnet>],
    came: Option<Ix<Zone>>,
    visit: &mut Visit<'_>,
) -> Option<Choice> {
    let key = visit.packet.key();
    let back = key.reverse();
    let remembered = |door: &Ix<Subnet>| {
        let owner = memory(network, attachment, *door);
        visit.state.entries.iter().any(|entry| {
            entry.role == Role::Appliance && entry.owner == owner && (entry.flow == key || entry.flow == back)
        })
    };
    if let Some(door) = doors.iter().copied().find(remembered) {
        return Some(Choice { door, random: false });
    }
    let tgw = attachment.tgw?;
    let at = |zone: Option<Ix<Zone>>| zone.and_then(|zone| in_zone(network, doors, Some(zone)));
    let packet = &visit.packet;
    let source = at(came.or_else(|| zone_of(network, tgw, packet.source)));
    let choice = match (source, at(zone_of(network, tgw, packet.destination))) {
        (Some(one), Some(other)) if one != other => {
            hashed(attachment, &[one.min(other), one.max(other)], visit)
        }
        (Some(door), _) | (None, Some(door)) => Some(Choice { door, random: false }),
        (None, None) => hashed(attachment, doors, visit),
    };
    if let Some(choice) = &choice {
        visit.remember(
            Entry::new(&memory(network, attachment, choice.door), Role::Appliance, key).inbound(true),
        );
    }
    choice
}

/// Whose memory a kept zone is: the attachment's interface in that subnet.
fn memory(network: &Network, attachment: &Attachment, door: Ix<Subnet>) -> Id {
    Id::from(format!("{}/{}", attachment.id, network.subnets[door].id))
}

/// The zone of an address in one of the attached VPCs.
fn zone_of(network: &Network, tgw: Ix<TransitGateway>, address: IpAddr) -> Option<Ix<Zone>> {
    let vpc = network.fabric.tgws[tgw].networks.covering(address).next().map(|(_, vpc)| *vpc)?;
    let subnet = subnet_of(network, vpc, address).or_else(|| network.subnet_of_address(vpc, address))?;
    network.subnets[subnet].zone
}

fn subnet_of(network: &Network, vpc: Ix<Vpc>, address: IpAddr) -> Option<Ix<Subnet>> {
    match network.private.get(&(vpc, address))? {
        Owner::Eni(eni) => Some(network.enis[*eni].subnet),
        Owner::Nat(nat) => match network.nats[*nat].scope {
            crate::network::NatScope::Zonal(subnet) => Some(subnet),
            _ => None,
        },
    }
}

fn neighbour(network: &Network, vpc: Ix<Vpc>, door: Ix<Subnet>, destination: IpAddr) -> bool {
    match route_table::winner(network, network.subnets[door].table, destination) {
        Some(Target::Local) => subnet_of(network, vpc, destination) == Some(door),
        Some(Target::Interface(eni)) => network.enis[eni].subnet == door,
        _ => false,
    }
}

/// AVAILABILITY_ZONE_CROSSED: on the way into the VPC, or inside it (TGW-17).
fn crossing(
    network: &Network,
    attachment: &Attachment,
    vpc: Ix<Vpc>,
    door: Ix<Subnet>,
    came: Option<Ix<Zone>>,
    visit: &mut Visit<'_>,
) {
    let entered = network.subnets[door].zone;
    let goes = subnet_of(network, vpc, visit.packet.destination).and_then(|to| network.subnets[to].zone);
    let (from, to) = match (came, goes) {
        (Some(came), _) if entered.is_some_and(|entered| entered != came) => (Some(came), entered),
        (_, Some(goes)) if entered.is_some_and(|entered| entered != goes) => (entered, Some(goes)),
        _ => return,
    };
    if let (Some(from), Some(to)) = (from, to) {
        let hint = Reason::new(&ZONE_CROSSED, Where::new(SPEC.kind, &attachment.id))
            .fact("from", &network.zones[from].id)
            .fact("to", &network.zones[to].id);
        visit.hint(hint);
    }
}

/// TGW-21: what keeps state behind an attachment in several zones wants appliance mode.
fn advise(
    network: &Network,
    attachment: &Attachment,
    doors: &[Ix<Subnet>],
    door: Ix<Subnet>,
    visit: &mut Visit<'_>,
) {
    if attachment.appliance || doors.len() < 2 {
        return;
    }
    let table = network.subnets[door].table;
    let middlebox = match route_table::winner(network, table, visit.packet.destination) {
        Some(Target::Interface(eni)) => network.enis[eni]
            .instance
            .filter(|instance| network.instances[*instance].role == InstanceRole::Firewall)
            .map(|instance| &network.instances[instance].id),
        Some(Target::Part(part)) if part.is_middlebox() => Some(part.id(network)),
        _ => None,
    };
    if let Some(middlebox) = middlebox {
        let hint = Reason::new(&APPLIANCE_MODE, Where::new(SPEC.kind, &attachment.id))
            .fact("appliance", middlebox)
            .fact("attachment", &attachment.id);
        visit.hint(hint);
    }
}
