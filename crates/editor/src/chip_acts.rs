//! Chips: what is offered, and what each does.

use hopscope_aws::{Config, Document, Flow, Id, Node};

use crate::build::{self, change, has_ipv6, route};
use crate::command::Draft;
use crate::intent::Effect;
use crate::names::{self, defaults_to, is_public, table_of, zone_letter, zoned};
use crate::place::Chip;
use crate::{address, flows};

const ALL4: &str = "0.0.0.0/0";
const ALL6: &str = "::/0";

/// The likely next acts for a component, most likely first.
#[must_use]
pub fn chips(document: &Document, id: &Id) -> Vec<Chip> {
    let Some(node) = document.node(id) else { return Vec::new() };
    let mut out = Vec::new();
    let mut offer = |key, label, help| out.push(Chip { node: id.clone(), key, label, help });
    match node.kind() {
        "region" => {
            offer("add-vpc", "Add VPC", "A VPC with a main route table, a default ACL and a default group")
        }
        "vpc" => {
            let subnets = children(document, id, "subnet");
            let igw = !children(document, id, "internet-gateway").is_empty();
            let ipv6 = has_ipv6(document, id);
            if subnets.is_empty() {
                offer(
                    "two-zones",
                    "2 AZ, public + private",
                    "Four subnets over two zones, with route tables",
                );
            }
            if !igw {
                offer(
                    "igw",
                    "Internet gateway + routes",
                    "Attached, with default routes in the public route tables",
                );
            }
            if !zones_without_nat(document, id).is_empty() {
                offer(
                    "nat",
                    "NAT gateway per AZ + routes",
                    "One in each public subnet, with routes from the private ones",
                );
            }
            if !ipv6 {
                offer(
                    "ipv6",
                    "Add IPv6",
                    "A /56 for the VPC, a /64 for each subnet, an address for each interface",
                );
            } else if children(document, id, "egress-only-internet-gateway").is_empty() {
                offer(
                    "eigw",
                    "Egress-only gateway + routes",
                    "IPv6 out of the private subnets, nothing unsolicited in",
                );
            }
            if !subnets.is_empty() {
                offer("add-subnet", "Add subnet", "The next free block in the zone with the fewest subnets");
            }
        }
        "subnet" => {
            offer(
                "add-instance",
                "Add instance",
                "With a network interface, addresses and the default group",
            );
            if !is_public(document, id) {
                if nat_for(document, id).is_some() && !routes_to(document, id, ALL4, "nat-gateway") {
                    offer("route-nat", "Route to NAT", "A default route to the NAT gateway of the same zone");
                }
                offer(
                    "public",
                    "Make public",
                    "A default route to the internet gateway, and public addresses",
                );
            } else if children(document, id, "nat-gateway").is_empty() {
                offer("add-nat", "Add NAT gateway", "With an Elastic IP address");
            }
        }
        "instance" => {
            if !has_public_ip(document, id) {
                offer(
                    "eip",
                    "Public IP (Elastic IP)",
                    "A static public IPv4 address for its primary interface",
                );
            }
            if !admits_https(document, id) {
                offer(
                    "https",
                    "Allow HTTPS in",
                    "A security group \"web\" that admits TCP 443 from anywhere",
                );
            }
            offer("send", "Send a packet from here", "A flow from this instance");
        }
        "internet-host" | "internet" => offer("send", "Send a packet from here", "A flow from the internet"),
        _ => {}
    }
    out
}

fn children(document: &Document, parent: &Id, kind: &str) -> Vec<Id> {
    document.children(Some(parent)).filter(|node| node.kind() == kind).map(|node| node.id.clone()).collect()
}

fn zone_id(document: &Document, subnet: &str) -> Option<Id> {
    match document.node(subnet).map(|node| &node.config) {
        Some(Config::Subnet(config)) => config.zone.clone(),
        _ => None,
    }
}

fn routes_to(document: &Document, subnet: &str, destination: &str, kind: &str) -> bool {
    table_of(document, subnet).is_some_and(|table| defaults_to(document, &table, destination, kind))
}

