//! Drawings made shape by shape show the same as whole scenes, however the document got there, and
//! from afar nothing is lost.

#![allow(clippy::unwrap_used, reason = "tests may stop where their own fixtures are wrong")]

use std::collections::HashSet;
use std::rc::Rc;

use hopscope_aws::{Document, Frame, Id, Network};
use hopscope_layout::{Rect, layout};
use hopscope_view::scene::{BandShape, BoxShape, CardShape, Detail, Visible, WireShape};
use hopscope_view::{Atlas, Scene};
use serde_json::json;

/// So many VPCs with public and private subnets in two zones, each with hosts.
fn large(vpcs: usize) -> Document {
    let mut nodes = vec![
        json!({"id": "r", "kind": "region"}),
        json!({"id": "az-a", "kind": "availability-zone", "parent": "r"}),
        json!({"id": "az-b", "kind": "availability-zone", "parent": "r"}),
    ];
    for v in 0..vpcs {
        let vpc = format!("vpc-{v}");
        let (public, private) = (format!("{vpc}-public"), format!("{vpc}-private"));
        nodes.extend([
            json!({"id": vpc, "kind": "vpc", "parent": "r", "cidrs": [format!("10.{v}.0.0/16")]}),
            json!({"id": format!("igw-{v}"), "kind": "internet-gateway", "parent": vpc}),
            json!({"id": public, "kind": "route-table", "parent": vpc,
                   "routes": [{"destination": "0.0.0.0/0", "target": format!("igw-{v}")}]}),
            json!({"id": private, "kind": "route-table", "parent": vpc,
                   "routes": [{"destination": "0.0.0.0/0", "target": format!("nat-{v}")}]}),
        ]);
        for s in 0..4 {
            let subnet = format!("{vpc}-s{s}");
            nodes.push(
                json!({"id": subnet, "kind": "subnet", "parent": vpc, "cidr": format!("10.{v}.{s}.0/24"),
                "zone": if s % 2 == 0 { "az-a" } else { "az-b" },
                "route_table": if s < 2 { &public } else { &private }}),
            );
            if s == 0 {
                nodes.push(json!({"id": format!("nat-{v}"), "kind": "nat-gateway", "parent": subnet}));
            }
            for i in 0..4 {
                let host = format!("{subnet}-i{i}");
                nodes.push(json!({"id": host, "kind": "instance", "parent": subnet}));
                nodes.push(json!({"id": format!("{host}-eni"), "kind": "network-interface", "parent": host,
                    "private_ips": [{"address": format!("10.{v}.{s}.{}", 10 + i)}]}));
            }
        }
    }
    Document::from_value(json!({"hopscope": 1, "name": "Large", "nodes": nodes})).unwrap()
}

fn everything(atlas: &Atlas) -> Visible {
    atlas.visible(None, Detail::Cards, &HashSet::new())
}

/// The same shapes, whatever the order they are drawn in.
fn assert_same(visible: &Visible, scene: &Scene, place: &str) {
    let boxes = |mut all: Vec<BoxShape>| {
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    };
    let cards = |mut all: Vec<CardShape>| {
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    };
    let wires = |mut all: Vec<WireShape>| {
        all.sort_by(|a, b| (&a.from, &a.to, &a.by).cmp(&(&b.from, &b.to, &b.by)));
        all
    };
    let bands = |all: &[BandShape]| all.to_vec();
    assert_eq!(
        boxes(visible.boxes.iter().map(|b| (**b).clone()).collect()),
        boxes(scene.boxes.clone()),
        "{place}"
    );
    assert_eq!(
        cards(visible.cards.iter().map(|c| (**c).clone()).collect()),
        cards(scene.cards.clone()),
        "{place}"
    );
    assert_eq!(
        wires(visible.wires.iter().map(|w| (**w).clone()).collect()),
        wires(scene.wires.clone()),
        "{place}"
    );
    assert_eq!(bands(&visible.bands), bands(&scene.bands), "{place}");
}

fn scene(document: &Document) -> Scene {
    Scene::build(document, &Network::build(document), &layout(document))
}

/// Every starter, and one that is larger than any.
fn documents() -> Vec<(String, Document)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../editor/starters");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    assert!(paths.len() > 10);
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, Document::from_json(&std::fs::read(path).unwrap()).unwrap())
    };
    paths.into_iter().map(read).chain([("large".to_owned(), large(20))]).collect()
}

