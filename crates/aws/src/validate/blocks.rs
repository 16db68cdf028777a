//! Address blocks of VPCs, subnets and prefix lists (ADDR-01 to ADDR-21, PL-01, PL-02).

use std::collections::BTreeSet;

use hopscope_forward::{Id, ReasonSpec};
use hopscope_net::prefix::{self, Family};
use hopscope_net::{IpNet, Ipv4Net};

use super::{Check, codes};
use crate::arena::Ix;
use crate::catalog::Config;
use crate::cells;
use crate::components::{prefix_list, subnet, vpc};
use crate::diagnostic::Diagnostic;
use crate::network::Vpc;

pub(super) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        match &node.config {
            Config::Vpc(config) => vpc_blocks(check, &node.id, config),
            Config::Subnet(config) => subnet_blocks(check, &node.id, config),
            Config::PrefixList(config) => prefix_list_blocks(check, &node.id, config),
            _ => {}
        }
    }
    subnets_overlap(check);
    vpcs_overlap(check);
}

/// Reads one block cell: unreadable, wrong family and host bits are said here.
fn read(check: &mut Check<'_>, id: &Id, path: &str, text: &str, family: Family) -> Option<IpNet> {
    let wrong = |check: &mut Check<'_>| {
        let wanted = match family {
            Family::V4 => "an IPv4 block such as 10.0.0.0/16",
            Family::V6 => "an IPv6 block such as 2001:db8:1234:1a00::/56",
        };
        check.report(
            Diagnostic::new(&codes::UNREADABLE, id).field(path).fact("text", text).fact("wanted", wanted),
        );
    };
    let Ok(typed) = text.trim().parse::<IpNet>() else {
        wrong(check);
        return None;
    };
    if Family::of_net(&typed) != family {
        wrong(check);
        return None;
    }
    let (clean, changed) = prefix::normalise(typed);
    if changed {
        check.report(
            Diagnostic::new(&codes::CIDR_NORMALISED, id).field(path).fact("text", text).fact("block", clean),
        );
    }
    Some(clean)
}

fn size(check: &mut Check<'_>, id: &Id, path: &str, net: &IpNet, allowed: &str, fits: bool) {
    if !fits {
        check.report(
            Diagnostic::new(&codes::CIDR_SIZE, id).field(path).fact("block", net).fact("allowed", allowed),
        );
    }
}

fn vpc_blocks(check: &mut Check<'_>, id: &Id, config: &vpc::Config) {
    let mut earlier: Vec<Ipv4Net> = Vec::new();
    for (n, text) in config.cidrs.iter().enumerate() {
        let path = format!("cidrs/{n}");
        let Some(IpNet::V4(net)) = read(check, id, &path, text, Family::V4) else { continue };
        // ADDR-01.
        size(check, id, &path, &IpNet::V4(net), "/16 to /28", (16..=28).contains(&net.prefix_len()));
        // ADDR-04.
        if prefix::FORBIDDEN_VPC.iter().any(|range| prefix::overlap(&IpNet::V4(*range), &IpNet::V4(net))) {
            check.report(Diagnostic::new(&codes::CIDR_FORBIDDEN, id).field(&path).fact("block", net));
        }
        if earlier.iter().any(|other| prefix::overlap(&IpNet::V4(*other), &IpNet::V4(net))) {
            check.report(
                Diagnostic::new(&codes::CIDR_OVERLAP, id)
                    .field(&path)
                    .fact("block", net)
                    .fact("other", "another block of this VPC"),
            );
        } else if let Some(why) = earlier.iter().find_map(|other| family_conflict(other, &net)) {
            // ADDR-05.
            check.report(
                Diagnostic::new(&codes::CIDR_FAMILY, id).field(&path).fact("block", net).fact("because", why),
            );
        }
        if !earlier.is_empty() {
            route_conflict(check, id, &path, &IpNet::V4(net));
        }
        earlier.push(net);
    }
    if config.cidrs.is_empty() {
        check.report(
            Diagnostic::new(&codes::CIDR_SIZE, id)
                .field("cidrs")
                .fact("block", "none")
                .fact("allowed", "one primary IPv4 block, /16 to /28"),
        );
    }
    let mut earlier: Vec<IpNet> = Vec::new();
    for (n, text) in config.ipv6_cidrs.iter().enumerate() {
        let path = format!("ipv6_cidrs/{n}");
        let Some(net) = read(check, id, &path, text, Family::V6) else { continue };
        // ADDR-15: Amazon picks the block and its size.
        let (allowed, lengths): (_, &[u8]) = match config.ipv6_source.as_str() {
            "amazon" => ("a block that Amazon provides is a /56", &[56]),
            _ => ("/44, /48, /52, /56 or /60", &[44, 48, 52, 56, 60]),
        };
        size(check, id, &path, &net, allowed, lengths.contains(&net.prefix_len()));
        if earlier.iter().any(|other| prefix::overlap(other, &net)) {
            check.report(
                Diagnostic::new(&codes::CIDR_OVERLAP, id)
                    .field(&path)
                    .fact("block", net)
                    .fact("other", "another block of this VPC"),
            );
        }
        earlier.push(net);
    }
}

