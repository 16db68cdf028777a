//! Makes components the way AWS makes them, with names and addresses, and whatever else they
//! need to work.

use hopscope_aws::components::{
    elastic_ip, internet_host, nat_gateway, network_acl, network_interface, route_table, security_group,
    subnet, vpc,
};
use hopscope_aws::{Config, Document, Id, Node, spec};

use crate::address;
use crate::command::Draft;
use crate::equip;
use crate::names::{self, unique, zone_letter, zoned};

/// The Region a new drawing starts in.
const FIRST_REGION: &str = "us-east-1";

/// Adds a component under a fresh id.
pub(crate) fn add(draft: &mut Draft, name: String, parent: Option<&Id>, config: Config) -> Id {
    let id = draft.document().fresh_id(config.spec().id_prefix);
    draft.put(Node { id: id.clone(), name, parent: parent.cloned(), config });
    id
}

/// Changes the configuration of a component in place.
pub(crate) fn change(draft: &mut Draft, id: &str, edit: impl FnOnce(&mut Config)) {
    if let Some(node) = draft.document().node(id) {
        let mut node = (**node).clone();
        edit(&mut node.config);
        draft.put(node);
    }
}

/// The first child of a kind.
fn first(document: &Document, parent: &Id, kind: &str) -> Option<Id> {
    document.children(Some(parent)).find(|node| node.kind() == kind).map(|node| node.id.clone())
}

fn kind_of(document: &Document, id: &str) -> &'static str {
    document.node(id).map_or("", |node| node.kind())
}

/// Makes a component of any kind in `parent`, which is legal for it.
pub(crate) fn make(
    draft: &mut Draft,
    kind: &str,
    parent: Option<&Id>,
    zone: Option<&Id>,
) -> Result<Id, String> {
    let Some(spec) = spec(kind) else { return Err(format!("There is no component called {kind}.")) };
    let Some(parent) = parent else {
        return match kind {
            "region" => Ok(region(draft)),
            "internet-host" => Ok(host(draft)),
            "internet" => match draft.document().nodes.values().find(|node| node.kind() == kind) {
                Some(_) => Err("The internet is drawn already; one stands for all of it.".to_owned()),
                None => Ok(add(draft, "Internet".into(), None, Config::Internet(Default::default()))),
            },
            _ if spec.parents.is_empty() => equip::make(draft, kind, None),
            _ => Err(format!("{} needs a container.", spec.name)),
        };
    };
    let within_subnet = kind_of(draft.document(), parent) == "subnet";
    match kind {
        "availability-zone" => zone_of(draft, parent),
        "vpc" => vpc(draft, parent),
        "subnet" => subnet(draft, parent, zone, false),
        "instance" => instance(draft, parent),
        "network-interface" => interface(draft, parent),
        "security-group" => Ok(group(draft, parent, "group", Vec::new())),
        "network-acl" => Ok(acl(draft, parent, false)),
        "route-table" => Ok(table(draft, parent, "rtb", false)),
        "prefix-list" => {
            let name = unique(draft.document(), kind, Some(parent), "prefixes");
            Ok(add(draft, name, Some(parent), Config::PrefixList(Default::default())))
        }
        "internet-gateway" => igw(draft, parent),
        "egress-only-internet-gateway" => eigw(draft, parent),
        "nat-gateway" if within_subnet => nat(draft, parent),
        "nat-gateway" => Ok(regional_nat(draft, parent)),
        "elastic-ip" => eip(draft, parent, None),
        "unmodelled" => Err(format!("{} cannot be placed by hand.", spec.name)),
        _ => equip::make(draft, kind, Some(parent)),
    }
}

/// A Region with its first two zones.
pub(crate) fn region(draft: &mut Draft) -> Id {
    const CODES: [&str; 6] =
        [FIRST_REGION, "eu-west-1", "ap-southeast-2", "us-west-2", "eu-central-1", "ap-northeast-1"];
    let used =
        |code: &&&str| draft.document().nodes.values().any(|n| n.kind() == "region" && n.name == **code);
    let code = CODES.iter().find(|code| !used(code)).copied().unwrap_or(FIRST_REGION);
    let id = add(draft, code.to_owned(), None, Config::Region(Default::default()));
    zones(draft, &id, 2);
    id
}

