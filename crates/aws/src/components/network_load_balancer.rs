//! A Network Load Balancer: hands flows to targets by their hash, with or without the client's
//! address (LB-20 to LB-31), also as the front of a PrivateLink service (IFE-12, IFE-13).

mod check;
mod direct;
mod flows;

use std::collections::BTreeSet;
use std::net::IpAddr;

use hopscope_forward::{Decision, Hop, Id, Outcome, ReasonSpec, Role, Visit};
use hopscope_net::prefix::Family;
use hopscope_net::{Packet, Protocol};

use crate::arena::Ix;
use crate::balancer;
use crate::catalog::{self, Part};
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::certificate::{self, Certificate};
use crate::components::interface_endpoint::{self, INTERFACES, Interface, interfaces};
use crate::components::route_table;
use crate::components::target_group::{self, TargetGroup};
use crate::document::Node;
use crate::fabric::{Component, Published};
use crate::lower::Build;
use crate::network::{Eni, Network, Thing, Vpc};
use crate::pipeline::At;
use crate::validate::Check;

pub(crate) use direct::{direct_return, passed_on};

record! {
    /// Configuration of a Network Load Balancer. Its parent is the VPC. Its interfaces are implied: `<id>/<subnet>`.
    pub struct Config {
        /// Its addresses, one subnet in each zone (LB-21).
        pub interfaces: Vec<Interface>,
        /// `internal` or `internet-facing`.
        pub scheme: String = "internal",
        /// `ipv4` or `dualstack`.
        pub ip_address_type: String => "ipv4",
        /// On its interfaces.
        pub security_groups: Vec<Id>,
        /// It was made without security groups, so it can never have any (LB-22).
        pub created_without_security_groups: bool,
        /// Its groups judge PrivateLink traffic too (LB-27).
        pub enforce_security_groups_on_privatelink: bool => true,
        /// What it listens on and where that goes.
        pub listeners: Vec<Listener>,
        /// For listeners with targets of their own: targets see the client's address.
        pub preserve_client_ip: bool,
        /// Targets in other zones are used too (LB-04).
        pub cross_zone: bool,
    }
}

record! {
    /// One listener. Documents from before target groups name its targets here; a listener with a
    /// target group takes no notice of them.
    pub struct Listener {
        /// Its protocol.
        pub protocol: String = "tcp",
        /// Its port.
        pub port: u32 = 443u32,
        /// Where it forwards to.
        pub target_group: Option<Id>,
        /// For TLS; the first is the default one.
        pub certificates: Vec<Id>,
        /// Seconds of silence after which a TCP flow is forgotten, 60 to 6000 (LB-28).
        pub tcp_idle_timeout: u32 => 350u32,
        /// Instances behind it, where it has no target group.
        pub targets: Vec<Id>,
        /// The port of these.
        pub target_port: u32 = 443u32,
    }
}

/// Columns of [`Listener`].
pub static LISTENERS: Rows = Rows {
    noun: "listener",
    columns: &[
        Field::new("port", "Port", FieldKind::Number, ""),
        Field::new("protocol", "Protocol", FieldKind::Choice(PROTOCOLS), ""),
        Field::new("target_group", "Target group", FieldKind::Ref(&["target-group"]), ""),
        Field::new("certificates", "Certificates", FieldKind::RefList("certificate"), "For TLS"),
        Field::new("tcp_idle_timeout", "TCP idle timeout", FieldKind::Number, "Seconds, 60 to 6000"),
        Field::new(
            "targets",
            "Instances",
            FieldKind::RefList("instance"),
            "Of older drawings; a target group says more",
        ),
        Field::new("target_port", "Instances' port", FieldKind::Number, "Without a target group"),
    ],
};

