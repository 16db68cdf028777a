//! One sentence across the page, with one way out.

use hopscope_view::text::ui_shell as words;
use yew::prelude::*;

use crate::icons::Icon;
use crate::state::{Banner as Message, BannerAct};

/// Properties of [`Banner`].
#[derive(Properties, PartialEq)]
pub struct BannerProps {
    /// The message, if there is one.
    pub message: Option<Message>,
    /// Take the way out.
    pub onact: Callback<BannerAct>,
    /// Dismiss it.
    pub onclose: Callback<()>,
}

/// The banner. Problems are announced at once, remarks politely.
#[component]
pub fn Banner(props: &BannerProps) -> Html {
    // The regions exist before anything stands in them, or nothing would be announced.
    let body = props.message.as_ref().map(|message| {
        let onclose = props.onclose.clone();
        let act = message.act.map(|act| {
            let onact = props.onact.clone();
            let label = match act {
                BannerAct::SaveFile => words::SAVE_FILE,
                BannerAct::LoadNewer => words::LOAD_NEWER,
                BannerAct::ChooseFile => words::CHOOSE_FILES,
            };
            html! { <button type="button" class="button" onclick={move |_| onact.emit(act)}>{ label }</button> }
        });
        html! {
            <div class={classes!("banner", message.calm.then_some("calm"))}>
                <Icon name={if message.calm { "info" } else { "warning" }} size={20} />
                <div class="banner-text">
                    <p>{ message.text.clone() }</p>
                    if !message.details.is_empty() {
                        // Long lists scroll, by keyboard too.
                        <ul tabindex="0" aria-label={message.text.clone()}>
                            { for message.details.iter().map(|line| html! { <li>{ line.clone() }</li> }) }
                        </ul>
                    }
                </div>
                { act }
                <button type="button" class="icon-button" aria-label={words::DISMISS} title={words::DISMISS}
                    onclick={move |_| onclose.emit(())}><Icon name="close" size={18} /></button>
            </div>
        }
    });
    let calm = props.message.as_ref().is_some_and(|message| message.calm);
    html! {
        <div class="banners">
            <div role="alert">{ body.clone().filter(|_| !calm) }</div>
            <div role="status">{ body.filter(|_| calm) }</div>
        </div>
    }
}
