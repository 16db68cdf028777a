//! The arrangement of the workbench: bar, rail, drawer, map, inspector, dock.

use hopscope_editor::Intent;
use hopscope_editor::link::Place;
use hopscope_view::text::ui_shell as words;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::shared::{SharedBar, make_mine};
use super::{SaverHandle, Sharing};
use crate::canvas::{Canvas, ViewCtx};
use crate::chrome::add_inside::add_inside;
use crate::chrome::banner::banner;
use crate::chrome::catalogue::Cards;
use crate::chrome::commands::Commands;
use crate::chrome::connect_to::connect_to;
use crate::chrome::context_menu::ContextMenu;
use crate::chrome::costs::Costs;
use crate::chrome::drawer::drawer;
use crate::chrome::export::Export;
use crate::chrome::files::take_remark;
use crate::chrome::history::history;
use crate::chrome::live::Live;
use crate::chrome::move_to::move_to;
use crate::chrome::print::PrintView;
use crate::chrome::rail::Rail;
use crate::chrome::settings::Settings;
use crate::chrome::share::Share;
use crate::chrome::shortcuts::shortcuts;
use crate::chrome::space::SpaceDialog;
use crate::chrome::topbar::{lens_switch, top_bar};
use crate::documents::{self, Found};
use crate::icons::icon;
use crate::intake::Files;
use crate::panels::{Problems, TextHold, dock, inspector, restore_width};
use crate::state::{BannerAct, Dialog, FlowCtx, Lens, SceneCtx, SessionCtx, UiAction, UiCtx};

/// Properties of [`Frame`].
#[derive(Properties, PartialEq)]
pub struct FrameProps {
    /// The document's id.
    pub id: AttrValue,
    /// Saving.
    pub saver: SaverHandle,
    /// It came in a link.
    pub shared: Option<Sharing>,
}

/// The workbench as it stands on the screen.
#[component]
pub fn Frame(props: &FrameProps) -> Html {
    let files = use_context::<Files>();
    let text = use_memo((), |()| {
        restore_width();
        TextHold::default()
    });
    let (ui, session) = (use_context::<UiCtx>(), use_context::<SessionCtx>());
    let (scene, view, flow) = (use_context::<SceneCtx>(), use_context::<ViewCtx>(), use_context::<FlowCtx>());
    let (Some(ui), Some(session), Some(scene), Some(view), Some(flow)) = (ui, session, scene, view, flow)
    else {
        return html! {};
    };
    {
        let (dispatch, id) = (ui.dispatch.clone(), props.id.clone());
        use_effect_with((), move |()| {
            if let Some(remark) = take_remark(&id) {
                dispatch.emit(UiAction::Banner(Some(remark)));
            }
        });
    }
    let onact = {
        let (ui, session, id, saver) = (ui.clone(), session.clone(), props.id.clone(), props.saver.clone());
        let chosen = flow.flow.as_ref().map(|flow| flow.id.clone());
        Callback::from(move |act: BannerAct| match act {
            BannerAct::SaveFile => session.dispatch.emit(Intent::Download),
            BannerAct::MakeMine => {
                let selection = session.session.selection().to_vec();
                make_mine(&session, &Place { flow: chosen.clone(), moment: None, selection });
            }
            BannerAct::ChooseFile => files.iter().for_each(|files| files.choose(false)),
            // What stands here becomes a document of its own; the other tab's stays as it is.
            BannerAct::KeepCopy => {
                let mut document = (**session.session.document()).clone();
                document.name = words::copy_of(hopscope_editor::session::title(&document));
                documents::open_new(document);
            }
            // Offered on the start page only, never in a document.
            BannerAct::UseNewVersion => {}
            BannerAct::LoadNewer => {
                let (ui, session, id, saver) = (ui.clone(), session.clone(), id.clone(), saver.clone());
                spawn_local(async move {
                    if let Ok(Found::Whole { slot, revision, document }) = documents::load(&id).await {
                        session.dispatch.emit(Intent::LoadDocument { document });
                        saver.0.reloaded(revision, slot);
                    }
                    ui.dispatch.emit(UiAction::Banner(None));
                });
            }
        })
    };
    let onclose = {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| dispatch.emit(UiAction::Banner(None)))
    };
    let state = &ui.ui;
    let classes = classes!(
        "workbench",
        state.drawer.is_some().then_some("has-drawer"),
        state.inspector.then_some("has-inspector"),
        state.dock.then_some("has-dock"),
        (flow.story.is_none() && state.setup.is_none()).then_some("no-story"),
        if state.lens == Lens::Flow { "lens-flow" } else { "lens-build" },
        props.shared.map(|_| "shared")
    );
    let close_inspector = {
        let dispatch = ui.dispatch.clone();
        move |_| dispatch.emit(UiAction::Inspector(false))
    };
    let dock_name = if state.lens == Lens::Flow { words::LENS_FLOW } else { words::PROBLEMS };
    html! {
        <div class={classes}>
            <a class="skip" href="#map" onclick={|event: MouseEvent| {
                // The fragment is the route: the keyboard moves without it.
                event.prevent_default();
                crate::browser::focus(".map [tabindex=\"0\"], #map");
            }}>{ words::SKIP }</a>
            { top_bar(&ui, &session) }
            <Rail />
            { drawer(&ui, &text) }
            <main class="stage">
                if let Some(sharing) = props.shared {
                    <SharedBar {sharing} />
                }
                <Canvas ui={ui.clone()} session={session.clone()} {scene} {view} flow={flow.flow.clone()} />
                if let Some(Dialog::Menu(at)) = &state.dialog {
                    <ContextMenu at={at.clone()} />
                }
            </main>
            if state.inspector {
                <aside class="side" aria-label={words::SHOW_INSPECTOR}>
                    <button type="button" class="icon-button side-close" aria-label={words::CLOSE} title={words::CLOSE}
                        onclick={close_inspector}>{ icon("close", 18) }</button>
                    <h2 class="visually-hidden">{ words::SHOW_INSPECTOR }</h2>
                    { inspector() }
                </aside>
            }
            <section class="dock-place" aria-label={dock_name}>
                { dock_head(&ui, &session, &flow) }
                if state.dock {
                    <div class="dock-body">
                        if state.lens == Lens::Flow {
                            <h2 class="visually-hidden">{ words::PLAYER }</h2>
                            { dock() }
                        } else {
                            <Problems />
                        }
                    </div>
                }
            </section>
            <nav class="bottom-bar" aria-label={words::LENS}>{ lens_switch(&ui) }</nav>
            { dialog(&ui, &session, props.shared.is_none().then(|| props.id.clone())) }
            { banner(state.banner.as_ref(), onact, onclose) }
            <Live />
        </div>
    }
}

