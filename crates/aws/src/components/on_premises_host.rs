//! A host at an on-premises site.

use std::net::IpAddr;

use hopscope_forward::{Decision, Hop, Id, Outcome, Reason, ReasonSpec, Visit, Where};
use hopscope_net::prefix::{self, Family};

use crate::arena::Ix;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::components::on_premises::{self, Site};
use crate::components::{customer_gateway, network_interface, route_table};
use crate::document::Node;
use crate::fabric::{Component, Outside};
use crate::listener::{self, Listener, Sockets};
use crate::lower::Build;
use crate::network::{Network, Thing};
use crate::pipeline::At;

record! {
    /// Configuration of a host. Its parent is the site.
    pub struct Config {
        /// Its addresses, IPv4 or IPv6.
        pub addresses: Vec<String>,
        /// What listens on it; everything if empty (PIPE-15).
        pub listeners: Vec<Listener>,
        /// Out of service.
        pub failed: bool,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "on-premises-host",
    name: "On-premises host",
    aws_type: None,
    id_prefix: "onprem",
    summary: "A server or laptop in an on-premises network.",
    parents: &["on-premises"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new("addresses", "Addresses", FieldKind::AddressList, ""),
        Field::new("listeners", "Listeners", FieldKind::Rows(&listener::LISTENERS), listener::HELP),
        Field::new("failed", "Failed", FieldKind::Flag, ""),
    ],
    failure: Some(Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/how_it_works.html",
};

/// Reasons it raises: those of an interface.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct SiteHost {
    pub id: Id,
    pub site: Option<Ix<Site>>,
    pub addresses: Vec<IpAddr>,
    pub failed: bool,
    sockets: Sockets,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Arriving at it.
    Deliver(Ix<SiteHost>),
}

impl Component for SiteHost {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let addresses = config.addresses.iter().filter_map(|text| text.trim().parse().ok()).collect();
        let sockets = Sockets::read(&config.listeners);
        Some(Self { id: node.id.clone(), site: None, addresses, failed: config.failed, sockets })
    }

    fn link(build: &mut Build<'_>) {
        for node in build.nodes() {
            let Some(Thing::Part(crate::catalog::Part::OnPremisesHost(ix))) = build.thing(&node.id) else {
                continue;
            };
            let site = on_premises::around(build, &node.id);
            if let Some(host) = build.network.fabric.site_hosts.get_mut(ix) {
                host.site = site;
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        let Stage::Deliver(ix) = stage;
        let host = &network.fabric.site_hosts[ix];
        let hop = Hop::new(SPEC.kind, &host.id, "deliver", Decision::Delivered, &visit.packet.clone());
        if host.failed {
            visit.deny(hop.by(&["VPN-23"]), out_of_service(host));
        } else {
            listener::take(&host.sockets, hop, Where::new(SPEC.kind, &host.id), visit);
        }
        Outcome::Arrived(At::ArrivedPart(ix.into()))
    }

    fn addresses(&self) -> Vec<(IpAddr, Outside)> {
        let side = |address: IpAddr| {
            let private =
                prefix::is_rfc1918(address) || prefix::is_rfc6598(address) || prefix::is_ula(address);
            if private { Outside::Private } else { Outside::Internet }
        };
        self.addresses.iter().map(|address| (*address, side(*address))).collect()
    }

    fn address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        let addresses = &network.fabric.site_hosts[ix].addresses;
        addresses.iter().copied().find(|address| Family::of(*address) == family)
    }

    fn send(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let host = &network.fabric.site_hosts[ix];
        let hop = Hop::new(SPEC.kind, &host.id, "send", Decision::Sent, &visit.packet.clone());
        if host.failed {
            visit.deny(hop.by(&["VPN-23"]), out_of_service(host));
        } else if host.site.is_none() {
            // Outside every site there is no router, so its packets go nowhere.
            let reason = Reason::new(&route_table::NO_ROUTE, Where::new(SPEC.kind, &host.id))
                .fact("table", &host.id)
                .fact("subnet", &host.id)
                .fact("destination", visit.packet.destination);
            visit.deny(hop.by(&["VPN-23"]), reason);
        } else {
            visit.record(hop);
        }
        match host.site {
            Some(site) => on_premises::leave(network, site, visit),
            None => Outcome::Stopped,
        }
    }

    fn receive_from_internet(network: &Network, ix: Ix<Self>, _: &mut Visit<'_>) -> Outcome<At> {
        // A public address of the site is behind its routers like any other of its addresses.
        let site = network.fabric.site_hosts[ix].site;
        match site.and_then(|site| network.fabric.sites[site].routers.first()) {
            Some(cgw) => Outcome::Next(customer_gateway::Stage::In(*cgw, None).into()),
            None => Outcome::Next(Stage::Deliver(ix).into()),
        }
    }
}

fn out_of_service(host: &SiteHost) -> Reason {
    Reason::new(&network_interface::BAD_STATE, Where::new(SPEC.kind, &host.id))
        .fact("interface", &host.id)
        .fact("failed", "host")
}
