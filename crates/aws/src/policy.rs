//! Resource and endpoint policies: who may do what to which resource, from where. Requests are
//! named by the flow (`action`, `resource`); nothing here moves a packet.

use std::net::IpAddr;

use hopscope_forward::{Id, Reason, ReasonSpec, Request, Where};

use crate::cells;
use crate::component::{Field, FieldKind, Rows};

record! {
    /// One statement of a policy. Empty cells admit everything; `*` is a wildcard.
    pub struct Statement {
        /// `allow` or `deny`; a matching deny wins.
        pub effect: String = "allow",
        /// Id of the sender it speaks of.
        pub principal: String,
        /// Action (`s3:GetObject`, `s3:*`).
        pub action: String,
        /// Resource (`logs`, `data/*`).
        pub resource: String,
        /// Condition `aws:SourceIp`: public block the request must come from.
        pub source_ip: String,
        /// Condition `aws:SourceVpce`: endpoint the request must come through.
        pub source_vpce: String,
    }
}

/// Columns of [`Statement`].
pub static POLICY: Rows = Rows {
    noun: "statement",
    columns: &[
        Field::new("effect", "Effect", FieldKind::Choice(&["allow", "deny"]), ""),
        Field::new("principal", "Principal", FieldKind::Text, ""),
        Field::new("action", "Action", FieldKind::Text, ""),
        Field::new("resource", "Resource", FieldKind::Text, ""),
        Field::new("source_ip", "Source IP", FieldKind::Text, ""),
        Field::new("source_vpce", "Source endpoint", FieldKind::Text, ""),
    ],
};

/// A request as a policy sees it: what the flow says, and how it came here.
pub(crate) struct Asked<'a> {
    pub request: &'a Request,
    /// The public address it came from; none where it came through an endpoint (GWE-11).
    pub source_ip: Option<IpAddr>,
    /// The endpoint it came through.
    pub endpoint: Option<&'a Id>,
}

/// What a policy says to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A statement allows it, or there is no policy.
    Allowed,
    /// No statement allows it.
    NotAllowed,
    /// This statement (from 0) denies it.
    Denied(usize),
}

/// A request in a few words (`s3:GetObject on data`).
pub(crate) fn asked_for(request: &Request) -> String {
    let named = |text: &str, other: &'static str| {
        if text.trim().is_empty() { other.to_owned() } else { text.trim().to_owned() }
    };
    format!("{} on {}", named(&request.action, "an action"), named(&request.resource, "a resource"))
}

/// Why a policy refuses: no packet is lost, an HTTP answer says so (PIPE-09).
pub(crate) fn refusal(spec: &'static ReasonSpec, at: Where, request: &Request, answer: Answer) -> Reason {
    let reason = Reason::new(spec, at)
        .fact("principal", &request.principal)
        .fact("request", asked_for(request))
        .fact("answer", "HTTP 403");
    match answer {
        Answer::Denied(index) => reason.rule((index + 1).to_string()).fact("statement", index + 1),
        Answer::Allowed | Answer::NotAllowed => reason,
    }
}

/// A matching deny wins, wherever it stands; else one matching allow suffices; a policy without
/// statements allows everything (GWE-10).
pub(crate) fn judge(policy: &[Statement], asked: &Asked<'_>) -> Answer {
    let denies = |statement: &Statement| statement.effect.trim().eq_ignore_ascii_case("deny");
    if let Some(index) = policy.iter().position(|statement| denies(statement) && speaks_of(statement, asked))
    {
        return Answer::Denied(index);
    }
    let allowed = policy.iter().any(|statement| !denies(statement) && speaks_of(statement, asked));
    if policy.is_empty() || allowed { Answer::Allowed } else { Answer::NotAllowed }
}

