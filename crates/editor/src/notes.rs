//! Notes on the drawing: placing, writing, moving, copying, and what they are called. They are selected,
//! moved, copied and deleted together with components, and never part of what is simulated.

use std::collections::BTreeMap;
use std::sync::Arc;

use hopscope_aws::{Document, Id, Note, NoteKind};
use indexmap::IndexMap;

use crate::command::Draft;
use crate::outline::Row;
use crate::tree;

/// Letters of a note that stand for it in labels and rows.
const SHORT: usize = 40;
/// How far a copy stands from its original.
const ASIDE: f32 = 24.0;

/// What a kind of note is called in the middle of a sentence.
#[must_use]
pub fn noun(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Text => "note",
        NoteKind::Callout => "callout",
        NoteKind::Area => "frame",
        NoteKind::Arrow => "arrow",
    }
}

/// The first words of a note; empty where it says nothing yet.
#[must_use]
pub fn short(note: &Note) -> String {
    let line = note.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    let mut out: String = line.chars().filter(|c| !c.is_control()).take(SHORT).collect();
    if line.chars().count() > SHORT {
        out.push('…');
    }
    out
}

/// What a note is called in labels (`note "Public tier"`).
#[must_use]
pub fn title(note: &Note) -> String {
    match short(note) {
        empty if empty.is_empty() => noun(note.kind).to_owned(),
        text => format!("{} \"{text}\"", noun(note.kind)),
    }
}

/// What a screen reader says about a note.
#[must_use]
pub fn spoken(document: &Document, note: &Note) -> String {
    let text = short(note);
    let what = if text.is_empty() {
        format!("empty {}", noun(note.kind))
    } else {
        format!("{text}, {}", noun(note.kind))
    };
    match about(document, note) {
        Some(name) => format!("{what}, about {name}"),
        None => what,
    }
}

/// The name of what a note is about.
fn about<'a>(document: &'a Document, note: &Note) -> Option<&'a str> {
    document.node(note.about.as_ref()?).map(|node| node.label())
}

/// Lines of the outline, after the components of the top level.
pub(crate) fn rows(document: &Document, before: usize, siblings: usize) -> impl Iterator<Item = Row> + '_ {
    document.notes.values().enumerate().map(move |(n, note)| {
        let text = short(note);
        let position = before + n + 1;
        Row {
            id: note.id.clone(),
            kind: "note",
            label: if text.is_empty() { format!("Empty {}", noun(note.kind)) } else { text },
            detail: about(document, note).map_or_else(String::new, |name| format!("about {name}")),
            level: 1,
            position,
            siblings,
            has_children: false,
            spoken: format!("{}, {position} of {siblings}", spoken(document, note)),
        }
    })
}

/// Adds a note. What is about nothing that is here stands by itself.
pub(crate) fn place(
    draft: &mut Draft,
    kind: NoteKind,
    about: Option<Id>,
    at: Option<(f32, f32)>,
    size: Option<(f32, f32)>,
) -> Result<Id, String> {
    let about = about.filter(|id| draft.document().nodes.contains_key(id));
    if kind == NoteKind::Callout && about.is_none() {
        return Err("A callout points to a component. Choose one for it.".to_owned());
    }
    let (x, y) = at.unwrap_or(match kind {
        NoteKind::Text | NoteKind::Callout => (0.0, -72.0),
        NoteKind::Area => (-16.0, -16.0),
        NoteKind::Arrow => (-128.0, 24.0),
    });
    let (w, h) = size.unwrap_or_default();
    let id = draft.document().fresh_id("note");
    draft.put_note(Note { id: id.clone(), kind, about, x, y, w, h, ..Note::default() });
    Ok(id)
}

/// Replaces a note.
pub(crate) fn set(draft: &mut Draft, note: &Note) -> Result<String, String> {
    if !draft.document().notes.contains_key(&note.id) {
        return Err(format!("There is no note \"{}\".", note.id));
    }
    let known = note.about.as_ref().is_none_or(|id| draft.document().nodes.contains_key(id));
    if note.kind == NoteKind::Callout && note.about.is_none() {
        return Err("A callout points to a component. Make it a note first.".to_owned());
    }
    if !known {
        return Err("A note is about a component that is drawn, or about none.".to_owned());
    }
    draft.put_note(note.clone());
    Ok(format!("Change {}", title(note)))
}

