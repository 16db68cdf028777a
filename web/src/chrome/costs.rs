//! The cost model of the drawing as a dialog: what is charged, with quantities and rates to change.

use hopscope_aws::Document;
use hopscope_view::cost::{CostSheet, Line, Usage, costs};
use hopscope_view::text::{cards as words, ui_shell};
use std::rc::Rc;
use yew::prelude::*;

use super::modal::Modal;
use crate::browser;
use crate::catalogue::{Found, use_catalogue};
use crate::icons::icon;

/// The setting under which a document's quantities and rates are remembered.
const SETTING: &str = "costs";

/// Properties of [`Costs`].
#[derive(Properties, PartialEq)]
pub struct CostsProps {
    /// The drawing.
    pub document: Rc<Document>,
    /// Closes the dialog.
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn Costs(props: &CostsProps) -> Html {
    let found = use_catalogue();
    let usage = use_state(|| {
        let kept = browser::setting(SETTING).and_then(|text| serde_json::from_str::<Usage>(&text).ok());
        kept.unwrap_or_default()
    });
    let change = {
        let usage = usage.clone();
        Callback::from(move |next: Usage| {
            browser::set_setting(SETTING, serde_json::to_string(&next).ok().as_deref());
            usage.set(next);
        })
    };
    let close = {
        let onclose = props.onclose.clone();
        move |_: MouseEvent| onclose.emit(())
    };
    html! {
        <Modal label={words::COSTS} class={classes!("wide-modal")} onclose={props.onclose.clone()}>
            <header class="modal-head">
                <h2>{ words::COSTS }</h2>
                <button type="button" class="icon-button" aria-label={ui_shell::CLOSE} onclick={close}>{ icon("close", 18) }</button>
            </header>
            <div class="modal-content" tabindex="0" role="region" aria-label={words::COSTS}>
                <p class="card-purpose">{ words::COSTS_HINT }</p>
                { match &found {
                    Found::Coming => html! { <p class="empty-note" role="status">{ words::COMING }</p> },
                    Found::Missing(why) => html! { <p class="empty-note" role="alert">{ why.clone() }</p> },
                    Found::Whole(catalogue) => {
                        sheet(&costs(&props.document, catalogue, &usage), &usage, &change)
                    }
                } }
            </div>
        </Modal>
    }
}

/// A number that can be changed.
fn number(label: String, value: f64, on_number: Callback<f64>) -> Html {
    let onchange = Callback::from(move |event: Event| {
        let text = event.target_unchecked_into::<web_sys::HtmlInputElement>().value();
        if let Ok(value) = text.trim().parse::<f64>() {
            on_number.emit(value);
        }
    });
    html! {
        <input class="cell-input" type="number" min="0" step="any" aria-label={label} value={value.to_string()} {onchange} />
    }
}

fn sheet(sheet: &CostSheet, usage: &Usage, change: &Callback<Usage>) -> Html {
    let hours = {
        let (usage, change) = (usage.clone(), change.clone());
        Callback::from(move |hours: f64| change.emit(Usage { hours, ..usage.clone() }))
    };
    let reset = {
        let change = change.clone();
        move |_: MouseEvent| change.emit(Usage::default())
    };
    html! {
        <>
            <div class="cost-tools">
                <label class="cost-hours"><span>{ words::HOURS }</span>{ number(words::HOURS.to_owned(), sheet.hours, hours) }</label>
                <button type="button" class="small-button" onclick={reset}>{ words::RESET_COSTS }</button>
                <p class="cost-total" role="status">{ words::TOTAL }{ ": " }<strong>{ words::money(sheet.total, &sheet.currency) }</strong></p>
            </div>
            if sheet.lines.is_empty() {
                <p class="empty-note">{ words::NOTHING_CHARGED }</p>
            } else {
                <div class="evidence-scroll" tabindex="0" role="group" aria-label={words::COSTS}>
                    <table class="cost-table">
                        <thead>
                            <tr>
                                <th scope="col">{ words::COL_WHO }</th>
                                <th scope="col">{ words::COL_WHAT }</th>
                                <th scope="col">{ words::COL_QUANTITY }</th>
                                <th scope="col">{ words::COL_RATE }</th>
                                <th scope="col">{ words::COL_AMOUNT }</th>
                            </tr>
                        </thead>
                        <tbody>{ for sheet.lines.iter().map(|line| row(line, sheet, usage, change)) }</tbody>
                        <tfoot>
                            <tr>
                                <th scope="row" colspan="4">{ words::TOTAL }</th>
                                <td class="cost-amount">{ words::money(sheet.total, &sheet.currency) }</td>
                            </tr>
                        </tfoot>
                    </table>
                </div>
            }
            if !sheet.free.is_empty() {
                <h3>{ words::FREE }</h3>
                <ul class="cost-free">
                    { for sheet.free.iter().map(|free| html! {
                        <li>{ words::free(&free.what) }{ " " }<span class="card-note">{ free.note.clone() }</span></li>
                    }) }
                </ul>
            }
            if !sheet.beyond.is_empty() {
                <h3>{ words::BEYOND }</h3>
                <ul class="cost-free">{ for sheet.beyond.iter().map(|beyond| html! { <li>{ beyond.sentence }</li> }) }</ul>
            }
        </>
    }
}

fn row(line: &Line, sheet: &CostSheet, usage: &Usage, change: &Callback<Usage>) -> Html {
    let by_hours = words::counts_hours(line);
    let quantity = {
        let (usage, change, key) = (usage.clone(), change.clone(), line.key.clone());
        Callback::from(move |amount: f64| {
            let mut next = usage.clone();
            next.amounts.insert(key.clone(), amount);
            change.emit(next);
        })
    };
    let rate = {
        let (usage, change, key) = (usage.clone(), change.clone(), line.charge.clone());
        Callback::from(move |rate: f64| {
            let mut next = usage.clone();
            next.rates.insert(key.clone(), rate);
            change.emit(next);
        })
    };
    html! {
        <tr key={line.key.clone()}>
            <th scope="row">{ line.name.clone() }</th>
            <td>
                { line.what.clone() }{ " " }<span class="card-rules">{ line.rule.clone() }</span>
                if !line.note.is_empty() {
                    <span class="card-note">{ line.note.clone() }</span>
                }
            </td>
            <td>
                if !by_hours {
                    { number(words::quantity_of(line), line.quantity, quantity) }
                }
                <span>{ words::quantity(line, sheet.hours) }</span>
                if line.assumed {
                    { " " }<span class="card-mark">{ words::ASSUMED }</span>
                }
            </td>
            <td>
                if let Some(now) = line.rate {
                    { number(words::rate_of(line), now, rate) }
                }
                <span>{ words::rate(line, &sheet.currency) }</span>{ " " }
                <span class="card-note">{ words::CHECK_PRICES }</span>
            </td>
            <td class="cost-amount">{ line.amount.map_or_else(|| "–".to_owned(), |amount| words::money(amount, &sheet.currency)) }</td>
        </tr>
    }
}
