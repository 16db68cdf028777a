//! What the picture needs to know of routes: which table serves a subnet, and what that makes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hopscope_aws::{Config, Document, Id, Node};

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

/// Which table serves which subnet and which zones exist where, indexed once for a document.
pub struct Routing<'a> {
    document: &'a Document,
    main: BTreeMap<&'a str, &'a Arc<Node>>,
    /// Zones by Region, in the document's order, and whether no subnet is in them.
    zones: BTreeMap<&'a str, Vec<(&'a Id, bool)>>,
}

impl<'a> Routing<'a> {
    /// Indexes a document.
    #[must_use]
    pub fn of(document: &'a Document) -> Self {
        let mut main = BTreeMap::new();
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for node in document.nodes.values() {
            match (&node.config, node.parent.as_deref()) {
                (Config::RouteTable(table), Some(vpc)) if table.main => {
                    main.entry(vpc).or_insert(node);
                }
                (Config::Subnet(subnet), _) => used.extend(subnet.zone.as_deref()),
                _ => {}
            }
        }
        let mut zones: BTreeMap<&str, Vec<(&Id, bool)>> = BTreeMap::new();
        for node in document.nodes.values() {
            if let (Config::AvailabilityZone(_), Some(region)) = (&node.config, node.parent.as_deref()) {
                zones.entry(region).or_default().push((&node.id, !used.contains(node.id.as_str())));
            }
        }
        Self { document, main, zones }
    }

    /// The route table that serves a subnet: its own, else the main table of its VPC (RT-01).
    #[must_use]
    pub fn table(&self, subnet: &str) -> Option<&'a Arc<Node>> {
        let node = self.document.node(subnet)?;
        let Config::Subnet(config) = &node.config else { return None };
        let own = config.route_table.as_deref().and_then(|id| self.document.node(id));
        own.filter(|node| matches!(node.config, Config::RouteTable(_)))
            .or_else(|| self.main.get(node.parent.as_deref()?).copied())
    }

    /// What a subnet is by its route table; isolated where no table is drawn.
    #[must_use]
    pub fn tier(&self, subnet: &str) -> Tier {
        let table = self.table(subnet).map(|table| &table.config);
        let Some(Config::RouteTable(table)) = table else { return Tier::Isolated };
        let mut tier = Tier::Isolated;
        for route in &table.routes {
            if route.target.is_empty() || route.target == "local" {
                continue;
            }
            let target = self.document.node(&route.target);
            if matches!(target.map(|node| &node.config), Some(Config::InternetGateway(_))) {
                return Tier::Public;
            }
            tier = Tier::Private;
        }
        tier
    }

    /// The zone a subnet names, if it exists.
    pub(crate) fn zone(&self, subnet: &str) -> Option<&'a Id> {
        let Config::Subnet(config) = &self.document.node(subnet)?.config else { return None };
        let zone = self.document.node(config.zone.as_deref()?)?;
        matches!(zone.config, Config::AvailabilityZone(_)).then_some(&zone.id)
    }

    /// The zones of a VPC's Region, and whether no subnet is in them.
    pub(crate) fn zones_near(&self, vpc: &str) -> impl Iterator<Item = (&'a Id, bool)> {
        let region = self.document.node(vpc).and_then(|node| node.parent.as_deref());
        region.and_then(|region| self.zones.get(region)).into_iter().flatten().copied()
    }
}

/// The route table that serves a subnet; [`Routing`] answers faster for many.
#[must_use]
pub fn effective_table<'a>(document: &'a Document, subnet: &str) -> Option<&'a Arc<Node>> {
    Routing::of(document).table(subnet)
}

/// What a subnet is by its route table; [`Routing`] answers faster for many.
#[must_use]
pub fn tier(document: &Document, subnet: &str) -> Tier {
    Routing::of(document).tier(subnet)
}
