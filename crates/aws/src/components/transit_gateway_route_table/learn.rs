//! What is in each table: static routes, what attachments propagate, and which of them win
//! (TGW-05 to TGW-10, TGW-26). Runs once for each network.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use hopscope_forward::{Id, RouteLoss, RouteOrigin};
use hopscope_net::IpNet;

use super::link::attachment;
use super::{Row, StaticRoute};
use crate::arena::Ix;
use crate::bgp::{self, Announcement};
use crate::catalog::{Config, Part};
use crate::cells;
use crate::components::transit_gateway::TransitGateway;
use crate::components::transit_gateway_attachment::{Attached, Attachment, State};
use crate::components::{direct_connect_gateway, vpn_connection};
use crate::longest::Longest;
use crate::lower::Build;

/// What one attachment propagates, wherever.
type Learned = BTreeMap<Ix<Attachment>, Vec<(IpNet, Heard)>>;

/// One prefix of an attachment.
#[derive(Clone)]
struct Heard {
    peer: Option<usize>,
    origin: RouteOrigin,
    heard: Option<Announcement>,
    up: bool,
}

pub(super) fn settle(build: &mut Build<'_>) {
    let tables: Vec<_> = build
        .network
        .fabric
        .tgw_tables
        .iter()
        .filter_map(|(ix, table)| Some((ix, table.tgw?, table.id.clone(), table.propagations.clone())))
        .collect();
    let mut learned = Learned::new();
    for (_, _, _, propagations) in &tables {
        for ix in propagations {
            learned.entry(*ix).or_insert_with(|| of_attachment(build, *ix));
        }
    }
    for (ix, tgw, id, propagations) in tables {
        let mut routes: Longest<Vec<Row>> = Longest::default();
        if let Some(Config::TransitGatewayRouteTable(config)) =
            build.document.nodes.get(&id).map(|node| &node.config)
        {
            for (index, route) in config.routes.iter().enumerate() {
                fixed(build, tgw, index, route, &mut routes);
            }
        }
        for ix in propagations {
            let attachment = &build.network.fabric.attachments[ix];
            let asn = build.network.fabric.tgws[tgw].asn;
            for (net, heard) in learned.get(&ix).into_iter().flatten() {
                routes.entry(*net).push(row(attachment, ix, asn, heard));
            }
        }
        let ecmp = build.network.fabric.tgws[tgw].vpn_ecmp;
        routes.values_mut().for_each(|rows| rank(rows, ecmp));
        if let Some(table) = build.network.fabric.tgw_tables.get_mut(ix) {
            table.routes = routes;
        }
    }
}

fn row(attachment: &Attachment, ix: Ix<Attachment>, asn: u32, heard: &Heard) -> Row {
    let target = match heard.peer.and_then(|n| attachment.peers.get(n)) {
        Some(peer) if attachment.peers.len() > 1 => format!("{}/{}", attachment.id, peer.name),
        _ => attachment.id.to_string(),
    };
    let neighbour = heard.peer.and_then(|n| attachment.peers.get(n)).map(|peer| peer.asn);
    Row {
        to: Some((ix, heard.peer)),
        target,
        origin: heard.origin,
        list: None,
        index: None,
        heard: heard.heard.clone(),
        internal: neighbour == Some(asn),
        lost: (!heard.up).then_some(RouteLoss::Withdrawn),
    }
}

/// Static routes: one for each destination, the first drawn (TGW-11); a prefix list gives one for
/// each entry (PL-03).
fn fixed(
    build: &Build<'_>,
    tgw: Ix<TransitGateway>,
    index: usize,
    route: &StaticRoute,
    into: &mut Longest<Vec<Row>>,
) {
    let text = route.destination.trim();
    let (nets, list) = match cells::cidr(text) {
        Some(net) => (vec![net], None),
        None => match build.prefix_list(text) {
            Some(entries) => (entries.into_iter().map(|(_, net)| net).collect(), Some(Id::from(text))),
            None => return,
        },
    };
    let origin = if list.is_some() { RouteOrigin::PrefixList } else { RouteOrigin::Static };
    let target = route.target.trim();
    // TGW-07: what names nothing that is there drops what it matches.
    let to = attachment(build, tgw, &Id::from(target))
        .filter(|ix| build.network.fabric.attachments[*ix].state == State::Available)
        .map(|ix| (ix, None));
    for net in nets {
        let rows = into.entry(net);
        if !rows.iter().any(|row| row.origin == origin && row.list == list) {
            rows.push(Row {
                to,
                target: target.to_owned(),
                origin,
                list: list.clone(),
                index: Some(index),
                heard: None,
                internal: false,
                lost: None,
            });
        }
    }
}

