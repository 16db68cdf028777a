//! A mesh of AWS App Mesh: Envoy proxies beside the instances of its virtual nodes, through which
//! requests leave and arrive (EDGE-34). AWS ended the service on 2026-09-30.

use std::collections::{BTreeMap, BTreeSet};

use hopscope_forward::{
    Candidate, Decision, Entry, Evidence, Hop, Id, LegKind, Outcome, ReasonSpec, Role, StateEvent, Visit,
    flow_hash,
};

use crate::arena::Ix;
use crate::catalog;
use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Eni, Instance, Network, Owner, Thing};
use crate::pipeline::At;
use crate::validate::Check;

record! {
    /// Configuration of a mesh. Its parent is the Region. Its proxies are implied:
    /// `<id>/envoy-<virtual node>`.
    pub struct Config {
        /// Services with their proxies.
        pub virtual_nodes: Vec<VirtualNode>,
        /// Names by which services are called.
        pub virtual_services: Vec<VirtualService>,
        /// Routes of virtual routers.
        pub routes: Vec<Route>,
    }
}

record! {
    /// One virtual node: an instance with an Envoy beside its application.
    pub struct VirtualNode {
        /// Its name.
        pub name: String,
        /// Where it runs.
        pub instance: Option<Id>,
        /// Name by which it is found (service discovery by DNS).
        pub service_discovery: String,
    }
}

record! {
    /// One virtual service.
    pub struct VirtualService {
        /// The name that applications call.
        pub name: String,
        /// Its provider: a virtual router, or a virtual node.
        pub provider: String,
    }
}

record! {
    /// One weighted target of a route of a virtual router.
    pub struct Route {
        /// Name of the virtual router.
        pub router: String,
        /// Name of the virtual node.
        pub virtual_node: String,
        /// Its share.
        pub weight: u32 = 1u32,
    }
}

/// Columns of [`VirtualNode`].
pub static NODES: Rows = Rows {
    noun: "virtual node",
    columns: &[
        Field::new("name", "Name", FieldKind::Text, ""),
        Field::new("instance", "Instance", FieldKind::Ref(&["instance"]), ""),
        Field::new("service_discovery", "Service discovery", FieldKind::Text, "A DNS name"),
    ],
};

/// Columns of [`VirtualService`].
pub static SERVICES: Rows = Rows {
    noun: "virtual service",
    columns: &[
        Field::new("name", "Name", FieldKind::Text, "db.mesh.local"),
        Field::new("provider", "Provider", FieldKind::Text, "A virtual router or virtual node"),
    ],
};

