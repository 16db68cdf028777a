//! A document in a link: `v1=<document>&f=<flow>&t=<ms>&s=<ids>`, the fragment of an address, so
//! that it reaches no server. Knows texts only, nothing of addresses and pages. Version 1 is for
//! ever: its dictionary and its limits downwards never change.

mod pack;
mod place;

use hopscope_aws::Document;
use hopscope_aws::document::LoadError;

pub use place::{Moment, Place};

/// Longest link that is offered, in characters; what is longer travels as a file.
pub const MAX_OFFERED: usize = 8 * 1024;
/// Longest packed document that is read, in characters: more than is ever offered.
pub const MAX_PACKED: usize = 32 * 1024;
/// Longest document text that a link may unfold to, in bytes.
pub const MAX_TEXT: usize = 512 * 1024;
/// Most components that a link may carry.
pub const MAX_NODES: usize = 2_000;
/// Most flows that a link may carry: each is traced when the document opens.
pub const MAX_FLOWS: usize = 200;

/// The part of a fragment that asks to offer no copy.
pub const LOOK_ONLY: &str = "r=1";

/// What a link holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The document.
    pub document: Document,
    /// What of it is shown.
    pub place: Place,
    /// Whoever opens it is not offered a copy to change.
    pub look_only: bool,
}

/// Why a text is not a link of this kind. The message says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Written by a newer build.
    #[error(
        "This link was made by a newer Hopscope. Reload the page to get the newest build, then open it again."
    )]
    Newer,
    /// The end is missing.
    #[error("This link is cut short: its end is missing. Copy it again from where it was made, all of it.")]
    CutShort,
    /// Something in it is not as it was written.
    #[error(
        "This link is damaged: something in it was changed on the way. Copy it again from where it was made."
    )]
    Damaged,
    /// More than a link may hold.
    #[error("This link holds more than a link may hold. Ask for the document as a file and open that.")]
    TooLarge,
    /// It unfolds to something that is no document.
    #[error("This link is whole, but what it holds cannot be opened. {0}")]
    Document(LoadError),
}

/// Whether a fragment holds a document, of whatever version: `v` and digits before `=`.
#[must_use]
pub fn is_link(fragment: &str) -> bool {
    version(fragment).is_some()
}

fn version(fragment: &str) -> Option<(&str, &str)> {
    let (digits, rest) = fragment.strip_prefix('v')?.split_once('=')?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some((digits, rest))
}

/// The document part of a link and what follows it: two links with equal first parts hold the same
/// document.
#[must_use]
pub fn parts(fragment: &str) -> (&str, &str) {
    fragment.split_once('&').unwrap_or((fragment, ""))
}

impl Link {
    /// The fragment, without `#`.
    ///
    /// # Errors
    /// [`LinkError::TooLarge`] for a document that no link can hold.
    pub fn write(&self) -> Result<String, LinkError> {
        let mut out = write_document(&self.document)?;
        if self.look_only {
            out.push('&');
            out.push_str(LOOK_ONLY);
        }
        let place = self.place.write();
        if !place.is_empty() {
            out.push('&');
            out.push_str(&place);
        }
        Ok(out)
    }

    /// Reads a fragment, without `#`.
    ///
    /// # Errors
    /// One sentence that says what became of the link and what to do.
    pub fn read(fragment: &str) -> Result<Self, LinkError> {
        let (version, rest) = version(fragment).ok_or(LinkError::Damaged)?;
        if version.trim_start_matches('0') != "1" {
            return Err(if version.bytes().all(|digit| digit == b'0') {
                LinkError::Damaged
            } else {
                LinkError::Newer
            });
        }
        let (packed, place) = parts(rest);
        let look_only = place.split('&').any(|part| part == LOOK_ONLY);
        Ok(Self { document: read_document(packed)?, place: Place::read(place), look_only })
    }
}

/// The document part of a link (`v1=…`), which costs more to write than the rest.
///
/// # Errors
/// As [`Link::write`].
pub fn write_document(document: &Document) -> Result<String, LinkError> {
    if document.nodes.len() > MAX_NODES || document.flows.len() > MAX_FLOWS {
        return Err(LinkError::TooLarge);
    }
    let text = serde_json::to_string(&document.to_value()).map_err(|_| LinkError::TooLarge)?;
    Ok(format!("v1={}", pack::pack(&text)?))
}

fn read_document(packed: &str) -> Result<Document, LinkError> {
    let text = pack::unpack(packed)?;
    let value = hopscope_aws::document::read_json(text.as_bytes(), MAX_TEXT).map_err(LinkError::Document)?;
    let flows = value.get("flows").and_then(|flows| flows.as_array()).map_or(0, Vec::len);
    let nodes = value.get("nodes").and_then(|nodes| nodes.as_array()).map_or(0, Vec::len);
    if flows > MAX_FLOWS || nodes > MAX_NODES {
        return Err(LinkError::TooLarge);
    }
    Document::from_value(value).map_err(LinkError::Document)
}