fn speaks_of(statement: &Statement, asked: &Asked<'_>) -> bool {
    let Request { principal, action, resource } = asked.request;
    let cell = |cell: &str, value: &str| cell.trim().is_empty() || glob(cell.trim(), value.trim());
    // Actions are written in any case; resources are not.
    cell(&statement.principal, principal)
        && cell(&statement.action.to_ascii_lowercase(), &action.to_ascii_lowercase())
        && cell(&statement.resource, resource)
        && from_block(&statement.source_ip, asked.source_ip)
        && through(&statement.source_vpce, asked.endpoint)
}

/// Condition `aws:SourceIp`: absent where the request came through an endpoint, so that it fails.
fn from_block(cell: &str, source: Option<IpAddr>) -> bool {
    if cell.trim().is_empty() {
        return true;
    }
    let Some(source) = source else { return false };
    cell.split(',').filter_map(cells::cidr).any(|block| block.contains(&source))
}

/// Condition `aws:SourceVpce`.
fn through(cell: &str, endpoint: Option<&Id>) -> bool {
    cell.trim().is_empty() || endpoint.is_some_and(|endpoint| glob(cell.trim(), endpoint.as_str()))
}

/// `*` stands for any run of characters, `?` for one.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stands, and how much text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(expected) if *expected == '?' || expected == letter => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(effect: &str, action: &str, resource: &str) -> Statement {
        Statement {
            effect: effect.into(),
            action: action.into(),
            resource: resource.into(),
            ..Statement::default()
        }
    }

    fn answer(policy: &[Statement], action: &str, resource: &str) -> Answer {
        let request = Request { principal: "app".into(), action: action.into(), resource: resource.into() };
        judge(policy, &Asked { request: &request, source_ip: None, endpoint: None })
    }

    #[test]
    fn wildcards_match_runs_and_single_letters() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("s3:Get*", "s3:GetObject", true),
            ("s3:*Object", "s3:GetObject", true),
            ("s3:*Object", "s3:GetObjectAcl", false),
            ("data/*", "data/a/b.csv", true),
            ("data/*", "data", false),
            ("log?", "logs", true),
            ("log?", "log", false),
            ("*a*b", "xaxbxb", true),
            ("logs", "data", false),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn an_explicit_deny_wins_and_an_empty_policy_allows() {
        assert_eq!(answer(&[], "s3:GetObject", "data"), Answer::Allowed);
        let logs = [statement("allow", "S3:*", "logs")];
        assert_eq!(answer(&logs, "s3:GetObject", "logs"), Answer::Allowed);
        assert_eq!(answer(&logs, "s3:GetObject", "data"), Answer::NotAllowed);
        let mixed = [statement("allow", "", ""), statement("deny", "s3:Delete*", "")];
        assert_eq!(answer(&mixed, "s3:GetObject", "data"), Answer::Allowed);
        assert_eq!(answer(&mixed, "s3:DeleteObject", "data"), Answer::Denied(1));
        // Only denials: nothing is allowed.
        assert_eq!(answer(&mixed[1..], "s3:GetObject", "data"), Answer::NotAllowed);
    }

    #[test]
    fn conditions_fail_where_the_request_lacks_the_key() {
        let request = Request { principal: "app".into(), ..Request::default() };
        let by_address = [Statement { source_ip: "203.0.113.5".into(), ..Statement::default() }];
        let by_endpoint = [Statement { source_vpce: "vpce-s3".into(), ..Statement::default() }];
        let endpoint = Id::from("vpce-s3");
        let public = Asked { request: &request, source_ip: "203.0.113.5".parse().ok(), endpoint: None };
        let private = Asked { request: &request, source_ip: None, endpoint: Some(&endpoint) };
        assert_eq!(judge(&by_address, &public), Answer::Allowed);
        assert_eq!(judge(&by_address, &private), Answer::NotAllowed);
        assert_eq!(judge(&by_endpoint, &public), Answer::NotAllowed);
        assert_eq!(judge(&by_endpoint, &private), Answer::Allowed);
    }
}
