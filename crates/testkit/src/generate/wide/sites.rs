//! On-premises sites with their routers, VPN connections and Direct Connect.

use hopscope_aws::bgp::Advertisement;
use hopscope_aws::components::{
    customer_gateway, direct_connect_connection, direct_connect_gateway, direct_connect_lag,
    direct_connect_location, network_acl, on_premises, on_premises_firewall, on_premises_host,
    transit_gateway_attachment, virtual_interface, virtual_private_gateway, vpn_connection,
};
use hopscope_aws::{Config, Id};

use super::hubs::join;
use super::{Leads, Yard};

pub(super) fn draw(yard: &mut Yard<'_>) {
    if !yard.chance(65) {
        return;
    }
    draw_site(yard, 0, "192.168");
    if yard.chance(25) {
        draw_site(yard, 1, "172.16");
    }
    for n in 0..yard.vpcs.len() {
        if yard.chance(35) {
            draw_vgw(yard, n);
        }
    }
    draw_vpns(yard);
    if yard.chance(60) {
        draw_direct_connect(yard);
    }
}

fn draw_site(yard: &mut Yard<'_>, at: usize, start: &str) {
    let id = format!("site-{at}");
    let networks = vec![format!("{start}.0.0/16")];
    let config = on_premises::Config { networks: networks.clone(), ..Default::default() };
    yard.put(&id, None, Config::OnPremises(config));
    for (host, address) in [("a", "1.10"), ("b", "2.20")] {
        let failed = yard.chance(1);
        let addresses = vec![format!("{start}.{address}")];
        let config = on_premises_host::Config { addresses, failed, ..Default::default() };
        yard.put(&format!("op-{at}-{host}"), Some(&id), Config::OnPremisesHost(config));
    }
    if yard.chance(20) {
        let rule = |number, action: &str, protocol: &str, ports: &str| network_acl::Rule {
            number,
            action: action.to_owned(),
            protocol: protocol.to_owned(),
            ports: ports.to_owned(),
            cidr: "0.0.0.0/0".to_owned(),
        };
        let mut inbound = vec![rule(10, "deny", "tcp", "22"), rule(20, "allow", "all", "all")];
        if yard.chance(30) {
            inbound.pop();
        }
        let outbound = if yard.chance(20) { vec![rule(5, "allow", "tcp", "443")] } else { Vec::new() };
        if yard.chance(40) {
            inbound.clear();
        }
        let (stateful, failed) = (yard.chance(75), yard.chance(4));
        let config = on_premises_firewall::Config { stateful, inbound, outbound, failed };
        yard.put(&format!("firewall-{at}"), Some(&id), Config::OnPremisesFirewall(config));
    }
    for k in 0..1 + usize::from(yard.chance(20)) {
        let cgw = format!("cgw-{at}-{k}");
        let config = customer_gateway::Config {
            ip: format!("198.51.100.{}", 1 + at * 2 + k),
            asn: format!("{}", 65001 + at),
            routes: Vec::new(),
            strict_symmetric: yard.chance(10),
            failed: yard.chance(2),
            ..customer_gateway::Config::default()
        };
        yard.put(&cgw, Some(&id), Config::CustomerGateway(config));
        yard.cgws.push((cgw, networks.first().cloned().unwrap_or_default()));
    }
}

fn draw_vgw(yard: &mut Yard<'_>, n: usize) {
    let Some(vpc) = yard.vpcs.get(n) else { return };
    let (id, parent) = (format!("vgw-{n}"), vpc.id.clone());
    yard.put(&id, Some(&parent), Config::VirtualPrivateGateway(virtual_private_gateway::Config::default()));
    for k in 0..yard.vpcs.get(n).map_or(0, |vpc| vpc.subnets.len()) {
        let propagates = yard.chance(75);
        if let Some(plot) = yard.vpcs.get_mut(n).and_then(|vpc| vpc.subnets.get_mut(k))
            && propagates
        {
            plot.propagating.push(id.clone());
        }
        if yard.chance(15) {
            let net = yard.random.word(&[
                "192.168.0.0/16",
                "192.168.1.0/24",
                "172.20.0.0/16",
                "10.1.0.0/16",
                "10.2.0.0/16",
            ]);
            let own = yard.vpcs.get(n).is_some_and(|vpc| vpc.block == net);
            if !own {
                yard.route(n, k, net, &id);
            }
        }
    }
    if let Some(vpc) = yard.vpcs.get_mut(n) {
        vpc.vgw = Some(id);
    }
}

