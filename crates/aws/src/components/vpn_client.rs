//! A user's machine with an OpenVPN client: connected to a Client VPN endpoint, and to the internet at home.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hopscope_forward::{Decision, Entry, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, Role, Visit, Where};
use hopscope_net::Packet;
use hopscope_net::prefix::Family;

use crate::arena::Ix;
use crate::catalog::Part;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::client_vpn_endpoint::{self, ClientVpn};
use crate::components::{nat_gateway, network_interface};
use crate::document::Node;
use crate::fabric::{Component, Outside};
use crate::lower::Build;
use crate::network::{Network, Subnet, Thing, Vpc};
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
        /// Where its user is: a city, a country, or a Region's code.
        pub place: String,
        /// Groups it belongs to (CVPN-06).
        pub groups: Vec<String>,
        /// Whether authentication succeeds (CVPN-01).
        pub certificate_valid: bool = true,
        /// The associated subnet it landed on (CVPN-13).
        pub subnet: Option<Id>,
        /// DNS servers it has at home; its provider's while empty (CVPN-19).
        pub dns_servers: Vec<String>,
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
        Field::new("place", "Place", FieldKind::Text, "Lisbon, Peru, us-east-1 …"),
        Field::new("groups", "Groups", FieldKind::TextList, ""),
        Field::new("certificate_valid", "Login succeeds", FieldKind::Flag, ""),
        Field::new(
            "subnet",
            "Target network",
            FieldKind::Ref(&["subnet"]),
            "The first associated one if empty",
        ),
        Field::new("dns_servers", "DNS servers at home", FieldKind::AddressList, "Its provider's if empty"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpn/latest/clientvpn-user/user-getting-started.html",
};

/// Reasons it raises: those of its endpoint, and of nobody having asked.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct VpnClient {
    pub id: Id,
    pub endpoint: Option<Ix<ClientVpn>>,
    /// The associated subnet it landed on, where it says so (CVPN-13).
    pub subnet: Option<Ix<Subnet>>,
    pub v4: Option<Ipv4Addr>,
    pub v6: Option<Ipv6Addr>,
    home: Option<IpAddr>,
    pub groups: Vec<String>,
    pub logged_in: bool,
    /// DNS servers at home, as written.
    dns_servers: Vec<IpAddr>,
}

/// Where a packet can be at it: it sends and takes, and has no stage of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl VpnClient {
    /// Its public address outside the tunnel.
    pub(crate) fn home(&self) -> Option<IpAddr> {
        self.home
    }

    /// The VPC that it is in by its endpoint.
    pub(crate) fn vpc(&self, network: &Network) -> Option<Ix<Vpc>> {
        client_vpn_endpoint::vpc(network, &network.fabric.cvpns[self.endpoint?])
    }

    /// The servers it asks: those its endpoint pushes, else its own (CVPN-19).
    pub(crate) fn dns_servers<'a>(&'a self, network: &'a Network) -> &'a [IpAddr] {
        let pushed = self.endpoint.map_or(&[][..], |ix| &network.fabric.cvpns[ix].dns_servers);
        if pushed.is_empty() || !self.logged_in { &self.dns_servers } else { pushed }
    }

    /// Whether an address in the tunnel is its own.
    pub(crate) fn owns(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.v4 == Some(address),
            IpAddr::V6(address) => self.v6 == Some(address),
        }
    }
}

