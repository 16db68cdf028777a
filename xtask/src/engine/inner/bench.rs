//! The 80-node network of the trace budgets, and the native measurement.

use std::hint::black_box;
use std::time::Instant;

use hopscope_aws::{Document, Network};
use serde_json::{Value, json};

use crate::shell::Result;

/// VPCs of the network; each has 20 components.
const VPCS: usize = 4;
/// Traces in one sample; one sample is one reading of the clock.
const BATCH: usize = 200;
/// Samples, of which the median counts.
const SAMPLES: usize = 101;

/// Four VPCs with public and private subnets in two zones, gateways, tables, groups and hosts,
/// and a flow for each kind of path.
pub fn network() -> Document {
    let mut nodes = vec![
        json!({ "id": "region", "kind": "region" }),
        json!({ "id": "zone-a", "kind": "availability-zone", "parent": "region" }),
        json!({ "id": "zone-b", "kind": "availability-zone", "parent": "region" }),
        json!({ "id": "internet", "kind": "internet" }),
    ];
    let mut flows = Vec::new();
    for vpc in 0..VPCS {
        one_vpc(vpc, &mut nodes, &mut flows);
    }
    fabric(&mut nodes, &mut flows);
    let whole = json!({ "hopscope": 1, "name": "Benchmark", "nodes": nodes, "flows": flows });
    match Document::from_value(whole) {
        Ok(document) => document,
        Err(problem) => unreachable!("the benchmark's network is a valid document: {problem}"),
    }
}

/// What joins the VPCs: a transit gateway with an inspection VPC in the middle, whose attachment
/// keeps zones and whose traffic passes a Gateway Load Balancer, and a site by VPN.
fn fabric(nodes: &mut Vec<Value>, flows: &mut Vec<Value>) {
    nodes.extend([
        json!({ "id": "tgw", "kind": "transit-gateway", "parent": "region",
                "default_association": false, "default_propagation": false }),
        json!({ "id": "site", "kind": "on-premises", "networks": ["192.168.0.0/16"] }),
        json!({ "id": "office", "kind": "on-premises-host", "parent": "site", "addresses": ["192.168.1.10"] }),
        json!({ "id": "cgw", "kind": "customer-gateway", "parent": "site", "ip": "198.51.100.1", "asn": "65001" }),
        json!({ "id": "vpn", "kind": "vpn-connection", "parent": "region", "customer_gateway": "cgw", "gateway": "tgw" }),
        json!({ "id": "at-vpn", "kind": "transit-gateway-attachment", "parent": "tgw", "resource": "vpn" }),
        json!({ "id": "vpc-s", "kind": "vpc", "parent": "region", "cidrs": ["10.200.0.0/16"] }),
        json!({ "id": "rtb-s-tgw", "kind": "route-table", "parent": "vpc-s",
                "routes": [{ "destination": "0.0.0.0/0", "target": "gwlbe" }] }),
        json!({ "id": "rtb-s-gwlbe", "kind": "route-table", "parent": "vpc-s",
                "routes": [{ "destination": "0.0.0.0/0", "target": "tgw" }] }),
        json!({ "id": "s-tgw", "kind": "subnet", "parent": "vpc-s", "zone": "zone-a",
                "cidr": "10.200.0.0/28", "route_table": "rtb-s-tgw" }),
        json!({ "id": "s-gwlbe", "kind": "subnet", "parent": "vpc-s", "zone": "zone-a",
                "cidr": "10.200.0.16/28", "route_table": "rtb-s-gwlbe" }),
        json!({ "id": "s-fw", "kind": "subnet", "parent": "vpc-s", "zone": "zone-a", "cidr": "10.200.1.0/24" }),
        json!({ "id": "sg-fw", "kind": "security-group", "parent": "vpc-s",
                "inbound": [{ "protocol": "udp", "ports": "6081", "peer": "10.200.0.0/16" }] }),
        json!({ "id": "firewall", "kind": "instance", "parent": "s-fw", "role": "firewall" }),
        json!({ "id": "eni-firewall", "kind": "network-interface", "parent": "firewall", "source_dest_check": false,
                "private_ips": [{ "address": "10.200.1.10" }], "security_groups": ["sg-fw"] }),
        json!({ "id": "gwlb", "kind": "gateway-load-balancer", "parent": "vpc-s",
                "subnets": ["s-fw"], "targets": ["firewall"] }),
        json!({ "id": "gwlbe", "kind": "gateway-load-balancer-endpoint", "parent": "s-gwlbe", "service": "gwlb" }),
        json!({ "id": "at-s", "kind": "transit-gateway-attachment", "parent": "tgw", "resource": "vpc-s",
                "subnets": ["s-tgw"], "appliance_mode": true }),
    ]);
    let mut spokes = Vec::new();
    for n in 0..VPCS {
        let id = format!("at-{n}");
        nodes.push(json!({ "id": id, "kind": "transit-gateway-attachment", "parent": "tgw", "resource": format!("vpc-{n}"),
            "subnets": [format!("private-a-{n}"), format!("private-b-{n}")] }));
        spokes.push(id);
    }
    let back = [spokes.clone(), vec!["at-vpn".to_owned()]].concat();
    nodes.extend([
        json!({ "id": "rt-spokes", "kind": "transit-gateway-route-table", "parent": "tgw", "associations": back,
                "routes": [{ "destination": "0.0.0.0/0", "target": "at-s" }] }),
        json!({ "id": "rt-inspected", "kind": "transit-gateway-route-table", "parent": "tgw",
                "associations": ["at-s"], "propagations": back }),
    ]);
    flows.push(json!({
        "id": "inspected-to-site", "from": "host-private-a-0", "to": "office", "protocol": "tcp", "port": 443,
        "expect": { "verdict": "allowed" },
    }));
}

