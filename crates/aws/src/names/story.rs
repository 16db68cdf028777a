//! Flows that name names: a question by itself, and a packet to what a name leads to, by the address
//! family that serves (DNS-19, DNS-21, V6-02, V6-03, CVPN-19).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hopscope_forward::{
    Answer, Blocker, Decision, Hint, Hop, HttpRequest, Id, Leg, LegKind, Reason, State, Trace, Verdict, Where,
};
use hopscope_names::directory::Party;
use hopscope_names::message::{Outcome, Query, Question};
use hopscope_names::name::Name;
use hopscope_names::record::RecordType;
use hopscope_names::resolver::{self, Ask, Lookup};
use hopscope_net::prefix::Family;
use hopscope_net::{Packet, Protocol, Transport};

use super::wire::{Chose, Wire};
use super::{FIREWALL_BLOCKED, NO_ADDRESS, Names, PRIVATE_ONLY, THROTTLED, published::Given};
use crate::catalog::Part;
use crate::components::hosted_zone::{self, records};
use crate::components::{instance, internet, internet_host, network_interface};
use crate::document::Flow;
use crate::fabric::Audience;
use crate::network::{Network, Thing};
use crate::query::{self, End, QueryError};
use crate::url::{self, DnsUrl, Url};

/// Servers of a client that are tried, one after another.
const MAX_SERVERS: usize = 3;

/// A question that a flow asks.
pub(crate) struct Asking {
    /// Whom, as written; the client's own servers if none.
    pub(super) server: Option<String>,
    pub(super) query: Query,
}

/// The question of a flow whose `to` is a `dns:` URL.
///
/// # Errors
/// What is wrong with the name or the type.
pub(crate) fn question(flow: &Flow) -> Result<Option<Asking>, QueryError> {
    let asked = match url::read(flow) {
        Some(Ok(Url::Dns(asked))) => asked,
        // Everything else is not a question, or is told elsewhere what is wrong with it.
        _ => return Ok(None),
    };
    let DnsUrl { server, name, kind, checking_disabled, dnssec_ok } = asked;
    let name = Name::parse(&name).map_err(|error| QueryError::Url(error.to_string()))?;
    let kind: RecordType = kind.parse().map_err(|error| QueryError::Url(format!("{error}")))?;
    let query = Query { checking_disabled, dnssec_ok, ..Query::recursive(Question::new(name, kind)) };
    Ok(Some(Asking { server, query }))
}

/// The name that a flow goes to, where its `to` is neither a component nor an address.
pub(crate) fn named(network: &Network, flow: &Flow) -> Option<Name> {
    let text = match url::read(flow) {
        Some(Ok(Url::Http { request, .. })) => request.host,
        Some(_) => return None,
        None => flow.to.trim().to_owned(),
    };
    if network.index.contains_key(text.as_str()) || !text.trim_end_matches('.').contains('.') {
        return None;
    }
    let name = Name::parse(&text).ok()?;
    // No top-level domain is a number (RFC 3696, section 2): this is an address with a mistake in it.
    let top = name.labels().next_back()?;
    (!top.chars().all(|c| c.is_ascii_digit())).then_some(name)
}

/// Who asks.
pub(super) struct Client {
    party: Party,
    end: End,
}

/// The servers that somebody asks.
pub(super) struct Servers {
    addresses: Vec<IpAddr>,
    /// They are those of its internet provider.
    provider: Option<usize>,
}

/// What became of a name.
pub(super) struct Looked {
    leg: Leg,
    pub(super) answer: Answer,
    outcome: Outcome,
    pub(super) addresses: Vec<IpAddr>,
    /// Why it failed, if it did: the hop by index.
    pub(super) reason: Option<(usize, Reason)>,
    causes: Vec<(usize, Reason)>,
    hints: Vec<Hint>,
    /// Sets that were chosen for this question.
    pub(super) chosen: Vec<Chose>,
}

