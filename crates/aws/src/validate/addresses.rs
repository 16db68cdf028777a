//! Addresses of interfaces, NAT gateways and Elastic IPs (ADDR-11, ADDR-18, ADDR-22 to ADDR-29).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::Id;
use hopscope_net::{IpNet, prefix};

use super::{Check, codes};
use crate::arena::Ix;
use crate::catalog::Config;
use crate::components::interface_endpoint::Interface;
use crate::diagnostic::Diagnostic;
use crate::network::{Subnet, Thing, Vpc};

type Seen = BTreeMap<(Option<Ix<Vpc>>, IpAddr), Id>;

pub(super) fn check(check: &mut Check<'_>) {
    let mut private = Seen::new();
    let mut public = Seen::new();
    for node in check.nodes() {
        match &node.config {
            Config::NetworkInterface(config) => {
                let subnet = match check.network.index.get(&node.id) {
                    Some(Thing::Eni(eni)) => Some(check.network.enis[*eni].subnet),
                    _ => None,
                };
                for (n, pair) in config.private_ips.iter().enumerate() {
                    let path = format!("private_ips/{n}/address");
                    if let Some(address) = read(check, &node.id, &path, &pair.address) {
                        private_address(check, &node.id, &path, address, subnet, &mut private);
                    }
                    if let Some(text) = &pair.public_ip {
                        let path = format!("private_ips/{n}/public_ip");
                        if let Some(address) = read(check, &node.id, &path, text) {
                            duplicate(check, &node.id, &path, (None, address), &mut public);
                        }
                    }
                }
                for (n, text) in config.ipv6.iter().enumerate() {
                    let path = format!("ipv6/{n}");
                    if let Some(address) = read(check, &node.id, &path, text) {
                        private_address(check, &node.id, &path, address, subnet, &mut private);
                    }
                }
                if config.security_groups.is_empty() && config.service.is_none() {
                    check.report(
                        Diagnostic::new(&codes::NO_SECURITY_GROUP, &node.id).field("security_groups"),
                    );
                }
                zone(check, &node.id, subnet);
            }
            Config::InterfaceEndpoint(config) => {
                rows(check, &node.id, &config.interfaces, &mut private);
            }
            Config::ApplicationLoadBalancer(config) => {
                rows(check, &node.id, &config.interfaces, &mut private);
            }
            Config::NetworkLoadBalancer(config) => {
                rows(check, &node.id, &config.interfaces, &mut private);
            }
            Config::NatGateway(config) => {
                let subnet = match node.parent.as_deref().and_then(|parent| check.network.index.get(parent)) {
                    Some(Thing::Subnet(subnet)) => Some(*subnet),
                    _ => None,
                };
                if let Some(text) = &config.private_ip
                    && let Some(address) = read(check, &node.id, "private_ip", text)
                {
                    private_address(check, &node.id, "private_ip", address, subnet, &mut private);
                }
            }
            Config::ClientVpnEndpoint(config) => {
                for (n, row) in config.associations.iter().enumerate() {
                    let path = format!("associations/{n}");
                    let texts = [row.address.as_str(), row.ipv6.as_str()];
                    implied_interface(check, &node.id, &path, row.subnet.as_ref(), texts, &mut private);
                    let path = format!("{path}/public_ip");
                    if !row.public_ip.trim().is_empty()
                        && let Some(address) = read(check, &node.id, &path, &row.public_ip)
                    {
                        duplicate(check, &node.id, &path, (None, address), &mut public);
                    }
                }
            }
            Config::VpnClient(config) => {
                for (key, text) in [
                    ("address", &config.address),
                    ("ipv6", &config.ipv6),
                    ("home_address", &config.home_address),
                ] {
                    if !text.trim().is_empty() {
                        read(check, &node.id, key, text);
                    }
                }
            }
            Config::ElasticIp(config) => {
                if let Some(address) = read(check, &node.id, "address", &config.address) {
                    if address.is_ipv6() {
                        // ADDR-24: there is no Elastic IP for IPv6.
                        let wanted = "a public IPv4 address; there are no Elastic IP addresses for IPv6";
                        check.report(
                            Diagnostic::new(&codes::UNREADABLE, &node.id)
                                .field("address")
                                .fact("text", address)
                                .fact("wanted", wanted),
                        );
                    }
                    duplicate(check, &node.id, "address", (None, address), &mut public);
                }
            }
            Config::InternetHost(config) => {
                for (n, text) in config.addresses.iter().enumerate() {
                    read(check, &node.id, &format!("addresses/{n}"), text);
                }
            }
            _ => {}
        }
    }
    public_without_route(check);
}

/// Interfaces that an endpoint or a load balancer draws for itself (IFE-01).
fn rows(check: &mut Check<'_>, id: &Id, rows: &[Interface], seen: &mut Seen) {
    for (n, row) in rows.iter().enumerate() {
        let path = format!("interfaces/{n}");
        implied_interface(check, id, &path, row.subnet.as_ref(), [&row.address, &row.ipv6], seen);
    }
}

