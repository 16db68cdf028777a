//! Public zones and who serves them: hosted zones, AWS's own, registrations and what the zones above
//! are told (DNS-04, DNS-19, DNS-20, R53-03).

use hopscope_forward::{Id, Where};
use hopscope_names::directory::{NameServer, Party, Registration, Server, Top};
use hopscope_names::name::Name;
use hopscope_names::record::{Data, Ds, RecordSet};
use hopscope_names::zone::Zone;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use crate::components::hosted_zone::{self, HostedZone};
use crate::components::{internet, registered_domain};
use crate::fabric::Audience;
use crate::names::choose::{Decided, Holder};
use crate::names::published::{self, Given};
use crate::names::{AWS_SERVER, Names, ROOT_SERVER, TLD_SERVER, made};
use crate::network::Owner as AddressOwner;

use super::{Build, Delegation};

impl Build<'_> {
    pub(super) fn hosted_zones(&mut self) {
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
    pub(super) fn aws_zones(&mut self) {
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

    /// What the root and the top-level zones are told: drawn registrations, and for public zones
    /// without one what Route 53 tells the registrar when it registers a domain itself.
    pub(super) fn register(&mut self) {
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

/// The domain that somebody registered for a name: its last two labels.
fn registrable(name: &Name) -> Option<Name> {
    name.ancestors().find(|above| above.depth() == 2)
}