/// Traces a question by itself: allowed if a response came, whatever it says (DNS-21).
///
/// # Errors
/// [`QueryError`] when the server cannot be resolved.
pub(crate) fn ask(
    network: &Network,
    from: End,
    asking: &Asking,
    flow: &Flow,
    mut state: State,
) -> Result<Trace, QueryError> {
    state.seed = flow.seed.unwrap_or(0);
    let names = Names::of(network);
    let client = client(network, from, flow);
    let servers = asked(network, names, &client, asking)?;
    let named = asking.server.is_some();
    let looked = look_up(network, names, &client, &servers, named, &asking.query, &mut state);
    Ok(told(looked, state))
}

/// Whom a question is asked.
///
/// # Errors
/// [`QueryError`] when the server that it names cannot be resolved.
pub(super) fn asked(
    network: &Network,
    names: &Names,
    client: &Client,
    asking: &Asking,
) -> Result<Servers, QueryError> {
    Ok(match &asking.server {
        Some(text) => Servers { addresses: vec![server(network, names, client, text)?], provider: None },
        None => servers(network, names, client),
    })
}

/// The trace of a flow that ends with its lookup.
fn told(looked: Looked, state: State) -> Trace {
    let blockers = blockers(&looked);
    Trace {
        verdict: looked.leg.verdict,
        reason: looked.reason.map(|(_, reason)| reason),
        blockers,
        hints: looked.hints,
        lookup: looked.leg,
        attempt: Leg::none(),
        answer: Some(looked.answer),
        forward: Leg::none(),
        back: Leg::none(),
        state,
    }
}

/// The refusals of a lookup: what decided first, then its causes, then what would also block.
fn blockers(looked: &Looked) -> Vec<Blocker> {
    let Some((hop, reason)) = &looked.reason else { return Vec::new() };
    let blocker = |hop: usize, reason: &Reason, counterfactual: bool| Blocker {
        leg: LegKind::Lookup,
        hop,
        reason: reason.clone(),
        counterfactual,
    };
    let causes = looked.causes.iter().map(|(hop, reason)| blocker(*hop, reason, false));
    let hops = looked.leg.hops.iter().enumerate().filter(|(_, hop)| hop.counterfactual);
    let more = hops.filter_map(|(at, hop)| Some(blocker(at, hop.reason.as_ref()?, true)));
    std::iter::once(blocker(*hop, reason, false)).chain(causes).chain(more).collect()
}

/// Types that a client asks for before it sends, in its order: those of the families that it has and
/// that the flow allows, IPv6 before IPv4 (V6-02).
pub(super) fn kinds(client: &Client, flow: &Flow) -> Vec<RecordType> {
    let wanted = |family: Family| {
        let asked = match flow.family.as_deref() {
            Some("ipv4") => family == Family::V4,
            Some("ipv6") => family == Family::V6,
            _ => true,
        };
        let own = client.party.addresses.iter().any(|it| Family::of(*it) == family && !is_link_local(*it));
        asked && own
    };
    let kinds = [(Family::V6, RecordType::Aaaa), (Family::V4, RecordType::A)];
    kinds.into_iter().filter(|(family, _)| wanted(*family)).map(|(_, kind)| kind).collect()
}

