//! The fields of a component as a form, made from what the component declares about itself.

use hopscope_aws::{FieldKind, Id};
use hopscope_view::form::{Cell, Choice, FormField};
use hopscope_view::text::ui_panels as words;
use serde_json::Value;
use yew::prelude::*;

use super::cell::{CellInput, Edit};
use super::hub::Hub;
use super::table_field::table_field;

/// All fields of a component.
pub fn fields(hub: &Hub, node: &Id) -> Html {
    let fields = hub.form(node);
    if fields.is_empty() {
        return html! { <p class="empty-note">{ words::NO_FIELDS }</p> };
    }
    // Fields that only matter for some choice of another field stay away until it is made.
    let visible = fields.iter().filter(|field| !is_idle(field, &fields));
    html! {
        <div class="fields">
            { for visible.map(|field| html! {
                <div key={field.key} class="field-slot" data-path={field.key}>{ one(hub, node, field) }</div>
            }) }
        </div>
    }
}

/// Port forwards of something that is no NAT instance, zones of a zonal gateway: nothing to see.
fn is_idle(field: &FormField, all: &[FormField]) -> bool {
    let word = |key: &str| all.iter().find(|other| other.key == key).and_then(|other| other.value.as_str());
    let empty = field.value.as_array().is_none_or(Vec::is_empty);
    match field.key {
        "port_forwards" => empty && word("role").is_some_and(|role| role != "nat"),
        "zones" => empty && word("availability").is_some_and(|mode| mode != "regional-manual"),
        _ => false,
    }
}

fn one(hub: &Hub, node: &Id, field: &FormField) -> Html {
    match field.kind {
        FieldKind::Cidr4List
        | FieldKind::Cidr6List
        | FieldKind::AddressList
        | FieldKind::TextList
        | FieldKind::Rows(_)
        | FieldKind::PrivateAddresses
        | FieldKind::SecurityGroupRules
        | FieldKind::NetworkAclRules
        | FieldKind::Routes
        | FieldKind::PrefixListEntries
        | FieldKind::PortForwards => table_field(hub, node, field.key),
        FieldKind::RefList(_) => references(hub, node, field),
        FieldKind::Flag => flag(hub, node, field),
        FieldKind::Ref(_) | FieldKind::Choice(_) => {
            let mut choices = field.choices.clone();
            let optional = matches!(field.kind, FieldKind::Ref(_));
            if optional && !choices.iter().any(|choice| choice.value.is_empty()) {
                choices.insert(0, Choice { value: String::new(), label: words::NONE.to_owned() });
            }
            labelled(hub, node, field, Cell::Text, choices, true)
        }
        FieldKind::Number => labelled(hub, node, field, Cell::Number, Vec::new(), false),
        FieldKind::Text | FieldKind::Cidr4 | FieldKind::Cidr6 | FieldKind::Address => {
            labelled(hub, node, field, Cell::Text, field.choices.clone(), false)
        }
    }
}

/// DOM id of a field's input.
pub fn field_id(node: &str, key: &str) -> String {
    let safe: String = node.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("field-{safe}-{key}")
}

fn described(field: &FormField, id: &str) -> (Option<AttrValue>, Html) {
    let mut ids = Vec::new();
    let help = (!field.help.is_empty()).then(|| {
        let id = format!("{id}-help");
        ids.push(id.clone());
        html! { <p class="field-help" {id}>{ field.help }</p> }
    });
    let problems = (!field.problems.is_empty()).then(|| {
        let id = format!("{id}-problem");
        ids.push(id.clone());
        html! {
            <div class="field-problem" {id}>
                { for field.problems.first().map(|(_, sentence)| html! { <p>{ sentence }</p> }) }
            </div>
        }
    });
    let ids = (!ids.is_empty()).then(|| AttrValue::from(ids.join(" ")));
    (ids, html! { <>{ for problems }{ for help }</> })
}

/// Text of a plain value.
fn plain(value: &Value) -> String {
    super::rows::cell_text(value, "")
}

