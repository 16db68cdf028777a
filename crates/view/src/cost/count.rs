//! How many chargeable things a drawn component is: zones, attachments, addresses. Knows no price.

use std::collections::{BTreeMap, BTreeSet};

use hopscope_aws::{Config, Document, Id, Node};

/// What a component is charged for besides what its own card lists (PRC-01, PRC-11, PRC-28).
pub(super) fn charged_besides(kind: &str) -> &'static [&'static str] {
    match kind {
        "vpc" => &["PRC-11/resolver"],
        "internet-gateway" | "egress-only-internet-gateway" => &["PRC-28/out"],
        "network-interface" | "network-load-balancer" | "client-vpn-endpoint" => &["PRC-01/address"],
        _ => &[],
    }
}

/// Whether it exists: AWS charges for nothing that was deleted, and for no peering that is not
/// active.
pub(super) fn exists(node: &Node) -> bool {
    match &node.config {
        Config::NatGateway(it) => it.state != "deleted",
        Config::InterfaceEndpoint(it) => it.state != "deleted",
        Config::GatewayEndpoint(it) => it.state != "deleted",
        Config::GatewayLoadBalancerEndpoint(it) => it.state != "deleted",
        Config::DirectConnectConnection(it) => it.state != "deleted",
        Config::VpcPeeringConnection(it) => it.state == "active",
        _ => true,
    }
}

/// The choice that its price depends on (PRC-07).
pub(super) fn choice(node: &Node) -> Option<&str> {
    match &node.config {
        Config::DirectConnectConnection(it) => Some(&it.port_speed),
        _ => None,
    }
}

/// What is needed to count, gathered once.
pub(super) struct Drawing<'a> {
    document: &'a Document,
    /// Addresses that Elastic IP addresses are charged for.
    elastic: BTreeSet<&'a str>,
    /// Attachments of transit gateways, drawn or implied (TGW-14).
    attachments: BTreeMap<&'a str, u32>,
    /// Zones in which a VPC has subnets.
    zones: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// VPN clients by endpoint.
    clients: BTreeMap<&'a str, u32>,
}

impl<'a> Drawing<'a> {
    /// Reads a drawing once.
    pub(super) fn of(document: &'a Document) -> Self {
        let mut drawing = Self {
            document,
            elastic: BTreeSet::new(),
            attachments: BTreeMap::new(),
            zones: BTreeMap::new(),
            clients: BTreeMap::new(),
        };
        let mut attached: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut named: Vec<(&str, &str)> = Vec::new();
        for node in document.nodes.values() {
            let id: &str = &node.id;
            match &node.config {
                Config::ElasticIp(it) => {
                    drawing.elastic.insert(&it.address);
                }
                Config::Subnet(it) => {
                    if let (Some(vpc), Some(zone)) = (node.parent.as_deref(), it.zone.as_deref()) {
                        drawing.zones.entry(vpc).or_default().insert(zone);
                    }
                }
                Config::VpnClient(it) => {
                    if let Some(endpoint) = it.endpoint.as_deref() {
                        *drawing.clients.entry(endpoint).or_default() += 1;
                    }
                }
                Config::TransitGatewayAttachment(it) if it.state != "deleted" => {
                    let (Some(gateway), Some(resource)) = (node.parent.as_deref(), it.resource.as_deref())
                    else {
                        continue;
                    };
                    *drawing.attachments.entry(gateway).or_default() += 1;
                    attached.insert((gateway, resource));
                    // A peering is an attachment of both gateways.
                    if document.node(resource).is_some_and(|node| node.kind() == "transit-gateway") {
                        *drawing.attachments.entry(resource).or_default() += 1;
                    }
                }
                Config::VpnConnection(it) => named.extend(it.gateway.as_deref().map(|gateway| (gateway, id))),
                Config::DirectConnectGateway(it) => {
                    let gateways = it.associations.iter().filter_map(|row| row.gateway.as_deref());
                    named.extend(gateways.map(|gateway| (gateway, id)));
                }
                _ => {}
            }
        }
        // What names a transit gateway is attached to it, drawn or not.
        for (gateway, resource) in named {
            let transit = document.node(gateway).is_some_and(|node| node.kind() == "transit-gateway");
            if transit && attached.insert((gateway, resource)) {
                *drawing.attachments.entry(gateway).or_default() += 1;
            }
        }
        drawing
    }

