//! A hosted zone of Route 53: the records of a domain, for the internet or for chosen VPCs (R53-01
//! to R53-07, R53-19, DNS-03, DNS-08 to DNS-12, DSEC-07). Answers through `crate::names`; carries
//! no packet.

mod check;
pub(crate) mod records;

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};
use hopscope_names::name::Name;

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Thing, Vpc};
use crate::pipeline::At;
use crate::validate::Check;
pub use records::{RECORDS, Record};

record! {
    /// Configuration of a hosted zone. It has no parent: Route 53 is not in a Region.
    pub struct Config {
        /// Domain name (`example.com`).
        pub domain_name: String,
        /// It answers only the VPCs it is associated with (DNS-11).
        pub private_zone: bool,
        /// Associated VPCs of a private zone, of any account and Region.
        pub vpcs: Vec<Id>,
        /// Its records.
        pub records: Vec<Record>,
        /// The delegation set; four servers derived from the id while empty (DNS-20).
        pub name_servers: Vec<String>,
        /// DNSSEC signing (DSEC-07).
        pub signed: bool,
        /// AWS's status of the key-signing key (DSEC-08).
        pub ksk_status: String = "active",
        /// What is wrong with its signatures, to see what follows (DSEC-06); empty: nothing.
        pub dnssec_fault: String,
    }
}

/// What can be wrong with a signed zone (DSEC-06).
pub static DNSSEC_FAULTS: &[&str] = &[
    "",
    "signatures expired",
    "signatures not yet valid",
    "signatures missing",
    "signed by another key",
    "records altered",
    "denial of existence missing",
    "KSK replaced",
];

/// What a hosted zone says about itself.
pub static SPEC: Spec = Spec {
    kind: "hosted-zone",
    name: "Hosted zone",
    aws_type: Some("AWS::Route53::HostedZone"),
    id_prefix: "zone",
    summary: "The DNS records of a domain, for everybody or for chosen VPCs.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("domain_name", "Domain name", FieldKind::Text, "example.com"),
        Field::new("private_zone", "Private", FieldKind::Flag, "Answers associated VPCs only"),
        Field::new("vpcs", "Associated VPCs", FieldKind::RefList("vpc"), "Of a private hosted zone"),
        Field::new("records", "Records", FieldKind::Rows(&RECORDS), ""),
        Field::new(
            "name_servers",
            "Name servers",
            FieldKind::TextList,
            "Four are made from the zone's id while empty",
        ),
        Field::new("signed", "DNSSEC signing", FieldKind::Flag, "Public hosted zones only"),
        Field::new(
            "ksk_status",
            "Key-signing key",
            FieldKind::Choice(&["active", "inactive", "action needed", "internal failure"]),
            "Action needed: Route 53 cannot use the KMS key",
        ),
        Field::new(
            "dnssec_fault",
            "Signature fault",
            FieldKind::Choice(DNSSEC_FAULTS),
            "To see what a validating resolver does",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-working-with.html",
};

/// Reasons it raises: those of names.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct HostedZone {
    pub id: Id,
    pub name: Name,
    pub private: bool,
    pub vpcs: Vec<Ix<Vpc>>,
    pub records: Vec<Record>,
    /// Host names of its name servers.
    pub name_servers: Vec<Name>,
    /// Its author wrote them.
    pub written_servers: bool,
    pub signed: bool,
    pub ksk_status: String,
    pub dnssec_fault: String,
}

/// Where a packet can be at it: nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for HostedZone {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let vpc = |id: &Id| match build.thing(id) {
            Some(Thing::Vpc(ix)) => Some(ix),
            _ => None,
        };
        Some(Self {
            id: node.id.clone(),
            name: records::domain(&config.domain_name)?,
            private: config.private_zone,
            vpcs: config.vpcs.iter().filter_map(vpc).collect(),
            records: config.records.clone(),
            name_servers: name_servers(&node.id, config),
            written_servers: !config.name_servers.is_empty(),
            signed: config.signed && !config.private_zone,
            ksk_status: config.ksk_status.clone(),
            dnssec_fault: config.dnssec_fault.clone(),
        })
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

/// The delegation set: as written, else one server in each of four top-level domains, by the id as
/// Route 53 does by chance (DNS-20).
fn name_servers(id: &Id, config: &Config) -> Vec<Name> {
    let written: Vec<Name> = config.name_servers.iter().filter_map(|text| records::domain(text)).collect();
    if !written.is_empty() {
        return written;
    }
    let mut hash: u32 = 0x811c_9dc5;
    for byte in id.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    let server = |n: u32, top: &str| server(n * 512 + hash.rotate_left(n * 7) % 512, top);
    [server(0, "com"), server(1, "net"), server(2, "org"), server(3, "co.uk")].into_iter().flatten().collect()
}

/// A name server of Route 53 by its number, 0 to 2047.
fn server(number: u32, top: &str) -> Option<Name> {
    records::domain(&format!("ns-{number}.awsdns-{:02}.{top}", number % 64))
}

/// The name server after one in its top-level domain; `None` of what is none of Route 53's.
pub(crate) fn next_server(name: &Name) -> Option<Name> {
    let mut labels = name.as_str().splitn(3, '.');
    let number: u32 = labels.next()?.strip_prefix("ns-")?.parse().ok()?;
    let top = labels.nth(1)?;
    server(number / 512 * 512 + (number + 1) % 512, top)
}
