//! Shapes of decisions: the same on the timeline and on the rungs of the ladder.

use hopscope_forward::Decision;
use hopscope_view::playback::Glyph;
use yew::prelude::*;

/// The glyph of a decision.
#[must_use]
pub fn of_decision(decision: Decision) -> Glyph {
    match decision {
        Decision::Denied | Decision::Unknown => Glyph::Drop,
        Decision::Rewritten => Glyph::Rewrite,
        Decision::Sent | Decision::Delivered => Glyph::End,
        Decision::Allowed | Decision::Routed | Decision::Forwarded => Glyph::Decision,
    }
}

/// A class name for style sheets.
#[must_use]
pub fn class(glyph: Glyph) -> &'static str {
    match glyph {
        Glyph::End => "glyph-end",
        Glyph::Decision => "glyph-decision",
        Glyph::Rewrite => "glyph-rewrite",
        Glyph::Drop => "glyph-drop",
    }
}

/// The shape: ● end, ▲ decision, ◇ rewrite, ■ drop. Drawn, never a character.
pub fn shape(glyph: Glyph) -> Html {
    let inner = match glyph {
        Glyph::End => html! { <circle cx="6" cy="6" r="4" /> },
        Glyph::Decision => html! { <path d="M6 1.5 11 10.5H1z" /> },
        Glyph::Rewrite => html! { <path class="hollow" d="M6 1.2 10.8 6 6 10.8 1.2 6z" /> },
        Glyph::Drop => html! { <path d="M1.5 1.5h9v9h-9z" /> },
    };
    html! {
        <svg class={classes!("glyph", class(glyph))} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
            { inner }
        </svg>
    }
}
