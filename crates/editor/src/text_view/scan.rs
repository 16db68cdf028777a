//! JSON with its positions: pieces of text, and where the values of a document stand. Reads any text,
//! broken ones too, as far as they make sense; knows nothing of what a value means.

use std::borrow::Cow;
use std::ops::Range;

use hopscope_aws::Step;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The name of a member.
    Key,
    /// A text in quotation marks.
    Text,
    /// A number.
    Number,
    /// `true`, `false` or `null`.
    Word,
    /// A bracket, comma or colon.
    Mark,
    /// Nothing that JSON knows, or a text without its end.
    Wrong,
}

/// The pieces of a text in order, without the space between them.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Pieces<'a> {
    /// Reads a text from its beginning.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// The end of a text whose opening mark is at `at`; `None` without an end on the same line.
    fn closed(&self) -> (usize, bool) {
        let mut escaped = false;
        for (n, c) in self.rest().char_indices().skip(1) {
            match c {
                '\n' => return (self.at + n, false),
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => return (self.at + n + 1, true),
                _ => {}
            }
        }
        (self.text.len(), false)
    }
}

impl Iterator for Pieces<'_> {
    type Item = (Piece, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        let rest = self.rest();
        let first = rest.chars().next()?;
        let start = self.at;
        let piece = match first {
            '"' => {
                let (end, whole) = self.closed();
                self.at = end;
                let named = self.rest().trim_start_matches([' ', '\t']).starts_with(':');
                match (whole, named) {
                    (false, _) => Piece::Wrong,
                    (true, true) => Piece::Key,
                    (true, false) => Piece::Text,
                }
            }
            '{' | '}' | '[' | ']' | ',' | ':' => {
                self.at += 1;
                Piece::Mark
            }
            _ => {
                let ends = |c: char| c.is_ascii_whitespace() || "{}[],:\"".contains(c);
                let word = rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or(rest);
                self.at += word.len().max(first.len_utf8());
                let number = word.starts_with(|c: char| c == '-' || c.is_ascii_digit());
                match word {
                    "true" | "false" | "null" => Piece::Word,
                    word if number && word.parse::<f64>().is_ok() => Piece::Number,
                    _ => Piece::Wrong,
                }
            }
        };
        Some((piece, start..self.at))
    }
}

/// Something that is open while a text is read.
#[derive(Clone, Debug)]
enum Open {
    Object { key: Option<Range<usize>> },
    List { entry: usize },
}

/// What a walk through a text meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// A value: the whole of it, or its opening bracket.
    Value(Range<usize>),
    /// The end of an object or list, where it was opened one level further out.
    End(usize),
}

/// Walks through the values of a text.
pub(super) struct Walk<'a> {
    text: &'a str,
    pieces: Pieces<'a>,
    open: Vec<Open>,
    /// An opening bracket was met last: what follows is inside it.
    enter: Option<Open>,
}

impl<'a> Walk<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, pieces: Pieces::of(text), open: Vec::new(), enter: None }
    }

    /// Objects and lists around what was met last.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The name of the member that is being read, `level` objects and lists from the outside.
    pub(super) fn key(&self, level: usize) -> Option<Cow<'a, str>> {
        match self.open.get(level)? {
            Open::Object { key } => key.clone().and_then(|key| unquoted(self.text.get(key)?)),
            Open::List { .. } => None,
        }
    }

    /// The entry that is being read at that level.
    pub(super) fn entry(&self, level: usize) -> Option<usize> {
        match self.open.get(level)? {
            Open::List { entry } => Some(*entry),
            Open::Object { .. } => None,
        }
    }

    /// The place of the member's name that is being read at the innermost level.
    pub(super) fn key_start(&self) -> Option<usize> {
        match self.open.last()? {
            Open::Object { key } => key.as_ref().map(|key| key.start),
            Open::List { .. } => None,
        }
    }

    /// Whether what was met last stands at the end of some steps, or how many of them lead to it.
    fn follows(&self, way: &[Step]) -> Option<usize> {
        if self.open.len() > way.len() {
            return None;
        }
        let fits = |(level, step): (usize, &Step)| match step {
            Step::Key(key) => self.key(level).is_some_and(|found| found == key.as_str()),
            Step::Entry(entry) => self.entry(level) == Some(*entry),
        };
        way.iter().take(self.open.len()).enumerate().all(fits).then_some(self.open.len())
    }
}

