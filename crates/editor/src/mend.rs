//! Mends: changes that would lift what refuses a flow. Each is tried out on a copy and offered only
//! if the refusal is gone there; what else it changes is said with it. Decides nothing about
//! packets itself.

use std::net::IpAddr;
use std::rc::Rc;

use hopscope_aws::{Config, Document, Flow, Id, Network, Node, cells, trace};
use hopscope_forward::{Blocker, Hop, LegKind, Trace, Verdict};
use serde_json::{Value, json};

use crate::command::{Command, Draft};
use crate::session::{expectations, trace_all};

/// Most mends that are offered for one flow.
const MOST: usize = 4;

/// One change that lifts a refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct Mend {
    /// What it does, as a button and in the history ("Route 10.2.0.0/16 in rtb-1 to tgw").
    pub label: String,
    /// The verdict of the flow afterwards.
    pub verdict: Verdict,
    /// Where it is refused then, by id, if it still is.
    pub next: Option<Id>,
    /// Other flows whose verdict changes with it: name and new verdict.
    pub flips: Vec<(String, Verdict)>,
    /// The change.
    pub command: Command,
}

/// The mends of a flow that is refused; none for one that is not.
#[must_use]
pub fn mends(document: &Document, network: &Network, flow: &Flow) -> Vec<Mend> {
    let Ok(now) = trace(network, flow) else { return Vec::new() };
    let Some(blocker) = now.blockers.iter().find(|blocker| !blocker.counterfactual) else {
        return Vec::new();
    };
    if now.verdict == Verdict::Allowed {
        return Vec::new();
    }
    let before = expectations(document, &trace_all(document, network));
    let mut found: Vec<Mend> = Vec::new();
    for (label, draft) in (Case { document, trace: &now, blocker }).candidates() {
        let command = draft.command(&label);
        let after = command.apply(&Rc::new(document.clone()));
        let network = Network::build(&after);
        let Ok(then) = trace(&network, flow) else { continue };
        let next = then.blockers.iter().find(|blocker| !blocker.counterfactual);
        let lifted = next.is_none_or(|next| {
            next.reason.at != blocker.reason.at
                || next.reason.spec != blocker.reason.spec
                || next.leg != blocker.leg
        });
        // A mend that only moves the refusal towards the sender is none.
        let further = then.verdict == Verdict::Allowed || progress(&then) > progress(&now);
        if !lifted || !further || found.iter().any(|mend| mend.label == label) {
            continue;
        }
        let flips = expectations(&after, &trace_all(&after, &network))
            .iter()
            .zip(&before)
            .filter(|(after, before)| after.actual != before.actual && after.flow != flow.id)
            .filter_map(|(after, _)| Some((after.name.clone(), after.actual?)))
            .collect();
        let next = next.map(|next| next.reason.at.id.clone());
        found.push(Mend { label, verdict: then.verdict, next, flips, command });
        if found.len() == MOST {
            break;
        }
    }
    // Those that let the flow through come first.
    found.sort_by_key(|mend| mend.verdict != Verdict::Allowed);
    found
}

/// How far a flow gets: its leg, then its hop.
fn progress(trace: &Trace) -> (LegKind, usize) {
    trace
        .blockers
        .iter()
        .find(|blocker| !blocker.counterfactual)
        .map_or((LegKind::Return, usize::MAX), |blocker| (blocker.leg, blocker.hop))
}

struct Case<'a> {
    document: &'a Document,
    trace: &'a Trace,
    blocker: &'a Blocker,
}

type Candidate = (String, Draft);

