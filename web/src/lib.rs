//! The Hopscope page: two programs that share this library. The start page is small and stands at
//! once; the workbench brings the engine and is loaded beside it. `public/start.js` starts them.

mod app;
mod browser;
mod canvas;
mod catalogue;
mod chrome;
mod documents;
mod home;
mod icons;
mod importer;
mod intake;
mod keys;
mod panels;
mod picture;
mod play;
mod preferences;
mod release;
mod route;
mod state;
mod storage;
mod workbench;

use yew::BaseComponent;

/// Renders a program into its own element of the page.
fn render<C: BaseComponent<Properties = ()>>(id: &str) {
    let root = browser::page().and_then(|page| page.get_element_by_id(id));
    if let Some(root) = root {
        yew::Renderer::<C>::with_root(root).render();
    }
}

/// Starts the start page.
pub fn start_page() {
    render::<home::Start>("home");
}

/// Starts the workbench.
pub fn workbench() {
    render::<app::App>("workbench");
}
