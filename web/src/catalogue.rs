//! The catalogue of services, fetched once when somebody first looks at it.

use std::cell::RefCell;
use std::rc::Rc;

use hopscope_view::catalogue::Catalogue;
use hopscope_view::text::cards as words;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::browser;

thread_local! {
    static LOADED: RefCell<Option<Rc<Catalogue>>> = const { RefCell::new(None) };
}

/// What there is of the catalogue.
#[derive(Clone, PartialEq)]
pub enum Found {
    /// On its way.
    Coming,
    /// All of it.
    Whole(Rc<Catalogue>),
    /// Why there is none.
    Missing(AttrValue),
}

/// The catalogue, fetched when it is first wanted; after a failure the next look tries again.
#[hook]
pub fn use_catalogue() -> Found {
    let known = || LOADED.with_borrow(|loaded| loaded.clone().map_or(Found::Coming, Found::Whole));
    let found = use_state(known);
    {
        let found = found.clone();
        use_effect_with((), move |()| {
            if *found != Found::Coming {
                return;
            }
            spawn_local(async move {
                let text = browser::fetch_text("catalogue/catalogue.json").await;
                found.set(match text.as_deref().map(Catalogue::read) {
                    None => Found::Missing(words::CATALOGUE_MISSING.into()),
                    Some(Err(error)) => Found::Missing(error.to_string().into()),
                    Some(Ok(catalogue)) => {
                        let catalogue = Rc::new(catalogue);
                        LOADED.set(Some(Rc::clone(&catalogue)));
                        Found::Whole(catalogue)
                    }
                });
            });
        });
    }
    (*found).clone()
}