/// The Region's zones in the author's order, at least `count` of them.
pub(crate) fn zones(draft: &mut Draft, region: &Id, count: usize) -> Vec<Id> {
    let list = |document: &Document| -> Vec<Id> {
        let zones = document.children(Some(region)).filter(|node| node.kind() == "availability-zone");
        zones.map(|node| node.id.clone()).collect()
    };
    for _ in list(draft.document()).len()..count {
        if zone_of(draft, region).is_err() {
            break;
        }
    }
    list(draft.document())
}

fn zone_of(draft: &mut Draft, region: &Id) -> Result<Id, String> {
    let document = draft.document();
    let code = document.node(region).map_or_else(String::new, |node| node.label().to_owned());
    let used: Vec<&str> = document.children(Some(region)).map(|node| node.name.as_str()).collect();
    let name = ('a'..='z')
        .map(|letter| format!("{code}{letter}"))
        .find(|name| !used.contains(&name.as_str()))
        .ok_or_else(|| format!("{code} has 26 zones already."))?;
    Ok(add(draft, name, Some(region), Config::AvailabilityZone(Default::default())))
}

/// A VPC with what AWS makes along with it: main route table, default ACL, default group.
fn vpc(draft: &mut Draft, region: &Id) -> Result<Id, String> {
    zones(draft, region, 2);
    let document = draft.document();
    let any = document.nodes.values().any(|node| node.kind() == "vpc");
    let name = unique(document, "vpc", None, if any { "vpc" } else { "main" });
    let cidr = address::vpc_cidr(document)
        .ok_or("All private IPv4 blocks are used by VPCs of this drawing. Shrink or remove one first.")?;
    let config = vpc::Config { cidrs: vec![cidr], ..vpc::Config::default() };
    let id = add(draft, name, Some(region), Config::Vpc(config));
    table(draft, &id, "rtb-main", true);
    acl(draft, &id, true);
    default_group(draft, &id);
    Ok(id)
}

/// Whether a VPC has an IPv6 block.
pub(crate) fn has_ipv6(document: &Document, vpc: &str) -> bool {
    matches!(document.node(vpc).map(|n| &n.config), Some(Config::Vpc(c)) if !c.ipv6_cidrs.is_empty())
}

/// A route table of a VPC.
pub(crate) fn table(draft: &mut Draft, vpc: &Id, name: &str, main: bool) -> Id {
    let name = unique(draft.document(), "route-table", Some(vpc), name);
    let config = route_table::Config { main, ..Default::default() };
    add(draft, name, Some(vpc), Config::RouteTable(config))
}

fn acl(draft: &mut Draft, vpc: &Id, default: bool) -> Id {
    let name = unique(draft.document(), "network-acl", Some(vpc), if default { "default" } else { "acl" });
    // A new ACL denies everything (NACL-03), the default one allows everything.
    let config = if default {
        network_acl::Config::allow_all(has_ipv6(draft.document(), vpc))
    } else {
        network_acl::Config::default()
    };
    add(draft, name, Some(vpc), Config::NetworkAcl(config))
}

/// A rule of a security group.
pub(crate) fn rule(protocol: &str, ports: &str, peer: &str) -> security_group::Rule {
    security_group::Rule {
        protocol: protocol.into(),
        ports: ports.into(),
        peer: peer.into(),
        description: String::new(),
    }
}

/// A security group that lets everything out.
pub(crate) fn group(draft: &mut Draft, vpc: &Id, name: &str, inbound: Vec<security_group::Rule>) -> Id {
    let name = unique(draft.document(), "security-group", Some(vpc), name);
    let mut config = security_group::Config { inbound, ..Default::default() };
    if has_ipv6(draft.document(), vpc) {
        config.outbound.push(rule("all", "all", "::/0"));
    }
    add(draft, name, Some(vpc), Config::SecurityGroup(config))
}

/// The VPC's default group: everything from itself in, everything out (SG-02).
pub(crate) fn default_group(draft: &mut Draft, vpc: &Id) -> Id {
    let known = find_default_group(draft.document(), vpc);
    known.unwrap_or_else(|| {
        let id = group(draft, vpc, "default", Vec::new());
        change(draft, &id, |config| {
            if let Config::SecurityGroup(group) = config {
                group.inbound.push(rule("all", "all", &id));
            }
        });
        id
    })
}

/// The VPC's group called "default", if it is drawn.
pub(crate) fn find_default_group(document: &Document, vpc: &str) -> Option<Id> {
    document
        .children(Some(vpc))
        .find(|node| node.kind() == "security-group" && node.name == "default")
        .map(|node| node.id.clone())
}

