//! Random rule lists.

use hopscope_aws::components::{network_acl, security_group};

use super::random::Random;

/// A rule of a security group.
pub(super) fn group_rule(protocol: &str, ports: &str, peer: &str) -> security_group::Rule {
    security_group::Rule {
        protocol: protocol.to_owned(),
        ports: ports.to_owned(),
        peer: peer.to_owned(),
        description: String::new(),
    }
}

/// Protocol and ports of a rule. Ports from 1024 up are only named as the whole ephemeral range:
/// which of them a NAT gateway picks is not for a test to guess.
fn traffic(random: &mut Random) -> (&'static str, &'static str) {
    *random
        .pick(&[
            ("tcp", "443"),
            ("tcp", "443"),
            ("tcp", "80"),
            ("tcp", "22"),
            ("tcp", "0-1023"),
            ("tcp", "all"),
            ("tcp", "1024-65535"),
            ("udp", "53"),
            ("udp", "all"),
            ("icmp", "8"),
            ("icmp", "8/0"),
            ("icmp", "0"),
            ("icmp", "all"),
            ("icmpv6", "all"),
            ("icmpv6", "128"),
            ("gre", "all"),
            ("47", "all"),
            ("all", "all"),
            ("all", "all"),
        ])
        .unwrap_or(&("all", "all"))
}

/// A security group's list for one direction. `own` are the VPC's blocks.
pub(super) fn group_list(
    random: &mut Random,
    own: &[String],
    groups: &[String],
    lists: &[String],
) -> Vec<security_group::Rule> {
    match random.below(10) {
        0..=7 => {
            let mut open = vec![group_rule("all", "all", "0.0.0.0/0")];
            if random.chance(85) {
                open.push(group_rule("all", "all", "::/0"));
            }
            open
        }
        8 if random.chance(20) => Vec::new(),
        _ => (0..=1 + random.below(4))
            .map(|_| {
                let (protocol, ports) = traffic(random);
                let peer = match random.below(12) {
                    0..=3 => "0.0.0.0/0".to_owned(),
                    4..=5 => "::/0".to_owned(),
                    6 => "198.51.100.0/24".to_owned(),
                    7 => random.pick(lists).cloned().unwrap_or_default(),
                    8..=9 => random.pick(groups).cloned().unwrap_or_default(),
                    _ => random.pick(own).cloned().unwrap_or_default(),
                };
                group_rule(protocol, ports, &peer)
            })
            .collect(),
    }
}

/// A network ACL's list for one direction.
pub(super) fn acl_list(random: &mut Random, own: &[String], narrow: bool) -> Vec<network_acl::Rule> {
    let rule = |number: usize, action: &str, protocol: &str, ports: &str, cidr: &str| network_acl::Rule {
        number: u32::try_from(number).unwrap_or(1),
        action: action.to_owned(),
        protocol: protocol.to_owned(),
        ports: ports.to_owned(),
        cidr: cidr.to_owned(),
    };
    let mut rules = Vec::new();
    let mut number = 10 + random.below(90);
    let mut step = |random: &mut Random| {
        number += 1 + random.below(20);
        number
    };
    for _ in 0..random.below(3) {
        let (protocol, ports) = traffic(random);
        let action = if random.chance(60) { "deny" } else { "allow" };
        let cidr = match random.below(6) {
            0 => "0.0.0.0/0".to_owned(),
            1 => "::/0".to_owned(),
            2 => "198.51.100.64/26".to_owned(),
            3 => "198.51.100.0/24".to_owned(),
            _ => random.pick(own).cloned().unwrap_or_default(),
        };
        let number = step(random);
        rules.push(rule(number, action, protocol, ports, &cidr));
    }
    if random.chance(75) {
        let number = step(random);
        rules.push(rule(number, "allow", "all", "all", "0.0.0.0/0"));
        if random.chance(80) {
            let number = step(random);
            rules.push(rule(number, "allow", "all", "all", "::/0"));
        }
    } else {
        let ephemeral = if narrow { "32768-61000" } else { "1024-65535" };
        for family in ["0.0.0.0/0", "::/0"] {
            for (protocol, ports) in
                [("tcp", "443"), ("tcp", "22"), ("tcp", ephemeral), ("udp", "all"), ("icmp", "all")]
            {
                if random.chance(75) {
                    let number = step(random);
                    rules.push(rule(number, "allow", protocol, ports, family));
                }
            }
        }
    }
    // The order they stand in must not matter, only the numbers (NACL-02).
    for at in (1..rules.len()).rev() {
        let other = random.below(at + 1);
        rules.swap(at, other);
    }
    rules
}