/// An interface that a component has in a subnet, by its row.
fn implied_interface(
    check: &mut Check<'_>,
    id: &Id,
    path: &str,
    subnet: Option<&Id>,
    [address, ipv6]: [&str; 2],
    seen: &mut Seen,
) {
    let subnet = match subnet.and_then(|subnet| check.network.index.get(subnet)) {
        Some(Thing::Subnet(subnet)) => Some(*subnet),
        _ => None,
    };
    for (key, text) in [("address", address), ("ipv6", ipv6)] {
        let path = format!("{path}/{key}");
        if text.trim().is_empty() {
            continue;
        }
        if let Some(address) = read(check, id, &path, text) {
            private_address(check, id, &path, address, subnet, seen);
        }
    }
}

fn read(check: &mut Check<'_>, id: &Id, path: &str, text: &str) -> Option<IpAddr> {
    match text.trim().parse() {
        Ok(address) => Some(address),
        Err(_) => {
            let wanted = "an IP address such as 10.0.0.10 or 2001:db8::10";
            check.report(
                Diagnostic::new(&codes::UNREADABLE, id).field(path).fact("text", text).fact("wanted", wanted),
            );
            None
        }
    }
}

fn private_address(
    check: &mut Check<'_>,
    id: &Id,
    path: &str,
    address: IpAddr,
    subnet: Option<Ix<Subnet>>,
    seen: &mut Seen,
) {
    let Some(subnet) = subnet.map(|ix| &check.network.subnets[ix]) else { return };
    let block = match address {
        IpAddr::V4(_) => subnet.v4.map(IpNet::V4),
        IpAddr::V6(_) => subnet.v6.map(IpNet::V6),
    };
    let place = subnet.id.clone();
    let vpc = subnet.vpc;
    match block.filter(|block| block.contains(&address)) {
        None => {
            let range = block.map_or_else(|| "none of that family".to_owned(), |block| block.to_string());
            check.report(
                Diagnostic::new(&codes::IP_OUTSIDE_SUBNET, id)
                    .field(path)
                    .with(&place)
                    .fact("address", address)
                    .fact("subnet", &place)
                    .fact("block", range),
            );
        }
        Some(block) => {
            if let Some(purpose) = prefix::reserved_use(&block, address) {
                check.report(
                    Diagnostic::new(&codes::IP_RESERVED, id)
                        .field(path)
                        .with(&place)
                        .fact("address", address)
                        .fact("use", purpose)
                        .fact("subnet", &place),
                );
            }
        }
    }
    duplicate(check, id, path, (Some(vpc), address), seen);
}

fn duplicate(check: &mut Check<'_>, id: &Id, path: &str, key: (Option<Ix<Vpc>>, IpAddr), seen: &mut Seen) {
    let address = key.1;
    match seen.get(&key) {
        Some(other) => {
            let other = other.clone();
            check.report(
                Diagnostic::new(&codes::IP_DUPLICATE, id)
                    .field(path)
                    .with(&other)
                    .fact("address", address)
                    .fact("other", &other),
            );
        }
        None => {
            seen.insert(key, id.clone());
        }
    }
}

/// ADDR-22: an interface attaches only to an instance of its own zone.
fn zone(check: &mut Check<'_>, id: &Id, subnet: Option<Ix<Subnet>>) {
    let network = check.network;
    let Some(instance) = check.document.nodes.get(id).and_then(|node| node.parent.as_deref()) else { return };
    let home = check.document.enclosing(instance, "subnet").and_then(|subnet| network.index.get(&subnet.id));
    let (Some(Thing::Subnet(home)), Some(subnet)) = (home, subnet) else { return };
    let (home, own) = (network.subnets[*home].zone, network.subnets[subnet].zone);
    if let (Some(home), Some(own)) = (home, own)
        && home != own
    {
        let instance = Id::from(instance);
        check.report(
            Diagnostic::new(&codes::ENI_ZONE, id)
                .field("subnet")
                .with(&instance)
                .fact("zone", &network.zones[own].id)
                .fact("instance", &instance)
                .fact("instance_zone", &network.zones[home].id),
        );
    }
}

/// IGW-09: a public address is of no use without a route to an internet gateway.
fn public_without_route(check: &mut Check<'_>) {
    let network = check.network;
    let mut found: Vec<(Id, Ipv4Addr, Id)> = Vec::new();
    for (_, eni) in network.enis.iter() {
        let subnet = &network.subnets[eni.subnet];
        if let Some(public) = eni.v4.iter().find_map(|pair| pair.public)
            && !check.leads_ipv4_out(eni.subnet)
        {
            found.push((eni.id.clone(), public, subnet.id.clone()));
        }
    }
    for (eni, public, subnet) in found {
        check.report(
            Diagnostic::new(&codes::PUBLIC_NO_INTERNET_ROUTE, &eni)
                .field("private_ips")
                .with(&subnet)
                .fact("address", public)
                .fact("subnet", &subnet),
        );
    }
}
