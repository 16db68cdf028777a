//! What AWS would refuse about a distribution while drawing.

use hopscope_forward::Id;

use super::{CERT_REGION, Config, VPC_ORIGIN};
use crate::catalog;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::network::{Eni, Network, Thing};
use crate::validate::Check;

pub(super) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        let catalog::Config::CloudfrontDistribution(config) = &node.config else { continue };
        certificate(check, node, config);
        vpc_origins(check, node, config);
    }
}

/// EDGE-11: certificates of us-east-1 only. A Region that is no Region of AWS is none.
fn certificate(check: &mut Check<'_>, node: &Node, config: &Config) {
    let Some(certificate) = &config.certificate else { return };
    report_region(check, node, certificate, "us-east-1");
}

/// Reports a certificate of another Region than the named one.
pub(in crate::components) fn report_region(
    check: &mut Check<'_>,
    node: &Node,
    certificate: &Id,
    wanted: &str,
) {
    if check.kind_of(certificate) != Some("certificate") {
        return;
    }
    let region = check.document.enclosing(certificate, "region");
    let code = region.and_then(|region| crate::places::aws_region(region)).map(|region| region.code);
    if code != Some(wanted) {
        let found = code.map_or_else(
            || region.map_or_else(|| "no Region".to_owned(), |region| region.id.to_string()),
            str::to_owned,
        );
        check.report(
            Diagnostic::new(&CERT_REGION, &node.id)
                .field("certificate")
                .fact("certificate", certificate)
                .fact("found", found)
                .fact("wanted", wanted),
        );
    }
}

/// EDGE-13: what CloudFront reaches inside a VPC, and what it needs there.
fn vpc_origins(check: &mut Check<'_>, node: &Node, config: &Config) {
    for (n, row) in config.origins.iter().enumerate().filter(|(_, row)| row.vpc_origin) {
        let Some(component) = &row.component else { continue };
        let Some(why) = unfit(check, component) else { continue };
        check.report(
            Diagnostic::new(&VPC_ORIGIN, &node.id)
                .field(format!("origins/{n}/component"))
                .fact("origin", component)
                .fact("why", why),
        );
    }
}

fn unfit(check: &Check<'_>, id: &Id) -> Option<String> {
    let network = check.network;
    let kind = check.kind_of(id)?;
    if !matches!(kind, "application-load-balancer" | "network-load-balancer" | "instance") {
        return Some("a VPC origin is an instance or a load balancer".to_owned());
    }
    let enis = interfaces(network, id);
    let Some(eni) = enis.first() else { return Some("it has no network interface".to_owned()) };
    let vpc = network.subnets[eni.subnet].vpc;
    if network.vpcs[vpc].igw.is_none() {
        return Some(format!("{} has no internet gateway attached", network.vpcs[vpc].id));
    }
    if enis.iter().any(|eni| network.subnets[eni.subnet].v4.is_none()) {
        return Some("its subnet has no IPv4 block".to_owned());
    }
    if kind != "network-load-balancer" {
        return None;
    }
    if enis.iter().any(|eni| eni.groups.is_empty()) {
        return Some("a Network Load Balancer needs a security group for it".to_owned());
    }
    if enis.iter().any(|eni| !eni.v6.is_empty()) {
        return Some("it is dual-stack".to_owned());
    }
    let tls = check.document.nodes.get(id).is_some_and(|node| {
        node.field("listeners").as_array().is_some_and(|rows| {
            rows.iter().any(|row| {
                row.get("protocol")
                    .and_then(|it| it.as_str())
                    .is_some_and(|it| it.eq_ignore_ascii_case("tls"))
            })
        })
    });
    tls.then(|| "it has a TLS listener".to_owned())
}

fn interfaces<'a>(network: &'a Network, id: &Id) -> Vec<&'a Eni> {
    match network.index.get(id) {
        Some(Thing::Instance(ix)) => {
            network.instances[*ix].enis.first().map(|eni| &network.enis[*eni]).into_iter().collect()
        }
        Some(Thing::Part(part)) => {
            network.enis.iter().filter(|(_, eni)| eni.part == Some(*part)).map(|(_, eni)| eni).collect()
        }
        _ => Vec::new(),
    }
}
