//! Verdicts as shape and word: never by colour alone.

use hopscope_forward::Verdict;
use hopscope_view::text;
use yew::prelude::*;

/// A class name for style sheets.
#[must_use]
pub fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::Denied => "denied",
        Verdict::Loop => "loop",
        Verdict::Unknown => "unknown",
    }
}

/// The shape of a verdict: disc with tick, octagon with bar, ring with arrow head, dashed half-disc.
pub fn verdict_shape(verdict: Verdict) -> Html {
    match verdict {
        Verdict::Allowed => html! {
            <>
                <circle class="mark-fill" cx="10" cy="10" r="8.5" />
                <path class="mark-cut" d="M6 10.3 8.8 13 14 7.4" />
            </>
        },
        Verdict::Denied => html! {
            <>
                <path class="mark-fill" d="M6.6 1.6h6.8l5 5v6.8l-5 5H6.6l-5-5V6.6z" />
                <path class="mark-cut" d="M5.6 10h8.8" />
            </>
        },
        Verdict::Loop => html! {
            <>
                <path class="mark-line" d="M16.6 7.2A7.4 7.4 0 1 0 17.4 10" />
                <path class="mark-line" d="M12.8 7.6l4.2-.2.2-4.2" />
            </>
        },
        Verdict::Unknown => html! {
            <>
                <circle class="mark-dash" cx="10" cy="10" r="8" />
                <path class="mark-half" d="M10 2a8 8 0 0 1 0 16z" />
            </>
        },
    }
}

/// A verdict badge, shape and word; none for a flow that cannot be traced.
pub fn verdict_mark(verdict: Option<Verdict>) -> Html {
    let word = verdict.map_or(text::ui_panels::CANNOT_TRACE, text::verdict_title);
    let verdict = verdict.unwrap_or(Verdict::Unknown);
    html! {
        <span class={classes!("verdict-mark", verdict_class(verdict))}>
            <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">{ verdict_shape(verdict) }</svg>
            <span class="verdict-word">{ word }</span>
        </span>
    }
}
