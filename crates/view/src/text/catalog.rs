//! Title, sentence and hint of every code of `docs/rules.md` section 29 that can occur here.

use super::drawings::DRAWINGS;

/// The words of one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Stable code.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// A sentence with `{facts}`; parts in `[brackets]` are left out where a fact is missing.
    pub sentence: &'static str,
    /// What to do.
    pub hint: Option<&'static str>,
}

pub(super) const fn entry(
    code: &'static str,
    title: &'static str,
    sentence: &'static str,
    hint: &'static str,
) -> Entry {
    let hint = if hint.is_empty() { None } else { Some(hint) };
    Entry { code, title, sentence, hint }
}

/// Why packets are refused.
static PACKETS: &[Entry] = &[
    entry(
        "BAD_STATE",
        "Out of service",
        "{at} is out of service[ (the {failed} is down)][: {why}]{none}.",
        "Start it again, bring its zone back, or route round it.",
    ),
    entry(
        "CYCLIC_PATH_DETECTED",
        "Loop",
        "The packet came back to a routing decision it had already met[ at {at}].",
        "Change one of the routes on the circle so that it leads onwards.",
    ),
    entry(
        "ENI_SG_RULES_MISMATCH",
        "No matching security group rule",
        "Security group {group} has {direction} rules, but none matches[ {packet}][ at {interface}].",
        "Add a rule for this protocol, port and peer.",
    ),
    entry(
        "ENI_SOURCE_DEST_CHECK_RESTRICTION",
        "Source/destination check",
        "Interface {interface} does not own the {side} address[ {address}], and its source/destination check is on.",
        "Switch the check off if this instance routes, filters or translates for others.",
    ),
    entry(
        "GATEWAY_REJECTS_SPOOFED_TRAFFIC",
        "Source does not belong here",
        "Gateway {at} drops the packet: its source[ {source}] does not belong to this VPC.",
        "Gateways carry only addresses of their own VPC.",
    ),
    entry(
        "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS",
        "Private destination",
        "Internet gateway {at} does not carry packets to private addresses[ such as {destination}].",
        "Use a narrower route that leads to the private network.",
    ),
    entry(
        "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS",
        "Shared carrier destination",
        "Internet gateway {at} does not carry packets to 100.64.0.0/10[, and {destination} is in it].",
        "Use a narrower route that leads to that network.",
    ),
    entry(
        "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
        "Nobody's public address",
        "Internet gateway {at} knows no running interface with the public address[ {destination}].",
        "Associate an Elastic IP address, or send to an address that is in use.",
    ),
    entry(
        "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
        "Source has no public address",
        "Internet gateway {at} needs a public address for the source[ {source}], and there is none.",
        "Give the interface a public or Elastic IP address, or send its subnet through a NAT gateway.",
    ),
    entry(
        "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS",
        "Private source",
        "Internet gateway {at} takes nothing from private addresses[ such as {source}].",
        "Senders on the internet have public addresses.",
    ),
    entry(
        "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS",
        "Shared carrier source",
        "Internet gateway {at} takes nothing from 100.64.0.0/10[, and {source} is in it].",
        "Senders on the internet have public addresses.",
    ),
    entry(
        "INGRESS_RTB_NO_PUBLIC_IP",
        "Middlebox without a public address",
        "The gateway route table sends the packet to {interface}, which has no public address.",
        "Give the middlebox interface a public or Elastic IP address.",
    ),
    entry(
        "INGRESS_RTB_TRAFFIC_REDIRECTION",
        "Answer bypasses the middlebox",
        "What enters {subnet} is redirected to a middlebox, so its answers may not go straight to [{target}]{none}.",
        "Point this subnet's default route at the same middlebox.",
    ),
    entry(
        "MAX_HOPS_EXCEEDED",
        "Too many hops",
        "The packet was given up after 64 forwarding decisions[ at {at}].",
        "Look for routes that send it to and fro.",
    ),
    entry(
        "NO_POSSIBLE_DESTINATION",
        "Nobody there",
        "No interface in {vpc} has the address[ {address}].",
        "Check the address, or draw what should have it.",
    ),
    entry(
        "NO_ROUTE_TO_DESTINATION",
        "No route",
        "Route table {table}[ of {subnet}] has no route to {destination}.",
        "Add a route for it or a default route, or let a neighbour announce one.",
    ),
    entry(
        "BAD_STATE_ROUTE",
        "Blackhole route",
        "The best route of {table} [({route}) ]leads to [{target}, which ]{none}is missing or out of service. Other routes are not tried.",
        "Point the route at something that exists and works.",
    ),
    entry(
        "PROTOCOL_RESTRICTION",
        "Protocol not carried",
        "{at} does not carry {protocol}[: {carries}]{none}.",
        "Use another way for this protocol.",
    ),
    entry(
        "REGIONAL_NGW_ROUTE_AZ_RESTRICTION",
        "No address in this zone",
        "Regional NAT gateway {at} has no address in [{zone}]{none}, where the packet comes from.",
        "Add the zone to the gateway, or let it serve zones automatically.",
    ),
    entry(
        "SG_HAS_NO_RULES",
        "No security group rules",
        "Security group {group} has no {direction} rules, so nothing passes[ at {interface}].",
        "Add a rule for this protocol, port and peer.",
    ),
    entry(
        "SG_REFERENCES_NOT_PRESERVED",
        "Group identity lost",
        "Only rules of {group} that name a security group could match, but a hop in between hides the sender's group.",
        "Name the sender's address block instead of its security group.",
    ),
    entry(
        "SUBNET_ACL_RESTRICTION",
        "Refused by the network ACL",
        "Network ACL {acl} refuses it {direction} at {subnet}[: rule {number}, {rule}].",
        "Add an allow rule with a lower number. Replies need a rule of their own, to the client's port.",
    ),
    entry(
        "UNSUPPORTED_COMPONENT",
        "Not modelled yet",
        "The packet reaches {component}, which is not simulated yet: what happens next is unknown.",
        "",
    ),
    entry(
        "X_NO_DHCPV6_LEASE",
        "No IPv6 address in the system",
        "{interface} has an IPv6 address, but the DHCPv6 client of its host does not run, so the system has none.",
        "Start the DHCPv6 client of the host's operating system.",
    ),
    entry(
        "X_ADDRESS_FAMILY_MISMATCH",
        "Wrong IP version",
        "{interface} has no {family} address, so it cannot take part in this flow.",
        "Give it an address of that version, or use the other one.",
    ),
    entry(
        "X_CONNTRACK_EXHAUSTED",
        "Connection table full",
        "The connection-tracking table of {interface} is full, so new flows are dropped.",
        "Close idle flows, use a larger instance, or rules that need no tracking.",
    ),
    entry(
        "X_EIGW_UNSOLICITED_INBOUND",
        "Replies only",
        "Egress-only internet gateway {at} admits replies only, and nothing inside opened this flow[ to {destination}].",
        "Use an internet gateway for what must be reachable from outside.",
    ),
    entry(
        "X_FRAGMENT_DROPPED",
        "Fragment dropped",
        "NAT gateway {at} drops fragments of {protocol}; only UDP fragments pass.",
        "Send smaller packets.",
    ),
    entry(
        "X_MTU_BLACKHOLE",
        "Too large, and nobody says so",
        "The packet has {size} bytes and the way takes {mtu}; the ICMP message that would tell the sender is filtered[ at {subnet}].",
        "Allow ICMP type 3 code 4 (ICMPv6 type 2) in, or send smaller packets.",
    ),
    entry(
        "X_MTU_DROP",
        "Packet too large",
        "{at} takes packets of up to {mtu} bytes; this one has {size}.",
        "Send smaller packets.",
    ),
    entry(
        "X_NO_LISTENER",
        "Connection refused",
        "{at} has nothing that listens at {address} for {protocol}, and answers with {answer}.",
        "Bind the server to 0.0.0.0 or ::, with IPV6_V6ONLY off for both IP versions, or send to the port it has.",
    ),
    entry(
        "X_NAT64_PREFIX_UNROUTED",
        "NAT64 address on the internet",
        "{destination} stands for an IPv4 address, but went to {at} instead of a NAT gateway.",
        "Add a route for 64:ff9b::/96 to a NAT gateway.",
    ),
    entry(
        "X_NAT_IDLE_TIMEOUT",
        "Connection timed out",
        "NAT gateway {at} forgot the flow after {limit} silent seconds and answers with a reset.",
        "Send keep-alives more often than every 350 seconds.",
    ),
    entry(
        "X_NAT_PORTS_EXHAUSTED",
        "Ports used up",
        "NAT gateway {at} has {connections} connections to {destination} open; each address carries 55,000.",
        "Add addresses to the gateway, or spread the clients over several gateways.",
    ),
    entry(
        "X_NAT_UNSOLICITED_INBOUND",
        "Nothing was opened from inside",
        "NAT gateway {at} knows no flow that this packet[ from {source}] could be a reply to.",
        "NAT gateways take replies only. Use a public address on the host, or a load balancer.",
    ),
    entry(
        "X_PRIVATE_IPV6_AT_EDGE",
        "Private IPv6",
        "{at} drops private IPv6 addresses at the edge of the internet[: {source} → {destination}].",
        "Use addresses of a public block.",
    ),
    entry(
        "X_STATE_MISSING",
        "Unknown flow",
        "{at} keeps track of flows and knows none that this packet belongs to[: {flow}].",
        "Let requests and replies take the same way.",
    ),
];

