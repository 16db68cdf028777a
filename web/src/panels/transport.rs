//! Buttons of the player.

use hopscope_view::text::ui_panels as words;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What the player can be asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Move {
    /// Play, or stop.
    Toggle,
    /// One step back.
    Back,
    /// One step on.
    Forward,
    /// To the first step.
    Start,
    /// To the last step.
    End,
    /// Another speed.
    Speed(f64),
    /// The next slower speed.
    Slower,
    /// The next faster speed.
    Faster,
}

/// Speeds that can be chosen.
pub const SPEEDS: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 4.0];

/// The next speed up or down.
#[must_use]
pub fn next_speed(speed: f64, faster: bool) -> f64 {
    let found = if faster {
        SPEEDS.iter().find(|&&other| other > speed + 1e-9)
    } else {
        SPEEDS.iter().rev().find(|&&other| other < speed - 1e-9)
    };
    found.copied().unwrap_or(speed)
}

/// What a key asks while the dock has the focus.
#[must_use]
pub fn key_move(key: &str) -> Option<Move> {
    Some(match key {
        " " => Move::Toggle,
        "ArrowLeft" => Move::Back,
        "ArrowRight" => Move::Forward,
        "Home" => Move::Start,
        "End" => Move::End,
        "," => Move::Slower,
        "." => Move::Faster,
        _ => return None,
    })
}

/// Properties of [`Transport`].
#[derive(Properties, PartialEq)]
pub struct TransportProps {
    /// It is playing.
    pub playing: bool,
    /// Speed, 1 is normal.
    pub speed: f64,
    /// There is something to play.
    pub enabled: bool,
    /// At the first step.
    pub at_start: bool,
    /// At the last step.
    pub at_end: bool,
    /// Asked by a button.
    pub on_move: Callback<Move>,
}

/// The buttons.
#[component]
pub fn Transport(props: &TransportProps) -> Html {
    let button = |label: &'static str,
                  shape: &'static str,
                  what: Move,
                  enabled: bool,
                  class: &'static str| {
        let on_move = props.on_move.clone();
        html! {
            <button type="button" class={classes!("transport-button", class)} aria-label={label} title={label}
                aria-disabled={(!enabled).then_some("true")}
                onclick={move |_| if enabled { on_move.emit(what) }}>
                <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d={shape} /></svg>
            </button>
        }
    };
    let (on, start, end) = (props.enabled, props.at_start, props.at_end);
    let onchange = {
        let on_move = props.on_move.clone();
        Callback::from(move |event: Event| {
            let value = super::cell::target::<HtmlSelectElement>(&event).map(|select| select.value());
            if let Some(speed) = value.and_then(|value| value.parse().ok()) {
                on_move.emit(Move::Speed(speed));
            }
        })
    };
    let play = if props.playing { words::PAUSE } else { words::PLAY };
    let play_shape = if props.playing { "M5 3h4v14H5zM11 3h4v14h-4z" } else { "M5 2.5 17 10 5 17.5z" };
    html! {
        <div class="transport" role="group" aria-label={words::TRANSPORT}>
            { button(words::TO_START, "M4 4h2v12H4zM16 4v12L7 10z", Move::Start, on && !start, "minor") }
            { button(words::STEP_BACK, "M13.5 3 5.5 10l8 7z", Move::Back, on && !start, "") }
            { button(play, play_shape, Move::Toggle, on, "play") }
            { button(words::STEP_FORWARD, "M6.5 3l8 7-8 7z", Move::Forward, on && !end, "") }
            { button(words::TO_END, "M14 4h2v12h-2zM4 4l9 6-9 6z", Move::End, on && !end, "minor") }
            <label class="speed">
                <span class="visually-hidden">{ words::SPEED }</span>
                <select {onchange} title={words::SPEED}>
                    { for SPEEDS.iter().map(|&speed| html! {
                        <option value={speed.to_string()} selected={(speed - props.speed).abs() < 1e-9}>
                            { words::speed_name(speed) }
                        </option>
                    }) }
                </select>
            </label>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_stop_at_both_ends() {
        assert_eq!(next_speed(1.0, true), 2.0);
        assert_eq!(next_speed(4.0, true), 4.0);
        assert_eq!(next_speed(0.25, false), 0.25);
        assert_eq!(next_speed(0.3, false), 0.25);
    }
}
