//! One visible line of the text: number, marks, colours.

use hopscope_editor::text_view::{Piece, Pieces};
use yew::prelude::*;

/// Height of a line in pixels; the style sheet has the same.
pub const LINE: usize = 20;
/// Room above the first line and below the last.
pub const PAD: usize = 6;
/// Bytes of a line that are coloured: longer ones are descriptions.
const COLOURED: usize = 2_000;

/// Digits that line numbers have room for.
#[must_use]
pub fn gutter(lines: usize) -> usize {
    lines.to_string().len().max(3)
}

/// What a line is marked as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The text cursor is on it.
    pub current: bool,
    /// It tells of what is selected.
    pub mine: bool,
    /// Something is wrong on it: from which column, and how much.
    pub wrong: Option<(usize, usize)>,
}

fn class(piece: Piece) -> Option<&'static str> {
    match piece {
        Piece::Key => Some("text-key"),
        Piece::Text => Some("text-string"),
        Piece::Number | Piece::Word => Some("text-number"),
        Piece::Wrong => Some("text-odd"),
        Piece::Mark => None,
    }
}

/// A line where it stands. The field over it holds the same text, so this layer is silent.
pub fn row(text: &str, line: usize, marks: &Marks) -> Html {
    let top = format!("top: {}px", PAD + line * LINE);
    let classes = classes!(
        "text-row",
        marks.current.then_some("current"),
        marks.mine.then_some("mine"),
        marks.wrong.is_some().then_some("wrong")
    );
    html! {
        <div key={line} class={classes} style={top} aria-hidden="true" data-line={(line + 1).to_string()}>
            <span class="text-line">{ line + 1 }</span>
            <span class="text-code">{ for coloured(text) }</span>
            if let Some((column, length)) = marks.wrong {
                <span class="text-wrong" style={format!("--column: {column}; --length: {}", length.clamp(1, 200))}></span>
            }
        </div>
    }
}

fn coloured(text: &str) -> Vec<Html> {
    let mut out = Vec::new();
    let mut at = 0;
    for (piece, range) in Pieces::of(text).take_while(|(_, range)| range.end <= COLOURED) {
        let Some(class) = class(piece) else { continue };
        if let (Some(before), Some(own)) = (text.get(at..range.start), text.get(range.clone())) {
            out.push(html! { <>{ before }<span {class}>{ own }</span></> });
            at = range.end;
        }
    }
    out.push(html! { { text.get(at..).unwrap_or("") } });
    out
}
