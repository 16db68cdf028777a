//! From a document to a network: resolves references and text cells, never fails.
//!
//! What AWS would refuse (a route narrower than local to a gateway, an IPv4 route to an
//! egress-only gateway) is left out of the network; `validate` says so.

mod routes;
mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::Id;
use hopscope_net::{IpNet, Ipv4Net, Ipv6Net};

use crate::arena::Ix;
use crate::block_public_access::{BlockMode, Exclusion};
use crate::catalog::{self, Config};
use crate::cells;
use crate::components::{health_check, instance, nat_gateway, network_acl, route_table};
use crate::document::{Document, Node};
use crate::listener::Sockets;
use crate::network::*;
use crate::places;

pub(crate) use routes::reserved_destination;
pub(crate) use rules::resolve_acl;

/// Resolves a document.
pub(crate) fn lower(document: &Document) -> Network {
    let mut build =
        Build { document, network: Network::default(), taken: Taken::default(), default_groups: None };
    build.regions();
    build.zones();
    build.vpcs();
    build.gateways();
    build.acls();
    build.subnets();
    build.instances();
    build.interfaces();
    build.nats();
    build.elastic_ips();
    build.groups();
    build.outside();
    catalog::declare(&mut build);
    places::locate(&mut build);
    catalog::link(&mut build);
    build.addresses();
    catalog::settle(&mut build);
    build.routes();
    let mut network = build.network;
    network.health = health_check::judge(document, &network);
    network.diagnostics = crate::validate::validate(document, &network);
    network
}

/// A network in the making.
pub(crate) struct Build<'a> {
    pub document: &'a Document,
    pub network: Network,
    taken: Taken,
    default_groups: Option<BTreeMap<Ix<Vpc>, Ix<Group>>>,
}

/// Private IPv4 addresses that somebody has, of all interfaces up to one.
#[derive(Default)]
struct Taken {
    addresses: BTreeSet<(Ix<Vpc>, Ipv4Addr)>,
    interfaces: usize,
    nats: usize,
}

fn v4(text: &str) -> Option<Ipv4Net> {
    match cells::cidr(text)? {
        IpNet::V4(net) => Some(net),
        IpNet::V6(_) => None,
    }
}

fn v6(text: &str) -> Option<Ipv6Net> {
    match cells::cidr(text)? {
        IpNet::V6(net) => Some(net),
        IpNet::V4(_) => None,
    }
}

impl<'a> Build<'a> {
    pub fn nodes(&self) -> impl Iterator<Item = &'a Node> + use<'a> {
        self.document.nodes.values().map(|node| &**node)
    }

    pub fn note(&mut self, id: &Id, thing: Thing) {
        self.network.index.insert(id.clone(), thing);
    }

    /// The VPC a node is in.
    pub fn vpc_around(&self, id: &str) -> Option<Ix<Vpc>> {
        let node = self.document.enclosing(id, "vpc")?;
        match self.network.index.get(&node.id) {
            Some(Thing::Vpc(ix)) => Some(*ix),
            _ => None,
        }
    }

    /// The last assignable address of a subnet that nothing has yet: it stands in while none is
    /// written, and no automatic assignment reaches it.
    pub fn free_address(&mut self, subnet: Ix<Subnet>) -> Option<Ipv4Addr> {
        let network = &self.network;
        let taken = &mut self.taken;
        for (_, eni) in network.enis.iter().skip(taken.interfaces) {
            let vpc = network.subnets[eni.subnet].vpc;
            taken.addresses.extend(eni.v4.iter().map(|pair| (vpc, pair.private)));
        }
        for (_, nat) in network.nats.iter().skip(taken.nats) {
            taken.addresses.extend(nat.private.map(|address| (nat.vpc, address)));
        }
        (taken.interfaces, taken.nats) = (network.enis.len(), network.nats.len());
        let vpc = network.subnets[subnet].vpc;
        let net = network.subnets[subnet].v4?;
        let last = u32::from(net.broadcast());
        // A subnet with this many interfaces in a row has no room to speak of.
        (1..=256u32)
            .filter_map(|step| last.checked_sub(step).map(Ipv4Addr::from))
            .take_while(|address| net.contains(address))
            .find(|address| !taken.addresses.contains(&(vpc, *address)))
    }

