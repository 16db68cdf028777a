//! What a rule of a web ACL matches, and the capacity it uses. Judges one request; knows no
//! network.

use std::net::IpAddr;

use hopscope_forward::HttpRequest;

use super::Rule;
use crate::cells;
use crate::http::header;

/// A request as rules see it.
pub(super) struct Asked<'a> {
    pub request: &'a HttpRequest,
    /// Where the request came from, as the resource sees it.
    pub source: IpAddr,
    /// The client's country, where it is known.
    pub country: Option<&'a str>,
}

/// The client solved a puzzle or challenge before.
pub(super) fn has_token(request: &HttpRequest) -> bool {
    header(request, "x-aws-waf-token").is_some_and(|token| !token.is_empty())
        || header(request, "cookie").is_some_and(|cookie| cookie.contains("aws-waf-token="))
}

/// Whether a rule matches.
pub(super) fn matches(rule: &Rule, asked: &Asked<'_>) -> bool {
    let items = || rule.value.split(',').map(str::trim).filter(|item| !item.is_empty());
    match rule.statement.as_str() {
        "ip-set" => items().filter_map(cells::cidr).any(|block| block.contains(&asked.source)),
        "geo-match" => {
            asked.country.is_some_and(|country| items().any(|item| item.eq_ignore_ascii_case(country)))
        }
        "rate-based" => asked.request.rate > u64::from(rule.limit),
        "size" => size(rule, asked.request).is_some_and(|size| size > u64::from(rule.limit)),
        "managed-rule-group" => group(&rule.value).is_some_and(|group| (group.matches)(asked.request)),
        _ => field(rule, asked.request).is_some_and(|text| found(rule, text)),
    }
}

/// The text that a `byte-match` looks at. Bodies have a size and no content here.
fn field<'a>(rule: &Rule, request: &'a HttpRequest) -> Option<&'a str> {
    match rule.field.trim() {
        "uri" | "" => Some(&request.path),
        "query" => Some(&request.query),
        "method" => Some(&request.method),
        "header:host" => Some(header(request, "host").unwrap_or(&request.host)),
        other => header(request, &other.strip_prefix("header:")?.trim().to_ascii_lowercase()),
    }
}

fn size(rule: &Rule, request: &HttpRequest) -> Option<u64> {
    match rule.field.trim() {
        "body" => Some(request.body),
        _ => field(rule, request).and_then(|text| u64::try_from(text.len()).ok()),
    }
}

fn found(rule: &Rule, text: &str) -> bool {
    let wanted = rule.value.trim();
    match rule.position.as_str() {
        // An empty text is in every other one; AWS refuses it.
        _ if wanted.is_empty() => false,
        "exactly" => text == wanted,
        "starts-with" => text.starts_with(wanted),
        "ends-with" => text.ends_with(wanted),
        _ => text.contains(wanted),
    }
}

/// A rule in a few words.
pub(super) fn text(rule: &Rule) -> String {
    let action = &rule.action;
    match rule.statement.as_str() {
        "ip-set" => format!("{action} from {}", rule.value),
        "geo-match" => format!("{action} from countries {}", rule.value),
        "rate-based" => format!("{action} above {} requests in 5 minutes", rule.limit),
        "size" => format!("{action} if {} is longer than {} bytes", rule.field, rule.limit),
        "managed-rule-group" => format!("{action} what {} finds", rule.value),
        _ => format!("{action} if {} {} \"{}\"", rule.field, rule.position.replace('-', " "), rule.value),
    }
}

/// A rule group that AWS keeps, with what of it can be told from a request's head.
struct Group {
    name: &'static str,
    wcu: u32,
    matches: fn(&HttpRequest) -> bool,
}

fn anywhere(request: &HttpRequest, words: &[&str]) -> bool {
    let has = |text: &str| {
        let text = text.to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    };
    has(&request.path) || has(&request.query) || request.headers.iter().any(|(_, value)| has(value))
}

fn nothing(_: &HttpRequest) -> bool {
    false
}

/// Groups with their capacity; what the others find cannot be told from what a flow says.
static GROUPS: &[Group] = &[
    Group {
        name: "AWSManagedRulesCommonRuleSet",
        wcu: 700,
        // Bodies above 8 KB, paths that climb, scripts in the query.
        matches: |request| request.body > 8_192 || anywhere(request, &["../", "<script", "%3cscript"]),
    },
    Group { name: "AWSManagedRulesAdminProtectionRuleSet", wcu: 100, matches: |r| r.path.contains("/admin") },
    Group { name: "AWSManagedRulesKnownBadInputsRuleSet", wcu: 200, matches: |r| anywhere(r, &["${jndi:"]) },
    Group {
        name: "AWSManagedRulesSQLiRuleSet",
        wcu: 200,
        matches: |r| anywhere(r, &["' or ", "'+or+", "%27%20or%20", "union+select", "union%20select"]),
    },
    Group {
        name: "AWSManagedRulesLinuxRuleSet",
        wcu: 200,
        matches: |r| anywhere(r, &["/etc/passwd", "/proc/"]),
    },
    Group { name: "AWSManagedRulesUnixRuleSet", wcu: 100, matches: nothing },
    Group { name: "AWSManagedRulesWindowsRuleSet", wcu: 200, matches: nothing },
    Group { name: "AWSManagedRulesPHPRuleSet", wcu: 100, matches: nothing },
    Group { name: "AWSManagedRulesWordPressRuleSet", wcu: 100, matches: nothing },
    Group { name: "AWSManagedRulesAmazonIpReputationList", wcu: 25, matches: nothing },
    Group { name: "AWSManagedRulesAnonymousIpList", wcu: 50, matches: nothing },
    Group { name: "AWSManagedRulesBotControlRuleSet", wcu: 50, matches: nothing },
    Group { name: "AWSManagedRulesATPRuleSet", wcu: 50, matches: nothing },
    Group { name: "AWSManagedRulesACFPRuleSet", wcu: 50, matches: nothing },
];

