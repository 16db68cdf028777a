//! A Client VPN endpoint: users' tunnels end here, and their packets leave by an interface in a subnet (CVPN-01 to CVPN-19).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a Client VPN endpoint. Its parent is the VPC of its subnets, or the Region.
    pub struct Config {
        /// Addresses of connected clients (CVPN-04).
        pub client_cidr: String,
        /// Associated subnets with the endpoint's interface in each (CVPN-03).
        pub associations: Vec<Association>,
        /// Routes beside the VPC's own one (CVPN-05).
        pub routes: Vec<ClientRoute>,
        /// CVPN-05, CVPN-06.
        pub authorization_rules: Vec<AuthorizationRule>,
        /// On its interfaces (CVPN-08).
        pub security_groups: Vec<Id>,
        /// CVPN-10.
        pub split_tunnel: bool,
        /// Name of the ACM certificate (CVPN-02).
        pub server_certificate: String = "acm-certificate",
        /// CVPN-01.
        pub authentication: String = "certificate",
        /// CVPN-17.
        pub traffic_type: String = "ipv4",
        /// Pushed to clients (CVPN-19).
        pub dns_servers: Vec<String>,
        /// CVPN-01.
        pub transport: String = "udp",
        /// CVPN-01.
        pub port: u32 = 443u32,
        /// Out of service.
        pub failed: bool,
    }
}

record! {
    /// One associated subnet.
    pub struct Association {
        /// The subnet.
        pub subnet: Option<Id>,
        /// Private IPv4 address of the endpoint's interface there.
        pub address: String,
        /// Its public IPv4 address in a public subnet (CVPN-11).
        pub public_ip: String,
        /// Its IPv6 address.
        pub ipv6: String,
    }
}

record! {
    /// One route of the endpoint.
    pub struct ClientRoute {
        /// A CIDR block.
        pub destination: String,
        /// An associated subnet; `local` for client to client (CVPN-14).
        pub target: String,
    }
}

record! {
    /// Who may reach what.
    pub struct AuthorizationRule {
        /// A CIDR block.
        pub destination: String,
        /// A group of users; everybody if empty.
        pub group: String,
    }
}

/// Columns of [`Association`].
pub static ASSOCIATIONS: Rows = Rows {
    noun: "target network",
    columns: &[
        Field::new("subnet", "Subnet", FieldKind::Ref(&["subnet"]), ""),
        Field::new("address", "Interface address", FieldKind::Address, ""),
        Field::new("public_ip", "Public address", FieldKind::Address, ""),
        Field::new("ipv6", "IPv6 address", FieldKind::Address, ""),
    ],
};

/// Columns of [`ClientRoute`].
pub static ROUTES: Rows = Rows {
    noun: "route",
    columns: &[
        Field::new("destination", "Destination", FieldKind::Text, ""),
        Field::new("target", "Target subnet", FieldKind::Ref(&["subnet", "local"]), ""),
    ],
};

/// Columns of [`AuthorizationRule`].
pub static RULES: Rows = Rows {
    noun: "authorization rule",
    columns: &[
        Field::new("destination", "Destination", FieldKind::Text, ""),
        Field::new("group", "Group", FieldKind::Text, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "client-vpn-endpoint",
    name: "Client VPN endpoint",
    aws_type: Some("AWS::EC2::ClientVpnEndpoint"),
    id_prefix: "cvpn-endpoint",
    summary: "Lets people connect to a VPC with an OpenVPN client.",
    parents: &["vpc", "region"],
    shape: Shape::Edge,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("client_cidr", "Client IPv4 CIDR", FieldKind::Cidr4, "/22 to /12"),
        Field::new(
            "associations",
            "Target networks",
            FieldKind::Rows(&ASSOCIATIONS),
            "One subnet for each zone",
        ),
        Field::new("routes", "Routes", FieldKind::Rows(&ROUTES), "The VPC's own is automatic"),
        Field::new(
            "authorization_rules",
            "Authorization rules",
            FieldKind::Rows(&RULES),
            "Nothing is authorized by itself",
        ),
        Field::new("security_groups", "Security groups", FieldKind::RefList("security-group"), ""),
        Field::new("split_tunnel", "Split tunnel", FieldKind::Flag, "Only its routes are pushed to clients"),
        Field::new("server_certificate", "Server certificate", FieldKind::Text, "In ACM; always needed"),
        Field::new(
            "authentication",
            "Authentication",
            FieldKind::Choice(&[
                "certificate",
                "active-directory",
                "saml",
                "certificate+active-directory",
                "certificate+saml",
            ]),
            "",
        ),
        Field::new(
            "traffic_type",
            "Traffic IP type",
            FieldKind::Choice(&["ipv4", "ipv6", "dual-stack"]),
            "Fixed at creation",
        ),
        Field::new("dns_servers", "DNS servers", FieldKind::AddressList, ""),
        Field::new("transport", "Transport protocol", FieldKind::Choice(&["udp", "tcp"]), ""),
        Field::new("port", "VPN port", FieldKind::Number, "443 or 1194"),
        Field::new("failed", "Failed", FieldKind::Flag, ""),
    ],
    failure: Some(Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/what-is.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct ClientVpn {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<ClientVpn>),
}

impl Component for ClientVpn {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
