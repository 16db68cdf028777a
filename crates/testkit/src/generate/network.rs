//! Random VPCs with everything in them.

use hopscope_aws::components::{
    availability_zone, egress_only_internet_gateway, elastic_ip, instance, internet, internet_gateway,
    internet_host, nat_gateway, network_acl, network_interface, prefix_list, region, security_group, subnet,
    unmodelled, vpc,
};
use hopscope_aws::{Config, Document, Id, Node};

use super::random::Random;
use super::rules::{acl_list, group_list};
use super::tables;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Public,
    Private,
    Isolated,
    Appliance,
}

/// What is already known of the VPC being drawn.
pub(super) struct Yard {
    pub n: usize,
    pub id: String,
    pub v6: bool,
    /// Start of its IPv6 addresses.
    pub six: String,
    pub blocks: Vec<String>,
    pub gateway: Option<String>,
    pub egress_only: Option<String>,
    pub groups: Vec<String>,
    pub acls: Vec<String>,
    pub nats: Vec<String>,
    /// Zonal NAT gateways and their subnets.
    pub nat_homes: Vec<(String, String)>,
    pub appliance: Option<String>,
    /// The appliance is a NAT instance.
    pub translates: bool,
    pub subnets: Vec<Plot>,
}

/// A subnet of it.
pub(super) struct Plot {
    pub id: String,
    pub style: Style,
    pub v4: Option<String>,
    pub v6: Option<String>,
    pub zone: usize,
    pub table: Option<String>,
}

const LISTS: [&str; 3] = ["pl-1", "pl-2", "pl-3"];

pub(super) fn put(document: &mut Document, id: &str, parent: Option<&str>, config: Config) {
    let (id, parent) = (Id::from(id), parent.map(Id::from));
    document.put(Node { id, name: String::new(), parent, config });
}

pub(super) fn draw(random: &mut Random) -> Document {
    let mut document = Document::default();
    put(&mut document, "region-1", None, Config::Region(region::Config::default()));
    let zones = 1 + random.below(3);
    for zone in 0..zones {
        let failed = random.chance(2);
        let config = Config::AvailabilityZone(availability_zone::Config { failed });
        put(&mut document, &format!("az-{zone}"), Some("region-1"), config);
    }
    let entries: [&[&str]; 3] = [
        &["198.51.100.0/24", "192.0.2.0/24"],
        &["10.0.0.0/8", "198.51.100.64/26", "198.51.100.0/24"],
        &["2001:db8:ffff::/48"],
    ];
    for (id, blocks) in LISTS.iter().zip(entries) {
        let entries = blocks
            .iter()
            .map(|cidr| prefix_list::Entry { cidr: (*cidr).to_owned(), description: String::new() });
        let config = prefix_list::Config { entries: entries.collect(), ..prefix_list::Config::default() };
        put(&mut document, id, Some("region-1"), Config::PrefixList(config));
    }
    for (id, last) in [("cli", 50), ("srv", 80)] {
        let addresses = vec![format!("198.51.100.{last}"), format!("2001:db8:ffff::{last}")];
        put(
            &mut document,
            id,
            None,
            Config::InternetHost(internet_host::Config { addresses, ..Default::default() }),
        );
    }
    if random.chance(50) {
        put(&mut document, "internet", None, Config::Internet(internet::Config::default()));
    }
    if random.chance(15) {
        let config = elastic_ip::Config { address: "203.0.113.250".into(), target: None, private_ip: None };
        put(&mut document, "eip-spare", Some("region-1"), Config::ElasticIp(config));
    }
    // Without translation the ephemeral port is known, so ACLs may be narrow about it (NACL-05).
    let translated = random.chance(75);
    let count = 1 + random.below(10).saturating_sub(4).min(3) / 2;
    let mut public = 10;
    for n in 0..count {
        draw_vpc(random, &mut document, n, zones, translated, &mut public);
    }
    document
}

