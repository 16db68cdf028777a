//! What client address preservation asks of the rest of a VPC: replies that go back to the node
//! although they are addressed to the client, and the node's security groups as the packet's
//! identity (SG-21, LB-24, LB-25).

use hopscope_forward::{Entry, Evidence, LegKind, Outcome, Reason, Role, StateEvent, Visit, Where};

use super::{Nlb, SPEC, flows};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::{nat_gateway, network_acl, route_table, vpc_peering_connection};
use crate::network::{Eni, Group, Network, Target, Thing};
use crate::pipeline::At;

/// The node whose flow a reply belongs to, where the target saw the client's own address.
fn node_of(network: &Network, visit: &Visit<'_>) -> Option<(Ix<Nlb>, Ix<Eni>)> {
    let back = visit.packet.key().reverse();
    let preserved = |entry: &&Entry| {
        entry.role == Role::Endpoint && entry.translated == back && entry.flow.source == back.source
    };
    visit.state.entries.iter().filter(preserved).find_map(|entry| {
        let Some(Thing::Eni(node)) = network.index.get(&entry.owner) else { return None };
        match network.enis[*node].part {
            Some(Part::NetworkLoadBalancer(ix)) => Some((ix, *node)),
            _ => None,
        }
    })
}

/// LB-24: AWS takes the replies of a target back to the node that sent it the flow, if the target
/// is in the node's VPC or a peered one of the Region and reached directly; ACLs see them leave as
/// they are addressed (NACL-19). None: the packet goes where its address says.
pub(crate) fn direct_return(network: &Network, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Option<Outcome<At>> {
    if visit.state.entries.is_empty() || network.fabric.nlbs.len() == 0 {
        return None;
    }
    let (ix, node) = node_of(network, visit)?;
    let home = network.enis[node].subnet;
    let own = network.enis[eni].subnet;
    if network.enis[eni].part == Some(Part::NetworkLoadBalancer(ix)) {
        return None;
    }
    let near = network.vpc_of_eni(node);
    let far = network.vpc_of_eni(eni);
    let straight = own == home
        || match route_table::winner(network, network.subnets[home].table, visit.packet.source) {
            Some(Target::Local) => near == far,
            Some(Target::Part(Part::VpcPeeringConnection(_))) => {
                vpc_peering_connection::shares_groups(network, near, far)
            }
            _ => false,
        };
    if !straight {
        let nlb = &network.fabric.nlbs[ix];
        let packet = visit.packet.clone();
        if visit.leg == LegKind::Return {
            let missing =
                Evidence::State { event: StateEvent::Missing, flow: packet.key(), idle_limit: None };
            let reason = Reason::new(&nat_gateway::STATE_MISSING, Where::new(SPEC.kind, &nlb.id))
                .fact("flow", &packet)
                .fact("why", "the reply goes straight to the client and not back through it");
            visit.deny(flows::hop(nlb, &packet).with(missing).by(&["LB-24"]), reason);
        }
        return None;
    }
    if own == home {
        return Some(Outcome::Next(At::SecurityGroupIn(node)));
    }
    network_acl::judge(network, own, false, visit);
    Some(Outcome::Routed(At::AclInToEni(home, node)))
}

/// SG-21: the groups whose identity a packet carries because a Network Load Balancer passed it on
/// with the client's address; what the client itself carried is lost then. None: no such one did.
pub(crate) fn passed_on<'a>(network: &'a Network, visit: &Visit<'_>) -> Option<&'a [Ix<Group>]> {
    let last = visit.hops().iter().rev().find(|hop| hop.stage == flows::STAGE)?;
    let preserved = last.evidence.iter().any(|evidence| {
        matches!(evidence, Evidence::Check { check: "client-address-preserved", passed: true, .. })
    });
    // A proxy further on speaks for itself.
    let same = last.packet.source == visit.packet.source;
    let Some(Thing::Part(Part::NetworkLoadBalancer(ix))) = network.index.get(&last.id) else { return None };
    let node = network.fabric.nlbs[*ix].enis.first()?;
    (preserved && same).then(|| network.enis[*node].groups.as_slice())
}
