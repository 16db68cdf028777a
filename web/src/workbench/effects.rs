//! Performs what the session asks of the page.

use std::rc::Rc;

use hopscope_editor::Effect;
use hopscope_view::text::share;
use yew::prelude::*;

use super::saving::Saver;
use crate::state::{Banner, BannerAct, Drawer, InPlace, Lens, PlayAction, UiAction};
use crate::{browser, storage};

/// After the first edit on this device, and only then, the browser is asked to keep what is stored.
fn ask_to_keep() {
    const ASKED: &str = "asked-to-keep";
    if browser::setting(ASKED).is_none() {
        browser::set_setting(ASKED, Some("yes"));
        storage::ask_to_keep();
    }
}

/// Everything an effect can reach.
pub struct Performer {
    /// The workbench.
    pub ui: Callback<UiAction>,
    /// The player.
    pub play: Callback<PlayAction>,
    /// Saving.
    pub saver: Rc<Saver>,
    /// No copy of what is shown is offered.
    pub look_only: bool,
}

impl Performer {
    /// Performs effects in order.
    pub fn perform(&self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Save => {
                    self.saver.edited();
                    ask_to_keep();
                }
                Effect::Announce(text) => self.ui.emit(UiAction::Say(text.into())),
                Effect::Alert(text) => self.ui.emit(UiAction::Banner(Some(Banner {
                    text: text.into(),
                    act: None,
                    calm: false,
                    details: Vec::new(),
                }))),
                Effect::Refuse => {
                    let (text, act) = match self.look_only {
                        true => (share::REFUSED_LOOK_ONLY, None),
                        false => (share::REFUSED, Some(BannerAct::MakeMine)),
                    };
                    let details = Vec::new();
                    self.ui.emit(UiAction::Banner(Some(Banner {
                        text: text.into(),
                        act,
                        calm: true,
                        details,
                    })));
                }
                Effect::Remark(text) => self.ui.emit(UiAction::Banner(Some(Banner {
                    text: text.into(),
                    act: None,
                    calm: true,
                    details: Vec::new(),
                }))),
                Effect::Focus(id) => {
                    self.ui.emit(UiAction::Cursor(Some(id.clone())));
                    browser::focus_soon(browser::node_selector(&id));
                }
                Effect::EditNote(id) => self.ui.emit(UiAction::InPlace(Some(InPlace::Note(id)))),
                Effect::ShowFlow(flow) => {
                    self.ui.emit(UiAction::Setup(None));
                    self.ui.emit(UiAction::Lens(Lens::Flow));
                    self.ui.emit(UiAction::Dock(true));
                    if browser::width() >= 900.0 {
                        self.ui.emit(UiAction::Drawer(Some(Drawer::Flows)));
                    }
                    self.play.emit(PlayAction::Choose(Some(flow.into())));
                }
                Effect::Copy(text) => browser::copy(&text),
                Effect::Download { name, text } => browser::download(&name, &text),
            }
        }
    }
}
