//! Random networks of several VPCs and everything that joins them.
//!
//! Each part adds nodes, and routes to the tables of the subnets it serves; tables are drawn last.

mod balancers;
mod endpoints;
mod flows;
mod hubs;
mod inspection;
mod sites;
mod vpcs;

use std::collections::BTreeMap;

use hopscope_aws::components::{
    availability_zone, internet_host, prefix_list, region, route_table, transit_gateway_route_table,
};
use hopscope_aws::{Config, Document, Id, Node};

use super::random::Random;

/// Everything known while a network is drawn.
pub(super) struct Yard<'r> {
    pub random: &'r mut Random,
    pub document: Document,
    pub vpcs: Vec<Vpc>,
    /// Number of zones of each Region.
    pub zones: usize,
    /// Last byte of the next public address.
    pub public: usize,
    /// Transit gateways with the VPCs attached to them.
    pub tgws: Vec<Tgw>,
    /// Routers of sites, with the site's first network.
    pub cgws: Vec<(String, String)>,
}

pub(super) struct Vpc {
    pub n: usize,
    pub id: String,
    pub region: usize,
    pub block: String,
    /// Start of its IPv4 addresses (`10.3`).
    pub four: String,
    /// Its IPv6 block and the start of its addresses.
    pub six: Option<(String, String)>,
    pub gateway: Option<String>,
    pub group: String,
    pub vgw: Option<String>,
    pub subnets: Vec<Plot>,
}

pub(super) struct Plot {
    pub id: String,
    pub zone: usize,
    /// Start of its addresses (`10.3.1`).
    pub prefix: String,
    pub block: String,
    pub six: Option<String>,
    /// Holds attachments, endpoints or firewalls and no hosts.
    pub reserved: bool,
    pub routes: Vec<route_table::Route>,
    pub propagating: Vec<String>,
}

#[derive(Clone)]
pub(super) struct Tgw {
    pub id: String,
    pub region: usize,
    /// Attachments and what each leads to.
    pub attachments: Vec<(String, Leads)>,
    /// Tables still being written; none: the implied one.
    pub tables: Vec<(String, transit_gateway_route_table::Config)>,
}

/// What is behind an attachment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leads {
    Vpc(usize),
    Site,
    Peer,
}

impl Yard<'_> {
    pub fn put(&mut self, id: &str, parent: Option<&str>, config: Config) {
        let (id, parent) = (Id::from(id), parent.map(Id::from));
        self.document.put(Node { id, name: String::new(), parent, config });
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.random.chance(percent)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.random.below(limit)
    }

    /// A public address nobody has yet.
    pub fn public(&mut self) -> String {
        self.public += 1;
        format!("203.0.113.{}", self.public)
    }

    /// Adds a route to a table unless it has one for the destination.
    pub fn route(&mut self, vpc: usize, plot: usize, destination: &str, target: &str) {
        let Some(plot) = self.vpcs.get_mut(vpc).and_then(|vpc| vpc.subnets.get_mut(plot)) else { return };
        if !plot.routes.iter().any(|route| route.destination == destination) {
            plot.routes.push(route_table::Route {
                destination: destination.to_owned(),
                target: target.to_owned(),
                ..route_table::Route::default()
            });
        }
    }

    /// The same in most tables of a VPC.
    pub fn route_widely(&mut self, vpc: usize, destination: &str, target: &str, percent: usize) {
        for plot in 0..self.vpcs.get(vpc).map_or(0, |vpc| vpc.subnets.len()) {
            if self.chance(percent) {
                self.route(vpc, plot, destination, target);
            }
        }
    }
}

/// Draws one.
pub(super) fn draw(random: &mut Random) -> Document {
    let zones = 1 + random.below(3);
    let document = Document::default();
    let (vpcs, tgws, cgws) = (Vec::new(), Vec::new(), Vec::new());
    let mut yard = Yard { random, document, vpcs, zones, public: 10, tgws, cgws };
    draw_world(&mut yard);
    vpcs::draw(&mut yard);
    hubs::draw_peerings(&mut yard);
    hubs::draw_tgws(&mut yard);
    sites::draw(&mut yard);
    endpoints::draw(&mut yard);
    inspection::draw(&mut yard);
    vpcs::draw_defaults(&mut yard);
    hubs::draw_tables(&mut yard);
    vpcs::draw_tables(&mut yard);
    flows::add(&mut yard);
    yard.document
}

fn draw_world(yard: &mut Yard<'_>) {
    let blocked = match yard.below(100) {
        0..=4 => "bidirectional",
        5..=9 => "ingress",
        _ => "",
    };
    for (at, id) in ["region-0", "region-1"].iter().enumerate() {
        let block_public_access = if at == 0 { blocked.to_owned() } else { String::new() };
        yard.put(id, None, Config::Region(region::Config { block_public_access, ..Default::default() }));
        for zone in 0..yard.zones {
            let failed = yard.chance(1);
            let config = Config::AvailabilityZone(availability_zone::Config { failed });
            yard.put(&format!("az-{at}-{zone}"), Some(id), config);
        }
    }
    for (id, last) in [("cli", 50), ("srv", 80)] {
        let addresses = vec![format!("198.51.100.{last}"), format!("2001:db8:ffff::{last}")];
        yard.put(id, None, Config::InternetHost(internet_host::Config { addresses, ..Default::default() }));
    }
    let lists: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("pl-s3", &["192.0.2.0/25"][..]),
        ("pl-ddb", &["192.0.2.128/25", "2001:db8:aaaa::/64"][..]),
        ("pl-nets", &["10.1.0.0/16", "10.2.0.0/16", "192.168.0.0/16"][..]),
    ]);
    for (id, blocks) in lists {
        let entry = |cidr: &&str| prefix_list::Entry { cidr: (*cidr).to_owned(), description: String::new() };
        let entries = blocks.iter().map(entry).collect();
        let config = prefix_list::Config { entries, ..prefix_list::Config::default() };
        yard.put(id, Some("region-0"), Config::PrefixList(config));
    }
}
