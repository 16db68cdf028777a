//! An elastic network interface: addresses, security groups and the source/destination check
//! (ADDR-22 to ADDR-29).

use hopscope_forward::Id;
use serde::{Deserialize, Serialize};

use crate::component::{Field, FieldKind, Shape, Spec};

/// Configuration of an interface. Its parent is the instance it is attached to, or, while
/// detached, the subnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Config {
    /// Its subnet; the instance's subnet if empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet: Option<Id>,
    /// Private IPv4 addresses; the first is primary.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub private_ips: Vec<PrivateAddress>,
    /// IPv6 addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ipv6: Vec<String>,
    /// Security groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<Id>,
    /// Refuse packets whose source or destination is not this interface's own (ADDR-26).
    pub source_dest_check: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            subnet: None,
            private_ips: Vec::new(),
            ipv6: Vec::new(),
            security_groups: Vec::new(),
            source_dest_check: true,
        }
    }
}

/// A private IPv4 address and the public one AWS assigned to it. An Elastic IP address is a
/// component of its own and wins over `public_ip` (ADDR-23).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct PrivateAddress {
    /// The private address.
    pub address: String,
    /// Auto-assigned public IPv4 address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_ip: Option<String>,
}

/// What an interface says about itself.
pub static SPEC: Spec = Spec {
    kind: "network-interface",
    name: "Network interface",
    aws_type: Some("AWS::EC2::NetworkInterface"),
    id_prefix: "eni",
    summary: "A virtual network card: addresses and security groups in one subnet.",
    parents: &["instance", "subnet"],
    shape: Shape::Card,
    route_target: (true, true),
    endpoint: true,
    fields: &[
        Field::new(
            "private_ips",
            "Private IPv4 addresses",
            FieldKind::PrivateAddresses,
            "The first is primary",
        ),
        Field::new("ipv6", "IPv6 addresses", FieldKind::AddressList, ""),
        Field::new("security_groups", "Security groups", FieldKind::RefList("security-group"), ""),
        Field::new(
            "source_dest_check",
            "Source/destination check",
            FieldKind::Flag,
            "Off for routers, firewalls and NAT instances",
        ),
        Field::new("subnet", "Subnet", FieldKind::Ref(&["subnet"]), "The instance's subnet if empty"),
    ],
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html",
};
