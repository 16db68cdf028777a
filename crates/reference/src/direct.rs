//! Direct Connect: links, virtual interfaces and Direct Connect gateways (section 18).

use std::net::IpAddr;

use ipnet::IpNet;

use crate::Place;
use crate::cells::{address, block};
use crate::hybrid::{Learned, Via};
use crate::walk::{Outcome, Walk, deny, place};
use crate::world::World;

impl<'a> World<'a> {
    fn location_works(&self, id: Option<&str>) -> bool {
        id.and_then(|id| self.location(id)).is_some_and(|location| !location.config.failed)
    }

    fn connection_works(&self, id: &str) -> bool {
        self.connection(id).is_some_and(|connection| {
            let fast = !matches!(connection.config.port_speed.as_str(), "1Gbps")
                && !connection.config.port_speed.ends_with("Mbps");
            connection.config.state == "available" // DX-04
                && connection.config.cross_connect
                && !(connection.config.auto_negotiation && fast) // DX-02
                && ["", connection.config.port_speed.trim()].contains(&connection.config.site_speed.trim())
                && (connection.config.optic.is_empty() || {
                    let speed = connection.config.port_speed.trim();
                    let optics = [
                        ("1Gbps", "1000BASE-LX"),
                        ("10Gbps", "10GBASE-LR"),
                        ("100Gbps", "100GBASE-LR4"),
                        ("400Gbps", "400GBASE-LR4"),
                    ];
                    optics.contains(&(speed, connection.config.optic.as_str())) // DX-01
                })
                // DX-06: MACsec without a session takes it down where it must encrypt.
                && !(connection.config.macsec
                    && connection.config.switch_between
                    && connection.config.encryption_mode == "must_encrypt")
                && self.location_works(connection.parent)
        })
    }

    fn lag_works(&self, id: &str) -> bool {
        let working = self
            .connections()
            .filter(|c| c.config.lag.as_deref() == Some(id) && self.connection_works(c.id))
            .count();
        self.lag(id).is_some_and(|lag| {
            working >= (lag.config.minimum_links as usize).max(1) && self.location_works(lag.parent) // DX-05
        })
    }

    /// What is broken under or at a virtual interface, if anything.
    fn vif_fault(&self, id: &str) -> Option<Place> {
        let vif = self.vif(id)?;
        let parent = vif.parent.unwrap_or_default();
        if self.lag(parent).is_some() {
            if !self.lag_works(parent) {
                return Some(place("direct-connect-lag", parent));
            }
        } else if !self.connection_works(parent) {
            return Some(place("direct-connect-connection", parent));
        }
        let router = vif.config.customer_gateway.as_deref().and_then(|id| self.cgw(id));
        if let Some(router) = router.as_ref().filter(|cgw| cgw.config.failed) {
            return Some(place("customer-gateway", router.id));
        }
        let tagged = [0, vif.config.vlan].contains(&vif.config.site_vlan); // DX-03
        let up = vif.config.bgp != "down" && tagged && router.is_some() && self.vif_said(id).len() <= 100; // DX-13
        (!up).then(|| place("virtual-interface", id))
    }

