//! What every component declares about itself: its kind, where it may be placed, its fields.
//!
//! Views, forms and editors render from [`Spec`]; nothing here simulates.

use serde::Serialize;

/// How a component appears on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A box that holds others (Region, VPC, subnet).
    Container,
    /// A card inside a container (instance, NAT gateway) or outside all of them (internet host).
    Card,
    /// A card that sits on the edge of its VPC (internet gateway).
    Edge,
    /// A band across its VPC (Availability Zone).
    Band,
    /// The line between the components it names (peering, VPN connection, attachment).
    Link,
    /// No shape of its own: shown in the inspector and the outline (route table, security group).
    Table,
}

/// What a field holds, so that a form can be built for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "type", content = "of")]
pub enum FieldKind {
    /// Free text.
    Text,
    /// A whole number.
    Number,
    /// On or off.
    Flag,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// One IPv4 block or empty.
    Cidr4,
    /// One IPv6 block or empty.
    Cidr6,
    /// IPv4 blocks, the first is primary.
    Cidr4List,
    /// IPv6 blocks.
    Cidr6List,
    /// One IP address or empty.
    Address,
    /// IP addresses.
    AddressList,
    /// Id of a component of one of these kinds, or empty.
    Ref(&'static [&'static str]),
    /// Ids of components of one kind.
    RefList(&'static str),
    /// Texts, one in each row.
    TextList,
    /// Rows with columns of their own.
    Rows(&'static Rows),
    /// Rows of [`crate::components::network_interface::PrivateAddress`].
    PrivateAddresses,
    /// Rows of [`crate::components::security_group::Rule`].
    SecurityGroupRules,
    /// Rows of [`crate::components::network_acl::Rule`].
    NetworkAclRules,
    /// Rows of [`crate::components::route_table::Route`].
    Routes,
    /// Rows of [`crate::components::prefix_list::Entry`].
    PrefixListEntries,
    /// Rows of [`crate::components::instance::PortForward`].
    PortForwards,
}

/// One editable field of a component; `key` is its name in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Name in the document's JSON.
    pub key: &'static str,
    /// Label in forms, in AWS's words.
    pub label: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// One line of help, or empty.
    pub help: &'static str,
}

impl Field {
    /// A field with a line of help.
    #[must_use]
    pub const fn new(key: &'static str, label: &'static str, kind: FieldKind, help: &'static str) -> Self {
        Self { key, label, kind, help }
    }
}

/// A table field: what one row is called and its columns, in the words of [`Field`].
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Rows {
    /// What one row is called (`tunnel`).
    pub noun: &'static str,
    /// Its columns; lists in a cell are written with commas.
    pub columns: &'static [Field],
}

/// How a component is taken out of service in the page, and put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The field, or `rows/column` where each row can fail by itself.
    pub field: &'static str,
    /// Its value while failed (`true` for flags).
    pub down: &'static str,
    /// Its value in service.
    pub up: &'static str,
}

/// What a component says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Spec {
    /// Stable slug, the `kind` of documents (`internet-gateway`).
    pub kind: &'static str,
    /// AWS's name for it (`Internet gateway`).
    pub name: &'static str,
    /// CloudFormation type, where AWS has one.
    pub aws_type: Option<&'static str>,
    /// Start of ids made for it, AWS's own where it has one (`igw`).
    pub id_prefix: &'static str,
    /// One sentence on what it does.
    pub summary: &'static str,
    /// Kinds that may contain it; empty for the top level only.
    pub parents: &'static [&'static str],
    /// How it appears on the map.
    pub shape: Shape,
    /// Whether a route may name it as target, for IPv4 and for IPv6 (RT-19).
    pub route_target: (bool, bool),
    /// Whether packets can start and end at it.
    pub endpoint: bool,
    /// Editable fields in the order a form shows them.
    pub fields: &'static [Field],
    /// How it fails, where people may want to see that.
    pub failure: Option<Failure>,
    /// The AWS page that introduces it.
    pub docs: &'static str,
}
