//! What the picture needs to know of routes: which table serves a subnet, and what that makes it.

use std::sync::Arc;

use hopscope_aws::{Config, Document, Node};

/// What a subnet is by its route table (RT-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// A route to an internet gateway.
    Public,
    /// Other routes than local, none to an internet gateway.
    Private,
    /// Local routes only.
    Isolated,
}

impl Tier {
    /// The word written on the subnet.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Isolated => "isolated",
        }
    }
}

/// The route table that serves a subnet: its own, else the main table of its VPC (RT-01).
#[must_use]
pub fn effective_table<'a>(document: &'a Document, subnet: &str) -> Option<&'a Arc<Node>> {
    let node = document.node(subnet)?;
    let Config::Subnet(config) = &node.config else { return None };
    let is_table = |node: &&Arc<Node>| matches!(node.config, Config::RouteTable(_));
    if let Some(own) = config.route_table.as_deref().and_then(|id| document.node(id)).filter(is_table) {
        return Some(own);
    }
    let vpc = node.parent.as_deref()?;
    document.children(Some(vpc)).find(|node| matches!(&node.config, Config::RouteTable(table) if table.main))
}

/// What a subnet is by its route table; isolated where no table is drawn.
#[must_use]
pub fn tier(document: &Document, subnet: &str) -> Tier {
    let Some(table) = effective_table(document, subnet) else { return Tier::Isolated };
    let Config::RouteTable(table) = &table.config else { return Tier::Isolated };
    let mut tier = Tier::Isolated;
    for route in &table.routes {
        if route.target.is_empty() || route.target == "local" {
            continue;
        }
        let target = document.node(&route.target);
        if matches!(target.map(|node| &node.config), Some(Config::InternetGateway(_))) {
            return Tier::Public;
        }
        tier = Tier::Private;
    }
    tier
}
