//! A sequence as a picture: where lifelines, arrows and texts stand, and the standalone SVG made of
//! it. Text stays text; nothing is fetched and nothing runs.

use std::fmt::Write;

use hopscope_layout::num;

use super::{GroupKind, Sequence};
use crate::icons;
use crate::svg::{Theme, escape, frame};
use crate::text::sequences as words;

/// Distance of lifelines.
const LANE: f32 = 190.0;
/// Left of the first lifeline: numbers, and half a head.
const LEFT: f32 = 116.0;
/// Right of the last one: texts of what it does by itself.
const RIGHT: f32 = 210.0;
/// Half the width of a head.
const HEAD: f32 = 84.0;
/// Width of a character, in text and in notes.
const CHAR: (f32, f32) = (6.5, 6.0);
const LINE: f32 = 15.0;
const NOTE_LINE: f32 = 14.0;
/// Lines of a text, and of notes; the rest stays in the sentence of the message.
const MOST_LINES: (usize, usize) = (4, 4);
const TOP: f32 = 8.0;
const HEADING: f32 = 26.0;

/// An arrow between two lifelines, or a bow at one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// Where it begins.
    pub from: f32,
    /// Where it ends; the same for a bow.
    pub to: f32,
    /// Its height, from the row's top.
    pub y: f32,
}

/// A block of lines of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Where the lines begin, or their middle.
    pub x: f32,
    /// They are centred there.
    pub centred: bool,
    /// Baseline of the first line, from the row's top.
    pub y: f32,
    /// Distance of baselines.
    pub step: f32,
    /// The lines.
    pub lines: Vec<String>,
}

/// What stands in a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// The heading of a group.
    Heading {
        /// Position in [`Sequence::groups`].
        group: usize,
        /// Its words.
        text: String,
    },
    /// A message.
    Message {
        /// Position in [`Sequence::messages`].
        message: usize,
        /// Its arrow.
        arrow: Arrow,
        /// What it says.
        text: Block,
        /// Why it is refused, and what was noted on the way.
        notes: Block,
    },
}

/// One row of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its top.
    pub y: f32,
    /// Its height.
    pub h: f32,
    /// What stands in it.
    pub body: Body,
}

/// Where everything stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Width of everything.
    pub width: f32,
    /// Height of the heads of the lifelines.
    pub head: f32,
    /// Middle of each lifeline.
    pub lanes: Vec<f32>,
    /// Lines of each head.
    pub heads: Vec<Vec<String>>,
    /// From top to bottom; the first one is at 0, under the heads.
    pub rows: Vec<Row>,
    /// Height of all rows.
    pub height: f32,
}

impl Picture {
    /// Lays a sequence out.
    #[must_use]
    pub fn new(sequence: &Sequence) -> Self {
        let count = sequence.participants.len();
        let lanes: Vec<f32> = (0..count).map(|n| LEFT + n as f32 * LANE).collect();
        let heads: Vec<Vec<String>> =
            sequence.participants.iter().map(|it| wrap(&it.label, 2.0 * HEAD - 34.0, CHAR.0, 3)).collect();
        let lines = heads.iter().map(Vec::len).max().unwrap_or(1);
        let width = LEFT + (count.max(1) - 1) as f32 * LANE + RIGHT;
        let mut picture = Self {
            width,
            head: TOP + 18.0 + lines as f32 * LINE,
            lanes,
            heads,
            rows: Vec::new(),
            height: 0.0,
        };
        for index in 0..sequence.messages.len() {
            if let Some(group) = sequence.groups.iter().position(|it| it.first == index && it.end > it.first)
            {
                picture.heading(sequence, group);
            }
            picture.message(sequence, index);
        }
        picture.height += 12.0;
        picture
    }

    fn push(&mut self, h: f32, body: Body) {
        self.rows.push(Row { y: self.height, h, body });
        self.height += h;
    }

    fn heading(&mut self, sequence: &Sequence, group: usize) {
        let Some(it) = sequence.groups.get(group) else { return };
        let text = words::group_heading(it.kind, &it.label);
        self.push(HEADING, Body::Heading { group, text });
    }

    fn lane(&self, participant: usize) -> f32 {
        self.lanes.get(participant).copied().unwrap_or(LEFT)
    }

