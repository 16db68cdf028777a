//! Aligning, distributing and the address space, as a person asks for them.

use hopscope_aws::{Config, Document, Frame, Id};
use hopscope_editor::arrange::{Arrangement, Laid};
use hopscope_editor::space::{halves, joined, spaces};
use hopscope_editor::{Effect, Intent, Session};

fn session() -> Session {
    let mut session = Session::new(Document::default());
    session.update(Intent::Place { kind: "vpc".into(), parent: None, zone: None, at: None });
    let vpc = session.selection()[0].clone();
    session.update(Intent::Chip { node: vpc, chip: "two-zones".into() });
    session
}

fn by_name(session: &Session, name: &str) -> Id {
    let found = session.document().nodes.values().find(|n| n.name == name);
    found.unwrap_or_else(|| panic!("nothing is called {name}")).id.clone()
}

fn alert(effects: &[Effect]) -> &str {
    effects
        .iter()
        .find_map(|effect| if let Effect::Alert(text) = effect { Some(text.as_str()) } else { None })
        .unwrap_or_else(|| panic!("nothing was refused: {effects:?}"))
}

fn block(session: &Session, id: &Id) -> String {
    match &session.document().node(id).unwrap().config {
        Config::Subnet(subnet) => subnet.cidr.clone().unwrap_or_default(),
        other => panic!("{other:?}"),
    }
}

/// Three instances of one subnet, laid out one below the other with growing indents.
fn three(session: &mut Session) -> Vec<Laid> {
    let subnet = by_name(session, "private-a");
    let place = |session: &mut Session| {
        session.update(Intent::Place {
            kind: "instance".into(),
            parent: Some(subnet.clone()),
            zone: None,
            at: None,
        });
        session.selection()[0].clone()
    };
    (0u8..3)
        .map(|n| Laid {
            id: place(session),
            within: Some(subnet.clone()),
            frame: Frame { x: 16.0 + f32::from(n) * 30.0, y: 56.0 + f32::from(n) * 90.0, w: 128.0, h: 64.0 },
        })
        .collect()
}

#[test]
fn aligning_is_one_step_that_pins_only_what_was_chosen() {
    let mut session = session();
    let laid = three(&mut session);
    let before = session.document().to_json();
    let effects = session.update(Intent::Arrange { how: Arrangement::Left, laid: laid.clone() });
    assert!(effects.contains(&Effect::Announce("Align 3 instances left".into())), "{effects:?}");
    let frames: Vec<(f32, f32)> =
        session.document().frames.values().map(|frame| (frame.x, frame.y)).collect();
    assert_eq!(frames, [(16.0, 56.0), (16.0, 146.0), (16.0, 236.0)]);
    session.update(Intent::Undo);
    assert_eq!(session.document().to_json(), before);
    session.update(Intent::Arrange { how: Arrangement::Vertically, laid });
    assert_eq!(session.document().frames.len(), 3);
}

#[test]
fn what_cannot_be_arranged_is_refused_in_a_sentence() {
    let mut session = session();
    let mut laid = three(&mut session);
    let other = by_name(&session, "private-b");
    let ask = |session: &mut Session, how, laid: &[Laid]| {
        let effects = session.update(Intent::Arrange { how, laid: laid.to_vec() });
        alert(&effects).to_owned()
    };
    assert!(ask(&mut session, Arrangement::Left, &laid[..1]).contains("two or more"));
    assert!(ask(&mut session, Arrangement::Vertically, &laid[..2]).contains("three or more"));
    // Tops of things that stand below one another: they would cover each other.
    assert!(ask(&mut session, Arrangement::Top, &laid).contains("on one another"));
    laid[0].within = Some(other);
    assert!(ask(&mut session, Arrangement::Left, &laid).contains("several containers"));
    assert!(session.document().frames.is_empty());
}

#[test]
fn what_is_inside_of_a_selected_container_moves_with_it() {
    let mut session = session();
    let mut laid = three(&mut session);
    let vpc = session.document().nodes.values().find(|n| n.kind() == "vpc").unwrap().id.clone();
    let at =
        |id: Id, y: f32| Laid { id, within: Some(vpc.clone()), frame: Frame { x: y, y, w: 300.0, h: 200.0 } };
    laid.push(at(by_name(&session, "private-a"), 100.0));
    laid.push(at(by_name(&session, "private-b"), 400.0));
    let effects = session.update(Intent::Arrange { how: Arrangement::Left, laid });
    assert!(effects.contains(&Effect::Announce("Align 2 subnets left".into())), "{effects:?}");
    assert_eq!(session.document().frames.len(), 2);
}

