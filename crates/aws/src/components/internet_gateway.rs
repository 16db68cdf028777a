//! An internet gateway: one-to-one, stateless translation between public and private IPv4;
//! IPv6 unchanged (IGW-01 to IGW-12).

use std::net::IpAddr;

use hopscope_forward::{Decision, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, Visit, Where};
use hopscope_net::{Packet, Protocol, Transport, prefix};

use crate::arena::Ix;
use crate::block_public_access::{self, Door};
use crate::catalog::Part;
use crate::component::{Shape, Spec};
use crate::components::{network_acl, route_table, transit_gateway_attachment};
use crate::network::{InternetGateway, Network, Owner, Target, Thing};
use crate::pipeline::At;

record! {
    /// Configuration of an internet gateway. Its parent is the VPC it is attached to; a Region
    /// while detached.
    pub struct Config {
        /// Security groups drawn onto it, which AWS refuses (PIPE-08); kept so that it can be said.
        pub security_groups: Vec<Id>,
    }
}

/// What an internet gateway says about itself.
pub static SPEC: Spec = Spec {
    kind: "internet-gateway",
    name: "Internet gateway",
    aws_type: Some("AWS::EC2::InternetGateway"),
    id_prefix: "igw",
    summary: "Connects a VPC to the internet, both ways, for addresses that are public.",
    parents: &["vpc", "region"],
    shape: Shape::Edge,
    route_target: (true, true),
    endpoint: false,
    fields: &[],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
};

/// The page of the VPC User Guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html";

packet_reason!(
    PAGE,
    /// The source has no public address here (IGW-02).
    NO_PUBLIC_SOURCE, "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", Some("IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"),
    &["IGW-02", "IGW-08", "ADDR-08", "ADDR-24", "NAT-02"]
);
packet_reason!(
    PAGE,
    /// The destination is nobody's public address here (IGW-04).
    NO_PUBLIC_DESTINATION, "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", Some("IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"),
    &["IGW-04", "ADDR-29"]
);
packet_reason!(
    PAGE,
    /// Outbound to a private address (IGW-06).
    TO_RFC1918, "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS", Some("IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"),
    &["IGW-06"]
);
packet_reason!(
    PAGE,
    /// Outbound to shared carrier space (IGW-06).
    TO_RFC6598, "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS", Some("IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS"),
    &["IGW-06"]
);
packet_reason!(
    PAGE,
    /// Inbound from a private address (IGW-06).
    FROM_RFC1918, "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS", Some("IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS"),
    &["IGW-06"]
);
packet_reason!(
    PAGE,
    /// Inbound from shared carrier space (IGW-06).
    FROM_RFC6598, "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS", Some("IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS"),
    &["IGW-06"]
);
packet_reason!(
    PAGE,
    /// The source does not belong to the VPC it came from (ADDR-27).
    SPOOFED, "GATEWAY_REJECTS_SPOOFED_TRAFFIC", Some("GATEWAY_REJECTS_SPOOFED_TRAFFIC"),
    &["ADDR-27", "EIGW-09"]
);
packet_reason!(
    PAGE,
    /// Private IPv6 is dropped at the internet edge (ADDR-21).
    PRIVATE_IPV6, "X_PRIVATE_IPV6_AT_EDGE", None,
    &["ADDR-21"]
);
packet_reason!(
    PAGE,
    /// A NAT64 address was sent to the internet (V6-08).
    NAT64_UNROUTED, "X_NAT64_PREFIX_UNROUTED", None,
    &["V6-08"]
);
packet_reason!(
    PAGE,
    /// Too big for the internet, and the ICMP message that would say so is filtered (NACL-14).
    MTU_BLACKHOLE, "X_MTU_BLACKHOLE", None,
    &["NACL-14", "IGW-12"]
);
packet_reason!(
    "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html",
    /// IPv6 addresses of endpoints are shut off from the internet gateway (V6-15).
    DENY_ALL, "X_DENY_ALL_IGW_TRAFFIC", None, &["V6-15"]
);

