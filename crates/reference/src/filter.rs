//! Network ACLs and security groups: rule lists, without the connection tracking around them.

use std::net::IpAddr;

use hopscope_aws::components::{network_acl, security_group};

use crate::Place;
use crate::cells::{Header, block, covers, covers_every_port};
use crate::route::Target;
use crate::walk::place;
use crate::world::{Interface, Subnet, World};

/// `in` or `out`, as seen from the subnet or interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    In,
    Out,
}

impl Direction {
    pub fn word(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }

    pub fn opposite(self) -> Self {
        match self {
            Self::In => Self::Out,
            Self::Out => Self::In,
        }
    }

    /// The end of the packet that rules of this direction look at.
    fn far_end(self, packet: &Header) -> IpAddr {
        match self {
            Self::In => packet.source,
            Self::Out => packet.destination,
        }
    }
}

/// What a security group says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GroupAnswer {
    /// Whether every rule that matches is open to everyone (SG-10).
    Admitted {
        open_to_all: bool,
    },
    NoRules,
    NoMatch,
    /// Only a group reference would have matched, and identity was lost on the way (SG-20).
    IdentityLost,
    /// Only a group reference over a transit gateway would have matched, and here is who has
    /// referencing off (SG-19).
    NotReferencing(Place),
}

/// What is known of the groups of the packet's sender.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a, 's> {
    /// A middlebox has forwarded the packet (SG-20).
    pub lost: bool,
    /// Transit gateway and attachments that it has crossed.
    pub over_tgw: Option<(&'a str, &'a str, &'a str)>,
    /// Groups of a load balancer that speak for it instead of its own (SG-21).
    pub spoken_for: Option<&'s [&'a str]>,
}

impl<'a> World<'a> {
    /// The ACL of a subnet and whether it admits the packet (NACL-01, NACL-02).
    pub fn acl_admits(&self, subnet: &Subnet<'_>, direction: Direction, packet: &Header) -> (String, bool) {
        let chosen = subnet.acl.and_then(|id| self.acls.iter().find(|(acl, ..)| *acl == id));
        let default = || self.acls.iter().find(|(_, vpc, acl)| *vpc == Some(subnet.vpc) && acl.default);
        let Some((id, _, acl)) = chosen.or_else(default) else {
            // Nothing drawn: AWS's own default ACL, which allows everything (NACL-03).
            return (format!("{}/default-acl", subnet.vpc), true);
        };
        let rules = match direction {
            Direction::In => &acl.inbound,
            Direction::Out => &acl.outbound,
        };
        let matches = |rule: &&network_acl::Rule| {
            covers(&rule.protocol, &rule.ports, packet)
                && block(&rule.cidr).is_some_and(|net| net.contains(&direction.far_end(packet)))
        };
        let first = rules.iter().filter(matches).min_by_key(|rule| rule.number);
        ((*id).to_owned(), first.is_some_and(|rule| rule.action == "allow"))
    }

    fn group_rules(
        &self,
        interface: &Interface<'a>,
        direction: Direction,
    ) -> Vec<(&'a str, &'a security_group::Rule)> {
        let mut rules = Vec::new();
        for (id, _, group) in &self.groups {
            if interface.groups.contains(id) {
                let list = match direction {
                    Direction::In => &group.inbound,
                    Direction::Out => &group.outbound,
                };
                rules.extend(list.iter().map(|rule| (*id, rule)));
            }
        }
        rules
    }

