//! Which records answer this question: Route 53's routing policies, alias targets, and names of AWS
//! that depend on who asks (R53-03 to R53-06, R53-10 to R53-23, DNS-04).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::{Evidence, Id};
use hopscope_names::authority::{Asker, Chosen, MAX_ALIASES, Sets};
use hopscope_names::geo::{Area, Coordinates, Place};
use hopscope_names::name::Name;
use hopscope_names::record::{Data, RecordType};
use hopscope_names::routing::{self, Blocks, KnownBy, Policy, Row, Rule};
use ipnet::IpNet;

use super::published::{self, Given};
use super::{Names, Owner, made, number};
use crate::arena::Ix;
use crate::cells;
use crate::components::dns_server::DnsServer;
use crate::components::hosted_zone::HostedZone;
use crate::components::hosted_zone::records::{self, Record};
use crate::fabric::Published;
use crate::network::{Network, Thing, Vpc};

/// Seconds that answers of an alias are kept: those of a load balancer's name (R53-06).
const ALIAS_TTL: u32 = 60;

/// A set that is chosen for each question.
#[derive(Clone, Debug)]
pub(crate) enum Decided {
    /// Rows of a zone, by position.
    Rows(Holder, Vec<usize>),
    /// A name of AWS with several addresses.
    Addresses { ttl: u32, addresses: Vec<IpAddr> },
    /// The public name of an instance: whoever asks inside is told the private address (DNS-04).
    Instance { vpc: Ix<Vpc>, public: Ipv4Addr, private: Ipv4Addr },
}

/// Whose rows they are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holder {
    Zone(Ix<HostedZone>),
    Server(Ix<DnsServer>),
}

impl Holder {
    fn rows(self, network: &Network) -> &[Record] {
        match self {
            Self::Zone(ix) => &network.fabric.hosted_zones[ix].records,
            Self::Server(ix) => &network.fabric.dns_servers[ix].records,
        }
    }

    fn private(self, network: &Network) -> bool {
        match self {
            Self::Zone(ix) => network.fabric.hosted_zones[ix].private,
            Self::Server(_) => false,
        }
    }
}

/// The names of a network, for a question.
pub(super) struct Chooser<'a> {
    pub network: &'a Network,
    pub names: &'a Names,
}

impl Sets for Chooser<'_> {
    fn set(&self, zone: &Id, name: &Name, kind: RecordType, asker: &Asker) -> Option<Chosen> {
        self.decide(zone, name, kind, asker)
    }
}

/// What an alias leads to.
#[derive(Clone, Debug)]
struct Target {
    ttl: u32,
    values: Vec<Data>,
    healthy: bool,
}

impl Target {
    /// There is nothing there, or what is there leads back.
    fn nothing() -> Self {
        Self { ttl: ALIAS_TTL, values: Vec::new(), healthy: false }
    }
}

/// The rows that a set is chosen among, with what each answers and what its health goes by.
struct Candidates {
    rows: Vec<Row>,
    contents: Vec<Target>,
    said: Vec<Evidence>,
}

/// A set whose rows are the same for every question of somebody: only the draw differs.
#[derive(Debug)]
pub(super) struct Repeated {
    rows: Vec<Row>,
    contents: Vec<Target>,
    who: routing::Asker,
    salt: u64,
}

impl Repeated {
    /// The first value of the answer to the question with that seed.
    pub fn first(&self, seed: u64) -> Option<&Data> {
        let drawn = routing::draw(&self.rows, &self.who, routing::seed_of(seed, self.salt));
        let contents = |row: usize| self.contents.get(row).map(|content| &content.values);
        drawn.into_iter().find_map(|won| {
            let values = contents(won.row)?;
            won.values.into_iter().find_map(|value| values.get(value))
        })
    }
}

/// Each name draws for itself: an alias or a CNAME between two of them ties no draws.
fn salt(zone: &Id, name: &Name) -> u64 {
    number(name.as_str(), zone).into()
}

/// One question, in one zone, for one type: aliases keep both (R53-04, R53-05).
struct Deciding<'a> {
    chooser: &'a Chooser<'a>,
    zone: &'a Id,
    kind: RecordType,
    asker: &'a Asker,
    /// Records that aliases led to, each decided once; one that is being decided leads nowhere.
    known: BTreeMap<Name, Target>,
}

