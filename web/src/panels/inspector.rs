//! The inspector: what is selected, its fields, and the shared tables that decide about it.

use hopscope_aws::Id;
use hopscope_editor::space;
use hopscope_view::form;
use hopscope_view::story::EvidenceView;
use hopscope_view::text::{bgp, cards, editing, sequences, ui_panels as words};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::card::CardOf;
use super::evidence::evidence;
use super::failures::failure_switches;
use super::fields::{arrow, fields};
use super::focus::{element, is_goal, reach_goal};
use super::hub::{Deck, Hub, use_hub};
use super::note::note_panel;
use super::related::{self, Related};
use super::row_table::RowTable;
use super::space::SpacePanel;
use super::table_field::{implied_routes, table_field};
use super::tabs::{Tab, tabs};
use crate::icons::icon;

/// The inspector of the selected component.
pub fn inspector() -> Html {
    html! { <Deck><Body /></Deck> }
}

#[component]
fn Body() -> Html {
    let hub = use_hub();
    let tab = use_state(|| AttrValue::from("properties"));
    let root = use_node_ref();
    {
        // Where a problem or a refusal leads: first the tab that has its field, then the field.
        let (root, tab, selected) = (root.clone(), tab.clone(), hub.selected());
        use_effect(move || {
            if !selected.is_some_and(|selected| is_goal(&selected)) {
                return;
            }
            if *tab != "properties" {
                tab.set(AttrValue::from("properties"));
            } else if let Some(root) = element(&root) {
                reach_goal(&root);
            }
        });
    }
    let onfocusout = {
        let hub = hub.clone();
        Callback::from(move |_: FocusEvent| hub.end_typing())
    };
    let document = hub.document();
    if let Some(note) = hub.selected().and_then(|id| document.notes.get(&id).cloned()) {
        return html! {
            <div class="inspector" key={note.id.to_string()} {onfocusout}>{ note_panel(&hub, &note) }</div>
        };
    }
    let Some(node) = hub.selected().and_then(|id| document.node(&id).cloned()) else {
        return html! {
            <div class="inspector inspector-empty" {onfocusout}>
                <label class="about">
                    <span>{ words::ABOUT }</span>
                    <textarea class="cell-input about-text" rows="9" placeholder={words::ABOUT_HINT}
                        value={document.description.clone()} readonly={hub.read_only()} oninput={about(&hub)} />
                </label>
                <p>{ words::NOTHING_SELECTED }</p>
                <p class="field-help">{ words::NOTHING_SELECTED_HINT }</p>
            </div>
        };
    };
    let found = related::related(&document, &hub.network(), &node);
    let shown = tabs_of(&found, node.kind());
    let current =
        if shown.iter().any(|other| other.key == *tab) { (*tab).clone() } else { "properties".into() };
    let on_choose = {
        let tab = tab.clone();
        Callback::from(move |key| tab.set(key))
    };
    let content = match current.as_str() {
        "groups" => groups(&hub, &found),
        "routes" => routes(&hub, &found),
        "acl" => acl(&hub, &found),
        "tables" => owned(&hub, &found),
        "effective" => effective(&hub, &node.id),
        "told" => told(&hub, &node.id),
        "space" => html! {
            <div class="tab-space"><SpacePanel id="space-tab" vpc={node.id.clone()} /></div>
        },
        "card" => html! { <CardOf slug={node.kind()} /> },
        _ => properties(&hub, &node.id, node.kind(), &found),
    };
    html! {
        <div class="inspector" key={node.id.to_string()} ref={root} {onfocusout}>
            { header(&hub, &node) }
            if shown.len() > 1 {
                { tabs("inspector", words::INSPECTOR, &shown, &current, &on_choose, content) }
            } else {
                <div class="tab-panel">{ content }</div>
            }
        </div>
    }
}

