//! An Application Load Balancer: a proxy for HTTP that ends TLS, follows rules and opens
//! connections of its own to targets (LB-10 to LB-16).

mod check;
mod requests;
pub(crate) mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hopscope_forward::{Decision, Hop, Id, Outcome, Reason, ReasonSpec, Role, Visit, Where};
use hopscope_net::prefix::Family;

use crate::arena::Ix;
use crate::balancer;
use crate::catalog::{self, Part};
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::certificate::{self, Certificate};
use crate::components::interface_endpoint::{self, INTERFACES, Interface, interfaces};
use crate::components::route_table;
use crate::components::target_group::{self, TargetGroup};
use crate::document::Node;
use crate::fabric::{Component, Published};
use crate::lower::Build;
use crate::network::{Eni, Network, Thing, Vpc};
use crate::pipeline::At;
use crate::validate::Check;

record! {
    /// Configuration of an Application Load Balancer. Its parent is the VPC. Its interfaces are implied: `<id>/<subnet>`.
    pub struct Config {
        /// Its nodes, one subnet in each zone, two zones at least (LB-10).
        pub interfaces: Vec<Interface>,
        /// `internet-facing` or `internal`.
        pub scheme: String = "internet-facing",
        /// `ipv4`, `dualstack` or `dualstack-without-public-ipv4` (LB-08).
        pub ip_address_type: String = "ipv4",
        /// On its interfaces; the VPC's default group if empty (LB-11).
        pub security_groups: Vec<Id>,
        /// What it listens on, and what it does where no rule matches.
        pub listeners: Vec<Listener>,
        /// Rules of its listeners, tried by priority (LB-13).
        pub rules: Vec<Rule>,
        /// The web ACL that judges requests first.
        pub web_acl: Option<Id>,
        /// Seconds after which an idle connection is closed, 1 to 4000 (LB-16).
        pub idle_timeout: u32 = 60u32,
    }
}

record! {
    /// One listener with its default action.
    pub struct Listener {
        /// `http` or `https`.
        pub protocol: String = "https",
        /// Its port.
        pub port: u32 = 443u32,
        /// For HTTPS; the first is the default one, others are chosen by server name.
        pub certificates: Vec<Id>,
        /// `forward`, `redirect` or `fixed-response`.
        pub action: String = "forward",
        /// Where `forward` goes.
        pub target_groups: Vec<Id>,
        /// Weights of the target groups in order (`80, 20`); equal if empty.
        pub weights: String,
        /// HTTP status of `redirect` and `fixed-response`.
        pub status: u32,
        /// Where `redirect` leads (`https://#{host}:443/#{path}?#{query}`).
        pub location: String,
        /// Empty: nobody signs in. What happens to a request without a session: `authenticate`,
        /// `allow` or `deny`.
        pub authenticate: String,
    }
}

record! {
    /// One rule: conditions, all of which must hold, and an action. An empty condition always holds;
    /// several values of one are written with commas, and one of them must match.
    pub struct Rule {
        /// Port of its listener.
        pub listener: u32 = 443u32,
        /// Lower ones are tried first, 1 to 50000.
        pub priority: u32 = 1u32,
        /// Host header, with `*` and `?`.
        pub host: String,
        /// Path pattern, with `*` and `?`.
        pub path: String,
        /// A header field: `Name: value`, with `*` and `?`.
        pub header: String,
        /// Method.
        pub method: String,
        /// A pair of the query string: `key=value`, with `*` and `?`.
        pub query: String,
        /// Blocks of the client's address.
        pub source_ip: String,
        /// `forward`, `redirect` or `fixed-response`.
        pub action: String = "forward",
        /// Where `forward` goes.
        pub target_groups: Vec<Id>,
        /// Weights of the target groups in order; equal if empty.
        pub weights: String,
        /// HTTP status of `redirect` and `fixed-response`.
        pub status: u32,
        /// Where `redirect` leads.
        pub location: String,
        /// As at a listener.
        pub authenticate: String,
    }
}

const ACTION: Field =
    Field::new("action", "Action", FieldKind::Choice(&["forward", "redirect", "fixed-response"]), "");
const TARGET_GROUPS: Field =
    Field::new("target_groups", "Target groups", FieldKind::RefList("target-group"), "");
