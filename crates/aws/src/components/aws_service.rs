//! A service of AWS at public addresses of its Region (S3, DynamoDB, SQS).

use std::net::IpAddr;

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, LegKind, Outcome, Reason, ReasonSpec, Role, Visit, Where,
};
use hopscope_net::FlowKey;
use hopscope_net::prefix::Family;

use crate::arena::Ix;
use crate::catalog::Part;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::{api_gateway, gateway_endpoint, interface_endpoint, network_interface};
use crate::document::Node;
use crate::fabric::{Audience, Component, Outside, Published};
use crate::lower::Build;
use crate::network::{Network, Region};
use crate::pipeline::At;
use crate::policy::{self, Answer, Asked, POLICY, Statement};

record! {
    /// Configuration of a service. Its parent is the Region.
    pub struct Config {
        /// The service's short name.
        pub service: String = "s3",
        /// Its public addresses.
        pub addresses: Vec<String>,
        /// The AWS-managed prefix list of its addresses.
        pub prefix_list: Option<Id>,
        /// Resource (bucket) policy; allows everything while empty (GWE-11).
        pub policy: Vec<Statement>,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "aws-service",
    name: "AWS service",
    aws_type: None,
    id_prefix: "service",
    summary: "A service of AWS with public addresses, such as S3 or SQS.",
    parents: &["region"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new("service", "Service", FieldKind::Text, "s3, dynamodb, sqs …"),
        Field::new("addresses", "Public addresses", FieldKind::AddressList, ""),
        Field::new("prefix_list", "Prefix list", FieldKind::Ref(&["prefix-list"]), ""),
        Field::new(
            "policy",
            "Resource policy",
            FieldKind::Rows(&POLICY),
            "Everything is allowed while empty",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html",
};

packet_reason!(
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html",
    /// The resource's own policy does not allow the request (GWE-11).
    RESOURCE_POLICY, "X_RESOURCE_POLICY_DENIED", None, &["GWE-11"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&RESOURCE_POLICY];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct AwsService {
    pub id: Id,
    /// Its short name, in lower case.
    pub service: String,
    pub region: Option<Ix<Region>>,
    pub addresses: Vec<IpAddr>,
    pub prefix_list: Option<Id>,
    pub policy: Vec<Statement>,
}

/// The way a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Door {
    /// Over the internet.
    Internet,
    /// Through a gateway endpoint.
    Gateway(Ix<gateway_endpoint::GatewayEndpoint>),
    /// Through an interface endpoint.
    Interface(Ix<interface_endpoint::InterfaceEndpoint>),
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At its door.
    Arrive(Ix<AwsService>, Door),
}

impl AwsService {
    /// Its address of a family.
    pub fn address_of(&self, family: Family) -> Option<IpAddr> {
        self.addresses.iter().copied().find(|address| Family::of(*address) == family)
    }
}

/// Seconds that answers about names of services are kept (from general knowledge).
pub(super) const NAME_TTL: u32 = 60;

/// The public names of a service of a Region.
pub(super) fn service_names(
    network: &Network,
    region: Option<Ix<Region>>,
    service: &str,
) -> impl Iterator<Item = String> + use<> {
    let region = region.map(|region| format!("{}.", network.regions[region].code)).unwrap_or_default();
    let name = format!("{service}.{region}amazonaws.com");
    let buckets = (service == "s3").then(|| format!("*.{name}"));
    std::iter::once(name).chain(buckets)
}

/// The service of that id.
pub(crate) fn named(build: &Build<'_>, id: Option<&Id>) -> Option<Ix<AwsService>> {
    match build.thing(id?) {
        Some(crate::network::Thing::Part(Part::AwsService(ix))) => Some(ix),
        _ => None,
    }
}

impl Component for AwsService {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        Some(Self {
            id: node.id.clone(),
            service: config.service.trim().to_ascii_lowercase(),
            region: build.region_around(&node.id),
            addresses: config.addresses.iter().filter_map(|text| text.trim().parse().ok()).collect(),
            prefix_list: config.prefix_list.clone(),
            policy: config.policy.clone(),
        })
    }

    /// `sqs.us-east-1.amazonaws.com`; buckets of S3 have names below it.
    fn names(network: &Network, ix: Ix<Self>) -> Vec<Published> {
        let service = &network.fabric.services[ix];
        service_names(network, service.region, &service.service)
            .map(|name| Published {
                name,
                addresses: service.addresses.clone(),
                ttl: NAME_TTL,
                to: Audience::Everybody,
                healthy: true,
            })
            .collect()
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        let Stage::Arrive(ix, door) = stage;
        arrive(network, ix, door, visit)
    }

    fn addresses(&self) -> Vec<(IpAddr, Outside)> {
        self.addresses.iter().map(|address| (*address, Outside::Internet)).collect()
    }

    fn address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        network.fabric.services[ix].address_of(family)
    }

