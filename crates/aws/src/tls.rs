//! The end of TLS at a load balancer, an edge location or an API: which certificate is shown for
//! the name asked (RFC 6066, section 3), and what the client thinks of it (EDGE-25, EDGE-26).
//! Knows nothing of what happens to the request inside.

use std::net::IpAddr;

use hopscope_forward::{
    Candidate, Decision, Evidence, Hop, HttpRequest, Id, Reason, ReasonSpec, Severity, Visit, Where,
};

use crate::arena::Ix;
use crate::components::certificate::Certificate;
use crate::http;
use crate::network::{Network, Region};

/// The page of the Certificate Manager guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html";

macro_rules! refusal {
    ($(#[$doc:meta])* $name:ident, $code:literal, $rules:expr) => {
        $(#[$doc])*
        pub static $name: ReasonSpec = ReasonSpec {
            code: $code,
            aws_code: None,
            severity: Severity::Deny,
            rules: $rules,
            docs: PAGE,
        };
    };
}

refusal!(
    /// The certificate shown does not cover the name in the URL.
    NAME_MISMATCH, "X_TLS_NAME_MISMATCH", &["EDGE-11", "EDGE-26"]
);
refusal!(
    /// The certificate shown is out of date.
    CERT_EXPIRED, "X_TLS_CERT_EXPIRED", &["EDGE-25", "EDGE-26"]
);
refusal!(
    /// No certificate can be shown, or the client trusts none that issued it.
    UNTRUSTED, "X_TLS_UNTRUSTED", &["EDGE-26"]
);

/// Who ends TLS.
pub(crate) struct Terminator<'a> {
    /// Kind slug of the component.
    pub kind: &'static str,
    /// Its id.
    pub id: &'a Id,
    /// Its field that names the certificates, for the row to light up.
    pub field: &'static str,
    /// Its certificates; the first is the default one.
    pub certificates: &'a [Ix<Certificate>],
    /// The Region whose certificates it can use; none where any will do.
    pub region: Option<Ix<Region>>,
}

/// The name that a client asks for in its ClientHello. None where it asks for none: the host of
/// the URL is a component's id, which no resolver knows, and no `Host` header says more.
pub(crate) fn server_name(network: &Network, http: &HttpRequest) -> Option<String> {
    if network.index.contains_key(http.host.as_str()) {
        return http::header(http, "host").map(|host| http::without_port(host).to_ascii_lowercase());
    }
    Some(http.host.trim_end_matches('.').to_ascii_lowercase())
}

/// Whether a certificate's name covers a host: letter case and a final dot do not matter, and a
/// wildcard stands for exactly one label (RFC 6125, section 6.4.3).
pub(crate) fn covers(pattern: &str, name: &str) -> bool {
    let pattern = pattern.trim().trim_end_matches('.');
    let name = name.trim_end_matches('.');
    match pattern.strip_prefix("*.") {
        Some(zone) => name
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(zone)),
        None => !pattern.is_empty() && pattern.eq_ignore_ascii_case(name),
    }
}