    fn vif_said(&self, id: &str) -> Vec<Learned<'a>> {
        let Some(vif) = self.vif(id) else { return Vec::new() };
        let cgw = vif.config.customer_gateway.as_deref().unwrap_or_default();
        self.said(&vif.config.announces, cgw, Via::Vif(vif.id))
    }

    pub fn vif_up(&self, id: &str) -> bool {
        self.vif(id).is_some() && self.vif_fault(id).is_none()
    }

    fn vif_learned(&self, id: &str) -> Vec<Learned<'a>> {
        if self.vif_up(id) { self.vif_said(id) } else { Vec::new() }
    }

    fn is_associated(&self, dxgw: &str, gateway: &str) -> bool {
        self.dxgw(dxgw).is_some_and(|dxgw| {
            dxgw.config.associations.iter().any(|row| row.gateway.as_deref() == Some(gateway))
        })
    }

    fn vifs_of(&self, gateway: &str) -> Vec<&'a str> {
        let here = self.vifs().filter(|vif| vif.config.gateway.as_deref() == Some(gateway));
        here.filter(|vif| vif.config.interface_type != "public").map(|vif| vif.id).collect()
    }

    /// What a Direct Connect gateway has learned on behalf of one of its gateways.
    pub fn dxgw_learned(&self, dxgw: &str, gateway: &str) -> Vec<Learned<'a>> {
        if !self.is_associated(dxgw, gateway) {
            return Vec::new();
        }
        self.vifs_of(dxgw).into_iter().flat_map(|vif| self.vif_learned(vif)).collect()
    }

    /// Virtual interfaces for a gateway that are down and would have led there.
    pub fn withdrawn_vifs(&self, gateway: &str, to: IpAddr) -> Vec<Via<'a>> {
        let mut all = self.vifs_of(gateway);
        let dxgws = self.dxgws().filter(|dxgw| self.is_associated(dxgw.id, gateway));
        all.extend(dxgws.flat_map(|dxgw| self.vifs_of(dxgw.id)));
        all.retain(|vif| !self.vif_up(vif) && self.vif_said(vif).iter().any(|said| said.net.contains(&to)));
        all.into_iter().map(Via::Vif).collect()
    }

    /// What a virtual private gateway has by Direct Connect.
    pub fn vgw_by_dx(&self, vgw: &str) -> Vec<Learned<'a>> {
        let mut found: Vec<_> = self.vifs_of(vgw).into_iter().flat_map(|vif| self.vif_learned(vif)).collect();
        for dxgw in self.dxgws() {
            found.extend(self.dxgw_learned(dxgw.id, vgw));
        }
        found
    }

    /// DX-20, for prefixes of one length: preference, home Region, AS_PATH, MED; all that are equal.
    pub fn dx_order(&self, mut found: Vec<Learned<'a>>, region: Option<&str>) -> Vec<Via<'a>> {
        let home = |learned: &Learned<'_>| {
            let Via::Vif(id) = learned.via else { return false };
            let Some(parent) = self.vif(id).and_then(|vif| vif.parent) else { return false };
            let above = self.connection(parent).and_then(|c| c.parent);
            let location = above.or_else(|| self.lag(parent).and_then(|lag| lag.parent));
            let of = location.and_then(|id| self.location(id)).and_then(|l| l.config.region.as_deref());
            of.is_some() && of == region
        };
        let key = |l: &Learned<'_>| (u8::MAX - l.preference, !home(l), l.path.len(), l.med.unwrap_or(0));
        let best = found.iter().map(key).min();
        found.retain(|learned| Some(key(learned)) == best);
        found.iter().map(|learned| learned.via).collect()
    }

    /// What a Direct Connect gateway says of one association (DX-16, DX-17).
    fn association_says(
        &self,
        row: &hopscope_aws::components::direct_connect_gateway::Association,
    ) -> Vec<IpNet> {
        let gateway = row.gateway.as_deref().unwrap_or_default();
        let allowed: Vec<IpNet> = row.allowed_prefixes.iter().filter_map(|text| block(text)).collect();
        if self.tgw(gateway).is_some() {
            return allowed;
        }
        let Some(vpc) = self.vgw(gateway).and_then(|vgw| self.vpc(vgw.parent?)) else { return Vec::new() };
        let passes = |net: &&IpNet| allowed.is_empty() || allowed.iter().any(|prefix| prefix.contains(*net));
        vpc.blocks.iter().filter(passes).copied().collect()
    }

    /// What AWS tells the site over a virtual interface.
    pub fn vif_announces(&self, id: &str) -> Vec<IpNet> {
        if self.vif_up(id) { self.vif_would_announce(id) } else { Vec::new() }
    }

    /// The same, up or not.
    pub fn vif_would_announce(&self, id: &str) -> Vec<IpNet> {
        let Some(vif) = self.vif(id) else { return Vec::new() };
        if vif.config.interface_type == "public" {
            return self.public_prefixes();
        }
        let gateway = vif.config.gateway.as_deref().unwrap_or_default();
        if let Some(vgw) = self.vgw(gateway) {
            return vgw
                .parent
                .and_then(|vpc| self.vpc(vpc))
                .map(|vpc| vpc.blocks.clone())
                .unwrap_or_default();
        }
        let Some(dxgw) = self.dxgw(gateway) else { return Vec::new() };
        let mut nets: Vec<IpNet> =
            dxgw.config.associations.iter().flat_map(|row| self.association_says(row)).collect();
        for other in self.vifs_of(gateway) {
            if other != id && self.site_link(id, other) {
                nets.extend(self.vif_learned(other).into_iter().map(|learned| learned.net)); // DX-19
            }
        }
        nets
    }

    fn public_prefixes(&self) -> Vec<IpNet> {
        let listed = self.services().flat_map(|s| s.config.addresses.iter().filter_map(|a| address(a)));
        listed.map(IpNet::from).collect()
    }

    fn site_link(&self, one: &str, two: &str) -> bool {
        [one, two].iter().all(|id| self.vif(id).is_some_and(|vif| vif.config.sitelink))
    }

    /// DX-15: whether the address is at a VPN connection of an associated gateway.
    fn at_a_vpn_behind(&self, dxgw: &str, to: IpAddr) -> bool {
        let behind = |gateway: Option<&str>| {
            gateway.is_some_and(|id| self.vgw(id).is_some() && self.is_associated(dxgw, id))
        };
        self.vpns().any(|vpn| {
            behind(vpn.config.gateway.as_deref())
                && self.vpn_learned(vpn.id).iter().any(|learned| learned.net.contains(&to))
        })
    }

    /// DX-15: the Direct Connect gateway whose other association has the address.
    pub fn behind_another_gateway(&self, gateway: &str, to: IpAddr) -> Option<&'a str> {
        self.dxgws().filter(|dxgw| self.is_associated(dxgw.id, gateway)).find_map(|dxgw| {
            let others = dxgw.config.associations.iter().filter(|r| r.gateway.as_deref() != Some(gateway));
            let mut behind =
                others.flat_map(|row| match row.gateway.as_deref().and_then(|id| self.vgw(id)) {
                    // Its own blocks, whatever is told to sites of them.
                    Some(vgw) => vgw
                        .parent
                        .and_then(|id| self.vpc(id))
                        .map(|vpc| vpc.blocks.clone())
                        .unwrap_or_default(),
                    None => self.association_says(row),
                });
            behind.any(|net| net.contains(&to)).then_some(dxgw.id)
        })
    }
}

