//! Words of Gateway Load Balancers and Network Firewall: codes, stages, checks.

use super::catalog::{Entry, entry};

/// Why packets are refused, and what drawing finds.
pub(super) static ENTRIES: &[Entry] = &[
    entry(
        "ELBV2_NO_TARGETS_IN_AZ",
        "No target in this zone",
        "{at} has no target for traffic that comes in by zone[ {zone}], and balancing across zones is off.",
        "Put a target into the zone, or switch cross-zone load balancing on.",
    ),
    entry(
        "FIREWALL_RULES_RESTRICTION",
        "Firewall rule",
        "Network Firewall {at} drops the packet[ by its rule {number}][: {rule}].",
        "Let a rule before it pass the packet, or change the default action.",
    ),
    entry(
        "FIREWALL_UNSUPPORTED_RULE_OPTIONS",
        "Rule options not simulated",
        "A rule of Network Firewall {at} fits by addresses and ports, but its other options are not simulated[: {rule}]. It was passed over.",
        "Judge this rule yourself, or write it without the options.",
    ),
    entry(
        "GWLB_PROTOCOL_RESTRICTION",
        "Does not speak GENEVE",
        "{at} stands behind a Gateway Load Balancer but does not take GENEVE (UDP 6081) and hand packets back unchanged.",
        "Let its role be firewall or router.",
    ),
    entry(
        "RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY",
        "No way back to the transit gateway",
        "The packet came through a transit gateway, and after inspection the table of {subnet} has no route for it.",
        "Add a route to the transit gateway to that table.",
    ),
    entry(
        "X_EIGW_AFTER_GWLB",
        "Inspected IPv6 at an egress-only gateway",
        "Egress-only internet gateway {at} drops IPv6 that has been through a Gateway Load Balancer endpoint[ ({endpoint})].",
        "Use an internet gateway, and let the firewall refuse connections from outside.",
    ),
    entry(
        "X_LB_NO_HEALTHY_TARGET",
        "Target cannot serve",
        "{at} sends this flow to a target that fails its health check[ ({target})], and it is lost there.",
        "Bring the target back; or let flows of failed targets be rebalanced.",
    ),
];

/// The name of a pipeline stage.
pub(super) fn stage(stage: &str) -> Option<&'static str> {
    Some(match stage {
        "gateway-load-balancer" => "Gateway Load Balancer",
        "gateway-load-balancer-endpoint" => "Gateway Load Balancer endpoint",
        "network-firewall-stateless" => "Network Firewall, stateless rules",
        "network-firewall-stateful" => "Network Firewall, stateful rules",
        "network-firewall-endpoint" => "Network Firewall endpoint",
        _ => return None,
    })
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, passed: bool, value: &str) -> Option<String> {
    Some(match (check, passed) {
        ("geneve", _) => format!("Outside, as GENEVE: {value}."),
        ("target", _) => format!("The flow goes to {value}, and so do its replies."),
        ("target-healthy", true) => format!("{value} is healthy."),
        ("target-healthy", false) => format!("{value} fails its health check."),
        ("target-zone", _) => format!("{value} is in another zone, and balancing across zones is off."),
        ("firewall-alert", _) => format!("Logged by the rule {value}."),
        ("firewall-domain-list", _) => {
            format!("The domain list ({value}) is not simulated: the packet names no host.")
        }
        _ => return None,
    })
}
