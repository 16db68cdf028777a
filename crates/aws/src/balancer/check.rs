//! What Application and Network Load Balancers are checked for alike while drawing: their nodes,
//! the certificates and target groups of their listeners (LB-08, LB-10, LB-20, LB-31).

use std::collections::{BTreeMap, BTreeSet};

use hopscope_forward::Id;

use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::interface_endpoint::Interface;
use crate::components::target_group::TargetGroup;
use crate::diagnostic::Diagnostic;
use crate::network::{Network, Region, Subnet, Thing, Vpc, Zone};
use crate::validate::{Check, codes};

/// The subnets of a load balancer's rows that are in its VPC; a second one of a zone is reported,
/// and so is one that is elsewhere. Returns them with their zones.
pub(crate) fn nodes(
    check: &mut Check<'_>,
    id: &Id,
    vpc: Ix<Vpc>,
    rows: &[Interface],
) -> Vec<(Ix<Subnet>, Option<Ix<Zone>>)> {
    let network = check.network;
    let mut seen: BTreeSet<Ix<Zone>> = BTreeSet::new();
    let mut found = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let Some(named) = &row.subnet else { continue };
        let path = format!("interfaces/{n}/subnet");
        let subnet = match network.index.get(named) {
            Some(Thing::Subnet(ix)) if network.subnets[*ix].vpc == vpc => *ix,
            other => {
                let found = if other.is_some() { "not in this VPC" } else { "nothing" };
                check.report(
                    Diagnostic::new(&codes::REFERENCE, id)
                        .field(path)
                        .fact("field", "Subnet")
                        .fact("reference", named)
                        .fact("found", found),
                );
                continue;
            }
        };
        let zone = network.subnets[subnet].zone;
        if let Some(zone) = zone.filter(|zone| !seen.insert(*zone)) {
            check.report(
                Diagnostic::new(&codes::IFE_ZONE, id)
                    .field(path)
                    .with(named)
                    .fact("subnet", named)
                    .fact("zone", &network.zones[zone].id),
            );
        }
        found.push((subnet, zone));
    }
    found
}

/// LB-08: every subnet of a dual-stack load balancer has an IPv6 block.
pub(crate) fn families(check: &mut Check<'_>, id: &Id, nodes: &[(Ix<Subnet>, Option<Ix<Zone>>)]) {
    let network = check.network;
    for (subnet, _) in nodes {
        let subnet = &network.subnets[*subnet];
        if subnet.v6.is_none() {
            check.report(
                Diagnostic::new(&codes::LB_SUBNET_FAMILY, id)
                    .field("ip_address_type")
                    .with(&subnet.id)
                    .fact("subnet", &subnet.id),
            );
        }
    }
}

/// How many IPv4 addresses interfaces have in each subnet.
pub(crate) fn addresses_in_use(network: &Network) -> BTreeMap<Ix<Subnet>, usize> {
    let mut used = BTreeMap::new();
    for (_, eni) in network.enis.iter() {
        *used.entry(eni.subnet).or_insert(0) += eni.v4.len();
    }
    used
}

/// Something a listener cannot be.
pub(crate) fn protocol(check: &mut Check<'_>, id: &Id, field: String, listener: &str, why: String) {
    check.report(
        Diagnostic::new(&codes::LB_PROTOCOL, id).field(field).fact("listener", listener).fact("why", why),
    );
}

/// Whether one of the certificates is of that Region.
pub(crate) fn has_certificate(network: &Network, region: Option<Ix<Region>>, ids: &[Id]) -> bool {
    ids.iter().any(|id| match network.index.get(id) {
        Some(Thing::Part(Part::Certificate(ix))) => network.fabric.certificates[*ix].region == region,
        _ => false,
    })
}

/// The target group of that id.
pub(crate) fn group<'a>(network: &'a Network, id: &Id) -> Option<&'a TargetGroup> {
    match network.index.get(id) {
        Some(Thing::Part(Part::TargetGroup(ix))) => Some(&network.fabric.target_groups[*ix]),
        _ => None,
    }
}
