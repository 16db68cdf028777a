//! A trace as a ladder for a terminal: the story's own text, tinted where a person looks.

use hopscope_aws::{Document, Flow};
use hopscope_forward::{Trace, Verdict};
use hopscope_view::story::EvidenceView;
use hopscope_view::{Story, trace_text};

use crate::out::{Out, Tone, safe};

/// The ladder, line by line; with the evidence of each step below if `verbose`.
pub fn lines(document: &Document, flow: &Flow, trace: &Trace, verbose: bool, out: &Out) -> Vec<String> {
    let story = Story::tell(document, trace, flow);
    let mut lines = ladder(&story, trace.verdict, out);
    if verbose {
        evidence(&story, out, &mut lines);
    }
    lines
}

fn ladder(story: &Story, verdict: Verdict, out: &Out) -> Vec<String> {
    let text = trace_text::ladder(story);
    text.lines()
        .enumerate()
        .map(|(n, line)| {
            let tone = if n == 0 { tone(verdict) } else { tone_of(line, verdict) };
            out.tint(tone, line)
        })
        .collect()
}

/// What each step was based on: the row that decided is marked, the others lost.
fn evidence(story: &Story, out: &Out, lines: &mut Vec<String>) {
    for step in story.steps.iter().filter(|step| !step.evidence.is_empty()) {
        lines.push(String::new());
        lines.push(out.tint(Tone::Strong, &safe(&format!("{}. {}", step.index + 1, step.title))));
        for view in &step.evidence {
            match view {
                EvidenceView::Line { passed, text } => {
                    let sign = match passed {
                        Some(true) => "✓ ",
                        Some(false) => "✗ ",
                        None => "",
                    };
                    lines.push(format!("    {sign}{}", safe(text)));
                }
                EvidenceView::Table { caption, columns, rows } => {
                    lines.push(format!("    {}", safe(caption)));
                    let heads = columns.iter().map(|head| (*head).to_owned()).collect();
                    let cells = rows.iter().map(|row| row.cells.iter().map(|cell| safe(cell)).collect());
                    let table: Vec<Vec<String>> = std::iter::once(heads).chain(cells).collect();
                    for (n, row) in table.iter().enumerate() {
                        let decided =
                            n.checked_sub(1).and_then(|n| rows.get(n)).is_some_and(|row| row.decided);
                        let line =
                            format!("      {} {}", if decided { "▸" } else { " " }, columns_of(&table, row));
                        lines.push(out.tint(if decided { Tone::Plain } else { Tone::Dim }, line.trim_end()));
                    }
                }
            }
        }
    }
}

/// One row with its cells under those of the other rows.
fn columns_of(table: &[Vec<String>], row: &[String]) -> String {
    let width = |n: usize| {
        table.iter().filter_map(|row| row.get(n)).map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    row.iter().enumerate().map(|(n, cell)| format!("{cell:<0$}  ", width(n))).collect()
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Allowed => Tone::Good,
        Verdict::Denied | Verdict::Loop => Tone::Bad,
        Verdict::Unknown => Tone::Warn,
    }
}

/// Steps start with a sign, headings with a letter, what belongs to them is indented.
fn tone_of(line: &str, verdict: Verdict) -> Tone {
    match line.chars().next() {
        Some('✗') if verdict == Verdict::Unknown => Tone::Warn,
        Some('✗') => Tone::Bad,
        Some('·') => Tone::Dim,
        Some(c) if c.is_alphabetic() => Tone::Strong,
        _ => Tone::Plain,
    }
}
