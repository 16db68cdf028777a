//! A virtual private gateway: the AWS side of VPN connections and private virtual interfaces of one VPC (VPN-02 to VPN-22, HYB-01).

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::net::IpAddr;

use hopscope_forward::{
    Decision, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, Role, RouteCandidate, RouteLoss, RouteOrigin,
    Visit, Where,
};
use hopscope_net::{IpNet, Packet};

use crate::arena::Ix;
use crate::bgp::Announcement;
use crate::catalog::{self, Part};
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::direct_connect_gateway::{self, Dxgw};
use crate::components::virtual_interface::{self, Vif};
use crate::components::vpn_connection::{self, Vpn};
use crate::components::{network_interface, route_table};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{EffectiveRoute, Network, Owner, Subnet, Table, Thing, Vpc};
use crate::pipeline::At;
use crate::validate::{self, Check};

record! {
    /// Configuration of a virtual private gateway. Its parent is the VPC it is attached to; a Region while detached.
    pub struct Config {
        /// Its autonomous system number.
        pub asn: String = "64512",
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "virtual-private-gateway",
    name: "Virtual private gateway",
    aws_type: Some("AWS::EC2::VPNGateway"),
    id_prefix: "vgw",
    summary: "The VPC's door to VPN connections and Direct Connect.",
    parents: &["vpc", "region"],
    shape: Shape::Edge,
    route_target: (true, true),
    endpoint: false,
    fields: &[Field::new("asn", "Amazon side ASN", FieldKind::Text, "")],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/how_it_works.html",
};

/// The page of the Reachability Analyzer guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html";

packet_reason!(
    PAGE,
    /// The source is no interface's private address in the gateway's VPC (VPN-06).
    EGRESS, "VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS", Some("VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS"), &["VPN-06"]
);
packet_reason!(
    PAGE,
    /// The destination is no interface's private address in the gateway's VPC (VPN-06, VPN-07).
    INGRESS, "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", Some("VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"),
    &["VPN-06", "VPN-07"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&EGRESS, &INGRESS];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Vgw {
    pub id: Id,
    /// The VPC it is attached to, as that VPC's first.
    pub vpc: Option<Ix<Vpc>>,
    /// Its gateway route table (RT-25).
    pub edge: Option<Ix<Table>>,
    pub vpns: Vec<Ix<Vpn>>,
    pub vifs: Vec<Ix<Vif>>,
    pub dxgws: Vec<Ix<Dxgw>>,
}

/// Where a packet can be at it: never, its neighbours hand over directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for Vgw {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        let id = node.id.clone();
        Some(Self { id, vpc: None, edge: None, vpns: Vec::new(), vifs: Vec::new(), dxgws: Vec::new() })
    }

