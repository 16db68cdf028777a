//! The text of a document for storage, where only what changed is written anew: a large document
//! is saved while somebody types. Gives the same text as [`Document::to_json`].

use std::collections::HashMap;
use std::sync::Arc;

use hopscope_aws::{Document, Id, Node};

/// What was written last, component by component.
#[derive(Debug, Default)]
pub struct Written {
    nodes: HashMap<Id, (Arc<Node>, Arc<str>)>,
}

impl Written {
    /// The document as JSON.
    #[must_use]
    pub fn text(&mut self, document: &Document) -> String {
        let frame = document.to_json_without_nodes();
        let Some((before, after)) = frame.split_once("\n  \"nodes\": []") else { return document.to_json() };
        if document.nodes.is_empty() {
            return frame;
        }
        let mut next: HashMap<Id, (Arc<Node>, Arc<str>)> = HashMap::with_capacity(document.nodes.len());
        let mut size = frame.len() + 32;
        for (id, node) in document.nodes.iter() {
            let known = self.nodes.remove(id).filter(|(known, _)| Arc::ptr_eq(known, node));
            let entry = known.unwrap_or_else(|| (Arc::clone(node), node.to_json_indented(4).into()));
            size += entry.1.len() + 6;
            next.insert(id.clone(), entry);
        }
        self.nodes = next;
        let mut text = String::with_capacity(size);
        text.push_str(before);
        text.push_str("\n  \"nodes\": [");
        let mut between = "\n    ";
        for id in document.nodes.keys() {
            text.push_str(between);
            if let Some((_, written)) = self.nodes.get(id) {
                text.push_str(written);
            }
            between = ",\n    ";
        }
        text.push_str("\n  ]");
        text.push_str(after);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Intent, Session, starters};

    #[test]
    fn the_text_is_the_documents_own() {
        for starter in starters() {
            let document = starter.document().expect("a starter");
            let mut written = Written::default();
            assert_eq!(written.text(&document), document.to_json(), "{}", starter.slug);
            let mut session = Session::new(document);
            let ids: Vec<Id> = session.document().nodes.keys().cloned().collect();
            for id in ids.into_iter().take(5) {
                session.update(Intent::Rename {
                    id: id.clone(),
                    name: "\"nodes\": []\n".into(),
                    coalesce: false,
                });
                assert_eq!(written.text(session.document()), session.document().to_json());
                session.update(Intent::Delete { ids: vec![id] });
                assert_eq!(written.text(session.document()), session.document().to_json());
            }
            session.update(Intent::RenameDocument { name: "\n  \"nodes\": []".into(), coalesce: false });
            assert_eq!(written.text(session.document()), session.document().to_json());
        }
        assert_eq!(Written::default().text(&Document::default()), Document::default().to_json());
    }

    #[test]
    fn only_what_changed_is_written_anew() {
        let starter = starters().into_iter().next().expect("a starter");
        let mut session = Session::new(starter.document().expect("a starter"));
        let mut written = Written::default();
        drop(written.text(session.document()));
        let before = written.nodes.clone();
        let id = session.document().nodes.keys().next().cloned().expect("a component");
        session.update(Intent::Rename { id: id.clone(), name: "other".into(), coalesce: false });
        drop(written.text(session.document()));
        let anew = |other: &&Id| !Arc::ptr_eq(&before[*other].1, &written.nodes[*other].1);
        let changed: Vec<&Id> = session.document().nodes.keys().filter(anew).collect();
        assert_eq!(changed, [&id]);
    }
}
