//! Where the page is, by the address's fragment. `public/start.js` tells by the same fragments which
//! program is needed.

use gloo::events::EventListener;
use hopscope_editor::link::{is_link, parts};
use yew::prelude::*;

use crate::browser;

/// Where the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The start page.
    Home,
    /// A document, and what of it is shown: the rest of the fragment, perhaps empty.
    Document(AttrValue, AttrValue),
    /// A document that is in the address itself: the whole fragment.
    Shared(AttrValue),
    /// A new document out of a starter.
    Starter(AttrValue),
    /// A new, empty document.
    Blank,
    /// The files that the start page took.
    Files,
}

impl Route {
    /// The route of a fragment; the start page for anything unknown.
    #[must_use]
    pub fn of(fragment: &str) -> Self {
        let word = |text: &str| {
            let legal = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            legal.then(|| AttrValue::from(text.to_owned()))
        };
        match fragment {
            "/new" => Self::Blank,
            "/open" => Self::Files,
            _ if is_link(fragment) => Self::Shared(fragment.to_owned().into()),
            _ => {
                let document = fragment.strip_prefix("/d/").and_then(|rest| {
                    let (id, place) = parts(rest);
                    Some(Self::Document(word(id)?, place.to_owned().into()))
                });
                let starter = || fragment.strip_prefix("/s/").and_then(word).map(Self::Starter);
                document.or_else(starter).unwrap_or(Self::Home)
            }
        }
    }
}

/// Where the page is, now and after every change of the address.
#[hook]
pub fn use_route() -> Route {
    let route = use_state(|| Route::of(&browser::fragment()));
    {
        let route = route.clone();
        use_effect_with((), move |()| {
            let listener = browser::window().map(|window| {
                EventListener::new(&window, "hashchange", move |_| route.set(Route::of(&browser::fragment())))
            });
            move || drop(listener)
        });
    }
    (*route).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_routes() {
        assert_eq!(Route::of(""), Route::Home);
        assert_eq!(Route::of("/"), Route::Home);
        assert_eq!(Route::of("/d/a1-b"), Route::Document("a1-b".into(), "".into()));
        assert_eq!(Route::of("/d/a1-b&f=x"), Route::Document("a1-b".into(), "f=x".into()));
        assert_eq!(Route::of("v1=abc&t=5"), Route::Shared("v1=abc&t=5".into()));
        assert_eq!(Route::of("v1"), Route::Home);
        assert_eq!(Route::of("/d/<script>"), Route::Home);
        assert_eq!(Route::of("/s/two-zones"), Route::Starter("two-zones".into()));
        assert_eq!(Route::of("/s/../x"), Route::Home);
        assert_eq!(Route::of("/new"), Route::Blank);
        assert_eq!(Route::of("/open"), Route::Files);
    }
}