    fn link(build: &mut Build<'_>) {
        let mut taken: BTreeSet<Ix<Vpc>> = BTreeSet::new();
        for node in build.nodes() {
            let Some(ix) = named(build, Some(&node.id)) else { continue };
            let parent = node.parent.as_ref().and_then(|parent| build.thing(parent));
            // VPN-02: a VPC has one; a second one stays a drawing.
            let vpc = match parent {
                Some(Thing::Vpc(vpc)) if taken.insert(vpc) => Some(vpc),
                _ => None,
            };
            if let Some(vgw) = build.network.fabric.vgws.get_mut(ix) {
                vgw.vpc = vpc;
            }
        }
        for node in build.nodes() {
            let thing = build.thing(&node.id);
            match (&node.config, thing) {
                (catalog::Config::RouteTable(config), Some(Thing::Table(table))) => {
                    let vpc = build.network.tables[table].vpc;
                    if let Some(vgw) = named(build, config.gateway.as_ref())
                        && let Some(vgw) = build.network.fabric.vgws.get_mut(vgw)
                        && vgw.vpc == Some(vpc)
                    {
                        vgw.edge.get_or_insert(table);
                    }
                }
                (catalog::Config::VpnConnection(config), Some(Thing::Part(Part::VpnConnection(vpn)))) => {
                    if let Some(vgw) = named(build, config.gateway.as_ref())
                        && let Some(vgw) = build.network.fabric.vgws.get_mut(vgw)
                    {
                        vgw.vpns.push(vpn);
                    }
                }
                (
                    catalog::Config::VirtualInterface(config),
                    Some(Thing::Part(Part::VirtualInterface(vif))),
                ) if config.interface_type == "private" => {
                    if let Some(vgw) = named(build, config.gateway.as_ref())
                        && let Some(vgw) = build.network.fabric.vgws.get_mut(vgw)
                    {
                        vgw.vifs.push(vif);
                    }
                }
                (
                    catalog::Config::DirectConnectGateway(config),
                    Some(Thing::Part(Part::DirectConnectGateway(dxgw))),
                ) => {
                    for association in &config.associations {
                        if let Some(vgw) = named(build, association.gateway.as_ref())
                            && let Some(vgw) = build.network.fabric.vgws.get_mut(vgw)
                            && !vgw.dxgws.contains(&dxgw)
                        {
                            vgw.dxgws.push(dxgw);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn usable(network: &Network, ix: Ix<Self>, vpc: Ix<Vpc>) -> bool {
        network.fabric.vgws[ix].vpc == Some(vpc)
    }

    fn enter(network: &Network, ix: Ix<Self>, _: Ix<Subnet>, visit: &mut Visit<'_>) -> Outcome<At> {
        enter(network, ix, visit)
    }

    fn check(check: &mut Check<'_>) {
        validate::hybrid::virtual_private_gateways(check);
    }
}

/// The virtual private gateway an id names.
fn named(build: &Build<'_>, id: Option<&Id>) -> Option<Ix<Vgw>> {
    match build.thing(id?) {
        Some(Thing::Part(Part::VirtualPrivateGateway(ix))) => Some(ix),
        _ => None,
    }
}

/// One prefix that a gateway knows.
struct Known {
    origin: RouteOrigin,
    announcement: Announcement,
    via: Part,
    up: bool,
}

impl Known {
    /// What works, before a static route of a connection that is down, which stays known, before
    /// what was withdrawn (VPN-03, VPN-10).
    fn standing(&self) -> u8 {
        match (self.up, self.origin) {
            (true, _) => 2,
            (false, RouteOrigin::VpnStatic) => 1,
            (false, _) => 0,
        }
    }
}

/// Everything a gateway knows, also what was withdrawn with a link that is down.
fn known(network: &Network, ix: Ix<Vgw>) -> Vec<Known> {
    let vgw = &network.fabric.vgws[ix];
    let region = vgw.vpc.and_then(|vpc| network.vpcs[vpc].region);
    let mut found = Vec::new();
    let origin = RouteOrigin::DirectConnect;
    for vif in &vgw.vifs {
        let (up, via) = (virtual_interface::is_up(network, *vif), Part::VirtualInterface(*vif));
        let heard = virtual_interface::ranked(network, *vif, region);
        found.extend(heard.map(|announcement| Known { origin, announcement, via, up }));
    }
    for dxgw in &vgw.dxgws {
        let via = Part::DirectConnectGateway(*dxgw);
        let heard = direct_connect_gateway::known(network, *dxgw, ix.into()).into_iter();
        found.extend(heard.map(|(announcement, up)| Known { origin, announcement, via, up }));
    }
    for vpn in &vgw.vpns {
        let connection = &network.fabric.vpns[*vpn];
        let (up, origin) = (vpn_connection::is_up(network, *vpn), vpn_connection::origin(network, *vpn));
        let taught = connection.fixed.iter().chain(&connection.taught).cloned();
        let via = Part::VpnConnection(*vpn);
        found.extend(taught.map(|announcement| Known { origin, announcement, via, up }));
    }
    found
}

/// MED counts only between neighbours in the same autonomous system (HYB-01).
fn med(a: &Announcement, b: &Announcement, missing: u32) -> Ordering {
    if a.as_path.first() == b.as_path.first() {
        a.med.unwrap_or(missing).cmp(&b.med.unwrap_or(missing))
    } else {
        Ordering::Equal
    }
}

/// A missing MED counts 0 on Direct Connect, 100 on a VPN (TGW-09).
fn missing_med(origin: RouteOrigin) -> u32 {
    if origin == RouteOrigin::DirectConnect { 0 } else { 100 }
}

/// HYB-01 and DX-20 among routes of one prefix length; before all of it VPN-08. `Less` is better.
fn rank(a: &Known, b: &Known) -> Ordering {
    b.standing()
        .cmp(&a.standing())
        .then_with(|| b.announcement.prefix.prefix_len().cmp(&a.announcement.prefix.prefix_len()))
        .then_with(|| a.origin.cmp(&b.origin))
        .then_with(|| b.announcement.preference.cmp(&a.announcement.preference))
        .then_with(|| a.announcement.as_path.len().cmp(&b.announcement.as_path.len()))
        .then_with(|| med(&a.announcement, &b.announcement, missing_med(a.origin)))
}

/// The same, and equals by name.
fn order(network: &Network, a: &Known, b: &Known) -> Ordering {
    rank(a, b).then_with(|| a.via.id(network).cmp(b.via.id(network)))
}

fn loss(winner: &Known, loser: &Known) -> RouteLoss {
    let length = |known: &Known| known.announcement.prefix.prefix_len();
    let by = length(winner).saturating_sub(length(loser));
    if !loser.up && winner.standing() > loser.standing() {
        RouteLoss::Withdrawn
    } else if by > 0 {
        RouteLoss::ShorterPrefix { by }
    } else if winner.origin != loser.origin {
        RouteLoss::LowerOrigin
    } else if winner.announcement.preference != loser.announcement.preference {
        RouteLoss::LowerPreference
    } else if winner.announcement.as_path.len() != loser.announcement.as_path.len() {
        RouteLoss::LongerAsPath
    } else if med(&winner.announcement, &loser.announcement, missing_med(winner.origin)) != Ordering::Equal {
        RouteLoss::HigherMed
    } else if winner.origin == RouteOrigin::DirectConnect {
        RouteLoss::EqualCost
    } else {
        RouteLoss::Tie
    }
}

/// A route that a gateway weighs for a prefix.
pub(crate) struct Choice {
    pub destination: IpNet,
    pub via: Part,
    pub up: bool,
    /// Why it is not the one that counts.
    pub lost: Option<RouteLoss>,
}

/// Routes of a gateway that cover a whole prefix, the best first.
pub(crate) fn choices(network: &Network, ix: Ix<Vgw>, prefix: &IpNet) -> Vec<Choice> {
    let mut all = known(network, ix);
    all.retain(|known| known.announcement.prefix.contains(prefix));
    all.sort_by(|a, b| order(network, a, b));
    let Some(winner) = all.first() else { return Vec::new() };
    let choice = |(n, known): (usize, &Known)| Choice {
        destination: known.announcement.prefix,
        via: known.via,
        up: known.up,
        lost: (n > 0).then(|| loss(winner, known)),
    };
    all.iter().enumerate().map(choice).collect()
}

/// Prefixes for VPC tables, each once (RT-14): what it knows and can reach now. A static route
/// of a connection that is down is not propagated.
pub(crate) fn propagated(network: &Network, ix: Ix<Vgw>) -> Vec<IpNet> {
    let mut prefixes: Vec<IpNet> =
        known(network, ix).iter().filter(|known| known.up).map(|known| known.announcement.prefix).collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}

/// Prefixes that would be propagated if a link were up, and that link.
pub(crate) fn withdrawn(network: &Network, ix: Ix<Vgw>) -> Vec<(IpNet, Part)> {
    let all = known(network, ix);
    let reached = |prefix: IpNet| all.iter().any(|known| known.up && known.announcement.prefix == prefix);
    all.iter()
        .filter(|known| !known.up && !reached(known.announcement.prefix))
        .map(|known| (known.announcement.prefix, known.via))
        .collect()
}

/// What it announces to sites: its VPC's blocks (VPN-13).
pub(crate) fn announced(network: &Network, ix: Ix<Vgw>) -> Vec<IpNet> {
    let Some(vpc) = network.fabric.vgws[ix].vpc else { return Vec::new() };
    let vpc = &network.vpcs[vpc];
    vpc.v4.iter().map(|net| IpNet::V4(*net)).chain(vpc.v6.iter().map(|net| IpNet::V6(*net))).collect()
}

/// VPN-22: what a site with a BGP connection hears of the other sites on the same gateway, with
/// their AS_PATH.
pub(crate) fn other_sites(network: &Network, ix: Ix<Vgw>, to: Ix<Vpn>) -> Vec<(IpNet, Vec<u32>)> {
    let own = network.fabric.vpns[to].cgw;
    let others = network.fabric.vgws[ix].vpns.iter().filter(|vpn| {
        let other = &network.fabric.vpns[**vpn];
        other.dynamic && other.cgw != own && vpn_connection::is_up(network, **vpn)
    });
    let taught = others.flat_map(|vpn| &network.fabric.vpns[*vpn].taught);
    taught.map(|it| (it.prefix, it.as_path.clone())).collect()
}

fn hop(vgw: &Vgw, visit: &Visit<'_>) -> Hop {
    Hop::new(SPEC.kind, &vgw.id, "virtual-private-gateway", Decision::Routed, &visit.packet)
}

/// A lookup among everything it knows: the way and the evidence.
fn lookup(network: &Network, ix: Ix<Vgw>, packet: &Packet) -> (Option<Part>, Option<String>, Evidence) {
    let address = packet.destination;
    let mut all = known(network, ix);
    all.sort_by(|a, b| order(network, a, b));
    let covers = |known: &&Known| known.announcement.prefix.contains(&address);
    spread(&mut all, packet);
    let winner = all.iter().find(covers);
    let told = |known: &Known, lost| RouteCandidate::from(row(network, known, lost));
    let mut candidates: Vec<RouteCandidate> = all
        .iter()
        .filter(covers)
        .map(|known| {
            let won = winner.is_some_and(|winner| std::ptr::eq(winner, known));
            told(known, winner.filter(|_| !won).map(|winner| loss(winner, known)))
        })
        .collect();
    let tie = candidates.iter().any(|candidate| candidate.lost == Some(RouteLoss::Tie));
    let family = |known: &&Known| known.announcement.prefix.addr().is_ipv4() == address.is_ipv4();
    let missed = all.iter().filter(family).filter(|known| !covers(known));
    candidates.extend(missed.map(|known| told(known, Some(RouteLoss::NoMatch))));
    let evidence =
        Evidence::Routes { table: network.fabric.vgws[ix].id.clone(), destination: address, candidates };
    let tied = winner.filter(|_| tie).map(|winner| winner.announcement.prefix.to_string());
    (winner.map(|winner| winner.via), tied, evidence)
}

/// DX-20: flows are shared out among equal Direct Connect routes; their hash says which is first.
fn spread(all: &mut [Known], packet: &Packet) {
    let covers = |known: &Known| known.announcement.prefix.contains(&packet.destination);
    let Some(first) = all.iter().position(covers) else { return };
    let best = &all[first];
    let equal = |known: &Known| covers(known) && known.up && rank(known, best) == Ordering::Equal;
    let equals: Vec<usize> = (first..all.len()).filter(|n| equal(&all[*n])).collect();
    let count = u64::try_from(equals.len()).unwrap_or(0);
    if best.origin != RouteOrigin::DirectConnect || count < 2 {
        return;
    }
    let chosen = usize::try_from(virtual_interface::hash(packet) % count).unwrap_or(0);
    if let Some(chosen) = equals.get(chosen) {
        all.swap(first, *chosen);
    }
}

/// DX-07: how long it took until a better link was known to be down.
fn failover(network: &Network, ix: Ix<Vgw>, packet: &Packet) -> Option<Evidence> {
    let vgw = &network.fabric.vgws[ix];
    let down = vgw.vifs.iter().filter(|vif| !virtual_interface::is_up(network, **vif));
    let mut lost = down.filter(|vif| {
        virtual_interface::offers(network, **vif).any(|it| it.prefix.contains(&packet.destination))
    });
    let behind =
        || vgw.dxgws.iter().find_map(|dxgw| direct_connect_gateway::lost(network, *dxgw, ix.into(), packet));
    let vif = lost.next().copied().or_else(behind)?;
    Some(virtual_interface::failover(virtual_interface::noticed_after(network, vif)))
}

/// Out towards a site.
fn hand_over(network: &Network, ix: Ix<Vgw>, via: Part, visit: &mut Visit<'_>) -> Outcome<At> {
    match via {
        Part::VpnConnection(vpn) => vpn_connection::to_site(network, vpn, visit),
        Part::VirtualInterface(vif) => virtual_interface::to_site(network, vif, visit),
        Part::DirectConnectGateway(dxgw) => direct_connect_gateway::to_site(network, dxgw, ix.into(), visit),
        _ => Outcome::Stopped,
    }
}

/// AWS chooses one of several equal connections and does not say which (PIPE-12, VPN-09).
fn tell_tie(network: &Network, vgw: &Vgw, via: Part, prefix: String, visit: &mut Visit<'_>) {
    visit.hint(
        Reason::new(&route_table::NONDETERMINISTIC, Where::new(SPEC.kind, &vgw.id))
            .fact("destination", prefix)
            .fact("target", via.id(network)),
    );
}

/// A packet from the VPC (VPN-05, VPN-06).
fn enter(network: &Network, ix: Ix<Vgw>, visit: &mut Visit<'_>) -> Outcome<At> {
    let vgw = &network.fabric.vgws[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &vgw.id);
    let (via, tie, evidence) = lookup(network, ix, &packet);
    let hop = hop(vgw, visit);
    let own = vgw.vpc.is_some_and(|vpc| network.private.contains_key(&(vpc, packet.source)));
    if !own {
        visit.deny(hop.by(&["VPN-06"]), Reason::new(&EGRESS, at()).fact("source", packet.source));
        return Outcome::Stopped;
    }
    let mut hop = hop.with(evidence);
    if let Some(via) = via {
        hop.evidence.extend(failover(network, ix, &packet));
        visit.record(hop.by(&["VPN-05", "VPN-08", "VPN-09", "HYB-01"]));
        if let Some(prefix) = tie {
            tell_tie(network, vgw, via, prefix, visit);
        }
        return hand_over(network, ix, via, visit);
    }
    // DX-15: it would have to turn around at a Direct Connect gateway.
    if let Some(dxgw) = neighbour(network, ix, packet.destination) {
        visit.record(hop.by(&["VPN-05", "DX-15"]));
        return direct_connect_gateway::to_site(network, dxgw, ix.into(), visit);
    }
    let reason = Reason::new(&route_table::NO_ROUTE, at())
        .fact("table", &vgw.id)
        .fact("subnet", &vgw.id)
        .fact("destination", packet.destination);
    visit.deny(hop.by(&["VPN-05"]), reason);
    Outcome::Stopped
}

/// A Direct Connect gateway whose other association has the address (DX-15).
fn neighbour(network: &Network, ix: Ix<Vgw>, address: IpAddr) -> Option<Ix<Dxgw>> {
    network.fabric.vgws[ix].dxgws.iter().copied().find(|dxgw| {
        network.fabric.vgws.iter().any(|(other, vgw)| {
            other != ix
                && vgw.dxgws.contains(dxgw)
                && vgw.vpc.is_some_and(|vpc| network.vpcs[vpc].contains(address))
        })
    })
}

/// A packet from a site, or from a Direct Connect gateway (VPN-06, VPN-07, VPN-22).
pub(crate) fn arrive(network: &Network, ix: Ix<Vgw>, visit: &mut Visit<'_>) -> Outcome<At> {
    let vgw = &network.fabric.vgws[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &vgw.id);
    let hop = hop(vgw, visit);
    let Some(vpc) = vgw.vpc else {
        let reason = Reason::new(&network_interface::BAD_STATE, at())
            .fact("interface", &vgw.id)
            .fact("failed", "attachment");
        visit.deny(hop.by(&["VPN-02"]), reason);
        return Outcome::Stopped;
    };
    let received = match network.private.get(&(vpc, packet.destination)) {
        Some(Owner::Eni(_)) => true,
        // NAT-04: it is answered, and nothing else may use it from here (NAT-10).
        Some(Owner::Nat(nat)) => {
            visit.state.position(&network.nats[*nat].id, Role::Nat, true, &packet.key()).is_some()
        }
        None => false,
    };
    if received {
        visit.record(hop.by(&["VPN-06", "VPN-07", "RT-23"]));
        return route_table::behind_vgw(network, ix, vpc, visit);
    }
    // VPN-22: between sites that speak BGP. DX-15: what came by Direct Connect is not passed on to
    // a VPN of the same gateway.
    let came = visit.hops().last().and_then(|hop| network.index.get(&hop.id));
    let by_vpn = matches!(
        came,
        Some(Thing::Part(Part::VpnConnection(vpn))) if network.fabric.vpns[*vpn].dynamic
    );
    let (via, tie, evidence) = lookup(network, ix, &packet);
    if let Some(via @ Part::VpnConnection(vpn)) = via
        && by_vpn
        && network.fabric.vpns[vpn].dynamic
        && !network.vpcs[vpc].contains(packet.destination)
    {
        visit.record(hop.with(evidence).by(&["VPN-22"]));
        if let Some(prefix) = tie {
            tell_tie(network, vgw, via, prefix, visit);
        }
        return hand_over(network, ix, via, visit);
    }
    // W-121: the resolver serves its own VPC only; the gateway would not deliver to it either.
    let home = &network.vpcs[vpc];
    if home.resolver() == Some(packet.destination) && !home.contains(packet.source) {
        let reason = Reason::new(&route_table::RESOLVER_OUTSIDE, at())
            .fact("source", packet.source)
            .fact("vpc", &home.id);
        visit.deny(hop.clone().by(&["VPN-07"]), reason);
    }
    let reason = Reason::new(&INGRESS, at()).fact("destination", packet.destination);
    visit.deny(hop.by(&["VPN-06", "VPN-07"]), reason);
    Outcome::Stopped
}

/// One prefix as a row of its table.
fn row(network: &Network, known: &Known, lost: Option<RouteLoss>) -> EffectiveRoute {
    let announcement = &known.announcement;
    EffectiveRoute {
        destination: announcement.prefix,
        target: known.via.id(network).to_string(),
        origin: known.origin,
        prefix_list: None,
        index: None,
        blackhole: false,
        attributes: match known.origin {
            RouteOrigin::VpnStatic => None,
            RouteOrigin::DirectConnect => {
                Some(virtual_interface::attributes(announcement, announcement.preference))
            }
            _ => Some(announcement.attributes()),
        },
        lost,
    }
}

/// What it knows of sites, for people: best first, with what beats each at the same prefix.
pub(crate) fn effective(network: &Network, ix: Ix<Vgw>) -> Vec<EffectiveRoute> {
    let mut all = known(network, ix);
    all.sort_by(|a, b| order(network, a, b));
    let best =
        |route: &Known| all.iter().find(|other| other.announcement.prefix == route.announcement.prefix);
    let lost = |route: &Known| match best(route).filter(|best| !std::ptr::eq(*best, route)) {
        Some(best) => Some(loss(best, route)),
        None => (!route.up).then_some(RouteLoss::Withdrawn),
    };
    all.iter().map(|route| row(network, route, lost(route))).collect()
}
