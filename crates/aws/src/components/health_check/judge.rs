//! Finds the state of every health check, once, when everything else of the network is known.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hopscope_forward::{Id, Reason, Verdict};
use hopscope_net::prefix::Family;

use super::{Health, HealthCheck, Monitors, Target, is_private};
use crate::catalog::Part;
use crate::document::{Document, Flow, Node};
use crate::network::{Eni, Network, Thing};
use crate::query;

/// Most checks whose endpoints are asked (Route 53's own quota is 200).
const MOST_ASKED: usize = 1_000;
/// How deep calculated checks are summed up.
const DEPTH: usize = 8;

/// One checker in each of the Regions that Route 53 checks from, in the blocks that AWS publishes as
/// `ROUTE53_HEALTHCHECKS`, so that rules for those blocks let them through.
static CHECKERS: [(&str, &str); 8] = [
    ("54.243.31.193", "2600:1f18:3fff:f800::1"),
    ("54.241.32.65", "2600:1f1c:7ff:f800::1"),
    ("54.244.52.193", "2600:1f14:7ff:f800::1"),
    ("54.228.16.1", "2a05:d018:7ff:f800::1"),
    ("54.255.254.193", "2406:da18:7ff:f800::1"),
    ("54.252.254.193", "2406:da1c:7ff:f800::1"),
    ("54.248.220.1", "2406:da14:7ff:f800::1"),
    ("54.232.40.65", "2600:1f1e:7ff:f800::1"),
];

/// An endpoint is healthy while more than 18 per cent of the checkers reach it (R53: how Route 53
/// determines the status of an endpoint).
fn enough(reached: usize) -> bool {
    reached * 100 > CHECKERS.len() * 18
}

/// The state of every check that has one.
pub(crate) fn judge(document: &Document, network: &Network) -> BTreeMap<Id, Health> {
    let mut known = BTreeMap::new();
    let checks = || network.fabric.health_checks.iter().map(|(_, check)| check);
    let single = checks().filter(|check| check.monitors != Monitors::Calculated);
    for check in single.take(MOST_ASKED) {
        if let Some(health) = alone(document, network, check) {
            known.insert(check.id.clone(), health);
        }
    }
    for _ in 0..DEPTH {
        let ready: Vec<(Id, Health)> = checks()
            .filter(|check| check.monitors == Monitors::Calculated && !known.contains_key(&check.id))
            .filter(|check| !check.children.iter().any(|child| waits(network, &known, child)))
            .map(|check| (check.id.clone(), summed_up(check, &known)))
            .collect();
        if ready.is_empty() {
            break;
        }
        known.extend(ready);
    }
    known
}

/// A calculated check that is not summed up yet.
fn waits(network: &Network, known: &BTreeMap<Id, Health>, child: &Id) -> bool {
    let calculated = match network.index.get(child) {
        Some(Thing::Part(Part::HealthCheck(ix))) => {
            network.fabric.health_checks[*ix].monitors == Monitors::Calculated
        }
        _ => false,
    };
    calculated && !known.contains_key(child)
}

fn alone(document: &Document, network: &Network, check: &HealthCheck) -> Option<Health> {
    if check.monitors == Monitors::Alarm {
        let Some(Target::Component(about)) = &check.target else {
            return check.unhealthy.then(|| alarm(false, "the alarm rings".to_owned()));
        };
        let healthy = !check.unhealthy && in_service(document, network, about);
        let state = if healthy { "OK" } else { "in alarm" };
        return Some(alarm(healthy, format!("the alarm about {about} is {state}")));
    }
    let detection = Some(check.interval.saturating_mul(check.threshold));
    if check.unhealthy {
        let found = "its endpoint does not answer".to_owned();
        return Some(Health { healthy: false, found, reason: None, detection });
    }
    // AWS refuses a check that no checker could make: it is not there.
    let target = check.target.as_ref().filter(|target| private_address(network, target).is_none())?;
    let mut reached = 0;
    let mut refused: Option<Reason> = None;
    for (v4, v6) in &CHECKERS {
        let checker = if speaks_v4(network, target) { v4 } else { v6 };
        // What cannot be asked at all is unknown; a name that leads nowhere was asked for.
        let trace = query::trace(network, &request(check, target, checker)?).ok()?;
        match trace.verdict {
            Verdict::Allowed => reached += 1,
            Verdict::Denied | Verdict::Loop => refused = refused.or(trace.reason),
            Verdict::Unknown => return None,
        }
    }
    let port = check.port.map(|port| format!(" at port {port}")).unwrap_or_default();
    let found = format!("{reached} of {} checkers reach {}{port}", CHECKERS.len(), shown(target));
    let healthy = enough(reached);
    Some(Health { healthy, found, reason: refused.filter(|_| !healthy), detection })
}

fn alarm(healthy: bool, found: String) -> Health {
    Health { healthy, found, reason: None, detection: None }
}