/// Protocols of listeners (LB-20).
const PROTOCOLS: &[&str] = &["tcp", "tls", "udp", "tcp_udp", "quic", "tcp_quic"];

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "network-load-balancer",
    name: "Network Load Balancer",
    aws_type: Some("AWS::ElasticLoadBalancingV2::LoadBalancer"),
    id_prefix: "nlb",
    summary: "Spreads TCP and UDP flows over targets.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new(
            "interfaces",
            "Network interfaces",
            FieldKind::Rows(&INTERFACES),
            "One subnet in each zone",
        ),
        Field::new("scheme", "Scheme", FieldKind::Choice(&["internal", "internet-facing"]), ""),
        Field::new("ip_address_type", "IP address type", FieldKind::Choice(&["ipv4", "dualstack"]), ""),
        Field::new("security_groups", "Security groups", FieldKind::RefList("security-group"), "Optional"),
        Field::new(
            "created_without_security_groups",
            "Created without security groups",
            FieldKind::Flag,
            "Then it can never have any",
        ),
        Field::new(
            "enforce_security_groups_on_privatelink",
            "Enforce inbound rules on PrivateLink traffic",
            FieldKind::Flag,
            "",
        ),
        Field::new("listeners", "Listeners", FieldKind::Rows(&LISTENERS), ""),
        Field::new(
            "preserve_client_ip",
            "Preserve client IP addresses",
            FieldKind::Flag,
            "For listeners without a target group; never for PrivateLink callers",
        ),
        Field::new("cross_zone", "Cross-zone load balancing", FieldKind::Flag, ""),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html",
};

/// The page of the Network Load Balancer guide behind these reasons.
const PAGE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html";

packet_reason!(
    PAGE,
    /// No listener takes the packet (LB-02, LB-20).
    NO_LISTENER, "ELBV2_LISTENERS_MISMATCH", Some("ELBV2_LISTENERS_MISMATCH"), &["IFE-12", "LB-02", "LB-20"]
);
packet_reason!(
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html",
    /// A target is balanced back to itself (LB-26).
    LOOPBACK, "X_NLB_LOOPBACK", None, &["LB-26"]
);
/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&NO_LISTENER, &LOOPBACK];

/// Seconds of silence after which flows of TLS listeners are forgotten (LB-28).
const TLS_IDLE: u64 = 350;
/// The same for UDP and QUIC (LB-28).
const UDP_IDLE: u64 = 120;

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Nlb {
    pub id: Id,
    pub vpc: Ix<Vpc>,
    pub enis: Vec<Ix<Eni>>,
    /// Not reachable over the internet.
    pub internal: bool,
    pub cross_zone: bool,
    /// LB-27.
    pub enforces: bool,
    /// Every group that its listeners forward to.
    pub groups: Vec<Ix<TargetGroup>>,
    listeners: Vec<Listening>,
}

/// A listener, resolved.
#[derive(Debug)]
struct Listening {
    tcp: bool,
    udp: bool,
    tls: bool,
    port: u16,
    certificates: Vec<Ix<Certificate>>,
    group: Option<Ix<TargetGroup>>,
    /// The same for IPv6, where the listener has targets of its own.
    group6: Option<Ix<TargetGroup>>,
    tcp_idle: u64,
}

impl Listening {
    fn takes(&self, packet: &Packet) -> bool {
        packet.destination_port() == Some(self.port)
            && ((self.tcp && packet.protocol == Protocol::TCP)
                || (self.udp && packet.protocol == Protocol::UDP))
    }

    /// LB-28.
    fn idle_limit(&self, protocol: Protocol) -> u64 {
        match (protocol, self.tls) {
            (Protocol::TCP, true) => TLS_IDLE,
            (Protocol::TCP, false) => self.tcp_idle,
            _ => UDP_IDLE,
        }
    }
}

