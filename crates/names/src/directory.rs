//! The public DNS as people draw it: servers and the zones they host, the root and the top-level
//! zones, which are made up from registrations.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::net::IpAddr;

use hopscope_forward::{Id, Where};

use crate::name::Name;
use crate::record::{Data, Ds, RecordSet, RecordType};
use crate::resolver::Resolver;
use crate::zone::{NS_TTL, Signing, Zone};

/// TTL of a DS record in a top-level zone, seconds.
pub const DS_TTL: u32 = 86_400;

/// Tag of the root's key-signing key (IANA, KSK-2017).
pub const ROOT_KEY: u16 = 20_326;

/// Someone who asks or answers: a component and where it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Kind slug of the component.
    pub kind: &'static str,
    /// The component.
    pub id: Id,
    /// Where it is on the map.
    pub place: Id,
    /// Addresses it sends from and is reached at, preferred ones first.
    pub addresses: Vec<IpAddr>,
}

impl Party {
    /// A component that stands for itself on the map.
    #[must_use]
    pub fn new(kind: &'static str, id: &Id, addresses: Vec<IpAddr>) -> Self {
        Self { kind, id: id.clone(), place: id.clone(), addresses }
    }

    /// Its first address of the other's family.
    #[must_use]
    pub fn address_like(&self, other: IpAddr) -> Option<IpAddr> {
        self.addresses.iter().copied().find(|address| address.is_ipv4() == other.is_ipv4())
    }

    /// The component as the one that decided.
    #[must_use]
    pub fn at(&self) -> Where {
        Where::new(self.kind, &self.id)
    }
}

/// A name server by its name, with the addresses that are known with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameServer {
    /// Its name.
    pub name: Name,
    /// Its addresses: of a server, where it is reached; in a delegation, the glue. May be empty.
    pub addresses: Vec<IpAddr>,
}

/// An authoritative server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The component; reached at its addresses and at those of its names.
    pub party: Party,
    /// Its names; Route 53 gives a hosted zone four.
    pub names: Vec<NameServer>,
    /// Zones it hosts, by index into [`Directory::zones`].
    pub zones: Vec<usize>,
}

/// A domain registered with its top-level zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The component it is drawn as: what to repair where the delegation is wrong.
    pub at: Where,
    /// The domain, right below a top-level one or deeper.
    pub domain: Name,
    /// Who hosts it, as the registrar passed it on. Glue is passed on where it is given.
    pub servers: Vec<NameServer>,
    /// DS records that the registrar passed on.
    pub ds: Vec<Ds>,
    /// The parent's servers do not answer questions for its DS (DSEC-10).
    pub drops_ds: bool,
}

/// What the root and the top-level zones are made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Top {
    /// The root's servers, as a component with addresses.
    pub root: Party,
    /// Servers of every top-level zone.
    pub registry: Party,
    /// Servers of single top-level zones, where they differ.
    pub registries: Vec<(Name, Party)>,
    /// Top-level zones that are not signed; the others and the root are.
    pub unsigned: BTreeSet<Name>,
}

/// Who answers at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// An authoritative server, by index into [`Directory::servers`].
    Server(usize),
    /// A resolver, by index into [`Directory::resolvers`].
    Resolver(usize),
}

/// Every zone, server and resolver of a drawing.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Zones, public and private.
    pub zones: Vec<Zone>,
    /// Authoritative servers.
    pub servers: Vec<Server>,
    /// Resolvers.
    pub resolvers: Vec<Resolver>,
    root: Vec<NameServer>,
    registrations: BTreeMap<Name, Where>,
    listening: BTreeMap<IpAddr, Listener>,
}

impl Directory {
    /// A directory in which nobody answers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a zone. Returns its index, to host it or to answer from it.
    pub fn zone(&mut self, zone: Zone) -> usize {
        self.zones.push(zone);
        self.zones.len() - 1
    }

