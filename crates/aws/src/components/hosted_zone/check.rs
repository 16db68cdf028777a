//! What Route 53 would refuse about a hosted zone (R53-01 to R53-07, R53-11, R53-15, R53-17, R53-19,
//! DSEC-07). Moves no packet.

use std::collections::BTreeMap;

use hopscope_forward::Id;
use hopscope_net::IpNet;

use super::records::{self, POLICIES, Record, TYPES};
use super::{Config, HostedZone};
use crate::catalog::{self, Part};
use crate::cells;
use crate::diagnostic::Diagnostic;
use crate::network::{Network, Thing};
use crate::validate::{Check, codes};

pub(super) fn check(check: &mut Check<'_>) {
    let network = check.network;
    for node in check.nodes() {
        let catalog::Config::HostedZone(config) = &node.config else { continue };
        let mut found = Found { id: &node.id, list: Vec::new() };
        if records::domain(&config.name).is_none() {
            found.unreadable("name".to_owned(), &config.name, "a domain name");
        }
        if config.signed && config.private_zone {
            found.list.push(Diagnostic::new(&codes::DNSSEC_PRIVATE_ZONE, &node.id).field("signed"));
        }
        for (n, server) in config.name_servers.iter().enumerate() {
            if records::domain(server).is_none() {
                found.unreadable(format!("name_servers/{n}"), server, "the name of a server");
            }
        }
        for (n, record) in config.records.iter().enumerate() {
            cells_of(n, record, &mut found);
        }
        if let Some(Thing::Part(Part::HostedZone(ix))) = network.index.get(&node.id) {
            sets(network, config, &network.fabric.hosted_zones[*ix], &mut found);
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

/// The cells of one record, each by itself.
fn cells_of(n: usize, record: &Record, found: &mut Found<'_>) {
    let kind = records::kind(record);
    // R53-01: DNSKEY, RRSIG and the like are made by signing, not typed.
    if !TYPES.contains(&kind.as_str()) {
        found.unreadable(format!("records/{n}/record_type"), &kind, "a type that Route 53 lets you write");
        return;
    }
    if records::owner(record, "zone").is_none() {
        found.unreadable(format!("records/{n}/name"), &record.name, "a domain name");
    }
    if records::alias(record).is_none() {
        let values = records::values(record);
        for value in values.iter().filter(|value| !readable(&kind, value)) {
            found.unreadable(
                format!("records/{n}/values"),
                value,
                &format!("data of a record of type {kind}"),
            );
        }
        if values.is_empty() {
            found.unreadable(format!("records/{n}/values"), "", &format!("data of a record of type {kind}"));
        }
    }
    let policy = records::policy(record);
    if !POLICIES.contains(&policy) {
        found.unreadable(format!("records/{n}/routing_policy"), policy, "one of the eight routing policies");
    }
    if record.weight > 255 {
        found.unreadable(format!("records/{n}/weight"), &record.weight.to_string(), "a weight from 0 to 255");
    }
    let bias = record.bias.trim();
    let sound = bias.is_empty() || bias.parse::<i8>().is_ok_and(|bias| (-99..=99).contains(&bias));
    if !sound {
        found.unreadable(format!("records/{n}/bias"), bias, "a bias from -99 to 99");
    }
    for block in record.cidrs.split(',').map(str::trim).filter(|block| !block.is_empty()) {
        if block != "*" && !cells::cidr(block).is_some_and(|block| listed(&block)) {
            let wanted = "a block, IPv4 up to /24 or IPv6 up to /48, or *";
            found.unreadable(format!("records/{n}/cidrs"), block, wanted);
        }
    }
}

/// R53-17: how narrow the blocks of a CIDR collection may be.
fn listed(block: &IpNet) -> bool {
    let most = if block.addr().is_ipv4() { 24 } else { 48 };
    (1..=most).contains(&block.prefix_len())
}

/// Whether a value can be data of a type.
fn readable(kind: &str, value: &str) -> bool {
    match kind {
        "A" => value.parse::<std::net::Ipv4Addr>().is_ok(),
        "AAAA" => value.parse::<std::net::Ipv6Addr>().is_ok(),
        "CNAME" | "NS" | "PTR" => records::domain(value).is_some(),
        "MX" => value.split_once(' ').is_some_and(|(preference, host)| {
            preference.parse::<u16>().is_ok() && records::domain(host).is_some()
        }),
        _ => true,
    }
}

/// Records against each other and against their zone.
fn sets(network: &Network, config: &Config, zone: &HostedZone, found: &mut Found<'_>) {
    let mut policies: BTreeMap<(String, String), &str> = BTreeMap::new();
    let mut types: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for (n, record) in config.records.iter().enumerate() {
        let Some(owner) = records::owner(record, &zone.name) else { continue };
        let kind = records::kind(record);
        let policy = records::policy(record);
        let first = *policies.entry((owner.clone(), kind.clone())).or_insert(policy);
        if first != policy {
            // R53-07
            found.list.push(
                Diagnostic::new(&codes::POLICY_MIX, found.id)
                    .field(format!("records/{n}/routing_policy"))
                    .fact("name", &owner)
                    .fact("type", &kind)
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
        if let Some(target) = records::alias(record) {
            if let Some(why) = refused_target(network, config, zone, &kind, target) {
                found.list.push(
                    Diagnostic::new(&codes::ALIAS_TARGET, found.id)
                        .field(format!("records/{n}/alias"))
                        .fact("target", target)
                        .fact("why", why),
                );
            }
        }
        types.entry(owner).or_default().push((n, kind));
    }
    // R53-02: a CNAME is alone at its name, and the apex has SOA and NS already.
    for (owner, kinds) in &types {
        let others = kinds.iter().any(|(_, kind)| kind != "CNAME") || *owner == zone.name;
        for (n, _) in kinds.iter().filter(|(_, kind)| kind == "CNAME" && others) {
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
    kind: &str,
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
    if !records::within(&name, &zone.name) {
        return Some("a name outside this zone needs a CNAME record");
    }
    let same = config.records.iter().any(|record| {
        records::owner(record, &zone.name).as_deref() == Some(name.as_str()) && records::kind(record) == kind
    });
    (!same).then_some("this zone has no record of that name and type")
}
