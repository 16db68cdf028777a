//! Strings of the page.

/// Name of the tool.
pub const NAME: &str = "Hopscope";
