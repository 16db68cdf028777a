//! Transit gateways: what AWS would refuse and what is worth telling (TGW-01 to TGW-33).

use std::collections::{BTreeMap, BTreeSet};

use hopscope_forward::Id;
use hopscope_net::IpNet;
use hopscope_net::prefix;

use super::{Check, codes};
use crate::arena::Ix;
use crate::catalog::{Config, Part};
use crate::cells;
use crate::components::transit_gateway_attachment::{self, Attached, Attachment};
use crate::components::{transit_gateway, transit_gateway_route_table};
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::network::{Network, Thing, Vpc};

/// Transit gateways for each account, which a drawing is one of, and Region (TGW-32).
pub const GATEWAYS: usize = 5;
/// Attachments for each transit gateway (TGW-32).
pub const ATTACHMENTS: usize = 5_000;
/// Route tables for each transit gateway (TGW-32).
pub const TABLES: usize = 20;
/// Static routes in all tables of a transit gateway together (TGW-32).
pub const ROUTES: usize = 10_000;
/// Peering attachments for each transit gateway (TGW-32).
pub const PEERINGS: usize = 50;
/// Direct Connect gateways for each transit gateway (TGW-32).
pub const DIRECT_CONNECT_GATEWAYS: usize = 20;
/// Transit gateways for each VPC (TGW-15).
pub const GATEWAYS_PER_VPC: usize = 5;
/// Connect peers for each Connect attachment (TGW-27).
pub const CONNECT_PEERS: usize = 4;

pub(crate) fn check(check: &mut Check<'_>) {
    let mut counts = Counts::default();
    let mut seen = BTreeSet::new();
    let mut associations = BTreeMap::new();
    for node in check.nodes() {
        match &node.config {
            Config::TransitGateway(config) => {
                let region = node.parent.clone().unwrap_or_else(|| Id::from(""));
                counts.add(check, &node.id, &region, "transit gateways for each Region", "", GATEWAYS);
                own_blocks(check, node, config);
            }
            Config::TransitGatewayAttachment(config) => {
                attachment(check, node, config, &mut seen);
                quotas(check, node, &mut counts);
            }
            Config::TransitGatewayRouteTable(config) => {
                table(check, node, config, &mut associations, &mut counts)
            }
            _ => {}
        }
    }
}

/// Whether a route's target is a transit gateway without an attachment of that VPC (TGW-33).
pub(super) fn unattached(network: &Network, target: &str, vpc: Ix<Vpc>) -> bool {
    match network.index.get(target) {
        Some(Thing::Part(Part::TransitGateway(ix))) => !network.fabric.tgws[*ix].by_vpc.contains_key(&vpc),
        _ => false,
    }
}

/// Whether two VPCs are attached to one transit gateway (SG-19).
pub(super) fn share_gateway(network: &Network, one: Ix<Vpc>, other: Ix<Vpc>) -> bool {
    let mut gateways = network.fabric.tgws.iter();
    gateways.any(|(_, it)| it.by_vpc.contains_key(&one) && it.by_vpc.contains_key(&other))
}

