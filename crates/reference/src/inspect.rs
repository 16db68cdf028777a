//! Gateway Load Balancer endpoints and their appliances (section 14), Network Firewall endpoints
//! (section 25).

use hopscope_forward::LegKind;

use crate::cells::{Header, TCP, UDP, address, block, covers};
use crate::filter::{Direction, GroupAnswer, Identity};
use crate::walk::{Outcome, Stop, Walk, deny, place};
use crate::world::Interface;

impl<'a> Walk<'_, 'a> {
    /// Whether a packet is of the flow that is walked, either way.
    pub fn same_flow(&self, packet: &Header) -> bool {
        packet.flow() == self.packet.flow() || packet.flow() == self.packet.reversed().flow()
    }

    /// Into a Gateway Load Balancer endpoint, through an appliance, and on by the table of the
    /// endpoint's subnet (GWLB-03).
    pub fn enter_gwlb_endpoint(&mut self, id: &'a str, from: Option<&'a str>) -> Outcome {
        let world = self.world;
        let at = || place("gateway-load-balancer-endpoint", id);
        let Some(endpoint) = world.gwlb_endpoint(id) else { return deny("BAD_STATE", at()) };
        let Some(subnet) = endpoint.parent.and_then(|id| world.subnet(id)) else {
            return deny("BAD_STATE", at());
        };
        let service = endpoint.config.service.as_deref().unwrap_or_default();
        let behind = world.endpoint_service(service).and_then(|s| s.config.load_balancer.as_deref());
        let Some(gwlb) = world.gwlb(behind.unwrap_or(service)) else { return deny("BAD_STATE", at()) };
        if endpoint.config.state != "available" || world.zone_failed(subnet.id) {
            return deny("BAD_STATE", at());
        }
        if from != Some(subnet.id) {
            self.acl(subnet.id, Direction::In)?;
        }
        self.met("gateway-load-balancer-endpoint", id);
        self.through_gwlb(id, gwlb.id, gwlb.config, subnet.zone)?;
        self.identity_lost = true; // SG-19, SG-20
        self.after_gwlb = true;
        self.out_of_subnet(subnet.id)
    }

    fn through_gwlb(
        &mut self,
        endpoint: &'a str,
        id: &'a str,
        config: &'a hopscope_aws::components::gateway_load_balancer::Config,
        zone: Option<&'a str>,
    ) -> Result<(), Stop> {
        let world = self.world;
        self.met("gateway-load-balancer", id);
        let at = || place("gateway-load-balancer", id);
        if self.packet.size > 8500 {
            return deny("X_MTU_DROP", at()); // GWLB-13
        }
        let known = self.appliances.iter().find(|(by, packet, _)| *by == endpoint && self.same_flow(packet));
        let appliance = match known {
            Some((_, _, appliance)) => *appliance,
            None if self.leg == LegKind::Return => return deny("X_STATE_MISSING", at()), // GWLB-09
            None => {
                let card = |id: &str| world.interfaces.iter().find(|i| i.instance == Some(id));
                let near = |id: &str| {
                    config.cross_zone || card(id).and_then(|card| world.zone_of(card.subnet)) == zone
                };
                let targets: Vec<&'a str> =
                    config.targets.iter().map(|id| id.as_str()).filter(|id| near(id)).collect();
                if targets.is_empty() {
                    return deny("ELBV2_NO_TARGETS_IN_AZ", at()); // GWLB-10
                }
                let healthy: Vec<&'a str> = targets
                    .into_iter()
                    .filter(|id| !config.unhealthy.iter().any(|bad| bad.as_str() == *id))
                    .filter(|id| {
                        card(id).is_some_and(|card| world.attached(card) && !world.zone_failed(card.subnet))
                    })
                    .collect();
                let chosen = self.choose(healthy.len());
                let Some(appliance) = healthy.get(chosen).copied() else {
                    return deny("X_LB_NO_HEALTHY_TARGET", at()); // GWLB-11
                };
                // A later packet of a flow that has expired (GWLB-12).
                let limit =
                    if config.stickiness == "5-tuple" { u64::from(config.tcp_idle_timeout) } else { 350 };
                if self.packet.protocol == TCP && self.flow.idle.unwrap_or(0) > limit {
                    return deny("X_STATE_MISSING", at());
                }
                self.appliances.push((endpoint, self.packet, appliance));
                appliance
            }
        };
        match world.interfaces.iter().find(|i| i.instance == Some(appliance)) {
            Some(card) => self.geneve(card),
            None => deny("X_LB_NO_HEALTHY_TARGET", at()),
        }
    }

    /// GWLB-06: the appliance's group must admit UDP 6081.
    fn geneve(&mut self, card: &Interface<'a>) -> Result<(), Stop> {
        let Some(own) = card.addresses.iter().copied().find(|a| a.is_ipv4()) else { return Ok(()) };
        let outer = Header {
            source: own,
            destination: own,
            protocol: UDP,
            source_port: 60_000,
            destination_port: 6081,
            icmp: 0,
            fragment: false,
            size: self.packet.size.saturating_add(68),
        };
        let mut at = place("security-group", "");
        at.owner = Some(card.id.to_owned());
        at.direction = Some("in");
        match self.world.groups_admit(
            card,
            Direction::In,
            &outer,
            Identity { lost: true, over_tgw: None, spoken_for: None },
        ) {
            GroupAnswer::Admitted { .. } => Ok(()),
            GroupAnswer::NoRules => deny("SG_HAS_NO_RULES", at),
            _ => deny("ENI_SG_RULES_MISMATCH", at),
        }
    }

    /// Into a Network Firewall endpoint (NFW-01 to NFW-03).
    pub fn enter_firewall_endpoint(&mut self, id: &'a str, from: Option<&'a str>) -> Outcome {
        let world = self.world;
        let at = || place("network-firewall-endpoint", id);
        let Some(endpoint) = world.firewall_endpoint(id) else { return deny("BAD_STATE", at()) };
        let Some(subnet) = endpoint.parent.and_then(|id| world.subnet(id)) else {
            return deny("BAD_STATE", at());
        };
        let firewall = endpoint.config.firewall.as_deref().and_then(|id| world.firewall(id));
        let Some(firewall) = firewall.filter(|_| !endpoint.config.failed && !world.zone_failed(subnet.id))
        else {
            return deny("BAD_STATE", at());
        };
        if from != Some(subnet.id) {
            self.acl(subnet.id, Direction::In)?;
        }
        self.met("network-firewall-endpoint", id);
        let refused = || deny("FIREWALL_RULES_RESTRICTION", place("network-firewall", firewall.id));
        let config = firewall.config;
        let packet = self.packet;
        let covered = |protocol: &str, source: &str, from: &str, destination: &str, ports: &str| {
            let inside = |text: &str, a| {
                text.trim().eq_ignore_ascii_case("any")
                    || text.trim().is_empty()
                    || block(text).is_some_and(|net| net.contains(&a))
                    || address(text) == Some(a)
            };
            let back = packet.reversed();
            covers(protocol, ports, &packet)
                && (from.trim().is_empty() || covers(protocol, from, &Header { icmp: packet.icmp, ..back }))
                && inside(source, packet.source)
                && inside(destination, packet.destination)
        };
        let stateless = config
            .stateless_rules
            .iter()
            .filter(|r| covered(&r.protocol, &r.source, &r.source_ports, &r.destination, &r.ports))
            .min_by_key(|r| r.priority);
        let action = stateless.map_or(config.stateless_default.as_str(), |rule| rule.action.as_str());
        match action {
            "drop" => return refused(),
            "pass" => {}
            _ => {
                let known = self.firewalled.iter().any(|(by, packet)| *by == id && self.same_flow(packet));
                if !known {
                    if self.leg == LegKind::Return {
                        return deny("X_STATE_MISSING", place("network-firewall", firewall.id)); // NFW-03
                    }
                    let stateful = config
                        .stateful_rules
                        .iter()
                        .filter(|r| r.options.trim().is_empty() && r.action != "alert")
                        .find(|r| covered(&r.protocol, &r.source, &r.source_ports, &r.destination, &r.ports));
                    let action =
                        stateful.map_or(config.stateful_default.as_str(), |rule| rule.action.as_str());
                    if matches!(action, "drop" | "reject") {
                        return refused();
                    }
                    if self.packet.protocol == TCP && self.flow.idle.unwrap_or(0) > 350 {
                        return deny("X_STATE_MISSING", place("network-firewall", firewall.id));
                    }
                    self.firewalled.push((id, self.packet));
                }
            }
        }
        self.identity_lost = true;
        self.out_of_subnet(subnet.id)
    }
}
