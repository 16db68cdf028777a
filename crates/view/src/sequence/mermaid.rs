//! A sequence as Mermaid text. Whatever a document says stays text.

use std::fmt::Write;

use super::{GroupKind, Sequence};
use crate::text::sequences as words;

/// The sequence as a Mermaid `sequenceDiagram`.
#[must_use]
pub fn mermaid(sequence: &Sequence) -> String {
    let mut out = String::from("sequenceDiagram\n");
    // Writing to a String cannot fail, so results are dropped throughout.
    let _ = writeln!(out, "  title {}", escape(&sequence.title));
    for (index, participant) in sequence.participants.iter().enumerate() {
        let _ = writeln!(out, "  participant p{} as {}", index + 1, escape(&participant.label));
    }
    for (index, message) in sequence.messages.iter().enumerate() {
        if let Some(group) = sequence.group_at(index) {
            match group.kind {
                GroupKind::Part => {
                    // Mermaid has no plain groups; `opt` would say that they are optional.
                    out.push_str("  rect rgba(128, 128, 128, 0.08)\n");
                    let over = message.from.min(message.to) + 1;
                    let _ = writeln!(out, "  Note over p{over}: {}", escape(&group.label));
                }
                GroupKind::Alternative => {
                    let _ = writeln!(out, "  alt {}", escape(&group.label));
                }
                GroupKind::Loop => {
                    let _ = writeln!(out, "  loop {}", escape(&group.label));
                }
            }
        }
        let arrow = match (message.response, message.refusal.is_some()) {
            (false, false) => "->>",
            (true, false) => "-->>",
            (false, true) => "-x",
            (true, true) => "--x",
        };
        let text = words::marked(message);
        let _ = writeln!(out, "  p{}{arrow}p{}: {}", message.from + 1, message.to + 1, escape(&text));
        let lines: Vec<String> =
            message.refusal.iter().chain(&message.notes).map(|line| escape(line)).collect();
        if !lines.is_empty() {
            let _ = writeln!(out, "  Note over p{}: {}", message.to + 1, lines.join("<br/>"));
        }
        if sequence.groups.iter().any(|group| group.end == index + 1 && group.end > group.first) {
            out.push_str("  end\n");
        }
    }
    out
}

/// Text in which nothing is markup: what could be is written as an entity.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, word) in text.split_whitespace().enumerate() {
        if n > 0 {
            out.push(' ');
        }
        // The bare word ends a block.
        let word = if word.eq_ignore_ascii_case("end") {
            word.replacen(['e', 'E'], "#101;", 1)
        } else {
            escape_word(word)
        };
        out.push_str(&word);
    }
    if out.is_empty() { "#32;".to_owned() } else { out }
}

fn escape_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            '#' | ';' | '<' | '>' | '&' | '"' | '%' | '{' | '}' | '[' | ']' | '`' | '\\' | '*' | '_'
            | '~' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(escape("a; end\nb"), "a#59; #101;nd b");
        assert_eq!(escape("<b>%%{init}"), "#60;b#62;#37;#37;#123;init#125;");
        assert_eq!(escape(""), "#32;");
    }
}
