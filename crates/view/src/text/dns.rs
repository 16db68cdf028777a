//! Words of names: hosted zones, resolvers, DNS servers: codes, stages, checks.

use super::catalog::{Entry, entry};

/// Why names are not resolved, and what drawing finds.
pub(super) static ENTRIES: &[Entry] = &[
    entry(
        "V_CNAME_APEX",
        "CNAME beside other records",
        "{name} cannot have a CNAME record: it has {beside}.",
        "Use an alias record, which may stand beside others and at the apex of a zone.",
    ),
    entry(
        "V_ALIAS_TARGET",
        "Alias to where none can lead",
        "An alias of {at} cannot lead to {target}: {why}.",
        "Name a load balancer, an endpoint or a record of the same zone and type, or write a CNAME record.",
    ),
    entry(
        "V_POLICY_MIX",
        "Two routing policies for one name",
        "{name} {type} has records with routing {policy} and {first}; all records of a name and type share one policy.",
        "Give them the same routing policy, or another name.",
    ),
    entry(
        "V_POLICY_PRIVATE_ZONE",
        "Policy not for private zones",
        "{name} is in private hosted zone {at}, which takes every routing policy but IP-based.",
        "Choose another routing policy.",
    ),
    entry(
        "V_DNSSEC_PRIVATE_ZONE",
        "Private zones are not signed",
        "Private hosted zone {at} cannot be signed: DNSSEC is for public hosted zones.",
        "Switch signing off.",
    ),
    entry(
        "V_RESOLVER_ENI",
        "Resolver endpoint needs two addresses",
        "{at} has {found} addresses; a Resolver endpoint has two at least and six at most.",
        "Add an address in a subnet of another zone.",
    ),
    entry(
        "I_RESOLVER_SINGLE_ZONE",
        "Resolver endpoint in one zone",
        "{at} has addresses in {zone} only: if that zone fails, nobody is answered through it.",
        "Add an address in another zone.",
    ),
];

/// The name of a pipeline stage.
pub(super) fn stage(_: &str) -> Option<&'static str> {
    None
}

/// A yes-or-no check in words.
pub(super) fn check(_: &str, _: bool, _: &str) -> Option<String> {
    None
}
