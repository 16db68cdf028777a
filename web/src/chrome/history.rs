//! Named history: every change, jump to any point.

use hopscope_editor::Intent;
use hopscope_view::text::ui_shell as words;
use yew::prelude::*;

use super::modal::Modal;
use crate::icons::icon;
use crate::state::{SessionCtx, UiAction, UiCtx};

/// The list of changes, the latest first.
pub fn history(ui: &UiCtx, session: &SessionCtx) -> Html {
    let close = {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| dispatch.emit(UiAction::Dialog(None)))
    };
    let history = session.session.history();
    let here = history.position();
    let entries: Vec<(usize, String)> = history.labels().map(str::to_owned).enumerate().collect();
    html! {
        <Modal key="history" label={words::HISTORY} class={classes!("history")} onclose={close.clone()}>
            <header class="modal-head">
                <h2>{ words::HISTORY }</h2>
                <button type="button" class="icon-button" aria-label={words::CLOSE} onclick={move |_| close.emit(())}>
                    { icon("close", 18) }
                </button>
            </header>
            <ol class="history-list" reversed={true}>
                { for entries.into_iter().rev().map(|(position, label)| {
                    let dispatch = session.dispatch.clone();
                    let now = position == here;
                    html! {
                        <li key={position}>
                            <button type="button" class={classes!("history-entry", (position > here).then_some("undone"))}
                                aria-current={now.then_some("step")} onclick={move |_| dispatch.emit(Intent::Jump(position))}>
                                <span>{ label }</span>
                                if now { <span class="hint">{ words::HISTORY_HERE }</span> }
                            </button>
                        </li>
                    }
                }) }
            </ol>
        </Modal>
    }
}
