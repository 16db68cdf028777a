//! What is wrong with Application Load Balancers while drawing (LB-08, LB-10). Moves no packet.

use std::collections::{BTreeMap, BTreeSet};

use hopscope_forward::Id;

use super::Config;
use crate::arena::Ix;
use crate::balancer;
use crate::catalog::{self, Part};
use crate::components::target_group::TargetType;
use crate::diagnostic::Diagnostic;
use crate::network::{Subnet, Thing};
use crate::validate::{Check, codes};

/// Longest prefix of a subnet, and how many addresses must be free in it (LB-10).
const SUBNET: (u8, u64) = (27, 8);

/// Addresses of a subnet that AWS keeps (ADDR-11).
const RESERVED: u64 = 5;

pub(super) fn check(check: &mut Check<'_>) {
    if check.network.fabric.albs.len() == 0 {
        return;
    }
    let used = balancer::check::addresses_in_use(check.network);
    for node in check.nodes() {
        let catalog::Config::ApplicationLoadBalancer(config) = &node.config else { continue };
        zones(check, &node.id, config, &used);
        for (n, row) in config.listeners.iter().enumerate() {
            let name = format!("{} {}", row.protocol, row.port);
            listener(check, &node.id, &format!("listeners/{n}"), &name, row);
            groups(check, &node.id, &format!("listeners/{n}/target_groups"), &name, &row.target_groups);
        }
        for (n, row) in config.rules.iter().enumerate() {
            let name = format!("rule {}", row.priority);
            groups(check, &node.id, &format!("rules/{n}/target_groups"), &name, &row.target_groups);
        }
    }
}

fn zones(check: &mut Check<'_>, id: &Id, config: &Config, used: &BTreeMap<Ix<Subnet>, usize>) {
    let network = check.network;
    let Some(Thing::Part(Part::ApplicationLoadBalancer(ix))) = network.index.get(id) else { return };
    let alb = &network.fabric.albs[*ix];
    let nodes = balancer::check::nodes(check, id, alb.vpc, &config.interfaces);
    if config.ip_address_type.starts_with("dualstack") {
        balancer::check::families(check, id, &nodes);
    }
    let mut report = |why: String| {
        check.report(Diagnostic::new(&codes::ALB_ZONES, id).field("interfaces").fact("why", why));
    };
    let zones: BTreeSet<_> = nodes.iter().filter_map(|(_, zone)| *zone).collect();
    if zones.len() < 2 {
        report(format!("it has subnets in {} of at least two Availability Zones", zones.len()));
    }
    for (subnet, _) in nodes {
        let name = &network.subnets[subnet].id;
        let Some(net) = network.subnets[subnet].v4 else { continue };
        if net.prefix_len() > SUBNET.0 {
            report(format!("subnet {name} is smaller than /{}", SUBNET.0));
            continue;
        }
        let own = alb.enis.iter().filter(|eni| network.enis[**eni].subnet == subnet).count();
        let taken = used.get(&subnet).copied().unwrap_or(0).saturating_sub(own);
        let size = 1u64 << (32 - u32::from(net.prefix_len()).min(32));
        let free = size.saturating_sub(RESERVED).saturating_sub(u64::try_from(taken).unwrap_or(u64::MAX));
        if free < SUBNET.1 {
            report(format!("subnet {name} has {free} free addresses, fewer than {}", SUBNET.1));
        }
    }
}

fn listener(check: &mut Check<'_>, id: &Id, field: &str, name: &str, row: &super::Listener) {
    let why = match row.protocol.as_str() {
        "http" => return,
        "https" => {
            let network = check.network;
            let region = match network.index.get(id) {
                Some(Thing::Part(Part::ApplicationLoadBalancer(ix))) => {
                    network.vpcs[network.fabric.albs[*ix].vpc].region
                }
                _ => return,
            };
            if balancer::check::has_certificate(network, region, &row.certificates) {
                return;
            }
            "HTTPS needs a certificate of this Region".to_owned()
        }
        _ => "an Application Load Balancer speaks HTTP and HTTPS only; a Network Load Balancer takes other protocols".to_owned(),
    };
    balancer::check::protocol(check, id, format!("{field}/protocol"), name, why);
}

fn groups(check: &mut Check<'_>, id: &Id, field: &str, name: &str, groups: &[Id]) {
    for (n, group) in groups.iter().enumerate() {
        let Some(found) = balancer::check::group(check.network, group) else { continue };
        let fits = found.kind == TargetType::Function || matches!(found.protocol.as_str(), "http" | "https");
        if !fits {
            let why = format!("target group {group} has protocol {}", found.protocol);
            balancer::check::protocol(check, id, format!("{field}/{n}"), name, why);
        }
    }
}
