//! What an API decides about a request before any integration: who may ask, how much, and which route
//! takes it.

use std::net::IpAddr;

use hopscope_forward::{
    Candidate, Decision, Entry, Evidence, Hop, HttpRequest, Outcome, Reason, Request, Role, Visit, Where,
};
use hopscope_net::Protocol;
use hopscope_net::prefix::Family;

use super::{
    Api, Endpoint, PAYLOAD_TOO_LARGE, SPEC, Stage, THROTTLED, called, default_name, endpoint_back, is_called,
    routing,
};
use crate::arena::Ix;
use crate::components::cloudfront_distribution::HTTP_REFUSED;
use crate::components::interface_endpoint::{InterfaceEndpoint, Service};
use crate::components::{aws_service, global_accelerator, web_acl};
use crate::edge;
use crate::fabric::Component;
use crate::http;
use crate::network::{Network, Region};
use crate::pipeline::At;
use crate::policy::{self, Answer, Asked};
use crate::tls::Terminator;

/// The service name of the endpoints that lead to private APIs.
pub(crate) const EXECUTE_API: &str = "execute-api";

/// Largest body of a request, bytes, and of a WebSocket message (EDGE-33).
const MOST_BODY: u64 = 10 * 1024 * 1024;
const MOST_MESSAGE: u64 = 128 * 1024;

/// The period of [`HttpRequest::rate`], seconds.
const RATE_PERIOD: u64 = 300;

/// A request that came through an `execute-api` endpoint, for the API that its host names. None where
/// it names none of the Region.
pub(crate) fn from_endpoint(
    network: &Network,
    region: Option<Ix<Region>>,
    endpoint: Ix<InterfaceEndpoint>,
    visit: &Visit<'_>,
) -> Option<At> {
    let ix = called(network, region, &http::host(&http::request(visit)))?;
    Some(Stage::Serve(ix, Some(endpoint)).into())
}

/// The address at which a private API is reached: that of an endpoint of its Region.
pub(super) fn private_address(network: &Network, api: &Api, family: Family) -> Option<IpAddr> {
    let all = network.fabric.interface_endpoints.iter();
    let mut leading = all.filter(|(_, endpoint)| leads(network, endpoint, api));
    leading.find_map(|(ix, _)| InterfaceEndpoint::address(network, ix, family))
}

/// Whether an endpoint leads to the APIs of that one's Region.
pub(super) fn leads(network: &Network, endpoint: &InterfaceEndpoint, api: &Api) -> bool {
    match endpoint.service {
        Some(Service::Aws(service)) => {
            let service = &network.fabric.services[service];
            service.service == EXECUTE_API && service.region == api.region
        }
        _ => false,
    }
}

/// Back to the caller: by the endpoint or the point of presence that it came by, else over the internet.
pub(super) fn way_back(network: &Network, ix: Ix<Api>, visit: &mut Visit<'_>) -> Outcome<At> {
    match endpoint_back(network, visit) {
        Some(endpoint) => Outcome::Next(endpoint),
        None => edge::leave(network, &network.fabric.apis[ix].id, &["EDGE-30"], visit),
    }
}

fn at(api: &Api) -> Where {
    Where::new(SPEC.kind, &api.id)
}

/// A request at the API.
pub(super) fn request(
    network: &Network,
    ix: Ix<Api>,
    endpoint: Option<Ix<InterfaceEndpoint>>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let api = &network.fabric.apis[ix];
    let packet = visit.packet.clone();
    let hop = Hop::new(SPEC.kind, &api.id, "api-gateway", Decision::Allowed, &packet).by(&["EDGE-30"]);
    if packet.protocol != Protocol::TCP || packet.destination_port() != Some(443) {
        let reason = Reason::new(&global_accelerator::NO_LISTENER, at(api)).fact("packet", &packet);
        visit.deny(hop, reason);
        return Outcome::Stopped;
    }
    if endpoint.is_some() && api.endpoint != Endpoint::Private {
        let reason = Reason::new(&HTTP_REFUSED, at(api)).fact("answer", "HTTP 403");
        let why = "behind an execute-api endpoint only private APIs answer";
        visit.deny(hop.by(&["EDGE-31"]), reason.fact("why", why));
        return Outcome::Stopped;
    }
    let request = http::request(visit);
    if !tls(network, api, &request, visit)
        || !named(network, api, &request, hop.clone(), visit)
        || !web_acl::judge(network, (SPEC.kind, &api.id), visit)
        || !allowed(network, api, &request, endpoint, visit)
    {
        return Outcome::Stopped;
    }
    if let Some(reason) = too_much(api, &request) {
        visit.deny(hop.by(&["EDGE-33"]), reason);
        return Outcome::Stopped;
    }
    let Some((row, hop)) = route(network, api, &request, hop, visit) else { return Outcome::Stopped };
    visit.record(hop);
    visit.keep(Entry::new(&api.id, Role::Endpoint, packet.key()).inbound(true));
    let integration = api.config.routes.get(row).map(|route| route.integration.as_str());
    if matches!(integration, Some("http" | "vpc-link")) {
        return Outcome::Routed(Stage::Ask(ix, row).into());
    }
    let to = api.config.routes.get(row).and_then(|route| route.component.clone());
    let text = if integration == Some("mock") { "answered without a backend" } else { "Invoke" };
    let asks = Evidence::Message {
        protocol: "HTTP",
        from: api.id.clone(),
        to: to.unwrap_or_else(|| api.id.clone()),
        response: false,
        text: text.to_owned(),
    };
    let hop = Hop::new(SPEC.kind, &api.id, "integration", Decision::Delivered, &packet);
    visit.record(hop.with(asks).by(&["EDGE-30"]));
    Outcome::Arrived(At::ArrivedPart(ix.into()))
}

