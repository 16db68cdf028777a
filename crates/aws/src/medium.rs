//! What carries a packet between an edge service and the next place: AWS's backbone or networks of
//! others. Other hops need no such evidence: what they are says it.

use std::net::IpAddr;

use hopscope_forward::Evidence;

use crate::network::Network;

/// What lies between two places. The words are stable: scenarios and texts hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Medium {
    /// AWS's own fibre between Regions and points of presence.
    Backbone,
    /// Networks of others.
    Internet,
}

impl Medium {
    /// The evidence of a hop that hands the packet over to it.
    pub fn evidence(self) -> Evidence {
        let name = match self {
            Self::Backbone => "AWS backbone",
            Self::Internet => "internet",
        };
        Evidence::Check { check: "medium", passed: true, value: Some(name.to_owned()) }
    }

    /// What lies between AWS and a public address: traffic between two addresses of AWS stays on its
    /// own network, everything else crosses those of others.
    pub fn towards(network: &Network, address: IpAddr) -> Self {
        let part = network.ends.get(&address).map(|(part, _)| part.kind());
        let of_aws = part.is_some_and(|kind| OF_AWS.contains(&kind));
        let of_vpc = match address {
            IpAddr::V4(address) => network.public.contains_key(&address),
            IpAddr::V6(_) => network.vpcs.iter().any(|(_, vpc)| vpc.contains(address)),
        };
        if of_aws || of_vpc { Self::Backbone } else { Self::Internet }
    }
}

/// Kinds whose public addresses are AWS's.
const OF_AWS: [&str; 4] = ["aws-service", "global-accelerator", "cloudfront-distribution", "api-gateway"];
