//! Moving whole subtrees: delete, put elsewhere, re-address.

use std::collections::{BTreeMap, BTreeSet};

use hopscope_aws::{Config, Document, FieldKind, Frame, Id, Node, cells};
use hopscope_net::IpNet;
use hopscope_net::prefix::{first_free, overlap};
use serde_json::Value;

use crate::address;
use crate::build::{self, change};
use crate::command::Draft;
use crate::equip;
use crate::names::{noun, title};
use crate::place::may_contain;

/// Children of every component in the author's order; `None` holds the top level and whatever
/// names a parent that does not exist.
pub(crate) fn family(document: &Document) -> BTreeMap<Option<&str>, Vec<&Id>> {
    let mut out: BTreeMap<Option<&str>, Vec<&Id>> = BTreeMap::new();
    for node in document.nodes.values() {
        let parent = node.parent.as_deref().filter(|id| document.nodes.contains_key(*id));
        out.entry(parent).or_default().push(&node.id);
    }
    out
}

/// Components with everything inside them, containers first. Cycles end.
pub(crate) fn subtree(document: &Document, roots: &[Id]) -> Vec<Id> {
    let family = family(document);
    let mut seen: BTreeSet<&Id> = BTreeSet::new();
    let mut out = Vec::new();
    let mut todo: Vec<&Id> = roots.iter().rev().collect();
    while let Some(id) = todo.pop() {
        let Some((id, _)) = document.nodes.get_key_value(id) else { continue };
        if seen.insert(id) {
            out.push(id.clone());
            todo.extend(family.get(&Some(id.as_str())).into_iter().flatten().rev());
        }
    }
    out
}

fn is_default(node: &Node) -> Option<&'static str> {
    match &node.config {
        Config::RouteTable(table) if table.main => Some("main route table"),
        Config::NetworkAcl(acl) if acl.default => Some("default network ACL"),
        Config::SecurityGroup(_) if node.name == "default" => Some("default security group"),
        _ => None,
    }
}

/// Deletes components with everything inside them. As in AWS, routes to what is gone stay and
/// become blackholes; associations fall back to the VPC's defaults.
pub(crate) fn delete(draft: &mut Draft, ids: &[Id]) -> Result<String, String> {
    let document = draft.document();
    let known: Vec<Id> = ids.iter().filter(|id| document.nodes.contains_key(*id)).cloned().collect();
    let Some(first) = known.first().and_then(|id| document.node(id)) else {
        return Err("Nothing is selected.".to_owned());
    };
    let label = match known.len() {
        1 => format!("Delete {}", title(first)),
        n => format!("Delete {n} things"),
    };
    let mut gone: BTreeSet<Id> = subtree(document, &known).into_iter().collect();
    // A line goes with either of the things it joins, and what hangs on it likewise.
    for _ in 0..4 {
        let cut: Vec<Id> = document
            .nodes
            .values()
            .filter(|node| !gone.contains(&node.id) && loses_an_end(node, &gone))
            .map(|node| node.id.clone())
            .collect();
        if cut.is_empty() {
            break;
        }
        gone.extend(cut);
    }
    for id in &known {
        let Some(node) = document.node(id) else { continue };
        let parent_stays =
            node.parent.as_ref().is_some_and(|p| document.nodes.contains_key(p) && !gone.contains(p));
        if let Some(what) = is_default(node).filter(|_| parent_stays) {
            return Err(format!("The {what} goes only with its VPC; AWS keeps one in every VPC."));
        }
        if node.kind() == "network-interface" && parent_stays {
            let owner =
                node.parent.as_deref().and_then(|p| document.node(p)).filter(|p| p.kind() == "instance");
            let left = owner.map(|owner| {
                document
                    .children(Some(&owner.id))
                    .filter(|n| n.kind() == "network-interface" && !gone.contains(&n.id))
                    .count()
            });
            if let (Some(0), Some(owner)) = (left, owner) {
                return Err(format!(
                    "An instance keeps at least one network interface. Delete {} instead.",
                    title(owner)
                ));
            }
        }
    }
    forget(draft, &gone);
    for id in &gone {
        draft.remove(id);
    }
    Ok(label)
}

/// The ends of a line that it cannot do without.
fn ends_of(node: &Node) -> &'static [&'static str] {
    match node.kind() {
        "vpc-peering-connection" => &["requester", "accepter"],
        "transit-gateway-attachment" => &["resource"],
        "vpn-connection" => &["customer_gateway", "gateway"],
        _ => &[],
    }
}

fn loses_an_end(node: &Node, gone: &BTreeSet<Id>) -> bool {
    ends_of(node).iter().any(|key| node.field(key).as_str().is_some_and(|id| gone.contains(id)))
}

