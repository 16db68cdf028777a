//! What would lift the refusal of the shown flow, each with what else it changes.

use hopscope_editor::mend::{Mend, mends};
use hopscope_view::text::ui_panels as words;
use yew::prelude::*;

use super::hub::use_hub;
use crate::icons::icon;

/// Documents beyond this size are tried out only when asked: every mend builds the network anew.
const AT_ONCE: usize = 400;

/// Properties of [`Mends`].
#[derive(Properties, PartialEq)]
pub struct MendsProps {
    /// The refused flow.
    pub flow: AttrValue,
    /// Which document this is about: another one may need other mends.
    pub revision: usize,
}

/// One button for each mend.
#[component]
pub fn Mends(props: &MendsProps) -> Html {
    let hub = use_hub();
    let asked = use_state(|| false);
    let large = hub.document().nodes.len() > AT_ONCE;
    let found = use_memo((props.flow.clone(), props.revision, *asked), |(flow, _, asked)| {
        let document = hub.document();
        let flow = document.flows.iter().find(|other| other.id == flow.as_str());
        let flow = flow.filter(|_| !large || *asked);
        flow.map(|flow| mends(&document, &hub.network(), flow)).unwrap_or_default()
    });
    if large && !*asked {
        let onclick = move |_: MouseEvent| asked.set(true);
        return html! {
            <button type="button" class="small-button" {onclick}>{ words::FIND_MENDS }</button>
        };
    }
    if found.is_empty() {
        return Html::default();
    }
    let item = |mend: &Mend| {
        let (hub, flow, label) = (hub.clone(), props.flow.clone(), mend.label.clone());
        let onclick = move |_: MouseEvent| hub.mend(&flow, &label);
        html! {
            <li>
                <button type="button" class="small-button mend" {onclick}>{ icon("mend", 16) }{ &mend.label }</button>
                <span class="mend-then">{ consequence(mend) }</span>
            </li>
        }
    };
    let (first, others) = found.split_at(1);
    html! {
        <div class="mends">
            <ul aria-label={words::MENDS}>{ for first.iter().map(item) }</ul>
            if !others.is_empty() {
                <details>
                    <summary>{ words::other_mends(others.len()) }</summary>
                    <ul>{ for others.iter().map(item) }</ul>
                </details>
            }
        </div>
    }
}

fn consequence(mend: &Mend) -> String {
    words::mend_then(mend.verdict, mend.next.as_deref(), &mend.flips)
}