    fn message(&mut self, sequence: &Sequence, index: usize) {
        let Some(it) = sequence.messages.get(index) else { return };
        let (from, to) = (self.lane(it.from), self.lane(it.to));
        let itself = it.from == it.to;
        let room = if itself { LANE - 48.0 } else { (from - to).abs() - 16.0 };
        let lines = wrap(&words::marked(it), room, CHAR.0, MOST_LINES.0);
        let notes: Vec<String> =
            it.refusal.iter().map(|text| words::refusal(text)).chain(it.notes.iter().cloned()).collect();
        let note_room = (from - to).abs().max(LANE * 1.5).min(self.width - from.min(to) - 16.0);
        let mut small: Vec<String> = Vec::new();
        for (n, note) in notes.iter().enumerate() {
            let wrapped = wrap(note, note_room, CHAR.1, 3);
            if small.len() + wrapped.len() > MOST_LINES.1 && n > 0 {
                small.push(words::and_more(notes.len() - n));
                break;
            }
            small.extend(wrapped);
        }
        let above = lines.len() as f32 * LINE;
        let (arrow_y, text) = if itself {
            let tall = above.max(24.0);
            let y = 8.0 + tall / 2.0;
            let first = y - above / 2.0 + 11.0;
            (y, Block { x: from + 40.0, centred: false, y: first, step: LINE, lines })
        } else {
            let y = 10.0 + above;
            (y, Block { x: (from + to) / 2.0, centred: true, y: 17.0, step: LINE, lines })
        };
        let below = if itself { arrow_y + above.max(24.0) / 2.0 } else { arrow_y + 4.0 };
        let count = small.len() as f32;
        let notes = Block {
            x: from.min(to) + if itself { 40.0 } else { 8.0 },
            centred: false,
            y: below + 12.0,
            step: NOTE_LINE,
            lines: small,
        };
        let h = (below + count * NOTE_LINE + 10.0).max(40.0);
        let arrow = Arrow { from, to, y: arrow_y };
        self.push(h, Body::Message { message: index, arrow, text, notes });
    }
}

impl Arrow {
    /// The line of the arrow.
    #[must_use]
    pub fn line(&self) -> String {
        let y = self.y;
        if self.is_bow() {
            let x = self.from;
            let (far, top, bottom) = (num(x + 30.0), num(y - 9.0), num(y + 9.0));
            return format!("M{} {top}H{far}V{bottom}H{}", num(x), num(x + 2.0));
        }
        let short = if self.to > self.from { -2.0 } else { 2.0 };
        format!("M{} {}H{}", num(self.from), num(y), num(self.to + short))
    }

    /// Its head.
    #[must_use]
    pub fn head(&self) -> String {
        let (x, y) = if self.is_bow() { (self.from, self.y + 9.0) } else { (self.to, self.y) };
        let back = if !self.is_bow() && self.to > self.from { -9.0 } else { 9.0 };
        format!(
            "M{} {}L{} {}L{} {}z",
            num(x),
            num(y),
            num(x + back),
            num(y - 4.5),
            num(x + back),
            num(y + 4.5)
        )
    }

    /// The cross of a message that is refused, in the middle of its way.
    #[must_use]
    pub fn cross(&self) -> String {
        let (x, y) =
            if self.is_bow() { (self.from + 30.0, self.y) } else { ((self.from + self.to) / 2.0, self.y) };
        let (l, r, t, b) = (num(x - 6.0), num(x + 6.0), num(y - 6.0), num(y + 6.0));
        format!("M{l} {t}L{r} {b}M{r} {t}L{l} {b}")
    }

    fn is_bow(&self) -> bool {
        (self.from - self.to).abs() < 1.0
    }
}

/// Lines of at most `room` wide, cut with an ellipsis after `most` of them. Words that are too long
/// are broken.
fn wrap(text: &str, room: f32, width: f32, most: usize) -> Vec<String> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of characters")]
    let fit = (room / width).max(8.0) as usize;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut length = 0usize;
    for word in text.split_whitespace() {
        let mut rest: Vec<char> = word.chars().collect();
        while !rest.is_empty() {
            let gap = usize::from(length > 0);
            if length + gap + rest.len() <= fit {
                if gap > 0 {
                    line.push(' ');
                }
                line.extend(&rest);
                length += gap + rest.len();
                rest.clear();
            } else if length > 0 {
                lines.push(std::mem::take(&mut line));
                length = 0;
            } else {
                let tail = rest.split_off(fit);
                lines.push(rest.into_iter().collect());
                rest = tail;
            }
            if lines.len() > most {
                break;
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let keep: String = last.chars().take(fit.saturating_sub(1)).collect();
            *last = format!("{}…", keep.trim_end());
        }
    }
    lines
}

