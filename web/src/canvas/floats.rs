//! HTML over the map: likely next acts, editing in place, the card of offers.

use std::rc::Rc;

use hopscope_aws::{Config, Id};
use hopscope_editor::{Intent, connect};
use hopscope_layout::{Point, num};
use hopscope_view::text::ui_shell as words;
use web_sys::{HtmlInputElement, InputEvent};
use yew::prelude::*;

use super::ViewCtx;
use super::notes::NoteEditor;
use crate::browser;
use crate::state::{Dialog, InPlace, Lens, SameNodes, SceneCtx, SessionCtx, Tool, UiAction, UiCtx};

/// Properties of [`Floats`].
#[derive(Properties, PartialEq)]
pub struct FloatsProps {
    /// The workbench.
    pub ui: UiCtx,
    /// The document.
    pub session: SessionCtx,
    /// The map.
    pub scene: SceneCtx,
    /// The view.
    pub view: ViewCtx,
}

/// Everything that floats.
#[component]
pub fn Floats(props: &FloatsProps) -> Html {
    let FloatsProps { ui, session, scene: SceneCtx(scene), view } = props;
    {
        let view = view.clone();
        use_effect(move || view.0.apply());
    }
    let building = ui.ui.lens == Lens::Build;
    let known = use_memo(
        (SameNodes(Rc::clone(session.session.document())), Rc::clone(session.session.selection())),
        |_| session.session.chips(),
    );
    let chips = match (&ui.ui.tool, &ui.ui.dialog, &ui.ui.in_place) {
        (Tool::Select, None, None) if building && !session.session.is_read_only() => known.as_slice(),
        _ => &[],
    };
    let anchor = chips.first().and_then(|chip| scene.layout.rect(&chip.node));
    let name = |id: &Id| {
        let node = session.session.document().node(id);
        node.map_or_else(|| id.to_string(), |node| node.label().to_owned())
    };
    html! {
        <div class="floats" ref={view.0.floats.clone()}>
            if let (Some(at), Some(first)) = (anchor, chips.first()) {
                <div class="chips" role="group" aria-label={words::next_acts(&name(&first.node))}
                    data-x={num(at.x)} data-y={num(at.bottom() + 8.0)}>
                    { for chips.iter().map(|chip| {
                        let dispatch = session.dispatch.clone();
                        let (node, key) = (chip.node.clone(), chip.key);
                        let onclick = move |_| {
                            dispatch.emit(Intent::Chip { node: node.clone(), chip: key.to_owned() });
                        };
                        html! {
                            <button key={chip.key} type="button" class="chip-button" title={chip.help} {onclick}>
                                { chip.label }
                            </button>
                        }
                    }) }
                </div>
            }
            if let Some(InPlace::Note(id)) = &ui.ui.in_place {
                <NoteEditor key={id.to_string()} id={id.clone()} ui={ui.clone()} session={session.clone()}
                    scene={SceneCtx(scene.clone())} />
            } else if let Some(what) = &ui.ui.in_place {
                <Editor key={format!("{what:?}")} what={what.clone()} ui={ui.clone()} session={session.clone()}
                    scene={SceneCtx(scene.clone())} />
            }
            if let Some(Dialog::Offer(from, to)) = &ui.ui.dialog {
                <Offer key={format!("{from}/{to}")} from={from.clone()} to={to.clone()} ui={ui.clone()}
                    session={session.clone()} scene={SceneCtx(scene.clone())} />
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct EditorProps {
    what: InPlace,
    ui: UiCtx,
    session: SessionCtx,
    scene: SceneCtx,
}

/// The intent that writes a typed value.
fn write(session: &SessionCtx, what: &InPlace, text: String, coalesce: bool) -> Option<Intent> {
    match what {
        InPlace::Note(_) => None,
        InPlace::Name(id) => Some(Intent::Rename { id: id.clone(), name: text, coalesce }),
        InPlace::Cidr(id) => {
            let node = session.session.document().node(id)?;
            let (key, value) = match &node.config {
                Config::Vpc(vpc) => {
                    let mut blocks = vpc.cidrs.clone();
                    match blocks.first_mut() {
                        Some(first) => *first = text,
                        None => blocks.push(text),
                    }
                    ("cidrs", serde_json::json!(blocks))
                }
                Config::Subnet(_) if text.trim().is_empty() => ("cidr", serde_json::Value::Null),
                Config::Subnet(_) => ("cidr", serde_json::json!(text)),
                _ => return None,
            };
            Some(Intent::SetField { id: id.clone(), key: key.to_owned(), value, coalesce })
        }
    }
}

fn value(session: &SessionCtx, what: &InPlace) -> Option<String> {
    let document = session.session.document();
    match what {
        InPlace::Note(_) => None,
        InPlace::Name(id) => document.node(id).map(|node| node.label().to_owned()),
        InPlace::Cidr(id) => match &document.node(id)?.config {
            Config::Vpc(vpc) => Some(vpc.cidrs.first().cloned().unwrap_or_default()),
            Config::Subnet(subnet) => Some(subnet.cidr.clone().unwrap_or_default()),
            _ => None,
        },
    }
}

/// A text field in the place of a name or a block. Every letter is written at once, so that
/// verdicts change while one types; Escape brings the old text back.
#[component]
fn Editor(props: &EditorProps) -> Html {
    let EditorProps { what, ui, session, scene: SceneCtx(scene) } = props;
    let (InPlace::Name(id) | InPlace::Cidr(id) | InPlace::Note(id)) = what;
    let before = use_memo((), |()| value(session, what).unwrap_or_default());
    let text = use_state(|| (*before).clone());
    let field = use_node_ref();
    {
        let field = field.clone();
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                browser::focus_element(&field);
                field.select();
            }
        });
    }
    let Some(rect) = scene.layout.rect(id) else { return html! {} };
    let card = scene.card(id).is_some();
    let (at, width) = match what {
        InPlace::Name(_) if card => (Point::new(rect.x, rect.y + 30.0), rect.w),
        InPlace::Name(_) => (Point::new(rect.x + 28.0, rect.y + 8.0), 160.0),
        InPlace::Cidr(_) | InPlace::Note(_) => (Point::new(rect.x + 8.0, rect.y + 30.0), 160.0),
    };
    let oninput = {
        let (session, what, text) = (session.clone(), what.clone(), text.clone());
        Callback::from(move |event: InputEvent| {
            let typed = event.target_unchecked_into::<HtmlInputElement>().value();
            text.set(typed.clone());
            if let Some(intent) = write(&session, &what, typed, true) {
                session.dispatch.emit(intent);
            }
        })
    };
    let done = {
        let (ui, session, id) = (ui.clone(), session.clone(), id.clone());
        move |focus: bool| {
            session.dispatch.emit(Intent::EndGesture);
            ui.dispatch.emit(UiAction::InPlace(None));
            if focus {
                browser::focus_soon(browser::node_selector(&id));
            }
        }
    };
    let onkeydown = {
        let (session, what, before, done) = (session.clone(), what.clone(), before.clone(), done.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                event.stop_propagation();
                done(true);
            }
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                if let Some(intent) = write(&session, &what, (*before).clone(), true) {
                    session.dispatch.emit(intent);
                }
                done(true);
            }
            _ => event.stop_propagation(),
        })
    };
    let onblur = Callback::from(move |_: FocusEvent| done(false));
    let node = session.session.document().node(id);
    let name = node.map_or_else(|| id.to_string(), |node| node.label().to_owned());
    let mono = matches!(what, InPlace::Cidr(_));
    let label = if mono { words::cidr_of(&name) } else { words::name_of(&name) };
    html! {
        <input ref={field} class={classes!("in-place", mono.then_some("mono"), card.then_some("centered"))} type="text"
            data-x={num(at.x)} data-y={num(at.y)} style={format!("--width: {width}px")} aria-label={label}
            autocomplete="off" spellcheck="false" maxlength="200" value={(*text).clone()} {oninput} {onkeydown} {onblur} />
    }
}

