//! Connecting two things: what would be created, and why not where it is illegal.

use hopscope_aws::{Config, Document, Id, Node};

use crate::build::{self, change, has_ipv6};
use crate::command::Draft;
use crate::names::{a, table_of, title};
use crate::place::capital;
use crate::{join, tree};

const ALL4: &str = "0.0.0.0/0";
const ALL6: &str = "::/0";

/// What a line from one component to another would create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offers {
    /// One sentence ("Route subnet private-a to NAT gateway nat-a").
    pub title: String,
    /// What can be ticked.
    pub items: Vec<Item>,
}

/// One thing that would be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What to send in `accept` of [`crate::Intent::Connect`].
    pub key: String,
    /// What it does ("Add 0.0.0.0/0 → nat-a to rtb-private-a").
    pub text: String,
    /// Ticked to begin with.
    pub ticked: bool,
}

/// What an item does when it is accepted.
enum Act {
    Route {
        table: Id,
        destination: String,
        target: Id,
    },
    /// A table of its own for a subnet that used the main one, with the route in it.
    OwnTable {
        subnet: Id,
        destination: String,
        target: Id,
    },
    Attach {
        gateway: Id,
        vpc: Id,
    },
    Associate {
        eip: Id,
        target: Id,
    },
    UseTable {
        subnet: Id,
        table: Id,
    },
    UseAcl {
        subnet: Id,
        acl: Id,
    },
    JoinGroup {
        eni: Id,
        group: Id,
    },
    Admit {
        into: Id,
        from: Id,
    },
    Flow {
        from: Id,
        to: Id,
    },
    /// A line between networks.
    Join(Vec<join::Step>),
}

struct Plan {
    title: String,
    items: Vec<(Item, Act)>,
}

/// What connecting the two would create.
///
/// # Errors
/// The reason why they cannot be connected, as a sentence.
pub fn offers(document: &Document, from: &Id, to: &Id) -> Result<Offers, String> {
    let plan = plan(document, from, to)?;
    Ok(Offers { title: plan.title, items: plan.items.into_iter().map(|(item, _)| item).collect() })
}

fn plan(document: &Document, from: &Id, to: &Id) -> Result<Plan, String> {
    let get = |id: &Id| document.node(id).ok_or_else(|| format!("There is no component \"{id}\"."));
    let (a, b) = (get(from)?, get(to)?);
    if a.id == b.id {
        return Err(format!("{} cannot be connected to itself.", capital(&title(a))));
    }
    // A line means the same in both directions, except between two senders.
    one_way(document, a, b)
        .or_else(|first| match one_way(document, b, a) {
            Ok(plan) => Ok(plan),
            Err(second) => Err(first.or(second)),
        })
        .map_err(|reason| reason.unwrap_or_else(|| nothing(a, b)))
}

fn nothing(from: &Node, to: &Node) -> String {
    format!("{} and {} are not connected directly in AWS.", capital(&a(from.kind())), a(to.kind()))
}

fn item(key: impl Into<String>, text: String, act: Act) -> (Item, Act) {
    (Item { key: key.into(), text, ticked: true }, act)
}

