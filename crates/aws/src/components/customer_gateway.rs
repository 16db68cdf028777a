//! A customer gateway: the site's router, end of VPN tunnels and virtual interfaces (VPN-11, VPN-23, DX-21, HYB-06).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::{
    Decision, Entry, Evidence, Hint, Hop, Id, Leg, LegKind, Outcome, Reason, ReasonSpec, Role, Severity,
    StateEvent, Verdict, Visit, Where,
};
use hopscope_net::{IpNet, Packet};

use crate::arena::Ix;
use crate::bgp;
use crate::catalog::{self, Part};
use crate::cells;
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::components::on_premises::{self, Site};
use crate::components::{nat_gateway, network_interface, virtual_interface, vpn_connection};
use crate::document::Node;
use crate::fabric::{Component, Outside};
use crate::lower::Build;
use crate::network::{Network, Thing};
use crate::pipeline::At;
use crate::validate::{self, Check};

mod routing;

pub(crate) use routing::{choices, effective, knows_narrower};

record! {
    /// Configuration of a customer gateway device. Its parent is the site it serves.
    pub struct Config {
        /// Its outside address.
        pub ip: String,
        /// Its autonomous system number.
        pub asn: String = "65000",
        /// Routes written by hand at the site.
        pub routes: Vec<StaticRoute>,
        /// Source NAT towards the internet and public virtual interfaces (DX-11).
        pub nat_address: String,
        /// VPN-11, HYB-06.
        pub strict_symmetric: bool,
        /// VPN-23.
        pub failed: bool,
    }
}

record! {
    /// One route of the site's router.
    pub struct StaticRoute {
        /// A CIDR block.
        pub destination: String,
        /// Id of a VPN connection or virtual interface, `internet` or `blackhole`.
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
            "Target",
            FieldKind::Ref(&["vpn-connection", "virtual-interface", "internet", "blackhole"]),
            "",
        ),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "customer-gateway",
    name: "Customer gateway",
    aws_type: Some("AWS::EC2::CustomerGateway"),
    id_prefix: "cgw",
    summary: "The site's router: the customer's end of VPN connections and Direct Connect.",
    parents: &["on-premises", "region"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("ip", "Outside address", FieldKind::Address, "Public, unless the VPN is private"),
        Field::new("asn", "BGP ASN", FieldKind::Text, ""),
        Field::new("routes", "Static routes", FieldKind::Rows(&ROUTES), "Beside what BGP teaches it"),
        Field::new(
            "nat_address",
            "Public address of the site",
            FieldKind::Address,
            "Hides the site behind it towards public networks",
        ),
        Field::new(
            "strict_symmetric",
            "Strict symmetry",
            FieldKind::Flag,
            "Drops replies that come by another link than the request",
        ),
        Field::new("failed", "Failed", FieldKind::Flag, "All its tunnels and virtual interfaces go down"),
    ],
    failure: Some(Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/your-cgw.html",
};

/// The page of the Site-to-Site VPN guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpn/latest/s2svpn/your-cgw.html";

packet_reason!(
    PAGE,
    /// The site's router has no public address for a private source (VPN-23).
    PRIVATE_SOURCE, "X_ONPREM_PRIVATE_SOURCE", None, &["VPN-23"]
);
packet_reason!(
    PAGE,
    /// A gateway that is drawn without its site: nobody knows what is behind it (VPN-23).
    UNKNOWN_DESTINATION, "UNKNOWN_DESTINATION", Some("UNKNOWN_DESTINATION"), &["VPN-23"]
);

/// One direction by VPN, the other by Direct Connect (HYB-06).
pub static ASYMMETRIC_HYBRID: ReasonSpec = ReasonSpec {
    code: "I_ASYMMETRIC_HYBRID",
    aws_code: None,
    severity: Severity::Warning,
    rules: &["HYB-06"],
    docs: PAGE,
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&PRIVATE_SOURCE, &UNKNOWN_DESTINATION, &ASYMMETRIC_HYBRID];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Cgw {
    pub id: Id,
    pub site: Option<Ix<Site>>,
    /// Its outside address.
    pub outside: Option<IpAddr>,
    pub asn: u32,
    pub failed: bool,
    /// Stateful for each link (VPN-11).
    pub strict: bool,
    /// The public address that the site hides behind.
    pub nat: Option<Ipv4Addr>,
    /// Routes written by hand.
    pub routes: Vec<Fixed>,
    /// VPN connections and virtual interfaces that end here, in the document's order.
    pub links: Vec<Link>,
}

/// A route written by hand.
#[derive(Debug)]
pub(crate) struct Fixed {
    pub destination: IpNet,
    pub target: Target,
    pub text: String,
    pub index: usize,
}

/// Where a route written by hand leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Link(Part),
    Internet,
    Blackhole,
}

