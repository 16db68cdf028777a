//! An Application Load Balancer: a proxy for HTTP that ends TLS, follows rules and opens
//! connections of its own to targets (LB-10 to LB-16).

mod check;
pub(crate) mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hopscope_forward::{
    Candidate, Decision, Entry, Evidence, Hop, HttpRequest, Id, LegKind, Outcome, Reason, ReasonSpec, Role,
    StateEvent, Visit, Where, flow_hash,
};
use hopscope_net::prefix::Family;
use hopscope_net::{Packet, Protocol};

use crate::arena::Ix;
use crate::balancer;
use crate::catalog::{self, Part};
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::certificate::{self, Certificate};
use crate::components::interface_endpoint::{self, INTERFACES, Interface, interfaces};
use crate::components::network_load_balancer::NO_LISTENER;
use crate::components::target_group::{self, TargetGroup};
use crate::components::{nat_gateway, network_interface, route_table};
use crate::document::Node;
use crate::fabric::{Component, Published};
use crate::lower::Build;
use crate::network::{Eni, Network, Thing, Vpc};
use crate::pipeline::At;
use crate::tls;
use crate::validate::Check;

use rules::{Action, Condition, Decided};

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
            Some(position) => from_target(network, ix, eni, position, visit),
            None => request(network, ix, eni, visit),
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

fn hop(alb: &Alb, stage: &'static str, packet: &Packet) -> Hop {
    Hop::new(SPEC.kind, &alb.id, stage, Decision::Forwarded, packet)
}

/// A request at one of its interfaces, past the security group.
fn request(network: &Network, ix: Ix<Alb>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    let alb = &network.fabric.albs[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &alb.id);
    if visit.leg == LegKind::Return {
        let missing = Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
        let reason = Reason::new(&nat_gateway::STATE_MISSING, at()).fact("flow", &packet);
        visit.deny(hop(alb, "listener", &packet).with(missing), reason);
        return Outcome::Stopped;
    }
    if network.zone_failed(network.enis[eni].subnet) {
        let reason = Reason::new(&network_interface::BAD_STATE, at())
            .fact("interface", &network.enis[eni].id)
            .fact("failed", "zone");
        visit.deny(hop(alb, "listener", &packet).by(&["LB-06"]), reason);
    }
    let takes = |listener: &&Listening| {
        packet.protocol == Protocol::TCP && packet.destination_port() == Some(listener.port)
    };
    let Some(listener) = alb.listeners.iter().find(takes) else {
        let reason = Reason::new(&NO_LISTENER, at()).fact("packet", &packet);
        visit.deny(hop(alb, "listener", &packet).by(&["LB-02", "LB-10"]), reason);
        return Outcome::Stopped;
    };
    if idle_too_long(alb, &network.enis[eni].id, &packet, visit) {
        return Outcome::Stopped;
    }
    if let Some(refused) = malformed(listener, visit.state.http.as_ref()) {
        let reason = Reason::new(&HTTP_ERROR, at()).fact("answer", refused.0).fact("why", refused.1);
        visit.deny(hop(alb, "listener", &packet).by(&["LB-16"]), reason);
        return Outcome::Stopped;
    }
    if listener.secure {
        let end = tls::Terminator {
            kind: SPEC.kind,
            id: &alb.id,
            field: "listeners",
            certificates: &listener.certificates,
            region: network.vpcs[alb.vpc].region,
        };
        tls::terminate(network, &end, visit);
    }
    match rule(alb, listener, visit) {
        Some(groups) => to_target(network, ix, eni, listener, &groups, visit),
        None => answered(network, ix, eni, visit),
    }
}

/// LB-16: a connection that was silent for too long is closed; a later packet finds none.
fn idle_too_long(alb: &Alb, owner: &Id, packet: &Packet, visit: &mut Visit<'_>) -> bool {
    let Some(position) = visit.state.position(owner, Role::Endpoint, true, &packet.key()) else {
        return false;
    };
    let Some(entry) = visit.state.entries.get(position) else { return false };
    if visit.state.now.saturating_sub(entry.last_seen) < alb.idle {
        return false;
    }
    visit.state.entries.remove(position);
    let gone = Evidence::State { event: StateEvent::Expired, flow: packet.key(), idle_limit: Some(alb.idle) };
    let reason = Reason::new(&nat_gateway::STATE_MISSING, Where::new(SPEC.kind, &alb.id))
        .fact("flow", packet)
        .fact("limit", alb.idle)
        .fact("answer", "TCP RST");
    visit.deny(hop(alb, "listener", packet).with(gone).by(&["LB-16"]), reason);
    true
}

/// LB-16: requests that are refused before any rule is asked, with the answer and why.
fn malformed(listener: &Listening, http: Option<&HttpRequest>) -> Option<(&'static str, &'static str)> {
    let http = http?;
    let token = |text: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        !text.is_empty() && text.chars().all(allowed)
    };
    if http.secure != listener.secure {
        let why =
            if http.secure { "the listener speaks HTTP without TLS" } else { "the listener speaks HTTPS" };
        return Some(("HTTP 400", why));
    }
    if !token(&http.method) || !http.headers.iter().all(|(name, _)| token(name)) {
        return Some(("HTTP 400", "its method or a header name has characters that HTTP does not allow"));
    }
    let forwarded = http.headers.iter().filter(|(name, _)| name == "x-forwarded-for");
    let addresses: usize = forwarded.map(|(_, value)| value.split(',').count()).sum();
    (addresses > MAX_FORWARDED_FOR).then_some(("HTTP 463", "X-Forwarded-For names more than 30 addresses"))
}

