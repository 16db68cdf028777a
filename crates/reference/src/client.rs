//! Client VPN endpoints and their users (section 17).

use hopscope_forward::LegKind;
use ipnet::IpNet;

use crate::cells::{address, block, is_service};
use crate::walk::{Binding, End, Outcome, Walk, deny, place};

impl<'a> Walk<'_, 'a> {
    /// A user sends (CVPN-01 to CVPN-14).
    pub fn client_sends(&mut self, id: &'a str) -> Outcome {
        let world = self.world;
        let Some(client) = world.client(id) else { return deny("BAD_STATE", place("vpn-client", id)) };
        let Some(endpoint) = client.config.endpoint.as_deref().and_then(|id| world.cvpn(id)) else {
            return deny("BAD_STATE", place("vpn-client", id));
        };
        let at = || place("client-vpn-endpoint", endpoint.id);
        let config = endpoint.config;
        let to = self.packet.destination;
        // CVPN-05: each route with the subnet it leads through; the VPC's own one in all of them.
        let mut routes: Vec<(IpNet, &str)> = Vec::new();
        for association in &config.associations {
            let Some(subnet) = association.subnet.as_deref().and_then(|id| world.subnet(id)) else {
                continue;
            };
            let blocks = world.vpc(subnet.vpc).map(|vpc| vpc.blocks.as_slice()).unwrap_or_default();
            routes.extend(blocks.iter().map(|net| (*net, subnet.id)));
        }
        routes.extend(config.routes.iter().filter_map(|r| Some((block(&r.destination)?, r.target.trim()))));
        routes.retain(|(net, _)| net.contains(&to));
        if config.split_tunnel && routes.is_empty() {
            return match address(&client.config.home_address) {
                // CVPN-10: by the user's own line.
                Some(home) if home.is_ipv4() == to.is_ipv4() => {
                    self.packet.source = home;
                    self.on_the_internet()
                }
                _ => deny("X_CVPN_NO_ROUTE", at()),
            };
        }
        self.met("client-vpn-endpoint", endpoint.id);
        if !client.config.certificate_valid {
            return deny("X_CVPN_AUTH_FAILED", at());
        }
        let landed: Vec<&'a str> = match client.config.subnet.as_deref() {
            Some(subnet) => vec![subnet],
            None => config.associations.iter().filter_map(|a| a.subnet.as_deref()).collect(),
        };
        let landed: Vec<&'a str> = landed
            .into_iter()
            .filter(|id| world.subnet(id).is_some_and(|s| !world.zone_failed(s.id)))
            .collect();
        if config.failed || landed.is_empty() {
            return deny("BAD_STATE", at()); // CVPN-03
        }
        let carried = match config.traffic_type.as_str() {
            "ipv4" => to.is_ipv4(),
            "ipv6" => to.is_ipv6(),
            _ => true,
        };
        if !carried {
            return deny("X_ADDRESS_FAMILY_MISMATCH", at()); // CVPN-17
        }
        let chosen = self.choose(landed.len());
        let Some(subnet) = landed.get(chosen).copied() else { return deny("BAD_STATE", at()) };
        let longest = routes
            .iter()
            .filter(|(_, by)| *by == subnet || *by == "local")
            .map(|(net, by)| (net.prefix_len(), *by))
            .max();
        let Some((_, by)) = longest else { return deny("X_CVPN_NO_ROUTE", at()) }; // CVPN-13
        // CVPN-06: the longest destination of all rules decides.
        let rules: Vec<_> = config
            .authorization_rules
            .iter()
            .filter_map(|rule| Some((block(&rule.destination)?, rule.group.trim())))
            .filter(|(net, _)| net.contains(&to))
            .collect();
        let length = rules.iter().map(|(net, _)| net.prefix_len()).max();
        let mut best = rules.iter().filter(|(net, _)| Some(net.prefix_len()) == length);
        let member =
            |group: &str| group.is_empty() || client.config.groups.iter().any(|own| own.trim() == group);
        if self.leg == LegKind::Forward && !best.any(|(_, group)| member(group)) {
            return deny("X_CVPN_NO_AUTHORIZATION", at());
        }
        if by == "local" {
            let other = world.clients().find(|other| {
                other.config.endpoint.as_deref() == Some(endpoint.id)
                    && other.config.certificate_valid
                    && [&other.config.address, &other.config.ipv6].iter().any(|a| address(a) == Some(to))
            });
            return match other {
                Some(other) => Ok(End::Client(other.id.to_owned())),
                None => deny("NO_POSSIBLE_DESTINATION", at()),
            };
        }
        let card = world.interfaces.iter().find(|i| i.part == Some(endpoint.id) && i.subnet == subnet);
        let Some(card) = card.filter(|card| !world.zone_failed(card.subnet)) else {
            return deny("BAD_STATE", at());
        };
        if to.is_ipv4() {
            let Some(own) = card.addresses.iter().copied().find(|a| a.is_ipv4()) else {
                return deny("BAD_STATE", at());
            };
            let before = self.packet;
            self.packet.source = own; // CVPN-07
            self.bindings.push(Binding { owner: endpoint.id.to_owned(), before, after: self.packet });
        }
        if is_service(to) || world.is_vpc_service(card.vpc, to) {
            self.ask_service(card, to)?;
            return Ok(End::Service); // PIPE-04, CVPN-19
        }
        self.leave(card)
    }

    /// The answer to a user, at an interface of the endpoint.
    pub fn back_to_client(&mut self, part: &'a str) -> Outcome {
        let known = self.bindings.iter().find(|b| b.owner == part && self.packet.answers(b.after));
        let Some(before) = known.map(|binding| binding.before) else {
            return deny("NO_POSSIBLE_DESTINATION", place("client-vpn-endpoint", part)); // CVPN-15
        };
        self.packet = before.reversed();
        let to = self.packet.destination;
        let client = self.world.clients().find(|client| {
            [&client.config.address, &client.config.ipv6].iter().any(|a| address(a) == Some(to))
                && client.config.endpoint.as_deref() == Some(part)
        });
        match client {
            Some(client) => Ok(End::Client(client.id.to_owned())),
            None => deny("NO_POSSIBLE_DESTINATION", place("client-vpn-endpoint", part)),
        }
    }
}