    /// Adds a server, reached at the addresses of its party and of its names; of two servers at
    /// one address the first answers.
    pub fn server(&mut self, server: Server) -> usize {
        let index = self.servers.len();
        let named = server.names.iter().flat_map(|name| &name.addresses);
        for address in server.party.addresses.iter().chain(named) {
            self.listening.entry(*address).or_insert(Listener::Server(index));
        }
        self.servers.push(server);
        index
    }

    /// Adds a resolver that everybody reaches at its addresses.
    pub fn public_resolver(&mut self, resolver: Resolver) -> usize {
        let index = self.resolvers.len();
        for address in &resolver.party.addresses {
            self.listening.entry(*address).or_insert(Listener::Resolver(index));
        }
        self.private_resolver(resolver)
    }

    /// Adds a resolver that is reached only where [`Network::listener`](crate::resolver::Network)
    /// says so.
    pub fn private_resolver(&mut self, resolver: Resolver) -> usize {
        self.resolvers.push(resolver);
        self.resolvers.len() - 1
    }

    /// Makes the root and the top-level zones from what is registered, and their servers. Call it
    /// once, after all servers are added: their names become known below the top-level zones.
    pub fn register(&mut self, top: &Top, registrations: &[Registration]) {
        let mut zones: BTreeMap<Name, Vec<RecordSet>> = BTreeMap::new();
        let mut dropped: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
        for registration in registrations {
            let Some(above) = registration.domain.top().filter(|top| *top != registration.domain) else {
                continue;
            };
            if let Entry::Vacant(free) = self.registrations.entry(registration.domain.clone()) {
                free.insert(registration.at.clone());
                if registration.drops_ds {
                    dropped.entry(above.clone()).or_default().insert(registration.domain.clone());
                }
                delegate(zones.entry(above).or_default(), registration);
            }
        }
        let known: Vec<_> = self.servers.iter().flat_map(|server| server.names.clone()).collect();
        for server in known {
            let registered = server.name.ancestors().any(|above| self.registrations.contains_key(&above));
            if let Some(above) = server.name.top().filter(|_| !registered) {
                glue(zones.entry(above).or_default(), &server);
            }
        }
        let mut delegations = Vec::new();
        let mut hosts = BTreeMap::new();
        for (apex, sets) in zones {
            let party = top.registries.iter().find(|(name, _)| *name == apex).map(|(_, party)| party);
            let party = party.unwrap_or(&top.registry);
            let signing = (!top.unsigned.contains(&apex)).then(|| signing_of(&apex));
            let host = apex.child("nic").and_then(|nic| nic.child("a")).unwrap_or_else(|_| apex.clone());
            let host = NameServer { name: host, addresses: party.addresses.clone() };
            delegations.push(Registration {
                at: party.at(),
                domain: apex.clone(),
                servers: vec![host.clone()],
                ds: signing.iter().map(|signing| signing.ds(&apex)).collect(),
                drops_ds: false,
            });
            let index = self.host(&mut hosts, party, host, (apex.clone(), sets, signing));
            if let (Some(zone), Some(dropped)) = (self.zones.get_mut(index), dropped.remove(&apex)) {
                zone.drops_ds = dropped;
            }
        }
        let mut sets = Vec::new();
        for delegation in &delegations {
            delegate(&mut sets, delegation);
        }
        let host = NameServer { name: root_server(), addresses: top.root.addresses.clone() };
        self.root = vec![host.clone()];
        let root = (Name::root(), sets, Some(signing_of(&Name::root())));
        self.host(&mut hosts, &top.root, host, root);
    }

    /// Adds a made-up zone to the server of a party, and returns its index.
    fn host(
        &mut self,
        hosts: &mut BTreeMap<Id, usize>,
        party: &Party,
        host: NameServer,
        (apex, mut sets, signing): (Name, Vec<RecordSet>, Option<Signing>),
    ) -> usize {
        // Everybody knows the root's servers: no glue makes their names exist.
        if host.name.is_at_or_below(&apex) && !apex.is_root() {
            glue(&mut sets, &host);
        }
        let (mut zone, _) = Zone::build(party.at(), apex, std::slice::from_ref(&host.name), merged(sets));
        zone.signing = signing;
        let zone = self.zone(zone);
        let known = hosts.get(&party.id).and_then(|index| self.servers.get_mut(*index));
        if let Some(server) = known {
            server.names.push(host);
            server.zones.push(zone);
            return zone;
        }
        let server = Server { party: party.clone(), names: vec![host], zones: vec![zone] };
        hosts.insert(party.id.clone(), self.server(server));
        zone
    }

