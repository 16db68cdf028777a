//! A Site-to-Site VPN connection: two IPsec tunnels from one customer gateway to one gateway of AWS (VPN-01 to VPN-24).

use std::net::IpAddr;

use hopscope_forward::{Id, Outcome, Reason, ReasonSpec, RouteOrigin, Visit, Where};
use hopscope_net::IpNet;

use crate::arena::Ix;
use crate::bgp::{self, ADVERTISEMENTS, Advertisement, Announcement};
use crate::catalog::{self, Part};
use crate::cells;
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::components::customer_gateway::{self, Cgw};
use crate::components::{transit_gateway_attachment, virtual_interface, virtual_private_gateway};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Thing};
use crate::pipeline::At;
use crate::validate::{self, Check};

mod crossing;

pub(crate) use crossing::{from_site, to_site};

record! {
    /// Configuration of a VPN connection. Its parent is the Region of its AWS side. Pre-shared keys are never kept.
    pub struct Config {
        /// The customer's end.
        pub customer_gateway: Option<Id>,
        /// AWS's end.
        pub gateway: Option<Id>,
        /// `bgp` (dynamic) or `static` (VPN-03).
        pub routing: String = "bgp",
        /// Remote prefixes typed on the connection.
        pub static_routes: Vec<String>,
        /// What the site announces by BGP; its networks if empty.
        pub announces: Vec<Advertisement>,
        /// The two tunnels (VPN-01).
        pub tunnels: Vec<Tunnel> = default_tunnels(),
        /// The tunnel that the site prefers (VPN-11).
        pub site_tunnel: String,
        /// The site's local preference for what it learns here (DX-21).
        pub local_preference: u32 = 100u32,
        /// Accelerated through Global Accelerator (VPN-20).
        pub acceleration: bool,
        /// VPN-17.
        pub inside_ip_version: String = "ipv4",
        /// VPN-18.
        pub local_cidr: String = "0.0.0.0/0",
        /// VPN-18.
        pub remote_cidr: String = "0.0.0.0/0",
        /// VPN-14.
        pub bandwidth: String = "standard",
        /// A public virtual interface, or a transit one for a private IP VPN (VPN-21).
        pub transport: Option<Id>,
    }
}

record! {
    /// One IPsec tunnel.
    pub struct Tunnel {
        /// A label, `1` or `2`.
        pub name: String,
        /// AWS's outside address.
        pub outside_ip: String,
        /// A /30 of 169.254.0.0/16 (VPN-19).
        pub inside_cidr: String,
        /// `down` while IKE or BGP is.
        pub state: String = "up",
        /// AWS is about to replace its end: the other tunnel is announced with a lower MED (VPN-12).
        pub maintenance: bool,
    }
}

/// The two tunnels of a new connection.
fn default_tunnels() -> Vec<Tunnel> {
    ["1", "2"].map(|name| Tunnel { name: name.to_owned(), ..Tunnel::default() }).into()
}

