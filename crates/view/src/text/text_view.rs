//! Words of the document as text.

/// The panel.
pub const TITLE: &str = "Text";
/// Opens and closes it.
pub const SHOW: &str = "Show the document as text";
/// The field.
pub const FIELD: &str = "Text of the document";
/// How one works with it.
pub const HELP: &str = "JSON, as it is saved. What you type changes the map as soon as it can be read. Escape goes to the map, Tab to what follows.";
/// Nothing is wrong.
pub const IN_STEP: &str = "The map shows this text.";
/// Shows what is wrong.
pub const GO_TO_ERROR: &str = "Go to the error";
/// Gives up what cannot be read.
pub const PUT_BACK: &str = "Put back the last good text";
/// It was given up.
pub const PUT_BACK_DONE: &str = "The text is what the map shows again.";
/// Edge between panel and map.
pub const WIDTH: &str = "Width of the text";

/// A document beyond what is edited as text here.
#[must_use]
pub fn too_large(bytes: usize, most: usize) -> String {
    let mb = |n: usize| n as f64 / (1024.0 * 1024.0);
    format!(
        "The text of this document is {:.1} MB; up to {:.0} MB are edited here. Save it as a file and edit it in a text editor, then open it again.",
        mb(bytes),
        mb(most)
    )
}

/// What is wrong, and where. Lines and columns count from 1.
#[must_use]
pub fn problem(line: usize, column: usize, what: &str) -> String {
    format!("Line {line}, column {column}: {what}")
}

/// A member of the document is not what it should be.
#[must_use]
pub fn member(place: &str, problem: &str) -> String {
    format!("{place}: {problem}.")
}

/// It is no document.
#[must_use]
pub fn other(problem: &str) -> String {
    if problem.ends_with('.') { problem.to_owned() } else { format!("{problem}.") }
}

/// A name that no document keeps.
#[must_use]
pub fn ignored(line: usize, member: &str, kind: Option<&str>) -> String {
    match kind {
        Some(kind) => format!("Line {line}: {kind} has no field \"{member}\", so it is not kept."),
        None => format!("Line {line}: a document has no member \"{member}\", so it is not kept."),
    }
}

/// What a parser of JSON means.
#[must_use]
pub fn json(problem: &str) -> String {
    let told = match problem {
        "expected `,` or `}`" => "a comma or } is missing before this.",
        "expected `,` or `]`" => "a comma or ] is missing before this.",
        "expected `:`" => "a colon is missing before this.",
        "expected value" => "a value is missing here.",
        "expected ident" => "this is neither true, false nor null.",
        "trailing comma" => "there is a comma too many before this.",
        "key must be a string" => "the name of a field in quotation marks is missing here.",
        "trailing characters" => "the document has ended before this.",
        "invalid number" => "this is no number.",
        "invalid escape" => "this is no escape that a text may hold.",
        "EOF while parsing a string" => "a text has no closing quotation mark.",
        "recursion limit exceeded" => "this is nested too deeply.",
        cut if cut.starts_with("EOF") => "the text ends before everything is closed.",
        control if control.starts_with("control character") => {
            "a text has no closing quotation mark on its line."
        }
        other => return self::other(other),
    };
    told.to_owned()
}

/// Lines of the text that tell of what is selected.
#[must_use]
pub fn lines_of(name: &str, first: usize, last: usize) -> String {
    if first == last { format!("{name}: line {first}") } else { format!("{name}: lines {first} to {last}") }
}
