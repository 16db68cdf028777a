//! The directory of a drawing: every zone, server and resolver, and who stands where (DNS-08 to
//! DNS-20). Made once, when the first question is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hopscope_forward::{Id, Where};
use hopscope_names::directory::{Directory, NameServer, Party, Registration, Server, Top};
use hopscope_names::name::Name;
use hopscope_names::record::{Data, Ds, RecordSet};
use hopscope_names::resolver::{Action, Resolver, Rule};
use hopscope_names::zone::Zone;

use super::choose::{Decided, Holder};
use super::published::{self, Given};
use super::{AWS_SERVER, Landing, Listening, Names, Owner, PROVIDER, RESOLVER, ROOT_SERVER, TLD_SERVER};
use super::{VpcResolver, made, resolver_id};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::dns_server::DnsServer;
use crate::components::hosted_zone::{self, HostedZone};
use crate::components::{dns_server, internet, registered_domain, resolver_endpoint, resolver_rule};
use crate::fabric::Audience;
use crate::network::{Network, Owner as AddressOwner, Region, Thing, Vpc};
use crate::query::End;

/// Reads a drawing.
pub(super) fn names(network: &Network) -> Names {
    let mut build = Build {
        network,
        names: Names { directory: Directory::new(), ..Names::default() },
        public: BTreeMap::new(),
        aws: Vec::new(),
        delegations: BTreeMap::new(),
    };
    build.servers();
    build.hosted_zones();
    build.aws_zones();
    build.resolvers();
    build.inbound_endpoints();
    build.providers();
    build.register();
    build.names
}

/// Where a public zone is served.
struct Delegation {
    at: Where,
    servers: Vec<NameServer>,
    /// The DS record that a registrar is told.
    ds: Option<Ds>,
}

struct Build<'a> {
    network: &'a Network,
    names: Names,
    /// Name servers of Route 53 by their names, with their server's index.
    public: BTreeMap<Name, usize>,
    /// AWS's own public zones, by index.
    aws: Vec<(Name, usize)>,
    /// Public zones by name, the first of each.
    delegations: BTreeMap<Name, Delegation>,
}

