//! Default quotas of the VPC User Guide (page "Amazon VPC quotas") and of instance types.

use std::collections::BTreeMap;

use hopscope_forward::Id;
use hopscope_net::prefix::Family;

use super::{Check, codes, rules};
use crate::catalog::Config;
use crate::components::{route_table, security_group};
use crate::diagnostic::Diagnostic;

/// IPv4 or IPv6 blocks for each VPC (ADDR-02, ADDR-15).
pub const BLOCKS_PER_VPC: usize = 5;
/// Subnets for each VPC.
pub const SUBNETS_PER_VPC: usize = 200;
/// Route tables for each VPC (RT-05).
pub const TABLES_PER_VPC: usize = 200;
/// Routes for each table and address family, propagated ones not counted (RT-05).
pub const ROUTES_PER_TABLE: usize = 500;
/// Propagated routes for each table (RT-05).
pub const PROPAGATED_PER_TABLE: usize = 100;
/// Rules for each security group, direction and family (SG-07).
pub const RULES_PER_GROUP: usize = 60;
/// Security groups for each interface (SG-07).
pub const GROUPS_PER_INTERFACE: usize = 5;
/// Network ACLs for each VPC (NACL-13).
pub const ACLS_PER_VPC: usize = 200;
/// Rules for each ACL and direction (NACL-13).
pub const RULES_PER_ACL: usize = 20;
/// Elastic IP addresses for each Region (ADDR-28).
pub const ELASTIC_IPS: usize = 5;
/// Zonal NAT gateways for each zone (NAT-17).
pub const NATS_PER_ZONE: usize = 5;
/// Regional NAT gateways for each VPC (NAT-17).
pub const REGIONAL_NATS_PER_VPC: usize = 5;
/// Entries of a prefix list (PL-01).
pub const PREFIX_LIST_ENTRIES: u32 = 1000;

/// Interfaces that common instance types take (EC2 User Guide, "Maximum IP addresses per
/// network interface"). Types that are not listed are not checked.
pub const INTERFACES: &[(&str, usize)] = &[
    ("t2.nano", 2),
    ("t2.micro", 2),
    ("t2.small", 3),
    ("t2.medium", 3),
    ("t2.large", 3),
    ("t3.nano", 2),
    ("t3.micro", 2),
    ("t3.small", 3),
    ("t3.medium", 3),
    ("t3.large", 3),
    ("t3.xlarge", 4),
    ("t4g.nano", 2),
    ("t4g.micro", 2),
    ("t4g.small", 3),
    ("t4g.medium", 3),
    ("m5.large", 3),
    ("m5.xlarge", 4),
    ("m5.4xlarge", 8),
    ("c5.large", 3),
    ("c5.xlarge", 4),
    ("c5n.large", 3),
    ("c5n.xlarge", 4),
];

