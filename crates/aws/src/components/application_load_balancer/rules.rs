//! Rules of a listener: conditions on a request, by priority, and actions (LB-13). Sees requests,
//! not packets.

use std::net::IpAddr;

use hopscope_forward::{Candidate, Evidence, HttpRequest, Id};
use hopscope_net::IpNet;

use crate::arena::Ix;
use crate::cells;
use crate::components::target_group::{self, TargetGroup};
use crate::lower::Build;
use crate::{http, matching, policy};

use super::{Listener, Rule as Row};

/// Longest pattern that can match: AWS takes no longer ones.
pub(crate) const MAX_PATTERN: usize = 128;

/// Start of the cookies that a signed-in client carries.
const SESSION: &str = "awselbauthsessioncookie";

/// What a rule does.
#[derive(Debug)]
pub(crate) enum Action {
    /// To one of these, by weight.
    Forward(Vec<(Ix<TargetGroup>, u32)>),
    Redirect {
        status: u32,
        location: String,
    },
    Fixed(u32),
}

/// What happens to a request without a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignIn {
    Nobody,
    Authenticate,
    Allow,
    Deny,
}

/// A rule or a listener's default action, resolved.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Position and field of its row.
    index: usize,
    field: &'static str,
    pub priority: u32,
    pub label: String,
    text: String,
    host: Vec<String>,
    path: Vec<String>,
    header: Option<(String, Vec<String>)>,
    method: Vec<String>,
    query: Vec<(String, String)>,
    source: Option<Vec<IpNet>>,
    sign_in: SignIn,
    pub action: Action,
}

/// What rules look at.
pub(crate) struct Condition<'a> {
    /// None: the flow is a bare packet, and no condition on a request holds.
    pub http: Option<&'a HttpRequest>,
    /// The client's address.
    pub source: IpAddr,
}

/// The rule that decided.
pub(crate) struct Decided<'a> {
    pub rule: &'a Rule,
    pub evidence: Evidence,
}

/// The values of a cell, several written with commas.
fn values(cell: &str) -> Vec<String> {
    cell.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

/// Weights in the order of the groups; a missing or unreadable one is 1.
fn forward(build: &Build<'_>, groups: &[Id], weights: &str) -> Action {
    let weights: Vec<u32> =
        weights.split(',').map(|text| text.trim().parse().unwrap_or(1).min(999)).collect();
    let group =
        |(n, id): (usize, &Id)| Some((target_group::named(build, id)?, weights.get(n).copied().unwrap_or(1)));
    Action::Forward(groups.iter().enumerate().filter_map(group).collect())
}

fn action(build: &Build<'_>, cells: (&str, &[Id], &str, u32, &str)) -> Action {
    let (action, groups, weights, status, location) = cells;
    match action {
        "redirect" => {
            Action::Redirect { status: if status == 302 { 302 } else { 301 }, location: location.to_owned() }
        }
        "fixed-response" => Action::Fixed(if status == 0 { 200 } else { status }),
        _ => forward(build, groups, weights),
    }
}

fn sign_in(cell: &str) -> SignIn {
    match cell {
        "authenticate" => SignIn::Authenticate,
        "allow" => SignIn::Allow,
        "deny" => SignIn::Deny,
        _ => SignIn::Nobody,
    }
}

impl Rule {
    pub(super) fn read(build: &Build<'_>, index: usize, row: &Row) -> Self {
        let pair = |text: String| match text.split_once('=') {
            Some((key, value)) => (key.to_owned(), value.to_owned()),
            None => (String::new(), text),
        };
        let header =
            row.header.split_once(':').map(|(name, value)| (name.trim().to_ascii_lowercase(), values(value)));
        let blocks = values(&row.source_ip);
        let mut text = Vec::new();
        for (name, cell) in [
            ("host", &row.host),
            ("path", &row.path),
            ("header", &row.header),
            ("method", &row.method),
            ("query", &row.query),
            ("source", &row.source_ip),
        ] {
            if !cell.trim().is_empty() {
                text.push(format!("{name} {}", cell.trim()));
            }
        }
        Self {
            index,
            field: "rules",
            priority: row.priority,
            label: row.priority.to_string(),
            text: text.join(", "),
            host: values(&row.host),
            path: values(&row.path),
            header: header.filter(|(_, values)| !values.is_empty()),
            method: values(&row.method),
            query: values(&row.query).into_iter().map(pair).collect(),
            source: (!blocks.is_empty())
                .then(|| blocks.iter().filter_map(|text| cells::cidr(text)).collect()),
            sign_in: sign_in(&row.authenticate),
            action: action(build, (&row.action, &row.target_groups, &row.weights, row.status, &row.location)),
        }
    }

    /// A listener's own action, where no rule matches.
    pub(super) fn default_of(build: &Build<'_>, index: usize, row: &Listener) -> Self {
        Self {
            index,
            field: "listeners",
            priority: u32::MAX,
            label: "default".to_owned(),
            text: "every request".to_owned(),
            host: Vec::new(),
            path: Vec::new(),
            header: None,
            method: Vec::new(),
            query: Vec::new(),
            source: None,
            sign_in: sign_in(&row.authenticate),
            action: action(build, (&row.action, &row.target_groups, &row.weights, row.status, &row.location)),
        }
    }

    /// The groups it may forward to.
    pub(super) fn groups(&self) -> impl Iterator<Item = Ix<TargetGroup>> + '_ {
        let groups = match &self.action {
            Action::Forward(groups) => groups.as_slice(),
            Action::Redirect { .. } | Action::Fixed(_) => &[],
        };
        groups.iter().map(|(group, _)| *group)
    }

    /// The answer to a request without a session where one is asked for, and why.
    pub(super) fn unauthenticated(&self, http: Option<&HttpRequest>) -> Option<(u32, &'static str)> {
        let cookie = http.and_then(|http| http::header(http, "cookie")).unwrap_or_default();
        if cookie.to_ascii_lowercase().contains(SESSION) {
            return None;
        }
        match self.sign_in {
            SignIn::Nobody | SignIn::Allow => None,
            SignIn::Authenticate => Some((302, "the client is sent to the identity provider to sign in")),
            SignIn::Deny => Some((401, "the client has not signed in")),
        }
    }

    fn matches(&self, asked: &Condition<'_>) -> bool {
        let by_source =
            self.source.as_ref().is_none_or(|blocks| matching::blocks(blocks, asked.source).is_none());
        let Some(http) = asked.http else {
            return by_source && self.asks_nothing();
        };
        let any = |patterns: &[String], text: &str| {
            patterns.is_empty() || patterns.iter().any(|pattern| like(pattern, text))
        };
        let host = http::host_as_sent(http).to_ascii_lowercase();
        let by_host = self.host.is_empty()
            || self.host.iter().any(|pattern| like(&pattern.to_ascii_lowercase(), &host));
        let by_header = self.header.as_ref().is_none_or(|(name, patterns)| {
            let value = http::header(http, name).map(str::to_ascii_lowercase);
            value.is_some_and(|value| {
                patterns.iter().any(|pattern| like(&pattern.to_ascii_lowercase(), &value))
            })
        });
        let by_method = self.method.is_empty() || self.method.contains(&http.method);
        let by_query = self.query.is_empty()
            || http.query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).any(
                |(key, value)| {
                    let fits = |(wanted, pattern): &(String, String)| {
                        (wanted.is_empty() || like(wanted, key)) && like(pattern, value)
                    };
                    self.query.iter().any(fits)
                },
            );
        by_source && by_host && any(&self.path, &http.path) && by_header && by_method && by_query
    }

    fn asks_nothing(&self) -> bool {
        self.host.is_empty()
            && self.path.is_empty()
            && self.header.is_none()
            && self.method.is_empty()
            && self.query.is_empty()
    }
}

