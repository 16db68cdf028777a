//! A PlantUML diagram that somebody pastes, compared with the sequence that is shown.

use std::rc::Rc;

use hopscope_view::sequence::{Difference, Kind, ReadError, Sequence, compare, read};
use hopscope_view::text::sequences as words;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Properties of [`Compare`].
#[derive(Properties, PartialEq)]
pub struct CompareProps {
    /// What the pasted diagram is compared with.
    pub sequence: Rc<Sequence>,
    /// Go to a message.
    pub on_message: Callback<usize>,
}

/// What came of comparing.
struct Compared {
    differences: Vec<Difference>,
    remarks: Vec<String>,
}

/// The text area with the differences below.
#[component]
pub fn Compare(props: &CompareProps) -> Html {
    let pasted = use_state(String::new);
    let compared =
        use_memo(((*pasted).clone(), props.sequence.clone()), |(text, sequence)| {
            if text.trim().is_empty() {
                return None;
            }
            Some(read(text).map(|diagram| Compared {
                differences: compare(&diagram, sequence),
                remarks: diagram.remarks,
            }))
        });
    let oninput = {
        let pasted = pasted.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
                pasted.set(area.value());
            }
        })
    };
    html! {
        <details class="sequence-compare">
            <summary>{ words::COMPARE }</summary>
            <label class="sequence-paste">
                <span>{ words::PASTE_HERE }</span>
                <textarea class="cell-input" rows="6" spellcheck="false" value={(*pasted).clone()} {oninput} />
            </label>
            <p class="field-help">{ words::PASTE_HELP }</p>
            <div role="status">{ (*compared).as_ref().map(|compared| result(compared, &props.on_message)) }</div>
        </details>
    }
}

fn result(compared: &Result<Compared, ReadError>, on_message: &Callback<usize>) -> Html {
    let compared = match compared {
        Ok(compared) => compared,
        Err(error) => return html! { <p class="sequence-tally">{ error.to_string() }</p> },
    };
    let (extra, own): (Vec<&Difference>, Vec<&Difference>) =
        compared.differences.iter().partition(|it| it.kind == Kind::Extra);
    let matching = own.iter().filter(|it| it.kind == Kind::Matching).count();
    html! {
        <>
            <p class="sequence-tally"><strong>{ words::tally(matching, own.len() - matching, extra.len()) }</strong></p>
            <ol class="sequence-differences" aria-label={words::DIFFERENCES}>
                { for own.into_iter().map(|it| item(it, on_message)) }
            </ol>
            if !extra.is_empty() {
                <details>
                    <summary>{ format!("{} ({})", words::difference(Kind::Extra), extra.len()) }</summary>
                    <ol class="sequence-differences">{ for extra.into_iter().map(|it| item(it, on_message)) }</ol>
                </details>
            }
            { for compared.remarks.iter().map(|remark| html! { <p class="field-help">{ remark.clone() }</p> }) }
        </>
    }
}

fn item(difference: &Difference, on_message: &Callback<usize>) -> Html {
    let same = difference.kind == Kind::Matching;
    let words = html! {
        <>
            <span class="rung-mark">{ if same { "✓ " } else { "≠ " } }{ words::difference(difference.kind) }</span>{ " " }
            { difference.sentence.clone() }
        </>
    };
    let class = (!same && difference.kind != Kind::Extra).then_some("differs");
    match difference.model {
        Some(message) => {
            let on_message = on_message.clone();
            html! {
                <li {class}><button type="button" class="sequence-goto" onclick={move |_| on_message.emit(message)}>{ words }</button></li>
            }
        }
        None => html! { <li {class}>{ words }</li> },
    }
}