/// Public subnets of the VPC whose zone has no NAT gateway yet, one for each zone.
fn zones_without_nat(document: &Document, vpc: &Id) -> Vec<Id> {
    let subnets = children(document, vpc, "subnet");
    let mut served: Vec<Option<Id>> = subnets
        .iter()
        .filter(|id| !children(document, id, "nat-gateway").is_empty())
        .map(|id| zone_id(document, id))
        .collect();
    let mut out = Vec::new();
    for id in subnets.iter().filter(|id| is_public(document, id)) {
        let zone = zone_id(document, id);
        if !served.contains(&zone) {
            served.push(zone);
            out.push(id.clone());
        }
    }
    out
}

/// The NAT gateway a private subnet should use: of its zone, else any of the VPC.
fn nat_for(document: &Document, subnet: &str) -> Option<Id> {
    let vpc = document.enclosing(subnet, "vpc")?.id.clone();
    let zone = zone_id(document, subnet);
    let mut subnets = children(document, &vpc, "subnet");
    subnets.sort_by_key(|id| zone_id(document, id) != zone);
    subnets.iter().flat_map(|id| children(document, id, "nat-gateway")).next()
}

fn primary_interface(document: &Document, instance: &Id) -> Option<Id> {
    children(document, instance, "network-interface").into_iter().next()
}

fn has_public_ip(document: &Document, instance: &Id) -> bool {
    let enis = children(document, instance, "network-interface");
    document.nodes.values().any(|node| match &node.config {
        Config::ElasticIp(eip) => eip.target.as_ref().is_some_and(|t| t == instance || enis.contains(t)),
        Config::NetworkInterface(eni) if enis.contains(&node.id) => {
            eni.private_ips.iter().any(|row| row.public_ip.is_some())
        }
        _ => false,
    })
}

fn groups_of(document: &Document, eni: &Id) -> Vec<Id> {
    match document.node(eni).map(|node| &node.config) {
        Some(Config::NetworkInterface(config)) => config.security_groups.clone(),
        _ => Vec::new(),
    }
}

fn admits(document: &Document, group: &Id) -> bool {
    let Some(Config::SecurityGroup(config)) = document.node(group).map(|node| &node.config) else {
        return false;
    };
    config.inbound.iter().any(|rule| {
        let port: Result<hopscope_net::PortRange, _> = rule.ports.parse();
        let tcp = matches!(rule.protocol.trim(), "tcp" | "all" | "6" | "-1");
        tcp && rule.peer.trim() == ALL4 && port.is_ok_and(|range| range.contains(443))
    })
}

fn admits_https(document: &Document, instance: &Id) -> bool {
    primary_interface(document, instance)
        .is_some_and(|eni| groups_of(document, &eni).iter().any(|group| admits(document, group)))
}

/// What a chip did: label, component to select instead of the chip's own, further effects.
pub(crate) struct Done {
    pub label: String,
    pub select: Option<Id>,
    pub effects: Vec<Effect>,
}

impl Done {
    fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), select: None, effects: Vec::new() }
    }
}

