//! What is wrong or worth telling about interface endpoints while drawing (IFE-01, IFE-11,
//! IFE-14, IFE-15, LIM-23). Moves no packet.

use std::collections::BTreeSet;

use hopscope_forward::Id;

use super::{Config, InterfaceEndpoint, NOT_INSTALLED, Service, crosses_regions};
use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::diagnostic::Diagnostic;
use crate::network::{Network, Thing, Vpc, Zone};
use crate::validate::{Check, codes};

pub(super) fn check(check: &mut Check<'_>) {
    let network = check.network;
    for node in check.nodes() {
        let catalog::Config::InterfaceEndpoint(config) = &node.config else { continue };
        let Some(Thing::Part(Part::InterfaceEndpoint(ix))) = network.index.get(&node.id) else { continue };
        let endpoint = &network.fabric.interface_endpoints[*ix];
        zones(check, &node.id, config, endpoint);
        service(check, &node.id, config, endpoint);
        private_dns(check, &node.id, config, endpoint);
    }
}

/// The zone of a row's subnet, if the subnet is in that VPC.
fn zone_of(network: &Network, vpc: Ix<Vpc>, subnet: Option<&Id>) -> Option<Ix<Zone>> {
    match network.index.get(subnet?) {
        Some(Thing::Subnet(ix)) if network.subnets[*ix].vpc == vpc => network.subnets[*ix].zone,
        _ => None,
    }
}

fn zones(check: &mut Check<'_>, id: &Id, config: &Config, endpoint: &InterfaceEndpoint) {
    let network = check.network;
    let mut seen: BTreeSet<Ix<Zone>> = BTreeSet::new();
    for (n, row) in config.interfaces.iter().enumerate() {
        let path = format!("interfaces/{n}/subnet");
        let subnet = row.subnet.clone().unwrap_or_else(|| Id::from(""));
        let inside = matches!(network.index.get(&subnet),
            Some(Thing::Subnet(ix)) if network.subnets[*ix].vpc == endpoint.vpc);
        if !inside && !subnet.is_empty() {
            let found = if network.index.contains_key(&subnet) { "not in this VPC" } else { "nothing" };
            check.report(
                Diagnostic::new(&codes::REFERENCE, id)
                    .field(path)
                    .fact("field", "Subnet")
                    .fact("reference", &subnet)
                    .fact("found", found),
            );
            continue;
        }
        let Some(zone) = zone_of(network, endpoint.vpc, row.subnet.as_ref()) else { continue };
        let name = network.zones[zone].id.clone();
        if !seen.insert(zone) {
            check.report(
                Diagnostic::new(&codes::IFE_ZONE, id)
                    .field(&path)
                    .with(&subnet)
                    .fact("subnet", &subnet)
                    .fact("zone", &name),
            );
        }
        let missing = match endpoint.service {
            Some(Service::Shared(service)) => {
                !network.fabric.endpoint_services[service].serves(network, zone)
            }
            _ => false,
        };
        if missing {
            let service = config.service.clone().unwrap_or_else(|| Id::from(""));
            check.report(
                Diagnostic::new(&NOT_INSTALLED, id)
                    .field(&path)
                    .with(&service)
                    .fact("service", &service)
                    .fact("zone", &name),
            );
        }
    }
    let others = network.vpcs[endpoint.vpc]
        .subnets
        .iter()
        .any(|subnet| network.subnets[*subnet].zone.is_some_and(|zone| !seen.contains(&zone)));
    // LIM-23: one zone for all.
    if let (Some(zone), true, true) = (seen.first(), seen.len() == 1, others) {
        check.report(
            Diagnostic::new(&codes::IFE_SINGLE_ZONE, id)
                .field("interfaces")
                .fact("zone", &network.zones[*zone].id),
        );
    }
}

/// IFE-12, IFE-15: services that cannot be reached from this VPC.
fn service(check: &mut Check<'_>, id: &Id, config: &Config, endpoint: &InterfaceEndpoint) {
    let network = check.network;
    let region = network.vpcs[endpoint.vpc].region;
    let Some(named) = config.service.as_ref() else { return };
    let why = match network.index.get(named) {
        Some(Thing::Part(Part::AwsService(ix))) => {
            let service = &network.fabric.services[*ix];
            let reachable = service.region == region || crosses_regions(&service.service);
            (!reachable).then_some("it is in another Region and takes endpoints of its own only")
        }
        Some(Thing::Part(Part::EndpointService(ix))) => {
            let service = &network.fabric.endpoint_services[*ix];
            if service.gateway {
                Some("a Gateway Load Balancer is reached by Gateway Load Balancer endpoints")
            } else if !service.offered_in(network, region) {
                Some("it is in another Region and not offered in this one")
            } else if service.nlb.is_none() {
                Some("it has no load balancer")
            } else {
                None
            }
        }
        _ => None,
    };
    if let Some(why) = why {
        check.report(
            Diagnostic::new(&codes::IFE_SERVICE, id)
                .field("service")
                .with(named)
                .fact("service", named)
                .fact("why", why),
        );
    }
}

/// IFE-11: private DNS for on-premises callers only needs the gateway endpoint for all others.
fn private_dns(check: &mut Check<'_>, id: &Id, config: &Config, endpoint: &InterfaceEndpoint) {
    if !config.private_dns_inbound_only {
        return;
    }
    let network = check.network;
    let gateway = network.fabric.gateway_endpoints.iter().any(|(_, gateway)| {
        let same = match (gateway.service, endpoint.service) {
            (Some(gateway), Some(Service::Aws(own))) => gateway == own,
            _ => false,
        };
        same && gateway.vpc == endpoint.vpc
    });
    let s3 = match endpoint.service {
        Some(Service::Aws(service)) => network.fabric.services[service].service == "s3",
        _ => false,
    };
    let why = if !s3 {
        "only S3 has this setting"
    } else if !config.private_dns {
        "private DNS names are off"
    } else if !gateway {
        "the VPC has no gateway endpoint to S3, which everybody else would use"
    } else {
        return;
    };
    check.report(
        Diagnostic::new(&codes::S3_PRIVATE_DNS, id).field("private_dns_inbound_only").fact("why", why),
    );
}
