//! Placing: every kind of the catalogue, on an empty canvas and on whatever may be clicked.

use hopscope_aws::{Document, Id};
use hopscope_editor::{Effect, Intent, Session, place};

fn place_it(session: &mut Session, kind: &str, parent: Option<&Id>) -> Vec<Effect> {
    session.update(Intent::Place { kind: kind.into(), parent: parent.cloned(), zone: None, at: None })
}

#[test]
fn every_kind_can_be_placed_on_an_empty_canvas_in_one_step() {
    for spec in place::tools() {
        let mut session = Session::new(Document::default());
        let effects = place_it(&mut session, spec.kind, None);
        let made = session.document().nodes.values().filter(|node| node.kind() == spec.kind).count();
        assert!(made > 0, "{}: {effects:?}", spec.kind);
        assert_eq!(session.history().labels().len(), 2, "{} is one step", spec.kind);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Focus(_))), "{}", spec.kind);
        let selected = session.selection().last().and_then(|id| session.document().node(id).cloned());
        assert_eq!(selected.map(|node| node.kind()), Some(spec.kind));
        session.update(Intent::Undo);
        assert!(session.document().nodes.is_empty(), "{}", spec.kind);
    }
}

#[test]
fn whatever_is_said_to_be_legal_works_and_everything_else_says_why_not() {
    for starter in hopscope_editor::starters().iter().step_by(4) {
        let document = starter.document().unwrap();
        for spec in place::tools() {
            // One of each kind of thing that can be clicked is enough.
            let mut seen = std::collections::BTreeSet::new();
            for node in document.nodes.values().filter(|node| seen.insert(node.kind())) {
                let told = place::placement(&document, spec.kind, Some(&node.id));
                if let Err(reason) = told {
                    assert!(reason.ends_with('.'), "{reason}");
                    continue;
                }
                let mut session = Session::new(document.clone());
                let effects = place_it(&mut session, spec.kind, Some(&node.id));
                let refused = effects.iter().find_map(|effect| match effect {
                    Effect::Alert(reason) => Some(reason.clone()),
                    _ => None,
                });
                // Some things exist once only, or want room: that is told too.
                match refused {
                    Some(reason) => assert!(
                        reason.contains("already")
                            || reason.contains("room")
                            || reason.contains("free")
                            || reason.contains("One "),
                        "{} into {}: {reason}",
                        spec.kind,
                        node.kind()
                    ),
                    None => assert!(session.can_undo(), "{} into {} did nothing", spec.kind, node.kind()),
                }
            }
        }
    }
}