/// The sequence as a standalone SVG picture.
#[must_use]
pub fn svg(sequence: &Sequence, theme: Theme) -> String {
    let picture = Picture::new(sequence);
    let mut out = String::with_capacity(4096);
    let title = 30.0;
    let height = title + picture.head + picture.height;
    // Writing to a String cannot fail, so results are dropped throughout.
    out.push_str(&frame(&sequence.title, &sequence.summary, (picture.width, height), theme, STYLE));
    let _ = write!(out, "<text class=\"name\" x=\"16\" y=\"22\">{}</text>", escape(&sequence.title));
    let _ = write!(out, "<g transform=\"translate(0 {})\">", num(title));
    for x in &picture.lanes {
        let _ = write!(
            out,
            "<path class=\"life\" d=\"M{} {}V{}\"/>",
            num(*x),
            num(picture.head),
            num(picture.head + picture.height)
        );
    }
    for (n, lines) in picture.heads.iter().enumerate() {
        let (Some(x), Some(it)) = (picture.lanes.get(n), sequence.participants.get(n)) else { continue };
        let _ = write!(
            out,
            "<g role=\"group\" aria-label=\"{}\"><rect class=\"card\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\"/><path class=\"glyph\" transform=\"translate({} {}) scale(.75)\" d=\"{}\"/>",
            escape(&it.label),
            num(x - HEAD),
            num(TOP),
            num(2.0 * HEAD),
            num(picture.head - TOP - 4.0),
            num(x - HEAD + 7.0),
            num(TOP + 6.0),
            icons::path(it.kind)
        );
        text(&mut out, "name", x - HEAD + 30.0, false, TOP + 20.0, LINE, lines);
        out.push_str("</g>");
    }
    let _ = write!(out, "<g transform=\"translate(0 {})\">", num(picture.head));
    for row in &picture.rows {
        draw_row(&mut out, sequence, &picture, row);
    }
    out.push_str("</g></g></svg>\n");
    out
}

fn draw_row(out: &mut String, sequence: &Sequence, picture: &Picture, row: &Row) {
    match &row.body {
        Body::Heading { group, text: words } => {
            let kind = sequence.groups.get(*group).map_or(GroupKind::Part, |it| it.kind);
            let class = if kind == GroupKind::Part { "part" } else { "part special" };
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"4\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/><text class=\"small\" x=\"12\" y=\"{}\">{}</text>",
                num(row.y + 2.0),
                num(picture.width - 8.0),
                num(row.h - 4.0),
                num(row.y + 17.0),
                escape(words)
            );
        }
        Body::Message { message, arrow, text: said, notes } => {
            let Some(it) = sequence.messages.get(*message) else { return };
            let mut class = String::from("message");
            for (on, name) in [
                (it.response, " response"),
                (it.refusal.is_some(), " refused"),
                (it.counterfactual, " would"),
            ] {
                if on {
                    class.push_str(name);
                }
            }
            let _ = write!(
                out,
                "<g class=\"{class}\" role=\"group\" aria-label=\"{}\" transform=\"translate(0 {})\"><text class=\"mono\" x=\"8\" y=\"{}\">{}</text>",
                escape(&sequence.sentence(*message)),
                num(row.y),
                num(arrow.y + 4.0),
                message + 1
            );
            let _ = write!(
                out,
                "<path class=\"line\" d=\"{}\"/><path class=\"tip\" d=\"{}\"/>",
                arrow.line(),
                arrow.head()
            );
            if it.refusal.is_some() {
                let _ = write!(out, "<path class=\"cross\" d=\"{}\"/>", arrow.cross());
            }
            block(out, "text", said);
            block(out, "small", notes);
            out.push_str("</g>");
        }
    }
}

fn block(out: &mut String, class: &str, block: &Block) {
    text(out, class, block.x, block.centred, block.y, block.step, &block.lines);
}

fn text(out: &mut String, class: &str, x: f32, centred: bool, y: f32, step: f32, lines: &[String]) {
    let anchor = if centred { " text-anchor=\"middle\"" } else { "" };
    for (n, line) in lines.iter().enumerate() {
        let _ = write!(
            out,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\"{anchor}>{}</text>",
            num(x),
            num(y + n as f32 * step),
            escape(line)
        );
    }
}

/// What a sequence adds to the style of pictures. Texts have a halo, so that lifelines do not
/// cross them.
const STYLE: &str = ".hopscope .life{stroke:var(--line);stroke-width:1;stroke-dasharray:4 4;fill:none}\
.hopscope .part{fill:var(--ink);fill-opacity:.06}.hopscope .part.special{stroke:var(--ink-3);stroke-dasharray:4 3}\
.hopscope .message text{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}\
.hopscope .message .line{fill:none;stroke:var(--ink);stroke-width:1.5}.hopscope .message .tip{fill:var(--ink)}\
.hopscope .message.response .line{stroke-dasharray:6 4}\
.hopscope .message.refused .line,.hopscope .message .cross{stroke:var(--deny)}.hopscope .message.refused .tip{fill:var(--deny)}\
.hopscope .message .cross{stroke-width:2.5;fill:none;stroke-linecap:round}\
.hopscope .message.would{opacity:.6}.hopscope .message.would text{font-style:italic}";
