//! Interfaces that a component draws into subnets for itself: those of endpoints and of load
//! balancers. Knows nothing of what happens behind them.

use std::net::{IpAddr, Ipv4Addr};

use hopscope_forward::Id;
use hopscope_net::prefix::Family;

use super::Interface;
use crate::arena::Ix;
use crate::catalog::Part;
use crate::lower::Build;
use crate::network::{Address4, Eni, Group, Network, Thing, Vpc};

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
            private = build.free_address(subnet);
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
fn chosen_groups(build: &mut Build<'_>, owner: &Owner<'_>, picked: &[Id]) -> Vec<Ix<Group>> {
    let group = |id: &Id| match build.thing(id) {
        Some(Thing::Group(ix)) => Some(ix),
        _ => None,
    };
    if !picked.is_empty() || owner.open {
        return picked.iter().filter_map(group).collect();
    }
    build.default_group(owner.vpc).into_iter().collect()
}

/// The address of the first interface whose zone is up, else of the first that has the family.
pub(in crate::components) fn address(network: &Network, enis: &[Ix<Eni>], family: Family) -> Option<IpAddr> {
    let of = |eni: &Ix<Eni>| network.enis[*eni].address(family);
    let up = enis.iter().filter(|eni| !network.zone_failed(network.enis[**eni].subnet)).find_map(of);
    up.or_else(|| enis.iter().find_map(of))
}