fn draw_vpc(
    random: &mut Random,
    document: &mut Document,
    n: usize,
    zones: usize,
    translated: bool,
    public: &mut usize,
) {
    let id = format!("vpc-{n}");
    let v6 = random.chance(60);
    // Sometimes private IPv6, which no gateway lets out (ADDR-21).
    let six = if random.chance(6) { format!("fd80:0:{n}") } else { format!("2001:db8:{n}") };
    let mut blocks = vec![format!("10.{n}.0.0/16")];
    if random.chance(20) {
        blocks.push(format!("100.64.{n}.0/24"));
    }
    let ipv6_cidrs = if v6 { vec![format!("{six}::/56")] } else { Vec::new() };
    let config =
        vpc::Config { cidrs: blocks.clone(), ipv6_cidrs: ipv6_cidrs.clone(), ..vpc::Config::default() };
    put(document, &id, Some("region-1"), Config::Vpc(config));
    let mut yard = Yard {
        n,
        id,
        v6,
        six: six.clone(),
        blocks: blocks.into_iter().chain(ipv6_cidrs).collect(),
        gateway: None,
        egress_only: None,
        groups: (0..2 + random.below(3)).map(|k| format!("sg-{n}-{k}")).collect(),
        acls: Vec::new(),
        nats: Vec::new(),
        nat_homes: Vec::new(),
        appliance: None,
        translates: false,
        subnets: Vec::new(),
    };
    if random.chance(60) {
        let config = unmodelled::Config { what: "Transit gateway".into(), ..unmodelled::Config::default() };
        put(document, &format!("tgw-{n}"), Some("region-1"), Config::Unmodelled(config));
    }
    draw_gateways(random, document, &mut yard);
    draw_filters(random, document, &mut yard, !translated);
    draw_subnets(random, document, &mut yard, zones);
    if translated {
        draw_nats(random, document, &mut yard, zones, public);
    }
    draw_instances(random, document, &mut yard, public, translated);
    tables::draw(random, document, &mut yard);
}

fn draw_gateways(random: &mut Random, document: &mut Document, yard: &mut Yard) {
    if random.chance(88) {
        let id = format!("igw-{}", yard.n);
        let parent = if random.chance(4) { "region-1" } else { yard.id.as_str() };
        let config = Config::InternetGateway(internet_gateway::Config::default());
        put(document, &id, Some(parent), config);
        yard.gateway = Some(id);
    }
    if yard.v6 && random.chance(60) {
        let id = format!("eigw-{}", yard.n);
        let config = Config::EgressOnlyInternetGateway(egress_only_internet_gateway::Config::default());
        put(document, &id, Some(&yard.id), config);
        yard.egress_only = Some(id);
    }
}

fn draw_filters(random: &mut Random, document: &mut Document, yard: &mut Yard, narrow: bool) {
    let lists: Vec<String> = LISTS.iter().map(|id| (*id).to_owned()).collect();
    for id in &yard.groups {
        let inbound = group_list(random, &yard.blocks, &yard.groups, &lists);
        let outbound = group_list(random, &yard.blocks, &yard.groups, &lists);
        let config = Config::SecurityGroup(security_group::Config { inbound, outbound });
        put(document, id, Some(&yard.id), config);
    }
    if random.chance(70) {
        let config = Config::NetworkAcl(network_acl::Config::allow_all(yard.v6));
        put(document, &format!("acl-{}-default", yard.n), Some(&yard.id), config);
    }
    for k in 0..random.below(3) {
        let id = format!("acl-{}-{k}", yard.n);
        let inbound = acl_list(random, &yard.blocks, narrow);
        let outbound = acl_list(random, &yard.blocks, narrow);
        let config = network_acl::Config { default: false, inbound, outbound };
        put(document, &id, Some(&yard.id), Config::NetworkAcl(config));
        yard.acls.push(id);
    }
}

