//! Flows between every kind of end.

use std::sync::Arc;

use hopscope_aws::components::interface_endpoint::Interface;
use hopscope_aws::{Config, Flow};

use super::Yard;

/// An end: its id, its addresses, what it is.
struct End {
    id: String,
    addresses: Vec<String>,
    public: Vec<String>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Host,
    Site,
    Internet,
    Service,
    Endpoint,
    Balancer,
    Client,
}

fn ends(yard: &Yard<'_>) -> Vec<End> {
    let mut found = Vec::new();
    let mut add = |id: &str, addresses: Vec<String>, public: Vec<String>, kind| {
        found.push(End { id: id.to_owned(), addresses, public, kind });
    };
    for node in yard.document.nodes.values() {
        let id = node.id.as_str();
        match &node.config {
            Config::NetworkInterface(card) if !id.starts_with("eni-fw") => {
                let four = card.private_ips.iter().map(|row| row.address.clone());
                let elastic = yard.document.nodes.values().filter_map(|eip| match &eip.config {
                    Config::ElasticIp(eip) if eip.target.as_deref() == Some(id) => Some(eip.address.clone()),
                    _ => None,
                });
                let addresses = four.chain(card.ipv6.iter().cloned()).collect();
                add(id.trim_start_matches("eni-"), addresses, elastic.collect(), Kind::Host);
            }
            Config::OnPremisesHost(host) => add(id, host.addresses.clone(), Vec::new(), Kind::Site),
            Config::InternetHost(host) => add(id, host.addresses.clone(), Vec::new(), Kind::Internet),
            Config::AwsService(service) => add(id, service.addresses.clone(), Vec::new(), Kind::Service),
            Config::InterfaceEndpoint(endpoint) => {
                let addresses = endpoint.interfaces.iter().map(|row| row.address.clone()).collect();
                add(id, addresses, Vec::new(), Kind::Endpoint);
            }
            Config::ApplicationLoadBalancer(config) => {
                let row = |row: &Interface| (row.address.clone(), row.public_ip.clone());
                let (addresses, public) = config.interfaces.iter().map(row).unzip();
                add(id, addresses, public, Kind::Balancer);
            }
            Config::NetworkLoadBalancer(config) if id == "front" => {
                let row = |row: &Interface| (row.address.clone(), row.public_ip.clone());
                let (addresses, public) = config.interfaces.iter().map(row).unzip();
                add(id, addresses, public, Kind::Balancer);
            }
            Config::VpnClient(client) => add(id, vec![client.address.clone()], Vec::new(), Kind::Client),
            _ => {}
        }
    }
    found
}

pub(super) fn add(yard: &mut Yard<'_>) {
    let ends = ends(yard);
    let of = |kind: Kind| ends.iter().filter(|end| end.kind == kind).collect::<Vec<_>>();
    for number in 0..5 {
        let from = match yard.below(100) {
            0..=54 => of(Kind::Host),
            55..=77 => of(Kind::Site),
            78..=85 => of(Kind::Internet),
            86..=97 => of(Kind::Client),
            _ => of(Kind::Endpoint),
        };
        let from = if from.is_empty() { of(Kind::Host) } else { from };
        let Some(from) = yard.random.pick(&from).copied() else { continue };
        let kinds: &[Kind] = match from.kind {
            Kind::Internet => &[Kind::Host, Kind::Balancer],
            Kind::Site => &[
                Kind::Host,
                Kind::Host,
                Kind::Host,
                Kind::Endpoint,
                Kind::Balancer,
                Kind::Site,
                Kind::Internet,
                Kind::Service,
            ],
            Kind::Client => &[
                Kind::Host,
                Kind::Host,
                Kind::Site,
                Kind::Internet,
                Kind::Client,
                Kind::Endpoint,
                Kind::Balancer,
            ],
            _ => &[
                Kind::Host,
                Kind::Host,
                Kind::Host,
                Kind::Host,
                Kind::Site,
                Kind::Site,
                Kind::Internet,
                Kind::Service,
                Kind::Endpoint,
                Kind::Balancer,
                Kind::Balancer,
            ],
        };
        let to = yard.random.pick(kinds).map(|kind| of(*kind)).unwrap_or_default();
        let to = if to.is_empty() { of(Kind::Host) } else { to };
        let to: Vec<&End> = to.into_iter().filter(|to| to.id != from.id).collect();
        let Some(to) = yard.random.pick(&to).copied() else { continue };
        let mut flow = Flow { id: format!("flow-{number}"), from: from.id.clone(), ..Flow::default() };
        let public = from.kind == Kind::Internet || yard.chance(12);
        let four = to.addresses.first().cloned().unwrap_or_default();
        flow.to = match yard.random.pick(&to.public).filter(|text| public && !text.is_empty()) {
            Some(public) => public.clone(),
            // Which address a load balancer's name has is not for packets to say.
            None if from.kind == Kind::Internet && to.kind != Kind::Balancer && yard.chance(70) => {
                to.id.clone()
            }
            None if matches!(to.kind, Kind::Endpoint | Kind::Balancer) || yard.chance(40) => {
                yard.random.pick(&to.addresses).cloned().unwrap_or(four)
            }
            None => to.id.clone(),
        };
        if yard.chance(2) {
            let n = yard.below(yard.vpcs.len());
            flow.to = match yard.below(3) {
                0 => format!("10.{n}.0.2"),
                1 => format!("10.{n}.0.77"),
                _ => "10.77.0.1".to_owned(),
            };
        }
        let six = |end: &End| end.addresses.iter().any(|address| address.contains(':'));
        let percent = if six(from) && six(to) { 45 } else { 3 };
        if yard.chance(percent) {
            flow.family = Some("ipv6".to_owned());
        }
        traffic(yard, &mut flow, to.kind == Kind::Service || to.kind == Kind::Endpoint);
        yard.document.flows.push(Arc::new(flow));
    }
}

fn traffic(yard: &mut Yard<'_>, flow: &mut Flow, service: bool) {
    match yard.below(20) {
        0..=14 => flow.port = yard.random.pick(&[443, 443, 443, 80, 22, 5432]).copied(),
        15..=16 => {
            flow.protocol = "udp".to_owned();
            flow.port = Some(53);
        }
        _ => {
            flow.protocol = "icmp".to_owned();
            flow.port = None;
        }
    }
    flow.source_port = flow.port.map(|_| 40_000);
    flow.size =
        yard.random.pick(&[1_400, 1_500, 8_400, 8_600, 9_100]).copied().filter(|_| yard.random.chance(5));
    if flow.protocol == "tcp" && yard.chance(3) {
        flow.idle = yard.random.pick(&[100, 351, 400]).copied();
    }
    if service && yard.chance(40) {
        flow.action = Some(yard.random.word(&["s3:GetObject", "s3:PutObject", "sqs:SendMessage"]).to_owned());
        flow.resource = Some(yard.random.word(&["logs", "data/secret", "data/report"]).to_owned());
    }
}
