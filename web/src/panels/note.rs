//! The inspector of a note: its text, look, place, and what it is about, without a pointer.

use hopscope_aws::{Id, Note, NoteKind};
use hopscope_editor::outline;
use hopscope_view::text::notes as words;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::hub::Hub;
use crate::icons::icon;

/// The panel of a selected note.
pub fn note_panel(hub: &Hub, note: &Note) -> Html {
    let set = {
        let (hub, note) = (hub.clone(), note.clone());
        move |act: &dyn Fn(&mut Note), coalesce: bool| {
            let mut next = note.clone();
            act(&mut next);
            hub.set_note(next, coalesce);
        }
    };
    let text = {
        let set = set.clone();
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            set(&|note| note.text.clone_from(&text), true);
        })
    };
    let document = hub.document();
    let kinds = words::ALL.iter().filter(|(kind, _)| *kind != NoteKind::Callout || note.about.is_some());
    let kind = {
        let set = set.clone();
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Some((kind, _)) = words::ALL.iter().find(|(_, name)| *name == chosen) {
                set(&|note| note.kind = *kind, false);
            }
        })
    };
    let about = {
        let set = set.clone();
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
            let about = Some(chosen).filter(|chosen| !chosen.is_empty()).map(Id::from);
            // It goes to what it is about, or stays where somebody can see it.
            set(
                &|note| {
                    note.about.clone_from(&about);
                    (note.x, note.y) = if about.is_some() { (0.0, -96.0) } else { (40.0, 40.0) };
                    if about.is_none() && note.kind == NoteKind::Callout {
                        note.kind = NoteKind::Text;
                    }
                },
                false,
            );
        })
    };
    let number = |label: &'static str, value: f32, put: fn(&mut Note, f32)| {
        let set = set.clone();
        let onchange = Callback::from(move |event: Event| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            if let Ok(value) = text.trim().parse::<f32>() {
                set(&|note| put(note, value), false);
            }
        });
        html! {
            <label class="note-number">
                <span>{ label }</span>
                <input class="field" type="number" step="8" value={value.to_string()} {onchange} />
            </label>
        }
    };
    let delete = {
        let (hub, id) = (hub.clone(), note.id.clone());
        Callback::from(move |_: MouseEvent| hub.delete(&id))
    };
    html! {
        <div class="note-panel">
            <h2 class="panel-heading">{ icon("note", 18) }{ words::PANEL }</h2>
            <label class="about">
                <span>{ words::TEXT }</span>
                <textarea class="cell-input about-text" rows="6" maxlength={hopscope_aws::note::MAX_NOTE.to_string()}
                    value={note.text.clone()} oninput={text} />
            </label>
            <label class="about">
                <span>{ words::KIND }</span>
                <select class="field" onchange={kind}>
                    { for kinds.map(|(kind, name)| html! {
                        <option value={*name} selected={*kind == note.kind}>{ *name }</option>
                    }) }
                </select>
            </label>
            <label class="about">
                <span>{ words::ABOUT }</span>
                <select class="field" onchange={about}>
                    <option value="" selected={note.about.is_none()}>{ words::ABOUT_NOTHING }</option>
                    { for outline::outline(&document).into_iter().filter(|row| document.node(&row.id).is_some()).map(|row| html! {
                        <option value={row.id.to_string()} selected={note.about.as_ref() == Some(&row.id)}>{ row.label }</option>
                    }) }
                </select>
            </label>
            <div class="note-numbers">
                { number(words::LEFT, note.x, |note, value| note.x = value) }
                { number(words::TOP, note.y, |note, value| note.y = value) }
                { number(words::WIDTH, note.w, |note, value| note.w = value) }
                { number(words::HEIGHT, note.h, |note, value| note.h = value) }
            </div>
            <p class="field-help">{ words::PANEL_HELP }</p>
            <button type="button" class="small-button" onclick={delete}>{ icon("trash", 16) }{ words::DELETE }</button>
        </div>
    }
}