/// The target groups that the rules lead to, as the hop `listener-rule`; none where the load
/// balancer answers by itself.
fn rule(alb: &Alb, listener: &Listening, visit: &mut Visit<'_>) -> Option<Vec<(Ix<TargetGroup>, u32)>> {
    let packet = visit.packet.clone();
    let http = visit.state.http.clone();
    let asked = Condition { http: http.as_ref(), source: packet.source };
    let Decided { rule, evidence } = rules::decide(&alb.id, &listener.rules, &asked)?;
    let hop = hop(alb, "listener-rule", &packet).with(evidence).by(&["LB-13"]);
    let at = || Where::new(SPEC.kind, &alb.id);
    let answers =
        |answer: String| Reason::new(&FIXED_RESPONSE, at()).rule(rule.label.clone()).fact("answer", answer);
    if let Some((status, why)) = rule.unauthenticated(http.as_ref()) {
        let spec = if status == 401 { &HTTP_ERROR } else { &FIXED_RESPONSE };
        let reason = Reason::new(spec, at())
            .rule(rule.label.clone())
            .fact("answer", format!("HTTP {status}"))
            .fact("why", why);
        visit.deny(hop.by(&["LB-13", "LB-16"]), reason);
        return None;
    }
    match &rule.action {
        Action::Forward(groups) => {
            visit.record(hop);
            Some(groups.clone())
        }
        Action::Redirect { status, location } => {
            let location = rules::fill(location, http.as_ref(), listener.port);
            visit.deny(hop, answers(format!("HTTP {status}")).fact("location", location));
            None
        }
        Action::Fixed(status @ 200..=299) => {
            let answer =
                Evidence::Check { check: "fixed-response", passed: true, value: Some(status.to_string()) };
            visit.record(Hop { decision: Decision::Delivered, ..hop.with(answer) });
            None
        }
        Action::Fixed(status) => {
            visit.deny(hop, answers(format!("HTTP {status}")));
            None
        }
    }
}

/// The load balancer answers by itself: the request ends here, and the answer leaves by the
/// interface that it came to.
fn answered(network: &Network, ix: Ix<Alb>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    if visit.counterfactual() || !network.enis[eni].owns(visit.packet.destination) {
        return Outcome::Stopped;
    }
    Outcome::Arrived(At::ArrivedPart(ix.into()))
}

/// The group of a flow, by weight, and whether that is a choice at all.
fn weigh(
    network: &Network,
    groups: &[(Ix<TargetGroup>, u32)],
    draw: u64,
) -> (Option<Ix<TargetGroup>>, Option<Evidence>) {
    let total: u64 = groups.iter().map(|(_, weight)| u64::from(*weight)).sum();
    let mut left = draw.checked_rem(total).unwrap_or(0);
    let mut chosen = None;
    for (n, (_, weight)) in groups.iter().enumerate() {
        let weight = u64::from(*weight);
        if left < weight {
            chosen = Some(n);
            break;
        }
        left -= weight;
    }
    let group = chosen.and_then(|n| groups.get(n)).map(|(group, _)| *group);
    if groups.len() < 2 {
        return (group, None);
    }
    let candidate = |(n, (group, weight)): (usize, &(Ix<TargetGroup>, u32))| Candidate {
        of: network.fabric.target_groups[*group].id.clone(),
        index: None,
        label: network.fabric.target_groups[*group].id.to_string(),
        value: format!("weight {weight} of {total}"),
        lost: match (chosen == Some(n), *weight) {
            (true, _) => None,
            (false, 0) => Some("weight-zero"),
            (false, _) => Some("not-drawn"),
        },
    };
    let candidates = groups.iter().enumerate().map(candidate).collect();
    (group, Some(Evidence::Choice { of: "target-groups", field: "", by: String::new(), candidates }))
}

