//! What must hold for every layout: nothing overlaps, children stay inside, ways touch no card.

#![allow(clippy::unwrap_used, reason = "tests may stop where their own fixtures are wrong")]

use hopscope_aws::components::route_table::Route;
use hopscope_aws::{Config, Document, Frame, Id, Node};
use hopscope_layout::{Arrangement, Layout, Point, Rect, Role, layout, route_path, wires};
use proptest::prelude::*;

fn node(id: &str, kind: &str, parent: Option<&str>) -> Node {
    Node {
        id: Id::from(id),
        name: String::new(),
        parent: parent.map(Id::from),
        config: Config::default_of(kind).unwrap(),
    }
}

fn subnet(id: &str, vpc: &str, zone: &str, table: &str) -> Node {
    let mut node = node(id, "subnet", Some(vpc));
    if let Config::Subnet(subnet) = &mut node.config {
        subnet.zone = Some(Id::from(zone));
        subnet.cidr = Some("10.0.0.0/24".into());
        subnet.route_table = Some(Id::from(table));
    }
    node
}

fn table(id: &str, vpc: &str, routes: &[(&str, &str)]) -> Node {
    let mut node = node(id, "route-table", Some(vpc));
    if let Config::RouteTable(table) = &mut node.config {
        table.routes = routes
            .iter()
            .map(|(destination, target)| Route {
                destination: (*destination).into(),
                target: (*target).into(),
                ..Route::default()
            })
            .collect();
    }
    node
}

/// Two zones, public and private subnets with a NAT gateway each: the network everybody draws.
fn classic() -> Document {
    let mut document = Document::default();
    for node in [
        node("region-1", "region", None),
        node("az-a", "availability-zone", Some("region-1")),
        node("az-b", "availability-zone", Some("region-1")),
        node("vpc-1", "vpc", Some("region-1")),
        node("igw-1", "internet-gateway", Some("vpc-1")),
        table("rtb-pub", "vpc-1", &[("0.0.0.0/0", "igw-1")]),
        table("rtb-a", "vpc-1", &[("0.0.0.0/0", "nat-a")]),
        table("rtb-b", "vpc-1", &[("0.0.0.0/0", "nat-b")]),
        subnet("pub-a", "vpc-1", "az-a", "rtb-pub"),
        subnet("pub-b", "vpc-1", "az-b", "rtb-pub"),
        subnet("prv-a", "vpc-1", "az-a", "rtb-a"),
        subnet("prv-b", "vpc-1", "az-b", "rtb-b"),
        node("nat-a", "nat-gateway", Some("pub-a")),
        node("nat-b", "nat-gateway", Some("pub-b")),
        node("web-a", "instance", Some("pub-a")),
        node("eni-a", "network-interface", Some("web-a")),
        node("app-b", "instance", Some("prv-b")),
        node("eni-b", "network-interface", Some("app-b")),
    ] {
        document.put(node);
    }
    document
}

fn rect(layout: &Layout, id: &str) -> Rect {
    layout.rect(id).unwrap_or_else(|| panic!("{id} is not placed"))
}

#[test]
fn zones_are_columns_and_tiers_are_rows() {
    let layout = layout(&classic());
    assert_eq!(rect(&layout, "pub-a").x, rect(&layout, "prv-a").x);
    assert_eq!(rect(&layout, "pub-a").y, rect(&layout, "pub-b").y);
    assert_eq!(rect(&layout, "prv-a").y, rect(&layout, "prv-b").y);
    assert!(rect(&layout, "pub-a").bottom() < rect(&layout, "prv-a").y);
    assert!(rect(&layout, "pub-a").right() < rect(&layout, "pub-b").x);
    let zones: Vec<_> = layout.bands.iter().filter_map(|band| band.zone.as_deref()).collect();
    assert_eq!(zones, ["az-a", "az-b"]);
    assert!(layout.bands[0].rect.encloses(&rect(&layout, "prv-a")));
}

