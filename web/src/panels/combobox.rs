//! A text input with a list of choices, after the ARIA combobox pattern. Any text may be typed.

use hopscope_view::form::Choice;
use hopscope_view::text::ui_panels as words;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::state::use_read_only;

/// Properties of [`Combobox`].
#[derive(Properties, PartialEq)]
pub struct ComboboxProps {
    /// DOM id.
    pub id: AttrValue,
    /// Label above it.
    pub label: AttrValue,
    /// Value in the document.
    pub value: AttrValue,
    /// What may be chosen.
    pub choices: Vec<Choice>,
    /// What is wrong with the value.
    #[prop_or_default]
    pub problem: Option<AttrValue>,
    /// The value changed; true while it is being typed.
    pub on_change: Callback<(String, bool)>,
    /// Buttons beside the input.
    #[prop_or_default]
    pub children: Html,
}

/// Choices that contain all typed words.
#[must_use]
fn matching(choices: &[Choice], typed: &str) -> Vec<Choice> {
    let needles: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let fits = |choice: &&Choice| {
        let hay = format!("{} {}", choice.label, choice.value).to_lowercase();
        needles.iter().all(|needle| hay.contains(needle.as_str()))
    };
    choices.iter().filter(fits).take(50).cloned().collect()
}

/// The choice somebody means who types a name as it stands on the map; none where two are called so.
fn meant<'a>(choices: &'a [Choice], typed: &str) -> Option<&'a Choice> {
    let typed = typed.trim().to_lowercase();
    let named = |choice: &&Choice| {
        let label = choice.label.to_lowercase();
        label.strip_prefix(&typed).is_some_and(|rest| rest.is_empty() || rest.starts_with(" · "))
    };
    let mut found = choices.iter().filter(named);
    found.next().filter(|_| !typed.is_empty() && found.next().is_none())
}

