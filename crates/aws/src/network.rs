//! The resolved network: arenas and indexes that only lowering can build.

use crate::diagnostic::Diagnostic;
use crate::document::Document;

/// Everything of a document that could be resolved, and what could not.
#[derive(Debug, Default)]
pub struct Network {
    diagnostics: Vec<Diagnostic>,
}

impl Network {
    /// Resolves a document. Never fails: what cannot be resolved becomes a diagnostic.
    #[must_use]
    pub fn build(_document: &Document) -> Self {
        Self::default()
    }

    /// What is wrong or worth telling about the drawing, in the document's order.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}
