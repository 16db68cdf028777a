//! The eight policies. Each row is chosen, or loses for a reason with a stable name.

use std::cmp::Reverse;

use hopscope_net::IpNet;

use super::draws::Draws;
use super::{Asker, Blocks, MULTIVALUE_LIMIT, Policy, Role, Row, Rule, biased, listable};
use crate::geo::{Coordinates, Place, Region, latency};

/// Where an asker counts as being if nobody knows: the Region that AWS takes where none is named.
const UNKNOWN_IS_AT: &str = "us-east-1";

/// What became of each row.
pub(super) struct Decision {
    pub policy: Option<Policy>,
    /// In the order of the answer.
    pub chosen: Vec<usize>,
    /// Why each row lost; none for those chosen.
    pub lost: Vec<Option<&'static str>>,
    /// Rows that the last step chose among, by position.
    pub pool: Vec<usize>,
    /// None of those that could answer is healthy, so all of them counted as healthy (R53-20).
    pub none_healthy: bool,
}

/// The place that distances and latencies are measured from.
pub(super) fn place_of(asker: &Asker) -> Option<&'static Place> {
    asker.place.or_else(|| Region::find(UNKNOWN_IS_AT).map(|region| &region.place))
}

/// Milliseconds from an asker to a Region (R53-12).
pub(super) fn latency_to(asker: &Asker, region: &Region) -> Option<u32> {
    place_of(asker).map(|place| latency(place, &region.place))
}

/// Metres from an asker to a point (R53-15).
pub(super) fn metres_to(asker: &Asker, at: Coordinates) -> Option<u32> {
    place_of(asker).map(|place| place.at.metres_to(at))
}

/// Length of the longest block of a row that holds the asker; 0 for the default, `None` where the row is
/// not for the asker.
fn matching(blocks: &Blocks, asker: &Asker) -> Option<u8> {
    match blocks {
        Blocks::Default => Some(0),
        Blocks::Listed(blocks) => deciding(blocks, asker).map(IpNet::prefix_len),
    }
}

/// The longest block of a list that holds the asker. One known less exactly than by a block is not in
/// that block (R53-17).
pub(super) fn deciding<'a>(blocks: &'a [IpNet], asker: &Asker) -> Option<&'a IpNet> {
    let holds = |block: &&IpNet| listable(block) && asker.block.is_some_and(|asker| block.contains(&asker));
    // `Reverse`, so that of equal blocks the first is told.
    blocks.iter().filter(holds).min_by_key(|block| Reverse(block.prefix_len()))
}

/// Decides; `order` names every row once, by set identifier.
pub(super) fn decide(rows: &[Row], order: &[usize], asker: &Asker, draws: &mut Draws) -> Decision {
    let row = |at: &usize| rows.get(*at);
    let policy = order.first().and_then(row).map(|row| row.rule.policy());
    let of_policy = |at: &usize| row(at).map(|row| row.rule.policy()) == policy;
    let able: Vec<usize> = order.iter().copied().filter(of_policy).collect();
    let mut choice = Round {
        rows,
        asker,
        decision: Decision {
            policy,
            chosen: Vec::new(),
            lost: vec![Some("other-policy"); rows.len()],
            pool: Vec::new(),
            none_healthy: false,
        },
    };
    match policy {
        None => {}
        Some(Policy::Simple) => choice.simple(able, draws),
        Some(Policy::Weighted) => choice.weighted(able, draws),
        Some(Policy::Latency) => choice.nearest(able, "slower", |rule, asker| match rule {
            Rule::Latency(region) => {
                let metres = metres_to(asker, region.place.at)?;
                Some((u64::from(latency_to(asker, region)?), u64::from(metres)))
            }
            _ => None,
        }),
        Some(Policy::Geoproximity) => choice.nearest(able, "farther", |rule, asker| match rule {
            Rule::Geoproximity { at, bias, .. } => Some((biased(metres_to(asker, *at)?, *bias), 0)),
            _ => None,
        }),
        Some(Policy::Failover) => choice.smallest(able, |rule, _| match rule {
            Rule::Failover(Role::Primary) => Some((0, "secondary")),
            Rule::Failover(Role::Secondary) => Some((1, "secondary")),
            _ => None,
        }),
        Some(Policy::Geolocation) => choice.smallest(able, |rule, asker| match rule {
            Rule::Geolocation(area) => area.holds(asker.place).then(|| (area.size(), "less-specific")),
            _ => None,
        }),
        Some(Policy::IpBased) => choice.smallest(able, |rule, asker| match rule {
            Rule::IpBased(blocks) => {
                matching(blocks, asker).map(|length| (u8::MAX - length, "less-specific"))
            }
            _ => None,
        }),
        Some(Policy::Multivalue) => choice.multivalue(able, draws),
    }
    choice.decision
}

/// One decision in the making.
struct Round<'a> {
    rows: &'a [Row],
    asker: &'a Asker,
    decision: Decision,
}

