//! Which target of a group a node sends a flow to (LB-03 to LB-06).

use std::collections::BTreeSet;

use hopscope_forward::{Candidate, Evidence, ReasonSpec};

use super::{FAIL_OPEN, Member, NO_TARGETS, NOT_CROSS_ZONE, TargetGroup, ZONE_NOT_ENABLED};
use crate::arena::Ix;
use crate::components::gateway_load_balancer::NO_TARGETS_IN_AZ;
use crate::network::{Eni, Network, Zone};

/// Who asks for a target.
pub(crate) struct Asked<'a> {
    /// The node that has the packet.
    pub node: Ix<Eni>,
    /// All nodes of its load balancer.
    pub nodes: &'a [Ix<Eni>],
    /// Whether the load balancer crosses zones, where the group does not say (LB-04).
    pub cross_zone: bool,
    /// All groups of its load balancer.
    pub others: &'a [Ix<TargetGroup>],
    /// Chooses among equals.
    pub hash: u64,
    /// What it is chosen by, in words.
    pub by: String,
}

/// What was chosen, and from what.
pub(crate) struct Chosen<'a> {
    pub member: &'a Member,
    pub evidence: Evidence,
    /// LB-06: none is healthy, so all are used.
    pub fail_open: Option<&'static ReasonSpec>,
    /// How many were equal.
    pub equals: usize,
}

/// Why there is none.
pub(crate) struct NoTarget {
    pub spec: &'static ReasonSpec,
    pub evidence: Evidence,
}

fn zone_of(network: &Network, eni: Ix<Eni>) -> Option<Ix<Zone>> {
    network.subnets[network.enis[eni].subnet].zone
}

/// The target of a flow at a node.
pub(crate) fn choose<'a>(
    network: &'a Network,
    group: &'a TargetGroup,
    asked: &Asked<'_>,
) -> Result<Chosen<'a>, NoTarget> {
    let members = group.members(network);
    let health = group.health(network, asked.node);
    let healthy = |n: usize| health.get(n).copied().unwrap_or(false);
    let enabled: BTreeSet<_> = asked.nodes.iter().map(|node| zone_of(network, *node)).collect();
    let home = zone_of(network, asked.node);
    let cross_zone = group.cross_zone.unwrap_or(asked.cross_zone);
    // A target without a zone is in every one.
    let served = |member: &Member| member.zone.is_none() || enabled.contains(&member.zone);
    let near =
        |member: &Member| served(member) && (cross_zone || member.zone.is_none() || member.zone == home);
    // LB-06: without a healthy one among those that the node may use, all of them are used.
    let any_healthy = members.iter().enumerate().any(|(n, member)| healthy(n) && near(member));
    let pool: Vec<usize> = members
        .iter()
        .enumerate()
        .filter(|(n, member)| near(member) && (healthy(*n) || !any_healthy))
        .map(|(n, _)| n)
        .collect();
    let count = u64::try_from(pool.len()).unwrap_or(1).max(1);
    let pick = usize::try_from(asked.hash % count).ok().and_then(|n| pool.get(n)).copied();
    let candidate = |(n, member): (usize, &Member)| Candidate {
        of: group.rows.0.clone(),
        index: Some(member.row),
        label: member.label.clone(),
        value: value(network, member, healthy(n)),
        lost: if pick == Some(n) {
            None
        } else if !served(member) {
            Some("zone-not-enabled")
        } else if !near(member) {
            Some("other-zone")
        } else if !healthy(n) && any_healthy {
            Some("unhealthy")
        } else {
            Some("not-drawn")
        },
    };
    let evidence = Evidence::Choice {
        of: "targets",
        field: group.rows.1,
        by: asked.by.clone(),
        candidates: members.iter().enumerate().map(candidate).collect(),
    };
    match pick.and_then(|n| Some((n, members.get(n)?))) {
        Some((_, member)) => Ok(Chosen {
            member,
            evidence,
            fail_open: (!any_healthy).then_some(&FAIL_OPEN),
            equals: pool.len(),
        }),
        None => Err(NoTarget {
            spec: if members.is_empty() {
                &NO_TARGETS
            } else if !members.iter().any(served) {
                &ZONE_NOT_ENABLED
            } else if asked
                .others
                .iter()
                .any(|other| network.fabric.target_groups[*other].is_in(network, home))
            {
                &NOT_CROSS_ZONE
            } else {
                &NO_TARGETS_IN_AZ
            },
            evidence,
        }),
    }
}

fn value(network: &Network, member: &Member, healthy: bool) -> String {
    let health = if healthy { "healthy" } else { "unhealthy" };
    match member.zone {
        Some(zone) => format!("{health}, in {}", network.zones[zone].id),
        None => health.to_owned(),
    }
}

impl TargetGroup {
    /// Whether it has a target in that zone.
    fn is_in(&self, network: &Network, zone: Option<Ix<Zone>>) -> bool {
        self.members(network).iter().any(|member| member.zone == zone)
    }

    /// Whether a node has a healthy target to send to, by the load balancer's setting of
    /// cross-zone balancing where the group has none (LB-06).
    pub fn serves(&self, network: &Network, node: Ix<Eni>, cross_zone: bool) -> bool {
        let home = zone_of(network, node);
        let cross_zone = self.cross_zone.unwrap_or(cross_zone);
        let health = self.health(network, node);
        self.members(network)
            .iter()
            .zip(health)
            .any(|(member, healthy)| *healthy && (cross_zone || member.zone.is_none() || member.zone == home))
    }
}
