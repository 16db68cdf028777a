//! What is wrong with the drawing, worst first; each problem leads to its component and field.

use hopscope_aws::Diagnostic;
use hopscope_forward::Severity;
use hopscope_view::text::{self, ui_panels as words};
use yew::prelude::*;

use super::failures::FailedNow;
use super::hub::{Hub, use_hub};

/// Groups in the order they are shown.
const GROUPS: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

fn group(severity: Severity) -> Severity {
    if severity == Severity::Deny { Severity::Error } else { severity }
}

/// The list of problems.
#[component]
pub fn Problems() -> Html {
    let hub = use_hub();
    let network = hub.network();
    let all = network.diagnostics();
    let found =
        |severity: Severity| all.iter().filter(move |diagnostic| group(diagnostic.spec.severity) == severity);
    html! {
        <div class="problems">
            <FailedNow />
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
                        { for found(*severity).map(|diagnostic| problem(&hub, diagnostic)) }
                    </ul>
                </section>
            }) }
        </div>
    }
}

fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Deny | Severity::Error => "severity-error",
        Severity::Warning => "severity-warning",
        Severity::Info => "severity-info",
    }
}

fn problem(hub: &Hub, diagnostic: &Diagnostic) -> Html {
    let severity = group(diagnostic.spec.severity);
    let onclick = {
        let (hub, node, field) = (hub.clone(), diagnostic.nodes.first().cloned(), diagnostic.field.clone());
        let sentence = text::diagnostic_sentence(diagnostic);
        move |_| {
            if let Some(node) = &node {
                hub.select_field(node, field.as_deref(), &sentence);
            }
        }
    };
    let place = diagnostic.nodes.first().map(|id| hub.label(id)).unwrap_or_default();
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
