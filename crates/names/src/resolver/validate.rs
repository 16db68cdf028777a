//! The chain of trust from the root's key down to an answer: a hop for each link (RFC 4035,
//! section 5; DSEC-03 to DSEC-06, DSEC-10).

use hopscope_forward::{Decision, Evidence, Reason, Where};

use super::{Found, Resolver, Terms, Work, check};
use crate::dnssec::{self, Failure, Trust};
use crate::message::{Outcome, Question};
use crate::name::Name;
use crate::record::{Data, Dnskey, RecordType};

/// Why a zone is not trusted: the link, the zone it is about, and the component to repair.
struct Broken {
    failure: Box<Failure>,
    zone: Name,
    repair: Option<Where>,
}

impl Work<'_> {
    /// Whether what was found is signed by its zone, and that zone by those above (DSEC-03).
    pub(super) fn validate(
        &mut self,
        resolver: &Resolver,
        question: &Question,
        found: &Found,
        terms: &Terms,
    ) -> Result<Trust, Reason> {
        let zone = match &found.zone {
            Some(zone) => zone.clone(),
            None => self.signer(found).unwrap_or_else(Name::root),
        };
        let trust = self.zone_trust(resolver, &zone, question, terms)?;
        let Trust::Secure(keys) = &trust else { return Ok(trust) };
        let now = self.clock(resolver);
        let Question { name, kind } = question;
        let outcome = match found.records.iter().find(|record| record.kind() != RecordType::Rrsig) {
            Some(record) => {
                let kind = record.kind();
                let (values, signatures) = dnssec::set_of(&found.records, name, kind);
                dnssec::verify((&values, &signatures), name, kind, &zone, keys, now).map(|tag| {
                    ("dnssec-signature", format!("{name} {kind} is signed by key {tag} of {zone}"))
                })
            }
            None => dnssec::verify_denial(&found.authority, (name, *kind, found.outcome), &zone, keys, now)
                .map(|()| ("dnssec-denial", format!("{zone} proves that there is no {name} {kind}"))),
        };
        match outcome {
            Ok((name, value)) => {
                let hop = Self::hop(&resolver.party, "validate", Decision::Allowed, &terms.packet);
                self.hops.push(hop.with(check(name, true, value)).by(&["DSEC-03", "DSEC-06"]));
                Ok(trust)
            }
            Err(failure) => {
                let repair = self.directory.zone_at(&zone).cloned();
                let broken = Broken { failure: Box::new(failure), zone, repair };
                Err(self.bogus(resolver, question, terms, Vec::new(), broken))
            }
        }
    }

    /// The resolver's time.
    pub(super) fn clock(&self, resolver: &Resolver) -> u64 {
        self.state.now.saturating_add_signed(resolver.clock)
    }

    /// The zone that signed something.
    fn signer(&self, found: &Found) -> Option<Name> {
        found.records.iter().chain(&found.authority).find_map(|record| match &record.data {
            Data::Rrsig(sig) => Some(sig.signer.clone()),
            Data::Soa(_) => Some(record.name.clone()),
            _ => None,
        })
    }

    /// The keys of a zone, each link from the root down checked, or that it is not signed.
    fn zone_trust(
        &mut self,
        resolver: &Resolver,
        zone: &Name,
        question: &Question,
        terms: &Terms,
    ) -> Result<Trust, Reason> {
        let anchor = resolver.anchor.clone();
        if let Some(trust) = self.recall_trust(resolver, zone).filter(|_| anchor.is_some()) {
            return Ok(trust);
        }
        let mut checks = Vec::new();
        let linked = if zone.is_root() {
            match anchor {
                Some(anchor) => self.link(resolver, zone, &[Data::Ds(anchor)], terms, &mut checks),
                None => {
                    let why = "the resolver has no key of the root to start from";
                    let failure = Failure::new(&dnssec::NO_TRUST_ANCHOR, ". DNSKEY", why);
                    Err(Broken {
                        failure: failure.into(),
                        zone: zone.clone(),
                        repair: Some(resolver.party.at()),
                    })
                }
            }
        } else {
            // Below a zone that is not signed nothing is asked any more.
            let above = zone.parent().unwrap_or_else(Name::root);
            let (above, _) = self.closest(resolver, &above);
            if self.zone_trust(resolver, &above, question, terms)? == Trust::Insecure {
                self.keep_trust(resolver, zone, &Trust::Insecure, 0);
                return Ok(Trust::Insecure);
            }
            let (parent, found) = match self.delegation(resolver, zone, terms) {
                Ok(found) => found,
                Err(broken) => return Err(self.bogus(resolver, question, terms, checks, broken)),
            };
            match self.zone_trust(resolver, &parent, question, terms)? {
                Trust::Insecure => {
                    self.keep_trust(resolver, zone, &Trust::Insecure, 0);
                    return Ok(Trust::Insecure);
                }
                Trust::Secure(keys) => {
                    self.check_delegation(resolver, (&parent, &keys), zone, &found, terms, &mut checks)
                }
            }
        };
        match linked {
            Ok((trust, seconds)) => {
                let mut hop = Self::hop(&resolver.party, "validate", Decision::Allowed, &terms.packet);
                hop.evidence = checks;
                self.hops.push(hop.by(&["DSEC-03", "DSEC-04", "DSEC-06"]));
                self.keep_trust(resolver, zone, &trust, seconds);
                Ok(trust)
            }
            Err(broken) => Err(self.bogus(resolver, question, terms, checks, broken)),
        }
    }

    /// What the parent of a zone says about its keys, and which zone that is.
    fn delegation(
        &mut self,
        resolver: &Resolver,
        zone: &Name,
        terms: &Terms,
    ) -> Result<(Name, Found), Broken> {
        let obtained = self.obtain(resolver, zone, RecordType::Ds, terms);
        let unanswered = |why: String| Broken {
            failure: Failure::new(&dnssec::DS_UNANSWERED, format!("{zone} DS"), why).into(),
            zone: zone.clone(),
            repair: None,
        };
        let (found, parent) = match obtained {
            Ok(found) => {
                let parent = found.zone.clone().or_else(|| self.signer(&found));
                (Some(found), parent)
            }
            Err(_) => (None, None),
        };
        match (found, parent.filter(|parent| zone.is_below(parent))) {
            (Some(found), Some(parent)) => Ok((parent, found)),
            _ => {
                let repair =
                    zone.ancestors().skip(1).find_map(|above| self.directory.zone_at(&above).cloned());
                let why = format!("the servers above {zone} do not answer whether it is signed");
                Err(Broken { repair, ..unanswered(why) })
            }
        }
    }

    /// Checks the link from a parent, whose keys hold, to a zone below it.
    fn check_delegation(
        &mut self,
        resolver: &Resolver,
        (parent, keys): (&Name, &[Dnskey]),
        zone: &Name,
        found: &Found,
        terms: &Terms,
        checks: &mut Vec<Evidence>,
    ) -> Result<(Trust, u64), Broken> {
        let now = self.clock(resolver);
        let broken = |failure: Failure, repair: Option<&Where>| Broken {
            failure: failure.into(),
            zone: zone.clone(),
            repair: repair.cloned(),
        };
        let seconds = found.records.iter().chain(&found.authority).map(|record| record.ttl).min();
        let seconds = u64::from(seconds.unwrap_or(0));
        let (ds, signatures) = dnssec::set_of(&found.records, zone, RecordType::Ds);
        if ds.is_empty() {
            let asked = (zone, RecordType::Ds, Outcome::NoData);
            dnssec::verify_denial(&found.authority, asked, parent, keys, now)
                .map_err(|failure| broken(failure, self.directory.zone_at(parent)))?;
            checks.push(check("dnssec-no-ds", true, format!("{parent} proves that {zone} is not signed")));
            return Ok((Trust::Insecure, seconds));
        }
        let tag = dnssec::verify((&ds, &signatures), zone, RecordType::Ds, parent, keys, now)
            .map_err(|failure| broken(failure, self.directory.zone_at(parent)))?;
        checks.push(check("dnssec-signature", true, format!("{zone} DS is signed by key {tag} of {parent}")));
        if dnssec::usable(&ds, &resolver.algorithms).is_empty() {
            checks.push(check(
                "dnssec-algorithm",
                false,
                format!("DS of {zone}: no algorithm of it is known"),
            ));
            return Ok((Trust::Insecure, seconds));
        }
        self.link(resolver, zone, &ds, terms, checks).map(|(trust, ttl)| (trust, ttl.min(seconds)))
    }

    /// Checks the keys of a zone against hashes that are trusted.
    fn link(
        &mut self,
        resolver: &Resolver,
        zone: &Name,
        trusted: &[Data],
        terms: &Terms,
        checks: &mut Vec<Evidence>,
    ) -> Result<(Trust, u64), Broken> {
        let usable = dnssec::usable(trusted, &resolver.algorithms);
        let obtained = self.obtain(resolver, zone, RecordType::Dnskey, terms);
        let records = obtained.map(|found| found.records).unwrap_or_default();
        let (values, signatures) = dnssec::set_of(&records, zone, RecordType::Dnskey);
        let keys: Vec<_> = values
            .iter()
            .filter_map(|data| match data {
                Data::Dnskey(key) => Some(*key),
                _ => None,
            })
            .collect();
        let source = if zone.is_root() { "trust anchor" } else { "DS" };
        let entry = match dnssec::entry_key(zone, &usable, &keys) {
            Ok(entry) => entry,
            Err(failure) => {
                checks.push(check("dnssec-ds", false, failure.why.clone()));
                let repair = self.directory.delegation_at(zone).cloned();
                return Err(Broken { failure: failure.into(), zone: zone.clone(), repair });
            }
        };
        let value = format!("{source} {} of {zone} is the hash of DNSKEY {}", entry.tag, entry.tag);
        checks.push(check("dnssec-ds", true, value));
        let now = self.clock(resolver);
        dnssec::verify((&values, &signatures), zone, RecordType::Dnskey, zone, &[entry], now).map_err(
            |failure| {
                let repair = self.directory.zone_at(zone).cloned();
                Broken { failure: failure.into(), zone: zone.clone(), repair }
            },
        )?;
        checks.push(check("dnssec-signature", true, format!("{zone} DNSKEY is signed by key {}", entry.tag)));
        let seconds = records.iter().map(|record| record.ttl).min().unwrap_or(0);
        Ok((Trust::Secure(keys), u64::from(seconds)))
    }

    /// The answer is refused: the broken link as the last hop, and what to repair as a hint.
    fn bogus(
        &mut self,
        resolver: &Resolver,
        question: &Question,
        terms: &Terms,
        checks: Vec<Evidence>,
        broken: Broken,
    ) -> Reason {
        let Broken { failure, zone, repair } = broken;
        let reason = failure.reason(resolver.party.at(), &question.name, &zone);
        let repair = repair.unwrap_or_else(|| resolver.party.at());
        self.hint(failure.hint(repair, &zone));
        let mut hop = Self::hop(&resolver.party, "validate", Decision::Denied, &terms.packet);
        hop.evidence = checks;
        if !hop.evidence.iter().any(|shown| matches!(shown, Evidence::Check { passed: false, .. })) {
            hop.evidence.push(check("dnssec-link", false, format!("{}: {}", failure.what, failure.why)));
        }
        self.refuse(hop.by(&["DSEC-03", "DSEC-04", "DSEC-06"]), reason)
    }
}
