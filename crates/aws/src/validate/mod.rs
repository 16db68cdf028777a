//! Diagnostics while drawing: what AWS would refuse (`V_*`) and what is worth telling (`I_*`).
//!
//! Each family of rules has a file; all of them read the document and the lowered network, and
//! change neither.

mod addresses;
mod blocks;
pub mod codes;
mod gateways;
pub(crate) mod hybrid;
mod placement;
pub mod quotas;
mod routes;
mod rules;
pub mod transit;

pub use codes::REASONS;
pub use quotas::PROPAGATED_PER_TABLE;

use hopscope_net::IpNet;

use crate::arena::Ix;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Node};
use crate::network::{Network, Subnet, Target};

/// What the checks read and write to.
pub(crate) struct Check<'a> {
    pub document: &'a Document,
    pub network: &'a Network,
    found: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    /// Whether a subnet's table leads IPv4 to an internet gateway, or by default to a middlebox in
    /// front of one. A route for IPv6 does not help a public IPv4 address (RT-11).
    fn leads_ipv4_out(&self, subnet: Ix<Subnet>) -> bool {
        self.network.tables[self.network.subnets[subnet].table].routes.iter().any(|route| {
            let middlebox = || match route.target {
                Target::Part(part) => part.is_middlebox(),
                Target::Interface(_) => true,
                _ => false,
            };
            let leads = matches!(route.target, Target::Internet(_))
                || (route.destination.prefix_len() == 0 && middlebox());
            leads && matches!(route.destination, IpNet::V4(_))
        })
    }

    pub fn nodes(&self) -> impl Iterator<Item = &'a Node> + use<'a> {
        self.document.nodes.values().map(|node| &**node)
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub fn kind_of(&self, id: &str) -> Option<&'static str> {
        self.document.nodes.get(id).map(|node| node.kind())
    }
}

/// Everything wrong or worth telling about a drawing, in the document's order.
pub(crate) fn validate(document: &Document, network: &Network) -> Vec<Diagnostic> {
    let mut check = Check { document, network, found: Vec::new() };
    placement::check(&mut check);
    blocks::check(&mut check);
    addresses::check(&mut check);
    gateways::check(&mut check);
    crate::places::check(&mut check);
    routes::check(&mut check);
    rules::check(&mut check);
    quotas::check(&mut check);
    crate::listener::check(&mut check);
    crate::catalog::check(&mut check);
    let mut found = check.found;
    let place = |diagnostic: &Diagnostic| {
        diagnostic.nodes.first().and_then(|id| document.nodes.get_index_of(id)).unwrap_or(usize::MAX)
    };
    // Stable: within one component, in the order of the checks.
    found.sort_by_key(place);
    found
}
