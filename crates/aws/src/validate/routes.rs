//! Route tables: what AWS would refuse and what leads nowhere (RT-01 to RT-32, PL-03).

use hopscope_forward::Id;
use hopscope_net::IpNet;
use hopscope_net::prefix::{self, Family};

use super::{Check, codes};
use crate::arena::Ix;
use crate::catalog::{Config, Part};
use crate::cells;
use crate::components::{gateway_endpoint, nat_gateway, route_table};
use crate::diagnostic::Diagnostic;
use crate::lower;
use crate::network::{Network, Subnet, Target, Thing, Vpc};

pub(super) fn check(check: &mut Check<'_>) {
    let mut mains: Vec<(Id, Id)> = Vec::new();
    for node in check.nodes() {
        let Config::RouteTable(config) = &node.config else { continue };
        let Some(Thing::Table(table)) = check.network.index.get(&node.id) else { continue };
        let vpc = check.network.tables[*table].vpc;
        let vpc_id = check.network.vpcs[vpc].id.clone();
        if config.main {
            // RT-01: exactly one. RT-25: the main table cannot be a gateway route table.
            let other = mains.iter().find(|(_, vpc)| *vpc == vpc_id).map(|(id, _)| id.clone());
            if let Some(other) = other {
                check.report(
                    Diagnostic::new(&codes::RT_MAIN, &node.id)
                        .field("main")
                        .with(&other)
                        .fact("why", format!("{other} is the main table already")),
                );
            }
            if config.gateway.is_some() {
                check.report(
                    Diagnostic::new(&codes::RT_MAIN, &node.id)
                        .field("gateway")
                        .fact("why", "a main table cannot be associated with a gateway"),
                );
            }
            mains.push((node.id.clone(), vpc_id));
        }
        for (n, route) in config.routes.iter().enumerate() {
            one_route(check, &node.id, vpc, config, n, route);
        }
    }
    middleboxes(check);
}

fn one_route(
    check: &mut Check<'_>,
    id: &Id,
    vpc: Ix<Vpc>,
    config: &route_table::Config,
    n: usize,
    route: &route_table::Route,
) {
    let at_destination = format!("routes/{n}/destination");
    let at_target = format!("routes/{n}/target");
    let text = route.destination.trim();
    let Some(destination) = cells::cidr(text) else {
        prefix_list_route(check, id, config, &at_destination, text, &route.target);
        target_exists(check, id, vpc, &at_target, route);
        return;
    };
    if text.parse::<IpNet>().is_ok_and(|typed| prefix::normalise(typed).1) {
        check.report(
            Diagnostic::new(&codes::CIDR_NORMALISED, id)
                .field(&at_destination)
                .fact("text", text)
                .fact("block", destination),
        );
    }
    if lower::reserved_destination(&destination) {
        check.report(
            Diagnostic::new(&codes::ROUTE_RESERVED, id)
                .field(&at_destination)
                .fact("destination", destination),
        );
        return;
    }
    let earlier = config.routes.iter().take(n).filter(|other| !other.propagated && !route.propagated);
    if earlier.into_iter().any(|other| cells::cidr(&other.destination) == Some(destination)) {
        check.report(
            Diagnostic::new(&codes::ROUTE_DUPLICATE, id)
                .field(&at_destination)
                .fact("destination", destination),
        );
    }
    ipv6_block(check, id, vpc, &at_destination, &destination);
    if !target_exists(check, id, vpc, &at_target, route) {
        return;
    }
    let kind = check.kind_of(route.target.trim());
    if !family_fits(check, vpc, kind, &destination) {
        let name = kind.and_then(crate::catalog::spec).map_or("this target", |spec| spec.name);
        check.report(
            Diagnostic::new(&codes::ROUTE_FAMILY, id)
                .field(&at_destination)
                .fact("destination", destination)
                .fact("target", name),
        );
        return;
    }
    placement(
        check,
        id,
        vpc,
        config.gateway.is_some(),
        &at_destination,
        &at_target,
        route,
        kind,
        &destination,
    );
}

/// RT-19 and NAT-15: which family a target takes.
fn family_fits(check: &Check<'_>, vpc: Ix<Vpc>, kind: Option<&str>, destination: &IpNet) -> bool {
    match (kind, destination) {
        (Some("egress-only-internet-gateway"), IpNet::V4(_)) => false,
        (Some("nat-gateway"), IpNet::V6(net)) => {
            nat_gateway::takes_ipv6_route(net) || inside(check, vpc, destination)
        }
        _ => true,
    }
}

