//! The way from a distribution to its origins and back: over AWS's backbone to public addresses, or
//! by an interface in a subnet to VPC origins (EDGE-12, EDGE-13).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, Outcome, Reason, Request, Role, StateEvent, Visit, Where,
};
use hopscope_net::prefix::Family;

use super::serve;
use super::{Config, Distribution, Origin, SPEC, Source, Stage, owner_of};
use crate::arena::Ix;
use crate::block_public_access::{self, Door};
use crate::catalog::Part;
use crate::components::interface_endpoint::{self, Interface, interfaces};
use crate::components::{edge_location, internet_gateway, nat_gateway, network_interface};
use crate::edge;
use crate::fabric::Outside;
use crate::http;
use crate::lower::Build;
use crate::medium::Medium;
use crate::network::{Address4, Eni, Group, Network, Subnet, Thing, Vpc};
use crate::pipeline::At;

/// The security group that AWS makes for VPC origins in a VPC.
const SERVICE_GROUP: &str = "CloudFront-VPCOrigins-Service-SG";

/// Finds the origins, and draws the interfaces of VPC origins.
pub(super) fn link(
    build: &mut Build<'_>,
    (ix, id): (Ix<Distribution>, &Id),
    config: &Config,
    doors: &BTreeMap<Part, Vec<Ix<Eni>>>,
) -> (Vec<Source>, Vec<Ix<Eni>>) {
    let mut drawn = Vec::new();
    let mut origins = Vec::new();
    for (index, row) in config.origins.iter().enumerate() {
        let thing = row.component.as_ref().and_then(|component| build.thing(component));
        let enis = match thing.filter(|_| row.vpc_origin) {
            Some(Thing::Part(part)) => doors.get(&part).cloned().unwrap_or_default(),
            thing => interfaces_of(&build.network, thing),
        };
        if let Some(vpc) = enis.first().map(|eni| build.network.vpc_of_eni(*eni)) {
            drawn.extend(draw(build, ix, id, vpc, &enis));
        }
        origins.push(Source { name: row.name.trim().to_owned(), index, thing, enis });
    }
    (origins, drawn)
}

/// The interfaces of an instance or load balancer.
fn interfaces_of(network: &Network, thing: Option<Thing>) -> Vec<Ix<Eni>> {
    match thing {
        Some(Thing::Instance(instance)) => {
            network.instances[instance].enis.first().copied().into_iter().collect()
        }
        Some(Thing::Part(part)) => {
            network.enis.iter().filter(|(_, eni)| eni.part == Some(part)).map(|(ix, _)| ix).collect()
        }
        _ => Vec::new(),
    }
}

/// One interface in each subnet of a VPC origin. Beside its own address it owns the one that origins
/// see, so that rules which name CloudFront's prefix list match, and rules which name its security
/// group.
fn draw(
    build: &mut Build<'_>,
    ix: Ix<Distribution>,
    id: &Id,
    vpc: Ix<Vpc>,
    enis: &[Ix<Eni>],
) -> Vec<Ix<Eni>> {
    let row = |eni: &Ix<Eni>| {
        let subnet = build.network.enis[*eni].subnet;
        Interface { subnet: Some(build.network.subnets[subnet].id.clone()), ..Interface::default() }
    };
    let rows: Vec<Interface> = enis.iter().map(row).collect();
    let groups = service_group(build, vpc);
    let owner = interfaces::Owner { id, part: ix.into(), vpc, public: false, open: true };
    let drawn = interface_endpoint::draw(build, &owner, &rows, &groups);
    let facing: Option<Ipv4Addr> = match build.network.fabric.distributions[ix].origin_facing {
        Some(IpAddr::V4(address)) => Some(address),
        _ => None,
    };
    for eni in &drawn {
        if let (Some(eni), Some(private)) = (build.network.enis.get_mut(*eni), facing) {
            eni.v4.push(Address4 { private, public: None });
        }
    }
    drawn
}

fn service_group(build: &Build<'_>, vpc: Ix<Vpc>) -> Vec<Id> {
    let is_it = |ix: Ix<Group>| build.network.groups[ix].vpc == Some(vpc);
    build
        .nodes()
        .filter(|node| node.name == SERVICE_GROUP || *node.id == *SERVICE_GROUP)
        .filter(|node| matches!(build.thing(&node.id), Some(Thing::Group(ix)) if is_it(ix)))
        .map(|node| node.id.clone())
        .collect()
}

