//! CIDR helpers on `ipnet`: well-known ranges, AWS-reserved addresses, free blocks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Address families; a route, rule or packet belongs to exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4 (RFC 791).
    V4,
    /// IPv6 (RFC 8200).
    V6,
}

impl Family {
    /// The family of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::V4 } else { Self::V6 }
    }

    /// The family of a prefix.
    #[must_use]
    pub fn of_net(net: &IpNet) -> Self {
        match net {
            IpNet::V4(_) => Self::V4,
            IpNet::V6(_) => Self::V6,
        }
    }

    /// The prefix that covers the whole family: `0.0.0.0/0` or `::/0`.
    #[must_use]
    pub fn everything(self) -> IpNet {
        match self {
            Self::V4 => IpNet::V4(v4(0, 0, 0, 0, 0)),
            Self::V6 => IpNet::V6(v6([0; 8], 0)),
        }
    }

    /// `IPv4` or `IPv6`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, len: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), len)
}

const fn v6(s: [u16; 8], len: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]), len)
}

/// Private IPv4 space (RFC 1918).
pub const RFC1918: [Ipv4Net; 3] = [v4(10, 0, 0, 0, 8), v4(172, 16, 0, 0, 12), v4(192, 168, 0, 0, 16)];
/// Shared address space of carriers (RFC 6598).
pub const RFC6598: Ipv4Net = v4(100, 64, 0, 0, 10);
/// Blocks that can never be a VPC's (ADDR-04).
pub const FORBIDDEN_VPC: [Ipv4Net; 4] =
    [v4(0, 0, 0, 0, 8), v4(127, 0, 0, 0, 8), v4(169, 254, 0, 0, 16), v4(224, 0, 0, 0, 4)];
/// Benchmark range that AWS treats as a family of its own for secondary blocks (ADDR-05).
pub const BENCHMARK: Ipv4Net = v4(198, 19, 0, 0, 16);
/// Link-local services that no route can carry (RT-18).
pub const RESERVED_ROUTE_V4: Ipv4Net = v4(169, 254, 168, 0, 22);
/// Link-local services that no route can carry, IPv6 (RT-18).
pub const RESERVED_ROUTE_V6: Ipv6Net = v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0], 32);
/// Multicast, IPv4 (RFC 5771).
pub const MULTICAST_V4: Ipv4Net = v4(224, 0, 0, 0, 4);
/// The well-known NAT64 prefix (RFC 6052).
pub const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);
/// Unique local IPv6 addresses (RFC 4193).
pub const ULA: Ipv6Net = v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7);

/// Private IPv4 of RFC 1918.
#[must_use]
pub fn is_rfc1918(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(a) if RFC1918.iter().any(|net| net.contains(&a)))
}

/// Shared carrier space of RFC 6598.
#[must_use]
pub fn is_rfc6598(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(a) if RFC6598.contains(&a))
}

/// IPv6 that is never announced to the internet (RFC 4193).
#[must_use]
pub fn is_ula(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(a) if ULA.contains(&a))
}

/// The IPv4 address embedded in a NAT64 address (RFC 6052 section 2.2, V6-05).
#[must_use]
pub fn nat64_embedded(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V6(a) if NAT64.contains(&a) => {
            let o = a.octets();
            Some(Ipv4Addr::new(o[12], o[13], o[14], o[15]))
        }
        _ => None,
    }
}

/// The NAT64 address that stands for an IPv4 address (RFC 6052 section 2.2, V6-05).
#[must_use]
pub fn nat64_embed(address: Ipv4Addr) -> Ipv6Addr {
    let o = address.octets();
    Ipv6Addr::new(
        0x64,
        0xff9b,
        0,
        0,
        0,
        0,
        u16::from_be_bytes([o[0], o[1]]),
        u16::from_be_bytes([o[2], o[3]]),
    )
}

/// Host bits cleared, and whether any were set (ADDR-03, ADDR-17).
#[must_use]
pub fn normalise(net: IpNet) -> (IpNet, bool) {
    let clean = net.trunc();
    (clean, clean != net)
}