#[test]
fn many_subnets_of_one_zone_stand_abreast_in_its_column() {
    let mut document = classic();
    for n in 0..6 {
        document.put(subnet(&format!("more-{n}"), "vpc-1", "az-a", "rtb-a"));
    }
    let layout = layout(&document);
    let band = layout.bands.iter().find(|band| band.zone.as_deref() == Some("az-a")).unwrap();
    let rows: std::collections::BTreeSet<i32> =
        (0..6).map(|n| rect(&layout, &format!("more-{n}")).y as i32).collect();
    assert!(rows.len() <= 3, "{rows:?}");
    for n in 0..6 {
        assert!(band.rect.encloses(&rect(&layout, &format!("more-{n}"))), "{n}");
    }
    let other = layout.bands.iter().find(|band| band.zone.as_deref() == Some("az-b")).unwrap();
    assert!(!band.rect.overlaps(&other.rect));
}

/// A subnet is as wide as its column; a move inside that needs no room leaves it so.
#[test]
fn a_move_inside_keeps_the_room_a_subnet_was_given() {
    let mut document = classic();
    for n in 0..3 {
        document.put(node(&format!("more-{n}"), "instance", Some("pub-b")));
    }
    let (mut arrangement, before) = Arrangement::of(&document);
    assert_eq!(rect(&before, "prv-b").w, rect(&before, "pub-b").w);
    let (at, within) = (rect(&before, "app-b"), rect(&before, "prv-b"));
    let frame = Frame { x: at.x - within.x, y: at.y - within.y, w: 0.0, h: 0.0 };
    document.frames.insert("app-b".into(), frame);
    let (after, _) = arrangement.moved(&document, &before, &["app-b".into()]);
    assert_eq!(rect(&after, "prv-b"), within);
    assert_eq!(after, layout(&document));
}

#[test]
fn gateways_stand_on_the_top_edge_and_the_internet_above() {
    let layout = layout(&classic());
    let (vpc, igw) = (rect(&layout, "vpc-1"), rect(&layout, "igw-1"));
    assert_eq!(igw.center().y, vpc.y);
    assert!(vpc.x < igw.x && igw.right() < vpc.right());
    assert!(layout.outside.bottom() < rect(&layout, "region-1").y);
    assert!(rect(&layout, "region-1").encloses(&igw));
}

#[test]
fn one_interface_is_the_card_and_several_are_rows() {
    let mut document = classic();
    assert_eq!(layout(&document).rect("eni-a"), layout(&document).rect("web-a"));
    document.put(node("eni-2", "network-interface", Some("web-a")));
    let layout = layout(&document);
    let (card, first, second) = (rect(&layout, "web-a"), rect(&layout, "eni-a"), rect(&layout, "eni-2"));
    assert!(card.encloses(&first) && card.encloses(&second) && !first.overlaps(&second));
    assert_eq!(layout.items["eni-2"].role, Role::Port);
}

#[test]
fn what_was_placed_by_hand_stays_and_others_give_way() {
    let mut document = classic();
    document.frames.insert("web-a".into(), Frame { x: 20.0, y: 60.0, w: 0.0, h: 0.0 });
    document.frames.insert("prv-a".into(), Frame { x: 600.0, y: 400.0, w: 400.0, h: 0.0 });
    let layout = layout(&document);
    let (pub_a, web, nat) = (rect(&layout, "pub-a"), rect(&layout, "web-a"), rect(&layout, "nat-a"));
    assert_eq!((web.x - pub_a.x, web.y - pub_a.y), (20.0, 60.0));
    assert!(!web.overlaps(&nat));
    let (vpc, moved) = (rect(&layout, "vpc-1"), rect(&layout, "prv-a"));
    assert_eq!((moved.x - vpc.x, moved.y - vpc.y, moved.w), (600.0, 400.0, 400.0));
    assert!(vpc.encloses(&moved) && rect(&layout, "region-1").encloses(&vpc));
}

