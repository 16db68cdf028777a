//! The settings: appearance, keys, language, data on this device. On the start page and in the
//! workbench; knows neither.

mod data;
mod keys;

use std::rc::Rc;

use hopscope_editor::keymap::Keymap;
use hopscope_view::text::{settings as words, ui_shell};
use yew::prelude::*;

use super::modal::Modal;
use super::theme::{self, Theme};
use crate::icons::icon;
use crate::preferences::{self, Density, Motion};
use data::Data;
use keys::Keys;
pub use keys::drawn;

/// Properties of [`Settings`].
#[derive(Properties, PartialEq)]
pub struct SettingsProps {
    /// Something was chosen that the page has to know of.
    #[prop_or_default]
    pub onchange: Callback<Changed>,
    /// Closes the dialog.
    pub onclose: Callback<()>,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Changed {
    /// Whether single letters act.
    SingleKeys(bool),
    /// The keys of actions.
    Keymap(Rc<Keymap>),
    /// Whether things stand still.
    Still(bool),
}

/// The dialog.
#[component]
pub fn Settings(props: &SettingsProps) -> Html {
    let theme = use_state(theme::current);
    let motion = use_state(preferences::motion);
    let density = use_state(preferences::density);
    let on_theme = {
        let theme = theme.clone();
        Callback::from(move |chosen: Theme| {
            theme::choose(chosen);
            theme.set(chosen);
        })
    };
    let on_motion = {
        let (motion, onchange) = (motion.clone(), props.onchange.clone());
        Callback::from(move |chosen: Motion| {
            preferences::set_motion(chosen);
            motion.set(chosen);
            onchange.emit(Changed::Still(preferences::still()));
        })
    };
    let on_density = {
        let density = density.clone();
        Callback::from(move |chosen: Density| {
            preferences::set_density(chosen);
            density.set(chosen);
        })
    };
    let close = {
        let onclose = props.onclose.clone();
        move |_: MouseEvent| onclose.emit(())
    };
    html! {
        <Modal key="settings" label={words::SETTINGS} class={classes!("wide-modal", "settings")} onclose={props.onclose.clone()}>
            <header class="modal-head">
                <h2>{ words::SETTINGS }</h2>
                <button type="button" class="icon-button" aria-label={ui_shell::CLOSE} onclick={close}>{ icon("close", 18) }</button>
            </header>
            <div class="modal-content" tabindex="0" role="region" aria-label={words::SETTINGS}>
                <section aria-labelledby="settings-appearance">
                    <h3 id="settings-appearance">{ words::APPEARANCE }</h3>
                    { choice(ui_shell::THEME, "", *theme, &[
                        (ui_shell::LIGHT, Theme::Light), (ui_shell::DARK, Theme::Dark), (ui_shell::SYSTEM, Theme::System),
                    ], &on_theme) }
                    { choice(words::MOTION, words::MOTION_HINT, *motion, &[
                        (words::ON, Motion::On), (words::OFF, Motion::Off), (words::SYSTEM, Motion::System),
                    ], &on_motion) }
                    { choice(words::DENSITY, "", *density, &[
                        (words::COMPACT, Density::Compact), (words::COMFORTABLE, Density::Comfortable),
                    ], &on_density) }
                </section>
                <section aria-labelledby="settings-keys">
                    <h3 id="settings-keys">{ words::KEYS }</h3>
                    <Keys onchange={props.onchange.clone()} />
                </section>
                <section aria-labelledby="settings-language">
                    <h3 id="settings-language">{ words::LANGUAGE }</h3>
                    <p class="setting"><strong>{ words::ENGLISH }</strong></p>
                    <p class="hint">{ words::LANGUAGE_HINT }</p>
                </section>
                <section aria-labelledby="settings-data">
                    <h3 id="settings-data">{ words::DATA }</h3>
                    <Data onclose={props.onclose.clone()} />
                </section>
            </div>
        </Modal>
    }
}

/// One of a few, as a segmented switch.
fn choice<T: Copy + PartialEq + 'static>(
    label: &'static str,
    hint: &'static str,
    now: T,
    choices: &[(&'static str, T)],
    onchoose: &Callback<T>,
) -> Html {
    html! {
        <div class="setting">
            <span class="setting-label" aria-hidden="true">{ label }</span>
            <div class="lens-switch" role="group" aria-label={label}>
                { for choices.iter().map(|&(name, value)| {
                    let onchoose = onchoose.clone();
                    html! {
                        <button key={name} type="button" class="lens" aria-pressed={(now == value).to_string()}
                            onclick={move |_| onchoose.emit(value)}>{ name }</button>
                    }
                }) }
            </div>
            if !hint.is_empty() { <p class="hint">{ hint }</p> }
        </div>
    }
}
