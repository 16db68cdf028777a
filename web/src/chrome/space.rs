//! The address space of a VPC in a dialog.

use hopscope_aws::Id;
use hopscope_view::text::{editing as words, ui_shell};
use yew::prelude::*;

use super::modal::Modal;
use crate::icons::icon;
use crate::panels::SpacePanel;
use crate::state::SessionCtx;

/// Properties of [`SpaceDialog`].
#[derive(Properties, PartialEq)]
pub struct SpaceDialogProps {
    /// The VPC.
    pub vpc: Id,
    /// The part that is chosen, as a block; may be empty.
    pub chosen: AttrValue,
    /// Closed, or done.
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn SpaceDialog(props: &SpaceDialogProps) -> Html {
    let Some(session) = use_context::<SessionCtx>() else { return html! {} };
    let node = session.session.document().node(&props.vpc);
    let title = words::space_of(node.map_or(props.vpc.as_str(), |node| node.label()));
    let close = {
        let onclose = props.onclose.clone();
        move |_: MouseEvent| onclose.emit(())
    };
    html! {
        <Modal label={title.clone()} class={classes!("space-dialog")} onclose={props.onclose.clone()}>
            <header class="modal-head">
                <h2>{ title }</h2>
                <button type="button" class="icon-button" aria-label={ui_shell::CLOSE} onclick={close}>{ icon("close", 18) }</button>
            </header>
            <SpacePanel id="space-dialog" vpc={props.vpc.clone()} chosen={props.chosen.clone()} focus=true
                ondone={props.onclose.clone()} />
        </Modal>
    }
}
