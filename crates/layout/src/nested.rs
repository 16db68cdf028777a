//! Boxes in boxes, by AWS conventions.

use hopscope_aws::{Document, Shape};

use crate::Rect;
use crate::model::{Layout, Placed, Role};

/// Places every drawn component of a document.
#[must_use]
pub fn layout(document: &Document) -> Layout {
    let mut layout = Layout::default();
    let mut y = 0.0;
    for node in document.nodes.values() {
        let role = match node.config.spec().shape {
            Shape::Container => Role::Box,
            Shape::Card => Role::Card,
            Shape::Edge => Role::Edge,
            Shape::Band | Shape::Table => continue,
        };
        let rect = Rect::new(0.0, y, 120.0, 64.0);
        y += 80.0;
        layout.items.insert(node.id.clone(), Placed { rect, role, parent: None, depth: 0 });
    }
    layout.bounds = Rect::new(0.0, 0.0, 200.0, y);
    layout
}
