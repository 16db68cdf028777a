//! The builder of a flow: both ends, protocol, port, family or the request of a URL, what is expected.

use hopscope_aws::{Expect, Flow};
use hopscope_view::form::{Cell, Choice};
use hopscope_view::text::{self, ui_panels as words};
use yew::prelude::*;

use super::cell::{CellInput, Edit};
use super::combobox::Combobox;
use super::ends;
use super::expectations::EXPECTABLE;
use super::hub::Hub;
use super::request;
use crate::state::End;

/// The form; every change is traced at once.
pub fn flow_form(hub: &Hub, flow: &Flow) -> Html {
    let choices = ends::choices(&hub.document());
    let problem = hub.flow_problem(&flow.id);
    let end = |which: End| {
        let (id, label, value) = match which {
            End::From => ("flow-from", words::FROM, flow.from.clone()),
            End::To => ("flow-to", words::TO, flow.to.clone()),
        };
        let problem =
            problem.clone().filter(|problem| problem.starts_with(field_of(which))).map(AttrValue::from);
        let on_change = {
            let (hub, flow) = (hub.clone(), flow.clone());
            Callback::from(move |(value, typing): (String, bool)| {
                let mut flow = flow.clone();
                match which {
                    End::From => flow.from = value,
                    End::To => flow.to = value,
                }
                hub.set_flow(flow, typing);
            })
        };
        let picking = hub.picking() == Some(which);
        let pick = {
            let hub = hub.clone();
            move |_| hub.pick((!picking).then_some(which))
        };
        let label_text = format!("{}: {}", words::PICK, label);
        html! {
            <Combobox {id} {label} {value} choices={choices.clone()} {problem} {on_change}>
                <button type="button" class="icon-button" aria-pressed={picking.to_string()} aria-label={label_text.clone()} title={label_text} onclick={pick}>
                    <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true"><path class="mark-line" d="M10 1.5v4M10 14.5v4M1.5 10h4M14.5 10h4M10 5.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z" /></svg>
                </button>
            </Combobox>
        }
    };
    let swap = {
        let (hub, flow) = (hub.clone(), flow.clone());
        move |_| {
            let swapped = Flow { from: flow.to.clone(), to: flow.from.clone(), ..flow.clone() };
            hub.set_flow(swapped, false);
        }
    };
    let other_problem = problem
        .clone()
        .filter(|problem| ![End::From, End::To].iter().any(|end| problem.starts_with(field_of(*end))));
    html! {
        <div key={flow.id.clone()} class="flow-form">
            { end(End::From) }
            <button type="button" class="small-button swap-ends" onclick={swap}>
                <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path class="mark-line" d="M5 2v11M2.5 10.5 5 13l2.5-2.5M11 14V3M8.5 5.5 11 3l2.5 2.5" /></svg>
                { words::SWAP }
            </button>
            { end(End::To) }
            if hub.picking().is_some() {
                <p class="picking" role="status">{ words::PICKING }</p>
            }
            if hopscope_aws::is_url(&flow.to) {
                { request::fields(hub, flow) }
            } else {
                <div class="flow-row">
                    { protocol(hub, flow) }
                    if has_ports(&flow.protocol) {
                        { port(hub, flow) }
                    }
                    { family(hub, flow) }
                </div>
                <p class="field-help">{ words::URL_HELP }</p>
            }
            <div class="flow-row">
                { name(hub, flow) }
                { expectation(hub, flow) }
            </div>
            if flow.encrypted || !hopscope_aws::is_url(&flow.to) {
                { encrypted(hub, flow) }
            }
            if let Some(problem) = other_problem {
                <p class="field-problem" role="status">{ problem }</p>
            }
        </div>
    }
}

/// How a problem of an end begins.
fn field_of(end: End) -> &'static str {
    match end {
        End::From => "from:",
        End::To => "to:",
    }
}

fn has_ports(protocol: &str) -> bool {
    matches!(protocol, "tcp" | "udp" | "6" | "17")
}

pub(super) fn field(
    id: &'static str,
    label: &'static str,
    cell: Cell,
    value: String,
    choices: Vec<Choice>,
    closed: bool,
    on_edit: Callback<Edit>,
) -> Html {
    html! {
        <div class="form-field">
            <label for={id}>{ label }</label>
            <CellInput {id} {cell} {value} {choices} {closed} {on_edit} />
        </div>
    }
}

