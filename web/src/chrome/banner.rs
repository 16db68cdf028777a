//! One sentence across the page, with one way out.

use hopscope_view::text::{settings, share, ui_shell as words};
use yew::prelude::*;

use crate::icons::icon;
use crate::state::{Banner, BannerAct};

/// The banner, with its way out and what dismisses it. Problems are announced at once, remarks
/// politely.
pub fn banner(message: Option<&Banner>, onact: Callback<BannerAct>, onclose: Callback<()>) -> Html {
    // The regions exist before anything stands in them, or nothing would be announced.
    let body = message.map(|message| {
        let also = (message.act == Some(BannerAct::LoadNewer)).then_some(BannerAct::KeepCopy);
        let acts = message.act.into_iter().chain(also).map(|act| {
            let onact = onact.clone();
            let label = match act {
                BannerAct::SaveFile => words::SAVE_FILE,
                BannerAct::LoadNewer => words::LOAD_NEWER,
                BannerAct::KeepCopy => words::KEEP_COPY,
                BannerAct::ChooseFile => words::CHOOSE_FILES,
                BannerAct::MakeMine => share::MAKE_MINE,
                BannerAct::UseNewVersion => settings::USE_NEW_VERSION,
            };
            html! { <button type="button" class="button" onclick={move |_| onact.emit(act)}>{ label }</button> }
        });
        html! {
            <div class={classes!("banner", message.calm.then_some("calm"))}>
                { icon(if message.calm { "info" } else { "warning" }, 20) }
                <div class="banner-text">
                    <p>{ message.text.clone() }</p>
                    if !message.details.is_empty() {
                        // Long lists scroll, by keyboard too.
                        <ul tabindex="0" aria-label={message.text.clone()}>
                            { for message.details.iter().map(|line| html! { <li>{ line.clone() }</li> }) }
                        </ul>
                    }
                </div>
                { for acts }
                <button type="button" class="icon-button" aria-label={words::DISMISS} title={words::DISMISS}
                    onclick={move |_| onclose.emit(())}>{ icon("close", 18) }</button>
            </div>
        }
    });
    let calm = message.is_some_and(|message| message.calm);
    html! {
        <div class="banners">
            <div role="alert">{ body.clone().filter(|_| !calm) }</div>
            <div role="status">{ body.filter(|_| calm) }</div>
        </div>
    }
}
