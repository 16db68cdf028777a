//! The command palette: every act, every component, every flow.

use hopscope_aws::{Id, NoteKind};
use hopscope_editor::{Intent, flows, outline, place, search};
use hopscope_view::text::{cards, editing, export, notes, settings, share, text_view, ui_shell as words};
use yew::prelude::*;

use super::choices::{Choice, Choices, best_first, fits};
use super::modal::Modal;
use super::theme::{self, Theme};
use crate::browser;
use crate::canvas::{ViewCtx, go_to};
use crate::intake::Files;
use crate::keys::Ask;
use crate::state::{Dialog, Drawer, Lens, PlayAction, PlayCtx, SceneCtx, SessionCtx, Tool, UiAction, UiCtx};
use crate::workbench::hotkeys::{Context, perform};

/// Acts without an object: key, icon, words, shortcut.
const ACTS: &[(&str, &str, &str, &str)] = &[
    ("undo", "undo", words::UNDO, "Ctrl Z"),
    ("redo", "redo", words::REDO, "Ctrl Y"),
    ("fit", "fit", words::ZOOM_FIT, "F"),
    ("build", "containers", words::LENS_BUILD, "B"),
    ("flow", "flows", words::LENS_FLOW, "G"),
    ("outline", "outline", words::OUTLINE, "O"),
    ("note", "note", notes::ADD, "M"),
    ("text", "text", text_view::SHOW, "T"),
    ("connect", "connect", words::TOOL_CONNECT, "L"),
    ("save", "save", words::SAVE_FILE, "Ctrl S"),
    ("open", "open", words::OPEN_FILE, ""),
    ("folder", "import", words::CHOOSE_FOLDER, ""),
    ("share", "share", share::SHARE, ""),
    ("export", "export", export::EXPORT, ""),
    ("print", "print", export::PRINT, ""),
    ("history", "history", words::HISTORY, ""),
    ("catalogue", "tables", cards::CATALOGUE, ""),
    ("costs", "costs", cards::COSTS, ""),
    ("find", "search", editing::FIND, "/"),
    ("tidy", "tidy", editing::TIDY, "Shift T"),
    ("tidy-all", "tidy", editing::TIDY_ALL, ""),
    ("align-left", "align-left", editing::ALIGN_LEFT, "Alt Shift ←"),
    ("align-center", "align-center", editing::ALIGN_CENTER, "Alt Shift C"),
    ("align-right", "align-right", editing::ALIGN_RIGHT, "Alt Shift →"),
    ("align-top", "align-top", editing::ALIGN_TOP, "Alt Shift ↑"),
    ("align-middle", "align-middle", editing::ALIGN_MIDDLE, "Alt Shift M"),
    ("align-bottom", "align-bottom", editing::ALIGN_BOTTOM, "Alt Shift ↓"),
    ("distribute-horizontally", "distribute-h", editing::DISTRIBUTE_HORIZONTALLY, "Alt Shift H"),
    ("distribute-vertically", "distribute-v", editing::DISTRIBUTE_VERTICALLY, "Alt Shift V"),
    ("address-space", "space", editing::SPACE_OPEN, ""),
    ("split", "split", editing::SPLIT, ""),
    ("join", "join", editing::JOIN, ""),
    ("all", "select", words::SELECT_ALL, "Ctrl A"),
    ("same-kind", "select", editing::SAME_KIND, "Ctrl Shift A"),
    ("marquee", "marquee", editing::TOOL_MARQUEE, "S"),
    ("fail", "warning", words::FAIL_SELECTED, "X"),
    ("restore", "check", words::RESTORE_ALL, ""),
    ("light", "theme", words::THEME_LIGHT, ""),
    ("dark", "theme", words::THEME_DARK, ""),
    ("system", "theme", words::THEME_SYSTEM, ""),
    ("settings", "settings", settings::SETTINGS, "Ctrl ,"),
    ("shortcuts", "keyboard", words::SHORTCUTS, "?"),
    ("home", "home", words::HOME, ""),
];

/// Most components that are listed.
const HITS: usize = 30;

fn choices(session: &SessionCtx, typed: &str) -> Vec<Choice> {
    let document = session.session.document();
    let mut out = Vec::new();
    let acts: Vec<(usize, Choice)> = ACTS
        .iter()
        .filter_map(|(key, icon, label, keys)| {
            let choice = Choice {
                key: format!("act:{key}"),
                icon,
                label: (*label).to_owned(),
                detail: String::new(),
                keys,
                group: words::COMMANDS,
            };
            Some((fits(typed, label)?, choice))
        })
        .collect();
    let acts = best_first(acts);
    let node = |id: &Id, label: String, detail: String| {
        let icon = document.node(id).map_or("note", |node| node.kind());
        Choice { key: format!("node:{id}"), icon, label, detail, keys: "", group: words::COMPONENTS }
    };
    let components: Vec<Choice> = if typed.is_empty() {
        let rows = outline::outline(document).into_iter().take(HITS);
        rows.map(|row| node(&row.id, row.label, row.detail)).collect()
    } else {
        let hits = search::search(document, typed, HITS).into_iter();
        hits.filter_map(|hit| Some(node(&hit.node?, hit.label, hit.detail))).collect()
    };
    let flows = document.flows.iter().filter_map(|flow| {
        let label = flows::describe(document, flow);
        fits(typed, &label)?;
        Some(Choice {
            key: format!("flow:{}", flow.id),
            icon: "play",
            label: words::play(&label),
            detail: String::new(),
            keys: "",
            group: words::FLOWS,
        })
    });
    let add = place::tools().filter_map(|spec| {
        let label = words::add(spec.name);
        fits(typed, &label)?;
        Some(Choice {
            key: format!("add:{}", spec.kind),
            icon: spec.kind,
            label,
            detail: spec.summary.to_owned(),
            keys: "",
            group: words::ADD,
        })
    });
    // What is looked for by name comes first; without a name, acts do.
    if typed.is_empty() {
        out.extend(acts);
        out.extend(flows);
        out.extend(components);
        out.extend(add);
    } else {
        out.extend(components);
        out.extend(flows);
        out.extend(acts);
        out.extend(add);
    }
    out
}

