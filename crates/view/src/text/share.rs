//! Strings of links that hold a document: the share dialog, and what a shared copy says.

/// Opens the dialog; its title.
pub const SHARE: &str = "Share";
/// What a link is.
pub const HINT: &str = "The whole document is in the link, after #. That part of an address is never sent to a server: whoever has the link has the document, and nobody else.";
/// Label of the field with the link.
pub const LINK: &str = "Link to this document";
/// Heading of the options.
pub const INCLUDE: &str = "Include";
/// The selection.
#[must_use]
pub fn with_selection(count: usize) -> String {
    if count == 1 { "The selected component".to_owned() } else { format!("The {count} selected components") }
}
/// The chosen flow at its beginning.
#[must_use]
pub fn with_flow(name: &str) -> String {
    format!("The flow {name}")
}
/// The chosen flow at a step.
#[must_use]
pub fn with_step(name: &str, step: usize) -> String {
    format!("The flow {name}, at step {step}")
}
/// The chosen flow between steps.
#[must_use]
pub fn with_moment(name: &str, ms: f64) -> String {
    format!("The flow {name}, at {:.1} s", ms / 1000.0)
}
/// No copy is offered to whoever opens the link.
pub const LOOK_ONLY: &str = "Read-only: offer no copy to change";
/// Copies the link.
pub const COPY: &str = "Copy link";
/// How long the link is.
#[must_use]
pub fn length(characters: usize) -> String {
    format!("{} characters", thousands(characters))
}
/// Too long for places that links pass through.
#[must_use]
pub fn too_long(characters: usize, most: usize) -> String {
    format!(
        "This link would be {} characters long. Many programs cut links beyond {}, so share the document as a file instead: dropped on this page, it opens.",
        thousands(characters),
        thousands(most)
    )
}
/// More than any link holds.
pub const NO_LINK: &str =
    "This document is too large for a link. Share it as a file instead: dropped on this page, it opens.";
/// Heading of links that work here only.
pub const HERE: &str = "For yourself, in this browser";
/// What such a link is.
pub const HERE_HINT: &str = "A short link to the document as it will be then, with what is ticked above. It works only where the document is stored.";
/// Copies that link.
pub const COPY_HERE: &str = "Copy bookmark";
/// Label of the field with it.
pub const BOOKMARK: &str = "Link for this browser";

/// A shared copy is open.
pub const SHARED: &str = "Shared copy";
/// What may be done with it.
pub const SHARED_HINT: &str = "Shared copy: look, play, zoom. Make it mine to change it.";
/// What may be done with one that offers no copy.
pub const LOOK_ONLY_HINT: &str = "Shared to look at: select, play and zoom.";
/// Stores it as a document of its own.
pub const MAKE_MINE: &str = "Make it mine";
/// An edit was refused.
pub const REFUSED: &str = "This is a shared copy, so nothing was changed. Make it mine to change it.";
/// An edit was refused, and no copy is offered.
pub const REFUSED_LOOK_ONLY: &str = "This document was shared to be looked at, so nothing was changed.";

/// A number with its thousands apart.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn long_numbers_are_readable() {
        assert_eq!(super::length(999), "999 characters");
        assert_eq!(super::length(1_234_567), "1,234,567 characters");
    }
}
