//! The walker: places, outcomes, evidence, connection state and traces.
//!
//! Knows nothing of AWS, documents or browsers: a network is anything that implements
//! [`World`]. Pure: no clock, no randomness, no IO; the same input gives the same trace.

mod evidence;
mod id;
mod reason;
mod state;
mod trace;
mod walk;

pub use evidence::{
    Candidate, Evidence, RouteCandidate, RouteLoss, RouteOrigin, RuleMiss, RuleScan, StateEvent,
};
pub use id::Id;
pub use reason::{Reason, ReasonSpec, Severity, Where};
pub use state::{Entry, HttpRequest, Remembered, Request, Role, State, flow_hash};
pub use trace::{Answer, Blocker, Decision, Hint, Hop, Leg, LegKind, Trace, Verdict};
pub use walk::{CYCLIC_PATH, MAX_FORWARDING_HOPS, MAX_HOPS, Outcome, Visit, Walked, World, walk};
