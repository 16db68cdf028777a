//! The way from an API to its backends and back: over the internet, or by a VPC link into the subnet
//! of a load balancer (EDGE-32, EDGE-33).

use std::collections::BTreeMap;
use std::net::IpAddr;

use hopscope_forward::{Decision, Entry, Evidence, Hop, Id, Outcome, Reason, Role, StateEvent, Visit, Where};
use hopscope_net::prefix::Family;

use super::{Api, Config, INTEGRATION_TIMEOUT, SPEC, routing, serve};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::cloudfront_distribution;
use crate::components::interface_endpoint::{self, Interface, interfaces};
use crate::components::{nat_gateway, network_interface};
use crate::edge;
use crate::http;
use crate::lower::Build;
use crate::medium::Medium;
use crate::network::{Eni, Network, Thing};
use crate::pipeline::At;

/// Seconds an API waits for its integration (EDGE-33); HTTP APIs one more.
const REST_TIMEOUT: u64 = 29;
const HTTP_TIMEOUT: u64 = 30;

/// Finds the backends, and draws the interfaces of VPC links.
pub(super) fn link(
    build: &mut Build<'_>,
    (ix, id): (Ix<Api>, &Id),
    config: &Config,
    doors: &BTreeMap<Part, Vec<Ix<Eni>>>,
) -> (Vec<Option<Thing>>, Vec<Ix<Eni>>) {
    let mut backends = Vec::new();
    let mut drawn = Vec::new();
    for route in &config.routes {
        let thing = route.component.as_ref().and_then(|component| build.thing(component));
        if let (Some(Thing::Part(part)), "vpc-link") = (thing, route.integration.as_str()) {
            let enis = doors.get(&part).cloned().unwrap_or_default();
            if let Some(vpc) = enis.first().map(|eni| build.network.vpc_of_eni(*eni)) {
                let subnet = |eni: &Ix<Eni>| build.network.enis[*eni].subnet;
                let row = |eni: &Ix<Eni>| Interface {
                    subnet: Some(build.network.subnets[subnet(eni)].id.clone()),
                    ..Interface::default()
                };
                let rows: Vec<Interface> = enis.iter().map(row).collect();
                let owner = interfaces::Owner { id, part: ix.into(), vpc, public: false, open: true };
                drawn.extend(interface_endpoint::draw(build, &owner, &rows, &[]));
            }
        }
        backends.push(thing);
    }
    (backends, drawn)
}

/// The interfaces of a load balancer.
fn entrances(network: &Network, thing: Thing) -> Vec<Ix<Eni>> {
    let Thing::Part(part) = thing else { return Vec::new() };
    network.enis.iter().filter(|(_, eni)| eni.part == Some(part)).map(|(ix, _)| ix).collect()
}

/// Where a request goes next, and the address it comes from there.
struct Way {
    own: IpAddr,
    to: IpAddr,
    eni: Option<Ix<Eni>>,
}

fn way(network: &Network, api: &Api, row: usize) -> Result<Way, String> {
    let Some(route) = api.config.routes.get(row) else { return Err("its route is gone".to_owned()) };
    let Some(thing) = api.backends.get(row).copied().flatten() else {
        return Err(format!("route {} {} leads to nothing", route.method, route.path));
    };
    let name = route.component.clone().unwrap_or_else(|| api.id.clone());
    if route.integration == "vpc-link" {
        let enis = entrances(network, thing);
        let up = enis.iter().find(|eni| edge::serving(network, **eni));
        let Some(eni) = up.or(enis.first()).copied() else {
            return Err(format!("a VPC link reaches load balancers, and {name} is none"));
        };
        let subnet = network.enis[eni].subnet;
        let own = api.enis.iter().find(|own| network.enis[**own].subnet == subnet);
        let own = own.and_then(|own| network.enis[*own].address(Family::V4));
        return match (own, network.enis[eni].address(Family::V4)) {
            (Some(own), Some(to)) => Ok(Way { own, to, eni: Some(eni) }),
            _ => Err(format!("{name} has no IPv4 address to reach it by")),
        };
    }
    let own = api.addresses.iter().copied().find(IpAddr::is_ipv4);
    match (own, cloudfront_distribution::public_address(network, thing, Family::V4)) {
        (Some(own), Some(to)) => Ok(Way { own, to, eni: None }),
        (None, _) => Err("it has no public address to ask from".to_owned()),
        (_, None) => Err(format!("{name} has no public address")),
    }
}

