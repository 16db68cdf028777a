//! Copying from one document into another: what must hold wherever it lands.

use std::collections::BTreeSet;

use hopscope_aws::{Config, Document, FieldKind, Id, Node, NoteKind, cells};
use hopscope_editor::{Effect, Intent, Session, starters};
use hopscope_net::IpNet;
use hopscope_net::prefix::overlap;
use proptest::prelude::*;
use serde_json::Value;

fn opened(starter: usize, origin: &str) -> Session {
    Session::new(starters()[starter % starters().len()].document().unwrap()).from(origin)
}

fn copied(session: &mut Session, ids: Vec<Id>) -> String {
    let effects = session.update(Intent::Copy { ids });
    effects
        .into_iter()
        .find_map(|effect| if let Effect::Copy(text) = effect { Some(text) } else { None })
        .expect("copied")
}

fn by_name(document: &Document, name: &str) -> Id {
    document.nodes.values().find(|node| node.name == name).unwrap_or_else(|| panic!("{name}")).id.clone()
}

/// Pairs of subnets of one VPC that share addresses.
fn overlaps(document: &Document) -> usize {
    let blocks = |node: &Node| -> Vec<IpNet> {
        match &node.config {
            Config::Subnet(subnet) => {
                subnet.cidr.iter().chain(&subnet.ipv6_cidr).filter_map(|text| cells::cidr(text)).collect()
            }
            _ => Vec::new(),
        }
    };
    let subnets: Vec<_> = document.nodes.values().filter(|node| node.kind() == "subnet").collect();
    let mut count = 0;
    for (index, a) in subnets.iter().enumerate() {
        for b in subnets.iter().skip(index + 1).filter(|b| a.parent == b.parent) {
            count += usize::from(blocks(a).iter().any(|x| blocks(b).iter().any(|y| overlap(x, y))));
        }
    }
    count
}

/// What a component refers to that is not there.
fn dangling(document: &Document, node: &Node) -> Vec<String> {
    let mut out = Vec::new();
    let mut check = |text: &str| {
        if !text.is_empty() && document.node(text).is_none() {
            out.push(text.to_owned());
        }
    };
    for field in node.config.spec().fields {
        match (field.kind, node.field(field.key)) {
            (FieldKind::Ref(_), Value::String(text)) => check(&text),
            (FieldKind::RefList(_), Value::Array(all)) => {
                all.iter().filter_map(Value::as_str).for_each(&mut check);
            }
            (FieldKind::Routes, Value::Array(rows)) => {
                let targets = rows.iter().filter_map(|row| row.get("target")?.as_str());
                targets.filter(|target| *target != "local").for_each(&mut check);
            }
            _ => {}
        }
    }
    out
}

#[test]
fn a_pasted_vpc_moves_as_a_whole_to_free_addresses() {
    let mut from = opened(0, "a");
    let vpc = by_name(from.document(), "main");
    let text = copied(&mut from, vec![vpc]);
    let mut to = opened(0, "b");
    to.update(Intent::Paste { text, parent: None });
    let of = |session: &Session, vpc: &Id| -> Vec<String> {
        session
            .document()
            .children(Some(vpc))
            .filter_map(|node| match &node.config {
                Config::Subnet(subnet) => subnet.cidr.clone(),
                _ => None,
            })
            .collect()
    };
    let made = to.selection()[0].clone();
    let before = of(&from, &by_name(from.document(), "main"));
    let after = of(&to, &made);
    assert!(!before.is_empty());
    let expected: Vec<String> = before.iter().map(|block| block.replacen("10.0.", "10.1.", 1)).collect();
    assert_eq!(after, expected, "every subnet keeps its place in the block");
}

