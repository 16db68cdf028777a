//! Switches that take things out of service, and the list of what is out of service now.

use hopscope_editor::failure::{Switch, failed, switches};
use hopscope_view::text::ui_panels as words;
use yew::prelude::*;

use super::hub::{Hub, use_hub};
use crate::state::SameNodes;

fn row(hub: &Hub, switch: &Switch, whole: bool) -> Html {
    let onclick = {
        let (hub, switch) = (hub.clone(), switch.clone());
        move |_| hub.fail(&switch.node, switch.row, !switch.failed)
    };
    let (act, label) = if switch.failed {
        (words::RESTORE, words::restore_what(&switch.what))
    } else {
        (words::FAIL, words::fail_what(&switch.what))
    };
    let jump = {
        let (hub, id) = (hub.clone(), switch.node.clone());
        move |_| hub.select(&id)
    };
    html! {
        <li class={classes!("failure", switch.failed.then_some("failed"))}>
            <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
                <path class="mark-line" d={if switch.failed { "M3 3l6 6M9 3 3 9" } else { "M2.5 6.5 5 9l4.5-6" }} />
            </svg>
            if whole {
                <button type="button" class="link-button" onclick={jump}>{ switch.what.clone() }</button>
            } else {
                <span>
                    if !switch.part.is_empty() { { switch.part.clone() }{ ": " } }
                    { if switch.failed { words::OUT_OF_SERVICE } else { words::IN_SERVICE } }
                </span>
            }
            <button type="button" class="small-button" aria-label={label} {onclick}>{ act }</button>
        </li>
    }
}

/// The switches of a component; nothing where it does not fail by itself.
pub fn failure_switches(hub: &Hub, node: &hopscope_aws::Node) -> Html {
    let all = switches(node);
    if all.is_empty() {
        return Html::default();
    }
    html! {
        <section class="inspector-part" aria-label={words::FAILURE}>
            <ul class="failures">{ for all.iter().map(|switch| row(hub, switch, false)) }</ul>
        </section>
    }
}

/// Everything that is failed now; nothing while nothing is.
#[component]
pub fn FailedNow() -> Html {
    let hub = use_hub();
    let all = use_memo(SameNodes(hub.document()), |SameNodes(document)| failed(document));
    if all.is_empty() {
        return Html::default();
    }
    let onclick = {
        let hub = hub.clone();
        move |_| hub.restore_all()
    };
    html! {
        <section class="failed-now" aria-label={words::FAILED_NOW}>
            <h2 class="panel-heading">
                { words::FAILED_NOW }{ " " }<span class="tab-count">{ all.len() }</span>
                <button type="button" class="small-button" {onclick}>{ words::RESTORE_ALL }</button>
            </h2>
            <ul class="failures">{ for all.iter().map(|switch| row(&hub, switch, true)) }</ul>
        </section>
    }
}
