//! Resolvers: how a question travels from a client to whoever answers it, message by message
//! (RFC 1034, section 5; RFC 2308; RFC 4035; RFC 6147; DNS-08, DNS-15, DNS-18 to DNS-21).

mod cache;
mod exchange;
mod follow;
mod iterate;
mod validate;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};

use hopscope_forward::{
    Answer, Decision, Evidence, Hop, Id, Leg, Reason, ReasonSpec, Severity, State, Verdict,
};
use hopscope_net::Packet;

use crate::authority::Sets;
use crate::directory::{Directory, Listener, Party};
use crate::dnssec::{ALGORITHMS, Trust};
use crate::message::{Query, Question, Response};
use crate::name::Name;
use crate::record::{Ds, Record, RecordType};

/// Referrals that one resolution follows.
pub const MAX_REFERRALS: usize = 32;

/// Lookups inside one another: addresses of name servers, forwarders.
pub const MAX_NESTING: usize = 8;

/// Messages that resolvers send for one question of a client.
pub const MAX_MESSAGES: usize = 128;

/// Names of name servers that are looked up for one question of a client.
pub const MAX_SERVER_LOOKUPS: usize = 32;

/// Name servers of one zone that are tried.
const MAX_SERVERS: usize = 8;

/// A resolution failed (DNS-14).
pub static SERVFAIL: ReasonSpec = ReasonSpec {
    code: "X_DNS_SERVFAIL",
    aws_code: None,
    severity: Severity::Deny,
    rules: &["DNS-14", "DNS-21"],
    docs: "https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1",
};

/// A parent points to servers that do not host the zone (DNS-20).
pub static LAME_DELEGATION: ReasonSpec = ReasonSpec {
    code: "X_DNS_LAME_DELEGATION",
    aws_code: None,
    severity: Severity::Deny,
    rules: &["DNS-20"],
    docs: "https://www.rfc-editor.org/rfc/rfc1912#section-2.8",
};

/// Nobody answers at the address (DNS-02, DNS-17).
pub static UNREACHABLE: ReasonSpec = ReasonSpec {
    code: "X_DNS_UNREACHABLE",
    aws_code: None,
    severity: Severity::Deny,
    rules: &["DNS-02", "DNS-17"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html",
};

/// The server does not answer this question (DNS-21).
pub static REFUSED: ReasonSpec = ReasonSpec {
    code: "X_DNS_REFUSED",
    aws_code: None,
    severity: Severity::Deny,
    rules: &["DNS-21"],
    docs: "https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1",
};

/// What a resolver does with names at or below a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Asks other resolvers, one after another.
    Forward {
        /// Who sends the question: the resolver itself, or an endpoint of it.
        via: Party,
        /// Where to.
        to: Vec<IpAddr>,
    },
    /// Answers from a zone, by index into [`Directory::zones`].
    Zone(usize),
    /// Asks from the root down.
    Recurse,
    /// Refuses to answer.
    Refuse,
}

/// A rule of a resolver: the deepest domain that the name is at or below decides; of equals, the
/// first (DNS-08, DNS-09).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The component that it is drawn in: a Resolver rule, a private hosted zone.
    pub of: Id,
    /// Position in that component as authored.
    pub index: Option<usize>,
    /// What it is called there.
    pub label: String,
    /// The domain.
    pub domain: Name,
    /// What to do.
    pub action: Action,
}

/// A resolver: recursive, forwarding, or both by rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolver {
    /// The component.
    pub party: Party,
    /// Rules; names that none fits are resolved from the root down.
    pub rules: Vec<Rule>,
    /// Checks signatures of what it finds from the root down (DSEC-04).
    pub validates: bool,
    /// Checks those of forwarded answers too; the VPC resolver does not (DSEC-11).
    pub validates_forwarded: bool,
    /// The hash of the root's key that validation starts from; none means indeterminate (DSEC-03).
    pub anchor: Option<Ds>,
    /// Algorithms it can check (IANA "DNS Security Algorithm Numbers").
    pub algorithms: Vec<u8>,
    /// Tells clients that it validated (AD). The VPC resolver never does (DSEC-11).
    pub tells_authenticated: bool,
    /// Leaves checking out where the client wants it (CD). The VPC resolver does not (DSEC-11).
    pub heeds_checking_disabled: bool,
    /// Passes signatures on where the client wants them (DO). The VPC resolver does not (DSEC-11).
    pub heeds_dnssec_ok: bool,
    /// Passes on a block of the client's address (RFC 7871, R53-18).
    pub sends_client_subnet: bool,
    /// How many seconds its clock is ahead of the story's; negative for behind.
    pub clock: i64,
}

