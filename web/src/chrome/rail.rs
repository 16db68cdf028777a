//! The tool bar on the left: one tab stop, arrows between tools.

use hopscope_aws::NoteKind;
use hopscope_view::text::{notes, text_view, ui_shell as words};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::settings::drawn;
use crate::browser;
use crate::icons::icon;
use crate::state::{Drawer, Group, Tool, UiAction, UiCtx, use_read_only};

/// A group of the palette.
#[derive(Debug)]
pub struct GroupSpec {
    /// The group.
    pub group: Group,
    /// Its name.
    pub name: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Its key.
    pub key: &'static str,
    /// The kind that is ready to be placed once the group is open.
    pub arms: Option<&'static str>,
    /// Its kinds.
    pub kinds: &'static [&'static str],
}

/// Every group, in the order of keys 1 to 9 and 0.
pub static GROUPS: &[GroupSpec] = &[
    GroupSpec {
        group: Group::Containers,
        name: words::GROUP_CONTAINERS,
        icon: "containers",
        key: "1",
        arms: Some("vpc"),
        kinds: &["region", "availability-zone", "vpc", "subnet"],
    },
    GroupSpec {
        group: Group::Gateways,
        name: words::GROUP_GATEWAYS,
        icon: "gateways",
        key: "2",
        arms: None,
        kinds: &["internet-gateway", "egress-only-internet-gateway", "nat-gateway", "elastic-ip"],
    },
    GroupSpec {
        group: Group::Compute,
        name: words::GROUP_COMPUTE,
        icon: "instance",
        key: "3",
        arms: Some("instance"),
        kinds: &[
            "instance",
            "network-interface",
            "application-load-balancer",
            "network-load-balancer",
            "target-group",
            "certificate",
        ],
    },
    GroupSpec {
        group: Group::Tables,
        name: words::GROUP_TABLES,
        icon: "tables",
        key: "4",
        arms: None,
        kinds: &["route-table", "security-group", "network-acl", "prefix-list"],
    },
    GroupSpec {
        group: Group::World,
        name: words::GROUP_WORLD,
        icon: "world",
        key: "5",
        arms: None,
        kinds: &[
            "internet-host",
            "internet",
            "cloudfront-distribution",
            "global-accelerator",
            "edge-location",
            "web-acl",
            "shield-protection",
        ],
    },
    GroupSpec {
        group: Group::Between,
        name: words::GROUP_BETWEEN,
        icon: "transit-gateway",
        key: "6",
        arms: None,
        kinds: &[
            "transit-gateway",
            "vpc-peering-connection",
            "transit-gateway-attachment",
            "transit-gateway-route-table",
        ],
    },
    GroupSpec {
        group: Group::Hybrid,
        name: words::GROUP_HYBRID,
        icon: "on-premises",
        key: "7",
        arms: None,
        kinds: &[
            "on-premises",
            "on-premises-host",
            "customer-gateway",
            "on-premises-firewall",
            "virtual-private-gateway",
            "vpn-connection",
            "client-vpn-endpoint",
            "vpn-client",
            "direct-connect-gateway",
            "direct-connect-location",
            "direct-connect-connection",
            "direct-connect-lag",
            "virtual-interface",
        ],
    },
    GroupSpec {
        group: Group::Endpoints,
        name: words::GROUP_ENDPOINTS,
        icon: "aws-service",
        key: "8",
        arms: None,
        kinds: &[
            "aws-service",
            "gateway-endpoint",
            "interface-endpoint",
            "endpoint-service",
            "api-gateway",
            "app-mesh",
        ],
    },
    GroupSpec {
        group: Group::Inspection,
        name: words::GROUP_INSPECTION,
        icon: "network-firewall",
        key: "9",
        arms: None,
        kinds: &[
            "network-firewall",
            "network-firewall-endpoint",
            "gateway-load-balancer",
            "gateway-load-balancer-endpoint",
        ],
    },
    GroupSpec {
        group: Group::Names,
        name: words::GROUP_NAMES,
        icon: "hosted-zone",
        key: "0",
        arms: None,
        kinds: &[
            "hosted-zone",
            "registered-domain",
            "dns-server",
            "resolver-endpoint",
            "resolver-rule",
            "dns-firewall-rule-group",
            "health-check",
        ],
    },
];

struct Button {
    icon: &'static str,
    name: &'static str,
    key: &'static str,
    on: bool,
    /// It opens something; otherwise it is a switch.
    opens: bool,
    act: UiAction,
    tool: Option<Tool>,
    rule: bool,
}

