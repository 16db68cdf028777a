//! The VPCs themselves: subnets, hosts, filters, doors to the internet, and at last their tables.

use hopscope_aws::components::{
    egress_only_internet_gateway, elastic_ip, instance, internet_gateway, nat_gateway, network_acl,
    network_interface, route_table, security_group, subnet, vpc,
};
use hopscope_aws::{Config, Id};

use super::super::rules::{acl_list, group_rule};
use super::{Plot, Vpc, Yard};

pub(super) fn draw(yard: &mut Yard<'_>) {
    let count = 2 + yard.below(3);
    for n in 0..count {
        draw_vpc(yard, n, count);
    }
}

fn exclusion(yard: &mut Yard<'_>) -> String {
    if yard.chance(12) { yard.random.word(&["bidirectional", "egress"]).to_owned() } else { String::new() }
}

fn draw_vpc(yard: &mut Yard<'_>, n: usize, count: usize) {
    let id = format!("vpc-{n}");
    let region = usize::from(n > 1 && n + 1 == count && yard.chance(20));
    // Two VPCs may share a block, where nothing joins them (ADDR-09) or something breaks (TGW-25).
    let four = if n > 1 && yard.chance(6) { "10.0".to_owned() } else { format!("10.{n}") };
    let block = format!("{four}.0.0/16");
    let six = yard.chance(60).then(|| (format!("2001:db8:{n}::/56"), format!("2001:db8:{n}")));
    let config = vpc::Config {
        cidrs: vec![block.clone()],
        ipv6_cidrs: six.iter().map(|(block, _)| block.clone()).collect(),
        block_public_access_exclusion: exclusion(yard),
        // By number, so that the other draws of a seed stay what they are.
        enable_dns_support: n % 4 != 3,
        ..Default::default()
    };
    yard.put(&id, Some(&format!("region-{region}")), Config::Vpc(config));
    let group = format!("sg-{n}");
    let gateway = yard.chance(75).then(|| format!("igw-{n}"));
    let vgw = None;
    let this = Vpc { n, id, region, block, four, six, gateway, group, vgw, subnets: Vec::new() };
    if let Some(gateway) = &this.gateway {
        yard.put(gateway, Some(&this.id), Config::InternetGateway(internet_gateway::Config::default()));
    }
    yard.vpcs.push(this);
    draw_groups(yard, n);
    for _ in 0..1 + yard.below(3) {
        let zone = yard.below(yard.zones);
        let plot = add_subnet(yard, n, zone, false);
        draw_hosts(yard, n, plot);
    }
}

fn draw_groups(yard: &mut Yard<'_>, n: usize) {
    let Some(vpc) = yard.vpcs.get(n) else { return };
    let (id, group) = (vpc.id.clone(), vpc.group.clone());
    let open = || vec![group_rule("all", "all", "0.0.0.0/0"), group_rule("all", "all", "::/0")];
    let outbound = if yard.chance(5) { vec![group_rule("tcp", "443", "0.0.0.0/0")] } else { open() };
    let inbound = open();
    yard.put(&group, Some(&id), Config::SecurityGroup(security_group::Config { inbound, outbound }));
    // A narrow one, that names blocks or groups of other VPCs too.
    let other = yard.below(4);
    let peer = match yard.below(8) {
        0..=4 => format!("sg-{other}"),
        5 => format!("10.{other}.0.0/16"),
        6 => "192.168.0.0/16".to_owned(),
        _ => "pl-nets".to_owned(),
    };
    let inbound = vec![group_rule("all", "all", &peer), group_rule("icmp", "8", "0.0.0.0/0")];
    let config = security_group::Config { inbound, outbound: open() };
    yard.put(&format!("sg-{n}-narrow"), Some(&id), Config::SecurityGroup(config));
}

/// A new subnet; its number among those of its VPC.
pub(super) fn add_subnet(yard: &mut Yard<'_>, n: usize, zone: usize, reserved: bool) -> usize {
    let Some(vpc) = yard.vpcs.get(n) else { return 0 };
    let (k, id, region) = (vpc.subnets.len(), vpc.id.clone(), vpc.region);
    let prefix = format!("{}.{k}", vpc.four);
    let six = vpc.six.as_ref().map(|(_, start)| format!("{start}:{k}"));
    let block = format!("{prefix}.0/24");
    let name = format!("subnet-{n}-{k}");
    let six = six.filter(|_| reserved || yard.chance(85));
    let acl = yard.chance(7).then(|| format!("acl-{n}-{k}"));
    if let Some(acl) = &acl {
        let own = [block.clone(), "10.0.0.0/8".to_owned(), "192.168.0.0/16".to_owned()];
        let (inbound, outbound) = (acl_list(yard.random, &own, false), acl_list(yard.random, &own, false));
        let config = network_acl::Config { default: false, inbound, outbound };
        yard.put(acl, Some(&id), Config::NetworkAcl(config));
    }
    let config = subnet::Config {
        zone: Some(Id::from(format!("az-{region}-{zone}"))),
        cidr: Some(block.clone()),
        ipv6_cidr: six.as_ref().map(|six| format!("{six}::/64")),
        route_table: Some(Id::from(format!("rtb-{n}-{k}"))),
        network_acl: acl.map(Id::from),
        auto_assign_public_ipv4: false,
        block_public_access_exclusion: exclusion(yard),
        ..Default::default()
    };
    yard.put(&name, Some(&id), Config::Subnet(config));
    let (routes, propagating) = (Vec::new(), Vec::new());
    let plot = Plot { id: name, zone, prefix, block, six, reserved, routes, propagating };
    if let Some(vpc) = yard.vpcs.get_mut(n) {
        vpc.subnets.push(plot);
    }
    k
}

