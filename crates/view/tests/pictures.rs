//! Scenes, playback and SVG of real documents.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it is wrong")]

mod common;

use common::{classic, flow, node, refusing, scene, story};
use hopscope_aws::Document;
use hopscope_forward::LegKind;
use hopscope_layout::{Point, Role};
use hopscope_view::playback::{Glyph, PacketShape};
use hopscope_view::scene::{BadgeKind, BoxRole, CardRole};
use hopscope_view::svg::{Options, Theme, animated, render};
use hopscope_view::{Scene, Timeline};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn subnets_are_public_private_or_isolated_by_their_routes() {
    let scene = scene(&classic());
    let role = |id: &str| scene.container(id).unwrap().role;
    assert_eq!(role("pub-a"), BoxRole::PublicSubnet);
    assert_eq!(role("prv-a"), BoxRole::PrivateSubnet);
    assert_eq!(role("iso-a"), BoxRole::IsolatedSubnet);
    assert_eq!(scene.container("iso-a").unwrap().tag, "isolated");
    assert_eq!(
        scene.container("pub-a").unwrap().name,
        "pub-a, public subnet, 10.0.0.0/24, 2 components inside"
    );
}

#[test]
fn cards_show_addresses_and_badges() {
    let scene = scene(&classic());
    let web = scene.card("web-a").unwrap();
    assert_eq!((web.role, web.sublabel.as_str()), (CardRole::Compute, "10.0.0.10"));
    assert_eq!(web.badges.len(), 1);
    assert_eq!(web.badges[0].kind, BadgeKind::ElasticAddress);
    assert_eq!(web.name, "web-a, Instance, 10.0.0.10, Elastic IP address 203.0.113.10");
    assert!(scene.card("eni-web").is_none(), "one interface is the card of its instance");
    assert_eq!(scene.outside.as_ref().unwrap().role, CardRole::Internet);
}

#[test]
fn failure_is_shown_where_it_acts() {
    let mut document = classic();
    let zone = document.node("az-a").unwrap().with_field("failed", json!(true)).unwrap();
    document.put(zone);
    let scene = scene(&document);
    assert!(scene.card("nat-a").unwrap().failed && scene.card("web-a").unwrap().failed);
    assert!(!scene.card("nat-b").unwrap().failed);
    assert!(scene.bands.iter().any(|band| band.title == "✕ az-a" && band.failed));
}

#[test]
fn an_assigned_address_gives_way_to_an_elastic_one() {
    let mut document = classic();
    let ips = json!([{"address": "10.0.0.10", "public_ip": "198.51.100.9"}]);
    let eni = document.node("eni-web").unwrap().with_field("private_ips", ips).unwrap();
    document.put(eni);
    let kinds = |document: &Document| -> Vec<BadgeKind> {
        scene(document).card("web-a").unwrap().badges.iter().map(|badge| badge.kind).collect()
    };
    assert_eq!(kinds(&document), [BadgeKind::ElasticAddress]);
    document.nodes.shift_remove("eip-w");
    assert_eq!(kinds(&document), [BadgeKind::PublicAddress]);
}

#[test]
fn steps_are_found_at_their_times() {
    let document = refusing();
    let scene = scene(&document);
    let story = story(&document, &flow("web-a", "db-b", 3306));
    let timeline = Timeline::new(&story, &scene.layout);
    assert_eq!(timeline.ticks.len(), story.steps.len());
    for (index, tick) in timeline.ticks.iter().enumerate() {
        let frame = timeline.frame_at(timeline.time_of(index));
        assert_eq!(frame.step, index, "at {}", tick.at);
        assert_eq!(frame.leg, story.steps[index].leg);
    }
    let denied = timeline.frame_at(timeline.verdict_at);
    assert_eq!(Some(denied.step), story.decided_at);
    assert_eq!(denied.shape, PacketShape::Denied);
    assert!(denied.gate.is_some_and(|gate| !gate.open && gate.progress == 1.0 && &*gate.id == "acl-1"));
    assert_eq!(timeline.ticks[denied.step].glyph, Glyph::Drop);
    assert!(timeline.verdict_at < timeline.total);
    // The refusal happens at the edge of the subnet that refuses.
    let edge = scene.container("prv-b").unwrap().rect;
    assert!(edge.grown(4.0).contains(denied.position) && !edge.grown(-4.0).contains(denied.position));
}

