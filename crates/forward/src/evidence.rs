//! What a decision was based on: route candidates, rule scans, tracked state. Data, not words.

use hopscope_net::FlowKey;
use serde::Serialize;

use crate::Id;

/// One piece of evidence; a hop may carry several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Evidence {
    /// A route lookup: the winner and the candidates that lost.
    Routes {
        /// The table consulted.
        table: Id,
        /// The address looked up.
        destination: std::net::IpAddr,
        /// Every route that covers the address, best first, then near misses.
        candidates: Vec<RouteCandidate>,
    },
    /// A scan of an ordered or unordered rule list.
    Rules {
        /// `in` or `out`.
        direction: &'static str,
        /// Rules in the order they were tried.
        scanned: Vec<RuleScan>,
    },
    /// A connection-tracking or translation entry.
    State {
        /// What happened to the entry.
        event: StateEvent,
        /// The entry's flow, as its initiator opened it at this hop.
        flow: FlowKey,
        /// Seconds after which the entry would expire, where it does.
        #[serde(skip_serializing_if = "Option::is_none")]
        idle_limit: Option<u64>,
    },
    /// A plain yes-or-no check, by a stable name (`source-owned`, `public-address`).
    Check {
        /// Stable name; the text catalogue has a sentence for each.
        check: &'static str,
        /// Whether it passed.
        passed: bool,
        /// The value that was looked at.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<String>,
    },
    /// A message of an application protocol from one party to another, as this hop sent it.
    Message {
        /// `DNS`, `TLS`, `HTTP`.
        protocol: &'static str,
        /// Who sent it, by id.
        from: Id,
        /// Who received it, by id.
        to: Id,
        /// It answers an earlier one.
        response: bool,
        /// What it says, in the protocol's own notation (`www.example.com A?`, `GET /api`).
        text: String,
    },
    /// Records that a message carried, in presentation format (RFC 1035, section 5.1).
    Records {
        /// `answer`, `authority` or `additional`.
        section: &'static str,
        /// In the order of the message.
        records: Vec<String>,
    },
    /// A choice among several: records, targets, rules of a listener, behaviours, endpoints.
    Choice {
        /// What was chosen from, by a stable name (`weighted-records`, `targets`); the text
        /// catalogue has a caption for each.
        of: &'static str,
        /// The field of the components that holds the candidates (`records`, `rules`), to light
        /// the row up; empty where they are components themselves.
        field: &'static str,
        /// What the choice was made by (`client in Lisbon`, `path /api/users`); may be empty.
        by: String,
        /// In the order they were considered.
        candidates: Vec<Candidate>,
    },
}

/// One of several that could have been chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The component it stands in.
    pub of: Id,
    /// Position in that component as authored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// What it is called there (`10`, `eu-west-1`, `app-1:8080`).
    pub label: String,
    /// What it says or weighs (`weight 80 of 100`, `path /api/*`).
    pub value: String,
    /// Why it was not chosen, by a stable name; none for those chosen.
    pub lost: Option<&'static str>,
}

/// Where a route came from, in the order of preference at equal prefix length (RT-12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RouteOrigin {
    /// The VPC's own block.
    Local,
    /// Written by hand.
    Static,
    /// Written by hand with a prefix list as destination.
    PrefixList,
    /// Learned from a gateway.
    Propagated,
    /// Propagated by a VPC attachment (TGW-08).
    Vpc,
    /// Learned over Direct Connect by BGP (HYB-01, HYB-02).
    DirectConnect,
    /// Learned from a Connect peer.
    Connect,
    /// Learned over a private IP VPN, inside Direct Connect.
    PrivateVpn,
    /// A static route of a VPN connection (HYB-01).
    VpnStatic,
    /// Learned over a VPN connection by BGP.
    Vpn,
    /// Propagated by a Client VPN attachment.
    ClientVpn,
}

/// Why a route did not win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum RouteLoss {
    /// It covers the address, but another route has more matching bits.
    ShorterPrefix {
        /// By how many bits it lost.
        by: u8,
    },
    /// Equal prefix length, lower origin (static over prefix list over propagated).
    LowerOrigin,
    /// A propagated route never overrides a local one, even when narrower (RT-09).
    LocalWins,
    /// Equal prefix and origin, lower local preference (DX-20).
    LowerPreference,
    /// Equal prefix and origin, more autonomous systems on the way (HYB-01, TGW-09).
    LongerAsPath,
    /// Equal AS_PATH length, higher multi-exit discriminator.
    HigherMed,
    /// As good as the winner; this flow's hash chose another (TGW-26).
    EqualCost,
    /// Its link is down: it was withdrawn (VPN-08, HYB-04).
    Withdrawn,
    /// Equal in everything; the engine breaks the tie by id (PL-06).
    Tie,
    /// It does not cover the address.
    NoMatch,
}

/// One route that was considered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RouteCandidate {
    /// Destination block.
    pub destination: String,
    /// Target id, or `local`.
    pub target: String,
    /// Where it came from.
    pub origin: RouteOrigin,
    /// The prefix list it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix_list: Option<Id>,
    /// Position in the table as authored; none for implied local routes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// Its target is unusable.
    pub blackhole: bool,
    /// Attributes it was compared by (`AS_PATH 65001 65001, MED 100`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<String>,
    /// Why it lost; none for the winner.
    pub lost: Option<RouteLoss>,
}

/// Why a rule did not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleMiss {
    /// Another protocol.
    Protocol,
    /// Another port, or ICMP type and code.
    Port,
    /// Another address of the same family.
    Address,
    /// The rule is for the other address family.
    Family,
    /// The peer security group is not carried by the other end.
    Group,
    /// The peer group's identity was erased by a hop in between (SG-20).
    GroupErased,
    /// It covers the address, but a rule for fewer addresses decides (CVPN-06).
    LessSpecific,
    /// The user is not in the group that the rule names (CVPN-06).
    NotMember,
    /// The rule's text could not be resolved.
    Invalid,
}

/// One rule that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleScan {
    /// The list it stands in.
    pub list: Id,
    /// Position in that list as authored; none for the final implied deny.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// Its label (`100`, `*`, `2`).
    pub label: String,
    /// The rule itself, as one line (`allow tcp 443 from 0.0.0.0/0`).
    pub rule: String,
    /// Why it did not match; none if it decided.
    pub missed: Option<RuleMiss>,
}

/// What happened to a tracked entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateEvent {
    /// A new entry was made.
    Created,
    /// An existing entry admitted the packet.
    Used,
    /// The flow is admitted without an entry (SG-10).
    Untracked,
    /// No entry fits the packet.
    Missing,
    /// An entry existed but had been idle too long.
    Expired,
}
