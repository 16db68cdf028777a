//! The components of a document, shared between copies of it until one of them changes. Knows
//! nothing of what they mean.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::Id;
use crate::document::Node;

type Map = IndexMap<Id, Arc<Node>>;

/// Components in the author's order. Copying costs nothing; whoever changes a copy gets a list of
/// their own first, so that dragging a box in a large document copies no list at all.
#[derive(Clone, Debug, Default)]
pub struct Nodes(Arc<Map>);

impl Nodes {
    /// Whether two documents share their components: then they are equal without looking.
    #[must_use]
    pub fn shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for Nodes {
    fn eq(&self, other: &Self) -> bool {
        self.shared_with(other) || self.0 == other.0
    }
}

impl FromIterator<(Id, Arc<Node>)> for Nodes {
    fn from_iter<I: IntoIterator<Item = (Id, Arc<Node>)>>(nodes: I) -> Self {
        Self(Arc::new(nodes.into_iter().collect()))
    }
}

impl<'a> IntoIterator for &'a Nodes {
    type Item = (&'a Id, &'a Arc<Node>);
    type IntoIter = indexmap::map::Iter<'a, Id, Arc<Node>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Deref for Nodes {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.0
    }
}

impl DerefMut for Nodes {
    fn deref_mut(&mut self) -> &mut Map {
        Arc::make_mut(&mut self.0)
    }
}
