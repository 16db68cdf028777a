//! A small public DNS for the tests of this crate: a client, a resolver, the root, top-level zones
//! made up from registrations, and hosted zones with two name servers each.

#![allow(dead_code, reason = "each test file uses its share of the laboratory")]

use std::net::IpAddr;

use hopscope_forward::{Evidence, Id, State, Where};
use hopscope_names::authority::NoSets;
use hopscope_names::directory::{Directory, NameServer, Party, Registration, Server, Top};
use hopscope_names::message::{Query, Question};
use hopscope_names::name::Name;
use hopscope_names::record::{Data, RecordSet};
use hopscope_names::resolver::{self, Ask, Lookup, Network, Resolver};
use hopscope_names::zone::{Signing, Zone};

pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// `www.example.com 300 A 203.0.113.10`; several values after `|`.
pub fn set(line: &str) -> RecordSet {
    let words: Vec<_> = line.splitn(4, ' ').collect();
    let kind = words[2].parse().unwrap();
    let values = words[3].split('|').map(|value| Data::parse(kind, value).unwrap()).collect();
    RecordSet::new(name(words[0]), kind, words[1].parse().unwrap(), values)
}

/// A question as people write it: `www.example.com A`.
pub fn question(text: &str) -> Question {
    let (owner, kind) = text.split_once(' ').unwrap();
    Question::new(name(owner), kind.parse().unwrap())
}

/// One hosted zone of the laboratory.
#[derive(Clone)]
pub struct Hosted {
    pub apex: &'static str,
    pub sets: Vec<RecordSet>,
    pub signing: Option<Signing>,
    /// Tags of keys whose DS the registrar passed on; none: the zone's own, if `linked`.
    pub linked: bool,
    pub stale: Option<Signing>,
    pub registered: bool,
    pub altered: Vec<RecordSet>,
    /// A name below for which it drops questions for DS.
    pub drops_ds: Option<&'static str>,
    /// The registry drops those for the zone itself.
    pub registry_drops_ds: bool,
    /// Names that the registrar has instead of the zone's own.
    pub registrar: Option<Vec<NameServer>>,
}

impl Hosted {
    pub fn new(apex: &'static str, lines: &[&str]) -> Self {
        Self {
            apex,
            sets: lines.iter().map(|line| set(line)).collect(),
            signing: None,
            linked: true,
            stale: None,
            registered: true,
            altered: Vec::new(),
            drops_ds: None,
            registry_drops_ds: false,
            registrar: None,
        }
    }

    pub fn signed(mut self) -> Self {
        self.signing = Some(Signing::new(12_345, 34_567));
        self
    }
}

/// Where the servers of a hosted zone are known.
pub fn servers(index: usize) -> Vec<NameServer> {
    let server = |suffix: &str, last: usize| NameServer {
        name: name(&format!("ns-{index}.awsdns-{suffix}")),
        addresses: vec![address(&format!("205.251.{index}.{last}"))],
    };
    vec![server("01.org", 1), server("02.com", 2)]
}

pub fn client() -> Party {
    Party::new("client", &"cli".into(), vec![address("203.0.113.7")])
}

pub const RESOLVER: &str = "192.0.2.53";

pub fn resolver() -> Resolver {
    Resolver::new(Party::new("dns-server", &"res".into(), vec![address(RESOLVER)]))
}

pub fn validating() -> Resolver {
    Resolver { validates: true, ..resolver() }
}

