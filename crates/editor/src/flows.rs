//! Flows: names, ids and suggestions for their ends.

use hopscope_aws::{Document, Flow};

/// Something a flow can start or end at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// What to write into the flow.
    pub value: String,
    /// What to show ("web-a").
    pub label: String,
    /// Kind and addresses ("instance, 10.0.0.10").
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

/// Everything a flow can start or end at.
#[must_use]
pub fn ends(_document: &Document) -> Vec<End> {
    Vec::new()
}
