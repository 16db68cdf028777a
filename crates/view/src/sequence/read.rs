//! Reads a PlantUML sequence diagram that somebody pasted: participants, messages, notes. What is
//! only looks is passed over; what cannot be read is remarked. Never fails on a line, and is bounded.

use std::collections::BTreeSet;
use std::fmt;

use crate::text::sequences as words;

/// Longest text that is read, bytes.
pub const MAX_BYTES: usize = 200_000;
/// Most messages that are read.
const MAX_MESSAGES: usize = 300;
/// Most participants.
const MAX_PARTICIPANTS: usize = 60;
/// Longest label or text, characters.
const MAX_TEXT: usize = 400;

/// A message, or a note, as it was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastedMessage {
    /// Who sends: position in [`Pasted::participants`].
    pub from: usize,
    /// Who receives.
    pub to: usize,
    /// What is written on it.
    pub text: String,
    /// Drawn as a response (dashed).
    pub response: bool,
    /// A note over a participant, not a message.
    pub note: bool,
    /// Line of the text, from 1.
    pub line: usize,
}

/// A diagram as it was drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// Its title; may be empty.
    pub title: String,
    /// Labels of the participants.
    pub participants: Vec<String>,
    /// Messages and notes, in order.
    pub messages: Vec<PastedMessage>,
    /// What was passed over, in sentences.
    pub remarks: Vec<String>,
}

/// Why a text is no diagram to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// Longer than [`MAX_BYTES`].
    TooLong,
    /// There is no message in it.
    NoMessages,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => words::PASTED_TOO_LONG,
            Self::NoMessages => words::PASTED_EMPTY,
        })
    }
}

impl std::error::Error for ReadError {}

/// Reads a PlantUML sequence diagram.
///
/// # Errors
/// If the text is too long, or holds no message.
pub fn read(text: &str) -> Result<Pasted, ReadError> {
    if text.len() > MAX_BYTES {
        return Err(ReadError::TooLong);
    }
    let mut reader = Reader::default();
    for (n, line) in text.lines().enumerate() {
        if reader.pasted.messages.len() >= MAX_MESSAGES {
            reader.remarks.insert(words::pasted_cut(MAX_MESSAGES));
            break;
        }
        reader.line(line.trim(), n + 1);
    }
    reader.flush_note();
    let mut pasted = reader.pasted;
    pasted.remarks = reader.remarks.into_iter().collect();
    if reader.unread > 0 {
        pasted.remarks.push(words::pasted_unread(reader.unread, reader.first_unread));
    }
    if pasted.messages.iter().all(|message| message.note) {
        return Err(ReadError::NoMessages);
    }
    Ok(pasted)
}

#[derive(Default)]
struct Reader {
    pasted: Pasted,
    /// What participants are called in the text, by position.
    aliases: Vec<String>,
    remarks: BTreeSet<String>,
    /// A note of several lines that is open.
    note: Option<PastedMessage>,
    /// Inside a block that is only looks, or a comment: its last line.
    skipping: Option<&'static str>,
    unread: usize,
    first_unread: usize,
}

/// Lines that only say how it looks.
const LOOKS: &[&str] = &[
    "skinparam",
    "hide",
    "show",
    "autonumber",
    "activate",
    "deactivate",
    "destroy",
    "!theme",
    "!pragma",
    "scale",
    "header",
    "footer",
    "@start",
    "@end",
    "newpage",
    "mainframe",
    "...",
    "|||",
    "||",
    "left to",
    "caption",
    "box",
    "end box",
    "autoactivate",
    "!define",
];

/// Frames around messages, whose messages are read as if there were none.
const FRAMES: &[&str] = &["alt", "else", "loop", "opt", "par", "break", "critical", "group", "ref"];

/// Words that declare a participant.
const DECLARES: &[&str] =
    &["participant", "actor", "boundary", "control", "entity", "database", "collections", "queue"];

