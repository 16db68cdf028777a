//! What an authoritative server says to a question from the zones it hosts (RFC 1034, section
//! 4.3.2; RFC 2308; RFC 4035, section 3.1; RFC 4592).

use std::net::IpAddr;

use hopscope_forward::{Evidence, Id};
use ipnet::IpNet;

use crate::dnssec;
use crate::message::{Outcome, Query, Response};
use crate::name::Name;
use crate::record::{Data, Record, RecordSet, RecordType};
use crate::zone::{Flaw, KEY_TTL, Zone};

/// Aliases that are followed in a row.
pub const MAX_ALIASES: usize = 16;

/// Longest TTL in a signed zone, seconds: a week (DSEC-07).
const MAX_SIGNED_TTL: u32 = 604_800;

/// Who asks, as far as the server can tell (R53-18).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    /// Source address of the question as the server sees it: the resolver's, behind any translation.
    pub address: Option<IpAddr>,
    /// The client's block, where the resolver passes it on (RFC 7871).
    pub subnet: Option<IpNet>,
    /// Who asks, by id: the resolver; of a private zone, the resolver of a VPC.
    pub resolver: Option<Id>,
    /// Seed of choices that are made at random.
    pub seed: u64,
}

/// A set as chosen for one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// How long a cache may keep it, seconds.
    pub ttl: u32,
    /// What it says; empty for "none fits", which is answered as NODATA (R53-14).
    pub values: Vec<Data>,
    /// How it was chosen.
    pub evidence: Vec<Evidence>,
}

/// Sets that are chosen for each question: routing policies and alias targets.
pub trait Sets {
    /// The set of a name and type in the zone drawn as `zone`, for this asker. `name` is the set's
    /// own, of a wildcard with its asterisk. None where the zone has no such set.
    fn set(&self, zone: &Id, name: &Name, kind: RecordType, asker: &Asker) -> Option<Chosen>;
}

/// Zones of which no set is chosen for each question.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSets;

impl Sets for NoSets {
    fn set(&self, _: &Id, _: &Name, _: RecordType, _: &Asker) -> Option<Chosen> {
        None
    }
}

/// What a server that hosts `zones` says at the logical second `now`. None where it drops the
/// question (DSEC-10).
#[must_use]
pub fn answer(zones: &[&Zone], query: &Query, asker: &Asker, sets: &dyn Sets, now: u64) -> Option<Response> {
    let question = &query.question;
    let hosted = |name: &Name| {
        let holds = zones.iter().filter(|zone| name.is_at_or_below(&zone.apex));
        // The first of equals, as drawn.
        holds.copied().reduce(|best, zone| if zone.apex.depth() > best.apex.depth() { zone } else { best })
    };
    // A DS belongs to the parent (RFC 4035, section 3.1.4.1).
    let above = match question.kind {
        RecordType::Ds => question.name.parent().and_then(|parent| hosted(&parent)),
        _ => None,
    };
    let Some(zone) = above.or_else(|| hosted(&question.name)) else {
        return Some(Response::new(Outcome::Refused));
    };
    if question.kind == RecordType::Ds && zone.drops_ds.contains(&question.name) {
        return None;
    }
    let mut author = Author { zone, query, asker, sets, now, response: Response::new(Outcome::NoData) };
    author.run();
    Some(author.response)
}

struct Author<'a> {
    zone: &'a Zone,
    query: &'a Query,
    asker: &'a Asker,
    sets: &'a dyn Sets,
    now: u64,
    response: Response,
}

