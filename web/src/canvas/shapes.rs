//! Boxes, bands, lines and cards as SVG. Each shape is a component of its own, so that an edit
//! draws again only what changed.

use std::rc::Rc;

use hopscope_aws::Id;
use hopscope_layout::{Rect, WireKind, num};
use hopscope_view::scene::{
    Badge, BadgeKind, BandShape, BoxRole, BoxShape, CardRole, CardShape, FoldShape, WireShape,
};
use hopscope_view::text;
use yew::prelude::*;

use crate::icons;

/// What a component on the map looks like beyond its shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// It is selected.
    pub selected: bool,
    /// It has the one tab stop of the map.
    pub cursor: bool,
    /// A click would do what the tool is for.
    pub legal: bool,
    /// A click would not.
    pub illegal: bool,
    /// The packet is here.
    pub active: bool,
    /// What is dragged would land here.
    pub target: bool,
}

impl Look {
    fn classes(self, base: &'static str, role: &'static str) -> Classes {
        let mut classes = classes!("node", base, role);
        for (on, class) in [
            (self.selected, "selected"),
            (self.legal, "legal"),
            (self.illegal, "illegal"),
            (self.active, "active"),
            (self.target, "target"),
        ] {
            if on {
                classes.push(class);
            }
        }
        classes
    }
}

fn kind_name(kind: &str) -> &'static str {
    hopscope_aws::spec(kind).map_or("", |spec| spec.name)
}

fn rect(class: &'static str, at: &Rect, radius: f32) -> Html {
    html! {
        <rect class={class} x={num(at.x)} y={num(at.y)} width={num(at.w)} height={num(at.h)} rx={num(radius)} />
    }
}

fn label(class: &'static str, anchor: &'static str, x: f32, y: f32, text: &str) -> Html {
    if text.is_empty() {
        return html! {};
    }
    html! { <text class={class} x={num(x)} y={num(y)} text-anchor={anchor}>{ text.to_owned() }</text> }
}

fn glyph(kind: &str, x: f32, y: f32, size: f32) -> Html {
    let transform = format!("translate({} {}) scale({})", num(x), num(y), num(size / 24.0));
    html! { <path class="glyph" transform={transform} d={icons::path(kind)} /> }
}

/// The double ring of what is selected or has the keyboard; drawn by style sheets only then.
fn ring(at: &Rect, radius: f32) -> Html {
    html! {
        <>
            { rect("ring ring-paper", &at.grown(1.75), radius + 1.75) }
            { rect("ring ring-ink", &at.grown(3.75), radius + 3.75) }
        </>
    }
}

fn badges(at: &Rect, badges: &[Badge]) -> Html {
    let mut right = at.right() - 6.0;
    let mut out = Vec::new();
    for badge in badges {
        let words = match badge.kind {
            BadgeKind::Error | BadgeKind::Warning => format!("! {}", badge.text),
            _ => badge.text.clone(),
        };
        let words: String = words.chars().take(16).collect();
        // Letters of the 11-pixel face, as in the exported picture.
        let width = f32::from(u16::try_from(words.chars().count()).unwrap_or(16)) * 6.3 + 12.0;
        if right - width < at.x + 4.0 {
            break;
        }
        let pill = Rect::new(right - width, at.y - 13.0, width, 18.0);
        out.push(html! {
            <g class={classes!("pill", badge.kind.class())}>
                <title>{ badge.sentence.clone() }</title>
                { rect("pill-shape", &pill, 9.0) }
                { label("small", "middle", right - width / 2.0, at.y, &words) }
            </g>
        });
        right -= width + 4.0;
    }
    out.into_iter().collect()
}

/// A shape that is shared: equal at once where it is the same one.
pub struct Shared<T>(Rc<T>);

