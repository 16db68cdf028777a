//! The packet card: header fields by layer, rewrites struck through, and what hops remember.

use std::rc::Rc;

use hopscope_forward::{Evidence, Trace};
use hopscope_net::FlowKey;
use hopscope_view::Story;
use hopscope_view::story::PacketField;
use hopscope_view::text::{self, ui_panels as words};
use yew::prelude::*;

/// Properties of [`PacketCard`].
#[derive(Properties, PartialEq)]
pub struct PacketProps {
    /// The story.
    pub story: Rc<Story>,
    /// The trace it tells.
    pub trace: Rc<Trace>,
    /// The current step.
    pub step: usize,
}

/// The packet at the current step.
#[component]
pub fn PacketCard(props: &PacketProps) -> Html {
    let Some(step) = props.story.steps.get(props.step) else {
        return html! { <p class="empty-note">{ words::NO_STORY }</p> };
    };
    let (transport, network): (Vec<_>, Vec<_>) =
        step.packet.iter().partition(|field| is_transport(&field.name));
    let changed = step.packet.iter().filter(|field| field.after.is_some()).count();
    let protocol = network
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case("protocol"))
        .map_or_else(String::new, |field| words::protocol_name(&field.before.to_lowercase()).to_owned());
    html! {
        <div class="packet-card">
            <div class="packet-layers">
                <p class="packet-where">
                    <strong>{ words::packet_at(&step.title) }</strong>
                    <span>{ if changed == 0 { words::UNCHANGED.to_owned() } else { words::rewritten(changed) } }</span>
                </p>
                <div class="packet-headers">
                    { layer(words::LAYER_IP, &network) }
                    if !transport.is_empty() {
                        { layer(&protocol, &transport) }
                    }
                </div>
            </div>
            { remembered(props) }
        </div>
    }
}

fn is_transport(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("port") || name.contains("icmp") || name.contains("type") || name.contains("identifier")
}

fn layer(title: &str, fields: &[&PacketField]) -> Html {
    html! {
        <section class="packet-layer" aria-label={title.to_owned()}>
            <h3>{ title }</h3>
            <dl>
                { for fields.iter().map(|field| html! {
                    <div class={classes!("packet-field", field.after.is_some().then_some("changed"))}>
                        <dt>{ &field.name }</dt>
                        <dd>
                            if let Some(after) = &field.after {
                                <span class="visually-hidden">{ words::WAS }{ " " }</span>
                                <del>{ &field.before }</del>
                                <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><path class="mark-line" d="M1 6h9M7 3l3 3-3 3" /></svg>
                                <span class="visually-hidden">{ " " }{ words::NOW }{ " " }</span>
                                <ins>{ after }</ins>
                            } else {
                                <span>{ &field.before }</span>
                            }
                        </dd>
                    </div>
                }) }
            </dl>
        </section>
    }
}

/// One thing a hop did with its memory.
struct Remembered {
    step: usize,
    element: String,
    event: &'static str,
    flow: String,
    translated: Option<String>,
}

/// Entries made and used up to the current step.
fn entries(props: &PacketProps) -> Vec<Remembered> {
    let mut found = Vec::new();
    for step in props.story.steps.iter().take(props.step + 1) {
        let Some(hop) = props.trace.leg(step.leg).hops.get(step.hop) else { continue };
        for evidence in &hop.evidence {
            let Evidence::State { event, flow, .. } = evidence else { continue };
            let translated = props
                .trace
                .state
                .entries
                .iter()
                .find(|entry| entry.owner == hop.id && entry.flow == *flow && entry.translated != *flow)
                .map(|entry| key_text(&entry.translated));
            found.push(Remembered {
                step: step.index,
                element: step.element.clone(),
                event: text::state_event(*event),
                flow: key_text(flow),
                translated,
            });
        }
    }
    found
}

fn key_text(key: &FlowKey) -> String {
    let end = |address: std::net::IpAddr, port: u16| match (address, port) {
        (address, 0) => address.to_string(),
        (std::net::IpAddr::V6(address), port) => format!("[{address}]:{port}"),
        (address, port) => format!("{address}:{port}"),
    };
    format!(
        "{} {} → {}",
        key.protocol,
        end(key.source, key.source_port),
        end(key.destination, key.destination_port)
    )
}

fn remembered(props: &PacketProps) -> Html {
    let rows = entries(props);
    html! {
        <section class="remembered" aria-label={words::REMEMBERED}>
            if rows.is_empty() {
                <h3>{ words::REMEMBERED }</h3>
                <p class="empty-note">{ words::REMEMBERED_NONE }</p>
            } else {
                <div class="evidence-scroll">
                    <table>
                        <caption>{ words::REMEMBERED }</caption>
                        <thead><tr>
                            <th scope="col">{ words::COLUMN_STEP }</th>
                            <th scope="col">{ words::COLUMN_ELEMENT }</th>
                            <th scope="col">{ words::COLUMN_ENTRY }</th>
                        </tr></thead>
                        <tbody>
                            { for rows.iter().map(|row| html! {
                                <tr class={(row.step == props.step).then_some("decided")}>
                                    <td>{ row.step + 1 }</td>
                                    <td>{ &row.element }</td>
                                    <td>
                                        <code>{ &row.flow }</code>
                                        if let Some(translated) = &row.translated {
                                            <svg viewBox="0 0 12 12" width="12" height="12" role="img" aria-label={words::NOW}><path class="mark-line" d="M1 6h9M7 3l3 3-3 3" /></svg>
                                            <code>{ translated }</code>
                                        }
                                        <span class="event">{ row.event }</span>
                                    </td>
                                </tr>
                            }) }
                        </tbody>
                    </table>
                </div>
            }
        </section>
    }
}
