//! From a story to stops: where each stage is on the map, and when.

use hopscope_aws::Id;
use hopscope_forward::{Decision, LegKind};
use hopscope_layout::{Layout, Point, Role, route_path};

use super::way::Way;
use super::{Glyph, PacketShape, Stop, Tick, Timeline};
use crate::Story;
use crate::story::Step;

/// Travel of a usual hop, and its bounds.
const HOP: f64 = 420.0;
const SHORTEST: f64 = 260.0;
const LONGEST: f64 = 700.0;
/// A way this long takes [`HOP`].
const USUAL: f64 = 240.0;
/// Movement of a gate.
const GATE: f64 = 300.0;
/// A stage that decides nothing is still seen.
const HOLD: f64 = 140.0;
/// Rest between the legs, and after a refusal.
const REST: f64 = 500.0;
/// The two lanes stand this far apart.
const LANE: f32 = 3.0;

pub(super) fn plan(story: &Story, layout: &Layout) -> Timeline {
    let mut stops = Vec::with_capacity(story.steps.len());
    let mut ticks = Vec::with_capacity(story.steps.len());
    let mut now = 0.0;
    let mut ways: [Way; 4] = Default::default();
    for (leg, way) in LegKind::ALL.into_iter().zip(&mut ways) {
        let steps = story.leg(leg);
        let (found, distances) = places(layout, steps, leg);
        *way = found;
        let mut travelled = 0.0;
        let mut shape = PacketShape::Travelling;
        for (step, distance) in steps.iter().zip(distances) {
            let start = now;
            let arrive = start + travel(distance - travelled);
            let done = arrive + hold(step.decision);
            let after = shape_after(step);
            stops.push(Stop {
                leg,
                from: travelled,
                to: distance,
                start,
                arrive,
                done,
                gate: gate(step),
                before: shape,
                after,
                active: active(step),
                counterfactual: step.counterfactual,
            });
            ticks.push(Tick {
                step: step.index,
                at: done,
                from: start,
                glyph: glyph(step),
                leg,
                counterfactual: step.counterfactual,
            });
            // Past a refusal a new packet goes on as a ghost.
            shape = match after {
                PacketShape::Rewritten => PacketShape::Rewritten,
                _ => PacketShape::Travelling,
            };
            now = done + if step.reason.is_some() && !step.counterfactual { REST } else { 0.0 };
            travelled = distance;
        }
        if !steps.is_empty() {
            now += REST;
        }
    }
    let total = (now - REST).max(0.0);
    let verdict_at = story.decided_at.and_then(|step| ticks.get(step)).map_or(total, |tick| tick.at);
    Timeline { ticks, verdict_at, total: total.max(verdict_at), stops, ways }
}

fn travel(length: f32) -> f64 {
    if length < 0.5 { 0.0 } else { (HOP * f64::from(length) / USUAL).clamp(SHORTEST, LONGEST) }
}

fn hold(decision: Decision) -> f64 {
    match decision {
        Decision::Allowed | Decision::Denied | Decision::Unknown | Decision::Rewritten | Decision::Routed => {
            GATE
        }
        Decision::Sent | Decision::Forwarded | Decision::Delivered => HOLD,
    }
}

fn gate(step: &Step) -> Option<(Id, bool)> {
    match step.decision {
        Decision::Allowed => Some((step.id.clone(), true)),
        Decision::Denied | Decision::Unknown => Some((step.id.clone(), false)),
        Decision::Sent
        | Decision::Routed
        | Decision::Forwarded
        | Decision::Rewritten
        | Decision::Delivered => None,
    }
}

fn glyph(step: &Step) -> Glyph {
    match step.decision {
        Decision::Sent | Decision::Delivered => Glyph::End,
        Decision::Allowed | Decision::Routed | Decision::Forwarded => Glyph::Decision,
        Decision::Rewritten => Glyph::Rewrite,
        Decision::Denied | Decision::Unknown => Glyph::Drop,
    }
}

fn shape_after(step: &Step) -> PacketShape {
    match step.decision {
        Decision::Sent | Decision::Allowed | Decision::Routed | Decision::Forwarded => {
            PacketShape::Travelling
        }
        Decision::Rewritten => PacketShape::Rewritten,
        Decision::Delivered => PacketShape::Delivered,
        Decision::Denied => PacketShape::Denied,
        Decision::Unknown => PacketShape::Unknown,
    }
}

fn active(step: &Step) -> Vec<Id> {
    let mut ids = vec![step.place.clone()];
    if step.id != step.place {
        ids.push(step.id.clone());
    }
    ids
}

/// Where a stage is on the map.
enum Spot<'a> {
    /// At a card.
    Card(&'a Id),
    /// At the edge of a box.
    Edge(&'a Id),
    /// Wherever the packet is.
    Here,
}

fn spot<'a>(layout: &Layout, step: &'a Step) -> Spot<'a> {
    match layout.items.get(&step.place).map(|item| item.role) {
        Some(Role::Card | Role::Edge | Role::Port | Role::Pill) => Spot::Card(&step.place),
        // Nobody in a VPC has the address: the packet dies where it is.
        Some(Role::Box) if step.kind == "vpc" => Spot::Here,
        Some(Role::Box) => Spot::Edge(&step.place),
        None if &*step.place == hopscope_layout::INTERNET => Spot::Card(&step.place),
        None => Spot::Here,
    }
}

