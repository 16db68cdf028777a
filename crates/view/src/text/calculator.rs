//! Words of the address calculator.

/// Heading.
pub const TITLE: &str = "Address calculator";
/// Label of the input.
pub const INPUT: &str = "Address or CIDR block";
/// What cannot be read.
pub const UNREADABLE: &str = "Neither an address nor a block, such as 10.0.2.10 or 2600:1f14:e22:8100::/56.";
/// Row: the usual form.
pub const CANONICAL: &str = "Written";
/// Row: the sort of address.
pub const SORT: &str = "Sort";
/// Row: how many.
pub const ADDRESSES: &str = "Addresses";
/// Row: how many /64.
pub const SUBNETS: &str = "Blocks of /64";
/// Row: what AWS keeps.
pub const RESERVED: &str = "Reserved by AWS in a subnet";
/// RFC 1918.
pub const PRIVATE: &str = "Private (RFC 1918)";
/// RFC 6598.
pub const SHARED: &str = "Shared address space (RFC 6598)";
/// RFC 4193.
pub const ULA: &str = "Private IPv6 (unique local, RFC 4193)";
/// RFC 6052.
pub const NAT64: &str = "An IPv4 address written for NAT64 (RFC 6052)";
/// RFC 4291.
pub const MAPPED: &str = "An IPv4 peer as an IPv6 socket sees it (RFC 4291); on the wire it is IPv4";
/// The host itself.
pub const LOOPBACK: &str = "Loopback: the host itself";
/// Many hosts.
pub const MULTICAST: &str = "Multicast";
/// One link.
pub const LINK_LOCAL: &str = "Link-local: valid on one link only";
/// Examples.
pub const DOCUMENTATION: &str = "Public, reserved for documentation";
/// No address.
pub const UNSPECIFIED: &str = "No address";
/// A default route.
pub const EVERYTHING: &str = "Every address of the family";
/// Everything else.
pub const PUBLIC: &str = "Public";

/// Host bits that were cleared.
#[must_use]
pub fn meant(block: &str) -> String {
    format!("Bits are set behind the prefix; the block is {block}.")
}
