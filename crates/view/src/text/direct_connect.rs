//! Words of Direct Connect: codes, stages, checks.

use super::catalog::{Entry, entry};

/// Why packets are refused, and what drawing finds.
pub(super) static ENTRIES: &[Entry] = &[
    entry(
        "X_DXGW_NO_TRANSIT",
        "Direct Connect gateway is no transit",
        "{at} joins sites with the gateways behind it, but neither those gateways nor its sites with each other: nothing leads from {source} to {destination}.",
        "Join VPCs by peering or a transit gateway; join sites by SiteLink on both virtual interfaces.",
    ),
    entry(
        "X_DX_SOURCE_NOT_ADVERTISED",
        "Source not announced",
        "{at} is public: it takes only public source addresses that the site announces, and {source} is none.",
        "Give the site's router a public address to translate to, and announce that address.",
    ),
    entry(
        "X_DX_MACSEC_DROPPED",
        "Dropped by MACsec",
        "MACsec on {at} drops the frame: {why}.",
        "Find who touches frames between the site's router and AWS's port.",
    ),
    entry(
        "I_DX_UNENCRYPTED",
        "Not encrypted",
        "Nothing encrypts packets on {at}.",
        "Use MACsec on the connection, a private IP VPN over a transit virtual interface, or a VPN over a public one.",
    ),
    entry(
        "I_DX_MACSEC_SESSION",
        "No MACsec session",
        "MACsec on {at} has no session: a switch that knows none stands between the site's router and AWS's port.",
        "Make the router and the port neighbours, or encrypt with IPsec, which any device may carry.",
    ),
    entry(
        "I_NOT_END_TO_END",
        "Not encrypted from end to end",
        "This flow needs encryption from end to end, and {at} gives it {protection}.",
        "Send it through a VPN connection over Direct Connect: with private addresses over a transit virtual interface, or over a public one.",
    ),
    entry(
        "I_DX_PREFIX_NOT_ALLOWED",
        "Not announced to the site",
        "{at} does not announce {destination} of {gateway}: no allowed prefix of that association covers it.",
        "Virtual private gateway: allow the VPC's whole block or a larger one. Transit gateway: add the prefix to the list.",
    ),
    entry(
        "I_DXGW_SUPERNET",
        "Turns around at Direct Connect",
        "The site announces {prefix} over {interface}, which covers networks behind {at} itself: packets between them turn around at AWS's device.",
        "Join the VPCs by peering or a transit gateway instead.",
    ),
    entry(
        "V_DX_SPEED",
        "No such port speed",
        "{speed} does not fit {at}: {wanted}.",
        "Choose one of the speeds that are sold.",
    ),
    entry(
        "V_DX_OPTIC",
        "Wrong transceiver",
        "{optic} does not fit {at}, which takes {wanted}.",
        "Choose the transceiver for the port's speed, or leave it empty.",
    ),
    entry(
        "V_DX_MACSEC",
        "No MACsec at this speed",
        "{at} has {speed}, and MACsec needs a dedicated port of 10 Gbps or more.",
        "Choose a faster port, or encrypt with a VPN inside the connection.",
    ),
    entry(
        "V_DX_VLAN",
        "VLAN not free",
        "{at} cannot use VLAN {vlan}: {problem}.",
        "Choose a number from 1 to 4094 that no other virtual interface of the connection has.",
    ),
    entry(
        "V_VIF_TARGET",
        "Wrong end for this virtual interface",
        "{at} is {type} and cannot end at {gateway}; it takes {wanted}.",
        "To reach a transit gateway use a transit virtual interface and a Direct Connect gateway.",
    ),
    entry(
        "V_VIF_BGP",
        "No BGP session",
        "{at} needs a BGP session, and the {missing} is missing.",
        "Name the site's router, and give that an ASN.",
    ),
    entry(
        "V_DXGW_MIX",
        "Two kinds of gateways",
        "{at} has a virtual private gateway ({virtual_private}) and a transit gateway ({transit}) behind it; it takes only one kind.",
        "Draw a second Direct Connect gateway for the other kind.",
    ),
    entry(
        "I_DX_SINGLE",
        "One Direct Connect link",
        "{gateway} depends on {at} alone.",
        "Add a connection at another location, or a VPN connection that takes over.",
    ),
];

/// The name of a pipeline stage.
pub(super) fn stage(stage: &str) -> Option<&'static str> {
    match stage {
        "direct-connect-connection" => Some("Direct Connect connection"),
        "direct-connect-lag" => Some("Link aggregation group"),
        "direct-connect-gateway" => Some("Direct Connect gateway"),
        "virtual-interface" => Some("Virtual interface"),
        _ => None,
    }
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, passed: bool, value: &str) -> Option<String> {
    let seconds = if value == "1" { "about one second" } else { "up to 90 seconds" };
    Some(match (check, passed) {
        ("dx-vlan", _) => format!("Carried in VLAN {value}."),
        ("dx-location", _) => format!("Your router and AWS's device meet at {value}."),
        ("dx-macsec", _) => {
            format!("MACsec encrypts frames on {value}, between your router and AWS's port; not beyond.")
        }
        ("dx-detection", _) if value == "1" => {
            "BFD is on: a failure here is noticed in about one second.".to_owned()
        }
        ("dx-detection", _) => {
            "BFD is off: a failure here is noticed after up to 90 seconds, BGP's hold time.".to_owned()
        }
        ("dx-failover", _) => {
            format!("A better link is down: its route was withdrawn, and packets were lost for {seconds}.")
        }
        ("dx-links", _) => {
            let (working, needed) = value.split_once('/').unwrap_or((value, "1"));
            format!("Working links of the group: {working}. It needs {needed}.")
        }
        ("dx-prefix-limit", _) => {
            format!("{value} prefixes are announced: one too many ends the BGP session.")
        }
        ("dx-source-announced", true) => format!("{value} is in a prefix that the site announces."),
        ("dx-source-announced", false) => format!("{value} is in no prefix that the site announces."),
        _ => return None,
    })
}
