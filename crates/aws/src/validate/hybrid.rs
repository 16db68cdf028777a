//! Site-to-Site VPN connections, their gateways and their routers: what AWS would refuse, and
//! what is worth telling (VPN-02, VPN-03, VPN-16, VPN-17, VPN-19, VPN-20, LIM-09).

use std::collections::{BTreeMap, BTreeSet};

use hopscope_forward::Id;
use hopscope_net::IpNet;

use super::{Check, codes};
use crate::catalog::Config;
use crate::cells;
use crate::components::vpn_connection;
use crate::diagnostic::Diagnostic;
use crate::document::Node;

/// VPN connections for each Region (VPN-16).
pub const CONNECTIONS_PER_REGION: usize = 50;
/// Customer gateways for each Region (VPN-16).
pub const ROUTERS_PER_REGION: usize = 50;
/// VPN connections for each virtual private gateway (VPN-16).
pub const CONNECTIONS_PER_GATEWAY: usize = 10;
/// Prefixes that a virtual private gateway takes from one connection (VPN-16).
pub const PREFIXES_PER_VGW_CONNECTION: usize = 100;
/// Prefixes that a transit gateway learns from one connection (VPN-16).
pub const PREFIXES_PER_TGW_CONNECTION: usize = 1000;

/// Inside blocks that AWS keeps (VPN-19).
const RESERVED_INSIDE: [&str; 7] = [
    "169.254.0.0/30",
    "169.254.1.0/30",
    "169.254.2.0/30",
    "169.254.3.0/30",
    "169.254.4.0/30",
    "169.254.5.0/30",
    "169.254.169.252/30",
];

fn quota(what: &'static str, limit: usize, found: usize, node: &Id, owner: &Id) -> Diagnostic {
    Diagnostic::new(&codes::QUOTA, node)
        .with(owner)
        .fact("what", what)
        .fact("limit", limit)
        .fact("found", found)
        .fact("owner", owner)
}

fn connections<'a>(
    check: &Check<'a>,
) -> impl Iterator<Item = (&'a Node, &'a vpn_connection::Config)> + use<'a> {
    check.nodes().filter_map(|node| match &node.config {
        Config::VpnConnection(config) => Some((node, config)),
        _ => None,
    })
}

pub(crate) fn vpn_connections(check: &mut Check<'_>) {
    let mut of_region: BTreeMap<Id, usize> = BTreeMap::new();
    let mut routers: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    let mut of_gateway: BTreeMap<Id, usize> = BTreeMap::new();
    for node in check.nodes().filter(|node| matches!(node.config, Config::CustomerGateway(_))) {
        router(check, node, &node.id, &mut routers);
    }
    for (node, config) in connections(check) {
        if let Some(id) = &config.customer_gateway {
            router(check, node, id, &mut routers);
        }
        one(check, node, config);
        tunnels(check, node, config);
        let region = check.document.enclosing(&node.id, "region").map(|region| region.id.clone());
        if let Some(region) = region {
            let count = of_region.entry(region.clone()).or_default();
            *count += 1;
            if *count == CONNECTIONS_PER_REGION + 1 {
                check.report(quota(
                    "VPN connections for each Region",
                    CONNECTIONS_PER_REGION,
                    *count,
                    &node.id,
                    &region,
                ));
            }
        }
        if let Some(gateway) = &config.gateway
            && check.kind_of(gateway) == Some("virtual-private-gateway")
        {
            let count = of_gateway.entry(gateway.clone()).or_default();
            *count += 1;
            if *count == CONNECTIONS_PER_GATEWAY + 1 {
                check.report(quota(
                    "VPN connections for each virtual private gateway",
                    CONNECTIONS_PER_GATEWAY,
                    *count,
                    &node.id,
                    gateway,
                ));
            }
        }
    }
    too_many_routers(check, &routers);
}

/// Notes a customer gateway in the Region that it, or a connection of it, stands in.
fn router(check: &Check<'_>, near: &Node, id: &Id, known: &mut BTreeMap<Id, BTreeSet<Id>>) {
    if let Some(region) = check.document.enclosing(&near.id, "region") {
        known.entry(region.id.clone()).or_default().insert(id.clone());
    }
}

/// VPN-16: told at the one that was drawn last.
fn too_many_routers(check: &mut Check<'_>, known: &BTreeMap<Id, BTreeSet<Id>>) {
    for (region, routers) in known.iter().filter(|(_, routers)| routers.len() > ROUTERS_PER_REGION) {
        if let Some(last) = routers.iter().max_by_key(|id| check.document.nodes.get_index_of(id.as_str())) {
            let what = "customer gateways for each Region";
            check.report(quota(what, ROUTERS_PER_REGION, routers.len(), last, region));
        }
    }
}