/// Reasons an internet gateway raises.
pub static REASONS: &[&ReasonSpec] = &[
    &block_public_access::BLOCKED,
    &NO_PUBLIC_SOURCE,
    &NO_PUBLIC_DESTINATION,
    &TO_RFC1918,
    &TO_RFC6598,
    &FROM_RFC1918,
    &FROM_RFC6598,
    &SPOOFED,
    &PRIVATE_IPV6,
    &NAT64_UNROUTED,
    &MTU_BLACKHOLE,
    &DENY_ALL,
];

/// Largest packet the internet carries through the gateway, bytes (IGW-12, from general knowledge).
fn internet_mtu() -> u32 {
    1500
}

/// Out to the internet; translation is the last thing that happens (PIPE-06).
pub(crate) fn outbound(network: &Network, ix: Ix<InternetGateway>, visit: &mut Visit<'_>) -> Outcome<At> {
    let igw = &network.igws[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &igw.id);
    let hop = Hop::new(SPEC.kind, &igw.id, "internet-gateway", Decision::Forwarded, &packet);
    let vpc = &network.vpcs[igw.vpc];
    let door = (igw.vpc, Door::Internet);
    block_public_access::judge(network, door, Some(packet.source), true, (SPEC.kind, &igw.id), visit);
    let IpAddr::V4(source) = packet.source else {
        let refused = refuse_ipv6(&packet, vpc.contains(packet.source));
        return match refused {
            Some(spec) => {
                visit.deny(
                    hop.by(spec.rules),
                    Reason::new(spec, at())
                        .fact("source", packet.source)
                        .fact("destination", packet.destination),
                );
                Outcome::Stopped
            }
            None => {
                visit.record(hop.by(&["IGW-05"]));
                fit_mtu(network, ix, visit);
                Outcome::Next(At::Internet)
            }
        };
    };
    // IGW-06 first: with or without a public source, a private destination is never on the internet.
    let private_destination = if prefix::is_rfc1918(packet.destination) {
        Some(&TO_RFC1918)
    } else if prefix::is_rfc6598(packet.destination) {
        Some(&TO_RFC6598)
    } else {
        None
    };
    if let Some(spec) = private_destination {
        visit.deny(hop.by(&["IGW-06"]), Reason::new(spec, at()).fact("destination", packet.destination));
        return Outcome::Stopped;
    }
    // IGW-08: what came over a transit gateway is no forgery; it just has no public address here.
    if !vpc.contains(packet.source) && !transit_gateway_attachment::crossed(visit) {
        visit.deny(hop.by(&["ADDR-27"]), Reason::new(&SPOOFED, at()).fact("source", source));
        return Outcome::Stopped;
    }
    let public = public_of(network, ix, packet.source);
    let mapped = Evidence::Check {
        check: "public-address",
        passed: public.is_some(),
        value: Some(source.to_string()),
    };
    match public {
        None => {
            visit.deny(
                hop.with(mapped).by(&["IGW-02"]),
                Reason::new(&NO_PUBLIC_SOURCE, at()).fact("source", source),
            );
            Outcome::Stopped
        }
        Some(public) => {
            let after = Packet { source: public, ..packet };
            visit.record(hop.with(mapped).rewriting(&after).by(&["IGW-03", "PIPE-06"]));
            visit.packet = after;
            fit_mtu(network, ix, visit);
            Outcome::Next(At::Internet)
        }
    }
}

/// Why IPv6 cannot leave, if it cannot (ADDR-21, ADDR-27, V6-08).
pub(crate) fn refuse_ipv6(packet: &Packet, own_source: bool) -> Option<&'static ReasonSpec> {
    if !own_source {
        Some(&SPOOFED)
    } else if prefix::nat64_embedded(packet.destination).is_some() {
        Some(&NAT64_UNROUTED)
    } else if prefix::is_ula(packet.source) || prefix::is_ula(packet.destination) {
        Some(&PRIVATE_IPV6)
    } else {
        None
    }
}