/// Columns of [`Route`].
pub static ROUTES: Rows = Rows {
    noun: "route",
    columns: &[
        Field::new("virtual_node", "Virtual node", FieldKind::Text, ""),
        Field::new("router", "Virtual router", FieldKind::Text, ""),
        Field::new("weight", "Weight", FieldKind::Number, ""),
    ],
};

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "app-mesh",
    name: "App Mesh",
    aws_type: Some("AWS::AppMesh::Mesh"),
    id_prefix: "mesh",
    summary: "Envoy proxies beside services (AWS ended it in 2026; see ECS Service Connect).",
    parents: &["region"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("virtual_nodes", "Virtual nodes", FieldKind::Rows(&NODES), "Each with an Envoy sidecar"),
        Field::new("virtual_services", "Virtual services", FieldKind::Rows(&SERVICES), ""),
        Field::new("routes", "Routes", FieldKind::Rows(&ROUTES), "Of virtual routers"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/app-mesh/latest/userguide/what-is-app-mesh.html",
};

drawing_reason!(
    /// AWS does not offer it any more (EDGE-34).
    RETIRED, "I_RETIRED", Warning, &["EDGE-34"],
    "https://docs.aws.amazon.com/app-mesh/latest/userguide/what-is-app-mesh.html"
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&RETIRED];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Mesh {
    pub id: Id,
    nodes: Vec<Sidecar>,
    /// Row, virtual node and weight of the targets of each virtual router.
    routers: BTreeMap<String, Vec<(usize, usize, u64)>>,
}

/// A virtual node, resolved.
#[derive(Debug)]
struct Sidecar {
    name: String,
    instance: Ix<Instance>,
    /// The virtual router that leads to it.
    router: Option<String>,
}

/// Where a packet can be at it: its proxies act at their instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for Mesh {
    type Config = Config;
    type Stage = Stage;

    fn declare(build: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let sidecar = |row: &VirtualNode| match build.thing(row.instance.as_ref()?)? {
            Thing::Instance(instance) => {
                Some(Sidecar { name: row.name.trim().to_owned(), instance, router: None })
            }
            _ => None,
        };
        let mut nodes: Vec<Sidecar> = config.virtual_nodes.iter().filter_map(sidecar).collect();
        let routers = routers(config, &mut nodes);
        Some(Self { id: node.id.clone(), nodes, routers })
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    fn check(check: &mut Check<'_>) {
        for node in check.nodes() {
            if matches!(node.config, catalog::Config::AppMesh(_)) {
                check.report(Diagnostic::new(&RETIRED, &node.id).fact("date", "2026-09-30"));
            }
        }
    }
}

impl Mesh {
    fn node_at(&self, instance: Ix<Instance>) -> Option<&Sidecar> {
        self.nodes.iter().find(|node| node.instance == instance)
    }

    fn proxy(&self, node: &Sidecar) -> Id {
        Id::from(format!("{}/envoy-{}", self.id, node.name))
    }

    /// The weighted virtual nodes that share what is sent to one of them: those of the router behind
    /// the virtual service that it stands behind, else itself.
    fn shares<'a>(&'a self, node: &'a Sidecar) -> Vec<(Option<usize>, &'a Sidecar, u64)> {
        let Some(targets) = node.router.as_ref().and_then(|router| self.routers.get(router)) else {
            return vec![(None, node, 1)];
        };
        let target =
            |(row, node, weight): &(usize, usize, u64)| Some((Some(*row), self.nodes.get(*node)?, *weight));
        targets.iter().filter_map(target).collect()
    }
}

/// The targets of each virtual router, and of each virtual node the router of the first virtual
/// service that leads to it.
fn routers(config: &Config, nodes: &mut [Sidecar]) -> BTreeMap<String, Vec<(usize, usize, u64)>> {
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for (n, node) in nodes.iter().enumerate() {
        by_name.entry(&node.name).or_insert(n);
    }
    let mut routers: BTreeMap<String, Vec<(usize, usize, u64)>> = BTreeMap::new();
    for (row, route) in config.routes.iter().enumerate() {
        if let Some(node) = by_name.get(route.virtual_node.trim()) {
            let targets = routers.entry(route.router.trim().to_owned()).or_default();
            targets.push((row, *node, u64::from(route.weight)));
        }
    }
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for router in config.virtual_services.iter().map(|service| service.provider.trim()) {
        if !seen.insert(router) {
            continue;
        }
        for (_, node, _) in routers.get(router).into_iter().flatten() {
            if let Some(node) = nodes.get_mut(*node) {
                node.router.get_or_insert_with(|| router.to_owned());
            }
        }
    }
    routers
}

/// The mesh and virtual node of an interface's instance.
fn of(network: &Network, eni: Ix<Eni>) -> Option<(&Mesh, &Sidecar)> {
    let instance = network.enis[eni].instance?;
    network.fabric.meshes.iter().find_map(|(_, mesh)| Some((mesh, mesh.node_at(instance)?)))
}

/// The virtual node of the mesh that owns an address of the sender's VPC.
fn node_of<'a>(
    network: &Network,
    mesh: &'a Mesh,
    eni: Ix<Eni>,
    address: std::net::IpAddr,
) -> Option<&'a Sidecar> {
    let Some(Owner::Eni(other)) = network.private.get(&(network.vpc_of_eni(eni), address)) else {
        return None;
    };
    mesh.node_at(network.enis[*other].instance?)
}

