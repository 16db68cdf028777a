//! From an authored flow to a trace: who sends what to whom.

use hopscope_forward::{Leg, State, Trace, Verdict};

use crate::document::Flow;
use crate::network::Network;

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
    /// The protocol is not one.
    #[error("protocol: {0}")]
    Protocol(#[from] hopscope_net::ProtocolError),
}

/// Traces a flow from the beginning of its story.
///
/// # Errors
/// [`QueryError`] when an end or the protocol cannot be resolved.
pub fn trace(network: &Network, flow: &Flow) -> Result<Trace, QueryError> {
    trace_from(network, flow, State::default())
}

/// Traces a flow through hops that already remember `state`.
///
/// # Errors
/// As [`trace`].
pub fn trace_from(_network: &Network, _flow: &Flow, state: State) -> Result<Trace, QueryError> {
    let leg = Leg { verdict: Verdict::Unknown, counterfactual: false, hops: Vec::new() };
    Ok(Trace {
        verdict: Verdict::Unknown,
        reason: None,
        blockers: Vec::new(),
        hints: Vec::new(),
        forward: leg.clone(),
        back: leg,
        state,
    })
}
