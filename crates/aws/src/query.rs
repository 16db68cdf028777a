//! From an authored flow to a trace: who sends what to whom, there and back.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hopscope_forward::{
    Blocker, Decision, Hint, Hop, HttpRequest, Id, Leg, LegKind, Outcome, Reason, Request, State, Trace,
    Verdict, Visit, Walked, Where, World, walk,
};
use hopscope_net::prefix::{self, Family};
use hopscope_net::{Packet, Protocol, Transport};

use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::{
    customer_gateway, gateway_load_balancer, instance, internet, nat_gateway, network_firewall,
    network_interface, security_group, virtual_interface, vpc_peering_connection,
};
use crate::document::Flow;
use crate::names;
use crate::network::{Eni, Host, Network, Thing};
use crate::pipeline::{At, Pipeline};
use crate::url::{self, Url};

/// Why a flow cannot be traced at all. The message names the field and a way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// An end of the flow names nothing.
    #[error("{field}: nothing here is called \"{text}\". Use a component's id, an IP address, or internet.")]
    UnknownEnd {
        /// `from` or `to`.
        field: &'static str,
        /// What was written.
        text: String,
    },
    /// An end is something that packets cannot start or end at.
    #[error(
        "{field}: {text} neither sends nor receives packets. Choose an instance, an interface or an internet host."
    )]
    NotAnEnd {
        /// `from` or `to`.
        field: &'static str,
        /// What was written.
        text: String,
    },
    /// An end has no address that can be used.
    #[error("{field}: {text} has no {family} address. Give it one, or choose the other family.")]
    NoAddress {
        /// `from` or `to`.
        field: &'static str,
        /// What was written.
        text: String,
        /// `IPv4` or `IPv6`.
        family: &'static str,
    },
    /// The destination is a URL that cannot be read.
    #[error("to: {0}. Write https://HOST/PATH, or dns:NAME?type=A.")]
    Url(String),
    /// The protocol is not one.
    #[error("protocol: {0}")]
    Protocol(#[from] hopscope_net::ProtocolError),
    /// The spoofed source is not an address.
    #[error("spoofed_source: \"{0}\" is not an IP address. Write one, or leave it empty.")]
    Source(String),
}

/// One end of a flow, resolved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// An interface, by id or by one of its addresses.
    Interface { eni: Ix<Eni>, address: Option<IpAddr> },
    /// A drawn host on the internet.
    Host(Ix<Host>),
    /// The internet at large, at a known address or any.
    AtLarge(Option<IpAddr>),
    /// A component outside the parts of a VPC, by id or by one of its addresses.
    Part { part: Part, address: Option<IpAddr> },
    /// An address that nothing drawn owns.
    Bare(IpAddr),
}

/// Traces a flow from the beginning of its story. With `idle`, the flow is opened first and the
/// packet traced is a later one.
///
/// # Errors
/// [`QueryError`] when an end or the protocol cannot be resolved.
pub fn trace(network: &Network, flow: &Flow) -> Result<Trace, QueryError> {
    let first = trace_from(network, flow, State::default())?;
    let Some(idle) = flow.idle else {
        return Ok(first);
    };
    let mut state = first.state;
    state.now = state.now.saturating_add(idle);
    trace_from(network, flow, state)
}

/// Traces one packet of a flow and its reply, through hops that already remember `state`.
///
/// # Errors
/// As [`trace`].
pub fn trace_from(network: &Network, flow: &Flow, state: State) -> Result<Trace, QueryError> {
    if let Some(inert) = [&flow.from, &flow.to].into_iter().find(|text| is_inert(network, text)) {
        return Ok(unmodelled_end(&Id::from(inert.trim()), flow.protocol.parse()?, state));
    }
    if let Some(question) = names::question(flow)? {
        let from = end(network, "from", &flow.from)?;
        return names::ask(network, from, &question, flow, state);
    }
    let name = names::named(network, flow);
    let (flow, http) = &addressed(flow)?;
    if let Some(name) = name {
        let from = end(network, "from", &flow.from)?;
        return names::visit(network, flow, http.as_ref(), from, &name, state);
    }
    tell(network, flow, http.as_ref(), state)
}