#[test]
fn a_free_part_becomes_a_subnet_of_that_size() {
    let mut session = session();
    let vpc = session.document().nodes.values().find(|n| n.kind() == "vpc").unwrap().id.clone();
    let free: Vec<String> = spaces(session.document(), &vpc)[0]
        .parts
        .iter()
        .filter(|part| part.is_room())
        .map(|part| part.block.to_string())
        .collect();
    assert_eq!(free, ["10.0.64.0/18", "10.0.128.0/17"]);
    let carve = |block: &str| Intent::Carve { vpc: vpc.clone(), block: block.into(), zone: None };
    session.update(carve("10.0.128.0/24"));
    let made = session.selection()[0].clone();
    assert_eq!(block(&session, &made), "10.0.128.0/24");
    assert!(session.history().undo_label().unwrap().contains("10.0.128.0/24"));
    for (wrong, why) in [
        ("10.0.128.0/25", "uses a part"),
        ("10.0.160.0/29", "between /16 and /28"),
        ("10.9.0.0/24", "in no block"),
        ("x", "no IPv4 block"),
    ] {
        assert!(alert(&session.update(carve(wrong))).contains(why), "{wrong}");
    }
}

#[test]
fn splitting_and_joining_are_each_others_inverse() {
    let mut session = session();
    let subnet = by_name(&session, "private-a");
    let before = block(&session, &subnet);
    session.update(Intent::Split { id: Some(subnet.clone()) });
    let made = session.selection()[1].clone();
    assert_eq!(
        (block(&session, &subnet), block(&session, &made)),
        ("10.0.32.0/21".into(), "10.0.40.0/21".into())
    );
    let zone = |id: &Id| session.document().node(id).unwrap().field("zone");
    let table = |id: &Id| session.document().node(id).unwrap().field("route_table");
    assert_eq!((zone(&subnet), table(&subnet)), (zone(&made), table(&made)));
    // What is placed in the second half moves over when they are joined, and stays reachable.
    session.update(Intent::Place {
        kind: "instance".into(),
        parent: Some(made.clone()),
        zone: None,
        at: None,
    });
    let instance = session.selection()[0].clone();
    session.update(Intent::Join { id: Some(subnet.clone()) });
    assert_eq!(block(&session, &subnet), before);
    assert!(session.document().node(&made).is_none());
    assert_eq!(session.document().node(&instance).unwrap().parent.as_ref(), Some(&subnet));
    assert!(session.document().node(&made).is_none());
    // Now something lives in the upper half.
    assert!(halves(session.document(), &subnet).unwrap_err().contains("10.0.40.10"));
}

#[test]
fn joining_takes_free_space_but_nothing_of_others() {
    let mut session = session();
    let public = by_name(&session, "public-a");
    // public-a is 10.0.0.0/20; its other half belongs to the other zone.
    assert!(joined(session.document(), &public).unwrap_err().contains("different Availability Zones"));
    session.update(Intent::Delete { ids: vec![by_name(&session, "public-b")] });
    let found = joined(session.document(), &public).unwrap();
    assert_eq!((found.block.to_string().as_str(), found.with), ("10.0.0.0/19", None));
    session.update(Intent::Join { id: Some(public.clone()) });
    assert_eq!(block(&session, &public), "10.0.0.0/19");
    assert!(joined(session.document(), &public).unwrap_err().contains("uses a part"));
}

#[test]
fn the_smallest_subnet_is_not_split_and_the_largest_not_joined() {
    let mut session = session();
    let vpc = session.document().nodes.values().find(|n| n.kind() == "vpc").unwrap().id.clone();
    session.update(Intent::Carve { vpc: vpc.clone(), block: "10.0.255.240/28".into(), zone: None });
    assert!(alert(&session.update(Intent::Split { id: None })).contains("/28"));
    let all: Vec<Id> =
        session.document().nodes.values().filter(|n| n.kind() == "subnet").map(|n| n.id.clone()).collect();
    session.update(Intent::Delete { ids: all });
    session.update(Intent::Carve { vpc, block: "10.0.0.0/16".into(), zone: None });
    assert!(alert(&session.update(Intent::Join { id: None })).contains("/16"));
}
