//! AWS services, gateway and interface endpoints, load balancers behind PrivateLink, Client VPN.

use hopscope_aws::components::{
    aws_service, client_vpn_endpoint, endpoint_service, gateway_endpoint, interface_endpoint,
    network_load_balancer, vpn_client,
};
use hopscope_aws::policy::Statement;
use hopscope_aws::{Config, Id};

use super::{Yard, balancers};

pub(super) fn draw(yard: &mut Yard<'_>) {
    let services: [(&str, &str, &[&str]); 3] = [
        ("s3", "pl-s3", &["192.0.2.20"]),
        ("dynamodb", "pl-ddb", &["192.0.2.200", "2001:db8:aaaa::20"]),
        ("sqs", "", &["192.0.3.20"]),
    ];
    for (service, list, addresses) in services {
        let config = aws_service::Config {
            service: service.to_owned(),
            addresses: addresses.iter().map(|a| (*a).to_owned()).collect(),
            prefix_list: (!list.is_empty()).then(|| Id::from(list)),
            policy: policy(yard, 12),
        };
        yard.put(&format!("svc-{service}"), Some("region-0"), Config::AwsService(config));
    }
    for n in 0..yard.vpcs.len() {
        if yard.vpcs.get(n).is_some_and(|vpc| vpc.region == 0) {
            draw_gateway_endpoints(yard, n);
        }
    }
    draw_balancer(yard);
    balancers::draw(yard);
    for n in 0..yard.vpcs.len() {
        if yard.chance(35) {
            draw_interface_endpoint(yard, n);
        }
    }
    if yard.chance(25) {
        draw_client_vpn(yard);
    }
}

fn policy(yard: &mut Yard<'_>, percent: usize) -> Vec<Statement> {
    if !yard.chance(percent) {
        return Vec::new();
    }
    let statement = |effect: &str, action: &str, resource: &str| Statement {
        effect: effect.to_owned(),
        action: action.to_owned(),
        resource: resource.to_owned(),
        ..Statement::default()
    };
    let mut rows = vec![statement("allow", "s3:*", yard.random.word(&["*", "logs", "data/*"]))];
    if yard.chance(30) {
        rows.push(statement("deny", "s3:GetObject", "data/secret"));
    }
    if yard.chance(20) {
        rows.clear();
        rows.push(Statement { source_vpce: "vpce-s3-0".to_owned(), ..statement("allow", "*", "*") });
    }
    rows
}

fn draw_gateway_endpoints(yard: &mut Yard<'_>, n: usize) {
    for service in ["s3", "dynamodb"] {
        if !yard.chance(20) {
            continue;
        }
        let Some(vpc) = yard.vpcs.get(n) else { continue };
        let parent = vpc.id.clone();
        let plots: Vec<usize> =
            vpc.subnets.iter().enumerate().filter(|(_, plot)| !plot.reserved).map(|(k, _)| k).collect();
        let route_tables =
            plots.iter().filter(|_| yard.random.chance(75)).map(|k| Id::from(format!("rtb-{n}-{k}")));
        let route_tables = route_tables.collect();
        let config = gateway_endpoint::Config {
            service: Some(Id::from(format!("svc-{service}"))),
            route_tables,
            policy: policy(yard, 20),
            ip_address_type: if service == "s3" { "ipv4" } else { yard.random.word(&["ipv4", "dualstack"]) }
                .to_owned(),
            state: if yard.chance(4) { "failed" } else { "available" }.to_owned(),
        };
        yard.put(&format!("vpce-{service}-{n}"), Some(&parent), Config::GatewayEndpoint(config));
    }
}

/// The first subnet of hosts of a VPC in each zone: its number and where interfaces may be.
pub(super) fn places(yard: &mut Yard<'_>, n: usize, last: usize) -> Vec<interface_endpoint::Interface> {
    let mut zones = Vec::new();
    let mut rows = Vec::new();
    for plot in yard.vpcs.get(n).map_or(&[][..], |vpc| &vpc.subnets) {
        if !zones.contains(&plot.zone) && !plot.reserved {
            zones.push(plot.zone);
            rows.push(interface_endpoint::Interface {
                subnet: Some(Id::from(plot.id.as_str())),
                address: format!("{}.{last}", plot.prefix),
                ..interface_endpoint::Interface::default()
            });
        }
    }
    rows
}

