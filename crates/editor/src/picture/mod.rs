//! Pictures that carry the document they show, so that they can be opened and changed again. Knows
//! the two formats only as far as the source in them goes.

mod png;
mod svg;

pub use png::{PNG, png_source, png_with_source};
pub use svg::{svg_source, svg_with_source};

use hopscope_aws::Document;

/// Largest picture that is read, in bytes.
pub const MAX_PICTURE: usize = 48 * 1024 * 1024;

/// The document as the one line that pictures carry.
#[must_use]
pub fn source(document: &Document) -> String {
    serde_json::to_string(&document.to_value()).unwrap_or_default()
}

/// The text of a document in a picture; none where these bytes are no picture, or one without.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Source> {
    if bytes.len() > MAX_PICTURE {
        return None;
    }
    if bytes.starts_with(PNG) {
        return Some(png_source(bytes).map_or(Source::None, Source::Text));
    }
    // A picture says so at its beginning, perhaps after a declaration and comments.
    let start = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    if !String::from_utf8_lossy(start).contains("<svg") {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    Some(svg_source(text).map_or(Source::None, Source::Text))
}

/// What a picture carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Text that claims to be a document.
    Text(String),
    /// Nothing: it was drawn elsewhere, or without its source.
    None,
}
