//! What AWS would refuse about a Client VPN endpoint (CVPN-02 to CVPN-04, CVPN-18).

use std::collections::BTreeMap;
use std::net::IpAddr;

use hopscope_forward::Id;
use hopscope_net::prefix;
use hopscope_net::{IpNet, Ipv4Net};

use super::{Config, vpc};
use crate::arena::Ix;
use crate::catalog::{Config as Kind, Part};
use crate::cells;
use crate::diagnostic::Diagnostic;
use crate::network::{Subnet, Thing};
use crate::validate::{Check, codes};

/// Endpoints for each Region (CVPN-18).
const ENDPOINTS: usize = 5;
/// Authorization rules for each endpoint (CVPN-18).
const RULES: usize = 50;
/// Routes for each endpoint, those of the VPC not counted (CVPN-18).
const ROUTES: usize = 10;
/// Addresses that must be free in an associated subnet (CVPN-03).
const FREE: u64 = 20;

pub(super) fn check(check: &mut Check<'_>) {
    let mut endpoints: BTreeMap<Option<Id>, usize> = BTreeMap::new();
    for node in check.nodes() {
        let Kind::ClientVpnEndpoint(config) = &node.config else { continue };
        let region = check.document.enclosing(&node.id, "region").map(|region| region.id.clone());
        let count = endpoints.entry(region).or_default();
        *count += 1;
        let count = *count;
        if count == ENDPOINTS + 1 {
            over(check, &node.id, None, "Client VPN endpoints for each Region", ENDPOINTS, count);
        }
        of_one(check, &node.id, config);
    }
}

fn over(check: &mut Check<'_>, id: &Id, field: Option<&str>, what: &str, limit: usize, found: usize) {
    let mut diagnostic =
        Diagnostic::new(&codes::QUOTA, id).fact("what", what).fact("limit", limit).fact("found", found);
    if let Some(field) = field {
        diagnostic = diagnostic.field(field);
    }
    check.report(diagnostic);
}

fn of_one(check: &mut Check<'_>, id: &Id, config: &Config) {
    // CVPN-02.
    if config.server_certificate.trim().is_empty() {
        let missing = Diagnostic::new(&codes::CVPN_CERT, id).field("server_certificate");
        check.report(
            missing.fact("what", "server certificate").fact("when", "however its users authenticate"),
        );
    }
    // CVPN-01: somebody must have signed what users show.
    if config.authentication.contains("certificate") && config.client_certificate.trim().is_empty() {
        let missing = Diagnostic::new(&codes::CVPN_CERT, id).field("client_certificate");
        check.report(
            missing.fact("what", "client root certificate").fact("when", "for users with certificates"),
        );
    }
    for (field, what, limit, found) in [
        (
            "authorization_rules",
            "authorization rules for each Client VPN endpoint",
            RULES,
            config.authorization_rules.len(),
        ),
        ("routes", "routes for each Client VPN endpoint", ROUTES, config.routes.len()),
    ] {
        if found > limit {
            over(check, id, Some(field), what, limit, found);
        }
    }
    for (n, row) in config.routes.iter().enumerate() {
        readable(check, id, &format!("routes/{n}/destination"), &row.destination);
    }
    for (n, row) in config.authorization_rules.iter().enumerate() {
        readable(check, id, &format!("authorization_rules/{n}/destination"), &row.destination);
    }
    associations(check, id, config);
    client_block(check, id, config);
    addresses(check, id);
}

fn readable(check: &mut Check<'_>, id: &Id, path: &str, text: &str) {
    if cells::cidr(text).is_none() {
        check.report(
            Diagnostic::new(&codes::UNREADABLE, id)
                .field(path)
                .fact("text", text)
                .fact("wanted", "a CIDR block"),
        );
    }
}

