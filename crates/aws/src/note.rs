//! Notes on a drawing: text, callouts, frames and arrows of the author. The network knows nothing of
//! them.

use hopscope_forward::Id;
use serde::{Deserialize, Serialize};

/// Most notes a document may hold.
pub const MAX_NOTES: usize = 500;
/// Longest text of a note, in characters.
pub const MAX_NOTE: usize = 2_000;
/// Farthest that a note may stand or reach, in canvas units.
const FAR: f32 = 1e6;

/// What a note looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Text on a sheet.
    #[default]
    Text,
    /// Text with a line to a component.
    Callout,
    /// A frame round an area, with a heading.
    Area,
    /// An arrow, with a few words.
    Arrow,
}

/// Something the author remarks. Places are relative to the top left corner of the component it is about,
/// if it is about one: it moves with that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Note {
    /// Stable id, unique among components and notes.
    pub id: Id,
    /// What it looks like.
    pub kind: NoteKind,
    /// Plain text; lines are kept.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Id of the component it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Id>,
    /// Left edge, or where an arrow starts.
    pub x: f32,
    /// Top edge, or where an arrow starts.
    pub y: f32,
    /// Width, or how far an arrow goes to the right; 0 is the usual one.
    #[serde(skip_serializing_if = "is_zero")]
    pub w: f32,
    /// Height, or how far an arrow goes down; 0 is the usual one.
    #[serde(skip_serializing_if = "is_zero")]
    pub h: f32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_zero(value: &f32) -> bool {
    *value == 0.0
}

impl Default for Note {
    fn default() -> Self {
        Self {
            id: Id::from(""),
            kind: NoteKind::Text,
            text: String::new(),
            about: None,
            x: 0.0,
            y: 0.0,
            w: 0.0,
            h: 0.0,
        }
    }
}

impl Note {
    /// The note within what a document may hold: bounded text, places that a file can say.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        let sane = |value: f32| if value.is_finite() { value.clamp(-FAR, FAR) } else { 0.0 };
        (self.x, self.y, self.w, self.h) = (sane(self.x), sane(self.y), sane(self.w), sane(self.h));
        if let Some((end, _)) = self.text.char_indices().nth(MAX_NOTE) {
            self.text.truncate(end);
        }
        self
    }
}
