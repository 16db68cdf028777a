//! Virtual private gateways and VPN connections, and which of several ways they prefer (sections
//! 16 and 19).

use ipnet::IpNet;

use crate::cells::block;
use crate::walk::{Door, Outcome, Walk, deny, place};
use crate::world::World;

/// A prefix that AWS has learned from a site.
#[derive(Clone, Debug)]
pub(crate) struct Learned<'a> {
    pub net: IpNet,
    pub path: Vec<u32>,
    pub med: Option<u32>,
    /// What a community asked for (DX-20).
    pub preference: u8,
    pub via: Via<'a>,
}

/// The line it came over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via<'a> {
    Vpn(&'a str),
    Vif(&'a str),
}

type Advertisements = [hopscope_aws::bgp::Advertisement];

impl<'a> World<'a> {
    /// The networks of the site a router stands in.
    pub fn site_networks(&self, cgw: &str) -> Vec<IpNet> {
        let site = self.cgw(cgw).and_then(|cgw| self.site(cgw.parent?));
        site.map(|site| {
            let all = site.config.networks.iter().chain(&site.config.ipv6_networks);
            all.filter_map(|text| block(text)).collect()
        })
        .unwrap_or_default()
    }

    /// What a site says over a line: the rows, or all its networks.
    pub fn said(&self, rows: &Advertisements, cgw: &str, via: Via<'a>) -> Vec<Learned<'a>> {
        let own = self.cgw(cgw).and_then(|cgw| cgw.config.asn.trim().parse().ok()).unwrap_or(64512);
        if rows.is_empty() {
            let plain = |net| Learned { net, path: vec![own], med: None, preference: 2, via };
            return self.site_networks(cgw).into_iter().map(plain).collect();
        }
        let read = |row: &hopscope_aws::bgp::Advertisement| {
            let mut path: Vec<u32> = row.as_path.split([' ', ',']).filter_map(|n| n.parse().ok()).collect();
            if path.is_empty() {
                path.push(own);
            }
            let preference = match () {
                () if row.communities.contains("7224:7300") => 3,
                () if row.communities.contains("7224:7100") => 1,
                () => 2,
            };
            Some(Learned {
                net: block(&row.prefix)?,
                path,
                med: row.med.trim().parse().ok(),
                preference,
                via,
            })
        };
        rows.iter().filter_map(read).collect()
    }

    fn cgw_works(&self, cgw: Option<&str>) -> bool {
        cgw.and_then(|id| self.cgw(id)).is_some_and(|cgw| !cgw.config.failed) // VPN-23
    }

    /// At least one tunnel works (VPN-08, VPN-10, VPN-21).
    pub fn vpn_up(&self, id: &str) -> bool {
        self.vpn(id).is_some_and(|vpn| {
            let carried = vpn.config.transport.as_deref().is_none_or(|vif| self.vif_up(vif));
            carried
                && self.cgw_works(vpn.config.customer_gateway.as_deref())
                && vpn.config.tunnels.iter().any(|tunnel| tunnel.state != "down")
        })
    }

    /// What AWS has over a connection (VPN-03, VPN-08).
    pub fn vpn_learned(&self, id: &str) -> Vec<Learned<'a>> {
        let Some(vpn) = self.vpn(id) else { return Vec::new() };
        let via = Via::Vpn(vpn.id);
        if vpn.config.routing == "static" {
            let nets = vpn.config.static_routes.iter().filter_map(|text| block(text));
            return nets
                .map(|net| Learned { net, path: Vec::new(), med: None, preference: 2, via })
                .collect();
        }
        if self.vpn_up(id) { self.vpn_said(id) } else { Vec::new() }
    }

    /// What the site says over a connection, up or not.
    pub fn vpn_said(&self, id: &str) -> Vec<Learned<'a>> {
        let Some(vpn) = self.vpn(id) else { return Vec::new() };
        let via = Via::Vpn(vpn.id);
        let six = vpn.config.inside_ip_version == "ipv6";
        let cgw = vpn.config.customer_gateway.as_deref().unwrap_or_default();
        let mut said = self.said(&vpn.config.announces, cgw, via);
        said.retain(|learned| learned.net.addr().is_ipv6() == six); // VPN-17
        said
    }

    fn is_static(&self, via: Via<'_>) -> bool {
        matches!(via, Via::Vpn(id) if self.vpn(id).is_some_and(|vpn| vpn.config.routing == "static"))
    }

    /// Everything a virtual private gateway knows (HYB-01).
    pub fn vgw_learned(&self, vgw: &str) -> Vec<Learned<'a>> {
        let mut found = self.vgw_by_dx(vgw);
        for vpn in self.vpns().filter(|vpn| vpn.config.gateway.as_deref() == Some(vgw)) {
            found.extend(self.vpn_learned(vpn.id));
        }
        found
    }

    /// What it propagates into tables: each prefix once (RT-14).
    pub fn vgw_prefixes(&self, vgw: &str) -> Vec<IpNet> {
        let mut nets: Vec<IpNet> = Vec::new();
        for learned in self.vgw_learned(vgw) {
            // Static routes too are propagated only while the connection is up (VPN-03).
            let up = match learned.via {
                Via::Vpn(id) => self.vpn_up(id),
                Via::Vif(_) => true,
            };
            if !up {
                continue;
            }
            if !nets.contains(&learned.net) {
                nets.push(learned.net);
            }
        }
        nets
    }

    /// What a virtual private gateway tells a site: its VPC's blocks (VPN-13), and over BGP what
    /// other sites told it (VPN-22).
    fn vgw_announces(&self, vgw: &str, vpn: &str) -> Vec<IpNet> {
        let vpc = self.vgw(vgw).and_then(|vgw| self.vpc(vgw.parent?));
        let mut nets: Vec<IpNet> = vpc.map(|vpc| vpc.blocks.clone()).unwrap_or_default();
        for other in self.vpns() {
            let sites = other.config.gateway.as_deref() == Some(vgw) && other.config.routing != "static";
            if sites && other.id != vpn {
                nets.extend(self.vpn_learned(other.id).into_iter().map(|learned| learned.net));
            }
        }
        nets
    }

    /// What AWS tells the site over a connection; nothing without BGP.
    pub fn vpn_announces(&self, id: &str) -> Vec<IpNet> {
        if self.vpn_up(id) { self.vpn_would_announce(id) } else { Vec::new() }
    }

    /// The same, up or not.
    pub fn vpn_would_announce(&self, id: &str) -> Vec<IpNet> {
        let Some(vpn) = self.vpn(id).filter(|vpn| vpn.config.routing != "static") else { return Vec::new() };
        let gateway = vpn.config.gateway.as_deref().unwrap_or_default();
        let mut nets = if self.vgw(gateway).is_some() {
            self.vgw_announces(gateway, id)
        } else {
            self.attachment_of(id).map(|attachment| self.tgw_announces(attachment)).unwrap_or_default()
        };
        let six = vpn.config.inside_ip_version == "ipv6";
        let heard = self.vpn_said(id);
        nets.retain(|net| net.addr().is_ipv6() == six && !heard.iter().any(|said| said.net == *net));
        nets
    }

    /// Lines of a virtual private gateway that are down and would have led there.
    fn withdrawn_at(&self, vgw: &str, to: std::net::IpAddr) -> Vec<Via<'a>> {
        let ours = self
            .vpns()
            .filter(|vpn| vpn.config.gateway.as_deref() == Some(vgw) && vpn.config.routing != "static");
        let said = |id: &str| self.vpn_said(id).iter().any(|learned| learned.net.contains(&to));
        let down = ours.filter(|vpn| !self.vpn_up(vpn.id) && said(vpn.id));
        let mut found: Vec<Via<'a>> = down.map(|vpn| Via::Vpn(vpn.id)).collect();
        found.extend(self.withdrawn_vifs(vgw, to));
        found
    }

    /// The ways a virtual private gateway would take to an address, all equal (HYB-01, VPN-08).
    fn vgw_ways(&self, vgw: &str, to: std::net::IpAddr, only: impl Fn(&Learned<'a>) -> bool) -> Vec<Via<'a>> {
        let mut found = self.vgw_learned(vgw);
        found.retain(|learned| learned.net.contains(&to) && only(learned));
        let alive = |learned: &Learned<'_>| match learned.via {
            Via::Vpn(id) => self.vpn_up(id),
            Via::Vif(id) => self.vif_up(id),
        };
        if found.iter().any(&alive) {
            found.retain(&alive);
        }
        let longest = found.iter().map(|learned| learned.net.prefix_len()).max();
        found.retain(|learned| Some(learned.net.prefix_len()) == longest);
        let rank = |learned: &Learned<'_>| match learned.via {
            Via::Vif(_) => 0,
            via if self.is_static(via) => 1,
            Via::Vpn(_) => 2,
        };
        let best = found.iter().map(rank).min();
        found.retain(|learned| Some(rank(learned)) == best);
        if best == Some(0) {
            let region = self.region_of(vgw);
            return self.dx_order(found, region);
        }
        let shortest = found.iter().map(|learned| learned.path.len()).min();
        found.retain(|learned| Some(learned.path.len()) == shortest);
        // MEDs are compared only among neighbours of one AS.
        let all = found.clone();
        found.retain(|learned| {
            !all.iter().any(|other| {
                other.path.first() == learned.path.first()
                    && other.med.unwrap_or(100) < learned.med.unwrap_or(100)
            })
        });
        found.iter().map(|learned| learned.via).collect()
    }
}

