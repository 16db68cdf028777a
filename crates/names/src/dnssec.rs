//! Signatures, hashes of keys, proofs of absence: how they are made, and every way a check of them
//! fails (RFC 4033 to 4035, DSEC-02 to DSEC-06). Semantics, not cryptography: a signature is a
//! number that every signed field takes part in.

use hopscope_forward::{Reason, ReasonSpec, Severity, Where};

use crate::message::Outcome;
use crate::name::Name;
use crate::record::{Data, Dnskey, Ds, Record, RecordType, Rrsig};
use crate::zone::{Flaw, Signing};

/// Algorithms that a resolver of today knows (RFC 8624): RSA/SHA-1 to Ed448.
pub const ALGORITHMS: [u8; 8] = [5, 7, 8, 10, 13, 14, 15, 16];

/// What validation came to (DSEC-04). *Bogus* and *indeterminate* are an error: a [`Failure`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Every link from the root holds; the keys that sign this zone.
    Secure(Vec<Dnskey>),
    /// A parent proves that the delegation is not signed, or is signed in a way that the resolver
    /// does not know.
    Insecure,
}

/// A validating resolver refuses an answer (DSEC-04, DSEC-06). Which link failed, and how, is a
/// hint with a code of its own beside it, and the facts `failure` and `why`.
pub static BOGUS: ReasonSpec = ReasonSpec {
    code: "X_DNSSEC_BOGUS",
    aws_code: None,
    severity: Severity::Deny,
    rules: &["DSEC-03", "DSEC-04", "DSEC-06"],
    docs: "https://www.rfc-editor.org/rfc/rfc4035#section-5",
};

/// Declares a broken link: what is worth telling beside [`BOGUS`].
macro_rules! failure {
    ($name:ident, $code:literal, $rules:expr, $docs:literal, $doc:literal) => {
        #[doc = $doc]
        pub static $name: ReasonSpec = ReasonSpec {
            code: $code,
            aws_code: None,
            severity: Severity::Warning,
            rules: $rules,
            docs: concat!("https://www.rfc-editor.org/rfc/", $docs),
        };
    };
}

failure!(
    NO_TRUST_ANCHOR,
    "X_DNSSEC_NO_TRUST_ANCHOR",
    &["DSEC-03"],
    "rfc4033#section-5",
    "The resolver has no key of the root to start from."
);
failure!(
    NO_DNSKEY,
    "X_DNSSEC_NO_DNSKEY",
    &["DSEC-06", "DSEC-09"],
    "rfc4035#section-5.2",
    "The parent holds a DS, the zone has no keys."
);
failure!(
    DS_MISMATCH,
    "X_DNSSEC_DS_MISMATCH",
    &["DSEC-06"],
    "rfc4035#section-5.2",
    "No DS of the parent is the hash of one of the zone's keys."
);
failure!(
    DS_UNANSWERED,
    "X_DNSSEC_DS_UNANSWERED",
    &["DSEC-10"],
    "rfc4035#section-5.2",
    "The parent's server does not answer for DS."
);
failure!(
    SIGNATURE_EXPIRED,
    "X_DNSSEC_SIGNATURE_EXPIRED",
    &["DSEC-06", "DSEC-08"],
    "rfc4035#section-5.3.1",
    "The resolver's time is past the signature's."
);
failure!(
    SIGNATURE_NOT_YET_VALID,
    "X_DNSSEC_SIGNATURE_NOT_YET_VALID",
    &["DSEC-06"],
    "rfc4035#section-5.3.1",
    "The resolver's time is before the signature's."
);
failure!(
    SIGNATURE_MISSING,
    "X_DNSSEC_SIGNATURE_MISSING",
    &["DSEC-06", "DSEC-12"],
    "rfc4035#section-5.3",
    "A set of a signed zone has no signature."
);
failure!(
    WRONG_KEY,
    "X_DNSSEC_WRONG_KEY",
    &["DSEC-06"],
    "rfc4035#section-5.3.1",
    "The signature is by a key that the zone does not publish."
);
failure!(
    ALTERED,
    "X_DNSSEC_ALTERED",
    &["DSEC-06"],
    "rfc4035#section-5.3.3",
    "The data is not what was signed."
);
failure!(
    NO_DENIAL_PROOF,
    "X_DNSSEC_NO_DENIAL_PROOF",
    &["DSEC-06"],
    "rfc4035#section-5.4",
    "There is no valid proof of absence."
);

