//! Standalone SVG: a scene as a picture, a story as a picture that plays by itself.

use crate::{Scene, Story};

/// Colours of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// As the reader's system prefers.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// How to draw a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Colours.
    pub theme: Theme,
    /// Draw no ground, for pages that have their own.
    pub transparent: bool,
}

/// A scene as SVG text.
#[must_use]
pub fn render(_scene: &Scene, _options: &Options) -> String {
    String::new()
}

/// A story on its map as SVG text that plays by itself once and holds its last moment; readers
/// who prefer reduced motion see the last moment only.
#[must_use]
pub fn animated(_scene: &Scene, _story: &Story, _options: &Options) -> String {
    String::new()
}

/// The style sheet with the palette, for pages that draw a scene themselves.
#[must_use]
pub fn palette_css() -> &'static str {
    ""
}