#[test]
fn orphans_and_circles_stand_at_the_top_level() {
    let mut document = Document::default();
    for orphan in [
        node("a", "subnet", Some("b")),
        node("b", "subnet", Some("a")),
        node("self", "vpc", Some("self")),
        node("lost", "instance", Some("nowhere")),
        node("eni", "network-interface", None),
    ] {
        document.put(orphan);
    }
    let layout = layout(&document);
    assert_eq!(layout.items.len(), 5);
    assert_eq!(layout.items["lost"].parent, None);
    check(&document, &layout).unwrap();
}

#[test]
fn a_deep_chain_of_containers_is_cut_not_followed() {
    let mut document = Document::default();
    for n in 0..20_000 {
        let parent = format!("s-{}", n + 1);
        document.put(node(&format!("s-{n}"), "subnet", Some(&parent)));
    }
    let layout = layout(&document);
    assert_eq!(layout.items.len(), 20_000);
    assert!(layout.items.values().all(|item| item.depth <= 8));
}

#[test]
fn routes_are_lines_that_touch_no_card() {
    let document = classic();
    let layout = layout(&document);
    let wires = wires(&document, &layout);
    let ends: Vec<(&str, &str, &str)> =
        wires.iter().map(|wire| (&*wire.from, &*wire.to, wire.label.as_str())).collect();
    assert_eq!(
        ends,
        [
            ("igw-1", "internet", ""),
            ("pub-a", "igw-1", "0.0.0.0/0"),
            ("pub-b", "igw-1", "0.0.0.0/0"),
            ("prv-a", "nat-a", "0.0.0.0/0"),
            ("prv-b", "nat-b", "0.0.0.0/0"),
        ]
    );
    for wire in &wires {
        clear(&layout, &wire.points, &wire.from, &wire.to).unwrap();
    }
}

/// Siblings do not overlap, children are inside, unless placed by hand.
fn check(document: &Document, layout: &Layout) -> Result<(), TestCaseError> {
    let items: Vec<_> = layout.items.iter().collect();
    for (at, (id, item)) in items.iter().enumerate() {
        if let Some(parent) = item.parent.as_ref().and_then(|parent| layout.items.get(parent)) {
            let inside = if item.role == Role::Edge {
                parent.rect.x <= item.rect.x && item.rect.right() <= parent.rect.right()
            } else {
                parent.rect.encloses(&item.rect)
            };
            prop_assert!(inside, "{id} {:?} is not inside its parent {:?}", item.rect, parent.rect);
        }
        prop_assert!(layout.bounds.encloses(&item.rect), "{id} is out of bounds");
        for (other_id, other) in items.iter().skip(at + 1) {
            let by_hand = document.frames.contains_key(*id) && document.frames.contains_key(*other_id);
            if item.parent != other.parent || by_hand || item.rect == other.rect && item.role == Role::Port {
                continue;
            }
            prop_assert!(
                !item.rect.overlaps(&other.rect),
                "{id} {:?} overlaps {other_id} {:?}",
                item.rect,
                other.rect
            );
        }
    }
    Ok(())
}

/// Every segment is axis-parallel and runs through no card, and through no box that holds
/// neither end.
fn clear(layout: &Layout, points: &[Point], from: &str, to: &str) -> Result<(), TestCaseError> {
    prop_assert!(points.len() >= 2, "no way from {from} to {to}");
    let inside = |id: &str, box_id: &str| {
        let mut at = Some(Id::from(id));
        while let Some(id) = at {
            if &*id == box_id {
                return true;
            }
            at = layout.items.get(&id).and_then(|item| item.parent.clone());
        }
        false
    };
    for (a, b) in points.iter().zip(points.iter().skip(1)) {
        prop_assert!(a.x == b.x || a.y == b.y, "slanted from {a:?} to {b:?}");
        for (id, item) in &layout.items {
            let own = inside(from, id) || inside(to, id);
            if item.role == Role::Port || item.role == Role::Box && own {
                continue;
            }
            prop_assert!(
                !item.rect.crossed_by(*a, *b),
                "the way {from} → {to} runs through {id}: {a:?} {b:?} {:?} {points:?}",
                item.rect
            );
        }
    }
    Ok(())
}