/// The public address that stands for a private one, while it can be used (ADDR-29).
fn public_of(network: &Network, ix: Ix<InternetGateway>, private: IpAddr) -> Option<IpAddr> {
    let IpAddr::V4(address) = private else { return None };
    match network.private.get(&(network.igws[ix].vpc, private))? {
        Owner::Eni(eni) => {
            let pair = network.enis[*eni].v4.iter().find(|pair| pair.private == address)?;
            pair.public.map(IpAddr::V4)
        }
        Owner::Nat(nat) => network.nats[*nat].public.map(IpAddr::V4),
    }
}

/// In from the internet: translation is the first thing that happens (PIPE-06).
pub(crate) fn inbound(network: &Network, ix: Ix<InternetGateway>, visit: &mut Visit<'_>) -> Outcome<At> {
    let igw = &network.igws[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &igw.id);
    let hop = Hop::new(SPEC.kind, &igw.id, "internet-gateway", Decision::Forwarded, &packet);
    let inside = match packet.destination {
        IpAddr::V4(public) => network.public.get(&public).map(|(_, private)| IpAddr::V4(*private)),
        IpAddr::V6(_) => Some(packet.destination),
    };
    let door = (igw.vpc, Door::Internet);
    block_public_access::judge(network, door, inside, false, (SPEC.kind, &igw.id), visit);
    let IpAddr::V4(destination) = packet.destination else {
        if prefix::is_ula(packet.source) || prefix::is_ula(packet.destination) {
            visit.deny(
                hop.by(&["ADDR-21"]),
                Reason::new(&PRIVATE_IPV6, at())
                    .fact("source", packet.source)
                    .fact("destination", packet.destination),
            );
            return Outcome::Stopped;
        }
        if let Some(part) = shut_off(network, ix, packet.destination) {
            let reason = Reason::new(&DENY_ALL, at())
                .fact("destination", packet.destination)
                .fact("component", part.id(network));
            visit.deny(hop.by(&["V6-15"]), reason);
        } else {
            visit.record(hop.by(&["IGW-05"]));
        }
        return Outcome::Next(At::Edge(ix));
    };
    let private_source = if prefix::is_rfc1918(packet.source) {
        Some(&FROM_RFC1918)
    } else if prefix::is_rfc6598(packet.source) {
        Some(&FROM_RFC6598)
    } else {
        None
    };
    if let Some(spec) = private_source {
        visit.deny(hop.by(&["IGW-06"]), Reason::new(spec, at()).fact("source", packet.source));
        return Outcome::Stopped;
    }
    let mapping = network.public.get(&destination).filter(|(owner, _)| owner_vpc(network, *owner) == igw.vpc);
    let usable = mapping.filter(|(owner, _)| match owner {
        Owner::Eni(eni) => {
            let eni = &network.enis[*eni];
            eni.part.is_some() || eni.instance.is_some_and(|instance| network.instances[instance].running)
        }
        Owner::Nat(_) => true,
    });
    let evidence = Evidence::Check {
        check: "public-address",
        passed: usable.is_some(),
        value: Some(destination.to_string()),
    };
    match usable {
        None => {
            visit.deny(
                hop.with(evidence).by(&["IGW-04"]),
                Reason::new(&NO_PUBLIC_DESTINATION, at()).fact("destination", destination),
            );
            // Counterfactually, a known owner would still receive it.
            let Some((_, private)) = mapping else { return Outcome::Stopped };
            visit.packet = Packet { destination: IpAddr::V4(*private), ..packet };
            Outcome::Next(At::Edge(ix))
        }
        Some((_, private)) => {
            let after = Packet { destination: IpAddr::V4(*private), ..packet };
            visit.record(hop.with(evidence).rewriting(&after).by(&["IGW-03", "PIPE-06"]));
            visit.packet = after;
            Outcome::Next(At::Edge(ix))
        }
    }
}

