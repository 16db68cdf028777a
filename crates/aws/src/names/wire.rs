//! The ways of DNS messages: real packets between what is drawn, nothing but the message between
//! servers of the internet that are not (DNS-01, DNS-05, DNS-13, DNS-14, DNS-17, DNS-19); and what a
//! VPC's resolver does beside resolving: DNS Firewall (DNS-07) and DNS64 (V6-04).

use std::cell::RefCell;
use std::net::{IpAddr, Ipv6Addr};

use hopscope_forward::{
    Decision, Evidence, Hint, Hop, Id, Reason, RuleMiss, RuleScan, State, Verdict, Walked, Where,
};
use hopscope_names::authority::{Asker, Chosen, Sets};
use hopscope_names::directory::{Listener, Party};
use hopscope_names::message::{Outcome, Question, Response};
use hopscope_names::name::Name;
use hopscope_names::record::{Data, Record, RecordType};
use hopscope_names::resolver::{self, Carried};
use hopscope_net::prefix::Family;
use hopscope_net::{Packet, Protocol, Transport};

use super::choose::Chooser;
use super::{
    AWS_SERVER, FIREWALL_BLOCKED, Landing, Listening, Names, Owner, PROVIDER, ROOT_SERVER, TLD_SERVER,
};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::dns_firewall_rule_group::{self, Action, FilterRule};
use crate::components::hosted_zone;
use crate::network::{Network, Vpc};
use crate::pipeline::At;
use crate::platform::{self, Service};
use crate::query::{self, End, Story};

/// Prefix of addresses that DNS64 makes (V6-05).
const NAT64: Ipv6Addr = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0);

/// The network as messages of one question travel through it.
pub(super) struct Wire<'a> {
    network: &'a Network,
    names: &'a Names,
    /// Who asks first, and from where.
    client: (Id, End),
    /// The resolver of the client's internet provider, where it asks that one.
    pub provider: Option<usize>,
    /// What would have happened past a refusal is kept, because nothing else is tried.
    keeps_what_if: bool,
    /// Questions that arrived and were not answered yet.
    flights: Vec<Flight>,
    pub hints: Vec<Hint>,
    /// Sets that were chosen for this question.
    pub chosen: RefCell<Vec<Chose>>,
}

/// A set that was chosen for a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chose {
    pub zone: Id,
    pub name: Name,
    pub kind: RecordType,
    pub asker: Asker,
}

/// A question that arrived.
struct Flight {
    from: End,
    sent: Packet,
    walked: Walked<At>,
}

impl<'a> Wire<'a> {
    pub fn new(network: &'a Network, names: &'a Names, client: (Id, End), keeps_what_if: bool) -> Self {
        Self {
            network,
            names,
            client,
            provider: None,
            keeps_what_if,
            flights: Vec::new(),
            hints: Vec::new(),
            chosen: RefCell::default(),
        }
    }

    /// From where a party sends, if it is drawn.
    fn end_of(&self, party: &Party) -> Option<End> {
        if party.id == self.client.0 {
            Some(self.client.1)
        } else {
            self.names.speakers.get(&party.id).copied()
        }
    }

    /// From where the packet of a question starts; none where there is no way to be seen.
    fn start(&self, message: &Carried<'_>) -> Option<End> {
        let near = message.to.is_some_and(|to| is_implied(to.kind));
        match self.end_of(message.from) {
            // Servers of the internet are next to everybody on the internet.
            Some(End::Host(_) | End::AtLarge(_)) if near => None,
            // So is somebody's own provider.
            Some(_) if message.to.is_some_and(|to| to.kind == PROVIDER) => None,
            Some(end) if message.to.is_some_and(|to| self.same_host(end, to)) => None,
            Some(end) => Some(end),
            // Resolvers of AWS and of providers reach each other; what is drawn is behind its gateways.
            None if near || message.to.is_none() => None,
            None => Some(End::AtLarge(Some(message.packet.source))),
        }
    }

