//! The drawing as plain lists.

use std::net::{IpAddr, Ipv4Addr};

use hopscope_aws::components::{
    client_vpn_endpoint, instance, interface_endpoint, network_acl, route_table, security_group,
};
use hopscope_aws::{Config, Document};
use ipnet::IpNet;

use crate::cells::{address, block};

pub(crate) struct Vpc<'a> {
    pub id: &'a str,
    /// IPv4 blocks first, the primary one leading.
    pub blocks: Vec<IpNet>,
}

pub(crate) struct Subnet<'a> {
    pub id: &'a str,
    pub vpc: &'a str,
    pub zone: Option<&'a str>,
    pub blocks: Vec<IpNet>,
    pub table: Option<&'a str>,
    pub acl: Option<&'a str>,
}

pub(crate) struct Interface<'a> {
    pub id: &'a str,
    pub subnet: &'a str,
    pub vpc: &'a str,
    pub instance: Option<&'a str>,
    /// Own addresses of both families; the first of each is primary.
    pub addresses: Vec<IpAddr>,
    pub groups: Vec<&'a str>,
    pub check: bool,
    /// The endpoint, load balancer or Client VPN endpoint whose interface it is.
    pub part: Option<&'a str>,
}

pub(crate) struct Nat<'a> {
    pub id: &'a str,
    pub vpc: &'a str,
    pub subnet: Option<&'a str>,
    pub private: Option<IpAddr>,
    pub config: &'a hopscope_aws::components::nat_gateway::Config,
}

/// An internet gateway or an egress-only one; `vpc` is empty while it is detached.
pub(crate) struct Gateway<'a> {
    pub id: &'a str,
    pub vpc: Option<&'a str>,
}

/// A public IPv4 address in use: it stands for `private` of `owner`, an interface or NAT gateway.
pub(crate) struct Public<'a> {
    pub address: IpAddr,
    pub owner: &'a str,
    pub vpc: &'a str,
    pub private: Option<IpAddr>,
}

