//! Moving the keyboard: to a cell, to the field of a problem, to the row that decided.

use std::cell::RefCell;

use hopscope_aws::Id;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::NodeRef;

thread_local! {
    /// Where the keyboard goes once the inspector shows what was asked for.
    static GOAL: RefCell<Option<(Id, Goal)>> = const { RefCell::new(None) };
}

/// A place in the inspector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A field by its path (`routes/2/destination`).
    Path(String),
    /// The row that decided.
    LitRow,
}

/// Whether the keyboard is to go to a place of that component.
#[must_use]
pub fn is_goal(node: &Id) -> bool {
    GOAL.with(|goal| goal.borrow().as_ref().is_some_and(|(other, _)| other == node))
}

/// Moves the keyboard to the asked place inside an element and forgets it.
pub fn reach_goal(root: &Element) {
    let Some((_, goal)) = GOAL.with(|goal| goal.borrow_mut().take()) else { return };
    let find = |selector: &str| root.query_selector(selector).ok().flatten();
    let found = match &goal {
        Goal::Path(path) => {
            // The cell itself, else the nearest thing that contains it.
            let mut path = path.as_str();
            loop {
                // Paths hold keys and numbers only; anything else would not be a selector.
                let plain = path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_'));
                let cell = plain.then(|| find(&format!("[data-path=\"{path}\"]"))).flatten();
                match (cell, path.rsplit_once('/')) {
                    (Some(cell), _) => break cell.query_selector("input, select").ok().flatten(),
                    (None, Some((shorter, _))) => path = shorter,
                    (None, None) => break None,
                }
            }
        }
        Goal::LitRow => find("tr.lit input, tr.lit select").or_else(|| find(".row-tools button")),
    };
    if let Some(element) = found {
        focus_element(&element);
    }
}

/// Asks for a place of a component, or for none.
pub fn aim(node: &Id, goal: Option<Goal>) {
    GOAL.with(|slot| *slot.borrow_mut() = goal.map(|goal| (node.clone(), goal)));
}

/// Focuses an element and selects its text.
pub fn focus(id: &str) {
    let element = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element {
        focus_element(&element);
    }
}

/// Focuses an element and selects its text.
pub fn focus_element(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Focus can only be refused for elements that are gone.
        let _ = element.focus();
    }
    if let Some(input) = element.dyn_ref::<HtmlInputElement>().filter(|input| input.type_() == "text") {
        input.select();
    }
}

/// Scrolls an element just into view.
pub fn scroll_near(element: &Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Casts to an element without a fuss.
pub fn element(node: &NodeRef) -> Option<Element> {
    node.get().and_then(|node| node.dyn_into().ok())
}
