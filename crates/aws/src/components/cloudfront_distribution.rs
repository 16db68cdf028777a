//! A CloudFront distribution: a cache and proxy for HTTP at points of presence, in front of origins
//! (EDGE-10 to EDGE-14).

mod check;
mod origin;
mod serve;

use std::net::IpAddr;

use hopscope_forward::{Decision, Hop, Id, Outcome, Reason, ReasonSpec, Role, Visit, Where};
use hopscope_net::prefix::Family;

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::components::certificate::{self, Certificate};
use crate::components::route_table;
use crate::document::Node;
use crate::edge;
use crate::fabric::{Audience, Component, Outside, Published};
use crate::lower::Build;
use crate::network::{Eni, Network, Thing};
use crate::pipeline::At;
use crate::validate::Check;

pub(super) use check::report_region;
pub(crate) use origin::{neighbour, public_address};

record! {
    /// Configuration of a distribution. It has no parent. For VPC origins it has an interface in the
    /// origin's subnet: `<id>/<subnet>`.
    pub struct Config {
        /// The name AWS gave it (`d111111abcdef8.cloudfront.net`).
        pub domain_name: String,
        /// Addresses that its name resolves to.
        pub addresses: Vec<String>,
        /// Alternate domain names (CNAMEs).
        pub aliases: Vec<String>,
        /// Certificate for the alternate names, of us-east-1 (EDGE-11); CloudFront's own where empty.
        pub certificate: Option<Id>,
        /// Where objects come from.
        pub origins: Vec<Origin>,
        /// Tried in order; the one whose path pattern is `*` comes last.
        pub cache_behaviors: Vec<Behavior>,
        /// The web ACL that judges requests first, of scope CloudFront.
        pub web_acl: Option<Id>,
        /// Empty (none), `allow` (only these countries) or `deny` (all but these) (EDGE-14).
        pub geo_restriction: String,
        /// Countries (ISO 3166) of the restriction.
        pub countries: Vec<String>,
        /// `PriceClass_All`, `PriceClass_200` or `PriceClass_100`: which points of presence serve.
        pub price_class: String = "PriceClass_All",
        /// Address of CloudFront that origins see, of the managed prefix list
        /// `com.amazonaws.global.cloudfront.origin-facing` (EDGE-12).
        pub origin_facing_address: String = "130.176.0.10",
        /// It takes requests.
        pub enabled: bool = true,
    }
}

record! {
    /// One origin.
    pub struct Origin {
        /// What cache behaviors call it.
        pub name: String,
        /// A load balancer, instance, bucket, API or host.
        pub component: Option<Id>,
        /// `https-only`, `http-only` or `match-viewer`.
        pub protocol_policy: String = "https-only",
        /// It has no public address and is reached by a VPC origin (EDGE-13).
        pub vpc_origin: bool,
        /// A bucket that only this distribution may read (EDGE-14).
        pub origin_access_control: bool,
        /// A header field that only CloudFront sends, `Name: value` (EDGE-12).
        pub custom_header: String,
    }
}

record! {
    /// One cache behavior.
    pub struct Behavior {
        /// Paths it is for; `*` stands for any characters.
        pub path_pattern: String = "*",
        /// Name of the origin.
        pub origin: String,
        /// `redirect-to-https`, `https-only` or `allow-all`.
        pub viewer_protocol_policy: String = "redirect-to-https",
        /// `GET,HEAD`, `GET,HEAD,OPTIONS` or `all`.
        pub allowed_methods: String = "GET,HEAD",
        /// Answers to GET and HEAD are kept.
        pub caching: bool = true,
        /// Seconds that they are kept.
        pub ttl: u32 = 86_400u32,
        /// Viewers need a signed URL or cookie (EDGE-14).
        pub restrict_viewer_access: bool,
    }
}

/// Kinds that may be an origin.
const ORIGIN_KINDS: [&str; 6] = [
    "application-load-balancer",
    "network-load-balancer",
    "instance",
    "aws-service",
    "api-gateway",
    "internet-host",
];

/// Columns of [`Origin`].
pub static ORIGINS: Rows = Rows {
    noun: "origin",
    columns: &[
        Field::new("name", "Name", FieldKind::Text, ""),
        Field::new("component", "Origin", FieldKind::Ref(&ORIGIN_KINDS), ""),
        Field::new(
            "protocol_policy",
            "Origin protocol",
            FieldKind::Choice(&["https-only", "http-only", "match-viewer"]),
            "",
        ),
        Field::new("vpc_origin", "VPC origin", FieldKind::Flag, "Without a public address"),
        Field::new("origin_access_control", "Origin access control", FieldKind::Flag, "S3 buckets"),
        Field::new("custom_header", "Custom header", FieldKind::Text, "Name: value"),
    ],
};