pub fn build(hosted: &[Hosted], resolvers: Vec<Resolver>) -> Directory {
    let mut directory = Directory::new();
    let mut registrations = Vec::new();
    for (index, hosted) in hosted.iter().enumerate() {
        let servers = servers(index);
        let names: Vec<_> = servers.iter().map(|server| server.name.clone()).collect();
        let id = Id::from(format!("zone-{index}"));
        let at = Where::new("hosted-zone", &id);
        let (mut zone, problems) = Zone::build(at, name(hosted.apex), &names, hosted.sets.clone());
        assert_eq!(problems, [], "{}", hosted.apex);
        zone.signing = hosted.signing.clone();
        zone.altered = hosted.altered.clone();
        zone.drops_ds = hosted.drops_ds.map(name).into_iter().collect();
        let zone = directory.zone(zone);
        directory.server(Server {
            party: Party::new("hosted-zone", &id, Vec::new()),
            names: servers.clone(),
            zones: vec![zone],
        });
        if hosted.registered {
            let held = hosted.stale.as_ref().or(hosted.signing.as_ref()).filter(|_| hosted.linked);
            registrations.push(Registration {
                at: Where::new("domain", &Id::from(format!("domain-{index}"))),
                domain: name(hosted.apex),
                servers: hosted.registrar.clone().unwrap_or(servers),
                ds: held.iter().map(|signing| signing.ds(&name(hosted.apex))).collect(),
                drops_ds: hosted.registry_drops_ds,
            });
        }
    }
    directory.register(&top(), &registrations);
    for resolver in resolvers {
        directory.public_resolver(resolver);
    }
    directory
}

pub fn top() -> Top {
    Top {
        root: Party::new("root-servers", &"root".into(), vec![address("198.41.0.4")]),
        registry: Party::new("registry", &"tld".into(), vec![address("192.5.6.30")]),
        registries: Vec::new(),
        unsigned: std::iter::once(name("unsigned")).collect(),
    }
}

pub fn ask(directory: &Directory, state: &mut State, text: &str) -> Lookup {
    ask_with(directory, &mut NoSets, state, text)
}

pub fn ask_with(directory: &Directory, network: &mut dyn Network, state: &mut State, text: &str) -> Lookup {
    let query = Query::recursive(question(text));
    send(directory, network, state, query)
}

pub fn send(directory: &Directory, network: &mut dyn Network, state: &mut State, query: Query) -> Lookup {
    let ask = Ask { client: client(), server: address(RESOLVER), query };
    resolver::ask(directory, network, state, &ask)
}

/// `ANSWER www.example.com 300 A 203.0.113.10`, `SERVFAIL X_DNS_LAME_DELEGATION`.
pub fn told(lookup: &Lookup) -> String {
    let mut parts = vec![lookup.response.outcome.word().to_owned()];
    if lookup.response.authenticated {
        parts.push("AD".to_owned());
    }
    parts.extend(lookup.response.answers.iter().map(ToString::to_string));
    parts.extend(lookup.reason.iter().map(|(_, reason)| reason.spec.code.to_owned()));
    parts.extend(lookup.hints.iter().map(|hint| format!("{} @{}", hint.spec.code, hint.at.id)));
    parts.join(" ")
}

/// Messages in order: `cli>res`, `res>root: referral to com`.
pub fn messages(lookup: &Lookup) -> Vec<String> {
    let told = |evidence: &Evidence| match evidence {
        Evidence::Message { from, to, text, .. } => Some(format!("{from}>{to} {text}")),
        _ => None,
    };
    lookup.hops.iter().flat_map(|hop| &hop.evidence).filter_map(told).collect()
}

/// Questions that went to authoritative servers.
pub fn upstream(lookup: &Lookup) -> usize {
    lookup.hops.iter().filter(|hop| hop.stage == "query").count()
}

/// Stages with their checks, of the hops of one stage.
pub fn checks(lookup: &Lookup) -> Vec<String> {
    let told = |evidence: &Evidence| match evidence {
        Evidence::Check { check, passed, value } if check.starts_with("dnssec") => {
            let mark = if *passed { "" } else { "✘ " };
            Some(format!("{mark}{}", value.clone().unwrap_or_default()))
        }
        _ => None,
    };
    lookup.hops.iter().flat_map(|hop| &hop.evidence).filter_map(told).collect()
}
