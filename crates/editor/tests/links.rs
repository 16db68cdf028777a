//! Documents in links: they come back as they were, stay short, and nothing that arrives in one does
//! harm. Everything under `tests/corpus` opens for ever.

use std::path::{Path, PathBuf};

use hopscope_aws::{Document, Id};
use hopscope_editor::link::{Link, LinkError, MAX_OFFERED, MAX_PACKED, Moment, Place};
use hopscope_editor::{Effect, Intent, Session, starters};
use proptest::prelude::*;

fn link(document: Document) -> Link {
    Link { document, place: Place::default(), look_only: false }
}

/// The ten clicks of `building.rs`: a VPC, two zones, an internet gateway, two NAT gateways and four
/// instances.
fn two_zones() -> Document {
    let mut session = Session::new(Document::default());
    let place = |session: &mut Session, kind: &str, parent: Option<Id>| {
        session.update(Intent::Place { kind: kind.into(), parent, zone: None, at: None });
    };
    place(&mut session, "vpc", None);
    let of = |session: &Session, kind: &str| -> Vec<Id> {
        session.document().nodes.values().filter(|n| n.kind() == kind).map(|n| n.id.clone()).collect()
    };
    let vpc = of(&session, "vpc")[0].clone();
    for chip in ["two-zones", "igw", "nat"] {
        session.update(Intent::Chip { node: vpc.clone(), chip: chip.into() });
    }
    for subnet in of(&session, "subnet") {
        place(&mut session, "instance", Some(subnet));
    }
    (**session.document()).clone()
}

/// A hub with four VPCs, each like the one above.
fn hub() -> Document {
    let spoke = two_zones();
    let mut document = starters().iter().find(|s| s.slug == "tgw-segmentation").unwrap().document().unwrap();
    for n in 0..4 {
        if document.nodes.len() >= 80 {
            break;
        }
        for node in spoke.nodes.values() {
            let mut node = (**node).clone();
            node.id = Id::from(format!("{}-{n}", node.id));
            node.parent = node.parent.map(|parent| Id::from(format!("{parent}-{n}")));
            document.put(node);
        }
    }
    document
}

#[test]
fn links_are_short_enough_to_be_sent() {
    let small = two_zones();
    let written = link(small.clone()).write().unwrap();
    assert!(small.nodes.len() >= 12, "{}", small.nodes.len());
    assert!(written.len() <= 1_200, "{} components, {} characters", small.nodes.len(), written.len());
    let large = hub();
    let written = link(large.clone()).write().unwrap();
    assert!(large.nodes.len() >= 80, "{}", large.nodes.len());
    assert!(written.len() <= 6_000, "{} components, {} characters", large.nodes.len(), written.len());
    for starter in starters() {
        let written = link(starter.document().unwrap()).write().unwrap();
        assert!(written.len() <= 2_500, "{}: {} characters", starter.slug, written.len());
        assert!(written.len() < MAX_OFFERED);
    }
}

#[test]
fn a_link_holds_the_document_and_the_place() {
    for starter in starters() {
        let document = starter.document().unwrap();
        let place = Place {
            flow: document.flows.first().map(|flow| flow.id.clone()),
            moment: Some(Moment::Step(2)),
            selection: document.nodes.keys().take(2).cloned().collect(),
        };
        let whole = Link { document, place, look_only: true };
        let written = whole.write().unwrap();
        assert!(written.bytes().all(|byte| byte.is_ascii_graphic()), "{written}");
        assert_eq!(Link::read(&written), Ok(whole));
    }
}

#[test]
fn versions_are_told_apart() {
    let written = link(two_zones()).write().unwrap();
    let (_, payload) = written.split_once('=').unwrap();
    assert_eq!(Link::read(&format!("v2={payload}")), Err(LinkError::Newer));
    assert_eq!(Link::read(&format!("v99999999999999999999={payload}")), Err(LinkError::Newer));
    assert_eq!(Link::read(&format!("v0={payload}")), Err(LinkError::Damaged));
    assert_eq!(Link::read(""), Err(LinkError::Damaged));
    assert_eq!(Link::read("v1="), Err(LinkError::CutShort));
    assert_eq!(Link::read(&format!("v1={}", "A".repeat(MAX_PACKED + 1))), Err(LinkError::TooLarge));
}

