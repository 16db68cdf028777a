//! A Direct Connect gateway: joins virtual interfaces with VPCs and transit gateways of any Region (DX-14 to DX-19).

mod check;

use std::net::IpAddr;

use hopscope_forward::{
    Decision, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, RouteCandidate, RouteLoss, RouteOrigin,
    Severity, Visit, Where,
};
use hopscope_net::{IpNet, Packet};

use crate::arena::Ix;
use crate::bgp::Announcement;
use crate::catalog::{Config as Drawn, Part};
use crate::cells;
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::customer_gateway::Cgw;
use crate::components::transit_gateway_attachment::{self, Attachment};
use crate::components::virtual_interface::{self, Door, Use, Vif};
use crate::components::vpn_connection::{self, Vpn};
use crate::components::{route_table, virtual_private_gateway};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Region, Thing};
use crate::pipeline::At;
use crate::validate::Check;

record! {
    /// Configuration of a Direct Connect gateway. It is global: it has no parent.
    pub struct Config {
        /// Its autonomous system number.
        pub asn: String = "64512",
        /// Gateways behind it and what is announced of them.
        pub associations: Vec<Association>,
    }
}

record! {
    /// One gateway behind a Direct Connect gateway.
    pub struct Association {
        /// A virtual private gateway or a transit gateway.
        pub gateway: Option<Id>,
        /// A filter for a virtual private gateway (DX-16; its VPC's blocks if empty), a source for a transit gateway (DX-17).
        pub allowed_prefixes: Vec<String>,
    }
}

