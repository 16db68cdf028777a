//! What a person can ask for, and what the page must do about it: both plain data.

use hopscope_aws::{Document, Flow, Frame, Id, Note, NoteKind};
use serde_json::Value;

use crate::arrange::{Arrangement, Laid};
use crate::command::Command;

/// Something a person asks the session to do.
///
/// `coalesce` is true while a gesture lasts (a drag, typing in one cell): such changes share one
/// history entry until [`Intent::EndGesture`] or another change. Positions are relative to the
/// parent's top-left corner, as in [`Frame`].
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Put a new component somewhere; missing parents are made too.
    Place {
        /// Kind slug (`vpc`).
        kind: String,
        /// What was clicked; `None` is the empty canvas.
        parent: Option<Id>,
        /// The zone band that was clicked, for subnets.
        zone: Option<Id>,
        /// Where; `None` lets the layout decide.
        at: Option<(f32, f32)>,
    },
    /// Take a suggested next act ([`crate::place::chips`]).
    Chip {
        /// The component the chip belongs to.
        node: Id,
        /// [`crate::place::Chip::key`].
        chip: String,
    },
    /// Connect two components ([`crate::connect::offers`]).
    Connect {
        /// Where the line starts.
        from: Id,
        /// Where it ends.
        to: Id,
        /// Keys of the items to create; `None` takes the pre-ticked ones.
        accept: Option<Vec<String>>,
    },
    /// Say what the document shows.
    DescribeDocument {
        /// The new text.
        text: String,
        /// Part of a lasting gesture.
        coalesce: bool,
    },
    /// Lift what refuses a flow ([`crate::mend::mends`]).
    Mend {
        /// The flow.
        flow: String,
        /// [`crate::mend::Mend::label`].
        label: String,
    },
    /// Put a note somewhere.
    PlaceNote {
        /// What it looks like.
        kind: NoteKind,
        /// The component it is about.
        about: Option<Id>,
        /// Where, relative to that component if there is one; `None` beside it.
        at: Option<(f32, f32)>,
        /// Its size; `None` is the usual one.
        size: Option<(f32, f32)>,
    },
    /// Replace the note with the same id.
    SetNote {
        /// The note.
        note: Note,
        /// Part of a lasting gesture.
        coalesce: bool,
    },
    /// Replace one field; `Null` restores the default.
    SetField {
        /// The component.
        id: Id,
        /// Field key.
        key: String,
        /// New value.
        value: Value,
        /// Part of a lasting gesture.
        coalesce: bool,
    },
    /// Rename a component.
    Rename {
        /// The component.
        id: Id,
        /// New name.
        name: String,
        /// Part of a lasting gesture.
        coalesce: bool,
    },
    /// Add a row to a table field (routes, rules, entries, addresses).
    AddRow {
        /// The component.
        id: Id,
        /// Field key.
        key: String,
        /// The row; `None` makes a sensible one.
        row: Option<Value>,
        /// Position; `None` appends.
        at: Option<usize>,
    },
    /// Change one cell of a table field.
    SetRow {
        /// The component.
        id: Id,
        /// Field key.
        key: String,
        /// Row, from 0.
        row: usize,
        /// Column key; empty where rows are plain texts.
        column: String,
        /// New value; `Null` clears the cell.
        value: Value,
        /// Part of a lasting gesture.
        coalesce: bool,
    },
    /// Move a row of a table field.
    MoveRow {
        /// The component.
        id: Id,
        /// Field key.
        key: String,
        /// Row to move, from 0.
        from: usize,
        /// Its new position.
        to: usize,
    },
    /// Remove a row of a table field.
    DeleteRow {
        /// The component.
        id: Id,
        /// Field key.
        key: String,
        /// Row, from 0.
        row: usize,
    },
    /// Append rows pasted from a spreadsheet or the AWS console ([`crate::rows::parse`]).
    PasteRows {
        /// The component.
        id: Id,
        /// Field key.
        key: String,
        /// What was pasted.
        text: String,
    },
    /// Put a component into another container; it is re-addressed there.
    SetParent {
        /// The component.
        id: Id,
        /// New container; `None` is the canvas.
        parent: Option<Id>,
        /// Where in it; `None` lets the layout decide.
        at: Option<(f32, f32)>,
    },
    /// Make a subnet of exactly that block ([`crate::space::sizes`]).
    Carve {
        /// The VPC.
        vpc: Id,
        /// The block.
        block: String,
        /// Its zone; `None` takes the one with the fewest subnets.
        zone: Option<Id>,
    },
    /// Split a subnet into two halves; the selection's if none is given.
    Split {
        /// The subnet.
        id: Option<Id>,
    },
    /// Join a subnet with its other half, which may be free; the selected one if none is given.
    Join {
        /// The subnet.
        id: Option<Id>,
    },
    /// Put a subnet into another Availability Zone.
    SetZone {
        /// The subnet.
        id: Id,
        /// The zone.
        zone: Option<Id>,
    },
    /// Move things to new positions inside their parents.
    Move {
        /// Id, left, top.
        moves: Vec<(Id, f32, f32)>,
        /// Part of a lasting gesture.
        coalesce: bool,
    },
    /// Pin a box's place and size.
    Resize {
        /// The component.
        id: Id,
        /// Its new frame.
        frame: Frame,
        /// Part of a lasting gesture.
        coalesce: bool,
    },
    /// Move the selection by keys. Consecutive nudges share one history entry.
    Nudge {
        /// Where the selected things are now, as laid out: id, left, top.
        origins: Vec<(Id, f32, f32)>,
        /// To the right.
        dx: f32,
        /// Down.
        dy: f32,
    },
    /// Put several things in a line, or spread them evenly ([`crate::arrange`]).
    Arrange {
        /// How.
        how: Arrangement,
        /// What, as it is laid out now.
        laid: Vec<Laid>,
    },
    /// Tidy what was moved by hand without moving it far; everything else is placed by the layout
    /// anyway.
    Straighten {
        /// What was moved by hand, as it is laid out now.
        laid: Vec<Laid>,
    },
    /// Forget positions chosen by hand, so that the layout decides again.
    Tidy {
        /// Only inside this container; `None` for everything.
        id: Option<Id>,
    },
    /// Delete components with everything inside them; the selection if empty.
    Delete {
        /// What to delete.
        ids: Vec<Id>,
    },
    /// Duplicate components with everything inside them; the selection if empty.
    Duplicate {
        /// What to duplicate.
        ids: Vec<Id>,
    },
    /// Put components on the clipboard as text; the selection if empty.
    Copy {
        /// What to copy.
        ids: Vec<Id>,
    },
    /// Copy, then delete; the selection if empty.
    Cut {
        /// What to cut.
        ids: Vec<Id>,
    },
    /// Insert what [`Intent::Copy`] made, here or in another document.
    Paste {
        /// Text of the clipboard.
        text: String,
        /// Container to paste into; `None` chooses one.
        parent: Option<Id>,
    },
    /// Take a component out of service, or put it back.
    Fail {
        /// The component; what is selected if none.
        id: Option<Id>,
        /// The row that fails by itself (a tunnel); all of them if none.
        row: Option<usize>,
        /// Out of service; `None` turns it over.
        down: Option<bool>,
    },
    /// Put everything back into service.
    RestoreAll,
    /// Select components; not history.
    Select {
        /// The new selection, the primary one last.
        ids: Vec<Id>,
    },
    /// One step back.
    Undo,
    /// One step forward again.
    Redo,
    /// To any entry of [`crate::History::labels`].
    Jump(usize),
    /// The gesture is over: the next change gets a history entry of its own.
    EndGesture,
    /// Add a flow; an empty id is chosen.
    AddFlow {
        /// The flow.
        flow: Flow,
    },
    /// Replace the flow with the same id.
    SetFlow {
        /// The flow.
        flow: Flow,
        /// Part of a lasting gesture.
        coalesce: bool,
    },
    /// Remove a flow.
    RemoveFlow {
        /// Its id.
        id: String,
    },
    /// Expect of a flow what it does now, or nothing any more.
    ExpectActual {
        /// Its id.
        id: String,
        /// Set the expectation, or clear it.
        on: bool,
    },
    /// Open another document; the history starts anew.
    LoadDocument {
        /// The document.
        document: Box<Document>,
    },
    /// Replace everything as one step that can be undone (import).
    ReplaceDocument {
        /// The document.
        document: Box<Document>,
        /// Label in the history.
        label: String,
    },
    /// Do what was typed into the text of the document ([`crate::text_view::TextView::read`]).
    Write {
        /// What that changes.
        command: Box<Command>,
    },
    /// Rename the document.
    RenameDocument {
        /// New title.
        name: String,
        /// Part of a lasting gesture.
        coalesce: bool,
    },
    /// Save the document as a file.
    Download,
}

