//! What resolvers remember: sets, negative answers and delegations, under the logical clock
//! (RFC 2181, RFC 2308; DNS-19).

use std::net::IpAddr;

use super::{Found, Resolver, Source, Terms, Work};
use crate::directory::NameServer;
use crate::dnssec::Trust;
use crate::message::{Outcome, Response};
use crate::name::Name;
use crate::record::{Data, Dnskey, Record, RecordType};

/// Longest time that a cache keeps anything, seconds: a week (RFC 8767, section 4).
const MAX_TTL: u32 = 7 * 86_400;

fn key(name: &Name, kind: RecordType, terms: &Terms) -> String {
    match terms.client_subnet {
        // Answers may differ from block to block (RFC 7871, section 7.3); keys of zones do not.
        Some(subnet) if !matches!(kind, RecordType::Ds | RecordType::Dnskey) => {
            format!("{name} {kind} for {subnet}")
        }
        _ => format!("{name} {kind}"),
    }
}

impl Work<'_> {
    /// What a resolver still knows of a set, and for how many seconds more; an alias in its place.
    pub(super) fn recall(
        &self,
        resolver: &Resolver,
        name: &Name,
        kind: RecordType,
        terms: &Terms,
    ) -> Option<(Found, u64)> {
        let kept = |kind| {
            let kept = self.state.recall(&resolver.party.id, &key(name, kind, terms))?;
            let left = kept.until.saturating_sub(self.state.now);
            let found = read(&kept.value, left)?;
            (found.dnssec_ok || !terms.dnssec_ok).then_some((found, left))
        };
        let alias = || kept(RecordType::Cname).filter(|(found, _)| found.outcome == Outcome::Answer);
        kept(kind).or_else(alias)
    }

    /// Keeps a set, or that there is none.
    pub(super) fn keep(
        &mut self,
        resolver: &Resolver,
        name: &Name,
        kind: RecordType,
        found: &Found,
        terms: &Terms,
    ) {
        let records = found.records.iter().chain(&found.authority);
        let ttl = records.clone().map(|record| record.ttl).min().unwrap_or(0).min(MAX_TTL);
        // Whoever validates keeps it no longer than its signature holds (RFC 4035, section 5.3.3).
        let now = self.clock(resolver);
        let end = records.filter_map(|record| match &record.data {
            Data::Rrsig(sig) if resolver.validates => Some(sig.expiration.saturating_sub(now)),
            _ => None,
        });
        let limit = end.min().unwrap_or(u64::MAX);
        let value = write(found);
        self.state.cache(&resolver.party.id, &key(name, kind, terms), value, u64::from(ttl).min(limit));
    }

    /// Keeps who hosts a zone, and returns it.
    pub(super) fn learn(&mut self, resolver: &Resolver, cut: &Name, response: &Response) -> Vec<NameServer> {
        let mut ttl = MAX_TTL;
        let mut servers = Vec::new();
        for record in &response.authority {
            if let (true, Data::Ns(server)) = (record.name == *cut, &record.data) {
                ttl = ttl.min(record.ttl);
                let glue = response.additional.iter().filter(|glue| glue.name == *server);
                let addresses = glue.filter_map(|glue| glue.data.address()).collect();
                servers.push(NameServer { name: server.clone(), addresses });
            }
        }
        let line = |server: &NameServer| {
            let addresses = server.addresses.iter().map(|address| format!(" {address}"));
            server.name.to_string() + &addresses.collect::<String>()
        };
        let value = servers.iter().map(line).collect();
        self.state.cache(&resolver.party.id, &format!("{cut} servers"), value, ttl.into());
        servers
    }

    /// The deepest zone at or above `name` whose servers a resolver knows; in the end the root's.
    pub(super) fn closest(&self, resolver: &Resolver, name: &Name) -> (Name, Vec<NameServer>) {
        for zone in name.ancestors() {
            let Some(kept) = self.state.recall(&resolver.party.id, &format!("{zone} servers")) else {
                continue;
            };
            let read = |line: &String| {
                let (name, addresses) = line.split_once(' ').unwrap_or((line, ""));
                let addresses = addresses.split_whitespace().map(str::parse::<IpAddr>);
                Some(NameServer {
                    name: name.parse().ok()?,
                    addresses: addresses.collect::<Result<_, _>>().ok()?,
                })
            };
            if let Some(servers) = kept.value.iter().map(read).collect() {
                return (zone, servers);
            }
        }
        (Name::root(), self.directory.hints().to_vec())
    }

    /// Keeps what validation came to for a zone.
    pub(super) fn keep_trust(&mut self, resolver: &Resolver, zone: &Name, trust: &Trust, seconds: u64) {
        let value = match trust {
            Trust::Insecure => Vec::new(),
            Trust::Secure(keys) => keys.iter().map(|key| Data::Dnskey(*key).to_string()).collect(),
        };
        self.state.cache(&resolver.party.id, &format!("{zone} trust"), value, seconds);
        self.trust.insert((resolver.party.id.clone(), zone.clone()), trust.clone());
    }

    /// What validation came to for a zone, and for how many seconds more that holds.
    pub(super) fn recall_trust(&self, resolver: &Resolver, zone: &Name) -> Option<Trust> {
        if let Some(trust) = self.trust.get(&(resolver.party.id.clone(), zone.clone())) {
            return Some(trust.clone());
        }
        let kept = self.state.recall(&resolver.party.id, &format!("{zone} trust"))?;
        if kept.value.is_empty() {
            return Some(Trust::Insecure);
        }
        let read = |line: &String| match Data::read(RecordType::Dnskey, line) {
            Ok(Data::Dnskey(key)) => Some(key),
            _ => None,
        };
        kept.value.iter().map(read).collect::<Option<Vec<Dnskey>>>().map(Trust::Secure)
    }
}

/// `ANSWER servers do example.com`, then a line for each record.
fn write(found: &Found) -> Vec<String> {
    let source = if found.source == Source::Forwarder { "forwarder" } else { "servers" };
    let dnssec = if found.dnssec_ok { "do" } else { "plain" };
    let zone = found.zone.as_ref().map_or("", Name::as_str);
    let head = format!("{} {source} {dnssec} {zone}", found.outcome.word());
    let answers = found.records.iter().map(Record::to_string);
    let authority = found.authority.iter().map(|record| format!("~{record}"));
    std::iter::once(head).chain(answers).chain(authority).collect()
}

fn read(value: &[String], left: u64) -> Option<Found> {
    let (head, lines) = value.split_first()?;
    let mut words = head.splitn(4, ' ');
    let outcome = words.next()?;
    let outcome = [Outcome::Answer, Outcome::NoData, Outcome::NxDomain]
        .into_iter()
        .find(|known| known.word() == outcome)?;
    let source = if words.next()? == "forwarder" { Source::Forwarder } else { Source::Servers };
    let dnssec_ok = words.next()? == "do";
    let zone = words.next()?;
    let zone = if zone.is_empty() { None } else { Some(zone.parse().ok()?) };
    let mut found = Found { outcome, source, records: Vec::new(), authority: Vec::new(), zone, dnssec_ok };
    let left = u32::try_from(left).unwrap_or(u32::MAX);
    for line in lines {
        let (text, section) = match line.strip_prefix('~') {
            Some(text) => (text, &mut found.authority),
            None => (line.as_str(), &mut found.records),
        };
        let mut record = Record::read(text)?;
        record.ttl = record.ttl.min(left);
        section.push(record);
    }
    Some(found)
}