    /// A reply goes back by the endpoint that the request came through (GWE-04, IFE-05);
    /// everything else over the internet.
    fn send(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let service = &network.fabric.services[ix];
        let packet = visit.packet.clone();
        let hop = Hop::new(SPEC.kind, &service.id, "send", Decision::Sent, &packet);
        if visit.leg == LegKind::Forward {
            visit.record(hop);
            return Outcome::Next(At::Internet);
        }
        visit.record(hop.by(&["PIPE-05"]));
        visit.state.refresh(&service.id, Role::Endpoint, false, &packet.key());
        if let Some(endpoint) = gateway_endpoint::way_back(network, visit) {
            return Outcome::Next(endpoint);
        }
        match interface_endpoint::way_back(network, visit) {
            Some(endpoint) => Outcome::Next(endpoint),
            None => Outcome::Next(At::Internet),
        }
    }

    fn receive_from_internet(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        arrive(network, ix, Door::Internet, visit)
    }
}

/// The request is judged by the resource's policy and delivered.
fn arrive(network: &Network, ix: Ix<AwsService>, door: Door, visit: &mut Visit<'_>) -> Outcome<At> {
    let service = &network.fabric.services[ix];
    let packet = visit.packet.clone();
    let at = Where::new(SPEC.kind, &service.id);
    let hop = Hop::new(SPEC.kind, &service.id, "deliver", Decision::Delivered, &packet);
    // EDGE-31: behind an endpoint of API Gateway stand the private APIs of the Region.
    if let (Door::Interface(endpoint), api_gateway::EXECUTE_API) = (door, service.service.as_str())
        && let Some(api) = api_gateway::from_endpoint(network, service.region, endpoint, visit)
    {
        return Outcome::Next(api);
    }
    if !service.addresses.is_empty() && !service.addresses.contains(&packet.destination) {
        // The prefix list is wider than what is known to answer.
        let reason = Reason::new(&network_interface::NO_POSSIBLE_DESTINATION, at)
            .fact("address", packet.destination)
            .fact("vpc", &service.id);
        visit.deny(hop.by(&["ADDR-14"]), reason);
        return Outcome::Stopped;
    }
    let judged = match (visit.leg, &visit.state.request) {
        (LegKind::Forward, Some(request)) if !service.policy.is_empty() => {
            let (source_ip, endpoint) = match door {
                Door::Internet => (Some(packet.source), None),
                Door::Gateway(ix) => (None, Some(&network.fabric.gateway_endpoints[ix].id)),
                Door::Interface(ix) => (None, Some(&network.fabric.interface_endpoints[ix].id)),
            };
            let answer = policy::judge(&service.policy, &Asked { request, source_ip, endpoint });
            Some((answer, request.clone()))
        }
        _ => None,
    };
    match judged {
        None => visit.record(hop.by(&["PIPE-02"])),
        Some((answer, request)) => {
            let allowed = answer == Answer::Allowed;
            let hop = hop.by(&["GWE-11"]).with(Evidence::Check {
                check: "resource-policy",
                passed: allowed,
                value: Some(policy::asked_for(&request)),
            });
            if allowed {
                visit.record(hop);
            } else {
                visit.deny(hop, policy::refusal(&RESOURCE_POLICY, at, &request, answer));
            }
        }
    }
    if visit.leg == LegKind::Forward {
        remember(&service.id, &packet.key(), visit);
    }
    Outcome::Arrived(At::ArrivedPart(ix.into()))
}

/// The open connection, as the service knows it: by the addresses it sees.
fn remember(id: &Id, flow: &FlowKey, visit: &mut Visit<'_>) {
    visit.keep(Entry::new(id, Role::Endpoint, flow.clone()).inbound(true));
}
