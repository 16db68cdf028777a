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
        "X_GEO_RESTRICTED",
        "Country restricted",
        "{at} does not serve clients in {country}. The answer is {answer}.",
        "Change the geographic restriction of the distribution.",
    ),
    entry(
        "X_HTTP_REFUSED",
        "Answered without the content",
        "{at} answers {answer} by itself: {why}.",
        "Ask for what it serves, or change its configuration.",
    ),
    entry(
        "X_INTEGRATION_TIMEOUT",
        "Backend too slow",
        "{at} waits {limit} seconds for its integration; the answer took {waited}. The client gets {answer}.",
        "Answer faster, raise the timeout of the route, or answer asynchronously.",
    ),
    entry(
        "X_PAYLOAD_TOO_LARGE",
        "Body too large",
        "{at} takes bodies of up to {limit} bytes; this one has {size}. The answer is {answer}.",
        "Upload large objects to S3 by a presigned URL.",
    ),
    entry(
        "X_SHIELD_ABSORBED",
        "Flood absorbed",
        "AWS Shield absorbs the flood towards {target} at the edge of AWS's network: {rate} requests of this sender in five minutes.",
        "Ordinary clients are not affected. Shield Advanced adds help from AWS and protection of the bill.",
    ),
    entry(
        "X_SIGNED_URL_REQUIRED",
        "Signature required",
        "{at} serves this path to holders of a signed URL or cookie only[, and {request} has none]. The answer is {answer}.",
        "Let your application sign the URL, or switch the restriction of viewers off.",
    ),
    entry(
        "X_THROTTLED",
        "Throttled",
        "{at} takes {limit} requests in five minutes from everybody together; this client alone sends {rate}. The answer is {answer}.",
        "Raise the rate, or let the client retry with pauses.",
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
        "V_CERT_REGION",
        "Certificate in the wrong Region",
        "{at} cannot use {certificate}: it is in {found}, and must be in {wanted}.",
        "Request or import a certificate there.",
    ),
    entry(
        "V_CF_VPC_ORIGIN",
        "No VPC origin",
        "{at} cannot reach {origin} as a VPC origin: {why}.",
        "Attach an internet gateway to the VPC; no route to it is needed. Load balancers need a security group.",
    ),
    entry(
        "I_RETIRED",
        "Retired",
        "AWS ended App Mesh on {date}: {at} shows how it worked.",
        "See ECS Service Connect, or VPC Lattice.",
    ),
];

/// The name of a pipeline stage.
pub(super) fn stage(stage: &str) -> Option<&'static str> {
    Some(match stage {
        "edge-location" => "Edge location",
        "web-acl" => "Web ACL",
        "global-accelerator" => "Global Accelerator",
        "accelerator-interface" => "Accelerator's interface",
        "shield" => "AWS Shield",
        "cloudfront" => "CloudFront",
        "geo-restriction" => "Geographic restriction",
        "cache-behavior" => "Cache behavior",
        "edge-cache" => "Cache of the edge location",
        "regional-edge-cache" => "Regional edge cache",
        "origin-fetch" => "Origin request",
        "vpc-origin-interface" => "CloudFront's interface",
        "api-gateway" => "API Gateway",
        "resource-policy" => "Resource policy",
        "integration" => "Integration",
        "vpc-link" => "VPC link",
        "envoy" => "Envoy proxy",
        _ => return None,
    })
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, passed: bool, value: &str) -> Option<String> {
    Some(match (check, passed) {
        ("edge-city", _) => format!("The nearest point of presence is in {value}."),
        ("client-country", true) => format!("The client is in {value}, which may."),
        ("client-country", false) => format!("The client is in {value}, which may not."),
        ("flood", _) => format!("{value} requests of one sender in five minutes are a flood."),
        ("cache", _) if value == "stored" => "The answer is kept for the next request.".to_owned(),
        ("cache", true) => format!("Found in the cache ({value}): the origin is not asked."),
        ("cache", false) => "Not in the cache.".to_owned(),
        ("waf-reachable", false) => format!("{value} gets no answer from WAF."),
        _ => return None,
    })
}

/// What something of an edge service is called that nobody drew: a point of presence by its city
/// (`cdn/edge-lisbon`), a regional cache, a proxy, Shield Standard. None of other ids.
#[must_use]
pub fn undrawn_edge(kind: &str, id: &str) -> Option<String> {
    let (owner, part) = id.split_once('/').unwrap_or(("", id));
    match (kind, part) {
        ("edge-location", "edge") => Some("near the client".to_owned()),
        ("edge-location", "regional-edge-cache") => Some(format!("of {owner}")),
        ("edge-location", _) => part.strip_prefix("edge-").map(city),
        ("app-mesh", _) => part.strip_prefix("envoy-").map(|node| format!("beside {node}")),
        ("shield-protection", "aws-shield") => Some("Standard".to_owned()),
        _ => None,
    }
}

/// `los-angeles` as people write it.
fn city(slug: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    slug.split('-').map(capital).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implied_things_have_names() {
        for (kind, id, name) in [
            ("edge-location", "cf/edge-los-angeles", Some("Los Angeles")),
            ("edge-location", "cf/edge", Some("near the client")),
            ("edge-location", "cf/regional-edge-cache", Some("of cf")),
            ("app-mesh", "mesh/envoy-app", Some("beside app")),
            ("shield-protection", "aws-shield", Some("Standard")),
            ("network-interface", "ga/prv-a", None),
        ] {
            assert_eq!(undrawn_edge(kind, id).as_deref(), name, "{id}");
        }
    }
}
