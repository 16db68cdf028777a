//! The edge between text and map: moves by pointer and by arrow keys, and is remembered.

use hopscope_view::text::text_view as words;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::browser;

/// Widths of the panel in pixels.
const LIMITS: (f64, f64) = (280.0, 900.0);
/// What an arrow key moves.
const STEP: f64 = 16.0;
const SETTING: &str = "text-width";

fn set(width: f64) -> f64 {
    let width = width.clamp(LIMITS.0, LIMITS.1).round();
    let root = browser::page().and_then(|page| page.document_element());
    if let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
        // A legal property with a legal value.
        let _ = root.style().set_property("--drawer-text", &format!("{width}px"));
    }
    width
}

/// Takes up the width that was chosen last.
pub fn restore() {
    if let Some(width) = browser::setting(SETTING).and_then(|text| text.parse::<f64>().ok())
        && width.is_finite()
    {
        set(width);
    }
}

/// The panel and its width as they are.
fn panel(event: &Event) -> Option<web_sys::DomRect> {
    let edge = event.target()?.dyn_into::<Element>().ok()?;
    Some(edge.closest(".drawer").ok()??.get_bounding_client_rect())
}

/// The edge.
#[component]
pub fn Edge() -> Html {
    let now = use_state(|| None::<f64>);
    let held = use_mut_ref(|| false);
    let choose = {
        let now = now.clone();
        move |width: f64| {
            let width = set(width);
            browser::set_setting(SETTING, Some(&width.to_string()));
            now.set(Some(width));
        }
    };
    let onpointerdown = {
        let held = held.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(edge) = event.target().and_then(|edge| edge.dyn_into::<Element>().ok()) {
                // Without capture the edge stays where it is.
                held.replace(edge.set_pointer_capture(event.pointer_id()).is_ok());
                event.prevent_default();
            }
        })
    };
    let onpointermove = {
        let held = held.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(panel) = panel(&event).filter(|_| *held.borrow()) {
                set(f64::from(event.client_x()) - panel.left());
            }
        })
    };
    let onpointerup = {
        let choose = choose.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(panel) = panel(&event).filter(|_| held.replace(false)) {
                choose(f64::from(event.client_x()) - panel.left());
            }
        })
    };
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let Some(width) = panel(&event).map(|panel| panel.width()) else { return };
        match event.key().as_str() {
            "ArrowLeft" => choose(width - STEP),
            "ArrowRight" => choose(width + STEP),
            "Home" => choose(LIMITS.0),
            "End" => choose(LIMITS.1),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    });
    let shown = now.or_else(|| browser::setting(SETTING)?.parse().ok()).unwrap_or(460.0);
    html! {
        <div class="text-edge" role="separator" aria-orientation="vertical" tabindex="0" aria-label={words::WIDTH}
            aria-valuemin={LIMITS.0.to_string()} aria-valuemax={LIMITS.1.to_string()} aria-valuenow={shown.to_string()}
            {onpointerdown} {onpointermove} {onpointerup} {onkeydown}></div>
    }
}