/// The families of ADDR-05.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    Ten,
    SeventeenTwo,
    OneNineTwo,
    Benchmark,
    Open,
}

fn space(net: &Ipv4Net) -> Space {
    let [ten, seventeen_two, one_nine_two] = &prefix::RFC1918;
    if ten.contains(net) {
        Space::Ten
    } else if seventeen_two.contains(net) {
        Space::SeventeenTwo
    } else if one_nine_two.contains(net) {
        Space::OneNineTwo
    } else if prefix::BENCHMARK.contains(net) {
        Space::Benchmark
    } else {
        Space::Open
    }
}

/// Why AWS refuses `new` beside `old`, by the table of ADDR-05.
fn family_conflict(old: &Ipv4Net, new: &Ipv4Net) -> Option<&'static str> {
    let text = |space: Space| match space {
        Space::Ten => "10.0.0.0/8",
        Space::SeventeenTwo => "172.16.0.0/12",
        Space::OneNineTwo => "192.168.0.0/16",
        Space::Benchmark => "198.19.0.0/16",
        Space::Open => "public or 100.64.0.0/10 space",
    };
    let (a, b) = (space(old), space(new));
    let refused = match (a, b) {
        (_, Space::Open) => false,
        (Space::Open, _) => true,
        (Space::Ten, Space::Ten) => {
            let low = Ipv4Net::new(std::net::Ipv4Addr::new(10, 0, 0, 0), 15).ok();
            let zero = Ipv4Net::new(std::net::Ipv4Addr::new(10, 0, 0, 0), 16).ok();
            low.is_some_and(|low| low.contains(old)) && zero.is_some_and(|zero| zero.contains(new))
        }
        (Space::SeventeenTwo, Space::SeventeenTwo) => {
            Ipv4Net::new(std::net::Ipv4Addr::new(172, 31, 0, 0), 16).is_ok_and(|range| range.contains(new))
        }
        (a, b) => a != b,
    };
    refused.then(|| text(a))
}

/// ADDR-06: not equal to or wider than the destination of a route of the VPC. Only what was there
/// before the block counts, which a drawing cannot know, so local-looking routes are left out.
fn route_conflict(check: &mut Check<'_>, vpc: &Id, path: &str, net: &IpNet) {
    let conflict = check
        .nodes()
        .filter(|node| node.parent.as_deref() == Some(vpc.as_str()))
        .filter_map(|node| match &node.config {
            Config::RouteTable(table) => Some((node, table)),
            _ => None,
        })
        .find_map(|(node, table)| {
            table
                .routes
                .iter()
                .filter(|route| {
                    !matches!(
                        check.kind_of(route.target.trim()),
                        Some("instance" | "network-interface" | "nat-gateway")
                    )
                })
                .filter(|route| route.target.trim() != "local")
                .find(|route| {
                    cells::cidr(&route.destination).is_some_and(|destination| net.contains(&destination))
                })
                .map(|route| (node.id.clone(), route.destination.clone()))
        });
    if let Some((table, destination)) = conflict {
        check.report(
            Diagnostic::new(&codes::CIDR_ROUTE_CONFLICT, vpc)
                .field(path)
                .with(&table)
                .fact("block", net)
                .fact("table", &table)
                .fact("destination", destination),
        );
    }
}

fn subnet_blocks(check: &mut Check<'_>, id: &Id, config: &subnet::Config) {
    let vpc = check.document.enclosing(id, "vpc").map(|node| node.id.clone());
    let inside = |check: &mut Check<'_>, path: &str, net: &IpNet| {
        let Some(vpc) = &vpc else { return };
        let Some(Config::Vpc(config)) = check.document.nodes.get(vpc).map(|node| &node.config) else {
            return;
        };
        let blocks = config.cidrs.iter().chain(&config.ipv6_cidrs).filter_map(|text| cells::cidr(text));
        if !blocks.into_iter().any(|block| block.contains(net)) {
            check.report(
                Diagnostic::new(&codes::CIDR_OVERLAP, id)
                    .field(path)
                    .with(vpc)
                    .fact("block", net)
                    .fact("other", format!("no block of {vpc} contains it")),
            );
        }
    };
    if let Some(text) = &config.cidr
        && let Some(net) = read(check, id, "cidr", text, Family::V4)
    {
        size(check, id, "cidr", &net, "/16 to /28", (16..=28).contains(&net.prefix_len()));
        inside(check, "cidr", &net);
    }
    if let Some(text) = &config.ipv6_cidr
        && let Some(net) = read(check, id, "ipv6_cidr", text, Family::V6)
    {
        // ADDR-16.
        let length = net.prefix_len();
        size(
            check,
            id,
            "ipv6_cidr",
            &net,
            "/44 to /64 in steps of 4",
            (44..=64).contains(&length) && length.is_multiple_of(4),
        );
        inside(check, "ipv6_cidr", &net);
    }
    if config.cidr.is_none() && config.ipv6_cidr.is_none() {
        let wanted = "an IPv4 block, an IPv6 block, or both";
        check.report(
            Diagnostic::new(&codes::UNREADABLE, id).field("cidr").fact("text", "").fact("wanted", wanted),
        );
    }
}

