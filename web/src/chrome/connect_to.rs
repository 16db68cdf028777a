//! "Connect to…": targets by type-ahead, those that fit first.

use hopscope_aws::Id;
use hopscope_editor::connect;
use hopscope_view::text::ui_shell as words;
use yew::prelude::*;

use super::choices::{Choice, Choices, fits};
use super::modal::Modal;
use crate::state::{Dialog, SessionCtx, UiAction, UiCtx};

/// Properties of [`ConnectTo`].
#[derive(Properties, PartialEq)]
pub struct ConnectProps {
    /// Where the connection starts.
    pub from: Id,
}

/// The dialog.
#[component]
pub fn ConnectTo(props: &ConnectProps) -> Html {
    let typed = use_state(String::new);
    let (Some(ui), Some(session)) = (use_context::<UiCtx>(), use_context::<SessionCtx>()) else {
        return html! {};
    };
    let document = session.session.document().clone();
    let targets = use_memo((props.from.clone(), session.session.revision()), |(from, _)| {
        let others = document.nodes.values().filter(|node| node.id != *from);
        others
            .filter_map(|node| {
                let offers = connect::offers(&document, from, &node.id).ok()?;
                Some(Choice {
                    key: node.id.to_string(),
                    icon: node.kind(),
                    label: node.label().to_owned(),
                    detail: offers.title,
                    keys: "",
                    group: "",
                })
            })
            .collect::<Vec<_>>()
    });
    let name = document.node(&props.from).map_or_else(String::new, |node| node.label().to_owned());
    let label = format!("{} {name}", words::CONNECT_WITH);
    let shown: Vec<Choice> = targets
        .iter()
        .filter(|choice| fits(typed.trim(), &format!("{} {}", choice.label, choice.detail)).is_some())
        .cloned()
        .collect();
    let close = {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| dispatch.emit(UiAction::Dialog(None)))
    };
    let onchoose = {
        let (dispatch, from) = (ui.dispatch.clone(), props.from.clone());
        Callback::from(move |key: String| {
            dispatch.emit(UiAction::Dialog(Some(Dialog::Offer(from.clone(), Id::from(key)))));
        })
    };
    let onsearch = {
        let typed = typed.clone();
        Callback::from(move |text: String| typed.set(text))
    };
    html! {
        <Modal label={label.clone()} class={classes!("chooser")} onclose={close}>
            <Choices id="connect-to" label={label.clone()} placeholder={label} choices={shown} {onsearch} {onchoose} />
        </Modal>
    }
}
