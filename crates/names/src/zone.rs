//! Zones: record sets, delegations and signing, and what is wrong with them as drawn (RFC 1034,
//! RFC 4034, R53-01, R53-02, DSEC-02).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use hopscope_forward::Where;

use crate::dnssec;
use crate::name::Name;
use crate::record::{Data, Dnskey, Ds, RecordSet, RecordType, Soa};

/// TTL of a zone's own name servers, seconds (Route 53's default).
pub const NS_TTL: u32 = 172_800;

/// TTL of the start of a zone, seconds (Route 53's default).
pub const SOA_TTL: u32 = 900;

/// TTL of a zone's keys, seconds (Route 53's).
pub const KEY_TTL: u32 = 3_600;

/// How a zone is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    /// Tag of the key that signs the keys.
    pub ksk_tag: u16,
    /// Tag of the key that signs everything else.
    pub zsk_tag: u16,
    /// Algorithm of both (IANA "DNS Security Algorithm Numbers"; Route 53 uses 13).
    pub algorithm: u8,
    /// Logical second from which signatures hold.
    pub valid_from: u64,
    /// Logical second after which they no longer hold.
    pub valid_until: u64,
    /// Signatures are made anew before they run out. Off where a key is lost (DSEC-08).
    pub renewed: bool,
    /// What is wrong with it.
    pub flaws: BTreeSet<Flaw>,
}

/// What can be wrong with the signing of a zone (DSEC-06). What is wrong between a zone and its
/// parent (no DS, a stale one, DS without signing) is drawn in the parent's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// Signatures of all but the keys are missing.
    SignaturesMissing,
    /// Signatures of all but the keys are made by a key that the zone does not publish.
    WrongKey,
    /// There is no proof of absence.
    NoDenialProof,
}

impl Signing {
    /// Signed as Route 53 does: algorithm 13, two weeks, renewed (DSEC-07).
    #[must_use]
    pub fn new(ksk_tag: u16, zsk_tag: u16) -> Self {
        Self {
            ksk_tag,
            zsk_tag,
            algorithm: 13,
            valid_from: 0,
            valid_until: 14 * 86_400,
            renewed: true,
            flaws: BTreeSet::new(),
        }
    }

    /// The zone's public keys: the key-signing key first.
    #[must_use]
    pub fn keys(&self) -> [Dnskey; 2] {
        let key = |flags, tag| Dnskey { flags, algorithm: self.algorithm, tag };
        [key(257, self.ksk_tag), key(256, self.zsk_tag)]
    }

    /// The DS record that the parent of `apex` should hold.
    #[must_use]
    pub fn ds(&self, apex: &Name) -> Ds {
        let [ksk, _] = self.keys();
        dnssec::ds(apex, ksk, 2)
    }

    /// From when to when signatures made by `now` hold.
    #[must_use]
    pub fn validity(&self, now: u64) -> (u64, u64) {
        let length = self.valid_until.saturating_sub(self.valid_from);
        if self.renewed && now.saturating_add(length / 2) > self.valid_until {
            (now, now.saturating_add(length))
        } else {
            (self.valid_from, self.valid_until)
        }
    }
}

/// A zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The component it is drawn as.
    pub at: Where,
    /// Its name.
    pub apex: Name,
    /// How it is signed, if it is.
    pub signing: Option<Signing>,
    /// Names below for which its servers drop questions for DS, and refer without one (DSEC-10).
    pub drops_ds: BTreeSet<Name>,
    /// Sets that somebody on the way replaces in answers, after signing (DSEC-05, DSEC-06).
    pub altered: Vec<RecordSet>,
    sets: BTreeMap<Name, BTreeMap<RecordType, RecordSet>>,
}

/// Something that a zone cannot hold; the set is left out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Index of the set as given to [`Zone::build`].
    pub set: usize,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a set of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Its name is not at or below the zone's.
    OutsideZone,
    /// A CNAME at the zone's own name (R53-02).
    CnameAtApex,
    /// A CNAME and another set of this type have one name (R53-02).
    CnameBesideOther(RecordType),
    /// There is a set of this name and type already.
    Duplicate,
    /// A DS where no name servers are delegated to (RFC 4035, section 2.4), or at the zone's own name.
    DsWithoutDelegation,
    /// A start of zone elsewhere than at the zone's own name.
    SoaBelowApex,
    /// Records of this type are made by signing (R53-01).
    NotTyped,
}