/// The handshake, as the hop `tls`: a ClientHello, the choice among certificates, what the client
/// checks. Says whether the client goes on; what is refused is recorded.
pub(crate) fn terminate(network: &Network, end: &Terminator<'_>, visit: &mut Visit<'_>) -> bool {
    let name = visit.state.http.as_ref().and_then(|http| server_name(network, http));
    // A proxy on the way is the client of what stands behind it.
    let proxies = ["origin-fetch", "integration", "targets"];
    let proxy = visit.hops().iter().rev().find(|hop| hop.id != *end.id && proxies.contains(&hop.stage));
    let client = proxy.or(visit.hops().first()).map_or_else(|| end.id.clone(), |hop| hop.id.clone());
    let said = match &name {
        // RFC 6066: an address is never sent as a server name.
        Some(name) if name.parse::<IpAddr>().is_err() => format!("ClientHello, server name {name}"),
        _ => "ClientHello without a server name".to_owned(),
    };
    let hello = Evidence::Message {
        protocol: "TLS",
        from: client.clone(),
        to: end.id.clone(),
        response: false,
        text: said,
    };
    let packet = visit.packet.clone();
    let shown = choose(network, end, name.as_deref());
    let choice = candidates(network, end, name.as_deref(), shown);
    let hop = Hop::new(end.kind, end.id, "tls", Decision::Allowed, &packet).with(hello).by(&["EDGE-26"]);
    let at = || Where::new(end.kind, end.id);
    let Some(shown) = shown else {
        let reason = Reason::new(&UNTRUSTED, at()).fact("why", "it has no certificate that it can show");
        visit.deny(hop.with(choice), reason);
        return false;
    };
    let certificate = &network.fabric.certificates[shown];
    let answer = Evidence::Message {
        protocol: "TLS",
        from: end.id.clone(),
        to: client,
        response: true,
        text: format!("ServerHello, certificate for {}", certificate.domains.join(", ")),
    };
    // A certificate drawn without names says nothing about any.
    let named = name.as_deref().filter(|_| !certificate.domains.is_empty());
    let covered = named.map(|name| certificate.covers(name));
    let fresh = !certificate.expired_at(visit.state.now);
    let trusted = certificate.trusted;
    let mut hop = hop.with(choice).with(answer);
    if let (Some(covered), Some(name)) = (covered, &name) {
        hop = hop.with(check("certificate-covers", covered, name));
    }
    hop = hop.with(check("certificate-in-date", fresh, &certificate.id)).with(check(
        "certificate-trusted",
        trusted,
        &certificate.id,
    ));
    let mut refused = Vec::new();
    if covered == Some(false) {
        let reason = Reason::new(&NAME_MISMATCH, at())
            .fact("name", name.unwrap_or_default())
            .fact("certificate", &certificate.id)
            .fact("covers", certificate.domains.join(", "));
        refused.push(reason);
    }
    if !fresh {
        let reason = Reason::new(&CERT_EXPIRED, at())
            .fact("certificate", &certificate.id)
            .fact("why", certificate.why_not_renewed());
        refused.push(reason);
    }
    if !trusted {
        let reason = Reason::new(&UNTRUSTED, at())
            .fact("certificate", &certificate.id)
            .fact("why", "the client knows no certificate authority of its chain");
        refused.push(reason);
    }
    // A load balancer that opens the connection to its target checks nothing.
    let unchecked = visit.hops().iter().any(|hop| hop.stage == "targets");
    if refused.is_empty() || unchecked {
        visit.record(hop);
        return true;
    }
    for reason in refused {
        visit.deny(hop.clone(), reason);
    }
    false
}

fn check(check: &'static str, passed: bool, value: &str) -> Evidence {
    Evidence::Check { check, passed, value: Some(value.to_owned()) }
}

/// Whether a certificate of that Region can be used where TLS ends.
fn usable(network: &Network, end: &Terminator<'_>, ix: Ix<Certificate>) -> bool {
    end.region.is_none() || network.fabric.certificates[ix].region == end.region
}

/// A name of its own before a wildcard, either before the default one.
fn choose(network: &Network, end: &Terminator<'_>, name: Option<&str>) -> Option<Ix<Certificate>> {
    let usable = || end.certificates.iter().copied().filter(|ix| usable(network, end, *ix));
    let named = name.and_then(|name| {
        let exactly = |ix: &Ix<Certificate>| network.fabric.certificates[*ix].has_name(name);
        let covering = |ix: &Ix<Certificate>| network.fabric.certificates[*ix].covers(name);
        usable().find(exactly).or_else(|| usable().find(covering))
    });
    named.or_else(|| usable().next())
}

fn candidates(
    network: &Network,
    end: &Terminator<'_>,
    name: Option<&str>,
    shown: Option<Ix<Certificate>>,
) -> Evidence {
    let candidate = |(index, ix): (usize, &Ix<Certificate>)| {
        let certificate = &network.fabric.certificates[*ix];
        let covers = name.is_none_or(|name| certificate.covers(name));
        Candidate {
            of: end.id.clone(),
            index: Some(index),
            label: certificate.id.to_string(),
            value: certificate.domains.join(", "),
            lost: match (shown == Some(*ix), usable(network, end, *ix), covers) {
                (true, _, _) => None,
                (false, false, _) => Some("other-region"),
                (false, true, false) => Some("no-match"),
                (false, true, true) => Some("lower-priority"),
            },
        }
    };
    Evidence::Choice {
        of: "certificates",
        field: end.field,
        by: name.map(|name| format!("server name {name}")).unwrap_or_default(),
        candidates: end.certificates.iter().enumerate().map(candidate).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_one_label() {
        for (pattern, name, covered) in [
            ("*.example.com", "www.example.com", true),
            ("*.example.com", "WWW.Example.COM.", true),
            ("*.example.com", "a.b.example.com", false),
            ("*.example.com", "example.com", false),
            ("*.example.com", ".example.com", false),
            ("example.com", "example.com", true),
            ("example.com", "www.example.com", false),
            ("*", "com", false),
            ("", "", false),
        ] {
            assert_eq!(covers(pattern, name), covered, "{pattern} {name}");
        }
    }
}