impl Build<'_> {
    /// Adds a zone that is drawn as `id`.
    fn zone(&mut self, id: &Id, zone: Zone) -> usize {
        let index = self.names.directory.zone(zone);
        self.names.zones.entry(id.clone()).or_default().push(index);
        index
    }

    /// DNS servers on hosts, as servers of their zones and as resolvers.
    fn servers(&mut self) {
        let network = self.network;
        for (ix, server) in network.fabric.dns_servers.iter().filter(|(_, server)| !server.failed) {
            let Some(host) = host(network, ix) else { continue };
            let party = Party {
                place: host.id.clone(),
                ..Party::new(dns_server::SPEC.kind, &server.id, host.own.clone())
            };
            self.names.speakers.insert(server.id.clone(), host.end);
            let mut zones = Vec::new();
            for apex in &server.zones {
                let zone = self.served(ix, server, apex, &host);
                zones.push((apex.clone(), self.zone(&server.id, zone)));
            }
            let as_server = (!zones.is_empty()).then(|| {
                // Reached as a drawn host only: nobody answers at its addresses elsewhere.
                let party = Party { addresses: Vec::new(), ..party.clone() };
                let zones = zones.iter().map(|(_, index)| *index).collect();
                self.names.directory.server(Server { party, names: Vec::new(), zones })
            });
            let only_serves =
                !server.recursive && server.forwarders.is_empty() && server.conditional.is_empty();
            let resolver = (!only_serves || as_server.is_none())
                .then(|| self.names.directory.private_resolver(self.resolver(server, party, &zones)));
            let listening = Listening { resolver, server: as_server, at: host.at };
            for address in host.own.iter().chain(&host.public) {
                self.names.listeners.entry(*address).or_default().push(listening);
            }
        }
    }

    /// A zone that a DNS server serves.
    fn served(&mut self, ix: Ix<DnsServer>, server: &DnsServer, apex: &Name, host: &Host) -> Zone {
        let deepest = |name: &Name| {
            let holding = server.zones.iter().filter(|zone| name.is_at_or_below(zone));
            holding.max_by_key(|zone| zone.depth()) == Some(apex)
        };
        // Names without a zone belong to the first.
        let first = server.zones.first().unwrap_or(apex);
        let made = made::sets(&server.id, Holder::Server(ix), first, &server.records, deepest);
        self.names.decided.extend(made.decided);
        let mut sets = made.sets;
        let name = apex.child("ns1").unwrap_or_else(|_| apex.clone());
        let reached = if host.public.is_empty() { &host.own } else { &host.public };
        for address in reached {
            let data = Data::of_address(*address);
            let glue = RecordSet::new(name.clone(), data.kind(), 3_600, vec![data]);
            if !sets.iter().any(|set| set.name == glue.name && set.kind == glue.kind) {
                sets.push(glue);
            }
        }
        let at = Where::new(dns_server::SPEC.kind, &server.id);
        let (zone, _) = Zone::build(at.clone(), apex.clone(), std::slice::from_ref(&name), sets);
        if !host.public.is_empty() {
            let servers = vec![NameServer { name, addresses: host.public.clone() }];
            self.delegations.entry(apex.clone()).or_insert(Delegation { at, servers, ds: None });
        }
        zone
    }

    fn resolver(&self, server: &DnsServer, party: Party, zones: &[(Name, usize)]) -> Resolver {
        let rule = |domain: Name, label: String, action: Action| Rule {
            of: server.id.clone(),
            index: None,
            label,
            domain,
            action,
        };
        let forward = |to: &[IpAddr]| Action::Forward { via: party.clone(), to: to.to_vec() };
        let mut rules: Vec<Rule> = Vec::new();
        for (apex, index) in zones {
            rules.push(rule(apex.clone(), format!("zone {apex}"), Action::Zone(*index)));
        }
        for (domain, to) in &server.conditional {
            rules.push(rule(domain.clone(), format!("conditional forwarder {domain}"), forward(to)));
        }
        if !server.forwarders.is_empty() {
            rules.push(rule(Name::root(), "forwarders".to_owned(), forward(&server.forwarders)));
        } else if !server.recursive {
            rules.push(rule(Name::root(), "not recursive".to_owned(), Action::Refuse));
        }
        let mut resolver = Resolver::new(party);
        resolver.rules = rules;
        resolver.validates = server.validates;
        if !server.trust_anchor {
            resolver.anchor = None;
        }
        resolver.sends_client_subnet = server.client_subnet;
        resolver.clock = i64::try_from(made::DAY).unwrap_or(0).saturating_add(server.clock);
        resolver
    }

    fn hosted_zones(&mut self) {
        let network = self.network;
        for (ix, zone) in network.fabric.hosted_zones.iter() {
            let made = made::sets(&zone.id, Holder::Zone(ix), &zone.name, &zone.records, |_| true);
            self.names.decided.extend(made.decided);
            if zone.private {
                let index = made::hosted(zone, &[], made.sets);
                self.zone(&zone.id, index);
                continue;
            }
            let servers = self.delegation_set(zone);
            let index = made::hosted(zone, &servers, made.sets);
            let index = self.zone(&zone.id, index);
            self.serve(zone, &servers, index);
            let ds = made::established(zone).map(|signing| signing.ds(&zone.name));
            let named = servers.into_iter().map(|name| NameServer { name, addresses: Vec::new() }).collect();
            let at = Where::new(hosted_zone::SPEC.kind, &zone.id);
            self.delegations.entry(zone.name.clone()).or_insert(Delegation { at, servers: named, ds });
        }
    }

    /// The zone's name servers; of those that were made up for it, the next where another zone has the
    /// same by chance.
    fn delegation_set(&self, zone: &HostedZone) -> Vec<Name> {
        let free = |name: &Name| {
            let mut name = name.clone();
            // A number of each top-level domain has 512 values.
            for _ in 0..512 {
                match hosted_zone::next_server(&name) {
                    Some(next) if !zone.written_servers && self.public.contains_key(&name) => name = next,
                    _ => break,
                }
            }
            name
        };
        zone.name_servers.iter().map(free).collect()
    }

    /// Puts a zone on its name servers; some may serve others already, as a reusable delegation set
    /// does.
    fn serve(&mut self, zone: &HostedZone, servers: &[Name], index: usize) {
        let (known, new): (Vec<&Name>, Vec<&Name>) =
            servers.iter().partition(|name| self.public.contains_key(*name));
        for name in known {
            if let Some(server) =
                self.public.get(name).and_then(|at| self.names.directory.servers.get_mut(*at))
            {
                server.zones.push(index);
            }
        }
        if new.is_empty() {
            return;
        }
        let named: Vec<NameServer> = new
            .iter()
            .map(|name| NameServer { name: (*name).clone(), addresses: made::server_addresses(name) })
            .collect();
        let addresses = named.iter().flat_map(|server| server.addresses.clone()).collect();
        let party = Party::new(hosted_zone::SPEC.kind, &zone.id, addresses);
        let at = self.names.directory.server(Server { party, names: named, zones: vec![index] });
        for name in new {
            self.public.insert(name.clone(), at);
        }
    }

    /// Names that AWS gives components and instances, in public DNS.
    fn aws_zones(&mut self) {
        let network = self.network;
        let mut zones: BTreeMap<Name, Vec<RecordSet>> = BTreeMap::new();
        let id = Id::from(AWS_SERVER);
        let mut add = |names: &mut Names, name: &Name, decided: Decided, data: &[Data]| {
            let Some(apex) = registrable(name) else { return };
            let kinds: BTreeSet<_> = data.iter().map(Data::kind).collect();
            for kind in kinds {
                zones.entry(apex.clone()).or_default().push(RecordSet::decided(name.clone(), kind));
                names.decided.insert((id.clone(), name.clone(), kind), decided.clone());
            }
        };
        for (name, all) in &Given::of(network).0 {
            let Some((published, _)) = all.iter().find(|(it, _)| it.to == Audience::Everybody) else {
                continue;
            };
            let data: Vec<Data> =
                published.addresses.iter().map(|address| Data::of_address(*address)).collect();
            let decided = Decided::Addresses { ttl: published.ttl, addresses: published.addresses.clone() };
            add(&mut self.names, name, decided, &data);
        }
        for (public, (owner, private)) in &network.public {
            let AddressOwner::Eni(eni) = owner else { continue };
            let vpc = network.vpc_of_eni(*eni);
            if !network.vpcs[vpc].dns.hostnames {
                continue;
            }
            let decided = Decided::Instance { vpc, public: *public, private: *private };
            if let Some(name) = published::public_name(network, vpc, *public) {
                add(&mut self.names, &name, decided, &[Data::A(*public)]);
            }
        }
        let at = Where::new(AWS_SERVER, &id);
        let addresses = vec![IpAddr::V4(Ipv4Addr::new(156, 154, 64, 10))];
        let mut hosted = Vec::new();
        let mut servers = Vec::new();
        for (apex, sets) in zones {
            let name = apex.child("ns1").unwrap_or_else(|_| apex.clone());
            let server = NameServer { name, addresses: addresses.clone() };
            let glue = addresses.iter().map(|address| {
                let data = Data::of_address(*address);
                RecordSet::new(server.name.clone(), data.kind(), 3_600, vec![data])
            });
            let sets = sets.into_iter().chain(glue).collect();
            let (zone, _) = Zone::build(at.clone(), apex.clone(), std::slice::from_ref(&server.name), sets);
            let index = self.zone(&id, zone);
            self.aws.push((apex.clone(), index));
            hosted.push(index);
            self.delegations.entry(apex).or_insert(Delegation {
                at: at.clone(),
                servers: vec![server.clone()],
                ds: None,
            });
            servers.push(server);
        }
        if !hosted.is_empty() {
            let place = internet::at_large(network);
            let party = Party { place, ..Party::new(AWS_SERVER, &id, addresses) };
            self.names.directory.server(Server { party, names: servers, zones: hosted });
        }
    }

    /// The resolver of each VPC, with its rules in the order of DNS-08.
    fn resolvers(&mut self) {
        let network = self.network;
        let shared = self.private_zones_of_regions();
        let reverse = self.empty_reverse_zones();
        for (vpc, it) in network.vpcs.iter() {
            let id = resolver_id(network, vpc);
            let mut rules = self.own_rules(vpc);
            let inbound = self.given_rules(vpc, true);
            rules.extend(self.given_rules(vpc, false));
            rules.extend(self.internal_rules(vpc, &shared));
            if it.dns.reverse && it.dns.private_names() {
                rules.extend(self.reverse_rules(vpc, &reverse));
            }
            for (apex, index) in &self.aws {
                let (of, label) = (Id::from(AWS_SERVER), format!("names of AWS below {apex}"));
                rules.push(Rule {
                    of,
                    index: None,
                    label,
                    domain: apex.clone(),
                    action: Action::Zone(*index),
                });
            }
            let inside = self.vpc_resolver(vpc, &id, rules.clone());
            let inbound = if inbound.is_empty() {
                inside
            } else {
                let id = Id::from(format!("{id}/inbound"));
                self.vpc_resolver(vpc, &id, inbound.into_iter().chain(rules).collect())
            };
            self.names.resolvers.insert(vpc, VpcResolver { inside, inbound });
        }
    }

    /// Interfaces at which a VPC's resolver is asked from outside (DNS-13).
    fn inbound_endpoints(&mut self) {
        let network = self.network;
        for (ix, endpoint) in network.fabric.resolver_endpoints.iter().filter(|(_, it)| it.inbound) {
            let Some(resolver) = self.names.resolvers.get(&endpoint.vpc) else { continue };
            let listening = Listening {
                resolver: Some(resolver.inbound),
                server: None,
                at: Landing::Part(Part::ResolverEndpoint(ix)),
            };
            for eni in &endpoint.enis {
                let eni = &network.enis[*eni];
                let v4 = eni.v4.iter().map(|pair| IpAddr::V4(pair.private));
                for address in v4.chain(eni.v6.iter().map(|address| IpAddr::V6(*address))) {
                    self.names.listeners.entry(address).or_default().push(listening);
                }
            }
        }
    }

    fn vpc_resolver(&mut self, vpc: Ix<Vpc>, id: &Id, rules: Vec<Rule>) -> usize {
        let network = self.network;
        // Where AWS asks public servers from; one address for each VPC is enough to tell them apart.
        let n = u32::try_from(self.names.resolvers.len()).unwrap_or(0) & 0xffff;
        let v4 = Ipv4Addr::from(u32::from(Ipv4Addr::new(52, 94, 0, 53)) + (n << 8));
        let v6 = Ipv6Addr::from(
            u128::from(Ipv6Addr::new(0x2600, 0x1f00, 0, 0, 0, 0, 0, 0x53)) + (u128::from(n) << 64),
        );
        let party = Party {
            place: network.vpcs[vpc].id.clone(),
            ..Party::new(RESOLVER, id, vec![IpAddr::V4(v4), IpAddr::V6(v6)])
        };
        let mut resolver = Resolver::of_vpc(party);
        resolver.rules = rules;
        resolver.validates = network.vpcs[vpc].dns.validates;
        resolver.clock = i64::try_from(made::DAY).unwrap_or(0);
        self.names.owners.insert(id.clone(), Owner::Vpc(vpc));
        self.names.directory.private_resolver(resolver)
    }

    /// Resolver rules and private hosted zones of a VPC; of equal domains the rule comes first.
    fn own_rules(&mut self, vpc: Ix<Vpc>) -> Vec<Rule> {
        let network = self.network;
        let mut zones = Vec::new();
        if network.vpcs[vpc].dns.private_names() {
            for (_, zone) in network.fabric.hosted_zones.iter() {
                if zone.private
                    && zone.vpcs.contains(&vpc)
                    && let Some(index) = self.names.zones.get(&zone.id).and_then(|all| all.first())
                {
                    zones.push(Rule {
                        of: zone.id.clone(),
                        index: None,
                        label: format!("private hosted zone {}", zone.name),
                        domain: zone.name.clone(),
                        action: Action::Zone(*index),
                    });
                }
            }
        }
        let mut rules = Vec::new();
        for (_, rule) in network.fabric.resolver_rules.iter().filter(|(_, rule)| rule.vpcs.contains(&vpc)) {
            let domain = rule.domain.clone();
            let (label, action) = if rule.forward {
                let to = rule.targets.clone();
                (format!("forward {domain}"), Action::Forward { via: self.outbound(rule), to })
            } else {
                // DNS-15: what would answer if nobody forwarded.
                let holding = zones.iter().filter(|zone| domain.is_at_or_below(&zone.domain));
                let own = holding.max_by_key(|zone| zone.domain.depth());
                (format!("system {domain}"), own.map_or(Action::Recurse, |zone| zone.action.clone()))
            };
            rules.push(Rule { of: rule.id.clone(), index: None, label, domain, action });
        }
        rules.extend(zones);
        rules
    }

    /// The endpoint whose interfaces ask for a rule, those in zones that are up first.
    fn outbound(&mut self, rule: &resolver_rule::ResolverRule) -> Party {
        let network = self.network;
        let outbound = rule.endpoint.filter(|ix| !network.fabric.resolver_endpoints[*ix].inbound);
        let Some(ix) = outbound else {
            return Party::new(resolver_rule::SPEC.kind, &rule.id, Vec::new());
        };
        let endpoint = &network.fabric.resolver_endpoints[ix];
        let mut enis = endpoint.enis.clone();
        enis.sort_by_key(|eni| network.zone_failed(network.enis[*eni].subnet));
        let addresses = enis.iter().flat_map(|eni| {
            let eni = &network.enis[*eni];
            let v4 = eni.v4.iter().map(|pair| IpAddr::V4(pair.private));
            v4.chain(eni.v6.iter().map(|address| IpAddr::V6(*address))).collect::<Vec<_>>()
        });
        self.names.speakers.insert(endpoint.id.clone(), End::Part { part: ix.into(), address: None });
        Party::new(resolver_endpoint::SPEC.kind, &endpoint.id, addresses.collect())
    }

    /// Private names of endpoints in a VPC (IFE-03), or those for inbound Resolver endpoints only
    /// (IFE-11), as zones of their own.
    fn given_rules(&mut self, vpc: Ix<Vpc>, inbound: bool) -> Vec<Rule> {
        let wanted = if inbound { Audience::InboundOf(vpc) } else { Audience::Vpc(vpc) };
        /// Names of one apex that a component gives.
        struct GivenZone {
            of: Id,
            kind: &'static str,
            names: Vec<(Name, Decided)>,
        }
        let mut found: BTreeMap<Name, GivenZone> = BTreeMap::new();
        for (name, all) in &Given::of(self.network).0 {
            let Some((published, part)) = all.iter().find(|(it, _)| it.to == wanted) else { continue };
            let Some(apex) = (if name.is_wildcard() { name.parent() } else { Some(name.clone()) }) else {
                continue;
            };
            let decided = Decided::Addresses { ttl: published.ttl, addresses: published.addresses.clone() };
            found
                .entry(apex)
                .or_insert_with(|| GivenZone {
                    of: part.id(self.network).clone(),
                    kind: part.kind(),
                    names: Vec::new(),
                })
                .names
                .push((name.clone(), decided));
        }
        let mut rules = Vec::new();
        for (apex, GivenZone { of, kind, names }) in found {
            let mut sets = Vec::new();
            for (name, decided) in names {
                let Decided::Addresses { addresses, .. } = &decided else { continue };
                let kinds: BTreeSet<_> = addresses.iter().map(|it| Data::of_address(*it).kind()).collect();
                for kind in kinds {
                    sets.push(RecordSet::decided(name.clone(), kind));
                    self.names.decided.insert((of.clone(), name.clone(), kind), decided.clone());
                }
            }
            let (zone, _) = Zone::build(Where::new(kind, &of), apex.clone(), &[], sets);
            let index = self.zone(&of, zone);
            let label = format!("private name {apex}");
            rules.push(Rule { of, index: None, label, domain: apex, action: Action::Zone(index) });
        }
        rules
    }

    /// Private names of instances, one zone for each Region (DNS-03).
    fn private_zones_of_regions(&mut self) -> BTreeMap<Option<Ix<Region>>, (Name, usize)> {
        let network = self.network;
        let mut regions: BTreeMap<Option<Ix<Region>>, Vec<Ix<Vpc>>> = BTreeMap::new();
        for (vpc, it) in network.vpcs.iter() {
            regions.entry(it.region).or_default().push(vpc);
        }
        let mut made = BTreeMap::new();
        for (region, vpcs) in regions {
            if let Some((apex, zone)) = private_zone(network, region, &vpcs) {
                let index = self.zone(&Id::from(RESOLVER), zone);
                made.insert(region, (apex, index));
            }
        }
        made
    }

    /// The Region's own zone, and those of peers in other Regions (PCX-10).
    fn internal_rules(
        &mut self,
        vpc: Ix<Vpc>,
        shared: &BTreeMap<Option<Ix<Region>>, (Name, usize)>,
    ) -> Vec<Rule> {
        let network = self.network;
        let own = network.vpcs[vpc].region;
        let mut rules = Vec::new();
        let of = Id::from(RESOLVER);
        let rule = |domain: &Name, index: usize| Rule {
            of: of.clone(),
            index: None,
            label: format!("names of instances below {domain}"),
            domain: domain.clone(),
            action: Action::Zone(index),
        };
        rules.extend(shared.get(&own).map(|(apex, index)| rule(apex, *index)));
        let mut far: BTreeMap<Option<Ix<Region>>, Vec<Ix<Vpc>>> = BTreeMap::new();
        for pair in network.peered.keys().filter(|pair| pair.0 == vpc || pair.1 == vpc) {
            let peer = if pair.0 == vpc { pair.1 } else { pair.0 };
            let region = network.vpcs[peer].region;
            if region != own && published::resolves(network, vpc, peer) {
                far.entry(region).or_default().push(peer);
            }
        }
        for (region, peers) in far {
            if let Some((apex, zone)) = private_zone(network, region, &peers) {
                let index = self.zone(&of, zone);
                rules.push(rule(&apex, index));
            }
        }
        rules
    }

    /// Reverse zones of the private ranges without names in them (DNS-16).
    fn empty_reverse_zones(&mut self) -> BTreeMap<Name, usize> {
        let seconds = (16..32).map(|second| format!("{second}.172.in-addr.arpa"));
        let fixed = ["10.in-addr.arpa", "168.192.in-addr.arpa", "254.169.in-addr.arpa"];
        let all = fixed.into_iter().map(str::to_owned).chain(seconds);
        let names: Vec<Name> = all.filter_map(|name| Name::parse(&name).ok()).collect();
        let of = Id::from(RESOLVER);
        let mut made = BTreeMap::new();
        for apex in names {
            let (zone, _) = Zone::build(Where::new(RESOLVER, &of), apex.clone(), &[], Vec::new());
            let index = self.zone(&of, zone);
            made.insert(apex, index);
        }
        made
    }

    /// Reverse zones of a VPC: its own interfaces, and those of peers whose names it resolves.
    fn reverse_rules(&mut self, vpc: Ix<Vpc>, empty: &BTreeMap<Name, usize>) -> Vec<Rule> {
        let network = self.network;
        let peers = network.peered.keys().filter_map(|(a, b)| match (*a == vpc, *b == vpc) {
            (true, _) => Some(*b),
            (_, true) => Some(*a),
            _ => None,
        });
        let mut told: BTreeSet<Ix<Vpc>> =
            peers.filter(|peer| published::resolves(network, vpc, *peer)).collect();
        told.insert(vpc);
        let mut sets: BTreeMap<Name, Vec<RecordSet>> = BTreeMap::new();
        let subnets = told.iter().flat_map(|vpc| &network.vpcs[*vpc].subnets).collect::<BTreeSet<_>>();
        for (_, eni) in network.enis.iter().filter(|(_, eni)| subnets.contains(&eni.subnet)) {
            let region = network.vpcs[network.subnets[eni.subnet].vpc].region;
            let Some(apex) = published::private_zone(network, region) else { continue };
            for (name, address) in published::private_names(network, eni, &apex) {
                let reverse = Name::reverse(address);
                let first = name.labels().next().is_some_and(|label| label.starts_with("ip-"));
                let zone = reverse.ancestors().find(|above| empty.contains_key(above));
                if let Some(zone) = zone.filter(|_| first) {
                    let data = vec![Data::Ptr(name)];
                    let kind = hopscope_names::record::RecordType::Ptr;
                    sets.entry(zone).or_default().push(RecordSet::new(reverse, kind, 300, data));
                }
            }
        }
        let of = Id::from(RESOLVER);
        let mut rules = Vec::new();
        for (apex, index) in empty {
            let index = match sets.remove(apex) {
                Some(sets) => {
                    let (zone, _) = Zone::build(Where::new(RESOLVER, &of), apex.clone(), &[], sets);
                    self.zone(&of, zone)
                }
                None => *index,
            };
            rules.push(Rule {
                of: of.clone(),
                index: None,
                label: format!("autodefined rule {apex}"),
                domain: apex.clone(),
                action: Action::Zone(index),
            });
        }
        rules
    }

    /// The resolver of the internet provider of everybody who names no other.
    fn providers(&mut self) {
        let network = self.network;
        let mut near: Vec<(Id, Option<IpAddr>)> = vec![(internet::at_large(network), None)];
        for (_, host) in network.hosts.iter().filter(|(_, host)| host.dns_servers.is_empty()) {
            near.push((host.id.clone(), host.v4.map(IpAddr::V4).or(host.v6.map(IpAddr::V6))));
        }
        for (_, site) in network.fabric.sites.iter() {
            let router = site.routers.iter().find_map(|router| {
                let router = &network.fabric.cgws[*router];
                router.nat.map(IpAddr::V4).or(router.outside)
            });
            near.push((site.id.clone(), router));
        }
        for (_, client) in network.fabric.vpn_clients.iter() {
            near.push((client.id.clone(), client.home()));
        }
        let place = internet::at_large(network);
        for (customer, address) in near {
            let id = Id::from(format!("{PROVIDER}/{customer}"));
            let addresses = self.neighbours(address);
            let party = Party { place: place.clone(), ..Party::new(PROVIDER, &id, addresses) };
            let mut resolver = Resolver::new(party);
            resolver.clock = i64::try_from(made::DAY).unwrap_or(0);
            let index = self.names.directory.private_resolver(resolver);
            self.names.owners.insert(id, Owner::Client);
            self.names.providers.insert(customer, index);
        }
    }

    /// Addresses of a provider's resolver, in its customer's block, so that both are in one place.
    fn neighbours(&self, customer: Option<IpAddr>) -> Vec<IpAddr> {
        let base = match customer {
            Some(IpAddr::V4(address)) if !address.is_private() => address,
            _ => Ipv4Addr::new(198, 51, 100, 53),
        };
        let [a, b, c, _] = base.octets();
        let network = self.network;
        let taken = |address: &Ipv4Addr| {
            network.hosts.iter().any(|(_, host)| host.v4 == Some(*address))
                || network.ends.contains_key(&IpAddr::V4(*address))
                || network.public.contains_key(address)
        };
        let free = (53..=254).map(|last| Ipv4Addr::new(a, b, c, last)).find(|address| !taken(address));
        let v6 = match customer {
            Some(IpAddr::V6(address)) => (u128::from(address) & !0xffff) | 0x53,
            _ => u128::from(Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 0x53)),
        };
        free.map(IpAddr::V4).into_iter().chain([IpAddr::V6(Ipv6Addr::from(v6))]).collect()
    }

    /// What the root and the top-level zones are told: drawn registrations, and for public zones
    /// without one what Route 53 tells the registrar when it registers a domain itself.
    fn register(&mut self) {
        let network = self.network;
        let mut registrations: Vec<Registration> = Vec::new();
        for (_, domain) in network.fabric.registered_domains.iter() {
            if registrations.iter().any(|known| known.domain == domain.name) {
                continue;
            }
            let delegation = self.delegations.get(&domain.name);
            let servers = if domain.name_servers.is_empty() {
                delegation.map(|it| it.servers.clone()).unwrap_or_default()
            } else {
                domain.name_servers.iter().map(|name| self.listed(name, &domain.name)).collect()
            };
            let ds = domain.ds_records.iter().filter_map(|row| ds(row, delegation)).collect();
            let at = Where::new(registered_domain::SPEC.kind, &domain.id);
            registrations.push(Registration {
                at,
                domain: domain.name.clone(),
                servers,
                ds,
                drops_ds: domain.parent_drops_ds,
            });
        }
        let registered: BTreeSet<Name> = registrations.iter().map(|it| it.domain.clone()).collect();
        for (apex, delegation) in &self.delegations {
            // What lies below another drawn zone is that zone's to hand over.
            let below = |above: &Name| self.delegations.contains_key(above) || registered.contains(above);
            if registered.contains(apex) || apex.ancestors().skip(1).any(|above| below(&above)) {
                continue;
            }
            registrations.push(Registration {
                at: delegation.at.clone(),
                domain: apex.clone(),
                servers: delegation.servers.clone(),
                ds: Vec::new(),
                drops_ds: false,
            });
        }
        let place = internet::at_large(network);
        let party = |kind: &'static str, v4: [u8; 4], v6: [u16; 8]| {
            let addresses = vec![IpAddr::from(v4), IpAddr::from(v6)];
            Party { place: place.clone(), ..Party::new(kind, &Id::from(kind), addresses) }
        };
        let top = Top {
            root: party(ROOT_SERVER, [198, 41, 0, 4], [0x2001, 0x503, 0xba3e, 0, 0, 0, 2, 0x30]),
            registry: party(TLD_SERVER, [192, 5, 6, 30], [0x2001, 0x503, 0xa83e, 0, 0, 0, 2, 0x30]),
            registries: Vec::new(),
            unsigned: BTreeSet::new(),
        };
        self.names.directory.register(&top, &registrations);
    }

    /// A name server as a registrar lists it, with glue where the domain's own servers are meant.
    fn listed(&self, name: &Name, domain: &Name) -> NameServer {
        let own = self.delegations.get(domain).filter(|_| name.is_at_or_below(domain));
        let servers = own.into_iter().flat_map(|delegation| &delegation.servers);
        let addresses = servers.flat_map(|server| server.addresses.clone()).collect();
        NameServer { name: name.clone(), addresses }
    }
}