impl Case<'_> {
    fn candidates(&self) -> Vec<Candidate> {
        let mut out = Vec::new();
        match self.blocker.reason.spec.code {
            "NO_ROUTE_TO_DESTINATION"
            | "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"
            | "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"
            | "BAD_STATE_ROUTE" => self.routes(&mut out),
            "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT" | "TGW_RTB_BAD_STATE_ROUTE" => self.transit(&mut out),
            "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION" => self.association(&mut out),
            "ENI_SG_RULES_MISMATCH" | "SG_HAS_NO_RULES" => self.group_rule(&mut out),
            "INGRESS_RTB_TRAFFIC_REDIRECTION" => self.symmetric(&mut out),
            "X_CVPN_NO_AUTHORIZATION" => self.authorize(&mut out),
            _ => {}
        }
        self.restore(&mut out);
        out
    }

    fn draft(&self) -> Draft {
        Draft::new(self.document)
    }

    fn node(&self, id: &str) -> Option<&Node> {
        self.document.node(id).map(|node| &**node)
    }

    fn called(&self, id: &str) -> String {
        self.node(id).map_or(id, Node::label).to_owned()
    }

    fn leg(&self) -> &[Hop] {
        &self.trace.leg(self.blocker.leg).hops
    }

    fn hop(&self) -> Option<&Hop> {
        self.leg().get(self.blocker.hop)
    }

    fn destination(&self) -> Option<IpAddr> {
        self.hop().map(|hop| hop.packet.destination)
    }

    /// The block of a VPC or site that holds an address.
    fn block(&self, owner: &Node, address: IpAddr) -> Option<String> {
        let blocks: Vec<&String> = match &owner.config {
            Config::Vpc(vpc) => vpc.cidrs.iter().chain(&vpc.ipv6_cidrs).collect(),
            Config::OnPremises(site) => site.networks.iter().chain(&site.ipv6_networks).collect(),
            _ => return None,
        };
        blocks.into_iter().find(|text| cells::cidr(text).is_some_and(|net| net.contains(&address))).cloned()
    }

    /// The VPC that holds an address, other than `not`.
    fn vpc_of(&self, address: IpAddr, not: &str) -> Option<(&Node, String)> {
        self.document
            .nodes
            .values()
            .filter(|node| node.kind() == "vpc" && node.id.as_str() != not)
            .find_map(|node| Some((&**node, self.block(node, address)?)))
    }

    /// What an attachment leads to, if it holds the address: the block to route.
    fn behind(&self, attachment: &Node, address: IpAddr) -> Option<String> {
        let Config::TransitGatewayAttachment(config) = &attachment.config else { return None };
        let resource = self.node(config.resource.as_deref()?)?;
        match &resource.config {
            Config::VpnConnection(vpn) => {
                let site = self.node(self.node(vpn.customer_gateway.as_deref()?)?.parent.as_deref()?)?;
                self.block(site, address)
            }
            _ => self.block(resource, address),
        }
    }

    fn attachments(&self, tgw: &str) -> Vec<&Node> {
        let all = self.document.nodes.values().map(|node| &**node);
        all.filter(|node| node.kind() == "transit-gateway-attachment" && node.parent.as_deref() == Some(tgw))
            .collect()
    }

    /// A route in the table that was searched last, to whatever joins the two places.
    fn routes(&self, out: &mut Vec<Candidate>) {
        let hops = self.leg().get(..=self.blocker.hop).unwrap_or_default();
        let Some(lookup) = hops.iter().rev().find(|hop| hop.stage == "route-table") else { return };
        let Some(table) = self.node(&lookup.id).filter(|node| node.kind() == "route-table") else { return };
        let Some(vpc) = table.parent.clone() else { return };
        let address = lookup.packet.destination;
        let offer = |destination: &str, target: &Id, out: &mut Vec<Candidate>| {
            let mut draft = self.draft();
            if put_row(&mut draft, table, "routes", "destination", destination, target.as_str()) {
                let label =
                    format!("Route {destination} in {} to {}", table.label(), self.called(target.as_str()));
                out.push((label, draft));
            }
        };
        for node in self.document.nodes.values() {
            match &node.config {
                Config::VpcPeeringConnection(pcx) => {
                    let ends = [&pcx.requester, &pcx.accepter];
                    let far = ends.into_iter().flatten().find(|end| **end != vpc);
                    let joins = ends.contains(&&Some(vpc.clone()));
                    let block = far.and_then(|far| self.block(self.node(far)?, address));
                    if let (true, Some(block)) = (joins, block) {
                        offer(&block, &node.id, out);
                    }
                }
                Config::TransitGateway(_) => {
                    let here = self.attachments(&node.id).into_iter().any(|attachment| {
                        matches!(&attachment.config, Config::TransitGatewayAttachment(config) if config.resource.as_ref() == Some(&vpc))
                    });
                    let block = self.attachments(&node.id).into_iter().find_map(|a| self.behind(a, address));
                    if let (true, Some(block)) = (here, block) {
                        offer(&block, &node.id, out);
                    }
                }
                Config::VirtualPrivateGateway(_) if node.parent.as_ref() == Some(&vpc) => {
                    let Config::RouteTable(config) = &table.config else { continue };
                    let mut gateways: Vec<Value> =
                        config.propagating_gateways.iter().map(|id| Value::from(id.as_str())).collect();
                    gateways.push(Value::from(node.id.as_str()));
                    let mut draft = self.draft();
                    if set(&mut draft, table, "propagating_gateways", Value::Array(gateways)) {
                        out.push((
                            format!("Propagate the routes of {} into {}", node.label(), table.label()),
                            draft,
                        ));
                    }
                }
                Config::NatGateway(_) | Config::InternetGateway(_) => {
                    let inside = self.document.enclosing(&node.id, "vpc").is_some_and(|home| home.id == vpc);
                    let everything = if address.is_ipv4() { "0.0.0.0/0" } else { "::/0" };
                    if inside && self.vpc_of(address, "").is_none() {
                        offer(everything, &node.id, out);
                    }
                }
                _ => {}
            }
        }
    }

    /// What a transit gateway route table does not know: another table for who asks, or propagation.
    fn transit(&self, out: &mut Vec<Candidate>) {
        let at = &self.blocker.reason.at.id;
        let (Some(table), Some(address)) = (self.node(at), self.destination()) else { return };
        let Config::TransitGatewayRouteTable(config) = &table.config else { return };
        let Some(tgw) = table.parent.clone() else { return };
        let hops = self.leg().get(..self.blocker.hop).unwrap_or_default();
        let asks = hops.iter().rev().find_map(|hop| config.associations.iter().find(|id| **id == hop.id));
        let to_site = |id: &Id| {
            self.node(id).is_some_and(|node| match &node.config {
                Config::TransitGatewayAttachment(config) => config
                    .resource
                    .as_deref()
                    .and_then(|id| self.node(id))
                    .is_some_and(|resource| resource.kind() != "vpc"),
                Config::VpnConnection(_) => true,
                _ => false,
            })
        };
        // Where one table serves both sides, the site's side gets one of its own that knows the VPCs.
        if let Some(asks) = asks.filter(|asks| to_site(asks) && config.associations.len() > 1) {
            let vpcs: Vec<Value> = self
                .attachments(&tgw)
                .into_iter()
                .filter(|node| !to_site(&node.id))
                .map(|node| Value::from(node.id.as_str()))
                .collect();
            let rest: Vec<Value> = config
                .associations
                .iter()
                .filter(|id| *id != asks)
                .map(|id| Value::from(id.as_str()))
                .collect();
            let mut draft = self.draft();
            if set(&mut draft, table, "associations", Value::Array(rest))
                && let Some(made) = Config::default_of("transit-gateway-route-table")
            {
                let name = format!("{} back", table.label());
                let id = draft.document().fresh_id("tgw-rtb");
                let bare = Node { id, name, parent: Some(tgw.clone()), config: made };
                let filled = bare
                    .with_field("associations", json!([asks.as_str()]))
                    .and_then(|node| node.with_field("propagations", Value::Array(vpcs)));
                if let Ok(node) = filled {
                    draft.put(node);
                    let label = format!(
                        "Give {} a route table of its own that knows the VPCs",
                        self.called(asks.as_str())
                    );
                    out.push((label, draft));
                }
            }
        }
        for attachment in self.attachments(&tgw) {
            let Some(block) = self.behind(attachment, address) else { continue };
            if !config.propagations.contains(&attachment.id) {
                let mut all: Vec<Value> =
                    config.propagations.iter().map(|id| Value::from(id.as_str())).collect();
                all.push(Value::from(attachment.id.as_str()));
                let mut draft = self.draft();
                if set(&mut draft, table, "propagations", Value::Array(all)) {
                    out.push((format!("Propagate {} into {}", attachment.label(), table.label()), draft));
                }
            }
            let mut draft = self.draft();
            if put_row(&mut draft, table, "routes", "destination", &block, attachment.id.as_str()) {
                out.push((format!("Route {block} in {} to {}", table.label(), attachment.label()), draft));
            }
        }
    }

    /// An attachment without a table gets one of its transit gateway's.
    fn association(&self, out: &mut Vec<Candidate>) {
        let Some(attachment) = self.node(&self.blocker.reason.at.id) else { return };
        for table in self.document.children(attachment.parent.as_deref()) {
            let Config::TransitGatewayRouteTable(config) = &table.config else { continue };
            let mut all: Vec<Value> = config.associations.iter().map(|id| Value::from(id.as_str())).collect();
            all.push(Value::from(attachment.id.as_str()));
            let mut draft = self.draft();
            if set(&mut draft, table, "associations", Value::Array(all)) {
                out.push((format!("Associate {} with {}", attachment.label(), table.label()), draft));
            }
        }
    }

    /// A rule for exactly this protocol, port and peer.
    fn group_rule(&self, out: &mut Vec<Candidate>) {
        let at = &self.blocker.reason.at;
        let (Some(group), Some(hop)) = (self.node(&at.id), self.hop()) else { return };
        let inbound = at.direction == Some("in");
        let (key, peer) =
            if inbound { ("inbound", hop.packet.source) } else { ("outbound", hop.packet.destination) };
        let ports = hop.packet.destination_port().map_or_else(|| "all".to_owned(), |port| port.to_string());
        let peer = format!("{peer}/{}", if peer.is_ipv4() { 32 } else { 128 });
        let Value::Array(mut rows) = (match group.field(key) {
            Value::Null => json!([]),
            rows => rows,
        }) else {
            return;
        };
        rows.push(json!({ "protocol": hop.packet.protocol.to_string(), "ports": ports, "peer": peer }));
        let mut draft = self.draft();
        if set(&mut draft, group, key, Value::Array(rows)) {
            let way = if inbound { "from" } else { "to" };
            let label = format!("Allow {} {ports} {way} {peer} in {}", hop.packet.protocol, group.label());
            out.push((label, draft));
        }
    }

    /// Answers go where requests are sent through.
    fn symmetric(&self, out: &mut Vec<Candidate>) {
        let Some(table) = self.node(&self.blocker.reason.at.id) else { return };
        let Some(hop) = self.hop() else { return };
        let Some(gateway) = self.document.nodes.values().find_map(|node| match &node.config {
            Config::RouteTable(edge) if edge.gateway.is_some() && node.parent == table.parent => Some(edge),
            _ => None,
        }) else {
            return;
        };
        let covers = |text: &str| cells::cidr(text).is_some_and(|net| net.contains(&hop.packet.source));
        let Some(route) = gateway.routes.iter().find(|route| covers(&route.destination)) else { return };
        let everything = if hop.packet.source.is_ipv4() { "0.0.0.0/0" } else { "::/0" };
        let mut draft = self.draft();
        if put_row(&mut draft, table, "routes", "destination", everything, &route.target) {
            let target = self.called(&route.target);
            out.push((format!("Route {everything} in {} to {target}", table.label()), draft));
        }
    }

    fn authorize(&self, out: &mut Vec<Candidate>) {
        let Some(endpoint) = self.node(&self.blocker.reason.at.id) else { return };
        let Some(address) = self.destination() else { return };
        let block = format!("{address}/{}", if address.is_ipv4() { 32 } else { 128 });
        let mut draft = self.draft();
        let mut rows = match endpoint.field("authorization_rules") {
            Value::Array(rows) => rows,
            _ => Vec::new(),
        };
        rows.push(json!({ "destination": block }));
        if set(&mut draft, endpoint, "authorization_rules", Value::Array(rows)) {
            out.push((format!("Authorize everybody for {block} on {}", endpoint.label()), draft));
        }
    }

    /// What was failed on purpose is put back.
    fn restore(&self, out: &mut Vec<Candidate>) {
        let at = &self.blocker.reason.at;
        let ids = std::iter::once(&at.id).chain(at.owner.as_ref());
        for node in ids.filter_map(|id| self.node(id)) {
            let Some(failure) = node.config.spec().failure else { continue };
            let mut draft = self.draft();
            let up = match failure.up {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                text => Value::from(text),
            };
            let done = match failure.field.split_once('/') {
                None => set(&mut draft, node, failure.field, up),
                Some((rows, column)) => {
                    let Value::Array(mut list) = node.field(rows) else { continue };
                    for row in list.iter_mut().filter_map(Value::as_object_mut) {
                        row.insert(column.to_owned(), up.clone());
                    }
                    set(&mut draft, node, rows, Value::Array(list))
                }
            };
            if done {
                out.push((format!("Restore {}", node.label()), draft));
            }
        }
    }
}

/// Sets a field; whether that changes anything.
fn set(draft: &mut Draft, node: &Node, key: &str, value: Value) -> bool {
    match node.with_field(key, value) {
        Ok(changed) if changed != *node => {
            draft.put(changed);
            true
        }
        _ => false,
    }
}

/// Adds a row of destination and target, or gives the row of that destination the target.
fn put_row(draft: &mut Draft, node: &Node, key: &str, column: &str, value: &str, target: &str) -> bool {
    let mut rows = match node.field(key) {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    };
    let row = json!({ column: value, "target": target });
    match rows.iter_mut().find(|row| row.get(column).and_then(Value::as_str) == Some(value)) {
        Some(old) => *old = row,
        None => rows.push(row),
    }
    set(draft, node, key, Value::Array(rows))
}
