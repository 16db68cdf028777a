//! What is wrong with the drawing, worst first; each problem leads to its component and field.

use std::rc::Rc;

use hopscope_aws::{Diagnostic, Document, Id, Network};
use hopscope_forward::Severity;
use hopscope_view::text::{self, ui_panels as words};
use yew::prelude::*;

use super::failures::FailedNow;
use super::hub::use_hub;

/// Groups in the order they are shown.
const GROUPS: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

fn group(severity: Severity) -> Severity {
    if severity == Severity::Deny { Severity::Error } else { severity }
}

/// So many problems of a severity are listed at first.
const FIRST: usize = 60;

/// The list of problems.
#[component]
pub fn Problems() -> Html {
    let hub = use_hub();
    let (network, document) = (hub.network(), hub.document());
    let latest = use_mut_ref(|| hub.clone());
    latest.replace(hub);
    let pick = use_callback((), move |(node, field, sentence): Picked, ()| {
        latest.borrow().select_field(&node, field.as_deref(), &sentence);
    });
    html! {
        <div class="problems">
            <FailedNow />
            <ProblemList found={Found { network, document }} {pick} />
        </div>
    }
}

/// What was chosen: component, field, sentence.
type Picked = (Id, Option<String>, String);

/// A network with its document; the same as long as the network is, wherever things stand.
#[derive(Clone)]
struct Found {
    network: Rc<Network>,
    document: Rc<Document>,
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.network, &other.network)
    }
}

#[derive(Properties, PartialEq)]
struct ProblemListProps {
    found: Found,
    pick: Callback<Picked>,
}

/// The rows: drawn again when the network changes, not when something is moved.
#[component]
fn ProblemList(props: &ProblemListProps) -> Html {
    let whole = use_state(|| false);
    let all = props.found.network.diagnostics();
    let found =
        |severity: Severity| all.iter().filter(move |diagnostic| group(diagnostic.spec.severity) == severity);
    let most = if *whole { usize::MAX } else { FIRST };
    let more = {
        let whole = whole.clone();
        Callback::from(move |_: MouseEvent| whole.set(true))
    };
    html! {
        <>
            <h2 class="panel-heading">
                { words::PROBLEMS }
                <span class="tab-count" aria-label={words::problem_count(all.len())}>{ all.len() }</span>
            </h2>
            if all.is_empty() {
                <p class="empty-note">
                    <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true"><path class="mark-line" d="M4 10.5 8.5 15 16 5.5" /></svg>
                    { words::NO_PROBLEMS }
                </p>
            }
            { for GROUPS.iter().filter(|severity| found(**severity).next().is_some()).map(|severity| html! {
                <section class={classes!("problem-group", severity_class(*severity))} aria-label={words::severity_heading(*severity)}>
                    <h3>{ words::severity_heading(*severity) }{ " " }<span class="tab-count">{ found(*severity).count() }</span></h3>
                    <ul>
                        { for found(*severity).take(most).map(|diagnostic| problem(props, diagnostic)) }
                    </ul>
                    if found(*severity).count() > most {
                        <button type="button" class="small-button" onclick={more.clone()}>
                            { words::all_problems(found(*severity).count()) }
                        </button>
                    }
                </section>
            }) }
        </>
    }
}

fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Deny | Severity::Error => "severity-error",
        Severity::Warning => "severity-warning",
        Severity::Info => "severity-info",
    }
}

fn problem(props: &ProblemListProps, diagnostic: &Diagnostic) -> Html {
    let severity = group(diagnostic.spec.severity);
    let onclick = {
        let (pick, node, field) =
            (props.pick.clone(), diagnostic.nodes.first().cloned(), diagnostic.field.clone());
        let sentence = text::diagnostic_sentence(diagnostic);
        move |_| {
            if let Some(node) = &node {
                pick.emit((node.clone(), field.clone(), sentence.clone()));
            }
        }
    };
    let place = diagnostic.nodes.first().and_then(|id| props.found.document.node(id));
    let place = place.map(|node| node.label().to_owned()).unwrap_or_default();
    html! {
        <li>
            <button type="button" class="problem" {onclick}>
                { severity_shape(severity) }
                <span class="visually-hidden">{ words::severity_word(severity) }{ ": " }</span>
                <span class="problem-place">{ place }</span>
                <span class="problem-text">{ text::diagnostic_sentence(diagnostic) }</span>
                <code class="problem-code">{ diagnostic.spec.code }</code>
            </button>
        </li>
    }
}

/// Octagon, triangle, disc: severities differ by shape, not only by colour.
fn severity_shape(severity: Severity) -> Html {
    let inner = match severity {
        Severity::Deny | Severity::Error => {
            html! { <path d="M4.7 1h6.6L15 4.7v6.6L11.3 15H4.7L1 11.3V4.7zM8 4.5v4.2M8 11v.6" /> }
        }
        Severity::Warning => html! { <path d="M8 1.5 15 14H1zM8 6v3.8M8 11.8v.3" /> },
        Severity::Info => {
            html! { <path d="M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 7.2v4M8 4.8v.3" /> }
        }
    };
    html! { <svg class="severity-shape" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{ inner }</svg> }
}