/// Columns of [`Behavior`].
pub static BEHAVIORS: Rows = Rows {
    noun: "cache behavior",
    columns: &[
        Field::new("path_pattern", "Path pattern", FieldKind::Text, "/api/*; * comes last"),
        Field::new("origin", "Origin", FieldKind::Text, "Its name"),
        Field::new(
            "viewer_protocol_policy",
            "Viewer protocol policy",
            FieldKind::Choice(&["redirect-to-https", "https-only", "allow-all"]),
            "",
        ),
        Field::new(
            "allowed_methods",
            "Allowed methods",
            FieldKind::Choice(&["GET,HEAD", "GET,HEAD,OPTIONS", "all"]),
            "",
        ),
        Field::new("caching", "Caching", FieldKind::Flag, ""),
        Field::new("ttl", "TTL", FieldKind::Number, "Seconds"),
        Field::new(
            "restrict_viewer_access",
            "Restrict viewer access",
            FieldKind::Flag,
            "Signed URLs or cookies",
        ),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "cloudfront-distribution",
    name: "CloudFront distribution",
    aws_type: Some("AWS::CloudFront::Distribution"),
    id_prefix: "cf",
    summary: "Serves and caches HTTP at points of presence, in front of origins.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new("domain_name", "Domain name", FieldKind::Text, "d111111abcdef8.cloudfront.net"),
        Field::new("addresses", "Addresses", FieldKind::AddressList, "What its name resolves to"),
        Field::new("aliases", "Alternate domain names", FieldKind::TextList, ""),
        Field::new("certificate", "Certificate", FieldKind::Ref(&["certificate"]), "In us-east-1"),
        Field::new("origins", "Origins", FieldKind::Rows(&ORIGINS), ""),
        Field::new("cache_behaviors", "Cache behaviors", FieldKind::Rows(&BEHAVIORS), "The first that fits"),
        Field::new("web_acl", "Web ACL", FieldKind::Ref(&["web-acl"]), "Of scope CloudFront"),
        Field::new(
            "geo_restriction",
            "Geographic restriction",
            FieldKind::Choice(&["", "allow", "deny"]),
            "",
        ),
        Field::new("countries", "Countries", FieldKind::TextList, "Codes of two letters"),
        Field::new(
            "price_class",
            "Price class",
            FieldKind::Choice(&["PriceClass_All", "PriceClass_200", "PriceClass_100"]),
            "",
        ),
        Field::new("origin_facing_address", "Origin-facing address", FieldKind::Address, ""),
        Field::new("enabled", "Enabled", FieldKind::Flag, ""),
    ],
    failure: Some(Failure { field: "enabled", down: "false", up: "true" }),
    docs: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Introduction.html",
};

packet_reason!(
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/georestrictions.html",
    /// The client's country may not (EDGE-14).
    GEO_RESTRICTED, "X_GEO_RESTRICTED", None, &["EDGE-14"]
);
packet_reason!(
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html",
    /// The path is private and the request carries no signature (EDGE-14).
    SIGNED_URL_REQUIRED, "X_SIGNED_URL_REQUIRED", None, &["EDGE-14"]
);
packet_reason!(
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html",
    /// A service that proxies HTTP answers with an error by its own configuration.
    HTTP_REFUSED, "X_HTTP_REFUSED", None, &["EDGE-10", "EDGE-30"]
);
drawing_reason!(
    /// A certificate of another Region than CloudFront takes (EDGE-11).
    CERT_REGION, "V_CERT_REGION", Error, &["EDGE-11"],
    "https://docs.aws.amazon.com/acm/latest/userguide/acm-services.html"
);
drawing_reason!(
    /// A VPC origin that CloudFront could not reach (EDGE-13).
    VPC_ORIGIN, "V_CF_VPC_ORIGIN", Error, &["EDGE-13"],
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html"
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] =
    &[&GEO_RESTRICTED, &SIGNED_URL_REQUIRED, &HTTP_REFUSED, &CERT_REGION, &VPC_ORIGIN];

/// Seconds that the addresses of its name may be kept.
const NAME_TTL: u32 = 60;

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Distribution {
    pub id: Id,
    /// The name AWS gave it, in lower case.
    pub domain_name: String,
    /// Its alternate names, in lower case.
    pub aliases: Vec<String>,
    addresses: Vec<IpAddr>,
    origin_facing: Option<IpAddr>,
    config: Config,
    origins: Vec<Source>,
    certificates: Vec<Ix<Certificate>>,
    /// Its interfaces in the subnets of VPC origins.
    enis: Vec<Ix<Eni>>,
}

