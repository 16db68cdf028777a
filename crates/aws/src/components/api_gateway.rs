//! An API of Amazon API Gateway: takes requests over HTTPS and hands them to an integration (EDGE-30
//! to EDGE-33).

mod check;
mod integration;
mod routing;
mod serve;

use std::net::IpAddr;

use hopscope_forward::{Decision, Hop, Id, Outcome, Reason, ReasonSpec, Role, Visit, Where};
use hopscope_net::prefix::Family;

use crate::arena::Ix;
use crate::catalog::{self, Part};
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::components::certificate::{self, Certificate};
use crate::components::interface_endpoint::{self, InterfaceEndpoint};
use crate::components::route_table;
use crate::document::Node;
use crate::edge;
use crate::fabric::{Audience, Component, Outside, Published};
use crate::lower::Build;
use crate::network::{Eni, Network, Region, Thing};
use crate::pipeline::At;
use crate::policy::{POLICY, Statement};
use crate::validate::Check;

pub(crate) use serve::{EXECUTE_API, from_endpoint};

record! {
    /// Configuration of an API. Its parent is the Region. Its VPC links have an interface in each
    /// subnet of the load balancer they lead to: `<id>/<subnet>`.
    pub struct Config {
        /// `rest`, `http` or `websocket`.
        pub api_type: String = "rest",
        /// `regional`, `edge` (edge-optimised) or `private` (EDGE-30).
        pub endpoint_type: String = "regional",
        /// Its public addresses; a private API has none.
        pub addresses: Vec<String>,
        /// Custom domain names.
        pub domain_names: Vec<String>,
        /// Certificate for the custom domain names; of us-east-1 where edge-optimised.
        pub certificate: Option<Id>,
        /// Names of its stages, the first part of the path. Without any, or with `$default`, paths
        /// have none.
        pub stages: Vec<String>,
        /// What it does with which request.
        pub routes: Vec<Route>,
        /// Resource policy; a private API without one refuses everything (EDGE-31).
        pub policy: Vec<Statement>,
        /// The web ACL that judges requests first; REST APIs only.
        pub web_acl: Option<Id>,
        /// Requests in a second that it takes in the long run.
        pub throttling_rate: u32 = 10_000u32,
        /// Requests that it takes at once beyond that.
        pub throttling_burst: u32 = 5_000u32,
    }
}

record! {
    /// One route.
    pub struct Route {
        /// `GET`, `POST` … or `ANY`.
        pub method: String = "ANY",
        /// `/items/{id}`, `/{proxy+}` for everything below, or `$default`.
        pub path: String = "/{proxy+}",
        /// `lambda`, `http`, `vpc-link` or `mock`.
        pub integration: String = "lambda",
        /// The service, load balancer or host that answers.
        pub component: Option<Id>,
        /// Port there.
        pub port: u32 = 443u32,
        /// Seconds that it waits for an answer; AWS's default where empty (EDGE-33).
        pub timeout: Option<u32>,
    }
}

