//! What is under the pointer, and what a tool may do there.

use hopscope_aws::{Document, Id};
use hopscope_editor::place;
use hopscope_layout::{Point, model::Role};
use hopscope_view::Atlas;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::state::{End, Tool, Ui};
use hopscope_view::text::ui_shell as words;

/// What is under the pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hit {
    /// The component, a band standing for its VPC.
    pub id: Option<Id>,
    /// The zone of a band.
    pub zone: Option<Id>,
    /// A handle of that box: which edge.
    pub handle: Option<(Id, String)>,
    /// The port of a card.
    pub port: Option<Id>,
    /// The name or the block of the component: what a double click edits.
    pub edit: Option<String>,
    /// A part of the address space of a VPC.
    pub space: Option<String>,
    /// Something floating over the map.
    pub floating: bool,
    /// The internet at large.
    pub outside: bool,
}

impl Hit {
    /// What an event's target stands for.
    #[must_use]
    pub fn of(target: Option<web_sys::EventTarget>) -> Self {
        let Some(element) = target.and_then(|target| target.dyn_into::<Element>().ok()) else {
            return Self::default();
        };
        let closest = |selector: &str| element.closest(selector).ok().flatten();
        let text = |selector: &str, name: &str| closest(selector).and_then(|found| found.get_attribute(name));
        let band = closest(".band");
        let zone = band.as_ref().and_then(|band| band.get_attribute("data-zone"));
        let vpc = band.as_ref().and_then(|band| band.get_attribute("data-vpc"));
        Self {
            id: text("[data-id]", "data-id")
                .or(vpc)
                .or(text("[data-space-of]", "data-space-of"))
                .map(Id::from),
            zone: zone.map(Id::from),
            handle: text("[data-handle]", "data-for").map(Id::from).zip(text("[data-handle]", "data-handle")),
            port: text("[data-port]", "data-port").map(Id::from),
            edit: text("[data-edit]", "data-edit"),
            space: text("[data-space]", "data-space"),
            floating: closest(".floats > *, .overview, .find-bar, .selection-bar, .zoom-bar").is_some(),
            outside: closest("[data-outside]").is_some(),
        }
    }
}

/// The innermost container at a point, leaving out some components and what they contain.
#[must_use]
pub fn container_at(scene: &Atlas, point: Point, without: &[Id]) -> Option<Id> {
    let inside = |id: &Id| {
        let mut at = Some(id);
        for _ in 0..16 {
            let Some(here) = at else { return false };
            if without.contains(here) {
                return true;
            }
            at = scene.layout.items.get(here).and_then(|item| item.parent.as_ref());
        }
        false
    };
    let found = scene
        .layout
        .items
        .iter()
        .rev()
        .find(|(id, item)| item.role == Role::Box && item.rect.contains(point) && !inside(id));
    found.map(|(id, _)| id.clone())
}

/// The zone of the band at a point.
#[must_use]
pub fn zone_at(scene: &Atlas, point: Point) -> Option<Id> {
    scene.bands.iter().find(|band| band.rect.contains(point)).and_then(|band| band.zone.clone())
}

/// Whether a packet can start or end at a component.
#[must_use]
pub fn is_end(document: &Document, id: &Id) -> bool {
    document.node(id).is_some_and(|node| node.config.spec().endpoint)
}

/// Whether the tool could act on a component, or why not; none while the tool is not choosy.
#[must_use]
pub fn legal(document: &Document, ui: &Ui, id: &Id) -> Option<Result<(), String>> {
    if ui.pick.is_some() {
        return Some(if is_end(document, id) { Ok(()) } else { Err(String::new()) });
    }
    match &ui.tool {
        Tool::Place(kind) => Some(place::placement(document, kind, Some(id)).map(|_| ())),
        Tool::Connect(Some(from)) if from != id => {
            Some(hopscope_editor::connect::offers(document, from, id).map(|_| ()))
        }
        _ => None,
    }
}

/// What the tool waits for, in a sentence.
#[must_use]
pub fn waiting(document: &Document, ui: &Ui) -> Option<String> {
    match ui.pick {
        Some(End::From) => return Some(words::PICK_FROM.to_owned()),
        Some(End::To) => return Some(words::PICK_TO.to_owned()),
        None => {}
    }
    match &ui.tool {
        Tool::Select | Tool::Hand => None,
        Tool::Note(kind) => Some(hopscope_view::text::notes::waiting(*kind).to_owned()),
        Tool::Marquee => Some(hopscope_view::text::editing::MARQUEE_WAITS.to_owned()),
        Tool::Connect(None) => Some(words::CONNECT_FROM.to_owned()),
        Tool::Connect(Some(from)) => {
            let name = document.node(from).map_or_else(|| from.to_string(), |node| node.label().to_owned());
            Some(words::connect_to(&name))
        }
        Tool::Place(kind) => {
            let spec = hopscope_aws::spec(kind)?;
            let exists = document.nodes.values().any(|node| spec.parents.contains(&node.kind()));
            let parents: Vec<String> = if exists {
                spec.parents.iter().map(|kind| hopscope_editor::names::a(kind)).collect()
            } else {
                Vec::new()
            };
            Some(words::placing(spec.name, &parents.join(" or ")))
        }
    }
}