/// Every code of a broken link.
pub static FAILURES: [&ReasonSpec; 10] = [
    &NO_TRUST_ANCHOR,
    &NO_DNSKEY,
    &DS_MISMATCH,
    &DS_UNANSWERED,
    &SIGNATURE_EXPIRED,
    &SIGNATURE_NOT_YET_VALID,
    &SIGNATURE_MISSING,
    &WRONG_KEY,
    &ALTERED,
    &NO_DENIAL_PROOF,
];

/// A link of the chain that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// One of [`FAILURES`].
    pub spec: &'static ReasonSpec,
    /// What was checked (`www.example.com A`, `example.com DNSKEY`).
    pub what: String,
    /// What is wrong with it, in a clause.
    pub why: String,
}

impl Failure {
    /// A failed check of `what`.
    pub(crate) fn new(spec: &'static ReasonSpec, what: impl ToString, why: impl Into<String>) -> Self {
        Self { spec, what: what.to_string(), why: why.into() }
    }

    /// The refusal of a resolver at `at`, about a question for `name`.
    #[must_use]
    pub fn reason(&self, at: Where, name: &Name, zone: &Name) -> Reason {
        self.facts(Reason::new(&BOGUS, at), zone).fact("name", name).fact("failure", self.spec.code)
    }

    /// What to tell beside it, at the component to repair.
    #[must_use]
    pub fn hint(&self, at: Where, zone: &Name) -> Reason {
        self.facts(Reason::new(self.spec, at), zone)
    }

    fn facts(&self, reason: Reason, zone: &Name) -> Reason {
        reason.fact("zone", zone).fact("checked", &self.what).fact("why", &self.why)
    }
}