/// `Err(None)` where the order of the two makes no sense, `Err(Some(reason))` where it is illegal.
fn one_way(document: &Document, from: &Node, to: &Node) -> Result<Plan, Option<String>> {
    let line = |verb: &str| format!("{verb} {} to {}", title(from), title(to));
    let vpc = |node: &Node| document.enclosing(&node.id, "vpc").map(|vpc| vpc.id.clone());
    let one = |title: String, item: (Item, Act)| Ok(Plan { title, items: vec![item] });
    if let Some(found) = join::join(document, from, to) {
        return match found {
            Ok((title, steps)) => one(title.clone(), item("join", title, Act::Join(steps))),
            Err(reason) => Err(Some(reason)),
        };
    }
    match (from.kind(), to.kind()) {
        ("subnet" | "route-table", kind) if is_target(kind) => route(document, from, to),
        ("instance", kind) if is_target(kind) && !matches!(kind, "instance" | "network-interface") => {
            match document.enclosing(&from.id, "subnet") {
                Some(subnet) => route(document, subnet, to),
                None => Err(None),
            }
        }
        ("internet-gateway" | "virtual-private-gateway", "vpc") => {
            let taken = document.children(Some(&to.id)).find(|n| n.kind() == from.kind());
            match taken {
                Some(own) if own.id == from.id => {
                    Err(Some(format!("{} is attached to {} already.", from.label(), to.label())))
                }
                Some(_) => Err(Some(format!(
                    "{} has {} already; AWS attaches one at most.",
                    to.label(),
                    a(from.kind())
                ))),
                None => one(
                    line("Attach"),
                    item(
                        "attach",
                        line("Attach"),
                        Act::Attach { gateway: from.id.clone(), vpc: to.id.clone() },
                    ),
                ),
            }
        }
        ("egress-only-internet-gateway", "vpc") => {
            Err(Some("An egress-only internet gateway is made for its VPC and stays with it.".to_owned()))
        }
        ("elastic-ip", "instance" | "network-interface" | "nat-gateway") => one(
            line("Associate"),
            item(
                "associate",
                line("Associate"),
                Act::Associate { eip: from.id.clone(), target: to.id.clone() },
            ),
        ),
        ("subnet", "route-table" | "network-acl") => {
            if vpc(from) != vpc(to) {
                return Err(Some(format!("{} belongs to another VPC.", capital(&title(to)))));
            }
            let act = if to.kind() == "route-table" {
                Act::UseTable { subnet: from.id.clone(), table: to.id.clone() }
            } else {
                Act::UseAcl { subnet: from.id.clone(), acl: to.id.clone() }
            };
            one(line("Associate"), item("use", line("Associate"), act))
        }
        ("instance" | "network-interface", "security-group") => {
            if vpc(from) != vpc(to) {
                return Err(Some(format!("{} belongs to another VPC.", capital(&title(to)))));
            }
            let eni = if from.kind() == "instance" {
                document
                    .children(Some(&from.id))
                    .find(|n| n.kind() == "network-interface")
                    .map(|n| n.id.clone())
            } else {
                Some(from.id.clone())
            };
            let Some(eni) = eni else {
                return Err(Some("The instance has no network interface.".to_owned()));
            };
            let text = format!("Put {} into {}", title(from), title(to));
            one(text.clone(), item("join", text, Act::JoinGroup { eni, group: to.id.clone() }))
        }
        ("security-group" | "prefix-list", "security-group") => {
            let text = format!("Let {} admit traffic from {}", title(to), title(from));
            one(text.clone(), item("admit", text, Act::Admit { into: to.id.clone(), from: from.id.clone() }))
        }
        _ if from.config.spec().endpoint && to.config.spec().endpoint => one(
            format!("Send a packet from {} to {}", from.label(), to.label()),
            item("flow", line("Add a flow from"), Act::Flow { from: from.id.clone(), to: to.id.clone() }),
        ),
        ("subnet", "subnet") if vpc(from) == vpc(to) => Err(Some(
            "Subnets of one VPC reach each other by its local route; nothing has to be connected.".to_owned(),
        )),
        ("internet-gateway" | "egress-only-internet-gateway", "internet" | "internet-host") => Err(Some(
            "A gateway leads to the internet by itself; connect a subnet to it to route there.".to_owned(),
        )),
        (
            "security-group" | "network-acl",
            "internet-gateway" | "nat-gateway" | "egress-only-internet-gateway",
        ) => Err(Some(format!(
            "{} filters at interfaces or subnets, not at a gateway.",
            capital(&a(from.kind()))
        ))),
        ("vpc", "nat-gateway") => {
            Err(Some("Connect a subnet to a NAT gateway: routes belong to subnets.".to_owned()))
        }
        _ => Err(None),
    }
}

fn is_target(kind: &str) -> bool {
    hopscope_aws::spec(kind).is_some_and(|spec| spec.route_target.0 || spec.route_target.1)
}

