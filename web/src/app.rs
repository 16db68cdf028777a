//! The workbench's program: an open document, or one that is being made.

use hopscope_aws::Document;
use hopscope_editor::link::parts;
use hopscope_view::text::ui;
use hopscope_view::text::ui_shell as words;
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::chrome::files::WithFiles;
use crate::documents;
use crate::route::{Route, use_route};
use crate::workbench::{Opened, Shared};
use crate::{browser, home};

/// The program; draws nothing while the start page stands.
#[component]
pub fn App() -> Html {
    match use_route() {
        Route::Home => html! {},
        Route::Document(id, place) => {
            html! { <WithFiles><Opened key={id.to_string()} id={id.clone()} {place} /></WithFiles> }
        }
        Route::Shared(link) => {
            // Links to other places in the same document show the same copy.
            let document = parts(&link).0.to_owned();
            html! { <WithFiles><Shared key={document} {link} /></WithFiles> }
        }
        Route::Starter(slug) => {
            html! { <WithFiles><Making key={slug.to_string()} starter={slug.clone()} /></WithFiles> }
        }
        Route::Blank => html! { <Making starter={None::<AttrValue>} /> },
        Route::Files => {
            let taken = browser::take_over(home::TAKEN).dyn_into::<Array>().ok();
            // Reloaded: the files are gone, and may be chosen again.
            if taken.is_none() {
                browser::go_instead("/");
            }
            html! { <WithFiles {taken}>{ waiting(None) }</WithFiles> }
        }
    }
}

/// Properties of [`Making`].
#[derive(Properties, PartialEq)]
struct MakingProps {
    /// The starter; none for an empty document.
    starter: Option<AttrValue>,
}

/// Makes a document and goes to it.
#[component]
fn Making(props: &MakingProps) -> Html {
    let problem = use_state(|| None::<String>);
    {
        let (starter, problem) = (props.starter.clone(), problem.setter());
        use_effect_with((), move |()| {
            spawn_local(async move {
                let made = match starter {
                    Some(slug) => documents::starter(&slug).await,
                    None => Ok(Document::default()),
                };
                match made {
                    Ok(document) => drop(documents::open_new(document)),
                    Err(why) => problem.set(Some(why)),
                }
            });
        });
    }
    waiting(problem.as_deref())
}

/// The page while a document is on its way, or with the sentence why there is none.
fn waiting(problem: Option<&str>) -> Html {
    html! {
        <main class="start">
            <h1 class="visually-hidden">{ ui::NAME }</h1>
            if let Some(problem) = problem {
                <p role="alert">{ problem.to_owned() }</p>
            } else {
                <p class="reading" role="status">{ words::LOADING }</p>
            }
            <p><a class="button" href="#/">{ words::HOME }</a></p>
        </main>
    }
}
