//! A Route 53 Resolver rule: for which domain a VPC's resolver asks other servers, or resolves itself
//! after all (DNS-08, DNS-14, DNS-15). Carries no packet.

use std::net::IpAddr;

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};
use hopscope_names::name::Name;

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::resolver_endpoint::ResolverEndpoint;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Thing, Vpc};
use crate::pipeline::At;
use crate::validate::{Check, codes};

record! {
    /// Configuration of a rule. Its parent is the Region.
    pub struct Config {
        /// `forward` or `system` (DNS-15).
        pub rule_type: String = "forward",
        /// The domain with everything below it; `.` is every name.
        pub domain_name: String,
        /// Addresses of servers to ask at port 53, in this order.
        pub target_ips: Vec<String>,
        /// The outbound endpoint whose interfaces ask.
        pub resolver_endpoint: Option<Id>,
        /// Associated VPCs; the rule means nothing to others.
        pub vpcs: Vec<Id>,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "resolver-rule",
    name: "Resolver rule",
    aws_type: Some("AWS::Route53Resolver::ResolverRule"),
    id_prefix: "rslvr-rr",
    summary: "Sends a VPC's questions about one domain to servers elsewhere.",
    parents: &["region"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "rule_type",
            "Rule type",
            FieldKind::Choice(&["forward", "system"]),
            "System: do not forward",
        ),
        Field::new(
            "domain_name",
            "Domain name",
            FieldKind::Text,
            "With everything below it; . is every name",
        ),
        Field::new("target_ips", "Target IP addresses", FieldKind::TextList, "Asked in this order"),
        Field::new("resolver_endpoint", "Outbound endpoint", FieldKind::Ref(&["resolver-endpoint"]), ""),
        Field::new("vpcs", "VPCs that use this rule", FieldKind::RefList("vpc"), ""),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html",
};

/// Reasons it raises: those of names.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct ResolverRule {
    pub id: Id,
    pub forward: bool,
    /// The root for `.`.
    pub domain: Name,
    /// Servers to ask.
    pub targets: Vec<IpAddr>,
    pub endpoint: Option<Ix<ResolverEndpoint>>,
    pub vpcs: Vec<Ix<Vpc>>,
}

/// Where a packet can be at it: nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for ResolverRule {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let vpc = |id: &Id| match build.thing(id) {
            Some(Thing::Vpc(ix)) => Some(ix),
            _ => None,
        };
        Some(Self {
            id: node.id.clone(),
            forward: config.rule_type != "system",
            domain: Name::parse(&config.domain_name).ok()?,
            targets: config.target_ips.iter().filter_map(|text| target(text)).collect(),
            endpoint: None,
            vpcs: config.vpcs.iter().filter_map(vpc).collect(),
        })
    }

    fn link(build: &mut Build<'_>) {
        for node in build.nodes() {
            let catalog::Config::ResolverRule(config) = &node.config else { continue };
            let Some(Thing::Part(Part::ResolverRule(ix))) = build.thing(&node.id) else { continue };
            let endpoint = match config.resolver_endpoint.as_ref().and_then(|id| build.thing(id)) {
                Some(Thing::Part(Part::ResolverEndpoint(endpoint))) => Some(endpoint),
                _ => None,
            };
            if let Some(rule) = build.network.fabric.resolver_rules.get_mut(ix) {
                rule.endpoint = endpoint;
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn check(check: &mut Check<'_>) {
        for node in check.nodes() {
            let catalog::Config::ResolverRule(config) = &node.config else { continue };
            let mut unreadable = |path: String, text: &str, wanted: &str| {
                check.report(
                    Diagnostic::new(&codes::UNREADABLE, &node.id)
                        .field(path)
                        .fact("text", text)
                        .fact("wanted", wanted),
                );
            };
            if Name::parse(&config.domain_name).is_err() {
                unreadable("domain_name".to_owned(), &config.domain_name, "a domain name");
            }
            for (n, text) in config.target_ips.iter().enumerate() {
                if target(text).is_none() {
                    unreadable(format!("target_ips/{n}"), text, "an IP address");
                }
            }
            inbound_named(check, node, config);
        }
    }
}

/// Only an outbound endpoint asks.
fn inbound_named(check: &mut Check<'_>, node: &Node, config: &Config) {
    let network = check.network;
    let Some(named) = &config.resolver_endpoint else { return };
    if let Some(Thing::Part(Part::ResolverEndpoint(ix))) = network.index.get(named)
        && network.fabric.resolver_endpoints[*ix].inbound
    {
        check.report(
            Diagnostic::new(&codes::REFERENCE, &node.id)
                .field("resolver_endpoint")
                .fact("field", "Outbound endpoint")
                .fact("reference", named)
                .fact("found", "an inbound endpoint"),
        );
    }
}

/// An address, with port 53 or none behind it: other ports are not modelled.
fn target(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().filter(|socket| socket.port() == 53);
    text.parse().ok().or_else(|| with_port().map(|socket| socket.ip()))
}
