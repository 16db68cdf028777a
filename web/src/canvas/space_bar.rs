//! A thin bar in the header of every VPC: which part of its addresses is in subnets, which is free.

use hopscope_editor::space::{Part, Space, spaces};
use hopscope_layout::{Rect, num};
use hopscope_view::text::editing as words;
use yew::prelude::*;

use crate::state::{SceneCtx, SessionCtx};

/// Space left and right of the bar.
const INSET: f32 = 12.0;
/// Where it stands below the top edge, and how high it is.
const TOP: f32 = 36.0;
const HEIGHT: f32 = 6.0;
/// Space between the bars of several blocks.
const GAP: f32 = 6.0;
/// Parts narrower than this are not told apart.
const LEAST: f32 = 0.75;

/// Properties of [`SpaceBars`].
#[derive(Properties, PartialEq)]
pub struct SpaceBarsProps {
    /// The map.
    pub scene: SceneCtx,
    /// The document.
    pub session: SessionCtx,
}

/// The bars of all VPCs. Each is a component of its own, so that a move draws again only what moved.
#[component]
pub fn SpaceBars(props: &SpaceBarsProps) -> Html {
    let document = props.session.session.document();
    let vpcs = document.nodes.values().filter(|node| node.kind() == "vpc");
    let drawn = vpcs.filter_map(|node| Some((&node.id, props.scene.0.layout.rect(&node.id)?)));
    let bars = drawn.map(|(id, rect)| {
        let spaces = spaces(document, id);
        let name =
            |part: &Part| part.subnet.as_ref().and_then(|id| document.node(id)).map(|node| node.label());
        let parts = spaces.iter().flat_map(|space| &space.parts);
        let names = parts.map(|part| name(part).unwrap_or_default().to_owned()).collect::<Vec<_>>();
        html! { <Bar key={id.to_string()} vpc={id.to_string()} {rect} {spaces} {names} /> }
    });
    html! { <g class="layer spaces" aria-hidden="true">{ for bars }</g> }
}

#[derive(Properties, PartialEq)]
struct BarProps {
    vpc: AttrValue,
    rect: Rect,
    spaces: Vec<Space>,
    /// Names of the subnets, part by part.
    names: Vec<String>,
}

/// The bar of one VPC.
#[component]
fn Bar(props: &BarProps) -> Html {
    let BarProps { vpc, rect, spaces, names } = props;
    #[allow(clippy::cast_precision_loss, reason = "a VPC has few blocks")]
    let count = spaces.len() as f32;
    let width = ((rect.w - 2.0 * INSET - (count - 1.0) * GAP) / count.max(1.0)).max(8.0);
    let mut x = rect.x + INSET;
    let mut names = names.iter();
    let mut out = Vec::new();
    for space in spaces {
        let at = Rect::new(x, rect.y + TOP, width, HEIGHT);
        out.push(block(space, &mut names, at));
        x += width + GAP;
    }
    html! { <g class="space" data-space-of={vpc.clone()}>{ for out }</g> }
}

fn block<'a>(space: &Space, names: &mut impl Iterator<Item = &'a String>, at: Rect) -> Html {
    let part = |(part, name): (&Part, &String)| {
        // Shares of a bar on a screen.
        #[allow(clippy::cast_possible_truncation, reason = "between 0 and 1")]
        let (start, share) = (part.start as f32 * at.w, part.share as f32 * at.w);
        if share < LEAST {
            return None;
        }
        let size = hopscope_editor::space::size(&part.block);
        let text = part.block.to_string();
        let (class, title) = match &part.subnet {
            Some(_) => ("space-part used", words::space_taken(&text, name, size)),
            None if part.is_room() => ("space-part free", words::space_free(&text, size)),
            None => ("space-part crumb", format!("{text}, {}", words::SPACE_CRUMB)),
        };
        Some(html! {
            // Higher than it looks, so that it can be hit.
            <g {class} data-space={text}>
                <rect class="space-hit" x={num(at.x + start)} y={num(at.y - 3.0)} width={num(share)} height="12" />
                <rect class="space-shape" x={num(at.x + start + 0.5)} y={num(at.y)} width={num((share - 1.0).max(0.5))}
                    height={num(at.h)} rx="1.5" />
                <title>{ title }</title>
            </g>
        })
    };
    html! { <>{ for space.parts.iter().zip(names).filter_map(part) }</> }
}