/// A subnet in a zone; the least used zone if none is given. A public one gives out addresses.
pub(crate) fn subnet(draft: &mut Draft, vpc: &Id, zone: Option<&Id>, public: bool) -> Result<Id, String> {
    let zone = match zone {
        Some(zone) => Some(zone.clone()),
        None => least_used_zone(draft, vpc),
    };
    let document = draft.document();
    let cidr = address::subnet_cidr(document, vpc);
    let ipv6_cidr = address::subnet_ipv6(document, vpc);
    if cidr.is_none() && ipv6_cidr.is_none() {
        let vpc = document.node(vpc).map_or("", |node| node.label());
        return Err(format!("VPC {vpc} has no room for another subnet. Add a CIDR block to it first."));
    }
    let main_is_public = names::main_table(document, vpc)
        .is_some_and(|table| names::defaults_to(document, &table, "0.0.0.0/0", "internet-gateway"));
    let base = if public || main_is_public { "public" } else { "private" };
    let name = unique(document, "subnet", Some(vpc), &zoned(base, &zone_letter(document, zone.as_ref())));
    let config =
        subnet::Config { zone, cidr, ipv6_cidr, auto_assign_public_ipv4: public, ..Default::default() };
    Ok(add(draft, name, Some(vpc), Config::Subnet(config)))
}

fn least_used_zone(draft: &mut Draft, vpc: &Id) -> Option<Id> {
    let region = draft.document().enclosing(vpc, "region")?.id.clone();
    let zones = zones(draft, &region, 2);
    let document = draft.document();
    let used = |zone: &Id| {
        let of_zone =
            |node: &Node| matches!(&node.config, Config::Subnet(s) if s.zone.as_ref() == Some(zone));
        document.children(Some(vpc)).filter(|node| of_zone(node)).count()
    };
    zones.iter().min_by_key(|zone| used(zone)).cloned()
}

/// The zone letter of whatever subnet something stands in.
pub(crate) fn letter_at(document: &Document, id: &str) -> String {
    match document.enclosing(id, "subnet").map(|node| &node.config) {
        Some(Config::Subnet(config)) => zone_letter(document, config.zone.as_ref()),
        _ => String::new(),
    }
}

fn vpc_of(document: &Document, id: &str) -> Result<Id, String> {
    let vpc = document.enclosing(id, "vpc").map(|node| node.id.clone());
    vpc.ok_or_else(|| "This subnet is in no VPC. Put it into one first.".to_owned())
}

fn instance(draft: &mut Draft, subnet: &Id) -> Result<Id, String> {
    let document = draft.document();
    vpc_of(document, subnet)?;
    let base = if names::is_public(document, subnet) { "web" } else { "app" };
    let name = unique(document, "instance", None, &zoned(base, &letter_at(document, subnet)));
    let id = add(draft, name, Some(subnet), Config::Instance(Default::default()));
    interface(draft, &id)?;
    Ok(id)
}

/// A network interface of an instance, or a detached one of a subnet.
fn interface(draft: &mut Draft, parent: &Id) -> Result<Id, String> {
    let document = draft.document();
    let subnet = address::subnet_of(document, parent)
        .ok_or("A network interface needs a subnet: put its instance into one first.")?;
    let vpc = vpc_of(document, &subnet)?;
    let name = match document.node(parent) {
        Some(node) if node.kind() == "instance" => {
            let n = document.children(Some(parent)).filter(|n| n.kind() == "network-interface").count();
            format!("{}-eth{n}", node.label())
        }
        _ => unique(document, "network-interface", None, "eni"),
    };
    let sg = default_group(draft, &vpc);
    let mut config = network_interface::Config { security_groups: vec![sg], ..Default::default() };
    assign(draft.document(), &subnet, &mut config)?;
    Ok(add(draft, name, Some(parent), Config::NetworkInterface(config)))
}

/// Gives an interface fresh addresses of a subnet. Secondary and public addresses are dropped:
/// AWS assigns those anew.
pub(crate) fn assign(
    document: &Document,
    subnet: &Id,
    config: &mut network_interface::Config,
) -> Result<(), String> {
    let v4 = address::host_ipv4(document, subnet);
    let v6 = address::host_ipv6(document, subnet);
    if v4.is_none() && v6.is_none() {
        let name = document.node(subnet).map_or("", |node| node.label());
        return Err(format!("Subnet {name} has no free address. Choose another subnet, or enlarge it."));
    }
    let gives_out = matches!(document.node(subnet).map(|n| &n.config), Some(Config::Subnet(s)) if s.auto_assign_public_ipv4);
    config.private_ips = v4
        .into_iter()
        .map(|address| network_interface::PrivateAddress {
            address,
            public_ip: if gives_out { address::public_ip(document) } else { None },
        })
        .collect();
    config.ipv6 = v6.into_iter().collect();
    Ok(())
}

