//! The address calculator: what an address or block is, and how many addresses it holds. Pure
//! arithmetic on text; knows no drawing.

use std::net::IpAddr;

use hopscope_net::IpNet;
use hopscope_net::prefix::{self, Family};

use crate::text::calculator as words;

/// Longest text that is looked at; no address or block is longer.
const MAX_TEXT: usize = 64;

/// What the calculator says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The block in its usual form, or the address alone.
    pub canonical: String,
    /// `IPv4` or `IPv6`.
    pub family: &'static str,
    /// What sort of address it is, in words: private, public, link-local.
    pub sort: &'static str,
    /// How many addresses, as digits; 1 for an address.
    pub addresses: String,
    /// How many blocks of /64, as digits, for IPv6 blocks that hold one.
    pub subnets: Option<String>,
    /// Addresses that AWS keeps for itself in a subnet of that size; none where no subnet can have
    /// it (ADDR-11, ADDR-18).
    pub reserved: Option<u8>,
    /// The network that was meant, where bits are set behind its length (ADDR-17).
    pub meant: Option<String>,
}

/// Reads an address (`10.0.2.10`) or block (`2600:1f14:e22:8100::/56`).
#[must_use]
pub fn about(text: &str) -> Option<Answer> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_TEXT {
        return None;
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(Answer {
            canonical: address.to_string(),
            family: Family::of(address).name(),
            sort: sort(address),
            addresses: "1".to_owned(),
            subnets: None,
            reserved: None,
            meant: None,
        });
    }
    let typed = text.parse::<IpNet>().ok()?;
    let (block, cleared) = prefix::normalise(typed);
    let (length, most) = (block.prefix_len(), block.max_prefix_len());
    let ipv6 = Family::of_net(&block) == Family::V6;
    let subnet = if ipv6 { (44..=64).contains(&length) } else { (16..=28).contains(&length) };
    Some(Answer {
        canonical: block.to_string(),
        family: Family::of_net(&block).name(),
        sort: if length == 0 { words::EVERYTHING } else { sort(block.addr()) },
        addresses: power_of_two(most - length),
        subnets: (ipv6 && length <= 64).then(|| power_of_two(64 - length)),
        reserved: subnet.then_some(5),
        meant: cleared.then(|| block.to_string()),
    })
}

/// Two to that power, at most 2^128.
fn power_of_two(exponent: u8) -> String {
    match 1u128.checked_shl(u32::from(exponent)) {
        Some(number) => number.to_string(),
        // One more than the largest number there is.
        None => format!("{}6", u128::MAX / 10),
    }
}

fn sort(address: IpAddr) -> &'static str {
    match address {
        _ if prefix::is_rfc1918(address) => words::PRIVATE,
        _ if prefix::is_rfc6598(address) => words::SHARED,
        _ if prefix::is_ula(address) => words::ULA,
        _ if prefix::nat64_embedded(address).is_some() => words::NAT64,
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => words::MAPPED,
        _ if address.is_loopback() => words::LOOPBACK,
        _ if address.is_multicast() => words::MULTICAST,
        IpAddr::V4(v4) if v4.is_link_local() => words::LINK_LOCAL,
        IpAddr::V4(v4) if v4.is_documentation() => words::DOCUMENTATION,
        IpAddr::V6(v6) if v6.segments()[0] & 0xffc0 == 0xfe80 => words::LINK_LOCAL,
        IpAddr::V6(v6) if v6.segments()[0] == 0x2001 && v6.segments()[1] == 0xdb8 => words::DOCUMENTATION,
        _ if address.is_unspecified() => words::UNSPECIFIED,
        _ => words::PUBLIC,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> String {
        about(text).map(|answer| answer.addresses).unwrap_or_default()
    }

    #[test]
    fn blocks_hold_as_many_addresses_as_the_notes_say() {
        assert_eq!(addresses("0.0.0.0/0"), "4294967296");
        assert_eq!(addresses("::/0"), "340282366920938463463374607431768211456");
        assert_eq!(addresses("2600:1f14:e22:8100::/56"), "4722366482869645213696");
        assert_eq!(addresses("2600:1f14:e22:8103::/64"), "18446744073709551616");
        assert_eq!(addresses("10.0.0.0/28"), "16");
        let block = about("2600:1f14:e22:8100::/56").unwrap();
        assert_eq!(block.subnets.as_deref(), Some("256"));
        assert_eq!(about("2600:1f14:e22:8103::/64").unwrap().reserved, Some(5));
    }

    #[test]
    fn addresses_are_told_apart() {
        let sort = |text: &str| about(text).map(|answer| answer.sort);
        assert_eq!(sort("10.0.2.10"), Some(words::PRIVATE));
        assert_eq!(sort("198.18.0.1"), Some(words::PUBLIC));
        assert_eq!(sort("203.0.113.10"), Some(words::DOCUMENTATION));
        assert_eq!(sort("52.94.76.1"), Some(words::PUBLIC));
        assert_eq!(sort("100.64.0.1"), Some(words::SHARED));
        assert_eq!(sort("::ffff:192.168.1.10"), Some(words::MAPPED));
        assert_eq!(sort("fd00::1"), Some(words::ULA));
        assert_eq!(sort("fe80::1"), Some(words::LINK_LOCAL));
        assert_eq!(sort("64:ff9b::c633:6407"), Some(words::NAT64));
        assert_eq!(sort("2600:1f14:e22:8101::10"), Some(words::PUBLIC));
        assert_eq!(sort("127.0.0.1"), Some(words::LOOPBACK));
        assert_eq!(sort("0.0.0.0/0"), Some(words::EVERYTHING));
    }

    #[test]
    fn host_bits_are_cleared_and_told() {
        let answer = about("2600:1f14:e22:8103::/56").unwrap();
        assert_eq!(answer.meant.as_deref(), Some("2600:1f14:e22:8100::/56"));
        assert_eq!(about("10.0.0.0/16").unwrap().meant, None);
        let full = about("2001:0db8:85a3:0000:0000:8a2e:0370:7334").unwrap();
        assert_eq!(full.canonical, "2001:db8:85a3::8a2e:370:7334");
    }

    #[test]
    fn anything_else_has_no_answer() {
        for text in ["", "192.168.1.256", "10.0.0.0/33", "::/129", "10", "x", &"1".repeat(1000)] {
            assert_eq!(about(text), None, "{text}");
        }
    }
}