/// Traces a packet to what a name leads to: the name first, then the packet to its addresses, IPv6
/// before IPv4 (V6-02).
///
/// # Errors
/// As [`query::trace`].
pub(crate) fn visit(
    network: &Network,
    flow: &Flow,
    http: Option<&HttpRequest>,
    from: End,
    name: &Name,
    mut state: State,
) -> Result<Trace, QueryError> {
    state.seed = flow.seed.unwrap_or(0);
    let names = Names::of(network);
    let client = client(network, from, flow);
    let servers = servers(network, names, &client);
    let mut found: Vec<(IpAddr, Answer)> = Vec::new();
    let mut all: Option<Looked> = None;
    for kind in kinds(&client, flow) {
        let query = Query::recursive(Question::new(name.clone(), kind));
        let looked = look_up(network, names, &client, &servers, false, &query, &mut state);
        found.extend(looked.addresses.first().map(|address| (*address, looked.answer.clone())));
        all = Some(match all {
            None => looked,
            Some(before) => joined(before, looked),
        });
    }
    let Some(looked) = all else { return Ok(told(familyless(&client, name), state)) };
    if found.is_empty() {
        return Ok(told(unusable(network, &client, name, looked), state));
    }
    let mut earlier: Option<Trace> = None;
    let last = found.len() - 1;
    for (n, (address, answer)) in found.into_iter().enumerate() {
        let to = Flow { to: address.to_string(), family: None, ..flow.clone() };
        let mut trace = query::tell(network, &to, http, state.clone())?;
        if trace.verdict != Verdict::Allowed && n < last {
            state = trace.state.clone();
            earlier = Some(trace);
            continue;
        }
        trace.lookup = Leg { verdict: Verdict::Allowed, ..looked.leg };
        trace.answer = Some(answer);
        let mut hints = looked.hints;
        if let Some(earlier) = earlier {
            trace.attempt = earlier.forward;
            let tried = earlier.blockers.into_iter().filter(|it| it.leg == LegKind::Forward);
            let tried = tried.map(|it| Blocker { leg: LegKind::Attempt, ..it });
            if trace.verdict != Verdict::Allowed {
                trace.blockers.extend(tried);
            }
        }
        hints.extend(trace.hints);
        hints.dedup();
        trace.hints = hints;
        return Ok(trace);
    }
    Ok(told(familyless(&client, name), state))
}

/// Two lookups of one name, one after the other. What either failed by counts only if both did.
fn joined(before: Looked, after: Looked) -> Looked {
    let offset = before.leg.hops.len();
    let moved = |(hop, reason): (usize, Reason)| (hop + offset, reason);
    let mut leg = before.leg;
    leg.hops.extend(after.leg.hops);
    let both = before.reason.is_some() && after.reason.is_some();
    let failed = before.reason.is_some() || after.reason.is_some();
    leg.verdict = match (both, after.reason.is_some()) {
        (true, _) => leg.verdict,
        (false, true) => after.leg.verdict,
        (false, false) => leg.verdict,
    };
    let after_reason = after.reason.map(moved);
    let mut hints = before.hints;
    for hint in after.hints {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    Looked {
        leg,
        answer: if failed && before.reason.is_some() { before.answer } else { after.answer },
        outcome: if before.reason.is_some() { before.outcome } else { after.outcome },
        addresses: Vec::new(),
        reason: before.reason.or(after_reason),
        causes: before.causes.into_iter().chain(after.causes.into_iter().map(moved)).collect(),
        hints,
        chosen: Vec::new(),
    }
}

/// A packet of nothing, for hops of a client that sends none.
fn no_packet() -> Packet {
    let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    Packet {
        source: nowhere,
        destination: nowhere,
        protocol: Protocol::UDP,
        transport: Transport::Opaque,
        size: query::DEFAULT_SIZE,
        dont_fragment: false,
        fragment: false,
    }
}

fn ended(client: &Client, leg: &mut Leg, reason: Reason, rules: &'static [&'static str]) -> (usize, Reason) {
    let packet = leg.hops.last().map_or_else(no_packet, |hop| hop.packet.clone());
    let party = &client.party;
    let mut hop = Hop::new(party.kind, &party.id, "no-address", Decision::Denied, &packet).by(rules);
    hop.reason = Some(reason.clone());
    leg.hops.push(hop);
    leg.verdict = Verdict::Denied;
    (leg.hops.len() - 1, reason)
}

/// The client has no address of a family that was asked for, so that it asks for none.
fn familyless(client: &Client, name: &Name) -> Looked {
    let reason = Reason::new(&NO_ADDRESS, client.party.at())
        .fact("name", name)
        .fact("why", "the sender has no address of that family");
    let mut leg = Leg::none();
    let reason = ended(client, &mut leg, reason, &["V6-02"]);
    let answer = Answer {
        question: format!("{name} A"),
        outcome: Outcome::NoData.word(),
        records: Vec::new(),
        authenticated: false,
    };
    Looked {
        leg,
        answer,
        outcome: Outcome::NoData,
        addresses: Vec::new(),
        reason: Some(reason),
        causes: Vec::new(),
        hints: Vec::new(),
        chosen: Vec::new(),
    }
}