/// An internet gateway attached to a VPC, or floating in a Region.
pub(crate) fn igw(draft: &mut Draft, parent: &Id) -> Result<Id, String> {
    let document = draft.document();
    if kind_of(document, parent) == "vpc" && first(document, parent, "internet-gateway").is_some() {
        return Err("This VPC has an internet gateway already; AWS attaches one at most.".to_owned());
    }
    let name = unique(document, "internet-gateway", None, "igw");
    Ok(add(draft, name, Some(parent), Config::InternetGateway(Default::default())))
}

/// The internet gateway of a VPC, made if there is none.
pub(crate) fn ensure_igw(draft: &mut Draft, vpc: &Id) -> Result<Id, String> {
    match first(draft.document(), vpc, "internet-gateway") {
        Some(id) => Ok(id),
        None => igw(draft, vpc),
    }
}

/// An egress-only internet gateway.
pub(crate) fn eigw(draft: &mut Draft, vpc: &Id) -> Result<Id, String> {
    if first(draft.document(), vpc, "egress-only-internet-gateway").is_some() {
        return Err("This VPC has an egress-only internet gateway already; AWS makes one at most.".to_owned());
    }
    let name = unique(draft.document(), "egress-only-internet-gateway", None, "eigw");
    Ok(add(draft, name, Some(vpc), Config::EgressOnlyInternetGateway(Default::default())))
}

/// The egress-only internet gateway of a VPC, made if there is none.
pub(crate) fn ensure_eigw(draft: &mut Draft, vpc: &Id) -> Result<Id, String> {
    match first(draft.document(), vpc, "egress-only-internet-gateway") {
        Some(id) => Ok(id),
        None => eigw(draft, vpc),
    }
}

/// A public NAT gateway with its private address and Elastic IP address.
pub(crate) fn nat(draft: &mut Draft, subnet: &Id) -> Result<Id, String> {
    let document = draft.document();
    let region = document.enclosing(subnet, "region").map(|node| node.id.clone());
    let private_ip = address::host_ipv4(document, subnet)
        .ok_or("A NAT gateway needs a free IPv4 address, and this subnet has none.")?;
    let name = unique(document, "nat-gateway", None, &zoned("nat", &letter_at(document, subnet)));
    let config = nat_gateway::Config { private_ip: Some(private_ip), ..Default::default() };
    let id = add(draft, name, Some(subnet), Config::NatGateway(config));
    if let Some(region) = region {
        eip(draft, &region, Some(&id))?;
    }
    Ok(id)
}

fn regional_nat(draft: &mut Draft, vpc: &Id) -> Id {
    let name = unique(draft.document(), "nat-gateway", None, "nat-regional");
    let config = nat_gateway::Config { availability: "regional".to_owned(), ..Default::default() };
    add(draft, name, Some(vpc), Config::NatGateway(config))
}

/// An Elastic IP address, associated with something or with nothing.
pub(crate) fn eip(draft: &mut Draft, region: &Id, target: Option<&Id>) -> Result<Id, String> {
    let document = draft.document();
    let address = address::elastic_ip(document).ok_or("No public IPv4 address is free any more.")?;
    let name = match target.and_then(|id| document.node(id)) {
        Some(node) => format!("eip-{}", node.label()),
        None => "eip".to_owned(),
    };
    let name = unique(document, "elastic-ip", None, &name);
    let config = elastic_ip::Config { address, target: target.cloned(), private_ip: None };
    Ok(add(draft, name, Some(region), Config::ElasticIp(config)))
}

fn host(draft: &mut Draft) -> Id {
    let document = draft.document();
    let name = unique(document, "internet-host", None, "host");
    let config = internet_host::Config { addresses: address::internet_host(document), ..Default::default() };
    add(draft, name, None, Config::InternetHost(config))
}

/// Adds a route unless the table has one for that destination already; true if it did.
pub(crate) fn route(draft: &mut Draft, table: &str, destination: &str, target: &Id) -> bool {
    let mut added = false;
    change(draft, table, |config| {
        if let Config::RouteTable(config) = config
            && !config.routes.iter().any(|route| route.destination.trim() == destination)
        {
            config.routes.push(route_table::Route {
                destination: destination.to_owned(),
                target: target.to_string(),
                ..Default::default()
            });
            added = true;
        }
    });
    added
}
