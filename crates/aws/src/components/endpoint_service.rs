//! An endpoint service: a load balancer offered to other VPCs by PrivateLink (IFE-12 to IFE-15).

use hopscope_forward::{Decision, Hop, Id, Outcome, Reason, ReasonSpec, Visit, Where};

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::interface_endpoint;
use crate::components::network_load_balancer::Nlb;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Eni, Network, Region, Thing, Vpc, Zone};
use crate::pipeline::At;

record! {
    /// Configuration of an endpoint service. Its parent is the provider's VPC.
    pub struct Config {
        /// The load balancer in front of the service.
        pub load_balancer: Option<Id>,
        /// Requests wait until they are accepted (IFE-12).
        pub acceptance_required: bool = true,
        /// Zones it is offered in (IFE-14).
        pub zones: Vec<Id>,
        /// Other Regions it is offered to (IFE-15).
        pub regions: Vec<Id>,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "endpoint-service",
    name: "Endpoint service",
    aws_type: Some("AWS::EC2::VPCEndpointService"),
    id_prefix: "vpce-svc",
    summary: "Offers a load balancer to other VPCs by PrivateLink.",
    parents: &["vpc"],
    shape: Shape::Edge,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "load_balancer",
            "Load balancer",
            FieldKind::Ref(&["network-load-balancer", "gateway-load-balancer"]),
            "",
        ),
        Field::new("acceptance_required", "Acceptance required", FieldKind::Flag, ""),
        Field::new(
            "zones",
            "Availability Zones",
            FieldKind::RefList("availability-zone"),
            "Those of the load balancer if empty",
        ),
        Field::new("regions", "Supported Regions", FieldKind::RefList("region"), "Beside its own"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html",
};

/// Reasons it raises: those of the endpoints that lead to it.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct EndpointService {
    pub id: Id,
    pub vpc: Ix<Vpc>,
    pub nlb: Option<Ix<Nlb>>,
    /// A Gateway Load Balancer stands behind it: interface endpoints cannot lead here.
    pub gateway: bool,
    zones: Vec<Ix<Zone>>,
    regions: Vec<Ix<Region>>,
}

impl EndpointService {
    /// IFE-15: whether endpoints in that Region may lead to it.
    pub fn offered_in(&self, network: &Network, region: Option<Ix<Region>>) -> bool {
        region == network.vpcs[self.vpc].region || region.is_some_and(|region| self.regions.contains(&region))
    }

    /// IFE-14: whether it exists in that zone. Without zones of its own it has the balancer's.
    pub fn serves(&self, network: &Network, zone: Ix<Zone>) -> bool {
        if !self.zones.is_empty() {
            return self.zones.contains(&zone);
        }
        let Some(nlb) = self.nlb else { return true };
        let enis = &network.fabric.nlbs[nlb].enis;
        // A zone of another Region is no zone of the balancer's; it is reached all the same.
        let home = |zone: Ix<Zone>| enis.iter().any(|eni| zone_of(network, *eni) == Some(zone));
        home(zone) || self.elsewhere(network, zone)
    }

    /// Whether a zone belongs to no subnet of the provider's Region.
    fn elsewhere(&self, network: &Network, zone: Ix<Zone>) -> bool {
        let region = network.vpcs[self.vpc].region;
        !network
            .subnets
            .iter()
            .any(|(_, subnet)| subnet.zone == Some(zone) && network.vpcs[subnet.vpc].region == region)
    }
}

fn zone_of(network: &Network, eni: Ix<Eni>) -> Option<Ix<Zone>> {
    network.subnets[network.enis[eni].subnet].zone
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// A request that came in by that interface of an endpoint.
    FromEndpoint(Ix<EndpointService>, Ix<Eni>),
}

impl Component for EndpointService {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let zones = config.zones.iter().filter_map(|id| match build.thing(id) {
            Some(Thing::Zone(zone)) => Some(zone),
            _ => None,
        });
        let regions = config.regions.iter().filter_map(|id| match build.thing(id) {
            Some(Thing::Region(region)) => Some(region),
            _ => None,
        });
        Some(Self {
            id: node.id.clone(),
            vpc: build.vpc_around(&node.id)?,
            nlb: None,
            gateway: false,
            zones: zones.collect(),
            regions: regions.collect(),
        })
    }

    fn link(build: &mut Build<'_>) {
        let document = build.document;
        for node in document.nodes.values() {
            let catalog::Config::EndpointService(config) = &node.config else { continue };
            let Some(Thing::Part(Part::EndpointService(ix))) = build.thing(&node.id) else { continue };
            let front = config.load_balancer.as_ref().and_then(|id| build.thing(id));
            let network = &mut build.network;
            let vpc = network.fabric.endpoint_services[ix].vpc;
            let Some(Thing::Part(part)) = front else { continue };
            let nlb = match part {
                Part::NetworkLoadBalancer(nlb) if network.fabric.nlbs[nlb].vpc == vpc => Some(nlb),
                _ => None,
            };
            if let Some(service) = network.fabric.endpoint_services.get_mut(ix) {
                service.nlb = nlb;
                service.gateway = matches!(part, Part::GatewayLoadBalancer(_));
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        let Stage::FromEndpoint(ix, eni) = stage;
        from_endpoint(network, ix, eni, visit)
    }
}

/// IFE-12, IFE-13: to the load balancer's interface in the zone of the endpoint's; the balancer's
/// security group still sees the caller's private address, whatever the provider's own blocks are.
fn from_endpoint(
    network: &Network,
    ix: Ix<EndpointService>,
    door: Ix<Eni>,
    visit: &mut Visit<'_>,
) -> Outcome<At> {
    let service = &network.fabric.endpoint_services[ix];
    let packet = visit.packet.clone();
    let hop = Hop::new(SPEC.kind, &service.id, "endpoint-service", Decision::Forwarded, &packet)
        .by(&["IFE-12", "IFE-14"]);
    let enis = service.nlb.map(|nlb| network.fabric.nlbs[nlb].enis.as_slice()).unwrap_or_default();
    let zone = zone_of(network, door);
    let installed = zone.is_none_or(|zone| service.serves(network, zone));
    let in_zone = enis.iter().find(|eni| zone_of(network, **eni) == zone);
    let other = || enis.iter().find(|eni| !network.zone_failed(network.enis[**eni].subnet));
    let front = in_zone.or_else(other).or(enis.first()).copied();
    let address = front.and_then(|front| network.enis[front].address(packet.family()));
    if !installed || address.is_none() {
        let reason = Reason::new(&interface_endpoint::NOT_INSTALLED, Where::new(SPEC.kind, &service.id))
            .fact("service", &service.id)
            .fact(
                "zone",
                zone.map_or_else(|| "this zone".to_owned(), |zone| network.zones[zone].id.to_string()),
            );
        visit.deny(hop.clone(), reason);
    }
    let (Some(front), Some(address)) = (front, address) else { return Outcome::Stopped };
    let owner = &network.enis[door].id;
    let far = interface_endpoint::far_side(owner, &packet, packet.source, address, None, visit);
    let after = interface_endpoint::rewritten(&packet, &far);
    if installed {
        visit.record(hop.rewriting(&after));
    }
    interface_endpoint::remember(owner, &packet.key(), far, visit);
    visit.packet = after;
    // LB-27: the balancer's inbound rules judge PrivateLink traffic unless that is switched off.
    let enforced = service.nlb.is_none_or(|nlb| network.fabric.nlbs[nlb].enforces);
    Outcome::Routed(if enforced { At::SecurityGroupIn(front) } else { At::DestinationCheck(front) })
}