/// The name was resolved and has no usable address: nothing is sent (V6-03).
fn unusable(network: &Network, client: &Client, name: &Name, mut looked: Looked) -> Looked {
    if looked.reason.is_some() {
        return looked;
    }
    let blocked = looked.hints.iter().position(|hint| hint.reason.spec.code == FIREWALL_BLOCKED.code);
    let reason = match blocked {
        Some(at) => looked.hints.remove(at).reason,
        None => private_only(network, name).unwrap_or_else(|| {
            let why = match looked.outcome {
                Outcome::NxDomain => "there is no such name",
                _ => "it has no address of a family that the sender has",
            };
            Reason::new(&NO_ADDRESS, client.party.at()).fact("name", name).fact("why", why)
        }),
    };
    looked.reason = Some(ended(client, &mut looked.leg, reason, &["DNS-21", "V6-03"]));
    looked
}

/// The name is known, but to others only: in a private hosted zone, or inside a VPC.
fn private_only(network: &Network, name: &Name) -> Option<Reason> {
    let zones = network.fabric.hosted_zones.iter().map(|(_, zone)| zone);
    let mut holding = zones.filter(|zone| {
        let mut rows = zone.records.iter();
        zone.private && rows.any(|row| records::owner(row, &zone.name).as_ref() == Some(name))
    });
    if let Some(zone) = holding.next() {
        let vpcs: Vec<&str> = zone.vpcs.iter().map(|vpc| network.vpcs[*vpc].id.as_str()).collect();
        return Some(
            Reason::new(&PRIVATE_ONLY, Where::new(hosted_zone::SPEC.kind, &zone.id))
                .fact("name", name)
                .fact("vpcs", if vpcs.is_empty() { "no VPC".to_owned() } else { vpcs.join(", ") }),
        );
    }
    let given = Given::of(network).0.get(name)?.iter();
    let mut inside = given.filter(|(published, _)| published.to != Audience::Everybody);
    let (published, part) = inside.next()?;
    let vpc = match published.to {
        Audience::Vpc(vpc) | Audience::InboundOf(vpc) => vpc,
        Audience::Everybody => return None,
    };
    Some(
        Reason::new(&PRIVATE_ONLY, Where::new(part.kind(), part.id(network)))
            .fact("name", name)
            .fact("vpcs", &network.vpcs[vpc].id),
    )
}

fn is_link_local(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(address) if address.is_link_local())
}

/// Who asks, with the addresses it asks from.
pub(super) fn client(network: &Network, from: End, flow: &Flow) -> Client {
    let both = |v4: Option<IpAddr>, v6: Option<IpAddr>| v4.into_iter().chain(v6).collect::<Vec<_>>();
    let party = match from {
        End::Interface { eni, address } => {
            let interface = &network.enis[eni];
            let (kind, id) = match interface.instance {
                Some(ix) => (instance::SPEC.kind, &network.instances[ix].id),
                None => (network_interface::SPEC.kind, &interface.id),
            };
            let own = both(interface.address(Family::V4), interface.address(Family::V6));
            let mut addresses: Vec<IpAddr> = match address {
                Some(address) => vec![address],
                None => own,
            };
            // V6-13: towards link-local services a host without IPv4 has an address of its own making.
            if !addresses.iter().any(IpAddr::is_ipv4) {
                addresses.push(IpAddr::V4(Ipv4Addr::new(169, 254, 0, 1)));
            }
            Party::new(kind, id, addresses)
        }
        End::Host(host) => {
            let host = &network.hosts[host];
            let addresses = both(host.address(Family::V4), host.address(Family::V6));
            Party::new(internet_host::SPEC.kind, &host.id, addresses)
        }
        End::AtLarge(address) => {
            let any =
                both(Some(internet::client_address(Family::V4)), Some(internet::client_address(Family::V6)));
            let addresses = address.map_or(any, |address| vec![address]);
            Party::new(internet::SPEC.kind, &internet::at_large(network), addresses)
        }
        End::Part { part, address } => {
            let all = both(part.address(network, Family::V4), part.address(network, Family::V6));
            let addresses = address.map_or(all, |address| vec![address]);
            Party::new(part.kind(), part.id(network), addresses)
        }
        End::Bare(address) => Party::new(internet::SPEC.kind, &Id::from(flow.from.trim()), vec![address]),
    };
    Client { party, end: from }
}

