//! A VPC: its address blocks (ADDR-01 to ADDR-09, ADDR-15) and the local routes they create (RT-06).

use crate::component::{Field, FieldKind, Shape, Spec};

record! {
    /// Configuration of a VPC.
    pub struct Config {
        /// IPv4 blocks; the first is the primary one. Text, so that half-typed blocks can be kept.
        pub cidrs: Vec<String>,
        /// IPv6 blocks.
        pub ipv6_cidrs: Vec<String>,
        /// Where its IPv6 blocks come from: `amazon`, `ipam` (a pool of IPAM) or `byoip` (addresses of
        /// your own); empty where nobody says (ADDR-15).
        pub ipv6_source: String,
        /// Exclusion from Block Public Access: empty (none), `bidirectional` or `egress` (BPA-02).
        pub block_public_access_exclusion: String,
        /// The resolver answers (DNS-02).
        pub enable_dns_support: bool => true,
        /// Instances get public DNS names, and private names of others are answered (DNS-03).
        pub enable_dns_hostnames: bool,
        /// DNS servers of the DHCP option set; AmazonProvidedDNS while empty (DNS-17).
        pub dns_servers: Vec<String>,
        /// The resolver validates public names (DSEC-11).
        pub dnssec_validation: bool,
        /// The resolver answers for the reverse zones of private ranges itself (DNS-16).
        pub autodefined_reverse: bool => true,
    }
}

/// What a VPC says about itself.
pub static SPEC: Spec = Spec {
    kind: "vpc",
    name: "VPC",
    aws_type: Some("AWS::EC2::VPC"),
    id_prefix: "vpc",
    summary: "A private network of your own, with address blocks that subnets divide.",
    parents: &["region"],
    shape: Shape::Container,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "cidrs",
            "IPv4 CIDR blocks",
            FieldKind::Cidr4List,
            "The first is the primary block, /16 to /28",
        ),
        Field::new(
            "ipv6_cidrs",
            "IPv6 CIDR blocks",
            FieldKind::Cidr6List,
            "An Amazon-provided block is a /56",
        ),
        Field::new(
            "ipv6_source",
            "Source of IPv6 blocks",
            FieldKind::Choice(&["", "amazon", "ipam", "byoip"]),
            "Amazon's pool, IPAM, or addresses of your own",
        ),
        Field::new(
            "block_public_access_exclusion",
            "Block Public Access exclusion",
            FieldKind::Choice(&["", "bidirectional", "egress"]),
            "None if empty",
        ),
        Field::new("enable_dns_support", "DNS resolution", FieldKind::Flag, "The VPC's resolver answers"),
        Field::new(
            "enable_dns_hostnames",
            "DNS hostnames",
            FieldKind::Flag,
            "Needed for private hosted zones and private DNS of endpoints",
        ),
        Field::new(
            "dns_servers",
            "DNS servers (DHCP options)",
            FieldKind::AddressList,
            "AmazonProvidedDNS if empty",
        ),
        Field::new(
            "dnssec_validation",
            "DNSSEC validation",
            FieldKind::Flag,
            "Of public names, by the resolver",
        ),
        Field::new(
            "autodefined_reverse",
            "Autodefined reverse rules",
            FieldKind::Flag,
            "Names of private addresses are answered here",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&hopscope_forward::ReasonSpec] = &[];