/// The dock's head: always there, so that a collapsed dock still tells the verdict.
fn dock_head(ui: &UiCtx, session: &SessionCtx, flow: &FlowCtx) -> Html {
    let open = ui.ui.dock;
    let toggle = {
        let dispatch = ui.dispatch.clone();
        move |_| dispatch.emit(UiAction::Dock(!open))
    };
    let line = match ui.ui.lens {
        Lens::Flow => match (&flow.story, &flow.problem) {
            (Some(story), _) => html! { <span class="dock-line">{ story.summary.clone() }</span> },
            (None, Some(problem)) => html! { <span class="dock-line">{ problem.clone() }</span> },
            (None, None) => html! { <span class="dock-line">{ words::NO_FLOW }</span> },
        },
        Lens::Build => {
            let count = session.session.network().diagnostics().len();
            html! { <span class="dock-line">{ words::problem_count(count) }</span> }
        }
    };
    // What the open dock shows needs no second telling.
    let line = if open {
        html! {}
    } else {
        line
    };
    html! {
        <header class="dock-head">
            { line }
            <button type="button" class="icon-button dock-toggle" aria-label={words::SHOW_DOCK} title={words::SHOW_DOCK}
                aria-expanded={open.to_string()} onclick={toggle}>
                { icon(if open { "chevron-down" } else { "chevron-up" }, 18) }
            </button>
        </header>
    }
}

fn dialog(ui: &UiCtx, session: &SessionCtx, id: Option<AttrValue>) -> Html {
    let close = || {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| dispatch.emit(UiAction::Dialog(None)))
    };
    match &ui.ui.dialog {
        None | Some(Dialog::Offer(..) | Dialog::Menu(_)) => html! {},
        Some(Dialog::Commands) => html! { <Commands /> },
        Some(Dialog::Shortcuts) => shortcuts(ui),
        Some(Dialog::History) => history(ui, session),
        Some(Dialog::Catalogue) => html! { <Cards onclose={close()} /> },
        Some(Dialog::Costs) => {
            html! { <Costs document={session.session.document().clone()} onclose={close()} /> }
        }
        Some(Dialog::Export) => html! { <Export onclose={close()} /> },
        Some(Dialog::Print) => html! { <PrintView onclose={close()} /> },
        Some(Dialog::Share) => html! { <Share {id} onclose={close()} /> },
        Some(Dialog::Settings) => {
            let dispatch = ui.dispatch.clone();
            let onchange = Callback::from(move |changed| dispatch.emit(UiAction::Setting(changed)));
            html! { <Settings {onchange} onclose={close()} /> }
        }
        Some(Dialog::AddInside(inside)) => add_inside(ui, session, inside.as_ref()),
        Some(Dialog::ConnectTo(from)) => connect_to(ui, session, from),
        Some(Dialog::MoveTo(id)) => move_to(ui, session, id),
        Some(Dialog::Space(vpc, part)) => {
            html! { <SpaceDialog vpc={vpc.clone()} chosen={part.clone()} onclose={close()} /> }
        }
    }
}
