//! A Client VPN endpoint: users' tunnels end here, and their packets leave by an interface in a subnet (CVPN-01 to CVPN-19).

mod checks;
mod gates;

use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, Role, StateEvent, Visit, Where,
};
use hopscope_net::{FlowKey, IpNet, Ipv4Net, Packet};

use crate::arena::Ix;
use crate::catalog::{Config as Kind, Part};
use crate::cells;
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::components::vpn_client::VpnClient;
use crate::components::{nat_gateway, network_interface, transit_gateway_attachment};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Address4, Eni, Network, Subnet, Thing, Vpc};
use crate::pipeline::At;
use crate::platform::Service;
use crate::validate::Check;

pub(crate) use gates::{granting, unauthorized, unrouted, way_of};

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
        /// Name of the ACM certificate of the authority that signs users' certificates (CVPN-01).
        pub client_certificate: String => "acm-client-authority",
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
            "client_certificate",
            "Client root certificate",
            FieldKind::Text,
            "The authority of users' certificates; for certificate authentication",
        ),
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

/// The page of the Client VPN guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/what-is.html";

packet_reason!(
    PAGE,
    /// Login refused (CVPN-01).
    AUTH_FAILED, "X_CVPN_AUTH_FAILED", None, &["CVPN-01"]
);
packet_reason!(
    PAGE,
    /// No authorization rule for that user and destination (CVPN-05, CVPN-06, CVPN-09).
    NO_AUTHORIZATION, "X_CVPN_NO_AUTHORIZATION", None, &["CVPN-05", "CVPN-06", "CVPN-09"]
);
packet_reason!(
    PAGE,
    /// The endpoint has no route for it (CVPN-13).
    NO_ROUTE, "X_CVPN_NO_ROUTE", None, &["CVPN-05", "CVPN-13"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&AUTH_FAILED, &NO_AUTHORIZATION, &NO_ROUTE];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct ClientVpn {
    pub id: Id,
    client_block: Option<Ipv4Net>,
    landings: Vec<Landing>,
    routes: Vec<Way>,
    rules: Vec<Grant>,
    split: bool,
    /// Families it carries (CVPN-17).
    families: (bool, bool),
    pub failed: bool,
    /// How clients reach it (`udp 443`).
    pub transport: String,
    /// Name of the server certificate; empty where there is none (CVPN-02).
    pub certificate: String,
    /// How users authenticate (CVPN-01).
    pub authentication: String,
    /// Servers that it pushes to clients (CVPN-19).
    pub dns_servers: Vec<IpAddr>,
    pub clients: Vec<Ix<VpnClient>>,
}

/// An associated subnet with the interface in it (CVPN-03).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Landing {
    pub subnet: Ix<Subnet>,
    pub eni: Ix<Eni>,
}

/// One route of the endpoint.
#[derive(Debug)]
struct Way {
    destination: IpNet,
    aim: Aim,
    text: String,
    index: Option<usize>,
}

/// Where a route of the endpoint leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    /// Out by the interface in an associated subnet.
    Subnet(Ix<Subnet>),
    /// To other clients (CVPN-14).
    Clients,
    /// Elsewhere: the transit gateway, where it is attached to one (CVPN-16).
    Elsewhere,
}

/// One authorization rule; for everybody without a group.
#[derive(Debug)]
struct Grant {
    destination: Option<IpNet>,
    group: String,
    text: String,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Out of a user's tunnel.
    FromClient(Ix<ClientVpn>, Ix<VpnClient>),
    /// Leaving by the interface in an associated subnet.
    Leave(Ix<ClientVpn>, Ix<Eni>),
    /// Into the tunnel of whoever has the address.
    ToClient(Ix<ClientVpn>),
}

impl ClientVpn {
    /// Whether a connected client sends packets for that address into the tunnel (CVPN-09,
    /// CVPN-10).
    pub(crate) fn takes(&self, destination: IpAddr) -> bool {
        !self.split || self.routes.iter().any(|way| way.destination.contains(&destination))
    }

    /// The associated subnet a client lands on: the one it names, else the first in a zone that is
    /// up.
    pub(crate) fn landing(&self, network: &Network, wanted: Option<Ix<Subnet>>) -> Option<Landing> {
        let find = |fits: &dyn Fn(&Landing) -> bool| self.landings.iter().find(|it| fits(it)).copied();
        match wanted {
            Some(subnet) => find(&|landing| landing.subnet == subnet),
            None => find(&|landing| !network.zone_failed(landing.subnet)).or(self.landings.first().copied()),
        }
    }