/// A 64-bit FNV-1a hash of texts.
pub(crate) fn hash(parts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

/// The DS record of a key of `zone`.
#[must_use]
pub fn ds(zone: &Name, key: Dnskey, digest_type: u8) -> Ds {
    let numbers = format!("{} {} {} {digest_type}", key.flags, key.algorithm, key.tag);
    let word = |salt| format!("{:016X}", hash(&[salt, zone.as_str(), &numbers]));
    let words = match digest_type {
        1 => word("0") + &word("1") + word("2").get(..8).unwrap_or_default(),
        4 => ["0", "1", "2", "3", "4", "5"].map(word).concat(),
        _ => ["0", "1", "2", "3"].map(word).concat(),
    };
    Ds { tag: key.tag, algorithm: key.algorithm, digest_type, digest: words }
}

/// The modelled signature: every field of RFC 4034, section 3.1.8.1, and which key it is by.
fn bits(sig: &Rrsig, owner: &Name, values: &[Data]) -> u64 {
    let mut texts: Vec<_> = values.iter().map(Data::to_string).collect();
    texts.sort();
    let head = format!(
        "{} {} {} {} {} {} {} {owner}",
        sig.covers, sig.algorithm, sig.labels, sig.ttl, sig.expiration, sig.inception, sig.tag
    );
    let parts = [sig.signer.as_str(), head.as_str()];
    let parts: Vec<_> = parts.into_iter().chain(texts.iter().map(String::as_str)).collect();
    hash(&parts)
}

/// Labels as RFC 4034 counts them: without a wildcard's asterisk.
fn labels(owner: &Name) -> u8 {
    u8::try_from(owner.depth() - usize::from(owner.is_wildcard())).unwrap_or(u8::MAX)
}

/// Signs a set of the zone `apex`. None where the signing has lost its signatures.
#[must_use]
pub fn sign(
    signing: &Signing,
    apex: &Name,
    owner: &Name,
    kind: RecordType,
    ttl: u32,
    values: &[Data],
    now: u64,
) -> Option<Rrsig> {
    let keys = kind == RecordType::Dnskey;
    if !keys && signing.flaws.contains(&Flaw::SignaturesMissing) {
        return None;
    }
    let tag = if keys {
        signing.ksk_tag
    } else if signing.flaws.contains(&Flaw::WrongKey) {
        // A tag that neither key has.
        (1..=2).map(|step| signing.zsk_tag.wrapping_add(step)).find(|tag| *tag != signing.ksk_tag)?
    } else {
        signing.zsk_tag
    };
    let (inception, expiration) = signing.validity(now);
    let mut sig = Rrsig {
        covers: kind,
        algorithm: signing.algorithm,
        labels: labels(owner),
        ttl,
        expiration,
        inception,
        tag,
        signer: apex.clone(),
        signature: 0,
    };
    sig.signature = bits(&sig, owner, values);
    Some(sig)
}

/// Records of one name and type among others, and the signatures that cover them.
#[must_use]
pub fn set_of(records: &[Record], name: &Name, kind: RecordType) -> (Vec<Data>, Vec<Rrsig>) {
    let mut values = Vec::new();
    let mut signatures = Vec::new();
    for record in records.iter().filter(|record| record.name == *name) {
        match &record.data {
            Data::Rrsig(sig) if sig.covers == kind => signatures.push(sig.clone()),
            data if data.kind() == kind => values.push(data.clone()),
            _ => {}
        }
    }
    (values, signatures)
}

/// Checks the signature of a set of `zone` by one of its keys, at the resolver's time. Returns the
/// tag of the key.
///
/// # Errors
/// Why no signature holds.
pub fn verify(
    (values, signatures): (&[Data], &[Rrsig]),
    name: &Name,
    kind: RecordType,
    zone: &Name,
    keys: &[Dnskey],
    now: u64,
) -> Result<u16, Failure> {
    let what = format!("{name} {kind}");
    let mut failure = None;
    for sig in signatures {
        match check(sig, values, name, zone, keys, now) {
            Ok(tag) => return Ok(tag),
            Err((spec, why)) => failure = failure.or(Some(Failure::new(spec, &what, why))),
        }
    }
    let missing = || {
        let why = format!("{zone} is signed, but no signature came with {what}");
        Failure::new(&SIGNATURE_MISSING, &what, why)
    };
    Err(failure.unwrap_or_else(missing))
}

fn check(
    sig: &Rrsig,
    values: &[Data],
    name: &Name,
    zone: &Name,
    keys: &[Dnskey],
    now: u64,
) -> Result<u16, (&'static ReasonSpec, String)> {
    let known = keys.iter().any(|key| key.tag == sig.tag && key.algorithm == sig.algorithm);
    if sig.signer != *zone || !known {
        let tags: Vec<_> = keys.iter().map(|key| key.tag.to_string()).collect();
        let why = format!(
            "it is signed by key {} of {}, but the keys of {zone} are {}",
            sig.tag,
            sig.signer,
            tags.join(" and ")
        );
        return Err((&WRONG_KEY, why));
    }
    if now > sig.expiration {
        let why = format!("its signature ended at second {}, and it is second {now}", sig.expiration);
        return Err((&SIGNATURE_EXPIRED, why));
    }
    if now < sig.inception {
        let why = format!("its signature begins at second {}, and it is second {now}", sig.inception);
        return Err((&SIGNATURE_NOT_YET_VALID, why));
    }
    // A wildcard was signed under its own name (RFC 4035, section 5.3.2).
    let mut owner = name.clone();
    if usize::from(sig.labels) < name.depth() && !name.is_wildcard() {
        let above = name.ancestors().find(|above| above.depth() == usize::from(sig.labels));
        owner = above.and_then(|above| above.wildcard()).unwrap_or(owner);
    }
    if bits(sig, &owner, values) == sig.signature {
        Ok(sig.tag)
    } else {
        Err((&ALTERED, format!("the records are not those that key {} signed", sig.tag)))
    }
}

/// The DS records whose algorithms a resolver knows; none of them means an insecure zone
/// (RFC 4035, section 5.2; RFC 6840, section 5.2).
#[must_use]
pub fn usable<'a>(ds: &'a [Data], algorithms: &[u8]) -> Vec<&'a Ds> {
    ds.iter()
        .filter_map(|data| match data {
            Data::Ds(ds) => Some(ds),
            _ => None,
        })
        .filter(|ds| algorithms.contains(&ds.algorithm) && matches!(ds.digest_type, 1 | 2 | 4))
        .collect()
}

