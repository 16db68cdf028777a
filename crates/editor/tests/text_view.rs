//! The document as text: what is typed becomes the document, wherever it can be understood.

use std::rc::Rc;
use std::sync::Arc;

use hopscope_aws::{Document, Frame, Id, Node, Note};
use hopscope_editor::text_view::{Lines, Owner, Pieces, Place, TextView, What, diff, indent};
use hopscope_editor::{Intent, Session, starters};
use proptest::prelude::*;

fn starter(n: usize) -> Document {
    let all = starters();
    all[n % all.len()].document().unwrap()
}

/// A document with some of its parts gone, renamed, moved and in another order.
fn changed(mut document: Document, seeds: &[(u8, usize)]) -> Document {
    for &(what, n) in seeds {
        let Some(id) = document.nodes.get_index(n % document.nodes.len().max(1)).map(|(id, _)| id.clone())
        else {
            break;
        };
        let node = document.node(&id).unwrap().clone();
        match what % 8 {
            0 => drop(document.nodes.shift_remove(&id)),
            1 => document.put(Node { name: format!("é🦀\"{n}"), ..(*node).clone() }),
            2 => drop(document.frames.insert(id, Frame { x: n as f32, y: 1.5, w: 0.0, h: 0.0 })),
            3 => {
                let from = n % document.nodes.len();
                document.nodes.move_index(from, 0);
            }
            4 => document.flows.reverse(),
            5 => drop(document.flows.pop()),
            6 => {
                let note =
                    Note { id: document.fresh_id("note"), text: format!("remark\n{n}"), ..Note::default() };
                document.notes.insert(note.id.clone(), Arc::new(note));
                document.description = format!("line\n{n}");
            }
            _ => {
                let id = document.fresh_id("copy");
                document.put(Node { id, ..(*node).clone() });
            }
        }
    }
    document
}

fn any_document() -> impl Strategy<Value = Document> {
    (0usize..40, prop::collection::vec((any::<u8>(), 0usize..200), 0..8))
        .prop_map(|(n, seeds)| changed(starter(n), &seeds))
}

/// One document and what became of it, or another one altogether.
fn any_two() -> impl Strategy<Value = (Document, Document)> {
    let seeds = prop::collection::vec((any::<u8>(), 0usize..200), 0..8);
    (any_document(), any_document(), seeds, any::<bool>())
        .prop_map(|(a, b, seeds, other)| if other { (a, b) } else { (a.clone(), changed(a, &seeds)) })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_difference_leads_from_one_document_to_the_other((a, b) in any_two()) {
        let (a, b) = (Rc::new(a), b);
        match diff(&a, &b) {
            None => prop_assert_eq!(a.to_json(), b.to_json()),
            Some(command) => {
                let reached = command.apply(&a);
                prop_assert_eq!(reached.to_json(), b.to_json());
                for (id, node) in a.nodes.iter() {
                    if b.nodes.get(id) == Some(node) {
                        prop_assert!(Arc::ptr_eq(&reached.nodes[id], node), "{} is the same and shared", id);
                    }
                }
            }
        }
    }

    #[test]
    fn the_text_of_another_document_makes_that_document((a, b) in any_two()) {
        let mut session = Session::new(a);
        let mut view = TextView::new(session.document());
        view.typed(b.to_json());
        if let Some(command) = view.read() {
            session.update(Intent::Write { command: Box::new(command) });
        }
        prop_assert_eq!(view.problem(), None);
        prop_assert_eq!(session.document().to_json(), b.to_json());
        prop_assert!(!view.follow(session.document()), "the text says it already");
        prop_assert_eq!(view.lines().text(), b.to_json());
    }

    #[test]
    fn every_component_has_its_lines(document in any_document()) {
        let lines = Lines::of(document.to_json());
        for id in document.nodes.keys() {
            let owner = Owner::Component(id.clone());
            let (first, last) = lines.parts(&owner).next().unwrap();
            let text: Vec<&str> = (first..=last).map(|line| lines.line(line)).collect();
            let read: serde_json::Value = serde_json::from_str(text.join("\n").trim_end_matches(',')).unwrap();
            prop_assert_eq!(read["id"].as_str(), Some(id.as_str()));
            prop_assert_eq!(lines.owner(first), Some(&owner));
        }
    }

    #[test]
    fn no_text_breaks_anything(text in "\\PC*|[\\[\\]{}\":,0-9a-z\\\\\n ]{0,200}") {
        anything(&text)?;
    }

    #[test]
    fn no_hole_in_a_text_breaks_anything(
        n in 0usize..40, from in 0usize..60_000, length in 0usize..60, put in "\\PC{0,3}|[\\[\\]{}\",]{0,3}",
    ) {
        let whole = starter(n).to_json();
        let from = from % whole.len();
        let chars = || whole.char_indices();
        let before: String = chars().filter(|(at, _)| *at < from).map(|(_, c)| c).collect();
        let after: String = chars().filter(|(at, _)| *at >= from + length).map(|(_, c)| c).collect();
        anything(&format!("{before}{put}{after}"))?;
    }
}

