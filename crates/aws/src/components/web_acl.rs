//! A web ACL of AWS WAF: rules that judge requests of HTTP at the resource it is associated with
//! (EDGE-20 to EDGE-23). It moves no packet; what serves requests asks it by `judge`.

mod check;
mod statement;

use serde_json::Value;

use hopscope_forward::{Candidate, Decision, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, Visit, Where};

use crate::catalog::Part;
use crate::component::{Failure, Field, FieldKind, Rows, Shape, Spec};
use crate::document::Node;
use crate::edge;
use crate::fabric::Component;
use crate::http;
use crate::lower::Build;
use crate::network::{Network, Thing};
use crate::pipeline::At;
use crate::validate::Check;

use statement::Asked;

record! {
    /// Configuration of a web ACL. Its parent is its Region; those of CloudFront are in us-east-1.
    pub struct Config {
        /// `regional`, or `cloudfront` for distributions.
        pub scope: String = "regional",
        /// What happens to a request that no rule ends: `allow` or `block`.
        pub default_action: String = "allow",
        /// Tried from the lowest priority number to the highest (EDGE-21).
        pub rules: Vec<Rule>,
        /// What it protects (EDGE-20), beside those that name it in a field `web_acl` of their own.
        pub resources: Vec<Association>,
        /// WAF cannot be reached (EDGE-22).
        pub unreachable: bool,
    }
}

record! {
    /// One rule.
    pub struct Rule {
        /// Its place in the order; lower ones first.
        pub priority: u32,
        /// What it is called.
        pub name: String,
        /// `ip-set`, `geo-match`, `rate-based`, `byte-match`, `size` or `managed-rule-group`.
        pub statement: String = "byte-match",
        /// Part of the request that `byte-match` and `size` look at: `uri`, `query`, `method`,
        /// `body` (its size only) or `header:NAME`.
        pub field: String = "uri",
        /// Blocks of `ip-set`, countries of `geo-match` (ISO 3166), text of `byte-match`, name of
        /// the group of `managed-rule-group`.
        pub value: String,
        /// How `byte-match` looks for its text: `contains`, `exactly`, `starts-with`, `ends-with`.
        pub position: String = "contains",
        /// Requests in five minutes (`rate-based`), or bytes (`size`), above which it matches.
        pub limit: u32,
        /// `allow`, `block`, `count`, `captcha` or `challenge`.
        pub action: String = "block",
        /// Its web ACL capacity units; those of the statement where empty (EDGE-23).
        pub wcu: Option<u32>,
    }
}

record! {
    /// One protected resource.
    pub struct Association {
        /// The resource.
        pub resource: Option<Id>,
        /// A load balancer's `waf.fail_open`: requests pass while WAF cannot be reached (EDGE-22).
        pub fail_open: bool,
    }
}

/// Kinds that a web ACL may protect (EDGE-20), of those that can be drawn.
pub(super) const TARGETS: [&str; 3] = ["application-load-balancer", "cloudfront-distribution", "api-gateway"];

/// Columns of [`Rule`].
pub static RULES: Rows = Rows {
    noun: "rule",
    columns: &[
        Field::new("priority", "Priority", FieldKind::Number, ""),
        Field::new("name", "Name", FieldKind::Text, ""),
        Field::new(
            "statement",
            "Statement",
            FieldKind::Choice(&[
                "byte-match",
                "ip-set",
                "geo-match",
                "rate-based",
                "size",
                "managed-rule-group",
            ]),
            "",
        ),
        Field::new("field", "Field", FieldKind::Text, "uri, query, method, body, header:NAME"),
        Field::new("value", "Value", FieldKind::Text, "Text, blocks, countries, or the group's name"),
        Field::new(
            "position",
            "Position",
            FieldKind::Choice(&["contains", "exactly", "starts-with", "ends-with"]),
            "",
        ),
        Field::new("limit", "Limit", FieldKind::Number, "Requests in five minutes, or bytes"),
        Field::new(
            "action",
            "Action",
            FieldKind::Choice(&["allow", "block", "count", "captcha", "challenge"]),
            "",
        ),
        Field::new("wcu", "WCU", FieldKind::Number, "Those of the statement if empty"),
    ],
};

