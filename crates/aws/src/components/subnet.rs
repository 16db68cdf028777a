//! A subnet: its blocks, zone, route table and network ACL (ADDR-10 to ADDR-20, RT-02, NACL-01).

use hopscope_forward::Id;

use crate::component::{Field, FieldKind, Shape, Spec};

record! {
    /// Configuration of a subnet. Its parent is the VPC.
    pub struct Config {
        /// Id of its Availability Zone.
        pub zone: Option<Id>,
        /// IPv4 block; none for an IPv6-only subnet.
        pub cidr: Option<String>,
        /// IPv6 block.
        pub ipv6_cidr: Option<String>,
        /// Explicitly associated route table; the VPC's main table otherwise (RT-01).
        pub route_table: Option<Id>,
        /// Associated network ACL; the VPC's default ACL otherwise (NACL-01).
        pub network_acl: Option<Id>,
        /// New instances get a public IPv4 address.
        pub auto_assign_public_ipv4: bool,
        /// Exclusion from Block Public Access: empty (none), `bidirectional` or `egress` (BPA-02).
        pub block_public_access_exclusion: String,
        /// The resolver makes IPv6 addresses for names that have IPv4 ones only (V6-04).
        pub dns64: bool,
    }
}

/// What a subnet says about itself.
pub static SPEC: Spec = Spec {
    kind: "subnet",
    name: "Subnet",
    aws_type: Some("AWS::EC2::Subnet"),
    id_prefix: "subnet",
    summary: "A range of a VPC's addresses in one Availability Zone, with one route table and one network ACL.",
    parents: &["vpc"],
    shape: Shape::Container,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "cidr",
            "IPv4 CIDR block",
            FieldKind::Cidr4,
            "/16 to /28, inside a block of the VPC; empty for IPv6-only",
        ),
        Field::new("ipv6_cidr", "IPv6 CIDR block", FieldKind::Cidr6, "Usually a /64 of the VPC's /56"),
        Field::new("zone", "Availability Zone", FieldKind::Ref(&["availability-zone"]), ""),
        Field::new(
            "route_table",
            "Route table",
            FieldKind::Ref(&["route-table"]),
            "The VPC's main table if empty",
        ),
        Field::new(
            "network_acl",
            "Network ACL",
            FieldKind::Ref(&["network-acl"]),
            "The VPC's default network ACL if empty",
        ),
        Field::new("auto_assign_public_ipv4", "Auto-assign public IPv4", FieldKind::Flag, ""),
        Field::new(
            "block_public_access_exclusion",
            "Block Public Access exclusion",
            FieldKind::Choice(&["", "bidirectional", "egress"]),
            "None if empty",
        ),
        Field::new(
            "dns64",
            "DNS64",
            FieldKind::Flag,
            "IPv6 addresses for IPv4-only names; route 64:ff9b::/96 to a NAT gateway",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&hopscope_forward::ReasonSpec] = &[];
