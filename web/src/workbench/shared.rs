//! A document that came in a link: read, shown without being stored, and made one's own when asked.

use std::rc::Rc;

use hopscope_aws::Document;
use hopscope_editor::link::{LOOK_ONLY, Link, Place, parts};
use hopscope_view::text::{share as words, ui, ui_shell};
use yew::prelude::*;

use super::{Sharing, Workbench};
use crate::chrome::share::place;
use crate::documents;
use crate::icons::icon;
use crate::state::{FlowCtx, PlayCtx, SessionCtx};

/// Properties of [`Shared`].
#[derive(Properties, PartialEq)]
pub struct SharedProps {
    /// The whole fragment.
    pub link: AttrValue,
}

/// Reads a link and shows what it holds.
#[component]
pub fn Shared(props: &SharedProps) -> Html {
    let document = AttrValue::from(parts(&props.link).0.to_owned());
    // Unfolded once, however often the rest of the address changes.
    let read = use_memo(document, |document| {
        Link::read(document).map(|link| Rc::new(link.document)).map_err(|error| error.to_string())
    });
    match &*read {
        Ok(document) => {
            let rest = parts(&props.link).1;
            let shared =
                if rest.split('&').any(|part| part == LOOK_ONLY) { Sharing::LookOnly } else { Sharing::Copy };
            html! { <Workbench id="" document={document.clone()} place={Place::read(rest)} {shared} /> }
        }
        Err(sentence) => html! {
            <main class="start">
                <h1 class="visually-hidden">{ ui::NAME }</h1>
                <p role="alert">{ sentence.clone() }</p>
                <p><a class="button" href="#/">{ ui_shell::HOME }</a></p>
            </main>
        },
    }
}

/// Opens what is shown as a document of its own, which is stored from then on.
pub fn make_mine(session: &SessionCtx, place: &Place) {
    let document: Document = (**session.session.document()).clone();
    documents::open_new_at(document, place);
}

/// Properties of [`SharedBar`].
#[derive(Properties, PartialEq)]
pub struct SharedBarProps {
    /// What may be done.
    pub sharing: Sharing,
}

/// Says that this is a shared copy, and offers to keep it.
#[component]
pub fn SharedBar(props: &SharedBarProps) -> Html {
    let (session, flow) = (use_context::<SessionCtx>(), use_context::<FlowCtx>());
    let play = use_context::<PlayCtx>();
    let (Some(session), Some(flow), Some(play)) = (session, flow, play) else { return html! {} };
    let copy = props.sharing == Sharing::Copy;
    let onclick = move |_: MouseEvent| make_mine(&session, &place(&session, &flow, &play));
    html! {
        <div class="shared-bar" role="note">
            { icon("info", 18) }
            <p>{ if copy { words::SHARED_HINT } else { words::LOOK_ONLY_HINT } }</p>
            if copy {
                <button type="button" class="button primary" {onclick}>{ words::MAKE_MINE }</button>
            }
        </div>
    }
}