#[allow(clippy::too_many_arguments, reason = "the cell paths and the route they belong to travel together")]
fn placement(
    check: &mut Check<'_>,
    id: &Id,
    vpc: Ix<Vpc>,
    edge: bool,
    at_destination: &str,
    at_target: &str,
    route: &route_table::Route,
    kind: Option<&'static str>,
    destination: &IpNet,
) {
    let network = check.network;
    let whole_block = match destination {
        IpNet::V4(net) => network.vpcs[vpc].v4.contains(net),
        IpNet::V6(net) => network.vpcs[vpc].v6.contains(net),
    };
    let whole_subnet = network.vpcs[vpc].subnets.iter().any(|ix| {
        let subnet = &network.subnets[*ix];
        subnet.v4.map(IpNet::V4) == Some(*destination) || subnet.v6.map(IpNet::V6) == Some(*destination)
    });
    let local = route.target.trim() == "local";
    let refuse_target = |check: &mut Check<'_>, why: &str| {
        check.report(
            Diagnostic::new(&codes::ROUTE_TARGET, id)
                .field(at_target)
                .fact("destination", destination)
                .fact("target", route.target.trim())
                .fact("why", why),
        );
    };
    let narrow = |check: &mut Check<'_>| {
        check.report(
            Diagnostic::new(&codes::ROUTE_NOT_SUBNET_CIDR, id)
                .field(at_destination)
                .fact("destination", destination),
        );
    };
    if edge {
        // RT-25.
        if !whole_block && !whole_subnet {
            narrow(check);
        } else if !local
            && !is_middlebox(kind)
            && !matches!(kind, Some("network-interface" | "instance" | "unmodelled") | None)
        {
            refuse_target(
                check,
                "a gateway route table leads to local, a network interface or a Gateway Load Balancer endpoint",
            );
        }
        return;
    }
    if local {
        if !whole_block {
            refuse_target(check, "local serves the VPC's own blocks only");
        }
        return;
    }
    if inside(check, vpc, destination) && !route.propagated {
        // RT-07 and RT-08.
        if !is_middlebox(kind)
            && !matches!(kind, Some("network-interface" | "instance" | "nat-gateway" | "unmodelled") | None)
        {
            refuse_target(
                check,
                "inside the VPC a route may lead to a network interface, a Gateway Load Balancer endpoint or a NAT gateway",
            );
        } else if !whole_block && !whole_subnet {
            narrow(check);
        }
    }
}

/// Endpoints that hand packets to appliances and take them back.
fn is_middlebox(kind: Option<&str>) -> bool {
    matches!(kind, Some("gateway-load-balancer-endpoint" | "network-firewall-endpoint"))
}

fn inside(check: &Check<'_>, vpc: Ix<Vpc>, destination: &IpNet) -> bool {
    let vpc = &check.network.vpcs[vpc];
    let v4 = vpc.v4.iter().map(|net| IpNet::V4(*net));
    let v6 = vpc.v6.iter().map(|net| IpNet::V6(*net));
    v4.chain(v6).any(|block| block.contains(destination))
}

fn prefix_list_route(
    check: &mut Check<'_>,
    id: &Id,
    config: &route_table::Config,
    path: &str,
    text: &str,
    target: &str,
) {
    match check.kind_of(text) {
        // PL-03.
        Some("prefix-list") if config.gateway.is_some() => {
            check.report(
                Diagnostic::new(&codes::PREFIX_LIST_NOT_SUPPORTED, id)
                    .field(path)
                    .fact("why", "a gateway route table takes no prefix lists"),
            );
        }
        // PL-03, GWLB-14.
        Some("prefix-list") if check.kind_of(target.trim()) == Some("gateway-load-balancer-endpoint") => {
            check.report(
                Diagnostic::new(&codes::PREFIX_LIST_NOT_SUPPORTED, id)
                    .field(path)
                    .fact("why", "a route to a Gateway Load Balancer endpoint takes no prefix list"),
            );
        }
        Some("prefix-list") => {}
        _ => {
            let wanted = "a CIDR block or a prefix list id";
            check.report(
                Diagnostic::new(&codes::UNREADABLE, id).field(path).fact("text", text).fact("wanted", wanted),
            );
        }
    }
}

