//! A network ACL: numbered allow and deny rules at the subnet's edge, stateless (NACL-01 to NACL-21).

use std::net::IpAddr;

use hopscope_forward::{
    Decision, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, RuleScan, Severity, Visit, Where,
};
use hopscope_net::Packet;

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::matching;
use crate::network::{self, Network, Peer, Subnet};
use crate::pipeline::At;

record! {
    /// Configuration of a network ACL. Its parent is the VPC.
    pub struct Config {
        /// The VPC's default ACL, used by subnets without a choice (NACL-01).
        pub default: bool,
        /// Rules for packets entering the subnet.
        pub inbound: Vec<Rule>,
        /// Rules for packets leaving the subnet.
        pub outbound: Vec<Rule>,
    }
}

record! {
    /// One numbered rule. The implied `*` rule that denies the rest is not written.
    pub struct Rule {
        /// 1 to 32766, tried from low to high (NACL-02).
        pub number: u32,
        /// `allow` or `deny`.
        pub action: String,
        /// `all`, `tcp`, `udp`, `icmp`, `icmpv6` or a protocol number.
        pub protocol: String,
        /// Port or range for TCP and UDP, type or `type/code` for ICMP, `all` otherwise.
        pub ports: String,
        /// Source (inbound) or destination (outbound) block.
        pub cidr: String,
    }
}

impl Config {
    /// AWS's default ACL: everything allowed both ways (NACL-03); rule 101 for IPv6.
    #[must_use]
    pub fn allow_all(ipv6: bool) -> Self {
        let rule = |number: u32, cidr: &str| Rule {
            number,
            action: "allow".into(),
            protocol: "all".into(),
            ports: "all".into(),
            cidr: cidr.into(),
        };
        let mut rules = vec![rule(100, "0.0.0.0/0")];
        if ipv6 {
            rules.push(rule(101, "::/0"));
        }
        Self { default: true, inbound: rules.clone(), outbound: rules }
    }
}

/// What a network ACL says about itself.
pub static SPEC: Spec = Spec {
    kind: "network-acl",
    name: "Network ACL",
    aws_type: Some("AWS::EC2::NetworkAcl"),
    id_prefix: "acl",
    summary: "A stateless, ordered list of allow and deny rules around subnets.",
    parents: &["vpc"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "inbound",
            "Inbound rules",
            FieldKind::NetworkAclRules,
            "Tried from the lowest number up; the first match decides",
        ),
        Field::new("outbound", "Outbound rules", FieldKind::NetworkAclRules, "Replies are judged here too"),
        Field::new("default", "Default network ACL", FieldKind::Flag, "Used by subnets without a choice"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
};

/// The subnet's ACL did not admit the packet (NACL-02).
pub static SUBNET_ACL: ReasonSpec = ReasonSpec {
    code: "SUBNET_ACL_RESTRICTION",
    aws_code: Some("SUBNET_ACL_RESTRICTION"),
    severity: Severity::Deny,
    rules: &["NACL-02", "NACL-04"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
};

/// Reasons a network ACL raises.
pub static REASONS: &[&ReasonSpec] = &[&SUBNET_ACL];

/// Leaving the subnet, then the router (PIPE-01).
pub(crate) fn outbound(network: &Network, subnet: Ix<Subnet>, visit: &mut Visit<'_>) -> Outcome<At> {
    judge(network, subnet, false, visit);
    Outcome::Next(At::Route(subnet))
}

/// Entering the subnet (PIPE-02).
pub(crate) fn inbound(network: &Network, subnet: Ix<Subnet>, next: At, visit: &mut Visit<'_>) -> Outcome<At> {
    judge(network, subnet, true, visit);
    Outcome::Next(next)
}

/// Low to high, first match decides, `*` denies (NACL-02); stateless (NACL-04). Returns the
/// number of the rule that decided and whether it allows.
pub(crate) fn scan(
    network: &Network,
    subnet: Ix<Subnet>,
    inbound: bool,
    packet: &Packet,
) -> (Vec<RuleScan>, bool) {
    let acl = &network.acls[network.subnets[subnet].acl];
    let list = acl.id.clone().unwrap_or_else(|| network.subnets[subnet].id.clone());
    let (rules, peer) =
        if inbound { (&acl.inbound, packet.source) } else { (&acl.outbound, packet.destination) };
    scan_rules(&list, rules, peer, packet)
}

/// The same for any list of numbered rules.
pub(crate) fn scan_rules(
    list: &Id,
    rules: &[network::Rule],
    peer: IpAddr,
    packet: &Packet,
) -> (Vec<RuleScan>, bool) {
    let mut scanned = Vec::with_capacity(rules.len() + 1);
    for rule in rules {
        let missed = match &rule.body {
            None => Some(hopscope_forward::RuleMiss::Invalid),
            Some(body) => matching::protocol_and_ports(body, packet).or(match &body.peer {
                Peer::Net(net) => matching::block(net, peer),
                Peer::List(_) | Peer::Group(_) => Some(hopscope_forward::RuleMiss::Invalid),
            }),
        };
        let decides = missed.is_none();
        scanned.push(RuleScan {
            list: list.clone(),
            index: Some(rule.index),
            label: rule.label.clone(),
            rule: rule.text.clone(),
            missed,
        });
        if decides {
            return (scanned, rule.allow);
        }
    }
    scanned.push(RuleScan {
        list: list.clone(),
        index: None,
        label: "*".to_owned(),
        rule: "deny all".to_owned(),
        missed: None,
    });
    (scanned, false)
}

/// Scans one of the subnet's two lists and records what it decides.
pub(crate) fn judge(network: &Network, subnet: Ix<Subnet>, inbound: bool, visit: &mut Visit<'_>) {
    let place = &network.subnets[subnet];
    let acl = &network.acls[place.acl];
    let id = acl.id.clone().unwrap_or_else(|| place.id.clone());
    let packet = visit.packet.clone();
    let (scanned, allowed) = scan(network, subnet, inbound, &packet);
    let label = scanned.last().map(|scan| scan.label.clone()).unwrap_or_default();
    let text = scanned.last().map(|scan| scan.rule.clone()).unwrap_or_default();
    let (stage, direction) = if inbound { ("network-acl-in", "in") } else { ("network-acl-out", "out") };
    let hop = Hop::new(SPEC.kind, &id, stage, Decision::Allowed, &packet)
        .at(&place.id)
        .with(Evidence::Rules { direction, scanned })
        .by(&["NACL-02", "NACL-04", "NACL-06"]);
    if allowed {
        visit.record(hop);
    } else {
        let reason = Reason::new(&SUBNET_ACL, Where::new(SPEC.kind, &id).of(&place.id).toward(direction))
            .rule(label)
            .fact("acl", &id)
            .fact("subnet", &place.id)
            .fact("direction", direction)
            .fact("rule", text)
            .fact("packet", &packet);
        visit.deny(hop, reason);
    }
}
