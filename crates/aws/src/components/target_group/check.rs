//! What is wrong with target groups while drawing (LB-14, LB-29). Moves no packet.

use std::net::IpAddr;

use hopscope_forward::Id;
use hopscope_net::prefix;

use super::{Config, Target};
use crate::catalog::{self, Part};
use crate::diagnostic::Diagnostic;
use crate::network::{Network, Thing};
use crate::validate::{Check, codes};

pub(super) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        let catalog::Config::TargetGroup(config) = &node.config else { continue };
        let mut found = Vec::new();
        for (n, row) in config.targets.iter().enumerate() {
            let wrong = match config.target_type.as_str() {
                "ip" => address(check.network, &node.id, row),
                "lambda" if n > 0 => Some(("target", "a group of functions takes one".to_owned())),
                _ => None,
            };
            let stray = row
                .target
                .as_ref()
                .filter(|_| config.target_type == "instance" || config.target_type == "alb");
            let stray = stray.filter(|id| away(check, &node.id, id));
            found.push((n, wrong, stray));
        }
        for (n, wrong, stray) in found {
            report(check, &node.id, config, (n, wrong, stray));
        }
    }
}

type Found<'a> = (usize, Option<(&'static str, String)>, Option<&'a Id>);

fn report(check: &mut Check<'_>, id: &Id, config: &Config, (n, wrong, stray): Found<'_>) {
    if let Some((field, why)) = wrong {
        let target = config.targets.get(n).map(|row| row.address.trim().to_owned()).unwrap_or_default();
        check.report(
            Diagnostic::new(&codes::TARGET_ADDRESS, id)
                .field(format!("targets/{n}/{field}"))
                .fact("target", target)
                .fact("why", why),
        );
    }
    if let Some(stray) = stray {
        check.report(
            Diagnostic::new(&codes::REFERENCE, id)
                .field(format!("targets/{n}/target"))
                .fact("field", "Target")
                .fact("reference", stray)
                .fact("found", "another VPC's"),
        );
    }
}

/// LB-29: instances and load balancers of its own VPC only.
fn away(check: &Check<'_>, group: &Id, target: &Id) -> bool {
    let vpc = |id: &Id| check.document.enclosing(id, "vpc").map(|vpc| &vpc.id);
    check.kind_of(target).is_some() && vpc(target) != vpc(group)
}

/// LB-14, LB-29: addresses of its VPC, of RFC 1918 and of RFC 6598 only.
fn address(network: &Network, group: &Id, row: &Target) -> Option<(&'static str, String)> {
    let address: IpAddr = row.address.trim().parse().ok()?;
    let vpc = match network.index.get(group) {
        Some(Thing::Part(Part::TargetGroup(ix))) => network.fabric.target_groups[*ix].vpc,
        _ => None,
    };
    let own = vpc.is_some_and(|vpc| network.vpcs[vpc].contains(address));
    (!own && !prefix::is_rfc1918(address) && !prefix::is_rfc6598(address))
        .then(|| ("address", "it is neither in this VPC nor in a private range".to_owned()))
}
