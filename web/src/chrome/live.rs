//! One polite live region: the latest message wins, at most two a second.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use crate::browser;
use crate::state::UiCtx;

/// Shortest time between two messages, milliseconds.
const PAUSE: f64 = 500.0;

/// Says what the workbench has to say.
#[component]
pub fn Live() -> Html {
    let said = use_context::<UiCtx>().map(|ui| ui.ui.said.clone()).unwrap_or_default();
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
    // The same words twice are a new node, so that they are heard twice.
    html! {
        <div class="visually-hidden" role="status" aria-live="polite" aria-atomic="true" data-live="polite">
            <span key={shown.1}>{ shown.0.clone() }</span>
        </div>
    }
}
