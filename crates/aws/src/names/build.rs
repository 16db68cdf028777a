//! The directory of a drawing: every zone, server and resolver, and who stands where (DNS-08 to
//! DNS-20). Made once, when the first question is asked.

mod resolvers;
mod zones;

use hopscope_forward::{Id, Where};
use hopscope_names::directory::{Directory, NameServer, Party, Server};
use hopscope_names::name::Name;
use hopscope_names::record::{Data, Ds, RecordSet};
use hopscope_names::resolver::{Action, Resolver, Rule};
use hopscope_names::zone::Zone;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::choose::Holder;
use super::{Landing, Listening, Names, Owner, PROVIDER, made};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::dns_server::DnsServer;
use crate::components::{dns_server, internet};
use crate::network::{Network, Thing};
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
