//! The order of stages at each kind of place, as one dispatch table. What a stage decides is in
//! its component's file.
//!
//! | place | stages, in order | rules |
//! |---|---|---|
//! | interface, outbound | source check → platform services → security group out | PIPE-01, PIPE-04 |
//! | subnet, outbound | network ACL out, only when the packet leaves the subnet | PIPE-03 |
//! | router | route table of the source subnet | RT-12 |
//! | gateway | internet gateway, egress-only gateway, NAT gateway | PIPE-06 |
//! | edge, inbound | gateway route table, if any | RT-26 |
//! | subnet, inbound | network ACL in | PIPE-02 |
//! | interface, inbound | security group in → destination check → deliver or appliance | PIPE-02, PIPE-07 |

use hopscope_forward::{Outcome, Visit, World};

use crate::arena::Ix;
use crate::catalog::{Part, Stage};
use crate::components::{
    egress_only_internet_gateway, instance, internet, internet_gateway, nat_gateway, network_acl,
    network_interface, route_table, security_group,
};
use crate::network::{EgressOnly, Eni, Host, InternetGateway, Nat, Network, Subnet};
use crate::platform::{self, Service};

/// A stage at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum At {
    /// Leaving an interface: is the source address its own?
    SourceCheck(Ix<Eni>),
    /// Leaving an interface: its security groups.
    SecurityGroupOut(Ix<Eni>),
    /// Leaving an interface: same subnet, or out through the router?
    LeaveInterface(Ix<Eni>),
    /// Leaving a subnet.
    AclOut(Ix<Subnet>),
    /// The router, with the table of this subnet.
    Route(Ix<Subnet>),
    /// The router on behalf of a gateway that has no subnet: plain local delivery.
    RouteLocal(Ix<crate::network::Vpc>),
    /// Leaving through an internet gateway.
    IgwOut(Ix<InternetGateway>),
    /// Entering through an internet gateway.
    IgwIn(Ix<InternetGateway>),
    /// Entering behind an internet gateway: gateway route table or local.
    Edge(Ix<InternetGateway>),
    /// Leaving through an egress-only internet gateway.
    EigwOut(Ix<EgressOnly>),
    /// Entering through an egress-only internet gateway.
    EigwIn(Ix<EgressOnly>),
    /// Entering a subnet, towards an interface.
    AclInToEni(Ix<Subnet>, Ix<Eni>),
    /// Entering a subnet, towards a NAT gateway.
    AclInToNat(Ix<Subnet>, Ix<Nat>),
    /// At a NAT gateway.
    Nat(Ix<Nat>),
    /// Leaving a zonal NAT gateway's subnet.
    NatLeaves(Ix<Subnet>),
    /// Leaving a regional NAT gateway.
    RegionalNatLeaves(Ix<Nat>),
    /// Arriving at an interface: its security groups.
    SecurityGroupIn(Ix<Eni>),
    /// Arriving at an interface: is the destination address its own?
    DestinationCheck(Ix<Eni>),
    /// The host behind the interface takes packets that are not its own.
    Appliance(Ix<Eni>),
    /// Entering a subnet, towards a component in it that has no security group.
    AclInTo(Ix<Subnet>, Stage),
    /// At a component that moves packets by itself.
    In(Stage),
    /// Sent by such a component.
    Send(Part),
    /// Ended at such a component.
    ArrivedPart(Part),
    /// At a VPC platform service.
    Service(Service, Ix<Eni>),
    /// On the internet, looking for the destination.
    Internet,
    /// Sent by a host on the internet; `None` is the internet at large.
    HostSend(Option<Ix<Host>>),
    /// Ended at an interface.
    Arrived(Ix<Eni>),
    /// Ended at a host on the internet; `None` is the internet at large.
    ArrivedHost(Option<Ix<Host>>),
}

/// A network as packets walk it.
#[derive(Clone, Copy)]
pub(crate) struct Pipeline<'a>(pub &'a Network);

impl World for Pipeline<'_> {
    type At = At;

    fn visit(&self, at: &At, visit: &mut Visit<'_>) -> Outcome<At> {
        let network = self.0;
        match *at {
            At::SourceCheck(eni) => network_interface::source_check(network, eni, visit),
            At::SecurityGroupOut(eni) => security_group::outbound(network, eni, visit),
            At::LeaveInterface(eni) => network_interface::leave(network, eni, visit),
            At::AclOut(subnet) => network_acl::outbound(network, subnet, visit),
            At::Route(subnet) => route_table::route(network, subnet, visit),
            At::RouteLocal(vpc) => route_table::deliver_local(network, vpc, None, visit),
            At::IgwOut(igw) => internet_gateway::outbound(network, igw, visit),
            At::IgwIn(igw) => internet_gateway::inbound(network, igw, visit),
            At::Edge(igw) => route_table::edge(network, igw, visit),
            At::EigwOut(eigw) => egress_only_internet_gateway::outbound(network, eigw, visit),
            At::EigwIn(eigw) => egress_only_internet_gateway::inbound(network, eigw, visit),
            At::AclInToEni(subnet, eni) => {
                network_acl::inbound(network, subnet, At::SecurityGroupIn(eni), visit)
            }
            At::AclInToNat(subnet, nat) => network_acl::inbound(network, subnet, At::Nat(nat), visit),
            At::Nat(nat) => nat_gateway::forward(network, nat, visit),
            At::NatLeaves(subnet) => nat_gateway::leave_subnet(network, subnet, visit),
            At::RegionalNatLeaves(nat) => nat_gateway::leave_regional(network, nat, visit),
            At::SecurityGroupIn(eni) => security_group::inbound(network, eni, visit),
            At::DestinationCheck(eni) => network_interface::destination_check(network, eni, visit),
            At::Appliance(eni) => instance::appliance(network, eni, visit),
            At::Service(service, eni) => platform::answer(network, service, eni, visit),
            At::Internet => internet::carry(network, visit),
            At::HostSend(host) => internet::send(network, host, visit),
            At::AclInTo(subnet, stage) => network_acl::inbound(network, subnet, At::In(stage), visit),
            At::In(stage) => stage.visit(network, visit),
            At::Send(part) => part.send(network, visit),
            At::Arrived(_) | At::ArrivedPart(_) | At::ArrivedHost(_) => Outcome::Arrived(*at),
        }
    }
}