/// Traces a flow whose ends are components or addresses.
pub(crate) fn tell(
    network: &Network,
    flow: &Flow,
    http: Option<&HttpRequest>,
    state: State,
) -> Result<Trace, QueryError> {
    let from = end(network, "from", &flow.from)?;
    let to = end(network, "to", &flow.to)?;
    let asked = match flow.family.as_deref() {
        Some("ipv4") => Some(Family::V4),
        Some("ipv6") => Some(Family::V6),
        _ => None,
    };
    // An address that was written out says which family is meant (V6-12).
    let family = literal(&flow.to)
        .or(asked)
        .or_else(|| literal(&flow.from))
        .unwrap_or_else(|| family_of(network, from, to));
    let packet = packet(network, flow, from, to, family)?;
    let mut state = state;
    state.seed = flow.seed.unwrap_or(0);
    state.rate = flow.rate.unwrap_or(1);
    state.http = http.cloned();
    state.request = (flow.action.is_some() || flow.resource.is_some()).then(|| Request {
        principal: flow.from.trim().to_owned(),
        action: flow.action.clone().unwrap_or_default(),
        resource: flow.resource.clone().unwrap_or_default(),
    });
    // A request by HTTPS is encrypted by its own ends.
    let encrypted = flow.encrypted && !http.as_ref().is_some_and(|request| request.secure);
    let reply_after = flow.reply_after.unwrap_or(0);
    Ok(Story { network, from, to, family, reply_after, encrypted }.tell(packet, state))
}

/// The flow towards the host of its URL, and what it asks there.
fn addressed(flow: &Flow) -> Result<(Flow, Option<HttpRequest>), QueryError> {
    match url::read(flow) {
        None => Ok((flow.clone(), None)),
        Some(Ok(Url::Http { request, port })) => {
            let flow = Flow {
                to: request.host.clone(),
                protocol: Protocol::TCP.to_string(),
                port: Some(port),
                ..flow.clone()
            };
            Ok((flow, Some(request)))
        }
        // Questions were taken before.
        Some(Ok(Url::Dns(_))) => Ok((flow.clone(), None)),
        Some(Err(problem)) => Err(QueryError::Url(problem)),
    }
}

fn is_inert(network: &Network, text: &str) -> bool {
    matches!(network.index.get(text.trim()), Some(Thing::Inert(_)))
}

/// A flow that starts or ends at something that is not modelled: nothing can be said of it.
fn unmodelled_end(id: &Id, protocol: Protocol, state: State) -> Trace {
    let nowhere = unspecified(Family::V4);
    let packet = Packet {
        source: nowhere,
        destination: nowhere,
        protocol,
        transport: Transport::Opaque,
        size: DEFAULT_SIZE,
        dont_fragment: true,
        fragment: false,
    };
    let kind = crate::components::unmodelled::SPEC.kind;
    let reason =
        Reason::new(&crate::components::route_table::UNSUPPORTED, Where::new(kind, id)).fact("component", id);
    let mut hop = Hop::new(kind, id, "unmodelled", Decision::Unknown, &packet);
    hop.reason = Some(reason.clone());
    Trace {
        verdict: Verdict::Unknown,
        reason: Some(reason.clone()),
        blockers: vec![Blocker { leg: LegKind::Forward, hop: 0, reason, counterfactual: false }],
        hints: Vec::new(),
        lookup: Leg::none(),
        attempt: Leg::none(),
        answer: None,
        forward: Leg { verdict: Verdict::Unknown, counterfactual: false, hops: vec![hop] },
        back: Leg { verdict: Verdict::Unknown, counterfactual: true, hops: Vec::new() },
        state,
    }
}

/// An interface that a component drew for itself is that component.
fn of_part(network: &Network, eni: Ix<Eni>, address: Option<IpAddr>) -> Option<End> {
    let part = network.enis[eni].part.filter(|part| part.is_endpoint())?;
    Some(End::Part { part, address })
}

