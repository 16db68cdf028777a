//! Chips that are offered: the likely next acts for what stands there now.

use hopscope_aws::{Config, Document, Id};

use crate::build::has_ipv6;
use crate::chips_more;
use crate::names::{defaults_to, is_public, table_of};
use crate::place::Chip;

/// Every IPv4 address.
pub(crate) const ALL4: &str = "0.0.0.0/0";

/// The likely next acts for a component, most likely first.
#[must_use]
pub fn chips(document: &Document, id: &Id) -> Vec<Chip> {
    let Some(node) = document.node(id) else { return Vec::new() };
    let mut out = Vec::new();
    let mut offer = |key, label, help| out.push(Chip { node: id.clone(), key, label, help });
    match node.kind() {
        "region" => {
            offer("add-vpc", "Add VPC", "A VPC with a main route table, a default ACL and a default group")
        }
        "vpc" => {
            let subnets = children(document, id, "subnet");
            let igw = !children(document, id, "internet-gateway").is_empty();
            let ipv6 = has_ipv6(document, id);
            if subnets.is_empty() {
                offer(
                    "two-zones",
                    "2 AZ, public + private",
                    "Four subnets over two zones, with route tables",
                );
            }
            if !igw {
                offer(
                    "igw",
                    "Internet gateway + routes",
                    "Attached, with default routes in the public route tables",
                );
            }
            if !zones_without_nat(document, id).is_empty() {
                offer(
                    "nat",
                    "NAT per AZ + routes",
                    "One in each public subnet, with routes from the private ones",
                );
            }
            if !ipv6 {
                offer(
                    "ipv6",
                    "Add IPv6",
                    "A /56 for the VPC, a /64 for each subnet, an address for each interface",
                );
            } else if children(document, id, "egress-only-internet-gateway").is_empty() {
                offer(
                    "eigw",
                    "Egress-only gateway + routes",
                    "IPv6 out of the private subnets, nothing unsolicited in",
                );
            }
            if !subnets.is_empty() {
                offer("add-subnet", "Add subnet", "The next free block in the zone with the fewest subnets");
            }
        }
        "subnet" => {
            offer(
                "add-instance",
                "Add instance",
                "With a network interface, addresses and the default group",
            );
            if !is_public(document, id) {
                if nat_for(document, id).is_some() && !routes_to(document, id, ALL4, "nat-gateway") {
                    offer("route-nat", "Route to NAT", "A default route to the NAT gateway of the same zone");
                }
                offer(
                    "public",
                    "Make public",
                    "A default route to the internet gateway, and public addresses",
                );
            } else if children(document, id, "nat-gateway").is_empty() {
                offer("add-nat", "Add NAT gateway", "With an Elastic IP address");
            }
        }
        "instance" => {
            if !has_public_ip(document, id) {
                offer(
                    "eip",
                    "Public IP (Elastic IP)",
                    "A static public IPv4 address for its primary interface",
                );
            }
            if !admits_https(document, id) {
                offer(
                    "https",
                    "Allow HTTPS in",
                    "A security group \"web\" that admits TCP 443 from anywhere",
                );
            }
            offer("send", "Send a packet from here", "A flow from this instance");
        }
        "internet-host" | "internet" | "vpn-client" | "on-premises-host" => {
            offer("send", "Send a packet from here", "A flow from there")
        }
        _ => out.extend(chips_more::chips(document, node)),
    }
    out
}

pub(crate) fn children(document: &Document, parent: &Id, kind: &str) -> Vec<Id> {
    document.children(Some(parent)).filter(|node| node.kind() == kind).map(|node| node.id.clone()).collect()
}

pub(crate) fn zone_id(document: &Document, subnet: &str) -> Option<Id> {
    match document.node(subnet).map(|node| &node.config) {
        Some(Config::Subnet(config)) => config.zone.clone(),
        _ => None,
    }
}

pub(crate) fn routes_to(document: &Document, subnet: &str, destination: &str, kind: &str) -> bool {
    table_of(document, subnet).is_some_and(|table| defaults_to(document, &table, destination, kind))
}

/// Public subnets of the VPC whose zone has no NAT gateway yet, one for each zone.
pub(crate) fn zones_without_nat(document: &Document, vpc: &Id) -> Vec<Id> {
    let subnets = children(document, vpc, "subnet");
    let mut served: Vec<Option<Id>> = subnets
        .iter()
        .filter(|id| !children(document, id, "nat-gateway").is_empty())
        .map(|id| zone_id(document, id))
        .collect();
    let mut out = Vec::new();
    for id in subnets.iter().filter(|id| is_public(document, id)) {
        let zone = zone_id(document, id);
        if !served.contains(&zone) {
            served.push(zone);
            out.push(id.clone());
        }
    }
    out
}

/// The NAT gateway a private subnet should use: of its zone, else any of the VPC.
pub(crate) fn nat_for(document: &Document, subnet: &str) -> Option<Id> {
    let vpc = document.enclosing(subnet, "vpc")?.id.clone();
    let zone = zone_id(document, subnet);
    let subnets = children(document, &vpc, "subnet");
    let (near, far): (Vec<_>, Vec<_>) = subnets.iter().partition(|id| zone_id(document, id) == zone);
    near.into_iter().chain(far).flat_map(|id| children(document, id, "nat-gateway")).next()
}

pub(crate) fn primary_interface(document: &Document, instance: &Id) -> Option<Id> {
    children(document, instance, "network-interface").into_iter().next()
}

pub(crate) fn has_public_ip(document: &Document, instance: &Id) -> bool {
    let enis = children(document, instance, "network-interface");
    document.nodes.values().any(|node| match &node.config {
        Config::ElasticIp(eip) => eip.target.as_ref().is_some_and(|t| t == instance || enis.contains(t)),
        Config::NetworkInterface(eni) if enis.contains(&node.id) => {
            eni.private_ips.iter().any(|row| row.public_ip.is_some())
        }
        _ => false,
    })
}

pub(crate) fn groups_of(document: &Document, eni: &Id) -> Vec<Id> {
    match document.node(eni).map(|node| &node.config) {
        Some(Config::NetworkInterface(config)) => config.security_groups.clone(),
        _ => Vec::new(),
    }
}

pub(crate) fn admits(document: &Document, group: &Id) -> bool {
    let Some(Config::SecurityGroup(config)) = document.node(group).map(|node| &node.config) else {
        return false;
    };
    config.inbound.iter().any(|rule| {
        let port: Result<hopscope_net::PortRange, _> = rule.ports.parse();
        let tcp = matches!(rule.protocol.trim(), "tcp" | "all" | "6" | "-1");
        tcp && rule.peer.trim() == ALL4 && port.is_ok_and(|range| range.contains(443))
    })
}

pub(crate) fn admits_https(document: &Document, instance: &Id) -> bool {
    primary_interface(document, instance)
        .is_some_and(|eni| groups_of(document, &eni).iter().any(|group| admits(document, group)))
}
