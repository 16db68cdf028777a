//! What a distribution decides about a request at the point of presence: whom it serves, by which
//! cache behavior, from which cache. The way to origins is `origin`'s.

use hopscope_forward::{Candidate, Decision, Evidence, Hop, HttpRequest, Id, Outcome, Reason, Visit, Where};
use hopscope_names::geo::Continent;
use hopscope_net::Protocol;

use super::{Behavior, Distribution, GEO_RESTRICTED, HTTP_REFUSED, SIGNED_URL_REQUIRED, SPEC, Stage};
use crate::arena::Ix;
use crate::components::{edge_location, global_accelerator, network_interface, web_acl};
use crate::edge;
use crate::http;
use crate::network::Network;
use crate::pipeline::At;
use crate::tls::Terminator;

/// A request at the point of presence.
pub(super) fn request(
    network: &Network,
    ix: Ix<Distribution>,
    (pop, place): (Id, Id),
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let distribution = &network.fabric.distributions[ix];
    let desk = Desk { network, distribution, place: &place };
    let packet = visit.packet.clone();
    let port = packet.destination_port();
    if packet.protocol != Protocol::TCP || !matches!(port, Some(80 | 443)) {
        let reason = Reason::new(&global_accelerator::NO_LISTENER, desk.at()).fact("packet", &packet);
        visit.deny(desk.hop("cloudfront", visit).by(&["EDGE-10"]), reason);
        return Outcome::Stopped;
    }
    if !distribution.config.enabled {
        let why = "the distribution is disabled";
        let reason = Reason::new(&network_interface::BAD_STATE, desk.at()).fact("why", why);
        visit.deny(desk.hop("cloudfront", visit).by(&["EDGE-10"]), reason);
        return Outcome::Stopped;
    }
    let request = http::request(visit);
    if !desk.tls(&request, visit)
        || !desk.hosts(&request, visit)
        || !desk.admits_country(visit)
        || !web_acl::judge(network, (SPEC.kind, &distribution.id), visit)
    {
        return Outcome::Stopped;
    }
    let Some((behavior, hop)) = desk.behavior(&request, visit) else { return Outcome::Stopped };
    if let Some((reason, rules)) = desk.refuses(behavior, &request) {
        visit.deny(hop.by(rules), reason);
        return Outcome::Stopped;
    }
    visit.record(hop);
    let cacheable = cacheable(behavior, &request);
    if cacheable {
        let regional = regional_cache(&distribution.id);
        for (owner, stage) in [(&pop, "edge-cache"), (&regional, "regional-edge-cache")] {
            let hit = visit.state.recall(owner, &key(&distribution.id, &request)).cloned();
            let hop = desk.cache(owner, stage, hit.as_ref().map(|kept| kept.until), visit);
            let Some(kept) = hit else {
                visit.record(hop);
                continue;
            };
            // The point of presence keeps what the regional cache gave it, no longer than that one.
            let left = kept.until.saturating_sub(visit.state.now);
            if *owner != pop && !visit.counterfactual() {
                visit.state.cache(&pop, &kept.key, kept.value, left);
            }
            visit.record(Hop { decision: Decision::Delivered, ..hop });
            return Outcome::Arrived(At::ArrivedPart(ix.into()));
        }
    }
    let position = distribution.origins.iter().position(|origin| origin.name == behavior.origin.trim());
    match position {
        Some(position) => Outcome::Routed(Stage::Fetch(ix, position).into()),
        None => {
            let why = format!("cache behavior {} names no origin", behavior.path_pattern);
            let reason = Reason::new(&network_interface::BAD_STATE, desk.at()).fact("why", why);
            visit.deny(desk.hop("origin-fetch", visit).by(&["EDGE-10"]), reason);
            Outcome::Stopped
        }
    }
}

/// A reply of an origin, kept where its request would have been found.
pub(super) fn keep(distribution: &Distribution, pop: Option<&Id>, visit: &mut Visit<'_>) -> bool {
    let request = http::request(visit);
    let behavior = fitting(distribution, &request).and_then(|n| distribution.config.cache_behaviors.get(n));
    let Some(behavior) = behavior.filter(|behavior| cacheable(behavior, &request)) else { return false };
    if !visit.counterfactual() {
        let (key, ttl) = (key(&distribution.id, &request), u64::from(behavior.ttl));
        let regional = regional_cache(&distribution.id);
        for owner in pop.into_iter().chain([&regional]) {
            visit.state.cache(owner, &key, vec![http::line(&request)], ttl);
        }
    }
    true
}

