//! Gateway Load Balancers with appliances, Network Firewalls, and the routes that lead through
//! them.

use hopscope_aws::components::{
    endpoint_service, gateway_load_balancer, gateway_load_balancer_endpoint, network_firewall,
    network_firewall_endpoint, route_table,
};
use hopscope_aws::{Config, Id};

use super::Yard;
use super::vpcs::{add_host, add_subnet};

pub(super) fn draw(yard: &mut Yard<'_>) {
    if yard.chance(25) {
        draw_appliances(yard);
    }
    for n in 0..yard.vpcs.len() {
        let kind = if yard.document.node("gwlb").is_some() && yard.chance(35) {
            "gwlb"
        } else if yard.chance(12) {
            "nfw"
        } else {
            continue;
        };
        draw_endpoint(yard, n, kind);
    }
}

fn draw_appliances(yard: &mut Yard<'_>) {
    let n = yard.vpcs.len().saturating_sub(1);
    let Some(parent) = yard.vpcs.get(n).map(|vpc| vpc.id.clone()) else { return };
    let zone = yard.below(yard.zones);
    let k = add_subnet(yard, n, zone, true);
    let subnet = format!("subnet-{n}-{k}");
    let targets: Vec<Id> = (0..1 + yard.below(2)).map(|m| Id::from(format!("fw-{m}"))).collect();
    for (m, id) in targets.iter().enumerate() {
        let role = yard.random.word(&["firewall", "firewall", "router"]);
        add_host(yard, n, k, id, 10 + m * 10, role, false);
    }
    let unhealthy = targets.iter().filter(|_| yard.random.chance(6)).cloned().collect();
    let config = gateway_load_balancer::Config {
        subnets: vec![Id::from(subnet)],
        targets,
        unhealthy,
        cross_zone: yard.chance(75),
        ..gateway_load_balancer::Config::default()
    };
    yard.put("gwlb", Some(&parent), Config::GatewayLoadBalancer(config));
    let load_balancer = Some(Id::from("gwlb"));
    let config = endpoint_service::Config { load_balancer, ..endpoint_service::Config::default() };
    yard.put("gwlb-svc", Some(&parent), Config::EndpointService(config));
}

/// An endpoint in a subnet of its own, between the subnets of the VPC and what lies outside.
fn draw_endpoint(yard: &mut Yard<'_>, n: usize, kind: &str) {
    let Some(vpc) = yard.vpcs.get(n) else { return };
    let (parent, gateway, six) = (vpc.id.clone(), vpc.gateway.clone(), vpc.six.is_some());
    let hosts: Vec<usize> =
        vpc.subnets.iter().enumerate().filter(|(_, plot)| !plot.reserved).map(|(k, _)| k).collect();
    let zone = hosts.first().and_then(|k| vpc.subnets.get(*k)).map_or(0, |plot| plot.zone);
    let tgw = yard.tgws.iter().find(|tgw| tgw.attachments.iter().any(|(_, l)| *l == super::Leads::Vpc(n)));
    let tgw = tgw.map(|tgw| tgw.id.clone());
    let k = add_subnet(yard, n, zone, true);
    let subnet = format!("subnet-{n}-{k}");
    let id = format!("{kind}e-{n}");
    if kind == "gwlb" {
        let config = gateway_load_balancer_endpoint::Config {
            service: Some(Id::from(yard.random.word(&["gwlb-svc", "gwlb"]))),
            state: if yard.chance(4) { "failed" } else { "available" }.to_owned(),
            ..gateway_load_balancer_endpoint::Config::default()
        };
        yard.put(&id, Some(&subnet), Config::GatewayLoadBalancerEndpoint(config));
    } else {
        let firewall = format!("nfw-{n}");
        let config = firewall_config(yard);
        yard.put(&firewall, Some(&parent), Config::NetworkFirewall(config));
        let config =
            network_firewall_endpoint::Config { firewall: Some(Id::from(firewall)), failed: yard.chance(3) };
        yard.put(&id, Some(&subnet), Config::NetworkFirewallEndpoint(config));
    }
    // From the hosts to the endpoint, and on from there.
    let wide = yard.random.word(&["0.0.0.0/0", "10.0.0.0/8", "192.168.0.0/16"]);
    for plot in &hosts {
        if yard.chance(85) {
            force(yard, n, *plot, wide, &id);
            if six && wide == "0.0.0.0/0" && yard.chance(70) {
                force(yard, n, *plot, "::/0", &id);
            }
        }
    }
    let onward = if wide == "0.0.0.0/0" { gateway.clone() } else { tgw };
    if let Some(onward) = onward.filter(|_| yard.random.chance(90)) {
        yard.route(n, k, wide, &onward);
    }
    // Between two subnets of the VPC (RT-08), and in by the internet gateway (RT-25).
    let blocks: Vec<String> = hosts
        .iter()
        .filter_map(|k| yard.vpcs.get(n).and_then(|vpc| vpc.subnets.get(*k)).map(|plot| plot.block.clone()))
        .collect();
    if yard.chance(30)
        && let [one, two, ..] = hosts.as_slice()
        && let [first, second, ..] = blocks.as_slice()
    {
        yard.route(n, *one, second, &id);
        if yard.chance(85) {
            yard.route(n, *two, first, &id);
        }
    }
    if let (Some(gateway), "0.0.0.0/0") = (gateway, wide)
        && yard.chance(85)
    {
        let row = |block: &String| route_table::Route {
            destination: block.clone(),
            target: id.clone(),
            ..route_table::Route::default()
        };
        let routes = blocks.iter().map(row).collect();
        let config = route_table::Config {
            routes,
            gateway: Some(Id::from(gateway)),
            ..route_table::Config::default()
        };
        yard.put(&format!("rtb-{n}-edge"), Some(&parent), Config::RouteTable(config));
    }
}

/// Instead of whatever route the table has for the destination.
fn force(yard: &mut Yard<'_>, n: usize, k: usize, destination: &str, target: &str) {
    if let Some(plot) = yard.vpcs.get_mut(n).and_then(|vpc| vpc.subnets.get_mut(k)) {
        plot.routes.retain(|route| route.destination != destination);
    }
    yard.route(n, k, destination, target);
}

fn firewall_config(yard: &mut Yard<'_>) -> network_firewall::Config {
    let mut stateless_rules = Vec::new();
    let mut stateful_rules = Vec::new();
    for priority in 0..yard.below(3) {
        stateless_rules.push(network_firewall::StatelessRule {
            priority: u32::try_from(10 + priority * 10).unwrap_or(10),
            action: yard.random.word(&["pass", "drop", "forward"]).to_owned(),
            protocol: yard.random.word(&["udp", "tcp", "icmp"]).to_owned(),
            ports: "all".to_owned(),
            ..network_firewall::StatelessRule::default()
        });
    }
    for _ in 0..yard.below(3) {
        stateful_rules.push(network_firewall::StatefulRule {
            action: yard.random.word(&["pass", "drop", "reject", "alert"]).to_owned(),
            protocol: "tcp".to_owned(),
            destination: yard.random.word(&["any", "10.0.0.0/8", "198.51.100.80/32"]).to_owned(),
            ports: yard.random.word(&["22", "443", "0-1023"]).to_owned(),
            ..network_firewall::StatefulRule::default()
        });
    }
    network_firewall::Config {
        stateless_rules,
        stateful_rules,
        stateful_default: if yard.chance(10) { "drop" } else { "pass" }.to_owned(),
        ..network_firewall::Config::default()
    }
}
