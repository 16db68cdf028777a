//! The overview: everything in little, with what is shown as a frame. The frame follows the view by one
//! attribute ([`super::View::apply`]); nothing is rendered while the view moves.

use gloo::timers::callback::Timeout;
use hopscope_layout::{Point, num};
use hopscope_view::overview::{Strokes, strokes, world};
use hopscope_view::text::overview as words;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::ViewCtx;
use crate::browser;
use crate::icons::icon;
use crate::keys::Way;
use crate::state::{SceneCtx, SessionCtx};

const SETTING: &str = "overview";
/// The pause after which the overview follows a change of the drawing, milliseconds.
const FOLLOW: u32 = 120;
/// Part of the view that an arrow key moves.
const STEP: f64 = 0.15;

/// Properties of [`Overview`].
#[derive(Properties, PartialEq)]
pub struct OverviewProps {
    /// The document.
    pub session: SessionCtx,
    /// The map.
    pub scene: SceneCtx,
    /// The view.
    pub view: ViewCtx,
}

/// The overview in its corner, or the button that opens it.
#[component]
pub fn Overview(props: &OverviewProps) -> Html {
    let OverviewProps { session, scene: SceneCtx(scene), view } = props;
    let open = use_state(|| browser::setting(SETTING).as_deref() != Some("off"));
    let drawn = use_state(Vec::<Strokes>::new);
    let held = use_mut_ref(|| None::<(f64, f64)>);
    {
        let (document, scene, drawn, first) =
            (session.session.document().clone(), scene.clone(), drawn.setter(), drawn.is_empty());
        use_effect_with((SceneCtx(scene.clone()), *open), move |(_, open)| {
            // A drag changes the drawing many times a second; the overview waits for its end.
            let draw = move || drawn.set(strokes(&document, &scene.layout));
            let timer = match (*open, first) {
                (false, _) => None,
                (true, true) => {
                    draw();
                    None
                }
                (true, false) => Some(Timeout::new(FOLLOW, draw)),
            };
            move || drop(timer)
        });
    }
    {
        let view = view.clone();
        use_effect(move || view.0.apply());
    }
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| {
            browser::set_setting(SETTING, (*open).then_some("off"));
            open.set(!*open);
        })
    };
    let button = html! {
        <button type="button" class="icon-button overview-toggle" aria-expanded={open.to_string()}
            aria-label={if *open { words::HIDE } else { words::SHOW }} title={if *open { words::HIDE } else { words::SHOW }}
            onclick={toggle}>{ icon(if *open { "chevron-down" } else { "overview" }, 18) }</button>
    };
    let bounds = scene.bounds;
    // The point of the drawing under the pointer.
    let under = move |event: &PointerEvent| {
        let map = event.target()?.dyn_into::<Element>().ok()?.closest(".overview-map").ok()??;
        let rect = map.get_bounding_client_rect();
        let at = (f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top());
        Some((map, world(bounds, (rect.width(), rect.height()), at)))
    };
    let point = |(x, y): (f64, f64)| {
        // Coordinates of a drawing.
        #[allow(clippy::cast_possible_truncation, reason = "coordinates of a drawing")]
        let point = Point::new(x as f32, y as f32);
        point
    };
    let onpointerdown = {
        let (view, held) = (view.clone(), held.clone());
        Callback::from(move |event: PointerEvent| {
            let Some((map, at)) = under(&event).filter(|_| event.button() == 0) else { return };
            let middle = view.0.middle();
            let (x, y) = (f64::from(middle.x), f64::from(middle.y));
            // The frame is moved by where it is held; elsewhere it comes to the pointer.
            let grip = if view.0.frames(point(at)) { (at.0 - x, at.1 - y) } else { (0.0, 0.0) };
            held.replace(Some(grip));
            // Refused only for pointers that are gone.
            let _ = map.set_pointer_capture(event.pointer_id());
            view.0.center(point((at.0 - grip.0, at.1 - grip.1)));
            event.stop_propagation();
        })
    };
    let onpointermove = {
        let (view, held) = (view.clone(), held.clone());
        Callback::from(move |event: PointerEvent| {
            if let (Some(grip), Some((_, at))) = (*held.borrow(), under(&event)) {
                view.0.center(point((at.0 - grip.0, at.1 - grip.1)));
            }
        })
    };
    let onpointerup = {
        let held = held.clone();
        Callback::from(move |_: PointerEvent| *held.borrow_mut() = None)
    };
    let onkeydown = {
        let view = view.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key()
                || event.meta_key()
                || event.alt_key()
                || event.shift_key() && event.key() != "+"
            {
                return;
            }
            let key = event.key();
            match (Way::of(&key), key.as_str()) {
                (Some(way), _) => {
                    let (ux, uy) = way.unit();
                    view.0.pan_by(f64::from(ux) * STEP, f64::from(uy) * STEP);
                }
                (None, "+" | "=") => view.0.zoom(1.25),
                (None, "-") => view.0.zoom(0.8),
                (None, "Home") => view.0.fit_all(),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    html! {
        // The button stays the same element, so that it keeps the keyboard.
        <div class={classes!("overview", (!*open).then_some("closed"))} ref={view.0.overview.clone()}>
            { button }
            if *open {
            <div class="overview-map" role="application" tabindex="0" aria-label={words::TITLE} aria-description={words::HELP}
                onpointerdown={onpointerdown} onpointermove={onpointermove} onpointerup={onpointerup.clone()}
                onpointercancel={onpointerup} onkeydown={onkeydown}>
                <svg viewBox={format!("{} {} {} {}", num(bounds.x), num(bounds.y), num(bounds.w), num(bounds.h))}
                    aria-hidden="true" focusable="false">
                    { for drawn.iter().map(|it| html! { <path class={it.class} d={it.path.clone()} /> }) }
                    <rect class="overview-frame" ref={view.0.frame.clone()} width="1" height="1" />
                </svg>
            </div>
            }
        </div>
    }
}