fn shown(target: &Target) -> String {
    match target {
        Target::Component(id) => id.to_string(),
        Target::Address(address) => address.to_string(),
        Target::Name(name) => name.clone(),
    }
}

/// Enough healthy children; one of which nothing is known counts as healthy.
fn summed_up(check: &HealthCheck, known: &BTreeMap<Id, Health>) -> Health {
    let children = check.children.iter().map(|child| known.get(child));
    let healthy = children.clone().filter(|child| child.is_none_or(|child| child.healthy)).count();
    let wanted = usize::try_from(check.healthy_children).unwrap_or(usize::MAX);
    let all = check.children.len();
    Health {
        healthy: !check.unhealthy && healthy >= wanted,
        found: format!("{healthy} of {all} checks are healthy, {wanted} wanted"),
        reason: None,
        detection: children.flatten().filter_map(|child| child.detection).max(),
    }
}

/// Whether a target is asked over IPv4, as every target is that has it.
fn speaks_v4(network: &Network, target: &Target) -> bool {
    match target {
        Target::Address(address) => address.is_ipv4(),
        Target::Name(_) => true,
        Target::Component(id) => public_v4(network, id).is_some() || !has_v6(network, id),
    }
}

/// The private address that a check would be of, were it possible (R53-22).
pub(super) fn private_address(network: &Network, target: &Target) -> Option<IpAddr> {
    match target {
        Target::Address(address) => Some(*address),
        Target::Name(_) => None,
        Target::Component(id) => public_v4(network, id)
            .or_else(|| if has_v6(network, id) { None } else { interface(network, id)?.address(Family::V4) }),
    }
    .filter(|address| is_private(*address))
}

/// The address that checkers would reach a component at over IPv4.
fn public_v4(network: &Network, id: &str) -> Option<IpAddr> {
    match network.index.get(id)? {
        Thing::Host(ix) => network.hosts[*ix].address(Family::V4),
        Thing::Part(part) => part.address(network, Family::V4),
        _ => network.public_ip_of(id).map(IpAddr::V4),
    }
}

fn has_v6(network: &Network, id: &str) -> bool {
    let address = match network.index.get(id) {
        Some(Thing::Host(ix)) => network.hosts[*ix].address(Family::V6),
        Some(Thing::Part(part)) => part.address(network, Family::V6),
        _ => interface(network, id).and_then(|eni| eni.address(Family::V6)),
    };
    address.is_some()
}

/// The interface of that id, or the first of an instance.
fn interface<'a>(network: &'a Network, id: &str) -> Option<&'a Eni> {
    match network.index.get(id)? {
        Thing::Eni(ix) => Some(&network.enis[*ix]),
        Thing::Instance(ix) => network.instances[*ix].enis.first().map(|eni| &network.enis[*eni]),
        _ => None,
    }
}

/// What one checker sends. HTTPS checks do not validate certificates, so they are judged as the
/// connection that they open, but where the endpoint is a name.
fn request(check: &HealthCheck, target: &Target, checker: &str) -> Option<Flow> {
    let port = check.port?;
    let path = if check.path.starts_with('/') { &check.path } else { "/" };
    let url = |scheme: &str, host: &str| format!("{scheme}://{host}:{port}{path}");
    let to = match (check.monitors, target) {
        (Monitors::Http, Target::Address(IpAddr::V6(address))) => url("http", &format!("[{address}]")),
        (Monitors::Http, Target::Address(address)) => url("http", &address.to_string()),
        (Monitors::Http, Target::Name(name)) => url("http", name),
        (Monitors::Https, Target::Name(name)) => url("https", name),
        (_, Target::Name(name)) => name.clone(),
        // Hosts of URLs are read in lower case, ids are not.
        (Monitors::Http, Target::Component(id)) if **id == *id.to_ascii_lowercase() => url("http", id),
        (_, Target::Component(id)) => id.to_string(),
        (_, Target::Address(address)) => address.to_string(),
    };
    let from = format!("internet:{checker}");
    Some(Flow { from, to, protocol: "tcp".to_owned(), port: Some(port), ..Flow::default() })
}

/// Whether a component runs: neither it, nor the instance of an interface, nor its zone is out of
/// service.
fn in_service(document: &Document, network: &Network, id: &str) -> bool {
    let failed = |node: &Node| {
        node.config.spec().failure.is_some_and(|failure| match node.field(failure.field) {
            serde_json::Value::Bool(value) => value.to_string() == failure.down,
            serde_json::Value::String(value) => value == failure.down,
            _ => false,
        })
    };
    let Some(node) = document.nodes.get(id) else { return true };
    let instance = document.enclosing(id, "instance");
    let zone = document.enclosing(id, "subnet").and_then(|subnet| match network.index.get(&subnet.id) {
        Some(Thing::Subnet(ix)) => Some(network.zone_failed(*ix)),
        _ => None,
    });
    !failed(node) && !instance.is_some_and(|node| failed(node)) && !zone.unwrap_or(false)
}