/// Where a packet can be at it: only its interfaces receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for Nlb {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            vpc: build.vpc_around(&node.id)?,
            enis: Vec::new(),
            internal: config.scheme != "internet-facing",
            cross_zone: config.cross_zone,
            enforces: config.enforce_security_groups_on_privatelink,
            groups: Vec::new(),
            listeners: Vec::new(),
        })
    }

    fn link(build: &mut Build<'_>) {
        let document = build.document;
        for node in document.nodes.values() {
            let catalog::Config::NetworkLoadBalancer(config) = &node.config else { continue };
            let Some(Thing::Part(Part::NetworkLoadBalancer(ix))) = build.thing(&node.id) else { continue };
            let nlb = &build.network.fabric.nlbs[ix];
            let (vpc, public) = (nlb.vpc, !nlb.internal);
            let owner = interfaces::Owner { id: &node.id, part: ix.into(), vpc, public, open: true };
            // LB-22: groups that came after its creation are none.
            let groups: &[Id] =
                if config.created_without_security_groups { &[] } else { &config.security_groups };
            let enis = interface_endpoint::draw(build, &owner, &config.interfaces, groups);
            let mut listeners = Vec::new();
            for row in config.listeners.iter().enumerate() {
                listeners.extend(listening(build, &node.id, config, row));
            }
            let used: BTreeSet<_> = listeners
                .iter()
                .flat_map(|listener| listener.group.into_iter().chain(listener.group6))
                .collect();
            for group in &used {
                target_group::used(build, *group, &enis);
            }
            for listener in &listeners {
                certificate::used(build, &listener.certificates);
            }
            if let Some(nlb) = build.network.fabric.nlbs.get_mut(ix) {
                (nlb.enis, nlb.groups, nlb.listeners) = (enis, used.into_iter().collect(), listeners);
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn receive(network: &Network, ix: Ix<Self>, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
        if let Some(checked) = target_group::received(network, ix.into(), eni, visit) {
            return checked;
        }
        let owner = &network.enis[eni].id;
        match visit.state.position(owner, Role::Endpoint, false, &visit.packet.key()) {
            Some(position) => flows::from_target(network, ix, eni, position, visit),
            None => flows::request(network, ix, eni, visit),
        }
    }

    fn names(network: &Network, ix: Ix<Self>) -> Vec<Published> {
        balancer::names(network, ix.into())
    }

    fn address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        interfaces::address(network, &network.fabric.nlbs[ix].enis, family)
    }

    fn public_address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        balancer::addresses_by_name(network, ix.into(), family).first().copied()
    }

    /// It forwards and opens nothing by itself but health checks.
    fn send(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let nlb = &network.fabric.nlbs[ix];
        if let Some(own) = target_group::answers_check(network, &nlb.enis, visit) {
            return Outcome::Next(own);
        }
        let hop = Hop::new(SPEC.kind, &nlb.id, "send", Decision::Unknown, &visit.packet);
        let reason = hopscope_forward::Reason::new(
            &route_table::UNSUPPORTED,
            hopscope_forward::Where::new(SPEC.kind, &nlb.id),
        )
        .fact("component", &nlb.id);
        visit.unknown(hop, reason);
        Outcome::Stopped
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

/// A listener; its targets, where it has some of its own, become a group that only it uses.
fn listening(
    build: &mut Build<'_>,
    owner: &Id,
    config: &Config,
    (number, row): (usize, &Listener),
) -> Option<Listening> {
    let protocol = row.protocol.as_str();
    let mut implied = |family| {
        let row = (number, protocol, row.target_port, row.targets.as_slice());
        let group = TargetGroup::implied(build, owner, row, (config.preserve_client_ip, family));
        Some(build.network.fabric.target_groups.push(group))
    };
    let (group, group6) = match &row.target_group {
        Some(id) => (target_group::named(build, id), None),
        None => (implied(Family::V4), implied(Family::V6)),
    };
    Some(Listening {
        tcp: matches!(protocol, "tcp" | "tls" | "tcp_udp" | "tcp_quic"),
        udp: matches!(protocol, "udp" | "tcp_udp" | "quic" | "tcp_quic"),
        tls: protocol == "tls",
        port: u16::try_from(row.port).ok()?,
        certificates: certificate::named(build, &row.certificates),
        group,
        group6,
        tcp_idle: u64::from(row.tcp_idle_timeout).clamp(60, 6000),
    })
}