fn one_vpc(n: usize, nodes: &mut Vec<Value>, flows: &mut Vec<Value>) {
    let id = |name: &str| format!("{name}-{n}");
    let vpc = id("vpc");
    nodes.extend([
        json!({ "id": vpc, "kind": "vpc", "parent": "region", "cidrs": [format!("10.{n}.0.0/16")] }),
        json!({ "id": id("igw"), "kind": "internet-gateway", "parent": vpc }),
        json!({ "id": id("eip"), "kind": "elastic-ip", "parent": "region",
                "address": format!("203.0.113.{}", n + 10), "target": id("nat") }),
        json!({ "id": id("acl"), "kind": "network-acl", "parent": vpc, "default": true,
                "inbound": [
                    { "number": 90, "action": "deny", "protocol": "tcp", "ports": "23", "cidr": "0.0.0.0/0" },
                    { "number": 100, "action": "allow", "protocol": "all", "ports": "all", "cidr": "0.0.0.0/0" } ],
                "outbound": [
                    { "number": 100, "action": "allow", "protocol": "all", "ports": "all", "cidr": "0.0.0.0/0" } ] }),
        json!({ "id": id("rtb-public"), "kind": "route-table", "parent": vpc,
                "routes": [{ "destination": "0.0.0.0/0", "target": id("igw") }] }),
        json!({ "id": id("rtb-private"), "kind": "route-table", "parent": vpc, "main": true,
                "routes": [{ "destination": "0.0.0.0/0", "target": id("nat") },
                           { "destination": "192.168.0.0/16", "target": "tgw" }] }),
        json!({ "id": id("sg"), "kind": "security-group", "parent": vpc,
                "inbound": [
                    { "protocol": "tcp", "ports": "80", "peer": "0.0.0.0/0" },
                    { "protocol": "tcp", "ports": "443", "peer": "0.0.0.0/0" },
                    { "protocol": "all", "ports": "all", "peer": id("sg") } ],
                "outbound": [{ "protocol": "all", "ports": "all", "peer": "0.0.0.0/0" }] }),
    ]);
    for (position, (name, zone)) in
        [("public-a", "zone-a"), ("public-b", "zone-b"), ("private-a", "zone-a"), ("private-b", "zone-b")]
            .into_iter()
            .enumerate()
    {
        let public = name.starts_with("public");
        let subnet = id(name);
        let third = position * 16;
        nodes.push(json!({
            "id": subnet, "kind": "subnet", "parent": vpc, "zone": zone,
            "cidr": format!("10.{n}.{third}.0/20"),
            "route_table": id(if public { "rtb-public" } else { "rtb-private" }),
        }));
        let host = id(&format!("host-{name}"));
        nodes.push(json!({ "id": host, "kind": "instance", "parent": subnet }));
        let mut address = json!({ "address": format!("10.{n}.{third}.10") });
        if public {
            address["public_ip"] = json!(format!("203.0.113.{}", 100 + n * 10 + position));
        }
        nodes.push(json!({
            "id": format!("eni-{host}"), "kind": "network-interface", "parent": host,
            "private_ips": [address], "security_groups": [id("sg")],
        }));
    }
    nodes.push(json!({ "id": id("nat"), "kind": "nat-gateway", "parent": id("public-a"),
                       "private_ip": format!("10.{n}.0.20") }));
    for (name, from, to) in [
        ("out-through-nat", id("host-private-b"), "internet".to_owned()),
        ("in-from-internet", "internet".to_owned(), id("host-public-a")),
        ("across-zones", id("host-private-a"), id("host-public-b")),
    ] {
        flows.push(json!({
            "id": id(name), "from": from, "to": to, "protocol": "tcp", "port": 443,
            "expect": { "verdict": "allowed" },
        }));
    }
}

