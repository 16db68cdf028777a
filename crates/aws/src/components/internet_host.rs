//! A host on the internet, outside every AWS network; it filters nothing.

use crate::component::{Field, FieldKind, Shape, Spec};
use crate::listener::{self, Listener};

record! {
    /// Configuration of an internet host.
    pub struct Config {
        /// Its public addresses, at most one for each family is used.
        pub addresses: Vec<String>,
        /// Where it is: a city, a country, or a Region's code.
        pub place: String,
        /// DNS servers it asks; its provider's while empty.
        pub dns_servers: Vec<String>,
        /// What listens on it; everything if empty (PIPE-15).
        pub listeners: Vec<Listener>,
    }
}

/// What an internet host says about itself.
pub static SPEC: Spec = Spec {
    kind: "internet-host",
    name: "Internet host",
    aws_type: None,
    id_prefix: "host",
    summary: "A client or server somewhere on the internet.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new("addresses", "Public addresses", FieldKind::AddressList, "One for each family at most"),
        Field::new("place", "Place", FieldKind::Text, "Lisbon, Peru, us-east-1 …"),
        Field::new("dns_servers", "DNS servers", FieldKind::AddressList, "Its provider's if empty"),
        Field::new("listeners", "Listeners", FieldKind::Rows(&listener::LISTENERS), listener::HELP),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&hopscope_forward::ReasonSpec] = &[];
