//! An on-premises site: networks of the customer with their hosts, firewall and router (VPN-23).

use std::net::IpAddr;

use hopscope_forward::{Decision, Hop, Id, Outcome, Reason, ReasonSpec, Visit, Where};
use hopscope_net::IpNet;

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::cells;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::customer_gateway::Cgw;
use crate::components::on_premises_firewall::{self, SiteFirewall};
use crate::components::on_premises_host::{self, SiteHost};
use crate::components::{customer_gateway, network_interface, route_table};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Thing};
use crate::pipeline::At;

record! {
    /// Configuration of a site. It has no parent.
    pub struct Config {
        /// Its IPv4 networks.
        pub networks: Vec<String>,
        /// Its IPv6 networks.
        pub ipv6_networks: Vec<String>,
        /// Where it is: a city, a country, or a Region's code.
        pub place: String,
        /// DNS servers its hosts ask; those at the site while empty, else its provider's.
        pub dns_servers: Vec<String>,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "on-premises",
    name: "On-premises site",
    aws_type: None,
    id_prefix: "site",
    summary: "A data centre or office with networks of its own.",
    parents: &[],
    shape: Shape::Container,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("networks", "IPv4 networks", FieldKind::Cidr4List, ""),
        Field::new("ipv6_networks", "IPv6 networks", FieldKind::Cidr6List, ""),
        Field::new("place", "Place", FieldKind::Text, "Lisbon, Peru, us-east-1 …"),
        Field::new(
            "dns_servers",
            "DNS servers",
            FieldKind::AddressList,
            "Those at the site if empty, else its provider's",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/how_it_works.html",
};

/// Reasons it raises: those of a router.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Site {
    pub id: Id,
    pub networks: Vec<IpNet>,
    /// DNS servers its hosts ask, as written.
    pub dns_servers: Vec<IpAddr>,
    /// Its hosts, in the document's order.
    pub hosts: Vec<Ix<SiteHost>>,
    /// Its routers, in the document's order.
    pub routers: Vec<Ix<Cgw>>,
    /// Its firewalls, from the hosts outwards.
    pub firewalls: Vec<Ix<SiteFirewall>>,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// On its local network, past every firewall.
    Local(Ix<Site>),
}

impl Component for Site {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let networks = networks(config);
        Some(Self {
            id: node.id.clone(),
            networks,
            dns_servers: config.dns_servers.iter().filter_map(|text| text.trim().parse().ok()).collect(),
            hosts: Vec::new(),
            routers: Vec::new(),
            firewalls: Vec::new(),
        })
    }

    fn link(build: &mut Build<'_>) {
        for node in build.nodes() {
            let Some(Thing::Part(part)) = build.thing(&node.id) else { continue };
            let Some(site) = around(build, &node.id) else { continue };
            let Some(site) = build.network.fabric.sites.get_mut(site) else { continue };
            match part {
                Part::OnPremisesHost(host) => site.hosts.push(host),
                Part::CustomerGateway(router) => site.routers.push(router),
                Part::OnPremisesFirewall(firewall) => site.firewalls.push(firewall),
                _ => {}
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        let Stage::Local(ix) = stage;
        local(network, ix, visit)
    }
}

/// Networks of a site, both families.
pub(crate) fn networks(config: &Config) -> Vec<IpNet> {
    config.networks.iter().chain(&config.ipv6_networks).filter_map(|text| cells::cidr(text)).collect()
}

/// The site a node is in.
pub(crate) fn around(build: &Build<'_>, id: &str) -> Option<Ix<Site>> {
    let node = build.document.enclosing(id, SPEC.kind)?;
    match (&node.config, build.thing(&node.id)) {
        (catalog::Config::OnPremises(_), Some(Thing::Part(Part::OnPremises(ix)))) => Some(ix),
        _ => None,
    }
}

/// The host of a site that has an address.
fn host_of(network: &Network, ix: Ix<Site>, address: IpAddr) -> Option<Ix<SiteHost>> {
    let hosts = &network.fabric.sites[ix].hosts;
    hosts.iter().copied().find(|host| network.fabric.site_hosts[*host].addresses.contains(&address))
}

/// Whether an address is at the site (VPN-23): a host has it, or it is in one of the site's
/// networks and no router knows a narrower one elsewhere.
fn owns(network: &Network, ix: Ix<Site>, address: IpAddr) -> bool {
    let own = network.fabric.sites[ix].networks.iter().filter(|net| net.contains(&address));
    let length = own.map(IpNet::prefix_len).max();
    host_of(network, ix, address).is_some()
        || length.is_some_and(|length| !customer_gateway::knows_narrower(network, ix, address, length))
}

/// A host of the site sends: to a neighbour, or out through firewalls and a router.
pub(crate) fn leave(network: &Network, ix: Ix<Site>, visit: &Visit<'_>) -> Outcome<At> {
    if owns(network, ix, visit.packet.destination) {
        return Outcome::Next(Stage::Local(ix).into());
    }
    match network.fabric.sites[ix].firewalls.first() {
        Some(firewall) => Outcome::Next(on_premises_firewall::Stage::Out(*firewall).into()),
        None => Outcome::Routed(customer_gateway::Stage::Out(ix).into()),
    }
}

/// One of the site's routers has a packet: for the site, or on to another network.
pub(crate) fn enter(network: &Network, ix: Ix<Site>, visit: &Visit<'_>) -> Outcome<At> {
    if !owns(network, ix, visit.packet.destination) {
        return Outcome::Routed(customer_gateway::Stage::Out(ix).into());
    }
    match network.fabric.sites[ix].firewalls.last() {
        Some(firewall) => Outcome::Next(on_premises_firewall::Stage::In(*firewall).into()),
        None => Outcome::Next(Stage::Local(ix).into()),
    }
}

/// The site has no router at all.
pub(crate) fn no_router(network: &Network, ix: Ix<Site>, visit: &mut Visit<'_>) -> Outcome<At> {
    let site = &network.fabric.sites[ix];
    let packet = visit.packet.clone();
    let hop = Hop::new(SPEC.kind, &site.id, "customer-gateway", Decision::Denied, &packet).by(&["VPN-23"]);
    let reason = Reason::new(&route_table::NO_ROUTE, Where::new(SPEC.kind, &site.id))
        .fact("table", &site.id)
        .fact("subnet", &site.id)
        .fact("destination", packet.destination);
    visit.deny(hop, reason);
    Outcome::Stopped
}

fn local(network: &Network, ix: Ix<Site>, visit: &mut Visit<'_>) -> Outcome<At> {
    if let Some(host) = host_of(network, ix, visit.packet.destination) {
        return Outcome::Next(on_premises_host::Stage::Deliver(host).into());
    }
    let site = &network.fabric.sites[ix];
    let packet = visit.packet.clone();
    let hop = Hop::new(SPEC.kind, &site.id, "deliver", Decision::Denied, &packet).by(&["VPN-23"]);
    let reason = Reason::new(&network_interface::NO_POSSIBLE_DESTINATION, Where::new(SPEC.kind, &site.id))
        .fact("address", packet.destination)
        .fact("vpc", &site.id);
    visit.deny(hop, reason);
    Outcome::Stopped
}
