//! A virtual interface: one VLAN with BGP on a Direct Connect connection (DX-03, DX-09 to DX-13, DX-20 to DX-24).

mod carry;
mod check;
mod path;

use std::net::IpAddr;

use hopscope_forward::{Id, Outcome, Reason, ReasonSpec, Severity, Visit, Where};
use hopscope_net::IpNet;
use hopscope_net::prefix::{self, Family};

use crate::arena::Ix;
use crate::bgp::{self, ADVERTISEMENTS, Advertisement, Announcement};
use crate::catalog::{Config as Drawn, Part};
use crate::cells;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::components::customer_gateway::Cgw;
use crate::components::direct_connect_connection::Carrier;
use crate::components::direct_connect_gateway::{self, Dxgw};
use crate::components::network_interface;
use crate::components::virtual_private_gateway::{self, Vgw};
use crate::document::Node;
use crate::fabric::{Component, Outside};
use crate::lower::Build;
use crate::network::{Network, Region, Thing};
use crate::pipeline::At;
use crate::validate::Check;

pub(crate) use carry::{from_site, not_end_to_end, pass, public_way, to_site};
pub(crate) use path::{attributes, choose, failover, hash};

record! {
    /// Configuration of a virtual interface. Its parent is the connection or LAG.
    pub struct Config {
        /// `private`, `public` or `transit` (DX-09 to DX-11).
        pub interface_type: String = "private",
        /// DX-03.
        pub vlan: u32 = 101u32,
        /// The tag that the site's router uses; AWS's where it is 0 (DX-03).
        pub site_vlan: u32,
        /// AWS's end; none for a public one. A transit gateway is refused (DX-09).
        pub gateway: Option<Id>,
        /// The site's router.
        pub customer_gateway: Option<Id>,
        /// DX-24.
        pub mtu: u32 = 1500u32,
        /// What the site announces by BGP; its networks if empty.
        pub announces: Vec<Advertisement>,
        /// The site's local preference for what it learns here (DX-21).
        pub local_preference: u32 = 100u32,
        /// State of the BGP session.
        pub bgp: String = "up",
        /// The router has another MD5 key than AWS: no session (DX-03).
        pub bgp_keys_differ: bool => false,
        /// BFD is on at the router (DX-07).
        pub bfd: bool = true,
        /// DX-19.
        pub sitelink: bool,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "virtual-interface",
    name: "Virtual interface",
    aws_type: Some("AWS::DirectConnect::VirtualInterface"),
    id_prefix: "dxvif",
    summary: "One VLAN with BGP on a Direct Connect connection: private, public or transit.",
    parents: &["direct-connect-connection", "direct-connect-lag"],
    shape: Shape::Link,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("interface_type", "Type", FieldKind::Choice(&["private", "public", "transit"]), ""),
        Field::new("vlan", "VLAN", FieldKind::Number, "1 to 4094, unique on the connection"),
        Field::new(
            "site_vlan",
            "VLAN at the router",
            FieldKind::Number,
            "The tag that the site's router uses; 0 for the same",
        ),
        Field::new(
            "gateway",
            "Gateway",
            FieldKind::Ref(&["virtual-private-gateway", "direct-connect-gateway", "transit-gateway"]),
            "Private: virtual private or Direct Connect gateway. Transit: Direct Connect gateway",
        ),
        Field::new("customer_gateway", "Router", FieldKind::Ref(&["customer-gateway"]), ""),
        Field::new("mtu", "MTU", FieldKind::Number, "Private 1500 or 9001, transit 1500 or 8500"),
        Field::new(
            "announces",
            "Announced by the site",
            FieldKind::Rows(&ADVERTISEMENTS),
            "The site's networks if empty",
        ),
        Field::new(
            "local_preference",
            "Local preference at the site",
            FieldKind::Number,
            "Higher is preferred by the site's router",
        ),
        Field::new("bgp", "BGP", FieldKind::Choice(&["up", "down"]), ""),
        Field::new(
            "bgp_keys_differ",
            "BGP keys differ",
            FieldKind::Flag,
            "The router has another MD5 key: the session stays down",
        ),
        Field::new("bfd", "BFD", FieldKind::Flag, "About 1 s to notice a failure, instead of 90 s"),
        Field::new("sitelink", "SiteLink", FieldKind::Flag, "Sites reach each other without a Region"),
    ],
    failure: Some(Failure { field: "bgp", down: "down", up: "up" }),
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/WorkingWithVirtualInterfaces.html",
};

