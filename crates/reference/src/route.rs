//! Choosing a route.

use std::net::IpAddr;

use hopscope_aws::components::route_table;
use ipnet::IpNet;

use crate::cells::{block, is_unroutable};
use crate::world::{Subnet, World};

/// Where a route leads, resolved as far as it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    Local,
    InternetGateway(&'a str),
    EgressOnly(&'a str),
    Nat(&'a str),
    Interface(&'a str),
    Unmodelled(&'a str),
    Peering(&'a str),
    TransitGateway(&'a str),
    VirtualPrivateGateway(&'a str),
    GatewayEndpoint(&'a str),
    GwlbEndpoint(&'a str),
    FirewallEndpoint(&'a str),
    /// Gone, detached, of another VPC, stopped, deleted (RT-16, IGW-11, NAT-21).
    Blackhole,
}

/// Origins in the order of RT-12 at equal prefix length; lists also by id (PL-06). A local route
/// whose target was replaced by hand (RT-07) is a static one of the same length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin<'a> {
    Static,
    Local,
    List(&'a str),
    Propagated,
}

/// A table as consulted: its id, its VPC and its written routes.
pub(crate) struct Table<'a> {
    pub id: String,
    pub vpc: &'a str,
    pub routes: &'a [route_table::Route],
    /// Virtual private gateways that propagate into it (RT-21).
    pub gateways: Vec<&'a str>,
}

impl<'a> World<'a> {
    /// The table of a subnet: its own, else the VPC's main one, else an implied one (RT-01).
    pub fn table_of(&self, subnet: &Subnet<'a>) -> Table<'a> {
        let vpc = subnet.vpc;
        let chosen = subnet.table.and_then(|id| self.tables.iter().find(|(table, ..)| *table == id));
        let main = || self.tables.iter().find(|(_, of, table)| *of == Some(vpc) && table.main);
        match chosen.or_else(main) {
            Some((id, _, table)) => {
                let gateways = table.propagating_gateways.iter().map(|id| id.as_str()).collect();
                Table { id: (*id).to_owned(), vpc, routes: &table.routes, gateways }
            }
            None => Table { id: format!("{vpc}/main-route-table"), vpc, routes: &[], gateways: Vec::new() },
        }
    }

    /// The gateway route table of an internet gateway (RT-25).
    pub fn edge_table(&self, gateway: &str, vpc: &'a str) -> Option<Table<'a>> {
        let (id, _, table) =
            self.tables.iter().find(|(_, _, table)| table.gateway.as_deref() == Some(gateway))?;
        Some(Table { id: (*id).to_owned(), vpc, routes: &table.routes, gateways: Vec::new() })
    }

    /// The winning route for an address: its block and target (RT-09, RT-11, RT-12, PL-04).
    pub fn lookup(&self, table: &Table<'a>, to: IpAddr) -> Option<(IpNet, Target<'a>)> {
        if is_unroutable(to) {
            return None; // RT-18
        }
        let mut found: Vec<(IpNet, Origin<'a>, Target<'a>)> = Vec::new();
        for net in self.vpc(table.vpc).map(|vpc| vpc.blocks.as_slice()).unwrap_or_default() {
            found.push((*net, Origin::Local, Target::Local)); // RT-06
        }
        for route in table.routes {
            let target = self.target(table.vpc, route);
            let written = if route.propagated { Origin::Propagated } else { Origin::Static };
            let destination = route.destination.trim();
            if let Some(net) = block(destination) {
                found.push((net, written, target));
            } else if let Some((list, entries)) = self.lists.iter().find(|(id, _)| *id == destination) {
                let origin = if route.propagated { Origin::Propagated } else { Origin::List(list) };
                found.extend(entries.iter().map(|net| (*net, origin, target)));
            }
        }
        for gateway in &table.gateways {
            if let Some(vgw) = self.vgw(gateway).filter(|vgw| vgw.parent == Some(table.vpc)) {
                let target = Target::VirtualPrivateGateway(vgw.id);
                found.extend(
                    self.vgw_prefixes(vgw.id).into_iter().map(|net| (net, Origin::Propagated, target)),
                );
            }
        }
        for endpoint in self.gateway_endpoints() {
            let chosen = endpoint.config.route_tables.iter().any(|id| id.as_str() == table.id);
            if chosen && endpoint.parent == Some(table.vpc) {
                found.extend(self.endpoint_routes(&endpoint).into_iter().map(|(list, net, target)| {
                    (net, Origin::List(list), target) // GWE-02
                }));
            }
        }
        found.retain(|(net, ..)| net.contains(&to));
        if found.iter().any(|(_, origin, _)| *origin == Origin::Local) {
            found.retain(|(_, origin, _)| *origin != Origin::Propagated); // RT-09
        }
        found.sort_by(|(net, origin, _), (other_net, other_origin, _)| {
            other_net.prefix_len().cmp(&net.prefix_len()).then(origin.cmp(other_origin))
        });
        found.first().map(|(net, _, target)| (*net, *target))
    }

    fn target(&self, vpc: &str, route: &'a route_table::Route) -> Target<'a> {
        let id = route.target.trim();
        if id == "local" {
            return Target::Local;
        }
        if route.blackhole {
            return Target::Blackhole;
        }
        let here = |of: Option<&str>| of == Some(vpc);
        if self.internet_gateways.iter().any(|g| g.id == id && here(g.vpc)) {
            return Target::InternetGateway(id);
        }
        if self.egress_only.iter().any(|g| g.id == id && here(g.vpc)) {
            return Target::EgressOnly(id);
        }
        if let Some(nat) = self.nats.iter().find(|nat| nat.id == id && nat.vpc == vpc) {
            // W-24: a gateway that is gone leaves a blackhole; one that failed with its zone does
            // not (NAT-13).
            return if nat.config.state == "available" { Target::Nat(id) } else { Target::Blackhole };
        }
        let named = |i: &&crate::world::Interface<'a>| i.id == id || i.instance == Some(id);
        if let Some(interface) = self.interfaces.iter().find(named) {
            let usable = interface.vpc == vpc && self.attached(interface);
            return if usable { Target::Interface(interface.id) } else { Target::Blackhole };
        }
        if let Some(target) = self.target_outside(vpc, id) {
            return target;
        }
        if self.unmodelled.contains(&id) {
            return Target::Unmodelled(id);
        }
        Target::Blackhole
    }
}

impl<'a> World<'a> {
    /// Targets beside a VPC's own parts (RT-19); a blackhole where they cannot be used.
    fn target_outside(&self, vpc: &str, id: &str) -> Option<Target<'a>> {
        let usable = |is: bool, target| Some(if is { target } else { Target::Blackhole });
        if let Some(pcx) = self.peering(id) {
            return usable(self.other_side(pcx.id, vpc).is_some(), Target::Peering(pcx.id)); // PCX-08
        }
        if let Some(tgw) = self.tgw(id) {
            let attached = self.attachment_of_vpc(tgw.id, vpc).is_some();
            return usable(attached, Target::TransitGateway(tgw.id));
        }
        if let Some(vgw) = self.vgw(id) {
            return usable(vgw.parent == Some(vpc), Target::VirtualPrivateGateway(vgw.id));
        }
        let inside =
            |subnet: Option<&str>| subnet.and_then(|id| self.subnet(id)).is_some_and(|s| s.vpc == vpc);
        if let Some(endpoint) = self.gwlb_endpoint(id) {
            return usable(inside(endpoint.parent), Target::GwlbEndpoint(endpoint.id));
        }
        if let Some(endpoint) = self.firewall_endpoint(id) {
            return usable(inside(endpoint.parent), Target::FirewallEndpoint(endpoint.id));
        }
        None
    }
}
