//! The dock of the Flow lens: player, timeline, verdict line, and the tabs below.

use hopscope_forward::Verdict;
use hopscope_view::text::{sequences, ui_panels as words};
use yew::prelude::*;

use super::hub::{Deck, use_hub};
use super::ladder::Ladder;
use super::mends::Mends;
use super::packet::PacketCard;
use super::sequence::{FlowSequence, Setup};
use super::spread::Spread;
use super::tabs::{Tab, tabs};
use super::timeline::TimelineBar;
use super::trace_tab::TraceText;
use super::transport::{Move, Transport, key_move, next_speed};
use super::verdict::verdict_mark;
use crate::state::{FlowCtx, PlayAction, PlayCtx};

/// The dock.
pub fn dock() -> Html {
    html! { <Deck><Player /></Deck> }
}

#[component]
fn Player() -> Html {
    let hub = use_hub();
    let play = use_context::<PlayCtx>();
    let tab = use_state(|| AttrValue::from("ladder"));
    // Callbacks keep their identity from frame to frame, so that the ladder is drawn once a step.
    let player = play.as_ref().map_or_else(Callback::noop, |play| play.dispatch.clone());
    let speed = play.as_ref().map_or(1.0, |play| play.speed);
    let on_move = use_callback((player.clone(), speed), |what: Move, (player, speed)| {
        player.emit(match what {
            Move::Toggle => PlayAction::Toggle,
            Move::Back => PlayAction::Step(-1),
            Move::Forward => PlayAction::Step(1),
            Move::Start => PlayAction::Start,
            Move::End => PlayAction::End,
            Move::Speed(speed) => PlayAction::Speed(speed),
            Move::Slower => PlayAction::Speed(next_speed(*speed, false)),
            Move::Faster => PlayAction::Speed(next_speed(*speed, true)),
        });
    });
    let on_seek = use_callback(player.clone(), |at: f64, player| player.emit(PlayAction::Seek(at)));
    let on_step = use_callback(player, |step: usize, player| player.emit(PlayAction::GoTo(step)));
    let on_why = use_callback(hub.clone(), |step: usize, hub| hub.why(step));
    let on_say = use_callback(hub.clone(), |text: String, hub| hub.say(&text));
    let on_choose = use_callback(tab.clone(), |key: AttrValue, tab| tab.set(key));
    let onkeydown = {
        let on_move = on_move.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() || takes_keys(&event) {
                return;
            }
            if let Some(what) = key_move(&event.key()) {
                event.prevent_default();
                event.stop_propagation();
                on_move.emit(what);
            }
        })
    };
    if let Some(id) = hub.setup() {
        return html! { <Setup {id} /> };
    }
    let FlowCtx { flow, story, timeline, .. } = hub.flow_ctx().clone();
    let trace = flow.as_ref().and_then(|flow| hub.trace(&flow.id));
    let (Some(play), Some(story), Some(timeline), Some(trace)) = (play, story, timeline, trace) else {
        let problem = flow.and_then(|flow| hub.flow_problem(&flow.id));
        return html! {
            <div class="dock-flow">
                <p class="empty-note">{ problem.unwrap_or_else(|| words::NO_STORY.to_owned()) }</p>
            </div>
        };
    };
    let step = play.step;
    let last = story.steps.len().saturating_sub(1);
    let content = match tab.as_str() {
        "sequence" => html! {
            <FlowSequence story={story.clone()} {trace} {step} {on_step} on_say={on_say.clone()} />
        },
        "spread" => {
            html! { <Spread network={hub.network()} flow={flow.as_deref().cloned().unwrap_or_default()} /> }
        }
        "packet" => html! { <PacketCard story={story.clone()} {trace} {step} /> },
        "text" => html! { <TraceText story={story.clone()} trace={trace.clone()} {on_say} /> },
        _ => html! { <Ladder story={story.clone()} {step} {on_step} on_why={on_why.clone()} /> },
    };
    let mut shown = vec![
        Tab::new("ladder", words::TAB_LADDER),
        Tab::new("sequence", sequences::TAB_SEQUENCE),
        Tab::new("packet", words::TAB_PACKET),
        Tab::new("text", words::TAB_TEXT),
    ];
    // Names alone are answered by chance.
    if story.answer.is_some() {
        shown.push(Tab::new("spread", words::TAB_SPREAD));
    }
    html! {
        <div class="dock-flow" {onkeydown}>
            <div class="dock-grid">
            <div class="player">
                <Transport playing={play.playing} speed={play.speed} enabled={!story.steps.is_empty()}
                    at_start={play.time <= 0.5} at_end={play.time >= timeline.time_of(last) - 0.5} {on_move} />
                <TimelineBar story={story.clone()} timeline={timeline.clone()} time={play.time} {step} {on_seek} />
            </div>
            <div class="verdict-line">
                { verdict_mark(Some(story.verdict)) }
                <span class="verdict-summary">{ &story.summary }</span>
                if let Some(decided) = story.decided_at {
                    <button type="button" class="small-button why" onclick={move |_| on_why.emit(decided)}>{ words::WHY }</button>
                }
            </div>
            if let Some(flow) = flow.as_ref().filter(|_| story.verdict != Verdict::Allowed) {
                <Mends flow={flow.id.clone()} revision={std::rc::Rc::as_ptr(&hub.document()) as usize} />
            }
            { tabs("dock", words::DOCK_TABS, &shown, &tab, &on_choose, content) }
            </div>
        </div>
    }
}

/// Whether the focused element needs the key itself: text, selects, and Space on buttons.
fn takes_keys(event: &KeyboardEvent) -> bool {
    let Some(element) = super::cell::target::<web_sys::Element>(event) else { return false };
    match element.tag_name().to_ascii_lowercase().as_str() {
        "input" | "select" | "textarea" => true,
        "button" | "a" => matches!(event.key().as_str(), " " | "Enter"),
        _ => false,
    }
}
