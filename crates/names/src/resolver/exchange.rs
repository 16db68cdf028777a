//! One question to one address and its answer: the packets, whoever answers there, the way back.

use std::net::IpAddr;

use hopscope_forward::{Decision, Evidence, Reason};
use hopscope_net::{Packet, Protocol, Transport};

use super::{Ask, Carried, MAX_MESSAGES, REFUSED, SERVFAIL, UNREACHABLE, Work};
use crate::authority::{self, Asker};
use crate::directory::{Listener, Party};
use crate::message::{Outcome, Query, Response};

/// What came of a question to one address.
pub(super) enum Exchange {
    /// An answer, whatever it says, and the packet it came in.
    Reply(Response, Packet),
    /// Nobody answers at this address.
    Nobody(Reason),
    /// A message was lost on its way.
    Lost(Reason),
}

/// The packet of a question.
pub(super) fn packet(source: IpAddr, port: u16, server: IpAddr, query: &Query) -> Packet {
    Packet {
        source,
        destination: server,
        protocol: Protocol::UDP,
        transport: Transport::Ports { source: port, destination: 53 },
        size: query.size(),
        dont_fragment: false,
        fragment: false,
    }
}

impl Work<'_> {
    /// A client's question and what it receives.
    pub(super) fn ask(&mut self, ask: &Ask) -> Response {
        match self.exchange(&ask.client, ask.server, &ask.query, "stub-query") {
            Exchange::Reply(mut response, answer) => {
                let mut hop = Self::hop(&ask.client, "resolved", Decision::Delivered, &answer);
                hop.evidence.extend(response.sections().take(1));
                if response.outcome == Outcome::Refused && response.reason.is_none() {
                    let reason = Reason::new(&REFUSED, ask.client.at())
                        .fact("server", ask.server)
                        .fact("name", &ask.query.question.name);
                    response.reason = Some(self.refuse(hop.by(&["DNS-21"]), reason));
                } else {
                    self.hops.push(hop.by(&["DNS-21"]));
                }
                response
            }
            Exchange::Nobody(reason) | Exchange::Lost(reason) => Response::failed(Outcome::Timeout, reason),
        }
    }

    fn port(message: usize) -> u16 {
        50_000 + u16::try_from(message).unwrap_or(0)
    }

    /// Sends a question and waits for its answer.
    pub(super) fn exchange(
        &mut self,
        from: &Party,
        address: IpAddr,
        query: &Query,
        stage: &'static str,
    ) -> Exchange {
        self.messages += 1;
        let Some(source) = from.address_like(address) else {
            let unspecified = match address {
                IpAddr::V4(_) => IpAddr::from([0u8; 4]),
                IpAddr::V6(_) => IpAddr::from([0u16; 8]),
            };
            let packet = packet(unspecified, 0, address, query);
            let reason = Reason::new(&UNREACHABLE, from.at())
                .fact("server", address)
                .fact("why", "it has no address of that family");
            return Exchange::Lost(self.fail(from, stage, &packet, reason));
        };
        let question = packet(source, Self::port(self.messages), address, query);
        if self.messages > MAX_MESSAGES {
            let reason = Reason::new(&SERVFAIL, from.at())
                .fact("name", &query.question.name)
                .fact("why", format!("the resolution takes more than {MAX_MESSAGES} messages"));
            return Exchange::Lost(self.fail(from, stage, &question, reason));
        }
        let directory = self.directory;
        let listener = self.network.listener(from, address).or_else(|| directory.listener(address));
        let server = listener.and_then(|listener| directory.party(listener));
        let to = server.map_or_else(|| address.to_string().into(), |server| server.id.clone());
        let message = Evidence::Message {
            protocol: "DNS",
            from: from.id.clone(),
            to,
            response: false,
            text: query.to_string(),
        };
        let hop = Self::hop(from, stage, Decision::Sent, &question).with(message).by(&["DNS-19"]);
        self.hops.push(hop);
        let arrived = match self.carry(from, server, &question, false, query) {
            Ok(arrived) => arrived,
            Err(reason) => return Exchange::Lost(reason),
        };
        let (Some(listener), Some(server)) = (listener, server) else {
            let reason = Reason::new(&UNREACHABLE, from.at())
                .fact("server", address)
                .fact("why", "no DNS server has this address");
            return Exchange::Nobody(self.fail(from, "no-answer", &question, reason));
        };
        let Some(response) = self.respond(listener, query, &arrived, from) else {
            let reason = Reason::new(&UNREACHABLE, server.at())
                .fact("server", address)
                .fact("why", format!("it drops the question {}", query.question));
            return Exchange::Lost(self.fail(server, "no-answer", &arrived, reason));
        };
        let mut answer = arrived.reply();
        answer.size = response.size(&query.question);
        let message = Evidence::Message {
            protocol: "DNS",
            from: server.id.clone(),
            to: from.id.clone(),
            response: true,
            text: format!("{}: {}", query.question, response.summary()),
        };
        let stage = if response.referral.is_some() { "referral" } else { "answer" };
        let mut hop = Self::hop(server, stage, Decision::Forwarded, &answer).with(message);
        hop.evidence.extend(response.sections());
        if matches!(listener, Listener::Server(_)) {
            hop.evidence.extend(response.evidence.iter().cloned());
        }
        self.hops.push(hop.by(&["DNS-19", "DNS-21"]));
        match self.carry(server, Some(from), &answer, true, query) {
            Ok(arrived) => Exchange::Reply(response, arrived),
            Err(reason) => Exchange::Lost(reason),
        }
    }

    /// Hands a message to the network.
    fn carry(
        &mut self,
        from: &Party,
        to: Option<&Party>,
        packet: &Packet,
        response: bool,
        query: &Query,
    ) -> Result<Packet, Reason> {
        let message = Carried { from, to, packet, response, query };
        self.network.carry(&message, self.state, &mut self.hops).inspect_err(|reason| {
            self.causes.push((self.hops.len().saturating_sub(1), reason.clone()));
        })
    }

    /// What whoever listens says; none where the question is dropped.
    fn respond(
        &mut self,
        listener: Listener,
        query: &Query,
        arrived: &Packet,
        client: &Party,
    ) -> Option<Response> {
        match listener {
            Listener::Resolver(index) => {
                let directory = self.directory;
                let resolver = directory.resolvers.get(index)?;
                Some(self.resolve(resolver, query, arrived, client))
            }
            Listener::Server(index) => {
                let hosted = &self.directory.servers.get(index)?.zones;
                let zones: Vec<_> =
                    hosted.iter().filter_map(|zone| self.directory.zones.get(*zone)).collect();
                let asker = Asker {
                    address: Some(arrived.source),
                    subnet: query.client_subnet,
                    resolver: Some(client.id.clone()),
                    seed: self.state.seed,
                };
                authority::answer(&zones, query, &asker, self.sets(), self.state.now)
            }
        }
    }

    /// What is chosen for each question.
    pub(super) fn sets(&self) -> &dyn authority::Sets {
        &*self.network
    }
}