fn change(draft: &mut Draft, id: &Id, act: impl FnOnce(&mut Note)) -> bool {
    let Some(mut note) = draft.document().notes.get(id).map(|note| (**note).clone()) else { return false };
    act(&mut note);
    draft.put_note(note);
    true
}

/// Moves a note; says whether there is one.
pub(crate) fn shift(draft: &mut Draft, id: &Id, x: f32, y: f32) -> bool {
    change(draft, id, |note| (note.x, note.y) = (x, y))
}

/// Gives a note another size; an arrow another end.
pub(crate) fn resize(draft: &mut Draft, id: &Id, w: f32, h: f32) -> String {
    change(draft, id, |note| {
        let arrow = note.kind == NoteKind::Arrow;
        (note.w, note.h) = if arrow { (w, h) } else { (w.max(0.0), h.max(0.0)) };
    });
    draft.document().notes.get(id).map_or_else(String::new, |note| format!("Resize {}", title(note)))
}

/// Deletes components and notes. Notes about what is gone go with it.
pub(crate) fn delete(draft: &mut Draft, ids: &[Id]) -> Result<String, String> {
    let before = draft.document().nodes.clone();
    let notes: Vec<Id> = ids.iter().filter(|id| draft.document().notes.contains_key(*id)).cloned().collect();
    let nodes: Vec<Id> = ids.iter().filter(|id| !notes.contains(id)).cloned().collect();
    let alone = format!("Delete {}", tree::summary(draft.document(), &notes));
    let label = if notes.is_empty() || nodes.iter().any(|id| draft.document().nodes.contains_key(id)) {
        let label = tree::delete(draft, &nodes)?;
        if notes.is_empty() { label } else { format!("Delete {} things", ids.len()) }
    } else {
        alone
    };
    for id in &notes {
        draft.remove_note(id);
    }
    let gone = |about: &Id| before.contains_key(about) && !draft.document().nodes.contains_key(about);
    let lost = draft.document().notes.values().filter(|note| note.about.as_ref().is_some_and(gone));
    let lost: Vec<Id> = lost.map(|note| note.id.clone()).collect();
    for id in &lost {
        draft.remove_note(id);
    }
    Ok(label)
}

/// Notes that are copied with some components: those chosen, and those about what is copied.
pub(crate) fn of(document: &Document, nodes: &[Id], chosen: &[Id]) -> IndexMap<Id, Arc<Note>> {
    let wanted =
        |note: &Note| chosen.contains(&note.id) || note.about.as_ref().is_some_and(|id| nodes.contains(id));
    let notes = document.notes.iter().filter(|(_, note)| wanted(note));
    notes.map(|(id, note)| (id.clone(), Arc::clone(note))).collect()
}

/// A note that is about nothing any more.
pub(crate) fn alone(note: &Note) -> Note {
    let kind = if note.kind == NoteKind::Callout { NoteKind::Text } else { note.kind };
    Note { about: None, kind, ..note.clone() }
}

/// Inserts copied notes: about the copies where there are some, aside otherwise.
pub(crate) fn insert(draft: &mut Draft, fragment: &Document, new_ids: &BTreeMap<Id, Id>) -> Vec<Id> {
    let mut made = Vec::new();
    for note in fragment.notes.values() {
        let id = draft.document().fresh_id("note");
        let mut copy = Note { id: id.clone(), ..(**note).clone() };
        match note
            .about
            .as_ref()
            .map(|about| (new_ids.get(about), draft.document().nodes.contains_key(about)))
        {
            Some((Some(about), _)) => copy.about = Some(about.clone()),
            other => {
                (copy.x, copy.y) = (note.x + ASIDE, note.y + ASIDE);
                if !matches!(other, Some((None, true))) {
                    copy = alone(&copy);
                }
            }
        }
        draft.put_note(copy);
        made.push(id);
    }
    made
}
