//! What stands beside the rail: palette, outline or flows.

use hopscope_view::text::ui_shell as words;
use yew::prelude::*;

use super::outline::Outline;
use super::palette::Palette;
use super::rail::GROUPS;
use crate::icons::Icon;
use crate::panels::FlowPanel;
use crate::state::{Drawer as Shown, UiAction, UiCtx};

/// The drawer, if one is open.
#[component]
pub fn Drawer() -> Html {
    let Some(ui) = use_context::<UiCtx>() else { return html! {} };
    let Some(shown) = ui.ui.drawer else { return html! {} };
    let close = {
        let dispatch = ui.dispatch.clone();
        move |_| dispatch.emit(UiAction::Drawer(None))
    };
    let (title, class) = match shown {
        Shown::Outline => (words::OUTLINE, "drawer-outline"),
        Shown::Flows => (words::FLOW_DRAWER, "drawer-flows"),
        Shown::Palette(group) => {
            let named = GROUPS.iter().find(|spec| Some(spec.group) == group);
            (named.map_or(words::PALETTE, |spec| spec.name), "drawer-palette")
        }
    };
    html! {
        <aside class={classes!("drawer", class)} aria-label={title}>
            <header class="drawer-head">
                <h2>{ title }</h2>
                <button type="button" class="icon-button" aria-label={words::CLOSE} title={words::CLOSE} onclick={close}>
                    <Icon name="close" size={18} />
                </button>
            </header>
            <div class="drawer-body">
                { match shown {
                    Shown::Outline => html! { <Outline /> },
                    Shown::Flows => html! { <FlowPanel /> },
                    Shown::Palette(group) => html! { <Palette key={format!("{group:?}")} {group} /> },
                } }
            </div>
        </aside>
    }
}