/// LB-12: a connection of its own to a target, from the node's private address.
fn to_target(
    network: &Network,
    ix: Ix<Alb>,
    eni: Ix<Eni>,
    listener: &Listening,
    groups: &[(Ix<TargetGroup>, u32)],
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let alb = &network.fabric.albs[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &alb.id);
    let owner = &network.enis[eni].id;
    let draw = flow_hash(&packet.key(), &visit.state.seed.to_string());
    let (group, weights) = weigh(network, groups, draw);
    let mut hop = hop(alb, "targets", &packet).at(&alb.id);
    hop.evidence.extend(weights);
    let Some(group) = group.map(|group| &network.fabric.target_groups[group]) else {
        let reason = Reason::new(&target_group::NO_TARGETS, at())
            .fact("port", listener.port)
            .fact("answer", "HTTP 503");
        visit.deny(hop.by(&["LB-16"]), reason);
        return Outcome::Stopped;
    };
    let asked = target_group::Asked {
        node: eni,
        nodes: &alb.enis,
        // LB-04: only a target group can switch it off.
        cross_zone: true,
        others: &alb.groups,
        hash: draw.rotate_right(17),
        by: String::new(),
    };
    let chosen = match target_group::choose(network, group, &asked) {
        Ok(chosen) => chosen,
        Err(none) => {
            let reason = Reason::new(none.spec, at())
                .fact("port", listener.port)
                .fact("zone", zone_name(network, eni))
                .fact("answer", "HTTP 503");
            visit.deny(hop.with(none.evidence).by(&["LB-03", "LB-05", "LB-16"]), reason);
            return Outcome::Stopped;
        }
    };
    let hop = hop.with(chosen.evidence);
    if let Some(spec) = chosen.fail_open {
        visit.hint(Reason::new(spec, at()).fact("group", &group.id));
    }
    let member = chosen.member;
    let Some(to) = member.address else {
        // A function: what it answers is not modelled.
        let reason = Reason::new(&route_table::UNSUPPORTED, at()).fact("component", &member.label);
        visit.unknown(hop.by(&["LB-14"]), reason);
        return Outcome::Stopped;
    };
    let family = Family::of(to);
    let Some(own) = network.enis[eni].address(family) else {
        let reason = Reason::new(&network_interface::FAMILY_MISMATCH, at())
            .fact("interface", owner)
            .fact("family", family.name());
        visit.deny(hop.by(&["LB-08"]), reason);
        return Outcome::Stopped;
    };
    if chosen.equals > 1 {
        visit.hint(
            Reason::new(&route_table::NONDETERMINISTIC, at())
                .fact("destination", packet.destination)
                .fact("target", &member.label),
        );
    }
    let far = balancer::towards(owner, &packet, own, (to, member.port), draw, visit);
    let after = interface_endpoint::rewritten(&packet, &far);
    let known = visit.state.position(owner, Role::Endpoint, true, &packet.key()).is_some();
    let event = if known { StateEvent::Used } else { StateEvent::Created };
    let mut hop =
        hop.with(Evidence::State { event, flow: packet.key(), idle_limit: Some(alb.idle) }).rewriting(&after);
    hop.evidence.extend(forwarded(alb, listener, &member.label, visit));
    visit.record(hop.by(&["LB-09", "LB-12"]));
    visit.keep(Entry::new(owner, Role::Endpoint, packet.key()).translated_to(far).inbound(true));
    visit.packet = after;
    Outcome::Routed(At::SecurityGroupOut(eni))
}

/// The request as the target reads it: only here is the client's address to be found (LB-12).
fn forwarded(alb: &Alb, listener: &Listening, target: &str, visit: &Visit<'_>) -> Option<Evidence> {
    let http = visit.state.http.as_ref()?;
    let client = visit.packet.source;
    let for_whom = match tls::header(http, "x-forwarded-for") {
        Some(before) => format!("{before}, {client}"),
        None => client.to_string(),
    };
    let query = if http.query.is_empty() { String::new() } else { format!("?{}", http.query) };
    let scheme = if listener.secure { "https" } else { "http" };
    Some(Evidence::Message {
        protocol: "HTTP",
        from: alb.id.clone(),
        to: Id::from(target),
        response: false,
        text: format!(
            "{} {}{query}; Host: {}; X-Forwarded-For: {for_whom}; X-Forwarded-Proto: {scheme}; X-Forwarded-Port: {}",
            http.method,
            http.path,
            tls::host(http),
            listener.port
        ),
    })
}

fn zone_name(network: &Network, eni: Ix<Eni>) -> String {
    let zone = network.subnets[network.enis[eni].subnet].zone;
    zone.map_or_else(|| "no zone".to_owned(), |zone| network.zones[zone].id.to_string())
}

/// A target's reply, back to the client; one that comes too late is not waited for (LB-16).
fn from_target(
    network: &Network,
    ix: Ix<Alb>,
    eni: Ix<Eni>,
    position: usize,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let alb = &network.fabric.albs[ix];
    let packet = visit.packet.clone();
    let now = visit.state.now;
    let Some(entry) = visit.state.entries.get_mut(position) else { return Outcome::Stopped };
    let waited = now.saturating_sub(entry.last_seen);
    entry.last_seen = now;
    entry.replied = true;
    let flow = entry.flow.clone();
    let after = interface_endpoint::rewritten(&packet, &flow.reverse());
    let used = Evidence::State { event: StateEvent::Used, flow, idle_limit: Some(alb.idle) };
    let hop = hop(alb, "targets", &packet).with(used).rewriting(&after);
    if waited >= alb.idle {
        let reason = Reason::new(&HTTP_ERROR, Where::new(SPEC.kind, &alb.id))
            .fact("answer", "HTTP 504")
            .fact("why", format!("the target did not answer within {} seconds", alb.idle));
        visit.deny(hop.by(&["LB-16"]), reason);
    } else {
        visit.record(hop.by(&["LB-12"]));
    }
    visit.packet = after;
    Outcome::Next(At::SecurityGroupOut(eni))
}
