//! Interfaces that a component draws into subnets for itself: those of endpoints and of load
//! balancers. Knows nothing of what happens behind them.

use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::Id;
use hopscope_net::prefix::Family;

use super::Interface;
use crate::arena::Ix;
use crate::catalog::{Config, Part};
use crate::lower::Build;
use crate::network::{Address4, Eni, Group, Network, Subnet, Thing, Vpc};

/// Whose interfaces they are.
pub(in crate::components) struct Owner<'a> {
    pub id: &'a Id,
    pub part: Part,
    pub vpc: Ix<Vpc>,
    /// Their public addresses count.
    pub public: bool,
    /// Without a security group they admit everything.
    pub open: bool,
}

/// Draws one interface for each row whose subnet is in the owner's VPC, called `<owner>/<subnet>`.
pub(in crate::components) fn draw(
    build: &mut Build<'_>,
    owner: &Owner<'_>,
    rows: &[Interface],
    groups: &[Id],
) -> Vec<Ix<Eni>> {
    let groups = chosen_groups(build, owner, groups);
    let mut drawn = Vec::new();
    for row in rows {
        let Some(subnet_id) = &row.subnet else { continue };
        let Some(Thing::Subnet(subnet)) = build.thing(subnet_id) else { continue };
        let id = Id::from(format!("{}/{subnet_id}", owner.id));
        if build.network.subnets[subnet].vpc != owner.vpc || build.thing(&id).is_some() {
            continue;
        }
        let mut private: Option<Ipv4Addr> = row.address.trim().parse().ok();
        let v6 = row.ipv6.trim().parse().ok();
        if private.is_none() && v6.is_none() && row.address.trim().is_empty() {
            private = free_address(build, subnet);
        }
        let public = row.public_ip.trim().parse().ok().filter(|_| owner.public);
        let eni = build.network.enis.push(Eni {
            id: id.clone(),
            subnet,
            instance: None,
            v4: private.map(|private| Address4 { private, public }).into_iter().collect(),
            v6: v6.into_iter().collect(),
            groups: groups.clone(),
            check: true,
            service: owner.open && groups.is_empty(),
            part: Some(owner.part),
        });
        build.note(&id, Thing::Eni(eni));
        drawn.push(eni);
    }
    drawn
}

/// IFE-02: the VPC's default group is used if none is picked; it is the one named `default`.
fn chosen_groups(build: &Build<'_>, owner: &Owner<'_>, picked: &[Id]) -> Vec<Ix<Group>> {
    let group = |id: &Id| match build.thing(id) {
        Some(Thing::Group(ix)) => Some(ix),
        _ => None,
    };
    if !picked.is_empty() || owner.open {
        return picked.iter().filter_map(group).collect();
    }
    let default = build.document.nodes.values().find(|node| {
        matches!(node.config, Config::SecurityGroup(_))
            && node.name == "default"
            && build.vpc_around(&node.id) == Some(owner.vpc)
    });
    default.and_then(|node| group(&node.id)).into_iter().collect()
}

/// While no address is written the last free one stands in, which no automatic assignment reaches.
fn free_address(build: &Build<'_>, subnet: Ix<Subnet>) -> Option<Ipv4Addr> {
    let network = &build.network;
    let net = network.subnets[subnet].v4?;
    let taken = |address: Ipv4Addr| {
        network.enis.iter().any(|(_, eni)| eni.subnet == subnet && eni.owns(IpAddr::V4(address)))
            || network.nats.iter().any(|(_, nat)| nat.private == Some(address))
    };
    let last = u32::from(net.broadcast());
    // A subnet with this many interfaces in a row has no room to speak of.
    (1..=256u32)
        .filter_map(|step| last.checked_sub(step).map(Ipv4Addr::from))
        .take_while(|address| net.contains(address))
        .find(|address| !taken(*address))
}

/// The address of the first interface whose zone is up, else of the first that has the family.
pub(in crate::components) fn address(network: &Network, enis: &[Ix<Eni>], family: Family) -> Option<IpAddr> {
    let of = |eni: &Ix<Eni>| network.enis[*eni].address(family);
    let up = enis.iter().filter(|eni| !network.zone_failed(network.enis[**eni].subnet)).find_map(of);
    up.or_else(|| enis.iter().find_map(of))
}