/// Clears what a component says of things that go away, by the fields it declares: references and
/// rows of associations. Routes and rules stay as they are written.
pub(crate) fn clear_references(node: &Node, gone: &BTreeSet<Id>) -> Node {
    let dead = |value: &Value| value.as_str().is_some_and(|id| gone.contains(id));
    let mut out = node.clone();
    for field in node.config.spec().fields {
        let value = node.field(field.key);
        let next = match (field.kind, value) {
            (FieldKind::Ref(_), value) if dead(&value) => Value::Null,
            (FieldKind::RefList(_), Value::Array(all)) if all.iter().any(dead) => {
                all.into_iter().filter(|one| !dead(one)).collect()
            }
            (FieldKind::Rows(rows), Value::Array(all)) if field.key != "routes" => {
                let keys = rows.columns.iter().filter(|column| matches!(column.kind, FieldKind::Ref(_)));
                let keys: Vec<&str> = keys.map(|column| column.key).collect();
                let lost = |row: &Value| keys.iter().any(|key| row.get(*key).is_some_and(dead));
                if !all.iter().any(lost) {
                    continue;
                }
                all.into_iter().filter(|row| !lost(row)).collect()
            }
            _ => continue,
        };
        if let Ok(cleared) = out.with_field(field.key, next) {
            out = cleared;
        }
    }
    out
}

/// Clears associations with what goes away.
fn forget(draft: &mut Draft, gone: &BTreeSet<Id>) {
    let document = draft.document().clone();
    let clear = |slot: &mut Option<Id>| {
        if slot.as_ref().is_some_and(|id| gone.contains(id)) {
            *slot = None;
        }
    };
    for node in document.nodes.values().filter(|node| !gone.contains(&node.id)) {
        let mut config = node.config.clone();
        match &mut config {
            Config::Subnet(subnet) => {
                clear(&mut subnet.zone);
                clear(&mut subnet.route_table);
                clear(&mut subnet.network_acl);
            }
            Config::NetworkInterface(eni) => {
                clear(&mut eni.subnet);
                eni.security_groups.retain(|id| !gone.contains(id));
                // AWS never leaves an interface without a group.
                if eni.security_groups.is_empty()
                    && let Some(vpc) = document.enclosing(&node.id, "vpc")
                    && let Some(group) = build::find_default_group(&document, &vpc.id)
                    && !gone.contains(&group)
                {
                    eni.security_groups.push(group);
                }
            }
            Config::RouteTable(table) => clear(&mut table.gateway),
            Config::NatGateway(nat) => nat.zones.retain(|id| !gone.contains(id)),
            Config::ElasticIp(eip) => {
                clear(&mut eip.target);
                if eip.target.is_none() {
                    eip.private_ip = None;
                }
            }
            _ => config = clear_references(node, gone).config,
        }
        draft.put(Node { config, ..(**node).clone() });
    }
}

/// Puts a component into another container and re-addresses what moved.
pub(crate) fn set_parent(
    draft: &mut Draft,
    id: &Id,
    parent: Option<&Id>,
    at: Option<(f32, f32)>,
) -> Result<String, String> {
    let document = draft.document();
    let node = document.node(id).ok_or_else(|| format!("There is no component \"{id}\"."))?.clone();
    if parent.is_some_and(|parent| subtree(document, std::slice::from_ref(id)).contains(parent)) {
        return Err(format!("{} cannot go into itself.", crate::place::capital(&title(&node))));
    }
    may_contain(document, node.kind(), parent)?;
    let target = parent.and_then(|id| document.node(id)).cloned();
    if let Some(target) = &target {
        let edge = matches!(node.kind(), "internet-gateway" | "egress-only-internet-gateway");
        let same = document
            .children(parent.map(|p| &**p))
            .any(|other| other.kind() == node.kind() && &other.id != id);
        if edge && target.kind() == "vpc" && same {
            return Err(format!(
                "{} has {} already; AWS attaches one at most.",
                target.label(),
                crate::names::a(node.kind())
            ));
        }
    }
    let moved = node.parent.as_ref() != parent;
    if moved {
        draft.put(Node { parent: parent.cloned(), ..(*node).clone() });
        readdress(draft, id)?;
    }
    draft.frame(id, at.map(|(x, y)| place_at(draft.document(), id, x, y)));
    Ok(match &target {
        Some(target) if moved => format!("Move {} to {}", node.label(), target.label()),
        None if moved => format!("Move {} to the canvas", node.label()),
        _ => format!("Move {}", node.label()),
    })
}

/// A frame at a new place, keeping a size chosen by hand.
pub(crate) fn place_at(document: &Document, id: &Id, x: f32, y: f32) -> Frame {
    let (w, h) = document.frames.get(id).map_or((0.0, 0.0), |frame| (frame.w, frame.h));
    Frame { x, y, w, h }
}

