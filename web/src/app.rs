//! Routes: the start page and open documents, by the address's fragment.

use gloo::events::EventListener;
use yew::prelude::*;

use crate::browser;
use crate::chrome::files::WithFiles;
use crate::home::Home;
use crate::workbench::Opened;

/// Where the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The start page.
    Home,
    /// A document.
    Document(AttrValue),
}

impl Route {
    /// The route of a fragment; the start page for anything unknown.
    #[must_use]
    pub fn of(fragment: &str) -> Self {
        match fragment.strip_prefix("/d/") {
            Some(id) if !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => {
                Self::Document(AttrValue::from(id.to_owned()))
            }
            _ => Self::Home,
        }
    }
}

/// The page.
#[component]
pub fn App() -> Html {
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
    match &*route {
        Route::Home => html! { <WithFiles><Home /></WithFiles> },
        Route::Document(id) => {
            html! { <WithFiles><Opened key={id.to_string()} id={id.clone()} /></WithFiles> }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_routes() {
        assert_eq!(Route::of(""), Route::Home);
        assert_eq!(Route::of("/"), Route::Home);
        assert_eq!(Route::of("/d/a1-b"), Route::Document("a1-b".into()));
        assert_eq!(Route::of("/d/<script>"), Route::Home);
    }
}