fn labelled(hub: &Hub, node: &Id, field: &FormField, cell: Cell, choices: Vec<Choice>, closed: bool) -> Html {
    let id = field_id(node, field.key);
    let (described_by, notes) = described(field, &id);
    let on_edit = {
        let (hub, node, key) = (hub.clone(), node.clone(), field.key);
        Callback::from(move |edit: Edit| {
            // An empty field goes back to its default instead of holding an empty text.
            let value = match super::rows::cell_value(cell, &edit.text) {
                _ if edit.text.is_empty() => Value::Null,
                Some(value) => value,
                None => return,
            };
            hub.set_field(&node, key, value, edit.typing);
        })
    };
    let mono =
        matches!(field.kind, FieldKind::Cidr4 | FieldKind::Cidr6 | FieldKind::Address | FieldKind::Number);
    html! {
        <div class={classes!("form-field", mono.then_some("mono"), (!field.problems.is_empty()).then_some("invalid"))}>
            <label for={id.clone()}>{ field.label }</label>
            <CellInput {id} {cell} value={plain(&field.value)} {choices} {closed} {described_by}
                invalid={!field.problems.is_empty()} {on_edit} />
            { notes }
        </div>
    }
}

fn flag(hub: &Hub, node: &Id, field: &FormField) -> Html {
    let id = field_id(node, field.key);
    let (described_by, notes) = described(field, &id);
    let on_edit = {
        let (hub, node, key) = (hub.clone(), node.clone(), field.key);
        Callback::from(move |edit: Edit| hub.set_field(&node, key, Value::Bool(edit.text == "true"), false))
    };
    html! {
        <div class="form-field field-flag">
            <label for={id.clone()}>
                <CellInput {id} cell={Cell::Flag} value={plain(&field.value)} {described_by}
                    invalid={!field.problems.is_empty()} {on_edit} />
                <span>{ field.label }</span>
            </label>
            { notes }
        </div>
    }
}

fn references(hub: &Hub, node: &Id, field: &FormField) -> Html {
    let id = field_id(node, field.key);
    let (described_by, notes) = described(field, &id);
    let chosen: Vec<String> = super::rows::rows_of(&field.value).iter().map(plain).collect();
    let missing = chosen
        .iter()
        .filter(|id| !field.choices.iter().any(|choice| choice.value == **id))
        .map(|id| Choice { value: id.clone(), label: words::missing(id) });
    let all: Vec<Choice> =
        field.choices.iter().filter(|choice| !choice.value.is_empty()).cloned().chain(missing).collect();
    html! {
        <fieldset class={classes!("form-field", "references", (!field.problems.is_empty()).then_some("invalid"))} aria-describedby={described_by}>
            <legend>{ field.label }</legend>
            if all.is_empty() {
                <p class="empty-note">{ words::NOTHING_TO_CHOOSE }</p>
            }
            { for all.into_iter().map(|choice| {
                let on = chosen.contains(&choice.value);
                let onchange = {
                    let (hub, node, key) = (hub.clone(), node.clone(), field.key);
                    let (chosen, value) = (chosen.clone(), choice.value.clone());
                    Callback::from(move |_: Event| {
                        let mut next: Vec<String> = chosen.iter().filter(|other| **other != value).cloned().collect();
                        if !on {
                            next.push(value.clone());
                        }
                        hub.set_field(&node, key, Value::from(next), false);
                    })
                };
                let jump = {
                    let (hub, target) = (hub.clone(), Id::from(choice.value.clone()));
                    move |_| hub.select(&target)
                };
                html! {
                    <div key={choice.value.clone()} class="reference">
                        <label>
                            <input type="checkbox" class="cell-flag" checked={on} disabled={hub.read_only()} {onchange} />
                            <span>{ choice.label.clone() }</span>
                        </label>
                        <button type="button" class="icon-button" aria-label={words::jump_to(&choice.label)} title={words::jump_to(&choice.label)} onclick={jump}>
                            { arrow() }
                        </button>
                    </div>
                }
            }) }
            { notes }
        </fieldset>
    }
}

/// The arrow of a button that leads to another component.
pub fn arrow() -> Html {
    html! { <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path class="mark-line" d="M3 8h9M8.5 4.5 12 8l-3.5 3.5" /></svg> }
}