fn tabs_of(found: &Related, kind: &str) -> Vec<Tab> {
    let mut tabs = vec![Tab::new("properties", words::TAB_PROPERTIES)];
    if matches!(kind, "instance" | "network-interface") {
        tabs.push(Tab::new("groups", words::TAB_GROUPS));
    }
    if found.subnet.is_some() {
        tabs.push(Tab::new("routes", words::TAB_ROUTES));
        tabs.push(Tab::new("acl", words::TAB_ACL));
    }
    if hopscope_view::routes::has(kind) {
        tabs.push(Tab::new("effective", words::TAB_EFFECTIVE));
    }
    if bgp::talks(kind) {
        tabs.push(Tab::new("told", words::TAB_TOLD));
    }
    if kind == "vpc" {
        tabs.push(Tab::new("space", editing::SPACE));
    }
    if matches!(kind, "vpc" | "region" | "transit-gateway") {
        tabs.push(Tab { count: Some(found.owned.len()), ..Tab::new("tables", words::TAB_TABLES) });
    }
    tabs.push(Tab::new("card", cards::TAB_CARD));
    tabs
}

fn header(hub: &Hub, node: &hopscope_aws::Node) -> Html {
    let spec = node.config.spec();
    let document = hub.document();
    let trail = related::breadcrumb(&document, node);
    let oninput = {
        let (hub, id) = (hub.clone(), node.id.clone());
        Callback::from(move |event: InputEvent| {
            if let Some(input) = super::cell::target::<HtmlInputElement>(&event) {
                hub.rename(&id, input.value());
            }
        })
    };
    html! {
        <header class="inspector-head">
            <h2 class="visually-hidden">{ words::INSPECTOR }</h2>
            <div class="inspector-title">
                <span class="inspector-icon" aria-hidden="true">{ icon(spec.kind, 20) }</span>
                <input class="inspector-name" type="text" aria-label={words::NAME_LABEL} value={node.name.clone()}
                    placeholder={spec.name} spellcheck="false" autocomplete="off" readonly={hub.read_only()} {oninput} />
            </div>
            <p class="inspector-kind" title={spec.summary}>{ spec.name }{ " " }<code>{ node.id.to_string() }</code></p>
            if !trail.is_empty() {
                <nav class="breadcrumb" aria-label={words::BREADCRUMB}>
                    <ol>
                        { for trail.iter().map(|id| html! { <li>{ jump(hub, id) }</li> }) }
                    </ol>
                </nav>
            }
        </header>
    }
}

/// A button that selects a component.
fn jump(hub: &Hub, id: &Id) -> Html {
    let label = hub.label(id);
    let onclick = {
        let (hub, id) = (hub.clone(), id.clone());
        move |_| hub.select(&id)
    };
    html! { <button type="button" class="link-button" aria-label={words::jump_to(&label)} {onclick}>{ label.clone() }</button> }
}

fn properties(hub: &Hub, id: &Id, kind: &str, found: &Related) -> Html {
    let document = hub.document();
    let Some(node) = document.node(id) else { return Html::default() };
    let shared = matches!(kind, "route-table" | "network-acl" | "security-group" | "prefix-list");
    let interfaces = found.interfaces.iter().filter(|interface| *interface != id);
    let setup = {
        let (hub, id) = (hub.clone(), id.clone());
        move |_| hub.show_setup(Some(&id))
    };
    html! {
        <>
            if hopscope_aws::exchange::has(kind) {
                <button type="button" class="small-button" onclick={setup}>{ sequences::SHOW_SETUP }</button>
            }
            { failure_switches(hub, node) }
            if kind == "subnet" {
                { subnet_acts(hub, id) }
            }
            { for interfaces.map(|interface| html! {
                <section class="inspector-part" key={interface.to_string()} aria-label={hub.label(interface)}>
                    { part_title(hub, interface) }
                    { fields(hub, interface) }
                </section>
            }) }
            { fields(hub, id) }
            if kind == "security-group" {
                <p class="field-help">{ words::GROUP_REST }</p>
            }
            if shared {
                { used_by(hub, &related::users(&document, &hub.network(), node)) }
            }
            <p class="inspector-docs">
                <span>{ node.config.spec().summary }</span>{ " " }
                <a href={node.config.spec().docs} target="_blank" rel="noopener noreferrer">{ words::DOCS }</a>
            </p>
        </>
    }
}