/// Everything the page asks of a text.
fn anything(text: &str) -> Result<(), TestCaseError> {
    let document = Rc::new(starter(0));
    let mut view = TextView::new(&document);
    view.typed(text.to_owned());
    let command = view.read();
    prop_assert_eq!(command.is_some() && view.problem().is_some(), false);
    let lines = Rc::clone(view.lines());
    prop_assert_eq!(lines.text(), text, "nothing that was typed is lost");
    if let Some(problem) = view.problem() {
        prop_assert!(problem.place.line < lines.count());
        prop_assert!(text.get(problem.range.clone()).is_some());
    }
    let units = text.encode_utf16().count();
    for unit in [0, 1, units / 2, units] {
        let place = lines.place_of_unit(unit);
        prop_assert!(lines.unit_of(place) <= units);
        let _ = lines.owner(place.line).map(|owner| lines.parts(owner).count());
        let _ = TextView::carry(&lines, TextView::new(&document).lines(), place);
    }
    let mut end = 0;
    for (_, range) in Pieces::of(text) {
        prop_assert!(range.start >= end && range.end > range.start, "pieces go forward");
        prop_assert!(text.get(range.clone()).is_some());
        end = range.end;
    }
    prop_assert!(end <= text.len());
    prop_assert_eq!(view.follow(&document) && view.problem().is_some(), false);
    Ok(())
}

/// A session beside its text.
struct Desk {
    session: Session,
    view: TextView,
}

impl Desk {
    fn new(n: usize) -> Self {
        let session = Session::new(starter(n));
        let view = TextView::new(session.document());
        Self { session, view }
    }

    /// Replaces the first occurrence of something in the text.
    fn write(&mut self, old: &str, new: &str) {
        assert!(self.view.lines().text().contains(old), "{old}");
        self.view.typed(self.view.lines().text().replacen(old, new, 1));
        if let Some(command) = self.view.read() {
            self.session.update(Intent::Write { command: Box::new(command) });
            self.view.follow(self.session.document());
        }
    }

    fn update(&mut self, intent: Intent) {
        self.session.update(intent);
        self.view.follow(self.session.document());
    }

    fn first_name(&self) -> (Id, String) {
        let node = self.session.document().nodes.values().find(|node| node.kind() == "vpc").unwrap();
        (node.id.clone(), node.name.clone())
    }
}

#[test]
fn a_burst_in_one_component_is_one_step_that_names_it() {
    let mut desk = Desk::new(0);
    let before = desk.view.lines().text().to_owned();
    let (id, name) = desk.first_name();
    for n in 1..=3 {
        let now = desk.first_name().1;
        desk.write(&format!("\"name\": \"{now}\""), &format!("\"name\": \"shop-{n}\""));
    }
    assert_eq!(desk.session.document().node(&id).unwrap().name, "shop-3");
    assert_eq!(desk.session.history().undo_label(), Some("Change VPC shop-3, as text"));
    assert_eq!(desk.session.history().position(), 1, "three letters, one step");
    desk.update(Intent::Undo);
    assert_eq!(desk.first_name().1, name);
    assert_eq!(desk.view.lines().text(), before, "undo is seen in the text");
}