impl Zone {
    /// A zone with these sets, and with what is wrong with them. Start and name servers of the
    /// zone are added where no set says otherwise. Never fails: what does not fit is left out.
    #[must_use]
    pub fn build(at: Where, apex: Name, servers: &[Name], sets: Vec<RecordSet>) -> (Self, Vec<Problem>) {
        let mut zone = Self {
            at,
            apex,
            signing: None,
            drops_ds: BTreeSet::new(),
            altered: Vec::new(),
            sets: BTreeMap::new(),
        };
        let mut problems = Vec::new();
        let mut ds = Vec::new();
        for (index, set) in sets.into_iter().enumerate() {
            if set.kind == RecordType::Ds {
                ds.push((index, set));
            } else if let Err(kind) = zone.insert(set) {
                problems.push(Problem { set: index, kind });
            }
        }
        for (index, set) in ds {
            let delegated = set.name != zone.apex && zone.set(&set.name, RecordType::Ns).is_some();
            let outcome = if delegated { zone.insert(set) } else { Err(ProblemKind::DsWithoutDelegation) };
            if let Err(kind) = outcome {
                problems.push(Problem { set: index, kind });
            }
        }
        problems.sort_by_key(|problem| problem.set);
        zone.complete(servers);
        (zone, problems)
    }

    fn insert(&mut self, set: RecordSet) -> Result<(), ProblemKind> {
        if !set.kind.is_typed() {
            return Err(ProblemKind::NotTyped);
        }
        if !set.name.is_at_or_below(&self.apex) {
            return Err(ProblemKind::OutsideZone);
        }
        let at_apex = set.name == self.apex;
        match set.kind {
            RecordType::Cname if at_apex => return Err(ProblemKind::CnameAtApex),
            RecordType::Soa if !at_apex => return Err(ProblemKind::SoaBelowApex),
            _ => {}
        }
        let node = self.sets.entry(set.name.clone()).or_default();
        if node.contains_key(&set.kind) {
            return Err(ProblemKind::Duplicate);
        }
        let beside = match set.kind {
            RecordType::Cname => node.keys().next(),
            _ => node.keys().find(|kind| **kind == RecordType::Cname),
        };
        if let Some(other) = beside {
            return Err(ProblemKind::CnameBesideOther(*other));
        }
        node.insert(set.kind, set);
        Ok(())
    }

    /// Start of zone and name servers as Route 53 makes them.
    fn complete(&mut self, servers: &[Name]) {
        let apex = self.apex.clone();
        let node = self.sets.entry(apex.clone()).or_default();
        if !servers.is_empty() {
            node.entry(RecordType::Ns).or_insert_with(|| {
                let values = servers.iter().cloned().map(Data::Ns).collect();
                RecordSet::new(apex.clone(), RecordType::Ns, NS_TTL, values)
            });
        }
        let first = node.get(&RecordType::Ns).and_then(|set| match set.values.first() {
            Some(Data::Ns(name)) => Some(name.clone()),
            _ => None,
        });
        node.entry(RecordType::Soa).or_insert_with(|| {
            let soa = Soa {
                mname: first.unwrap_or_else(|| apex.clone()),
                rname: apex.child("hostmaster").unwrap_or_else(|_| apex.clone()),
                serial: 1,
                refresh: 7_200,
                retry: 900,
                expire: 1_209_600,
                minimum: 86_400,
            };
            RecordSet::new(apex, RecordType::Soa, SOA_TTL, vec![Data::Soa(soa)])
        });
        // A refused set leaves its name without any.
        self.sets.retain(|_, node| !node.is_empty());
    }

    /// The set of a name and type as stored, wildcards taken literally.
    #[must_use]
    pub fn set(&self, name: &Name, kind: RecordType) -> Option<&RecordSet> {
        self.sets.get(name)?.get(&kind)
    }

    /// Every set, in canonical order of names.
    pub fn sets(&self) -> impl Iterator<Item = &RecordSet> {
        self.sets.values().flat_map(BTreeMap::values)
    }