/// Columns of [`Association`].
pub static RESOURCES: Rows = Rows {
    noun: "resource",
    columns: &[
        Field::new(
            "resource",
            "Resource",
            FieldKind::Ref(&["application-load-balancer", "cloudfront-distribution", "api-gateway"]),
            "",
        ),
        Field::new("fail_open", "WAF fail open", FieldKind::Flag, "Load balancers only"),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "web-acl",
    name: "AWS WAF web ACL",
    aws_type: Some("AWS::WAFv2::WebACL"),
    id_prefix: "waf",
    summary: "Rules of AWS WAF that allow, count or block HTTP requests.",
    parents: &["region"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("scope", "Scope", FieldKind::Choice(&["regional", "cloudfront"]), ""),
        Field::new("default_action", "Default action", FieldKind::Choice(&["allow", "block"]), ""),
        Field::new("rules", "Rules", FieldKind::Rows(&RULES), "The lowest priority number first"),
        Field::new("resources", "Associated resources", FieldKind::Rows(&RESOURCES), ""),
        Field::new("unreachable", "Unreachable", FieldKind::Flag, "As if WAF did not answer"),
    ],
    failure: Some(Failure { field: "unreachable", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html",
};

packet_reason!(
    "https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-action.html",
    /// A rule of the web ACL, or its default action, refuses the request (EDGE-21, EDGE-22).
    WAF_BLOCKED, "X_WAF_BLOCKED", None, &["EDGE-21", "EDGE-22"]
);

drawing_reason!(
    /// A web ACL on something that takes none (EDGE-20).
    WAF_TARGET, "V_WAF_TARGET", Error, &["EDGE-20"],
    "https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html"
);
drawing_reason!(
    /// More capacity than a web ACL may use (EDGE-23, LIM-41).
    WAF_WCU, "V_WAF_WCU", Error, &["EDGE-23", "LIM-41"],
    "https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html"
);
drawing_reason!(
    /// More capacity than the price of a web ACL includes (EDGE-23).
    WAF_WCU_COST, "I_WAF_WCU_COST", Warning, &["EDGE-23"],
    "https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html"
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&WAF_BLOCKED, &WAF_TARGET, &WAF_WCU, &WAF_WCU_COST];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct WebAcl {
    pub id: Id,
    default_allows: bool,
    unreachable: bool,
    /// As authored; positions are those of the document.
    rules: Vec<Rule>,
    /// Positions of `rules` in the order in which they are tried.
    order: Vec<usize>,
    resources: Vec<Association>,
}

/// Where a packet can be at it: nowhere, the resource asks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for WebAcl {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let mut order: Vec<usize> = (0..config.rules.len()).collect();
        order.sort_by_key(|n| config.rules.get(*n).map_or(0, |rule| rule.priority));
        Some(Self {
            id: node.id.clone(),
            default_allows: config.default_action != "block",
            unreachable: config.unreachable,
            rules: config.rules.clone(),
            order,
            resources: config.resources.clone(),
        })
    }

    /// Resources that name it themselves are associated like those that it names.
    fn link(build: &mut Build<'_>) {
        for node in build.nodes().filter(|node| TARGETS.contains(&node.kind())) {
            let Value::String(acl) = node.field("web_acl") else { continue };
            let Some(Thing::Part(Part::WebAcl(ix))) = build.thing(&Id::from(acl)) else { continue };
            let fail_open = node.field("waf_fail_open") == Value::Bool(true);
            if let Some(acl) = build.network.fabric.web_acls.get_mut(ix) {
                acl.resources.push(Association { resource: Some(node.id.clone()), fail_open });
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

/// What a rule does to a request that it matches.
enum Effect {
    Allow,
    Block(&'static str),
    GoOn,
}

/// EDGE-21: captcha and challenge end the evaluation only for a client without a valid token
/// (from general knowledge).
fn effect(rule: &Rule, token: bool) -> Effect {
    match rule.action.as_str() {
        "allow" => Effect::Allow,
        "count" => Effect::GoOn,
        "captcha" | "challenge" if token => Effect::GoOn,
        "captcha" => Effect::Block("HTTP 405, a puzzle to solve"),
        "challenge" => Effect::Block("HTTP 202, a silent challenge to the browser"),
        _ => Effect::Block("HTTP 403"),
    }
}

/// Lets the web ACL of a resource judge the request that the packet carries: records the hop
/// `web-acl` and says whether the request goes on. A resource without one lets everything pass, and
/// so does an answer. Only to be asked about requests of HTTP (EDGE-22).
#[must_use]
pub(crate) fn judge(network: &Network, (kind, resource): (&'static str, &Id), visit: &mut Visit<'_>) -> bool {
    let protects =
        |acl: &WebAcl| acl.resources.iter().position(|row| row.resource.as_ref() == Some(resource));
    let mut acls = network.fabric.web_acls.iter();
    let Some((acl, row)) = acls.find_map(|(_, acl)| Some((acl, protects(acl)?))) else { return true };
    if !edge::asks(visit) {
        return true;
    }
    let packet = visit.packet.clone();
    let hop = Hop::new(SPEC.kind, &acl.id, "web-acl", Decision::Allowed, &packet).at(resource);
    if acl.unreachable {
        let open = acl.resources.get(row).is_some_and(|row| row.fail_open);
        let asked =
            Evidence::Check { check: "waf-reachable", passed: false, value: Some(resource.to_string()) };
        let hop = hop.with(asked).by(&["EDGE-22"]);
        if open {
            visit.record(hop);
        } else {
            let reason = Reason::new(&WAF_BLOCKED, Where::new(kind, resource))
                .fact("acl", &acl.id)
                .fact("why", "WAF is unreachable, and waf.fail_open is off")
                .fact("answer", "HTTP 500");
            visit.deny(hop, reason);
        }
        return open;
    }
    let request = http::request(visit);
    let country = edge::client_country(network, visit);
    let token = statement::has_token(&request);
    let asked = Asked { request: &request, source: packet.source, country: country.as_deref() };
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut decided: Option<(Effect, Option<usize>)> = None;
    for index in &acl.order {
        let Some(rule) = acl.rules.get(*index) else { continue };
        let lost = if decided.is_some() {
            Some("lower-priority")
        } else if !statement::matches(rule, &asked) {
            Some("no-match")
        } else {
            match effect(rule, token) {
                Effect::GoOn => Some("counted"),
                ends => {
                    decided = Some((ends, Some(*index)));
                    None
                }
            }
        };
        candidates.push(Candidate {
            of: acl.id.clone(),
            index: Some(*index),
            label: label(rule),
            value: statement::text(rule),
            lost,
        });
    }
    let default = if acl.default_allows { Effect::Allow } else { Effect::Block("HTTP 403") };
    candidates.push(Candidate {
        of: acl.id.clone(),
        index: None,
        label: "default".to_owned(),
        value: if acl.default_allows { "allow" } else { "block" }.to_owned(),
        lost: decided.is_some().then_some("lower-priority"),
    });
    let by = format!("{} from {}", http::line(&request), packet.source);
    let hop =
        hop.with(Evidence::Choice { of: "web-acl-rules", field: "rules", by, candidates }).by(&["EDGE-21"]);
    let (effect, index) = decided.unwrap_or((default, None));
    let Effect::Block(answer) = effect else {
        visit.record(hop);
        return true;
    };
    let rule = index.and_then(|index| acl.rules.get(index)).map_or_else(|| "default".to_owned(), label);
    let reason = Reason::new(&WAF_BLOCKED, Where::new(SPEC.kind, &acl.id).of(resource))
        .rule(rule.clone())
        .fact("acl", &acl.id)
        .fact("rule", rule)
        .fact("request", http::line(&request))
        .fact("answer", answer);
    visit.deny(hop, reason);
    false
}

/// What a rule is called where it stands: its priority, and its name where it has one.
fn label(rule: &Rule) -> String {
    match rule.name.trim() {
        "" => rule.priority.to_string(),
        name => format!("{} {name}", rule.priority),
    }
}