/// The way of a leg and how far along it each step is decided.
fn places(layout: &Layout, steps: &[Step], leg: LegKind) -> (Way, Vec<f32>) {
    let spots: Vec<Spot<'_>> = steps.iter().map(|step| spot(layout, step)).collect();
    // The cards the packet visits, in order, each with its first step.
    let mut visits: Vec<(usize, &Id)> = Vec::new();
    for (index, spot) in spots.iter().enumerate() {
        if let Spot::Card(id) = spot
            && visits.last().is_none_or(|(_, last)| last != id)
        {
            visits.push((index, id));
        }
    }
    let mut way = Way::default();
    let mut distances = vec![0.0f32; steps.len()];
    let Some((first, start)) = visits.first().copied() else { return (way, distances) };
    let _ = first;
    let last = visits.len() - 1;
    for (nth, (index, card)) in visits.iter().enumerate() {
        let next = visits.get(nth + 1);
        let here = way.length();
        let until = next.map_or(steps.len(), |(next, _)| *next);
        if nth == 0 && next.is_none() {
            way.extend(layout.place(start).map(|rect| rect.center()));
        }
        let leave = way.length();
        if let Some((_, next)) = next {
            // Both lanes of a pair of cards run side by side.
            let mut points = match leg {
                LegKind::Lookup | LegKind::Attempt | LegKind::Forward => route_path(layout, card, next),
                LegKind::Return => route_path(layout, next, card),
            };
            if leg == LegKind::Return {
                points.reverse();
            }
            if nth > 0 {
                join(&mut way, layout, card, points.first().copied());
            }
            way.extend(points);
        } else if nth == last {
            dead_end(&mut way, layout, card, &spots, *index, until);
        }
        let end = way.length();
        let mut at = here;
        for step in *index..until {
            let wanted = match spots.get(step) {
                Some(Spot::Card(_)) => here,
                Some(Spot::Edge(id)) => layout
                    .rect(id)
                    .and_then(|rect| way.crossing(&rect, leave.max(here)))
                    .unwrap_or(if next.is_some() { (here + end) / 2.0 } else { end }),
                Some(Spot::Here) | None => at,
            };
            at = wanted.clamp(at, end);
            if let Some(slot) = distances.get_mut(step) {
                *slot = at;
            }
        }
    }
    let shift = if leg == LegKind::Return { LANE } else { -LANE };
    for point in &mut way.points {
        *point = Point::new(point.x + shift, point.y + shift);
    }
    (way, distances)
}

/// Through a card that the packet passes: by its middle, so that no other card is touched.
fn join(way: &mut Way, layout: &Layout, card: &Id, out: Option<Point>) {
    let (Some(rect), Some(from), Some(out)) = (layout.place(card), way.points.last().copied(), out) else {
        return;
    };
    let center = rect.center();
    if from.x != out.x && from.y != out.y || from == out {
        let square = |point: Point| point.x == center.x || point.y == center.y;
        if square(from) && square(out) {
            way.extend([center]);
        } else {
            // Rows of a card are not in its middle: turn where the two lines meet.
            way.extend([Point::new(center.x, from.y), Point::new(center.x, out.y)]);
        }
    }
}

/// Out to the edge of the box at which the packet dies, by the shortest straight line that
/// touches no card.
fn dead_end(way: &mut Way, layout: &Layout, card: &Id, spots: &[Spot<'_>], from: usize, until: usize) {
    let edge = spots.get(from..until).unwrap_or_default().iter().find_map(|spot| match spot {
        Spot::Edge(id) => layout.rect(id),
        Spot::Card(_) | Spot::Here => None,
    });
    let (Some(rect), Some(own)) = (edge, layout.place(card)) else { return };
    let center = own.center();
    if !rect.contains(center) {
        return;
    }
    let rays = [
        [Point::new(center.x, own.y), Point::new(center.x, rect.y)],
        [Point::new(own.right(), center.y), Point::new(rect.right(), center.y)],
        [Point::new(center.x, own.bottom()), Point::new(center.x, rect.bottom())],
        [Point::new(own.x, center.y), Point::new(rect.x, center.y)],
    ];
    let free = |ray: &[Point; 2]| {
        let [a, b] = *ray;
        !layout.items.values().any(|item| {
            matches!(item.role, Role::Card | Role::Edge | Role::Pill)
                && item.rect != own
                && item.rect.crossed_by(a, b)
        })
    };
    let length = |ray: &[Point; 2]| {
        let [a, b] = *ray;
        a.distance(b)
    };
    let best = rays.iter().min_by(|a, b| free(b).cmp(&free(a)).then(length(a).total_cmp(&length(b))));
    let Some([a, b]) = best else { return };
    if way.points.len() == 1 {
        way.points.clear();
    } else {
        join(way, layout, card, Some(*a));
    }
    way.extend([*a, *b]);
}
