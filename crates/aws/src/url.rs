//! The end of a flow written as a URL: `https:` and `http:` for requests, `dns:` for questions
//! (RFC 3986, RFC 4501). Reads text only; knows no network.

use hopscope_forward::HttpRequest;

use crate::document::Flow;

/// Longest URL that is read, in bytes (RFC 9110 asks for 8,000 octets at least).
pub const MAX_URL: usize = 8_000;

/// What a URL asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Url {
    /// A request of HTTP to a host and port.
    Http { request: HttpRequest, port: u16 },
    /// A question to a DNS server: the sender's own resolver where none is named.
    Dns(DnsUrl),
}

/// A question to a DNS server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DnsUrl {
    /// Address or id of the server; the sender's own resolver where none is named.
    pub server: Option<String>,
    pub name: String,
    /// Type in capitals.
    pub kind: String,
    /// Unvalidated data is wanted (CD).
    pub checking_disabled: bool,
    /// Signatures are wanted too (DO).
    pub dnssec_ok: bool,
}

/// Whether the end of a flow is written as a URL that is followed.
#[must_use]
pub fn is_url(text: &str) -> bool {
    let scheme = text.trim().split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| ["https", "http", "dns"].iter().any(|it| it.eq_ignore_ascii_case(scheme)))
}

/// Reads the `to` of a flow. None where it is no URL; an error names what is wrong with one.
pub(crate) fn read(flow: &Flow) -> Option<Result<Url, String>> {
    let text = flow.to.trim();
    let (scheme, rest) = text.split_once(':')?;
    let read = match scheme.to_ascii_lowercase().as_str() {
        "https" => http(flow, rest, true),
        "http" => http(flow, rest, false),
        "dns" => dns(rest),
        _ => return None,
    };
    if text.len() > MAX_URL {
        return Some(Err(format!("a URL of {} bytes is longer than {MAX_URL}", text.len())));
    }
    Some(read)
}

fn http(flow: &Flow, rest: &str, secure: bool) -> Result<Url, String> {
    let rest = rest.strip_prefix("//").ok_or("two slashes are missing after the scheme")?;
    let rest = rest.split('#').next().unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = host_and_port(authority)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = Vec::new();
    for field in &flow.headers {
        let (name, value) =
            field.split_once(':').ok_or_else(|| format!("the header \"{field}\" has no colon"))?;
        headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    let method = flow.method.as_deref().map_or("GET", str::trim).to_ascii_uppercase();
    let request = HttpRequest {
        secure,
        host: host.to_ascii_lowercase(),
        path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
        query: query.to_owned(),
        method,
        headers,
        body: flow.body.unwrap_or(0),
        rate: flow.rate.unwrap_or(1),
    };
    Ok(Url::Http { request, port: port.unwrap_or(if secure { 443 } else { 80 }) })
}

/// `HOST`, `HOST:PORT` or `[IPv6]:PORT`.
fn host_and_port(authority: &str) -> Result<(&str, Option<u16>), String> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(literal) => {
            let (host, after) = literal.split_once(']').ok_or("the bracket of an address is not closed")?;
            (host, after.strip_prefix(':'))
        }
        None => match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    if host.is_empty() {
        return Err("the host is missing".to_owned());
    }
    let port = match port {
        None | Some("") => None,
        Some(port) => Some(port.parse().map_err(|_| format!("\"{port}\" is no port"))?),
    };
    Ok((host, port))
}

/// `NAME`, `//SERVER/NAME`, then `?type=TYPE;class=IN`; `;cd` asks for unvalidated
/// data, `;do` for signatures too.
fn dns(rest: &str) -> Result<Url, String> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (server, name) = match path.strip_prefix("//") {
        Some(path) => {
            let (server, name) = path.split_once('/').ok_or("the name after the server is missing")?;
            (Some(server.to_owned()).filter(|server| !server.is_empty()), name)
        }
        None => (None, path.trim_start_matches('/')),
    };
    if name.is_empty() {
        return Err("the name is missing".to_owned());
    }
    let mut kind = "A".to_owned();
    let (mut checking_disabled, mut dnssec_ok) = (false, false);
    for part in query.split([';', '&']).filter(|part| !part.is_empty()) {
        match part.split_once('=').unwrap_or((part, "")) {
            (key, value) if key.eq_ignore_ascii_case("type") => kind = value.to_ascii_uppercase(),
            (key, value) if key.eq_ignore_ascii_case("class") && value.eq_ignore_ascii_case("in") => {}
            (key, _) if key.eq_ignore_ascii_case("cd") => checking_disabled = true,
            (key, _) if key.eq_ignore_ascii_case("do") => dnssec_ok = true,
            _ => return Err(format!("\"{part}\" is not understood in a question")),
        }
    }
    Ok(Url::Dns(DnsUrl { server, name: name.to_owned(), kind, checking_disabled, dnssec_ok }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(to: &str) -> Option<Result<Url, String>> {
        read(&Flow { to: to.to_owned(), ..Flow::default() })
    }

    #[test]
    fn requests_are_taken_apart() {
        let Some(Ok(Url::Http { request, port })) = url("https://App.Example.com/api/users?id=7#top") else {
            panic!("a URL is read");
        };
        assert_eq!((request.host.as_str(), port, request.secure), ("app.example.com", 443, true));
        assert_eq!((request.path.as_str(), request.query.as_str()), ("/api/users", "id=7"));
        let Some(Ok(Url::Http { request, port })) = url("http://[2001:db8::1]:8080") else {
            panic!("a URL with an address is read");
        };
        assert_eq!((request.host.as_str(), port, request.path.as_str()), ("2001:db8::1", 8080, "/"));
    }

    #[test]
    fn questions_are_taken_apart() {
        let found = url("dns://10.0.1.60/db.corp.test?type=aaaa;class=IN;cd");
        let wanted = Url::Dns(DnsUrl {
            server: Some("10.0.1.60".to_owned()),
            name: "db.corp.test".to_owned(),
            kind: "AAAA".to_owned(),
            checking_disabled: true,
            dnssec_ok: false,
        });
        assert_eq!(found, Some(Ok(wanted)));
    }

    #[test]
    fn what_is_wrong_is_named_and_addresses_are_no_urls() {
        for (text, problem) in [
            ("https:/host", "two slashes"),
            ("https://", "host is missing"),
            ("https://host:http/", "no port"),
            ("dns:", "name is missing"),
            ("dns:a?kind=b", "not understood"),
        ] {
            let Some(Err(found)) = url(text) else { panic!("{text} is refused") };
            assert!(found.contains(problem), "{text}: {found}");
        }
        assert!(is_url(" HTTPS://app") && is_url("dns:a") && !is_url("internet:198.51.100.1"));
        for text in ["app", "10.0.0.1", "2001:db8::1", "internet:198.51.100.1", ""] {
            assert_eq!(url(text), None, "{text}");
        }
        assert!(matches!(url(&format!("https://a/{}", "x".repeat(MAX_URL))), Some(Err(_))));
    }
}
