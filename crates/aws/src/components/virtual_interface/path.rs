//! Which of several virtual interfaces AWS sends by (DX-20). Knows nothing of where they end.

use std::cmp::Reverse;

use hopscope_forward::{Evidence, Id, RouteCandidate, RouteLoss, RouteOrigin, flow_hash};
use hopscope_net::{IpNet, Packet};

use super::{Heard, Vif, is_up, noticed_after};
use crate::arena::Ix;
use crate::bgp::{Announcement, DEFAULT_PREFERENCE};
use crate::network::{Network, Region};

/// What was chosen and what was not.
#[derive(Debug)]
pub(crate) struct Choice {
    /// The interface to send by.
    pub winner: Option<Ix<Vif>>,
    /// Without a winner: the best of those that are down.
    pub withdrawn: Option<Ix<Vif>>,
    /// Every route that covers the address, best first, then near misses.
    pub candidates: Vec<RouteCandidate>,
    /// Seconds that a failure took to be noticed, where a route that is down would have won.
    pub failover: Option<u32>,
}

impl Choice {
    /// The same as evidence of a lookup in `table`.
    pub fn evidence(self, table: &Id, packet: &Packet) -> Vec<Evidence> {
        let failover = self.failover.map(failover);
        let routes = Evidence::Routes {
            table: table.clone(),
            destination: packet.destination,
            candidates: self.candidates,
        };
        std::iter::once(routes).chain(failover).collect()
    }
}

struct Way<'a> {
    vif: Ix<Vif>,
    id: &'a Id,
    heard: &'a Heard,
    up: bool,
    preference: u8,
}

/// A tag says high, medium or low; without one a location of the same Region is as good as
/// medium, any other a little less (DX-20).
pub(super) fn preference(heard: &Heard, at_home: bool) -> u8 {
    let level = heard.announcement.preference * 10;
    if heard.tagged || at_home { level } else { (DEFAULT_PREFERENCE * 10).saturating_sub(1) }
}

/// What a route over Direct Connect was compared by.
pub(crate) fn attributes(announcement: &Announcement, preference: u8) -> String {
    let level = match preference {
        30.. => "high",
        20.. => "medium",
        11.. => "below medium",
        _ => "low",
    };
    format!("local preference {level}, {}", announcement.attributes())
}

/// Whether an interface's location is homed in that Region.
pub(super) fn at_home(network: &Network, vif: &Vif, region: Option<Ix<Region>>) -> bool {
    let home = vif.carrier.and_then(|carrier| carrier.location(network)?.region);
    home.is_some() && home == region
}

/// What spreads flows over equal ways.
pub(crate) fn hash(packet: &Packet) -> u64 {
    flow_hash(&packet.key(), "direct-connect")
}

/// That a better link is down, and how long that took to be noticed (DX-07).
pub(crate) fn failover(seconds: u32) -> Evidence {
    Evidence::Check { check: "dx-failover", passed: true, value: Some(seconds.to_string()) }
}

impl Way<'_> {
    fn prefix(&self) -> &IpNet {
        &self.heard.announcement.prefix
    }

    fn med(&self) -> u32 {
        self.heard.announcement.med.unwrap_or(0)
    }

    /// Smaller is better; the id only makes the order of equals certain.
    fn rank(&self) -> impl Ord {
        let better = (Reverse(self.up), Reverse(self.prefix().prefix_len()), Reverse(self.preference));
        (better, self.heard.announcement.as_path.len(), self.med())
    }

    /// Why it lost to `winner`, which is at least as good.
    fn loss(&self, winner: &Self) -> RouteLoss {
        let (own, best) = (&self.heard.announcement, &winner.heard.announcement);
        if !self.up {
            RouteLoss::Withdrawn
        } else if own.prefix.prefix_len() != best.prefix.prefix_len() {
            RouteLoss::ShorterPrefix { by: best.prefix.prefix_len().saturating_sub(own.prefix.prefix_len()) }
        } else if self.preference != winner.preference {
            RouteLoss::LowerPreference
        } else if own.as_path.len() != best.as_path.len() {
            RouteLoss::LongerAsPath
        } else if self.med() != winner.med() {
            RouteLoss::HigherMed
        } else {
            RouteLoss::EqualCost
        }
    }

    fn candidate(&self, lost: Option<RouteLoss>) -> RouteCandidate {
        RouteCandidate {
            destination: self.prefix().to_string(),
            target: self.id.to_string(),
            origin: RouteOrigin::DirectConnect,
            prefix_list: None,
            index: None,
            blackhole: false,
            attributes: Some(attributes(&self.heard.announcement, self.preference)),
            lost,
        }
    }
}

/// Chooses among interfaces for a packet of AWS's side in `region`: longest prefix, local
/// preference, AS_PATH, MED, then the flow's hash (DX-20).
pub(crate) fn choose(
    network: &Network,
    vifs: &[Ix<Vif>],
    region: Option<Ix<Region>>,
    packet: &Packet,
) -> Choice {
    let mut ways: Vec<Way<'_>> = Vec::new();
    for ix in vifs {
        let vif = &network.fabric.vifs[*ix];
        let at_home = at_home(network, vif, region);
        let up = is_up(network, *ix);
        ways.extend(vif.heard.iter().map(|heard| Way {
            vif: *ix,
            id: &vif.id,
            heard,
            up,
            preference: preference(heard, at_home),
        }));
    }
    let (mut covering, others): (Vec<_>, Vec<_>) =
        ways.into_iter().partition(|way| way.prefix().contains(&packet.destination));
    covering.sort_by(|a, b| a.rank().cmp(&b.rank()).then_with(|| a.id.cmp(b.id)));
    // DX-20: equals share the flows by hash.
    let equals = covering.first().map_or(0, |best| {
        let rank = best.rank();
        covering.iter().take_while(|way| way.rank() == rank).count()
    });
    if let Some(spread) = u64::try_from(equals).ok().filter(|count| *count > 1) {
        let chosen = usize::try_from(hash(packet) % spread).unwrap_or(0);
        covering.swap(0, chosen);
    }
    let best = covering.first();
    let winner = best.filter(|way| way.up);
    let failover = winner.and_then(|winner| {
        let rank = |way: &Way<'_>| (Reverse(way.prefix().prefix_len()), Reverse(way.preference));
        let lost = covering.iter().find(|way| !way.up && rank(way) <= rank(winner))?;
        Some(noticed_after(network, lost.vif))
    });
    let losers = covering.iter().enumerate().map(|(n, way)| {
        let lost = match winner {
            Some(_) if n == 0 => None,
            Some(winner) => Some(way.loss(winner)),
            None => Some(RouteLoss::Withdrawn),
        };
        way.candidate(lost)
    });
    let near = others.iter().filter(|way| way.prefix().addr().is_ipv4() == packet.destination.is_ipv4());
    Choice {
        winner: winner.map(|way| way.vif),
        withdrawn: if winner.is_none() { best.map(|way| way.vif) } else { None },
        failover,
        candidates: losers.chain(near.map(|way| way.candidate(Some(RouteLoss::NoMatch)))).collect(),
    }
}
