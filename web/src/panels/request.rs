//! The part of a flow's form that tells what its URL asks: method, header fields, body, rate.

use hopscope_aws::Flow;
use hopscope_view::form::{Cell, Choice};
use hopscope_view::text::ui_panels as words;
use yew::prelude::*;

use super::cell::Edit;
use super::flow_form::field;
use super::hub::Hub;

/// Methods to choose from (RFC 9110, section 9.3).
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Fields of an HTTP request; a question to a name server has none.
pub fn fields(hub: &Hub, flow: &Flow) -> Html {
    let http = flow.to.trim().get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
    if !http {
        return html! { <p class="field-help">{ words::QUESTION_HELP }</p> };
    }
    html! {
        <>
            <div class="flow-row">
                { method(hub, flow) }
                { number(hub, flow, "flow-body", words::BODY, flow.body, |flow, body| flow.body = body) }
                { number(hub, flow, "flow-rate", words::RATE, flow.rate, |flow, rate| flow.rate = rate) }
            </div>
            { headers(hub, flow) }
        </>
    }
}

fn method(hub: &Hub, flow: &Flow) -> Html {
    let choices =
        METHODS.iter().map(|word| Choice { value: (*word).to_owned(), label: (*word).to_owned() }).collect();
    let on_edit = {
        let (hub, flow) = (hub.clone(), flow.clone());
        Callback::from(move |edit: Edit| {
            let method = Some(edit.text).filter(|method| method != "GET");
            hub.set_flow(Flow { method, ..flow.clone() }, false);
        })
    };
    let value = flow.method.clone().unwrap_or_else(|| "GET".to_owned());
    field("flow-method", words::METHOD, Cell::Text, value, choices, true, on_edit)
}

fn number(
    hub: &Hub,
    flow: &Flow,
    id: &'static str,
    label: &'static str,
    value: Option<u64>,
    set: fn(&mut Flow, Option<u64>),
) -> Html {
    let on_edit = {
        let (hub, flow) = (hub.clone(), flow.clone());
        Callback::from(move |edit: Edit| {
            let text = edit.text.trim();
            let value = text.parse::<u64>().ok();
            if text.is_empty() || value.is_some() {
                let mut flow = flow.clone();
                set(&mut flow, value);
                hub.set_flow(flow, edit.typing);
            }
        })
    };
    let value = value.map_or_else(String::new, |value| value.to_string());
    field(id, label, Cell::Number, value, Vec::new(), false, on_edit)
}

/// Header fields on one line, divided by semicolons.
fn headers(hub: &Hub, flow: &Flow) -> Html {
    let on_edit = {
        let (hub, flow) = (hub.clone(), flow.clone());
        Callback::from(move |edit: Edit| {
            let headers =
                edit.text.split(';').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty());
            hub.set_flow(Flow { headers: headers.collect(), ..flow.clone() }, edit.typing);
        })
    };
    field("flow-headers", words::HEADERS, Cell::Text, flow.headers.join("; "), Vec::new(), false, on_edit)
}
