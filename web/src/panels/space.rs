//! The address space of a VPC: its parts as a bar and as a list, and making a subnet of a free one.

use hopscope_aws::Id;
use hopscope_editor::Intent;
use hopscope_editor::space::{Part, Space, size, sizes, spaces, usable, usual_size};
use hopscope_view::text::editing as words;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::focus::scroll_near;
use crate::browser;
use crate::state::{SessionCtx, UiAction, UiCtx};

/// Properties of [`SpacePanel`].
#[derive(Properties, PartialEq)]
pub struct SpacePanelProps {
    /// Start of DOM ids.
    pub id: AttrValue,
    /// The VPC.
    pub vpc: Id,
    /// The part that is chosen at first, as a block; empty takes the first free one.
    #[prop_or_default]
    pub chosen: AttrValue,
    /// The list takes the keyboard.
    #[prop_or_default]
    pub focus: bool,
    /// A subnet was made or gone to.
    #[prop_or_default]
    pub ondone: Callback<()>,
}

/// The panel.
#[component]
pub fn SpacePanel(props: &SpacePanelProps) -> Html {
    let (session, ui) = (use_context::<SessionCtx>(), use_context::<UiCtx>());
    let chosen = use_state(|| props.chosen.to_string());
    let length = use_state(|| None::<u8>);
    let zone = use_state(|| None::<Id>);
    {
        let (id, focus) = (props.id.clone(), props.focus);
        use_effect_with((), move |()| {
            // A dialog takes the keyboard when it opens, which it does only now.
            if focus {
                browser::focus_soon(format!("#{id}-list"));
            }
        });
    }
    {
        let id = props.id.clone();
        use_effect_with((*chosen).clone(), move |chosen| {
            let option = browser::page().and_then(|page| page.get_element_by_id(&option_id(&id, chosen)));
            if let Some(option) = option {
                scroll_near(&option);
            }
        });
    }
    let (Some(session), Some(ui)) = (session, ui) else { return html! {} };
    let document = session.session.document().clone();
    let all = spaces(&document, &props.vpc);
    if all.is_empty() {
        return html! { <p class="empty-note">{ words::SPACE_NONE }</p> };
    }
    let parts: Vec<(&Space, &Part)> =
        all.iter().flat_map(|space| space.parts.iter().map(move |part| (space, part))).collect();
    let at = parts
        .iter()
        .position(|(_, part)| part.block.to_string() == *chosen)
        .or_else(|| parts.iter().position(|(_, part)| part.is_room()))
        .unwrap_or(0);
    let name = |id: &Id| document.node(id).map_or_else(|| id.to_string(), |node| node.label().to_owned());
    let choose = {
        let (chosen, length) = (chosen.clone(), length.clone());
        Callback::from(move |block: String| {
            chosen.set(block);
            length.set(None);
        })
    };
    let open = {
        let (session, ui, ondone) = (session.clone(), ui.clone(), props.ondone.clone());
        Callback::from(move |subnet: Id| {
            ondone.emit(());
            session.dispatch.emit(Intent::Select { ids: vec![subnet.clone()] });
            ui.dispatch.emit(UiAction::Cursor(Some(subnet.clone())));
            browser::focus_soon(browser::node_selector(&subnet));
        })
    };
    let onkeydown = {
        let blocks: Vec<(String, Option<Id>)> =
            parts.iter().map(|(_, part)| (part.block.to_string(), part.subnet.clone())).collect();
        let (choose, open, id) = (choose.clone(), open.clone(), props.id.clone());
        Callback::from(move |event: KeyboardEvent| {
            let last = blocks.len().saturating_sub(1);
            let next = match event.key().as_str() {
                "ArrowDown" | "ArrowRight" => (at + 1).min(last),
                "ArrowUp" | "ArrowLeft" => at.saturating_sub(1),
                "Home" => 0,
                "End" => last,
                "Enter" | " " => {
                    event.prevent_default();
                    event.stop_propagation();
                    match blocks.get(at) {
                        Some((_, Some(subnet))) => open.emit(subnet.clone()),
                        Some(_) => browser::focus_soon(format!("#{id}-size")),
                        None => {}
                    }
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some((block, _)) = blocks.get(next) {
                choose.emit(block.clone());
            }
        })
    };
    let current = parts.get(at).map(|(_, part)| option_id(&props.id, &part.block.to_string()));
    html! {
        <div class="space-panel">
            { for all.iter().map(|space| html! {
                <div key={space.block.to_string()} class="space-block">
                    <p class="space-title"><code>{ space.block.to_string() }</code><span>{ words::space_used(space.used, space.size()) }</span></p>
                    { bar(space, parts.get(at).map(|(_, part)| *part), &choose) }
                </div>
            }) }
            <ul id={format!("{}-list", props.id)} class="space-list" role="listbox" tabindex="0" aria-label={words::parts_of(&blocks(&all))}
                aria-activedescendant={current} {onkeydown}>
                { for parts.iter().enumerate().map(|(index, (_, part))| {
                    let text = part.block.to_string();
                    let (choose, block) = (choose.clone(), text.clone());
                    let what = match &part.subnet {
                        Some(id) => name(id),
                        None if part.is_room() => words::FREE.to_owned(),
                        None => words::SPACE_CRUMB.to_owned(),
                    };
                    html! {
                        <li key={text.clone()} id={option_id(&props.id, &text)} role="option" aria-selected={(index == at).to_string()}
                            class={classes!("space-row", part.subnet.is_none().then_some("free"))}
                            onclick={move |_| choose.emit(block.clone())}>
                            <code>{ text }</code>
                            <span class="space-what">{ what }</span>
                            <span class="space-size">
                                { words::grouped(size(&part.block)) }
                                <span class="visually-hidden">{ " " }{ words::ADDRESSES }</span>
                            </span>
                        </li>
                    }
                }) }
            </ul>
            { match parts.get(at) {
                Some((space, part)) if part.is_room() && !session.session.is_read_only() => {
                    maker(props, &session, space, part, &length, &zone)
                }
                Some((_, part)) => match part.subnet.clone() {
                    Some(subnet) => {
                        let label = words::go_to(&name(&subnet));
                        let open = open.clone();
                        html! {
                            <div class="space-make">
                                <p class="field-help">{ words::SPACE_CHOOSE }</p>
                                <button type="button" class="button" onclick={move |_| open.emit(subnet.clone())}>{ label }</button>
                            </div>
                        }
                    }
                    None => html! { <p class="field-help">{ words::SPACE_CHOOSE }</p> },
                },
                None => html! {},
            } }
            if !parts.iter().any(|(_, part)| part.is_room()) {
                <p class="field-help">{ words::SPACE_FULL }</p>
            }
        </div>
    }
}

fn option_id(id: &str, block: &str) -> String {
    format!("{id}-{}", block.replace(['.', '/'], "-"))
}

fn blocks(all: &[Space]) -> String {
    all.iter().map(|space| space.block.to_string()).collect::<Vec<_>>().join(", ")
}

/// The block as a bar; the list beside it says the same.
fn bar(space: &Space, at: Option<&Part>, choose: &Callback<String>) -> Html {
    html! {
        <div class="space-line" aria-hidden="true">
            { for space.parts.iter().map(|part| {
                let class = classes!(
                    "space-cell",
                    if part.subnet.is_some() { "used" } else if part.is_room() { "free" } else { "crumb" },
                    (at == Some(part)).then_some("at"),
                );
                let (choose, block) = (choose.clone(), part.block.to_string());
                html! {
                    <span {class} style={format!("--share: {:.5}", part.share)} title={block.clone()}
                        onclick={move |_| choose.emit(block.clone())}></span>
                }
            }) }
        </div>
    }
}

/// Size, zone and the act that makes a subnet of a free part.
fn maker(
    props: &SpacePanelProps,
    session: &SessionCtx,
    space: &Space,
    part: &Part,
    length: &UseStateHandle<Option<u8>>,
    zone: &UseStateHandle<Option<Id>>,
) -> Html {
    let document = session.session.document();
    let offered = sizes(&part.block);
    let usual = usual_size(&space.block, &part.block);
    let wanted =
        length.filter(|wanted| offered.iter().any(|net| net.prefix_len() == *wanted)).unwrap_or(usual);
    let Some(block) = offered.iter().find(|net| net.prefix_len() == wanted) else { return html! {} };
    let region = document.enclosing(&props.vpc, "region").map(|region| region.id.clone());
    let zones: Vec<(Id, String)> = document
        .children(region.as_deref())
        .filter(|node| node.kind() == "availability-zone" && region.is_some())
        .map(|node| (node.id.clone(), node.label().to_owned()))
        .collect();
    let onsize = {
        let length = length.clone();
        Callback::from(move |event: Event| {
            length.set(event.target_unchecked_into::<HtmlSelectElement>().value().parse().ok());
        })
    };
    let onzone = {
        let zone = zone.clone();
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            zone.set((!value.is_empty()).then(|| Id::from(value)));
        })
    };
    let make = {
        let (dispatch, done, vpc) = (session.dispatch.clone(), props.ondone.clone(), props.vpc.clone());
        let (block, zone) = (block.to_string(), (**zone).clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            done.emit(());
            dispatch.emit(Intent::Carve { vpc: vpc.clone(), block: block.clone(), zone: zone.clone() });
        })
    };
    html! {
        <form class="space-make" onsubmit={make}>
            <label>
                <span>{ words::SIZE }</span>
                <select id={format!("{}-size", props.id)} class="field" onchange={onsize}>
                    { for offered.iter().map(|net| html! {
                        <option value={net.prefix_len().to_string()} selected={net.prefix_len() == wanted}>
                            { words::size_of(net.prefix_len(), usable(net.prefix_len())) }
                        </option>
                    }) }
                </select>
            </label>
            <label>
                <span>{ words::ZONE }</span>
                <select class="field" onchange={onzone}>
                    <option value="" selected={zone.is_none()}>{ words::ZONE_ANY }</option>
                    { for zones.iter().map(|(id, name)| html! {
                        <option value={id.to_string()} selected={zone.as_ref() == Some(id)}>{ name.clone() }</option>
                    }) }
                </select>
            </label>
            <button type="submit" class="button primary">{ words::create_subnet(&block.to_string()) }</button>
            <p class="field-help">{ words::FIVE_RESERVED }</p>
        </form>
    }
}