#[derive(Default)]
struct Counts(BTreeMap<(String, &'static str), usize>);

impl Counts {
    /// The one that crosses the line is named; the rest follow from it.
    fn add(
        &mut self,
        check: &mut Check<'_>,
        id: &Id,
        owner: &str,
        what: &'static str,
        field: &str,
        limit: usize,
    ) {
        let count = self.0.entry((owner.to_owned(), what)).or_insert(0);
        *count += 1;
        if *count == limit + 1 {
            let mut diagnostic = Diagnostic::new(&codes::QUOTA, id)
                .fact("what", what)
                .fact("limit", limit)
                .fact("found", *count);
            if !field.is_empty() {
                diagnostic = diagnostic.field(field);
            }
            check.report(diagnostic);
        }
    }
}

fn own_blocks(check: &mut Check<'_>, node: &Node, config: &transit_gateway::Config) {
    for (n, text) in config.cidr_blocks.iter().enumerate() {
        if cells::cidr(text).is_none() {
            unreadable(check, &node.id, format!("cidr_blocks/{n}"), text, "a CIDR block");
        }
    }
}

fn unreadable(check: &mut Check<'_>, id: &Id, path: String, text: &str, wanted: &str) {
    check.report(
        Diagnostic::new(&codes::UNREADABLE, id).field(path).fact("text", text).fact("wanted", wanted),
    );
}

fn resolved(network: &Network, id: &Id) -> Option<Ix<Attachment>> {
    match network.index.get(id) {
        Some(Thing::Part(Part::TransitGatewayAttachment(ix))) => Some(*ix),
        _ => None,
    }
}

fn quotas(check: &mut Check<'_>, node: &Node, counts: &mut Counts) {
    let network = check.network;
    let Some(it) = resolved(network, &node.id).map(|ix| &network.fabric.attachments[ix]) else { return };
    let owner = node.parent.clone().unwrap_or_else(|| Id::from(""));
    let id = &node.id;
    counts.add(check, id, &owner, "attachments for each transit gateway", "", ATTACHMENTS);
    match it.to {
        Attached::Peer(_) => {
            counts.add(check, id, &owner, "peering attachments for each transit gateway", "", PEERINGS);
        }
        Attached::Dxgw(_) => counts.add(
            check,
            id,
            &owner,
            "Direct Connect gateways for each transit gateway",
            "",
            DIRECT_CONNECT_GATEWAYS,
        ),
        Attached::Vpc(vpc) => {
            let vpc = network.vpcs[vpc].id.clone();
            counts.add(check, id, &vpc, "transit gateways for each VPC", "resource", GATEWAYS_PER_VPC);
        }
        Attached::Connect(_) => {
            let found = it.peers.len();
            if found > CONNECT_PEERS {
                let what = "Connect peers for each Connect attachment";
                check.report(
                    Diagnostic::new(&codes::QUOTA, id)
                        .field("connect_peers")
                        .fact("what", what)
                        .fact("limit", CONNECT_PEERS)
                        .fact("found", found),
                );
            }
        }
        _ => {}
    }
}

fn attachment(
    check: &mut Check<'_>,
    node: &Node,
    config: &transit_gateway_attachment::Config,
    seen: &mut BTreeSet<(Id, Id)>,
) {
    let network = check.network;
    if !config.security_groups.is_empty() {
        // TGW-19.
        check.report(
            Diagnostic::new(&codes::SG_NOT_SUPPORTED, &node.id)
                .field("security_groups")
                .fact("component", node.config.spec().name),
        );
    }
    let Some(it) = resolved(network, &node.id).map(|ix| &network.fabric.attachments[ix]) else { return };
    if let (Some(tgw), Some(resource), false) =
        (&node.parent, &config.resource, matches!(it.to, Attached::Connect(_)))
        && !seen.insert((tgw.clone(), resource.clone()))
    {
        refuse(check, &node.id, "resource", format!("{resource} is attached to {tgw} already"));
    }
    connect(check, node, config, it);
    let Attached::Vpc(vpc) = it.to else { return };
    let mut zones = BTreeMap::new();
    for (n, id) in config.subnets.iter().enumerate() {
        let Some(Thing::Subnet(ix)) = network.index.get(id) else { continue };
        let subnet = &network.subnets[*ix];
        let field = format!("subnets/{n}");
        // TGW-15.
        if subnet.vpc != vpc {
            refuse(check, &node.id, &field, format!("{id} belongs to another VPC"));
        } else if subnet.v4.is_none() {
            check.report(
                Diagnostic::new(&codes::TGW_SUBNET_FAMILY, &node.id).field(field).with(id).fact("subnet", id),
            );
        } else if let Some(other) = zones.insert(subnet.zone, id.clone()) {
            refuse(check, &node.id, &field, format!("{id} is in the same Availability Zone as {other}"));
        }
    }
    if config.subnets.is_empty() {
        refuse(
            check,
            &node.id,
            "subnets",
            "a VPC attachment needs a subnet in at least one Availability Zone",
        );
    }
    let region = node.parent.as_ref().and_then(|tgw| check.document.enclosing(tgw, "region"));
    let home = check.document.enclosing(&network.vpcs[vpc].id, "region");
    if let (Some(region), Some(home)) = (region, home)
        && region.id != home.id
    {
        let vpc = &network.vpcs[vpc].id;
        refuse(
            check,
            &node.id,
            "resource",
            format!("{vpc} is in another Region: peer a transit gateway there"),
        );
    }
    if it.overlaps {
        // TGW-25.
        let vpc = &network.vpcs[vpc].id;
        check.report(
            Diagnostic::new(&codes::TGW_OVERLAP, &node.id).field("resource").with(vpc).fact("vpc", vpc),
        );
    }
}

/// TGW-27: GRE over a VPC or Direct Connect attachment, and a block of the gateway's own.
fn connect(check: &mut Check<'_>, node: &Node, config: &transit_gateway_attachment::Config, it: &Attachment) {
    let Attached::Connect(transport) = it.to else { return };
    let network = check.network;
    let carrier = &network.fabric.attachments[transport];
    if !matches!(carrier.to, Attached::Vpc(_) | Attached::Dxgw(_)) || carrier.tgw != it.tgw {
        let why = "Connect needs a VPC or Direct Connect attachment of the same transit gateway to carry it";
        refuse(check, &node.id, "resource", why);
    }
    if it.tgw.is_some_and(|tgw| network.fabric.tgws[tgw].blocks.is_empty()) {
        refuse(check, &node.id, "connect_peers", "Connect needs a CIDR block on the transit gateway");
    }
    for (n, row) in config.connect_peers.iter().enumerate() {
        let inside = cells::cidr(&row.inside_cidr);
        let fits = inside.is_some_and(|net| match net {
            IpNet::V4(net) => net.prefix_len() == 29 && net.network().is_link_local(),
            IpNet::V6(_) => false,
        });
        if !fits {
            let wanted = "a /29 block of 169.254.0.0/16";
            unreadable(check, &node.id, format!("connect_peers/{n}/inside_cidr"), &row.inside_cidr, wanted);
        }
    }
}

fn refuse(check: &mut Check<'_>, id: &Id, field: &str, why: impl ToString) {
    check.report(Diagnostic::new(&codes::TGW_ATTACHMENT, id).field(field).fact("why", why));
}

fn table(
    check: &mut Check<'_>,
    node: &Node,
    config: &transit_gateway_route_table::Config,
    associations: &mut BTreeMap<(Id, Id), Id>,
    counts: &mut Counts,
) {
    let tgw = node.parent.clone().unwrap_or_else(|| Id::from(""));
    counts.add(check, &node.id, &tgw, "route tables for each transit gateway", "", TABLES);
    foreign(check, node, "associations", "Associations", &config.associations);
    foreign(check, node, "propagations", "Propagations", &config.propagations);
    for (n, id) in config.associations.iter().enumerate() {
        // TGW-01.
        if let Some(other) = associations.insert((tgw.clone(), id.clone()), node.id.clone()) {
            check.report(
                Diagnostic::new(&codes::TGW_ASSOC, &node.id)
                    .field(format!("associations/{n}"))
                    .with(&other)
                    .fact("attachment", id)
                    .fact("table", &other),
            );
        }
    }
    for (n, id) in config.propagations.iter().enumerate() {
        let network = check.network;
        let Some(it) = resolved(network, id).map(|ix| &network.fabric.attachments[ix]) else { continue };
        // TGW-13, TGW-30.
        if matches!(it.to, Attached::Peer(_) | Attached::Firewall(_)) {
            check.report(
                Diagnostic::new(&codes::TGW_PEERING_STATIC, &node.id)
                    .field(format!("propagations/{n}"))
                    .with(id)
                    .fact("attachment", id),
            );
        }
    }
    let mut destinations = BTreeSet::new();
    for (n, route) in config.routes.iter().enumerate() {
        counts.add(check, &node.id, &tgw, "static routes for each transit gateway", "routes", ROUTES);
        one_route(check, &node.id, n, route, &mut destinations);
    }
}

/// An attachment that this table's transit gateway does not have.
fn foreign(check: &mut Check<'_>, node: &Node, key: &str, field: &str, ids: &[Id]) {
    for (n, id) in ids.iter().enumerate() {
        if elsewhere(check, &node.id, id) {
            check.report(
                Diagnostic::new(&codes::REFERENCE, &node.id)
                    .field(format!("{key}/{n}"))
                    .fact("field", field)
                    .fact("reference", id)
                    .fact("found", "an attachment of another transit gateway"),
            );
        }
    }
}

/// Whether an attachment joins other transit gateways than that of the table.
fn elsewhere(check: &Check<'_>, table: &Id, id: &Id) -> bool {
    let network = check.network;
    let Some(it) = resolved(network, id).map(|ix| &network.fabric.attachments[ix]) else { return false };
    let Some(Thing::Part(Part::TransitGatewayRouteTable(table))) = network.index.get(table) else {
        return false;
    };
    match network.fabric.tgw_tables[*table].tgw {
        Some(tgw) => it.tgw != Some(tgw) && it.to != Attached::Peer(tgw),
        None => false,
    }
}

fn one_route(
    check: &mut Check<'_>,
    id: &Id,
    n: usize,
    route: &transit_gateway_route_table::StaticRoute,
    destinations: &mut BTreeSet<String>,
) {
    let text = route.destination.trim();
    let path = format!("routes/{n}/destination");
    let net = cells::cidr(text);
    if net.is_none() && check.kind_of(text) != Some("prefix-list") {
        unreadable(check, id, path, text, "a CIDR block or a prefix list id");
        return;
    }
    if let (Some(net), true) = (net, text.parse::<IpNet>().is_ok_and(|typed| prefix::normalise(typed).1)) {
        check.report(
            Diagnostic::new(&codes::CIDR_NORMALISED, id).field(&path).fact("text", text).fact("block", net),
        );
    }
    let destination = net.map_or_else(|| text.to_owned(), |net| net.to_string());
    // TGW-11.
    if !destinations.insert(destination.clone()) {
        check.report(
            Diagnostic::new(&codes::ROUTE_DUPLICATE, id).field(&path).fact("destination", &destination),
        );
    }
    let target = route.target.trim();
    let path = format!("routes/{n}/target");
    let network = check.network;
    let why = match check.kind_of(target) {
        _ if target == "blackhole" => return,
        Some("transit-gateway-attachment") if elsewhere(check, id, &Id::from(target)) => {
            "it belongs to another transit gateway"
        }
        Some("transit-gateway-attachment") => {
            match resolved(network, &Id::from(target)).map(|ix| network.fabric.attachments[ix].to) {
                Some(Attached::Connect(_)) => "a Connect attachment learns its routes by BGP only",
                _ => return,
            }
        }
        Some("vpn-connection" | "direct-connect-gateway" | "vpc") => return,
        Some(_) => "a transit gateway route leads to an attachment",
        None => {
            let why = if target.is_empty() { "it has no target" } else { "its target does not exist" };
            check.report(
                Diagnostic::new(&codes::ROUTE_BLACKHOLE, id)
                    .field(path)
                    .fact("destination", &destination)
                    .fact("target", target)
                    .fact("why", why),
            );
            return;
        }
    };
    check.report(
        Diagnostic::new(&codes::ROUTE_TARGET, id)
            .field(path)
            .fact("destination", &destination)
            .fact("target", target)
            .fact("why", why),
    );
}