    /// The security group that AWS makes with a VPC; it is the one named `default`.
    pub fn default_group(&mut self, vpc: Ix<Vpc>) -> Option<Ix<Group>> {
        if self.default_groups.is_none() {
            let mut found = BTreeMap::new();
            for node in self.nodes() {
                if matches!(node.config, Config::SecurityGroup(_))
                    && node.name == "default"
                    && let (Some(vpc), Some(Thing::Group(group))) =
                        (self.vpc_around(&node.id), self.thing(&node.id))
                {
                    found.entry(vpc).or_insert(group);
                }
            }
            self.default_groups = Some(found);
        }
        self.default_groups.as_ref()?.get(&vpc).copied()
    }

    /// What an id became.
    pub fn thing(&self, id: &Id) -> Option<Thing> {
        self.network.index.get(id).copied()
    }

    /// The Region a node is in.
    pub fn region_around(&self, id: &str) -> Option<Ix<Region>> {
        let node = self.document.enclosing(id, "region")?;
        match self.network.index.get(&node.id) {
            Some(Thing::Region(ix)) => Some(*ix),
            _ => None,
        }
    }

    fn regions(&mut self) {
        for node in self.nodes() {
            if let Config::Region(config) = &node.config {
                let block = BlockMode::read(&config.block_public_access);
                let aws = places::aws_region(node);
                let code =
                    aws.map_or_else(|| node.label().trim().to_ascii_lowercase(), |aws| aws.code.to_owned());
                let ix = self.network.regions.push(Region { id: node.id.clone(), code, block, aws });
                self.note(&node.id, Thing::Region(ix));
            }
        }
    }

    fn zones(&mut self) {
        for node in self.nodes() {
            if let Config::AvailabilityZone(config) = &node.config {
                let code = node.label().trim().to_ascii_lowercase();
                let ix = self.network.zones.push(Zone { id: node.id.clone(), code, failed: config.failed });
                self.note(&node.id, Thing::Zone(ix));
            }
        }
    }

    fn vpcs(&mut self) {
        for node in self.nodes() {
            let Config::Vpc(config) = &node.config else { continue };
            // Implied until drawn ones are found: AWS never has a VPC without them (RT-01, NACL-03).
            let everything = network_acl::Config::allow_all(true);
            let default_acl = self
                .network
                .acls
                .push(resolve_acl(Id::from(format!("{}/default-acl", node.id)), &everything));
            let vpc = Ix::new(self.network.vpcs.len());
            let main = Id::from(format!("{}/main-route-table", node.id));
            let main_table = self.network.tables.push(Table {
                id: main.clone(),
                vpc,
                routes: Vec::new(),
                withdrawn: Vec::new(),
            });
            self.network.vpcs.push(Vpc {
                id: node.id.clone(),
                region: self.region_around(&node.id),
                v4: config.cidrs.iter().filter_map(|text| v4(text)).collect(),
                v6: config.ipv6_cidrs.iter().filter_map(|text| v6(text)).collect(),
                main_table,
                default_acl,
                igw: None,
                eigw: None,
                subnets: Vec::new(),
                exclusion: Exclusion::read(&config.block_public_access_exclusion),
                dns: VpcDns {
                    support: config.enable_dns_support,
                    hostnames: config.enable_dns_hostnames,
                    servers: config.dns_servers.iter().filter_map(|text| text.trim().parse().ok()).collect(),
                    validates: config.dnssec_validation,
                    reverse: config.autodefined_reverse,
                },
            });
            self.note(&main, Thing::Table(main_table));
            self.note(&node.id, Thing::Vpc(vpc));
        }
        for node in self.nodes() {
            let Config::RouteTable(config) = &node.config else { continue };
            let Some(vpc) = self.vpc_around(&node.id) else { continue };
            let table = self.network.tables.push(Table {
                id: node.id.clone(),
                vpc,
                routes: Vec::new(),
                withdrawn: Vec::new(),
            });
            self.note(&node.id, Thing::Table(table));
            let implied = Id::from(format!("{}/main-route-table", self.network.vpcs[vpc].id));
            // The first table marked main is main; a second one is a diagnostic.
            if config.main && self.network.index.contains_key(&implied) {
                self.network.index.swap_remove(&implied);
                if let Some(vpc) = self.network.vpcs.get_mut(vpc) {
                    vpc.main_table = table;
                }
            }
        }
    }