/// Where a price class has points of presence (from general knowledge): the cheapest in North
/// America and Europe, the middle one everywhere but in South America and Oceania.
pub(super) fn serving(price_class: &str) -> edge::Serves {
    match price_class {
        "PriceClass_100" => |continent| matches!(continent, Continent::NorthAmerica | Continent::Europe),
        "PriceClass_200" => |continent| !matches!(continent, Continent::SouthAmerica | Continent::Oceania),
        _ => edge::everywhere,
    }
}

/// The id of a distribution's regional edge cache.
pub(super) fn regional_cache(id: &Id) -> Id {
    Id::from(format!("{id}/regional-edge-cache"))
}

/// What a cache keeps an object under. As with the managed policy CachingOptimized, query strings
/// and headers do not count.
fn key(id: &Id, request: &HttpRequest) -> String {
    format!("{id} {}", request.path)
}

fn cacheable(behavior: &Behavior, request: &HttpRequest) -> bool {
    behavior.caching && behavior.ttl > 0 && matches!(request.method.as_str(), "GET" | "HEAD")
}

/// The cache behavior of a request: the first whose pattern fits, the default one after all others.
fn fitting(distribution: &Distribution, request: &HttpRequest) -> Option<usize> {
    let rows = &distribution.config.cache_behaviors;
    let fits = |behavior: &Behavior| http::path_fits(&behavior.path_pattern, &request.path);
    let own = rows.iter().position(|row| !is_default(row) && fits(row));
    own.or_else(|| rows.iter().position(is_default))
}

fn is_default(behavior: &Behavior) -> bool {
    matches!(behavior.path_pattern.trim(), "" | "*" | "/*")
}

/// A distribution at work at one point of presence.
struct Desk<'a> {
    network: &'a Network,
    distribution: &'a Distribution,
    place: &'a Id,
}

impl<'a> Desk<'a> {
    fn at(&self) -> Where {
        Where::new(SPEC.kind, &self.distribution.id).of(self.place)
    }

    fn hop(&self, stage: &'static str, visit: &Visit<'_>) -> Hop {
        Hop::new(SPEC.kind, &self.distribution.id, stage, Decision::Allowed, &visit.packet).at(self.place)
    }

    /// The request is for the name AWS gave it, or names it by its id.
    fn own_name(&self, host: &str) -> bool {
        host.is_empty()
            || host == self.distribution.id.to_ascii_lowercase()
            || host == self.distribution.domain_name
    }

    /// EDGE-11: the certificate covers the name.
    fn tls(&self, request: &HttpRequest, visit: &mut Visit<'_>) -> bool {
        if !request.secure {
            return true;
        }
        let end = Terminator {
            kind: SPEC.kind,
            id: &self.distribution.id,
            field: "certificate",
            certificates: &self.distribution.certificates,
            region: None,
        };
        let named = self.own_name(&http::host(request));
        edge::handshake(self.network, &end, ("*.cloudfront.net", named), self.place, visit)
    }

    /// The `Host` is the distribution's own name, or one of its alternate names.
    fn hosts(&self, request: &HttpRequest, visit: &mut Visit<'_>) -> bool {
        let host = http::host(request);
        let known =
            |name: &str| name == host || name.strip_prefix('*').is_some_and(|zone| host.ends_with(zone));
        if self.own_name(&host) || self.distribution.aliases.iter().any(|name| known(name)) {
            return true;
        }
        let why = format!("{host} is none of its names");
        self.refuse(visit, "cloudfront", "HTTP 403", &why);
        false
    }

    fn refuse(&self, visit: &mut Visit<'_>, stage: &'static str, answer: &str, why: &str) {
        let reason = Reason::new(&HTTP_REFUSED, self.at()).fact("answer", answer).fact("why", why);
        let hop = self.hop(stage, visit);
        visit.deny(hop.by(&["EDGE-10"]), reason);
    }

