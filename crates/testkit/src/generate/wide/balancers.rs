//! Application and Network Load Balancers with target groups of every sort.

use hopscope_aws::components::{application_load_balancer, network_load_balancer, target_group};
use hopscope_aws::{Config, Id};

use super::Yard;
use super::endpoints::places;

pub(super) fn draw(yard: &mut Yard<'_>) {
    let n = yard.below(yard.vpcs.len());
    if !yard.chance(60) || places(yard, n, 201).is_empty() {
        return;
    }
    let application = yard.chance(70);
    for group in 0..3 {
        draw_group(yard, n, group, application && group == 2);
    }
    if application {
        draw_application(yard, n);
    }
    draw_network(yard, n, application);
}

fn name(n: usize, group: usize) -> String {
    format!("tg-{n}-{group}")
}

fn cell(yard: &mut Yard<'_>, percent: usize) -> String {
    if yard.chance(percent) { yard.random.word(&["on", "off"]).to_owned() } else { String::new() }
}

fn health(yard: &mut Yard<'_>) -> String {
    yard.random.word(&["auto", "auto", "auto", "auto", "auto", "healthy", "unhealthy"]).to_owned()
}

/// The first two groups hold instances or addresses, the last one perhaps the other load balancer.
fn draw_group(yard: &mut Yard<'_>, n: usize, group: usize, balancer: bool) {
    let Some(vpc) = yard.vpcs.get(n) else { return };
    let (parent, count) = (vpc.id.clone(), vpc.subnets.len());
    let mut targets = Vec::new();
    let kind = match (balancer, yard.below(10)) {
        (true, _) => "alb",
        (false, 0..=5) => "instance",
        _ => "ip",
    };
    let row = |yard: &mut Yard<'_>| target_group::Target { health: health(yard), ..Default::default() };
    if kind == "alb" {
        targets.push(target_group::Target { target: Some(Id::from("alb")), ..row(yard) });
    }
    for subnet in 0..count {
        let id = format!("i-{n}-{subnet}-0");
        if kind != "instance" || yard.document.node(&id).is_none() || yard.chance(40) {
            continue;
        }
        targets.push(target_group::Target { target: Some(Id::from(id)), ..row(yard) });
    }
    if kind == "ip" {
        for address in addresses(yard, n) {
            targets.push(target_group::Target { address, ..row(yard) });
        }
    }
    let config = target_group::Config {
        protocol: yard.random.word(&["tcp", "tcp", "tcp", "tcp_udp"]).to_owned(),
        port: *yard.random.pick(&[443u32, 443, 80]).unwrap_or(&443),
        target_type: kind.to_owned(),
        targets,
        preserve_client_ip: cell(yard, 40),
        cross_zone: cell(yard, 30),
        health_check_port: *yard.random.pick(&[0u32, 0, 0, 22]).unwrap_or(&0),
        ..target_group::Config::default()
    };
    yard.put(&name(n, group), Some(&parent), Config::TargetGroup(config));
}

/// Addresses of hosts here, in another VPC, and on-premises.
fn addresses(yard: &mut Yard<'_>, n: usize) -> Vec<String> {
    let mut all: Vec<(bool, String)> = Vec::new();
    for node in yard.document.nodes.values() {
        match &node.config {
            Config::NetworkInterface(card) if node.id.ends_with("-0") => {
                let own = node.id.starts_with(&format!("eni-{n}-"));
                all.extend(card.private_ips.first().map(|row| (own, row.address.clone())));
            }
            Config::OnPremisesHost(host) => {
                let four = host.addresses.iter().find(|address| !address.contains(':'));
                all.extend(four.map(|address| (false, address.clone())));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for (own, address) in all {
        if found.len() < 2 && yard.chance(if own { 50 } else { 25 }) {
            found.push(address);
        }
    }
    found
}

fn nodes(
    yard: &mut Yard<'_>,
    n: usize,
    last: usize,
    public: bool,
) -> Vec<hopscope_aws::components::interface_endpoint::Interface> {
    let mut rows = places(yard, n, last);
    for row in &mut rows {
        if public && yard.chance(90) {
            row.public_ip = yard.public();
        }
    }
    rows
}

fn draw_application(yard: &mut Yard<'_>, n: usize) {
    let Some(parent) = yard.vpcs.get(n).map(|vpc| vpc.id.clone()) else { return };
    let public = yard.chance(60);
    let listener = |port, group: usize| application_load_balancer::Listener {
        protocol: "http".to_owned(),
        port,
        target_groups: vec![Id::from(name(n, group))],
        ..Default::default()
    };
    let mut rules = Vec::new();
    if yard.chance(20) {
        rules.push(application_load_balancer::Rule {
            source_ip: yard.random.word(&["198.51.100.0/24", "10.0.0.0/8", "192.168.0.0/16"]).to_owned(),
            action: "fixed-response".to_owned(),
            status: 403,
            ..Default::default()
        });
    }
    if yard.chance(20) {
        rules.push(application_load_balancer::Rule {
            priority: 2,
            path: "/x".to_owned(),
            target_groups: vec![Id::from(name(n, 1))],
            ..Default::default()
        });
    }
    let config = application_load_balancer::Config {
        interfaces: nodes(yard, n, 201, public),
        scheme: if public { "internet-facing" } else { "internal" }.to_owned(),
        security_groups: vec![Id::from(format!("sg-{n}"))],
        listeners: vec![listener(443, 0), listener(80, 1)],
        rules,
        ..application_load_balancer::Config::default()
    };
    yard.put("alb", Some(&parent), Config::ApplicationLoadBalancer(config));
}

fn draw_network(yard: &mut Yard<'_>, n: usize, application: bool) {
    let Some(parent) = yard.vpcs.get(n).map(|vpc| vpc.id.clone()) else { return };
    let public = yard.chance(60);
    let listener = |protocol: &str, port, group: usize| network_load_balancer::Listener {
        protocol: protocol.to_owned(),
        port,
        target_group: Some(Id::from(name(n, group))),
        ..Default::default()
    };
    let mut listeners =
        vec![listener("tcp", 443, if application { 2 } else { 0 }), listener("tcp_udp", 53, 1)];
    if yard.chance(40) {
        listeners.push(listener("tcp", 22, 0));
    }
    let config = network_load_balancer::Config {
        interfaces: nodes(yard, n, 202, public),
        scheme: if public { "internet-facing" } else { "internal" }.to_owned(),
        security_groups: if yard.chance(60) { vec![Id::from(format!("sg-{n}"))] } else { Vec::new() },
        created_without_security_groups: yard.chance(8),
        listeners,
        cross_zone: yard.chance(50),
        ..network_load_balancer::Config::default()
    };
    yard.put("front", Some(&parent), Config::NetworkLoadBalancer(config));
}
