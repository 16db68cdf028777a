//! The sequence diagram: a list of messages that is drawn as a diagram, with heads that stay in
//! sight. For flows it shares the playhead; for set-ups it has step buttons of its own.

use std::rc::Rc;

use hopscope_aws::Id;
use hopscope_forward::Trace;
use hopscope_view::Story;
use hopscope_view::sequence::{Block, Body, Picture, Row, Sequence, mermaid, plantuml, svg};
use hopscope_view::svg::Theme;
use hopscope_view::text::{sequences as words, ui_panels};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::focus::scroll_near;
use super::hub::{Deck, use_hub};
use super::sequence_compare::Compare;
use crate::browser;

/// Half the width of a head.
const HEAD: f32 = 84.0;
/// Lifelines are drawn longer than any row; rows cut them.
const LONG: f32 = 600.0;

/// Properties of [`FlowSequence`].
#[derive(Properties, PartialEq)]
pub struct FlowSequenceProps {
    /// The story.
    pub story: Rc<Story>,
    /// The trace it tells.
    pub trace: Rc<Trace>,
    /// The current step.
    pub step: usize,
    /// Go to a step.
    pub on_step: Callback<usize>,
    /// Something worth saying aloud.
    pub on_say: Callback<String>,
}

/// The sequence of a flow, at the shared playhead.
#[component]
pub fn FlowSequence(props: &FlowSequenceProps) -> Html {
    let hub = use_hub();
    let sequence = use_memo((props.story.clone(), props.trace.clone()), |(story, trace)| {
        Sequence::of_story(&hub.document(), story, trace)
    });
    let on_message = {
        let (sequence, on_step) = (sequence.clone(), props.on_step.clone());
        Callback::from(move |index: usize| {
            if let Some(step) = sequence.messages.get(index).and_then(|message| message.step) {
                on_step.emit(step);
            }
        })
    };
    let current = sequence.at_step(props.step);
    html! { <Diagram {sequence} {current} {on_message} on_say={props.on_say.clone()} /> }
}

/// Properties of [`Setup`].
#[derive(Properties, PartialEq)]
pub struct SetupProps {
    /// The component.
    pub id: Id,
}

/// How a component is set up, with step buttons.
#[component]
pub fn Setup(props: &SetupProps) -> Html {
    html! { <Deck><SetupBody id={props.id.clone()} /></Deck> }
}

#[component]
fn SetupBody(props: &SetupProps) -> Html {
    let hub = use_hub();
    let at = use_state(|| 0usize);
    {
        let at = at.clone();
        use_effect_with(props.id.clone(), move |_| at.set(0));
    }
    let found = Sequence::of_component(&hub.document(), &hub.network(), &props.id);
    let close = {
        let hub = hub.clone();
        move |_: MouseEvent| hub.show_setup(None)
    };
    let Some(sequence) = found.map(Rc::new) else {
        return html! {
            <div class="dock-flow">
                <p class="empty-note">{ words::NO_MESSAGES }{ " " }
                    <button type="button" class="small-button" onclick={close}>{ words::SHOW_FLOW }</button>
                </p>
            </div>
        };
    };
    let count = sequence.messages.len();
    let current = (*at).min(count.saturating_sub(1));
    let go = {
        let at = at.clone();
        Callback::from(move |index: usize| at.set(index))
    };
    let on_say = {
        let hub = hub.clone();
        Callback::from(move |text: String| hub.say(&text))
    };
    let step = |label: &'static str, shape: &'static str, to: Option<usize>| {
        let (go, sequence, on_say) = (go.clone(), sequence.clone(), on_say.clone());
        let onclick = move |_: MouseEvent| {
            if let Some(to) = to {
                go.emit(to);
                on_say.emit(sequence.sentence(to));
            }
        };
        html! {
            <button type="button" class="transport-button" aria-label={label} title={label}
                aria-disabled={to.is_none().then_some("true")} {onclick}>
                <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d={shape} /></svg>
            </button>
        }
    };
    html! {
        <div class="dock-flow">
            <div class="sequence-setup">
                <div class="player">
                    <div class="transport" role="group" aria-label={words::position(current, count)}>
                        { step(words::PREVIOUS, "M13.5 3 5.5 10l8 7z", current.checked_sub(1)) }
                        { step(words::NEXT, "M6.5 3l8 7-8 7z", (current + 1 < count).then_some(current + 1)) }
                    </div>
                    <p class="sequence-title">
                        <strong>{ sequence.title.clone() }</strong>{ " " }
                        <span class="field-help">{ words::position(current, count) }</span>
                    </p>
                    <button type="button" class="small-button" onclick={close}>{ words::SHOW_FLOW }</button>
                </div>
                <p class="verdict-line">{ sequence.summary.clone() }</p>
                <div class="tab-panel" tabindex="0" role="region" aria-label={sequence.title.clone()}>
                    <Diagram {sequence} current={Some(current)} on_message={go} {on_say} />
                </div>
            </div>
        </div>
    }
}

