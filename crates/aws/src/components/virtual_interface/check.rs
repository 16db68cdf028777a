//! What is wrong or worth telling about virtual interfaces while drawing (DX-03, DX-09 to DX-12,
//! DX-25).

use std::collections::{BTreeMap, BTreeSet};

use hopscope_forward::Id;

use super::{Door, Use, Vif};
use crate::catalog::{Config as Drawn, Part};
use crate::components::direct_connect_connection::Carrier;
use crate::components::direct_connect_gateway;
use crate::diagnostic::Diagnostic;
use crate::network::Network;
use crate::validate::{Check, codes};

/// Interfaces of one dedicated connection: private and public, transit, all (DX-12).
const DEDICATED: (usize, usize, usize) = (50, 4, 51);

pub(super) fn check(check: &mut Check<'_>) {
    targets(check);
    peers(check);
    vlans_and_quotas(check);
    single(check);
}

/// DX-09, DX-10, DX-14: what may be at AWS's end.
fn targets(check: &mut Check<'_>) {
    let network = check.network;
    let vifs = network.fabric.vifs.iter().map(|(_, vif)| vif);
    let foreign: BTreeSet<&Id> = vifs.filter(|vif| foreign(network, vif)).map(|vif| &vif.id).collect();
    for node in check.nodes() {
        let Drawn::VirtualInterface(config) = &node.config else { continue };
        let Some(gateway) = &config.gateway else { continue };
        let Some(kind) = check.kind_of(gateway) else { continue };
        let behind = direct_connect_gateway::kind_behind(check.network, gateway);
        let wanted = match (Use::read(&config.interface_type), kind) {
            (Use::Private, "virtual-private-gateway") if foreign.contains(&node.id) => {
                "a virtual private gateway of its location's Region; a Direct Connect gateway reaches others"
            }
            (Use::Private, "virtual-private-gateway") => continue,
            (Use::Private, "direct-connect-gateway") if behind != Some("transit-gateway") => continue,
            (Use::Transit, "direct-connect-gateway") if behind != Some("virtual-private-gateway") => continue,
            (Use::Private, _) => "a virtual private gateway, or a Direct Connect gateway of such",
            (Use::Transit, _) => "a Direct Connect gateway of transit gateways",
            (Use::Public, _) => "nothing",
        };
        check.report(
            Diagnostic::new(&codes::VIF_TARGET, &node.id)
                .with(gateway)
                .field("gateway")
                .fact("type", &config.interface_type)
                .fact("gateway", gateway)
                .fact("wanted", wanted),
        );
    }
}

/// DX-03: every virtual interface has a BGP session, so a router with an ASN at the other end.
fn peers(check: &mut Check<'_>) {
    for node in check.nodes() {
        let Drawn::VirtualInterface(config) = &node.config else { continue };
        let router = config.customer_gateway.as_ref().and_then(|id| check.document.nodes.get(id));
        let speaks = router.is_some_and(|router| match &router.config {
            Drawn::CustomerGateway(router) => !router.asn.trim().is_empty(),
            _ => false,
        });
        if !speaks {
            let router = router.map_or("router", |router| router.id.as_str());
            check.report(
                Diagnostic::new(&codes::VIF_BGP, &node.id)
                    .field("customer_gateway")
                    .fact("missing", if router == "router" { "router" } else { "ASN of the router" }),
            );
        }
    }
}

/// DX-09: whether a private interface ends at a gateway of another Region than the location's own.
fn foreign(network: &Network, vif: &Vif) -> bool {
    let Some(Door::Vgw(gateway)) = vif.door else { return false };
    let vpc = network.fabric.vgws[gateway].vpc;
    let there = vpc.and_then(|vpc| network.vpcs[vpc].region);
    let here = vif.carrier.and_then(|carrier| carrier.location(network)).and_then(|location| location.region);
    here.is_some() && there.is_some() && here != there
}

/// DX-03, DX-12, for each connection or group.
fn vlans_and_quotas(check: &mut Check<'_>) {
    let network = check.network;
    let mut carried: BTreeMap<&Id, Vec<&Vif>> = BTreeMap::new();
    for (_, vif) in network.fabric.vifs.iter() {
        if !(1..=4094).contains(&vif.vlan) {
            check.report(vlan(vif, "VLAN numbers go from 1 to 4094"));
        }
        if let Some(carrier) = vif.carrier {
            carried.entry(carrier.id(network)).or_default().push(vif);
        }
    }
    for (carrier, vifs) in carried {
        for (n, vif) in vifs.iter().enumerate() {
            if let Some(other) = vifs[..n].iter().find(|other| other.vlan == vif.vlan) {
                check.report(vlan(vif, &format!("{} has it already", other.id)).with(&other.id));
            }
        }
        let hosted = vifs.first().and_then(|vif| vif.carrier).is_some_and(|it| it.hosted(network));
        let transit = vifs.iter().filter(|vif| vif.purpose == Use::Transit).count();
        let all = vifs.len();
        let beyond = if hosted {
            (all > 1).then_some((all, "virtual interfaces on a hosted connection", 1))
        } else if transit > DEDICATED.1 {
            Some((transit, "transit virtual interfaces", DEDICATED.1))
        } else if all - transit > DEDICATED.0 {
            Some((all - transit, "private and public virtual interfaces", DEDICATED.0))
        } else {
            (all > DEDICATED.2).then_some((all, "virtual interfaces", DEDICATED.2))
        };
        if let Some((found, what, limit)) = beyond {
            let quota = Diagnostic::new(&codes::QUOTA, carrier);
            check.report(quota.fact("found", found).fact("what", what).fact("limit", limit));
        }
    }
}

fn vlan(vif: &Vif, problem: &str) -> Diagnostic {
    Diagnostic::new(&codes::DX_VLAN, &vif.id).field("vlan").fact("vlan", vif.vlan).fact("problem", problem)
}

/// DX-25: one link, and neither another nor a VPN connection that could take over.
fn single(check: &mut Check<'_>) {
    let network = check.network;
    let vpn_gateways: BTreeSet<&Id> = check
        .nodes()
        .filter_map(|node| match &node.config {
            Drawn::VpnConnection(vpn) => vpn.gateway.as_ref(),
            _ => None,
        })
        .collect();
    let mut doors: BTreeMap<Door, Vec<Carrier>> = BTreeMap::new();
    for (_, vif) in network.fabric.vifs.iter() {
        if let Some(door) = vif.door {
            doors.entry(door).or_default().extend(vif.carrier);
        }
    }
    for (door, carriers) in doors {
        let (id, behind) = match door {
            Door::Vgw(vgw) => (Part::from(vgw).id(network), vec![Part::from(vgw)]),
            Door::Dxgw(dxgw) => {
                (&network.fabric.dxgws[dxgw].id, direct_connect_gateway::behind(network, dxgw))
            }
        };
        let backup = behind.iter().any(|part| vpn_gateways.contains(&part.id(network)));
        let mut carriers = carriers.into_iter();
        let Some(first) = carriers.next() else { continue };
        if !backup && carriers.all(|other| other == first) {
            check.report(Diagnostic::new(&codes::DX_SINGLE, first.id(network)).with(id).fact("gateway", id));
        }
    }
}