impl Author<'_> {
    fn run(&mut self) {
        let kind = self.query.question.kind;
        let mut name = self.query.question.name.clone();
        self.response.authoritative = true;
        for _ in 0..MAX_ALIASES {
            if let Some(cut) = self.zone.cut(&name) {
                let parents_own = cut == name && matches!(kind, RecordType::Ds | RecordType::Nsec);
                if !parents_own {
                    return self.refer(cut);
                }
            }
            self.response.zones.push((name.clone(), self.zone.apex.clone()));
            let Some(owner) = self.owner(&name) else {
                return self.absent(&name, Outcome::NxDomain);
            };
            if let Some(set) = self.zone.set(&owner, RecordType::Cname).filter(|_| kind != RecordType::Cname)
            {
                let target = self.include(&name, set);
                match target {
                    Some(Data::Cname(target)) if target.is_at_or_below(&self.zone.apex) => name = target,
                    Some(_) => return,
                    None => return self.absent(&name, Outcome::NoData),
                }
                continue;
            }
            let found = match kind {
                RecordType::Dnskey if name == self.zone.apex => self.keys(),
                _ => self.zone.set(&owner, kind).and_then(|set| self.include(&name, set)),
            };
            if found.is_none() {
                self.absent(&name, Outcome::NoData);
            }
            return;
        }
    }

    /// The name whose sets answer for `name`: itself, or the wildcard of its closest encloser.
    /// None where there is no such name.
    fn owner(&self, name: &Name) -> Option<Name> {
        if self.zone.exists(name) {
            return Some(name.clone());
        }
        let encloser = name.ancestors().find(|above| *above == self.zone.apex || self.zone.exists(above))?;
        encloser.wildcard().filter(|wildcard| self.zone.has(wildcard))
    }

    /// Adds a set to the answers under `name`. Returns its first value; none where it has none.
    fn include(&mut self, name: &Name, set: &RecordSet) -> Option<Data> {
        let (ttl, values) = if set.decided {
            let chosen = self.sets.set(&self.zone.at.id, &set.name, set.kind, self.asker)?;
            self.response.evidence.extend(chosen.evidence);
            (chosen.ttl, chosen.values)
        } else {
            (set.ttl, set.values.clone())
        };
        if values.is_empty() {
            return None;
        }
        let ttl = if self.zone.signing.is_some() { ttl.min(MAX_SIGNED_TTL) } else { ttl };
        let signature = self.signed(&set.name, set.kind, ttl, &values);
        // Whoever alters an answer on its way cannot sign it.
        let altered = self.zone.altered.iter().find(|other| other.name == *name && other.kind == set.kind);
        let values = match altered {
            None => values,
            Some(other) => {
                self.response.evidence.push(Evidence::Check {
                    check: "dns-unaltered",
                    passed: false,
                    value: Some(format!("{name} {}", set.kind)),
                });
                other.values.clone()
            }
        };
        let first = values.first().cloned();
        let records = values.into_iter().map(|data| Record { name: name.clone(), ttl, data });
        self.response.answers.extend(records);
        let signature = signature.map(|data| Record { name: name.clone(), ttl, data });
        self.response.answers.extend(signature);
        self.response.outcome = Outcome::Answer;
        first
    }

    fn keys(&mut self) -> Option<Data> {
        let keys = self.zone.signing.as_ref()?.keys();
        let values: Vec<_> = keys.into_iter().map(Data::Dnskey).collect();
        let signature = self.signed(&self.zone.apex, RecordType::Dnskey, KEY_TTL, &values);
        let record = |data| Record { name: self.zone.apex.clone(), ttl: KEY_TTL, data };
        self.response.answers.extend(values.into_iter().chain(signature).map(record));
        self.response.outcome = Outcome::Answer;
        self.response.answers.first().map(|record| record.data.clone())
    }

    /// The signature of a set, where it is wanted and there is one.
    fn signed(&self, owner: &Name, kind: RecordType, ttl: u32, values: &[Data]) -> Option<Data> {
        let signing = self.zone.signing.as_ref().filter(|_| self.query.dnssec_ok)?;
        dnssec::sign(signing, &self.zone.apex, owner, kind, ttl, values, self.now).map(Data::Rrsig)
    }

    /// Hands the question over to the servers of a zone below.
    fn refer(&mut self, cut: Name) {
        // What precedes a referral is the answer so far: the rest is asked anew.
        if !self.response.answers.is_empty() {
            return;
        }
        self.response.authoritative = false;
        let mut servers = Vec::new();
        if let Some(set) = self.zone.set(&cut, RecordType::Ns) {
            for data in &set.values {
                let record = Record { name: cut.clone(), ttl: set.ttl, data: data.clone() };
                self.response.authority.push(record);
                if let Data::Ns(server) = data {
                    servers.push(server);
                }
            }
        }
        if self.query.dnssec_ok && !self.zone.drops_ds.contains(&cut) {
            match self.zone.set(&cut, RecordType::Ds) {
                Some(set) => self.authority_set(&cut, set.ttl, set.kind, &set.values),
                None => self.denial(&cut),
            }
        }
        for server in servers {
            for kind in [RecordType::A, RecordType::Aaaa] {
                let Some(set) = self.zone.set(server, kind).filter(|set| !set.decided) else { continue };
                let glue = set.values.iter().cloned();
                let record = |data| Record { name: server.clone(), ttl: set.ttl, data };
                self.response.additional.extend(glue.map(record));
            }
        }
        self.response.referral = Some(cut);
    }

    /// There is no such name, or none with this type: the start of the zone, with the TTL of
    /// negative answers (RFC 2308, section 5), and a proof.
    fn absent(&mut self, name: &Name, outcome: Outcome) {
        self.response.outcome = outcome;
        if let Some((soa, ttl)) = self.zone.soa() {
            let values = [Data::Soa(soa.clone())];
            let apex = self.zone.apex.clone();
            self.authority_set(&apex, ttl.min(soa.minimum), RecordType::Soa, &values);
        }
        if self.query.dnssec_ok {
            self.denial(name);
        }
    }

    /// The signed proof that a name does not exist, or has no other types.
    fn denial(&mut self, name: &Name) {
        let Some(signing) = &self.zone.signing else { return };
        if signing.flaws.contains(&Flaw::NoDenialProof) {
            return;
        }
        let (before, next) = self.zone.neighbours(name);
        let owner = if self.zone.has(name) { name.clone() } else { before };
        // A set of which none was chosen is not there for this asker.
        let asked = |kind: &RecordType| owner == *name && *kind == self.query.question.kind;
        let mut types: Vec<_> = self.zone.types(&owner).filter(|kind| !asked(kind)).collect();
        types.extend([RecordType::Nsec, RecordType::Rrsig]);
        if owner == self.zone.apex {
            types.push(RecordType::Dnskey);
        }
        types.sort();
        let ttl = self.zone.soa().map_or(0, |(soa, ttl)| ttl.min(soa.minimum));
        self.authority_set(&owner, ttl, RecordType::Nsec, &[Data::Nsec { next, types }]);
    }

    /// Adds a set to the authority section, with its signature.
    fn authority_set(&mut self, owner: &Name, ttl: u32, kind: RecordType, values: &[Data]) {
        let signature = self.signed(owner, kind, ttl, values);
        let record = |data| Record { name: owner.clone(), ttl, data };
        self.response.authority.extend(values.iter().cloned().chain(signature).map(record));
    }
}
