//! The whole drawing in little: one path for each sort of box, from places alone. Knows nothing of what
//! is shown of it.

use std::fmt::Write;

use hopscope_aws::Document;
use hopscope_layout::{Layout, Rect, Role, num};

/// Components beyond which single cards are left out: they would be less than a pixel.
const CARDS: usize = 2_500;

/// One path of the overview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strokes {
    /// Class for style sheets: `region`, `vpc`, `box` or `card`.
    pub class: &'static str,
    /// SVG path.
    pub path: String,
}

/// Every box as part of one path for its sort, outer ones first; empty sorts are left out.
#[must_use]
pub fn strokes(document: &Document, layout: &Layout) -> Vec<Strokes> {
    let mut out = ["region", "vpc", "box", "card"].map(|class| Strokes { class, path: String::new() });
    let cards = layout.items.len() <= CARDS;
    for (id, placed) in &layout.items {
        let class = match placed.role {
            Role::Box => match document.node(id).map(|node| node.kind()) {
                Some("region") => "region",
                Some("vpc") => "vpc",
                _ => "box",
            },
            Role::Card | Role::Edge | Role::Pill if cards => "card",
            _ => continue,
        };
        if let Some(strokes) = out.iter_mut().find(|strokes| strokes.class == class) {
            let Rect { x, y, w, h } = placed.rect;
            // Writing to a String cannot fail.
            let _ = write!(strokes.path, "M{} {}h{}v{}h-{}z", num(x), num(y), num(w), num(h), num(w));
        }
    }
    out.into_iter().filter(|strokes| !strokes.path.is_empty()).collect()
}

/// A point of the drawing under a point of the overview: where its bounds are shown as large as they fit,
/// in the middle of a rectangle of that size.
#[must_use]
pub fn world(bounds: Rect, size: (f64, f64), at: (f64, f64)) -> (f64, f64) {
    let (w, h) = (f64::from(bounds.w).max(1.0), f64::from(bounds.h).max(1.0));
    let scale = (size.0 / w).min(size.1 / h);
    if !scale.is_finite() || scale <= 0.0 {
        return (f64::from(bounds.x), f64::from(bounds.y));
    }
    let (left, top) = ((size.0 - w * scale) / 2.0, (size.1 - h * scale) / 2.0);
    (f64::from(bounds.x) + (at.0 - left) / scale, f64::from(bounds.y) + (at.1 - top) / scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_sort_of_box_is_one_path() {
        let json = json!({"hopscope": 1, "nodes": [
            {"id": "r", "kind": "region"},
            {"id": "v", "kind": "vpc", "parent": "r"},
            {"id": "a", "kind": "subnet", "parent": "v"},
            {"id": "b", "kind": "subnet", "parent": "v"},
            {"id": "i", "kind": "instance", "parent": "a"},
            {"id": "g", "kind": "security-group", "parent": "v"},
        ]});
        let document = Document::from_json(json.to_string().as_bytes()).unwrap();
        let layout = hopscope_layout::layout(&document);
        let strokes = strokes(&document, &layout);
        let counts: Vec<_> = strokes.iter().map(|it| (it.class, it.path.matches('M').count())).collect();
        assert_eq!(counts, [("region", 1), ("vpc", 1), ("box", 2), ("card", 1)]);
    }

    #[test]
    fn a_point_of_the_overview_is_one_of_the_drawing() {
        let bounds = Rect::new(-100.0, 0.0, 1000.0, 500.0);
        assert_eq!(world(bounds, (200.0, 200.0), (100.0, 100.0)), (400.0, 250.0));
        assert_eq!(world(bounds, (200.0, 200.0), (0.0, 50.0)), (-100.0, 0.0));
        assert_eq!(world(bounds, (0.0, 0.0), (5.0, 5.0)), (-100.0, 0.0));
    }
}