/// Does what a chip promises.
pub(crate) fn act(draft: &mut Draft, id: &Id, key: &str) -> Result<Done, String> {
    let node = draft.document().node(id).ok_or_else(|| format!("There is no component \"{id}\"."))?;
    let name = node.label().to_owned();
    if !chips(draft.document(), id).iter().any(|chip| chip.key == key) {
        return Err(format!("{name} has no such next act any more."));
    }
    let added = |draft: &Draft, made: Id| {
        let label =
            draft.document().node(&made).map_or_else(String::new, |n| format!("Add {}", names::title(n)));
        Done { label, select: Some(made), effects: Vec::new() }
    };
    match key {
        "two-zones" => {
            two_zones(draft, id).map(|()| Done::new(format!("Add 4 subnets over 2 zones to {name}")))
        }
        "igw" => {
            internet(draft, id).map(|()| Done::new(format!("Add internet gateway and routes to {name}")))
        }
        "nat" => nats(draft, id).map(|n| {
            Done::new(format!("Add {n} NAT gateway{} and routes to {name}", if n == 1 { "" } else { "s" }))
        }),
        "ipv6" => ipv6(draft, id).map(|()| Done::new(format!("Add IPv6 to {name}"))),
        "eigw" => egress_only(draft, id)
            .map(|()| Done::new(format!("Add egress-only gateway and routes to {name}"))),
        "public" => make_public(draft, id).map(|()| Done::new(format!("Make {name} public"))),
        "route-nat" => {
            let nat = nat_for(draft.document(), id).ok_or("There is no NAT gateway to route to.")?;
            let table = own_table(draft, id, "private");
            replace_route(draft, &table, ALL4, &nat);
            Ok(Done::new(format!("Route {name} to NAT")))
        }
        "eip" => {
            let region = draft.document().enclosing(id, "region").map(|node| node.id.clone());
            let region = region.ok_or("The instance is in no Region. Put it into one first.")?;
            let eni =
                primary_interface(draft.document(), id).ok_or("The instance has no network interface.")?;
            build::eip(draft, &region, Some(&eni))?;
            Ok(Done::new(format!("Give {name} an Elastic IP address")))
        }
        "https" => https(draft, id).map(|()| Done::new(format!("Allow HTTPS into {name}"))),
        "send" => {
            let flow = Flow {
                id: flows::fresh_id(draft.document()),
                from: id.to_string(),
                to: flows::suggest_other_end(draft.document(), id),
                ..Flow::default()
            };
            let flow_id = flow.id.clone();
            let label = format!("Add flow {}", flows::describe(draft.document(), &flow));
            draft.put_flow(flow);
            Ok(Done { label, select: None, effects: vec![Effect::ShowFlow(flow_id)] })
        }
        "add-vpc" => build::make(draft, "vpc", Some(id), None).map(|made| added(draft, made)),
        "add-subnet" => build::subnet(draft, id, None, false).map(|made| added(draft, made)),
        "add-instance" => build::make(draft, "instance", Some(id), None).map(|made| added(draft, made)),
        "add-nat" => build::nat(draft, id).map(|made| added(draft, made)),
        _ => Err(format!("{name} has no such next act.")),
    }
}

fn associate(draft: &mut Draft, subnet: &str, table: &Id) {
    change(draft, subnet, |config| {
        if let Config::Subnet(subnet) = config {
            subnet.route_table = Some(table.clone());
        }
    });
}

/// A table of the VPC that leads, or is meant to lead, to its internet gateway.
fn public_table(draft: &mut Draft, vpc: &Id) -> Id {
    let document = draft.document();
    let known = children(document, vpc, "route-table").into_iter().find(|id| {
        let main = matches!(document.node(id).map(|n| &n.config), Some(Config::RouteTable(t)) if t.main);
        let named = document.node(id).is_some_and(|node| node.name == "rtb-public");
        !main && (named || defaults_to(document, id, ALL4, "internet-gateway"))
    });
    known.unwrap_or_else(|| build::table(draft, vpc, "rtb-public", false))
}

fn two_zones(draft: &mut Draft, vpc: &Id) -> Result<(), String> {
    let region = draft.document().enclosing(vpc, "region").map(|node| node.id.clone());
    let region = region.ok_or("The VPC is in no Region. Put it into one first.")?;
    let zones: Vec<Id> = build::zones(draft, &region, 2).into_iter().take(2).collect();
    let table = public_table(draft, vpc);
    for zone in &zones {
        let subnet = build::subnet(draft, vpc, Some(zone), true)?;
        associate(draft, &subnet, &table);
    }
    for zone in &zones {
        let subnet = build::subnet(draft, vpc, Some(zone), false)?;
        let name = zoned("rtb-private", &zone_letter(draft.document(), Some(zone)));
        let table = build::table(draft, vpc, &name, false);
        associate(draft, &subnet, &table);
    }
    if !children(draft.document(), vpc, "internet-gateway").is_empty() {
        internet(draft, vpc)?;
    }
    Ok(())
}

