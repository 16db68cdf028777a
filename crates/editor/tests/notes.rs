//! Notes: placed, written, moved, copied and deleted with the rest, and never part of the simulation.

use hopscope_aws::{Document, Id, Network, Note, NoteKind};
use hopscope_editor::{Effect, Intent, Session, outline, starters};
use proptest::prelude::*;
use serde_json::json;

fn desk() -> Session {
    Session::new(starters()[0].document().unwrap())
}

fn instance(session: &Session) -> Id {
    session.document().nodes.values().find(|node| node.kind() == "instance").unwrap().id.clone()
}

fn place(session: &mut Session, kind: NoteKind, about: Option<Id>) -> Id {
    let effects = session.update(Intent::PlaceNote { kind, about, at: Some((8.0, 16.0)), size: None });
    let id = session.selection().last().cloned().unwrap();
    assert!(effects.contains(&Effect::EditNote(id.clone())), "{effects:?}");
    id
}

fn write(session: &mut Session, id: &Id, text: &str) {
    let note = Note { text: text.into(), ..(*session.document().notes[id]).clone() };
    session.update(Intent::SetNote { note, coalesce: true });
}

#[test]
fn a_note_is_written_saved_and_undone() {
    let mut session = desk();
    let before = session.document().to_json();
    assert!(!before.contains("\"notes\""), "written only where there are some");
    let id = place(&mut session, NoteKind::Text, None);
    write(&mut session, &id, "Public");
    write(&mut session, &id, "Public tier\nsecond line");
    assert_eq!(session.history().undo_label(), Some("Change note \"Public tier\""));
    let read = Document::from_json(session.document().to_json().as_bytes()).unwrap();
    assert_eq!(read.notes, session.document().notes);
    assert_eq!(read.notes[&id].text, "Public tier\nsecond line");
    session.update(Intent::Undo);
    assert_eq!(session.document().notes[&id].text, "", "one burst, one step");
    session.update(Intent::Undo);
    assert_eq!(session.document().to_json(), before);
}

#[test]
fn packets_know_nothing_of_notes() {
    let mut session = desk();
    let before: Vec<_> = session.traces().values().map(|trace| format!("{trace:?}")).collect();
    let about = instance(&session);
    for kind in [NoteKind::Text, NoteKind::Callout, NoteKind::Area, NoteKind::Arrow] {
        let id = place(&mut session, kind, Some(about.clone()));
        write(&mut session, &id, "0.0.0.0/0 deny everything");
    }
    let after: Vec<_> = session.traces().values().map(|trace| format!("{trace:?}")).collect();
    assert_eq!(before, after);
    assert_eq!(
        Network::build(session.document()).diagnostics(),
        Network::build(&starters()[0].document().unwrap()).diagnostics()
    );
}

#[test]
fn a_callout_points_to_something() {
    let mut session = desk();
    let effects =
        session.update(Intent::PlaceNote { kind: NoteKind::Callout, about: None, at: None, size: None });
    assert!(matches!(effects.as_slice(), [Effect::Alert(_)]));
    assert!(session.document().notes.is_empty());
}

#[test]
fn notes_move_with_the_selection() {
    let mut session = desk();
    let (node, note) = (instance(&session), place(&mut session, NoteKind::Text, None));
    session.update(Intent::Move {
        moves: vec![(note.clone(), 40.0, 48.0), (node.clone(), 8.0, 8.0)],
        coalesce: false,
    });
    assert_eq!((session.document().notes[&note].x, session.document().notes[&note].y), (40.0, 48.0));
    assert!(session.document().frames.contains_key(&node));
    assert!(!session.document().frames.contains_key(&note), "a note has its place in itself");
    session.update(Intent::Select { ids: vec![note.clone()] });
    session.update(Intent::Nudge { origins: vec![(note.clone(), 0.0, 0.0)], dx: 8.0, dy: -8.0 });
    assert_eq!((session.document().notes[&note].x, session.document().notes[&note].y), (48.0, 40.0));
}

#[test]
fn what_is_about_a_component_goes_and_is_copied_with_it() {
    let mut session = desk();
    let node = instance(&session);
    let note = place(&mut session, NoteKind::Callout, Some(node.clone()));
    write(&mut session, &note, "Here");
    session.update(Intent::Duplicate { ids: vec![node.clone()] });
    let copies: Vec<_> =
        session.document().notes.values().filter(|other| other.id != note).cloned().collect();
    let [copy] = copies.as_slice() else { panic!("{copies:?}") };
    assert_eq!(copy.text, "Here");
    assert_eq!(copy.about.as_ref(), session.selection().last(), "about the copy");
    session.update(Intent::Delete { ids: vec![node.clone()] });
    assert!(!session.document().notes.contains_key(&note));
    assert_eq!(session.document().notes.len(), 1, "the copy is about something that is still there");
    session.update(Intent::Undo);
    assert!(session.document().notes.contains_key(&note));
}