    fn gateways(&mut self) {
        for node in self.nodes() {
            let attached = node.parent.as_deref().and_then(|parent| match self.network.index.get(parent) {
                Some(Thing::Vpc(ix)) => Some(*ix),
                _ => None,
            });
            let Some(vpc) = attached else { continue };
            match &node.config {
                Config::InternetGateway(_) => {
                    let ix = self.network.igws.push(InternetGateway { id: node.id.clone(), vpc, edge: None });
                    self.note(&node.id, Thing::InternetGateway(ix));
                    // IGW-01: only the first counts.
                    if let Some(vpc) = self.network.vpcs.get_mut(vpc) {
                        vpc.igw.get_or_insert(ix);
                    }
                }
                Config::EgressOnlyInternetGateway(_) => {
                    let ix = self.network.eigws.push(EgressOnly { id: node.id.clone(), vpc });
                    self.note(&node.id, Thing::EgressOnly(ix));
                    if let Some(vpc) = self.network.vpcs.get_mut(vpc) {
                        vpc.eigw.get_or_insert(ix);
                    }
                }
                _ => {}
            }
        }
        for node in self.nodes() {
            let Config::RouteTable(route_table::Config { gateway: Some(gateway), .. }) = &node.config else {
                continue;
            };
            if let (Some(Thing::InternetGateway(igw)), Some(Thing::Table(table))) =
                (self.network.index.get(gateway).copied(), self.network.index.get(&node.id).copied())
                && let Some(igw) = self.network.igws.get_mut(igw)
            {
                igw.edge.get_or_insert(table);
            }
        }
    }

    fn acls(&mut self) {
        for node in self.nodes() {
            let Config::NetworkAcl(config) = &node.config else { continue };
            let Some(vpc) = self.vpc_around(&node.id) else { continue };
            let ix = self.network.acls.push(resolve_acl(node.id.clone(), config));
            self.note(&node.id, Thing::Acl(ix));
            if config.default {
                let implied = self.network.vpcs[vpc].default_acl;
                let is_implied = self.network.acls[implied]
                    .id
                    .as_deref()
                    .is_some_and(|id| id.ends_with("/default-acl") && !self.document.nodes.contains_key(id));
                if is_implied && let Some(vpc) = self.network.vpcs.get_mut(vpc) {
                    vpc.default_acl = ix;
                }
            }
        }
    }

    fn subnets(&mut self) {
        for node in self.nodes() {
            let Config::Subnet(config) = &node.config else { continue };
            let Some(vpc) = self.vpc_around(&node.id) else { continue };
            let lookup = |id: &Option<Id>| id.as_ref().and_then(|id| self.network.index.get(id)).copied();
            let table = match lookup(&config.route_table) {
                Some(Thing::Table(table)) if self.network.tables[table].vpc == vpc => table,
                _ => self.network.vpcs[vpc].main_table,
            };
            let acl = match lookup(&config.network_acl) {
                Some(Thing::Acl(acl)) => acl,
                _ => self.network.vpcs[vpc].default_acl,
            };
            let zone = match lookup(&config.zone) {
                Some(Thing::Zone(zone)) => Some(zone),
                _ => None,
            };
            let ix = self.network.subnets.push(Subnet {
                id: node.id.clone(),
                vpc,
                zone,
                v4: config.cidr.as_deref().and_then(v4),
                v6: config.ipv6_cidr.as_deref().and_then(v6),
                table,
                acl,
                exclusion: Exclusion::read(&config.block_public_access_exclusion),
                dns64: config.dns64,
            });
            if let Some(vpc) = self.network.vpcs.get_mut(vpc) {
                vpc.subnets.push(ix);
            }
            self.note(&node.id, Thing::Subnet(ix));
        }
    }

