//! Automatic addresses: the next free block or address, so that a legal network needs no typing.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hopscope_aws::{Config, Document, Id, Node, cells};
use hopscope_net::IpNet;
use hopscope_net::prefix::{first_free, nth, overlap, reserved_use};

/// Smallest IPv4 subnet of AWS (ADDR-10).
const SMALLEST_SUBNET: u8 = 28;
/// Hosts are numbered from here, as people do.
const FIRST_HOST: u128 = 10;
const FIRST_HOST_V6: u128 = 0x10;

fn v4s(texts: &[String]) -> Vec<IpNet> {
    texts.iter().filter_map(|text| cells::cidr(text)).collect()
}

/// Every block of every VPC.
fn vpc_blocks(document: &Document) -> Vec<IpNet> {
    let mut out = Vec::new();
    for node in document.nodes.values() {
        if let Config::Vpc(vpc) = &node.config {
            out.extend(v4s(&vpc.cidrs));
            out.extend(v4s(&vpc.ipv6_cidrs));
        }
    }
    out
}

/// The next VPC block: 10.0.0.0/16, 10.1.0.0/16, …, then 172.16.0.0/16 and 192.168.0.0/16.
#[must_use]
pub fn vpc_cidr(document: &Document) -> Option<String> {
    let taken = vpc_blocks(document);
    let tens = (0..=255u8).map(|n| Ipv4Addr::new(10, n, 0, 0));
    let rest = (16..=31u8).map(|n| Ipv4Addr::new(172, n, 0, 0)).chain([Ipv4Addr::new(192, 168, 0, 0)]);
    tens.chain(rest)
        .filter_map(|base| IpNet::new(IpAddr::V4(base), 16).ok())
        .find(|net| !taken.iter().any(|other| overlap(other, net)))
        .map(|net| net.to_string())
}

/// The next IPv6 /56 of the documentation range: 2001:db8:1::/56, 2001:db8:2::/56, …
#[must_use]
pub fn vpc_ipv6(document: &Document) -> Option<String> {
    let taken = vpc_blocks(document);
    // 2001:db8:ffff::/48 is where hosts on the internet live.
    (1..0xffffu16)
        .filter_map(|n| IpNet::new(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, n, 0, 0, 0, 0, 0)), 56).ok())
        .find(|net| !taken.iter().any(|other| overlap(other, net)))
        .map(|net| net.to_string())
}

/// A block as large as that one which overlaps no block of a VPC.
#[must_use]
pub fn free_like(document: &Document, net: &IpNet) -> Option<IpNet> {
    let usual = match (net, net.prefix_len()) {
        (IpNet::V4(_), 16) => vpc_cidr(document),
        (IpNet::V6(_), 56) => vpc_ipv6(document),
        _ => None,
    };
    if let Some(usual) = usual {
        return cells::cidr(&usual);
    }
    let taken = vpc_blocks(document);
    let ranges = match net {
        IpNet::V4(_) => &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"][..],
        IpNet::V6(_) => &["2001:db8::/33"][..],
    };
    ranges
        .iter()
        .filter_map(|text| cells::cidr(text))
        .find_map(|range| first_free(&range, net.prefix_len(), &taken))
}

/// The block that lies in `new` where that one lies in `old`.
#[must_use]
pub fn shifted(net: &IpNet, old: &IpNet, new: &IpNet) -> Option<IpNet> {
    let number = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => u128::from(u32::from(ip)),
        IpAddr::V6(ip) => u128::from(ip),
    };
    let offset = number(net.network()).checked_sub(number(old.network()))?;
    IpNet::new(nth(new, offset)?, net.prefix_len()).ok()
}

fn subnet_blocks(document: &Document, vpc: &str) -> Vec<IpNet> {
    let mut out = Vec::new();
    for node in document.children(Some(vpc)) {
        if let Config::Subnet(subnet) = &node.config {
            out.extend(subnet.cidr.iter().chain(&subnet.ipv6_cidr).filter_map(|text| cells::cidr(text)));
        }
    }
    out
}