    /// What is pushed to clients as routes; nothing for a full tunnel (CVPN-09, CVPN-10).
    pub(crate) fn pushed(&self) -> Option<Vec<IpNet>> {
        let mut all: Vec<IpNet> = self.routes.iter().map(|way| way.destination).collect();
        all.sort_unstable();
        all.dedup();
        self.split.then_some(all)
    }

    fn carries(&self, address: IpAddr) -> bool {
        if address.is_ipv4() { self.families.0 } else { self.families.1 }
    }
}

impl Component for ClientVpn {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let client_block = match cells::cidr(&config.client_cidr) {
            Some(IpNet::V4(net)) => Some(net),
            _ => None,
        };
        let rules = config.authorization_rules.iter().map(|rule| {
            let group = rule.group.trim().to_owned();
            let who = if group.is_empty() { "everybody" } else { group.as_str() };
            let text = format!("allow {who} to {}", rule.destination.trim());
            Grant { destination: cells::cidr(&rule.destination), group, text }
        });
        Some(Self {
            id: node.id.clone(),
            client_block,
            landings: Vec::new(),
            routes: Vec::new(),
            rules: rules.collect(),
            split: config.split_tunnel,
            families: (config.traffic_type != "ipv6", config.traffic_type != "ipv4"),
            failed: config.failed,
            transport: format!("{} {}", config.transport, config.port),
            certificate: config.server_certificate.trim().to_owned(),
            authentication: config.authentication.clone(),
            dns_servers: config.dns_servers.iter().filter_map(|text| text.trim().parse().ok()).collect(),
            clients: Vec::new(),
        })
    }

    fn link(build: &mut Build<'_>) {
        let all: Vec<(Ix<Self>, Id)> =
            build.network.fabric.cvpns.iter().map(|(ix, it)| (ix, it.id.clone())).collect();
        for (ix, id) in all {
            let Some(Kind::ClientVpnEndpoint(config)) =
                build.document.nodes.get(&id).map(|node| &node.config)
            else {
                continue;
            };
            let landings = associate(build, ix, &id, config);
            let families = build.network.fabric.cvpns[ix].families;
            let routes = routes(build, config, &landings, families);
            if let Some(endpoint) = build.network.fabric.cvpns.get_mut(ix) {
                endpoint.landings = landings;
                endpoint.routes = routes;
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        match stage {
            Stage::FromClient(ix, client) => gates::from_client(network, ix, client, visit),
            Stage::Leave(ix, eni) => leave(network, ix, eni, visit),
            Stage::ToClient(ix) => to_client(network, ix, visit),
        }
    }

    /// Back from the VPC: what a client opened finds its client again (CVPN-07); nothing else is
    /// let in over IPv4 (CVPN-15).
    fn receive(network: &Network, ix: Ix<Self>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
        let endpoint = &network.fabric.cvpns[ix];
        let interface = &network.enis[eni];
        let packet = visit.packet.clone();
        let hop = interface_hop(endpoint, interface, Decision::Forwarded, &packet);
        if endpoint.failed || network.zone_failed(interface.subnet) {
            visit.deny(hop.clone().by(&["CVPN-03"]), out_of_service(network, endpoint, Some(interface)));
        }
        if interface.part == Some(ix.into())
            && packet.destination.is_ipv6()
            && client_at(network, endpoint, packet.destination).is_some()
        {
            visit.record(hop.by(&["CVPN-07"]));
            return Outcome::Next(Stage::ToClient(ix).into());
        }
        let position = visit
            .state
            .position(&interface.id, Role::Nat, true, &packet.key())
            .filter(|_| !nat_gateway::is_echo_request(&packet));
        let Some(entry) = position.and_then(|position| visit.state.entries.get_mut(position)) else {
            let missing =
                Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
            let reason = Reason::new(&nat_gateway::STATE_MISSING, Where::new(SPEC.kind, &endpoint.id))
                .fact("flow", &packet);
            visit.deny(hop.with(missing).by(&["CVPN-15"]), reason);
            return Outcome::Stopped;
        };
        let flow = entry.flow.clone();
        let after = packet.clone().with_destination(flow.source, flow.source_port);
        let used = Evidence::State { event: StateEvent::Used, flow, idle_limit: None };
        visit.record(hop.with(used).rewriting(&after).by(&["CVPN-07"]));
        visit.packet = after;
        Outcome::Next(Stage::ToClient(ix).into())
    }

    fn check(check: &mut Check<'_>) {
        checks::check(check);
    }
}

/// The interfaces in the associated subnets: one VPC, one for each zone; what AWS would refuse is
/// left out (CVPN-03).
fn associate(build: &mut Build<'_>, ix: Ix<ClientVpn>, id: &Id, config: &Config) -> Vec<Landing> {
    let groups: Vec<_> = config
        .security_groups
        .iter()
        .filter_map(|group| match build.thing(group) {
            Some(Thing::Group(group)) => Some(group),
            _ => None,
        })
        .collect();
    let mut landings: Vec<Landing> = Vec::new();
    for row in &config.associations {
        let Some(Thing::Subnet(subnet)) = row.subnet.as_ref().and_then(|subnet| build.thing(subnet)) else {
            continue;
        };
        let place = &build.network.subnets[subnet];
        let fits = landings.iter().all(|other| {
            let other = &build.network.subnets[other.subnet];
            other.vpc == place.vpc && (other.zone.is_none() || other.zone != place.zone)
        });
        if !fits || landings.iter().any(|other| other.subnet == subnet) {
            continue;
        }
        let eni_id = Id::from(format!("{id}/{}", place.id));
        let private = row.address.trim().parse().ok().or_else(|| build.free_address(subnet));
        let public = row.public_ip.trim().parse().ok();
        let eni = build.network.enis.push(Eni {
            id: eni_id.clone(),
            subnet,
            instance: None,
            v4: private.map(|private| Address4 { private, public }).into_iter().collect(),
            v6: row.ipv6.trim().parse().ok().into_iter().collect(),
            groups: groups.clone(),
            check: true,
            // Without a group drawn it has the VPC's default one, which lets everything out and
            // only answers in (CVPN-08): the endpoint itself sees to the latter.
            service: groups.is_empty(),
            part: Some(Part::from(ix)),
        });
        build.note(&eni_id, Thing::Eni(eni));
        landings.push(Landing { subnet, eni });
    }
    landings
}

/// The VPC's own blocks towards every associated subnet (CVPN-05), and what is written.
fn routes(build: &Build<'_>, config: &Config, landings: &[Landing], families: (bool, bool)) -> Vec<Way> {
    let network = &build.network;
    let mut out = Vec::new();
    for landing in landings {
        let subnet = &network.subnets[landing.subnet];
        let vpc = &network.vpcs[subnet.vpc];
        let v4 = vpc.v4.iter().map(|net| IpNet::V4(*net)).filter(|_| families.0);
        let v6 = vpc.v6.iter().map(|net| IpNet::V6(*net)).filter(|_| families.1);
        out.extend(v4.chain(v6).map(|destination| Way {
            destination,
            aim: Aim::Subnet(landing.subnet),
            text: subnet.id.to_string(),
            index: None,
        }));
    }
    for (index, row) in config.routes.iter().enumerate() {
        let Some(destination) = cells::cidr(&row.destination) else { continue };
        let text = row.target.trim();
        let aim = match network.index.get(text) {
            _ if text == "local" => Aim::Clients,
            Some(Thing::Subnet(subnet)) => Aim::Subnet(*subnet),
            _ => Aim::Elsewhere,
        };
        out.push(Way { destination, aim, text: text.to_owned(), index: Some(index) });
    }
    out
}

/// Notes that a client is connected; its IPv6 address is reached at the interface it landed on,
/// without translation (CVPN-07).
pub(crate) fn connect(
    build: &mut Build<'_>,
    ix: Ix<ClientVpn>,
    client: Ix<VpnClient>,
    wanted: Option<Ix<Subnet>>,
) {
    let network = &mut build.network;
    let landing = network.fabric.cvpns[ix].landing(network, wanted);
    let v6 = network.fabric.vpn_clients[client].v6.filter(|_| network.fabric.cvpns[ix].families.1);
    if let Some(endpoint) = network.fabric.cvpns.get_mut(ix) {
        endpoint.clients.push(client);
    }
    if let (Some(landing), Some(v6)) = (landing, v6)
        && let Some(eni) = network.enis.get_mut(landing.eni)
    {
        eni.v6.push(v6);
    }
}

/// A packet from a transit gateway that the endpoint is attached to (CVPN-16).
pub(crate) fn from_transit_gateway(ix: Ix<ClientVpn>) -> Outcome<At> {
    Outcome::Routed(Stage::ToClient(ix).into())
}

/// The attachment of an endpoint that is attached to a transit gateway by itself (CVPN-16).
pub(crate) fn attachment(
    network: &Network,
    ix: Ix<ClientVpn>,
) -> Option<Ix<transit_gateway_attachment::Attachment>> {
    transit_gateway_attachment::of_resource(network, ix.into())
}

fn client_at(network: &Network, endpoint: &ClientVpn, address: IpAddr) -> Option<Ix<VpnClient>> {
    endpoint.clients.iter().copied().find(|client| {
        let client = &network.fabric.vpn_clients[*client];
        client.logged_in && client.owns(address)
    })
}

fn interface_hop(endpoint: &ClientVpn, eni: &Eni, decision: Decision, packet: &Packet) -> Hop {
    Hop::new(network_interface::SPEC.kind, &eni.id, "client-vpn-interface", decision, packet).at(&endpoint.id)
}

pub(crate) fn out_of_service(network: &Network, endpoint: &ClientVpn, eni: Option<&Eni>) -> Reason {
    let what = match eni {
        _ if endpoint.failed => "endpoint",
        Some(eni) if network.zone_failed(eni.subnet) => "zone",
        _ => "association with a subnet",
    };
    Reason::new(&network_interface::BAD_STATE, Where::new(SPEC.kind, &endpoint.id))
        .fact("interface", &endpoint.id)
        .fact("failed", what)
}

/// Out into the VPC: as the interface over IPv4, as the client itself over IPv6 (CVPN-07).
fn leave(network: &Network, ix: Ix<ClientVpn>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    let endpoint = &network.fabric.cvpns[ix];
    let interface = &network.enis[eni];
    let packet = visit.packet.clone();
    let hop = interface_hop(endpoint, interface, Decision::Forwarded, &packet);
    if packet.source.is_ipv6() {
        visit.record(hop.by(&["CVPN-07"]));
    } else {
        let Some(own) = interface.v4.first().map(|pair| pair.private) else {
            visit.deny(hop.by(&["CVPN-03"]), out_of_service(network, endpoint, Some(interface)));
            return Outcome::Stopped;
        };
        let key = packet.key();
        let known = visit.state.refresh(&interface.id, Role::Nat, false, &key);
        let known = known.map(|entry| entry.translated.clone());
        let event = if known.is_some() { StateEvent::Used } else { StateEvent::Created };
        let translated = known.unwrap_or_else(|| translate(&interface.id, own, &key, visit));
        let after = packet.clone().with_source(IpAddr::V4(own), translated.source_port);
        let evidence = Evidence::State { event, flow: key.clone(), idle_limit: None };
        visit.record(hop.with(evidence).rewriting(&after).by(&["CVPN-07"]));
        if event == StateEvent::Created {
            visit.remember(Entry::new(&interface.id, Role::Nat, key).translated_to(translated));
        }
        visit.packet = after;
    }
    // ADDR-12, PIPE-04: in the VPC the interface is one of its own, so the resolver answers it.
    let vpc = network.vpc_of_eni(eni);
    if network.vpcs[vpc].resolver() == Some(visit.packet.destination) {
        return Outcome::Next(At::Service(Service::Resolver, eni));
    }
    Outcome::Next(At::SecurityGroupOut(eni))
}

/// The flow as the interface sends it: the client's port, or the next one that no other flow to
/// the same destination has (CVPN-07).
fn translate(owner: &Id, own: Ipv4Addr, key: &FlowKey, visit: &Visit<'_>) -> FlowKey {
    let mut translated = FlowKey { source: IpAddr::V4(own), ..key.clone() };
    if translated.source_port == 0 {
        return translated;
    }
    for _ in 0..u16::MAX {
        let mut entries = visit.state.entries.iter();
        if !entries.any(|entry| entry.owner == *owner && entry.translated == translated) {
            break;
        }
        translated.source_port = translated.source_port.checked_add(1).unwrap_or(1024);
    }
    translated
}

/// Through the tunnel to the client that has the address.
fn to_client(network: &Network, ix: Ix<ClientVpn>, visit: &mut Visit<'_>) -> Outcome<At> {
    let endpoint = &network.fabric.cvpns[ix];
    let packet = visit.packet.clone();
    let hop = Hop::new(SPEC.kind, &endpoint.id, "client-vpn-endpoint", Decision::Forwarded, &packet);
    if endpoint.failed {
        visit.deny(hop.clone().by(&["CVPN-03"]), out_of_service(network, endpoint, None));
    }
    let Some(client) = client_at(network, endpoint, packet.destination) else {
        let at = Where::new(SPEC.kind, &endpoint.id);
        let reason = Reason::new(&network_interface::NO_POSSIBLE_DESTINATION, at)
            .fact("address", packet.destination)
            .fact("vpc", &endpoint.id);
        visit.deny(hop.by(&["CVPN-14"]), reason);
        return Outcome::Stopped;
    };
    visit.record(hop.by(&["CVPN-01"]));
    crate::components::vpn_client::deliver(network, client, visit)
}

/// Whether the VPC of its associations; `None` while it has none.
pub(crate) fn vpc(network: &Network, endpoint: &ClientVpn) -> Option<Ix<Vpc>> {
    endpoint.landings.first().map(|landing| network.subnets[landing.subnet].vpc)
}