/// The first rule that matches; the last one always does.
pub(super) fn decide<'a>(owner: &Id, rules: &'a [Rule], asked: &Condition<'_>) -> Option<Decided<'a>> {
    let found = rules.iter().position(|rule| rule.matches(asked))?;
    let candidate = |(n, rule): (usize, &Rule)| Candidate {
        of: owner.clone(),
        index: Some(rule.index),
        label: rule.label.clone(),
        value: rule.text.clone(),
        lost: match n.cmp(&found) {
            std::cmp::Ordering::Less => Some("no-match"),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some("lower-priority"),
        },
    };
    let by = match asked.http {
        Some(http) => format!("{} {}{}", http.method, http::host_as_sent(http), http.path),
        None => String::new(),
    };
    let rule = rules.get(found)?;
    Some(Decided {
        rule,
        evidence: Evidence::Choice {
            of: "listener-rules",
            field: rule.field,
            by,
            candidates: rules.iter().enumerate().map(candidate).collect(),
        },
    })
}

/// Whether a text is like a pattern: `*` stands for any characters, `?` for one.
pub(crate) fn like(pattern: &str, text: &str) -> bool {
    pattern.len() <= MAX_PATTERN && policy::glob(pattern, text)
}

/// Fills a redirect's location with the parts of the request.
pub(super) fn fill(location: &str, http: Option<&HttpRequest>, port: u16) -> String {
    let Some(http) = http else { return location.to_owned() };
    let scheme = if http.secure { "https" } else { "http" };
    location
        .replace("#{protocol}", scheme)
        .replace("#{port}", &port.to_string())
        .replace("#{host}", http::host_as_sent(http))
        .replace("#{path}", http.path.trim_start_matches('/'))
        .replace("#{query}", &http.query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_stars_and_question_marks() {
        for (pattern, text, fits) in [
            ("/api/*", "/api/users", true),
            ("/api/*", "/api", false),
            ("/api*", "/api", true),
            ("/img/?.png", "/img/a.png", true),
            ("/img/?.png", "/img/ab.png", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("", "", true),
            ("", "x", false),
            ("*", "", true),
            ("**", "anything", true),
            ("/API", "/api", false),
        ] {
            assert_eq!(like(pattern, text), fits, "{pattern} {text}");
        }
        assert!(!like(&"*".repeat(MAX_PATTERN + 1), "x"));
        // Stars against a long text that almost fits cost no more than their product.
        assert!(!like(&"*a".repeat(60), &"a".repeat(8_000).replace("aaaa", "aab")[..50]));
    }

    #[test]
    fn a_location_takes_parts_of_the_request() {
        let http = HttpRequest {
            secure: false,
            host: "app.test".to_owned(),
            path: "/a/b".to_owned(),
            query: "x=1".to_owned(),
            ..HttpRequest::default()
        };
        assert_eq!(
            fill("https://#{host}:443/#{path}?#{query}", Some(&http), 80),
            "https://app.test:443/a/b?x=1"
        );
    }
}
