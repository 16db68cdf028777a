//! Words of lookups: why names are not resolved, what DNSSEC found broken, stages, checks.

use super::catalog::{Entry, entry};

/// Why names are not resolved, and which link of a chain of trust is broken.
pub(super) static ENTRIES: &[Entry] = &[
    entry(
        "X_DNS_LAME_DELEGATION",
        "Lame delegation",
        "{at} says that {servers} host {zone}, but none of them does[: {tried} asked]{none}.",
        "List the name servers of the hosted zone where the domain is registered, or in the zone above.",
    ),
    entry(
        "X_DNS_REFUSED",
        "Question refused",
        "DNS server {at} refuses to answer for {name}.",
        "Ask a server that hosts the zone, or a resolver that serves this client.",
    ),
    entry(
        "X_DNS_SERVFAIL",
        "Resolution failed",
        "{at} could not resolve {name}[: {why}]{none}.",
        "Follow the lookup to the message that was not answered.",
    ),
    entry(
        "X_DNS_UNREACHABLE",
        "No DNS server answers",
        "{at} has no answer from DNS server {server}[: {why}]{none}.",
        "Ask an address at which a DNS server answers, and let port 53 pass on the way.",
    ),
    entry(
        "X_DNSSEC_BOGUS",
        "DNSSEC validation failed",
        "{at} answers SERVFAIL for {name}: {checked} does not validate[: {why}]{none}.",
        "Repair the broken link of the chain of trust; until then only clients of resolvers that do not validate are answered.",
    ),
    entry(
        "X_DNSSEC_NO_TRUST_ANCHOR",
        "No key of the root",
        "{at} validates, but has no key of the root to start from.",
        "Configure the root's key as trust anchor.",
    ),
    entry(
        "X_DNSSEC_NO_DNSKEY",
        "DS of a zone that is not signed",
        "{at} passes on a DS record for {zone}, but the zone has no keys.",
        "Remove the DS record where the domain is registered, or sign the zone.",
    ),
    entry(
        "X_DNSSEC_DS_MISMATCH",
        "DS record of another key",
        "{at} passes on a DS record for {zone} that fits none of its keys[: {why}]{none}.",
        "Replace the DS record by that of the zone's key-signing key.",
    ),
    entry(
        "X_DNSSEC_DS_UNANSWERED",
        "Parent does not answer for DS",
        "{at} does not answer whether {zone} is signed.",
        "Move the parent zone to servers that answer questions for DS, or do not sign the zone.",
    ),
    entry(
        "X_DNSSEC_SIGNATURE_EXPIRED",
        "Signature expired",
        "The signature of {checked} at {at} has expired[: {why}]{none}.",
        "Sign the zone again; at Route 53 see to the key-signing key. Or set the resolver's clock.",
    ),
    entry(
        "X_DNSSEC_SIGNATURE_NOT_YET_VALID",
        "Signature not yet valid",
        "The signature of {checked} at {at} does not hold yet[: {why}]{none}.",
        "Wait, sign the zone again, or set the resolver's clock.",
    ),
    entry(
        "X_DNSSEC_SIGNATURE_MISSING",
        "Signature missing",
        "Zone {zone} ({at}) is signed, but {checked} came without a signature.",
        "Sign every record set of the zone; see that nobody on the way drops or makes up records.",
    ),
    entry(
        "X_DNSSEC_WRONG_KEY",
        "Signed by another key",
        "{checked} at {at} is not signed by a key of {zone}[: {why}]{none}.",
        "Publish the key that signs, or sign by a key that the zone publishes.",
    ),
    entry(
        "X_DNSSEC_ALTERED",
        "Records altered",
        "{checked} is not what zone {zone} ({at}) signed[: {why}]{none}.",
        "Somebody on the way altered the answer: find out who.",
    ),
    entry(
        "X_DNSSEC_NO_DENIAL_PROOF",
        "Absence not proven",
        "{at} says that there is no {checked}, but does not prove it.",
        "Sign the zone with NSEC or NSEC3 records.",
    ),
];

/// The name of a stage of a lookup.
pub(super) fn stage(stage: &str) -> Option<&'static str> {
    match stage {
        "stub-query" => Some("Asks its resolver"),
        "cache" => Some("Cache"),
        "resolver-rule" => Some("Resolver rules"),
        "query" => Some("Asks a name server"),
        "forward" => Some("Asks another resolver"),
        "referral" => Some("Refers to name servers"),
        "answer" => Some("Answers"),
        "zone" => Some("Private zone"),
        "dns64" => Some("DNS64"),
        "validate" => Some("DNSSEC validation"),
        "no-answer" => Some("No answer"),
        "failed" => Some("Resolution fails"),
        "resolved" => Some("Receives the answer"),
        _ => None,
    }
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, passed: bool, value: &str) -> Option<String> {
    Some(match (check, passed) {
        ("dns-cached", true) => format!("The cache knows {value}."),
        ("dns-cached", false) => format!("The cache does not know {value}."),
        ("dns-unaltered", false) => format!("Somebody on the way alters {value}."),
        ("dnssec-ds" | "dnssec-signature" | "dnssec-denial" | "dnssec-no-ds", true) => {
            format!("Holds: {value}.")
        }
        ("dnssec-algorithm", false) => format!("Counts as not signed: {value}."),
        ("dnssec-ds" | "dnssec-link", false) => format!("Does not hold: {value}."),
        _ => return None,
    })
}