fn draw_hosts(yard: &mut Yard<'_>, n: usize, k: usize) {
    for m in 0..1 + yard.below(2) {
        let role = if m == 1 && yard.chance(10) { "router" } else { "host" };
        let percent = if yard.chance(50) { 70 } else { 5 };
        let public = yard.chance(percent);
        add_host(yard, n, k, &format!("i-{n}-{k}-{m}"), 10 + m * 10, role, public);
    }
}

/// An instance with one interface, named `eni-` and the instance's id.
pub(super) fn add_host(
    yard: &mut Yard<'_>,
    n: usize,
    k: usize,
    id: &str,
    last: usize,
    role: &str,
    public: bool,
) {
    let Some(plot) = yard.vpcs.get(n).and_then(|vpc| vpc.subnets.get(k)) else { return };
    let (subnet, prefix, six) = (plot.id.clone(), plot.prefix.clone(), plot.six.clone());
    let config = instance::Config {
        state: if yard.chance(1) { "stopped" } else { "running" }.to_owned(),
        role: role.to_owned(),
        ..instance::Config::default()
    };
    yard.put(id, Some(&subnet), Config::Instance(config));
    let mut groups = vec![Id::from(format!("sg-{n}"))];
    if role == "host" && yard.chance(20) {
        groups = vec![Id::from(format!("sg-{n}-narrow"))];
    }
    let eni = format!("eni-{id}");
    let address = format!("{prefix}.{last}");
    let config = network_interface::Config {
        subnet: Some(Id::from(subnet)),
        private_ips: vec![network_interface::PrivateAddress { address, public_ip: None }],
        ipv6: six.iter().map(|six| format!("{six}::{last}")).collect(),
        security_groups: groups,
        source_dest_check: role == "host",
        link_local_packets: if id.ends_with("1-1") { 2_000 } else { 0 },
        ..Default::default()
    };
    yard.put(&eni, Some(id), Config::NetworkInterface(config));
    if public {
        elastic(yard, &eni);
    }
}

fn elastic(yard: &mut Yard<'_>, target: &str) {
    let address = yard.public();
    let id = format!("eip-{}", yard.public);
    let config = elastic_ip::Config { address, target: Some(Id::from(target)), private_ip: None };
    yard.put(&id, Some("region-0"), Config::ElasticIp(config));
}

/// Default routes, for what nothing more particular has claimed.
pub(super) fn draw_defaults(yard: &mut Yard<'_>) {
    for n in 0..yard.vpcs.len() {
        let Some(vpc) = yard.vpcs.get(n) else { continue };
        let (id, six, gateway) = (vpc.id.clone(), vpc.six.is_some(), vpc.gateway.clone());
        let mut nat = None;
        if let Some(gateway) = &gateway
            && yard.chance(40)
        {
            // NAT gateways need a subnet that leads to the internet gateway.
            let zone = yard.below(yard.zones);
            let k = add_subnet(yard, n, zone, true);
            let Some(plot) = yard.vpcs.get(n).and_then(|vpc| vpc.subnets.get(k)) else { continue };
            let (home, private_ip) = (plot.id.clone(), Some(format!("{}.5", plot.prefix)));
            let name = format!("nat-{n}");
            let config = nat_gateway::Config { private_ip, ..nat_gateway::Config::default() };
            yard.put(&name, Some(&home), Config::NatGateway(config));
            elastic(yard, &name);
            yard.route(n, k, "0.0.0.0/0", gateway);
            back_to_hubs(yard, n, k);
            nat = Some(name);
        }
        let mut egress_only = None;
        if six && yard.chance(50) {
            let name = format!("eigw-{n}");
            let config = egress_only_internet_gateway::Config::default();
            yard.put(&name, Some(&id), Config::EgressOnlyInternetGateway(config));
            egress_only = Some(name);
        }
        for k in 0..yard.vpcs.get(n).map_or(0, |vpc| vpc.subnets.len()) {
            let door = if yard.chance(50) { nat.as_ref().or(gateway.as_ref()) } else { gateway.as_ref() };
            if let Some(door) = door.filter(|_| yard.random.chance(85)) {
                yard.route(n, k, "0.0.0.0/0", door);
            }
            let door =
                if yard.chance(50) { egress_only.as_ref().or(gateway.as_ref()) } else { gateway.as_ref() };
            if let Some(door) = door.filter(|_| six && yard.random.chance(80)) {
                yard.route(n, k, "::/0", door);
            }
        }
    }
}

/// A shared NAT gateway answers those behind a transit gateway (TGW-18).
fn back_to_hubs(yard: &mut Yard<'_>, n: usize, k: usize) {
    let attached =
        |tgw: &&super::Tgw| tgw.attachments.iter().any(|(_, leads)| *leads == super::Leads::Vpc(n));
    if let Some(tgw) = yard.tgws.iter().find(attached).map(|tgw| tgw.id.clone())
        && yard.chance(80)
    {
        yard.route(n, k, "10.0.0.0/8", &tgw);
    }
}

pub(super) fn draw_tables(yard: &mut Yard<'_>) {
    let mut drawn = Vec::new();
    for vpc in &mut yard.vpcs {
        for (k, plot) in vpc.subnets.iter_mut().enumerate() {
            let config = route_table::Config {
                routes: std::mem::take(&mut plot.routes),
                propagating_gateways: plot.propagating.iter().map(|id| Id::from(id.as_str())).collect(),
                ..route_table::Config::default()
            };
            drawn.push((format!("rtb-{}-{k}", vpc.n), vpc.id.clone(), config));
        }
    }
    for (id, vpc, config) in drawn {
        yard.put(&id, Some(&vpc), Config::RouteTable(config));
    }
}
