//! A target group: what a load balancer forwards to, and which of it is healthy (LB-03 to LB-07,
//! LB-14, LB-29). Knows nothing of listeners.

mod check;
mod choice;
mod health;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::OnceLock;

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};
use hopscope_net::prefix::Family;

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::application_load_balancer::Alb;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Eni, Network, Owner, Thing, Vpc, Zone};
use crate::pipeline::At;
use crate::validate::Check;

pub(crate) use choice::{Asked, choose};
pub(crate) use health::{answers_check, received};

record! {
    /// Configuration of a target group. Its parent is the VPC.
    pub struct Config {
        /// Of the listener that uses it: `tcp`, `tls`, `udp`, `tcp_udp`, `quic`, `tcp_quic` behind
        /// a Network Load Balancer, `http` or `https` behind an Application Load Balancer.
        pub protocol: String = "http",
        /// The targets' port, where a row says no other.
        pub port: u32 = 80u32,
        /// `instance`, `ip`, `alb` or `lambda`.
        pub target_type: String = "instance",
        /// `ipv4` or `ipv6`: the family towards the targets (LB-08).
        pub ip_address_type: String = "ipv4",
        /// What it forwards to.
        pub targets: Vec<Target>,
        /// Empty: AWS's default for the protocol and the target type (LB-23); `on`, `off`.
        pub preserve_client_ip: String,
        /// Empty: as the load balancer says (LB-04); `on`, `off`.
        pub cross_zone: String,
        /// The port of health checks; 0 is the target's own.
        pub health_check_port: u32,
        /// The path of health checks by HTTP.
        pub health_check_path: String = "/",
    }
}

record! {
    /// One target.
    pub struct Target {
        /// The instance, Application Load Balancer or function; empty for an address.
        pub target: Option<Id>,
        /// The address, for groups of addresses.
        pub address: String,
        /// Its port; 0 is the group's.
        pub port: u32,
        /// The zone of an address outside the VPC; every zone if empty.
        pub zone: Option<Id>,
        /// `auto`: what a check from the load balancer finds; `healthy`, `unhealthy`.
        pub health: String = "auto",
    }
}

