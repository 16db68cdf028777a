//! The trace as plain text, to be read, copied or pasted into notes.

use std::rc::Rc;

use hopscope_forward::Trace;
use hopscope_view::text::{export, ui_panels as words};
use hopscope_view::{Story, trace_text};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

/// Properties of [`TraceText`].
#[derive(Properties, PartialEq)]
pub struct TraceTextProps {
    /// The story.
    pub story: Rc<Story>,
    /// The trace it tells.
    pub trace: Rc<Trace>,
    /// Something worth saying aloud.
    pub on_say: Callback<String>,
}

/// The text with its copy buttons.
#[component]
pub fn TraceText(props: &TraceTextProps) -> Html {
    let said = use_state(|| None::<&'static str>);
    {
        let said = said.clone();
        use_effect_with(props.story.clone(), move |_| said.set(None));
    }
    let copy = |text: fn(&Story, &Trace) -> String| {
        let (story, trace) = (props.story.clone(), props.trace.clone());
        let (said, on_say) = (said.clone(), props.on_say.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(window) = web_sys::window() else { return };
            let written = window.navigator().clipboard().write_text(&text(&story, &trace));
            let (said, on_say) = (said.clone(), on_say.clone());
            spawn_local(async move {
                let outcome = match JsFuture::from(written).await {
                    Ok(_) => words::COPIED,
                    Err(_) => words::COPY_REFUSED,
                };
                on_say.emit(outcome.to_owned());
                said.set(Some(outcome));
            });
        })
    };
    html! {
        <div class="trace-text">
            <div class="row-tools">
                <button type="button" class="small-button" onclick={copy(|story, _| trace_text::ladder(story))}>{ words::COPY_TEXT }</button>
                <button type="button" class="small-button" onclick={copy(|story, _| trace_text::markdown(story))}>
                    { words::COPY_MARKDOWN }
                </button>
                <button type="button" class="small-button" onclick={copy(|_, trace| json(trace))}>{ export::COPY_JSON }</button>
                if let Some(said) = *said {
                    <span class="said">{ said }</span>
                }
            </div>
            <pre tabindex="0" role="region" aria-label={words::LADDER_TEXT}>{ trace_text::ladder(&props.story) }</pre>
        </div>
    }
}

/// The whole trace, as the command line prints it.
fn json(trace: &Trace) -> String {
    serde_json::to_string_pretty(trace).unwrap_or_default()
}