fn one(check: &mut Check<'_>, node: &Node, config: &vpn_connection::Config) {
    let gateway = config.gateway.as_deref().and_then(|id| check.kind_of(id));
    let on_vgw = gateway == Some("virtual-private-gateway");
    let dynamic = config.routing != "static";
    if dynamic && !config.static_routes.is_empty() {
        check.report(Diagnostic::new(&codes::VPN_ROUTING_TYPE, &node.id).field("static_routes"));
    }
    if config.acceleration {
        let transport = match config.transport.as_ref().and_then(|id| check.document.nodes.get(id)) {
            Some(node) => matches!(&node.config, Config::VirtualInterface(_)),
            None => false,
        };
        let why = match (on_vgw, transport) {
            (true, _) => Some("only connections to a transit gateway can be accelerated"),
            (false, true) => Some("acceleration does not go with Direct Connect"),
            (false, false) => None,
        };
        if let Some(why) = why {
            check.report(
                Diagnostic::new(&codes::VPN_ACCELERATION, &node.id).field("acceleration").fact("why", why),
            );
        }
    }
    families(check, node, config, on_vgw);
    let (limit, prefixes) = if on_vgw {
        (PREFIXES_PER_VGW_CONNECTION, config.announces.len().max(config.static_routes.len()))
    } else {
        (PREFIXES_PER_TGW_CONNECTION, config.announces.len())
    };
    if prefixes > limit {
        let owner = config.gateway.clone().unwrap_or_else(|| node.id.clone());
        check.report(quota("prefixes learned from one VPN connection", limit, prefixes, &node.id, &owner));
    }
}

/// VPN-17: one family inside a connection; IPv6, inside or outside, on transit gateways only.
fn families(check: &mut Check<'_>, node: &Node, config: &vpn_connection::Config, on_vgw: bool) {
    let ipv6 = config.inside_ip_version == "ipv6";
    let report = |check: &mut Check<'_>, field: String, why: &'static str| {
        check.report(Diagnostic::new(&codes::VPN_FAMILY, &node.id).field(field).fact("why", why));
    };
    if on_vgw && ipv6 {
        report(
            check,
            "inside_ip_version".to_owned(),
            "a virtual private gateway carries IPv4 only over a VPN connection",
        );
    }
    let router = config.customer_gateway.as_ref().and_then(|id| check.document.nodes.get(id));
    if on_vgw
        && let Some(Config::CustomerGateway(router)) = router.map(|node| &node.config)
        && router.ip.contains(':')
    {
        report(
            check,
            "customer_gateway".to_owned(),
            "a virtual private gateway reaches its customer gateway over IPv4 only",
        );
    }
    let announced = config.announces.iter().map(|row| &row.prefix);
    let announced = announced.enumerate().map(|(n, text)| (format!("announces/{n}/prefix"), text));
    let typed = config.static_routes.iter().enumerate().map(|(n, text)| (format!("static_routes/{n}"), text));
    let other: Vec<String> = announced
        .chain(typed)
        .filter(|(_, text)| cells::cidr(text).is_some_and(|net| matches!(net, IpNet::V6(_)) != ipv6))
        .map(|(field, _)| field)
        .collect();
    for field in other {
        report(check, field, "a connection carries one address family");
    }
}

/// VPN-19: a /30 of 169.254.0.0/16 that AWS does not keep, a /126 of fd00::/8 for IPv6.
fn tunnels(check: &mut Check<'_>, node: &Node, config: &vpn_connection::Config) {
    for (n, tunnel) in config.tunnels.iter().enumerate() {
        let text = tunnel.inside_cidr.trim();
        if text.is_empty() {
            continue;
        }
        let fits = match cells::cidr(text) {
            Some(IpNet::V4(net)) => {
                let reserved = RESERVED_INSIDE.iter().any(|own| cells::cidr(own) == Some(IpNet::V4(net)));
                net.prefix_len() == 30 && net.addr().octets().starts_with(&[169, 254]) && !reserved
            }
            Some(IpNet::V6(net)) => net.prefix_len() == 126 && net.addr().octets().first() == Some(&0xfd),
            None => false,
        };
        if !fits {
            let finding = Diagnostic::new(&codes::CIDR_FORBIDDEN, &node.id)
                .field(format!("tunnels/{n}/inside_cidr"))
                .fact("block", text)
                .fact(
                    "range",
                    "the inside of a tunnel is a /30 of 169.254.0.0/16 that AWS does not keep for itself",
                );
            check.report(finding);
        }
    }
}

/// VPN-02: one for each VPC.
pub(crate) fn virtual_private_gateways(check: &mut Check<'_>) {
    let mut first: BTreeMap<&str, &Id> = BTreeMap::new();
    for node in check.nodes() {
        let Config::VirtualPrivateGateway(_) = &node.config else { continue };
        let Some(vpc) = node.parent.as_deref().filter(|parent| check.kind_of(parent) == Some("vpc")) else {
            continue;
        };
        match first.get(vpc) {
            None => {
                first.insert(vpc, &node.id);
            }
            Some(other) => check.report(
                Diagnostic::new(&codes::VGW_LIMIT, &node.id)
                    .field("parent")
                    .with(other)
                    .fact("vpc", vpc)
                    .fact("other", other),
            ),
        }
    }
}

/// LIM-09: everything of a site ends at one router.
pub(crate) fn customer_gateways(check: &mut Check<'_>) {
    let network = check.network;
    for (_, site) in network.fabric.sites.iter() {
        if let [router] = site.routers.as_slice()
            && let router = &network.fabric.cgws[*router]
            && !router.links.is_empty()
        {
            check.report(
                Diagnostic::new(&codes::CGW_SINGLE, &router.id).with(&site.id).fact("site", &site.id),
            );
        }
    }
}