packet_reason! {
    "https://docs.aws.amazon.com/directconnect/latest/UserGuide/routing-and-bgp.html",
    /// A public virtual interface takes only sources that the site announces (DX-11).
    SOURCE_NOT_ADVERTISED, "X_DX_SOURCE_NOT_ADVERTISED", None, &["DX-11"]
}

/// Nothing encrypts the packet between the site and AWS (DX-08).
pub static UNENCRYPTED: ReasonSpec = ReasonSpec {
    code: "I_DX_UNENCRYPTED",
    aws_code: None,
    severity: Severity::Warning,
    rules: &["DX-08"],
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/MACsec.html",
};

/// A flow that needs encryption from end to end crosses Direct Connect without a tunnel (DX-08).
pub static NOT_END_TO_END: ReasonSpec = ReasonSpec {
    code: "I_NOT_END_TO_END",
    aws_code: None,
    severity: Severity::Warning,
    rules: &["DX-08"],
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/MACsec.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&SOURCE_NOT_ADVERTISED, &UNENCRYPTED, &NOT_END_TO_END];

/// Prefixes of one address family that a private or transit interface, and a public one, may
/// hear; one more takes the session down (DX-13).
const PREFIXES: (usize, usize) = (100, 1_000);

/// What an interface is for (DX-09 to DX-11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Private,
    Public,
    Transit,
}

impl Use {
    /// The word of documents.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
            Self::Transit => "transit",
        }
    }

    fn read(text: &str) -> Self {
        match text {
            "public" => Self::Public,
            "transit" => Self::Transit,
            _ => Self::Private,
        }
    }
}

/// Where AWS's side of it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Door {
    Vgw(Ix<Vgw>),
    Dxgw(Ix<Dxgw>),
}

/// A prefix as AWS hears it.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub announcement: Announcement,
    /// A community says the local preference (DX-20).
    pub tagged: bool,
}

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Vif {
    pub id: Id,
    pub purpose: Use,
    pub vlan: u32,
    site_vlan: u32,
    pub carrier: Option<Carrier>,
    pub door: Option<Door>,
    pub router: Option<Ix<Cgw>>,
    mtu: u32,
    /// What the site announces, whether or not the session is up.
    pub heard: Vec<Heard>,
    session: bool,
    /// Both ends have the same MD5 key (DX-03).
    same_key: bool,
    pub bfd: bool,
    pub sitelink: bool,
    /// What keeps it down.
    fault: Option<Fault>,
}

impl Vif {
    /// The tag on the frames of the site's router (DX-03).
    pub(crate) fn tag(&self) -> u32 {
        if self.site_vlan == 0 { self.vlan } else { self.site_vlan }
    }
}

