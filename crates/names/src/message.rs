//! Messages of DNS: questions, what comes with them, responses (RFC 1035, RFC 6891, DNS-21).

use std::fmt;

use hopscope_forward::{Evidence, Reason};
use ipnet::IpNet;

use crate::name::Name;
use crate::record::{Data, Record, RecordType};

/// What is asked: a name and a type, class IN.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// The name.
    pub name: Name,
    /// The type.
    pub kind: RecordType,
}

impl Question {
    /// The question for records of a type.
    #[must_use]
    pub fn new(name: Name, kind: RecordType) -> Self {
        Self { name, kind }
    }
}

impl fmt::Display for Question {
    /// `www.example.com A`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.kind)
    }
}

/// A question as a message asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What is asked.
    pub question: Question,
    /// The whole resolution is wanted (RD).
    pub recursion_desired: bool,
    /// Signatures and proofs are wanted too (DO, RFC 3225).
    pub dnssec_ok: bool,
    /// Unvalidated data is wanted (CD, RFC 4035).
    pub checking_disabled: bool,
    /// On behalf of a client in this block (RFC 7871).
    pub client_subnet: Option<IpNet>,
}

impl Query {
    /// What a client asks its resolver.
    #[must_use]
    pub fn recursive(question: Question) -> Self {
        Self {
            question,
            recursion_desired: true,
            dnssec_ok: false,
            checking_disabled: false,
            client_subnet: None,
        }
    }

    /// Octets of the message with its IPv4 and UDP headers, roughly.
    #[must_use]
    pub fn size(&self) -> u32 {
        28 + 12 + length(&self.question.name) + 4 + if self.dnssec_ok { 11 } else { 0 }
    }
}

impl fmt::Display for Query {
    /// `www.example.com A? (RD, DO)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}?", self.question)?;
        let subnet = self.client_subnet.map(|subnet| format!("client {subnet}"));
        flags(
            f,
            &[
                self.recursion_desired.then_some("RD"),
                self.dnssec_ok.then_some("DO"),
                self.checking_disabled.then_some("CD"),
                subnet.as_deref(),
            ],
        )
    }
}

fn flags(f: &mut fmt::Formatter<'_>, flags: &[Option<&str>]) -> fmt::Result {
    let flags: Vec<_> = flags.iter().copied().flatten().collect();
    if flags.is_empty() { Ok(()) } else { write!(f, " ({})", flags.join(", ")) }
}

fn length(name: &Name) -> u32 {
    u32::try_from(name.as_str().len()).unwrap_or(u32::MAX).saturating_add(2)
}

/// What a question came to (DNS-21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Records were found.
    Answer,
    /// The name exists, but not with this type (RFC 2308). A referral has this outcome too.
    NoData,
    /// There is no such name.
    NxDomain,
    /// The resolution failed.
    ServFail,
    /// The server does not answer this question, or not this client.
    Refused,
    /// Nobody answered.
    Timeout,
}

impl Outcome {
    /// The word of [`Answer::outcome`](hopscope_forward::Answer).
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Answer => "ANSWER",
            Self::NoData => "NODATA",
            Self::NxDomain => "NXDOMAIN",
            Self::ServFail => "SERVFAIL",
            Self::Refused => "REFUSED",
            Self::Timeout => "TIMEOUT",
        }
    }

    /// Whether it answers the question, be it with "there is none".
    #[must_use]
    pub fn is_answer(self) -> bool {
        matches!(self, Self::Answer | Self::NoData | Self::NxDomain)
    }
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// What the question came to.
    pub outcome: Outcome,
    /// The server hosts the zone (AA).
    pub authoritative: bool,
    /// The resolver validated everything (AD, RFC 4035).
    pub authenticated: bool,
    /// Aliases on the way first, then what was asked for, with their signatures where wanted.
    pub answers: Vec<Record>,
    /// Name servers of a referral, or the zone's start and proofs of absence.
    pub authority: Vec<Record>,
    /// Addresses of name servers.
    pub additional: Vec<Record>,
    /// The server knows only who would know: the zone below which to ask.
    pub referral: Option<Name>,
    /// Zones that the names of the answer belong to. No message carries it: a real validator
    /// finds zone cuts by asking for DS records name by name.
    pub zones: Vec<(Name, Name)>,
    /// How records were chosen; no message carries it either.
    pub evidence: Vec<Evidence>,
    /// Why, where the resolution failed.
    pub reason: Option<Reason>,
}

impl Response {
    /// A response with nothing in it.
    #[must_use]
    pub fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            authoritative: false,
            authenticated: false,
            answers: Vec::new(),
            authority: Vec::new(),
            additional: Vec::new(),
            referral: None,
            zones: Vec::new(),
            evidence: Vec::new(),
            reason: None,
        }
    }

    /// A failure and why.
    #[must_use]
    pub fn failed(outcome: Outcome, reason: Reason) -> Self {
        Self { reason: Some(reason), ..Self::new(outcome) }
    }

    /// The apex of the zone that a name of the answer belongs to.
    #[must_use]
    pub fn zone_of(&self, name: &Name) -> Option<&Name> {
        self.zones.iter().find(|(owner, _)| owner == name).map(|(_, apex)| apex)
    }

    /// The addresses among the answers, in their order.
    pub fn addresses(&self) -> impl Iterator<Item = std::net::IpAddr> + '_ {
        self.answers.iter().filter_map(|record| record.data.address())
    }

    /// Octets of the message with its IPv4 and UDP headers, roughly.
    #[must_use]
    pub fn size(&self, question: &Question) -> u32 {
        let records = self.answers.iter().chain(&self.authority).chain(&self.additional);
        let octets = |record: &Record| {
            let data = match &record.data {
                Data::A(_) => 4,
                Data::Aaaa(_) => 16,
                Data::Rrsig(sig) => 18 + 64 + length(&sig.signer),
                Data::Dnskey(_) => 68,
                other => u32::try_from(other.to_string().len()).unwrap_or(u32::MAX),
            };
            data.saturating_add(12)
        };
        let fixed = 28 + 12 + 4 + length(&question.name);
        records.map(octets).fold(fixed, u32::saturating_add)
    }

    /// What the message says in one line: `ANSWER (AA)`, `referral to com`, `NXDOMAIN`.
    #[must_use]
    pub fn summary(&self) -> String {
        struct Line<'a>(&'a Response);
        impl fmt::Display for Line<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.0.referral {
                    Some(zone) => write!(f, "referral to {zone}"),
                    None => f.write_str(self.0.outcome.word()),
                }?;
                flags(f, &[self.0.authoritative.then_some("AA"), self.0.authenticated.then_some("AD")])
            }
        }
        Line(self).to_string()
    }

    /// The sections as evidence, empty ones left out.
    pub fn sections(&self) -> impl Iterator<Item = Evidence> + '_ {
        let sections =
            [("answer", &self.answers), ("authority", &self.authority), ("additional", &self.additional)];
        sections.into_iter().filter(|(_, records)| !records.is_empty()).map(|(section, records)| {
            Evidence::Records { section, records: records.iter().map(Record::to_string).collect() }
        })
    }
}
