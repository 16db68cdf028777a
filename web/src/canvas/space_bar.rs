//! A thin bar in the header of every VPC: which part of its addresses is in subnets, which is free.

use std::rc::Rc;

use hopscope_aws::{Document, Id};
use hopscope_editor::space::{Part, Space, spaces};
use hopscope_layout::{Rect, num};
use hopscope_view::text::editing as words;
use yew::prelude::*;

use crate::state::SameNodes;

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
#[derive(Properties)]
pub struct SpaceBarsProps {
    /// The document.
    pub document: Rc<Document>,
    /// The VPCs that are shown, and where.
    pub vpcs: Vec<(Id, Rect)>,
}

impl PartialEq for SpaceBarsProps {
    fn eq(&self, other: &Self) -> bool {
        self.vpcs == other.vpcs && self.document.nodes.shared_with(&other.document.nodes)
    }
}

/// The bars of the VPCs that are shown. Each is a component of its own, so that a move draws again
/// only what moved.
#[component]
pub fn SpaceBars(props: &SpaceBarsProps) -> Html {
    let SpaceBarsProps { document, vpcs } = props;
    let ids: Vec<Id> = vpcs.iter().map(|(id, _)| id.clone()).collect();
    let told = use_memo((SameNodes(Rc::clone(document)), ids), |(SameNodes(document), ids)| {
        ids.iter().map(|id| told(document, id)).collect::<Vec<_>>()
    });
    let bars = vpcs.iter().zip(told.iter()).map(|((id, rect), (spaces, names))| {
        html! {
            <Bar key={id.to_string()} vpc={id.to_string()} rect={*rect} spaces={spaces.clone()} names={names.clone()} />
        }
    });
    html! { <g class="layer spaces" aria-hidden="true">{ for bars }</g> }
}

/// The address space of a VPC, with the names of its subnets part by part.
fn told(document: &Document, vpc: &Id) -> (Vec<Space>, Vec<String>) {
    let spaces = spaces(document, vpc);
    let name = |part: &Part| part.subnet.as_ref().and_then(|id| document.node(id)).map(|node| node.label());
    let parts = spaces.iter().flat_map(|space| &space.parts);
    let names = parts.map(|part| name(part).unwrap_or_default().to_owned()).collect();
    (spaces, names)
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
