//! A packet's header fields, its reply, and what changed between two of them.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::Protocol;
use crate::prefix::Family;

/// The transport fields that decide packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// TCP or UDP ports.
    Ports {
        /// Source port.
        source: u16,
        /// Destination port.
        destination: u16,
    },
    /// ICMP and ICMPv6; an echo is keyed by its identifier (PIPE-14).
    Icmp {
        /// Message type (8 and 0 are echo request and reply; 128 and 129 in ICMPv6).
        kind: u8,
        /// Message code.
        code: u8,
        /// Identifier of an echo, else 0.
        identifier: u16,
    },
    /// A protocol whose payload the engine does not look into.
    Opaque,
}

/// One IP packet, without its payload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Packet {
    /// Source address.
    pub source: IpAddr,
    /// Destination address.
    pub destination: IpAddr,
    /// IP protocol number.
    pub protocol: Protocol,
    /// Ports, or ICMP type and code.
    pub transport: Transport,
    /// Length of the whole packet in bytes.
    pub size: u32,
    /// The IPv4 "don't fragment" bit; always true in effect for IPv6.
    pub dont_fragment: bool,
    /// Whether this is one fragment of a larger packet.
    pub fragment: bool,
}

/// One header field that a hop rewrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Name of the field as a packet decoder shows it.
    pub field: String,
    /// Value before the hop.
    pub old: String,
    /// Value after the hop.
    pub new: String,
}

/// What identifies a flow to a stateful hop: addresses, protocol, and ports or echo identifier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FlowKey {
    /// Initiator's address.
    pub source: IpAddr,
    /// Responder's address.
    pub destination: IpAddr,
    /// IP protocol number.
    pub protocol: Protocol,
    /// Initiator's port, or the echo identifier, or 0.
    pub source_port: u16,
    /// Responder's port, or the echo identifier, or 0.
    pub destination_port: u16,
}

impl FlowKey {
    /// The same flow seen from the other end; its own inverse.
    #[must_use]
    pub fn reverse(&self) -> Self {
        Self {
            source: self.destination,
            destination: self.source,
            protocol: self.protocol,
            source_port: self.destination_port,
            destination_port: self.source_port,
        }
    }
}

impl Packet {
    /// The family of the packet's addresses.
    #[must_use]
    pub fn family(&self) -> Family {
        Family::of(self.destination)
    }

    /// The same packet from another address and, where its protocol has ports, another port
    /// (RFC 3022, NAPT).
    #[must_use]
    pub fn with_source(self, address: IpAddr, port: u16) -> Self {
        let transport = match self.transport {
            Transport::Ports { destination, .. } => Transport::Ports { source: port, destination },
            other => other,
        };
        Self { source: address, transport, ..self }
    }

    /// The same packet to another address and, where its protocol has ports, another port
    /// (RFC 3022, NAPT).
    #[must_use]
    pub fn with_destination(self, address: IpAddr, port: u16) -> Self {
        let transport = match self.transport {
            Transport::Ports { source, .. } => Transport::Ports { source, destination: port },
            other => other,
        };
        Self { destination: address, transport, ..self }
    }

    /// The key of the flow this packet belongs to, as seen at this point of the path.
    #[must_use]
    pub fn key(&self) -> FlowKey {
        let (source_port, destination_port) = match self.transport {
            Transport::Ports { source, destination } => (source, destination),
            Transport::Icmp { identifier, .. } => (identifier, identifier),
            Transport::Opaque => (0, 0),
        };
        FlowKey {
            source: self.source,
            destination: self.destination,
            protocol: self.protocol,
            source_port,
            destination_port,
        }
    }

    /// The destination port of TCP and UDP.
    #[must_use]
    pub fn destination_port(&self) -> Option<u16> {
        match self.transport {
            Transport::Ports { destination, .. } => Some(destination),
            Transport::Icmp { .. } | Transport::Opaque => None,
        }
    }

