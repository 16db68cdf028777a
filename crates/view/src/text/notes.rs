//! Words of notes on the drawing.

use hopscope_aws::{Document, Note, NoteKind};

/// The tool.
pub const TOOL: &str = "Note";
/// Adds one from the command palette.
pub const ADD: &str = "Add a note";
/// What it is to a screen reader.
pub const ROLE: &str = "Note";
/// Which of them is placed.
pub const KINDS: &str = "What is placed";
/// The field of its text.
pub const TEXT: &str = "Text of the note";
/// Nothing is written yet.
pub const PLACEHOLDER: &str = "Write a note";
/// How the field is left.
pub const FIELD_HELP: &str = "Escape puts the old text back, Control Enter is done.";
/// The component it is about.
pub const ABOUT: &str = "About";
/// About none.
pub const ABOUT_NOTHING: &str = "Nothing: it stands by itself";
/// Its look.
pub const KIND: &str = "Look";
/// Heading of the panel.
pub const PANEL: &str = "Note";
/// What notes are for.
pub const PANEL_HELP: &str =
    "Notes are saved, exported and printed with the drawing. Packets know nothing of them.";
/// Removes it.
pub const DELETE: &str = "Delete the note";
/// Left edge.
pub const LEFT: &str = "Left";
/// Top edge.
pub const TOP: &str = "Top";
/// Width.
pub const WIDTH: &str = "Width (0 is the usual)";
/// Height.
pub const HEIGHT: &str = "Height (0 is the usual)";

/// Every kind with its name, in the order of choice.
pub const ALL: [(NoteKind, &str); 4] = [
    (NoteKind::Text, "Note"),
    (NoteKind::Callout, "Callout"),
    (NoteKind::Area, "Frame"),
    (NoteKind::Arrow, "Arrow"),
];

/// What the tool waits for.
#[must_use]
pub fn waiting(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Text => "Click where the note should stand.",
        NoteKind::Callout => "Click the component the callout points to.",
        NoteKind::Area => "Click where the frame should begin, or what it should surround.",
        NoteKind::Arrow => "Click where the arrow should begin, or what it should point to.",
    }
}

/// What a screen reader says about a note on the map.
#[must_use]
pub fn name(document: &Document, note: &Note) -> String {
    let kind = ALL.iter().find(|(kind, _)| *kind == note.kind).map_or("", |(_, name)| name);
    let text: String = note.text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    let text = text.replace('\n', " ");
    let about = note.about.as_ref().and_then(|id| document.node(id));
    let what = match about {
        Some(node) => format!("{kind} about {}", node.label()),
        None => kind.to_owned(),
    };
    if text.trim().is_empty() { format!("{what}, empty") } else { format!("{what}: {}", text.trim()) }
}
