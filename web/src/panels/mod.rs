//! The side panels and the dock. They read [`crate::state`]'s contexts and take no properties.

use yew::prelude::*;

/// What is selected, as fields and tables.
#[component]
pub fn Inspector() -> Html {
    html! {}
}

/// The list of flows, the builder of one, expectations beside what happens.
#[component]
pub fn FlowPanel() -> Html {
    html! {}
}

/// Flow lens, below the map: transport, timeline, ladder, packet card.
#[component]
pub fn Dock() -> Html {
    html! {}
}

/// Build lens, below the map: what is wrong with the drawing.
#[component]
pub fn Problems() -> Html {
    html! {}
}