/// The public address of a family at which a component takes requests: its own, or that of an
/// interface, in a zone that is up where one is.
pub(crate) fn public_address(network: &Network, thing: Thing, family: Family) -> Option<IpAddr> {
    let of = |eni: &Ix<Eni>| {
        let eni = &network.enis[*eni];
        match family {
            Family::V4 => eni.v4.iter().find_map(|pair| pair.public).map(IpAddr::V4),
            Family::V6 => eni.v6.first().copied().map(IpAddr::V6),
        }
    };
    match thing {
        Thing::Host(host) => return network.hosts[host].address(family),
        Thing::Part(part) => {
            let own = part.address(network, family);
            let outside =
                |address: &IpAddr| matches!(network.ends.get(address), Some((_, Outside::Internet)));
            if let Some(own) = own.filter(outside) {
                return Some(own);
            }
        }
        _ => {}
    }
    let enis = interfaces_of(network, Some(thing));
    let up = enis.iter().filter(|eni| !network.zone_failed(network.enis[**eni].subnet)).find_map(of);
    up.or_else(|| enis.iter().find_map(of))
}

/// Where a fetch goes: an interface in a subnet, or a public address.
enum Way {
    Inside(Ix<Eni>, IpAddr),
    Public(IpAddr),
}

fn way(network: &Network, source: &Source, row: &Origin, family: Family) -> Option<Way> {
    if row.vpc_origin {
        let up = source.enis.iter().find(|eni| edge::serving(network, **eni));
        let eni = *up.or(source.enis.first())?;
        return Some(Way::Inside(eni, network.enis[eni].address(family)?));
    }
    public_address(network, source.thing?, family).map(Way::Public)
}

/// Opens a connection to an origin and asks there what the viewer asked.
pub(super) fn fetch(
    network: &Network,
    ix: Ix<Distribution>,
    position: usize,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let distribution = &network.fabric.distributions[ix];
    let Some(source) = distribution.origins.get(position) else { return Outcome::Stopped };
    let Some(row) = distribution.config.origins.get(source.index) else { return Outcome::Stopped };
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &distribution.id);
    let place = edge::entered(network, &distribution.id, &packet.key(), visit);
    let place = place.map_or_else(|| distribution.id.clone(), |(_, place)| place);
    let hop = Hop::new(SPEC.kind, &distribution.id, "origin-fetch", Decision::Forwarded, &packet).at(&place);
    let proxies = visit.hops().iter().filter(|hop| hop.stage == "origin-fetch").count();
    if proxies >= http::MAX_PROXIES {
        let reason = Reason::new(&hopscope_forward::MAX_HOPS, at());
        visit.deny(hop.by(&["PIPE-11"]), reason);
        return Outcome::Stopped;
    }
    // Origins are asked by the version of IP of the address that they see.
    let family = distribution.origin_facing.map_or(Family::V4, Family::of);
    let found = way(network, source, row, family);
    let (Some(way), Some(own)) = (found, distribution.origin_facing) else {
        let why = match &row.component {
            Some(component) if row.vpc_origin => format!("{component} has no interface to reach it by"),
            Some(component) => format!("origin {component} has no public address"),
            None => format!("origin {} names no component", row.name),
        };
        let reason = Reason::new(&network_interface::BAD_STATE, at()).fact("why", why);
        visit.deny(hop.by(&["EDGE-12", "EDGE-13"]), reason);
        return Outcome::Stopped;
    };
    let destination = match &way {
        Way::Inside(_, address) | Way::Public(address) => *address,
    };
    let mut request = http::request(visit);
    request.secure = match row.protocol_policy.as_str() {
        "http-only" => false,
        "match-viewer" => request.secure,
        _ => true,
    };
    let port = if request.secure { 443 } else { 80 };
    let far = interface_endpoint::far_side(&distribution.id, &packet, own, destination, Some(port), visit);
    let after = interface_endpoint::rewritten(&packet, &far);
    let medium =
        if matches!(source.thing, Some(Thing::Host(_))) { Medium::Internet } else { Medium::Backbone };
    let asks = Evidence::Message {
        protocol: "HTTP",
        from: distribution.id.clone(),
        to: row.component.clone().unwrap_or_else(|| distribution.id.clone()),
        response: false,
        text: http::line(&request),
    };
    let known = visit.state.position(&distribution.id, Role::Endpoint, true, &packet.key()).is_some();
    let event = if known { StateEvent::Used } else { StateEvent::Created };
    let hop = hop
        .with(asks)
        .with(medium.evidence())
        .with(Evidence::State { event, flow: packet.key(), idle_limit: None })
        .rewriting(&after)
        .by(&["EDGE-10", "EDGE-12", "EDGE-13"]);
    visit.record(hop);
    visit.keep(Entry::new(&distribution.id, Role::Endpoint, packet.key()).translated_to(far).inbound(true));
    ask(source, row, request, visit);
    visit.packet = after;
    match way {
        Way::Public(_) => Outcome::Next(At::Internet),
        Way::Inside(eni, address) => inside(network, distribution, eni, address, visit),
    }
}