/// Properties of [`Diagram`].
#[derive(Properties, PartialEq)]
struct DiagramProps {
    sequence: Rc<Sequence>,
    /// The message at the playhead.
    current: Option<usize>,
    /// Go to a message.
    on_message: Callback<usize>,
    on_say: Callback<String>,
}

#[component]
fn Diagram(props: &DiagramProps) -> Html {
    let picture = use_memo(props.sequence.clone(), |sequence| Picture::new(sequence));
    let root = use_node_ref();
    {
        let root = root.clone();
        use_effect_with((props.current, props.sequence.clone()), move |_| {
            let line = root.cast::<Element>().and_then(|root| {
                root.query_selector(".sequence-row[aria-current] .sequence-line").ok().flatten()
            });
            if let Some(line) = line {
                scroll_near(&line);
            }
        });
    }
    if props.sequence.messages.is_empty() {
        return html! { <p class="empty-note">{ words::NO_MESSAGES }</p> };
    }
    let onkeydown = arrows(props.sequence.messages.len(), props.current, &props.on_message);
    let lifelines: String =
        picture.lanes.iter().map(|x| format!("M{x:.1} 0V{LONG}")).collect::<Vec<_>>().join("");
    let stop = props.current.unwrap_or(0);
    html! {
        <div class="sequence" ref={root}>
            <Tools sequence={props.sequence.clone()} on_say={props.on_say.clone()} />
            <Compare sequence={props.sequence.clone()} on_message={props.on_message.clone()} />
            { heads(&props.sequence, &picture) }
            <ol class="sequence-rows" role="list" aria-label={words::MESSAGES} {onkeydown}>
                { for picture.rows.iter().map(|row| match &row.body {
                    Body::Heading { group, text } => html! {
                        <li key={format!("g{group}")} class="sequence-heading"><span>{ text.clone() }</span></li>
                    },
                    Body::Message { message, .. } => html! {
                        <li key={*message}>
                            { message_row(props, &picture, row, *message, *message == stop, &lifelines) }
                        </li>
                    },
                }) }
            </ol>
        </div>
    }
}

/// Arrow keys move through the messages, and the playhead with them.
fn arrows(count: usize, current: Option<usize>, on_message: &Callback<usize>) -> Callback<KeyboardEvent> {
    let on_message = on_message.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let at = current.unwrap_or(0);
        let last = count.saturating_sub(1);
        let next = match event.key().as_str() {
            "ArrowDown" | "ArrowRight" => (at + 1).min(last),
            "ArrowUp" | "ArrowLeft" => at.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        on_message.emit(next);
        let button = super::cell::target::<Element>(&event)
            .and_then(|button| button.closest(".sequence-rows").ok().flatten())
            .and_then(|list| list.query_selector(&format!("[data-message=\"{next}\"]")).ok().flatten())
            .and_then(|button| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(button).ok());
        if let Some(button) = button {
            // Focus can only be refused for elements that are gone.
            let _ = button.focus();
        }
    })
}

/// The heads of the lifelines, which stay in sight.
fn heads(sequence: &Sequence, picture: &Picture) -> Html {
    let names: Vec<&str> = sequence.participants.iter().map(|it| it.label.as_str()).collect();
    let (width, height) = (picture.width.to_string(), picture.head.to_string());
    let shapes = picture.lanes.iter().zip(&picture.heads).zip(&sequence.participants);
    html! {
        <div class="sequence-heads">
            <p class="visually-hidden">{ format!("{}: {}.", words::PARTICIPANTS, names.join(", ")) }</p>
            <svg width={width.clone()} height={height.clone()} viewBox={format!("0 0 {width} {height}")} aria-hidden="true">
                { for shapes.map(|((x, lines), it)| html! {
                    <g>
                        <title>{ it.label.clone() }</title>
                        <rect class="sequence-head" x={(x - HEAD).to_string()} y="6" rx="8"
                            width={(2.0 * HEAD).to_string()} height={(picture.head - 10.0).to_string()} />
                        <path class="sequence-glyph" transform={format!("translate({} 13) scale(.75)", x - HEAD + 7.0)}
                            d={hopscope_view::icons::path(it.kind)} />
                        { for lines.iter().enumerate().map(|(n, line)| html! {
                            <text class="sequence-name" x={(x - HEAD + 30.0).to_string()} y={(27 + 15 * n).to_string()}>{ line.clone() }</text>
                        }) }
                    </g>
                }) }
            </svg>
        </div>
    }
}