/// A DS record as written, or that of the zone as it was when signing was enabled.
fn ds(row: &registered_domain::DsRecord, delegation: Option<&Delegation>) -> Option<Ds> {
    let tag = row.key_tag.trim();
    if tag.is_empty() {
        return delegation?.ds.clone();
    }
    let digest: String = row.digest.chars().filter(|c| !c.is_whitespace()).collect();
    Some(Ds {
        tag: tag.parse().ok()?,
        algorithm: u8::try_from(row.algorithm).ok()?,
        digest_type: u8::try_from(row.digest_type).ok()?,
        digest: digest.to_ascii_uppercase(),
    })
}

/// The zone of private names of some VPCs of a Region.
fn private_zone(network: &Network, region: Option<Ix<Region>>, vpcs: &[Ix<Vpc>]) -> Option<(Name, Zone)> {
    let apex = published::private_zone(network, region)?;
    let subnets: BTreeSet<_> = vpcs.iter().flat_map(|vpc| &network.vpcs[*vpc].subnets).collect();
    let mut sets: BTreeMap<(Name, hopscope_names::record::RecordType), Vec<Data>> = BTreeMap::new();
    for (_, eni) in network.enis.iter().filter(|(_, eni)| subnets.contains(&eni.subnet)) {
        for (name, address) in published::private_names(network, eni, &apex) {
            let data = Data::of_address(address);
            let values = sets.entry((name, data.kind())).or_default();
            if !values.contains(&data) {
                values.push(data);
            }
        }
    }
    let sets =
        sets.into_iter().map(|((name, kind), values)| RecordSet::new(name, kind, 60, values)).collect();
    let at = Where::new(RESOLVER, &Id::from(RESOLVER));
    let (zone, _) = Zone::build(at, apex.clone(), &[], sets);
    Some((apex, zone))
}