#[test]
fn what_was_not_copied_along_is_left_out_and_told_once() {
    let mut from = opened(2, "a");
    let table = from
        .document()
        .nodes
        .values()
        .find(|node| matches!(&node.config, Config::RouteTable(t) if t.routes.iter().any(|r| r.destination == "0.0.0.0/0")))
        .unwrap()
        .clone();
    let text = copied(&mut from, vec![table.id.clone()]);
    // Another document that has a component of the same id: it is not meant.
    let mut to = opened(2, "b");
    let effects =
        to.update(Intent::Paste { text: text.clone(), parent: Some(by_name(to.document(), "main")) });
    let Config::RouteTable(pasted) = &to.document().node(&to.selection()[0]).unwrap().config else {
        panic!()
    };
    assert!(pasted.routes.is_empty(), "{:?}", pasted.routes);
    let remarks = effects.iter().filter(|effect| matches!(effect, Effect::Remark(_))).count();
    assert_eq!(remarks, 1);
    // In its own document everything is still there.
    let effects = from.update(Intent::Paste { text, parent: None });
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Remark(_))));
    let Config::RouteTable(pasted) = &from.document().node(&from.selection()[0]).unwrap().config else {
        panic!()
    };
    let Config::RouteTable(original) = &table.config else { panic!() };
    assert_eq!(pasted.routes, original.routes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pasting_makes_no_overlap_no_double_and_nothing_dangling(
        from in 0usize..30,
        to in 0usize..30,
        picks in proptest::collection::vec(0usize..500, 1..4),
        parent in proptest::option::of(0usize..500),
    ) {
        let mut source = opened(from, "a");
        let mut target = opened(to, "b");
        let pick = |document: &Document, n: usize| document.nodes.get_index(n % document.nodes.len()).unwrap().0.clone();
        let ids: Vec<Id> = picks.iter().map(|n| pick(source.document(), *n)).collect();
        let parent = parent.map(|n| pick(target.document(), n));
        let text = copied(&mut source, ids);
        let was = target.document().clone();
        let before = (overlaps(&was), overlaps(source.document()));
        target.update(Intent::Paste { text, parent });
        let document = target.document();
        if before == (0, 0) {
            prop_assert_eq!(overlaps(document), 0);
        }
        // What was there is there as it was, but for what new subnets and zones add.
        for id in was.nodes.keys() {
            prop_assert!(document.node(id).is_some(), "{} is gone", id);
        }
        let distinct: BTreeSet<&Id> = document.nodes.values().map(|node| &node.id).collect();
        prop_assert_eq!(distinct.len(), document.nodes.len());
        for node in document.nodes.values().filter(|node| !was.nodes.contains_key(&node.id)) {
            let lost = dangling(document, node);
            // What dangled in the original may dangle in the copy.
            let known = |text: &String| source.document().node(text).is_none();
            prop_assert!(lost.iter().all(known), "{} refers to {:?}", node.id, lost);
            prop_assert!(node.parent.as_ref().is_none_or(|parent| document.node(parent).is_some()));
        }
        // And it can be opened again.
        prop_assert!(Document::from_json(document.to_json().as_bytes()).is_ok());
    }
}

#[test]
fn a_note_keeps_what_it_is_about_only_where_that_is() {
    let mut here = opened(0, "here");
    let about =
        here.document().nodes.values().find(|node| node.kind() == "instance").map(|node| node.id.clone());
    let about = about.expect("an instance");
    here.update(Intent::PlaceNote {
        kind: NoteKind::Callout,
        about: Some(about.clone()),
        at: None,
        size: None,
    });
    let note = here.document().notes.keys().last().cloned().expect("a note");
    let text = copied(&mut here, vec![note]);

    // The same ids stand for other things in another document.
    let mut there = opened(0, "there");
    let before = there.document().notes.len();
    let effects = there.update(Intent::Paste { text: text.clone(), parent: None });
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Remark(_))), "{effects:?}");
    assert_eq!(there.document().notes.len(), before + 1);
    let pasted = there.document().notes.values().last().expect("the copy").clone();
    assert_eq!((pasted.about.clone(), pasted.kind), (None, NoteKind::Text));

    // At home it stays about the same, even while a note is selected.
    here.update(Intent::Paste { text, parent: None });
    let pasted = here.document().notes.values().last().expect("the copy").clone();
    assert_eq!((pasted.about.clone(), pasted.kind), (Some(about), NoteKind::Callout));
}

#[test]
fn components_are_pasted_while_a_note_is_selected() {
    let mut session = opened(0, "here");
    let vpc =
        session.document().nodes.values().find(|node| node.kind() == "subnet").map(|node| node.id.clone());
    let text = copied(&mut session, vpc.into_iter().collect());
    session.update(Intent::PlaceNote { kind: NoteKind::Text, about: None, at: None, size: None });
    assert!(session.document().notes.contains_key(session.selection().last().expect("the note")));
    let before = session.document().nodes.len();
    session.update(Intent::Paste { text, parent: None });
    assert!(session.document().nodes.len() > before);
}

#[test]
fn notes_are_selected_by_their_kind() {
    let mut session = opened(0, "here");
    for kind in [NoteKind::Text, NoteKind::Area, NoteKind::Text] {
        session.update(Intent::PlaceNote { kind, about: None, at: None, size: None });
    }
    let text = session.selection().last().cloned().expect("the note");
    let same = hopscope_editor::arrange::same_kind(session.document(), &[text]);
    assert_eq!(same.len(), 2);
}