impl Iterator for Walk<'_> {
    type Item = Met;

    fn next(&mut self) -> Option<Met> {
        self.open.extend(self.enter.take());
        loop {
            let (piece, range) = self.pieces.next()?;
            let mark = self.text.as_bytes().get(range.start).copied().unwrap_or(b' ');
            match (piece, mark) {
                (Piece::Mark, b'{') => self.enter = Some(Open::Object { key: None }),
                (Piece::Mark, b'[') => self.enter = Some(Open::List { entry: 0 }),
                (Piece::Mark, b'}' | b']') => {
                    // A bracket of the other sort closes nothing: what is open stays so.
                    let fits = matches!(
                        (self.open.last(), mark),
                        (Some(Open::Object { .. }), b'}') | (Some(Open::List { .. }), b']')
                    );
                    if !fits {
                        continue;
                    }
                    self.open.pop();
                    return Some(Met::End(range.end));
                }
                (Piece::Mark, b',') => {
                    match self.open.last_mut() {
                        Some(Open::Object { key }) => *key = None,
                        Some(Open::List { entry }) => *entry += 1,
                        None => {}
                    }
                    continue;
                }
                (Piece::Mark, _) => continue,
                (Piece::Key, _) => {
                    if let Some(Open::Object { key }) = self.open.last_mut() {
                        *key = Some(range);
                    }
                    continue;
                }
                _ => {}
            }
            return Some(Met::Value(range));
        }
    }
}

/// What a text in quotation marks says.
pub(super) fn unquoted(text: &str) -> Option<Cow<'_, str>> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str::<String>(text).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// Where the value stands that some steps lead to, or the nearest one on the way that exists.
#[must_use]
pub fn find(text: &str, way: &[Step]) -> Range<usize> {
    let mut best: (usize, Range<usize>) = (0, 0..0);
    let mut walk = Walk::of(text);
    while let Some(met) = walk.next() {
        let Met::Value(range) = met else { continue };
        if let Some(depth) = walk.follows(way)
            && (depth > best.0 || best.1.is_empty())
        {
            best = (depth, range);
            if depth == way.len() {
                break;
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        r#"{"nodes": [{"id": "a\"b", "routes": [{"target": "x"}]}, {"id": "c"}], "frames": {"c": {"x": 1}}}"#;

    fn found(way: &[Step]) -> &'static str {
        TEXT.get(find(TEXT, way)).unwrap()
    }

    #[test]
    fn steps_lead_to_a_value_or_near_it() {
        let nodes = |rest: &[Step]| [&[Step::from("nodes"), Step::from(0)], rest].concat();
        assert_eq!(found(&nodes(&["routes".into(), 0.into(), "target".into()])), "\"x\"");
        assert_eq!(found(&nodes(&["id".into()])), r#""a\"b""#);
        assert_eq!(found(&nodes(&["cidr".into()])), "{", "what is missing is missing in its object");
        assert_eq!(found(&["frames".into(), "c".into(), "x".into()]), "1");
        assert_eq!(found(&[]), "{");
    }

    #[test]
    fn a_text_without_its_end_ends_with_the_line() {
        let pieces: Vec<Piece> =
            Pieces::of("{\"a\": \"b\n\"c\" tru 1e5 -}").map(|(piece, _)| piece).collect();
        use Piece::{Key, Mark, Number, Text, Wrong};
        assert_eq!(pieces, [Mark, Key, Mark, Wrong, Text, Wrong, Number, Wrong, Mark]);
    }
}