impl Reader {
    fn line(&mut self, line: &str, number: usize) {
        if let Some(end) = self.skipping {
            if line.ends_with(end) {
                self.skipping = None;
            }
            return;
        }
        if self.note.is_some() {
            return self.note_line(line);
        }
        let lower = line.to_lowercase();
        let first = lower.split(|c: char| c.is_whitespace() || c == ':').next().unwrap_or("");
        if line.is_empty() || line.starts_with('\'') || lower.starts_with("@start") {
            return;
        }
        if line.starts_with("/'") {
            if !line.ends_with("'/") {
                self.skipping = Some("'/");
            }
            return;
        }
        if first == "title" {
            self.pasted.title = tidy(line.get(5..).unwrap_or(""));
        } else if DECLARES.contains(&first) || first == "create" {
            self.declare(line.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim()));
        } else if first == "note" || first == "hnote" || first == "rnote" {
            self.begin_note(line, number);
        } else if first == "skinparam" && line.ends_with('{') {
            self.skipping = Some("}");
        } else if first == "legend" {
            self.skipping = Some("endlegend");
        } else if self.message(line, number) {
        } else if FRAMES.contains(&first) {
            self.remarks.insert(words::pasted_frame(first));
        } else if first == "return" {
            self.answer(line.get(6..).unwrap_or(""), number);
        } else if first == "end" || line.starts_with("==") || LOOKS.iter().any(|word| lower.starts_with(word))
        {
        } else {
            self.unread += 1;
            if self.first_unread == 0 {
                self.first_unread = number;
            }
        }
    }

    /// `"Label" as A`, `A as "Label"`, `A`; an order and a colour may follow.
    fn declare(&mut self, rest: &str) {
        let rest = DECLARES
            .iter()
            .find_map(|word| rest.strip_prefix(word).filter(|more| more.starts_with(' ')))
            .map_or(rest, str::trim);
        let (name, more) = take_name(rest);
        let more = more.trim();
        let Some(alias) = strip_word(more, "as") else {
            self.known(&name, Some(&name));
            return;
        };
        let quoted = rest.starts_with('"');
        let (second, _) = take_name(alias.trim());
        if quoted {
            self.known(&second, Some(&name))
        } else {
            self.known(&name, Some(&second))
        };
    }

    /// The position of a participant by what it is called; declared or met here.
    fn known(&mut self, alias: &str, label: Option<&str>) -> Option<usize> {
        let alias = tidy(alias);
        if alias.is_empty() {
            return None;
        }
        if let Some(position) = self.aliases.iter().position(|other| *other == alias) {
            return Some(position);
        }
        if self.aliases.len() >= MAX_PARTICIPANTS {
            self.remarks.insert(words::pasted_crowd(MAX_PARTICIPANTS));
            return None;
        }
        let label = label.map(tidy).filter(|label| !label.is_empty());
        self.pasted.participants.push(label.unwrap_or_else(|| alias.clone()));
        self.aliases.push(alias);
        Some(self.aliases.len() - 1)
    }

    /// `A -> B : text`, in all the ways of writing the arrow.
    fn message(&mut self, line: &str, number: usize) -> bool {
        let (head, text) = match split_text(line) {
            Some((head, text)) => (head, text),
            None => (line, ""),
        };
        let Some((left, arrow, right)) = split_arrow(head) else { return false };
        let right = right.trim().trim_end_matches(['+', '-', '*', '!']).trim();
        let (left, right) = (left.trim(), right);
        // `[` and `]` stand for the edge of the diagram.
        let edge = |name: &str| matches!(name, "" | "[" | "]" | "?");
        let (left_name, right_name) = (take_name(left).0, take_name(right).0);
        let ends = match (edge(left), edge(right)) {
            (false, false) => (self.known(&left_name, None), self.known(&right_name, None)),
            (true, false) => {
                let own = self.known(&right_name, None);
                (own, own)
            }
            (false, true) => {
                let own = self.known(&left_name, None);
                (own, own)
            }
            (true, true) => return false,
        };
        let (Some(left), Some(right)) = ends else { return true };
        let (from, to) = if arrow.back { (right, left) } else { (left, right) };
        self.push(PastedMessage {
            from,
            to,
            text: tidy(text),
            response: arrow.dashed,
            note: false,
            line: number,
        });
        true
    }

    /// `return text`: the last message is answered.
    fn answer(&mut self, text: &str, number: usize) {
        let asked = self.pasted.messages.iter().rev().find(|message| !message.note && !message.response);
        let Some((from, to)) = asked.map(|message| (message.to, message.from)) else { return };
        self.push(PastedMessage { from, to, text: tidy(text), response: true, note: false, line: number });
    }

    fn push(&mut self, message: PastedMessage) {
        self.pasted.messages.push(message);
    }

    /// `note right of A : text`, `note over A, B`, `note left`, on one line or several.
    fn begin_note(&mut self, line: &str, number: usize) {
        let (head, text) = match split_text(line) {
            Some((head, text)) => (head, Some(text)),
            None => (line, None),
        };
        let after = head.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim());
        let lower = after.to_lowercase();
        let who = ["right of", "left of", "over", "across", "right", "left"]
            .iter()
            .find(|place| lower.starts_with(*place))
            .and_then(|place| after.get(place.len()..))
            .unwrap_or("");
        let (name, _) = take_name(who.split(',').next().unwrap_or("").trim());
        let own = if name.is_empty() {
            self.pasted.messages.last().map(|message| message.to)
        } else {
            self.known(&name, None)
        };
        let at = own.unwrap_or(0);
        let note = PastedMessage {
            from: at,
            to: at,
            text: text.map(tidy).unwrap_or_default(),
            response: false,
            note: true,
            line: number,
        };
        match text {
            _ if own.is_none() => {}
            Some(_) => self.push(note),
            None => self.note = Some(note),
        }
    }

    fn note_line(&mut self, line: &str) {
        let lower = line.to_lowercase();
        if lower.starts_with("end note") || lower.starts_with("endnote") || lower.starts_with("endhnote") {
            self.flush_note();
        } else if let Some(note) = self.note.as_mut().filter(|note| note.text.len() < MAX_TEXT) {
            let line = tidy(line);
            note.text = if note.text.is_empty() { line } else { format!("{} {line}", note.text) };
        }
    }

    fn flush_note(&mut self) {
        if let Some(note) = self.note.take() {
            self.push(note);
        }
    }
}

