//! Modal dialogs on the browser's own element: it keeps the keyboard inside and gives it back.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// Properties of [`Modal`].
#[derive(Properties, PartialEq)]
pub struct ModalProps {
    /// Accessible name.
    pub label: AttrValue,
    /// A class for its shape.
    #[prop_or_default]
    pub class: Classes,
    /// Escape, or a click outside.
    pub onclose: Callback<()>,
    /// Content.
    pub children: Html,
}

/// A modal dialog.
#[component]
pub fn Modal(props: &ModalProps) -> Html {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with((), move |()| {
            let element = dialog.cast::<HtmlDialogElement>();
            if let Some(element) = &element {
                // Fails only for a dialog that is open already.
                let _ = element.show_modal();
            }
            move || {
                if let Some(element) = element {
                    element.close();
                }
            }
        });
    }
    let oncancel = {
        let onclose = props.onclose.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            onclose.emit(());
        })
    };
    let onkeydown = {
        let onclose = props.onclose.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                onclose.emit(());
            }
            // Keys in a dialog are the dialog's; only the palette's own shortcut leaves it.
            if !((event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k")) {
                event.stop_propagation();
            }
        })
    };
    let onclick = {
        let (dialog, onclose) = (dialog.clone(), props.onclose.clone());
        Callback::from(move |event: MouseEvent| {
            // The backdrop belongs to the dialog element itself.
            let outside = event.target().map(wasm_bindgen::JsValue::from)
                == dialog.get().map(wasm_bindgen::JsValue::from);
            if outside {
                onclose.emit(());
            }
        })
    };
    html! {
        <dialog ref={dialog} class={classes!("modal", props.class.clone())} aria-label={props.label.clone()}
            {oncancel} {onkeydown} {onclick}>
            <div class="modal-body">{ props.children.clone() }</div>
        </dialog>
    }
}
