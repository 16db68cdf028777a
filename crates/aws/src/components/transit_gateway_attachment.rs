//! A transit gateway attachment: a VPC, VPN connection, Direct Connect gateway, peer, Connect or firewall joined to a transit gateway (TGW-14 to TGW-30).

mod connect;
mod link;
mod references;
mod zones;

use hopscope_forward::{Decision, Hop, Id, Outcome, Reason, ReasonSpec, Severity, Visit, Where};
use hopscope_net::IpNet;

use crate::arena::Ix;
use crate::balancer;
use crate::catalog::Part;
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::components::client_vpn_endpoint::ClientVpn;
use crate::components::direct_connect_gateway::Dxgw;
use crate::components::network_firewall::Firewall;
use crate::components::transit_gateway::TransitGateway;
use crate::components::transit_gateway_route_table::TgwTable;
use crate::components::vpn_connection::Vpn;
use crate::components::{
    client_vpn_endpoint, direct_connect_gateway, nat_gateway, network_firewall, transit_gateway,
    transit_gateway_route_table, vpn_connection,
};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Subnet, Vpc, Zone};
use crate::pipeline::At;

pub(crate) use connect::{Peer, from_appliance};
pub(crate) use references::{Crossing, crossing, refused_reference, shared_reference};

record! {
    /// Configuration of an attachment. Its parent is the transit gateway; a peering attachment is drawn once, on the requester's.
    pub struct Config {
        /// What is attached; its kind is the attachment's type. Another attachment makes this one of type Connect, carried by it.
        pub resource: Option<Id>,
        /// One attachment subnet for each zone (TGW-15).
        pub subnets: Vec<Id>,
        /// TGW-20.
        pub appliance_mode: bool,
        /// SG-19.
        pub security_group_referencing: bool = true,
        /// GRE tunnels of a Connect attachment (TGW-27).
        pub connect_peers: Vec<ConnectPeer>,
        /// AWS's state; packets pass only while `available`.
        pub state: String = "available",
        /// Security groups drawn onto it, which AWS refuses (TGW-19); kept so that it can be said.
        pub security_groups: Vec<Id>,
    }
}

record! {
    /// One GRE tunnel to an appliance.
    pub struct ConnectPeer {
        /// A label.
        pub name: String,
        /// The instance or router at the other end.
        pub peer: Option<Id>,
        /// A /29 of 169.254.0.0/16.
        pub inside_cidr: String,
        /// Its autonomous system number.
        pub asn: String,
        /// Prefixes it announces by BGP.
        pub announces: Vec<String>,
        /// `down` while its BGP sessions are.
        pub state: String = "up",
    }
}

/// Columns of [`ConnectPeer`].
pub static CONNECT_PEERS: Rows = Rows {
    noun: "Connect peer",
    columns: &[
        Field::new("name", "Name", FieldKind::Text, ""),
        Field::new("peer", "Appliance", FieldKind::Ref(&["instance", "customer-gateway"]), ""),
        Field::new("inside_cidr", "Inside CIDR", FieldKind::Text, ""),
        Field::new("asn", "Peer ASN", FieldKind::Text, ""),
        Field::new("announces", "Announces", FieldKind::Cidr4List, ""),
        Field::new("state", "State", FieldKind::Choice(&["up", "down"]), ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "transit-gateway-attachment",
    name: "Transit gateway attachment",
    aws_type: Some("AWS::EC2::TransitGatewayAttachment"),
    id_prefix: "tgw-attach",
    summary: "Joins a VPC, a VPN connection, a Direct Connect gateway or another transit gateway to a transit gateway.",
    parents: &["transit-gateway"],
    shape: Shape::Link,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "resource",
            "Attached resource",
            FieldKind::Ref(&[
                "vpc",
                "vpn-connection",
                "direct-connect-gateway",
                "transit-gateway",
                "transit-gateway-attachment",
                "client-vpn-endpoint",
                "network-firewall",
            ]),
            "For Connect: the attachment that carries it",
        ),
        Field::new("subnets", "Subnets", FieldKind::RefList("subnet"), "One for each zone (VPC attachments)"),
        Field::new(
            "appliance_mode",
            "Appliance mode",
            FieldKind::Flag,
            "Keeps both directions of a flow in one zone",
        ),
        Field::new(
            "security_group_referencing",
            "Security group referencing",
            FieldKind::Flag,
            "Counts only if the transit gateway allows it",
        ),
        Field::new(
            "connect_peers",
            "Connect peers",
            FieldKind::Rows(&CONNECT_PEERS),
            "GRE tunnels with BGP (Connect attachments)",
        ),
        Field::new(
            "state",
            "State",
            FieldKind::Choice(&["available", "pending-acceptance", "rejected", "failed", "deleted"]),
            "",
        ),
    ],
    failure: Some(Failure { field: "state", down: "failed", up: "available" }),
    docs: "https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html",
};