/// What an arrow says.
struct ArrowRead {
    dashed: bool,
    back: bool,
}

/// Head and text of a line: at the first colon outside quotes and outside an arrow's brackets.
fn split_text(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (n, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ':' if !quoted => return Some((line.get(..n)?, line.get(n + 1..)?)),
            _ => {}
        }
    }
    None
}

/// Splits `A -[#red]>> B` at its arrow, which begins at a dash (or `<`) outside quotes that is not
/// part of a name.
fn split_arrow(head: &str) -> Option<(&str, ArrowRead, &str)> {
    let mut quoted = false;
    let bytes = head.as_bytes();
    for (n, c) in head.char_indices() {
        if c == '"' {
            quoted = !quoted;
        }
        let starts = matches!(c, '-' | '<' | '\\' | '/') && !quoted;
        if !starts {
            continue;
        }
        let rest = head.get(n..)?;
        // A dash inside a name (`on-prem`) is no arrow.
        let Some((arrow, length)) = read_arrow(rest) else { continue };
        let before = n.checked_sub(1).and_then(|n| bytes.get(n)).copied().unwrap_or(b' ');
        let tail = if before == b'o' || before == b'x' {
            // `A x<- B` and `A o-> B`: the ornament belongs to the arrow where it stands alone.
            let alone = n.checked_sub(2).and_then(|n| bytes.get(n)).is_none_or(|b| *b == b' ');
            if alone { n - 1 } else { n }
        } else {
            n
        };
        return Some((head.get(..tail)?, arrow, head.get(n + length..)?));
    }
    None
}

/// An arrow at the beginning of a text, with its length.
fn read_arrow(text: &str) -> Option<(ArrowRead, usize)> {
    let mut dashes = 0usize;
    let mut heads = (false, false);
    let mut length = 0usize;
    let mut bracket = false;
    for (n, c) in text.char_indices() {
        match c {
            ']' if bracket => bracket = false,
            _ if bracket => {}
            '[' if dashes > 0
                && text
                    .get(n + 1..)
                    .is_some_and(|rest| rest.starts_with('#') || rest.starts_with("dashed")) =>
            {
                bracket = true;
            }
            '-' if !heads.1 => dashes += 1,
            '<' if dashes == 0 => heads.0 = true,
            '>' if dashes > 0 => heads.1 = true,
            '\\' | '/' if dashes > 0 => heads.1 = true,
            '\\' | '/' if dashes == 0 && n < 2 => heads.0 = true,
            'x' | 'o'
                if heads.1
                    && text
                        .get(n + 1..)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '"'])) => {}
            _ => break,
        }
        length = n + c.len_utf8();
    }
    let is_arrow = dashes > 0 && (heads.0 || heads.1);
    is_arrow.then_some((ArrowRead { dashed: dashes > 1, back: heads.0 && !heads.1 }, length))
}