/// The tool bar.
#[component]
pub fn Rail() -> Html {
    let bar = use_node_ref();
    let stop = use_state(|| 0usize);
    let read_only = use_read_only();
    let Some(ui) = use_context::<UiCtx>() else { return html! {} };
    let state = &ui.ui;
    let tool = |icon, name, key, tool: Tool| Button {
        icon,
        name,
        key,
        on: std::mem::discriminant(&state.tool) == std::mem::discriminant(&tool),
        opens: false,
        act: UiAction::Tool(tool),
        tool: None,
        rule: false,
    };
    let drawer = |icon, name, key, drawer: Drawer| {
        let on = state.drawer == Some(drawer);
        Button {
            icon,
            name,
            key,
            on,
            opens: true,
            act: UiAction::Drawer((!on).then_some(drawer)),
            tool: None,
            rule: false,
        }
    };
    let mut buttons = vec![
        tool("select", words::TOOL_SELECT, "V", Tool::Select),
        tool("marquee", hopscope_view::text::editing::TOOL_MARQUEE, "S", Tool::Marquee),
        tool("hand", words::TOOL_HAND, "H", Tool::Hand),
        tool("connect", words::TOOL_CONNECT, "L", Tool::Connect(None)),
        tool("note", notes::TOOL, "M", Tool::Note(NoteKind::default())),
    ];
    if read_only {
        buttons.pop();
    }
    // Nothing is placed in what is only looked at.
    let groups = GROUPS.iter().filter(|_| !read_only);
    for (index, spec) in groups.enumerate() {
        let mut button = drawer(spec.icon, spec.name, spec.key, Drawer::Palette(Some(spec.group)));
        button.rule = index == 0;
        // Opening a group takes its most common tool in hand; closing it lays the tool down.
        button.tool = match (button.on, spec.arms) {
            (false, Some(kind)) => Some(Tool::Place(kind)),
            (false, None) => None,
            (true, _) => Some(Tool::Select),
        };
        buttons.push(button);
    }
    let mut outline = drawer("outline", words::OUTLINE, "O", Drawer::Outline);
    outline.rule = true;
    buttons.push(outline);
    buttons.push(drawer("text", text_view::TITLE, "T", Drawer::Text));
    buttons.push(drawer("flows", words::FLOW_DRAWER, "", Drawer::Flows));
    let last = buttons.len().saturating_sub(1);
    let at = (*stop).min(last);
    let onkeydown = {
        let (bar, stop) = (bar.clone(), stop.clone());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowDown" | "ArrowRight" if !event.shift_key() => {
                    if at == last {
                        0
                    } else {
                        at + 1
                    }
                }
                "ArrowUp" | "ArrowLeft" if !event.shift_key() => at.checked_sub(1).unwrap_or(last),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            stop.set(next);
            let buttons = bar.cast::<HtmlElement>().and_then(|bar| bar.query_selector_all("button").ok());
            let button = buttons.and_then(|all| all.item(u32::try_from(next).unwrap_or(0)));
            if let Some(button) =
                button.and_then(|node| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(node).ok())
            {
                browser::focus_element(&button);
            }
        })
    };
    html! {
        <section class="rail-place" aria-label={words::TOOLS}>
        <div ref={bar} class="rail" role="toolbar" aria-orientation="vertical" aria-label={words::TOOLS} {onkeydown}>
            { for buttons.into_iter().enumerate().map(|(index, button)| {
                let dispatch = ui.dispatch.clone();
                let (act, tool, stop) = (button.act.clone(), button.tool.clone(), stop.clone());
                let onclick = move |_| {
                    stop.set(index);
                    dispatch.emit(act.clone());
                    if let Some(tool) = &tool {
                        dispatch.emit(UiAction::Tool(tool.clone()));
                    }
                };
                // The key as it is now.
                let key = state.keymap.shown(button.key);
                let title = if key.is_empty() { button.name.to_owned() } else { format!("{} ({})", button.name, drawn(&key)) };
                html! {
                    <>
                        if button.rule { <span class="rule" role="presentation"></span> }
                        <button type="button" class="icon-button rail-button" aria-label={button.name} title={title}
                            aria-pressed={(!button.opens).then(|| button.on.to_string())}
                            aria-expanded={button.opens.then(|| button.on.to_string())}
                            aria-keyshortcuts={(!key.is_empty()).then(|| key.replace("Ctrl", "Control").replace(' ', "+"))}
                            tabindex={if index == at { "0" } else { "-1" }} {onclick}>
                            { icon(button.icon, 20) }
                            // Drawn by the style sheet: the key is not part of the name.
                            if !key.is_empty() { <span class="key-badge" data-key={drawn(&key)}></span> }
                        </button>
                    </>
                }
            }) }
        </div>
        </section>
    }
}
