//! What is wrong or worth telling about Resolver endpoints while drawing (DNS-13, LIM-30). Moves no
//! packet.

use std::collections::BTreeSet;

use crate::catalog::{self, Part};
use crate::diagnostic::Diagnostic;
use crate::network::Thing;
use crate::validate::{Check, codes};

/// Fewest IP addresses of an endpoint, and most (DNS-13; R53:DNSLimitations).
const ADDRESSES: std::ops::RangeInclusive<usize> = 2..=6;

pub(super) fn check(check: &mut Check<'_>) {
    let network = check.network;
    for node in check.nodes() {
        let catalog::Config::ResolverEndpoint(config) = &node.config else { continue };
        let Some(Thing::Part(Part::ResolverEndpoint(ix))) = network.index.get(&node.id) else { continue };
        let endpoint = &network.fabric.resolver_endpoints[*ix];
        let drawn = endpoint.enis.len();
        if !ADDRESSES.contains(&drawn) {
            check.report(
                Diagnostic::new(&codes::RESOLVER_ENI, &node.id).field("interfaces").fact("found", drawn),
            );
        }
        for (n, row) in config.interfaces.iter().enumerate() {
            let Some(subnet) = &row.subnet else { continue };
            let inside = matches!(network.index.get(subnet),
                Some(Thing::Subnet(ix)) if network.subnets[*ix].vpc == endpoint.vpc);
            if !inside {
                let found = if network.index.contains_key(subnet) { "not in this VPC" } else { "nothing" };
                check.report(
                    Diagnostic::new(&codes::REFERENCE, &node.id)
                        .field(format!("interfaces/{n}/subnet"))
                        .fact("field", "Subnet")
                        .fact("reference", subnet)
                        .fact("found", found),
                );
            }
        }
        let zones: BTreeSet<_> =
            endpoint.enis.iter().filter_map(|eni| network.subnets[network.enis[*eni].subnet].zone).collect();
        if let (Some(zone), 1, true) = (zones.first(), zones.len(), drawn > 1) {
            check.report(
                Diagnostic::new(&codes::RESOLVER_SINGLE_ZONE, &node.id)
                    .field("interfaces")
                    .fact("zone", &network.zones[*zone].id),
            );
        }
    }
}
