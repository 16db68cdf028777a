//! An Elastic IP address: one static public IPv4 bound to one private address (ADDR-23, ADDR-24).

use hopscope_forward::Id;

use crate::component::{Field, FieldKind, Shape, Spec};

record! {
    /// Configuration of an Elastic IP address.
    pub struct Config {
        /// The public IPv4 address.
        pub address: String,
        /// The network interface, instance or NAT gateway it is associated with.
        pub target: Option<Id>,
        /// Which private address of the target; the primary one if empty.
        pub private_ip: Option<String>,
    }
}

/// What an Elastic IP address says about itself.
pub static SPEC: Spec = Spec {
    kind: "elastic-ip",
    name: "Elastic IP address",
    aws_type: Some("AWS::EC2::EIP"),
    id_prefix: "eipalloc",
    summary: "A static public IPv4 address for one private address.",
    parents: &["region"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("address", "Public IPv4 address", FieldKind::Address, ""),
        Field::new(
            "target",
            "Associated with",
            FieldKind::Ref(&["network-interface", "instance", "nat-gateway"]),
            "",
        ),
        Field::new("private_ip", "Private address", FieldKind::Address, "The primary one if empty"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&hopscope_forward::ReasonSpec] = &[];