#[test]
fn every_refusal_is_one_sentence_or_two() {
    let load = Document::from_json(b"{}").unwrap_err();
    for error in [
        LinkError::Newer,
        LinkError::CutShort,
        LinkError::Damaged,
        LinkError::TooLarge,
        LinkError::Document(load),
    ] {
        let sentence = error.to_string();
        assert!(sentence.ends_with('.') && sentence.len() < 300, "{sentence}");
    }
}

#[test]
fn what_is_shared_cannot_be_changed() {
    let document = two_zones();
    let mut session = Session::read_only(document.clone());
    let id = document.nodes.keys().next_back().unwrap().clone();
    let flow = hopscope_aws::Flow::default();
    let intents = [
        Intent::Place { kind: "vpc".into(), parent: None, zone: None, at: None },
        Intent::DescribeDocument { text: "x".into(), coalesce: false },
        Intent::Rename { id: id.clone(), name: "x".into(), coalesce: true },
        Intent::SetField { id: id.clone(), key: "state".into(), value: "stopped".into(), coalesce: false },
        Intent::Move { moves: vec![(id.clone(), 1.0, 2.0)], coalesce: true },
        Intent::Nudge { origins: vec![(id.clone(), 1.0, 2.0)], dx: 1.0, dy: 0.0 },
        Intent::Delete { ids: vec![id.clone()] },
        Intent::Cut { ids: vec![id.clone()] },
        Intent::Duplicate { ids: vec![id.clone()] },
        Intent::Paste { text: "{}".into(), parent: None },
        Intent::Fail { id: Some(id.clone()), row: None, down: None },
        Intent::Tidy { id: None },
        Intent::Undo,
        Intent::Redo,
        Intent::Jump(0),
        Intent::AddFlow { flow },
        Intent::RenameDocument { name: "x".into(), coalesce: true },
        Intent::LoadDocument { document: Box::default() },
        Intent::ReplaceDocument { document: Box::default(), label: "x".into() },
    ];
    for intent in intents {
        assert_eq!(session.update(intent.clone()), vec![Effect::Refuse], "{intent:?}");
        assert_eq!(**session.document(), document, "{intent:?}");
    }
    assert!(matches!(session.update(Intent::Select { ids: vec![id.clone()] })[..], [Effect::Announce(_)]));
    assert!(matches!(session.update(Intent::Copy { ids: Vec::new() })[..], [Effect::Copy(_), _]));
    assert!(matches!(session.update(Intent::Download)[..], [Effect::Download { .. }]));
    assert!(session.is_read_only());
}

fn corpus(folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus").join(folder);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{}", folder.display());
    files.into_iter().map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect()
}

/// What must be in a document of the corpus: the lines of the file beside it.
fn assert_holds(path: &Path, document: &Document, expected: &str) {
    for line in expected.lines().filter(|line| !line.is_empty()) {
        let (what, rest) = line.split_once(' ').unwrap();
        let holds = match what {
            "name" => document.name == rest,
            "nodes" => document.nodes.len().to_string() == rest,
            "flows" => document.flows.len().to_string() == rest,
            // `node <id> <kind> <name>`
            "node" => {
                let mut words = rest.splitn(3, ' ');
                let (id, kind, name) = (words.next().unwrap(), words.next(), words.next());
                document.node(id).is_some_and(|node| {
                    kind.is_none_or(|kind| kind == node.kind()) && name.is_none_or(|name| name == node.name)
                })
            }
            // `field <id> <key> <json>`
            "field" => {
                let mut words = rest.splitn(3, ' ');
                let (id, key, json) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
                let value: serde_json::Value = serde_json::from_str(json).unwrap();
                document.node(id).is_some_and(|node| node.field(key) == value)
            }
            _ => panic!("{}: {line}", path.display()),
        };
        assert!(holds, "{}: {line}", path.display());
    }
}

