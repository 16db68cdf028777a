//! "Add inside…": what fits into a component, and its likely next acts.

use hopscope_aws::{Document, Id};
use hopscope_editor::{Intent, place};
use hopscope_view::text::ui_shell as words;
use yew::prelude::*;

use super::choices::{Choice, Choices, best_first, fits};
use super::modal::Modal;
use crate::state::{SessionCtx, UiAction, UiCtx};

/// Everything that can be added there: next acts first, then kinds.
fn choices(document: &Document, inside: Option<&Id>, typed: &str) -> Vec<Choice> {
    let chips = inside.map_or_else(Vec::new, |id| place::chips(document, id));
    let acts = chips.into_iter().map(|chip| Choice {
        key: format!("chip:{}", chip.key),
        icon: "plus",
        label: chip.label.to_owned(),
        detail: chip.help.to_owned(),
        keys: "",
        group: "",
    });
    let kinds = place::tools().filter(|spec| place::placement(document, spec.kind, inside).is_ok());
    // What goes directly inside comes before what would land somewhere around.
    let is_direct = |spec: &&hopscope_aws::Spec| {
        let parent =
            place::placement(document, spec.kind, inside).ok().and_then(|placement| placement.parent);
        parent.as_ref() == inside
    };
    let (direct, around): (Vec<&hopscope_aws::Spec>, Vec<_>) = kinds.partition(is_direct);
    let kinds = direct.into_iter().chain(around).map(|spec| Choice {
        key: format!("kind:{}", spec.kind),
        icon: spec.kind,
        label: spec.name.to_owned(),
        detail: spec.summary.to_owned(),
        keys: "",
        group: "",
    });
    best_first(acts.chain(kinds).filter_map(|choice| Some((fits(typed, &choice.label)?, choice))).collect())
}

/// The dialog for what goes inside a component; none is the canvas.
pub fn add_inside(ui: &UiCtx, session: &SessionCtx, inside: Option<&Id>) -> Html {
    let document = session.session.document().clone();
    let name = inside.and_then(|id| document.node(id)).map(|node| node.label().to_owned());
    let label = name.map_or(words::ADD_INSIDE.to_owned(), |name| words::add_inside(&name));
    let close = {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| dispatch.emit(UiAction::Dialog(None)))
    };
    let onchoose = {
        let (close, session, inside) = (close.clone(), session.clone(), inside.cloned());
        Callback::from(move |key: String| {
            close.emit(());
            let intent = match (key.split_once(':'), &inside) {
                (Some(("chip", chip)), Some(node)) => {
                    Intent::Chip { node: node.clone(), chip: chip.to_owned() }
                }
                (Some(("kind", kind)), _) => {
                    Intent::Place { kind: kind.to_owned(), parent: inside.clone(), zone: None, at: None }
                }
                _ => return,
            };
            session.dispatch.emit(intent);
        })
    };
    let find = {
        let inside = inside.cloned();
        Callback::from(move |typed: String| choices(&document, inside.as_ref(), &typed))
    };
    html! {
        <Modal key="add-inside" label={label.clone()} class={classes!("chooser")} onclose={close}>
            <Choices id="add-inside" label={label.clone()} placeholder={label} {find} {onchoose} />
        </Modal>
    }
}