/// Says what is wrong with a target by itself; true if the route leads somewhere.
fn target_exists(
    check: &mut Check<'_>,
    id: &Id,
    vpc: Ix<Vpc>,
    path: &str,
    route: &route_table::Route,
) -> bool {
    let text = route.target.trim();
    if text == "local" {
        return true;
    }
    let blackhole = |check: &mut Check<'_>, why: &str| {
        check.report(
            Diagnostic::new(&codes::ROUTE_BLACKHOLE, id)
                .field(path)
                .fact("destination", route.destination.trim())
                .fact("target", text)
                .fact("why", why),
        );
        false
    };
    if route.blackhole {
        return blackhole(check, "it was imported in state blackhole");
    }
    let Some(spec) = check.kind_of(text).and_then(crate::catalog::spec) else {
        return blackhole(
            check,
            if text.is_empty() { "it has no target" } else { "its target does not exist" },
        );
    };
    if let Some(Thing::Part(Part::GatewayEndpoint(endpoint))) = check.network.index.get(text) {
        if !gateway_endpoint::writes(check.network, *endpoint, id, route.destination.trim()) {
            check.report(
                Diagnostic::new(&codes::ROUTE_MANAGED, id)
                    .field(path)
                    .fact("destination", route.destination.trim())
                    .fact("target", text),
            );
        }
        return false;
    }
    if !spec.route_target.0 && !spec.route_target.1 {
        check.report(
            Diagnostic::new(&codes::ROUTE_TARGET, id)
                .field(path)
                .fact("destination", route.destination.trim())
                .fact("target", text)
                .fact("why", format!("{} cannot be the target of a route", spec.name)),
        );
        return false;
    }
    let home = check.document.enclosing(text, "vpc").map(|node| node.id.clone());
    if spec.kind != "unmodelled" && home.as_ref().is_some_and(|home| *home != check.network.vpcs[vpc].id) {
        check.report(
            Diagnostic::new(&codes::ROUTE_TARGET, id)
                .field(path)
                .fact("destination", route.destination.trim())
                .fact("target", text)
                .fact("why", "it belongs to another VPC"),
        );
        return false;
    }
    let table = match check.network.index.get(id) {
        Some(Thing::Table(table)) => *table,
        _ => return true,
    };
    let installed = check.network.tables[table].routes.iter().find(|installed| installed.target_text == text);
    // TGW-33: the attachment comes before the route.
    if super::transit::unattached(check.network, text, vpc) {
        check.report(
            Diagnostic::new(&codes::ROUTE_TARGET, id)
                .field(path)
                .fact("destination", route.destination.trim())
                .fact("target", text)
                .fact("why", "this VPC is not attached to it"),
        );
        return false;
    }
    match installed.map(|installed| installed.target) {
        Some(Target::Blackhole) if home.is_none() => blackhole(check, "it is not attached to this VPC"),
        Some(Target::Blackhole) => blackhole(check, "it is stopped, detached or deleted"),
        _ => true,
    }
}

/// ADDR-20: an IPv6 route without an IPv6 block anywhere leads nothing.
fn ipv6_block(check: &mut Check<'_>, id: &Id, vpc: Ix<Vpc>, path: &str, destination: &IpNet) {
    if Family::of_net(destination) == Family::V6 && check.network.vpcs[vpc].v6.is_empty() {
        let vpc = check.network.vpcs[vpc].id.clone();
        check.report(
            Diagnostic::new(&codes::IPV6_ROUTE_WITHOUT_BLOCK, id)
                .field(path)
                .with(&vpc)
                .fact("destination", destination)
                .fact("vpc", &vpc),
        );
    }
}

/// The appliance interface or endpoint that a route leads to, and its subnet.
fn middlebox(network: &Network, target: Target) -> Option<(&Id, Ix<Subnet>)> {
    let fabric = &network.fabric;
    match target {
        Target::Interface(eni) => Some((&network.enis[eni].id, network.enis[eni].subnet)),
        Target::Part(Part::GatewayLoadBalancerEndpoint(ix)) => {
            Some((&fabric.gwlb_endpoints[ix].id, fabric.gwlb_endpoints[ix].subnet))
        }
        Target::Part(Part::NetworkFirewallEndpoint(ix)) => {
            Some((&fabric.firewall_endpoints[ix].id, fabric.firewall_endpoints[ix].subnet))
        }
        _ => None,
    }
}

/// RT-29, GWLB-04: an appliance or endpoint in the subnet whose table leads to it.
fn middleboxes(check: &mut Check<'_>) {
    let network = check.network;
    let mut found: Vec<(Id, Id)> = Vec::new();
    for (_, subnet) in network.subnets.iter() {
        for route in &network.tables[subnet.table].routes {
            if let Some((middlebox, home)) = middlebox(network, route.target)
                && network.subnets[home].id == subnet.id
            {
                found.push((middlebox.clone(), subnet.id.clone()));
            }
        }
    }
    // The same behind a gateway: its table sends a subnet's traffic to an appliance inside it.
    for (_, igw) in network.igws.iter() {
        for route in igw.edge.iter().flat_map(|table| &network.tables[*table].routes) {
            if let Some((middlebox, home)) = middlebox(network, route.target) {
                let home = &network.subnets[home];
                let blocks = [home.v4.map(IpNet::V4), home.v6.map(IpNet::V6)];
                if blocks.contains(&Some(route.destination)) {
                    found.push((middlebox.clone(), home.id.clone()));
                }
            }
        }
    }
    found.dedup();
    for (eni, subnet) in found {
        check.report(
            Diagnostic::new(&codes::MIDDLEBOX_SAME_SUBNET, &eni)
                .with(&subnet)
                .fact("interface", &eni)
                .fact("subnet", &subnet),
        );
    }
}