    /// Whether any rule of any group admits the packet (SG-03, SG-04, SG-05, SG-16, SG-20).
    pub fn groups_admit(
        &self,
        interface: &Interface<'a>,
        direction: Direction,
        packet: &Header,
        identity: Identity<'a, '_>,
    ) -> GroupAnswer {
        let rules = self.group_rules(interface, direction);
        if rules.is_empty() {
            return GroupAnswer::NoRules;
        }
        let far = direction.far_end(packet);
        let mut admitted = None;
        let mut reference_lost = false;
        let mut not_referencing = None;
        for (_, rule) in rules {
            if !covers(&rule.protocol, &rule.ports, packet) {
                continue;
            }
            let peer = rule.peer.trim();
            if let Some(net) = block(peer) {
                if net.contains(&far) {
                    let open = net.prefix_len() == 0;
                    admitted = Some(admitted.unwrap_or(true) && open);
                }
            } else if let Some((_, entries)) = self.lists.iter().find(|(id, _)| *id == peer) {
                if entries.iter().any(|net| net.contains(&far)) {
                    admitted = Some(false);
                }
            } else if let Some(groups) = identity.spoken_for {
                let home = self.groups.iter().find(|(id, ..)| *id == peer).and_then(|(_, vpc, _)| *vpc);
                let near = home.is_some_and(|vpc| vpc == interface.vpc || self.peered(interface.vpc, vpc));
                if near && groups.contains(&peer) {
                    if identity.lost {
                        reference_lost = true;
                    } else {
                        admitted = Some(false);
                    }
                }
            } else if self.interface_with(interface.vpc, far).is_some_and(|i| i.groups.contains(&peer))
                && self.groups.iter().any(|(id, vpc, _)| *id == peer && *vpc == Some(interface.vpc))
            {
                if identity.lost {
                    reference_lost = true;
                } else {
                    admitted = Some(false);
                }
            } else if let Some((_, Some(theirs), _)) = self.groups.iter().find(|(id, ..)| *id == peer)
                && *theirs != interface.vpc
                && self.interface_with(theirs, far).is_some_and(|i| i.groups.contains(&peer))
            {
                // SG-17: a group of another VPC.
                // The way that the packet takes counts: a peering beside a transit gateway does not help.
                let by_tgw = direction == Direction::Out && self.leaves_by_tgw(interface, far);
                if self.peered(interface.vpc, theirs) && identity.over_tgw.is_none() && !by_tgw {
                    if identity.lost {
                        reference_lost = true;
                    } else {
                        admitted = Some(false);
                    }
                } else if let (Direction::In, Some((tgw, by, out))) = (direction, identity.over_tgw)
                    && let (Some(near), Some(far)) =
                        (self.attachment_of_vpc(tgw, theirs), self.attachment_of_vpc(tgw, interface.vpc))
                    && far == out
                {
                    // Neither across a peering of transit gateways nor to an endpoint.
                    // An appliance between two of the VPCs loses it as well.
                    let detour = identity.lost && !self.is_peering_of_gateways(by);
                    let carried = (near == by || detour) && !self.is_endpoint(interface);
                    match self.not_referencing(tgw, near, out).filter(|_| near == by) {
                        None if carried && identity.lost => reference_lost = true,
                        None if carried => admitted = Some(false),
                        Some(place) if !identity.lost => not_referencing = not_referencing.or(Some(place)),
                        _ => {}
                    }
                }
            }
        }
        match admitted {
            Some(open_to_all) => GroupAnswer::Admitted { open_to_all },
            None if not_referencing.is_some() => match not_referencing {
                Some(place) => GroupAnswer::NotReferencing(place),
                None => GroupAnswer::NoMatch,
            },
            None if reference_lost => GroupAnswer::IdentityLost,
            None => GroupAnswer::NoMatch,
        }
    }

    /// Whether the table of an interface's subnet sends an address to a transit gateway.
    fn leaves_by_tgw(&self, interface: &Interface<'a>, to: IpAddr) -> bool {
        let Some(subnet) = self.subnet(interface.subnet) else { return false };
        matches!(self.lookup(&self.table_of(subnet), to), Some((_, Target::TransitGateway(_))))
    }

    fn is_peering_of_gateways(&self, attachment: &str) -> bool {
        let resource =
            self.attachments().find(|a| a.id == attachment).and_then(|a| a.config.resource.as_deref());
        resource.is_some_and(|resource| self.tgw(resource).is_some())
    }

    fn is_endpoint(&self, interface: &Interface<'_>) -> bool {
        interface.part.is_some_and(|part| self.interface_endpoint(part).is_some())
    }

    /// Who has group referencing off: the transit gateway or one of two attachments (SG-19).
    fn not_referencing(&self, tgw: &str, by: &str, out: &str) -> Option<Place> {
        if !self.tgw(tgw).is_some_and(|tgw| tgw.config.security_group_referencing) {
            return Some(place("transit-gateway", tgw));
        }
        let off = |id: &&&str| !self.attachment(id).is_some_and(|a| a.config.security_group_referencing);
        [&by, &out].iter().find(|id| off(id)).map(|id| place("transit-gateway-attachment", **id))
    }

    /// Whether a direction lets every port of the packet's protocol through to and from anyone
    /// of its family (SG-10).
    pub fn groups_open(&self, interface: &Interface<'a>, direction: Direction, packet: &Header) -> bool {
        self.group_rules(interface, direction).iter().any(|(_, rule)| {
            covers_every_port(&rule.protocol, &rule.ports, packet)
                && block(&rule.peer).is_some_and(|net| net.prefix_len() == 0 && net.contains(&packet.source))
        })
    }
}