/// TGW-05: a VPC's blocks, and what BGP taught; static VPN connections and peers teach nothing.
fn of_attachment(build: &Build<'_>, ix: Ix<Attachment>) -> Vec<(IpNet, Heard)> {
    let network = &build.network;
    let it = &network.fabric.attachments[ix];
    if it.state == State::Gone {
        return Vec::new();
    }
    let works = it.state == State::Available;
    let plain = |origin, up| Heard { peer: None, origin, heard: None, up };
    let told = |origin, up| {
        move |heard: Announcement| (heard.prefix, Heard { peer: None, origin, heard: Some(heard), up })
    };
    match it.to {
        // TGW-25.
        Attached::Vpc(_) if it.overlaps => Vec::new(),
        Attached::Vpc(vpc) => {
            let vpc = &network.vpcs[vpc];
            let v4 = vpc.v4.iter().map(|net| IpNet::V4(*net));
            let v6 = vpc.v6.iter().map(|net| IpNet::V6(*net));
            v4.chain(v6).map(|net| (net, plain(RouteOrigin::Vpc, works))).collect()
        }
        Attached::Vpn(vpn) => {
            let origin = vpn_connection::origin(network, vpn);
            // TGW-10: what it taught before its tunnels went down stays known, and unused.
            let up = works && vpn_connection::is_up(network, vpn);
            let taught = network.fabric.vpns[vpn].taught.iter().cloned();
            taught.map(told(origin, up)).collect()
        }
        Attached::Dxgw(dxgw) => match it.tgw {
            Some(tgw) => direct_connect_gateway::known(network, dxgw, Part::TransitGateway(tgw))
                .into_iter()
                .map(|(heard, up)| told(RouteOrigin::DirectConnect, works && up)(heard))
                .collect(),
            None => Vec::new(),
        },
        Attached::Connect(_) => {
            let mut found = Vec::new();
            for (n, peer) in it.peers.iter().enumerate() {
                for prefix in &peer.announces {
                    let heard = Announcement {
                        prefix: *prefix,
                        as_path: vec![peer.asn],
                        med: None,
                        preference: bgp::DEFAULT_PREFERENCE,
                    };
                    let up = works && peer.up;
                    let heard = Heard { peer: Some(n), origin: RouteOrigin::Connect, heard: Some(heard), up };
                    found.push((*prefix, heard));
                }
            }
            found
        }
        Attached::ClientVpn(cvpn) => {
            let id = &network.fabric.cvpns[cvpn].id;
            match build.document.nodes.get(id).map(|node| &node.config) {
                Some(Config::ClientVpnEndpoint(config)) => cells::cidr(&config.client_cidr)
                    .map(|net| (net, plain(RouteOrigin::ClientVpn, works && !config.failed)))
                    .into_iter()
                    .collect(),
                _ => Vec::new(),
            }
        }
        Attached::Peer(_) | Attached::Firewall(_) | Attached::Nothing => Vec::new(),
    }
}

/// Missing means 0 on Direct Connect and 100 on VPN and Connect (TGW-09).
fn med(row: &Row) -> u32 {
    let missing = if row.origin == RouteOrigin::DirectConnect { 0 } else { 100 };
    row.heard.as_ref().and_then(|heard| heard.med).unwrap_or(missing)
}

fn hops(row: &Row) -> usize {
    row.heard.as_ref().map_or(0, |heard| heard.as_path.len())
}

/// TGW-08, TGW-09: the better one is `Less`; equals stay in the order of drawing.
fn better(a: &Row, b: &Row) -> Ordering {
    let gone = |row: &Row| row.lost == Some(RouteLoss::Withdrawn);
    gone(a)
        .cmp(&gone(b))
        .then_with(|| a.origin.cmp(&b.origin))
        .then_with(|| a.list.cmp(&b.list))
        .then_with(|| hops(a).cmp(&hops(b)))
        .then_with(|| med(a).cmp(&med(b)))
        .then_with(|| a.internal.cmp(&b.internal))
}

/// TGW-26: VPN with BGP if the option is on, Connect, and Direct Connect gateways.
fn shares(a: &Row, b: &Row, vpn_ecmp: bool) -> bool {
    let kind = match a.origin {
        RouteOrigin::Vpn | RouteOrigin::PrivateVpn => vpn_ecmp,
        RouteOrigin::Connect | RouteOrigin::DirectConnect => true,
        _ => false,
    };
    let path = |row: &Row| row.heard.as_ref().map(|heard| heard.as_path.clone());
    kind && better(a, b) == Ordering::Equal && path(a) == path(b)
}

/// Sorts the routes of one destination and says why all but the best are not installed.
fn rank(rows: &mut Vec<Row>, vpn_ecmp: bool) {
    rows.sort_by(better);
    // One attachment may tell a prefix more than once: its best counts.
    let mut seen = Vec::new();
    rows.retain(|row| {
        let key = (row.to, row.origin, row.list.clone());
        let new = row.to.is_none() || !seen.contains(&key);
        seen.push(key);
        new
    });
    let Some((best, others)) = rows.split_first_mut() else { return };
    for row in others {
        if row.lost.is_some() || best.lost.is_some() {
            continue;
        }
        row.lost = if row.origin != best.origin {
            Some(RouteLoss::LowerOrigin)
        } else if hops(row) != hops(best) {
            Some(RouteLoss::LongerAsPath)
        } else if med(row) != med(best) {
            Some(RouteLoss::HigherMed)
        } else if shares(best, row, vpn_ecmp) {
            None
        } else {
            Some(RouteLoss::Tie)
        };
    }
    // Those that share the flows stand together at the front.
    rows.sort_by_key(|row| row.lost.is_some());
}
