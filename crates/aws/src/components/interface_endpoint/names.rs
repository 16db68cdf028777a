//! Names of an interface endpoint: its own, one for each zone, and in its VPC the service's usual one
//! (IFE-03, IFE-04, IFE-11, IFE-17).

use std::net::IpAddr;

use super::{InterfaceEndpoint, Service};
use crate::arena::Ix;
use crate::components::aws_service::{self, NAME_TTL};
use crate::components::hosted_zone::records;
use crate::fabric::{Audience, Published};
use crate::network::{Eni, Network};

pub(super) fn of(network: &Network, ix: Ix<InterfaceEndpoint>) -> Vec<Published> {
    let endpoint = &network.fabric.interface_endpoints[ix];
    let Some(service) = endpoint.service.filter(|_| endpoint.state == "available") else { return Vec::new() };
    let region = network.vpcs[endpoint.vpc].region;
    let code = region.map(|region| format!("{}.", network.regions[region].code)).unwrap_or_default();
    let label = match service {
        Service::Aws(ix) => network.fabric.services[ix].service.clone(),
        Service::Shared(ix) => records::label_of(&network.fabric.endpoint_services[ix].id),
    };
    let own = records::label_of(&endpoint.id);
    let base = format!("{label}.{code}vpce.amazonaws.com");
    let published = |name: String, enis: &[Ix<Eni>], to: Audience| Published {
        name,
        addresses: addresses(network, enis),
        ttl: NAME_TTL,
        to,
        healthy: true,
    };
    // IFE-17: interfaces of zones that are down are left out, unless all are.
    let up: Vec<Ix<Eni>> =
        endpoint.enis.iter().copied().filter(|eni| !network.zone_failed(network.enis[*eni].subnet)).collect();
    let serving = if up.is_empty() { endpoint.enis.clone() } else { up };
    let mut found = vec![published(format!("{own}.{base}"), &serving, Audience::Everybody)];
    for eni in &endpoint.enis {
        if let Some(zone) = network.subnets[network.enis[*eni].subnet].zone {
            let zone = records::label_of(&network.zones[zone].code.as_str().into());
            found.push(published(format!("{own}-{zone}.{base}"), &[*eni], Audience::Everybody));
        }
    }
    if let (Service::Aws(ix), true, true) =
        (service, endpoint.private_dns, network.vpcs[endpoint.vpc].dns.private_names())
    {
        let to = if endpoint.inbound_only {
            Audience::InboundOf(endpoint.vpc)
        } else {
            Audience::Vpc(endpoint.vpc)
        };
        let service = &network.fabric.services[ix];
        let usual = aws_service::service_names(network, service.region, &service.service);
        found.extend(usual.map(|name| published(name, &serving, to)));
    }
    found
}

fn addresses(network: &Network, enis: &[Ix<Eni>]) -> Vec<IpAddr> {
    let of = |eni: &Ix<Eni>| {
        let eni = &network.enis[*eni];
        let v4 = eni.v4.iter().map(|pair| IpAddr::V4(pair.private));
        v4.chain(eni.v6.iter().map(|address| IpAddr::V6(*address))).collect::<Vec<_>>()
    };
    enis.iter().flat_map(of).collect()
}
