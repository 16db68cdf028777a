//! Gateways: one of each for a VPC, what a NAT gateway needs, what takes no security group
//! (IGW-01, EIGW-05, EIGW-07, NAT-01, NAT-09, NAT-13, NAT-18, PIPE-08, V6-08).

use std::collections::BTreeMap;
use std::net::IpAddr;

use hopscope_forward::Id;
use hopscope_net::IpNet;
use hopscope_net::prefix::{self, Family};

use super::{Check, codes};
use crate::catalog::Config;
use crate::diagnostic::Diagnostic;
use crate::network::{Nat, NatScope, Route, Target};

pub(super) fn check(check: &mut Check<'_>) {
    one_for_each_vpc(check);
    for node in check.nodes() {
        let groups = match &node.config {
            Config::NatGateway(config) => &config.security_groups,
            Config::EgressOnlyInternetGateway(config) => &config.security_groups,
            Config::InternetGateway(config) => &config.security_groups,
            _ => continue,
        };
        if !groups.is_empty() {
            let name = node.config.spec().name;
            check.report(
                Diagnostic::new(&codes::SG_NOT_SUPPORTED, &node.id)
                    .field("security_groups")
                    .fact("component", name),
            );
        }
    }
    nat_gateways(check);
    one_sided(check);
    synthesised(check);
}

fn one_for_each_vpc(check: &mut Check<'_>) {
    let mut first: BTreeMap<(&str, &str), Id> = BTreeMap::new();
    for node in check.nodes() {
        let spec = match &node.config {
            Config::InternetGateway(_) => &codes::IGW_LIMIT,
            Config::EgressOnlyInternetGateway(_) => &codes::QUOTA,
            _ => continue,
        };
        let Some(vpc) = node.parent.as_deref().filter(|parent| check.kind_of(parent) == Some("vpc")) else {
            continue;
        };
        match first.get(&(node.kind(), vpc)) {
            None => {
                first.insert((node.kind(), vpc), node.id.clone());
            }
            Some(other) => {
                let other = other.clone();
                check.report(
                    Diagnostic::new(spec, &node.id)
                        .field("parent")
                        .with(&other)
                        .fact("what", "egress-only internet gateways for each VPC")
                        .fact("limit", 1)
                        .fact("found", 2)
                        .fact("vpc", vpc)
                        .fact("other", &other),
                );
            }
        }
    }
}

fn nat_gateways(check: &mut Check<'_>) {
    let network = check.network;
    for (ix, nat) in network.nats.iter() {
        let Some(Config::NatGateway(config)) = check.document.nodes.get(&nat.id).map(|node| &node.config)
        else {
            continue;
        };
        if config.connectivity == "public" {
            public(check, nat);
        }
        // NAT-13: subnets of other zones lose their way out when this one's zone fails.
        if let NatScope::Zonal(home) = nat.scope
            && let Some(zone) = network.subnets[home].zone
        {
            let dependent =
                network.vpcs[nat.vpc].subnets.iter().map(|ix| &network.subnets[*ix]).find(|subnet| {
                    let uses = network.tables[subnet.table]
                        .routes
                        .iter()
                        .any(|route| route.target == Target::Nat(ix));
                    uses && subnet.zone.is_some_and(|other| other != zone)
                });
            if let Some(subnet) = dependent {
                check.report(
                    Diagnostic::new(&codes::NAT_SINGLE_ZONE, &nat.id)
                        .with(&subnet.id)
                        .fact("zone", &network.zones[zone].id)
                        .fact("subnet", &subnet.id),
                );
            }
        }
    }
}

/// EIGW-03, IGW-05: a subnet that hides behind a NAT gateway for IPv4, and by IPv6 does not.
fn one_sided(check: &mut Check<'_>) {
    let network = check.network;
    for (_, subnet) in network.subnets.iter() {
        if subnet.v4.is_none() || subnet.v6.is_none() {
            continue;
        }
        let routes = &network.tables[subnet.table].routes;
        let leads = |v6: bool, to: fn(&Target) -> bool| {
            let fits = |route: &&Route| matches!(route.destination, IpNet::V6(_)) == v6 && to(&route.target);
            routes.iter().find(fits)
        };
        let internet = |target: &Target| matches!(target, Target::Internet(_));
        let hidden = leads(false, internet).is_none()
            && leads(false, |target| matches!(target, Target::Nat(_))).is_some();
        if let Some(Target::Internet(igw)) = leads(true, internet).map(|route| route.target)
            && hidden
        {
            let igw = &network.igws[igw].id;
            check.report(Diagnostic::new(&codes::IPV6_REACHABLE, &subnet.id).with(igw).fact("gateway", igw));
        }
    }
}

/// V6-08: addresses that DNS64 makes lead out unchanged, or nowhere.
fn synthesised(check: &mut Check<'_>) {
    let network = check.network;
    let (made, family) = (IpAddr::V6(prefix::NAT64.network()), Family::V6);
    for (_, subnet) in network.subnets.iter().filter(|(_, subnet)| subnet.dns64) {
        let routes = network.tables[subnet.table].routes.iter();
        let fitting = routes.filter(|route| {
            Family::of_net(&route.destination) == family && route.destination.contains(&made)
        });
        let longest = fitting.max_by_key(|route| route.destination.prefix_len()).map(|route| route.target);
        if matches!(longest, None | Some(Target::Internet(_) | Target::EgressOnly(_) | Target::Blackhole)) {
            check.report(Diagnostic::new(&codes::DNS64_NO_ROUTE, &subnet.id).field("dns64"));
        }
    }
}

fn public(check: &mut Check<'_>, nat: &Nat) {
    let network = check.network;
    if network.vpcs[nat.vpc].igw.is_none() {
        check.report(Diagnostic::new(&codes::NAT_NEEDS_IGW, &nat.id).fact("vpc", &network.vpcs[nat.vpc].id));
    } else if let NatScope::Zonal(subnet) = nat.scope
        && !check.leads_ipv4_out(subnet)
    {
        let subnet = &network.subnets[subnet].id;
        check.report(
            Diagnostic::new(&codes::NAT_NO_INTERNET_ROUTE, &nat.id).with(subnet).fact("subnet", subnet),
        );
    }
    if nat.public.is_none() {
        check.report(Diagnostic::new(&codes::NAT_NO_EIP, &nat.id));
    }
}