/// Splitting a subnet and joining it, with the reason where that is not possible.
fn subnet_acts(hub: &Hub, id: &Id) -> Html {
    let document = hub.document();
    let button = |label: &'static str, why: Option<String>, act: fn(&Hub, &Id)| {
        let (hub, id, refused) = (hub.clone(), id.clone(), why.is_some());
        let onclick = move |_| {
            if !refused {
                act(&hub, &id);
            }
        };
        html! {
            <button type="button" class="small-button" aria-disabled={refused.then_some("true")} title={why} {onclick}>
                { label }
            </button>
        }
    };
    let (split, join) = (space::halves(&document, id).err(), space::joined(&document, id).err());
    html! {
        <div class="subnet-acts">
            { button(editing::SPLIT, split, Hub::split) }
            { button(editing::JOIN, join, Hub::join) }
        </div>
    }
}

fn part_title(hub: &Hub, id: &Id) -> Html {
    let document = hub.document();
    let kind = document.node(id).map(|node| node.config.spec());
    let onclick = {
        let (hub, id) = (hub.clone(), id.clone());
        move |_| hub.select(&id)
    };
    html! {
        <div class="part-title">
            <h3>
                <span class="inspector-icon" aria-hidden="true">{ kind.map(|spec| icon(spec.kind, 20)) }</span>
                { hub.label(id) }
            </h3>
            if kind.is_some() {
                <button type="button" class="icon-button" aria-label={words::jump_to(&hub.label(id))} title={words::jump_to(&hub.label(id))} {onclick}>{ arrow() }</button>
            }
        </div>
    }
}

fn used_by(hub: &Hub, users: &[Id]) -> Html {
    html! {
        <section class="inspector-part" aria-label={words::USED_BY}>
            <div class="part-title"><h3>{ words::USED_BY }</h3></div>
            if users.is_empty() {
                <p class="empty-note">{ words::USED_BY_NONE }</p>
            } else {
                <ul class="jump-list">
                    { for users.iter().map(|id| html! { <li key={id.to_string()}>{ jump(hub, id) }</li> }) }
                </ul>
            }
        </section>
    }
}

/// What is said above a shared table: how the subnet came to it, and who else uses it.
fn shared_note(hub: &Hub, table: &Id, via: &'static str) -> Html {
    let document = hub.document();
    let count = document.node(table).map_or(0, |node| related::users(&document, &hub.network(), node).len());
    let shared = words::shared_by(count);
    html! { <p class="field-help">{ via }{ " " }{ shared }</p> }
}

fn chosen(hub: &Hub, subnet: Option<&Id>, key: &str) -> bool {
    let document = hub.document();
    subnet.and_then(|subnet| document.node(subnet)).is_some_and(|subnet| subnet.field(key).is_string())
}

fn routes(hub: &Hub, found: &Related) -> Html {
    let Some(table) = &found.table else {
        return html! { <p class="empty-note">{ words::IMPLIED_MAIN }</p> };
    };
    if hub.document().node(table).is_some() {
        let via = if chosen(hub, found.subnet.as_ref(), "route_table") {
            words::VIA_CHOICE
        } else {
            words::VIA_MAIN
        };
        return html! {
            <>
                { part_title(hub, table) }
                { shared_note(hub, table, via) }
                { table_field(hub, table, "routes") }
            </>
        };
    }
    let columns = form::columns(hopscope_aws::FieldKind::Routes);
    let implied = implied_routes(hub, table, &columns);
    html! {
        <>
            <p class="empty-note">{ words::IMPLIED_MAIN }</p>
            <RowTable id="implied-routes" field="routes" caption={words::TAB_ROUTES} {columns} choices={Vec::new()}
                rows={Vec::new()} problems={Vec::new()} {implied}
                lit={hub.lit(table, "routes")} on_rows={Callback::noop()} read_only=true />
        </>
    }
}