/// What a site says: all its networks, or rows with attributes.
fn announcements(yard: &mut Yard<'_>, net: &str, asn: &str, foreign: bool) -> Vec<Advertisement> {
    if yard.chance(60) {
        return Vec::new();
    }
    let mut rows = Vec::new();
    let narrower = net.replace(".0.0/16", ".1.0/24");
    for prefix in [net, &narrower] {
        if yard.chance(65) {
            let med = ["", "50", "100", "200"];
            let communities = ["", "", "7224:7100", "7224:7200", "7224:7300"];
            rows.push(Advertisement {
                prefix: prefix.to_owned(),
                as_path: vec![asn; yard.random.below(4)].join(" "),
                med: yard.random.word(&med).to_owned(),
                communities: yard.random.word(&communities).to_owned(),
            });
        }
    }
    if foreign && yard.chance(6) {
        // RT-09: a prefix of a VPC's own.
        rows.push(Advertisement { prefix: "10.0.0.0/24".to_owned(), ..Advertisement::default() });
    }
    rows
}

fn draw_vpns(yard: &mut Yard<'_>) {
    let mut ends: Vec<(String, usize, Option<usize>)> = Vec::new();
    for vpc in &yard.vpcs {
        ends.extend(vpc.vgw.iter().map(|vgw| (vgw.clone(), vpc.region, None)));
    }
    ends.extend(yard.tgws.iter().enumerate().map(|(at, tgw)| (tgw.id.clone(), tgw.region, Some(at))));
    let mut number = 0;
    for (gateway, region, tgw) in ends {
        for (cgw, net) in yard.cgws.clone() {
            if yard.chance(55) {
                let id = format!("vpn-{number}");
                number += 1;
                draw_vpn(yard, &id, &gateway, region, &cgw, &net);
                if let Some(at) = tgw {
                    let attachment = format!("{gateway}-att-{id}");
                    let resource = Some(Id::from(id.as_str()));
                    let config = transit_gateway_attachment::Config { resource, ..Default::default() };
                    yard.put(&attachment, Some(&gateway), Config::TransitGatewayAttachment(config));
                    join(yard, at, &attachment, Leads::Site);
                }
            }
        }
    }
}

fn draw_vpn(yard: &mut Yard<'_>, id: &str, gateway: &str, region: usize, cgw: &str, net: &str) {
    let is_static = yard.chance(30);
    let asn = if cgw.starts_with("cgw-0") { "65001" } else { "65002" };
    let tunnels = ["1", "2"].map(|name| vpn_connection::Tunnel {
        name: name.to_owned(),
        state: if yard.random.chance(15) { "down" } else { "up" }.to_owned(),
        maintenance: yard.random.chance(5),
        ..vpn_connection::Tunnel::default()
    });
    let config = vpn_connection::Config {
        customer_gateway: Some(Id::from(cgw)),
        gateway: Some(Id::from(gateway)),
        routing: if is_static { "static" } else { "bgp" }.to_owned(),
        static_routes: if is_static && yard.chance(95) { vec![net.to_owned()] } else { Vec::new() },
        announces: if is_static { Vec::new() } else { announcements(yard, net, asn, true) },
        tunnels: tunnels.into(),
        local_preference: *yard.random.pick(&[100u32, 100, 150, 200]).unwrap_or(&100),
        local_cidr: if yard.chance(8) { net.replace(".0.0/16", ".1.0/24") } else { "0.0.0.0/0".to_owned() },
        ..vpn_connection::Config::default()
    };
    yard.put(id, Some(&format!("region-{region}")), Config::VpnConnection(config));
    if (is_static && yard.chance(90)) || yard.chance(5) {
        let wide = yard.random.word(&["10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/16"]);
        hand_route(yard, cgw, wide, id);
    }
}

/// A route of a router's own, unless it has one for the destination.
fn hand_route(yard: &mut Yard<'_>, cgw: &str, destination: &str, target: &str) {
    let Some(node) = yard.document.node(cgw) else { return };
    let (mut config, parent) = (node.config.clone(), node.parent.clone());
    if let Config::CustomerGateway(config) = &mut config {
        if config.routes.iter().any(|route| route.destination == destination) {
            return;
        }
        config.routes.push(customer_gateway::StaticRoute {
            destination: destination.to_owned(),
            target: target.to_owned(),
        });
    }
    yard.put(cgw, parent.as_deref(), config);
}

