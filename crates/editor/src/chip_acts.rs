//! What each chip does.

use hopscope_aws::{Config, Flow, Id, Node};

use crate::build::{self, change, has_ipv6, route};
use crate::chips::{ALL4, admits, children, chips, nat_for, primary_interface, zones_without_nat};
use crate::chips_more;
use crate::command::Draft;
use crate::intent::Effect;
use crate::names::{self, defaults_to, is_public, table_of, zone_letter, zoned};
use crate::{address, flows};

const ALL6: &str = "::/0";

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
        other => {
            let (label, select) = chips_more::act(draft, id, other)?;
            Ok(Done { label, select, effects: Vec::new() })
        }
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
