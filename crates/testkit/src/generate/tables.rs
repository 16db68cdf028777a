//! Random route tables: those a subnet of its style has, and what makes choosing one interesting.

use hopscope_aws::components::route_table;
use hopscope_aws::{Config, Document, Id};

use super::network::{Plot, Style, Yard, put};
use super::random::Random;

pub(super) fn draw(random: &mut Random, document: &mut Document, yard: &mut Yard) {
    let n = yard.n;
    // An edge table sends one public subnet's traffic through the appliance (RT-25).
    let inspected = match (&yard.gateway, &yard.appliance) {
        (Some(gateway), Some(appliance)) if random.chance(35) => {
            let plot =
                yard.subnets.iter().find(|p| p.style == Style::Public && p.v4.is_some() && p.table.is_some());
            plot.map(|plot| {
                let routes = vec![route(plot.v4.as_deref().unwrap_or_default(), appliance)];
                let gateway = Some(Id::from(gateway.as_str()));
                let config = route_table::Config { routes, gateway, ..route_table::Config::default() };
                put(document, &format!("rtb-{n}-edge"), Some(&yard.id), Config::RouteTable(config));
                plot.id.clone()
            })
        }
        _ => None,
    };
    if random.chance(80) {
        let routes =
            yard.gateway.iter().filter(|_| random.chance(60)).map(|igw| route("0.0.0.0/0", igw)).collect();
        let config = route_table::Config { main: true, routes, ..route_table::Config::default() };
        put(document, &format!("rtb-{n}-main"), Some(&yard.id), Config::RouteTable(config));
    }
    for plot in &yard.subnets {
        let Some(id) = &plot.table else { continue };
        let mut routes = ordinary_routes(random, yard, plot, inspected.as_deref() == Some(&plot.id));
        extra_routes(random, yard, plot, &mut routes);
        let config = route_table::Config { routes, ..route_table::Config::default() };
        put(document, id, Some(&yard.id), Config::RouteTable(config));
    }
}

fn route(destination: &str, target: &str) -> route_table::Route {
    route_table::Route {
        destination: destination.to_owned(),
        target: target.to_owned(),
        ..route_table::Route::default()
    }
}

fn ordinary_routes(
    random: &mut Random,
    yard: &Yard,
    plot: &Plot,
    inspected: bool,
) -> Vec<route_table::Route> {
    let mut routes = Vec::new();
    let appliance = yard.appliance.as_deref();
    let default4 = match plot.style {
        Style::Isolated => None,
        Style::Public if inspected && random.chance(65) => appliance,
        Style::Private if appliance.is_some() && random.chance(30) => appliance,
        Style::Private => random.pick(&yard.nats).map(String::as_str).or(yard.gateway.as_deref()),
        Style::Public | Style::Appliance => yard.gateway.as_deref(),
    };
    if let Some(target) = default4.filter(|_| random.chance(94)) {
        routes.push(route("0.0.0.0/0", target));
    }
    let default6 = match plot.style {
        Style::Isolated => None,
        Style::Private if random.chance(80) => yard.egress_only.as_deref(),
        _ => yard.gateway.as_deref(),
    };
    if let Some(target) = default6.filter(|_| yard.v6 && random.chance(90)) {
        routes.push(route("::/0", target));
    }
    // Regional gateways and NAT64 to the VPC's own hosts would leave open who the sender is.
    let zonal: Vec<&String> = yard.nats.iter().filter(|nat| !nat.ends_with("regional")).collect();
    if plot.style == Style::Private
        && plot.v6.is_some()
        && random.chance(50)
        && let Some(nat) = random.pick(&zonal)
    {
        routes.push(route("64:ff9b::/96", nat));
    }
    routes
}

/// Routes that make choosing one interesting, or that are broken.
fn extra_routes(random: &mut Random, yard: &Yard, plot: &Plot, routes: &mut Vec<route_table::Route>) {
    let n = yard.n;
    // A table that points back at what stands in its own subnet makes packets go round (PIPE-11).
    let own_nat = yard.nat_homes.iter().find(|(_, home)| *home == plot.id).map(|(nat, _)| nat.as_str());
    // (An instance that translates would choose another port each time round.)
    let appliance = yard.appliance.as_deref().filter(|_| !yard.translates);
    let own = if plot.style == Style::Appliance { appliance } else { own_nat };
    if let Some(own) = own.filter(|_| random.chance(4)) {
        routes.retain(|r| r.destination != "0.0.0.0/0");
        routes.push(route("0.0.0.0/0", own));
    }
    if random.chance(10) {
        routes.push(route("192.0.2.0/24", &format!("tgw-{n}")));
    }
    let usable: Vec<String> =
        routes.iter().filter(|r| r.destination == "0.0.0.0/0").map(|r| r.target.clone()).collect();
    let mut targets = usable;
    targets.extend([format!("pcx-{n}-gone"), format!("igw-{}", n + 1)]);
    let mut add =
        |random: &mut Random, percent: usize, destination: &str, propagated: bool, blackhole: bool| {
            let written = |r: &route_table::Route| r.destination == destination && r.propagated == propagated;
            if random.chance(percent)
                && !routes.iter().any(written)
                && let Some(target) = random.pick(&targets)
            {
                routes.push(route_table::Route { propagated, blackhole, ..route(destination, target) });
            }
        };
    add(random, 10, "198.51.100.0/24", false, false);
    add(random, 6, "198.51.100.64/26", false, false);
    add(random, 6, "198.51.100.64/26", true, false);
    add(random, 6, "198.51.100.0/24", true, false);
    add(random, 12, "pl-1", false, false);
    add(random, 12, "pl-2", false, false);
    add(random, 3, "192.168.0.0/16", false, true);
    add(random, 3, "198.51.100.80/32", false, true);
    // RT-09: whatever is learned, the VPC's own blocks stay local.
    add(random, 5, &format!("10.{n}.1.0/24"), true, false);
    let doors: Vec<&String> = yard.gateway.iter().chain(&yard.egress_only).collect();
    for (percent, destination) in [(8, "2001:db8:ffff::/48"), (5, "pl-3")] {
        if let Some(door) = random.pick(&doors).filter(|_| yard.v6 && random.chance(percent)) {
            routes.push(route(destination, door));
        }
    }
    // RT-07: the local route itself, sent elsewhere.
    if let Some(appliance) = yard.appliance.as_deref().filter(|_| random.chance(3)) {
        // Whether a learned route then wins is left open.
        routes.retain(|r| !(r.propagated && r.destination.starts_with("10.")));
        routes.push(route(&format!("10.{n}.0.0/16"), appliance));
    }
    // RT-08: between two subnets of the VPC, both ways or only one.
    if let Some(appliance) = yard.appliance.as_deref().filter(|_| plot.style != Style::Appliance) {
        for other in &yard.subnets {
            if other.id != plot.id
                && other.style != Style::Appliance
                && random.chance(25)
                && let Some(block) = other.v4.as_deref()
            {
                routes.retain(|r| r.destination != block);
                routes.push(route(block, appliance));
            }
        }
    }
}
