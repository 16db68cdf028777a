//! The naive second model: the same questions as the engine, answered from `docs/rules.md` alone.
//!
//! It shares no code with the engine's lowering, indexes, walker or connection tracking. It reads
//! the drawing's text cells itself, keeps plain lists, and looks through all of them at every
//! step. It is slow and short on purpose: where it and the engine disagree, one of them misreads
//! the rules. It stops at the first refusal and knows no evidence, hints or further blockers.
//!
//! Rule ids in comments (`RT-12`) refer to `docs/rules.md`.

mod balance;
mod cells;
mod client;
mod direct;
mod edge;
mod ends;
mod filter;
mod hybrid;
mod inspect;
mod lists;
mod nat;
mod peering;
mod route;
mod services;
mod site;
mod transit;
mod walk;
mod world;

use std::net::IpAddr;

use hopscope_aws::{Document, Flow};
pub use hopscope_forward::{LegKind, Verdict};

pub use cells::Header;
pub use walk::MOST_ANSWERS;

/// The component that decided, as `@nacl(pub-a,in)` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Kind slug (`network-acl`).
    pub kind: &'static str,
    /// Id of the component; empty for a security group, where the owner says all.
    pub id: String,
    /// What it acted for: the subnet of an ACL or route table, the interface of a group.
    pub owner: Option<String>,
    /// `in` or `out` where the component has two lists.
    pub direction: Option<&'static str>,
}

/// What the model says of one flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Both legs together (PIPE-05).
    pub verdict: Verdict,
    /// The code of the first refusal.
    pub code: Option<&'static str>,
    /// The leg it happened on.
    pub leg: Option<LegKind>,
    /// Where it happened.
    pub at: Option<Place>,
    /// Source and destination of the request where it ended, after every rewrite.
    pub request: (IpAddr, IpAddr),
    /// The same of the reply, if one was sent.
    pub reply: Option<(IpAddr, IpAddr)>,
    /// Kinds and ids of the filters, tables and gateways the request met.
    pub forward_path: Vec<(&'static str, String)>,
    /// The same of the reply.
    pub return_path: Vec<(&'static str, String)>,
}

/// Answers one flow; `None` if its ends or its protocol name nothing. Where AWS chooses by chance
/// (PIPE-12), the first way is taken.
#[must_use]
pub fn answer(document: &Document, flow: &Flow) -> Option<Answer> {
    answers(document, flow).into_iter().next()
}

/// Every answer that is right: where AWS chooses by chance (PIPE-12), one for each choice.
#[must_use]
pub fn answers(document: &Document, flow: &Flow) -> Vec<Answer> {
    let names = world::implied_names(document);
    walk::answers(&world::World::read(document, &names), flow)
}