/// V6-15: IPv6 addresses of endpoints and internal load balancers are shut off from the internet.
fn shut_off(network: &Network, ix: Ix<InternetGateway>, destination: IpAddr) -> Option<Part> {
    let Some(Owner::Eni(eni)) = network.private.get(&(network.igws[ix].vpc, destination)) else {
        return None;
    };
    match network.enis[*eni].part? {
        part @ Part::InterfaceEndpoint(_) => Some(part),
        part @ Part::ApplicationLoadBalancer(alb) if network.fabric.albs[alb].internal => Some(part),
        part @ Part::NetworkLoadBalancer(nlb) if network.fabric.nlbs[nlb].internal => Some(part),
        _ => None,
    }
}

/// The VPC an owner of an address lives in.
pub(crate) fn owner_vpc(network: &Network, owner: Owner) -> Ix<crate::network::Vpc> {
    match owner {
        Owner::Eni(eni) => network.vpc_of_eni(eni),
        Owner::Nat(nat) => network.nats[nat].vpc,
    }
}

/// Whether the gateway's route table sends an address to a middlebox (RT-28).
pub(crate) fn redirects(network: &Network, ix: Ix<InternetGateway>, address: IpAddr) -> bool {
    let Some(table) = network.igws[ix].edge else { return false };
    match route_table::winner(network, table, address) {
        Some(Target::Interface(_)) => true,
        Some(Target::Part(part)) => part.is_middlebox(),
        _ => false,
    }
}

/// Path MTU discovery at the gateway (IGW-12, NACL-14): a packet that may not be fragmented is
/// sent again at 1500 bytes, if the ICMP message that asks for it gets back.
fn fit_mtu(network: &Network, ix: Ix<InternetGateway>, visit: &mut Visit<'_>) {
    let mtu = internet_mtu();
    if visit.packet.size <= mtu {
        return;
    }
    let packet = visit.packet.clone();
    let igw = &network.igws[ix];
    let must_discover = packet.dont_fragment || packet.source.is_ipv6();
    let subnets: Vec<_> = visit
        .hops()
        .iter()
        .filter(|hop| hop.stage == "network-acl-out")
        .filter_map(|hop| match network.index.get(&hop.place) {
            Some(Thing::Subnet(subnet)) => Some((*subnet, hop.packet.source)),
            _ => None,
        })
        .collect();
    let (protocol, kind, code) =
        if packet.source.is_ipv6() { (Protocol::ICMPV6, 2, 0) } else { (Protocol::ICMP, 3, 4) };
    let filtered = subnets.iter().find(|(subnet, source)| {
        let message = Packet {
            source: packet.destination,
            destination: *source,
            protocol,
            transport: Transport::Icmp { kind, code, identifier: 0 },
            size: 56,
            dont_fragment: true,
            fragment: false,
        };
        source.is_ipv6() == message.source.is_ipv6() && !network_acl::scan(network, *subnet, true, &message).1
    });
    let hop = Hop::new(SPEC.kind, &igw.id, "internet-gateway", Decision::Forwarded, &packet)
        .by(&["IGW-12", "NACL-14"]);
    match filtered.filter(|_| must_discover) {
        Some((subnet, _)) => {
            let subnet = &network.subnets[*subnet].id;
            let reason = Reason::new(&MTU_BLACKHOLE, Where::new(SPEC.kind, &igw.id))
                .fact("size", packet.size)
                .fact("mtu", mtu)
                .fact("subnet", subnet);
            visit.deny(hop, reason);
        }
        None => {
            visit.record(hop.with(Evidence::Check {
                check: "path-mtu",
                passed: true,
                value: Some(mtu.to_string()),
            }));
        }
    }
    visit.packet.size = mtu;
}
