//! A Route 53 health check: asks an endpoint over the internet, or sums up other checks or an alarm
//! (R53-20 to R53-24). Carries no packet itself; what its checkers' packets meet is found by tracing.

mod check;
mod judge;

use std::net::IpAddr;

use hopscope_forward::{Evidence, Id, Outcome, Reason, ReasonSpec, Visit};
use hopscope_net::prefix;

use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::components::hosted_zone::records;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;
use crate::validate::Check;
pub(crate) use judge::judge;

record! {
    /// Configuration of a health check. It has no parent: Route 53 is not in a Region.
    pub struct Config {
        /// `http`, `https`, `tcp`, `calculated` or `cloudwatch-alarm`.
        pub monitors: String = "http",
        /// A component's id, a public address or a domain name; for an alarm the component that it
        /// is about, which may be private (R53-22).
        pub target: String,
        /// Port of the endpoint: 80 for HTTP and 443 for HTTPS while empty.
        pub port: Option<u16>,
        /// Path of an HTTP check.
        pub path: String = "/",
        /// Seconds between two requests of one checker: 30 or 10.
        pub interval: u32 = 30u32,
        /// Requests in a row that must fail, or succeed, before the state changes: 1 to 10.
        pub failure_threshold: u32 = 3u32,
        /// Checks that a calculated one sums up.
        pub children: Vec<Id>,
        /// How many of them must be healthy.
        pub healthy_children: u32 = 1u32,
        /// The endpoint does not answer, or the alarm rings, whatever else is drawn.
        pub unhealthy: bool,
    }
}

/// What a health check may monitor.
pub static MONITORS: &[&str] = &["http", "https", "tcp", "calculated", "cloudwatch-alarm"];

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "health-check",
    name: "Health check",
    aws_type: Some("AWS::Route53::HealthCheck"),
    id_prefix: "hc",
    summary: "Route 53 asks an endpoint from several Regions whether it answers.",
    parents: &[],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("monitors", "What to monitor", FieldKind::Choice(MONITORS), ""),
        Field::new(
            "target",
            "Endpoint",
            FieldKind::Text,
            "A component's id, a public address or a domain name",
        ),
        Field::new("port", "Port", FieldKind::Number, "80 or 443 if empty"),
        Field::new("path", "Path", FieldKind::Text, "Of an HTTP check"),
        Field::new("interval", "Request interval (seconds)", FieldKind::Number, "30, or 10 for fast checks"),
        Field::new("failure_threshold", "Failure threshold", FieldKind::Number, "1 to 10"),
        Field::new(
            "children",
            "Health checks to monitor",
            FieldKind::RefList("health-check"),
            "Of a calculated check",
        ),
        Field::new("healthy_children", "Healthy at least", FieldKind::Number, "Of the checks it monitors"),
        Field::new("unhealthy", "Unhealthy", FieldKind::Flag, ""),
    ],
    failure: Some(Failure { field: "unhealthy", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&ReasonSpec] = &[];

/// What a check monitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Monitors {
    Http,
    Https,
    Tcp,
    Calculated,
    Alarm,
}

impl Monitors {
    fn read(text: &str) -> Option<Self> {
        match text.trim() {
            "http" => Some(Self::Http),
            "https" => Some(Self::Https),
            "tcp" => Some(Self::Tcp),
            "calculated" => Some(Self::Calculated),
            "cloudwatch-alarm" => Some(Self::Alarm),
            _ => None,
        }
    }

    /// Checkers send packets to its endpoint.
    fn has_endpoint(self) -> bool {
        matches!(self, Self::Http | Self::Https | Self::Tcp)
    }

    fn port(self) -> Option<u16> {
        match self {
            Self::Http => Some(80),
            Self::Https => Some(443),
            Self::Tcp | Self::Calculated | Self::Alarm => None,
        }
    }
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Component(Id),
    Address(IpAddr),
    Name(String),
}

fn read_target(network: &Network, text: &str) -> Option<Target> {
    let text = text.trim();
    if network.index.contains_key(text) {
        return Some(Target::Component(Id::from(text)));
    }
    match text.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(address) => Some(Target::Address(address)),
        Err(_) => records::domain(text)
            .map(|name| name.to_string())
            .filter(|name| name.contains('.'))
            .map(Target::Name),
    }
}

/// Whether no checker can send to an address: checkers are on the internet (R53-22).
fn is_private(address: IpAddr) -> bool {
    let local = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    local
        || prefix::is_rfc1918(address)
        || prefix::is_rfc6598(address)
        || prefix::is_ula(address)
        || address.is_loopback()
        || address.is_multicast()
        || address.is_unspecified()
}

/// It, resolved.
#[derive(Debug)]
pub(crate) struct HealthCheck {
    pub id: Id,
    monitors: Monitors,
    target: Option<Target>,
    port: Option<u16>,
    path: String,
    interval: u32,
    threshold: u32,
    children: Vec<Id>,
    healthy_children: u32,
    unhealthy: bool,
}

/// Where a packet can be at it: nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for HealthCheck {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let monitors = Monitors::read(&config.monitors)?;
        Some(Self {
            id: node.id.clone(),
            monitors,
            target: None,
            port: config.port.or(monitors.port()),
            path: config.path.trim().to_owned(),
            interval: config.interval,
            threshold: config.failure_threshold,
            children: config.children.clone(),
            healthy_children: config.healthy_children,
            unhealthy: config.unhealthy,
        })
    }

    fn link(build: &mut Build<'_>) {
        for node in build.nodes() {
            let crate::catalog::Config::HealthCheck(config) = &node.config else { continue };
            let target = read_target(&build.network, &config.target);
            let thing = build.thing(&node.id);
            if let Some(crate::network::Thing::Part(crate::catalog::Part::HealthCheck(ix))) = thing
                && let Some(check) = build.network.fabric.health_checks.get_mut(ix)
            {
                check.target = target;
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

/// What a health check says of its endpoint, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its state.
    pub healthy: bool,
    /// What the state follows from (`0 of 8 checkers reach 203.0.113.10 at TCP 80`).
    pub found: String,
    /// Why the endpoint does not answer the checkers, where their packets say so.
    pub reason: Option<Reason>,
    /// Seconds until a change is noticed: interval times threshold (R53-24). `None` for an alarm,
    /// which CloudWatch times.
    pub detection: Option<u32>,
}

impl Health {
    /// The state as evidence of whoever goes by it.
    #[must_use]
    pub fn evidence(&self, id: &Id) -> Evidence {
        let mut value = format!("{id}: {}", self.found);
        if let Some(seconds) = self.detection {
            value.push_str(&format!(", a change is noticed after {seconds} s"));
        }
        Evidence::Check { check: "health-check", passed: self.healthy, value: Some(value) }
    }
}

impl Network {
    /// What a health check says; `None` where there is no such check or nothing can be said, which
    /// counts as healthy (R53-20). Known once the whole network is built: while a check is being
    /// judged, every check is unknown, so that none can depend on itself.
    #[must_use]
    pub fn health(&self, check: &str) -> Option<&Health> {
        self.health.get(check.trim())
    }
}