fn group(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name.eq_ignore_ascii_case(name.trim()))
}

/// The capacity units of a rule: its own, else those of its statement (EDGE-23).
pub(super) fn capacity(rule: &Rule) -> u32 {
    let statement = || match rule.statement.as_str() {
        "rate-based" => 2,
        "managed-rule-group" => group(&rule.value).map_or(0, |group| group.wcu),
        "byte-match" if rule.position == "contains" => 10,
        "byte-match" => 2,
        _ => 1,
    };
    rule.wcu.unwrap_or_else(statement)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> HttpRequest {
        HttpRequest {
            host: "app.example.com".into(),
            path: "/admin/users".into(),
            query: "id=7".into(),
            method: "POST".into(),
            headers: vec![("user-agent".into(), "curl/8".into())],
            body: 9_000,
            rate: 101,
            ..HttpRequest::default()
        }
    }

    fn rule(statement: &str, field: &str, value: &str, limit: u32) -> Rule {
        Rule {
            statement: statement.into(),
            field: field.into(),
            value: value.into(),
            limit,
            ..Rule::default()
        }
    }

    #[test]
    fn statements_match_what_they_say() {
        let request = request();
        let source = "198.51.100.50".parse().unwrap();
        let asked = Asked { request: &request, source, country: Some("PT") };
        for (statement, field, value, limit, fits) in [
            ("ip-set", "", "10.0.0.0/8, 198.51.100.0/24", 0, true),
            ("ip-set", "", "198.51.101.0/24", 0, false),
            ("geo-match", "", "de,pt", 0, true),
            ("geo-match", "", "US", 0, false),
            ("rate-based", "", "", 100, true),
            ("rate-based", "", "", 101, false),
            ("byte-match", "uri", "/admin", 0, true),
            ("byte-match", "uri", "/public", 0, false),
            ("byte-match", "query", "id=", 0, true),
            ("byte-match", "method", "POST", 0, true),
            ("byte-match", "header:User-Agent", "curl", 0, true),
            ("byte-match", "header:host", "example", 0, true),
            ("byte-match", "header:referer", "x", 0, false),
            ("byte-match", "body", "x", 0, false),
            ("byte-match", "uri", "", 0, false),
            ("size", "body", "", 8_192, true),
            ("size", "uri", "", 12, false),
            ("managed-rule-group", "", "AWSManagedRulesAdminProtectionRuleSet", 0, true),
            ("managed-rule-group", "", "AWSManagedRulesSQLiRuleSet", 0, false),
            ("managed-rule-group", "", "unheard-of", 0, false),
        ] {
            assert_eq!(
                matches(&rule(statement, field, value, limit), &asked),
                fits,
                "{statement} {field} {value}"
            );
        }
        let nowhere = Asked { country: None, ..asked };
        assert!(!matches(&rule("geo-match", "", "PT", 0), &nowhere));
    }

    #[test]
    fn positions_differ() {
        let request = request();
        for (position, value, fits) in [
            ("contains", "min/us", true),
            ("exactly", "/admin/users", true),
            ("exactly", "/admin", false),
            ("starts-with", "/admin", true),
            ("starts-with", "admin", false),
            ("ends-with", "users", true),
            ("ends-with", "user", false),
        ] {
            let rule = Rule { position: position.into(), ..rule("byte-match", "uri", value, 0) };
            let asked = Asked { request: &request, source: "10.0.0.1".parse().unwrap(), country: None };
            assert_eq!(matches(&rule, &asked), fits, "{position} {value}");
        }
    }

    #[test]
    fn capacity_is_the_statements_unless_it_is_written() {
        assert_eq!(capacity(&rule("rate-based", "", "", 0)), 2);
        assert_eq!(capacity(&rule("byte-match", "uri", "x", 0)), 10);
        assert_eq!(capacity(&rule("managed-rule-group", "", "AWSManagedRulesCommonRuleSet", 0)), 700);
        assert_eq!(capacity(&Rule { wcu: Some(5_001), ..Rule::default() }), 5_001);
    }

    #[test]
    fn a_token_comes_in_a_header_or_a_cookie() {
        let with = |name: &str, value: &str| {
            has_token(&HttpRequest { headers: vec![(name.into(), value.into())], ..HttpRequest::default() })
        };
        assert!(with("x-aws-waf-token", "t"));
        assert!(with("cookie", "a=b; aws-waf-token=t"));
        assert!(!with("cookie", "a=b"));
    }
}
