//! A transit gateway: a regional router with route tables of its own (TGW-01 to TGW-37).

use std::collections::BTreeMap;

use hopscope_forward::{Decision, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, Visit, Where};
use hopscope_net::IpNet;

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::route_table;
use crate::components::transit_gateway_attachment::{self, Attachment, State};
use crate::components::transit_gateway_route_table::TgwTable;
use crate::document::Node;
use crate::fabric::Component;
use crate::longest::Longest;
use crate::lower::Build;
use crate::network::{Instance, Network, Subnet, Vpc};
use crate::pipeline::At;
use crate::validate::Check;
use crate::{bgp, cells};

record! {
    /// Configuration of a transit gateway. Its parent is the Region.
    pub struct Config {
        /// Its autonomous system number.
        pub asn: String = "64512",
        /// Its own blocks (TGW-27, VPN-21).
        pub cidr_blocks: Vec<String>,
        /// Attachments in no table's associations are associated with the default table (TGW-04).
        pub default_association: bool = true,
        /// Attachments in no table's propagations propagate into the default table (TGW-04).
        pub default_propagation: bool = true,
        /// Equal-cost paths over VPN tunnels (TGW-26).
        pub vpn_ecmp: bool = true,
        /// Security group references across its VPC attachments (SG-19).
        pub security_group_referencing: bool,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "transit-gateway",
    name: "Transit gateway",
    aws_type: Some("AWS::EC2::TransitGateway"),
    id_prefix: "tgw",
    summary: "A regional router between VPCs, VPN connections, Direct Connect and other transit gateways.",
    parents: &["region"],
    shape: Shape::Card,
    route_target: (true, true),
    endpoint: false,
    fields: &[
        Field::new("asn", "Amazon side ASN", FieldKind::Text, ""),
        Field::new(
            "cidr_blocks",
            "CIDR blocks",
            FieldKind::Cidr4List,
            "For Connect peers, private IP VPN and Client VPN",
        ),
        Field::new(
            "default_association",
            "Default association",
            FieldKind::Flag,
            "Attachments that no table names use the default table",
        ),
        Field::new(
            "default_propagation",
            "Default propagation",
            FieldKind::Flag,
            "Attachments that no table names propagate into the default table",
        ),
        Field::new("vpn_ecmp", "VPN ECMP", FieldKind::Flag, "Spread flows over equal BGP tunnels"),
        Field::new(
            "security_group_referencing",
            "Security group referencing",
            FieldKind::Flag,
            "Rules may name groups of other attached VPCs",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html",
};

/// The page of the Transit Gateway guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html";

packet_reason!(
    PAGE,
    /// The attachment has no subnet in the zone the packet comes from (RT-20, TGW-16).
    ROUTE_ZONE, "TGW_ROUTE_AZ_RESTRICTION", Some("TGW_ROUTE_AZ_RESTRICTION"), &["RT-20", "TGW-14", "TGW-16"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&ROUTE_ZONE];

/// Largest packet it takes, bytes (TGW-31); a VPN connection takes less (VPN-15).
pub const MTU: u32 = 8500;

/// It, resolved.
#[derive(Debug)]
pub(crate) struct TransitGateway {
    pub id: Id,
    pub asn: u32,
    /// Its own blocks (TGW-27).
    pub blocks: Vec<IpNet>,
    pub default_association: bool,
    pub default_propagation: bool,
    pub vpn_ecmp: bool,
    pub referencing: bool,
    /// The table of attachments that no table names (TGW-04).
    pub default_table: Option<Ix<TgwTable>>,
    pub by_vpc: BTreeMap<Ix<Vpc>, Ix<Attachment>>,
    pub by_part: BTreeMap<Part, Ix<Attachment>>,
    /// Appliances at the far end of its Connect attachments, with the peer's position (TGW-27).
    pub by_appliance: BTreeMap<Ix<Instance>, (Ix<Attachment>, usize)>,
    /// Blocks of the VPCs whose routes are propagated (TGW-25).
    pub networks: Longest<Ix<Vpc>>,
}

/// A transit gateway is entered by attachments: it has no stage of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for TransitGateway {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            asn: bgp::asn(&config.asn),
            blocks: config.cidr_blocks.iter().filter_map(|text| cells::cidr(text)).collect(),
            default_association: config.default_association,
            default_propagation: config.default_propagation,
            vpn_ecmp: config.vpn_ecmp,
            referencing: config.security_group_referencing,
            default_table: None,
            by_vpc: BTreeMap::new(),
            by_part: BTreeMap::new(),
            by_appliance: BTreeMap::new(),
            networks: Longest::default(),
        })
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    /// RT-16: without an attachment that is available, the route is a blackhole.
    fn usable(network: &Network, ix: Ix<Self>, vpc: Ix<Vpc>) -> bool {
        network.fabric.tgws[ix]
            .by_vpc
            .get(&vpc)
            .is_some_and(|attachment| network.fabric.attachments[*attachment].state == State::Available)
    }

    /// RT-20, TGW-16: by the attachment's interface in the zone of the subnet, past the ACL there
    /// (NACL-15, NACL-16).
    fn enter(network: &Network, ix: Ix<Self>, from: Ix<Subnet>, visit: &mut Visit<'_>) -> Outcome<At> {
        let tgw = &network.fabric.tgws[ix];
        let subnet = &network.subnets[from];
        let Some(attachment) = tgw.by_vpc.get(&subnet.vpc).copied() else { return Outcome::Stopped };
        let there = &network.fabric.attachments[attachment];
        let door = there.subnets.iter().find(|door| network.subnets[**door].zone == subnet.zone);
        let Some(door) = door.copied() else {
            let table = &network.tables[subnet.table].id;
            let zone =
                subnet.zone.map_or_else(|| "no zone".to_owned(), |zone| network.zones[zone].id.to_string());
            let hop = Hop::new(
                route_table::SPEC.kind,
                table,
                "transit-gateway-zone",
                Decision::Denied,
                &visit.packet.clone(),
            )
            .at(&subnet.id)
            .with(Evidence::Check { check: "attachment-zone", passed: false, value: Some(zone.clone()) })
            .by(&["RT-20", "TGW-16"]);
            let reason = Reason::new(&ROUTE_ZONE, Where::new(route_table::SPEC.kind, table).of(&subnet.id))
                .fact("attachment", &there.id)
                .fact("zone", zone)
                .fact("subnet", &subnet.id);
            visit.deny(hop, reason);
            return Outcome::Stopped;
        };
        let stage = transit_gateway_attachment::Stage::FromVpc(attachment, door);
        Outcome::Routed(At::AclInTo(door, catalog::Stage::TransitGatewayAttachment(stage)))
    }

    fn check(check: &mut Check<'_>) {
        crate::validate::transit::check(check);
    }
}