#[test]
fn a_note_alone_is_copied_into_another_document() {
    let mut session = desk();
    let node = instance(&session);
    let note = place(&mut session, NoteKind::Callout, Some(node));
    write(&mut session, &note, "Look <b>here</b>");
    let copied = session.update(Intent::Copy { ids: vec![note.clone()] });
    let text = copied.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    let mut other = Session::new(Document::default());
    other.update(Intent::Paste { text: text.unwrap(), parent: None });
    let pasted = other.document().notes.values().next().unwrap();
    assert_eq!((pasted.kind, pasted.about.clone()), (NoteKind::Text, None), "what it pointed to is not here");
    assert_eq!(pasted.text, "Look <b>here</b>");
    session.update(Intent::Duplicate { ids: vec![note.clone()] });
    assert_eq!(session.document().notes.len(), 2);
    session.update(Intent::Delete { ids: vec![note] });
    assert_eq!(session.document().notes.len(), 1);
}

#[test]
fn notes_stand_in_the_outline_after_the_components() {
    let mut session = desk();
    let node = instance(&session);
    let id = place(&mut session, NoteKind::Callout, Some(node.clone()));
    write(&mut session, &id, "First line\nsecond");
    let rows = outline::outline(session.document());
    let row = rows.last().unwrap();
    assert_eq!((&row.id, row.label.as_str(), row.level), (&id, "First line", 1));
    let top = rows.iter().filter(|row| row.level == 1).count();
    assert_eq!((row.position, row.siblings), (top, top));
    assert!(row.spoken.starts_with("First line, callout, about "), "{}", row.spoken);
    let hits = hopscope_editor::search::search(session.document(), "first line", 5);
    assert_eq!(hits.first().and_then(|hit| hit.node.clone()), Some(id), "and it is found by its words");
}

#[test]
fn hostile_notes_are_bounded_or_refused() {
    let read = |notes: serde_json::Value| {
        let json = json!({"hopscope": 1, "nodes": [{"id": "a", "kind": "vpc"}], "notes": notes});
        Document::from_json(json.to_string().as_bytes())
    };
    let far =
        read(json!([{"id": "n", "x": 1e30, "y": -1e300, "w": 1e9, "text": "x".repeat(10_000)}])).unwrap();
    let note = &far.notes["n"];
    assert!(note.x <= 1e6 && note.y >= -1e6 && note.w <= 1e6);
    assert_eq!(note.text.chars().count(), 2_000);
    for (wrong, place) in [
        (json!([{"id": ""}]), "note 1 of the list"),
        (json!([{"id": "a"}]), "note 1 of the list"),
        (json!([{"id": "n"}, {"id": "n"}]), "note 2 of the list"),
        (json!([{"id": "n", "kind": "sticker"}]), "note 1 of the list, field kind"),
        (json!([{"id": "n", "x": "far"}]), "note 1 of the list, field x"),
        (json!({}), "\"notes\""),
        (json!(vec![json!({"id": "n"}); 501]), "\"notes\""),
    ] {
        let error = read(wrong).unwrap_err().to_string();
        assert!(error.starts_with(place), "{error}");
    }
}

proptest! {
    #[test]
    fn nothing_that_is_done_to_notes_breaks_anything(
        acts in prop::collection::vec((0u8..10, any::<f32>(), any::<f32>(), "\\PC{0,60}"), 1..30),
    ) {
        let mut session = desk();
        let node = instance(&session);
        for (act, x, y, text) in acts {
            let ids: Vec<Id> = session.document().notes.keys().cloned().collect();
            let id = ids.get(usize::from(act) % ids.len().max(1)).cloned().unwrap_or_else(|| node.clone());
            let kind = [NoteKind::Text, NoteKind::Callout, NoteKind::Area, NoteKind::Arrow][usize::from(act) % 4];
            let note = session.document().notes.get(&id).map(|note| Note { text, kind, ..(**note).clone() });
            let before = session.document().to_json();
            match act {
                0 | 1 => drop(session.update(Intent::PlaceNote { kind, about: Some(node.clone()), at: Some((x, y)), size: Some((y, x)) })),
                2 => drop(session.update(Intent::Move { moves: vec![(id, x, y)], coalesce: true })),
                3 => drop(session.update(Intent::Resize { id, frame: hopscope_aws::Frame { x, y, w: x, h: y }, coalesce: false })),
                4 => drop(session.update(Intent::Duplicate { ids: vec![id, node.clone()] })),
                5 => drop(session.update(Intent::Delete { ids: vec![id] })),
                6 => {
                    session.update(Intent::Select { ids: vec![id.clone(), node.clone()] });
                    session.update(Intent::Nudge { origins: vec![(id, x, y)], dx: x, dy: y });
                }
                7 => drop(session.update(Intent::Cut { ids: vec![id] })),
                8 => drop(session.update(Intent::Undo)),
                _ => note.into_iter().for_each(|note| drop(session.update(Intent::SetNote { note, coalesce: false }))),
            }
            let after = session.document().to_json();
            let read = Document::from_json(after.as_bytes()).unwrap();
            prop_assert_eq!(&read.to_json(), &after, "what is drawn can be saved and opened");
            if before != after && act != 8 {
                session.update(Intent::Undo);
                prop_assert_eq!(session.document().to_json(), before);
                session.update(Intent::Redo);
            }
            if !session.document().nodes.contains_key(&node) {
                break;
            }
        }
    }
}