/// Whether two prefixes share an address; never true across families.
#[must_use]
pub fn overlap(a: &IpNet, b: &IpNet) -> bool {
    a.contains(b) || b.contains(a)
}

/// The `n`-th address of a prefix, if it lies inside.
#[must_use]
pub fn nth(net: &IpNet, n: u128) -> Option<IpAddr> {
    let address = match net {
        IpNet::V4(v4) => {
            let n = u32::try_from(n).ok()?;
            IpAddr::V4(Ipv4Addr::from(u32::from(v4.network()).checked_add(n)?))
        }
        IpNet::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6.network()).checked_add(n)?)),
    };
    net.contains(&address).then_some(address)
}

/// What AWS keeps for itself in a subnet: the first four addresses and the last
/// (ADDR-11, ADDR-18). `None` for an ordinary address.
#[must_use]
pub fn reserved_use(subnet: &IpNet, address: IpAddr) -> Option<&'static str> {
    if !subnet.contains(&address) {
        return None;
    }
    const USES: [&str; 4] = ["network address", "VPC router", "DNS reservation", "future use"];
    for (n, what) in (0u128..).zip(USES) {
        if nth(subnet, n) == Some(address) {
            return Some(what);
        }
    }
    (subnet.broadcast() == address).then_some(match subnet {
        IpNet::V4(_) => "broadcast address",
        IpNet::V6(_) => "last address",
    })
}

/// The first block of length `len` inside `within` that overlaps none of `taken`.
#[must_use]
pub fn first_free(within: &IpNet, len: u8, taken: &[IpNet]) -> Option<IpNet> {
    let total: u8 = match within {
        IpNet::V4(_) => 32,
        IpNet::V6(_) => 128,
    };
    if len < within.prefix_len() || len > total {
        return None;
    }
    let mut base = within.network();
    loop {
        let candidate = IpNet::new(base, len).ok()?.trunc();
        if !within.contains(&candidate) {
            return None;
        }
        match taken.iter().find(|t| overlap(t, &candidate)) {
            None => return Some(candidate),
            // Step over whichever of the two is larger, so that the loop is bounded by `taken`.
            Some(t) => {
                let end = if t.prefix_len() < candidate.prefix_len() {
                    t.broadcast()
                } else {
                    candidate.broadcast()
                };
                base = match end {
                    IpAddr::V4(a) => IpAddr::V4(Ipv4Addr::from(u32::from(a).checked_add(1)?)),
                    IpAddr::V6(a) => IpAddr::V6(Ipv6Addr::from(u128::from(a).checked_add(1)?)),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn first_free_steps_over_what_is_taken() {
        let vpc = net("10.0.0.0/16");
        assert_eq!(first_free(&vpc, 24, &[]), Some(net("10.0.0.0/24")));
        assert_eq!(first_free(&vpc, 24, &[net("10.0.0.0/25"), net("10.0.1.0/24")]), Some(net("10.0.2.0/24")));
        assert_eq!(first_free(&vpc, 24, &[net("10.0.0.0/17")]), Some(net("10.0.128.0/24")));
        assert_eq!(first_free(&vpc, 24, &[net("10.0.0.0/8")]), None);
        assert_eq!(first_free(&net("255.255.255.0/24"), 25, &[net("255.255.255.0/24")]), None);
        assert_eq!(first_free(&vpc, 8, &[]), None);
    }

    #[test]
    fn aws_reserves_five_addresses() {
        let subnet = net("10.0.0.0/28");
        let reserved = (0..16).filter(|n| reserved_use(&subnet, nth(&subnet, *n).unwrap()).is_some()).count();
        assert_eq!(reserved, 5);
    }

    #[test]
    fn nat64_is_its_own_inverse() {
        let a = Ipv4Addr::new(198, 51, 100, 80);
        assert_eq!(nat64_embed(a).to_string(), "64:ff9b::c633:6450");
        assert_eq!(nat64_embedded(IpAddr::V6(nat64_embed(a))), Some(a));
    }
}
