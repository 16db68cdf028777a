//! From a document to a network: resolves references and text cells, never fails.
//!
//! What AWS would refuse (a route narrower than local to a gateway, an IPv4 route to an
//! egress-only gateway) is left out of the network; `validate` says so.

use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::{Id, RouteOrigin};
use hopscope_net::prefix::{self, Family};
use hopscope_net::{IpNet, Ipv4Net, Ipv6Net};

use crate::arena::Ix;
use crate::catalog::Config;
use crate::cells;
use crate::components::{instance, nat_gateway, network_acl, prefix_list, route_table, security_group};
use crate::document::{Document, Node};
use crate::network::*;

/// Resolves a document.
pub(crate) fn lower(document: &Document) -> Network {
    let mut build = Build { document, network: Network::default() };
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
    build.addresses();
    build.routes();
    let mut network = build.network;
    network.diagnostics = crate::validate::validate(document, &network);
    network
}

struct Build<'a> {
    document: &'a Document,
    network: Network,
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
    fn nodes(&self) -> impl Iterator<Item = &'a Node> + use<'a> {
        self.document.nodes.values().map(|node| &**node)
    }

    fn note(&mut self, id: &Id, thing: Thing) {
        self.network.index.insert(id.clone(), thing);
    }

    fn vpc_around(&self, id: &str) -> Option<Ix<Vpc>> {
        let node = self.document.enclosing(id, "vpc")?;
        match self.network.index.get(&node.id) {
            Some(Thing::Vpc(ix)) => Some(*ix),
            _ => None,
        }
    }

    fn zones(&mut self) {
        for node in self.nodes() {
            if let Config::AvailabilityZone(config) = &node.config {
                let ix = self.network.zones.push(Zone { id: node.id.clone(), failed: config.failed });
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
            let vpc = Ix::new(self.network.vpcs.iter().count());
            let main = Id::from(format!("{}/main-route-table", node.id));
            let main_table = self.network.tables.push(Table { id: main.clone(), vpc, routes: Vec::new() });
            self.network.vpcs.push(Vpc {
                id: node.id.clone(),
                v4: config.cidrs.iter().filter_map(|text| v4(text)).collect(),
                v6: config.ipv6_cidrs.iter().filter_map(|text| v6(text)).collect(),
                main_table,
                default_acl,
                igw: None,
                eigw: None,
            });
            self.note(&main, Thing::Table(main_table));
            self.note(&node.id, Thing::Vpc(vpc));
        }
        for node in self.nodes() {
            let Config::RouteTable(config) = &node.config else { continue };
            let Some(vpc) = self.vpc_around(&node.id) else { continue };
            let table = self.network.tables.push(Table { id: node.id.clone(), vpc, routes: Vec::new() });
            self.note(&node.id, Thing::Table(table));
            let implied = Id::from(format!("{}/main-route-table", self.network.vpcs[vpc].id));
            // The first table marked main is main; a second one is a diagnostic.
            if config.main && self.network.index.contains_key(&implied) {
                self.network.index.remove(&implied);
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
            });
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
            });
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

    fn groups(&mut self) {
        for node in self.nodes() {
            if let Config::SecurityGroup(_) = &node.config {
                let vpc = self.vpc_around(&node.id);
                let ix = self.network.groups.push(Group {
                    id: node.id.clone(),
                    vpc,
                    inbound: Vec::new(),
                    outbound: Vec::new(),
                });
                self.note(&node.id, Thing::Group(ix));
            }
        }
        for node in self.nodes() {
            let Config::SecurityGroup(config) = &node.config else { continue };
            let Some(Thing::Group(ix)) = self.network.index.get(&node.id).copied() else { continue };
            let inbound = self.group_rules(&config.inbound, "from");
            let outbound = self.group_rules(&config.outbound, "to");
            if let Some(group) = self.network.groups.get_mut(ix) {
                group.inbound = inbound;
                group.outbound = outbound;
            }
        }
        for node in self.nodes() {
            let Config::NetworkInterface(config) = &node.config else { continue };
            let groups: Vec<_> = config
                .security_groups
                .iter()
                .filter_map(|id| match self.network.index.get(id) {
                    Some(Thing::Group(ix)) => Some(*ix),
                    _ => None,
                })
                .collect();
            if let Some(Thing::Eni(eni)) = self.network.index.get(&node.id).copied()
                && let Some(eni) = self.network.enis.get_mut(eni)
            {
                eni.groups = groups;
            }
        }
    }

    fn group_rules(&self, rules: &[security_group::Rule], word: &str) -> Vec<Rule> {
        rules
            .iter()
            .enumerate()
            .map(|(index, rule)| {
                let body = cells::protocol(&rule.protocol).and_then(|protocol| {
                    Some(RuleBody {
                        protocol,
                        ports: cells::ports(protocol, &rule.ports)?,
                        peer: self.peer(&rule.peer)?,
                    })
                });
                Rule {
                    index,
                    label: (index + 1).to_string(),
                    text: format!("allow {} {} {word} {}", rule.protocol, rule.ports, rule.peer),
                    allow: true,
                    body,
                }
            })
            .collect()
    }

    fn peer(&self, text: &str) -> Option<Peer> {
        let text = text.trim();
        if let Some(net) = cells::cidr(text) {
            return Some(Peer::Net(net));
        }
        if let Some(Thing::Group(ix)) = self.network.index.get(text) {
            return Some(Peer::Group(*ix));
        }
        self.prefix_list(text).map(|nets| Peer::List(nets.into_iter().map(|(_, net)| net).collect()))
    }

    /// Entries of a prefix list by id, in order.
    fn prefix_list(&self, id: &str) -> Option<Vec<(usize, IpNet)>> {
        match &self.document.nodes.get(id)?.config {
            Config::PrefixList(prefix_list::Config { entries, .. }) => Some(
                entries
                    .iter()
                    .enumerate()
                    .filter_map(|(n, entry)| Some((n, cells::cidr(&entry.cidr)?)))
                    .collect(),
            ),
            _ => None,
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
                        v4: addresses.iter().find_map(|a| match a {
                            IpAddr::V4(a) => Some(*a),
                            IpAddr::V6(_) => None,
                        }),
                        v6: addresses.iter().find_map(|a| match a {
                            IpAddr::V6(a) => Some(*a),
                            IpAddr::V4(_) => None,
                        }),
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
    }

    fn routes(&mut self) {
        let tables: Vec<(Ix<Table>, Id, Ix<Vpc>)> =
            self.network.tables.iter().map(|(ix, table)| (ix, table.id.clone(), table.vpc)).collect();
        for (ix, id, vpc) in tables {
            let mut routes = self.local_routes(vpc);
            if let Some(Config::RouteTable(config)) = self.document.nodes.get(&id).map(|node| &node.config) {
                let edge = config.gateway.is_some();
                for (index, route) in config.routes.iter().enumerate() {
                    self.route(vpc, edge, index, route, &mut routes);
                }
            }
            if let Some(table) = self.network.tables.get_mut(ix) {
                table.routes = routes;
            }
        }
    }

    fn local_routes(&self, vpc: Ix<Vpc>) -> Vec<Route> {
        let vpc = &self.network.vpcs[vpc];
        let blocks = vpc.v4.iter().map(|net| IpNet::V4(*net)).chain(vpc.v6.iter().map(|net| IpNet::V6(*net)));
        blocks
            .map(|destination| Route {
                destination,
                target: Target::Local,
                target_text: "local".to_owned(),
                origin: RouteOrigin::Local,
                list: None,
                index: None,
            })
            .collect()
    }

    /// Installs one authored route, unless AWS would refuse it.
    fn route(
        &self,
        vpc: Ix<Vpc>,
        edge: bool,
        index: usize,
        route: &route_table::Route,
        into: &mut Vec<Route>,
    ) {
        let text = route.destination.trim();
        let (blocks, list) = match cells::cidr(text) {
            Some(net) => (vec![net], None),
            // PL-03: not as the destination of a gateway route table.
            None if edge => return,
            None => match self.prefix_list(text) {
                Some(entries) => (entries.into_iter().map(|(_, net)| net).collect(), Some(Id::from(text))),
                None => return,
            },
        };
        let origin = match (route.propagated, &list) {
            (true, _) => RouteOrigin::Propagated,
            (false, Some(_)) => RouteOrigin::PrefixList,
            (false, None) => RouteOrigin::Static,
        };
        let target = self.target(vpc, route);
        for destination in blocks {
            if !self.installable(vpc, edge, origin, &destination, target, route.target.trim()) {
                continue;
            }
            let replaces_local = destination_is_local(&self.network.vpcs[vpc], &destination)
                && origin != RouteOrigin::Propagated;
            if replaces_local {
                // RT-07, RT-25: the local target itself is replaced.
                into.retain(|other| {
                    !(other.origin == RouteOrigin::Local && other.destination == destination)
                });
            }
            // RT-17: of two equal static destinations the first stays.
            let duplicate = origin == RouteOrigin::Static
                && into
                    .iter()
                    .any(|other| other.origin == RouteOrigin::Static && other.destination == destination);
            // RT-05: the 101st propagated prefix is not installed.
            let propagated = into.iter().filter(|other| other.origin == RouteOrigin::Propagated).count();
            let full =
                origin == RouteOrigin::Propagated && propagated >= crate::validate::PROPAGATED_PER_TABLE;
            if duplicate || full {
                continue;
            }
            into.push(Route {
                destination,
                target,
                target_text: route.target.trim().to_owned(),
                origin,
                list: list.clone(),
                index: Some(index),
            });
        }
    }

    fn target(&self, vpc: Ix<Vpc>, route: &route_table::Route) -> Target {
        let text = route.target.trim();
        if route.blackhole {
            return Target::Blackhole;
        }
        if text == "local" {
            return Target::Local;
        }
        let network = &self.network;
        // RT-16, IGW-11, NAT-21: gone, detached or stopped targets leave a blackhole.
        match network.index.get(text) {
            Some(Thing::InternetGateway(ix)) if network.vpcs[vpc].igw == Some(*ix) => Target::Internet(*ix),
            Some(Thing::EgressOnly(ix)) if network.eigws[*ix].vpc == vpc => Target::EgressOnly(*ix),
            Some(Thing::Nat(ix)) if network.nats[*ix].vpc == vpc => Target::Nat(*ix),
            Some(Thing::Eni(ix)) => self.interface_target(vpc, *ix),
            Some(Thing::Instance(ix)) => network.instances[*ix]
                .enis
                .first()
                .map_or(Target::Blackhole, |eni| self.interface_target(vpc, *eni)),
            Some(Thing::Inert(ix)) => Target::Inert(*ix),
            _ => Target::Blackhole,
        }
    }

    fn interface_target(&self, vpc: Ix<Vpc>, eni: Ix<Eni>) -> Target {
        let network = &self.network;
        let interface = &network.enis[eni];
        let running = match interface.instance {
            Some(instance) => network.instances[instance].running,
            None => interface.service,
        };
        if network.subnets[interface.subnet].vpc == vpc && running {
            Target::Interface(eni)
        } else {
            Target::Blackhole
        }
    }

    /// Whether AWS would accept the route (RT-07, RT-08, RT-18, RT-19, RT-25, EIGW-01, NAT-15).
    fn installable(
        &self,
        vpc: Ix<Vpc>,
        edge: bool,
        origin: RouteOrigin,
        destination: &IpNet,
        target: Target,
        target_text: &str,
    ) -> bool {
        if reserved_destination(destination) {
            return false;
        }
        let family = Family::of_net(destination);
        let kind = self.document.nodes.get(target_text).map(|node| node.kind());
        let family_fits = match kind {
            Some("egress-only-internet-gateway") => family == Family::V6,
            Some("nat-gateway") => {
                family == Family::V4
                    || matches!(destination, IpNet::V6(net) if *net == prefix::NAT64)
                    || self.inside(vpc, destination)
            }
            _ => true,
        };
        if !family_fits {
            return false;
        }
        if edge {
            let whole = destination_is_local(&self.network.vpcs[vpc], destination)
                || self.is_subnet_block(vpc, destination);
            return whole
                && origin != RouteOrigin::Propagated
                && matches!(
                    target,
                    Target::Local | Target::Interface(_) | Target::Inert(_) | Target::Blackhole
                );
        }
        if target == Target::Local {
            // A hand-written local route only restates the implied one.
            return false;
        }
        if origin != RouteOrigin::Propagated && self.inside(vpc, destination) {
            let whole = destination_is_local(&self.network.vpcs[vpc], destination)
                || self.is_subnet_block(vpc, destination);
            let takes =
                matches!(kind, Some("instance" | "network-interface" | "nat-gateway" | "unmodelled") | None);
            return whole && takes;
        }
        true
    }

    fn inside(&self, vpc: Ix<Vpc>, destination: &IpNet) -> bool {
        let vpc = &self.network.vpcs[vpc];
        vpc.v4.iter().any(|net| IpNet::V4(*net).contains(destination))
            || vpc.v6.iter().any(|net| IpNet::V6(*net).contains(destination))
    }

    fn is_subnet_block(&self, vpc: Ix<Vpc>, destination: &IpNet) -> bool {
        self.network.subnets.iter().any(|(_, subnet)| {
            subnet.vpc == vpc
                && (subnet.v4.is_some_and(|net| IpNet::V4(net) == *destination)
                    || subnet.v6.is_some_and(|net| IpNet::V6(net) == *destination))
        })
    }
}

