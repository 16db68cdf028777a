//! VPC Block Public Access: what a Region's setting stops at internet gateways and egress-only
//! ones, and what an exclusion lets through (BPA-01 to BPA-03). Knows no route and no rule list.

use std::net::IpAddr;

use hopscope_forward::{Decision, Hop, Id, LegKind, Reason, ReasonSpec, Severity, Visit, Where};

use crate::arena::Ix;
use crate::network::{NatScope, Network, Owner, Subnet, Vpc};

/// What a Region blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum BlockMode {
    /// Nothing.
    #[default]
    Off,
    /// All traffic from and to the internet.
    Bidirectional,
    /// Everything but what NAT gateways and egress-only internet gateways carry.
    Ingress,
}

impl BlockMode {
    /// Reads the field of a Region.
    pub fn read(text: &str) -> Self {
        match text.trim() {
            "bidirectional" => Self::Bidirectional,
            "ingress" => Self::Ingress,
            _ => Self::Off,
        }
    }
}

/// What a VPC or subnet may do in spite of it (BPA-02).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Exclusion {
    /// Nothing.
    #[default]
    None,
    /// Everything.
    Bidirectional,
    /// What begins inside.
    Egress,
}

impl Exclusion {
    /// Reads the field of a VPC or subnet.
    pub fn read(text: &str) -> Self {
        match text.trim() {
            "bidirectional" => Self::Bidirectional,
            "egress" => Self::Egress,
            _ => Self::None,
        }
    }
}

/// VPC Block Public Access is on for the Region (BPA-01 to BPA-03).
pub static BLOCKED: ReasonSpec = ReasonSpec {
    code: "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
    aws_code: Some("VPC_BLOCK_PUBLIC_ACCESS_ENABLED"),
    severity: Severity::Deny,
    rules: &["BPA-01", "BPA-02", "BPA-03"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html",
};

/// Which gateway the packet passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// An internet gateway.
    Internet,
    /// An egress-only one.
    EgressOnly,
}

/// Refuses a packet between a VPC's inside address and the internet, where the Region's setting
/// does. `outward`: the packet leaves the VPC. The walk goes on to find what else would block.
pub(crate) fn judge(
    network: &Network,
    (vpc, door): (Ix<Vpc>, Door),
    inside: Option<IpAddr>,
    outward: bool,
    (kind, gateway): (&'static str, &Id),
    visit: &mut Visit<'_>,
) {
    let Some(region) = network.vpcs[vpc].region else { return };
    let mode = network.regions[region].block;
    let owner = inside.and_then(|address| network.private.get(&(vpc, address)).copied());
    // A flow begins inside when its first packet leaves, or its reply comes in.
    let begun_inside = outward == (visit.leg == LegKind::Forward);
    let (exclusion, subnet) = exclusion(network, vpc, owner);
    let passes = match (mode, exclusion) {
        (BlockMode::Off, _) | (_, Exclusion::Bidirectional) => true,
        (_, Exclusion::Egress) if begun_inside => true,
        // These gateways let nothing in that did not begin inside.
        (BlockMode::Ingress, _) => door == Door::EgressOnly || matches!(owner, Some(Owner::Nat(_))),
        (BlockMode::Bidirectional, _) => false,
    };
    if passes {
        return;
    }
    let mut reason = Reason::new(&BLOCKED, Where::new(kind, gateway))
        .fact("region", &network.regions[region].id)
        .fact("vpc", &network.vpcs[vpc].id)
        .fact("mode", if mode == BlockMode::Ingress { "ingress-only" } else { "bidirectional" });
    if let Some(subnet) = subnet {
        reason = reason.fact("subnet", &network.subnets[subnet].id);
    }
    let packet = visit.packet.clone();
    let hop = Hop::new(kind, gateway, "block-public-access", Decision::Denied, &packet);
    visit.deny(hop.by(&["BPA-01", "BPA-02", "BPA-03"]), reason);
}

/// The exclusion that counts: of the subnet of the interface or NAT gateway that owns the address,
/// else of the VPC. A regional NAT gateway has no subnet.
fn exclusion(network: &Network, vpc: Ix<Vpc>, owner: Option<Owner>) -> (Exclusion, Option<Ix<Subnet>>) {
    let subnet = match owner {
        Some(Owner::Eni(eni)) => Some(network.enis[eni].subnet),
        Some(Owner::Nat(nat)) => match network.nats[nat].scope {
            NatScope::Zonal(subnet) => Some(subnet),
            NatScope::Regional | NatScope::RegionalManual(_) => None,
        },
        None => None,
    };
    let own = subnet.map_or(Exclusion::None, |subnet| network.subnets[subnet].exclusion);
    (if own == Exclusion::None { network.vpcs[vpc].exclusion } else { own }, subnet)
}