#[test]
fn a_drawing_is_the_scene() {
    for (name, document) in documents() {
        let network = Rc::new(Network::build(&document));
        let atlas = Atlas::of(Rc::new(document.clone()), network);
        let scene = scene(&document);
        assert_same(&everything(&atlas), &scene, &name);
        assert_eq!(atlas.bounds, scene.bounds, "{name}");
        assert_eq!(atlas.outside, scene.outside, "{name}");
        assert_eq!((&atlas.title, &*atlas.description), (&scene.title, &*scene.description), "{name}");
    }
}

#[test]
fn a_drawing_carried_on_is_the_scene() {
    for (name, mut document) in documents() {
        let network = Rc::new(Network::build(&document));
        let mut atlas = Atlas::of(Rc::new(document.clone()), Rc::clone(&network));
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = |below: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random % below as u64).unwrap()
        };
        for step in 0..24 {
            let (id, _) = atlas.layout.items.get_index(next(atlas.len())).unwrap();
            let id: Id = id.clone();
            if next(4) == 0 {
                document.frames.shift_remove(&id);
            } else {
                let (x, y) = (next(600) as f32, next(400) as f32);
                document.frames.insert(id.clone(), Frame { x, y, w: 0.0, h: 0.0 });
            }
            let other = if step % 6 == 5 { Rc::new(Network::build(&document)) } else { Rc::clone(&network) };
            atlas = atlas.after(Rc::new(document.clone()), other);
            // Looked at in parts now and then, so that what is kept is partial.
            if step % 3 == 0 {
                assert_same(&everything(&atlas), &scene(&document), &format!("{name}, step {step}, {id}"));
            } else {
                let part = atlas.layout.rect(&id).map(|rect| rect.grown(200.0));
                drop(atlas.visible(part, Detail::Cards, &HashSet::new()));
            }
        }
    }
}

#[test]
fn from_afar_everything_is_drawn_once_or_counted() {
    let document = large(20);
    let atlas = Atlas::of(Rc::new(document.clone()), Rc::new(Network::build(&document)));
    assert_eq!(Detail::at(0.05, 40), Detail::Cards, "small drawings stay whole");
    for (zoom, folds) in [(1.0, 0), (0.3, 80), (0.1, 20)] {
        let detail = Detail::at(zoom, atlas.len());
        let visible = atlas.visible(None, detail, &HashSet::new());
        assert_eq!(visible.folds.len(), folds, "at {zoom}");
        let drawn = visible.cards.len() + visible.boxes.len() + visible.folds.len();
        assert!(zoom >= 0.4 || drawn < 200, "{drawn} shapes at {zoom}");
        let mut counted = visible.cards.len();
        for fold in &visible.folds {
            let part = fold.name.split(", ").find(|part| part.contains(" card")).unwrap();
            let count: usize = part.split(' ').next().unwrap().parse().unwrap();
            counted += count;
        }
        assert_eq!(counted, 20 * 18, "at {zoom}");
    }
}

#[test]
fn what_is_looked_for_is_drawn_in_a_folded_box_too() {
    let document = large(20);
    let atlas = Atlas::of(Rc::new(document.clone()), Rc::new(Network::build(&document)));
    let open: HashSet<Id> = ["vpc-3-s2-i1", "vpc-4-s0"].into_iter().map(Id::from).collect();
    let visible = atlas.visible(None, Detail::at(0.1, atlas.len()), &open);
    let cards: Vec<&str> = visible.cards.iter().map(|card| &*card.id).collect();
    assert_eq!(cards, ["vpc-3-s2-i1"]);
    assert!(visible.boxes.iter().any(|shape| &*shape.id == "vpc-4-s0"));
    assert_eq!(visible.folds.len(), 20);
}

#[test]
fn a_window_shows_what_is_in_it_and_nothing_far_away() {
    let document = large(20);
    let atlas = Atlas::of(Rc::new(document.clone()), Rc::new(Network::build(&document)));
    let window = atlas.layout.rect("vpc-7").unwrap();
    let visible = atlas.visible(Some(window), Detail::Cards, &HashSet::new());
    let far = |rect: &Rect| !rect.overlaps(&window.grown(80.0));
    assert!(visible.cards.iter().all(|card| !far(&card.rect)));
    assert!(visible.cards.iter().any(|card| &*card.id == "vpc-7-s3-i3"));
    assert!(visible.wires.iter().any(|wire| wire.by.as_deref() == Some("vpc-7-public")));
}