impl Resolver {
    /// A recursive resolver that does not validate, and does all else that the RFCs say.
    #[must_use]
    pub fn new(party: Party) -> Self {
        Self {
            party,
            rules: Vec::new(),
            validates: false,
            validates_forwarded: true,
            anchor: Some(Directory::anchor()),
            algorithms: ALGORITHMS.to_vec(),
            tells_authenticated: true,
            heeds_checking_disabled: true,
            heeds_dnssec_ok: true,
            sends_client_subnet: false,
            clock: 0,
        }
    }

    /// The VPC resolver: it never sets AD and heeds neither CD nor DO (DSEC-11).
    #[must_use]
    pub fn of_vpc(party: Party) -> Self {
        Self {
            validates_forwarded: false,
            tells_authenticated: false,
            heeds_checking_disabled: false,
            heeds_dnssec_ok: false,
            ..Self::new(party)
        }
    }

    /// A host that validates by itself what a resolver tells it (DSEC-12).
    #[must_use]
    pub fn validating_stub(host: Party, resolver: IpAddr) -> Self {
        let rule = Rule {
            of: host.id.clone(),
            index: None,
            label: resolver.to_string(),
            domain: Name::root(),
            action: Action::Forward { via: host.clone(), to: vec![resolver] },
        };
        Self { rules: vec![rule], validates: true, ..Self::new(host) }
    }

    /// The rule that decides about a name.
    #[must_use]
    pub fn rule(&self, name: &Name) -> Option<&Rule> {
        let fits = self.rules.iter().filter(|rule| name.is_at_or_below(&rule.domain));
        fits.reduce(|best, rule| if rule.domain.depth() > best.domain.depth() { rule } else { best })
    }
}

/// A message on its way.
#[derive(Clone, Copy, Debug)]
pub struct Carried<'a> {
    /// Who sent it.
    pub from: &'a Party,
    /// Who should receive it; none where nobody is known at its destination.
    pub to: Option<&'a Party>,
    /// It, as sent: UDP, port 53 at the server's end.
    pub packet: &'a Packet,
    /// It is the answer to an earlier one, from the server to the client.
    pub response: bool,
    /// What is asked.
    pub query: &'a Query,
}

/// The network that messages travel through, and what is chosen for each question.
///
/// All methods have a default: messages arrive as they were sent and leave no hops behind.
pub trait Network: Sets {
    /// Who answers at an address for this sender. None: whoever answers everybody there
    /// ([`Directory::listener`]).
    fn listener(&self, _from: &Party, _address: IpAddr) -> Option<Listener> {
        None
    }

    /// Carries one message and appends the hops of its way. Returns the packet as it arrived.
    ///
    /// # Errors
    /// Why it did not arrive; its last hop should show it.
    fn carry(
        &mut self,
        message: &Carried<'_>,
        _state: &mut State,
        _hops: &mut Vec<Hop>,
    ) -> Result<Packet, Reason> {
        Ok(message.packet.clone())
    }

    /// Looks at a name before it is resolved, also at each alias on the way (DNS-07), and appends
    /// a hop. An answer ends the resolution.
    fn inspect(
        &mut self,
        _resolver: &Party,
        _client: &Party,
        _question: &Question,
        _packet: &Packet,
        _hops: &mut Vec<Hop>,
    ) -> Option<Response> {
        None
    }

    /// The prefix, of 96 bits, under which this resolver makes IPv6 addresses of IPv4 ones for
    /// this client (RFC 6147).
    fn dns64(&self, _resolver: &Party, _client: &Party) -> Option<Ipv6Addr> {
        None
    }
}

impl Network for crate::authority::NoSets {}

/// What became of a client's question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// What was asked.
    pub question: Question,
    /// What the client received.
    pub response: Response,
    /// Every message and decision, in order.
    pub hops: Vec<Hop>,
    /// Where and why the resolution failed, if it did: the hop by index.
    pub reason: Option<(usize, Reason)>,
    /// What else went wrong on the way, by hop: servers that were not reached, before others
    /// answered or as the cause of the failure.
    pub causes: Vec<(usize, Reason)>,
    /// Things worth telling that decide nothing: which link of a chain of trust is broken.
    pub hints: Vec<Reason>,
}

impl Lookup {
    /// The messages as a leg of a trace: denied where the resolution failed, which "there is no
    /// such name" is not (DNS-21).
    #[must_use]
    pub fn leg(&self) -> Leg {
        let verdict = match &self.reason {
            None => Verdict::Allowed,
            Some((_, reason)) if *reason.spec == hopscope_forward::CYCLIC_PATH => Verdict::Loop,
            Some(_) => Verdict::Denied,
        };
        Leg { verdict, counterfactual: false, hops: self.hops.clone() }
    }

