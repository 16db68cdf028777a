//! The packet on the map: its way, itself, and the gate where something decides.

use hopscope_forward::LegKind;
use hopscope_layout::{CORNER, Point, num, rounded_path};
use hopscope_view::playback::{Frame, Gate, PacketShape};
use hopscope_view::text::ui_shell as words;
use hopscope_view::{Story, Timeline};
use yew::prelude::*;

use crate::state::{FlowCtx, PlayCtx};

/// Properties of [`FlowLayer`].
#[derive(Properties, PartialEq)]
pub struct LayerProps {
    /// The packet and the gate, over everything; otherwise the way, under the cards.
    pub over: bool,
}

/// What moves on the map. Draws again with every frame, and nothing else does.
#[component]
pub fn FlowLayer(props: &LayerProps) -> Html {
    let (flow, play) = (use_context::<FlowCtx>(), use_context::<PlayCtx>());
    let (Some(flow), Some(play)) = (flow, play) else { return html! {} };
    let timeline = flow.timeline.as_ref().filter(|timeline| !timeline.ticks.is_empty());
    let (Some(story), Some(timeline)) = (&flow.story, timeline) else { return html! {} };
    let frame = timeline.frame_at(play.time);
    html! {
        <g class={classes(&frame, story)} aria-hidden="true">
            { if props.over { packet_and_gate(&frame, story) } else { lanes(&frame, timeline) } }
        </g>
    }
}

fn classes(frame: &Frame, story: &Story) -> Classes {
    let denied = story.decided_at.is_some_and(|at| frame.step >= at);
    classes!("flow", denied.then_some("denied"), frame.counterfactual.then_some("counterfactual"))
}

/// The way of the packet.
fn lanes(frame: &Frame, timeline: &Timeline) -> Html {
    let lane = |leg: LegKind, covered: &[Point]| {
        let whole = timeline.path(leg);
        let class = match leg {
            LegKind::Lookup => "lane lookup",
            LegKind::Attempt => "lane attempt",
            LegKind::Forward => "lane forward",
            LegKind::Return => "lane return",
        };
        html! {
            <g class={class}>
                if whole.len() > 1 {
                    <path class="whole" d={rounded_path(whole, CORNER)} />
                }
                if covered.len() > 1 {
                    <path class="covered" d={rounded_path(covered, CORNER)} />
                    if leg == LegKind::Return {
                        <path class="hollow" d={rounded_path(covered, CORNER)} />
                    }
                }
            </g>
        }
    };
    html! { <>{ for frame.paths.iter().map(|(leg, covered)| lane(*leg, covered)) }</> }
}

fn packet_and_gate(frame: &Frame, story: &Story) -> Html {
    let line = story.steps.get(frame.step).map_or("", |step| &step.line);
    html! {
        <>
            if let Some(at) = &frame.gate {
                { gate(at) }
            }
            { packet(frame) }
            if frame.gate.is_some() && !line.is_empty() {
                { caption(frame.position, line) }
            }
        </>
    }
}

/// Two leaves that open, or shut.
fn gate(gate: &Gate) -> Html {
    let progress = gate.progress.clamp(0.0, 1.0);
    // Degrees each leaf turns away from shut.
    let angle = if gate.open { 78.0 * progress } else { 40.0 * (1.0 - progress) };
    let (x, y) = (gate.at.x, gate.at.y);
    let leaf = |sign: f32| {
        let transform =
            format!("translate({} {}) rotate({})", num(x), num(y + 18.0 * sign), num(angle * sign));
        let d = if sign < 0.0 { "M0 0V16" } else { "M0 0V-16" };
        html! { <path class="leaf" transform={transform} d={d} /> }
    };
    html! {
        <g class={classes!("gate", if gate.open { "open" } else { "shut" })}>
            <path class="posts" d={format!("M{} {}h8M{} {}h8", num(x - 4.0), num(y - 18.0), num(x - 4.0), num(y + 18.0))} />
            { leaf(-1.0) }
            { leaf(1.0) }
        </g>
    }
}

fn packet(frame: &Frame) -> Html {
    let transform = format!("translate({} {})", num(frame.position.x), num(frame.position.y));
    let number = (frame.step + 1).to_string();
    let shape = match frame.shape {
        PacketShape::Travelling => html! {
            <>
                <circle class="body" r="10" />
                <path class="fin" d="M10 -5.5 16 0 10 5.5z" />
                <text class="number" y="4" text-anchor="middle">{ number }</text>
            </>
        },
        PacketShape::Rewritten => html! {
            <>
                <circle class="body" r="10" />
                <text class="number" y="4" text-anchor="middle">{ number }</text>
                <circle class="notch" cx="8.5" cy="-8.5" r="6" />
                <path class="swap" d="M5.8 -9.800h5l-1.6 -1.600M11.2 -7.200h-5l1.6 1.6" />
            </>
        },
        PacketShape::Delivered => html! {
            <>
                <circle class="body" r="10" />
                <path class="mark" d="M-4.5 .3 -1.3 3.5 4.7 -3.2" />
            </>
        },
        PacketShape::Denied => html! {
            <>
                <path class="body" d="M-4.3 -10.400h8.600l6.1 6.100v8.600l-6.1 6.100h-8.600l-6.1 -6.100v-8.600z" />
                <path class="mark" d="M-5 0h10" />
            </>
        },
        PacketShape::Unknown => html! {
            <>
                <circle class="body" r="10" />
                <path class="half" d="M0 -7.500a7.5 7.5 0 0 1 0 15z" />
            </>
        },
    };
    html! {
        <g class={classes!("packet", frame.shape.class())} transform={transform}>
            <title>{ words::PACKET }</title>
            { shape }
        </g>
    }
}

/// Characters of one line of a caption.
const CAPTION: usize = 48;

/// Plain words below the gate, in two lines at most.
fn caption(at: Point, line: &str) -> Html {
    let lines = wrap(line);
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let width = longest as f32 * 6.8 + 18.0;
    let height = lines.len() as f32 * 15.0 + 8.0;
    // Below the card that decides, so that its name and address stay legible.
    let (x, y) = (at.x - width / 2.0, at.y + 40.0);
    html! {
        <g class="caption">
            <rect x={num(x)} y={num(y)} width={num(width)} height={num(height)} rx="6" />
            for (n, line) in lines.into_iter().enumerate() {
                <text x={num(at.x)} y={num(y + 15.0 + n as f32 * 15.0)} text-anchor="middle">{ line }</text>
            }
        </g>
    }
}

/// A sentence in at most two lines, cut with an ellipsis where it is longer.
fn wrap(line: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in line.split_whitespace() {
        let full = lines.len() == 2;
        let Some(last) = lines.last_mut() else { break };
        let length = last.chars().count() + 1 + word.chars().count();
        if last.is_empty() || length <= CAPTION {
            if !last.is_empty() {
                last.push(' ');
            }
            last.extend(word.chars().take(CAPTION));
        } else if full {
            last.push('…');
            break;
        } else {
            lines.push(word.chars().take(CAPTION).collect());
        }
    }
    lines
}
