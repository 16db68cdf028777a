//! The tool bar of several selected things: aligning, distributing, and what else can be done.

use hopscope_view::text::editing as words;
use hopscope_view::text::ui_shell;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::ViewCtx;
use super::gesture::laid;
use crate::browser;
use crate::chrome::menu_entries::ARRANGEMENTS;
use crate::chrome::settings::drawn;
use crate::icons::icon;
use crate::keys::Ask;
use crate::state::{Dialog, MenuAt, MenuTarget, PlayCtx, SceneCtx, SessionCtx, UiAction, UiCtx};
use crate::workbench::hotkeys::{Context, perform};

/// Properties of [`SelectionBar`].
#[derive(Properties, PartialEq)]
pub struct SelectionBarProps {
    /// The workbench.
    pub ui: UiCtx,
    /// The document.
    pub session: SessionCtx,
    /// The map.
    pub scene: SceneCtx,
    /// The view.
    pub view: ViewCtx,
}

/// The tool bar: one tab stop, arrows inside.
#[component]
pub fn SelectionBar(props: &SelectionBarProps) -> Html {
    let SelectionBarProps { ui, session, scene, view } = props;
    let play = use_context::<PlayCtx>();
    let bar = use_node_ref();
    let stop = use_state(|| 0usize);
    let Some(play) = play else { return html! {} };
    let context = Context {
        session: session.clone(),
        ui: ui.clone(),
        play: play.dispatch.clone(),
        speed: play.speed,
        view: view.clone(),
        scene: scene.clone(),
    };
    let selection = session.session.selection();
    let all = laid(&scene.0, selection);
    let count = hopscope_editor::arrange::movable(session.session.document(), &all).len();
    let last = ARRANGEMENTS.len();
    let onkeydown = {
        let (bar, stop) = (bar.clone(), stop.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.alt_key() || event.ctrl_key() || event.meta_key() {
                return;
            }
            let next = match event.key().as_str() {
                "ArrowRight" => {
                    if *stop >= last {
                        0
                    } else {
                        *stop + 1
                    }
                }
                "ArrowLeft" => stop.checked_sub(1).unwrap_or(last),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            stop.set(next);
            let buttons = bar.cast::<HtmlElement>().and_then(|bar| bar.query_selector_all("button").ok());
            let button = buttons.and_then(|all| all.item(u32::try_from(next).unwrap_or(0)));
            if let Some(button) = button.and_then(|node| wasm_bindgen::JsCast::dyn_into(node).ok()) {
                browser::focus_element(&button);
            }
        })
    };
    let more = {
        let dispatch = ui.dispatch.clone();
        move |event: MouseEvent| {
            let rect = event.target_unchecked_into::<web_sys::Element>();
            let rect = rect.closest("button").ok().flatten().unwrap_or(rect).get_bounding_client_rect();
            #[allow(clippy::cast_possible_truncation, reason = "pixels of a screen")]
            let (x, y) = (rect.left() as i32, rect.bottom() as i32 + 4);
            dispatch.emit(UiAction::Dialog(Some(Dialog::Menu(MenuAt {
                target: MenuTarget::Selection,
                x,
                y,
            }))));
        }
    };
    let tab = |index: usize| if *stop == index { "0" } else { "-1" };
    html! {
        <div ref={bar} class="selection-bar" role="toolbar" aria-label={words::SELECTION} {onkeydown}>
            <span class="selection-count">{ ui_shell::selected(selection.len()) }</span>
            { for ARRANGEMENTS.iter().enumerate().map(|(index, (key, glyph, label, keys))| {
                let wanted = Ask::named(key);
                let fewest = if key.starts_with("distribute") { 3 } else { 2 };
                let possible = count >= fewest;
                let context = context.clone();
                let onclick = move |_| {
                    if let Some(wanted) = wanted.filter(|_| possible) {
                        perform(&context, wanted);
                    }
                };
                html! {
                    <>
                        if matches!(index, 0 | 3 | 6) { <span class="rule" role="presentation"></span> }
                        <button type="button" class="icon-button" aria-label={*label} title={format!("{label} ({})", drawn(keys))}
                            aria-disabled={(!possible).then_some("true")} tabindex={tab(index)} {onclick}>
                            { icon(glyph, 18) }
                        </button>
                    </>
                }
            }) }
            <span class="rule" role="presentation"></span>
            <button type="button" class="icon-button" aria-label={words::MORE} title={words::MORE} aria-haspopup="menu"
                tabindex={tab(last)} onclick={more}>{ icon("more", 18) }</button>
        </div>
    }
}
