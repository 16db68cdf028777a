//! Random editing: nothing panics, undo gives back exactly what was there, a replay gives the
//! same document.

use hopscope_aws::{Document, Expect, Flow, Frame, Id};
use hopscope_editor::{Effect, Intent, Session, place, starters};
use proptest::prelude::*;
use serde_json::json;

/// An intent with its choices still open: they are closed against the document at hand, so that
/// most of them do something.
type Open = (u8, usize, usize, usize, bool);

fn pick(document: &Document, n: usize) -> Id {
    // One in many names nothing at all.
    match document.nodes.len() {
        0 => Id::from("nothing"),
        len if n % 29 == 28 => Id::from(format!("nothing-{len}")),
        len => document.nodes.get_index(n % len).unwrap().0.clone(),
    }
}

fn fields(document: &Document, id: &Id, n: usize) -> String {
    let fields = document.node(id).map_or(&[][..], |node| node.config.spec().fields);
    fields.get(n % fields.len().max(1)).map_or("none", |field| field.key).to_owned()
}

fn close(session: &Session, (what, a, b, c, flag): Open, clipboard: &str) -> Intent {
    const KINDS: [&str; 14] = [
        "vpc",
        "subnet",
        "instance",
        "internet-gateway",
        "nat-gateway",
        "route-table",
        "security-group",
        "network-acl",
        "egress-only-internet-gateway",
        "elastic-ip",
        "network-interface",
        "internet-host",
        "region",
        "prefix-list",
    ];
    let document = session.document();
    let (id, other) = (pick(document, a), pick(document, b));
    let kind = KINDS[c % KINDS.len()].to_owned();
    let key = fields(document, &id, b);
    let values = [
        json!("10.0.0.0/24"),
        json!("10.0.0.0/33"),
        json!(""),
        json!(null),
        json!(7),
        json!([]),
        json!(["x"]),
        json!([{"destination": "0.0.0.0/0", "target": "igw-1"}]),
        json!(true),
        json!(other.as_str()),
        json!("é\u{0}🦀"),
    ];
    let value = values[c % values.len()].clone();
    let flow = document.flows.get(a % document.flows.len().max(1));
    match what {
        0..=5 => Intent::Place {
            kind,
            parent: flag.then_some(id),
            zone: None,
            at: flag.then_some((c as f32, b as f32)),
        },
        6..=9 => match place::chips(document, &id).get(b % 4) {
            Some(chip) => Intent::Chip { node: id, chip: chip.key.to_owned() },
            None => Intent::Chip { node: id, chip: "none".into() },
        },
        10 | 11 => Intent::Connect { from: id, to: other, accept: None },
        12 | 13 => Intent::SetField { id, key, value, coalesce: flag },
        14 => Intent::Rename { id, name: format!("n{}", c % 5), coalesce: flag },
        15 => Intent::AddRow { id, key, row: None, at: flag.then_some(c) },
        16 => {
            let columns =
                ["protocol", "ports", "peer", "number", "cidr", "target", "address", "public_ip", "", "x"];
            Intent::SetRow {
                id,
                key,
                row: c % 3,
                column: columns[a % columns.len()].into(),
                value,
                coalesce: flag,
            }
        }
        17 => Intent::MoveRow { id, key, from: a % 3, to: c % 4 },
        18 => Intent::DeleteRow { id, key, row: c % 3 },
        19 => {
            let texts = [
                "tcp\t22\t10.0.0.0/8",
                "100,allow,tcp,443,0.0.0.0/0",
                "0.0.0.0/0 igw",
                "\u{0}",
                "10.0.0.0/8",
                "a\nb",
            ];
            Intent::PasteRows { id, key, text: texts[c % texts.len()].into() }
        }
        20 => Intent::SetParent { id, parent: flag.then_some(other), at: None },
        21 => Intent::SetZone { id, zone: flag.then_some(other) },
        22 => Intent::Move { moves: vec![(id, a as f32, f32::NAN), (other, c as f32, 1.0)], coalesce: flag },
        23 => Intent::Resize { id, frame: Frame { x: 0.0, y: 1.0, w: c as f32, h: -5.0 }, coalesce: flag },
        24 => Intent::Nudge { origins: vec![(id, 1.0, 2.0)], dx: 8.0, dy: -8.0 },
        25 => Intent::Tidy { id: flag.then_some(id) },
        26 => Intent::Delete { ids: if flag { vec![id, other] } else { Vec::new() } },
        27 => Intent::Duplicate { ids: vec![id] },
        28 => Intent::Copy { ids: vec![id, other] },
        29 => Intent::Cut { ids: vec![id] },
        30 => Intent::Paste { text: clipboard.to_owned(), parent: flag.then_some(other) },
        31 => Intent::Select { ids: vec![id, other] },
        32 => Intent::AddFlow {
            flow: Flow {
                from: id.to_string(),
                to: other.to_string(),
                expect: flag.then(|| Expect { verdict: "allowed".into(), code: None }),
                ..Flow::default()
            },
        },
        33 => Intent::SetFlow {
            flow: Flow { port: Some(c as u16), ..flow.map_or_else(Flow::default, |f| (**f).clone()) },
            coalesce: flag,
        },
        34 => Intent::RemoveFlow { id: flow.map_or_else(String::new, |flow| flow.id.clone()) },
        35 => Intent::ExpectActual { id: flow.map_or_else(String::new, |flow| flow.id.clone()), on: flag },
        36 => Intent::RenameDocument { name: format!("d{}", c % 3), coalesce: flag },
        37 => Intent::EndGesture,
        38 => Intent::Split { id: flag.then_some(id) },
        39 => Intent::Join { id: (!flag).then_some(id) },
        40 => {
            let blocks = ["10.0.128.0/24", "10.0.0.0/20", "10.0.192.0/18", "x", "10.0.128.0/29"];
            Intent::Carve { vpc: id, block: blocks[c % blocks.len()].into(), zone: None }
        }
        41 => {
            let laid = |id: Id, n: usize| {
                let within = document.node(&id).and_then(|node| node.parent.clone());
                let frame = Frame { x: (n * 40) as f32, y: (n * 90) as f32, w: 128.0, h: 64.0 };
                hopscope_editor::arrange::Laid { id, within, frame }
            };
            let siblings = document.children(document.node(&id).and_then(|node| node.parent.as_deref()));
            let laid = siblings.take(4).enumerate().map(|(n, node)| laid(node.id.clone(), n)).collect();
            let ways = hopscope_editor::arrange::Arrangement::ALL;
            Intent::Arrange { how: ways[c % ways.len()], laid }
        }
        _ => Intent::Download,
    }
}

