//! Words of load balancers, target groups and certificates: codes, stages, checks.

use super::catalog::{Entry, entry};

/// Why packets and requests are refused, and what drawing finds.
pub(super) static ENTRIES: &[Entry] = &[
    entry(
        "ELBV2_LISTENERS_MISMATCH",
        "No listener",
        "No listener of {at} takes the packet[ {packet}].",
        "Add a listener for this protocol and port.",
    ),
    entry(
        "ELBV2_LISTENER_HAS_NO_TG",
        "No targets",
        "What {at} receives on port {port} leads to no target[: it answers {answer}].",
        "Give the listener a target group, and register a target in it.",
    ),
    entry(
        "ELB_INSTALLED_AZ_RESTRICTION",
        "Targets in zones that are not enabled",
        "Every target of port {port} at {at} is in an Availability Zone that the load balancer is not enabled in[: it answers {answer}].",
        "Give the load balancer a subnet in the zone of its targets.",
    ),
    entry(
        "ELB_NOT_CROSSZONE",
        "Healthy targets in other zones only",
        "The node of {at} in {zone} has no healthy target in its zone, and balancing does not cross zones[: it answers {answer}].",
        "Switch cross-zone load balancing on, or mend the targets of this zone.",
    ),
    entry(
        "X_NLB_LOOPBACK",
        "Balanced back to itself",
        "{at} keeps client addresses and chose {target}, which sent the packet itself: a host takes no packet from its own address.",
        "Switch client address preservation off for this target group, or register a second target.",
    ),
    entry(
        "X_L7_RULE_FIXED_RESPONSE",
        "Answered by a rule",
        "Rule {number} of {at} answers {answer}[ and leads to {location}][: {why}]; no target sees the request.",
        "Add a rule with a lower number that forwards this request.",
    ),
    entry(
        "X_L7_ERROR",
        "Answered with an error",
        "{at} answers {answer}: {why}.",
        "Change the request, or what stands behind the load balancer.",
    ),
    entry(
        "X_TLS_NAME_MISMATCH",
        "Certificate for another name",
        "{at} shows certificate {certificate}, which covers {covers} and not {name}: the client ends the connection.",
        "Add a certificate that covers the name; a wildcard stands for one label only.",
    ),
    entry(
        "X_TLS_CERT_EXPIRED",
        "Certificate out of date",
        "{at} shows certificate {certificate}, which is out of date: {why}.",
        "Import a new one, or let AWS issue it and keep its names validated.",
    ),
    entry(
        "X_TLS_UNTRUSTED",
        "Certificate not trusted",
        "The client does not trust {at}: {why}.",
        "Use a certificate of this Region that a public certificate authority issued.",
    ),
    entry(
        "V_LB_PROTOCOL",
        "Listener that cannot be",
        "Listener {listener} of {at} cannot be: {why}.",
        "Change its protocol, its certificates or its target group.",
    ),
    entry(
        "V_ALB_ZONES",
        "Too few zones or addresses",
        "{at} cannot stand like this: {why}.",
        "Choose subnets of /27 or larger, with eight free addresses, in two Availability Zones.",
    ),
    entry(
        "V_LB_SUBNET_FAMILY",
        "Dual-stack in a subnet without IPv6",
        "{at} cannot be dual-stack: its subnet {subnet} has no IPv6 block.",
        "Give every subnet of the load balancer an IPv6 block, or choose ipv4.",
    ),
    entry(
        "V_TARGET_ADDRESS",
        "Address that no target may have",
        "{at} cannot have target[ {target}]: {why}.",
        "Targets have addresses of the VPC, of RFC 1918 or of 100.64.0.0/10; accelerators and VPC links lead to load balancers.",
    ),
    entry(
        "V_NLB_SG_AT_CREATE",
        "Security groups added later",
        "{at} was made without security groups, so it can never have any.",
        "Make a new load balancer with a security group from the beginning.",
    ),
    entry(
        "I_LB_FAIL_OPEN",
        "All targets unhealthy",
        "No target of {group} is healthy, so {at} sends to all of them.",
        "Look at what refuses the health checks.",
    ),
];

/// The name of a pipeline stage.
pub(super) fn stage(stage: &str) -> Option<&'static str> {
    match stage {
        "network-load-balancer" => Some("Network Load Balancer"),
        "listener" => Some("Listener"),
        "listener-rule" => Some("Listener rules"),
        "targets" => Some("Targets"),
        "tls" => Some("TLS"),
        _ => None,
    }
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, passed: bool, value: &str) -> Option<String> {
    let does = if passed { "" } else { "not " };
    match check {
        "client-address-preserved" if passed => {
            Some(format!("The target sees the client's address {value}."))
        }
        "client-address-preserved" => {
            Some(format!("The target sees the load balancer's address instead of {value}."))
        }
        "certificate-covers" if passed => Some(format!("The certificate covers {value}.")),
        "certificate-covers" => Some(format!("The certificate does not cover {value}.")),
        "certificate-in-date" => Some(format!("Certificate {value} is {does}in date.")),
        "certificate-trusted" if passed => Some(format!("The client trusts the issuer of {value}.")),
        "certificate-trusted" => Some(format!("The client does not trust the issuer of {value}.")),
        "fixed-response" => Some(format!("The load balancer answers HTTP {value} by itself.")),
        _ => None,
    }
}