/// Columns of [`Association`].
pub static ASSOCIATIONS: Rows = Rows {
    noun: "association",
    columns: &[
        Field::new("gateway", "Gateway", FieldKind::Ref(&["virtual-private-gateway", "transit-gateway"]), ""),
        Field::new("allowed_prefixes", "Allowed prefixes", FieldKind::Cidr4List, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "direct-connect-gateway",
    name: "Direct Connect gateway",
    aws_type: Some("AWS::DirectConnect::DirectConnectGateway"),
    id_prefix: "dxgw",
    summary: "Joins virtual interfaces with virtual private gateways or transit gateways, in any Region.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("asn", "Amazon side ASN", FieldKind::Text, ""),
        Field::new(
            "associations",
            "Gateway associations",
            FieldKind::Rows(&ASSOCIATIONS),
            "Virtual private gateways or transit gateways, never both",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-gateways-intro.html",
};

packet_reason! {
    "https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-gateways-intro.html",
    /// It joins neither its associations nor its virtual interfaces (DX-15, DX-19).
    NO_TRANSIT, "X_DXGW_NO_TRANSIT", None, &["DX-15", "DX-19"]
}

/// A block of the VPC that no allowed prefix covers, so that sites never hear of it (DX-18).
pub static PREFIX_NOT_ALLOWED: ReasonSpec = ReasonSpec {
    code: "I_DX_PREFIX_NOT_ALLOWED",
    aws_code: None,
    severity: Severity::Warning,
    rules: &["DX-16", "DX-17", "DX-18"],
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/allowed-to-prefixes.html",
};

/// A site's supernet lets packets turn around at AWS's device (DX-15).
pub static SUPERNET: ReasonSpec = ReasonSpec {
    code: "I_DXGW_SUPERNET",
    aws_code: None,
    severity: Severity::Warning,
    rules: &["DX-15"],
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-gateways-intro.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&NO_TRANSIT, &PREFIX_NOT_ALLOWED, &SUPERNET];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Dxgw {
    pub id: Id,
    /// Gateways of one kind only: those of the other kind AWS would refuse (DX-14).
    associations: Vec<Behind>,
    /// The virtual interfaces that end at it.
    pub vifs: Vec<Ix<Vif>>,
}

/// A gateway behind it.
#[derive(Debug)]
struct Behind {
    gateway: Part,
    region: Option<Ix<Region>>,
    allowed: Vec<IpNet>,
    /// Blocks of the VPC of a virtual private gateway.
    blocks: Vec<IpNet>,
    /// VPN connections that end at the same gateway.
    vpns: Vec<Ix<Vpn>>,
    /// How a transit gateway is reached; none where it is not drawn.
    attachment: Option<Ix<Attachment>>,
}

impl Behind {
    fn is_transit(&self) -> bool {
        matches!(self.gateway, Part::TransitGateway(_))
    }

    /// Whether virtual interfaces for that use reach it (DX-09, DX-10).
    fn takes(&self, purpose: Use) -> bool {
        purpose == if self.is_transit() { Use::Transit } else { Use::Private }
    }

    /// Whether a packet that names `part` as where it came from came from here.
    fn is(&self, part: Part) -> bool {
        self.gateway == part || self.attachment.is_some_and(|own| Part::from(own) == part)
    }

    /// What sites hear of it.
    fn announces(&self) -> Vec<IpNet> {
        if self.is_transit() {
            // DX-17: the list is the source, whatever the VPCs are.
            return if self.attachment.is_some() { self.allowed.clone() } else { Vec::new() };
        }
        // DX-16: the list is a filter.
        let passes =
            |block: &&IpNet| self.allowed.is_empty() || self.allowed.iter().any(|net| net.contains(*block));
        self.blocks.iter().filter(passes).copied().collect()
    }

    fn has(&self, address: IpAddr) -> bool {
        self.announces().iter().chain(&self.blocks).any(|net| net.contains(&address))
    }
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Come in over a virtual interface.
    FromSite(Ix<Dxgw>, Ix<Vif>),
}

impl Component for Dxgw {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone(), associations: Vec::new(), vifs: Vec::new() })
    }

    fn link(build: &mut Build<'_>) {
        for node in build.nodes() {
            let Drawn::DirectConnectGateway(config) = &node.config else { continue };
            let Some(Thing::Part(Part::DirectConnectGateway(ix))) = build.thing(&node.id) else { continue };
            let mut associations: Vec<Behind> = Vec::new();
            for row in &config.associations {
                let Some(behind) = association(build, node, row) else { continue };
                // DX-14: one kind, and no gateway twice.
                let fits = associations.iter().all(|other| {
                    other.is_transit() == behind.is_transit() && other.gateway != behind.gateway
                });
                if fits {
                    associations.push(behind);
                }
            }
            if let Some(dxgw) = build.network.fabric.dxgws.get_mut(ix) {
                dxgw.associations = associations;
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        let Stage::FromSite(ix, vif) = stage;
        from_site(network, ix, vif, visit)
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

fn association(build: &Build<'_>, node: &Node, row: &Association) -> Option<Behind> {
    let id = row.gateway.as_ref()?;
    let Some(Thing::Part(gateway)) = build.thing(id) else { return None };
    let mut behind = Behind {
        gateway,
        region: build.region_around(id),
        allowed: row.allowed_prefixes.iter().filter_map(|text| cells::cidr(text)).collect(),
        blocks: Vec::new(),
        vpns: Vec::new(),
        attachment: None,
    };
    match gateway {
        Part::VirtualPrivateGateway(vgw) => {
            let vgw = &build.network.fabric.vgws[vgw];
            if let Some(vpc) = vgw.vpc {
                let vpc = &build.network.vpcs[vpc];
                behind.blocks.extend(vpc.v4.iter().map(|net| IpNet::V4(*net)));
                behind.blocks.extend(vpc.v6.iter().map(|net| IpNet::V6(*net)));
            }
            behind.vpns.clone_from(&vgw.vpns);
        }
        Part::TransitGateway(tgw) => {
            if let Some(Thing::Part(own)) = build.thing(&node.id) {
                behind.attachment = build.network.fabric.tgws[tgw].by_part.get(&own).copied();
            }
        }
        _ => return None,
    }
    Some(behind)
}

/// The gateways behind it.
pub(crate) fn behind(network: &Network, ix: Ix<Dxgw>) -> Vec<Part> {
    network.fabric.dxgws[ix].associations.iter().map(|behind| behind.gateway).collect()
}

/// The kind of gateway behind the Direct Connect gateway with that id.
pub(crate) fn kind_behind(network: &Network, id: &Id) -> Option<&'static str> {
    let (_, dxgw) = network.fabric.dxgws.iter().find(|(_, dxgw)| dxgw.id == *id)?;
    dxgw.associations.first().map(|behind| behind.gateway.kind())
}

fn association_of(network: &Network, ix: Ix<Dxgw>, gateway: Part) -> Option<&Behind> {
    network.fabric.dxgws[ix].associations.iter().find(|behind| behind.is(gateway))
}

/// The virtual interfaces that reach an associated gateway.
fn ways(network: &Network, ix: Ix<Dxgw>, behind: &Behind) -> Vec<Ix<Vif>> {
    let mut vifs = virtual_interface::of_door(network, Door::Dxgw(ix));
    vifs.retain(|vif| behind.takes(network.fabric.vifs[*vif].purpose));
    vifs
}

/// The virtual interfaces that reach an associated gateway, and the Region that it stands in: what
/// ranks them (DX-20).
pub(crate) fn interfaces(
    network: &Network,
    ix: Ix<Dxgw>,
    gateway: Part,
) -> (Vec<Ix<Vif>>, Option<Ix<Region>>) {
    association_of(network, ix, gateway)
        .map(|behind| (ways(network, ix, behind), behind.region))
        .unwrap_or_default()
}

/// What all its virtual interfaces teach an associated gateway: of each prefix the best
/// announcement, and whether it is up or withdrawn.
pub(crate) fn known(network: &Network, ix: Ix<Dxgw>, gateway: Part) -> Vec<(Announcement, bool)> {
    let Some(behind) = association_of(network, ix, gateway) else { return Vec::new() };
    let mut all: Vec<(Announcement, bool)> = Vec::new();
    for vif in ways(network, ix, behind) {
        let up = virtual_interface::is_up(network, vif);
        all.extend(virtual_interface::ranked(network, vif, behind.region).map(|it| (it, up)));
    }
    // DX-20; a stable sort keeps the document's order of equals.
    let worse = |(it, up): &(Announcement, bool)| {
        (!up, u8::MAX - it.preference, it.as_path.len(), it.med.unwrap_or(0))
    };
    all.sort_by_key(|known| (known.0.prefix, worse(known)));
    all.dedup_by_key(|(it, _)| it.prefix);
    all
}

/// A virtual interface that is down and would have taken the packet.
pub(crate) fn lost(network: &Network, ix: Ix<Dxgw>, gateway: Part, packet: &Packet) -> Option<Ix<Vif>> {
    let behind = association_of(network, ix, gateway)?;
    ways(network, ix, behind).into_iter().find(|vif| {
        !virtual_interface::is_up(network, *vif)
            && virtual_interface::offers(network, *vif).any(|it| it.prefix.contains(&packet.destination))
    })
}

/// Why nothing passes to an address that one of its virtual interfaces announced.
pub(crate) fn down(network: &Network, ix: Ix<Dxgw>, address: IpAddr) -> Option<Reason> {
    let announced =
        |vif: &Ix<Vif>| virtual_interface::offers(network, *vif).any(|it| it.prefix.contains(&address));
    let mut vifs = network.fabric.dxgws[ix].vifs.iter().copied().filter(announced);
    vifs.find_map(|vif| virtual_interface::down(network, vif))
}

/// Whether an address is behind another gateway than `gateway`: no way leads there, and the
/// reason is that this gateway is no transit (DX-15).
fn leads_to_another(network: &Network, ix: Ix<Dxgw>, gateway: Part, address: IpAddr) -> bool {
    let mut others = network.fabric.dxgws[ix].associations.iter().filter(|behind| !behind.is(gateway));
    others.any(|behind| behind.has(address))
}

/// What a site hears over one of its virtual interfaces (DX-16, DX-17, DX-19).
pub(crate) fn announced(network: &Network, ix: Ix<Dxgw>, over: Ix<Vif>) -> Vec<IpNet> {
    let vif = &network.fabric.vifs[over];
    let dxgw = &network.fabric.dxgws[ix];
    let of_aws = dxgw.associations.iter().filter(|behind| behind.takes(vif.purpose));
    let mut all: Vec<IpNet> = of_aws.flat_map(Behind::announces).collect();
    for other in sitelinked(network, ix, over) {
        all.extend(virtual_interface::learned(network, other).into_iter().map(|heard| heard.prefix));
    }
    all
}

/// The other virtual interfaces that SiteLink joins with this one (DX-19).
fn sitelinked(network: &Network, ix: Ix<Dxgw>, over: Ix<Vif>) -> Vec<Ix<Vif>> {
    if !network.fabric.vifs[over].sitelink {
        return Vec::new();
    }
    let mut others = virtual_interface::of_door(network, Door::Dxgw(ix));
    others.retain(|other| *other != over && network.fabric.vifs[*other].sitelink);
    others
}

/// Tells a site that has no route to a VPC's address why: no allowed prefix covers it (DX-18).
pub(crate) fn hint_withheld(network: &Network, router: Ix<Cgw>, visit: &mut Visit<'_>) {
    let destination = visit.packet.destination;
    for (_, vif) in network.fabric.vifs.iter().filter(|(_, vif)| vif.router == Some(router)) {
        let Some(Door::Dxgw(ix)) = vif.door else { continue };
        let dxgw = &network.fabric.dxgws[ix];
        for behind in dxgw.associations.iter().filter(|behind| behind.takes(vif.purpose)) {
            let there = match behind.gateway {
                Part::TransitGateway(tgw) => network.vpcs.iter().any(|(vpc, own)| {
                    own.contains(destination)
                        && transit_gateway_attachment::of_vpc(network, tgw, vpc).is_some()
                }),
                _ => behind.blocks.iter().any(|net| net.contains(&destination)),
            };
            if there && !behind.announces().iter().any(|net| net.contains(&destination)) {
                visit.hint(
                    Reason::new(&PREFIX_NOT_ALLOWED, Where::new(SPEC.kind, &dxgw.id))
                        .fact("destination", destination)
                        .fact("gateway", behind.gateway.id(network)),
                );
            }
        }
    }
}

fn hop(dxgw: &Dxgw, packet: &Packet) -> Hop {
    Hop::new(SPEC.kind, &dxgw.id, "direct-connect-gateway", Decision::Routed, packet)
}

fn refuse(dxgw: &Dxgw, hop: Hop, no_transit: bool, visit: &mut Visit<'_>) -> Outcome<At> {
    let (spec, rules): (_, &'static [&'static str]) =
        if no_transit { (&NO_TRANSIT, &["DX-15", "DX-19"]) } else { (&route_table::NO_ROUTE, &["DX-15"]) };
    let reason = Reason::new(spec, Where::new(SPEC.kind, &dxgw.id))
        .fact("table", &dxgw.id)
        .fact("source", visit.packet.source)
        .fact("destination", visit.packet.destination);
    visit.deny(hop.by(rules), reason);
    Outcome::Stopped
}

/// A packet from an associated gateway towards a site. `from` is a virtual private gateway, a
/// transit gateway, or its attachment.
pub(crate) fn to_site(network: &Network, ix: Ix<Dxgw>, from: Part, visit: &mut Visit<'_>) -> Outcome<At> {
    let dxgw = &network.fabric.dxgws[ix];
    let packet = visit.packet.clone();
    let Some(behind) = association_of(network, ix, from) else {
        return refuse(dxgw, hop(dxgw, &packet), false, visit);
    };
    // DX-20: this is where AWS chooses among virtual interfaces.
    let choice = virtual_interface::choose(network, &ways(network, ix, behind), behind.region, &packet);
    let (winner, withdrawn) = (choice.winner, choice.withdrawn);
    let prefix = choice.candidates.first().map(|route| route.destination.clone());
    let mut hop = hop(dxgw, &packet).by(&["DX-20"]);
    hop.evidence = choice.evidence(&dxgw.id, &packet);
    // DX-15: what came over a VPN connection of the same gateway goes no further.
    if from_vpn(network, behind, packet.source) {
        return refuse(dxgw, hop, true, visit);
    }
    let Some(vif) = winner.or(withdrawn) else {
        let no_transit = leads_to_another(network, ix, from, packet.destination);
        return refuse(dxgw, hop, no_transit, visit);
    };
    let purpose = network.fabric.vifs[vif].purpose;
    let mut others = dxgw.associations.iter().filter(|other| !other.is(from) && other.takes(purpose));
    let Some(other) =
        others.find(|other| other.announces().iter().any(|net| net.contains(&packet.destination)))
    else {
        visit.record(hop);
        return virtual_interface::to_site(network, vif, visit);
    };
    // DX-15: the site's supernet covers another association, so the packet turns around at
    // AWS's device and never reaches the site.
    visit.hint(
        Reason::new(&SUPERNET, Where::new(SPEC.kind, &dxgw.id))
            .fact("prefix", prefix.unwrap_or_default())
            .fact("interface", &network.fabric.vifs[vif].id),
    );
    visit.record(hop.by(&["DX-15"]));
    if !virtual_interface::pass(network, vif, Vec::new(), visit) {
        return Outcome::Stopped;
    }
    hand_to(network, dxgw, other, visit)
}

fn from_vpn(network: &Network, behind: &Behind, source: IpAddr) -> bool {
    !behind.blocks.iter().any(|net| net.contains(&source))
        && behind.vpns.iter().any(|vpn| {
            vpn_connection::learned(network, *vpn).iter().any(|(_, it)| it.prefix.contains(&source))
        })
}

fn hand_to(network: &Network, dxgw: &Dxgw, behind: &Behind, visit: &mut Visit<'_>) -> Outcome<At> {
    match (behind.gateway, behind.attachment) {
        (Part::VirtualPrivateGateway(vgw), _) => virtual_private_gateway::arrive(network, vgw, visit),
        (_, Some(attachment)) => transit_gateway_attachment::arrive(network, attachment, visit),
        (_, None) => {
            let packet = visit.packet.clone();
            refuse(dxgw, hop(dxgw, &packet), false, visit)
        }
    }
}

/// A packet from a virtual interface: to the association with the longest announced prefix, or
/// by SiteLink to another site (DX-16, DX-17, DX-19).
fn from_site(network: &Network, ix: Ix<Dxgw>, vif: Ix<Vif>, visit: &mut Visit<'_>) -> Outcome<At> {
    let dxgw = &network.fabric.dxgws[ix];
    let packet = visit.packet.clone();
    let destination = packet.destination;
    let purpose = network.fabric.vifs[vif].purpose;
    let mut ways: Vec<(IpNet, &Behind)> = Vec::new();
    for behind in dxgw.associations.iter().filter(|behind| behind.takes(purpose)) {
        ways.extend(behind.announces().into_iter().map(|net| (net, behind)));
    }
    // Longest first; a stable sort keeps the order of associations.
    ways.sort_by_key(|(net, _)| (!net.contains(&destination), u8::MAX - net.prefix_len()));
    let best = ways.first().filter(|(net, _)| net.contains(&destination)).copied();
    let candidates: Vec<RouteCandidate> = ways
        .iter()
        .enumerate()
        .filter(|(_, (net, _))| net.addr().is_ipv4() == destination.is_ipv4())
        .map(|(n, (net, behind))| RouteCandidate {
            destination: net.to_string(),
            target: behind.gateway.id(network).to_string(),
            origin: if behind.is_transit() { RouteOrigin::Static } else { RouteOrigin::Propagated },
            prefix_list: None,
            index: None,
            blackhole: false,
            attributes: None,
            lost: match best {
                _ if !net.contains(&destination) => Some(RouteLoss::NoMatch),
                Some(_) if n == 0 => None,
                Some((best, _)) if best.prefix_len() == net.prefix_len() => Some(RouteLoss::Tie),
                Some((best, _)) => {
                    Some(RouteLoss::ShorterPrefix { by: best.prefix_len().saturating_sub(net.prefix_len()) })
                }
                None => Some(RouteLoss::NoMatch),
            },
        })
        .collect();
    let mut hop = hop(dxgw, &packet).by(&["DX-16", "DX-17"]);
    hop.evidence.push(Evidence::Routes { table: dxgw.id.clone(), destination, candidates });
    if let Some((_, behind)) = best {
        visit.record(hop);
        return hand_to(network, dxgw, behind, visit);
    }
    let choice = virtual_interface::choose(network, &sitelinked(network, ix, vif), None, &packet);
    if let Some(other) = choice.winner {
        hop.evidence = choice.evidence(&dxgw.id, &packet);
        visit.record(hop.by(&["DX-19"]));
        return virtual_interface::to_site(network, other, visit);
    }
    // DX-15, DX-19: known to another interface, or to a VPN connection behind it, but not joined.
    let mut offers = dxgw.vifs.iter().flat_map(|other| virtual_interface::offers(network, *other));
    let at_a_site = offers.any(|it| it.prefix.contains(&destination));
    let over_vpn = dxgw.associations.iter().any(|behind| from_vpn(network, behind, destination));
    refuse(dxgw, hop, at_a_site || over_vpn, visit)
}