/// Every entry: packets first, then drawings, each in order of code.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    PACKETS.iter().chain(super::family_entries()).chain(DRAWINGS)
}

/// The words of a code.
pub(super) fn find(code: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.code == code)
}

/// The sentence of a code at a component of one kind: what has no route table, or none that anybody
/// could edit, says it in words of its own.
pub(super) fn find_at(code: &str, kind: &str) -> Option<&'static str> {
    let own = match (code, kind) {
        ("NO_ROUTE_TO_DESTINATION", "customer-gateway") => {
            "Customer gateway {at}[ of {subnet}] has no route to {destination}: AWS announces none to it, and none is written there."
        }
        ("NO_ROUTE_TO_DESTINATION", "direct-connect-gateway") => {
            "Direct Connect gateway {at} knows no way to {destination}: no virtual interface that it may use and no gateway behind it has a route."
        }
        ("NO_ROUTE_TO_DESTINATION", "nat-gateway") => {
            "Regional NAT gateway {at} finds no internet gateway in its VPC to reach {destination} by."
        }
        ("NO_ROUTE_TO_DESTINATION", "on-premises") => {
            "Site {at} has no customer gateway to reach {destination} by."
        }
        ("X_FRAGMENT_DROPPED", "global-accelerator") => {
            "Accelerator {at} drops fragments of {protocol}; only UDP fragments pass."
        }
        ("NO_ROUTE_TO_DESTINATION", "virtual-interface") => {
            "Nothing that AWS announces over virtual interface {at} covers {destination}."
        }
        ("NO_ROUTE_TO_DESTINATION", "virtual-private-gateway") => {
            "Virtual private gateway {at} knows no way to {destination}: none of its VPN connections and virtual interfaces has a route."
        }
        _ => return find(code).map(|entry| entry.sentence),
    };
    Some(own)
}
