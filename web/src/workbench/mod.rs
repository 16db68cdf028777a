//! One open document: state, effects and the arrangement of its parts.

mod arrival;
mod effects;
mod frame;
pub mod hotkeys;
mod saving;
mod shared;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use gloo::render::{AnimationFrame, request_animation_frame};
use hopscope_aws::Document;
use hopscope_editor::autosave::Slot;
use hopscope_editor::link::Place;
use hopscope_editor::{Intent, Session};
use hopscope_view::text::ui_shell as words;
use hopscope_view::{Atlas, Story, Timeline};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::browser;
use crate::canvas::{View, ViewCtx};
use crate::documents::{self, Found};
use crate::play::{Play, Told};
use crate::preferences;
use crate::state::{FlowCtx, Lens, PlayAction, PlayCtx, Saved, SceneCtx, SessionCtx, Ui, UiAction, UiCtx};
use arrival::{Asks, use_arrival};
use frame::Frame;
use saving::{Saver, use_saving};
pub use shared::Shared;

/// Properties of [`Opened`].
#[derive(Properties, PartialEq)]
pub struct OpenedProps {
    /// The document's id.
    pub id: AttrValue,
    /// What of it is shown, as the address says.
    pub place: AttrValue,
}

#[derive(Clone, PartialEq)]
enum State {
    Reading,
    Ready { document: Rc<Document>, stored: Option<(u64, Slot)> },
    Missing(&'static str),
}

/// Reads a document and shows it.
#[component]
pub fn Opened(props: &OpenedProps) -> Html {
    let state = use_state(|| State::Reading);
    {
        let (state, id) = (state.clone(), props.id.clone());
        use_effect_with((), move |()| {
            if let Some(document) = documents::take_held(&id) {
                state.set(State::Ready { document, stored: None });
                return;
            }
            spawn_local(async move {
                state.set(match documents::load(&id).await {
                    Ok(Found::Whole { slot, revision, document }) => {
                        State::Ready { document: Rc::new(*document), stored: Some((revision, slot)) }
                    }
                    Ok(Found::Broken) => State::Missing(words::STORAGE_BROKEN),
                    Ok(Found::Nothing) => State::Missing(words::NO_SUCH_DOCUMENT),
                    Err(_) => State::Missing(words::STORAGE_REFUSED),
                });
            });
        });
    }
    match &*state {
        State::Reading => html! {
            <main class="start"><p class="reading" role="status">{ words::LOADING }</p></main>
        },
        State::Missing(sentence) => html! {
            <main class="start">
                <h1 class="visually-hidden">{ hopscope_view::text::ui::NAME }</h1>
                <p role="alert">{ *sentence }</p>
                <p><a class="button" href="#/">{ words::HOME }</a></p>
            </main>
        },
        State::Ready { document, stored } => html! {
            <Workbench id={props.id.clone()} document={document.clone()} stored={*stored}
                place={Place::read(&props.place)} />
        },
    }
}

/// Properties of [`Workbench`].
#[derive(Properties, PartialEq)]
pub struct WorkbenchProps {
    /// The document's id.
    pub id: AttrValue,
    /// The document as it was read.
    pub document: Rc<Document>,
    /// Revision and slot it was read from; none for a new one.
    #[prop_or_default]
    pub stored: Option<(u64, Slot)>,
    /// What of it is shown.
    pub place: Place,
    /// It came in a link and is only looked at.
    #[prop_or_default]
    pub shared: Option<Sharing>,
}

/// What may be done with a document that came in a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// It may be made a document of its own.
    Copy,
    /// It is to be looked at.
    LookOnly,
}

