//! The timeline: one tick for each step, a head that can be dragged, a slider for keys.

use std::rc::Rc;

use hopscope_forward::LegKind;
use hopscope_view::text::ui_panels as words;
use hopscope_view::{Story, Timeline};
use web_sys::Element;
use yew::prelude::*;

use super::glyph;

/// Properties of [`TimelineBar`].
#[derive(Properties, PartialEq)]
pub struct TimelineProps {
    /// The story.
    pub story: Rc<Story>,
    /// Its moments.
    pub timeline: Rc<Timeline>,
    /// The current moment in milliseconds at 1×.
    pub time: f64,
    /// The current step.
    pub step: usize,
    /// Go to a moment.
    pub on_seek: Callback<f64>,
}

/// The timeline.
#[component]
pub fn TimelineBar(props: &TimelineProps) -> Html {
    let track = use_node_ref();
    let dragging = use_state(|| false);
    let total = props.timeline.total.max(1.0);
    let percent = |at: f64| format!("{:.3}%", (at / total * 100.0).clamp(0.0, 100.0));
    let seek_to = {
        let (track, on_seek) = (track.clone(), props.on_seek.clone());
        move |client_x: i32| {
            let Some(track) = track.cast::<Element>() else { return };
            let rect = track.get_bounding_client_rect();
            if rect.width() > 0.0 {
                let share = ((f64::from(client_x) - rect.left()) / rect.width()).clamp(0.0, 1.0);
                on_seek.emit(share * total);
            }
        }
    };
    let onpointerdown = {
        let (dragging, seek_to) = (dragging.clone(), seek_to.clone());
        let track = track.clone();
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            if let Some(track) = track.cast::<Element>() {
                // Capture can only be refused for pointers that are gone already.
                let _ = track.set_pointer_capture(event.pointer_id());
            }
            dragging.set(true);
            seek_to(event.client_x());
        })
    };
    let onpointermove = {
        let dragging = dragging.clone();
        Callback::from(move |event: PointerEvent| {
            if *dragging {
                seek_to(event.client_x());
            }
        })
    };
    let release = {
        let dragging = dragging.clone();
        Callback::from(move |_: PointerEvent| dragging.set(false))
    };
    let onkeydown = {
        let (on_seek, timeline, step) = (props.on_seek.clone(), props.timeline.clone(), props.step);
        Callback::from(move |event: KeyboardEvent| {
            let last = timeline.ticks.len().saturating_sub(1);
            let goal = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => (step + 1).min(last),
                "ArrowLeft" | "ArrowDown" => step.saturating_sub(1),
                "PageUp" => (step + 5).min(last),
                "PageDown" => step.saturating_sub(5),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            on_seek.emit(timeline.time_of(goal));
        })
    };
    let count = props.story.steps.len();
    let sentence = props.story.steps.get(props.step).map_or(String::new(), |step| format!("{}, {}. {}", step.title, step.word, step.line));
    let turn = props.timeline.ticks.iter().find(|tick| tick.leg == LegKind::Return).map(|tick| tick.from);
    html! {
        <div class="timeline">
            <div class="timeline-track" ref={track} role="slider" tabindex="0" aria-label={words::TIMELINE}
                aria-valuemin="1" aria-valuemax={count.max(1).to_string()} aria-valuenow={(props.step + 1).to_string()}
                aria-valuetext={words::step_of(props.step, count, &sentence)} {onkeydown}
                {onpointerdown} {onpointermove} onpointerup={release.clone()} onpointercancel={release}>
                // Places are attributes of SVG, not styles: the page's security policy allows no inline styles.
                <svg class="timeline-marks" width="100%" height="40" aria-hidden="true">
                    <line class="timeline-rail" x1="0" x2="100%" y1="15" y2="15" />
                    <line class="timeline-done" x1="0" x2={percent(props.time)} y1="15" y2="15" />
                    <text class="timeline-leg" x="0" y="37">{ words::lane(LegKind::Forward) }</text>
                    if let Some(turn) = turn {
                        <line class="timeline-turn" x1={percent(turn)} x2={percent(turn)} y1="4" y2="37" />
                        <svg x={percent(turn)} overflow="visible"><text class="timeline-leg" x="5" y="37">{ words::lane(LegKind::Return) }</text></svg>
                    }
                    { for props.timeline.ticks.iter().map(|tick| {
                        let class = classes!(
                            "timeline-tick",
                            (tick.step == props.step).then_some("current"),
                            tick.counterfactual.then_some("counterfactual"),
                            (tick.at <= props.time).then_some("passed"),
                        );
                        let title = props.story.steps.get(tick.step).map(|step| format!("{}. {}: {}", tick.step + 1, step.title, step.word));
                        html! {
                            <svg key={tick.step} {class} x={percent(tick.at)} y="9" overflow="visible">
                                <g transform="translate(-6 0)">
                                    if let Some(title) = title { <title>{ title }</title> }
                                    { glyph::shape(tick.glyph) }
                                </g>
                            </svg>
                        }
                    }) }
                    <svg x={percent(props.time)} y="15" overflow="visible">
                        <path class="timeline-head" d="M0-14V12M-5-14H5L0-8z" />
                    </svg>
                </svg>
            </div>
        </div>
    }
}
