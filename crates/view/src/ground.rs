//! The ground between two hops: zones, AWS's backbone, points of presence, the internet, a fibre;
//! and how a packet is wrapped there. Reads hops and drawing; decides nothing.

use hopscope_aws::{Config, Document, Id};
use hopscope_forward::{Evidence, Hop, Leg};

/// What lies between two hops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// From one Availability Zone to another of the Region.
    Zones,
    /// AWS's own network.
    Backbone,
    /// A point of presence, where AWS meets providers.
    Edge,
    /// Internet providers and exchanges.
    Internet,
    /// The fibre of a Direct Connect location, between the customer's router and AWS's.
    Fibre,
}

impl Ground {
    /// Its name in scenarios.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Zones => "zones",
            Self::Backbone => "backbone",
            Self::Edge => "edge",
            Self::Internet => "internet",
            Self::Fibre => "fibre",
        }
    }
}

/// What is around a packet while it crosses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// An IPsec tunnel between two outside addresses (VPN-18).
    Ipsec {
        /// Who encrypts.
        from: String,
        /// Who decrypts.
        to: String,
    },
    /// A TLS tunnel of Client VPN (CVPN-01).
    Tls,
    /// An Ethernet frame with an 802.1Q tag (DX-03).
    Vlan(u32),
    /// The frame is encrypted on this hop alone (DX-06).
    Macsec,
}

/// One piece of ground that a packet crosses on its way to, or by way of, a hop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// What it is.
    pub ground: Ground,
    /// The place of a fibre.
    pub at: Option<Id>,
    /// What is around the packet there, the outermost last.
    pub wraps: Vec<Wrap>,
}

/// MACsec's tag and check value, which each frame carries besides.
const MACSEC_BYTES: u32 = 32;

impl Crossing {
    fn plain(ground: Ground) -> Self {
        Self { ground, at: None, wraps: Vec::new() }
    }

    /// Whether somebody on this piece can read the packet's own header.
    #[must_use]
    pub fn readable(&self) -> bool {
        self.wraps.iter().all(|wrap| matches!(wrap, Wrap::Vlan(_)))
    }

    /// Bytes that MACsec adds to a frame there.
    #[must_use]
    pub fn extra_bytes(&self) -> u32 {
        if self.wraps.contains(&Wrap::Macsec) { MACSEC_BYTES } else { 0 }
    }
}

/// The ground on the way to each hop of a leg, and by way of it; as many lists as hops.
#[must_use]
pub fn crossings(document: &Document, leg: &Leg) -> Vec<Vec<Crossing>> {
    let mut zone: Option<&Id> = None;
    let mut before: Option<&Hop> = None;
    let mut all = Vec::with_capacity(leg.hops.len());
    for hop in &leg.hops {
        let mut crossed = between(document, before, hop);
        let stands = zone_of(document, &hop.place);
        if let (Some(last), Some(now)) = (zone, stands)
            && last != now
            && region_of(document, last) == region_of(document, now)
        {
            crossed.push(Crossing::plain(Ground::Zones));
        }
        zone = stands.or(zone);
        // Stages that only keep books stand nowhere else than the hop before them.
        if hop.stage != "internet" {
            before = Some(hop);
        }
        all.push(crossed);
    }
    all
}

fn between(document: &Document, before: Option<&Hop>, hop: &Hop) -> Vec<Crossing> {
    // Refused at the door, it crossed nothing behind it.
    if hop.reason.is_some() && matches!(hop.kind, "vpn-connection" | "virtual-interface") {
        return Vec::new();
    }
    let from = before.map_or("", |hop| hop.kind);
    if let Some(grounds) = at_edge(before, hop) {
        return grounds.iter().copied().map(Crossing::plain).collect();
    }
    let plain = |grounds: &[Ground]| grounds.iter().copied().map(Crossing::plain).collect();
    match (from, hop.kind) {
        (_, "vpn-connection") if hop.stage == "vpn-tunnel" => {
            tunnel(document, hop, from == "customer-gateway")
        }
        (_, "virtual-interface") => fibre(document, hop, from == "customer-gateway"),
        (_, "vpc-peering-connection") if apart(document, &hop.id) => plain(&[Ground::Backbone]),
        (_, "transit-gateway-attachment")
            if before.is_none_or(|before| before.id != hop.id) && apart(document, &hop.id) =>
        {
            plain(&[Ground::Backbone])
        }
        ("vpn-client", "client-vpn-endpoint") => inside(Wrap::Tls, INWARD),
        ("client-vpn-endpoint", "vpn-client") if hop.stage != "own-line" => inside(Wrap::Tls, OUTWARD),
        (from, "aws-service") if is_gateway(from) => plain(&[Ground::Backbone]),
        ("aws-service", to) if is_gateway(to) => plain(&[Ground::Backbone]),
        (from, to) if is_gateway(from) && is_outside(to) => plain(OUTWARD),
        (from, to) if is_outside(from) && (is_gateway(to) || to == "aws-service") => plain(INWARD),
        ("aws-service", to) if is_outside(to) => plain(OUTWARD),
        _ => Vec::new(),
    }
}

