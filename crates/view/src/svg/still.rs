//! A moment of a story on its map, and for paper all of its hops at once, by their numbers.

use std::fmt::Write;

use hopscope_forward::LegKind;
use hopscope_layout::{CORNER, Point, Rect, num, rounded_path};

use super::draw::{Extra, label, rect};
use super::motion::{LINE, mark, wrap};
use crate::playback::{Frame, Timeline};
use crate::text::ui;
use crate::{Scene, Story};

/// Numbers nearer to each other than this share a mark.
const NEAR: f32 = 26.0;

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
    let mut stops: Vec<(Point, Vec<usize>)> = Vec::new();
    for tick in &timeline.ticks {
        let at = timeline.frame_at(tick.at).position;
        match stops.iter_mut().find(|(other, _)| other.distance(at) < NEAR) {
            Some((_, steps)) => steps.push(tick.step + 1),
            None => stops.push((at, vec![tick.step + 1])),
        }
    }
    for (at, steps) in stops {
        let text = ranges(&steps);
        let width = text.chars().count() as f32 * 6.6 + 12.0;
        let pill = Rect::new(at.x - width / 2.0, at.y - 10.0, width, 20.0);
        rect(&mut extra.over, "stop", &pill, 10.0);
        label(&mut extra.over, "stop-number", "middle", at.x, at.y + 4.0, &text);
    }
    extra.style.push_str(
        ".hopscope .stop{fill:var(--ink)}.hopscope .stop-number{fill:var(--paper);font-size:11px;font-weight:600}",
    );
    extra
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