/// One open document.
#[component]
pub fn Workbench(props: &WorkbenchProps) -> Html {
    let latest = use_memo((), |()| {
        let document = (*props.document).clone();
        let session =
            if props.shared.is_some() { Session::read_only(document) } else { Session::new(document) };
        RefCell::new(session.from(&props.id))
    });
    let shown = use_state(|| Rc::new(latest.borrow().clone()));
    let ui = use_reducer(|| first_ui(props.stored.is_none() && props.shared.is_none()));
    let play = use_reducer(Play::default);
    let ask_ui = {
        let ui = ui.dispatcher();
        use_callback((), move |action: UiAction, ()| ui.dispatch(action))
    };
    let ask_play = {
        let play = play.dispatcher();
        use_callback((), move |action: PlayAction, ()| play.dispatch(Told::Asked(action)))
    };
    let saver = {
        let (latest, ask_ui) = (Rc::clone(&latest), ask_ui.clone());
        use_memo((), |()| Saver::new(&props.id, props.stored, latest, ask_ui))
    };
    use_saving(&saver);
    {
        // A document that was never stored is stored now.
        let (saver, new) = (Rc::clone(&saver), props.stored.is_none() && props.shared.is_none());
        use_effect_with((), move |()| {
            if new {
                saver.edited();
            }
        });
    }
    let look_only = props.shared == Some(Sharing::LookOnly);
    let dispatch = {
        let performer = effects::Performer {
            ui: ask_ui.clone(),
            play: ask_play.clone(),
            saver: Rc::clone(&saver),
            look_only,
        };
        let (latest, set) = (Rc::clone(&latest), shown.setter());
        use_callback((), move |intent: Intent, ()| {
            let effects = latest.borrow_mut().update(intent);
            set.set(Rc::new(latest.borrow().clone()));
            performer.perform(effects);
        })
    };
    let session = Rc::clone(&shown);
    let view = Rc::clone(&*use_memo((), |()| View::new()));

    let scene = use_drawing(&session);
    let flow = chosen_flow(&session, &play);
    let story = use_story(&session, flow, &scene);
    use_player(&play, &story, ui.still);
    use_first_flow(&session, &ui, play.flow.clone(), &ask_play);
    use_arrival(
        &props.place,
        &session,
        &story,
        &play,
        &Asks { ui: &ask_ui, play: &ask_play, session: &dispatch },
    );
    let hotkeys = hotkeys::Context {
        session: SessionCtx { session: Rc::clone(&session), dispatch: dispatch.clone() },
        ui: UiCtx { ui: Rc::new((*ui).clone()), dispatch: ask_ui.clone() },
        play: ask_play.clone(),
        speed: play.speed,
        view: ViewCtx(Rc::clone(&view)),
        scene: SceneCtx(Rc::clone(&scene)),
    };
    hotkeys::use_hotkeys(hotkeys);
    use_title(&session);

    let session_ctx = SessionCtx { session: Rc::clone(&session), dispatch };
    let play_ctx = PlayCtx {
        flow: play.flow.clone(),
        time: play.time,
        step: play.step(),
        playing: play.playing,
        speed: play.speed,
        dispatch: ask_play,
    };
    let ui_ctx = UiCtx { ui: Rc::new((*ui).clone()), dispatch: ask_ui };
    html! {
        <ContextProvider<UiCtx> context={ui_ctx}>
            <ContextProvider<SessionCtx> context={session_ctx}>
                <ContextProvider<SceneCtx> context={SceneCtx(Rc::clone(&scene))}>
                    <ContextProvider<FlowCtx> context={(*story).clone()}>
                        <ContextProvider<PlayCtx> context={play_ctx}>
                            <ContextProvider<ViewCtx> context={ViewCtx(view)}>
                                <Frame id={props.id.clone()} saver={SaverHandle(saver)} shared={props.shared} />
                            </ContextProvider<ViewCtx>>
                        </ContextProvider<PlayCtx>>
                    </ContextProvider<FlowCtx>>
                </ContextProvider<SceneCtx>>
            </ContextProvider<SessionCtx>>
        </ContextProvider<UiCtx>>
    }
}

/// The saver as a property: there is one for each workbench.
#[derive(Clone)]
pub struct SaverHandle(pub Rc<Saver>);

impl PartialEq for SaverHandle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Equal when it is the same document, not when it looks the same.
#[derive(Clone)]
struct ByPointer(Rc<Document>);

