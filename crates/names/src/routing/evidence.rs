//! A decision as evidence: every row with what it weighs, and why it lost.

use hopscope_forward::{Candidate, Evidence, Id};

use super::decide::{self, Decision};
use super::{Asker, Blocks, Policy, Role, Row, Rule, biased};

/// Most blocks of a location that are spelt out.
const BLOCKS_TOLD: usize = 3;

/// The weights of the rows that the last step drew among.
struct Pool {
    members: Vec<bool>,
    weight: u64,
}

impl Pool {
    fn of(rows: &[Row], decision: &Decision) -> Self {
        let mut pool = Self { members: vec![false; rows.len()], weight: 0 };
        for at in &decision.pool {
            if let (Some(member), Some(row)) = (pool.members.get_mut(*at), rows.get(*at)) {
                *member = true;
                if let Rule::Weighted(weight) = row.rule {
                    pool.weight += u64::from(weight);
                }
            }
        }
        pool
    }

    fn weight_beside(&self, at: usize) -> Option<u64> {
        self.members.get(at).is_some_and(|member| *member).then_some(self.weight)
    }
}

pub(super) fn evidence(
    zone: &Id,
    field: &'static str,
    rows: &[Row],
    asker: &Asker,
    decision: &Decision,
) -> Evidence {
    let pool = Pool::of(rows, decision);
    let candidates = rows.iter().enumerate().map(|(at, row)| Candidate {
        of: zone.clone(),
        index: row.index,
        label: row.label.clone(),
        value: value(row, asker, pool.weight_beside(at)),
        lost: decision.lost.get(at).copied().flatten(),
    });
    Evidence::Choice {
        of: decision.policy.map_or("", Policy::records),
        field,
        by: by(asker, decision),
        candidates: candidates.collect(),
    }
}

fn by(asker: &Asker, decision: &Decision) -> String {
    let by = match decision.policy {
        None | Some(Policy::Simple) => String::new(),
        Some(Policy::Weighted) => "weight".to_owned(),
        Some(Policy::Failover | Policy::Multivalue) => "health".to_owned(),
        Some(Policy::Geolocation | Policy::IpBased) => asker.to_string(),
        Some(Policy::Latency | Policy::Geoproximity) => match (asker.place, decide::place_of(asker)) {
            (None, Some(taken)) => format!("{asker}, taken as {taken}"),
            _ => asker.to_string(),
        },
    };
    if decision.none_healthy { format!("{by}; none is healthy, so all count as healthy") } else { by }
}

/// What a row says; `beside` is the sum of the weights it was drawn among, if it was.
fn value(row: &Row, asker: &Asker, beside: Option<u64>) -> String {
    let mut value = match &row.rule {
        Rule::Simple => match row.values {
            1 => "1 value".to_owned(),
            values => format!("{values} values"),
        },
        Rule::Weighted(weight) => match beside {
            Some(sum) if sum > 0 => format!("weight {weight} of {sum}"),
            _ => format!("weight {weight}"),
        },
        Rule::Latency(region) => match decide::latency_to(asker, region) {
            Some(ms) => format!("{}, {ms} ms", region.code),
            None => region.code.to_owned(),
        },
        Rule::Failover(Role::Primary) => "primary".to_owned(),
        Rule::Failover(Role::Secondary) => "secondary".to_owned(),
        Rule::Geolocation(area) => area.to_string(),
        Rule::Geoproximity { name, at, bias } => match decide::metres_to(asker, *at) {
            Some(metres) if *bias != 0 => {
                let counts = biased(metres, *bias).saturating_add(500_000) / 1_000_000;
                format!("{name}, {} km, bias {bias:+}: {counts} km", km(metres))
            }
            Some(metres) => format!("{name}, {} km", km(metres)),
            None => name.clone(),
        },
        Rule::Multivalue => String::new(),
        Rule::IpBased(Blocks::Default) => "*".to_owned(),
        Rule::IpBased(Blocks::Listed(blocks)) => match decide::deciding(blocks, asker) {
            Some(block) => block.to_string(),
            None => {
                let told: Vec<String> = blocks.iter().take(BLOCKS_TOLD).map(ToString::to_string).collect();
                let more = if blocks.len() > BLOCKS_TOLD { ", …" } else { "" };
                format!("{}{more}", told.join(", "))
            }
        },
    };
    let health = match row.health {
        Some(true) => "healthy",
        Some(false) => "unhealthy",
        None => return value,
    };
    if !value.is_empty() {
        value.push_str(", ");
    }
    value.push_str(health);
    value
}

fn km(metres: u32) -> u32 {
    metres.saturating_add(500) / 1_000
}