/// Whether a destination is exactly one of the VPC's own blocks.
fn destination_is_local(vpc: &Vpc, destination: &IpNet) -> bool {
    match destination {
        IpNet::V4(net) => vpc.v4.contains(net),
        IpNet::V6(net) => vpc.v6.contains(net),
    }
}

/// Link-local services cannot be routed (RT-18).
pub(crate) fn reserved_destination(destination: &IpNet) -> bool {
    match destination {
        IpNet::V4(net) => prefix::RESERVED_ROUTE_V4.contains(net),
        IpNet::V6(net) => prefix::RESERVED_ROUTE_V6.contains(net),
    }
}

fn port_forward(forward: &instance::PortForward) -> Option<Forward> {
    Some(Forward {
        port: forward.port,
        to: forward.to.trim().parse::<IpAddr>().ok()?,
        to_port: forward.to_port,
    })
}

fn resolve_acl(id: Id, config: &network_acl::Config) -> Acl {
    let rules = |rules: &[network_acl::Rule], word: &str| {
        let mut out: Vec<(u32, Rule)> = rules
            .iter()
            .enumerate()
            .map(|(index, rule)| {
                let known_action = matches!(rule.action.as_str(), "allow" | "deny");
                let body = cells::protocol(&rule.protocol).filter(|_| known_action).and_then(|protocol| {
                    // NACL-10: blocks only.
                    let peer = Peer::Net(cells::cidr(&rule.cidr)?);
                    Some(RuleBody { protocol, ports: cells::ports(protocol, &rule.ports)?, peer })
                });
                let text = format!("{} {} {} {word} {}", rule.action, rule.protocol, rule.ports, rule.cidr);
                (
                    rule.number,
                    Rule { index, label: rule.number.to_string(), text, allow: rule.action == "allow", body },
                )
            })
            .collect();
        // NACL-02: low to high; equal numbers keep the author's order.
        out.sort_by_key(|(number, _)| *number);
        out.into_iter().map(|(_, rule)| rule).collect::<Vec<_>>()
    };
    Acl { id: Some(id), inbound: rules(&config.inbound, "from"), outbound: rules(&config.outbound, "to") }
}
