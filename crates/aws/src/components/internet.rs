//! The internet at large: carries packets between public addresses, and stands for any host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hopscope_forward::{Decision, Hop, Id, Outcome, Reason, ReasonSpec, Visit, Where};
use hopscope_net::prefix::Family;

use crate::arena::Ix;
use crate::component::{Shape, Spec};
use crate::components::{
    internet_gateway, internet_host, network_interface, route_table, shield_protection, virtual_interface,
};
use crate::fabric::Outside;
use crate::listener;
use crate::network::{Host, Network, Target, Vpc};
use crate::pipeline::At;

record! {
    /// Configuration of the internet at large.
    pub struct Config {}
}

/// What the internet says about itself.
pub static SPEC: Spec = Spec {
    kind: "internet",
    name: "Internet",
    aws_type: None,
    id_prefix: "internet",
    summary: "Everything outside; stands for any public host.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: true,
    fields: &[],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html",
};

/// Reasons the internet raises: those of nobody owning an address.
pub static REASONS: &[&ReasonSpec] = &[];

/// Id that stands for the internet at large in traces when none is drawn.
pub const AT_LARGE: &str = "internet";

/// The address of a nameless client on the internet (documentation ranges, RFC 5737, RFC 3849).
pub(crate) fn client_address(family: Family) -> IpAddr {
    match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::new(198, 51, 100, 50)),
        Family::V6 => IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 0x50)),
    }
}

fn kind_and_id(network: &Network, host: Option<Ix<Host>>) -> (&'static str, Id) {
    match host {
        Some(host) => (internet_host::SPEC.kind, network.hosts[host].id.clone()),
        None => (SPEC.kind, at_large(network)),
    }
}

/// The id that stands for the internet at large.
pub(crate) fn at_large(network: &Network) -> Id {
    network
        .index
        .iter()
        .find(|(_, thing)| **thing == crate::network::Thing::Internet)
        .map_or_else(|| Id::from(AT_LARGE), |(id, _)| id.clone())
}

/// A host on the internet puts a packet on the wire.
pub(crate) fn send(network: &Network, host: Option<Ix<Host>>, visit: &mut Visit<'_>) -> Outcome<At> {
    let (kind, id) = kind_and_id(network, host);
    visit.record(Hop::new(kind, &id, "send", Decision::Sent, &visit.packet.clone()));
    Outcome::Next(At::Internet)
}

/// Finds where a public destination is: a drawn host, a gateway of a VPC, or somewhere at large.
pub(crate) fn carry(network: &Network, visit: &mut Visit<'_>) -> Outcome<At> {
    let packet = visit.packet.clone();
    let from_vpc = visit.hops().iter().any(|hop| !matches!(hop.stage, "send" | "own-line"));
    if visit.state.rate >= shield_protection::FLOOD {
        shield_protection::absorb(network, &at_large(network), visit);
    }
    // DX-11: what a site announces over a public virtual interface is not reached over the internet.
    if let Some(outcome) = virtual_interface::public_way(network, visit) {
        return outcome;
    }
    if let Some((host, _)) =
        network.hosts.iter().find(|(_, host)| host.address(packet.family()) == Some(packet.destination))
    {
        return arrive(network, Some(host), visit);
    }
    if let Some((part, Outside::Internet)) = network.ends.get(&packet.destination) {
        return part.receive_from_internet(network, visit);
    }
    let door = match packet.destination {
        IpAddr::V4(destination) => door4(network, destination, from_vpc),
        IpAddr::V6(_) => door6(network, packet.source, packet.destination),
    };
    match door {
        Door::Through(at) => Outcome::Routed(at),
        Door::None => {
            let id = at_large(network);
            let hop = Hop::new(SPEC.kind, &id, "internet", Decision::Denied, &packet).by(&["ADDR-14"]);
            let reason = Reason::new(&network_interface::NO_POSSIBLE_DESTINATION, Where::new(SPEC.kind, &id))
                .fact("address", packet.destination)
                .fact("vpc", "the internet");
            visit.deny(hop, reason);
            Outcome::Stopped
        }
        Door::AtLarge => arrive(network, None, visit),
    }
}

fn arrive(network: &Network, host: Option<Ix<Host>>, visit: &mut Visit<'_>) -> Outcome<At> {
    let (kind, id) = kind_and_id(network, host);
    let hop = Hop::new(kind, &id, "deliver", Decision::Delivered, &visit.packet.clone());
    match host {
        Some(host) => listener::take(&network.hosts[host].sockets, hop, Where::new(kind, &id), visit),
        None => visit.record(hop),
    }
    Outcome::Arrived(At::ArrivedHost(host))
}

enum Door {
    Through(At),
    AtLarge,
    None,
}

/// A public address of a VPC is behind that VPC's gateway. An address that nobody owns is asked
/// for at the first gateway when a client outside sends it, so that the refusal can be seen
/// (W-04), and is somewhere at large when a VPC sends it.
fn door4(network: &Network, destination: Ipv4Addr, from_vpc: bool) -> Door {
    if let Some((owner, _)) = network.public.get(&destination) {
        let vpc = internet_gateway::owner_vpc(network, *owner);
        return match network.vpcs[vpc].igw {
            Some(igw) => Door::Through(At::IgwIn(igw)),
            None => Door::None,
        };
    }
    // IGW-04: an Elastic IP address that nothing uses ends at a gateway, whoever sends to it.
    if from_vpc && !network.elastic.contains(&destination) {
        return Door::AtLarge;
    }
    let address = IpAddr::V4(destination);
    let mut owners = network.vpcs.iter().filter(|(_, vpc)| vpc.contains(address)).peekable();
    let owned = owners.peek().is_some();
    let owner = owners.find_map(|(_, vpc)| vpc.igw);
    // A VPC without a gateway has no door; another VPC's is not its own.
    let first = || network.igws.iter().next().map(|(ix, _)| ix).filter(|_| !owned);
    match owner.or_else(first) {
        Some(igw) => Door::Through(At::IgwIn(igw)),
        None => Door::None,
    }
}

/// IPv6 goes to the VPC whose block holds it, by the gateway that the destination's subnet uses
/// for the way back (EIGW-03).
fn door6(network: &Network, source: IpAddr, destination: IpAddr) -> Door {
    let Some((ix, vpc)) = network.vpcs.iter().find(|(_, vpc)| vpc.contains(destination)) else {
        return Door::AtLarge;
    };
    let way_back = network
        .subnet_of_address(ix, destination)
        .and_then(|subnet| route_table::winner(network, network.subnets[subnet].table, source));
    match (way_back, default_gateway(vpc)) {
        (Some(Target::EgressOnly(eigw)), _) => Door::Through(At::EigwIn(eigw)),
        (_, Some(at)) => Door::Through(at),
        (_, None) => Door::None,
    }
}

fn default_gateway(vpc: &Vpc) -> Option<At> {
    vpc.igw.map(At::IgwIn).or(vpc.eigw.map(At::EigwIn))
}