    /// Whether a program runs where the question comes from.
    fn same_host(&self, end: End, to: &Party) -> bool {
        match (self.end_of(to), end) {
            (Some(End::Interface { eni: a, .. }), End::Interface { eni: b, .. }) => {
                let of = |eni| self.network.enis[eni].instance;
                of(a).is_some() && of(a) == of(b)
            }
            (Some(End::Part { part: a, .. }), End::Part { part: b, .. }) => a == b,
            (Some(End::Host(a)), End::Host(b)) => a == b,
            _ => false,
        }
    }

    /// Whether a packet ended where the one who should answer is.
    fn arrived(&self, to: &Party, at: At, destination: IpAddr) -> bool {
        let network = self.network;
        if let Some(Owner::Vpc(vpc)) = self.names.owners.get(&to.id) {
            return match at {
                At::Service(Service::Resolver, eni) => network.vpc_of_eni(eni) == *vpc,
                At::ArrivedPart(Part::ResolverEndpoint(ix)) => {
                    network.fabric.resolver_endpoints[ix].vpc == *vpc
                }
                _ => false,
            };
        }
        if is_implied(to.kind) {
            return at == At::ArrivedHost(None);
        }
        let mut listening = self.names.listeners.get(&destination).into_iter().flatten();
        self.landing(at).is_some_and(|landing| listening.any(|it| it.at == landing))
    }

    /// Who of several with one address a packet from there comes to.
    fn reached<'b>(
        &self,
        start: End,
        from: &Party,
        address: IpAddr,
        several: &'b [Listening],
    ) -> Option<&'b Listening> {
        let family = Family::of(address);
        let story = Story {
            network: self.network,
            from: start,
            to: End::Bare(address),
            family,
            reply_after: 0,
            encrypted: false,
        };
        let packet = Packet {
            source: from.address_like(address)?,
            destination: address,
            protocol: Protocol::UDP,
            transport: Transport::Ports { source: query::EPHEMERAL_PORT, destination: 53 },
            size: query::DEFAULT_SIZE,
            dont_fragment: false,
            fragment: false,
        };
        let landing = self.landing(story.leg(packet, &mut State::default()).arrived?)?;
        several.iter().find(|listening| listening.at == landing)
    }

    /// What a packet ended at.
    fn landing(&self, at: At) -> Option<Landing> {
        match at {
            At::Arrived(eni) => self.network.enis[eni].instance.map(Landing::Instance),
            At::ArrivedPart(part) => Some(Landing::Part(part)),
            At::ArrivedHost(host) => host.map(Landing::Host),
            _ => None,
        }
    }

    /// Carries a question.
    fn there(
        &mut self,
        message: &Carried<'_>,
        start: End,
        state: &mut State,
        hops: &mut Vec<Hop>,
    ) -> Result<Packet, Reason> {
        let network = self.network;
        let packet = message.packet.clone();
        let destination = packet.destination;
        let family = Family::of(destination);
        let story = Story {
            network,
            from: start,
            to: End::Bare(destination),
            family,
            reply_after: 0,
            encrypted: false,
        };
        let walked = story.leg(packet.clone(), state);
        self.take(&walked, state, hops)?;
        let arrived = walked.packet.clone();
        let right = match (message.to, walked.arrived) {
            (Some(to), Some(at)) => self.arrived(to, at, destination),
            // Whoever is there runs no DNS server: nothing answers.
            (None, _) => true,
            (Some(_), None) => false,
        };
        if !right {
            let reason = Reason::new(&resolver::UNREACHABLE, message.from.at())
                .fact("server", destination)
                .fact("why", "whoever has the address there runs no DNS server");
            let mut hop =
                Hop::new(message.from.kind, &message.from.id, "no-answer", Decision::Denied, &packet)
                    .at(&message.from.place);
            hop.reason = Some(reason.clone());
            hops.push(hop);
            return Err(reason);
        }
        self.flights.push(Flight { from: start, sent: packet, walked });
        Ok(arrived)
    }

    /// Carries an answer back the way of its question.
    fn back(
        &mut self,
        message: &Carried<'_>,
        state: &mut State,
        hops: &mut Vec<Hop>,
    ) -> Result<Packet, Reason> {
        let key = message.packet.key();
        let Some(at) = self.flights.iter().rposition(|flight| flight.walked.packet.reply().key() == key)
        else {
            return Ok(message.packet.clone());
        };
        // What lies above was dropped on its way and will not be answered.
        let Some(flight) = self.flights.drain(at..).next() else { return Ok(message.packet.clone()) };
        let destination = flight.sent.destination;
        let story = Story {
            network: self.network,
            from: flight.from,
            to: End::Bare(destination),
            family: Family::of(destination),
            reply_after: 0,
            encrypted: false,
        };
        let mut back = story.answer(&flight.sent, &flight.walked, message.packet.clone(), state);
        story.check_initiator(&flight.walked, &mut back);
        self.take(&back, state, hops)?;
        Ok(back.packet)
    }

    /// Adds the hops of a way, and says why it failed if it did.
    fn take(&mut self, walked: &Walked<At>, state: &mut State, hops: &mut Vec<Hop>) -> Result<(), Reason> {
        state.entries.retain(|entry| !entry.counterfactual);
        for hint in &walked.hints {
            if !self.hints.contains(hint) {
                self.hints.push(hint.clone());
            }
        }
        let refused = walked.leg.verdict != Verdict::Allowed;
        let sent = |(n, hop): &(usize, &Hop)| *n == 0 && hop.stage == "send" && hop.reason.is_none();
        let real = |hop: &Hop| !hop.counterfactual || self.keeps_what_if;
        let shown = walked.leg.hops.iter().enumerate().filter(|it| !sent(it) && real(it.1));
        hops.extend(shown.map(|(_, hop)| hop.clone()));
        if !refused {
            return Ok(());
        }
        let reason =
            walked.leg.hops.iter().filter(|hop| !hop.counterfactual).find_map(|hop| hop.reason.clone());
        Err(reason.unwrap_or_else(|| {
            let at = Where::new(super::RESOLVER, &Id::from(super::RESOLVER));
            Reason::new(&resolver::UNREACHABLE, at)
                .fact("server", walked.packet.destination)
                .fact("why", "nothing can be said of its way")
        }))
    }

    /// The VPC whose resolver a party is.
    fn vpc_of(&self, party: &Party) -> Option<Ix<Vpc>> {
        match self.names.owners.get(&party.id)? {
            Owner::Vpc(vpc) => Some(*vpc),
            Owner::Client => None,
        }
    }
}

