//! Names: the domain name system, its servers and resolvers, DNSSEC, and how Route 53 chooses among
//! records.
//!
//! Knows nothing of documents, VPCs or browsers: who stands where and how packets reach a server is
//! told by whoever asks. Pure: no clock, no randomness, no IO; the same input gives the same answer.

pub mod authority;
pub mod directory;
pub mod dnssec;
pub mod geo;
pub mod message;
pub mod name;
pub mod record;
pub mod resolver;
pub mod routing;
pub mod zone;

/// Every reason that a resolution raises.
pub fn reasons() -> impl Iterator<Item = &'static hopscope_forward::ReasonSpec> {
    use resolver::{LAME_DELEGATION, REFUSED, SERVFAIL, UNREACHABLE};
    let resolution = [&LAME_DELEGATION, &REFUSED, &SERVFAIL, &UNREACHABLE, &dnssec::BOGUS];
    resolution.into_iter().chain(dnssec::FAILURES)
}
