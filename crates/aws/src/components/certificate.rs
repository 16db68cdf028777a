//! A certificate of AWS Certificate Manager: the names it covers, who issued it, whether it renews
//! itself (EDGE-25, EDGE-26). Moves no packet; `crate::tls` shows it.

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::catalog::Part;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Region, Thing};
use crate::pipeline::At;
use crate::tls;

record! {
    /// Configuration of a certificate. Its parent is the Region.
    pub struct Config {
        /// The names it covers; `*.example.com` stands for one label.
        pub domain_names: Vec<String>,
        /// `amazon`, `private-ca` or `imported`.
        pub issued_by: String = "amazon",
        /// Days from the beginning of the story until it is out of date, if it is not renewed.
        pub expires_in_days: u32 = 198u32,
        /// It is out of date already.
        pub expired: bool,
        /// The owner of the names can still prove it (by DNS or mail), which renewal needs.
        pub validated: bool = true,
        /// Clients know the authority that issued it.
        pub chain_trusted: bool = true,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "certificate",
    name: "ACM certificate",
    aws_type: Some("AWS::CertificateManager::Certificate"),
    id_prefix: "cert",
    summary: "Proves to TLS clients that a load balancer or an edge may speak for a name.",
    parents: &["region"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("domain_names", "Domain names", FieldKind::TextList, "*.example.com covers one label"),
        Field::new(
            "issued_by",
            "Issued by",
            FieldKind::Choice(&["amazon", "private-ca", "imported"]),
            "Imported certificates never renew themselves",
        ),
        Field::new("expires_in_days", "Expires in days", FieldKind::Number, "From the first packet on"),
        Field::new("expired", "Expired", FieldKind::Flag, ""),
        Field::new("validated", "Domain validated", FieldKind::Flag, "Renewal needs it"),
        Field::new("chain_trusted", "Chain trusted by clients", FieldKind::Flag, ""),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/acm/latest/userguide/acm-overview.html",
};

/// Reasons that whoever shows it raises.
pub static REASONS: &[&ReasonSpec] = &[&tls::NAME_MISMATCH, &tls::CERT_EXPIRED, &tls::UNTRUSTED];

/// Seconds of a day.
const DAY: u64 = 86_400;

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Certificate {
    pub id: Id,
    pub region: Option<Ix<Region>>,
    pub domains: Vec<String>,
    pub trusted: bool,
    imported: bool,
    validated: bool,
    in_use: bool,
    expired: bool,
    expires: u64,
}

/// No packet is ever at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Certificate {
    /// Whether it has that very name.
    pub fn has_name(&self, name: &str) -> bool {
        self.domains.iter().any(|domain| !domain.starts_with('*') && tls::covers(domain, name))
    }

    /// Whether one of its names covers that one.
    pub fn covers(&self, name: &str) -> bool {
        self.domains.iter().any(|domain| tls::covers(domain, name))
    }

    /// EDGE-25: what AWS issued renews itself while a service uses it and it is validated.
    pub fn renews(&self) -> bool {
        !self.imported && self.in_use && self.validated
    }

    /// Whether it is out of date at that second of the story.
    pub fn expired_at(&self, now: u64) -> bool {
        (self.expired || now >= self.expires) && !self.renews()
    }

    /// Why nobody renewed it.
    pub fn why_not_renewed(&self) -> &'static str {
        match (self.imported, self.validated) {
            (true, _) => "imported certificates are not renewed by AWS",
            (false, false) => "its names are not validated any more",
            (false, true) => "no service uses it",
        }
    }
}

/// The certificates of a list of ids, in order; what names something else is left out.
pub(crate) fn named(build: &Build<'_>, ids: &[Id]) -> Vec<Ix<Certificate>> {
    let certificate = |id: &Id| match build.thing(id) {
        Some(Thing::Part(Part::Certificate(ix))) => Some(ix),
        _ => None,
    };
    ids.iter().filter_map(certificate).collect()
}

/// Notes that a service uses these certificates, so that they renew.
pub(crate) fn used(build: &mut Build<'_>, certificates: &[Ix<Certificate>]) {
    for ix in certificates {
        if let Some(certificate) = build.network.fabric.certificates.get_mut(*ix) {
            certificate.in_use = true;
        }
    }
}

impl Component for Certificate {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let domain = |text: &String| text.trim().trim_end_matches('.').to_ascii_lowercase();
        Some(Self {
            id: node.id.clone(),
            region: build.region_around(&node.id),
            domains: config.domain_names.iter().map(domain).filter(|name| !name.is_empty()).collect(),
            trusted: config.chain_trusted,
            imported: config.issued_by == "imported",
            validated: config.validated,
            in_use: false,
            expired: config.expired,
            expires: u64::from(config.expires_in_days).saturating_mul(DAY),
        })
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }
}
