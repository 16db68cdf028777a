//! From the root down: referrals, name servers with and without glue, lame delegations (RFC 1034,
//! section 5.3.3; DNS-19, DNS-20).

use std::net::IpAddr;

use hopscope_forward::Reason;

use super::exchange::Exchange;
use super::{
    Found, LAME_DELEGATION, MAX_NESTING, MAX_REFERRALS, MAX_SERVER_LOOKUPS, MAX_SERVERS, Resolver, SERVFAIL,
    Source, Terms, Work,
};
use crate::directory::NameServer;
use crate::dnssec;
use crate::message::{Outcome, Query, Question, Response};
use crate::name::Name;
use crate::record::{Data, RecordType};

impl Work<'_> {
    /// Asks from the closest known zone down until a server answers.
    pub(super) fn iterate(
        &mut self,
        resolver: &Resolver,
        question: &Question,
        terms: &Terms,
    ) -> Result<Response, Reason> {
        // A DS is asked of the parent's servers.
        let below = match question.kind {
            RecordType::Ds => question.name.parent().unwrap_or_else(Name::root),
            _ => question.name.clone(),
        };
        let (mut zone, mut servers) = self.closest(resolver, &below);
        for _ in 0..MAX_REFERRALS {
            let response = self.ask_zone(resolver, &zone, &servers, question, terms)?;
            let Some(cut) = response.referral.clone() else { return Ok(response) };
            servers = self.learn(resolver, &cut, &response);
            self.learn_ds(resolver, &zone, &cut, &response, terms);
            zone = cut;
        }
        let why = format!("more than {MAX_REFERRALS} referrals");
        Err(self.servfail(resolver, &question.name, terms, why))
    }

    /// Keeps what a referral says about the keys of the zone below: a DS, or that there is none.
    fn learn_ds(&mut self, resolver: &Resolver, zone: &Name, cut: &Name, response: &Response, terms: &Terms) {
        let (ds, _) = dnssec::set_of(&response.authority, cut, RecordType::Ds);
        let secure = |data: &Data| matches!(data, Data::Ds(_) | Data::Nsec { .. } | Data::Rrsig(_));
        let records: Vec<_> =
            response.authority.iter().filter(|record| secure(&record.data)).cloned().collect();
        // Without a proof nothing is known: whoever needs it asks.
        if !terms.dnssec_ok || records.is_empty() {
            return;
        }
        let (outcome, records, authority) = if ds.is_empty() {
            (Outcome::NoData, Vec::new(), records)
        } else {
            (Outcome::Answer, records, Vec::new())
        };
        let zone = Some(zone.clone());
        let found = Found { outcome, source: Source::Servers, records, authority, zone, dnssec_ok: true };
        self.keep(resolver, cut, RecordType::Ds, &found, terms);
        self.memo.insert((resolver.party.id.clone(), cut.clone(), RecordType::Ds), found);
    }

    /// Asks the servers of a zone, one after another, until one knows the zone.
    fn ask_zone(
        &mut self,
        resolver: &Resolver,
        zone: &Name,
        servers: &[NameServer],
        question: &Question,
        terms: &Terms,
    ) -> Result<Response, Reason> {
        let query = Query {
            question: question.clone(),
            recursion_desired: false,
            dnssec_ok: terms.dnssec_ok,
            checking_disabled: false,
            client_subnet: terms.client_subnet,
        };
        let mut lost = None;
        let mut tried = Vec::new();
        // Those with known addresses first: the others cost lookups of their own.
        let (known, unknown): (Vec<_>, Vec<_>) =
            servers.iter().take(MAX_SERVERS).partition(|server| !server.addresses.is_empty());
        for server in known.into_iter().chain(unknown) {
            let addresses = if server.addresses.is_empty() {
                self.addresses(resolver, &server.name, zone, terms)
            } else {
                server.addresses.clone()
            };
            let reachable = addresses.iter().filter(|to| resolver.party.address_like(**to).is_some());
            for address in reachable.take(2) {
                tried.push(format!("{} ({address})", server.name));
                match self.exchange(&resolver.party, *address, &query, "query") {
                    Exchange::Reply(response, _) if hosts(&response, zone, &question.name) => {
                        return Ok(response);
                    }
                    Exchange::Reply(..) | Exchange::Nobody(_) => {}
                    Exchange::Lost(reason) => lost = Some(reason),
                }
            }
        }
        if let Some(reason) = lost {
            let why = format!("no server of {zone} answers ({})", reason.spec.code);
            return Err(self.servfail(resolver, &question.name, terms, why));
        }
        if zone.is_root() {
            return Err(self.servfail(
                resolver,
                &question.name,
                terms,
                "no server of the root answers".into(),
            ));
        }
        let at = self.directory.delegation_at(zone).cloned().unwrap_or_else(|| resolver.party.at());
        let names: Vec<_> = servers.iter().map(|server| server.name.to_string()).collect();
        let reason = Reason::new(&LAME_DELEGATION, at)
            .fact("zone", zone)
            .fact("name", &question.name)
            .fact("servers", if names.is_empty() { "none".to_owned() } else { names.join(", ") })
            .fact("tried", if tried.is_empty() { "none".to_owned() } else { tried.join(", ") });
        Err(self.fail(&resolver.party, "failed", &terms.packet, reason))
    }

    /// Looks the addresses of a name server up.
    fn addresses(&mut self, resolver: &Resolver, server: &Name, zone: &Name, terms: &Terms) -> Vec<IpAddr> {
        let asked = |(id, question): &&(_, Question)| *id == resolver.party.id && question.name == *server;
        // Below the zone itself only glue could help.
        if server.is_at_or_below(zone)
            || self.running.len() >= MAX_NESTING
            || self.server_lookups >= MAX_SERVER_LOOKUPS
            || self.running.iter().any(|running| asked(&running))
        {
            return Vec::new();
        }
        self.server_lookups += 1;
        let has_v4 = resolver.party.addresses.iter().any(IpAddr::is_ipv4);
        let kind = if has_v4 { RecordType::A } else { RecordType::Aaaa };
        let terms = Terms { dnssec_ok: false, client_subnet: None, ..terms.clone() };
        self.running.push((resolver.party.id.clone(), Question::new(server.clone(), kind)));
        let found = self.obtain(resolver, server, kind, &terms);
        self.running.pop();
        let records = found.map(|found| found.records).unwrap_or_default();
        records.iter().filter_map(|record| record.data.address()).collect()
    }

    /// The resolution fails at this resolver.
    pub(super) fn servfail(
        &mut self,
        resolver: &Resolver,
        name: &Name,
        terms: &Terms,
        why: String,
    ) -> Reason {
        let reason = Reason::new(&SERVFAIL, resolver.party.at()).fact("name", name).fact("why", why);
        self.fail(&resolver.party, "failed", &terms.packet, reason)
    }
}

/// Whether a server that was said to host `zone` does: it answers, or knows who does below.
fn hosts(response: &Response, zone: &Name, name: &Name) -> bool {
    match &response.referral {
        Some(cut) => cut.is_below(zone) && name.is_at_or_below(cut),
        None => response.outcome.is_answer() && response.authoritative,
    }
}
