//! The share dialog: a link that holds the whole document, its length, and what else it says.

use hopscope_editor::Intent;
use hopscope_editor::link::{LOOK_ONLY, MAX_OFFERED, Moment, Place, write_document};
use hopscope_view::text::{share as words, ui_panels, ui_shell};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::modal::Modal;
use crate::browser;
use crate::documents;
use crate::icons::icon;
use crate::state::{FlowCtx, PlayAction, PlayCtx, SessionCtx, UiAction, UiCtx};

/// What is shown now: the chosen flow at its moment, and the selection.
#[must_use]
pub fn place(session: &SessionCtx, flow: &FlowCtx, play: &PlayCtx) -> Place {
    let moment = flow.timeline.as_ref().filter(|_| play.time > 0.5).map(|timeline| {
        let step = timeline.ticks.iter().position(|tick| (tick.at - play.time).abs() < 0.5);
        step.map_or(Moment::At(play.time), |step| Moment::Step(step.saturating_add(1)))
    });
    Place {
        flow: flow.flow.as_ref().map(|flow| flow.id.clone()),
        moment,
        selection: session.session.selection().to_vec(),
    }
}

/// The address of this page with another fragment.
fn absolute(fragment: &str) -> String {
    let href = browser::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    format!("{page}#{fragment}")
}

/// Properties of [`Share`].
#[derive(Properties, PartialEq)]
pub struct ShareProps {
    /// Id of the document in this browser; none for one that is not stored.
    pub id: Option<AttrValue>,
    /// Closes the dialog.
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn Share(props: &ShareProps) -> Html {
    let (session, flow) = (use_context::<SessionCtx>(), use_context::<FlowCtx>());
    let (play, ui) = (use_context::<PlayCtx>(), use_context::<UiCtx>());
    let with_flow = use_state(|| true);
    let with_selection = use_state(|| false);
    let look_only = use_state(|| false);
    let said = use_state(|| None::<(&'static str, &'static str)>);
    {
        // The moment stays the one that was looked at.
        let player = play.as_ref().map(|play| play.dispatch.clone());
        use_effect_with((), move |()| player.iter().for_each(|player| player.emit(PlayAction::Pause)));
    }
    let opened = use_memo((), |()| {
        let (session, flow, play) = (session.as_ref()?, flow.as_ref()?, play.as_ref()?);
        let title =
            flow.flow.as_ref().map(|flow| hopscope_editor::flows::describe(session.session.document(), flow));
        Some((place(session, flow, play), title, write_document(session.session.document())))
    });
    let (Some(session), Some(ui), Some((here, title, packed))) = (session, ui, (*opened).clone()) else {
        return html! {};
    };
    let chosen = Place {
        flow: here.flow.clone().filter(|_| *with_flow),
        moment: here.moment.filter(|_| *with_flow),
        selection: if *with_selection { here.selection.clone() } else { Vec::new() },
    };
    let link = packed.ok().map(|packed| {
        let parts = [packed, if *look_only { LOOK_ONLY.to_owned() } else { String::new() }, chosen.write()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        absolute(&parts.join("&"))
    });
    let length = link.as_ref().map(String::len);
    let link = link.filter(|link| link.len() <= MAX_OFFERED);
    let copy = |link: &str, key: &'static str| {
        let (link, said, say) = (link.to_owned(), said.setter(), ui.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            let (link, said, say) = (link.clone(), said.clone(), say.clone());
            spawn_local(async move {
                let outcome =
                    if browser::copied(&link).await { ui_panels::COPIED } else { ui_panels::COPY_REFUSED };
                say.emit(UiAction::Say(outcome.into()));
                said.set(Some((key, outcome)));
            });
        })
    };
    let option = |label: String, state: &UseStateHandle<bool>| {
        let (on, state, said) = (**state, state.setter(), said.setter());
        html! {
            <label class="share-option">
                <input type="checkbox" class="cell-flag" checked={on} onchange={move |_| {
                    said.set(None);
                    state.set(!on);
                }} />
                <span>{ label }</span>
            </label>
        }
    };
    let told = |key: &'static str| {
        said.filter(|(of, _)| *of == key).map(|(_, outcome)| html! { <span class="said">{ outcome }</span> })
    };
    let save = {
        let dispatch = session.dispatch.clone();
        move |_: MouseEvent| dispatch.emit(Intent::Download)
    };
    let close = {
        let onclose = props.onclose.clone();
        move |_: MouseEvent| onclose.emit(())
    };
    let flow_label = title.map(|title| match here.moment {
        None => words::with_flow(&title),
        Some(Moment::Step(step)) => words::with_step(&title, step),
        Some(Moment::At(ms)) => words::with_moment(&title, ms),
    });
    let bookmark = props.id.as_ref().map(|id| absolute(&documents::address(id, &chosen)));
    html! {
        <Modal label={words::SHARE} class={classes!("share")} onclose={props.onclose.clone()}>
            <header class="modal-head">
                <h2>{ words::SHARE }</h2>
                <button type="button" class="icon-button" aria-label={ui_shell::CLOSE} onclick={close}>{ icon("close", 18) }</button>
            </header>
            <div class="modal-content share-content">
                <p class="hint">{ words::HINT }</p>
                { match (&link, length) {
                    (Some(link), Some(length)) => html! {
                        <>
                            { address(link, words::LINK) }
                            <div class="share-acts">
                                <button type="button" class="button primary" onclick={copy(link, "link")}>{ words::COPY }</button>
                                <span class="hint" data-length={length.to_string()}>{ words::length(length) }</span>
                                <span role="status">{ told("link") }</span>
                            </div>
                        </>
                    },
                    (_, length) => html! {
                        <>
                            <p role="status">{ length.map_or_else(|| words::NO_LINK.to_owned(), |length| words::too_long(length, MAX_OFFERED)) }</p>
                            <div class="share-acts">
                                <button type="button" class="button primary" onclick={save}>{ ui_shell::SAVE_FILE }</button>
                            </div>
                        </>
                    },
                } }
                <fieldset class="share-options">
                    <legend>{ words::INCLUDE }</legend>
                    if let Some(label) = flow_label { { option(label, &with_flow) } }
                    if !here.selection.is_empty() { { option(words::with_selection(here.selection.len()), &with_selection) } }
                    { option(words::LOOK_ONLY.to_owned(), &look_only) }
                </fieldset>
                if let Some(bookmark) = bookmark {
                    <section class="share-here">
                        <h3>{ words::HERE }</h3>
                        <p class="hint">{ words::HERE_HINT }</p>
                        { address(&bookmark, words::BOOKMARK) }
                        <div class="share-acts">
                            <button type="button" class="button" onclick={copy(&bookmark, "bookmark")}>{ words::COPY_HERE }</button>
                            <span role="status">{ told("bookmark") }</span>
                        </div>
                    </section>
                }
            </div>
        </Modal>
    }
}

/// A link to be selected as a whole.
fn address(link: &str, label: &'static str) -> Html {
    let onfocus = |event: FocusEvent| event.target_unchecked_into::<web_sys::HtmlInputElement>().select();
    html! { <input class="cell-text share-link" type="text" readonly=true aria-label={label} value={link.to_owned()} {onfocus} /> }
}
