//! What carries a packet from one place to the next: AWS's backbone, the internet, another zone's
//! fibre, a Direct Connect port. One piece of evidence, the same at every hop that records it.

use hopscope_forward::Evidence;

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
    /// An encrypted tunnel through networks of others.
    InternetTunnel,
}

impl Medium {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Backbone => "AWS backbone",
            Self::Internet => "internet",
            Self::InterZone => "inter-AZ",
            Self::DirectConnect => "Direct Connect",
            Self::InternetTunnel => "tunnel over the internet",
        }
    }

    /// The evidence of a hop that hands the packet over to it.
    pub fn evidence(self) -> Evidence {
        Evidence::Check { check: "medium", passed: true, value: Some(self.name().to_owned()) }
    }
}