/// The page of the Transit Gateway guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html";

packet_reason!(
    PAGE,
    /// The attachment has no table to search (TGW-02).
    NO_ASSOCIATION, "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION", Some("TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"), &["TGW-02"]
);
packet_reason!(
    PAGE,
    /// No interface of the attachment can be chosen to enter the VPC (TGW-17, TGW-20).
    NO_ZONE, "TGW_ATTACH_VPC_AZ_RESTRICTION", Some("TGW_ATTACH_VPC_AZ_RESTRICTION"), &["TGW-17", "TGW-20"]
);
packet_reason!(
    PAGE,
    /// The link between two components does not work (TGW-27).
    BAD_STATE, "BAD_STATE_ATTACHMENT", Some("BAD_STATE_ATTACHMENT"), &["TGW-27"]
);
packet_reason!(
    PAGE,
    /// Only rules that name a group could match, and the transit gateway or an attachment does not
    /// carry group identities (SG-19).
    NO_REFERENCING, "SG_REFERENCING_SUPPORT", Some("SG_REFERENCING_SUPPORT"), &["SG-19"]
);

/// The path changes its Availability Zone (TGW-17).
pub static ZONE_CROSSED: ReasonSpec = ReasonSpec {
    code: "AVAILABILITY_ZONE_CROSSED",
    aws_code: Some("AVAILABILITY_ZONE_CROSSED"),
    severity: Severity::Info,
    rules: &["TGW-17"],
    docs: PAGE,
};

/// A stateful appliance stands behind an attachment without appliance mode (TGW-21).
pub static APPLIANCE_MODE: ReasonSpec = ReasonSpec {
    code: "TRANSIT_GATEWAY_APPLIANCE_MODE_RECOMMENDED",
    aws_code: Some("TRANSIT_GATEWAY_APPLIANCE_MODE_RECOMMENDED"),
    severity: Severity::Warning,
    rules: &["TGW-21"],
    docs: PAGE,
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] =
    &[&NO_ASSOCIATION, &NO_ZONE, &BAD_STATE, &NO_REFERENCING, &ZONE_CROSSED, &APPLIANCE_MODE];

/// The stage of a packet at an attachment, either way.
pub(crate) const STAGE: &str = "transit-gateway-attachment";

/// What is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attached {
    Nothing,
    Vpc(Ix<Vpc>),
    Vpn(Ix<Vpn>),
    Dxgw(Ix<Dxgw>),
    /// Another transit gateway (TGW-13).
    Peer(Ix<TransitGateway>),
    /// The attachment that carries the tunnels (TGW-27).
    Connect(Ix<Attachment>),
    ClientVpn(Ix<ClientVpn>),
    Firewall(Ix<Firewall>),
}

/// AWS's state, as far as packets care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Available,
    /// It is there and carries nothing.
    Failed,
    /// Not accepted, refused or deleted: as if it were not drawn.
    Gone,
}

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Attachment {
    pub id: Id,
    pub tgw: Option<Ix<TransitGateway>>,
    pub to: Attached,
    pub state: State,
    /// One for each zone (TGW-15).
    pub subnets: Vec<Ix<Subnet>>,
    pub appliance: bool,
    pub referencing: bool,
    pub peers: Vec<Peer>,
    /// The table that its packets are looked up in (TGW-01).
    pub table: Option<Ix<TgwTable>>,
    /// The same at the other transit gateway of a peering.
    pub far_table: Option<Ix<TgwTable>>,
    /// TGW-25: its blocks are known already, so they are not propagated.
    pub overlaps: bool,
    /// Not drawn: the VPN connection or Direct Connect gateway names the transit gateway itself.
    pub implied: bool,
}