impl Chooser<'_> {
    fn decide(&self, zone: &Id, name: &Name, kind: RecordType, asker: &Asker) -> Option<Chosen> {
        match self.names.decided.get(&(zone.clone(), name.clone(), kind))? {
            Decided::Rows(holder, rows) => {
                let known = BTreeMap::from([(name.clone(), Target::nothing())]);
                let mut deciding = Deciding { chooser: self, zone, kind, asker, known };
                Some(deciding.rows(*holder, name, rows, 0).0)
            }
            Decided::Addresses { ttl, addresses } => {
                let values = rotated(addresses, kind, asker.seed);
                Some(Chosen { ttl: *ttl, values, evidence: Vec::new() })
            }
            Decided::Instance { vpc, public, private } => {
                let asking = self.vpc_of(asker);
                let inside = asking.is_some_and(|asking| {
                    let own = asking == *vpc && self.network.vpcs[asking].dns.private_names();
                    own || published::resolves(self.network, asking, *vpc)
                });
                let address = if inside { *private } else { *public };
                let who = asking.map_or("the internet", |asking| self.network.vpcs[asking].id.as_str());
                let check = Evidence::Check {
                    check: "dns-asked-inside",
                    passed: inside,
                    value: Some(who.to_owned()),
                };
                Some(Chosen { ttl: ALIAS_TTL, values: vec![Data::A(address)], evidence: vec![check] })
            }
        }
    }

    /// A set of rows, to be drawn from again and again; none of other sets, and where an alias is among
    /// the rows.
    pub(super) fn repeated(
        &self,
        zone: &Id,
        name: &Name,
        kind: RecordType,
        asker: &Asker,
    ) -> Option<Repeated> {
        let Decided::Rows(holder, at) = self.names.decided.get(&(zone.clone(), name.clone(), kind))? else {
            return None;
        };
        let all = holder.rows(self.network);
        if at.iter().filter_map(|index| all.get(*index)).any(|record| records::alias(record).is_some()) {
            return None;
        }
        let mut deciding = Deciding { chooser: self, zone, kind, asker, known: BTreeMap::new() };
        let Candidates { rows, contents, .. } = deciding.candidates(*holder, at, 0);
        Some(Repeated { rows, contents, who: self.asker(*holder, asker), salt: salt(zone, name) })
    }

    /// What a row is chosen by; none where that cannot be read.
    fn rule(&self, record: &Record) -> Option<Rule> {
        let region = |text: &str| records::region(self.network, text);
        Some(match Policy::parse(&record.routing_policy)? {
            Policy::Simple => Rule::Simple,
            Policy::Weighted => Rule::Weighted(u8::try_from(record.weight).ok()?),
            Policy::Latency => Rule::Latency(region(&record.region)?),
            Policy::Failover => Rule::Failover(records::role(&record.failover)?),
            Policy::Geolocation => Rule::Geolocation(Area::parse(&record.location)?),
            Policy::Geoproximity => {
                let bias = records::bias(&record.bias)?;
                let (name, at) = match region(&record.region) {
                    Some(region) => (region.code.to_owned(), region.place.at),
                    None => {
                        let at = Coordinates::parse(&record.coordinates)?;
                        (at.to_string(), at)
                    }
                };
                Rule::Geoproximity { name, at, bias }
            }
            Policy::Multivalue => Rule::Multivalue,
            Policy::IpBased => {
                let blocks = record.cidrs.split(',').map(str::trim).filter(|block| !block.is_empty());
                let blocks: Vec<&str> = blocks.collect();
                Rule::IpBased(if blocks.is_empty() || blocks.contains(&"*") {
                    Blocks::Default
                } else {
                    Blocks::Listed(blocks.into_iter().filter_map(cells::cidr).collect())
                })
            }
        })
    }

    /// Who asks, as Route 53 sees it (R53-18, R53-19).
    fn asker(&self, holder: Holder, asker: &Asker) -> routing::Asker {
        let vpc = self.vpc_of(asker);
        if holder.private(self.network) {
            let region = vpc.and_then(|vpc| self.network.place_of_vpc(vpc)).and_then(|at| at.region);
            return match region {
                Some(region) => routing::Asker::private(region),
                None => routing::Asker { place: None, block: None, known_by: KnownBy::Resolver },
            };
        }
        let of_address = |address: IpAddr| self.network.place_of_address(address).map(|at| at.place);
        if let Some(subnet) = asker.subnet {
            let place = of_address(subnet.addr()).or_else(|| self.place_in(&subnet));
            return routing::Asker { place, block: Some(subnet), known_by: KnownBy::ClientSubnet };
        }
        let own = asker.resolver.as_ref().and_then(|id| self.place_of(id, vpc));
        let place = own.or_else(|| of_address(asker.address?));
        routing::Asker { place, block: asker.address.map(IpNet::from), known_by: KnownBy::Resolver }
    }

    /// Where a resolver is: a VPC's in its Region, a provider's near its customer, a server at its host.
    fn place_of(&self, resolver: &Id, vpc: Option<Ix<Vpc>>) -> Option<&'static Place> {
        if let Some(vpc) = vpc {
            return self.network.place_of_vpc(vpc).map(|at| at.place);
        }
        let customer = match self.names.owners.get(resolver) {
            Some(Owner::Client) => resolver.split_once('/').map(|(_, customer)| customer),
            _ => None,
        };
        let host = || match self.network.index.get(resolver) {
            Some(Thing::Part(crate::catalog::Part::DnsServer(ix))) => {
                super::build::host_id(self.network, *ix)
            }
            _ => None,
        };
        let id = customer.map(Id::from).or_else(host).unwrap_or_else(|| resolver.clone());
        self.network.place_of(&id).map(|at| at.place)
    }

    /// Where a block of a client is: where the drawn host in it is.
    fn place_in(&self, block: &IpNet) -> Option<&'static Place> {
        let hosts = self.network.hosts.iter().map(|(_, host)| host);
        let mut inside = hosts.filter(|host| {
            let v4 = host.v4.map(IpAddr::V4);
            v4.into_iter().chain(host.v6.map(IpAddr::V6)).any(|address| block.contains(&address))
        });
        inside.find_map(|host| self.network.place_of(&host.id)).map(|at| at.place)
    }

    /// The VPC whose resolver asks.
    fn vpc_of(&self, asker: &Asker) -> Option<Ix<Vpc>> {
        match self.names.owners.get(asker.resolver.as_ref()?)? {
            Owner::Vpc(vpc) => Some(*vpc),
            Owner::Client => None,
        }
    }
}

