//! A search field with a list below it: one combobox for every "choose one of these".

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::settings::drawn;
use crate::browser;
use crate::icons::icon;
use crate::state::UiCtx;

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is given back.
    pub key: String,
    /// Icon.
    pub icon: &'static str,
    /// What it is.
    pub label: String,
    /// More about it.
    pub detail: String,
    /// The shortcut, if it has one.
    pub keys: &'static str,
    /// Heading it stands under.
    pub group: &'static str,
}

/// Properties of [`Choices`].
#[derive(Properties, PartialEq)]
pub struct ChoicesProps {
    /// Start of DOM ids.
    pub id: AttrValue,
    /// Accessible name of the field.
    pub label: AttrValue,
    /// What stands in the empty field.
    pub placeholder: AttrValue,
    /// What fits a typed text, in order.
    pub find: Callback<String, Vec<Choice>>,
    /// Chosen.
    pub onchoose: Callback<String>,
    /// What stands in the field at first.
    #[prop_or_default]
    pub text: AttrValue,
    /// Something was typed.
    #[prop_or_default]
    pub ontyped: Callback<String>,
    /// Somebody walked to a choice.
    #[prop_or_default]
    pub oncurrent: Callback<usize>,
    /// Whoever shows it says how much was found.
    #[prop_or_default]
    pub silent: bool,
}

/// The field and its list. The keyboard stays in the field; arrows move through the list.
#[component]
pub fn Choices(props: &ChoicesProps) -> Html {
    let field = use_node_ref();
    let typed = use_state(|| props.text.to_string());
    let choices =
        use_memo((props.find.clone(), typed.trim().to_owned()), |(find, typed)| find.emit(typed.clone()));
    let current = use_state(|| 0usize);
    let at = (*current).min(choices.len().saturating_sub(1));
    {
        let field = field.clone();
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                browser::focus_element(&field);
                field.select();
            }
        });
    }
    {
        let list = format!("{}-{at}", props.id);
        use_effect_with(list, |id| {
            let option = browser::page().and_then(|page| page.get_element_by_id(id));
            if let Some(option) = option {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
    // Keys as they are now; the list stands in the workbench only.
    let keymap = use_context::<UiCtx>().map(|ui| Rc::clone(&ui.ui.keymap));
    let keys =
        |text: &str| drawn(&keymap.as_ref().map_or_else(|| text.to_owned(), |keymap| keymap.shown(text)));
    let oninput = {
        let (typed, current, ontyped) = (typed.clone(), current.clone(), props.ontyped.clone());
        Callback::from(move |event: InputEvent| {
            current.set(0);
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            ontyped.emit(text.clone());
            typed.set(text);
        })
    };
    let onkeydown = {
        let (choices, onchoose, current) = (Rc::clone(&choices), props.onchoose.clone(), current.clone());
        let oncurrent = props.oncurrent.clone();
        Callback::from(move |event: KeyboardEvent| {
            let last = choices.len().saturating_sub(1);
            let next = match event.key().as_str() {
                "ArrowDown" => {
                    if at == last {
                        0
                    } else {
                        at + 1
                    }
                }
                "ArrowUp" => at.checked_sub(1).unwrap_or(last),
                "PageDown" => (at + 8).min(last),
                "PageUp" => at.saturating_sub(8),
                "Enter" => {
                    event.prevent_default();
                    if let Some(choice) = choices.get(at) {
                        onchoose.emit(choice.key.clone());
                    }
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            current.set(next);
            oncurrent.emit(next);
        })
    };
    let list = format!("{}-list", props.id);
    let option = |index: usize, choice: &Choice| {
        let onchoose = props.onchoose.clone();
        let key = choice.key.clone();
        // The field keeps the keyboard while the mouse is down.
        let onmousedown = Callback::from(|event: MouseEvent| event.prevent_default());
        let heading = index == 0 || choices.get(index - 1).is_some_and(|before| before.group != choice.group);
        html! {
            <>
                if heading && !choice.group.is_empty() {
                    <li class="choice-group" role="presentation">{ choice.group }</li>
                }
                <li id={format!("{}-{index}", props.id)} class="choice" role="option"
                    aria-selected={(index == at).to_string()} data-key={choice.key.clone()} {onmousedown}
                    onclick={move |_| onchoose.emit(key.clone())}>
                    { icon(choice.icon, 18) }
                    <span class="choice-label">{ choice.label.clone() }</span>
                    <span class="choice-detail">{ choice.detail.clone() }</span>
                    if !choice.keys.is_empty() {
                        <kbd class="drawn" data-key={keys(choice.keys)}></kbd>
                    }
                </li>
            </>
        }
    };
    html! {
        <div class="choices">
            <input ref={field} class="field choices-field" type="text" role="combobox" aria-label={props.label.clone()}
                placeholder={props.placeholder.clone()} aria-expanded="true" aria-controls={list.clone()}
                aria-autocomplete="list" autocomplete="off" spellcheck="false" value={(*typed).clone()}
                aria-activedescendant={(!choices.is_empty()).then(|| format!("{}-{at}", props.id))}
                {oninput} {onkeydown} />
            <ul class="choices-list" role="listbox" id={list} aria-label={props.label.clone()}>
                { for choices.iter().enumerate().map(|(index, choice)| option(index, choice)) }
            </ul>
            if choices.is_empty() && !props.silent {
                <p class="nothing" role="status">{ hopscope_view::text::ui_shell::NOTHING_FOUND }</p>
            }
        </div>
    }
}

/// How well a text fits what was typed: all words must occur; earlier is better.
#[must_use]
pub fn fits(typed: &str, text: &str) -> Option<usize> {
    let text = text.to_lowercase();
    typed.to_lowercase().split_whitespace().map(|word| text.find(word)).try_fold(0, |sum, at| Some(sum + at?))
}

/// What fits best comes first; what fits equally well keeps its order.
#[must_use]
pub fn best_first(mut found: Vec<(usize, Choice)>) -> Vec<Choice> {
    found.sort_by_key(|(score, _)| *score);
    found.into_iter().map(|(_, choice)| choice).collect()
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn every_word_must_occur() {
        assert_eq!(fits("", "Anything"), Some(0));
        assert!(fits("gate net", "Internet gateway").is_some());
        assert!(fits("nat", "Internet gateway").is_none());
        assert!(fits("nat", "NAT gateway") < fits("gate", "NAT gateway"));
    }
}
