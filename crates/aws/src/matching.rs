//! Whether a rule matches a packet, and if not, why: shared by security groups and network ACLs.

use std::net::IpAddr;

use hopscope_forward::RuleMiss;
use hopscope_net::prefix::Family;
use hopscope_net::{IpNet, Packet, Protocol, Transport};

use crate::network::{Peer, RuleBody, RulePorts};

/// Why a protocol and ports cell does not match, if it does not.
pub(crate) fn protocol_and_ports(body: &RuleBody, packet: &Packet) -> Option<RuleMiss> {
    if body.protocol.is_some_and(|protocol| protocol != packet.protocol) {
        return Some(RuleMiss::Protocol);
    }
    let fits = match (body.ports, packet.transport) {
        (RulePorts::All, _) => true,
        (RulePorts::Range(range), Transport::Ports { destination, .. }) => range.contains(destination),
        (RulePorts::Icmp { kind, code }, Transport::Icmp { kind: k, code: c, .. }) => {
            kind.is_none_or(|kind| kind == k) && code.is_none_or(|code| code == c)
        }
        (RulePorts::Range(_) | RulePorts::Icmp { .. }, _) => false,
    };
    (!fits).then_some(RuleMiss::Port)
}

/// Why a block does not match an address, if it does not.
pub(crate) fn block(net: &IpNet, address: IpAddr) -> Option<RuleMiss> {
    if Family::of_net(net) != Family::of(address) {
        Some(RuleMiss::Family)
    } else if net.contains(&address) {
        None
    } else {
        Some(RuleMiss::Address)
    }
}

/// The same for a list of blocks: any one suffices.
pub(crate) fn blocks(nets: &[IpNet], address: IpAddr) -> Option<RuleMiss> {
    let mut miss = RuleMiss::Address;
    for net in nets {
        match block(net, address) {
            None => return None,
            Some(why) => miss = why,
        }
    }
    Some(miss)
}

/// Whether a rule admits every port of a protocol from or to every address of a family (SG-10).
pub(crate) fn is_wide_open(body: &RuleBody, protocol: Protocol, family: Family) -> bool {
    body.protocol.is_none_or(|p| p == protocol)
        && body.ports == RulePorts::All
        && is_everything(&body.peer, family)
}

/// Whether a peer is `0.0.0.0/0` or `::/0`.
pub(crate) fn is_everything(peer: &Peer, family: Family) -> bool {
    matches!(peer, Peer::Net(net) if *net == family.everything())
}