/// The palette.
#[component]
pub fn Commands() -> Html {
    let files = use_context::<Files>();
    let ui = use_context::<UiCtx>();
    let session = use_context::<SessionCtx>();
    let scene = use_context::<SceneCtx>();
    let view = use_context::<ViewCtx>();
    let play = use_context::<PlayCtx>();
    let (Some(ui), Some(session), Some(SceneCtx(scene)), Some(view), Some(play)) =
        (ui, session, scene, view, play)
    else {
        return html! {};
    };
    let close = {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| dispatch.emit(UiAction::Dialog(None)))
    };
    let find = {
        let session = session.clone();
        Callback::from(move |typed: String| choices(&session, &typed))
    };
    let onchoose = {
        let (close, session) = (close.clone(), session.clone());
        let context = Context {
            session: session.clone(),
            ui: ui.clone(),
            play: play.dispatch.clone(),
            speed: play.speed,
            view: view.clone(),
            scene: SceneCtx(scene.clone()),
        };
        Callback::from(move |key: String| {
            close.emit(());
            let ask = |action: UiAction| ui.dispatch.emit(action);
            match key.split_once(':') {
                Some(("node", id)) => {
                    let id = Id::from(id);
                    go_to(&ui, &session, &scene, &view.0, &id);
                    if scene.rect(&id).is_none() {
                        ask(UiAction::Inspector(true));
                    }
                }
                Some(("flow", id)) => {
                    ask(UiAction::Setup(None));
                    ui.lens(Lens::Flow);
                    play.dispatch.emit(PlayAction::Choose(Some(id.to_owned().into())));
                    play.dispatch.emit(PlayAction::Play);
                }
                Some(("add", kind)) => {
                    if let Some(spec) = place::tools().find(|spec| spec.kind == kind) {
                        ask(UiAction::Tool(Tool::Place(spec.kind)));
                        browser::focus_soon(".map [tabindex=\"0\"], #map");
                    }
                }
                Some(("act", act)) => match act {
                    "undo" => session.dispatch.emit(Intent::Undo),
                    "redo" => session.dispatch.emit(Intent::Redo),
                    "build" => ui.lens(Lens::Build),
                    "flow" => ui.lens(Lens::Flow),
                    "outline" => ask(UiAction::Drawer(Some(Drawer::Outline))),
                    "note" => {
                        ask(UiAction::Tool(Tool::Note(NoteKind::default())));
                        browser::focus_soon(".map [tabindex=\"0\"], #map");
                    }
                    "text" => {
                        ask(UiAction::Drawer(Some(Drawer::Text)));
                        browser::focus_soon(".text-field");
                    }
                    "connect" => ask(UiAction::Tool(Tool::Connect(None))),
                    "save" => session.dispatch.emit(Intent::Download),
                    "open" => files.iter().for_each(|files| files.choose(false)),
                    "folder" => files.iter().for_each(|files| files.choose(true)),
                    "share" => ask(UiAction::Dialog(Some(Dialog::Share))),
                    "export" => ask(UiAction::Dialog(Some(Dialog::Export))),
                    "print" => ask(UiAction::Dialog(Some(Dialog::Print))),
                    "history" => ask(UiAction::Dialog(Some(Dialog::History))),
                    "catalogue" => ask(UiAction::Dialog(Some(Dialog::Catalogue))),
                    "costs" => ask(UiAction::Dialog(Some(Dialog::Costs))),
                    "restore" => session.dispatch.emit(Intent::RestoreAll),
                    "light" => theme::choose(Theme::Light),
                    "dark" => theme::choose(Theme::Dark),
                    "system" => theme::choose(Theme::System),
                    "settings" => ask(UiAction::Dialog(Some(Dialog::Settings))),
                    "shortcuts" => ask(UiAction::Dialog(Some(Dialog::Shortcuts))),
                    "home" => browser::go("/"),
                    other => {
                        if let Some(wanted) = Ask::named(other) {
                            perform(&context, wanted);
                        }
                    }
                },
                _ => {}
            }
        })
    };
    html! {
        <Modal label={words::SEARCH} class={classes!("chooser", "commands")} onclose={close}>
            <Choices id="commands" label={words::SEARCH} placeholder={words::COMMAND_PLACEHOLDER} {find} {onchoose} />
        </Modal>
    }
}