pub(crate) fn end(network: &Network, field: &'static str, text: &str) -> Result<End, QueryError> {
    let text = text.trim();
    if let Some(thing) = network.index.get(text) {
        return match thing {
            Thing::Eni(eni) => Ok(of_part(network, *eni, network.enis[*eni].any_address())
                .unwrap_or(End::Interface { eni: *eni, address: None })),
            Thing::Instance(ix) => match network.instances[*ix].enis.first() {
                Some(eni) => Ok(End::Interface { eni: *eni, address: None }),
                None => Err(QueryError::NoAddress { field, text: text.to_owned(), family: "IPv4 or IPv6" }),
            },
            Thing::Host(host) => Ok(End::Host(*host)),
            Thing::Internet => Ok(End::AtLarge(None)),
            Thing::Part(part) if part.is_endpoint() => Ok(End::Part { part: *part, address: None }),
            _ => Err(QueryError::NotAnEnd { field, text: text.to_owned() }),
        };
    }
    if text == internet::AT_LARGE {
        return Ok(End::AtLarge(None));
    }
    if let Some(address) = text.strip_prefix("internet:") {
        let address = address.trim().trim_start_matches('[').trim_end_matches(']');
        return match address.parse() {
            Ok(address) => Ok(End::AtLarge(Some(address))),
            Err(_) => Err(QueryError::UnknownEnd { field, text: text.to_owned() }),
        };
    }
    let Ok(address) = text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() else {
        return Err(QueryError::UnknownEnd { field, text: text.to_owned() });
    };
    if let Some((host, _)) =
        network.hosts.iter().find(|(_, host)| host.address(Family::of(address)) == Some(address))
    {
        return Ok(End::Host(host));
    }
    if let Some((part, _)) = network.ends.get(&address) {
        return Ok(End::Part { part: *part, address: Some(address) });
    }
    if let Some(eni) = network_interface::owner_of(network, address) {
        return Ok(
            of_part(network, eni, Some(address)).unwrap_or(End::Interface { eni, address: Some(address) })
        );
    }
    if field == "to" {
        return Ok(End::Bare(address));
    }
    // A sender at an address nothing owns is on the internet, if the address can be.
    let private = prefix::is_rfc1918(address) || prefix::is_rfc6598(address) || prefix::is_ula(address);
    if private {
        Err(QueryError::UnknownEnd { field, text: text.to_owned() })
    } else {
        Ok(End::AtLarge(Some(address)))
    }
}

/// The family of an end that is written as an address.
fn literal(text: &str) -> Option<Family> {
    let text = text.trim();
    let text = text.strip_prefix("internet:").unwrap_or(text).trim();
    text.trim_start_matches('[').trim_end_matches(']').parse().ok().map(Family::of)
}

/// What a host without IPv4 calls itself towards the resolver's link-local address, which still
/// answers it (V6-13): a link-local address of its own choice (RFC 3927).
fn link_local_source(to: &str) -> Option<IpAddr> {
    (to.trim() == "169.254.169.253").then_some(IpAddr::V4(Ipv4Addr::new(169, 254, 0, 1)))
}

fn has(network: &Network, end: End, family: Family) -> bool {
    match end {
        End::Interface { address: Some(address), .. } | End::AtLarge(Some(address)) | End::Bare(address) => {
            Family::of(address) == family
        }
        End::Interface { eni, address: None } => network.enis[eni].address(family).is_some(),
        End::Host(host) => network.hosts[host].address(family).is_some(),
        End::Part { address: Some(address), .. } => Family::of(address) == family,
        End::Part { part, address: None } => part.address(network, family).is_some(),
        End::AtLarge(None) => true,
    }
}

/// IPv4 where both ends have it, else IPv6 where both have it, else what the destination has.
fn family_of(network: &Network, from: End, to: End) -> Family {
    let both = |family| has(network, from, family) && has(network, to, family);
    if both(Family::V4) || (!both(Family::V6) && has(network, to, Family::V4)) {
        Family::V4
    } else {
        Family::V6
    }
}

fn unspecified(family: Family) -> IpAddr {
    match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Family::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    }
}

