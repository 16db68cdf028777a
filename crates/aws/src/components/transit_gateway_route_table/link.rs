//! Who searches which table, and who is found in it (TGW-01 to TGW-04). Knows nothing of routes.

use std::collections::BTreeSet;

use hopscope_forward::Id;

use super::TgwTable;
use crate::arena::Ix;
use crate::catalog::{Config, Part};
use crate::components::transit_gateway::TransitGateway;
use crate::components::transit_gateway_attachment::{Attached, Attachment};
use crate::longest::Longest;
use crate::lower::Build;
use crate::network::Thing;

pub(super) fn tables(build: &mut Build<'_>) {
    parents(build);
    implied(build);
    let mut named = BTreeSet::new();
    for node in build.nodes() {
        let Config::TransitGatewayRouteTable(config) = &node.config else { continue };
        let Some(Thing::Part(Part::TransitGatewayRouteTable(ix))) = build.thing(&node.id) else { continue };
        let Some(tgw) = build.network.fabric.tgw_tables[ix].tgw else { continue };
        for id in &config.associations {
            if let Some(attachment) = attachment(build, tgw, id) {
                associate(build, attachment, tgw, ix);
            }
        }
        let known: Vec<_> = config.propagations.iter().filter_map(|id| attachment(build, tgw, id)).collect();
        named.extend(known.iter().map(|attachment| (tgw, *attachment)));
        let propagations = known
            .into_iter()
            .filter(|it| build.network.fabric.attachments[*it].tgw == Some(tgw))
            .filter(|it| build.network.fabric.attachments[*it].propagates())
            .collect();
        if let Some(table) = build.network.fabric.tgw_tables.get_mut(ix) {
            table.propagations = propagations;
        }
    }
    defaults(build, &named);
}

/// Which transit gateway each table belongs to, and which table is the default one.
fn parents(build: &mut Build<'_>) {
    for node in build.nodes() {
        let Config::TransitGatewayRouteTable(config) = &node.config else { continue };
        let Some(Thing::Part(Part::TransitGatewayRouteTable(ix))) = build.thing(&node.id) else { continue };
        let Some(Thing::Part(Part::TransitGateway(tgw))) =
            node.parent.as_ref().and_then(|parent| build.thing(parent))
        else {
            continue;
        };
        if let Some(table) = build.network.fabric.tgw_tables.get_mut(ix) {
            table.tgw = Some(tgw);
        }
        if let Some(it) = build.network.fabric.tgws.get_mut(tgw).filter(|_| config.default) {
            it.default_table.get_or_insert(ix);
        }
    }
}

/// AWS makes a default table while either default is on (TGW-04).
fn implied(build: &mut Build<'_>) {
    let wanting: Vec<(Ix<TransitGateway>, Id)> = build
        .network
        .fabric
        .tgws
        .iter()
        .filter(|(_, it)| it.default_table.is_none() && (it.default_association || it.default_propagation))
        .map(|(ix, it)| (ix, Id::from(format!("{}/default-route-table", it.id))))
        .collect();
    for (tgw, id) in wanting {
        let table =
            TgwTable { id: id.clone(), tgw: Some(tgw), propagations: Vec::new(), routes: Longest::default() };
        let ix = build.network.fabric.tgw_tables.push(table);
        build.note(&id, Thing::Part(ix.into()));
        if let Some(it) = build.network.fabric.tgws.get_mut(tgw) {
            it.default_table = Some(ix);
        }
    }
}

/// The attachment that a table of that transit gateway means: by its id, or by the VPN connection
/// or Direct Connect gateway behind it.
pub(super) fn attachment(build: &Build<'_>, tgw: Ix<TransitGateway>, id: &Id) -> Option<Ix<Attachment>> {
    let fabric = &build.network.fabric;
    match build.thing(id)? {
        Thing::Part(Part::TransitGatewayAttachment(ix)) => {
            let it = &fabric.attachments[ix];
            (it.tgw == Some(tgw) || it.to == Attached::Peer(tgw)).then_some(ix)
        }
        Thing::Part(part) => fabric.tgws[tgw].by_part.get(&part).copied(),
        Thing::Vpc(vpc) => fabric.tgws[tgw].by_vpc.get(&vpc).copied(),
        _ => None,
    }
}

/// TGW-01: the first table that names it.
fn associate(build: &mut Build<'_>, ix: Ix<Attachment>, tgw: Ix<TransitGateway>, table: Ix<TgwTable>) {
    if let Some(it) = build.network.fabric.attachments.get_mut(ix) {
        let slot = if it.tgw == Some(tgw) { &mut it.table } else { &mut it.far_table };
        slot.get_or_insert(table);
    }
}

/// TGW-04: whoever no table names joins the default one.
fn defaults(build: &mut Build<'_>, named: &BTreeSet<(Ix<TransitGateway>, Ix<Attachment>)>) {
    let all: Vec<_> = build
        .network
        .fabric
        .attachments
        .iter()
        .map(|(ix, it)| (ix, it.tgw, it.to, it.propagates()))
        .collect();
    for (ix, tgw, to, propagates) in all {
        let far = match to {
            Attached::Peer(far) => Some(far),
            _ => None,
        };
        for tgw in [tgw, far].into_iter().flatten() {
            let it = &build.network.fabric.tgws[tgw];
            let (association, propagation) = (it.default_association, it.default_propagation);
            let Some(table) = it.default_table else { continue };
            if association {
                associate(build, ix, tgw, table);
            }
            if propagation
                && propagates
                && !named.contains(&(tgw, ix))
                && let Some(table) = build.network.fabric.tgw_tables.get_mut(table)
            {
                table.propagations.push(ix);
            }
        }
    }
}
