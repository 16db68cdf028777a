//! Zoom out, the zoom itself, zoom in, fit.

use hopscope_view::text::ui_shell as words;
use yew::prelude::*;

use super::{View, ViewCtx};
use crate::icons::icon;

/// The bar at the bottom left of the map.
pub fn zoom_bar(view: &ViewCtx) -> Html {
    let act = |act: fn(&View)| {
        let view = view.clone();
        Callback::from(move |_: MouseEvent| act(&view.0))
    };
    html! {
        <div class="zoom-bar" role="group" aria-label={words::ZOOM}>
            <button type="button" class="icon-button" aria-label={words::ZOOM_OUT} title={words::ZOOM_OUT}
                onclick={act(|view| view.zoom(0.8))}>{ icon("minus", 18) }</button>
            <button type="button" class="icon-button zoom-value" title={words::ZOOM_RESET}
                onclick={act(View::reset)}>
                <span ref={view.0.label.clone()}></span>
                <span class="visually-hidden">{ words::ZOOM_RESET }</span>
            </button>
            <button type="button" class="icon-button" aria-label={words::ZOOM_IN} title={words::ZOOM_IN}
                onclick={act(|view| view.zoom(1.25))}>{ icon("plus", 18) }</button>
            <button type="button" class="icon-button" aria-label={words::ZOOM_FIT} title={words::ZOOM_FIT}
                onclick={act(View::fit_all)}>{ icon("fit", 18) }</button>
        </div>
    }
}
