//! Where things stand: nested boxes for the components of a document, orthogonal ways for the
//! lines between them. Pure geometry: no words, no colours.

mod arrangement;
mod flow;
mod geometry;
mod grid;
mod links;
pub mod model;
mod nested;
mod roles;
mod route;
mod tree;
mod wires;
mod world;

pub use arrangement::{Arrangement, Moved};
pub use geometry::{Point, Rect, num, rounded_path};
pub use model::{Band, INTERNET, Layout, Placed, Role};
pub use nested::{CARD_H, CARD_W, PORT_H, layout};
pub use roles::{Routing, Tier, effective_table, tier};
pub use wires::{Wire, WireKind, Wiring, route_path, wires};

/// Corner radius of lines.
pub const CORNER: f32 = 6.0;
