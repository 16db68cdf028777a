//! What is wrong with Network Load Balancers while drawing (LB-08, LB-20, LB-22, LB-31). Moves no packet.

use hopscope_forward::Id;
use hopscope_net::prefix::Family;

use super::{Config, Listener, PROTOCOLS};
use crate::balancer;
use crate::catalog::{self, Part};
use crate::components::target_group::TargetGroup;
use crate::diagnostic::Diagnostic;
use crate::network::{Network, Thing};
use crate::validate::{Check, codes};

pub(super) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        let catalog::Config::NetworkLoadBalancer(config) = &node.config else { continue };
        let Some(Thing::Part(Part::NetworkLoadBalancer(ix))) = check.network.index.get(&node.id) else {
            continue;
        };
        let vpc = check.network.fabric.nlbs[*ix].vpc;
        let nodes = balancer::check::nodes(check, &node.id, vpc, &config.interfaces);
        if dual_stack(config) {
            balancer::check::families(check, &node.id, &nodes);
        }
        if config.created_without_security_groups && !config.security_groups.is_empty() {
            check.report(
                Diagnostic::new(&codes::NLB_SG_AT_CREATE, &node.id)
                    .field("security_groups")
                    .fact("count", config.security_groups.len()),
            );
        }
        for (n, row) in config.listeners.iter().enumerate() {
            if let Some((field, why)) = wrong(check.network, &node.id, config, row) {
                let name = format!("{} {}", row.protocol, row.port);
                balancer::check::protocol(check, &node.id, format!("listeners/{n}/{field}"), &name, why);
            }
        }
    }
}

/// What AWS would refuse of a listener: the column and why.
fn wrong(network: &Network, id: &Id, config: &Config, row: &Listener) -> Option<(&'static str, String)> {
    let protocol = row.protocol.as_str();
    if !PROTOCOLS.contains(&protocol) {
        return Some(("protocol", "a Network Load Balancer speaks TCP, TLS, UDP and QUIC only; rules about content need an Application Load Balancer".to_owned()));
    }
    let region = match network.index.get(id) {
        Some(Thing::Part(Part::NetworkLoadBalancer(ix))) => network.vpcs[network.fabric.nlbs[*ix].vpc].region,
        _ => None,
    };
    if protocol == "tls" && !balancer::check::has_certificate(network, region, &row.certificates) {
        return Some(("certificates", "TLS needs a certificate of this Region".to_owned()));
    }
    let named = row.target_group.as_ref()?;
    let group = balancer::check::group(network, named)?;
    let datagrams = matches!(protocol, "udp" | "tcp_udp" | "quic" | "tcp_quic");
    // LB-31.
    if datagrams && dual_stack(config) && group.family == Family::V4 {
        let why = format!("UDP on a dual-stack load balancer needs IPv6 targets, and {named} has IPv4 ones");
        return Some(("target_group", why));
    }
    (!fits(protocol, group))
        .then(|| ("target_group", format!("target group {named} has protocol {}", group.protocol)))
}

fn fits(listener: &str, group: &TargetGroup) -> bool {
    let theirs = group.protocol.as_str();
    match listener {
        "tls" => matches!(theirs, "tls" | "tcp"),
        "udp" => matches!(theirs, "udp" | "tcp_udp"),
        "tcp" => matches!(theirs, "tcp" | "tcp_udp"),
        same => same == theirs,
    }
}

fn dual_stack(config: &Config) -> bool {
    config.ip_address_type == "dualstack" || config.interfaces.iter().any(|row| !row.ipv6.trim().is_empty())
}
