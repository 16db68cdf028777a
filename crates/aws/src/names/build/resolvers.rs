//! The Resolver of each VPC: its rules in their order, private zones, names of endpoints, reverse zones,
//! and the endpoints by which others ask it (DNS-08 to DNS-16).

use hopscope_forward::{Id, Where};
use hopscope_names::directory::Party;
use hopscope_names::name::Name;
use hopscope_names::record::{Data, RecordSet};
use hopscope_names::resolver::{Action, Resolver, Rule};
use hopscope_names::zone::Zone;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::{resolver_endpoint, resolver_rule};
use crate::fabric::Audience;
use crate::names::choose::Decided;
use crate::names::published::{self, Given};
use crate::names::{AWS_SERVER, Landing, Listening, Owner, RESOLVER, VpcResolver, made, resolver_id};
use crate::network::{Network, Region, Vpc};
use crate::query::End;

use super::Build;

impl Build<'_> {
    /// The resolver of each VPC, with its rules in the order of DNS-08.
    pub(super) fn resolvers(&mut self) {
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
    pub(super) fn inbound_endpoints(&mut self) {
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