#[derive(Default)]
pub(crate) struct World<'a> {
    pub nodes: Vec<(&'a str, Option<&'a str>, &'a Config)>,
    pub vpcs: Vec<Vpc<'a>>,
    pub subnets: Vec<Subnet<'a>>,
    pub interfaces: Vec<Interface<'a>>,
    pub nats: Vec<Nat<'a>>,
    pub internet_gateways: Vec<Gateway<'a>>,
    pub egress_only: Vec<Gateway<'a>>,
    pub publics: Vec<Public<'a>>,
    pub instances: Vec<(&'a str, &'a instance::Config)>,
    pub tables: Vec<(&'a str, Option<&'a str>, &'a route_table::Config)>,
    pub acls: Vec<(&'a str, Option<&'a str>, &'a network_acl::Config)>,
    pub groups: Vec<(&'a str, Option<&'a str>, &'a security_group::Config)>,
    pub lists: Vec<(&'a str, Vec<IpNet>)>,
    pub hosts: Vec<(&'a str, Vec<IpAddr>)>,
    /// The drawn "internet at large", if any.
    pub internet: Option<&'a str>,
    pub unmodelled: Vec<&'a str>,
    pub failed_zones: Vec<&'a str>,
    /// VPCs whose resolver does not answer (DNS-02).
    pub silent: Vec<&'a str>,
    /// Interfaces that send too much to services (DNS-06).
    pub throttled: Vec<&'a str>,
    /// Elastic IP addresses, in use or not.
    pub elastic: Vec<IpAddr>,
}

impl<'a> World<'a> {
    /// `names` are those that [`implied_names`] makes up for the same document.
    pub fn read(document: &'a Document, names: &'a [String]) -> Self {
        let mut world = Self::default();
        for node in document.nodes.values() {
            let id = node.id.as_str();
            let parent = node.parent.as_deref();
            world.nodes.push((id, parent, &node.config));
            match &node.config {
                Config::Vpc(config) => {
                    let blocks = config.cidrs.iter().chain(&config.ipv6_cidrs);
                    world.silent.extend((!config.enable_dns_support).then_some(id));
                    world.vpcs.push(Vpc { id, blocks: blocks.filter_map(|text| block(text)).collect() });
                }
                Config::Subnet(config) => {
                    let Some(vpc) = parent else { continue };
                    let blocks = config.cidr.iter().chain(&config.ipv6_cidr);
                    world.subnets.push(Subnet {
                        id,
                        vpc,
                        zone: config.zone.as_deref(),
                        blocks: blocks.filter_map(|text| block(text)).collect(),
                        table: config.route_table.as_deref(),
                        acl: config.network_acl.as_deref(),
                    });
                }
                Config::Instance(config) => world.instances.push((id, config)),
                Config::RouteTable(config) => world.tables.push((id, parent, config)),
                Config::NetworkAcl(config) => world.acls.push((id, parent, config)),
                Config::SecurityGroup(config) => world.groups.push((id, parent, config)),
                Config::PrefixList(config) => {
                    world.lists.push((id, config.entries.iter().filter_map(|e| block(&e.cidr)).collect()));
                }
                Config::InternetHost(config) => {
                    world.hosts.push((id, config.addresses.iter().filter_map(|a| address(a)).collect()));
                }
                Config::Internet(_) => world.internet = world.internet.or(Some(id)),
                Config::Unmodelled(_) => world.unmodelled.push(id),
                Config::AvailabilityZone(config) if config.failed => world.failed_zones.push(id),
                _ => {}
            }
        }
        world.read_attached(document);
        world.read_implied(document, names);
        world.read_publics(document);
        world
    }

    /// Things that can only be placed once the VPCs and subnets are known.
    fn read_attached(&mut self, document: &'a Document) {
        for node in document.nodes.values() {
            let id = node.id.as_str();
            let parent = node.parent.as_deref();
            let as_vpc = |world: &Self, id: Option<&'a str>| id.filter(|id| world.vpc(id).is_some());
            match &node.config {
                Config::InternetGateway(_) => {
                    let vpc = as_vpc(self, parent);
                    self.internet_gateways.push(Gateway { id, vpc });
                }
                Config::EgressOnlyInternetGateway(_) => {
                    let vpc = as_vpc(self, parent);
                    self.egress_only.push(Gateway { id, vpc });
                }
                Config::NetworkInterface(config) => {
                    let instance = parent.filter(|p| self.instances.iter().any(|(i, _)| i == p));
                    let home = match instance {
                        Some(instance) => document.node(instance).and_then(|node| node.parent.as_deref()),
                        None => parent,
                    };
                    let Some(subnet) = config.subnet.as_deref().or(home).and_then(|s| self.subnet(s)) else {
                        continue;
                    };
                    let (subnet, vpc) = (subnet.id, subnet.vpc);
                    let v4 = config.private_ips.iter().filter_map(|row| address(&row.address));
                    let v6 = config.ipv6.iter().filter_map(|text| address(text));
                    self.throttled.extend((config.link_local_packets > 1024).then_some(id));
                    self.interfaces.push(Interface {
                        id,
                        subnet,
                        vpc,
                        instance,
                        addresses: v4.chain(v6).collect(),
                        groups: config.security_groups.iter().map(|g| g.as_str()).collect(),
                        check: config.source_dest_check,
                        part: None,
                    });
                }
                Config::NatGateway(config) => {
                    let subnet = parent.and_then(|p| self.subnet(p));
                    let Some(vpc) = subnet.map(|s| s.vpc).or(as_vpc(self, parent)) else { continue };
                    let subnet = subnet.map(|s| s.id);
                    let private = config.private_ip.as_deref().and_then(address);
                    self.nats.push(Nat { id, vpc, subnet, private, config });
                }
                _ => {}
            }
        }
    }

    /// Interfaces that nobody draws: those of endpoints, load balancers and Client VPN endpoints.
    fn read_implied(&mut self, document: &'a Document, names: &'a [String]) {
        for (owner, row, groups) in implied(document) {
            let Some(name) = names.iter().find(|name| **name == implied_name(owner, row.subnet)) else {
                continue;
            };
            let Some(subnet) = self.subnet(row.subnet) else { continue };
            let (subnet, vpc) = (subnet.id, subnet.vpc);
            let addresses: Vec<IpAddr> = [row.address, row.ipv6].into_iter().filter_map(address).collect();
            if let (Some(private), Some(public)) = (address(row.address), address(row.public)) {
                self.publics.push(Public { address: public, owner: name, vpc, private: Some(private) });
            }
            self.interfaces.push(Interface {
                id: name,
                subnet,
                vpc,
                instance: None,
                addresses,
                groups: groups.iter().map(|g| g.as_str()).collect(),
                check: true,
                part: Some(owner),
            });
        }
    }

    /// Public addresses: Elastic IP addresses first, because they release an auto-assigned one
    /// on the same private address (ADDR-23).
    fn read_publics(&mut self, document: &'a Document) {
        for node in document.nodes.values() {
            let Config::ElasticIp(config) = &node.config else { continue };
            let Some(public) = address(&config.address) else { continue };
            self.elastic.push(public);
            let Some(target) = config.target.as_deref() else { continue };
            let chosen = config.private_ip.as_deref().and_then(address);
            if let Some(nat) = self.nats.iter().find(|nat| nat.id == target) {
                if nat.config.state != "available" {
                    continue; // A gateway that is gone holds no address.
                }
                let private = chosen.or(nat.private);
                self.publics.push(Public { address: public, owner: nat.id, vpc: nat.vpc, private });
            } else if let Some(interface) =
                self.interfaces.iter().find(|i| i.id == target || i.instance == Some(target))
            {
                let primary = interface.addresses.iter().copied().find(|a| a.is_ipv4());
                if let Some(private) = chosen.or(primary) {
                    let (owner, vpc) = (interface.id, interface.vpc);
                    self.publics.push(Public { address: public, owner, vpc, private: Some(private) });
                }
            }
        }
        for node in document.nodes.values() {
            let Config::NetworkInterface(config) = &node.config else { continue };
            let Some(interface) = self.interfaces.iter().find(|i| i.id == node.id.as_str()) else { continue };
            let (owner, vpc) = (interface.id, interface.vpc);
            for row in &config.private_ips {
                let private = address(&row.address);
                let public = row.public_ip.as_deref().and_then(address);
                let (Some(private), Some(address)) = (private, public) else { continue };
                if !self.publics.iter().any(|p| p.owner == owner && p.private == Some(private)) {
                    self.publics.push(Public { address, owner, vpc, private: Some(private) });
                }
            }
        }
    }

    pub fn vpc(&self, id: &str) -> Option<&Vpc<'a>> {
        self.vpcs.iter().find(|vpc| vpc.id == id)
    }

    pub fn subnet(&self, id: &str) -> Option<&Subnet<'a>> {
        self.subnets.iter().find(|subnet| subnet.id == id)
    }

    pub fn instance(&self, id: &str) -> Option<&'a instance::Config> {
        self.instances.iter().find(|(i, _)| *i == id).map(|(_, config)| *config)
    }

    /// Whether the interface is attached to an instance that runs (ADDR-29).
    pub fn attached(&self, interface: &Interface<'_>) -> bool {
        interface.part.is_some()
            || interface.instance.and_then(|i| self.instance(i)).is_some_and(|i| i.state == "running")
    }

    /// The Region something is in, by its containers.
    pub fn region_of(&self, id: &str) -> Option<&'a str> {
        let mut at = id;
        for _ in 0..8 {
            let (own, parent, config) = self.nodes.iter().find(|(own, ..)| *own == at)?;
            if matches!(config, Config::Region(_)) {
                return Some(own);
            }
            at = (*parent)?;
        }
        None
    }

    pub fn zone_of(&self, subnet: &str) -> Option<&'a str> {
        self.subnet(subnet).and_then(|s| s.zone)
    }

    pub fn in_vpc(&self, vpc: &str, address: IpAddr) -> bool {
        self.vpc(vpc).is_some_and(|vpc| vpc.blocks.iter().any(|net| net.contains(&address)))
    }

    pub fn zone_failed(&self, subnet: &str) -> bool {
        self.subnet(subnet).and_then(|s| s.zone).is_some_and(|zone| self.failed_zones.contains(&zone))
    }

    pub fn interface_with(&self, vpc: &str, address: IpAddr) -> Option<&Interface<'a>> {
        self.interfaces.iter().find(|i| i.vpc == vpc && i.addresses.contains(&address))
    }

    pub fn gateway_of(&self, vpc: &str) -> Option<&Gateway<'a>> {
        self.internet_gateways.iter().find(|g| g.vpc == Some(vpc))
    }

    /// The resolver (ADDR-12) or a router address (ADDR-11) of a VPC.
    pub fn is_vpc_service(&self, vpc: &str, address: IpAddr) -> bool {
        let IpAddr::V4(address) = address else { return false };
        let nth = |net: &IpNet, n: u32| match net {
            IpNet::V4(net) => Some(Ipv4Addr::from(u32::from(net.network()).wrapping_add(n))),
            IpNet::V6(_) => None,
        };
        let base_plus_two = self.vpc(vpc).and_then(|vpc| vpc.blocks.first()).and_then(|net| nth(net, 2));
        let mut routers = self
            .subnets
            .iter()
            .filter(|s| s.vpc == vpc)
            .flat_map(|s| &s.blocks)
            .filter_map(|net| nth(net, 1));
        base_plus_two == Some(address) || routers.any(|router| router == address)
    }

    /// The resolver of a VPC (ADDR-12).
    pub fn is_resolver(&self, vpc: &str, address: IpAddr) -> bool {
        let (Some(IpNet::V4(net)), IpAddr::V4(address)) =
            (self.vpc(vpc).and_then(|vpc| vpc.blocks.first()), address)
        else {
            return false;
        };
        u32::from(net.network()).checked_add(2) == Some(u32::from(address))
    }

    /// The id the internet at large is reported under.
    pub fn internet_id(&self) -> String {
        self.internet.unwrap_or("internet").to_owned()
    }
}

