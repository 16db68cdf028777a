//! The sheet for paper: the map with numbered hops, the hops, and the tables that decided. Lies over
//! the workbench as it will be printed; `print.css` leaves only it on paper.

use gloo::events::EventListener;
use hopscope_editor::session::title;
use hopscope_view::story::{EvidenceRow, EvidenceView, Step};
use hopscope_view::text::{self, export as words, ui_shell};
use hopscope_view::{Story, svg};
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::browser;
use crate::icons::icon;
use crate::panels::verdict_mark;
use crate::picture::{Picture, use_whole};
use crate::state::{FlowCtx, SessionCtx};

/// Most rows of a table: what decided, and what was considered just before.
const ROWS: usize = 4;

/// Properties of [`PrintView`].
#[derive(Properties, PartialEq)]
pub struct PrintViewProps {
    /// Closes it.
    pub onclose: Callback<()>,
}

/// The sheet with its buttons.
#[component]
pub fn PrintView(props: &PrintViewProps) -> Html {
    let (session, flow) = (use_context::<SessionCtx>(), use_context::<FlowCtx>());
    let scene = use_whole();
    let root = use_node_ref();
    {
        let (root, onclose) = (root.clone(), props.onclose.clone());
        use_effect_with((), move |()| {
            // Wherever the keyboard is: the printer's dialog may have taken it away.
            let escape = browser::page().map(|page| {
                EventListener::new(&page, "keydown", move |event| {
                    if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
                        onclose.emit(());
                    }
                })
            });
            let around = browser::siblings(&root);
            // What lies below is out of reach while the sheet is open.
            around.iter().for_each(|element| drop(element.set_attribute("inert", "")));
            browser::focus_soon(".print-acts .primary");
            move || {
                drop(escape);
                around.iter().for_each(|element| drop(element.remove_attribute("inert")));
                browser::focus_soon(".menu-place > button");
            }
        });
    }
    let (Some(session), Some(flow)) = (session, flow) else { return html! {} };
    let document = session.session.document();
    let story = flow.story.as_deref();
    let picture = svg::paper(&scene, story);
    let close = {
        let onclose = props.onclose.clone();
        move |_: MouseEvent| onclose.emit(())
    };
    html! {
        <section ref={root} class="print-view" role="dialog" aria-modal="true" aria-label={words::SHEET}>
            <header class="print-acts">
                <button type="button" class="button primary" onclick={|_: MouseEvent| browser::print()}>
                    { icon("print", 18) }{ words::PRINT_NOW }
                </button>
                <button type="button" class="button" onclick={close}>{ ui_shell::CLOSE }</button>
            </header>
            <div class="print-scroll" tabindex="0" role="region" aria-label={words::SHEET}>
                <article class="sheet">
                    <h1>{ title(document).to_owned() }</h1>
                    if !document.description.is_empty() {
                        <p class="sheet-about">{ document.description.clone() }</p>
                    }
                    if let Some(story) = story {
                        <p class="sheet-verdict">{ verdict_mark(Some(story.verdict)) }{ " " }{ story.summary.clone() }</p>
                    }
                    <Picture svg={picture} alt={scene.description.clone()} class={classes!("sheet-map")} />
                    <p class="sheet-key">
                        if story.is_some() { { words::NUMBERS }{ " " } }
                        { words::KEY }
                    </p>
                    if let Some(story) = story {
                        { hops(story) }
                        { tables(story) }
                    }
                </article>
            </div>
        </section>
    }
}

/// Every step, by leg.
fn hops(story: &Story) -> Html {
    let legs = hopscope_forward::LegKind::ALL.into_iter().filter(|leg| !story.leg(*leg).is_empty());
    html! {
        <section class="sheet-hops">
            <h2>{ words::HOPS }</h2>
            <div class="sheet-columns">
                { for legs.map(|leg| html! {
                    <>
                        <h3>{ text::leg_title(leg) }</h3>
                        <ol>{ for story.leg(leg).iter().map(hop) }</ol>
                    </>
                }) }
            </div>
        </section>
    }
}

fn hop(step: &Step) -> Html {
    let number = step.index.saturating_add(1).to_string();
    html! {
        <li value={number.clone()} class={classes!("sheet-hop", step.reason.is_some().then_some("refused"))}>
            <strong>{ step.title.clone() }</strong>{ ": " }
            <em>if step.counterfactual { { words::WOULD }{ " " } }{ step.word }</em>{ ". " }
            { step.line.clone() }
        </li>
    }
}

/// The tables in which a row decided.
fn tables(story: &Story) -> Html {
    let mut found: Vec<Html> = Vec::new();
    let mut seen: Vec<&EvidenceView> = Vec::new();
    for step in &story.steps {
        for part in &step.evidence {
            let EvidenceView::Table { caption, columns, rows } = part else { continue };
            if seen.contains(&part) || !rows.iter().any(|row| row.decided) {
                continue;
            }
            seen.push(part);
            let caption = words::of_hop(step.index.saturating_add(1), caption);
            found.push(table(caption, columns, rows));
        }
    }
    if found.is_empty() {
        return html! {};
    }
    html! {
        <section class="sheet-tables">
            <h2>{ words::TABLES }</h2>
            <div class="sheet-columns">{ for found }</div>
        </section>
    }
}

fn table(caption: String, columns: &[&'static str], rows: &[EvidenceRow]) -> Html {
    let decided = rows.iter().position(|row| row.decided).unwrap_or(0);
    let first = decided.saturating_sub(ROWS.saturating_sub(1));
    let shown = rows.iter().skip(first).take(ROWS);
    let more = rows.len().saturating_sub(ROWS);
    html! {
        <table>
            <caption>{ caption }</caption>
            <thead><tr>
                <td></td>
                { for columns.iter().map(|column| html! { <th scope="col">{ *column }</th> }) }
            </tr></thead>
            <tbody>
                { for shown.map(|row| html! {
                    <tr class={row.decided.then_some("decided")}>
                        <td>if row.decided { <span aria-label={words::DECIDED}>{ "▶" }</span> }</td>
                        { for row.cells.iter().map(|cell| html! { <td>{ cell.clone() }</td> }) }
                    </tr>
                }) }
                if more > 0 {
                    <tr><td></td><td class="sheet-more" colspan={columns.len().to_string()}>{ words::more_rows(more) }</td></tr>
                }
            </tbody>
        </table>
    }
}