/// What the origin sees of the request: the custom header, and at a bucket who asks for what.
fn ask(source: &Source, row: &Origin, request: hopscope_forward::HttpRequest, visit: &mut Visit<'_>) {
    let mut request = request;
    if let Some((name, value)) = row.custom_header.split_once(':') {
        request.headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    if matches!(source.thing, Some(Thing::Part(Part::AwsService(_)))) {
        let principal = if row.origin_access_control { "cloudfront.amazonaws.com" } else { "anonymous" };
        let action = match request.method.as_str() {
            "PUT" | "POST" => "s3:PutObject",
            "DELETE" => "s3:DeleteObject",
            _ => "s3:GetObject",
        };
        visit.state.request = Some(Request {
            principal: principal.to_owned(),
            action: action.to_owned(),
            resource: request.path.trim_start_matches('/').to_owned(),
        });
    }
    visit.state.http = Some(request);
}

/// Into a VPC by CloudFront's interface, beside the origin's.
fn inside(
    network: &Network,
    distribution: &Distribution,
    eni: Ix<Eni>,
    address: IpAddr,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let subnet = network.enis[eni].subnet;
    let vpc = network.subnets[subnet].vpc;
    if let Some(igw) = network.vpcs[vpc].igw {
        let gateway = (internet_gateway::SPEC.kind, &network.igws[igw].id);
        block_public_access::judge(network, (vpc, Door::Internet), Some(address), false, gateway, visit);
    }
    if let Some(own) = distribution.enis.iter().find(|own| network.enis[**own].subnet == subnet) {
        let own = &network.enis[*own].id;
        let kind = network_interface::SPEC.kind;
        let hop = Hop::new(kind, own, "vpc-origin-interface", Decision::Forwarded, &visit.packet);
        visit.record(hop.at(&network.subnets[subnet].id).by(&["EDGE-13"]));
    }
    Outcome::Next(At::SecurityGroupIn(eni))
}

/// The interface of CloudFront in a subnet that owns an address outside the subnet's blocks.
pub(crate) fn neighbour(network: &Network, subnet: Ix<Subnet>, address: IpAddr) -> Option<Ix<Eni>> {
    let mut enis = network.fabric.distributions.iter().flat_map(|(_, it)| &it.enis);
    enis.find(|eni| network.enis[**eni].subnet == subnet && network.enis[**eni].owns(address)).copied()
}

/// A reply that reached CloudFront's interface or the address that origins see.
pub(super) fn answered(network: &Network, ix: Ix<Distribution>, visit: &mut Visit<'_>) -> Outcome<At> {
    let Some(owner) = owner_of(network, visit) else {
        let id = &network.fabric.distributions[ix].id;
        let packet = visit.packet.clone();
        let missing = Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
        let reason =
            Reason::new(&nat_gateway::STATE_MISSING, Where::new(SPEC.kind, id)).fact("flow", &packet);
        let hop = Hop::new(SPEC.kind, id, "origin-fetch", Decision::Denied, &packet).with(missing);
        visit.deny(hop.by(&["EDGE-12"]), reason);
        return Outcome::Stopped;
    };
    Outcome::Next(Stage::Reply(owner).into())
}

/// The origin's answer: kept if it may be, and sent to the viewer from where the viewer came in.
pub(super) fn reply(network: &Network, ix: Ix<Distribution>, visit: &mut Visit<'_>) -> Outcome<At> {
    let distribution = &network.fabric.distributions[ix];
    let packet = visit.packet.clone();
    let Some(entry) = visit.state.refresh(&distribution.id, Role::Endpoint, false, &packet.key()) else {
        return Outcome::Stopped;
    };
    let flow = entry.flow.clone();
    let after = interface_endpoint::rewritten(&packet, &flow.reverse());
    let pop = edge::entered(network, &distribution.id, &flow, visit);
    let place = pop.as_ref().map_or_else(|| distribution.id.clone(), |(_, place)| place.clone());
    let kept = serve::keep(distribution, pop.as_ref().map(|(id, _)| id), visit);
    if kept {
        let regional = serve::regional_cache(&distribution.id);
        let stage = "regional-edge-cache";
        let stored = Evidence::Check { check: "cache", passed: true, value: Some("stored".to_owned()) };
        let hop = Hop::new(edge_location::SPEC.kind, &regional, stage, Decision::Forwarded, &packet);
        visit.record(hop.at(&place).with(stored).by(&["EDGE-10"]));
    }
    let hop = Hop::new(SPEC.kind, &distribution.id, "origin-fetch", Decision::Forwarded, &packet)
        .at(&place)
        .with(Evidence::State { event: StateEvent::Used, flow, idle_limit: None })
        .rewriting(&after)
        .by(&["EDGE-10"]);
    visit.record(hop);
    visit.packet = after;
    edge::leave(network, &distribution.id, &["EDGE-10"], visit)
}
