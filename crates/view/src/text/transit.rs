//! Words of transit gateways: codes, stages, checks.

use super::catalog::{Entry, entry};

/// Why packets are refused, and what drawing finds.
pub(super) static ENTRIES: &[Entry] = &[
    entry(
        "AVAILABILITY_ZONE_CROSSED",
        "Another zone",
        "The path changes from Availability Zone {from} to {to}.",
        "Traffic between zones costs more, and depends on both of them.",
    ),
    entry(
        "BAD_STATE_ATTACHMENT",
        "Attachment not working",
        "Attachment {at} carries nothing: it is not available, or its tunnels never came up.",
        "Bring it into service. A Connect appliance needs a route to the transit gateway's own block.",
    ),
    entry(
        "I_TGW_OVERLAP",
        "Addresses known already",
        "{vpc} uses addresses of a VPC that was attached before it, so its routes are not propagated.",
        "Give it a block of its own.",
    ),
    entry(
        "SG_REFERENCING_SUPPORT",
        "Group references switched off",
        "Only a rule that names the sender's security group could match, and {at} does not carry group identities.",
        "Switch security group referencing on at the transit gateway and at both attachments, or name a block.",
    ),
    entry(
        "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION",
        "No table to search",
        "Attachment {at} is associated with no route table of [{gateway}]{none}, so its packets go nowhere.",
        "Associate it with a transit gateway route table.",
    ),
    entry(
        "TGW_ATTACH_VPC_AZ_RESTRICTION",
        "No way into the VPC",
        "Attachment {at} has no working interface in any Availability Zone of {vpc}.",
        "Give the attachment a subnet in a zone that is up.",
    ),
    entry(
        "TGW_ROUTE_AZ_RESTRICTION",
        "Zone without attachment",
        "Attachment {attachment} has no subnet in {zone}, so {subnet} cannot send to the transit gateway.",
        "Add a subnet of that zone to the attachment.",
    ),
    entry(
        "TGW_RTB_BAD_STATE_ROUTE",
        "Blackhole route",
        "The best route of {table} ({route}) leads nowhere[: {target}].",
        "Remove the blackhole, or point the route at an attachment that exists.",
    ),
    entry(
        "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT",
        "No route in the transit gateway",
        "Transit gateway route table {table} has no route to {destination}.",
        "Let the destination's attachment propagate into this table, or write a static route.",
    ),
    entry(
        "TRANSIT_GATEWAY_APPLIANCE_MODE_RECOMMENDED",
        "Appliance mode recommended",
        "{appliance} keeps state behind {attachment}, which does not keep both directions of a flow in one zone.",
        "Switch appliance mode on at that attachment.",
    ),
    entry(
        "V_TGW_ASSOC",
        "Two associations",
        "{attachment} is associated with {table} already; an attachment searches one table only.",
        "Remove one of the associations.",
    ),
    entry("V_TGW_ATTACHMENT", "Attachment not possible", "{at} cannot be made: {why}.", "Correct it."),
    entry(
        "V_TGW_PEERING_STATIC",
        "Static routes only",
        "{attachment} propagates nothing into {at}: peerings and network functions take static routes only.",
        "Write static routes on both sides.",
    ),
    entry(
        "V_TGW_SUBNET_FAMILY",
        "Attachment subnet without IPv4",
        "{subnet} has no IPv4 block, and an attachment subnet needs one.",
        "Choose a subnet with an IPv4 block.",
    ),
];

/// The name of a pipeline stage.
pub(super) fn stage(stage: &str) -> Option<&'static str> {
    Some(match stage {
        "transit-gateway" => "Transit gateway",
        "transit-gateway-attachment" => "Transit gateway attachment",
        "transit-gateway-route-table" => "Transit gateway route table",
        "transit-gateway-zone" => "Attachment in this zone",
        "connect-peer" => "Connect tunnel",
        _ => return None,
    })
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, passed: bool, value: &str) -> Option<String> {
    Some(match check {
        "attachment-zone" if passed => format!("The attachment has an interface in {value}."),
        "attachment-zone" => format!("The attachment has no interface in {value}."),
        "entry-zone" => format!("Enters the VPC in {value}."),
        "kept-zone" => format!("Appliance mode keeps this flow in {value}."),
        "gre-tunnel" => format!("In a GRE tunnel ({value})."),
        _ => return None,
    })
}
