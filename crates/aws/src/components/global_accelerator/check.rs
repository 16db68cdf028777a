//! What AWS would refuse about an accelerator while drawing.

use hopscope_forward::Id;

use super::{Config, ENDPOINTS};
use crate::catalog;
use crate::component::FieldKind;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::network::Thing;
use crate::validate::{Check, codes};

/// Kinds of load balancers that may be endpoints (EDGE-02).
pub(super) const BALANCERS: [&str; 2] = ["application-load-balancer", "network-load-balancer"];

pub(super) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        let catalog::Config::GlobalAccelerator(config) = &node.config else { continue };
        endpoints(check, node, config);
    }
}

/// EDGE-02, EDGE-07: what may stand behind an accelerator.
fn endpoints(check: &mut Check<'_>, node: &Node, config: &Config) {
    let kinds = ENDPOINTS.columns.iter().find_map(|column| match column.kind {
        FieldKind::Ref(kinds) => Some(kinds),
        _ => None,
    });
    for (n, row) in config.endpoints.iter().enumerate() {
        let Some(component) = &row.component else { continue };
        let kind = check.kind_of(component);
        let why = match kind {
            None => Some("nothing drawn is called so".to_owned()),
            Some(kind) if !kinds.unwrap_or_default().contains(&kind) => {
                let name = catalog::spec(kind).map_or(kind, |spec| spec.name);
                Some(format!("an accelerator leads to no {name}; CloudFront may"))
            }
            Some(_) if config.ip_address_type != "dual-stack" => None,
            Some("elastic-ip") => Some("a dual-stack accelerator takes no Elastic IP address".to_owned()),
            Some(_) if !row.client_ip_preservation => {
                Some("a dual-stack accelerator must keep the client's address".to_owned())
            }
            Some(_) if !has_ipv6(check, component) => Some("it has no IPv6 address".to_owned()),
            Some(_) => None,
        };
        if let Some(why) = why {
            check.report(
                Diagnostic::new(&codes::TARGET_ADDRESS, &node.id)
                    .field(format!("endpoints/{n}/component"))
                    .fact("target", component)
                    .fact("why", why),
            );
        }
    }
}

/// Whether an instance or load balancer has an IPv6 address.
fn has_ipv6(check: &Check<'_>, id: &Id) -> bool {
    let network = check.network;
    match network.index.get(id) {
        Some(Thing::Instance(ix)) => {
            network.instances[*ix].enis.first().is_some_and(|eni| !network.enis[*eni].v6.is_empty())
        }
        Some(Thing::Part(part)) => {
            network.enis.iter().any(|(_, eni)| eni.part == Some(*part) && !eni.v6.is_empty())
        }
        _ => false,
    }
}