/// An origin, resolved.
#[derive(Debug)]
struct Source {
    name: String,
    /// Row of the document.
    index: usize,
    thing: Option<Thing>,
    /// Interfaces of a VPC origin.
    enis: Vec<Ix<Eni>>,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// About to fetch from an origin (by its position).
    Fetch(Ix<Distribution>, usize),
    /// A reply of an origin came back to it.
    Reply(Ix<Distribution>),
}

impl Component for Distribution {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            domain_name: config.domain_name.trim().to_ascii_lowercase(),
            aliases: config.aliases.iter().map(|name| name.trim().to_ascii_lowercase()).collect(),
            addresses: config.addresses.iter().filter_map(|text| text.trim().parse().ok()).collect(),
            origin_facing: config.origin_facing_address.trim().parse().ok(),
            config: config.clone(),
            origins: Vec::new(),
            certificates: Vec::new(),
            enis: Vec::new(),
        })
    }

    fn link(build: &mut Build<'_>) {
        let document = build.document;
        let doors = edge::doors(&build.network);
        for node in document.nodes.values() {
            let catalog::Config::CloudfrontDistribution(config) = &node.config else { continue };
            let Some(Thing::Part(Part::CloudfrontDistribution(ix))) = build.thing(&node.id) else { continue };
            let (origins, enis) = origin::link(build, (ix, &node.id), config, &doors);
            let named: Vec<Id> = config.certificate.iter().cloned().collect();
            let certificates = certificate::named(build, &named);
            certificate::used(build, &certificates);
            if let Some(distribution) = build.network.fabric.distributions.get_mut(ix) {
                distribution.origins = origins;
                distribution.enis = enis;
                distribution.certificates = certificates;
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        match stage {
            Stage::Fetch(ix, position) => origin::fetch(network, ix, position, visit),
            Stage::Reply(ix) => origin::reply(network, ix, visit),
        }
    }

    fn receive(network: &Network, ix: Ix<Self>, _: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
        origin::answered(network, ix, visit)
    }

    /// Those its name resolves to, and the one that origins see.
    fn addresses(&self) -> Vec<(IpAddr, Outside)> {
        let all = self.addresses.iter().chain(&self.origin_facing);
        all.map(|address| (*address, Outside::Internet)).collect()
    }

    fn address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        let mut all = network.fabric.distributions[ix].addresses.iter().copied();
        all.find(|address| Family::of(*address) == family)
    }

    /// The name AWS gave it. Which addresses a name has differs by client; a drawing has one set.
    fn names(network: &Network, ix: Ix<Self>) -> Vec<Published> {
        let distribution = &network.fabric.distributions[ix];
        let name = match distribution.domain_name.as_str() {
            "" => format!("d{}.cloudfront.net", edge::digits(&distribution.id)),
            name => name.to_owned(),
        };
        let addresses = distribution.addresses.clone();
        vec![Published {
            name,
            addresses,
            ttl: NAME_TTL,
            to: Audience::Everybody,
            healthy: distribution.config.enabled,
        }]
    }

    /// What it answers by itself: from a cache, or with a redirect.
    fn send(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let distribution = &network.fabric.distributions[ix];
        let packet = visit.packet.clone();
        let hop = Hop::new(SPEC.kind, &distribution.id, "send", Decision::Sent, &packet);
        if edge::asks(visit) {
            let at = Where::new(SPEC.kind, &distribution.id);
            let reason = Reason::new(&route_table::UNSUPPORTED, at).fact("component", &distribution.id);
            visit.unknown(hop, reason);
            return Outcome::Stopped;
        }
        visit.record(hop.by(&["EDGE-10", "PIPE-05"]));
        edge::leave(network, &distribution.id, &["EDGE-10"], visit)
    }

    fn receive_from_internet(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let distribution = &network.fabric.distributions[ix];
        if distribution.origin_facing == Some(visit.packet.destination) {
            return origin::answered(network, ix, visit);
        }
        let serves = serve::serving(&distribution.config.price_class);
        let pop = edge::enter(network, &distribution.id, serves, &["EDGE-10"], visit);
        serve::request(network, ix, pop, visit)
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

/// The distribution whose flow this reply belongs to: several share the address that origins see.
fn owner_of(network: &Network, visit: &Visit<'_>) -> Option<Ix<Distribution>> {
    let key = visit.packet.key();
    let knows = |id: &Id| visit.state.position(id, Role::Endpoint, false, &key).is_some();
    network.fabric.distributions.iter().find(|(_, it)| knows(&it.id)).map(|(ix, _)| ix)
}
