//! What Application and Network Load Balancers have in common: names, addresses by name, the flows
//! of their nodes. Knows nothing of listeners and rules.

pub(crate) mod check;

use std::collections::BTreeMap;
use std::net::IpAddr;

use hopscope_forward::{Entry, Hop, Id, Role, Visit};
use hopscope_net::prefix::Family;
use hopscope_net::{FlowKey, Packet, Protocol};

use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::hosted_zone::records;
use crate::components::target_group::TargetGroup;
use crate::fabric::{Audience, Published};
use crate::network::{Eni, Network, Thing, Vpc};

/// Seconds that the addresses of a load balancer's name may be kept (LB-15).
pub const NAME_TTL: u32 = 60;

/// Lowest port that a node opens connections from (LB-09).
const FIRST_PORT: u16 = 1024;

/// One of the two, seen alike.
struct Balancer<'a> {
    id: &'a Id,
    vpc: Ix<Vpc>,
    /// Its nodes, one in each zone.
    enis: &'a [Ix<Eni>],
    /// Not reachable over the internet.
    internal: bool,
    /// It has public IPv4 addresses (LB-08).
    public_v4: bool,
    cross_zone: bool,
    groups: &'a [Ix<TargetGroup>],
    /// LB-06: a Network Load Balancer takes zones without healthy targets out of DNS.
    drops_zones: bool,
}

/// The load balancer that a part is, if it is one.
fn of(network: &Network, part: Part) -> Option<Balancer<'_>> {
    match part {
        Part::ApplicationLoadBalancer(ix) => {
            let alb = &network.fabric.albs[ix];
            Some(Balancer {
                id: &alb.id,
                vpc: alb.vpc,
                enis: &alb.enis,
                internal: alb.internal,
                public_v4: !alb.internal && alb.public_v4,
                cross_zone: true,
                groups: &alb.groups,
                drops_zones: false,
            })
        }
        Part::NetworkLoadBalancer(ix) => {
            let nlb = &network.fabric.nlbs[ix];
            Some(Balancer {
                id: &nlb.id,
                vpc: nlb.vpc,
                enis: &nlb.enis,
                internal: nlb.internal,
                public_v4: !nlb.internal,
                cross_zone: nlb.cross_zone,
                groups: &nlb.groups,
                drops_zones: true,
            })
        }
        _ => None,
    }
}

/// The DNS name that AWS gives a load balancer, without the digits that AWS draws: `<id>.<region>.elb.…`
/// of an Application Load Balancer, with `internal-` in front where it is, `<id>.elb.<region>.…` of a
/// Network Load Balancer. None for other components.
pub(crate) fn dns_name(network: &Network, part: Part) -> Option<String> {
    let balancer = of(network, part)?;
    let region = network.vpcs[balancer.vpc].region;
    let code = region.map_or("region", |region| network.regions[region].code.as_str());
    let label = records::label_of(balancer.id);
    Some(match part {
        Part::NetworkLoadBalancer(_) => format!("{label}.elb.{code}.amazonaws.com"),
        _ if balancer.internal => format!("internal-{label}.{code}.elb.amazonaws.com"),
        _ => format!("{label}.{code}.elb.amazonaws.com"),
    })
}

/// Its name in public DNS, internal or not (LB-01, LB-15).
pub(crate) fn names(network: &Network, part: Part) -> Vec<Published> {
    let (Some(balancer), Some(name)) = (of(network, part), dns_name(network, part)) else {
        return Vec::new();
    };
    let addresses = |family| addresses_by_name(network, part, family);
    vec![Published {
        name,
        addresses: addresses(Family::V4).into_iter().chain(addresses(Family::V6)).collect(),
        ttl: NAME_TTL,
        to: Audience::Everybody,
        healthy: balancer.healthy(network),
    }]
}

/// What the name answers with, of one family, one address for each zone in the drawing's order:
/// public ones for an internet-facing load balancer, private ones for an internal one (LB-01).
/// A Network Load Balancer leaves out the zones without a healthy target, unless that is all of
/// them (LB-06); a failed zone answers nothing.
pub(crate) fn addresses_by_name(network: &Network, part: Part, family: Family) -> Vec<IpAddr> {
    let Some(balancer) = of(network, part) else { return Vec::new() };
    let address = |eni: &Ix<Eni>| match family {
        Family::V4 if balancer.public_v4 => {
            network.enis[*eni].v4.iter().find_map(|pair| pair.public).map(IpAddr::V4)
        }
        // Without public IPv4 there is no IPv4 in DNS at all.
        Family::V4 if !balancer.internal => None,
        Family::V4 | Family::V6 => network.enis[*eni].address(family),
    };
    let up: Vec<_> =
        balancer.enis.iter().filter(|eni| !network.zone_failed(network.enis[**eni].subnet)).collect();
    let serving: Vec<_> = up.iter().copied().filter(|eni| balancer.serves(network, **eni)).collect();
    let answered = if serving.is_empty() { up } else { serving };
    answered.into_iter().filter_map(address).collect()
}