    fn instances(&mut self) {
        for node in self.nodes() {
            let Config::Instance(config) = &node.config else { continue };
            let ix = self.network.instances.push(Instance {
                id: node.id.clone(),
                running: config.state == "running",
                role: match config.role.as_str() {
                    "router" => InstanceRole::Router,
                    "firewall" => InstanceRole::Firewall,
                    "nat" => InstanceRole::Nat,
                    _ => InstanceRole::Host,
                },
                forwards: config.port_forwards.iter().filter_map(port_forward).collect(),
                enis: Vec::new(),
                conntrack_full: config.conntrack_full,
                dhcpv6_stopped: config.dhcpv6_stopped,
                sockets: Sockets::read(&config.listeners),
            });
            self.note(&node.id, Thing::Instance(ix));
        }
    }

    fn interfaces(&mut self) {
        for node in self.nodes() {
            let Config::NetworkInterface(config) = &node.config else { continue };
            let parent = node.parent.as_deref().and_then(|parent| self.network.index.get(parent)).copied();
            let instance = match parent {
                Some(Thing::Instance(ix)) => Some(ix),
                _ => None,
            };
            let subnet_id = config
                .subnet
                .as_deref()
                .or_else(|| self.document.enclosing(&node.id, "subnet").map(|subnet| subnet.id.as_str()));
            let Some(Thing::Subnet(subnet)) = subnet_id.and_then(|id| self.network.index.get(id)).copied()
            else {
                continue;
            };
            let ix = self.network.enis.push(Eni {
                id: node.id.clone(),
                subnet,
                instance,
                v4: config
                    .private_ips
                    .iter()
                    .filter_map(|pair| {
                        let private = pair.address.trim().parse().ok()?;
                        let public = pair.public_ip.as_deref().and_then(|text| text.trim().parse().ok());
                        Some(Address4 { private, public })
                    })
                    .collect(),
                v6: config.ipv6.iter().filter_map(|text| text.trim().parse().ok()).collect(),
                groups: Vec::new(),
                check: config.source_dest_check,
                service: config.service.is_some(),
                part: None,
            });
            if config.link_local_packets > crate::platform::LINK_LOCAL_PACKETS {
                self.network.throttled.insert(ix);
            }
            self.note(&node.id, Thing::Eni(ix));
            if let Some(instance) = instance.and_then(|ix| self.network.instances.get_mut(ix)) {
                instance.enis.push(ix);
            }
        }
    }

    fn nats(&mut self) {
        for node in self.nodes() {
            let Config::NatGateway(config) = &node.config else { continue };
            let Some(vpc) = self.vpc_around(&node.id) else { continue };
            let subnet = match node.parent.as_deref().and_then(|parent| self.network.index.get(parent)) {
                Some(Thing::Subnet(ix)) => Some(*ix),
                _ => None,
            };
            let scope = match (config.availability.as_str(), subnet) {
                ("regional", _) => NatScope::Regional,
                ("regional-manual", _) => NatScope::RegionalManual(
                    config
                        .zones
                        .iter()
                        .filter_map(|zone| match self.network.index.get(zone) {
                            Some(Thing::Zone(ix)) => Some(*ix),
                            _ => None,
                        })
                        .collect(),
                ),
                (_, Some(subnet)) => NatScope::Zonal(subnet),
                // A zonal gateway outside a subnet cannot exist; it stays an inert drawing.
                (_, None) => continue,
            };
            let private = self.nat_address(config, &scope, vpc);
            let ix = self.network.nats.push(Nat {
                id: node.id.clone(),
                vpc,
                scope,
                private,
                public: None,
                available: config.state == "available",
                open_connections: config.open_connections.unwrap_or(0),
                addresses: 1,
            });
            // A deleted gateway is gone: routes to it are blackholes (RT-16).
            if config.state != "deleted" {
                self.note(&node.id, Thing::Nat(ix));
            }
        }
    }

    /// The gateway's own address; while none is written, the last assignable one stands in, which
    /// no automatic assignment reaches.
    fn nat_address(&self, config: &nat_gateway::Config, scope: &NatScope, vpc: Ix<Vpc>) -> Option<Ipv4Addr> {
        if let Some(address) = config.private_ip.as_deref().and_then(|text| text.trim().parse().ok()) {
            return Some(address);
        }
        let net = match scope {
            NatScope::Zonal(subnet) => self.network.subnets[*subnet].v4,
            NatScope::Regional | NatScope::RegionalManual(_) => self.network.vpcs[vpc].v4.first().copied(),
        }?;
        u32::from(net.broadcast()).checked_sub(1).map(Ipv4Addr::from).filter(|a| net.contains(a))
    }

