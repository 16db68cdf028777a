//! Words of the overview map.

/// The map in little.
pub const TITLE: &str = "Overview map";
/// How one works with it.
pub const HELP: &str = "Arrow keys move what is shown, plus and minus zoom, Home shows everything.";
/// Opens it.
pub const SHOW: &str = "Show overview map";
/// Closes it.
pub const HIDE: &str = "Hide overview map";
