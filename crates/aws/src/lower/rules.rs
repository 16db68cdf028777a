//! Security group and ACL rules: cells and peers resolved.

use hopscope_forward::Id;
use hopscope_net::IpNet;

use super::Build;
use crate::catalog::Config;
use crate::cells;
use crate::components::{network_acl, prefix_list, security_group};
use crate::network::*;

impl Build<'_> {
    pub(super) fn groups(&mut self) {
        for node in self.nodes() {
            if let Config::SecurityGroup(_) = &node.config {
                let vpc = self.vpc_around(&node.id);
                let ix = self.network.groups.push(Group {
                    id: node.id.clone(),
                    vpc,
                    inbound: Vec::new(),
                    outbound: Vec::new(),
                });
                self.note(&node.id, Thing::Group(ix));
            }
        }
        for node in self.nodes() {
            let Config::SecurityGroup(config) = &node.config else { continue };
            let Some(Thing::Group(ix)) = self.network.index.get(&node.id).copied() else { continue };
            let inbound = self.group_rules(&config.inbound, "from");
            let outbound = self.group_rules(&config.outbound, "to");
            if let Some(group) = self.network.groups.get_mut(ix) {
                group.inbound = inbound;
                group.outbound = outbound;
            }
        }
        for node in self.nodes() {
            let Config::NetworkInterface(config) = &node.config else { continue };
            let groups: Vec<_> = config
                .security_groups
                .iter()
                .filter_map(|id| match self.network.index.get(id) {
                    Some(Thing::Group(ix)) => Some(*ix),
                    _ => None,
                })
                .collect();
            if let Some(Thing::Eni(eni)) = self.network.index.get(&node.id).copied()
                && let Some(eni) = self.network.enis.get_mut(eni)
            {
                eni.groups = groups;
            }
        }
    }

    fn group_rules(&self, rules: &[security_group::Rule], word: &str) -> Vec<Rule> {
        rules
            .iter()
            .enumerate()
            .map(|(index, rule)| {
                let body = cells::protocol(&rule.protocol).and_then(|protocol| {
                    Some(RuleBody {
                        protocol,
                        ports: cells::ports(protocol, &rule.ports)?,
                        peer: self.peer(&rule.peer)?,
                    })
                });
                Rule {
                    index,
                    label: (index + 1).to_string(),
                    text: format!("allow {} {} {word} {}", rule.protocol, rule.ports, rule.peer),
                    allow: true,
                    body,
                }
            })
            .collect()
    }

    fn peer(&self, text: &str) -> Option<Peer> {
        let text = text.trim();
        if let Some(net) = cells::cidr(text) {
            return Some(Peer::Net(net));
        }
        if let Some(Thing::Group(ix)) = self.network.index.get(text) {
            return Some(Peer::Group(*ix));
        }
        self.prefix_list(text).map(|nets| Peer::List(nets.into_iter().map(|(_, net)| net).collect()))
    }

    /// Entries of a prefix list by id, in order.
    pub(crate) fn prefix_list(&self, id: &str) -> Option<Vec<(usize, IpNet)>> {
        match &self.document.nodes.get(id)?.config {
            Config::PrefixList(prefix_list::Config { entries, .. }) => Some(
                entries
                    .iter()
                    .enumerate()
                    .filter_map(|(n, entry)| Some((n, cells::cidr(&entry.cidr)?)))
                    .collect(),
            ),
            _ => None,
        }
    }
}

pub(crate) fn resolve_acl(id: Id, config: &network_acl::Config) -> Acl {
    let rules = |rules: &[network_acl::Rule], word: &str| {
        let mut out: Vec<(u32, Rule)> = rules
            .iter()
            .enumerate()
            .map(|(index, rule)| {
                let known_action = matches!(rule.action.as_str(), "allow" | "deny");
                let body = cells::protocol(&rule.protocol).filter(|_| known_action).and_then(|protocol| {
                    // NACL-10: blocks only.
                    let peer = Peer::Net(cells::cidr(&rule.cidr)?);
                    Some(RuleBody { protocol, ports: cells::ports(protocol, &rule.ports)?, peer })
                });
                let text = format!("{} {} {} {word} {}", rule.action, rule.protocol, rule.ports, rule.cidr);
                (
                    rule.number,
                    Rule { index, label: rule.number.to_string(), text, allow: rule.action == "allow", body },
                )
            })
            .collect();
        // NACL-02: low to high; equal numbers keep the author's order.
        out.sort_by_key(|(number, _)| *number);
        out.into_iter().map(|(_, rule)| rule).collect::<Vec<_>>()
    };
    Acl { id: Some(id), inbound: rules(&config.inbound, "from"), outbound: rules(&config.outbound, "to") }
}
