//! AWS services and the private ways to them: gateway endpoints (section 12), interface endpoints
//! and the load balancers behind them (section 13), policies.

use hopscope_aws::components::gateway_endpoint;
use hopscope_aws::policy::Statement;
use hopscope_forward::LegKind;
use ipnet::IpNet;

use crate::cells::{ICMP, ICMPV6, TCP, UDP, address, block};
use crate::filter::Direction;
use crate::lists::Of;
use crate::route::Target;
use crate::walk::{Binding, End, Outcome, Walk, deny, place};
use crate::world::{Interface, World};

impl<'a> World<'a> {
    /// The routes a gateway endpoint writes into a table (GWE-02, GWE-13): list, block, target.
    pub fn endpoint_routes(
        &self,
        endpoint: &Of<'a, gateway_endpoint::Config>,
    ) -> Vec<(&'a str, IpNet, Target<'a>)> {
        let service = endpoint.config.service.as_deref().and_then(|id| self.service(id));
        let list = service.and_then(|service| service.config.prefix_list.as_deref());
        let Some((list, nets)) = list.and_then(|id| self.lists.iter().find(|(list, _)| *list == id)) else {
            return Vec::new();
        };
        let target = match endpoint.config.state.as_str() {
            "available" => Target::GatewayEndpoint(endpoint.id),
            "deleted" => return Vec::new(),
            _ => Target::Blackhole,
        };
        let carried = |net: &&IpNet| match endpoint.config.ip_address_type.as_str() {
            "ipv4" => net.addr().is_ipv4(),
            "ipv6" => net.addr().is_ipv6(),
            _ => true,
        };
        nets.iter().filter(carried).map(|net| (*list, *net, target)).collect()
    }

    pub fn service_at(&self, to: std::net::IpAddr) -> Option<&'a str> {
        let has = |list: &[String]| list.iter().any(|text| address(text) == Some(to));
        self.services().find(|service| has(&service.config.addresses)).map(|service| service.id)
    }
}

/// A pattern with `*` for anything.
fn like(pattern: &str, text: &str) -> bool {
    let pattern = pattern.trim();
    match pattern.split_once('*') {
        None => pattern.is_empty() || pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|tail| {
            rest.is_empty()
                || tail.char_indices().any(|(at, _)| like_rest(rest, &tail[at..]))
                || like_rest(rest, "")
        }),
    }
}

fn like_rest(pattern: &str, text: &str) -> bool {
    if pattern.is_empty() { text.is_empty() } else { like(pattern, text) }
}

