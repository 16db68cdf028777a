//! What context menus offer for what they are opened on. Pure data: no browser, no acts.

use hopscope_aws::{Document, Id, Shape};
use hopscope_editor::{failure, space};
use hopscope_view::text::{editing as words, ui_shell};

use super::popup_menu::Entry;
use crate::state::MenuTarget;

/// Name and entries of the menu for a target.
#[must_use]
pub fn entries(document: &Document, selection: &[Id], target: &MenuTarget) -> (String, Vec<Entry>) {
    match target {
        MenuTarget::Node(id) if document.notes.contains_key(id) => {
            (words::menu_of(&name(document, id)), note())
        }
        MenuTarget::Node(id) => (words::menu_of(&name(document, id)), node(document, id)),
        MenuTarget::Selection => {
            (words::menu_of(&ui_shell::selected(selection.len())), several(document, selection))
        }
        MenuTarget::Wire { by, label, row } => {
            (words::menu_of(label), line(document, by.as_ref(), row.is_some()))
        }
        MenuTarget::Ground => (words::MENU_GROUND.to_owned(), ground(document)),
    }
}

/// Whether an entry only looks, selects or copies.
#[must_use]
pub fn looks(key: &str) -> bool {
    let looks =
        ["space", "copy", "same-kind", "zoom", "inspect", "go-by", "route", "find", "all", "marquee", "fit"];
    looks.contains(&key)
}

fn name(document: &Document, id: &Id) -> String {
    match document.notes.get(id) {
        Some(note) => hopscope_editor::notes::title(note),
        None => document.node(id).map_or_else(|| id.to_string(), |node| node.label().to_owned()),
    }
}

/// A note: nothing stands inside of it, and nothing is connected to it.
fn note() -> Vec<Entry> {
    vec![
        Entry::new("write", "rename", words::EDIT_NOTE, "Enter"),
        Entry::new("cut", "cut", words::CUT, "Ctrl X").ruled(),
        Entry::new("copy", "copy", words::COPY, "Ctrl C"),
        Entry::new("duplicate", "duplicate", words::DUPLICATE, "Ctrl D"),
        Entry::new("same-kind", "select", words::SAME_KIND, "Ctrl Shift A").ruled(),
        Entry::new("zoom", "fit", words::ZOOM_TO, "Shift 2"),
        Entry::new("inspect", "inspector", words::INSPECT, "I"),
        Entry::new("delete", "trash", words::DELETE, "Delete").ruled(),
    ]
}

fn node(document: &Document, id: &Id) -> Vec<Entry> {
    let Some(node) = document.node(id) else { return Vec::new() };
    let spec = node.config.spec();
    let mut out = vec![Entry::new("rename", "rename", ui_shell::RENAME, "F2")];
    if matches!(node.kind(), "vpc" | "subnet") {
        out.push(Entry::new("block", "tables", words::EDIT_BLOCK, ""));
    }
    if spec.shape == Shape::Container {
        out.push(Entry::new("inside", "inside", words::ADD_INSIDE, "N"));
    }
    out.push(Entry::new("connect", "connect", words::CONNECT, "C"));
    if !spec.parents.is_empty() {
        out.push(Entry::new("move", "inside", words::MOVE, "Shift M"));
    }
    if node.kind() == "vpc" {
        out.push(Entry::new("space", "space", words::SPACE_OPEN, ""));
    }
    if node.kind() == "subnet" {
        out.push(Entry::new("split", "split", words::SPLIT, "").unless(space::halves(document, id)));
        out.push(Entry::new("join", "join", words::JOIN, "").unless(space::joined(document, id)));
    }
    if spec.endpoint {
        out.push(Entry::new("send-from", "play", ui_shell::SEND_FROM, "").ruled());
        out.push(Entry::new("send-to", "flows", ui_shell::SEND_TO, ""));
    }
    if !failure::switches(node).is_empty() {
        out.push(Entry::new("fail", "warning", words::FAIL, "X"));
    }
    out.push(Entry::new("cut", "cut", words::CUT, "Ctrl X").ruled());
    out.push(Entry::new("copy", "copy", words::COPY, "Ctrl C"));
    out.push(Entry::new("paste", "paste", words::PASTE, "Ctrl V"));
    out.push(Entry::new("duplicate", "duplicate", words::DUPLICATE, "Ctrl D"));
    out.push(Entry::new("same-kind", "select", words::SAME_KIND, "Ctrl Shift A").ruled());
    if spec.shape == Shape::Container {
        out.push(Entry::new("tidy-inside", "tidy", words::TIDY_INSIDE, ""));
    }
    out.push(Entry::new("zoom", "fit", words::ZOOM_TO, "Shift 2"));
    out.push(Entry::new("inspect", "inspector", words::INSPECT, "I"));
    out.push(Entry::new("delete", "trash", words::DELETE, "Delete").ruled());
    out
}