fn run(session: &mut Session, script: &[Open]) -> Vec<Intent> {
    let mut clipboard = String::from("{}");
    let mut done = Vec::new();
    for open in script {
        let intent = close(session, *open, &clipboard);
        done.push(intent.clone());
        for effect in session.update(intent) {
            if let Effect::Copy(text) = effect {
                clipboard = text;
            }
        }
    }
    done
}

fn start(from: usize) -> Session {
    match starters().get(from) {
        Some(starter) => Session::new(starter.document().unwrap()),
        None => Session::new(Document::default()),
    }
}

fn script() -> impl Strategy<Value = Vec<Open>> {
    proptest::collection::vec((0u8..43, 0usize..200, 0usize..200, 0usize..200, any::<bool>()), 0..40)
}

/// Guards the properties below against scripts that do nothing.
#[test]
fn every_kind_of_intent_changes_something_for_some_choice() {
    let mut fragment = String::new();
    let copied = start(2).update(Intent::Copy { ids: vec!["app-a".into()] });
    for effect in copied {
        if let Effect::Copy(text) = effect {
            fragment = text;
        }
    }
    // Copying, selecting, ending a gesture and downloading change no document.
    for what in (0u8..42).filter(|what| !matches!(what, 28 | 31 | 37)) {
        let changed = (0usize..400).any(|n| {
            let mut session = start(2);
            // A subnet with room beside it, so that there is one to be joined.
            session.update(Intent::Carve {
                vpc: "vpc-main".into(),
                block: "10.0.254.0/24".into(),
                zone: None,
            });
            session.update(Intent::Select { ids: vec!["web-a".into()] });
            session.update(Intent::Move { moves: vec![("vpc-main".into(), 5.0, 5.0)], coalesce: false });
            let before = session.document().clone();
            let intent = close(&session, (what, n, n / 7, n / 3, n % 2 == 0), &fragment);
            session.update(intent);
            session.document() != &before
        });
        assert!(changed, "intent {what} never changes anything");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn undoing_everything_gives_the_original_and_redoing_the_final(from in 0usize..4, script in script()) {
        let mut session = start(from);
        let original = session.document().to_json();
        run(&mut session, &script);
        let last = session.document().to_json();
        let steps = session.history().labels().len() - 1;
        for _ in 0..steps {
            prop_assert!(session.can_undo());
            session.update(Intent::Undo);
        }
        prop_assert!(!session.can_undo());
        prop_assert_eq!(session.document().to_json(), original);
        for _ in 0..steps {
            session.update(Intent::Redo);
        }
        prop_assert!(!session.can_redo());
        prop_assert_eq!(session.document().to_json(), last);
    }

    #[test]
    fn every_single_step_can_be_undone(from in 0usize..4, script in script()) {
        let mut session = start(from);
        for open in &script {
            session.update(Intent::EndGesture);
            let before = session.document().to_json();
            let position = session.history().position();
            let intent = close(&session, *open, "{}");
            let label = format!("{intent:?}");
            session.update(intent);
            let moved = session.history().position() != position;
            prop_assert_eq!(moved, session.document().to_json() != before, "recorded exactly what changed: {}", label);
            if moved {
                session.update(Intent::Undo);
                prop_assert_eq!(session.document().to_json(), before, "{}", label);
                session.update(Intent::Redo);
            }
        }
    }

    #[test]
    fn a_replay_gives_the_same_document(from in 0usize..4, script in script()) {
        let mut first = start(from);
        let intents = run(&mut first, &script);
        let mut second = start(from);
        for intent in intents {
            second.update(intent);
        }
        prop_assert_eq!(first.document().to_json(), second.document().to_json());
        prop_assert_eq!(first.selection(), second.selection());
    }

    #[test]
    fn whatever_was_drawn_can_be_opened_again(from in 0usize..4, script in script()) {
        let mut session = start(from);
        run(&mut session, &script);
        let text = session.document().to_json();
        let again = Document::from_json(text.as_bytes());
        prop_assert!(again.is_ok(), "{:?}", again.err());
        prop_assert_eq!(again.unwrap().to_json(), text);
        // Views of it hold, whatever it is.
        let rows = hopscope_editor::outline::outline(session.document());
        prop_assert_eq!(rows.len(), session.document().nodes.len());
        prop_assert!(hopscope_editor::search::search(session.document(), "10.0.0.10", 20).len() <= 20);
    }

    #[test]
    fn pasted_text_never_panics(text in "\\PC{0,200}", kind in 0usize..4) {
        let session = Session::new(starters()[1].document().unwrap());
        let (id, key) = [("rtb-public", "routes"), ("sg-web", "inbound"), ("acl-default", "inbound"), ("vpc-main", "cidrs")][kind];
        let parsed = hopscope_editor::rows::parse(session.document(), id, key, &text);
        prop_assert!(parsed.is_ok());
    }
}