/// Prints the median time of one trace, in milliseconds, as the last line.
pub fn native(only: Option<&str>) -> Result<()> {
    measure(&network(), only)
}

/// The same for one flow of a starter.
pub fn story(slug: &str, flow: &str) -> Result<()> {
    let starter = hopscope_editor::starters().into_iter().find(|starter| starter.slug == slug);
    let starter = starter.ok_or_else(|| format!("there is no starter called {slug}"))?;
    measure(&starter.document().map_err(|problem| problem.to_string())?, Some(flow))
}

fn measure(document: &Document, only: Option<&str>) -> Result<()> {
    let flows: Vec<_> = document.flows.iter().filter(|flow| only.is_none_or(|id| flow.id == id)).collect();
    let network = Network::build(document);
    for flow in &document.flows {
        let trace = hopscope_aws::trace(&network, flow).map_err(|problem| problem.to_string())?;
        let expected = flow.expect.as_ref().map_or("", |expect| &expect.verdict);
        if trace.verdict.word() != expected {
            return Err(format!("{} is {}, so the time would mean nothing", flow.id, trace.verdict.word()));
        }
    }
    let mut samples: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let since = Instant::now();
            for flow in flows.iter().cycle().take(BATCH) {
                let _ = black_box(hopscope_aws::trace(black_box(&network), black_box(flow)));
            }
            since.elapsed().as_secs_f64() * 1000.0 / BATCH as f64
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    println!("{}", samples[SAMPLES / 2]);
    Ok(())
}

