//! Application and Network Load Balancers (section 23), by packets: listeners, targets, health,
//! client addresses. Requests of HTTP are not looked into; rules with conditions on them never hold.

use std::net::IpAddr;

use hopscope_aws::components::target_group;
use hopscope_forward::{LegKind, Verdict};

use crate::cells::{Header, TCP, UDP, address, block};
use crate::filter::Direction;
use crate::route::Target as RouteTarget;
use crate::walk::{Binding, End, Outcome, Walk, deny, place};
use crate::world::{Interface, World};

/// One target that packets can be sent to.
pub(crate) struct Target<'w, 'a> {
    interface: Option<&'w Interface<'a>>,
    address: IpAddr,
    port: u16,
    /// None: in every zone.
    zone: Option<&'a str>,
    health: &'a str,
}

/// What a listener forwards to.
pub(crate) struct Group<'a> {
    kind: &'a str,
    datagrams: bool,
    v6: bool,
    preserve: Option<bool>,
    cross_zone: Option<bool>,
    check_port: u32,
    rows: Vec<(&'a str, &'a str, u32, &'a str, Option<&'a str>)>,
    vpc: Option<&'a str>,
}

fn switch(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

impl<'a> World<'a> {
    fn target_group(&self, id: &str) -> Option<Group<'a>> {
        let group = self.group(id)?;
        let config: &'a target_group::Config = group.config;
        let row = |row: &'a target_group::Target| {
            let port = if row.port == 0 { config.port } else { row.port };
            let target = row.target.as_deref().unwrap_or_default();
            (target, row.address.as_str(), port, row.health.as_str(), row.zone.as_deref())
        };
        Some(Group {
            kind: &config.target_type,
            datagrams: matches!(config.protocol.as_str(), "udp" | "tcp_udp"),
            v6: config.ip_address_type == "ipv6",
            preserve: switch(&config.preserve_client_ip),
            cross_zone: switch(&config.cross_zone),
            check_port: config.health_check_port,
            rows: config.targets.iter().map(row).collect(),
            vpc: group.parent,
        })
    }

    /// The rows of a group that exist, each with where packets go (LB-14, LB-29).
    fn targets<'w>(&'w self, group: &Group<'a>) -> Vec<Target<'w, 'a>> {
        let mut found = Vec::new();
        let family = |list: &[IpAddr]| list.iter().copied().find(|a| a.is_ipv6() == group.v6);
        for (id, text, port, health, zone) in &group.rows {
            let port = u16::try_from(*port).unwrap_or_default();
            if group.kind == "ip" {
                let Some(to) = address(text) else { continue };
                let interface = group.vpc.and_then(|vpc| self.interface_with(vpc, to));
                let own = |s: &&crate::world::Subnet<'a>| {
                    Some(s.vpc) == group.vpc && s.blocks.iter().any(|net| net.contains(&to))
                };
                let zone = self.subnets.iter().find(own).and_then(|s| s.zone).or(*zone);
                found.push(Target { interface, address: to, port, zone, health });
                continue;
            }
            let belongs = |i: &&Interface<'a>| match group.kind {
                "alb" => i.part == Some(*id) && self.alb(id).is_some(),
                _ => i.instance == Some(*id),
            };
            let all = self.interfaces.iter().filter(belongs);
            // The primary interface of an instance, every node of a load balancer.
            for interface in all.take(if group.kind == "alb" { 99 } else { 1 }) {
                let Some(to) = family(&interface.addresses) else { continue };
                if group.vpc == Some(interface.vpc) {
                    let zone = self.zone_of(interface.subnet);
                    found.push(Target { interface: Some(interface), address: to, port, zone, health });
                }
            }
        }
        found
    }

    fn nodes(&self, id: &str) -> Vec<&Interface<'a>> {
        self.interfaces.iter().filter(|i| i.part == Some(id)).collect()
    }
}

/// Who forwards.
#[derive(Clone, Copy)]
struct Balancer<'a> {
    id: &'a str,
    kind: &'static str,
    cross_zone: bool,
}

impl<'w, 'a> Walk<'w, 'a> {
    /// LB-06, LB-07: whether a check from a node reaches a target, and its answer the node.
    fn healthy(&mut self, node: &Interface<'a>, group: &Group<'a>, target: &Target<'w, 'a>) -> bool {
        match target.health {
            "healthy" => return true,
            "unhealthy" => return false,
            _ => {}
        }
        let world = self.world;
        let dead = target.interface.is_some_and(|i| !world.attached(i) || world.zone_failed(i.subnet));
        if dead || world.zone_failed(node.subnet) {
            return false;
        }
        let own = node.addresses.iter().copied().find(|a| a.is_ipv4() == target.address.is_ipv4());
        let Some(own) = own else { return false };
        let port = if group.check_port == 0 { target.port } else { group.check_port.try_into().unwrap_or(0) };
        let mut check = Walk::new(world, self.flow, own_packet(own, target.address, port));
        check.checking = true;
        self.lend_choices(&mut check);
        let answered = check.checked(node, target);
        self.take_choices(check);
        answered
    }

