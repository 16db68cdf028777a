//! Names that AWS gives components and instances: in public DNS, and inside VPCs (DNS-03, DNS-04,
//! DNS-16, PCX-10). Which addresses a component has is its own business.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use hopscope_names::name::Name;

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::components::hosted_zone::records;
use crate::fabric::{Audience, Published};
use crate::network::{Network, Region, Vpc};

/// Names that components have, with whose they are.
#[derive(Debug, Default)]
pub(crate) struct Given(pub BTreeMap<Name, Vec<(Published, Part)>>);

impl Given {
    pub fn of(network: &Network) -> &Self {
        network.given.get_or_init(|| {
            let mut given = Self::default();
            for (published, part) in catalog::names(network) {
                if let Ok(name) = Name::parse(&published.name) {
                    given.0.entry(name).or_default().push((published, part));
                }
            }
            given
        })
    }

    /// What public DNS says about a name of a component.
    pub fn public(&self, name: &Name) -> Option<&(Published, Part)> {
        self.0.get(name)?.iter().find(|(published, _)| published.to == Audience::Everybody)
    }
}

/// Whether a name is AWS's own name of a drawn component, in public DNS.
pub(crate) fn is_published(network: &Network, name: &Name) -> bool {
    Given::of(network).public(name).is_some()
}

/// The code of a VPC's Region.
fn code(network: &Network, region: Option<Ix<Region>>) -> &str {
    region.map_or("region", |region| network.regions[region].code.as_str())
}

fn dashed(address: Ipv4Addr) -> String {
    address.to_string().replace('.', "-")
}

/// The public name of what has a public address in a VPC (DNS-04).
pub(super) fn public_name(network: &Network, vpc: Ix<Vpc>, public: Ipv4Addr) -> Option<Name> {
    let zone = match code(network, network.vpcs[vpc].region) {
        "us-east-1" => "compute-1".to_owned(),
        code => format!("{code}.compute"),
    };
    records::domain(&format!("ec2-{}.{zone}.amazonaws.com", dashed(public)))
}

/// The zone of private names of a Region.
pub(super) fn private_zone(network: &Network, region: Option<Ix<Region>>) -> Option<Name> {
    let name = match code(network, region) {
        "us-east-1" => "ec2.internal".to_owned(),
        code => format!("{code}.compute.internal"),
    };
    records::domain(&name)
}

/// The private names of an interface's instance in that zone, with the addresses of each.
pub(super) fn private_names(
    network: &Network,
    eni: &crate::network::Eni,
    zone: &Name,
) -> Vec<(Name, IpAddr)> {
    let mut found = Vec::new();
    for pair in &eni.v4 {
        let name = zone.child(&format!("ip-{}", dashed(pair.private))).ok();
        found.extend(name.map(|name| (name, IpAddr::V4(pair.private))));
    }
    // Resource names: the only ones that an interface without IPv4 has.
    let instance = eni.instance.map(|instance| records::label_of(&network.instances[instance].id));
    if let Some(name) = instance.and_then(|label| zone.child(&label).ok()) {
        let v4 = eni.v4.first().map(|pair| IpAddr::V4(pair.private));
        let v6 = eni.v6.first().map(|address| IpAddr::V6(*address));
        found.extend(v4.into_iter().chain(v6).map(|address| (name.clone(), address)));
    }
    found
}

/// Whether a VPC's resolver tells private addresses of another VPC, by a peering (PCX-10).
pub(super) fn resolves(network: &Network, asking: Ix<Vpc>, owner: Ix<Vpc>) -> bool {
    let pair = if asking < owner { (asking, owner) } else { (owner, asking) };
    let peerings = network.peered.get(&pair).into_iter().flatten();
    peerings.into_iter().any(|ix| network.fabric.peerings[*ix].resolves(asking, owner))
}