/// Gives everything in a subtree blocks, addresses, groups and associations that are legal
/// where it stands now.
pub(crate) fn readdress(draft: &mut Draft, root: &Id) -> Result<(), String> {
    for id in subtree(draft.document(), std::slice::from_ref(root)) {
        let Some(node) = draft.document().node(&id).cloned() else { continue };
        match &node.config {
            Config::Vpc(_) => vpc(draft, &id),
            Config::Subnet(_) => subnet(draft, &id)?,
            Config::NetworkInterface(_) => interface(draft, &id)?,
            Config::InterfaceEndpoint(_)
            | Config::ApplicationLoadBalancer(_)
            | Config::NetworkLoadBalancer(_) => {
                equip::readdress(draft, &id, "interfaces");
            }
            Config::ClientVpnEndpoint(_) => equip::readdress(draft, &id, "associations"),
            Config::NatGateway(nat) if nat.private_ip.is_some() => {
                // Its own old address must not count as taken.
                set_nat_address(draft, &id, None);
                if let Some(subnet) = address::subnet_of(draft.document(), &id) {
                    let free = address::host_ipv4(draft.document(), &subnet);
                    set_nat_address(draft, &id, free);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn set_nat_address(draft: &mut Draft, id: &Id, address: Option<String>) {
    change(draft, id, |config| {
        if let Config::NatGateway(nat) = config {
            nat.private_ip = address;
        }
    });
}

/// A VPC keeps its blocks unless they overlap another VPC's.
fn vpc(draft: &mut Draft, id: &Id) {
    let others: Vec<_> = draft
        .document()
        .nodes
        .values()
        .filter(|node| &node.id != id)
        .filter_map(|node| match &node.config {
            Config::Vpc(vpc) => Some(vpc.cidrs.iter().chain(&vpc.ipv6_cidrs)),
            _ => None,
        })
        .flatten()
        .filter_map(|text| cells::cidr(text))
        .collect();
    let clashes =
        |text: &String| cells::cidr(text).is_some_and(|net| others.iter().any(|o| overlap(o, &net)));
    let Some(Config::Vpc(old)) = draft.document().node(id).map(|node| node.config.clone()) else { return };
    let mut moved: Vec<(IpNet, IpNet)> = Vec::new();
    for text in old.cidrs.iter().chain(&old.ipv6_cidrs).filter(|text| clashes(text)) {
        let Some(net) = cells::cidr(text) else { continue };
        let free = address::free_like(draft.document(), &net);
        change(draft, id, |config| {
            let Config::Vpc(vpc) = config else { return };
            for block in vpc.cidrs.iter_mut().chain(&mut vpc.ipv6_cidrs).filter(|block| *block == text) {
                *block = free.map_or_else(String::new, |free| free.to_string());
            }
            vpc.cidrs.retain(|block| !block.is_empty());
            vpc.ipv6_cidrs.retain(|block| !block.is_empty());
        });
        moved.extend(free.map(|free| (net, free)));
    }
    follow(draft, id, &moved);
}

/// Subnets keep their place in a block that has moved.
fn follow(draft: &mut Draft, vpc: &Id, moved: &[(IpNet, IpNet)]) {
    let shifted = |text: &str| -> Option<String> {
        let net = cells::cidr(text)?;
        let (old, new) = moved.iter().find(|(old, _)| old.contains(&net))?;
        address::shifted(&net, old, new).map(|net| net.to_string())
    };
    let subnets: Vec<Id> = draft
        .document()
        .children(Some(vpc))
        .filter(|node| node.kind() == "subnet")
        .map(|node| node.id.clone())
        .collect();
    for subnet in subnets {
        change(draft, &subnet, |config| {
            let Config::Subnet(subnet) = config else { return };
            for slot in [&mut subnet.cidr, &mut subnet.ipv6_cidr] {
                if let Some(next) = slot.as_deref().and_then(shifted) {
                    *slot = Some(next);
                }
            }
        });
    }
}

fn subnet(draft: &mut Draft, id: &Id) -> Result<(), String> {
    let Some(node) = draft.document().node(id).cloned() else { return Ok(()) };
    let (Config::Subnet(old), Some(vpc)) = (&node.config, node.parent.clone()) else { return Ok(()) };
    let mut config = old.clone();
    config.cidr = None;
    config.ipv6_cidr = None;
    draft.put(Node { config: Config::Subnet(config.clone()), ..(*node).clone() });
    let document = draft.document();
    config.cidr = keep_or_move(document, &vpc, old.cidr.as_deref())
        .or_else(|| old.cidr.as_ref().and_then(|_| address::subnet_cidr(document, &vpc)));
    config.ipv6_cidr = keep_or_move(document, &vpc, old.ipv6_cidr.as_deref())
        .or_else(|| address::subnet_ipv6(document, &vpc));
    if config.cidr.is_none() && config.ipv6_cidr.is_none() {
        config.cidr = address::subnet_cidr(document, &vpc);
    }
    if config.cidr.is_none() && config.ipv6_cidr.is_none() {
        return Err(format!(
            "VPC {} has no room for this subnet. Add a CIDR block to it first.",
            document.node(&vpc).map_or("", |node| node.label())
        ));
    }
    let of_vpc = |slot: &Option<Id>| {
        slot.clone().filter(|id| document.node(id).is_some_and(|node| node.parent.as_ref() == Some(&vpc)))
    };
    config.route_table = of_vpc(&old.route_table);
    config.network_acl = of_vpc(&old.network_acl);
    let region = document.enclosing(&vpc, "region").map(|node| node.id.clone());
    let zone_stays =
        old.zone.as_ref().and_then(|zone| document.node(zone)).is_some_and(|zone| zone.parent == region);
    if !zone_stays {
        let letter = crate::names::zone_letter(document, old.zone.as_ref());
        let zones = region.map_or_else(Vec::new, |region| build::zones(draft, &region, 2));
        let same =
            zones.iter().find(|zone| crate::names::zone_letter(draft.document(), Some(zone)) == letter);
        config.zone = same.or(zones.first()).cloned();
    }
    draft.put(Node { config: Config::Subnet(config), ..(*node).clone() });
    Ok(())
}

/// The block itself where it is legal and free in the VPC, else a free one of the same size.
fn keep_or_move(document: &Document, vpc: &Id, old: Option<&str>) -> Option<String> {
    let net = cells::cidr(old?)?;
    let Config::Vpc(config) = &document.node(vpc)?.config else { return None };
    let blocks: Vec<_> =
        config.cidrs.iter().chain(&config.ipv6_cidrs).filter_map(|text| cells::cidr(text)).collect();
    let taken: Vec<_> = document
        .children(Some(vpc))
        .filter_map(|node| match &node.config {
            Config::Subnet(subnet) => Some(subnet.cidr.iter().chain(&subnet.ipv6_cidr)),
            _ => None,
        })
        .flatten()
        .filter_map(|text| cells::cidr(text))
        .collect();
    if blocks.iter().any(|block| block.contains(&net)) && !taken.iter().any(|other| overlap(other, &net)) {
        return old.map(str::to_owned);
    }
    let same_family = blocks.iter().filter(|b| b.max_prefix_len() == net.max_prefix_len());
    same_family
        .filter_map(|block| first_free(block, net.prefix_len(), &taken))
        .next()
        .map(|net| net.to_string())
}

fn interface(draft: &mut Draft, id: &Id) -> Result<(), String> {
    let Some(node) = draft.document().node(id).cloned() else { return Ok(()) };
    let Config::NetworkInterface(old) = &node.config else { return Ok(()) };
    let home = draft.document().enclosing(id, "subnet").map(|node| node.id.clone());
    let mut config = old.clone();
    // An extra interface may stand in another subnet of the same VPC, but not of another one.
    let vpc = draft.document().enclosing(id, "vpc").map(|node| node.id.clone());
    let elsewhere = old.subnet.clone().filter(|subnet| {
        Some(subnet) != home.as_ref()
            && draft.document().enclosing(subnet, "vpc").map(|node| node.id.clone()) == vpc
            && vpc.is_some()
    });
    config.subnet = elsewhere.clone();
    let Some(subnet) = elsewhere.or(home) else { return Ok(()) };
    config.private_ips = Vec::new();
    config.ipv6 = Vec::new();
    draft.put(Node { config: Config::NetworkInterface(config.clone()), ..(*node).clone() });
    build::assign(draft.document(), &subnet, &mut config)?;
    if let Some(vpc) = vpc {
        let document = draft.document();
        config
            .security_groups
            .retain(|id| document.node(id).is_some_and(|group| group.parent.as_ref() == Some(&vpc)));
        if config.security_groups.is_empty() {
            config.security_groups.push(build::default_group(draft, &vpc));
        }
    }
    draft.put(Node { config: Config::NetworkInterface(config), ..(*node).clone() });
    Ok(())
}

/// What a label says of several components ("3 things", "subnet private-a").
pub(crate) fn summary(document: &Document, ids: &[Id]) -> String {
    match ids {
        [id] => match (document.node(id), document.notes.get(id)) {
            (Some(node), _) => title(node),
            (None, Some(note)) => crate::notes::title(note),
            (None, None) => id.to_string(),
        },
        many => {
            let kinds: BTreeSet<&str> =
                many.iter().filter_map(|id| document.node(id)).map(|n| n.kind()).collect();
            match kinds.first().filter(|_| kinds.len() == 1) {
                Some(kind) => format!("{} {}s", many.len(), noun(kind)),
                None => format!("{} things", many.len()),
            }
        }
    }
}