impl<'a> Walk<'_, 'a> {
    /// From a subnet of its VPC into a virtual private gateway (VPN-05, VPN-06, DX-15).
    pub fn enter_vgw(&mut self, vgw: &'a str, vpc: &'a str) -> Outcome {
        let world = self.world;
        self.met("virtual-private-gateway", vgw);
        let at = || place("virtual-private-gateway", vgw);
        if !self.is_local_interface(vpc, self.packet.source) {
            return deny("VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS", at());
        }
        let to = self.packet.destination;
        let ways = world.vgw_ways(vgw, to, |_| true);
        let chosen = self.choose(ways.len());
        match ways.get(chosen) {
            Some(Via::Vpn(vpn)) => self.vpn_to_site(vpn, false),
            Some(Via::Vif(vif)) => self.vif_to_site(vif),
            None => {
                // VPN-10, DX-25: a line that is down, and would have led there.
                let down = world.withdrawn_at(vgw, to);
                let chosen = self.choose(down.len());
                match (down.get(chosen), world.behind_another_gateway(vgw, to)) {
                    (Some(Via::Vpn(vpn)), _) => self.vpn_to_site(vpn, false),
                    (Some(Via::Vif(vif)), _) => self.vif_to_site(vif),
                    (None, Some(dxgw)) => deny("X_DXGW_NO_TRANSIT", place("direct-connect-gateway", dxgw)),
                    (None, None) => deny("NO_ROUTE_TO_DESTINATION", at()),
                }
            }
        }
    }

    fn is_local_interface(&self, vpc: &str, address: std::net::IpAddr) -> bool {
        self.world.interface_with(vpc, address).is_some()
            || self.world.nats.iter().any(|nat| nat.vpc == vpc && nat.private == Some(address))
    }

    /// From a site into the VPC of a virtual private gateway (VPN-06, VPN-07, VPN-22, DNS-05).
    pub fn arrive_at_vgw(&mut self, vgw: &'a str, by: Via<'a>) -> Outcome {
        let world = self.world;
        self.met("virtual-private-gateway", vgw);
        let at = || place("virtual-private-gateway", vgw);
        let to = self.packet.destination;
        let Some(vpc) = world.vgw(vgw).and_then(|vgw| world.vpc(vgw.parent?)) else {
            return deny("BAD_STATE", at());
        };
        if world.is_resolver(vpc.id, to) {
            return deny("X_RESOLVER_OUTSIDE_VPC", at());
        }
        if self.is_local_interface(vpc.id, to) {
            self.door = Some((vpc.id, Door::VirtualPrivateGateway));
            return match world.edge_table(vgw, vpc.id) {
                Some(table) => self.routed(&table, None, Some(vgw)),
                None => self.hand_over(vpc.id, None),
            };
        }
        if matches!(by, Via::Vpn(_)) && !world.is_static(by) && !world.in_vpc(vpc.id, to) {
            // VPN-22, DX-15: from site to site, over BGP both times.
            let ways = world.vgw_ways(vgw, to, |_| true);
            let chosen = self.choose(ways.len());
            if let Some(Via::Vpn(vpn)) = ways.get(chosen).filter(|via| !world.is_static(**via))
                && world.vpn_up(vpn)
            {
                return self.vpn_to_site(vpn, false);
            }
        }
        deny("VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", at())
    }

    /// What both directions through a tunnel must pass (VPN-10, VPN-15, VPN-18).
    fn through_tunnel(&mut self, id: &'a str, at_tgw: bool, to_site: bool) -> Result<(), crate::walk::Stop> {
        let world = self.world;
        self.met("vpn-connection", id);
        let at = || place("vpn-connection", id);
        let Some(vpn) = world.vpn(id).filter(|_| world.vpn_up(id)) else {
            return deny(if at_tgw { "TGW_BAD_STATE_VPN" } else { "BAD_STATE_VPN" }, at());
        };
        let (theirs, ours) = match to_site {
            true => (self.packet.destination, self.packet.source),
            false => (self.packet.source, self.packet.destination),
        };
        let inside = |text: &str, address| block(text).is_none_or(|net| net.contains(&address));
        if theirs.is_ipv4()
            && !(inside(&vpn.config.local_cidr, theirs) && inside(&vpn.config.remote_cidr, ours))
        {
            return deny("X_VPN_SELECTOR", at());
        }
        if self.packet.size > 1446 {
            return deny("X_MTU_DROP", at());
        }
        Ok(())
    }

    /// AWS hands a packet to a tunnel.
    pub fn vpn_to_site(&mut self, id: &'a str, at_tgw: bool) -> Outcome {
        self.through_tunnel(id, at_tgw, true)?;
        let cgw = self.world.vpn(id).and_then(|vpn| vpn.config.customer_gateway.as_deref());
        match cgw.and_then(|id| self.world.cgw(id)) {
            Some(cgw) => {
                let tunnel = self.tunnel(id, cgw.config.strict_symmetric, false);
                self.enter_site(cgw.id, &format!("{id} {tunnel}"))
            }
            None => deny("BAD_STATE", place("vpn-connection", id)),
        }
    }

    /// The site hands a packet to a tunnel.
    pub fn vpn_from_site(&mut self, id: &'a str) -> Outcome {
        let world = self.world;
        let Some(vpn) = world.vpn(id) else { return deny("BAD_STATE", place("vpn-connection", id)) };
        let gateway = vpn.config.gateway.as_deref().unwrap_or_default();
        let vgw = world.vgw(gateway);
        self.through_tunnel(id, vgw.is_none(), false)?;
        match (vgw, world.attachment_of(id).and_then(|id| world.attachment(id))) {
            (Some(vgw), _) => self.arrive_at_vgw(vgw.id, Via::Vpn(id)),
            (None, Some(attachment)) => match attachment.parent {
                Some(tgw) => self.arrive_at_tgw(tgw, attachment.id, None),
                None => deny("BAD_STATE_ATTACHMENT", place("transit-gateway-attachment", attachment.id)),
            },
            (None, None) => deny("BAD_STATE_ATTACHMENT", place("vpn-connection", id)),
        }
    }

    /// The tunnel taken, as a name; looked at only where somebody minds (VPN-11, VPN-12).
    pub fn tunnel(&mut self, id: &str, matters: bool, by_site: bool) -> String {
        let Some(vpn) = self.world.vpn(id).filter(|_| matters) else { return String::new() };
        let mut up: Vec<_> = vpn.config.tunnels.iter().filter(|t| t.state != "down").collect();
        if up.iter().any(|tunnel| !tunnel.maintenance) {
            up.retain(|tunnel| !tunnel.maintenance);
        }
        if by_site {
            let wanted = vpn.config.site_tunnel.trim();
            if let Some(tunnel) = vpn.config.tunnels.iter().find(|t| t.name == wanted && t.state != "down") {
                return tunnel.name.clone();
            }
            let first = up.iter().find(|t| t.name == wanted).or(up.first());
            return first.map(|tunnel| tunnel.name.clone()).unwrap_or_default();
        }
        let chosen = self.choose(up.len());
        up.get(chosen).map(|tunnel| tunnel.name.clone()).unwrap_or_default()
    }
}
