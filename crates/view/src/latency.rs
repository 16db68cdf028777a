//! How long a packet typically takes, one way: a fixed figure for each kind of ground and of device.
//! Typical, never measured: it tells which of two paths is longer, not how long either is. Knows
//! nothing of load, distance or words.
//!
//! The figures are orders of magnitude that AWS and others publish (`docs/rules.md` section 31.5,
//! GWLB-03): a fraction of a millisecond within a zone and for each device, about half a millisecond
//! from zone to zone, tens of milliseconds from Region to Region.

use hopscope_forward::{Hop, Leg};

use crate::ground::{Crossing, Ground};

/// Microseconds for each device that handles a packet, by stage. What is not named is done by AWS's
/// hosts on the way and adds nothing: rules, routes, internet gateways, MACsec at line rate.
const STAGES: &[(&str, u32)] = &[
    ("api-gateway", 2_000),
    ("appliance", 500),
    ("client-vpn-endpoint", 500),
    ("client-vpn-tunnel", 500),
    ("customer-gateway", 100),
    // The wire within a zone, and the hosts at both ends of it.
    ("deliver", 100),
    ("envoy", 500),
    ("gateway-load-balancer", 150),
    ("gateway-load-balancer-endpoint", 150),
    ("interface-endpoint", 150),
    ("nat-gateway", 100),
    ("network-firewall-endpoint", 150),
    ("network-firewall-stateful", 500),
    ("network-load-balancer", 100),
    ("on-premises-firewall-in", 250),
    ("on-premises-firewall-out", 250),
    ("platform-service", 100),
    // A load balancer chose a target.
    ("targets", 300),
    ("transit-gateway-attachment", 150),
    // Encrypted at one end and decrypted at the other.
    ("vpn-tunnel", 1_000),
    ("web-acl", 500),
];

/// Microseconds for each ground.
fn ground(ground: Ground, hop: &Hop) -> u32 {
    // What joins two Regions crosses the backbone between them; everything else stays near one.
    let between_regions = matches!(hop.kind, "vpc-peering-connection" | "transit-gateway-attachment");
    match ground {
        Ground::Zones => 500,
        Ground::Backbone if between_regions => 40_000,
        Ground::Backbone => 2_000,
        Ground::Edge => 200,
        Ground::Internet => 10_000,
        Ground::Fibre => 500,
    }
}

/// Microseconds that a hop and the ground on the way to it typically take.
#[must_use]
pub fn of_hop(hop: &Hop, crossed: &[Crossing]) -> u32 {
    let device = STAGES.iter().find(|(stage, _)| *stage == hop.stage).map_or(0, |(_, micros)| *micros);
    let ways = crossed.iter().map(|crossing| ground(crossing.ground, hop));
    ways.fold(device, u32::saturating_add)
}

/// Microseconds of the hops of a leg that really happen, with what each crossed
/// ([`crate::ground::crossings`]).
#[must_use]
pub fn of_leg(leg: &Leg, crossings: &[Vec<Crossing>]) -> u32 {
    let real = leg.hops.iter().zip(crossings).filter(|(hop, _)| !leg.counterfactual && !hop.counterfactual);
    real.map(|(hop, crossed)| of_hop(hop, crossed)).fold(0, u32::saturating_add)
}