fn packet(network: &Network, flow: &Flow, from: End, to: End, family: Family) -> Result<Packet, QueryError> {
    let no_address =
        |field, text: &str| QueryError::NoAddress { field, text: text.to_owned(), family: family.name() };
    let outside = matches!(from, End::Host(_) | End::AtLarge(_));
    let source = match from {
        // An interface without the family sends nothing: the story says so (ADDR-19).
        End::Interface { eni, address } => address
            .filter(|a| Family::of(*a) == family)
            .or_else(|| network.enis[eni].address(family))
            .or_else(|| link_local_source(&flow.to))
            .unwrap_or(unspecified(family)),
        End::Host(host) => {
            network.hosts[host].address(family).ok_or_else(|| no_address("from", &flow.from))?
        }
        End::AtLarge(Some(address)) | End::Bare(address) if Family::of(address) == family => address,
        End::AtLarge(None) => internet::client_address(family),
        End::Part { part, address } => address
            .filter(|a| Family::of(*a) == family)
            .or_else(|| part.address(network, family))
            .ok_or_else(|| no_address("from", &flow.from))?,
        End::AtLarge(Some(_)) | End::Bare(_) => return Err(no_address("from", &flow.from)),
    };
    let destination = match to {
        End::Interface { address: Some(address), .. }
        | End::Part { address: Some(address), .. }
        | End::Bare(address)
        | End::AtLarge(Some(address)) => address,
        End::Part { part, address: None } => {
            let public = part.public_address(network, family).filter(|_| outside);
            public.or_else(|| part.address(network, family)).ok_or_else(|| no_address("to", &flow.to))?
        }
        End::Interface { eni, address: None } => {
            let public = network.enis[eni].v4.iter().find_map(|pair| pair.public).map(IpAddr::V4);
            match public.filter(|_| outside && family == Family::V4) {
                Some(public) => public,
                None => network.enis[eni].address(family).unwrap_or(unspecified(family)),
            }
        }
        End::Host(host) => network.hosts[host].address(family).ok_or_else(|| no_address("to", &flow.to))?,
        End::AtLarge(None) => internet::client_address(family),
    };
    let source = match flow.spoofed_source.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map_err(|_| QueryError::Source(text.to_owned()))?,
        None => source,
    };
    let mut protocol: Protocol = flow.protocol.parse()?;
    // People say "icmp" for both; ICMPv6 is what IPv6 carries.
    if protocol == Protocol::ICMP && destination.is_ipv6() {
        protocol = Protocol::ICMPV6;
    }
    let transport = if protocol.has_ports() {
        Transport::Ports {
            source: flow.source_port.unwrap_or(EPHEMERAL_PORT),
            destination: flow.port.unwrap_or(443),
        }
    } else if protocol.is_icmp() {
        Transport::Icmp { kind: if protocol == Protocol::ICMP { 8 } else { 128 }, code: 0, identifier: 1 }
    } else {
        Transport::Opaque
    };
    Ok(Packet {
        source,
        destination,
        protocol,
        transport,
        size: flow.size.unwrap_or(DEFAULT_SIZE),
        dont_fragment: true,
        fragment: flow.fragment,
    })
}

/// Bytes of a packet whose size the flow does not say: a bare TCP SYN.
pub(crate) const DEFAULT_SIZE: u32 = 60;

/// A source port in the range of every client kind of NACL-05.
pub const EPHEMERAL_PORT: u16 = 50_000;

/// A packet and its reply between two ends.
pub(crate) struct Story<'a> {
    pub network: &'a Network,
    pub from: End,
    pub to: End,
    pub family: Family,
    pub reply_after: u64,
    /// It needs encryption from end to end.
    pub encrypted: bool,
}

