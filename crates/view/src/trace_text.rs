//! A story as text: a ladder for terminals, a table for Markdown.

use std::fmt::Write;

use hopscope_forward::LegKind;

use crate::Story;
use crate::story::{ReasonView, Step};
use crate::text::{self, ui};

/// A ladder in plain text: the verdict, one line for each step, refusals and hints below.
#[must_use]
pub fn ladder(story: &Story) -> String {
    let mut out = format!("{}\n", line(&story.summary));
    let width = story.steps.iter().map(|step| line(&step.title).chars().count()).max().unwrap_or(0).min(56);
    for leg in LegKind::ALL {
        let steps = story.leg(leg);
        if steps.is_empty() && story.skips(leg) {
            continue;
        }
        let _ = write!(out, "\n{}{}\n", text::leg_title(leg), would(steps));
        if steps.is_empty() {
            let _ = writeln!(out, "  {}", ui::NO_RETURN);
        }
        for step in steps {
            let _ = writeln!(
                out,
                "{} {:>3}. {:<width$}  {:<9}  {}",
                sign(step),
                step.index + 1,
                line(&step.title),
                step.word,
                line(&step.line)
            );
        }
    }
    if let Some(reason) = &story.reason {
        let _ = write!(out, "\n{}\n", ui::WHY);
        about(&mut out, reason);
    }
    let others: Vec<_> = story.refusals.iter().filter(|refusal| refusal.counterfactual).collect();
    if !others.is_empty() {
        let _ = write!(out, "\n{}\n", ui::WOULD_ALSO_BLOCK);
        others.iter().for_each(|refusal| about(&mut out, &refusal.reason));
    }
    if !story.hints.is_empty() {
        let _ = write!(out, "\n{}\n", ui::WORTH_KNOWING);
        story.hints.iter().for_each(|hint| about(&mut out, hint));
    }
    out
}

/// The steps as a Markdown table, the verdict above and refusals below.
#[must_use]
pub fn markdown(story: &Story) -> String {
    let mut out = format!("**{}**\n", cell(&story.summary));
    let _ = write!(
        out,
        "\n| {} | {} | {} | {} |\n| ---: | --- | --- | --- |\n",
        ui::COL_STEP,
        ui::COL_WHERE,
        ui::COL_DECISION,
        ui::COL_WHY
    );
    for step in &story.steps {
        let way = if step.leg == LegKind::Return { "← " } else { "" };
        let word =
            if step.counterfactual { format!("{} {}", ui::WOULD, step.word) } else { step.word.to_owned() };
        let _ = writeln!(
            out,
            "| {} | {way}{} | {} | {} |",
            step.index + 1,
            cell(&step.title),
            cell(&word),
            cell(&step.line)
        );
    }
    for refusal in &story.refusals {
        let heading = if refusal.counterfactual { ui::WOULD_ALSO_BLOCK } else { ui::WHY };
        let reason = &refusal.reason;
        let _ =
            write!(out, "\n{heading}: {} (`{}`).", cell(reason.sentence.trim_end_matches('.')), reason.code);
        if let Some(hint) = reason.hint {
            let _ = write!(out, " {hint}");
        }
        out.push('\n');
    }
    out
}

fn about(out: &mut String, reason: &ReasonView) {
    let aws = match reason.aws_code {
        Some(aws) if aws != reason.code => format!(" (AWS: {aws})"),
        Some(_) | None => String::new(),
    };
    let _ = writeln!(out, "  {}{aws}  [{}]", reason.code, reason.rules.join(", "));
    let _ = writeln!(out, "    {}", line(&reason.sentence));
    if let Some(hint) = reason.hint {
        let _ = writeln!(out, "    {hint}");
    }
}

/// A sign for those who see no colour.
fn sign(step: &Step) -> char {
    match (step.reason.is_some(), step.counterfactual) {
        (true, _) => '✗',
        (false, true) => '·',
        (false, false) => '✓',
    }
}

fn would(steps: &[Step]) -> String {
    let all = !steps.is_empty() && steps.iter().all(|step| step.counterfactual);
    if all { format!(" ({})", ui::WHAT_WOULD_HAPPEN) } else { String::new() }
}

/// Text of a document without control characters, which could drive a terminal.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Text that stays in its cell and starts no markup.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}
