//! The keys of actions: whether single letters act, and which key does what.

use std::rc::Rc;

use hopscope_editor::keymap::{Chord, Keymap, Refusal, Row};
use hopscope_view::text::{settings as words, ui_shell};
use yew::prelude::*;

use super::Changed;
use crate::preferences;
use crate::{browser, icons::icon};

/// Properties of [`Keys`].
#[derive(Properties, PartialEq)]
pub struct KeysProps {
    /// Something was changed.
    pub onchange: Callback<Changed>,
}

/// What is said below the switch.
#[derive(Clone, Debug, Default, PartialEq)]
struct Said {
    text: AttrValue,
    problem: bool,
}

/// A key's name on this keyboard.
pub fn drawn(keys: &str) -> String {
    if browser::apple() { keys.replace("Ctrl", "⌘").replace("Alt", "⌥") } else { keys.to_owned() }
}

fn sentence(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Needed => words::KEY_NEEDED.to_owned(),
        Refusal::Browser => words::KEY_OF_BROWSER.to_owned(),
        Refusal::Fixed => words::KEY_FIXED.to_owned(),
        Refusal::NoAction => words::NO_SUCH_ACTION.to_owned(),
        Refusal::Taken { key, by } => words::conflict(&drawn(&key.to_string()), by),
    }
}

/// The switch and the list.
#[component]
pub fn Keys(props: &KeysProps) -> Html {
    let single = use_state(preferences::single_keys);
    let keymap = use_state(preferences::keymap);
    // The row that waits for its new key.
    let waiting = use_state(|| None::<Chord>);
    let said = use_state(Said::default);
    let on_single = {
        let (single, onchange) = (single.clone(), props.onchange.clone());
        Callback::from(move |_: Event| {
            let on = !*single;
            preferences::set_single_keys(on);
            single.set(on);
            onchange.emit(Changed::SingleKeys(on));
        })
    };
    // Changes the keys, or says why not.
    let change = {
        let (keymap, said, onchange) = (keymap.clone(), said.clone(), props.onchange.clone());
        Rc::new(move |act: &dyn Fn(&mut Keymap) -> Result<(), Refusal>, done: String| {
            let mut next = (**keymap).clone();
            match act(&mut next) {
                Ok(()) => {
                    preferences::set_keymap(&next);
                    let next = Rc::new(next);
                    keymap.set(Rc::clone(&next));
                    onchange.emit(Changed::Keymap(next));
                    said.set(Said { text: done.into(), problem: false });
                }
                Err(refusal) => said.set(Said { text: sentence(&refusal).into(), problem: true }),
            }
        })
    };
    let restore_all = {
        let change = Rc::clone(&change);
        move |_: MouseEvent| {
            let all = |keymap: &mut Keymap| {
                keymap.restore_all();
                Ok(())
            };
            change(&all, words::KEYS_RESTORED.to_owned());
        }
    };
    let row = |row: &Row| {
        let Some(of) = row.keys.first().cloned() else { return html! {} };
        let title = row.title;
        let now: Vec<String> = keymap.keys(row).iter().map(|key| drawn(&key.to_string())).collect();
        let now = now.join(" or ");
        let waits = waiting.as_ref() == Some(&of);
        let begin = {
            let (waiting, said, of) = (waiting.clone(), said.clone(), of.clone());
            move |_: MouseEvent| {
                waiting.set(Some(of.clone()));
                said.set(Said { text: words::press_key_for(title).into(), problem: false });
            }
        };
        let onkeydown = {
            let (waiting, said, change, of) = (waiting.clone(), said.clone(), Rc::clone(&change), of.clone());
            Callback::from(move |event: KeyboardEvent| {
                let key = event.key();
                // Leaving by Tab is leaving; a modifier alone is the beginning of a chord.
                if !waits || matches!(key.as_str(), "Tab" | "Shift" | "Control" | "Alt" | "AltGraph" | "Meta")
                {
                    return;
                }
                event.prevent_default();
                event.stop_propagation();
                if key == "Escape" {
                    waiting.set(None);
                    said.set(Said::default());
                    return;
                }
                let command = event.ctrl_key() || event.meta_key();
                let chord = Chord::pressed(&key, command, event.alt_key(), event.shift_key());
                let done = words::key_changed(title, &drawn(&chord.to_string()));
                change(&|keymap: &mut Keymap| keymap.change(&of, chord.clone()), done);
                waiting.set(None);
            })
        };
        let onblur = {
            let waiting = waiting.clone();
            Callback::from(move |_: FocusEvent| {
                if waits {
                    waiting.set(None);
                }
            })
        };
        let restore = {
            let (change, row) = (Rc::clone(&change), row.clone());
            let first = drawn(&of.to_string());
            move |_: MouseEvent| {
                change(&|keymap: &mut Keymap| keymap.restore(&row), words::key_restored(title, &first));
            }
        };
        html! {
            <li key={of.to_string()} class="key-row">
                <span class="key-title">{ title }</span>
                if keymap.is_changed(row) {
                    <button type="button" class="icon-button" aria-label={words::restore_key(title)} title={words::restore_key(title)}
                        onclick={restore}>{ icon("undo", 16) }</button>
                }
                <button type="button" class={classes!("small-button", "key-button", waits.then_some("waiting"))}
                    aria-label={if waits { words::press_key_for(title) } else { words::change_key(title, &now) }}
                    onclick={begin} {onkeydown} {onblur}>
                    if waits { { words::PRESS_KEY } } else { <kbd>{ now }</kbd> }
                </button>
            </li>
        }
    };
    let mut sections: Vec<(&'static str, Vec<&Row>)> = Vec::new();
    for one in keymap.rows() {
        match sections.last_mut() {
            Some((section, rows)) if *section == one.section => rows.push(one),
            _ => sections.push((one.section, vec![one])),
        }
    }
    html! {
        <>
            <label class="setting setting-switch">
                <input type="checkbox" checked={*single} onchange={on_single} />
                <span>{ ui_shell::SINGLE_KEYS }</span>
            </label>
            <p class="hint">{ words::SINGLE_KEYS_HINT }</p>
            <div class="key-sections">
                { for sections.into_iter().map(|(section, rows)| html! {
                    <div key={section}>
                        <h4>{ section }</h4>
                        <ul aria-label={section}>{ for rows.into_iter().map(row) }</ul>
                    </div>
                }) }
            </div>
            <div class="settings-said">
                <p role="status">{ (!said.problem).then(|| said.text.clone()) }</p>
                <p role="alert">{ said.problem.then(|| said.text.clone()) }</p>
            </div>
            <button type="button" class="small-button" disabled={keymap.is_default()} onclick={restore_all}>{ words::RESTORE_KEYS }</button>
        </>
    }
}