/// Ways of arranging: key, icon, words, shortcut.
pub const ARRANGEMENTS: [(&str, &str, &str, &str); 8] = [
    ("align-left", "align-left", words::ALIGN_LEFT, "Alt Shift ←"),
    ("align-center", "align-center", words::ALIGN_CENTER, "Alt Shift C"),
    ("align-right", "align-right", words::ALIGN_RIGHT, "Alt Shift →"),
    ("align-top", "align-top", words::ALIGN_TOP, "Alt Shift ↑"),
    ("align-middle", "align-middle", words::ALIGN_MIDDLE, "Alt Shift M"),
    ("align-bottom", "align-bottom", words::ALIGN_BOTTOM, "Alt Shift ↓"),
    ("distribute-horizontally", "distribute-h", words::DISTRIBUTE_HORIZONTALLY, "Alt Shift H"),
    ("distribute-vertically", "distribute-v", words::DISTRIBUTE_VERTICALLY, "Alt Shift V"),
];

fn several(document: &Document, selection: &[Id]) -> Vec<Entry> {
    let count = selection.len();
    let mut out: Vec<Entry> = ARRANGEMENTS
        .iter()
        .filter(|(key, ..)| count > 2 || !key.starts_with("distribute"))
        .map(|(key, icon, label, keys)| {
            let entry = Entry::new(key, icon, *label, keys);
            if matches!(*key, "align-top" | "distribute-horizontally") { entry.ruled() } else { entry }
        })
        .collect();
    // Two halves of a block.
    if let [first, second] = selection
        && space::joined(document, first).is_ok_and(|joined| joined.with.as_ref() == Some(second))
    {
        out.push(Entry::new("join", "join", words::JOIN_HALVES, "").ruled());
    }
    out.push(Entry::new("cut", "cut", words::CUT, "Ctrl X").ruled());
    out.push(Entry::new("copy", "copy", words::COPY, "Ctrl C"));
    out.push(Entry::new("duplicate", "duplicate", words::DUPLICATE, "Ctrl D"));
    out.push(Entry::new("same-kind", "select", words::SAME_KIND, "Ctrl Shift A").ruled());
    out.push(Entry::new("zoom", "fit", words::ZOOM_SELECTION, "Shift 2"));
    out.push(Entry::new("delete", "trash", words::DELETE, "Delete").ruled());
    out
}

/// A line: what it is drawn for, which is a route or a component.
fn line(document: &Document, by: Option<&Id>, route: bool) -> Vec<Entry> {
    let Some(by) = by else { return ground(document) };
    if route {
        return vec![
            Entry::new("route", "tables", words::GO_TO_ROUTE, ""),
            Entry::new("go-by", "route-table", words::go_to(&name(document, by)), ""),
            Entry::new("delete-route", "trash", words::DELETE_ROUTE, "").ruled(),
        ];
    }
    let kind = document.node(by).map_or("connect", |node| node.kind());
    vec![
        Entry::new("go-by", kind, words::go_to(&name(document, by)), ""),
        Entry::new("delete-by", "trash", words::delete(&name(document, by)), "").ruled(),
    ]
}