impl Attachment {
    fn new(id: &Id) -> Self {
        Self {
            id: id.clone(),
            tgw: None,
            to: Attached::Nothing,
            state: State::Available,
            subnets: Vec::new(),
            appliance: false,
            referencing: true,
            peers: Vec::new(),
            table: None,
            far_table: None,
            overlaps: false,
            implied: false,
        }
    }

    /// Its table at one of the transit gateways it joins.
    fn table_at(&self, tgw: Ix<TransitGateway>) -> Option<Ix<TgwTable>> {
        if self.tgw == Some(tgw) { self.table } else { self.far_table }
    }

    /// Whether its networks may appear in a table by themselves (TGW-05, TGW-13, TGW-30).
    pub fn propagates(&self) -> bool {
        !matches!(self.to, Attached::Peer(_) | Attached::Firewall(_) | Attached::Nothing)
    }
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At its interface in a subnet, from the VPC.
    FromVpc(Ix<Attachment>, Ix<Subnet>),
    /// About to enter the VPC; the zone the packet entered the transit gateway in.
    IntoVpc(Ix<Attachment>, Option<Ix<Zone>>),
    /// Over a peering, at the other transit gateway.
    Peered(Ix<Attachment>, Ix<TransitGateway>),
    /// At an attached Network Firewall (TGW-30).
    Inspect(Ix<Attachment>, Ix<Firewall>, Option<Ix<Zone>>),
}

impl Component for Attachment {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let state = match config.state.as_str() {
            "available" => State::Available,
            "failed" => State::Failed,
            _ => State::Gone,
        };
        let (appliance, referencing) = (config.appliance_mode, config.security_group_referencing);
        Some(Self { state, appliance, referencing, ..Self::new(&node.id) })
    }

    fn link(build: &mut Build<'_>) {
        link::drawn(build);
        link::implied(build);
        link::register(build);
    }

    fn settle(build: &mut Build<'_>) {
        connect::settle(build);
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        match stage {
            Stage::FromVpc(ix, subnet) => {
                let zone = network.subnets[subnet].zone;
                match network.fabric.attachments[ix].tgw {
                    Some(tgw) => arrive_at(network, tgw, ix, zone, visit),
                    None => Outcome::Stopped,
                }
            }
            Stage::IntoVpc(ix, zone) => zones::enter(network, ix, zone, visit),
            Stage::Peered(ix, tgw) => arrive_at(network, tgw, ix, None, visit),
            Stage::Inspect(ix, firewall, zone) => {
                let attachment = &network.fabric.attachments[ix];
                // Appliance mode is always on: the attachment keeps the state of both directions.
                network_firewall::inspect(network, firewall, &attachment.id, visit);
                match attachment.tgw {
                    Some(tgw) => arrive_at(network, tgw, ix, zone, visit),
                    None => Outcome::Stopped,
                }
            }
        }
    }
}

/// A packet reaches the transit gateway by this attachment.
pub(crate) fn arrive(network: &Network, ix: Ix<Attachment>, visit: &mut Visit<'_>) -> Outcome<At> {
    match network.fabric.attachments[ix].tgw {
        Some(tgw) => arrive_at(network, tgw, ix, None, visit),
        None => Outcome::Stopped,
    }
}

fn arrive_at(
    network: &Network,
    tgw: Ix<TransitGateway>,
    ix: Ix<Attachment>,
    zone: Option<Ix<Zone>>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let attachment = &network.fabric.attachments[ix];
    let at = Where::new(SPEC.kind, &attachment.id).of(&network.fabric.tgws[tgw].id);
    let hop = Hop::new(SPEC.kind, &attachment.id, STAGE, Decision::Forwarded, &visit.packet)
        .by(&["TGW-01", "TGW-12"]);
    let Some(table) = attachment.table_at(tgw) else {
        let reason = Reason::new(&NO_ASSOCIATION, at).fact("gateway", &network.fabric.tgws[tgw].id);
        visit.deny(hop.by(&["TGW-02"]), reason);
        return Outcome::Stopped;
    };
    if attachment.state == State::Available {
        visit.record(hop);
    } else {
        visit.deny(hop, Reason::new(&BAD_STATE, at));
    }
    fit(network, tgw, visit);
    transit_gateway_route_table::forward(network, table, tgw, zone, visit)
}

