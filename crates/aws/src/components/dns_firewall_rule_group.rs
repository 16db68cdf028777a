//! A Route 53 Resolver DNS Firewall rule group: names that a VPC's resolver does not resolve as asked
//! (DNS-07). Carries no packet.

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};
use hopscope_names::name::Name;

use crate::arena::Ix;
use crate::catalog;
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::hosted_zone::records;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Thing, Vpc};
use crate::pipeline::At;
use crate::validate::{Check, codes};

record! {
    /// Configuration of a rule group. Its parent is the Region.
    pub struct Config {
        /// Its rules; the lowest priority number is asked first.
        pub rules: Vec<FirewallRule>,
        /// Associated VPCs.
        pub vpcs: Vec<Id>,
        /// Among the groups of a VPC the lowest number is asked first.
        pub priority: u32 = 101u32,
    }
}

record! {
    /// One rule.
    pub struct FirewallRule {
        /// Place in the group.
        pub priority: u32 = 100u32,
        /// Its domain list, with commas in between; `*.example.com` is everything below.
        pub domains: String,
        /// `allow`, `alert` or `block`.
        pub action: String = "block",
        /// What a blocked question is answered with: `NODATA`, `NXDOMAIN` or `OVERRIDE`.
        pub block_response: String = "NODATA",
        /// The name that an overridden question leads to (CNAME).
        pub override_domain: String,
        /// Seconds that an override is kept.
        pub override_ttl: u32,
    }
}

/// Columns of [`FirewallRule`].
pub static RULES: Rows = Rows {
    noun: "rule",
    columns: &[
        Field::new("priority", "Priority", FieldKind::Number, "The lowest is asked first"),
        Field::new(
            "domains",
            "Domain list",
            FieldKind::Text,
            "Several with commas; *.example.com is all below",
        ),
        Field::new("action", "Action", FieldKind::Choice(&["allow", "alert", "block"]), ""),
        Field::new("block_response", "Response", FieldKind::Choice(&["NODATA", "NXDOMAIN", "OVERRIDE"]), ""),
        Field::new("override_domain", "Override record", FieldKind::Text, "Of the response OVERRIDE"),
        Field::new("override_ttl", "Override TTL", FieldKind::Number, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "dns-firewall-rule-group",
    name: "DNS Firewall rule group",
    aws_type: Some("AWS::Route53Resolver::FirewallRuleGroup"),
    id_prefix: "rslvr-frg",
    summary: "Blocks or reports questions about listed names at the resolver of its VPCs.",
    parents: &["region"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("rules", "Rules", FieldKind::Rows(&RULES), ""),
        Field::new("vpcs", "Associated VPCs", FieldKind::RefList("vpc"), ""),
        Field::new("priority", "Priority", FieldKind::Number, "Among the groups of a VPC"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall.html",
};

/// Reasons it raises: those of names.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct DnsFirewallRuleGroup {
    pub id: Id,
    pub priority: u32,
    pub vpcs: Vec<Ix<Vpc>>,
    /// In order of priority.
    pub rules: Vec<FilterRule>,
}

/// What a rule does with a question that it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Allow,
    Alert,
    NoData,
    NxDomain,
    /// Answered with a CNAME to that name, kept so many seconds.
    Override(Name, u32),
}

/// A rule, resolved.
#[derive(Debug)]
pub(crate) struct FilterRule {
    /// Position as authored.
    pub index: usize,
    pub priority: u32,
    pub domains: Vec<Name>,
    pub action: Action,
}

impl FilterRule {
    /// Whether the rule's list holds a name: the name itself, or everything below for `*.name`.
    pub fn speaks_of(&self, name: &Name) -> bool {
        self.domains.iter().any(|domain| match domain.parent() {
            Some(above) if domain.is_wildcard() => name.is_below(&above),
            _ => name == domain,
        })
    }

    /// The rule in one line.
    pub fn line(&self) -> String {
        let action = match &self.action {
            Action::Allow => "allow".to_owned(),
            Action::Alert => "alert".to_owned(),
            Action::NoData => "block with NODATA".to_owned(),
            Action::NxDomain => "block with NXDOMAIN".to_owned(),
            Action::Override(to, _) => format!("override with {to}"),
        };
        let domains: Vec<&str> = self.domains.iter().map(Name::as_str).collect();
        format!("{action} {}", domains.join(", "))
    }
}

/// Where a packet can be at it: nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for DnsFirewallRuleGroup {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let vpc = |id: &Id| match build.thing(id) {
            Some(Thing::Vpc(ix)) => Some(ix),
            _ => None,
        };
        let mut rules: Vec<FilterRule> = config.rules.iter().enumerate().map(filter).collect();
        rules.sort_by_key(|rule| rule.priority);
        Some(Self {
            id: node.id.clone(),
            priority: config.priority,
            vpcs: config.vpcs.iter().filter_map(vpc).collect(),
            rules,
        })
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn check(check: &mut Check<'_>) {
        for node in check.nodes() {
            let catalog::Config::DnsFirewallRuleGroup(config) = &node.config else { continue };
            for (n, rule) in config.rules.iter().enumerate() {
                let list = rule.domains.split(',').map(str::trim);
                let wrong = list
                    .filter(|text| records::domain(text).is_none())
                    .map(|text| ("domains", text.to_owned()));
                let overrides = rule.action == "block" && rule.block_response == "OVERRIDE";
                let lost = overrides && records::domain(&rule.override_domain).is_none();
                let lost = lost.then(|| ("override_domain", rule.override_domain.clone()));
                for (cell, text) in wrong.chain(lost) {
                    check.report(
                        Diagnostic::new(&codes::UNREADABLE, &node.id)
                            .field(format!("rules/{n}/{cell}"))
                            .fact("text", text)
                            .fact("wanted", "a domain name"),
                    );
                }
            }
        }
    }
}

fn filter((index, rule): (usize, &FirewallRule)) -> FilterRule {
    let action = match (rule.action.as_str(), rule.block_response.as_str()) {
        ("allow", _) => Action::Allow,
        ("alert", _) => Action::Alert,
        (_, "NXDOMAIN") => Action::NxDomain,
        (_, "OVERRIDE") => records::domain(&rule.override_domain)
            .map_or(Action::NoData, |name| Action::Override(name, rule.override_ttl)),
        _ => Action::NoData,
    };
    FilterRule {
        index,
        priority: rule.priority,
        domains: rule.domains.split(',').filter_map(records::domain).collect(),
        action,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_everything_below_and_not_the_name_itself() {
        let speaks = |domains: &str, name: &str| {
            let rule = FirewallRule { domains: domains.into(), ..FirewallRule::default() };
            filter((0, &rule)).speaks_of(&Name::parse(name).unwrap())
        };
        assert!(speaks("bad.example", "bad.example"));
        assert!(!speaks("bad.example", "www.bad.example"));
        assert!(speaks("*.bad.example", "www.bad.example") && speaks("*.bad.example", "a.b.bad.example"));
        assert!(!speaks("*.bad.example", "bad.example") && !speaks("*.bad.example", "notbad.example"));
        assert!(speaks("other.test, *", "anything.example"));
    }
}