/// A VPN connection or virtual interface, from the site's side.
#[derive(Debug)]
pub(crate) struct Link {
    pub part: Part,
    pub local_preference: u32,
    /// The autonomous system number of AWS's end.
    pub asn: u32,
    /// A public virtual interface: the site hides behind its public address (DX-11).
    pub public: bool,
}

/// By which link a packet came, and by which of its tunnels.
pub(crate) type Came = Option<(Part, Option<usize>)>;

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Coming in from AWS or the internet.
    In(Ix<Cgw>, Came),
    /// Leaving a site: its routers choose.
    Out(Ix<Site>),
}

impl Component for Cgw {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            site: None,
            outside: config.ip.trim().parse().ok(),
            asn: bgp::asn(&config.asn),
            failed: config.failed,
            strict: config.strict_symmetric,
            nat: config.nat_address.trim().parse().ok(),
            routes: Vec::new(),
            links: Vec::new(),
        })
    }

    fn link(build: &mut Build<'_>) {
        let mut ending = links(build);
        for node in build.nodes() {
            let catalog::Config::CustomerGateway(config) = &node.config else { continue };
            let Some(Thing::Part(Part::CustomerGateway(ix))) = build.thing(&node.id) else { continue };
            let routes = config
                .routes
                .iter()
                .enumerate()
                .filter_map(|(index, route)| {
                    let text = route.target.trim();
                    let target = match (text, build.thing(&Id::from(text))) {
                        ("internet", _) | (_, Some(Thing::Internet)) => Target::Internet,
                        (
                            _,
                            Some(Thing::Part(part @ (Part::VpnConnection(_) | Part::VirtualInterface(_)))),
                        ) => Target::Link(part),
                        // A target that is gone drops what it wins, as in any router.
                        _ => Target::Blackhole,
                    };
                    let destination = cells::cidr(&route.destination)?;
                    Some(Fixed { destination, target, text: text.to_owned(), index })
                })
                .collect();
            let links = ending.remove(&node.id).unwrap_or_default();
            let site = on_premises::around(build, &node.id);
            if let Some(cgw) = build.network.fabric.cgws.get_mut(ix) {
                (cgw.routes, cgw.links, cgw.site) = (routes, links, site);
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        match stage {
            Stage::In(ix, came) => inbound(network, ix, came, visit),
            Stage::Out(site) => routing::leave(network, site, visit),
        }
    }

    fn addresses(&self) -> Vec<(IpAddr, Outside)> {
        self.nat.map(|address| (IpAddr::V4(address), Outside::Internet)).into_iter().collect()
    }

    fn receive_from_internet(_: &Network, ix: Ix<Self>, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Next(Stage::In(ix, None).into())
    }

    fn check(check: &mut Check<'_>) {
        validate::hybrid::customer_gateways(check);
    }
}

/// VPN connections and virtual interfaces that end at each customer gateway.
fn links(build: &Build<'_>) -> BTreeMap<Id, Vec<Link>> {
    let mut links: BTreeMap<Id, Vec<Link>> = BTreeMap::new();
    for node in build.nodes() {
        let (gateway, cgw, local_preference, public) = match &node.config {
            catalog::Config::VpnConnection(vpn) => {
                (&vpn.gateway, &vpn.customer_gateway, vpn.local_preference, false)
            }
            catalog::Config::VirtualInterface(vif) => {
                (&vif.gateway, &vif.customer_gateway, vif.local_preference, vif.interface_type == "public")
            }
            _ => continue,
        };
        if let (Some(cgw), Some(Thing::Part(part))) = (cgw, build.thing(&node.id)) {
            // A public virtual interface ends at Amazon's own network.
            let asn = if public { AMAZON } else { vpn_connection::asn_of(build, gateway.as_ref()) };
            links.entry(cgw.clone()).or_default().push(Link { part, local_preference, asn, public });
        }
    }
    links
}

/// Amazon's autonomous system number.
const AMAZON: u32 = 16509;

/// What a customer gateway announces where nothing else is written: its site's networks, and its
/// own number.
pub(crate) fn networks(build: &Build<'_>, id: Option<&Id>) -> (Vec<IpNet>, u32) {
    let Some(node) = id.and_then(|id| build.document.nodes.get(id)) else {
        return (Vec::new(), bgp::asn(""));
    };
    let catalog::Config::CustomerGateway(config) = &node.config else { return (Vec::new(), bgp::asn("")) };
    let site = build.document.enclosing(&node.id, "on-premises").map(|site| &site.config);
    let networks = match site {
        Some(catalog::Config::OnPremises(site)) => on_premises::networks(site),
        _ => Vec::new(),
    };
    (networks, bgp::asn(&config.asn))
}

/// A packet comes in over that VPN connection or virtual interface.
pub(crate) fn receive(_: &Network, ix: Ix<Cgw>, via: Part, _: &mut Visit<'_>) -> Outcome<At> {
    Outcome::Next(Stage::In(ix, Some((via, None))).into())
}

fn hop(cgw: &Cgw, packet: &Packet) -> Hop {
    Hop::new(SPEC.kind, &cgw.id, "customer-gateway", Decision::Forwarded, packet)
}

fn inbound(network: &Network, ix: Ix<Cgw>, came: Came, visit: &mut Visit<'_>) -> Outcome<At> {
    let cgw = &network.fabric.cgws[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &cgw.id);
    let mut hop = hop(cgw, &packet).by(&["VPN-23"]);
    if cgw.failed {
        visit.deny(hop, out_of_service(cgw));
        return Outcome::Stopped;
    }
    match linked(network, ix, came, true, visit) {
        Symmetry::Passed(evidence) => {
            if let Some(evidence) = evidence {
                hop = hop.with(evidence).by(&["VPN-11", "HYB-06"]);
            }
        }
        Symmetry::Broken(evidence) => {
            let reason = Reason::new(&nat_gateway::STATE_MISSING, at()).fact("flow", &packet);
            visit.deny(hop.with(evidence).by(&["VPN-11", "HYB-06"]), reason);
            return Outcome::Stopped;
        }
    }
    let Some(site) = cgw.site else {
        visit.unknown(hop, Reason::new(&UNKNOWN_DESTINATION, at()).fact("destination", packet.destination));
        return Outcome::Stopped;
    };
    match cgw.nat {
        Some(nat) if packet.destination == IpAddr::V4(nat) => {
            let missing =
                Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
            let Some(entry) = visit.state.refresh(&cgw.id, Role::Nat, true, &packet.key()) else {
                let reason = Reason::new(&nat_gateway::UNSOLICITED, at()).fact("packet", &packet);
                visit.deny(hop.with(missing), reason);
                return Outcome::Stopped;
            };
            let after = packet.clone().with_destination(entry.flow.source, entry.flow.source_port);
            let used =
                Evidence::State { event: StateEvent::Used, flow: entry.flow.clone(), idle_limit: None };
            visit.record(hop.with(used).rewriting(&after));
            visit.packet = after;
        }
        _ => visit.record(hop),
    }
    on_premises::enter(network, site, visit)
}

fn out_of_service(cgw: &Cgw) -> Reason {
    Reason::new(&network_interface::BAD_STATE, Where::new(SPEC.kind, &cgw.id))
        .fact("interface", &cgw.id)
        .fact("failed", "customer gateway")
}

/// What a router that keeps flows to their link says.
enum Symmetry {
    Passed(Option<Evidence>),
    Broken(Evidence),
}

/// VPN-11, HYB-06: with strict symmetry the answer must use the link, and the tunnel, of the request.
fn linked(network: &Network, ix: Ix<Cgw>, came: Came, inbound: bool, visit: &mut Visit<'_>) -> Symmetry {
    let cgw = &network.fabric.cgws[ix];
    let Some((part, tunnel)) = came.filter(|_| cgw.strict) else { return Symmetry::Passed(None) };
    let tunnel = tunnel.map(|tunnel| format!("/{}", tunnel + 1)).unwrap_or_default();
    let owner = Id::from(format!("{}/{}{tunnel}", cgw.id, part.id(network)));
    let key = visit.packet.key();
    let evidence = |event| Evidence::State { event, flow: key.clone(), idle_limit: None };
    if visit.state.refresh(&owner, Role::Appliance, inbound, &key).is_some() {
        return Symmetry::Passed(Some(evidence(StateEvent::Used)));
    }
    if visit.leg == LegKind::Return {
        return Symmetry::Broken(evidence(StateEvent::Missing));
    }
    let created = evidence(StateEvent::Created);
    visit.remember(Entry::new(&owner, Role::Appliance, key).inbound(inbound));
    Symmetry::Passed(Some(created))
}

/// HYB-06: one direction by VPN, the other by Direct Connect. Each is a choice of its own sender.
pub(crate) fn asymmetric_hybrid(forward: &Leg, back: &Leg) -> Option<Hint> {
    let link = |leg: &Leg| {
        let link = |hop: &&Hop| [vpn_connection::SPEC.kind, virtual_interface::SPEC.kind].contains(&hop.kind);
        leg.hops.iter().find(link).map(|hop| (hop.kind, hop.id.clone()))
    };
    let ((there, request), (here, reply)) = (link(forward)?, link(back)?);
    if there == here || forward.verdict != Verdict::Allowed {
        return None;
    }
    let router = back.hops.iter().chain(&forward.hops).find(|hop| hop.kind == SPEC.kind)?;
    let reason = Reason::new(&ASYMMETRIC_HYBRID, Where::new(SPEC.kind, &router.id));
    Some(Hint { reason: reason.fact("request", request).fact("reply", reply) })
}
