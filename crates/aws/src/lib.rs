//! AWS networks: documents, components, lowering, diagnostics and traces.
//!
//! The way through: [`document::Document`] (authored) → [`network::Network`] (resolved, with
//! diagnostics) → [`trace`]. Pure; knows nothing of layout, words on screens or browsers. Rule
//! ids in comments (`RT-12`) refer to `docs/rules.md`.

#[macro_use]
mod fields;
pub mod advertisements;
mod arena;
mod balancer;
pub mod bgp;
mod block_public_access;
pub mod catalog;
pub mod cells;
pub mod component;
#[macro_use]
pub mod components;
pub mod diagnostic;
pub mod document;
mod edge;
pub mod exchange;
mod fabric;
mod http;
pub mod listener;
mod longest;
mod lower;
mod matching;
mod medium;
mod names;
pub mod network;
mod nodes;
mod pipeline;
pub mod places;
mod platform;
pub mod policy;
pub mod query;
mod tls;
mod url;
pub mod validate;

pub use advertisements::advertisements;
pub use balancer::NAME_TTL;
pub use catalog::{CATALOG, Config, reasons, spec};
pub use component::{Field, FieldKind, Shape, Spec};
pub use diagnostic::Diagnostic;
pub use document::{Document, Expect, Flow, Frame, LoadError, Node};
pub use hopscope_forward::Id;
pub use names::{Distribution, MAX_QUESTIONS, distribution};
pub use network::Network;
pub use nodes::Nodes;
pub use query::{QueryError, trace, trace_from};
pub use url::is_url;
