//! What a decision was based on: tables of candidates and rules, sentences of checks and state.

use hopscope_view::story::EvidenceView;
use hopscope_view::text::ui_panels as words;
use yew::prelude::*;

/// The evidence of one step; `denied` when it was a refusal.
pub fn evidence(parts: &[EvidenceView], denied: bool) -> Html {
    html! {
        <div class="evidence">
            { for parts.iter().map(|part| match part {
                EvidenceView::Line { passed, text } => line(*passed, text),
                EvidenceView::Table { caption, columns, rows } => html! {
                    <div class="evidence-scroll">
                        <table>
                            <caption>{ caption }</caption>
                            <thead><tr>
                                { for columns.iter().map(|column| html! { <th scope="col">{ *column }</th> }) }
                            </tr></thead>
                            <tbody>
                                { for rows.iter().map(|row| {
                                    let class = classes!(
                                        row.decided.then_some("decided"),
                                        (row.decided && denied).then_some("denied"),
                                    );
                                    html! {
                                        <tr {class}>
                                            { for row.cells.iter().enumerate().map(|(index, cell)| html! {
                                                <td>
                                                    if index == 0 && row.decided {
                                                        <span class="visually-hidden">{ words::DECIDED }{ ": " }</span>
                                                    }
                                                    { cell }
                                                </td>
                                            }) }
                                        </tr>
                                    }
                                }) }
                            </tbody>
                        </table>
                    </div>
                },
            }) }
        </div>
    }
}

fn line(passed: Option<bool>, text: &str) -> Html {
    let shape = match passed {
        Some(true) => html! { <path class="mark-line" d="M2.5 6.5 5 9l4.5-6" /> },
        Some(false) => html! { <path class="mark-line" d="M3 3l6 6M9 3 3 9" /> },
        None => html! { <circle class="mark-line" cx="6" cy="6" r="3" /> },
    };
    let class = match passed {
        Some(true) => "passed",
        Some(false) => "failed",
        None => "noted",
    };
    html! {
        <p class={classes!("evidence-line", class)}>
            <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">{ shape }</svg>
            <span>{ text }</span>
        </p>
    }
}
