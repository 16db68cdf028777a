//! On-premises sites: hosts, firewalls, and routers that choose by their own preference (DX-21,
//! VPN-11, VPN-23, HYB-06).

use std::net::IpAddr;

use hopscope_aws::components::network_acl;
use hopscope_forward::LegKind;
use ipnet::IpNet;

use crate::cells::{address, block, covers, is_private};
use crate::hybrid::Via;
use crate::walk::{Binding, End, Outcome, Stop, Walk, deny, place};
use crate::world::World;

/// A way out of a site: how long its prefix is, static or learned, and how much it is liked.
#[derive(Clone, Debug)]
struct Way<'a> {
    net: IpNet,
    cgw: &'a str,
    to: Exit<'a>,
    written: bool,
    preference: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit<'a> {
    Line(Via<'a>),
    Internet,
    Nowhere,
}

impl<'a> World<'a> {
    fn site_of_host(&self, host: &str) -> Option<&'a str> {
        self.site_host(host).and_then(|host| host.parent)
    }

    fn host_in(&self, site: &str, address_: IpAddr) -> Option<&'a str> {
        self.site_hosts()
            .find(|host| {
                host.parent == Some(site)
                    && host.config.addresses.iter().any(|text| address(text) == Some(address_))
            })
            .map(|host| host.id)
    }

    /// Lines that are down and would have led there.
    fn withdrawn_from(&self, site: &str, to: IpAddr) -> Vec<Via<'a>> {
        let ours =
            |cgw: Option<&str>| cgw.and_then(|id| self.cgw(id)).is_some_and(|cgw| cgw.parent == Some(site));
        let has = |nets: Vec<IpNet>| nets.iter().any(|net| net.contains(&to));
        let vpns = self.vpns().filter(|vpn| ours(vpn.config.customer_gateway.as_deref()));
        let vpns = vpns.filter(|vpn| !self.vpn_up(vpn.id) && has(self.vpn_would_announce(vpn.id)));
        let mut found: Vec<Via<'a>> = vpns.map(|vpn| Via::Vpn(vpn.id)).collect();
        let vifs = self.vifs().filter(|vif| ours(vif.config.customer_gateway.as_deref()));
        let vifs = vifs.filter(|vif| !self.vif_up(vif.id) && has(self.vif_would_announce(vif.id)));
        found.extend(vifs.map(|vif| Via::Vif(vif.id)));
        found
    }

    fn router_of(&self, line: Via<'a>) -> Option<&'a str> {
        match line {
            Via::Vpn(vpn) => self.vpn(vpn)?.config.customer_gateway.as_deref(),
            Via::Vif(vif) => self.vif(vif)?.config.customer_gateway.as_deref(),
        }
    }

    fn ways_out(&self, site: &str) -> Vec<Way<'a>> {
        let mut found = Vec::new();
        for cgw in self.cgws().filter(|cgw| cgw.parent == Some(site) && !cgw.config.failed) {
            for route in &cgw.config.routes {
                let target = route.target.trim();
                let line = self.vpn(target).map(|vpn| Via::Vpn(vpn.id));
                let line = line.or_else(|| self.vif(target).map(|vif| Via::Vif(vif.id)));
                let to = match line {
                    Some(line) => Exit::Line(line),
                    None if target == "internet" => Exit::Internet,
                    None => Exit::Nowhere,
                };
                let Some(net) = block(&route.destination) else { continue };
                found.push(Way { net, cgw: cgw.id, to, written: true, preference: 0 });
            }
            let mut learn = |nets: Vec<IpNet>, line, preference| {
                let to = Exit::Line(line);
                found.extend(nets.into_iter().map(|net| Way {
                    net,
                    cgw: cgw.id,
                    to,
                    written: false,
                    preference,
                }));
            };
            for vpn in self.vpns().filter(|vpn| vpn.config.customer_gateway.as_deref() == Some(cgw.id)) {
                learn(self.vpn_announces(vpn.id), Via::Vpn(vpn.id), vpn.config.local_preference);
            }
            for vif in self.vifs().filter(|vif| vif.config.customer_gateway.as_deref() == Some(cgw.id)) {
                learn(self.vif_announces(vif.id), Via::Vif(vif.id), vif.config.local_preference);
            }
        }
        found
    }
}

