//! Standalone SVG: a scene as a picture, a story as a picture that plays by itself. Text stays
//! text; nothing is fetched and nothing runs.

mod crop;
mod draw;
mod motion;
mod notes;
mod still;
mod xml;

use hopscope_aws::Id;

use crate::{Scene, Story};

pub use xml::escape;

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
pub fn render(scene: &Scene, options: &Options) -> String {
    draw::document(scene, options, &draw::Extra::default())
}

/// Chosen components with what they contain as SVG text; none where nothing of them is drawn.
#[must_use]
pub fn part(scene: &Scene, ids: &[Id], options: &Options) -> Option<String> {
    Some(render(&crop::crop(scene, ids)?, options))
}

/// A moment of a story on its map as SVG text: the same moment, the same text.
#[must_use]
pub fn moment(scene: &Scene, story: &Story, ms: f64, options: &Options) -> String {
    draw::document(scene, options, &still::moment(scene, story, ms))
}

/// A story on its map for paper: every stop has the numbers of its steps, and kinds of subnets
/// differ by their edges too. Without a story, the map.
#[must_use]
pub fn paper(scene: &Scene, story: Option<&Story>) -> String {
    let mut extra = story.map(|story| still::numbered(scene, story)).unwrap_or_default();
    extra.style.push_str(
        ".hopscope .subnet-private{stroke-dasharray:9 3}.hopscope .subnet-isolated{stroke-dasharray:2 3}",
    );
    draw::document(scene, &Options { theme: Theme::Light, transparent: true }, &extra)
}

/// A story on its map as SVG text that plays by itself once and holds its last moment; readers
/// who prefer reduced motion see the last moment only.
#[must_use]
pub fn animated(scene: &Scene, story: &Story, options: &Options) -> String {
    draw::document(scene, options, &motion::extra(scene, story))
}

/// The beginning of a standalone picture of that width and height: root, title, description,
/// style, ground. What is drawn and `</svg>` follow.
pub(crate) fn frame(title: &str, description: &str, size: (f32, f32), theme: Theme, style: &str) -> String {
    draw::frame(title, description, size, theme, style)
}

/// The style sheet with the palette, for pages that draw a scene themselves: light, and dark as
/// the reader's system prefers.
#[must_use]
pub fn palette_css() -> String {
    draw::palette()
}