    /// The source port of TCP and UDP.
    #[must_use]
    pub fn source_port(&self) -> Option<u16> {
        match self.transport {
            Transport::Ports { source, .. } => Some(source),
            Transport::Icmp { .. } | Transport::Opaque => None,
        }
    }

    /// What a responder that received this packet sends back (PIPE-05): addresses and ports
    /// exchanged, an echo request answered by an echo reply (PIPE-14).
    #[must_use]
    pub fn reply(&self) -> Self {
        let transport = match self.transport {
            Transport::Ports { source, destination } => {
                Transport::Ports { source: destination, destination: source }
            }
            Transport::Icmp { kind, code, identifier } => {
                let kind = match kind {
                    8 => 0,
                    0 => 8,
                    128 => 129,
                    129 => 128,
                    other => other,
                };
                Transport::Icmp { kind, code, identifier }
            }
            Transport::Opaque => Transport::Opaque,
        };
        Self { source: self.destination, destination: self.source, transport, ..self.clone() }
    }

    /// The header fields in which `after` differs, in header order.
    #[must_use]
    pub fn changes(&self, after: &Self) -> Vec<FieldChange> {
        let mut changes = Vec::new();
        let mut push = |field: &str, old: String, new: String| {
            if old != new {
                changes.push(FieldChange { field: field.to_owned(), old, new });
            }
        };
        push("IP version", self.family().name().to_owned(), after.family().name().to_owned());
        push("source address", self.source.to_string(), after.source.to_string());
        push("destination address", self.destination.to_string(), after.destination.to_string());
        push("protocol", self.protocol.to_string(), after.protocol.to_string());
        match (self.transport, after.transport) {
            (
                Transport::Ports { source: s0, destination: d0 },
                Transport::Ports { source: s1, destination: d1 },
            ) => {
                push("source port", s0.to_string(), s1.to_string());
                push("destination port", d0.to_string(), d1.to_string());
            }
            (
                Transport::Icmp { kind: k0, identifier: i0, .. },
                Transport::Icmp { kind: k1, identifier: i1, .. },
            ) => {
                push("ICMP type", k0.to_string(), k1.to_string());
                push("ICMP identifier", i0.to_string(), i1.to_string());
            }
            _ => {}
        }
        changes
    }
}

impl fmt::Display for Packet {
    /// `tcp 10.0.1.10:40000 → 198.51.100.80:443`, the shorthand of the rules.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = |address: IpAddr, port: u16| match address {
            IpAddr::V4(a) => format!("{a}:{port}"),
            IpAddr::V6(a) => format!("[{a}]:{port}"),
        };
        match self.transport {
            Transport::Ports { source, destination } => {
                write!(
                    f,
                    "{} {} → {}",
                    self.protocol,
                    host(self.source, source),
                    host(self.destination, destination)
                )
            }
            Transport::Icmp { kind, code, .. } => {
                write!(f, "{} type {kind} code {code} {} → {}", self.protocol, self.source, self.destination)
            }
            Transport::Opaque => write!(f, "{} {} → {}", self.protocol, self.source, self.destination),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet() -> Packet {
        Packet {
            source: "10.0.1.10".parse().unwrap(),
            destination: "198.51.100.80".parse().unwrap(),
            protocol: Protocol::TCP,
            transport: Transport::Ports { source: 40000, destination: 443 },
            size: 60,
            dont_fragment: true,
            fragment: false,
        }
    }

    #[test]
    fn a_reply_reverses_the_key() {
        let packet = packet();
        assert_eq!(packet.reply().key(), packet.key().reverse());
        assert_eq!(packet.reply().reply(), packet);
        assert_eq!(packet.to_string(), "tcp 10.0.1.10:40000 → 198.51.100.80:443");
    }

    #[test]
    fn changes_name_each_rewritten_field() {
        let mut after = packet();
        after.source = "10.0.0.5".parse().unwrap();
        let changes = packet().changes(&after);
        assert_eq!(changes.len(), 1);
        assert_eq!(changes.first().map(|c| c.field.as_str()), Some("source address"));
        assert!(packet().changes(&packet()).is_empty());
    }
}