impl Intent {
    /// Whether it may change the document; looking, selecting and copying do not.
    #[must_use]
    pub fn edits(&self) -> bool {
        // Every intent is named, so that a new one says what it is.
        match self {
            Self::Copy { .. } | Self::Select { .. } | Self::EndGesture | Self::Download => false,
            Self::Place { .. }
            | Self::Chip { .. }
            | Self::Connect { .. }
            | Self::DescribeDocument { .. }
            | Self::Mend { .. }
            | Self::SetField { .. }
            | Self::Rename { .. }
            | Self::AddRow { .. }
            | Self::SetRow { .. }
            | Self::MoveRow { .. }
            | Self::DeleteRow { .. }
            | Self::PasteRows { .. }
            | Self::SetParent { .. }
            | Self::Carve { .. }
            | Self::Split { .. }
            | Self::Join { .. }
            | Self::SetZone { .. }
            | Self::Move { .. }
            | Self::Resize { .. }
            | Self::Nudge { .. }
            | Self::Arrange { .. }
            | Self::Straighten { .. }
            | Self::Tidy { .. }
            | Self::Delete { .. }
            | Self::Duplicate { .. }
            | Self::Cut { .. }
            | Self::Paste { .. }
            | Self::Fail { .. }
            | Self::RestoreAll
            | Self::Undo
            | Self::Redo
            | Self::Jump(_)
            | Self::AddFlow { .. }
            | Self::SetFlow { .. }
            | Self::RemoveFlow { .. }
            | Self::ExpectActual { .. }
            | Self::LoadDocument { .. }
            | Self::ReplaceDocument { .. }
            | Self::RenameDocument { .. }
            | Self::PlaceNote { .. }
            | Self::SetNote { .. }
            | Self::Write { .. } => true,
        }
    }
}

/// Something the page must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The document changed: tell [`crate::autosave::Autosave`].
    Save,
    /// Say it politely, latest wins.
    Announce(String),
    /// Say it at once: something was refused or would be lost.
    Alert(String),
    /// Say that this document is only looked at, and how to get one to change.
    Refuse,
    /// Show a sentence about what was done; nothing is wrong.
    Remark(String),
    /// Move keyboard focus to that component.
    Focus(Id),
    /// Open the text of that note.
    EditNote(Id),
    /// Show that flow.
    ShowFlow(String),
    /// Put text on the clipboard.
    Copy(String),
    /// Offer a file.
    Download {
        /// File name.
        name: String,
        /// Its content.
        text: String,
    },
}