impl Story<'_> {
    fn tell(&self, packet: Packet, mut state: State) -> Trace {
        let forward = self.leg(packet.clone(), &mut state);
        state.now = state.now.saturating_add(self.reply_after);
        let back = self.reply(&packet, &forward, &mut state);
        // What was remembered only past a denial was never remembered.
        state.entries.retain(|entry| !entry.counterfactual);
        self.sum_up(forward, back, state)
    }

    /// The way there.
    pub fn leg(&self, packet: Packet, state: &mut State) -> Walked<At> {
        let start = match self.from {
            End::Interface { eni, .. } => At::SourceCheck(eni),
            End::Host(host) => At::HostSend(Some(host)),
            End::Part { part, .. } => At::Send(part),
            End::AtLarge(_) | End::Bare(_) => At::HostSend(None),
        };
        let sender = match self.from {
            End::Interface { eni, .. } => Some((eni, self.missing(&packet))),
            End::Host(_) | End::Part { .. } | End::AtLarge(_) | End::Bare(_) => None,
        };
        let world = FromHost { network: self.network, sender, unanswerable: self.unanswerable(&packet) };
        walk(&world, Step::Send(start), packet, state, LegKind::Forward, false).map(Step::at)
    }

    /// The family the sender lacks.
    fn missing(&self, packet: &Packet) -> Option<&'static str> {
        let lacks = packet.source.is_unspecified() || packet.source.is_ipv4() != packet.destination.is_ipv4();
        lacks.then(|| self.family.name())
    }

    /// The interface that is meant but lacks the family (V6-11).
    fn unanswerable(&self, packet: &Packet) -> Option<Ix<Eni>> {
        match self.to {
            End::Interface { eni, .. } if packet.destination.is_unspecified() => Some(eni),
            _ => None,
        }
    }

    /// The return leg, by the same stages from the responder's side (PIPE-05). After a failed
    /// forward leg it shows what would happen.
    fn reply(&self, sent: &Packet, forward: &Walked<At>, state: &mut State) -> Walked<At> {
        self.answer(sent, forward, forward.packet.reply(), state)
    }

    /// The same for a packet that the responder writes.
    pub fn answer(
        &self,
        sent: &Packet,
        forward: &Walked<At>,
        reply: Packet,
        state: &mut State,
    ) -> Walked<At> {
        let failed = forward.leg.verdict != Verdict::Allowed;
        match forward.arrived {
            Some(At::Arrived(eni)) => self.reply_from(eni, reply, state, failed),
            Some(At::ArrivedHost(host)) => {
                walk(&Pipeline(self.network), At::HostSend(host), reply, state, LegKind::Return, failed)
            }
            Some(At::ArrivedPart(part)) => {
                walk(&Pipeline(self.network), At::Send(part), reply, state, LegKind::Return, failed)
            }
            Some(At::Service(service, eni)) => walk(
                &Pipeline(self.network),
                At::Service(service, eni),
                reply,
                state,
                LegKind::Return,
                failed,
            ),
            Some(_) | None => self.reply_unreached(sent, forward, state),
        }
    }

    /// The forward leg ended somewhere on the way. If the flow names a responder in a VPC, its
    /// reply can still be shown as if the request had arrived.
    fn reply_unreached(&self, sent: &Packet, forward: &Walked<At>, state: &mut State) -> Walked<At> {
        if let End::Interface { eni, address } = self.to
            && let Some(own) = address
                .filter(|a| Family::of(*a) == self.family)
                .or_else(|| self.network.enis[eni].address(self.family))
            && !sent.source.is_unspecified()
        {
            let arrived = Packet { destination: own, ..forward.packet.clone() };
            if Family::of(arrived.source) == Family::of(own) {
                security_group::assume_admitted(self.network, eni, &arrived, state);
                return self.reply_from(eni, arrived.reply(), state, true);
            }
        }
        let leg = Leg { verdict: Verdict::Unknown, counterfactual: true, hops: Vec::new() };
        Walked { leg, arrived: None, packet: forward.packet.clone(), hints: Vec::new() }
    }

    fn reply_from(&self, eni: Ix<Eni>, reply: Packet, state: &mut State, failed: bool) -> Walked<At> {
        let world = FromHost { network: self.network, sender: Some((eni, None)), unanswerable: None };
        walk(&world, Step::Send(At::SourceCheck(eni)), reply, state, LegKind::Return, failed).map(Step::at)
    }

    fn sum_up(&self, forward: Walked<At>, mut back: Walked<At>, state: State) -> Trace {
        self.check_initiator(&forward, &mut back);
        let mut hints: Vec<Hint> = Vec::new();
        for hint in forward.hints.iter().chain(&back.hints) {
            if !hints.contains(hint) {
                hints.push(hint.clone());
            }
        }
        hints.extend(asymmetric_inspection(self.network, &forward.leg, &back.leg));
        let overlapping = vpc_peering_connection::overlapping_return(self.network, &forward.leg, &back.leg);
        hints.extend(overlapping.map(|reason| Hint { reason }));
        hints.extend(customer_gateway::asymmetric_hybrid(&forward.leg, &back.leg));
        if self.encrypted {
            hints.extend(virtual_interface::not_end_to_end(self.network, [&forward.leg, &back.leg]));
        }
        let mut blockers = Vec::new();
        for (kind, leg) in [(LegKind::Forward, &forward.leg), (LegKind::Return, &back.leg)] {
            for (position, hop) in leg.hops.iter().enumerate() {
                if let Some(reason) = &hop.reason {
                    let counterfactual =
                        hop.counterfactual || (kind == LegKind::Return && leg.counterfactual);
                    blockers.push(Blocker {
                        leg: kind,
                        hop: position,
                        reason: reason.clone(),
                        counterfactual,
                    });
                }
            }
        }
        let verdict =
            if forward.leg.verdict == Verdict::Allowed { back.leg.verdict } else { forward.leg.verdict };
        let reason =
            blockers.iter().find(|blocker| !blocker.counterfactual).map(|blocker| blocker.reason.clone());
        let reason = reason.filter(|_| verdict != Verdict::Allowed);
        Trace {
            verdict,
            reason,
            blockers,
            hints,
            lookup: Leg::none(),
            attempt: Leg::none(),
            answer: None,
            forward: forward.leg,
            back: back.leg,
            state,
        }
    }

    /// A reply counts only if it comes back to who asked, from whom was asked: an initiator
    /// drops a reply from another address as one it never asked for.
    pub fn check_initiator(&self, forward: &Walked<At>, back: &mut Walked<At>) {
        let Some(first) = forward.leg.hops.first() else { return };
        let expected = first.packet.reply().key();
        let same_place = match (self.from, back.arrived) {
            (End::Interface { eni, .. }, Some(At::Arrived(end))) => eni == end,
            (End::Host(host), Some(At::ArrivedHost(end))) => Some(host) == end,
            (End::Part { part, .. }, Some(At::ArrivedPart(end))) => part == end,
            (End::AtLarge(_) | End::Bare(_), Some(At::ArrivedHost(_))) | (_, None) => true,
            _ => false,
        };
        if back.leg.verdict != Verdict::Allowed || (same_place && back.packet.key() == expected) {
            return;
        }
        back.leg.verdict = Verdict::Denied;
        if let Some(last) = back.leg.hops.last_mut() {
            let at = Where::new(last.kind, &last.id);
            last.decision = Decision::Denied;
            last.reason = Some(Reason::new(&nat_gateway::STATE_MISSING, at).fact("flow", &back.packet));
        }
    }
}

