//! Where a VPC ends: internet gateways, egress-only gateways, and the internet between them.

use crate::cells::{Header, ICMP, ICMPV6, is_carrier, is_private, is_private_v6, nat64};
use crate::filter::Direction;
use crate::route::Target;
use crate::walk::{End, Outcome, Stop, Walk, deny, place};
use crate::world::Interface;

impl<'a> Walk<'_, 'a> {
    /// Out through an internet gateway (IGW-02, IGW-05, IGW-06).
    pub fn out_by_internet_gateway(&mut self, gateway: &'a str, vpc: &'a str) -> Outcome {
        self.met("internet-gateway", gateway);
        let at = || place("internet-gateway", gateway);
        let own = !self.is_nat(vpc, self.packet.source);
        if self.access_blocked(vpc, Some(self.packet.source), own, false) {
            return deny("VPC_BLOCK_PUBLIC_ACCESS_ENABLED", at());
        }
        self.may_leave("internet-gateway", gateway, vpc)?;
        if self.packet.source.is_ipv4() {
            let public = self.world.publics.iter().find(|p| {
                p.vpc == vpc && (p.private == Some(self.packet.source) || p.address == self.packet.source)
            });
            match public {
                Some(public) => self.packet.source = public.address, // IGW-03
                None => return deny("IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", at()),
            }
        }
        if self.packet.size > 1500 {
            if self.too_big_unheard() {
                return deny("X_MTU_BLACKHOLE", at());
            }
            self.packet.size = 1500; // IGW-12: sent again, smaller
        }
        self.left_a_vpc = true;
        self.on_the_internet()
    }

    /// Whether an ACL on the way back drops the ICMP message that asks for smaller packets
    /// (NACL-14).
    fn too_big_unheard(&self) -> bool {
        self.left.iter().any(|(id, source)| {
            let v4 = source.is_ipv4();
            let message = Header {
                source: self.packet.destination,
                destination: *source,
                protocol: if v4 { ICMP } else { ICMPV6 },
                source_port: 0,
                destination_port: 0,
                icmp: if v4 { 3 } else { 2 },
                fragment: false,
                size: 56,
            };
            let subnet = self.world.subnet(id);
            v4 == message.source.is_ipv4()
                && subnet.is_some_and(|subnet| !self.world.acl_admits(subnet, Direction::In, &message).1)
        })
    }

    /// Out through an egress-only gateway (EIGW-01, EIGW-02, EIGW-04).
    pub fn out_by_egress_only(&mut self, gateway: &'a str, vpc: &'a str) -> Outcome {
        self.met("egress-only-internet-gateway", gateway);
        let at = || place("egress-only-internet-gateway", gateway);
        if self.access_blocked(vpc, Some(self.packet.source), false, false) {
            return deny("VPC_BLOCK_PUBLIC_ACCESS_ENABLED", at());
        }
        if self.after_gwlb {
            return deny("X_EIGW_AFTER_GWLB", at()); // EIGW-08
        }
        self.may_leave("egress-only-internet-gateway", gateway, vpc)?;
        self.egress.push((gateway.to_owned(), self.packet));
        self.left_a_vpc = true;
        self.on_the_internet()
    }

    /// What both gateways refuse: destinations and sources that are not of the internet.
    fn may_leave(&self, kind: &'static str, gateway: &str, vpc: &str) -> Result<(), Stop> {
        let at = || place(kind, gateway);
        let (source, destination) = (self.packet.source, self.packet.destination);
        // W-30: the destination is looked at first.
        if is_private(destination) {
            return deny("IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS", at());
        }
        if is_carrier(destination) {
            return deny("IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS", at());
        }
        if nat64(destination).is_some() {
            return deny("X_NAT64_PREFIX_UNROUTED", at()); // V6-08
        }
        if is_private_v6(source) || is_private_v6(destination) {
            return deny("X_PRIVATE_IPV6_AT_EDGE", at()); // ADDR-21
        }
        let home = self.world.vpc(vpc).is_some_and(|vpc| vpc.blocks.iter().any(|net| net.contains(&source)));
        let regional =
            self.world.publics.iter().any(|p| p.vpc == vpc && p.address == source && p.private.is_none());
        // IGW-08: who comes from outside the VPC has no public address here.
        let guest =
            self.door.is_some_and(|(at, _)| at == vpc) && kind == "internet-gateway" && source.is_ipv4();
        if !home && !regional && !guest {
            return deny("GATEWAY_REJECTS_SPOOFED_TRAFFIC", at()); // ADDR-27, EIGW-09
        }
        Ok(())
    }

    /// Between gateways and internet hosts.
    pub fn on_the_internet(&mut self) -> Outcome {
        let world = self.world;
        let to = self.packet.destination;
        let nowhere = || deny("NO_POSSIBLE_DESTINATION", place("internet", world.internet_id()));
        if world.hosts.iter().any(|(_, addresses)| addresses.contains(&to)) {
            return Ok(End::Internet);
        }
        if let Some(service) = world.service_at(to) {
            return self.at_service(service, None);
        }
        if let Some(client) =
            world.clients().find(|client| crate::cells::address(&client.config.home_address) == Some(to))
        {
            let asked = self.leg == hopscope_forward::LegKind::Return;
            return if asked { Ok(End::Internet) } else { Ok(End::Client(client.id.to_owned())) };
        }
        if let Some(cgw) = world.cgws().find(|cgw| crate::cells::address(&cgw.config.nat_address) == Some(to))
        {
            return self.back_into_site(cgw.id);
        }
        if let Some(public) = world.publics.iter().find(|p| p.address == to) {
            return match world.gateway_of(public.vpc) {
                Some(gateway) => self.in_by_internet_gateway(gateway.id, public.vpc),
                None => nowhere(),
            };
        }
        let inside = world.vpcs.iter().find(|vpc| vpc.blocks.iter().any(|net| net.contains(&to)));
        if let (Some(vpc), true) = (inside, to.is_ipv6()) {
            return self.carry_ipv6(vpc.id);
        }
        // IPv6 outside every VPC is just another host of the internet.
        let theirs = self.leg == hopscope_forward::LegKind::Return || self.left_a_vpc || to.is_ipv6();
        if theirs && !world.elastic.contains(&to) {
            return Ok(End::Internet);
        }
        // W-04: nobody's address ends at a gateway: the one of the VPC it lies in, if it does.
        let mut homes = world.vpcs.iter().filter(|vpc| vpc.blocks.iter().any(|net| net.contains(&to)));
        let gateway = match inside {
            Some(_) => homes.find_map(|vpc| world.gateway_of(vpc.id)),
            None => world.internet_gateways.iter().find(|g| g.vpc.is_some()),
        };
        match gateway.and_then(|g| Some((g.id, g.vpc?))) {
            Some((gateway, vpc)) => self.in_by_internet_gateway(gateway, vpc),
            None => nowhere(),
        }
    }

    /// IPv6 towards a VPC: by the gateway that its subnet would answer through (EIGW-03, where the
    /// default route is the example).
    fn carry_ipv6(&mut self, vpc: &'a str) -> Outcome {
        let world = self.world;
        let to = self.packet.destination;
        let subnet =
            world.subnets.iter().find(|s| s.vpc == vpc && s.blocks.iter().any(|net| net.contains(&to)));
        let back = subnet.and_then(|subnet| world.lookup(&world.table_of(subnet), self.packet.source));
        if let Some((_, Target::EgressOnly(gateway))) = back {
            return self.in_by_egress_only(gateway, vpc);
        }
        let egress_only = world.egress_only.iter().find(|g| g.vpc == Some(vpc));
        match (world.gateway_of(vpc), egress_only) {
            (Some(gateway), _) => self.in_by_internet_gateway(gateway.id, vpc),
            (None, Some(gateway)) => self.in_by_egress_only(gateway.id, vpc),
            (None, None) => deny("NO_POSSIBLE_DESTINATION", place("internet", world.internet_id())),
        }
    }

    /// ADDR-21: private IPv6 is dropped at the edge, in either direction.
    fn may_enter(&self, kind: &'static str, gateway: &str) -> Result<(), Stop> {
        if is_private_v6(self.packet.source) || is_private_v6(self.packet.destination) {
            return deny("X_PRIVATE_IPV6_AT_EDGE", place(kind, gateway));
        }
        Ok(())
    }

    fn in_by_egress_only(&mut self, gateway: &'a str, vpc: &'a str) -> Outcome {
        self.met("egress-only-internet-gateway", gateway);
        if self.access_blocked(vpc, Some(self.packet.destination), false, true) {
            let at = place("egress-only-internet-gateway", gateway);
            return deny("VPC_BLOCK_PUBLIC_ACCESS_ENABLED", at);
        }
        self.may_enter("egress-only-internet-gateway", gateway)?;
        let request = self.packet.reversed().flow();
        if self.egress.iter().any(|(by, packet)| by == gateway && packet.flow() == request) {
            return self.hand_over(vpc, None);
        }
        deny("X_EIGW_UNSOLICITED_INBOUND", place("egress-only-internet-gateway", gateway))
    }

    /// In through an internet gateway (IGW-04, IGW-05, IGW-06, RT-23, RT-26).
    fn in_by_internet_gateway(&mut self, gateway: &'a str, vpc: &'a str) -> Outcome {
        let world = self.world;
        self.met("internet-gateway", gateway);
        let at = || place("internet-gateway", gateway);
        let to = self.packet.destination;
        let public = world.publics.iter().find(|p| p.vpc == vpc && p.address == to);
        let inside = if to.is_ipv4() { public.and_then(|public| public.private) } else { Some(to) };
        let nat = public.is_some_and(|public| world.nats.iter().any(|nat| nat.id == public.owner));
        if self.access_blocked(vpc, inside, !nat, true) {
            return deny("VPC_BLOCK_PUBLIC_ACCESS_ENABLED", at());
        }
        self.door = None;
        self.over_tgw = None;
        self.may_enter("internet-gateway", gateway)?;
        if is_private(self.packet.source) {
            return deny("IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS", at());
        }
        if is_carrier(self.packet.source) {
            return deny("IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS", at());
        }
        if self.packet.destination.is_ipv4() {
            let to = self.packet.destination;
            let nobody = || deny("IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", at());
            let Some(public) = world.publics.iter().find(|p| p.vpc == vpc && p.address == to) else {
                return nobody(); // IGW-04
            };
            if let Some(interface) = world.interfaces.iter().find(|i| i.id == public.owner)
                && !world.attached(interface)
            {
                return nobody(); // ADDR-29
            }
            match public.private {
                Some(private) => self.packet.destination = private,
                // NAT-14: a regional gateway may have no private address that we know of.
                None => return self.back_into_nat(public.owner, None),
            }
        }
        match world.edge_table(gateway, vpc) {
            Some(table) => self.routed(&table, None, Some(gateway)),
            None => self.hand_over(vpc, None),
        }
    }

    fn is_nat(&self, vpc: &str, address: std::net::IpAddr) -> bool {
        let public = |id: &str| self.world.publics.iter().any(|p| p.owner == id && p.address == address);
        self.world.nats.iter().any(|n| n.vpc == vpc && (n.private == Some(address) || public(n.id)))
    }

    /// RT-27: a middlebox behind a gateway route table needs a public address.
    pub fn middlebox_is_public(&self, gateway: &str, interface: &Interface<'_>) -> Result<(), Stop> {
        if self.world.publics.iter().any(|p| p.owner == interface.id) {
            return Ok(());
        }
        deny("INGRESS_RTB_NO_PUBLIC_IP", place("internet-gateway", gateway))
    }

    /// RT-28: what comes in by a middlebox may not leave past it, whoever began.
    pub fn leaves_past_the_middlebox(&self, gateway: &str, subnet: Option<&'a str>) -> bool {
        let world = self.world;
        let Some(subnet) = subnet.and_then(|id| world.subnet(id)) else { return false };
        let Some(table) = world.edge_table(gateway, subnet.vpc) else { return false };
        subnet.blocks.iter().any(|net| net.contains(&self.packet.source))
            && matches!(
                world.lookup(&table, self.packet.source),
                Some((_, Target::Interface(_) | Target::GwlbEndpoint(_) | Target::FirewallEndpoint(_)))
            )
    }

    /// BPA-01, BPA-02: whether Block Public Access stops what passes a gateway for an address
    /// inside; `own` if that is an instance's and the gateway does not keep state.
    fn access_blocked(&self, vpc: &str, inside: Option<std::net::IpAddr>, own: bool, inbound: bool) -> bool {
        let world = self.world;
        let Some(region) = world.region_of(vpc).and_then(|id| world.region(id)) else { return false };
        let holds = |net: &ipnet::IpNet| inside.is_some_and(|inside| net.contains(&inside));
        let owner = world.subnets.iter().find(|s| s.vpc == vpc && s.blocks.iter().any(holds));
        let exclusion = |id: &str| {
            world.nodes.iter().find(|(own, ..)| *own == id).map_or("", |(.., config)| match config {
                hopscope_aws::Config::Vpc(vpc) => vpc.block_public_access_exclusion.as_str(),
                hopscope_aws::Config::Subnet(subnet) => subnet.block_public_access_exclusion.as_str(),
                _ => "",
            })
        };
        let narrow = owner.map(|subnet| exclusion(subnet.id)).filter(|word| !word.is_empty());
        let excluded = narrow.unwrap_or_else(|| exclusion(vpc));
        let began_outside = inbound == (self.leg == hopscope_forward::LegKind::Forward);
        match (region.config.block_public_access.as_str(), excluded) {
            (_, "bidirectional") => false,
            ("bidirectional", "egress") => began_outside,
            ("ingress", "egress") => own && began_outside,
            ("bidirectional", _) => true,
            ("ingress", _) => own,
            _ => false,
        }
    }
}
