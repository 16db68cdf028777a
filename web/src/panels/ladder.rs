//! The hop ladder: numbered rungs in two lanes, each with its decision and what it was based on.

use std::collections::BTreeSet;
use std::rc::Rc;

use hopscope_forward::{Decision, LegKind};
use hopscope_view::Story;
use hopscope_view::story::{EvidenceView, Passed, Refusal, Step, both_ways};
use hopscope_view::text::ui_panels as words;
use web_sys::Element;
use yew::prelude::*;

use super::evidence::evidence;
use super::focus::scroll_near;
use super::glyph;

/// Properties of [`Ladder`].
#[derive(Properties, PartialEq)]
pub struct LadderProps {
    /// The story.
    pub story: Rc<Story>,
    /// The current step.
    pub step: usize,
    /// Go to a step.
    pub on_step: Callback<usize>,
    /// Show the rule of a step in the inspector.
    pub on_why: Callback<usize>,
}

/// Both lanes.
#[component]
pub fn Ladder(props: &LadderProps) -> Html {
    let open = use_state(BTreeSet::<usize>::new);
    let root = use_node_ref();
    {
        let root = root.clone();
        use_effect_with((props.step, props.story.steps.len()), move |_| {
            let rung =
                root.cast::<Element>().and_then(|root| root.query_selector(".rung.current").ok().flatten());
            if let Some(rung) = rung {
                scroll_near(&rung);
            }
        });
    }
    let lane = |leg: LegKind| {
        let steps = props.story.leg(leg);
        html! {
            <section class={classes!("leg", if leg == LegKind::Return { "leg-return" } else { "leg-forward" })}
                aria-label={words::lane(leg)}>
                <h2 class="lane-title">{ words::lane(leg) }</h2>
                if steps.is_empty() {
                    <p class="lane-empty">{ words::LANE_EMPTY }</p>
                } else {
                    <ol class="rungs" start={(steps.first().map_or(0, |step| step.index) + 1).to_string()}>
                        { for steps.iter().map(|step| rung(props, step, &open)) }
                    </ol>
                }
            </section>
        }
    };
    html! {
        <div class="ladder" ref={root}>
            if props.story.refusals.len() > 1 {
                { blockers(&props.story.refusals, &props.story, &props.on_step) }
            }
            if let Some(legs) = both_ways(&props.story) {
                { side_by_side(&legs, &props.on_step) }
            }
            <div class="lanes">
                { for LegKind::ALL.into_iter().filter(|leg| !props.story.skips(*leg)).map(lane) }
            </div>
            if !props.story.hints.is_empty() {
                <section class="hints" aria-label={words::WORTH_TELLING}>
                    <h2 class="lane-title">{ words::WORTH_TELLING }</h2>
                    <ul>
                        { for props.story.hints.iter().map(|hint| html! { <li>{ &hint.sentence }</li> }) }
                    </ul>
                </section>
            }
        </div>
    }
}

fn rung(props: &LadderProps, step: &Step, open: &UseStateHandle<BTreeSet<usize>>) -> Html {
    let index = step.index;
    let denied = step.decision == Decision::Denied;
    let is_open = open.contains(&index);
    let class = classes!(
        "rung",
        (index == props.step).then_some("current"),
        denied.then_some("denied"),
        (step.decision == Decision::Unknown).then_some("unknown"),
        step.counterfactual.then_some("counterfactual"),
    );
    let go = {
        let on_step = props.on_step.clone();
        move |_| on_step.emit(index)
    };
    let why = {
        let on_why = props.on_why.clone();
        move |_| on_why.emit(index)
    };
    let toggle = {
        let open = open.clone();
        move |_| {
            let mut next = (*open).clone();
            if !next.remove(&index) {
                next.insert(index);
            }
            open.set(next);
        }
    };
    let evidence_id = format!("evidence-{index}");
    html! {
        <li key={index} {class} value={(index + 1).to_string()}>
            <div class="rung-row">
                <button type="button" class="rung-main" aria-current={(index == props.step).then_some("step")} onclick={go}>
                    <span class="rung-number" aria-hidden="true">{ index + 1 }</span>
                    { glyph::shape(glyph::of_decision(step.decision)) }
                    <span class="rung-facts">
                        <span class="rung-title">{ &step.title }</span>{ " " }
                        <span class="rung-word">{ step.word }</span>{ " " }
                        if let Some(rule) = rule_of(step) {
                            <code class="rung-rule">{ rule }</code>
                        }
                        if step.counterfactual {
                            <span class="rung-mark">{ if denied { words::WOULD_BLOCK } else { words::WOULD_HAPPEN } }</span>
                        }
                    </span>
                    <span class="rung-line">{ &step.line }</span>
                </button>
                if denied {
                    <button type="button" class="small-button why" aria-label={words::why_of(&step.title)} onclick={why}>{ words::WHY }</button>
                }
                if !step.evidence.is_empty() || step.reason.is_some() {
                    <button type="button" class="icon-button" aria-expanded={is_open.to_string()}
                        aria-controls={is_open.then(|| evidence_id.clone())} aria-label={words::evidence_of(&step.title)}
                        title={if is_open { words::HIDE_TABLE } else { words::SHOW_TABLE }} onclick={toggle}>
                        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" class={is_open.then_some("turned")}>
                            <path class="mark-line" d="M5.5 3l5 5-5 5" />
                        </svg>
                    </button>
                }
            </div>
            if is_open {
                <div class="rung-evidence" id={evidence_id}>
                    if let Some(reason) = &step.reason {
                        <p class="reason">
                            <strong>{ reason.title }</strong>{ " " }
                            <code>{ reason.code }</code>
                            if let Some(aws) = reason.aws_code.filter(|aws| *aws != reason.code) {
                                { " " }<code>{ words::aws_code(aws) }</code>
                            }
                        </p>
                        <p class="reason">{ &reason.sentence }</p>
                        if let Some(hint) = reason.hint {
                            <p class="reason-hint">{ hint }</p>
                        }
                    }
                    { evidence(&step.evidence, denied) }
                    if !step.rules.is_empty() {
                        <p class="rules-cited">{ words::rules_cited(&step.rules) }</p>
                    }
                </div>
            }
        </li>
    }
}

