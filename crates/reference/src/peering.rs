//! VPC peering connections (section 11) and what groups may be referred to across VPCs (SG-17).

use crate::route::Table;
use crate::walk::{Door, Outcome, Walk, deny, place};
use crate::world::World;

impl<'a> World<'a> {
    /// The VPC at the other side of an active peering, seen from one of its two.
    pub fn other_side(&self, pcx: &str, vpc: &str) -> Option<&'a str> {
        let pcx = self.peering(pcx).filter(|pcx| pcx.config.state == "active")?;
        let (one, two) = (pcx.config.requester.as_deref()?, pcx.config.accepter.as_deref()?);
        let other = match () {
            () if one == vpc => two,
            () if two == vpc => one,
            () => return None,
        };
        self.vpc(other).map(|vpc| vpc.id)
    }

    /// Whether two VPCs are peered, actively and in one Region.
    pub fn peered(&self, one: &str, two: &str) -> bool {
        self.region_of(one) == self.region_of(two)
            && self.peerings().any(|pcx| self.other_side(pcx.id, one) == Some(two))
    }
}

impl<'a> Walk<'_, 'a> {
    /// From one VPC of a peering into the other (PCX-02, PCX-04, PCX-09, PCX-12).
    pub fn over_peering(&mut self, pcx: &'a str, near: &'a str) -> Outcome {
        let world = self.world;
        let at = || place("vpc-peering-connection", pcx);
        let Some(far) = world.other_side(pcx, near) else { return deny("BAD_STATE", at()) };
        self.met("vpc-peering-connection", pcx);
        // LB-24: a load balancer may speak under its client's address.
        let client = self.spoken_for.as_ref().is_some_and(|(_, source)| *source == self.packet.source);
        if !(world.in_vpc(near, self.packet.source) || client) || !world.in_vpc(far, self.packet.destination)
        {
            return deny("PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", at());
        }
        let same_region = world.region_of(near) == world.region_of(far);
        if self.packet.size > if same_region { 9001 } else { 8500 } {
            return deny("X_MTU_DROP", at());
        }
        // NAT-12: the answer to a NAT gateway's flow comes back the way it went.
        if self
            .bindings
            .iter()
            .any(|b| b.after == self.packet && world.nats.iter().any(|n| n.id == b.owner && n.vpc == near))
        {
            self.crossed.push((pcx, self.packet));
        }
        self.door = Some((far, Door::Peering));
        self.hand_over(far, None) // RT-23
    }

    /// NAT-12: the peering that the request came over from a NAT gateway.
    pub fn return_to_sender(&self, table: &Table<'a>) -> Option<&'a str> {
        let request = self.packet.reversed();
        let same = |known: &&(&'a str, crate::cells::Header)| known.1.flow() == request.flow();
        let (pcx, _) = self.crossed.iter().find(same)?;
        self.world.other_side(pcx, table.vpc).map(|_| *pcx)
    }
}
