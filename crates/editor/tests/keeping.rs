//! History, autosave and the library: nothing gets lost.

use hopscope_aws::{Document, Id};
use hopscope_editor::autosave::{Act, Autosave, DEBOUNCE, FORCE, Failure, Slot, Status, Stored, newest};
use hopscope_editor::history::MAX_STEPS;
use hopscope_editor::library::Library;
use hopscope_editor::{Effect, Intent, Session, starters};

fn rename(name: &str, coalesce: bool) -> Intent {
    Intent::Rename { id: Id::from("web-a"), name: name.into(), coalesce }
}

fn session() -> Session {
    Session::new(starters()[1].document().unwrap())
}

fn name(session: &Session) -> &str {
    &session.document().node("web-a").unwrap().name
}

#[test]
fn a_new_edit_clears_redo_and_a_burst_is_one_step() {
    let mut session = session();
    for typed in ["w", "we", "web"] {
        session.update(rename(typed, true));
    }
    session.update(Intent::EndGesture);
    session.update(rename("web1", true));
    assert_eq!(session.history().labels().len(), 3);
    session.update(Intent::Undo);
    assert_eq!(name(&session), "web");
    assert!(session.can_redo());
    session.update(rename("web2", true));
    assert!(!session.can_redo());
    session.update(Intent::Undo);
    assert_eq!(name(&session), "web", "an undone burst is not continued");
    session.update(Intent::Jump(0));
    assert_eq!(name(&session), "web-a");
    session.update(Intent::Jump(2));
    assert_eq!(name(&session), "web2");
    assert_eq!(session.update(Intent::Redo), [Effect::Announce("Nothing to redo".into())]);
}

#[test]
fn a_drag_into_another_box_is_one_step() {
    let mut session = session();
    for x in [1.0, 2.0, 3.0] {
        session.update(Intent::Move { moves: vec![("web-a".into(), x, 0.0)], coalesce: true });
    }
    session.update(Intent::SetParent { id: "web-a".into(), parent: Some("private-a".into()), at: None });
    assert_eq!(session.history().labels().collect::<Vec<_>>(), ["Open", "Move web-a to private-a"]);
    session.update(Intent::Move { moves: vec![("web-a".into(), 9.0, 0.0)], coalesce: true });
    assert_eq!(session.history().labels().len(), 3, "the drop ended the gesture");
    session.update(Intent::Jump(0));
    assert_eq!(session.document().to_json(), starters()[1].json);
}

#[test]
fn unchanged_nodes_are_shared_and_nothing_is_recorded_for_nothing() {
    let mut session = session();
    let before = session.document().clone();
    session.update(rename("web-a", false));
    assert!(std::rc::Rc::ptr_eq(&before, session.document()));
    assert!(!session.can_undo());
    session.update(rename("other", false));
    for (id, node) in before.nodes.iter() {
        let now = session.document().node(id).unwrap();
        assert_eq!(std::sync::Arc::ptr_eq(node, now), &**id != "web-a", "{id}");
    }
}

#[test]
fn a_thousand_steps_are_kept() {
    let mut session = session();
    for n in 0..MAX_STEPS + 10 {
        session.update(rename(&format!("n{n}"), false));
    }
    assert_eq!(session.history().labels().len(), MAX_STEPS + 1);
    for _ in 0..MAX_STEPS {
        session.update(Intent::Undo);
    }
    assert!(!session.can_undo());
    assert_eq!(name(&session), "n9");
}

#[test]
fn selection_is_no_history_but_comes_back_with_it() {
    let mut session = session();
    let effects = session.update(Intent::Select { ids: vec!["private-a".into()] });
    let said = "private-a, subnet, 10.0.32.0/20, us-east-1a, private, 4 of 12 in VPC main";
    assert_eq!(effects, [Effect::Announce(said.into())]);
    assert!(!session.can_undo());
    session.update(Intent::Delete { ids: Vec::new() });
    assert_eq!(session.selection()[..], [Id::from("vpc-main")], "the container is selected after a deletion");
    assert!(session.document().node("app-a").is_none());
    session.update(Intent::Undo);
    assert!(session.document().node("app-a").is_some());
}

