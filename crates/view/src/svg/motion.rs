//! A story as style rules: the packet moves by keyframes, marks and captions appear on time.
//! Everything stands at its last moment unless motion is welcome.

use std::fmt::Write;

use hopscope_forward::LegKind;
use hopscope_layout::{CORNER, Point, num, rounded_path};

use super::draw::{Extra, hash, label};
use crate::playback::{Frame, PacketShape, Timeline};
use crate::{Scene, Story};

/// The picture rests this long on its last moment before it counts as over.
const HOLD: f64 = 1_200.0;
const LINE: f32 = 18.0;

pub(super) fn extra(scene: &Scene, story: &Story) -> Extra {
    let timeline = Timeline::new(story, &scene.layout);
    let end = timeline.verdict_at;
    let total = end + HOLD;
    let last = timeline.frame_at(end);
    let key = format!("hs{}", hash(&[&scene.title, &story.summary, &story.steps.len().to_string()]));
    let mut extra =
        Extra { class: key.clone(), description: Some(story.summary.clone()), ..Extra::default() };
    let mut moves = String::new();
    lanes(&mut extra, &mut moves, &timeline, story, &last, &key, end, total);
    packet(&mut extra, &mut moves, &timeline, &last, &key, end, total);
    captions(&mut extra, &mut moves, scene, story, &timeline, &key, total);
    let _ = write!(extra.style, "@media (prefers-reduced-motion:no-preference){{{moves}}}");
    extra
}

/// The ways covered, growing with the packet.
#[allow(clippy::too_many_arguments, reason = "one call, all of one picture")]
fn lanes(
    extra: &mut Extra,
    moves: &mut String,
    timeline: &Timeline,
    story: &Story,
    last: &Frame,
    key: &str,
    end: f64,
    total: f64,
) {
    let refused = story.reason.is_some();
    for (leg, points) in &last.paths {
        let leg = *leg;
        if points.len() < 2 {
            continue;
        }
        let class = if leg == LegKind::Return { "lane return" } else { "lane" };
        let denied = refused && last.leg == leg;
        let name = match leg {
            LegKind::Lookup => "l",
            LegKind::Attempt => "a",
            LegKind::Forward => "f",
            LegKind::Return => "r",
        };
        let class = if denied { format!("{class} refused") } else { class.to_owned() };
        let _ = write!(
            extra.under,
            "<path class=\"{class} {key}{name}\" d=\"{}\"/>",
            rounded_path(points, CORNER)
        );
        // The line appears as a whole when its leg begins; the packet shows how far it is.
        let start = timeline.ticks.iter().find(|tick| tick.leg == leg).map_or(0.0, |tick| tick.from);
        let _ = write!(
            moves,
            "@keyframes {key}{name}{{0%{{opacity:0}}{}{{opacity:0}}{}{{opacity:.45}}to{{opacity:.45}}}}.{key}{name}{{animation:{key}{name} {}ms linear both}}",
            percent(start, total),
            percent((start + 120.0).min(end), total),
            total.round()
        );
    }
}

/// The packet: one group that moves, one mark for each of its shapes.
fn packet(
    extra: &mut Extra,
    moves: &mut String,
    timeline: &Timeline,
    last: &Frame,
    key: &str,
    end: f64,
    total: f64,
) {
    let mut path = String::new();
    let mut before: Option<Point> = None;
    let mut shapes: Vec<(f64, PacketShape)> = Vec::new();
    for at in moments(timeline, end) {
        let frame = timeline.frame_at(at);
        if before != Some(frame.position) || at >= end {
            let _ = write!(
                path,
                "{}{{transform:translate({}px,{}px)}}",
                percent(at, total),
                num(frame.position.x),
                num(frame.position.y)
            );
        }
        before = Some(frame.position);
        if shapes.last().is_none_or(|(_, shape)| *shape != frame.shape) {
            shapes.push((at, frame.shape));
        }
    }
    let Point { x, y } = last.position;
    let _ = write!(
        moves,
        "@keyframes {key}p{{{path}to{{transform:translate({}px,{}px)}}}}.{key}p{{animation:{key}p {}ms linear both}}",
        num(x),
        num(y),
        total.round()
    );
    let _ = write!(extra.style, ".{key}p{{transform:translate({}px,{}px)}}", num(x), num(y));
    let _ = write!(extra.over, "<g class=\"{key}p\">");
    let kinds = [
        PacketShape::Travelling,
        PacketShape::Rewritten,
        PacketShape::Delivered,
        PacketShape::Denied,
        PacketShape::Unknown,
    ];
    for kind in kinds {
        if !shapes.iter().any(|(_, shape)| *shape == kind) {
            continue;
        }
        let name = kind.class();
        let shown = if last.shape == kind { "1" } else { "0" };
        let _ = write!(extra.over, "<g class=\"{key}{name}\" style=\"opacity:{shown}\">{}</g>", mark(kind));
        let mut frames = String::new();
        for (at, shape) in &shapes {
            let _ = write!(frames, "{}{{opacity:{}}}", percent(*at, total), u8::from(*shape == kind));
        }
        let _ = write!(
            moves,
            "@keyframes {key}{name}{{{frames}to{{opacity:{shown}}}}}.{key}{name}{{animation:{key}{name} {}ms step-end both}}",
            total.round()
        );
    }
    extra.over.push_str("</g>");
}

