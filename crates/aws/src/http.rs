//! The request of HTTP that a packet carries, for hops that look into it. Knows no component.

use hopscope_forward::{HttpRequest, Visit};

/// Hops that end a connection and open another, in a row: no request passes more of them.
pub(crate) const MAX_PROXIES: usize = 8;

/// What is asked: by the URL of the flow, or `GET /` where the flow names a port only.
pub(crate) fn request(visit: &Visit<'_>) -> HttpRequest {
    visit.state.http.clone().unwrap_or_else(|| HttpRequest {
        secure: visit.packet.destination_port() == Some(443),
        path: "/".to_owned(),
        method: "GET".to_owned(),
        rate: visit.state.rate,
        ..HttpRequest::default()
    })
}

/// Whom the request is for: its `Host` field, else the host of the URL; lower case, without a port.
/// Empty where the flow names a port only.
pub(crate) fn host(request: &HttpRequest) -> String {
    host_as_sent(request).trim_end_matches('.').to_ascii_lowercase()
}

/// The same as the client wrote it.
pub(crate) fn host_as_sent(request: &HttpRequest) -> &str {
    header(request, "host").map_or(request.host.as_str(), without_port)
}

/// A host without its port; a bare IPv6 address has none.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

/// `GET /path?query`, as logs show it.
pub(crate) fn line(request: &HttpRequest) -> String {
    let mark = if request.query.is_empty() { "" } else { "?" };
    format!("{} {}{mark}{}", request.method, request.path, request.query)
}

/// The value of the first header field of that name, in lower case.
pub(crate) fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Longest path pattern that is looked at, bytes; CloudFront takes 255.
const MAX_PATTERN: usize = 255;

/// Whether a path fits a pattern: `*` stands for any run of characters, `?` for one. Patterns may
/// leave out the leading slash.
pub(crate) fn path_fits(pattern: &str, path: &str) -> bool {
    let pattern = pattern.trim();
    if pattern.len() > MAX_PATTERN {
        return false;
    }
    let bare = |text: &str| text.strip_prefix('/').unwrap_or(text).to_owned();
    crate::policy::glob(&bare(pattern), &bare(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_header_loses_its_port_only() {
        for (host, without) in
            [("app.test:8443", "app.test"), ("app.test", "app.test"), ("2001:db8::1", "2001:db8::1")]
        {
            assert_eq!(without_port(host), without);
        }
    }
}
