//! What a resolver does with a question: its cache, its rules, aliases one after another, and the
//! answer to the client (RFC 1034, section 3.6.2; RFC 6147; DNS-08, DNS-15, DNS-18).

use std::net::IpAddr;

use hopscope_forward::{CYCLIC_PATH, Candidate, Decision, Evidence, Reason};
use hopscope_net::Packet;
use ipnet::IpNet;

use super::exchange::{Exchange, packet};
use super::{Action, Found, MAX_NESTING, REFUSED, Resolver, Rule, Source, Terms, Work, check};
use crate::authority::{self, Asker, MAX_ALIASES};
use crate::directory::Party;
use crate::dnssec::Trust;
use crate::message::{Outcome, Query, Question, Response};
use crate::name::Name;
use crate::record::{Data, Record, RecordType};

impl Work<'_> {
    /// The question of a host that is its own resolver.
    pub(super) fn resolve_locally(&mut self, resolver: &Resolver, query: &Query) -> Response {
        let own = resolver.party.addresses.first().copied().unwrap_or(IpAddr::from([127, 0, 0, 1]));
        let arrived = packet(own, 50_000, own, query);
        let client = resolver.party.clone();
        self.resolve(resolver, query, &arrived, &client)
    }

    /// What a resolver answers to a question that arrived from `client`.
    pub(super) fn resolve(
        &mut self,
        resolver: &Resolver,
        query: &Query,
        arrived: &Packet,
        client: &Party,
    ) -> Response {
        let running = (resolver.party.id.clone(), query.question.clone());
        let again = self.running.contains(&running);
        if again || self.running.len() >= MAX_NESTING {
            // Two resolvers that forward a name to each other (DNS-18).
            let reason = Reason::new(&CYCLIC_PATH, resolver.party.at()).fact("name", &query.question.name);
            let reason = self.fail(&resolver.party, "failed", arrived, reason);
            return Response::failed(Outcome::ServFail, reason);
        }
        self.running.push(running);
        let mut response = self.follow(resolver, query, arrived, client);
        let synthetic = self.network.dns64(&resolver.party, client);
        let wants_synthetic = query.question.kind == RecordType::Aaaa && response.outcome == Outcome::NoData;
        if let Some(prefix) = synthetic.filter(|_| wants_synthetic) {
            let plain = Question::new(query.question.name.clone(), RecordType::A);
            let plain = self.follow(resolver, &Query { question: plain, ..query.clone() }, arrived, client);
            if plain.outcome == Outcome::Answer {
                response = synthesise(plain, prefix);
                let answers = response.answers.iter().map(Record::to_string).collect();
                let records = Evidence::Records { section: "answer", records: answers };
                let hop = Self::hop(&resolver.party, "dns64", Decision::Allowed, arrived);
                self.hops.push(hop.with(records).by(&["DSEC-12"]));
            }
        }
        self.running.pop();
        if !(query.dnssec_ok && resolver.heeds_dnssec_ok) {
            let asked = query.question.kind;
            let plain = |record: &Record| {
                !matches!(record.kind(), RecordType::Rrsig | RecordType::Nsec) || record.kind() == asked
            };
            response.answers.retain(plain);
            response.authority.retain(plain);
        }
        response
    }

    /// Follows aliases until there is an answer.
    fn follow(&mut self, resolver: &Resolver, query: &Query, arrived: &Packet, client: &Party) -> Response {
        let unchecked = query.checking_disabled && resolver.heeds_checking_disabled;
        let validates = resolver.validates && !unchecked;
        let terms = Terms {
            packet: arrived.clone(),
            dnssec_ok: validates || query.dnssec_ok && resolver.heeds_dnssec_ok,
            checking_disabled: resolver.validates || query.checking_disabled,
            client_subnet: query
                .client_subnet
                .or_else(|| resolver.sends_client_subnet.then(|| block(arrived.source)).flatten()),
        };
        let mut response = Response::new(Outcome::Answer);
        response.authenticated = validates && resolver.tells_authenticated;
        let mut question = query.question.clone();
        for _ in 0..=MAX_ALIASES {
            let inspected = self.network.inspect(&resolver.party, client, &question, arrived, &mut self.hops);
            if let Some(blocked) = inspected {
                response.answers.extend(blocked.answers);
                return Response { answers: response.answers, authenticated: false, ..blocked };
            }
            let found = match self.obtain(resolver, &question.name, question.kind, &terms) {
                Ok(found) => found,
                Err(reason) => return failed(reason),
            };
            let checked = match found.source {
                Source::Servers => validates,
                Source::Forwarder => validates && resolver.validates_forwarded,
                Source::Zone => false,
            };
            let mut secure = false;
            if checked {
                match self.validate(resolver, &question, &found, &terms) {
                    Ok(trust) => secure = trust != Trust::Insecure,
                    Err(reason) => return failed(reason),
                }
            }
            response.authenticated &= secure;
            response.outcome = found.outcome;
            response.zones.extend(found.zone.map(|zone| (question.name.clone(), zone)));
            response.authority = found.authority;
            let alias = found.records.iter().find_map(|record| match &record.data {
                Data::Cname(target) if question.kind != RecordType::Cname => Some(target.clone()),
                _ => None,
            });
            response.answers.extend(found.records);
            match alias {
                Some(target) => question.name = target,
                None => return response,
            }
        }
        let why = format!("more than {MAX_ALIASES} aliases in a row");
        failed(self.servfail(resolver, &query.question.name, &terms, why))
    }

    /// The set of a name and type, or an alias in its place: from this resolution, the cache, a
    /// rule, or the servers.
    pub(super) fn obtain(
        &mut self,
        resolver: &Resolver,
        name: &Name,
        kind: RecordType,
        terms: &Terms,
    ) -> Result<Found, Reason> {
        let memo = (resolver.party.id.clone(), name.clone(), kind);
        if let Some(found) = self.memo.get(&memo).filter(|found| found.dnssec_ok || !terms.dnssec_ok) {
            return Ok(found.clone());
        }
        let rule = resolver.rule(name);
        let question = Question::new(name.clone(), kind);
        if !rule.is_some_and(|rule| matches!(rule.action, Action::Zone(_))) {
            let kept = self.recall(resolver, name, kind, terms);
            // Keys and the like are looked for silently.
            if kept.is_some() || self.running.last().is_some_and(|(_, asked)| asked.kind == kind) {
                let hop =
                    Self::hop(&resolver.party, "cache", Decision::Allowed, &terms.packet).by(&["DNS-19"]);
                let hop = match &kept {
                    None => hop.with(check("dns-cached", false, question.to_string())),
                    Some((found, left)) => {
                        let all = found.records.iter().chain(&found.authority);
                        let records = all.map(Record::to_string).collect();
                        hop.with(check("dns-cached", true, format!("{question}: {left} s left")))
                            .with(Evidence::Records { section: "answer", records })
                    }
                };
                self.hops.push(hop);
            }
            if let Some((found, _)) = kept {
                self.memo.insert(memo, found.clone());
                return Ok(found);
            }
        }
        if let Some(rule) = rule {
            self.tell_rule(resolver, rule, name, terms);
        }
        match rule.map(|rule| &rule.action) {
            Some(Action::Zone(index)) => self.answer_from(resolver, *index, &question, terms),
            Some(Action::Forward { via, to }) => {
                let response = self.forward(resolver, via, to, &question, terms)?;
                Ok(self.absorb(resolver, Source::Forwarder, &question, response, terms))
            }
            Some(Action::Refuse) => {
                let reason = Reason::new(&REFUSED, resolver.party.at()).fact("name", name);
                Err(self.fail(&resolver.party, "failed", &terms.packet, reason))
            }
            Some(Action::Recurse) | None => {
                let response = self.iterate(resolver, &question, terms)?;
                Ok(self.absorb(resolver, Source::Servers, &question, response, terms))
            }
        }
    }

    /// Shows which rule decides, and which others fit.
    fn tell_rule(&mut self, resolver: &Resolver, chosen: &Rule, name: &Name, terms: &Terms) {
        let fits = resolver.rules.iter().filter(|rule| name.is_at_or_below(&rule.domain));
        let candidates = fits.map(|rule| Candidate {
            of: rule.of.clone(),
            index: rule.index,
            label: rule.label.clone(),
            value: rule.domain.to_string(),
            lost: if std::ptr::eq(rule, chosen) {
                None
            } else if rule.domain == chosen.domain {
                Some("lower-priority")
            } else {
                Some("less-specific")
            },
        });
        let choice = Evidence::Choice {
            of: "resolver-rules",
            field: "",
            by: name.to_string(),
            candidates: candidates.collect(),
        };
        let hop = Self::hop(&resolver.party, "resolver-rule", Decision::Routed, &terms.packet);
        self.hops.push(hop.with(choice).by(&["DNS-08", "DNS-09"]));
    }

    /// Answers from a zone that the resolver knows by itself (DNS-10: the search ends there).
    fn answer_from(
        &mut self,
        resolver: &Resolver,
        index: usize,
        question: &Question,
        terms: &Terms,
    ) -> Result<Found, Reason> {
        let directory = self.directory;
        let Some(zone) = directory.zones.get(index) else {
            let why = "its zone is gone".to_owned();
            return Err(self.servfail(resolver, &question.name, terms, why));
        };
        let query = Query { dnssec_ok: terms.dnssec_ok, ..Query::recursive(question.clone()) };
        let asker = Asker {
            address: Some(terms.packet.source),
            subnet: terms.client_subnet,
            resolver: Some(resolver.party.id.clone()),
            seed: self.state.seed,
        };
        let answered = authority::answer(&[zone], &query, &asker, self.sets(), self.state.now);
        let mut response = answered.unwrap_or_else(|| Response::new(Outcome::NoData));
        let party = Party::new(zone.at.kind, &zone.at.id, Vec::new());
        let mut hop = Self::hop(&party, "zone", Decision::Forwarded, &terms.packet);
        hop.evidence.extend(response.sections());
        hop.evidence.append(&mut response.evidence);
        self.hops.push(hop.by(&["DNS-08", "DNS-10"]));
        if response.referral.is_some() {
            // What a private zone hands over is asked of those servers, as from the root down.
            if let Some(cut) = response.referral.clone() {
                self.learn(resolver, &cut, &response);
            }
            let response = self.iterate(resolver, question, terms)?;
            return Ok(self.absorb(resolver, Source::Servers, question, response, terms));
        }
        Ok(self.absorb(resolver, Source::Zone, question, response, terms))
    }

    /// Asks other resolvers until one answers (DNS-14).
    fn forward(
        &mut self,
        resolver: &Resolver,
        via: &Party,
        to: &[IpAddr],
        question: &Question,
        terms: &Terms,
    ) -> Result<Response, Reason> {
        let query = Query {
            question: question.clone(),
            recursion_desired: true,
            dnssec_ok: terms.dnssec_ok,
            checking_disabled: terms.checking_disabled,
            client_subnet: terms.client_subnet,
        };
        let mut lost = None;
        for address in to.iter().take(super::MAX_SERVERS) {
            match self.exchange(via, *address, &query, "forward") {
                Exchange::Reply(response, _)
                    if response.outcome.is_answer() && response.referral.is_none() =>
                {
                    return Ok(response);
                }
                Exchange::Reply(response, _) => {
                    // Why the other one failed says more than that it did.
                    let why = || format!("{address} answers {}", response.outcome.word());
                    let failed = response.reason.clone().ok_or_else(why);
                    lost = Some(failed);
                }
                Exchange::Nobody(_) => lost = Some(Err(format!("{address} does not answer"))),
                Exchange::Lost(reason) => {
                    lost = Some(Err(format!("{address} is not reached ({})", reason.spec.code)));
                }
            }
        }
        match lost {
            Some(Ok(reason)) => Err(reason),
            Some(Err(why)) => Err(self.servfail(resolver, &question.name, terms, why)),
            None => {
                Err(self.servfail(resolver, &question.name, terms, "it has no servers to ask".to_owned()))
            }
        }
    }

    /// Takes a response apart, keeps its sets, and returns what it says to the question.
    fn absorb(
        &mut self,
        resolver: &Resolver,
        source: Source,
        question: &Question,
        response: Response,
        terms: &Terms,
    ) -> Found {
        let mut name = question.name.clone();
        let mut first = None;
        for _ in 0..=MAX_ALIASES {
            let of = |wanted: RecordType| {
                let of_set = |record: &&Record| {
                    record.name == name
                        && match &record.data {
                            Data::Rrsig(sig) => sig.covers == wanted,
                            data => data.kind() == wanted,
                        }
                };
                let set: Vec<_> = response.answers.iter().filter(of_set).cloned().collect();
                set.iter().any(|record| record.kind() == wanted).then_some(set)
            };
            let (stored, records) = match of(question.kind) {
                Some(set) => (question.kind, set),
                None => match of(RecordType::Cname) {
                    Some(set) => (RecordType::Cname, set),
                    None => (question.kind, Vec::new()),
                },
            };
            // The end of a chain whose rest has to be asked elsewhere.
            if first.is_some() && records.is_empty() && response.outcome == Outcome::Answer {
                break;
            }
            let empty = records.is_empty();
            let target = records.iter().find_map(|record| match &record.data {
                Data::Cname(target) if stored != question.kind => Some(target.clone()),
                _ => None,
            });
            let found = Found {
                outcome: match response.outcome {
                    Outcome::Answer if empty => Outcome::NoData,
                    other if empty => other,
                    _ => Outcome::Answer,
                },
                source,
                records,
                authority: if empty { response.authority.clone() } else { Vec::new() },
                zone: response.zone_of(&name).cloned(),
                dnssec_ok: terms.dnssec_ok,
            };
            if source != Source::Zone {
                self.keep(resolver, &name, stored, &found, terms);
            }
            let id = resolver.party.id.clone();
            self.memo.insert((id, name.clone(), question.kind), found.clone());
            first.get_or_insert(found);
            match target {
                Some(target) => name = target,
                None => break,
            }
        }
        first.unwrap_or_else(|| Found {
            outcome: Outcome::NoData,
            source,
            records: Vec::new(),
            authority: Vec::new(),
            zone: None,
            dnssec_ok: terms.dnssec_ok,
        })
    }
}

/// What a client receives of a resolution that failed.
fn failed(reason: Reason) -> Response {
    let refused = *reason.spec == REFUSED;
    Response::failed(if refused { Outcome::Refused } else { Outcome::ServFail }, reason)
}

/// The block of a client that a resolver passes on (RFC 7871, section 11.1).
fn block(client: IpAddr) -> Option<IpNet> {
    let length = if client.is_ipv4() { 24 } else { 56 };
    IpNet::new(client, length).ok().map(|net| net.trunc())
}

/// IPv6 addresses made of IPv4 ones, without signatures (RFC 6147, section 5.1).
fn synthesise(plain: Response, prefix: std::net::Ipv6Addr) -> Response {
    let map = |mut record: Record| match &record.data {
        Data::A(address) => {
            let bits = prefix.to_bits() & !0xffff_ffff | u128::from(address.to_bits());
            record.data = Data::Aaaa(bits.into());
            Some(record)
        }
        Data::Rrsig(sig) if sig.covers == RecordType::A => None,
        _ => Some(record),
    };
    Response { answers: plain.answers.into_iter().filter_map(map).collect(), authenticated: false, ..plain }
}