fn draw_subnets(random: &mut Random, document: &mut Document, yard: &mut Yard, zones: usize) {
    let n = yard.n;
    let count = 1 + random.below(5);
    let appliance = random.chance(45);
    for k in 0..count + usize::from(appliance) {
        let style = if k == count {
            Style::Appliance
        } else {
            match random.below(10) {
                0..=4 => Style::Public,
                5..=8 => Style::Private,
                _ if random.chance(60) => Style::Isolated,
                _ => Style::Private,
            }
        };
        let six_only = yard.v6 && style != Style::Appliance && random.chance(12);
        let secondary = k == 0 && yard.blocks.iter().any(|b| b.starts_with("100.64"));
        let block = if secondary { format!("100.64.{n}.0/25") } else { format!("10.{n}.{k}.0/24") };
        let dual = yard.v6 && (six_only || random.chance(75));
        let zone = random.below(zones);
        let plot = Plot {
            id: format!("subnet-{n}-{k}"),
            style,
            v4: (!six_only).then_some(block),
            v6: dual.then(|| format!("{}:{k}::/64", yard.six)),
            zone,
            table: (style == Style::Appliance || random.chance(80)).then(|| format!("rtb-{n}-{k}")),
        };
        let acl = random.pick(&yard.acls).cloned();
        let config = subnet::Config {
            zone: Some(Id::from(format!("az-{zone}"))),
            cidr: plot.v4.clone(),
            ipv6_cidr: plot.v6.clone(),
            route_table: plot.table.clone().map(Id::from),
            network_acl: acl.filter(|_| random.chance(55)).map(Id::from),
            ..subnet::Config::default()
        };
        put(document, &plot.id, Some(&yard.id), Config::Subnet(config));
        yard.subnets.push(plot);
    }
}

fn elastic(document: &mut Document, public: &mut usize, target: &str, private: Option<String>) {
    *public += 1;
    let config = elastic_ip::Config {
        address: format!("203.0.113.{public}"),
        target: Some(Id::from(target)),
        private_ip: private,
    };
    put(document, &format!("eip-{public}"), Some("region-1"), Config::ElasticIp(config));
}

fn draw_nats(
    random: &mut Random,
    document: &mut Document,
    yard: &mut Yard,
    zones: usize,
    public: &mut usize,
) {
    let n = yard.n;
    for plot in &yard.subnets {
        let Some(block) = plot.v4.as_deref().filter(|_| plot.style == Style::Public) else { continue };
        if !random.chance(60) {
            continue;
        }
        let id = format!("nat-{n}-{}", yard.nats.len());
        let private = random.chance(8);
        let config = nat_gateway::Config {
            connectivity: if private { "private" } else { "public" }.to_owned(),
            private_ip: Some(block.replace(".0/24", ".5").replace(".0/25", ".5")),
            state: if random.chance(4) { "deleted" } else { "available" }.to_owned(),
            open_connections: random.pick(&[54_999, 55_000]).copied().filter(|_| random.chance(8)),
            ..nat_gateway::Config::default()
        };
        put(document, &id, Some(&plot.id), Config::NatGateway(config));
        if !private && random.chance(97) {
            elastic(document, public, &id, None);
        }
        yard.nat_homes.push((id.clone(), plot.id.clone()));
        yard.nats.push(id);
    }
    if yard.gateway.is_some() && random.chance(12) {
        let id = format!("nat-{n}-regional");
        let manual = random.chance(50);
        let config = nat_gateway::Config {
            availability: if manual { "regional-manual" } else { "regional" }.to_owned(),
            private_ip: Some(format!("10.{n}.255.200")),
            zones: if manual { vec![Id::from(format!("az-{}", random.below(zones)))] } else { Vec::new() },
            ..nat_gateway::Config::default()
        };
        put(document, &id, Some(&yard.id), Config::NatGateway(config));
        elastic(document, public, &id, None);
        yard.nats.push(id);
    }
}