fn subnets_overlap(check: &mut Check<'_>) {
    let network = check.network;
    let mut pairs: Vec<(&ReasonSpec, Id, Id, IpNet, &'static str)> = Vec::new();
    for (_, vpc) in network.vpcs.iter() {
        let blocks: Vec<(&crate::network::Subnet, IpNet, &'static str)> = vpc
            .subnets
            .iter()
            .flat_map(|ix| {
                let subnet = &network.subnets[*ix];
                let v4 = subnet.v4.map(|net| (subnet, IpNet::V4(net), "cidr"));
                let v6 = subnet.v6.map(|net| (subnet, IpNet::V6(net), "ipv6_cidr"));
                v4.into_iter().chain(v6)
            })
            .collect();
        for (n, (subnet, net, field)) in blocks.iter().enumerate() {
            // The later of the two is the one that AWS would refuse.
            let other =
                blocks.iter().take(n).find(|(other, b, _)| other.id != subnet.id && prefix::overlap(net, b));
            if let Some((other, _, _)) = other {
                pairs.push((&codes::CIDR_OVERLAP, subnet.id.clone(), other.id.clone(), *net, field));
            }
        }
    }
    for (spec, id, other, net, field) in pairs {
        check.report(
            Diagnostic::new(spec, &id)
                .field(field)
                .with(&other)
                .fact("block", net)
                .fact("other", format!("subnet {other}")),
        );
    }
}

/// Two VPCs that share addresses, each pair once: told of the later one. Blocks either nest or are
/// apart, so those that share addresses stand together once sorted.
fn vpcs_overlap(check: &mut Check<'_>) {
    let network = check.network;
    let mut blocks: Vec<(u32, u32, Ix<Vpc>)> = network
        .vpcs
        .iter()
        .flat_map(|(ix, vpc)| {
            vpc.v4
                .iter()
                .map(move |net| (u32::from(net.network()), u32::MAX - u32::from(net.broadcast()), ix))
        })
        .collect();
    blocks.sort_unstable();
    let mut open: Vec<(u32, Ix<Vpc>)> = Vec::new();
    let mut pairs: BTreeSet<(Ix<Vpc>, Ix<Vpc>)> = BTreeSet::new();
    for (first, inverse_last, ix) in blocks {
        open.retain(|(last, _)| *last >= first);
        for (_, other) in open.iter().filter(|(_, other)| *other != ix) {
            pairs.insert((ix.max(*other), ix.min(*other)));
        }
        open.push((u32::MAX - inverse_last, ix));
        if pairs.len() > MOST_OVERLAPS {
            break;
        }
    }
    for (later, earlier) in pairs {
        let (vpc, other) = (&network.vpcs[later], &network.vpcs[earlier]);
        let shares = |a: &&Ipv4Net| other.v4.iter().any(|b| prefix::overlap(&IpNet::V4(**a), &IpNet::V4(*b)));
        let Some(net) = vpc.v4.iter().find(shares) else { continue };
        check.report(
            Diagnostic::new(&codes::OVERLAP, &vpc.id)
                .field("cidrs")
                .with(&other.id)
                .fact("block", net)
                .fact("other", &other.id),
        );
    }
}

/// Overlaps that are worth telling; an account where every VPC has the same block has millions.
const MOST_OVERLAPS: usize = 1_000;

fn prefix_list_blocks(check: &mut Check<'_>, id: &Id, config: &prefix_list::Config) {
    let mut first: Option<Family> = None;
    for (n, entry) in config.entries.iter().enumerate() {
        let path = format!("entries/{n}/cidr");
        let Ok(typed) = entry.cidr.trim().parse::<IpNet>() else {
            check.report(
                Diagnostic::new(&codes::UNREADABLE, id)
                    .field(&path)
                    .fact("text", &entry.cidr)
                    .fact("wanted", "a CIDR block"),
            );
            continue;
        };
        let family = Family::of_net(&typed);
        // PL-01: one family.
        if *first.get_or_insert(family) != family {
            check.report(
                Diagnostic::new(&codes::PREFIX_LIST_NOT_SUPPORTED, id)
                    .field(&path)
                    .fact("why", "a prefix list holds blocks of one address family"),
            );
        }
        // PL-02: AWS's own lists hold public blocks; a private one can only be an edit.
        if config.aws_managed && prefix::is_rfc1918(typed.addr()) {
            check.report(Diagnostic::new(&codes::PREFIX_LIST_MANAGED, id).field(&path).fact("list", id));
        }
        let (clean, changed) = prefix::normalise(typed);
        if changed {
            check.report(
                Diagnostic::new(&codes::CIDR_NORMALISED, id)
                    .field(&path)
                    .fact("text", &entry.cidr)
                    .fact("block", clean),
            );
        }
    }
}