impl PartialEq for ByPointer {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The page as it opens; a document that was never stored is not saved yet.
fn first_ui(new: bool) -> Ui {
    let wide = browser::width() >= 1280.0;
    let phone = browser::width() < 600.0;
    Ui {
        inspector: wide,
        dock: browser::width() >= 900.0 || phone,
        lens: if phone { Lens::Flow } else { Lens::Build },
        saved: if new { Saved::Soon } else { Saved::Yes },
        single_keys: preferences::single_keys(),
        keymap: preferences::keymap(),
        still: preferences::still(),
        ..Ui::default()
    }
}

fn chosen_flow(session: &Session, play: &Play) -> Option<Arc<hopscope_aws::Flow>> {
    let id = play.flow.as_deref()?;
    session.document().flows.iter().find(|flow| flow.id == id).cloned()
}

/// The drawing of the document, carried on from the one before.
#[hook]
fn use_drawing(session: &Rc<Session>) -> Rc<Atlas> {
    let last = use_mut_ref(|| None::<Rc<Atlas>>);
    let drawing = use_memo(ByPointer(Rc::clone(session.document())), |_| {
        let (document, network) = (Rc::clone(session.document()), Rc::clone(session.network()));
        let next = Rc::new(match last.take() {
            Some(before) => before.after(document, network),
            None => Atlas::of(document, network),
        });
        last.replace(Some(Rc::clone(&next)));
        next
    });
    Rc::clone(&drawing)
}

/// What the chosen flow does, as a story with its moments. A drag tells nothing new: it moves the
/// moments to where things stand now.
#[hook]
fn use_story(session: &Rc<Session>, flow: Option<Arc<hopscope_aws::Flow>>, scene: &Rc<Atlas>) -> Rc<FlowCtx> {
    let trace = flow.as_ref().and_then(|flow| session.traces().get(&flow.id).cloned());
    let told = use_memo((ByTrace(trace.clone()), flow.clone()), |_| match (&trace, &flow) {
        (Some(Ok(trace)), Some(flow)) => Some(Rc::new(Story::tell(session.document(), trace, flow))),
        _ => None,
    });
    use_memo((SceneCtx(Rc::clone(scene)), ByTrace(trace.clone()), flow.clone()), |_| {
        let story = (*told).clone();
        let timeline = story.as_ref().map(|story| Rc::new(Timeline::new(story, &scene.layout)));
        let problem = match &trace {
            Some(Err(error)) => Some(error.to_string().into()),
            _ => None,
        };
        FlowCtx { flow, story, timeline, problem }
    })
}

/// Equal when it is the same trace, not when it looks the same.
#[derive(Clone)]
struct ByTrace(Option<Result<Rc<hopscope_forward::Trace>, hopscope_aws::QueryError>>);

impl PartialEq for ByTrace {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(Ok(a)), Some(Ok(b))) => Rc::ptr_eq(a, b),
            (Some(Err(a)), Some(Err(b))) => a == b,
            (None, None) => true,
            _ => false,
        }
    }
}

/// Tells the player of another story, and lets time run while it plays.
#[hook]
fn use_player(play: &UseReducerHandle<Play>, story: &FlowCtx, still: bool) {
    {
        let (play, timeline) = (play.dispatcher(), story.timeline.clone());
        use_effect_with(story.clone(), move |_| {
            let (steps, total, verdict) = timeline.map_or((Rc::from([]), 0.0, 0.0), |timeline| {
                let steps = timeline.ticks.iter().map(|tick| tick.at).collect();
                (steps, timeline.total, timeline.verdict_at)
            });
            play.dispatch(Told::Story { steps, total, verdict });
        });
    }
    {
        let play = play.dispatcher();
        use_effect_with(still, move |&still| play.dispatch(Told::Still(still)));
    }
    {
        let dispatcher = play.dispatcher();
        use_effect_with(play.playing, move |&playing| {
            let pending: Rc<RefCell<Option<AnimationFrame>>> = Rc::default();
            if playing {
                run(dispatcher, None, Rc::clone(&pending));
            }
            move || drop(pending.borrow_mut().take())
        });
    }
}

/// One frame after the other until it is dropped.
fn run(play: UseReducerDispatcher<Play>, before: Option<f64>, pending: Rc<RefCell<Option<AnimationFrame>>>) {
    let slot = Rc::clone(&pending);
    let frame = request_animation_frame(move |now| {
        if let Some(before) = before {
            play.dispatch(Told::Asked(PlayAction::Tick(now - before)));
        }
        // Dropped in the meantime: the player was stopped.
        if Rc::strong_count(&slot) > 1 {
            run(play, Some(now), slot);
        }
    });
    *pending.borrow_mut() = Some(frame);
}

/// The Flow lens shows a flow as soon as there is one.
#[hook]
fn use_first_flow(session: &Rc<Session>, ui: &Ui, chosen: Option<AttrValue>, play: &Callback<PlayAction>) {
    let first = session.document().flows.first().map(|flow| AttrValue::from(flow.id.clone()));
    let ids: Vec<String> = session.document().flows.iter().map(|flow| flow.id.clone()).collect();
    let play = play.clone();
    use_effect_with((ids, ui.lens == Lens::Flow), move |(ids, shown)| {
        let known = chosen.as_deref().is_some_and(|chosen| ids.iter().any(|id| id == chosen));
        if *shown && !known {
            play.emit(PlayAction::Choose(first));
        }
    });
}

/// The tab carries the document's name.
#[hook]
fn use_title(session: &Rc<Session>) {
    let name = hopscope_editor::session::title(session.document()).to_owned();
    use_effect_with(name, |name| {
        if let Some(page) = browser::page() {
            page.set_title(&format!("{name} · {}", hopscope_view::text::ui::NAME));
        }
        || {
            if let Some(page) = browser::page() {
                page.set_title(hopscope_view::text::ui::NAME);
            }
        }
    });
}