    /// EDGE-14: the restriction by country.
    fn admits_country(&self, visit: &mut Visit<'_>) -> bool {
        let config = &self.distribution.config;
        let allow = match config.geo_restriction.as_str() {
            "allow" => true,
            "deny" => false,
            _ => return true,
        };
        let country = edge::client_country(self.network, visit);
        let listed = country.as_ref().is_some_and(|country| {
            config.countries.iter().any(|listed| listed.trim().eq_ignore_ascii_case(country))
        });
        let passed = listed == allow;
        let shown = country.clone().unwrap_or_else(|| "an unknown country".to_owned());
        let evidence = Evidence::Check { check: "client-country", passed, value: Some(shown.clone()) };
        let hop = self.hop("geo-restriction", visit).with(evidence).by(&["EDGE-14"]);
        if passed {
            visit.record(hop);
        } else {
            let reason = Reason::new(&GEO_RESTRICTED, self.at());
            visit.deny(hop, reason.fact("country", shown).fact("answer", "HTTP 403"));
        }
        passed
    }

    /// The cache behavior, and the hop that shows how it was found.
    fn behavior(&self, request: &HttpRequest, visit: &mut Visit<'_>) -> Option<(&'a Behavior, Hop)> {
        let rows = &self.distribution.config.cache_behaviors;
        let chosen = fitting(self.distribution, request);
        let candidate = |(n, row): (usize, &Behavior)| Candidate {
            of: self.distribution.id.clone(),
            index: Some(n),
            label: if is_default(row) { "*".to_owned() } else { row.path_pattern.trim().to_owned() },
            value: format!("origin {}", row.origin),
            lost: match chosen {
                Some(chosen) if chosen == n => None,
                Some(chosen) if n > chosen || is_default(row) => Some("lower-priority"),
                _ => Some("no-match"),
            },
        };
        let choice = Evidence::Choice {
            of: "behaviours",
            field: "cache_behaviors",
            by: format!("path {}", request.path),
            candidates: rows.iter().enumerate().map(candidate).collect(),
        };
        let hop = self.hop("cache-behavior", visit).with(choice).by(&["EDGE-10"]);
        match chosen.and_then(|chosen| rows.get(chosen)) {
            Some(behavior) => Some((behavior, hop)),
            None => {
                let reason = Reason::new(&network_interface::BAD_STATE, self.at());
                visit.deny(hop, reason.fact("why", "it has no default cache behavior"));
                None
            }
        }
    }

    /// Why a cache behavior does not take a request.
    fn refuses(
        &self,
        behavior: &Behavior,
        request: &HttpRequest,
    ) -> Option<(Reason, &'static [&'static str])> {
        let refused =
            |why: String| Reason::new(&HTTP_REFUSED, self.at()).fact("answer", "HTTP 403").fact("why", why);
        if !request.secure && behavior.viewer_protocol_policy == "redirect-to-https" {
            let host = http::host(request);
            let reason = Reason::new(&HTTP_REFUSED, self.at()).fact("answer", "HTTP 301");
            let why = format!("it redirects to https://{host}{}", request.path);
            return Some((reason.fact("why", why), &["EDGE-10"]));
        }
        if !request.secure && behavior.viewer_protocol_policy == "https-only" {
            return Some((refused("it takes HTTPS only".to_owned()), &["EDGE-10"]));
        }
        let allowed = behavior.allowed_methods.trim();
        if allowed != "all" && !allowed.split(',').any(|method| method.trim() == request.method) {
            return Some((refused(format!("it takes {allowed} and no {}", request.method)), &["EDGE-10"]));
        }
        if behavior.restrict_viewer_access && !signed(request) {
            let reason = Reason::new(&SIGNED_URL_REQUIRED, self.at()).fact("request", http::line(request));
            return Some((reason.fact("answer", "HTTP 403"), &["EDGE-14"]));
        }
        None
    }

    /// The hop at a cache.
    fn cache(&self, owner: &Id, stage: &'static str, hit_until: Option<u64>, visit: &Visit<'_>) -> Hop {
        let value = match hit_until {
            Some(until) => format!("hit, fresh for {} more seconds", until.saturating_sub(visit.state.now)),
            None => "miss".to_owned(),
        };
        let evidence = Evidence::Check { check: "cache", passed: hit_until.is_some(), value: Some(value) };
        Hop::new(edge_location::SPEC.kind, owner, stage, Decision::Forwarded, &visit.packet)
            .at(self.place)
            .with(evidence)
            .by(&["EDGE-10"])
    }
}

/// A signature in the URL, or the cookies that carry one. Whether it is right is not modelled.
fn signed(request: &HttpRequest) -> bool {
    let url = request.query.contains("Signature=") && request.query.contains("Key-Pair-Id=");
    url || http::header(request, "cookie").is_some_and(|cookie| cookie.contains("CloudFront-Signature="))
}