/// The next free subnet block of a VPC: a sixteenth of its block (/20 of a /16), smaller where
/// there is less room, never below /28.
#[must_use]
pub fn subnet_cidr(document: &Document, vpc: &str) -> Option<String> {
    let Config::Vpc(config) = &document.node(vpc)?.config else { return None };
    let taken = subnet_blocks(document, vpc);
    let blocks = v4s(&config.cidrs);
    let sixteenth = |block: &IpNet| block.prefix_len().saturating_add(4).clamp(16, SMALLEST_SUBNET);
    let start = blocks.iter().map(sixteenth).min()?;
    (start..=SMALLEST_SUBNET)
        .find_map(|len| {
            blocks
                .iter()
                .filter(|block| len >= sixteenth(block))
                .find_map(|block| first_free(block, len, &taken))
        })
        .map(|net| net.to_string())
}

/// The next free /64 of a VPC.
#[must_use]
pub fn subnet_ipv6(document: &Document, vpc: &str) -> Option<String> {
    let Config::Vpc(config) = &document.node(vpc)?.config else { return None };
    let taken = subnet_blocks(document, vpc);
    v4s(&config.ipv6_cidrs)
        .iter()
        .find_map(|block| first_free(block, 64.max(block.prefix_len()), &taken))
        .map(|net| net.to_string())
}

fn private_addresses(node: &Node) -> Vec<IpAddr> {
    match &node.config {
        Config::NetworkInterface(eni) => {
            let v4 = eni.private_ips.iter().map(|row| row.address.as_str());
            v4.chain(eni.ipv6.iter().map(String::as_str))
                .filter_map(|text| text.trim().parse().ok())
                .collect()
        }
        Config::NatGateway(nat) => nat.private_ip.iter().filter_map(|ip| ip.trim().parse().ok()).collect(),
        // Endpoints and load balancers have an address in each of their subnets.
        Config::InterfaceEndpoint(_)
        | Config::ApplicationLoadBalancer(_)
        | Config::NetworkLoadBalancer(_) => in_rows(node, "interfaces"),
        Config::ClientVpnEndpoint(_) => in_rows(node, "associations"),
        _ => Vec::new(),
    }
}

fn in_rows(node: &Node, key: &str) -> Vec<IpAddr> {
    let rows = crate::rows::rows_of(node, key);
    let cell = |row: &serde_json::Value, key: &str| row.get(key)?.as_str()?.trim().parse().ok();
    rows.iter().flat_map(|row| ["address", "ipv6"].into_iter().filter_map(|key| cell(row, key))).collect()
}

/// Private addresses in use in a VPC.
fn taken_in(document: &Document, vpc: &str) -> BTreeSet<IpAddr> {
    document
        .nodes
        .values()
        .filter(|node| document.enclosing(&node.id, "vpc").is_some_and(|owner| &*owner.id == vpc))
        .flat_map(|node| private_addresses(node))
        .collect()
}

fn free_host(document: &Document, subnet: &Node, block: &IpNet, first: u128) -> Option<IpAddr> {
    let taken = match document.enclosing(&subnet.id, "vpc") {
        Some(vpc) => taken_in(document, &vpc.id),
        None => BTreeSet::new(),
    };
    let free = |n: u128| {
        let address = nth(block, n)?;
        (reserved_use(block, address).is_none() && !taken.contains(&address)).then_some(address)
    };
    // Among `taken + 2` numbers one is free unless the block ends first; the low ones are the rest.
    let enough = first.saturating_add(taken.len() as u128).saturating_add(2);
    (first..enough).find_map(free).or_else(|| (4..first).find_map(free))
}

/// The next free IPv4 address of a subnet, from .10 up; never one of AWS's five.
#[must_use]
pub fn host_ipv4(document: &Document, subnet: &str) -> Option<String> {
    let node = document.node(subnet)?;
    let Config::Subnet(config) = &node.config else { return None };
    let block = cells::cidr(config.cidr.as_deref()?)?;
    matches!(block, IpNet::V4(_))
        .then(|| free_host(document, node, &block, FIRST_HOST))?
        .map(|ip| ip.to_string())
}

/// The next free IPv6 address of a subnet, from ::10 up.
#[must_use]
pub fn host_ipv6(document: &Document, subnet: &str) -> Option<String> {
    let node = document.node(subnet)?;
    let Config::Subnet(config) = &node.config else { return None };
    let block = cells::cidr(config.ipv6_cidr.as_deref()?)?;
    matches!(block, IpNet::V6(_))
        .then(|| free_host(document, node, &block, FIRST_HOST_V6))?
        .map(|ip| ip.to_string())
}

