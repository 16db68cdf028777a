//! A transit gateway route table: who searches it, who is found in it, and static routes (TGW-01 to TGW-13).

mod learn;
mod link;

use std::net::IpAddr;

use hopscope_forward::{
    Decision, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, RouteCandidate, RouteLoss, RouteOrigin, Visit,
    Where, flow_hash,
};
use hopscope_net::IpNet;

use crate::arena::Ix;
use crate::bgp::Announcement;
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::transit_gateway::TransitGateway;
use crate::components::transit_gateway_attachment::{Attached, Attachment, State};
use crate::components::{route_table, transit_gateway_attachment};
use crate::document::Node;
use crate::fabric::Component;
use crate::longest::Longest;
use crate::lower::Build;
use crate::network::{EffectiveRoute, Network, Zone};
use crate::pipeline::At;

record! {
    /// Configuration of a transit gateway route table. Its parent is the transit gateway, which has an implied default table until one is drawn.
    pub struct Config {
        /// The default table for association and propagation.
        pub default: bool,
        /// Attachments whose packets are looked up here (TGW-01).
        pub associations: Vec<Id>,
        /// Attachments whose networks are found here (TGW-03).
        pub propagations: Vec<Id>,
        /// Static routes.
        pub routes: Vec<StaticRoute>,
    }
}

record! {
    /// One static route.
    pub struct StaticRoute {
        /// A CIDR block or a prefix list id.
        pub destination: String,
        /// Id of an attachment, or of the VPN connection behind it, or `blackhole` (TGW-07).
        pub target: String,
    }
}