#[test]
fn a_save_waits_for_quiet_but_not_for_ever() {
    let mut saving = Autosave::default();
    assert_eq!(saving.wake_at(), None);
    saving.edited(1_000);
    assert_eq!(saving.tick(1_000 + DEBOUNCE - 1), None);
    assert_eq!(saving.tick(1_000 + DEBOUNCE), Some(Act::Write { slot: Slot::A, revision: 1 }));
    assert_eq!(saving.status(), Status::Saving);
    // Edits during the write are saved afterwards.
    saving.edited(1_400);
    assert_eq!(saving.tick(9_000), None, "one write at a time");
    assert_eq!(saving.saved(), [Act::Broadcast { revision: 1 }]);
    assert_eq!(saving.status(), Status::Unsaved);
    assert_eq!(saving.tick(9_000), Some(Act::Write { slot: Slot::B, revision: 2 }));
    saving.saved();
    assert_eq!((saving.status(), saving.would_lose()), (Status::Saved, false));
    // Typing without a pause.
    let mut at = 20_000;
    saving.edited(at);
    while saving.tick(at).is_none() {
        at += 50;
        saving.edited(at);
        assert!(at < 20_000 + FORCE + 1, "never saved");
    }
    assert_eq!(at, 20_000 + FORCE);
}

#[test]
fn a_failed_save_is_told_once_and_tried_again() {
    let mut saving = Autosave::default();
    saving.edited(0);
    assert!(saving.flush().is_some());
    let acts = saving.failed(Failure::Quota, 10);
    assert!(matches!(&acts[..], [Act::Alert(said)] if said.contains("storage is full")), "{acts:?}");
    assert_eq!(saving.status(), Status::Failed(Failure::Quota));
    assert!(saving.would_lose());
    let again = saving.wake_at().unwrap();
    assert_eq!(saving.tick(again - 1), None);
    assert_eq!(
        saving.tick(again),
        Some(Act::Write { slot: Slot::A, revision: 1 }),
        "the good slot stays untouched"
    );
    assert_eq!(saving.failed(Failure::Quota, again), [], "said already");
    assert!(matches!(saving.tick(again * 100), Some(Act::Write { .. })));
    assert!(!saving.failed(Failure::Refused, again * 100).is_empty(), "another cause is said");
    assert!(saving.flush().is_some());
    saving.saved();
    assert_eq!(saving.status(), Status::Saved);
}

#[test]
fn a_newer_revision_of_another_tab_stops_saving_until_decided() {
    let mut saving = Autosave::new(4, Slot::A);
    assert_eq!(saving.heard(4), None);
    saving.edited(0);
    assert_eq!(saving.heard(6), Some(Act::OfferReload { revision: 6 }));
    assert_eq!((saving.tick(99_999), saving.flush(), saving.status()), (None, None, Status::Conflict));
    saving.reloaded(6, Slot::A);
    assert_eq!((saving.status(), saving.revision()), (Status::Saved, 6));
}

#[test]
fn a_write_that_came_second_is_none_and_loses_nothing() {
    // Two tabs begin to write the same revision; storage lets the other one through.
    let mut saving = Autosave::new(4, Slot::A);
    saving.edited(0);
    assert_eq!(saving.flush(), Some(Act::Write { slot: Slot::B, revision: 5 }));
    assert_eq!(saving.failed(Failure::Newer(5), 10), [Act::OfferReload { revision: 5 }]);
    assert_eq!((saving.status(), saving.would_lose()), (Status::Conflict, true));
    saving.edited(20);
    assert_eq!((saving.wake_at(), saving.flush()), (None, None), "nothing is written until it is decided");
    saving.reloaded(5, Slot::B);
    assert_eq!((saving.status(), saving.would_lose()), (Status::Saved, false));
}

#[test]
fn the_newest_whole_slot_is_loaded() {
    let a = Stored::new(3, "three".into());
    let b = Stored::new(4, "four".into());
    let torn = Stored { text: "fou".into(), ..b.clone() };
    assert_eq!(newest(Some(a.clone()), Some(b.clone())), Some((Slot::B, b)));
    assert_eq!(newest(Some(a.clone()), Some(torn.clone())), Some((Slot::A, a)));
    assert_eq!(newest(None, Some(torn)), None);
}

