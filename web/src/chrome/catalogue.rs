//! The catalogue as a dialog: every card by layer, and the tables that compare.

use hopscope_view::catalogue::{Catalogue, Comparison};
use hopscope_view::text::{cards as words, ui_shell};
use yew::prelude::*;

use super::choices::fits;
use super::modal::Modal;
use crate::catalogue::{Found, use_catalogue};
use crate::icons::icon;
use crate::panels::card::body;

/// Properties of [`Cards`].
#[derive(Properties, PartialEq)]
pub struct CardsProps {
    /// Closes the dialog.
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn Cards(props: &CardsProps) -> Html {
    let typed = use_state(String::new);
    let layer = use_state(|| 0u8);
    let found = use_catalogue();
    let close = {
        let onclose = props.onclose.clone();
        move |_: MouseEvent| onclose.emit(())
    };
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<web_sys::HtmlInputElement>().value());
        })
    };
    let onchange = {
        let layer = layer.clone();
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<web_sys::HtmlSelectElement>().value();
            layer.set(chosen.parse().unwrap_or(0));
        })
    };
    html! {
        <Modal label={words::CATALOGUE} class={classes!("wide-modal")} onclose={props.onclose.clone()}>
            <header class="modal-head">
                <h2>{ words::CATALOGUE }</h2>
                <button type="button" class="icon-button" aria-label={ui_shell::CLOSE} onclick={close}>{ icon("close", 18) }</button>
            </header>
            <div class="modal-tools">
                <input class="field" type="search" aria-label={words::SEARCH_CARDS} placeholder={words::SEARCH_CARDS}
                    autocomplete="off" spellcheck="false" value={(*typed).clone()} {oninput} />
                <select class="field" aria-label={words::LAYER} {onchange}>
                    <option value="0" selected={*layer == 0}>{ words::EVERY_LAYER }</option>
                    { for (1..=7).map(|number: u8| html! {
                        <option value={number.to_string()} selected={*layer == number}>{ words::layer(number) }</option>
                    }) }
                </select>
            </div>
            <div class="modal-content" tabindex="0" role="region" aria-label={words::CATALOGUE}>
                { match &found {
                    Found::Coming => html! { <p class="empty-note" role="status">{ words::COMING }</p> },
                    Found::Missing(why) => html! { <p class="empty-note" role="alert">{ why.clone() }</p> },
                    Found::Whole(catalogue) => cards(catalogue, typed.trim(), *layer),
                } }
            </div>
        </Modal>
    }
}

fn cards(catalogue: &Catalogue, typed: &str, layer: u8) -> Html {
    let fit = |text: &str| typed.is_empty() || fits(typed, text).is_some();
    let shown: Vec<_> = catalogue
        .cards
        .iter()
        .filter(|card| layer == 0 || card.layers.contains(&layer))
        .filter(|card| fit(&format!("{} {}", card.name, card.purpose)))
        .collect();
    let compared: Vec<&Comparison> =
        catalogue.comparisons.iter().filter(|table| layer == 0 && fit(&table.title)).collect();
    html! {
        <>
            if shown.is_empty() && compared.is_empty() {
                <p class="nothing" role="status">{ ui_shell::NOTHING_FOUND }</p>
            }
            { for shown.into_iter().map(|card| html! {
                <details class="card" key={card.slug.clone()}>
                    <summary>
                        <span class="card-name">{ card.name.clone() }</span>{ " " }
                        <span class="card-layer">{ card.layer.clone() }</span>
                    </summary>
                    { body(card) }
                </details>
            }) }
            if !compared.is_empty() {
                <h3>{ words::COMPARE }</h3>
                { for compared.into_iter().map(comparison) }
            }
        </>
    }
}

fn comparison(table: &Comparison) -> Html {
    html! {
        <details class="card" key={table.slug.clone()}>
            <summary><span class="card-name">{ table.title.clone() }</span></summary>
            <div class="evidence-scroll" tabindex="0" role="region" aria-label={table.title.clone()}>
                <table>
                    <thead><tr><th scope="col"></th>{ for table.columns.iter().map(|name| html! { <th scope="col">{ name.clone() }</th> }) }</tr></thead>
                    <tbody>
                        { for table.rows.iter().map(|row| html! {
                            <tr><th scope="row">{ row.name.clone() }</th>{ for row.cells.iter().map(|cell| html! { <td>{ cell.clone() }</td> }) }</tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </details>
    }
}