/// The domain that somebody registered for a name: its last two labels.
fn registrable(name: &Name) -> Option<Name> {
    name.ancestors().find(|above| above.depth() == 2)
}

/// The host of a DNS server.
pub(super) struct Host {
    pub id: Id,
    end: End,
    at: Landing,
    /// Addresses it sends from.
    pub own: Vec<IpAddr>,
    /// Public addresses that reach it.
    pub public: Vec<IpAddr>,
}

/// The host of a DNS server, if it is drawn on one.
pub(super) fn host(network: &Network, ix: Ix<DnsServer>) -> Option<Host> {
    let is_public = |address: &IpAddr| {
        let private = hopscope_net::prefix::is_rfc1918(*address)
            || hopscope_net::prefix::is_rfc6598(*address)
            || hopscope_net::prefix::is_ula(*address);
        !private
    };
    match network.fabric.dns_servers[ix].host? {
        Thing::Instance(instance) => {
            let it = &network.instances[instance];
            let eni = *it.enis.first()?;
            let all: Vec<_> = it.enis.iter().map(|eni| &network.enis[*eni]).collect();
            let v4 = all.iter().flat_map(|eni| &eni.v4);
            let v6: Vec<IpAddr> = all.iter().flat_map(|eni| &eni.v6).map(|it| IpAddr::V6(*it)).collect();
            let own = v4.clone().map(|pair| IpAddr::V4(pair.private)).chain(v6.iter().copied()).collect();
            let public = v4.filter_map(|pair| pair.public.map(IpAddr::V4)).collect();
            let end = End::Interface { eni, address: None };
            Some(Host { id: it.id.clone(), end, at: Landing::Instance(instance), own, public })
        }
        Thing::Part(part @ Part::OnPremisesHost(host)) => {
            let it = &network.fabric.site_hosts[host];
            let own = it.addresses.clone();
            let public = own.iter().copied().filter(is_public).collect();
            let end = End::Part { part, address: None };
            Some(Host { id: it.id.clone(), end, at: Landing::Part(part), own, public })
        }
        Thing::Host(host) => {
            let it = &network.hosts[host];
            let own: Vec<IpAddr> = it.v4.map(IpAddr::V4).into_iter().chain(it.v6.map(IpAddr::V6)).collect();
            let public = own.clone();
            Some(Host { id: it.id.clone(), end: End::Host(host), at: Landing::Host(host), own, public })
        }
        _ => None,
    }
}

/// The id of a DNS server's host.
pub(super) fn host_id(network: &Network, ix: Ix<DnsServer>) -> Option<Id> {
    host(network, ix).map(|host| host.id)
}