fn taken_public(document: &Document) -> BTreeSet<IpAddr> {
    let mut out = BTreeSet::new();
    let mut add = |text: &str| out.extend(text.trim().parse::<IpAddr>().ok());
    for node in document.nodes.values() {
        match &node.config {
            Config::ElasticIp(eip) => add(&eip.address),
            Config::InternetHost(host) => host.addresses.iter().for_each(|text| add(text)),
            Config::NetworkInterface(eni) => {
                eni.private_ips.iter().filter_map(|row| row.public_ip.as_deref()).for_each(&mut add);
            }
            Config::ApplicationLoadBalancer(alb) => {
                alb.interfaces.iter().for_each(|row| add(&row.public_ip));
            }
            Config::NetworkLoadBalancer(nlb) => nlb.interfaces.iter().for_each(|row| add(&row.public_ip)),
            _ => {}
        }
    }
    out
}

fn free_public(document: &Document, order: impl Iterator<Item = Ipv4Addr>) -> Option<String> {
    let taken = taken_public(document);
    let mut order = order;
    order.find(|ip| !taken.contains(&IpAddr::V4(*ip))).map(|ip| ip.to_string())
}

/// Benchmark range, for drawings that use up the documentation range.
fn overflow() -> impl Iterator<Item = Ipv4Addr> {
    (0..=255u8).flat_map(|c| (1..=254u8).map(move |d| Ipv4Addr::new(198, 18, c, d)))
}

/// The next free Elastic IP address: 203.0.113.1 to .99, then more.
#[must_use]
pub fn elastic_ip(document: &Document) -> Option<String> {
    free_public(document, (1..=99u8).map(|d| Ipv4Addr::new(203, 0, 113, d)).chain(overflow()))
}

/// The next free auto-assigned public address: 203.0.113.100 to .254, then more.
#[must_use]
pub fn public_ip(document: &Document) -> Option<String> {
    free_public(document, (100..=254u8).map(|d| Ipv4Addr::new(203, 0, 113, d)).chain(overflow()))
}

/// Addresses for the next host on the internet: 198.51.100.80 and 2001:db8:ffff::80 first.
#[must_use]
pub fn internet_host(document: &Document) -> Vec<String> {
    let taken = taken_public(document);
    let free = |net: &str| {
        let net: IpNet = net.parse().ok()?;
        // IPv6 is numbered so that the text ends in the same digits as the IPv4 address.
        (80..=250u128)
            .filter_map(|n| match net {
                IpNet::V4(_) => nth(&net, n),
                IpNet::V6(_) => u128::from_str_radix(&n.to_string(), 16).ok().and_then(|n| nth(&net, n)),
            })
            .find(|ip| !taken.contains(ip))
            .map(|ip| ip.to_string())
    };
    ["198.51.100.0/24", "2001:db8:ffff::/64"].into_iter().filter_map(free).collect()
}

/// The subnet an interface, instance or NAT gateway stands in.
#[must_use]
pub fn subnet_of(document: &Document, id: &str) -> Option<Id> {
    if let Some(Config::NetworkInterface(eni)) = document.node(id).map(|node| &node.config)
        && let Some(subnet) = &eni.subnet
    {
        return Some(subnet.clone());
    }
    document.enclosing(id, "subnet").map(|node| node.id.clone())
}

/// Private addresses that stand in a subnet, each with the name of what has it.
#[must_use]
pub fn in_subnet(document: &Document, subnet: &str) -> Vec<(IpAddr, String)> {
    let Some(Config::Subnet(config)) = document.node(subnet).map(|node| &node.config) else {
        return Vec::new();
    };
    let blocks: Vec<IpNet> =
        config.cidr.iter().chain(&config.ipv6_cidr).filter_map(|text| cells::cidr(text)).collect();
    let vpc = document.enclosing(subnet, "vpc").map(|vpc| vpc.id.clone());
    let mut out = Vec::new();
    for node in document.nodes.values() {
        if document.enclosing(&node.id, "vpc").map(|vpc| &vpc.id) != vpc.as_ref() {
            continue;
        }
        let owner = node.parent.as_deref().and_then(|id| document.node(id));
        let owner = owner.filter(|owner| owner.kind() == "instance").map_or(node.label(), |o| o.label());
        let here = private_addresses(node).into_iter().filter(|ip| blocks.iter().any(|net| net.contains(ip)));
        out.extend(here.map(|ip| (ip, owner.to_owned())));
    }
    out
}