/// Services at points of presence, and APIs of a Region: they say what lies beyond them (EDGE-01,
/// EDGE-10, EDGE-30).
fn is_proxy(kind: &str) -> bool {
    matches!(kind, "global-accelerator" | "cloudfront-distribution" | "api-gateway")
}

/// What is crossed on the way to, from, or between edge services; none where neither hop is one.
fn at_edge(before: Option<&Hop>, hop: &Hop) -> Option<&'static [Ground]> {
    let before = before?;
    let inward = noted(hop, "medium");
    match (before.kind, hop.kind) {
        // Caches of one place stand side by side.
        (_, "edge-location") if hop.stage != "edge-location" => Some(&[]),
        ("edge-location", _) if before.stage != "edge-location" => Some(&[]),
        (from, "edge-location") if is_proxy(from) => Some(&[Ground::Edge]),
        (_, "edge-location") => Some(match inward {
            Some("internet") => &[Ground::Internet, Ground::Edge],
            _ => &[Ground::Backbone, Ground::Edge],
        }),
        ("edge-location", to) if is_proxy(to) => Some(&[]),
        ("edge-location", _) => Some(match noted(before, "medium") {
            Some("internet") => &[Ground::Internet],
            _ => &[Ground::Backbone],
        }),
        (from, to) if is_proxy(from) && before.id == hop.id && is_proxy(to) => Some(&[]),
        (from, "web-acl") | ("web-acl", from) if is_proxy(from) => Some(&[]),
        (from, to) if is_proxy(from) => Some(match noted(before, "medium") {
            Some("internet") => OUTWARD,
            Some(_) => &[Ground::Backbone],
            None if is_outside(to) => OUTWARD,
            None => &[],
        }),
        (from, to) if is_proxy(to) => Some(if is_outside(from) {
            INWARD
        } else if is_gateway(from) || from == "aws-service" || hop.kind == "global-accelerator" {
            &[Ground::Backbone]
        } else {
            &[]
        }),
        _ => None,
    }
}

/// From a customer or user to AWS.
const INWARD: &[Ground] = &[Ground::Internet, Ground::Edge, Ground::Backbone];
/// And back.
const OUTWARD: &[Ground] = &[Ground::Backbone, Ground::Edge, Ground::Internet];

fn is_gateway(kind: &str) -> bool {
    matches!(kind, "internet-gateway" | "egress-only-internet-gateway")
}

fn is_outside(kind: &str) -> bool {
    matches!(kind, "internet-host" | "internet")
}

fn inside(wrap: Wrap, grounds: &[Ground]) -> Vec<Crossing> {
    let crossing = |ground: &Ground| Crossing { wraps: vec![wrap.clone()], ..Crossing::plain(*ground) };
    grounds.iter().map(crossing).collect()
}

/// The value of a check that was noted at a hop.
fn noted<'a>(hop: &'a Hop, name: &str) -> Option<&'a str> {
    hop.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Check { check, value, .. } if *check == name => value.as_deref(),
        _ => None,
    })
}

