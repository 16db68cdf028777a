//! A layout that goes on after a move: what was put elsewhere by hand is laid out again with what
//! contains it, everything else stays. Gives exactly what a layout from the start gives; knows
//! nothing of pointers.

use std::collections::BTreeSet;

use hopscope_aws::{Document, Id};

use crate::links;
use crate::model::{Layout, Placed, Role};
use crate::nested::{absolute, arrange, finish, header, sized};
use crate::tree::{Tree, frame_of};
use crate::{Point, Rect, world};

/// Everything with its size and its place in what contains it, to be carried on.
pub struct Arrangement {
    tree: Tree,
    /// Where each item of the tree is in the layout's list.
    positions: Vec<usize>,
}

/// What a move changed, by position in [`Layout::items`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    items: Vec<bool>,
    inside: Vec<bool>,
    count: usize,
    /// Something at the top level is elsewhere, or a card on a line.
    pub top: bool,
    /// A card on a line is elsewhere, perhaps in another container.
    pub lines: bool,
}

impl Moved {
    fn of(count: usize) -> Self {
        Self { items: vec![false; count], inside: vec![false; count], count: 0, top: false, lines: false }
    }

    /// How many components have another rectangle now.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether the component at a position has another rectangle now.
    #[must_use]
    pub fn has(&self, position: usize) -> bool {
        self.items.get(position).copied().unwrap_or(true)
    }

    /// Whether something directly in the component at a position has another rectangle now.
    #[must_use]
    pub fn has_inside(&self, position: usize) -> bool {
        self.inside.get(position).copied().unwrap_or(true)
    }

    /// Positions of the components that have another rectangle now.
    pub fn positions(&self) -> impl Iterator<Item = usize> {
        self.items.iter().enumerate().filter(|(_, moved)| **moved).map(|(position, _)| position)
    }

    fn note(&mut self, position: usize, parent: Option<usize>) {
        if let Some(slot) = self.items.get_mut(position).filter(|slot| !**slot) {
            *slot = true;
            self.count += 1;
        }
        match parent {
            Some(parent) => {
                if let Some(slot) = self.inside.get_mut(parent) {
                    *slot = true;
                }
            }
            None => self.top = true,
        }
    }
}

impl Arrangement {
    /// Lays out a document.
    #[must_use]
    pub fn of(document: &Document) -> (Self, Layout) {
        let tree = sized(document);
        let mut layout = absolute(&tree);
        let mut positions = vec![usize::MAX; tree.items.len()];
        for (position, id) in layout.items.keys().enumerate() {
            if let Some(slot) = tree.find(id).and_then(|index| positions.get_mut(index)) {
                *slot = position;
            }
        }
        links::place(document, &mut layout);
        (Self { tree, positions }, layout)
    }

    /// The layout after the frames of `ids` changed and nothing else did; `before` is the one that
    /// this arrangement gave last.
    #[must_use]
    pub fn moved(&mut self, document: &Document, before: &Layout, ids: &[Id]) -> (Layout, Moved) {
        let touched = self.rearrange(document, ids);
        let mut layout = before.clone();
        let pills = layout.items.values().rev().take_while(|item| item.role == Role::Pill).count();
        let mut moved = Moved::of(layout.items.len());
        self.place(&mut layout, &touched, &mut moved);
        if self.tree.pills {
            // Cards on lines stand last, in their order; they are placed again with their lines.
            let kept = layout.items.len().saturating_sub(pills);
            let old: Vec<(Id, Placed)> = layout.items.split_off(kept).into_iter().collect();
            finish(&self.tree, &mut layout);
            layout.inside.take();
            links::place(document, &mut layout);
            for (id, placed) in old {
                if let Some((position, _, now)) = layout.items.get_full(&id)
                    && *now != placed
                {
                    moved.note(position, None);
                    moved.lines = true;
                }
            }
        } else {
            finish(&self.tree, &mut layout);
        }
        (layout, moved)
    }

    /// Lays out again what contains moved things, as far up as sizes change. Returns the
    /// containers in which something may stand elsewhere, with all around them.
    fn rearrange(&mut self, document: &Document, ids: &[Id]) -> BTreeSet<usize> {
        let tree = &mut self.tree;
        // Innermost first: the deepest is taken from the end.
        let mut waiting: BTreeSet<(usize, usize)> = BTreeSet::new();
        let mut touched = BTreeSet::new();
        for id in ids {
            let Some(index) = tree.find(id) else { continue };
            let frame = frame_of(document, id);
            let Some(item) = tree.items.get_mut(index) else { continue };
            if item.role == Role::Port {
                continue;
            }
            item.frame = frame;
            if item.role == Role::Box {
                waiting.insert((tree.depth(index), index));
            }
            if let Some(parent) = tree.parent(index) {
                waiting.insert((tree.depth(parent), parent));
            }
        }
        while let Some((_, index)) = waiting.pop_last() {
            let size = |tree: &Tree| tree.items.get(index).map(|item| (item.natural, item.overhang));
            let before = size(tree);
            let given = tree.items.get(index).map(|item| item.size);
            tree.relax(index);
            arrange(tree, index);
            touched.insert(index);
            if size(tree) == before {
                // What contains it gave it more room than it asks for, and is not laid out again.
                if let (Some(item), Some(given)) = (tree.items.get_mut(index), given) {
                    item.size = given;
                }
            } else if let Some(parent) = tree.parent(index) {
                waiting.insert((tree.depth(parent), parent));
            }
        }
        for root in tree.roots.clone() {
            if let Some(item) = tree.items.get_mut(root) {
                item.size = item.natural;
            }
        }
        world::top(tree);
        for index in touched.clone() {
            let mut at = tree.parent(index);
            while let Some(here) = at.filter(|here| touched.insert(*here)) {
                at = tree.parent(here);
            }
        }
        touched
    }

    /// Absolute rectangles of what stands elsewhere now.
    fn place(&self, layout: &mut Layout, touched: &BTreeSet<usize>, moved: &mut Moved) {
        let tree = &self.tree;
        let position = |index: usize| self.positions.get(index).copied();
        let mut stack: Vec<(usize, Option<usize>, Point)> =
            tree.roots.iter().map(|root| (*root, None, Point::default())).collect();
        while let Some((index, parent, origin)) = stack.pop() {
            let (Some(item), Some(at)) = (tree.items.get(index), position(index)) else { continue };
            let rect = Rect::new(origin.x + item.at.x, origin.y + item.at.y, item.size.0, item.size.1);
            let Some((_, placed)) = layout.items.get_index_mut(at) else { continue };
            let shifted = placed.rect != rect;
            if shifted {
                placed.rect = rect;
                placed.header = header(item, &rect);
                moved.note(at, parent);
            }
            if shifted || touched.contains(&index) {
                let inner = Point::new(rect.x, rect.y);
                stack.extend(tree.children(index).into_iter().map(|child| (child, Some(at), inner)));
            }
        }
    }
}
