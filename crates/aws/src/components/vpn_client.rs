//! A user's machine with an OpenVPN client: connected to a Client VPN endpoint, and to the internet at home.

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a client. It has no parent.
    pub struct Config {
        /// The endpoint it connects to.
        pub endpoint: Option<Id>,
        /// Its address in the tunnel.
        pub address: String,
        /// Its IPv6 address in the tunnel.
        pub ipv6: String,
        /// Its public address outside the tunnel (CVPN-10).
        pub home_address: String = "198.51.100.70",
        /// Groups it belongs to (CVPN-06).
        pub groups: Vec<String>,
        /// Whether authentication succeeds (CVPN-01).
        pub certificate_valid: bool = true,
        /// The associated subnet it landed on (CVPN-13).
        pub subnet: Option<Id>,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "vpn-client",
    name: "VPN client",
    aws_type: None,
    id_prefix: "vpn-client",
    summary: "A user's machine, connected to a Client VPN endpoint.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new("endpoint", "Endpoint", FieldKind::Ref(&["client-vpn-endpoint"]), ""),
        Field::new("address", "Client address", FieldKind::Address, "Of the endpoint's client CIDR"),
        Field::new("ipv6", "Client IPv6 address", FieldKind::Address, ""),
        Field::new(
            "home_address",
            "Address at home",
            FieldKind::Address,
            "What its own line shows to the internet",
        ),
        Field::new("groups", "Groups", FieldKind::TextList, ""),
        Field::new("certificate_valid", "Login succeeds", FieldKind::Flag, ""),
        Field::new(
            "subnet",
            "Target network",
            FieldKind::Ref(&["subnet"]),
            "The first associated one if empty",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpn/latest/clientvpn-user/user-getting-started.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct VpnClient {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<VpnClient>),
}

impl Component for VpnClient {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