impl<'a> Walk<'_, 'a> {
    /// A host of a site sends.
    pub fn site_host_sends(&mut self, host: &'a str) -> Outcome {
        let world = self.world;
        let Some(site) = world.site_of_host(host) else {
            return deny("NO_POSSIBLE_DESTINATION", place("on-premises-host", host));
        };
        if world.site_host(host).is_some_and(|host| host.config.failed) {
            return deny("BAD_STATE", place("on-premises-host", host));
        }
        if let Some(neighbour) = world.host_in(site, self.packet.destination) {
            return self.at_site_host(neighbour);
        }
        self.site_firewalls(site, false)?;
        self.out_of_site(site)
    }

    /// The site's routers choose a line (longest prefix, then their own preference).
    fn out_of_site(&mut self, site: &'a str) -> Outcome {
        let world = self.world;
        let Some(first) = world.cgws().find(|cgw| cgw.parent == Some(site)) else {
            return deny("NO_ROUTE_TO_DESTINATION", place("on-premises", site));
        };
        // VPN-23: a router that has failed, and had a route of its own.
        let to = self.packet.destination;
        let had = world.cgws().find(|cgw| {
            let mut nets = cgw.config.routes.iter().filter_map(|route| block(&route.destination));
            cgw.parent == Some(site) && cgw.config.failed && nets.any(|net| net.contains(&to))
        });
        let failed = had.map(|cgw| cgw.id);
        if world.cgws().filter(|cgw| cgw.parent == Some(site)).all(|cgw| cgw.config.failed) {
            return deny("BAD_STATE", place("customer-gateway", failed.unwrap_or(first.id)));
        }
        let mut ways = world.ways_out(site);
        ways.retain(|way| way.net.contains(&self.packet.destination));
        // VPN-08: health comes before every attribute.
        let alive = |way: &Way<'_>| match way.to {
            Exit::Line(Via::Vpn(vpn)) => world.vpn_up(vpn),
            Exit::Line(Via::Vif(vif)) => world.vif_up(vif),
            _ => true,
        };
        let mut down: Vec<Via<'a>> = Vec::new();
        if ways.iter().any(alive) {
            ways.retain(alive);
        } else {
            let line = |way: &Way<'a>| if let Exit::Line(line) = way.to { Some(line) } else { None };
            down.extend(ways.iter().filter_map(line));
            ways.clear();
        }
        let longest = ways.iter().map(|way| way.net.prefix_len()).max();
        ways.retain(|way| Some(way.net.prefix_len()) == longest);
        if ways.iter().any(|way| way.written) {
            ways.retain(|way| way.written);
        }
        let liked = ways.iter().map(|way| way.preference).max();
        ways.retain(|way| Some(way.preference) == liked);
        if ways.iter().any(|way| matches!(way.to, Exit::Line(Via::Vif(_)))) {
            ways.retain(|way| matches!(way.to, Exit::Line(Via::Vif(_))));
        }
        let chosen = self.choose(ways.len());
        let Some(way) = ways.get(chosen).cloned() else {
            if let Some(cgw) = failed {
                return deny("BAD_STATE", place("customer-gateway", cgw));
            }
            // VPN-10, DX-04, DX-25: a line that is down, and would have led there.
            down.extend(world.withdrawn_from(site, self.packet.destination));
            let chosen = self.choose(down.len());
            if let Some(cgw) = down.get(chosen).and_then(|line| world.router_of(*line))
                && world.cgw(cgw).is_some_and(|cgw| cgw.config.failed)
            {
                return deny("BAD_STATE", place("customer-gateway", cgw)); // VPN-23
            }
            if let Some(line) = down.get(chosen) {
                let (Via::Vpn(id) | Via::Vif(id)) = line;
                let cgw = world.router_of(*line).unwrap_or(first.id);
                self.answers_by_its_line(cgw, &format!("{id} "))?;
            }
            match down.get(chosen) {
                Some(Via::Vpn(vpn)) => return self.vpn_from_site(vpn),
                Some(Via::Vif(vif)) => return self.vif_from_site(vif),
                None => {}
            }
            let works = world.cgws().find(|cgw| cgw.parent == Some(site) && !cgw.config.failed);
            let cgw = works.map_or(first.id, |cgw| cgw.id);
            self.met("customer-gateway", cgw);
            return deny("NO_ROUTE_TO_DESTINATION", place("customer-gateway", cgw)); // VPN-13, DX-18
        };
        self.met("customer-gateway", way.cgw);
        match way.to {
            Exit::Nowhere => deny("BAD_STATE_ROUTE", place("customer-gateway", way.cgw)),
            Exit::Internet => {
                self.hide(way.cgw);
                self.left_a_vpc = true;
                self.on_the_internet()
            }
            Exit::Line(Via::Vpn(vpn)) => {
                let strict = world.cgw(way.cgw).is_some_and(|cgw| cgw.config.strict_symmetric);
                let tunnel = self.tunnel(vpn, strict, true);
                self.answers_by_its_line(way.cgw, &format!("{vpn} {tunnel}"))?;
                self.sent_by.push((way.cgw, format!("{vpn} {tunnel}"), self.packet));
                self.vpn_from_site(vpn)
            }
            Exit::Line(Via::Vif(vif)) => {
                self.answers_by_its_line(way.cgw, &format!("{vif} "))?;
                self.sent_by.push((way.cgw, format!("{vif} "), self.packet));
                if world.vif(vif).is_some_and(|vif| vif.config.interface_type == "public") {
                    self.hide(way.cgw);
                }
                self.vif_from_site(vif)
            }
        }
    }

    /// VPN-11, HYB-06: a router that keeps state by line knows no flow that came by another.
    fn answers_by_its_line(&self, cgw: &'a str, line: &str) -> Result<(), Stop> {
        let strict = self.world.cgw(cgw).is_some_and(|cgw| cgw.config.strict_symmetric);
        let request = self.packet.reversed().flow();
        let mut came = self.came_by.iter();
        let known = came.any(|(by, over, packet)| *by == cgw && over == line && packet.flow() == request);
        if strict && self.leg == LegKind::Return && !known {
            return deny("X_STATE_MISSING", place("customer-gateway", cgw));
        }
        Ok(())
    }

    /// DX-11: source translation towards public networks.
    fn hide(&mut self, cgw: &'a str) {
        let nat = self.world.cgw(cgw).and_then(|cgw| address(&cgw.config.nat_address));
        if let Some(public) = nat.filter(|public| public.is_ipv4() && is_private(self.packet.source)) {
            let before = self.packet;
            self.packet.source = public;
            self.bindings.push(Binding { owner: cgw.to_owned(), before, after: self.packet });
        }
    }

    /// A packet from the internet for a router that hides its site.
    pub fn back_into_site(&mut self, cgw: &'a str) -> Outcome {
        let known = self.bindings.iter().find(|b| b.owner == cgw && self.packet.answers(b.after));
        let Some(before) = known.map(|binding| binding.before) else {
            return deny("X_STATE_MISSING", place("customer-gateway", cgw));
        };
        self.packet = before.reversed();
        self.enter_site(cgw, "internet")
    }

    /// A packet comes in by a line.
    pub fn enter_site(&mut self, cgw: &'a str, line: &str) -> Outcome {
        let world = self.world;
        self.met("customer-gateway", cgw);
        let at = || place("customer-gateway", cgw);
        let Some(router) = world.cgw(cgw) else { return deny("BAD_STATE", at()) };
        if router.config.failed {
            return deny("BAD_STATE", at());
        }
        if router.config.strict_symmetric && self.leg == LegKind::Return {
            // VPN-11, HYB-06: not by the line the request took.
            let request = self.packet.reversed().flow();
            let mut sent = self.sent_by.iter();
            if !sent.any(|(by, over, packet)| *by == cgw && over == line && packet.flow() == request) {
                return deny("X_STATE_MISSING", at());
            }
        }
        let Some(site) = router.parent.filter(|id| world.site(id).is_some()) else {
            return deny("NO_POSSIBLE_DESTINATION", at());
        };
        self.came_by.push((cgw, line.to_owned(), self.packet));
        let to = self.packet.destination;
        let host = world.host_in(site, to);
        let own = world
            .site_networks(cgw)
            .into_iter()
            .filter(|net| net.contains(&to))
            .map(|net| net.prefix_len())
            .max();
        let narrower =
            world.ways_out(site).iter().any(|way| way.net.contains(&to) && Some(way.net.prefix_len()) > own);
        if host.is_none() && (own.is_none() || narrower) {
            // A router among others: on to where it knows a way.
            if self.goes_round(cgw.to_owned()) {
                return Err(Stop::looped(at()));
            }
            return self.out_of_site(site);
        }
        self.site_firewalls(site, true)?;
        match host {
            Some(host) => self.at_site_host(host),
            None => deny("NO_POSSIBLE_DESTINATION", place("on-premises", site)),
        }
    }

    fn at_site_host(&mut self, host: &'a str) -> Outcome {
        if self.world.site_host(host).is_some_and(|host| host.config.failed) {
            return deny("BAD_STATE", place("on-premises-host", host));
        }
        Ok(End::SiteHost(host.to_owned()))
    }

    fn site_firewalls(&mut self, site: &str, inbound: bool) -> Result<(), Stop> {
        let world = self.world;
        for firewall in world.site_firewalls().filter(|firewall| firewall.parent == Some(site)) {
            self.met("on-premises-firewall", firewall.id);
            let at = || {
                let mut at = place("on-premises-firewall", firewall.id);
                at.direction = Some(if inbound { "in" } else { "out" });
                at
            };
            if firewall.config.failed {
                return deny("BAD_STATE", at());
            }
            let request = self.packet.reversed().flow();
            let known =
                self.inspected.iter().any(|(by, packet)| *by == firewall.id && packet.flow() == request);
            if firewall.config.stateful && known {
                continue;
            }
            let (rules, far) = match inbound {
                true => (&firewall.config.inbound, self.packet.source),
                false => (&firewall.config.outbound, self.packet.destination),
            };
            let matches = |rule: &&network_acl::Rule| {
                covers(&rule.protocol, &rule.ports, &self.packet)
                    && block(&rule.cidr).is_some_and(|net| net.contains(&far))
            };
            let first = rules.iter().filter(matches).min_by_key(|rule| rule.number);
            if !rules.is_empty() && first.is_none_or(|rule| rule.action != "allow") {
                return deny("X_ONPREM_FIREWALL_DENIED", at());
            }
            self.inspected.push((firewall.id, self.packet));
        }
        Ok(())
    }
}
