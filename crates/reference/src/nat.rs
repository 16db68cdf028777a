//! Hops that remember flows of others: NAT gateways (section 9.1), NAT instances (9.2), firewalls.

use std::net::IpAddr;

use hopscope_forward::LegKind;

use crate::cells::{ICMP, ICMPV6, TCP, UDP, address, nat64};
use crate::filter::Direction;
use crate::walk::{Binding, Door, Outcome, Walk, deny, place};
use crate::world::{Interface, Nat};

impl<'a> Walk<'_, 'a> {
    fn nat(&self, id: &str) -> Option<&Nat<'a>> {
        self.world.nats.iter().find(|nat| nat.id == id)
    }

    /// A packet that a route sends into a NAT gateway.
    pub fn enter_nat(&mut self, id: &'a str, from: Option<&'a str>) -> Outcome {
        let world = self.world;
        let at = || place("nat-gateway", id);
        let Some(nat) = world.nats.iter().find(|nat| nat.id == id) else {
            return deny("BAD_STATE", at());
        };
        match nat.subnet {
            Some(subnet) => {
                if nat.config.state != "available" || world.zone_failed(subnet) {
                    self.met("nat-gateway", id);
                    return deny("BAD_STATE", at()); // NAT-13
                }
                if from != Some(subnet) {
                    self.acl(subnet, Direction::In)?; // NACL-08
                }
                self.met("nat-gateway", id);
            }
            None => {
                let zone = from.and_then(|s| world.subnet(s)).and_then(|s| s.zone);
                let manual = nat.config.availability == "regional-manual";
                self.met("nat-gateway", id);
                if manual && !nat.config.zones.iter().any(|z| Some(z.as_str()) == zone) {
                    return deny("REGIONAL_NGW_ROUTE_AZ_RESTRICTION", at()); // NAT-14
                }
            }
        }
        let blocks = world.vpc(nat.vpc).map(|vpc| vpc.blocks.as_slice()).unwrap_or_default();
        let door = self.door.filter(|(vpc, _)| *vpc == nat.vpc).map(|(_, door)| door);
        if matches!(door, Some(Door::Peering | Door::VirtualPrivateGateway)) {
            return deny("NGW_REQUIRES_SOURCE_IN_VPC", at()); // NAT-10
        }
        if door.is_none() && !blocks.iter().any(|net| net.contains(&self.packet.source)) {
            return deny("GATEWAY_REJECTS_SPOOFED_TRAFFIC", at()); // ADDR-27
        }
        if !matches!(self.packet.protocol, TCP | UDP | ICMP | ICMPV6) {
            return deny("PROTOCOL_RESTRICTION", at()); // NAT-05
        }
        if self.packet.fragment && self.packet.protocol != UDP {
            return deny("X_FRAGMENT_DROPPED", at()); // NAT-16
        }
        if self.packet.size > 8500 {
            return deny("X_MTU_DROP", at()); // NAT-16
        }
        if self.leg == LegKind::Return {
            return deny("X_STATE_MISSING", at()); // IGW-09: it never saw the request
        }
        let addresses = world.publics.iter().filter(|p| p.owner == id).count().max(1);
        if nat.config.open_connections.unwrap_or(0) as usize >= 55_000 * addresses {
            return deny("X_NAT_PORTS_EXHAUSTED", at()); // NAT-07
        }
        if self.packet.protocol == TCP && self.flow.idle.unwrap_or(0) > 350 {
            return deny("X_NAT_IDLE_TIMEOUT", at()); // NAT-08
        }
        let public = world.publics.iter().find(|p| p.owner == id).map(|p| p.address);
        let Some(own) = nat.private.or(public) else {
            return deny("BAD_STATE", at());
        };
        let before = self.packet;
        self.packet.source = own; // NAT-03
        if let Some(inner) = nat64(self.packet.destination) {
            self.packet.destination = IpAddr::V4(inner); // V6-07
            if self.packet.protocol == ICMPV6 {
                self.packet.protocol = ICMP;
                self.packet.icmp = 8;
            }
        }
        if self.packet.source_port != 0 {
            self.packet.source_port = self.packet.source_port.max(1024);
        }
        self.bindings.push(Binding { owner: id.to_owned(), before, after: self.packet });
        match nat.subnet {
            Some(subnet) => self.out_of_subnet(subnet),
            // NAT-14: its own table has the VPC's blocks and a default route to the gateway.
            None if blocks.iter().any(|net| net.contains(&self.packet.destination)) => {
                self.hand_over(nat.vpc, None)
            }
            None => match world.gateway_of(nat.vpc) {
                Some(gateway) => self.out_by_internet_gateway(gateway.id, nat.vpc),
                None => deny("NO_ROUTE_TO_DESTINATION", at()),
            },
        }
    }

    /// A packet addressed to a NAT gateway itself: the reply of a flow it knows, or nothing.
    pub fn back_into_nat(&mut self, id: &'a str, from: Option<&'a str>) -> Outcome {
        let at = || place("nat-gateway", id);
        let Some((subnet, vpc, state)) = self.nat(id).map(|n| (n.subnet, n.vpc, n.config.state.as_str()))
        else {
            return deny("BAD_STATE", at());
        };
        if let Some(subnet) = subnet {
            if state != "available" || self.world.zone_failed(subnet) {
                self.met("nat-gateway", id);
                return deny("BAD_STATE", at());
            }
            if from != Some(subnet) {
                self.acl(subnet, Direction::In)?;
            }
        }
        self.met("nat-gateway", id);
        let known = self.bindings.iter().find(|b| b.owner == id && self.packet.answers(b.after));
        let Some(before) = known.map(|binding| binding.before) else {
            return deny("X_NAT_UNSOLICITED_INBOUND", at()); // NAT-06
        };
        self.packet = before.reversed();
        match subnet {
            Some(subnet) => self.out_of_subnet(subnet),
            None => self.hand_over(vpc, None),
        }
    }

    /// What an instance does with a packet that is not for it (PIPE-07).
    pub fn through_appliance(&mut self, interface: &Interface<'a>) -> Outcome {
        let id = interface.instance.unwrap_or(interface.id);
        let at = || place("instance", id);
        let role =
            interface.instance.and_then(|i| self.world.instance(i)).map_or("host", |i| i.role.as_str());
        self.identity_lost = true; // SG-20
        match role {
            "router" => self.leave(interface),
            "firewall" | "nat" => {
                // A reply to a forwarded port, or any packet of a known flow.
                let packet = self.packet.flow();
                let known = self
                    .bindings
                    .iter()
                    .find(|b| b.owner == id && (self.packet.answers(b.after) || b.before.flow() == packet));
                match known {
                    Some(binding) if self.packet.answers(binding.after) => {
                        self.packet = binding.before.reversed()
                    }
                    Some(binding) => self.packet = binding.after,
                    None if self.leg == LegKind::Return => return deny("X_STATE_MISSING", at()),
                    None => {
                        let before = self.packet;
                        if role == "nat" {
                            let v4 = self.packet.source.is_ipv4();
                            match interface.addresses.iter().find(|a| a.is_ipv4() == v4) {
                                Some(own) => self.packet.source = *own,
                                None => return deny("X_ADDRESS_FAMILY_MISMATCH", at()),
                            }
                        }
                        self.bindings.push(Binding { owner: id.to_owned(), before, after: self.packet });
                    }
                }
                self.met("instance", id);
                self.leave(interface)
            }
            _ => deny("NO_POSSIBLE_DESTINATION", at()),
        }
    }

    /// A NAT instance translates what is addressed to itself: the reply of a flow it sent out, or
    /// a port it forwards.
    pub fn taken_by_nat_instance(&mut self, interface: &Interface<'a>) -> bool {
        let Some(id) = interface.instance else { return false };
        let Some(instance) = self.world.instance(id).filter(|i| i.role == "nat") else { return false };
        let known = self
            .bindings
            .iter()
            .find(|b| b.owner == id && self.packet.answers(b.after) && b.before.flow() != b.after.flow());
        match known.map(|binding| binding.before) {
            Some(before) => {
                self.met("instance", id);
                self.packet = before.reversed();
                true
            }
            None => {
                // NAT-20: a forwarded port.
                let port = self.packet.destination_port;
                let Some(forward) = instance.port_forwards.iter().find(|f| port != 0 && f.port == port)
                else {
                    return false;
                };
                let Some(to) = address(&forward.to) else { return false };
                let before = self.packet;
                self.packet.destination = to;
                self.packet.destination_port = forward.to_port;
                self.bindings.push(Binding { owner: id.to_owned(), before, after: self.packet });
                self.identity_lost = true;
                true
            }
        }
    }
}
