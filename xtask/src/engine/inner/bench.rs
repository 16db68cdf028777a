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
    let whole = json!({ "hopscope": 1, "name": "Benchmark", "nodes": nodes, "flows": flows });
    match Document::from_value(whole) {
        Ok(document) => document,
        Err(problem) => unreachable!("the benchmark's network is a valid document: {problem}"),
    }
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
                "routes": [{ "destination": "0.0.0.0/0", "target": id("nat") }] }),
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
pub fn native() -> Result<()> {
    let document = network();
    let network = Network::build(&document);
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
            for flow in document.flows.iter().cycle().take(BATCH) {
                let _ = black_box(hopscope_aws::trace(black_box(&network), black_box(flow)));
            }
            since.elapsed().as_secs_f64() * 1000.0 / BATCH as f64
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    println!("{}", samples[SAMPLES / 2]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_has_the_size_it_claims() {
        assert!(network().nodes.len() >= 80, "{}", network().nodes.len());
    }
}