fn acl(hub: &Hub, found: &Related) -> Html {
    let drawn = found.acl.as_ref().filter(|acl| hub.document().node(acl).is_some());
    let Some(acl) = drawn else { return html! { <p class="empty-note">{ words::IMPLIED_ACL }</p> } };
    let via = if chosen(hub, found.subnet.as_ref(), "network_acl") {
        words::VIA_CHOICE
    } else {
        words::VIA_DEFAULT
    };
    html! {
        <>
            { part_title(hub, acl) }
            { shared_note(hub, acl, via) }
            { table_field(hub, acl, "inbound") }
            { table_field(hub, acl, "outbound") }
        </>
    }
}

fn groups(hub: &Hub, found: &Related) -> Html {
    if found.groups.is_empty() {
        return html! { <p class="empty-note">{ words::NO_GROUPS }</p> };
    }
    html! {
        <>
            { for found.groups.iter().map(|group| html! {
                <section class="inspector-part" key={group.to_string()} aria-label={hub.label(group)}>
                    { part_title(hub, group) }
                    { table_field(hub, group, "inbound") }
                    { table_field(hub, group, "outbound") }
                </section>
            }) }
            <p class="field-help">{ words::GROUP_REST }</p>
        </>
    }
}

/// The routes of a table, router or gateway as they are now.
fn effective(hub: &Hub, id: &Id) -> Html {
    let table = hopscope_view::routes::effective(&hub.document(), &hub.network(), id);
    if matches!(&table, EvidenceView::Table { rows, .. } if rows.is_empty()) {
        return html! { <p class="empty-note">{ words::NO_EFFECTIVE }</p> };
    }
    evidence(&[table], false)
}

/// What routers tell each other over the links of a component, and what a failure stops.
fn told(hub: &Hub, id: &Id) -> Html {
    let talks = bgp::told_at(&hub.document(), &hub.network(), id);
    if talks.is_empty() {
        return html! { <p class="empty-note">{ words::NO_ADVERTISEMENTS }</p> };
    }
    let step = |line: &bgp::Line| {
        html! {
            <li class={line.stopped.is_some().then_some("stopped")}>
                { line.text.clone() }
                if let Some(stopped) = &line.stopped {
                    { " " }<span class="rung-mark">{ "✕ " }{ stopped.clone() }</span>
                }
                <ul>{ for line.more.iter().map(|more| html! { <li>{ more.clone() }</li> }) }</ul>
            </li>
        }
    };
    let only = talks.len() == 1;
    let all = talks.iter().map(|talk| {
        html! {
            <details class="talk" key={talk.link.to_string()} open={only}>
                <summary>{ if talk.up { "" } else { "✕ " } }{ talk.title.clone() }</summary>
                <ol>{ for talk.steps.iter().map(step) }</ol>
            </details>
        }
    });
    html! { <section aria-label={words::ADVERTISEMENTS}>{ for all }</section> }
}

fn owned(hub: &Hub, found: &Related) -> Html {
    if found.owned.is_empty() {
        return html! { <p class="empty-note">{ words::NO_TABLES }</p> };
    }
    let document = hub.document();
    html! {
        <ul class="jump-list">
            { for found.owned.iter().map(|id| html! {
                <li key={id.to_string()}>
                    <span class="inspector-icon" aria-hidden="true">{ document.node(id).map(|node| icon(node.kind(), 20)) }</span>
                    { jump(hub, id) }
                    <span class="field-help">{ document.node(id).map_or("", |node| node.config.spec().name) }</span>
                </li>
            }) }
        </ul>
    }
}

/// What the network shows, as it is typed.
fn about(hub: &Hub) -> Callback<InputEvent> {
    let hub = hub.clone();
    Callback::from(move |event: InputEvent| {
        if let Some(field) = event.target_dyn_into::<web_sys::HtmlTextAreaElement>() {
            hub.describe(field.value());
        }
    })
}
