//! The Hopscope page.

mod app;
mod browser;
mod canvas;
mod chrome;
mod home;
mod icons;
mod importer;
mod keys;
mod panels;
mod play;
mod state;
mod storage;
mod workbench;

fn main() {
    yew::Renderer::<app::App>::new().render();
}
