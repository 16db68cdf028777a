//! The flow panel: flows with their verdicts, the builder of the current one, expectations.

use std::sync::Arc;

use hopscope_aws::Flow;
use hopscope_view::text::ui_panels as words;
use yew::prelude::*;

use super::expectations::expectations;
use super::failures::FailedNow;
use super::flow_form::flow_form;
use super::hub::{Deck, Hub, use_hub};
use super::verdict::verdict_mark;

/// The flow panel.
pub fn flow_panel() -> Html {
    html! { <Deck><Flows /></Deck> }
}

#[component]
fn Flows() -> Html {
    let hub = use_hub();
    let document = hub.document();
    let current = hub.flow();
    let add = {
        let hub = hub.clone();
        move |_| hub.add_flow()
    };
    let onfocusout = {
        let hub = hub.clone();
        Callback::from(move |_: FocusEvent| hub.end_typing())
    };
    html! {
        <div class="flow-panel" {onfocusout}>
            <div class="panel-bar">
                <p class="flow-count">{ words::flow_count(document.flows.len()) }</p>
                <button type="button" class="small-button strong" onclick={add}>{ words::NEW_FLOW }</button>
            </div>
            <FailedNow />
            if document.flows.is_empty() {
                <p class="empty-note">{ words::NO_FLOWS }</p>
            } else {
                <ul class="flow-list" aria-label={words::FLOWS}>
                    { for document.flows.iter().map(|flow| {
                        let is_current = current.as_ref().is_some_and(|current| current.id == flow.id);
                        item(&hub, flow, is_current)
                    }) }
                </ul>
            }
            if let Some(flow) = &current {
                { flow_form(&hub, flow) }
            }
            if !document.flows.is_empty() {
                { expectations(&hub) }
            }
        </div>
    }
}

fn item(hub: &Hub, flow: &Arc<Flow>, is_current: bool) -> Html {
    let choose = {
        let (hub, id) = (hub.clone(), flow.id.clone());
        move |_| hub.show_flow(&id)
    };
    let delete = {
        let (hub, id) = (hub.clone(), flow.id.clone());
        move |_| hub.remove_flow(&id)
    };
    let title = hub.flow_title(flow);
    html! {
        <li key={flow.id.clone()} class={classes!("flow-item", is_current.then_some("current"))}>
            <button type="button" class="flow-choose" aria-current={is_current.then_some("true")} onclick={choose}>
                { verdict_mark(hub.verdict(&flow.id)) }
                <span class="flow-title">{ title.clone() }</span>
                if !flow.name.is_empty() {
                    <span class="flow-detail">{ hub.flow_detail(flow) }</span>
                }
            </button>
            <button type="button" class="icon-button" aria-label={format!("{}: {title}", words::DELETE_FLOW)} title={words::DELETE_FLOW} onclick={delete}>
                { super::row_parts::cross() }
            </button>
        </li>
    }
}