const WEIGHTS: Field = Field::new("weights", "Weights", FieldKind::Text, "80, 20; equal if empty");
const STATUS: Field =
    Field::new("status", "HTTP status", FieldKind::Number, "Of redirects and fixed responses");
const LOCATION: Field =
    Field::new("location", "Redirect to", FieldKind::Text, "https://#{host}:443/#{path}?#{query}");
const AUTHENTICATE: Field = Field::new(
    "authenticate",
    "Unauthenticated requests",
    FieldKind::Choice(&["", "authenticate", "allow", "deny"]),
    "Nobody signs in if empty",
);

/// Columns of [`Listener`].
pub static LISTENERS: Rows = Rows {
    noun: "listener",
    columns: &[
        Field::new("port", "Port", FieldKind::Number, ""),
        Field::new("protocol", "Protocol", FieldKind::Choice(&["http", "https"]), ""),
        Field::new(
            "certificates",
            "Certificates",
            FieldKind::RefList("certificate"),
            "The first is the default",
        ),
        ACTION,
        TARGET_GROUPS,
        WEIGHTS,
        STATUS,
        LOCATION,
        AUTHENTICATE,
    ],
};

/// Columns of [`Rule`].
pub static RULES: Rows = Rows {
    noun: "rule",
    columns: &[
        Field::new("priority", "Priority", FieldKind::Number, "Lower ones first"),
        Field::new("listener", "Listener port", FieldKind::Number, ""),
        Field::new("host", "Host header", FieldKind::Text, "*.example.com"),
        Field::new("path", "Path", FieldKind::Text, "/api/*"),
        Field::new("header", "HTTP header", FieldKind::Text, "Name: value"),
        Field::new("method", "Method", FieldKind::Text, "GET, HEAD"),
        Field::new("query", "Query string", FieldKind::Text, "key=value"),
        Field::new("source_ip", "Source IP", FieldKind::Text, "198.51.100.0/24"),
        ACTION,
        TARGET_GROUPS,
        WEIGHTS,
        STATUS,
        LOCATION,
        AUTHENTICATE,
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "application-load-balancer",
    name: "Application Load Balancer",
    aws_type: Some("AWS::ElasticLoadBalancingV2::LoadBalancer"),
    id_prefix: "alb",
    summary: "Answers HTTP requests in front of targets, chosen by rules on host, path and headers.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new(
            "interfaces",
            "Network interfaces",
            FieldKind::Rows(&INTERFACES),
            "One subnet in each of two zones or more",
        ),
        Field::new("scheme", "Scheme", FieldKind::Choice(&["internet-facing", "internal"]), ""),
        Field::new(
            "ip_address_type",
            "IP address type",
            FieldKind::Choice(&["ipv4", "dualstack", "dualstack-without-public-ipv4"]),
            "",
        ),
        Field::new("security_groups", "Security groups", FieldKind::RefList("security-group"), ""),
        Field::new("listeners", "Listeners", FieldKind::Rows(&LISTENERS), ""),
        Field::new(
            "rules",
            "Listener rules",
            FieldKind::Rows(&RULES),
            "By priority, then the listener's action",
        ),
        Field::new("web_acl", "Web ACL", FieldKind::Ref(&["web-acl"]), ""),
        Field::new("idle_timeout", "Idle timeout", FieldKind::Number, "Seconds"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html",
};

/// The page of the Application Load Balancer guide behind these reasons.
const PAGE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html";

packet_reason!(
    PAGE,
    /// A rule or the default action answers instead of a target (LB-13).
    FIXED_RESPONSE, "X_L7_RULE_FIXED_RESPONSE", None, &["LB-13"]
);
packet_reason!(
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    /// The load balancer answers with an error of its own (LB-16).
    HTTP_ERROR, "X_L7_ERROR", None, &["LB-16"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&FIXED_RESPONSE, &HTTP_ERROR];

/// Addresses in X-Forwarded-For beyond which a request is refused (LB-16).
const MAX_FORWARDED_FOR: usize = 30;

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Alb {
    pub id: Id,
    pub vpc: Ix<Vpc>,
    pub enis: Vec<Ix<Eni>>,
    /// Not reachable over the internet.
    pub internal: bool,
    /// Internet-facing by IPv4 too (LB-08).
    pub public_v4: bool,
    /// Every group that its rules forward to.
    pub groups: Vec<Ix<TargetGroup>>,
    listeners: Vec<Listening>,
    idle: u64,
}

/// A listener, resolved.
#[derive(Debug)]
struct Listening {
    secure: bool,
    port: u16,
    certificates: Vec<Ix<Certificate>>,
    /// By priority; the default action is last.
    rules: Vec<rules::Rule>,
}

/// Where a packet can be at it: only its interfaces receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for Alb {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            vpc: build.vpc_around(&node.id)?,
            enis: Vec::new(),
            internal: config.scheme == "internal",
            public_v4: config.ip_address_type != "dualstack-without-public-ipv4",
            groups: Vec::new(),
            listeners: Vec::new(),
            idle: u64::from(config.idle_timeout).clamp(1, 4000),
        })
    }

    fn link(build: &mut Build<'_>) {
        let document = build.document;
        for node in document.nodes.values() {
            let catalog::Config::ApplicationLoadBalancer(config) = &node.config else { continue };
            let Some(Thing::Part(Part::ApplicationLoadBalancer(ix))) = build.thing(&node.id) else {
                continue;
            };
            let alb = &build.network.fabric.albs[ix];
            let public = !alb.internal && alb.public_v4;
            // LB-11: it always has security groups.
            let owner =
                interfaces::Owner { id: &node.id, part: ix.into(), vpc: alb.vpc, public, open: false };
            let enis = interface_endpoint::draw(build, &owner, &config.interfaces, &config.security_groups);
            let listeners = listening(build, config);
            let rules = listeners.iter().flat_map(|listener| &listener.rules);
            let groups: BTreeSet<_> = rules.flat_map(rules::Rule::groups).collect();
            for group in &groups {
                target_group::used(build, *group, &enis);
            }
            for listener in &listeners {
                certificate::used(build, &listener.certificates);
            }
            if let Some(alb) = build.network.fabric.albs.get_mut(ix) {
                (alb.enis, alb.groups, alb.listeners) = (enis, groups.into_iter().collect(), listeners);
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn receive(network: &Network, ix: Ix<Self>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
        if let Some(checked) = target_group::received(network, ix.into(), eni, visit) {
            return checked;
        }
        let owner = &network.enis[eni].id;
        match visit.state.position(owner, Role::Endpoint, false, &visit.packet.key()) {
            Some(position) => requests::from_target(network, ix, eni, position, visit),
            None => requests::request(network, ix, eni, visit),
        }
    }

    fn names(network: &Network, ix: Ix<Self>) -> Vec<Published> {
        balancer::names(network, ix.into())
    }

    fn address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        interfaces::address(network, &network.fabric.albs[ix].enis, family)
    }

    fn public_address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        balancer::addresses_by_name(network, ix.into(), family).first().copied()
    }

    /// It answers by itself where a rule says so; otherwise it opens connections to targets only.
    fn send(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let alb = &network.fabric.albs[ix];
        if let Some(own) = target_group::answers_check(network, &alb.enis, visit) {
            let hop = Hop::new(SPEC.kind, &alb.id, "send", Decision::Sent, &visit.packet).by(&["LB-13"]);
            visit.record(hop);
            return Outcome::Next(own);
        }
        let hop = Hop::new(SPEC.kind, &alb.id, "send", Decision::Unknown, &visit.packet);
        let reason =
            Reason::new(&route_table::UNSUPPORTED, Where::new(SPEC.kind, &alb.id)).fact("component", &alb.id);
        visit.unknown(hop, reason);
        Outcome::Stopped
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

/// Its listeners, the first of each port, with the rules for the port by priority.
fn listening(build: &Build<'_>, config: &Config) -> Vec<Listening> {
    let mut rules: BTreeMap<u32, Vec<rules::Rule>> = BTreeMap::new();
    for (index, row) in config.rules.iter().enumerate() {
        rules.entry(row.listener).or_default().push(rules::Rule::read(build, index, row));
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (index, row) in config.listeners.iter().enumerate() {
        let Ok(port) = u16::try_from(row.port) else { continue };
        if !seen.insert(port) {
            continue;
        }
        let mut rules = rules.remove(&row.port).unwrap_or_default();
        rules.sort_by_key(|rule| rule.priority);
        rules.push(rules::Rule::default_of(build, index, row));
        found.push(Listening {
            secure: row.protocol == "https",
            port,
            certificates: certificate::named(build, &row.certificates),
            rules,
        });
    }
    found
}
