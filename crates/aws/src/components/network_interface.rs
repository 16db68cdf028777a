//! An elastic network interface: addresses, security groups and the source/destination check
//! (ADDR-22 to ADDR-29).

use std::net::IpAddr;

use hopscope_forward::{
    Decision, Evidence, Hop, Id, LegKind, Outcome, Reason, ReasonSpec, Severity, Visit, Where,
};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::{app_mesh, cloudfront_distribution, network_load_balancer, route_table};
use crate::listener;
use crate::network::{Eni, Network, Owner};
use crate::pipeline::At;
use crate::platform;

record! {
    /// Configuration of an interface. Its parent is the instance it is attached to, or, while
    /// detached, the subnet.
    pub struct Config {
        /// Its subnet; the instance's subnet if empty.
        pub subnet: Option<Id>,
        /// Private IPv4 addresses; the first is primary.
        pub private_ips: Vec<PrivateAddress>,
        /// IPv6 addresses.
        pub ipv6: Vec<String>,
        /// Security groups.
        pub security_groups: Vec<Id>,
        /// Refuse packets whose source or destination is not this interface's own (ADDR-26).
        pub source_dest_check: bool = true,
        /// The AWS service that runs it (`transit_gateway`, `lambda`), for an imported interface that
        /// belongs to no instance. What happens behind it is not modelled.
        pub service: Option<String>,
        /// Packets a second that it sends to link-local services: the resolver, time, metadata
        /// (DNS-06).
        pub link_local_packets: u32,
    }
}

record! {
    /// A private IPv4 address and the public one AWS assigned to it. An Elastic IP address is a
    /// component of its own and wins over `public_ip` (ADDR-23).
    pub struct PrivateAddress {
        /// The private address.
        pub address: String,
        /// Auto-assigned public IPv4 address.
        pub public_ip: Option<String>,
    }
}

