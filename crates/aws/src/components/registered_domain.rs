//! A registered domain: what its registrar tells the parent zone, name servers and DS records
//! (DNS-20, DSEC-02, DSEC-09). Carries no packet.

use std::collections::BTreeSet;

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};
use hopscope_names::name::Name;

use crate::catalog;
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::hosted_zone::{HostedZone, records};
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;
use crate::validate::{Check, codes};

record! {
    /// Configuration of a registered domain. It has no parent.
    pub struct Config {
        /// Domain name (`example.com`).
        pub domain_name: String,
        /// Name servers that the parent lists; those of the hosted zone of that name while empty.
        pub name_servers: Vec<String>,
        /// DS records in the parent (DSEC-02).
        pub ds_records: Vec<DsRecord>,
        /// The parent's servers leave questions for its DS records unanswered (DSEC-10).
        pub parent_drops_ds: bool,
    }
}

record! {
    /// One DS record. A row without a key tag is that of the zone's key-signing key as it was when
    /// signing was enabled.
    pub struct DsRecord {
        /// Key tag (RFC 4034, section 5.1.1).
        pub key_tag: String,
        /// Algorithm number; Route 53 signs with 13.
        pub algorithm: u16 = 13u16,
        /// Digest type; 2 is SHA-256.
        pub digest_type: u16 = 2u16,
        /// Digest in hexadecimal.
        pub digest: String,
    }
}

/// Columns of [`DsRecord`].
pub static DS_RECORDS: Rows = Rows {
    noun: "DS record",
    columns: &[
        Field::new("key_tag", "Key tag", FieldKind::Text, "The zone's own while empty"),
        Field::new("algorithm", "Algorithm", FieldKind::Number, "13 is ECDSA P-256"),
        Field::new("digest_type", "Digest type", FieldKind::Number, "2 is SHA-256"),
        Field::new("digest", "Digest", FieldKind::Text, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "registered-domain",
    name: "Registered domain",
    aws_type: None,
    id_prefix: "domain",
    summary: "A domain at its registrar: which name servers and keys the parent zone lists for it.",
    parents: &[],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("domain_name", "Domain name", FieldKind::Text, "example.com"),
        Field::new(
            "name_servers",
            "Name servers",
            FieldKind::TextList,
            "Those of the hosted zone of that name while empty",
        ),
        Field::new(
            "ds_records",
            "DS records",
            FieldKind::Rows(&DS_RECORDS),
            "The start of the chain of trust",
        ),
        Field::new(
            "parent_drops_ds",
            "Parent drops DS questions",
            FieldKind::Flag,
            "As servers without DNSSEC do",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-name-servers-glue-records.html",
};

/// Reasons it raises: those of names.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct RegisteredDomain {
    pub id: Id,
    pub name: Name,
    /// As written; empty means those of the hosted zone.
    pub name_servers: Vec<Name>,
    pub ds_records: Vec<DsRecord>,
    pub parent_drops_ds: bool,
}

/// Where a packet can be at it: nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for RegisteredDomain {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            name: records::domain(&config.domain_name)?,
            name_servers: config.name_servers.iter().filter_map(|text| records::domain(text)).collect(),
            ds_records: config.ds_records.clone(),
            parent_drops_ds: config.parent_drops_ds,
        })
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn check(check: &mut Check<'_>) {
        delegations(check);
        for node in check.nodes() {
            let catalog::Config::RegisteredDomain(config) = &node.config else { continue };
            let mut unreadable = |path: String, text: &str, wanted: &str| {
                check.report(
                    Diagnostic::new(&codes::UNREADABLE, &node.id)
                        .field(path)
                        .fact("text", text)
                        .fact("wanted", wanted),
                );
            };
            if records::domain(&config.domain_name).is_none() {
                unreadable("domain_name".to_owned(), &config.domain_name, "a domain name");
            }
            for (n, server) in config.name_servers.iter().enumerate() {
                if records::domain(server).is_none() {
                    unreadable(format!("name_servers/{n}"), server, "the name of a server");
                }
            }
            for (n, row) in config.ds_records.iter().enumerate() {
                let tag = row.key_tag.trim();
                if !tag.is_empty() && tag.parse::<u16>().is_err() {
                    unreadable(format!("ds_records/{n}/key_tag"), tag, "a number up to 65535");
                }
                let digest = row.digest.trim();
                if !digest.chars().all(|c| c.is_ascii_hexdigit() || c == ' ') {
                    unreadable(format!("ds_records/{n}/digest"), digest, "hexadecimal digits");
                }
            }
        }
    }
}

/// DNS-20: what the registrar lists are the servers of the zone of that name. A domain whose zone is
/// not drawn is served elsewhere.
fn delegations(check: &mut Check<'_>) {
    let network = check.network;
    for (_, domain) in network.fabric.registered_domains.iter() {
        let zones = network.fabric.hosted_zones.iter().map(|(_, zone)| zone);
        let zones: Vec<_> = zones.filter(|zone| !zone.private && zone.name == domain.name).collect();
        let listed: BTreeSet<&Name> = domain.name_servers.iter().collect();
        let fits = |zone: &&HostedZone| zone.name_servers.iter().collect::<BTreeSet<_>>() == listed;
        let Some(zone) = zones.first().filter(|_| !listed.is_empty() && !zones.iter().any(fits)) else {
            continue;
        };
        check.report(
            Diagnostic::new(&codes::DNS_DELEGATION, &domain.id)
                .field("name_servers")
                .with(&zone.id)
                .fact("name", &domain.name)
                .fact("zone", &zone.id),
        );
    }
}