fn internet(draft: &mut Draft, vpc: &Id) -> Result<(), String> {
    let igw = build::ensure_igw(draft, vpc)?;
    let document = draft.document();
    let public = children(document, vpc, "subnet").into_iter().filter(|id| is_public(document, id));
    let mut tables: Vec<Id> = public.filter_map(|id| table_of(document, &id)).collect();
    if tables.is_empty() {
        tables.push(public_table(draft, vpc));
    }
    let ipv6 = has_ipv6(draft.document(), vpc);
    for table in tables {
        route(draft, &table, ALL4, &igw);
        if ipv6 {
            route(draft, &table, ALL6, &igw);
        }
    }
    Ok(())
}

fn nats(draft: &mut Draft, vpc: &Id) -> Result<usize, String> {
    // Without an internet gateway a NAT gateway leads nowhere.
    internet(draft, vpc)?;
    let homes = zones_without_nat(draft.document(), vpc);
    for subnet in &homes {
        build::nat(draft, subnet)?;
    }
    for subnet in children(draft.document(), vpc, "subnet") {
        if is_public(draft.document(), &subnet) {
            continue;
        }
        if let Some(nat) = nat_for(draft.document(), &subnet) {
            let table = own_table(draft, &subnet, "private");
            route(draft, &table, ALL4, &nat);
        }
    }
    Ok(homes.len())
}

/// A table that only this subnet's zone uses: a shared main table would lead other zones and
/// new subnets there too.
fn own_table(draft: &mut Draft, subnet: &Id, base: &str) -> Id {
    let document = draft.document();
    if let Some(Config::Subnet(config)) = document.node(subnet).map(|node| &node.config)
        && let Some(table) = &config.route_table
        && document.node(table).is_some()
    {
        return table.clone();
    }
    let letter = build::letter_at(document, subnet);
    let vpc = document.enclosing(subnet, "vpc").map(|node| node.id.clone());
    let Some(vpc) = vpc else { return subnet.clone() };
    let table = build::table(draft, &vpc, &zoned(&format!("rtb-{base}"), &letter), false);
    associate(draft, subnet, &table);
    table
}

fn replace_route(draft: &mut Draft, table: &Id, destination: &str, target: &Id) {
    change(draft, table, |config| {
        if let Config::RouteTable(config) = config {
            config.routes.retain(|route| route.destination.trim() != destination);
        }
    });
    route(draft, table, destination, target);
}

fn make_public(draft: &mut Draft, subnet: &Id) -> Result<(), String> {
    let vpc = draft.document().enclosing(subnet, "vpc").map(|node| node.id.clone());
    let vpc = vpc.ok_or("The subnet is in no VPC. Put it into one first.")?;
    let igw = build::ensure_igw(draft, &vpc)?;
    let table = public_table(draft, &vpc);
    associate(draft, subnet, &table);
    change(draft, subnet, |config| {
        if let Config::Subnet(subnet) = config {
            subnet.auto_assign_public_ipv4 = true;
        }
    });
    route(draft, &table, ALL4, &igw);
    if has_ipv6(draft.document(), &vpc) {
        route(draft, &table, ALL6, &igw);
    }
    // Names that people did not choose follow what the subnet became.
    let letter = build::letter_at(draft.document(), subnet);
    if let Some(node) = draft.document().node(subnet).filter(|node| node.name == zoned("private", &letter)) {
        let name = names::unique(draft.document(), "subnet", Some(&vpc), &zoned("public", &letter));
        let node = Node { name, ..(**node).clone() };
        draft.put(node);
    }
    Ok(())
}