/// TGW-31: larger packets are dropped; nobody is told.
fn fit(network: &Network, tgw: Ix<TransitGateway>, visit: &mut Visit<'_>) {
    let size = visit.packet.size;
    if size <= transit_gateway::MTU {
        return;
    }
    let id = &network.fabric.tgws[tgw].id;
    let kind = transit_gateway::SPEC.kind;
    let hop = Hop::new(kind, id, "transit-gateway", Decision::Denied, &visit.packet.clone()).by(&["TGW-31"]);
    let reason = Reason::new(&nat_gateway::MTU, Where::new(kind, id))
        .fact("size", size)
        .fact("mtu", transit_gateway::MTU);
    visit.deny(hop, reason);
}

/// A route of a transit gateway leads to this attachment.
pub(crate) fn leave(
    network: &Network,
    tgw: Ix<TransitGateway>,
    ix: Ix<Attachment>,
    peer: Option<usize>,
    zone: Option<Ix<Zone>>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let attachment = &network.fabric.attachments[ix];
    let hop = || Hop::new(SPEC.kind, &attachment.id, STAGE, Decision::Forwarded, &visit.packet);
    let at = || Where::new(SPEC.kind, &attachment.id).of(&network.fabric.tgws[tgw].id);
    if attachment.state != State::Available || attachment.to == Attached::Nothing {
        let hop = hop();
        visit.deny(hop, Reason::new(&BAD_STATE, at()));
    } else if !attachment.implied && !matches!(attachment.to, Attached::Vpc(_) | Attached::Connect(_)) {
        // Into a VPC the zone is chosen first; a Connect attachment shows its tunnel.
        let hop = hop().by(&["TGW-24"]);
        visit.record(hop);
    }
    match attachment.to {
        Attached::Vpc(_) => Outcome::Routed(Stage::IntoVpc(ix, zone).into()),
        Attached::Vpn(vpn) => vpn_connection::to_site(network, vpn, visit),
        Attached::Dxgw(dxgw) => {
            direct_connect_gateway::to_site(network, dxgw, Part::TransitGatewayAttachment(ix), visit)
        }
        Attached::Peer(other) => {
            let far = if attachment.tgw == Some(tgw) { other } else { attachment.tgw.unwrap_or(other) };
            Outcome::Routed(Stage::Peered(ix, far).into())
        }
        Attached::Connect(_) => connect::to_appliance(network, ix, peer, visit),
        Attached::ClientVpn(endpoint) => client_vpn_endpoint::from_transit_gateway(endpoint),
        Attached::Firewall(firewall) => Outcome::Routed(Stage::Inspect(ix, firewall, zone).into()),
        Attached::Nothing => Outcome::Stopped,
    }
}

/// Whether the packet has crossed a transit gateway: it may use a NAT gateway of the VPC it came
/// to (NAT-10), and an internet gateway there has no public address for it (IGW-08).
pub(crate) fn crossed(visit: &Visit<'_>) -> bool {
    balancer::since(visit.hops()).iter().any(|hop| hop.stage == STAGE)
}

/// The attachment of a VPN connection, Direct Connect gateway or other resource; the first drawn
/// where it has several.
pub(crate) fn of_resource(network: &Network, resource: Part) -> Option<Ix<Attachment>> {
    network.fabric.tgws.iter().find_map(|(_, tgw)| tgw.by_part.get(&resource)).copied()
}

/// The attachment of a resource to one transit gateway.
pub(crate) fn of_resource_at(
    network: &Network,
    tgw: Ix<TransitGateway>,
    resource: Part,
) -> Option<Ix<Attachment>> {
    network.fabric.tgws[tgw].by_part.get(&resource).copied()
}

/// The attachment of a VPC to a transit gateway.
pub(crate) fn of_vpc(network: &Network, tgw: Ix<TransitGateway>, vpc: Ix<Vpc>) -> Option<Ix<Attachment>> {
    network.fabric.tgws[tgw].by_vpc.get(&vpc).copied()
}

/// What the transit gateway announces over it, with the AS_PATH behind its own number: the routes
/// of the table it is associated with (VPN-13).
pub(crate) fn told(network: &Network, ix: Ix<Attachment>) -> Vec<(IpNet, Vec<u32>)> {
    match network.fabric.attachments[ix].table {
        Some(table) => transit_gateway_route_table::told(network, table, ix),
        None => Vec::new(),
    }
}