/// What an interface says about itself.
pub static SPEC: Spec = Spec {
    kind: "network-interface",
    name: "Network interface",
    aws_type: Some("AWS::EC2::NetworkInterface"),
    id_prefix: "eni",
    summary: "A virtual network card: addresses and security groups in one subnet.",
    parents: &["instance", "subnet"],
    shape: Shape::Card,
    route_target: (true, true),
    endpoint: true,
    fields: &[
        Field::new(
            "private_ips",
            "Private IPv4 addresses",
            FieldKind::PrivateAddresses,
            "The first is primary",
        ),
        Field::new("ipv6", "IPv6 addresses", FieldKind::AddressList, ""),
        Field::new("security_groups", "Security groups", FieldKind::RefList("security-group"), ""),
        Field::new(
            "source_dest_check",
            "Source/destination check",
            FieldKind::Flag,
            "Off for routers, firewalls and NAT instances",
        ),
        Field::new("subnet", "Subnet", FieldKind::Ref(&["subnet"]), "The instance's subnet if empty"),
        Field::new(
            "link_local_packets",
            "Packets to link-local services",
            FieldKind::Number,
            "A second; 1,024 are answered",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html",
};

/// The interface refuses a source or destination that is not its own (ADDR-26).
pub static SOURCE_DEST_CHECK: ReasonSpec = ReasonSpec {
    code: "ENI_SOURCE_DEST_CHECK_RESTRICTION",
    aws_code: Some("ENI_SOURCE_DEST_CHECK_RESTRICTION"),
    severity: Severity::Deny,
    rules: &["ADDR-26", "PIPE-07", "NAT-19"],
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html",
};

/// An end has no address of the packet's family (ADDR-19, V6-11, V6-12).
pub static FAMILY_MISMATCH: ReasonSpec = ReasonSpec {
    code: "X_ADDRESS_FAMILY_MISMATCH",
    aws_code: None,
    severity: Severity::Deny,
    rules: &["ADDR-19", "V6-11", "V6-12"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html",
};

/// The interface has an IPv6 address, and the system behind it got none by DHCPv6 (ADDR-20).
pub static NO_LEASE: ReasonSpec = ReasonSpec {
    code: "X_NO_DHCPV6_LEASE",
    aws_code: None,
    severity: Severity::Deny,
    rules: &["ADDR-20"],
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
};

/// A component is out of service: a stopped instance, a failed zone, a failed gateway (NAT-13).
pub static BAD_STATE: ReasonSpec = ReasonSpec {
    code: "BAD_STATE",
    aws_code: Some("BAD_STATE"),
    severity: Severity::Deny,
    rules: &["NAT-13"],
    docs: "https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html",
};

/// Nobody owns the destination address (ADDR-13, ADDR-14).
pub static NO_POSSIBLE_DESTINATION: ReasonSpec = ReasonSpec {
    code: "NO_POSSIBLE_DESTINATION",
    aws_code: Some("NO_POSSIBLE_DESTINATION"),
    severity: Severity::Deny,
    rules: &["ADDR-13", "ADDR-14"],
    docs: "https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html",
};

/// Reasons an interface raises.
pub static REASONS: &[&ReasonSpec] =
    &[&SOURCE_DEST_CHECK, &FAMILY_MISMATCH, &NO_LEASE, &BAD_STATE, &NO_POSSIBLE_DESTINATION];

/// What stands for the interface on the map: the component it belongs to, its instance if
/// attached, else itself.
pub(crate) fn place(network: &Network, eni: Ix<Eni>) -> &Id {
    let interface = &network.enis[eni];
    if let Some(part) = interface.part {
        return part.id(network);
    }
    interface.instance.map_or(&interface.id, |instance| &network.instances[instance].id)
}

/// Whether the interface sends what it did not write: appliances do, hosts only when spoofing.
pub(crate) fn source_check(network: &Network, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    app_mesh::outbound(network, eni, visit);
    let interface = &network.enis[eni];
    let packet = visit.packet.clone();
    let service = platform::service(network, eni, packet.destination);
    // Link-local addresses are the link's own business (V6-13): they reach platform services only.
    let link_local = matches!(packet.source, IpAddr::V4(a) if a.is_link_local()) && service.is_some();
    let owned = interface.owns(packet.source) || link_local;
    let hop = Hop::new(SPEC.kind, &interface.id, "source-check", Decision::Allowed, &packet)
        .at(place(network, eni))
        .with(Evidence::Check {
            check: "source-owned",
            passed: owned,
            value: Some(packet.source.to_string()),
        })
        .with(Evidence::Check { check: "source-dest-check", passed: interface.check, value: None })
        .by(&["PIPE-01", "ADDR-26"]);
    if interface.check && !owned {
        let reason =
            Reason::new(&SOURCE_DEST_CHECK, Where::new(SPEC.kind, &interface.id).of(place(network, eni)))
                .fact("interface", &interface.id)
                .fact("address", packet.source)
                .fact("side", "source");
        visit.deny(hop, reason);
    } else {
        visit.record(hop);
    }
    match service {
        Some(service) => Outcome::Next(At::Service(service, eni)),
        None => Outcome::Next(At::SecurityGroupOut(eni)),
    }
}

/// Same subnet: straight to the neighbour (PIPE-03). Otherwise out through ACL and router.
pub(crate) fn leave(network: &Network, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    let ix = network.enis[eni].subnet;
    let subnet = &network.subnets[ix];
    let destination = visit.packet.destination;
    if to_many(destination) {
        return nobody(network, ix, visit);
    }
    if let Some(back) = network_load_balancer::direct_return(network, eni, visit) {
        return back;
    }
    if !subnet.contains(destination) {
        // EDGE-13: CloudFront's interface is a neighbour under an address of its own.
        return match cloudfront_distribution::neighbour(network, ix, destination) {
            Some(neighbour) => Outcome::Next(At::DestinationCheck(neighbour)),
            None => Outcome::Next(At::AclOut(ix)),
        };
    }
    match network.private.get(&(subnet.vpc, destination)) {
        Some(Owner::Eni(neighbour)) => Outcome::Next(At::SecurityGroupIn(*neighbour)),
        Some(Owner::Nat(nat)) => Outcome::Next(At::Nat(*nat)),
        None => nobody(network, ix, visit),
    }
}

/// Multicast, or broadcast on the link: a VPC carries neither (ADDR-13).
fn to_many(destination: IpAddr) -> bool {
    match destination {
        IpAddr::V4(a) => a.is_multicast() || a.is_broadcast(),
        IpAddr::V6(a) => a.is_multicast(),
    }
}

/// A destination inside the VPC that no interface owns (ADDR-13, ADDR-14).
pub(crate) fn nobody(
    network: &Network,
    subnet: Ix<crate::network::Subnet>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let subnet = &network.subnets[subnet];
    let vpc = &network.vpcs[subnet.vpc];
    let hop =
        Hop::new("vpc", &vpc.id, "deliver", Decision::Denied, &visit.packet).by(&["ADDR-13", "ADDR-14"]);
    let reason = Reason::new(&NO_POSSIBLE_DESTINATION, Where::new("vpc", &vpc.id))
        .fact("address", visit.packet.destination)
        .fact("vpc", &vpc.id);
    visit.deny(hop, reason);
    Outcome::Stopped
}

/// Is the destination the interface's own? Then it is delivered; otherwise only an appliance
/// with the check switched off takes it (PIPE-07).
pub(crate) fn destination_check(network: &Network, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    let interface = &network.enis[eni];
    let packet = visit.packet.clone();
    let owned = interface.owns(packet.destination);
    if let Some(part) = interface.part {
        return part.receive(network, eni, visit);
    }
    let at = Where::new(SPEC.kind, &interface.id).of(place(network, eni));
    if network.serves(eni) {
        let hop = Hop::new(SPEC.kind, &interface.id, "destination-check", Decision::Unknown, &packet);
        visit.unknown(hop, unmodelled(&interface.id));
        return if owned { Outcome::Arrived(At::Arrived(eni)) } else { Outcome::Stopped };
    }
    if !network.alive(eni) {
        let hop = Hop::new(SPEC.kind, &interface.id, "destination-check", Decision::Denied, &packet)
            .at(place(network, eni));
        let what = if network.zone_failed(interface.subnet) { "zone" } else { "instance" };
        visit.deny(hop, Reason::new(&BAD_STATE, at).fact("interface", &interface.id).fact("failed", what));
        return if owned { Outcome::Arrived(At::Arrived(eni)) } else { Outcome::Stopped };
    }
    if owned {
        if crate::components::instance::translates(network, eni, visit) {
            return Outcome::Next(At::Appliance(eni));
        }
        return deliver(network, eni, visit);
    }
    let hop = Hop::new(SPEC.kind, &interface.id, "destination-check", Decision::Allowed, &packet)
        .at(place(network, eni))
        .with(Evidence::Check {
            check: "destination-owned",
            passed: false,
            value: Some(packet.destination.to_string()),
        })
        .with(Evidence::Check { check: "source-dest-check", passed: interface.check, value: None })
        .by(&["PIPE-07", "ADDR-26"]);
    if interface.check {
        let reason = Reason::new(&SOURCE_DEST_CHECK, at)
            .fact("interface", &interface.id)
            .fact("address", packet.destination)
            .fact("side", "destination");
        visit.deny(hop, reason);
    } else {
        visit.record(hop);
    }
    Outcome::Next(At::Appliance(eni))
}

fn deliver(network: &Network, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    app_mesh::inbound(network, eni, visit);
    let interface = &network.enis[eni];
    let (kind, id) = match interface.instance {
        Some(instance) => ("instance", &network.instances[instance].id),
        None => (SPEC.kind, &interface.id),
    };
    let hop = Hop::new(kind, id, "deliver", Decision::Delivered, &visit.packet).with(Evidence::Check {
        check: "destination-owned",
        passed: true,
        value: Some(visit.packet.destination.to_string()),
    });
    let hop = hop.by(&["PIPE-02"]);
    match interface.instance {
        Some(_) if without_lease(network, eni, visit.packet.destination) => {
            visit.deny(hop.by(&["ADDR-20"]), no_lease(interface));
        }
        Some(instance) => {
            listener::take(&network.instances[instance].sockets, hop, Where::new(kind, id), visit);
        }
        None => visit.record(hop),
    }
    Outcome::Arrived(At::Arrived(eni))
}

/// The first hop of a leg: a host puts a packet on its interface.
pub(crate) fn send(network: &Network, eni: Ix<Eni>, missing: Option<&'static str>, visit: &mut Visit<'_>) {
    let interface = &network.enis[eni];
    let (kind, id) = match interface.instance {
        Some(instance) => ("instance", &network.instances[instance].id),
        None => (SPEC.kind, &interface.id),
    };
    let at = Where::new(SPEC.kind, &interface.id).of(id);
    let hop = Hop::new(kind, id, "send", Decision::Sent, &visit.packet.clone());
    let hop = match visit.leg {
        LegKind::Lookup | LegKind::Attempt | LegKind::Forward => hop,
        LegKind::Return => hop.by(&["PIPE-05"]),
    };
    if let Some(family) = missing {
        let reason =
            Reason::new(&FAMILY_MISMATCH, at).fact("interface", &interface.id).fact("family", family);
        visit.deny(hop.by(&["ADDR-19", "V6-12"]), reason);
    } else if without_lease(network, eni, visit.packet.source) {
        visit.deny(hop.by(&["ADDR-20"]), no_lease(interface));
    } else if network.serves(eni) {
        visit.unknown(hop, unmodelled(&interface.id));
    } else if network.alive(eni) {
        visit.record(hop);
    } else {
        let what = if network.zone_failed(interface.subnet) { "zone" } else { "instance" };
        visit.deny(hop, Reason::new(&BAD_STATE, at).fact("interface", &interface.id).fact("failed", what));
    }
}

/// ADDR-20: whether an address of the interface is one that its host's system has not got.
fn without_lease(network: &Network, eni: Ix<Eni>, address: IpAddr) -> bool {
    let interface = &network.enis[eni];
    let stopped = interface.instance.is_some_and(|instance| network.instances[instance].dhcpv6_stopped);
    stopped && address.is_ipv6() && interface.owns(address)
}

fn no_lease(interface: &Eni) -> Reason {
    Reason::new(&NO_LEASE, Where::new(SPEC.kind, &interface.id)).fact("interface", &interface.id)
}

/// An AWS service behind an interface does what it does: not modelled.
fn unmodelled(interface: &Id) -> Reason {
    Reason::new(&route_table::UNSUPPORTED, Where::new(SPEC.kind, interface)).fact("component", interface)
}

/// The interface that owns an address inside a VPC.
pub(crate) fn owner_of(network: &Network, address: IpAddr) -> Option<Ix<Eni>> {
    network.enis.iter().find(|(_, eni)| eni.owns(address)).map(|(ix, _)| ix)
}
