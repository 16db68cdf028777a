//! What Route 53 would refuse about a hosted zone (R53-01 to R53-07, R53-19, DSEC-07), and signing
//! that nobody can check (DSEC-06). Moves no packet.

use std::collections::BTreeMap;

use hopscope_forward::Id;
use hopscope_names::name::Name;
use hopscope_names::record::RecordType;

use super::records;
use super::{Config, HostedZone};
use crate::catalog::{self, Part};
use crate::diagnostic::Diagnostic;
use crate::network::{Network, Thing};
use crate::validate::{Check, codes};

pub(super) fn check(check: &mut Check<'_>) {
    let network = check.network;
    for node in check.nodes() {
        let catalog::Config::HostedZone(config) = &node.config else { continue };
        let mut found = Found { id: &node.id, list: Vec::new() };
        if records::domain(&config.domain_name).is_none() {
            found.unreadable("domain_name".to_owned(), &config.domain_name, "a domain name");
        }
        if config.signed && config.private_zone {
            found.list.push(Diagnostic::new(&codes::DNSSEC_PRIVATE_ZONE, &node.id).field("signed"));
        }
        for (n, server) in config.name_servers.iter().enumerate() {
            if records::domain(server).is_none() {
                found.unreadable(format!("name_servers/{n}"), server, "the name of a server");
            }
        }
        let zone = records::domain(&config.domain_name).unwrap_or_else(Name::root);
        for (n, record) in config.records.iter().enumerate() {
            for (path, text, wanted) in records::unreadable(network, n, record, &zone) {
                found.unreadable(path, &text, &wanted);
            }
            found.list.extend(records::no_health_check(check, &node.id, n, record));
        }
        if let Some(Thing::Part(Part::HostedZone(ix))) = network.index.get(&node.id) {
            let zone = &network.fabric.hosted_zones[*ix];
            sets(network, config, zone, &mut found);
            if zone.signed && !has_ds(network, zone) {
                found.list.push(Diagnostic::new(&codes::DNSSEC_NO_DS, &node.id).field("signed"));
            }
        }
        found.list.into_iter().for_each(|diagnostic| check.report(diagnostic));
    }
}

/// What was found about one zone.
struct Found<'a> {
    id: &'a Id,
    list: Vec<Diagnostic>,
}

impl Found<'_> {
    fn unreadable(&mut self, path: String, text: &str, wanted: &str) {
        let found = Diagnostic::new(&codes::UNREADABLE, self.id).field(path);
        self.list.push(found.fact("text", text).fact("wanted", wanted));
    }
}

/// Whether the parent has a DS record of it: passed on by a registrar, or written into a zone above
/// (DSEC-06).
fn has_ds(network: &Network, zone: &HostedZone) -> bool {
    let registered = network.fabric.registered_domains.iter().map(|(_, domain)| domain);
    let mut registered = registered.filter(|domain| domain.name == zone.name);
    let mut others = network.fabric.hosted_zones.iter().map(|(_, other)| other);
    registered.any(|domain| !domain.ds_records.is_empty())
        || others.any(|other| {
            other.name != zone.name
                && other.records.iter().any(|record| {
                    records::kind(record) == Some(RecordType::Ds)
                        && records::owner(record, &other.name).as_ref() == Some(&zone.name)
                })
        })
}

/// Records against each other and against their zone.
fn sets(network: &Network, config: &Config, zone: &HostedZone, found: &mut Found<'_>) {
    let mut policies: BTreeMap<(Name, RecordType), &str> = BTreeMap::new();
    let mut types: BTreeMap<Name, Vec<(usize, RecordType)>> = BTreeMap::new();
    for (n, record) in config.records.iter().enumerate() {
        let (Some(owner), Some(kind)) = (records::owner(record, &zone.name), records::kind(record)) else {
            continue;
        };
        let policy = records::policy(record);
        let first = *policies.entry((owner.clone(), kind)).or_insert(policy);
        if first != policy {
            // R53-07
            found.list.push(
                Diagnostic::new(&codes::POLICY_MIX, found.id)
                    .field(format!("records/{n}/routing_policy"))
                    .fact("name", &owner)
                    .fact("type", kind)
                    .fact("policy", policy)
                    .fact("first", first),
            );
        }
        if zone.private && policy == "ip-based" {
            // R53-19
            found.list.push(
                Diagnostic::new(&codes::POLICY_PRIVATE_ZONE, found.id)
                    .field(format!("records/{n}/routing_policy"))
                    .fact("name", &owner),
            );
        }
        if let Some(target) = records::alias(record)
            && let Some(why) = refused_target(network, config, zone, kind, target)
        {
            found.list.push(
                Diagnostic::new(&codes::ALIAS_TARGET, found.id)
                    .field(format!("records/{n}/alias"))
                    .fact("target", target)
                    .fact("why", why),
            );
        }
        types.entry(owner).or_default().push((n, kind));
    }
    // R53-02: a CNAME is alone at its name, and the apex has SOA and NS already.
    for (owner, kinds) in &types {
        let others = kinds.iter().any(|(_, kind)| *kind != RecordType::Cname) || *owner == zone.name;
        for (n, _) in kinds.iter().filter(|(_, kind)| *kind == RecordType::Cname && others) {
            let beside =
                if *owner == zone.name { "the zone's own SOA and NS records" } else { "other records" };
            found.list.push(
                Diagnostic::new(&codes::CNAME_APEX, found.id)
                    .field(format!("records/{n}/record_type"))
                    .fact("name", owner)
                    .fact("beside", beside),
            );
        }
    }
}

/// Why an alias cannot lead there (R53-04).
fn refused_target(
    network: &Network,
    config: &Config,
    zone: &HostedZone,
    kind: RecordType,
    target: &str,
) -> Option<&'static str> {
    if let Some(thing) = network.index.get(target) {
        let known = match thing {
            Thing::Part(Part::AwsService(ix)) => network.fabric.services[*ix].service == "s3",
            Thing::Part(part) => !part.names(network).is_empty(),
            _ => false,
        };
        return (!known)
            .then_some("an alias leads to load balancers, endpoints, distributions and S3 websites");
    }
    let Some(name) = records::domain(target) else { return Some("there is no such component or name") };
    if crate::names::is_published(network, &name) {
        return None;
    }
    if !name.is_at_or_below(&zone.name) {
        return Some("a name outside this zone needs a CNAME record");
    }
    let same = config.records.iter().any(|record| {
        records::owner(record, &zone.name).as_ref() == Some(&name) && records::kind(record) == Some(kind)
    });
    (!same).then_some("this zone has no record of that name and type")
}