    /// How many things of a component a charge is for; none means that it is not charged.
    pub(super) fn count(&self, node: &Node, charge: &str) -> u32 {
        let id: &str = &node.id;
        let attachments = || self.attachments.get(id).copied().unwrap_or(0);
        match (&node.config, charge) {
            // Public addresses are counted where they are (PRC-01), data out at its gateway (PRC-28).
            (Config::InternetGateway(_), "PRC-01/address") | (Config::Internet(_), _) => 0,
            (Config::InternetGateway(_), "PRC-28/out") => {
                let parent = node.parent.as_deref().and_then(|parent| self.document.node(parent));
                u32::from(parent.is_some_and(|parent| parent.kind() == "vpc"))
            }
            (Config::NetworkInterface(it), "PRC-01/address") => {
                self.public(it.private_ips.iter().filter_map(|address| address.public_ip.as_deref()))
            }
            (Config::NetworkLoadBalancer(it), "PRC-01/address") => {
                self.public(it.interfaces.iter().map(|interface| interface.public_ip.as_str()))
            }
            (Config::ClientVpnEndpoint(it), "PRC-01/address") => {
                self.public(it.associations.iter().map(|association| association.public_ip.as_str()))
            }
            (Config::NatGateway(it), "PRC-03/hour") => match it.availability.as_str() {
                "regional-manual" => whole(it.zones.len()),
                "regional" => node.parent.as_deref().map_or(1, |vpc| self.zones_of(vpc)).max(1),
                _ => 1,
            },
            (Config::TransitGateway(_), "PRC-06/attachment") => attachments(),
            (Config::TransitGateway(_), "PRC-06/gb") => attachments().min(1),
            (Config::VpcPeeringConnection(it), _) => {
                let region = |vpc: &Option<Id>| {
                    let vpc = vpc.as_deref().filter(|vpc| self.document.node(vpc).is_some());
                    vpc.and_then(|vpc| self.document.enclosing(vpc, "region")).map(|region| &region.id)
                };
                let (near, far) = (region(&it.requester), region(&it.accepter));
                let apart = near.is_some() && far.is_some() && near != far;
                u32::from(apart == (charge == "PRC-08/cross-region"))
            }
            (Config::Vpc(_), "PRC-25/cross-zone") => u32::from(self.zones_of(id) > 1),
            (Config::InterfaceEndpoint(it), "PRC-10/hour") => whole(it.interfaces.len()),
            (Config::InterfaceEndpoint(it), "PRC-10/gb") => whole(it.interfaces.len()).min(1),
            (Config::GatewayLoadBalancer(it), "PRC-15/hour") => whole(it.subnets.len()).max(1),
            (Config::ClientVpnEndpoint(it), "PRC-27/association") => whole(it.associations.len()),
            (Config::ClientVpnEndpoint(_), "PRC-27/connection") => {
                self.clients.get(id).copied().unwrap_or(0).max(1)
            }
            _ => 1,
        }
    }

    fn zones_of(&self, vpc: &str) -> u32 {
        self.zones.get(vpc).map_or(0, |zones| whole(zones.len()))
    }

    /// Public IPv4 addresses that no Elastic IP address is charged for already.
    fn public<'b>(&self, addresses: impl Iterator<Item = &'b str>) -> u32 {
        whole(addresses.filter(|address| !address.is_empty() && !self.elastic.contains(address)).count())
    }
}

fn whole(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