/// A tunnel over the internet, or inside Direct Connect (VPN-18, VPN-20, VPN-21).
fn tunnel(document: &Document, hop: &Hop, from_site: bool) -> Vec<Crossing> {
    let Some(Config::VpnConnection(vpn)) = document.node(&hop.id).map(|node| &node.config) else {
        return Vec::new();
    };
    let used = noted(hop, "vpn-tunnel").unwrap_or_default();
    let outside =
        vpn.tunnels.iter().enumerate().find(|(n, tunnel)| {
            tunnel.name == used || (tunnel.name.is_empty() && (n + 1).to_string() == used)
        });
    let aws = outside.map(|(_, tunnel)| tunnel.outside_ip.clone()).unwrap_or_default();
    let router = vpn.customer_gateway.as_deref().and_then(|router| document.node(router));
    let site = match router.map(|router| &router.config) {
        Some(Config::CustomerGateway(router)) => router.ip.clone(),
        _ => String::new(),
    };
    let (from, to) = if from_site { (site, aws) } else { (aws, site) };
    let ipsec = Wrap::Ipsec { from, to };
    let carried = noted(hop, "vpn-transport").and_then(|carrier| document.node(carrier));
    match carried.map(|carrier| &carrier.config) {
        Some(Config::VirtualInterface(_)) => {
            let carrier = carried.map(|carrier| carrier.id.clone()).unwrap_or_else(|| hop.id.clone());
            let mut all = line(document, &carrier, from_site);
            all.iter_mut().for_each(|crossing| crossing.wraps.insert(0, ipsec.clone()));
            all
        }
        _ => inside(ipsec, if from_site { INWARD } else { OUTWARD }),
    }
}

fn fibre(document: &Document, hop: &Hop, from_site: bool) -> Vec<Crossing> {
    line(document, &hop.id, from_site)
}

/// The fibre of a virtual interface and the backbone behind it (DX-03, DX-06).
fn line(document: &Document, vif: &str, from_site: bool) -> Vec<Crossing> {
    let Some(node) = document.node(vif) else { return Vec::new() };
    let Config::VirtualInterface(config) = &node.config else { return Vec::new() };
    let mut wraps = vec![Wrap::Vlan(config.vlan)];
    if encrypted(document, node.parent.as_deref()) {
        wraps.push(Wrap::Macsec);
    }
    let at = document.enclosing(vif, "direct-connect-location").map(|place| place.id.clone());
    let mut all = vec![Crossing { ground: Ground::Fibre, at, wraps }, Crossing::plain(Ground::Backbone)];
    if !from_site {
        all.reverse();
    }
    all
}

/// Whether a connection, or every connection of a group, runs MACsec.
fn encrypted(document: &Document, carrier: Option<&str>) -> bool {
    let Some(carrier) = carrier.and_then(|carrier| document.node(carrier)) else { return false };
    match &carrier.config {
        Config::DirectConnectConnection(connection) => connection.encrypts(),
        Config::DirectConnectLag(_) => {
            let mut links = document.nodes.values().filter_map(|node| match &node.config {
                Config::DirectConnectConnection(link) if link.lag.as_ref() == Some(&carrier.id) => Some(link),
                _ => None,
            });
            links.next().is_some_and(|first| first.encrypts() && links.all(|link| link.encrypts()))
        }
        _ => false,
    }
}

/// Whether what a connection joins stands in two Regions.
fn apart(document: &Document, id: &str) -> bool {
    let region = |id: &Option<Id>| {
        let id = id.as_deref().filter(|id| document.node(id).is_some())?;
        document.enclosing(id, "region").map(|region| region.id.clone())
    };
    let Some(node) = document.node(id) else { return false };
    let ends = match &node.config {
        Config::VpcPeeringConnection(peering) => (region(&peering.requester), region(&peering.accepter)),
        Config::TransitGatewayAttachment(attachment) => {
            let resource = attachment.resource.as_deref().and_then(|resource| document.node(resource));
            if resource.is_none_or(|resource| resource.kind() != "transit-gateway") {
                return false;
            }
            (region(&node.parent), region(&attachment.resource))
        }
        _ => return false,
    };
    matches!(ends, (Some(near), Some(far)) if near != far)
}

/// The zone of the subnet in which a place is.
fn zone_of<'a>(document: &'a Document, place: &str) -> Option<&'a Id> {
    match &document.enclosing(place, "subnet")?.config {
        Config::Subnet(subnet) => subnet.zone.as_ref(),
        _ => None,
    }
}

fn region_of<'a>(document: &'a Document, zone: &str) -> Option<&'a Id> {
    document.node(zone).and_then(|zone| zone.parent.as_ref())
}
