//! A DNS server program on a host: a resolver, a server of zones of its own, or both (DNS-17,
//! DNS-19, DSEC-04, DSEC-05, R53-18). What the host's packets meet is the host's matter.

use std::net::IpAddr;

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};
use hopscope_names::name::Name;

use crate::catalog;
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::components::hosted_zone::records::{self, RECORDS, Record};
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Thing};
use crate::pipeline::At;
use crate::validate::{Check, codes};

record! {
    /// Configuration of a DNS server. Its parent is the host it runs on, whose addresses it answers
    /// at, port 53.
    pub struct Config {
        /// It resolves names of others for its clients.
        pub recursive: bool = true,
        /// It validates what it resolves (RFC 4035).
        pub validates: bool,
        /// The root's key is configured; without it nothing can be validated (DSEC-03).
        pub trust_anchor: bool = true,
        /// It tells authoritative servers its client's network (EDNS client subnet, RFC 7871).
        pub client_subnet: bool,
        /// Servers it asks instead of resolving itself, in this order.
        pub forwarders: Vec<String>,
        /// Domains that other servers are asked for.
        pub conditional_forwarders: Vec<Conditional>,
        /// Zones that it serves.
        pub zones: Vec<String>,
        /// Their records; names without a zone belong to the first.
        pub records: Vec<Record>,
        /// Seconds that its clock is ahead of the world's; negative for behind (DSEC-06).
        pub clock_offset: String,
        /// Out of service.
        pub failed: bool,
    }
}

record! {
    /// One domain that other servers are asked for.
    pub struct Conditional {
        /// The domain.
        pub domain: String,
        /// Addresses of the servers, with commas in between.
        pub servers: String,
    }
}

