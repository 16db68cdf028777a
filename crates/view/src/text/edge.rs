//! Words of edge services and of the firewall for requests: codes, stages, checks.

use super::catalog::{Entry, entry};

/// Why packets are refused, and what drawing finds.
pub(super) static ENTRIES: &[Entry] = &[
    entry(
        "X_EDGE_NO_LISTENER",
        "Nothing listens there",
        "{at} listens for nothing that fits[ {packet}].",
        "Add a listener for this protocol and port, or use a port that it serves.",
    ),
    entry(
        "X_GA_NEEDS_IGW",
        "VPC without an internet gateway",
        "Accelerator {at} cannot reach {endpoint}: {vpc} has no internet gateway attached.",
        "Attach one. No route to it is needed: it only says that the VPC may take internet traffic.",
    ),
    entry(
        "X_WAF_BLOCKED",
        "Blocked by the web ACL",
        "Web ACL {acl} does not let {request} through[: rule {rule}][: {why}]{none}. The answer is {answer}.",
        "Change the rule, let an allow rule with a lower priority number match first, or let it only count.",
    ),
    entry(
        "I_GA_NACL",
        "Network ACL not asked",
        "The network ACL of {subnet} would refuse {packet} inbound, but is not asked: what comes through an accelerator that keeps client addresses is judged on its way out only.",
        "Close the port in the security group, and keep ephemeral ports open in both lists.",
    ),
    entry(
        "V_WAF_TARGET",
        "Not for a web ACL",
        "Web ACL {at} cannot protect {resource}: {why}.",
        "Web ACLs protect CloudFront distributions, Application Load Balancers and REST APIs.",
    ),
    entry(
        "V_WAF_WCU",
        "Too much capacity",
        "The rules of {at} use {used} capacity units (WCU); a web ACL has {limit}.",
        "Remove rules, or split them over web ACLs of several resources.",
    ),
    entry(
        "I_WAF_WCU_COST",
        "Capacity beyond the price",
        "The rules of {at} use {used} capacity units (WCU); what exceeds {limit} costs extra for every request.",
        "Remove rules that are not needed.",
    ),
    entry(
        "V_TARGET_ADDRESS",
        "Cannot be a target",
        "{target} cannot stand behind {at}: {why}.",
        "Choose another target.",
    ),
];

/// The name of a pipeline stage.
pub(super) fn stage(stage: &str) -> Option<&'static str> {
    Some(match stage {
        "edge-location" => "Edge location",
        "web-acl" => "Web ACL",
        "global-accelerator" => "Global Accelerator",
        "accelerator-interface" => "Accelerator's interface",
        _ => return None,
    })
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, passed: bool, value: &str) -> Option<String> {
    Some(match (check, passed) {
        ("medium", _) => medium(value),
        ("waf-reachable", false) => format!("{value} gets no answer from WAF."),
        _ => return None,
    })
}

/// What carries the packet from here or brought it here.
fn medium(name: &str) -> String {
    match name {
        "AWS backbone" => "Over the AWS backbone, not over the internet.".to_owned(),
        "internet" => "Over the internet: networks of others.".to_owned(),
        "inter-AZ" => "Over AWS's fibre to another Availability Zone of the Region.".to_owned(),
        "Direct Connect" => "Over Direct Connect, not over the internet.".to_owned(),
        other => format!("By {other}."),
    }
}
