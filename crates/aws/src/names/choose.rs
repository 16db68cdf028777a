//! Which records answer this question: Route 53's routing policies, alias targets, and names of AWS
//! that depend on who asks (R53-03 to R53-06, R53-10 to R53-23, DNS-04).

use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::{Evidence, Id};
use hopscope_names::authority::{Asker, Chosen, MAX_ALIASES, Sets};
use hopscope_names::geo::{self, Area, Coordinates, Place};
use hopscope_names::name::Name;
use hopscope_names::record::{Data, RecordType};
use hopscope_names::routing::{self, Blocks, KnownBy, Policy, Role, Row, Rule};
use ipnet::IpNet;

use super::published::{self, Given};
use super::{Names, Owner, made};
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
        self.decide(zone, name, kind, asker, 0)
    }
}

/// What an alias leads to.
struct Target {
    ttl: u32,
    values: Vec<Data>,
    healthy: bool,
}

impl Chooser<'_> {
    fn decide(
        &self,
        zone: &Id,
        name: &Name,
        kind: RecordType,
        asker: &Asker,
        depth: usize,
    ) -> Option<Chosen> {
        match self.names.decided.get(&(zone.clone(), name.clone(), kind))? {
            Decided::Rows(holder, rows) => Some(self.rows(zone, *holder, rows, kind, asker, depth)),
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

    fn rows(
        &self,
        zone: &Id,
        holder: Holder,
        at: &[usize],
        kind: RecordType,
        asker: &Asker,
        depth: usize,
    ) -> Chosen {
        let all = holder.rows(self.network);
        let mut rows = Vec::new();
        let mut contents: Vec<Target> = Vec::new();
        for index in at {
            let Some(record) = all.get(*index) else { continue };
            let Some(rule) = self.rule(record) else { continue };
            let content = match records::alias(record) {
                Some(target) => self.target(zone, holder, target, kind, asker, depth),
                None => Target { ttl: record.ttl, values: made::data(record, kind), healthy: true },
            };
            let alias = records::alias(record).is_some() && record.evaluate_target_health;
            let label = record.set_id.trim();
            rows.push(Row {
                label: if label.is_empty() { format!("record {}", index + 1) } else { label.to_owned() },
                index: Some(*index),
                rule,
                health: alias.then_some(content.healthy),
                values: content.values.len(),
            });
            contents.push(content);
        }
        let who = self.asker(holder, asker);
        let choice = routing::choose(zone, "records", &rows, &who, asker.seed);
        let mut chosen = Chosen { ttl: 0, values: Vec::new(), evidence: Vec::new() };
        let mut ttls = Vec::new();
        for won in &choice.chosen {
            let Some(content) = contents.get(won.row) else { continue };
            ttls.push(content.ttl);
            chosen.values.extend(won.values.iter().filter_map(|value| content.values.get(*value).cloned()));
        }
        chosen.ttl = ttls.into_iter().min().unwrap_or(0);
        if choice.policy != Some(Policy::Simple) {
            chosen.evidence.push(choice.evidence);
        }
        chosen
    }

    /// What a row is chosen by; none where that cannot be read.
    fn rule(&self, record: &Record) -> Option<Rule> {
        Some(match Policy::parse(&record.routing_policy)? {
            Policy::Simple => Rule::Simple,
            Policy::Weighted => Rule::Weighted(u8::try_from(record.weight).ok()?),
            Policy::Latency => Rule::Latency(self.region(&record.region)?),
            Policy::Failover => Rule::Failover(if record.failover.trim() == "secondary" {
                Role::Secondary
            } else {
                Role::Primary
            }),
            Policy::Geolocation => Rule::Geolocation(Area::parse(&record.location)?),
            Policy::Geoproximity => {
                let bias = record.bias.trim();
                let bias = if bias.is_empty() { 0 } else { bias.parse().ok()? };
                let (name, at) = match self.region(&record.region) {
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

    /// A Region by its code or name, or a drawn one by its id.
    fn region(&self, text: &str) -> Option<&'static geo::Region> {
        let drawn = match self.network.index.get(text.trim()) {
            Some(Thing::Region(ix)) => self.network.regions[*ix].aws,
            _ => None,
        };
        drawn.or_else(|| geo::Region::find(text))
    }

    /// What an alias answers: its target's addresses now (R53-03), or the record it stands for.
    fn target(
        &self,
        zone: &Id,
        holder: Holder,
        target: &str,
        kind: RecordType,
        asker: &Asker,
        depth: usize,
    ) -> Target {
        let nothing = Target { ttl: ALIAS_TTL, values: Vec::new(), healthy: false };
        let of = |published: &Published| Target {
            ttl: published.ttl,
            values: rotated(&published.addresses, kind, asker.seed),
            healthy: published.healthy,
        };
        if let Some(Thing::Part(part)) = self.network.index.get(target) {
            return part.names(self.network).first().map_or(nothing, of);
        }
        let Some(name) = records::domain(target) else { return nothing };
        if let Some((published, _)) = Given::of(self.network).public(&name) {
            return of(published);
        }
        if depth >= MAX_ALIASES || !matches!(holder, Holder::Zone(_)) {
            return nothing;
        }
        let zones = self.names.zones.get(zone).into_iter().flatten();
        let set = zones.filter_map(|index| self.names.directory.zones.get(*index));
        match set.filter_map(|made| made.set(&name, kind)).next() {
            Some(set) if set.decided => match self.decide(zone, &name, kind, asker, depth + 1) {
                Some(chosen) => {
                    Target { ttl: chosen.ttl, healthy: !chosen.values.is_empty(), values: chosen.values }
                }
                None => nothing,
            },
            Some(set) => Target { ttl: set.ttl, values: set.values.clone(), healthy: true },
            None => nothing,
        }
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
