//! Where things may be placed, and the likely next acts after placing them.

use hopscope_aws::{CATALOG, Document, Id, Node, Shape, spec};

use crate::names::{a, noun, title};

pub use crate::chips::chips;

/// A suggested next act, shown as a button beside the component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// The component it belongs to.
    pub node: Id,
    /// What to send in [`crate::Intent::Chip`].
    pub key: &'static str,
    /// Words on the button.
    pub label: &'static str,
    /// What it will create, in one sentence.
    pub help: &'static str,
}

/// Where a new component would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Its container, as far as it exists.
    pub parent: Option<Id>,
    /// Kinds of containers that must be made first, outermost first.
    pub missing: Vec<&'static str>,
}

/// Kinds that can be placed by a tool, in palette order. Zones come with their Region, and an
/// unmodelled thing is only ever imported.
pub fn tools() -> impl Iterator<Item = &'static hopscope_aws::Spec> {
    CATALOG.iter().copied().filter(|spec| spec.kind != "unmodelled")
}

/// Containers where a component of that kind may be placed by clicking them; `None` is the
/// empty canvas.
#[must_use]
pub fn legal_parents(document: &Document, kind: &str) -> Vec<Option<Id>> {
    let canvas = placement(document, kind, None).is_ok().then_some(None);
    let boxes = document
        .nodes
        .values()
        .filter(|node| node.config.spec().shape == Shape::Container || accepts(kind, node.kind()))
        .filter(|node| placement(document, kind, Some(&node.id)).is_ok())
        .map(|node| Some(node.id.clone()));
    canvas.into_iter().chain(boxes).collect()
}

fn accepts(kind: &str, parent: &str) -> bool {
    spec(kind).is_some_and(|spec| spec.parents.contains(&parent))
}

/// Whether an existing component may be put into that container.
///
/// # Errors
/// The reason why not, as a sentence.
pub fn may_contain(document: &Document, kind: &str, parent: Option<&Id>) -> Result<(), String> {
    let Some(spec) = spec(kind) else { return Err(format!("There is no component called {kind}.")) };
    match parent {
        None if spec.parents.is_empty() => Ok(()),
        None => Err(format!("{} goes into {}.", capital(&a(kind)), list(spec.parents))),
        Some(id) => match document.node(id) {
            None => Err(format!("There is no component \"{id}\".")),
            Some(node) if spec.parents.contains(&node.kind()) => Ok(()),
            Some(node) => Err(refusal(kind, node)),
        },
    }
}

fn refusal(kind: &str, parent: &Node) -> String {
    let into = noun(parent.kind());
    match spec(kind).map_or(&[][..], |spec| spec.parents) {
        [] if matches!(kind, "internet" | "internet-host") => format!(
            "{} is outside every AWS network: click outside the boxes, not in {}.",
            capital(&a(kind)),
            title(parent)
        ),
        [] => format!("{} stands alone on the canvas, not in {into}.", capital(&a(kind))),
        parents => format!("{} goes into {}, not into {into}.", capital(&a(kind)), list(parents)),
    }
}

fn list(kinds: &[&str]) -> String {
    kinds.iter().map(|kind| a(kind)).collect::<Vec<_>>().join(" or ")
}

/// The sentence with a capital first letter.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// Containers from the outermost to the one that holds `kind`, by its first legal parent.
fn chain(kind: &str) -> Vec<&'static str> {
    let mut out = Vec::new();
    let mut parent = spec(kind).and_then(|spec| spec.parents.first().copied());
    while let Some(kind) = parent {
        out.insert(0, kind);
        parent = spec(kind).and_then(|spec| spec.parents.first().copied());
        // A catalogue with a cycle must not hang an editor.
        if out.len() > 8 {
            break;
        }
    }
    out
}

/// Where a new component goes when `clicked` is clicked: the thing itself, what contains it, or
/// containers that will be made.
///
/// # Errors
/// The reason why it cannot go there, as a sentence.
pub fn placement(document: &Document, kind: &str, clicked: Option<&Id>) -> Result<Placement, String> {
    let Some(wanted) = spec(kind) else { return Err(format!("There is no component called {kind}.")) };
    let here = |id: &Id| Placement { parent: Some(id.clone()), missing: Vec::new() };
    let Some(clicked) = clicked else {
        return descend(document, kind, None);
    };
    let Some(node) = document.node(clicked) else {
        return Err(format!("There is no component \"{clicked}\"."));
    };
    if wanted.parents.contains(&node.kind()) {
        // Gateways may float in a Region, but a click there means the only VPC if there is one.
        return match descend(document, kind, Some(node)) {
            Ok(deeper)
                if matches!(kind, "internet-gateway" | "virtual-private-gateway" | "client-vpn-endpoint")
                    && deeper.missing.is_empty() =>
            {
                Ok(deeper)
            }
            _ => Ok(here(clicked)),
        };
    }
    // A click on a card means the box around it. A click in a box inside a VPC means the VPC for
    // what belongs to a VPC as a whole.
    let climbs = node.config.spec().shape != Shape::Container
        || matches!(wanted.shape, Shape::Edge | Shape::Table | Shape::Band)
            && !matches!(kind, "network-interface");
    if climbs {
        let mut up = node.parent.clone();
        for _ in 0..16 {
            let Some(node) = up.as_ref().and_then(|id| document.node(id)) else { break };
            if wanted.parents.contains(&node.kind()) {
                return Ok(here(&node.id));
            }
            if node.config.spec().shape == Shape::Container && wanted.shape == Shape::Card {
                return placement(document, kind, Some(&node.id));
            }
            up.clone_from(&node.parent);
        }
    }
    if !wanted.parents.is_empty() && chain(kind).contains(&node.kind()) {
        return descend(document, kind, Some(node));
    }
    Err(refusal(kind, node))
}

/// Follows the chain of containers down from `from`: the only candidate at each level is taken,
/// none means that it will be made, several need a choice.
fn descend(document: &Document, kind: &str, from: Option<&Node>) -> Result<Placement, String> {
    let levels = chain(kind);
    let start = match from {
        Some(node) => levels.iter().position(|level| *level == node.kind()).map_or(0, |n| n + 1),
        None => 0,
    };
    let mut parent = from.map(|node| node.id.clone());
    for (depth, level) in levels.iter().enumerate().skip(start) {
        let candidates: Vec<Id> = document
            .children(parent.as_deref())
            .filter(|node| node.kind() == *level)
            .map(|node| node.id.clone())
            .collect();
        match candidates.as_slice() {
            [] => {
                let missing = levels.get(depth..).unwrap_or_default().to_vec();
                return Ok(Placement { parent, missing });
            }
            [only] => parent = Some(only.clone()),
            _ => return Err(format!("Click in the {} that should hold {}.", noun(level), a(kind))),
        }
    }
    Ok(Placement { parent, missing: Vec::new() })
}