/// Sizes at which building a network is measured, in components.
const BUILD_SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// An account of about that many components: VPCs of 32 in one Region, each attached to one of
/// the Region's transit gateways, with an interface and a gateway endpoint, peered with the next
/// one and with a VPN connection to a branch; one site by VPN behind every transit gateway.
fn account(components: usize) -> Document {
    let mut nodes = vec![
        json!({ "id": "region", "kind": "region" }),
        json!({ "id": "zone-a", "kind": "availability-zone", "parent": "region" }),
        json!({ "id": "zone-b", "kind": "availability-zone", "parent": "region" }),
        json!({ "id": "site", "kind": "on-premises", "networks": ["192.168.0.0/16"] }),
        json!({ "id": "op", "kind": "on-premises-host", "parent": "site", "addresses": ["192.168.1.10"] }),
        json!({ "id": "cgw", "kind": "customer-gateway", "parent": "site", "ip": "198.51.100.1", "asn": "65001" }),
    ];
    let vpcs = (components / 32).max(1);
    for n in 0..vpcs {
        // 4,096 blocks of 10.0.0.0/8 and 1,024 of 100.64.0.0/10.
        let base = if n < 4096 { 0x0a00_0000 } else { 0x6440_0000 } + (n as u32 % 4096) * 4096;
        let address = |offset: u32| std::net::Ipv4Addr::from(base + offset).to_string();
        let id = |name: &str| format!("{name}-{n}");
        let (vpc, hub) = (id("vpc"), n / 100);
        if n % 100 == 0 {
            nodes.push(json!({ "id": format!("tgw-{hub}"), "kind": "transit-gateway", "parent": "region" }));
            nodes.push(json!({ "id": format!("vpn-{hub}"), "kind": "vpn-connection", "parent": "region",
                "customer_gateway": "cgw", "gateway": format!("tgw-{hub}") }));
        }
        nodes.extend([
            json!({ "id": vpc, "kind": "vpc", "parent": "region", "cidrs": [format!("{}/20", address(0))] }),
            json!({ "id": id("igw"), "kind": "internet-gateway", "parent": vpc }),
            json!({ "id": id("acl"), "kind": "network-acl", "parent": vpc, "default": true,
                "inbound": [{ "number": 100, "action": "allow", "protocol": "all", "ports": "all", "cidr": "0.0.0.0/0" }],
                "outbound": [{ "number": 100, "action": "allow", "protocol": "all", "ports": "all", "cidr": "0.0.0.0/0" }] }),
            json!({ "id": id("rtb"), "kind": "route-table", "parent": vpc, "main": true,
                "propagating_gateways": [id("vgw")], "routes": [
                { "destination": "0.0.0.0/0", "target": id("igw") },
                { "destination": "192.168.0.0/16", "target": format!("tgw-{hub}") },
                { "destination": "10.0.0.0/8", "target": format!("tgw-{hub}") }] }),
            json!({ "id": id("sg"), "kind": "security-group", "parent": vpc, "inbound": [
                { "protocol": "tcp", "ports": "443", "peer": "0.0.0.0/0" },
                { "protocol": "all", "ports": "all", "peer": id("sg") }] }),
            json!({ "id": id("attachment"), "kind": "transit-gateway-attachment", "parent": format!("tgw-{hub}"),
                "resource": vpc, "subnets": [id("subnet-0"), id("subnet-1")] }),
            json!({ "id": id("sqs"), "kind": "interface-endpoint", "parent": vpc, "service": "sqs",
                "interfaces": [{ "subnet": id("subnet-0"), "address": "" }] }),
            json!({ "id": id("s3"), "kind": "gateway-endpoint", "parent": vpc, "service": "s3",
                "route_tables": [id("rtb")] }),
            json!({ "id": id("peering"), "kind": "vpc-peering-connection", "parent": "region",
                "requester": vpc, "accepter": format!("vpc-{}", n + 1) }),
            json!({ "id": id("branch"), "kind": "on-premises", "networks": ["172.16.0.0/16"] }),
            json!({ "id": id("router"), "kind": "customer-gateway", "parent": id("branch"), "asn": "65002" }),
            json!({ "id": id("vgw"), "kind": "virtual-private-gateway", "parent": vpc }),
            json!({ "id": id("branch-vpn"), "kind": "vpn-connection", "parent": "region",
                "customer_gateway": id("router"), "gateway": id("vgw") }),
        ]);
        for k in 0..4u32 {
            let subnet = format!("subnet-{k}-{n}");
            nodes.push(json!({ "id": id(&format!("subnet-{k}")), "kind": "subnet", "parent": vpc,
                "zone": if k % 2 == 0 { "zone-a" } else { "zone-b" }, "cidr": format!("{}/24", address(k * 256)) }));
            for h in 0..2u32 {
                let host = format!("host-{k}-{h}-{n}");
                nodes.push(json!({ "id": host, "kind": "instance", "parent": subnet }));
                nodes.push(json!({ "id": format!("eni-{host}"), "kind": "network-interface", "parent": host,
                    "private_ips": [{ "address": address(k * 256 + 10 + h) }], "security_groups": [id("sg")] }));
            }
        }
    }
    let flows =
        vec![json!({ "id": "flow", "from": "host-0-0-0", "to": "op", "protocol": "tcp", "port": 443 })];
    let whole = json!({ "hopscope": 1, "name": "Account", "nodes": nodes, "flows": flows });
    match Document::from_value_bounded(whole, 2 * BUILD_SIZES[2]) {
        Ok(document) => document,
        Err(problem) => unreachable!("the benchmark's account is a valid document: {problem}"),
    }
}

/// Prints how long building a network takes at each size, in milliseconds, one line each.
pub fn build() {
    for size in BUILD_SIZES {
        let document = account(size);
        let rounds = (20_000 / size).clamp(3, 21);
        let mut samples: Vec<f64> = (0..rounds)
            .map(|_| {
                let since = Instant::now();
                black_box(Network::build(black_box(&document)));
                since.elapsed().as_secs_f64() * 1000.0
            })
            .collect();
        samples.sort_by(f64::total_cmp);
        println!("{} {}", document.nodes.len(), samples[rounds / 2]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_has_the_size_it_claims() {
        assert!(network().nodes.len() >= 80, "{}", network().nodes.len());
    }
}