/// Columns of [`Target`].
pub static TARGETS: Rows = Rows {
    noun: "target",
    columns: &[
        Field::new(
            "target",
            "Target",
            FieldKind::Ref(&["instance", "application-load-balancer", "unmodelled"]),
            "",
        ),
        Field::new("address", "Address", FieldKind::Address, "Instead of a target"),
        Field::new("port", "Port", FieldKind::Number, "The group's if 0"),
        Field::new("zone", "Availability Zone", FieldKind::Ref(&["availability-zone"]), "Of an address"),
        Field::new("health", "Health", FieldKind::Choice(&["auto", "healthy", "unhealthy"]), ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "target-group",
    name: "Target group",
    aws_type: Some("AWS::ElasticLoadBalancingV2::TargetGroup"),
    id_prefix: "tg",
    summary: "The instances or addresses that a load balancer forwards to, and their health.",
    parents: &["vpc"],
    shape: Shape::Table,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("protocol", "Protocol", FieldKind::Choice(PROTOCOLS), ""),
        Field::new("port", "Port", FieldKind::Number, ""),
        Field::new("target_type", "Target type", FieldKind::Choice(&["instance", "ip", "alb", "lambda"]), ""),
        Field::new("ip_address_type", "IP address type", FieldKind::Choice(&["ipv4", "ipv6"]), ""),
        Field::new("targets", "Targets", FieldKind::Rows(&TARGETS), ""),
        Field::new(
            "preserve_client_ip",
            "Preserve client IP addresses",
            FieldKind::Choice(&["", "on", "off"]),
            "AWS's default if empty; always for UDP",
        ),
        Field::new(
            "cross_zone",
            "Cross-zone load balancing",
            FieldKind::Choice(&["", "on", "off"]),
            "As the load balancer says if empty",
        ),
        Field::new("health_check_port", "Health check port", FieldKind::Number, "The target's own if 0"),
        Field::new("health_check_path", "Health check path", FieldKind::Text, ""),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html",
};

/// Protocols of target groups.
const PROTOCOLS: &[&str] = &["http", "https", "tcp", "tls", "udp", "tcp_udp", "quic", "tcp_quic"];

/// The page of the guide behind these reasons.
const PAGE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html";

packet_reason!(
    PAGE,
    /// No listener or rule leads to a target.
    NO_TARGETS, "ELBV2_LISTENER_HAS_NO_TG", Some("ELBV2_LISTENER_HAS_NO_TG"), &["LB-06", "LB-16"]
);
packet_reason!(
    PAGE,
    /// Every target is in a zone that the load balancer is not enabled in (LB-03).
    ZONE_NOT_ENABLED, "ELB_INSTALLED_AZ_RESTRICTION", Some("ELB_INSTALLED_AZ_RESTRICTION"), &["LB-03"]
);
packet_reason!(
    PAGE,
    /// The listener's targets are in other zones only, and balancing does not cross zones (LB-05).
    NOT_CROSS_ZONE, "ELB_NOT_CROSSZONE", Some("ELB_NOT_CROSSZONE"), &["LB-05"]
);

/// Every target is unhealthy, so all are used (LB-06).
pub static FAIL_OPEN: ReasonSpec = ReasonSpec {
    code: "I_LB_FAIL_OPEN",
    aws_code: None,
    severity: hopscope_forward::Severity::Warning,
    rules: &["LB-06"],
    docs: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
};

/// Reasons it raises for its load balancers.
pub static REASONS: &[&ReasonSpec] = &[&NO_TARGETS, &ZONE_NOT_ENABLED, &NOT_CROSS_ZONE, &FAIL_OPEN];

/// Targets beyond which a group sends nothing: AWS registers no more (its default quota).
const MAX_MEMBERS: usize = 1_000;

/// What its targets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetType {
    Instance,
    Address,
    Balancer,
    Function,
}

/// It, resolved.
#[derive(Debug)]
pub(crate) struct TargetGroup {
    pub id: Id,
    /// The component and the field that its rows stand in.
    pub rows: (Id, &'static str),
    pub vpc: Option<Ix<Vpc>>,
    pub protocol: String,
    pub kind: TargetType,
    pub family: Family,
    pub preserve: Option<bool>,
    pub cross_zone: Option<bool>,
    /// Nodes of the load balancers that use it.
    nodes: BTreeSet<Ix<Eni>>,
    port: u16,
    check_port: Option<u16>,
    entries: Vec<Entry>,
    found: OnceLock<Found>,
}

/// A row, resolved as far as ids go.
#[derive(Debug)]
struct Entry {
    to: To,
    port: u16,
    zone: Option<Ix<Zone>>,
    marked: Option<bool>,
}

#[derive(Debug)]
enum To {
    Instance(Ix<Eni>, Id),
    Balancer(Ix<Alb>, Id),
    Address(IpAddr),
    Function(Id),
    Nothing,
}

/// What is only known once the network is whole; a function of the network and nothing else.
#[derive(Debug)]
struct Found {
    members: Vec<Member>,
    /// For each node that checks, whether each member is healthy.
    health: BTreeMap<Ix<Eni>, OnceLock<Vec<bool>>>,
}

/// One target that packets can be sent to: a row, or one node of a load balancer behind it.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Position of its row.
    pub row: usize,
    /// What it is called: `app:8080`.
    pub label: String,
    /// Where packets go; none for functions, which are invoked.
    pub address: Option<IpAddr>,
    /// The interface there, where it is known.
    pub eni: Option<Ix<Eni>>,
    pub port: u16,
    /// None: in every zone.
    pub zone: Option<Ix<Zone>>,
    marked: Option<bool>,
}

/// No packet is ever at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

fn switch(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

fn port(number: u32) -> Option<u16> {
    u16::try_from(number).ok().filter(|port| *port != 0)
}

impl TargetGroup {
    /// The group that a listener with targets of its own stands for, as documents had them before
    /// target groups: `owner`'s rows of `field`, instances at one port.
    pub fn implied(
        build: &Build<'_>,
        owner: &Id,
        (number, protocol, at, targets): (usize, &str, u32, &[Id]),
        (preserve, family): (bool, Family),
    ) -> Self {
        let at = port(at).unwrap_or(0);
        let entry = |id: &Id| Entry { to: instance(build, id), port: at, zone: None, marked: None };
        Self {
            id: Id::from(format!("{owner}/{number}")),
            rows: (owner.clone(), "listeners"),
            vpc: build.vpc_around(owner),
            protocol: protocol.to_owned(),
            kind: TargetType::Instance,
            family,
            preserve: Some(preserve),
            cross_zone: None,
            nodes: BTreeSet::new(),
            port: at,
            check_port: None,
            entries: targets.iter().map(entry).collect(),
            found: OnceLock::new(),
        }
    }

    /// What packets can be sent to, in the order of the rows.
    pub fn members<'a>(&'a self, network: &'a Network) -> &'a [Member] {
        &self.found(network).members
    }

    /// Whether each member is healthy for a node (LB-06, LB-07).
    pub fn health<'a>(&'a self, network: &'a Network, node: Ix<Eni>) -> &'a [bool] {
        let found = self.found(network);
        let of_all = || health::of_all(network, self, &found.members, node);
        found.health.get(&node).map(|known| known.get_or_init(of_all).as_slice()).unwrap_or_default()
    }

    fn found(&self, network: &Network) -> &Found {
        self.found.get_or_init(|| {
            let mut members = self.resolve(network);
            members.truncate(MAX_MEMBERS);
            Found { members, health: self.nodes.iter().map(|node| (*node, OnceLock::new())).collect() }
        })
    }

    fn resolve(&self, network: &Network) -> Vec<Member> {
        let mut members = Vec::new();
        for (row, entry) in self.entries.iter().enumerate() {
            let (label, port) = match &entry.to {
                To::Instance(_, id) | To::Balancer(_, id) => (format!("{id}:{}", entry.port), entry.port),
                To::Function(id) => (id.to_string(), entry.port),
                To::Address(address) if address.is_ipv6() => {
                    (format!("[{address}]:{}", entry.port), entry.port)
                }
                To::Address(address) => (format!("{address}:{}", entry.port), entry.port),
                To::Nothing => continue,
            };
            let base =
                Member { row, label, address: None, eni: None, port, zone: entry.zone, marked: entry.marked };
            match &entry.to {
                To::Instance(eni, _) => members.extend(self.at_interface(network, base, *eni)),
                // LB-15: the addresses of its nodes, whatever they are today.
                To::Balancer(alb, _) => {
                    let nodes = network.fabric.albs[*alb].enis.iter();
                    members.extend(nodes.filter_map(|eni| self.at_interface(network, base.clone(), *eni)));
                }
                To::Address(address) => {
                    let own = self.vpc.and_then(|vpc| network.private.get(&(vpc, *address)));
                    let eni = match own {
                        Some(Owner::Eni(eni)) => Some(*eni),
                        Some(Owner::Nat(_)) | None => None,
                    };
                    let subnet = self.vpc.and_then(|vpc| network.subnet_of_address(vpc, *address));
                    let zone = subnet.and_then(|subnet| network.subnets[subnet].zone).or(base.zone);
                    members.push(Member { address: Some(*address), eni, zone, ..base });
                }
                To::Function(_) => members.push(base),
                To::Nothing => {}
            }
        }
        members
    }

    /// LB-29: instances and load balancers of its own VPC only.
    fn at_interface(&self, network: &Network, base: Member, eni: Ix<Eni>) -> Option<Member> {
        let address = network.enis[eni].address(self.family)?;
        let subnet = network.enis[eni].subnet;
        (self.vpc == Some(network.subnets[subnet].vpc)).then(|| Member {
            address: Some(address),
            eni: Some(eni),
            zone: network.subnets[subnet].zone,
            ..base
        })
    }
}

fn instance(build: &Build<'_>, id: &Id) -> To {
    match build.thing(id) {
        Some(Thing::Instance(ix)) => match build.network.instances[ix].enis.first() {
            Some(eni) => To::Instance(*eni, id.clone()),
            None => To::Nothing,
        },
        _ => To::Nothing,
    }
}

/// The target group of that id.
pub(crate) fn named(build: &Build<'_>, id: &Id) -> Option<Ix<TargetGroup>> {
    match build.thing(id) {
        Some(Thing::Part(Part::TargetGroup(ix))) => Some(ix),
        _ => None,
    }
}

/// Notes that these nodes use a group, so that they check its targets.
pub(crate) fn used(build: &mut Build<'_>, group: Ix<TargetGroup>, nodes: &[Ix<Eni>]) {
    if let Some(group) = build.network.fabric.target_groups.get_mut(group) {
        group.nodes.extend(nodes);
    }
}

impl Component for TargetGroup {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            rows: (node.id.clone(), "targets"),
            vpc: build.vpc_around(&node.id),
            protocol: config.protocol.clone(),
            kind: match config.target_type.as_str() {
                "ip" => TargetType::Address,
                "alb" => TargetType::Balancer,
                "lambda" => TargetType::Function,
                _ => TargetType::Instance,
            },
            family: if config.ip_address_type == "ipv6" { Family::V6 } else { Family::V4 },
            preserve: switch(&config.preserve_client_ip),
            cross_zone: switch(&config.cross_zone),
            nodes: BTreeSet::new(),
            port: port(config.port).unwrap_or(0),
            check_port: port(config.health_check_port),
            entries: Vec::new(),
            found: OnceLock::new(),
        })
    }

    fn link(build: &mut Build<'_>) {
        let document = build.document;
        for node in document.nodes.values() {
            let catalog::Config::TargetGroup(config) = &node.config else { continue };
            let Some(ix) = named(build, &node.id) else { continue };
            let group = &build.network.fabric.target_groups[ix];
            let (kind, own_port) = (group.kind, group.port);
            let entries = config.targets.iter().map(|row| entry(build, kind, own_port, row)).collect();
            if let Some(group) = build.network.fabric.target_groups.get_mut(ix) {
                group.entries = entries;
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

/// A row; what does not fit the group's target type is nothing.
fn entry(build: &Build<'_>, kind: TargetType, own_port: u16, row: &Target) -> Entry {
    let thing = row.target.as_ref().and_then(|id| Some((id, build.thing(id)?)));
    let to = match (kind, thing) {
        (TargetType::Instance, Some((id, Thing::Instance(_)))) => instance(build, id),
        (TargetType::Balancer, Some((id, Thing::Part(Part::ApplicationLoadBalancer(ix))))) => {
            To::Balancer(ix, id.clone())
        }
        (TargetType::Function, Some((id, _))) => To::Function(id.clone()),
        (TargetType::Address, _) => row.address.trim().parse().map_or(To::Nothing, To::Address),
        _ => To::Nothing,
    };
    let zone = match row.zone.as_ref().and_then(|id| build.thing(id)) {
        Some(Thing::Zone(zone)) => Some(zone),
        _ => None,
    };
    let marked = match row.health.as_str() {
        "healthy" => Some(true),
        "unhealthy" => Some(false),
        _ => None,
    };
    Entry { to, port: port(row.port).unwrap_or(own_port), zone, marked }
}