/// A stateful appliance that saw only one direction (RT-30).
fn asymmetric_inspection(network: &Network, forward: &Leg, back: &Leg) -> Vec<Hint> {
    let stateful = |leg: &Leg| -> Vec<(Id, &'static str)> {
        let inspects = |hop: &&Hop| match network.index.get(&hop.id) {
            // What stands behind a Gateway Load Balancer inspects, whatever else it does.
            Some(Thing::Instance(ix)) if hop.stage == "appliance" => {
                network.instances[*ix].role != crate::network::InstanceRole::Router
                    || gateway_load_balancer::is_appliance(hop)
            }
            _ => hop.kind == network_firewall::SPEC.kind,
        };
        leg.hops.iter().filter(inspects).map(|hop| (hop.id.clone(), hop.kind)).collect()
    };
    let (there, here) = (stateful(forward), stateful(back));
    if back.hops.is_empty() || forward.verdict != Verdict::Allowed {
        return Vec::new();
    }
    let one_sided =
        there.iter().filter(|id| !here.contains(id)).chain(here.iter().filter(|id| !there.contains(id)));
    one_sided
        .map(|(id, kind)| Hint {
            reason: Reason::new(&instance::ASYMMETRIC_INSPECTION, Where::new(kind, id)).fact("appliance", id),
        })
        .collect()
}

/// The network, seen from a host that puts a packet on its interface first.
struct FromHost<'a> {
    network: &'a Network,
    sender: Option<(Ix<Eni>, Option<&'static str>)>,
    unanswerable: Option<Ix<Eni>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Send(At),
    Go(At),
}

impl Step {
    fn at(self) -> At {
        match self {
            Self::Send(at) | Self::Go(at) => at,
        }
    }
}

impl World for FromHost<'_> {
    type At = Step;

    fn visit(&self, step: &Step, visit: &mut Visit<'_>) -> Outcome<Step> {
        let at = match step {
            Step::Send(at) => {
                if let Some((eni, missing)) = self.sender {
                    network_interface::send(self.network, eni, missing, visit);
                    if missing.is_some() {
                        return Outcome::Stopped;
                    }
                }
                if let Some(eni) = self.unanswerable {
                    let interface = &self.network.enis[eni];
                    let hop = Hop::new(
                        network_interface::SPEC.kind,
                        &interface.id,
                        "deliver",
                        Decision::Denied,
                        &visit.packet.clone(),
                    );
                    let at = Where::new(network_interface::SPEC.kind, &interface.id);
                    let reason = Reason::new(&network_interface::FAMILY_MISMATCH, at)
                        .fact("interface", &interface.id)
                        .fact("family", visit.packet.family().name());
                    visit.deny(hop.by(&["V6-11"]), reason);
                    return Outcome::Stopped;
                }
                at
            }
            Step::Go(at) => at,
        };
        Pipeline(self.network).visit(at, visit).map(Step::Go)
    }
}
