//! What AWS would refuse of a health check.

use super::judge::private_address;
use super::{Config, Monitors, Target, read_target};
use crate::catalog;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::network::Network;
use crate::validate::{Check, codes};

pub(super) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        if let catalog::Config::HealthCheck(config) = &node.config {
            for found in findings(check.network, node, config) {
                check.report(found);
            }
        }
    }
}

fn findings(network: &Network, node: &Node, config: &Config) -> Vec<Diagnostic> {
    let unreadable = |field: &str, text: &str, wanted: &str| {
        Diagnostic::new(&codes::UNREADABLE, &node.id).field(field).fact("text", text).fact("wanted", wanted)
    };
    let Some(monitors) = Monitors::read(&config.monitors) else {
        let wanted = "http, https, tcp, calculated or cloudwatch-alarm";
        return vec![unreadable("monitors", &config.monitors, wanted)];
    };
    let mut found = Vec::new();
    if monitors.has_endpoint() {
        match read_target(network, &config.target) {
            None => found.push(unreadable("target", &config.target, ENDPOINT)),
            Some(target) => found.extend(private(network, node, &target)),
        }
        if config.port == Some(0) || (config.port.is_none() && monitors.port().is_none()) {
            let port = config.port.map(|port| port.to_string()).unwrap_or_default();
            found.push(unreadable("port", &port, "a port from 1 to 65535"));
        }
        if !matches!(config.interval, 10 | 30) {
            found.push(unreadable("interval", &config.interval.to_string(), "30 or 10 seconds"));
        }
        if !(1..=10).contains(&config.failure_threshold) {
            let threshold = config.failure_threshold.to_string();
            found.push(unreadable("failure_threshold", &threshold, "1 to 10 requests"));
        }
    } else if monitors == Monitors::Alarm
        && !matches!(read_target(network, &config.target), Some(Target::Component(_)))
    {
        found.push(unreadable("target", &config.target, "the id of the component that the alarm is about"));
    } else if monitors == Monitors::Calculated && config.children.is_empty() {
        found.push(unreadable("children", "", "health checks to monitor"));
    }
    found
}

const ENDPOINT: &str = "a component's id, a public address or a domain name";

/// R53-22: checkers are on the internet.
fn private(network: &Network, node: &Node, target: &Target) -> Option<Diagnostic> {
    let address = private_address(network, target)?;
    Some(
        Diagnostic::new(&codes::HC_PRIVATE, &node.id)
            .field("target")
            .fact("address", address)
            .fact("target", node.field("target").as_str().unwrap_or_default()),
    )
}
