//! "Move to…": containers by type-ahead; what dragging into another container does.

use hopscope_aws::{Document, Id};
use hopscope_editor::{Intent, outline, place};
use hopscope_view::text::editing as words;
use yew::prelude::*;

use super::choices::{Choice, Choices, fits};
use super::modal::Modal;
use crate::browser;
use crate::state::{SessionCtx, UiAction, UiCtx};

/// Containers that may hold a component and do not hold it now.
fn choices(document: &Document, id: &Id) -> Vec<Choice> {
    let Some(node) = document.node(id) else { return Vec::new() };
    let inside = |other: &Id| {
        let mut up = Some(other.clone());
        for _ in 0..16 {
            match up {
                Some(here) if here == *id => return true,
                Some(here) => up = document.node(&here).and_then(|node| node.parent.clone()),
                None => return false,
            }
        }
        false
    };
    outline::outline(document)
        .into_iter()
        .filter(|row| node.parent.as_ref() != Some(&row.id) && !inside(&row.id))
        .filter(|row| place::may_contain(document, node.kind(), Some(&row.id)).is_ok())
        .map(|row| Choice {
            key: row.id.to_string(),
            icon: row.kind,
            label: row.label,
            detail: row.spoken,
            keys: "",
            group: "",
        })
        .collect()
}

/// The dialog for a component that moves.
pub fn move_to(ui: &UiCtx, session: &SessionCtx, id: &Id) -> Html {
    let document = session.session.document();
    let all = choices(document, id);
    let name = document.node(id).map_or_else(|| id.to_string(), |node| node.label().to_owned());
    let label = words::move_to(&name);
    let find = Callback::from(move |typed: String| {
        let fit = |choice: &&Choice| fits(&typed, &format!("{} {}", choice.label, choice.detail)).is_some();
        all.iter().filter(fit).cloned().collect::<Vec<_>>()
    });
    let close = {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |()| dispatch.emit(UiAction::Dialog(None)))
    };
    let onchoose = {
        let (close, dispatch, id) = (close.clone(), session.dispatch.clone(), id.clone());
        Callback::from(move |key: String| {
            close.emit(());
            dispatch.emit(Intent::SetParent { id: id.clone(), parent: Some(Id::from(key)), at: None });
            browser::focus_soon(browser::node_selector(&id));
        })
    };
    html! {
        <Modal key="move-to" label={label.clone()} class={classes!("chooser")} onclose={close}>
            <Choices id="move-to" label={label.clone()} placeholder={label} {find} {onchoose} />
        </Modal>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hopscope_editor::Session;

    #[test]
    fn what_moves_is_offered_every_other_container_that_may_hold_it() {
        let mut session = Session::new(Document::default());
        session.update(Intent::Place { kind: "vpc".into(), parent: None, zone: None, at: None });
        let vpc = session.selection().last().cloned().expect("a VPC");
        session.update(Intent::Chip { node: vpc.clone(), chip: "two-zones".into() });
        let subnets: Vec<Id> = session
            .document()
            .nodes
            .values()
            .filter(|n| n.kind() == "subnet")
            .map(|n| n.id.clone())
            .collect();
        let first = subnets.first().cloned().expect("a subnet");
        session.update(Intent::Place {
            kind: "instance".into(),
            parent: Some(first.clone()),
            zone: None,
            at: None,
        });
        let instance = session.selection().last().cloned().expect("an instance");
        let keys: Vec<String> = choices(session.document(), &instance).into_iter().map(|c| c.key).collect();
        assert_eq!(keys.len(), subnets.len() - 1);
        assert!(!keys.contains(&first.to_string()));
        // A VPC has nowhere else to go: there is one Region.
        assert!(choices(session.document(), &vpc).is_empty());
    }
}
