//! What AWS would refuse about a web ACL while drawing: what it protects, and its capacity.

use std::collections::BTreeMap;

use hopscope_forward::Id;

use super::{Config, TARGETS, WAF_TARGET, WAF_WCU, WAF_WCU_COST, statement};
use crate::catalog;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::validate::Check;

/// Capacity that a web ACL may use, and what of it its price includes (EDGE-23).
const MOST_WCU: u64 = 5_000;
const INCLUDED_WCU: u64 = 1_500;

pub(super) fn check(check: &mut Check<'_>) {
    let mut taken: BTreeMap<Id, Id> = BTreeMap::new();
    for node in check.nodes() {
        let catalog::Config::WebAcl(config) = &node.config else { continue };
        resources(check, node, config, &mut taken);
        capacity(check, node, config);
    }
}

fn resources(check: &mut Check<'_>, node: &Node, config: &Config, taken: &mut BTreeMap<Id, Id>) {
    for (n, row) in config.resources.iter().enumerate() {
        let Some(resource) = &row.resource else { continue };
        let kind = check.kind_of(resource);
        let why = match kind {
            None => Some("it does not exist".to_owned()),
            Some(kind) if !TARGETS.contains(&kind) => {
                let name = catalog::spec(kind).map_or(kind, |spec| spec.name);
                Some(format!("a web ACL protects no {name}"))
            }
            Some(kind) if (kind == "cloudfront-distribution") != (config.scope == "cloudfront") => {
                Some(format!("its scope is {}", config.scope))
            }
            Some(_) if is_other_api(check, resource) => {
                Some("of API Gateway, only REST APIs take a web ACL".to_owned())
            }
            Some(_) => taken.get(resource).map(|other| format!("{other} protects it already")),
        };
        match why {
            Some(why) => check.report(
                Diagnostic::new(&WAF_TARGET, &node.id)
                    .field(format!("resources/{n}/resource"))
                    .fact("resource", resource)
                    .fact("why", why),
            ),
            None => drop(taken.insert(resource.clone(), node.id.clone())),
        }
    }
}

/// An API that is no REST API (EDGE-20).
fn is_other_api(check: &Check<'_>, id: &Id) -> bool {
    check.document.nodes.get(id).is_some_and(|node| {
        node.kind() == "api-gateway" && node.field("api_type").as_str().is_some_and(|kind| kind != "rest")
    })
}

fn capacity(check: &mut Check<'_>, node: &Node, config: &Config) {
    let used: u64 = config.rules.iter().map(|rule| u64::from(statement::capacity(rule))).sum();
    let (spec, limit) = match used {
        used if used > MOST_WCU => (&WAF_WCU, MOST_WCU),
        used if used > INCLUDED_WCU => (&WAF_WCU_COST, INCLUDED_WCU),
        _ => return,
    };
    check.report(Diagnostic::new(spec, &node.id).field("rules").fact("used", used).fact("limit", limit));
}
