//! What happens between the field, the text and the session: typing, following, scrolling, the cursor.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use hopscope_aws::Id;
use hopscope_editor::Intent;
use hopscope_editor::text_view::{MAX_TEXT, Owner, Place, TextView, indent};
use hopscope_view::text::text_view as words;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::rows::{LINE, PAD};
use super::{say, sentence};
use crate::browser;
use crate::canvas::ViewCtx;
use crate::state::{SceneCtx, SessionCtx, UiCtx};

/// Bytes up to which every letter is read at once; larger texts are read when typing pauses.
const QUICK: usize = 64 * 1024;
/// That pause, and the one after which a large text follows the map, milliseconds.
const READ: u32 = 200;
/// The pause after which typing goes on as another step of the history, milliseconds.
const BURST: u32 = 1_500;
/// The pause after which a problem is said, so that half a word is not called wrong, milliseconds.
const TELL: u32 = 1_200;
/// Lines drawn beyond the visible ones on each side, and how far one scrolls before they are renewed.
const BEYOND: usize = 40;
/// Most lines that fit a screen.
const SCREEN: usize = 120;

/// What the desk can reach.
#[derive(Clone)]
pub struct Reach {
    pub ui: UiCtx,
    pub session: SessionCtx,
    pub scene: SceneCtx,
    pub view: ViewCtx,
}

/// The panel's state between renderings.
pub struct Desk {
    text: Rc<RefCell<Option<TextView>>>,
    update: UseForceUpdateHandle,
    reach: RefCell<Option<Reach>>,
    /// The field.
    pub field: NodeRef,
    /// What scrolls.
    pub scroller: NodeRef,
    /// First line that is drawn.
    first: Cell<usize>,
    /// Line of the text cursor.
    line: Cell<Option<usize>>,
    reading: RefCell<Option<Timeout>>,
    following: RefCell<Option<Timeout>>,
    burst: RefCell<Option<Timeout>>,
    telling: RefCell<Option<Timeout>>,
}

#[allow(clippy::cast_precision_loss, reason = "lines of a text")]
fn pixels(line: usize) -> f64 {
    (PAD + line * LINE) as f64
}

/// A pixel as a line.
fn line_at(pixel: f64) -> usize {
    // Scroll positions are small and not negative.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a scroll position")]
    let pixel = pixel.max(0.0) as usize;
    pixel.saturating_sub(PAD) / LINE
}