/// A row of a component that has interfaces of its own.
struct Implied<'a> {
    subnet: &'a str,
    address: &'a str,
    ipv6: &'a str,
    public: &'a str,
}

fn implied(document: &Document) -> Vec<(&str, Implied<'_>, &[hopscope_aws::Id])> {
    let mut found = Vec::new();
    for node in document.nodes.values() {
        let id = node.id.as_str();
        let (rows, groups): (Vec<Implied<'_>>, &[hopscope_aws::Id]) = match &node.config {
            Config::InterfaceEndpoint(c) => {
                (c.interfaces.iter().filter_map(of_row).collect(), &c.security_groups)
            }
            Config::NetworkLoadBalancer(c) => {
                // LB-22: groups that came later are none.
                let groups: &[hopscope_aws::Id] =
                    if c.created_without_security_groups { &[] } else { &c.security_groups };
                let public = c.scheme == "internet-facing";
                (c.interfaces.iter().filter_map(|row| public_row(row, public)).collect(), groups)
            }
            Config::ApplicationLoadBalancer(c) => {
                let public = c.scheme != "internal" && c.ip_address_type != "dualstack-without-public-ipv4";
                let rows = c.interfaces.iter().filter_map(|row| public_row(row, public));
                (rows.collect(), &c.security_groups)
            }
            Config::ClientVpnEndpoint(c) => {
                let row = |a: &'_ client_vpn_endpoint::Association| a.subnet.is_some();
                let rows = c.associations.iter().filter(|a| row(a)).map(|a| Implied {
                    subnet: a.subnet.as_deref().unwrap_or_default(),
                    address: &a.address,
                    ipv6: &a.ipv6,
                    public: &a.public_ip,
                });
                (rows.collect(), &c.security_groups)
            }
            _ => continue,
        };
        found.extend(rows.into_iter().map(|row| (id, row, groups)));
    }
    found
}

fn of_row(row: &interface_endpoint::Interface) -> Option<Implied<'_>> {
    Some(Implied {
        subnet: row.subnet.as_deref()?,
        address: &row.address,
        ipv6: &row.ipv6,
        public: &row.public_ip,
    })
}

/// The same of a load balancer: its public addresses count where it faces the internet.
fn public_row(row: &interface_endpoint::Interface, public: bool) -> Option<Implied<'_>> {
    of_row(row).map(|row| if public { row } else { Implied { public: "", ..row } })
}

fn implied_name(owner: &str, subnet: &str) -> String {
    format!("{owner}/{subnet}")
}

/// Names of the interfaces that nobody draws: `<owner>/<subnet>`.
pub(crate) fn implied_names(document: &Document) -> Vec<String> {
    implied(document).iter().map(|(owner, row, _)| implied_name(owner, row.subnet)).collect()
}
