//! Networks and flows made at random from a seed: the same seed always makes the same drawing.
//!
//! [`network`] makes drawings that AWS would accept, or that are broken in ways an account really
//! is (missing routes, blackholes, stopped instances, failed zones). [`wide`] does so for several VPCs
//! and all that joins them. [`messy`] and [`messy_wide`] make drawings nobody could build, for
//! properties that must hold on any input.

mod flows;
mod messy;
mod mutate;
mod network;
mod random;
mod rules;
mod tables;
mod wide;

use hopscope_aws::{Document, Flow};
pub use random::Random;

/// A plausible network with a few flows among its parts.
#[must_use]
pub fn network(seed: u64) -> Document {
    let mut random = Random::new(seed);
    let mut document = network::draw(&mut random);
    document.name = format!("seed {seed}");
    flows::add(&mut random, &mut document);
    document
}

/// Several VPCs with what joins them to each other and to the world: peering, transit gateways, VPN,
/// Direct Connect, endpoints, inspection, Client VPN; some of it broken.
#[must_use]
pub fn wide(seed: u64) -> Document {
    let mut document = wide::draw(&mut Random::new(seed));
    document.name = format!("wide seed {seed}");
    document
}

/// What [`network`] draws, with junk in its cells, dangling references and impossible nesting. `None` where the
/// junk made a document that cannot even be read.
#[must_use]
pub fn messy(seed: u64) -> Option<Document> {
    let mut random = Random::new(seed);
    let document = network(random.bits());
    messy::spoil(&mut random, &document)
}

/// What [`wide`] draws, spoilt as [`messy`] does.
#[must_use]
pub fn messy_wide(seed: u64) -> Option<Document> {
    let mut random = Random::new(seed);
    let document = wide(random.bits());
    messy::spoil(&mut random, &document)
}

/// A drawing after a few careless changes. `None` where they made a document that cannot even be
/// read.
#[must_use]
pub fn mutated(random: &mut Random, document: &Document) -> Option<Document> {
    mutate::change(random, document)
}

/// A flow between any two ends of a drawing.
#[must_use]
pub fn any_flow(random: &mut Random, document: &Document) -> Flow {
    mutate::flow(random, document)
}