/// The key of `zone` that one of its DS records, or the trust anchor, is the hash of.
///
/// # Errors
/// There is none, or the zone has no keys at all.
pub fn entry_key(zone: &Name, found: &[&Ds], keys: &[Dnskey]) -> Result<Dnskey, Failure> {
    let what = format!("{zone} DNSKEY");
    let tags: Vec<_> = found.iter().map(|ds| ds.tag.to_string()).collect();
    let tags = tags.join(" and ");
    if keys.is_empty() {
        let why = format!("its parent holds DS {tags}, but {zone} has no keys");
        return Err(Failure::new(&NO_DNSKEY, what, why));
    }
    let fits = |key: &&Dnskey| {
        found.iter().any(|wanted| {
            wanted.tag == key.tag
                && wanted.algorithm == key.algorithm
                && wanted.digest == ds(zone, **key, wanted.digest_type).digest
        })
    };
    keys.iter().find(fits).copied().ok_or_else(|| {
        let have: Vec<_> = keys.iter().map(|key| key.tag.to_string()).collect();
        let why = format!("DS {tags} is the hash of none of the keys of {zone} ({})", have.join(" and "));
        Failure::new(&DS_MISMATCH, what, why)
    })
}

/// Checks that `zone` proves with signed NSEC records that a name does not exist, or does not have
/// a type.
///
/// # Errors
/// The proof is missing or is none, or its signature does not hold.
pub fn verify_denial(
    records: &[Record],
    (name, kind, outcome): (&Name, RecordType, Outcome),
    zone: &Name,
    keys: &[Dnskey],
    now: u64,
) -> Result<(), Failure> {
    let what = format!("{name} {kind}");
    let proves = |record: &&Record| match &record.data {
        Data::Nsec { next, types } => {
            let exact = record.name == *name && !types.contains(&kind) && outcome == Outcome::NoData;
            // The last name leads back to the zone's own.
            let between = record.name < *name && (*name < *next || *next == *zone);
            exact || between
        }
        _ => false,
    };
    let Some(proof) = records.iter().find(proves) else {
        let why = format!("{zone} is signed, but does not prove that there is no {what}");
        return Err(Failure::new(&NO_DENIAL_PROOF, what, why));
    };
    let (values, signatures) = set_of(records, &proof.name, RecordType::Nsec);
    verify((&values, &signatures), &proof.name, RecordType::Nsec, zone, keys, now).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_covers_names_between_its_two_only() {
        let name = |text: &str| Name::parse(text).unwrap();
        let zone = name("example.com");
        let signing = Signing::new(1, 2);
        let proof = |owner: &str, next: &str, types: &[RecordType]| {
            let data = Data::Nsec { next: name(next), types: types.to_vec() };
            let sig =
                sign(&signing, &zone, &name(owner), RecordType::Nsec, 60, std::slice::from_ref(&data), 0);
            let record = |data| Record { name: name(owner), ttl: 60, data };
            vec![record(data), record(Data::Rrsig(sig.unwrap()))]
        };
        let said = |records: &[Record], asked: &str, outcome| {
            let asked = (&name(asked), RecordType::A, outcome);
            verify_denial(records, asked, &zone, &signing.keys(), 0).map_err(|failure| failure.spec.code)
        };
        let missing = Err(NO_DENIAL_PROOF.code);
        let middle = proof("b.example.com", "d.example.com", &[RecordType::Txt]);
        assert_eq!(said(&middle, "c.example.com", Outcome::NxDomain), Ok(()));
        assert_eq!(said(&middle, "a.example.com", Outcome::NxDomain), missing);
        assert_eq!(said(&middle, "e.example.com", Outcome::NxDomain), missing);
        assert_eq!(said(&middle, "b.example.com", Outcome::NxDomain), missing, "the name exists");
        assert_eq!(said(&middle, "b.example.com", Outcome::NoData), Ok(()));
        let has = proof("b.example.com", "d.example.com", &[RecordType::A]);
        assert_eq!(said(&has, "b.example.com", Outcome::NoData), missing, "the type exists");
        let last = proof("y.example.com", "example.com", &[]);
        assert_eq!(said(&last, "z.example.com", Outcome::NxDomain), Ok(()));
        assert_eq!(
            said(middle.get(..1).unwrap(), "c.example.com", Outcome::NxDomain),
            Err(SIGNATURE_MISSING.code)
        );
    }
}