/// EDGE-26: AWS's own certificate for the name AWS gives the API, the author's for others.
fn tls(network: &Network, api: &Api, request: &HttpRequest, visit: &mut Visit<'_>) -> bool {
    let host = http::host(request);
    let proxied = visit.hops().iter().any(|hop| hop.stage == "origin-fetch");
    let default = default_name(network, api);
    let own = host.is_empty() || proxied || host == api.id.to_ascii_lowercase() || host == default;
    let end = Terminator {
        kind: SPEC.kind,
        id: &api.id,
        field: "certificate",
        certificates: &api.certificates,
        region: None,
    };
    edge::handshake(network, &end, (&default, own), &api.id, visit)
}

/// The host is one of the API's names, or the request came to its address by its id.
fn named(network: &Network, api: &Api, request: &HttpRequest, hop: Hop, visit: &mut Visit<'_>) -> bool {
    let host = http::host(request);
    // CloudFront sends the viewer's host on, where its own configuration says so.
    let proxied = visit.hops().iter().any(|hop| hop.stage == "origin-fetch");
    if host.is_empty() || proxied || is_called(network, api, &host) || host.parse::<IpAddr>().is_ok() {
        return true;
    }
    let reason = Reason::new(&HTTP_REFUSED, at(api)).fact("answer", "HTTP 403");
    visit.deny(hop, reason.fact("why", format!("{host} is none of its names")));
    false
}

/// EDGE-31: the resource policy. A private API without one refuses everything; others take everything.
fn allowed(
    network: &Network,
    api: &Api,
    request: &HttpRequest,
    endpoint: Option<Ix<InterfaceEndpoint>>,
    visit: &mut Visit<'_>,
) -> bool {
    if api.config.policy.is_empty() && api.endpoint != Endpoint::Private {
        return true;
    }
    let sender = visit.hops().first().map(|hop| hop.id.to_string()).unwrap_or_default();
    let asked = Request {
        principal: visit.state.request.as_ref().map_or(sender, |request| request.principal.clone()),
        action: "execute-api:Invoke".to_owned(),
        resource: format!("{}{}", request.method, request.path),
    };
    let source_ip = endpoint.is_none().then_some(visit.packet.source);
    let endpoint = endpoint.map(|ix| &network.fabric.interface_endpoints[ix].id);
    let answer = if api.config.policy.is_empty() {
        Answer::NotAllowed
    } else {
        policy::judge(&api.config.policy, &Asked { request: &asked, source_ip, endpoint })
    };
    let passed = answer == Answer::Allowed;
    let hop = Hop::new(SPEC.kind, &api.id, "resource-policy", Decision::Allowed, &visit.packet)
        .with(Evidence::Check { check: "resource-policy", passed, value: Some(policy::asked_for(&asked)) })
        .by(&["EDGE-31"]);
    if passed {
        visit.record(hop);
    } else {
        visit.deny(hop, policy::refusal(&aws_service::RESOURCE_POLICY, at(api), &asked, answer));
    }
    passed
}

/// EDGE-33 and throttling: requests that are too many or too large.
fn too_much(api: &Api, request: &HttpRequest) -> Option<Reason> {
    let config = &api.config;
    let most = u64::from(config.throttling_rate) * RATE_PERIOD + u64::from(config.throttling_burst);
    if request.rate > most {
        let reason = Reason::new(&THROTTLED, at(api)).fact("rate", request.rate).fact("limit", most);
        return Some(reason.fact("answer", "HTTP 429"));
    }
    let limit = if config.api_type == "websocket" { MOST_MESSAGE } else { MOST_BODY };
    (request.body > limit).then(|| {
        let reason = Reason::new(&PAYLOAD_TOO_LARGE, at(api)).fact("size", request.body);
        reason.fact("limit", limit).fact("answer", "HTTP 413")
    })
}

/// The stage and route of a request.
fn route(
    network: &Network,
    api: &Api,
    request: &HttpRequest,
    hop: Hop,
    visit: &mut Visit<'_>,
) -> Option<(usize, Hop)> {
    let refused = |answer: &str, why: String| {
        Reason::new(&HTTP_REFUSED, at(api)).fact("answer", answer).fact("why", why)
    };
    let host = http::host(request);
    let default = default_name(network, api);
    let custom = !host.is_empty() && host != default && host != api.id.to_ascii_lowercase();
    let Some(path) = routing::without_stage(&api.config, custom, &request.path) else {
        let why = format!("{} names no stage of it", request.path);
        visit.deny(hop, refused("HTTP 403", why));
        return None;
    };
    let chosen = routing::route(&api.config, request, path);
    let candidates = api.config.routes.iter().enumerate().map(|(n, route)| Candidate {
        of: api.id.clone(),
        index: Some(n),
        label: format!("{} {}", route.method, route.path),
        value: match &route.component {
            Some(component) => format!("{} {component}", route.integration),
            None => route.integration.clone(),
        },
        lost: if chosen == Some(n) { None } else { Some("no-match") },
    });
    let by = format!("{} {path}", request.method);
    let hop =
        hop.with(Evidence::Choice { of: "routes", field: "routes", by, candidates: candidates.collect() });
    match chosen {
        Some(row) => Some((row, hop)),
        None => {
            // REST APIs answer as if a signature were missing.
            let answer = if api.config.api_type == "rest" { "HTTP 403" } else { "HTTP 404" };
            visit.deny(hop, refused(answer, format!("no route takes {} {path}", request.method)));
            None
        }
    }
}
