//! One polite live region: the latest message wins, at most two a second. And what it tells of the
//! player.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use crate::browser;
use crate::state::{FlowCtx, Lens, PlayCtx, UiAction, UiCtx};

/// Shortest time between two messages, milliseconds.
const PAUSE: f64 = 500.0;

/// Says what the workbench has to say.
#[component]
pub fn Live() -> Html {
    let ui = use_context::<UiCtx>();
    let said = ui.as_ref().map(|ui| ui.ui.said.clone()).unwrap_or_default();
    let shown = use_state(|| (AttrValue::from(""), 0u32));
    let last = use_mut_ref(|| 0.0f64);
    {
        let shown = shown.setter();
        use_effect_with(said, move |said| {
            let said = said.clone();
            let now = browser::now();
            let wait = (*last.borrow() + PAUSE - now).clamp(0.0, PAUSE);
            // Dropping the timer forgets a message that was overtaken.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 500")]
            let timer = Timeout::new(wait as u32, move || {
                *last.borrow_mut() = browser::now();
                shown.set(said);
            });
            move || drop(timer)
        });
    }
    use_narrator(ui);
    // The same words twice are a new node, so that they are heard twice.
    html! {
        <div class="visually-hidden" role="status" aria-live="polite" aria-atomic="true" data-live="polite">
            <span key={shown.1}>{ shown.0.clone() }</span>
        </div>
    }
}

/// Tells the step that is shown while nothing moves, and the verdict when it changes.
#[hook]
fn use_narrator(ui: Option<UiCtx>) {
    let (flow, play) = (use_context::<FlowCtx>(), use_context::<PlayCtx>());
    let (Some(ui), Some(flow), Some(play)) = (ui, flow, play) else { return };
    let story = flow.story.clone().filter(|_| ui.ui.lens == Lens::Flow);
    {
        let (story, dispatch) = (story.clone(), ui.dispatch.clone());
        let first = use_mut_ref(|| true);
        let at = (play.step, play.playing, play.time > 0.0);
        use_effect_with(at, move |&(step, playing, started)| {
            if first.replace(false) || playing || !started {
                return;
            }
            if let Some(step) = story.and_then(|story| story.steps.get(step).cloned()) {
                dispatch.emit(UiAction::Say(format!("{}: {}. {}", step.title, step.word, step.line).into()));
            }
        });
    }
    {
        let dispatch = ui.dispatch.clone();
        let summary = story.map(|story| story.summary.clone());
        use_effect_with(summary, move |summary| {
            if let Some(summary) = summary {
                dispatch.emit(UiAction::Say(summary.clone().into()));
            }
        });
    }
}
