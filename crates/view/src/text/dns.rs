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
    entry(
        "I_DNS_DELEGATION",
        "Registrar lists other name servers",
        "The name servers that {at} lists for {name} are not those of hosted zone {zone}, so the zone's records are not found.",
        "List the zone's own name servers at the registrar, or delete the zone that nobody asks.",
    ),
    entry(
        "I_DNSSEC_NO_DS",
        "Signed, and no DS record in the parent",
        "Hosted zone {at} is signed, but its parent has no DS record of it: the chain of trust is not established.",
        "Draw the registered domain and add the zone's DS record to it.",
    ),
    entry(
        "I_DNS64_NO_ROUTE",
        "DNS64 without a route to NAT64",
        "The resolver makes addresses of 64:ff9b::/96 for {at}, and its route table leads them to no NAT gateway.",
        "Add a route for 64:ff9b::/96 to a NAT gateway.",
    ),
    entry(
        "X_DNS_FIREWALL_BLOCKED",
        "Blocked by DNS Firewall",
        "Rule {number} of DNS Firewall rule group {at} does not let {vpc} resolve {name}: the answer is {answer}.",
        "Allow the name by a rule with a lower priority number, or take it off the list.",
    ),
    entry(
        "X_DNS_NO_ADDRESS",
        "Name without an address",
        "{at} cannot send to {name}: {why}. No packet is sent.",
        "Add an A or AAAA record, or switch DNS64 on for a subnet without IPv4.",
    ),
    entry(
        "X_DNS_PRIVATE_ONLY",
        "Name known inside a VPC only",
        "{name} is known to {at}, which answers the resolver of {vpcs} only.",
        "Associate the private hosted zone with the VPC that asks, or ask through an inbound Resolver endpoint.",
    ),
    entry(
        "X_DNS_THROTTLED",
        "Too many packets to link-local services",
        "{interface} sends more than {limit} packets a second to link-local services such as the resolver.",
        "Keep answers in a cache on the instance, or spread the questions over more interfaces.",
    ),
];

/// The name of a pipeline stage.
pub(super) fn stage(stage: &str) -> Option<&'static str> {
    match stage {
        "dns-firewall" => Some("DNS Firewall"),
        "no-address" => Some("Nothing to send to"),
        _ => None,
    }
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, passed: bool, value: &str) -> Option<String> {
    Some(match (check, passed) {
        ("dns-asked-inside", true) => format!("{value} asks from inside: the private address answers."),
        ("dns-asked-inside", false) => format!("{value} asks from outside: the public address answers."),
        _ => return None,
    })
}
