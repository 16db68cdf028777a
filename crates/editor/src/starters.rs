//! The starter networks: complete documents with a story, flows and expectations. Here are their
//! names; the documents are files beside the page (`starters/<slug>.hopscope.json`), so that a
//! first visit loads none it does not look at.

#[cfg(not(target_arch = "wasm32"))]
use hopscope_aws::{Document, LoadError};

/// A network to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Starter {
    /// Stable name for links (`egress-only`).
    pub slug: &'static str,
    /// Title.
    pub title: &'static str,
    /// One sentence on what it shows.
    pub summary: &'static str,
    /// The document as JSON.
    #[cfg(not(target_arch = "wasm32"))]
    pub json: &'static str,
}

/// Starters under one heading.
#[derive(Clone, Copy, Debug)]
pub struct Shelf {
    /// Heading.
    pub title: &'static str,
    /// The starters, in the order they are shown.
    pub starters: &'static [Starter],
}

#[cfg(not(target_arch = "wasm32"))]
impl Starter {
    /// The document.
    ///
    /// # Errors
    /// Never for the starters of this build; a test says so.
    pub fn document(&self) -> Result<Document, LoadError> {
        Document::from_json(self.json.as_bytes())
    }
}

macro_rules! starters {
    ($($heading:literal: { $($slug:literal $title:literal $summary:literal;)* })*) => {
        /// The starters, by heading.
        pub static SHELVES: &[Shelf] = &[$(Shelf { title: $heading, starters: &[$(
            Starter {
                slug: $slug,
                title: $title,
                summary: $summary,
                #[cfg(not(target_arch = "wasm32"))]
                json: include_str!(concat!("../starters/", $slug, ".hopscope.json")),
            },
        )*] }),*];
    };
}

starters! {
    "One VPC": {
        "egress-only" "Egress-only internet gateway"
            "Instances in two zones open IPv6 connections outwards; nothing from outside can open one to them.";
        "public-private" "Two zones, public and private"
            "Web servers behind an internet gateway, application servers behind a NAT gateway in each zone.";
        "dual-stack" "Dual stack"
            "The same with IPv4 and IPv6 side by side: two families, two ways out, two ways to be refused.";
        "ipv6-nat64" "IPv6-only with NAT64"
            "Servers without IPv4 reach IPv4 destinations at 64:ff9b:: addresses, through the NAT gateway.";
    }
    "Several VPCs": {
        "peering-triangle" "VPC peering triangle"
            "A is peered with B and C, which share a neighbour but no peering: B does not reach C through A.";
        "tgw-segmentation" "Hub with two route tables"
            "Two VPCs reach on-premises over a transit gateway and a BGP VPN, but not each other.";
        "tgw-single-table" "Hub with one route table"
            "The same on a single table, as study notes draw it: the answers find no way back. One click mends it.";
        "overlapping" "Overlapping networks, rescued"
            "Two VPCs with the same addresses talk by private NAT gateways and a second, routable block each.";
        "inspection" "Inspection with a Gateway Load Balancer"
            "Everything to and from the web subnet passes firewalls in another VPC; one subnet's answers avoid them.";
    }
    "To places of your own": {
        "vpn-failover" "Static and BGP VPN, tunnel failover"
            "Two sites on one virtual private gateway; a tunnel is down, and nobody notices.";
        "direct-connect" "Direct Connect with VPN backup"
            "One fibre with a private, a transit and a public virtual interface, and a VPN that takes over.";
        "enterprise-hub" "Enterprise hub over Direct Connect"
            "Two fibres, one Direct Connect gateway, and a transit gateway with three VPCs behind it.";
        "client-vpn" "Client VPN, split and full tunnel"
            "Three people, two endpoints: who reaches the database, and which way a website is opened.";
        "endpoints" "Gateway endpoint, interface endpoint"
            "Two private ways to Amazon S3: one is a route, the other an interface that the office reaches too.";
    }
    "Names and requests": {
        "request-from-lisbon" "A request from Lisbon"
            "A name is resolved, CloudFront and a web ACL judge the request, a load balancer chooses who answers.";
        "load-balancers" "Two load balancers, private targets"
            "One reads the path and asks for itself; the other passes a sensor's connection on as it is.";
        "hybrid-dns" "Names between the cloud and the office"
            "Questions travel through a VPN to Resolver endpoints; without it, each side keeps its own names.";
    }
}

/// Every starter, in the order they are shown.
#[must_use]
pub fn starters() -> Vec<Starter> {
    SHELVES.iter().flat_map(|shelf| shelf.starters).copied().collect()
}