/// Columns of [`Tunnel`].
pub static TUNNELS: Rows = Rows {
    noun: "tunnel",
    columns: &[
        Field::new("name", "Name", FieldKind::Text, ""),
        Field::new("outside_ip", "Outside address", FieldKind::Address, ""),
        Field::new("inside_cidr", "Inside CIDR", FieldKind::Text, ""),
        Field::new("state", "State", FieldKind::Choice(&["up", "down"]), ""),
        Field::new("maintenance", "Maintenance", FieldKind::Flag, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "vpn-connection",
    name: "Site-to-Site VPN connection",
    aws_type: Some("AWS::EC2::VPNConnection"),
    id_prefix: "vpn",
    summary: "Two encrypted tunnels between a customer gateway and a virtual private or transit gateway.",
    parents: &["region"],
    shape: Shape::Link,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("customer_gateway", "Customer gateway", FieldKind::Ref(&["customer-gateway"]), ""),
        Field::new("gateway", "Gateway", FieldKind::Ref(&["virtual-private-gateway", "transit-gateway"]), ""),
        Field::new("routing", "Routing", FieldKind::Choice(&["bgp", "static"]), ""),
        Field::new(
            "static_routes",
            "Static routes",
            FieldKind::Cidr4List,
            "Networks of the site (static routing)",
        ),
        Field::new(
            "announces",
            "Announced by the site",
            FieldKind::Rows(&ADVERTISEMENTS),
            "The site's networks if empty",
        ),
        Field::new("tunnels", "Tunnels", FieldKind::Rows(&TUNNELS), "Always two"),
        Field::new(
            "site_tunnel",
            "The site sends on",
            FieldKind::Text,
            "Name of a tunnel; the first that is up if empty",
        ),
        Field::new(
            "local_preference",
            "Local preference at the site",
            FieldKind::Number,
            "Higher is preferred by the site's router",
        ),
        Field::new("acceleration", "Acceleration", FieldKind::Flag, "Transit gateways only"),
        Field::new(
            "inside_ip_version",
            "Inside IP version",
            FieldKind::Choice(&["ipv4", "ipv6"]),
            "IPv6 on transit gateways only",
        ),
        Field::new(
            "local_cidr",
            "Local IPv4 network CIDR",
            FieldKind::Cidr4,
            "The customer's side of the selectors",
        ),
        Field::new(
            "remote_cidr",
            "Remote IPv4 network CIDR",
            FieldKind::Cidr4,
            "AWS's side of the selectors",
        ),
        Field::new(
            "bandwidth",
            "Tunnel bandwidth",
            FieldKind::Choice(&["standard", "large"]),
            "1.25 or 5 Gbps",
        ),
        Field::new(
            "transport",
            "Carried over",
            FieldKind::Ref(&["virtual-interface"]),
            "The internet if empty",
        ),
    ],
    failure: Some(Failure { field: "tunnels/state", down: "down", up: "up" }),
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/VPC_VPN.html",
};

/// The page of the Site-to-Site VPN guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html";

packet_reason!(
    PAGE,
    /// No tunnel of a connection to a virtual private gateway is usable (VPN-10).
    BAD_STATE_VPN, "BAD_STATE_VPN", Some("BAD_STATE_VPN"), &["VPN-10"]
);
packet_reason!(
    PAGE,
    /// No tunnel of a connection to a transit gateway is usable (VPN-10).
    TGW_BAD_STATE_VPN, "TGW_BAD_STATE_VPN", Some("TGW_BAD_STATE_VPN"), &["VPN-10", "VPN-21"]
);
packet_reason!(
    PAGE,
    /// Outside the networks that the tunnels were negotiated for (VPN-18).
    SELECTOR, "X_VPN_SELECTOR", None, &["VPN-18"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&BAD_STATE_VPN, &TGW_BAD_STATE_VPN, &SELECTOR];

/// Largest packet inside a tunnel, bytes (VPN-15).
pub const MTU: u32 = 1446;
/// Seconds of silence after which a tunnel counts as down (VPN-24).
pub const DEAD_PEER_SECONDS: u32 = 30;
/// What the site hears for a tunnel, and for the one that stays up during maintenance (VPN-12).
const MED: (u32, u32) = (100, 50);

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Vpn {
    pub id: Id,
    /// The customer's end.
    pub cgw: Option<Ix<Cgw>>,
    /// AWS's end.
    pub gateway: Option<Part>,
    /// Routes are learned by BGP (VPN-03).
    pub dynamic: bool,
    /// Prefixes typed on the connection; none count with BGP (VPN-03).
    pub fixed: Vec<Announcement>,
    /// What the site announces while the session is up.
    pub taught: Vec<Announcement>,
    pub tunnels: Vec<TunnelEnd>,
    /// Name of the tunnel that the site prefers.
    pub preferred: String,
    /// The site's local preference for what it hears here.
    pub local_preference: u32,
    /// The customer's side of the selectors and AWS's.
    pub selectors: (Option<IpNet>, Option<IpNet>),
    /// The virtual interface that carries it, instead of the internet.
    pub transport: Option<Part>,
    /// That interface is a transit one: a private IP VPN (VPN-21).
    pub private: bool,
    /// Its tunnels may share the flows: BGP, and a transit gateway with ECMP (TGW-26).
    pub ecmp: bool,
    /// Inner packets are IPv6 (VPN-17).
    pub ipv6: bool,
    pub accelerated: bool,
    /// What one of its tunnels carries (VPN-14).
    pub bandwidth: &'static str,
    /// AWS's autonomous system number.
    pub asn: u32,
}

/// One tunnel, resolved.
#[derive(Debug)]
pub(crate) struct TunnelEnd {
    pub name: String,
    /// AWS's address outside.
    pub outside: Option<IpAddr>,
    /// The block inside: its first host address is AWS's, its second the site's (VPN-19).
    pub inside: Option<IpNet>,
    pub up: bool,
    pub maintenance: bool,
}

/// Where a packet can be at it: never, the tunnels are between their ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for Vpn {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let any = |text: &str| cells::cidr(text).filter(|net| net.prefix_len() > 0);
        let dynamic = config.routing != "static";
        let fixed = |text: &String| {
            let prefix = cells::cidr(text)?;
            Some(Announcement { prefix, as_path: Vec::new(), med: None, preference: bgp::DEFAULT_PREFERENCE })
        };
        Some(Self {
            id: node.id.clone(),
            cgw: None,
            gateway: None,
            dynamic,
            fixed: if dynamic { Vec::new() } else { config.static_routes.iter().filter_map(fixed).collect() },
            taught: Vec::new(),
            tunnels: config
                .tunnels
                .iter()
                .map(|tunnel| TunnelEnd {
                    name: tunnel.name.trim().to_owned(),
                    outside: tunnel.outside_ip.trim().parse().ok(),
                    inside: cells::cidr(&tunnel.inside_cidr),
                    up: tunnel.state != "down",
                    maintenance: tunnel.maintenance,
                })
                .collect(),
            preferred: config.site_tunnel.trim().to_owned(),
            local_preference: config.local_preference,
            selectors: (any(&config.local_cidr), any(&config.remote_cidr)),
            transport: None,
            private: false,
            ecmp: false,
            ipv6: config.inside_ip_version == "ipv6",
            accelerated: config.acceleration,
            bandwidth: match config.bandwidth.as_str() {
                "large" => "5 Gbps",
                "concentrator" => "100 Mbps",
                _ => "1.25 Gbps, 140000 packets/s",
            },
            asn: bgp::asn(""),
        })
    }

    fn link(build: &mut Build<'_>) {
        let part = |build: &Build<'_>, id: &Option<Id>| match id.as_ref().and_then(|id| build.thing(id)) {
            Some(Thing::Part(part)) => Some(part),
            _ => None,
        };
        for node in build.nodes() {
            let catalog::Config::VpnConnection(config) = &node.config else { continue };
            let Some(Thing::Part(Part::VpnConnection(ix))) = build.thing(&node.id) else { continue };
            let cgw = match part(build, &config.customer_gateway) {
                Some(Part::CustomerGateway(cgw)) => Some(cgw),
                _ => None,
            };
            let gateway = part(build, &config.gateway)
                .filter(|part| matches!(part, Part::VirtualPrivateGateway(_) | Part::TransitGateway(_)));
            let transport = part(build, &config.transport);
            let asn = asn_of(build, config.gateway.as_ref());
            let config_of = |id: &Option<Id>| {
                id.as_ref().and_then(|id| build.document.nodes.get(id)).map(|node| &node.config)
            };
            let private = matches!(
                config_of(&config.transport),
                Some(catalog::Config::VirtualInterface(vif)) if vif.interface_type == "transit"
            );
            let ecmp = config.routing != "static"
                && matches!(
                    config_of(&config.gateway),
                    Some(catalog::Config::TransitGateway(tgw)) if tgw.vpn_ecmp
                );
            let taught = if config.routing == "static" {
                Vec::new()
            } else {
                let (networks, own) = customer_gateway::networks(build, config.customer_gateway.as_ref());
                let ipv6 = config.inside_ip_version == "ipv6";
                let mut heard = bgp::announced(&config.announces, &networks, own);
                // VPN-17: one session carries one family.
                heard.retain(|announcement| matches!(announcement.prefix, IpNet::V6(_)) == ipv6);
                heard.into_iter().map(Announcement::without_communities).collect()
            };
            if let Some(vpn) = build.network.fabric.vpns.get_mut(ix) {
                (vpn.cgw, vpn.gateway, vpn.transport, vpn.asn) = (cgw, gateway, transport, asn);
                (vpn.private, vpn.ecmp, vpn.taught) = (private, ecmp, taught);
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn check(check: &mut Check<'_>) {
        validate::hybrid::vpn_connections(check);
    }
}

/// The autonomous system number of an AWS gateway.
pub(crate) fn asn_of(build: &Build<'_>, gateway: Option<&Id>) -> u32 {
    let node = gateway.and_then(|id| build.document.nodes.get(id));
    bgp::asn(match node.map(|node| &node.config) {
        Some(catalog::Config::VirtualPrivateGateway(config)) => &config.asn,
        Some(catalog::Config::TransitGateway(config)) => &config.asn,
        Some(catalog::Config::DirectConnectGateway(config)) => &config.asn,
        _ => "",
    })
}

/// Positions of the tunnels that work now (VPN-08).
pub(crate) fn usable_tunnels(network: &Network, ix: Ix<Vpn>) -> Vec<usize> {
    let vpn = &network.fabric.vpns[ix];
    // VPN-23: without the router no tunnel is up. VPN-21: nor without what carries them.
    let router = vpn.cgw.is_some_and(|cgw| !network.fabric.cgws[cgw].failed);
    let carried = match vpn.transport {
        Some(Part::VirtualInterface(vif)) => virtual_interface::is_up(network, vif),
        Some(_) => false,
        None => true,
    };
    if !router || !carried || vpn.gateway.is_none() {
        return Vec::new();
    }
    vpn.tunnels.iter().enumerate().filter(|(_, tunnel)| tunnel.up).map(|(n, _)| n).collect()
}

/// What kind of route it gives AWS (TGW-08, HYB-01).
pub(crate) fn origin(network: &Network, ix: Ix<Vpn>) -> RouteOrigin {
    let vpn = &network.fabric.vpns[ix];
    match (vpn.dynamic, vpn.private) {
        (false, _) => RouteOrigin::VpnStatic,
        (true, true) => RouteOrigin::PrivateVpn,
        // VPN-21: over a public virtual interface it is a VPN like any other.
        (true, false) => RouteOrigin::Vpn,
    }
}

/// What AWS has over this connection now: its static routes, or what BGP taught. Static routes
/// stay while the tunnels are down, and lead nowhere then; BGP withdraws (VPN-10).
pub(crate) fn learned(network: &Network, ix: Ix<Vpn>) -> Vec<(RouteOrigin, Announcement)> {
    let vpn = &network.fabric.vpns[ix];
    let origin = origin(network, ix);
    let taught = vpn.taught.iter().filter(|_| vpn.dynamic && is_up(network, ix));
    vpn.fixed.iter().chain(taught).map(|announcement| (origin, announcement.clone())).collect()
}

/// What AWS tells the site over it, also while it is down, with the AS_PATH that the site hears:
/// the virtual private gateway's prefixes, or the routes of the table that the attachment is
/// associated with (VPN-13). A static connection tells nothing: the site's router needs routes
/// written by hand.
pub(crate) fn announced(network: &Network, ix: Ix<Vpn>) -> Vec<(IpNet, Vec<u32>)> {
    let vpn = &network.fabric.vpns[ix];
    if !vpn.dynamic {
        return Vec::new();
    }
    let mut told = match vpn.gateway {
        Some(Part::VirtualPrivateGateway(vgw)) => {
            let own = virtual_private_gateway::announced(network, vgw).into_iter();
            let mut told: Vec<_> = own.map(|prefix| (prefix, Vec::new())).collect();
            told.extend(virtual_private_gateway::other_sites(network, vgw, ix));
            told
        }
        Some(Part::TransitGateway(_)) => {
            transit_gateway_attachment::of_resource(network, Part::VpnConnection(ix))
                .map(|attachment| transit_gateway_attachment::told(network, attachment))
                .unwrap_or_default()
        }
        _ => Vec::new(),
    };
    // VPN-17: one family. What the site announced itself is not told back to it.
    told.retain(|(prefix, _)| {
        matches!(prefix, IpNet::V6(_)) == vpn.ipv6 && !vpn.taught.iter().any(|own| own.prefix == *prefix)
    });
    told.sort_by_key(|(prefix, path)| (*prefix, path.len()));
    told.dedup_by_key(|(prefix, _)| *prefix);
    for (_, path) in &mut told {
        path.insert(0, vpn.asn);
    }
    told
}

/// Whether a tunnel of it is up.
pub(crate) fn is_up(network: &Network, ix: Ix<Vpn>) -> bool {
    !usable_tunnels(network, ix).is_empty()
}

/// What the site hears as MED for a tunnel (VPN-12): lower for the one that stays while AWS
/// replaces the other's end.
pub(crate) fn med(vpn: &Vpn, tunnel: usize) -> u32 {
    let other = vpn.tunnels.iter().enumerate().any(|(n, it)| n != tunnel && it.maintenance);
    let own = vpn.tunnels.get(tunnel).is_some_and(|it| it.maintenance);
    if other && !own { MED.1 } else { MED.0 }
}

/// The tunnel that the site's router sends on: the one it prefers, then lower MED, then the
/// first (VPN-11, VPN-12).
pub(crate) fn site_tunnel(network: &Network, ix: Ix<Vpn>) -> Option<usize> {
    let vpn = &network.fabric.vpns[ix];
    let usable = usable_tunnels(network, ix);
    let preferred = usable.iter().copied().find(|n| {
        !vpn.preferred.is_empty() && vpn.tunnels.get(*n).is_some_and(|tunnel| tunnel.name == vpn.preferred)
    });
    preferred.or_else(|| usable.iter().copied().min_by_key(|n| (med(vpn, *n), *n)))
}

/// What a tunnel is called.
pub(crate) fn name(vpn: &Vpn, tunnel: usize) -> String {
    match vpn.tunnels.get(tunnel) {
        Some(tunnel) if !tunnel.name.is_empty() => tunnel.name.clone(),
        _ => (tunnel + 1).to_string(),
    }
}

/// What keeps a connection down.
pub(crate) fn blame(network: &Network, ix: Ix<Vpn>) -> Id {
    let vpn = &network.fabric.vpns[ix];
    let cause = down_because(network, vpn).map(Id::from);
    cause.filter(|id| network.index.contains_key(id)).unwrap_or_else(|| vpn.id.clone())
}

/// That no tunnel of a connection is up, and what keeps them down (VPN-10).
pub(crate) fn down_reason(network: &Network, ix: Ix<Vpn>) -> Reason {
    let vpn = &network.fabric.vpns[ix];
    let spec = match vpn.gateway {
        Some(Part::TransitGateway(_)) => &TGW_BAD_STATE_VPN,
        _ => &BAD_STATE_VPN,
    };
    let reason = Reason::new(spec, Where::new(SPEC.kind, &vpn.id)).fact("connection", &vpn.id);
    match down_because(network, vpn) {
        Some(cause) => reason.fact("cause", cause),
        None => reason,
    }
}

/// Why no tunnel is up, where it is not the tunnels themselves.
fn down_because(network: &Network, vpn: &Vpn) -> Option<String> {
    match vpn.cgw {
        None => return Some("customer gateway".to_owned()),
        Some(cgw) if network.fabric.cgws[cgw].failed => return Some(network.fabric.cgws[cgw].id.to_string()),
        Some(_) => {}
    }
    match vpn.transport {
        Some(Part::VirtualInterface(vif)) if !virtual_interface::is_up(network, vif) => {
            Some(network.fabric.vifs[vif].id.to_string())
        }
        _ => None,
    }
}