fn ipv6(draft: &mut Draft, vpc: &Id) -> Result<(), String> {
    let block = address::vpc_ipv6(draft.document()).ok_or("No IPv6 block is free any more.")?;
    change(draft, vpc, |config| {
        if let Config::Vpc(vpc) = config {
            vpc.ipv6_cidrs.push(block);
        }
    });
    for subnet in children(draft.document(), vpc, "subnet") {
        let Some(block) = address::subnet_ipv6(draft.document(), vpc) else { break };
        change(draft, &subnet, |config| {
            if let Config::Subnet(subnet) = config {
                subnet.ipv6_cidr.get_or_insert(block);
            }
        });
    }
    let inside: Vec<Id> = draft
        .document()
        .nodes
        .values()
        .filter(|node| node.kind() == "network-interface")
        .filter(|node| draft.document().enclosing(&node.id, "vpc").is_some_and(|owner| &owner.id == vpc))
        .map(|node| node.id.clone())
        .collect();
    for eni in inside {
        let subnet = address::subnet_of(draft.document(), &eni);
        let Some(free) = subnet.and_then(|subnet| address::host_ipv6(draft.document(), &subnet)) else {
            continue;
        };
        change(draft, &eni, |config| {
            if let Config::NetworkInterface(eni) = config
                && eni.ipv6.is_empty()
            {
                eni.ipv6.push(free);
            }
        });
    }
    allow_ipv6(draft, vpc);
    if !children(draft.document(), vpc, "internet-gateway").is_empty() {
        internet(draft, vpc)?;
    }
    Ok(())
}

/// What AWS adds when a VPC gets an IPv6 block: rule 101 of the default ACL, and the outbound
/// rule of groups that let all IPv4 out.
fn allow_ipv6(draft: &mut Draft, vpc: &Id) {
    for acl in children(draft.document(), vpc, "network-acl") {
        change(draft, &acl, |config| {
            if let Config::NetworkAcl(acl) = config
                && acl.default
            {
                for list in [&mut acl.inbound, &mut acl.outbound] {
                    let open = list.iter().any(|rule| rule.number == 100 && rule.cidr.trim() == ALL4);
                    if open && !list.iter().any(|rule| rule.number == 101) {
                        let all = hopscope_aws::components::network_acl::Config::allow_all(true);
                        list.extend(all.inbound.into_iter().filter(|rule| rule.number == 101));
                    }
                }
            }
        });
    }
    for group in children(draft.document(), vpc, "security-group") {
        change(draft, &group, |config| {
            if let Config::SecurityGroup(group) = config {
                let all = |rules: &[hopscope_aws::components::security_group::Rule], peer: &str| {
                    rules.iter().any(|rule| rule.peer.trim() == peer && rule.protocol.trim() == "all")
                };
                if all(&group.outbound, ALL4) && !all(&group.outbound, ALL6) {
                    group.outbound.push(build::rule("all", "all", ALL6));
                }
            }
        });
    }
}

fn egress_only(draft: &mut Draft, vpc: &Id) -> Result<(), String> {
    let eigw = build::ensure_eigw(draft, vpc)?;
    for subnet in children(draft.document(), vpc, "subnet") {
        if !is_public(draft.document(), &subnet) {
            let table = own_table(draft, &subnet, "private");
            route(draft, &table, ALL6, &eigw);
        }
    }
    Ok(())
}

fn https(draft: &mut Draft, instance: &Id) -> Result<(), String> {
    let vpc = draft.document().enclosing(instance, "vpc").map(|node| node.id.clone());
    let vpc = vpc.ok_or("The instance is in no VPC. Put it into one first.")?;
    let eni =
        primary_interface(draft.document(), instance).ok_or("The instance has no network interface.")?;
    let known = children(draft.document(), &vpc, "security-group").into_iter().find(|id| {
        draft.document().node(id).is_some_and(|node| node.name == "web") && admits(draft.document(), id)
    });
    let web = known.unwrap_or_else(|| {
        let mut rules = vec![build::rule("tcp", "443", ALL4)];
        if has_ipv6(draft.document(), &vpc) {
            rules.push(build::rule("tcp", "443", ALL6));
        }
        build::group(draft, &vpc, "web", rules)
    });
    change(draft, &eni, |config| {
        if let Config::NetworkInterface(eni) = config
            && !eni.security_groups.contains(&web)
        {
            eni.security_groups.push(web);
        }
    });
    Ok(())
}
