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

/// Whether bytes begin as a picture does: a PNG, or markup with an `svg` element soon.
#[must_use]
pub fn may_be_picture(bytes: &[u8]) -> bool {
    // A declaration and comments may come before the element.
    let start = String::from_utf8_lossy(bytes.get(..bytes.len().min(4096)).unwrap_or_default()).into_owned();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    bytes.starts_with(PNG) || start.starts_with('<') && start.contains("<svg")
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
    if !may_be_picture(bytes) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_told_from_everything_else() {
        let svg = "<svg><desc>a</desc></svg>";
        let with = svg_with_source(svg, "{\"hopscope\":1}");
        for before in ["", "\u{feff}", "<?xml version=\"1.0\"?>\n<!-- drawn -->\n", "\n  "] {
            assert_eq!(read(format!("{before}{svg}").as_bytes()), Some(Source::None));
            let text = Some(Source::Text("{\"hopscope\":1}".to_owned()));
            assert_eq!(read(format!("{before}{with}").as_bytes()), text);
        }
        assert_eq!(read(PNG), Some(Source::None));
        for other in ["", "{\"hopscope\":1,\"name\":\"<svg>\"}", "[\"<svg\"]", "<html></html>"] {
            assert_eq!(read(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn a_document_comes_back() {
        for starter in crate::starters() {
            let document = starter.document().unwrap();
            let picture = svg_with_source("<svg><desc>a</desc></svg>", &source(&document));
            let Some(Source::Text(text)) = read(picture.as_bytes()) else { panic!("{}", starter.slug) };
            assert_eq!(Document::from_json(text.as_bytes()), Ok(document));
        }
    }
}
