//! What people see, without a screen: words, stories of traces, scenes of documents, playback,
//! forms and standalone SVG. Pure: the page, the command line, the export and the tests share it.

pub mod calculator;
pub mod catalogue;
pub mod cost;
pub mod device_config;
pub mod form;
pub mod ground;
pub mod icons;
pub mod latency;
pub mod playback;
pub mod routes;
pub mod scene;
pub mod sequence;
pub mod story;
pub mod svg;
pub mod text;
pub mod trace_text;

pub use playback::{Frame, Timeline};
pub use scene::{Atlas, Scene};
pub use sequence::Sequence;
pub use story::Story;
