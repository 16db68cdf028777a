//! The timeline: one tick for each step, a head that can be dragged, a slider for keys.

use std::rc::Rc;

use hopscope_forward::LegKind;
use hopscope_view::text::ui_panels as words;
use hopscope_view::{Story, Timeline};
use web_sys::Element;
use yew::prelude::*;

use super::glyph;

/// How near a press must be to a tick to mean it, in pixels.
const SNAP: f64 = 12.0;

/// Places of moments: steps stand at even distances, whatever time they take, so that marks never
/// cover each other. Between two steps time runs evenly.
struct Scale {
    times: Vec<f64>,
    total: f64,
}

impl Scale {
    fn new(timeline: &Timeline) -> Self {
        Self { times: timeline.ticks.iter().map(|tick| tick.at).collect(), total: timeline.total }
    }

    /// Place of a step.
    fn mark(&self, index: usize) -> f64 {
        (index as f64 + 1.0) / (self.times.len() as f64 + 1.0)
    }

    /// Place between a step and the one before it.
    fn turn(&self, index: usize) -> f64 {
        self.mark(index) - 0.5 / (self.times.len() as f64 + 1.0)
    }

    /// Moments and places, from the beginning to the end.
    fn knots(&self) -> impl Iterator<Item = (f64, f64)> {
        let steps = self.times.iter().enumerate().map(|(index, &at)| (at, self.mark(index)));
        std::iter::once((0.0, 0.0)).chain(steps).chain(std::iter::once((self.total, 1.0)))
    }

    /// Place of a moment.
    fn share(&self, time: f64) -> f64 {
        between(self.knots(), time)
    }

    /// Moment at a place; the step's own where one is within `near`.
    fn time(&self, share: f64, near: f64) -> f64 {
        let close = (0..self.times.len()).find(|&index| (self.mark(index) - share).abs() <= near);
        match close.and_then(|index| self.times.get(index)) {
            Some(&at) if near > 0.0 => at,
            _ => between(self.knots().map(|(time, share)| (share, time)), share),
        }
    }
}

/// Linear between the knots around `x`; the nearest knot outside them.
fn between(knots: impl Iterator<Item = (f64, f64)>, x: f64) -> f64 {
    let mut last = (0.0, 0.0);
    for (kx, ky) in knots {
        if x <= kx {
            let width = kx - last.0;
            return if width > 0.0 {
                last.1 + (ky - last.1) * ((x - last.0) / width).clamp(0.0, 1.0)
            } else {
                ky
            };
        }
        last = (kx, ky);
    }
    last.1
}

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
    let scale = Rc::new(Scale::new(&props.timeline));
    let percent = |share: f64| format!("{:.3}%", share * 100.0);
    let head = percent(scale.share(props.time));
    let seek_to = {
        let (track, on_seek, scale) = (track.clone(), props.on_seek.clone(), scale.clone());
        move |client_x: i32, snap: bool| {
            let Some(track) = track.cast::<Element>() else { return };
            let rect = track.get_bounding_client_rect();
            if rect.width() > 0.0 {
                let share = ((f64::from(client_x) - rect.left()) / rect.width()).clamp(0.0, 1.0);
                let near = if snap { SNAP / rect.width() } else { 0.0 };
                on_seek.emit(scale.time(share, near));
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
            seek_to(event.client_x(), true);
        })
    };
    let onpointermove = {
        let dragging = dragging.clone();
        Callback::from(move |event: PointerEvent| {
            if *dragging {
                seek_to(event.client_x(), false);
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
    let sentence = props
        .story
        .steps
        .get(props.step)
        .map_or(String::new(), |step| format!("{}, {}. {}", step.title, step.word, step.line));
    // Where each leg begins; the first one at the very beginning.
    let mut legs: Vec<(LegKind, usize)> = Vec::new();
    for (index, tick) in props.timeline.ticks.iter().enumerate() {
        if legs.last().is_none_or(|(leg, _)| *leg != tick.leg) {
            legs.push((tick.leg, index));
        }
    }
    let first = legs.first().map_or(LegKind::Forward, |(leg, _)| *leg);
    let turns = legs.iter().skip(1).map(|(leg, index)| (*leg, percent(scale.turn(*index))));
    html! {
        <div class="timeline">
            <div class="timeline-track" ref={track} role="slider" tabindex="0" aria-label={words::TIMELINE}
                aria-valuemin="1" aria-valuemax={count.max(1).to_string()} aria-valuenow={(props.step + 1).to_string()}
                aria-valuetext={words::step_of(props.step, count, &sentence)} {onkeydown}
                {onpointerdown} {onpointermove} onpointerup={release.clone()} onpointercancel={release}>
                // Places are attributes of SVG, not styles: the page's security policy allows no inline styles.
                <svg class="timeline-marks" width="100%" height="40" aria-hidden="true">
                    <line class="timeline-rail" x1="0" x2="100%" y1="15" y2="15" />
                    <line class="timeline-done" x1="0" x2={head.clone()} y1="15" y2="15" />
                    <text class="timeline-leg" x="0" y="37">{ words::lane(first) }</text>
                    { for turns.map(|(leg, turn)| html! {
                        <>
                            <line class="timeline-turn" x1={turn.clone()} x2={turn.clone()} y1="4" y2="37" />
                            <svg x={turn} overflow="visible"><text class="timeline-leg" x="5" y="37">{ words::lane(leg) }</text></svg>
                        </>
                    }) }
                    { for props.timeline.ticks.iter().enumerate().map(|(index, tick)| {
                        let class = classes!(
                            "timeline-tick",
                            (tick.step == props.step).then_some("current"),
                            tick.counterfactual.then_some("counterfactual"),
                            (tick.at <= props.time).then_some("passed"),
                        );
                        let title = props.story.steps.get(tick.step).map(|step| format!("{}. {}: {}", tick.step + 1, step.title, step.word));
                        html! {
                            <svg key={tick.step} {class} x={percent(scale.mark(index))} y="9" overflow="visible">
                                <g transform="translate(-6 0)">
                                    if let Some(title) = title { <title>{ title }</title> }
                                    { glyph::shape(tick.glyph) }
                                </g>
                            </svg>
                        }
                    }) }
                    <svg x={head} y="15" overflow="visible">
                        <path class="timeline-head" d="M0-14V12M-5-14H5L0-8z" />
                    </svg>
                </svg>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale() -> Scale {
        Scale { times: vec![100.0, 900.0, 1000.0], total: 1200.0 }
    }

    #[test]
    fn steps_stand_at_even_distances() {
        let scale = scale();
        for (index, time) in [100.0, 900.0, 1000.0].into_iter().enumerate() {
            assert!((scale.share(time) - (index as f64 + 1.0) / 4.0).abs() < 1e-9);
        }
        assert_eq!(scale.share(0.0), 0.0);
        assert_eq!(scale.share(5000.0), 1.0);
    }

    #[test]
    fn places_and_moments_are_inverse() {
        let scale = scale();
        for time in [0.0, 50.0, 500.0, 950.0, 1100.0, 1200.0] {
            assert!((scale.time(scale.share(time), 0.0) - time).abs() < 1e-6);
        }
    }

    #[test]
    fn a_press_near_a_step_means_the_step() {
        assert_eq!(scale().time(0.26, 0.02), 100.0);
        assert!(scale().time(0.26, 0.0) > 100.0);
    }

    #[test]
    fn an_empty_timeline_has_no_places() {
        let empty = Scale { times: Vec::new(), total: 0.0 };
        assert_eq!(empty.time(0.5, 0.1), 0.0);
    }
}