    /// What it came to, as a trace holds it.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer {
            question: self.question.to_string(),
            outcome: self.response.outcome.word(),
            records: self.response.answers.iter().map(Record::to_string).collect(),
            authenticated: self.response.authenticated,
        }
    }
}

/// A question of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Who asks.
    pub client: Party,
    /// Whom: a resolver, or an authoritative server.
    pub server: IpAddr,
    /// What.
    pub query: Query,
}

/// Asks a server, as a stub resolver does.
pub fn ask(directory: &Directory, network: &mut dyn Network, state: &mut State, ask: &Ask) -> Lookup {
    let mut work = Work::new(directory, network, state);
    let response = work.ask(ask);
    work.finish(ask.query.question.clone(), response)
}

/// Resolves at a host that is its own resolver: one that validates by itself (DSEC-12).
pub fn resolve(
    directory: &Directory,
    network: &mut dyn Network,
    state: &mut State,
    resolver: &Resolver,
    query: &Query,
) -> Lookup {
    let mut work = Work::new(directory, network, state);
    let response = work.resolve_locally(resolver, query);
    work.finish(query.question.clone(), response)
}

/// Everything that one question of a client needs on its way.
struct Work<'a> {
    directory: &'a Directory,
    network: &'a mut dyn Network,
    state: &'a mut State,
    hops: Vec<Hop>,
    causes: Vec<(usize, Reason)>,
    hints: Vec<Reason>,
    /// What resolvers learnt for this question, also where no cache keeps it.
    memo: BTreeMap<(Id, Name, RecordType), Found>,
    trust: BTreeMap<(Id, Name), Trust>,
    /// Questions that resolvers are at, the first one first.
    running: Vec<(Id, Question)>,
    messages: usize,
    server_lookups: usize,
}

/// Where a resolver has something from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// A zone that it answers from by itself.
    Zone,
    /// Another resolver.
    Forwarder,
    /// The public servers.
    Servers,
}

/// What a resolver knows for one name and type.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    outcome: crate::message::Outcome,
    source: Source,
    /// The set, or the alias instead, and its signatures.
    records: Vec<Record>,
    /// The start of the zone and proofs of absence.
    authority: Vec<Record>,
    /// The zone it is from, where that is known.
    zone: Option<Name>,
    /// Signatures were asked for.
    dnssec_ok: bool,
}

/// What a resolver is asked for, beside name and type.
#[derive(Clone, Debug)]
struct Terms {
    /// The question as it arrived, for hops that are not about another message.
    packet: Packet,
    /// Signatures are needed.
    dnssec_ok: bool,
    /// The next resolver need not check.
    checking_disabled: bool,
    client_subnet: Option<ipnet::IpNet>,
}

impl<'a> Work<'a> {
    fn new(directory: &'a Directory, network: &'a mut dyn Network, state: &'a mut State) -> Self {
        Self {
            directory,
            network,
            state,
            hops: Vec::new(),
            causes: Vec::new(),
            hints: Vec::new(),
            memo: BTreeMap::new(),
            trust: BTreeMap::new(),
            running: Vec::new(),
            messages: 0,
            server_lookups: 0,
        }
    }

    fn finish(mut self, question: Question, response: Response) -> Lookup {
        let last = self.hops.len().saturating_sub(1);
        let reason = response.reason.clone().map(|reason| {
            let position = self.causes.iter().rposition(|(_, cause)| *cause == reason);
            position.map_or((last, reason), |position| self.causes.remove(position))
        });
        if reason.is_none() {
            self.hints.clear();
        }
        Lookup { question, response, hops: self.hops, reason, causes: self.causes, hints: self.hints }
    }

    /// A hop of a party, at its place.
    fn hop(party: &Party, stage: &'static str, decision: Decision, packet: &Packet) -> Hop {
        Hop::new(party.kind, &party.id, stage, decision, packet).at(&party.place)
    }

    /// Records that something failed at a resolver, and returns the reason.
    fn fail(&mut self, party: &Party, stage: &'static str, packet: &Packet, reason: Reason) -> Reason {
        self.refuse(Self::hop(party, stage, Decision::Denied, packet), reason)
    }

    /// Records a hop that refuses, and returns the reason.
    fn refuse(&mut self, mut hop: Hop, reason: Reason) -> Reason {
        hop.decision = Decision::Denied;
        hop.reason = Some(reason.clone());
        self.causes.push((self.hops.len(), reason.clone()));
        self.hops.push(hop);
        reason
    }

    fn hint(&mut self, hint: Reason) {
        if !self.hints.contains(&hint) {
            self.hints.push(hint);
        }
    }
}

/// A check as evidence.
fn check(name: &'static str, passed: bool, value: impl Into<String>) -> Evidence {
    Evidence::Check { check: name, passed, value: Some(value.into()) }
}