/// A name at the beginning of a text, quoted or up to a space, and what follows it.
fn take_name(text: &str) -> (String, &str) {
    let text = text.trim_start();
    if let Some(rest) = text.strip_prefix('"') {
        return match rest.split_once('"') {
            Some((name, more)) => (name.to_owned(), more),
            None => (rest.to_owned(), ""),
        };
    }
    match text.split_once(char::is_whitespace) {
        Some((name, more)) => (name.to_owned(), more),
        None => (text.to_owned(), ""),
    }
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word).filter(|rest| rest.starts_with(char::is_whitespace))
}

/// Text without markup, line breaks and escapes, not longer than [`MAX_TEXT`].
fn tidy(text: &str) -> String {
    let text = text.trim().trim_matches('"').replace("\\n", " ");
    let mut out = String::with_capacity(text.len().min(MAX_TEXT));
    let mut rest = text.as_str();
    let mut count = 0usize;
    while let Some(c) = rest.chars().next() {
        if count >= MAX_TEXT {
            break;
        }
        count += 1;
        if c == '<'
            && let Some((inside, after)) = rest.get(1..).and_then(|rest| rest.split_once('>'))
            && inside.len() <= 24
            && !inside.contains('<')
        {
            // A code point stands for its character, any other tag for a space.
            let code = inside.strip_prefix("U+").and_then(|hex| u32::from_str_radix(hex, 16).ok());
            match code.and_then(char::from_u32).filter(|c| !c.is_control()) {
                Some(c) => out.push(c),
                None => out.push(' '),
            }
            rest = after;
            continue;
        }
        if !(c.is_control() || matches!(c, '~')) {
            out.push(c);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ").replace("**", "").replace("\"\"", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parties(pasted: &Pasted) -> Vec<(&str, &str, &str, bool)> {
        let name = |n: usize| pasted.participants[n].as_str();
        pasted.messages.iter().map(|it| (name(it.from), name(it.to), it.text.as_str(), it.response)).collect()
    }

    #[test]
    fn arrows_in_all_their_forms() {
        let text = "@startuml\nactor \"The user\" as U\nparticipant on-prem as \"On-prem router\"\nparticipant B\n\
            U -> B : one\nU->>B: two\nB --> U : three\nB <- U : four\nB <-- U : five\nU -[#red]> B : six\n\
            on-prem -> on-prem : seven\n\"x y\" ->x B : eight\nU -> B++ : nine\nU -> B\nreturn ten\n@enduml\n";
        let pasted = read(text).unwrap();
        assert_eq!(
            parties(&pasted),
            [
                ("The user", "B", "one", false),
                ("The user", "B", "two", false),
                ("B", "The user", "three", true),
                ("The user", "B", "four", false),
                ("The user", "B", "five", true),
                ("The user", "B", "six", false),
                ("On-prem router", "On-prem router", "seven", false),
                ("x y", "B", "eight", false),
                ("The user", "B", "nine", false),
                ("The user", "B", "", false),
                ("B", "The user", "ten", true),
            ]
        );
        assert!(pasted.remarks.is_empty(), "{:?}", pasted.remarks);
    }

    #[test]
    fn notes_frames_and_the_unreadable() {
        let text = "A -> B : x\nnote right of B : one line\nnote over A, B\nof\nseveral\nend note\nalt good\nB -> A : y\n\
            else bad\nend\nsomething odd\n";
        let pasted = read(text).unwrap();
        let notes: Vec<(&str, usize)> =
            pasted.messages.iter().filter(|it| it.note).map(|it| (it.text.as_str(), it.from)).collect();
        assert_eq!(notes, [("one line", 1), ("of several", 0)]);
        assert_eq!(pasted.messages.len(), 4);
        assert_eq!(pasted.remarks.len(), 3, "{:?}", pasted.remarks);
    }

    #[test]
    fn nothing_to_compare_and_too_much() {
        assert_eq!(read(""), Err(ReadError::NoMessages));
        assert_eq!(read("hello\nthere"), Err(ReadError::NoMessages));
        assert_eq!(read(&" ".repeat(MAX_BYTES + 1)), Err(ReadError::TooLong));
        let many = "A -> B : x\n".repeat(MAX_MESSAGES + 5);
        assert_eq!(read(&many).unwrap().messages.len(), MAX_MESSAGES);
    }
}
