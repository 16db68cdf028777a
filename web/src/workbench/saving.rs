//! Saves the open document while it changes, and listens to other tabs.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use hopscope_editor::Session;
use hopscope_editor::autosave::{Act, Autosave, Slot, Status, Stored};
use hopscope_editor::written::Written;
use hopscope_view::text::ui_shell as words;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent};
use yew::prelude::*;

use crate::state::{Banner, BannerAct, Saved, UiAction};
use crate::{browser, documents, storage};

/// The state of saving one document.
pub struct Saver {
    id: String,
    autosave: RefCell<Autosave>,
    session: Rc<RefCell<Session>>,
    written: RefCell<Written>,
    timer: RefCell<Option<Timeout>>,
    channel: Option<BroadcastChannel>,
    ui: Callback<UiAction>,
}

fn now() -> u64 {
    // A clock after 1970 in milliseconds fits.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a clock after 1970")]
    let now = browser::now() as u64;
    now
}

impl Saver {
    /// Starts from what was loaded.
    pub fn new(
        id: &str,
        loaded: Option<(u64, Slot)>,
        session: Rc<RefCell<Session>>,
        ui: Callback<UiAction>,
    ) -> Self {
        let autosave =
            loaded.map_or_else(Autosave::default, |(revision, slot)| Autosave::new(revision, slot));
        Self {
            id: id.to_owned(),
            autosave: RefCell::new(autosave),
            session,
            written: RefCell::default(),
            timer: RefCell::default(),
            channel: BroadcastChannel::new("hopscope").ok(),
            ui,
        }
    }

    /// The document changed.
    pub fn edited(self: &Rc<Self>) {
        // About a hundred components are written in a millisecond, on the slower of usual machines.
        let count = self.session.borrow().document().nodes.len() as u64;
        let mut autosave = self.autosave.borrow_mut();
        autosave.pace(count / 100);
        autosave.edited(now());
        drop(autosave);
        self.pump();
        // Whoever goes on after a conflict is asked again: nothing is stored until it is decided.
        if self.in_conflict() {
            self.offer();
        }
    }

    /// Saves what is unsaved at once.
    pub fn flush(self: &Rc<Self>) {
        let act = self.autosave.borrow_mut().flush();
        self.act(act);
    }

    /// Another tab's version was loaded.
    pub fn reloaded(self: &Rc<Self>, revision: u64, slot: Slot) {
        self.autosave.borrow_mut().reloaded(revision, slot);
        self.pump();
    }

    /// Whether another tab has something newer.
    pub fn in_conflict(&self) -> bool {
        self.autosave.borrow().status() == Status::Conflict
    }

    /// Waits until the next write is due, and shows the state.
    fn pump(self: &Rc<Self>) {
        let status = self.autosave.borrow().status();
        self.ui.emit(UiAction::Saved(match status {
            Status::Saved => Saved::Yes,
            Status::Unsaved | Status::Saving => Saved::Soon,
            Status::Failed(_) | Status::Conflict => Saved::No,
        }));
        let wake = self.autosave.borrow().wake_at();
        let timer = wake.map(|at| {
            let wait = u32::try_from(at.saturating_sub(now())).unwrap_or(u32::MAX);
            let saver = Rc::clone(self);
            Timeout::new(wait, move || {
                let act = saver.autosave.borrow_mut().tick(now());
                saver.act(act);
            })
        });
        *self.timer.borrow_mut() = timer;
    }

    fn act(self: &Rc<Self>, acts: impl IntoIterator<Item = Act>) {
        for act in acts {
            match act {
                Act::Write { slot, revision } => self.write(slot, revision),
                Act::Broadcast { revision } => {
                    if let Some(channel) = &self.channel {
                        // Other tabs then find out when they save.
                        let _ = channel.post_message(&format!("{} {revision}", self.id).into());
                    }
                }
                Act::Alert(sentence) => self.ui.emit(UiAction::Banner(Some(Banner {
                    text: sentence.into(),
                    act: Some(BannerAct::SaveFile),
                    calm: false,
                    details: Vec::new(),
                }))),
                Act::OfferReload { .. } => self.offer(),
            }
        }
        self.pump();
    }

    /// Offers what can be done while another tab has something newer.
    fn offer(&self) {
        self.ui.emit(UiAction::Banner(Some(Banner {
            text: words::OTHER_TAB.into(),
            act: Some(BannerAct::LoadNewer),
            calm: false,
            details: Vec::new(),
        })));
    }

    /// Whether the browser should ask before the tab is closed: something is neither stored nor about to be.
    fn must_ask(&self) -> bool {
        let autosave = self.autosave.borrow();
        autosave.would_lose() && matches!(autosave.status(), Status::Failed(_) | Status::Conflict)
    }

    fn write(self: &Rc<Self>, slot: Slot, revision: u64) {
        let document = Rc::clone(self.session.borrow().document());
        let saver = Rc::clone(self);
        spawn_local(async move {
            let entry = documents::entry(&saver.id, &document, browser::now());
            let text = saver.written.borrow_mut().text(&document);
            let stored = Stored::new(revision, text);
            let result = storage::save(entry, slot, &stored).await;
            let acts = match result {
                Ok(()) => saver.autosave.borrow_mut().saved(),
                Err(failure) => saver.autosave.borrow_mut().failed(failure, now()),
            };
            saver.act(acts);
        });
    }

    /// Keeps the document in this tab when it could not be stored.
    fn leave(self: &Rc<Self>) {
        if self.autosave.borrow().would_lose() && !self.in_conflict() {
            documents::hold(&self.id, Rc::clone(self.session.borrow().document()));
            self.flush();
        }
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}

/// Connects saving to the page: hidden tabs save at once, other tabs are heard.
#[hook]
pub fn use_saving(saver: &Rc<Saver>) {
    let saver = Rc::clone(saver);
    use_effect_with((), move |()| {
        let mut listeners = Vec::new();
        if let Some(page) = browser::page() {
            let saver = Rc::clone(&saver);
            listeners.push(EventListener::new(&page, "visibilitychange", move |_| {
                if browser::page().is_some_and(|page| page.hidden()) {
                    saver.flush();
                }
            }));
        }
        if let Some(window) = browser::window() {
            let saver = Rc::clone(&saver);
            listeners.push(EventListener::new(&window, "pagehide", move |_| saver.flush()));
        }
        if let Some(window) = browser::window() {
            let saver = Rc::clone(&saver);
            let options = EventListenerOptions::enable_prevent_default();
            listeners.push(EventListener::new_with_options(&window, "beforeunload", options, move |event| {
                if saver.must_ask() {
                    event.prevent_default();
                }
            }));
        }
        if let Some(channel) = &saver.channel {
            let heard = Rc::clone(&saver);
            listeners.push(EventListener::new(channel, "message", move |event| {
                let text = event.dyn_ref_message();
                let Some((id, revision)) = text.as_deref().and_then(|text| text.split_once(' ')) else {
                    return;
                };
                if id == heard.id
                    && let Ok(revision) = revision.parse()
                {
                    let act = heard.autosave.borrow_mut().heard(revision);
                    heard.act(act);
                }
            }));
        }
        move || {
            drop(listeners);
            saver.leave();
        }
    });
}

/// Reads the text of a message from another tab.
trait Message {
    /// The text, if it is one.
    fn dyn_ref_message(&self) -> Option<String>;
}

impl Message for Event {
    fn dyn_ref_message(&self) -> Option<String> {
        wasm_bindgen::JsCast::dyn_ref::<MessageEvent>(self)?.data().as_string()
    }
}