/// Columns of [`StaticRoute`].
pub static ROUTES: Rows = Rows {
    noun: "static route",
    columns: &[
        Field::new("destination", "Destination", FieldKind::Text, ""),
        Field::new(
            "target",
            "Attachment",
            FieldKind::Ref(&["transit-gateway-attachment", "vpn-connection", "blackhole"]),
            "",
        ),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "transit-gateway-route-table",
    name: "Transit gateway route table",
    aws_type: Some("AWS::EC2::TransitGatewayRouteTable"),
    id_prefix: "tgw-rtb",
    summary: "Decides where packets from its associated attachments go; knows the attachments that propagate into it.",
    parents: &["transit-gateway"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("default", "Default route table", FieldKind::Flag, "For attachments that no table names"),
        Field::new(
            "associations",
            "Associations",
            FieldKind::RefList("transit-gateway-attachment"),
            "Whose packets are looked up here",
        ),
        Field::new(
            "propagations",
            "Propagations",
            FieldKind::RefList("transit-gateway-attachment"),
            "Whose networks are found here",
        ),
        Field::new(
            "routes",
            "Static routes",
            FieldKind::Rows(&ROUTES),
            "Target: an attachment, or blackhole",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/tgw/tgw-route-tables.html",
};

/// The page of the Transit Gateway guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html";

packet_reason!(
    PAGE,
    /// The table does not lead to any attachment (TGW-06).
    NO_ROUTE, "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", Some("TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"), &["TGW-06"]
);
packet_reason!(
    PAGE,
    /// The winning route is a blackhole (TGW-07).
    BAD_ROUTE, "TGW_RTB_BAD_STATE_ROUTE", Some("TGW_RTB_BAD_STATE_ROUTE"), &["TGW-07"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&NO_ROUTE, &BAD_ROUTE];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct TgwTable {
    pub id: Id,
    pub tgw: Option<Ix<TransitGateway>>,
    pub propagations: Vec<Ix<Attachment>>,
    /// Routes by destination, the best first; settled once.
    pub routes: Longest<Vec<Row>>,
}

/// One route of a table, installed or not.
#[derive(Debug)]
pub(crate) struct Row {
    /// Where it leads, with the Connect peer; nowhere if it is a blackhole.
    pub to: Option<(Ix<Attachment>, Option<usize>)>,
    pub target: String,
    pub origin: RouteOrigin,
    pub list: Option<Id>,
    pub index: Option<usize>,
    /// What BGP said of it.
    pub heard: Option<Announcement>,
    /// Heard from a neighbour of the same autonomous system (TGW-09).
    pub internal: bool,
    /// Why it is not installed (TGW-10).
    pub lost: Option<RouteLoss>,
}

impl Row {
    /// It as people see it, with why it is not the way.
    fn told(&self, destination: IpNet, lost: Option<RouteLoss>) -> EffectiveRoute {
        EffectiveRoute {
            destination,
            target: self.target.clone(),
            origin: self.origin,
            prefix_list: self.list.clone(),
            index: self.index,
            blackhole: self.to.is_none(),
            attributes: self.heard.as_ref().map(Announcement::attributes),
            lost,
        }
    }
}

/// A table decides within the stage of the attachment: it has no stage of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for TgwTable {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone(), tgw: None, propagations: Vec::new(), routes: Longest::default() })
    }

    fn link(build: &mut Build<'_>) {
        link::tables(build);
    }

    fn settle(build: &mut Build<'_>) {
        learn::settle(build);
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }
}

impl TgwTable {
    /// The routes of the narrowest installed destination that holds an address.
    fn installed(&self, address: IpAddr) -> Option<(IpNet, &[Row])> {
        self.routes.covering(address).find_map(|(net, rows)| {
            let count = rows.iter().take_while(|row| row.lost.is_none()).count();
            rows.get(..count).filter(|rows| !rows.is_empty()).map(|rows| (net, rows))
        })
    }

    /// Where the narrowest route that holds an address led before its VPN tunnels, virtual
    /// interfaces or Connect peer went down (VPN-10, TGW-27, HYB-04).
    fn withdrawn(&self, network: &Network, address: IpAddr) -> Option<(Ix<Attachment>, Option<usize>)> {
        let there = |ix: Ix<Attachment>| {
            let it = &network.fabric.attachments[ix];
            it.state == State::Available
                && matches!(it.to, Attached::Vpn(_) | Attached::Connect(_) | Attached::Dxgw(_))
        };
        let rows = self.routes.covering(address).flat_map(|(_, rows)| rows);
        rows.filter(|row| row.lost == Some(RouteLoss::Withdrawn))
            .find_map(|row| row.to.filter(|(to, _)| there(*to)))
    }
}

/// Whether the table leads an address to another attachment than this one.
pub(crate) fn reaches(network: &Network, table: Ix<TgwTable>, from: Ix<Attachment>, address: IpAddr) -> bool {
    let found = network.fabric.tgw_tables[table].installed(address);
    found.is_some_and(|(_, rows)| rows.iter().any(|row| row.to.is_some_and(|(to, _)| to != from)))
}

/// The destinations that lead to another attachment than this one, and the AS_PATH that they were
/// heard with (VPN-13).
pub(crate) fn told(network: &Network, table: Ix<TgwTable>, to: Ix<Attachment>) -> Vec<(IpNet, Vec<u32>)> {
    let elsewhere = |row: &&Row| row.lost.is_none() && row.to.is_some_and(|(other, _)| other != to);
    let routes = network.fabric.tgw_tables[table].routes.iter();
    let path = |row: &Row| row.heard.as_ref().map(|heard| heard.as_path.clone()).unwrap_or_default();
    routes.filter_map(|(net, rows)| Some((*net, path(rows.iter().find(elsewhere)?)))).collect()
}

/// The rows of a table as people see them: the installed ones, and those that wait (TGW-10).
pub(crate) fn effective(network: &Network, table: Ix<TgwTable>) -> Vec<EffectiveRoute> {
    let rows = network.fabric.tgw_tables[table].routes.iter();
    rows.flat_map(|(net, rows)| rows.iter().map(move |row| row.told(*net, row.lost))).collect()
}

/// Routes that do not cover an address and are told all the same; a table may hold thousands.
const NEAR_MISSES: usize = 32;

fn candidates(table: &TgwTable, address: IpAddr, best: Option<(IpNet, &Row)>) -> Vec<RouteCandidate> {
    let mut found: Vec<RouteCandidate> = best.iter().map(|(net, row)| row.told(*net, None).into()).collect();
    for (net, rows) in table.routes.covering(address) {
        for row in rows.iter().filter(|row| best.is_none_or(|(_, won)| !std::ptr::eq(won, *row))) {
            let lost = match (row.lost, best) {
                (Some(RouteLoss::Withdrawn), _) | (_, None) => Some(RouteLoss::Withdrawn),
                (_, Some((won, _))) if won.prefix_len() > net.prefix_len() => {
                    Some(RouteLoss::ShorterPrefix { by: won.prefix_len() - net.prefix_len() })
                }
                (lost, _) => lost.or(Some(RouteLoss::EqualCost)),
            };
            found.push(row.told(net, lost).into());
        }
    }
    let misses = table
        .routes
        .iter()
        .filter(|(net, _)| net.addr().is_ipv4() == address.is_ipv4() && !net.contains(&address))
        .flat_map(|(net, rows)| rows.iter().filter(|row| row.lost.is_none()).map(move |row| (net, row)));
    found.extend(misses.take(NEAR_MISSES).map(|(net, row)| row.told(*net, Some(RouteLoss::NoMatch)).into()));
    found
}

/// Looks a packet up and hands it to the attachment that wins (TGW-06 to TGW-10).
pub(crate) fn forward(
    network: &Network,
    ix: Ix<TgwTable>,
    tgw: Ix<TransitGateway>,
    zone: Option<Ix<Zone>>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let table = &network.fabric.tgw_tables[ix];
    let gateway = &network.fabric.tgws[tgw];
    let packet = visit.packet.clone();
    let address = packet.destination;
    let found = table.installed(address);
    // TGW-26: equally good routes share the flows; the upper half of the hash, so that this choice
    // and that of a tunnel do not go together.
    let best = found.and_then(|(net, rows)| {
        let count = u64::try_from(rows.len()).unwrap_or(1).max(1);
        let chosen = usize::try_from((flow_hash(&packet.key(), &table.id) >> 32) % count).unwrap_or(0);
        rows.get(chosen).map(|row| (net, row))
    });
    let at = || Where::new(SPEC.kind, &table.id).of(&gateway.id);
    let hop = Hop::new(SPEC.kind, &table.id, "transit-gateway-route-table", Decision::Routed, &packet)
        .at(&gateway.id)
        .with(Evidence::Routes {
            table: table.id.clone(),
            destination: address,
            candidates: candidates(table, address, best),
        })
        .by(&["TGW-06", "TGW-08"]);
    let Some((net, row)) = best else {
        // VPN-10, TGW-27, HYB-04: what was withdrawn and alone would fit is refused by what is down.
        if let Some((attachment, peer)) = table.withdrawn(network, address) {
            visit.record(hop.by(&["TGW-10"]));
            return transit_gateway_attachment::leave(network, tgw, attachment, peer, zone, visit);
        }
        let reason = Reason::new(&NO_ROUTE, at()).fact("table", &table.id).fact("destination", address);
        visit.deny(hop.by(&["TGW-06"]), reason);
        return Outcome::Stopped;
    };
    let Some((attachment, peer)) = row.to else {
        let reason = Reason::new(&BAD_ROUTE, at())
            .rule(net.to_string())
            .fact("table", &table.id)
            .fact("route", net)
            .fact("target", &row.target);
        visit.deny(hop.by(&["TGW-07"]), reason);
        return Outcome::Stopped;
    };
    let others: Vec<&str> = found
        .iter()
        .flat_map(|(_, rows)| rows.iter())
        .filter(|other| !std::ptr::eq(*other, row))
        .map(|other| other.target.as_str())
        .collect();
    if !others.is_empty() {
        let hint = Reason::new(&route_table::NONDETERMINISTIC, at())
            .rule(net.to_string())
            .fact("destination", net)
            .fact("target", &row.target)
            .fact("others", others.join(", "));
        visit.hint(hint);
        visit.record(hop.by(&["TGW-26", "PIPE-12"]));
    } else {
        visit.record(hop);
    }
    transit_gateway_attachment::leave(network, tgw, attachment, peer, zone, visit)
}
