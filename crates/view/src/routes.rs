//! The routes of a table, router or gateway as they are now, in words. Knows no screen.

use hopscope_aws::{Document, Network};

use crate::story::{EvidenceRow, EvidenceView};
use crate::text::{self, ui};

/// Kinds that have routes to show.
#[must_use]
pub fn has(kind: &str) -> bool {
    matches!(
        kind,
        "route-table" | "transit-gateway-route-table" | "customer-gateway" | "virtual-private-gateway"
    )
}

/// Every route with where it leads, where it came from, what it is compared by and whether it
/// counts. Empty rows where it has none.
#[must_use]
pub fn effective(document: &Document, network: &Network, id: &str) -> EvidenceView {
    let called = |id: &str| document.node(id).map_or(id, |node| node.label()).to_owned();
    let routes = network.effective_routes(id);
    let rows = routes
        .iter()
        .map(|route| EvidenceRow {
            cells: vec![
                match &route.prefix_list {
                    Some(list) => format!("{} ({})", route.destination, called(list)),
                    None => route.destination.to_string(),
                },
                called(&route.target),
                text::route_origin(route.origin).to_owned(),
                if route.blackhole { ui::ROUTE_BLACKHOLE } else { ui::ROUTE_ACTIVE }.to_owned(),
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