impl Component for VpnClient {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let subnet = match config.subnet.as_ref().and_then(|subnet| build.thing(subnet)) {
            Some(Thing::Subnet(subnet)) => Some(subnet),
            _ => None,
        };
        Some(Self {
            id: node.id.clone(),
            endpoint: None,
            subnet,
            v4: config.address.trim().parse().ok(),
            v6: config.ipv6.trim().parse().ok(),
            home: config.home_address.trim().parse().ok(),
            groups: config.groups.iter().map(|group| group.trim().to_owned()).collect(),
            logged_in: config.certificate_valid,
            dns_servers: config.dns_servers.iter().filter_map(|text| text.trim().parse().ok()).collect(),
        })
    }

    fn link(build: &mut Build<'_>) {
        let all: Vec<(Ix<Self>, Id, Option<Ix<Subnet>>)> = build
            .network
            .fabric
            .vpn_clients
            .iter()
            .map(|(ix, client)| (ix, client.id.clone(), client.subnet))
            .collect();
        for (ix, id, subnet) in all {
            let Some(crate::catalog::Config::VpnClient(config)) =
                build.document.nodes.get(&id).map(|node| &node.config)
            else {
                continue;
            };
            let Some(Thing::Part(Part::ClientVpnEndpoint(endpoint))) =
                config.endpoint.as_ref().and_then(|endpoint| build.thing(endpoint))
            else {
                continue;
            };
            if let Some(client) = build.network.fabric.vpn_clients.get_mut(ix) {
                client.endpoint = Some(endpoint);
            }
            client_vpn_endpoint::connect(build, endpoint, ix, subnet);
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn addresses(&self) -> Vec<(IpAddr, Outside)> {
        let private = self.v4.map(IpAddr::V4).into_iter().chain(self.v6.map(IpAddr::V6));
        let private = private.map(|address| (address, Outside::Private));
        private.chain(self.home.map(|home| (home, Outside::Internet))).collect()
    }

    fn address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        let client = &network.fabric.vpn_clients[ix];
        match family {
            Family::V4 => client.v4.map(IpAddr::V4),
            Family::V6 => client.v6.map(IpAddr::V6),
        }
    }

    /// Into the tunnel, or out by the line at home (CVPN-09, CVPN-10).
    fn send(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let client = &network.fabric.vpn_clients[ix];
        let packet = visit.packet.clone();
        let endpoint = client.endpoint.map(|ix| (ix, &network.fabric.cvpns[ix]));
        let Some((endpoint_ix, endpoint)) = endpoint.filter(|(_, it)| it.takes(packet.destination)) else {
            return own_line(client, visit);
        };
        visit.record(Hop::new(SPEC.kind, &client.id, "send", Decision::Sent, &packet));
        let login = Evidence::Check {
            check: "client-vpn-login",
            passed: client.logged_in,
            value: Some(endpoint.transport.clone()),
        };
        let hop = Hop::new(SPEC.kind, &client.id, "client-vpn-tunnel", Decision::Forwarded, &packet)
            .with(login)
            .by(&["CVPN-01", "CVPN-09"]);
        if client.logged_in {
            visit.record(hop);
        } else {
            let at = Where::new(client_vpn_endpoint::SPEC.kind, &endpoint.id).of(&client.id);
            let reason = Reason::new(&client_vpn_endpoint::AUTH_FAILED, at)
                .fact("client", &client.id)
                .fact("endpoint", &endpoint.id);
            visit.deny(hop, reason);
        }
        Outcome::Next(client_vpn_endpoint::Stage::FromClient(endpoint_ix, ix).into())
    }

    /// At home a router lets answers in only (CVPN-10).
    fn receive_from_internet(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let packet = visit.packet.clone();
        // Several clients can be at home behind one address.
        let asked = network.fabric.vpn_clients.iter().find(|(_, client)| {
            client.home == Some(packet.destination)
                && visit.state.position(&client.id, Role::Nat, true, &packet.key()).is_some()
        });
        if let Some((asked, _)) = asked {
            return deliver(network, asked, visit);
        }
        let client = &network.fabric.vpn_clients[ix];
        let hop = Hop::new(SPEC.kind, &client.id, "own-line", Decision::Denied, &packet).by(&["CVPN-10"]);
        let reason =
            Reason::new(&nat_gateway::STATE_MISSING, Where::new(SPEC.kind, &client.id)).fact("flow", &packet);
        visit.deny(hop, reason);
        Outcome::Stopped
    }
}

/// The packet ends at the client.
pub(crate) fn deliver(network: &Network, ix: Ix<VpnClient>, visit: &mut Visit<'_>) -> Outcome<At> {
    let client = &network.fabric.vpn_clients[ix];
    let packet = visit.packet.clone();
    let value = Some(packet.destination.to_string());
    visit.record(
        Hop::new(SPEC.kind, &client.id, "deliver", Decision::Delivered, &packet)
            .with(Evidence::Check { check: "destination-owned", passed: true, value })
            .by(&["PIPE-02"]),
    );
    Outcome::Arrived(At::ArrivedPart(ix.into()))
}

/// Out by the line at home, with the address it shows there: nothing of AWS is on that way.
fn own_line(client: &VpnClient, visit: &mut Visit<'_>) -> Outcome<At> {
    let packet = visit.packet.clone();
    let Some(home) = client.home.filter(|home| home.is_ipv4() == packet.destination.is_ipv4()) else {
        let hop = Hop::new(SPEC.kind, &client.id, "send", Decision::Denied, &packet).by(&["CVPN-10"]);
        let at = Where::new(SPEC.kind, &client.id);
        let reason = Reason::new(&network_interface::FAMILY_MISMATCH, at)
            .fact("interface", &client.id)
            .fact("family", packet.family().name());
        visit.deny(hop, reason);
        return Outcome::Stopped;
    };
    let packet = Packet { source: home, ..packet };
    visit.record(Hop::new(SPEC.kind, &client.id, "send", Decision::Sent, &packet));
    visit.record(Hop::new(SPEC.kind, &client.id, "own-line", Decision::Forwarded, &packet).by(&["CVPN-10"]));
    let key = packet.key();
    if visit.state.position(&client.id, Role::Nat, false, &key).is_none() {
        visit.remember(Entry::new(&client.id, Role::Nat, key));
    }
    visit.packet = packet;
    Outcome::Next(At::Internet)
}
