//! Quotas of the VPC User Guide (page "Amazon VPC quotas"), as AWS gives them and as they were raised
//! in a Region, and limits of instance types.

use std::collections::BTreeMap;

use hopscope_forward::Id;
use hopscope_net::prefix::Family;

use super::{Check, codes, rules};
use crate::catalog::Config;
use crate::components::{route_table, security_group};
use crate::diagnostic::Diagnostic;

/// A quota of the VPC User Guide that AWS raises when asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// AWS's name for it.
    pub name: &'static str,
    /// What it counts, in a sentence.
    what: &'static str,
    /// What every account starts with.
    pub usual: usize,
    /// The most that AWS grants, where it says so.
    pub most: Option<usize>,
}

macro_rules! quotas {
    ($($(#[$doc:meta])* $id:ident $name:literal $what:literal $usual:literal $most:expr;)*) => {
        $($(#[$doc])* const $id: Quota = Quota { name: $name, what: $what, usual: $usual, most: $most };)*

        /// Every quota that can be raised.
        pub const QUOTAS: &[Quota] = &[$($id),*];

        /// Their names.
        pub const NAMES: &[&str] = &[$($name),*];
    };
}

quotas! {
    /// ADDR-02.
    BLOCKS4 "IPv4 CIDR blocks per VPC" "IPv4 blocks for each VPC" 5 Some(50);
    /// ADDR-15.
    BLOCKS6 "IPv6 CIDR blocks per VPC" "IPv6 blocks for each VPC" 5 Some(50);
    SUBNETS "Subnets per VPC" "subnets for each VPC" 200 None;
    /// RT-05.
    TABLES "Route tables per VPC" "route tables for each VPC" 200 None;
    /// Not propagated, for each address family (RT-05).
    ROUTES "Routes per route table" "routes for each route table and address family" 500 Some(1_000);
    /// For each direction and family (SG-07).
    GROUP_RULES "Inbound or outbound rules per security group"
        "rules for each security group, direction and address family" 60 Some(1_000);
    /// SG-07.
    GROUPS "Security groups per network interface" "security groups for each network interface" 5 Some(16);
    /// NACL-13.
    ACLS "Network ACLs per VPC" "network ACLs for each VPC" 200 None;
    /// For each direction (NACL-13).
    ACL_RULES "Rules per network ACL" "rules for each network ACL and direction" 20 Some(40);
    /// ADDR-28.
    ELASTIC_IPS "Elastic IP addresses per Region" "Elastic IP addresses for each Region" 5 None;
    /// NAT-17.
    NATS "NAT gateways per Availability Zone" "zonal NAT gateways for each Availability Zone" 5 None;
}

/// The most that groups for each interface times rules for each group may come to (SG-07).
const RULES_PER_INTERFACE: usize = 1_000;
/// Propagated routes for each table; never raised (RT-05).
pub const PROPAGATED_PER_TABLE: usize = 100;
/// Regional NAT gateways for each VPC (NAT-17).
const REGIONAL_NATS_PER_VPC: usize = 5;
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

/// What was raised, by Region.
struct Limits(BTreeMap<(Id, &'static str), usize>);

impl Limits {
    /// Reads what Regions say, and reports what AWS would not grant.
    fn read(check: &mut Check<'_>) -> Self {
        let mut limits = Self(BTreeMap::new());
        for node in check.nodes() {
            let Config::Region(region) = &node.config else { continue };
            for (n, row) in region.quotas.iter().enumerate() {
                let Some(quota) = QUOTAS.iter().find(|quota| quota.name == row.quota.trim()) else {
                    check.report(
                        Diagnostic::new(&codes::UNREADABLE, &node.id)
                            .field(format!("quotas/{n}/quota"))
                            .fact("text", &row.quota)
                            .fact("wanted", "the name of a quota, such as Rules per network ACL"),
                    );
                    continue;
                };
                let wanted = usize::try_from(row.value).unwrap_or(usize::MAX);
                let most = quota.most.unwrap_or(usize::MAX);
                if wanted > most {
                    over(check, &node.id, &format!("quotas/{n}/value"), quota.what, most, wanted);
                }
                if wanted > 0 {
                    limits.0.insert((node.id.clone(), quota.name), wanted.min(most));
                }
            }
            // SG-07: both may be raised, their product only so far.
            let region = Some(&node.id);
            let product = limits.plain(region, &GROUP_RULES).saturating_mul(limits.plain(region, &GROUPS));
            if product > RULES_PER_INTERFACE {
                let what = "rules for each security group times groups for each network interface";
                over(check, &node.id, "quotas", what, RULES_PER_INTERFACE, product);
            }
        }
        limits
    }

    fn plain(&self, region: Option<&Id>, quota: &Quota) -> usize {
        let raised = region.and_then(|region| self.0.get(&(region.clone(), quota.name)));
        raised.copied().unwrap_or(quota.usual)
    }

    /// What counts for a component.
    fn of(&self, check: &Check<'_>, id: &Id, quota: &Quota) -> usize {
        if self.0.is_empty() {
            return quota.usual;
        }
        let region = owner(check, id, "region");
        let limit = self.plain(region.as_ref(), quota);
        if *quota == GROUP_RULES {
            limit.min(RULES_PER_INTERFACE / self.plain(region.as_ref(), &GROUPS).max(1))
        } else {
            limit
        }
    }
}

pub(super) fn check(check: &mut Check<'_>) {
    let limits = Limits::read(check);
    let mut counts: BTreeMap<(&'static str, Id), usize> = BTreeMap::new();
    let mut interfaces: BTreeMap<&Id, usize> = BTreeMap::new();
    for node in check.nodes().filter(|node| matches!(node.config, Config::NetworkInterface(_))) {
        if let Some(parent) = &node.parent {
            *interfaces.entry(parent).or_insert(0) += 1;
        }
    }
    for node in check.nodes() {
        let of = |quota: &Quota| (quota.what, limits.of(check, &node.id, quota));
        let counted: Option<((&'static str, usize), Option<Id>)> = match &node.config {
            Config::Subnet(_) => Some((of(&SUBNETS), owner(check, &node.id, "vpc"))),
            Config::RouteTable(_) => Some((of(&TABLES), owner(check, &node.id, "vpc"))),
            Config::NetworkAcl(_) => Some((of(&ACLS), owner(check, &node.id, "vpc"))),
            Config::ElasticIp(_) => {
                let region = owner(check, &node.id, "region").unwrap_or_else(|| Id::from(""));
                Some((of(&ELASTIC_IPS), Some(region)))
            }
            Config::NatGateway(config) if config.availability == "zonal" => {
                Some((of(&NATS), zone_of(check, node.parent.as_deref())))
            }
            Config::NatGateway(_) => {
                let what = "regional NAT gateways for each VPC";
                Some(((what, REGIONAL_NATS_PER_VPC), owner(check, &node.id, "vpc")))
            }
            _ => None,
        };
        if let Some(((what, limit), Some(owner))) = counted {
            let count = counts.entry((what, owner)).or_insert(0);
            *count += 1;
            let found = *count;
            // The one that crosses the line is named; the rest follow from it.
            if found == limit.saturating_add(1) {
                over(check, &node.id, "", what, limit, found);
            }
        }
        of_one(check, &limits, &node.id, &node.config, &interfaces);
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

/// Says so where one component has more of something than its Region allows.
fn within(check: &mut Check<'_>, limits: &Limits, id: &Id, field: &str, quota: &Quota, found: usize) {
    let limit = limits.of(check, id, quota);
    if found > limit {
        over(check, id, field, quota.what, limit, found);
    }
}

fn of_one(
    check: &mut Check<'_>,
    limits: &Limits,
    id: &Id,
    config: &Config,
    interfaces: &BTreeMap<&Id, usize>,
) {
    match config {
        Config::Vpc(vpc) => {
            within(check, limits, id, "cidrs", &BLOCKS4, vpc.cidrs.len());
            within(check, limits, id, "ipv6_cidrs", &BLOCKS6, vpc.ipv6_cidrs.len());
        }
        Config::SecurityGroup(group) => {
            for (field, list) in [("inbound", &group.inbound), ("outbound", &group.outbound)] {
                let found = weight(check, list, Family::V4).max(weight(check, list, Family::V6));
                within(check, limits, id, field, &GROUP_RULES, found);
            }
        }
        Config::NetworkAcl(acl) => {
            within(check, limits, id, "inbound", &ACL_RULES, acl.inbound.len());
            within(check, limits, id, "outbound", &ACL_RULES, acl.outbound.len());
        }
        Config::NetworkInterface(eni) => {
            within(check, limits, id, "security_groups", &GROUPS, eni.security_groups.len());
        }
        Config::RouteTable(table) => routes(check, limits, id, table),
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

fn routes(check: &mut Check<'_>, limits: &Limits, id: &Id, table: &route_table::Config) {
    for family in [Family::V4, Family::V6] {
        let found = table
            .routes
            .iter()
            .filter(|route| !route.propagated && rules::family_of_peer(&route.destination) == Some(family))
            .count();
        within(check, limits, id, "routes", &ROUTES, found);
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