/// Columns of [`Conditional`].
pub static CONDITIONAL: Rows = Rows {
    noun: "conditional forwarder",
    columns: &[
        Field::new("domain", "Domain", FieldKind::Text, ""),
        Field::new("servers", "Servers", FieldKind::Text, "Addresses, several with commas"),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "dns-server",
    name: "DNS server",
    aws_type: None,
    id_prefix: "dns",
    summary: "A DNS server program on a host: resolves names, serves zones, or forwards.",
    parents: &["instance", "on-premises-host", "internet-host"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("recursive", "Recursive", FieldKind::Flag, "Resolves names of others for its clients"),
        Field::new("validates", "Validates DNSSEC", FieldKind::Flag, ""),
        Field::new(
            "trust_anchor",
            "Root trust anchor",
            FieldKind::Flag,
            "Without it nothing can be validated",
        ),
        Field::new("client_subnet", "EDNS client subnet", FieldKind::Flag, "Tells where its client is"),
        Field::new("forwarders", "Forwarders", FieldKind::AddressList, "Asked instead of resolving itself"),
        Field::new(
            "conditional_forwarders",
            "Conditional forwarders",
            FieldKind::Rows(&CONDITIONAL),
            "Asked for one domain",
        ),
        Field::new("zones", "Zones", FieldKind::TextList, "Domains it answers for by itself"),
        Field::new("records", "Records", FieldKind::Rows(&RECORDS), ""),
        Field::new("clock_offset", "Clock ahead (seconds)", FieldKind::Text, "Negative for behind"),
        Field::new("failed", "Failed", FieldKind::Flag, ""),
    ],
    failure: Some(Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/whitepapers/latest/hybrid-cloud-dns-options-for-vpc/hybrid-cloud-dns-options-for-vpc.html",
};

/// Reasons it raises: those of names.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct DnsServer {
    pub id: Id,
    /// The host it runs on.
    pub host: Option<Thing>,
    pub recursive: bool,
    pub validates: bool,
    pub trust_anchor: bool,
    pub client_subnet: bool,
    pub forwarders: Vec<IpAddr>,
    /// Domains with the servers to ask.
    pub conditional: Vec<(Name, Vec<IpAddr>)>,
    pub zones: Vec<Name>,
    pub records: Vec<Record>,
    /// Seconds ahead.
    pub clock: i64,
    pub failed: bool,
}

/// Where a packet can be at it: at its host only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for DnsServer {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let conditional = config.conditional_forwarders.iter();
        Some(Self {
            id: node.id.clone(),
            host: None,
            recursive: config.recursive,
            validates: config.validates,
            trust_anchor: config.trust_anchor,
            client_subnet: config.client_subnet,
            forwarders: config.forwarders.iter().filter_map(|text| text.trim().parse().ok()).collect(),
            conditional: conditional
                .filter_map(|row| Some((records::domain(&row.domain)?, addresses(&row.servers).collect())))
                .collect(),
            zones: config.zones.iter().filter_map(|text| records::domain(text)).collect(),
            records: config.records.clone(),
            clock: config.clock_offset.trim().parse().unwrap_or(0),
            failed: config.failed,
        })
    }

    fn link(build: &mut Build<'_>) {
        for node in build.nodes() {
            let Some(Thing::Part(catalog::Part::DnsServer(ix))) = build.thing(&node.id) else { continue };
            let host = node.parent.as_ref().and_then(|parent| build.thing(parent));
            if let Some(server) = build.network.fabric.dns_servers.get_mut(ix) {
                server.host = host;
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn check(check: &mut Check<'_>) {
        for node in check.nodes() {
            let catalog::Config::DnsServer(config) = &node.config else { continue };
            findings(check, &node.id, config).into_iter().for_each(|found| check.report(found));
        }
    }
}

fn addresses(text: &str) -> impl Iterator<Item = IpAddr> {
    text.split(',').filter_map(|address| address.trim().parse().ok())
}

fn findings(check: &Check<'_>, id: &Id, config: &Config) -> Vec<Diagnostic> {
    let unreadable = |path: String, text: &str, wanted: &str| {
        Diagnostic::new(&codes::UNREADABLE, id).field(path).fact("text", text).fact("wanted", wanted)
    };
    let mut found = Vec::new();
    for (n, text) in config.forwarders.iter().enumerate() {
        if text.trim().parse::<IpAddr>().is_err() {
            found.push(unreadable(format!("forwarders/{n}"), text, "an IP address"));
        }
    }
    for (n, row) in config.conditional_forwarders.iter().enumerate() {
        if records::domain(&row.domain).is_none() {
            let path = format!("conditional_forwarders/{n}/domain");
            found.push(unreadable(path, &row.domain, "a domain name"));
        }
        if addresses(&row.servers).count() != row.servers.split(',').count() {
            let path = format!("conditional_forwarders/{n}/servers");
            found.push(unreadable(path, &row.servers, "IP addresses"));
        }
    }
    let clock = config.clock_offset.trim();
    if !clock.is_empty() && clock.parse::<i64>().is_err() {
        found.push(unreadable("clock_offset".to_owned(), clock, "a number of seconds"));
    }
    for (n, text) in config.zones.iter().enumerate() {
        if records::domain(text).is_none() {
            found.push(unreadable(format!("zones/{n}"), text, "a domain name"));
        }
    }
    let first = config.zones.iter().find_map(|text| records::domain(text)).unwrap_or_else(Name::root);
    for (n, record) in config.records.iter().enumerate() {
        found.extend(
            records::unreadable(check.network, n, record, &first)
                .map(|(path, text, wanted)| unreadable(path, &text, &wanted)),
        );
        found.extend(records::no_health_check(check, id, n, record));
        // R53-03: aliases exist in Route 53 only.
        if records::alias(record).is_some() {
            found.push(
                Diagnostic::new(&codes::ALIAS_TARGET, id)
                    .field(format!("records/{n}/alias"))
                    .fact("target", &record.alias)
                    .fact("why", "alias records exist in Route 53 only"),
            );
        }
    }
    found
}
