//! Reads the text cells of documents: blocks, ports, protocols, peers.

use std::net::IpAddr;

use hopscope_net::prefix::normalise;
use hopscope_net::{IpNet, PortRange, Protocol};

use crate::network::RulePorts;

/// A block as typed: host bits are cleared, not refused (ADDR-03); a bare address is its own block.
#[must_use]
pub fn cidr(text: &str) -> Option<IpNet> {
    let text = text.trim();
    match text.parse::<IpNet>() {
        Ok(net) => Some(normalise(net).0),
        Err(_) => text.parse::<IpAddr>().ok().map(IpNet::from),
    }
}

/// A protocol cell; `Some(None)` means every protocol.
#[must_use]
pub fn protocol(text: &str) -> Option<Option<Protocol>> {
    let text = text.trim();
    if text.is_empty() || text.eq_ignore_ascii_case("all") || text == "-1" {
        return Some(None);
    }
    text.parse().ok().map(Some)
}

/// A ports cell, read in the light of its protocol: ports, or ICMP type and code, or all.
pub(crate) fn ports(protocol: Option<Protocol>, text: &str) -> Option<RulePorts> {
    let text = text.trim();
    let everything = text.is_empty() || text.eq_ignore_ascii_case("all") || text == "*";
    match protocol {
        Some(protocol) if protocol.is_icmp() => {
            if everything {
                return Some(RulePorts::All);
            }
            let (kind, code) = match text.split_once('/') {
                Some((kind, code)) => (kind.trim(), code.trim()),
                None => (text, "all"),
            };
            let number = |cell: &str| match cell {
                "all" | "*" | "-1" => Some(None),
                cell => cell.parse::<u8>().ok().map(Some),
            };
            Some(RulePorts::Icmp { kind: number(kind)?, code: number(code)? })
        }
        Some(protocol) if protocol.has_ports() => text
            .parse::<PortRange>()
            .ok()
            .map(|range| if range == PortRange::ALL { RulePorts::All } else { RulePorts::Range(range) }),
        // Other protocols, and "all", have no ports: AWS ignores the cell.
        Some(_) | None => Some(RulePorts::All),
    }
}

/// Whether a rule's ports cell can be read with its protocol cell.
#[must_use]
pub fn ports_readable(protocol_cell: &str, ports_cell: &str) -> bool {
    protocol(protocol_cell).is_some_and(|protocol| ports(protocol, ports_cell).is_some())
}
