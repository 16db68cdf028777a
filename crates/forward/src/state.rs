//! Connection tracking and translation entries under a logical clock.

use hopscope_net::{FlowKey, Protocol};
use serde::Serialize;

use crate::Id;

/// What kind of table an entry belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A security group's connection tracking on one interface.
    SecurityGroup,
    /// A translation binding.
    Nat,
    /// A gateway that admits replies only.
    EgressOnly,
    /// An appliance's own session table.
    Appliance,
    /// What an endpoint, a load balancer or a service behind one remembers of its flows.
    Endpoint,
    /// A question of a load balancer whether a target answers; in a state of its own.
    HealthCheck,
}

/// One entry of one owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Interface or gateway that keeps the entry.
    pub owner: Id,
    /// Table it belongs to.
    pub role: Role,
    /// The flow as its initiator opened it, before this hop's translation.
    pub flow: FlowKey,
    /// The same flow after this hop's translation; equal to `flow` where nothing is translated.
    pub translated: FlowKey,
    /// Whether the flow's first packet was entering the owner (an interface) rather than leaving it.
    pub inbound: bool,
    /// Logical time of creation, seconds.
    pub created: u64,
    /// Logical time of the last packet, seconds.
    pub last_seen: u64,
    /// Whether a reply was seen.
    pub replied: bool,
    /// Made while continuing past a denial; never survives the trace.
    #[serde(skip)]
    pub counterfactual: bool,
}

impl Entry {
    /// A flow that left `owner`, translated nowhere and not answered yet. [`State::remember`] gives
    /// it its times.
    #[must_use]
    pub fn new(owner: &Id, role: Role, flow: FlowKey) -> Self {
        Self {
            owner: owner.clone(),
            role,
            translated: flow.clone(),
            flow,
            inbound: false,
            created: 0,
            last_seen: 0,
            replied: false,
            counterfactual: false,
        }
    }

    /// The same, whose first packet entered the owner, or left it.
    #[must_use]
    pub fn inbound(mut self, inbound: bool) -> Self {
        self.inbound = inbound;
        self
    }

    /// The same, seen as `flow` beyond this hop.
    #[must_use]
    pub fn translated_to(mut self, flow: FlowKey) -> Self {
        self.translated = flow;
        self
    }
}

/// A request that a policy judges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Who asks, by id.
    pub principal: String,
    /// What for (`s3:GetObject`).
    pub action: String,
    /// Of what (`data/report.csv`).
    pub resource: String,
}

/// A request of HTTP, for hops that look into it: load balancers, web ACLs, caches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HttpRequest {
    /// It is carried by TLS.
    pub secure: bool,
    /// Name in the URL: the `Host` header, and the server name of TLS (RFC 6066). Lower case.
    pub host: String,
    /// Path with a leading slash, without the query.
    pub path: String,
    /// What follows the question mark; empty without one.
    pub query: String,
    /// `GET`, `POST`, …
    pub method: String,
    /// Header fields in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body.
    pub body: u64,
    /// Requests of this client in the last five minutes, this one included.
    pub rate: u64,
}

/// Something that a cache keeps: a set of records, a negative answer, an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remembered {
    /// Whose cache.
    pub owner: Id,
    /// What was asked for.
    pub key: String,
    /// What is kept, in the owner's own notation.
    pub value: Vec<String>,
    /// Logical time of storing, seconds.
    pub since: u64,
    /// Logical time at which it is no longer used, seconds.
    pub until: u64,
}

/// Everything stateful hops remember, and the time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct State {
    /// Logical seconds since the story began.
    pub now: u64,
    /// What the flow asks for, for hops that judge requests and not packets.
    pub request: Option<Request>,
    /// The same for hops that judge requests of HTTP.
    pub http: Option<HttpRequest>,
    /// Requests or connections of this client in the last five minutes, this one included.
    pub rate: u64,
    /// Seed of choices that the real network makes at random.
    pub seed: u64,
    /// Entries in order of creation.
    pub entries: Vec<Entry>,
    /// What caches keep, in order of storing.
    pub cached: Vec<Remembered>,
}

impl State {
    /// What a cache still keeps under a key.
    #[must_use]
    pub fn recall(&self, owner: &Id, key: &str) -> Option<&Remembered> {
        let fresh = |kept: &&Remembered| kept.owner == *owner && kept.key == key && self.now < kept.until;
        self.cached.iter().rev().find(fresh)
    }

    /// Keeps something for so many seconds; what was kept under the key before is gone.
    pub fn cache(&mut self, owner: &Id, key: &str, value: Vec<String>, seconds: u64) {
        self.cached.retain(|kept| kept.owner != *owner || kept.key != key);
        let until = self.now.saturating_add(seconds);
        self.cached.push(Remembered {
            owner: owner.clone(),
            key: key.to_owned(),
            value,
            since: self.now,
            until,
        });
    }

    /// Keeps a new entry, created now; a counterfactual one does not outlive the trace.
    pub fn remember(&mut self, mut entry: Entry, counterfactual: bool) {
        entry.created = self.now;
        entry.last_seen = self.now;
        entry.counterfactual = counterfactual;
        self.entries.push(entry);
    }

    /// The entry that a packet continues ([`State::position`]), seen now, and answered if the packet
    /// goes the other way.
    pub fn refresh(&mut self, owner: &Id, role: Role, inbound: bool, key: &FlowKey) -> Option<&mut Entry> {
        let position = self.position(owner, role, inbound, key)?;
        let entry = self.entries.get_mut(position)?;
        entry.last_seen = self.now;
        entry.replied |= entry.inbound != inbound;
        Some(entry)
    }

    /// The entry of `owner` that a packet with this key continues: the same way as its first
    /// packet, or back as a reply to the translated flow.
    #[must_use]
    pub fn position(&self, owner: &Id, role: Role, inbound: bool, key: &FlowKey) -> Option<usize> {
        let back = key.reverse();
        self.entries.iter().position(|entry| {
            entry.role == role
                && entry.owner == *owner
                && if entry.inbound == inbound { entry.flow == *key } else { entry.translated == back }
        })
    }
}

/// A 64-bit FNV-1a hash of a flow: the engine's only "random" choice (PIPE-12).
#[must_use]
pub fn flow_hash(key: &FlowKey, salt: &str) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |bytes: &[u8]| {
        for byte in bytes {
            hash ^= u64::from(*byte);
            hash = hash.wrapping_mul(0x0100_0000_01b3);
        }
    };
    let address = |address: std::net::IpAddr| match address {
        std::net::IpAddr::V4(a) => a.to_ipv6_mapped().octets(),
        std::net::IpAddr::V6(a) => a.octets(),
    };
    eat(&address(key.source));
    eat(&address(key.destination));
    let Protocol(protocol) = key.protocol;
    eat(&[protocol]);
    eat(&key.source_port.to_be_bytes());
    eat(&key.destination_port.to_be_bytes());
    eat(salt.as_bytes());
    hash
}
