//! What AWS refuses about Direct Connect gateways while drawing (DX-14, DX-16, DX-17).

use hopscope_forward::Id;
use hopscope_net::IpNet;
use hopscope_net::prefix::overlap;

use super::Config;
use crate::catalog::Config as Drawn;
use crate::cells;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::validate::{Check, codes};

/// Virtual private gateways, transit gateways and virtual interfaces of one gateway (DX-14).
const ASSOCIATIONS: (usize, usize) = (20, 6);
const INTERFACES: usize = 30;
/// Allowed prefixes of a virtual private and of a transit gateway (DX-17).
const ALLOWED: (usize, usize) = (20, 200);

pub(super) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        if let Drawn::DirectConnectGateway(config) = &node.config {
            mix(check, node, config);
            quotas(check, node, config);
            overlaps(check, node, config);
        }
    }
    let network = check.network;
    for (_, dxgw) in network.fabric.dxgws.iter() {
        quota(check, &dxgw.id, dxgw.vifs.len(), "virtual interfaces", INTERFACES);
    }
}

fn count(check: &Check<'_>, config: &Config, kind: &str) -> usize {
    let gateways = config.associations.iter().filter_map(|row| row.gateway.as_ref());
    gateways.filter(|id| check.kind_of(id) == Some(kind)).count()
}

/// DX-14: one kind of gateway.
fn mix(check: &mut Check<'_>, node: &Node, config: &Config) {
    let of_kind = |kind: &str| {
        let mut gateways = config.associations.iter().filter_map(|row| row.gateway.as_ref());
        gateways.find(|id| check.kind_of(id) == Some(kind))
    };
    if let (Some(vgw), Some(tgw)) = (of_kind("virtual-private-gateway"), of_kind("transit-gateway")) {
        let mixed = Diagnostic::new(&codes::DXGW_MIX, &node.id).field("associations");
        check.report(mixed.fact("virtual_private", vgw).fact("transit", tgw));
    }
}

fn quotas(check: &mut Check<'_>, node: &Node, config: &Config) {
    let vgws = count(check, config, "virtual-private-gateway");
    let tgws = count(check, config, "transit-gateway");
    quota(check, &node.id, vgws, "virtual private gateways", ASSOCIATIONS.0);
    quota(check, &node.id, tgws, "transit gateways", ASSOCIATIONS.1);
    for row in &config.associations {
        let kind = row.gateway.as_ref().and_then(|id| check.kind_of(id));
        let limit = if kind == Some("transit-gateway") { ALLOWED.1 } else { ALLOWED.0 };
        quota(check, &node.id, row.allowed_prefixes.len(), "allowed prefixes in one association", limit);
    }
}

fn quota(check: &mut Check<'_>, id: &Id, found: usize, what: &str, limit: usize) {
    if found > limit {
        let quota = Diagnostic::new(&codes::QUOTA, id);
        check.report(quota.fact("found", found).fact("what", what).fact("limit", limit));
    }
}

/// DX-14: VPCs behind one gateway may not overlap; DX-17: nor may the lists of transit gateways.
fn overlaps(check: &mut Check<'_>, node: &Node, config: &Config) {
    let mut seen: Vec<(usize, IpNet)> = Vec::new();
    for (n, row) in config.associations.iter().enumerate() {
        let Some(gateway) = &row.gateway else { continue };
        let blocks: Vec<IpNet> = match check.kind_of(gateway) {
            Some("transit-gateway") => {
                row.allowed_prefixes.iter().filter_map(|text| cells::cidr(text)).collect()
            }
            _ => match check.document.enclosing(gateway, "vpc").map(|vpc| &vpc.config) {
                Some(Drawn::Vpc(vpc)) => {
                    let blocks = vpc.cidrs.iter().chain(&vpc.ipv6_cidrs);
                    blocks.filter_map(|text| cells::cidr(text)).collect()
                }
                _ => Vec::new(),
            },
        };
        for block in blocks {
            let clash = seen.iter().find(|(other, net)| *other != n && overlap(net, &block));
            if let Some((other, net)) = clash {
                let owner = config.associations.get(*other).and_then(|row| row.gateway.as_deref());
                check.report(
                    Diagnostic::new(&codes::CIDR_OVERLAP, &node.id)
                        .with(gateway)
                        .field(format!("associations/{n}"))
                        .fact("block", block)
                        .fact("other", format!("{net} of {} is there", owner.unwrap_or("another"))),
                );
            }
            seen.push((n, block));
        }
    }
}
