//! A text by its lines, and which of them tell of which component.

use std::ops::Range;

use hopscope_aws::Id;

use super::scan::{Met, Walk, unquoted};

/// What a part of the text tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A component, the frame of one, or a note.
    Component(Id),
    /// A flow.
    Flow(String),
}

#[derive(Clone, Debug, PartialEq)]
struct Span {
    owner: Owner,
    /// First and last line.
    lines: (usize, usize),
}

/// A place in the text: line and column from 0, columns in UTF-16 units as pages count them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// A text with its lines and spans.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    text: String,
    /// Where each line starts, in bytes and in UTF-16 units.
    starts: Vec<(usize, usize)>,
    /// Parts in the order of the text.
    spans: Vec<Span>,
    longest: usize,
}

impl Lines {
    /// Reads a text.
    #[must_use]
    pub fn of(text: String) -> Self {
        let mut starts = vec![(0, 0)];
        let (mut units, mut longest, mut begun) = (0, 0, 0);
        for (at, c) in text.char_indices() {
            units += c.len_utf16();
            if c == '\n' {
                longest = longest.max(units - begun);
                begun = units;
                starts.push((at + 1, units));
            }
        }
        longest = longest.max(units - begun);
        let mut lines = Self { starts, longest, spans: Vec::new(), text };
        lines.spans = lines.spans();
        lines
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Units of the longest line.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// A line without its end; empty beyond the last one.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let text = self.text.get(self.bytes(line)).unwrap_or("");
        text.trim_end_matches(['\n', '\r'])
    }

    /// The byte a line starts at; the end of the text beyond the last line.
    #[must_use]
    pub fn start(&self, line: usize) -> usize {
        self.bytes(line).start
    }

    fn bytes(&self, line: usize) -> Range<usize> {
        let start = self.starts.get(line).map_or(self.text.len(), |start| start.0);
        start..self.starts.get(line + 1).map_or(self.text.len(), |start| start.0)
    }

    /// The line of a byte.
    #[must_use]
    pub fn line_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| start.0 <= byte).saturating_sub(1)
    }

    /// The place of a byte.
    #[must_use]
    pub fn place_of(&self, byte: usize) -> Place {
        let line = self.line_of(byte);
        let start = self.starts.get(line).map_or(0, |start| start.0);
        let before = self.text.get(start..byte.min(self.text.len())).unwrap_or("");
        Place { line, column: before.encode_utf16().count() }
    }

    /// The place of a unit, as pages count the characters of a text.
    #[must_use]
    pub fn place_of_unit(&self, unit: usize) -> Place {
        let line = self.starts.partition_point(|start| start.1 <= unit).saturating_sub(1);
        let start = self.starts.get(line).map_or(0, |start| start.1);
        Place { line, column: unit - start.min(unit) }
    }

    /// The unit of a place; at the end of its line where the line is shorter.
    #[must_use]
    pub fn unit_of(&self, place: Place) -> usize {
        let last = self.count().saturating_sub(1);
        let line = place.line.min(last);
        let start = self.starts.get(line).map_or(0, |start| start.1);
        start + place.column.min(self.line(line).encode_utf16().count())
    }

    /// What a line tells of.
    #[must_use]
    pub fn owner(&self, line: usize) -> Option<&Owner> {
        let at = self.spans.partition_point(|span| span.lines.1 < line);
        self.spans.get(at).filter(|span| span.lines.0 <= line).map(|span| &span.owner)
    }

    /// First and last line of every part that tells of something.
    pub fn parts<'a>(&'a self, owner: &'a Owner) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.spans.iter().filter(move |span| span.owner == *owner).map(|span| span.lines)
    }

    /// Parts in lists of things with ids, and members named by one.
    fn spans(&self) -> Vec<Span> {
        let mut out = Vec::new();
        let mut walk = Walk::of(&self.text);
        // What is open at the second level: where it began, and its id once that was met.
        let mut begun: Option<(usize, Option<String>)> = None;
        while let Some(met) = walk.next() {
            match met {
                Met::Value(range) if walk.depth() == 2 => {
                    let start = walk.key_start().unwrap_or(range.start);
                    let id = walk.key(1).map(|key| key.into_owned());
                    begun = Some((start, id));
                }
                Met::Value(range) if walk.depth() == 3 && walk.key(2).as_deref() == Some("id") => {
                    let id = self.text.get(range).and_then(unquoted);
                    if let (Some((_, slot @ None)), Some(id)) = (&mut begun, id) {
                        *slot = Some(id.into_owned());
                    }
                }
                Met::End(end) if walk.depth() == 2 => {
                    let Some((start, Some(id))) = begun.take() else { continue };
                    let owner = match walk.key(0).as_deref() {
                        Some("nodes" | "frames" | "notes") => Owner::Component(Id::from(id)),
                        Some("flows") => Owner::Flow(id),
                        _ => continue,
                    };
                    let lines = (self.line_of(start), self.line_of(end.saturating_sub(1)));
                    out.push(Span { owner, lines });
                }
                _ => {}
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_as_pages_do() {
        let lines = Lines::of("é🦀\nab".to_owned());
        assert_eq!(lines.count(), 2);
        assert_eq!(lines.place_of(6), Place { line: 0, column: 3 });
        assert_eq!(lines.place_of_unit(5), Place { line: 1, column: 1 });
        assert_eq!(lines.unit_of(Place { line: 1, column: 9 }), 6);
        assert_eq!(lines.unit_of(Place { line: 9, column: 0 }), 4);
        assert_eq!(lines.line(1), "ab");
        assert_eq!(lines.line(2), "");
        assert_eq!(lines.longest(), 4);
    }

    #[test]
    fn lines_tell_of_components_their_frames_and_flows() {
        let text = "{\n \"nodes\": [\n  {\n   \"kind\": \"vpc\",\n   \"id\": \"v\"\n  },\n  {\"id\": \"w\"}\n ],\n \"flows\": [\n  {\"id\": \"f\"}\n ],\n \"frames\": {\n  \"v\": {\n   \"x\": 1\n  }\n }\n}";
        let lines = Lines::of(text.to_owned());
        let v = Owner::Component("v".into());
        assert_eq!(lines.parts(&v).collect::<Vec<_>>(), [(2, 5), (12, 14)]);
        assert_eq!(lines.owner(3), Some(&v));
        assert_eq!(lines.owner(6), Some(&Owner::Component("w".into())));
        assert_eq!(lines.owner(7), None);
        assert_eq!(lines.owner(9), Some(&Owner::Flow("f".into())));
        assert_eq!(lines.owner(13), Some(&v));
    }
}