const KINDS: [&str; 9] = [
    "region",
    "vpc",
    "subnet",
    "instance",
    "network-interface",
    "internet-gateway",
    "nat-gateway",
    "unmodelled",
    "internet-host",
];

fn documents(frames: bool) -> impl Strategy<Value = Document> {
    let nodes = prop::collection::vec((0..KINDS.len(), any::<prop::sample::Index>(), 0..3usize), 1..48);
    let placed = prop::collection::vec(
        (any::<prop::sample::Index>(), -200..900i32, -200..900i32, 0..500i32),
        0..if frames { 8 } else { 1 },
    );
    (nodes, placed).prop_map(move |(nodes, placed)| {
        let mut document = Document::default();
        document.put(node("az-0", "availability-zone", Some("n-0")));
        document.put(node("az-1", "availability-zone", Some("n-0")));
        let count = nodes.len();
        for (n, (kind, parent, zone)) in nodes.into_iter().enumerate() {
            let parent = format!("n-{}", parent.index(count));
            let mut node = node(&format!("n-{n}"), KINDS[kind], Some(&parent));
            if let Config::Subnet(subnet) = &mut node.config {
                subnet.zone = Some(Id::from(format!("az-{zone}")));
            }
            document.put(node);
        }
        if frames {
            for (index, x, y, w) in placed {
                let id = Id::from(format!("n-{}", index.index(count)));
                let frame = Frame { x: x as f32, y: y as f32, w: w as f32, h: 0.0 };
                document.frames.insert(id, frame);
            }
        }
        document
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_overlaps_and_everything_is_inside(document in documents(false)) {
        check(&document, &layout(&document))?;
    }

    #[test]
    fn what_is_automatic_avoids_what_is_not(document in documents(true)) {
        check(&document, &layout(&document))?;
    }

    #[test]
    fn the_same_document_gives_the_same_layout(document in documents(true)) {
        let (one, two) = (layout(&document), layout(&document));
        prop_assert_eq!(&one, &two);
        prop_assert_eq!(wires(&document, &one), wires(&document, &two));
    }

    #[test]
    fn ways_touch_no_card(document in documents(false), from: prop::sample::Index, to: prop::sample::Index) {
        let layout = layout(&document);
        let cards: Vec<&Id> = layout
            .items
            .iter()
            .filter(|(_, item)| matches!(item.role, Role::Card | Role::Edge))
            .map(|(id, _)| id)
            .collect();
        prop_assume!(!cards.is_empty());
        let (from, to) = (from.get(&cards), to.get(&cards));
        let points = route_path(&layout, from, to);
        if from == to {
            prop_assert_eq!(points.len(), 1);
        } else {
            clear(&layout, &points, from, to)?;
        }
    }

    /// Whatever is moved, once or often: the same as a layout from the start, and it says what moved.
    #[test]
    fn a_layout_carried_on_equals_one_from_the_start(
        document in documents(true),
        moves in prop::collection::vec((any::<prop::sample::Index>(), frames(), any::<bool>()), 1..12),
    ) {
        let mut document = document;
        let (mut arrangement, mut now) = Arrangement::of(&document);
        prop_assert_eq!(&now, &layout(&document));
        for (which, frame, clear) in moves {
            let Some((id, _)) = now.items.get_index(which.index(now.items.len())) else { continue };
            let id = id.clone();
            if clear {
                document.frames.shift_remove(&id);
            } else {
                document.frames.insert(id.clone(), frame);
            }
            let (after, moved) = arrangement.moved(&document, &now, &[id]);
            prop_assert_eq!(&after, &layout(&document));
            for (position, (id, placed)) in after.items.iter().enumerate() {
                prop_assert_eq!(moved.has(position), now.rect(id) != Some(placed.rect), "{}", id);
            }
            now = after;
        }
    }
}

fn frames() -> impl Strategy<Value = Frame> {
    let size = prop_oneof![Just(0.0f32), 0.0..900.0f32];
    (-100.0..900.0f32, -100.0..700.0f32, size.clone(), size).prop_map(|(x, y, w, h)| Frame { x, y, w, h })
}
