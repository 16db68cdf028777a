//! Text cells and packet headers, read the slow way.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// IPv4's "ping" and friends.
pub(crate) const ICMP: u8 = 1;
/// TCP.
pub(crate) const TCP: u8 = 6;
/// UDP.
pub(crate) const UDP: u8 = 17;
/// IPv6's "ping" and friends.
pub(crate) const ICMPV6: u8 = 58;

/// The header fields that decide anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Source address.
    pub source: IpAddr,
    /// Destination address.
    pub destination: IpAddr,
    /// IP protocol number.
    pub protocol: u8,
    /// Source port, or 0.
    pub source_port: u16,
    /// Destination port, or 0.
    pub destination_port: u16,
    /// ICMP type.
    pub icmp: u8,
    /// One fragment of a larger packet.
    pub fragment: bool,
    /// Bytes of the whole packet.
    pub size: u32,
}

impl Header {
    /// What the responder answers (PIPE-05, PIPE-14).
    pub(crate) fn reversed(self) -> Self {
        let icmp = match (self.protocol, self.icmp) {
            (ICMP, 8) => 0,
            (ICMP, 0) => 8,
            (ICMPV6, 128) => 129,
            (ICMPV6, 129) => 128,
            (_, other) => other,
        };
        Self {
            source: self.destination,
            destination: self.source,
            source_port: self.destination_port,
            destination_port: self.source_port,
            icmp,
            ..self
        }
    }

    /// Whether this is the answer to `request`, and not the same question asked the other way
    /// round (PIPE-14).
    pub(crate) fn answers(self, request: Self) -> bool {
        let expected = request.reversed();
        self.flow() == expected.flow() && self.icmp == expected.icmp
    }

    /// What tells flows apart.
    pub(crate) fn flow(self) -> (IpAddr, IpAddr, u8, u16, u16) {
        (self.source, self.destination, self.protocol, self.source_port, self.destination_port)
    }
}

/// A block; host bits are cleared (ADDR-03).
pub(crate) fn block(text: &str) -> Option<IpNet> {
    text.trim().parse::<IpNet>().ok().map(|net| net.trunc())
}

/// An address.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    text.trim().parse().ok()
}

/// A protocol number; `None` for what is none. `all` is not a number: see [`covers`].
pub(crate) fn protocol(text: &str) -> Option<u8> {
    let text = text.trim().to_ascii_lowercase();
    match text.as_str() {
        "icmp" => Some(ICMP),
        "tcp" => Some(TCP),
        "udp" => Some(UDP),
        "ipv6" => Some(41),
        "gre" => Some(47),
        "esp" => Some(50),
        "ah" => Some(51),
        "icmpv6" | "icmp6" | "ipv6-icmp" => Some(ICMPV6),
        "ospf" => Some(89),
        "sctp" => Some(132),
        number => number.parse().ok(),
    }
}

fn is_all(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "" | "all" | "*" | "-1")
}

/// Whether a rule's protocol and ports cells cover a packet (SG-05, NACL-02).
pub(crate) fn covers(rule_protocol: &str, rule_ports: &str, packet: &Header) -> bool {
    if is_all(rule_protocol) {
        return true;
    }
    if protocol(rule_protocol) != Some(packet.protocol) {
        return false;
    }
    if is_all(rule_ports) {
        return true;
    }
    match packet.protocol {
        TCP | UDP => {
            let text = rule_ports.trim();
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            match (first.trim().parse::<u16>(), last.trim().parse::<u16>()) {
                (Ok(first), Ok(last)) => first <= packet.destination_port && packet.destination_port <= last,
                _ => false,
            }
        }
        // Only echoes, whose code is 0, and "packet too big" are sent here (NACL-14).
        ICMP | ICMPV6 => {
            let message = if (packet.protocol, packet.icmp) == (ICMP, 3) { "4" } else { "0" };
            let (kind, code) = rule_ports.trim().split_once('/').unwrap_or((rule_ports.trim(), "all"));
            kind.trim().parse() == Ok(packet.icmp) && (is_all(code) || code.trim() == message)
        }
        _ => true,
    }
}

/// Whether a rule's protocol and ports cells cover every port of a packet's protocol (SG-10).
pub(crate) fn covers_every_port(rule_protocol: &str, rule_ports: &str, packet: &Header) -> bool {
    is_all(rule_protocol)
        || (protocol(rule_protocol) == Some(packet.protocol)
            && (is_all(rule_ports) || matches!(rule_ports.trim(), "0-65535")))
}

/// RFC 1918.
pub(crate) fn is_private(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(a) if a.is_private())
}

/// `100.64.0.0/10`.
pub(crate) fn is_carrier(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(a) if a.octets()[0] == 100 && (64..128).contains(&a.octets()[1]))
}

/// Private IPv6 (ADDR-21).
pub(crate) fn is_private_v6(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(a) if a.segments()[0] & 0xfe00 == 0xfc00)
}

/// The IPv4 address inside `64:ff9b::/96` (V6-05).
pub(crate) fn nat64(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V6(a) if a.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0] => {
            let [.., w, x, y, z] = a.octets();
            Some(Ipv4Addr::new(w, x, y, z))
        }
        _ => None,
    }
}

/// The resolver's addresses that are the same in every VPC (DNS-01).
pub(crate) fn is_resolver(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => a == Ipv4Addr::new(169, 254, 169, 253),
        IpAddr::V6(a) => a == Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x253),
    }
}

/// Addresses of services that pass by every filter and table (PIPE-04), apart from those that
/// depend on the VPC.
pub(crate) fn is_service(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => [
            Ipv4Addr::new(169, 254, 169, 253),
            Ipv4Addr::new(169, 254, 169, 254),
            Ipv4Addr::new(169, 254, 169, 123),
            Ipv4Addr::new(169, 254, 170, 2),
            Ipv4Addr::new(169, 254, 169, 250),
            Ipv4Addr::new(169, 254, 169, 251),
        ]
        .contains(&a),
        IpAddr::V6(a) => {
            [0x253, 0x254, 0x123].iter().any(|last| a == Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, *last))
        }
    }
}

/// Ranges no route carries (RT-18).
pub(crate) fn is_unroutable(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => a.octets()[..2] == [169, 254] && (168..172).contains(&a.octets()[2]),
        IpAddr::V6(a) => a.segments()[..2] == [0xfd00, 0x0ec2],
    }
}
