//! The routes of a table, router or gateway as they are now, in words. Knows no screen.

use hopscope_aws::{Config, Document, Network, Node};

use crate::story::{EvidenceRow, EvidenceView};
use crate::text::{self, ui};

/// Kinds that have routes to show.
#[must_use]
pub fn has(kind: &str) -> bool {
    matches!(
        kind,
        "route-table"
            | "transit-gateway"
            | "transit-gateway-route-table"
            | "customer-gateway"
            | "virtual-private-gateway"
    )
}

/// Every route with where it leads, where it came from, what it is compared by and whether it
/// counts. Empty rows where it has none.
#[must_use]
pub fn effective(document: &Document, network: &Network, id: &str) -> EvidenceView {
    let called = |id: &str| document.node(id).map_or(id, |node| node.label()).to_owned();
    // A transit gateway's own table, where it draws none.
    let own = document.node(id).filter(|node| node.kind() == "transit-gateway");
    let table = own.map_or_else(|| id.to_owned(), |node| default_table(document, node));
    let routes = network.effective_routes(&table);
    let rows = routes
        .iter()
        .map(|route| EvidenceRow {
            cells: vec![
                match &route.prefix_list {
                    Some(list) => format!("{} ({})", route.destination, called(list)),
                    None => route.destination.to_string(),
                },
                called(&route.target),
                text::route_kind(route.origin, route.attributes.as_deref()),
                match route.lost {
                    Some(loss) => text::route_loss(loss),
                    None if route.blackhole => ui::ROUTE_BLACKHOLE.to_owned(),
                    None => ui::ROUTE_ACTIVE.to_owned(),
                },
            ],
            decided: false,
            source: None,
        })
        .collect();
    EvidenceView::Table {
        caption: called(id),
        columns: vec![ui::COL_DESTINATION, ui::COL_TARGET, ui::COL_ORIGIN, ui::COL_STATE],
        rows,
    }
}

/// The table for attachments that no table names: the drawn default one, or the implied one.
fn default_table(document: &Document, tgw: &Node) -> String {
    let is_default = |node: &Node| matches!(&node.config, Config::TransitGatewayRouteTable(t) if t.default);
    let drawn = document.children(Some(&tgw.id)).find(|node| is_default(node));
    drawn.map_or_else(|| format!("{}/default-route-table", tgw.id), |node| node.id.to_string())
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it is wrong")]
mod tests {
    use super::*;
    use hopscope_aws::Id;

    fn node(document: &mut Document, id: &str, kind: &str, parent: Option<&str>, fields: &[(&str, &str)]) {
        let config = Config::default_of(kind).unwrap_or_else(|| panic!("{kind}"));
        let mut node = Node { id: Id::from(id), name: String::new(), parent: parent.map(Id::from), config };
        for (key, value) in fields {
            let value = match value.strip_prefix('[') {
                Some(one) => vec![one].into(),
                None => serde_json::Value::from(*value),
            };
            node = node.with_field(key, value).unwrap_or_else(|why| panic!("{why}"));
        }
        document.put(node);
    }

    /// A site with a VPN connection to a VPC and to a transit gateway that another VPC hangs on.
    fn hybrid() -> Document {
        let mut document = Document::default();
        let d = &mut document;
        node(d, "r", "region", None, &[]);
        node(d, "az", "availability-zone", Some("r"), &[]);
        node(d, "vpc", "vpc", Some("r"), &[("cidrs", "[10.0.0.0/16")]);
        node(d, "s", "subnet", Some("vpc"), &[("cidr", "10.0.0.0/24"), ("zone", "az")]);
        node(d, "vgw", "virtual-private-gateway", Some("vpc"), &[]);
        node(d, "tgw", "transit-gateway", Some("r"), &[]);
        let attached = [("resource", "vpc"), ("subnets", "[s")];
        node(d, "att", "transit-gateway-attachment", Some("tgw"), &attached);
        node(d, "site", "on-premises", None, &[("networks", "[192.168.10.0/24")]);
        node(d, "cgw", "customer-gateway", Some("site"), &[("ip", "192.0.2.1")]);
        let ends = [("customer_gateway", "cgw"), ("gateway", "vgw")];
        node(d, "vpn", "vpn-connection", Some("r"), &ends);
        document
    }

    fn cells(document: &Document, id: &str) -> Vec<Vec<String>> {
        match effective(document, &Network::build(document), id) {
            EvidenceView::Table { rows, columns, .. } => {
                assert!(rows.iter().all(|row| row.cells.len() == columns.len()));
                rows.into_iter().map(|row| row.cells).collect()
            }
            EvidenceView::Line { .. } => Vec::new(),
        }
    }

    #[test]
    fn gateways_and_routers_tell_their_routes() {
        let document = hybrid();
        let tgw = cells(&document, "tgw");
        assert_eq!(tgw[0][..3], ["10.0.0.0/16", "att", "propagated by VPC"].map(str::to_owned), "{tgw:?}");
        let vgw = cells(&document, "vgw");
        assert_eq!(vgw[0][..2], ["192.168.10.0/24", "vpn"].map(str::to_owned), "{vgw:?}");
        assert!(vgw[0][2].starts_with("VPN (BGP): AS_PATH"), "{vgw:?}");
        assert_eq!(vgw[0].last().map(String::as_str), Some("active"));
        let cgw = cells(&document, "cgw");
        assert!(cgw.iter().any(|row| row[0] == "10.0.0.0/16" && row[1] == "vpn"), "{cgw:?}");
    }

    #[test]
    fn steps_are_told_in_order_and_say_what_stops_them() {
        let mut document = hybrid();
        let talks = text::bgp::told_at(&document, &Network::build(&document), "cgw");
        let [talk] = talks.as_slice() else { panic!("{talks:?}") };
        assert_eq!((talk.title.as_str(), talk.up), ("vpn: cgw and vgw", true));
        let texts: Vec<&str> = talk.steps.iter().map(|step| step.text.as_str()).collect();
        assert_eq!(texts[2], "cgw announces to vgw:", "{texts:?}");
        assert!(talk.steps[2].more[0].starts_with("192.168.10.0/24: AS_PATH"), "{talk:?}");
        let router = document.node("cgw").and_then(|cgw| cgw.with_field("failed", true.into()).ok());
        router.into_iter().for_each(|router| document.put(router));
        let talks = text::bgp::told_at(&document, &Network::build(&document), "vpn");
        assert!(!talks[0].up);
        assert!(
            talks[0].steps.iter().all(|step| step.stopped.as_deref() == Some("stopped: cgw is down")),
            "{talks:?}"
        );
    }

    #[test]
    fn a_tunnel_that_is_down_withdraws_its_routes() {
        let mut document = hybrid();
        let tunnels = serde_json::json!([{"name": "1", "state": "down"}, {"name": "2", "state": "down"}]);
        let vpn = document.node("vpn").and_then(|vpn| vpn.with_field("tunnels", tunnels).ok());
        vpn.into_iter().for_each(|vpn| document.put(vpn));
        let vgw = cells(&document, "vgw");
        assert!(vgw[0].last().is_some_and(|state| state.contains("withdrawn")), "{vgw:?}");
    }
}
