//! A sequence as PlantUML text. Whatever a document says stays text: it opens no markup, no
//! directive and no function of the preprocessor.

use std::fmt::Write;

use super::{GroupKind, Sequence};
use crate::text::sequences as words;

/// The sequence as a PlantUML diagram.
#[must_use]
pub fn plantuml(sequence: &Sequence) -> String {
    let mut out = String::from("@startuml\n");
    // Writing to a String cannot fail, so results are dropped throughout.
    let _ = writeln!(out, "title {}", escape(&sequence.title));
    for (index, participant) in sequence.participants.iter().enumerate() {
        let _ = writeln!(out, "participant \"{}\" as p{}", escape(&participant.label), index + 1);
    }
    for (index, message) in sequence.messages.iter().enumerate() {
        if let Some(group) = sequence.group_at(index) {
            let word = match group.kind {
                GroupKind::Part => "group",
                GroupKind::Alternative => "alt",
                GroupKind::Loop => "loop",
            };
            let _ = writeln!(out, "{word} {}", escape(&group.label));
        }
        let arrow = match (message.response, message.refusal.is_some()) {
            (false, false) => "->",
            (true, false) => "-->",
            (false, true) => "->x",
            (true, true) => "-->x",
        };
        let text = words::marked(message);
        let _ = writeln!(out, "p{} {arrow} p{} : {}", message.from + 1, message.to + 1, escape(&text));
        let lines: Vec<String> =
            message.refusal.iter().chain(&message.notes).map(|line| escape(line)).collect();
        if !lines.is_empty() {
            let _ = writeln!(out, "note over p{}", message.to + 1);
            for line in lines {
                // A line of its own may not look like the note's end.
                let _ = writeln!(out, "  {}{line}", if is_end(&line) { "~" } else { "" });
            }
            out.push_str("end note\n");
        }
        if sequence.groups.iter().any(|group| group.end == index + 1 && group.end > group.first) {
            out.push_str("end\n");
        }
    }
    out.push_str("@enduml\n");
    out
}

fn is_end(line: &str) -> bool {
    let line = line.trim().to_ascii_lowercase();
    line.starts_with("end") || line.starts_with('@') || line.starts_with('\'')
}

/// Text in which nothing is markup: what could be is written as a code point.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = ' ';
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() => {}
            '<' | '>' | '"' | '%' | '[' | ']' | '{' | '}' | '\\' | '~' | '$' | '!' | '`' | '|' | '#'
            | '^' => {
                let _ = write!(out, "<U+{:04X}>", u32::from(c));
            }
            // Doubled they would be bold, italic, underlined or struck.
            '*' | '/' | '_' | '-' | '=' | '\'' | '.' if c == last => {
                let _ = write!(out, "<U+{:04X}>", u32::from(c));
            }
            c => out.push(c),
        }
        last = c;
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(escape("a\n@enduml !include x"), "a @enduml <U+0021>include x");
        assert_eq!(
            escape("<img:x> **b** %getenv(\"H\")"),
            "<U+003C>img:x<U+003E> *<U+002A>b*<U+002A> <U+0025>getenv(<U+0022>H<U+0022>)"
        );
        assert_eq!(escape("https://a"), "https:/<U+002F>a");
    }
}
