//! VPC platform services that ignore route tables, security groups and network ACLs (PIPE-04).

use std::net::IpAddr;

use hopscope_forward::{Decision, Hop, Id, LegKind, Outcome, Reason, Visit, Where};
use hopscope_names::resolver;

use crate::arena::Ix;
use crate::components::network_interface;
use crate::names;
use crate::network::{Eni, Network};
use crate::pipeline::At;

/// Packets a second from one interface that link-local services answer in all (DNS-06).
pub(crate) const LINK_LOCAL_PACKETS: u32 = 1_024;

/// A service at a link-local or VPC-owned address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    Resolver,
    InstanceMetadata,
    TimeSync,
    TaskMetadata,
    WindowsActivation,
    Router,
}

impl Service {
    /// Id and kind slug of the service in traces.
    pub fn id(self) -> &'static str {
        match self {
            Self::Resolver => "resolver",
            Self::InstanceMetadata => "instance-metadata",
            Self::TimeSync => "time-sync",
            Self::TaskMetadata => "task-metadata",
            Self::WindowsActivation => "windows-activation",
            Self::Router => "vpc-router",
        }
    }
}

/// The service that answers at an address, seen from an interface.
pub(crate) fn service(network: &Network, eni: Ix<Eni>, address: IpAddr) -> Option<Service> {
    let subnet = &network.subnets[network.enis[eni].subnet];
    let fixed = match address {
        IpAddr::V4(a) => match a.octets() {
            [169, 254, 169, 253] => Some(Service::Resolver),
            [169, 254, 169, 254] => Some(Service::InstanceMetadata),
            [169, 254, 169, 123] => Some(Service::TimeSync),
            [169, 254, 170, 2] => Some(Service::TaskMetadata),
            [169, 254, 169, 250 | 251] => Some(Service::WindowsActivation),
            _ => None,
        },
        IpAddr::V6(a) => match a.segments() {
            [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x253] => Some(Service::Resolver),
            [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => Some(Service::InstanceMetadata),
            [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x123] => Some(Service::TimeSync),
            [0xfe80, 0xec2, 0, 0, 0, 0, 0, 1] => Some(Service::Router),
            _ => None,
        },
    };
    // ADDR-12: base plus two of the primary VPC block, not of each subnet.
    let resolver = || (network.vpcs[subnet.vpc].resolver() == Some(address)).then_some(Service::Resolver);
    let router = || {
        let v4 = subnet.v4.map(hopscope_net::IpNet::V4);
        let v6 = subnet.v6.map(hopscope_net::IpNet::V6);
        let owned = v4.into_iter().chain(v6).any(|net| hopscope_net::prefix::nth(&net, 1) == Some(address));
        owned.then_some(Service::Router)
    };
    fixed.or_else(resolver).or_else(router)
}

/// The service answers; the reply goes straight back to the interface.
pub(crate) fn answer(
    network: &Network,
    service: Service,
    eni: Ix<Eni>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let id = Id::from(service.id());
    let hop = Hop::new(service.id(), &id, "platform-service", Decision::Delivered, &visit.packet.clone());
    let vpc = &network.vpcs[network.vpc_of_eni(eni)];
    let back = visit.leg == LegKind::Return;
    if network.throttled.contains(&eni) && !back && service != Service::Router {
        let at = Where::new(network_interface::SPEC.kind, &network.enis[eni].id);
        let reason = Reason::new(&names::THROTTLED, at)
            .fact("interface", &network.enis[eni].id)
            .fact("limit", LINK_LOCAL_PACKETS);
        visit.deny(hop.by(&["DNS-06"]), reason);
        return Outcome::Stopped;
    }
    if service == Service::Resolver && !vpc.dns.support && !back {
        let reason = Reason::new(&resolver::UNREACHABLE, Where::new(service.id(), &id).of(&vpc.id))
            .fact("server", visit.packet.destination)
            .fact("why", format!("DNS resolution is switched off in {}", vpc.id));
        visit.deny(hop.by(&["DNS-02"]), reason);
        return Outcome::Stopped;
    }
    visit.record(hop.by(if service == Service::Resolver { &["PIPE-04", "DNS-01"] } else { &["PIPE-04"] }));
    match visit.leg {
        LegKind::Lookup | LegKind::Attempt | LegKind::Forward => Outcome::Arrived(At::Service(service, eni)),
        LegKind::Return => match network.enis[eni].part {
            Some(part) => part.receive(network, eni, visit),
            None => Outcome::Next(At::Arrived(eni)),
        },
    }
}
