//! Expected verdicts beside actual ones, checked after every change.

use hopscope_forward::Verdict;
use hopscope_view::text::{self, ui_panels as words};
use yew::prelude::*;

use super::hub::Hub;
use super::verdict::verdict_mark;

/// Verdicts that can be expected.
pub const EXPECTABLE: [Verdict; 4] = [Verdict::Allowed, Verdict::Denied, Verdict::Loop, Verdict::Unknown];

/// The verdict a word of a document means.
#[must_use]
pub fn verdict_of(word: &str) -> Option<Verdict> {
    EXPECTABLE.into_iter().find(|verdict| verdict.word() == word)
}

/// The table.
pub fn expectations(hub: &Hub) -> Html {
    let rows = hub.session().expectations();
    let met = rows.iter().filter(|row| row.met).count();
    html! {
        <section class="expectations" aria-label={words::EXPECTATIONS}>
            <div class="panel-bar">
                <h2 class="panel-heading">{ words::EXPECTATIONS }</h2>
                if !rows.is_empty() {
                    <span class={classes!("expectations-count", (met < rows.len()).then_some("unmet"))}>
                        { words::expectations_met(met, rows.len()) }
                    </span>
                }
            </div>
            if rows.is_empty() {
                <p class="empty-note">{ words::NO_EXPECTATIONS }</p>
            } else {
                <table class="expectation-table">
                    <thead class="visually-hidden"><tr>
                        <th scope="col">{ words::FLOW }</th>
                        <th scope="col">{ words::EXPECT }</th>
                        <th scope="col">{ words::ACTUAL }</th>
                        <th scope="col">{ words::RESULT }</th>
                    </tr></thead>
                    <tbody>
                        { for rows.iter().map(|row| {
                            let show = {
                                let (hub, id) = (hub.clone(), row.flow.clone());
                                move |_| hub.show_flow(&id)
                            };
                            let word = &row.expected.verdict;
                            let expected = verdict_of(word).map_or_else(|| word.clone(), |verdict| text::verdict_title(verdict).to_owned());
                            html! {
                                <tr key={row.flow.clone()} class={(!row.met).then_some("unmet")}>
                                    <th scope="row"><button type="button" class="link-button" onclick={show}>{ &row.name }</button></th>
                                    <td><span class="expectation-label" aria-hidden="true">{ words::EXPECT }</span>{ expected }
                                        if let Some(code) = &row.expected.code { <code class="expectation-code">{ code }</code> }
                                    </td>
                                    <td><span class="expectation-label" aria-hidden="true">{ words::ACTUAL }</span>{ verdict_mark(row.actual) }
                                        if let Some(code) = row.code.filter(|_| row.expected.code.is_some() && !row.met) { <code class="expectation-code">{ code }</code> }
                                    </td>
                                    <td class="expectation-result">{ result(row.met) }</td>
                                </tr>
                            }
                        }) }
                    </tbody>
                </table>
            }
        </section>
    }
}

/// Met: a tick in a square. Not met: a cross in a dashed square. With the word beside it.
fn result(met: bool) -> Html {
    let (class, word, mark) = if met {
        ("met", words::MET, "M4 8.2 7 11l5-6")
    } else {
        ("unmet", words::NOT_MET, "M5 5l6 6M11 5l-6 6")
    };
    html! {
        <span class={classes!("result", class)}>
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><rect class="result-box" x="1.5" y="1.5" width="13" height="13" rx="3" /><path class="mark-line" d={mark} /></svg>
            { word }
        </span>
    }
}
