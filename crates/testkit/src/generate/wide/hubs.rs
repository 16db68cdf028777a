//! VPC peering and transit gateways with their tables.

use hopscope_aws::components::{
    transit_gateway, transit_gateway_attachment, transit_gateway_route_table, vpc_peering_connection,
};
use hopscope_aws::{Config, Id};

use super::vpcs::add_subnet;
use super::{Leads, Tgw, Yard};

pub(super) fn draw_peerings(yard: &mut Yard<'_>) {
    for one in 0..yard.vpcs.len() {
        for two in one + 1..yard.vpcs.len() {
            if !yard.chance(30) {
                continue;
            }
            let (Some(a), Some(b)) = (yard.vpcs.get(one), yard.vpcs.get(two)) else { continue };
            if a.four == b.four {
                continue; // PCX-03
            }
            let (ids, nets) = ([a.id.clone(), b.id.clone()], [a.block.clone(), b.block.clone()]);
            let sixes = [&a.six, &b.six].map(|six| six.as_ref().map(|(block, _)| block.clone()));
            let parent = format!("region-{}", a.region);
            let broken = yard.random.word(&["pending-acceptance", "expired", "deleted"]);
            let state = if yard.chance(8) { broken } else { "active" };
            let id = format!("pcx-{one}-{two}");
            let [requester, accepter] = ids.map(|id| Some(Id::from(id)));
            let config = vpc_peering_connection::Config {
                requester,
                accepter,
                state: state.to_owned(),
                ..Default::default()
            };
            yard.put(&id, Some(&parent), Config::VpcPeeringConnection(config));
            for (vpc, there) in [(one, 1), (two, 0)] {
                if let Some(net) = nets.get(there) {
                    yard.route_widely(vpc, net, &id, 88);
                }
                if let Some(Some(net)) = sixes.get(there) {
                    yard.route_widely(vpc, net, &id, 80);
                }
                if yard.chance(8) {
                    // PCX-02, PCX-05: more than the other side has.
                    let net = yard.random.word(&[
                        "10.0.0.0/8",
                        "192.168.0.0/16",
                        "198.51.100.0/24",
                        "192.0.2.0/24",
                    ]);
                    yard.route_widely(vpc, net, &id, 60);
                }
            }
        }
    }
}

pub(super) fn draw_tgws(yard: &mut Yard<'_>) {
    let count = match yard.below(100) {
        0..=34 => 0,
        35..=79 => 1,
        _ => 2,
    };
    for at in 0..count {
        let region = usize::from(at == 1 && yard.vpcs.iter().any(|vpc| vpc.region == 1));
        let id = format!("tgw-{at}");
        let config = transit_gateway::Config {
            vpn_ecmp: yard.chance(80),
            security_group_referencing: yard.chance(60),
            ..transit_gateway::Config::default()
        };
        yard.put(&id, Some(&format!("region-{region}")), Config::TransitGateway(config));
        let tables = if yard.chance(40) && count == 1 { 0 } else { 1 + yard.below(2) };
        let tables = (0..tables).map(|t| {
            let default = t == 0;
            (format!("{id}-rtb-{t}"), transit_gateway_route_table::Config { default, ..Default::default() })
        });
        let tgw = Tgw { id: id.clone(), region, attachments: Vec::new(), tables: tables.collect() };
        yard.tgws.push(tgw);
        for n in 0..yard.vpcs.len() {
            attach(yard, at, n);
        }
    }
    if count == 2 && yard.chance(80) {
        // Drawn once, on the requester's; both must know it.
        let id = "tgw-0-peer".to_owned();
        let resource = Some(Id::from("tgw-1"));
        let config = transit_gateway_attachment::Config { resource, ..Default::default() };
        yard.put(&id, Some("tgw-0"), Config::TransitGatewayAttachment(config));
        for tgw in &mut yard.tgws {
            tgw.attachments.push((id.clone(), Leads::Peer));
            if let Some((_, table)) = tgw.tables.last_mut() {
                table.associations.push(Id::from(id.as_str()));
            }
        }
    }
}

