//! A newer release of Hopscope on this device. `public/start.js` finds it; the start page offers it,
//! between documents and never in one.

use gloo::events::EventListener;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use yew::prelude::*;

use crate::browser;

fn update() -> Option<JsValue> {
    let window = browser::window()?;
    Reflect::get(&window, &"hopscopeUpdate".into()).ok().filter(JsValue::is_object)
}

fn is_ready() -> bool {
    update()
        .and_then(|update| Reflect::get(&update, &"ready".into()).ok())
        .is_some_and(|ready| ready.is_truthy())
}

/// Whether a newer release is ready, now and when one becomes so.
#[hook]
pub fn use_newer_release() -> bool {
    let ready = use_state(is_ready);
    {
        let ready = ready.setter();
        use_effect_with((), move |()| {
            let listener = browser::window()
                .map(|window| EventListener::new(&window, "hopscope-update", move |_| ready.set(is_ready())));
            move || drop(listener)
        });
    }
    *ready
}

/// Loads the page anew from the newer release, unless other pages of this one are open: their number.
pub async fn take() -> Option<u32> {
    let update = update()?;
    let use_it = Reflect::get(&update, &"use".into()).ok()?.dyn_into::<Function>().ok()?;
    let promise = use_it.call0(&update).ok()?.dyn_into::<Promise>().ok()?;
    let others = JsFuture::from(promise).await.ok()?.as_f64()?;
    // A small whole number.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of pages")]
    let others = others as u32;
    Some(others)
}
