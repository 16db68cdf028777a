//! Small requests to the browser. Whatever it refuses is left out: the page stays usable.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use gloo::timers::callback::Timeout;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, HtmlElement, Url};

/// The window. Absent only outside browsers.
#[must_use]
pub fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

/// The page.
#[must_use]
pub fn page() -> Option<web_sys::Document> {
    window().and_then(|window| window.document())
}

/// A remembered setting.
#[must_use]
pub fn setting(key: &str) -> Option<String> {
    if let Some(value) = UNSTORED.with(|unstored| unstored.borrow().get(key).cloned()) {
        return value;
    }
    window()?.local_storage().ok()??.get_item(&format!("hopscope.{key}")).ok()?
}

/// Remembers a setting, or forgets it. One that cannot be stored lasts as long as the page.
pub fn set_setting(key: &str, value: Option<&str>) {
    let storage = window().and_then(|window| window.local_storage().ok().flatten());
    let name = format!("hopscope.{key}");
    let stored = storage.and_then(|storage| match value {
        Some(value) => storage.set_item(&name, value).ok(),
        None => storage.remove_item(&name).ok(),
    });
    UNSTORED.with(|unstored| match stored {
        Some(()) => unstored.borrow_mut().remove(key),
        None => unstored.borrow_mut().insert(key.to_owned(), value.map(str::to_owned)),
    });
}

thread_local! {
    /// Settings that the browser did not store.
    static UNSTORED: RefCell<BTreeMap<String, Option<String>>> = RefCell::default();
}

/// Forgets every setting.
pub fn forget_settings() {
    let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) else { return };
    let count = storage.length().unwrap_or(0);
    let keys: Vec<String> = (0..count).filter_map(|index| storage.key(index).ok().flatten()).collect();
    for key in keys.iter().filter(|key| key.starts_with("hopscope.")) {
        // What cannot be removed is read as before.
        let _ = storage.remove_item(key);
    }
}

/// Loads the start page anew, as on a first visit.
pub fn start_again() {
    if let Some(window) = window() {
        go_instead("/");
        // The page that is left has nothing to lose.
        let _ = window.location().reload();
    }
}

/// Notes a moment in the browser's own list of measurements, for whoever measures.
pub fn mark(name: &str) {
    if let Some(performance) = window().and_then(|window| window.performance()) {
        // A browser that keeps no list shows the same.
        let _ = performance.mark(name);
    }
}

/// Whether a media query matches.
#[must_use]
pub fn matches(query: &str) -> bool {
    window().and_then(|window| window.match_media(query).ok().flatten()).is_some_and(|list| list.matches())
}

/// Whether the reader asked for less motion.
#[must_use]
pub fn reduced_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

/// Whether keys are those of an Apple keyboard.
#[must_use]
pub fn apple() -> bool {
    window()
        .and_then(|window| window.navigator().user_agent().ok())
        .is_some_and(|agent| agent.contains("Mac OS") || agent.contains("iPhone") || agent.contains("iPad"))
}

/// Width of the page in CSS pixels.
#[must_use]
pub fn width() -> f64 {
    window().and_then(|window| window.inner_width().ok()).and_then(|width| width.as_f64()).unwrap_or(1280.0)
}

/// Width and height of the page in CSS pixels.
#[must_use]
pub fn window_size() -> (f64, f64) {
    let height = window().and_then(|window| window.inner_height().ok()).and_then(|height| height.as_f64());
    (width(), height.unwrap_or(800.0))
}