/// The servers that a client is told to ask.
pub(super) fn servers(network: &Network, names: &Names, client: &Client) -> Servers {
    let written = |addresses: &[IpAddr]| Servers { addresses: addresses.to_vec(), provider: None };
    let of_provider = |id: &Id| {
        let provider = names.providers.get(id).or_else(|| names.providers.get(&internet::at_large(network)));
        let resolver = provider.and_then(|index| names.directory.resolvers.get(*index));
        let addresses = resolver.map(|it| it.party.addresses.clone()).unwrap_or_default();
        // One address is enough: both are the same server.
        let first = addresses.iter().find(|it| client.party.address_like(**it).is_some()).copied();
        Servers { addresses: first.into_iter().collect(), provider: provider.copied() }
    };
    match client.end {
        End::Interface { eni, .. } => {
            let vpc = &network.vpcs[network.vpc_of_eni(eni)];
            if !vpc.dns.servers.is_empty() {
                return written(&vpc.dns.servers);
            }
            // AmazonProvidedDNS (DNS-01, V6-13).
            let v6 = IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x253));
            let has_v4 = network.enis[eni].address(Family::V4).is_some();
            written(&[vpc.resolver().filter(|_| has_v4).unwrap_or(v6)])
        }
        End::Host(host) => {
            let host = &network.hosts[host];
            if host.dns_servers.is_empty() { of_provider(&host.id) } else { written(&host.dns_servers) }
        }
        End::Part { part: Part::OnPremisesHost(host), .. } => {
            let Some(site) = network.fabric.site_hosts[host].site else {
                return of_provider(&client.party.id);
            };
            let site = &network.fabric.sites[site];
            if !site.dns_servers.is_empty() {
                return written(&site.dns_servers);
            }
            let at_site = network.fabric.dns_servers.iter().filter(|(_, server)| {
                matches!(server.host, Some(Thing::Part(Part::OnPremisesHost(host))) if site.hosts.contains(&host))
            });
            let at_site = at_site.filter_map(|(ix, _)| super::build::host(network, ix));
            let addresses: Vec<IpAddr> = at_site.filter_map(|host| host.own.first().copied()).collect();
            if addresses.is_empty() { of_provider(&site.id) } else { written(&addresses) }
        }
        End::Part { part: Part::VpnClient(ix), .. } => {
            let servers = network.fabric.vpn_clients[ix].dns_servers(network);
            if servers.is_empty() { of_provider(&client.party.id) } else { written(servers) }
        }
        End::Part { .. } | End::AtLarge(_) | End::Bare(_) => of_provider(&client.party.id),
    }
}

/// A server that a question names: by address, by a component, or by a hosted zone for the first of
/// its name servers.
fn server(network: &Network, names: &Names, client: &Client, text: &str) -> Result<IpAddr, QueryError> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let like = |addresses: &[IpAddr]| {
        let fits = addresses.iter().find(|it| client.party.address_like(**it).is_some());
        fits.or(addresses.first()).copied()
    };
    let found = match network.index.get(text) {
        Some(Thing::Part(Part::DnsServer(ix))) => super::build::host(network, *ix).and_then(|host| {
            let outside = !matches!(client.end, End::Interface { .. }) && !host.public.is_empty();
            like(if outside { &host.public } else { &host.own })
        }),
        Some(Thing::Part(Part::HostedZone(ix))) => {
            let id = &network.fabric.hosted_zones[*ix].id;
            let mut servers = names.directory.servers.iter();
            servers.find(|server| server.party.id == *id).and_then(|server| like(&server.party.addresses))
        }
        _ => None,
    };
    if let Some(found) = found {
        return Ok(found);
    }
    let address = |end: End| match end {
        End::Interface { address: Some(address), .. }
        | End::Part { address: Some(address), .. }
        | End::AtLarge(Some(address))
        | End::Bare(address) => Some(address),
        End::Interface { eni, address: None } => network.enis[eni].any_address(),
        End::Host(host) => {
            network.hosts[host].address(Family::V4).or(network.hosts[host].address(Family::V6))
        }
        End::Part { part, address: None } => {
            part.address(network, Family::V4).or_else(|| part.address(network, Family::V6))
        }
        End::AtLarge(None) => None,
    };
    address(query::end(network, "to", text)?).ok_or_else(|| QueryError::NoAddress {
        field: "to",
        text: text.to_owned(),
        family: "IPv4 or IPv6",
    })
}

