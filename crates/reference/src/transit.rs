//! Transit gateways: association, propagation, lookup, zones and appliance mode (section 15).

use std::net::IpAddr;

use ipnet::IpNet;

use crate::cells::block;
use crate::filter::Direction;
use crate::hybrid::{Learned, Via};
use crate::route::Target;
use crate::walk::{Door, Outcome, Stop, Walk, deny, place};
use crate::world::World;

/// Where a transit gateway route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way<'a> {
    Attachment(&'a str),
    /// A static blackhole, or an attachment that does not work.
    Blackhole,
}

/// A route as it competes (TGW-08, TGW-09): smaller keys win at equal prefix length.
#[derive(Clone, Debug)]
struct Candidate<'a> {
    net: IpNet,
    rank: (u8, String, usize, u32),
    way: Way<'a>,
}

/// A transit gateway route table, drawn or implied.
pub(crate) struct TgwTable<'a> {
    pub tgw: &'a str,
    pub id: String,
    drawn: Option<&'a str>,
}

impl<'a> World<'a> {
    /// The VPC's available attachment to a transit gateway.
    pub fn attachment_of_vpc(&self, tgw: &str, vpc: &str) -> Option<&'a str> {
        self.attachments()
            .find(|a| {
                a.parent == Some(tgw)
                    && a.config.resource.as_deref() == Some(vpc)
                    && a.config.state == "available"
            })
            .map(|a| a.id)
    }

    /// The available attachment of anything else.
    pub fn attachment_of(&self, resource: &str) -> Option<&'a str> {
        self.attachments()
            .find(|a| a.config.resource.as_deref() == Some(resource) && a.config.state == "available")
            .map(|a| a.id)
    }

    fn is_tgw_peering(&self, attachment: &str) -> bool {
        self.attachment(attachment)
            .and_then(|a| a.config.resource.as_deref())
            .is_some_and(|resource| self.tgw(resource).is_some())
    }

    /// The table an attachment's packets are looked up in at one transit gateway (TGW-01, TGW-04).
    fn associated(&self, tgw: &'a str, attachment: &str) -> Option<TgwTable<'a>> {
        let drawn = self.tgw_tables().find(|table| {
            table.parent == Some(tgw) && table.config.associations.iter().any(|id| id.as_str() == attachment)
        });
        if let Some(table) = drawn {
            return Some(TgwTable { tgw, id: table.id.to_owned(), drawn: Some(table.id) });
        }
        let default = self.tgw(tgw).is_some_and(|tgw| tgw.config.default_association);
        if default { self.default_table(tgw) } else { None }
    }

    fn default_table(&self, tgw: &'a str) -> Option<TgwTable<'a>> {
        let drawn = self.tgw_tables().find(|table| table.parent == Some(tgw) && table.config.default);
        Some(match drawn {
            Some(table) => TgwTable { tgw, id: table.id.to_owned(), drawn: Some(table.id) },
            None => TgwTable { tgw, id: format!("{tgw}/default-route-table"), drawn: None },
        })
    }

    /// Whether an attachment propagates into a table (TGW-03, TGW-04).
    fn propagates(&self, table: &TgwTable<'a>, attachment: &str) -> bool {
        let names = |id: &str| {
            self.tgw_table(id).is_some_and(|t| t.config.propagations.iter().any(|a| a.as_str() == attachment))
        };
        if table.drawn.is_some_and(names) {
            return true;
        }
        let mut tables = self.tgw_tables().filter(|t| t.parent == Some(table.tgw));
        let elsewhere = tables.any(|t| names(t.id));
        let default = self.tgw(table.tgw).is_some_and(|tgw| tgw.config.default_propagation);
        !elsewhere && default && self.default_table(table.tgw).is_some_and(|t| t.id == table.id)
    }

    /// What an attachment propagates, with its place in the order (TGW-05, TGW-08, TGW-09).
    fn propagated_by(&self, attachment: &'a str) -> Vec<Candidate<'a>> {
        let Some(it) = self.attachment(attachment).filter(|a| a.config.state == "available") else {
            return Vec::new();
        };
        let Some(resource) = it.config.resource.as_deref() else { return Vec::new() };
        let way = Way::Attachment(attachment);
        let plain = |net, rank| Candidate { net, rank: (rank, String::new(), 0, 0), way };
        let heard = |learned: Vec<Learned>, rank, med| {
            let candidate = |l: Learned| Candidate {
                net: l.net,
                rank: (rank, String::new(), l.path.len(), l.med.unwrap_or(med)),
                way,
            };
            learned.into_iter().map(candidate).collect()
        };
        if let Some(vpc) = self.vpc(resource) {
            if self.overlaps_an_earlier_one(it.parent, attachment, resource) {
                return Vec::new(); // TGW-25
            }
            return vpc.blocks.iter().map(|net| plain(*net, 2)).collect();
        }
        if let Some(vpn) = self.vpn(resource) {
            if vpn.config.routing == "static" {
                return Vec::new(); // TGW-05
            }
            let rank = if vpn.config.transport.is_some() { 5 } else { 6 };
            return heard(self.vpn_learned(vpn.id), rank, 100);
        }
        if self.dxgw(resource).is_some() {
            return heard(self.dxgw_learned(resource, it.parent.unwrap_or_default()), 3, 0);
        }
        Vec::new()
    }

    fn overlaps_an_earlier_one(&self, tgw: Option<&str>, attachment: &str, vpc: &str) -> bool {
        let Some(own) = self.vpc(vpc) else { return false };
        self.attachments()
            .filter(|a| a.parent == tgw)
            .take_while(|a| a.id != attachment)
            .filter(|a| a.config.state == "available")
            .filter_map(|a| self.vpc(a.config.resource.as_deref()?))
            .any(|other| {
                let overlap = |a: &IpNet, b: &IpNet| a.contains(b) || b.contains(a);
                other.blocks.iter().any(|theirs| own.blocks.iter().any(|net| overlap(net, theirs)))
            })
    }

    /// Every route of a table.
    fn tgw_routes(&self, table: &TgwTable<'a>) -> Vec<Candidate<'a>> {
        let mut found = Vec::new();
        for route in table.drawn.and_then(|id| self.tgw_table(id)).map_or(&[][..], |t| &t.config.routes) {
            let way = self.static_way(table.tgw, &route.target);
            let destination = route.destination.trim();
            if let Some(net) = block(destination) {
                found.push(Candidate { net, rank: (0, String::new(), 0, 0), way });
            } else if let Some((list, entries)) = self.lists.iter().find(|(id, _)| *id == destination) {
                found.extend(entries.iter().map(|net| Candidate {
                    net: *net,
                    rank: (1, (*list).to_owned(), 0, 0),
                    way,
                }));
            }
        }
        for attachment in self.attachments() {
            let here = attachment.parent == Some(table.tgw);
            if here && !self.is_tgw_peering(attachment.id) && self.propagates(table, attachment.id) {
                found.extend(self.propagated_by(attachment.id));
            }
        }
        found
    }

    /// A static route names an attachment, or the VPN connection behind it.
    fn static_way(&self, tgw: &str, target: &str) -> Way<'a> {
        let target = target.trim();
        let ours = |a: &crate::lists::Of<
            'a,
            hopscope_aws::components::transit_gateway_attachment::Config,
        >| { a.parent == Some(tgw) || a.config.resource.as_deref() == Some(tgw) };
        self.attachments()
            .find(|a| a.id == target || a.config.resource.as_deref() == Some(target))
            .filter(|a| ours(a) && a.config.state == "available")
            .map_or(Way::Blackhole, |a| Way::Attachment(a.id))
    }

    /// The winners for an address: several where they are equal (TGW-26).
    fn tgw_lookup(&self, table: &TgwTable<'a>, to: IpAddr) -> Vec<Way<'a>> {
        let mut found = self.tgw_routes(table);
        found.retain(|route| route.net.contains(&to));
        let Some(longest) = found.iter().map(|route| route.net.prefix_len()).max() else { return Vec::new() };
        found.retain(|route| route.net.prefix_len() == longest);
        let Some(best) = found.iter().map(|route| route.rank.clone()).min() else { return Vec::new() };
        found.retain(|route| route.rank == best);
        found.iter().map(|route| route.way).collect()
    }

    /// Lines that are down and would have propagated a way.
    fn withdrawn_from_tgw(&self, table: &TgwTable<'a>, to: IpAddr) -> Vec<Via<'a>> {
        let mut found = Vec::new();
        let ours = self.attachments().filter(|a| a.parent == Some(table.tgw) && self.propagates(table, a.id));
        for attachment in ours {
            let Some(resource) = attachment.config.resource.as_deref() else { continue };
            let bgp = self.vpn(resource).filter(|vpn| vpn.config.routing != "static");
            if attachment.config.state != "available" {
                continue;
            }
            if let Some(vpn) = bgp
                && !self.vpn_up(vpn.id)
                && self.vpn_said(vpn.id).iter().any(|learned| learned.net.contains(&to))
            {
                found.push(Via::Vpn(vpn.id));
            }
            if self.dxgw(resource).is_some() {
                found.extend(self.withdrawn_vifs(table.tgw, to));
            }
        }
        found
    }

    /// What the transit gateway tells the far end of a VPN attachment (VPN-13).
    pub fn tgw_announces(&self, attachment: &str) -> Vec<IpNet> {
        let Some(it) = self.attachment(attachment).filter(|a| a.config.state == "available") else {
            return Vec::new();
        };
        let Some(table) = it.parent.and_then(|tgw| self.associated(tgw, attachment)) else {
            return Vec::new();
        };
        let routes = self.tgw_routes(&table);
        let mut nets: Vec<IpNet> = Vec::new();
        for route in &routes {
            // TGW-10: only the winner of a prefix is in the table.
            let beaten = routes.iter().any(|other| other.net == route.net && other.rank < route.rank);
            let back = route.way == Way::Attachment(it.id);
            if !beaten && !back && route.way != Way::Blackhole && !nets.contains(&route.net) {
                nets.push(route.net);
            }
        }
        nets
    }
}

impl<'a> Walk<'_, 'a> {
    /// From a subnet of a VPC into a transit gateway (RT-20, TGW-16, NACL-15, NACL-16).
    pub fn enter_tgw(
        &mut self,
        tgw: &'a str,
        vpc: &'a str,
        from: Option<&'a str>,
        table: crate::Place,
    ) -> Outcome {
        let world = self.world;
        let Some(attachment) = world.attachment_of_vpc(tgw, vpc).and_then(|id| world.attachment(id)) else {
            return deny("BAD_STATE_ROUTE", table);
        };
        let zone = from.and_then(|id| world.zone_of(id));
        let door = attachment
            .config
            .subnets
            .iter()
            .filter_map(|id| world.subnet(id))
            .find(|subnet| subnet.zone.is_some() && subnet.zone == zone);
        let Some(door) = door else {
            return deny("TGW_ROUTE_AZ_RESTRICTION", table);
        };
        self.acl(door.id, Direction::In)?;
        self.arrive_at_tgw(tgw, attachment.id, zone)
    }

    /// A packet is at a transit gateway, come by an attachment.
    pub fn arrive_at_tgw(&mut self, tgw: &'a str, attachment: &'a str, zone: Option<&'a str>) -> Outcome {
        let world = self.world;
        self.met("transit-gateway", tgw);
        let Some(table) = world.associated(tgw, attachment) else {
            let at = place("transit-gateway-attachment", attachment);
            return deny("TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION", at); // TGW-02
        };
        if self.packet.size > 8500 {
            return deny("X_MTU_DROP", place("transit-gateway", tgw)); // TGW-31
        }
        let at = || place("transit-gateway-route-table", table.id.clone());
        self.met("transit-gateway-route-table", table.id.clone());
        let key = format!("{} {attachment}", table.id);
        if self.goes_round(key) {
            return Err(Stop::looped(at()));
        }
        let ways = world.tgw_lookup(&table, self.packet.destination);
        if ways.is_empty() {
            // TGW-10: what is down answers for what it would have propagated.
            let down = world.withdrawn_from_tgw(&table, self.packet.destination);
            let chosen = self.choose(down.len());
            match down.get(chosen) {
                Some(Via::Vpn(vpn)) => return self.vpn_to_site(vpn, true),
                Some(Via::Vif(vif)) => return self.vif_to_site(vif),
                None => {}
            }
            return deny("TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", at()); // TGW-06
        }
        let chosen = self.choose(ways.len());
        match ways.get(chosen) {
            Some(Way::Attachment(out)) => self.leave_tgw(tgw, attachment, out, zone),
            _ => deny("TGW_RTB_BAD_STATE_ROUTE", at()), // TGW-07
        }
    }

    fn leave_tgw(
        &mut self,
        tgw: &'a str,
        came_by: &'a str,
        attachment: &'a str,
        zone: Option<&'a str>,
    ) -> Outcome {
        let world = self.world;
        let at = || place("transit-gateway-attachment", attachment);
        let Some(it) = world.attachment(attachment) else { return deny("BAD_STATE_ATTACHMENT", at()) };
        let Some(resource) = it.config.resource.as_deref() else {
            return deny("BAD_STATE_ATTACHMENT", at());
        };
        if let Some(vpc) = world.vpc(resource) {
            let subnets: Vec<_> = it
                .config
                .subnets
                .iter()
                .filter_map(|id| world.subnet(id))
                .filter(|subnet| !world.zone_failed(subnet.id))
                .collect();
            let ways = self.zones_for(tgw, &subnets, attachment, it.config.appliance_mode, zone);
            let chosen = self.choose(ways.len());
            let Some(subnet) = ways.get(chosen).copied() else {
                return deny("TGW_ATTACH_VPC_AZ_RESTRICTION", at());
            };
            if it.config.appliance_mode {
                self.kept.push((attachment, self.packet, subnet));
            }
            // SG-19 looks at both attachments.
            self.over_tgw = Some((tgw, came_by, attachment));
            self.door = Some((vpc.id, Door::TransitGateway));
            return self.out_of_attachment(subnet);
        }
        if let Some(vpn) = world.vpn(resource) {
            return self.vpn_to_site(vpn.id, true);
        }
        if let Some(dxgw) = world.dxgw(resource) {
            return self.dxgw_to_site(dxgw.id, tgw);
        }
        let other = if resource == tgw { it.parent } else { world.tgw(resource).map(|tgw| tgw.id) };
        match other {
            Some(other) => self.arrive_at_tgw(other, attachment, None), // TGW-13, TGW-17
            None => deny("BAD_STATE_ATTACHMENT", at()),
        }
    }

    /// From an attachment into its VPC: the table of its subnet decides (RT-23), and the subnet's ACL
    /// unless the packet stays in the subnet (NACL-15, NACL-16).
    fn out_of_attachment(&mut self, id: &'a str) -> Outcome {
        let world = self.world;
        let Some(subnet) = world.subnet(id) else { return deny("BAD_STATE", place("subnet", id)) };
        let table = world.table_of(subnet);
        let to = self.packet.destination;
        let stays = match world.lookup(&table, to) {
            Some((_, Target::Local)) => {
                let nat = world.nats.iter().find(|n| n.vpc == subnet.vpc && n.private == Some(to));
                let card = world.interface_with(subnet.vpc, to).map(|i| i.subnet);
                card.or(nat.and_then(|nat| nat.subnet)) == Some(subnet.id)
            }
            Some((_, Target::Interface(card))) => {
                world.interfaces.iter().any(|i| i.id == card && i.subnet == subnet.id)
            }
            _ => false,
        };
        if !stays {
            self.acl(subnet.id, Direction::Out)?;
            self.left.push((subnet.id, self.packet.source));
        }
        self.routed(&table, Some(subnet.id), None)
    }

    /// The attachment subnets a packet may enter by (TGW-17, TGW-20, TGW-22).
    fn zones_for(
        &self,
        tgw: &str,
        subnets: &[&crate::world::Subnet<'a>],
        attachment: &str,
        appliance_mode: bool,
        zone: Option<&'a str>,
    ) -> Vec<&'a str> {
        let of = |zone: &str| subnets.iter().find(|s| s.zone == Some(zone)).map(|s| s.id);
        let all = || subnets.iter().map(|s| s.id).collect::<Vec<_>>();
        if !appliance_mode {
            return zone.and_then(of).map_or_else(all, |subnet| vec![subnet]);
        }
        let known = self.kept.iter().find(|(by, packet, _)| *by == attachment && self.same_flow(packet));
        if let Some((.., subnet)) = known {
            return vec![subnet];
        }
        let home = |address: IpAddr, attached: bool| {
            let here = |s: &&crate::world::Subnet<'a>| {
                s.blocks.iter().any(|net| net.contains(&address))
                    && (!attached || self.world.attachment_of_vpc(tgw, s.vpc).is_some())
            };
            self.world.subnets.iter().find(here).and_then(|s| s.zone)
        };
        // TGW-22: where it came from, and the zone of the address it goes to. Where the former is
        // not known, and where the latter is behind another gateway, the address may say or not.
        let (from, to) = (self.packet.source, self.packet.destination);
        let destinations = match home(to, true) {
            Some(zone) => [Some(zone), Some(zone)],
            None => [None, home(to, false)],
        };
        let mut found: Vec<&'a str> = Vec::new();
        for source in [zone, zone.or_else(|| home(from, false))] {
            for destination in destinations {
                match (source.and_then(of), destination.and_then(of)) {
                    (None, None) => found.extend(all()),
                    (one, other) => found.extend(one.into_iter().chain(other)),
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