impl Round<'_> {
    fn healthy(&self, at: usize) -> bool {
        self.rows.get(at).is_some_and(Row::healthy)
    }

    fn rule(&self, at: usize) -> &Rule {
        self.rows.get(at).map_or(&Rule::Simple, |row| &row.rule)
    }

    fn weight(&self, at: usize) -> u64 {
        match self.rule(at) {
            Rule::Weighted(weight) => u64::from(*weight),
            _ => 0,
        }
    }

    fn choose(&mut self, at: usize) {
        self.decision.chosen.push(at);
        if let Some(lost) = self.decision.lost.get_mut(at) {
            *lost = None;
        }
    }

    fn lose(&mut self, at: usize, why: &'static str) {
        if let Some(lost) = self.decision.lost.get_mut(at) {
            *lost = Some(why);
        }
    }

    /// The healthy ones, the others losing; all of them where none is healthy (R53-20).
    fn usable(&mut self, able: Vec<usize>) -> Vec<usize> {
        let (healthy, unhealthy): (Vec<usize>, Vec<usize>) =
            able.into_iter().partition(|at| self.healthy(*at));
        if healthy.is_empty() {
            self.decision.none_healthy = !unhealthy.is_empty();
            return unhealthy;
        }
        for at in unhealthy {
            self.lose(at, "unhealthy");
        }
        healthy
    }

    /// R53-10: all of it, in random order, whatever its health.
    fn simple(&mut self, mut able: Vec<usize>, draws: &mut Draws) {
        self.decision.pool.clone_from(&able);
        draws.shuffle(&mut able);
        for at in able {
            self.choose(at);
        }
    }

    /// R53-11, R53-21: the heavier the likelier; weight 0 only when no other is left.
    fn weighted(&mut self, able: Vec<usize>, draws: &mut Draws) {
        let usable = self.usable(able);
        let (heavy, zero): (Vec<usize>, Vec<usize>) = usable.into_iter().partition(|at| self.weight(*at) > 0);
        let all_zero = heavy.is_empty();
        let pool = if all_zero {
            zero
        } else {
            for at in zero {
                self.lose(at, "weight-zero");
            }
            heavy
        };
        let weight = |round: &Self, at: usize| if all_zero { 1 } else { round.weight(at) };
        let sum = pool.iter().map(|at| weight(self, *at)).sum();
        let mut left = draws.below(sum);
        let drawn = pool.iter().copied().find(|at| {
            let weight = weight(self, *at);
            let found = left < weight;
            left = left.saturating_sub(weight);
            found
        });
        for at in &pool {
            if Some(*at) == drawn { self.choose(*at) } else { self.lose(*at, "not-drawn") }
        }
        self.decision.pool = pool;
    }

    /// R53-12, R53-15: the least of a measure among the usable ones.
    fn nearest(
        &mut self,
        able: Vec<usize>,
        why: &'static str,
        measure: impl Fn(&Rule, &Asker) -> Option<(u64, u64)>,
    ) {
        let pool = self.usable(able);
        // Equal ones: the first set identifier, as `min_by_key` takes the first.
        let least = pool
            .iter()
            .copied()
            .min_by_key(|at| measure(self.rule(*at), self.asker).unwrap_or((u64::MAX, u64::MAX)));
        let best = least.and_then(|at| measure(self.rule(at), self.asker));
        for at in &pool {
            if Some(*at) == least {
                self.choose(*at);
            } else if measure(self.rule(*at), self.asker) == best {
                self.lose(*at, "tie");
            } else {
                self.lose(*at, why);
            }
        }
        self.decision.pool = pool;
    }

    /// R53-13, R53-14, R53-17: of those that fit the asker, the first healthy one by rank; the first
    /// by rank where none is healthy; none where none fits. A loser of higher rank than the winner is
    /// unhealthy, one of lower rank says why it stands behind.
    fn smallest(&mut self, able: Vec<usize>, rank: impl Fn(&Rule, &Asker) -> Option<(u8, &'static str)>) {
        let mut fitting = Vec::new();
        for at in able {
            match rank(self.rule(at), self.asker) {
                Some((rank, behind)) => fitting.push((rank, at, behind)),
                None => self.lose(at, "no-match"),
            }
        }
        fitting.sort_by_key(|(rank, ..)| *rank);
        let healthy = fitting.iter().find(|(_, at, _)| self.healthy(*at));
        self.decision.none_healthy = healthy.is_none() && !fitting.is_empty();
        let winner = healthy.or(fitting.first()).map(|(rank, at, _)| (*rank, *at));
        for (rank, at, behind) in &fitting {
            match winner {
                Some((_, winner)) if winner == *at => self.choose(*at),
                _ if !self.decision.none_healthy && !self.healthy(*at) => self.lose(*at, "unhealthy"),
                Some((winner, _)) if winner == *rank => self.lose(*at, "tie"),
                _ => self.lose(*at, behind),
            }
        }
        self.decision.pool = fitting.into_iter().map(|(_, at, _)| at).collect();
    }

    /// R53-16: up to eight of the usable ones, in random order.
    fn multivalue(&mut self, able: Vec<usize>, draws: &mut Draws) {
        let mut pool = self.usable(able);
        draws.shuffle(&mut pool);
        for (place, at) in pool.iter().enumerate() {
            if place < MULTIVALUE_LIMIT { self.choose(*at) } else { self.lose(*at, "over-limit") }
        }
        self.decision.pool = pool;
    }
}
