//! Words of sites, VPN connections and virtual private gateways: codes, stages, checks.

use super::catalog::{Entry, entry};

/// Why packets are refused, and what drawing finds.
pub(super) static ENTRIES: &[Entry] = &[
    entry(
        "BAD_STATE_VPN",
        "VPN is down",
        "No tunnel of VPN connection {connection} is up[: {cause} is out of service].",
        "Bring a tunnel or the customer gateway back, or add a second way to the site.",
    ),
    entry(
        "TGW_BAD_STATE_VPN",
        "VPN is down",
        "No tunnel of VPN connection {connection} is up[: {cause} is out of service], so its transit gateway cannot use it.",
        "Bring a tunnel, the customer gateway or its transport back, or add a second way to the site.",
    ),
    entry(
        "VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS",
        "Not from this VPC",
        "Virtual private gateway {at} carries only what interfaces of its own VPC send[, and {source} is none of them].",
        "Use a transit gateway to let other VPCs share the way to a site.",
    ),
    entry(
        "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
        "No interface of this VPC",
        "Virtual private gateway {at} delivers only to private addresses of interfaces in its VPC[, and {destination} is none].",
        "Gateways, NAT gateways, gateway endpoints and peered VPCs cannot be reached through it. Use an interface endpoint, or a transit gateway.",
    ),
    entry(
        "X_VPN_SELECTOR",
        "Outside the tunnel's networks",
        "The tunnels of {at} carry only packets between {local} at the site and {remote} in AWS[: this one goes from {source} to {destination}].",
        "Widen the local or remote network CIDR of the connection.",
    ),
    entry(
        "X_ONPREM_FIREWALL_DENIED",
        "The site's firewall refuses",
        "Firewall {at} does not admit the packet[ {packet}] on its way {direction}[: {rule}].",
        "Add a rule that allows it, before the one that refuses.",
    ),
    entry(
        "X_ONPREM_PRIVATE_SOURCE",
        "No public address at the site",
        "{at} would have to send a private source[, {source},] to the internet, where nobody could answer.",
        "Give the customer gateway a public address of the site to hide behind.",
    ),
    entry(
        "UNKNOWN_DESTINATION",
        "Nothing is known behind it",
        "{at} is drawn without its site, so nobody can say what becomes of packets to {destination}.",
        "Draw the on-premises site and move the customer gateway into it.",
    ),
    entry(
        "I_ASYMMETRIC_HYBRID",
        "There and back by different links",
        "The request crosses {request}, the reply {reply}: AWS and the site each choose for themselves.",
        "Make both sides prefer the same link, or be sure that nothing on the way keeps state for one link only.",
    ),
    entry(
        "I_CGW_SINGLE",
        "One router for the whole site",
        "{at} is the only customer gateway of {site}: if it fails, every tunnel and virtual interface goes down.",
        "Add a second customer gateway with a connection of its own.",
    ),
    entry(
        "V_VGW_LIMIT",
        "One virtual private gateway for each VPC",
        "{vpc} already has {other}.",
        "Detach one of them.",
    ),
    entry(
        "V_VPN_ROUTING_TYPE",
        "Static routes on a dynamic connection",
        "{at} learns its routes by BGP and takes no static ones.",
        "Remove them, or change the routing to static.",
    ),
    entry(
        "V_VPN_FAMILY",
        "Address family",
        "{at} cannot be like this: {why}.",
        "Use a transit gateway for IPv6.",
    ),
    entry(
        "V_VPN_ACCELERATION",
        "No acceleration here",
        "{at} cannot be accelerated: {why}.",
        "End the connection at a transit gateway, over the internet.",
    ),
];

/// The name of a pipeline stage.
pub(super) fn stage(stage: &str) -> Option<&'static str> {
    Some(match stage {
        "vpn-tunnel" => "VPN tunnel",
        "virtual-private-gateway" => "Virtual private gateway",
        "customer-gateway" => "Customer gateway",
        "on-premises-firewall-in" => "On-premises firewall, inbound",
        "on-premises-firewall-out" => "On-premises firewall, outbound",
        _ => return None,
    })
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, _: bool, value: &str) -> Option<String> {
    Some(match check {
        "vpn-tunnel" => format!("Tunnel {value} carries the packet."),
        "vpn-tunnel-standby" => format!("Tunnel {value} is up and not used for this."),
        "vpn-tunnel-down" => {
            format!("Tunnel {value} is down: a peer that is silent for 30 seconds counts as dead.")
        }
        "vpn-bandwidth" => format!("One tunnel carries at most {value}."),
        "vpn-transport" if value == "internet" => "The tunnel crosses the internet, encrypted.".to_owned(),
        "vpn-transport" => format!("The tunnel runs inside {value}, encrypted."),
        "vpn-accelerated" => {
            format!("Tunnel {value} enters AWS's network at the nearest edge, by an accelerator of its own.")
        }
        _ => return None,
    })
}