fn route(document: &Document, from: &Node, to: &Node) -> Result<Plan, Option<String>> {
    let Some(vpc) = document.enclosing(&from.id, "vpc").map(|node| node.id.clone()) else {
        return Err(Some(format!("{} is in no VPC.", capital(&title(from)))));
    };
    let there = document.enclosing(&to.id, "vpc").map(|node| node.id.clone());
    let between = matches!(to.kind(), "vpc-peering-connection" | "transit-gateway");
    let mut items = Vec::new();
    if between {
        let own = document.node(&vpc).ok_or(None)?;
        match &to.config {
            Config::VpcPeeringConnection(peering)
                if ![&peering.requester, &peering.accepter].contains(&&Some(vpc.clone())) =>
            {
                return Err(Some(format!("{} does not belong to VPC {}.", capital(&title(to)), own.label())));
            }
            Config::TransitGateway(_) if join::attachment(document, &to.id, &vpc).is_none() => {
                let Some(Ok((text, steps))) = join::join(document, own, to) else {
                    return Err(join::join(document, own, to).and_then(Result::err));
                };
                items.push(item("attach", text, Act::Join(steps)));
            }
            _ => {}
        }
    } else if there.as_ref() != Some(&vpc) {
        let vpc = document.node(&vpc).map_or("", |node| node.label());
        return Err(Some(match (to.kind(), there) {
            ("internet-gateway" | "virtual-private-gateway", None) => {
                format!("Attach {} to VPC {vpc} first.", to.label())
            }
            _ => format!(
                "{} is not in VPC {vpc}; a route leads to targets of its own VPC.",
                capital(&title(to))
            ),
        }));
    }
    let own = document.enclosing(&to.id, "subnet").is_some_and(|subnet| subnet.id == from.id);
    if own && to.kind() == "nat-gateway" {
        return Err(Some(format!(
            "{} stands in this subnet: routing the subnet to it would send its own packets in a circle. Choose a private subnet.",
            capital(&title(to))
        )));
    }
    let (v4, v6) = to.config.spec().route_target;
    // NAT64 is a special prefix; everything else of IPv6 does not pass a NAT gateway.
    let v6 = v6 && to.kind() != "nat-gateway" && has_ipv6(document, &vpc);
    if !v4 && !v6 {
        return Err(Some(format!(
            "{} carries IPv6 only, and this VPC has no IPv6 block.",
            capital(&title(to))
        )));
    }
    let target = if to.kind() == "instance" {
        let eni = document.children(Some(&to.id)).find(|node| node.kind() == "network-interface");
        eni.map_or_else(|| to.id.clone(), |eni| eni.id.clone())
    } else {
        to.id.clone()
    };
    // Targets between networks lead to the networks behind them; everything else is one more choice.
    let behind = document.node(&vpc).map_or_else(Vec::new, |vpc| join::behind(document, vpc, to));
    let narrow = !behind.is_empty();
    let mut wanted: Vec<(String, bool)> = behind.into_iter().take(16).map(|block| (block, true)).collect();
    if to.kind() != "vpc-peering-connection" {
        let all = [(ALL4, v4), (ALL6, v6)].into_iter().filter(|(_, carried)| *carried);
        wanted.extend(all.map(|(all, _)| (all.to_owned(), !narrow)));
    }
    for (destination, ticked) in wanted {
        let destination = destination.as_str();
        let table =
            if from.kind() == "route-table" { Some(from.id.clone()) } else { table_of(document, &from.id) };
        let explicit = from.kind() == "route-table"
            || matches!(&from.config, Config::Subnet(subnet) if subnet.route_table.is_some());
        match table.and_then(|id| document.node(&id)) {
            Some(table) if explicit => {
                let old = current(table, destination);
                let text = match old {
                    Some(old) if old == target.as_str() => continue,
                    Some(old) => format!(
                        "Replace {destination} → {} by {} in {}",
                        crate::flows::end_name(document, &old),
                        to.label(),
                        table.label()
                    ),
                    None => format!("Add {destination} → {} to {}", to.label(), table.label()),
                };
                let (table, target) = (table.id.clone(), target.clone());
                let act = Act::Route { table, destination: destination.to_owned(), target };
                items.push((Item { key: destination.to_owned(), text, ticked }, act));
            }
            _ => {
                let text =
                    format!("Add {destination} → {} to a new route table for {}", to.label(), from.label());
                let (subnet, target) = (from.id.clone(), target.clone());
                let act = Act::OwnTable { subnet, destination: destination.to_owned(), target };
                items.push((Item { key: destination.to_owned(), text, ticked }, act));
            }
        }
    }
    if items.is_empty() {
        return Err(Some(format!("{} leads to {} already.", capital(&title(from)), to.label())));
    }
    Ok(Plan { title: format!("Route {} to {}", title(from), title(to)), items })
}

