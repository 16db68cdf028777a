//! What stands beside the rail: palette, outline or flows.

use hopscope_view::text::{text_view, ui_shell as words};
use yew::prelude::*;

use super::outline::Outline;
use super::palette::Palette;
use super::rail::GROUPS;
use crate::icons::icon;
use crate::panels::{TextHold, TextPanel, flow_panel};
use crate::state::{Drawer, UiAction, UiCtx};

/// The drawer, if one is open.
pub fn drawer(ui: &UiCtx, text: &TextHold) -> Html {
    let Some(shown) = ui.ui.drawer else { return html! {} };
    let close = {
        let dispatch = ui.dispatch.clone();
        move |_| dispatch.emit(UiAction::Drawer(None))
    };
    let (title, class) = match shown {
        Drawer::Outline => (words::OUTLINE, "drawer-outline"),
        Drawer::Text => (text_view::TITLE, "drawer-text"),
        Drawer::Flows => (words::FLOW_DRAWER, "drawer-flows"),
        Drawer::Palette(group) => {
            let named = GROUPS.iter().find(|spec| Some(spec.group) == group);
            (named.map_or(words::PALETTE, |spec| spec.name), "drawer-palette")
        }
    };
    html! {
        <aside class={classes!("drawer", class)} aria-label={title}>
            <header class="drawer-head">
                <h2>{ title }</h2>
                <button type="button" class="icon-button" aria-label={words::CLOSE} title={words::CLOSE} onclick={close}>
                    { icon("close", 18) }
                </button>
            </header>
            <div class="drawer-body">
                { match shown {
                    Drawer::Outline => html! { <Outline /> },
                    Drawer::Text => html! { <TextPanel hold={text.clone()} /> },
                    Drawer::Flows => flow_panel(),
                    Drawer::Palette(group) => html! { <Palette key={format!("{group:?}")} {group} /> },
                } }
            </div>
        </aside>
    }
}