/// Whether a node of a load balancer has a healthy target to send to, as accelerators ask (EDGE-05). One
/// without target groups, and what is no load balancer, is not in doubt.
pub(crate) fn has_target(network: &Network, node: Ix<Eni>) -> bool {
    let balancer = network.enis[node].part.and_then(|part| of(network, part));
    balancer.is_none_or(|balancer| {
        let serves = |group: &Ix<TargetGroup>| {
            network.fabric.target_groups[*group].serves(network, node, balancer.cross_zone)
        };
        balancer.groups.is_empty() || balancer.groups.iter().any(serves)
    })
}

impl Network {
    /// The DNS name of an Application or Network Load Balancer (`alb.eu-west-1.elb.amazonaws.com`).
    /// None for anything else.
    #[must_use]
    pub fn load_balancer_name(&self, id: &str) -> Option<String> {
        match self.index.get(id)? {
            Thing::Part(part) => dns_name(self, *part),
            _ => None,
        }
    }

    /// The addresses that this name has now, of one family; kept for [`NAME_TTL`] seconds (LB-06,
    /// LB-15, LB-21).
    #[must_use]
    pub fn load_balancer_addresses(&self, id: &str, family: Family) -> Vec<IpAddr> {
        match self.index.get(id) {
            Some(Thing::Part(part)) => addresses_by_name(self, *part, family),
            _ => Vec::new(),
        }
    }
}

impl Balancer<'_> {
    /// Whether an alias that evaluates its target's health finds it healthy: each of its target groups
    /// has a healthy target (R53-23).
    fn healthy(&self, network: &Network) -> bool {
        // A listener's own targets are a group for each family, which is one for everybody else.
        let mut groups: BTreeMap<&Id, bool> = BTreeMap::new();
        for group in self.groups {
            let group = &network.fabric.target_groups[*group];
            *groups.entry(&group.id).or_default() |=
                self.enis.iter().any(|node| group.health(network, *node).contains(&true));
        }
        groups.into_values().all(|healthy| healthy)
    }

    fn serves(&self, network: &Network, node: Ix<Eni>) -> bool {
        !self.drops_zones
            || self.groups.is_empty()
            || self
                .groups
                .iter()
                .any(|group| network.fabric.target_groups[*group].serves(network, node, self.cross_zone))
    }
}

/// Stages that send a packet on as their own: what it met before says nothing of it any more.
const STAGES: [&str; 2] = ["network-load-balancer", "targets"];

/// The hops of a packet since the last load balancer that it passed.
pub(crate) fn since(hops: &[Hop]) -> &[Hop] {
    let last = hops.iter().rposition(|hop| STAGES.contains(&hop.stage));
    last.and_then(|last| hops.get(last + 1..)).unwrap_or(hops)
}

/// The node's own side of a flow: from `own` to a target, from a port that no other flow of the
/// node uses there. A flow that is known keeps what it has (LB-09, LB-12).
pub(crate) fn towards(
    owner: &Id,
    packet: &Packet,
    own: IpAddr,
    (to, port): (IpAddr, u16),
    salt: u64,
    visit: &Visit<'_>,
) -> FlowKey {
    let key = packet.key();
    let entries = &visit.state.entries;
    let known = visit.state.position(owner, Role::Endpoint, true, &key);
    if let Some(entry) = known.and_then(|position| entries.get(position)) {
        return entry.translated.clone();
    }
    let first = key.source_port;
    let mut far = FlowKey { source: own, destination: to, destination_port: port, ..key };
    if far.protocol != Protocol::TCP && far.protocol != Protocol::UDP {
        return far;
    }
    let taken = |far: &FlowKey| {
        let same =
            |entry: &Entry| entry.owner == *owner && entry.role == Role::Endpoint && entry.translated == *far;
        entries.iter().any(same)
    };
    let span = u64::from(u16::MAX - FIRST_PORT);
    for step in 0..=span {
        let other = u64::from(FIRST_PORT) + (salt % span + step) % span;
        far.source_port = match step {
            0 if first >= FIRST_PORT => first,
            _ => u16::try_from(other).unwrap_or(FIRST_PORT),
        };
        if !taken(&far) {
            break;
        }
    }
    far
}
