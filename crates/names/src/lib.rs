//! Names: the domain name system, its servers and resolvers, DNSSEC, and how Route 53 chooses among
//! records.
//!
//! Knows nothing of documents, VPCs or browsers: who stands where and how packets reach a server is
//! told by whoever asks. Pure: no clock, no randomness, no IO; the same input gives the same answer.

pub mod geo;
pub mod routing;