#[derive(Properties, PartialEq)]
struct OfferProps {
    from: Id,
    to: Id,
    ui: UiCtx,
    session: SessionCtx,
    scene: SceneCtx,
}

/// What connecting two components would create. Enter accepts, Escape cancels.
#[component]
fn Offer(props: &OfferProps) -> Html {
    let OfferProps { from, to, ui, session, scene: SceneCtx(scene) } = props;
    let offers = use_memo((from.clone(), to.clone()), |(from, to)| {
        connect::offers(session.session.document(), from, to)
    });
    let ticked = use_state(|| match &*offers {
        Ok(offers) => offers.items.iter().filter(|item| item.ticked).map(|item| item.key.clone()).collect(),
        Err(_) => Vec::<String>::new(),
    });
    let accept = use_node_ref();
    {
        let accept = accept.clone();
        use_effect_with((), move |()| {
            if let Some(button) = accept.cast::<web_sys::Element>() {
                browser::focus_element(&button);
            }
        });
    }
    let at = scene.layout.rect(to).unwrap_or_default();
    let close = {
        let (ui, to) = (ui.clone(), to.clone());
        move || {
            ui.dispatch.emit(UiAction::Dialog(None));
            ui.dispatch.emit(UiAction::Tool(Tool::Select));
            browser::focus_soon(browser::node_selector(&to));
        }
    };
    let oncancel = {
        let close = close.clone();
        Callback::from(move |_: MouseEvent| close())
    };
    let create = {
        let (session, from, to, ticked, close) =
            (session.clone(), from.clone(), to.clone(), ticked.clone(), close.clone());
        move || {
            session.dispatch.emit(Intent::Connect {
                from: from.clone(),
                to: to.clone(),
                accept: Some((*ticked).clone()),
            });
            close();
        }
    };
    let onclick = {
        let create = create.clone();
        Callback::from(move |_: MouseEvent| create())
    };
    let onkeydown = {
        let possible = offers.is_ok();
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "Escape" => close(),
                "Enter" if possible => create(),
                _ => {
                    event.stop_propagation();
                    return;
                }
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let body = match &*offers {
        Err(reason) => html! {
            <>
                <p role="alert">{ reason.clone() }</p>
                <div class="offer-acts">
                    <button ref={accept} type="button" class="button" onclick={oncancel}>{ words::CLOSE }</button>
                </div>
            </>
        },
        Ok(offers) => html! {
            <>
                <h2 id="offer-title">{ offers.title.clone() }</h2>
                <ul class="offer-items">
                    { for offers.items.iter().map(|item| {
                        let on = ticked.contains(&item.key);
                        let toggle = {
                            let (ticked, key) = (ticked.clone(), item.key.clone());
                            Callback::from(move |_: Event| {
                                let mut next = (*ticked).clone();
                                if next.contains(&key) { next.retain(|other| *other != key) } else { next.push(key.clone()) }
                                ticked.set(next);
                            })
                        };
                        html! {
                            <li key={item.key.clone()}>
                                <label><input type="checkbox" checked={on} onchange={toggle} />{ item.text.clone() }</label>
                            </li>
                        }
                    }) }
                </ul>
                <div class="offer-acts">
                    <button type="button" class="button quiet" onclick={oncancel}>{ words::CANCEL }</button>
                    <button ref={accept} type="button" class="button primary" {onclick}>{ words::ACCEPT }</button>
                </div>
            </>
        },
    };
    let title = match &*offers {
        Ok(offers) => offers.title.clone(),
        Err(_) => words::CONNECT.to_owned(),
    };
    html! {
        <div class="offer" role="dialog" aria-label={title} data-x={num(at.x)} data-y={num(at.bottom() + 10.0)} {onkeydown}>
            { body }
        </div>
    }
}
