//! The document as text beside the picture: what is shown, what of it is understood, and what a change
//! of it means. Knows nothing of how it is drawn.

mod diff;
mod lines;
mod scan;

use std::ops::Range;
use std::rc::Rc;

use hopscope_aws::document::LoadError;
use hopscope_aws::{Document, Step};

pub use diff::diff;
pub use lines::{Lines, Owner, Place};
pub use scan::{Piece, Pieces, find};

use crate::command::Command;
use crate::session::same;

/// Largest text that is shown and edited, in bytes: some five thousand components.
pub const MAX_TEXT: usize = 2 * 1024 * 1024;

/// The space a new line begins with after a line that was written so far: as much as that one, and more
/// inside a bracket it opens.
#[must_use]
pub fn indent(before: &str) -> String {
    let mut space: String = before.chars().take_while(|c| matches!(c, ' ' | '\t')).take(200).collect();
    if before.trim_end().ends_with(['{', '[']) {
        space.push_str("  ");
    }
    space
}

/// Why the text is not a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is found out.
    pub place: Place,
    /// The bytes concerned; empty where something is missing.
    pub range: Range<usize>,
    /// What the parser says of JSON, or where in the document and what is wrong.
    pub what: What,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is not JSON: the parser's words.
    Json(String),
    /// A member of the document is not what it should be: which, and why.
    Member(String, String),
    /// It is no document of this version.
    Other(String),
}

/// Something that is understood but not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// Where it stands.
    pub place: Place,
    /// The member.
    pub member: String,
    /// The kind that has no such field; none at the top.
    pub kind: Option<&'static str>,
}

/// The text of an open document.
#[derive(Clone, Debug)]
pub struct TextView {
    lines: Rc<Lines>,
    /// The document the text said last.
    said: Rc<Document>,
    problem: Option<Problem>,
    ignored: Option<Ignored>,
    /// Something was typed that has not been read.
    unread: bool,
}

impl TextView {
    /// The text of a document.
    #[must_use]
    pub fn new(document: &Rc<Document>) -> Self {
        Self {
            lines: Rc::new(Lines::of(document.to_json())),
            said: Rc::clone(document),
            problem: None,
            ignored: None,
            unread: false,
        }
    }

    /// The text.
    #[must_use]
    pub fn lines(&self) -> &Rc<Lines> {
        &self.lines
    }

    /// Why it is not understood.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// What of it is not kept.
    #[must_use]
    pub fn ignored(&self) -> Option<&Ignored> {
        self.ignored.as_ref()
    }

    /// Whether there is text that no document holds yet.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        self.unread || self.problem.is_some()
    }

    /// Somebody typed: this is the whole text now. [`TextView::read`] says what it means.
    pub fn typed(&mut self, text: String) {
        if *text != *self.lines.text() {
            self.lines = Rc::new(Lines::of(text));
            self.unread = true;
        }
    }

    /// Reads what was typed. The command, if any, turns what the text said before into what it says now;
    /// what was changed elsewhere in the meantime is left alone by it.
    pub fn read(&mut self) -> Option<Command> {
        if !std::mem::take(&mut self.unread) {
            return None;
        }
        match Document::from_json(self.lines.text().as_bytes()) {
            Err(error) => {
                self.problem = Some(problem(&self.lines, &error));
                self.ignored = None;
                None
            }
            Ok(document) => {
                self.problem = None;
                let command = diff(&self.said, &document);
                if let Some(command) = &command {
                    self.said = command.apply(&self.said);
                }
                self.ignored = ignored(&self.lines, &self.said);
                command
            }
        }
    }

    /// The open document is this one now. Says whether the text was written anew: it is left alone where it
    /// says the same already, and while it holds something nobody else has.
    pub fn follow(&mut self, document: &Rc<Document>) -> bool {
        if self.is_ahead() || Rc::ptr_eq(&self.said, document) {
            return false;
        }
        if same(&self.said, document) {
            self.said = Rc::clone(document);
            return false;
        }
        *self = Self::new(document);
        true
    }

    /// Gives up what was typed for what the open document says.
    pub fn put_back(&mut self, document: &Rc<Document>) {
        *self = Self::new(document);
    }

    /// Where a place goes when the text was written anew: to the same line of the same thing if there
    /// is one.
    #[must_use]
    pub fn carry(before: &Lines, now: &Lines, place: Place) -> Place {
        let owner = before.owner(place.line);
        let part = |lines: &Lines, nth: usize| owner.and_then(|owner| lines.parts(owner).nth(nth));
        let nth = owner.and_then(|owner| {
            before.parts(owner).position(|(first, last)| (first..=last).contains(&place.line))
        });
        let found = nth.and_then(|nth| Some((part(before, nth)?, part(now, nth).or_else(|| part(now, 0))?)));
        let line = match found {
            Some((old, new)) => (new.0 + place.line.saturating_sub(old.0)).min(new.1),
            None => place.line.min(now.count().saturating_sub(1)),
        };
        Place { line, column: place.column }
    }
}

fn problem(lines: &Lines, error: &LoadError) -> Problem {
    let at = |range: Range<usize>, what: What| Problem { place: lines.place_of(range.start), range, what };
    match error {
        LoadError::NotJson { problem, line, column } => {
            // The parser counts bytes of the line, from 1; 0 is before the line.
            let start = (0..lines.count()).nth(line.saturating_sub(1)).map_or(lines.text().len(), |line| {
                let text = lines.line(line);
                let mut to = column.saturating_sub(1).min(text.len());
                while !text.is_char_boundary(to) {
                    to -= 1;
                }
                lines.start(line) + to
            });
            let end =
                lines.text().get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            at(start..start + end, What::Json(problem.clone()))
        }
        LoadError::Member { place, problem, at: way } => {
            at(find(lines.text(), way), What::Member(place.clone(), problem.clone()))
        }
        LoadError::WrongKind { problem, .. } => at(find(lines.text(), &[]), What::Other(problem.clone())),
        LoadError::Version { .. } | LoadError::TooLarge { .. } | LoadError::NotText { .. } => {
            at(find(lines.text(), &["hopscope".into()]), What::Other(error.to_string()))
        }
    }
}

/// The first member that no document keeps: most often a name that was misspelt.
fn ignored(lines: &Lines, document: &Document) -> Option<Ignored> {
    let value = serde_json::from_str::<serde_json::Value>(lines.text()).ok()?;
    let top = value.as_object()?;
    let found = |way: &[Step], member: &str, kind| {
        let range = find(lines.text(), way);
        Some(Ignored { place: lines.place_of(range.start), member: member.to_owned(), kind })
    };
    const TOP: [&str; 7] = ["hopscope", "name", "description", "nodes", "flows", "frames", "notes"];
    if let Some(member) = top.keys().find(|key| !TOP.contains(&key.as_str())) {
        return found(&[member.as_str().into()], member, None);
    }
    for (entry, value) in top.get("nodes")?.as_array()?.iter().enumerate() {
        let members = value.as_object()?;
        let Some(node) = members.get("id").and_then(|id| document.node(id.as_str()?)) else { continue };
        let spec = node.config.spec();
        if spec.kind == "unmodelled" {
            continue;
        }
        let own = |key: &str| ["id", "kind", "name", "parent"].contains(&key);
        let known = |key: &str| own(key) || spec.fields.iter().any(|field| field.key == key);
        if let Some(member) = members.keys().find(|key| !known(key)) {
            return found(&["nodes".into(), entry.into(), member.as_str().into()], member, Some(spec.kind));
        }
    }
    None
}
