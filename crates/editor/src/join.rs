//! Lines between networks: what peering, attachments, VPN connections, virtual interfaces and
//! endpoints a line between two components stands for, and why not where AWS refuses it.

use hopscope_aws::{Config, Document, Id, Node, cells};
use hopscope_net::IpNet;
use hopscope_net::prefix::overlap;
use serde_json::{Map, Value, json};

use crate::address;
use crate::balance;
use crate::command::Draft;
use crate::equip::{bare, client_address, free_vlan, set, subnets_by_zone};
use crate::names::{table_of, title};
use crate::place::capital;
use crate::rows;

/// One change that a line makes.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A new component; the text `$` in a later step stands for its id.
    New { kind: &'static str, parent: Option<Id>, fields: Vec<(&'static str, Value)> },
    /// One field.
    Set { id: Id, key: &'static str, value: Value },
    /// One more row of a table or list, unless it is there.
    Push { id: Id, key: &'static str, row: Value },
}

/// What a line between the two means: a sentence and its steps.
pub(crate) type Join = (String, Vec<Step>);

fn id(node: &Node) -> Value {
    node.id.as_str().into()
}

fn names(node: &Node, key: &str, other: &Node) -> bool {
    match node.field(key) {
        Value::Array(rows) => rows.iter().any(|row| *row == other.id.as_str()),
        value => value == other.id.as_str(),
    }
}

fn region(document: &Document, node: &Node) -> Option<Id> {
    document.enclosing(&node.id, "region").map(|region| region.id.clone())
}

/// The IPv4 and IPv6 blocks of a VPC, or the networks of a site.
pub(crate) fn blocks(node: &Node) -> Vec<String> {
    let both =
        |a: &[String], b: &[String]| a.iter().chain(b).filter(|text| !text.is_empty()).cloned().collect();
    match &node.config {
        Config::Vpc(vpc) => both(&vpc.cidrs, &vpc.ipv6_cidrs),
        Config::OnPremises(site) => both(&site.networks, &site.ipv6_networks),
        _ => Vec::new(),
    }
}

/// The attachment of a resource to a transit gateway.
pub(crate) fn attachment(document: &Document, tgw: &Id, resource: &Id) -> Option<Id> {
    let of = |node: &Node| matches!(&node.config, Config::TransitGatewayAttachment(a) if a.resource.as_ref() == Some(resource));
    document.children(Some(tgw)).find(|node| of(node)).map(|node| node.id.clone())
}

/// The steps that attach a VPC, with one subnet in each zone (TGW-15).
pub(crate) fn attach(document: &Document, tgw: &Node, vpc: &Node) -> Step {
    let subnets: Value =
        subnets_by_zone(document, &vpc.id).iter().map(|id| Value::from(id.as_str())).collect();
    Step::New {
        kind: "transit-gateway-attachment",
        parent: Some(tgw.id.clone()),
        fields: vec![("resource", id(vpc)), ("subnets", subnets)],
    }
}

/// What a route to a target between networks should lead to: blocks behind it, as far as drawn.
pub(crate) fn behind(document: &Document, vpc: &Node, target: &Node) -> Vec<String> {
    let resource_blocks = |resource: &Id| match document.node(resource) {
        Some(node) if node.kind() == "vpc" && node.id != vpc.id => blocks(node),
        Some(node) if node.kind() == "vpn-connection" => site_blocks(document, node),
        _ => Vec::new(),
    };
    let mut out: Vec<String> = match &target.config {
        Config::VpcPeeringConnection(peering) => {
            [&peering.requester, &peering.accepter].into_iter().flatten().flat_map(resource_blocks).collect()
        }
        Config::TransitGateway(_) => document
            .children(Some(&target.id))
            .filter_map(|node| match &node.config {
                Config::TransitGatewayAttachment(attachment) => attachment.resource.as_ref(),
                _ => None,
            })
            .flat_map(resource_blocks)
            .collect(),
        Config::VirtualPrivateGateway(_) => document
            .nodes
            .values()
            .filter(|node| node.kind() == "vpn-connection" && names(node, "gateway", target))
            .flat_map(|node| site_blocks(document, node))
            .collect(),
        _ => Vec::new(),
    };
    let mut seen: Vec<String> = Vec::new();
    out.retain(|block| {
        !seen.contains(block) && {
            seen.push(block.clone());
            true
        }
    });
    out
}

/// The networks of the site at the other end of a VPN connection.
fn site_blocks(document: &Document, vpn: &Node) -> Vec<String> {
    let Config::VpnConnection(vpn) = &vpn.config else { return Vec::new() };
    let router = vpn.customer_gateway.as_deref().and_then(|id| document.node(id));
    let site = router.and_then(|router| router.parent.as_deref()).and_then(|id| document.node(id));
    site.map_or_else(Vec::new, |site| blocks(site))
}

fn overlapping(a: &Node, b: &Node) -> Option<(String, String)> {
    let nets =
        |node: &Node| -> Vec<IpNet> { blocks(node).iter().filter_map(|text| cells::cidr(text)).collect() };
    let (a, b) = (nets(a), nets(b));
    a.iter().find_map(|one| {
        let other = b.iter().find(|other| overlap(one, other))?;
        Some((one.to_string(), other.to_string()))
    })
}

/// A virtual interface's fields towards a gateway.
fn vif(document: &Document, connection: &Node, more: Vec<(&'static str, Value)>) -> Step {
    let mut fields = vec![("vlan", Value::from(free_vlan(document, &connection.id)))];
    fields.extend(more);
    Step::New { kind: "virtual-interface", parent: Some(connection.id.clone()), fields }
}

/// Whether transit gateways stand behind a Direct Connect gateway; none while nothing does.
fn behind_transit(document: &Document, dxgw: &Node) -> Option<bool> {
    let Config::DirectConnectGateway(config) = &dxgw.config else { return None };
    let first = config.associations.iter().find_map(|row| document.node(row.gateway.as_deref()?))?;
    Some(first.kind() == "transit-gateway")
}

fn sole(document: &Document, kind: &str) -> Value {
    let mut found = document.nodes.values().filter(|node| node.kind() == kind);
    match (found.next(), found.next()) {
        (Some(one), None) => id(one),
        _ => Value::Null,
    }
}

/// What a line from one to the other means; `None` where this order of the two means nothing.
pub(crate) fn join(document: &Document, from: &Node, to: &Node) -> Option<Result<Join, String>> {
    let say = |verb: &str| format!("{verb} {} to {}", title(from), title(to));
    let attach_line = || say("Attach");
    let point = |key: &'static str| {
        if names(from, key, to) {
            return Err(format!("{} leads to {} already.", capital(&title(from)), to.label()));
        }
        Ok((say("Connect"), vec![Step::Set { id: from.id.clone(), key, value: id(to) }]))
    };
    let list = |key: &'static str| {
        if names(from, key, to) {
            return Err(format!("{} has {} already.", capital(&title(from)), to.label()));
        }
        Ok((say("Connect"), vec![Step::Push { id: from.id.clone(), key, row: id(to) }]))
    };
    let no = |text: &str| Some(Err(text.to_owned()));
    let here = |of: &Node| region(document, of);
    Some(match (from.kind(), to.kind()) {
        ("vpc", "vpc") => {
            let known = document.nodes.values().any(|node| match &node.config {
                Config::VpcPeeringConnection(p) => {
                    let ends = [p.requester.as_ref(), p.accepter.as_ref()];
                    ends.contains(&Some(&from.id)) && ends.contains(&Some(&to.id))
                }
                _ => false,
            });
            match overlapping(from, to) {
                _ if known => Err(format!("{} and {} are peered already.", from.label(), to.label())),
                // PCX-02
                Some((a, b)) => Err(format!(
                    "{a} of {} and {b} of {} overlap; AWS peers only VPCs whose blocks do not.",
                    from.label(),
                    to.label()
                )),
                None => Ok((
                    format!("Peer {} with {}", title(from), title(to)),
                    vec![Step::New {
                        kind: "vpc-peering-connection",
                        parent: here(from),
                        fields: vec![("requester", id(from)), ("accepter", id(to))],
                    }],
                )),
            }
        }
        ("vpc", "transit-gateway") => {
            if attachment(document, &to.id, &from.id).is_some() {
                Err(format!("{} is attached to {} already.", from.label(), to.label()))
            } else if here(from) != here(to) {
                Err(format!(
                    "{} is in another Region. Attach the VPC to a transit gateway of its own Region and peer the two.",
                    capital(&title(to))
                ))
            } else {
                Ok((attach_line(), vec![attach(document, to, from)]))
            }
        }
        ("transit-gateway", "transit-gateway") => {
            let both = [attachment(document, &from.id, &to.id), attachment(document, &to.id, &from.id)];
            if both.iter().any(Option::is_some) {
                return Some(Err(format!("{} and {} are peered already.", from.label(), to.label())));
            }
            let fields = vec![("resource", id(to))];
            let (kind, parent) = ("transit-gateway-attachment", Some(from.id.clone()));
            Ok((format!("Peer {} with {}", title(from), title(to)), vec![Step::New { kind, parent, fields }]))
        }
        ("customer-gateway", "virtual-private-gateway" | "transit-gateway") => {
            let mut steps = vec![Step::New {
                kind: "vpn-connection",
                parent: here(to),
                fields: vec![("customer_gateway", id(from)), ("gateway", id(to))],
            }];
            if to.kind() == "transit-gateway" {
                let (kind, parent) = ("transit-gateway-attachment", Some(to.id.clone()));
                steps.push(Step::New { kind, parent, fields: vec![("resource", "$".into())] });
            }
            Ok((format!("Make a VPN connection from {} to {}", title(from), title(to)), steps))
        }
        ("direct-connect-connection" | "direct-connect-lag", "customer-gateway") => {
            let gateway = sole(document, "direct-connect-gateway");
            let transit = gateway
                .as_str()
                .and_then(|id| document.node(id))
                .and_then(|dxgw| behind_transit(document, dxgw));
            let kind = if transit == Some(true) { "transit" } else { "private" };
            let more = vec![("customer_gateway", id(to)), ("gateway", gateway), ("interface_type", kind.into())];
            Ok((format!("Make a virtual interface on {} for {}", title(from), title(to)), vec![vif(document, from, more)]))
        }
        (
            "direct-connect-connection" | "direct-connect-lag",
            "direct-connect-gateway" | "virtual-private-gateway",
        ) => {
            let transit = behind_transit(document, to) == Some(true);
            let more = vec![
                ("customer_gateway", sole(document, "customer-gateway")),
                ("gateway", id(to)),
                ("interface_type", if transit { "transit" } else { "private" }.into()),
            ];
            Ok((format!("Make a virtual interface from {} to {}", title(from), title(to)), vec![vif(document, from, more)]))
        }
        // V_VIF_TARGET
        ("direct-connect-connection" | "direct-connect-lag" | "virtual-interface", "transit-gateway") => {
            return no(
                "A virtual interface ends at a virtual private gateway or a Direct Connect gateway, never at a transit gateway. Connect it to a Direct Connect gateway, and that one to the transit gateway.",
            );
        }
        ("customer-gateway", "direct-connect-gateway") => {
            return no(
                "The site reaches a Direct Connect gateway by a virtual interface: connect the router to a Direct Connect connection, and that one to the gateway.",
            );
        }
        ("customer-gateway" | "on-premises", "vpc") => {
            return no("A site reaches a VPC through its virtual private gateway or a transit gateway; connect the router to one of them.");
        }
        ("vpc", "direct-connect-gateway") => {
            return no("A Direct Connect gateway leads to virtual private gateways and transit gateways; connect it to one of them.");
        }
        ("virtual-interface", "direct-connect-gateway" | "virtual-private-gateway") => point("gateway"),
        ("virtual-interface" | "vpn-connection", "customer-gateway") => point("customer_gateway"),
        ("vpn-connection", "virtual-private-gateway" | "transit-gateway") => {
            let kind = "transit-gateway-attachment";
            let parent = Some(to.id.clone());
            let fields = vec![("resource", id(from))];
            point("gateway").map(|(text, mut steps)| {
                if to.kind() == "transit-gateway" && attachment(document, &to.id, &from.id).is_none() {
                    steps.push(Step::New { kind, parent, fields });
                }
                (text, steps)
            })
        }
        ("direct-connect-gateway", "virtual-private-gateway" | "transit-gateway") => {
            let transit = to.kind() == "transit-gateway";
            let known = from.field("associations").as_array().is_some_and(|rows| {
                rows.iter().any(|row| row.get("gateway").is_some_and(|gateway| *gateway == to.id.as_str()))
            });
            if known {
                return Some(Err(format!("{} is associated with {} already.", to.label(), from.label())));
            }
            if behind_transit(document, from).is_some_and(|other| other != transit) {
                return no("A Direct Connect gateway leads either to virtual private gateways or to transit gateways, never to both.");
            }
            // What a transit gateway announces is typed (DX-17); of a VPC its own blocks are known (DX-16).
            let allowed: Vec<String> = if transit { attached_blocks(document, to) } else { Vec::new() };
            let row = json!({"gateway": to.id.as_str(), "allowed_prefixes": allowed});
            let mut steps = vec![Step::Push { id: from.id.clone(), key: "associations", row }];
            if transit && attachment(document, &to.id, &from.id).is_none() {
                let (kind, parent) = ("transit-gateway-attachment", Some(to.id.clone()));
                steps.push(Step::New { kind, parent, fields: vec![("resource", id(from))] });
            }
            Ok((format!("Associate {} with {}", title(from), title(to)), steps))
        }
        ("direct-connect-connection", "direct-connect-lag") => point("lag"),
        ("transit-gateway-attachment", "transit-gateway-route-table") => Ok((
            format!("Associate {} with {} and propagate into it", title(from), title(to)),
            ["associations", "propagations"]
                .map(|key| Step::Push { id: to.id.clone(), key, row: id(from) })
                .into(),
        )),
        ("gateway-load-balancer-endpoint", "gateway-load-balancer" | "endpoint-service") => point("service"),
        ("gateway-load-balancer", "instance") => list("targets"),
        ("global-accelerator", "application-load-balancer" | "network-load-balancer" | "instance" | "elastic-ip") => Ok((
            format!("Let {} lead to {}", title(from), title(to)),
            vec![Step::Push { id: from.id.clone(), key: "endpoints", row: json!({"component": to.id.as_str()}) }],
        )),
        (
            "cloudfront-distribution",
            "application-load-balancer" | "network-load-balancer" | "instance" | "aws-service" | "api-gateway"
            | "internet-host",
        ) => {
            let row = json!({"name": to.id.as_str(), "component": to.id.as_str()});
            let behavior = json!({"path_pattern": "*", "origin": to.id.as_str()});
            let mut steps = vec![Step::Push { id: from.id.clone(), key: "origins", row }];
            if rows::rows_of(from, "cache_behaviors").is_empty() {
                steps.push(Step::Push { id: from.id.clone(), key: "cache_behaviors", row: behavior });
            }
            Ok((format!("Make {} an origin of {}", title(to), title(from)), steps))
        }
        ("api-gateway", "application-load-balancer" | "network-load-balancer" | "aws-service" | "internet-host") => {
            let kind = match to.kind() {
                "aws-service" => "lambda",
                "internet-host" => "http",
                _ => "vpc-link",
            };
            let row = json!({"method": "ANY", "path": "/{proxy+}", "integration": kind, "component": to.id.as_str()});
            let text = format!("Let {} hand requests to {}", title(from), title(to));
            Ok((text, vec![Step::Push { id: from.id.clone(), key: "routes", row }]))
        }
        ("shield-protection", "application-load-balancer" | "cloudfront-distribution" | "global-accelerator" | "elastic-ip") => Ok((
            format!("Protect {} by {}", title(to), title(from)),
            vec![Step::Push { id: from.id.clone(), key: "resources", row: json!({"resource": to.id.as_str()}) }],
        )),
        ("web-acl", "application-load-balancer" | "cloudfront-distribution" | "api-gateway") => Ok((
            format!("Protect {} by {}", title(to), title(from)),
            vec![Step::Push { id: from.id.clone(), key: "resources", row: json!({"resource": to.id.as_str()}) }],
        )),
        ("endpoint-service", "network-load-balancer" | "gateway-load-balancer") => point("load_balancer"),
        ("interface-endpoint", "endpoint-service" | "aws-service") => point("service"),
        ("gateway-endpoint", "aws-service") => match &to.config {
            Config::AwsService(service) if matches!(service.service.trim(), "s3" | "dynamodb") => point("service"),
            // GWE-01
            _ => Err("Gateway endpoints exist for S3 and DynamoDB only. Use an interface endpoint for this service.".to_owned()),
        },
        ("application-load-balancer" | "network-load-balancer", "instance") => {
            balance::target(document, from, to)
        }
        ("target-group", "instance") => {
            balance::registered(from, to).map(|steps| (say("Register"), steps))
        }
        ("vpn-client", "client-vpn-endpoint") => point("endpoint").map(|(text, mut steps)| {
            let value = client_address(document, &to.id).into();
            steps.push(Step::Set { id: from.id.clone(), key: "address", value });
            (text, steps)
        }),
        ("client-vpn-endpoint", "subnet") => {
            let address = address::host_ipv4(document, &to.id).unwrap_or_default();
            let row = json!({"subnet": to.id.as_str(), "address": address});
            Ok((say("Associate"), vec![Step::Push { id: from.id.clone(), key: "associations", row }]))
        }
        ("network-firewall-endpoint", "network-firewall") => point("firewall"),
        ("gateway-endpoint", "subnet" | "route-table") => {
            let table = if to.kind() == "subnet" { table_of(document, &to.id) } else { Some(to.id.clone()) };
            match table.and_then(|id| document.node(&id)) {
                Some(table) if names(from, "route_tables", table) => {
                    Err(format!("{} has its route already.", capital(&title(table))))
                }
                Some(table) => Ok((
                    format!("Add the route of {} to {}", title(from), title(table)),
                    vec![Step::Push { id: from.id.clone(), key: "route_tables", row: id(table) }],
                )),
                None => Err("Draw the route table of this subnet first: the endpoint adds its route there.".to_owned()),
            }
        }
        ("virtual-private-gateway", "vpc") if from.parent.as_ref() == Some(&to.id) => {
            Err(format!("{} is attached to {} already.", from.label(), to.label()))
        }
        _ => return None,
    })
}