impl<'a> Walk<'_, 'a> {
    /// Whether a policy lets the request pass; without a request nothing is asked.
    fn policy_admits(&self, policy: &[Statement], through: Option<&str>) -> bool {
        let flow = self.flow;
        if policy.is_empty() || (flow.action.is_none() && flow.resource.is_none()) {
            return true;
        }
        let matches = |effect: &str| {
            policy.iter().any(|s| {
                let source = s.source_ip.trim();
                let from = source.is_empty()
                    || (through.is_none()
                        && block(source).is_some_and(|net| net.contains(&self.packet.source)));
                let vpce = s.source_vpce.trim();
                s.effect == effect
                    && like(&s.principal, flow.from.trim())
                    && like(&s.action, flow.action.as_deref().unwrap_or_default())
                    && like(&s.resource, flow.resource.as_deref().unwrap_or_default())
                    && from
                    && (vpce.is_empty() || through == Some(vpce))
            })
        };
        matches("allow") && !matches("deny")
    }

    /// A packet has come to a service, by an endpoint or over the internet (GWE-11).
    pub fn at_service(&mut self, id: &'a str, through: Option<&'a str>) -> Outcome {
        let policy = self.world.service(id).map(|service| &service.config.policy);
        if self.leg == LegKind::Forward && !policy.is_none_or(|policy| self.policy_admits(policy, through)) {
            return deny("X_RESOURCE_POLICY_DENIED", place("aws-service", id));
        }
        Ok(End::AwsService(id.to_owned()))
    }

    /// A service sends: back through the endpoint that the request came by, or over the internet.
    pub fn service_sends(&mut self) -> Outcome {
        let world = self.world;
        let linked = self.private_links.iter().find_map(|(at, name)| {
            let binding = self.bindings.get(*at).filter(|b| self.packet.answers(b.after))?;
            let interface = world.interfaces.iter().find(|i| i.id == *name)?;
            (Some(binding.owner.as_str()) == interface.part).then_some((interface, binding.before))
        });
        if let Some((interface, before)) = linked {
            self.met("interface-endpoint", interface.part.unwrap_or_default());
            self.packet = before.reversed();
            return self.leave(interface);
        }
        let known = self.endpoints.iter().find(|(_, packet)| self.packet.answers(*packet)).map(|(id, _)| *id);
        let Some(endpoint) = known.and_then(|id| self.world.gateway_endpoint(id)) else {
            return self.on_the_internet();
        };
        self.met("gateway-endpoint", endpoint.id);
        match endpoint.parent.and_then(|vpc| self.world.vpc(vpc)) {
            Some(vpc) => self.hand_over(vpc.id, None),
            None => deny("BAD_STATE", place("gateway-endpoint", endpoint.id)),
        }
    }

    /// Into a gateway endpoint (GWE-07, GWE-09, GWE-10).
    pub fn enter_gateway_endpoint(&mut self, id: &'a str, vpc: &'a str) -> Outcome {
        let world = self.world;
        self.met("gateway-endpoint", id);
        let at = || place("gateway-endpoint", id);
        let Some(endpoint) = world.gateway_endpoint(id) else { return deny("BAD_STATE", at()) };
        if !world.in_vpc(vpc, self.packet.source) {
            return deny("GATEWAY_REJECTS_SPOOFED_TRAFFIC", at());
        }
        let echo = matches!((self.packet.protocol, self.packet.icmp), (ICMP, 0 | 8) | (ICMPV6, 128 | 129));
        if self.packet.protocol != TCP && !echo {
            return deny("VPCE_GATEWAY_PROTOCOL_RESTRICTION", at());
        }
        if !self.policy_admits(&endpoint.config.policy, Some(id)) {
            return deny("X_ENDPOINT_POLICY_DENIED", at());
        }
        self.endpoints.push((id, self.packet));
        let service = endpoint.config.service.as_deref().and_then(|id| world.service(id));
        match service.filter(|service| world.service_at(self.packet.destination) == Some(service.id)) {
            Some(service) => self.at_service(service.id, Some(id)),
            None => deny("NO_POSSIBLE_DESTINATION", at()),
        }
    }

    /// Past ACL and group of an implied interface.
    pub fn receive(&mut self, interface: &Interface<'a>, part: &'a str) -> Outcome {
        let world = self.world;
        if let Some(endpoint) = world.interface_endpoint(part) {
            return self.at_interface_endpoint(interface, part, endpoint.config);
        }
        if world.nlb(part).is_some() {
            return self.at_nlb(interface, part, None);
        }
        if world.alb(part).is_some() {
            return self.at_alb(interface, part);
        }
        self.back_to_client(part)
    }

    fn at_interface_endpoint(
        &mut self,
        interface: &Interface<'a>,
        id: &'a str,
        config: &'a hopscope_aws::components::interface_endpoint::Config,
    ) -> Outcome {
        let world = self.world;
        self.met("interface-endpoint", id);
        let at = || place("interface-endpoint", id);
        if config.state != "available" || world.zone_failed(interface.subnet) {
            return deny("BAD_STATE", at()); // IFE-12, IFE-17
        }
        if self.leg == LegKind::Return {
            return deny("X_STATE_MISSING", at());
        }
        if !matches!(self.packet.protocol, TCP | UDP) {
            return deny("PROTOCOL_RESTRICTION", at()); // IFE-08
        }
        if !self.policy_admits(&config.policy, Some(id)) {
            return deny("X_ENDPOINT_POLICY_DENIED", at()); // IFE-09
        }
        let expired = self.packet.protocol == TCP && self.flow.idle.unwrap_or(0) > 350; // IFE-16
        let service = config.service.as_deref().unwrap_or_default();
        if let Some(service) = world.service(service) {
            if world.region_of(service.id) != world.region_of(id) {
                return deny("BAD_STATE", at()); // IFE-15
            }
            // The service sees the endpoint's own address (IFE-05).
            let v4 = self.packet.source.is_ipv4();
            let theirs = service.config.addresses.iter().filter_map(|text| address(text));
            let theirs = theirs.into_iter().find(|a| a.is_ipv4() == v4);
            let Some(theirs) = theirs else { return deny("BAD_STATE", at()) };
            if expired {
                return deny("X_STATE_MISSING", at());
            }
            let before = self.packet;
            self.packet.source = before.destination;
            self.packet.destination = theirs;
            self.private_links.push((self.bindings.len(), interface.id));
            self.bindings.push(Binding { owner: id.to_owned(), before, after: self.packet });
            return self.at_service(service.id, Some(id));
        }
        let offered = world.endpoint_service(service).is_some_and(|service| {
            let (theirs, ours) = (world.region_of(service.id), world.region_of(id));
            theirs == ours || service.config.regions.iter().any(|region| Some(region.as_str()) == ours)
        });
        if !offered {
            return deny("BAD_STATE", at()); // IFE-15
        }
        let balancer = world.endpoint_service(service).and_then(|s| s.config.load_balancer.as_deref());
        let Some(nlb) = balancer.and_then(|id| world.nlb(id)) else { return deny("BAD_STATE", at()) };
        let zone = world.zone_of(interface.subnet);
        let nodes: Vec<&Interface<'a>> = world.interfaces.iter().filter(|i| i.part == Some(nlb.id)).collect();
        // IFE-14: zones of the service, or of its load balancer; anywhere from another Region.
        let home = world.region_of(service) == world.region_of(id);
        let listed = world.endpoint_service(service).map_or(&[][..], |service| &service.config.zones);
        let installed = match listed {
            [] => nodes.iter().any(|node| world.zone_of(node.subnet) == zone),
            zones => zones.iter().any(|listed| Some(listed.as_str()) == zone),
        };
        if home && !installed {
            let service = world.endpoint_service(service).map_or("", |service| service.id);
            return deny("VPCE_SERVICE_NOT_INSTALLED_IN_AZ", place("endpoint-service", service));
        }
        let same = nodes.iter().find(|node| world.zone_of(node.subnet) == zone).or(nodes.first());
        if expired {
            return deny("X_STATE_MISSING", at());
        }
        match same {
            Some(node) => {
                let asked = self.packet;
                if let Some(own) =
                    node.addresses.iter().copied().find(|a| a.is_ipv4() == asked.source.is_ipv4())
                {
                    self.packet.destination = own;
                }
                if nlb.config.enforce_security_groups_on_privatelink {
                    self.security_groups(node, Direction::In)?; // IFE-13, LB-27
                }
                self.at_nlb(node, nlb.id, Some((interface.id, asked)))
            }
            None => deny("BAD_STATE", place("network-load-balancer", nlb.id)),
        }
    }

    /// IFE-07: an endpoint never begins.
    pub fn endpoint_sends(&mut self, id: &str) -> Outcome {
        deny("VPCE_INTRA_VPC_TRAFFIC", place("interface-endpoint", id))
    }

    /// A load balancer may have no group at all (PIPE-08).
    pub fn is_group_free(&self, interface: &Interface<'_>) -> bool {
        interface.groups.is_empty() && interface.part.is_some_and(|id| self.world.nlb(id).is_some())
    }
}