fn units(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

impl Desk {
    pub fn new(text: Rc<RefCell<Option<TextView>>>, update: UseForceUpdateHandle) -> Self {
        Self {
            text,
            update,
            reach: RefCell::default(),
            field: NodeRef::default(),
            scroller: NodeRef::default(),
            first: Cell::new(0),
            line: Cell::new(None),
            reading: RefCell::default(),
            following: RefCell::default(),
            burst: RefCell::default(),
            telling: RefCell::default(),
        }
    }

    /// The page as it is now.
    pub fn reach(&self, reach: Reach) {
        self.reach.replace(Some(reach));
    }

    fn page(&self) -> Option<Reach> {
        self.reach.borrow().clone()
    }

    fn send(&self, intent: Intent) {
        if let Some(page) = self.page() {
            page.session.dispatch.emit(intent);
        }
    }

    /// Takes up what was kept, or the open document.
    pub fn begin(&self) {
        let Some(page) = self.page() else { return };
        let mut text = self.text.borrow_mut();
        if text.is_none() {
            *text = Some(TextView::new(page.session.session.document()));
        }
    }

    /// The text, to be drawn.
    pub fn shown(&self) -> Ref<'_, Option<TextView>> {
        self.text.borrow()
    }

    /// Whether the text is beyond what is edited here.
    pub fn is_large(&self) -> bool {
        self.text.borrow().as_ref().is_some_and(|text| text.lines().text().len() > MAX_TEXT)
    }

    /// Line of the text cursor, while the field has the keyboard.
    pub fn line(&self) -> Option<usize> {
        self.line.get()
    }

    /// Lines that are drawn.
    pub fn window(&self, count: usize) -> (usize, usize) {
        let first = self.first.get().min(count);
        (first, (first + SCREEN + 2 * BEYOND).min(count))
    }

    fn field(&self) -> Option<HtmlTextAreaElement> {
        self.field.cast::<HtmlTextAreaElement>()
    }

    fn scroller(&self) -> Option<HtmlElement> {
        self.scroller.cast::<HtmlElement>()
    }

    fn has_keyboard(&self) -> bool {
        let field = self.field();
        field.is_some() && browser::focused().as_ref() == field.as_deref().map(AsRef::as_ref)
    }

    /// Writes the whole text into the field.
    pub fn fill(&self) {
        if let (Some(field), Some(text)) = (self.field(), self.text.borrow().as_ref()) {
            field.set_value(text.lines().text());
        }
    }

    /// Something was typed.
    pub fn typed(self: &Rc<Self>) {
        let Some(field) = self.field() else { return };
        let value = field.value();
        let long = value.len() > QUICK;
        if let Some(text) = self.text.borrow_mut().as_mut() {
            text.typed(value);
        }
        if long {
            let desk = Rc::clone(self);
            *self.reading.borrow_mut() = Some(Timeout::new(READ, move || desk.read()));
        } else {
            self.read();
        }
        self.update.force_update();
    }

    /// Does what the text says now.
    fn read(self: &Rc<Self>) {
        self.reading.borrow_mut().take();
        let command = self.text.borrow_mut().as_mut().and_then(TextView::read);
        let problem = self.text.borrow().as_ref().and_then(TextView::problem).map(sentence);
        let desk = Rc::clone(self);
        *self.telling.borrow_mut() = problem.map(|problem| {
            Timeout::new(TELL, move || {
                if let Some(page) = desk.page() {
                    say(&page.ui, problem);
                }
            })
        });
        if let Some(command) = command {
            self.send(Intent::Write { command: Box::new(command) });
            let desk = Rc::clone(self);
            *self.burst.borrow_mut() = Some(Timeout::new(BURST, move || desk.send(Intent::EndGesture)));
        } else {
            // What was changed on the map while this could not be read is shown now.
            self.follow();
        }
        self.update.force_update();
    }

    /// The document may have changed elsewhere.
    pub fn follow_soon(self: &Rc<Self>) {
        let large = self.text.borrow().as_ref().is_some_and(|text| text.lines().text().len() > QUICK);
        if large {
            let desk = Rc::clone(self);
            *self.following.borrow_mut() = Some(Timeout::new(READ, move || desk.follow()));
        } else {
            self.follow();
        }
    }

    fn follow(&self) {
        self.following.borrow_mut().take();
        let Some(page) = self.page() else { return };
        let document = page.session.session.document();
        let before = self.text.borrow().as_ref().map(|text| Rc::clone(text.lines()));
        let anew = self.text.borrow_mut().as_mut().is_some_and(|text| text.follow(document));
        let (Some(before), true) = (before, anew) else { return };
        self.written_anew(&before);
    }

    /// Puts the new text into the field; cursor and view stay with what they were at.
    fn written_anew(&self, before: &hopscope_editor::text_view::Lines) {
        let now = self.text.borrow().as_ref().map(|text| Rc::clone(text.lines()));
        // The sheet has its new height once it is drawn; without a field there is a sentence in its place.
        self.update.force_update();
        let (Some(now), Some(field), Some(scroller)) = (now, self.field(), self.scroller()) else { return };
        let unit = field.selection_start().ok().flatten().unwrap_or(0);
        let cursor = before.place_of_unit(usize::try_from(unit).unwrap_or(0));
        let carried = TextView::carry(before, &now, cursor);
        let top = scroller.scroll_top();
        field.set_value(now.text());
        let at = units(now.unit_of(carried));
        // Both are places of the text.
        let _ = field.set_selection_range(at, at);
        self.line.set(self.has_keyboard().then_some(carried.line));
        let seen = Place { line: line_at(f64::from(top)), column: 0 };
        let anchor = if self.has_keyboard() { cursor } else { seen };
        let moved = pixels(TextView::carry(before, &now, anchor).line) - pixels(anchor.line);
        let scroller = scroller.clone();
        if moved != 0.0 {
            // Line distances of a text that is bounded.
            #[allow(clippy::cast_possible_truncation, reason = "a distance in pixels")]
            let moved = moved as i32;
            Timeout::new(0, move || scroller.set_scroll_top(top + moved)).forget();
        }
        if !self.has_keyboard() {
            self.reveal_selected();
        }
    }

    /// Shows the lines of what is selected, unless somebody works in the text.
    pub fn reveal_selected(&self) {
        if self.has_keyboard() {
            return;
        }
        let Some(page) = self.page() else { return };
        let Some(id) = page.session.session.selection().last().cloned() else { return };
        let Some(field) = self.field() else { return };
        let cursor = usize::try_from(field.selection_start().ok().flatten().unwrap_or(0)).unwrap_or(0);
        let found = self.text.borrow().as_ref().and_then(|text| {
            let lines = text.lines();
            let owner = Owner::Component(id);
            let (first, _) = lines.parts(&owner).next()?;
            let there = lines.owner(lines.place_of_unit(cursor).line) == Some(&owner);
            Some((first, if there { cursor } else { lines.unit_of(Place { line: first, column: 0 }) }))
        });
        let Some((line, unit)) = found else { return };
        // A place of the text: the keyboard begins there when it comes.
        let _ = field.set_selection_range(units(unit), units(unit));
        self.show(line, 3);
    }

    /// Scrolls so that a line is seen, with some lines above it.
    fn show(&self, line: usize, above: usize) {
        let Some(scroller) = self.scroller() else { return };
        let (top, height) = (f64::from(scroller.scroll_top()), f64::from(scroller.client_height()));
        let (start, line_height) = (pixels(line), pixels(1) - pixels(0));
        let wanted = if start < top || start + line_height * 2.0 > top + height {
            Some(pixels(line.saturating_sub(above)))
        } else {
            None
        };
        if let Some(wanted) = wanted {
            #[allow(clippy::cast_possible_truncation, reason = "a scroll position")]
            let wanted = wanted as i32;
            // The sheet has its height once it is drawn.
            Timeout::new(0, move || scroller.set_scroll_top(wanted)).forget();
        }
    }

    /// The text was scrolled: other lines are drawn once those at hand run out.
    pub fn scrolled(self: &Rc<Self>) {
        let Some(scroller) = self.scroller() else { return };
        let first = line_at(f64::from(scroller.scroll_top())).saturating_sub(BEYOND);
        if first.abs_diff(self.first.get()) >= BEYOND / 2 {
            self.first.set(first);
            self.update.force_update();
        }
    }

    /// The text cursor may have moved: what it stands in is selected on the map.
    pub fn cursor_moved(&self) {
        if !self.has_keyboard() {
            return;
        }
        let Some(field) = self.field() else { return };
        let (start, end) =
            (field.selection_start().ok().flatten().unwrap_or(0), field.selection_end().ok().flatten());
        let found = self.text.borrow().as_ref().map(|text| {
            let place = text.lines().place_of_unit(usize::try_from(start).unwrap_or(0));
            (place, text.lines().owner(place.line).cloned())
        });
        let Some((place, owner)) = found else { return };
        if self.line.replace(Some(place.line)) == Some(place.line) {
            return;
        }
        self.update.force_update();
        if end.is_some_and(|end| end != start) {
            return;
        }
        self.show(place.line, 1);
        if let Some(Owner::Component(id)) = owner {
            self.select(id);
        }
    }

    fn select(&self, id: Id) {
        let Some(page) = self.page() else { return };
        let session = &page.session.session;
        if session.selection().as_slice() == [id.clone()] || session.document().node(&id).is_none() {
            return;
        }
        if let Some(rect) = page.scene.0.layout.rect(&id) {
            page.view.0.reveal(rect);
        }
        page.session.dispatch.emit(Intent::Select { ids: vec![id] });
    }

    /// The keyboard left the field: a burst of typing ends.
    pub fn blurred(self: &Rc<Self>) {
        self.read();
        if self.burst.borrow_mut().take().is_some() {
            self.send(Intent::EndGesture);
        }
        self.line.set(None);
        self.update.force_update();
    }

    /// The panel is closed.
    pub fn leave(self: &Rc<Self>) {
        self.read();
        for timer in [&self.reading, &self.following, &self.burst, &self.telling] {
            timer.borrow_mut().take();
        }
        self.send(Intent::EndGesture);
    }

    /// Keys that are not the field's own.
    pub fn key(self: &Rc<Self>, event: &KeyboardEvent) {
        let key = event.key();
        let command = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
        if key == "Enter" && !command && !event.shift_key() && !event.is_composing() {
            if !self.new_line() {
                return;
            }
        } else if key == "Escape" {
            browser::focus(".map [tabindex=\"0\"], #map");
        } else if command && matches!(key.to_ascii_lowercase().as_str(), "z" | "y") {
            self.read();
            // Letters that no document holds are the field's own to take back.
            if self.text.borrow().as_ref().is_some_and(TextView::is_ahead) {
                return;
            }
            let redo = event.shift_key() || key.eq_ignore_ascii_case("y");
            self.send(if redo { Intent::Redo } else { Intent::Undo });
        } else {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Begins a new line under the last one; says whether the browser did it.
    fn new_line(&self) -> bool {
        let Some(field) = self.field() else { return false };
        let start = field.selection_start().ok().flatten().unwrap_or(0);
        let space = self.text.borrow().as_ref().map(|text| {
            let place = text.lines().place_of_unit(usize::try_from(start).unwrap_or(0));
            let before: Vec<u16> = text.lines().line(place.line).encode_utf16().take(place.column).collect();
            indent(&String::from_utf16_lossy(&before))
        });
        // The one way to write into a field that its own undo knows of.
        let page = browser::page().and_then(|page| page.dyn_into::<web_sys::HtmlDocument>().ok());
        let (Some(page), Some(space)) = (page, space) else { return false };
        page.exec_command_with_show_ui_and_value("insertText", false, &format!("\n{space}")).unwrap_or(false)
    }

    /// The cursor goes to what is wrong.
    pub fn go_to_problem(self: &Rc<Self>) {
        let found = self.text.borrow().as_ref().and_then(|text| {
            let problem = text.problem()?;
            let end = text.lines().place_of(problem.range.end);
            let unit = |place| units(text.lines().unit_of(place));
            Some((problem.place, unit(problem.place), unit(end)))
        });
        let (Some((place, start, end)), Some(field)) = (found, self.field()) else { return };
        browser::focus_element(&field);
        // Places of the text.
        let _ = field.set_selection_range(start, end);
        self.line.set(Some(place.line));
        self.show(place.line, 3);
        self.update.force_update();
    }

    /// What cannot be read is given up.
    pub fn put_back(self: &Rc<Self>) {
        let Some(page) = self.page() else { return };
        let before = self.text.borrow().as_ref().map(|text| Rc::clone(text.lines()));
        if let Some(text) = self.text.borrow_mut().as_mut() {
            text.put_back(page.session.session.document());
        }
        self.telling.borrow_mut().take();
        if let Some(before) = before {
            self.written_anew(&before);
        }
        say(&page.ui, words::PUT_BACK_DONE.to_owned());
        if let Some(field) = self.field() {
            browser::focus_element(&field);
        }
    }
}
