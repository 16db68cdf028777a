//! A part of a scene: chosen components with everything inside them.

use std::collections::BTreeSet;

use hopscope_aws::Id;

use crate::Scene;

/// Room round the part.
const MARGIN: f32 = 24.0;

/// The part of a scene that shows these components, what they contain and the lines between; none
/// where nothing of them is drawn.
pub(super) fn crop(scene: &Scene, ids: &[Id]) -> Option<Scene> {
    let mut kept: BTreeSet<&Id> = ids.iter().collect();
    // Outer boxes come first, and the card of an instance before its ports.
    for shape in &scene.boxes {
        if shape.parent.as_ref().is_some_and(|parent| kept.contains(parent)) {
            kept.insert(&shape.id);
        }
    }
    for card in &scene.cards {
        if card.parent.as_ref().is_some_and(|parent| kept.contains(parent)) {
            kept.insert(&card.id);
        }
    }
    let boxes: Vec<_> = scene.boxes.iter().filter(|shape| kept.contains(&shape.id)).cloned().collect();
    let cards: Vec<_> = scene.cards.iter().filter(|card| kept.contains(&card.id)).cloned().collect();
    let bands: Vec<_> = scene.bands.iter().filter(|band| kept.contains(&band.vpc)).cloned().collect();
    let ends = |wire: &&crate::scene::WireShape| kept.contains(&wire.from) && kept.contains(&wire.to);
    let wires: Vec<_> = scene.wires.iter().filter(ends).cloned().collect();
    let rects = boxes.iter().map(|shape| shape.rect).chain(cards.iter().map(|card| card.rect));
    let bounds = rects.reduce(|a, b| a.union(&b))?.grown(MARGIN);
    Some(Scene { bounds, boxes, bands, wires, cards, outside: None, ..scene.clone() })
}