/// What stands beside a file of the corpus.
fn expected(path: &Path) -> String {
    let beside = path.with_extension("expected");
    std::fs::read_to_string(&beside).unwrap_or_else(|_| panic!("{} is missing", beside.display()))
}

#[test]
fn old_links_open_for_ever() {
    for (path, bytes) in
        corpus("links").iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "link"))
    {
        let read = Link::read(std::str::from_utf8(bytes).unwrap().trim());
        let link = read.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_holds(path, &link.document, &expected(path));
    }
}

#[test]
fn old_files_open_for_ever() {
    for (path, bytes) in
        corpus("files").iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "json"))
    {
        let document =
            Document::from_json(bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_holds(path, &document, &expected(path));
        assert_eq!(Document::from_json(document.to_json().as_bytes()), Ok(document), "{}", path.display());
    }
}

#[test]
fn hostile_links_are_refused_or_harmless() {
    for (path, bytes) in corpus("hostile") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&bytes);
        match (Link::read(text.trim()), name.starts_with("refused-")) {
            (Err(error), true) => assert!(error.to_string().len() < 400, "{name}: {error}"),
            (Ok(link), false) => {
                let session = Session::read_only(link.document.clone());
                // Shown as text, wherever it stands.
                let document = session.document();
                let written = serde_json::to_string(&document.to_value()).unwrap();
                assert!(written.contains("script") || written.contains("javascript:"), "{name}");
            }
            (read, _) => panic!("{name}: {:?}", read.map(|link| link.document.name)),
        }
    }
}

/// Documents as the starters are, changed at random.
fn documents() -> impl Strategy<Value = Document> {
    let change = (any::<prop::sample::Index>(), ".{0,40}", any::<bool>());
    (0..starters().len(), prop::collection::vec(change, 0..6)).prop_map(|(at, changes)| {
        let mut document = starters()[at].document().unwrap();
        for (index, text, remove) in changes {
            let Some((id, _)) = document.nodes.get_index(index.index(document.nodes.len().max(1))) else {
                continue;
            };
            let id = id.clone();
            if remove {
                document.nodes.shift_remove(&id);
            } else {
                let mut node = (**document.node(&id).unwrap()).clone();
                node.name.clone_from(&text);
                document.put(node);
                document.name = text;
            }
        }
        document
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_document_comes_back(document in documents(), flow in ".{1,20}", ms in 0u32..100_000, ids in prop::collection::vec(".{1,20}", 0..4)) {
        let place = Place { flow: Some(flow), moment: Some(Moment::At(f64::from(ms))), selection: ids.into_iter().map(Id::from).collect() };
        // Names of things of the domain name system are normalised when they are read.
        let document = Document::from_json(document.to_json().as_bytes()).unwrap();
        let whole = Link { document, place, look_only: false };
        prop_assert_eq!(Link::read(&whole.write().unwrap()), Ok(whole));
    }

    #[test]
    fn nothing_that_arrives_panics(text in ".{0,200}", letters in "[A-Za-z0-9_-]{0,400}", place in "[fnst]=.{0,60}(&[fnst]=.{0,60}){0,3}") {
        let _ = Link::read(&text);
        let _ = Link::read(&format!("v1={letters}&{place}"));
        let read = Place::read(&place);
        prop_assert_eq!(Place::read(&read.write()).selection, read.selection);
    }

    #[test]
    fn no_changed_link_opens_as_something_else(at in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_-]", cut in any::<bool>()) {
        let written = link(starters()[1].document().unwrap()).write().unwrap();
        let at = 3 + at.index(written.len() - 3);
        let changed = if cut { written[..at].to_owned() } else { format!("{}{letter}{}", &written[..at], &written[at + 1..]) };
        if changed != written {
            prop_assert!(matches!(Link::read(&changed), Err(LinkError::CutShort | LinkError::Damaged)));
        }
    }
}