/// Where a packet can be at it: it is handed through in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for Vif {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            purpose: Use::read(&config.interface_type),
            vlan: config.vlan,
            site_vlan: config.site_vlan,
            carrier: None,
            door: None,
            router: None,
            // DX-24: more than the type takes does not come to be.
            mtu: config.mtu.min(match Use::read(&config.interface_type) {
                Use::Private => 9001,
                Use::Public => 1500,
                Use::Transit => 8500,
            }),
            heard: Vec::new(),
            session: config.bgp != "down",
            same_key: !config.bgp_keys_differ,
            bfd: config.bfd,
            sitelink: config.sitelink,
            fault: None,
        })
    }

    fn link(build: &mut Build<'_>) {
        for node in build.nodes() {
            let Drawn::VirtualInterface(config) = &node.config else { continue };
            let Some(Thing::Part(Part::VirtualInterface(ix))) = build.thing(&node.id) else { continue };
            let purpose = Use::read(&config.interface_type);
            let carrier = node.parent.as_ref().and_then(|parent| Carrier::of(build, parent));
            let door = match (purpose, config.gateway.as_ref().and_then(|id| build.thing(id))) {
                // DX-09: a virtual private gateway takes private interfaces only.
                (Use::Private, Some(Thing::Part(Part::VirtualPrivateGateway(vgw)))) => Some(Door::Vgw(vgw)),
                // DX-14: public interfaces end nowhere in particular.
                (Use::Private | Use::Transit, Some(Thing::Part(Part::DirectConnectGateway(dxgw)))) => {
                    Some(Door::Dxgw(dxgw))
                }
                _ => None,
            };
            let router = match config.customer_gateway.as_ref().and_then(|id| build.thing(id)) {
                Some(Thing::Part(Part::CustomerGateway(cgw))) => Some(cgw),
                _ => None,
            };
            let device = config.customer_gateway.as_ref().and_then(|id| build.document.nodes.get(id));
            let router_failed =
                device.is_some_and(|node| matches!(&node.config, Drawn::CustomerGateway(own) if own.failed));
            let heard = device.map(|device| heard(build, device, config, purpose)).unwrap_or_default();
            if let Some(vif) = build.network.fabric.vifs.get_mut(ix) {
                vif.carrier = carrier;
                vif.door = door;
                vif.router = router;
                vif.heard = heard;
            }
            let fault = fault(&build.network, ix, router_failed);
            let network = &mut build.network;
            if let Some(vif) = network.fabric.vifs.get_mut(ix) {
                vif.fault = fault;
            }
            if let Some(Door::Dxgw(dxgw)) = door
                && let Some(dxgw) = network.fabric.dxgws.get_mut(dxgw)
            {
                dxgw.vifs.push(ix);
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

/// What the site's router announces over an interface: the rows, or the site's networks.
fn heard(build: &Build<'_>, device: &Node, config: &Config, purpose: Use) -> Vec<Heard> {
    let Drawn::CustomerGateway(router) = &device.config else { return Vec::new() };
    let site = device.parent.as_ref().and_then(|parent| build.document.nodes.get(parent));
    let mut networks: Vec<IpNet> = match site.map(|site| &site.config) {
        Some(Drawn::OnPremises(site)) => {
            let blocks = site.networks.iter().chain(&site.ipv6_networks);
            blocks.filter_map(|text| cells::cidr(text)).collect()
        }
        _ => Vec::new(),
    };
    if purpose == Use::Public {
        networks.extend(cells::cidr(&router.nat_address));
    }
    let tagged = |n: usize| config.announces.get(n).is_some_and(|row| row.communities.contains("7224:7"));
    // Rows that cannot be read fall out of the announcements, so match them up again by prefix.
    let row_of = |prefix: &IpNet| {
        config.announces.iter().position(|row| cells::cidr(&row.prefix).as_ref() == Some(prefix))
    };
    bgp::announced(&config.announces, &networks, bgp::asn(&router.asn))
        .into_iter()
        // DX-11: only public prefixes over a public interface.
        .filter(|it| purpose != Use::Public || is_public(it.prefix.addr()))
        .map(|announcement| match purpose {
            Use::Public => Heard { announcement: announcement.without_communities(), tagged: false },
            Use::Private | Use::Transit => {
                let tagged = row_of(&announcement.prefix).is_some_and(tagged);
                Heard { announcement, tagged }
            }
        })
        .collect()
}

fn is_public(address: IpAddr) -> bool {
    !(prefix::is_rfc1918(address) || prefix::is_rfc6598(address) || prefix::is_ula(address))
}

/// What keeps an interface down: the component to blame and what of it failed.
#[derive(Debug)]
struct Fault {
    kind: &'static str,
    id: Id,
    failed: &'static str,
}

fn fault(network: &Network, ix: Ix<Vif>, router_failed: bool) -> Option<Fault> {
    let vif = &network.fabric.vifs[ix];
    let own = |failed| Some(Fault { kind: SPEC.kind, id: vif.id.clone(), failed });
    let Some(carrier) = vif.carrier else { return own("connection") };
    // DX-04: layer 1 before layer 2 before BGP.
    if let Some(failed) = carrier.fault(network) {
        return Some(Fault { kind: carrier.kind(), id: carrier.id(network).clone(), failed });
    }
    let Some(router) = vif.router else { return own("router") };
    if router_failed {
        let part = Part::from(router);
        return Some(Fault { kind: part.kind(), id: part.id(network).clone(), failed: "router" });
    }
    // DX-03: frames with another tag belong to nobody.
    if vif.tag() != vif.vlan {
        return own("VLAN");
    }
    if vif.purpose != Use::Public && vif.door.is_none() {
        return own("gateway");
    }
    // DX-03: segments signed with another key are dropped. DX-13: one prefix too many ends the session.
    if !vif.session || !vif.same_key || too_many(vif).is_some() {
        return own("BGP session");
    }
    None
}

/// The number of prefixes of a family, where it is more than the session bears (DX-13).
fn too_many(vif: &Vif) -> Option<usize> {
    let limit = if vif.purpose == Use::Public { PREFIXES.1 } else { PREFIXES.0 };
    [Family::V4, Family::V6].into_iter().find_map(|family| {
        let of_family = |heard: &&Heard| Family::of_net(&heard.announcement.prefix) == family;
        Some(vif.heard.iter().filter(of_family).count()).filter(|count| *count > limit)
    })
}

/// Seconds until routers notice that the link died: BFD 300 ms × 3, or BGP's hold time (DX-07).
pub(crate) fn noticed_after(network: &Network, ix: Ix<Vif>) -> u32 {
    if network.fabric.vifs[ix].bfd { 1 } else { 90 }
}

/// The interfaces that end at a gateway, up or not.
pub(crate) fn of_door(network: &Network, door: Door) -> Vec<Ix<Vif>> {
    match door {
        Door::Vgw(vgw) => network.fabric.vgws[vgw].vifs.clone(),
        Door::Dxgw(dxgw) => network.fabric.dxgws[dxgw].vifs.clone(),
    }
}

/// What the site announces over it, whether it is up or not: the routes that were withdrawn.
pub(crate) fn offers(network: &Network, ix: Ix<Vif>) -> impl Iterator<Item = &Announcement> {
    network.fabric.vifs[ix].heard.iter().map(|heard| &heard.announcement)
}

/// The same with the local preference that counts for a gateway in `region` (DX-20).
pub(crate) fn ranked(
    network: &Network,
    ix: Ix<Vif>,
    region: Option<Ix<Region>>,
) -> impl Iterator<Item = Announcement> {
    let vif = &network.fabric.vifs[ix];
    let at_home = path::at_home(network, vif, region);
    vif.heard.iter().map(move |heard| Announcement {
        preference: path::preference(heard, at_home),
        ..heard.announcement.clone()
    })
}

/// What AWS hears over it now; nothing while it is down.
pub(crate) fn learned(network: &Network, ix: Ix<Vif>) -> Vec<Announcement> {
    if is_up(network, ix) { offers(network, ix).cloned().collect() } else { Vec::new() }
}

/// What AWS tells the site over it, whether it is up or not: ask [`is_up`] as well.
pub(crate) fn announced(network: &Network, ix: Ix<Vif>) -> Vec<IpNet> {
    let vif = &network.fabric.vifs[ix];
    match (vif.purpose, vif.door) {
        // DX-11: AWS's public addresses of every Region.
        (Use::Public, _) => {
            let services = network.ends.iter().filter_map(|(address, (part, side))| {
                let service = matches!(part, Part::AwsService(_)) && *side == Outside::Internet;
                service.then(|| IpNet::from(*address))
            });
            let elastic = network.public.keys().chain(&network.elastic).map(|a| IpNet::from(IpAddr::V4(*a)));
            let ipv6 = network.vpcs.iter().flat_map(|(_, vpc)| vpc.v6.iter().map(|net| IpNet::V6(*net)));
            let ipv6 = ipv6.filter(|net| is_public(net.addr()));
            let mut all: Vec<IpNet> = services.chain(elastic).chain(ipv6).collect();
            all.sort_unstable();
            all.dedup();
            all
        }
        (_, Some(Door::Vgw(vgw))) => virtual_private_gateway::announced(network, vgw),
        (_, Some(Door::Dxgw(dxgw))) => direct_connect_gateway::announced(network, dxgw, ix),
        (_, None) => Vec::new(),
    }
}

/// Whether port, location and BGP session are up.
pub(crate) fn is_up(network: &Network, ix: Ix<Vif>) -> bool {
    network.fabric.vifs[ix].fault.is_none()
}

/// Why nothing passes it; `None` while it is up (DX-04, DX-25).
pub(crate) fn down(network: &Network, ix: Ix<Vif>) -> Option<Reason> {
    let vif = &network.fabric.vifs[ix];
    vif.fault.as_ref().map(|fault| {
        let reason = Reason::new(&network_interface::BAD_STATE, Where::new(fault.kind, &fault.id))
            .fact("interface", &vif.id)
            .fact("failed", fault.failed)
            .fact("noticed_after", noticed_after(network, ix));
        if fault.failed == "VLAN" {
            return reason
                .fact("why", format!("AWS waits for tag {}, the router sends {}", vif.vlan, vif.tag()));
        }
        if fault.failed == "BGP session" && !vif.same_key {
            return reason.fact("why", "the MD5 keys of AWS and of the router differ");
        }
        reason
    })
}

/// What keeps it down.
pub(crate) fn blame(network: &Network, ix: Ix<Vif>) -> Option<Id> {
    network.fabric.vifs[ix].fault.as_ref().map(|fault| fault.id.clone())
}