fn message_row(
    props: &DiagramProps,
    picture: &Picture,
    row: &Row,
    index: usize,
    stop: bool,
    lifelines: &str,
) -> Html {
    let (Body::Message { arrow, text, notes, .. }, Some(message)) =
        (&row.body, props.sequence.messages.get(index))
    else {
        return Html::default();
    };
    let is_current = props.current == Some(index);
    let class = classes!(
        "sequence-row",
        message.response.then_some("response"),
        message.refusal.is_some().then_some("refused"),
        message.counterfactual.then_some("would"),
    );
    let onclick = {
        let on_message = props.on_message.clone();
        move |_| on_message.emit(index)
    };
    let (width, height) = (picture.width.to_string(), row.h.to_string());
    html! {
        <button type="button" {class} data-message={index.to_string()} tabindex={if stop { "0" } else { "-1" }}
            aria-current={is_current.then_some("step")} {onclick}>
            // The whole sentence is the name; the picture says it again in pieces.
            <span class="visually-hidden">{ props.sequence.sentence(index) }</span>
            <svg width={width.clone()} height={height.clone()} viewBox={format!("0 0 {width} {height}")} aria-hidden="true">
                <path class="sequence-life" d={lifelines.to_owned()} />
                <text class="sequence-number" x="10" y={(arrow.y + 4.0).to_string()}>{ index + 1 }</text>
                <path class="sequence-line" d={arrow.line()} />
                <path class="sequence-tip" d={arrow.head()} />
                if message.refusal.is_some() {
                    <path class="sequence-cross" d={arrow.cross()} />
                }
                { block("sequence-text", text) }
                { block("sequence-note", notes) }
            </svg>
        </button>
    }
}

fn block(class: &'static str, block: &Block) -> Html {
    let anchor = if block.centred { "middle" } else { "start" };
    html! {
        { for block.lines.iter().enumerate().map(|(n, line)| html! {
            <text {class} x={block.x.to_string()} y={(block.y + block.step * n as f32).to_string()} text-anchor={anchor}>{ line.clone() }</text>
        }) }
    }
}

/// Properties of [`Tools`].
#[derive(Properties, PartialEq)]
struct ToolsProps {
    sequence: Rc<Sequence>,
    on_say: Callback<String>,
}

/// Copying and saving.
#[component]
fn Tools(props: &ToolsProps) -> Html {
    let said = use_state(|| None::<&'static str>);
    {
        let said = said.clone();
        use_effect_with(props.sequence.clone(), move |_| said.set(None));
    }
    let copy = |text: fn(&Sequence) -> String| {
        let (sequence, said, on_say) = (props.sequence.clone(), said.clone(), props.on_say.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(window) = web_sys::window() else { return };
            let written = window.navigator().clipboard().write_text(&text(&sequence));
            let (said, on_say) = (said.clone(), on_say.clone());
            spawn_local(async move {
                let outcome = match JsFuture::from(written).await {
                    Ok(_) => ui_panels::COPIED,
                    Err(_) => ui_panels::COPY_REFUSED,
                };
                on_say.emit(outcome.to_owned());
                said.set(Some(outcome));
            });
        })
    };
    let save = {
        let sequence = props.sequence.clone();
        move |_: MouseEvent| {
            browser::download_as(words::SVG_FILE, &svg(&sequence, Theme::Auto), "image/svg+xml")
        }
    };
    html! {
        <div class="sequence-tools row-tools">
            <button type="button" class="small-button" onclick={copy(plantuml)}>{ words::COPY_PLANTUML }</button>
            <button type="button" class="small-button" onclick={copy(mermaid)}>{ words::COPY_MERMAID }</button>
            <button type="button" class="small-button" onclick={save}>{ words::SAVE_SVG }</button>
            if let Some(said) = *said {
                <span class="said">{ said }</span>
            }
        </div>
    }
}