impl<T> From<&Rc<T>> for Shared<T> {
    fn from(shape: &Rc<T>) -> Self {
        Self(Rc::clone(shape))
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

/// Something that is drawn from the document.
#[derive(PartialEq)]
pub enum Shape {
    /// A container, how it looks now, and units for each pixel of its title.
    Box(Shared<BoxShape>, Look, f32),
    /// A zone's column; from afar without its name.
    Band(BandShape, bool),
    /// A container seen from afar, and how it looks now.
    Fold(Shared<FoldShape>, Look),
    /// A line; from afar without its label.
    Wire(Shared<WireShape>, bool),
    /// A card, and how it looks now; from afar without its words.
    Card(Shared<CardShape>, Look, bool),
}

/// Properties of [`ShapeNode`].
#[derive(Properties, PartialEq)]
pub struct ShapeProps {
    /// The shape.
    pub shape: Shape,
}

/// A shape of the map: drawn again only when it changes.
#[component]
pub fn ShapeNode(props: &ShapeProps) -> Html {
    match &props.shape {
        Shape::Box(shape, look, text) => container(&shape.0, *look, *text),
        Shape::Band(shape, far) => band(shape, *far),
        Shape::Fold(shape, look) => fold(&shape.0, *look),
        Shape::Wire(shape, far) => wire(&shape.0, *far),
        Shape::Card(shape, look, far) => card(&shape.0, *look, *far),
    }
}

fn radius(role: BoxRole) -> f32 {
    match role {
        BoxRole::Vpc => 12.0,
        BoxRole::Region | BoxRole::Other => 10.0,
        BoxRole::PublicSubnet | BoxRole::PrivateSubnet | BoxRole::IsolatedSubnet => 8.0,
    }
}

/// A container. From afar its title is larger, and all that is written on it.
fn container(shape: &BoxShape, look: Look, text: f32) -> Html {
    let Rect { x, y, .. } = shape.rect;
    let radius = radius(shape.role);
    if text > 1.0 {
        let size = format!("font-size: {}px", num(12.0 * text));
        // A Region's title has no room inside: it stands on the edge.
        let baseline = if shape.role == BoxRole::Region { y - 5.0 * text } else { y + 14.0 * text };
        return html! {
            <g class={look.classes("container", shape.role.class())} role="group" data-id={shape.id.to_string()}
                data-kind={shape.kind} tabindex={if look.cursor { "0" } else { "-1" }}
                aria-label={shape.name.clone()} aria-roledescription={kind_name(shape.kind)}
                aria-current={look.selected.then_some("true")}>
                { rect("shape", &shape.rect, radius) }
                { ring(&shape.rect, radius) }
                <text class="name" x={num(x + 8.0 * text)} y={num(baseline)} style={size}>{ shape.label.clone() }</text>
            </g>
        };
    }
    let inline = shape.role == BoxRole::Vpc;
    let (block_x, block_y) = if inline {
        // Letters of the 12-pixel semibold face, as in the exported picture.
        let width = f32::from(u16::try_from(shape.label.chars().count()).unwrap_or(200)) * 7.2;
        (x + 44.0 + width, y + 25.0)
    } else {
        (x + 12.0, y + 44.0)
    };
    html! {
        <g class={look.classes("container", shape.role.class())} role="group" data-id={shape.id.to_string()}
            data-kind={shape.kind} tabindex={if look.cursor { "0" } else { "-1" }}
            aria-label={shape.name.clone()} aria-roledescription={kind_name(shape.kind)}
            aria-current={look.selected.then_some("true")}>
            { rect("shape", &shape.rect, radius) }
            { ring(&shape.rect, radius) }
            { glyph(shape.kind, x + 12.0, y + 12.0, 16.0) }
            <g class="editable" data-edit="name">{ label("name", "start", x + 34.0, y + 25.0, &shape.label) }</g>
            <g class="editable" data-edit="cidr">{ label("mono", "start", block_x, block_y, &shape.sublabel) }</g>
            { label("small tag", "end", shape.rect.right() - 12.0, y + 25.0, shape.tag) }
            { badges(&shape.rect, &shape.badges) }
        </g>
    }
}

/// A container seen from afar: one tinted box with its name and a count.
fn fold(shape: &FoldShape, look: Look) -> Html {
    let Rect { x, y, w, .. } = shape.rect;
    let text = shape.text;
    let radius = radius(shape.role);
    let size = |pixels: f32| format!("font-size: {}px", num(pixels * text));
    html! {
        <g class={look.classes("container folded", shape.role.class())} role="group" data-id={shape.id.to_string()}
            data-kind={shape.kind} tabindex={if look.cursor { "0" } else { "-1" }}
            aria-label={shape.name.clone()} aria-roledescription={kind_name(shape.kind)}
            aria-current={look.selected.then_some("true")}>
            { rect("shape", &shape.rect, radius) }
            { ring(&shape.rect, radius) }
            if !shape.label.is_empty() {
                <text class="name" x={num(x + 8.0 * text)} y={num(y + 16.0 * text)} style={size(12.0)}>{ shape.label.clone() }</text>
            }
            if !shape.count.is_empty() {
                <text class="small" x={num(x + 8.0 * text)} y={num(y + 31.0 * text)} style={size(11.0)}>{ shape.count.clone() }</text>
            }
            if let Some(problems) = &shape.problems {
                <text class="problem-count" text-anchor="end" x={num(x + w - 6.0 * text)} y={num(y + 16.0 * text)} style={size(11.0)}>
                    { format!("! {problems}") }
                </text>
            }
        </g>
    }
}

/// A zone's column: not a thing to select, but a place to click.
fn band(shape: &BandShape, far: bool) -> Html {
    html! {
        <g class={classes!("band", shape.failed.then_some("failed"))} data-vpc={shape.vpc.to_string()}
            data-zone={shape.zone.as_ref().map(ToString::to_string)}>
            { rect("shape", &shape.rect, 10.0) }
            if !far {
                { label("small", "start", shape.rect.x + 12.0, shape.rect.y + 18.0, &shape.title) }
            }
        </g>
    }
}

/// A line.
fn wire(shape: &WireShape, far: bool) -> Html {
    let kind = match shape.kind {
        WireKind::Attachment => "attachment",
        WireKind::Route => "route",
    };
    let width = f32::from(u16::try_from(shape.label.chars().count()).unwrap_or(40)) * 6.7 + 10.0;
    let chip = Rect::new(shape.label_at.x - width / 2.0, shape.label_at.y - 8.0, width, 16.0);
    html! {
        <g class={classes!("wire", kind)} data-from={shape.from.to_string()} data-to={shape.to.to_string()}>
            <path d={shape.path.clone()}><title>{ shape.name.clone() }</title></path>
            if !shape.label.is_empty() && !far {
                { rect("chip-ground", &chip, 4.0) }
                { label("mono", "middle", shape.label_at.x, shape.label_at.y + 4.0, &shape.label) }
            }
        </g>
    }
}

/// Whether a line reads as an address.
fn is_address(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_hexdigit() && !c.is_ascii_uppercase()) && text.contains(['.', ':'])
}

/// A card. Those that are no mere port of another can be connected.
fn card(shape: &CardShape, look: Look, far: bool) -> Html {
    let mut classes = look.classes("card", shape.role.class());
    if shape.failed {
        classes.push("failed");
    }
    let Rect { x, y, w, h } = shape.rect;
    let small = shape.role == CardRole::Port;
    let link = shape.role == CardRole::Link;
    let radius = if small {
        4.0
    } else if link {
        14.0
    } else {
        8.0
    };
    html! {
        <g class={classes} role="group" data-id={shape.id.to_string()} data-kind={shape.kind}
            tabindex={if look.cursor { "0" } else { "-1" }} aria-label={shape.name.clone()}
            aria-roledescription={kind_name(shape.kind)} aria-current={look.selected.then_some("true")}>
            { rect("shape", &shape.rect, radius) }
            { ring(&shape.rect, radius) }
            if far {
                { glyph(shape.kind, x + w / 2.0 - h * 0.375, y + h * 0.125, h * 0.75) }
            } else if link {
                { glyph(shape.kind, x + 8.0, y + 6.0, 16.0) }
                <g class="editable" data-edit="name">{ label("small", "start", x + 28.0, y + 18.0, &shape.label) }</g>
            } else if small {
                { label("small", "start", x + 6.0, y + 16.0, &shape.label) }
                { label("mono", "end", x + w - 6.0, y + 16.0, &shape.sublabel) }
            } else {
                { glyph(shape.kind, x + w / 2.0 - 12.0, y + 5.0, 24.0) }
                <g class="editable" data-edit="name">{ label("name", "middle", x + w / 2.0, y + 43.0, &shape.label) }</g>
                { label(if is_address(&shape.sublabel) { "mono" } else { "small" }, "middle", x + w / 2.0, y + 57.0, &shape.sublabel) }
            }
            if !far {
                { badges(&shape.rect, &shape.badges) }
            }
            if !small && !far {
                <circle class="port" data-port={shape.id.to_string()} cx={num(x + w)} cy={num(y + h / 2.0)} r="5" />
            }
        </g>
    }
}

/// The internet at large, where the document has no component for it.
pub fn outside(shape: &CardShape) -> Html {
    let Rect { x, y, w, .. } = shape.rect;
    html! {
        <g class="card internet ghost" data-outside="true" role="img" aria-label={shape.name.clone()}>
            { rect("shape", &shape.rect, 8.0) }
            { glyph(shape.kind, x + w / 2.0 - 12.0, y + 5.0, 24.0) }
            { label("name", "middle", x + w / 2.0, y + 43.0, &shape.label) }
            { label("small", "middle", x + w / 2.0, y + 57.0, &shape.sublabel) }
        </g>
    }
}

/// Handles at the right and bottom edge and the corner between them.
pub fn handles(id: &Id, rect: Rect) -> Html {
    let Rect { x, y, w, h } = rect;
    let id = id.to_string();
    let handle = |edge: &'static str, cx: f32, cy: f32| {
        html! {
            <rect class={classes!("handle", edge)} data-handle={edge} data-for={id.clone()}
                x={num(cx - 5.0)} y={num(cy - 5.0)} width="10" height="10" rx="2">
                <title>{ text::ui_shell::RESIZE }</title>
            </rect>
        }
    };
    html! {
        <g class="handles" aria-hidden="true">
            { handle("e", x + w, y + h / 2.0) }
            { handle("s", x + w / 2.0, y + h) }
            { handle("se", x + w, y + h) }
        </g>
    }
}
