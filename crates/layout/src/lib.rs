//! Where things stand: nested boxes for the components of a document, orthogonal ways for the
//! lines between them. Pure geometry: no words, no colours.

mod geometry;
pub mod model;
mod nested;
mod roles;
mod wires;

pub use geometry::{Point, Rect, num, rounded_path};
pub use model::{Band, Layout, Placed, Role};
pub use nested::layout;
pub use roles::{Tier, effective_table, tier};
pub use wires::{Wire, WireKind, route_path, wires};

/// Corner radius of lines.
pub const CORNER: f32 = 6.0;
