//! Flows: names, ids and suggestions for their ends.

use hopscope_aws::{Config, Document, Flow, Id, Node};

/// Something a flow can start or end at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// What to write into the flow.
    pub value: String,
    /// What to show ("web-a").
    pub label: String,
    /// The first fact that tells it from its like ("10.0.0.10"); may be empty.
    pub detail: String,
}

/// What to call an end of a flow: the component's name, or the text as it stands.
#[must_use]
pub fn end_name(document: &Document, end: &str) -> String {
    document.node(end.trim()).map_or_else(|| end.trim().to_owned(), |node| node.label().to_owned())
}

/// The flow's name, or one made up from its ends ("web-a to db-b, TCP 3306").
#[must_use]
pub fn describe(document: &Document, flow: &Flow) -> String {
    if !flow.name.trim().is_empty() {
        return flow.name.clone();
    }
    // A URL says by itself what is asked.
    if hopscope_aws::is_url(&flow.to) {
        return format!("{}: {}", end_name(document, &flow.from), flow.to.trim());
    }
    let protocol = flow.protocol.trim().to_ascii_lowercase();
    let what = match (protocol.as_str(), flow.port) {
        ("tcp" | "udp", Some(port)) => format!("{} {port}", protocol.to_uppercase()),
        ("tcp" | "udp", None) => protocol.to_uppercase(),
        ("icmp", _) => "ICMP".to_owned(),
        ("icmpv6", _) => "ICMPv6".to_owned(),
        (other, _) => format!("protocol {other}"),
    };
    format!("{} to {}, {what}", end_name(document, &flow.from), end_name(document, &flow.to))
}

/// A flow id that is not used yet: `flow-1`, `flow-2`, …
#[must_use]
pub fn fresh_id(document: &Document) -> String {
    let used: std::collections::BTreeSet<&str> = document.flows.iter().map(|flow| flow.id.as_str()).collect();
    let mut n = 1usize;
    loop {
        let id = format!("flow-{n}");
        if !used.contains(id.as_str()) {
            return id;
        }
        n += 1;
    }
}

/// Everything a flow can start or end at: instances, extra and detached interfaces, hosts, the
/// internet.
#[must_use]
pub fn ends(document: &Document) -> Vec<End> {
    let mut out = Vec::new();
    for node in document.nodes.values() {
        let offered = match node.kind() {
            // The first interface of an instance is the instance.
            "network-interface" => !is_primary(document, node),
            kind => hopscope_aws::spec(kind).is_some_and(|spec| spec.endpoint),
        };
        if offered {
            out.push(End {
                value: node.id.to_string(),
                label: node.label().to_owned(),
                detail: crate::outline::detail(document, node)
                    .split(',')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned(),
            });
        }
    }
    if !document.nodes.values().any(|node| node.kind() == "internet") {
        out.push(End { value: "internet".to_owned(), label: "Internet".to_owned(), detail: String::new() });
    }
    out
}

fn is_primary(document: &Document, eni: &Node) -> bool {
    let owner =
        eni.parent.as_deref().and_then(|id| document.node(id)).filter(|node| node.kind() == "instance");
    owner.is_some_and(|owner| {
        document
            .children(Some(&owner.id))
            .find(|n| n.kind() == "network-interface")
            .is_some_and(|n| n.id == eni.id)
    })
}

/// A likely other end for a flow from that component.
#[must_use]
pub fn suggest_other_end(document: &Document, from: &Id) -> String {
    let outside = matches!(document.node(from).map(|n| n.kind()), Some("internet-host" | "internet"));
    let wanted = if outside { "instance" } else { "internet-host" };
    let mut candidates = document.nodes.values().filter(|node| node.kind() == wanted && &node.id != from);
    let reachable = |node: &&std::sync::Arc<Node>| {
        document.children(Some(&node.id)).any(|eni| {
            let own = matches!(&eni.config, Config::NetworkInterface(c) if c.private_ips.iter().any(|p| p.public_ip.is_some()));
            own || document.nodes.values().any(|n| {
                matches!(&n.config, Config::ElasticIp(e) if e.target.as_ref().is_some_and(|t| *t == eni.id || *t == node.id))
            })
        })
    };
    let best = if outside { candidates.clone().find(reachable) } else { None };
    best.or_else(|| candidates.next()).map_or_else(|| "internet".to_owned(), |node| node.id.to_string())
}

/// A new flow between two ends, with an id of its own.
#[must_use]
pub fn new_flow(document: &Document, from: &str, to: &str) -> Flow {
    Flow { id: fresh_id(document), from: from.to_owned(), to: to.to_owned(), ..Flow::default() }
}
