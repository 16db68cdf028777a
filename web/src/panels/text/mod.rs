//! The document as text beside the map: a plain text field over a coloured layer that holds the visible
//! lines only. The browser's own editing, selection, input methods and screen reader support come with
//! the field; what the text means is `hopscope_editor::text_view`'s business.

mod desk;
mod rows;
mod width;

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use hopscope_editor::Intent;
use hopscope_editor::text_view::{MAX_TEXT, Owner, Problem, TextView, What};
use hopscope_view::text::{text_view as words, ui_shell};
use yew::prelude::*;

use crate::browser;
use crate::canvas::ViewCtx;
use crate::icons::icon;
use crate::state::{SceneCtx, SessionCtx, UiAction, UiCtx};
use desk::{Desk, Reach};
use rows::{LINE, PAD, gutter, row};
pub use width::restore as restore_width;

/// Keeps the text while the panel is closed: what was typed and cannot be read yet is not lost.
#[derive(Clone, Default)]
pub struct TextHold(Rc<RefCell<Option<TextView>>>);

impl PartialEq for TextHold {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Properties of [`TextPanel`].
#[derive(Properties, PartialEq)]
pub struct TextProps {
    /// The text.
    pub hold: TextHold,
}

/// What is wrong, in a sentence.
fn sentence(problem: &Problem) -> String {
    let what = match &problem.what {
        What::Json(problem) => words::json(problem),
        What::Member(place, problem) => words::member(place, problem),
        What::Other(problem) => words::other(problem),
    };
    words::problem(problem.place.line + 1, problem.place.column + 1, &what)
}

/// The panel.
#[component]
pub fn TextPanel(props: &TextProps) -> Html {
    let (ui, session) = (use_context::<UiCtx>(), use_context::<SessionCtx>());
    let (scene, view) = (use_context::<SceneCtx>(), use_context::<ViewCtx>());
    let (Some(ui), Some(session), Some(scene), Some(view)) = (ui, session, scene, view) else {
        return html! {};
    };
    html! { <Panel hold={props.hold.clone()} {ui} {session} {scene} {view} /> }
}

#[derive(Properties, PartialEq)]
struct PanelProps {
    hold: TextHold,
    ui: UiCtx,
    session: SessionCtx,
    scene: SceneCtx,
    view: ViewCtx,
}

#[component]
fn Panel(props: &PanelProps) -> Html {
    let update = use_force_update();
    let desk = use_memo((), |()| Desk::new(props.hold.0.clone(), update));
    desk.reach(Reach {
        ui: props.ui.clone(),
        session: props.session.clone(),
        scene: props.scene.clone(),
        view: props.view.clone(),
    });
    desk.begin();
    let document = props.session.session.document();
    let selection = props.session.session.selection();
    {
        // The field holds its text by itself: it is given one only when it was written elsewhere.
        let desk = Rc::clone(&desk);
        use_effect_with((), move |()| {
            let heard = Rc::clone(&desk);
            let listener = browser::page()
                .map(|page| EventListener::new(&page, "selectionchange", move |_| heard.cursor_moved()));
            move || {
                drop(listener);
                desk.leave();
            }
        });
    }
    {
        // A field that comes is empty at first: when the panel opens, and when a text fits again.
        let desk = Rc::clone(&desk);
        use_effect_with(desk.is_large(), move |_| {
            desk.fill();
            desk.reveal_selected();
        });
    }
    {
        let desk = Rc::clone(&desk);
        use_effect_with(Rc::as_ptr(document), move |_| desk.follow_soon());
    }
    {
        let desk = Rc::clone(&desk);
        use_effect_with(selection.last().cloned(), move |_| desk.reveal_selected());
    }
    let act = |act: fn(&Rc<Desk>)| {
        let desk = Rc::clone(&desk);
        move || act(&desk)
    };
    let shown = desk.shown();
    let Some(text) = shown.as_ref() else { return html! {} };
    let lines = text.lines();
    if desk.is_large() {
        let save = {
            let dispatch = props.session.dispatch.clone();
            move |_| dispatch.emit(Intent::Download)
        };
        // Only what was typed or pasted here can be given up.
        let put_back = {
            let desk = Rc::clone(&desk);
            move |_| desk.put_back()
        };
        return html! {
            <div class="text-view">
                <p class="nothing">{ words::too_large(lines.text().len(), MAX_TEXT) }</p>
                <p class="text-acts">
                    <button type="button" class="small-button" onclick={save}>{ ui_shell::SAVE_FILE }</button>
                    if text.is_ahead() {
                        <button type="button" class="small-button quiet" onclick={put_back}>{ words::PUT_BACK }</button>
                    }
                </p>
            </div>
        };
    }
    let oninput = {
        let typed = act(Desk::typed);
        Callback::from(move |_: InputEvent| typed())
    };
    let onscroll = {
        let scrolled = act(Desk::scrolled);
        Callback::from(move |_: Event| scrolled())
    };
    let onblur = {
        let left = act(Desk::blurred);
        Callback::from(move |_: FocusEvent| left())
    };
    let onkeydown = {
        let desk = Rc::clone(&desk);
        Callback::from(move |event: KeyboardEvent| desk.key(&event))
    };
    // Not every browser tells of the cursor of a field by itself.
    let onkeyup = {
        let desk = Rc::clone(&desk);
        Callback::from(move |_: KeyboardEvent| desk.cursor_moved())
    };
    let onclick = {
        let desk = Rc::clone(&desk);
        Callback::from(move |_: MouseEvent| desk.cursor_moved())
    };
    let (digits, count) = (gutter(lines.count()), lines.count());
    let (first, last) = desk.window(count);
    let mine: Vec<(usize, usize)> = selection
        .iter()
        .rev()
        .take(100)
        .flat_map(|id| lines.parts(&Owner::Component(id.clone())).collect::<Vec<_>>())
        .collect();
    let cursor = desk.line();
    let size = format!(
        "--digits: {digits}; height: {}px; width: calc({}ch + 24px)",
        count * LINE + 2 * PAD,
        lines.longest() + digits + 4
    );
    let wrong = text.problem().map(|problem| problem.place.line);
    html! {
        <div class="text-view">
            <div class="text-frame">
            <div class="text-scroll" ref={desk.scroller.clone()} {onscroll}>
                <div class="text-sheet" style={size}>
                    { for (first..last).map(|line| {
                        let marks = rows::Marks {
                            current: cursor == Some(line),
                            mine: mine.iter().any(|(first, last)| (*first..=*last).contains(&line)),
                            wrong: text.problem().filter(|_| wrong == Some(line)).map(|problem| {
                                let length = lines.text().get(problem.range.clone()).map_or(0, |text| text.chars().count());
                                (problem.place.column, length)
                            }),
                        };
                        row(lines.line(line), line, &marks)
                    }) }
                    <textarea class="text-field" ref={desk.field.clone()} aria-label={words::FIELD} aria-describedby="text-help text-state"
                        aria-invalid={wrong.is_some().to_string()} spellcheck="false" autocomplete="off" autocapitalize="off"
                        wrap="off" dir="ltr" {oninput} {onblur} {onkeydown} {onkeyup} {onclick} />
                </div>
            </div>
            </div>
            <p class="visually-hidden" id="text-help">{ words::HELP }</p>
            { state(text, &desk) }
            <width::Edge />
        </div>
    }
}

/// Whether map and text agree, and what to do where they do not.
fn state(text: &TextView, desk: &Rc<Desk>) -> Html {
    let act = |act: fn(&Rc<Desk>)| {
        let desk = Rc::clone(desk);
        Callback::from(move |_: MouseEvent| act(&desk))
    };
    let (class, glyph, said) = match (text.problem(), text.ignored()) {
        (Some(problem), _) => ("wrong", "warning", sentence(problem)),
        (None, Some(it)) => ("remark", "info", ignored(it)),
        (None, None) => ("fine", "check", words::IN_STEP.to_owned()),
    };
    html! {
        <footer class={classes!("text-state", class)} data-state={class}>
            { icon(glyph, 16) }
            <p id="text-state">{ said }</p>
            if text.problem().is_some() {
                <div class="text-acts">
                    <button type="button" class="small-button" onclick={act(Desk::go_to_problem)}>{ words::GO_TO_ERROR }</button>
                    <button type="button" class="small-button quiet" onclick={act(Desk::put_back)}>{ words::PUT_BACK }</button>
                </div>
            }
        </footer>
    }
}

fn ignored(it: &hopscope_editor::text_view::Ignored) -> String {
    let kind = it.kind.and_then(hopscope_aws::spec).map(|spec| spec.name);
    words::ignored(it.place.line + 1, &it.member, kind)
}

/// Says something politely.
fn say(ui: &UiCtx, text: String) {
    ui.dispatch.emit(UiAction::Say(text.into()));
}