    fn elastic_ips(&mut self) {
        for node in self.nodes() {
            let Config::ElasticIp(config) = &node.config else { continue };
            let Ok(public) = config.address.trim().parse::<Ipv4Addr>() else { continue };
            self.network.elastic.insert(public);
            let Some(target) = config.target.as_deref().and_then(|id| self.network.index.get(id)).copied()
            else {
                continue;
            };
            let private: Option<Ipv4Addr> =
                config.private_ip.as_deref().and_then(|text| text.trim().parse().ok());
            let eni = match target {
                Thing::Eni(eni) => Some(eni),
                Thing::Instance(instance) => self.network.instances[instance].enis.first().copied(),
                Thing::Nat(nat) => {
                    if let Some(nat) = self.network.nats.get_mut(nat) {
                        if nat.public.is_some() {
                            nat.addresses += 1;
                        } else {
                            nat.public = Some(public);
                        }
                    }
                    None
                }
                _ => None,
            };
            if let Some(eni) = eni.and_then(|eni| self.network.enis.get_mut(eni)) {
                let slot = match private {
                    Some(private) => eni.v4.iter_mut().find(|pair| pair.private == private),
                    None => eni.v4.first_mut(),
                };
                // ADDR-23: attaching an Elastic IP releases the auto-assigned address.
                if let Some(slot) = slot {
                    slot.public = Some(public);
                }
            }
        }
    }

    fn outside(&mut self) {
        for node in self.nodes() {
            match &node.config {
                Config::InternetHost(config) => {
                    let addresses: Vec<IpAddr> =
                        config.addresses.iter().filter_map(|text| text.trim().parse().ok()).collect();
                    let ix = self.network.hosts.push(Host {
                        id: node.id.clone(),
                        dns_servers: config
                            .dns_servers
                            .iter()
                            .filter_map(|text| text.trim().parse().ok())
                            .collect(),
                        v4: addresses.iter().find_map(|a| match a {
                            IpAddr::V4(a) => Some(*a),
                            IpAddr::V6(_) => None,
                        }),
                        v6: addresses.iter().find_map(|a| match a {
                            IpAddr::V6(a) => Some(*a),
                            IpAddr::V4(_) => None,
                        }),
                        sockets: Sockets::read(&config.listeners),
                    });
                    self.note(&node.id, Thing::Host(ix));
                }
                Config::Internet(_) => self.note(&node.id, Thing::Internet),
                Config::Unmodelled(_) => {
                    let ix = self.network.inert.push(Inert { id: node.id.clone() });
                    self.note(&node.id, Thing::Inert(ix));
                }
                _ => {}
            }
        }
    }

    /// Address indexes; the first owner in the document's order wins, a second is a diagnostic.
    fn addresses(&mut self) {
        let mut private = Vec::new();
        let mut public = Vec::new();
        for (ix, eni) in self.network.enis.iter() {
            let vpc = self.network.subnets[eni.subnet].vpc;
            for pair in &eni.v4 {
                private.push(((vpc, IpAddr::V4(pair.private)), Owner::Eni(ix)));
                if let Some(address) = pair.public {
                    public.push((address, (Owner::Eni(ix), pair.private)));
                }
            }
            for address in &eni.v6 {
                private.push(((vpc, IpAddr::V6(*address)), Owner::Eni(ix)));
            }
        }
        for (ix, nat) in self.network.nats.iter() {
            let Some(address) = nat.private else { continue };
            private.push(((nat.vpc, IpAddr::V4(address)), Owner::Nat(ix)));
            if let Some(outside) = nat.public {
                public.push((outside, (Owner::Nat(ix), address)));
            }
        }
        for (key, owner) in private {
            self.network.private.entry(key).or_insert(owner);
        }
        for (key, owner) in public {
            self.network.public.entry(key).or_insert(owner);
        }
        for (address, side, part) in catalog::addresses(&self.network) {
            self.network.ends.entry(address).or_insert((part, side));
        }
    }
}

fn port_forward(forward: &instance::PortForward) -> Option<Forward> {
    Some(Forward {
        port: forward.port,
        to: forward.to.trim().parse::<IpAddr>().ok()?,
        to_port: forward.to_port,
    })
}
