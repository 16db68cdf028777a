//! IP protocol numbers by their IANA names; knows no policy.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An IP protocol number (IANA "Protocol Numbers"; the `Protocol` field of IPv4, the
/// `Next Header` of IPv6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// ICMP for IPv4, number 1 (RFC 792).
    pub const ICMP: Self = Self(1);
    /// TCP, number 6 (RFC 9293).
    pub const TCP: Self = Self(6);
    /// UDP, number 17 (RFC 768).
    pub const UDP: Self = Self(17);
    /// ICMP for IPv6, number 58 (RFC 4443).
    pub const ICMPV6: Self = Self(58);

    /// TCP and UDP carry ports; nothing else here does.
    #[must_use]
    pub fn has_ports(self) -> bool {
        self == Self::TCP || self == Self::UDP
    }

    /// ICMP of either family.
    #[must_use]
    pub fn is_icmp(self) -> bool {
        self == Self::ICMP || self == Self::ICMPV6
    }

    /// The name used in text, if the protocol has a common one.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            1 => "icmp",
            6 => "tcp",
            17 => "udp",
            41 => "ipv6",
            47 => "gre",
            50 => "esp",
            51 => "ah",
            58 => "icmpv6",
            89 => "ospf",
            132 => "sctp",
            _ => return None,
        })
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

/// The text is neither a known protocol name nor a number from 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtocolError;

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected tcp, udp, icmp, icmpv6 or a protocol number from 0 to 255")
    }
}

impl std::error::Error for ProtocolError {}

impl FromStr for Protocol {
    type Err = ProtocolError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        if lower == "icmp6" || lower == "ipv6-icmp" {
            return Ok(Self::ICMPV6);
        }
        for number in [1u8, 6, 17, 41, 47, 50, 51, 58, 89, 132] {
            if Self(number).name() == Some(lower.as_str()) {
                return Ok(Self(number));
            }
        }
        text.parse::<u8>().map(Self).map_err(|_| ProtocolError)
    }
}

impl Serialize for Protocol {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Protocol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_survives_its_own_text() {
        for number in 0..=255u8 {
            let protocol = Protocol(number);
            assert_eq!(protocol.to_string().parse(), Ok(protocol));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "256", "-1", "tcpx", "all"] {
            assert_eq!(text.parse::<Protocol>(), Err(ProtocolError), "{text:?}");
        }
    }
}