impl Deciding<'_> {
    fn candidates(&mut self, holder: Holder, at: &[usize], depth: usize) -> Candidates {
        let network = self.chooser.network;
        let all = holder.rows(network);
        let mut rows = Vec::new();
        let mut contents: Vec<Target> = Vec::new();
        let mut said = Vec::new();
        for index in at {
            let Some(record) = all.get(*index) else { continue };
            let Some(rule) = self.chooser.rule(record) else { continue };
            let alias = records::alias(record);
            let content = match alias {
                Some(target) => self.target(holder, target, depth),
                None => Target { ttl: record.ttl, values: made::data(record, self.kind), healthy: true },
            };
            let mut health = None;
            if let Some((id, found)) =
                record.health_check.as_ref().and_then(|id| Some((id, network.health(id)?)))
            {
                health = Some(found.healthy);
                said.push(found.evidence(id));
            }
            if let Some(target) = alias.filter(|_| record.evaluate_target_health) {
                health = Some(health.unwrap_or(true) && content.healthy);
                let value = Some(target.to_owned());
                said.push(Evidence::Check { check: "target-health", passed: content.healthy, value });
            }
            let label = record.set_id.trim();
            rows.push(Row {
                label: if label.is_empty() { format!("record {}", index + 1) } else { label.to_owned() },
                index: Some(*index),
                rule,
                health,
                values: content.values.len(),
            });
            contents.push(content);
        }
        Candidates { rows, contents, said }
    }

    /// What rows of one name answer, and whether one of them can: an alias to them that evaluates its
    /// target's health goes by that (R53-23).
    fn rows(&mut self, holder: Holder, name: &Name, at: &[usize], depth: usize) -> (Chosen, bool) {
        let Candidates { rows, contents, mut said } = self.candidates(holder, at, depth);
        let all = holder.rows(self.chooser.network);
        let who = self.chooser.asker(holder, self.asker);
        let seed = routing::seed_of(self.asker.seed, salt(self.zone, name));
        let choice = routing::choose(self.zone, "records", &rows, &who, seed);
        let mut chosen = Chosen { ttl: 0, values: Vec::new(), evidence: Vec::new() };
        let mut ttls = Vec::new();
        for won in &choice.chosen {
            let Some(content) = contents.get(won.row) else { continue };
            ttls.push(content.ttl);
            chosen.values.extend(won.values.iter().filter_map(|value| content.values.get(*value).cloned()));
            let index = rows.get(won.row).and_then(|row| all.get(row.index?));
            if let Some(target) = index.and_then(records::alias) {
                let value = Some(target.to_owned());
                chosen.evidence.push(Evidence::Check { check: "alias", passed: true, value });
            }
        }
        chosen.ttl = ttls.into_iter().min().unwrap_or(0);
        // R53-10: where health is never asked, telling it would mislead.
        if choice.policy != Some(Policy::Simple) {
            chosen.evidence.insert(0, choice.evidence);
            chosen.evidence.append(&mut said);
        }
        let usable = rows.iter().zip(&contents);
        let healthy =
            usable.into_iter().any(|(row, content)| row.health != Some(false) && !content.values.is_empty());
        (chosen, healthy)
    }

    /// What an alias answers: its target's addresses now (R53-03), or the record it stands for.
    fn target(&mut self, holder: Holder, target: &str, depth: usize) -> Target {
        let (network, names) = (self.chooser.network, self.chooser.names);
        let (kind, seed) = (self.kind, self.asker.seed);
        let of = |published: &Published| Target {
            ttl: published.ttl,
            values: rotated(&published.addresses, kind, seed),
            healthy: published.healthy,
        };
        if let Some(Thing::Part(part)) = network.index.get(target) {
            return part.names(network).first().map_or_else(Target::nothing, of);
        }
        let Some(name) = records::domain(target) else { return Target::nothing() };
        if let Some((published, _)) = Given::of(network).public(&name) {
            return of(published);
        }
        if depth >= MAX_ALIASES || !matches!(holder, Holder::Zone(_)) {
            return Target::nothing();
        }
        if let Some(known) = self.known.get(&name) {
            return known.clone();
        }
        self.known.insert(name.clone(), Target::nothing());
        let found = match names.decided.get(&(self.zone.clone(), name.clone(), kind)) {
            Some(Decided::Rows(holder, rows)) => {
                let (chosen, healthy) = self.rows(*holder, &name, rows, depth + 1);
                Target { ttl: chosen.ttl, values: chosen.values, healthy }
            }
            Some(Decided::Addresses { .. } | Decided::Instance { .. }) => Target::nothing(),
            None => self.plain(holder, &name),
        };
        self.known.insert(name, found.clone());
        found
    }

    /// A record with one value, which no policy decides about; its health check still counts for
    /// aliases that evaluate it.
    fn plain(&self, holder: Holder, name: &Name) -> Target {
        let Chooser { network, names } = self.chooser;
        let zones = names.zones.get(self.zone).into_iter().flatten();
        let mut made = zones.filter_map(|index| names.directory.zones.get(*index));
        let Some(set) = made.find_map(|made| made.set(name, self.kind)) else { return Target::nothing() };
        let apex = match holder {
            Holder::Zone(ix) => &network.fabric.hosted_zones[ix].name,
            Holder::Server(_) => return Target::nothing(),
        };
        let own = |row: &&Record| {
            records::kind(row) == Some(self.kind) && records::owner(row, apex).as_ref() == Some(name)
        };
        let row = holder.rows(network).iter().find(own);
        let health = row.and_then(|row| network.health(row.health_check.as_ref()?));
        Target {
            ttl: set.ttl,
            values: set.values.clone(),
            healthy: health.is_none_or(|health| health.healthy),
        }
    }
}

/// The addresses of a type, begun at a place that the seed says: round robin.
fn rotated(addresses: &[IpAddr], kind: RecordType, seed: u64) -> Vec<Data> {
    let fits = |address: &&IpAddr| match kind {
        RecordType::A => address.is_ipv4(),
        RecordType::Aaaa => address.is_ipv6(),
        _ => false,
    };
    let mut values: Vec<Data> =
        addresses.iter().filter(fits).map(|address| Data::of_address(*address)).collect();
    let count = u64::try_from(values.len()).unwrap_or(1).max(1);
    values.rotate_left(usize::try_from(seed % count).unwrap_or(0));
    values
}