/// Asks one server after another until one answers (CVPN-19).
pub(super) fn look_up(
    network: &Network,
    names: &Names,
    client: &Client,
    servers: &Servers,
    named: bool,
    query: &Query,
    state: &mut State,
) -> Looked {
    // No policy judges questions.
    let (http, request) = (state.http.take(), state.request.take());
    let mut wire = Wire::new(network, names, (client.party.id.clone(), client.end), named);
    wire.provider = servers.provider;
    let mut before: Vec<Lookup> = Vec::new();
    let mut result = None;
    for address in servers.addresses.iter().take(MAX_SERVERS) {
        let ask = Ask { client: client.party.clone(), server: *address, query: query.clone() };
        let lookup = resolver::ask(&names.directory, &mut wire, state, &ask);
        if lookup.response.outcome == Outcome::Timeout {
            before.push(lookup);
        } else {
            result = Some(lookup);
            break;
        }
    }
    let mut hints = std::mem::take(&mut wire.hints);
    let chosen = wire.chosen.take();
    (state.http, state.request) = (http, request);
    let mut leg = Leg::none();
    let mut causes = Vec::new();
    let answered = result.is_some();
    let last = result.or_else(|| before.pop());
    for lost in before {
        let offset = leg.hops.len();
        causes.extend(lost.causes.into_iter().chain(lost.reason).map(|(hop, reason)| (hop + offset, reason)));
        leg.hops.extend(lost.hops);
    }
    let Some(last) = last else {
        let reason = Reason::new(&resolver::UNREACHABLE, client.party.at())
            .fact("server", "none")
            .fact("why", "it has no DNS server of a family that it has");
        let reason = ended(client, &mut leg, reason, &["DNS-17"]);
        let answer = Answer {
            question: query.question.to_string(),
            outcome: Outcome::Timeout.word(),
            records: Vec::new(),
            authenticated: false,
        };
        let (outcome, addresses) = (Outcome::Timeout, Vec::new());
        return Looked { leg, answer, outcome, addresses, reason: Some(reason), causes, hints, chosen };
    };
    let (answer, outcome) = (last.answer(), last.response.outcome);
    let addresses = last.response.addresses().collect();
    let verdict = last.leg().verdict;
    let offset = leg.hops.len();
    let moved = |(hop, reason): (usize, Reason)| (hop + offset, reason);
    causes.extend(last.causes.into_iter().map(moved));
    leg.hops.extend(last.hops);
    leg.verdict = verdict;
    hints.extend(last.hints.into_iter().map(|reason| Hint { reason }));
    let mut reason = last.reason.map(moved);
    // Who picked the server by itself only knows that nobody answered (DNS-17).
    if let (false, false, Some((hop, cause))) = (named, answered, &reason)
        && *cause.spec != resolver::UNREACHABLE
        && *cause.spec != THROTTLED
        && cause.at.kind != super::RESOLVER
    {
        causes.push((*hop, cause.clone()));
        let addresses: Vec<String> = servers.addresses.iter().map(ToString::to_string).collect();
        let lost = Reason::new(&resolver::UNREACHABLE, client.party.at())
            .fact("server", addresses.join(", "))
            .fact("why", format!("the question is lost on its way ({})", cause.spec.code));
        reason = Some(ended(client, &mut leg, lost, &["DNS-17"]));
    }
    Looked { leg, answer, outcome, addresses, reason, causes, hints, chosen }
}