fn hop(network: &Network, mesh: &Mesh, node: &Sidecar, visit: &Visit<'_>) -> Hop {
    Hop::new(SPEC.kind, &mesh.proxy(node), "envoy", Decision::Forwarded, &visit.packet)
        .at(&network.instances[node.instance].id)
        .by(&["EDGE-34"])
}

/// What an instance sends passes its proxy first: a request to a service of the mesh is sent to one
/// of the virtual nodes behind it.
pub(crate) fn outbound(network: &Network, eni: Ix<Eni>, visit: &mut Visit<'_>) {
    if network.fabric.meshes.len() == 0 || !matches!(visit.leg, LegKind::Forward | LegKind::Return) {
        return;
    }
    let Some((mesh, sender)) = of(network, eni) else { return };
    let Some(target) = node_of(network, mesh, eni, visit.packet.destination) else { return };
    let hop = hop(network, mesh, sender, visit);
    if visit.leg == LegKind::Return {
        visit.record(hop);
        return;
    }
    let packet = visit.packet.clone();
    let proxy = mesh.proxy(sender);
    let shares = mesh.shares(target);
    let total: u64 = shares.iter().map(|(_, _, weight)| weight).sum();
    let mut left = flow_hash(&packet.key(), &format!("{}{}", mesh.id, visit.state.seed)) % total.max(1);
    let mut chosen: Option<usize> = None;
    for (n, (_, _, weight)) in shares.iter().enumerate() {
        if chosen.is_none() && left < *weight {
            chosen = Some(n);
        }
        left = left.saturating_sub(*weight);
    }
    let candidates = shares.iter().enumerate().map(|(n, (index, node, weight))| Candidate {
        of: mesh.id.clone(),
        index: *index,
        label: node.name.clone(),
        value: format!("weight {weight} of {total}"),
        lost: if chosen == Some(n) {
            None
        } else if *weight == 0 {
            Some("weight-zero")
        } else {
            Some("not-drawn")
        },
    });
    let choice = Evidence::Choice {
        of: "virtual-nodes",
        field: "routes",
        by: String::new(),
        candidates: candidates.collect(),
    };
    let node = chosen.and_then(|n| shares.get(n)).map_or(target, |(_, node, _)| node);
    let interface = network.instances[node.instance].enis.first().copied();
    let address = interface.and_then(|eni| network.enis[eni].address(packet.family()));
    let mut far = packet.key();
    far.destination = address.unwrap_or(packet.destination);
    let after = packet.clone().with_destination(far.destination, far.destination_port);
    let event = match visit.state.position(&proxy, Role::Endpoint, true, &packet.key()) {
        Some(_) => StateEvent::Used,
        None => StateEvent::Created,
    };
    let tracked = Evidence::State { event, flow: packet.key(), idle_limit: None };
    visit.record(hop.with(choice).with(tracked).rewriting(&after));
    visit.keep(Entry::new(&proxy, Role::Endpoint, packet.key()).translated_to(far).inbound(true));
    visit.packet = after;
}

/// What arrives at an instance passes its proxy last; an answer looks as if it came from where the
/// request was sent.
pub(crate) fn inbound(network: &Network, eni: Ix<Eni>, visit: &mut Visit<'_>) {
    if network.fabric.meshes.len() == 0 || !matches!(visit.leg, LegKind::Forward | LegKind::Return) {
        return;
    }
    let Some((mesh, receiver)) = of(network, eni) else { return };
    if node_of(network, mesh, eni, visit.packet.source).is_none() {
        return;
    }
    let packet = visit.packet.clone();
    let hop = hop(network, mesh, receiver, visit);
    let proxy = mesh.proxy(receiver);
    let known =
        visit.state.refresh(&proxy, Role::Endpoint, false, &packet.key()).map(|entry| entry.flow.clone());
    let Some(flow) = known.filter(|_| visit.leg == LegKind::Return) else {
        visit.record(hop);
        return;
    };
    let after = packet.with_source(flow.destination, flow.destination_port);
    let used = Evidence::State { event: StateEvent::Used, flow, idle_limit: None };
    visit.record(hop.with(used).rewriting(&after));
    visit.packet = after;
}