#[test]
fn while_it_cannot_be_read_the_picture_stays_and_the_map_may_change() {
    let mut desk = Desk::new(0);
    let (id, name) = desk.first_name();
    let document = Rc::clone(desk.session.document());
    desk.write(&format!("\"name\": \"{name}\""), &format!("\"name\": \"{name}"));
    let typed = desk.view.lines().text().to_owned();
    assert!(matches!(desk.view.problem().map(|it| &it.what), Some(What::Json(_))));
    assert!(Rc::ptr_eq(desk.session.document(), &document));
    // Somebody changes another component on the map in the meantime.
    let other = document.nodes.values().find(|node| node.kind() == "instance").unwrap().id.clone();
    desk.update(Intent::Rename { id: other.clone(), name: "renamed".into(), coalesce: false });
    assert_eq!(desk.view.lines().text(), typed, "what was typed is not lost");
    desk.write(&format!("\"name\": \"{name}"), "\"name\": \"both\"");
    let now = desk.session.document();
    assert_eq!(now.node(&id).unwrap().name, "both");
    assert_eq!(now.node(&other).unwrap().name, "renamed");
    assert_eq!(desk.view.lines().text(), now.to_json(), "and the text tells of both");
}

#[test]
fn a_problem_has_its_place() {
    let text = |nodes: &str| format!("{{\n \"hopscope\": 1,\n \"nodes\": [\n  {nodes}\n ]\n}}\n");
    let cases = [
        ("", "{\"id\": \"a\", \"kind\": \"vpc\" \"name\": \"x\"}", 3, 28),
        ("node \"a\", field cidrs", "{\"id\": \"a\", \"kind\": \"vpc\", \"cidrs\": 5}", 3, 38),
        ("node \"a\", field cidrs[0]", "{\"id\": \"a\", \"kind\": \"vpc\", \"cidrs\": [5]}", 3, 39),
        ("node \"a\"", "{\"id\": \"a\", \"kind\": \"é🦀\"}", 3, 22),
        ("node \"a\"", "{\"id\": \"a\"}", 3, 2),
        (
            "node 2 of the list",
            "{\"id\": \"a\", \"kind\": \"vpc\"}, {\"id\": \"a\", \"kind\": \"vpc\"}",
            3,
            37,
        ),
    ];
    for (place, nodes, line, column) in cases {
        let mut view = TextView::new(&Rc::default());
        view.typed(text(nodes));
        assert_eq!(view.read(), None);
        let problem = view.problem().unwrap();
        assert_eq!(problem.place, Place { line, column }, "{nodes}: {problem:?}");
        match &problem.what {
            What::Member(found, _) => assert_eq!(found, place),
            other => assert!(place.is_empty(), "{other:?}"),
        }
    }
}

#[test]
fn a_new_line_begins_where_the_last_one_did() {
    assert_eq!(indent("    \"a\": 1,"), "    ");
    assert_eq!(indent("  \"nodes\": ["), "    ");
    assert_eq!(indent("{ "), "  ");
    assert_eq!(indent(""), "");
}

#[test]
fn a_misspelt_field_is_told_of() {
    let mut desk = Desk::new(0);
    desk.write("\"cidrs\":", "\"cidrss\":");
    let ignored = desk.view.ignored().unwrap();
    assert_eq!((ignored.member.as_str(), ignored.kind), ("cidrss", Some("vpc")));
    assert!(desk.view.lines().line(ignored.place.line).contains("cidrss"));
}

#[test]
fn the_cursor_stays_in_its_component_when_the_map_changes() {
    let mut desk = Desk::new(0);
    let (id, _) = desk.first_name();
    let owner = Owner::Component(id.clone());
    let before = Rc::clone(desk.view.lines());
    let (first, _) = before.parts(&owner).next().unwrap();
    let place = Place { line: first + 2, column: 3 };
    let gone = desk.session.document().nodes.keys().next().unwrap().clone();
    assert_ne!(gone, id);
    desk.session.update(Intent::Place { kind: "internet-host".into(), parent: None, zone: None, at: None });
    desk.update(Intent::RenameDocument { name: "Another".into(), coalesce: false });
    let now = desk.view.lines();
    let carried = TextView::carry(&before, now, place);
    assert_eq!(now.line(carried.line), before.line(place.line));
    assert_eq!(now.owner(carried.line), Some(&owner));
}