/// The rule or route that decided, as its table labels it.
fn rule_of(step: &Step) -> Option<String> {
    let named = step.reason.as_ref().and_then(|reason| reason.rule.clone());
    let decided = || {
        step.evidence.iter().find_map(|part| match part {
            // Lists of rules begin with the list's name; the rule's own label follows it.
            EvidenceView::Table { rows, columns, .. } => {
                let column = usize::from(columns.first() == Some(&hopscope_view::text::ui::COL_LIST));
                rows.iter().find(|row| row.decided).and_then(|row| row.cells.get(column).cloned())
            }
            EvidenceView::Line { .. } => None,
        })
    };
    // The line mostly names it already.
    named.or_else(decided).filter(|rule| !step.line.contains(rule.as_str()))
}

/// What each leg passes, with what saw only one of them.
fn side_by_side(legs: &[Vec<Passed>; 2], on_step: &Callback<usize>) -> Html {
    let column = |(leg, passed): (LegKind, &Vec<Passed>)| {
        html! {
            <div>
                <h3 class="lane-title">{ words::lane(leg) }</h3>
                <ol>
                    { for passed.iter().map(|passed| {
                        let (on_step, step) = (on_step.clone(), passed.step);
                        html! {
                            <li class={passed.alone.then_some("alone")}>
                                <button type="button" class="link-button" onclick={move |_| on_step.emit(step)}>{ passed.element.clone() }</button>
                                if passed.alone {
                                    { " " }<span class="rung-mark">{ "▲ " }{ words::SAW_ONE }</span>
                                }
                            </li>
                        }
                    }) }
                </ol>
            </div>
        }
    };
    html! {
        <section class="both-ways" aria-label={words::ASYMMETRIC}>
            <h2 class="lane-title">{ words::ASYMMETRIC }</h2>
            <p class="field-help">{ words::ASYMMETRIC_NOTE }</p>
            <div class="both-ways-legs">{ for [LegKind::Forward, LegKind::Return].into_iter().zip(legs).map(column) }</div>
        </section>
    }
}

/// "Blocked 3 times: here, here, here."
fn blockers(refusals: &[Refusal], story: &Story, on_step: &Callback<usize>) -> Html {
    html! {
        <div class="blockers">
            <span>{ words::blocked_times(refusals.len()) }</span>
            <ol>
                { for refusals.iter().map(|refusal| {
                    let step = refusal.step.and_then(|step| story.steps.get(step));
                    let element = step.map_or_else(|| refusal.reason.at.to_string(), |step| format!("{}. {}", step.index + 1, step.element));
                    let title = step.map_or_else(|| element.clone(), |step| step.title.clone());
                    let label = html! {
                        <>
                            { glyph::shape(hopscope_view::playback::Glyph::Drop) }
                            <span>{ element }</span>
                            if refusal.counterfactual {
                                <span class="rung-mark">{ words::WOULD_BLOCK }</span>
                            }
                        </>
                    };
                    match refusal.step {
                        Some(step) => {
                            let on_step = on_step.clone();
                            html! { <li><button type="button" class="small-button" title={format!("{title}: {}", refusal.reason.sentence)} onclick={move |_| on_step.emit(step)}>{ label }</button></li> }
                        }
                        None => html! { <li>{ label }</li> },
                    }
                }) }
            </ol>
        </div>
    }
}
