//! The shortcut sheet.

use hopscope_view::text::{settings, ui_shell as words};
use yew::prelude::*;

use super::modal::Modal;
use super::settings::{Changed, drawn};
use crate::icons::icon;
use crate::preferences;
use crate::state::{Dialog, UiAction, UiCtx};

/// Every key, and the switch for single letters.
pub fn shortcuts(ui: &UiCtx) -> Html {
    let close = {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| dispatch.emit(UiAction::Dialog(None)))
    };
    let onchange = {
        let (dispatch, on) = (ui.dispatch.clone(), !ui.ui.single_keys);
        Callback::from(move |_: Event| {
            preferences::set_single_keys(on);
            dispatch.emit(UiAction::Setting(Changed::SingleKeys(on)));
        })
    };
    let keys = |text: &str| drawn(&ui.ui.keymap.shown(text));
    let change = {
        let dispatch = ui.dispatch.clone();
        move |_: MouseEvent| dispatch.emit(UiAction::Dialog(Some(Dialog::Settings)))
    };
    html! {
        <Modal key="shortcuts" label={words::SHORTCUTS} class={classes!("shortcuts")} onclose={close.clone()}>
            <header class="modal-head">
                <h2>{ words::SHORTCUTS }</h2>
                <button type="button" class="icon-button" aria-label={words::CLOSE} onclick={move |_| close.emit(())}>
                    { icon("close", 18) }
                </button>
            </header>
            <div class="shortcut-sections" tabindex="0" role="group" aria-label={words::SHORTCUTS}>
                { for words::SHORTCUT_SHEET.iter().map(|(title, rows)| html! {
                    <section>
                        <h3>{ *title }</h3>
                        <dl>
                            { for rows.iter().map(|(key, what)| html! {
                                <div><dt><kbd>{ keys(key) }</kbd></dt><dd>{ *what }</dd></div>
                            }) }
                        </dl>
                    </section>
                }) }
            </div>
            <label class="switch">
                <input type="checkbox" checked={ui.ui.single_keys} {onchange} />
                <span>{ words::SINGLE_KEYS }</span>
                <span class="hint">{ words::SINGLE_KEYS_HINT }</span>
            </label>
            <button type="button" class="small-button shortcuts-change" onclick={change}>{ settings::CHANGE_KEYS }</button>
        </Modal>
    }
}
