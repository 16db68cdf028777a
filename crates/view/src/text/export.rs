//! Strings of what leaves the page: pictures, the sheet for paper, the trace as data.

/// Opens the dialog; its title.
pub const EXPORT: &str = "Export";
/// Heading: what is drawn.
pub const WHAT: &str = "Picture of";
/// Everything.
pub const WHOLE: &str = "The whole map";
/// The chosen flow.
#[must_use]
pub fn flow_at(name: &str) -> String {
    format!("The flow {name}, at the moment shown")
}
/// The selection.
#[must_use]
pub fn selected(count: usize) -> String {
    if count == 1 { "What is selected".to_owned() } else { format!("The {count} components selected") }
}
/// Heading: colours.
pub const COLOURS: &str = "Colours";
/// Light.
pub const LIGHT: &str = "Light";
/// Dark.
pub const DARK: &str = "Dark";
/// Heading: pixels of a PNG.
pub const SIZE: &str = "Size of PNG";
/// So many times the size on the screen.
#[must_use]
pub fn times(scale: u32) -> String {
    format!("{scale}×")
}
/// The document travels in the picture.
pub const WITH_SOURCE: &str = "Put the document in the picture: dropped on this page, it opens again";
/// Saves one.
pub const SAVE_PNG: &str = "Save PNG";
/// Saves one.
pub const SAVE_SVG: &str = "Save SVG";
/// Saves one that plays.
pub const SAVE_MOVING: &str = "Save animated SVG";
/// What that is.
pub const MOVING_HINT: &str = "The animated SVG plays the flow by itself, wherever pictures are shown; readers who prefer reduced motion see its end.";
/// Opens the sheet.
pub const PRINT: &str = "Print sheet";
/// Alternative text of the preview.
pub const PREVIEW: &str = "Preview of the picture";
/// Saved.
pub const DONE: &str = "Saved.";
/// The browser could not draw it.
pub const TOO_LARGE: &str =
    "This browser cannot draw a PNG of that size. Choose a smaller one, or save an SVG.";
/// Nothing that is selected is drawn.
pub const NOTHING: &str = "Nothing of what is selected is drawn on the map.";

/// A picture without its source was opened.
pub const NO_SOURCE: &str = "This picture carries no document. Open one that was exported here with \"Put the document in the picture\", or a .hopscope.json file.";

/// Label of the sheet.
pub const SHEET: &str = "Print sheet";
/// Prints.
pub const PRINT_NOW: &str = "Print";
/// Heading of the steps.
pub const HOPS: &str = "Hops";
/// Heading of the tables.
pub const TABLES: &str = "What decided";
/// Where numbers stand.
pub const NUMBERS: &str = "Numbers on the map are those of the hops.";
/// How edges tell subnets apart.
pub const KEY: &str = "Subnets: public, solid edge; private, dashed edge; isolated, dotted edge.";
/// The row that decided.
pub const DECIDED: &str = "decided";
/// A hop that only would have been taken.
pub const WOULD: &str = "would be";
/// Rows that are left out.
#[must_use]
pub fn more_rows(count: usize) -> String {
    if count == 1 { "1 more row".to_owned() } else { format!("{count} more rows") }
}
/// Names a table by its hop.
#[must_use]
pub fn of_hop(number: usize, caption: &str) -> String {
    format!("{number}. {caption}")
}

/// Copies the whole trace.
pub const COPY_JSON: &str = "Copy as JSON";