    /// The types that a name has.
    pub fn types(&self, name: &Name) -> impl Iterator<Item = RecordType> + '_ {
        self.sets.get(name).into_iter().flat_map(|node| node.keys().copied())
    }

    /// Whether the name has records.
    #[must_use]
    pub fn has(&self, name: &Name) -> bool {
        self.sets.contains_key(name)
    }

    /// Whether the name has records, or one below it has (RFC 4592, section 2.2.2).
    #[must_use]
    pub fn exists(&self, name: &Name) -> bool {
        self.sets
            .range((Bound::Included(name.clone()), Bound::Unbounded))
            .next()
            .is_some_and(|(first, _)| first.is_at_or_below(name))
    }

    /// The name at which the zone hands `name` over to others: the topmost one below the zone's
    /// own that has name servers.
    #[must_use]
    pub fn cut(&self, name: &Name) -> Option<Name> {
        name.ancestors()
            .take_while(|above| above.is_below(&self.apex))
            .filter(|above| self.set(above, RecordType::Ns).is_some())
            .last()
    }

    /// Names with records around one that has none, in canonical order; the end leads back to the
    /// zone's own name (RFC 4034, section 4.1.1). What is handed over to others is passed over.
    #[must_use]
    pub fn neighbours(&self, name: &Name) -> (Name, Name) {
        let ours = |other: &&Name| self.cut(other).is_none_or(|cut| cut == **other);
        let before = self.sets.range(..name.clone()).map(|(other, _)| other).rev().find(ours);
        let after = self
            .sets
            .range((Bound::Excluded(name.clone()), Bound::Unbounded))
            .map(|(other, _)| other)
            .find(ours);
        (before.unwrap_or(&self.apex).clone(), after.unwrap_or(&self.apex).clone())
    }

    /// The start of the zone and its TTL.
    #[must_use]
    pub fn soa(&self) -> Option<(&Soa, u32)> {
        let set = self.set(&self.apex, RecordType::Soa)?;
        match set.values.first()? {
            Data::Soa(soa) => Some((soa, set.ttl)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    fn set(owner: &str, kind: RecordType, value: &str) -> RecordSet {
        RecordSet::new(name(owner), kind, 300, vec![Data::read(kind, value).unwrap()])
    }

    fn zone(sets: Vec<RecordSet>) -> (Zone, Vec<Problem>) {
        Zone::build(Where::new("hosted-zone", &"z".into()), name("example.com"), &[name("ns.test")], sets)
    }

    #[test]
    fn what_a_zone_cannot_hold_is_left_out_and_named() {
        let cases = [
            (set("example.com", RecordType::Cname, "a.test"), ProblemKind::CnameAtApex),
            (
                set("www.example.com", RecordType::Cname, "a.test"),
                ProblemKind::CnameBesideOther(RecordType::A),
            ),
            (set("www.example.com", RecordType::A, "192.0.2.2"), ProblemKind::Duplicate),
            (set("www.example.net", RecordType::A, "192.0.2.2"), ProblemKind::OutsideZone),
            (set("sub.example.com", RecordType::Ds, "1 13 2 AB"), ProblemKind::DsWithoutDelegation),
            (set("example.com", RecordType::Ds, "1 13 2 AB"), ProblemKind::DsWithoutDelegation),
            (set("example.com", RecordType::Dnskey, "257 3 13 key-1"), ProblemKind::NotTyped),
            (set("a.example.com", RecordType::Soa, "a.test b.test 1 2 3 4 5"), ProblemKind::SoaBelowApex),
        ];
        for (bad, wanted) in cases {
            let good = set("www.example.com", RecordType::A, "192.0.2.1");
            let (built, problems) = zone(vec![good.clone(), bad.clone()]);
            assert_eq!(problems, [Problem { set: 1, kind: wanted }], "{bad:?}");
            assert_eq!(built.sets().count(), 3, "start, name servers and {good:?}");
        }
        let beside = vec![
            set("x.example.com", RecordType::Cname, "a.test"),
            set("x.example.com", RecordType::Txt, "\"t\""),
        ];
        let (_, problems) = zone(beside);
        assert_eq!(problems, [Problem { set: 1, kind: ProblemKind::CnameBesideOther(RecordType::Cname) }]);
    }

    #[test]
    fn a_delegation_hides_what_is_below_it() {
        let (built, problems) = zone(vec![
            set("sub.example.com", RecordType::Ds, "1 13 2 AB"),
            set("sub.example.com", RecordType::Ns, "ns.sub.example.com"),
            set("ns.sub.example.com", RecordType::A, "192.0.2.53"),
            set("deep.sub.example.com", RecordType::Ns, "ns.test"),
            set("z.example.com", RecordType::A, "192.0.2.1"),
        ]);
        assert_eq!(problems, []);
        assert_eq!(built.cut(&name("a.b.sub.example.com")), Some(name("sub.example.com")));
        assert_eq!(built.cut(&name("a.deep.sub.example.com")), Some(name("sub.example.com")));
        assert_eq!(built.cut(&name("z.example.com")), None);
        assert_eq!(built.cut(&name("example.com")), None);
        assert_eq!(
            built.neighbours(&name("t.example.com")),
            (name("sub.example.com"), name("z.example.com"))
        );
        assert_eq!(built.neighbours(&name("zz.example.com")), (name("z.example.com"), name("example.com")));
    }

    #[test]
    fn names_in_between_exist() {
        let (built, _) = zone(vec![set("a.b.example.com", RecordType::A, "192.0.2.1")]);
        assert!(built.exists(&name("b.example.com")) && !built.has(&name("b.example.com")));
        assert!(!built.exists(&name("c.example.com")));
    }
}