/// A combobox.
#[component]
pub fn Combobox(props: &ComboboxProps) -> Html {
    let open = use_state(|| false);
    let read_only = use_read_only();
    let active = use_state(|| None::<usize>);
    // What was typed since the list opened; before that, every choice is offered.
    let typed = use_state(|| None::<String>);

    let offered = matching(&props.choices, typed.as_deref().unwrap_or_default());
    let list_id = format!("{}-list", props.id);
    let option_id = |index: usize| format!("{}-option-{index}", props.id);
    let shown = match props.choices.iter().find(|choice| choice.value == props.value.as_str()) {
        Some(choice) if typed.is_none() => choice.label.clone(),
        _ => typed.as_ref().cloned().unwrap_or_else(|| props.value.to_string()),
    };
    let close = {
        let (open, active, typed) = (open.clone(), active.clone(), typed.clone());
        move || {
            open.set(false);
            active.set(None);
            typed.set(None);
        }
    };
    let choose = {
        let (close, on_change) = (close.clone(), props.on_change.clone());
        move |value: String| {
            on_change.emit((value, false));
            close();
        }
    };
    let oninput = {
        let (open, active, typed, on_change) =
            (open.clone(), active.clone(), typed.clone(), props.on_change.clone());
        Callback::from(move |event: InputEvent| {
            if let Some(input) = super::cell::target::<HtmlInputElement>(&event) {
                open.set(true);
                active.set(None);
                typed.set(Some(input.value()));
                on_change.emit((input.value(), true));
            }
        })
    };
    let onkeydown = {
        let (open, active) = (open.clone(), active.clone());
        let (choose, close, offered) = (choose.clone(), close.clone(), offered.clone());
        let by_name = typed.as_deref().and_then(|typed| meant(&props.choices, typed)).cloned();
        Callback::from(move |event: KeyboardEvent| {
            let last = offered.len().checked_sub(1);
            match event.key().as_str() {
                "ArrowDown" => {
                    open.set(true);
                    active.set(last.map(|last| active.map_or(0, |at| if at >= last { 0 } else { at + 1 })));
                }
                "ArrowUp" => {
                    open.set(true);
                    active.set(last.map(|last| active.and_then(|at| at.checked_sub(1)).unwrap_or(last)));
                }
                "Enter" if *open => match active.and_then(|at| offered.get(at)) {
                    Some(choice) => choose(choice.value.clone()),
                    None => match &by_name {
                        Some(choice) => choose(choice.value.clone()),
                        None => close(),
                    },
                },
                "Escape" if *open => close(),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let onfocus = {
        let open = open.clone();
        move |event: FocusEvent| {
            open.set(true);
            if let Some(input) = super::cell::target::<HtmlInputElement>(&event) {
                input.select();
            }
        }
    };
    let onblur = {
        let close = close.clone();
        move |_: FocusEvent| close()
    };
    let is_open = *open && !read_only && !offered.is_empty();
    let problem_id = format!("{}-problem", props.id);
    html! {
        <div class={classes!("form-field", "combobox", props.problem.is_some().then_some("invalid"))}>
            <label for={props.id.clone()}>{ props.label.clone() }</label>
            <div class="combobox-row">
                <input type="text" id={props.id.clone()} role="combobox" class="cell-text" value={shown.clone()} title={shown}
                    aria-expanded={is_open.to_string()} aria-controls={is_open.then(|| list_id.clone())} aria-autocomplete="list"
                    aria-activedescendant={active.filter(|_| is_open).map(option_id)}
                    aria-invalid={props.problem.as_ref().map(|_| "true")}
                    aria-describedby={props.problem.as_ref().map(|_| problem_id.clone())}
                    spellcheck="false" autocomplete="off" autocapitalize="off" readonly={read_only}
                    {oninput} {onkeydown} {onfocus} {onblur} />
                { props.children.clone() }
                if is_open {
                    <ul class="combobox-list" role="listbox" id={list_id} aria-label={words::end_options(&props.label)}>
                        { for offered.iter().enumerate().map(|(index, choice)| {
                            let (choose, value) = (choose.clone(), choice.value.clone());
                            let selected = *active == Some(index);
                            // The press must not take the focus away before it is a click.
                            let onpointerdown = move |event: PointerEvent| event.prevent_default();
                            let onmousedown = |event: MouseEvent| event.prevent_default();
                            html! {
                                <li key={choice.value.clone()} role="option" id={option_id(index)}
                                    class={classes!("combobox-option", selected.then_some("active"))}
                                    aria-selected={(choice.value == props.value.as_str()).to_string()}
                                    {onpointerdown} {onmousedown} onclick={move |_| choose(value.clone())}>
                                    <span>{ &choice.label }</span>
                                    if choice.label != choice.value {
                                        <code>{ &choice.value }</code>
                                    }
                                </li>
                            }
                        }) }
                    </ul>
                }
            </div>
            if let Some(problem) = &props.problem {
                <p class="field-problem" id={problem_id}>{ problem.clone() }</p>
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_typed_words_must_occur() {
        let choice = |value: &str, label: &str| Choice { value: value.into(), label: label.into() };
        let all = [choice("i-1", "web a · 10.0.1.10"), choice("i-2", "db b · 10.0.2.10")];
        assert_eq!(matching(&all, "10.0 DB").len(), 1);
        assert_eq!(matching(&all, "").len(), 2);
        assert!(matching(&all, "nothing").is_empty());
    }

    #[test]
    fn a_name_that_is_written_out_is_meant() {
        let choice = |value: &str, label: &str| Choice { value: value.into(), label: label.into() };
        let all = [
            choice("i-1", "web a · 10.0.1.10"),
            choice("i-2", "db"),
            choice("i-3", "twin"),
            choice("i-4", "twin · 10.0.0.4"),
        ];
        let value = |typed| meant(&all, typed).map(|choice| choice.value.as_str());
        assert_eq!(value("Web A"), Some("i-1"));
        assert_eq!(value("db"), Some("i-2"));
        assert_eq!((value("twin"), value("web"), value("")), (None, None, None));
    }
}