fn draw_balancer(yard: &mut Yard<'_>) {
    let Some(vpc) = yard.vpcs.last().filter(|vpc| vpc.region == 0) else { return };
    let (n, parent) = (vpc.n, vpc.id.clone());
    let targets: Vec<Id> = (0..vpc.subnets.len()).map(|k| Id::from(format!("i-{n}-{k}-0"))).collect();
    let targets: Vec<Id> = targets.into_iter().filter(|id| yard.document.node(id).is_some()).collect();
    if !yard.chance(45) {
        return;
    }
    let groups = vec![Id::from(format!("sg-{n}"))];
    let config = network_load_balancer::Config {
        interfaces: places(yard, n, 200),
        security_groups: if yard.chance(50) { groups } else { Vec::new() },
        listeners: vec![network_load_balancer::Listener {
            protocol: "tcp".to_owned(),
            port: 443,
            targets,
            target_port: *yard.random.pick(&[443u32, 80]).unwrap_or(&443),
            ..network_load_balancer::Listener::default()
        }],
        cross_zone: yard.chance(60),
        ..network_load_balancer::Config::default()
    };
    yard.put("nlb", Some(&parent), Config::NetworkLoadBalancer(config));
    let load_balancer = Some(Id::from("nlb"));
    let config = endpoint_service::Config { load_balancer, ..endpoint_service::Config::default() };
    yard.put("vpce-svc", Some(&parent), Config::EndpointService(config));
}

fn draw_interface_endpoint(yard: &mut Yard<'_>, n: usize) {
    let Some(parent) = yard.vpcs.get(n).map(|vpc| vpc.id.clone()) else { return };
    let shared = yard.document.node("vpce-svc").is_some() && yard.chance(60);
    // Which services offer themselves across Regions is not for a rule to say (IFE-15).
    if !shared && yard.vpcs.get(n).is_some_and(|vpc| vpc.region != 0) {
        return;
    }
    let interfaces: Vec<_> = places(yard, n, 50).into_iter().take(if shared { 1 } else { 3 }).collect();
    let narrow = yard.chance(15);
    let config = interface_endpoint::Config {
        service: Some(Id::from(if shared { "vpce-svc" } else { yard.random.word(&["svc-sqs", "svc-s3"]) })),
        interfaces,
        security_groups: vec![Id::from(format!("sg-{n}{}", if narrow { "-narrow" } else { "" }))],
        policy: policy(yard, 12),
        state: if yard.chance(5) { "pending-acceptance" } else { "available" }.to_owned(),
        ..interface_endpoint::Config::default()
    };
    yard.put(&format!("vpce-if-{n}"), Some(&parent), Config::InterfaceEndpoint(config));
}

fn draw_client_vpn(yard: &mut Yard<'_>) {
    let n = yard.below(yard.vpcs.len());
    let Some(parent) = yard.vpcs.get(n).map(|vpc| vpc.id.clone()) else { return };
    let mut associations = Vec::new();
    for row in places(yard, n, 210) {
        let public_ip = if yard.chance(50) { yard.public() } else { String::new() };
        associations.push(client_vpn_endpoint::Association {
            subnet: row.subnet,
            address: row.address,
            public_ip,
            ipv6: String::new(),
        });
    }
    let first = associations.first().and_then(|a| a.subnet.clone());
    let mut routes = Vec::new();
    let mut authorization_rules = Vec::new();
    for destination in ["10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/16", "0.0.0.0/0", "10.64.0.0/22"] {
        if yard.chance(55) {
            for target in associations.iter().filter_map(|a| a.subnet.as_deref()) {
                let target = if destination == "10.64.0.0/22" { "local" } else { target };
                routes.push(client_vpn_endpoint::ClientRoute {
                    destination: destination.to_owned(),
                    target: target.to_owned(),
                });
            }
        }
        if yard.chance(65) {
            let group = yard.random.word(&["", "", "dev", "ops"]).to_owned();
            authorization_rules
                .push(client_vpn_endpoint::AuthorizationRule { destination: destination.to_owned(), group });
        }
    }
    let config = client_vpn_endpoint::Config {
        client_cidr: "10.64.0.0/22".to_owned(),
        associations,
        routes,
        authorization_rules,
        security_groups: vec![Id::from(format!("sg-{n}"))],
        split_tunnel: yard.chance(40),
        failed: yard.chance(3),
        ..client_vpn_endpoint::Config::default()
    };
    yard.put("cvpn", Some(&parent), Config::ClientVpnEndpoint(config));
    for (id, last) in [("user-a", 9), ("user-b", 10)] {
        let config = vpn_client::Config {
            endpoint: Some(Id::from("cvpn")),
            address: format!("10.64.0.{last}"),
            home_address: format!("198.51.100.{}", 60 + last),
            groups: if yard.chance(70) { vec!["dev".to_owned()] } else { Vec::new() },
            certificate_valid: yard.chance(96),
            subnet: first.clone(),
            ..vpn_client::Config::default()
        };
        yard.put(id, None, Config::VpnClient(config));
    }
}