    /// A health check there and back.
    fn checked(&mut self, node: &Interface<'a>, target: &Target<'w, 'a>) -> bool {
        let world = self.world;
        let fine = |outcome: Outcome| match outcome {
            Ok(end) => Some(end),
            Err(stop) if stop.verdict == Verdict::Unknown => Some(End::Service),
            Err(_) => None,
        };
        let Some(end) = fine(self.leave(node)) else { return false };
        let request = self.packet;
        self.turn_round(request.reversed());
        let back = match end {
            End::Service => return true,
            End::Interface(id) => {
                let Some(i) = world.interfaces.iter().find(|i| i.id == id.as_str()) else { return false };
                if target.interface.is_some_and(|t| t.part.is_some()) { self.leave(i) } else { self.start(i) }
            }
            End::SiteHost(id) => match world.site_host(&id) {
                Some(host) => self.site_host_sends(host.id),
                None => return false,
            },
            End::AwsService(_) => self.service_sends(),
            End::Client(id) => match world.client(&id) {
                Some(client) => self.client_sends(client.id),
                None => return false,
            },
            End::Internet => self.on_the_internet(),
        };
        fine(back).is_some()
    }

    /// A target for the packet at a node (LB-03 to LB-06).
    fn target(
        &mut self,
        balancer: Balancer<'a>,
        node: &Interface<'a>,
        group: &Group<'a>,
        others: &[Group<'a>],
    ) -> Result<Target<'w, 'a>, crate::walk::Stop> {
        let world = self.world;
        let at = || place(balancer.kind, balancer.id);
        let home = world.zone_of(node.subnet);
        let enabled: Vec<_> = world.nodes(balancer.id).iter().map(|n| world.zone_of(n.subnet)).collect();
        let all = world.targets(group);
        if all.is_empty() {
            return deny("ELBV2_LISTENER_HAS_NO_TG", at());
        }
        let served: Vec<_> =
            all.into_iter().filter(|t| t.zone.is_none() || enabled.contains(&t.zone)).collect();
        if served.is_empty() {
            return deny("ELB_INSTALLED_AZ_RESTRICTION", at());
        }
        let crosses = group.cross_zone.unwrap_or(balancer.cross_zone);
        let near: Vec<_> =
            served.into_iter().filter(|t| crosses || t.zone.is_none() || t.zone == home).collect();
        if near.is_empty() {
            let elsewhere =
                others.iter().any(|other| world.targets(other).iter().any(|target| target.zone == home));
            return deny(if elsewhere { "ELB_NOT_CROSSZONE" } else { "ELBV2_NO_TARGETS_IN_AZ" }, at());
        }
        let well: Vec<bool> = near.iter().map(|target| self.healthy(node, group, target)).collect();
        let any = well.iter().any(|healthy| *healthy);
        let mut pool: Vec<_> =
            near.into_iter().zip(well).filter(|(_, healthy)| *healthy || !any).map(|(t, _)| t).collect();
        let chosen = self.choose(pool.len());
        Ok(pool.swap_remove(chosen))
    }

    /// At a node of a Network Load Balancer; `endpoint` is the interface of the endpoint a
    /// PrivateLink request came by, and the request as it came there (IFE-13).
    pub fn at_nlb(
        &mut self,
        node: &Interface<'a>,
        id: &'a str,
        endpoint: Option<(&'a str, Header)>,
    ) -> Outcome {
        let world = self.world;
        self.met("network-load-balancer", id);
        let at = || place("network-load-balancer", id);
        let Some(nlb) = world.nlb(id) else { return deny("BAD_STATE", at()) };
        if self.checking {
            return Ok(End::Interface(node.id.to_owned()));
        }
        if endpoint.is_none()
            && let Some(position) =
                self.bindings.iter().position(|b| b.owner == node.id && self.packet.answers(b.after))
        {
            let before = self.bindings.get(position).map(|b| b.before.reversed());
            if let Some(before) = before {
                self.packet = before;
            }
            let back = self.private_links.iter().find(|(binding, _)| *binding == position).map(|(_, to)| *to);
            let back = back.and_then(|name| world.interfaces.iter().find(|i| i.id == name));
            return match back {
                Some(interface) => {
                    self.met("interface-endpoint", interface.part.unwrap_or_default());
                    self.leave(interface)
                }
                None => self.leave(node),
            };
        }
        if self.leg == LegKind::Return {
            return deny("X_STATE_MISSING", at());
        }
        if world.zone_failed(node.subnet) {
            return deny("BAD_STATE", at());
        }
        let takes = |protocol: &str| match self.packet.protocol {
            TCP => matches!(protocol, "tcp" | "tls" | "tcp_udp"),
            UDP => matches!(protocol, "udp" | "tcp_udp"),
            _ => false,
        };
        let port = u32::from(self.packet.destination_port);
        let listener = nlb.config.listeners.iter().find(|l| takes(&l.protocol) && l.port == port);
        let Some(listener) = listener else { return deny("ELBV2_LISTENERS_MISMATCH", at()) };
        let group_of = |listener: &'a hopscope_aws::components::network_load_balancer::Listener| {
            match listener.target_group.as_deref() {
                Some(id) => world.target_group(id),
                // Documents from before target groups: of the packet's family, as the flag says.
                None => Some(Group {
                    kind: "instance",
                    datagrams: false,
                    v6: self.packet.source.is_ipv6(),
                    preserve: Some(nlb.config.preserve_client_ip),
                    cross_zone: None,
                    check_port: 0,
                    rows: listener
                        .targets
                        .iter()
                        .map(|target| (target.as_str(), "", listener.target_port, "auto", None))
                        .collect(),
                    vpc: nlb.parent,
                }),
            }
        };
        let Some(group) = group_of(listener) else { return deny("ELBV2_LISTENER_HAS_NO_TG", at()) };
        let others: Vec<Group<'a>> = nlb.config.listeners.iter().filter_map(group_of).collect();
        let own = Balancer { id: nlb.id, kind: "network-load-balancer", cross_zone: nlb.config.cross_zone };
        let target = self.target(own, node, &group, &others)?;
        let same = node.addresses.iter().copied().find(|a| a.is_ipv4() == target.address.is_ipv4());
        let Some(same) = same else { return deny("X_ADDRESS_FAMILY_MISMATCH", at()) };
        // LB-23.
        let default = group.datagrams || group.kind == "instance";
        let mut preserves = group.preserve.unwrap_or(default) || group.datagrams || group.kind == "alb";
        preserves &= endpoint.is_none() && self.packet.source.is_ipv6() == group.v6;
        if preserves && target.address == self.packet.source {
            return deny("X_NLB_LOOPBACK", at()); // LB-26
        }
        if endpoint.is_none() && self.packet.protocol == TCP && self.flow.idle.unwrap_or(0) >= 350 {
            return deny("X_STATE_MISSING", at()); // LB-28
        }
        let before = endpoint.map_or(self.packet, |(_, asked)| asked);
        if !preserves {
            self.packet.source = same;
        }
        self.packet.destination = target.address;
        self.packet.destination_port = target.port;
        if let Some((endpoint, _)) = endpoint {
            self.private_links.push((self.bindings.len(), endpoint));
        }
        if preserves {
            self.direct.push((self.bindings.len(), node.id.to_owned()));
        }
        self.bindings.push(Binding { owner: node.id.to_owned(), before, after: self.packet });
        self.begins_anew();
        if preserves {
            // SG-21.
            self.spoken_for = Some((node.groups.clone(), self.packet.source));
        }
        self.leave(node)
    }

    /// At a node of an Application Load Balancer (LB-10 to LB-16).
    pub fn at_alb(&mut self, node: &Interface<'a>, id: &'a str) -> Outcome {
        let world = self.world;
        self.met("application-load-balancer", id);
        let at = || place("application-load-balancer", id);
        let Some(alb) = world.alb(id) else { return deny("BAD_STATE", at()) };
        if self.checking {
            return Ok(End::Interface(node.id.to_owned()));
        }
        let known = self.bindings.iter().find(|b| b.owner == node.id && self.packet.answers(b.after));
        if let Some(before) = known.map(|b| b.before.reversed()) {
            self.packet = before;
            return self.leave(node);
        }
        if self.leg == LegKind::Return {
            return deny("X_STATE_MISSING", at());
        }
        if world.zone_failed(node.subnet) {
            return deny("BAD_STATE", at());
        }
        let port = u32::from(self.packet.destination_port);
        let listener = alb.config.listeners.iter().find(|l| self.packet.protocol == TCP && l.port == port);
        let Some(listener) = listener else { return deny("ELBV2_LISTENERS_MISMATCH", at()) };
        // A bare packet is taken by rules that ask for no more than its source.
        let from = |cell: &str| {
            let mut blocks = cell.split(',').filter(|text| !text.trim().is_empty()).peekable();
            blocks.peek().is_none()
                || blocks.any(|text| block(text).is_some_and(|net| net.contains(&self.packet.source)))
        };
        let bare = |rule: &&hopscope_aws::components::application_load_balancer::Rule| {
            [&rule.host, &rule.path, &rule.header, &rule.method, &rule.query].iter().all(|c| c.is_empty())
        };
        let rules = alb.config.rules.iter().filter(|rule| rule.listener == port);
        let rule = rules.filter(bare).filter(|rule| from(&rule.source_ip)).min_by_key(|rule| rule.priority);
        let (action, groups) = match rule {
            Some(rule) => (rule.action.as_str(), &rule.target_groups),
            None => (listener.action.as_str(), &listener.target_groups),
        };
        // An idle connection is gone before any rule is asked, if there ever was one.
        if action != "forward" {
            return deny("X_L7_RULE_FIXED_RESPONSE", at()); // LB-13
        }
        let groups: Vec<Group<'a>> = groups.iter().filter_map(|id| world.target_group(id)).collect();
        if groups.is_empty() {
            return deny("ELBV2_LISTENER_HAS_NO_TG", at());
        }
        let chosen = self.choose(groups.len());
        let Some(group) = groups.get(chosen) else { return deny("ELBV2_LISTENER_HAS_NO_TG", at()) };
        let all = alb.config.listeners.iter().flat_map(|l| &l.target_groups);
        let all = all.chain(alb.config.rules.iter().flat_map(|r| &r.target_groups));
        let others: Vec<Group<'a>> = all.filter_map(|id| world.target_group(id)).collect();
        let own = Balancer { id: alb.id, kind: "application-load-balancer", cross_zone: true };
        let target = self.target(own, node, group, &others)?;
        let same = node.addresses.iter().copied().find(|a| a.is_ipv4() == target.address.is_ipv4());
        let Some(same) = same else { return deny("X_ADDRESS_FAMILY_MISMATCH", at()) };
        if self.flow.idle.unwrap_or(0) >= 60 {
            return deny("X_STATE_MISSING", at()); // LB-16
        }
        let before = self.packet;
        self.packet.source = same;
        self.packet.destination = target.address;
        self.packet.destination_port = target.port;
        self.bindings.push(Binding { owner: node.id.to_owned(), before, after: self.packet });
        self.begins_anew();
        self.leave(node)
    }

    /// What a load balancer sends is its own: nothing that the packet met before counts.
    fn begins_anew(&mut self) {
        self.door = None;
        self.identity_lost = false;
        self.over_tgw = None;
        self.spoken_for = None;
    }

    /// LB-24: the reply of a target that saw the client's own address goes back to the node, if the
    /// node reaches the target directly; else it is lost.
    pub fn back_to_node(&mut self, interface: &Interface<'a>) -> Option<Outcome> {
        let world = self.world;
        let of_flow = |(binding, _): &&(usize, String)| {
            self.bindings.get(*binding).is_some_and(|b| self.packet.answers(b.after))
        };
        let (_, node) = self.direct.iter().find(of_flow)?;
        let node = world.interfaces.iter().find(|i| i.id == node.as_str())?;
        if interface.part.is_some() && interface.part == node.part {
            return None;
        }
        let subnet = world.subnet(node.subnet)?;
        let straight = interface.subnet == node.subnet
            || match world.lookup(&world.table_of(subnet), self.packet.source) {
                Some((_, RouteTarget::Local)) => interface.vpc == node.vpc,
                Some((_, RouteTarget::Peering(_))) => world.peered(interface.vpc, node.vpc),
                _ => false,
            };
        if !straight {
            return Some(deny(
                "X_STATE_MISSING",
                place("network-load-balancer", node.part.unwrap_or_default()),
            ));
        }
        Some(self.return_to(interface, node))
    }

    fn return_to(&mut self, interface: &Interface<'a>, node: &Interface<'a>) -> Outcome {
        if interface.subnet != node.subnet {
            self.acl(interface.subnet, Direction::Out)?;
            self.acl(node.subnet, Direction::In)?;
        }
        self.security_groups(node, Direction::In)?;
        self.receive(node, node.part.unwrap_or_default())
    }
}

/// A health check as a node sends it.
fn own_packet(source: IpAddr, destination: IpAddr, port: u16) -> Header {
    Header {
        source,
        destination,
        protocol: TCP,
        source_port: 33_000,
        destination_port: port,
        icmp: 0,
        fragment: false,
        size: 60,
    }
}