fn current(table: &Node, destination: &str) -> Option<String> {
    let Config::RouteTable(config) = &table.config else { return None };
    config.routes.iter().find(|r| r.destination.trim() == destination).map(|r| r.target.trim().to_owned())
}

/// Creates what was accepted; returns the label and the flow that was made, if any.
pub(crate) fn connect(
    draft: &mut Draft,
    from: &Id,
    to: &Id,
    accept: Option<&[String]>,
) -> Result<(String, Option<String>), String> {
    let plan = plan(draft.document(), from, to)?;
    let mut flow = None;
    for (item, act) in plan.items {
        let wanted = accept.map_or(item.ticked, |keys| keys.contains(&item.key));
        if wanted {
            flow = perform(draft, act)?.or(flow);
        }
    }
    Ok((plan.title, flow))
}

fn set_route(draft: &mut Draft, table: &Id, destination: &str, target: &Id) {
    let mut replaced = false;
    change(draft, table, |config| {
        if let Config::RouteTable(config) = config {
            for route in config.routes.iter_mut().filter(|r| r.destination.trim() == destination) {
                route.target = target.to_string();
                route.blackhole = false;
                replaced = true;
            }
        }
    });
    if !replaced {
        build::route(draft, table, destination, target);
    }
}

fn perform(draft: &mut Draft, act: Act) -> Result<Option<String>, String> {
    match act {
        Act::Route { table, destination, target } => set_route(draft, &table, &destination, &target),
        Act::Join(steps) => join::perform(draft, steps)?,
        Act::OwnTable { subnet, destination, target } => {
            let document = draft.document();
            let own = match document.node(&subnet).map(|node| &node.config) {
                Some(Config::Subnet(config)) => config.route_table.clone(),
                _ => None,
            };
            let table = match own.filter(|id| document.node(id).is_some()) {
                Some(table) => table,
                None => {
                    let name =
                        document.node(&subnet).map_or_else(String::new, |n| format!("rtb-{}", n.label()));
                    let vpc = document.enclosing(&subnet, "vpc").map(|node| node.id.clone());
                    let vpc = vpc.ok_or("The subnet is in no VPC. Put it into one first.")?;
                    let table = build::table(draft, &vpc, &name, false);
                    change(draft, &subnet, |config| {
                        if let Config::Subnet(subnet) = config {
                            subnet.route_table = Some(table.clone());
                        }
                    });
                    table
                }
            };
            set_route(draft, &table, &destination, &target);
        }
        Act::Attach { gateway, vpc } => {
            tree::set_parent(draft, &gateway, Some(&vpc), None)?;
        }
        Act::Associate { eip, target } => {
            // One address takes the place of another, as when AWS allows reassociation.
            let before: Vec<Id> = draft
                .document()
                .nodes
                .values()
                .filter(|node| {
                    matches!(&node.config, Config::ElasticIp(e)
                        if e.target.as_ref() == Some(&target) && e.private_ip.is_none())
                })
                .map(|node| node.id.clone())
                .collect();
            for (id, target) in before.iter().map(|id| (id, None)).chain([(&eip, Some(target.clone()))]) {
                change(draft, id, |config| {
                    if let Config::ElasticIp(eip) = config {
                        eip.target = target;
                        eip.private_ip = None;
                    }
                });
            }
        }
        Act::UseTable { subnet, table } => change(draft, &subnet, |config| {
            if let Config::Subnet(subnet) = config {
                subnet.route_table = Some(table);
            }
        }),
        Act::UseAcl { subnet, acl } => change(draft, &subnet, |config| {
            if let Config::Subnet(subnet) = config {
                subnet.network_acl = Some(acl);
            }
        }),
        Act::JoinGroup { eni, group } => change(draft, &eni, |config| {
            if let Config::NetworkInterface(eni) = config
                && !eni.security_groups.contains(&group)
            {
                eni.security_groups.push(group);
            }
        }),
        Act::Admit { into, from } => change(draft, &into, |config| {
            if let Config::SecurityGroup(group) = config {
                group.inbound.push(build::rule("all", "all", &from));
            }
        }),
        Act::Flow { from, to } => {
            let flow = crate::flows::new_flow(draft.document(), &from, &to);
            let id = flow.id.clone();
            draft.put_flow(flow);
            return Ok(Some(id));
        }
    }
    Ok(None)
}