fn protocol(hub: &Hub, flow: &Flow) -> Html {
    let known = ["tcp", "udp", "icmp", "icmpv6"];
    let is_known = known.contains(&flow.protocol.as_str());
    let mut choices: Vec<Choice> = known
        .iter()
        .map(|word| Choice { value: (*word).to_owned(), label: words::protocol_name(word).to_owned() })
        .collect();
    choices.push(Choice { value: "other".to_owned(), label: words::OTHER_PROTOCOL.to_owned() });
    let value = if is_known { flow.protocol.clone() } else { "other".to_owned() };
    let on_edit = {
        let (hub, flow) = (hub.clone(), flow.clone());
        Callback::from(move |edit: Edit| {
            // 47 is GRE: a number that is not one of the named protocols.
            let protocol = if edit.text == "other" { "47".to_owned() } else { edit.text };
            let port = if has_ports(&protocol) { flow.port.or(Some(443)) } else { None };
            hub.set_flow(Flow { protocol, port, ..flow.clone() }, false);
        })
    };
    let number = {
        let (hub, flow) = (hub.clone(), flow.clone());
        Callback::from(move |edit: Edit| {
            hub.set_flow(Flow { protocol: edit.text, ..flow.clone() }, edit.typing);
        })
    };
    html! {
        <>
            { field("flow-protocol", words::PROTOCOL, Cell::Text, value, choices, true, on_edit) }
            if !is_known {
                { field("flow-number", words::PROTOCOL_NUMBER, Cell::Protocol, flow.protocol.clone(), Vec::new(), false, number) }
            }
        </>
    }
}

fn port(hub: &Hub, flow: &Flow) -> Html {
    let on_edit = {
        let (hub, flow) = (hub.clone(), flow.clone());
        Callback::from(move |edit: Edit| {
            if let Ok(port) = edit.text.trim().parse::<u16>() {
                hub.set_flow(Flow { port: Some(port), ..flow.clone() }, edit.typing);
            }
        })
    };
    let value = flow.port.map_or_else(String::new, |port| port.to_string());
    field("flow-port", words::PORT, Cell::Number, value, Vec::new(), false, on_edit)
}

fn family(hub: &Hub, flow: &Flow) -> Html {
    let choice = |value: &str, label: &str| Choice { value: value.to_owned(), label: label.to_owned() };
    let choices = vec![choice("", words::FAMILY_AUTO), choice("ipv4", "IPv4"), choice("ipv6", "IPv6")];
    let on_edit = {
        let (hub, flow) = (hub.clone(), flow.clone());
        Callback::from(move |edit: Edit| {
            let family = (!edit.text.is_empty()).then_some(edit.text);
            hub.set_flow(Flow { family, ..flow.clone() }, false);
        })
    };
    field(
        "flow-family",
        words::FAMILY,
        Cell::Text,
        flow.family.clone().unwrap_or_default(),
        choices,
        true,
        on_edit,
    )
}

fn name(hub: &Hub, flow: &Flow) -> Html {
    let on_edit = {
        let (hub, flow) = (hub.clone(), flow.clone());
        Callback::from(move |edit: Edit| hub.set_flow(Flow { name: edit.text, ..flow.clone() }, edit.typing))
    };
    field("flow-name", words::FLOW_NAME, Cell::Text, flow.name.clone(), Vec::new(), false, on_edit)
}

fn encrypted(hub: &Hub, flow: &Flow) -> Html {
    let on_edit = {
        let (hub, flow) = (hub.clone(), flow.clone());
        Callback::from(move |edit: Edit| {
            hub.set_flow(Flow { encrypted: edit.text == "true", ..flow.clone() }, false);
        })
    };
    html! {
        <div class="form-field field-flag">
            <label for="flow-encrypted">
                <CellInput id="flow-encrypted" cell={Cell::Flag} value={flow.encrypted.to_string()} {on_edit} />
                <span>{ words::NEEDS_ENCRYPTION }</span>
            </label>
        </div>
    }
}

fn expectation(hub: &Hub, flow: &Flow) -> Html {
    let mut choices = vec![Choice { value: String::new(), label: words::EXPECT_NOTHING.to_owned() }];
    choices.extend(EXPECTABLE.iter().map(|verdict| Choice {
        value: verdict.word().to_owned(),
        label: text::verdict_title(*verdict).to_owned(),
    }));
    let value = flow.expect.as_ref().map(|expect| expect.verdict.clone()).unwrap_or_default();
    let on_edit = {
        let (hub, flow) = (hub.clone(), flow.clone());
        Callback::from(move |edit: Edit| {
            let expect = (!edit.text.is_empty()).then_some(Expect { verdict: edit.text, code: None });
            hub.set_flow(Flow { expect, ..flow.clone() }, false);
        })
    };
    field("flow-expect", words::EXPECT, Cell::Text, value, choices, true, on_edit)
}
