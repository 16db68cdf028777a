//! Shapes to SVG elements.

use std::fmt::Write;

use hopscope_layout::{Rect, WireKind, num};

use super::xml::escape;
use super::{Options, Theme, notes};
use crate::icons;
use crate::scene::{Badge, BadgeKind, BandShape, BoxRole, BoxShape, CardRole, CardShape, Scene, WireShape};

const LIGHT: &str = include_str!("palette.css");
const DARK: &str = include_str!("palette-dark.css");
const SHAPES: &str = include_str!("scene.css");

/// What a story adds to the picture of its scene.
#[derive(Debug, Default)]
pub(super) struct Extra {
    /// More style rules.
    pub style: String,
    /// Elements under the cards.
    pub under: String,
    /// Elements over everything.
    pub over: String,
    /// More room at the bottom.
    pub below: f32,
    /// Replaces the scene's description.
    pub description: Option<String>,
    /// A class of the root, so that several pictures fit in one page.
    pub class: String,
}

/// The colours as variables, as the reader's system prefers.
pub(super) fn palette() -> String {
    format!("{LIGHT}@media (prefers-color-scheme:dark){{.hopscope{{{}}}}}\n", DARK.trim())
}

/// The style sheet of a picture. One with colours of its own needs no variables, which many drawing
/// programs do not know.
fn style(theme: Theme, rules: &str) -> String {
    let own = match theme {
        Theme::Auto => return format!("{}{SHAPES}{rules}", palette()),
        Theme::Light => "",
        Theme::Dark => DARK,
    };
    let light = LIGHT.split_once('{').map_or("", |(_, rules)| rules.trim_end().trim_end_matches('}'));
    let mut style = format!("{SHAPES}{rules}");
    for colours in [own, light] {
        for (name, colour) in colours.trim().split(';').filter_map(|rule| rule.split_once(':')) {
            style = style.replace(&format!("var({})", name.trim()), colour.trim());
        }
    }
    style
}

pub(super) fn document(scene: &Scene, options: &Options, extra: &Extra) -> String {
    let mut out = String::with_capacity(4096);
    let Rect { x, y, w, h } = scene.bounds;
    let h = h + extra.below;
    let description = extra.description.as_deref().unwrap_or(&scene.description);
    let key = hash(&[&scene.title, description]);
    // Writing to a String cannot fail, so results are dropped throughout.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{}\" viewBox=\"{} {} {} {}\" width=\"{}\" height=\"{}\" role=\"img\" aria-labelledby=\"t{key} d{key}\"><title id=\"t{key}\">{}</title><desc id=\"d{key}\">{}</desc><style>{}</style>",
        escape(format!("hopscope {}", extra.class).trim()),
        num(x),
        num(y),
        num(w),
        num(h),
        num(w),
        num(h),
        escape(&scene.title),
        escape(description),
        style(options.theme, &format!("{}{}", extra.style, notes::style(scene)))
    );
    if !options.transparent {
        let _ = write!(
            out,
            "<rect class=\"ground\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            num(x),
            num(y),
            num(w),
            num(h)
        );
    }
    let outer = |shape: &&BoxShape| matches!(shape.role, BoxRole::Region | BoxRole::Vpc);
    scene.boxes.iter().filter(outer).for_each(|shape| container(&mut out, shape));
    scene.bands.iter().for_each(|shape| band(&mut out, shape));
    scene.boxes.iter().filter(|shape| !outer(shape)).for_each(|shape| container(&mut out, shape));
    scene.wires.iter().for_each(|shape| wire(&mut out, shape));
    scene.wires.iter().for_each(|shape| chip(&mut out, shape));
    notes::under(&mut out, scene);
    out.push_str(&extra.under);
    scene.outside.iter().for_each(|shape| card(&mut out, shape, true));
    scene.cards.iter().for_each(|shape| card(&mut out, shape, false));
    notes::over(&mut out, scene);
    out.push_str(&extra.over);
    out.push_str("</svg>\n");
    out
}

/// Root, title, description, style and ground of a picture that is no scene.
pub(super) fn frame(title: &str, description: &str, size: (f32, f32), theme: Theme, style: &str) -> String {
    let key = hash(&[title, description]);
    let (w, h) = (num(size.0), num(size.1));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"hopscope\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" aria-labelledby=\"t{key} d{key}\"><title id=\"t{key}\">{}</title><desc id=\"d{key}\">{}</desc><style>{}</style><rect class=\"ground\" x=\"0\" y=\"0\" width=\"{w}\" height=\"{h}\"/>",
        escape(title),
        escape(description),
        self::style(theme, style)
    )
}

/// A short key that is the same for the same text.
pub(super) fn hash(texts: &[&str]) -> String {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in texts.iter().flat_map(|text| text.bytes().chain([0])) {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    format!("{hash:08x}")
}

pub(super) fn rect(out: &mut String, class: &str, rect: &Rect, radius: f32) {
    let _ = write!(
        out,
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
        num(rect.x),
        num(rect.y),
        num(rect.w),
        num(rect.h),
        num(radius)
    );
}

/// Text at its baseline; `anchor` is `start`, `middle` or `end`.
pub(super) fn label(out: &mut String, class: &str, anchor: &str, x: f32, y: f32, text: &str) {
    if text.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "<text class=\"{class}\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
        num(x),
        num(y),
        escape(text)
    );
}

