//! Routes: targets resolved, and what AWS would refuse left out.

use hopscope_forward::{Id, RouteOrigin};
use hopscope_net::IpNet;
use hopscope_net::prefix::{self, Family};

use super::Build;
use crate::arena::Ix;
use crate::catalog::{Config, Part};
use crate::cells;
use crate::components::{nat_gateway, route_table, virtual_private_gateway};
use crate::network::*;

impl Build<'_> {
    pub(super) fn routes(&mut self) {
        let tables: Vec<(Ix<Table>, Id, Ix<Vpc>)> =
            self.network.tables.iter().map(|(ix, table)| (ix, table.id.clone(), table.vpc)).collect();
        for (ix, id, vpc) in tables {
            let mut routes = self.local_routes(vpc);
            // What components wrote into the table themselves (GWE-02).
            if let Some(table) = self.network.tables.get_mut(ix) {
                routes.append(&mut table.routes);
            }
            let mut withdrawn = Vec::new();
            if let Some(Config::RouteTable(config)) = self.document.nodes.get(&id).map(|node| &node.config) {
                let edge = config.gateway.is_some();
                for (index, route) in config.routes.iter().enumerate() {
                    if !self.managed(ix, index, route, &mut routes) {
                        self.route(vpc, edge, index, route, &mut routes);
                    }
                }
                // RT-25: nothing is propagated into a gateway route table.
                if !edge {
                    for gateway in &config.propagating_gateways {
                        self.propagate(vpc, gateway, &mut routes, &mut withdrawn);
                    }
                }
            }
            if let Some(table) = self.network.tables.get_mut(ix) {
                (table.routes, table.withdrawn) = (routes, withdrawn);
            }
        }
    }

    fn local_routes(&self, vpc: Ix<Vpc>) -> Vec<Route> {
        let vpc = &self.network.vpcs[vpc];
        let blocks = vpc.v4.iter().map(|net| IpNet::V4(*net)).chain(vpc.v6.iter().map(|net| IpNet::V6(*net)));
        blocks
            .map(|destination| Route {
                destination,
                target: Target::Local,
                target_text: "local".to_owned(),
                origin: RouteOrigin::Local,
                list: None,
                index: None,
            })
            .collect()
    }

    /// Installs one authored route, unless AWS would refuse it.
    fn route(
        &self,
        vpc: Ix<Vpc>,
        edge: bool,
        index: usize,
        route: &route_table::Route,
        into: &mut Vec<Route>,
    ) {
        let text = route.destination.trim();
        let (blocks, list) = match cells::cidr(text) {
            Some(net) => (vec![net], None),
            // PL-03: not as the destination of a gateway route table.
            None if edge => return,
            None => match self.prefix_list(text) {
                Some(entries) => (entries.into_iter().map(|(_, net)| net).collect(), Some(Id::from(text))),
                None => return,
            },
        };
        let origin = match (route.propagated, &list) {
            (true, _) => RouteOrigin::Propagated,
            (false, Some(_)) => RouteOrigin::PrefixList,
            (false, None) => RouteOrigin::Static,
        };
        let target = self.target(vpc, route);
        // PL-03, GWLB-14: no prefix list leads to a Gateway Load Balancer endpoint.
        if list.is_some() && matches!(target, Target::Part(Part::GatewayLoadBalancerEndpoint(_))) {
            return;
        }
        for destination in blocks {
            if !self.installable(vpc, edge, origin, &destination, target, route.target.trim()) {
                continue;
            }
            let replaces_local = destination_is_local(&self.network.vpcs[vpc], &destination)
                && origin != RouteOrigin::Propagated;
            if replaces_local {
                // RT-07, RT-25: the local target itself is replaced.
                into.retain(|other| {
                    !(other.origin == RouteOrigin::Local && other.destination == destination)
                });
            }
            let duplicate = is_duplicate(into, origin, &destination);
            // RT-05: the 101st propagated prefix is not installed.
            let propagated = into.iter().filter(|other| other.origin == RouteOrigin::Propagated).count();
            let full =
                origin == RouteOrigin::Propagated && propagated >= crate::validate::PROPAGATED_PER_TABLE;
            if duplicate || full {
                continue;
            }
            into.push(Route {
                destination,
                target,
                target_text: route.target.trim().to_owned(),
                origin,
                list: list.clone(),
                index: Some(index),
            });
        }
    }

    /// RT-14, RT-21, RT-22: what a virtual private gateway of the VPC knows appears in the tables
    /// it propagates into, each prefix once; a row imported as propagated already stands for it.
    fn propagate(&self, vpc: Ix<Vpc>, gateway: &Id, into: &mut Vec<Route>, withdrawn: &mut Vec<Withdrawn>) {
        let network = &self.network;
        let Some(Thing::Part(part @ Part::VirtualPrivateGateway(vgw))) = network.index.get(gateway) else {
            return;
        };
        if !part.usable(network, vpc) {
            return;
        }
        let missing = virtual_private_gateway::withdrawn(network, *vgw).into_iter();
        withdrawn.extend(missing.map(|(destination, cause)| Withdrawn {
            destination,
            gateway: gateway.clone(),
            cause,
        }));
        for destination in virtual_private_gateway::propagated(network, *vgw) {
            let propagated = || into.iter().filter(|other| other.origin == RouteOrigin::Propagated);
            let known = propagated().any(|other| other.destination == destination);
            // RT-05: the 101st propagated prefix is not installed.
            let full = propagated().count() >= crate::validate::PROPAGATED_PER_TABLE;
            if known || full || reserved_destination(&destination) {
                continue;
            }
            into.push(Route {
                destination,
                target: Target::Part(*part),
                target_text: gateway.to_string(),
                origin: RouteOrigin::Propagated,
                list: None,
                index: None,
            });
        }
    }

    /// GWE-02: whether a row names a gateway endpoint, which has written its route already; others to
    /// it AWS refuses. Only where nobody has said which list the service has does the row itself say so.
    fn managed(
        &self,
        table: Ix<Table>,
        index: usize,
        route: &route_table::Route,
        into: &mut [Route],
    ) -> bool {
        let target = route.target.trim();
        let Some(Thing::Part(Part::GatewayEndpoint(ix))) = self.network.index.get(target) else {
            return false;
        };
        let endpoint = &self.network.fabric.gateway_endpoints[*ix];
        let destination = route.destination.trim();
        for own in into.iter_mut().filter(|own| own.target_text == target) {
            if own.list.as_deref() == Some(destination) {
                own.index = Some(index);
            }
        }
        endpoint.list(&self.network).is_some()
            || !endpoint.tables.contains(&table)
            || cells::cidr(destination).is_some()
    }

    fn target(&self, vpc: Ix<Vpc>, route: &route_table::Route) -> Target {
        let text = route.target.trim();
        if route.blackhole {
            return Target::Blackhole;
        }
        if text == "local" {
            return Target::Local;
        }
        let network = &self.network;
        // RT-16, IGW-11, NAT-21: gone, detached or stopped targets leave a blackhole.
        match network.index.get(text) {
            Some(Thing::InternetGateway(ix)) if network.vpcs[vpc].igw == Some(*ix) => Target::Internet(*ix),
            Some(Thing::EgressOnly(ix)) if network.eigws[*ix].vpc == vpc => Target::EgressOnly(*ix),
            Some(Thing::Nat(ix)) if network.nats[*ix].vpc == vpc => Target::Nat(*ix),
            Some(Thing::Eni(ix)) => self.interface_target(vpc, *ix),
            Some(Thing::Instance(ix)) => network.instances[*ix]
                .enis
                .first()
                .map_or(Target::Blackhole, |eni| self.interface_target(vpc, *eni)),
            Some(Thing::Inert(ix)) => Target::Inert(*ix),
            Some(Thing::Part(part)) if part.usable(network, vpc) => Target::Part(*part),
            _ => Target::Blackhole,
        }
    }

    fn interface_target(&self, vpc: Ix<Vpc>, eni: Ix<Eni>) -> Target {
        let network = &self.network;
        let interface = &network.enis[eni];
        let running = match interface.instance {
            Some(instance) => network.instances[instance].running,
            None => interface.service,
        };
        if network.subnets[interface.subnet].vpc == vpc && running && interface.part.is_none() {
            Target::Interface(eni)
        } else {
            Target::Blackhole
        }
    }

    /// Whether AWS would accept the route (RT-07, RT-08, RT-18, RT-19, RT-25, EIGW-01, NAT-15).
    fn installable(
        &self,
        vpc: Ix<Vpc>,
        edge: bool,
        origin: RouteOrigin,
        destination: &IpNet,
        target: Target,
        target_text: &str,
    ) -> bool {
        if reserved_destination(destination) {
            return false;
        }
        let family = Family::of_net(destination);
        let kind = self.document.nodes.get(target_text).map(|node| node.kind());
        let family_fits = match kind {
            Some("egress-only-internet-gateway") => family == Family::V6,
            Some("nat-gateway") => {
                family == Family::V4
                    || matches!(destination, IpNet::V6(net) if nat_gateway::takes_ipv6_route(net))
                    || self.inside(vpc, destination)
            }
            _ => true,
        };
        if !family_fits {
            return false;
        }
        if edge {
            let whole = destination_is_local(&self.network.vpcs[vpc], destination)
                || self.is_subnet_block(vpc, destination);
            return whole
                && origin != RouteOrigin::Propagated
                && match target {
                    Target::Local | Target::Interface(_) | Target::Inert(_) | Target::Blackhole => true,
                    Target::Part(part) => part.is_middlebox(),
                    _ => false,
                };
        }
        if target == Target::Local {
            // A hand-written local route only restates the implied one.
            return false;
        }
        if origin != RouteOrigin::Propagated && self.inside(vpc, destination) {
            let whole = destination_is_local(&self.network.vpcs[vpc], destination)
                || self.is_subnet_block(vpc, destination);
            let takes = match self.network.index.get(target_text) {
                Some(Thing::Part(part)) => part.is_middlebox(),
                _ => matches!(
                    kind,
                    Some("instance" | "network-interface" | "nat-gateway" | "unmodelled") | None
                ),
            };
            return whole && takes;
        }
        true
    }

    fn inside(&self, vpc: Ix<Vpc>, destination: &IpNet) -> bool {
        let vpc = &self.network.vpcs[vpc];
        vpc.v4.iter().any(|net| IpNet::V4(*net).contains(destination))
            || vpc.v6.iter().any(|net| IpNet::V6(*net).contains(destination))
    }

    fn is_subnet_block(&self, vpc: Ix<Vpc>, destination: &IpNet) -> bool {
        self.network.vpcs[vpc].subnets.iter().any(|ix| {
            let subnet = &self.network.subnets[*ix];
            subnet.v4.is_some_and(|net| IpNet::V4(net) == *destination)
                || subnet.v6.is_some_and(|net| IpNet::V6(net) == *destination)
        })
    }
}

/// Whether a destination is exactly one of the VPC's own blocks.
fn destination_is_local(vpc: &Vpc, destination: &IpNet) -> bool {
    match destination {
        IpNet::V4(net) => vpc.v4.contains(net),
        IpNet::V6(net) => vpc.v6.contains(net),
    }
}

/// Link-local services cannot be routed (RT-18).
pub(crate) fn reserved_destination(destination: &IpNet) -> bool {
    match destination {
        IpNet::V4(net) => prefix::RESERVED_ROUTE_V4.contains(net),
        IpNet::V6(net) => prefix::RESERVED_ROUTE_V6.contains(net),
    }
}

/// RT-17: AWS takes one static route for each destination, so the first one stays (from general
/// knowledge).
fn is_duplicate(installed: &[Route], origin: RouteOrigin, destination: &IpNet) -> bool {
    origin == RouteOrigin::Static
        && installed
            .iter()
            .any(|other| other.origin == RouteOrigin::Static && other.destination == *destination)
}