/// Servers that are on the internet without being drawn as hosts.
fn is_implied(kind: &str) -> bool {
    [ROOT_SERVER, TLD_SERVER, AWS_SERVER, hosted_zone::SPEC.kind].contains(&kind)
}

impl Sets for Wire<'_> {
    fn set(&self, zone: &Id, name: &Name, kind: RecordType, asker: &Asker) -> Option<Chosen> {
        let chose = Chose { zone: zone.clone(), name: name.clone(), kind, asker: asker.clone() };
        let mut chosen = self.chosen.borrow_mut();
        if !chosen.contains(&chose) {
            chosen.push(chose);
        }
        Chooser { network: self.network, names: self.names }.set(zone, name, kind, asker)
    }
}

impl resolver::Network for Wire<'_> {
    fn listener(&self, from: &Party, address: IpAddr) -> Option<Listener> {
        let network = self.network;
        let end = self.end_of(from);
        // A VPC's resolver answers at its addresses inside the VPC only (DNS-01, DNS-05).
        let inside = match end {
            Some(End::Interface { eni, .. }) => {
                let resolver = platform::service(network, eni, address) == Some(Service::Resolver);
                resolver.then(|| network.vpc_of_eni(eni))
            }
            // CVPN-19: a client of a VPN reaches the resolver of the VPC that it is in.
            Some(End::Part { part: Part::VpnClient(client), .. }) => {
                let landed = network.fabric.vpn_clients[client].vpc(network);
                landed.filter(|vpc| network.vpcs[*vpc].resolver() == Some(address))
            }
            _ => None,
        };
        if let Some(resolver) = inside.and_then(|vpc| self.names.resolvers.get(&vpc)) {
            return Some(Listener::Resolver(resolver.inside));
        }
        // A provider answers its customers.
        if let Some(provider) = self.provider.filter(|_| from.id == self.client.0)
            && let Some(it) = self.names.directory.resolvers.get(provider)
            && it.party.addresses.contains(&address)
        {
            return Some(Listener::Resolver(provider));
        }
        let known = self.names.listeners.get(&address)?;
        // Two networks may use the same address: whoever the packet comes to is meant.
        let listening = match (known.as_slice(), end) {
            ([one], _) => one,
            (several, Some(end)) => self.reached(end, from, address, several)?,
            (several, None) => several.first()?,
        };
        let resolving = end.is_none();
        match (resolving, listening.server, listening.resolver) {
            (true, Some(server), _) | (false, Some(server), None) => Some(Listener::Server(server)),
            (_, _, Some(resolver)) => Some(Listener::Resolver(resolver)),
            (_, None, None) => None,
        }
    }

    fn carry(
        &mut self,
        message: &Carried<'_>,
        state: &mut State,
        hops: &mut Vec<Hop>,
    ) -> Result<Packet, Reason> {
        if message.response {
            return self.back(message, state, hops);
        }
        match self.start(message) {
            Some(start) => self.there(message, start, state, hops),
            None => Ok(message.packet.clone()),
        }
    }

    fn inspect(
        &mut self,
        resolver: &Party,
        _: &Party,
        question: &Question,
        packet: &Packet,
        hops: &mut Vec<Hop>,
    ) -> Option<Response> {
        let vpc = self.vpc_of(resolver)?;
        let network = self.network;
        let groups = network.fabric.dns_firewalls.iter().map(|(_, group)| group);
        let mut groups: Vec<_> = groups.filter(|group| group.vpcs.contains(&vpc)).collect();
        groups.sort_by_key(|group| group.priority);
        for group in groups {
            let kind = dns_firewall_rule_group::SPEC.kind;
            let decided = group.rules.iter().find(|rule| rule.speaks_of(&question.name));
            let scanned =
                group.rules.iter().take_while(|rule| decided.is_none_or(|it| rule.index != it.index));
            let scanned = scanned.map(|rule| scan(&group.id, rule, true));
            let scanned = scanned.chain(decided.map(|rule| scan(&group.id, rule, false))).collect();
            let hop = Hop::new(kind, &group.id, "dns-firewall", Decision::Allowed, packet)
                .with(Evidence::Rules { direction: "out", scanned })
                .by(&["DNS-07"]);
            let Some(rule) = decided else {
                hops.push(hop);
                continue;
            };
            if matches!(rule.action, Action::Allow | Action::Alert) {
                hops.push(hop);
                return None;
            }
            let reason = Reason::new(&FIREWALL_BLOCKED, Where::new(kind, &group.id))
                .rule(rule.priority.to_string())
                .fact("name", &question.name)
                .fact("vpc", &network.vpcs[vpc].id);
            let (response, answer) = blocked(rule, question);
            let reason = reason.fact("answer", answer);
            let mut hop = hop;
            hop.decision = Decision::Denied;
            hop.reason = Some(reason.clone());
            hops.push(hop);
            let hint = Hint { reason };
            if !self.hints.contains(&hint) {
                self.hints.push(hint);
            }
            return Some(response);
        }
        None
    }

    fn dns64(&self, resolver: &Party, client: &Party) -> Option<Ipv6Addr> {
        self.vpc_of(resolver)?;
        let End::Interface { eni, .. } = self.end_of(client)? else { return None };
        let subnet = self.network.enis[eni].subnet;
        self.network.subnets[subnet].dns64.then_some(NAT64)
    }
}

fn scan(group: &Id, rule: &FilterRule, missed: bool) -> RuleScan {
    RuleScan {
        list: group.clone(),
        index: Some(rule.index),
        label: rule.priority.to_string(),
        rule: rule.line(),
        missed: missed.then_some(RuleMiss::Address),
    }
}

/// What a blocked question is answered with.
fn blocked(rule: &FilterRule, question: &Question) -> (Response, &'static str) {
    match &rule.action {
        Action::NxDomain => (Response::new(Outcome::NxDomain), "NXDOMAIN"),
        Action::Override(to, ttl) => {
            let data = Data::Cname(to.clone());
            let record = Record { name: question.name.clone(), ttl: *ttl, data };
            (Response { answers: vec![record], ..Response::new(Outcome::Answer) }, "another name")
        }
        Action::NoData | Action::Allow | Action::Alert => (Response::new(Outcome::NoData), "NODATA"),
    }
}
