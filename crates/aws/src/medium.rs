//! What carries a packet from one place to the next: AWS's backbone, the internet, another zone's
//! fibre, a Direct Connect port. One piece of evidence, the same at every hop that records it.

use std::net::IpAddr;

use hopscope_forward::{Evidence, Hop};

use crate::arena::Ix;
use crate::network::{Network, Owner, Subnet, Vpc};

/// What lies between two places. The words are stable: scenarios and texts hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Medium {
    /// AWS's own fibre between Regions and points of presence.
    Backbone,
    /// Networks of others.
    Internet,
    /// AWS's fibre between Availability Zones of one Region.
    InterZone,
    /// A Direct Connect port and its cross connect.
    DirectConnect,
}

impl Medium {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Backbone => "AWS backbone",
            Self::Internet => "internet",
            Self::InterZone => "inter-AZ",
            Self::DirectConnect => "Direct Connect",
        }
    }

    /// The evidence of a hop that hands the packet over to it.
    pub fn evidence(self) -> Evidence {
        Evidence::Check { check: "medium", passed: true, value: Some(self.name().to_owned()) }
    }

    /// What lies between a gateway and a public address: traffic between two addresses of AWS stays on
    /// its own network, everything else crosses those of others.
    pub fn towards(network: &Network, address: IpAddr) -> Self {
        let part = network.ends.get(&address).map(|(part, _)| part.kind());
        let of_aws = part.is_some_and(|kind| OF_AWS.contains(&kind));
        let of_vpc = match address {
            IpAddr::V4(address) => network.public.contains_key(&address),
            IpAddr::V6(_) => network.vpcs.iter().any(|(_, vpc)| vpc.contains(address)),
        };
        if of_aws || of_vpc { Self::Backbone } else { Self::Internet }
    }

    /// What lies between two VPCs: nothing worth telling within a Region.
    pub fn between(network: &Network, near: Ix<Vpc>, far: Ix<Vpc>) -> Option<Self> {
        (network.vpcs[near].region != network.vpcs[far].region).then_some(Self::Backbone)
    }

    /// What lies between a subnet and an address of its VPC: nothing worth telling within a zone.
    pub fn within(network: &Network, from: Ix<Subnet>, address: IpAddr) -> Option<Self> {
        let subnet = &network.subnets[from];
        let Some(Owner::Eni(eni)) = network.private.get(&(subnet.vpc, address)) else { return None };
        let there = network.subnets[network.enis[*eni].subnet].zone?;
        (subnet.zone? != there).then_some(Self::InterZone)
    }
}

/// Kinds whose public addresses are AWS's.
const OF_AWS: [&str; 4] = ["aws-service", "global-accelerator", "cloudfront-distribution", "api-gateway"];

/// A hop that hands the packet over to something worth telling, or just a hop.
pub(crate) fn over(hop: Hop, medium: Option<Medium>) -> Hop {
    match medium {
        Some(medium) => hop.with(medium.evidence()),
        None => hop,
    }
}