/// CVPN-03: subnets of one VPC, one for each zone, large enough.
fn associations(check: &mut Check<'_>, id: &Id, config: &Config) {
    let network = check.network;
    let mut earlier: Vec<Ix<Subnet>> = Vec::new();
    for (n, row) in config.associations.iter().enumerate() {
        let Some(Thing::Subnet(ix)) = row.subnet.as_ref().and_then(|subnet| network.index.get(subnet)) else {
            continue;
        };
        let subnet = &network.subnets[*ix];
        let path = format!("associations/{n}/subnet");
        let clash = earlier.iter().map(|other| &network.subnets[*other]).find_map(|other| {
            if other.vpc != subnet.vpc {
                Some((other, "they belong to two VPCs"))
            } else if other.zone == subnet.zone && subnet.zone.is_some() {
                Some((other, "both are in one Availability Zone"))
            } else {
                None
            }
        });
        if let Some((other, why)) = clash {
            check.report(
                Diagnostic::new(&codes::CVPN_ZONE, id)
                    .field(&path)
                    .with(&subnet.id)
                    .with(&other.id)
                    .fact("subnet", &subnet.id)
                    .fact("first", &other.id)
                    .fact("why", why),
            );
        }
        if let Some(net) = subnet.v4 {
            let used = network
                .private
                .keys()
                .filter(|(vpc, address)| {
                    *vpc == subnet.vpc && matches!(address, IpAddr::V4(a) if net.contains(a))
                })
                .count() as u64;
            let usable = (1u64 << (32 - u32::from(net.prefix_len()))).saturating_sub(5);
            if net.prefix_len() > 27 || usable.saturating_sub(used) < FREE {
                check.report(
                    Diagnostic::new(&codes::CIDR_SIZE, id)
                        .field(&path)
                        .with(&subnet.id)
                        .fact("block", net)
                        .fact("allowed", "/27 or larger, with 20 free addresses"),
                );
            }
        }
        earlier.push(*ix);
    }
}

/// CVPN-04: /22 to /12, apart from the VPC's blocks and from the endpoint's routes.
fn client_block(check: &mut Check<'_>, id: &Id, config: &Config) {
    let text = config.client_cidr.trim();
    if text.is_empty() && config.traffic_type == "ipv6" {
        return;
    }
    let Some(IpNet::V4(net)) = cells::cidr(text) else {
        check.report(
            Diagnostic::new(&codes::UNREADABLE, id)
                .field("client_cidr")
                .fact("text", text)
                .fact("wanted", "an IPv4 block such as 10.50.0.0/22"),
        );
        return;
    };
    if !(12..=22).contains(&net.prefix_len()) {
        check.report(
            Diagnostic::new(&codes::CIDR_SIZE, id)
                .field("client_cidr")
                .fact("block", net)
                .fact("allowed", "/22 to /12"),
        );
    }
    if let Some(other) = taken(check, id, config, net) {
        check.report(
            Diagnostic::new(&codes::CIDR_OVERLAP, id)
                .field("client_cidr")
                .fact("block", net)
                .fact("other", other),
        );
    }
}

fn taken(check: &Check<'_>, id: &Id, config: &Config, net: Ipv4Net) -> Option<String> {
    let network = check.network;
    let own = match network.index.get(id) {
        Some(Thing::Part(Part::ClientVpnEndpoint(ix))) => vpc(network, &network.fabric.cvpns[*ix]),
        _ => None,
    };
    let overlaps = |other: &IpNet| prefix::overlap(other, &IpNet::V4(net));
    if let Some(vpc) = own.map(|vpc| &network.vpcs[vpc])
        && let Some(block) = vpc.v4.iter().find(|block| overlaps(&IpNet::V4(**block)))
    {
        return Some(format!("it overlaps {block} of {}", vpc.id));
    }
    // The default route covers everything, and a local route is meant for the clients (CVPN-14).
    let routes = config.routes.iter().filter(|route| route.target.trim() != "local");
    routes
        .filter_map(|route| cells::cidr(&route.destination))
        .find(|destination| destination.prefix_len() > 0 && overlaps(destination))
        .map(|destination| format!("it overlaps the route to {destination}"))
}

/// A client's IPv4 address is one of the endpoint's block, its IPv6 address one of the subnet it
/// landed on (CVPN-07).
fn addresses(check: &mut Check<'_>, id: &Id) {
    let network = check.network;
    let Some(Thing::Part(Part::ClientVpnEndpoint(ix))) = network.index.get(id) else { return };
    let endpoint = &network.fabric.cvpns[*ix];
    let outside =
        |check: &mut Check<'_>, client: &Id, field: &str, address: IpAddr, of: &Id, block: IpNet| {
            if !block.contains(&address) {
                check.report(
                    Diagnostic::new(&codes::IP_OUTSIDE_SUBNET, client)
                        .field(field)
                        .with(of)
                        .fact("address", address)
                        .fact("subnet", of)
                        .fact("block", block),
                );
            }
        };
    for client in &endpoint.clients {
        let client = &network.fabric.vpn_clients[*client];
        if let (Some(block), Some(address)) = (endpoint.client_block, client.v4) {
            outside(check, &client.id, "address", address.into(), id, block.into());
        }
        let landing =
            endpoint.landing(network, client.subnet).map(|landing| &network.subnets[landing.subnet]);
        if let (Some(subnet), Some(address)) = (landing, client.v6.filter(|_| endpoint.families.1))
            && let Some(block) = subnet.v6
        {
            outside(check, &client.id, "ipv6", address.into(), &subnet.id, block.into());
        }
    }
}