fn draw_direct_connect(yard: &mut Yard<'_>) {
    let config =
        direct_connect_location::Config { region: Some(Id::from("region-0")), failed: yard.chance(3) };
    yard.put("dxloc", None, Config::DirectConnectLocation(config));
    let grouped = yard.chance(25);
    if grouped {
        let config = direct_connect_lag::Config { minimum_links: 1 + u32::from(yard.chance(30)) };
        yard.put("dxlag", Some("dxloc"), Config::DirectConnectLag(config));
    }
    let count = 2;
    for k in 0..count {
        let state = yard.random.word(&["down", "requested", "pending"]);
        let config = direct_connect_connection::Config {
            port_speed: yard.random.word(&["1Gbps", "10Gbps"]).to_owned(),
            state: if yard.chance(10) { state } else { "available" }.to_owned(),
            cross_connect: yard.chance(97),
            auto_negotiation: yard.chance(3),
            lag: grouped.then(|| Id::from("dxlag")),
            ..direct_connect_connection::Config::default()
        };
        yard.put(&format!("dxcon-{k}"), Some("dxloc"), Config::DirectConnectConnection(config));
    }
    let over_tgw = !yard.tgws.is_empty() && yard.chance(45);
    let mut associations = Vec::new();
    if over_tgw {
        for at in 0..yard.tgws.len().min(1 + yard.below(2)) {
            let Some(tgw) = yard.tgws.get(at).map(|tgw| tgw.id.clone()) else { continue };
            let all = [["10.0.0.0/8"], ["10.0.0.0/16"], ["10.1.0.0/16"], ["10.2.0.0/16"]];
            let allowed =
                if at == 0 { *yard.random.pick(&all).unwrap_or(&["10.0.0.0/8"]) } else { ["10.3.0.0/16"] };
            associations.push(direct_connect_gateway::Association {
                gateway: Some(Id::from(tgw.as_str())),
                allowed_prefixes: allowed.iter().map(|net| (*net).to_owned()).collect(),
            });
            let attachment = format!("{tgw}-att-dxgw");
            let resource = Some(Id::from("dxgw"));
            let config = transit_gateway_attachment::Config { resource, ..Default::default() };
            yard.put(&attachment, Some(&tgw), Config::TransitGatewayAttachment(config));
            join(yard, at, &attachment, Leads::Site);
        }
    } else {
        for vgw in yard.vpcs.iter().filter_map(|vpc| vpc.vgw.clone()).collect::<Vec<_>>() {
            let allowed = match yard.below(10) {
                0..=6 => Vec::new(),
                7 => vec!["10.0.0.0/8".to_owned()],
                8 => vec!["10.0.0.0/16".to_owned()],
                _ => vec!["10.0.0.0/24".to_owned()],
            };
            if yard.chance(75) {
                let gateway = Some(Id::from(vgw));
                associations.push(direct_connect_gateway::Association { gateway, allowed_prefixes: allowed });
            }
        }
    }
    let config = direct_connect_gateway::Config { associations, ..direct_connect_gateway::Config::default() };
    yard.put("dxgw", None, Config::DirectConnectGateway(config));
    let kind = if over_tgw { "transit" } else { "private" };
    for (k, (cgw, net)) in yard.cgws.clone().into_iter().enumerate() {
        for line in 0..1 + usize::from(yard.chance(25)) {
            let direct = yard.vpcs.iter().find_map(|vpc| vpc.vgw.clone());
            let direct = direct.filter(|_| !over_tgw && yard.random.chance(25));
            let asn = if cgw.starts_with("cgw-0") { "65001" } else { "65002" };
            let announces = if yard.chance(2) { many(&net) } else { announcements(yard, &net, asn, false) };
            let config = virtual_interface::Config {
                interface_type: kind.to_owned(),
                vlan: 101 + u32::try_from(k * 10 + line).unwrap_or(0),
                gateway: Some(Id::from(direct.as_deref().unwrap_or("dxgw"))),
                customer_gateway: Some(Id::from(cgw.as_str())),
                mtu: *yard
                    .random
                    .pick(if over_tgw { &[1500, 8500] } else { &[1500u32, 9001] })
                    .unwrap_or(&1500),
                announces,
                local_preference: *yard.random.pick(&[100u32, 120, 200]).unwrap_or(&100),
                bgp: if yard.chance(8) { "down" } else { "up" }.to_owned(),
                sitelink: yard.chance(20),
                ..virtual_interface::Config::default()
            };
            let parent = if grouped { "dxlag".to_owned() } else { format!("dxcon-{}", (k + line) % count) };
            let id = format!("vif-{k}-{line}");
            yard.put(&id, Some(&parent), Config::VirtualInterface(config));
            if yard.chance(8) {
                let net = yard.random.word(&["10.0.0.0/8", "172.16.0.0/16", "10.2.0.0/16"]);
                hand_route(yard, &cgw, net, &id);
            }
        }
    }
}

/// DX-13: one prefix too many.
fn many(net: &str) -> Vec<Advertisement> {
    let start = net.trim_end_matches(".0.0/16");
    let row = |n| Advertisement { prefix: format!("{start}.{n}.0/24"), ..Advertisement::default() };
    (0..101).map(row).collect()
}
