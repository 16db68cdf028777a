//! "Connect to…": targets by type-ahead, those that fit first.

use hopscope_aws::Id;
use hopscope_editor::connect;
use hopscope_view::text::ui_shell as words;
use yew::prelude::*;

use super::choices::{Choice, Choices, fits};
use super::modal::Modal;
use crate::state::{Dialog, SessionCtx, UiAction, UiCtx};

/// The dialog for connections that start at `from`.
pub fn connect_to(ui: &UiCtx, session: &SessionCtx, from: &Id) -> Html {
    let document = session.session.document();
    let others = document.nodes.values().filter(|node| node.id != *from);
    let targets: Vec<Choice> = others
        .filter_map(|node| {
            let offers = connect::offers(document, from, &node.id).ok()?;
            Some(Choice {
                key: node.id.to_string(),
                icon: node.kind(),
                label: node.label().to_owned(),
                detail: offers.title,
                keys: "",
                group: "",
            })
        })
        .collect();
    let name = document.node(from).map_or_else(String::new, |node| node.label().to_owned());
    let label = format!("{} {name}", words::CONNECT_WITH);
    let find = Callback::from(move |typed: String| {
        let shown = targets
            .iter()
            .filter(|choice| fits(&typed, &format!("{} {}", choice.label, choice.detail)).is_some());
        shown.cloned().collect::<Vec<_>>()
    });
    let close = {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| dispatch.emit(UiAction::Dialog(None)))
    };
    let onchoose = {
        let (dispatch, from) = (ui.dispatch.clone(), from.clone());
        Callback::from(move |key: String| {
            dispatch.emit(UiAction::Dialog(Some(Dialog::Offer(from.clone(), Id::from(key)))));
        })
    };
    html! {
        <Modal key="connect-to" label={label.clone()} class={classes!("chooser")} onclose={close}>
            <Choices id="connect-to" label={label.clone()} placeholder={label} {find} {onchoose} />
        </Modal>
    }
}