#[test]
fn the_library_lists_copies_and_archives() {
    let mut library = Library::default();
    let document = starters()[0].document().unwrap();
    let first = library.add(&document, 10);
    let (second, copy) = library.duplicate(&document, 20);
    let (third, again) = library.duplicate(&document, 30);
    assert_eq!(copy.name, "Egress-only internet gateway copy");
    assert_eq!(again.name, "Egress-only internet gateway copy 2");
    library.save(&first, &document, 40);
    let order: Vec<_> = library.listed().iter().map(|entry| entry.id.clone()).collect();
    assert_eq!(order, [first.clone(), third.clone(), second.clone()]);
    library.set_archived(&second, true);
    library.save(&second, &copy, 50);
    assert_eq!(library.archive().len(), 1, "saving does not take it back");
    library.remove(&third);
    let fourth = library.add(&document, 60);
    assert!(fourth != third, "ids are not used again");
    assert_eq!(Library::from_json(&library.to_json()), library);
    assert_eq!(Library::from_json("[broken"), Library::default());
    let mut lost = Library::default();
    lost.restore("d7", &document, 1);
    assert_eq!(lost.add(&document, 2), "d8");
}

#[test]
fn file_names_are_plain() {
    use hopscope_editor::library::file_name;
    assert_eq!(file_name("Two zones, public & private!"), "two-zones-public-private.hopscope.json");
    assert_eq!(file_name("../../etc"), "etc.hopscope.json");
    assert_eq!(file_name(""), "network.hopscope.json");
}

#[test]
fn a_document_is_found_in_its_outline_and_by_search() {
    use hopscope_editor::{outline, search};
    let document = starters()[1].document().unwrap();
    let rows = outline::outline(&document);
    assert_eq!(rows.len(), document.nodes.len());
    let order: Vec<_> = rows.iter().filter(|row| row.level <= 2).map(|row| &*row.id).collect();
    assert_eq!(
        order,
        [
            "client",
            "update-server",
            "us-east-1",
            "us-east-1a",
            "us-east-1b",
            "vpc-main",
            "eip-nat-a",
            "eip-nat-b"
        ]
    );
    let web = rows.iter().find(|row| &*row.id == "web-a").unwrap();
    assert_eq!((web.level, web.position, web.siblings, web.has_children), (4, 2, 2, true));
    assert_eq!(web.spoken, "web-a, instance, 10.0.0.10, public 203.0.113.100, 2 of 2 in subnet public-a");
    let first = |text: &str| {
        let hit = search::search(&document, text, 5).into_iter().next().unwrap_or_else(|| panic!("{text}"));
        (hit.node.map_or_else(|| hit.flow.unwrap_or_default(), |id| id.to_string()), hit.field)
    };
    assert_eq!(first("web-a"), ("web-a".into(), None));
    assert_eq!(first("10.0.48.10"), ("app-b-eth0".into(), Some("private_ips/0".into())));
    assert_eq!(
        first("10.0.32.99"),
        ("private-a".into(), Some("cidr".into())),
        "by the block that contains it"
    );
    assert_eq!(first("10.0.16.0/20"), ("public-b".into(), Some("cidr".into())));
    assert_eq!(first("8080"), ("sg-app".into(), Some("inbound/0".into())));
    assert_eq!(first("ssh on").0, "client-ssh");
    assert!(search::search(&document, "  ", 5).is_empty());
    // Parents in a circle are still listed.
    let circle = Document::from_json(br#"{"hopscope":1,"nodes":[{"id":"a","kind":"vpc","parent":"b"},{"id":"b","kind":"region","parent":"a"}]}"#).unwrap();
    assert_eq!(outline::outline(&circle).len(), 2);
}

#[test]
fn undo_leaves_selected_what_one_looks_at() {
    let mut session = Session::new(starters()[1].document().unwrap());
    session.update(Intent::Select { ids: vec!["sg-web".into()] });
    session.update(Intent::Rename { id: "sg-web".into(), name: "front".into(), coalesce: false });
    session.update(Intent::Undo);
    assert_eq!(session.selection()[..], [Id::from("sg-web")]);
    session.update(Intent::Place { kind: "vpc".into(), parent: None, at: None, zone: None });
    let placed = session.selection().to_vec();
    session.update(Intent::Undo);
    assert!(session.selection().iter().all(|id| !placed.contains(id)));
}