    /// The root's servers, which every recursive resolver knows; none before [`Self::register`].
    #[must_use]
    pub fn hints(&self) -> &[NameServer] {
        &self.root
    }

    /// The DS record of the root's key: what a validating resolver starts from (DSEC-03).
    #[must_use]
    pub fn anchor() -> Ds {
        signing_of(&Name::root()).ds(&Name::root())
    }

    /// Who answers everybody at an address.
    #[must_use]
    pub fn listener(&self, address: IpAddr) -> Option<Listener> {
        self.listening.get(&address).copied()
    }

    /// The component behind a listener.
    #[must_use]
    pub fn party(&self, listener: Listener) -> Option<&Party> {
        match listener {
            Listener::Server(index) => self.servers.get(index).map(|server| &server.party),
            Listener::Resolver(index) => self.resolvers.get(index).map(|resolver| &resolver.party),
        }
    }

    /// The component that a zone is drawn as, of those that a server hosts.
    #[must_use]
    pub fn zone_at(&self, apex: &Name) -> Option<&Where> {
        let hosted = self.servers.iter().flat_map(|server| &server.zones);
        hosted.filter_map(|index| self.zones.get(*index)).find(|zone| zone.apex == *apex).map(|zone| &zone.at)
    }

    /// The component that says who hosts a zone: its registration, or else the zone above it.
    #[must_use]
    pub fn delegation_at(&self, apex: &Name) -> Option<&Where> {
        self.registrations
            .get(apex)
            .or_else(|| apex.ancestors().skip(1).find_map(|above| self.zone_at(&above)))
    }
}

/// How a made-up zone is signed: tags from its name, the root's as published.
fn signing_of(apex: &Name) -> Signing {
    if apex.is_root() {
        return Signing { algorithm: 8, ..Signing::new(ROOT_KEY, 38_696) };
    }
    let tag = |salt: &str| (crate::dnssec::hash(&[apex.as_str(), salt]) & 0xffff) as u16;
    Signing::new(tag("ksk"), tag("zsk"))
}

/// The first of the root's servers.
fn root_server() -> Name {
    Name::parse("a.root-servers.net").unwrap_or_else(|_| Name::root())
}

/// Writes a delegation: name servers, glue, DS.
fn delegate(sets: &mut Vec<RecordSet>, registration: &Registration) {
    let domain = &registration.domain;
    let servers = registration.servers.iter().map(|server| Data::Ns(server.name.clone())).collect();
    sets.push(RecordSet::new(domain.clone(), RecordType::Ns, NS_TTL, servers));
    if !registration.ds.is_empty() {
        let ds = registration.ds.iter().cloned().map(Data::Ds).collect();
        sets.push(RecordSet::new(domain.clone(), RecordType::Ds, DS_TTL, ds));
    }
    registration.servers.iter().for_each(|server| glue(sets, server));
}

/// Writes the addresses of a name server.
fn glue(sets: &mut Vec<RecordSet>, server: &NameServer) {
    for address in &server.addresses {
        let data = Data::of_address(*address);
        sets.push(RecordSet::new(server.name.clone(), data.kind(), NS_TTL, vec![data]));
    }
}

/// One set for each name and type, values once.
fn merged(sets: Vec<RecordSet>) -> Vec<RecordSet> {
    let mut merged: BTreeMap<(Name, RecordType), RecordSet> = BTreeMap::new();
    for set in sets {
        let known = merged
            .entry((set.name.clone(), set.kind))
            .or_insert_with(|| RecordSet::new(set.name.clone(), set.kind, set.ttl, Vec::new()));
        for value in set.values {
            if !known.values.contains(&value) {
                known.values.push(value);
            }
        }
    }
    merged.into_values().collect()
}