/// Milliseconds since 1970.
#[must_use]
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// The fragment of the address without `#`.
#[must_use]
pub fn fragment() -> String {
    let hash = window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// Goes to another fragment.
pub fn go(fragment: &str) {
    if let Some(window) = window() {
        // Fragments are made by this program and always legal.
        let _ = window.location().set_hash(fragment);
    }
}

/// Goes to another fragment in place of this one: the way back leads past it.
pub fn go_instead(fragment: &str) {
    if let Some(window) = window() {
        // As above.
        let _ = window.location().replace(&format!("#{fragment}"));
    }
}

/// Gives something to the other program of this page, under a name.
pub fn hand_over(name: &str, value: &JsValue) {
    if let Some(window) = window() {
        // An ordinary property of the window.
        let _ = js_sys::Reflect::set(&window, &name.into(), value);
    }
}

/// Takes what the other program handed over; undefined without.
#[must_use]
pub fn take_over(name: &str) -> JsValue {
    let Some(window) = window() else { return JsValue::UNDEFINED };
    let value = js_sys::Reflect::get(&window, &name.into()).unwrap_or_default();
    hand_over(name, &JsValue::UNDEFINED);
    value
}

/// The element that has the keyboard.
#[must_use]
pub fn focused() -> Option<Element> {
    page()?.active_element()
}

thread_local! {
    /// Counts requests for the keyboard: a later one overtakes those that still wait.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

/// How often an element is looked for that is not drawn yet, once for each frame.
const FRAMES: u32 = 30;

/// Gives the keyboard to the first element that fits a selector, once the page has been drawn.
pub fn focus_soon(selector: impl Into<String>) {
    let turn = ASKED.with(|asked| {
        asked.set(asked.get().wrapping_add(1));
        asked.get()
    });
    look_for(selector.into(), turn, 0);
}

/// Drawing is done in pieces, so that what is looked for may take some frames to appear.
fn look_for(selector: String, turn: u32, tries: u32) {
    let wait = if tries == 0 { 0 } else { 16 };
    Timeout::new(wait, move || {
        let overtaken = ASKED.with(|asked| asked.get() != turn);
        if !overtaken && !focus(&selector) && tries < FRAMES {
            look_for(selector, turn, tries + 1);
        }
    })
    .forget();
}

/// Gives the keyboard to the first element that fits a selector. Whether there is one.
pub fn focus(selector: &str) -> bool {
    let found = page().and_then(|page| page.query_selector(selector).ok().flatten());
    found.as_ref().map(focus_element).is_some()
}

/// Gives the keyboard to an element, HTML or SVG. The map moves by itself, so nothing scrolls.
pub fn focus_element(element: &Element) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // Focus is refused only for elements that are gone.
    let _ = match element.dyn_ref::<HtmlElement>() {
        Some(html) => html.focus_with_options(&options),
        None => match element.dyn_ref::<web_sys::SvgElement>() {
            Some(svg) => svg.focus(),
            None => Ok(()),
        },
    };
}

/// A selector for the element of a component on the map.
#[must_use]
pub fn node_selector(id: &str) -> String {
    format!(".map [data-id=\"{}\"]", id.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether typing goes into an element.
#[must_use]
pub fn is_text(element: &Element) -> bool {
    let editable = element.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable);
    let tag = element.tag_name();
    let input = tag.eq_ignore_ascii_case("input")
        && !matches!(
            element.get_attribute("type").as_deref(),
            Some("checkbox" | "radio" | "range" | "button" | "submit" | "file" | "color")
        );
    editable || input || tag.eq_ignore_ascii_case("textarea") || tag.eq_ignore_ascii_case("select")
}

/// Offers a JSON text as a file.
pub fn download(name: &str, text: &str) {
    download_as(name, text, "application/json");
}

/// Offers a text as a file of that media type.
pub fn download_as(name: &str, text: &str, media: &str) {
    offer(name, &JsValue::from_str(text), media);
}

/// Offers bytes as a file of that media type.
pub fn download_bytes(name: &str, bytes: &[u8], media: &str) {
    offer(name, &js_sys::Uint8Array::from(bytes), media);
}

/// Asks the reader's printer dialog for the page.
pub fn print() {
    if let Some(window) = window() {
        // Refused only where there is nothing to print to.
        let _ = window.print();
    }
}

fn offer(name: &str, part: &JsValue, media: &str) {
    let parts = js_sys::Array::of1(part);
    let options = BlobPropertyBag::new();
    options.set_type(media);
    let made = Blob::new_with_u8_array_sequence_and_options(&parts, &options)
        .and_then(|blob| Url::create_object_url_with_blob(&blob));
    let (Ok(url), Some(page)) = (made, page()) else { return };
    let anchor = page.create_element("a").ok().and_then(|made| made.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(anchor) = anchor {
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
    }
    // The browser has taken the content by the time this runs.
    Timeout::new(10_000, move || drop(Url::revoke_object_url(&url))).forget();
}

/// The elements beside an element.
#[must_use]
pub fn siblings(of: &yew::NodeRef) -> Vec<Element> {
    let Some(own) = of.cast::<Element>() else { return Vec::new() };
    let Some(all) = own.parent_element().map(|parent| parent.children()) else { return Vec::new() };
    (0..all.length()).filter_map(|index| all.item(index)).filter(|other| *other != own).collect()
}

/// Puts a text on the clipboard; false where the browser refuses.
pub async fn copied(text: &str) -> bool {
    let Some(window) = window() else { return false };
    wasm_bindgen_futures::JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// The text on the clipboard, where the browser lets the page read it; else what this page copied
/// last.
pub async fn pasted() -> Option<String> {
    use wasm_bindgen_futures::JsFuture;
    // Absent outside secure contexts, and its reading is refused by some browsers.
    let clipboard = window().map(|window| window.navigator());
    let clipboard =
        clipboard.and_then(|navigator| js_sys::Reflect::get(&navigator, &"clipboard".into()).ok());
    let clipboard = clipboard.and_then(|found| found.dyn_into::<web_sys::Clipboard>().ok());
    let read = match clipboard {
        Some(clipboard) => JsFuture::from(clipboard.read_text()).await.ok().and_then(|text| text.as_string()),
        None => None,
    };
    read.filter(|text| !text.trim().is_empty())
        .or_else(|| Some(kept("copied")).filter(|text| !text.is_empty()))
}

thread_local! {
    static KEPT: RefCell<BTreeMap<&'static str, String>> = const { RefCell::new(BTreeMap::new()) };
}

/// Keeps a text as long as the page is open.
pub fn keep(name: &'static str, text: &str) {
    KEPT.with(|kept| kept.borrow_mut().insert(name, text.to_owned()));
}

/// A kept text; empty without.
#[must_use]
pub fn kept(name: &'static str) -> String {
    KEPT.with(|kept| kept.borrow().get(name).cloned()).unwrap_or_default()
}

/// Puts a text on the clipboard, where the browser allows it.
pub fn copy(text: &str) {
    keep("copied", text);
    if let Some(window) = window() {
        // The promise settles on its own; a refusal leaves the clipboard as it was.
        drop(window.navigator().clipboard().write_text(text));
    }
}

thread_local! {
    static COUNTER: Cell<u32> = const { Cell::new(0) };
}

/// An id for a new document: the time and a counter, in base 36.
#[must_use]
pub fn new_id() -> String {
    let count = COUNTER.with(|counter| {
        let next = counter.get().wrapping_add(1);
        counter.set(next);
        next
    });
    // Milliseconds fit: they need 41 bits.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a clock after 1970")]
    let mut number = now() as u64 * 64 + u64::from(count % 64);
    let mut text = String::new();
    while number > 0 {
        let digit = u32::try_from(number % 36).unwrap_or(0);
        text.insert(0, char::from_digit(digit, 36).unwrap_or('0'));
        number /= 36;
    }
    text
}

/// The text of a file of this site; none if it could not be had.
pub async fn fetch_text(address: &str) -> Option<String> {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    let answer = JsFuture::from(window()?.fetch_with_str(address)).await.ok()?;
    let answer: web_sys::Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}
