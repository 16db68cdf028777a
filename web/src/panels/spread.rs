//! One question asked many times: how the answers are spread, as bars with numbers.

use std::rc::Rc;

use hopscope_aws::{Flow, Network, distribution};
use hopscope_view::text::ui_panels as words;
use yew::prelude::*;

/// How many questions are asked.
const QUESTIONS: u64 = 1_000;

/// Properties of [`Spread`].
#[derive(Properties)]
pub struct SpreadProps {
    /// The network as it is now.
    pub network: Rc<Network>,
    /// The flow that asks.
    pub flow: Flow,
}

impl PartialEq for SpreadProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.network, &other.network) && self.flow == other.flow
    }
}

/// The bars; asked again when the network or the flow changes, and only while they are looked at.
#[component]
pub fn Spread(props: &SpreadProps) -> Html {
    let asked = match distribution(&props.network, &props.flow, QUESTIONS) {
        Ok(asked) => asked,
        Err(problem) => return html! { <p class="empty-note">{ problem.to_string() }</p> },
    };
    html! {
        <section class="spread" aria-label={words::TAB_SPREAD}>
            <p>{ words::spread(&asked.question, asked.count) }</p>
            <table>
                <thead>
                    <tr><th scope="col">{ words::ANSWER }</th><th scope="col">{ words::SHARE }</th><td></td></tr>
                </thead>
                <tbody>
                    { for asked.shares.iter().map(|(answer, times)| html! {
                        <tr key={answer.clone()}>
                            <th scope="row"><code>{ answer.clone() }</code></th>
                            <td>{ words::share(*times, asked.count) }</td>
                            <td class="spread-bar">
                                <svg width="100%" height="12" aria-hidden="true">
                                    <rect width={format!("{:.2}%", *times as f64 * 100.0 / asked.count.max(1) as f64)} height="12" rx="2" />
                                </svg>
                            </td>
                        </tr>
                    }) }
                </tbody>
            </table>
            <p class="field-help">{ words::SPREAD_HELP }</p>
        </section>
    }
}
