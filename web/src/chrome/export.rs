//! The export dialog: pictures of the map, of what is selected and of the chosen flow, still or
//! moving, with the document in them.

use hopscope_aws::Document;
use hopscope_editor::library::file_name;
use hopscope_editor::picture::{png_with_source, source, svg_with_source};
use hopscope_view::svg::{self, Options};
use hopscope_view::text::{export as words, ui_shell};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::modal::Modal;
use super::theme;
use crate::browser;
use crate::icons::icon;
use crate::picture::{Picture, png, use_whole};
use crate::state::{Dialog, FlowCtx, PlayAction, PlayCtx, SessionCtx, UiAction, UiCtx};

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Whole,
    Selection,
    Flow,
}

/// Sizes of a PNG.
const SCALES: [u32; 3] = [1, 2, 3];

/// The name of a file made of a document.
fn named(document: &Document, ending: &str) -> String {
    let name = file_name(&document.name);
    format!("{}.{ending}", name.trim_end_matches(".hopscope.json"))
}

/// Properties of [`Export`].
#[derive(Properties, PartialEq)]
pub struct ExportProps {
    /// Closes the dialog.
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn Export(props: &ExportProps) -> Html {
    let (session, flow) = (use_context::<SessionCtx>(), use_context::<FlowCtx>());
    let scene = use_whole();
    let (play, ui) = (use_context::<PlayCtx>(), use_context::<UiCtx>());
    {
        // The moment stays the one that was looked at.
        let player = play.as_ref().map(|play| play.dispatch.clone());
        use_effect_with((), move |()| player.iter().for_each(|player| player.emit(PlayAction::Pause)));
    }
    let has_story = flow.as_ref().is_some_and(|flow| flow.story.is_some());
    let what = use_state(|| if has_story { What::Flow } else { What::Whole });
    let dark = use_state(theme::is_dark);
    let scale = use_state(|| 2u32);
    let with_source = use_state(|| true);
    let said = use_state(|| None::<&'static str>);
    let (Some(session), Some(flow), Some(play), Some(ui)) = (session, flow, play, ui) else {
        return html! {};
    };
    let document = session.session.document().clone();
    let selection = session.session.selection().clone();
    let options =
        Options { theme: if *dark { svg::Theme::Dark } else { svg::Theme::Light }, transparent: false };
    let picture = match (*what, &flow.story) {
        (What::Flow, Some(story)) => Some(svg::moment(&scene, story, play.time, &options)),
        (What::Selection, _) => svg::part(&scene, &selection, &options),
        _ => Some(svg::render(&scene, &options)),
    };
    let carrying = {
        let (document, with) = (document.clone(), *with_source);
        move |picture: &str| {
            if with { svg_with_source(picture, &source(&document)) } else { picture.to_owned() }
        }
    };
    let done = {
        let (said, say) = (said.setter(), ui.dispatch.clone());
        Callback::from(move |sentence: &'static str| {
            say.emit(UiAction::Say(sentence.into()));
            said.set(Some(sentence));
        })
    };
    let save_svg = {
        let (picture, carrying, name, done) =
            (picture.clone(), carrying.clone(), named(&document, "svg"), done.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(picture) = &picture {
                browser::download_as(&name, &carrying(picture), "image/svg+xml");
                done.emit(words::DONE);
            }
        })
    };
    let save_png = {
        let (picture, name, done) = (picture.clone(), named(&document, "png"), done.clone());
        let (document, with, scale) = (document.clone(), *with_source, *scale);
        Callback::from(move |_: MouseEvent| {
            let Some(picture) = picture.clone() else { return };
            let (name, done, document) = (name.clone(), done.clone(), document.clone());
            spawn_local(async move {
                let Some(bytes) = png(&picture, scale).await else { return done.emit(words::TOO_LARGE) };
                let bytes = if with { png_with_source(&bytes, &source(&document)) } else { bytes };
                browser::download_bytes(&name, &bytes, "image/png");
                done.emit(words::DONE);
            });
        })
    };
    let save_moving = flow.story.clone().map(|story| {
        let (scene, options, carrying, done) =
            (scene.clone(), options.clone(), carrying.clone(), done.clone());
        let name = named(&document, "animated.svg");
        Callback::from(move |_: MouseEvent| {
            browser::download_as(&name, &carrying(&svg::animated(&scene, &story, &options)), "image/svg+xml");
            done.emit(words::DONE);
        })
    });
    let to_print = {
        let dispatch = ui.dispatch.clone();
        move |_: MouseEvent| dispatch.emit(UiAction::Dialog(Some(Dialog::Print)))
    };
    let close = {
        let onclose = props.onclose.clone();
        move |_: MouseEvent| onclose.emit(())
    };
    let title = flow
        .flow
        .as_ref()
        .filter(|_| has_story)
        .map(|flow| hopscope_editor::flows::describe(&document, flow));
    let mut whats = vec![(What::Whole, words::WHOLE.to_owned())];
    whats.extend(title.map(|title| (What::Flow, words::flow_at(&title))));
    if !selection.is_empty() {
        whats.push((What::Selection, words::selected(selection.len())));
    }
    let reset = said.setter();
    html! {
        <Modal label={words::EXPORT} class={classes!("share", "wide-modal")} onclose={props.onclose.clone()}>
            <header class="modal-head">
                <h2>{ words::EXPORT }</h2>
                <button type="button" class="icon-button" aria-label={ui_shell::CLOSE} onclick={close}>{ icon("close", 18) }</button>
            </header>
            <div class="modal-content share-content">
                <div class="export-preview">
                    { match &picture {
                        Some(picture) => html! { <Picture svg={picture.clone()} alt={words::PREVIEW} class={classes!("export-picture")} /> },
                        None => html! { <p class="hint" role="status">{ words::NOTHING }</p> },
                    } }
                </div>
                <div class="export-choices">
                    { radios(words::WHAT, "export-what", &whats, &what, &reset) }
                    { radios(words::COLOURS, "export-colours", &[(false, words::LIGHT.to_owned()), (true, words::DARK.to_owned())], &dark, &reset) }
                    { radios(words::SIZE, "export-size", &SCALES.map(|scale| (scale, words::times(scale))), &scale, &reset) }
                </div>
                <label class="share-option">
                    <input type="checkbox" class="cell-flag" checked={*with_source} onchange={
                        let (with, on) = (with_source.setter(), *with_source);
                        move |_| with.set(!on)
                    } />
                    <span>{ words::WITH_SOURCE }</span>
                </label>
                <div class="share-acts">
                    <button type="button" class="button primary" disabled={picture.is_none()} onclick={save_png}>{ words::SAVE_PNG }</button>
                    <button type="button" class="button" disabled={picture.is_none()} onclick={save_svg}>{ words::SAVE_SVG }</button>
                    if let Some(save) = save_moving {
                        <button type="button" class="button" onclick={save}>{ words::SAVE_MOVING }</button>
                    }
                    <button type="button" class="button" onclick={to_print}>{ words::PRINT }</button>
                    <span role="status">if let Some(said) = *said { <span class="said">{ said }</span> }</span>
                </div>
                if has_story {
                    <p class="hint">{ words::MOVING_HINT }</p>
                }
            </div>
        </Modal>
    }
}

/// One choice of several.
fn radios<T: Copy + PartialEq + 'static>(
    legend: &'static str,
    group: &'static str,
    choices: &[(T, String)],
    chosen: &UseStateHandle<T>,
    reset: &UseStateSetter<Option<&'static str>>,
) -> Html {
    html! {
        <fieldset class="share-options">
            <legend>{ legend }</legend>
            { for choices.iter().map(|(value, label)| {
                let (value, state, reset) = (*value, chosen.setter(), reset.clone());
                html! {
                    <label class="share-option">
                        <input type="radio" name={group} checked={**chosen == value} onchange={move |_| {
                            reset.set(None);
                            state.set(value);
                        }} />
                        <span>{ label }</span>
                    </label>
                }
            }) }
        </fieldset>
    }
}