impl<'a> Walk<'_, 'a> {
    fn over_link(&mut self, id: &'a str) -> Result<(), crate::walk::Stop> {
        let world = self.world;
        if let Some(fault) = world.vif_fault(id) {
            return deny("BAD_STATE", fault);
        }
        self.met("virtual-interface", id);
        let limit = world
            .vif(id)
            .map_or(1500, |vif| if vif.config.interface_type == "public" { 1500 } else { vif.config.mtu });
        if self.packet.size > limit {
            return deny("X_MTU_DROP", place("virtual-interface", id)); // DX-24
        }
        Ok(())
    }

    /// AWS hands a packet to a virtual interface.
    pub fn vif_to_site(&mut self, id: &'a str) -> Outcome {
        self.over_link(id)?;
        let cgw = self.world.vif(id).and_then(|vif| vif.config.customer_gateway.as_deref());
        match cgw.and_then(|cgw| self.world.cgw(cgw)) {
            Some(cgw) => self.enter_site(cgw.id, &format!("{id} ")),
            None => deny("BAD_STATE", place("virtual-interface", id)),
        }
    }

    /// From a gateway by a Direct Connect gateway towards its sites (DX-15, DX-20).
    pub fn dxgw_to_site(&mut self, dxgw: &'a str, gateway: &'a str) -> Outcome {
        let world = self.world;
        self.met("direct-connect-gateway", dxgw);
        let to = self.packet.destination;
        let mut found = world.dxgw_learned(dxgw, gateway);
        found.retain(|learned| learned.net.contains(&to));
        let longest = found.iter().map(|learned| learned.net.prefix_len()).max();
        found.retain(|learned| Some(learned.net.prefix_len()) == longest);
        let ways = world.dx_order(found, world.region_of(gateway));
        let chosen = self.choose(ways.len());
        if let Some(Via::Vif(vif)) = ways.get(chosen) {
            return self.vif_to_site(vif);
        }
        let down = world.withdrawn_vifs(gateway, to);
        let chosen = self.choose(down.len());
        if let Some(Via::Vif(vif)) = down.get(chosen) {
            return self.vif_to_site(vif);
        }
        let code = match world.behind_another_gateway(gateway, to) {
            Some(_) => "X_DXGW_NO_TRANSIT",
            None => "NO_ROUTE_TO_DESTINATION",
        };
        deny(code, place("direct-connect-gateway", dxgw))
    }

    /// The site hands a packet to a virtual interface.
    pub fn vif_from_site(&mut self, id: &'a str) -> Outcome {
        let world = self.world;
        self.over_link(id)?;
        let Some(vif) = world.vif(id) else { return deny("BAD_STATE", place("virtual-interface", id)) };
        let to = self.packet.destination;
        if vif.config.interface_type == "public" {
            let owned = world.vif_said(id).iter().any(|said| said.net.contains(&self.packet.source));
            if !owned || crate::cells::is_private(self.packet.source) {
                return deny("X_DX_SOURCE_NOT_ADVERTISED", place("virtual-interface", id)); // DX-11
            }
            self.left_a_vpc = true;
            return self.on_the_internet();
        }
        let gateway = vif.config.gateway.as_deref().unwrap_or_default();
        if let Some(vgw) = world.vgw(gateway) {
            return self.arrive_at_vgw(vgw.id, Via::Vif(id));
        }
        let Some(dxgw) = world.dxgw(gateway) else {
            return deny("BAD_STATE", place("virtual-interface", id));
        };
        self.met("direct-connect-gateway", dxgw.id);
        let mut best: Option<(u8, &'a str)> = None;
        for row in &dxgw.config.associations {
            for net in world.association_says(row).into_iter().filter(|net| net.contains(&to)) {
                if best.is_none_or(|(length, _)| net.prefix_len() > length) {
                    best = row.gateway.as_deref().map(|gateway| (net.prefix_len(), gateway));
                }
            }
        }
        if let Some((_, gateway)) = best {
            if let Some(vgw) = world.vgw(gateway) {
                return self.arrive_at_vgw(vgw.id, Via::Vif(id));
            }
            let attachment = world.attachments().find(|a| {
                a.parent == Some(gateway)
                    && a.config.resource.as_deref() == Some(dxgw.id)
                    && a.config.state == "available"
            });
            return match (attachment, world.tgw(gateway)) {
                (Some(attachment), Some(tgw)) => self.arrive_at_tgw(tgw.id, attachment.id, None),
                _ => deny("BAD_STATE_ATTACHMENT", place("direct-connect-gateway", dxgw.id)),
            };
        }
        let others: Vec<&'a str> = world.vifs_of(dxgw.id).into_iter().filter(|other| *other != id).collect();
        let has = |other: &&&'a str| world.vif_learned(other).iter().any(|l| l.net.contains(&to));
        let linked = others.iter().find(|other| has(other) && world.site_link(id, other));
        match linked {
            Some(other) => self.vif_to_site(other), // DX-19
            None if others.iter().any(|other| has(&other)) || world.at_a_vpn_behind(dxgw.id, to) => {
                deny("X_DXGW_NO_TRANSIT", place("direct-connect-gateway", dxgw.id))
            }
            None => deny("NO_ROUTE_TO_DESTINATION", place("direct-connect-gateway", dxgw.id)),
        }
    }
}