fn ground(document: &Document) -> Vec<Entry> {
    let mut out = vec![
        Entry::new("add", "plus", words::ADD, "N"),
        Entry::new("paste", "paste", words::PASTE, "Ctrl V"),
    ];
    if document.nodes.is_empty() {
        return out;
    }
    out.push(Entry::new("find", "search", words::FIND, "/"));
    out.push(Entry::new("all", "select", ui_shell::SELECT_ALL, "Ctrl A").ruled());
    out.push(Entry::new("marquee", "marquee", words::TOOL_MARQUEE, "S"));
    out.push(Entry::new("tidy", "tidy", words::TIDY, "Shift T").ruled());
    out.push(Entry::new("tidy-all", "tidy", words::TIDY_ALL, ""));
    out.push(Entry::new("fit", "fit", ui_shell::ZOOM_FIT, "F").ruled());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use hopscope_editor::{Intent, Session};

    fn session() -> Session {
        let mut session = Session::new(Document::default());
        session.update(Intent::Place { kind: "vpc".into(), parent: None, zone: None, at: None });
        let vpc = session.selection().last().cloned().expect("a VPC");
        session.update(Intent::Chip { node: vpc, chip: "two-zones".into() });
        session
    }

    fn keys(entries: &[Entry]) -> Vec<&'static str> {
        entries.iter().map(|entry| entry.key).collect()
    }

    #[test]
    fn every_kind_has_a_menu_without_doubles() {
        for spec in hopscope_aws::CATALOG {
            let mut document = Document::default();
            let config = hopscope_aws::Config::default_of(spec.kind).expect("a kind");
            let id = Id::from("x");
            document.put(hopscope_aws::Node { id: id.clone(), name: String::new(), parent: None, config });
            let (_, entries) = entries(&document, &[], &MenuTarget::Node(id));
            let mut seen = keys(&entries);
            let all = seen.len();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), all, "{}", spec.kind);
            assert!(seen.contains(&"delete"), "{}", spec.kind);
        }
    }

    #[test]
    fn a_note_has_a_menu_of_its_own() {
        let mut session = session();
        let kind = hopscope_aws::NoteKind::Text;
        session.update(Intent::PlaceNote { kind, about: None, at: None, size: None });
        let id = session.document().notes.keys().next().cloned().expect("a note");
        let (label, entries) = entries(session.document(), &[], &MenuTarget::Node(id));
        assert_eq!(label, "Actions for note");
        assert_eq!(keys(&entries).first(), Some(&"write"));
        assert!(!keys(&entries).contains(&"connect"));
    }

    #[test]
    fn what_cannot_be_done_says_why() {
        let session = session();
        let document = session.document();
        let subnet = document.nodes.values().find(|node| node.kind() == "subnet").expect("a subnet");
        let (_, entries) = entries(document, &[], &MenuTarget::Node(subnet.id.clone()));
        let of = |key: &str| entries.iter().find(|entry| entry.key == key).expect("an entry");
        assert_eq!(of("split").refused, None);
        assert!(of("join").refused.as_ref().is_some_and(|why| why.contains("Availability Zones")));
    }

    #[test]
    fn what_is_only_looked_at_offers_nothing_that_changes_it() {
        let session = session();
        let document = session.document();
        for node in document.nodes.values() {
            let (_, entries) = entries(document, &[], &MenuTarget::Node(node.id.clone()));
            let left: Vec<_> = entries.iter().filter(|entry| looks(entry.key)).collect();
            assert!(!left.is_empty(), "{}", node.kind());
            assert!(left.iter().all(|entry| entry.key != "delete" && entry.key != "rename"));
        }
    }

    #[test]
    fn an_empty_map_offers_what_is_possible() {
        let (_, entries) = entries(&Document::default(), &[], &MenuTarget::Ground);
        assert_eq!(keys(&entries), ["add", "paste"]);
    }
}
