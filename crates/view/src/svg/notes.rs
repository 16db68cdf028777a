//! Notes in the exported picture. Their style is written only where there are notes.

use std::fmt::Write;

use hopscope_aws::NoteKind;
use hopscope_layout::num;

use super::draw::label;
use super::xml::escape;
use crate::scene::{NoteShape, Scene};

const STYLE: &str = ".hopscope .sheet{fill:var(--surface);stroke:var(--line)}\
.hopscope .sheet-edge{fill:var(--ink-3)}\
.hopscope .area{fill:none;stroke:var(--ink-3);stroke-width:1.5;stroke-dasharray:8 5}\
.hopscope .note-line{fill:none;stroke:var(--ink-2);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}\
.hopscope .note-dot{fill:var(--ink-2)}\
.hopscope .heading{font-weight:600;fill:var(--ink-2)}";

/// Style rules for the notes of a scene; empty without any.
pub(super) fn style(scene: &Scene) -> &'static str {
    if scene.notes.is_empty() { "" } else { STYLE }
}

/// Frames, which stand under everything that has a name.
pub(super) fn under(out: &mut String, scene: &Scene) {
    scene.notes.iter().filter(|note| note.kind == NoteKind::Area).for_each(|note| draw(out, note));
}

/// Everything else.
pub(super) fn over(out: &mut String, scene: &Scene) {
    scene.notes.iter().filter(|note| note.kind != NoteKind::Area).for_each(|note| draw(out, note));
}

fn draw(out: &mut String, note: &NoteShape) {
    // Writing to a String cannot fail.
    let _ = write!(out, "<g role=\"note\" aria-label=\"{}\">", escape(&note.name));
    let at = &note.rect;
    let rect = |out: &mut String, class: &str, width: f32, radius: &str| {
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{radius}\"/>",
            num(at.x),
            num(at.y),
            num(width),
            num(at.h)
        );
    };
    if !note.line.is_empty() {
        let _ = write!(out, "<path class=\"note-line\" d=\"{}\"/>", note.line);
    }
    let class = match note.kind {
        NoteKind::Text | NoteKind::Callout => {
            rect(out, "sheet", at.w, "3");
            rect(out, "sheet-edge", 3.0, "1.5");
            if !note.tip.is_empty() {
                let _ = write!(out, "<path class=\"note-dot\" d=\"{}\"/>", note.tip);
            }
            "note"
        }
        NoteKind::Area => {
            rect(out, "area", at.w, "10");
            "heading"
        }
        NoteKind::Arrow => {
            let _ = write!(out, "<path class=\"note-line\" d=\"{}\"/>", note.tip);
            "note"
        }
    };
    for (point, line) in &note.lines {
        label(out, class, "start", point.x, point.y, line);
    }
    out.push_str("</g>");
}