pub(super) fn check(check: &mut Check<'_>) {
    let mut counts: BTreeMap<(&'static str, Id), (usize, usize)> = BTreeMap::new();
    let mut interfaces: BTreeMap<&Id, usize> = BTreeMap::new();
    for node in check.nodes().filter(|node| matches!(node.config, Config::NetworkInterface(_))) {
        if let Some(parent) = &node.parent {
            *interfaces.entry(parent).or_insert(0) += 1;
        }
    }
    for node in check.nodes() {
        let counted: Option<(&'static str, Id, usize)> = match &node.config {
            Config::Subnet(_) => {
                owner(check, &node.id, "vpc").map(|vpc| ("subnets for each VPC", vpc, SUBNETS_PER_VPC))
            }
            Config::RouteTable(_) => {
                owner(check, &node.id, "vpc").map(|vpc| ("route tables for each VPC", vpc, TABLES_PER_VPC))
            }
            Config::NetworkAcl(_) => {
                owner(check, &node.id, "vpc").map(|vpc| ("network ACLs for each VPC", vpc, ACLS_PER_VPC))
            }
            Config::ElasticIp(_) => {
                let region = owner(check, &node.id, "region").unwrap_or_else(|| Id::from(""));
                Some(("Elastic IP addresses for each Region", region, ELASTIC_IPS))
            }
            Config::NatGateway(config) if config.availability == "zonal" => {
                zone_of(check, node.parent.as_deref())
                    .map(|zone| ("zonal NAT gateways for each Availability Zone", zone, NATS_PER_ZONE))
            }
            Config::NatGateway(_) => owner(check, &node.id, "vpc")
                .map(|vpc| ("regional NAT gateways for each VPC", vpc, REGIONAL_NATS_PER_VPC)),
            _ => None,
        };
        if let Some((what, owner, limit)) = counted {
            let (count, _) = counts.entry((what, owner)).or_insert((0, limit));
            *count += 1;
            let found = *count;
            // The one that crosses the line is named; the rest follow from it.
            if found == limit + 1 {
                over(check, &node.id, "", what, limit, found);
            }
        }
        of_one(check, &node.id, &node.config, &interfaces);
    }
}

fn owner(check: &Check<'_>, id: &Id, kind: &str) -> Option<Id> {
    check.document.enclosing(id, kind).map(|node| node.id.clone())
}

fn zone_of(check: &Check<'_>, subnet: Option<&str>) -> Option<Id> {
    match check.document.nodes.get(subnet?).map(|node| &node.config) {
        Some(Config::Subnet(subnet)) => subnet.zone.clone(),
        _ => None,
    }
}

fn over(check: &mut Check<'_>, id: &Id, field: &str, what: &str, limit: usize, found: usize) {
    let mut diagnostic =
        Diagnostic::new(&codes::QUOTA, id).fact("what", what).fact("limit", limit).fact("found", found);
    if !field.is_empty() {
        diagnostic = diagnostic.field(field);
    }
    check.report(diagnostic);
}

fn of_one(check: &mut Check<'_>, id: &Id, config: &Config, interfaces: &BTreeMap<&Id, usize>) {
    match config {
        Config::Vpc(vpc) => {
            for (field, found, what) in [
                ("cidrs", vpc.cidrs.len(), "IPv4 blocks for each VPC"),
                ("ipv6_cidrs", vpc.ipv6_cidrs.len(), "IPv6 blocks for each VPC"),
            ] {
                if found > BLOCKS_PER_VPC {
                    over(check, id, field, what, BLOCKS_PER_VPC, found);
                }
            }
        }
        Config::SecurityGroup(group) => {
            for (field, list) in [("inbound", &group.inbound), ("outbound", &group.outbound)] {
                for family in [Family::V4, Family::V6] {
                    let found = weight(check, list, family);
                    if found > RULES_PER_GROUP {
                        over(
                            check,
                            id,
                            field,
                            "rules for each security group, direction and address family",
                            RULES_PER_GROUP,
                            found,
                        );
                        break;
                    }
                }
            }
        }
        Config::NetworkAcl(acl) => {
            for (field, found) in [("inbound", acl.inbound.len()), ("outbound", acl.outbound.len())] {
                if found > RULES_PER_ACL {
                    over(check, id, field, "rules for each network ACL and direction", RULES_PER_ACL, found);
                }
            }
        }
        Config::NetworkInterface(eni) => {
            let found = eni.security_groups.len();
            if found > GROUPS_PER_INTERFACE {
                over(
                    check,
                    id,
                    "security_groups",
                    "security groups for each network interface",
                    GROUPS_PER_INTERFACE,
                    found,
                );
            }
        }
        Config::RouteTable(table) => routes(check, id, table),
        Config::PrefixList(list) => {
            let declared = list.max_entries.unwrap_or(0);
            let found = list.entries.len();
            if declared > PREFIX_LIST_ENTRIES {
                over(
                    check,
                    id,
                    "max_entries",
                    "entries of a prefix list",
                    PREFIX_LIST_ENTRIES as usize,
                    declared as usize,
                );
            } else if list.max_entries.is_some() && found > declared as usize {
                over(check, id, "entries", "declared entries of this prefix list", declared as usize, found);
            }
        }
        Config::Instance(instance) => {
            let Some(kind) = &instance.instance_type else { return };
            let Some((_, limit)) = INTERFACES.iter().find(|(name, _)| name == kind) else { return };
            let found = interfaces.get(id).copied().unwrap_or(0);
            if found > *limit {
                check.report(
                    Diagnostic::new(&codes::ENI_LIMIT, id)
                        .field("instance_type")
                        .fact("type", kind)
                        .fact("limit", limit)
                        .fact("found", found),
                );
            }
        }
        _ => {}
    }
}

/// What the rules of one family count as: a prefix list counts as its declared maximum (PL-01,
/// PL-02), a security group reference as one rule of either family.
fn weight(check: &Check<'_>, rules: &[security_group::Rule], family: Family) -> usize {
    rules
        .iter()
        .map(|rule| match rules::family_of_peer(&rule.peer) {
            Some(own) => usize::from(own == family),
            None => match check.document.nodes.get(rule.peer.trim()).map(|node| &node.config) {
                Some(Config::PrefixList(list)) => {
                    let own = list
                        .entries
                        .first()
                        .and_then(|entry| rules::family_of_peer(&entry.cidr))
                        .unwrap_or(Family::V4);
                    if own == family {
                        list.max_entries.map_or(list.entries.len(), |max| max as usize)
                    } else {
                        0
                    }
                }
                _ => 1,
            },
        })
        .sum()
}

fn routes(check: &mut Check<'_>, id: &Id, table: &route_table::Config) {
    for family in [Family::V4, Family::V6] {
        let found = table
            .routes
            .iter()
            .filter(|route| !route.propagated && rules::family_of_peer(&route.destination) == Some(family))
            .count();
        if found > ROUTES_PER_TABLE {
            over(
                check,
                id,
                "routes",
                "routes for each route table and address family",
                ROUTES_PER_TABLE,
                found,
            );
        }
    }
    let propagated = table.routes.iter().filter(|route| route.propagated).count();
    if propagated > PROPAGATED_PER_TABLE {
        check.report(
            Diagnostic::new(&codes::PROPAGATION_LIMIT, id)
                .field("routes")
                .fact("limit", PROPAGATED_PER_TABLE)
                .fact("found", propagated),
        );
    }
}