fn attach(yard: &mut Yard<'_>, at: usize, n: usize) {
    let (Some(tgw), Some(vpc)) = (yard.tgws.get(at), yard.vpcs.get(n)) else { return };
    if tgw.region != vpc.region || !yard.random.chance(80) {
        return;
    }
    let (tgw, vpc) = (tgw.id.clone(), vpc.id.clone());
    let mut subnets = Vec::new();
    for zone in 0..yard.zones {
        let here = |plot: &&super::Plot| plot.zone == zone;
        let old = yard.vpcs.get(n).and_then(|vpc| vpc.subnets.iter().find(here)).map(|plot| plot.id.clone());
        let wanted = if old.is_some() { 90 } else { 15 };
        if !yard.chance(wanted) {
            continue;
        }
        let id = match old.filter(|_| yard.random.chance(35)) {
            Some(id) => id, // NACL-16: shared with hosts
            None => {
                let k = add_subnet(yard, n, zone, true);
                format!("subnet-{n}-{k}")
            }
        };
        subnets.push(Id::from(id));
    }
    if subnets.is_empty() {
        return;
    }
    let id = format!("{tgw}-att-{n}");
    let config = transit_gateway_attachment::Config {
        resource: Some(Id::from(vpc)),
        subnets,
        appliance_mode: yard.chance(20),
        security_group_referencing: yard.chance(85),
        state: match yard.below(50) {
            0 => "pending-acceptance",
            1 => "failed",
            _ => "available",
        }
        .to_owned(),
        ..transit_gateway_attachment::Config::default()
    };
    yard.put(&id, Some(&tgw), Config::TransitGatewayAttachment(config));
    join(yard, at, &id, Leads::Vpc(n));
    match yard.below(10) {
        0..=2 => yard.route_widely(n, "0.0.0.0/0", &tgw, 85),
        3..=8 => {
            yard.route_widely(n, "10.0.0.0/8", &tgw, 88);
            yard.route_widely(n, "192.168.0.0/16", &tgw, 70);
        }
        _ => {}
    }
    if yard.chance(40) {
        yard.route_widely(n, "2001:db8::/32", &tgw, 85);
    }
}

/// Writes an attachment into tables, or leaves it to the defaults (TGW-01, TGW-03, TGW-04).
pub(super) fn join(yard: &mut Yard<'_>, at: usize, attachment: &str, leads: Leads) {
    let count = yard.tgws.get(at).map_or(0, |tgw| tgw.tables.len());
    let associated = (count > 0 && yard.random.chance(60)).then(|| yard.random.below(count));
    let propagated: Vec<usize> = (0..count).filter(|_| yard.random.chance(55)).collect();
    let Some(tgw) = yard.tgws.get_mut(at) else { return };
    tgw.attachments.push((attachment.to_owned(), leads));
    if let Some((_, table)) = associated.and_then(|t| tgw.tables.get_mut(t)) {
        table.associations.push(Id::from(attachment));
    }
    for t in propagated {
        if let Some((_, table)) = tgw.tables.get_mut(t) {
            table.propagations.push(Id::from(attachment));
        }
    }
}

/// Static routes, once all attachments are known, and the tables themselves.
pub(super) fn draw_tables(yard: &mut Yard<'_>) {
    for at in 0..yard.tgws.len() {
        let Some(tgw) = yard.tgws.get(at) else { continue };
        let (id, attachments, mut tables) = (tgw.id.clone(), tgw.attachments.clone(), tgw.tables.clone());
        for (name, table) in &mut tables {
            let peer = attachments.iter().find(|(_, leads)| *leads == Leads::Peer);
            if let Some((peer, _)) = peer.filter(|_| yard.random.chance(85)) {
                let net = match yard.tgws.get(1 - at.min(1)) {
                    Some(other) if other.region != tgw_region(yard, at) => {
                        yard.vpcs.iter().find(|vpc| vpc.region == other.region).map(|vpc| vpc.block.clone())
                    }
                    _ => None,
                };
                add(table, &net.unwrap_or_else(|| "10.0.0.0/8".to_owned()), peer);
            }
            for destination in
                ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16", "192.168.0.0/16", "pl-nets"]
            {
                if !yard.random.chance(14) {
                    continue;
                }
                let target = if yard.random.chance(15) {
                    Some("blackhole".to_owned())
                } else {
                    yard.random.pick(&attachments).map(|(id, _)| id.clone())
                };
                if let Some(target) = target {
                    add(table, destination, &target);
                }
            }
            yard.put(name, Some(&id), Config::TransitGatewayRouteTable(table.clone()));
        }
    }
}

fn tgw_region(yard: &Yard<'_>, at: usize) -> usize {
    yard.tgws.get(at).map_or(0, |tgw| tgw.region)
}

/// TGW-11: one route for a prefix.
fn add(table: &mut transit_gateway_route_table::Config, destination: &str, target: &str) {
    if !table.routes.iter().any(|route| route.destination == destination) {
        table.routes.push(transit_gateway_route_table::StaticRoute {
            destination: destination.to_owned(),
            target: target.to_owned(),
        });
    }
}