#[test]
fn any_moment_is_a_pure_function_of_time() {
    let document = refusing();
    let (scene, story) = (scene(&document), story(&document, &flow("db-b", "internet", 443)));
    let (one, two) = (Timeline::new(&story, &scene.layout), Timeline::new(&story, &scene.layout));
    let at = |n: u32| one.total * f64::from(n) / 97.0;
    let mut before: Option<Point> = None;
    for n in 0..=97 {
        let frame = one.frame_at(at(n));
        assert_eq!(frame, two.frame_at(at(n)));
        assert!(scene.bounds.contains(frame.position), "{frame:?}");
        if let Some(before) = before {
            assert!(before.distance(frame.position) < 400.0, "the packet jumps at {}", at(n));
        }
        before = Some(frame.position);
    }
    assert_eq!(one.frame_at(f64::NAN), one.frame_at(0.0));
    assert_eq!(one.frame_at(-5.0), one.frame_at(0.0));
    assert!(one.frame_at(1e12).finished);
    assert_eq!(one.frame_at(one.total).shape, PacketShape::Delivered);
}

#[test]
fn the_packet_runs_through_cards_it_visits_only() {
    let document = refusing();
    let (scene, story) = (scene(&document), story(&document, &flow("db-b", "internet", 443)));
    let timeline = Timeline::new(&story, &scene.layout);
    for leg in [LegKind::Forward, LegKind::Return] {
        let path = timeline.path(leg);
        for (a, b) in path.iter().zip(path.iter().skip(1)) {
            assert!(a.x == b.x || a.y == b.y, "slanted: {a:?} {b:?}");
            for (id, item) in &scene.layout.items {
                let visited = ["db-b", "nat-b", "igw-1"].contains(&id.as_str());
                if matches!(item.role, Role::Card | Role::Edge) && !visited {
                    assert!(!item.rect.crossed_by(*a, *b), "through {id}");
                }
            }
        }
    }
}

#[test]
fn a_network_of_nothing_has_a_picture_and_a_timeline() {
    let scene = scene(&Document::default());
    assert!(render(&scene, &Options::default()).contains("An empty network map."));
    let story = story(&classic(), &flow("web-a", "db-b", 3306));
    // Nothing of the story is on this map.
    let timeline = Timeline::new(&story, &scene.layout);
    assert_eq!(timeline.frame_at(timeline.total).position, Point::default());
}

#[test]
fn pictures_are_complete_and_quiet() {
    let document = refusing();
    let scene = scene(&document);
    let picture = render(&scene, &Options { theme: Theme::Light, transparent: true });
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
    assert!(picture.contains("<title id=") && picture.contains("<desc id="));
    assert!(!picture.contains("prefers-color-scheme") && !picture.contains("class=\"ground\""));
    let moving = animated(&scene, &story(&document, &flow("web-a", "db-b", 3306)), &Options::default());
    for text in [&picture, &moving] {
        for forbidden in ["<script", "href", "url(", "foreignObject", "NaN", "inf"] {
            assert!(!text.contains(forbidden), "{forbidden}");
        }
        well_formed(text).unwrap();
    }
    assert!(moving.contains("@media (prefers-reduced-motion:no-preference){@keyframes"));
    assert!(moving.contains("denied at network ACL acl-1 inbound rule 100"));
    assert_eq!(
        moving,
        animated(&scene, &story(&document, &flow("web-a", "db-b", 3306)), &Options::default())
    );
}

/// Tags close in order, attributes are quoted, no stray markup: enough of XML for what is made here.
fn well_formed(text: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let before = &rest[..at];
        if before.contains('>') && !open.contains(&"style") {
            return Err(format!("stray > in {before:?}"));
        }
        let end = rest[at..].find('>').ok_or("unclosed tag")? + at;
        let tag = &rest[at + 1..end];
        if !tag.matches('"').count().is_multiple_of(2) {
            return Err(format!("odd quotes in {tag:?}"));
        }
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
        } else if !tag.ends_with('/') {
            open.push(tag.split([' ', '\n']).next().unwrap_or_default());
        }
        rest = &rest[end + 1..];
    }
    if open.is_empty() { Ok(()) } else { Err(format!("left open: {open:?}")) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_names_stay_text(name in any::<String>(), cidr in any::<String>()) {
        let mut document = classic();
        for id in ["web-a", "pub-a", "vpc-1", "igw-1", "az-a"] {
            let named = hopscope_aws::Node { name: name.clone(), ..(**document.node(id).unwrap()).clone() };
            document.put(named);
        }
        document.name = name;
        let subnet = document.node("pub-b").unwrap().with_field("cidr", json!(cidr)).unwrap();
        document.put(subnet);
        let odd = node("thing", "unmodelled", Some("region-1"), json!({"what": cidr}));
        document.put(odd);
        let scene: Scene = scene(&document);
        let text = render(&scene, &Options::default());
        prop_assert!(well_formed(&text).is_ok(), "{:?}", well_formed(&text));
        let forbidden = |c: char| c < ' ' && c != '\n' || c == '\u{fffe}' || c == '\u{ffff}';
        prop_assert!(!text.chars().any(forbidden));
    }
}