/// Columns of [`Route`].
pub static ROUTES: Rows = Rows {
    noun: "route",
    columns: &[
        Field::new("path", "Path", FieldKind::Text, "/items/{id}, /{proxy+}, $default"),
        Field::new("method", "Method", FieldKind::Text, "GET, POST … or ANY"),
        Field::new(
            "integration",
            "Integration",
            FieldKind::Choice(&["lambda", "http", "vpc-link", "mock"]),
            "",
        ),
        Field::new(
            "component",
            "Leads to",
            FieldKind::Ref(&[
                "aws-service",
                "application-load-balancer",
                "network-load-balancer",
                "instance",
                "internet-host",
            ]),
            "",
        ),
        Field::new("port", "Port", FieldKind::Number, ""),
        Field::new("timeout", "Timeout", FieldKind::Number, "Seconds; 29 if empty, 30 for HTTP APIs"),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "api-gateway",
    name: "API Gateway",
    aws_type: Some("AWS::ApiGateway::RestApi"),
    id_prefix: "api",
    summary: "Publishes an API over HTTPS and hands requests to functions, services or private backends.",
    parents: &["region"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new("api_type", "API type", FieldKind::Choice(&["rest", "http", "websocket"]), ""),
        Field::new(
            "endpoint_type",
            "Endpoint type",
            FieldKind::Choice(&["regional", "edge", "private"]),
            "edge: edge-optimised, through CloudFront",
        ),
        Field::new("addresses", "Public addresses", FieldKind::AddressList, "None if private"),
        Field::new("domain_names", "Custom domain names", FieldKind::TextList, ""),
        Field::new(
            "certificate",
            "Certificate",
            FieldKind::Ref(&["certificate"]),
            "For the custom domain names",
        ),
        Field::new("stages", "Stages", FieldKind::TextList, "prod, dev, $default"),
        Field::new("routes", "Routes", FieldKind::Rows(&ROUTES), "The most specific one"),
        Field::new(
            "policy",
            "Resource policy",
            FieldKind::Rows(&POLICY),
            "A private API without one refuses everything",
        ),
        Field::new("web_acl", "Web ACL", FieldKind::Ref(&["web-acl"]), "REST APIs only"),
        Field::new("throttling_rate", "Throttling rate", FieldKind::Number, "Requests in a second"),
        Field::new("throttling_burst", "Throttling burst", FieldKind::Number, "Requests"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/apigateway/latest/developerguide/welcome.html",
};

packet_reason!(
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html",
    /// More requests than the API takes.
    THROTTLED, "X_THROTTLED", None, &["EDGE-33"]
);
packet_reason!(
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html",
    /// The body is larger than API Gateway takes (EDGE-33).
    PAYLOAD_TOO_LARGE, "X_PAYLOAD_TOO_LARGE", None, &["EDGE-33"]
);
packet_reason!(
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html",
    /// The integration did not answer in time (EDGE-33).
    INTEGRATION_TIMEOUT, "X_INTEGRATION_TIMEOUT", None, &["EDGE-33"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&THROTTLED, &PAYLOAD_TOO_LARGE, &INTEGRATION_TIMEOUT];

/// Seconds that the addresses of its name may be kept.
const NAME_TTL: u32 = 60;

/// How clients reach an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Regional,
    EdgeOptimised,
    Private,
}

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Api {
    pub id: Id,
    pub region: Option<Ix<Region>>,
    pub endpoint: Endpoint,
    /// Its custom domain names, in lower case.
    pub domain_names: Vec<String>,
    addresses: Vec<IpAddr>,
    config: Config,
    /// Components of the routes, by row.
    backends: Vec<Option<Thing>>,
    certificates: Vec<Ix<Certificate>>,
    /// Its interfaces in the subnets that its VPC links lead to.
    enis: Vec<Ix<Eni>>,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// A request, past the point of presence or the interface endpoint.
    Serve(Ix<Api>, Option<Ix<InterfaceEndpoint>>),
    /// About to ask the backend of a route (by its row).
    Ask(Ix<Api>, usize),
}

impl Component for Api {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let endpoint = match config.endpoint_type.as_str() {
            "edge" => Endpoint::EdgeOptimised,
            "private" => Endpoint::Private,
            _ => Endpoint::Regional,
        };
        let addresses = config.addresses.iter().filter_map(|text| text.trim().parse().ok());
        Some(Self {
            id: node.id.clone(),
            region: build.region_around(&node.id),
            endpoint,
            domain_names: config.domain_names.iter().map(|name| name.trim().to_ascii_lowercase()).collect(),
            addresses: addresses.filter(|_| endpoint != Endpoint::Private).collect(),
            config: config.clone(),
            backends: Vec::new(),
            certificates: Vec::new(),
            enis: Vec::new(),
        })
    }

    fn link(build: &mut Build<'_>) {
        let document = build.document;
        let doors = edge::doors(&build.network);
        for node in document.nodes.values() {
            let catalog::Config::ApiGateway(config) = &node.config else { continue };
            let Some(Thing::Part(Part::ApiGateway(ix))) = build.thing(&node.id) else { continue };
            let (backends, enis) = integration::link(build, (ix, &node.id), config, &doors);
            let named: Vec<Id> = config.certificate.iter().cloned().collect();
            let certificates = certificate::named(build, &named);
            certificate::used(build, &certificates);
            if let Some(api) = build.network.fabric.apis.get_mut(ix) {
                api.backends = backends;
                api.enis = enis;
                api.certificates = certificates;
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        match stage {
            Stage::Serve(ix, endpoint) => serve::request(network, ix, endpoint, visit),
            Stage::Ask(ix, row) => integration::ask(network, ix, row, visit),
        }
    }

    fn receive(network: &Network, ix: Ix<Self>, _: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
        integration::reply(network, ix, visit)
    }

    fn addresses(&self) -> Vec<(IpAddr, Outside)> {
        self.addresses.iter().map(|address| (*address, Outside::Internet)).collect()
    }

    /// Its own; a private API has those of an `execute-api` endpoint of its Region (EDGE-31).
    fn address(network: &Network, ix: Ix<Self>, family: Family) -> Option<IpAddr> {
        let api = &network.fabric.apis[ix];
        if api.endpoint == Endpoint::Private {
            return serve::private_address(network, api, family);
        }
        api.addresses.iter().copied().find(|address| Family::of(*address) == family)
    }

    /// The name AWS gives it: public, and in VPCs whose `execute-api` endpoint has private DNS the
    /// endpoint's, which hides public APIs from them (EDGE-31).
    fn names(network: &Network, ix: Ix<Self>) -> Vec<Published> {
        let api = &network.fabric.apis[ix];
        let published = |addresses: Vec<IpAddr>, to: Audience| Published {
            name: default_name(network, api),
            addresses,
            ttl: NAME_TTL,
            to,
            healthy: true,
        };
        let public = (api.endpoint != Endpoint::Private)
            .then(|| published(api.addresses.clone(), Audience::Everybody));
        let endpoints = network.fabric.interface_endpoints.iter().map(|(_, endpoint)| endpoint);
        let leads = |endpoint: &&InterfaceEndpoint| serve::leads(network, endpoint, api);
        let leading = endpoints.filter(leads).filter(|endpoint| endpoint.names_privately(network));
        let inside = leading.map(|endpoint| {
            let address = |eni: &Ix<Eni>| network.enis[*eni].address(Family::V4);
            published(endpoint.enis.iter().filter_map(address).collect(), Audience::Vpc(endpoint.vpc))
        });
        public.into_iter().chain(inside).collect()
    }

    /// What it answers by itself, for a function or a mock.
    fn send(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let api = &network.fabric.apis[ix];
        let packet = visit.packet.clone();
        let hop = Hop::new(SPEC.kind, &api.id, "send", Decision::Sent, &packet);
        if edge::asks(visit) {
            let at = Where::new(SPEC.kind, &api.id);
            let reason = Reason::new(&route_table::UNSUPPORTED, at).fact("component", &api.id);
            visit.unknown(hop, reason);
            return Outcome::Stopped;
        }
        integration::in_time(api, hop.by(&["EDGE-30", "PIPE-05"]), visit);
        visit.state.refresh(&api.id, Role::Endpoint, false, &packet.key());
        serve::way_back(network, ix, visit)
    }

    fn receive_from_internet(network: &Network, ix: Ix<Self>, visit: &mut Visit<'_>) -> Outcome<At> {
        let api = &network.fabric.apis[ix];
        let key = visit.packet.key();
        if !edge::asks(visit) && visit.state.position(&api.id, Role::Endpoint, false, &key).is_some() {
            return integration::reply(network, ix, visit);
        }
        if api.endpoint == Endpoint::EdgeOptimised {
            edge::enter(network, &api.id, edge::everywhere, &["EDGE-30"], visit);
        }
        Outcome::Routed(Stage::Serve(ix, None).into())
    }

    fn check(check: &mut Check<'_>) {
        check::check(check);
    }
}

/// Whether a host names the API: its id, the name AWS gives it, or a custom one.
fn is_called(network: &Network, api: &Api, host: &str) -> bool {
    host == api.id.to_ascii_lowercase()
        || api.domain_names.iter().any(|name| name == host)
        || default_name(network, api) == host
}

/// The name AWS gives an API: `<id>.execute-api.<region>.amazonaws.com`.
pub(crate) fn default_name(network: &Network, api: &Api) -> String {
    let region = api.region.map_or("region", |region| network.regions[region].code.as_str());
    format!("{}.execute-api.{region}.amazonaws.com", api.id).to_ascii_lowercase()
}

/// The API that a request through an `execute-api` endpoint means, by its host (EDGE-31).
fn called(network: &Network, region: Option<Ix<Region>>, host: &str) -> Option<Ix<Api>> {
    let meant = |api: &Api| api.region == region && is_called(network, api, host);
    network.fabric.apis.iter().find(|(_, api)| meant(api)).map(|(ix, _)| ix)
}

/// The interface endpoint that a reply leaves by, where its request came in by one.
fn endpoint_back(network: &Network, visit: &Visit<'_>) -> Option<At> {
    interface_endpoint::way_back(network, visit)
}
