//! Words of VPC peering, Block Public Access and Client VPN: codes, stages, checks.

use super::catalog::{Entry, entry};

/// Why packets are refused, and what drawing finds.
pub(super) static ENTRIES: &[Entry] = &[
    entry(
        "NGW_REQUIRES_SOURCE_IN_VPC",
        "Caller from another network",
        "NAT gateway {at} serves its own VPC[ {vpc}] and what comes over a transit gateway[: {source} came another way].",
        "Give the caller's own VPC a NAT gateway, or join the VPCs by a transit gateway.",
    ),
    entry(
        "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
        "Not for these two VPCs",
        "Peering {at} carries packets between {near} and {far} only[: the {side} {address} is no part of that][, it belongs to {third}][; {far} would have to pass it on by {through}, and a peering is no way through].",
        "Peer the two VPCs that want to talk, or join all of them by a transit gateway.",
    ),
    entry(
        "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
        "Public access is blocked",
        "VPC Block Public Access ({mode}) is on in {region}, so {at} does not carry this[: {subnet} is not excluded from it].",
        "Exclude the subnet or the VPC, or switch Block Public Access off for the Region.",
    ),
    entry(
        "X_CVPN_AUTH_FAILED",
        "Login refused",
        "{client} does not authenticate to {endpoint}, so it has no tunnel.",
        "Check the client certificate, the directory user or the identity provider.",
    ),
    entry(
        "X_CVPN_NO_AUTHORIZATION",
        "Not authorized",
        "No authorization rule of {endpoint} lets {client} reach {destination}[: the narrowest rule decides, and it is for others ({rule})].",
        "Add an authorization rule for this destination and the user's group. A narrower rule of another group hides a wider one.",
    ),
    entry(
        "X_CVPN_NO_ROUTE",
        "No route at the endpoint",
        "{endpoint} has no route to {destination}[ by {subnet}, where this client landed].",
        "Add a route for it to every associated subnet.",
    ),
    entry(
        "X_RESOLVER_OUTSIDE_VPC",
        "Resolver of another VPC",
        "The resolver of {vpc} answers inside {vpc} only, and {source} is not in it.",
        "Ask the resolver of one's own VPC, or a Route 53 Resolver inbound endpoint.",
    ),
    entry(
        "I_OVERLAPPING_RETURN",
        "The answer goes to the other peer",
        "The request came over {asked}, and the answer leaves by {at} to {vpc}, which has {block} as well.",
        "Use narrower routes, or a table of its own for each subnet that talks to one of them.",
    ),
    entry(
        "V_CIDR_OVERLAP_PEER",
        "Blocks overlap",
        "{block} of {vpc} overlaps {overlapped} of {peer}, so the two cannot be peered, not even for other blocks.",
        "Give one of them other blocks, or reach a single service by PrivateLink.",
    ),
    entry(
        "V_PCX_DUPLICATE",
        "Peered already",
        "{requester} and {accepter} are joined by {first} already; a pair of VPCs has one peering.",
        "Remove one of the two.",
    ),
    entry(
        "V_CVPN_CERT",
        "A certificate is missing",
        "{at} has no {what}, and needs one {when}.",
        "Name a certificate of AWS Certificate Manager.",
    ),
    entry(
        "V_CVPN_ZONE",
        "Subnets do not go together",
        "{at} cannot be associated with both {first} and {subnet}: {why}.",
        "Keep one subnet for each Availability Zone, all of one VPC.",
    ),
];

/// The name of a pipeline stage.
pub(super) fn stage(stage: &str) -> Option<&'static str> {
    Some(match stage {
        "vpc-peering" => "VPC peering",
        "block-public-access" => "VPC Block Public Access",
        "client-vpn-tunnel" => "Client VPN tunnel",
        "client-vpn-endpoint" => "Client VPN endpoint",
        "client-vpn-authorization" => "Client VPN authorization",
        "client-vpn-interface" => "Client VPN interface",
        "own-line" => "The user's own line",
        _ => return None,
    })
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, passed: bool, value: &str) -> Option<String> {
    Some(match (check, passed) {
        ("source-in-vpc", true) => format!("The source {value} belongs to the VPC it comes from."),
        ("source-in-vpc", false) => format!("The source {value} does not belong to the VPC it comes from."),
        ("destination-in-peer", true) => format!("The destination {value} belongs to the other VPC."),
        ("destination-in-peer", false) => {
            format!("The destination {value} does not belong to the other VPC.")
        }
        ("no-transit", _) => format!("It is meant for a third place, {value}: a peering is not transitive."),
        ("return-to-sender", _) => {
            format!(
                "The answer to a NAT gateway returns the way it came; the route table of {value} is not asked."
            )
        }
        ("client-vpn-login", true) => format!("Logged in; the tunnel is up ({value})."),
        ("client-vpn-login", false) => format!("Login refused; there is no tunnel ({value})."),
        _ => return None,
    })
}