/// Opens a connection to the backend of a route.
pub(super) fn ask(network: &Network, ix: Ix<Api>, row: usize, visit: &mut Visit<'_>) -> Outcome<At> {
    let api = &network.fabric.apis[ix];
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &api.id);
    let hop = Hop::new(SPEC.kind, &api.id, "integration", Decision::Forwarded, &packet);
    let way = match way(network, api, row) {
        Ok(way) => way,
        Err(why) => {
            let reason = Reason::new(&network_interface::BAD_STATE, at()).fact("why", why);
            visit.deny(hop.by(&["EDGE-32"]), reason);
            return Outcome::Stopped;
        }
    };
    let route = api.config.routes.get(row);
    let port = route.and_then(|route| u16::try_from(route.port).ok()).unwrap_or(443);
    // What was kept when the request came in becomes the flow that is translated.
    if let Some(known) = visit.state.position(&api.id, Role::Endpoint, true, &packet.key())
        && visit.state.entries.get(known).is_some_and(|entry| entry.translated == entry.flow)
    {
        visit.state.entries.remove(known);
    }
    let far = interface_endpoint::far_side(&api.id, &packet, way.own, way.to, Some(port), visit);
    let after = interface_endpoint::rewritten(&packet, &far);
    let mut request = http::request(visit);
    request.secure = port == 443;
    let asks = Evidence::Message {
        protocol: "HTTP",
        from: api.id.clone(),
        to: route.and_then(|route| route.component.clone()).unwrap_or_else(|| api.id.clone()),
        response: false,
        text: http::line(&request),
    };
    let medium = if way.eni.is_some() { Medium::Backbone } else { Medium::towards(network, way.to) };
    visit.record(hop.with(asks).with(medium.evidence()).rewriting(&after).by(&["EDGE-32"]));
    visit.keep(Entry::new(&api.id, Role::Endpoint, packet.key()).translated_to(far).inbound(true));
    visit.state.http = Some(request);
    visit.packet = after;
    let Some(eni) = way.eni else { return Outcome::Next(At::Internet) };
    let subnet = network.enis[eni].subnet;
    if let Some(own) = api.enis.iter().find(|own| network.enis[**own].subnet == subnet) {
        let own = &network.enis[*own].id;
        let kind = network_interface::SPEC.kind;
        let hop = Hop::new(kind, own, "vpc-link", Decision::Forwarded, &visit.packet);
        visit.record(hop.at(&network.subnets[subnet].id).by(&["EDGE-32"]));
    }
    Outcome::Next(At::SecurityGroupIn(eni))
}

/// EDGE-33: records a hop of the answer, or refuses it as late.
pub(super) fn in_time(api: &Api, hop: Hop, visit: &mut Visit<'_>) {
    let key = visit.packet.key();
    let entry = visit.state.position(&api.id, Role::Endpoint, false, &key);
    let asked = entry.and_then(|position| visit.state.entries.get(position)).map(|entry| entry.last_seen);
    let waited = asked.map_or(0, |asked| visit.state.now.saturating_sub(asked));
    let request = http::request(visit);
    let custom = api.domain_names.contains(&http::host(&request));
    let path = routing::without_stage(&api.config, custom, &request.path).unwrap_or(&request.path);
    let row = routing::route(&api.config, &request, path).and_then(|row| api.config.routes.get(row));
    let default = if api.config.api_type == "http" { HTTP_TIMEOUT } else { REST_TIMEOUT };
    let limit = row.and_then(|route| route.timeout).map_or(default, u64::from);
    if waited <= limit {
        visit.record(hop);
        return;
    }
    let reason = Reason::new(&INTEGRATION_TIMEOUT, Where::new(SPEC.kind, &api.id))
        .fact("waited", waited)
        .fact("limit", limit)
        .fact("answer", "HTTP 504");
    visit.deny(hop.by(&["EDGE-33"]), reason);
}

/// A backend's answer, on to the caller.
pub(super) fn reply(network: &Network, ix: Ix<Api>, visit: &mut Visit<'_>) -> Outcome<At> {
    let api = &network.fabric.apis[ix];
    let packet = visit.packet.clone();
    let hop = Hop::new(SPEC.kind, &api.id, "integration", Decision::Forwarded, &packet);
    let known = visit.state.position(&api.id, Role::Endpoint, false, &packet.key());
    let Some(flow) = known.and_then(|n| visit.state.entries.get(n)).map(|entry| entry.flow.clone()) else {
        let missing = Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
        let reason = Reason::new(&nat_gateway::STATE_MISSING, Where::new(SPEC.kind, &api.id));
        visit.deny(hop.with(missing).by(&["EDGE-32"]), reason.fact("flow", &packet));
        return Outcome::Stopped;
    };
    let after = interface_endpoint::rewritten(&packet, &flow.reverse());
    let used = Evidence::State { event: StateEvent::Used, flow, idle_limit: None };
    in_time(api, hop.with(used).rewriting(&after).by(&["EDGE-32"]), visit);
    visit.state.refresh(&api.id, Role::Endpoint, false, &packet.key());
    visit.packet = after;
    serve::way_back(network, ix, visit)
}