/// Every moment at which something begins, ends or turns.
fn moments(timeline: &Timeline, end: f64) -> Vec<f64> {
    let mut moments = vec![0.0, end];
    for tick in &timeline.ticks {
        if tick.from > end {
            continue;
        }
        moments.extend([tick.from, tick.at.min(end), (tick.at - 0.5).clamp(0.0, end)]);
        // Turns are found by sampling: a frame's worth of error is not seen.
        let mut at = tick.from;
        while at < tick.at.min(end) {
            moments.push(at);
            at += 20.0;
        }
    }
    moments.sort_unstable_by(f64::total_cmp);
    moments.dedup();
    thin(timeline, moments)
}

/// Leaves out moments that lie on the straight line between their neighbours.
fn thin(timeline: &Timeline, moments: Vec<f64>) -> Vec<f64> {
    let mut kept: Vec<(f64, Frame)> = Vec::new();
    for at in moments {
        let frame = timeline.frame_at(at);
        if let [.., (t0, a), (t1, b)] = kept.as_slice() {
            let share = ((t1 - t0) / (at - t0)) as f32;
            let even = Point::new(
                a.position.x + (frame.position.x - a.position.x) * share,
                a.position.y + (frame.position.y - a.position.y) * share,
            );
            let same = a.shape == b.shape && b.shape == frame.shape;
            if same && even.distance(b.position) < 1.5 {
                kept.pop();
            }
        }
        kept.push((at, frame));
    }
    kept.into_iter().map(|(at, _)| at).collect()
}

/// The verdict, and on the way there what happens at each step.
fn captions(
    extra: &mut Extra,
    moves: &mut String,
    scene: &Scene,
    story: &Story,
    timeline: &Timeline,
    key: &str,
    total: f64,
) {
    let room = ((scene.bounds.w - 32.0) / 7.0).max(20.0) as usize;
    let steps = || story.steps.iter().zip(&timeline.ticks).filter(|(_, tick)| tick.at <= timeline.verdict_at);
    let texts: Vec<(f64, Vec<String>)> = steps()
        .map(|(step, tick)| {
            (tick.from, wrap(&format!("{}. {}: {}", step.index + 1, step.title, step.line), room))
        })
        .collect();
    let verdict = wrap(&story.summary, room);
    let rows = texts.iter().map(|(_, lines)| lines.len()).chain([verdict.len()]).max().unwrap_or(1);
    extra.below = rows as f32 * LINE + 20.0;
    let top = scene.bounds.bottom() + LINE;
    let mut put = |name: &str, style: &str, lines: &[String]| {
        let _ = write!(extra.over, "<g class=\"{key}{name}\"{style}>");
        for (n, line) in lines.iter().enumerate() {
            label(&mut extra.over, "caption", "start", scene.bounds.x + 16.0, top + n as f32 * LINE, line);
        }
        extra.over.push_str("</g>");
    };
    let count = texts.len();
    for (n, (from, lines)) in texts.iter().enumerate() {
        let until = texts.get(n + 1).map_or(timeline.verdict_at, |(from, _)| *from);
        let name = format!("c{n}");
        put(&name, " style=\"opacity:0\" aria-hidden=\"true\"", lines);
        let _ = write!(
            moves,
            "@keyframes {key}{name}{{0%{{opacity:{}}}{}{{opacity:1}}{}{{opacity:0}}to{{opacity:0}}}}.{key}{name}{{animation:{key}{name} {}ms step-end both}}",
            u8::from(n == 0),
            percent(*from, total),
            percent(until, total),
            total.round()
        );
    }
    put("v", "", &verdict);
    if count > 0 {
        let _ = write!(
            moves,
            "@keyframes {key}v{{0%{{opacity:0}}{}{{opacity:1}}to{{opacity:1}}}}.{key}v{{animation:{key}v {}ms step-end both}}",
            percent(timeline.verdict_at, total),
            total.round()
        );
    }
}

/// Lines of at most `room` characters, broken between words where possible.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let long: String = word.chars().take(room).collect();
        let full = lines.len() == 4;
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            *line = long;
        } else if line.chars().count() + 1 + long.chars().count() <= room {
            line.push(' ');
            line.push_str(&long);
        } else if full {
            line.push('…');
            break;
        } else {
            lines.push(long);
        }
    }
    lines
}

fn percent(at: f64, total: f64) -> String {
    let share = if total > 0.0 { (at / total * 100.0).clamp(0.0, 100.0) } else { 0.0 };
    // Two decimals are finer than a frame.
    format!("{:.2}%", share)
}

/// The packet's mark, round its own origin.
fn mark(shape: PacketShape) -> &'static str {
    match shape {
        PacketShape::Travelling => {
            "<circle class=\"disc\" r=\"10\"/><path class=\"mark\" d=\"M-4.5 0h9M1 -3.500l3.500 3.500-3.500 3.500\"/>"
        }
        PacketShape::Rewritten => {
            "<circle class=\"disc\" r=\"10\"/><path class=\"mark\" d=\"M-4.500 -2.500h9l-3-2.500M4.500 2.500h-9l3 2.500\"/>"
        }
        PacketShape::Delivered => {
            "<circle class=\"disc\" r=\"10\"/><path class=\"mark\" d=\"M-4.500 0.500l3 3 6-6.500\"/>"
        }
        PacketShape::Denied => {
            "<path class=\"octagon\" d=\"M-4.600 -11h9.200L11 -4.600v9.200L4.600 11h-9.200L-11 4.600v-9.200z\"/><path class=\"mark\" d=\"M-5 0h10\"/>"
        }
        PacketShape::Unknown => {
            "<circle class=\"doubt\" r=\"10\"/><path class=\"mark\" d=\"M-3 -2.500a3 3 0 1 1 4 2.800c-.7.400-1 .9-1 1.700M0 5.500h.01\"/>"
        }
    }
}