fn glyph(out: &mut String, kind: &str, x: f32, y: f32, size: f32) {
    let scale = num(size / 24.0);
    let _ = write!(
        out,
        "<path class=\"glyph\" transform=\"translate({} {}) scale({scale})\" d=\"{}\"/>",
        num(x),
        num(y),
        icons::path(kind)
    );
}

fn container(out: &mut String, shape: &BoxShape) {
    let radius = match shape.role {
        BoxRole::Vpc => 12.0,
        BoxRole::Region | BoxRole::Other => 10.0,
        BoxRole::PublicSubnet | BoxRole::PrivateSubnet | BoxRole::IsolatedSubnet => 8.0,
    };
    let _ = write!(out, "<g role=\"group\" aria-label=\"{}\">", escape(&shape.name));
    rect(out, &format!("box {}", shape.role.class()), &shape.rect, radius);
    let Rect { x, y, .. } = shape.rect;
    glyph(out, shape.kind, x + 12.0, y + 12.0, 16.0);
    label(out, "name", "start", x + 34.0, y + 25.0, &shape.label);
    if shape.role == BoxRole::Vpc {
        let width = shape.label.chars().count() as f32 * 7.9;
        label(out, "mono", "start", x + 44.0 + width, y + 25.0, &shape.sublabel);
    } else {
        label(out, "mono", "start", x + 12.0, y + 44.0, &shape.sublabel);
    }
    label(out, "small", "end", shape.rect.right() - 12.0, y + 25.0, shape.tag);
    badges(out, &shape.rect, &shape.badges);
    out.push_str("</g>");
}

fn band(out: &mut String, shape: &BandShape) {
    let class = if shape.failed { "band failed" } else { "band" };
    rect(out, class, &shape.rect, 10.0);
    label(out, "small", "start", shape.rect.x + 12.0, shape.rect.y + 18.0, &shape.title);
}

fn wire(out: &mut String, shape: &WireShape) {
    let class = match shape.kind {
        WireKind::Attachment => "wire attachment",
        WireKind::Route => "wire",
    };
    let _ = write!(
        out,
        "<path class=\"{class}\" d=\"{}\"><title>{}</title></path>",
        shape.path,
        escape(&shape.name)
    );
}

/// What is written on a line, over all lines.
fn chip(out: &mut String, shape: &WireShape) {
    if shape.label.is_empty() {
        return;
    }
    let width = shape.label.chars().count() as f32 * 6.7 + 10.0;
    let chip = Rect::new(shape.label_at.x - width / 2.0, shape.label_at.y - 8.0, width, 16.0);
    rect(out, "chip", &chip, 4.0);
    label(out, "mono", "middle", shape.label_at.x, shape.label_at.y + 4.0, &shape.label);
}

fn card(out: &mut String, shape: &CardShape, ghost: bool) {
    let Rect { x, y, w, .. } = shape.rect;
    let _ = write!(out, "<g role=\"group\" aria-label=\"{}\">", escape(&shape.name));
    let mut class = format!("card {}", shape.role.class());
    if shape.failed {
        class.push_str(" failed");
    }
    if ghost {
        class.push_str(" ghost");
    }
    if shape.role == CardRole::Link {
        rect(out, &class, &shape.rect, 14.0);
        glyph(out, shape.kind, x + 8.0, y + 6.0, 16.0);
        label(out, "small", "start", x + 28.0, y + 18.0, &shape.label);
    } else if shape.role == CardRole::Port {
        rect(out, &class, &shape.rect, 4.0);
        label(out, "small", "start", x + 6.0, y + 16.0, &shape.label);
        label(out, "mono", "end", x + w - 6.0, y + 16.0, &shape.sublabel);
    } else {
        rect(out, &class, &shape.rect, 8.0);
        glyph(out, shape.kind, x + w / 2.0 - 12.0, y + 5.0, 24.0);
        label(out, "name", "middle", x + w / 2.0, y + 43.0, &shape.label);
        let class = if shape.sublabel.starts_with(|c: char| c.is_ascii_hexdigit() && !c.is_ascii_uppercase())
            && shape.sublabel.contains(['.', ':'])
        {
            "mono"
        } else {
            "small"
        };
        label(out, class, "middle", x + w / 2.0, y + 57.0, &shape.sublabel);
    }
    badges(out, &shape.rect, &shape.badges);
    out.push_str("</g>");
}

/// Pills along the top right edge.
fn badges(out: &mut String, at: &Rect, badges: &[Badge]) {
    let mut right = at.right() - 6.0;
    for badge in badges {
        let text = match badge.kind {
            BadgeKind::Error | BadgeKind::Warning => format!("! {}", badge.text),
            _ => badge.text.clone(),
        };
        let text: String = text.chars().take(16).collect();
        let width = text.chars().count() as f32 * 6.3 + 12.0;
        if right - width < at.x + 4.0 {
            break;
        }
        let _ = write!(out, "<g><title>{}</title>", escape(&badge.sentence));
        rect(
            out,
            &format!("pill {}", badge.kind.class()),
            &Rect::new(right - width, at.y - 13.0, width, 18.0),
            9.0,
        );
        label(out, "small", "middle", right - width / 2.0, at.y, &text);
        out.push_str("</g>");
        right -= width + 4.0;
    }
}