fn draw_instances(
    random: &mut Random,
    document: &mut Document,
    yard: &mut Yard,
    public: &mut usize,
    translated: bool,
) {
    let n = yard.n;
    for k in 0..yard.subnets.len() {
        let Some(plot) = yard.subnets.get(k) else { continue };
        let appliance = plot.style == Style::Appliance;
        let count = if appliance { 1 } else { 1 + random.below(2) };
        for m in 0..count {
            let id = format!("i-{n}-{k}-{m}");
            // An instance that translates picks ports, as a gateway does.
            let translated = if translated { 6 } else { 4 };
            let role = if appliance {
                random.word(
                    ["router", "router", "firewall", "host", "nat", "nat"]
                        .get(..translated)
                        .unwrap_or_default(),
                )
            } else {
                "host"
            };
            // NAT-20: port 2222 leads to port 22 of the first host of the VPC.
            let first = yard.subnets.first().and_then(|p| p.v4.as_deref()).and_then(|b| b.rsplit_once('.'));
            let forwards = first.map(|(prefix, _)| instance::PortForward {
                port: 2222,
                to: format!("{prefix}.10"),
                to_port: 22,
            });
            let config = instance::Config {
                state: if random.chance(2) { "stopped" } else { "running" }.to_owned(),
                role: role.to_owned(),
                conntrack_full: !appliance && random.chance(1),
                port_forwards: forwards.filter(|_| role == "nat").into_iter().collect(),
                ..instance::Config::default()
            };
            put(document, &id, Some(&plot.id), Config::Instance(config));
            let eni = format!("eni-{n}-{k}-{m}");
            draw_interface(random, document, yard, plot, &eni, &id, 10 + m * 10, public);
            if appliance {
                yard.appliance = Some(eni);
                yard.translates = role == "nat";
                break;
            }
            // A second card, in another subnet of the same zone (ADDR-22).
            if let Some(other) = yard.subnets.iter().find(|o| o.zone == plot.zone && o.id != plot.id)
                && random.chance(10)
            {
                draw_interface(
                    random,
                    document,
                    yard,
                    other,
                    &format!("{eni}-b"),
                    &id,
                    100 + k * 4 + m * 2,
                    public,
                );
            }
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one call site builds all of it")]
fn draw_interface(
    random: &mut Random,
    document: &mut Document,
    yard: &Yard,
    plot: &Plot,
    id: &str,
    instance: &str,
    last: usize,
    public: &mut usize,
) {
    let appliance = plot.style == Style::Appliance;
    let prefix = plot.v4.as_deref().and_then(|block| block.rsplit_once('.')).map(|(prefix, _)| prefix);
    let mut private_ips = Vec::new();
    let mut wanted = Vec::new();
    if let Some(prefix) = prefix {
        let percent = match plot.style {
            Style::Public => 75,
            Style::Appliance => 80,
            _ => 8,
        };
        private_ips
            .push(network_interface::PrivateAddress { address: format!("{prefix}.{last}"), public_ip: None });
        if random.chance(percent) {
            if random.chance(70) {
                wanted.push(None);
            } else if let Some(row) = private_ips.first_mut() {
                *public += 1;
                row.public_ip = Some(format!("203.0.113.{public}"));
            }
        }
        if !appliance && random.chance(15) {
            let address = format!("{prefix}.{}", last + 1);
            if random.chance(40) {
                wanted.push(Some(address.clone()));
            }
            private_ips.push(network_interface::PrivateAddress { address, public_ip: None });
        }
    }
    let six = plot.v6.as_deref().filter(|_| prefix.is_none() || random.chance(85));
    let mut groups: Vec<Id> = random.pick(&yard.groups).cloned().map(Id::from).into_iter().collect();
    if random.chance(30)
        && let Some(second) = random.pick(&yard.groups)
        && !groups.iter().any(|g| g.as_str() == second)
    {
        groups.push(Id::from(second.as_str()));
    }
    if random.chance(1) {
        groups.clear();
    }
    let config = network_interface::Config {
        subnet: Some(Id::from(plot.id.as_str())),
        private_ips,
        ipv6: six.map(|net| net.replace("::/64", &format!("::{last}"))).into_iter().collect(),
        security_groups: groups,
        source_dest_check: !random.chance(if appliance { 92 } else { 6 }),
        ..Default::default()
    };
    put(document, id, Some(instance), Config::NetworkInterface(config));
    for private in wanted {
        elastic(document, public, id, private);
    }
}