/// Blocks of the VPCs attached to a transit gateway.
fn attached_blocks(document: &Document, tgw: &Node) -> Vec<String> {
    let resource = |node: &Node| match &node.config {
        Config::TransitGatewayAttachment(attachment) => attachment.resource.clone(),
        _ => None,
    };
    let resources = document.children(Some(&tgw.id)).filter_map(|node| resource(node));
    resources.filter_map(|id| document.node(&id)).flat_map(|node| blocks(node)).collect()
}

/// Performs the steps.
pub(crate) fn perform(draft: &mut Draft, steps: Vec<Step>) -> Result<(), String> {
    let mut made: Option<Id> = None;
    for step in steps {
        match step {
            Step::New { kind, parent, fields } => {
                let fields: Vec<(&str, Value)> =
                    fields.into_iter().map(|(key, value)| (key, fill(value, made.as_ref()))).collect();
                made = bare(draft, kind, parent.as_ref(), &fields);
            }
            Step::Set { id, key, value } => set(draft, &id, key, fill(value, made.as_ref())),
            Step::Push { id, key, row } => {
                let Some(node) = draft.document().node(&id) else { continue };
                let mut rows = rows::rows_of(node, key);
                if !rows.contains(&row) {
                    rows.push(row);
                    set(draft, &id, key, rows.into());
                }
            }
        }
    }
    Ok(())
}

/// A value with the id of what was made in the place of `$`, wherever that stands.
fn fill(value: Value, made: Option<&Id>) -> Value {
    match (value, made) {
        (Value::String(text), Some(id)) if text == "$" => Value::from(id.as_str()),
        (Value::Array(all), _) => all.into_iter().map(|one| fill(one, made)).collect(),
        (Value::Object(members), _) => {
            members.into_iter().map(|(key, one)| (key, fill(one, made))).collect::<Map<_, _>>().into()
        }
        (other, _) => other,
    }
}
