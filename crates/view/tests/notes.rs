//! Notes in scenes and exported pictures.

use hopscope_aws::{Document, Network};
use hopscope_view::{Scene, svg};
use serde_json::json;

fn scene(notes: serde_json::Value) -> Scene {
    let json = json!({"hopscope": 1, "nodes": [
        {"id": "r", "kind": "region"},
        {"id": "v", "kind": "vpc", "name": "main", "parent": "r", "cidrs": ["10.0.0.0/16"]},
        {"id": "h", "kind": "internet-host", "name": "client", "addresses": ["198.51.100.1"]},
    ], "notes": notes});
    let document = Document::from_json(json.to_string().as_bytes()).unwrap();
    Scene::build(&document, &Network::build(&document), &hopscope_layout::layout(&document))
}

#[test]
fn a_callout_stands_where_its_component_does() {
    let scene = scene(
        json!([{"id": "n", "kind": "callout", "about": "h", "x": 120.0, "y": -40.0, "text": "one\ntwo"}]),
    );
    let (note, host) = (scene.note("n").unwrap(), scene.layout.rect("h").unwrap());
    assert_eq!((note.rect.x, note.rect.y), (host.x + 120.0, host.y - 40.0));
    assert_eq!(note.lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    assert!(note.line.starts_with('M') && !note.tip.is_empty());
    assert_eq!(note.name, "Callout about client: one two");
    assert!(scene.bounds.encloses(&note.rect), "the picture has room for it");
    assert_eq!(scene.rect("n"), Some(note.rect));
}

#[test]
fn a_note_about_nothing_that_is_drawn_is_drawn_all_the_same() {
    let scene = scene(json!([{"id": "n", "kind": "callout", "about": "gone", "x": 1.0, "y": 2.0}]));
    let note = scene.note("n").unwrap();
    assert_eq!((note.rect.x, note.rect.y, note.line.as_str()), (1.0, 2.0, ""));
    assert_eq!(note.name, "Callout, empty");
}

#[test]
fn pictures_hold_notes_as_text_and_only_as_text() {
    let hostile = "</text><script>alert(1)</script>";
    let scene = scene(json!([
        {"id": "a", "kind": "text", "x": 0.0, "y": 0.0, "w": 4000.0, "text": hostile},
        {"id": "b", "kind": "area", "x": 0.0, "y": 0.0, "text": "Tier"},
        {"id": "c", "kind": "arrow", "x": 0.0, "y": 0.0, "w": -50.0, "h": 60.0, "text": "way"},
    ]));
    let picture = svg::render(&scene, &svg::Options::default());
    assert!(!picture.contains("<script"));
    assert!(picture.contains("&lt;/text&gt;&lt;script&gt;"));
    assert!(picture.contains(">Tier</text>") && picture.contains(">way</text>"));
    // Frames stand under the cards, everything else above.
    assert!(picture.find("class=\"area\"") < picture.find("class=\"card"));
    assert!(picture.find("class=\"sheet\"") > picture.rfind("class=\"card"));
}

#[test]
fn notes_have_the_colours_of_the_picture() {
    let scene = scene(json!([{"id": "a", "kind": "text", "x": 0.0, "y": 0.0, "text": "Tier"}]));
    for theme in [svg::Theme::Light, svg::Theme::Dark] {
        let picture = svg::render(&scene, &svg::Options { theme, transparent: false });
        assert!(picture.contains(".sheet{fill:#") && !picture.contains("var("), "{theme:?}");
    }
    assert!(!svg::paper(&scene, None).contains("var("));
}

#[test]
fn a_picture_without_notes_is_as_it_was() {
    let picture = svg::render(&scene(json!([])), &svg::Options::default());
    assert!(!picture.contains("sheet") && !picture.contains("note"));
}
