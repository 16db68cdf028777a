//! AWS networks: documents, components, lowering, diagnostics and traces.
//!
//! The way through: [`document::Document`] (authored) → [`network::Network`] (resolved, with
//! diagnostics) → [`trace`]. Pure; knows nothing of layout, words on screens or browsers. Rule
//! ids in comments (`RT-12`) refer to `docs/rules.md`.

pub mod catalog;
pub mod component;
pub mod components;
pub mod diagnostic;
pub mod document;
pub mod network;
pub mod query;

pub use catalog::{CATALOG, Config, spec};
pub use component::{Field, FieldKind, Shape, Spec};
pub use diagnostic::Diagnostic;
pub use document::{Document, Expect, Flow, Frame, LoadError, Node};
pub use hopscope_forward::Id;
pub use network::Network;
pub use query::{QueryError, trace, trace_from};
