//! A moment of a story on its map, and for paper all of its hops at once, by their numbers.

use std::fmt::Write;

use hopscope_forward::LegKind;
use hopscope_layout::{CORNER, Point, Rect, num, rounded_path};

use super::draw::{Extra, label, rect};
use super::motion::{LINE, mark, wrap};
use crate::playback::{Frame, Timeline};
use crate::text::ui;
use crate::{Scene, Story};

/// What is decided at one place.
struct Stop {
    at: Point,
    /// Numbers of steps, in order.
    steps: Vec<usize>,
}

impl Stop {
    /// The mark that holds the numbers.
    fn pill(&self) -> Rect {
        let width = ranges(&self.steps).chars().count() as f32 * 6.6 + 12.0;
        Rect::new(self.at.x - width / 2.0, self.at.y - 10.0, width, 20.0)
    }
}

/// The picture of a moment: the ways so far, the packet, and what is decided.
pub(super) fn moment(scene: &Scene, story: &Story, ms: f64) -> Extra {
    let ms = if ms.is_nan() { 0.0 } else { ms };
    let timeline = Timeline::new(story, &scene.layout);
    let frame = timeline.frame_at(ms);
    let mut extra = Extra { description: Some(story.summary.clone()), ..Extra::default() };
    lanes(&mut extra.under, story, &frame, ms >= timeline.verdict_at);
    if timeline.ticks.is_empty() {
        return extra;
    }
    let Point { x, y } = frame.position;
    let _ = write!(extra.over, "<g transform=\"translate({} {})\">{}</g>", num(x), num(y), mark(frame.shape));
    // At the verdict, all of it; past a refusal, what would have happened.
    let told = match story.steps.get(frame.step) {
        Some(step) if step.counterfactual => {
            format!("{}. {} {} {}: {}", step.index + 1, step.title, ui::WOULD, step.word, step.line)
        }
        Some(step) if ms < timeline.verdict_at => {
            format!("{}. {}: {}", step.index + 1, step.title, step.line)
        }
        Some(_) | None => story.summary.clone(),
    };
    caption(&mut extra, scene, &told);
    extra
}

/// The picture for paper: whole ways, and at each stop the numbers of what is decided there.
pub(super) fn numbered(scene: &Scene, story: &Story) -> Extra {
    let timeline = Timeline::new(story, &scene.layout);
    let mut extra = Extra { description: Some(story.summary.clone()), ..Extra::default() };
    let end = timeline.frame_at(timeline.total);
    lanes(&mut extra.under, story, &end, true);
    let ticks = timeline.ticks.iter();
    let stops =
        ticks.map(|tick| Stop { at: timeline.frame_at(tick.at).position, steps: vec![tick.step + 1] });
    for stop in apart(stops.collect()) {
        rect(&mut extra.over, "stop", &stop.pill(), 10.0);
        label(&mut extra.over, "stop-number", "middle", stop.at.x, stop.at.y + 4.0, &ranges(&stop.steps));
    }
    extra.style.push_str(
        ".hopscope .stop{fill:var(--ink)}.hopscope .stop-number{fill:var(--paper);font-size:11px;font-weight:600}",
    );
    extra
}

/// Stops whose marks would cover each other share one, at the place of the first.
fn apart(stops: Vec<Stop>) -> Vec<Stop> {
    let mut apart: Vec<Stop> = Vec::new();
    let mut left = stops;
    // A mark that grows may meet another one: each round leaves fewer stops, or ends.
    while let Some(mut stop) = left.pop() {
        while let Some(at) = apart.iter().position(|other| other.pill().grown(1.0).overlaps(&stop.pill())) {
            let other = apart.swap_remove(at);
            let first = if other.steps.first() < stop.steps.first() { other.at } else { stop.at };
            stop.steps.extend(other.steps);
            stop.steps.sort_unstable();
            stop.at = first;
        }
        apart.push(stop);
    }
    apart.sort_by(|a, b| a.steps.cmp(&b.steps));
    apart
}

/// The ways of a frame.
fn lanes(out: &mut String, story: &Story, frame: &Frame, over: bool) {
    for (leg, points) in &frame.paths {
        if points.len() < 2 {
            continue;
        }
        let mut class = String::from(if *leg == LegKind::Return { "lane return" } else { "lane" });
        if over && story.reason.is_some() && frame.leg == *leg {
            class.push_str(" refused");
        }
        let _ = write!(out, "<path class=\"{class}\" d=\"{}\"/>", rounded_path(points, CORNER));
    }
}

/// Lines below the map.
fn caption(extra: &mut Extra, scene: &Scene, text: &str) {
    let room = ((scene.bounds.w - 32.0) / 7.0).max(20.0) as usize;
    let lines = wrap(text, room);
    extra.below = lines.len() as f32 * LINE + 20.0;
    for (n, line) in lines.iter().enumerate() {
        let y = scene.bounds.bottom() + LINE + n as f32 * LINE;
        label(&mut extra.over, "caption", "start", scene.bounds.x + 16.0, y, line);
    }
}

/// Numbers in order, runs of them as their ends: `1–3, 7`.
fn ranges(numbers: &[usize]) -> String {
    let mut out = String::new();
    let mut rest = numbers.iter().copied().peekable();
    while let Some(first) = rest.next() {
        let mut last = first;
        while let Some(next) = rest.next_if_eq(&(last + 1)) {
            last = next;
        }
        let comma = if out.is_empty() { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = match last - first {
            0 => write!(out, "{comma}{first}"),
            1 => write!(out, "{comma}{first}, {last}"),
            _ => write!(out, "{comma}{first}–{last}"),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn runs_of_numbers_are_short() {
        assert_eq!(super::ranges(&[1, 2, 3, 5, 7, 8]), "1–3, 5, 7, 8");
        assert_eq!(super::ranges(&[]), "");
    }
}
